#include "mdoc/testing/virtual_radio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "raw_service.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using Kind = StackEvent::Kind;

Bytes numbered(std::size_t size, std::uint8_t first = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(first + i * 7);
  return bytes;
}

// Discovery and connections

TEST(VirtualRadio, AClientFindsConnectsDiscoversAndReads) {
  RawPair pair;
  ASSERT_TRUE(
      pair.connect({ExchangeMtu{pair.server.address(), 247}, DiscoverService{pair.server.address(), raw_service_uuid},
                    ReadValue{pair.server.address(), fixed}}));
  EXPECT_EQ(pair.client.last(Kind::mtu).number, 247U);
  EXPECT_EQ(pair.server.last(Kind::mtu).number, 247U);
  ASSERT_EQ(pair.client.last(Kind::discovered).found.size(), 4U);
  EXPECT_EQ(pair.client.last(Kind::discovered).found[3].uuid, fixed);
  EXPECT_EQ(pair.client.last(Kind::value_read).value, (Bytes{0x31, 0x07, 0xc5}));
  EXPECT_EQ(pair.client.count(Kind::failed), 0U);
}

TEST(VirtualRadio, AfterTheEndNothingIsLeft) {
  RawPair pair;
  ASSERT_TRUE(pair.connect({Subscribe{pair.server.address(), down}, OpenChannel{pair.server.address(), 0x80}}));
  EXPECT_NE(pair.radio.counters(), RadioCounters{});
  EXPECT_EQ(pair.server_device.counters().channels, 1U);
  pair.leave();
  EXPECT_EQ(pair.client.count(Kind::disconnected), 1U);
  EXPECT_EQ(pair.server.count(Kind::disconnected), 1U);
  EXPECT_EQ(pair.radio.counters(), RadioCounters{});
}

TEST(VirtualRadio, WhatIsLeftIsCounted) {
  RawPair pair;
  ASSERT_TRUE(pair.connect());
  const RadioCounters server = pair.server_device.counters();
  EXPECT_EQ(server.advertisers, 1U);
  EXPECT_EQ(server.services, 1U);
  EXPECT_EQ(server.listeners, 1U);
  EXPECT_EQ(server.connections, 1U);
  EXPECT_EQ(server.remembered, 1U);
  EXPECT_EQ(pair.client_device.counters().scans, 1U);
  EXPECT_EQ(pair.radio.counters().connections, 2U);
}

TEST(VirtualRadio, AProgramThatDiesLeavesNothingBehind) {
  VirtualRadio radio;
  VirtualDevice& left = radio.add_device("left");
  VirtualDevice& right = radio.add_device("right");
  RawPeer client(left);
  {
    RawPeer server(right);
    server.does_in_turn({ListenForChannel{}, raw_service(), StartAdvertising{raw_service_uuid}});
    client.does_in_turn({StartScanning{raw_service_uuid}, ConnectPeer{server.address()}, StopScanning{}});
    radio.run(5s);
    ASSERT_EQ(client.count(Kind::connected), 1U);
  }
  radio.run(5s);
  EXPECT_EQ(client.count(Kind::disconnected), 1U);
  EXPECT_EQ(radio.counters(), RadioCounters{});
}

TEST(VirtualRadio, SlotsForAdvertisingRunOut) {
  VirtualRadio radio;
  VirtualDevice& device = radio.add_device("device", {.advertising_slots = 2});
  RawPeer first(device), second(device), third(device);
  for (RawPeer* const peer : {&first, &second, &third}) peer->does(StartAdvertising{raw_service_uuid});
  radio.run(1s);
  EXPECT_EQ(second.count(Kind::advertising), 1U);
  ASSERT_EQ(third.count(Kind::failed), 1U);
  EXPECT_EQ(third.last(Kind::failed).operation, BleOperation::advertise);
  first.does(StopAdvertising{});
  third.does(StartAdvertising{raw_service_uuid});
  radio.run(1s);
  EXPECT_EQ(third.count(Kind::advertising), 1U);
}

TEST(VirtualRadio, AScanFindsAllThatAdvertiseTheUuidAndNoneElse) {
  VirtualRadio radio;
  VirtualDevice& terminal = radio.add_device("terminal");
  VirtualDevice& phone = radio.add_device("phone");
  VirtualDevice& stranger = radio.add_device("stranger");
  VirtualDevice& hidden = radio.add_device("hidden", known_device("ios_background"));
  RawPeer scanner(terminal), one(phone), same(stranger), other(stranger), unseen(hidden), own(terminal);
  one.does(StartAdvertising{raw_service_uuid});
  other.does(StartAdvertising{uuid_of(99)});
  unseen.does(StartAdvertising{raw_service_uuid});
  own.does(StartAdvertising{raw_service_uuid});
  scanner.does(StartScanning{raw_service_uuid});
  radio.after(2s, [&] { same.does(StartAdvertising{raw_service_uuid}); });
  radio.run(10s);
  std::set<BlePeer> found;
  for (const StackEvent& event : scanner.heard()) {
    if (event.kind == Kind::found) found.insert(event.peer);
  }
  EXPECT_EQ(found, (std::set{one.address(), same.address()}));
}

TEST(VirtualRadio, TheSixthStartOfAScanWithinHalfAMinuteFindsNothing) {
  VirtualRadio radio;
  VirtualDevice& phone = radio.add_device("phone", known_device("android_13"));
  VirtualDevice& reader = radio.add_device("reader");
  RawPeer scanner(phone), advertiser(reader);
  advertiser.does(StartAdvertising{raw_service_uuid});
  for (int i = 0; i < 6; ++i) {
    radio.after(i * 1s, [&] { scanner.does(StartScanning{raw_service_uuid}); });
  }
  radio.run(20s);
  EXPECT_EQ(scanner.count(Kind::found), 5U);
  EXPECT_EQ(scanner.count(Kind::failed), 0U) << "it is not told why";
  radio.after(31s, [&] { scanner.does(StartScanning{raw_service_uuid}); });
  radio.run(60s);
  EXPECT_EQ(scanner.count(Kind::found), 6U);
}

TEST(VirtualRadio, AnAdvertisementIsHeardAgainWhereStacksReportIt) {
  RawPair pair({.find_again = 500ms});
  pair.server.does_in_turn({raw_service(), StartAdvertising{raw_service_uuid}});
  pair.client.does(StartScanning{raw_service_uuid});
  EXPECT_FALSE(pair.radio.run(5s));
  EXPECT_GE(pair.client.count(Kind::found), 9U);
  pair.client.does(StopScanning{});
  EXPECT_TRUE(pair.radio.run(1s));
}

TEST(VirtualRadio, FirstConnectionsFailWithTheErrorOfTheStack) {
  RawPair pair({}, {}, known_device("android_old"));
  EXPECT_FALSE(pair.connect());
  EXPECT_EQ(pair.client.last(Kind::failed).native, 133);
  pair.client.does(ConnectPeer{pair.server.address()});
  pair.radio.run(1s);
  EXPECT_EQ(pair.client.count(Kind::connected), 1U);
}

TEST(VirtualRadio, WhoDoesNotAdvertiseOrIsFullCannotBeConnected) {
  RawPair pair({}, {.max_connections = 1});
  ASSERT_TRUE(pair.connect());
  RawPeer late(pair.client_device);
  late.does(ConnectPeer{pair.server.address()});
  pair.radio.run(20s);
  EXPECT_EQ(late.count(Kind::failed), 1U);
  pair.client.does(DisconnectPeer{pair.server.address()});
  pair.server.does(StopAdvertising{});
  late.does(ConnectPeer{pair.server.address()});
  pair.radio.run(20s);
  EXPECT_EQ(late.count(Kind::failed), 2U);
  EXPECT_EQ(late.count(Kind::connected), 0U);
}

TEST(VirtualRadio, AnAttemptThatIsTakenBackConnectsNobody) {
  RawPair pair;
  pair.server.does_in_turn({raw_service(), StartAdvertising{raw_service_uuid}});
  pair.radio.run(1s);
  pair.client.does(ConnectPeer{pair.server.address()});
  pair.client.does(DisconnectPeer{pair.server.address()});
  pair.radio.run(10s);
  EXPECT_EQ(pair.server.count(Kind::connected), 0U);
  EXPECT_EQ(pair.client.count(Kind::disconnected), 1U);
}

TEST(VirtualRadio, AConnectionBreaksAtTheEventThatWasChosen) {
  std::size_t events = 0;
  const auto talk = [](RawPair& pair) {
    return pair.connect({ExchangeMtu{pair.server.address(), 185}, Subscribe{pair.server.address(), down},
                         SendValue{pair.server.address(), up, numbered(9)}});
  };
  {
    RawPair pair;
    ASSERT_TRUE(talk(pair));
    events = pair.radio.connection_events(0);
    EXPECT_EQ(events, 6U) << "two MTUs, two subscriptions, a value sent, a value that arrived";
  }
  for (std::size_t i = 0; i < events; ++i) {
    RawPair pair({.break_at = i});
    ASSERT_TRUE(talk(pair));
    EXPECT_EQ(pair.client.count(Kind::disconnected), 1U) << i;
    EXPECT_EQ(pair.server.count(Kind::disconnected), 1U) << i;
    pair.leave();
    EXPECT_EQ(pair.radio.counters(), RadioCounters{}) << i;
  }
}

TEST(VirtualRadio, ABrokenConnectionIsNoticedLateOrNever) {
  RawPair late({.break_at = 0, .breaking = Breaking::supervision});
  ASSERT_TRUE(late.connect({ExchangeMtu{late.server.address(), 185}}));
  EXPECT_EQ(late.client.count(Kind::mtu), 0U);
  EXPECT_EQ(late.client.count(Kind::disconnected), 1U);
  EXPECT_GE(late.radio.elapsed(), 4s);

  RawPair never({.break_at = 0, .breaking = Breaking::never_told});
  ASSERT_TRUE(never.connect({ExchangeMtu{never.server.address(), 185}}));
  never.radio.run(600s);
  EXPECT_EQ(never.client.count(Kind::disconnected), 0U);
  EXPECT_EQ(never.server.count(Kind::disconnected), 0U);
  never.client.does(DisconnectPeer{never.server.address()});
  never.radio.run(600s);
  EXPECT_EQ(never.client.count(Kind::disconnected), 1U);
  EXPECT_EQ(never.server.count(Kind::disconnected), 0U);
}

TEST(VirtualRadio, WhoComesBackInTimeKeepsItsConnection) {
  RawPair pair;
  ASSERT_TRUE(pair.connect());
  pair.server_device.vanish(2s);
  pair.client.does(SendValue{pair.server.address(), up, numbered(9)});
  const TimePoint start = pair.radio.now();
  pair.radio.run_until([&] { return pair.server.count(Kind::write) == 1; }, 10s);
  EXPECT_GE(pair.radio.now() - start, 2s);
  pair.server_device.vanish(4s);
  pair.radio.run(10s);
  EXPECT_EQ(pair.client.count(Kind::disconnected), 1U);
}

TEST(VirtualRadio, AnAdapterThatIsSwitchedOffForgetsEverything) {
  RawPair pair;
  ASSERT_TRUE(pair.connect());
  pair.server_device.set_radio(false);
  pair.server.does(StartAdvertising{raw_service_uuid});
  pair.radio.run(5s);
  const RadioCounters counters = pair.server_device.counters();
  EXPECT_EQ(counters.advertisers + counters.services + counters.listeners + counters.connections, 0U);
  EXPECT_FALSE(pair.server.last(Kind::radio).on);
  EXPECT_EQ(pair.server.last(Kind::failed).operation, BleOperation::advertise);
  EXPECT_EQ(pair.server.count(Kind::disconnected), 0U) << "the adapter takes its connections along";
  EXPECT_EQ(pair.client.count(Kind::disconnected), 1U);
  pair.server_device.set_radio(true);
  pair.radio.run(1s);
  EXPECT_TRUE(pair.server.last(Kind::radio).on);
  EXPECT_EQ(pair.server.count(Kind::radio), 2U);
}

TEST(VirtualRadio, AnAnswerDoesNotOutliveTheAdapter) {
  RawPair pair;
  pair.server.does(raw_service());
  pair.server_device.set_radio(false);
  pair.server_device.set_radio(true);
  pair.radio.run(1s);
  EXPECT_EQ(pair.server.count(Kind::registered), 0U);
}

TEST(VirtualRadio, ADisconnectMayHaveNoEffectOrNoAnswerOrNoListener) {
  RawPair stays({}, known_device("ios"));
  ASSERT_TRUE(stays.connect());
  stays.server.does(DisconnectPeer{stays.client.address()});
  stays.radio.run(60s);
  EXPECT_EQ(stays.radio.counters().connections, 2U);

  RawPair silent({}, {}, {.disconnecting_client = Disconnecting::is_not_confirmed});
  ASSERT_TRUE(silent.connect());
  silent.client.does(DisconnectPeer{silent.server.address()});
  silent.radio.run(60s);
  EXPECT_EQ(silent.client.count(Kind::disconnected), 0U);
  EXPECT_EQ(silent.server.count(Kind::disconnected), 1U);

  RawPair deaf({}, {.hears_disconnect = false});
  ASSERT_TRUE(deaf.connect());
  deaf.client.does(DisconnectPeer{deaf.server.address()});
  deaf.radio.run(60s);
  EXPECT_EQ(deaf.client.count(Kind::disconnected), 1U);
  EXPECT_EQ(deaf.server.count(Kind::disconnected), 0U);
}

TEST(VirtualRadio, SomeServersHearOfConnectionsThatAreNotTheirs) {
  RawPair pair({}, {.hears_all_connections = true});
  RawPeer bystander(pair.server_device);
  bystander.does(raw_service());
  ASSERT_TRUE(pair.connect());
  EXPECT_EQ(bystander.last(Kind::connected).peer, pair.client.address());
  bystander.does(DisconnectPeer{pair.client.address()});
  pair.radio.run(1s);
  EXPECT_EQ(pair.client.count(Kind::disconnected), 0U);
}

// Repeatable

std::string trace_of(std::uint64_t seed) {
  RawPair pair({.jitter = 20ms, .notification_loss = 0.3, .trace = true}, {.value_order = ValueOrder::random}, {},
               seed);
  pair.connect({ExchangeMtu{pair.server.address(), 100}, Subscribe{pair.server.address(), down}});
  for (std::uint8_t i = 0; i < 50; ++i) pair.server.does(SendValue{pair.client.address(), down, numbered(20, i)});
  pair.radio.run(5s);
  pair.leave();
  return pair.radio.trace();
}

TEST(Rob03, TheSameSeedGivesTheSameTrace) {
  const std::string trace = trace_of(71);
  EXPECT_EQ(trace, trace_of(71));
  EXPECT_NE(trace, trace_of(72));
  EXPECT_NE(trace.find(" server#1 -> SendValue #2 "), std::string::npos) << trace.substr(0, 2000);
  EXPECT_NE(trace.find(" client#2 <- notification #1 "), std::string::npos);
}

TEST(Rob03, ATraceHasNoContent) {
  RawPair pair({.trace = true});
  pair.connect({SendValue{pair.server.address(), up, Bytes{'S', 'm', 'i', 't', 'h', 'y'}}});
  ASSERT_EQ(pair.server.count(Kind::write), 1U);
  EXPECT_NE(pair.radio.trace().find(" <- write #2 "), std::string::npos);
  EXPECT_EQ(pair.radio.trace().find("Smithy"), std::string::npos);
}

TEST(Rob03, WithoutATraceNothingIsKept) {
  RawPair pair;
  ASSERT_TRUE(pair.connect());
  EXPECT_TRUE(pair.radio.trace().empty());
}

// The table

TEST(KnownDevices, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const NamedTraits& device : known_devices()) {
    EXPECT_TRUE(names.insert(device.name).second) << device.name;
    EXPECT_FALSE(device.about.empty()) << device.name;
  }
  EXPECT_GE(names.size(), 10U);
}

}  // namespace
}  // namespace mdoc::testing
