#include "core/utf8.hpp"

#include <cstring>

namespace mdoc {
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

}  // namespace

bool is_utf8(ByteView text) noexcept {
  for (text = text.subspan(ascii_words(text)); !text.empty();) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

}  // namespace mdoc
