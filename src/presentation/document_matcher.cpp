#include "presentation/document_matcher.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mdoc/profile/request_rules.hpp"
#include "presentation/element_rules.hpp"

namespace mdoc::presentation {
namespace {

using model::ElementReference;
using profile::AgeOver;

std::vector<AgeOver> age_attestations(const Credential& credential, const NameSpace& name_space) {
  std::vector<AgeOver> found;
  for (const auto& [space, items] : credential.issuer_signed().name_spaces) {
    if (space != name_space) continue;
    for (const auto& item : items) {
      const auto years = profile::parse_age_over(item->element_identifier.str());
      const auto value = item->element_value.as_bool();
      if (years && value) found.push_back({.years = *years, .value = *value});
    }
  }
  return found;
}

}  // namespace

DocumentMatcher::DocumentMatcher(const Credential& credential, std::size_t credential_index,
                                 const model::ItemsRequest& wanted, const profile::DocTypeProfile* known,
                                 ReleasedAges& ages, std::span<const ElementReference> device_signed)
    : credential_(credential),
      index_(credential_index),
      wanted_(wanted),
      known_(known),
      ages_(ages),
      device_signed_(device_signed),
      option_{.credential = credential_index, .credential_id = credential.id(), .doc_type = credential.doc_type()} {
  if (!wanted.request_info) return;
  for (const auto& each : wanted.request_info->alternative_data_elements) {
    const ElementReference& requested = each.requested_element;
    alternatives_.emplace(ElementName(requested.name_space.str(), requested.element.str()), &each);
  }
}

DocumentOption DocumentMatcher::match() {
  for (const auto& [name_space, elements] : wanted_.name_spaces) {
    for (const auto& [identifier, intent_to_retain] : elements) match({name_space, identifier}, intent_to_retain);
  }
  return std::move(option_);
}

void DocumentMatcher::match(const ElementReference& requested, bool intent_to_retain) {
  Answer found;
  if (auto one = answer(requested)) {
    found.push_back(*std::move(one));
  } else if (auto others = answer_instead(requested)) {
    found = *std::move(others);
  } else {
    option_.unavailable.push_back(requested);
    return;
  }
  for (ElementOption& element : found) {
    element.requested = requested;
    element.intent_to_retain = intent_to_retain;  // alternatives inherit it
    option_.elements.push_back(std::move(element));
  }
}

std::optional<ElementOption> DocumentMatcher::answer(const ElementReference& requested) {
  // With it the issuer would be asked in the holder's place, and learn of every presentation.
  if (profile::is_server_retrieval(requested.name_space.str(), requested.element.str())) return std::nullopt;
  const auto years = profile::parse_age_over(requested.element.str());
  if (years && adopts_age_rule(known_, requested.name_space)) return answer_age(requested, *years);
  auto itself = answer_by_itself(requested);
  if (!itself || !years) return itself;
  // Whatever document they are of: with more, the reader would learn how old somebody is.
  if (!ages_.add(index_, requested.name_space, requested.element)) return std::nullopt;
  itself->age_attestation = true;
  return itself;
}

std::optional<ElementOption> DocumentMatcher::answer_by_itself(const ElementReference& requested) const {
  if (credential_.issuer_signed().find(requested.name_space, requested.element) != nullptr) {
    return ElementOption{.requested = requested,
                         .released = requested,
                         .comes_with_others = is_holder_element(known_, requested),
                         .mandatory = is_mandatory(known_, requested)};
  }
  if (!can_state(requested)) return std::nullopt;
  return ElementOption{.requested = requested,
                       .released = requested,
                       .device_signed = true,
                       .mandatory = is_mandatory(known_, requested)};
}

bool DocumentMatcher::can_state(const ElementReference& requested) const {
  if (known_ != nullptr && !known_->mdoc_authentication.device_signed) return false;
  return std::ranges::find(device_signed_, requested) != device_signed_.end() &&
         model::authorizes(credential_.mso().device_key_info.key_authorizations, requested.name_space,
                           requested.element);
}

std::optional<ElementOption> DocumentMatcher::answer_age(const ElementReference& requested, std::uint8_t years) {
  const auto nearest = profile::answer_age_over(years, age_attestations(credential_, requested.name_space));
  if (!nearest) return std::nullopt;
  const ElementReference released{requested.name_space,
                                  ElementIdentifier(profile::age_over_identifier(nearest->years))};
  if (!ages_.add(index_, released.name_space, released.element)) return std::nullopt;
  return ElementOption{.requested = requested,
                       .released = released,
                       .basis = released == requested ? AnswerBasis::as_requested : AnswerBasis::age_rule,
                       .age_attestation = true,
                       .mandatory = is_mandatory(known_, released)};
}

// The first set that is there as a whole: the reader names the most sparing one first.
std::optional<DocumentMatcher::Answer> DocumentMatcher::answer_instead(const ElementReference& requested) {
  const ElementName name(requested.name_space.str(), requested.element.str());
  const auto end = alternatives_.upper_bound(name);
  for (auto each = alternatives_.lower_bound(name); each != end; ++each) {
    for (const model::AlternativeElementSet& set : each->second->alternative_element_sets) {
      if (auto found = answer_set(set)) return found;
    }
  }
  return std::nullopt;
}

std::optional<DocumentMatcher::Answer> DocumentMatcher::answer_set(const model::AlternativeElementSet& set) {
  const ReleasedAges before = ages_;
  Answer found;
  for (const ElementReference& one : set) {
    auto element = answer(one);
    if (!element) {
      ages_ = before;  // of a set that is not complete nothing is released
      return std::nullopt;
    }
    element->basis = AnswerBasis::alternative;
    found.push_back(*std::move(element));
  }
  return found;
}

}  // namespace mdoc::presentation
