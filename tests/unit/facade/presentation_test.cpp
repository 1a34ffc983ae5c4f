#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const NameSpace mdl("org.iso.18013.5.1");

std::vector<Phase> phases_of(const std::vector<Event>& events) {
  std::vector<Phase> phases;
  for (const Event& event : events) phases.push_back(event.phase);
  return phases;
}

/// When `phase` was first reached.
TimePoint time_of(const std::vector<Event>& events, Phase phase) {
  const auto found = std::ranges::find(events, phase, &Event::phase);
  return found == events.end() ? TimePoint{} : found->at;
}

/// Shows a second more whenever it is read.
class CountingStopwatch final : public verification::Stopwatch {
 public:
  explicit CountingStopwatch(TimePoint start) : shown(start) {}
  TimePoint now() override { return shown += std::chrono::seconds{1}; }
  TimePoint shown;
};

struct Presentation : ::testing::Test {
  /// Asks for `elements` and lets the answer come.
  void ask(const std::vector<std::string>& elements) {
    ASSERT_TRUE(meeting.reader.request(meeting.request(elements), meeting.now()));
    meeting.settle();
  }
  Meeting meeting;
};

TEST_F(Presentation, EndsWithVerifiedElements) {
  meeting.open_link();
  ask({"family_name", "age_over_18"});
  ASSERT_EQ(meeting.responses.size(), 1u);
  const auto& outcome = meeting.responses[0].outcome;
  ASSERT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.documents.size(), 1u);
  EXPECT_NE(outcome.documents[0].find(mdl, ElementIdentifier("family_name")), nullptr);
  EXPECT_EQ(outcome.documents[0].issuer_signed().size(), 2u);

  meeting.reader.finish(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.reader_closed && meeting.holder_closed);
  EXPECT_FALSE(meeting.reader_closed->reason);
  EXPECT_FALSE(meeting.holder_closed->reason);
}

TEST_F(Presentation, PhasesComeInOrderOnBothSides) {
  meeting.open_link();
  ask({"family_name"});
  meeting.reader.finish(meeting.now());
  meeting.settle();
  EXPECT_THAT(phases_of(meeting.reader_events),
              ElementsAre(Phase::engaged, Phase::link_opened, Phase::request_sent, Phase::session_established,
                          Phase::response_received, Phase::response_verified, Phase::closed));
  EXPECT_THAT(phases_of(meeting.holder_events),
              ElementsAre(Phase::engaged, Phase::link_opened, Phase::session_established, Phase::request_received,
                          Phase::consent_given, Phase::response_sent, Phase::closed));
}

TEST_F(Presentation, PhasesCarryTheTimeOfTheInputThatLedToThem) {
  const TimePoint start = meeting.steady;
  meeting.pass(1s);
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  meeting.pass(5s);  // the holder thinks
  ASSERT_EQ(meeting.asked.size(), 1u);
  ASSERT_TRUE(
      meeting.holder.answer(presentation::Consent::to_all(meeting.asked[0].options), meeting.rng, meeting.now()));
  meeting.settle();
  meeting.pass(1s);
  meeting.reader.finish(meeting.now());
  meeting.pass(1s);  // polled later, reached earlier
  meeting.settle();
  EXPECT_EQ(time_of(meeting.reader_events, Phase::engaged), start);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::link_opened), start + 1s);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::request_sent), start + 1s);
  EXPECT_EQ(time_of(meeting.holder_events, Phase::request_received), start + 1s);
  EXPECT_EQ(time_of(meeting.holder_events, Phase::consent_given), start + 6s);
  EXPECT_EQ(time_of(meeting.holder_events, Phase::response_sent), start + 6s);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::response_received), start + 6s);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::response_verified), start + 6s);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::closed), start + 7s);
}

TEST_F(Presentation, TheStopwatchShowsHowLongVerificationTook) {
  CountingStopwatch stopwatch(meeting.steady);
  meeting.meet_again({}, {.stopwatch = &stopwatch});
  meeting.open_link();
  ask({"family_name"});
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::response_received), meeting.steady);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::response_verified), stopwatch.shown);
  EXPECT_GT(stopwatch.shown, meeting.steady + 2s);
}

// The stopwatch runs on while one input is worked on; an mdoc that ends the session with its answer closes it in there.
TEST_F(Presentation, NoPhaseIsReachedBeforeTheOneThatCameFirst) {
  CountingStopwatch stopwatch(meeting.steady);
  meeting.meet_again({.max_rounds = 1}, {.stopwatch = &stopwatch});
  meeting.open_link();
  ask({"family_name"});
  ASSERT_TRUE(meeting.reader_closed);
  EXPECT_EQ(time_of(meeting.reader_events, Phase::closed), stopwatch.shown);
  EXPECT_TRUE(std::ranges::is_sorted(meeting.reader_events, {}, &Event::at));
}

TEST_F(Presentation, RequestWaitsForTheLink) {
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  EXPECT_TRUE(meeting.to_holder.empty());
  meeting.open_link();
  meeting.settle();
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(Presentation, SeveralRoundsShareOneSession) {
  meeting.open_link();
  for (unsigned round = 1; round <= 3; ++round) {
    ask({"given_name"});
    ASSERT_EQ(meeting.responses.size(), round);
    EXPECT_EQ(meeting.responses.back().round, round);
    EXPECT_TRUE(meeting.responses.back().outcome.report.valid);
  }
}

/// What the reader was given in `round`, counted from 1.
std::vector<std::string> given_in(const Meeting& meeting, std::size_t round) {
  std::vector<std::string> names;
  for (const auto& document : meeting.responses.at(round - 1).outcome.documents) {
    for (const auto& element : document.issuer_signed()) names.push_back(element.identifier.str());
  }
  return names;
}

using Rsp23 = Presentation;

TEST_F(Rsp23, ASessionReleasesTwoAgesHoweverManyRoundsItHas) {
  for (int years = 20; years < 30; ++years) {
    meeting.sample.items.push_back({.name_space = mdl.str(),
                                    .digest_id = 200u + static_cast<unsigned>(years),
                                    .random = Bytes(32, static_cast<std::uint8_t>(years)),
                                    .identifier = "age_over_" + std::to_string(years),
                                    .value = testing::cbor_bool(years < 26)});
  }
  meeting.meet_again();
  meeting.open_link();
  ask({"age_over_20", "age_over_29"});
  EXPECT_THAT(given_in(meeting, 1), UnorderedElementsAre("age_over_20", "age_over_29"));
  // Between these two, a bisection would have found the year in two more rounds.
  ask({"age_over_24", "age_over_27", "family_name"});
  EXPECT_THAT(given_in(meeting, 2), ElementsAre("family_name"));
  ask({"age_over_25", "age_over_26"});
  EXPECT_THAT(given_in(meeting, 3), ElementsAre());
  EXPECT_FALSE(meeting.asked.back().options.answerable);
  ask({"age_over_20"});
  EXPECT_THAT(given_in(meeting, 4), ElementsAre("age_over_20"));
}

TEST_F(Rsp23, AConsentOfAnEarlierRoundReleasesNoFurtherAges) {
  for (const int years : {20, 25}) {
    meeting.sample.items.push_back({.name_space = mdl.str(),
                                    .digest_id = 200u + static_cast<unsigned>(years),
                                    .random = Bytes(32, static_cast<std::uint8_t>(years)),
                                    .identifier = "age_over_" + std::to_string(years),
                                    .value = testing::cbor_bool(true)});
  }
  meeting.meet_again();
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"age_over_20"});
  const auto earlier = presentation::Consent::to_all(meeting.asked.back().options);
  ASSERT_TRUE(meeting.holder.decline(1, meeting.now()));
  meeting.settle();
  meeting.answer_at_once = true;
  ask({"age_over_18", "age_over_25"});
  EXPECT_EQ(given_in(meeting, 2).size(), 2u);
  meeting.answer_at_once = false;
  ask({"age_over_20"});
  EXPECT_EQ(meeting.holder.answer(earlier, meeting.rng, meeting.now()).error().code, Errc::consent_mismatch);
  ASSERT_TRUE(meeting.holder.decline(3, meeting.now()));
  meeting.settle();
  EXPECT_THAT(given_in(meeting, 3), ElementsAre());
}

TEST(PresentationRounds, AreBoundedAndTheLastAnswerEndsTheSession) {
  for (const unsigned most : {1u, 3u}) {
    Meeting meeting({.max_rounds = most});
    meeting.open_link();
    for (unsigned round = 1; round <= most; ++round) {
      EXPECT_FALSE(meeting.holder_closed) << round;
      ASSERT_TRUE(meeting.reader.request(meeting.request({"given_name"}), meeting.now()));
      meeting.settle();
      EXPECT_THAT(given_in(meeting, round), ElementsAre("given_name"));
    }
    ASSERT_TRUE(meeting.holder_closed && meeting.reader_closed);
    EXPECT_FALSE(meeting.holder_closed->reason);
    EXPECT_FALSE(meeting.reader_closed->reason);
    EXPECT_EQ(meeting.reader.request(meeting.request({"given_name"}), meeting.now()).error().code, Errc::wrong_state);
  }
}

TEST(PresentationRounds, AreSixtyFourUnlessAskedOtherwiseThoseOfBrokenRequestsIncluded) {
  Meeting meeting;
  meeting.open_link();
  model::DeviceRequest broken = meeting.request({"given_name"});
  broken.encoded = SharedBytes::copy_of(Bytes{0xa0});
  for (unsigned round = 1; round <= 64; ++round) {
    EXPECT_FALSE(meeting.holder_closed) << round;
    ASSERT_TRUE(meeting.reader.request(broken, meeting.now())) << round;
    meeting.settle();
  }
  EXPECT_EQ(meeting.responses.size(), 64u);
  ASSERT_TRUE(meeting.holder_closed);
  EXPECT_FALSE(meeting.holder_closed->reason);
}

TEST_F(Presentation, OneRequestIsOutstandingAtATime) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"given_name"});
  EXPECT_EQ(meeting.reader.request(meeting.request({"given_name"}), meeting.now()).error().code, Errc::wrong_state);
}

TEST_F(Presentation, OnlyWhatWasConsentedToIsReleased) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name", "birth_date"});
  ASSERT_EQ(meeting.asked.size(), 1u);
  const auto consent = presentation::Consent::to(meeting.asked[0].options, [](const auto&, const auto& element) {
    return element.requested.element.str() == "birth_date";
  });
  ASSERT_TRUE(meeting.holder.answer(consent, meeting.rng, meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  ASSERT_EQ(meeting.responses[0].outcome.documents.size(), 1u);
  const auto& released = meeting.responses[0].outcome.documents[0].issuer_signed();
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].identifier.str(), "birth_date");
}

TEST_F(Presentation, ConsentForAnotherRequestIsRefused) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  const auto earlier = presentation::Consent::to_all(meeting.asked[0].options);
  ASSERT_TRUE(meeting.holder.answer(earlier, meeting.rng, meeting.now()));
  meeting.settle();
  ask({"birth_date"});
  EXPECT_EQ(meeting.holder.answer(earlier, meeting.rng, meeting.now()).error().code, Errc::consent_mismatch);
  EXPECT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.holder.decline(2, meeting.now()));
}

TEST_F(Presentation, DeclinedAndUnknownRequestsLookTheSameToTheReader) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  ASSERT_TRUE(meeting.holder.decline(1, meeting.now()));
  meeting.settle();
  meeting.answer_at_once = true;
  ask({"no_such_element"});
  ASSERT_EQ(meeting.responses.size(), 2u);
  const auto bytes = [](const SharedBytes& shared) { return Bytes(shared.view().begin(), shared.view().end()); };
  EXPECT_EQ(bytes(meeting.responses[0].device_response), bytes(meeting.responses[1].device_response));
  EXPECT_FALSE(meeting.responses[0].outcome.report.valid);
}

TEST_F(Presentation, DeclineOfAnotherRoundDoesNothing) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  EXPECT_EQ(meeting.holder.decline(2, meeting.now()).error().code, Errc::wrong_state);
  EXPECT_TRUE(meeting.holder.decline(1, meeting.now()));
}

TEST_F(Presentation, WithoutAnchorsTheVerdictIsBad) {
  meeting.trust->clear(trust::Purpose::issuance);
  meeting.open_link();
  ask({"family_name"});
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_FALSE(meeting.responses[0].outcome.report.valid);
  EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
}

TEST_F(Presentation, FailedDeviceKeyAnswersGeneralErrorAndTheSessionGoesOn) {
  meeting.open_link();
  meeting.use_keys = false;
  ask({"family_name"});
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  meeting.holder.on_key_result(meeting.waiting_keys[0].id, Error{.code = Errc::key_not_found}, meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(meeting.responses[0].outcome.report.status, 10u);
  ASSERT_EQ(meeting.sent_responses.size(), 1u);
  EXPECT_EQ(meeting.sent_responses[0].outcome, ResponseOutcome::failed);
  EXPECT_EQ(meeting.sent_responses[0].reason->code, Errc::key_not_found);
  meeting.use_keys = true;
  ask({"family_name"});
  EXPECT_TRUE(meeting.responses.back().outcome.report.valid);
}

TEST_F(Presentation, KeyResultsThatAreLateTwiceOrForeignAreIgnored) {
  meeting.open_link();
  meeting.use_keys = false;
  ask({"family_name"});
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  const UseKey& use = meeting.waiting_keys[0];
  meeting.holder.on_key_result(use.id + 1, crypto::answer(meeting.keys, use.request), meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  meeting.holder.on_key_result(use.id, crypto::answer(meeting.keys, use.request), meeting.now());
  meeting.holder.on_key_result(use.id, crypto::answer(meeting.keys, use.request), meeting.now());
  meeting.settle();
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(Presentation, LinkLossWhileAKeyIsAtWorkEndsTheSessionAndForgetsTheKey) {
  meeting.open_link();
  meeting.use_keys = false;
  ask({"family_name"});
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  meeting.holder.on_link_closed(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.holder_closed && meeting.holder_closed->reason);
  EXPECT_EQ(meeting.holder_closed->reason->code, Errc::link_closed);
  meeting.holder.on_key_result(meeting.waiting_keys[0].id,
                               crypto::answer(meeting.keys, meeting.waiting_keys[0].request), meeting.now());
  EXPECT_FALSE(meeting.holder.poll());
}

TEST_F(Presentation, HangingUpAfterTheAnswerIsAGoodEnd) {
  meeting.open_link();
  ask({"family_name"});
  meeting.reader.on_link_closed(meeting.now());
  meeting.holder.on_link_closed(meeting.now());
  meeting.settle();
  EXPECT_FALSE(meeting.reader_closed->reason);
  EXPECT_FALSE(meeting.holder_closed->reason);
}

TEST_F(Presentation, HangingUpBeforeTheAnswerIsATransportError) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  meeting.reader.on_link_closed(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.reader_closed->reason);
  EXPECT_EQ(meeting.reader_closed->reason->kind(), ErrorKind::transport);
}

TEST_F(Presentation, SilentHolderTimesOutAtTheDeadlineAndNotBefore) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  meeting.expect_timeout(meeting.reader, meeting.reader_closed, 300s);
}

TEST_F(Presentation, CancelAtAnyMomentClosesBothSides) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask({"family_name"});
  meeting.holder.cancel(meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.holder_closed);
  EXPECT_TRUE(meeting.reader_closed);
}

TEST_F(Presentation, NothingHappensAfterTheEnd) {
  meeting.open_link();
  ask({"family_name"});
  meeting.reader.finish(meeting.now());
  meeting.settle();
  const auto late = SharedBytes::take(Bytes{0xa0});
  meeting.reader.on_message(late, meeting.now());
  meeting.reader.on_timer(meeting.now());
  meeting.reader.on_link_closed(meeting.now());
  meeting.reader.cancel(meeting.now());
  meeting.holder.on_message(late, meeting.now());
  meeting.holder.on_timer(meeting.now());
  meeting.holder.on_link_opened(meeting.now());
  meeting.holder.cancel(meeting.now());
  EXPECT_FALSE(meeting.reader.poll());
  EXPECT_FALSE(meeting.holder.poll());
  EXPECT_FALSE(meeting.reader.deadline());
  EXPECT_FALSE(meeting.holder.deadline());
  EXPECT_EQ(meeting.reader.request(meeting.request({"family_name"}), meeting.now()).error().code, Errc::wrong_state);
  EXPECT_EQ(meeting.holder.decline(1, meeting.now()).error().code, Errc::wrong_state);
}

TEST_F(Presentation, EveryFlippedBitOfTheAnswerEndsInNoVerdict) {
  meeting.open_link();
  meeting.deliver = false;
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.to_holder.size(), 1u);
  meeting.holder.on_message(SharedBytes::copy_of(meeting.to_holder[0]), meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.to_reader.size(), 1u);
  Bytes broken = meeting.to_reader[0];
  broken[broken.size() / 2] ^= 0x01;
  meeting.reader.on_message(SharedBytes::take(std::move(broken)), meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  ASSERT_TRUE(meeting.reader_closed && meeting.reader_closed->reason);
  EXPECT_EQ(meeting.reader_closed->reason->code, Errc::decryption_failed);
}

TEST(Req14, ElementsOfOtherNameSpacesComeThroughUntouched) {
  Meeting meeting;
  // Domestic, of an application, and with letters beyond ASCII; a value that nobody here knows.
  const std::vector<std::string> spaces{"org.iso.18013.5.1.UT", "com.example.card", "org.\xc3\xbc"};
  const Bytes value = testing::cbor_array({testing::cbor_embedded(testing::cbor_uint(1)), testing::cbor_int(-70000)});
  model::ItemsRequest items{.doc_type = DocType(meeting.sample.doc_type), .name_spaces = {}};
  std::uint64_t digest_id = 500;
  for (const auto& space : spaces) {
    const Bytes random(32, static_cast<std::uint8_t>(digest_id));
    meeting.sample.items.push_back({space, digest_id++, random, "family_name", value});
    items.name_spaces.push_back({NameSpace(space), {{ElementIdentifier("family_name"), false}}});
  }
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  meeting.meet_again();
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(model::build_device_request(std::move(doc_requests)).value(), meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  ASSERT_TRUE(meeting.responses[0].outcome.report.valid);
  for (const auto& space : spaces) {
    const auto* element =
        meeting.responses[0].outcome.documents.at(0).find(NameSpace(space), ElementIdentifier("family_name"));
    ASSERT_NE(element, nullptr) << space;
    EXPECT_TRUE(std::ranges::equal(element->encoded().view(), value)) << space;
  }
  EXPECT_EQ(meeting.responses[0].outcome.documents[0].find(mdl, ElementIdentifier("family_name")), nullptr);
}

}  // namespace
}  // namespace mdoc
