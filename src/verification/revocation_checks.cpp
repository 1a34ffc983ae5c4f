// Whether anything was revoked: certificates of the path, and the document itself.
#include <algorithm>
#include <iterator>
#include <utility>

#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
using trust::RevocationPolicy;
using trust::RevocationRecord;
using trust::RevocationState;

namespace {

Reason reason_of(RevocationState state) noexcept {
  switch (state) {
    case RevocationState::good: return Reason::none;
    case RevocationState::revoked: return Reason::revoked;
    case RevocationState::suspended: return Reason::suspended;
    case RevocationState::stale: return Reason::stale;
    case RevocationState::unknown:
    case RevocationState::not_checked: break;
  }
  return Reason::status_unknown;
}

}  // namespace

RevocationPolicy revocation_policy(const VerificationInput& input, Level level) noexcept {
  return input.revocation.value_or(trust::default_revocation_policy(level));
}

trust::RevocationContext DocumentVerifier::revocation_context() const {
  return {.now = input_.now.utc, .clock = clock_, .level = level_};
}

void DocumentVerifier::judge_revocations(Finding& finding, std::vector<RevocationRecord> records) {
  const RevocationRecord& gravest = trust::gravest(records);
  const Reason reason = reason_of(gravest.state);
  switch (trust::weigh(gravest.state, revocation_policy(input_, level_))) {
    case Weight::ignore: pass(finding); break;
    case Weight::warning: warn(finding, reason); break;
    case Weight::error: fail(finding, reason); break;
  }
  if (gravest.state != RevocationState::good) {
    finding.found = gravest.subject;
    finding.error = gravest.error;
    if (gravest.revocation_date) {
      finding.expected = *gravest.revocation_date;
    } else if (gravest.state == RevocationState::stale && gravest.usable_until) {
      finding.expected = *gravest.usable_until;
    }
  }
  std::ranges::move(records, std::back_inserter(report_.revocations));
}

void DocumentVerifier::trust_revocation(Finding& finding) {
  if (certified_signer(finding) == nullptr) return;
  if (evaluation_.outcome == trust::PathOutcome::pinned_certificate) return not_applicable(finding, Reason::pinned);
  if (evaluation_.outcome != trust::PathOutcome::path) return;
  if (revocation_policy(input_, level_) == RevocationPolicy::off) return skip(finding, Reason::not_checked);

  auto known = trust::look_up_path(input_.revocation_sources, evaluation_.chain->path, revocation_context());
  std::ranges::move(known.wanted, std::back_inserter(report_.wanted));
  if (known.records.empty()) return not_applicable(finding, Reason::not_present);
  judge_revocations(finding, std::move(known.records));
}

// 12.3.6.2: the certificate that the MSO names, or else the CA that issued the certificate of its signer; where the
// list of trusted entities that brought the issuer names signers of its status lists, also those; and whom the
// application trusts for the lists of anybody.
Result<std::vector<trust::StatusTrust>> DocumentVerifier::status_trusts(
    const std::optional<SharedBytes>& certificate) const {
  std::vector<trust::StatusTrust> trusts;
  if (certificate) {
    auto named = trust::StatusTrust::named_by_mso(certificate->view());
    if (!named) return named.error();
    trusts.push_back(*std::move(named));
    return trusts;
  }
  if (evaluation_.outcome == trust::PathOutcome::path && evaluation_.chain->path.size() > 1) {
    trusts.push_back(trust::StatusTrust::issuer_ca(evaluation_.chain->path[1]));
  }
  if (evaluation_.trusted() && !evaluation_.chain->anchor->status_signers.empty()) {
    trusts.push_back(trust::StatusTrust::anchors(evaluation_.chain->anchor->status_signers));
  }
  std::vector<crypto::Certificate> anchors = input_.trust.usable(trust::Purpose::status_lists, input_.now.utc, clock_);
  if (!anchors.empty()) trusts.push_back(trust::StatusTrust::anchors(std::move(anchors)));
  if (trusts.empty()) return Error{.code = Errc::no_trust_anchor, .where = "MobileSecurityObject.status"};
  return trusts;
}

trust::RevocationRecord DocumentVerifier::look_up_status(const trust::StatusReference& reference,
                                                         const std::optional<SharedBytes>& certificate,
                                                         trust::RevocationSource kind) {
  const auto trusts = status_trusts(certificate);
  if (!trusts) return {.subject = std::string(reference.uri), .error = trusts.error()};
  RevocationRecord record;
  for (const trust::StatusTrust& trust : *trusts) {
    record = trust::look_up(input_.revocation_sources, reference, trust, revocation_context());
    if (record.source != trust::RevocationSource::none) break;
  }
  const bool due = record.next_update && *record.next_update <= input_.now.utc;
  // Anybody can write an address into a document: what nobody vouches for makes no reader fetch anything.
  const bool vouched_for =
      lets_through(report_.find(CheckId::trust_path)) && lets_through(report_.find(CheckId::issuer_auth_signature));
  if (vouched_for && (record.source == trust::RevocationSource::none || due)) {
    for (const trust::StatusTrust& trust : *trusts) {
      report_.wanted.push_back({.kind = kind, .uris = {std::string(reference.uri)}, .trust = trust});
    }
  }
  return record;
}

void DocumentVerifier::mso_status(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  if (!object->status) return not_applicable(finding, Reason::not_present);
  if (revocation_policy(input_, level_) == RevocationPolicy::off) return skip(finding, Reason::not_checked);

  std::vector<RevocationRecord> records;
  // An issuer picks one mechanism; of both, both count.
  if (const auto& list = object->status->status_list) {
    records.push_back(look_up_status({.uri = list->uri, .place = list->idx}, list->certificate,
                                     trust::RevocationSource::status_list));
  }
  if (const auto& list = object->status->identifier_list) {
    records.push_back(look_up_status({.uri = list->uri, .place = list->id.view()}, list->certificate,
                                     trust::RevocationSource::identifier_list));
  }
  if (records.empty()) {  // a mechanism that we do not know
    records.push_back({.error = Error{.code = Errc::missing_element, .where = "MobileSecurityObject.status"}});
  }
  judge_revocations(finding, std::move(records));
}

}  // namespace mdoc::verification
