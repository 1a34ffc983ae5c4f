#pragma once

#include <CLI/CLI.hpp>

#include "mdoc/core/rules.hpp"

namespace mdoc::cli {

/// Adds `--level strict|interop|lenient`, which sets `level`.
void add_level(CLI::App& command, Level& level);

}  // namespace mdoc::cli
