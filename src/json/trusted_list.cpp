#include "mdoc/json/trusted_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mdoc::json {
namespace {

constexpr std::array lists_of_others{lote_type::wallet_providers, lote_type::registration_certificate_providers,
                                     lote_type::registrars};

/// The certificates of an entity's services for revocation.
std::vector<crypto::Certificate> status_signers(const VerifiedListOfTrustedEntities& list, std::size_t entity) {
  const std::span<const ListedAnchor> listed = list.anchors(ListedService::revocation);  // by entity
  std::vector<crypto::Certificate> signers;
  auto anchor = std::ranges::lower_bound(listed, entity, {}, &ListedAnchor::entity_index);
  for (; anchor != listed.end() && anchor->entity_index == entity; ++anchor) signers.push_back(anchor->certificate);
  return signers;
}

}  // namespace

std::optional<trust::Purpose> purpose_of(std::string_view type) noexcept {
  if (std::ranges::find(lists_of_others, type) != lists_of_others.end()) return std::nullopt;
  return type == lote_type::access_certificate_providers ? trust::Purpose::readers : trust::Purpose::issuance;
}

trust::TrustedList trusted_list(const VerifiedListOfTrustedEntities& list, const std::vector<DocType>& doc_types) {
  const std::span<const ListedAnchor> listed = list.anchors(ListedService::issuance);
  std::vector<trust::ListedAnchor> anchors;
  anchors.reserve(listed.size());
  for (const ListedAnchor& anchor : listed) {
    anchors.push_back({.certificate = anchor.certificate,
                       .doc_types = doc_types,
                       .direct = anchor.direct,
                       .status_signers = status_signers(list, anchor.entity_index)});
  }
  return trust::TrustedList::vouched_for(list.verification(), list.encoded(), std::move(anchors));
}

}  // namespace mdoc::json
