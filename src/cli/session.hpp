#pragma once

#include <CLI/CLI.hpp>

#include "cli/tool.hpp"

namespace mdoc::cli {

// The commands below `session`, in the files of their names.
void add_session_decrypt(CLI::App& session, Tool& tool);

}  // namespace mdoc::cli
