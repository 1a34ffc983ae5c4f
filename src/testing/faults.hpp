#pragma once
// Internal. One fault for each rule of certificates.

#include <string_view>

#include "mdoc/core/time.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "mdoc/trust/certificate_rules.hpp"

namespace mdoc::testing {

/// certificatePolicies of the certificates of a TestPki: an arc for examples.
inline constexpr std::string_view test_policy = "2.999.1";

/// A key purpose of no meaning.
inline constexpr std::string_view test_purpose = "2.999.4";

/// The profile of the role, changed so that the rule applies.
[[nodiscard]] trust::CertificateProfile profile_for(trust::CertificateRule rule, trust::CertificateRole role) noexcept;

/// The parts of a good certificate, altered so that they break one rule once they are signed.
[[nodiscard]] CertificateParts with_fault(const crypto::Certificate& good, trust::CertificateRole role,
                                          trust::CertificateRule rule, UtcSeconds now);

}  // namespace mdoc::testing
