#include "mdoc/profile_certificates.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace mdoc {
namespace {

using std::chrono::days;
using trust::CertificateRole;

std::span<const std::string_view> key_purposes(const profile::DocTypeProfile& profile, CertificateRole role) noexcept {
  switch (role) {
    case CertificateRole::document_signer: return profile.signer.key_purposes;
    case CertificateRole::reader: return profile.reader_key_purposes;
    default: return {};
  }
}

}  // namespace

days max_certificate_validity(const profile::DocTypeProfile& profile, CertificateRole role) noexcept {
  switch (role) {
    case CertificateRole::iaca: return days{profile.certificate_validity.authority_days};
    case CertificateRole::document_signer: return days{profile.certificate_validity.signer_days};
    case CertificateRole::reader: return days{profile.certificate_validity.reader_days};
    default: return days{0};
  }
}

trust::CertificateContent fill_in_by_profile(trust::CertificateContent content, const profile::DocTypeProfile& profile,
                                             CertificateRole role, const crypto::Certificate* issuer) {
  const bool signer = role == CertificateRole::document_signer;
  const days longest = max_certificate_validity(profile, role);
  const bool bounded = longest != days{0} && longest < trust::info(role).max_validity;
  if (content.validity == days{0} && bounded) content.validity = longest;
  const auto purposes = key_purposes(profile, role);
  if (content.key_purposes.empty() && !purposes.empty()) content.key_purposes.emplace_back(purposes.front());
  if (signer && content.policies.empty()) {
    content.policies.assign(profile.signer.policies.begin(), profile.signer.policies.end());
  }
  if (profile.mso.whole_days && (signer || role == CertificateRole::iaca)) {
    content.not_before = std::chrono::floor<days>(content.not_before);
    if (issuer != nullptr) content.not_before = std::max(content.not_before, issuer->not_before());
  }
  return content;
}

}  // namespace mdoc
