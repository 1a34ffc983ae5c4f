#pragma once
// Internal. Verification without the COSE pairing of algorithm and curve, for X.509.

#include <span>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// SEQUENCE of two INTEGERs of up to 66 bytes with a sign octet (P-521).
inline constexpr std::size_t max_der_signature = 3 + 2 * (2 + 1 + 66);

/// Writes r ‖ s as ECDSA-Sig-Value. @return bytes written. @pre raw is the signature_size of some EC2 curve
std::size_t write_der_signature(ByteView raw, std::span<std::uint8_t, max_der_signature> out) noexcept;

/// @pre the key is on an EC2 curve. @return untrusted/signature_invalid
Result<void> verify_ecdsa(const PublicKey& key, DigestAlgorithm algorithm, const MessageParts& message,
                          ByteView der_signature);
/// @pre the key is on Ed25519 or Ed448. @return untrusted/signature_invalid
Result<void> verify_eddsa(const PublicKey& key, const MessageParts& message, ByteView signature);

}  // namespace mdoc::crypto
