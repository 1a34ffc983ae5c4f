#include "cli/issuance_warnings.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/profile_document.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/verification/signer_profile.hpp"

namespace mdoc::cli {
namespace {

/// What verifiers do about it that judge as they do by default.
std::string_view consequence(Weight weight) { return weight == Weight::error ? "refuse" : "warn about"; }

void warn_about_validity(const model::ValidityInfo& validity, const crypto::Certificate& signer,
                         const std::string& file) {
  const auto warn = [&](Rule rule, std::string_view what, UtcSeconds time, std::string_view relation,
                        UtcSeconds bound) {
    print_warning(fmt::format("the document {} {}, {} {} ({}): verifiers {} it", what, to_rfc3339(time), relation, file,
                              to_rfc3339(bound), consequence(info(rule).interop)));
  };
  if (validity.valid_until > signer.not_after()) {
    warn(Rule::mso_outlasts_signer, "is valid until", validity.valid_until, "later than", signer.not_after());
  }
  if (validity.signed_at < signer.not_before()) {
    warn(Rule::mso_signed_outside_signer, "is signed at", validity.signed_at, "earlier than", signer.not_before());
  } else if (validity.signed_at > signer.not_after()) {
    warn(Rule::mso_signed_outside_signer, "is signed at", validity.signed_at, "later than", signer.not_after());
  }
}

/// What whoever reads it will say of the document by its profile, before there is one.
void warn_about_document(const model::IssuanceContent& content, const crypto::Certificate& signer,
                         const profile::DocTypeProfile& profile) {
  model::MobileSecurityObject mso;
  mso.digest_algorithm = crypto::name(content.digest_algorithm);
  mso.device_key_info = content.device_key_info;
  mso.doc_type = content.doc_type;
  mso.validity_info = content.validity_info;
  mso.status = content.status;
  const auto& key = signer.public_key();
  const DocumentFaults faults = document_faults(profile, present_elements(content.name_spaces), mso,
                                                key ? std::optional(key->curve()) : std::nullopt);
  for (const std::string& text : gathered_texts(faults.listed)) print_warning(text);
  if (faults.further > 0) print_warning(fmt::format("{} more faults of elements are not listed", faults.further));
}

}  // namespace

void warn_about_signer(const crypto::Certificate& signer, const std::string& file, trust::CertificateRole role,
                       const trust::CertificateProfile& profile) {
  const auto broken = trust::broken_rules({.certificate = signer, .role = role, .profile = profile});
  for (const trust::RuleFinding& finding : broken) {
    const trust::CertificateRuleInfo& row = trust::info(finding.rule);
    if (row.interop == Weight::ignore) continue;
    std::string text =
        fmt::format("{} breaks the rule {} (expected: {}; found: {}): verifiers {} it", file, row.id,
                    json::printable(finding.expected), json::printable(finding.found), consequence(row.interop));
    if (row.aspect == trust::RuleAspect::key_purpose && !profile.key_purposes.empty()) {
      text += fmt::format("; mdoc-cli pki {} --key-purpose {} makes one that fits", trust::info(role).id,
                          profile.key_purposes.front());
    }
    print_warning(text);
  }
}

void warn_about_issuance(const model::IssuanceContent& content, const crypto::Certificate& signer,
                         const std::string& signer_file, const profile::DocTypeProfile* profile) {
  warn_about_signer(signer, signer_file, trust::CertificateRole::document_signer,
                    verification::signer_profile(profile));
  warn_about_validity(content.validity_info, signer, signer_file);
  if (profile != nullptr) warn_about_document(content, signer, *profile);
}

void warn_about_countries(const crypto::Certificate& signer, const crypto::Certificate& authority,
                          const std::string& authority_file) {
  const auto country = authority.country();
  if (signer.country() == country) return;
  print_warning(country ? fmt::format("the country of {} is {}, and not that of this certificate: verifiers refuse it",
                                      authority_file, json::printable(*country))
                        : authority_file + " names no country: verifiers refuse what its signers sign");
}

}  // namespace mdoc::cli
