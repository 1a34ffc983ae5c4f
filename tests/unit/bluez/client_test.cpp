#include "bench.hpp"

namespace mdoc::bluez {
namespace {

class ClientTest : public BluezBench {
 protected:
  void start_link(BleLinkOptions wanted = options(client_quirks())) {
    open_radio();
    link.emplace(BleLink::start(*radio, client(wanted), hooks()));
    opener = link->opener();
    start(opener(), opened);
  }
  void open_link(const FakeBluez::Device& what = peripheral()) {
    start_link();
    bluez->show(device, what);
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    ASSERT_TRUE(*opened) << describe(opened->error());
    stream = **std::move(opened);
  }
  Error refused_by() {
    start_link();
    bluez->show(device, peripheral());
    EXPECT_TRUE(run_until([&] { return opened.has_value(); }));
    return opened && !*opened ? opened->error() : Error{};
  }
  void exchange() {
    std::optional<Result<Bytes>> message;
    start(stream->read_message(), message);
    bluez->notify(server2client_uuid, {1, 'm', 'o'});
    bluez->notify(server2client_uuid, {0, 'r', 'e'});
    ASSERT_TRUE(run_until([&] { return message.has_value(); }));
    EXPECT_EQ(message->value(), (Bytes{'m', 'o', 'r', 'e'}));
    const Bytes answer(1'100, 7);
    std::optional<Result<void>> sent;
    start(stream->write_message(answer), sent);
    std::vector<Bytes> parts;
    ASSERT_TRUE(run_until([&] { return (parts = bluez->written(client2server_uuid)).size() == 3 && sent; }));
    EXPECT_TRUE(*sent);
    EXPECT_EQ(parts[0].size(), 510u);
    EXPECT_EQ(parts[2].size(), 1'100u - 2 * 509 + 1);
  }

  std::optional<FakeBluez> bluez{std::in_place, bus};
  std::optional<BleLink> link;
  asio::LinkOpener opener;
  std::optional<Result<std::unique_ptr<asio::MessageStream>>> opened;
  std::unique_ptr<asio::MessageStream> stream;
};

TEST_F(ClientTest, SearchesForTheServiceOnLowEnergyAlone) {
  start_link();
  ASSERT_TRUE(run_until([&] { return bluez->count("StartDiscovery") == 1; }));
  auto filter = bluez->discovery_filter();
  EXPECT_EQ(filter["UUIDs"].get<std::vector<std::string>>(), std::vector{transaction.text()});
  EXPECT_EQ(filter["Transport"].get<std::string>(), "le");
  EXPECT_TRUE(filter["DuplicateData"].get<bool>());
}

TEST_F(ClientTest, CarriesMessagesBothWays) {
  open_link();
  EXPECT_EQ(bluez->written(state_uuid), std::vector<Bytes>{{ble_start}});
  exchange();
  EXPECT_EQ(bluez->count("StartNotify"), 0);
  EXPECT_EQ(bluez->count("WriteValue"), 1);
}

TEST_F(ClientTest, SearchesNoLongerWhenThePeerIsFound) {
  auto silent = peripheral();
  silent.resolves = false;
  start_link();
  bluez->show(device, silent);
  EXPECT_TRUE(run_until([&] { return has(BleStep::connected) && bluez->count("StopDiscovery") == 1; }));
  EXPECT_EQ(bluez->count("StartDiscovery"), 1);
}

TEST_F(ClientTest, GoesWithoutSocketsWhereThereAreNone) {
  bluez->refuse("AcquireNotify", "org.bluez.Error.NotSupported");
  bluez->refuse("AcquireWrite", "org.bluez.Error.NotSupported");
  open_link();
  exchange();
  EXPECT_EQ(bluez->count("StartNotify"), 2);
}

TEST_F(ClientTest, ValuesOfOtherProgramsAreNone) {
  bluez->refuse("AcquireNotify", "org.bluez.Error.NotSupported");
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->notify_as_stranger(server2client_uuid, {0, 'l', 'i', 'e'});
  EXPECT_FALSE(run_until([&] { return message.has_value(); }, 300ms));
  bluez->notify(server2client_uuid, {0, 'o', 'u', 'r', 's'});
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->value(), (Bytes{'o', 'u', 'r', 's'}));
}

TEST_F(ClientTest, AsksForAResponseWhereWritesWithoutAreNotTaken) {
  auto what = peripheral();
  what.characteristics[1].flags = {"write"};
  open_link(what);
  exchange();
  EXPECT_EQ(bluez->count("AcquireWrite"), 0);
}

TEST_F(ClientTest, EndsWithEndDisconnectsAndForgets) {
  open_link();
  bool is_down = false;
  net::co_spawn(context, stream->shutdown(), [&](const std::exception_ptr&) { is_down = true; });
  ASSERT_TRUE(run_until([&] { return is_down; }));
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
  EXPECT_EQ(bluez->written(state_uuid), (std::vector<Bytes>{{ble_start}, {ble_end}}));
  EXPECT_EQ(bluez->count("Disconnect"), 1);
  EXPECT_EQ(bluez->count("RemoveDevice"), 1);
  EXPECT_TRUE(is_left_clean(*bluez));
}

// The values of two sockets have no order among each other: what came first must count first.
TEST_F(ClientTest, EndOfTheServerDoesNotOvertakeItsLastMessage) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->notify(server2client_uuid, {1, 'l', 'a'});
  bluez->notify(server2client_uuid, {0, 's', 't'});
  bluez->notify(state_uuid, {ble_end});
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->value(), (Bytes{'l', 'a', 's', 't'}));
  const auto end = await(stream->read_message());
  ASSERT_TRUE(end && !*end);
  EXPECT_EQ(end->error().code, Errc::terminated_by_peer);
}

TEST_F(ClientTest, ADeviceThatIsPairedStaysKnown) {
  auto what = peripheral();
  what.is_paired = true;
  open_link(what);
  stream->close();
  ASSERT_TRUE(run_until([&] { return bluez->count("Disconnect") == 1; }));
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 300ms));
}

TEST_F(ClientTest, ADeviceThatWasConnectedStaysConnected) {
  auto what = peripheral();
  what.is_connected = true;
  open_link(what);
  stream->close();
  EXPECT_FALSE(run_until([&] { return bluez->count("Disconnect") != 0; }, 300ms));
  EXPECT_TRUE(bluez->knows(device));
}

TEST_F(ClientTest, ADeviceThatVanishesEndsTheLink) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->vanish(device);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  ASSERT_FALSE(*message);
  EXPECT_EQ(message->error().code, Errc::link_closed);
}

TEST_F(ClientTest, WhatWasSentBeforeTheDeviceWentIsRead) {
  open_link();
  bluez->notify(server2client_uuid, {0, 'l', 'a', 's', 't'});
  bluez->disconnect(device);
  const auto message = await(stream->read_message());
  ASSERT_TRUE(message && *message);
  EXPECT_EQ(message->value(), (Bytes{'l', 'a', 's', 't'}));
}

TEST_F(ClientTest, ADeviceThatVanishesBeforeItIsKnownIsSoughtAgain) {
  auto wanted = options(client_quirks());
  wanted.max_attempts = 5;
  start_link(wanted);
  auto silent = peripheral();
  silent.resolves = false;
  bluez->show(device, silent);
  ASSERT_TRUE(run_until([&] { return has(BleStep::connected); }));
  bluez->vanish(device);
  ASSERT_TRUE(run_until([&] { return has(BleStep::lost); }));
  // It advertises on, so that bluetoothd knows it again, also where the link has it forget what was lost.
  ASSERT_TRUE(run_until([&] {
    if (!bluez->knows(device)) bluez->show(device, peripheral());
    return opened.has_value();
  }));
  EXPECT_TRUE(*opened);
}

TEST_F(ClientTest, AServiceThatIsNotThereIsLookedForOnceMoreAndLeft) {
  auto wanted = options(client_quirks());
  wanted.max_attempts = 2;
  start_link(wanted);
  auto empty = peripheral();
  empty.characteristics.clear();
  bluez->show(device, empty);
  ASSERT_TRUE(run_until([&] { return bluez->count("RemoveDevice") == 1 && !bluez->knows(device); }));
  bluez->show(device, empty);
  EXPECT_TRUE(run_until([&] { return bluez->count("RemoveDevice") == 2; }));
  EXPECT_FALSE(opened);
}

TEST_F(ClientTest, ARefusedSearchIsNamed) {
  bluez->refuse("StartDiscovery", "org.bluez.Error.Failed");
  const Error error = refused_by();
  EXPECT_EQ(error.code, Errc::connect_failed);
  EXPECT_EQ(error.where.text(), "BLE.scan.org.bluez.Error.Failed");
  EXPECT_EQ(error.native, EIO);
}

TEST_F(ClientTest, ARefusedFilterIsNamed) {
  bluez->refuse("SetDiscoveryFilter", "org.bluez.Error.NotSupported");
  EXPECT_EQ(refused_by().where.text(), "BLE.scan.org.bluez.Error.NotSupported");
}

TEST_F(ClientTest, ARefusedConnectionIsNamed) {
  bluez->refuse("Connect", "org.bluez.Error.Failed");
  EXPECT_EQ(refused_by().where.text(), "BLE.connect.org.bluez.Error.Failed");
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ClientTest, ARefusedSubscriptionIsNamed) {
  bluez->refuse("AcquireNotify", "org.bluez.Error.NotPermitted");
  bluez->refuse("StartNotify", "org.bluez.Error.NotPermitted");
  EXPECT_EQ(refused_by().where.text(), "BLE.subscribe.org.bluez.Error.NotPermitted");
}

TEST_F(ClientTest, ARefusedWriteIsNamed) {
  bluez->refuse("WriteValue", "org.bluez.Error.NotAuthorized");
  EXPECT_EQ(refused_by().where.text(), "BLE.send.org.bluez.Error.NotAuthorized");
}

TEST_F(ClientTest, AConnectionThatIsNotAnsweredIsGivenUp) {
  auto wanted = options(client_quirks());
  wanted.timeouts.attempt = 200ms;
  bluez->silence("Connect");
  start_link(wanted);
  bluez->show(device, peripheral());
  ASSERT_TRUE(run_until([&] { return has(BleStep::lost); }));
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
}

TEST_F(ClientTest, ADeviceThatStallsDoesNotHaveEveryAttempt) {
  auto wanted = options(client_quirks());
  wanted.max_attempts = 5;
  wanted.timeouts.attempt = 200ms;
  start_link(wanted);
  auto stalling = peripheral();
  stalling.resolves = false;
  bluez->show(device, stalling);
  ASSERT_TRUE(run_until([&] { return has(BleStep::connected); }));
  bluez->show(other_device, peripheral());
  // It advertises on, and is heard first.
  ASSERT_TRUE(run_until([&] {
    if (!bluez->knows(device)) bluez->show(device, stalling);
    return opened.has_value();
  }));
  EXPECT_TRUE(*opened);
  EXPECT_EQ(bluez->count("Connect"), 2);
}

TEST_F(ClientTest, TwoLinksShareOneSearch) {
  start_link();
  const Uuid another = *Uuid::parse("0b7f6e5d-4c3b-4a29-9817-0615f4e3d2c1");
  auto second = BleLink::start(*radio, *BleCentral::create(*ble_service(BleMode::mdoc_peripheral_server, another),
                                                           std::nullopt, std::nullopt, options(client_quirks())));
  ASSERT_TRUE(run_until([&] {
    return bluez->count("StartDiscovery") == 1 &&
           bluez->discovery_filter()["UUIDs"].get<std::vector<std::string>>().size() == 2;
  }));
  second.close();
  ASSERT_TRUE(run_until([&] {
    return bluez->discovery_filter()["UUIDs"].get<std::vector<std::string>>() == std::vector{transaction.text()};
  }));
  EXPECT_EQ(bluez->count("StopDiscovery"), 0);
  link->close();
  EXPECT_TRUE(run_until([&] { return bluez->count("StopDiscovery") == 1; }));
}

TEST_F(ClientTest, ADeviceOfTwoLinksIsLeftByTheLast) {
  open_link();
  auto second = BleLink::start(*radio, client());
  const auto second_opener = second.opener();
  std::optional<Result<std::unique_ptr<asio::MessageStream>>> also;
  start(second_opener(), also);
  bluez->advertise_again(device);
  ASSERT_TRUE(run_until([&] { return also.has_value(); }));
  stream->close();
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 300ms));
  second.close();
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
}

// bluetoothd would switch notifications off where they are closed before, and is reported to free them twice where they
// are closed after.
TEST_F(ClientTest, SocketsForNotificationsAreClosedBetweenDisconnectingAndForgetting) {
  open_link();
  bluez->silence("Disconnect");
  stream->close();
  ASSERT_TRUE(run_until([&] { return bluez->count("Disconnect") == 1; }));
  EXPECT_FALSE(run_until([&] { return bluez->open_notify_sockets() != 2; }, 200ms));
  bluez->notify(server2client_uuid, {0, 'o', 'l', 'd'});
  bluez->notify(state_uuid, {ble_end});
  bluez->answer_silenced();
  ASSERT_TRUE(run_until([&] { return bluez->count("RemoveDevice") == 1; }));
  EXPECT_EQ(bluez->open_when_forgotten(), 0);
}

TEST_F(ClientTest, WhoWasFoundInTheLastMomentIsForgotten) {
  start_link();
  ASSERT_TRUE(run_until([&] { return bluez->count("StartDiscovery") == 1; }));
  bluez->silence("StopDiscovery");
  link->close();
  ASSERT_TRUE(run_until([&] { return bluez->count("StopDiscovery") == 1; }));
  bluez->show(device, peripheral());
  FakeBluez::Device another = peripheral();
  another.service = "0b7f6e5d-4c3b-4a29-9817-0615f4e3d2c1";
  bluez->show(other_device, another);
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 200ms));
  bluez->answer_silenced();
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
  EXPECT_FALSE(run_until([&] { return !bluez->knows(other_device); }, 200ms)) << "nobody of ours looked for it";
}

TEST_F(ClientTest, WhoWasKnownBeforeTheSearchStaysKnown) {
  bluez->show(device, peripheral());
  bluez->silence("StartDiscovery");
  start_link();
  ASSERT_TRUE(run_until([&] { return bluez->count("StartDiscovery") == 1; }));
  link->close();
  bluez->answer_silenced();
  ASSERT_TRUE(run_until([&] { return bluez->count("StopDiscovery") == 1; }));
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 200ms));
}

TEST_F(ClientTest, AnAdapterThatIsSwitchedOffEndsTheLinkByName) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->set_powered("hci0", false);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().where.text(), "BLE.adapter.Powered");
}

TEST_F(ClientTest, BluetoothdThatDiesEndsTheLinkByName) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez.reset();
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().where.text(), "BLE.bluetoothd");
}

TEST_F(ClientTest, SearchesAgainWhenTheAdapterComesBack) {
  start_link();
  ASSERT_TRUE(run_until([&] { return bluez->count("StartDiscovery") == 1; }));
  bluez->set_powered("hci0", false);
  ASSERT_TRUE(run_until([&] { return has(BleStep::radio_off); }));
  bluez->set_powered("hci0", true);
  bluez->show(device, peripheral());
  ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
  EXPECT_TRUE(*opened);
}

TEST_F(ClientTest, CancelledWhileItOpensItEnds) {
  start_link();
  link->close();
  ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
  EXPECT_EQ(opened->error().code, Errc::link_closed);
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ClientTest, DestroyedAtAnyMomentItLeavesNothing) {
  open_radio();
  for (int turns = 0; turns < 90; turns += 3) {
    const std::string one = "dev_00_00_5E_00_53_" + std::to_string(10 + turns);
    const int connected_before = bluez->count("Connect");
    bluez->show(one, peripheral());
    link.emplace(BleLink::start(*radio, client()));
    for (int i = 0; i < turns; ++i) run_once();
    link.reset();
    // Whom it had not begun to connect to is not its own.
    ASSERT_TRUE(run_until([&] {
      return bluez->count("StartDiscovery") == bluez->count("StopDiscovery") &&
             (bluez->count("Connect") == connected_before || !bluez->knows(one));
    })) << turns;
    bluez->vanish(one);
  }
  EXPECT_GT(bluez->count("Connect"), 0);
}

}  // namespace
}  // namespace mdoc::bluez
