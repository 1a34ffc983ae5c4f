// The presenter and the holder: what a document brings to compare them by, and what came of it.
#include "mdoc/verification/holder_verification.hpp"

#include <array>
#include <utility>

#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

using profile::HolderMethod;

constexpr std::array<std::string_view, 6> outcome_names{"not-done",     "matched", "not-matched",
                                                        "inconclusive", "error",   "timed-out"};

/// What the device says of its own comparison (TS 23220-5 as drafted: true, or no answer at all).
HolderOutcome outcome_stated_by(const model::DataElementValue& value) {
  const auto matched = value.as_bool();
  if (!matched) return HolderOutcome::error;
  return *matched ? HolderOutcome::matched : HolderOutcome::not_matched;
}

}  // namespace

std::string_view name(HolderOutcome outcome) noexcept { return outcome_names[static_cast<std::size_t>(outcome)]; }

void DocumentVerifier::note_returned_holder_means() {
  std::size_t index = 0;
  const auto note = [&](const NameSpace& name_space, const ElementIdentifier& element,
                        const model::DataElementValue& value, bool device_signed) {
    const bool released = requested_.empty() || requested_[index];
    ++index;
    const auto method = profile::holder_method(name_space.str(), element.str());
    if (!released || !method) return;
    HolderMeans means{.method = *method, .element = {name_space, element}};
    if (*method == HolderMethod::device) {
      if (!device_signed || !input_.holder_verified_by_device) return;
      means.outcome = outcome_stated_by(value);
      means.basis = "device";
    }
    report_.holder.push_back(std::move(means));
  };
  for (const auto& [name_space, items] : document_.issuer_signed->name_spaces) {
    for (const auto& item : items) note(name_space, item->element_identifier, item->element_value, false);
  }
  if (document_.device_signed == nullptr) return;
  for (const auto& [name_space, elements] : *document_.device_signed->name_spaces) {
    for (const auto& [element, value] : elements) note(name_space, element, value, true);
  }
}

void DocumentVerifier::elements_holder(Finding& finding) {
  note_returned_holder_means();
  if (input_.request == nullptr) return not_applicable(finding, Reason::no_request);
  const DocType* type = doc_type();
  if (type == nullptr) return;
  const auto asked = requested_holder_means(document_.doc_requests, *type, returned_elements(), doc_type_profile());
  if (!asked) return not_applicable(finding, Reason::not_present);
  for (const ElementReference& element : asked->withheld) {
    const auto method = profile::holder_method(element.name_space.str(), element.element.str());
    report_.holder.push_back({.method = *method, .element = element, .withheld = true});
  }
  pass(finding);
  if (asked->sufficient) return;
  finding.found = asked->withheld;
  deviate(finding, Rule::holder_means_withheld, Reason::unanswered, document_.where);
}

void compare_holder(VerificationOutcome& outcome, const VerifiedDocument& document, HolderMatcher& matcher) {
  if (document.index() >= outcome.report.documents.size()) return;
  DocumentReport& report = outcome.report.documents[document.index()];
  if (report.doc_type && *report.doc_type != document.doc_type()) return;
  for (HolderMeans& means : report.holder) {
    if (means.withheld || means.method == HolderMethod::device) continue;
    for (const VerifiedElement& element : document.issuer_signed()) {
      if (element.name_space != means.element.name_space || element.identifier != means.element.element) continue;
      const auto compared = matcher.match(means.method, element);
      if (!compared) continue;
      means.outcome = *compared;
      means.basis = matcher.basis();
    }
  }
}

Result<void> note_holder_outcome(DocumentReport& report, HolderMethod method, HolderOutcome outcome,
                                 std::string basis) {
  bool noted = false;
  for (HolderMeans& means : report.holder) {
    if (means.method != method || means.withheld || method == HolderMethod::device) continue;
    means.outcome = outcome;
    means.basis = basis;
    noted = true;
  }
  if (!noted) return Error{.code = Errc::bad_argument, .where = Path("DocumentReport") / "holder"};
  return {};
}

}  // namespace mdoc::verification
