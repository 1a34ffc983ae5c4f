// A reader to which documents are encrypted, with keys that take time.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/facade/recorded_meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using verification::CheckId;
using verification::Outcome;

const crypto::KeyRef recipient_key("recipient");

struct RecipientKeys : ::testing::Test {
  RecipientKeys() {
    auto key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
    const crypto::PublicKey public_key = key.public_key();
    parameters = model::encode_encryption_parameters({.recipient_public_key = public_key.coordinates()}).value();
    EXPECT_TRUE(provider.add(recipient_key, std::move(key)));
    ReaderOptions options;
    options.recipient_keys.push_back({.key = recipient_key, .public_key = public_key});
    meeting.meet_again({}, std::move(options));
    meeting.open_link();
  }
  void ask(const std::vector<std::string>& elements = {"family_name"}) {
    model::ItemsRequest items{.doc_type = DocType(meeting.sample.doc_type),
                              .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}},
                              .request_info = model::DocRequestInfo{.doc_response_encryption = parameters}};
    for (const auto& element : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(element), false);
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    ASSERT_TRUE(meeting.reader.request(model::build_device_request(std::move(doc_requests)).value(), meeting.now()));
    meeting.settle();
  }
  void use_key() {
    const UseKey& use = meeting.reader_keys.at(0);
    meeting.reader.on_key_result(use.id, crypto::answer(provider, use.request), meeting.now());
    meeting.settle();
  }
  [[nodiscard]] const verification::Finding& finding() const {
    return meeting.responses.at(0).outcome.report.find(CheckId::response_encrypted_documents);
  }
  cbor::Encoded<model::EncryptionParameters> parameters;
  crypto::SoftwareKeyProvider provider;
  Meeting meeting;
};

TEST_F(RecipientKeys, OpenWhatIsEncryptedToThem) {
  ask();
  ASSERT_EQ(meeting.reader_keys.size(), 1u);
  EXPECT_FALSE(meeting.reader_keys[0].record);
  EXPECT_TRUE(meeting.responses.empty()) << "nothing is judged before the key has answered";
  EXPECT_EQ(meeting.reader.deadline(), meeting.steady + 60s);
  use_key();
  ASSERT_EQ(meeting.responses.size(), 1u);
  const auto& outcome = meeting.responses[0].outcome;
  EXPECT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.documents.size(), 1u);
  EXPECT_EQ(outcome.documents[0].issuer_signed().at(0).identifier.str(), "family_name");
  EXPECT_EQ(finding().outcome, Outcome::pass);
  meeting.reader.finish(meeting.now());
  meeting.settle();
  EXPECT_FALSE(meeting.reader_closed.value().reason);
}

TEST_F(RecipientKeys, WhatTheyOpenedIsRecordedAsEncrypted) {
  ask();
  use_key();
  ASSERT_EQ(meeting.responses.size(), 1u);
  auto recorder = ReaderRecorder::start(meeting.rng, meeting.now()).value();
  recorder.on(meeting.responses[0]);
  EXPECT_TRUE(recorder.record().rounds.at(0).verdict->documents.at(0).encrypted);
}

TEST_F(RecipientKeys, TheDeviceKeyOfWhatTheyOpenedIsRecordedLikeAnyOther) {
  ask();
  use_key();
  ASSERT_EQ(meeting.responses.size(), 1u);
  auto recorder = ReaderRecorder::start(meeting.rng, meeting.now(), {.device_keys = true}).value();
  recorder.on(meeting.responses[0]);
  EXPECT_EQ(recorder.record().rounds.at(0).verdict->documents.at(0).device_key,
            thumbprint(meeting.sample.device_key.public_key()));
}

TEST_F(RecipientKeys, ThatAreRefusedLeaveTheDocumentsClosed) {
  ask();
  meeting.reader.on_key_result(meeting.reader_keys.at(0).id, Error{.code = Errc::key_locked}, meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_FALSE(meeting.responses[0].outcome.report.valid);
  EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
  EXPECT_EQ(finding().outcome, Outcome::fail);
  EXPECT_EQ(finding().error->code, Errc::key_locked);
}

TEST_F(RecipientKeys, ThatNeverAnswerAreWaitedForUntilTheirTimeIsUp) {
  ask();
  meeting.pass(59s);
  meeting.reader.on_timer(meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  meeting.pass(1s);
  meeting.reader.on_timer(meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(finding().error->code, Errc::timed_out);
  use_key();  // too late
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(RecipientKeys, AnswerOnceAndUnderTheirOwnNumber) {
  ask();
  const UseKey use = meeting.reader_keys.at(0);
  meeting.reader.on_key_result(use.id + 1, crypto::answer(provider, use.request), meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  use_key();
  use_key();
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(RecipientKeys, AnEndOfTheSessionWaitsForThem) {
  meeting.meet_again({.max_rounds = 1}, [&] {  // status 20 rides on the answer
    ReaderOptions options;
    options.recipient_keys.push_back(
        {.key = recipient_key, .public_key = crypto::PublicKey::import(parameters->recipient_public_key).value()});
    return options;
  }());
  meeting.open_link();
  ask();
  EXPECT_FALSE(meeting.reader_closed);
  use_key();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  ASSERT_TRUE(meeting.reader_closed);
  EXPECT_FALSE(meeting.reader_closed->reason);
}

TEST_F(RecipientKeys, AreForgottenWhereTheReaderGivesUp) {
  ask();
  meeting.reader.cancel(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.reader_closed);
  use_key();
  EXPECT_TRUE(meeting.responses.empty());
  EXPECT_FALSE(meeting.reader.deadline());
}

TEST_F(RecipientKeys, ALostLinkDoesNotKeepBackWhatHadArrived) {
  ask();
  meeting.reader.on_link_closed(meeting.now());
  meeting.settle();
  EXPECT_FALSE(meeting.reader_closed);
  use_key();
  EXPECT_EQ(meeting.responses.size(), 1u);
  ASSERT_TRUE(meeting.reader_closed);
  EXPECT_FALSE(meeting.reader_closed->reason) << "the answer was there";
}

TEST_F(RecipientKeys, AreNotUsedForAnAnswerInTheOpen) {
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  EXPECT_TRUE(meeting.reader_keys.empty());
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
}

TEST_F(RecipientKeys, OfSomebodyElseAreNotAskedFor) {
  meeting.meet_again();
  meeting.open_link();
  ask();
  EXPECT_TRUE(meeting.reader_keys.empty());
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(finding().outcome, Outcome::warn);
  EXPECT_EQ(finding().reason, verification::Reason::opaque);
}

}  // namespace
}  // namespace mdoc
