#pragma once

#include <memory>

#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::cli {

/// A private key that signs, wherever it is: in memory, or where a KeyProvider has it.
class SigningKey {
 public:
  explicit SigningKey(crypto::PrivateKey key);
  SigningKey(std::shared_ptr<crypto::KeyProvider> provider, crypto::KeyRef name, const crypto::PublicKey& public_key);

  [[nodiscard]] const crypto::PublicKey& public_key() const { return public_key_; }
  /// @return as KeyProvider::sign()
  [[nodiscard]] Result<crypto::Signature> sign(crypto::SignatureAlgorithm algorithm,
                                               const crypto::MessageParts& message) const;

 private:
  std::shared_ptr<crypto::KeyProvider> provider_;
  crypto::KeyRef name_;
  crypto::PublicKey public_key_;
};

}  // namespace mdoc::cli
