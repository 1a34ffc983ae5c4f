#pragma once
// Internal. How the rules for certificates say what they found; one function for each rule.

#include <algorithm>
#include <string>
#include <utility>

#include "mdoc/trust/certificate_rules.hpp"

namespace mdoc::trust {

struct RuleVerdict {
  RuleOutcome outcome{};
  std::string expected{};
  std::string found{};
};

[[nodiscard]] inline RuleVerdict holds() { return {.outcome = RuleOutcome::holds}; }
[[nodiscard]] inline RuleVerdict not_applicable() { return {.outcome = RuleOutcome::not_applicable}; }
[[nodiscard]] inline RuleVerdict not_judged() { return {.outcome = RuleOutcome::not_judged}; }
[[nodiscard]] inline RuleVerdict broken(std::string expected, std::string found) {
  return {.outcome = RuleOutcome::broken, .expected = std::move(expected), .found = std::move(found)};
}

/// The certificate of whoever issued the one that is judged; null where it is not given.
[[nodiscard]] inline const crypto::Certificate* issuer_of(const CertificateContext& context) {
  return info(context.role).issued_by == IssuedBy::itself ? &context.certificate : context.issuer;
}

/// `absent` and `critical` say what to make of an extension that is not there, and of one that is critical.
[[nodiscard]] inline RuleVerdict expect_not_critical(const CertificateContext& context, std::string_view oid) {
  const auto* extension = context.certificate.find_extension(oid);
  if (extension == nullptr) return not_applicable();
  return extension->critical ? broken("not critical", "critical") : holds();
}
[[nodiscard]] inline RuleVerdict expect_critical(const CertificateContext& context, std::string_view oid) {
  const auto* extension = context.certificate.find_extension(oid);
  if (extension == nullptr) return not_applicable();
  return extension->critical ? holds() : broken("critical", "not critical");
}
[[nodiscard]] inline RuleVerdict expect_extension(const CertificateContext& context, std::string_view oid) {
  const auto* extension = context.certificate.find_extension(oid);
  if (extension == nullptr) return broken("present", "absent");
  return extension->ill_formed ? not_applicable() : holds();  // extensions.well-formed speaks of it
}

/// An extension that is there and decoded.
[[nodiscard]] inline bool has_readable(const CertificateContext& context, std::string_view oid) {
  const auto* extension = context.certificate.find_extension(oid);
  return extension != nullptr && !extension->ill_formed;
}

[[nodiscard]] inline std::string joined(std::span<const std::string_view> items) {
  std::string text;
  for (const std::string_view item : items) text.append(text.empty() ? "" : ", ").append(item);
  return text;
}

// Frame: rules/frame.cpp
RuleVerdict version(const CertificateContext& context);
RuleVerdict serial_positive(const CertificateContext& context);
RuleVerdict serial_octets(const CertificateContext& context);
RuleVerdict serial_random(const CertificateContext& context);
RuleVerdict signature_algorithm(const CertificateContext& context);
RuleVerdict signature_algorithms_equal(const CertificateContext& context);
RuleVerdict signature_valid(const CertificateContext& context);
RuleVerdict issuer_name(const CertificateContext& context);
RuleVerdict direct_issuer(const CertificateContext& context);
RuleVerdict validity_order(const CertificateContext& context);
RuleVerdict validity_maximum(const CertificateContext& context);
RuleVerdict validity_within_issuer(const CertificateContext& context);
RuleVerdict validity_now(const CertificateContext& context);

// Names: rules/names.cpp
RuleVerdict country_present(const CertificateContext& context);
RuleVerdict country_form(const CertificateContext& context);
RuleVerdict country_equal(const CertificateContext& context);
RuleVerdict state_equal(const CertificateContext& context);
RuleVerdict state_required(const CertificateContext& context);
RuleVerdict common_name(const CertificateContext& context);
RuleVerdict organization(const CertificateContext& context);
RuleVerdict serial_number_form(const CertificateContext& context);
RuleVerdict name_strings(const CertificateContext& context);

// Keys: rules/keys.cpp
RuleVerdict key_algorithm(const CertificateContext& context);
RuleVerdict key_named_curve(const CertificateContext& context);
RuleVerdict key_uncompressed(const CertificateContext& context);
RuleVerdict subject_key_identifier_present(const CertificateContext& context);
RuleVerdict subject_key_identifier_method(const CertificateContext& context);
RuleVerdict subject_key_identifier_not_critical(const CertificateContext& context);
RuleVerdict authority_key_identifier_present(const CertificateContext& context);
RuleVerdict authority_key_identifier_absent(const CertificateContext& context);
RuleVerdict authority_key_identifier_equal(const CertificateContext& context);
RuleVerdict authority_key_identifier_alone(const CertificateContext& context);
RuleVerdict authority_key_identifier_not_critical(const CertificateContext& context);

// Usage: rules/usage.cpp
RuleVerdict key_usage_present(const CertificateContext& context);
RuleVerdict key_usage_only(const CertificateContext& context);
RuleVerdict key_usage_critical(const CertificateContext& context);
RuleVerdict key_purpose_present(const CertificateContext& context);
RuleVerdict key_purpose_fits(const CertificateContext& context);
RuleVerdict key_purpose_only(const CertificateContext& context);
RuleVerdict key_purpose_critical(const CertificateContext& context);
RuleVerdict key_purpose_not_critical(const CertificateContext& context);
RuleVerdict key_purpose_absent(const CertificateContext& context);
RuleVerdict ca(const CertificateContext& context);
RuleVerdict ca_critical(const CertificateContext& context);
RuleVerdict ca_path_length(const CertificateContext& context);
RuleVerdict ca_key_usage(const CertificateContext& context);
RuleVerdict not_ca(const CertificateContext& context);
RuleVerdict basic_constraints_absent(const CertificateContext& context);

// Further extensions: rules/extensions.cpp
RuleVerdict contact_present(const CertificateContext& context);
RuleVerdict contact_usable(const CertificateContext& context);
RuleVerdict contact_not_critical(const CertificateContext& context);
RuleVerdict crl_points_present(const CertificateContext& context);
RuleVerdict crl_points_uri(const CertificateContext& context);
RuleVerdict crl_points_plain(const CertificateContext& context);
RuleVerdict crl_points_not_critical(const CertificateContext& context);
RuleVerdict dns_name(const CertificateContext& context);
RuleVerdict new_name(const CertificateContext& context);
RuleVerdict ocsp_revocable(const CertificateContext& context);
RuleVerdict ocsp_no_check_span(const CertificateContext& context);
RuleVerdict policies_present(const CertificateContext& context);
RuleVerdict policies_required(const CertificateContext& context);
RuleVerdict forbidden_extensions(const CertificateContext& context);
RuleVerdict unknown_critical_extensions(const CertificateContext& context);
RuleVerdict extensions_well_formed(const CertificateContext& context);

}  // namespace mdoc::trust
