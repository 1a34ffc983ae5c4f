// What becomes of values and of units of channels.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "raw_service.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using Kind = StackEvent::Kind;

Bytes numbered(std::size_t size, std::uint8_t first = 0) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

// Connected, with notifications on.
struct Talking : RawPair {
  explicit Talking(const RadioConditions& conditions = {}, const DeviceTraits& of_server = {},
                   const DeviceTraits& of_client = {}, std::size_t mtu = 517)
      : RawPair(conditions, of_server, of_client) {
    connect(
        {ExchangeMtu{server.address(), mtu}, Subscribe{server.address(), down}, Subscribe{server.address(), beside}});
    EXPECT_EQ(client.count(Kind::subscribed), 2U);
  }
  void write(Bytes value, bool with_response = false, const Uuid& to = up) {
    client.does(SendValue{server.address(), to, std::move(value), with_response});
  }
  void notify(Bytes value, const Uuid& from = down) {
    server.does(SendValue{client.address(), from, std::move(value)});
  }
};

std::vector<std::size_t> sizes(const RawPeer& peer, Kind kind) {
  std::vector<std::size_t> all;
  for (const StackEvent& event : peer.heard()) {
    if (event.kind == kind) all.push_back(event.value.size());
  }
  return all;
}

std::vector<int> firsts(const RawPeer& peer, Kind kind, const Uuid& characteristic) {
  std::vector<int> all;
  for (const StackEvent& event : peer.heard()) {
    if (event.kind == kind && event.characteristic == characteristic) all.push_back(event.value.front());
  }
  return all;
}

TEST(VirtualValues, ArriveWholeAndInOrder) {
  Talking pair({.jitter = 30ms});
  for (std::uint8_t i = 0; i < 30; ++i) {
    pair.write(numbered(100, i));
    pair.notify(numbered(200, i));
  }
  pair.radio.run(60s);
  std::vector<int> expected(30);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(firsts(pair.server, Kind::write, up), expected);
  EXPECT_EQ(firsts(pair.client, Kind::notification, down), expected);
  EXPECT_EQ(pair.client.count(Kind::value_sent), 30U);
  EXPECT_EQ(pair.server.count(Kind::value_sent), 30U);
}

TEST(VirtualValues, AreCutToTheMtuOfBothSides) {
  Talking pair({}, {.max_mtu = 185}, {.max_mtu = 247});
  EXPECT_EQ(pair.client.last(Kind::mtu).number, 185U);
  pair.write(numbered(400));
  pair.notify(numbered(400));
  pair.radio.run(1s);
  EXPECT_EQ(sizes(pair.server, Kind::write), std::vector<std::size_t>{182});
  EXPECT_EQ(sizes(pair.client, Kind::notification), std::vector<std::size_t>{182});
}

TEST(VirtualValues, AnMtuMayNeverBeReported) {
  RawPair pair({}, {}, {.reports_mtu = false});
  ASSERT_TRUE(pair.connect({ExchangeMtu{pair.server.address(), 300}}));
  EXPECT_EQ(pair.client.count(Kind::mtu), 0U);
  EXPECT_EQ(pair.server.last(Kind::mtu).number, 300U);
}

TEST(VirtualValues, ASystemThatExchangesMtusItselfSaysWhichOneHolds) {
  RawPair pair({}, {}, known_device("ios_old"));
  ASSERT_TRUE(pair.connect({ExchangeMtu{pair.server.address(), 515}}));
  EXPECT_EQ(pair.client.last(Kind::mtu).number, 185U);
  EXPECT_EQ(pair.server.count(Kind::mtu), 1U);
}

TEST(VirtualValues, BluezLosesLongWritesAndCutsNotifications) {
  Talking pair({}, known_device("bluez_5_66_server"));
  pair.write(numbered(510));
  pair.write(numbered(511));
  pair.notify(numbered(510));
  pair.radio.run(1s);
  EXPECT_EQ(sizes(pair.server, Kind::write), std::vector<std::size_t>{510});
  EXPECT_EQ(pair.client.count(Kind::value_sent), 2U) << "nobody tells the sender";
  Talking shorter({}, known_device("bluez_5_66_server"), {}, 513);
  shorter.notify(numbered(510));
  shorter.radio.run(1s);
  EXPECT_EQ(sizes(shorter.client, Kind::notification), std::vector<std::size_t>{508});
}

TEST(VirtualValues, AndroidCutsAbove512) {
  Talking pair({}, {.max_written = 1000, .truncates_at = 512});
  pair.write(numbered(600), true);
  pair.radio.run(1s);
  EXPECT_EQ(sizes(pair.server, Kind::write), std::vector<std::size_t>{512});
}

TEST(VirtualValues, NotificationsAreLostByChanceAndInSilence) {
  Talking pair({.notification_loss = 0.25});
  for (int i = 0; i < 1000; ++i) pair.notify(numbered(20));
  pair.radio.run(60s);
  EXPECT_EQ(pair.server.count(Kind::value_sent), 1000U);
  EXPECT_NEAR(static_cast<double>(pair.client.count(Kind::notification)), 750, 60);
}

TEST(VirtualValues, WhoHasNotSubscribedHearsNothing) {
  Talking pair;
  pair.client.unsubscribe(pair.server.address(), down);
  pair.radio.run(1s);
  EXPECT_FALSE(pair.server.last(Kind::subscribed).on);
  pair.notify(numbered(20));
  pair.radio.run(1s);
  EXPECT_EQ(pair.client.count(Kind::notification), 0U);
}

TEST(VirtualValues, WhatTheServiceDoesNotHaveFails) {
  Talking pair;
  pair.write(numbered(4), true, uuid_of(77));
  pair.write(numbered(4), false, uuid_of(77));
  pair.write(numbered(4), true, down);
  pair.client.does(Subscribe{pair.server.address(), up});
  pair.client.does(ReadValue{pair.server.address(), up});
  pair.radio.run(1s);
  EXPECT_EQ(pair.server.count(Kind::write), 0U);
  EXPECT_EQ(pair.client.count(Kind::failed), 4U);
}

TEST(VirtualValues, AServerWithoutWriteCommandsTakesOthersOnly) {
  Talking pair({}, known_device("android_legacy_server"));
  pair.client.does(DiscoverService{pair.server.address(), raw_service_uuid});
  pair.write(numbered(4));
  pair.write(numbered(5), true);
  pair.radio.run(1s);
  EXPECT_FALSE(pair.client.last(Kind::discovered).found[0].properties.write_without_response);
  EXPECT_EQ(sizes(pair.server, Kind::write), std::vector<std::size_t>{5});
}

TEST(VirtualValues, AStaleCacheHidesTheService) {
  RawPair pair({}, {.extra_characteristics = 2}, {.stale_cache = true});
  ASSERT_TRUE(pair.connect({DiscoverService{pair.server.address(), raw_service_uuid}}));
  EXPECT_TRUE(pair.client.last(Kind::discovered).found.empty());
  pair.client.does(DiscoverService{pair.server.address(), raw_service_uuid, true});
  pair.radio.run(1s);
  EXPECT_EQ(pair.client.last(Kind::discovered).found.size(), 6U);
}

TEST(VirtualValues, ABusyStackWaitsOrFailsOrDrops) {
  const auto sent = [](WhenBusy busy) {
    Talking pair({.bytes_per_second = 1000}, {}, {.stack_values = 2, .when_busy = busy});
    for (std::uint8_t i = 0; i < 10; ++i) pair.write(numbered(100, i));
    pair.radio.run(60s);
    EXPECT_EQ(pair.client.count(Kind::value_sent) + pair.client.count(Kind::failed), 10U);
    return std::pair(pair.server.count(Kind::write), pair.client.count(Kind::failed));
  };
  EXPECT_EQ(sent(WhenBusy::waits), std::pair(std::size_t{10}, std::size_t{0}));
  EXPECT_EQ(sent(WhenBusy::fails), std::pair(std::size_t{3}, std::size_t{7}));
  EXPECT_EQ(sent(WhenBusy::drops), std::pair(std::size_t{3}, std::size_t{0}));
}

TEST(VirtualValues, TakeTheTimeOfTheirBytes) {
  Talking pair({.bytes_per_second = 10'000});
  const TimePoint start = pair.radio.now();
  for (int i = 0; i < 100; ++i) pair.write(numbered(100));
  pair.radio.run_until([&] { return pair.server.count(Kind::write) == 100; }, 60s);
  EXPECT_GE(pair.radio.now() - start, 1s);
  EXPECT_LE(pair.radio.now() - start, 1100ms);

  Talking pausing({}, known_device("eudi_ios_server"));
  const TimePoint paused = pausing.radio.now();
  for (int i = 0; i < 10; ++i) pausing.notify(numbered(100));
  pausing.radio.run_until([&] { return pausing.client.count(Kind::notification) == 10; }, 60s);
  EXPECT_GE(pausing.radio.now() - paused, 2s);
}

TEST(VirtualValues, StallForAWhileOrForEver) {
  Talking a_while({}, {}, {.value_stall = Stall{3, 2000ms}});
  for (int i = 0; i < 6; ++i) a_while.write(numbered(10));
  a_while.radio.run(1s);
  EXPECT_EQ(a_while.server.count(Kind::write), 3U);
  a_while.radio.run(2s);
  EXPECT_EQ(a_while.server.count(Kind::write), 6U);

  Talking for_ever({}, {}, {.stack_values = 2, .value_stall = Stall{3, {}}});
  for (int i = 0; i < 9; ++i) for_ever.write(numbered(10));
  EXPECT_TRUE(for_ever.radio.run(600s));
  EXPECT_EQ(for_ever.server.count(Kind::write), 3U);
  EXPECT_EQ(for_ever.client.count(Kind::value_sent), 5U) << "two stay in the stack";
}

TEST(VirtualValues, OfTwoCharacteristicsMayOvertake) {
  Talking pair({}, {}, {.stack_values = 8, .value_order = ValueOrder::within_characteristic});
  for (std::uint8_t i = 0; i < 100; ++i) pair.write(numbered(10, i), false, i % 2 == 0 ? up : beside);
  pair.radio.run(60s);
  const auto of_up = firsts(pair.server, Kind::write, up);
  const auto of_beside = firsts(pair.server, Kind::write, beside);
  EXPECT_EQ(of_up.size() + of_beside.size(), 100U);
  EXPECT_TRUE(std::is_sorted(of_up.begin(), of_up.end()));
  EXPECT_TRUE(std::is_sorted(of_beside.begin(), of_beside.end()));
  std::vector<int> all;
  for (const StackEvent& event : pair.server.heard()) {
    if (event.kind == Kind::write) all.push_back(event.value.front());
  }
  EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
}

TEST(VirtualValues, OfOneCharacteristicMayOvertakeWithSeveralBearers) {
  Talking pair({}, {}, known_device("bluez_eatt"));
  for (std::uint8_t i = 0; i < 100; ++i) pair.write(numbered(10, i));
  pair.radio.run(60s);
  const auto of_up = firsts(pair.server, Kind::write, up);
  EXPECT_EQ(of_up.size(), 100U);
  EXPECT_FALSE(std::is_sorted(of_up.begin(), of_up.end()));
}

TEST(VirtualValues, WhatTheStackHasTakenLeavesBeforeADisconnect) {
  const auto arrived = [](bool flushes) {
    Talking pair({.bytes_per_second = 1000}, {}, {.flushes = flushes, .stack_values = 4});
    for (int i = 0; i < 6; ++i) pair.write(numbered(100));
    pair.client.does(DisconnectPeer{pair.server.address()});
    pair.radio.run(60s);
    EXPECT_EQ(pair.server.count(Kind::disconnected), 1U);
    return pair.server.count(Kind::write);
  };
  EXPECT_EQ(arrived(true), 4U);
  EXPECT_EQ(arrived(false), 0U);
}

TEST(VirtualValues, GivenToNobodyFail) {
  Talking pair;
  pair.server.does(DisconnectPeer{pair.client.address()});
  pair.radio.run(1s);
  pair.write(numbered(10));
  pair.client.does(SendPiece{pair.server.address(), numbered(10)});
  pair.radio.run(1s);
  EXPECT_EQ(pair.client.count(Kind::failed), 2U);
}

// L2CAP channels

struct Channel : RawPair {
  explicit Channel(const RadioConditions& conditions = {}, const DeviceTraits& of_server = {},
                   const DeviceTraits& of_client = {})
      : RawPair(conditions, of_server, of_client) {
    connect();
    client.does(OpenChannel{server.address(), psm()});
  }
  void send(Bytes bytes) { client.does(SendPiece{server.address(), std::move(bytes)}); }
};

TEST(VirtualChannels, CarryBytesBothWays) {
  Channel pair;
  pair.radio.run(1s);
  ASSERT_EQ(pair.client.count(Kind::channel_opened), 1U);
  ASSERT_EQ(pair.server.count(Kind::channel_opened), 1U);
  Bytes sent;
  for (std::uint8_t i = 0; i < 20; ++i) {
    const Bytes piece = numbered(5000, i);
    sent.insert(sent.end(), piece.begin(), piece.end());
    pair.send(piece);
  }
  pair.server.does(SendPiece{pair.client.address(), numbered(300)});
  pair.radio.run(60s);
  EXPECT_EQ(pair.server.bytes(Kind::channel_bytes), sent);
  EXPECT_EQ(pair.client.bytes(Kind::channel_bytes), numbered(300));
  EXPECT_EQ(pair.client.count(Kind::channel_sent), 20U);
}

TEST(VirtualChannels, AreRefusedUnansweredOrUnknown) {
  Channel refused({}, {.accepts_channel = Answer::refused});
  refused.radio.run(1s);
  EXPECT_EQ(refused.client.last(Kind::failed).operation, BleOperation::open_channel);

  Channel silent({}, {.accepts_channel = Answer::none});
  silent.radio.run(60s);
  EXPECT_EQ(silent.client.count(Kind::failed) + silent.client.count(Kind::channel_opened), 0U);

  Channel known;
  known.radio.run(1s);
  known.client.does(OpenChannel{known.server.address(), static_cast<std::uint16_t>(known.psm() + 1)});
  known.radio.run(1s);
  EXPECT_EQ(known.client.count(Kind::failed), 1U);

  RawPair without({}, {.listens = Answer::refused});
  without.connect();
  EXPECT_EQ(without.server.last(Kind::failed).operation, BleOperation::listen);
}

TEST(VirtualChannels, KeepWhatComesBeforeTheProgramHasThem) {
  Channel pair({}, {.accept_delay = 500ms});
  pair.radio.run_until([&] { return pair.client.count(Kind::channel_opened) == 1; }, 1s);
  pair.send(numbered(100));
  pair.radio.run(300ms);
  EXPECT_EQ(pair.server.count(Kind::channel_opened) + pair.server.count(Kind::channel_bytes), 0U);
  pair.radio.run(1s);
  EXPECT_EQ(pair.server.bytes(Kind::channel_bytes), numbered(100));
}

TEST(VirtualChannels, StopWithoutCreditsForAWhileOrForEver) {
  const DeviceTraits stingy{.unit_size = 100, .credits = 2, .credit_stall = Stall{5, 3000ms}};
  Channel a_while({}, stingy);
  a_while.radio.run(1s);
  a_while.send(numbered(2000));
  a_while.radio.run(1s);
  EXPECT_EQ(a_while.server.bytes(Kind::channel_bytes).size(), 700U);
  EXPECT_EQ(a_while.client.count(Kind::channel_sent), 0U);
  a_while.radio.run(60s);
  EXPECT_EQ(a_while.server.bytes(Kind::channel_bytes), numbered(2000));

  Channel for_ever({}, {.unit_size = 100, .credits = 2, .credit_stall = Stall{5, {}}});
  for_ever.radio.run(1s);
  for_ever.send(numbered(2000));
  EXPECT_TRUE(for_ever.radio.run(600s));
  EXPECT_EQ(for_ever.server.bytes(Kind::channel_bytes).size(), 700U);
}

TEST(VirtualChannels, SpoilPiecesThatSomeStacksCannotTake) {
  Channel pair({}, {}, known_device("ios"));
  pair.radio.run(1s);
  pair.send(numbered(3000, 1));
  pair.radio.run(1s);
  const Bytes got = pair.server.bytes(Kind::channel_bytes);
  ASSERT_EQ(got.size(), 3000U);
  EXPECT_TRUE(std::all_of(got.begin() + 2048, got.end(), [](std::uint8_t byte) { return byte == 0; }));
}

TEST(VirtualChannels, EndBehindTheirBytes) {
  Channel pair;
  pair.radio.run(1s);
  pair.send(numbered(1500));
  pair.client.does(CloseChannel{pair.server.address()});
  pair.radio.run(1s);
  EXPECT_EQ(pair.server.bytes(Kind::channel_bytes), numbered(1500));
  EXPECT_EQ(pair.server.count(Kind::channel_closed), 1U);
  EXPECT_EQ(pair.client.count(Kind::channel_closed), 1U);
  EXPECT_EQ(pair.radio.counters().channels, 0U);
  EXPECT_EQ(pair.radio.counters().connections, 2U);
}

}  // namespace
}  // namespace mdoc::testing
