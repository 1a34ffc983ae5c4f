#include "mdoc/trust/certificate_role.hpp"

#include <algorithm>
#include <array>

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

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].role) != i) return false;
  }
  return table.size() == certificate_role_count;
}
static_assert(table_is_in_order());

constexpr CertificateProfile generic{.key_purposes = generic_purposes, .crl_points = false, .contact = false};

}  // namespace

std::span<const CertificateRoleInfo> certificate_roles() noexcept { return table; }

const CertificateRoleInfo& info(CertificateRole role) noexcept { return table[static_cast<std::size_t>(role)]; }

bool is_made_for_a_role(const crypto::Certificate& certificate) {
  const auto is_of_a_role = [](std::string_view purpose) {
    return std::ranges::any_of(table, [&](const CertificateRoleInfo& role) {
      return std::ranges::find(role.profile.key_purposes, purpose) != role.profile.key_purposes.end();
    });
  };
  const auto& purposes = certificate.extended_key_usage();
  return !purposes.empty() && std::ranges::all_of(purposes, is_of_a_role);
}

std::optional<CertificateRole> find_certificate_role(std::string_view id) noexcept {
  const auto found = std::ranges::find(table, id, &CertificateRoleInfo::id);
  if (found == table.end()) return std::nullopt;
  return found->role;
}

const CertificateProfile& generic_signer_profile() noexcept { return generic; }

}  // namespace mdoc::trust
