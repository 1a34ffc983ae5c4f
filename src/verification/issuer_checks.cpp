// The issuer's certificate and signature.
#include <array>

#include "mdoc/cose/algorithm.hpp"
#include "mdoc/crypto/digest.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

constexpr std::int64_t cose_sha256 = -16;  // RFC 9054

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
  if (count_requests(*input_.request, *type) == 0) return fail(finding, Reason::unrequested);
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
  evaluation_ = input_.trust.evaluate(trust::Purpose::issuance, certificates, *type, input_.now.utc, clock_, limits_);

  const trust::EvaluatedChain* chain = evaluation_.chain.get();
  if (chain != nullptr) {
    IssuerFacts& issuer = report_.issuer.emplace();
    if (!key_is_pinned()) {
      issuer.subject = chain->signer.subject;
      issuer.country = chain->signer.country.value_or("");
    }
    if (chain->anchor) {
      issuer.trust_anchor = chain->anchor->subject;
      issuer.source = chain->anchor->source;
      issuer.pinned = chain->anchor->pinned;
    }
    if (!key_is_pinned()) finding.found = chain->signer.subject;
  }
  finding.error = evaluation_.error;

  switch (evaluation_.outcome) {
    case trust::PathOutcome::no_anchors: return fail(finding, Reason::no_anchors);
    case trust::PathOutcome::untrusted: return fail(finding, Reason::untrusted);
    case trust::PathOutcome::other_doc_types_only: return fail(finding, Reason::other_doc_types_only);
    case trust::PathOutcome::malformed: return fail(finding, Reason::malformed);
    case trust::PathOutcome::path:
    case trust::PathOutcome::pinned_certificate:
    case trust::PathOutcome::pinned_key: break;
  }
  judge_date(finding, evaluation_.date, input_.now.utc, chain->valid_from, chain->valid_until);
  if (finding.outcome == Outcome::pass && chain->anchor->pinned) pass(finding, Reason::pinned);
  if (chain->includes_self_issued && lets_through(finding.outcome)) {
    deviate(finding, Rule::x5chain_includes_root, Reason::deviation,
            document_.where / "issuerSigned" / "issuerAuth" / "unprotected" / "x5chain");
  }
}

void DocumentVerifier::judge_signer(Finding& finding, trust::SignerAspect aspect) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto& anchor = evaluation_.chain->anchor;
  const trust::SignerJudgement judgement =
      trust::judge_signer(aspect, *signer, anchor ? &*anchor : nullptr, signer_profile(), level_);
  pass(finding);
  if (!judgement.rule) return;
  const bool refused = judgement.weight == Weight::error;
  Reason reason = Reason::deviation;
  switch (*judgement.rule) {
    case trust::SignerRule::key_purpose_present:
    case trust::SignerRule::country_present: reason = Reason::absent; break;
    case trust::SignerRule::key_purpose_fits: reason = Reason::wrong_purpose; break;
    case trust::SignerRule::country_equal: reason = Reason::mismatch; break;
    case trust::SignerRule::not_ca:
    case trust::SignerRule::key_usage: finding.found = std::string(trust::info(*judgement.rule).id); break;
  }
  refused ? fail(finding, reason) : warn(finding, reason);
}

void DocumentVerifier::trust_key_purpose(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const std::span<const std::string_view> purposes = signer_profile().key_purposes;
  if (purposes.empty()) return not_applicable(finding, Reason::not_present);  // the profile asks for none
  judge_signer(finding, trust::SignerAspect::key_purpose);
  if (finding.outcome == Outcome::pass) return;
  finding.expected = std::vector<std::string>(purposes.begin(), purposes.end());
  finding.found = signer->key_purposes;
}

void DocumentVerifier::trust_signer_profile(Finding& finding) { judge_signer(finding, trust::SignerAspect::profile); }

void DocumentVerifier::trust_country(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto& anchor = evaluation_.chain->anchor;
  if (!anchor && signer->country) return;  // no second country to compare with
  judge_signer(finding, trust::SignerAspect::country);
  if (finding.outcome == Outcome::pass) return;
  if (anchor && anchor->country) finding.expected = *anchor->country;
  if (signer->country) finding.found = *signer->country;
}

void DocumentVerifier::issuer_auth_algorithm(Finding& finding) {
  const auto& algorithm = document_.issuer_signed->issuer_auth.headers.algorithm;
  if (!algorithm || signer() == nullptr) return;
  finding.found = *algorithm;
  if (!signer()->public_key) return fail(finding, signer()->public_key.error());
  const auto fits = cose::signature_algorithm(*algorithm, signer()->public_key->curve());
  if (!fits) return fail(finding, fits.error());
  algorithm_fits_ = true;
  finding.found = {};
  pass(finding);
}

void DocumentVerifier::issuer_auth_signature(Finding& finding) {
  if (!algorithm_fits_) return;
  const auto verified = document_.issuer_signed->issuer_auth.verify(*signer()->public_key);
  if (!verified) return fail(finding, verified.error());
  pass(finding);
}

}  // namespace mdoc::verification
