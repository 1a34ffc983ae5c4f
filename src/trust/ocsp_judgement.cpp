#include <algorithm>

#include "core/try.hpp"
#include "mdoc/trust/revocation.hpp"
#include "trust/path_search.hpp"
#include "trust/revocation_impl.hpp"

namespace mdoc::trust {
namespace {

using crypto::OcspCertificateStatus;
using crypto::OcspSingleResponse;

template <std::size_t N>
Path in_response(const char (&member)[N]) {  // NOLINT(*-avoid-c-arrays)
  return Path("OCSPResponse") / member;
}

// RFC 6960, 4.2.2.2: issued directly by the CA that issued the certificate in question, with OCSPSigning; table B.8.
Result<void> check_delegation(const crypto::Certificate& responder, const crypto::Certificate& issuer,
                              const RevocationContext& context) {
  const auto untrusted = [](const Path& where) { return Error{.code = Errc::chain_untrusted, .where = where}; };
  const Path certs = in_response("certs");
  if (!check_issued_by(responder, issuer, {})) return untrusted(certs / "issuer");  // it came with the response
  if (std::ranges::find(responder.extended_key_usage(), crypto::ocsp_signing_purpose) ==
      responder.extended_key_usage().end()) {
    return untrusted(certs / "extKeyUsage");
  }
  if ((responder.key_usage().value_or(crypto::key_usage::digital_signature) & crypto::key_usage::digital_signature) ==
      0) {
    return untrusted(certs / "keyUsage");
  }
  if (!responder.unknown_critical_extensions().empty()) return untrusted(certs / "extensions");
  constexpr auto role = CertificateRole::ocsp_signer;
  const bool deviates = breaks_a_rule({.certificate = responder,
                                       .role = role,
                                       .profile = info(role).profile,
                                       .issuer = &issuer,
                                       .signature_verified = true},
                                      context.level);
  if (deviates) return Error{.code = Errc::deviation, .where = certs};
  switch (context.clock.judge(context.now, responder.not_before(), responder.not_after())) {
    case DateVerdict::within:
    case DateVerdict::within_skew:
    case DateVerdict::clock_unknown: return {};  // an unknown clock passes nothing: the answer is judged by it too
    case DateVerdict::too_early: return Error{.code = Errc::not_yet_valid, .where = certs / "validity"};
    case DateVerdict::too_late: return Error{.code = Errc::expired, .where = certs / "validity"};
  }
  return untrusted(certs);
}

Result<void> verify_with(const crypto::OcspResponse& response, const crypto::Certificate& signer) {
  if (!signer.public_key()) return signer.public_key().error();
  const auto verified = response.verify_signature(*signer.public_key());
  if (verified) return {};
  Error error = verified.error();
  error.where = in_response("signature");
  return error;
}

// Whoever signed the response, if the issuer allowed it. Nothing: the issuer did.
Result<std::optional<OcspResponder>> verify_responder(const crypto::OcspResponse& response,
                                                      const crypto::Certificate& issuer,
                                                      const RevocationContext& context) {
  Error why{.code = Errc::chain_untrusted, .where = in_response("responderID")};
  if (response.is_responder(issuer)) {
    const auto verified = verify_with(response, issuer);
    if (verified) return std::optional<OcspResponder>();
    why = verified.error();
  }
  for (const crypto::Certificate& candidate : response.certificates()) {
    if (candidate == issuer || !response.is_responder(candidate)) continue;
    auto allowed = check_delegation(candidate, issuer, context);
    if (allowed) allowed = verify_with(response, candidate);
    if (!allowed) {
      why = allowed.error();
      continue;
    }
    const bool no_check = candidate.find_extension(crypto::extension::ocsp_no_check) != nullptr;
    return std::optional<OcspResponder>(OcspResponder{.certificate = candidate, .no_check = no_check});
  }
  return why;
}

// How much an answer weighs against another one about the same certificate.
int gravity(const OcspSingleResponse& single) noexcept {
  if (single.status != OcspCertificateStatus::revoked) return 0;
  return single.reason == crypto::RevocationReason::certificate_hold ? 1 : 2;
}

// The answer about the certificate; null if there is none.
const OcspSingleResponse* find_answer(const crypto::OcspResponse& response, const crypto::Certificate& certificate,
                                      const crypto::Certificate& issuer) {
  const OcspSingleResponse* best = nullptr;
  for (const OcspSingleResponse& single : response.responses()) {
    if (!single.id.names(certificate, issuer)) continue;
    const bool graver = best == nullptr || gravity(single) > gravity(*best);
    const bool newer = best != nullptr && gravity(single) == gravity(*best) && single.this_update > best->this_update;
    if (graver || newer) best = &single;
  }
  return best;
}

CertificateRevocation judge_answer(const OcspSingleResponse& answer, std::optional<OcspResponder> responder,
                                   const RevocationContext& context) {
  CertificateRevocation revocation{.source = RevocationSource::ocsp,
                                   .this_update = answer.this_update,
                                   .next_update = answer.next_update,
                                   .delegated_responder = std::move(responder)};
  const UtcSeconds until = answer.next_update.value_or(answer.this_update + context.ocsp_lifetime);
  const RevocationState otherwise =
      judge_dates_of_source(revocation, answer.this_update, until, "OCSPResponse", context);
  switch (answer.status) {
    case OcspCertificateStatus::good: revocation.state = otherwise; break;
    case OcspCertificateStatus::revoked: {
      const bool on_hold = answer.reason == crypto::RevocationReason::certificate_hold;
      revocation.state = on_hold ? RevocationState::suspended : RevocationState::revoked;
      revocation.revocation_date = answer.revocation_date;
      revocation.reason = answer.reason;
      break;
    }
    case OcspCertificateStatus::unknown:
      revocation.state = RevocationState::unknown;
      revocation.error = Error{.code = Errc::refused, .where = in_response("certStatus")};
      break;
  }
  return revocation;
}

Result<CertificateRevocation> judge(const crypto::OcspResponse& response, const crypto::Certificate& certificate,
                                    const crypto::Certificate& issuer, std::optional<ByteView> nonce,
                                    const RevocationContext& context) {
  if (response.status() != crypto::OcspResponseStatus::successful) {
    return Error{.code = Errc::refused,
                 .where = in_response("responseStatus"),
                 .native = static_cast<std::int32_t>(response.status())};
  }
  MDOC_TRY(std::optional<OcspResponder> responder, verify_responder(response, issuer, context));
  MDOC_CHECK(check_issued_by(certificate, issuer, context));
  if (response.has_unknown_critical_extension()) {
    return Error{.code = Errc::bad_ocsp_response, .where = in_response("responseExtensions")};
  }
  if (nonce && response.nonce() && !std::ranges::equal(*nonce, *response.nonce())) {
    return Error{.code = Errc::subject_mismatch, .where = in_response("nonce")};
  }
  const OcspSingleResponse* const answer = find_answer(response, certificate, issuer);
  if (answer == nullptr) return Error{.code = Errc::subject_mismatch, .where = in_response("certID")};
  if (answer->has_critical_extension) {
    return Error{.code = Errc::bad_ocsp_response, .where = in_response("singleExtensions")};
  }
  return judge_answer(*answer, std::move(responder), context);
}

}  // namespace

CertificateRevocation judge_ocsp(const crypto::OcspResponse& response, const crypto::Certificate& certificate,
                                 const crypto::Certificate& issuer, std::optional<ByteView> nonce,
                                 const RevocationContext& context) {
  auto judged = judge(response, certificate, issuer, nonce, context);
  if (!judged) return unknown_revocation(RevocationSource::ocsp, judged.error());
  return *std::move(judged);
}

}  // namespace mdoc::trust
