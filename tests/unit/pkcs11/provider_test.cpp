#include "mdoc/pkcs11/token_key_provider.hpp"

#include <gtest/gtest.h>

#include <string>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "provider_bench.hpp"

namespace mdoc::pkcs11 {
namespace {

using crypto::KeyRef;

class TokenKeyProviderTest : public ::testing::Test, public ProviderBench {};

TEST_F(TokenKeyProviderTest, SignsAndAgreesOnEveryCurveWithBothFormsOfPoints) {
  for (const auto form : {FakeToken::PointForm::octet_string, FakeToken::PointForm::raw}) {
    token.point_form = form;
    for (const crypto::CurveInfo& curve : crypto::curves()) {
      if (curve.key_type != crypto::KeyType::ec2) continue;
      for (const char* use : {"sign", "agree"}) {
        const std::string label = std::string(curve.name) + use + std::to_string(static_cast<int>(form));
        token.add_key(label, Bytes(label.begin(), label.end()), new_key(curve.curve));
        SCOPED_TRACE(label);
        if (std::string_view(use) == "sign")
          expect_signs(KeyRef(label));
        else
          expect_agrees(KeyRef(label));
      }
    }
  }
  EXPECT_EQ(token.secrets_left(), 0u);
}

TEST_F(TokenKeyProviderTest, EdwardsKeysSignTheMessageItself) {
  token.add_key("ed", {9}, new_key(crypto::Curve::ed25519));
  expect_signs(KeyRef("ed"));
  Bytes& params = token.object(CKO_PRIVATE_KEY, "ed")[CKA_EC_PARAMS];
  const std::string curve = "edwards25519";
  params = crypto::der::encode(0x13, as_bytes(curve));  // PrintableString, as PKCS #11 v3.0 has it
  token.object(CKO_PUBLIC_KEY, "ed")[CKA_EC_PARAMS] = params;
  expect_signs(KeyRef("ed"));
  EXPECT_EQ(provider.agree(agree_request(KeyRef("ed"))).error().code, Errc::algorithm_mismatch);
}

TEST_F(TokenKeyProviderTest, KeysAreNamedByLabelIdOrBoth) {
  for (const char* ref :
       {"device", "pkcs11:object=device", "pkcs11:id=%01", "pkcs11:object=device;id=%01",
        "pkcs11:token=fake;serial=1;object=device;type=private", "pkcs11:id=%01;type=public?pin-value=no"}) {
    SCOPED_TRACE(ref);
    expect_signs(KeyRef(ref));
  }
}

TEST_F(TokenKeyProviderTest, NamesThatFitNoKeyAreRefused) {
  for (const char* ref : {"Device", "device ", "pkcs11:object=other", "pkcs11:id=%02", "pkcs11:object=device;id=%02",
                          "pkcs11:token=other;object=device", "pkcs11:serial=2;object=device",
                          "pkcs11:library-version=9;object=device"}) {
    expect_all(KeyRef(ref), Errc::key_not_found);
  }
  for (const char* ref : {"", "pkcs11:", "pkcs11:token=fake", "pkcs11:object=", "pkcs11:object=device;type=cert",
                          "pkcs11:object=device;type=secret-key"}) {
    expect_all(KeyRef(ref), Errc::bad_argument);
  }
  expect_all(KeyRef("pkcs11:device"), Errc::bad_uri);
  expect_all(KeyRef("pkcs11:object=device;object=device"), Errc::duplicate_key);
}

TEST_F(TokenKeyProviderTest, SeveralKeysOfOneNameAreRefusedUnlessTheIdTells) {
  for (const bool one_at_a_time : {false, true}) {
    token.one_at_a_time = one_at_a_time;
    token.add_key("device", {2}, new_key());
    expect_all(KeyRef("device"), Errc::bad_argument);
    expect_signs(KeyRef("pkcs11:object=device;id=%02"));
    token.erase(CKO_PUBLIC_KEY, "device");
    token.erase(CKO_PRIVATE_KEY, "device");
    token.object(CKO_PRIVATE_KEY, "device")[CKA_ID] = {1};
    token.object(CKO_PUBLIC_KEY, "device")[CKA_ID] = {1};
  }
}

TEST_F(TokenKeyProviderTest, ThePublicKeyIsShownWithoutPin) {
  EXPECT_TRUE(provider.public_key(KeyRef("device")));
  EXPECT_EQ(asked.size(), 0u);
  token.object(CKO_PUBLIC_KEY, "device")[CKA_PRIVATE] = {CK_TRUE};
  EXPECT_TRUE(provider.public_key(KeyRef("device")));
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(TokenKeyProviderTest, ThePointComesFromThePublicKeyOfThatIdOrFromThePrivateKey) {
  token.object(CKO_PUBLIC_KEY, "device")[CKA_LABEL] = {'x'};
  expect_signs(KeyRef("device"));
  const Bytes point = token.object(CKO_PUBLIC_KEY, "x")[CKA_EC_POINT];
  token.erase(CKO_PUBLIC_KEY, "x");
  EXPECT_EQ(provider.public_key(KeyRef("device")).error().code, Errc::key_not_found);
  EXPECT_EQ(provider.public_key(KeyRef("device")).error().where.text(), "key.point");
  token.object(CKO_PRIVATE_KEY, "device")[CKA_EC_POINT] = point;
  expect_signs(KeyRef("device"));
  token.object(CKO_PRIVATE_KEY, "device")[CKA_ID] = {};
  token.add_key("of nobody", {}, new_key());  // another without an id must not be taken
  expect_signs(KeyRef("device"));
}

// Labels of public keys are not those of private ones; the id ties them.
TEST_F(TokenKeyProviderTest, ThePublicKeyOfAnotherPrivateKeyIsNotTakenForItsLabel) {
  token.add_key("other", {9}, new_key());
  token.object(CKO_PUBLIC_KEY, "device")[CKA_LABEL] = {'x'};
  token.object(CKO_PUBLIC_KEY, "other")[CKA_LABEL] = {'d', 'e', 'v', 'i', 'c', 'e'};
  const auto by_id = provider.public_key(KeyRef("pkcs11:id=%01"));
  ASSERT_TRUE(by_id);
  EXPECT_EQ(asked.size(), 0u);
  ASSERT_TRUE(provider.log_in());
  EXPECT_EQ(provider.public_key(KeyRef("device")).value(), *by_id);
  expect_signs(KeyRef("device"));
}

TEST_F(TokenKeyProviderTest, APublicKeyOnAnotherCurveIsNotThatOfThePrivateKey) {
  token.add_key("other", {7}, new_key(crypto::Curve::p384));
  token.erase(CKO_PRIVATE_KEY, "other");
  token.erase(CKO_PUBLIC_KEY, "device");
  token.object(CKO_PRIVATE_KEY, "device")[CKA_ID] = {7};
  EXPECT_EQ(provider.public_key(KeyRef("device")).error().code, Errc::key_mismatch);
}

TEST_F(TokenKeyProviderTest, PointsAreChecked) {
  Bytes& point = token.object(CKO_PUBLIC_KEY, "device")[CKA_EC_POINT];
  const Bytes good = point;
  const auto expect_bad = [&](const Bytes& value, Errc code = Errc::bad_key) {
    point = value;
    const auto key = provider.public_key(KeyRef("device"));
    ASSERT_FALSE(key) << value.size();
    EXPECT_EQ(name(key.error().code), name(code)) << value.size();
  };
  for (std::size_t size = 0; size < good.size(); ++size)
    expect_bad(Bytes(good.begin(), good.begin() + static_cast<long>(size)));
  Bytes off_curve = good;
  off_curve.back() ^= 1;
  expect_bad(off_curve);
  Bytes longer = good;
  longer.push_back(0);
  expect_bad(longer);
  Bytes hybrid = good;
  hybrid[2] = 6;
  expect_bad(hybrid);
  expect_bad({4, 1, 0});  // the point at infinity
  expect_bad(Bytes(257, 4), Errc::too_large);
  point = good;
  EXPECT_TRUE(provider.public_key(KeyRef("device")));
}

TEST_F(TokenKeyProviderTest, CurvesThatAreNotOursAreRefused) {
  const std::vector<std::pair<Bytes, Errc>> cases{
      {{}, Errc::bad_key},
      {{6, 5, 0x2b, 0x81, 4, 0}, Errc::bad_key},                  // one byte short
      {{6, 5, 0x2b, 0x81, 4, 0, 0x0a}, Errc::unsupported_curve},  // secp256k1
      {{0x30, 0}, Errc::unsupported_curve},                       // in explicit parameters
      {{0x30, 1}, Errc::bad_key},
      {{5, 0}, Errc::bad_key},  // implicitlyCA
      {{0x13, 1, 'x'}, Errc::unsupported_curve},
      {{0x13, 5, 'P', '-', '2', '5', '6'}, Errc::unsupported_curve},
      {{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 0}, Errc::bad_key},  // and a byte more
      {Bytes(300, 6), Errc::too_large},
  };
  for (const auto& [params, code] : cases) {
    token.object(CKO_PRIVATE_KEY, "device")[CKA_EC_PARAMS] = params;
    token.object(CKO_PUBLIC_KEY, "device")[CKA_EC_PARAMS] = params;
    expect_all(KeyRef("device"), code);
  }
  token.object(CKO_PRIVATE_KEY, "device").erase(CKA_EC_PARAMS);  // RSA
  EXPECT_EQ(provider.sign(sign_request(KeyRef("device"))).error().code, Errc::unsupported_curve);
}

TEST_F(TokenKeyProviderTest, TheFirstUseOfAKeyDecides) {
  expect_signs(KeyRef("device"));
  EXPECT_EQ(provider.agree(agree_request(KeyRef("pkcs11:id=%01"))).error().code, Errc::wrong_key_use);
  token.add_key("other", {2}, new_key());
  expect_agrees(KeyRef("other"));
  EXPECT_EQ(provider.sign(sign_request(KeyRef("other"))).error().code, Errc::wrong_key_use);
}

TEST_F(TokenKeyProviderTest, WhatTheTokenDoesNotAllowIsNotTried) {
  token.object(CKO_PRIVATE_KEY, "device")[CKA_SIGN] = {CK_FALSE};
  EXPECT_EQ(provider.sign(sign_request(KeyRef("device"))).error().code, Errc::wrong_key_use);
  EXPECT_EQ(token.calls("C_SignInit"), 0u);
  expect_agrees(KeyRef("device"));
  token.add_key("other", {2}, new_key());
  token.object(CKO_PRIVATE_KEY, "other")[CKA_DERIVE] = {CK_FALSE};
  EXPECT_EQ(provider.agree(agree_request(KeyRef("other"))).error().code, Errc::wrong_key_use);
  EXPECT_EQ(token.calls("C_DeriveKey"), 1u);
  token.object(CKO_PRIVATE_KEY, "other").erase(CKA_SIGN);  // says nothing about it
  expect_signs(KeyRef("other"));
}

TEST_F(TokenKeyProviderTest, ARequestThatCannotSucceedReservesNothing) {
  auto request = sign_request(KeyRef("device"));
  request.algorithm = crypto::SignatureAlgorithm::es384;
  EXPECT_EQ(provider.sign(request).error().code, Errc::algorithm_mismatch);
  EXPECT_EQ(provider.agree(agree_request(KeyRef("device"), crypto::Curve::p384)).error().code,
            Errc::algorithm_mismatch);
  auto off_curve = agree_request(KeyRef("device"));
  off_curve.peer.y.back() ^= 1;
  EXPECT_EQ(provider.agree(off_curve).error().code, Errc::bad_key);
  expect_agrees(KeyRef("device"));
}

TEST_F(TokenKeyProviderTest, ATokenThatWantsThePointWrappedGetsIt) {
  token.wants_wrapped_point = true;
  expect_agrees(KeyRef("device"));
  EXPECT_EQ(token.calls("C_DeriveKey"), 2u);
  token.wants_wrapped_point = false;
  for (const CK_RV value : {CKR_ARGUMENTS_BAD, CKR_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_DOMAIN_PARAMS_INVALID,
                            CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR, CKR_MECHANISM_PARAM_INVALID}) {
    token.always_answer("C_DeriveKey", value);
    const unsigned before = token.calls("C_DeriveKey");
    EXPECT_EQ(provider.agree(agree_request(KeyRef("device"))).error().native, static_cast<std::int32_t>(value));
    EXPECT_EQ(token.calls("C_DeriveKey"), before + 2);
  }
  token.always_answer("C_DeriveKey", CKR_KEY_FUNCTION_NOT_PERMITTED);
  const unsigned before = token.calls("C_DeriveKey");
  EXPECT_EQ(provider.agree(agree_request(KeyRef("device"))).error().code, Errc::wrong_key_use);
  EXPECT_EQ(token.calls("C_DeriveKey"), before + 1);
}

TEST_F(TokenKeyProviderTest, SignaturesOfAnotherLengthAreRefused) {
  for (const CK_ULONG size : {0ul, 1ul, 32ul, 63ul, 65ul, 70ul, 72ul, 1ul << 20, ~0ul}) {
    token.signature_size = size;
    const auto signature = provider.sign(sign_request(KeyRef("device")));
    ASSERT_FALSE(signature) << size;
    EXPECT_EQ(signature.error().code, Errc::crypto_backend) << size;
  }
  token.signature_size.reset();
  expect_signs(KeyRef("device"));
}

TEST_F(TokenKeyProviderTest, SecretsOfAnotherLengthAreRefusedAndDestroyed) {
  for (const CK_ULONG size : {0ul, 31ul, 33ul, 64ul, 1ul << 30, CK_UNAVAILABLE_INFORMATION}) {
    token.measured_secret = size;
    EXPECT_EQ(provider.agree(agree_request(KeyRef("device"))).error().code, Errc::crypto_backend) << size;
    token.measured_secret.reset();
    token.read_secret = size;
    EXPECT_EQ(provider.agree(agree_request(KeyRef("device"))).error().code, Errc::crypto_backend) << size;
    token.read_secret.reset();
    EXPECT_EQ(token.secrets_left(), 0u);
  }
  token.zero_secret = true;
  EXPECT_EQ(provider.agree(agree_request(KeyRef("device"))).error().code, Errc::bad_key);
  EXPECT_EQ(token.secrets_left(), 0u);
  token.zero_secret = false;
  expect_agrees(KeyRef("device"));
}

TEST_F(TokenKeyProviderTest, ASecretThatCannotBeDestroyedEndsItsSession) {
  token.answer("C_DestroyObject", CKR_GENERAL_ERROR);
  EXPECT_TRUE(provider.agree(agree_request(KeyRef("device"))));
  EXPECT_EQ(token.open_sessions(), 0u);
}

TEST_F(TokenKeyProviderTest, MoreObjectsThanWereAskedForAreRefused) {
  token.found_count = 3;
  expect_all(KeyRef("device"), Errc::crypto_backend);
  token.found_count = ~CK_ULONG{0};
  expect_all(KeyRef("device"), Errc::crypto_backend);
}

TEST_F(TokenKeyProviderTest, FunctionsThatAModuleDoesNotHaveAreNotCalled) {
  fake_control().remove_function("C_Sign");
  EXPECT_EQ(provider.sign(sign_request(KeyRef("device"))).error().code, Errc::unsupported_algorithm);
  fake_control().remove_function("C_DeriveKey");
  token.add_key("other", {2}, new_key());
  EXPECT_EQ(provider.agree(agree_request(KeyRef("other"))).error().code, Errc::unsupported_algorithm);
}

TEST_F(TokenKeyProviderTest, MakesKeysThatStay) {
  const auto made = provider.generate_key({.label = "new", .id = {5}});
  ASSERT_TRUE(made);
  EXPECT_EQ(provider.public_key(KeyRef("new")).value(), *made);
  expect_signs(KeyRef("new"));
  auto& attributes = token.object(CKO_PRIVATE_KEY, "new");
  EXPECT_EQ(attributes[CKA_SENSITIVE], Bytes{CK_TRUE});
  EXPECT_EQ(attributes[CKA_EXTRACTABLE], Bytes{CK_FALSE});
  EXPECT_EQ(attributes[CKA_TOKEN], Bytes{CK_TRUE});
  EXPECT_EQ(attributes[CKA_PRIVATE], Bytes{CK_TRUE});
  EXPECT_TRUE(provider.generate_key({.label = "signer", .id = {6}, .use = crypto::KeyUse::sign}));
  EXPECT_EQ(provider.agree(agree_request(KeyRef("signer"))).error().code, Errc::wrong_key_use);
  EXPECT_TRUE(provider.generate_key({.label = "agrees", .id = {7}, .use = crypto::KeyUse::agree}));
  EXPECT_EQ(provider.sign(sign_request(KeyRef("agrees"))).error().code, Errc::wrong_key_use);
}

TEST_F(TokenKeyProviderTest, KeysThatCannotBeMadeAsWantedAreRefusedAndLeaveNothing) {
  const auto refused = [&](const NewKey& key, Errc code) {
    const auto made = provider.generate_key(key);
    ASSERT_FALSE(made);
    EXPECT_EQ(name(made.error().code), name(code));
  };
  refused({.label = "", .id = {5}}, Errc::bad_argument);
  refused({.label = std::string(256, 'a'), .id = {5}}, Errc::bad_argument);
  refused({.label = "new", .id = {}}, Errc::bad_argument);
  refused({.label = "new", .id = Bytes(256)}, Errc::bad_argument);
  refused({.label = "device", .id = {5}}, Errc::bad_argument);
  refused({.label = "new", .id = {1}}, Errc::bad_argument);
  refused({.label = "new", .id = {5}, .curve = crypto::Curve{0}}, Errc::unsupported_curve);
  refused({.label = "new", .id = {5}, .curve = crypto::Curve::x25519, .use = crypto::KeyUse::sign},
          Errc::wrong_key_use);
  refused({.label = "new", .id = {5}, .curve = crypto::Curve::ed25519, .use = crypto::KeyUse::agree},
          Errc::wrong_key_use);
  EXPECT_EQ(token.calls("C_GenerateKeyPair"), 0u);
  token.extractable_keys = true;
  refused({.label = "new", .id = {5}}, Errc::refused);
  token.extractable_keys = false;
  refused({.label = "new", .id = {5}, .curve = crypto::Curve::p384}, Errc::bad_key);  // the fake gives one of P-256
  for (const auto& [value, code] :
       {std::pair{CKR_TOKEN_WRITE_PROTECTED, Errc::refused}, std::pair{CKR_SESSION_READ_ONLY, Errc::refused},
        std::pair{CKR_MECHANISM_INVALID, Errc::unsupported_algorithm},
        std::pair{CKR_CURVE_NOT_SUPPORTED, Errc::unsupported_curve},
        std::pair{CKR_DEVICE_MEMORY, Errc::crypto_backend}}) {
    token.answer("C_GenerateKeyPair", value);
    refused({.label = "new", .id = {5}}, code);
  }
  for (const auto type : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) EXPECT_ANY_THROW((void)token.object(type, "new"));
}

}  // namespace
}  // namespace mdoc::pkcs11
