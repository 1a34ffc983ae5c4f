#pragma once

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc {

/// Source of randomness for ephemeral keys, nonces and IssuerSignedItem.random. Whoever draws takes
/// one as a parameter; the library has no generator of its own below `crypto::system_rng()`.
class Rng {
 public:
  virtual ~Rng() = default;
  /// Fills all of `out` with cryptographically secure bytes, or fails (internal/randomness).
  [[nodiscard]] virtual Result<void> fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace mdoc
