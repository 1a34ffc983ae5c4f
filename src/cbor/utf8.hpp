#pragma once

#include <cstddef>
#include <string_view>

#include "mdoc/core/bytes.hpp"

namespace mdoc::cbor {

/// True for well-formed UTF-8 (Unicode, table 3-7): no overlong forms, surrogates or values above
/// U+10FFFF.
[[nodiscard]] bool is_utf8(ByteView text) noexcept;

/// Takes the first character from well-formed UTF-8. @pre is_utf8(text), not empty
[[nodiscard]] char32_t take_character(std::string_view& text) noexcept;

}  // namespace mdoc::cbor
