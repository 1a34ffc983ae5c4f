#pragma once

#include "mdoc/crypto/digest.hpp"

namespace mdoc::crypto {

/// HMAC (RFC 2104), untruncated.
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<Digest> hmac(DigestAlgorithm algorithm, ByteView key, const MessageParts& message);

/// Checks a whole tag in constant time.
/// @return untrusted/mac_invalid, also for a tag that is truncated or too long
MDOC_EXPORT Result<void> verify_hmac(DigestAlgorithm algorithm, ByteView key, const MessageParts& message,
                                     ByteView tag);

}  // namespace mdoc::crypto
