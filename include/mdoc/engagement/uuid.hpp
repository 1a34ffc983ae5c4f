#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"

namespace mdoc::engagement {

/// A 128-bit UUID (RFC 4122), as which BLE services are found.
///
/// `octets` are in network order, the order of the text form and of BleOptions. Advertisements, ATT
/// and the NFC out-of-band record carry them reversed.
struct MDOC_EXPORT Uuid {
  std::array<std::uint8_t, 16> octets{};

  /// A random one (version 4). Fresh for each transaction: a UUID that stays is a way to follow the
  /// holder around.
  [[nodiscard]] static Result<Uuid> random(Rng& rng);
  /// Reads the text form, in either case; nothing for any other text.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  [[nodiscard]] std::array<std::uint8_t, 16> reversed() const noexcept;
  /// "45efef74-2b2c-4837-a9a3-b0e1d05a6917"
  [[nodiscard]] std::string text() const;

  friend std::strong_ordering operator<=>(const Uuid&, const Uuid&) = default;  // libc++ 16: std::array has no <=>
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

}  // namespace mdoc::engagement
