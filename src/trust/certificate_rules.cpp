#include "mdoc/trust/certificate_rules.hpp"

#include <array>

#include "core/enum_table.hpp"
#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

constexpr Weight ignore = Weight::ignore;
constexpr Weight warning = Weight::warning;
constexpr Weight error = Weight::error;

/// Roles that a rule concerns, combined with |.
using Roles = std::uint16_t;
constexpr Roles only(CertificateRole role) { return static_cast<Roles>(1u << static_cast<unsigned>(role)); }
constexpr Roles iaca = only(CertificateRole::iaca);
constexpr Roles link = only(CertificateRole::iaca_link);
constexpr Roles ds = only(CertificateRole::document_signer);
constexpr Roles reader_ca = only(CertificateRole::reader_ca);
constexpr Roles reader = only(CertificateRole::reader);
constexpr Roles vical = only(CertificateRole::vical_signer);
constexpr Roles rical = only(CertificateRole::rical_signer);
constexpr Roles status = only(CertificateRole::status_list_signer);
constexpr Roles jws = only(CertificateRole::jws_signer);
constexpr Roles ocsp = only(CertificateRole::ocsp_signer);
constexpr Roles tls = only(CertificateRole::tls_server);
constexpr Roles tls_client = only(CertificateRole::tls_client);
constexpr Roles cas = iaca | link | reader_ca;
constexpr Roles ends = ds | reader | vical | rical | status | jws | ocsp | tls | tls_client;
constexpr Roles every_role = cas | ends;
constexpr Roles issued = link | ends;
constexpr Roles purposes = ds | reader | vical | jws | ocsp | tls | tls_client;
constexpr Roles crl = link | ds | reader | vical | rical | jws | tls | tls_client;

struct Row {
  CertificateRuleInfo info;
  Roles roles;
  RuleVerdict (*judge)(const CertificateContext& context);
};

// One row for each CertificateRule, in order. What deployed certificates are known to break is a warning at the level
// `interop`; what would make a certificate mean something else, or nothing, is an error.
constexpr std::array table{
    Row{{CertificateRule::version, RuleAspect::profile, "version", "B.1.1", "The certificate is of version 3.",
         "Issue an X.509 version 3 certificate.", error, warning, warning},
        every_role,
        trust::version},
    Row{{CertificateRule::serial_positive, RuleAspect::profile, "serial.positive", "B.1.1",
         "The serial number is positive.", "Draw a random serial number and clear its topmost bit.", error, warning,
         warning},
        every_role,
        trust::serial_positive},
    Row{{CertificateRule::serial_octets, RuleAspect::profile, "serial.octets", "B.1.1",
         "The serial number has at most 20 bytes.", "Draw 16 random bytes for the serial number.", error, warning,
         warning},
        every_role,
        trust::serial_octets},
    Row{{CertificateRule::serial_random, RuleAspect::profile, "serial.random", "B.1.1",
         "The serial number has room for 63 random bits.",
         "Draw at least 8 random bytes for the serial number instead of counting.", error, warning, ignore},
        every_role,
        trust::serial_random},
    Row{{CertificateRule::signature_algorithm, RuleAspect::profile, "signature.algorithm", "B.1.1",
         "The signature algorithm is ECDSA with SHA-256, SHA-384 or SHA-512.",
         "Sign with a key on one of the listed curves, and with SHA-256, SHA-384 or SHA-512.", error, error, warning},
        every_role,
        trust::signature_algorithm},
    Row{{CertificateRule::signature_algorithms_equal, RuleAspect::profile, "signature.algorithms-equal",
         "RFC 5280, 4.1.1.2", "Both algorithm fields are the same.",
         "Put the algorithm of the signature into tbsCertificate.signature as well.", error, error, error},
        every_role,
        trust::signature_algorithms_equal},
    Row{{CertificateRule::signature_valid, RuleAspect::profile, "signature.valid", "RFC 5280, 6.1.3",
         "The signature verifies with the key of the issuer.",
         "Sign the certificate with the private key of the certificate that is named as its issuer.", error, error,
         error},
        every_role,
        trust::signature_valid},
    Row{{CertificateRule::issuer_name, RuleAspect::profile, "issuer.name", "B.1.1",
         "The issuer field is the subject of the issuer's certificate, byte for byte.",
         "Copy the DER encoding of the issuer's subject; do not encode the name again.", error, warning, warning},
        every_role,
        trust::issuer_name},
    Row{{CertificateRule::direct_issuer, RuleAspect::profile, "issuer.direct", "B.1.4",
         "The certificate was issued by the trust anchor itself.",
         "Issue the certificate with the root certificate, without a CA between.", error, warning, warning},
        ds | jws | ocsp,
        trust::direct_issuer},
    Row{{CertificateRule::validity_order, RuleAspect::profile, "validity.order", "RFC 5280, 4.1.2.5",
         "The validity ends after it begins.", "Put notBefore before notAfter.", error, error, error},
        every_role,
        trust::validity_order},
    Row{{CertificateRule::validity_maximum, RuleAspect::profile, "validity.maximum", "",
         "The validity is no longer than the profile allows.", "Issue for a shorter time, and renew earlier.", error,
         warning, warning},
        every_role,
        trust::validity_maximum},
    Row{{CertificateRule::validity_within_issuer, RuleAspect::profile, "validity.within-issuer", "",
         "The validity ends no later than that of the old certificate.",
         "End the link certificate with the certificate that vouches for it.", error, warning, warning},
        link,
        trust::validity_within_issuer},
    Row{{CertificateRule::validity_now, RuleAspect::profile, "validity.now", "RFC 5280, 6.1.3",
         "The certificate is valid at this time.", "Renew the certificate, or set the clock.", error, error, error},
        every_role,
        trust::validity_now},
    Row{{CertificateRule::country_present, RuleAspect::country, "subject.country", "", "The subject names a country.",
         "Put countryName (C) into the subject.", error, warning, warning},
        iaca | link | ds | vical | rical | jws | ocsp | tls,
        trust::country_present},
    Row{{CertificateRule::country_form, RuleAspect::country, "subject.country-form", "B.1.1",
         "The country is an upper-case code of ISO 3166-1 as PrintableString.",
         "Write the country as two upper-case letters, as PrintableString.", error, warning, warning},
        every_role,
        trust::country_form},
    Row{{CertificateRule::country_equal, RuleAspect::country, "subject.country-equal", "12.8.3",
         "The country is that of the issuer.",
         "Give the certificate the country of its authority, or have it issued by the right one.", error, error,
         warning},
        link | ds | jws | ocsp | tls,
        trust::country_equal},
    Row{{CertificateRule::state_equal, RuleAspect::country, "subject.state-equal", "12.8.3",
         "The state is that of the issuer, if that names one.",
         "Repeat stateOrProvinceName (ST) of the authority in the subject.", error, warning, warning},
        link | ds | jws | ocsp | tls,
        trust::state_equal},
    Row{{CertificateRule::state_required, RuleAspect::country, "subject.state-required", "",
         "The subject names a state, the same as its issuer.",
         "Put stateOrProvinceName (ST) into both subjects, with the same value.", error, error, warning},
        ds,
        trust::state_required},
    Row{{CertificateRule::common_name, RuleAspect::profile, "subject.common-name", "", "The subject has a common name.",
         "Put commonName (CN) into the subject.", error, warning, warning},
        every_role,
        trust::common_name},
    Row{{CertificateRule::organization, RuleAspect::profile, "subject.organization", "",
         "The subject names an organization.", "Put organizationName (O) into the subject.", error, warning, warning},
        vical | rical,
        trust::organization},
    Row{{CertificateRule::serial_number_form, RuleAspect::profile, "subject.serial-number-form", "B.1.1",
         "A serialNumber in the subject is a PrintableString.",
         "Encode serialNumber of the subject as PrintableString.", error, warning, ignore},
        every_role,
        trust::serial_number_form},
    Row{{CertificateRule::name_strings, RuleAspect::profile, "subject.strings", "B.1.1",
         "Texts of the subject are UTF8String or PrintableString.", "Encode the subject with UTF8String.", error,
         warning, ignore},
        every_role,
        trust::name_strings},
    Row{{CertificateRule::key_algorithm, RuleAspect::profile, "key.algorithm", "",
         "The key is on a curve that the profile allows.", "Make a key on P-256 or another listed curve.", error, error,
         warning},
        every_role,
        trust::key_algorithm},
    Row{{CertificateRule::key_named_curve, RuleAspect::profile, "key.named-curve", "B.1.1",
         "The curve is named, not described by its parameters.",
         "Encode the key with the object identifier of its curve.", error, error, error},
        every_role,
        trust::key_named_curve},
    Row{{CertificateRule::key_uncompressed, RuleAspect::profile, "key.uncompressed", "B.1.1",
         "The point of the key is uncompressed.", "Encode the key as an uncompressed point.", error, error, warning},
        every_role,
        trust::key_uncompressed},
    Row{{CertificateRule::subject_key_identifier_present, RuleAspect::profile, "ski.present", "",
         "There is a subject key identifier.", "Add subjectKeyIdentifier.", error, warning, warning},
        every_role,
        trust::subject_key_identifier_present},
    Row{{CertificateRule::subject_key_identifier_method, RuleAspect::profile, "ski.method", "B.1.1",
         "The subject key identifier is SHA-1 of the key.",
         "Compute subjectKeyIdentifier by method 1 of RFC 5280, 4.2.1.2.", error, warning, ignore},
        every_role,
        trust::subject_key_identifier_method},
    Row{{CertificateRule::subject_key_identifier_not_critical, RuleAspect::profile, "ski.not-critical", "B.1.1",
         "The subject key identifier is not critical.", "Mark subjectKeyIdentifier as not critical.", error, warning,
         ignore},
        every_role,
        trust::subject_key_identifier_not_critical},
    Row{{CertificateRule::authority_key_identifier_present, RuleAspect::profile, "aki.present", "",
         "There is an authority key identifier.",
         "Add authorityKeyIdentifier with the subject key identifier of the issuer.", error, warning, warning},
        issued,
        trust::authority_key_identifier_present},
    Row{{CertificateRule::authority_key_identifier_absent, RuleAspect::profile, "aki.absent", "",
         "A self-signed certificate has no authority key identifier.",
         "Leave authorityKeyIdentifier out of root certificates.", error, warning, ignore},
        iaca,
        trust::authority_key_identifier_absent},
    Row{{CertificateRule::authority_key_identifier_equal, RuleAspect::profile, "aki.equal", "B.1.1",
         "The authority key identifier is the subject key identifier of the issuer.",
         "Copy the subject key identifier of the issuer's certificate.", error, error, warning},
        issued,
        trust::authority_key_identifier_equal},
    Row{{CertificateRule::authority_key_identifier_alone, RuleAspect::profile, "aki.key-id-only", "B.1.1",
         "The authority key identifier holds the key identifier alone.",
         "Leave authorityCertIssuer and authorityCertSerialNumber out.", error, warning, ignore},
        issued,
        trust::authority_key_identifier_alone},
    Row{{CertificateRule::authority_key_identifier_not_critical, RuleAspect::profile, "aki.not-critical", "B.1.1",
         "The authority key identifier is not critical.", "Mark authorityKeyIdentifier as not critical.", error,
         warning, ignore},
        issued,
        trust::authority_key_identifier_not_critical},
    Row{{CertificateRule::key_usage_present, RuleAspect::profile, "key-usage.present", "",
         "The key usage is that of the role.", "Set the key usage of the profile.", error, error, warning},
        ends,
        trust::key_usage_present},
    Row{{CertificateRule::key_usage_only, RuleAspect::profile, "key-usage.only", "",
         "The key usage has no further bits.", "Remove the key usages that the profile does not have.", error, warning,
         warning},
        every_role,
        trust::key_usage_only},
    Row{{CertificateRule::key_usage_critical, RuleAspect::profile, "key-usage.critical", "B.1.1",
         "The key usage is critical.", "Mark keyUsage as critical.", error, warning, warning},
        every_role,
        trust::key_usage_critical},
    Row{{CertificateRule::key_purpose_present, RuleAspect::key_purpose, "key-purpose.present", "",
         "There is a key purpose.", "Add extendedKeyUsage with the purpose of the role.", error, error, warning},
        purposes,
        trust::key_purpose_present},
    Row{{CertificateRule::key_purpose_fits, RuleAspect::key_purpose, "key-purpose.fits", "",
         "The key purpose is one of those for this use.",
         "Issue the certificate with the key purpose that is expected; one for any purpose does not count.", error,
         error, warning},
        purposes,
        trust::key_purpose_fits},
    Row{{CertificateRule::key_purpose_only, RuleAspect::key_purpose, "key-purpose.only", "",
         "There are no key purposes for something else.", "Issue a certificate of its own for each purpose.", error,
         warning, ignore},
        purposes,
        trust::key_purpose_only},
    Row{{CertificateRule::key_purpose_critical, RuleAspect::key_purpose, "key-purpose.critical", "",
         "The key purpose is critical.", "Mark extendedKeyUsage as critical.", error, warning, warning},
        purposes,
        trust::key_purpose_critical},
    Row{{CertificateRule::key_purpose_not_critical, RuleAspect::key_purpose, "key-purpose.not-critical", "",
         "A key purpose is not critical.", "Mark extendedKeyUsage as not critical.", warning, warning, ignore},
        status,
        trust::key_purpose_not_critical},
    Row{{CertificateRule::key_purpose_absent, RuleAspect::key_purpose, "key-purpose.absent", "",
         "A CA certificate has no key purpose.", "Leave extendedKeyUsage out.", error, warning, ignore},
        cas,
        trust::key_purpose_absent},
    Row{{CertificateRule::ca, RuleAspect::profile, "ca", "", "The certificate is that of a CA.",
         "Set cA in basicConstraints.", error, error, error},
        cas,
        trust::ca},
    Row{{CertificateRule::ca_critical, RuleAspect::profile, "ca.critical", "", "basicConstraints is critical.",
         "Mark basicConstraints as critical.", error, warning, warning},
        cas,
        trust::ca_critical},
    Row{{CertificateRule::ca_path_length, RuleAspect::profile, "ca.path-length", "",
         "The length of paths below the certificate is limited.", "Set pathLenConstraint of basicConstraints to 0.",
         error, warning, warning},
        cas,
        trust::ca_path_length},
    Row{{CertificateRule::ca_key_usage, RuleAspect::profile, "ca.key-usage", "",
         "The key usage is to sign certificates and CRLs.", "Set keyCertSign and cRLSign in keyUsage.", error, warning,
         warning},
        cas,
        trust::ca_key_usage},
    Row{{CertificateRule::not_ca, RuleAspect::profile, "not-ca", "B.1.1", "The certificate is no CA certificate.",
         "Leave basicConstraints out.", error, error, warning},
        ends,
        trust::not_ca},
    Row{{CertificateRule::basic_constraints_absent, RuleAspect::profile, "basic-constraints.absent", "B.1.1",
         "There are no basic constraints in an end-entity certificate.", "Leave basicConstraints out.", error, warning,
         ignore},
        ends,
        trust::basic_constraints_absent},
    Row{{CertificateRule::contact_present, RuleAspect::profile, "contact.present", "",
         "The certificate says how to reach its issuer.", "Add issuerAltName with an e-mail address or a URI.", error,
         warning, warning},
        every_role,
        trust::contact_present},
    Row{{CertificateRule::contact_usable, RuleAspect::profile, "contact.usable", "B.1.1",
         "issuerAltName holds an e-mail address or a URI.",
         "Put an rfc822Name or a uniformResourceIdentifier into issuerAltName.", error, warning, warning},
        every_role,
        trust::contact_usable},
    Row{{CertificateRule::contact_not_critical, RuleAspect::profile, "contact.not-critical", "B.1.1",
         "issuerAltName is not critical.", "Mark issuerAltName as not critical.", error, warning, ignore},
        every_role,
        trust::contact_not_critical},
    Row{{CertificateRule::crl_points_present, RuleAspect::profile, "crl-points.present", "",
         "The certificate says where its CRL is.", "Add cRLDistributionPoints.", error, warning, warning},
        crl,
        trust::crl_points_present},
    Row{{CertificateRule::crl_points_uri, RuleAspect::profile, "crl-points.uri", "B.1.1",
         "A CRL distribution point is a URI.", "Name the CRL by its URI.", error, warning, warning},
        every_role,
        trust::crl_points_uri},
    Row{{CertificateRule::crl_points_plain, RuleAspect::profile, "crl-points.plain", "B.1.1",
         "CRL distribution points have neither reasons nor another CRL issuer.",
         "Leave reasons and cRLIssuer out of the distribution points.", error, warning, warning},
        every_role,
        trust::crl_points_plain},
    Row{{CertificateRule::crl_points_not_critical, RuleAspect::profile, "crl-points.not-critical", "B.1.1",
         "CRL distribution points are not critical.", "Mark cRLDistributionPoints as not critical.", error, warning,
         ignore},
        every_role,
        trust::crl_points_not_critical},
    Row{{CertificateRule::dns_name, RuleAspect::profile, "subject-alt-name.dns", "",
         "subjectAltName holds the name of the server.", "Add subjectAltName with a dNSName.", error, error, warning},
        tls,
        trust::dns_name},
    Row{{CertificateRule::new_name, RuleAspect::profile, "subject-alt-name.new-name", "",
         "A new name of the authority stands in subjectAltName.",
         "Add subjectAltName with the new subject as directoryName.", error, warning, warning},
        link,
        trust::new_name},
    Row{{CertificateRule::ocsp_revocable, RuleAspect::profile, "ocsp.revocable", "",
         "The certificate can be revoked, or says that nobody needs to ask.",
         "Add cRLDistributionPoints, or ocsp-nocheck and a validity of at most 90 days.", error, warning, warning},
        ocsp,
        trust::ocsp_revocable},
    Row{{CertificateRule::ocsp_no_check_span, RuleAspect::profile, "ocsp.no-check-span", "",
         "A certificate with ocsp-nocheck is valid for at most 90 days.",
         "Issue for at most 90 days, or with cRLDistributionPoints instead of ocsp-nocheck.", error, warning, warning},
        ocsp,
        trust::ocsp_no_check_span},
    Row{{CertificateRule::policies_present, RuleAspect::profile, "policies.present", "",
         "The certificate names the policy of the list's provider.",
         "Add certificatePolicies with the policy of the provider.", error, warning, warning},
        rical,
        trust::policies_present},
    Row{{CertificateRule::policies_required, RuleAspect::profile, "policies.required", "",
         "The certificate has the policies that the profile asks for.", "Add certificatePolicies with these policies.",
         error, warning, warning},
        every_role,
        trust::policies_required},
    Row{{CertificateRule::forbidden_extensions, RuleAspect::profile, "extensions.forbidden", "B.1.1",
         "There are no policy mappings, name constraints, policy constraints, inhibitAnyPolicy or freshestCRL.",
         "Leave these extensions out.", error, warning, warning},
        every_role,
        trust::forbidden_extensions},
    Row{{CertificateRule::unknown_critical_extensions, RuleAspect::profile, "extensions.unknown-critical",
         "RFC 5280, 4.2", "There is no critical extension that is not understood here.",
         "Mark further extensions as not critical.", error, error, error},
        every_role,
        trust::unknown_critical_extensions},
    Row{{CertificateRule::extensions_well_formed, RuleAspect::profile, "extensions.well-formed", "RFC 5280, 4.2",
         "Every extension decodes.", "Encode the extension as RFC 5280 defines it.", error, warning, warning},
        every_role,
        trust::extensions_well_formed},
};
static_assert(is_indexed_by(
    table, [](const Row& row) { return row.info.rule; }, certificate_rule_count));

constexpr auto infos = [] {
  std::array<CertificateRuleInfo, table.size()> rows{};
  for (std::size_t i = 0; i < table.size(); ++i) rows[i] = table[i].info;
  return rows;
}();

const Row& row(CertificateRule rule) noexcept { return table[static_cast<std::size_t>(rule)]; }

template <class Wanted>
std::vector<RuleFinding> judge(const CertificateContext& context, Wanted wanted) {
  std::vector<RuleFinding> findings;
  for (const Row& one : table) {
    if ((one.roles & only(context.role)) == 0) continue;
    RuleVerdict verdict = one.judge(context);
    if (!wanted(verdict.outcome)) continue;
    findings.push_back({.rule = one.info.rule,
                        .outcome = verdict.outcome,
                        .expected = std::move(verdict.expected),
                        .found = std::move(verdict.found)});
  }
  return findings;
}

}  // namespace

std::span<const CertificateRuleInfo> certificate_rules() noexcept { return infos; }

const CertificateRuleInfo& info(CertificateRule rule) noexcept { return infos[static_cast<std::size_t>(rule)]; }

std::string_view clause(CertificateRule rule, CertificateRole role) noexcept {
  const std::string_view own = info(rule).clause;
  return own.empty() ? info(role).clause : own;
}

bool applies(CertificateRule rule, CertificateRole role) noexcept { return (row(rule).roles & only(role)) != 0; }

std::vector<RuleFinding> judge_certificate(const CertificateContext& context) {
  return judge(context, [](RuleOutcome) { return true; });
}

std::vector<RuleFinding> broken_rules(const CertificateContext& context) {
  return judge(context, [](RuleOutcome outcome) { return outcome == RuleOutcome::broken; });
}

RuleJudgement worst(std::span<const RuleFinding> findings, RuleAspect aspect, Level level) noexcept {
  RuleJudgement judgement;
  for (const RuleFinding& finding : findings) {
    if (finding.outcome != RuleOutcome::broken || info(finding.rule).aspect != aspect) continue;
    const Weight weight = info(finding.rule).weight(level);
    if (weight > judgement.weight) judgement = {.weight = weight, .finding = &finding};
  }
  return judgement;
}

}  // namespace mdoc::trust
