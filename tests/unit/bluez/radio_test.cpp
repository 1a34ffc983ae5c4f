#include "mdoc/bluez/radio.hpp"

#include "bench.hpp"

namespace mdoc::bluez {
namespace {

class RadioTest : public BluezBench {
 protected:
  [[nodiscard]] std::string why_off() const {
    const auto state = radio->state();
    return state ? "on" : std::string(name(state.error().code)) + " " + state.error().where.text();
  }
};

TEST_F(RadioTest, WithoutABusItCannotBeOpened) {
  RadioOptions nowhere;
  nowhere.bus_address = "unix:path=/nonexistent/bus";
  const auto opened = await(Radio::open(nowhere));
  ASSERT_TRUE(opened);
  ASSERT_FALSE(*opened);
  EXPECT_EQ(opened->error().code, Errc::connect_failed);
  EXPECT_EQ(opened->error().where.text().substr(0, 5), "D-Bus");
}

TEST_F(RadioTest, TakesTheAdapterThatIsPowered) {
  FakeBluez bluez(bus, {{.name = "hci0", .is_powered = false}, {.name = "hci1"}});
  open_radio();
  EXPECT_TRUE(radio->state());
  EXPECT_EQ(radio->adapter(), "hci1");
  ASSERT_EQ(radio->adapters().size(), 2u);
  EXPECT_EQ(radio->adapters()[0].name, "hci0");
  EXPECT_FALSE(radio->adapters()[0].powered);
  EXPECT_EQ(radio->adapters()[1].address, "00:00:5E:00:53:FF");
}

TEST_F(RadioTest, TakesTheAdapterThatIsNamedAndNoOther) {
  FakeBluez bluez(bus, {{.name = "hci0"}, {.name = "hci1", .is_powered = false}});
  RadioOptions second;
  second.adapter = "hci1";
  open_radio(second);
  EXPECT_EQ(why_off(), "radio_off BLE.adapter.Powered");
  bluez.set_powered("hci1", true);
  EXPECT_TRUE(run_until([&] { return radio->adapter() == "hci1"; }));
}

TEST_F(RadioTest, SaysThatThereIsNoBluetoothd) {
  open_radio();
  EXPECT_EQ(why_off(), "radio_off BLE.bluetoothd");
  EXPECT_EQ(radio->adapter(), std::nullopt);
}

TEST_F(RadioTest, SaysThatThereIsNoAdapter) {
  FakeBluez bluez(bus, {});
  open_radio();
  EXPECT_EQ(why_off(), "radio_off BLE.adapter");
}

TEST_F(RadioTest, SaysThatThereIsNoAdapterOfThisName) {
  FakeBluez bluez(bus);
  RadioOptions missing;
  missing.adapter = "hci7";
  open_radio(missing);
  EXPECT_EQ(why_off(), "radio_off BLE.adapter");
}

TEST_F(RadioTest, ComesOnWithBluetoothdAndGoesWithIt) {
  open_radio();
  {
    FakeBluez bluez(bus);
    EXPECT_TRUE(run_until([&] { return radio->state().has_value(); }));
  }
  EXPECT_TRUE(run_until([&] { return why_off() == "radio_off BLE.bluetoothd"; }));
  FakeBluez bluez(bus);
  EXPECT_TRUE(run_until([&] { return radio->state().has_value(); }));
}

TEST_F(RadioTest, FollowsTheSwitchOfTheAdapter) {
  FakeBluez bluez(bus);
  open_radio();
  bluez.set_powered("hci0", false);
  EXPECT_TRUE(run_until([&] { return why_off() == "radio_off BLE.adapter.Powered"; }));
  bluez.set_powered("hci0", true);
  EXPECT_TRUE(run_until([&] { return radio->state().has_value(); }));
}

TEST_F(RadioTest, SeesTheAdapterLeave) {
  FakeBluez bluez(bus);
  open_radio();
  bluez.remove_adapter("hci0");
  EXPECT_TRUE(run_until([&] { return why_off() == "radio_off BLE.adapter"; }));
}

TEST_F(RadioTest, TakesAnotherAdapterWhenItsOwnLeaves) {
  FakeBluez bluez(bus, {{.name = "hci0"}, {.name = "hci1"}});
  open_radio();
  EXPECT_EQ(radio->adapter(), "hci0");
  bluez.remove_adapter("hci0");
  EXPECT_TRUE(run_until([&] { return radio->adapter() == "hci1"; }));
}

TEST_F(RadioTest, SaysThatTheBusHasEnded) {
  FakeBluez bluez(bus);
  open_radio();
  bus.end();
  EXPECT_TRUE(run_until([&] { return why_off() == "connect_failed BLE.D-Bus"; }));
}

TEST_F(RadioTest, SignalsThatNoDaemonSendsChangeNothing) {
  FakeBluez bluez(bus);
  open_radio();
  bluez.send_nonsense();
  bluez.set_powered("hci0", false);
  EXPECT_TRUE(run_until([&] { return why_off() == "radio_off BLE.adapter.Powered"; }));
  bluez.set_powered("hci0", true);
  EXPECT_TRUE(run_until([&] { return radio->state().has_value(); }));
}

TEST_F(RadioTest, SignalsOfOtherProgramsChangeNothing) {
  FakeBluez bluez(bus);
  open_radio();
  const auto changed = [](sdbus::Message& signal) {
    const FakeBluez::Properties off{{"Powered", sdbus::Variant(false)}};
    signal << std::string("org.bluez.Adapter1") << off << std::vector<std::string>{};
  };
  const auto removed = [](sdbus::Message& signal) {
    signal << sdbus::ObjectPath("/org/bluez/hci0") << std::vector<std::string>{"org.bluez.Adapter1"};
  };
  const auto no_owner = [](sdbus::Message& signal) {
    signal << std::string("org.bluez") << std::string(":1.0") << std::string();
  };
  bluez.send_as_stranger("/org/bluez/hci0", "org.freedesktop.DBus.Properties", "PropertiesChanged", changed);
  EXPECT_FALSE(run_until([&] { return !radio->state(); }, 200ms)) << why_off();
  bluez.send_as_stranger("/", "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", removed);
  EXPECT_FALSE(run_until([&] { return !radio->state(); }, 200ms)) << why_off();
  bluez.send_as_stranger("/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged", no_owner);
  EXPECT_FALSE(run_until([&] { return !radio->state(); }, 200ms)) << why_off();
}

TEST_F(RadioTest, LeavesNothingToDoForTheLoop) {
  FakeBluez bluez(bus);
  open_radio();
  radio.reset();
  context.restart();
  context.run_for(10s);
  EXPECT_TRUE(context.stopped());
}

}  // namespace
}  // namespace mdoc::bluez
