// What the key may be used for: keyUsage, extendedKeyUsage, basicConstraints.
#include <array>

#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

namespace extension = crypto::extension;

std::string usage_text(std::uint16_t bits) {
  constexpr std::array<std::string_view, 9> names{"digitalSignature", "nonRepudiation", "keyEncipherment",
                                                  "dataEncipherment", "keyAgreement",   "keyCertSign",
                                                  "cRLSign",          "encipherOnly",   "decipherOnly"};
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1u) != 0) text.append(text.empty() ? "" : ", ").append(names[i]);
  }
  return text.empty() ? "none" : text;
}

bool contains(std::span<const std::string_view> list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

std::string purposes_text(const std::vector<std::string>& purposes) {
  std::string text;
  for (const std::string& purpose : purposes) text.append(text.empty() ? "" : ", ").append(purpose);
  return text;
}

std::string expected_purposes(const CertificateContext& context) {
  std::string text = context.profile.key_purposes.size() > 1 ? "one of " : "";
  text += joined(context.profile.key_purposes);
  const std::string_view second = info(context.role).second_purpose;
  return second.empty() ? text : text + " and " + std::string(second);
}

}  // namespace

RuleVerdict key_usage_present(const CertificateContext& context) {
  const std::uint16_t expected = info(context.role).key_usage;
  const auto found = context.certificate.key_usage();
  if (found && (*found & expected) == expected) return holds();
  return broken(usage_text(expected), found ? usage_text(*found) : "absent");
}

RuleVerdict key_usage_only(const CertificateContext& context) {
  const std::uint16_t expected = info(context.role).key_usage;
  const auto found = context.certificate.key_usage();
  if (!found) return not_applicable();
  const auto surplus = static_cast<std::uint16_t>(*found & ~expected);
  return surplus == 0 ? holds() : broken("only " + usage_text(expected), usage_text(surplus) + " as well");
}

RuleVerdict key_usage_critical(const CertificateContext& context) {
  return expect_critical(context, extension::key_usage);
}

RuleVerdict key_purpose_present(const CertificateContext& context) {
  if (context.profile.key_purposes.empty()) return not_applicable();
  if (!context.certificate.extended_key_usage().empty()) return holds();
  return broken(expected_purposes(context), "absent");
}

// anyExtendedKeyUsage is not among the purposes of any profile, so it never suffices.
RuleVerdict key_purpose_fits(const CertificateContext& context) {
  const std::vector<std::string>& found = context.certificate.extended_key_usage();
  if (context.profile.key_purposes.empty() || found.empty()) return not_applicable();
  const bool first = std::ranges::any_of(
      found, [&](const std::string& purpose) { return contains(context.profile.key_purposes, purpose); });
  const std::string_view second = info(context.role).second_purpose;
  if (first && (second.empty() || std::ranges::find(found, second) != found.end())) return holds();
  return broken(expected_purposes(context), purposes_text(found));
}

RuleVerdict key_purpose_only(const CertificateContext& context) {
  if (context.profile.key_purposes.empty() || context.certificate.extended_key_usage().empty()) {
    return not_applicable();  // key-purpose.present speaks of it
  }
  const CertificateRoleInfo& role = info(context.role);
  // Either arc may stand beside the one that a docType asks for.
  const auto allowed = [&](const std::string& purpose) {
    return contains(context.profile.key_purposes, purpose) || contains(role.profile.key_purposes, purpose) ||
           contains(role.further_purposes, purpose) || purpose == role.second_purpose;
  };
  std::vector<std::string> surplus;
  for (const std::string& purpose : context.certificate.extended_key_usage()) {
    if (!allowed(purpose)) surplus.push_back(purpose);
  }
  if (surplus.empty()) return holds();
  if (key_purpose_fits(context).outcome == RuleOutcome::broken) return not_applicable();
  return broken("no other purpose than " + expected_purposes(context), purposes_text(surplus));
}

RuleVerdict key_purpose_critical(const CertificateContext& context) {
  if (context.profile.key_purposes.empty()) return not_applicable();
  return expect_critical(context, extension::extended_key_usage);
}

RuleVerdict key_purpose_not_critical(const CertificateContext& context) {
  return expect_not_critical(context, extension::extended_key_usage);
}

RuleVerdict key_purpose_absent(const CertificateContext& context) {
  const std::vector<std::string>& found = context.certificate.extended_key_usage();
  return found.empty() ? holds() : broken("absent", purposes_text(found));
}

RuleVerdict ca(const CertificateContext& context) {
  const auto& constraints = context.certificate.basic_constraints();
  if (constraints && constraints->ca) return holds();
  return broken("cA TRUE", constraints ? "cA FALSE" : "absent");
}

RuleVerdict ca_critical(const CertificateContext& context) {
  return expect_critical(context, extension::basic_constraints);
}

// ISO has IACAs sign end-entity certificates alone. Above readers there may be more than one CA.
RuleVerdict ca_path_length(const CertificateContext& context) {
  const auto& constraints = context.certificate.basic_constraints();
  if (!constraints || !constraints->ca) return not_applicable();
  const bool any = context.role == CertificateRole::reader_ca;
  if (!constraints->path_length) return broken(any ? "present" : "0", "absent");
  if (any || *constraints->path_length == 0) return holds();
  return broken("0", std::to_string(*constraints->path_length));
}

// A rule of its own, as it weighs less: there are deployed roots without keyUsage, which whoever added them trusts.
RuleVerdict ca_key_usage(const CertificateContext& context) { return key_usage_present(context); }

RuleVerdict not_ca(const CertificateContext& context) {
  const auto& constraints = context.certificate.basic_constraints();
  return constraints && constraints->ca ? broken("an end-entity certificate", "cA TRUE") : holds();
}

RuleVerdict basic_constraints_absent(const CertificateContext& context) {
  const auto& constraints = context.certificate.basic_constraints();
  if (!constraints) return holds();
  return constraints->ca ? not_applicable() : broken("absent", "cA FALSE");  // not-ca speaks of the other case
}

}  // namespace mdoc::trust
