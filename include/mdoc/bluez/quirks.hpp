#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/transport/ble_options.hpp"

namespace mdoc::bluez {

/// For BleLinkOptions::quirks of a BlePeripheral on bluetoothd.
[[nodiscard]] MDOC_EXPORT transport::BleQuirks server_quirks() noexcept;
/// The same of a BleCentral.
[[nodiscard]] MDOC_EXPORT transport::BleQuirks client_quirks() noexcept;

}  // namespace mdoc::bluez
