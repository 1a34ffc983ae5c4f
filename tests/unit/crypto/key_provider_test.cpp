#include "mdoc/crypto/key_provider.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"

namespace mdoc::crypto {
namespace {

const KeyRef name("device");

PrivateKey new_key(Curve curve = Curve::p256) { return PrivateKey::generate(curve, system_rng()).value(); }
SignRequest sign_request(SignatureAlgorithm algorithm = SignatureAlgorithm::es256) {
  return {name, algorithm, Bytes{1, 2, 3}};
}
AgreeRequest agree_request(Curve curve = Curve::p256) { return {name, new_key(curve).public_key().coordinates()}; }

TEST(SoftwareKeyProvider, SignsWithTheKeyThatItNames) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key()));
  const PublicKey key = PublicKey::import(provider.public_key(name).value()).value();
  const KeyResponse response = answer(provider, sign_request()).value();
  EXPECT_TRUE(verify(key, SignatureAlgorithm::es256, Bytes{1, 2, 3}, std::get<Signature>(response).raw));
}

TEST(SoftwareKeyProvider, AgreesOnTheSecretOfBothSides) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key()));
  const PublicKey own = PublicKey::import(provider.public_key(name).value()).value();
  const PrivateKey peer = new_key();
  const SecretBytes here = provider.agree({name, peer.public_key().coordinates()}).value();
  const SecretBytes there = agree(peer, own).value();
  EXPECT_TRUE(constant_time_equal(here.view(), there.view()));
}

TEST(SoftwareKeyProvider, TheFirstUseDecidesForever) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key()));
  EXPECT_EQ(provider.use(name).value(), KeyUse::first_use);
  ASSERT_TRUE(provider.sign(sign_request()));
  EXPECT_EQ(provider.use(name).value(), KeyUse::sign);
  EXPECT_EQ(provider.agree(agree_request()).error().code, Errc::wrong_key_use);
  EXPECT_TRUE(provider.sign(sign_request()));

  ASSERT_TRUE(provider.remove(name));
  ASSERT_TRUE(provider.add(name, new_key()));
  ASSERT_TRUE(provider.agree(agree_request()));
  EXPECT_EQ(answer(provider, sign_request()).error().code, Errc::wrong_key_use);
}

TEST(SoftwareKeyProvider, AReservedKeyRefusesTheOtherUse) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key(), KeyUse::agree));
  EXPECT_EQ(provider.sign(sign_request()).error().code, Errc::wrong_key_use);
  ASSERT_TRUE(provider.remove(name));
  ASSERT_TRUE(provider.add(name, new_key(), KeyUse::sign));
  EXPECT_EQ(answer(provider, agree_request()).error().code, Errc::wrong_key_use);
}

TEST(SoftwareKeyProvider, ARequestThatCannotSucceedReservesNothing) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key()));
  EXPECT_EQ(provider.sign(sign_request(SignatureAlgorithm::es384)).error().code, Errc::algorithm_mismatch);
  EXPECT_EQ(provider.agree(agree_request(Curve::p384)).error().code, Errc::algorithm_mismatch);
  AgreeRequest off_curve = agree_request();
  off_curve.peer.y.back() ^= 1;
  EXPECT_EQ(provider.agree(off_curve).error().code, Errc::bad_key);
  EXPECT_EQ(provider.use(name).value(), KeyUse::first_use);
}

TEST(SoftwareKeyProvider, RefusesUsesThatACurveDoesNotHave) {
  SoftwareKeyProvider provider;
  EXPECT_EQ(provider.add(name, new_key(Curve::x25519), KeyUse::sign).error().code, Errc::wrong_key_use);
  EXPECT_EQ(provider.add(name, new_key(Curve::ed25519), KeyUse::agree).error().code, Errc::wrong_key_use);
  ASSERT_TRUE(provider.add(name, new_key(Curve::ed25519)));
  EXPECT_EQ(provider.agree(agree_request(Curve::ed25519)).error().code, Errc::algorithm_mismatch);
  ASSERT_TRUE(provider.remove(name));
  ASSERT_TRUE(provider.add(name, new_key(Curve::x448)));
  EXPECT_EQ(provider.sign(sign_request(SignatureAlgorithm::eddsa)).error().code, Errc::algorithm_mismatch);
}

TEST(SoftwareKeyProvider, UnknownAndTakenNamesAreErrorsOfUse) {
  SoftwareKeyProvider provider;
  EXPECT_EQ(provider.public_key(name).error().code, Errc::key_not_found);
  EXPECT_EQ(provider.sign(sign_request()).error().code, Errc::key_not_found);
  EXPECT_EQ(provider.agree(agree_request()).error().code, Errc::key_not_found);
  EXPECT_EQ(provider.use(name).error().code, Errc::key_not_found);
  EXPECT_EQ(provider.remove(name).error().code, Errc::key_not_found);
  ASSERT_TRUE(provider.add(name, new_key()));
  EXPECT_EQ(provider.add(name, new_key()).error().code, Errc::bad_argument);
}

TEST(SoftwareKeyProvider, ServesThreadsAndLetsOnlyOneUseWin) {
  SoftwareKeyProvider provider;
  ASSERT_TRUE(provider.add(name, new_key()));
  const PublicKey key = PublicKey::import(provider.public_key(name).value()).value();
  std::atomic<int> signed_count = 0;
  std::atomic<int> agreed_count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        if (i % 2 == 0) {
          const auto signature = provider.sign(sign_request());
          if (signature && verify(key, SignatureAlgorithm::es256, Bytes{1, 2, 3}, signature->raw)) ++signed_count;
        } else if (provider.agree(agree_request())) {
          ++agreed_count;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(signed_count + agreed_count, 10);
  EXPECT_EQ(std::min(signed_count.load(), agreed_count.load()), 0);
}

TEST(SystemRng, FillsAllAndDiffersEachTime) {
  Bytes a(64);
  Bytes b(64);
  ASSERT_TRUE(system_rng().fill(a));
  ASSERT_TRUE(system_rng().fill(b));
  EXPECT_NE(a, b);
  EXPECT_NE(Bytes(a.end() - 16, a.end()), Bytes(16));
  EXPECT_TRUE(system_rng().fill({}));
}

}  // namespace
}  // namespace mdoc::crypto
