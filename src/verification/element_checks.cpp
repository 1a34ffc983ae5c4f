// Elements: once each, of the issuer's country, asked for, in their form, and without contradiction.
#include <algorithm>
#include <array>
#include <tuple>

#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {

void DocumentVerifier::elements_unique(Finding& finding) {
  using Name = std::tuple<const NameSpace*, const ElementIdentifier*>;
  const auto before = [](const Name& a, const Name& b) {
    return std::tie(*std::get<0>(a), *std::get<1>(a)) < std::tie(*std::get<0>(b), *std::get<1>(b));
  };
  std::vector<Name> names;
  names.reserve(element_count());
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& element, const auto&) {
    names.emplace_back(&name_space, &element);
  });
  std::ranges::sort(names, before);
  std::vector<ElementReference> twice;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (!before(names[i - 1], names[i])) twice.push_back({*std::get<0>(names[i]), *std::get<1>(names[i])});
  }
  if (twice.empty()) return pass(finding);
  fail(finding, Reason::duplicate);
  finding.found = std::move(twice);
}

void DocumentVerifier::compare_issuer(Finding& finding, std::string_view element,
                                      std::optional<std::string_view> certificate, Rule rule) {
  const auto* profile = doc_type_profile();
  if (profile == nullptr) return not_applicable(finding, Reason::unknown_doc_type);
  const model::DataElementValue* value = nullptr;
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& name, const auto& candidate) {
    if (name.str() == element && name_space.str() == profile->issuer_name_space) value = &candidate;
  });
  // The certificate's own duty to name a country is another check; a state is optional.
  if (element.empty() || value == nullptr || !certificate) return not_applicable(finding, Reason::not_present);

  const auto text = value->as_text();
  if (!text) return fail(finding, text.error());
  pass(finding);
  if (*text == *certificate) return;
  finding.expected = std::string(*certificate);
  finding.found = std::string(*text);
  deviate(finding, rule, Reason::mismatch, document_.where);
}

void DocumentVerifier::issuer_country(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto* profile = doc_type_profile();
  // A signer that names no country, which is another check, has that of its authority.
  const auto& anchor = evaluation_.chain->anchor;
  auto country = signer->country();
  if (!country && anchor && anchor->country) country = *anchor->country;
  compare_issuer(finding, profile == nullptr ? "" : profile->country_element, country, Rule::issuing_country_differs);
}

void DocumentVerifier::issuer_jurisdiction(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto* profile = doc_type_profile();
  compare_issuer(finding, profile == nullptr ? "" : profile->jurisdiction_element, signer->state_or_province(),
                 Rule::issuing_jurisdiction_differs);
}

void DocumentVerifier::elements_requested(Finding& finding) {
  if (input_.request == nullptr) return not_applicable(finding, Reason::no_request);
  const DocType* type = doc_type();
  if (type == nullptr) return;
  const std::vector<ReturnedElement> returned = returned_elements();
  requested_ = requested(document_.doc_requests, *type, AnswerForm::document, returned, doc_type_profile());
  std::vector<ElementReference> unrequested;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (!requested_[i]) unrequested.push_back({*returned[i].name_space, *returned[i].identifier});
  }
  pass(finding);
  if (unrequested.empty()) return;
  finding.found = std::move(unrequested);
  deviate(finding, Rule::element_unrequested, Reason::unrequested, document_.where);
}

const profile::ElementFindings& DocumentVerifier::judge_elements(const profile::DocTypeProfile& profile) {
  if (element_findings_) return *element_findings_;
  std::vector<profile::PresentElement> elements;
  elements.reserve(element_count());
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& element, const auto& value) {
    elements.push_back({.name_space = name_space.str(), .identifier = element.str(), .value = &value});
  });
  // What is said of ages is said as of validFrom (13.4.6). Of a proof there is no MSO.
  profile::ValidationContext context{.decode = {.limits = limits_, .level = level_}};
  if (mso_) context.valid_from = mso_->validity_info.valid_from;
  validate_values(profile, elements, context, element_findings_.emplace());
  return *element_findings_;
}

void DocumentVerifier::judge_aspect(Finding& finding, profile::FaultAspect aspect, Rule rule) {
  const auto* profile = doc_type_profile();
  if (profile == nullptr) return not_applicable(finding, Reason::unknown_doc_type);
  std::vector<ElementReference> wrong;
  const profile::ElementFindings& judged = judge_elements(*profile);
  for (const profile::ElementFinding& found : judged.entries()) {
    const profile::ElementFaultInfo& fault = profile::info(found.fault);
    if (fault.aspect != aspect || fault.severity != profile::FaultSeverity::error) continue;
    ElementReference element{NameSpace(found.name_space), ElementIdentifier(found.identifier)};
    report_.elements.push_back(
        {.element = element, .fault = found.fault, .place = found.place.text(), .other = std::string(found.other)});
    // Several faults of one element come one after the other.
    if (wrong.empty() || !(wrong.back() == element)) wrong.push_back(std::move(element));
  }
  // Those that found no room may be all that there are of this aspect: a document must not pass by other faults.
  const std::size_t further = judged.dropped_errors(aspect);
  report_.further_elements += further;
  pass(finding);
  if (wrong.empty() && further == 0) return;
  if (!wrong.empty()) finding.found = std::move(wrong);
  deviate(finding, rule, Reason::deviation, document_.where);
}

void DocumentVerifier::elements_format(Finding& finding) {
  judge_aspect(finding, profile::FaultAspect::form, Rule::element_form);
}

void DocumentVerifier::elements_consistency(Finding& finding) {
  judge_aspect(finding, profile::FaultAspect::consistency, Rule::element_contradiction);
}

}  // namespace mdoc::verification
