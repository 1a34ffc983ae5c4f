// The snippets at the end of docs/guide/first-presentation.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <iostream>
#include <sstream>
#include <utility>

#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/present.hpp"
#include "mdoc/asio/serve.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

// What the snippets leave to the program around them.
struct Radio {
  void open() { opened = true; }
  void send(Bytes message) { sent.push_back(std::move(message)); }
  void close() { closed = true; }
  std::vector<Bytes> take() { return std::exchange(sent, {}); }
  std::vector<Bytes> sent{};
  bool opened = false, closed = false;
};
std::vector<ResponseReceived> used;
void use(ResponseReceived answer) { used.push_back(std::move(answer)); }
Bytes drawn;
void draw(ByteView image) { drawn.assign(image.begin(), image.end()); }

asio::net::awaitable<Result<void>> ask_twice(asio::LinkOpener open, Reader reader, model::DeviceRequest age,
                                             model::DeviceRequest name, asio::DriverOptions options) {
  const auto next = [name](ResponseReceived answer) -> std::optional<model::DeviceRequest> {
    const bool again = answer.round == 1 && answer.outcome.report.valid;
    use(std::move(answer));
    if (again) return name;  // another round of the same session
    return std::nullopt;     // the end of the session
  };
  co_return co_await asio::present(open, std::move(reader), age, next, options);
}

asio::net::awaitable<std::optional<presentation::Consent>> ask_the_owner(const ConsentNeeded& asked) {
  if (!asked.options.answerable) co_return std::nullopt;  // nothing fits: decline
  const auto only_in_passing = [](const presentation::DocumentOption&, const presentation::ElementOption& element) {
    return !element.intent_to_retain;  // what the reader would keep stays here
  };
  co_return presentation::Consent::to(asked.options, only_in_passing);
}

void show(const verification::VerifiedDocument& licence) {
  const NameSpace mdl("org.iso.18013.5.1");
  if (const auto* portrait = licence.find(mdl, ElementIdentifier("portrait"))) {
    if (const auto image = portrait->as_bytes()) draw(*image);  // JPEG or JPEG 2000, as long as `licence` lives
  }
  if (const auto* birth_date = licence.find(mdl, ElementIdentifier("birth_date"))) {
    if (const auto date = birth_date->as_full_date()) std::cout << "born in " << int(date->year()) << "\n";
  }
}

Result<verification::VerificationOutcome> judge(Bytes response, Bytes transcript, const trust::TrustStore& trust,
                                                Now now) {
  auto decoded = verification::UnverifiedResponse::decode(SharedBytes::take(std::move(response)));
  if (!decoded) return decoded.error();
  return verification::verify(*decoded, {.trust = trust,
                                         .now = now,
                                         .session_transcript = SharedBytes::take(std::move(transcript)),
                                         .e_reader_key = nullptr,  // for a deviceMac: the reader's ephemeral key
                                         .request = nullptr});     // to compare the answer with
}

asio::DriverOptions with_timeline(std::ostream& log) {
  asio::DriverOptions options;
  options.on_event = [&log](const Event& event) {
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(event.at.time_since_epoch());
    log << at.count() << " us  " << name(event.phase) << "\n";
  };
  return options;
}

void perform(Reader& reader, Radio& radio, Now now) {
  while (auto effect = reader.poll()) {
    if (std::get_if<OpenLink>(&*effect)) radio.open();
    if (auto* message = std::get_if<SendMessage>(&*effect)) radio.send(std::move(message->message));
    if (auto* answer = std::get_if<ResponseReceived>(&*effect)) {
      use(std::move(*answer));
      reader.finish(now);  // or reader.request(…) for another round
    }
    if (std::get_if<CloseLink>(&*effect)) radio.close();
    if (auto* closed = std::get_if<Closed>(&*effect); closed && closed->reason) std::cerr << describe(*closed->reason);
  }
}

void perform(Holder& holder, Radio& radio, crypto::KeyProvider& keys, Rng& rng, Now now) {
  while (auto effect = holder.poll()) {
    if (std::get_if<OpenLink>(&*effect)) radio.open();
    if (auto* message = std::get_if<SendMessage>(&*effect)) radio.send(std::move(message->message));
    if (const auto* asked = std::get_if<ConsentNeeded>(&*effect)) {
      const auto released = holder.answer(presentation::Consent::to_all(asked->options), rng, now);  // or decline()
      if (!released) std::cerr << describe(released.error());
    }
    if (const auto* person = std::get_if<AuthenticateHolder>(&*effect)) {
      holder.on_holder_authenticated(person->id, presentation::HolderAuthentication{.method = "none"}, now);
    }
    if (const auto* key = std::get_if<UseKey>(&*effect)) {
      holder.on_key_result(key->id, crypto::answer(keys, key->request), now);
    }
    if (std::get_if<CloseLink>(&*effect)) radio.close();
    if (auto* closed = std::get_if<Closed>(&*effect); closed && closed->reason) std::cerr << describe(*closed->reason);
  }
}

void present_in_memory(Holder& holder, Reader& reader, crypto::KeyProvider& keys, Rng& rng, Now now) {
  Radio to_reader, to_holder;
  holder.on_link_opened(now);
  reader.on_link_opened(now);
  perform(reader, to_holder, now);
  while (!to_holder.sent.empty()) {
    for (Bytes& message : to_holder.take()) holder.on_message(SharedBytes::take(std::move(message)), now);
    perform(holder, to_reader, keys, rng, now);
    for (Bytes& message : to_reader.take()) reader.on_message(SharedBytes::take(std::move(message)), now);
    perform(reader, to_holder, now);
  }
}

Now now_here() {
  return {.utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .steady = std::chrono::steady_clock::now()};
}

// The day of the sample, with timers that run.
struct SampleClock final : Clock {
  explicit SampleClock(UtcSeconds day) : utc(day) {}
  Now now() const override { return {.utc = utc, .steady = std::chrono::steady_clock::now()}; }
  UtcSeconds utc;
};

// Both programs of the guide at one table. What the reader got is in `used`.
void present_over_tcp(Meeting& meeting, model::DeviceRequest first, model::DeviceRequest second) {
  used.clear();
  asio::DriverOptions options{.clock = std::make_shared<SampleClock>(meeting.sample.now)};
  meeting.steady = std::chrono::steady_clock::now();
  meeting.meet_again();
  boost::asio::io_context context;
  auto listener = asio::HttpListener::open(context.get_executor(), *asio::parse_endpoint("127.0.0.1:0")).value();
  const auto endpoint = listener.local_endpoint();
  asio::KeyWorker worker(std::shared_ptr<crypto::KeyProvider>(std::shared_ptr<void>(), &meeting.keys));
  const auto accept = [&] { return listener.accept(); };
  const auto connect = [&] { return asio::connect_http(endpoint); };
  asio::ServeOptions serving(options);
  serving.authenticate =
      [](const AuthenticateHolder&) -> asio::net::awaitable<Result<presentation::HolderAuthentication>> {
    co_return presentation::HolderAuthentication{};
  };
  auto served = co_spawn(context, asio::serve(accept, std::move(meeting.holder), worker, ask_the_owner, serving),
                         boost::asio::use_future);
  auto asked =
      co_spawn(context, ask_twice(connect, std::move(meeting.reader), first, second, options), boost::asio::use_future);
  context.run_for(std::chrono::seconds(20));
  ASSERT_EQ(served.wait_for(std::chrono::seconds(0)), std::future_status::ready) << "the test hangs";
  EXPECT_TRUE(served.get());
  EXPECT_TRUE(asked.get());
}

model::DeviceRequest request_to_keep(const std::string& element) {
  return model::build_device_request(DocType("org.iso.18013.5.1.mDL"),
                                     {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), true}}}})
      .value();
}

TEST(Snippets, AGoodAnswerIsFollowedByAnotherRound) {
  Meeting meeting;
  present_over_tcp(meeting, meeting.request({"age_over_18"}), meeting.request({"family_name"}));
  ASSERT_EQ(used.size(), 2u);
  EXPECT_TRUE(used[1].outcome.report.valid);
  EXPECT_EQ(used[1].outcome.documents.at(0).issuer_signed().at(0).identifier.str(), "family_name");
}

TEST(Snippets, ABadAnswerIsTheLast) {
  Meeting meeting;
  meeting.sample.now = meeting.sample.valid_until + std::chrono::hours(1);
  present_over_tcp(meeting, meeting.request({"age_over_18"}), meeting.request({"family_name"}));
  ASSERT_EQ(used.size(), 1u);
  EXPECT_FALSE(used[0].outcome.report.valid);
}

TEST(Snippets, WhatTheReaderWouldKeepStaysWithTheHolder) {
  Meeting meeting;
  present_over_tcp(meeting, meeting.request({"age_over_18"}), request_to_keep("family_name"));
  ASSERT_EQ(used.size(), 2u);
  EXPECT_TRUE(used[0].outcome.report.valid);
  EXPECT_TRUE(used[1].outcome.documents.empty());
}

TEST(Snippets, WhatNothingFitsIsDeclined) {
  Meeting meeting;
  present_over_tcp(meeting, meeting.request({"no_such_element"}), meeting.request({"family_name"}));
  ASSERT_EQ(used.size(), 1u);
  EXPECT_TRUE(used[0].outcome.report.documents.empty());
}

TEST(Snippets, AResponseFromAFileIsJudged) {
  testing::SampleMdoc sample;
  trust::TrustStore trust;
  ASSERT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()));
  const Now now{.utc = sample.now, .steady = {}};
  const auto good = judge(sample.response(), sample.transcript, trust, now);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->report.valid);
  EXPECT_EQ(good->documents.size(), 1u);
  EXPECT_FALSE(judge(sample.response(), sample.transcript, trust::TrustStore(), now)->report.valid);
  EXPECT_FALSE(judge(Bytes{0x01}, sample.transcript, trust, now));
}

TEST(Snippets, ATimelineHasALineForEachEvent) {
  std::ostringstream log;
  with_timeline(log).on_event(
      {.phase = Phase::response_received, .round = 1, .at = TimePoint(std::chrono::microseconds(42))});
  EXPECT_EQ(log.str(), "42 us  " + std::string(name(Phase::response_received)) + "\n");
}

TEST(Snippets, TwoLoopsMeetInMemory) {
  used.clear();
  Meeting meeting;
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  present_in_memory(meeting.holder, meeting.reader, meeting.keys, meeting.rng, meeting.now());
  ASSERT_EQ(used.size(), 1u);
  EXPECT_TRUE(used[0].outcome.report.valid);
  EXPECT_EQ(used[0].outcome.documents.size(), 1u);
  EXPECT_FALSE(meeting.reader.deadline());
  EXPECT_FALSE(meeting.holder.deadline()) << "told of the end";
}

TEST(Snippets, TheTimeIsThatOfBothClocks) {
  const Now before = asio::SystemClock().now();
  const Now now = now_here();
  const Now after = asio::SystemClock().now();
  EXPECT_TRUE(before.utc <= now.utc && now.utc <= after.utc);
  EXPECT_TRUE(before.steady <= now.steady && now.steady <= after.steady);
}

TEST(Snippets, ALoopOfOnesOwnCarriesAPresentationToItsEnd) {
  used.clear();
  drawn.clear();
  Meeting meeting;
  Radio radio;
  ASSERT_TRUE(meeting.reader.request(meeting.request({"portrait", "birth_date"}), meeting.now()));
  perform(meeting.reader, radio, meeting.now());
  ASSERT_TRUE(radio.opened);
  meeting.holder.on_link_opened(meeting.now());
  meeting.reader.on_link_opened(meeting.now());
  perform(meeting.reader, radio, meeting.now());
  ASSERT_EQ(radio.sent.size(), 1u);
  meeting.holder.on_message(SharedBytes::take(std::move(radio.sent[0])), meeting.now());
  meeting.deliver = false;
  meeting.settle();
  ASSERT_EQ(meeting.to_reader.size(), 1u);
  meeting.reader.on_message(SharedBytes::copy_of(meeting.to_reader[0]), meeting.now());
  perform(meeting.reader, radio, meeting.now());
  ASSERT_EQ(used.size(), 1u);
  ASSERT_TRUE(used[0].outcome.report.valid);
  EXPECT_EQ(radio.sent.size(), 2u);  // the second ends the session
  EXPECT_TRUE(radio.closed);

  ::testing::internal::CaptureStdout();
  show(used[0].outcome.documents.at(0));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "born in 1990\n");
  EXPECT_EQ(drawn.size(), 800u);
}

}  // namespace
}  // namespace mdoc
