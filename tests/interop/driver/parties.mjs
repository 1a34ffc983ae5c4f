// The parties of a document's life (issuer, holder, verifier) behind one interface, whoever plays them. Bytes are
// hexadecimal text, keys are JWK, certificates and stored keys PEM.
import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { timeText } from './fixtures.mjs';
import { Conversation, run } from './processes.mjs';

const hashNames = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };

/** A library behind tests/interop/node/peer.mjs. */
export class NodePeer {
  /** `defaults` are inputs of every call that does not name them itself. */
  constructor(name, program, defaults = {}) {
    this.name = name;
    this.program = program;
    this.defaults = defaults;
  }

  async #ask(args, input) {
    const { stdout, stderr } = await run(process.execPath, [this.program, ...args],
      { input: JSON.stringify({ ...this.defaults, ...input }) });
    const answer = JSON.parse(stdout.toString() || '{"error": "no answer"}');
    if (answer.error) throw new Error(`${this.name} ${args.at(-1)}: ${answer.error} ${stderr}`.trim());
    return answer;
  }

  pki(curve) { return this.#ask(['pki'], { curve }); }
  async issue(input) { return (await this.#ask([this.name, 'issue'], input)).issuer_signed; }
  async respond(input) { return (await this.#ask([this.name, 'respond'], input)).device_response; }
  verify(input) { return this.#ask([this.name, 'verify'], input); }
  checkRequest(input) { return this.#ask([this.name, 'check-request'], input); }
  async transcript(input) { return (await this.#ask([this.name, 'transcript'], input)).session_transcript; }
}

/** The issuer of isomdl-peer. It makes no certificates; `authority` lends its own. */
export class IsomdlIssuer {
  name = 'isomdl';

  constructor(program, authority) {
    this.program = program;
    this.authority = authority;
  }

  pki(curve) { return this.authority.pki(curve); }

  async issue(input) {
    const issuer = new Conversation(this.program, ['issuer']);
    try {
      return (await issuer.ask({ op: 'issue', ...input })).issuer_signed;
    } finally {
      await issuer.end();
    }
  }
}

/** Ourselves, through mdoc-cli. Every call works on files of its own in `directory`. */
export class MdocCli {
  name = 'ours';
  #calls = 0;

  constructor(program, directory) {
    this.program = program;
    this.directory = directory;
  }

  async #files(contents) {
    const folder = path.join(this.directory, String(this.#calls += 1));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const paths = {};
    for (const [name, content] of Object.entries(contents)) {
      paths[name] = path.join(folder, name);
      if (content !== undefined) await writeFile(paths[name], content, { mode: 0o600 });
    }
    return { ...paths, at: (name) => path.join(folder, name) };
  }

  async #run(args, good = [0]) {
    const { code, stdout, stderr } = await run(this.program, args);
    if (!good.includes(code)) throw new Error(`mdoc-cli ${args[0]} (exit ${code}): ${stderr.trim()}`);
    return stdout.toString().trim();
  }

  /** With a profile, an issuer of its documents in a part of the country, as samples have it. */
  async pki(curve, profile) {
    const files = await this.#files({});
    const make = async (role, name, issuer) => {
      const key = files.at(`${role}.key`);
      const cert = files.at(`${role}.pem`);
      const place = profile ? 'C=UT, ST=UT-01' : 'C=UT';
      await this.#run(['pki', role, '--force', '--subject', `${place}, O=Interop, CN=${name}`, '--curve', curve,
        ...(profile && ['iaca', 'ds'].includes(role) ? ['--profile', profile] : []),
        ...(issuer ? ['--issuer-key', issuer.key, '--issuer-cert', issuer.cert] : []),
        '--not-before', timeText(-10), '--crl', 'https://interop.example/crl', '--key-out', key, '--cert-out', cert]);
      return { key, cert, keyPem: await readFile(key, 'utf8'), certPem: await readFile(cert, 'utf8') };
    };
    const iaca = await make('iaca', 'IACA');
    const ds = await make('ds', 'Document Signer', iaca);
    const readerCa = await make('reader-ca', 'Reader Authority');
    const reader = await make('reader', 'Reader', readerCa);
    return { iaca_pem: iaca.certPem, ds_pem: ds.certPem, ds_key_pem: ds.keyPem, reader_ca_pem: readerCa.certPem,
      reader_pem: reader.certPem, reader_key_pem: reader.keyPem };
  }

  async issue({ doc_type, elements, digest = 'SHA-256', ds_key_pem, ds_pem, device_public, valid_from, valid_until }) {
    const files = await this.#files({ 'data.json': JSON.stringify(elements), 'ds.key': ds_key_pem, 'ds.pem': ds_pem,
      'device.jwk': JSON.stringify(device_public) });
    return this.#run(['issue', '--doc-type', doc_type, '--data', files['data.json'], '--device-key',
      files['device.jwk'], '--ds-key', files['ds.key'], '--ds-cert', files['ds.pem'], '--digest', hashNames[digest],
      '--valid-from', valid_from, '--valid-until', valid_until]);
  }

  /** The profiles that are built in: id and docType. */
  async profiles() { return JSON.parse(await this.#run(['profile', 'list', '--json'])).profiles; }

  /** The sample of a profile, with all that the profile has an example of. */
  async issueSample({ profile, ds_key_pem, ds_pem, device_public, valid_from, valid_until }) {
    const files = await this.#files({ 'ds.key': ds_key_pem, 'ds.pem': ds_pem,
      'device.jwk': JSON.stringify(device_public) });
    return this.#run(['issue', '--profile', profile, '--device-key', files['device.jwk'], '--ds-key', files['ds.key'],
      '--ds-cert', files['ds.pem'], '--valid-from', valid_from, '--valid-until', valid_until]);
  }

  /** The elements of what was issued, as the issuer's part alone shows them. */
  async elementsOf({ issuer_signed, trusted }) {
    const files = await this.#files({ issued: Buffer.from(issuer_signed, 'hex'), 'trusted.pem': trusted.join('\n') });
    const report = JSON.parse(await this.#run(['verify', files.issued, '--json', '--issuer-only', '--revocation', 'off',
      '--trust', files['trusted.pem']]));
    return report.documents[0].issuerSigned;
  }

  async respond({ issuer_signed, device_private, device_request, session_transcript, mac, reader_public }) {
    const pem = createPrivateKey({ key: device_private, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' });
    const files = await this.#files({ 'device.key': pem, credential: Buffer.from(issuer_signed, 'hex'),
      'reader.jwk': JSON.stringify(reader_public ?? {}) });
    return this.#run(['respond', '--credential', files.credential, '--key', files['device.key'],
      '--request', `hex:${device_request}`, '--transcript', `hex:${session_transcript}`,
      ...(mac ? ['--mac', '--reader-public', files['reader.jwk']] : [])]);
  }

  async verify({ device_response, session_transcript, trusted, reader_private }) {
    const files = await this.#files({ response: Buffer.from(device_response, 'hex'), 'trusted.pem': trusted.join('\n'),
      'reader.jwk': JSON.stringify(reader_private ?? {}) });
    const report = JSON.parse(await this.#run(['verify', files.response, '--json',
      '--transcript', `hex:${session_transcript}`, '--revocation', 'off',
      ...(trusted.length > 0 ? ['--trust', files['trusted.pem']] : []),
      ...(reader_private ? ['--reader-key', files['reader.jwk']] : [])], [0, 1]));
    const documents = report.documents ?? [];
    const failed = [...(report.checks ?? []), ...documents.flatMap((document) => document.checks ?? [])]
      .filter((check) => ['fail', 'skipped'].includes(check.outcome)).map((check) => `${check.id}: ${check.detail ?? ''}`);
    const elements = {};
    for (const document of documents) {
      for (const [nameSpace, items] of Object.entries(document.issuerSigned ?? {})) {
        elements[nameSpace] = { ...elements[nameSpace], ...items };
      }
    }
    return { accepted: report.valid, failed, elements };
  }

  async request({ doc_type, elements, session_transcript, reader_key_pem, reader_pem }) {
    const files = await this.#files({ 'reader.key': reader_key_pem, 'reader.pem': reader_pem });
    const wanted = Object.entries(elements)
      .flatMap(([nameSpace, items]) => Object.keys(items).flatMap((item) => ['--element', `${nameSpace}/${item}`]));
    return this.#run(['request', '--doc-type', doc_type, ...wanted,
      ...(reader_pem ? ['--reader-auth', files['reader.key'], '--reader-cert', files['reader.pem'],
        '--transcript', `hex:${session_transcript}`] : [])]);
  }

  async transcript(input) {
    const files = await this.#files({ 'reader.jwk': JSON.stringify(input.reader_public ?? {}),
      'client.jwk': JSON.stringify(input.client_jwk ?? {}) });
    const near = ['--engagement', `hex:${input.engagement}`, '--reader-public', files['reader.jwk'], '--handover'];
    const client = input.client_jwk ? ['--jwk', files['client.jwk']] : [];
    return this.#run(['transcript', ...{
      qr: () => [...near, 'qr'],
      nfc: () => [...near, 'nfc', '--hs', `hex:${input.select}`,
        ...(input.request ? ['--hr', `hex:${input.request}`] : [])],
      openid4vp: () => ['--openid4vp', '--client-id', input.client_id, '--nonce', input.nonce,
        '--response-uri', input.response_uri, ...client],
      'openid4vp-dcapi': () => ['--openid4vp-dcapi', '--origin', input.origin, '--nonce', input.nonce, ...client],
      'oid4vp-annex-b': () => ['--oid4vp-annex-b', '--client-id', input.client_id, '--nonce', input.nonce,
        '--response-uri', input.response_uri, '--mdoc-nonce', input.mdoc_nonce],
    }[input.handover]()]);
  }
}
