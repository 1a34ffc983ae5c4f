#pragma once
// The one form of an object identifier as text: "1.0.18013.5.1.2" (X.660, 7.4 and 7.6).

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"

namespace mdoc {

/// At least two numbers of any size without leading zeros, the first 0 to 2, the second below 40 where that is 0 or 1.
[[nodiscard]] constexpr bool is_object_identifier(std::string_view dotted) noexcept {
  std::size_t arcs = 0;
  bool narrow = true;  // below 0 and 1
  for (std::size_t at = 0; at <= dotted.size(); ++arcs) {
    const std::size_t end = std::min(dotted.find('.', at), dotted.size());
    const std::string_view arc = dotted.substr(at, end - at);
    if (arc.empty() || !std::ranges::all_of(arc, is_digit) || (arc.size() > 1 && arc.front() == '0')) return false;
    if (arcs == 0 && (arc.size() > 1 || arc.front() > '2')) return false;
    if (arcs == 0) narrow = arc.front() != '2';
    if (arcs == 1 && narrow && (arc.size() > 2 || (arc.size() == 2 && arc.front() > '3'))) return false;
    at = end + 1;
  }
  return arcs >= 2;
}

}  // namespace mdoc
