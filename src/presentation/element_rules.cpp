#include "presentation/element_rules.hpp"

namespace mdoc::presentation {

bool adopts_age_rule(const profile::DocTypeProfile* known, const NameSpace& name_space) {
  const auto* space = known == nullptr ? nullptr : profile::find_name_space(*known, name_space.str());
  return space != nullptr && space->age_over;
}

bool is_holder_element(const profile::DocTypeProfile* known, const model::ElementReference& element) {
  return known != nullptr && !known->holder_verification.element.empty() &&
         element.element.str() == known->holder_verification.element &&
         element.name_space.str() == known->issuer_name_space;
}

bool is_mandatory(const profile::DocTypeProfile* known, const model::ElementReference& element) {
  const auto* const space = known == nullptr ? nullptr : profile::find_name_space(*known, element.name_space.str());
  const auto* const found = space == nullptr ? nullptr : profile::find_element(*space, element.element.str());
  return found != nullptr && found->presence == profile::Presence::mandatory;
}

}  // namespace mdoc::presentation
