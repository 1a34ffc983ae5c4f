#pragma once

#include <string>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::cli {

/// A KEY argument: a path, `-`, `env:NAME`, `fd:N`, `hex:…` or `b64:…`, holding PEM (PKCS#8 or SEC 1),
/// a JWK or a COSE_Key, the latter also as hex or base64 text. Warns about a private key that everybody may read.
/// Throws Failure.
[[nodiscard]] crypto::PrivateKey load_private_key(const std::string& spec);
/// The same for a public key; a private key or a certificate gives its public key.
[[nodiscard]] crypto::PublicKey load_public_key(const std::string& spec);
/// EReaderKeyBytes, the item with tag 24, of a public key: exactly as it came where it came as COSE_Key,
/// because sessions are bound to these bytes. Throws Failure.
[[nodiscard]] Bytes load_ephemeral_key_bytes(const std::string& spec);
/// Certificates: PEM, one or more, or a single DER certificate. Throws Failure.
[[nodiscard]] std::vector<crypto::Certificate> load_certificates(const std::string& spec);

/// Refuses, as a usage mistake, a private key that is not that of the certificate.
void require_key_of(const crypto::Certificate& certificate, const std::string& certificate_spec,
                    const crypto::PrivateKey& key, const std::string& key_spec);

// The same of content that was read already; `name` is for messages.
[[nodiscard]] crypto::PublicKey public_key_from(ByteView content, const std::string& name);
[[nodiscard]] std::vector<crypto::Certificate> certificates_from(ByteView content, const std::string& name);

}  // namespace mdoc::cli
