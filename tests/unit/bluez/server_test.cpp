#include <functional>
#include <stdexcept>

#include "bench.hpp"

namespace mdoc::bluez {
namespace {

class ServerTest : public BluezBench {
 protected:
  void start_link() { link.emplace(BleLink::start(*radio, server(), hooks())); }
  void start_and_advertise() {
    open_radio(radio_options);
    start_link();
    ASSERT_TRUE(run_until([&] { return has(BleStep::advertising); }));
    opener = link->opener();
    start(opener(), opened);
  }
  void subscribe(const std::string& who, std::uint16_t mtu = 517) {
    const std::size_t before = bluez->results().size();
    bluez->subscribe(who, server2client_uuid, mtu);
    bluez->subscribe(who, state_uuid, mtu);
    ASSERT_TRUE(run_until([&] { return bluez->results().size() >= before + 2; }));
  }
  // A client connects, subscribes and writes Start.
  void open_link(std::uint16_t mtu = 517) {
    start_and_advertise();
    bluez->connect_client(device);
    subscribe(device, mtu);
    bluez->write(device, state_uuid, {ble_start}, mtu);
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    ASSERT_TRUE(*opened) << describe(opened->error());
    stream = **std::move(opened);
  }
  // The link ends, and bluetoothd does not say that the client is disconnected: for so long, the service stays.
  void end_without_answer(const std::function<void()>& end) {
    open_link();
    bluez->silence("Disconnect");
    end();
    ASSERT_TRUE(run_until([&] { return bluez->count("Disconnect") == 1; }));
    stream.reset();
    // One turn more, in which it would go.
    const std::size_t before = bluez->results().size();
    bluez->read(device, state_uuid);
    ASSERT_TRUE(run_until([&] { return bluez->results().size() > before; }));
    EXPECT_FALSE(run_until([&] { return bluez->applications() == 0; }, 200ms));
    EXPECT_EQ(bluez->count("UnregisterApplication"), 0);
    EXPECT_EQ(bluez->advertisements(), 0u);
  }
  // Why the link has not come about.
  Error refused_by() {
    open_radio();
    start_link();
    auto end = await(link->opener()());
    EXPECT_TRUE(end && !*end);
    return end && !*end ? end->error() : Error{};
  }

  std::optional<FakeBluez> bluez{std::in_place, bus};
  RadioOptions radio_options{};
  std::optional<BleLink> link;
  asio::LinkOpener opener;
  std::optional<Result<std::unique_ptr<asio::MessageStream>>> opened;
  std::unique_ptr<asio::MessageStream> stream;
};

TEST_F(ServerTest, AdvertisesTheServiceAndNothingThatNamesTheDevice) {
  start_and_advertise();
  auto advertisement = bluez->advertisement();
  EXPECT_EQ(advertisement["Type"].get<std::string>(), "peripheral");
  EXPECT_EQ(advertisement["ServiceUUIDs"].get<std::vector<std::string>>(), std::vector{transaction.text()});
  for (const char* const absent : {"LocalName", "Appearance", "Includes", "ManufacturerData", "ServiceData"}) {
    EXPECT_FALSE(advertisement.contains(absent)) << absent;
  }
  EXPECT_EQ(bluez->characteristics(), (std::set{state_uuid, client2server_uuid, server2client_uuid}));
}

TEST_F(ServerTest, CarriesMessagesBothWays) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->write(device, client2server_uuid, {1, 'm', 'o'}, 517);
  bluez->write(device, client2server_uuid, {0, 'r', 'e'}, 517);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->value(), (Bytes{'m', 'o', 'r', 'e'}));

  // At an MTU of 517, parts of 509 bytes and one in front: more does not get through.
  const Bytes answer(1'200, 7);
  std::optional<Result<void>> sent;
  start(stream->write_message(answer), sent);
  std::vector<Bytes> parts;
  ASSERT_TRUE(run_until([&] { return (parts = bluez->notifications(server2client_uuid)).size() == 3; }));
  EXPECT_EQ(parts[0].size(), 510u);
  EXPECT_EQ(parts[2].size(), 1'200u - 2 * 509 + 1);
  EXPECT_EQ(parts[2][0], 0);
  EXPECT_TRUE(run_until([&] { return sent.has_value(); }));
  EXPECT_TRUE(*sent);
}

TEST_F(ServerTest, NotificationsLeaveTwoBytesThatBluetoothdWouldCut) {
  open_link(185);
  const Bytes answer(300, 9);
  std::optional<Result<void>> sent;
  start(stream->write_message(answer), sent);
  std::vector<Bytes> parts;
  ASSERT_TRUE(run_until([&] { return (parts = bluez->notifications(server2client_uuid)).size() == 2; }));
  EXPECT_EQ(parts[0].size(), 180u);
}

TEST_F(ServerTest, AValueIsSentWhenItHasBeenRead) {
  open_link();
  const Bytes answer(2'000, 3);
  std::optional<Result<void>> sent;
  start(stream->write_message(answer), sent);
  EXPECT_FALSE(run_until([&] { return sent.has_value(); }, 300ms));
  std::size_t count = 0;
  EXPECT_TRUE(run_until([&] {
    count = bluez->notifications(server2client_uuid).size();
    return sent.has_value();
  }));
  EXPECT_EQ(count, 4u);
}

TEST_F(ServerTest, EndOfTheClientEndsTheLinkAndLeavesNothing) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->write(device, state_uuid, {ble_end}, 517);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  ASSERT_FALSE(*message);
  EXPECT_EQ(message->error().code, Errc::terminated_by_peer);
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ServerTest, TellsTheClientOfItsEndAfterTheLastMessage) {
  open_link();
  const Bytes answer(900, 4);
  std::optional<Result<void>> sent;
  start(stream->write_message(answer), sent);
  ASSERT_TRUE(run_until([&] {
    (void)bluez->notifications(server2client_uuid);
    return sent.has_value();
  }));
  bool is_down = false;
  net::co_spawn(context, stream->shutdown(), [&](const std::exception_ptr&) { is_down = true; });
  ASSERT_TRUE(run_until([&] { return !bluez->notifications(state_uuid).empty(); }));
  EXPECT_EQ(bluez->notifications(state_uuid).front(), Bytes{ble_end});
  EXPECT_EQ(bluez->notifications(server2client_uuid).size(), 2u);
  EXPECT_TRUE(run_until([&] { return is_down; }));
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ServerTest, AClientThatSharesTheSocketOfAnotherIsHeard) {
  start_and_advertise();
  bluez->connect_client(other_device);
  subscribe(other_device);
  // bluetoothd asks for no second socket.
  bluez->connect_client(device);
  bluez->write(device, state_uuid, {ble_start}, 517);
  ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
  ASSERT_TRUE(*opened);
  stream = **std::move(opened);
  const Bytes answer{1, 2, 3};
  std::optional<Result<void>> sent;
  start(stream->write_message(answer), sent);
  EXPECT_TRUE(run_until([&] { return !bluez->notifications(server2client_uuid).empty(); }));
  // And the one without the link is sent away.
  EXPECT_TRUE(run_until([&] { return !bluez->knows(other_device); }));
  EXPECT_TRUE(bluez->knows(device));
}

TEST_F(ServerTest, WhoIsNotBluetoothdCannotWrite) {
  start_and_advertise();
  bluez->connect_client(device);
  subscribe(device);
  bluez->write_as_stranger(device, state_uuid, {ble_start});
  EXPECT_FALSE(run_until([&] { return opened.has_value(); }, 300ms));
  bluez->write(device, state_uuid, {ble_start}, 517);
  EXPECT_TRUE(run_until([&] { return opened.has_value(); }));
}

TEST_F(ServerTest, DataBeforeStartSendsTheClientAway) {
  start_and_advertise();
  bluez->connect_client(device);
  subscribe(device);
  bluez->write(device, client2server_uuid, {0, 1}, 517);
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
  EXPECT_EQ(bluez->advertisements(), 1u);
}

TEST_F(ServerTest, AClientThatVanishesEndsTheLink) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->write(device, client2server_uuid, {1, 'm'}, 517);
  bluez->vanish(device);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().code, Errc::link_closed);
  EXPECT_TRUE(is_left_clean(*bluez));
}

// Clients are told when a service goes, and that of bluetoothd 5.66 may not survive it while it ends.
TEST_F(ServerTest, TheServiceStaysUntilTheClientIsDisconnected) {
  end_without_answer([&] { stream->close(); });
  bluez->write(device, client2server_uuid, {0, 'l', 'a', 't', 'e'}, 517);
  bluez->answer_silenced();
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ServerTest, TheServiceDoesNotStayForEverWhereNobodySaysThatTheClientIsGone) {
  radio_options.call_timeout = 3s;
  end_without_answer([&] { bluez->write(device, state_uuid, {ble_end}, 517); });
  EXPECT_TRUE(run_until([&] { return bluez->applications() == 0; }));
}

TEST_F(ServerTest, AClientThatGoesBeforeItUsesTheServiceIsForgotten) {
  start_and_advertise();
  bluez->connect_client(device);
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 200ms));
  bluez->disconnect(device);
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
  EXPECT_EQ(bluez->count("Disconnect"), 0);
}

TEST_F(ServerTest, AClientThatGoesBeforeStartIsForgottenThoughItHasUsedTheService) {
  start_and_advertise();
  bluez->connect_client(device);
  subscribe(device);
  bluez->disconnect(device);
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }, 2s));
  // And can come back.
  bluez->connect_client(device);
  subscribe(device);
  bluez->write(device, state_uuid, {ble_start}, 517);
  EXPECT_TRUE(run_until([&] { return opened.has_value(); }));
}

TEST_F(ServerTest, WhoSubscribesWhileAnotherHasTheLinkIsSentAway) {
  open_link();
  bluez->connect_client(other_device);
  subscribe(other_device);
  EXPECT_TRUE(run_until([&] { return !bluez->knows(other_device); }, 2s));
  EXPECT_TRUE(bluez->knows(device));
}

TEST_F(ServerTest, AHookThatThrowsEndsTheLinkAndReachesTheLoop) {
  open_radio();
  auto throwing = hooks();
  throwing.on_progress = [this](const BleProgress& progress) {
    steps.push_back(progress.step);
    if (progress.step == BleStep::advertising) throw std::runtime_error("hook");
  };
  link.emplace(BleLink::start(*radio, server(), std::move(throwing)));
  EXPECT_THROW((void)run_until([&] { return has(BleStep::advertising); }), std::runtime_error);
  EXPECT_TRUE(run_until([&] { return bluez->advertisements() == 0 && bluez->applications() == 0; }, 2s));
}

TEST_F(ServerTest, AClientThatGoesAfterTheLinkHasEndedIsForgottenWhileTheRadioIsThere) {
  start_and_advertise();
  bluez->connect_client(device);
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 200ms));
  link->close();
  ASSERT_TRUE(run_until([&] { return bluez->advertisements() == 0; }));
  EXPECT_TRUE(bluez->knows(device));
  bluez->disconnect(device);
  EXPECT_TRUE(run_until([&] { return !bluez->knows(device); }));
}

TEST_F(ServerTest, ADeviceThatWasKnownBeforeStaysKnown) {
  bluez->show(device, {});
  open_radio();
  start_link();
  ASSERT_TRUE(run_until([&] { return has(BleStep::advertising); }));
  bluez->connect_client(device);
  bluez->disconnect(device);
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 300ms));
}

TEST_F(ServerTest, AStrangerThatIsPairedStaysKnown) {
  start_and_advertise();
  bluez->show(device, {.is_paired = true, .is_connected = true});
  bluez->disconnect(device);
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 300ms));
}

TEST_F(ServerTest, AnAdapterThatIsSwitchedOffEndsTheLinkByName) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez->set_powered("hci0", false);
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().code, Errc::radio_off);
  EXPECT_EQ(message->error().where.text(), "BLE.adapter.Powered");
}

TEST_F(ServerTest, BluetoothdThatDiesEndsTheLinkByName) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bluez.reset();
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().code, Errc::radio_off);
  EXPECT_EQ(message->error().where.text(), "BLE.bluetoothd");
}

TEST_F(ServerTest, TheBusThatDiesEndsTheLinkByName) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  bus.end();
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().where.text(), "BLE.D-Bus");
}

TEST_F(ServerTest, BeforeTheLinkBluetoothdMayStartAnew) {
  start_and_advertise();
  bluez.reset();
  ASSERT_TRUE(run_until([&] { return has(BleStep::radio_off); }));
  bluez.emplace(bus);
  ASSERT_TRUE(run_until([&] { return bluez->advertisements() == 1; }));
  EXPECT_EQ(bluez->applications(), 1u);
  EXPECT_FALSE(opened);
}

TEST_F(ServerTest, AnAdvertisementThatTheDaemonGivesUpIsMadeAnew) {
  start_and_advertise();
  bluez->release_advertisement();
  EXPECT_TRUE(run_until([&] { return bluez->count("RegisterAdvertisement") == 2 && bluez->advertisements() == 1; }));
}

TEST_F(ServerTest, NobodyElseCanGiveUpTheAdvertisement) {
  start_and_advertise();
  bluez->release_as_stranger();
  EXPECT_FALSE(run_until([&] { return bluez->count("RegisterAdvertisement") > 1; }, 300ms));
}

TEST_F(ServerTest, AClientThatComesBackWhileItIsSentAwayIsNotForgotten) {
  bluez->silence("Disconnect");
  RadioOptions impatient;
  impatient.call_timeout = 500ms;
  open_radio(impatient);
  start_link();
  ASSERT_TRUE(run_until([&] { return has(BleStep::advertising); }));
  opener = link->opener();
  start(opener(), opened);
  bluez->connect_client(device);
  subscribe(device);
  bluez->write(device, client2server_uuid, {0, 1}, 517);
  ASSERT_TRUE(run_until([&] { return bluez->count("Disconnect") == 1; }));
  bluez->write(device, state_uuid, {ble_start}, 517);
  ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
  EXPECT_FALSE(run_until([&] { return !bluez->knows(device); }, 1s));
}

TEST_F(ServerTest, ADaemonThatTakesNoIntervalsGetsNone) {
  bluez->refuse("RegisterAdvertisement", "org.bluez.Error.InvalidArguments", 1);
  start_and_advertise();
  EXPECT_EQ(bluez->count("RegisterAdvertisement"), 2);
  EXPECT_FALSE(bluez->advertisement().contains("MinInterval"));
}

TEST_F(ServerTest, ARefusedServiceIsNamed) {
  bluez->refuse("RegisterApplication", "org.bluez.Error.AlreadyExists");
  const Error error = refused_by();
  EXPECT_EQ(error.code, Errc::connect_failed);
  EXPECT_EQ(error.where.text(), "BLE.register_service.org.bluez.Error.AlreadyExists");
  EXPECT_EQ(error.native, EEXIST);
}

TEST_F(ServerTest, ARefusedAdvertisementIsNamed) {
  bluez->refuse("RegisterAdvertisement", "org.bluez.Error.NotPermitted");
  const Error error = refused_by();
  EXPECT_EQ(error.where.text(), "BLE.advertise.org.bluez.Error.NotPermitted");
  EXPECT_EQ(error.native, EPERM);
  EXPECT_TRUE(is_left_clean(*bluez));
}

TEST_F(ServerTest, WhatADaemonMakesUpGoesNoFurther) {
  bluez->refuse("RegisterApplication", "com.example.Error.Secret4711");
  const Error error = refused_by();
  EXPECT_EQ(error.where.text(), "BLE.register_service");
  EXPECT_EQ(error.native, EPROTO);
}

TEST_F(ServerTest, ADaemonThatDoesNotAnswerIsWaitedForInVain) {
  bluez->silence("RegisterApplication");
  const Error error = refused_by();
  EXPECT_EQ(error.code, Errc::timed_out);
}

TEST_F(ServerTest, WithoutBluetoothdItWaitsAndSaysSo) {
  bluez.reset();
  open_radio();
  BleLinkOptions impatient = options(server_quirks());
  impatient.timeouts.open = 200ms;
  link.emplace(BleLink::start(
      *radio,
      *BlePeripheral::create(*ble_service(BleMode::mdoc_peripheral_server, transaction), std::nullopt, impatient),
      hooks()));
  const auto end = await(link->opener()());
  ASSERT_TRUE(end && !*end);
  EXPECT_EQ(end->error().code, Errc::radio_off);
  EXPECT_EQ(end->error().where.text(), "BLE.bluetoothd");
  EXPECT_TRUE(has(BleStep::radio_off));
}

TEST_F(ServerTest, TheStreamIsYieldedOnce) {
  open_link();
  const auto second = await(link->opener()());
  ASSERT_TRUE(second && !*second);
  EXPECT_EQ(second->error().code, Errc::wrong_state);
}

TEST_F(ServerTest, WhoeverHoldsItLastEndsIt) {
  open_link();
  opener = nullptr;
  link.reset();
  EXPECT_FALSE(run_until([&] { return bluez->applications() == 0; }, 200ms));
  stream.reset();
  EXPECT_TRUE(is_left_clean(*bluez));
}

// Destroyed in whatever state it is. How far it has come by then is up to the machine that this runs on.
TEST_F(ServerTest, DestroyedAtAnyMomentItLeavesNothing) {
  open_radio();
  for (int turns = 0; turns < 60; turns += 3) {
    start_link();
    for (int i = 0; i < turns; ++i) {
      run_once();
    }
    link.reset();
    ASSERT_TRUE(is_left_clean(*bluez)) << turns;
  }
}

TEST_F(ServerTest, TheRadioMayGoBeforeTheLink) {
  open_link();
  std::optional<Result<Bytes>> message;
  start(stream->read_message(), message);
  radio.reset();
  ASSERT_TRUE(run_until([&] { return message.has_value(); }));
  EXPECT_EQ(message->error().code, Errc::radio_off);
  EXPECT_TRUE(is_left_clean(*bluez));
}

}  // namespace
}  // namespace mdoc::bluez
