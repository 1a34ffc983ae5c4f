#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/status_token_builder.hpp"
#include "mdoc/trust/vical.hpp"

/// @file
/// Signed lists of a TestPki, as a reader or a wallet would fetch them.

namespace mdoc::testing {

/// Signed by certificate(vical_signer); its anchor is list_authority(). @return as trust::draft_vical()
[[nodiscard]] MDOC_EXPORT Result<SharedBytes> sign_vical(const TestPki& pki, const trust::Vical& list);
/// Signed by certificate(rical_signer); its anchor is list_authority(). @return as trust::draft_rical()
[[nodiscard]] MDOC_EXPORT Result<SharedBytes> sign_rical(const TestPki& pki, const trust::Rical& list);
/// A token in CWT form, signed by certificate(status_list_signer), which the IACA issued.
/// @return as trust::StatusTokenDraft::prepare()
[[nodiscard]] MDOC_EXPORT Result<SharedBytes> sign_status_token(const TestPki& pki,
                                                                const trust::StatusTokenContent& content);
/// The CRL of whoever issued the certificates of `role`. @return as crypto::issue_crl()
[[nodiscard]] MDOC_EXPORT Result<crypto::CertificateRevocationList> sign_crl(const TestPki& pki,
                                                                             trust::CertificateRole role,
                                                                             const crypto::CrlTemplate& content);

}  // namespace mdoc::testing
