#include "cli/signing_key.hpp"

#include "cli/failure.hpp"
#include "mdoc/crypto/software_key_provider.hpp"

namespace mdoc::cli {

SigningKey::SigningKey(crypto::PrivateKey key) : name_("signer"), public_key_(key.public_key()) {
  auto memory = std::make_shared<crypto::SoftwareKeyProvider>();
  require(memory->add(name_, std::move(key)), "cannot use this key");
  provider_ = std::move(memory);
}

SigningKey::SigningKey(std::shared_ptr<crypto::KeyProvider> provider, crypto::KeyRef name,
                       const crypto::PublicKey& public_key)
    : provider_(std::move(provider)), name_(std::move(name)), public_key_(public_key) {}

Result<crypto::Signature> SigningKey::sign(crypto::SignatureAlgorithm algorithm,
                                           const crypto::MessageParts& message) const {
  crypto::SignRequest request{.key = name_, .algorithm = algorithm, .message = {}};
  request.message.reserve(message.size());
  for (const ByteView part : message.parts()) request.message.insert(request.message.end(), part.begin(), part.end());
  return provider_->sign(request);
}

}  // namespace mdoc::cli
