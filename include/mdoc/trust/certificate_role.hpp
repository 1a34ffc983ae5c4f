#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::trust {

/// What a certificate is for. Each role has a profile in ISO/IEC 18013-5, but for the reader CA.
enum class CertificateRole : std::uint8_t {
  iaca,                ///< root of an issuing authority
  iaca_link,           ///< new key of an issuing authority, vouched for by its old one
  document_signer,     ///< signs MSOs
  reader_ca,           ///< root or intermediate above readers; no profile of ISO
  reader,              ///< signs requests
  vical_signer,        ///< signs lists of issuing authorities
  rical_signer,        ///< signs lists of reader CAs
  status_list_signer,  ///< signs status and identifier lists of MSOs
  jws_signer,          ///< signs the JWTs of server retrieval
  ocsp_signer,         ///< answers OCSP requests
  tls_server,          ///< server of an issuing authority
  tls_client,          ///< mdoc reader at such a server
};
inline constexpr std::size_t certificate_role_count = static_cast<std::size_t>(CertificateRole::tls_client) + 1;

/// Key purposes ("extended key usage"), dotted. The first arc is that of driving licences, the second that of any mdoc
/// (TS 23220-4, B.2.5).
namespace key_purpose {
inline constexpr std::string_view mdl_document_signer = "1.0.18013.5.1.2";
inline constexpr std::string_view mdl_jws_signer = "1.0.18013.5.1.3";
inline constexpr std::string_view mdl_reader = "1.0.18013.5.1.6";
inline constexpr std::string_view mdl_vical_signer = "1.0.18013.5.1.8";
inline constexpr std::string_view mdl_tls_client = "1.0.18013.5.1.9";
inline constexpr std::string_view mdoc_document_signer = "1.0.23220.4.1.2";
inline constexpr std::string_view mdoc_reader = "1.0.23220.4.1.6";
inline constexpr std::string_view mdoc_vical_signer = "1.0.23220.4.1.8";
inline constexpr std::string_view server_authentication = "1.3.6.1.5.5.7.3.1";
inline constexpr std::string_view client_authentication = "1.3.6.1.5.5.7.3.2";
inline constexpr std::string_view ocsp_signing = "1.3.6.1.5.5.7.3.9";
inline constexpr std::string_view trusted_list_signing = "0.4.0.2231.3.0";  ///< ETSI TS 119 612, 5.7.1
inline constexpr std::string_view any = "2.5.29.37.0";                      ///< anyExtendedKeyUsage
}  // namespace key_purpose

/// Who issues certificates of a role.
enum class IssuedBy : std::uint8_t {
  itself,  ///< self-signed
  iaca,    ///< an issuing authority
  any_ca,  ///< whichever CA is trusted for the purpose
};

/// What one deployment, or one docType, expects of a certificate beyond the fixed rules of its role. Plain data; views
/// need static storage or have to outlive their use.
struct CertificateProfile {
  std::span<const std::string_view> key_purposes{};  ///< any of these; empty: no key purpose is asked for
  std::span<const std::string_view> policies{};      ///< certificatePolicies: all of these
  bool crl_points = true;                            ///< must say where its CRL is
  bool contact = true;                               ///< must say how to reach its issuer (issuerAltName)
  bool state = false;                                ///< must name a state, the same as its issuer
  bool intermediates = false;                        ///< may be issued by a CA between it and the anchor
  std::chrono::days max_validity{0};                 ///< 0: as the role has it
};

/// The fixed facts of a role.
struct CertificateRoleInfo {
  CertificateRole role;
  std::string_view id;      ///< of the command line: "iaca", "ds", "reader-ca", …
  std::string_view what;    ///< English, for help texts
  std::string_view clause;  ///< ISO/IEC 18013-5, second edition as publicly drafted; first edition where it says so
  std::chrono::days max_validity;  ///< of the profile; for reader_ca our own bound
  IssuedBy issued_by;
  bool ca = false;
  std::uint16_t key_usage = 0;                           ///< exactly these bits of crypto::key_usage
  bool edwards = false;                                  ///< the key may be one of Ed25519 or Ed448
  bool brainpool_p320 = true;                            ///< the key may be one of brainpoolP320r1
  bool organization = false;                             ///< the subject names an organization
  CertificateProfile profile{};                          ///< where no docType or deployment says otherwise
  std::string_view second_purpose{};                     ///< a key purpose that is needed as well
  std::span<const std::string_view> further_purposes{};  ///< key purposes that may stand beside those of the profile
};

[[nodiscard]] MDOC_EXPORT std::span<const CertificateRoleInfo> certificate_roles() noexcept;
[[nodiscard]] MDOC_EXPORT const CertificateRoleInfo& info(CertificateRole role) noexcept;
/// The role with this id.
[[nodiscard]] MDOC_EXPORT std::optional<CertificateRole> find_certificate_role(std::string_view id) noexcept;

/// Key purposes, dotted, by which a deployment tells the signers of its lists from others.
struct ListSignerPurposes {
  std::vector<std::string> own{};  ///< any of these makes a certificate one for such lists, whatever else it is for
  std::vector<std::string>
      others{};  ///< further ones for something else, as of document signers of docTypes of one's own
};

/// Whether any key purpose of a certificate is known to be one for something else than to sign lists, and none is of
/// `purposes.own`. For signers of whom no purpose is asked: who has a certificate for documents, readers, servers or
/// anything at all has no say in anything else, even if both were certified by one authority.
///
/// Known are all purposes of ISO/IEC 18013-5 and TS 23220-4, those of the European PID and of access certificates,
/// those of RFC 5280, 4.2.1.12, and `purposes.others`. A purpose that nobody knows is not held against a certificate.
[[nodiscard]] MDOC_EXPORT bool is_made_for_something_else(const crypto::Certificate& certificate,
                                                          const ListSignerPurposes& purposes = {});

/// TS 23220-4, Annex B: the generic key purpose alone. For document signers of docTypes without a profile of their own,
/// so that an unknown docType is never judged as an mDL.
[[nodiscard]] MDOC_EXPORT const CertificateProfile& generic_signer_profile() noexcept;

}  // namespace mdoc::trust
