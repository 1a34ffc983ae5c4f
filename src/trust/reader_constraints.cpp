#include <algorithm>

#include "mdoc/trust/rical.hpp"

namespace mdoc::trust {
namespace {

/// Every one of its members, of which there are none, is understood. An empty map of extensions has none either.
bool says_nothing(const TrustConstraint& constraint) {
  constexpr std::uint8_t empty_map = 0xa0;
  const auto& extensions = constraint.extensions;
  return constraint.others.empty() && (!extensions || (extensions->size() == 1 && extensions->view()[0] == empty_map));
}

bool is_same_authority(const crypto::Certificate& a, const crypto::Certificate& b) {
  return a.subject() == b.subject() && std::ranges::equal(a.subject_public_key_info(), b.subject_public_key_info());
}

std::optional<std::size_t> find_listed(std::span<const RicalAnchor> anchors, const crypto::Certificate& certificate) {
  auto found = std::ranges::find(anchors, certificate, &RicalAnchor::certificate);
  if (found == anchors.end()) {
    found = std::ranges::find_if(
        anchors, [&](const RicalAnchor& anchor) { return is_same_authority(anchor.certificate, certificate); });
  }
  if (found == anchors.end()) return std::nullopt;
  return static_cast<std::size_t>(found - anchors.begin());
}

}  // namespace

ConstraintVerdict judge_constraints(std::span<const TrustConstraint> constraints, const crypto::Certificate& leaf,
                                    const ConstraintJudge& judge) {
  if (constraints.empty()) return ConstraintVerdict::unconstrained;
  bool understood = false;
  for (const TrustConstraint& constraint : constraints) {
    if (says_nothing(constraint)) return ConstraintVerdict::satisfied;
    const std::optional<bool> satisfied = judge ? judge(constraint, leaf) : std::nullopt;
    if (satisfied == true) return ConstraintVerdict::satisfied;
    understood = understood || satisfied.has_value();
  }
  return understood ? ConstraintVerdict::not_satisfied : ConstraintVerdict::not_understood;
}

RicalPathVerdict judge_reader_path(const VerifiedRical& list, std::span<const crypto::Certificate> path,
                                   const ConstraintJudge& judge) {
  RicalPathVerdict verdict;
  const std::span<const RicalAnchor> anchors = list.anchors();
  for (const crypto::Certificate& certificate : path) {
    const auto listed = find_listed(anchors, certificate);
    if (!listed) continue;
    if (!verdict.lowest) verdict.lowest = listed;
    if (anchors[*listed].is_trust_anchor) verdict.anchor = listed;
  }
  if (verdict.lowest) {
    verdict.constraints = judge_constraints(anchors[*verdict.lowest].constraints, path.front(), judge);
  }
  return verdict;
}

}  // namespace mdoc::trust
