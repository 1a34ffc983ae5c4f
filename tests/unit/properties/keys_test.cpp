// The keys of a session, at its end.
#include <array>
#include <chrono>
#include <utility>

#include <gtest/gtest.h>

#include "mdoc/engagement/handover.hpp"
#include "mdoc/session/mdoc_session.hpp"
#include "mdoc/session/reader_session.hpp"
#include "support/sample_mdoc.hpp"
#include "unit/properties/machine.hpp"

namespace mdoc::properties {
namespace {

using namespace std::chrono_literals;
using session::MdocSession;
using session::ReaderSession;

constexpr TimePoint start{1h};
const Bytes plaintext{0xa0};

/// @return how often the session said that it is closed
template <class Session>
std::size_t drain(Session& session) {
  std::size_t closed = 0;
  while (const auto effect = session.poll()) {
    EXPECT_EQ(closed, 0u) << "Closed is the last effect";
    if (std::holds_alternative<session::Closed>(*effect)) ++closed;
  }
  return closed;
}

/// Ends `session` in one of the ways in which sessions end, perhaps in two at once.
template <class Session>
void expect_end_without_keys(Session& session, Dice& dice) {
  ASSERT_FALSE(session.closed());
  EXPECT_TRUE(session.holds_keys());
  std::size_t closed = 0;
  for (std::size_t times = 1 + dice.below(2); times > 0; --times) {
    switch (dice.below(6)) {
      case 0: session.finish(); break;
      case 1: session.fail({.code = Errc::crypto_backend}); break;
      case 2: session.on_link_closed(); break;
      case 3: session.on_message(SharedBytes::copy_of(RawMessage{.status = 20}.encode()), start); break;
      case 4: session.on_message(SharedBytes::copy_of(some_garbage(dice, {})), start); break;
      default: session.on_message(SharedBytes::copy_of(RawMessage{.data = dice.bytes(40)}.encode()), start);
    }
    closed += drain(session);
  }
  EXPECT_EQ(closed, 1u);
  EXPECT_TRUE(session.closed());
  EXPECT_FALSE(session.holds_keys());
  EXPECT_FALSE(session.deadline());
}

void of_the_mdoc(Dice& dice) {
  testing::CountingRng rng(dice.next());
  const std::array<engagement::RetrievalMethod, 1> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  auto key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  const auto engagement = engagement::DeviceEngagement::for_qr(key.public_key(), methods).value();
  auto session = MdocSession::create(engagement, std::move(key), engagement::QrHandover{}, start).value();
  RawReader reader(engagement.bytes().view(), rng);
  for (std::size_t rounds = dice.below(3); rounds > 0; --rounds) {
    session.on_message(SharedBytes::copy_of(reader.ask(plaintext)), start);
    EXPECT_EQ(drain(session), 0u);
    ASSERT_TRUE(session.respond(plaintext, session::AfterResponse::wait, start));
    EXPECT_EQ(drain(session), 0u);
  }
  expect_end_without_keys(session, dice);
}

void of_the_reader(Dice& dice) {
  testing::CountingRng rng(dice.next());
  RawMdoc mdoc(rng);
  auto session = ReaderSession::create(mdoc.engagement(), engagement::QrHandover{},
                                       crypto::PrivateKey::generate(crypto::Curve::p256, rng).value(), start)
                     .value();
  for (std::size_t rounds = dice.below(3); rounds > 0; --rounds) {
    ASSERT_TRUE(session.request(plaintext, start));
    const auto sent = session.poll();
    ASSERT_TRUE(sent && std::holds_alternative<session::SendMessage>(*sent));
    ASSERT_TRUE(mdoc.open(RawMessage::decode(std::get<session::SendMessage>(*sent).message).value()));
    session.on_message(SharedBytes::copy_of(mdoc.answer(plaintext)), start);
    EXPECT_EQ(drain(session), 0u);
  }
  expect_end_without_keys(session, dice);
}

TEST(KeysOfASession, AreGoneAtItsEndHoweverItCame) {
  constexpr std::uint64_t seed = 1224;
  constexpr std::uint64_t usual = 1000;
  const Cases cases("KeysOfASession", seed, usual);
  for (std::uint64_t number = cases.first; number < cases.end && !HasFailure(); ++number) {
    SCOPED_TRACE(cases.again(number));
    Dice dice(cases.seed, number);
    if (dice.one_in(2)) {
      of_the_mdoc(dice);
    } else {
      of_the_reader(dice);
    }
  }
}

}  // namespace
}  // namespace mdoc::properties
