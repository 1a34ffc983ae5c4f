#pragma once

#include <string>

#include "mdoc/crypto/certificate.hpp"
#include "mdoc/model/issuer.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/certificate_role.hpp"

namespace mdoc::cli {

/// Tells on standard error what verifiers will refuse or warn about in a document that is about to be issued: it can be
/// issued all the same, which tests need.
/// @param profile  of the docType, if there is one
void warn_about_issuance(const model::IssuanceContent& content, const crypto::Certificate& signer,
                         const std::string& signer_file, const profile::DocTypeProfile* profile);

/// The same for the certificate of whoever signs something in this role.
void warn_about_signer(const crypto::Certificate& signer, const std::string& file, trust::CertificateRole role,
                       const trust::CertificateProfile& profile);

/// The same for a certificate that `authority` signs for a document signer.
void warn_about_countries(const crypto::Certificate& signer, const crypto::Certificate& authority,
                          const std::string& authority_file);

}  // namespace mdoc::cli
