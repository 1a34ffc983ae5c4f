#include "mdoc/trust/certificate_templates.hpp"

#include "core/try.hpp"

namespace mdoc::trust {
namespace {

using crypto::GeneralName;
using std::chrono::days;

constexpr days max_validity_without_check{90};  // of an OCSP signer that nobody can revoke

Error missing(const Path& where) { return {.code = Errc::bad_argument, .where = where}; }

/// What the profile requires and the content lacks.
Result<void> check_complete(const CertificateRoleInfo& role, const CertificateContent& content) {
  if (content.subject.attributes().empty()) return missing("subject");
  if (role.profile.contact && content.contact.empty()) return missing("contact");
  if (role.profile.crl_points && content.crl_uri.empty()) return missing("crl_uri");
  const bool ocsp = role.role == CertificateRole::ocsp_signer;
  if (ocsp && content.crl_uri.empty() && !content.ocsp_no_check) return missing("crl_uri");
  if (content.ocsp_no_check && !ocsp) return missing("ocsp_no_check");
  if (role.role == CertificateRole::tls_server && content.dns_names.empty()) return missing("dns_names");
  if (role.role == CertificateRole::rical_signer && content.policies.empty()) return missing("policies");
  return {};
}

Result<UtcSeconds> end_of_validity(const CertificateRoleInfo& role, const CertificateContent& content,
                                   const crypto::Certificate* issuer) {
  const days limit = content.ocsp_no_check ? max_validity_without_check : role.max_validity;
  const bool link = role.role == CertificateRole::iaca_link && issuer != nullptr;
  if (content.validity == days{0}) {
    const UtcSeconds end = content.not_before + limit;
    return link ? std::min(end, issuer->not_after()) : end;
  }
  const UtcSeconds end = content.not_before + content.validity;
  if (content.validity < days{0} || content.validity > limit || (link && end > issuer->not_after())) {
    return missing("validity");
  }
  return end;
}

GeneralName contact_name(const std::string& contact) {
  const bool uri = contact.find("://") != std::string::npos;
  return {.kind = uri ? GeneralName::Kind::uri : GeneralName::Kind::email, .text = contact};
}

std::vector<std::string> key_purposes(const CertificateRoleInfo& role, const CertificateContent& content) {
  if (!content.key_purposes.empty() || role.profile.key_purposes.empty()) return content.key_purposes;
  std::vector<std::string> purposes{std::string(role.profile.key_purposes.front())};
  if (!role.second_purpose.empty()) purposes.emplace_back(role.second_purpose);
  return purposes;
}

}  // namespace

Result<crypto::CertificateTemplate> certificate_template(CertificateRole role, const CertificateContent& content,
                                                         const crypto::Certificate* issuer) {
  const CertificateRoleInfo& facts = info(role);
  MDOC_CHECK(check_complete(facts, content));
  MDOC_TRY(const UtcSeconds not_after, end_of_validity(facts, content, issuer));

  crypto::CertificateTemplate made{.subject = content.subject,
                                   .not_before = content.not_before,
                                   .not_after = not_after,
                                   .authority_key_identifier = facts.issued_by != IssuedBy::itself,
                                   .key_usage = facts.key_usage,
                                   .extended_key_usage = key_purposes(facts, content),
                                   .extended_key_usage_critical = role != CertificateRole::status_list_signer,
                                   .certificate_policies = content.policies,
                                   .ocsp_no_check = content.ocsp_no_check};
  if (facts.ca) made.basic_constraints = crypto::BasicConstraints{.ca = true, .path_length = 0};
  if (!content.contact.empty()) made.issuer_alt_names.push_back(contact_name(content.contact));
  if (!content.crl_uri.empty()) made.crl_distribution_points.push_back(content.crl_uri);
  if (!content.ocsp_uri.empty()) made.ocsp_responders.push_back(content.ocsp_uri);
  for (const std::string& name : content.dns_names) {
    made.subject_alt_names.push_back({.kind = GeneralName::Kind::dns, .text = name});
  }
  // B.1.3: a link certificate that brings a new name repeats it there.
  if (role == CertificateRole::iaca_link && issuer != nullptr && issuer->subject() != content.subject) {
    const ByteView name = content.subject.der();
    made.subject_alt_names.push_back(
        {.kind = GeneralName::Kind::directory, .text = content.subject.text(), .der = {name.begin(), name.end()}});
  }
  return made;
}

}  // namespace mdoc::trust
