#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace mdoc {

using Bytes = std::vector<std::uint8_t>;         ///< owns; every returned buffer is one
using ByteView = std::span<const std::uint8_t>;  ///< borrows for the duration of the call

/// The bytes of `text`, borrowed.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// `bytes` seen as text, borrowed. The caller knows that they are text.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace mdoc
