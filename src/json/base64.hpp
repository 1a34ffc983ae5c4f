#pragma once
// Internal to mdoc::json: base64 with padding (RFC 4648, 4), in which JOSE headers and trust lists carry DER.

#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::json {

[[nodiscard]] std::string to_base64(ByteView bytes);
/// Padded to a multiple of four, unused bits zero, without white space: each value has one text.
/// @return malformed/bad_encoding with the offset of the first wrong character
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

}  // namespace mdoc::json
