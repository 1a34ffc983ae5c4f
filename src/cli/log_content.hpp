#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include <boost/json/object.hpp>

#include "cli/tool.hpp"
#include "mdoc/json/transaction_log.hpp"

namespace mdoc::cli {

/// A log that was read, and what its lines borrow.
struct LogContent {
  std::string bytes;
  json::LogReading log;
};

/// Reads the log in a file. A fault is a part of it; one in the first line already means that the file is no log.
/// Throws Failure.
[[nodiscard]] LogContent load_log(const std::string& path);
/// The same of bytes. @param path for messages
[[nodiscard]] LogContent read_log_content(const std::string& path, std::string bytes);

/// "line 3 does not follow from the line before: one of the two was changed"
[[nodiscard]] std::string describe(const json::LogFault& fault);
/// Says what is wrong with a log, if anything is, and that one of version 1 is one. @return the exit code that this
/// calls for
ExitCode report_fault(const std::string& path, const json::LogReading& log);
/// `{"version": n, "head": …, "fault"?: {"line": n, "kind": …, "detail": …}}`
[[nodiscard]] boost::json::object log_json(const json::LogReading& log);

// The command below `log` that has a file of its own.
void add_log_show(CLI::App& log, Tool& tool);

}  // namespace mdoc::cli
