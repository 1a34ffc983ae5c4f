#include "mdoc/transport/ble_quirks.hpp"

#include <array>

namespace mdoc::transport {
namespace {

constexpr std::array table{
    BleQuirk{"value-above-512", "Android 13 and later", "drops what a value has beyond 512 bytes, with an MTU of 517",
             "a value has 512 bytes at most, whatever the MTU"},
    BleQuirk{"mtu-not-reported", "iOS, some dongles", "no exchange of MTUs, or none that the stack tells of",
             "after a moment the least MTU holds, until another is reported"},
    BleQuirk{"bluez-write-dropped", "BlueZ 5.66 as server",
             "takes no write without response above 510 bytes, and says nothing, though it agrees to an MTU of 517",
             "a client on BlueZ writes 510 bytes at most; a server on BlueZ wants ExchangeMTU = 513 in main.conf"},
    BleQuirk{"bluez-notification-cut", "BlueZ 5.66 as server", "cuts notifications to MTU - 5 bytes",
             "a server on BlueZ notifies MTU - 5 bytes at most, and 510"},
    BleQuirk{
        "values-overtake", "BlueZ with EATT, stacks with a queue for each characteristic",
        "values of different characteristics, or several at once, arrive in another order",
        "one value at a time; End waits for the last part to leave, and what was under way is still taken after the "
        "peer's End"},
    BleQuirk{"stale-service", "Android as client", "shows the services that a device of that address had before",
             "an incomplete service is discovered once more without the cache"},
    BleQuirk{"connect-error-133", "Android as client",
             "a connection fails for no reason, and works at the next attempt",
             "attempts are repeated, with growing pauses"},
    BleQuirk{"scan-throttled", "Android as client",
             "finds nothing after five starts of a scan in 30 s, and stops long scans",
             "a scan begins anew every 10 s and not more often"},
    BleQuirk{"write-without-response-missing", "servers of older kits", "offer Write alone",
             "parts are written with response there"},
    BleQuirk{"write-with-response", "some readers", "write with response",
             "our services have Write beside Write Without Response"},
    BleQuirk{"start-before-subscription", "some readers", "write Start before notifications are on",
             "the link is open, and our first part waits for the subscription"},
    BleQuirk{"answer-before-confirmation", "fast servers", "speak before the client's stack has confirmed Start",
             "what comes counts as the confirmation"},
    BleQuirk{"no-connection-event", "CoreBluetooth as server", "tells of no connection, only of what a client does",
             "a client is known by the first thing that it does"},
    BleQuirk{"empty-value", "one wallet kit", "sends values of no bytes", "they are no part and no error"},
    BleQuirk{"empty-last-part", "some kits", "close a message of a length that divides evenly by an empty part",
             "it completes the message"},
    BleQuirk{"slow-parts", "a wallet kit on iOS", "pauses for 200 ms between parts",
             "the limit is on progress, not on the whole"},
    BleQuirk{"last-part-flagged-more", "a kit on iOS", "marks the last part as not the last where it fits exactly",
             "cannot be repaired: the link ends as timed_out at the characteristic"},
    BleQuirk{"start-beside-channel", "a kit on iOS", "writes Start though a channel is open", "it changes nothing"},
    BleQuirk{"zero-length-ends", "a kit on iOS", "ends by a length of zero on the channel", "it is an end by the peer"},
    BleQuirk{"psm-little-endian", "experiments", "write the PSM with the least significant byte first",
             "read so where the other order gives no PSM of LE"},
    BleQuirk{"large-channel-writes", "CoreBluetooth", "pads or spoils large writes to a channel",
             "pieces have 2048 bytes at most"},
    BleQuirk{"ident-missing", "readers of older kits", "have no Ident", "the mdoc goes on without the comparison"},
};

}  // namespace

BleQuirks ble_quirks(BleStack stack, BleRole role) noexcept {
  BleQuirks quirks;
  switch (stack) {
    case BleStack::android:
      if (role == BleRole::client) quirks.scan_restart = std::chrono::seconds{10};
      break;
    case BleStack::core_bluetooth: break;
    case BleStack::bluez:
      quirks.max_value = 510;
      if (role == BleRole::server) quirks.value_overhead = 5;
      quirks.end_pause = std::chrono::milliseconds{50};  // each characteristic has a queue of its own
      break;
  }
  return quirks;
}

std::span<const BleQuirk> ble_quirk_table() noexcept { return table; }

}  // namespace mdoc::transport
