// BlePeripheral and what carries it: the adapter, and L2CAP channels.
#include "mdoc/transport/ble_peripheral.hpp"

#include "ble_fixture.hpp"

namespace mdoc::transport {
namespace {

using Ble20Server = ReaderAsServer;
using L2c01Server = PeripheralTest;
using L2c02Server = PeripheralTest;
using L2c03Server = PeripheralTest;
using L2c04Server = PeripheralTest;
using L2c05Server = PeripheralTest;

// BLE-20: the adapter

TEST_F(Ble20Server, WhileTheAdapterIsOffItIsWaitedFor) {
  options.l2cap = true;
  for (const int phase : {0, 1, 2, 3}) {
    BlePeripheral machine = make();
    machine.start(t0);
    if (phase > 0) machine.on_listening(0x81, t0);
    if (phase > 1) machine.on_registered(t0);
    if (phase > 2) connect(machine, alice);
    (void)Effects(machine);
    machine.on_radio(false, t0);
    const Effects off(machine);
    EXPECT_TRUE(off.has(BleStep::radio_off));
    EXPECT_EQ(off.has<UnregisterService>(), phase > 0);
    EXPECT_EQ(off.has<StopAdvertising>(), phase > 1);
    EXPECT_EQ(machine.state(), BlePeripheral::State::waiting);
    machine.on_registered(t0);
    machine.on_listening(0x82, t0);
    write(machine, alice, BleCharacteristic::state, {ble_start});
    EXPECT_TRUE(Effects(machine).none());
    machine.on_radio(true, t0 + 2s);
    EXPECT_TRUE(Effects(machine).has<ListenForChannel>());
  }
}

TEST_F(Ble20Server, AnAdapterThatStaysOffIsTheReason) {
  BlePeripheral machine = make();
  machine.on_radio(false, t0);
  machine.start(t0);
  EXPECT_TRUE(Effects(machine).has(BleStep::radio_off));
  machine.on_timer(t0 + 60s);
  expect_closed(Effects(machine), Errc::radio_off);
}

TEST_F(Ble20Server, WithTheAdapterGoesTheLink) {
  BlePeripheral machine = open();
  machine.on_radio(false, t0);
  expect_closed(Effects(machine), Errc::radio_off, "BLE");
  machine.on_radio(true, t0);
  EXPECT_FALSE(machine.poll());
}

// L2CAP

TEST_F(L2c03Server, WeListenBeforeAnybodyCanFindUs) {
  options.l2cap = true;
  BlePeripheral machine = make();
  machine.start(t0);
  const Effects first(machine);
  EXPECT_TRUE(first.has<ListenForChannel>());
  EXPECT_FALSE(first.has<RegisterService>());
  machine.on_listening(0x93, t0);
  EXPECT_EQ(machine.psm(), 0x93);
  const auto wanted = Effects(machine).one<RegisterService>();
  EXPECT_EQ(wanted.characteristics.back().value, (Bytes{0, 0, 0, 0x93}));
  machine.on_registered(t0);
  EXPECT_TRUE(Effects(machine).has<StartAdvertising>());
}

TEST_F(L2c03Server, AChannelIsALinkAndItsFirstBytesAreNotLost) {
  options.l2cap = true;
  BlePeripheral machine = advertising();
  machine.on_channel_opened(alice, t0);
  machine.on_channel_bytes(alice, Bytes{0, 0, 0, 2, 5, 6}, t0);
  const Effects effects(machine);
  EXPECT_EQ(effects.one<LinkOpened>().carrier, BleCarrier::l2cap);
  EXPECT_EQ(effects.one<MessageReceived>().message, (Bytes{5, 6}));
  EXPECT_LT(effects.position<LinkOpened>(), effects.position<MessageReceived>());
}

TEST_F(L2c03Server, WithoutAListenerGattIsOffered) {
  options.l2cap = true;
  for (const bool in_time : {true, false}) {
    BlePeripheral machine = make();
    machine.start(t0);
    (void)Effects(machine);
    in_time ? machine.on_failed(BleOperation::listen, 1, t0) : machine.on_timer(t0 + 3s);
    const Effects effects(machine);
    EXPECT_TRUE(effects.has(BleStep::fell_back));
    EXPECT_EQ(effects.has<StopListening>(), !in_time);
    EXPECT_EQ(effects.one<RegisterService>().characteristics.size(), 3u);
    machine.on_listening(0x99, t0 + 3s);  // too late: the service is as it is
    EXPECT_EQ(machine.psm(), std::nullopt);
  }
}

TEST_F(L2c01Server, SeveralMessagesInOneUnitAndOneInSeveral) {
  BlePeripheral machine = open_channel();
  machine.on_channel_bytes(alice, Bytes{0, 0, 0, 1, 5, 0, 0, 0, 2, 6, 7, 0, 0}, t0);
  machine.on_channel_bytes(alice, Bytes{0, 1}, t0);
  machine.on_channel_bytes(alice, Bytes{8}, t0);
  const auto messages = Effects(machine).all<MessageReceived>();
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].message, (Bytes{6, 7}));
  EXPECT_EQ(messages[2].message, Bytes{8});
}

TEST_F(L2c01Server, LengthsOfNoUseEndTheLink) {
  for (const auto& [bytes, code] : {std::pair{Bytes{0, 0, 0, 0}, Errc::terminated_by_peer},
                                    {Bytes{0xff, 0xff, 0xff, 0xff}, Errc::too_large},
                                    {Bytes{0, 0x80, 0, 1}, Errc::too_large}}) {
    BlePeripheral machine = open_channel();
    machine.on_channel_bytes(alice, bytes, t0);
    const Effects effects(machine);
    expect_closed(effects, code, "BLE.L2CAP");
    EXPECT_TRUE(effects.has<CloseChannel>());
    EXPECT_FALSE(effects.has<SendValue>());
  }
}

TEST_F(L2c01Server, AMessageThatStopsOnTheChannelEndsTheLinkInTime) {
  BlePeripheral machine = open_channel();
  machine.on_channel_bytes(alice, Bytes{0, 0}, t0);
  machine.on_timer(t0 + 10s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.L2CAP");
}

TEST_F(L2c04Server, TheSenderWaitsForTheChannelAndLosesNothing) {
  options.quirks.max_piece = 100;
  options.quirks.window = 2;
  BlePeripheral machine = open_channel();
  ASSERT_TRUE(machine.send(message_of(61'440), t0));
  Bytes stream;
  Effects effects(machine);
  EXPECT_EQ(effects.all<SendPiece>().size(), 2u);
  while (!effects.has<MessageSent>()) {
    for (const SendPiece& each : effects.all<SendPiece>()) {
      EXPECT_LE(each.bytes.size(), 100u);
      stream.insert(stream.end(), each.bytes.begin(), each.bytes.end());
    }
    ASSERT_FALSE(effects.none() && stream.size() < 61'444);
    machine.on_channel_sent(t0);
    effects = Effects(machine);
  }
  ASSERT_EQ(stream.size(), 61'444u);
  EXPECT_EQ(Bytes(stream.begin() + 4, stream.end()), message_of(61'440));
}

TEST_F(L2c04Server, AChannelWithoutCreditsEndsInTime) {
  BlePeripheral machine = open_channel();
  ASSERT_TRUE(machine.send(message_of(61'440), t0));
  (void)Effects(machine);
  machine.on_timer(t0 + 10s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.send");
}

TEST_F(L2c02Server, StateAndPartsMeanNothingBesideAChannel) {
  BlePeripheral machine = open_channel();
  write(machine, alice, BleCharacteristic::state, {ble_start});
  write(machine, alice, BleCharacteristic::client2server, {0, 1});
  write(machine, alice, BleCharacteristic::state, {ble_end});
  machine.on_value_sent(t0);
  EXPECT_TRUE(Effects(machine).none());
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(L2c02Server, AChannelBesideGattIsClosed) {
  options.l2cap = true;
  BlePeripheral machine = open();
  machine.on_channel_opened(alice, t0);
  EXPECT_EQ(Effects(machine).one<CloseChannel>().peer, alice);
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(L2c02Server, TheEndOfAChannelWaitsForThePeerToCloseIt) {
  BlePeripheral machine = open_channel();
  ASSERT_TRUE(machine.send(message_of(10), t0));
  machine.finish(t0);
  (void)Effects(machine);
  machine.on_channel_sent(t0);
  const Effects effects(machine);
  EXPECT_FALSE(effects.has<SendValue>());
  EXPECT_EQ(machine.state(), BlePeripheral::State::closing);
  machine.on_channel_closed(alice, t0);
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(L2c05Server, WithoutTheOptionThereIsNoChannelAtAll) {
  BlePeripheral machine = advertising();
  EXPECT_EQ(machine.psm(), std::nullopt);
  machine.on_channel_opened(alice, t0);
  const Effects effects(machine);
  EXPECT_EQ(effects.one<CloseChannel>().peer, alice);
  EXPECT_FALSE(effects.has<LinkOpened>());
}

}  // namespace
}  // namespace mdoc::transport
