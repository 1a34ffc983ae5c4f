// Whole presentations whose device key is in a token.
#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "provider_bench.hpp"
#include "soft_hsm.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc::pkcs11 {
namespace {

using presentation::DeviceAuthMethod;
using testing::SoftHsm;

constexpr DeviceAuthMethod methods[] = {DeviceAuthMethod::mac, DeviceAuthMethod::signature};

/// A meeting whose holder asks a token for its device key.
class TokenMeeting : public Meeting {
 public:
  explicit TokenMeeting(DeviceAuthMethod method = DeviceAuthMethod::signature) : Meeting({.device_auth = method}) {
    use_keys = false;
  }

  /// The mdoc is one of this key from now on, as its issuer would have been given it.
  void issue_to(const crypto::EcPublicKey& key, DeviceAuthMethod method) {
    sample.on_mso = [key](testing::Members& mso) {
      mso["deviceKeyInfo"] = testing::Members{{"deviceKey", cose::encode_cose_key(key)}}.encode();
    };
    meet_again({.device_auth = method});
  }

  /// One round with consent to everything. @return the reader's verdict
  verification::Report ask(crypto::KeyProvider& provider) {
    EXPECT_TRUE(reader.request(request({"family_name"}), now()));
    settle();
    for (const UseKey& use : std::exchange(waiting_keys, {})) {
      holder.on_key_result(use.id, crypto::answer(provider, use.request), now());
    }
    settle();
    if (responses.empty()) {
      ADD_FAILURE() << "no response";
      return {};
    }
    return responses.back().outcome.report;
  }

  void expect_orderly_end() {
    reader.finish(now());
    settle();
    ASSERT_TRUE(reader_closed && holder_closed);
    EXPECT_FALSE(reader_closed->reason);
    EXPECT_FALSE(holder_closed->reason);
  }
};

struct FakeTokenPresentation : ::testing::Test, ProviderBench {
  /// The device key of the sample, in the token.
  void take_key_of(const TokenMeeting& meeting) {
    const SecretBytes scalar = meeting.sample.device_key.scalar().value();
    token.erase(CKO_PRIVATE_KEY, "device");
    token.erase(CKO_PUBLIC_KEY, "device");
    token.add_key("device", {1}, crypto::PrivateKey::import(meeting.sample.device_key.curve(), scalar.view()).value());
  }
};

TEST_F(FakeTokenPresentation, ATokenThatIsRemovedHalfWayEndsTheRoundAndNotTheSession) {
  for (const auto method : methods) {
    TokenMeeting meeting(method);
    take_key_of(meeting);
    token.serial += "1";  // another token: what its key was used for is not known
    meeting.open_link();
    EXPECT_TRUE(meeting.ask(provider).valid);
    token.remove();
    const auto without = meeting.ask(provider);
    EXPECT_FALSE(without.valid);
    EXPECT_EQ(without.status, 10u);  // general error
    EXPECT_TRUE(without.documents.empty());
    EXPECT_FALSE(meeting.reader_closed || meeting.holder_closed);
    token.insert();
    EXPECT_TRUE(meeting.ask(provider).valid);
    meeting.expect_orderly_end();
    token.remove();
    token.insert();
  }
}

TEST_F(FakeTokenPresentation, ATokenThatRefusesEndsTheRoundInOrder) {
  TokenMeeting meeting;
  take_key_of(meeting);
  meeting.open_link();
  // What its owner refused looks like a holder who declined, what failed is a failure.
  const auto expect_empty = [&](std::uint64_t status) {
    const auto report = meeting.ask(provider);
    EXPECT_EQ(report.status, status);
    EXPECT_TRUE(report.documents.empty());
  };
  pin = "0000";
  expect_empty(0);
  pin = "1234";
  for (const auto& [value, status] :
       {std::pair(CKR_FUNCTION_CANCELED, 0u), std::pair(CKR_GENERAL_ERROR, 10u), std::pair(CKR_DEVICE_ERROR, 10u)}) {
    token.answer("C_Sign", value);
    expect_empty(status);
  }
  EXPECT_TRUE(meeting.ask(provider).valid);
  meeting.expect_orderly_end();
}

TEST(SoftHsmPresentation, DeviceKeysInAHsmProveWithSignatureAndWithMac) {
  const auto path = SoftHsm::module_path();
  if (!path) GTEST_SKIP() << testing::no_soft_hsm;
  const SoftHsm hsm;
  hsm.init_token("wallet");
  TokenKeyProvider provider(Module::load(*path).value(), TokenUri::parse("pkcs11:token=wallet").value(),
                            fixed_pin(SecretBytes::copy_of(as_bytes(SoftHsm::pin))));
  for (const auto curve : {crypto::Curve::p256, crypto::Curve::p384, crypto::Curve::brainpool_p256r1}) {
    for (const auto method : methods) {
      TokenMeeting meeting(method);
      const Bytes id{static_cast<std::uint8_t>(curve), static_cast<std::uint8_t>(method)};
      const std::string label = "device-" + to_hex(id);
      const auto made = provider.generate_key({.label = label, .id = id, .curve = curve});
      ASSERT_TRUE(made) << describe(made.error());
      meeting.issue_to(*made, method);
      meeting.open_link();
      ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
      meeting.settle();
      ASSERT_EQ(meeting.waiting_keys.size(), 1u);
      auto request = meeting.waiting_keys[0].request;
      std::visit([&label](auto& each) { each.key = crypto::KeyRef("pkcs11:token=wallet;object=" + label); }, request);
      meeting.holder.on_key_result(meeting.waiting_keys[0].id, crypto::answer(provider, request), meeting.now());
      meeting.settle();
      ASSERT_EQ(meeting.responses.size(), 1u);
      EXPECT_TRUE(meeting.responses[0].outcome.report.valid) << label;
      meeting.expect_orderly_end();
    }
  }
}

}  // namespace
}  // namespace mdoc::pkcs11
