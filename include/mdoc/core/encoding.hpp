#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc {

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] MDOC_EXPORT std::string to_hex(ByteView bytes);
/// Either case, even length, nothing else. @return malformed/bad_encoding with the offset
[[nodiscard]] MDOC_EXPORT Result<Bytes> from_hex(std::string_view hex);
/// The same for key material. What was decoded before an error is wiped.
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> secret_from_hex(std::string_view hex);

/// base64url without padding (RFC 4648, 5).
[[nodiscard]] MDOC_EXPORT std::string to_base64url(ByteView bytes);
/// base64url without padding; unused bits must be zero, so that each value has one text.
/// @return malformed/bad_encoding with the offset of the first wrong character
[[nodiscard]] MDOC_EXPORT Result<Bytes> from_base64url(std::string_view text);
/// The same for key material. What was decoded before an error is wiped.
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> secret_from_base64url(std::string_view text);

}  // namespace mdoc
