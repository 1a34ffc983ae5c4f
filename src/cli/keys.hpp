#pragma once

#include <string>
#include <vector>

#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::cli {

/// A KEY argument: a path, `-`, `env:NAME`, `fd:N`, `hex:…` or `b64:…`, holding PEM (PKCS#8 or SEC 1),
/// a JWK or a COSE_Key. Warns about a private key that everybody may read. Throws Failure.
[[nodiscard]] crypto::PrivateKey load_private_key(const std::string& spec);
/// The same for a public key; a private key or a certificate gives its public key.
[[nodiscard]] crypto::PublicKey load_public_key(const std::string& spec);
/// Certificates: PEM, one or more, or a single DER certificate. Throws Failure.
[[nodiscard]] std::vector<crypto::Certificate> load_certificates(const std::string& spec);

}  // namespace mdoc::cli
