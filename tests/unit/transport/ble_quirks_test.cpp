#include "mdoc/transport/ble_quirks.hpp"

#include <cctype>
#include <set>
#include <string>

#include "ble_fixture.hpp"
#include "mdoc/transport/l2cap_frames.hpp"

namespace mdoc::transport {
namespace {

/// A client that has reached Start with a peer of these characteristics.
class QuirkTest : public PeripheralTest {
 protected:
  static std::vector<BleFoundCharacteristic> found(const BleService& service) {
    std::vector<BleFoundCharacteristic> all;
    for (const auto& each : service.characteristics) {
      if (each.purpose != BleCharacteristic::l2cap) all.push_back({each.uuid, each.properties});
    }
    return all;
  }
  BleCentral connected_client(const BleLinkOptions& with = {}) {
    auto machine = BleCentral::create(service, std::nullopt, std::nullopt, with).value();
    machine.start(t0);
    machine.on_found(alice, t0);
    machine.on_connected(alice, t0);
    (void)Effects(machine);
    return machine;
  }
  BleCentral started_client(const std::vector<BleFoundCharacteristic>& characteristics,
                            const BleLinkOptions& with = {}) {
    BleCentral machine = connected_client(with);
    machine.on_mtu(alice, 517, t0);
    machine.on_discovered(alice, characteristics, t0);
    machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), t0);
    machine.on_subscribed(alice, uuid(BleCharacteristic::state), t0);
    return machine;
  }
  BleCentral open_client(const BleLinkOptions& with = {}) {
    BleCentral machine = started_client(found(service), with);
    machine.on_value_sent(t0);
    EXPECT_TRUE(Effects(machine).has<LinkOpened>());
    return machine;
  }
};

using BleQuirkTest = QuirkTest;

TEST_F(BleQuirkTest, ValueAbove512) {
  BlePeripheral machine = open(517);
  ASSERT_TRUE(machine.send(message_of(600), t0));
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 512u);
}

TEST_F(BleQuirkTest, MtuNotReported) {
  BleCentral machine = connected_client();
  machine.on_timer(t0 + 3s);
  EXPECT_TRUE(Effects(machine).has<DiscoverService>());
  machine.on_mtu(alice, 185, t0 + 4s);
  machine.on_discovered(alice, found(service), t0 + 4s);
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), t0 + 4s);
  machine.on_subscribed(alice, uuid(BleCharacteristic::state), t0 + 4s);
  machine.on_value_sent(t0 + 4s);
  EXPECT_EQ(Effects(machine).one<LinkOpened>().max_value, 182u);
}

TEST_F(BleQuirkTest, BluezWriteDropped) {
  BleLinkOptions on_bluez;
  on_bluez.quirks = ble_quirks(BleStack::bluez, BleRole::client);
  BleCentral machine = open_client(on_bluez);
  ASSERT_TRUE(machine.send(message_of(600), t0));
  EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), 510u);
}

TEST_F(BleQuirkTest, BluezNotificationCut) {
  options.quirks = ble_quirks(BleStack::bluez, BleRole::server);
  for (const auto& [mtu, most] : {std::pair{513u, 508u}, {517u, 510u}, {185u, 180u}}) {
    BlePeripheral machine = open(mtu);
    ASSERT_TRUE(machine.send(message_of(600), t0));
    EXPECT_EQ(Effects(machine).one<SendValue>().value.size(), most);
  }
}

TEST_F(BleQuirkTest, ValuesOvertake) {
  EXPECT_EQ(ble_quirks(BleStack::bluez, BleRole::client).window, 1u);
  EXPECT_GT(ble_quirks(BleStack::bluez, BleRole::server).end_pause, 0ms);
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::state, {ble_end});
  write(machine, alice, BleCharacteristic::client2server, {0, 9});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, Bytes{9});
}

TEST_F(BleQuirkTest, StaleService) {
  BleCentral machine = connected_client();
  machine.on_mtu(alice, 517, t0);
  machine.on_discovered(alice, {}, t0);
  EXPECT_TRUE(Effects(machine).all<DiscoverService>().back().refresh);
}

TEST_F(BleQuirkTest, ConnectError133) {
  auto machine = BleCentral::create(service, std::nullopt, std::nullopt).value();
  machine.start(t0);
  machine.on_found(alice, t0);
  machine.on_failed(BleOperation::connect, 133, t0);
  (void)Effects(machine);
  machine.on_timer(t0 + 500ms);
  machine.on_found(alice, t0 + 500ms);
  machine.on_timer(t0 + 1'500ms);
  EXPECT_TRUE(Effects(machine).has<ConnectPeer>());
}

TEST_F(BleQuirkTest, ScanThrottled) {
  BleLinkOptions on_android;
  on_android.quirks = ble_quirks(BleStack::android, BleRole::client);
  auto machine = BleCentral::create(service, std::nullopt, std::nullopt, on_android).value();
  machine.start(t0);
  std::size_t starts = Effects(machine).all<StartScanning>().size();
  for (TimePoint now = t0; now < t0 + 30s; now += 500ms) {
    machine.on_timer(now);
    starts += Effects(machine).all<StartScanning>().size();
  }
  EXPECT_EQ(starts, 3u);
}

TEST_F(BleQuirkTest, WriteWithoutResponseMissing) {
  auto old = found(service);
  for (auto& each : old) each.properties.write_without_response = false;
  BleCentral machine = started_client(old);
  EXPECT_TRUE(Effects(machine).one<SendValue>().with_response);
}

TEST_F(BleQuirkTest, WriteWithResponse) {
  for (const BleMode each : {BleMode::mdoc_peripheral_server, BleMode::mdoc_central_client}) {
    for (const auto& characteristic : service_of(each).characteristics) {
      EXPECT_EQ(characteristic.properties.write, characteristic.properties.write_without_response);
    }
  }
}

TEST_F(BleQuirkTest, StartBeforeSubscription) {
  BlePeripheral machine = advertising();
  write(machine, alice, BleCharacteristic::state, {ble_start});
  ASSERT_TRUE(machine.send(message_of(3), t0));
  EXPECT_FALSE(Effects(machine).has<SendValue>());
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), true, t0);
  EXPECT_TRUE(Effects(machine).has<SendValue>());
}

TEST_F(BleQuirkTest, AnswerBeforeConfirmation) {
  BleCentral machine = started_client(found(service));
  machine.on_notification(alice, uuid(BleCharacteristic::server2client), Bytes{0, 9}, t0);
  EXPECT_TRUE(Effects(machine).has<MessageReceived>());
}

TEST_F(BleQuirkTest, NoConnectionEvent) {
  BlePeripheral machine = advertising();
  machine.on_subscribed(alice, uuid(BleCharacteristic::server2client), true, t0);
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_TRUE(Effects(machine).has<LinkOpened>());
}

TEST_F(BleQuirkTest, EmptyValue) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  write(machine, alice, BleCharacteristic::client2server, {});
  write(machine, alice, BleCharacteristic::client2server, {0, 6});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, (Bytes{5, 6}));
}

TEST_F(BleQuirkTest, EmptyLastPart) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  write(machine, alice, BleCharacteristic::client2server, {0});
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message, Bytes{5});
}

TEST_F(BleQuirkTest, SlowParts) {
  BlePeripheral machine = open();
  TimePoint now = t0;
  for (int i = 0; i < 500; ++i) {
    now += 200ms;
    machine.on_timer(now);
    write(machine, alice, BleCharacteristic::client2server, {1, 5}, now);
  }
  write(machine, alice, BleCharacteristic::client2server, {0, 5}, now);
  EXPECT_EQ(Effects(machine).one<MessageReceived>().message.size(), 501u);
}

TEST_F(BleQuirkTest, LastPartFlaggedMore) {
  BlePeripheral machine = open();
  write(machine, alice, BleCharacteristic::client2server, {1, 5});
  machine.on_timer(t0 + 10s);
  expect_closed(Effects(machine), Errc::timed_out, "BLE.Client2Server");
}

TEST_F(BleQuirkTest, StartBesideChannel) {
  BlePeripheral machine = open_channel();
  write(machine, alice, BleCharacteristic::state, {ble_start});
  EXPECT_TRUE(Effects(machine).none());
}

TEST_F(BleQuirkTest, ZeroLengthEnds) {
  BlePeripheral machine = open_channel();
  machine.on_channel_bytes(alice, Bytes{0, 0, 0, 0}, t0);
  expect_closed(Effects(machine), Errc::terminated_by_peer, "BLE.L2CAP");
}

TEST_F(BleQuirkTest, PsmLittleEndian) {
  EXPECT_EQ(decode_l2cap_psm(Bytes{0x85, 0, 0, 0}).value(), 0x85);
  EXPECT_EQ(decode_l2cap_psm(Bytes{0, 0, 0, 0x85}).value(), 0x85);
}

TEST_F(BleQuirkTest, LargeChannelWrites) {
  BlePeripheral machine = open_channel();
  ASSERT_TRUE(machine.send(message_of(5'000), t0));
  EXPECT_EQ(Effects(machine).one<SendPiece>().bytes.size(), 2'048u);
}

TEST_F(BleQuirkTest, IdentMissing) {
  const BleService of_reader = service_of(BleMode::mdoc_central_client);
  auto characteristics = found(of_reader);
  std::erase_if(characteristics,
                [&](const auto& each) { return each.uuid == of_reader.uuid_of(BleCharacteristic::ident); });
  auto machine = BleCentral::create(of_reader, ident_value, std::nullopt).value();
  machine.start(t0);
  machine.on_found(alice, t0);
  machine.on_connected(alice, t0);
  machine.on_mtu(alice, 517, t0);
  machine.on_discovered(alice, characteristics, t0);
  EXPECT_TRUE(Effects(machine).has<Subscribe>());
}

TEST(BleQuirkTable, EveryRowHasATestOfItsName) {
  std::set<std::string> tests;
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const auto& suite = *all.GetTestSuite(i);
    if (std::string(suite.name()) != "BleQuirkTest") continue;
    for (int j = 0; j < suite.total_test_count(); ++j) tests.insert(suite.GetTestInfo(j)->name());
  }
  std::set<std::string> rows;
  for (const BleQuirk& quirk : ble_quirk_table()) {
    std::string name;
    bool upper = true;
    for (const char c : quirk.id) {
      if (c == '-') {
        upper = true;
        continue;
      }
      name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
    rows.insert(name);
    for (const std::string_view text : {quirk.where, quirk.behaviour, quirk.handling}) EXPECT_FALSE(text.empty());
  }
  EXPECT_EQ(rows.size(), ble_quirk_table().size());
  EXPECT_EQ(rows, tests);
}

}  // namespace
}  // namespace mdoc::transport
