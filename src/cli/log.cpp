#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/log_content.hpp"
#include "cli/log_file.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/transaction_log.hpp"
#include "mdoc/retention.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using json::HeadVerdict;
using json::LogEntry;

constexpr const char* export_schema = "mdoc-transaction-export/1.0";

struct LogExportArguments {
  std::string file, most = "sensitive", from, to, out;
};

struct LogEraseArguments {
  std::string file, before;
  std::vector<std::uint64_t> sequences;
  std::optional<std::size_t> keep;
  bool all = false;
};

struct LogVerifyArguments {
  std::string file, head;
};

std::size_t count_of_erased(const json::LogReading& log) {
  std::size_t erased = 0;
  for (const LogEntry& entry : log.entries) {
    if (!entry.record) erased += static_cast<std::size_t>(entry.last - entry.sequence + 1);
  }
  return erased;
}

std::string counted(std::size_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

ExitCode run_log_export(const LogExportArguments& arguments, const Tool& tool) {
  const auto most = find_personal_data(arguments.most);  // one of the four: the option takes no other
  const UtcSeconds from = arguments.from.empty() ? UtcSeconds::min() : time_or_now(arguments.from);
  const UtcSeconds to = arguments.to.empty() ? UtcSeconds::max() : time_or_now(arguments.to);
  const LogContent content = load_log(arguments.file);
  bj::array records;
  for (const LogEntry& entry : content.log.entries) {
    if (!entry.record) continue;
    if (entry.record->started < from || entry.record->started > to) continue;
    const std::string record = require(json::redacted(entry.json, *most), "cannot export");
    records.push_back(bj::object{{"seq", entry.sequence}, {"record", bj::parse(record)}});
  }
  bj::object object{{"schema", export_schema}, {"class", arguments.most}};
  for (auto& [name, value] : log_json(content.log)) object.emplace(name, std::move(value));
  object.emplace("erased", count_of_erased(content.log));
  const std::size_t count = records.size();
  object.emplace("records", std::move(records));
  if (arguments.out.empty() || arguments.out == "-") {
    print_json(object);
  } else {
    write_personal_file(arguments.out, as_bytes(bj::serialize(object) + "\n"));
    if (tool.json) {  // what was handed over, and not its content, which has a reader of its own
      bj::object summary{{"file", arguments.out}, {"class", arguments.most}, {"records", count}};
      for (auto& [name, value] : log_json(content.log)) summary.emplace(name, std::move(value));
      print_json(summary);
    }
  }
  return report_fault(arguments.file, content.log);
}

/// The numbers of what is to be erased.
std::vector<std::uint64_t> chosen(const LogEraseArguments& arguments, const json::LogReading& log) {
  std::vector<RetainedRecord> records;
  for (const LogEntry& entry : log.entries) {
    if (entry.record) records.push_back({.sequence = entry.sequence, .started = entry.record->started});
  }
  std::vector<std::uint64_t> numbers = arguments.sequences;
  const auto add = [&](const RetentionPolicy& policy, UtcSeconds now) {
    const auto due = due_for_erasure(policy, records, now);
    numbers.insert(numbers.end(), due.begin(), due.end());
  };
  if (arguments.all) add({.max_count = 0}, {});
  if (arguments.keep) add({.max_count = *arguments.keep}, {});
  // Whatever is older than no time at all, seen from then.
  if (!arguments.before.empty()) add({.max_age = std::chrono::seconds{0}}, time_or_now(arguments.before));
  return numbers;
}

void require_numbers(const LogEraseArguments& arguments, const json::LogReading& log) {
  for (const std::uint64_t number : arguments.sequences) {
    if (number >= 1 && number <= log.head.sequence) continue;
    throw Failure(
        ExitCode::usage,
        fmt::format("{} has no record {}; {}", arguments.file, number,
                    log.head.sequence == 0 ? "it is empty" : fmt::format("its last is {}", log.head.sequence)));
  }
}

void run_log_erase(const LogEraseArguments& arguments, const Tool& tool) {
  std::size_t erased = 0;
  json::LogHead head;
  LogFile(arguments.file).replace([&](const std::string& bytes) {
    const LogContent content = read_log_content(arguments.file, bytes);
    if (content.log.fault) {
      throw Failure(ExitCode::bad_verdict, arguments.file + ": " + describe(*content.log.fault) +
                                               "; nothing was erased, as that would hide it: remove the file if you "
                                               "want to get rid of all of it");
    }
    require_numbers(arguments, content.log);
    const auto numbers = chosen(arguments, content.log);
    const std::size_t before = count_of_erased(content.log);
    const std::string changed = require(json::erase_records(content.log, numbers, system_now().utc), "cannot erase");
    const LogContent rest = read_log_content(arguments.file, changed);
    erased = count_of_erased(rest.log) - before;
    head = rest.log.head;
    return changed;
  });
  if (tool.json) return print_json(bj::object{{"erased", erased}, {"head", to_text(head)}});
  print_line(fmt::format("Erased {} from {}; head {}", counted(erased, "record"), json::printable(arguments.file),
                         to_text(head)));
}

std::string describe(HeadVerdict verdict) {
  switch (verdict) {
    case HeadVerdict::current:
      return "The log ends at the head that was kept: each record that is not erased is the one that was there.";
    case HeadVerdict::earlier:
      return "The head that was kept is in the log, which has gone on since: each record up to it that is not erased "
             "is the one that was there.";
    case HeadVerdict::missing: return "The log ends before the head that was kept: something was cut off.";
    case HeadVerdict::other: return "The log is not the one of the head that was kept: something was changed.";
    case HeadVerdict::unproven:
      return "The log has the head that was kept, but is of version 1: an erased line behind other records proves "
             "nothing about these, which may have been exchanged.";
    case HeadVerdict::erased: break;
  }
  return "The head that was kept lies among records that were erased at once: it says nothing, a later one would.";
}

ExitCode run_log_verify(const LogVerifyArguments& arguments, const Tool& tool) {
  std::optional<json::LogHead> kept;
  if (!arguments.head.empty()) {
    const auto parsed = json::parse_log_head(arguments.head);
    if (!parsed) throw Failure(ExitCode::usage, "--head takes what log verify prints: v2:NUMBER:HASH");
    kept = *parsed;
  }
  const LogContent content = load_log(arguments.file);
  const json::LogReading& log = content.log;
  const std::size_t erased = count_of_erased(log);
  const auto records = static_cast<std::size_t>(log.head.sequence) - erased;
  const bool compared = kept && !log.fault;
  const HeadVerdict verdict = compared ? compare(log, *kept) : HeadVerdict::current;
  const bool valid = !log.fault && (verdict == HeadVerdict::current || verdict == HeadVerdict::earlier);
  if (tool.json) {
    bj::object object{{"valid", valid}, {"records", records}, {"erased", erased}, {"tornBytes", log.torn}};
    for (auto& [name, value] : log_json(log)) object.emplace(name, std::move(value));
    if (compared) object.emplace("keptHead", name(verdict));
    print_json(object);
  } else {
    const std::string follows = erased == 0
                                    ? "Every line follows from the one before it."
                                    : fmt::format("Every line follows from the one before it; {} erased.",
                                                  erased == 1 ? "1 record is" : fmt::format("{} records are", erased));
    print_line(styled(valid ? Tone::good : Tone::bad, log.fault ? "The log is broken." : follows));
    print_line(fmt::format("{}, {} erased; head {}", counted(records, "record"), erased, to_text(log.head)));
    if (compared) print_line(describe(verdict));
  }
  const ExitCode code = report_fault(arguments.file, log);
  return valid ? code : ExitCode::bad_verdict;
}

void add_log_file(CLI::App& command, std::string& file) {
  command.add_option("FILE", file, "The log, as --log of mdoc-cli holder and reader writes it")->required();
}

void add_log_export(CLI::App& log, Tool& tool) {
  const auto arguments = std::make_shared<LogExportArguments>();
  CLI::App* command =
      add_command(log, tool, "export", "Hand records over as one JSON object, perhaps only parts of them",
                  "mdoc-cli log export reader.log --class none --out statistics.json");
  add_log_file(*command, arguments->file);
  command
      ->add_option("--class", arguments->most,
                   "Leave out what may tell more than this about a holder: none, indirect, personal, sensitive; by "
                   "default nothing is left out, names and other values neither, where --log-with kept them")
      ->check(CLI::IsMember({"none", "indirect", "personal", "sensitive"}))
      ->capture_default_str();
  command->add_option("--from", arguments->from, "Records that began at this time or later, RFC 3339");
  command->add_option("--to", arguments->to, "Records that began at this time or earlier, RFC 3339");
  command->add_option("--out", arguments->out,
                      "File for the JSON, for its owner to read; - is standard output, as is none");
  command->callback([arguments, &tool] { tool.exit = run_log_export(*arguments, tool); });
}

void add_log_erase(CLI::App& log, Tool& tool) {
  const auto arguments = std::make_shared<LogEraseArguments>();
  CLI::App* command =
      add_command(log, tool, "erase", "Erase records; the log stays verifiable, and says that they were",
                  "mdoc-cli log erase reader.log --keep 1000\n  mdoc-cli log erase reader.log --before "
                  "2026-01-01T00:00:00Z");
  add_log_file(*command, arguments->file);
  CLI::Option_group* which = command->add_option_group("which records, at least one of");
  which->require_option(1, 0);
  which->add_flag("--all", arguments->all, "All of them");
  which->add_option("--before", arguments->before, "Those that began before this time, RFC 3339");
  which->add_option("--keep", arguments->keep, "All but the last N")->check(CLI::Range(0U, 4'000'000'000U));
  take_one_each(which->add_option("--seq", arguments->sequences, "The one with this number"));
  command->callback([arguments, &tool] { run_log_erase(*arguments, tool); });
}

void add_log_verify(CLI::App& log, Tool& tool) {
  const auto arguments = std::make_shared<LogVerifyArguments>();
  CLI::App* command =
      add_command(log, tool, "verify", "Check that no record in a log was changed",
                  "mdoc-cli log verify reader.log\n  mdoc-cli log verify reader.log --head v2:42:q83v…");
  add_log_file(*command, arguments->file);
  command->add_option("--head", arguments->head,
                      "What this command printed earlier, kept elsewhere: up to it no record was changed, exchanged or "
                      "cut off, though some may have been erased");
  add_note(
      *command,
      "Without --head, a change of the last line is not seen, nor that lines were cut off the end, nor a log that "
      "was made anew from some line on. Whoever can write the file can erase records, and add some behind the head "
      "that was kept.");
  command->callback([arguments, &tool] { tool.exit = run_log_verify(*arguments, tool); });
}

}  // namespace

void add_log(CLI::App& app, Tool& tool) {
  CLI::App* log = add_command(app, tool, "log", "Show, hand over, erase and check what was recorded of presentations",
                              "mdoc-cli reader … --log reader.log\n  mdoc-cli log show reader.log");
  log->require_subcommand(1);
  add_log_show(*log, tool);
  add_log_export(*log, tool);
  add_log_erase(*log, tool);
  add_log_verify(*log, tool);
}

}  // namespace mdoc::cli
