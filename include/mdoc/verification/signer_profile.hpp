#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/certificate_role.hpp"

namespace mdoc::verification {

/// By which rules document signers of a docType are judged.
/// @param profile null: a docType that nobody knows, which has the generic key purpose and is never judged as an mDL
[[nodiscard]] MDOC_EXPORT trust::CertificateProfile signer_profile(const profile::DocTypeProfile* profile) noexcept;

}  // namespace mdoc::verification
