#pragma once

#include <cstdint>

#include "mdoc/cbor/reader.hpp"

namespace mdoc::cbor {

/// The head of a data item; for strings of definite length with the content behind it.
struct Head {
  Type type{};
  bool is_break = false;    ///< the end of an item of indefinite length; no item itself
  bool indefinite = false;  ///< string, array or map of indefinite length
  bool preferred = true;    ///< the argument is in its shortest form (RFC 8949, 4.1)
  /// Unsigned and tag: the number. Negative: -1 - number. String: its size. Array, map: members.
  /// Simple, boolean: the value.
  std::uint64_t argument = 0;
  double floating = 0;
  ByteView content;      ///< of a string
  std::size_t size = 0;  ///< encoded size, content of strings included
};

enum class HeadStatus : std::uint8_t { ok, truncated, not_well_formed };

/// Decodes the head at the beginning of `input`. Arrays and maps may announce more members than
/// `input` can hold; strings that exceed it are truncated.
[[nodiscard]] HeadStatus decode_head(ByteView input, Head& head) noexcept;

/// The type that an initial byte announces. A break counts as simple.
[[nodiscard]] Type type_of(std::uint8_t initial_byte) noexcept;

inline constexpr std::uint8_t break_byte = 0xff;

}  // namespace mdoc::cbor
