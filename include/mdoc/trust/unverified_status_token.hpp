#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/trust/status_token.hpp"

/// @file
/// What a list token says, and the envelope that it says it in. Nobody vouches for either: for display and comparison
/// only. Whoever decides by a status verifies the token and asks the VerifiedStatusToken.

namespace mdoc::trust {

/// Borrowed from the token.
[[nodiscard]] MDOC_EXPORT const StatusListClaims& unverified_claims(const StatusToken& token) noexcept;
/// Borrowed from the token. That of a token in CWT form has a payload.
[[nodiscard]] MDOC_EXPORT const StatusTokenSeal& unverified_seal(const StatusToken& token) noexcept;

}  // namespace mdoc::trust
