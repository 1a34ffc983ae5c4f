// Bearers beside tcp: what --via takes, and what is said where the machine has no Bluetooth.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "issuance.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A machine without a message bus.
class Bearer : public ::testing::Test {
 protected:
  [[nodiscard]] Ended run(std::vector<std::string> arguments) const {
    // Where leaks are looked for: the D-Bus library of the system keeps something of a bus that it could not reach.
    const std::string known = folder.write("known-leaks", std::string_view("leak:libsystemd.so\n"));
    return mdoc_cli(std::move(arguments), {.environment = {{"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus"},
                                                           {"LSAN_OPTIONS", "suppressions=" + known}}});
  }
  [[nodiscard]] std::vector<std::string> holder(const std::string& via) const {
    return {"holder", "--credential", issuance.credential(issuance.mdoc), "--via", via, "--once"};
  }

  [[nodiscard]] static std::string engagement_of(Process& served) {
    const auto line = served.read_line();
    if (!line) throw std::runtime_error("the holder says nothing: " + served.end().err);
    return std::string(object_of(*line).at("engagement").as_string());
  }

  Folder folder;
  Issuance issuance{folder};
};

TEST_F(Bearer, FormsThatNameNoneAreRefused) {
  for (const std::string via : {"ble:", "ble:both", "ble:central:peripheral", "ble:l2cap:central", "ble:l2cap:l2cap",
                                "ble:central:", "ble::l2cap", "BLE", "bluetooth"}) {
    const Ended ended = run(holder(via));
    EXPECT_EQ(ended.exit, 2) << via;
    EXPECT_THAT(ended.err, HasSubstr("\"" + via + "\" is no bearer")) << via;
    EXPECT_THAT(ended.err, HasSubstr("ble[:central|:peripheral][:l2cap]")) << via;
  }
}

TEST_F(Bearer, WithoutBluetoothAHolderSaysWhoKnowsWhy) {
  for (const std::string via : {"ble", "ble:central", "ble:peripheral:l2cap", "ble:l2cap"}) {
    const Ended ended = run(holder(via));
    EXPECT_THAT(ended.exit, AnyOf(2, 4)) << via;  // the build has none, the machine has none
    EXPECT_THAT(ended.err, AnyOf(HasSubstr("MDOC_WITH_BLUEZ"), HasSubstr("mdoc-cli doctor"))) << via;
    EXPECT_EQ(ended.out, "") << via;
  }
}

TEST_F(Bearer, AReaderNeedsAnAddressForAnEngagementWithoutBluetooth) {
  Process served(tool(with(holder("tcp"), {"--json"})));
  const std::string engagement = engagement_of(served);
  const std::vector<std::string> asking{"reader", engagement, "--doc-type", "d", "--element", "n/e"};
  const Ended without = run(asking);
  EXPECT_EQ(without.exit, 2);
  EXPECT_THAT(without.err, HasSubstr("--connect HOST:PORT"));
  const Ended both = run(with(asking, {"--via", "ble", "--connect", "127.0.0.1:9"}));
  EXPECT_EQ(both.exit, 2);
  EXPECT_THAT(both.err, HasSubstr("leave one of them out"));
  const Ended nowhere = run(with(asking, {"--via", "tcp"}));
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("--via tcp needs --connect HOST:PORT"));
  EXPECT_THAT(run(with(asking, {"--via", "pigeon"})).err, HasSubstr("is no bearer"));
}

TEST_F(Bearer, OptionsOfBluetoothAreNotPassedOverElsewhere) {
  Process served(tool(with(holder("tcp"), {"--json"})));
  const std::vector<std::string> asking{"reader", engagement_of(served), "--doc-type", "d", "--element", "n/e"};
  for (const std::vector<std::string>& option : {std::vector<std::string>{"--adapter", "hci6"}, {"--trace"}}) {
    for (const auto& command :
         {with(holder("tcp"), option), with(with(asking, {"--connect", "127.0.0.1:9"}), option)}) {
      const Ended ended = run(command);
      EXPECT_EQ(ended.exit, 2) << command.front();
      EXPECT_THAT(ended.err, HasSubstr(option.front() + " is for Bluetooth: say --via ble, too")) << command.front();
    }
  }
}

TEST_F(Bearer, ADemonstrationByBluetoothNamesTwoAdapters) {
  for (const std::vector<std::string>& adapters : {std::vector<std::string>{},
                                                   {"--holder-adapter", "hci6"},
                                                   {"--reader-adapter", "hci6"},
                                                   {"--holder-adapter", "hci6", "--reader-adapter", "hci6"}}) {
    const Ended ended = run(with({"demo", "--via", "ble"}, adapters));
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.err, HasSubstr("two Bluetooth adapters that hear each other"));
  }
  const Ended elsewhere = run({"demo", "--reader-adapter", "hci6"});
  EXPECT_EQ(elsewhere.exit, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("are for Bluetooth: say --via ble, too"));
  // With two, it goes on as far as this machine lets it.
  const Ended two = run({"demo", "--via", "ble", "--holder-adapter", "hci6", "--reader-adapter", "hci7"});
  EXPECT_NE(two.exit, 0);
  EXPECT_THAT(two.err, Not(HasSubstr("hear each other")));
  EXPECT_THAT(two.err, StartsWith("mdoc-cli: the holder cannot show a code: "));
  EXPECT_EQ(two.err.find("mdoc-cli: ", 1), std::string::npos) << "said once";
  EXPECT_THAT(two.err, Not(HasSubstr("exitCode")));
}

TEST_F(Bearer, TheDoctorSaysWhatWorksAndWhatToDo) {
  const Ended ended = run({"doctor", "--json"});
  EXPECT_EQ(ended.exit, 1);
  const auto object = only_object(ended);
  const auto& transports = object.at("transports").as_array();
  ASSERT_EQ(transports.size(), 2u);
  EXPECT_EQ(transports[0].at("transport").as_string(), "tcp");
  EXPECT_TRUE(transports[0].at("works").as_bool());
  EXPECT_EQ(transports[1].at("transport").as_string(), "ble");
  EXPECT_FALSE(transports[1].at("works").as_bool());
  EXPECT_FALSE(transports[1].at("found").as_string().empty());
  EXPECT_EQ(run({"doctor", "--via", "tcp"}).exit, 0);
  const Ended german = run({"doctor", "--via", "tcp", "--language", "de"});
  EXPECT_THAT(german.out, HasSubstr("verbindet auf diesem Rechner; für Tests und Vorführungen"));
  EXPECT_THAT(run({"doctor", "--via", "tcp", "--language", "de", "--json"}).out,
              HasSubstr("connects on this machine; for tests and demonstrations"));
  const Ended ble = run({"doctor", "--via", "ble"});
  EXPECT_EQ(ble.exit, 1);
  EXPECT_THAT(ble.out, HasSubstr("ble"));
}

}  // namespace
}  // namespace mdoc::testing
