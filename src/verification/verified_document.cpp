#include "mdoc/verification/verified_document.hpp"

#include <algorithm>

namespace mdoc::verification {

const model::DataElementValue* VerifiedDocument::find(const NameSpace& name_space,
                                                      const ElementIdentifier& identifier) const noexcept {
  for (const auto* part : {&issuer_signed_, &device_signed_}) {
    const auto found = std::ranges::find_if(*part, [&](const VerifiedElement& element) {
      return element.identifier == identifier && element.name_space == name_space;
    });
    if (found != part->end()) return &found->value;
  }
  return nullptr;
}

}  // namespace mdoc::verification
