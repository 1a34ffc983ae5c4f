#include "mdoc/presentation/match.hpp"

#include <cstdint>
#include <utility>

#include "core/try.hpp"
#include "mdoc/profile/age_over.hpp"
#include "presentation/age_rule.hpp"

namespace mdoc::presentation {
namespace {

using profile::AgeOver;

bool is_valid_at(const Credential& credential, UtcSeconds now) {
  const model::ValidityInfo& validity = credential.mso().validity_info;
  return validity.valid_from <= now && now <= validity.valid_until;
}

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

/// Collects what one credential can answer of one ItemsRequest.
class DocumentMatcher {
 public:
  DocumentMatcher(const Credential& credential, DocumentOption& option, ReleasedAges& ages)
      : credential_(credential), option_(option), ages_(ages) {}

  void match(const NameSpace& name_space, const ElementIdentifier& requested, bool intent_to_retain) {
    const auto released = answer(name_space, requested);
    if (!released) {
      option_.unavailable.push_back({.name_space = name_space, .identifier = requested});
      return;
    }
    option_.elements.push_back({.name_space = name_space,
                                .requested = requested,
                                .released = *released,
                                .intent_to_retain = intent_to_retain});
  }

 private:
  std::optional<ElementIdentifier> answer(const NameSpace& name_space, const ElementIdentifier& requested) {
    const auto years = profile::parse_age_over(requested.str());
    if (years && adopts_age_rule(credential_.doc_type(), name_space)) return answer_age(name_space, *years);
    if (credential_.issuer_signed().find(name_space, requested) == nullptr) return std::nullopt;
    return requested;
  }

  std::optional<ElementIdentifier> answer_age(const NameSpace& name_space, std::uint8_t asked) {
    const auto nearest = profile::answer_age_over(asked, age_attestations(credential_, name_space));
    if (!nearest) return std::nullopt;
    ElementIdentifier released(profile::age_over_identifier(nearest->years));
    if (!ages_.add(option_.credential, name_space, released)) return std::nullopt;
    return released;
  }

  const Credential& credential_;
  DocumentOption& option_;
  ReleasedAges& ages_;  // over the whole retrieval
};

DocumentOption match_document(const model::ItemsRequest& wanted, const Credential& credential, std::size_t index,
                              ReleasedAges& ages) {
  DocumentOption option{.doc_request = 0,
                        .credential = index,
                        .credential_id = credential.id(),
                        .doc_type = wanted.doc_type,
                        .elements = {},
                        .unavailable = {}};
  DocumentMatcher matcher(credential, option, ages);
  for (const auto& [name_space, elements] : wanted.name_spaces) {
    for (const auto& [identifier, intent_to_retain] : elements) matcher.match(name_space, identifier, intent_to_retain);
  }
  return option;
}

}  // namespace

Result<RequestMatch> match(const model::DeviceRequest& request, std::span<const Credential> credentials, UtcSeconds now,
                           const ReleasedAges& released) {
  RequestMatch result;
  MDOC_TRY(result.request_digest, crypto::digest(crypto::DigestAlgorithm::sha256, request.encoded.view()));
  ReleasedAges ages = released;
  for (std::size_t id = 0; id < request.doc_requests.size(); ++id) {
    const model::ItemsRequest& wanted = request.doc_requests[id].items_request.value();
    bool answered = false;
    for (std::size_t i = 0; i < credentials.size() && !answered; ++i) {
      if (credentials[i].doc_type() != wanted.doc_type || !is_valid_at(credentials[i], now)) continue;
      DocumentOption option = match_document(wanted, credentials[i], i, ages);
      if (option.elements.empty()) continue;  // and no age either
      option.doc_request = id;
      result.documents.push_back(std::move(option));
      answered = true;
    }
    if (!answered) result.unmatched.push_back(id);
  }
  return result;
}

}  // namespace mdoc::presentation
