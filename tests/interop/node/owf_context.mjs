// @owf/mdoc leaves cryptography and certificates to its caller. This is that part, over node:crypto.
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes, sign,
  timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { CoseKey, Curve, KeyType, SignatureAlgorithm } from '@owf/mdoc';

const hashOf = { [SignatureAlgorithm.ES256]: 'sha256', [SignatureAlgorithm.ES384]: 'sha384',
  [SignatureAlgorithm.ES512]: 'sha512' };
const curveNames = new Map([[Curve['P-256'], 'P-256'], [Curve['P-384'], 'P-384'], [Curve['P-521'], 'P-521']]);
const curveOfLength = new Map([[32, 'P-256'], [48, 'P-384'], [66, 'P-521']]);
const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const fromBase64url = (text) => new Uint8Array(Buffer.from(text, 'base64url'));

// The library's own JWK functions know P-256 only under its right name, so the mapping is ours.
export function coseKeyFromJwk(jwk, { algorithm, keyId } = {}) {
  return CoseKey.create({
    keyType: KeyType.Ec,
    curve: Curve[jwk.crv],
    x: fromBase64url(jwk.x),
    y: fromBase64url(jwk.y),
    ...(jwk.d && { d: fromBase64url(jwk.d) }),
    ...(algorithm !== undefined && { algorithm }),
    ...(keyId !== undefined && { keyId }),
  });
}

export function jwkFromCoseKey(key) {
  return { kty: 'EC', crv: curveNames.get(key.curve), x: base64url(key.x), y: base64url(key.y),
    ...(key.d && { d: base64url(key.d) }) };
}

const privateKeyObject = (jwk) => createPrivateKey({ key: jwk, format: 'jwk' });
const publicKeyObject = ({ d, ...jwk }) => createPublicKey({ key: jwk, format: 'jwk' });

// EMacKey takes its keys as COSE_Key bytes when a MAC is made and as bare scalar and point when one is verified.
function agreementKeys(privateBytes, publicBytes) {
  let publicJwk;
  if (publicBytes[0] === 0x04 && publicBytes.length % 2 === 1 && curveOfLength.has((publicBytes.length - 1) / 2)) {
    const size = (publicBytes.length - 1) / 2;
    publicJwk = { kty: 'EC', crv: curveOfLength.get(size), x: base64url(publicBytes.subarray(1, 1 + size)),
      y: base64url(publicBytes.subarray(1 + size)) };
  } else {
    publicJwk = jwkFromCoseKey(CoseKey.decode(publicBytes));
  }
  if (!curveOfLength.has(privateBytes.length)) {
    return [privateKeyObject(jwkFromCoseKey(CoseKey.decode(privateBytes))), publicKeyObject(publicJwk)];
  }
  // A JWK needs the public half too; derive it from the scalar.
  return [privateKeyFromScalar(publicJwk.crv, privateBytes), publicKeyObject(publicJwk)];
}

// RFC 5915 ECPrivateKey without the optional public key.
function privateKeyFromScalar(curve, scalar) {
  const oid = { 'P-256': '06082a8648ce3d030107', 'P-384': '06052b81040022', 'P-521': '06052b81040023' }[curve];
  const parameters = Buffer.from(oid, 'hex');
  const body = Buffer.concat([Buffer.from([2, 1, 1, 4, scalar.length]), scalar,
    Buffer.from([0xa0, parameters.length]), parameters]);
  const key = Buffer.concat([Buffer.from([0x30, body.length]), body]);
  return createPrivateKey({ key, format: 'der', type: 'sec1' });
}

const pemOf = (der) => new X509Certificate(Buffer.from(der));
const fields = (name, field) => name.split('\n').filter((line) => line.startsWith(`${field}=`))
  .map((line) => line.slice(field.length + 1));

export const context = {
  crypto: {
    random: (length) => {
      const bytes = new Uint8Array(randomBytes(length));
      // digestID is below 2^31 in the standard; the library fills all 32 bits, so every second one is not.
      if (length === 4) bytes[0] = context.largeDigestIds ? bytes[0] | 0x80 : bytes[0] & 0x7f;
      return bytes;
    },
    digest: ({ digestAlgorithm, bytes }) =>
      new Uint8Array(createHash(digestAlgorithm.replace('-', '').toLowerCase()).update(bytes).digest()),
    calculateEphemeralMacKey: ({ privateKey, publicKey, sessionTranscriptBytes, info }) => {
      const [ours, theirs] = agreementKeys(privateKey, publicKey);
      const secret = diffieHellman({ privateKey: ours, publicKey: theirs });
      const salt = createHash('sha256').update(sessionTranscriptBytes).digest();
      return CoseKey.create({ keyType: KeyType.Oct, k: new Uint8Array(hkdfSync('sha256', secret, salt, info, 32)) });
    },
  },
  cose: {
    sign1: {
      sign: ({ toBeSigned, key, algorithm }) => new Uint8Array(sign(hashOf[algorithm ?? key.algorithm], toBeSigned,
        { key: privateKeyObject(jwkFromCoseKey(key)), dsaEncoding: 'ieee-p1363' })),
      verify: ({ sign1, key }) => verify(hashOf[SignatureAlgorithm[sign1.signatureAlgorithmName]], sign1.toBeSigned,
        { key: publicKeyObject(jwkFromCoseKey(key)), dsaEncoding: 'ieee-p1363' }, sign1.signature),
    },
    mac0: {
      sign: ({ key, toBeAuthenticated }) =>
        new Uint8Array(createHmac('sha256', key.privateKey).update(toBeAuthenticated).digest()),
      verify: ({ mac0, key }) => {
        const expected = createHmac('sha256', key.privateKey).update(mac0.toBeAuthenticated).digest();
        return expected.length === mac0.tag.length && timingSafeEqual(expected, mac0.tag);
      },
    },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) => fields(pemOf(certificate).issuer, field),
    getPublicKey: ({ certificate }) => coseKeyFromJwk(pemOf(certificate).publicKey.export({ format: 'jwk' })),
    verifyCertificateChain: ({ trustedCertificates, x5chain, now = new Date() }) => {
      const leaf = pemOf(x5chain[0]);
      const root = trustedCertificates.map(pemOf).find((candidate) => leaf.checkIssued(candidate));
      if (!root || !leaf.verify(root.publicKey)) throw new Error('the document signer has no trusted issuer');
      for (const certificate of [leaf, root]) {
        if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo)) {
          throw new Error('a certificate of the chain is outside its validity');
        }
      }
    },
    getCertificateData: ({ certificate }) => {
      const parsed = pemOf(certificate);
      return { issuerName: parsed.issuer, subjectName: parsed.subject, serialNumber: parsed.serialNumber,
        thumbprint: parsed.fingerprint, notBefore: new Date(parsed.validFrom), notAfter: new Date(parsed.validTo),
        pem: parsed.toString() };
    },
  },
  /** Digest identifiers beyond the standard's range, which the library draws every second time. */
  largeDigestIds: false,
};
