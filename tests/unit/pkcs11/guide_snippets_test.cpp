// The snippets of docs/guide/keys.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include "mdoc/pkcs11/return_value.hpp"
#include "provider_bench.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc {
namespace {

Result<std::shared_ptr<pkcs11::TokenKeyProvider>> open_wallet(const std::string& module_path, pkcs11::PinSource ask) {
  auto module = pkcs11::Module::load(module_path);
  if (!module) return module.error();
  auto token = pkcs11::TokenUri::parse("pkcs11:token=wallet");
  if (!token) return token.error();
  auto keys = std::make_shared<pkcs11::TokenKeyProvider>(*module, *std::move(token), std::move(ask));
  if (auto done = keys->log_in(); !done) return done.error();  // now rather than in the middle of a presentation
  return keys;
}

Result<crypto::EcPublicKey> new_device_key(pkcs11::TokenKeyProvider& keys, Rng& rng) {
  pkcs11::NewKey key{.label = "device", .id = Bytes(16), .curve = crypto::Curve::p256, .use = crypto::KeyUse::sign};
  if (auto drawn = rng.fill(key.id); !drawn) return drawn.error();
  return keys.generate_key(key);  // for the issuer
}

std::string advice(const Error& error) {
  if (error.code == Errc::key_store_unreachable) return "insert the card";
  if (error.code == Errc::declined) return "nothing: its owner refused";
  if (error.code != Errc::key_locked) return "the log: " + describe(error);
  if (error.native == pkcs11::pin_incorrect) return "the PIN, again";  // each call costs one try
  if (error.native == pkcs11::pin_locked) return "whoever gave out the card";
  return "the PIN";
}

TEST(KeysGuide, SnippetsOpenATokenMakeAKeyAndTellWhatIsWrong) {
  pkcs11::FakeToken token;
  token.label = "wallet";
  const auto pin = [](std::string_view digits) { return pkcs11::fixed_pin(SecretBytes::copy_of(as_bytes(digits))); };
  testing::CountingRng rng(5);
  const auto keys = open_wallet(pkcs11::fake_module_path(), pin("1234"));
  ASSERT_TRUE(keys);
  ASSERT_TRUE(new_device_key(**keys, rng));
  pkcs11::expect_signs(**keys, crypto::KeyRef("device"));
  EXPECT_EQ(advice((*keys)->agree(pkcs11::agree_request(crypto::KeyRef("device"))).error()).substr(0, 7), "the log");
  token.remove();
  EXPECT_EQ(advice((*keys)->log_in().error()), "insert the card");
  token.insert();
  EXPECT_EQ(advice(open_wallet(pkcs11::fake_module_path(), pin("0000")).error()), "the PIN, again");
  EXPECT_EQ(advice(open_wallet(pkcs11::fake_module_path(), {}).error()), "the PIN");
  token.wrong_pins = 3;
  EXPECT_EQ(advice(open_wallet(pkcs11::fake_module_path(), pin("1234")).error()), "whoever gave out the card");
  token.wrong_pins = 0;
  token.answer("C_Login", CKR_FUNCTION_CANCELED);
  EXPECT_EQ(advice(open_wallet(pkcs11::fake_module_path(), pin("1234")).error()), "nothing: its owner refused");
}

}  // namespace
}  // namespace mdoc
