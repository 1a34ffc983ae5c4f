#pragma once

#include <memory>
#include <string>

#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/software_key_provider.hpp"

namespace mdoc::cli {

/// A KEY that is a `pkcs11:` URI (RFC 7512) names a key in a token.
[[nodiscard]] inline bool is_token_key(const std::string& spec) { return spec.starts_with("pkcs11:"); }

/// A private key in a token, its user logged in.
struct TokenKey {
  std::shared_ptr<crypto::KeyProvider> provider;  ///< the same for all keys of one token
  crypto::KeyRef name;                            ///< the URI, without a PIN
  crypto::PublicKey public_key;
};

// The module is that of module-path or module-name of the URI, of the variable PKCS11_MODULE_PATH, or else whatever
// p11-kit knows on this system. The PIN is that of pin-value or pin-source, or asked for on the terminal.
//
// All throw Failure, which says what to do; also where this build has no component for tokens.

[[nodiscard]] TokenKey open_token_key(const std::string& spec);
/// Without a PIN where the token needs none for this.
[[nodiscard]] crypto::PublicKey token_public_key(const std::string& spec);
/// Makes a key that never leaves the token. The URI names a token and the new "object"; without an "id" one is drawn.
[[nodiscard]] TokenKey make_token_key(const std::string& spec, crypto::Curve curve, crypto::KeyUse use);

}  // namespace mdoc::cli
