// What breaks, and when: the link recovers, or ends and says why, and nothing is left behind.

#include <gtest/gtest.h>

#include <string>

#include "ble_pair.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using Kind = StackEvent::Kind;

constexpr std::size_t some_bytes = 1'500;

BlePair::Settings settings_of(BleMode mode, bool l2cap) {
  BlePair::Settings settings{.mode = mode};
  settings.client.max_mtu = 185;
  settings.of_server.l2cap = settings.of_client.l2cap = l2cap;
  return settings;
}

std::string text(BleMode mode, bool l2cap, bool to_server) {
  return std::string(name(mode)) + (l2cap ? ", L2CAP" : ", GATT") + (to_server ? ", to the server" : ", to the client");
}

// check(mode, l2cap, to_server)
template <class Check>
void for_all_ways(const Check& check) {
  for (const BleMode mode : both_modes) {
    for (const bool l2cap : {false, true}) {
      for (const bool to_server : {true, false}) {
        SCOPED_TRACE(text(mode, l2cap, to_server));
        check(mode, l2cap, to_server);
      }
    }
  }
}

void expect_good_end(BlePair& pair, Ending ending) {
  EXPECT_TRUE(ending == Ending::complete || ending == Ending::named || ending == Ending::unanswered)
      << ::testing::PrintToString(ending) << "; " << pair.endings();
  EXPECT_EQ(pair.server.late_effects(), 0U);
  EXPECT_EQ(pair.client.late_effects(), 0U);
  const RadioCounters left = pair.radio.counters();
  EXPECT_EQ(left, RadioCounters{}) << pair.endings();
}

TEST(BleFaults, ABreakAtAnyEventIsOvercomeOrNamed) {
  for_all_ways([](BleMode mode, bool l2cap, bool to_server) {
    BlePair good(settings_of(mode, l2cap));
    ASSERT_EQ(exchange(good, some_bytes, to_server), Ending::complete);
    ASSERT_EQ(good.radio.connections_made(), 1U);
    const std::size_t events = good.radio.connection_events(0);
    ASSERT_GT(events, 8U);
    for (const Breaking breaking : {Breaking::told, Breaking::supervision, Breaking::never_told}) {
      for (std::size_t i = 0; i < events; ++i) {
        SCOPED_TRACE("event " + std::to_string(i) + ", breaking " + std::to_string(static_cast<int>(breaking)));
        BlePair::Settings settings = settings_of(mode, l2cap);
        settings.conditions.break_at = i;
        settings.conditions.break_connections = 1;
        settings.conditions.breaking = breaking;
        BlePair pair(settings);
        const Ending ending = exchange(pair, some_bytes, to_server);
        expect_good_end(pair, ending);
        if (pair.radio.connections_made() > 1) {
          EXPECT_EQ(ending, Ending::complete) << pair.endings();
        }
      }
    }
  });
}

TEST(BleFaults, ConnectionsThatAlwaysBreakEndInBoundedTime) {
  for (const BleMode mode : both_modes) {
    for (std::size_t i = 0; i < 6; ++i) {
      SCOPED_TRACE(std::to_string(i));
      BlePair::Settings settings = settings_of(mode, false);
      settings.conditions.break_at = i;
      BlePair pair(settings);
      pair.start();
      ASSERT_TRUE(pair.closed(61s));
      EXPECT_TRUE(pair.client.reason());
      EXPECT_TRUE(pair.server.reason());
      pair.radio.run(10s);
      expect_good_end(pair, Ending::named);
    }
  }
}

TEST(BleFaults, AnAdapterMayGoAtAnyMoment) {
  for (const BleMode mode : both_modes) {
    for (const bool of_server : {true, false}) {
      for (const bool comes_back : {true, false}) {
        for (int i = 0; i < 40; ++i) {
          SCOPED_TRACE(std::string(name(mode)) + (of_server ? ", server, " : ", client, ") + std::to_string(i) +
                       (comes_back ? ", comes back" : ""));
          BlePair pair(settings_of(mode, i % 2 == 0));
          VirtualDevice& device = of_server ? pair.server_device : pair.client_device;
          bool was_open = false;
          pair.radio.after(i * 13ms, [&] {
            was_open = pair.server.opened() || pair.client.opened();
            device.set_radio(false);
          });
          // Start may be on its way, which opens the link at one end.
          pair.radio.after(i * 13ms + 40ms, [&] { was_open = was_open || pair.client.opened(); });
          if (comes_back) pair.radio.after(i * 13ms + 2s, [&] { device.set_radio(true); });
          const Ending ending = exchange(pair, some_bytes, true);
          expect_good_end(pair, ending);
          if (comes_back && !was_open) {
            EXPECT_EQ(ending, Ending::complete);
          }
          if (!comes_back && !was_open) {
            EXPECT_EQ(of_server ? pair.server.reason() : pair.client.reason(), Errc::radio_off);
          }
        }
      }
    }
  }
}

TEST(BleFaults, ADeviceMayBeOutOfReachForAWhile) {
  for (const bool of_server : {true, false}) {
    for (int i = 0; i < 30; ++i) {
      for (const auto duration : {1'000ms, 20'000ms}) {
        SCOPED_TRACE(std::to_string(i) + (of_server ? " server " : " client ") + std::to_string(duration.count()));
        BlePair pair(settings_of(BleMode::mdoc_peripheral_server, i % 2 == 0));
        VirtualDevice& device = of_server ? pair.server_device : pair.client_device;
        pair.radio.after(i * 17ms, [&] { device.vanish(duration); });
        const Ending ending = exchange(pair, some_bytes, false);
        expect_good_end(pair, ending);
        if (duration == 1'000ms) {
          EXPECT_EQ(ending, Ending::complete);
        }
      }
    }
  }
}

// What the shell of a platform knows about its own stack.
void adapt(BleLinkOptions& options, const NamedTraits& device) {
  if (device.name.substr(0, 5) == "bluez") options.quirks.value_overhead = 5;
}

TEST(BleFaults, KnownDevicesWorkWithEachOther) {
  for (const NamedTraits& of_server : known_devices()) {
    for (const NamedTraits& of_client : known_devices()) {
      SCOPED_TRACE(std::string(of_server.name) + " serves " + std::string(of_client.name));
      for_all_ways([&](BleMode mode, bool l2cap, bool to_server) {
        BlePair::Settings settings{.mode = mode, .server = of_server.traits, .client = of_client.traits};
        settings.of_server.l2cap = settings.of_client.l2cap = l2cap;
        adapt(settings.of_server, of_server);
        adapt(settings.of_client, of_client);
        if (of_server.name.substr(0, 5) == "bluez") settings.server.max_mtu = 513;  // as main.conf can say
        BlePair pair(settings);
        const Ending ending = exchange(pair, 20'000, to_server);
        if (of_server.traits.advertises_hidden) return expect_good_end(pair, ending);
        const DeviceTraits& sender = (to_server ? of_client : of_server).traits;
        // Values that overtake within a characteristic cannot be put in order again: all that can be is to notice.
        if (!l2cap && sender.value_order == ValueOrder::random) {
          EXPECT_NE(ending, Ending::hidden);
          return;
        }
        expect_good_end(pair, ending);
        EXPECT_EQ(ending, Ending::complete) << pair.endings();
      });
    }
  }
}

TEST(BleFaults, WritesThatBluezLosesEndTheLinkWithACause) {
  BlePair pair({.server = known_device("bluez_5_66_server")});
  const Ending ending = exchange(pair, 20'000, true);
  EXPECT_TRUE(ending == Ending::named || ending == Ending::damaged || ending == Ending::unanswered)
      << ::testing::PrintToString(ending);
  EXPECT_EQ(pair.radio.counters(), RadioCounters{});
}

TEST(BleFaults, AMessageAndEndAtOnceArriveThoughTheyOvertake) {
  for (const BleMode mode : both_modes) {
    for (const bool from_server : {true, false}) {
      for (std::uint64_t seed = 1; seed < 60; ++seed) {
        SCOPED_TRACE(std::to_string(seed) + (from_server ? " server" : " client"));
        BlePair::Settings settings{.mode = mode, .conditions = {.jitter = 20ms}, .seed = seed};
        settings.server.value_order = settings.client.value_order = ValueOrder::within_characteristic;
        settings.server.stack_values = settings.client.stack_values = 8;
        BlePair pair(settings);
        ASSERT_TRUE(pair.open());
        const Bytes message = message_of(3'000);
        const auto send = [&](auto& from) {
          ASSERT_TRUE(from.send(message));
          from.finish();
        };
        from_server ? send(pair.server) : send(pair.client);
        ASSERT_TRUE(pair.closed(20s));
        const auto& got = from_server ? pair.client.messages() : pair.server.messages();
        ASSERT_EQ(got.size(), 1U);
        EXPECT_EQ(got.front(), message);
        pair.radio.run(20s);
        expect_good_end(pair, Ending::complete);
      }
    }
  }
}

TEST(BleFaults, AnAnswerThatNeverComesIsDoneWithoutOrNamed) {
  using Settings = BlePair::Settings;
  struct Silence {
    const char* what;
    void (*make)(Settings&);
    bool is_overcome;
  };
  const Silence silences[]{
      {"mtu", [](Settings& it) { it.client.reports_mtu = false; }, true},
      {"mtu of the server", [](Settings& it) { it.server.server_hears_mtu = false; }, true},
      {"listen", [](Settings& it) { it.server.listens = Answer::none; }, true},
      {"listen refused", [](Settings& it) { it.server.listens = Answer::refused; }, true},
      {"channel", [](Settings& it) { it.server.accepts_channel = Answer::none; }, true},
      {"channel refused", [](Settings& it) { it.server.accepts_channel = Answer::refused; }, true},
      {"late channel", [](Settings& it) { it.server.accept_delay = 2'000ms; }, true},
      {"stale cache", [](Settings& it) { it.client.stale_cache = true; }, true},
      {"unknown characteristics", [](Settings& it) { it.server.extra_characteristics = 5; }, true},
      {"no write commands", [](Settings& it) { it.server.write_commands = false; }, true},
      {"connections fail", [](Settings& it) { it.client.connect_failures = 4; }, true},
      {"disconnect of the client",
       [](Settings& it) { it.client.disconnecting_client = Disconnecting::is_not_confirmed; }, true},
      {"disconnect of the server", [](Settings& it) { it.server.disconnecting_server = Disconnecting::has_no_effect; },
       true},
      {"register", [](Settings& it) { it.server.registers = Answer::none; }, false},
      {"register refused", [](Settings& it) { it.server.registers = Answer::refused; }, false},
      {"discover", [](Settings& it) { it.client.discovers = Answer::none; }, false},
      {"discover refused", [](Settings& it) { it.client.discovers = Answer::refused; }, false},
      {"subscribe", [](Settings& it) { it.server.confirms_subscription = Answer::none; }, false},
      {"subscribe refused", [](Settings& it) { it.server.confirms_subscription = Answer::refused; }, false},
      {"no slot", [](Settings& it) { it.server.advertising_slots = 0; }, false},
      {"hidden", [](Settings& it) { it.server.advertises_hidden = true; }, false},
  };
  for (const Silence& silence : silences) {
    SCOPED_TRACE(silence.what);
    for_all_ways([&](BleMode mode, bool l2cap, bool to_server) {
      Settings settings = settings_of(mode, l2cap);
      silence.make(settings);
      BlePair pair(settings);
      const Ending ending = exchange(pair, some_bytes, to_server);
      expect_good_end(pair, ending);
      const bool by_channel = l2cap && std::string(silence.what).rfind("subscribe", 0) == 0;
      EXPECT_EQ(ending, silence.is_overcome || by_channel ? Ending::complete : Ending::named) << pair.endings();
      EXPECT_LE(pair.radio.elapsed(), 100s);
    });
  }
}

TEST(BleFaults, APeerThatIsNeverToldOfTheDisconnectHearsOfTheEnd) {
  for (const BleMode mode : both_modes) {
    for (const bool by_client : {true, false}) {
      BlePair::Settings settings = settings_of(mode, false);
      settings.server.hears_disconnect = settings.client.hears_disconnect = false;
      BlePair pair(settings);
      ASSERT_TRUE(pair.open());
      by_client ? pair.client.finish() : pair.server.finish();
      ASSERT_TRUE(pair.closed(5s));
      EXPECT_EQ(by_client ? pair.server.reason() : pair.client.reason(), Errc::terminated_by_peer);
      EXPECT_EQ(by_client ? pair.client.reason() : pair.server.reason(), std::nullopt);
      pair.radio.run(10s);
      expect_good_end(pair, Ending::named);
    }
  }
}

// The throttle of Android: whoever begins anew too often finds nothing any more.
TEST(BleFaults, ScansThatBeginAnewStayBelowTheThrottle) {
  BlePair::Settings settings;
  settings.client = known_device("android_13");
  settings.of_client.quirks.scan_restart = 10'000ms;
  BlePair pair(settings);
  pair.client.start();
  pair.radio.after(45s, [&] { pair.server.start(); });
  EXPECT_TRUE(pair.radio.run_until([&] { return pair.client.opened().has_value(); }, 59s));
}

}  // namespace
}  // namespace mdoc::testing
