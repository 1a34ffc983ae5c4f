#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fake_token.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/pkcs11/token_key_provider.hpp"

namespace mdoc::pkcs11 {

[[nodiscard]] inline crypto::PrivateKey new_key(crypto::Curve curve = crypto::Curve::p256) {
  return crypto::PrivateKey::generate(curve, crypto::system_rng()).value();
}
[[nodiscard]] inline crypto::SignRequest sign_request(const crypto::KeyRef& key) {
  return {.key = key, .algorithm = crypto::SignatureAlgorithm::es256, .message = {1, 2, 3}};
}
[[nodiscard]] inline crypto::AgreeRequest agree_request(const crypto::KeyRef& key,
                                                        crypto::Curve curve = crypto::Curve::p256) {
  return {.key = key, .peer = new_key(curve).public_key().coordinates()};
}

/// What a key of a provider does is right by our own cryptography.
inline void expect_signs(crypto::KeyProvider& provider, const crypto::KeyRef& key) {
  const auto coordinates = provider.public_key(key);
  ASSERT_TRUE(coordinates) << describe(coordinates.error());
  const auto known = crypto::PublicKey::import(*coordinates).value();
  auto request = sign_request(key);
  request.algorithm = crypto::signature_algorithm(known.curve()).value();
  const auto signature = provider.sign(request);
  ASSERT_TRUE(signature) << describe(signature.error()) << " " << std::hex << signature.error().native;
  EXPECT_TRUE(crypto::verify(known, request.algorithm, request.message, signature->raw));
}
inline void expect_agrees(crypto::KeyProvider& provider, const crypto::KeyRef& key) {
  const auto coordinates = provider.public_key(key);
  ASSERT_TRUE(coordinates) << describe(coordinates.error());
  const auto known = crypto::PublicKey::import(*coordinates).value();
  const auto peer = new_key(known.curve());
  const auto there = provider.agree({.key = key, .peer = peer.public_key().coordinates()});
  ASSERT_TRUE(there) << describe(there.error()) << " " << std::hex << there.error().native;
  const SecretBytes here = crypto::agree(peer, known).value();
  EXPECT_TRUE(constant_time_equal(there->view(), here.view()));
}

/// A fake token with the key "device" of id 01, and a provider that knows the PIN.
class ProviderBench {
 public:
  ProviderBench() { token.add_key("device", {1}, new_key()); }

  void expect_signs(const crypto::KeyRef& key) { pkcs11::expect_signs(provider, key); }
  void expect_agrees(const crypto::KeyRef& key) { pkcs11::expect_agrees(provider, key); }
  /// Every operation with the key fails so.
  void expect_all(const crypto::KeyRef& key, Errc code) {
    EXPECT_EQ(name(provider.public_key(key).error().code), name(code)) << key.str();
    EXPECT_EQ(name(provider.sign(sign_request(key)).error().code), name(code)) << key.str();
    EXPECT_EQ(name(provider.agree(agree_request(key)).error().code), name(code)) << key.str();
  }
  [[nodiscard]] static TokenUri uri(const std::string& text) { return TokenUri::parse("pkcs11:" + text).value(); }

  FakeToken token;
  std::string pin = "1234";       ///< what the owner types
  std::vector<PinPrompt> asked;   ///< how often, and how
  std::optional<Error> no_pin{};  ///< the owner will not
  PinSource ask = [this](const PinPrompt& prompt) -> Result<SecretBytes> {
    asked.push_back(prompt);
    if (no_pin) return *no_pin;
    return SecretBytes::copy_of(as_bytes(pin));
  };
  std::shared_ptr<Module> module = Module::load(fake_module_path()).value();
  TokenKeyProvider provider{module, uri("token=fake"), ask};
};

}  // namespace mdoc::pkcs11
