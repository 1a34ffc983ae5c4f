// What the two applications do, and when: any moment is a good one to end, and both may speak at once.

#include <gtest/gtest.h>

#include <string>

#include "ble_pair.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;

BlePair::Settings settings_of(BleMode mode, bool l2cap) {
  BlePair::Settings settings{.mode = mode};
  settings.client.max_mtu = 185;
  settings.of_server.l2cap = settings.of_client.l2cap = l2cap;
  return settings;
}

// check(mode, l2cap)
template <class Check>
void for_all_ways(const Check& check) {
  for (const BleMode mode : both_modes) {
    for (const bool l2cap : {false, true}) {
      SCOPED_TRACE(std::string(name(mode)) + (l2cap ? ", L2CAP" : ", GATT"));
      check(mode, l2cap);
    }
  }
}

void expect_nothing_left(BlePair& pair) {
  pair.radio.run(100s);
  EXPECT_EQ(pair.server.late_effects(), 0U);
  EXPECT_EQ(pair.client.late_effects(), 0U);
  const RadioCounters left = pair.radio.counters();
  EXPECT_EQ(left, RadioCounters{}) << pair.endings();
}

// Ends one side at a moment of an exchange; the other one ends too, with a reason.
template <class End>
void end_at_any_moment(const End& end) {
  for_all_ways([&](BleMode mode, bool l2cap) {
    for (const bool by_server : {true, false}) {
      for (int i = 0; i < 80; ++i) {
        SCOPED_TRACE((by_server ? "by the server, " : "by the client, ") + std::to_string(i * 5) + " ms");
        BlePair pair(settings_of(mode, l2cap));
        pair.client.reaction = [&](const BleEffect& effect) {
          if (std::holds_alternative<LinkOpened>(effect)) (void)pair.client.send(message_of(4'000));
        };
        pair.server.reaction = [&](const BleEffect& effect) {
          if (std::holds_alternative<MessageReceived>(effect)) (void)pair.server.send(message_of(9'000));
        };
        pair.radio.after(i * 5ms, [&] { by_server ? end(pair.server) : end(pair.client); });
        pair.start();
        ASSERT_TRUE(pair.closed(90s)) << pair.endings();
        EXPECT_EQ(by_server ? pair.server.reason() : pair.client.reason(), std::nullopt) << pair.endings();
        EXPECT_TRUE(by_server ? pair.client.reason() : pair.server.reason()) << pair.endings();
        expect_nothing_left(pair);
      }
    }
  });
}

TEST(BleMoments, EitherSideMayCancelAtAny) {
  end_at_any_moment([](auto& machine) { machine.cancel(); });
}

TEST(BleMoments, AMessageUnderWayLeavesBeforeTheEnd) {
  for_all_ways([](BleMode mode, bool l2cap) {
    for (const bool by_server : {true, false}) {
      BlePair pair(settings_of(mode, l2cap));
      ASSERT_TRUE(pair.open());
      const auto speak = [](auto& machine) {
        ASSERT_TRUE(machine.send(message_of(60'000)));
        machine.finish();
        EXPECT_FALSE(machine.send(message_of(5)));
      };
      by_server ? speak(pair.server) : speak(pair.client);
      ASSERT_TRUE(pair.closed(60s));
      const auto& got = by_server ? pair.client.messages() : pair.server.messages();
      ASSERT_EQ(got.size(), 1U) << pair.endings();
      EXPECT_EQ(got.front(), message_of(60'000));
      EXPECT_EQ(by_server ? pair.server.reason() : pair.client.reason(), std::nullopt) << pair.endings();
      expect_nothing_left(pair);
    }
  });
}

TEST(BleMoments, BothMaySpeakAtOnce) {
  for_all_ways([](BleMode mode, bool l2cap) {
    BlePair pair(settings_of(mode, l2cap));
    ASSERT_TRUE(pair.open());
    for (std::size_t i = 0; i < 10; ++i) {
      ASSERT_TRUE(pair.server.send(message_of(5'000 + i)));
      ASSERT_TRUE(pair.client.send(message_of(7'000 + i)));
      ASSERT_TRUE(pair.radio.run_until(
          [&] {
            return pair.server.messages_sent() == i + 1 && pair.client.messages_sent() == i + 1 &&
                   pair.server.messages().size() == i + 1 && pair.client.messages().size() == i + 1;
          },
          30s));
      EXPECT_EQ(pair.client.messages().back(), message_of(5'000 + i));
      EXPECT_EQ(pair.server.messages().back(), message_of(7'000 + i));
    }
    pair.server.finish();
    pair.client.finish();
    ASSERT_TRUE(pair.closed(10s));
    EXPECT_EQ(pair.server.reason(), std::nullopt);
    EXPECT_EQ(pair.client.reason(), std::nullopt);
    expect_nothing_left(pair);
  });
}

TEST(BleMoments, AWindowKeepsTheAirBusyWhereTheStackIsSlowToAnswer) {
  const auto idle = [](std::size_t window) {
    BlePair::Settings settings{.mode = BleMode::mdoc_peripheral_server};
    settings.client.stack_values = 4;
    settings.client.taken_delay = 15'000us;
    settings.of_client.quirks.window = window;
    BlePair pair(settings);
    EXPECT_EQ(exchange(pair, 90'000, true), Ending::complete);
    EXPECT_EQ(pair.client.counters().sender_idle, 0ns);
    return pair.client.counters().air_idle;
  };
  EXPECT_GT(idle(1), 1s);
  EXPECT_EQ(idle(4), 0ns);
}

TEST(BleMoments, AnApplicationThatWaitsIsNotTheSenderThatIdles) {
  BlePair pair(settings_of(BleMode::mdoc_peripheral_server, false));
  ASSERT_TRUE(pair.open());
  pair.radio.run(5s);
  ASSERT_TRUE(pair.client.send(message_of(5'000)));
  pair.radio.run(5s);
  EXPECT_EQ(pair.client.counters().sender_idle, 0ns);
  EXPECT_EQ(pair.client.counters().air_idle, 0ns);
  EXPECT_EQ(pair.server.messages().size(), 1U);
  pair.client.cancel();
  ASSERT_TRUE(pair.closed(5s));
  expect_nothing_left(pair);
}

}  // namespace
}  // namespace mdoc::testing
