#include "mdoc/session/mdoc_session.hpp"

#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace mdoc::session {
namespace {

class MdocSessionTest : public SessionPair {
 protected:
  /// Brings a fresh mdoc to each of its states: "engaged", "asked", "waiting", "closed".
  MdocSession in_state(std::string_view state) {
    reader = make_reader();
    mdoc = make_mdoc();
    if (state == "engaged") return std::move(mdoc);
    mdoc.on_message(shared(request()), t0);
    EXPECT_EQ(drain(mdoc).received, one(device_request));
    if (state == "asked") return std::move(mdoc);
    EXPECT_TRUE(mdoc.respond(device_response, AfterResponse::wait, t0));
    reader.on_message(shared(drain(mdoc).sent.at(0)), t0);
    drain(reader);
    if (state == "waiting") return std::move(mdoc);
    mdoc.finish();
    drain(mdoc);
    return std::move(mdoc);
  }
};

TEST_F(MdocSessionTest, AnnexDSessionIsReproducedToTheByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const AnnexD annex_d;
  const auto& vector = AnnexD::vector;
  auto session = MdocSession::create(annex_d.engaged, private_key(e_device_scalar), annex_d.handover, t0).value();
  EXPECT_EQ(session.transcript(), nullptr);
  EXPECT_EQ(session.e_reader_key(), nullptr);
  session.on_message(shared(vector("D.5.1/session-establishment")), t0);
  EXPECT_EQ(drain(session).received, one(vector("D.4.1.1/device-request")));
  EXPECT_EQ(to_bytes(session.transcript()->wrapped()), vector("D.5.1/session-transcript-bytes"));
  EXPECT_EQ(to_bytes(session.e_reader_key()->bytes()), vector("D.5.1/e-reader-key-bytes"));
  ASSERT_TRUE(session.respond(vector("D.4.1.2/device-response"), AfterResponse::wait, t0));
  EXPECT_EQ(drain(session).sent, one(vector("D.5.1/session-data")));
  session.on_message(shared(vector("D.5.1/session-termination")), t0);
  expect_closed(drain(session), std::nullopt, std::nullopt);
}

TEST_F(MdocSessionTest, Ses11SeveralRoundsWorkInOneSession) {
  Bytes message = request();
  for (int round = 0; round < 5; ++round) {
    reader.on_message(shared(answer(message)), t0);
    EXPECT_EQ(drain(reader).received, one(device_response));
    message = request();
  }
  mdoc.on_message(shared(message), t0);
  drain(mdoc);
  mdoc.finish();  // enough
  const auto effects = drain(mdoc);
  expect_closed(effects, std::nullopt, 20);
  reader.on_message(shared(effects.sent[0]), t0);
  expect_closed(drain(reader), Errc::terminated_by_peer, std::nullopt);
}

TEST_F(MdocSessionTest, ResponseIsGivenOnceAndOnlyWhenAsked) {
  EXPECT_EQ(mdoc.respond(device_response, AfterResponse::wait, t0).error().code, Errc::wrong_state);
  answer(request());
  EXPECT_EQ(mdoc.respond(device_response, AfterResponse::wait, t0).error().code, Errc::wrong_state);
  EXPECT_FALSE(mdoc.poll());
  EXPECT_FALSE(mdoc.closed());
}

TEST_F(MdocSessionTest, TerminationRidesOnTheResponseWhenAsked) {
  const Bytes response = answer(request(), AfterResponse::terminate);
  EXPECT_TRUE(mdoc.closed());
  EXPECT_FALSE(mdoc.holds_keys());
  reader.on_message(shared(response), t0);
  expect_closed(drain(reader), std::nullopt, std::nullopt);
}

TEST_F(MdocSessionTest, Ses08LastRequestIsAnsweredBeforeTheEnd) {
  const Bytes establishment = request();
  reader.on_message(shared(answer(establishment)), t0);
  drain(reader);
  // The reader's second request, with status 20 beside it.
  const auto second = decode_session_message(shared(request()));
  const Bytes last =
      encode_session_data(std::get<SessionData>(second.value()).data->view(), SessionStatus::termination);
  mdoc.on_message(shared(last), t0);
  EXPECT_EQ(drain(mdoc).received, one(device_request));
  EXPECT_FALSE(mdoc.closed());
  ASSERT_TRUE(mdoc.respond(device_response, AfterResponse::wait, t0));
  const auto effects = drain(mdoc);
  EXPECT_EQ(effects.sent.size(), 1u);
  ASSERT_TRUE(effects.closed);
  EXPECT_FALSE(effects.reason());
  EXPECT_FALSE(mdoc.holds_keys());
}

TEST_F(MdocSessionTest, Ses09RequestBesideAnUndefinedStatusEndsTheSession) {
  reader.on_message(shared(answer(request())), t0);
  drain(reader);
  const auto second = decode_session_message(shared(request()));
  mdoc.on_message(
      shared(encode_session_data(std::get<SessionData>(second.value()).data->view(), static_cast<SessionStatus>(77))),
      t0);
  const auto effects = drain(mdoc);
  expect_closed(effects, Errc::peer_session_error, std::nullopt);
  EXPECT_EQ(effects.closed->reason->native, 77);
  EXPECT_TRUE(effects.received.empty()) << "nobody is asked what cannot be answered";
}

TEST_F(MdocSessionTest, Ses04ReplayedAndSwappedRequestsEndTheSession) {
  reader.on_message(shared(answer(request())), t0);
  drain(reader);
  const Bytes second = request();
  auto other = in_state("waiting");
  other.on_message(shared(second), t0);  // same keys, same counter: this is the second message
  EXPECT_EQ(drain(other).received.size(), 1u);
  EXPECT_TRUE(other.respond(device_response, AfterResponse::wait, t0));
  drain(other);
  other.on_message(shared(second), t0);
  expect_closed(drain(other), Errc::decryption_failed, 10);
}

TEST_F(MdocSessionTest, Ses06EveryChangedBitOfTheRequestEndsTheSession) {
  const Bytes message = request();
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    auto session = make_mdoc();
    Bytes changed = message;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    session.on_message(shared(changed), t0);
    const auto effects = drain(session);
    EXPECT_TRUE(effects.received.empty()) << bit;
    ASSERT_TRUE(effects.closed) << bit;
    EXPECT_TRUE(effects.reason()) << bit;
    EXPECT_FALSE(session.holds_keys()) << bit;
  }
}

TEST_F(MdocSessionTest, EveryTruncationOfTheRequestEndsTheSession) {
  const Bytes message = request();
  for (std::size_t size = 0; size < message.size(); ++size) {
    auto session = make_mdoc();
    session.on_message(SharedBytes::copy_of(ByteView(message).first(size)), t0);
    expect_closed(drain(session), Errc::truncated, 11);
  }
}

TEST_F(MdocSessionTest, Ses14SecondEstablishmentIsRefused) {
  const Bytes establishment = request();
  for (const std::string_view state : {"asked", "waiting"}) {
    SCOPED_TRACE(state);
    auto session = in_state(state);
    session.on_message(shared(establishment), t0);
    expect_closed(drain(session), Errc::unexpected_message, 10);
    EXPECT_FALSE(session.holds_keys());
  }
}

TEST_F(MdocSessionTest, Ses15UnusableReaderKeysAreAnsweredWithStatus10) {
  const Bytes data(16, 0);
  for (const auto curve : {crypto::Curve::p384, crypto::Curve::brainpool_p256r1, crypto::Curve::x25519}) {
    SCOPED_TRACE(crypto::info(curve).name);
    auto session = make_mdoc();
    const auto key = engagement::encode_ephemeral_key(test_key(curve, 3).public_key()).value();
    session.on_message(shared(encode_session_establishment(key.bytes(), data)), t0);
    expect_closed(drain(session), Errc::algorithm_mismatch, 10);
    EXPECT_FALSE(session.holds_keys());
  }
  Bytes off_curve =
      to_bytes(engagement::encode_ephemeral_key(private_key(e_reader_scalar).public_key()).value().bytes());
  off_curve.back() ^= 1;
  auto session = make_mdoc();
  session.on_message(shared(encode_session_establishment(off_curve, data)), t0);
  expect_closed(drain(session), Errc::bad_key, 10);

  // X25519 with a point of low order: the secret would be zero.
  auto key = test_key(crypto::Curve::x25519, 7);
  const auto engaged = nfc_engagement(key);
  auto montgomery = MdocSession::create(engaged, std::move(key), engagement::QrHandover{}, t0).value();
  montgomery.on_message(
      shared(encode_session_establishment(
          hex("d8185828a3010120042158200000000000000000000000000000000000000000000000000000000000000000"), data)),
      t0);
  expect_closed(drain(montgomery), Errc::bad_key, 10);
}

TEST_F(MdocSessionTest, RequestForAnotherTranscriptDoesNotDecrypt) {
  const engagement::NfcHandover handover{.handover_select = shared(hex("91"))};
  auto key = private_key(e_device_scalar);
  const auto engaged = nfc_engagement(key);
  auto session = MdocSession::create(engaged, std::move(key), handover, t0).value();
  session.on_message(shared(request()), t0);  // of a reader that read a QR code
  expect_closed(drain(session), Errc::decryption_failed, 10);
}

TEST_F(MdocSessionTest, EveryInputInEveryStateHasADefinedEnd) {
  struct Input {
    std::string_view name;
    void (*apply)(MdocSession&);
    std::optional<Errc> reason[3];         // engaged, asked, waiting
    std::optional<std::uint64_t> told[3];  //
    bool ends;
  };
  constexpr std::optional<Errc> good;
  constexpr std::optional<std::uint64_t> silence;
  const Input inputs[] = {
      {"data",
       [](MdocSession& s) { s.on_message(shared(encode_session_data(Bytes(16, 0), {})), t0); },
       {Errc::unexpected_message, Errc::unexpected_message, Errc::decryption_failed},
       {10, 10, 10},
       true},
      {"garbage",
       [](MdocSession& s) { s.on_message(shared(Bytes{0xff}), t0); },
       {Errc::not_well_formed, Errc::not_well_formed, Errc::not_well_formed},
       {11, 11, 11},
       true},
      {"empty map",
       [](MdocSession& s) { s.on_message(shared(Bytes{0xa0}), t0); },
       {Errc::missing_element, Errc::missing_element, Errc::missing_element},
       {11, 11, 11},
       true},
      {"status 20",
       [](MdocSession& s) { s.on_message(shared(status_message(20)), t0); },
       {Errc::terminated_by_peer, Errc::terminated_by_peer, good},
       {silence, silence, silence},
       true},
      {"status 10",
       [](MdocSession& s) { s.on_message(shared(status_message(10)), t0); },
       {Errc::peer_session_error, Errc::peer_session_error, Errc::peer_session_error},
       {silence, silence, silence},
       true},
      {"status 99",
       [](MdocSession& s) { s.on_message(shared(status_message(99)), t0); },
       {Errc::peer_session_error, Errc::peer_session_error, Errc::peer_session_error},
       {silence, silence, silence},
       true},
      {"link closed",
       [](MdocSession& s) { s.on_link_closed(); },
       {Errc::link_closed, Errc::link_closed, good},
       {silence, silence, silence},
       true},
      {"finish", [](MdocSession& s) { s.finish(); }, {good, good, good}, {silence, 20, 20}, true},
      {"fail",
       [](MdocSession& s) { s.fail({.code = Errc::declined}); },
       {Errc::declined, Errc::declined, Errc::declined},
       {silence, 20, 20},
       true},
      {"early timer", [](MdocSession& s) { s.on_timer(t0); }, {good, good, good}, {silence, silence, silence}, false},
      {"timer",
       [](MdocSession& s) { s.on_timer(t0 + 24h); },
       {Errc::timed_out, Errc::timed_out, Errc::timed_out},
       {silence, 20, 20},
       true},
  };
  const std::string_view states[] = {"engaged", "asked", "waiting"};
  for (const auto& input : inputs) {
    for (std::size_t i = 0; i < 3; ++i) {
      SCOPED_TRACE(std::string(input.name) + " while " + std::string(states[i]));
      auto session = in_state(states[i]);
      input.apply(session);
      const auto effects = drain(session);
      EXPECT_EQ(session.closed(), input.ends);
      EXPECT_EQ(session.holds_keys(), !input.ends);
      if (input.ends) {
        expect_closed(effects, input.reason[i], input.told[i]);
        EXPECT_FALSE(session.deadline());
      }
    }
    SCOPED_TRACE(std::string(input.name) + " while closed");
    auto session = in_state("closed");
    input.apply(session);
    EXPECT_FALSE(session.poll());
    EXPECT_EQ(session.respond(device_response, AfterResponse::wait, t0).error().code, Errc::wrong_state);
  }
}

TEST_F(MdocSessionTest, Ses12EphemeralKeyGoesWithTheFirstMessage) {
  EXPECT_TRUE(mdoc.holds_keys());
  answer(request(), AfterResponse::wait);
  EXPECT_TRUE(mdoc.holds_keys());  // the session keys
  mdoc.on_link_closed();
  EXPECT_FALSE(mdoc.holds_keys());
}

TEST_F(MdocSessionTest, Ses13DeadlinesHoldToTheSecond) {
  EXPECT_EQ(mdoc.deadline(), t0 + 60s);
  mdoc.on_timer(t0 + 59s);
  EXPECT_FALSE(mdoc.closed());
  mdoc.on_message(shared(request()), t0 + 59s);
  drain(mdoc);
  EXPECT_EQ(mdoc.deadline(), t0 + 359s);
  mdoc.on_timer(t0 + 358s);
  EXPECT_FALSE(mdoc.closed());
  ASSERT_TRUE(mdoc.respond(device_response, AfterResponse::wait, t0 + 358s));
  drain(mdoc);
  EXPECT_EQ(mdoc.deadline(), t0 + 658s);
  mdoc.on_timer(t0 + 657s);
  EXPECT_FALSE(mdoc.closed());
  mdoc.on_timer(t0 + 658s);
  expect_closed(drain(mdoc), Errc::timed_out, 20);

  mdoc = make_mdoc();
  mdoc.on_timer(t0 + 60s);
  expect_closed(drain(mdoc), Errc::timed_out, std::nullopt);  // nobody has come
}

TEST_F(MdocSessionTest, KeyAndHandoverMustBelongToTheEngagement) {
  const auto engaged = nfc_engagement(private_key(e_device_scalar));
  EXPECT_EQ(MdocSession::create(engaged, private_key(e_reader_scalar), engagement::QrHandover{}, t0).error().code,
            Errc::bad_argument);
  const auto online = engagement::DCAPIHandover::of({"e", "o"}).value();
  EXPECT_EQ(MdocSession::create(engaged, private_key(e_device_scalar), online, t0).error().code, Errc::bad_argument);
}

TEST_F(MdocSessionTest, Ses05ExhaustedCounterEndsTheSession) {
  constexpr std::uint32_t last = UINT32_MAX;
  mdoc.on_message(shared(request()), t0);
  drain(mdoc);
  mdoc = MdocSession::resume(with_counters(std::move(mdoc).suspend(t0).value(), last, 1), t0).value();
  EXPECT_EQ(mdoc.respond(device_response, AfterResponse::wait, t0).error().code, Errc::counter_exhausted);
  expect_closed(drain(mdoc), Errc::counter_exhausted, 20);

  mdoc = in_state("waiting");
  mdoc = MdocSession::resume(with_counters(std::move(mdoc).suspend(t0).value(), 1, last), t0).value();
  mdoc.on_message(shared(request()), t0);
  expect_closed(drain(mdoc), Errc::counter_exhausted, 20);
}

TEST_F(MdocSessionTest, SuspendedSessionGoesOnElsewhere) {
  const TimePoint later = t0 + 1000h;
  mdoc = MdocSession::resume(std::move(mdoc).suspend(t0 + 10s).value(), later).value();
  EXPECT_EQ(mdoc.deadline(), later + 50s);
  mdoc.on_message(shared(request()), later);
  EXPECT_EQ(drain(mdoc).received, one(device_request));
  mdoc = MdocSession::resume(std::move(mdoc).suspend(later).value(), later).value();
  EXPECT_EQ(to_bytes(mdoc.transcript()->bytes()), to_bytes(reader.transcript().bytes()));
  EXPECT_EQ(mdoc.e_reader_key()->value(), private_key(e_reader_scalar).public_key());
  ASSERT_TRUE(mdoc.respond(device_response, AfterResponse::wait, later));
  reader.on_message(shared(drain(mdoc).sent.at(0)), later);
  EXPECT_EQ(drain(reader).received, one(device_response));
  mdoc = MdocSession::resume(std::move(mdoc).suspend(later).value(), later).value();
  reader.on_message(shared(answer(request(later), AfterResponse::terminate, later)), later);
  EXPECT_EQ(drain(reader).received, one(device_response));
}

TEST_F(MdocSessionTest, SuspendNeedsAnOpenSessionWithNothingToPoll) {
  mdoc.on_message(shared(request()), t0);
  EXPECT_EQ(std::move(mdoc).suspend(t0).error().code, Errc::wrong_state);
  EXPECT_EQ(drain(mdoc).received.size(), 1u);
  const auto parked = std::move(mdoc).suspend(t0).value();
  EXPECT_FALSE(mdoc.holds_keys());
  mdoc.on_message(shared(status_message(20)), t0);
  EXPECT_FALSE(mdoc.poll());
  for (std::size_t i = 0; i < parked.size(); ++i) {
    auto damaged = parked.clone();
    damaged.mutable_view()[i] ^= 0x80;
    EXPECT_EQ(MdocSession::resume(std::move(damaged), t0).error().kind(), ErrorKind::malformed) << i;
  }
  EXPECT_EQ(ReaderSession::resume(parked.clone(), t0).error().kind(), ErrorKind::malformed);
}

TEST_F(MdocSessionTest, AParkedDeadlineBeyondTheEndOfTheClockIsRefused) {
  expect_deadlines_within_the_clock<MdocSession>(std::move(mdoc).suspend(t0).value());
}

TEST_F(MdocSessionTest, ATimeoutBeyondTheEndOfTheClockStandsForThatEnd) {
  for (const auto forever : {std::chrono::seconds::max(), std::chrono::seconds(INT64_MAX / 1'000'000'000)}) {
    EXPECT_EQ(make_mdoc({.establishment_timeout = forever}).deadline(), TimePoint::max());
  }
}

}  // namespace
}  // namespace mdoc::session
