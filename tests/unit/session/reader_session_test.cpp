#include "mdoc/session/reader_session.hpp"

#include <gtest/gtest.h>

#include "session_fixture.hpp"
#include "support/fixed_rng.hpp"

namespace mdoc::session {
namespace {

class ReaderSessionTest : public SessionPair {
 protected:
  /// Brings a fresh reader to each of its states: "engaged", "waiting", "answered", "closed".
  ReaderSession in_state(std::string_view state) {
    reader = make_reader();
    mdoc = make_mdoc();
    if (state == "engaged") return std::move(reader);
    const Bytes message = request();
    if (state == "waiting") return std::move(reader);
    reader.on_message(shared(answer(message)), t0);
    EXPECT_EQ(drain(reader).received, one(device_response));
    if (state == "answered") return std::move(reader);
    reader.finish();
    drain(reader);
    return std::move(reader);
  }
};

TEST_F(ReaderSessionTest, FirstRequestEstablishesTheSessionAndLaterOnesDoNot) {
  const Bytes first = request();
  const auto message = decode_session_message(shared(first), {.level = Level::strict});
  EXPECT_TRUE(std::holds_alternative<SessionEstablishment>(message.value()));
  reader.on_message(shared(answer(first)), t0);
  drain(reader);
  const auto second = decode_session_message(shared(request()), {.level = Level::strict});
  EXPECT_TRUE(std::holds_alternative<SessionData>(second.value()));
  EXPECT_FALSE(std::get<SessionData>(*second).status);
}

TEST_F(ReaderSessionTest, AnnexDSessionIsReproducedToTheByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const AnnexD annex_d;
  const auto& vector = AnnexD::vector;
  auto session = ReaderSession::create(annex_d.engaged, annex_d.handover, private_key(e_reader_scalar), t0).value();
  EXPECT_EQ(to_bytes(session.transcript().wrapped()), vector("D.5.1/session-transcript-bytes"));
  ASSERT_TRUE(session.request(vector("D.4.1.1/device-request"), t0));
  EXPECT_EQ(drain(session).sent, one(vector("D.5.1/session-establishment")));
  session.on_message(shared(vector("D.5.1/session-data")), t0);
  EXPECT_EQ(drain(session).received, one(vector("D.4.1.2/device-response")));
  session.finish();
  const auto effects = drain(session);
  EXPECT_EQ(effects.sent, one(vector("D.5.1/session-termination")));
  expect_closed(effects, std::nullopt, 20);
}

TEST_F(ReaderSessionTest, OneRequestIsOutstandingAtATime) {
  request();
  EXPECT_EQ(reader.request(device_request, t0).error().code, Errc::wrong_state);
  EXPECT_FALSE(reader.poll());
  EXPECT_FALSE(reader.closed());
}

TEST_F(ReaderSessionTest, Ses04ReplayedResponseEndsTheSession) {
  const Bytes response = answer(request());
  reader.on_message(shared(response), t0);
  drain(reader);
  reader.on_message(shared(response), t0);  // nothing was asked
  expect_closed(drain(reader), Errc::unexpected_message, 10);

  reader = make_reader();
  mdoc = make_mdoc();
  const Bytes first = answer(request());
  reader.on_message(shared(first), t0);
  drain(reader);
  request();
  reader.on_message(shared(first), t0);  // for the next request, the old answer
  expect_closed(drain(reader), Errc::decryption_failed, 10);
}

TEST_F(ReaderSessionTest, Ses06EveryChangedBitOfTheResponseEndsTheSession) {
  const Bytes message = request();
  const Bytes response = answer(message);
  for (std::size_t bit = 0; bit < response.size() * 8; ++bit) {
    auto session = make_reader();
    ASSERT_TRUE(session.request(device_request, t0));
    drain(session);
    Bytes changed = response;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    session.on_message(shared(changed), t0);
    const auto effects = drain(session);
    EXPECT_TRUE(effects.received.empty()) << bit;
    ASSERT_TRUE(effects.closed) << bit;
    ASSERT_EQ(effects.sent.size(), 1u) << bit;
    const bool in_data = bit / 8 >= 8;  // behind the head of "data"
    if (in_data) {
      EXPECT_EQ(effects.reason(), Errc::decryption_failed) << bit;
    }
    EXPECT_EQ(effects.sent[0], status_message(effects.reason() == Errc::decryption_failed ? 10 : 11)) << bit;
  }
}

TEST_F(ReaderSessionTest, EveryTruncationOfTheResponseEndsTheSession) {
  const Bytes response = answer(request());
  for (std::size_t size = 0; size < response.size(); ++size) {
    auto session = make_reader();
    ASSERT_TRUE(session.request(device_request, t0));
    drain(session);
    session.on_message(SharedBytes::copy_of(ByteView(response).first(size)), t0);
    expect_closed(drain(session), Errc::truncated, 11);
  }
}

TEST_F(ReaderSessionTest, Ses08TerminationMayRideOnTheResponse) {
  const Bytes response = answer(request(), AfterResponse::terminate);
  reader.on_message(shared(response), t0);
  const auto effects = drain(reader);
  EXPECT_EQ(effects.received, one(device_response));
  expect_closed(effects, std::nullopt, std::nullopt);
}

TEST_F(ReaderSessionTest, Ses08ErrorWithDataIsMalformed) {
  request();
  reader.on_message(shared(hex("a2646461746150"
                               "00000000000000000000000000000000"
                               "667374617475730a")),
                    t0);
  expect_closed(drain(reader), Errc::bad_value, 11);
}

TEST_F(ReaderSessionTest, StatusOfThePeerEndsTheSessionInEveryState) {
  struct Case {
    std::string_view state;
    std::uint64_t status;
    std::optional<Errc> reason;
  };
  const Case cases[] = {
      {"engaged", 20, Errc::terminated_by_peer},
      {"waiting", 20, Errc::terminated_by_peer},
      {"answered", 20, std::nullopt},
      {"engaged", 10, Errc::peer_session_error},
      {"waiting", 10, Errc::peer_session_error},
      {"answered", 11, Errc::peer_session_error},
      {"waiting", 11, Errc::peer_session_error},
      {"waiting", 0, Errc::peer_session_error},  // Ses09
      {"answered", 99, Errc::peer_session_error},
      {"waiting", UINT64_MAX, Errc::peer_session_error},
  };
  for (const auto& [state, status, reason] : cases) {
    SCOPED_TRACE(std::string(state) + ' ' + std::to_string(status));
    auto session = in_state(state);
    session.on_message(shared(status_message(status)), t0);
    const auto effects = drain(session);
    expect_closed(effects, reason, std::nullopt);  // whoever ended it is told nothing
    if (reason && status < 100) {
      EXPECT_EQ(effects.closed->reason->native, static_cast<std::int32_t>(status));
    }
  }
}

TEST_F(ReaderSessionTest, EveryInputInEveryStateHasADefinedEnd) {
  const Bytes response = answer(request());
  const Bytes establishment = [&] {
    reader = make_reader();
    return request();
  }();
  struct Input {
    std::string_view name;
    void (*apply)(ReaderSession&, const Bytes& response, const Bytes& establishment);
    std::optional<Errc> reason[3];         // engaged, waiting, answered
    std::optional<std::uint64_t> told[3];  //
    bool ends[3];                          //
  };
  constexpr std::optional<Errc> good;
  constexpr std::optional<std::uint64_t> silence;
  const Input inputs[] = {
      {"response",
       [](ReaderSession& s, const Bytes& r, const Bytes&) { s.on_message(shared(r), t0); },
       {Errc::unexpected_message, good, Errc::unexpected_message},
       {silence, silence, 10},
       {true, false, true}},
      {"establishment",
       [](ReaderSession& s, const Bytes&, const Bytes& e) { s.on_message(shared(e), t0); },
       {Errc::unexpected_message, Errc::unexpected_message, Errc::unexpected_message},
       {silence, 10, 10},
       {true, true, true}},
      {"garbage",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.on_message(shared(Bytes{0xff}), t0); },
       {Errc::not_well_formed, Errc::not_well_formed, Errc::not_well_formed},
       {silence, 11, 11},
       {true, true, true}},
      {"empty map",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.on_message(shared(Bytes{0xa0}), t0); },
       {Errc::missing_element, Errc::missing_element, Errc::missing_element},
       {silence, 11, 11},
       {true, true, true}},
      {"link closed",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.on_link_closed(); },
       {Errc::link_closed, Errc::link_closed, good},
       {silence, silence, silence},
       {true, true, true}},
      {"finish",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.finish(); },
       {good, good, good},
       {silence, 20, 20},
       {true, true, true}},
      {"fail",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.fail({.code = Errc::wrong_type}); },
       {Errc::wrong_type, Errc::wrong_type, Errc::wrong_type},
       {silence, 11, 11},
       {true, true, true}},
      {"early timer",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.on_timer(t0); },
       {good, good, good},
       {silence, silence, silence},
       {false, false, false}},
      {"timer",
       [](ReaderSession& s, const Bytes&, const Bytes&) { s.on_timer(t0 + 24h); },
       {Errc::timed_out, Errc::timed_out, Errc::timed_out},
       {silence, 20, 20},
       {true, true, true}},
  };
  const std::string_view states[] = {"engaged", "waiting", "answered"};
  for (const auto& input : inputs) {
    for (std::size_t i = 0; i < 3; ++i) {
      SCOPED_TRACE(std::string(input.name) + " while " + std::string(states[i]));
      auto session = in_state(states[i]);
      input.apply(session, response, establishment);
      const auto effects = drain(session);
      EXPECT_EQ(session.closed(), input.ends[i]);
      if (input.ends[i]) {
        expect_closed(effects, input.reason[i], input.told[i]);
        EXPECT_FALSE(session.holds_keys());
        EXPECT_FALSE(session.deadline());
      } else {
        EXPECT_TRUE(session.holds_keys());
        EXPECT_FALSE(effects.closed);
      }
    }
    SCOPED_TRACE(std::string(input.name) + " while closed");
    auto session = in_state("closed");
    input.apply(session, response, establishment);
    EXPECT_FALSE(session.poll());
    EXPECT_EQ(session.request(device_request, t0).error().code, Errc::wrong_state);
  }
}

TEST_F(ReaderSessionTest, Ses12KeysGoWithTheSession) {
  const Bytes response = answer(request(), AfterResponse::terminate);
  reader.on_message(shared(response), t0);
  EXPECT_TRUE(reader.closed());
  // The ephemeral key is still there to derive EMacKey for the response that is being handed over.
  EXPECT_TRUE(std::holds_alternative<MessageReceived>(reader.poll().value()));
  EXPECT_NE(reader.e_reader_key(), nullptr);
  EXPECT_TRUE(std::holds_alternative<Closed>(reader.poll().value()));
  EXPECT_EQ(reader.e_reader_key(), nullptr);
  EXPECT_FALSE(reader.holds_keys());
  reader.on_message(shared(response), t0);
  EXPECT_FALSE(reader.poll());
}

TEST_F(ReaderSessionTest, Ses13DeadlinesHoldToTheSecond) {
  EXPECT_EQ(reader.deadline(), t0 + 60s);  // establishment: 30 s at least
  reader.on_timer(t0 + 59s);
  EXPECT_FALSE(reader.closed());
  EXPECT_TRUE(reader.request(device_request, t0 + 59s));
  const Bytes message = drain(reader).sent.at(0);
  EXPECT_EQ(reader.deadline(), t0 + 359s);  // inactivity: 300 s at least
  reader.on_timer(t0 + 358s);
  EXPECT_FALSE(reader.closed());
  reader.on_message(shared(answer(message)), t0 + 358s);
  drain(reader);
  EXPECT_EQ(reader.deadline(), t0 + 658s);
  reader.on_timer(t0 + 657s);
  EXPECT_FALSE(reader.closed());
  reader.on_timer(t0 + 658s);
  expect_closed(drain(reader), Errc::timed_out, 20);
}

TEST_F(ReaderSessionTest, DeadlinesCanBeOtherOrNone) {
  reader = make_reader({.establishment_timeout = 31s, .inactivity_timeout = std::nullopt});
  EXPECT_EQ(reader.deadline(), t0 + 31s);
  request();
  EXPECT_FALSE(reader.deadline());
  reader.on_timer(t0 + 1000h);
  EXPECT_FALSE(reader.closed());
}

TEST_F(ReaderSessionTest, Ses15KeyOnAnotherCurveThanTheEngagementIsRefused) {
  const auto engaged = nfc_engagement(private_key(e_device_scalar));
  for (const auto curve : {crypto::Curve::p384, crypto::Curve::brainpool_p256r1, crypto::Curve::x25519}) {
    const auto refused = ReaderSession::create(engaged, engagement::QrHandover{}, test_key(curve, 3), t0);
    EXPECT_EQ(refused.error().code, Errc::algorithm_mismatch) << crypto::info(curve).name;
  }
  const auto online = engagement::DCAPIHandover::of({"e", "o"}).value();
  EXPECT_EQ(ReaderSession::create(engaged, online, private_key(e_reader_scalar), t0).error().code, Errc::bad_argument);
}

TEST_F(ReaderSessionTest, SuspendedSessionGoesOnElsewhere) {
  const Bytes first = request(t0);
  const Bytes response = answer(first);
  auto parked = std::move(reader).suspend(t0 + 10s);
  ASSERT_TRUE(parked);
  EXPECT_FALSE(reader.holds_keys());
  EXPECT_EQ(reader.request(device_request, t0).error().code, Errc::wrong_state);
  EXPECT_FALSE(reader.poll());

  const TimePoint later = t0 + 1000h;
  reader = ReaderSession::resume(std::move(*parked), later).value();
  EXPECT_EQ(reader.deadline(), later + 290s);
  reader.on_message(shared(response), later);
  EXPECT_EQ(drain(reader).received, one(device_response));
  EXPECT_EQ(reader.e_reader_key()->public_key(), private_key(e_reader_scalar).public_key());
  // Counters go on: the second round is understood.
  const Bytes second = answer(request(later), AfterResponse::wait, later);
  reader = ReaderSession::resume(std::move(reader).suspend(later).value(), later).value();
  reader.on_message(shared(second), later);
  EXPECT_EQ(drain(reader).received, one(device_response));
}

TEST_F(ReaderSessionTest, Ses05ExhaustedCounterEndsTheSession) {
  reader = in_state("answered");
  reader = ReaderSession::resume(with_counters(std::move(reader).suspend(t0).value(), UINT32_MAX, 1), t0).value();
  EXPECT_EQ(reader.request(device_request, t0).error().code, Errc::counter_exhausted);
  expect_closed(drain(reader), Errc::counter_exhausted, 20);
}

TEST_F(ReaderSessionTest, SessionWithoutDeadlineIsResumedWithoutOne) {
  reader = make_reader({.establishment_timeout = std::nullopt});
  reader = ReaderSession::resume(std::move(reader).suspend(t0).value(), t0).value();
  EXPECT_FALSE(reader.deadline());
  request();
}

TEST_F(ReaderSessionTest, SuspendNeedsAnOpenSessionWithNothingToPoll) {
  ASSERT_TRUE(reader.request(device_request, t0));
  EXPECT_EQ(std::move(reader).suspend(t0).error().code, Errc::wrong_state);
  EXPECT_EQ(drain(reader).sent.size(), 1u);  // nothing was lost by asking
  reader.finish();
  drain(reader);
  EXPECT_EQ(std::move(reader).suspend(t0).error().code, Errc::wrong_state);
}

TEST_F(ReaderSessionTest, DamagedStateIsNotResumed) {
  const auto parked = std::move(reader).suspend(t0).value();
  for (std::size_t i = 0; i < parked.size(); ++i) {
    auto damaged = parked.clone();
    damaged.mutable_view()[i] ^= 1;
    EXPECT_EQ(ReaderSession::resume(std::move(damaged), t0).error().kind(), ErrorKind::malformed) << i;
  }
  EXPECT_EQ(ReaderSession::resume(SecretBytes(), t0).error().kind(), ErrorKind::malformed);
  EXPECT_EQ(ReaderSession::resume(SecretBytes::copy_of(parked.view().first(31)), t0).error().kind(),
            ErrorKind::malformed);
  EXPECT_EQ(MdocSession::resume(parked.clone(), t0).error().kind(), ErrorKind::malformed);  // the other role
  EXPECT_TRUE(ReaderSession::resume(parked.clone(), t0));
}

TEST_F(ReaderSessionTest, AParkedDeadlineBeyondTheEndOfTheClockIsRefused) {
  expect_deadlines_within_the_clock<ReaderSession>(std::move(reader).suspend(t0).value());
}

TEST_F(ReaderSessionTest, ATimeoutBeyondTheEndOfTheClockStandsForThatEnd) {
  for (const auto forever : {std::chrono::seconds::max(), std::chrono::seconds(INT64_MAX / 1'000'000'000)}) {
    EXPECT_EQ(make_reader({.establishment_timeout = forever}).deadline(), TimePoint::max());
  }
}

}  // namespace
}  // namespace mdoc::session
