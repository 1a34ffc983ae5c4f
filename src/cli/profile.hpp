#pragma once

#include <CLI/CLI.hpp>

#include "cli/tool.hpp"

namespace mdoc::cli {

// The commands below `profile`, in the files of their names.
void add_profile_show(CLI::App& profile, Tool& tool);
void add_profile_check(CLI::App& profile, Tool& tool);
void add_profile_list(CLI::App& profile, Tool& tool);

}  // namespace mdoc::cli
