#include "mdoc/trust/revocation.hpp"

#include "trust/revocation_impl.hpp"

namespace mdoc::trust {

std::string_view name(RevocationState state) noexcept {
  switch (state) {
    case RevocationState::good: return "good";
    case RevocationState::revoked: return "revoked";
    case RevocationState::suspended: return "suspended";
    case RevocationState::unknown: return "unknown";
    case RevocationState::stale: return "stale";
    case RevocationState::not_checked: return "not_checked";
  }
  return "unknown";
}

std::string_view name(RevocationPolicy policy) noexcept {
  switch (policy) {
    case RevocationPolicy::off: return "off";
    case RevocationPolicy::soft: return "soft";
    case RevocationPolicy::hard: return "hard";
  }
  return "unknown";
}

RevocationPolicy default_revocation_policy(Level level) noexcept {
  return level == Level::strict ? RevocationPolicy::hard : RevocationPolicy::soft;
}

Weight weigh(RevocationState state, RevocationPolicy policy) noexcept {
  switch (state) {
    case RevocationState::good: return Weight::ignore;
    case RevocationState::revoked:
    case RevocationState::suspended: return Weight::error;
    case RevocationState::unknown:
    case RevocationState::stale:
    case RevocationState::not_checked: break;
  }
  return policy == RevocationPolicy::soft ? Weight::warning : Weight::error;
}

std::string_view name(RevocationSource source) noexcept {
  switch (source) {
    case RevocationSource::none: return "none";
    case RevocationSource::crl: return "crl";
    case RevocationSource::ocsp: return "ocsp";
    case RevocationSource::status_list: return "status-list";
    case RevocationSource::identifier_list: return "identifier-list";
  }
  return "none";
}

Result<void> check_issued_by(const crypto::Certificate& certificate, const crypto::Certificate& issuer,
                             const RevocationContext& context) {
  const Error not_issued{.code = Errc::subject_mismatch, .where = Path("Certificate") / "issuer"};
  if (certificate.issuer() != issuer.subject()) return not_issued;
  if (context.issued_by_issuer) return {};
  if (!issuer.public_key() || !certificate.verify_signature(*issuer.public_key())) return not_issued;
  return {};
}

CertificateRevocation unknown_revocation(RevocationSource source, const Error& error) {
  return {.state = RevocationState::unknown, .source = source, .error = error};
}

RevocationState judge_dates_of_source(CertificateRevocation& revocation, UtcSeconds from, UtcSeconds until,
                                      const Path& where, const RevocationContext& context) {
  revocation.date = context.clock.judge(context.now, from, until);
  switch (revocation.date) {
    case DateVerdict::within:
    case DateVerdict::within_skew: return RevocationState::good;
    case DateVerdict::too_early:
      revocation.error = Error{.code = Errc::not_yet_valid, .where = where / "thisUpdate"};
      return RevocationState::unknown;
    case DateVerdict::too_late:
      revocation.error = Error{.code = Errc::expired, .where = where / "nextUpdate"};
      return RevocationState::stale;
    case DateVerdict::clock_unknown: break;
  }
  return RevocationState::unknown;
}

}  // namespace mdoc::trust
