#include "cbor/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace mdoc::cbor {
namespace {

/// Number of bytes before the first one that is not ASCII, rounded down to whole words.
std::size_t ascii_words(ByteView text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t i = 0;
  for (std::uint64_t word = 0; text.size() - i >= sizeof(word); i += sizeof(word)) {
    std::memcpy(&word, text.data() + i, sizeof(word));
    if ((word & high_bits) != 0) break;
  }
  return i;
}

bool is_continuation(std::uint8_t byte) noexcept { return (byte & 0xc0) == 0x80; }

/// Size of the character at the beginning of `text`; 0 if there is none.
std::size_t character_size(ByteView text) noexcept {
  const std::uint8_t lead = text[0];
  if (lead < 0x80) return 1;
  const auto second_in = [&](std::uint8_t low, std::uint8_t high) {
    return text.size() >= 2 && text[1] >= low && text[1] <= high;
  };
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

}  // namespace

bool is_utf8(ByteView text) noexcept {
  for (text = text.subspan(ascii_words(text)); !text.empty();) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

char32_t take_character(std::string_view& text) noexcept {
  const std::size_t size = character_size(as_bytes(text));
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  char32_t character = byte(0);
  if (size > 1) character &= 0xffu >> (size + 1);
  for (std::size_t i = 1; i < size; ++i) character = character << 6 | (byte(i) & 0x3fu);
  text.remove_prefix(size);
  return character;
}

}  // namespace mdoc::cbor
