#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mdoc/presentation/match.hpp"

/// @file
/// Internal. What leaves the device of a document.

namespace mdoc::presentation {

enum class SignedBy : std::uint8_t { anyone, device };

/// The elements that `option` releases, each once, in the order of the request: two questions may have one answer.
[[nodiscard]] inline std::vector<model::ElementReference> released_elements(const DocumentOption& option,
                                                                            SignedBy by = SignedBy::anyone) {
  std::vector<model::ElementReference> elements;
  for (const ElementOption& element : option.elements) {
    if (by == SignedBy::device && !element.device_signed) continue;
    if (std::ranges::find(elements, element.released) == elements.end()) elements.push_back(element.released);
  }
  return elements;
}

}  // namespace mdoc::presentation
