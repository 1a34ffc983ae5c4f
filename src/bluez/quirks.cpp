#include "mdoc/bluez/quirks.hpp"

#include "mdoc/transport/ble_quirks.hpp"

namespace mdoc::bluez {
namespace {

// The table's, but for the pause before End: the sockets of this driver keep End behind the last part.
transport::BleQuirks quirks(transport::BleRole role) noexcept {
  transport::BleQuirks quirks = transport::ble_quirks(transport::BleStack::bluez, role);
  quirks.end_pause = std::chrono::milliseconds{0};
  return quirks;
}

}  // namespace

transport::BleQuirks server_quirks() noexcept { return quirks(transport::BleRole::server); }

transport::BleQuirks client_quirks() noexcept { return quirks(transport::BleRole::client); }

}  // namespace mdoc::bluez
