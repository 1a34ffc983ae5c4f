#include "presentation/element_rules.hpp"

#include "mdoc/profile/age_over.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::presentation {

bool adopts_age_rule(const DocType& doc_type, const NameSpace& name_space) {
  const auto* known = profile::find_doc_type(profile::doc_types(), doc_type.str());
  const auto* space = known == nullptr ? nullptr : profile::find_name_space(*known, name_space.str());
  return space != nullptr && space->age_over;
}

bool is_holder_element(const DocType& doc_type, const model::ElementReference& element) {
  const auto* known = profile::find_doc_type(profile::doc_types(), doc_type.str());
  return known != nullptr && !known->holder_verification.element.empty() &&
         element.element.str() == known->holder_verification.element &&
         element.name_space.str() == known->issuer_name_space;
}

bool is_age_attestation(const DocType& doc_type, const model::ElementReference& element) {
  return profile::parse_age_over(element.element.str()) && adopts_age_rule(doc_type, element.name_space);
}

}  // namespace mdoc::presentation
