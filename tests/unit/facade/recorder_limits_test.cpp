// How much a record may hold, and what cannot crowd out what.
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/facade/recorded_meeting.hpp"

namespace mdoc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

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

/// One round as a holder's recorder sees it, with a consent to everything that is left of the question.
void run_round(HolderRecorder& recorder, ConsentNeeded question, unsigned round) {
  question.round = round;
  recorder.on(question);
  recorder.on(presentation::Consent::to_all(question.options));
  recorder.on(Event{.phase = Phase::consent_given, .round = round});
  recorder.on(ResponseSent{.round = round, .outcome = ResponseOutcome::released});
}

std::vector<std::string> released_in(const RecordedRound& round) {
  std::vector<std::string> names;
  for (const RecordedAgreement& agreed : round.agreed) {
    for (const RecordedRelease& each : agreed.elements) names.push_back(each.released.element);
  }
  return names;
}

// Each of any number of questions may have the same element for an alternative.
TEST(Recorder, AnElementThatAnswersManyQuestionsIsRecordedOnce) {
  RecordedMeeting recorded({}, {.max_size = std::size_t{64} << 10});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  recorded.ask({"family_name", "age_over_18", "portrait"});
  const ConsentNeeded later = recorded.meeting.asked.at(1);
  ConsentNeeded question = recorded.meeting.asked.at(0);
  presentation::DocRequestMatch& match = question.options.doc_requests.at(0);
  presentation::DocumentOption& document = match.documents.at(0);
  const presentation::ElementOption answer = document.elements.at(0);
  for (int i = 0; i < 4000; ++i) {
    const ElementIdentifier name("x" + std::to_string(i));
    match.name_spaces.begin()->second.emplace_back(name, false);
    document.elements.push_back(answer);
    document.elements.back().requested.element = name;
    document.elements.back().basis = presentation::AnswerBasis::alternative;
  }
  HolderRecorder recorder =
      HolderRecorder::start(recorded.meeting.rng, recorded.meeting.now(), {}, {.max_size = std::size_t{64} << 10})
          .value();
  run_round(recorder, question, 1);
  run_round(recorder, later, 2);
  const auto& rounds = recorder.record().rounds;
  EXPECT_THAT(released_in(rounds.at(0)), ElementsAre("family_name"));
  EXPECT_GT(rounds[0].left_out, 3000u);
  EXPECT_THAT(released_in(rounds.at(1)), UnorderedElementsAre("family_name", "age_over_18", "portrait"));
  EXPECT_EQ(rounds[1].left_out, 0u);
  ASSERT_THAT(rounds[1].asked, SizeIs(1));
  EXPECT_THAT(rounds[1].asked[0].elements, SizeIs(3));
}

// Long names of a document that nobody has need no consent.
TEST(Recorder, NamesOfOneRoundCannotCrowdOutWhatALaterOneAsksAndWho) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  const ConsentNeeded question = recorded.meeting.asked.at(0);
  ConsentNeeded flood = question;
  repeat(flood.readers.doc_requests, 1000);
  repeat(flood.options.doc_requests, 1000);
  presentation::DocRequestMatch& match = flood.options.doc_requests.at(0);
  for (int i = 0; i < 1000; ++i) {
    match.name_spaces.begin()->second.emplace_back(ElementIdentifier(std::string(200, 'x') + std::to_string(i)), false);
  }
  HolderRecorder recorder = HolderRecorder::start(recorded.meeting.rng, recorded.meeting.now()).value();
  for (unsigned round = 1; round < 64; ++round) run_round(recorder, flood, round);
  run_round(recorder, question, 64);
  const RecordedRound& last = recorder.record().rounds.at(63);
  ASSERT_THAT(last.asked, SizeIs(1));
  EXPECT_THAT(last.asked[0].elements, SizeIs(1));
  EXPECT_TRUE(last.asked[0].reader);
  EXPECT_EQ(last.left_out, 0u);
}

// One DocRequest of junk before the one that matters.
TEST(Recorder, NamesOfOneDocRequestCannotCrowdOutThatThereIsAnother) {
  RecordedMeeting recorded({}, {.max_size = std::size_t{16} << 10});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  ConsentNeeded question = recorded.meeting.asked.at(0);
  repeat(question.options.doc_requests, 2);
  repeat(question.readers.doc_requests, 2);
  for (int i = 0; i < 1000; ++i) {
    question.options.doc_requests[0].name_spaces.begin()->second.emplace_back(
        ElementIdentifier("x" + std::to_string(i)), false);
  }
  HolderRecorder recorder =
      HolderRecorder::start(recorded.meeting.rng, recorded.meeting.now(), {}, {.max_size = std::size_t{16} << 10})
          .value();
  run_round(recorder, question, 1);
  ASSERT_THAT(recorder.record().rounds.at(0).asked, SizeIs(2));
  EXPECT_TRUE(recorder.record().rounds[0].asked[1].reader);
}

// Whatever found no room: the elements that a document gave away are named.
TEST(Recorder, WhatIsReleasedForTheFirstTimeIsNamedWhereThereIsNoRoom) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  recorded.ask({"family_name", "portrait"});
  HolderRecorder recorder =
      HolderRecorder::start(recorded.meeting.rng, recorded.meeting.now(), {}, {.max_size = 0}).value();
  run_round(recorder, recorded.meeting.asked.at(0), 1);
  run_round(recorder, recorded.meeting.asked.at(1), 2);
  const auto& rounds = recorder.record().rounds;
  ASSERT_THAT(rounds, SizeIs(2));
  EXPECT_THAT(released_in(rounds[0]), ElementsAre("family_name"));
  EXPECT_THAT(released_in(rounds[1]), ElementsAre("portrait"));
  EXPECT_GT(rounds[1].left_out, 0u);
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
