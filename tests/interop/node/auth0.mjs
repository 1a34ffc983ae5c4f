// @auth0/mdl behind the commands of peer.mjs.
import { createPrivateKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { fromHex, nameSpacesFromJson, toHex, toJson } from './values.mjs';

const require = createRequire(import.meta.url);
const { DataItem, DeviceResponse, Document, Verifier } = require('@auth0/mdl');
const { cborDecode, cborEncode, DateOnly } = require('@auth0/mdl/lib/cbor');
const { COSEKeyFromJWK } = require('cose-kit');


const types = { DateOnly };
const algorithms = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };
const named = (jwk, keyId) => (keyId === undefined ? jwk : { ...jwk, kid: keyId });

// The library keeps issued documents in a DeviceResponse; IssuerSigned is what travels between parties here.
function wrap(issuerSigned, docType) {
  const text = (value) => Buffer.from(cborEncode(value));
  return Buffer.concat([Buffer.from([0xa3]), text('version'), text('1.0'), text('documents'), Buffer.from([0x81, 0xa2]),
    text('docType'), text(docType), text('issuerSigned'), issuerSigned, text('status'), Buffer.from([0x00])]);
}

const wrapTranscript = (hex) => Buffer.from(cborEncode(new DataItem({ buffer: Buffer.from(hex, 'hex') })));

export async function issue(input) {
  const jwk = createPrivateKey(input.ds_key_pem).export({ format: 'jwk' });
  const document = new Document(input.doc_type)
    .useDigestAlgorithm(input.digest ?? 'SHA-256')
    .addValidityInfo({ signed: new Date(input.valid_from), validFrom: new Date(input.valid_from),
      validUntil: new Date(input.valid_until) })
    .addDeviceKeyInfo({ deviceKey: input.device_public });
  for (const [nameSpace, items] of nameSpacesFromJson(input.elements, types)) {
    document.addIssuerNameSpace(nameSpace, Object.fromEntries(items));
  }
  const signed = await document.sign({ issuerPrivateKey: named(jwk, input.key_id), issuerCertificate: input.ds_pem,
    alg: algorithms[jwk.crv] });
  return { issuer_signed: toHex(cborEncode(signed.prepare().get('issuerSigned'))) };
}

export async function respond(input) {
  const docRequests = cborDecode(Buffer.from(input.device_request, 'hex')).get('docRequests')
    .map((docRequest) => docRequest.get('itemsRequest').data);
  // The library answers presentation definitions, not DeviceRequests.
  const definition = {
    id: 'interop',
    input_descriptors: docRequests.map((itemsRequest) => ({
      id: itemsRequest.get('docType'),
      format: { mso_mdoc: { alg: ['ES256', 'ES384', 'ES512'] } },
      constraints: {
        limit_disclosure: 'required',
        fields: [...itemsRequest.get('nameSpaces')].flatMap(([nameSpace, elements]) => [...elements.keys()]
          .map((element) => ({ path: [`$['${nameSpace}']['${element}']`], intent_to_retain: false }))),
      },
    })),
  };
  const builder = DeviceResponse
    .from(new Uint8Array(wrap(Buffer.from(input.issuer_signed, 'hex'), docRequests[0].get('docType'))))
    .usingPresentationDefinition(definition)
    .usingSessionTranscriptBytes(wrapTranscript(input.session_transcript));
  const deviceKey = named(input.device_private, input.key_id);
  if (input.mac) {
    builder.authenticateWithMAC(deviceKey, new Uint8Array(COSEKeyFromJWK(input.reader_public)), 'HS256');
  } else {
    builder.authenticateWithSignature(deviceKey, algorithms[deviceKey.crv]);
  }
  return { device_response: toHex((await builder.sign()).encode()) };
}

export async function verify(input) {
  const failed = [];
  let response;
  try {
    response = await new Verifier(input.trusted).verify(fromHex(input.device_response), {
      encodedSessionTranscript: wrapTranscript(input.session_transcript),
      ...(input.reader_private && { ephemeralReaderKey: new Uint8Array(COSEKeyFromJWK(input.reader_private)) }),
      onCheck: ({ status, check, reason }) => { if (status === 'FAILED') failed.push(reason ?? check); },
    });
  } catch (error) {
    failed.push(`${error.name}: ${error.message}`);
  }
  const accepted = failed.length === 0;
  const elements = {};
  for (const document of accepted ? response.documents : []) {
    for (const [nameSpace, items] of Object.entries(document.issuerSigned.nameSpaces)) {
      elements[nameSpace] ??= {};
      for (const item of items) elements[nameSpace][item.elementIdentifier] = toJson(item.elementValue, types);
    }
  }
  return { accepted, failed, elements };
}

