#include "mdoc/profile/validate.hpp"

#include "profile/validate_parts.hpp"
#include "profile/value_judge.hpp"

namespace mdoc::profile {
namespace {

void judge_element(const DocTypeProfile& profile, const PresentElement& element, const ValidationContext& context,
                   ElementFindings& findings) {
  ElementFinding finding{
      .fault = {}, .name_space = element.name_space, .identifier = element.identifier, .place = {}, .other = {}};
  const auto report = [&](ElementFault fault) {
    finding.fault = fault;
    findings.append(finding);
  };
  const NameSpaceProfile* const name_space = find_name_space(profile, element.name_space);
  if (is_wrongly_device_signed(profile, element)) report(ElementFault::device_signed_forbidden);
  if (name_space == nullptr) return;  // an issuer's own
  const ElementProfile* const defined = find_element(*name_space, element.identifier);
  if (defined == nullptr) return report(ElementFault::unknown_element);
  ValueJudge(finding, context.decode, findings).judge(*element.value, defined->rule);
}

/// An issuer may well have name spaces of its own; but one may also be misspelt.
void judge_name_spaces(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                       ElementFindings& findings) {
  const PresentElement* previous = nullptr;
  for (const PresentElement& element : elements) {
    if (element.device_signed) continue;
    const bool same = previous != nullptr && previous->name_space == element.name_space;
    previous = &element;
    if (same || find_name_space(profile, element.name_space) != nullptr) continue;
    if (is_domestic(profile, element.name_space)) continue;
    findings.append({.fault = ElementFault::unknown_name_space,
                     .name_space = element.name_space,
                     .identifier = {},
                     .place = {},
                     .other = {}});
  }
}

}  // namespace

const ElementProfile* definition_of(const DocTypeProfile& profile, const PresentElement& element) noexcept {
  const NameSpaceProfile* const name_space = find_name_space(profile, element.name_space);
  return name_space == nullptr ? nullptr : find_element(*name_space, element.identifier);
}

bool is_wrongly_device_signed(const DocTypeProfile& profile, const PresentElement& element) noexcept {
  if (!element.device_signed) return false;
  if (!profile.mdoc_authentication.device_signed) return true;
  const ElementProfile* const defined = definition_of(profile, element);
  return defined != nullptr && !defined->device_signed;
}

void validate_values(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                     const ValidationContext& context, ElementFindings& findings) {
  for (const PresentElement& element : elements) judge_element(profile, element, context, findings);
  judge_consistency(profile, elements, context, findings);
}

void validate_document(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                       const ValidationContext& context, ElementFindings& findings) {
  judge_presence(profile, elements, findings);
  judge_name_spaces(profile, elements, findings);
  validate_values(profile, elements, context, findings);
}

}  // namespace mdoc::profile
