#include "mdoc/presentation/released_ages.hpp"

#include <utility>

#include "mdoc/presentation/consent.hpp"
#include "mdoc/profile/age_over.hpp"

namespace mdoc::presentation {

bool ReleasedAges::contains(std::size_t credential, const NameSpace& name_space,
                            const ElementIdentifier& identifier) const {
  return released_.contains({.credential = credential, .name_space = name_space, .identifier = identifier});
}

bool ReleasedAges::has_room() const noexcept { return released_.size() < profile::max_age_over_per_retrieval; }

bool ReleasedAges::add(std::size_t credential, const NameSpace& name_space, const ElementIdentifier& identifier) {
  if (contains(credential, name_space, identifier)) return true;
  if (!has_room()) return false;
  released_.insert({.credential = credential, .name_space = name_space, .identifier = identifier});
  return true;
}

bool ReleasedAges::add(const Consent& consent) {
  ReleasedAges all = *this;
  for (const DocumentOption& document : consent.documents()) {
    for (const ElementOption& element : document.elements) {
      if (!element.age_attestation) continue;
      if (!all.add(document.credential, element.released.name_space, element.released.element)) return false;
    }
  }
  *this = std::move(all);
  return true;
}

}  // namespace mdoc::presentation
