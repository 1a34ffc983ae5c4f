#include "mdoc/trust/trusted_list.hpp"

#include <string_view>
#include <utility>

#include "core/try.hpp"
#include "trust/path_search.hpp"

namespace mdoc::trust {

namespace {

std::optional<crypto::Certificate> root_of(const ListVerification& verification) {
  if (verification.signer_path.empty()) return std::nullopt;
  return verification.signer_path.back();
}

Result<void> check_list_signer(const ListVerification& verification, CertificateRole role, Level level,
                               const Path& where) {
  for (const RuleFinding& finding : judge_list_signer(verification, info(role).profile)) {
    if (info(finding.rule).weight(level) == Weight::error) return Error{.code = Errc::deviation, .where = where};
  }
  return {};
}

}  // namespace

Result<TrustedList> TrustedList::of(const VerifiedVical& list, Level level) {
  MDOC_CHECK(check_list_signer(list.verification(), CertificateRole::vical_signer, level, Path("VICAL") / "x5chain"));
  std::vector<ListedAnchor> anchors;
  anchors.reserve(list.anchors().size());
  for (const VicalAnchor& anchor : list.anchors()) {
    anchors.push_back({.certificate = anchor.certificate, .doc_types = anchor.doc_types});
  }
  return vouched_for(list.verification(), list.message().encoded, std::move(anchors));
}

Result<TrustedList> TrustedList::of(const VerifiedRical& list, Level level) {
  MDOC_CHECK(check_list_signer(list.verification(), CertificateRole::rical_signer, level, Path("RICAL") / "x5chain"));
  std::vector<ListedAnchor> anchors;
  anchors.reserve(list.anchors().size());
  for (const RicalAnchor& anchor : list.anchors()) {
    anchors.push_back({.certificate = anchor.certificate, .anchor = anchor.is_trust_anchor});
  }
  return TrustedList({.issue = list.verification().issue,
                      .provenance = list.provenance(),
                      .encoded = list.message().encoded,
                      .anchors = std::move(anchors),
                      .verified_at = list.verification().verified_at,
                      .signer_root = root_of(list.verification()),
                      .rical = list});
}

TrustedList TrustedList::vouched_for(const ListVerification& verification, SharedBytes encoded,
                                     std::vector<ListedAnchor> anchors) {
  return TrustedList({.issue = verification.issue,
                      .provenance = *verification.provenance,
                      .encoded = std::move(encoded),
                      .anchors = std::move(anchors),
                      .verified_at = verification.verified_at,
                      .signer_root = root_of(verification)});
}

bool TrustedList::is_same_list(const TrustedList& other) const noexcept {
  const ListIssue& a = issue();
  const ListIssue& b = other.issue();
  return a.kind == b.kind && a.type == b.type && a.provider == b.provider && signer_root() == other.signer_root();
}

bool TrustedList::continues(const TrustedList& earlier) const noexcept {
  const ListIssue& a = issue();
  const ListIssue& b = earlier.issue();
  if (a.kind != b.kind || a.type != b.type) return false;
  return a.provider == b.provider || (signer_root() && signer_root() == earlier.signer_root());
}

std::string describe(const ListProvenance& provenance) {
  std::string text(name(provenance.kind));
  std::string_view type = provenance.type;
  // Of a LoTEType, a URI, the end says it all. npos + 1 is the beginning.
  if (provenance.kind == ListKind::trusted_entities) type.remove_prefix(type.find_last_of('/') + 1);
  if (provenance.kind != ListKind::vical && !type.empty()) text.append(" ").append(type);
  text += " of " + provenance.provider;
  if (provenance.issue_id) text += ", issue " + std::to_string(*provenance.issue_id);
  return text + ", " + to_rfc3339(provenance.date).substr(0, 10);
}

std::vector<RuleFinding> judge_list_signer(const ListVerification& verification, const CertificateProfile& profile) {
  const bool rical = verification.provenance->kind == ListKind::rical;
  const auto role = rical ? CertificateRole::rical_signer : CertificateRole::vical_signer;
  return broken_rules(end_entity_context(verification.signer_path, role, profile));
}

}  // namespace mdoc::trust
