#pragma once
// Internal. What the paths of chains, of signed lists and of status lists have in common.

#include <span>

#include "mdoc/core/rules.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/certificate_rules.hpp"

namespace mdoc::trust {

/// The end entity of a path that was found, with what the path says about it. Borrows the path.
/// @pre not empty
[[nodiscard]] CertificateContext end_entity_context(std::span<const crypto::Certificate> path, CertificateRole role,
                                                    const CertificateProfile& profile);

/// Whether any rule is broken that is an error at this level.
[[nodiscard]] bool breaks_a_rule(const CertificateContext& context, Level level);

/// basicConstraints says that it is one.
[[nodiscard]] bool is_ca(const crypto::Certificate& certificate);

}  // namespace mdoc::trust
