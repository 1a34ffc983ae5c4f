#include "cli/log_content.hpp"

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/log_file.hpp"
#include "cli/output.hpp"
#include "cli/wording.hpp"

namespace mdoc::cli {

namespace {

/// Of a line that does not read.
std::string what_it_is(const json::LogFault& fault) {
  if (fault.error->code == Errc::bad_encoding) return "no JSON";
  return "none that --log of mdoc-cli holder and reader writes: " + in_words(*fault.error);
}

}  // namespace

LogContent load_log(const std::string& path) { return read_log_content(path, LogFile(path).read()); }

LogContent read_log_content(const std::string& path, std::string bytes) {
  LogContent content{.bytes = std::move(bytes), .log = {}};
  content.log = require(json::read_log(content.bytes), "cannot read " + path);
  const auto& fault = content.log.fault;
  if (fault && fault->line == 1 && fault->kind == json::LogFault::Kind::unreadable) {
    throw Failure(ExitCode::unreadable, path + " is no log of transactions: its first line is " + what_it_is(*fault));
  }
  return content;
}

std::string describe(const json::LogFault& fault) {
  switch (fault.kind) {
    case json::LogFault::Kind::unreadable: return fmt::format("line {} is {}", fault.line, what_it_is(fault));
    case json::LogFault::Kind::sequence:
      return fmt::format("line {} has not the next number: lines are missing, repeated or in another order",
                         fault.line);
    case json::LogFault::Kind::chain: break;
  }
  if (fault.line == 1) return "line 1 is not the first of a log: what was before it is missing, or it was changed";
  return fmt::format(
      "line {} does not follow from the line before it: one of the two was changed, or is of another version",
      fault.line);
}

ExitCode report_fault(const std::string& path, const json::LogReading& log) {
  if (log.torn > 0) {
    print_warning(
        fmt::format("{} ends with a line that was cut off ({} bytes); it does not count, and the next record "
                    "takes its place",
                    path, log.torn));
  }
  if (log.head.version == json::LogVersion::first) {
    print_warning(path +
                  " is a log of version 1: an erased line behind other records proves nothing about these, and "
                  "nothing is appended to it any more");
  }
  if (!log.fault) return ExitCode::done;
  print_error(path + ": " + describe(*log.fault) + "; what follows is not read");
  return ExitCode::bad_verdict;
}

boost::json::object log_json(const json::LogReading& log) {
  boost::json::object object{{"version", static_cast<unsigned>(log.head.version)}, {"head", to_text(log.head)}};
  if (log.fault) {
    object.emplace("fault",
                   boost::json::object{
                       {"line", log.fault->line}, {"kind", name(log.fault->kind)}, {"detail", describe(*log.fault)}});
  }
  return object;
}

}  // namespace mdoc::cli
