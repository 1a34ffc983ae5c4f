#include "mdoc/trust/certificate_templates.hpp"

#include <algorithm>
#include <array>

#include "mdoc/crypto/certificate.hpp"

namespace mdoc::trust {
namespace {

using std::chrono::days;

constexpr std::string_view mdl_document_signer = "1.0.18013.5.1.2";
constexpr std::string_view mdl_reader_authentication = "1.0.18013.5.1.6";

// Second edition, tables B.1, B.3 and B.6. A reader CA gets the span of an IACA.
constexpr std::array roles{
    CertificateRoleInfo{CertificateRole::iaca, "iaca", "root certificate of an issuing authority", days{20 * 365}, {}},
    CertificateRoleInfo{CertificateRole::document_signer, "ds", "document signer certificate", days{457},
                        CertificateRole::iaca},
    CertificateRoleInfo{
        CertificateRole::reader_ca, "reader-ca", "root certificate for mdoc readers", days{20 * 365}, {}},
    CertificateRoleInfo{CertificateRole::reader, "reader", "mdoc reader authentication certificate", days{1187},
                        CertificateRole::reader_ca},
};

Error missing(const Path& where) { return {.code = Errc::bad_argument, .where = where}; }

crypto::GeneralName contact_name(const std::string& contact) {
  const bool uri = contact.find("://") != std::string::npos;
  return {.kind = uri ? crypto::GeneralName::Kind::uri : crypto::GeneralName::Kind::email, .text = contact};
}

void make_authority(crypto::CertificateTemplate& made) {
  made.key_usage = crypto::key_usage::key_cert_sign | crypto::key_usage::crl_sign;
  made.basic_constraints = crypto::BasicConstraints{.ca = true, .path_length = 0};
  made.authority_key_identifier = false;
}

void make_signer(crypto::CertificateTemplate& made, const CertificateContent& content, std::string_view purpose) {
  made.key_usage = crypto::key_usage::digital_signature;
  made.extended_key_usage = content.key_purposes;
  if (made.extended_key_usage.empty()) made.extended_key_usage.emplace_back(purpose);
}

}  // namespace

std::span<const CertificateRoleInfo> certificate_roles() noexcept { return roles; }

const CertificateRoleInfo& info(CertificateRole role) noexcept {
  return *std::ranges::find(roles, role, &CertificateRoleInfo::role);
}

Result<crypto::CertificateTemplate> certificate_template(CertificateRole role, const CertificateContent& content) {
  const CertificateRoleInfo& facts = info(role);
  const days validity = content.validity == days{0} ? facts.max_validity : content.validity;
  if (validity <= days{0} || validity > facts.max_validity) return missing("validity");
  if (content.subject.attributes().empty()) return missing("subject");
  if (content.contact.empty()) return missing("contact");
  const bool end_entity = facts.issued_by.has_value();
  if (end_entity && content.crl_uri.empty()) return missing("crl_uri");

  crypto::CertificateTemplate made{.subject = content.subject,
                                   .not_before = content.not_before,
                                   .not_after = content.not_before + validity,
                                   .issuer_alt_names = {contact_name(content.contact)}};
  if (!content.crl_uri.empty()) made.crl_distribution_points.push_back(content.crl_uri);
  switch (role) {
    case CertificateRole::iaca:
    case CertificateRole::reader_ca: make_authority(made); break;
    case CertificateRole::document_signer: make_signer(made, content, mdl_document_signer); break;
    case CertificateRole::reader: make_signer(made, content, mdl_reader_authentication); break;
  }
  return made;
}

}  // namespace mdoc::trust
