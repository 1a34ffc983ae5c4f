#include "mdoc/transport/ble_central.hpp"

#include <functional>

#include "ble_fixture.hpp"

namespace mdoc::transport {
namespace {

/// A client and what its peer answers, step by step.
class CentralTest : public ::testing::Test {
 protected:
  explicit CentralTest(BleMode of = BleMode::mdoc_peripheral_server) : mode(of) {
    for (const BleServiceCharacteristic& each : service.characteristics) {
      if (each.purpose != BleCharacteristic::l2cap) found.push_back({.uuid = each.uuid, .properties = each.properties});
    }
  }

  BleCentral make() {
    std::optional<std::array<std::uint8_t, 16>> ident;
    if (mode == BleMode::mdoc_central_client) ident = ident_value;
    return BleCentral::create(service, ident, psm, options).value();
  }
  const Uuid& uuid(BleCharacteristic characteristic) const { return service.uuid_of(characteristic); }
  void notify(BleCentral& machine, BleCharacteristic characteristic, const Bytes& value, TimePoint at = t0) {
    machine.on_notification(alice, uuid(characteristic), value, at);
  }

  /// What a peer without faults answers to all that was asked.
  void answer(BleCentral& machine, const Effects& effects, TimePoint at = t0) {
    for (const auto& each : effects.all<StartScanning>()) (void)each, machine.on_found(alice, at);
    for (const auto& each : effects.all<ConnectPeer>()) machine.on_connected(each.peer, at);
    for (const auto& each : effects.all<ExchangeMtu>()) machine.on_mtu(each.peer, mtu, at);
    for (const auto& each : effects.all<DiscoverService>()) machine.on_discovered(each.peer, found, at);
    for (const auto& each : effects.all<ReadValue>()) {
      const bool is_ident = service.find(each.characteristic) == BleCharacteristic::ident;
      machine.on_value_read(each.peer, each.characteristic,
                            is_ident ? Bytes(ident_value.begin(), ident_value.end()) : Bytes{0, 0, 0, 0x91}, at);
    }
    for (const auto& each : effects.all<Subscribe>()) machine.on_subscribed(each.peer, each.characteristic, at);
    for (const auto& each : effects.all<OpenChannel>()) machine.on_channel_opened(each.peer, at);
    for (const auto& each : effects.all<SendValue>()) (void)each, machine.on_value_sent(at);
  }
  /// As far as that state, everything being answered until there.
  BleCentral in(BleCentral::State state) {
    BleCentral machine = make();
    if (state != BleCentral::State::idle) machine.start(t0);
    for (int step = 0; step < 20 && machine.state() != state; ++step) answer(machine, Effects(machine));
    EXPECT_EQ(machine.state(), state);
    last = std::make_unique<Effects>(machine);
    return machine;
  }
  BleCentral open() { return in(BleCentral::State::active); }
  BleCentral open_channel() {
    options.l2cap = true;
    psm = 0x80;
    return open();
  }
  static std::vector<SendValue> take_all(BleCentral& machine, Effects effects) {
    std::vector<SendValue> values;
    for (;;) {
      const auto sent = effects.all<SendValue>();
      if (sent.empty()) return values;
      for (const SendValue& each : sent) {
        values.push_back(each);
        machine.on_value_sent(t0);
      }
      effects = Effects(machine);
    }
  }
  void offer_channel() {
    options.l2cap = true;
    found.push_back({.uuid = uuid(BleCharacteristic::l2cap), .properties = {.read = true}});
  }

  BleMode mode;
  BleLinkOptions options;
  std::optional<std::uint16_t> psm;
  BleService service = service_of(mode);
  std::vector<BleFoundCharacteristic> found;
  std::size_t mtu = 185;
  std::unique_ptr<Effects> last;  // since the state of in() was reached
};

class MdocAsClient : public CentralTest {
 protected:
  MdocAsClient() : CentralTest(BleMode::mdoc_central_client) {}
};

using State = BleCentral::State;
using Ble03Client = CentralTest;
using Ble04Client = CentralTest;
using Ble05Client = CentralTest;
using Ble07Client = CentralTest;
using Ble08Client = MdocAsClient;
using Ble10Client = MdocAsClient;
using Ble11Client = CentralTest;
using Ble12Client = CentralTest;
using Ble13Client = CentralTest;
using Ble14Client = CentralTest;
using Ble15Client = MdocAsClient;
using Ble16Client = CentralTest;
using Ble20Client = MdocAsClient;
using L2c02Client = CentralTest;
using L2c04Client = CentralTest;
using L2c05Client = CentralTest;

// BLE-03: the way to Start

TEST_F(Ble03Client, MtuThenBothSubscriptionsThenStart) {
  BleCentral machine = in(State::exchanging_mtu);
  EXPECT_EQ(last->one<ExchangeMtu>().mtu, 515u);
  answer(machine, *last);
  Effects effects(machine);
  EXPECT_EQ(effects.one<DiscoverService>().service, transaction);
  EXPECT_FALSE(effects.one<DiscoverService>().refresh);
  answer(machine, effects);
  effects = Effects(machine);
  EXPECT_EQ(effects.one<Subscribe>().characteristic, uuid(BleCharacteristic::server2client));
  answer(machine, effects);
  effects = Effects(machine);
  EXPECT_EQ(effects.one<Subscribe>().characteristic, uuid(BleCharacteristic::state));
  EXPECT_FALSE(effects.has<SendValue>());
  answer(machine, effects);
  effects = Effects(machine);
  EXPECT_EQ(effects.one<SendValue>().characteristic, uuid(BleCharacteristic::state));
  EXPECT_EQ(effects.one<SendValue>().value, Bytes{ble_start});
  EXPECT_FALSE(effects.has<LinkOpened>());
  answer(machine, effects);
  effects = Effects(machine);
  EXPECT_EQ(effects.one<LinkOpened>().max_value, 182u);
}

TEST_F(Ble03Client, ConfirmationsOfOtherCharacteristicsAndPeersAreNone) {
  BleCentral machine = in(State::subscribing);
  machine.on_subscribed(alice, uuid(BleCharacteristic::state), t0);
  machine.on_subscribed(alice, stranger, t0);
  machine.on_subscribed(mallory, uuid(BleCharacteristic::server2client), t0);
  EXPECT_TRUE(Effects(machine).none());
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), t0);
  EXPECT_TRUE(Effects(machine).has<Subscribe>());
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), t0);
  EXPECT_TRUE(Effects(machine).none());
}

TEST_F(Ble03Client, TheServerMayAnswerStartBeforeOurStackHasToldUsThatItLeft) {
  BleCentral machine = in(State::starting);
  notify(machine, BleCharacteristic::server2client, {0, 42});
  const Effects effects(machine);
  EXPECT_LT(effects.position<LinkOpened>(), effects.position<MessageReceived>());
  EXPECT_EQ(effects.one<MessageReceived>().message, Bytes{42});
  machine.on_value_sent(t0);
  EXPECT_TRUE(Effects(machine).none());
}

TEST_F(Ble03Client, WithoutAnMtuTheLeastHolds) {
  for (const bool answered : {true, false}) {
    BleCentral machine = in(State::exchanging_mtu);
    answered ? machine.on_failed(BleOperation::exchange_mtu, 1, t0) : machine.on_timer(t0 + 3s);
    for (int i = 0; i < 4; ++i) answer(machine, Effects(machine));
    EXPECT_EQ(Effects(machine).one<LinkOpened>().max_value, 20u);
  }
}

TEST_F(Ble03Client, AServerWithoutWriteWithoutResponseIsWrittenToWithResponse) {
  for (auto& each : found) {
    if (each.properties.write) each.properties.write_without_response = false;
  }
  BleCentral machine = in(State::starting);
  EXPECT_TRUE(last->one<SendValue>().with_response);
  machine.on_value_sent(t0);
  ASSERT_TRUE(machine.send(message_of(3), t0));
  EXPECT_TRUE(Effects(machine).one<SendValue>().with_response);
}

TEST_F(Ble03Client, AnIncompleteServiceIsAskedForOnceMoreWithoutTheCache) {
  for (const BleCharacteristic missing :
       {BleCharacteristic::state, BleCharacteristic::client2server, BleCharacteristic::server2client}) {
    const auto complete = found;
    std::erase_if(found, [&](const auto& each) { return each.uuid == uuid(missing); });
    BleCentral machine = in(State::discovering);
    machine.on_discovered(alice, found, t0);
    EXPECT_TRUE(Effects(machine).one<DiscoverService>().refresh);
    machine.on_discovered(alice, complete, t0);
    EXPECT_TRUE(Effects(machine).has<Subscribe>());
    found = complete;
  }
}

TEST_F(Ble03Client, CharacteristicsWithoutWhatTheyNeedAreIncomplete) {
  const auto complete = found;
  for (std::size_t i = 0; i < complete.size(); ++i) {
    found = complete;
    found[i].properties = {.read = true};
    BleCentral machine = in(State::discovering);
    machine.on_discovered(alice, found, t0);
    machine.on_discovered(alice, found, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has<DisconnectPeer>());
    EXPECT_TRUE(effects.has(BleStep::lost));
    found = complete;
  }
}

TEST_F(Ble03Client, FurtherCharacteristicsAreNoHindrance) {
  found.insert(found.begin(), {.uuid = stranger, .properties = {.read = true, .write = true, .notify = true}});
  EXPECT_EQ(open().state(), State::active);
}

// BLE-04

TEST_F(Ble04Client, DataBeforeStartIsRefusedAndItsSenderLeft) {
  BleCentral machine = in(State::subscribing);
  notify(machine, BleCharacteristic::server2client, {0, 66});
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<DisconnectPeer>());
  EXPECT_FALSE(effects.has<MessageReceived>());
  EXPECT_EQ(machine.state(), State::waiting);
}

TEST_F(Ble04Client, NothingCanBeSentBeforeTheLinkIsOpen) {
  for (const State state : {State::idle, State::scanning, State::connecting, State::exchanging_mtu, State::discovering,
                            State::subscribing, State::starting}) {
    BleCentral machine = in(state);
    EXPECT_EQ(machine.send(message_of(1), t0).error().code, Errc::wrong_state);
    EXPECT_FALSE(machine.poll());
  }
}

// BLE-05 and BLE-07

TEST_F(Ble05Client, AMessageLeavesInTheFewestParts) {
  for (const std::size_t each : {23u, 24u, 185u, 247u, 515u, 517u}) {
    mtu = each;
    BleCentral machine = open();
    const std::size_t part = std::min<std::size_t>(mtu - 3, 512) - 1;
    ASSERT_TRUE(machine.send(message_of(9 * part), t0));
    const auto values = take_all(machine, Effects(machine));
    ASSERT_EQ(values.size(), 9u);
    EXPECT_EQ(values[0].characteristic, uuid(BleCharacteristic::client2server));
    EXPECT_EQ(values[8].value.front(), 0);
  }
}

TEST_F(Ble07Client, BadPartsEndTheLink) {
  options.limits.max_bytes = 4;
  for (const auto& [value, code] : {std::pair{Bytes{2, 1}, Errc::bad_frame},
                                    {Bytes{0}, Errc::bad_frame},
                                    {Bytes{0, 1, 2, 3, 4, 5}, Errc::too_large}}) {
    BleCentral machine = open();
    notify(machine, BleCharacteristic::server2client, value);
    const Effects effects(machine);
    expect_closed(effects, code, "BLE.Server2Client");
    EXPECT_EQ(effects.one<SendValue>().value, Bytes{ble_end});
  }
}

TEST_F(Ble07Client, WhereTheStackIsFullThereIsNoEnd) {
  BleCentral machine = open();
  ASSERT_TRUE(machine.send(message_of(1'000), t0));
  (void)Effects(machine);
  notify(machine, BleCharacteristic::server2client, {7, 7});
  const Effects effects(machine);
  EXPECT_FALSE(effects.has<SendValue>());
  expect_closed(effects, Errc::bad_frame);
}

TEST_F(Ble07Client, AMessageThatStopsEndsTheLinkInTime) {
  BleCentral machine = open();
  notify(machine, BleCharacteristic::server2client, {1, 7});
  machine.on_timer(t0 + 10s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.Server2Client");
}

// BLE-08 and BLE-15: Ident

TEST_F(Ble08Client, IdentIsReadBeforeAnythingIsSubscribedTo) {
  BleCentral machine = in(State::identifying);
  EXPECT_EQ(last->one<ReadValue>().characteristic, uuid(BleCharacteristic::ident));
  answer(machine, *last);
  const Effects effects(machine);
  EXPECT_TRUE(effects.has(BleStep::identified));
  EXPECT_TRUE(effects.has<Subscribe>());
}

TEST_F(Ble08Client, AnotherIdentClosesTheConnectionAndTheSearchGoesOn) {
  Bytes last_bit(ident_value.begin(), ident_value.end());
  last_bit.back() ^= 1;
  for (const Bytes& value : {last_bit, Bytes{}, Bytes(ident_value.begin(), ident_value.end() - 1), Bytes(17, 0x8d)}) {
    BleCentral machine = in(State::identifying);
    machine.on_value_read(alice, uuid(BleCharacteristic::ident), value, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::wrong_peer));
    EXPECT_TRUE(effects.has<DisconnectPeer>());
    EXPECT_TRUE(effects.has<StartScanning>());
    machine.on_found(alice, t0);  // is not tried again
    EXPECT_TRUE(Effects(machine).none());
    machine.on_found(mallory, t0);
    EXPECT_EQ(Effects(machine).one<ConnectPeer>().peer, mallory);
  }
}

TEST_F(Ble08Client, AReaderWithoutIdentIsAccepted) {
  std::erase_if(found, [&](const auto& each) { return each.uuid == uuid(BleCharacteristic::ident); });
  EXPECT_EQ(open().state(), State::active);
}

TEST_F(Ble08Client, AnIdentThatCannotBeReadIsALostAttempt) {
  for (const bool answered : {true, false}) {
    BleCentral machine = in(State::identifying);
    answered ? machine.on_failed(BleOperation::read, 0x0e, t0) : machine.on_timer(t0 + 3s);
    EXPECT_EQ(machine.state(), State::waiting);
    EXPECT_TRUE(Effects(machine).has<DisconnectPeer>());
  }
}

TEST_F(Ble08Client, IdentIsNotForTheReaderAsClient) {
  EXPECT_EQ(BleCentral::create(service_of(BleMode::mdoc_peripheral_server), ident_value, std::nullopt).error().code,
            Errc::bad_argument);
}

TEST_F(Ble15Client, ACrowdOfImpostorsIsPassedOverInBoundedMemory) {
  BleCentral machine = in(State::scanning);
  for (std::uint64_t i = 0; i < 100; ++i) {
    machine.on_found(BlePeer{100 + i}, t0);
    for (int step = 0; step < 3; ++step) answer(machine, Effects(machine));
    (void)Effects(machine);
    machine.on_value_read(BlePeer{100 + i}, uuid(BleCharacteristic::ident), Bytes(16, 0), t0);
    EXPECT_TRUE(Effects(machine).has<StartScanning>());
  }
  machine.on_found(alice, t0);
  for (int i = 0; i < 8; ++i) answer(machine, Effects(machine));
  EXPECT_EQ(machine.state(), State::active);
}

TEST_F(Ble15Client, ACrowdThatAdvertisesAServiceItHasNotDoesNotUseUpTheAttempts) {
  BleCentral machine = in(State::scanning);
  for (std::uint64_t i = 0; i < 100; ++i) {
    machine.on_found(BlePeer{100 + i}, t0);
    for (int step = 0; step < 2; ++step) answer(machine, Effects(machine));
    machine.on_discovered(BlePeer{100 + i}, {}, t0);
    machine.on_discovered(BlePeer{100 + i}, {}, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has<StartScanning>());
    ASSERT_FALSE(effects.has<LinkClosed>()) << i;
  }
  machine.on_found(alice, t0);
  for (int i = 0; i < 8; ++i) answer(machine, Effects(machine));
  EXPECT_EQ(machine.state(), State::active);
}

TEST_F(Ble15Client, WhatOtherPeersDoChangesNothing) {
  for (const State state : {State::connecting, State::exchanging_mtu, State::discovering, State::identifying,
                            State::subscribing, State::starting, State::active}) {
    BleCentral machine = in(state);
    machine.on_connected(mallory, t0);
    machine.on_mtu(mallory, 517, t0);
    machine.on_discovered(mallory, found, t0);
    machine.on_value_read(mallory, uuid(BleCharacteristic::ident), Bytes(16, 0), t0);
    machine.on_subscribed(mallory, uuid(BleCharacteristic::server2client), t0);
    machine.on_notification(mallory, uuid(BleCharacteristic::server2client), Bytes{0, 66}, t0);
    machine.on_notification(mallory, uuid(BleCharacteristic::state), Bytes{ble_end}, t0);
    machine.on_channel_bytes(mallory, Bytes{0, 0, 0, 1, 66}, t0);
    machine.on_channel_closed(mallory, t0);
    machine.on_disconnected(mallory, t0);
    EXPECT_TRUE(Effects(machine).none());
    EXPECT_EQ(machine.state(), state);
  }
}

// BLE-10 and BLE-11: loss

TEST_F(Ble10Client, LossInEachStateBeforeStartIsFollowedByAnotherAttempt) {
  offer_channel();
  for (const State state : {State::connecting, State::exchanging_mtu, State::discovering, State::identifying,
                            State::reading_psm, State::opening_channel}) {
    BleCentral machine = in(state);
    machine.on_disconnected(alice, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::lost));
    EXPECT_FALSE(effects.has<LinkClosed>());
    EXPECT_EQ(effects.one<ForgetPeer>().peer, alice);
    EXPECT_EQ(machine.deadline(), t0 + 500ms);
    machine.on_timer(t0 + 500ms);
    EXPECT_TRUE(Effects(machine).has<StartScanning>());
  }
  options.l2cap = false;
  for (const State state : {State::subscribing, State::starting}) {
    BleCentral machine = in(state);
    machine.on_disconnected(alice, t0);
    EXPECT_EQ(machine.state(), State::waiting);
  }
}

TEST_F(Ble10Client, RefusalOfTheStackInEachStateIsFollowedByAnotherAttempt) {
  const std::pair<State, BleOperation> cases[] = {
      {State::scanning, BleOperation::scan},         {State::connecting, BleOperation::connect},
      {State::discovering, BleOperation::discover},  {State::identifying, BleOperation::read},
      {State::subscribing, BleOperation::subscribe}, {State::starting, BleOperation::send}};
  for (const auto& [state, operation] : cases) {
    BleCentral machine = in(state);
    machine.on_failed(operation, 133, t0);
    EXPECT_EQ(machine.state(), State::waiting);
    machine.on_timer(t0 + 500ms);
    answer(machine, Effects(machine));
    machine.on_timer(t0 + 1'500ms);  // nobody else was heard
    for (int i = 0; i < 8; ++i) answer(machine, Effects(machine));
    EXPECT_EQ(machine.state(), State::active);
  }
}

TEST_F(Ble10Client, TheNextAttemptGoesToADeviceThatHasNotFailed) {
  for (const State state : {State::connecting, State::discovering, State::identifying, State::subscribing}) {
    BleCentral machine = in(state);  // alice stalls
    machine.on_timer(t0 + 10s);
    if (machine.state() != State::waiting) machine.on_timer(t0 + 10s);
    (void)Effects(machine);
    machine.on_timer(t0 + 11s);
    EXPECT_TRUE(Effects(machine).has<StartScanning>());
    machine.on_found(alice, t0 + 11s);
    EXPECT_TRUE(Effects(machine).none());
    EXPECT_EQ(machine.deadline(), t0 + 12s);
    machine.on_found(mallory, t0 + 12s - 1ms);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has<StopScanning>());
    EXPECT_EQ(effects.one<ConnectPeer>().peer, mallory);
  }
}

TEST_F(Ble10Client, ADeviceThatFailedIsTriedAgainWhereNoOtherIsThere) {
  for (const bool heard_in_time : {true, false}) {
    BleCentral machine = in(State::connecting);
    machine.on_disconnected(alice, t0);
    machine.on_timer(t0 + 500ms);
    (void)Effects(machine);
    if (heard_in_time) machine.on_found(alice, t0 + 600ms);
    machine.on_timer(t0 + 1'499ms);
    EXPECT_TRUE(Effects(machine).none());
    heard_in_time ? machine.on_timer(t0 + 1'500ms) : machine.on_found(alice, t0 + 1'500ms);
    EXPECT_EQ(Effects(machine).one<ConnectPeer>().peer, alice);
  }
}

TEST_F(Ble10Client, OfDevicesThatFailedTheOneThatWaitsTheLongestIsTried) {
  const BlePeer carol{3};
  options.max_attempts = 100;
  BleCentral machine = in(State::scanning);
  TimePoint now = t0;
  const auto fails = [&](BlePeer peer) {
    machine.on_disconnected(peer, now += 1ms);
    (void)Effects(machine);
    machine.on_timer(now += 4s);
    EXPECT_TRUE(Effects(machine).has<StartScanning>());
  };
  for (const BlePeer peer : {carol, alice, mallory}) {
    machine.on_found(peer, now);
    fails(peer);
  }
  for (const BlePeer next : {carol, alice, mallory, carol}) {
    for (const BlePeer peer : {mallory, carol, alice}) machine.on_found(peer, now);
    machine.on_timer(now += 1s);
    EXPECT_EQ(Effects(machine).one<ConnectPeer>().peer, next);
    fails(next);
  }
}

TEST_F(Ble10Client, FailuresOfOtherOperationsChangeNothing) {
  for (const State state : {State::scanning, State::connecting, State::discovering, State::subscribing}) {
    BleCentral machine = in(state);
    machine.on_failed(BleOperation::advertise, 1, t0);
    machine.on_failed(BleOperation::register_service, 1, t0);
    machine.on_failed(BleOperation::listen, 1, t0);
    machine.on_failed(BleOperation::open_channel, 1, t0);
    machine.on_failed(BleOperation::send, 1, t0);
    EXPECT_TRUE(Effects(machine).none());
    EXPECT_EQ(machine.state(), state);
  }
}

TEST_F(Ble10Client, AttemptsAreCountedAndTheWaitsBetweenThemGrow) {
  options.max_attempts = 6;
  BleCentral machine = in(State::scanning);
  TimePoint now = t0;
  for (const auto wait : {500ms, 1'000ms, 2'000ms, 4'000ms, 4'000ms, 4'000ms}) {
    machine.on_found(alice, now);
    machine.on_timer(now += 1s);  // nobody else was heard
    machine.on_failed(BleOperation::connect, 133, now);
    EXPECT_EQ(machine.deadline(), now + wait);
    now += wait;
    machine.on_timer(now);
    EXPECT_TRUE(Effects(machine).has<StartScanning>());
  }
  machine.on_found(alice, now);
  machine.on_timer(now += 1s);
  machine.on_failed(BleOperation::connect, 133, now);
  const Effects effects(machine);
  expect_closed(effects, Errc::connect_failed, "BLE.connect");
  EXPECT_EQ(effects.one<LinkClosed>().reason->native, 133);
}

TEST_F(Ble10Client, AnAttemptThatStandsStillIsBrokenOff) {
  for (const State state : {State::connecting, State::discovering, State::subscribing, State::starting}) {
    BleCentral machine = in(state);
    machine.on_timer(t0 + 10s - 1ms);
    EXPECT_EQ(machine.state(), state);
    machine.on_timer(t0 + 10s);
    EXPECT_EQ(machine.state(), State::waiting);
    EXPECT_TRUE(Effects(machine).has<DisconnectPeer>());
  }
}

TEST_F(Ble10Client, NobodyIsFoundInTime) {
  BleCentral machine = in(State::scanning);
  EXPECT_EQ(machine.deadline(), t0 + 60s);
  machine.on_timer(t0 + 60s);
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<StopScanning>());
  expect_closed(effects, Errc::timed_out, "BLE.scanning");
}

TEST_F(Ble10Client, ScanningBeginsAnewWhereTheStackWantsThat) {
  options.quirks.scan_restart = 10s;
  BleCentral machine = in(State::scanning);
  machine.on_timer(t0 + 10s);
  EXPECT_TRUE(Effects(machine).has<StartScanning>());
  machine.on_timer(t0 + 20s);
  EXPECT_TRUE(Effects(machine).has<StartScanning>());
}

TEST_F(Ble11Client, LossAfterStartIsTheEndWithoutAnotherScan) {
  BleCentral machine = open();
  machine.on_disconnected(alice, t0);
  const Effects effects(machine);
  expect_closed(effects, Errc::link_closed);
  EXPECT_FALSE(effects.has<StartScanning>());
  machine.on_found(alice, t0);
  machine.on_timer(t0 + 100s);
  EXPECT_FALSE(machine.poll());
  EXPECT_EQ(machine.deadline(), std::nullopt);
}

// BLE-12 and BLE-13: End

TEST_F(Ble12Client, FinishSendsEndAfterTheLastMessage) {
  BleCentral machine = open();
  ASSERT_TRUE(machine.send(message_of(300), t0));
  const Effects first(machine);
  machine.finish(t0);
  const auto values = take_all(machine, first);
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(values[2].characteristic, uuid(BleCharacteristic::state));
  EXPECT_EQ(values[2].value, Bytes{ble_end});
}

TEST_F(Ble13Client, TheClientDisconnectsAfterEnd) {
  BleCentral machine = open();
  machine.finish(t0);
  EXPECT_FALSE(Effects(machine).has<DisconnectPeer>());
  machine.on_value_sent(t0);
  const Effects effects(machine);
  EXPECT_EQ(effects.one<DisconnectPeer>().peer, alice);
  expect_closed(effects, std::nullopt);
}

TEST_F(Ble13Client, TheClientDisconnectsAfterEndOfTheServer) {
  BleCentral machine = open();
  notify(machine, BleCharacteristic::state, {ble_end});
  EXPECT_FALSE(Effects(machine).has<LinkClosed>());
  machine.on_timer(t0 + 300ms);
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<DisconnectPeer>());
  expect_closed(effects, Errc::terminated_by_peer, "BLE.State");
}

TEST_F(Ble12Client, EndBeforeTheLinkIsALostAttempt) {
  BleCentral machine = in(State::starting);
  notify(machine, BleCharacteristic::state, {ble_end});
  EXPECT_EQ(machine.state(), State::waiting);
}

TEST_F(Ble12Client, EndBeforeTheLinkIsAValueOfStateAlone) {
  BleCentral machine = in(State::starting);
  notify(machine, BleCharacteristic::client2server, {ble_end});
  EXPECT_EQ(machine.state(), State::starting);
}

TEST_F(Ble03Client, AnEmptyValueIsNoAnswerToStart) {
  BleCentral machine = in(State::starting);
  notify(machine, BleCharacteristic::server2client, {});
  EXPECT_EQ(machine.state(), State::starting);
  EXPECT_FALSE(Effects(machine).has<LinkOpened>());
}

TEST_F(Ble10Client, AScanThatFailsForTheLastTimeIsStoppedOnce) {
  options.max_attempts = 0;
  BleCentral machine = in(State::scanning);
  machine.on_failed(BleOperation::scan, 0, t0);
  const Effects effects(machine);
  EXPECT_EQ(effects.all<StopScanning>().size(), 1u);
  expect_closed(effects, Errc::connect_failed, "BLE.scan");
}

TEST_F(Ble12Client, FinishAndCancelInEachStateCleanUp) {
  for (const bool gently : {true, false}) {
    for (const State state : {State::idle, State::scanning, State::connecting, State::exchanging_mtu,
                              State::discovering, State::subscribing, State::starting}) {
      BleCentral machine = in(state);
      gently ? machine.finish(t0) : machine.cancel(t0);
      const Effects effects(machine);
      expect_closed(effects, std::nullopt);
      EXPECT_EQ(effects.has<StopScanning>(), state == State::scanning);
      EXPECT_EQ(effects.has<DisconnectPeer>(), state != State::scanning && state != State::idle);
    }
  }
}

TEST_F(Ble14Client, NothingOfTheServerIsLeftBehind) {
  BleCentral machine = open();
  machine.cancel(t0);
  const Effects effects(machine);
  EXPECT_LT(effects.position<DisconnectPeer>(), effects.position<ForgetPeer>());
  EXPECT_LT(effects.position<ForgetPeer>(), effects.position<LinkClosed>());
}

TEST_F(Ble16Client, NotificationsOfOtherCharacteristicsNeverEnterAMessage) {
  BleCentral machine = open();
  notify(machine, BleCharacteristic::server2client, {1, 5});
  machine.on_notification(alice, stranger, Bytes{1, 66}, t0);
  notify(machine, BleCharacteristic::client2server, {1, 66});
  notify(machine, BleCharacteristic::server2client, {0, 6});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{5, 6}));
}

// BLE-20

TEST_F(Ble20Client, WhileTheAdapterIsOffItIsWaitedFor) {
  for (const State state : {State::scanning, State::connecting, State::exchanging_mtu, State::discovering,
                            State::identifying, State::subscribing, State::starting}) {
    BleCentral machine = in(state);
    machine.on_radio(false, t0);
    const Effects off(machine);
    EXPECT_TRUE(off.has(BleStep::radio_off));
    EXPECT_EQ(machine.state(), State::waiting);
    machine.on_radio(true, t0 + 5s);
    for (int i = 0; i < 9; ++i) answer(machine, Effects(machine), t0 + 5s);
    EXPECT_EQ(machine.state(), State::active);
  }
}

TEST_F(Ble20Client, AnAdapterThatStaysOffIsTheReason) {
  BleCentral machine = in(State::scanning);
  machine.on_radio(false, t0);
  machine.on_timer(t0 + 60s);
  expect_closed(Effects(machine), Errc::radio_off, "BLE");
}

TEST_F(Ble20Client, WithTheAdapterGoesTheLink) {
  BleCentral machine = open();
  machine.on_radio(false, t0);
  expect_closed(Effects(machine), Errc::radio_off, "BLE");
}

// L2CAP

TEST_F(L2c02Client, ThePsmOfTheEngagementIsTriedFirst) {
  options.l2cap = true;
  psm = 0x85;
  BleCentral machine = in(State::opening_channel);
  EXPECT_EQ(last->one<OpenChannel>().psm, 0x85);
  EXPECT_FALSE(last->has<ExchangeMtu>());
  answer(machine, *last);
  EXPECT_EQ(Effects(machine).one<LinkOpened>().carrier, BleCarrier::l2cap);
}

TEST_F(L2c02Client, ThenThatOfTheCharacteristic) {
  offer_channel();
  BleCentral machine = in(State::reading_psm);
  EXPECT_EQ(last->one<ReadValue>().characteristic, uuid(BleCharacteristic::l2cap));
  answer(machine, *last);
  EXPECT_EQ(Effects(machine).one<OpenChannel>().psm, 0x91);
}

TEST_F(L2c02Client, ThenGattWithoutAnotherTryOfAChannel) {
  offer_channel();
  psm = 0x85;
  const std::function<void(BleCentral&)> failures[] = {
      [](BleCentral& m) { m.on_failed(BleOperation::open_channel, 111, t0); },
      [](BleCentral& m) { m.on_timer(t0 + 3s); },
      [](BleCentral& m) { m.on_channel_closed(alice, t0); },
  };
  for (const auto& fail : failures) {
    BleCentral machine = in(State::opening_channel);
    fail(machine);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::fell_back));
    EXPECT_FALSE(effects.has<OpenChannel>());
    answer(machine, effects);
    while (machine.state() != State::starting) {
      const Effects next(machine);
      ASSERT_FALSE(next.none());
      EXPECT_FALSE(next.has<OpenChannel>());
      answer(machine, next);
    }
    (void)Effects(machine);
    machine.on_value_sent(t0);
    EXPECT_EQ(Effects(machine).one<LinkOpened>().carrier, BleCarrier::gatt);
  }
}

TEST_F(L2c02Client, AChannelThatComesTooLateIsClosed) {
  options.l2cap = true;
  psm = 0x85;
  BleCentral machine = in(State::opening_channel);
  machine.on_timer(t0 + 3s);
  (void)Effects(machine);
  machine.on_channel_opened(alice, t0 + 4s);
  EXPECT_EQ(Effects(machine).one<CloseChannel>().peer, alice);
  EXPECT_EQ(machine.state(), State::exchanging_mtu);
}

TEST_F(L2c02Client, AChannelIsTakenBackWithItsAttempt) {
  options.l2cap = true;
  psm = 0x85;
  for (const bool radio : {true, false}) {
    BleCentral machine = in(State::opening_channel);
    radio ? machine.on_radio(false, t0) : machine.on_disconnected(alice, t0);
    const Effects effects(machine);
    EXPECT_EQ(effects.one<CloseChannel>().peer, alice);
    EXPECT_LT(effects.position<CloseChannel>(), effects.position<DisconnectPeer>());
  }
}

TEST_F(L2c02Client, AChannelThatOpensAfterTheEndIsNotSpokenOf) {
  options.trace = true;
  BleCentral machine = open_channel();
  machine.cancel(t0);
  (void)Effects(machine);
  machine.on_channel_opened(mallory, t0);
  EXPECT_FALSE(machine.poll().has_value());
}

TEST_F(L2c02Client, APsmOfNoUseMeansGatt) {
  offer_channel();
  for (const Bytes& value : {Bytes{}, Bytes{0, 0, 0, 0, 0x80}, Bytes{0, 0, 0, 0}, Bytes{0x7f}, Bytes{1, 2}}) {
    BleCentral machine = in(State::reading_psm);
    machine.on_value_read(alice, uuid(BleCharacteristic::l2cap), value, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::fell_back));
    EXPECT_TRUE(effects.has<Subscribe>());
  }
}

TEST_F(L2c02Client, APsmThatCannotBeReadMeansGatt) {
  offer_channel();
  for (const bool answered : {true, false}) {
    BleCentral machine = in(State::reading_psm);
    answered ? machine.on_failed(BleOperation::read, 5, t0) : machine.on_timer(t0 + 3s);
    EXPECT_TRUE(Effects(machine).has<Subscribe>());
  }
}

TEST_F(L2c04Client, MessagesGoBothWaysOnAChannel) {
  BleCentral machine = open_channel();
  machine.on_channel_bytes(alice, Bytes{0, 0, 0, 3, 1, 2}, t0);
  machine.on_channel_bytes(alice, Bytes{3}, t0);
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{1, 2, 3}));
  ASSERT_TRUE(machine.send(message_of(5'000), t0));
  std::size_t sent = 0;
  for (Effects effects(machine); effects.has<SendPiece>(); effects = Effects(machine)) {
    sent += effects.one<SendPiece>().bytes.size();
    machine.on_channel_sent(t0);
  }
  EXPECT_EQ(sent, 5'004u);
  machine.finish(t0);
  EXPECT_EQ(machine.state(), State::closing);
  machine.on_timer(t0 + 1s);
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<CloseChannel>());
  expect_closed(effects, std::nullopt);
}

TEST_F(L2c04Client, WithTheChannelGoesTheLink) {
  BleCentral machine = open_channel();
  machine.on_channel_closed(alice, t0);
  const Effects effects(machine);
  expect_closed(effects, Errc::link_closed);
  EXPECT_TRUE(effects.has<DisconnectPeer>());
}

TEST_F(L2c05Client, WithoutTheOptionNoPsmIsReadOrTried) {
  offer_channel();
  options.l2cap = false;
  psm = 0x85;
  EXPECT_EQ(open().state(), State::active);
  EXPECT_EQ(last->one<LinkOpened>().carrier, BleCarrier::gatt);
}

}  // namespace
}  // namespace mdoc::transport
