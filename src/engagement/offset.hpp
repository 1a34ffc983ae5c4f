#pragma once
// Internal: places of errors in the message that a part was cut from.

#include <cstdint>
#include <functional>

#include "mdoc/core/bytes.hpp"

namespace mdoc::engagement {

/// Where `part` begins in `whole`; 0 for bytes that were copied out of it.
[[nodiscard]] inline std::uint32_t offset_in(ByteView whole, ByteView part) noexcept {
  const std::less<const std::uint8_t*> before;
  const std::uint8_t* const begin = whole.data();
  const bool inside = !before(part.data(), begin) && !before(begin + whole.size(), part.data() + part.size());
  return inside ? static_cast<std::uint32_t>(part.data() - begin) : 0;
}

}  // namespace mdoc::engagement
