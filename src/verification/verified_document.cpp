#include "mdoc/verification/verified_document.hpp"

#include <algorithm>

namespace mdoc::verification {
namespace {

const model::DataElementValue* find_in(const std::vector<VerifiedElement>& elements, const NameSpace& name_space,
                                       const ElementIdentifier& identifier) noexcept {
  const auto found = std::ranges::find_if(elements, [&](const VerifiedElement& element) {
    return element.identifier == identifier && element.name_space == name_space;
  });
  return found == elements.end() ? nullptr : &found->value;
}

}  // namespace

const model::DataElementValue* VerifiedDocument::find(const NameSpace& name_space,
                                                      const ElementIdentifier& identifier) const noexcept {
  for (const auto* part : {&issuer_signed_, &device_signed_}) {
    if (const auto* found = find_in(*part, name_space, identifier)) return found;
  }
  return nullptr;
}

const model::DataElementValue* VerifiedZkDocument::find(const NameSpace& name_space,
                                                        const ElementIdentifier& identifier) const noexcept {
  return find_in(elements_, name_space, identifier);
}

}  // namespace mdoc::verification
