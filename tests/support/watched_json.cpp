// As watched_core.cpp, of the component `json`.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "mdoc/json/readers.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/transaction_log.hpp"
#include "support/suite_texts.hpp"

namespace mdoc::testing {
namespace {

/// The one record that may hold values: its maker has switched that on.
bool holds_values_as_wanted(const TransactionRecord& record) {
  return std::ranges::any_of(record.rounds, [](const RecordedRound& round) {
    return round.verdict && std::ranges::any_of(round.verdict->documents, [](const RecordedDocument& document) {
             return !document.values.empty();
           });
  });
}

}  // namespace

std::string real_explain(const verification::Finding& finding, const json::Wording& wording) __asm__(
    "__real__ZN4mdoc4json7explainB5cxx11ERKNS_12verification7FindingERKNS0_7WordingE");
std::string watched_explain(const verification::Finding& finding, const json::Wording& wording) __asm__(
    "__wrap__ZN4mdoc4json7explainB5cxx11ERKNS_12verification7FindingERKNS0_7WordingE");
std::string watched_explain(const verification::Finding& finding, const json::Wording& wording) {
  std::string text = real_explain(finding, wording);
  note_text("finding", text);
  return text;
}

std::string real_explain(const presentation::ReaderFinding& finding, const json::Wording& wording) __asm__(
    "__real__ZN4mdoc4json7explainB5cxx11ERKNS_12presentation13ReaderFindingERKNS0_7WordingE");
std::string watched_explain(const presentation::ReaderFinding& finding, const json::Wording& wording) __asm__(
    "__wrap__ZN4mdoc4json7explainB5cxx11ERKNS_12presentation13ReaderFindingERKNS0_7WordingE");
std::string watched_explain(const presentation::ReaderFinding& finding, const json::Wording& wording) {
  std::string text = real_explain(finding, wording);
  note_text("finding-on-reader", text);
  return text;
}

std::string real_explain(const Error& error, const json::Wording& wording) __asm__(
    "__real__ZN4mdoc4json7explainB5cxx11ERKNS_5ErrorERKNS0_7WordingE");
std::string watched_explain(const Error& error, const json::Wording& wording) __asm__(
    "__wrap__ZN4mdoc4json7explainB5cxx11ERKNS_5ErrorERKNS0_7WordingE");
std::string watched_explain(const Error& error, const json::Wording& wording) {
  std::string text = real_explain(error, wording);
  note_text("error", text);
  return text;
}

std::string real_to_json(const TransactionRecord& record) __asm__(
    "__real__ZN4mdoc4json7to_jsonB5cxx11ERKNS_17TransactionRecordE");
std::string watched_to_json(const TransactionRecord& record) __asm__(
    "__wrap__ZN4mdoc4json7to_jsonB5cxx11ERKNS_17TransactionRecordE");
std::string watched_to_json(const TransactionRecord& record) {
  std::string text = real_to_json(record);
  if (!holds_values_as_wanted(record)) note_text("record", text);
  return text;
}

/// A line without its number, which the log gives it: 180 is the 180th, and nobody's height.
std::string without_number(std::string line) {
  constexpr std::string_view member = "\"seq\":";
  const std::size_t at = line.find(member);
  if (at == std::string::npos) return line;
  const std::size_t end = line.find(',', at);
  return line.erase(at + member.size(), end - at - member.size());
}

Result<json::LogLine> real_append(const json::LogHead& head, const TransactionRecord& record) __asm__(
    "__real__ZN4mdoc4json13append_recordERKNS0_7LogHeadERKNS_17TransactionRecordE");
Result<json::LogLine> watched_append(const json::LogHead& head, const TransactionRecord& record) __asm__(
    "__wrap__ZN4mdoc4json13append_recordERKNS0_7LogHeadERKNS_17TransactionRecordE");
Result<json::LogLine> watched_append(const json::LogHead& head, const TransactionRecord& record) {
  auto line = real_append(head, record);
  if (line && !holds_values_as_wanted(record)) note_text("log-line", without_number(line->text));
  return line;
}

}  // namespace mdoc::testing
