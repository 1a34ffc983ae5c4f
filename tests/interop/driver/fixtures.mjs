// What the parties exchange: a licence, a request, engagements and transcripts. Everything is new in each run.
import { createHash, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { embedded, encode } from './cbor.mjs';

export const docType = 'org.iso.18013.5.1.mDL';
export const nameSpace = 'org.iso.18013.5.1';
export const curves = ['P-256', 'P-384', 'P-521'];

const day = 24 * 60 * 60 * 1000;
const dateText = (days) => new Date(Date.now() + days * day).toISOString().slice(0, 10);
export const timeText = (days) => `${new Date(Date.now() + days * day).toISOString().slice(0, 19)}Z`;
const pick = (list) => list[randomInt(list.length)];

/** Validity in days from now; a minute in the past so that clocks need not agree to the second. */
export const validity = (from = -1 / 1440, until = 30) =>
  ({ valid_from: timeText(from), valid_until: timeText(until) });

/** Elements in the JSON form of mdoc-cli: every kind of value an mDL has. */
export function licence() {
  const issued = { 'full-date': dateText(-randomInt(1, 900)) };
  const expires = { 'full-date': dateText(randomInt(400, 3000)) };
  return {
    [nameSpace]: {
      family_name: pick(['Müller', 'Ólafsdóttir', 'Nguyễn', 'O’Brien', 'Łukasik']),
      given_name: pick(['Zoë', 'Jürgen', 'Ana María', 'Inês']),
      birth_date: { 'full-date': dateText(-randomInt(8000, 24000)) },
      issue_date: issued,
      expiry_date: expires,
      issuing_country: 'UT',
      issuing_authority: 'Utopia Department of Interoperability',
      document_number: randomBytes(6).toString('hex').toUpperCase(),
      portrait: { bytes: randomBytes(randomInt(1500, 4000)).toString('base64url') },
      driving_privileges: [
        { vehicle_category_code: 'A', issue_date: issued, expiry_date: expires },
        { vehicle_category_code: 'B', issue_date: issued, expiry_date: expires,
          codes: [{ code: '01', sign: '<=', value: String(randomInt(100)) }] },
      ],
      un_distinguishing_sign: 'UTO',
      sex: randomInt(3),
      height: randomInt(120, 220),
      portrait_capture_date: { tdate: timeText(-randomInt(1, 900)) },
      age_over_18: true,
      age_over_65: false,
    },
    'org.iso.18013.5.1.aamva': { domestic_driving_privileges: [], DHS_compliance: pick(['F', 'N']) },
  };
}

/** The part of a licence that is asked for: enough to see each kind of value, not everything. */
export function selection(elements) {
  const wanted = ['family_name', 'birth_date', 'portrait', 'driving_privileges', 'issuing_country', 'sex',
    'portrait_capture_date', 'age_over_18', 'age_over_65'];
  return { [nameSpace]: Object.fromEntries(wanted.map((name) => [name, elements[nameSpace][name]])),
    'org.iso.18013.5.1.aamva': { DHS_compliance: elements['org.iso.18013.5.1.aamva'].DHS_compliance } };
}

const authorities = new Map();

/** Certificates and keys of an issuer, made once a run for each curve. */
export function authority(issuer, curve) {
  const name = `${issuer.name} ${curve}`;
  if (!authorities.has(name)) authorities.set(name, issuer.pki(curve));
  return authorities.get(name);
}

export function deviceRequest(elements, type = docType) {
  const nameSpaces = Object.fromEntries(Object.entries(elements)
    .map(([name, items]) => [name, Object.fromEntries(Object.keys(items).map((item) => [item, false]))]));
  const itemsRequest = encode({ docType: type, nameSpaces });
  return encode({ version: '1.0', docRequests: [{ itemsRequest: embedded(itemsRequest) }] }).toString('hex');
}

export const newKey = (curve) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'jwk' });
export const publicPart = ({ d, ...jwk }) => jwk;

const curveIds = { 'P-256': 1, 'P-384': 2, 'P-521': 3 };
const coseKey = (jwk) => encode(new Map([[1, 2], [-1, curveIds[jwk.crv]], [-2, Buffer.from(jwk.x, 'base64url')],
  [-3, Buffer.from(jwk.y, 'base64url')]]));

/** Thumbprint of RFC 7638. */
const thumbprint = ({ crv, kty, x, y }) =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('hex');

export const handovers = ['qr', 'nfc static', 'nfc negotiated', 'openid4vp', 'openid4vp-dcapi', 'oid4vp-annex-b'];

/**
 * A session: what a party needs to compute the transcript itself, and the transcript as the standard defines it.
 * The reader's key is on `curve`, as a MAC needs it on the curve of the device key.
 */
export function session(handover, curve = 'P-256') {
  const readerKey = newKey(curve);
  const near = () => {
    const deviceKey = coseKey(newKey(curve));
    const ble = new Map([[0, false], [1, true], [11, randomBytes(16)]]);
    const engagement = encode(new Map([[0, '1.0'], [1, [1, embedded(deviceKey)]],
      ...(handover === 'qr' ? [[2, [[2, 1, ble]]]] : [])]));
    return { engagement, items: [embedded(engagement), embedded(coseKey(readerKey))] };
  };
  const sha256 = (value) => createHash('sha256').update(encode(value)).digest();
  const nonce = randomBytes(18).toString('base64url');
  const make = (inputs, items) => ({ readerKey, ...inputs, session_transcript: encode(items).toString('hex') });

  if (handover === 'qr' || handover.startsWith('nfc')) {
    const { engagement, items } = near();
    const common = { engagement: engagement.toString('hex'), reader_public: publicPart(readerKey),
      e_reader_key: coseKey(readerKey).toString('hex') };
    if (handover === 'qr') return make({ ...common, handover: 'qr' }, [...items, null]);
    const select = randomBytes(150);
    const request = handover === 'nfc negotiated' ? randomBytes(120) : null;
    return make({ ...common, handover: 'nfc', select: select.toString('hex'), request: request?.toString('hex') },
      [...items, [select, request]]);
  }
  const clientJwk = publicPart(newKey('P-256'));
  const inputs = { handover, nonce, client_id: 'x509_san_dns:interop.example',
    response_uri: 'https://interop.example/response', origin: 'https://interop.example', mdoc_nonce: nonce,
    client_jwk: clientJwk, jwk_thumbprint: thumbprint(clientJwk) };
  const thumb = Buffer.from(inputs.jwk_thumbprint, 'hex');
  const { client_id: client, response_uri: uri } = inputs;
  return make(inputs, [null, null, {
    openid4vp: () => ['OpenID4VPHandover', sha256([client, nonce, thumb, uri])],
    'openid4vp-dcapi': () => ['OpenID4VPDCAPIHandover', sha256([inputs.origin, nonce, thumb])],
    'oid4vp-annex-b': () => [sha256([client, nonce]), sha256([uri, nonce]), nonce],
  }[handover]()]);
}

/** Changes one character of a text value where it stands in `hex`. */
export function alterText(hex, text) {
  const bytes = Buffer.from(hex, 'hex');
  const at = bytes.indexOf(Buffer.from(text));
  if (at < 0) throw new Error('the text to alter is not in the message');
  bytes[at] ^= 0x01;
  return bytes.toString('hex');
}

