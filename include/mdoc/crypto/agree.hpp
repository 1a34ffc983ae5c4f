#pragma once

#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// ECDH (ISO/IEC 18013-5, 9.1.1.4: ECKA-DH of BSI TR-03111; RFC 7748): the raw ZAB, exactly
/// coordinate_size bytes with its leading zeros. Not a key: derive keys from it with hkdf().
/// @return untrusted/algorithm_mismatch: the keys are on different curves, or on one without ECDH;
///         malformed/bad_key: the secret of X25519 or X448 is zero (peer key of low order)
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> agree(const PrivateKey& own, const PublicKey& peer);

}  // namespace mdoc::crypto
