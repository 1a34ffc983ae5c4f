// No device key without its owner. CHV of the conformance catalogue, by their id.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/presentation/credential_store.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using presentation::HolderAuthentication;
using presentation::HolderAuthenticationMode;
using presentation::PartialAnswers;
using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_text;
using testing::Members;

const model::ElementReference chv_1{NameSpace("org.iso.23220.5.1"), ElementIdentifier("CHV_1")};

struct Authentication : ::testing::Test {
  void start() {
    meeting.open_link();
    ask();
  }
  void ask(const std::vector<std::string>& elements = {"family_name"}) {
    ASSERT_TRUE(meeting.reader.request(meeting.request(elements), meeting.now()));
    meeting.settle();
  }
  /// The answer of a holder who declined.
  void expect_nothing_released(ResponseOutcome outcome, std::optional<Errc> reason) {
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_EQ(meeting.responses[0].outcome.report.status, 0u);
    EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
    ASSERT_EQ(meeting.sent_responses.size(), 1u);
    EXPECT_EQ(meeting.sent_responses[0].outcome, outcome);
    EXPECT_EQ(meeting.sent_responses[0].reason ? std::optional(meeting.sent_responses[0].reason->code) : std::nullopt,
              reason);
    EXPECT_TRUE(meeting.waiting_keys.empty());
    const auto declined = presentation::encode_status(model::ResponseStatus::ok).value();
    EXPECT_TRUE(std::ranges::equal(meeting.responses[0].device_response.view(), declined));
  }
  Meeting meeting;
};
using Chv04 = Authentication;

TEST_F(Chv04, NoKeyIsUsedBeforeTheHolderIsAuthenticated) {
  meeting.authenticate = {};
  meeting.use_keys = false;
  start();
  ASSERT_EQ(meeting.authentications.size(), 1u);
  EXPECT_EQ(meeting.authentications[0].credentials, std::vector<std::string>{"licence"});
  EXPECT_EQ(meeting.authentications[0].round, 1u);
  EXPECT_TRUE(meeting.authentications[0].statements.empty());
  EXPECT_TRUE(meeting.waiting_keys.empty());
  EXPECT_TRUE(meeting.responses.empty());

  meeting.holder.on_holder_authenticated(meeting.authentications[0].id, HolderAuthentication{.method = "pin"},
                                         meeting.now());
  meeting.settle();
  EXPECT_EQ(meeting.waiting_keys.size(), 1u);
}

TEST_F(Chv04, DenialReleasesNothingAndTheSessionGoesOn) {
  meeting.authenticate = [](const AuthenticateHolder&) { return Error{.code = Errc::declined}; };
  start();
  expect_nothing_released(ResponseOutcome::not_authenticated, Errc::declined);
  meeting.authenticate = [](const AuthenticateHolder&) { return HolderAuthentication{}; };
  ask();
  EXPECT_TRUE(meeting.responses.back().outcome.report.valid);
  EXPECT_EQ(meeting.sent_responses.back().outcome, ResponseOutcome::released);
}

TEST_F(Chv04, SilenceReleasesNothingAtTheDeadlineAndNotBefore) {
  meeting.authenticate = {};
  start();
  EXPECT_EQ(meeting.holder.deadline(), meeting.steady + 60s);
  meeting.pass(59s);
  meeting.holder.on_timer(meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  meeting.pass(1s);
  meeting.holder.on_timer(meeting.now());
  meeting.settle();
  expect_nothing_released(ResponseOutcome::not_authenticated, Errc::timed_out);

  meeting.holder.on_holder_authenticated(meeting.authentications[0].id, HolderAuthentication{}, meeting.now());
  EXPECT_FALSE(meeting.holder.poll()) << "too late";
}

TEST_F(Chv04, AnswersThatAreForeignOrComeTwiceAreIgnored) {
  meeting.authenticate = {};
  meeting.use_keys = false;
  start();
  const std::uint64_t id = meeting.authentications.at(0).id;
  meeting.holder.on_holder_authenticated(id + 1, HolderAuthentication{}, meeting.now());
  meeting.holder.on_key_result(id, Error{.code = Errc::key_locked}, meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.waiting_keys.empty());
  EXPECT_TRUE(meeting.responses.empty());
  meeting.holder.on_holder_authenticated(id, HolderAuthentication{}, meeting.now());
  meeting.holder.on_holder_authenticated(id, Error{.code = Errc::declined}, meeting.now());
  meeting.settle();
  EXPECT_EQ(meeting.waiting_keys.size(), 1u);
  EXPECT_TRUE(meeting.responses.empty());
}

TEST_F(Chv04, ASessionThatEndsMeanwhileUsesNoKey) {
  for (const bool by_link : {true, false}) {
    meeting.meet_again();
    meeting.authentications.clear();
    meeting.authenticate = {};
    start();
    ASSERT_EQ(meeting.authentications.size(), 1u);
    if (by_link)
      meeting.holder.on_link_closed(meeting.now());
    else
      meeting.holder.cancel(meeting.now());
    meeting.settle();
    ASSERT_TRUE(meeting.holder_closed);
    meeting.holder.on_holder_authenticated(meeting.authentications[0].id, HolderAuthentication{}, meeting.now());
    EXPECT_FALSE(meeting.holder.poll());
    EXPECT_FALSE(meeting.holder.deadline());
  }
}

TEST_F(Chv04, WhereNothingIsReleasedNobodyIsAsked) {
  meeting.open_link();
  ask({"no_such_element"});
  EXPECT_TRUE(meeting.authentications.empty());
  expect_nothing_released(ResponseOutcome::nothing, std::nullopt);
}

TEST_F(Chv04, EachAnswerAsksAnew) {
  start();
  ask();
  ASSERT_EQ(meeting.authentications.size(), 2u);
  EXPECT_NE(meeting.authentications[0].id, meeting.authentications[1].id);
  EXPECT_EQ(meeting.authentications[1].round, 2u);
}

TEST_F(Chv04, OtherModesAskNobody) {
  for (const auto mode : {HolderAuthenticationMode::by_key_provider, HolderAuthenticationMode::none}) {
    meeting.meet_again({.holder_authentication = mode});
    meeting.authentications.clear();
    start();
    EXPECT_TRUE(meeting.authentications.empty());
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
    EXPECT_EQ(meeting.holder.holder_authentication(), mode);
  }
}

TEST_F(Authentication, ADeniedKeyIsARefusal) {
  meeting.use_keys = false;
  start();
  const std::uint64_t id = meeting.waiting_keys.at(0).id;
  meeting.waiting_keys.clear();
  meeting.holder.on_key_result(id, Error{.code = Errc::key_locked}, meeting.now());
  meeting.settle();
  expect_nothing_released(ResponseOutcome::key_denied, Errc::key_locked);
}

TEST_F(Authentication, AKeyThatNeverAnswersEndsTheRoundWithStatus10) {
  meeting.use_keys = false;
  start();
  EXPECT_EQ(meeting.holder.deadline(), meeting.steady + 60s);
  meeting.pass(60s);
  meeting.holder.on_timer(meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(meeting.responses[0].outcome.report.status, 10u);
  EXPECT_EQ(meeting.sent_responses.at(0).reason->code, Errc::timed_out);
  // Late, it is ignored; the session goes on.
  meeting.holder.on_key_result(meeting.waiting_keys[0].id,
                               crypto::answer(meeting.keys, meeting.waiting_keys[0].request), meeting.now());
  EXPECT_FALSE(meeting.holder.poll());
  meeting.use_keys = true;
  ask();
  EXPECT_TRUE(meeting.responses.back().outcome.report.valid);
}

TEST_F(Authentication, AgesThatWereNotReleasedDoNotCount) {
  meeting.authenticate = [](const AuthenticateHolder&) { return Error{.code = Errc::declined}; };
  meeting.open_link();
  ask({"age_over_18"});
  ask({"age_over_18"});
  meeting.authenticate = [](const AuthenticateHolder&) { return HolderAuthentication{}; };
  ask({"age_over_18"});
  EXPECT_EQ(meeting.responses.back().outcome.documents.at(0).issuer_signed().size(), 1u);
}

TEST_F(Authentication, TheFirstUseOfACredentialInASessionIsToBeRecorded) {
  meeting.use_keys = false;
  start();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  ASSERT_TRUE(meeting.waiting_keys[0].record);
  EXPECT_EQ(meeting.waiting_keys[0].record->credential_id, "licence");
  EXPECT_EQ(meeting.waiting_keys[0].record->method, presentation::DeviceAuthMethod::mac);
  meeting.holder.on_key_result(meeting.waiting_keys[0].id,
                               crypto::answer(meeting.keys, meeting.waiting_keys[0].request), meeting.now());
  meeting.settle();
  ask();
  ASSERT_EQ(meeting.waiting_keys.size(), 2u);
  EXPECT_FALSE(meeting.waiting_keys[1].record) << "the same reader, who would learn nothing new";
}

TEST_F(Authentication, AUseThatFailedIsToBeRecordedAgain) {
  meeting.use_keys = false;
  start();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  // As a worker says it whose CredentialStore could not write.
  meeting.holder.on_key_result(meeting.waiting_keys[0].id, Error{.code = Errc::key_not_found}, meeting.now());
  meeting.settle();
  EXPECT_EQ(meeting.responses.at(0).outcome.report.status, 10u);
  ask();
  ASSERT_EQ(meeting.waiting_keys.size(), 2u);
  ASSERT_TRUE(meeting.waiting_keys[1].record) << "nobody knows that the credential has been used";
  EXPECT_EQ(meeting.waiting_keys[1].record->credential_id, "licence");
  EXPECT_EQ(meeting.waiting_keys[1].record->method, presentation::DeviceAuthMethod::mac);
}

// A wallet that shows two engagements at once gives both the credential that was not used yet.
TEST_F(Authentication, AOneTimeCredentialServesOneOfTwoSessions) {
  meeting.use_keys = false;
  presentation::MemoryCredentialStore store;
  auto credential = presentation::Credential::decode("licence", SharedBytes::take(meeting.sample.issuer_signed()),
                                                     meeting.device_key);
  ASSERT_TRUE(
      store.put({.id = "licence", .policy = {.uses_per_copy = 1}, .copies = {{.credential = *std::move(credential)}}}));
  start();
  meeting.meet_again();
  start();
  ASSERT_EQ(meeting.waiting_keys.size(), 2u);
  ASSERT_TRUE(meeting.waiting_keys[0].record && meeting.waiting_keys[1].record);
  ASSERT_TRUE(store.record_use(*meeting.waiting_keys[0].record));
  const auto second = store.record_use(*meeting.waiting_keys[1].record);
  ASSERT_FALSE(second);
  meeting.holder.on_key_result(meeting.waiting_keys[1].id, second.error(), meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.sent_responses.size(), 1u);
  EXPECT_EQ(meeting.sent_responses[0].outcome, ResponseOutcome::key_denied);
  EXPECT_EQ(meeting.sent_responses[0].reason->code, Errc::refused);
  EXPECT_TRUE(meeting.responses.at(0).outcome.documents.empty());
}

TEST_F(Authentication, AUseIsOfTheSameSessionInEveryRound) {
  meeting.use_keys = false;
  start();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  meeting.holder.on_key_result(meeting.waiting_keys[0].id, Error{.code = Errc::declined}, meeting.now());
  meeting.settle();
  ask();
  ASSERT_EQ(meeting.waiting_keys.size(), 2u);
  const auto& first = meeting.waiting_keys[0].record;
  const auto& again = meeting.waiting_keys[1].record;
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(first->session.empty());
  EXPECT_EQ(first->session, again->session);
}

// As an application says it that wants no limit.
TEST_F(Authentication, ALimitBeyondTheEndOfTheClockIsNone) {
  constexpr auto no_limit = std::chrono::seconds::max();
  meeting.meet_again({.holder_authentication_timeout = no_limit, .key_timeout = no_limit},
                     {.link_timeout = no_limit, .key_timeout = no_limit});
  EXPECT_EQ(meeting.reader.deadline(), TimePoint::max());
  meeting.use_keys = false;
  start();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  meeting.holder.on_timer(meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty()) << "the key has all its time";
}

/// One credential for two DocRequests.
struct UsedTwice : Authentication {
  void ask_twice() {
    std::vector<model::DocRequest> doc_requests;
    for (const char* element : {"family_name", "given_name"}) {
      model::ItemsRequest items{
          .doc_type = DocType(meeting.sample.doc_type),
          .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), false}}}}};
      doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    }
    ASSERT_TRUE(meeting.reader.request(model::build_device_request(std::move(doc_requests)).value(), meeting.now()));
    meeting.settle();
  }
  void use_key(const UseKey& use) {
    meeting.holder.on_key_result(use.id, crypto::answer(meeting.keys, use.request), meeting.now());
    meeting.settle();
  }
};

TEST_F(UsedTwice, ItsKeyIsUsedAgainOnceTheFirstUseHasSucceeded) {
  meeting.use_keys = false;
  meeting.open_link();
  ask_twice();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u) << "the second one would be used whether the first was recorded or not";
  const UseKey first = meeting.waiting_keys[0];
  EXPECT_TRUE(first.record);
  meeting.holder.on_key_result(first.id + 1, crypto::answer(meeting.keys, first.request), meeting.now());
  EXPECT_FALSE(meeting.holder.poll()) << "not asked for yet";
  use_key(first);
  ASSERT_EQ(meeting.waiting_keys.size(), 2u);
  const UseKey second = meeting.waiting_keys[1];
  EXPECT_FALSE(second.record);
  EXPECT_TRUE(meeting.responses.empty());
  use_key(second);
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  EXPECT_EQ(meeting.responses[0].outcome.documents.size(), 2u);
}

TEST_F(UsedTwice, OfAnAnswerThatHasBeenSentNoKeyIsAskedFor) {
  meeting.open_link();
  ask();  // from here on its use is recorded
  meeting.answer_at_once = false;
  ask_twice();
  ASSERT_EQ(meeting.asked.size(), 2u);
  ASSERT_TRUE(
      meeting.holder.answer(presentation::Consent::to_all(meeting.asked[1].options), meeting.rng, meeting.now()));
  // An application that does one thing at a time.
  std::optional<UseKey> first;
  while (!first) {
    auto effect = meeting.holder.poll();
    ASSERT_TRUE(effect);
    if (const auto* person = std::get_if<AuthenticateHolder>(&*effect)) {
      meeting.holder.on_holder_authenticated(person->id, HolderAuthentication{.method = "pin"}, meeting.now());
    } else if (auto* use = std::get_if<UseKey>(&*effect)) {
      first = std::move(*use);
    }
  }
  meeting.holder.on_key_result(first->id, Error{.code = Errc::key_locked}, meeting.now());
  while (auto effect = meeting.holder.poll()) EXPECT_FALSE(std::holds_alternative<UseKey>(*effect));
}

// ---- statements of the device --------------------------------------------------------------------

/// A licence whose issuer lets the device say that it matched its holder.
struct Chv07 : ::testing::Test {
  Chv07() {
    meeting.sample.key_authorizations =
        Members{{"dataElements", Members{{"org.iso.23220.5.1", cbor_array({cbor_text("CHV_1")})}}.encode()}}.encode();
  }
  /// Asks for the word of the device, or else the portrait.
  [[nodiscard]] model::DeviceRequest request() const {
    model::DocRequestInfo info;
    info.alternative_data_elements = {
        {.requested_element = chv_1,
         .alternative_element_sets = {{{NameSpace("org.iso.18013.5.1"), ElementIdentifier("portrait")}}}}};
    model::ItemsRequest items{
        .doc_type = DocType(meeting.sample.doc_type),
        .name_spaces = {{chv_1.name_space, {{chv_1.element, false}}},
                        {NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}},
        .request_info = info};
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }
  void present(HolderOptions options, ReaderOptions reader_options = {.holder_verified_by_device = true}) {
    meeting.meet_again(std::move(options), std::move(reader_options));
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(request(), meeting.now()));
    meeting.settle();
    ASSERT_EQ(meeting.responses.size(), 1u);
  }
  Meeting meeting;
};

TEST_F(Chv07, TheDeviceStatesThatItMatchedItsHolder) {
  meeting.authenticate = [](const AuthenticateHolder& asked) {
    EXPECT_EQ(asked.statements, std::vector<model::ElementReference>{chv_1});
    return HolderAuthentication{.method = "face",
                                .statements = {{.element = chv_1, .value = model::DataElementValue::boolean(true)}}};
  };
  present({.device_signed = {chv_1}});
  const auto& outcome = meeting.responses[0].outcome;
  ASSERT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.documents.size(), 1u);
  ASSERT_EQ(outcome.documents[0].device_signed().size(), 1u);
  EXPECT_TRUE(outcome.documents[0].device_signed()[0].value.as_bool().value());
  ASSERT_EQ(outcome.report.documents[0].holder.size(), 1u);
  EXPECT_EQ(outcome.report.documents[0].holder[0].outcome, verification::HolderOutcome::matched);
}

TEST_F(Chv07, ADeviceThatCannotStateItSendsThePortrait) {
  present({});
  const auto& outcome = meeting.responses[0].outcome;
  ASSERT_TRUE(outcome.report.valid);
  EXPECT_TRUE(outcome.documents.at(0).device_signed().empty());
  EXPECT_NE(outcome.documents[0].find(NameSpace("org.iso.18013.5.1"), ElementIdentifier("portrait")), nullptr);
  EXPECT_EQ(outcome.report.answers.at(0).kind, verification::Answer::Kind::alternative);
}

TEST_F(Chv07, ADeviceThatIsNotAuthorisedSendsThePortrait) {
  meeting.sample.key_authorizations.reset();
  present({.device_signed = {chv_1}});
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  EXPECT_TRUE(meeting.responses[0].outcome.documents.at(0).device_signed().empty());
}

TEST_F(Chv07, WhoseFaceDidNotMatchReleasesNothing) {
  meeting.authenticate = [](const AuthenticateHolder&) { return HolderAuthentication{.method = "face"}; };
  present({.device_signed = {chv_1}});
  EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
  EXPECT_EQ(meeting.responses[0].outcome.report.status, 0u);
  EXPECT_EQ(meeting.sent_responses.at(0).outcome, ResponseOutcome::not_authenticated);
}

TEST_F(Chv07, WhereNobodyIsAskedNothingIsStated) {
  present({.holder_authentication = HolderAuthenticationMode::none, .device_signed = {chv_1}});
  EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
  EXPECT_EQ(meeting.sent_responses.at(0).outcome, ResponseOutcome::not_authenticated);
}

}  // namespace
}  // namespace mdoc
