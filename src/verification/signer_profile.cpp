#include "mdoc/verification/signer_profile.hpp"

namespace mdoc::verification {

trust::CertificateProfile signer_profile(const profile::DocTypeProfile* profile) noexcept {
  if (profile == nullptr) return trust::generic_signer_profile();
  const profile::SignerProfile& signer = profile->signer;
  return {.key_purposes = signer.key_purposes,
          .policies = signer.policies,
          .crl_points = signer.crl_points,
          .contact = signer.contact,
          .state = signer.state,
          .intermediates = signer.intermediates,
          .max_validity = std::chrono::days{profile->certificate_validity.signer_days}};
}

}  // namespace mdoc::verification
