#pragma once
// What must hold for every decoder, whatever the bytes. What breaks it ends the target, and so is found.

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/rules.hpp"

namespace mdoc::fuzz {

inline void require(bool condition) {
  if (!condition) std::abort();
}

[[nodiscard]] inline bool same(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

/// `part` is a slice of `whole`, not bytes of its own.
[[nodiscard]] inline bool inside(ByteView whole, ByteView part) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// An error names a byte of the input or its end; or none, where the fault is that of no byte.
inline void require_place(const Error& error, std::size_t size) {
  require(error.offset == Error::no_offset || error.offset <= size);
}

/// Decodes at every level: what one accepts, the more tolerant ones accept too.
/// @param decode  takes a Level, gives a Result
/// @return what the lenient level gives
template <class Decode>
[[nodiscard]] auto decode_at_levels(const Decode& decode, std::size_t size) {
  const auto strict = decode(Level::strict);
  const auto interop = decode(Level::interop);
  auto lenient = decode(Level::lenient);
  require(!strict || interop);
  require(!interop || lenient);
  if (!strict) require_place(strict.error(), size);
  if (!interop) require_place(interop.error(), size);
  if (!lenient) require_place(lenient.error(), size);
  return lenient;
}

}  // namespace mdoc::fuzz
