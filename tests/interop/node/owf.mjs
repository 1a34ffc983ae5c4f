// @owf/mdoc behind the commands of peer.mjs.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { DateOnly, DeviceAuth, DeviceAuthentication, DeviceEngagement, DeviceKey, DeviceMac, DeviceNamespaces,
  DeviceRequest, DeviceResponse, DeviceSignature, DeviceSigned, Document, EReaderKey, Header, Holder, Issuer,
  IssuerSigned, limitDisclosureToDeviceRequestNameSpaces, MacAlgorithm, NfcHandover, ProtectedHeaders,
  SessionTranscript, SignatureAlgorithm, UnprotectedHeaders, Verifier } from '@owf/mdoc';
import { context, coseKeyFromJwk } from './owf_context.mjs';
import { fromHex, nameSpacesFromJson, toHex, toJson } from './values.mjs';

const types = { DateOnly };
const algorithms = { 'P-256': SignatureAlgorithm.ES256, 'P-384': SignatureAlgorithm.ES384,
  'P-521': SignatureAlgorithm.ES512 };
const derOf = (pem) => new Uint8Array(new X509Certificate(pem).raw);
const transcriptOf = (hex) => SessionTranscript.decode(fromHex(hex));

export async function issue(input) {
  context.largeDigestIds = input.large_digest_ids === true;
  const jwk = createPrivateKey(input.ds_key_pem).export({ format: 'jwk' });
  const algorithm = algorithms[jwk.crv];
  const issuer = new Issuer(input.doc_type, context);
  for (const [nameSpace, items] of nameSpacesFromJson(input.elements, types)) {
    issuer.addIssuerNamespace(nameSpace, items);
  }
  const issuerSigned = await issuer.sign({
    signingKey: coseKeyFromJwk(jwk, { algorithm, keyId: input.key_id }),
    algorithm,
    digestAlgorithm: input.digest ?? 'SHA-256',
    validityInfo: { signed: new Date(input.valid_from), validFrom: new Date(input.valid_from),
      validUntil: new Date(input.valid_until) },
    deviceKeyInfo: { deviceKey: DeviceKey.fromEncodedStructure(coseKeyFromJwk(input.device_public).encodedStructure) },
    certificates: [derOf(input.ds_pem)],
  });
  return { issuer_signed: toHex(issuerSigned.encode()) };
}

/** Through the library's facade, unless that cannot do what is asked. */
export async function respond(input) {
  const issuerSigned = IssuerSigned.decode(fromHex(input.issuer_signed));
  const deviceRequest = DeviceRequest.decode(fromHex(input.device_request));
  const sessionTranscript = transcriptOf(input.session_transcript);
  const signingKey = coseKeyFromJwk(input.device_private,
    { algorithm: algorithms[input.device_private.crv], keyId: input.key_id });
  const ephemeralKey = input.mac && coseKeyFromJwk(input.reader_public);
  if ((input.mac && !input.through_facade) || input.present_as) {
    const documents = await Promise.all(deviceRequest.docRequests.map((docRequest) => document({ issuerSigned,
      docRequest, sessionTranscript, signingKey, ephemeralKey,
      docType: input.present_as ?? docRequest.itemsRequest.docType })));
    return { device_response: toHex(DeviceResponse.createSimple({ documents }).encode()) };
  }
  const response = await Holder.createDeviceResponseForDeviceRequest({ deviceRequest, issuerSigned: [issuerSigned],
    sessionTranscript, ...(ephemeralKey ? { mac: { signingKey, ephemeralKey } } : { signature: { signingKey } }),
  }, context);
  return { device_response: toHex(response.encode()) };
}

// A document put together from the library's parts. The facade's MAC is not one (docs/interop.md): here it gets the
// MAC algorithm in its header, and an external_aad, without which the library leaves it out of MAC_structure.
async function document({ issuerSigned, docRequest, sessionTranscript, signingKey, ephemeralKey, docType }) {
  const deviceNamespaces = DeviceNamespaces.create({ deviceNamespaces: new Map() });
  const authentication = {
    protectedHeaders: ProtectedHeaders.create({ protectedHeaders: new Map([[Header.Algorithm,
      ephemeralKey ? MacAlgorithm.HS256 : signingKey.algorithm]]) }),
    unprotectedHeaders: UnprotectedHeaders.create({}),
    detachedPayload: DeviceAuthentication.create({ sessionTranscript, docType, deviceNamespaces })
      .encode({ asDataItem: true }),
    externalAad: new Uint8Array(),
  };
  const deviceAuth = ephemeralKey
    ? { deviceMac: await DeviceMac.create({ ...authentication, privateKey: signingKey, ephemeralKey,
      sessionTranscript }, context) }
    : { deviceSignature: await DeviceSignature.create({ ...authentication, signingKey }, context) };
  return Document.create({
    docType,
    issuerSigned: IssuerSigned.create({ issuerAuth: issuerSigned.issuerAuth,
      issuerNamespaces: limitDisclosureToDeviceRequestNameSpaces(issuerSigned, docRequest) }),
    deviceSigned: DeviceSigned.create({ deviceNamespaces, deviceAuth: DeviceAuth.create(deviceAuth) }),
  });
}

export async function verify(input) {
  const failed = [];
  const record = ({ status, check, reason }) => { if (status === 'FAILED') failed.push(reason ?? check); };
  let response;
  try {
    response = DeviceResponse.decode(fromHex(input.device_response));
    const sessionTranscript = transcriptOf(input.session_transcript);
    const trustedCertificates = input.trusted.map(derOf);
    const ephemeralReaderKey = input.reader_private && coseKeyFromJwk(input.reader_private);
    const documents = response.documents ?? [];
    if (input.through_facade || !documents.some((document) => document.deviceSigned.deviceAuth.deviceMac)) {
      await Verifier.verifyDeviceResponse({ deviceResponse: response, sessionTranscript, trustedCertificates,
        ephemeralReaderKey, onCheck: record }, context);
    } else {
      // The facade refuses every MAC (docs/interop.md): the same checks, with the MAC verified part by part.
      for (const document of documents) {
        await document.issuerSigned.verify({ trustedCertificates, verificationCallback: record }, context);
        const { deviceMac } = document.deviceSigned.deviceAuth;
        if (deviceMac.signatureAlgorithmName !== 'HS256') failed.push('deviceMac does not name HMAC 256/256');
        deviceMac.externalAad = new Uint8Array();
        deviceMac.detachedPayload = DeviceAuthentication.create({ sessionTranscript, docType: document.docType,
          deviceNamespaces: document.deviceSigned.deviceNamespaces }).encode({ asDataItem: true });
        const good = ephemeralReaderKey && await deviceMac.verify({ sessionTranscript,
          publicKey: document.issuerSigned.issuerAuth.mobileSecurityObject.deviceKeyInfo.deviceKey,
          privateKey: ephemeralReaderKey }, context);
        if (!good) failed.push('deviceMac does not verify');
      }
    }
    if (documents.length === 0) failed.push('no document');
  } catch (error) {
    failed.push(`${error.name}: ${error.message}`);
  }
  const accepted = failed.length === 0;
  return { accepted, failed, elements: accepted ? elementsOf(response) : {} };
}

function elementsOf(response) {
  const elements = {};
  for (const document of response.documents) {
    for (const [nameSpace, items] of document.issuerSigned.issuerNamespaces.issuerNamespaces) {
      elements[nameSpace] ??= {};
      for (const item of items) elements[nameSpace][item.elementIdentifier] = toJson(item.elementValue, types);
    }
  }
  return elements;
}

/** Reader authentication of a request: the library verifies the signature, but not the certificate. */
export async function checkRequest(input) {
  const failed = [];
  try {
    const deviceRequest = DeviceRequest.decode(fromHex(input.device_request));
    if (!deviceRequest.docRequests.every((docRequest) => docRequest.readerAuth)) failed.push('no readerAuth');
    await Holder.verifyDeviceRequest({ deviceRequest, sessionTranscript: transcriptOf(input.session_transcript),
      verificationCallback: ({ status, check }) => { if (status === 'FAILED') failed.push(check); } }, context);
  } catch (error) {
    failed.push(`${error.name}: ${error.message}`);
  }
  return { accepted: failed.length === 0, failed };
}

export async function transcript(input) {
  const near = () => ({
    deviceEngagement: DeviceEngagement.decode(fromHex(input.engagement)),
    eReaderKey: EReaderKey.decode(fromHex(input.e_reader_key)),
  });
  const thumbprint = () => (input.jwk_thumbprint ? fromHex(input.jwk_thumbprint) : undefined);
  const made = await {
    qr: () => SessionTranscript.forQrHandover(near()),
    nfc: () => SessionTranscript.create({ ...near(), handover: NfcHandover.create({
      selectMessage: fromHex(input.select), requestMessage: input.request ? fromHex(input.request) : null }) }),
    openid4vp: () => SessionTranscript.forOid4Vp({ clientId: input.client_id, nonce: input.nonce,
      responseUri: input.response_uri, jwkThumbprint: thumbprint() }, context),
    'openid4vp-dcapi': () => SessionTranscript.forOid4VpDcApi({ origin: input.origin, nonce: input.nonce,
      jwkThumbprint: thumbprint() }, context),
    'oid4vp-annex-b': () => SessionTranscript.forOid4VpDraft18({ clientId: input.client_id,
      verifierGeneratedNonce: input.nonce, responseUri: input.response_uri,
      mdocGeneratedNonce: input.mdoc_nonce }, context),
  }[input.handover]();
  return { session_transcript: toHex(made.encode()) };
}
