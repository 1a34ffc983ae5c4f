#pragma once
// Internal to the layer: the elements of a document that count for answers.

#include <string_view>

#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/verification/answer.hpp"

namespace mdoc::verification {

/// One element in a name space of the profile.
struct KnownElement {
  const profile::NameSpaceProfile& name_space;
  const VerifiedElement& element;
};

/// The element says so, and the profile does not forbid it for all (P11).
[[nodiscard]] inline bool may_device_sign(const profile::DocTypeProfile& profile,
                                          const profile::ElementProfile& element) noexcept {
  return profile.mdoc_authentication.device_signed && element.device_signed;
}

/// visit(KnownElement) for each element that the profile defines, and that was signed by who may sign it.
template <class Visit>
void for_each_known(const AnswerSource& source, const profile::DocTypeProfile& profile, Visit visit) {
  const auto go_through = [&](std::span<const VerifiedElement> elements, bool by_device) {
    for (const VerifiedElement& element : elements) {
      const auto* name_space = profile::find_name_space(profile, element.name_space.str());
      if (name_space == nullptr) continue;
      const auto* known = profile::find_element(*name_space, element.identifier.str());
      if (known == nullptr || (by_device && !may_device_sign(profile, *known))) continue;
      visit(KnownElement{*name_space, element});
    }
  };
  go_through(source.issuer_signed, false);
  go_through(source.device_signed, true);
}

/// The first with this identifier; null: there is none.
[[nodiscard]] inline const VerifiedElement* find_known(const AnswerSource& source,
                                                       const profile::DocTypeProfile& profile,
                                                       std::string_view identifier) {
  const VerifiedElement* found = nullptr;
  for_each_known(source, profile, [&](const KnownElement& known) {
    if (found == nullptr && known.element.identifier.str() == identifier) found = &known.element;
  });
  return found;
}

[[nodiscard]] inline model::ElementReference reference(const VerifiedElement& element) {
  return {element.name_space, element.identifier};
}

}  // namespace mdoc::verification
