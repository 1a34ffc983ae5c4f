// Any bytes as a log of transactions. What is read follows its chain, can be written again and appended to; what is
// erased is gone and nothing else; and what is redacted holds no more than its class.

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/transaction_log.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

void require_class(const fuzz::bj::value& value, const std::string& path, PersonalData most) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      require_class(member, path.empty() ? std::string(name) : path + "." + std::string(name), most);
    }
  } else if (const auto* list = value.if_array()) {
    for (const auto& item : *list) require_class(item, path + "[]", most);
  } else {
    require(path == "redactedTo" || personal_data(path) <= most);
  }
}

void check_record(const json::LogEntry& entry) {
  const std::string written = json::to_json(*entry.record);
  const auto again = json::record_from_json(written);
  require(again && json::to_json(*again) == written);
  require(json::record_from_json(entry.json).has_value());
  for (const PersonalData most : {PersonalData::none, PersonalData::indirect, PersonalData::personal}) {
    require_class(fuzz::parsed(json::redacted(entry.json, most).value()), "", most);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65536) return 0;
  const std::string_view content = as_text({data, size});
  const auto log = json::read_log(content).value();
  std::size_t read = log.torn;
  std::vector<std::uint64_t> records;
  for (const json::LogEntry& entry : log.entries) {
    require(fuzz::inside({data, size}, as_bytes(entry.line)));
    read += entry.line.size() + 1;
    if (!entry.record) continue;
    records.push_back(entry.sequence);
    check_record(entry);
  }
  if (log.fault) {
    require(read < size);
    require(!json::erase_records(log, {}, UtcSeconds{}));
    if (log.fault->error) fuzz::require_place(*log.fault->error, size);
    return 0;
  }
  require(read == size);
  const json::HeadVerdict of_end = json::compare(log, json::parse_log_head(json::to_text(log.head)).value());
  require(of_end == json::HeadVerdict::current ||
          (of_end == json::HeadVerdict::unproven && log.head.version == json::LogVersion::first));
  // Without its torn line it is what it was, and it goes on.
  std::string rest = json::erase_records(log, {}, UtcSeconds{}).value();
  require(rest == content.substr(0, size - log.torn));
  const auto next = json::append_record(log.head, TransactionRecord{.id = Bytes(16, 1)});
  require(next || !json::has_next(log.head) || log.head.version == json::LogVersion::first);
  if (next) rest += next->text + "\n";
  require(!json::read_log(rest).value().fault);

  // The head behind each entry is found again.
  for (const json::LogEntry& entry : log.entries) {
    const json::HeadVerdict verdict =
        json::compare(log, {.sequence = entry.last, .hash = entry.hash, .version = entry.version});
    require(verdict == json::HeadVerdict::current || verdict == json::HeadVerdict::earlier ||
            (verdict == json::HeadVerdict::unproven && entry.version == json::LogVersion::first));
    require(entry.version == log.head.version);
  }
  const std::string erased = json::erase_records(log, records, UtcSeconds{}).value();
  const auto nothing = json::read_log(erased).value();
  require(!nothing.fault && nothing.head == log.head);
  for (const json::LogEntry& entry : nothing.entries) require(!entry.record);
  if (!records.empty()) {
    const std::vector<std::uint64_t> last{records.back()};
    const std::string shorter = json::erase_records(log, last, UtcSeconds{}).value();
    const auto one_less = json::read_log(shorter).value();
    require(!one_less.fault && one_less.head == log.head);
  }
  return 0;
}
