#include "mdoc/testing/device_traits.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;

constexpr DeviceTraits with(DeviceTraits traits, auto change) {
  change(traits);
  return traits;
}

// CoreBluetooth: the system exchanges MTUs and caches services; an app that is the server cannot disconnect; large
// writes to a channel were seen padded with zeroes.
constexpr DeviceTraits ios = with({}, [](DeviceTraits& it) {
  it.mtu_by_itself = true;
  it.disconnecting_server = Disconnecting::has_no_effect;
  it.stack_values = 8;
  it.max_clean_piece = 2048;
});

constexpr DeviceTraits android = with({}, [](DeviceTraits& it) {
  it.scan_starts = 5;
  it.when_busy = WhenBusy::fails;
  it.taken_delay = 500us;
  it.hears_all_connections = true;
});

constexpr std::array devices{
    NamedTraits{"ideal", "does what the standards say", {}},
    NamedTraits{"ios", "MTU by the system, a server cannot disconnect, pieces above 2 KiB are spoilt", ios},
    NamedTraits{"ios_old", "as ios, with an MTU of 185", with(ios, [](DeviceTraits& it) { it.max_mtu = 185; })},
    NamedTraits{"ios_background", "as ios; its UUID is where other vendors do not look",
                with(ios, [](DeviceTraits& it) { it.advertises_hidden = true; })},
    NamedTraits{"eudi_ios_server", "as ios, with 200 ms before each value",
                with(ios, [](DeviceTraits& it) { it.value_pause = 200ms; })},
    NamedTraits{"android_old", "error 133 at first, services of an old connection, one value at a time",
                with(android,
                     [](DeviceTraits& it) {
                       it.connect_failures = 1;
                       it.stale_cache = true;
                       it.truncates_at = 600;
                     })},
    NamedTraits{"android_13", "cuts values above 512 bytes, five starts of scanning in 30 s", android},
    NamedTraits{"android_legacy_server", "loses writes without response",
                with(android, [](DeviceTraits& it) { it.write_commands = false; })},
    NamedTraits{"samsung_l2cap", "its channels stop for ever within large messages",
                with(android,
                     [](DeviceTraits& it) {
                       it.credit_stall = Stall{16, {}};
                     })},
    NamedTraits{"bluez_5_66_server", "loses writes above 510 bytes, cuts notifications to the MTU less 5",
                with({},
                     [](DeviceTraits& it) {
                       it.max_written = 510;
                       it.notify_overhead = 5;
                       it.stack_values = 8;
                     })},
    NamedTraits{"bluez_eatt", "as bluez_5_66_server; several values under way arrive in any order",
                with({},
                     [](DeviceTraits& it) {
                       it.max_written = 510;
                       it.notify_overhead = 5;
                       it.stack_values = 8;
                       it.value_order = ValueOrder::random;
                     })},
};

}  // namespace

std::span<const NamedTraits> known_devices() noexcept { return devices; }

DeviceTraits known_device(std::string_view name) noexcept {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const auto& it) { return it.name == name; });
  assert(found != devices.end());
  return found->traits;
}

}  // namespace mdoc::testing
