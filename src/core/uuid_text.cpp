#include "core/uuid_text.hpp"

#include <algorithm>
#include <string>

#include "mdoc/core/encoding.hpp"

namespace mdoc {

std::optional<std::array<std::uint8_t, 16>> parse_uuid_text(std::string_view text) {
  constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
  if (text.size() != form.size()) return std::nullopt;
  std::string digits;
  digits.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] == '-') != (form[i] == '-')) return std::nullopt;
    if (text[i] != '-') digits += text[i];
  }
  const auto bytes = from_hex(digits);
  if (!bytes) return std::nullopt;
  std::array<std::uint8_t, 16> octets{};
  std::ranges::copy(*bytes, octets.begin());
  return octets;
}

}  // namespace mdoc
