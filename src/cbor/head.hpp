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

/// decode_head() for heads whose argument is not in the initial byte, and for those of major type 7.
[[nodiscard]] HeadStatus decode_long_head(ByteView input, Head& head) noexcept;

/// Decodes the head at the beginning of `input`. Arrays and maps may announce more members than
/// `input` can hold; strings that exceed it are truncated. @pre `head` is as it was made
[[nodiscard]] inline HeadStatus decode_head(ByteView input, Head& head) noexcept {
  if (input.empty()) return HeadStatus::truncated;
  const unsigned major = input[0] >> 5;
  const std::size_t argument = input[0] & 0x1f;
  if (major > 6 || argument > 23) return decode_long_head(input, head);
  // Most heads are one byte: no detour through the callbacks of libcbor for these. It also refuses tags
  // without a registration of its time, COSE_Sign1 among them; all that we know and it does not are below 24.
  head.type = static_cast<Type>(major);
  head.argument = argument;
  head.size = 1;
  if (head.type != Type::bytes && head.type != Type::text) return HeadStatus::ok;
  if (argument > input.size() - 1) return HeadStatus::truncated;
  head.content = input.subspan(1, argument);
  head.size += argument;
  return HeadStatus::ok;
}

/// The type that an initial byte announces. A break counts as simple.
[[nodiscard]] Type type_of(std::uint8_t initial_byte) noexcept;

inline constexpr std::uint8_t break_byte = 0xff;

}  // namespace mdoc::cbor
