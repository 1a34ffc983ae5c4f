#include "mdoc/crypto/signature.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "wycheproof.hpp"

namespace mdoc::crypto {
namespace {

using testing::bytes;
using testing::hex;
using testing::WycheproofCount;

PublicKey group_key(const boost::json::value& group) {
  return PublicKey::from_spki(bytes(group, "publicKeyDer")).value();
}

bool accepts_raw(const boost::json::value& group, const boost::json::value& test) {
  const PublicKey key = group_key(group);
  const auto verdict = verify(key, *signature_algorithm(key.curve()), bytes(test, "msg"), bytes(test, "sig"));
  if (!verdict) {
    EXPECT_EQ(verdict.error().code, Errc::signature_invalid);
  }
  return verdict.has_value();
}

bool accepts_der(const boost::json::value& group, const boost::json::value& test) {
  const PublicKey key = group_key(group);
  const Bytes der = bytes(test, "sig");
  const auto signature = signature_from_der(key.curve(), der);
  if (!signature) {
    EXPECT_EQ(signature.error().code, Errc::signature_invalid);
    return false;
  }
  EXPECT_EQ(signature_to_der(key.curve(), signature->raw).value(), der);
  return verify(key, *signature_algorithm(key.curve()), bytes(test, "msg"), signature->raw).has_value();
}

TEST(Verify, PassesWycheproofForRawEcdsaSignatures) {
  MDOC_NEEDS_SHARED_VECTORS();
  const struct {
    std::string_view file;
    WycheproofCount count;
  } rows[] = {
      {"ecdsa_secp256r1_sha256_p1363_test.json", {173, 89, 0}},
      {"ecdsa_secp384r1_sha384_p1363_test.json", {193, 87, 0}},
      {"ecdsa_secp521r1_sha512_p1363_test.json", {231, 87, 0}},
      {"ecdsa_brainpoolP256r1_sha256_p1363_test.json", {175, 86, 0}},
      {"ecdsa_brainpoolP320r1_sha384_p1363_test.json", {178, 87, 0}},
      {"ecdsa_brainpoolP384r1_sha384_p1363_test.json", {206, 86, 0}},
      {"ecdsa_brainpoolP512r1_sha512_p1363_test.json", {251, 86, 0}},
  };
  for (const auto& row : rows) EXPECT_EQ(testing::run_wycheproof(row.file, accepts_raw), row.count) << row.file;
}

TEST(Verify, PassesWycheproofForDerEcdsaSignatures) {
  MDOC_NEEDS_SHARED_VECTORS();
  EXPECT_EQ(testing::run_wycheproof("ecdsa_secp256r1_sha256_test.json", accepts_der), (WycheproofCount{174, 310, 0}));
  EXPECT_EQ(testing::run_wycheproof("ecdsa_secp384r1_sha384_test.json", accepts_der), (WycheproofCount{194, 310, 0}));
  EXPECT_EQ(testing::run_wycheproof("ecdsa_secp521r1_sha512_test.json", accepts_der), (WycheproofCount{232, 310, 0}));
}

TEST(Verify, PassesWycheproofForEdDsa) {
  MDOC_NEEDS_SHARED_VECTORS();
  EXPECT_EQ(testing::run_wycheproof("ed25519_test.json", accepts_raw), (WycheproofCount{88, 63, 0}));
  EXPECT_EQ(testing::run_wycheproof("ed448_test.json", accepts_raw), (WycheproofCount{17, 70, 0}));
}

TEST(Verify, TakesOnlyTheAlgorithmOfTheCurve) {
  constexpr SignatureAlgorithm algorithms[] = {SignatureAlgorithm::es256,           SignatureAlgorithm::es384,
                                               SignatureAlgorithm::es512,           SignatureAlgorithm::eddsa,
                                               static_cast<SignatureAlgorithm>(-9), static_cast<SignatureAlgorithm>(0)};
  for (const CurveInfo& row : curves()) {
    SCOPED_TRACE(std::string(row.name));
    const PrivateKey key = PrivateKey::generate(row.curve, system_rng()).value();
    EXPECT_EQ(signature_algorithm(row.curve).has_value(), row.can_sign());
    for (const SignatureAlgorithm algorithm : algorithms) {
      if (signature_algorithm(row.curve) == algorithm) continue;
      EXPECT_EQ(sign(key, algorithm, as_bytes("m")).error().code, Errc::algorithm_mismatch);
      const auto verdict = verify(key.public_key(), algorithm, as_bytes("m"), Bytes(row.signature_size));
      EXPECT_EQ(verdict.error().code, Errc::algorithm_mismatch);
    }
  }
}

TEST(Sign, MakesSignaturesThatVerifyHoweverTheMessageIsCut) {
  for (const CurveInfo& row : curves()) {
    if (!row.can_sign()) continue;
    SCOPED_TRACE(std::string(row.name));
    const SignatureAlgorithm algorithm = *signature_algorithm(row.curve);
    const PrivateKey key = PrivateKey::generate(row.curve, system_rng()).value();
    const Signature signature = sign(key, algorithm, {as_bytes("one "), as_bytes("message")}).value();
    EXPECT_EQ(signature.raw.size(), row.signature_size);
    EXPECT_TRUE(verify(key.public_key(), algorithm, as_bytes("one message"), signature.raw));
    EXPECT_TRUE(
        verify(key.public_key(), algorithm, {as_bytes("one"), ByteView(), as_bytes(" message")}, signature.raw));
    const Signature empty = sign(key, algorithm, ByteView()).value();
    EXPECT_TRUE(verify(key.public_key(), algorithm, ByteView(), empty.raw));
  }
}

TEST(Verify, RefusesAnotherMessageKeyLengthOrBit) {
  for (const CurveInfo& row : curves()) {
    if (!row.can_sign()) continue;
    SCOPED_TRACE(std::string(row.name));
    const SignatureAlgorithm algorithm = *signature_algorithm(row.curve);
    const PrivateKey key = PrivateKey::generate(row.curve, system_rng()).value();
    const PrivateKey other = PrivateKey::generate(row.curve, system_rng()).value();
    const Bytes good = sign(key, algorithm, as_bytes("message")).value().raw;
    const auto refused = [&](const PublicKey& by, std::string_view message, ByteView signature) {
      const auto verdict = verify(by, algorithm, as_bytes(message), signature);
      ASSERT_FALSE(verdict);
      EXPECT_EQ(verdict.error().code, Errc::signature_invalid);
    };
    refused(key.public_key(), "massage", good);
    refused(other.public_key(), "message", good);
    refused(key.public_key(), "message", {});
    refused(key.public_key(), "message", ByteView(good).first(good.size() - 1));
    refused(key.public_key(), "message", Bytes(good.size()));        // r = s = 0
    refused(key.public_key(), "message", Bytes(good.size(), 0xff));  // beyond the order
    Bytes longer = good;
    longer.push_back(0);
    refused(key.public_key(), "message", longer);
    for (std::size_t byte = 0; byte < good.size(); ++byte) {
      Bytes flipped = good;
      flipped[byte] ^= 0x10;
      refused(key.public_key(), "message", flipped);
    }
    if (row.key_type == KeyType::ec2) refused(key.public_key(), "message", signature_to_der(row.curve, good).value());
  }
}

TEST(Verify, AcceptsBothValuesOfS) {
  const PrivateKey key = PrivateKey::import(Curve::p256, Bytes(32, 5)).value();
  Bytes signature = sign(key, SignatureAlgorithm::es256, as_bytes("message")).value().raw;
  const Bytes order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {  // s := order - s
    const int difference = order[i] - signature[32 + i] - borrow;
    borrow = difference < 0;
    signature[32 + i] = static_cast<std::uint8_t>(difference & 0xff);
  }
  EXPECT_TRUE(verify(key.public_key(), SignatureAlgorithm::es256, as_bytes("message"), signature));
}

TEST(Verify, OneKeyServesManyThreads) {
  const PrivateKey signer = PrivateKey::generate(Curve::p256, system_rng()).value();
  const Signature signature = sign(signer, SignatureAlgorithm::es256, as_bytes("message")).value();
  const PublicKey key = PublicKey::import(signer.public_key().coordinates()).value();  // not yet used by anybody
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        if (verify(key, SignatureAlgorithm::es256, as_bytes("message"), signature.raw)) ++good;
        if (!verify(key, SignatureAlgorithm::es256, as_bytes("massage"), signature.raw)) ++bad;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
  EXPECT_EQ(bad, 40);
}

TEST(SignatureDer, RefusesInputThatCannotBeASignature) {
  EXPECT_EQ(signature_to_der(Curve::p256, Bytes(63)).error().code, Errc::bad_argument);
  EXPECT_EQ(signature_to_der(Curve::ed25519, Bytes(64)).error().code, Errc::bad_argument);
  EXPECT_EQ(signature_to_der(static_cast<Curve>(8), {}).error().code, Errc::bad_argument);
  EXPECT_EQ(signature_from_der(Curve::ed25519, Bytes(64)).error().code, Errc::bad_argument);
  const Bytes zero = signature_to_der(Curve::p256, Bytes(64)).value();
  EXPECT_EQ(to_hex(zero), "3006020100020100");
  EXPECT_EQ(signature_from_der(Curve::p256, zero).value().raw, Bytes(64));
  for (const std::string_view bad : {"", "3000", "3003020101", "300602010102ff00", "30060201ff020101",
                                     "3009020101020101020101", "3006020101020101 00"}) {
    const Bytes der = hex(bad);
    EXPECT_EQ(signature_from_der(Curve::p256, der).error().code, Errc::signature_invalid) << bad;
  }
  Bytes too_long = signature_to_der(Curve::p384, Bytes(96, 0x11)).value();
  EXPECT_EQ(signature_from_der(Curve::p256, too_long).error().code, Errc::signature_invalid);
}

}  // namespace
}  // namespace mdoc::crypto
