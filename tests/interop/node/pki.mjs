// A fresh test PKI for the peers, with the certificate profiles of ISO/IEC 18013-5 Annex B: IACA root and document
// signer, reader authority and reader.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const hashes = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' };
const day = 24 * 60 * 60 * 1000;
const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
const documentSigner = '1.0.18013.5.1.2';
const mdocReader = '1.0.18013.5.1.6';

function serialNumber() {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] & 0x7f) | 0x40;  // positive, no leading zero
  return Buffer.from(bytes).toString('hex');
}

async function certificate({ name, keys, algorithm, issuer, extensions, days }) {
  const start = Date.now() - 30 * day;
  const signer = issuer ?? { name, keys };
  return x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: name,
    issuer: signer.name,
    notBefore: new Date(start),
    notAfter: new Date(start + days * day),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)] : []),
      new x509.IssuerAlternativeNameExtension([{ type: 'email', value: 'iaca@interop.example' }]),
      new x509.CRLDistributionPointsExtension(['http://interop.example/crl'], false),
    ],
  });
}

async function pkcs8(keys) {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

/** {curve, country} → PEM texts. The names are new each time, so that nothing can be taken from an earlier run. */
export async function makePki({ curve = 'P-256', country = 'UT' }) {
  const algorithm = { name: 'ECDSA', namedCurve: curve, hash: hashes[curve] };
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const run = webcrypto.randomUUID().slice(0, 8);
  const authority = async (what) => {
    const keys = await newKeys();
    const name = `C=${country}, O=Interop ${run}, CN=${what}`;
    const root = await certificate({ name, keys, algorithm, days: 3650, extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)] });
    return { name, keys, root };
  };
  const endEntity = async (what, issuer, purpose) => {
    const keys = await newKeys();
    const leaf = await certificate({ name: `C=${country}, O=Interop ${run}, CN=${what}`, keys, algorithm, issuer,
      days: 400, extensions: [
        new x509.KeyUsagesExtension(digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([purpose], true)] });
    return { leaf, keys };
  };
  const iaca = await authority('IACA');
  const ds = await endEntity('Document Signer', iaca, documentSigner);
  const readerAuthority = await authority('Reader Authority');
  const reader = await endEntity('Reader', readerAuthority, mdocReader);
  return {
    iaca_pem: iaca.root.toString('pem'),
    ds_pem: ds.leaf.toString('pem'),
    ds_key_pem: await pkcs8(ds.keys),
    reader_ca_pem: readerAuthority.root.toString('pem'),
    reader_pem: reader.leaf.toString('pem'),
    reader_key_pem: await pkcs8(reader.keys),
  };
}
