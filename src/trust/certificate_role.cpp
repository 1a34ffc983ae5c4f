#include "mdoc/trust/certificate_role.hpp"

#include <algorithm>
#include <array>

#include "core/enum_table.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::trust {
namespace {

using std::chrono::days;
namespace usage = crypto::key_usage;

constexpr days twenty_years{20 * 365 + 5};  // with their leap days

constexpr std::array document_signer_purposes{key_purpose::mdl_document_signer, key_purpose::mdoc_document_signer};
constexpr std::array reader_purposes{key_purpose::mdl_reader, key_purpose::mdoc_reader};
constexpr std::array vical_signer_purposes{key_purpose::mdl_vical_signer, key_purpose::mdoc_vical_signer};
constexpr std::array jws_signer_purposes{key_purpose::mdl_jws_signer};
constexpr std::array ocsp_purposes{key_purpose::ocsp_signing};
constexpr std::array tls_server_purposes{key_purpose::server_authentication};
constexpr std::array tls_client_purposes{key_purpose::mdl_tls_client};
constexpr std::array beside_tls_server{key_purpose::client_authentication};
constexpr std::array generic_purposes{key_purpose::mdoc_document_signer};

constexpr std::uint16_t authority_usage = usage::key_cert_sign | usage::crl_sign;

// One row for each CertificateRole, in order. Three profiles of server retrieval are those of the first edition.
constexpr std::array table{
    CertificateRoleInfo{.role = CertificateRole::iaca,
                        .id = "iaca",
                        .what = "root certificate of an issuing authority",
                        .clause = "B.1.2",
                        .max_validity = twenty_years,
                        .issued_by = IssuedBy::itself,
                        .ca = true,
                        .key_usage = authority_usage,
                        .profile = {.crl_points = false}},
    CertificateRoleInfo{.role = CertificateRole::iaca_link,
                        .id = "link",
                        .what = "link certificate from an old key of an issuing authority to its new one",
                        .clause = "B.1.3",
                        .max_validity = twenty_years,
                        .issued_by = IssuedBy::iaca,
                        .ca = true,
                        .key_usage = authority_usage},
    CertificateRoleInfo{.role = CertificateRole::document_signer,
                        .id = "ds",
                        .what = "document signer certificate",
                        .clause = "B.1.4",
                        .max_validity = days{457},
                        .issued_by = IssuedBy::iaca,
                        .key_usage = usage::digital_signature,
                        .edwards = true,
                        .profile = {.key_purposes = document_signer_purposes}},
    CertificateRoleInfo{.role = CertificateRole::reader_ca,
                        .id = "reader-ca",
                        .what = "root certificate for mdoc readers",
                        .clause = "B.1.5",
                        .max_validity = twenty_years,
                        .issued_by = IssuedBy::itself,
                        .ca = true,
                        .key_usage = authority_usage,
                        .profile = {.crl_points = false, .contact = false}},
    CertificateRoleInfo{.role = CertificateRole::reader,
                        .id = "reader",
                        .what = "mdoc reader authentication certificate",
                        .clause = "B.1.5",
                        .max_validity = days{1187},
                        .issued_by = IssuedBy::any_ca,
                        .key_usage = usage::digital_signature,
                        .edwards = true,
                        .profile = {.key_purposes = reader_purposes, .contact = false, .intermediates = true}},
    CertificateRoleInfo{.role = CertificateRole::vical_signer,
                        .id = "vical-signer",
                        .what = "certificate that signs lists of issuing authorities (VICAL)",
                        .clause = "C.1.7.2",
                        .max_validity = days{1187},
                        .issued_by = IssuedBy::any_ca,
                        .key_usage = usage::non_repudiation,
                        .organization = true,
                        .profile = {.key_purposes = vical_signer_purposes, .contact = false, .intermediates = true}},
    CertificateRoleInfo{.role = CertificateRole::rical_signer,
                        .id = "rical-signer",
                        .what = "certificate that signs lists of reader authorities (RICAL)",
                        .clause = "F.1",
                        .max_validity = days{1187},
                        .issued_by = IssuedBy::any_ca,
                        .key_usage = usage::non_repudiation,
                        .organization = true,
                        .profile = {.contact = false, .intermediates = true}},
    CertificateRoleInfo{.role = CertificateRole::status_list_signer,
                        .id = "status-signer",
                        .what = "certificate that signs status lists of documents",
                        .clause = "B.1.7",
                        .max_validity = days{1187},
                        .issued_by = IssuedBy::any_ca,
                        .key_usage = usage::digital_signature,
                        .profile = {.crl_points = false, .contact = false, .intermediates = true}},
    CertificateRoleInfo{.role = CertificateRole::jws_signer,
                        .id = "jws-signer",
                        .what = "certificate that signs the tokens of server retrieval",
                        .clause = "first edition, table B.4",
                        .max_validity = days{457},
                        .issued_by = IssuedBy::iaca,
                        .key_usage = usage::digital_signature,
                        .profile = {.key_purposes = jws_signer_purposes}},
    CertificateRoleInfo{.role = CertificateRole::ocsp_signer,
                        .id = "ocsp",
                        .what = "certificate that answers OCSP requests",
                        .clause = "B.1.6",
                        .max_validity = days{457},
                        .issued_by = IssuedBy::iaca,
                        .key_usage = usage::digital_signature,
                        .brainpool_p320 = false,
                        .profile = {.key_purposes = ocsp_purposes, .crl_points = false}},
    CertificateRoleInfo{.role = CertificateRole::tls_server,
                        .id = "tls",
                        .what = "TLS certificate of a server of an issuing authority",
                        .clause = "first edition, table B.5",
                        .max_validity = days{822},
                        .issued_by = IssuedBy::iaca,
                        .key_usage = usage::digital_signature,
                        .profile = {.key_purposes = tls_server_purposes},
                        .further_purposes = beside_tls_server},
    CertificateRoleInfo{.role = CertificateRole::tls_client,
                        .id = "tls-client",
                        .what = "TLS certificate of an mdoc reader",
                        .clause = "first edition, table B.7",
                        .max_validity = days{1187},
                        .issued_by = IssuedBy::any_ca,
                        .key_usage = usage::digital_signature,
                        .brainpool_p320 = false,
                        .profile = {.key_purposes = tls_client_purposes, .contact = false, .intermediates = true},
                        .second_purpose = key_purpose::client_authentication},
};
static_assert(is_indexed_by(table, &CertificateRoleInfo::role, certificate_role_count));

// Key purposes that no signer of status lists has. The standards' own arcs have none for them: what is assigned there
// later is for something else until a deployment says otherwise.
constexpr std::array<std::string_view, 4> purpose_arcs{
    "1.0.18013.5.1.",    // of driving licences
    "1.0.23220.4.1.",    // of any mdoc
    "1.3.130.2.0.0.1.",  // of the European PID, in its sample material
    "0.4.0.19411.8.",    // of access certificates (ETSI TS 119 411-8)
};
constexpr std::array other_purposes{
    key_purpose::any,
    key_purpose::server_authentication,
    key_purpose::client_authentication,
    key_purpose::ocsp_signing,
    key_purpose::trusted_list_signing,
    std::string_view("1.3.6.1.5.5.7.3.3"),  // code signing
    std::string_view("1.3.6.1.5.5.7.3.4"),  // protection of e-mails
    std::string_view("1.3.6.1.5.5.7.3.8"),  // time stamping
};

consteval bool roles_are_known() {
  const auto is_known = [](std::string_view purpose) {
    for (const std::string_view arc : purpose_arcs) {
      if (purpose.starts_with(arc)) return true;
    }
    return std::ranges::find(other_purposes, purpose) != other_purposes.end();
  };
  for (const CertificateRoleInfo& role : table) {
    for (const std::string_view purpose : role.profile.key_purposes) {
      if (!is_known(purpose)) return false;
    }
  }
  return true;
}
static_assert(roles_are_known());

constexpr CertificateProfile generic{.key_purposes = generic_purposes, .crl_points = false, .contact = false};

}  // namespace

std::span<const CertificateRoleInfo> certificate_roles() noexcept { return table; }

const CertificateRoleInfo& info(CertificateRole role) noexcept { return table[static_cast<std::size_t>(role)]; }

bool is_made_for_something_else(const crypto::Certificate& certificate, const ListSignerPurposes& purposes) {
  const auto is_one_of = [](const auto& known, std::string_view purpose) {
    return std::ranges::find(known, purpose) != known.end();
  };
  bool for_something_else = false;
  for (const std::string& purpose : certificate.extended_key_usage()) {
    if (is_one_of(purposes.own, purpose)) return false;
    for_something_else =
        for_something_else || is_one_of(other_purposes, purpose) || is_one_of(purposes.others, purpose) ||
        std::ranges::any_of(purpose_arcs, [&](std::string_view arc) { return purpose.starts_with(arc); });
  }
  return for_something_else;
}

std::optional<CertificateRole> find_certificate_role(std::string_view id) noexcept {
  const auto found = std::ranges::find(table, id, &CertificateRoleInfo::id);
  if (found == table.end()) return std::nullopt;
  return found->role;
}

const CertificateProfile& generic_signer_profile() noexcept { return generic; }

}  // namespace mdoc::trust
