#pragma once

#include <CLI/CLI.hpp>

#include "mdoc/core/rng.hpp"

namespace mdoc::cli {

/// Where commands draw random bytes: from the operating system, or after `--seed` from that.
[[nodiscard]] Rng& randomness();

/// Adds `--seed HEX`, which makes keys, serial numbers and salts repeatable (not signatures, whose nonces
/// the crypto back end draws). In builds for tests only: in others there is no such option.
void add_seed(CLI::App& command);

}  // namespace mdoc::cli
