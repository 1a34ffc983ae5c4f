#include "mdoc/bluez/quirks.hpp"

namespace mdoc::bluez {
namespace {

// bluetoothd 5.66 drops writes of more than 510 bytes that its GATT server receives, without an error, so that a peer
// that runs on it as well would lose them. For notifications, the buffer is of that size too.
constexpr std::size_t longest_value = 510;

}  // namespace

// It cuts notifications to MTU - 5.
transport::BleQuirks server_quirks() noexcept { return {.max_value = longest_value, .value_overhead = 5}; }

// Values go through a socket that bluetoothd reads, one at a time.
transport::BleQuirks client_quirks() noexcept { return {.max_value = longest_value}; }

}  // namespace mdoc::bluez
