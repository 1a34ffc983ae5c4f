// Contact, CRL distribution points, alternative names, policies, and what must not be there.
#include <array>

#include "mdoc/crypto/der.hpp"
#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

namespace der = crypto::der;
namespace extension = crypto::extension;
using crypto::GeneralName;

struct Forbidden {
  std::string_view oid;
  std::string_view name;
};
constexpr std::array forbidden{
    Forbidden{extension::policy_mappings, "policyMappings"},
    Forbidden{extension::name_constraints, "nameConstraints"},
    Forbidden{extension::policy_constraints, "policyConstraints"},
    Forbidden{extension::inhibit_any_policy, "inhibitAnyPolicy"},
    Forbidden{extension::freshest_crl, "freshestCRL"},
};

bool has_kind(const std::vector<GeneralName>& names, GeneralName::Kind kind) {
  return std::ranges::any_of(names, [&](const GeneralName& name) { return name.kind == kind; });
}

bool has_no_check(const CertificateContext& context) {
  return context.certificate.find_extension(extension::ocsp_no_check) != nullptr;
}

/// Whether a DistributionPoint has more than its distributionPoint: reasons [1] or cRLIssuer [2].
bool is_plain(const crypto::CertificateExtension& points) {
  der::Reader value(points.value, Errc::bad_certificate);
  auto sequence = value.enter(der::tag::sequence);
  if (!sequence) return true;
  while (!sequence->at_end()) {
    auto point = sequence->enter(der::tag::sequence);
    if (!point) return true;
    while (!point->at_end()) {
      const auto part = point->read_any();
      if (!part) return true;
      if (part->tag != der::tag::context_constructed(0)) return false;
    }
  }
  return true;
}

}  // namespace

RuleVerdict contact_present(const CertificateContext& context) {
  if (!context.profile.contact) return not_applicable();
  return expect_extension(context, extension::issuer_alt_name);
}

RuleVerdict contact_usable(const CertificateContext& context) {
  if (!has_readable(context, extension::issuer_alt_name)) return not_applicable();
  const auto& names = context.certificate.issuer_alt_names();
  if (has_kind(names, GeneralName::Kind::email) || has_kind(names, GeneralName::Kind::uri)) return holds();
  return broken("an e-mail address or a URI", "neither");
}

RuleVerdict contact_not_critical(const CertificateContext& context) {
  return expect_not_critical(context, extension::issuer_alt_name);
}

RuleVerdict crl_points_present(const CertificateContext& context) {
  if (!context.profile.crl_points) return not_applicable();
  return expect_extension(context, extension::crl_distribution_points);
}

RuleVerdict crl_points_uri(const CertificateContext& context) {
  if (!has_readable(context, extension::crl_distribution_points)) return not_applicable();
  return context.certificate.crl_distribution_points().empty() ? broken("a URI", "other names") : holds();
}

RuleVerdict crl_points_plain(const CertificateContext& context) {
  if (!has_readable(context, extension::crl_distribution_points)) return not_applicable();
  if (is_plain(*context.certificate.find_extension(extension::crl_distribution_points))) return holds();
  return broken("distributionPoint alone", "reasons or cRLIssuer");
}

RuleVerdict crl_points_not_critical(const CertificateContext& context) {
  return expect_not_critical(context, extension::crl_distribution_points);
}

RuleVerdict dns_name(const CertificateContext& context) {
  if (has_kind(context.certificate.subject_alt_names(), GeneralName::Kind::dns)) return holds();
  return broken("a dNSName", "none");
}

// A link certificate that gives the authority a new name repeats it there.
RuleVerdict new_name(const CertificateContext& context) {
  const crypto::DistinguishedName& subject = context.certificate.subject();
  if (subject == context.certificate.issuer()) return not_applicable();
  const auto& names = context.certificate.subject_alt_names();
  const bool there = std::ranges::any_of(names, [&](const GeneralName& name) {
    return name.kind == GeneralName::Kind::directory && std::ranges::equal(name.der, subject.der());
  });
  return there ? holds() : broken("the directoryName " + subject.text(), "absent");
}

RuleVerdict ocsp_revocable(const CertificateContext& context) {
  if (has_no_check(context) || context.certificate.find_extension(extension::crl_distribution_points) != nullptr) {
    return holds();
  }
  return broken("cRLDistributionPoints or ocsp-nocheck", "neither");
}

RuleVerdict ocsp_no_check_span(const CertificateContext& context) {
  constexpr std::chrono::days limit{90};
  if (!has_no_check(context)) return not_applicable();
  const auto span = context.certificate.not_after() - context.certificate.not_before();
  if (span <= limit) return holds();
  const auto found = std::chrono::ceil<std::chrono::days>(span).count();
  if (span > info(context.role).max_validity) return not_applicable();  // validity.maximum speaks of it
  return broken("at most 90 days with ocsp-nocheck", std::to_string(found) + " days");
}

RuleVerdict policies_present(const CertificateContext& context) {
  return context.certificate.certificate_policies().empty() ? broken("the policy of the list's provider", "absent")
                                                            : holds();
}

RuleVerdict policies_required(const CertificateContext& context) {
  if (context.profile.policies.empty()) return not_applicable();
  const std::vector<std::string>& found = context.certificate.certificate_policies();
  for (const std::string_view policy : context.profile.policies) {
    if (std::ranges::find(found, policy) != found.end()) continue;
    const std::vector<std::string_view> views(found.begin(), found.end());
    return broken(std::string(policy), found.empty() ? "absent" : joined(views));
  }
  return holds();
}

RuleVerdict forbidden_extensions(const CertificateContext& context) {
  std::vector<std::string_view> found;
  for (const Forbidden& one : forbidden) {
    if (context.certificate.find_extension(one.oid) != nullptr) found.push_back(one.name);
  }
  return found.empty() ? holds() : broken("none of them", joined(found));
}

// RFC 5280, 4.2: who does not understand a critical extension must refuse the certificate.
RuleVerdict unknown_critical_extensions(const CertificateContext& context) {
  std::vector<std::string_view> found = context.certificate.unknown_critical_extensions();
  // Those of which another rule says that they must not be there, or not be critical.
  std::erase_if(found, [](std::string_view oid) {
    const bool known = oid == extension::subject_key_identifier || oid == extension::authority_key_identifier ||
                       oid == extension::issuer_alt_name;
    return known || std::ranges::find(forbidden, oid, &Forbidden::oid) != forbidden.end();
  });
  return found.empty() ? holds() : broken("none", joined(found));
}

RuleVerdict extensions_well_formed(const CertificateContext& context) {
  std::vector<std::string_view> found;
  for (const crypto::CertificateExtension& one : context.certificate.extensions()) {
    if (one.ill_formed) found.push_back(one.oid);
  }
  return found.empty() ? holds() : broken("extensions that decode", joined(found));
}

}  // namespace mdoc::trust
