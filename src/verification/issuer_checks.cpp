// The issuer's certificate and signature.
#include <array>

#include "mdoc/cose/algorithm.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/verification/signer_profile.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

constexpr std::int64_t cose_sha256 = -16;  // RFC 9054

Reason reason_of(trust::CertificateRule rule) {
  switch (rule) {
    case trust::CertificateRule::key_purpose_present:
    case trust::CertificateRule::country_present: return Reason::absent;
    case trust::CertificateRule::key_purpose_fits: return Reason::wrong_purpose;
    case trust::CertificateRule::country_equal:
    case trust::CertificateRule::state_equal:
    case trust::CertificateRule::state_required: return Reason::mismatch;
    default: return Reason::deviation;
  }
}

/// Makes of a finding what the worst of these rules deserves, and names those that are broken. A finding is never made
/// better than it is.
void judge_rules(Finding& finding, std::span<const trust::RuleFinding> broken, trust::RuleAspect aspect, Level level) {
  const trust::RuleJudgement judgement = trust::worst(broken, aspect, level);
  if (judgement.weight == Weight::ignore) return;
  if (judgement.weight == Weight::error) {
    fail(finding, reason_of(judgement.finding->rule));
  } else if (finding.outcome != Outcome::fail) {
    warn(finding, reason_of(judgement.finding->rule));
  }
  const auto* named = std::get_if<std::vector<std::string>>(&finding.found);
  std::vector<std::string> ids = named != nullptr ? *named : std::vector<std::string>{};
  for (const trust::RuleFinding& one : broken) {
    const trust::CertificateRuleInfo& row = trust::info(one.rule);
    if (row.aspect == aspect && row.weight(level) != Weight::ignore) ids.emplace_back(row.id);
  }
  finding.found = std::move(ids);
}

}  // namespace

void DocumentVerifier::document_structure(Finding& finding) {
  if (document_.error) {
    // An error that a more tolerant level does not have is a deviation, not damage.
    fail(finding, document_.issuer_signed != nullptr ? Reason::deviation : Reason::malformed);
    finding.error = document_.error;
    return;
  }
  if (document_.device_signed == nullptr && !input_.issuer_only) {
    fail(finding, Reason::absent);
    finding.expected = std::string("deviceSigned");
    return;
  }
  if (document_.doc_type != nullptr && document_.doc_type->str().empty()) {
    fail(finding, Reason::empty);
    finding.expected = std::string("docType");
    return;
  }
  pass(finding);
  if (!report_.warnings.empty()) warn(finding, Reason::deviation);
}

void DocumentVerifier::document_requested(Finding& finding) {
  if (input_.request == nullptr) return not_applicable(finding, Reason::no_request);
  const DocType* type = doc_type();
  if (type == nullptr) return;
  finding.found = *type;
  if (count_requests(document_.doc_requests, *type) == 0) return fail(finding, Reason::unrequested);
  // An mdoc that knows nothing of proofs sends the document, which its reader then must not use.
  if (takes_proofs_alone(document_.doc_requests, *type)) return fail(finding, Reason::proof_required);
  pass(finding);
  if (document_.surplus) deviate(finding, Rule::document_surplus, Reason::surplus, document_.where);
}

void DocumentVerifier::issuer_auth_headers(Finding& finding) {
  const cose::Headers& headers = document_.issuer_signed->issuer_auth.headers;
  if (!headers.algorithm || headers.x5chain.empty()) {
    fail(finding, Reason::absent);
    finding.expected = std::string(headers.algorithm ? "x5chain" : "alg");
    return;
  }
  if (headers.x5t) {
    // 12.3.4: if x5t is there, it is SHA-256 of the certificate of the signer.
    if (headers.x5t->algorithm != cose_sha256) {
      fail(finding, Reason::unsupported);
      finding.expected = cose_sha256;
      finding.found = headers.x5t->algorithm;
      return;
    }
    const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, headers.x5chain.front().view());
    if (!hash) return fail(finding, hash.error());
    const ByteView named = headers.x5t->value.view();
    if (!std::ranges::equal(hash->view(), named)) {
      fail(finding, Reason::mismatch);
      finding.expected = Bytes(named.begin(), named.end());
      finding.found = hash->to_bytes();
      return;
    }
  }
  pass(finding);
}

void DocumentVerifier::trust_path(Finding& finding) {
  const cose::X5Chain& x5chain = document_.issuer_signed->issuer_auth.headers.x5chain;
  const DocType* type = doc_type();
  if (x5chain.empty() || type == nullptr) return;
  std::vector<ByteView> certificates;
  certificates.reserve(x5chain.size());
  for (const SharedBytes& certificate : x5chain) certificates.push_back(certificate.view());
  evaluation_ = input_.trust.evaluate({.purpose = trust::Purpose::issuance,
                                       .role = trust::CertificateRole::document_signer,
                                       .profile = signer_profile(doc_type_profile()),
                                       .doc_type = *type},
                                      certificates, input_.now.utc, clock_, limits_);

  const trust::EvaluatedChain* chain = evaluation_.chain.get();
  if (chain != nullptr) {
    IssuerFacts& issuer = report_.issuer.emplace();
    if (!key_is_pinned()) {
      issuer.subject = chain->subject;
      issuer.country = chain->end_entity().country().value_or("");
    }
    if (chain->anchor) {
      issuer.trust_anchor = chain->anchor->subject;
      issuer.source = chain->anchor->source;
      issuer.pinned = chain->anchor->pinned;
      if (chain->anchor->list) issuer.list = chain->anchor->list->provenance();
    }
    if (!key_is_pinned()) finding.found = chain->subject;
  }
  finding.error = evaluation_.error;
  if (const auto& anchor = evaluation_.refused_anchor) {
    finding.expected = anchor->subject + (anchor->source.empty() ? "" : " (" + anchor->source + ")");
  }

  switch (evaluation_.outcome) {
    case trust::PathOutcome::no_anchors: return fail(finding, Reason::no_anchors);
    case trust::PathOutcome::untrusted: {
      const auto& end = evaluation_.dead_end;
      if (!end) return fail(finding, Reason::unsound_path);
      finding.found = end->subject;
      finding.expected = end->issuer;
      return fail(finding, end->has_namesake ? Reason::namesake : Reason::untrusted);
    }
    case trust::PathOutcome::other_doc_types_only: return fail(finding, Reason::other_doc_types_only);
    case trust::PathOutcome::list_expired: return fail(finding, Reason::list_expired);
    case trust::PathOutcome::constraints_unmet: return fail(finding, Reason::constraints_unmet);
    case trust::PathOutcome::malformed: return fail(finding, Reason::malformed);
    case trust::PathOutcome::path:
    case trust::PathOutcome::pinned_certificate:
    case trust::PathOutcome::pinned_key: break;
  }
  judge_date(finding, evaluation_.date, input_.now.utc, chain->valid_from, chain->valid_until);
  if (finding.outcome == Outcome::pass && chain->anchor->pinned) pass(finding, Reason::pinned);
  if (chain->includes_self_issued && lets_through(finding)) {
    deviate(finding, Rule::x5chain_includes_root, Reason::deviation,
            document_.where / "issuerSigned" / "issuerAuth" / "unprotected" / "x5chain");
  }
}

void DocumentVerifier::report_broken_rules(trust::CertificateRole role, std::span<const trust::RuleFinding> broken) {
  for (const trust::RuleFinding& finding : broken) {
    const Weight judged = trust::info(finding.rule).weight(level_);
    if (judged == Weight::ignore) continue;
    const Outcome outcome = judged == Weight::error ? Outcome::fail : Outcome::warn;
    report_.certificates.push_back({.role = role, .outcome = outcome, .rule = finding});
  }
}

void DocumentVerifier::judge_signer(Finding& finding, trust::RuleAspect aspect) {
  pass(finding);
  judge_rules(finding, evaluation_.chain->broken, aspect, level_);
}

void DocumentVerifier::trust_key_purpose(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  report_broken_rules(trust::CertificateRole::document_signer, evaluation_.chain->broken);
  const std::span<const std::string_view> purposes = signer_profile(doc_type_profile()).key_purposes;
  if (purposes.empty()) return not_applicable(finding, Reason::not_present);  // the profile asks for none
  judge_signer(finding, trust::RuleAspect::key_purpose);
  if (finding.outcome == Outcome::pass) return;
  finding.expected = std::vector<std::string>(purposes.begin(), purposes.end());
  finding.found = signer->extended_key_usage();
}

void DocumentVerifier::trust_signer_profile(Finding& finding) {
  if (certified_signer(finding) != nullptr) judge_signer(finding, trust::RuleAspect::profile);
}

void DocumentVerifier::trust_country(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto& anchor = evaluation_.chain->anchor;
  if (!anchor && signer->country()) return;  // no second country to compare with
  judge_signer(finding, trust::RuleAspect::country);
  // A profile that wants a state is unmet without an authority, too: then nobody's is to be named.
  if (!anchor || finding.outcome == Outcome::pass || finding.reason != Reason::mismatch) return;
  if (signer->country() == anchor->country) {  // then it is the state that differs
    const auto& path = evaluation_.chain->path;
    if (const auto state = path[path.size() > 1 ? 1 : 0].state_or_province()) finding.expected = std::string(*state);
    if (const auto state = signer->state_or_province()) finding.found = std::string(*state);
    return;
  }
  if (anchor->country) finding.expected = *anchor->country;
  if (const auto country = signer->country()) finding.found = std::string(*country);
}

void DocumentVerifier::trust_anchor_profile(Finding& finding) {
  if (certified_signer(finding) == nullptr) return;
  if (evaluation_.outcome == trust::PathOutcome::pinned_certificate) return not_applicable(finding, Reason::pinned);
  if (evaluation_.outcome != trust::PathOutcome::path) return;
  // It was judged as what it is used for here, a signer.
  if (evaluation_.chain->path.size() == 1) return not_applicable(finding, Reason::signer_is_anchor);
  const std::span<const trust::RuleFinding> broken = evaluation_.chain->anchor_broken;
  report_broken_rules(trust::CertificateRole::iaca, broken);
  pass(finding);
  for (const auto aspect : {trust::RuleAspect::profile, trust::RuleAspect::key_purpose, trust::RuleAspect::country}) {
    judge_rules(finding, broken, aspect, level_);
  }
}

void DocumentVerifier::trust_list(Finding& finding) {
  const trust::EvaluatedChain* const chain = evaluation_.chain.get();
  if (chain == nullptr || !chain->anchor) return;
  if (!chain->anchor->list) return not_applicable(finding, Reason::not_present);
  if (!evaluation_.list) return;  // past its end: the path says so
  const trust::ListProvenance& list = chain->anchor->list->provenance();
  finding.found = chain->anchor->source;
  switch (evaluation_.list->state) {
    case trust::ListState::current: pass(finding); break;
    case trust::ListState::undetermined: return skip(finding, Reason::clock_unknown);
    case trust::ListState::due:
      warn(finding, Reason::overdue);
      if (list.next_update) finding.expected = *list.next_update;
      return;
  }
  if (chain->anchor->disputed) return warn(finding, Reason::disputed);
  if (evaluation_.list->verdict == DateVerdict::within_skew) warn(finding, Reason::within_skew);
}

void DocumentVerifier::issuer_auth_algorithm(Finding& finding) {
  const auto& algorithm = document_.issuer_signed->issuer_auth.headers.algorithm;
  if (!algorithm || signer() == nullptr) return;
  finding.found = *algorithm;
  const auto& key = signer()->public_key();
  if (!key) return fail(finding, key.error());
  const auto fits = cose::signature_algorithm(*algorithm, key->curve());
  if (!fits) return fail(finding, fits.error());
  algorithm_fits_ = true;
  finding.found = {};
  pass(finding);
}

void DocumentVerifier::issuer_auth_signature(Finding& finding) {
  if (!algorithm_fits_) return;
  const auto verified = document_.issuer_signed->issuer_auth.verify(*signer()->public_key());
  if (!verified) return fail(finding, verified.error());
  pass(finding);
}

}  // namespace mdoc::verification
