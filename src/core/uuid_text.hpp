#pragma once
// The text form of UUIDs, for the layers that have no other business with them.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mdoc {

/// The octets of a UUID in network order. Exactly the text form of RFC 4122, 3, in either case: 8-4-4-4-12 hexadecimal
/// digits, nothing around them.
[[nodiscard]] std::optional<std::array<std::uint8_t, 16>> parse_uuid_text(std::string_view text);

}  // namespace mdoc
