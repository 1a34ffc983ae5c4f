#pragma once
// The one form of a country: its ISO 3166-1 alpha-2 code in upper case (ISO/IEC 18013-5, Annex B and 13.4.2). Inline
// for the components beyond mdoc::mdoc, to which a shared library exports none of this.

#include <algorithm>
#include <string_view>

#include "core/ascii.hpp"

namespace mdoc {

/// "UT"
[[nodiscard]] constexpr bool is_alpha2(std::string_view text) noexcept {
  return text.size() == 2 && std::ranges::all_of(text, is_upper);
}

}  // namespace mdoc
