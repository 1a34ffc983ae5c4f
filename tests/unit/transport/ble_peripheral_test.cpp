#include "mdoc/transport/ble_peripheral.hpp"

#include <algorithm>

#include "ble_fixture.hpp"

namespace mdoc::transport {
namespace {

using Ble01Server = ReaderAsServer;
using Ble03Server = PeripheralTest;
using Ble04Server = PeripheralTest;
using Ble05Server = PeripheralTest;
using Ble07Server = PeripheralTest;
using Ble10Server = PeripheralTest;
using Ble11Server = PeripheralTest;
using Ble12Server = PeripheralTest;
using Ble14Server = PeripheralTest;
using Ble15Server = PeripheralTest;
using Ble16Server = PeripheralTest;
using Ble17Server = PeripheralTest;

// BLE-01: what a client can see

TEST_F(Ble01Server, TheServiceOfTheReaderHasIdentAndNoChannelUnlessOneIsOffered) {
  BlePeripheral machine = make();
  machine.start(t0);
  const auto wanted = Effects(machine).one<RegisterService>();
  EXPECT_EQ(wanted.service, transaction);
  ASSERT_EQ(wanted.characteristics.size(), 4u);
  const auto& ident = wanted.characteristics.back();
  EXPECT_EQ(ident.description.purpose, BleCharacteristic::ident);
  EXPECT_EQ(ident.value, Bytes(ident_value.begin(), ident_value.end()));
  EXPECT_EQ(ident.description.properties, (BleProperties{.read = true}));
}

TEST_F(Ble01Server, IdentBelongsToTheServiceOfTheReaderAlone) {
  EXPECT_EQ(BlePeripheral::create(service_of(BleMode::mdoc_central_client), std::nullopt).error().code,
            Errc::bad_argument);
  EXPECT_EQ(BlePeripheral::create(service_of(BleMode::mdoc_peripheral_server), ident_value).error().code,
            Errc::bad_argument);
}

// BLE-03: Start

TEST_F(Ble03Server, TheClientThatWritesStartHasTheLinkAndNobodyFindsUsAnyMore) {
  BlePeripheral machine = advertising();
  connect(machine, alice, 247);
  EXPECT_EQ(machine.state(), BlePeripheral::State::advertising);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<StopAdvertising>());
  EXPECT_EQ(effects.one<LinkOpened>().max_value, 244u);
  EXPECT_EQ(effects.one<LinkOpened>().carrier, BleCarrier::gatt);
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(Ble03Server, StartIsOneByteOfOneValue) {
  BlePeripheral machine = advertising();
  connect(machine, alice);
  for (const Bytes& value : {Bytes{}, Bytes{0}, Bytes{2}, Bytes{3}, Bytes{1, 1}, Bytes{1, 0}, Bytes{0xff}}) {
    write(machine, alice, BleCharacteristic::state, value);
    EXPECT_TRUE(Effects(machine).none());
  }
}

TEST_F(Ble03Server, SecondStartChangesNothing) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_TRUE(Effects(machine).none());
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(Ble03Server, WithStartBeforeTheSubscriptionNothingIsSentUntilItIsThere) {
  BlePeripheral machine = advertising();
  machine.on_connected(alice, t0);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  ASSERT_TRUE(Effects(machine).has<LinkOpened>());
  ASSERT_TRUE(machine.send(message_of(5), t0));
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), true, t0 + 4s);
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 6u);
}

TEST_F(Ble03Server, WithStartAndNoSubscriptionTheLinkEndsByThatName) {
  BlePeripheral machine = advertising();
  machine.on_connected(alice, t0);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  ASSERT_TRUE(machine.send(message_of(5), t0));
  (void)Effects(machine);
  EXPECT_EQ(machine.deadline(), t0 + 5s);
  machine.on_timer(t0 + 5s - 1ms);
  EXPECT_TRUE(Effects(machine).none());
  machine.on_timer(t0 + 5s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.subscribe");
}

TEST_F(Ble03Server, ASubscriptionThatIsTakenBackStopsTheMessageAndThenTheLink) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(100), t0));
  (void)Effects(machine);
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), false, t0 + 1s);
  machine.on_value_sent(t0 + 1s);
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  machine.on_timer(t0 + 6s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.subscribe");
}

TEST_F(Ble03Server, AClientOfAStackThatTellsNoConnectionsIsKnownByWhatItDoes) {
  BlePeripheral machine = advertising();
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), true, t0);
  machine.on_mtu(alice, 517, t0);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_EQ(Effects(machine).one<LinkOpened>().max_value, 512u);
}

// BLE-04: no message before Start

TEST_F(Ble04Server, DataBeforeStartIsRefusedAndItsSenderTurnedAway) {
  BlePeripheral machine = advertising();
  connect(machine, mallory);
  write(machine, mallory, BleCharacteristic::client2server, {0, 1, 2, 3});
  const Effects effects(machine);
  EXPECT_EQ(effects.one<DisconnectPeer>().peer, mallory);
  EXPECT_FALSE(effects.has<MessageReceived>());
  EXPECT_EQ(machine.state(), BlePeripheral::State::advertising);
  // Not even a part of it enters a message of the link.
  connect(machine, alice);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  write(machine, alice, BleCharacteristic::client2server, {0, 9});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, Bytes{9});
}

TEST_F(Ble04Server, NothingCanBeSentBeforeStart) {
  BlePeripheral machine = make();
  EXPECT_EQ(machine.send(message_of(1), t0).error().code, Errc::wrong_state);
  machine.start(t0);
  EXPECT_EQ(machine.send(message_of(1), t0).error().code, Errc::wrong_state);
  BlePeripheral later = advertising();
  connect(later, alice);
  EXPECT_EQ(later.send(message_of(1), t0).error().code, Errc::wrong_state);
  EXPECT_FALSE(Effects(later).has<SendValue>());
}

TEST_F(Ble04Server, EmptyValueBeforeStartIsNoData) {
  BlePeripheral machine = advertising();
  connect(machine, alice);
  write(machine, alice, BleCharacteristic::client2server, {});
  EXPECT_FALSE(Effects(machine).has<DisconnectPeer>());
}

// BLE-05: parts

TEST_F(Ble05Server, AMessageLeavesInTheFewestPartsAndOneAtATime) {
  for (const std::size_t mtu : {23u, 24u, 185u, 247u, 515u, 517u}) {
    BlePeripheral machine = open(mtu);
    const std::size_t part = std::min<std::size_t>(mtu - 3, 512) - 1;
    for (const std::size_t size : {std::size_t{1}, part - 1, part, part + 1, 7 * part, 7 * part + 1}) {
      ASSERT_TRUE(machine.send(message_of(size), t0));
      Effects effects(machine);
      EXPECT_EQ(effects.all<SendValue>().size(), 1u);
      EXPECT_FALSE(effects.has<MessageSent>());
      const auto values = take_all(machine, effects);
      EXPECT_EQ(values.size(), (size + part - 1) / part) << mtu << ' ' << size;
      Bytes joined;
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(values[i].front(), i + 1 == values.size() ? 0 : 1);
        EXPECT_LE(values[i].size(), part + 1);
        joined.insert(joined.end(), values[i].begin() + 1, values[i].end());
      }
      EXPECT_EQ(joined, message_of(size));
    }
  }
}

TEST_F(Ble05Server, AnMtuThatComesLateHoldsForTheNextPart) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(300), t0));
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 20u);
  machine.on_mtu(alice, 517, t0);
  machine.on_value_sent(t0);
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 282u);
}

TEST_F(Ble05Server, AnMtuBelowTheLeastCountsAsThat) {
  for (const std::size_t mtu : {0u, 1u, 3u, 22u}) {
    BlePeripheral machine = open(mtu);
    ASSERT_TRUE(machine.send(message_of(50), t0));
    EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 20u);
  }
}

TEST_F(Ble05Server, TheQuirksOfAStackMakePartsShorter) {
  options.quirks.value_overhead = 5;
  options.quirks.max_value = 510;
  for (const auto& [mtu, most] : {std::pair{23u, 18u}, {185u, 180u}, {513u, 508u}, {515u, 510u}, {517u, 510u}}) {
    BlePeripheral machine = open(mtu);
    ASSERT_TRUE(machine.send(message_of(2'000), t0));
    EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), most);
  }
}

TEST_F(Ble05Server, TheStackNeverIdlesWhileItTakesMore) {
  options.quirks.window = 3;
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(19 * 5), t0));
  EXPECT_EQ(Effects(machine).all<SendValue>().size(), 3u);
  machine.on_value_sent(t0);
  EXPECT_EQ(Effects(machine).all<SendValue>().size(), 1u);
  machine.on_value_sent(t0);
  machine.on_value_sent(t0);
  EXPECT_EQ(Effects(machine).all<SendValue>().size(), 1u);
  machine.on_value_sent(t0);
  EXPECT_FALSE(Effects(machine).has<MessageSent>());
  machine.on_value_sent(t0);
  EXPECT_TRUE(Effects(machine).has<MessageSent>());
}

TEST_F(Ble05Server, OneMessageAtATimeAndNoEmptyOne) {
  BlePeripheral machine = open();
  EXPECT_EQ(machine.send({}, t0).error().code, Errc::bad_argument);
  options.limits.max_bytes = 10;
  BlePeripheral small = open();
  EXPECT_EQ(small.send(message_of(11), t0).error().code, Errc::bad_argument);
  ASSERT_TRUE(machine.send(message_of(10), t0));
  EXPECT_EQ(machine.send(message_of(10), t0).error().code, Errc::wrong_state);
  (void)take_all(machine, Effects(machine));
  EXPECT_TRUE(machine.send(message_of(10), t0));
}

TEST_F(Ble05Server, ConfirmationsThatNobodyAskedForChangeNothing) {
  BlePeripheral machine = open(23);
  machine.on_value_sent(t0);
  machine.on_channel_sent(t0);
  EXPECT_TRUE(Effects(machine).none());
  ASSERT_TRUE(machine.send(message_of(50), t0));
  EXPECT_EQ(Effects(machine).all<SendValue>().size(), 1u);
  machine.on_channel_sent(t0);
  EXPECT_TRUE(Effects(machine).none());
}

// BLE-06 and BLE-07: what comes in

TEST_F(Ble07Server, BadPartsEndTheLinkAndTheClientIsTold) {
  struct Case {
    std::vector<Bytes> values;
    Errc code;
  };
  options.limits.max_bytes = 4;
  const Case cases[] = {
      {{{2, 1}}, Errc::bad_frame},
      {{{0xff}}, Errc::bad_frame},
      {{{0}}, Errc::bad_frame},
      {{{1}}, Errc::bad_frame},
      {{{1, 5}, {2, 5}}, Errc::bad_frame},
      {{{1, 5}, {1}}, Errc::bad_frame},
      {{{0, 1, 2, 3, 4, 5}}, Errc::too_large},
      {{{1, 1, 2}, {1, 3, 4}, {0, 5}}, Errc::too_large},
  };
  for (const Case& each : cases) {
    BlePeripheral machine = open();
    for (const Bytes& value : each.values) write(machine, alice, BleCharacteristic::client2server, value);
    const Effects effects(machine);
    EXPECT_FALSE(effects.has<MessageReceived>());
    expect_closed(effects, each.code, "BLE.Client2Server");
    const auto end = effects.one<SendValue>();
    EXPECT_EQ(end.characteristic, uuid(BleCharacteristic::state));
    EXPECT_EQ(end.value, Bytes{ble_end});
    EXPECT_LT(effects.position<SendValue>(), effects.position<DisconnectPeer>());
  }
}

TEST_F(Ble07Server, AMessageThatStopsInItsMiddleEndsTheLinkInTime) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5}, t0);
  write(machine, alice, BleCharacteristic::client2server, {1, 5}, t0 + 9s);
  (void)Effects(machine);
  EXPECT_EQ(machine.deadline(), t0 + 19s);
  machine.on_timer(t0 + 19s - 1ms);
  EXPECT_TRUE(Effects(machine).none());
  machine.on_timer(t0 + 19s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.Client2Server");
}

TEST_F(Ble07Server, BetweenMessagesNothingIsWaitedFor) {
  BlePeripheral machine = open();
  EXPECT_EQ(machine.deadline(), std::nullopt);
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  EXPECT_TRUE(machine.deadline());
  write(machine, alice, BleCharacteristic::client2server, {0, 6});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{5, 6}));
  EXPECT_EQ(machine.deadline(), std::nullopt);
}

TEST_F(Ble07Server, AStackThatTakesNothingEndsTheLinkInTime) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(100), t0));
  machine.on_value_sent(t0 + 9s);
  (void)Effects(machine);
  machine.on_timer(t0 + 19s - 1ms);
  EXPECT_TRUE(Effects(machine).none());
  machine.on_timer(t0 + 19s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.send");
}

TEST_F(Ble07Server, FailureOfTheStackToSendIsTheEndOfTheLink) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(100), t0));
  machine.on_failed(BleOperation::send, 5, t0);
  const Effects effects(machine);
  expect_closed(effects, Errc::link_closed, "BLE.send");
  EXPECT_EQ(effects.one<LinkClosed>().reason->native, 5);
}

// BLE-10 and BLE-11: loss

TEST_F(Ble10Server, LossBeforeStartMakesRoomForTheNextAttempt) {
  BlePeripheral machine = advertising();
  for (int attempt = 0; attempt < 30; ++attempt) {
    connect(machine, alice);
    machine.on_disconnected(alice, t0);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::lost));
    EXPECT_EQ(effects.one<ForgetPeer>().peer, alice);
    EXPECT_FALSE(effects.has<LinkClosed>());
  }
  connect(machine, alice);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_TRUE(Effects(machine).has<LinkOpened>());
}

TEST_F(Ble10Server, WhatALostClientHadSubscribedToIsForgotten) {
  BlePeripheral machine = advertising();
  connect(machine, alice, 517);
  machine.on_disconnected(alice, t0);
  machine.on_connected(alice, t0);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_EQ(Effects(machine).one<LinkOpened>().max_value, 20u);
  ASSERT_TRUE(machine.send(message_of(5), t0));
  EXPECT_FALSE(Effects(machine).has<SendValue>());
}

TEST_F(Ble10Server, NobodyComesInTime) {
  BlePeripheral machine = advertising();
  EXPECT_EQ(machine.deadline(), t0 + 60s);
  machine.on_timer(t0 + 60s);
  const Effects effects(machine);
  expect_closed(effects, Errc::timed_out, "BLE.Start");
  EXPECT_TRUE(effects.has<StopAdvertising>());
  EXPECT_TRUE(effects.has<UnregisterService>());
}

TEST_F(Ble10Server, TheStackGetsMoreThanOneChance) {
  options.max_attempts = 3;
  BlePeripheral machine = make();
  machine.start(t0);
  TimePoint now = t0;
  for (const auto wait : {500ms, 1'000ms, 2'000ms}) {
    machine.on_registered(now);
    (void)Effects(machine);
    machine.on_failed(BleOperation::advertise, 17, now);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has<StopAdvertising>());
    EXPECT_TRUE(effects.has<UnregisterService>());
    EXPECT_EQ(machine.deadline(), now + wait);
    now += wait;
    machine.on_timer(now);
    EXPECT_TRUE(Effects(machine).has<RegisterService>());
  }
  machine.on_failed(BleOperation::register_service, 18, now);
  const Effects effects(machine);
  expect_closed(effects, Errc::connect_failed, "BLE.register_service");
  EXPECT_EQ(effects.one<LinkClosed>().reason->native, 18);
}

TEST_F(Ble10Server, AStackThatDoesNotAnswerIsAskedAnew) {
  BlePeripheral machine = make();
  machine.start(t0);
  (void)Effects(machine);
  machine.on_timer(t0 + 3s);
  EXPECT_EQ(machine.state(), BlePeripheral::State::waiting);
  EXPECT_TRUE(Effects(machine).has<UnregisterService>());
  machine.on_registered(t0 + 3s);  // late
  EXPECT_TRUE(Effects(machine).none());
  machine.on_timer(t0 + 3500ms);
  EXPECT_TRUE(Effects(machine).has<RegisterService>());
}

TEST_F(Ble11Server, LossAfterStartIsTheEnd) {
  BlePeripheral machine = open();
  machine.on_disconnected(alice, t0);
  const Effects effects(machine);
  expect_closed(effects, Errc::link_closed);
  EXPECT_FALSE(effects.has<StartAdvertising>());
  EXPECT_TRUE(effects.has<UnregisterService>());
  machine.on_connected(alice, t0);
  machine.on_timer(t0 + 100s);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_FALSE(machine.poll());
  EXPECT_EQ(machine.deadline(), std::nullopt);
}

// BLE-12: End

TEST_F(Ble12Server, FinishTellsTheClientAfterTheMessageOnItsWay) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(30), t0));
  const Effects first(machine);
  machine.finish(t0);
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  const auto values = take_all(machine, first);
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(values[2], Bytes{ble_end});
  EXPECT_EQ(machine.state(), BlePeripheral::State::closing);
  machine.on_disconnected(alice, t0);
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(Ble12Server, AClientThatDoesNotDisconnectIsDisconnected) {
  BlePeripheral machine = open();
  machine.finish(t0);
  (void)take_all(machine, Effects(machine));
  EXPECT_EQ(machine.deadline(), t0 + 1s);
  machine.on_timer(t0 + 1s);
  const Effects effects(machine);
  EXPECT_EQ(effects.one<DisconnectPeer>().peer, alice);
  expect_closed(effects, std::nullopt);
}

TEST_F(Ble12Server, WithAStackThatOvertakesThereIsAPauseBeforeEnd) {
  options.quirks.end_pause = 50ms;
  BlePeripheral machine = open();
  ASSERT_TRUE(machine.send(message_of(30), t0));
  (void)Effects(machine);
  machine.finish(t0);
  machine.on_value_sent(t0 + 1s);
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  EXPECT_EQ(machine.deadline(), t0 + 1s + 50ms);
  machine.on_timer(t0 + 1s + 50ms);
  EXPECT_EQ(Effects(machine).one<SendValue>().value, Bytes{ble_end});
}

TEST_F(Ble12Server, EndThatTheStackDoesNotTakeIsNotWaitedForLong) {
  BlePeripheral machine = open();
  machine.finish(t0);
  EXPECT_EQ(Effects(machine).one<SendValue>().value, Bytes{ble_end});
  machine.on_timer(t0 + 1s);
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(Ble12Server, EndOfTheClientEndsTheLinkAfterWhatItSentBefore) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  write(machine, alice, BleCharacteristic::state, {ble_end});
  EXPECT_EQ(machine.state(), BlePeripheral::State::lingering);
  write(machine, alice, BleCharacteristic::client2server, {0, 6}, t0 + 200ms);
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{5, 6}));
  EXPECT_EQ(machine.deadline(), t0 + 500ms);
  machine.on_timer(t0 + 500ms);
  expect_closed(Effects(machine), Errc::terminated_by_peer, "BLE.State");
}

TEST_F(Ble12Server, EndInTheMiddleOfTheClientsMessageIsNamedByItsPlace) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  write(machine, alice, BleCharacteristic::state, {ble_end});
  machine.on_timer(t0 + 300ms);
  expect_closed(Effects(machine), Errc::terminated_by_peer, "BLE.Client2Server");
}

TEST_F(Ble12Server, AClientThatGoesOnAfterEndIsNotListenedToForEver) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::state, {ble_end});
  TimePoint now = t0;
  while (machine.state() == BlePeripheral::State::lingering && now < t0 + 10s) {
    now += 100ms;
    write(machine, alice, BleCharacteristic::client2server, {0, 5}, now);
    machine.on_timer(now);
  }
  EXPECT_LE(now, t0 + 1'300ms);
  EXPECT_EQ(machine.state(), BlePeripheral::State::closed);
}

TEST_F(Ble12Server, EndOfTheClientStopsOurMessage) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(1'000), t0));
  (void)Effects(machine);
  write(machine, alice, BleCharacteristic::state, {ble_end});
  machine.on_value_sent(t0);
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  EXPECT_EQ(machine.send(message_of(3), t0).error().code, Errc::wrong_state);
  machine.on_disconnected(alice, t0);
  expect_closed(Effects(machine), Errc::terminated_by_peer, "BLE.State");
}

TEST_F(Ble12Server, BothSidesMayEndAtOnce) {
  BlePeripheral machine = open();
  machine.finish(t0);
  (void)Effects(machine);
  write(machine, alice, BleCharacteristic::state, {ble_end});
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(Ble12Server, TheClientMayLeaveAsSoonAsItHasTheLastMessage) {
  BlePeripheral machine = open();
  ASSERT_TRUE(machine.send(message_of(10), t0));
  (void)Effects(machine);
  machine.finish(t0);
  machine.on_value_sent(t0);
  (void)Effects(machine);
  machine.on_disconnected(alice, t0);
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(Ble12Server, ALastMessageThatDidNotLeaveIsALoss) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(100), t0));
  machine.finish(t0);
  (void)Effects(machine);
  machine.on_disconnected(alice, t0);
  expect_closed(Effects(machine), Errc::link_closed);
}

TEST_F(Ble12Server, OtherValuesOfStateAreNoEnd) {
  BlePeripheral machine = open();
  for (const Bytes& value : {Bytes{}, Bytes{0}, Bytes{3}, Bytes{2, 2}, Bytes{0, 2}}) {
    write(machine, alice, BleCharacteristic::state, value);
  }
  EXPECT_TRUE(Effects(machine).none());
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(Ble12Server, FinishAndCancelBeforeTheLinkTakeEverythingBack) {
  for (const bool gently : {true, false}) {
    options.l2cap = true;
    BlePeripheral machine = advertising();
    connect(machine, mallory);
    gently ? machine.finish(t0) : machine.cancel(t0);
    const Effects effects(machine);
    expect_closed(effects, std::nullopt);
    EXPECT_TRUE(effects.has<StopAdvertising>());
    EXPECT_TRUE(effects.has<UnregisterService>());
    EXPECT_TRUE(effects.has<StopListening>());
    EXPECT_EQ(effects.one<DisconnectPeer>().peer, mallory);
  }
}

// BLE-14 to BLE-17

TEST_F(Ble14Server, NothingOfAClientIsLeftBehind) {
  BlePeripheral machine = open();
  machine.cancel(t0);
  const Effects effects(machine);
  EXPECT_EQ(effects.one<ForgetPeer>().peer, alice);
  EXPECT_EQ(effects.position<LinkClosed>(), effects.position<UnregisterService>() + 1);
}

TEST_F(Ble15Server, OtherClientsLoseTheirConnectionsToTheOneWithStart) {
  BlePeripheral machine = advertising();
  connect(machine, mallory);
  connect(machine, alice);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_EQ(Effects(machine).one<DisconnectPeer>().peer, mallory);
  machine.on_connected(BlePeer{3}, t0);
  EXPECT_EQ(Effects(machine).one<DisconnectPeer>().peer, BlePeer{3});
}

TEST_F(Ble15Server, WhatOthersDoDuringTheLinkChangesNothing) {
  BlePeripheral machine = open(23);
  write(machine, mallory, BleCharacteristic::state, {ble_start});
  write(machine, mallory, BleCharacteristic::state, {ble_end});
  write(machine, mallory, BleCharacteristic::client2server, {0, 1});
  machine.on_mtu(mallory, 517, t0);
  machine.on_subscribed(mallory, uuid(BleCharacteristic::server2client), false, t0);
  machine.on_channel_closed(mallory, t0);
  machine.on_channel_bytes(mallory, Bytes{0, 0, 0, 1, 1}, t0);
  machine.on_disconnected(mallory, t0);
  EXPECT_TRUE(Effects(machine).none());
  ASSERT_TRUE(machine.send(message_of(30), t0));
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 20u);
}

TEST_F(Ble15Server, AClientThatOnlyConnectsGivesWay) {
  BlePeripheral machine = advertising();
  connect(machine, mallory);
  (void)Effects(machine);
  EXPECT_EQ(machine.deadline(), t0 + 10s);
  machine.on_timer(t0 + 10s);
  EXPECT_EQ(Effects(machine).one<DisconnectPeer>().peer, mallory);
  EXPECT_EQ(machine.state(), BlePeripheral::State::advertising);
}

TEST_F(Ble15Server, ACrowdOfClientsIsBounded) {
  BlePeripheral machine = advertising();
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    machine.on_connected(BlePeer{100 + i}, t0);
    EXPECT_EQ(Effects(machine).has<DisconnectPeer>(), i >= 8);
  }
}

TEST_F(Ble15Server, ClientsThatOnlyHoldAPlaceKeepNobodyOut) {
  BlePeripheral machine = advertising();
  for (std::uint64_t i = 0; i < 8; ++i) connect(machine, BlePeer{100 + i}, 185, t0 + std::chrono::milliseconds(i));
  (void)Effects(machine);
  connect(machine, alice, 185, t0 + 1s);
  EXPECT_EQ(Effects(machine).one<DisconnectPeer>().peer, BlePeer{100});
  write(machine, alice, BleCharacteristic::state, {ble_start}, t0 + 1s);
  const Effects effects(machine);
  EXPECT_TRUE(effects.has<LinkOpened>());
  EXPECT_EQ(effects.all<DisconnectPeer>().size(), 7u);
}

TEST_F(Ble04Server, AFloodOfDataOfAClientThatIsGoneIsNoNewsEachTime) {
  BlePeripheral machine = advertising();
  connect(machine, mallory);
  write(machine, mallory, BleCharacteristic::client2server, {1, 66});
  EXPECT_TRUE(Effects(machine).has(BleStep::lost));
  write(machine, mallory, BleCharacteristic::client2server, {1, 66});
  const Effects effects(machine);
  EXPECT_FALSE(effects.has(BleStep::lost));
  EXPECT_EQ(effects.one<DisconnectPeer>().peer, mallory);
}

TEST_F(Ble16Server, WritesToOtherCharacteristicsNeverEnterAMessage) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  machine.on_write(alice, stranger, Bytes{1, 66}, t0);
  write(machine, alice, BleCharacteristic::server2client, {1, 66});
  machine.on_write(alice, ble_service(BleMode::mdoc_central_client, transaction)->uuid_of(BleCharacteristic::ident),
                   Bytes{0, 66}, t0);
  write(machine, alice, BleCharacteristic::client2server, {0, 6});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{5, 6}));
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(Ble17Server, APeerThatVanishesWithoutAWordIsNoticedByItsConnection) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(1'000), t0));
  (void)Effects(machine);
  machine.on_disconnected(alice, t0 + 6s);  // supervision time-out of the controllers
  const Effects effects(machine);
  expect_closed(effects, Errc::link_closed);
  EXPECT_TRUE(effects.has<UnregisterService>());
}

TEST_F(Ble03Server, OptionsOfNoUseAreRefused) {
  const auto refused = [this](const auto& change) {
    BleLinkOptions changed;
    change(changed);
    return BlePeripheral::create(service, std::nullopt, changed).error().code == Errc::bad_argument;
  };
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.window = 0; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.max_value = 1; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.max_value = 513; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.value_overhead = 2; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.value_overhead = 22; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.max_piece = 0; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.quirks.end_pause = -1ms; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.timeouts.progress = 0ms; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.timeouts.search = 0ms; }));
  EXPECT_TRUE(refused([](BleLinkOptions& o) { o.limits.max_bytes = 0; }));
}

TEST_F(Ble03Server, TraceNamesKindsAndSizesAndNoContent) {
  options.trace = true;
  BlePeripheral machine = advertising();
  machine.on_write(alice, stranger, Bytes{1, 2, 3}, t0 + 5ms);
  const auto trace = Effects(machine).all<BleTrace>();
  ASSERT_FALSE(trace.empty());
  EXPECT_EQ(trace[0].what, "on_write");
  EXPECT_TRUE(trace[0].input);
  EXPECT_EQ(trace[0].characteristic, "other");
  EXPECT_EQ(trace[0].size, 3u);
  EXPECT_EQ(trace[0].at, t0 + 5ms);
}

}  // namespace
}  // namespace mdoc::transport
