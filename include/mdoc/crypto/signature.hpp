#pragma once

#include <cstdint>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/curve.hpp"
#include "mdoc/crypto/message_parts.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// The signature algorithms of cipher suite 1, by COSE number. The fully-specified numbers of
/// RFC 9864 are mapped to these by `cose`.
enum class SignatureAlgorithm : std::int32_t {
  es256 = -7,   ///< ECDSA with SHA-256: P-256, brainpoolP256r1
  eddsa = -8,   ///< Ed25519, Ed448
  es384 = -35,  ///< ECDSA with SHA-384: P-384, brainpoolP320r1, brainpoolP384r1
  es512 = -36,  ///< ECDSA with SHA-512: P-521, brainpoolP512r1
};

/// A signature as COSE has it: r ‖ s, each as long as the group order, or the EdDSA octets. Never DER.
struct Signature {
  Bytes raw;
  friend bool operator==(const Signature&, const Signature&) = default;
};

/// The one algorithm for keys on `curve`; nothing for X25519 and X448. No other pairing is valid, even
/// where the mathematics would work.
[[nodiscard]] MDOC_EXPORT std::optional<SignatureAlgorithm> signature_algorithm(Curve curve) noexcept;

/// Checks a raw signature over the joined parts. High and low values of s are both accepted.
/// @return untrusted/algorithm_mismatch: `algorithm` is not that of the key's curve;
///         untrusted/signature_invalid: wrong, or not of exactly signature_size bytes
MDOC_EXPORT Result<void> verify(const PublicKey& key, SignatureAlgorithm algorithm, const MessageParts& message,
                                ByteView signature);

/// Signs the joined parts. ECDSA draws its nonce from OpenSSL's generator, so it is not repeatable.
/// @return untrusted/algorithm_mismatch as above
[[nodiscard]] MDOC_EXPORT Result<Signature> sign(const PrivateKey& key, SignatureAlgorithm algorithm,
                                                 const MessageParts& message);

/// r ‖ s as ECDSA-Sig-Value (RFC 3279, 2.2.3) and back, for X.509 and for key stores that speak DER.
/// @return usage/bad_argument: not signature_size bytes, or no ECDSA curve
[[nodiscard]] MDOC_EXPORT Result<Bytes> signature_to_der(Curve curve, ByteView raw);
/// Strict DER: minimal, non-negative integers, nothing after them.
/// @return untrusted/signature_invalid
[[nodiscard]] MDOC_EXPORT Result<Signature> signature_from_der(Curve curve, ByteView der);

}  // namespace mdoc::crypto
