#pragma once

#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::crypto {

/// HKDF (RFC 5869): extract, then expand. An empty salt counts as digest_size() zero bytes, as the RFC says.
/// @return usage/bad_argument: `length` is 0 or over 255 × digest_size(algorithm)
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> hkdf(DigestAlgorithm algorithm, ByteView key_material, ByteView salt,
                                                   ByteView info, std::size_t length);

/// First half (RFC 5869, 2.2): the pseudorandom key, digest_size() bytes.
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> hkdf_extract(DigestAlgorithm algorithm, ByteView salt,
                                                           const MessageParts& key_material);
/// Second half (RFC 5869, 2.3).
/// @return usage/bad_argument: as for hkdf()
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> hkdf_expand(DigestAlgorithm algorithm, ByteView pseudorandom_key,
                                                          const MessageParts& info, std::size_t length);

}  // namespace mdoc::crypto
