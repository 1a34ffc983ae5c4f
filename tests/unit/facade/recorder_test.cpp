// What the recorders of both sides write of a presentation, and what they leave out.
#include <array>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/vical.hpp"
#include "support/fake_zk.hpp"
#include "unit/facade/recorded_meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> phases_of(const TransactionRecord& record) {
  std::vector<std::string> phases;
  for (const RecordedPhase& phase : record.phases) phases.push_back(phase.phase);
  return phases;
}

std::vector<std::string> names_of(const std::vector<RecordedRelease>& releases) {
  std::vector<std::string> names;
  for (const RecordedRelease& release : releases) names.push_back(release.released.element);
  return names;
}

model::DeviceRequest request_with_retention(const std::vector<std::pair<std::string, bool>>& elements) {
  model::DataElements wanted;
  for (const auto& [name, retain] : elements) wanted.emplace_back(ElementIdentifier(name), retain);
  return model::build_device_request(DocType("org.iso.18013.5.1.mDL"), {{NameSpace("org.iso.18013.5.1"), wanted}})
      .value();
}

TEST(Recorder, TheHoldersRecordSaysWhatWasAskedAgreedAndSent) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"family_name", true}, {"age_over_18", false}, {"height", false}}));
  recorded.finish();

  const TransactionRecord& record = recorded.holder.record();
  EXPECT_EQ(record.schema, record_schema);
  EXPECT_EQ(record.by, RecordedBy::holder);
  EXPECT_THAT(record.id, SizeIs(16));
  EXPECT_EQ(record.started, recorded.meeting.sample.now);
  EXPECT_EQ(record.ended, "good-order");
  EXPECT_EQ(record.left_out, 0u);
  EXPECT_THAT(phases_of(record), ElementsAre("engaged", "link-opened", "session-established", "request-received",
                                             "consent-given", "response-sent", "closed"));
  ASSERT_THAT(record.rounds, SizeIs(1));
  const RecordedRound& round = record.rounds[0];
  ASSERT_THAT(round.asked, SizeIs(1));
  EXPECT_EQ(round.asked[0].doc_type, "org.iso.18013.5.1.mDL");
  ASSERT_THAT(round.asked[0].elements, SizeIs(3));                // in the order of their encoding
  EXPECT_EQ(round.asked[0].elements[0].asked.element, "height");  // asked for, though it is not there
  EXPECT_FALSE(round.asked[0].elements[0].retain);
  EXPECT_EQ(round.asked[0].elements[0].answer, "not-offered");
  EXPECT_EQ(round.asked[0].elements[2].asked.element, "family_name");
  EXPECT_TRUE(round.asked[0].elements[2].retain);
  EXPECT_EQ(round.asked[0].elements[2].answer, "agreed");
  ASSERT_TRUE(round.asked[0].reader);
  EXPECT_EQ(round.asked[0].reader->result, "absent");
  EXPECT_FALSE(round.asked[0].reader->anchor);
  EXPECT_EQ(round.decision, "agreed");
  ASSERT_THAT(round.agreed, SizeIs(1));
  EXPECT_EQ(round.agreed[0].credential, "licence");
  EXPECT_THAT(names_of(round.agreed[0].elements), ElementsAre("age_over_18", "family_name"));
  EXPECT_EQ(round.outcome, "released");
  EXPECT_EQ(round.status, 0u);
  EXPECT_FALSE(round.verdict);
  EXPECT_FALSE(round.request_digest);
}

TEST(Recorder, OfDocumentsOneOfWhichWillDoTheOthersAreNotWithheld) {
  std::vector<model::DocRequest> asked;
  for (const char* element : {"family_name", "given_name"}) {
    model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                              .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), false}}}}};
    asked.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  }
  const model::UseCase either{.mandatory = true, .document_sets = {{1}, {0}}};
  const model::UseCase also{.document_sets = {{0}}};
  for (const bool both : {false, true}) {
    model::DeviceRequestInfo info{.use_cases = {either}};
    if (both) info.use_cases.push_back(also);  // what is agreed to leaves as it was asked for: both
    RecordedMeeting recorded;
    recorded.meeting.open_link();
    recorded.put(
        model::build_device_request(asked, {.device_request_info = model::encode_device_request_info(info).value()})
            .value());
    recorded.finish();
    const RecordedRound& round = recorded.holder.record().rounds.at(0);
    EXPECT_EQ(round.asked.at(1).elements.at(0).answer, "agreed");
    EXPECT_EQ(round.asked.at(0).elements.at(0).answer, both ? "agreed" : "offered");
  }
}

TEST(Recorder, TheReadersRecordSaysWhatWasAskedAndHowItWasJudged) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"family_name", true}, {"height", false}}));
  recorded.finish();

  const TransactionRecord& record = recorded.reader.record();
  EXPECT_EQ(record.by, RecordedBy::reader);
  EXPECT_EQ(record.ended, "good-order");
  ASSERT_THAT(record.rounds, SizeIs(1));
  const RecordedRound& round = record.rounds[0];
  ASSERT_THAT(round.asked, SizeIs(1));
  ASSERT_THAT(round.asked[0].elements, SizeIs(2));
  EXPECT_EQ(round.asked[0].elements[0].answer, "as-requested");
  EXPECT_EQ(round.asked[0].elements[1].answer, "unanswered");
  EXPECT_FALSE(round.asked[0].reader);
  EXPECT_EQ(round.decision, "");
  EXPECT_FALSE(round.status);
  ASSERT_TRUE(round.verdict);
  EXPECT_TRUE(round.verdict->valid);
  EXPECT_EQ(round.verdict->level, "interop");
  EXPECT_EQ(round.verdict->revocation, "soft");
  EXPECT_EQ(round.verdict->status, 0u);
  EXPECT_THAT(round.verdict->checks, SizeIs(verification::checks(verification::Scope::response).size()));
  ASSERT_THAT(round.verdict->documents, SizeIs(1));
  const RecordedDocument& document = round.verdict->documents[0];
  EXPECT_EQ(document.doc_type, "org.iso.18013.5.1.mDL");
  EXPECT_TRUE(document.valid);
  EXPECT_THAT(document.checks, SizeIs(verification::checks(verification::Scope::document).size()));
  EXPECT_THAT(document.checks, Contains(Field(&RecordedCheck::id, "trust.path")));
  ASSERT_TRUE(document.anchor);
  EXPECT_EQ(document.anchor->source, "test");
  EXPECT_FALSE(document.anchor->list);
  EXPECT_THAT(document.values, IsEmpty());
  EXPECT_FALSE(document.device_key);
}

TEST(Recorder, ADeclinedRoundIsOneAndNothingWasAgreed) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"}, false);
  EXPECT_EQ(recorded.holder_round().decision, "declined");
  EXPECT_THAT(recorded.holder_round().agreed, IsEmpty());
  EXPECT_EQ(recorded.holder_round().status, 0u);
  EXPECT_EQ(recorded.reader_round().asked.at(0).elements.at(0).answer, "unanswered");
  EXPECT_FALSE(recorded.reader_round().verdict->valid);
}

/// The consent of an earlier round, as to the one of now: the Holder refuses that.
struct RefusedConsent {
  RefusedConsent() {
    meeting.open_link();
    recorded.ask({"family_name"});
    EXPECT_TRUE(meeting.reader.request(meeting.request({"given_name"}), meeting.now()));
    meeting.settle();
    recorded.holder.on(meeting.asked.at(1));
    const auto earlier = presentation::Consent::to_all(meeting.asked.at(0).options);
    recorded.holder.on(earlier);
    EXPECT_FALSE(meeting.holder.answer(earlier, meeting.rng, meeting.now()));
  }
  const RecordedRound& finish() {
    meeting.settle();
    recorded.feed();
    return recorded.holder.record().rounds.at(1);
  }
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
};

TEST(Recorder, AConsentThatTheHolderRefusedDoesNotCount) {
  RefusedConsent refused;
  refused.recorded.holder.on(std::nullopt);  // the last word
  ASSERT_TRUE(refused.meeting.holder.decline(2, refused.meeting.now()));
  const RecordedRound& round = refused.finish();
  EXPECT_EQ(round.decision, "declined");
  EXPECT_THAT(round.agreed, IsEmpty());
}

TEST(Recorder, ARefusedConsentIsNotTakenForAWordThatNobodyTold) {
  RefusedConsent refused;
  ASSERT_TRUE(refused.meeting.holder.decline(2, refused.meeting.now()));
  const RecordedRound& round = refused.finish();
  EXPECT_EQ(round.outcome, "nothing");
  EXPECT_EQ(round.decision, "");
  EXPECT_THAT(round.agreed, IsEmpty());
}

TEST(Recorder, ANoThatWasNotTheLastWordIsNoDecisionWhereSomethingWasReleased) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  recorded.holder.on(meeting.asked.at(0));
  recorded.holder.on(std::nullopt);
  ASSERT_FALSE(meeting.holder.decline(7, meeting.now()));
  ASSERT_TRUE(
      meeting.holder.answer(presentation::Consent::to_all(meeting.asked[0].options), meeting.rng, meeting.now()));
  meeting.settle();
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().outcome, "released");
  EXPECT_EQ(recorded.holder_round().decision, "");
}

TEST(Recorder, AConsentToNothingIsARefusal) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  recorded.holder.on(meeting.asked.at(0));
  const auto nothing = presentation::Consent::to_nothing(meeting.asked[0].options);
  recorded.holder.on(nothing);
  ASSERT_TRUE(meeting.holder.answer(nothing, meeting.rng, meeting.now()));
  meeting.settle();
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().outcome, "nothing");
  EXPECT_EQ(recorded.holder_round().decision, "declined");
  EXPECT_THAT(recorded.holder_round().agreed, IsEmpty());
  EXPECT_EQ(recorded.holder_round().asked.at(0).elements.at(0).answer, "withheld");
}

TEST(Recorder, WhereNothingWasOfferedNobodyDecided) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"height"});
  EXPECT_EQ(recorded.holder_round().outcome, "nothing");
  EXPECT_EQ(recorded.holder_round().decision, "nothing-offered");
  EXPECT_EQ(recorded.holder_round().asked.at(0).elements.at(0).answer, "not-offered");
}

TEST(Recorder, WhoWouldHaveAgreedToNothingDidNotWhereSomethingWasReleased) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  recorded.holder.on(meeting.asked.at(0));
  recorded.holder.on(presentation::Consent::to_nothing(meeting.asked[0].options));
  ASSERT_TRUE(
      meeting.holder.answer(presentation::Consent::to_all(meeting.asked[0].options), meeting.rng, meeting.now()));
  meeting.settle();
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().outcome, "released");
  EXPECT_EQ(recorded.holder_round().decision, "");
  EXPECT_EQ(recorded.holder_round().asked.at(0).elements.at(0).answer, "offered");
}

TEST(Recorder, WhatWasKeptBackIsToldFromWhatIsNotThere) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name", "given_name", "height"}), meeting.now()));
  meeting.settle();
  recorded.holder.on(meeting.asked.at(0));
  const auto consent = presentation::Consent::to(
      meeting.asked[0].options,
      presentation::ElementApproval([](const auto&, const presentation::ElementOption& element) {
        return element.released.element.str() != "family_name";
      }));
  recorded.holder.on(consent);
  ASSERT_TRUE(meeting.holder.answer(consent, meeting.rng, meeting.now()));
  meeting.settle();
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().decision, "agreed");
  std::map<std::string, std::string> answers;
  for (const RecordedQuestion& each : recorded.holder_round().asked.at(0).elements) {
    answers[each.asked.element] = each.answer;
  }
  EXPECT_THAT(answers, ::testing::UnorderedElementsAre(::testing::Pair("family_name", "withheld"),
                                                       ::testing::Pair("given_name", "agreed"),
                                                       ::testing::Pair("height", "not-offered")));
}

TEST(Recorder, ARequestThatWasNeverSentWasNotAsked) {
  RecordedMeeting recorded({}, {}, {.max_rounds = 1});
  Meeting& meeting = recorded.meeting;
  const auto three_ages = meeting.request({"age_over_16", "age_over_18", "age_over_21"});
  EXPECT_FALSE(meeting.reader.request(three_ages, meeting.now()));
  recorded.reader.on(three_ages);
  recorded.feed();
  EXPECT_THAT(recorded.reader.record().rounds, IsEmpty());

  const auto request = meeting.request({"family_name"});
  ASSERT_TRUE(meeting.reader.request(request, meeting.now()));
  recorded.reader.on(request);
  meeting.settle();
  recorded.feed();
  EXPECT_THAT(recorded.reader.record().rounds, IsEmpty()) << "there is no link";

  meeting.answer_at_once = true;
  meeting.open_link();
  meeting.settle();
  recorded.feed();
  EXPECT_FALSE(meeting.reader.request(request, meeting.now())) << "the holder has ended the session";
  recorded.reader.on(request);
  recorded.finish();
  ASSERT_THAT(recorded.reader.record().rounds, SizeIs(1));
  ASSERT_THAT(recorded.reader_round().asked, SizeIs(1));
  EXPECT_EQ(recorded.reader_round().asked[0].elements.at(0).asked.element, "family_name");
  EXPECT_TRUE(recorded.reader_round().verdict);
}

TEST(Recorder, ADecisionThatIsToldTooLateIsNotThatOfTheNextRound) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.answer_at_once = true;
  meeting.open_link();
  for (unsigned round = 1; round <= 2; ++round) {
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    recorded.holder.on(meeting.asked.at(round - 1));
    recorded.feed();
    recorded.holder.on(presentation::Consent::to_all(meeting.asked[0].options));
  }
  ASSERT_THAT(recorded.holder.record().rounds, SizeIs(2));
  for (const RecordedRound& round : recorded.holder.record().rounds) EXPECT_EQ(round.decision, "");
}

/// Two documents as proofs, of which one is lost.
TEST(Recorder, WhatStayedForWantOfItsProofIsNotNotedAsReleased) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  const auto prover = std::make_shared<testing::FakeZkProver>();
  meeting.meet_again({.provers = {prover}}, {.zk_verifiers = {std::make_shared<testing::FakeZkVerifier>()}});
  meeting.make_proofs = false;
  meeting.open_link();
  std::vector<model::DocRequest> doc_requests;
  for (const char* element : {"family_name", "given_name"}) {
    model::ItemsRequest items{
        .doc_type = DocType(meeting.sample.doc_type),
        .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), false}}}},
        .request_info = model::DocRequestInfo{
            .zk_request = model::ZkRequest{.system_specs = {testing::fake_zk_spec()}, .zk_required = true}}};
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  }
  recorded.put(model::build_device_request(std::move(doc_requests)).value());
  ASSERT_THAT(meeting.waiting_proofs, SizeIs(2));
  meeting.holder.on_proof_result(meeting.waiting_proofs[0].id, Error{.code = Errc::crypto_backend}, meeting.now());
  meeting.holder.on_proof_result(meeting.waiting_proofs[1].id, presentation::prove(meeting.waiting_proofs[1].request),
                                 meeting.now());
  meeting.settle();
  recorded.feed();
  ASSERT_THAT(meeting.sent_responses, SizeIs(1));
  EXPECT_EQ(meeting.sent_responses[0].outcome, ResponseOutcome::released);
  ASSERT_TRUE(meeting.sent_responses[0].reason);
  EXPECT_EQ(meeting.sent_responses[0].reason->code, Errc::crypto_backend);
  const RecordedRound& round = recorded.holder_round();
  EXPECT_EQ(round.outcome, "released");
  ASSERT_THAT(round.agreed, SizeIs(2));
  EXPECT_EQ(round.agreed[0].not_sent, "internal/crypto_backend");
  EXPECT_EQ(round.agreed[1].not_sent, "");
}

TEST(Recorder, WithoutAWordOfTheDecisionThereIsNone) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.open_link();
  meeting.answer_at_once = true;
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  recorded.holder.on(meeting.asked.at(0));
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().decision, "");
  EXPECT_EQ(recorded.holder_round().status, 0u);
}

TEST(Recorder, ADeviceKeyThatFailsMeansThatNothingWasSentThatWasAgreed) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  meeting.use_keys = false;
  meeting.open_link();
  recorded.ask({"family_name"});
  ASSERT_THAT(meeting.waiting_keys, SizeIs(1));
  EXPECT_FALSE(recorded.holder_round().status);  // nothing was sent so far
  meeting.holder.on_key_result(meeting.waiting_keys[0].id, Error{.code = Errc::key_not_found}, meeting.now());
  meeting.settle();
  recorded.feed();
  EXPECT_EQ(recorded.holder_round().decision, "agreed");
  EXPECT_EQ(recorded.holder_round().status, 10u);
  EXPECT_EQ(recorded.holder_round().outcome, "failed");
  EXPECT_EQ(recorded.reader_round().verdict->status, 10u);
}

TEST(Recorder, WhoWasNotAuthenticatedSentNothingOfWhatWasAgreed) {
  RecordedMeeting recorded;
  recorded.meeting.authenticate = [](const AuthenticateHolder&) { return Error{.code = Errc::declined}; };
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  EXPECT_EQ(recorded.holder_round().decision, "agreed");
  EXPECT_EQ(recorded.holder_round().outcome, "not-authenticated");
  EXPECT_EQ(recorded.holder_round().status, 0u);
}

TEST(Recorder, AnAnswerThatIsLongerThanTheReaderTakesIsRecordedAsSentWithoutDocuments) {
  RecordedMeeting recorded;
  model::DocRequestInfo info;
  info.maximum_response_size = 100;
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}},
      .request_info = info};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  recorded.meeting.open_link();
  recorded.put(model::build_device_request(std::move(doc_requests)).value());
  EXPECT_EQ(recorded.holder_round().decision, "agreed");
  EXPECT_EQ(recorded.holder_round().status, 10u);
}

TEST(Recorder, ARequestThatCannotBeReadIsARoundWithItsAnswer) {
  RecordedMeeting recorded;
  model::DeviceRequest nonsense;
  nonsense.encoded = SharedBytes::take(testing::cbor_text("no request"));
  recorded.meeting.open_link();
  recorded.put(nonsense);
  ASSERT_THAT(recorded.holder.record().rounds, SizeIs(1));
  EXPECT_THAT(recorded.holder_round().asked, IsEmpty());
  EXPECT_EQ(recorded.holder_round().decision, "");
  EXPECT_EQ(recorded.holder_round().status, 12u);
}

TEST(Recorder, EachRoundOfASessionIsOneOfTheRecord) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  recorded.ask({"given_name"}, false);
  recorded.ask({"portrait"});
  for (const TransactionRecord* record : {&recorded.holder.record(), &recorded.reader.record()}) {
    ASSERT_THAT(record->rounds, SizeIs(3));
    for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(record->rounds[i].round, i + 1);
    EXPECT_EQ(record->rounds[2].asked.at(0).elements.at(0).asked.element, "portrait");
  }
  EXPECT_EQ(recorded.holder.record().rounds[1].decision, "declined");
  EXPECT_EQ(recorded.holder.record().rounds[2].decision, "agreed");
}

TEST(Recorder, AnEndThatIsNoGoodOrderIsNamed) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.meeting.holder.on_link_closed(recorded.meeting.now());
  recorded.meeting.settle();
  recorded.feed();
  recorded.holder.on(*recorded.meeting.holder_closed);
  EXPECT_EQ(recorded.holder.record().ended, "transport/link_closed");
  recorded.reader.end(Error{.code = Errc::connect_failed});
  recorded.reader.end({});  // the first word counts
  EXPECT_EQ(recorded.reader.record().ended, "transport/connect_failed");
}

TEST(Recorder, ARecordThatIsNotEndedSaysSo) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  EXPECT_EQ(recorded.holder.record().ended, "");
  EXPECT_EQ(recorded.reader.record().ended, "");
}

TEST(Recorder, EffectsCanBeFedAsTheyCome) {
  RecordedMeeting recorded;
  recorded.holder.on(HolderEffect(OpenLink{}));
  recorded.holder.on(HolderEffect(Event{.phase = Phase::engaged, .at = recorded.meeting.steady + 1500us}));
  recorded.holder.on(HolderEffect(Closed{.reason = Error{.code = Errc::timed_out}}));
  recorded.reader.on(ReaderEffect(SendMessage{}));
  recorded.reader.on(ReaderEffect(Closed{}));
  ASSERT_THAT(recorded.holder.record().phases, SizeIs(1));
  EXPECT_EQ(recorded.holder.record().phases[0].after, 1ms);
  EXPECT_EQ(recorded.holder.record().ended, "transport/timed_out");
  EXPECT_EQ(recorded.reader.record().ended, "good-order");
}

// Whoever gets hold of both logs must not be able to put them together.
TEST(Recorder, NothingIsTheSameInTheRecordsOfBothSidesThatOneSideChose) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  EXPECT_NE(recorded.holder.record().id, recorded.reader.record().id);
  EXPECT_FALSE(recorded.holder_round().request_digest || recorded.reader_round().request_digest);
}

TEST(Recorder, TheRequestDigestTiesBothRecordsTogetherOnRequest) {
  RecordedMeeting recorded({.request_digest = true});
  recorded.meeting.open_link();
  const auto request = recorded.meeting.request({"family_name"});
  recorded.put(request);
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, request.encoded.view()).value().to_bytes();
  EXPECT_EQ(recorded.holder_round().request_digest, digest);
  EXPECT_EQ(recorded.reader_round().request_digest, digest);
}

// Signatures are a part of what is sent.
TEST(Recorder, TheRequestDigestIsThatOfTheSignedRequest) {
  KnownReader known;
  RecordedMeeting recorded({.request_digest = true}, {}, known.holder_options(), known.reader_options());
  recorded.signer = &known;
  recorded.meeting.open_link();
  const auto plain = recorded.meeting.request({"family_name"});
  recorded.put(plain);
  recorded.ask({"given_name"});
  ASSERT_TRUE(recorded.holder_round().request_digest);
  EXPECT_EQ(recorded.reader_round().request_digest, recorded.holder_round().request_digest);
  EXPECT_EQ(recorded.reader.record().rounds.at(1).request_digest, recorded.holder.record().rounds.at(1).request_digest);
  EXPECT_NE(recorded.reader_round().request_digest,
            crypto::digest(crypto::DigestAlgorithm::sha256, plain.encoded.view()).value().to_bytes());
}

TEST(Recorder, ARequestThatWasNeverSentHasNoDigest) {
  RecordedMeeting recorded({.request_digest = true});
  const auto request = recorded.meeting.request({"family_name"});
  ASSERT_TRUE(recorded.meeting.reader.request(request, recorded.meeting.now()));  // before there is a link
  recorded.reader.on(request);
  recorded.meeting.settle();
  recorded.feed();
  EXPECT_THAT(recorded.reader.record().rounds, IsEmpty());
  recorded.meeting.open_link();
  recorded.meeting.settle();
  recorded.feed();
  EXPECT_TRUE(recorded.reader_round().request_digest);
}

TEST(Recorder, TheDeviceKeyIsRecordedOnRequestAsItsThumbprint) {
  RecordedMeeting recorded({.device_keys = true});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  EXPECT_EQ(recorded.reader_round().verdict->documents.at(0).device_key,
            thumbprint(recorded.meeting.sample.device_key.public_key()));
}

// Each has a key of its own, one that did not pass has none, and the message is not decoded again for them.
TEST(Recorder, TheDeviceKeysOfSeveralDocumentsAreThoseThatWereVerified) {
  testing::SampleMdoc sample;
  testing::CountingRng rng(77);
  std::vector<Bytes> documents{sample.document()};
  std::vector<std::optional<Bytes>> thumbprints{thumbprint(sample.device_key.public_key())};
  for (const bool signed_well : {false, true}) {
    sample.device_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
    sample.on_device_auth = [&](testing::CoseParts& proof) { proof.signature.back() ^= signed_well ? 0 : 1; };
    documents.push_back(sample.document());
    thumbprints.push_back(signed_well ? std::optional(thumbprint(sample.device_key.public_key())) : std::nullopt);
  }
  trust::TrustStore trust;
  ASSERT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()));
  const Now now{.utc = sample.now, .steady = {}};
  const auto response = verification::UnverifiedResponse::decode(
      SharedBytes::take(testing::SampleMdoc::response_of(documents)), Level::interop);
  const verification::VerificationInput input{
      .trust = trust, .now = now, .session_transcript = SharedBytes::copy_of(sample.transcript)};

  auto recorder = ReaderRecorder::start(rng, now, {.device_keys = true}).value();
  recorder.on(
      ResponseReceived{.round = 1, .outcome = verification::verify(response.value(), input), .device_response = {}});
  std::vector<std::optional<Bytes>> recorded;
  for (const RecordedDocument& document : recorder.record().rounds.at(0).verdict->documents) {
    recorded.push_back(document.device_key);
  }
  EXPECT_EQ(recorded, thumbprints);
}

TEST(Recorder, NoDeviceKeyIsRecordedWhereAnswersStandForTheMessage) {
  RecordedMeeting recorded({.device_keys = true}, {}, {},
                           {.questions = {verification::Question::parse("age-over:18").value()}});
  recorded.meeting.open_link();
  recorded.ask({"age_over_18"});
  EXPECT_EQ(recorded.reader_round().verdict->answers.at(0).verdict, "yes");
  EXPECT_FALSE(recorded.reader_round().verdict->documents.at(0).device_key);
}

TEST(Recorder, OnlyValuesThatTheReaderSaidItWouldRetainAreRecordedOnRequest) {
  RecordedMeeting recorded({.retained_values = true});
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"family_name", true}, {"given_name", false}, {"portrait", false}}));
  const auto& values = recorded.reader_round().verdict->documents.at(0).values;
  ASSERT_THAT(values, SizeIs(1));
  EXPECT_EQ(values[0].element.element, "family_name");
  const ByteView value = values[0].value.view();
  EXPECT_EQ(Bytes(value.begin(), value.end()), testing::cbor_text("Doe"));
}

TEST(Recorder, AnAlternativeMayBeRetainedAsWhatItStandsFor) {
  const NameSpace mdl("org.iso.18013.5.1");
  model::DocRequestInfo info;
  info.alternative_data_elements.push_back({.requested_element = {mdl, ElementIdentifier("height")},
                                            .alternative_element_sets = {{{mdl, ElementIdentifier("given_name")}}}});
  model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                            .name_spaces = {{mdl, {{ElementIdentifier("height"), true}}}},
                            .request_info = info};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  RecordedMeeting recorded({.retained_values = true});
  recorded.meeting.open_link();
  recorded.put(model::build_device_request(std::move(doc_requests)).value());
  EXPECT_EQ(recorded.reader_round().asked.at(0).elements.at(0).answer, "alternative");
  const auto& values = recorded.reader_round().verdict->documents.at(0).values;
  ASSERT_THAT(values, SizeIs(1));
  EXPECT_EQ(values[0].element.element, "given_name");
  const RecordedRelease& release = recorded.holder_round().agreed.at(0).elements.at(0);
  EXPECT_EQ(release.released.element, "given_name");
  EXPECT_EQ(release.basis, "alternative");
  ASSERT_TRUE(release.instead);
  EXPECT_EQ(release.instead->element, "height");
}

TEST(Recorder, AnotherAgeThatAnswersIsNotRetained) {
  RecordedMeeting recorded({.retained_values = true});
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"age_over_16", true}}));
  EXPECT_EQ(recorded.reader_round().asked.at(0).elements.at(0).answer, "age-statement");
  EXPECT_THAT(recorded.reader_round().verdict->documents.at(0).values, IsEmpty());
}

TEST(Recorder, OfADocumentThatDidNotPassNoValueIsRecorded) {
  RecordedMeeting recorded({.device_keys = true, .retained_values = true});
  recorded.meeting.trust->clear(trust::Purpose::issuance);
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"family_name", true}}));
  const RecordedDocument& document = recorded.reader_round().verdict->documents.at(0);
  EXPECT_FALSE(document.valid);
  EXPECT_FALSE(document.anchor);
  EXPECT_THAT(document.values, IsEmpty());
  EXPECT_FALSE(document.device_key);
}

TEST(Recorder, ValuesBeyondTheirRoomAreLeftOutAndCounted) {
  RecordedMeeting recorded({.retained_values = true}, {.max_values = 100});
  recorded.meeting.open_link();
  recorded.put(request_with_retention({{"portrait", true}, {"family_name", true}}));
  const auto& values = recorded.reader_round().verdict->documents.at(0).values;
  ASSERT_THAT(values, SizeIs(1));
  EXPECT_EQ(values[0].element.element, "family_name");
  EXPECT_EQ(recorded.reader.record().left_out, 1u);
}

// A reader could ask for so much nonsense that what it got finds no place in the log.
TEST(Recorder, WhatThePeerAsksForCannotCrowdOutWhatWasAgreed) {
  RecordedMeeting recorded({}, {.max_size = 4096});
  std::vector<std::string> wanted;
  for (int i = 0; i < 500; ++i) wanted.push_back("nonsense_" + std::to_string(i));
  wanted.emplace_back("family_name");
  recorded.meeting.open_link();
  recorded.ask(wanted);
  EXPECT_LT(recorded.holder_round().asked.at(0).elements.size(), 100u);
  EXPECT_GT(recorded.holder.record().left_out, 400u);
  ASSERT_THAT(recorded.holder_round().agreed, SizeIs(1));
  EXPECT_THAT(names_of(recorded.holder_round().agreed[0].elements), ElementsAre("family_name"));
  EXPECT_EQ(recorded.holder_round().status, 0u);
}

TEST(Recorder, TextsAreClippedAtACharacter) {
  RecordedMeeting recorded({}, {.max_text = 10});
  recorded.meeting.open_link();
  recorded.ask({"123456789\xc3\xa4", "12345678\xc3\xa4"});
  const auto& elements = recorded.holder_round().asked.at(0).elements;
  EXPECT_EQ(elements.at(0).asked.element, "12345678\xc3\xa4");
  EXPECT_EQ(elements.at(1).asked.element, "123456789");  // the next one would end beyond
}

TEST(Recorder, WhoAskedAndWhoVouchesForItIsRecorded) {
  KnownReader known;
  RecordedMeeting recorded({}, {}, known.holder_options(), known.reader_options());
  recorded.signer = &known;
  recorded.meeting.open_link();
  recorded.ask({"family_name"});

  const auto& reader = recorded.holder_round().asked.at(0).reader;
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->result, "trusted");
  EXPECT_EQ(reader->subject, known.pki.certificate(trust::CertificateRole::reader).subject().text());
  EXPECT_EQ(reader->claimed, "");
  ASSERT_TRUE(reader->anchor);
  EXPECT_EQ(reader->anchor->source, "readers.pem");
  EXPECT_FALSE(reader->anchor->pinned);
  EXPECT_THAT(reader->revocations, SizeIs(1));
  EXPECT_EQ(reader->revocations.at(0).state, "unknown");
}

TEST(Recorder, TheListThatVouchesForAnIssuerIsRecordedWithItsAge) {
  RecordedMeeting recorded;
  Meeting& meeting = recorded.meeting;
  testing::CountingRng rng{7};
  const testing::TestPki pki = testing::TestPki::create(meeting.sample.now, rng).value();
  trust::Vical list{.vical_provider = "Lists Ltd", .vical_issue_id = 3, .date = meeting.sample.now - 48h};
  list.certificate_infos.push_back(
      trust::certificate_info(meeting.sample.iaca_certificate(), {DocType(meeting.sample.doc_type)}).value());
  const auto received = trust::decode_vical(testing::sign_vical(pki, list).value()).value();
  const std::array anchors{pki.list_authority()};
  meeting.trust->clear(trust::Purpose::issuance);
  ASSERT_TRUE(meeting.trust->put_list(
      trust::Purpose::issuance,
      trust::TrustedList::of(trust::verify_vical(received, {.anchors = anchors, .now = meeting.sample.now}).value(),
                             Level::strict)
          .value()));
  meeting.open_link();
  recorded.ask({"family_name"});
  const auto& anchor = recorded.reader_round().verdict->documents.at(0).anchor;
  ASSERT_TRUE(anchor && anchor->list);
  EXPECT_EQ(anchor->list->kind, "VICAL");
  EXPECT_EQ(anchor->list->provider, "Lists Ltd");
  EXPECT_EQ(anchor->list->issue, 3u);
  EXPECT_EQ(anchor->list->age, 48h);
}

}  // namespace
}  // namespace mdoc
