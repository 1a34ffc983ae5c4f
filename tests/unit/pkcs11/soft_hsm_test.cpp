// A token that somebody else made: SoftHSM. What it does is checked by our own cryptography.
#include "soft_hsm.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "provider_bench.hpp"

#ifdef __has_feature
#  if __has_feature(address_sanitizer)
#    define MDOC_HAS_LEAK_CHECK
#    include <sanitizer/lsan_interface.h>
#  endif
#endif

namespace mdoc::pkcs11 {
namespace {

using crypto::Curve;
using crypto::KeyRef;
using testing::SoftHsm;

class SoftHsmTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = SoftHsm::module_path();
    if (!path) GTEST_SKIP() << testing::no_soft_hsm;
    hsm.init_token("mdoc");
    module = Module::load(*path).value();
    provider = open(SoftHsm::pin);
  }
  [[nodiscard]] std::unique_ptr<TokenKeyProvider> open(const std::string& pin) const {
    return std::make_unique<TokenKeyProvider>(module, TokenUri::parse("pkcs11:token=mdoc").value(),
                                              fixed_pin(SecretBytes::copy_of(as_bytes(pin))));
  }
  [[nodiscard]] Result<crypto::EcPublicKey> generate(const std::string& label, Curve curve = Curve::p256,
                                                     crypto::KeyUse use = crypto::KeyUse::first_use) const {
    return provider->generate_key(
        {.label = label, .id = Bytes(label.begin(), label.end()), .curve = curve, .use = use});
  }

  SoftHsm hsm;
  std::shared_ptr<Module> module;
  std::unique_ptr<TokenKeyProvider> provider;
};

TEST_F(SoftHsmTest, SignsAndAgreesOnEveryCurveThatItHas) {
  for (const Curve curve : {Curve::p256, Curve::p384, Curve::p521, Curve::brainpool_p256r1, Curve::brainpool_p320r1,
                            Curve::brainpool_p384r1, Curve::brainpool_p512r1}) {
    const std::string name(crypto::info(curve).name);
    SCOPED_TRACE(name);
    const auto signer = generate(name + " signs", curve);
    ASSERT_TRUE(signer) << describe(signer.error());
    EXPECT_EQ(provider->public_key(KeyRef(name + " signs")).value(), *signer);
    expect_signs(*provider, KeyRef(name + " signs"));
    ASSERT_TRUE(generate(name + " agrees", curve));
    expect_agrees(*provider, KeyRef(name + " agrees"));
  }
}

TEST_F(SoftHsmTest, Ed25519Signs) {
#ifdef MDOC_HAS_LEAK_CHECK
  const __lsan::ScopedDisabler softhsm_2_6_leaks_the_name_of_the_curve;
#endif
  const auto made = generate("ed", Curve::ed25519);
  ASSERT_TRUE(made) << describe(made.error());
  expect_signs(*provider, KeyRef("pkcs11:object=ed"));
}

TEST_F(SoftHsmTest, KeysOutliveTheProviderThatMadeThem) {
  const auto made = generate("device");
  ASSERT_TRUE(made);
  provider = open(SoftHsm::pin);
  EXPECT_EQ(provider->public_key(KeyRef("pkcs11:token=mdoc;object=device;type=private")).value(), *made);
  expect_signs(*provider, KeyRef("device"));
  module.reset();
  provider.reset();  // finalised, and initialised anew
  module = Module::load(*SoftHsm::module_path()).value();
  provider = open(SoftHsm::pin);
  expect_signs(*provider, KeyRef("device"));
}

TEST_F(SoftHsmTest, ThePublicHalfNeedsNoPin) {
  const auto made = generate("device");
  ASSERT_TRUE(made);
  provider.reset();  // and with it the login
  TokenKeyProvider without(module, TokenUri::parse("pkcs11:token=mdoc").value(), {});
  EXPECT_EQ(without.public_key(KeyRef("device")).value(), *made);
  EXPECT_EQ(without.sign(sign_request(KeyRef("device"))).error().code, Errc::key_locked);
}

TEST_F(SoftHsmTest, WrongAndUnknownAreRefused) {
  ASSERT_TRUE(generate("device"));
  EXPECT_EQ(generate("device").error().code, Errc::bad_argument);
  EXPECT_EQ(provider->sign(sign_request(KeyRef("other"))).error().code, Errc::key_not_found);
  EXPECT_EQ(provider->agree(agree_request(KeyRef("device"), Curve::p384)).error().code, Errc::algorithm_mismatch);
  ASSERT_TRUE(generate("signs", Curve::p256, crypto::KeyUse::sign));
  EXPECT_EQ(provider->agree(agree_request(KeyRef("signs"))).error().code, Errc::wrong_key_use);
  expect_signs(*provider, KeyRef("signs"));
  ASSERT_TRUE(generate("agrees", Curve::p256, crypto::KeyUse::agree));
  EXPECT_EQ(provider->sign(sign_request(KeyRef("agrees"))).error().code, Errc::wrong_key_use);
  expect_agrees(*provider, KeyRef("agrees"));
  TokenKeyProvider elsewhere(module, TokenUri::parse("pkcs11:token=other").value(), {});
  EXPECT_EQ(elsewhere.public_key(KeyRef("device")).error().code, Errc::key_store_unreachable);
}

TEST_F(SoftHsmTest, AWrongPinIsRefused) {
  const auto wrong = open("0000");
  const auto refused = wrong->log_in();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::key_locked);
  EXPECT_EQ(refused.error().native, static_cast<std::int32_t>(CKR_PIN_INCORRECT));
  EXPECT_TRUE(provider->log_in());
}

TEST_F(SoftHsmTest, ThreadsShareOneProvider) {
  ASSERT_TRUE(generate("signs"));
  ASSERT_TRUE(generate("agrees"));
  std::vector<std::thread> running;
  for (int i = 0; i < 4; ++i) {
    running.emplace_back([this, i] {
      for (int n = 0; n < 10; ++n) {
        if (i % 2 == 0)
          expect_signs(*provider, KeyRef("signs"));
        else
          expect_agrees(*provider, KeyRef("agrees"));
      }
    });
  }
  for (auto& thread : running) thread.join();
}

}  // namespace
}  // namespace mdoc::pkcs11
