#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc {

/// `Version` of engagement, request, response and MSO: "1.0". Only the major number decides whether
/// a structure can be read; features are recognised by the members present, never by the minor
/// number (ISO/IEC 18013-5, second edition, 8.3).
struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  friend bool operator==(const Version&, const Version&) = default;
};

/// Reads "major.minor", both decimal, at most nine digits, without leading zeros; nothing for any
/// other text.
[[nodiscard]] MDOC_EXPORT std::optional<Version> parse_version(std::string_view text) noexcept;

}  // namespace mdoc
