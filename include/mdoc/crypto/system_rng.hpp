#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/core/rng.hpp"

namespace mdoc::crypto {

/// The operating system's randomness by way of OpenSSL's private generator (RAND_priv_bytes). Without
/// state of its own, so it may be shared by all threads. For applications to pass in: the library
/// itself never reaches for it.
[[nodiscard]] MDOC_EXPORT Rng& system_rng() noexcept;

}  // namespace mdoc::crypto
