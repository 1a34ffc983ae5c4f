// What walks over both machines have found: ends, and what is wanted no more. The client's are in ble_central_test.cpp.
#include "ble_fixture.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::transport {
namespace {

using Ble03Server = PeripheralTest;
using Ble12Server = PeripheralTest;
using L2c02Server = PeripheralTest;

TEST_F(Ble03Server, ASubscriptionTakenBackAfterTheLastPartIsNotWaitedFor) {
  BlePeripheral machine = open();
  ASSERT_TRUE(machine.send(message_of(5), t0));
  (void)Effects(machine);
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), false, t0);
  machine.on_value_sent(t0);
  EXPECT_TRUE(Effects(machine).has<MessageSent>());
  EXPECT_EQ(machine.deadline(), std::nullopt);
  machine.on_timer(t0 + 5s);
  EXPECT_EQ(machine.state(), BlePeripheral::State::active);
}

TEST_F(Ble03Server, ASubscriptionTakenBackTwiceIsNotWaitedForLonger) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(100), t0));
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), false, t0);
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), false, t0 + 4s);
  EXPECT_EQ(machine.deadline(), t0 + 5s);
}

TEST_F(Ble03Server, ASubscriptionDuringTheLastMomentsAwaitsNothingOfTheStack) {
  options.timeouts.progress = 100ms;
  BlePeripheral machine = open();
  ASSERT_TRUE(machine.send(message_of(5), t0));
  write(machine, alice, BleCharacteristic::state, {ble_end});
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), true, t0);
  (void)Effects(machine);
  EXPECT_EQ(machine.deadline(), t0 + 300ms);
}

TEST_F(Ble12Server, EndIsNotSentToAClientThatHasSwitchedItOff) {
  BlePeripheral machine = open();
  ASSERT_TRUE(machine.send(message_of(5), t0));
  machine.finish(t0);
  machine.on_subscribed(alice, uuid(BleCharacteristic::state), false, t0);
  (void)Effects(machine);
  machine.on_value_sent(t0);
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  EXPECT_EQ(machine.state(), BlePeripheral::State::closing);
}

TEST_F(Ble12Server, APeerThatTakesOneValueNowAndThenDoesNotKeepTheLinkForEver) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(61'440), t0));
  machine.finish(t0);
  (void)Effects(machine);
  TimePoint now = t0;
  while (machine.state() == BlePeripheral::State::draining && now < t0 + 1h) {
    now += 9s;
    machine.on_value_sent(now);
    machine.on_timer(now);
  }
  EXPECT_EQ(now, t0 + 126s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.drain");
}

TEST_F(Ble12Server, TheLimitIsOnTheMessageOnItsWayAndNotOnWhatFollows) {
  BlePeripheral machine = open(23);
  ASSERT_TRUE(machine.send(message_of(10), t0));
  machine.finish(t0);
  EXPECT_EQ(machine.deadline(), t0 + 10s);
  (void)take_all(machine, Effects(machine), t0 + 1s);
  EXPECT_EQ(machine.deadline(), t0 + 2s);
}

TEST_F(Ble12Server, WhoeverEndedFirstBothHaveEnded) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {0, 6});
  write(machine, alice, BleCharacteristic::state, {ble_end});
  EXPECT_EQ(machine.state(), BlePeripheral::State::lingering);
  machine.finish(t0 + 1ms);
  expect_closed(Effects(machine), std::nullopt);
}

TEST_F(Ble12Server, NothingComesAfterTheEnd) {
  options.trace = true;
  BlePeripheral machine = open_channel();
  machine.cancel(t0);
  expect_closed(Effects(machine), std::nullopt);
  machine.on_channel_opened(alice, t0);
  machine.on_connected(mallory, t0);
  EXPECT_FALSE(machine.poll().has_value());
}

TEST_F(L2c02Server, SubscriptionsMeanNothingBesideAChannel) {
  options.quirks.max_piece = 10;
  BlePeripheral machine = open_channel();
  ASSERT_TRUE(machine.send(message_of(25), t0));
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), false, t0);
  (void)Effects(machine);
  machine.on_channel_sent(t0);
  EXPECT_TRUE(Effects(machine).has<SendPiece>());
  EXPECT_EQ(machine.deadline(), t0 + 10s);
}

}  // namespace
}  // namespace mdoc::transport
