// How much a record may hold, and what cannot crowd out what.
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/facade/recorded_meeting.hpp"

namespace mdoc {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

template <class T>
void repeat(std::vector<T>& list, std::size_t count) {
  const T first = list.at(0);
  list.assign(count, first);
}

// An mdoc that brings as many documents as an answer may have.
TEST(Recorder, WhatAnswersBringCannotCrowdOutLaterRounds) {
  constexpr unsigned rounds = 30;
  RecordedMeeting recorded({}, {.max_size = std::size_t{128} << 10});
  recorded.meeting.open_link();
  const auto request = recorded.meeting.request({"family_name"});
  recorded.put(request);
  ResponseReceived& response = recorded.meeting.responses.at(0);
  repeat(response.outcome.report.documents, 32);
  for (unsigned round = 2; round <= rounds; ++round) {
    recorded.reader.on(request);
    recorded.reader.on(Event{.phase = Phase::response_received, .round = round});
    response.round = round;
    recorded.reader.on(response);
  }
  const TransactionRecord& record = recorded.reader.record();
  EXPECT_GT(record.left_out, rounds);
  ASSERT_THAT(record.rounds, SizeIs(rounds));
  for (const RecordedRound& round : record.rounds) {
    ASSERT_THAT(round.asked, SizeIs(1));
    EXPECT_THAT(round.asked[0].elements, SizeIs(1));
    ASSERT_TRUE(round.verdict) << round.round;
    EXPECT_TRUE(round.verdict->valid);
    EXPECT_THAT(round.verdict->checks, SizeIs(verification::checks(verification::Scope::response).size()));
  }
  EXPECT_THAT(record.rounds[1].verdict->documents, Not(IsEmpty()));
  EXPECT_EQ(record.phases.back().round, rounds);
}

// Elements that nobody asked for, in one document after the other.
TEST(Recorder, SurplusElementsCannotCrowdOutHowDocumentsWereJudged) {
  RecordedMeeting recorded({}, {.max_size = std::size_t{64} << 10});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  ResponseReceived& response = recorded.meeting.responses.at(0);
  verification::DocumentReport& report = response.outcome.report.documents.at(0);
  std::vector<model::ElementReference> surplus;
  for (int i = 0; i < 5000; ++i) {
    surplus.push_back({NameSpace("org.iso.18013.5.1"), ElementIdentifier("surplus_" + std::to_string(i))});
  }
  for (verification::Finding& finding : report.findings) {
    if (finding.check == verification::CheckId::elements_requested) finding.found = surplus;
  }
  repeat(response.outcome.report.documents, 2);
  response.round = 2;
  recorded.reader.on(response);
  const auto& documents = recorded.reader.record().rounds.at(1).verdict->documents;
  ASSERT_THAT(documents, SizeIs(2));
  EXPECT_GT(recorded.reader.record().left_out, 5000u);
  for (const RecordedDocument& document : documents) {
    EXPECT_THAT(document.checks, SizeIs(verification::checks(verification::Scope::document).size()));
    EXPECT_TRUE(document.anchor);
  }
}

// A reader that is trusted, and signs as many DocRequests as a request may have.
TEST(Recorder, WhoAsksCannotCrowdOutWhatWasAgreed) {
  constexpr unsigned rounds = 30;
  KnownReader known;
  RecordedMeeting recorded({}, {.max_size = std::size_t{64} << 10}, known.holder_options(), known.reader_options());
  recorded.signer = &known;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  ConsentNeeded question = recorded.meeting.asked.at(0);
  const auto consent = presentation::Consent::to_all(question.options);
  repeat(question.options.doc_requests, 32);
  repeat(question.readers.doc_requests, 32);
  for (unsigned round = 2; round <= rounds; ++round) {
    question.round = round;
    recorded.holder.on(question);
    recorded.holder.on(consent);
    recorded.holder.on(Event{.phase = Phase::consent_given, .round = round});
    recorded.holder.on(ResponseSent{.round = round, .outcome = ResponseOutcome::released});
  }
  const TransactionRecord& record = recorded.holder.record();
  EXPECT_GT(record.left_out, rounds);
  ASSERT_THAT(record.rounds, SizeIs(rounds));
  for (const RecordedRound& round : record.rounds) {
    EXPECT_EQ(round.decision, "agreed") << round.round;
    EXPECT_EQ(round.outcome, "released");
    ASSERT_THAT(round.agreed, SizeIs(1));
    EXPECT_THAT(round.agreed[0].elements, SizeIs(1));
  }
  EXPECT_EQ(record.rounds[1].asked.at(0).reader->result, "trusted");
}

TEST(Recorder, ARecordHoldsNoMoreRoundsThanItHasRoomFor) {
  RecordedMeeting recorded({}, {.max_size = 4096});
  const auto request = recorded.meeting.request({"family_name"});
  for (unsigned round = 1; round <= 1000; ++round) {
    recorded.reader.on(request);
    recorded.reader.on(RequestSent{.round = round, .device_request = {}});
  }
  EXPECT_LT(recorded.reader.record().rounds.size(), 50u);
  EXPECT_GT(recorded.reader.record().left_out, 900u);
}

TEST(Recorder, TextsWithoutABoundAreWhole) {
  RecordedMeeting recorded({}, {.max_text = std::numeric_limits<std::size_t>::max()});
  recorded.meeting.open_link();
  const std::string name(200, 'n');
  recorded.ask({name});
  const auto& asked = recorded.holder_round().asked.at(0);
  EXPECT_EQ(asked.doc_type, "org.iso.18013.5.1.mDL");
  EXPECT_EQ(asked.elements.at(0).asked.element, name);
}

// What is no text becomes three bytes for each one.
TEST(Recorder, TextsTakeTheRoomThatTheyHaveInTheRecord) {
  constexpr std::size_t size = std::size_t{128} << 10;
  RecordedMeeting recorded({}, {.max_text = 9000, .max_size = size});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  ResponseReceived& response = recorded.meeting.responses.at(0);
  response.outcome.report.documents.at(0).issuer.value().subject = std::string(3000, '\xff');
  repeat(response.outcome.report.documents, 32);
  response.round = 2;
  recorded.reader.on(response);
  std::size_t taken = 0;
  for (const RecordedDocument& document : recorded.reader.record().rounds.at(1).verdict->documents) {
    taken += document.issuer.size();
  }
  EXPECT_GE(taken, 9000u);
  EXPECT_LT(taken, size);
}

}  // namespace
}  // namespace mdoc
