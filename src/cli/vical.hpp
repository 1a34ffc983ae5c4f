#pragma once

#include <CLI/CLI.hpp>

#include "cli/tool.hpp"

namespace mdoc::cli {

// The commands below `vical`, in the files of their names.
void add_vical_show(CLI::App& vical, Tool& tool);
void add_vical_verify(CLI::App& vical, Tool& tool);
void add_vical_create(CLI::App& vical, Tool& tool);
void add_vical_diff(CLI::App& vical, Tool& tool);

}  // namespace mdoc::cli
