#pragma once
// The one decoder of UTF-8. Well-formed is what Unicode, table 3-7, lists (RFC 3629): no overlong forms, no surrogates,
// nothing above U+10FFFF. Inline for the components beyond mdoc::mdoc, to which a shared library exports none of this.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"

namespace mdoc {

/// Size of the character at the beginning of `text`, in bytes; 0 if none begins there. @pre `text` is not empty
[[nodiscard]] inline std::size_t character_size(ByteView text) noexcept {
  const std::uint8_t lead = text[0];
  if (lead < 0x80) return 1;
  const auto second_in = [&](std::uint8_t low, std::uint8_t high) {
    return text.size() >= 2 && text[1] >= low && text[1] <= high;
  };
  const auto is_continuation = [](std::uint8_t byte) { return (byte & 0xc0) == 0x80; };
  if (lead >= 0xc2 && lead <= 0xdf) return second_in(0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool second = lead == 0xe0   ? second_in(0xa0, 0xbf)  // overlong below
                        : lead == 0xed ? second_in(0x80, 0x9f)  // surrogates above
                                       : second_in(0x80, 0xbf);
    return second && text.size() >= 3 && is_continuation(text[2]) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool second = lead == 0xf0   ? second_in(0x90, 0xbf)  // overlong below
                        : lead == 0xf4 ? second_in(0x80, 0x8f)  // beyond U+10FFFF above
                                       : second_in(0x80, 0xbf);
    return second && text.size() >= 4 && is_continuation(text[2]) && is_continuation(text[3]) ? 4 : 0;
  }
  return 0;
}

/// Takes the first character off `text`. Takes nothing, and gives nothing, where none begins: at the end, and at a byte
/// that is not well-formed.
[[nodiscard]] inline std::optional<char32_t> take_character(std::string_view& text) noexcept {
  const std::size_t size = text.empty() ? 0 : character_size(as_bytes(text));
  if (size == 0) return std::nullopt;
  const auto byte = [&text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  char32_t character = size == 1 ? byte(0) : byte(0) & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) character = character << 6 | (byte(i) & 0x3fu);
  text.remove_prefix(size);
  return character;
}

/// `text` with U+FFFD for each byte that is not part of a well-formed character: what comes from a file system or from
/// a program may be anything, and JSON must be UTF-8.
[[nodiscard]] inline std::string replace_malformed(std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(as_bytes(text));
    out.append(size == 0 ? replacement : text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

/// A blank of any width that is shown as one. So many of them that what follows begins a row of the terminal make it
/// look like a line of ours.
[[nodiscard]] inline bool is_blank(char32_t character) noexcept {
  return character == U' ' || character == U'\u00a0' || character == U'\u1680' ||
         (character >= U'\u2000' && character <= U'\u200a') || character == U'\u202f' || character == U'\u205f' ||
         character == U'\u3000' || character == U'\u2800';
}

/// All of `text` is well-formed.
[[nodiscard]] bool is_utf8(ByteView text) noexcept;

}  // namespace mdoc
