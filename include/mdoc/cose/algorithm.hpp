#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/curve.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::cose {

/// HMAC 256/256, the one MAC algorithm of DeviceMac.
inline constexpr std::int64_t hmac_256_256 = 5;

/// A signature algorithm of the IANA registry "COSE Algorithms" that mdoc uses.
struct AlgorithmInfo {
  std::int64_t id = 0;
  std::string_view name;                   ///< "ES256", "ESP256" …
  crypto::SignatureAlgorithm algorithm{};  ///< what it computes
  std::span<const crypto::Curve> curves;   ///< the only ones it is used with
  /// An identifier of RFC 9864, which names the curve as well. Accepted, never sent.
  bool fully_specified = false;
};

/// The table: ISO/IEC 18013-5, 9.1.2.4, and RFC 9864. Withdrawn draft numbers are not in it; -48, -49
/// and -50 in particular are ML-DSA today.
[[nodiscard]] MDOC_EXPORT std::span<const AlgorithmInfo> algorithms() noexcept;
/// The row of `id`; null if unknown.
[[nodiscard]] MDOC_EXPORT const AlgorithmInfo* find_algorithm(std::int64_t id) noexcept;

/// What to verify with when a header says `id` and the key is on `curve`. The pairing is strict:
/// ES256 with a P-384 key is refused even though the mathematics would work.
/// @return unsupported/unsupported_algorithm: not in the table; untrusted/algorithm_mismatch: another curve's
[[nodiscard]] MDOC_EXPORT Result<crypto::SignatureAlgorithm> signature_algorithm(std::int64_t id,
                                                                                 crypto::Curve curve) noexcept;

/// The number to send: the one without the curve.
[[nodiscard]] constexpr std::int64_t algorithm_id(crypto::SignatureAlgorithm algorithm) noexcept {
  return static_cast<std::int64_t>(algorithm);
}

}  // namespace mdoc::cose
