#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate_builder.hpp"

/// @file
/// Certificates as the profiles of ISO/IEC 18013-5, Annex B want them, for test PKIs and tools. What
/// is made here passes the rules by which certificates are judged.

namespace mdoc::trust {

/// What a certificate is for.
enum class CertificateRole : std::uint8_t {
  iaca,             ///< root of an issuing authority (B.1.2), self-signed
  document_signer,  ///< signs MSOs (B.1.4)
  reader_ca,        ///< root for readers, self-signed; no profile of ISO
  reader,           ///< signs requests (B.1.5)
};

/// The fixed facts of a role.
struct CertificateRoleInfo {
  CertificateRole role;
  std::string_view id;                       ///< of the command line: "iaca", "ds", "reader-ca", "reader"
  std::string_view what;                     ///< English, for help texts
  std::chrono::days max_validity;            ///< of the profile; for reader_ca our own bound
  std::optional<CertificateRole> issued_by;  ///< nothing: self-signed
};

[[nodiscard]] MDOC_EXPORT std::span<const CertificateRoleInfo> certificate_roles() noexcept;
[[nodiscard]] MDOC_EXPORT const CertificateRoleInfo& info(CertificateRole role) noexcept;

/// What a template leaves open.
struct CertificateContent {
  crypto::DistinguishedName subject;
  UtcSeconds not_before{};
  std::chrono::days validity{};  ///< zero: as long as the profile allows
  /// How to reach the issuer, into issuerAltName: "https://…" or an e-mail address. Required by all ISO profiles.
  std::string contact{};
  /// Where the issuer publishes its CRL; required of document signers and readers.
  std::string crl_uri{};
  /// Key purposes, dotted; empty: that of the mDL for this role.
  std::vector<std::string> key_purposes{};
};

/// The template of a role, filled with `content`; issue it with crypto::issue_certificate() or
/// crypto::issue_self_signed_certificate().
/// @return usage/bad_argument: the validity exceeds the profile, or a required part is empty; `where` names it
[[nodiscard]] MDOC_EXPORT Result<crypto::CertificateTemplate> certificate_template(CertificateRole role,
                                                                                   const CertificateContent& content);

}  // namespace mdoc::trust
