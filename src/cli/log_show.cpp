#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "cli/log_content.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"
#include "mdoc/json/transaction_log.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using json::LogEntry;

struct LogShowArguments {
  std::string file;
};

void print_item(std::string_view title, const std::string& text) {
  print_line(fmt::format("   {:<9} {}", title, text));
}

std::string text_of(const RecordedElement& element) {
  return peer_text(element.name_space) + "/" + peer_text(element.element);
}

std::string text_of(std::chrono::seconds age) {
  using std::chrono::days;
  if (age >= days{2}) return fmt::format("{} days old", std::chrono::floor<days>(age).count());
  if (age >= std::chrono::hours{2})
    return fmt::format("{} hours old", std::chrono::floor<std::chrono::hours>(age).count());
  return fmt::format("{} seconds old", age.count());
}

std::string text_of(const RecordedAnchor& anchor) {
  std::string text = anchor.pinned ? "a pin" : peer_text(anchor.subject);
  if (!anchor.source.empty()) text += fmt::format(" ({})", peer_text(anchor.source));
  if (!anchor.list) return text;
  const std::string issue = anchor.list->issue ? fmt::format(", issue {}", *anchor.list->issue) : "";
  return text + fmt::format(", {} of {}{}, {}", peer_text(anchor.list->kind), peer_text(anchor.list->provider), issue,
                            text_of(anchor.list->age));
}

void print_revocations(const std::vector<RecordedRevocation>& revocations) {
  for (const RecordedRevocation& each : revocations) {
    const std::string age = each.age ? ", " + text_of(*each.age) : "";
    print_item("", fmt::format("revocation: {} ({}{})", peer_text(each.state), peer_text(each.source), age));
  }
}

void print_asker(const RecordedReader& reader) {
  if (reader.anchor) {
    const std::string who = reader.subject.empty() ? "the holder of a pinned key" : peer_text(reader.subject);
    print_item("by", who + ", trusted by " + text_of(*reader.anchor));
  } else {
    const std::string claimed = reader.claimed.empty() ? "" : "; the certificate names " + peer_text(reader.claimed);
    const std::string reason = reader.reason == reader.result ? "" : " (" + peer_text(reader.reason) + ")";
    print_item("by", peer_text(reader.result) + reason + claimed);
  }
  print_revocations(reader.revocations);
}

void print_asked(const RecordedDocRequest& asked) {
  print_item("asked", peer_text(asked.doc_type));
  for (const RecordedQuestion& question : asked.elements) {
    const std::string answer = question.answer.empty() ? "" : ": " + peer_text(question.answer);
    print_item("", text_of(question.asked) + (question.retain ? " (to be retained)" : "") + answer);
  }
  if (!asked.obstacle.empty()) print_item("", "nothing to release: " + peer_text(asked.obstacle));
  if (asked.reader) print_asker(*asked.reader);
}

void print_use_case(const RecordedUseCase& use_case) {
  std::string purposes;
  for (const RecordedPurpose& purpose : use_case.purposes) {
    purposes += fmt::format("{}{} {}", purposes.empty() ? "" : ", ", peer_text(purpose.controller), purpose.code);
  }
  print_item("purpose", (use_case.mandatory ? "mandatory" : "optional") + (purposes.empty() ? "" : ": " + purposes));
}

void print_agreed(const RecordedAgreement& agreed) {
  print_item("agreed", fmt::format("{} ({}){}", peer_text(agreed.doc_type), peer_text(agreed.credential),
                                   agreed.encrypted ? ", encrypted to a recipient" : ""));
  for (const RecordedRelease& release : agreed.elements) {
    const std::string instead = release.instead ? " instead of " + text_of(*release.instead) : "";
    print_item("", text_of(release.released) + instead);
  }
  if (!agreed.not_sent.empty()) print_item("", "not sent: " + peer_text(agreed.not_sent));
}

std::string outcome_of(const RecordedRound& round) {
  if (!round.status) return "nothing";
  if (round.outcome == "released") {
    const bool all = std::ranges::all_of(round.agreed, [](const auto& each) { return each.not_sent.empty(); });
    return all ? "what was agreed" : "what was agreed, in part";
  }
  if (*round.status != 0) return fmt::format("no documents, status {}", *round.status);
  return round.outcome.empty() || round.outcome == "nothing"
             ? "no documents"
             : fmt::format("no documents: {}", peer_text(round.outcome));
}

/// The checks that did not pass: what a person looks for.
void print_checks(const std::vector<RecordedCheck>& checks) {
  for (const RecordedCheck& check : checks) {
    if (check.outcome == "pass" || check.outcome == "not-applicable") continue;
    const std::string reason = check.reason.empty() ? "" : " (" + peer_text(check.reason) + ")";
    print_item("", peer_text(check.outcome) + " " + peer_text(check.id) + reason);
  }
}

void print_document(const RecordedDocument& document) {
  const std::string doc_type = document.doc_type.empty() ? "unreadable" : peer_text(document.doc_type);
  print_item("document", doc_type + ", " +
                             styled(document.valid ? Tone::good : Tone::bad, document.valid ? "valid" : "not valid") +
                             (document.encrypted ? ", encrypted to a recipient" : ""));
  print_checks(document.checks);
  if (!document.issuer.empty()) {
    const std::string by = document.anchor ? ", trusted by " + text_of(*document.anchor) : "";
    print_item("issuer", peer_text(document.issuer) + by);
  }
  print_revocations(document.revocations);
  for (const RecordedElement& element : document.surplus) print_item("surplus", text_of(element));
  for (const RecordedValue& value : document.values) print_item("retained", text_of(value.element));
}

void print_verdict(const RecordedVerdict& verdict) {
  print_item("verdict",
             styled(verdict.valid ? Tone::good : Tone::bad, verdict.valid ? "valid" : "not valid") +
                 fmt::format(" (level {}, revocation {})", peer_text(verdict.level), peer_text(verdict.revocation)));
  for (const RecordedAnswer& answer : verdict.answers) {
    print_item("answer", fmt::format("{}: {} ({})", peer_text(answer.question), peer_text(answer.verdict),
                                     peer_text(answer.reason)));
  }
  print_checks(verdict.checks);
  for (const RecordedDocument& document : verdict.documents) print_document(document);
  if (verdict.encrypted_documents > 0)
    print_item("", fmt::format("{} encrypted, not opened", verdict.encrypted_documents));
}

void print_record_round(const RecordedRound& round, RecordedBy by) {
  print_line(styled(Tone::quiet, fmt::format("   round {}", round.round)));
  if (round.asked.empty()) {
    print_item("asked", round.left_out > 0 ? "more than the record has room for" : "something that could not be read");
  }
  for (const RecordedDocRequest& asked : round.asked) print_asked(asked);
  for (const RecordedUseCase& use_case : round.use_cases) print_use_case(use_case);
  if (by == RecordedBy::reader) {
    if (round.verdict) return print_verdict(*round.verdict);
    return print_item("verdict", "no answer");
  }
  if (!round.decision.empty()) print_item("decision", peer_text(round.decision));
  for (const RecordedAgreement& agreed : round.agreed) print_agreed(agreed);
  print_item("sent", outcome_of(round));
}

/// What is not shown of a round may be what was asked, agreed or judged in it.
void print_left_out(const RecordedRound& round) {
  if (round.left_out == 0) return;
  print_item("left out",
             styled(Tone::warning, fmt::format("{} parts of this round found no room in the record", round.left_out)));
}

void print_record(const LogEntry& entry) {
  const TransactionRecord& record = *entry.record;
  print_line(fmt::format("{:>2} {}", entry.sequence,
                         styled(Tone::strong, to_rfc3339(record.started) + " " + std::string(name(record.by)))));
  for (const RecordedRound& round : record.rounds) {
    print_record_round(round, record.by);
    print_left_out(round);
  }
  for (const RecordedPhase& phase : record.phases) {
    print_item(&phase == record.phases.data() ? "timeline" : "",
               fmt::format("{:>8} ms  {}", phase.after.count(), peer_text(phase.phase)));
  }
  print_item("ended", record.ended.empty() ? "not yet, when this was written" : peer_text(record.ended));
  if (record.left_out > 0) print_item("", fmt::format("{} parts more found no room in the record", record.left_out));
}

std::string numbers_of(const LogEntry& entry) {
  if (entry.last == entry.sequence) return std::to_string(entry.sequence);
  return fmt::format("{} to {}", entry.sequence, entry.last);
}

bj::object entry_json(const LogEntry& entry) {
  bj::object object{{"seq", entry.sequence}};
  if (entry.record) {
    object.emplace("record", bj::parse(entry.json));
    return object;
  }
  if (entry.last > entry.sequence) object.emplace("last", entry.last);
  object.emplace("erasedAt", to_rfc3339(*entry.erased_at));
  return object;
}

ExitCode run_log_show(const LogShowArguments& arguments, const Tool& tool) {
  const LogContent content = load_log(arguments.file);
  if (tool.json) {
    bj::object object = log_json(content.log);
    bj::array entries;
    for (const LogEntry& entry : content.log.entries) entries.push_back(entry_json(entry));
    object.emplace("entries", std::move(entries));
    print_json(object);
  } else {
    for (const LogEntry& entry : content.log.entries) {
      if (entry.record) {
        print_record(entry);
      } else {
        print_line(
            styled(Tone::quiet, fmt::format("{:>2} erased {}", numbers_of(entry), to_rfc3339(*entry.erased_at))));
      }
    }
    if (content.log.entries.empty() && !content.log.fault) print_line("The log is empty.");
  }
  return report_fault(arguments.file, content.log);
}

}  // namespace

void add_log_show(CLI::App& log, Tool& tool) {
  const auto arguments = std::make_shared<LogShowArguments>();
  CLI::App* command = add_command(log, tool, "show", "Show what was recorded, one transaction after the other",
                                  "mdoc-cli log show reader.log");
  command->add_option("FILE", arguments->file, "The log, as --log of mdoc-cli holder and reader writes it")->required();
  command->callback([arguments, &tool] { tool.exit = run_log_show(*arguments, tool); });
}

}  // namespace mdoc::cli
