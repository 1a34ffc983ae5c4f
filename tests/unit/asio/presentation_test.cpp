// present() and serve(): both facades over real sockets, each on a thread and event loop of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "asio/until.hpp"
#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/present.hpp"
#include "mdoc/asio/serve.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "run.hpp"
#include "support/fake_zk.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;
using mdoc::testing::CountingRng;
using mdoc::testing::SampleMdoc;

// The day of the sample, with timers that run.
class SampleClock final : public Clock {
 public:
  Now now() const override {
    return {.utc = mdoc::testing::utc("2026-05-01T12:00:00Z"), .steady = std::chrono::steady_clock::now()};
  }
};

// Keys that can be made to wait, as for a fingerprint.
class WaitingKeys final : public crypto::KeyProvider {
 public:
  Result<crypto::EcPublicKey> public_key(const crypto::KeyRef& key) override { return keys.public_key(key); }
  Result<crypto::Signature> sign(const crypto::SignRequest& request) override {
    wait();
    return keys.sign(request);
  }
  Result<SecretBytes> agree(const crypto::AgreeRequest& request) override {
    ++agreements;
    wait();
    if (locked) return Error{.code = Errc::key_locked};
    return keys.agree(request);
  }

  crypto::SoftwareKeyProvider keys;
  bool locked = false;
  unsigned agreements = 0;  // asked for; to be read when the session has ended
  std::promise<void> in_use;
  std::shared_future<void> permission;

 private:
  void wait() {
    if (!permission.valid()) return;
    in_use.set_value();
    permission.wait();
  }
};

// One side: a thread with its event loop, and how its coroutine ended.
template <class T>
class Side {
 public:
  void start(net::awaitable<T> work) {
    result_ =
        net::co_spawn(context, std::move(work), net::bind_cancellation_slot(cancellation_.slot(), net::use_future));
    thread_ = std::thread([this] { context.run(); });
  }
  T end() {
    if (result_.wait_for(20s) != std::future_status::ready) {
      ADD_FAILURE() << "the test hangs";
      context.stop();
      thread_.join();
      throw std::runtime_error("hangs");
    }
    thread_.join();
    return result_.get();
  }
  void cancel() {
    net::post(context, [this] { cancellation_.emit(net::cancellation_type::terminal); });
  }
  ~Side() { stop(); }
  void stop() {
    context.stop();
    if (thread_.joinable()) thread_.join();
  }

  net::io_context context;

 private:
  net::cancellation_signal cancellation_;
  std::future<T> result_;
  std::thread thread_;
};

class PresentationTest : public ::testing::Test {
 protected:
  PresentationTest() {
    auto device_key = crypto::PrivateKey::import(crypto::Curve::p256, sample.device_key.scalar()->view()).value();
    EXPECT_TRUE(keys->keys.add(crypto::KeyRef("device"), std::move(device_key)));
    EXPECT_TRUE(trust->add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
    options.clock = std::make_shared<SampleClock>();
  }

  ~PresentationTest() override {
    reader.stop();
    mdoc.stop();
  }

  Holder make_holder(HolderOptions holder_options = {}) {
    std::vector<presentation::Credential> credentials;
    credentials.push_back(
        presentation::Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"))
            .value());
    const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
    CountingRng rng(1);
    return Holder::create(std::move(credentials), methods, rng, options.clock->now(), holder_options).value();
  }
  Reader make_reader(const std::string& text, ReaderOptions reader_options = {}) {
    CountingRng rng(2);
    return Reader::from_qr_code(text, trust, rng, options.clock->now(), reader_options).value();
  }
  static model::DeviceRequest request(std::size_t times = 1) {
    const model::ItemsRequest items{
        .doc_type = DocType("org.iso.18013.5.1.mDL"),
        .name_spaces = {{NameSpace("org.iso.18013.5.1"),
                         {{ElementIdentifier("family_name"), false}, {ElementIdentifier("age_over_18"), false}}}}};
    std::vector<model::DocRequest> doc_requests;
    for (; times > 0; --times) doc_requests.push_back({.items_request = model::encode_items_request(items).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }

  // Starts serving; afterwards `endpoint` and `qr_code` are known.
  void start_mdoc(ConsentHandler consent, HolderOptions holder_options = {}) {
    listener.emplace(HttpListener::open(mdoc.context.get_executor(), *parse_endpoint("127.0.0.1:0"), link).value());
    endpoint = listener->local_endpoint();
    Holder holder = make_holder(holder_options);
    qr_code = holder.qr_code();
    ServeOptions serving(options);
    serving.authenticate = authenticate;
    serving.store = store;
    serving.on_response = [this](const ResponseSent& sent) { outcomes.push_back(sent.outcome); };
    mdoc.start(serve([this] { return listener->accept(); }, std::move(holder), worker, std::move(consent), serving));
  }
  net::awaitable<Result<ResponseReceived>> ask() {
    return present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), options);
  }
  static net::awaitable<Result<presentation::HolderAuthentication>> it_is_the_owner(const AuthenticateHolder&) {
    co_return presentation::HolderAuthentication{.method = "pin"};
  }
  static net::awaitable<std::optional<presentation::Consent>> consent_to_all(const ConsentNeeded& needed) {
    co_return presentation::Consent::to_all(needed.options);
  }

  SampleMdoc sample;
  std::shared_ptr<WaitingKeys> keys = std::make_shared<WaitingKeys>();
  std::shared_ptr<trust::TrustStore> trust = std::make_shared<trust::TrustStore>();
  DriverOptions options;
  HolderAuthenticator authenticate = it_is_the_owner;
  std::shared_ptr<presentation::CredentialStore> store;
  std::vector<ResponseOutcome> outcomes;  // of the mdoc; complete when it has ended
  HttpLinkOptions link{};                 // timeouts beyond what a test waits: nothing here may need them
  net::ip::tcp::endpoint endpoint;
  std::string qr_code;
  Side<Result<void>> mdoc;
  Side<Result<ResponseReceived>> reader;
  std::optional<HttpListener> listener;  // goes before the event loop that it is of
  KeyWorker worker{keys};                // as well: its last answer needs the loop
};

// A question to the holder that nobody answers.
struct Unanswered {
  net::awaitable<std::optional<presentation::Consent>> operator()(const ConsentNeeded&) const {
    asked->set_value();
    net::steady_timer forever(co_await net::this_coro::executor, never);
    co_await forever.async_wait(use_tuple);
    cancelled->set_value();
    co_return std::nullopt;
  }
  std::shared_ptr<std::promise<void>> asked = std::make_shared<std::promise<void>>();
  std::shared_ptr<std::promise<void>> cancelled = std::make_shared<std::promise<void>>();
};

// The same, with something to tidy up when it is withdrawn.
struct Tidying {
  net::awaitable<std::optional<presentation::Consent>> operator()(const ConsentNeeded& needed) const {
    co_await unanswered(needed);
    co_await net::this_coro::reset_cancellation_state();
    net::steady_timer while_it_closes(co_await net::this_coro::executor, 100ms);
    co_await while_it_closes.async_wait(use_tuple);
    *tidied = true;
    co_return std::nullopt;
  }
  Unanswered unanswered;
  std::shared_ptr<bool> tidied = std::make_shared<bool>(false);
};

bool comes(std::future<void> future) { return future.wait_for(20s) == std::future_status::ready; }

TEST_F(PresentationTest, EndsAfterAQuestionThatWasWithdrawn) {
  const Tidying question;
  listener.emplace(HttpListener::open(mdoc.context.get_executor(), *parse_endpoint("127.0.0.1:0"), link).value());
  endpoint = listener->local_endpoint();
  bool tidied_before = false;
  ServeOptions serving(options);
  serving.authenticate = authenticate;
  const auto presented = [&](Holder holder) -> net::awaitable<Result<void>> {
    auto ended =
        co_await serve([this] { return listener->accept(); }, std::move(holder), worker, question, std::move(serving));
    tidied_before = *question.tidied;
    co_return ended;
  };
  Holder holder = make_holder();
  qr_code = holder.qr_code();
  mdoc.start(presented(std::move(holder)));
  reader.start(ask());
  ASSERT_TRUE(comes(question.unanswered.asked->get_future()));
  reader.cancel();
  (void)reader.end();
  (void)mdoc.end();
  EXPECT_TRUE(tidied_before) << "the handler may borrow what belongs to whoever waits for serve()";
}

TEST_F(PresentationTest, EndsWithVerifiedElementsOnBothSides) {
  start_mdoc(consent_to_all);
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->outcome.report.valid);
  ASSERT_EQ(response->outcome.documents.size(), 1u);
  EXPECT_EQ(response->outcome.documents[0].issuer_signed().size(), 2u);
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, SeveralRoundsShareOneSession) {
  std::vector<Phase> phases;
  PresentOptions noting = options;
  noting.on_event = [&phases](const Event& event) { phases.push_back(event.phase); };
  std::vector<unsigned> asked;
  const model::DeviceRequest wanted = request();
  noting.on_request = [&](const RequestSent& sent) {
    EXPECT_TRUE(std::ranges::equal(sent.device_request.view(), wanted.encoded.view()));
    asked.push_back(sent.round);
  };
  start_mdoc(consent_to_all);
  std::vector<unsigned> rounds;
  const ResponseHandler next = [&](ResponseReceived response) -> std::optional<model::DeviceRequest> {
    EXPECT_TRUE(response.outcome.report.valid);
    rounds.push_back(response.round);
    if (rounds.size() < 3) return request();
    return std::nullopt;
  };
  Side<Result<void>> asking;
  asking.start(present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), next, noting));
  EXPECT_TRUE(asking.end());
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(rounds, (std::vector<unsigned>{1, 2, 3}));
  EXPECT_EQ(asked, rounds);
  EXPECT_EQ(std::count(phases.begin(), phases.end(), Phase::response_verified), 3);
  EXPECT_EQ(phases.back(), Phase::closed);
}

TEST_F(PresentationTest, AFurtherRequestThatCannotBeMadeEndsTheSessionAndComesOut) {
  start_mdoc(consent_to_all);
  unsigned rounds = 0;
  const ResponseHandler next = [&](const ResponseReceived&) -> std::optional<model::DeviceRequest> {
    ++rounds;
    model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                              .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}}};
    for (const char* age : {"age_over_16", "age_over_18", "age_over_21"}) {
      items.name_spaces[0].second.emplace_back(ElementIdentifier(age), false);
    }
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  };
  Side<Result<void>> asking;
  asking.start(
      present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), next, options));
  const Result<void> ended = asking.end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::bad_argument);
  EXPECT_EQ(rounds, 1u);
  EXPECT_TRUE(mdoc.end()) << "the mdoc is told that it is over";
}

TEST_F(PresentationTest, WhoMustAuthenticateTheHolderIsSaidBeforehand) {
  authenticate = {};
  start_mdoc(consent_to_all);
  const auto ended = mdoc.end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::bad_argument);
}

TEST_F(PresentationTest, AHolderWhoIsNotAuthenticatedReleasesNothing) {
  authenticate = [](const AuthenticateHolder&) -> net::awaitable<Result<presentation::HolderAuthentication>> {
    co_return Error{.code = Errc::declined};
  };
  start_mdoc(consent_to_all);
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->outcome.documents.empty());
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(outcomes, std::vector<ResponseOutcome>{ResponseOutcome::not_authenticated});
}

TEST_F(PresentationTest, APersonWhoSaysNothingInTimeIsNotWaitedForLonger) {
  const auto given_up = std::make_shared<std::promise<void>>();
  authenticate = [given_up](const AuthenticateHolder&) -> net::awaitable<Result<presentation::HolderAuthentication>> {
    net::steady_timer forever(co_await net::this_coro::executor, never);
    co_await forever.async_wait(use_tuple);
    given_up->set_value();
    co_return presentation::HolderAuthentication{};
  };
  start_mdoc(consent_to_all, {.holder_authentication_timeout = 1s});
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->outcome.documents.empty());
  EXPECT_TRUE(comes(given_up->get_future())) << "the question was withdrawn";
  EXPECT_TRUE(mdoc.end());
}

/// Remembers what it was told; fails where a test wants that.
class NotingStore final : public presentation::CredentialStore {
 public:
  Result<std::vector<presentation::StoredDocument>> documents() override {
    return std::vector<presentation::StoredDocument>{};
  }
  Result<void> record_use(const presentation::CredentialUse& use) override {
    noted.push_back(use.credential_id);
    if (fails) return Error{.code = Errc::key_not_found};
    return {};
  }
  std::vector<std::string> noted;
  bool fails = false;
};

TEST_F(PresentationTest, TheStoreIsToldOfAUseBeforeTheKeyIsUsed) {
  const auto noting = std::make_shared<NotingStore>();
  store = noting;
  start_mdoc(consent_to_all);
  reader.start(ask());
  EXPECT_TRUE(reader.end()->outcome.report.valid);
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(noting->noted, std::vector<std::string>{"licence"});
}

TEST_F(PresentationTest, AUseThatCannotBeRecordedIsNone) {
  const auto failing = std::make_shared<NotingStore>();
  failing->fails = true;
  store = failing;
  start_mdoc(consent_to_all);
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->outcome.report.status, 10u);
  EXPECT_EQ(keys->keys.use(crypto::KeyRef("device")).value(), crypto::KeyUse::first_use) << "it was not used";
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, AfterADeniedKeyNoOtherOneOfThatAnswerIsAskedFor) {
  start_mdoc(consent_to_all);
  const ResponseHandler next = [&](const ResponseReceived& response) -> std::optional<model::DeviceRequest> {
    if (response.round == 2) return std::nullopt;
    keys->locked = true;
    return request(3);  // one credential, whose use is recorded by now
  };
  Side<Result<void>> asking;
  asking.start(
      present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), next, options));
  EXPECT_TRUE(asking.end());
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(outcomes, (std::vector{ResponseOutcome::released, ResponseOutcome::key_denied}));
  EXPECT_EQ(keys->agreements, 2u);
}

TEST_F(PresentationTest, SeveralDocumentsOfOneCredentialAreAllSigned) {
  const auto noting = std::make_shared<NotingStore>();
  store = noting;
  start_mdoc(consent_to_all);
  reader.start(present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(3), options));
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->outcome.report.valid);
  EXPECT_EQ(response->outcome.documents.size(), 3u);
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(noting->noted, std::vector<std::string>{"licence"});
}

TEST_F(PresentationTest, KeysOfTheReaderOpenWhatIsEncryptedToIt) {
  auto recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
  const crypto::PublicKey public_key = recipient.public_key();
  auto provider = std::make_shared<crypto::SoftwareKeyProvider>();
  ASSERT_TRUE(provider->add(crypto::KeyRef("recipient"), std::move(recipient)));
  KeyWorker of_reader(provider);
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}},
      .request_info = model::DocRequestInfo{
          .doc_response_encryption =
              model::encode_encryption_parameters({.recipient_public_key = public_key.coordinates()}).value()}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  const auto wanted = model::build_device_request(std::move(doc_requests)).value();
  for (const bool with_keys : {true, false}) {
    Side<Result<void>> holding;
    Side<Result<ResponseReceived>> asking;
    auto accepting = HttpListener::open(holding.context.get_executor(), *parse_endpoint("127.0.0.1:0"), link).value();
    Holder holder = make_holder();
    ReaderOptions reader_options;
    reader_options.recipient_keys.push_back({.key = crypto::KeyRef("recipient"), .public_key = public_key});
    Reader asker = make_reader(holder.qr_code(), reader_options);
    ServeOptions serving(options);
    serving.authenticate = it_is_the_owner;
    holding.start(serve([&] { return accepting.accept(); }, std::move(holder), worker, consent_to_all, serving));
    PresentOptions presenting(options);
    presenting.keys = with_keys ? &of_reader : nullptr;
    const auto there = accepting.local_endpoint();
    asking.start(present([&, there] { return connect_http(there, link); }, std::move(asker), wanted, presenting));
    const auto response = asking.end();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->outcome.report.valid, with_keys);
    EXPECT_EQ(response->outcome.documents.size(), with_keys ? 1u : 0u);
    EXPECT_TRUE(holding.end());
  }
}

TEST_F(PresentationTest, ADeclinedRequestIsAnsweredWithoutDocuments) {
  start_mdoc(
      [](const ConsentNeeded&) -> net::awaitable<std::optional<presentation::Consent>> { co_return std::nullopt; });
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_FALSE(response->outcome.report.valid);
  EXPECT_TRUE(response->outcome.documents.empty());
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, AReaderThatHangsUpTakesTheQuestionBack) {
  const Unanswered unanswered;
  start_mdoc(unanswered);
  reader.start(ask());
  ASSERT_TRUE(comes(unanswered.asked->get_future()));
  reader.cancel();
  EXPECT_FALSE(reader.end());
  const auto ended = mdoc.end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::link_closed);
  EXPECT_TRUE(comes(unanswered.cancelled->get_future()));
}

TEST_F(PresentationTest, AHolderWhoCancelsTellsTheReader) {
  const Unanswered unanswered;
  start_mdoc(unanswered);
  reader.start(ask());
  ASSERT_TRUE(comes(unanswered.asked->get_future()));
  mdoc.cancel();
  EXPECT_TRUE(mdoc.end());
  const auto response = reader.end();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::terminated_by_peer);
  EXPECT_TRUE(comes(unanswered.cancelled->get_future()));
}

TEST_F(PresentationTest, AHolderWhoCancelsBeforeAnyReaderCameIsDone) {
  start_mdoc(consent_to_all);
  mdoc.cancel();
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, SilenceEndsWithTheDeadlinesOfTheSession) {
  start_mdoc(consent_to_all, {.establishment_timeout = 0s});
  const auto ended = mdoc.end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::timed_out);
}

TEST_F(PresentationTest, AnMdocThatDoesNotAnswerTimesOut) {
  const Unanswered unanswered;
  start_mdoc(unanswered);
  reader.start(present([this] { return connect_http(endpoint, link); }, make_reader(qr_code, {.response_timeout = 0s}),
                       request(), options));
  const auto response = reader.end();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::timed_out);
  EXPECT_FALSE(mdoc.end());
}

TEST_F(PresentationTest, ALockedKeyIsAnAnswerWithoutDocuments) {
  keys->locked = true;
  start_mdoc(consent_to_all);
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_TRUE(response);
  EXPECT_FALSE(response->outcome.report.valid);
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, TheLoopRunsOnWhileAKeyAsksItsOwner) {
  std::promise<void> permit;
  keys->permission = permit.get_future().share();
  start_mdoc(consent_to_all);
  reader.start(ask());
  ASSERT_TRUE(comes(keys->in_use.get_future()));
  std::promise<void> alive;
  net::post(mdoc.context, [&] { alive.set_value(); });
  EXPECT_TRUE(comes(alive.get_future()));
  permit.set_value();
  const auto response = reader.end();
  EXPECT_TRUE(response && response->outcome.report.valid);
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, AProofIsMadeOnTheThreadOfTheKeysAndVerified) {
  const auto prover = std::make_shared<mdoc::testing::FakeZkProver>();
  const auto verifier = std::make_shared<mdoc::testing::FakeZkVerifier>();
  start_mdoc(consent_to_all, {.provers = {prover}});
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("age_over_18"), false}}}},
      .request_info = model::DocRequestInfo{
          .zk_request = model::ZkRequest{.system_specs = {mdoc::testing::fake_zk_spec()}, .zk_required = true}}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  reader.start(present([this] { return connect_http(endpoint, link); },
                       make_reader(qr_code, {.zk_verifiers = {verifier}}),
                       model::build_device_request(std::move(doc_requests)).value(), options));
  const auto response = reader.end();
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_TRUE(response->outcome.report.valid);
  EXPECT_EQ(response->outcome.zk_documents.size(), 1u);
  EXPECT_EQ(prover->proofs, 1u);
  EXPECT_TRUE(mdoc.end());
}

TEST_F(PresentationTest, ALinkLostWhileAKeyIsInUseEndsTheSessionAndTheLateResultIsIgnored) {
  std::promise<void> permit;
  std::promise<void> closed;
  keys->permission = permit.get_future().share();
  options.on_event = [&closed](const Event& event) {
    if (event.phase == Phase::closed) closed.set_value();
  };
  start_mdoc(consent_to_all);
  options.on_event = nullptr;
  reader.start(ask());
  ASSERT_TRUE(comes(keys->in_use.get_future()));
  reader.cancel();
  EXPECT_FALSE(reader.end());
  EXPECT_TRUE(comes(closed.get_future()));
  permit.set_value();
  const auto ended = mdoc.end();
  EXPECT_TRUE(!ended && ended.error().code == Errc::link_closed);
}

TEST_F(PresentationTest, WhatTheConsentHandlerThrowsComesOut) {
  start_mdoc([](const ConsentNeeded&) -> net::awaitable<std::optional<presentation::Consent>> {
    throw std::runtime_error("consent");
    co_return std::nullopt;
  });
  reader.start(ask());
  EXPECT_THROW((void)mdoc.end(), std::runtime_error);
  const auto response = reader.end();
  EXPECT_TRUE(!response && response.error().code == Errc::terminated_by_peer);
}

TEST_F(PresentationTest, AConsentThatWasGivenForAnotherRequestReleasesNothing) {
  std::optional<presentation::Consent> first;
  start_mdoc([&first](const ConsentNeeded& needed) -> net::awaitable<std::optional<presentation::Consent>> {
    if (!first) first = presentation::Consent::to_all(needed.options);
    co_return first;
  });
  const ResponseHandler ask_otherwise = [](const ResponseReceived& response) -> std::optional<model::DeviceRequest> {
    if (response.round > 1) return std::nullopt;
    model::ItemsRequest items{
        .doc_type = DocType("org.iso.18013.5.1.mDL"),
        .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("birth_date"), false}}}}};
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  };
  Side<Result<void>> asking;
  asking.start(present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), ask_otherwise,
                       options));
  const auto asked = asking.end();
  EXPECT_TRUE(!asked && asked.error().code == Errc::terminated_by_peer);
  const auto ended = mdoc.end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::consent_mismatch);
}

TEST_F(PresentationTest, AnAgreementThatNoKeyCanProveLooksLikeARefusal) {
  // The handler offers more than it was given: a licence whose key was never used.
  const std::vector fresh{
      presentation::Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"))
          .value()};
  auto recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}},
      .request_info = model::DocRequestInfo{
          .doc_response_encryption =
              model::encode_encryption_parameters({.recipient_public_key = recipient.public_key().coordinates()})
                  .value()}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  const auto encrypted = model::build_device_request(std::move(doc_requests)).value();
  start_mdoc([&](const ConsentNeeded& needed) -> net::awaitable<std::optional<presentation::Consent>> {
    if (needed.round == 1) co_return presentation::Consent::to_all(needed.options);
    EXPECT_FALSE(needed.options.answerable);
    co_return presentation::Consent::to_all(presentation::match(encrypted, fresh, options.clock->now().utc).value());
  });
  const ResponseHandler next = [&](const ResponseReceived& response) -> std::optional<model::DeviceRequest> {
    if (response.round == 1) return encrypted;
    return std::nullopt;
  };
  Side<Result<void>> asking;
  asking.start(
      present([this] { return connect_http(endpoint, link); }, make_reader(qr_code), request(), next, options));
  EXPECT_TRUE(asking.end());
  EXPECT_TRUE(mdoc.end());
  EXPECT_EQ(outcomes, (std::vector{ResponseOutcome::released, ResponseOutcome::key_denied}));
}

TEST_F(PresentationTest, WhatDoesNotDecodeIsToldByItsStatus) {
  start_mdoc(consent_to_all);
  Side<Result<void>> peer;
  std::string answer;
  const auto speak = [](net::ip::tcp::endpoint to, HttpLinkOptions how,
                        std::string& heard) -> net::awaitable<Result<void>> {
    const auto stream = (co_await connect_http(to, how)).value();
    const auto sent = co_await stream->write_message(as_bytes("no CBOR"));
    const auto reply = co_await stream->read_message();
    if (reply) heard = as_text(*reply);
    co_return sent;
  };
  peer.start(speak(endpoint, link, answer));
  EXPECT_TRUE(peer.end());
  EXPECT_EQ(answer, "\xa1\x66status\x0b");  // {"status": 11}
  EXPECT_FALSE(mdoc.end());
}

TEST_F(PresentationTest, AnErrorOfTheLinkIsNamed) {
  listener.emplace(HttpListener::open(mdoc.context.get_executor(), *parse_endpoint("127.0.0.1:0")).value());
  endpoint = listener->local_endpoint();
  listener.reset();
  qr_code = make_holder().qr_code();
  reader.start(ask());
  const auto response = reader.end();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::connect_failed);
}

}  // namespace
}  // namespace mdoc::asio
