#pragma once

#include <chrono>

#include "mdoc/core/export.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_templates.hpp"

/// @file
/// What the profile of a docType says of certificates that are to be made for its documents.

namespace mdoc {

/// How long certificates of this role may be valid by the profile. Zero: it sets no bound, as for every role but the
/// IACA, document signers and readers.
[[nodiscard]] MDOC_EXPORT std::chrono::days max_certificate_validity(const profile::DocTypeProfile& profile,
                                                                     trust::CertificateRole role) noexcept;

/// Fills in what `content` leaves empty and the profile chooses, for trust::certificate_template(): the validity of an
/// IACA, a document signer or a reader, where the role allows a longer one; the key purpose of signers and readers, of
/// several the first; the policies of signers.
///
/// Where documents tell whole days alone, an IACA or a signer begins with the day of `content.not_before`, or nothing
/// that it signs on its first day could; a signer never before its issuer.
/// @param issuer of a document signer; null: unknown
[[nodiscard]] MDOC_EXPORT trust::CertificateContent fill_in_by_profile(trust::CertificateContent content,
                                                                       const profile::DocTypeProfile& profile,
                                                                       trust::CertificateRole role,
                                                                       const crypto::Certificate* issuer = nullptr);

}  // namespace mdoc
