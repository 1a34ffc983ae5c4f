#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/trust/certificate_role.hpp"

/// @file
/// Certificates as the profiles of ISO/IEC 18013-5 want them, for test PKIs and tools. What is made here keeps every
/// rule by which certificates are judged (certificate_rules.hpp).

namespace mdoc::trust {

/// What a template leaves open.
struct CertificateContent {
  crypto::DistinguishedName subject;
  UtcSeconds not_before{};
  /// Zero: as long as the profile allows, and for a link certificate no longer than its issuer.
  std::chrono::days validity{};
  /// How to reach the issuer, into issuerAltName: "https://…" or an e-mail address.
  std::string contact{};
  std::string crl_uri{};                    ///< where the issuer publishes its CRL
  std::string ocsp_uri{};                   ///< of the issuer's OCSP responder, if it has one
  bool ocsp_no_check = false;               ///< of an OCSP signer, whose validity is 90 days at most then
  std::vector<std::string> dns_names{};     ///< of a TLS server, or of a reader that presents requests online
  std::vector<std::string> key_purposes{};  ///< dotted; empty: that of the mDL for this role
  std::vector<std::string> policies{};      ///< certificatePolicies, dotted; of a RICAL signer: that of its provider
};

/// The template of a role, filled with `content`; issue it with crypto::issue_certificate() or
/// crypto::issue_self_signed_certificate().
/// @param issuer of a link certificate: the old certificate of the authority
/// @return usage/bad_argument: the validity exceeds the profile, or a part that the profile requires is empty; `where`
///         names it
[[nodiscard]] MDOC_EXPORT Result<crypto::CertificateTemplate> certificate_template(
    CertificateRole role, const CertificateContent& content, const crypto::Certificate* issuer = nullptr);

}  // namespace mdoc::trust
