#pragma once
// Internal. What the paths of chains, of signed lists and of status lists have in common.

#include <cstdint>
#include <span>

#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/trust/certificate_rules.hpp"

namespace mdoc::trust {

/// What a search makes of a path that is not valid, whatever the tolerated clock difference.
enum class InvalidPath : std::uint8_t {
  refused,   ///< it is an error that says when a path would be valid
  returned,  ///< it is found, so that it can be named; whoever asks judges the dates
};

/// A path that is valid now is better than one that the tolerated clock difference saves. With an unknown clock no date
/// is looked at.
[[nodiscard]] crypto::CertificatePathOptions path_options(UtcSeconds now, const ClockPolicy& clock,
                                                          InvalidPath invalid);

/// The end entity of a path that was found, with what the path says about it. Borrows the path.
/// @pre not empty
[[nodiscard]] CertificateContext end_entity_context(std::span<const crypto::Certificate> path, CertificateRole role,
                                                    const CertificateProfile& profile);

/// Whether any rule is broken that is an error at this level.
[[nodiscard]] bool breaks_a_rule(const CertificateContext& context, Level level);

/// basicConstraints says that it is one.
[[nodiscard]] bool is_ca(const crypto::Certificate& certificate);

}  // namespace mdoc::trust
