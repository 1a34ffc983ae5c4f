// The snippets of docs/guide/log.md, compiled and run; another test compares them with the page, word for word.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/json/transaction_log.hpp"
#include "mdoc/recorder.hpp"
#include "mdoc/retention.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

/// What an application does with an effect, if there were a link.
void perform(const ReaderEffect& /*effect*/) {}

/// Reads one mdoc and records how it went.
Result<TransactionRecord> record_of(Reader& reader, const model::DeviceRequest& request, Rng& rng, Now now) {
  auto recorder = ReaderRecorder::start(rng, now);
  if (!recorder) return recorder.error();
  if (const auto asked = reader.request(request, now); !asked) return asked.error();
  recorder->on(request);
  while (auto effect = reader.poll()) {
    recorder->on(*effect);
    perform(*effect);
  }
  return recorder->record();
}

/// The head of a log that has these lines, or none.
Result<json::LogHead> head_of(std::string_view log) {
  if (log.empty()) return json::empty_log();
  const auto reading = json::read_log(log);
  if (!reading) return reading.error();
  return reading->head;
}

/// One more line for a log of which the head is known.
Result<std::string> line_of(json::LogHead& head, const TransactionRecord& record) {
  auto line = json::append_record(head, record);
  if (!line) return line.error();
  head = line->head;
  return line->text + "\n";
}

/// A log without what is older than 90 days.
Result<std::string> without_old_records(std::string_view log, UtcSeconds now) {
  const auto reading = json::read_log(log);
  if (!reading) return reading.error();
  std::vector<RetainedRecord> records;
  for (const json::LogEntry& entry : reading->entries) {
    if (entry.record) records.push_back({.sequence = entry.sequence, .started = entry.record->started});
  }
  const auto due = due_for_erasure({.max_age = std::chrono::days{90}}, records, now);
  return json::erase_records(*reading, due, now);
}

TEST(LogGuide, AReaderIsRecordedAndItsLogKeptShort) {
  Meeting meeting;
  meeting.reader.on_link_opened(meeting.now());
  const auto record = record_of(meeting.reader, meeting.request({"family_name"}), meeting.rng, meeting.now());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->rounds.at(0).asked.at(0).elements.at(0).asked.element, "family_name");

  json::LogHead head = head_of("").value();
  std::string log = line_of(head, *record).value();
  log += line_of(head, *record).value();
  EXPECT_EQ(head_of(log).value(), head);
  EXPECT_EQ(without_old_records(log, meeting.now().utc).value(), log);
  const std::string later = without_old_records(log, meeting.now().utc + std::chrono::days{91}).value();
  EXPECT_THAT(later, ::testing::Not(::testing::HasSubstr("family_name")));
  EXPECT_EQ(json::read_log(later).value().head, head);
}

}  // namespace
}  // namespace mdoc
