#include "cli/key_ring.hpp"

#include <utility>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"

namespace mdoc::cli {

KeyRing::Added KeyRing::add(const std::string& spec, const std::string& hint) {
  crypto::KeyRef name("key-" + std::to_string(count_++));
  if (is_token_key(spec)) {
    TokenKey key = open_token_key(spec);
    const crypto::PublicKey public_key = key.public_key;
    tokens_.emplace(name, std::move(key));
    return {.name = std::move(name), .public_key = public_key};
  }
  crypto::PrivateKey key = load_private_key(spec, hint);
  const crypto::PublicKey public_key = key.public_key();
  require(memory_.add(name, std::move(key)), "cannot use the key " + secret_name(spec));
  return {.name = std::move(name), .public_key = public_key};
}

Result<crypto::EcPublicKey> KeyRing::public_key(const crypto::KeyRef& key) {
  const auto found = tokens_.find(key);
  return found == tokens_.end() ? memory_.public_key(key) : found->second.provider->public_key(found->second.name);
}

Result<crypto::Signature> KeyRing::sign(const crypto::SignRequest& request) {
  const auto found = tokens_.find(request.key);
  if (found == tokens_.end()) return memory_.sign(request);
  auto renamed = request;
  renamed.key = found->second.name;
  return found->second.provider->sign(renamed);
}

Result<SecretBytes> KeyRing::agree(const crypto::AgreeRequest& request) {
  const auto found = tokens_.find(request.key);
  if (found == tokens_.end()) return memory_.agree(request);
  auto renamed = request;
  renamed.key = found->second.name;
  return found->second.provider->agree(renamed);
}

}  // namespace mdoc::cli
