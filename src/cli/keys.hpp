#pragma once

#include <string>
#include <vector>

#include "cli/signing_key.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::cli {

/// A KEY argument: a path, `-`, `env:NAME`, `fd:N`, `hex:…` or `b64:…`, holding PEM (PKCS#8 or SEC 1),
/// a JWK or a COSE_Key, the latter also as hex or base64 text. Warns about a private key that everybody may read.
/// Throws Failure, which says what was found instead; then `hint` follows, if that was no key at all. It is never in a
/// token, as what is needed is the key itself: the ephemeral one of a session.
[[nodiscard]] crypto::PrivateKey load_private_key(const std::string& spec, const std::string& hint = {});
/// The same for a key that only signs: it may also be a `pkcs11:` URI, and stay in its token.
[[nodiscard]] SigningKey load_signing_key(const std::string& spec, const std::string& hint = {});
/// The same for a public key; a private key, also in a token, or a certificate gives its public key.
[[nodiscard]] crypto::PublicKey load_public_key(const std::string& spec);
/// EReaderKeyBytes, the item with tag 24, of a public key: exactly as it came where it came as COSE_Key,
/// because sessions are bound to these bytes. Throws Failure.
[[nodiscard]] Bytes load_ephemeral_key_bytes(const std::string& spec);
/// Warns about a file with `what` ("a private key") that everybody may read.
void warn_if_world_readable(const std::string& spec, const std::string& what);
/// Certificates: PEM, one or more, or a single DER certificate. Throws Failure, which says what was found instead;
/// then `hint` follows, if that was a private key.
[[nodiscard]] std::vector<crypto::Certificate> load_certificates(const std::string& spec, const std::string& hint = {});

/// A private key and its certificate, as two options name them.
struct CertifiedKeyArguments {
  std::string key_option, key, certificate_option, certificate;
  [[nodiscard]] std::string hint() const;  ///< after an error: the two may be swapped
};
/// The first of `certificates` is that of the key.
struct CertifiedKey {
  SigningKey key;
  std::vector<crypto::Certificate> certificates;
};
/// Throws Failure, also where key and certificate do not belong together.
[[nodiscard]] CertifiedKey load_certified_key(const CertifiedKeyArguments& arguments);
/// The certificates alone, of a key that was loaded already.
[[nodiscard]] std::vector<crypto::Certificate> load_certificates_of(const crypto::PublicKey& key,
                                                                    const CertifiedKeyArguments& arguments);

/// A signer sends its chain without the root, which whoever trusts it has. Throws Failure where there is one behind the
/// first certificate of `file`.
void require_no_root(const std::vector<crypto::Certificate>& chain, const std::string& file);

// The same of content that was read already; `name` is for messages.
[[nodiscard]] crypto::PrivateKey private_key_from(ByteView content, const std::string& name,
                                                  const std::string& hint = {});
[[nodiscard]] crypto::PublicKey public_key_from(ByteView content, const std::string& name);
[[nodiscard]] Bytes ephemeral_key_bytes_from(ByteView content, const std::string& name);
[[nodiscard]] std::vector<crypto::Certificate> certificates_from(ByteView content, const std::string& name,
                                                                 const std::string& hint = {});

}  // namespace mdoc::cli
