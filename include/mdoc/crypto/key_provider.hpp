#pragma once

#include <variant>

#include "mdoc/core/export.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::crypto {

/// Name of a key within its provider: a keystore alias, a PKCS#11 label. Means nothing to the library.
using KeyRef = StrongText<struct KeyRefTag>;

/// Sign `message`, a whole Sig_structure; the provider hashes it.
struct SignRequest {
  KeyRef key;
  SignatureAlgorithm algorithm{};
  Bytes message;
};

/// ECDH with `peer`: for EMacKey (ISO/IEC 18013-5, 9.1.3.5) and for HPKE recipients.
struct AgreeRequest {
  KeyRef key;
  EcPublicKey peer;
};

using KeyRequest = std::variant<SignRequest, AgreeRequest>;
using KeyResponse = std::variant<Signature, SecretBytes>;

/// Private keys that the library never sees: Secure Enclave, Android Keystore, PKCS#11 token, or
/// SoftwareKeyProvider. Blocking and thread-safe: drivers call it on a worker thread, state machines
/// never do (they emit UseKey).
class MDOC_EXPORT KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  /// @return usage/key_not_found
  [[nodiscard]] virtual Result<EcPublicKey> public_key(const KeyRef& key) = 0;
  /// @return denied/key_locked: authenticate the user, then retry; usage/key_not_found;
  ///         usage/wrong_key_use: the key is reserved for agree(); untrusted/algorithm_mismatch
  [[nodiscard]] virtual Result<Signature> sign(const SignRequest& request) = 0;
  /// Raw ZAB as of crypto::agree(), not a derived key.
  /// @return as sign(); malformed/bad_key: the peer key is not on its curve
  [[nodiscard]] virtual Result<SecretBytes> agree(const AgreeRequest& request) = 0;
};

/// Hands a request to the operation it asks for.
[[nodiscard]] MDOC_EXPORT Result<KeyResponse> answer(KeyProvider& provider, const KeyRequest& request);

}  // namespace mdoc::crypto
