// What goes wrong in a token: every return value, at every call, PINs, and removal.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "provider_bench.hpp"

namespace mdoc::pkcs11 {
namespace {

using crypto::KeyRef;
const KeyRef device("device");

class TokenFailures : public ::testing::Test, public ProviderBench {
 public:
  void expect_sign(Errc code, CK_RV native, const char* where) {
    const auto signature = provider.sign(sign_request(device));
    ASSERT_FALSE(signature);
    EXPECT_EQ(name(signature.error().code), name(code)) << std::hex << native;
    EXPECT_EQ(signature.error().native, static_cast<std::int32_t>(native));
    EXPECT_EQ(signature.error().where.text(), where) << std::hex << native;
  }
};

TEST_F(TokenFailures, EachReturnValueHasItsCode) {
  const std::vector<std::pair<CK_RV, Errc>> table{
      {CKR_CANCEL, Errc::declined},
      {CKR_HOST_MEMORY, Errc::crypto_backend},
      {CKR_SLOT_ID_INVALID, Errc::key_store_unreachable},
      {CKR_GENERAL_ERROR, Errc::crypto_backend},
      {CKR_FUNCTION_FAILED, Errc::crypto_backend},
      {CKR_ARGUMENTS_BAD, Errc::crypto_backend},
      {CKR_ATTRIBUTE_READ_ONLY, Errc::refused},
      {CKR_ATTRIBUTE_SENSITIVE, Errc::refused},
      {CKR_ATTRIBUTE_VALUE_INVALID, Errc::refused},
      {CKR_ACTION_PROHIBITED, Errc::refused},
      {CKR_DATA_INVALID, Errc::crypto_backend},
      {CKR_DEVICE_ERROR, Errc::key_store_unreachable},
      {CKR_DEVICE_MEMORY, Errc::crypto_backend},
      {CKR_DEVICE_REMOVED, Errc::key_store_unreachable},
      {CKR_FUNCTION_CANCELED, Errc::declined},
      {CKR_FUNCTION_NOT_SUPPORTED, Errc::unsupported_algorithm},
      {CKR_KEY_HANDLE_INVALID, Errc::key_not_found},
      {CKR_KEY_TYPE_INCONSISTENT, Errc::wrong_key_use},
      {CKR_KEY_FUNCTION_NOT_PERMITTED, Errc::wrong_key_use},
      {CKR_KEY_UNEXTRACTABLE, Errc::refused},
      {CKR_MECHANISM_INVALID, Errc::unsupported_algorithm},
      {CKR_MECHANISM_PARAM_INVALID, Errc::unsupported_algorithm},
      {CKR_OBJECT_HANDLE_INVALID, Errc::key_not_found},
      {CKR_OPERATION_ACTIVE, Errc::crypto_backend},
      {CKR_PIN_INCORRECT, Errc::key_locked},
      {CKR_PIN_INVALID, Errc::key_locked},
      {CKR_PIN_LEN_RANGE, Errc::key_locked},
      {CKR_PIN_EXPIRED, Errc::key_locked},
      {CKR_PIN_LOCKED, Errc::key_locked},
      {CKR_SESSION_CLOSED, Errc::key_store_unreachable},
      {CKR_SESSION_COUNT, Errc::too_many},
      {CKR_SESSION_HANDLE_INVALID, Errc::key_store_unreachable},
      {CKR_SESSION_READ_ONLY, Errc::refused},
      {CKR_TEMPLATE_INCONSISTENT, Errc::refused},
      {CKR_TOKEN_NOT_PRESENT, Errc::key_store_unreachable},
      {CKR_TOKEN_NOT_RECOGNIZED, Errc::key_store_unreachable},
      {CKR_TOKEN_WRITE_PROTECTED, Errc::refused},
      {CKR_USER_NOT_LOGGED_IN, Errc::key_locked},
      {CKR_USER_PIN_NOT_INITIALIZED, Errc::key_locked},
      {CKR_USER_ANOTHER_ALREADY_LOGGED_IN, Errc::refused},
      {CKR_USER_TOO_MANY_TYPES, Errc::refused},
      {CKR_DOMAIN_PARAMS_INVALID, Errc::unsupported_curve},
      {CKR_CURVE_NOT_SUPPORTED, Errc::unsupported_curve},
      {CKR_BUFFER_TOO_SMALL, Errc::crypto_backend},
      {CKR_CRYPTOKI_NOT_INITIALIZED, Errc::key_store_unreachable},
      {CKR_FUNCTION_REJECTED, Errc::declined},
      {0x80000001UL, Errc::crypto_backend},  // of a vendor
      {0xffffffffUL, Errc::crypto_backend},
  };
  for (const auto& [value, code] : table) {
    for (const char* function : {"C_SignInit", "C_Sign"}) {
      token.always_answer(function, value);
      expect_sign(code, value, "sign");
      token.behave_again();
      expect_signs(device);
    }
  }
}

TEST_F(TokenFailures, EachCallMayFailInEachWayAndNothingIsLeftBehind) {
  const std::vector<std::string> functions{
      "C_GetSlotList",     "C_GetTokenInfo", "C_OpenSession",      "C_CloseSession",      "C_GetSessionInfo", "C_Login",
      "C_FindObjectsInit", "C_FindObjects",  "C_FindObjectsFinal", "C_GetAttributeValue", "C_SignInit",       "C_Sign",
      "C_DeriveKey",       "C_DestroyObject"};
  token.add_key("agrees", {2}, new_key());
  unsigned failed = 0;
  for (const CK_RV value :
       {CKR_GENERAL_ERROR, CKR_DEVICE_REMOVED, CKR_SESSION_HANDLE_INVALID, CKR_TOKEN_NOT_PRESENT,
        CKR_USER_NOT_LOGGED_IN, CKR_PIN_INCORRECT, CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL}) {
    for (const std::string& function : functions) {
      for (unsigned number = 0; number < 8; ++number) {
        SCOPED_TRACE(function + " " + std::to_string(number) + " " + std::to_string(value));
        token.remove();
        token.insert();
        token.answer(function, value, number);
        failed += provider.public_key(device) ? 0 : 1;
        failed += provider.sign(sign_request(device)) ? 0 : 1;
        failed += provider.agree(agree_request(KeyRef("agrees"))) ? 0 : 1;
        token.behave_again();
        EXPECT_TRUE(provider.sign(sign_request(device)));
        EXPECT_TRUE(provider.agree(agree_request(KeyRef("agrees"))));
        EXPECT_LE(token.open_sessions(), 2u);  // one that the provider had to take for lost may stay open
      }
    }
    expect_signs(device);
    expect_agrees(KeyRef("agrees"));
  }
  EXPECT_GT(failed, 100u);
}

TEST_F(TokenFailures, ASessionThatWasLostIsOpenedAgainInSilence) {
  expect_signs(device);
  token.remove();
  token.insert();
  expect_signs(device);
  EXPECT_EQ(asked.size(), 2u);  // the login was lost as well
  for (const char* function :
       {"C_GetSessionInfo", "C_FindObjectsInit", "C_GetAttributeValue", "C_SignInit", "C_Sign"}) {
    for (const CK_RV value : {CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED}) {
      token.answer(function, value);
      EXPECT_TRUE(provider.sign(sign_request(device))) << function;
    }
  }
  // Once, not for ever.
  token.always_answer("C_Sign", CKR_SESSION_HANDLE_INVALID);
  const unsigned before = token.calls("C_Sign");
  expect_sign(Errc::key_store_unreachable, CKR_SESSION_HANDLE_INVALID, "sign");
  EXPECT_EQ(token.calls("C_Sign"), before + 2);
}

TEST_F(TokenFailures, ATokenThatIsRemovedIsMissedAndFoundAgain) {
  expect_signs(device);
  token.remove();
  expect_sign(Errc::key_store_unreachable, CKR_TOKEN_NOT_PRESENT, "token");
  EXPECT_EQ(provider.agree(agree_request(device)).error().kind(), ErrorKind::transport);
  EXPECT_EQ(provider.public_key(device).error().code, Errc::key_store_unreachable);
  EXPECT_EQ(provider.log_in().error().code, Errc::key_store_unreachable);
  EXPECT_EQ(provider.generate_key({.label = "new", .id = {5}}).error().code, Errc::key_store_unreachable);
  token.insert();
  expect_signs(device);
}

TEST_F(TokenFailures, SessionsOfARemovedTokenAreNotClosedAsTheirNumbersMayBeOthers) {
  {
    TokenKeyProvider gone(module, uri("token=fake"), ask);
    pkcs11::expect_signs(gone, device);
    EXPECT_TRUE(gone.generate_key({.label = "new", .id = {5}}));  // in a second session
    EXPECT_EQ(token.open_sessions(), 2u);
    token.remove();
    EXPECT_EQ(gone.sign(sign_request(device)).error().code, Errc::key_store_unreachable);
    token.insert();
    expect_signs(device);
    EXPECT_TRUE(provider.generate_key({.label = "newer", .id = {6}}));
    EXPECT_EQ(token.open_sessions(), 2u);  // with the numbers of those that are gone
  }
  EXPECT_EQ(token.open_sessions(), 2u);
  expect_signs(device);
  token.remove();
  token.insert();
  expect_signs(device);  // notices a session that is no more
  EXPECT_EQ(token.closed_unknown, 0u);
}

TEST_F(TokenFailures, ATokenMayComeLater) {
  token.remove();
  TokenKeyProvider early(module, uri("serial=1"), ask);
  EXPECT_EQ(early.log_in().error().code, Errc::key_store_unreachable);
  token.insert();
  EXPECT_TRUE(early.log_in());
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(TokenFailures, OnlyTheTokenThatWasMeantIsTaken) {
  TokenKeyProvider other(module, uri("token=other"), ask);
  EXPECT_EQ(other.sign(sign_request(device)).error().code, Errc::key_store_unreachable);
  token.slot_count = 2;
  TokenKeyProvider any(module, uri("token=fake"), ask);
  EXPECT_EQ(any.sign(sign_request(device)).error().code, Errc::bad_argument);
  EXPECT_EQ(any.sign(sign_request(device)).error().where.text(), "token");
  TokenKeyProvider one(module, uri("slot-id=8"), ask);
  pkcs11::expect_signs(one, device);
}

TEST_F(TokenFailures, OnePinForManyUses) {
  for (int i = 0; i < 3; ++i) expect_signs(device);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].token_label, "fake");
  EXPECT_FALSE(asked[0].again || asked[0].final_try);
  EXPECT_TRUE(provider.log_in());
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(TokenFailures, AWrongPinIsToldAndAskedForAgain) {
  pin = "4321";
  expect_sign(Errc::key_locked, CKR_PIN_INCORRECT, "token.pin");
  expect_sign(Errc::key_locked, CKR_PIN_INCORRECT, "token.pin");
  EXPECT_EQ(token.wrong_pins, 2u);  // one try for each call
  pin = "1234";
  expect_signs(device);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_FALSE(asked[0].again || asked[0].final_try);
  EXPECT_TRUE(asked[1].again && !asked[1].final_try);
  EXPECT_TRUE(asked[2].again && asked[2].final_try);
  token.remove();
  token.insert();
  expect_signs(device);
  EXPECT_FALSE(asked[3].again);  // the last one was right
}

TEST_F(TokenFailures, ALockedPinIsNotAskedFor) {
  token.wrong_pins = 3;
  expect_sign(Errc::key_locked, CKR_PIN_LOCKED, "token.pin");
  EXPECT_TRUE(asked.empty());
  EXPECT_EQ(token.calls("C_Login"), 0u);
}

TEST_F(TokenFailures, AFixedPinThatWasWrongIsNotTriedAgain) {
  TokenKeyProvider fixed(module, uri("token=fake"), fixed_pin(SecretBytes::copy_of(as_bytes("0000"))));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(fixed.sign(sign_request(device)).error().code, Errc::key_locked);
    EXPECT_EQ(fixed.log_in().error().where.text(), "token.pin");
  }
  EXPECT_EQ(token.wrong_pins, 1u);
  TokenKeyProvider right(module, uri("token=fake"), fixed_pin(SecretBytes::copy_of(as_bytes("1234"))));
  for (int i = 0; i < 2; ++i) {
    pkcs11::expect_signs(right, device);
    token.remove();
    token.insert();
  }
}

TEST_F(TokenFailures, WhoGivesNoPinIsTheReason) {
  no_pin = Error{.code = Errc::declined};
  EXPECT_EQ(provider.sign(sign_request(device)).error().code, Errc::declined);
  TokenKeyProvider without(module, uri("token=fake"), {});
  EXPECT_EQ(without.sign(sign_request(device)).error().code, Errc::key_locked);
  EXPECT_EQ(token.calls("C_Login"), 0u);
  token.remove();
  token.insert();
  token.login_required = false;
  pkcs11::expect_signs(without, device);
}

TEST_F(TokenFailures, APinPadAsksItself) {
  token.pin_pad = true;
  expect_signs(device);
  EXPECT_TRUE(asked.empty());
  token.remove();
  token.insert();
  token.answer("C_Login", CKR_FUNCTION_CANCELED);
  expect_sign(Errc::declined, CKR_FUNCTION_CANCELED, "token.pin");
}

TEST_F(TokenFailures, ALoginOfSomebodyElseInThisProcessCounts) {
  TokenKeyProvider other(module, uri("token=fake"), ask);
  EXPECT_TRUE(other.log_in());
  expect_signs(device);
  EXPECT_EQ(asked.size(), 1u);
  token.remove();
  token.insert();
  token.answer("C_Login", CKR_USER_ALREADY_LOGGED_IN);  // between our question and our login
  token.logged_in = false;
  const auto signature = provider.sign(sign_request(device));
  EXPECT_EQ(signature.error().code, Errc::key_not_found);  // the fake shows no private key all the same
}

TEST_F(TokenFailures, AKeyThatWantsAPinEachTimeGetsIt) {
  token.object(CKO_PRIVATE_KEY, "device")[CKA_ALWAYS_AUTHENTICATE] = {CK_TRUE};
  expect_signs(device);
  expect_signs(device);
  EXPECT_EQ(token.context_logins, 2u);
  EXPECT_EQ(asked.size(), 3u);
  no_pin = Error{.code = Errc::declined};
  EXPECT_EQ(provider.sign(sign_request(device)).error().code, Errc::declined);
  no_pin.reset();
  expect_signs(device);  // the operation that had begun went with its session
}

TEST_F(TokenFailures, ThePinOfAUriIsNotKept) {
  TokenKeyProvider given(module, TokenUri::parse("pkcs11:token=fake?pin-value=1234").value(), {});
  EXPECT_EQ(given.sign(sign_request(device)).error().code, Errc::key_locked);
}

TEST_F(TokenFailures, ThreadsShareOneProvider) {
  constexpr int threads = 4;
  std::vector<std::thread> running;
  token.add_key("agrees", {2}, new_key());
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([this, i] {
      for (int n = 0; n < 25; ++n) {
        if (i % 2 == 0)
          expect_signs(device);
        else
          expect_agrees(KeyRef("agrees"));
      }
    });
  }
  for (auto& thread : running) thread.join();
  EXPECT_EQ(asked.size(), 1u);  // one PIN for all
  EXPECT_LE(token.open_sessions(), std::size_t{threads});
  EXPECT_EQ(token.secrets_left(), 0u);
}

TEST_F(TokenFailures, SessionsEndWithTheirProvider) {
  {
    TokenKeyProvider short_lived(module, uri("token=fake"), ask);
    pkcs11::expect_signs(short_lived, device);
    EXPECT_EQ(token.open_sessions(), 1u);
  }
  EXPECT_EQ(token.open_sessions(), 0u);
}

}  // namespace
}  // namespace mdoc::pkcs11
