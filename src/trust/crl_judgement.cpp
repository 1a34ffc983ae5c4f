#include <algorithm>

#include "core/try.hpp"
#include "mdoc/trust/revocation.hpp"
#include "trust/revocation_impl.hpp"

namespace mdoc::trust {
namespace {

Result<void> check_name(const crypto::CertificateRevocationList& list, const crypto::Certificate& issuer) {
  // "binary identical" (Annex B)
  if (list.issuer() != issuer.subject()) {
    return Error{.code = Errc::subject_mismatch, .where = Path("CertificateList") / "issuer"};
  }
  const auto named = list.authority_key_identifier();
  const auto own = issuer.subject_key_identifier();
  if (named && own && !std::ranges::equal(*named, *own)) {
    return Error{.code = Errc::subject_mismatch, .where = Path("CertificateList") / "authorityKeyIdentifier"};
  }
  return {};
}

Result<void> check_signature(const crypto::CertificateRevocationList& list, const crypto::Certificate& issuer) {
  if (!issuer.public_key()) return issuer.public_key().error();
  if (const auto verified = list.verify_signature(*issuer.public_key()); !verified) {
    Error error = verified.error();
    error.where = Path("CertificateList") / "signature";
    return error;
  }
  // RFC 5280, 6.3.3 (f); the profiles of Annex B all have the extension.
  if ((issuer.key_usage().value_or(0) & crypto::key_usage::crl_sign) == 0) {
    return Error{.code = Errc::chain_untrusted, .where = Path("CertificateList") / "issuer" / "keyUsage"};
  }
  return {};
}

// What makes absence from the list meaningless. No level tolerates it: to read on would be to take the changes of a
// list, or a part of it, for the whole.
Result<void> check_complete(const crypto::CertificateRevocationList& list) {
  const auto unusable = [](const Path& where) { return Error{.code = Errc::bad_crl, .where = where}; };
  if (list.is_delta()) return unusable(Path("CertificateList") / "deltaCRLIndicator");
  if (list.is_indirect()) return unusable(Path("CertificateList") / "certificateIssuer");
  if (list.has_issuing_distribution_point()) return unusable(Path("CertificateList") / "issuingDistributionPoint");
  if (list.has_unknown_critical_extension()) return unusable(Path("CertificateList") / "crlExtensions");
  return {};
}

// Table B.10 of the profile. Every deviation is reported, so the first error does not end the search.
std::optional<Error> check_profile(const crypto::CertificateRevocationList& list, const RevocationContext& context) {
  const cbor::DecodeContext decode_context{.level = context.level, .sink = context.sink};
  std::optional<Error> first;
  const auto deviates = [&](Rule rule, const Path& where) {
    const auto judged = cbor::deviation(decode_context, rule, where);
    if (!judged && !first) first = judged.error();
  };
  if (list.version() != 2) deviates(Rule::crl_version, Path("CertificateList") / "version");
  if (list.is_revoked_list_empty()) {
    deviates(Rule::crl_revoked_empty, Path("CertificateList") / "revokedCertificates");
  }
  if (list.has_entry_extensions()) {
    deviates(Rule::crl_entry_extensions, Path("CertificateList") / "crlEntryExtensions");
  }
  const bool as_in_profile = list.extensions().size() == 2 && list.authority_key_identifier() && list.crl_number() &&
                             std::ranges::none_of(list.extensions(), &crypto::CertificateExtension::critical);
  if (!as_in_profile) deviates(Rule::crl_extensions, Path("CertificateList") / "crlExtensions");
  return first;
}

}  // namespace

Result<VerifiedCrl> VerifiedCrl::verify(const crypto::CertificateRevocationList& list,
                                        const crypto::Certificate& issuer) {
  // The name first: a list may be held against every authority there is, and a look at its signature hashes all of it.
  MDOC_CHECK(check_name(list, issuer));
  MDOC_CHECK(check_signature(list, issuer));
  MDOC_CHECK(check_complete(list));
  return VerifiedCrl(list, issuer);
}

CertificateRevocation judge_crl(const VerifiedCrl& crl, const crypto::Certificate& certificate,
                                const RevocationContext& context) {
  const crypto::CertificateRevocationList& list = crl.list();
  if (const auto issued = check_issued_by(certificate, crl.issuer(), context); !issued) {
    return unknown_revocation(RevocationSource::crl, issued.error());
  }
  CertificateRevocation revocation{
      .source = RevocationSource::crl, .this_update = list.this_update(), .next_update = list.next_update()};
  if (list.next_update()) {
    revocation.state =
        judge_dates_of_source(revocation, list.this_update(), *list.next_update(), "CertificateList", context);
  } else {
    // RFC 5280, 5.1.2.5 and table B.10 require it; without it nothing says how long absence means anything.
    revocation.state = RevocationState::unknown;
    revocation.error = Error{.code = Errc::missing_element, .where = Path("CertificateList") / "nextUpdate"};
  }
  if (const auto refused = check_profile(list, context)) {
    revocation.state = RevocationState::unknown;
    revocation.error = refused;
  }

  // The issuer's word against a certificate does not age, and no flaw of form takes it back.
  if (const auto entry = list.find(certificate.serial())) {
    if (entry->reason == crypto::RevocationReason::remove_from_crl) {  // of delta CRLs alone (RFC 5280, 5.3.1)
      revocation.state = RevocationState::unknown;
      revocation.error = Error{.code = Errc::bad_crl, .where = Path("CertificateList") / "reasonCode"};
      return revocation;
    }
    const bool on_hold = entry->reason == crypto::RevocationReason::certificate_hold;
    revocation.state = on_hold ? RevocationState::suspended : RevocationState::revoked;
    revocation.revocation_date = entry->revocation_date;
    revocation.reason = entry->reason;
  }
  return revocation;
}

CertificateRevocation judge_crl(const crypto::CertificateRevocationList& crl, const crypto::Certificate& certificate,
                                const crypto::Certificate& issuer, const RevocationContext& context) {
  const auto verified = VerifiedCrl::verify(crl, issuer);
  if (!verified) return unknown_revocation(RevocationSource::crl, verified.error());
  return judge_crl(*verified, certificate, context);
}

}  // namespace mdoc::trust
