#include "mdoc/testing/test_lists.hpp"

#include <array>

#include "core/try.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::testing {
namespace {

using trust::CertificateRole;

Result<SharedBytes> sign(const cose::Sign1Draft& draft, const crypto::PrivateKey& key) {
  MDOC_TRY(const crypto::Signature signature, crypto::sign(key, draft.algorithm(), draft.to_be_signed()));
  MDOC_TRY(const cose::CoseSign1 made, draft.finish(signature));
  return made.encoded;
}

}  // namespace

Result<SharedBytes> sign_vical(const TestPki& pki, const trust::Vical& list) {
  const std::array x5chain{pki.certificate(CertificateRole::vical_signer)};
  MDOC_TRY(const cose::Sign1Draft draft, trust::draft_vical(list, x5chain));
  return sign(draft, pki.key(CertificateRole::vical_signer));
}

Result<SharedBytes> sign_rical(const TestPki& pki, const trust::Rical& list) {
  const std::array x5chain{pki.certificate(CertificateRole::rical_signer)};
  MDOC_TRY(const cose::Sign1Draft draft, trust::draft_rical(list, x5chain));
  return sign(draft, pki.key(CertificateRole::rical_signer));
}

Result<SharedBytes> sign_status_token(const TestPki& pki, const trust::StatusTokenContent& content) {
  MDOC_TRY(const auto draft,
           trust::StatusTokenDraft::prepare(content, {pki.certificate(CertificateRole::status_list_signer)}));
  const crypto::PrivateKey& key = pki.key(CertificateRole::status_list_signer);
  MDOC_TRY(const crypto::Signature signature, crypto::sign(key, draft.algorithm(), draft.to_be_signed()));
  return draft.finish(signature);
}

Result<crypto::CertificateRevocationList> sign_crl(const TestPki& pki, CertificateRole role,
                                                   const crypto::CrlTemplate& content) {
  return crypto::issue_crl(content, pki.issuer(role), pki.issuer_key(role));
}

}  // namespace mdoc::testing
