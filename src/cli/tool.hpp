#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/failure.hpp"
#include "cli/output.hpp"

namespace mdoc::cli {

/// The least `holder --wait`, in seconds: an engagement lives that long at least (ISO/IEC 18013-5, 9.1.1.4).
inline constexpr unsigned shortest_wait = 30;

/// What the commands share: which one ran, and how it ended.
struct Tool {
  ExitCode exit = ExitCode::done;
  bool json = false;  ///< exactly one JSON object on standard output, or one a line
};

/// Adds a command with --json and an example in its help.
CLI::App* add_command(CLI::App& parent, Tool& tool, const std::string& name, const std::string& description,
                      const std::string& example);

/// Adds a sentence to the end of a command's help.
void add_note(CLI::App& command, std::string_view note);

/// For an option that may be repeated: each takes one value, and leaves alone what follows.
void take_one_each(CLI::Option* option);

/// Adds --out and --format.
void add_binary_output(CLI::App& command, BinaryOutput& output);

// One function for each command, in the file of that name. Each adds itself to `app`.
void add_cert(CLI::App& app, Tool& tool);
void add_demo(CLI::App& app, Tool& tool);
void add_doctor(CLI::App& app, Tool& tool);
void add_holder(CLI::App& app, Tool& tool);
void add_inspect(CLI::App& app, Tool& tool);
void add_issue(CLI::App& app, Tool& tool);
void add_log(CLI::App& app, Tool& tool);
void add_pki(CLI::App& app, Tool& tool);
void add_profile(CLI::App& app, Tool& tool);
void add_reader(CLI::App& app, Tool& tool);
void add_request(CLI::App& app, Tool& tool);
void add_respond(CLI::App& app, Tool& tool);
void add_session(CLI::App& app, Tool& tool);
void add_status_list(CLI::App& app, Tool& tool);
void add_transcript(CLI::App& app, Tool& tool);
void add_trust(CLI::App& app, Tool& tool);
void add_verify(CLI::App& app, Tool& tool);
void add_vical(CLI::App& app, Tool& tool);

}  // namespace mdoc::cli
