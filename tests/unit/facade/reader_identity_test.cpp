// A reader that signs what it asks, with keys that take time.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;

struct Identities : ::testing::Test {
  Identities() { meet(1); }
  /// @param count signers
  void meet(std::size_t count, bool takes_all = false) {
    ReaderOptions options;
    for (std::size_t i = 0; i < count; ++i) {
      const crypto::KeyRef name("reader " + std::to_string(i));
      auto key =
          crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, static_cast<std::uint8_t>(0x21 + i))).value();
      const crypto::PublicKey public_key = key.public_key();
      if (!provider.use(name)) {
        EXPECT_TRUE(provider.add(name, std::move(key)));
      }
      options.identities.push_back({.key = name, .public_key = public_key, .x5chain = {certificate}});
    }
    HolderOptions holder;
    if (takes_all) holder.engagement.capabilities.reader_auth_all = true;
    meeting.meet_again(holder, std::move(options));
  }
  void ask() {
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
  }
  void use_keys() {
    for (const UseKey& use : meeting.reader_keys) {
      meeting.reader.on_key_result(use.id, crypto::answer(provider, use.request), meeting.now());
    }
    meeting.settle();
  }
  [[nodiscard]] const presentation::DocRequestReaders& judged() const {
    return meeting.asked.at(0).readers.doc_requests.at(0);
  }

  Meeting meeting;
  crypto::SoftwareKeyProvider provider;
  crypto::Certificate signer = meeting.sample.signer_certificate();  // of somebody: the signature is what counts here
  SharedBytes certificate = SharedBytes::copy_of(signer.der());
};

TEST_F(Identities, SignEachDocRequestWhereTheMdocKnowsNothingElse) {
  meeting.open_link();
  ask();
  ASSERT_EQ(meeting.reader_keys.size(), 1u);
  EXPECT_TRUE(meeting.to_holder.empty()) << "nothing is asked before it is signed";
  use_keys();
  ASSERT_EQ(meeting.asked.size(), 1u);
  EXPECT_NE(judged().result(), presentation::ReaderTrust::absent);
  ASSERT_EQ(meeting.responses.size(), 1u);
}

TEST_F(Identities, AllSignTheWholeWhereTheMdocSaysThatItKnowsThat) {
  meet(2, true);
  meeting.open_link();
  ask();
  ASSERT_EQ(meeting.reader_keys.size(), 2u);
  use_keys();
  ASSERT_EQ(meeting.asked.size(), 1u);
  EXPECT_EQ(judged().signatures.size(), 2u);
  EXPECT_NE(judged().result(), presentation::ReaderTrust::absent);
}

TEST_F(Identities, SignWhileTheLinkIsOpened) {
  ask();
  ASSERT_EQ(meeting.reader_keys.size(), 1u);
  use_keys();
  EXPECT_TRUE(meeting.to_holder.empty());
  meeting.open_link();
  meeting.settle();
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(Identities, ThatDoNotSignEndTheSession) {
  meeting.open_link();
  ask();
  meeting.reader.on_key_result(meeting.reader_keys.at(0).id, Error{.code = Errc::key_locked}, meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.to_holder.empty()) << "what was to be asked in a name is not asked without";
  ASSERT_TRUE(meeting.reader_closed && meeting.reader_closed->reason);
  EXPECT_EQ(meeting.reader_closed->reason->code, Errc::key_locked);
}

TEST_F(Identities, ThatNeverSignAreWaitedForUntilTheirTimeIsUp) {
  meeting.open_link();
  ask();
  EXPECT_EQ(meeting.reader.deadline(), meeting.steady + 60s);
  meeting.pass(60s);
  meeting.reader.on_timer(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.reader_closed && meeting.reader_closed->reason);
  EXPECT_EQ(meeting.reader_closed->reason->code, Errc::timed_out);
  use_keys();
  EXPECT_TRUE(meeting.to_holder.empty());
}

TEST_F(Identities, WithAForeignSignatureNothingIsSent) {
  meeting.open_link();
  ask();
  const auto& sign = std::get<crypto::SignRequest>(meeting.reader_keys.at(0).request);
  auto signature = crypto::sign(meeting.sample.device_key, sign.algorithm, sign.message).value();
  meeting.reader.on_key_result(meeting.reader_keys[0].id, crypto::KeyResponse(std::move(signature)), meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.to_holder.empty());
  EXPECT_EQ(meeting.reader_closed.value().reason.value().code, Errc::signature_invalid);
}

TEST_F(Identities, SignEveryRoundAnew) {
  meeting.open_link();
  ask();
  use_keys();
  meeting.reader_keys.clear();
  ask();
  ASSERT_EQ(meeting.reader_keys.size(), 1u);
  use_keys();
  EXPECT_EQ(meeting.responses.size(), 2u);
}

TEST_F(Identities, WithoutACertificateAreNone) {
  ReaderOptions options;
  options.identities.push_back(
      {.key = crypto::KeyRef("reader 0"), .public_key = meeting.sample.device_key.public_key(), .x5chain = {}});
  meeting.meet_again({}, std::move(options));
  meeting.open_link();
  ask();
  EXPECT_EQ(meeting.reader_closed.value().reason.value().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc
