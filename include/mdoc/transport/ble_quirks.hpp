#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/transport/ble_options.hpp"

/// @file
/// How Bluetooth stacks and deployed peers differ from the standard, as data. What the machines do about it needs no
/// switch for a brand: it holds for every peer, or comes in by BleLinkOptions::quirks.

namespace mdoc::transport {

/// The Bluetooth stack that a machine's shell drives.
enum class BleStack : std::uint8_t { android, core_bluetooth, bluez };
enum class BleRole : std::uint8_t { server, client };

/// Settings for a stack and the side that we have in it.
[[nodiscard]] MDOC_EXPORT BleQuirks ble_quirks(BleStack stack, BleRole role) noexcept;

/// One known difference.
struct BleQuirk {
  std::string_view id;         ///< stable: "bluez-notification-cut"
  std::string_view where;      ///< who has it
  std::string_view behaviour;  ///< what they do
  std::string_view handling;   ///< what is done about it
};
/// All of them; each has a test of its name.
[[nodiscard]] MDOC_EXPORT std::span<const BleQuirk> ble_quirk_table() noexcept;

}  // namespace mdoc::transport
