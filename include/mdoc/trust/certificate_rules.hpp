#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/certificate_role.hpp"

/// @file
/// What certificates must look like (ISO/IEC 18013-5, Annexes B, C and F), as a table: one row for each rule, with what
/// it asks, how to mend what breaks it, and what each level makes of that.

namespace mdoc::trust {

/// One rule. Append only; the stable identifier is CertificateRuleInfo::id.
enum class CertificateRule : std::uint8_t {
  // Frame
  version,
  serial_positive,
  serial_octets,
  serial_random,
  signature_algorithm,
  signature_algorithms_equal,
  signature_valid,
  issuer_name,
  direct_issuer,
  validity_order,
  validity_maximum,
  validity_within_issuer,
  validity_now,
  // Names
  country_present,
  country_form,
  country_equal,
  state_equal,
  state_required,
  common_name,
  organization,
  serial_number_form,
  name_strings,
  // Keys
  key_algorithm,
  key_named_curve,
  key_uncompressed,
  subject_key_identifier_present,
  subject_key_identifier_method,
  subject_key_identifier_not_critical,
  authority_key_identifier_present,
  authority_key_identifier_absent,
  authority_key_identifier_equal,
  authority_key_identifier_alone,
  authority_key_identifier_not_critical,
  // Usage
  key_usage_present,
  key_usage_only,
  key_usage_critical,
  key_purpose_present,
  key_purpose_fits,
  key_purpose_only,
  key_purpose_critical,
  key_purpose_not_critical,
  key_purpose_absent,
  ca,
  ca_critical,
  ca_path_length,
  ca_key_usage,
  not_ca,
  basic_constraints_absent,
  // Further extensions
  contact_present,
  contact_usable,
  contact_not_critical,
  crl_points_present,
  crl_points_uri,
  crl_points_plain,
  crl_points_not_critical,
  dns_name,
  new_name,
  ocsp_revocable,
  ocsp_no_check_span,
  policies_present,
  policies_required,
  forbidden_extensions,
  unknown_critical_extensions,
  extensions_well_formed,
};
inline constexpr std::size_t certificate_rule_count =
    static_cast<std::size_t>(CertificateRule::extensions_well_formed) + 1;

/// What a rule is about: each aspect of the signer is a check of its own in a report.
enum class RuleAspect : std::uint8_t { profile, key_purpose, country };

/// One row of the table.
struct CertificateRuleInfo {
  CertificateRule rule;
  RuleAspect aspect;
  std::string_view id;      ///< stable: "crl-points.present"
  std::string_view clause;  ///< empty: that of the role
  std::string_view what;    ///< one English sentence: what must hold
  std::string_view advice;  ///< one English sentence for whoever issues the certificate: how to mend it
  Weight strict, interop, lenient;

  [[nodiscard]] constexpr Weight weight(Level level) const noexcept {
    return level == Level::strict ? strict : level == Level::interop ? interop : lenient;
  }
};

[[nodiscard]] MDOC_EXPORT std::span<const CertificateRuleInfo> certificate_rules() noexcept;
[[nodiscard]] MDOC_EXPORT const CertificateRuleInfo& info(CertificateRule rule) noexcept;
/// Clause of a rule where it is applied to a role.
[[nodiscard]] MDOC_EXPORT std::string_view clause(CertificateRule rule, CertificateRole role) noexcept;
/// Whether a rule concerns a role at all.
[[nodiscard]] MDOC_EXPORT bool applies(CertificateRule rule, CertificateRole role) noexcept;

enum class RuleOutcome : std::uint8_t {
  holds,
  broken,
  not_applicable,  ///< its condition is not met, or another rule says already what is wrong
  not_judged,      ///< the issuer's certificate, or the time, is not given
};

/// How one rule ended.
struct RuleFinding {
  CertificateRule rule{};
  RuleOutcome outcome = RuleOutcome::not_judged;
  std::string expected{};  ///< with broken: a fact, such as "at most 457 days"
  std::string found{};     ///< likewise; may hold text of the certificate: escape it before showing
  friend bool operator==(const RuleFinding&, const RuleFinding&) = default;
};

/// A certificate, and what it is judged by. Borrowed parts must outlive the call.
struct CertificateContext {
  const crypto::Certificate& certificate;
  CertificateRole role;
  const CertificateProfile& profile;            ///< info(role).profile, or that of a docType
  const crypto::Certificate* issuer = nullptr;  ///< null: what compares with it is not judged. Of no use if self-signed
  /// CA certificates between this one and its anchor, where a path is known.
  std::optional<std::size_t> intermediates{};
  bool signature_verified = false;  ///< the issuer's signature was verified before: it is not verified again
  std::optional<UtcSeconds> now{};  ///< nothing: validity is not judged, but for its length
  ClockPolicy clock{};
};

/// Judges a certificate by every rule that concerns its role, in the order of the table. Thread-safe.
[[nodiscard]] MDOC_EXPORT std::vector<RuleFinding> judge_certificate(const CertificateContext& context);
/// The findings that a report has to mention: those of broken rules.
[[nodiscard]] MDOC_EXPORT std::vector<RuleFinding> broken_rules(const CertificateContext& context);

/// The worst of one aspect: what a level makes of it, and the first finding that caused it.
struct RuleJudgement {
  Weight weight = Weight::ignore;        ///< ignore: nothing is broken, or nothing that matters at this level
  const RuleFinding* finding = nullptr;  ///< of `findings`; null with ignore
};
[[nodiscard]] MDOC_EXPORT RuleJudgement worst(std::span<const RuleFinding> findings, RuleAspect aspect,
                                              Level level) noexcept;

}  // namespace mdoc::trust
