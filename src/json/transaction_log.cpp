#include "mdoc/json/transaction_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/members.hpp"
#include "json/record_form.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

constexpr std::string_view genesis = "mdoc-transaction-log/1";
constexpr std::uint64_t largest_sequence = std::uint64_t{1} << 53;  // what every JSON reader takes
constexpr std::array<std::string_view, 3> fault_names{"unreadable", "sequence", "chain"};
constexpr std::array<std::string_view, 5> verdict_names{"current", "earlier", "missing", "other", "erased"};

Result<crypto::Digest> hash_of(std::string_view text) {
  return crypto::digest(crypto::DigestAlgorithm::sha256, as_bytes(text));
}

std::string hash_text(const crypto::Digest& hash) { return to_base64url(hash.view()); }

Result<crypto::Digest> parse_hash(std::string_view text, const Path& where) {
  constexpr std::size_t size = crypto::digest_size(crypto::DigestAlgorithm::sha256);
  const auto bytes = from_base64url(text);
  if (!bytes) return Error{.code = Errc::bad_encoding, .where = where};
  if (bytes->size() != size) return Error{.code = Errc::bad_value, .where = where};
  crypto::Digest hash;
  std::ranges::copy(*bytes, hash.resize(size).begin());
  return hash;
}

Result<std::uint64_t> checked_sequence(std::uint64_t number, const Path& where) {
  if (number == 0 || number > largest_sequence) return Error{.code = Errc::bad_value, .where = where};
  return number;
}

/// The line of something that is gone says no more than that: no hash covers it, so whoever can write the file can put
/// into it what they like.
Result<void> require_erasure_members(const bj::object& object, const Path& where) {
  constexpr std::array<std::string_view, 5> known{"seq", "last", "prev", "erased", "at"};
  for (const auto& member : object) {
    if (std::ranges::find(known, std::string_view(member.key())) == known.end()) {
      return Error{.code = Errc::bad_value, .where = where};
    }
  }
  return {};
}

Result<void> read_erasure(const Members& members, LogEntry& entry) {
  if (members.has("last")) {
    MDOC_TRY(const std::uint64_t last, members.unsigned_integer("last"));
    MDOC_TRY(entry.last, checked_sequence(last, members.where() / "last"));
    if (entry.last < entry.sequence) return Error{.code = Errc::bad_value, .where = members.where() / "last"};
  }
  MDOC_TRY(const auto erased, members.text("erased"));
  MDOC_TRY(entry.hash, parse_hash(erased, members.where() / "erased"));
  MDOC_TRY(entry.erased_at, members.time("at"));
  return {};
}

std::string write_erasure(std::span<const LogEntry> erased, UtcSeconds now) {
  bj::object object{{"seq", erased.front().sequence}};
  if (erased.back().last > erased.front().sequence) object.emplace("last", erased.back().last);
  object.emplace("prev", hash_text(erased.front().prev));
  object.emplace("erased", hash_text(erased.back().hash));
  object.emplace("at", to_rfc3339(now));
  return bj::serialize(object);
}

}  // namespace

std::string_view name(LogFault::Kind kind) noexcept { return fault_names[static_cast<std::size_t>(kind)]; }
std::string_view name(HeadVerdict verdict) noexcept { return verdict_names[static_cast<std::size_t>(verdict)]; }

Result<LogHead> empty_log() {
  LogHead head;
  MDOC_TRY(head.hash, hash_of(genesis));
  return head;
}

std::string to_text(const LogHead& head) { return std::to_string(head.sequence) + ":" + hash_text(head.hash); }

Result<LogHead> parse_log_head(std::string_view text) {
  const Path where = "LogHead";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Error{.code = Errc::bad_encoding, .where = where};
  LogHead head;
  const char* const end = text.data() + colon;
  const auto number = std::from_chars(text.data(), end, head.sequence);
  if (number.ec != std::errc() || number.ptr != end) return Error{.code = Errc::bad_encoding, .where = where};
  if (head.sequence > largest_sequence) return Error{.code = Errc::bad_value, .where = where};
  MDOC_TRY(head.hash, parse_hash(text.substr(colon + 1), where));
  return head;
}

bool has_next(const LogHead& head) noexcept { return head.sequence < largest_sequence; }

Result<LogLine> append_record(const LogHead& head, const TransactionRecord& record) {
  MDOC_TRY(const std::uint64_t sequence, checked_sequence(head.sequence + 1, "TransactionLog"));
  const bj::object object{{"seq", sequence}, {"prev", hash_text(head.hash)}, {"record", write_record(record)}};
  LogLine line{.text = bj::serialize(object), .head = {.sequence = sequence, .hash = {}}};
  if (line.text.size() > record_bounds.max_bytes) return Error{.code = Errc::too_large, .where = "TransactionLog"};
  MDOC_TRY(line.head.hash, hash_of(line.text));
  return line;
}

Result<LogEntry> decode_log_line(std::string_view line) {
  const Path where = "LogLine";
  const cbor::DecodeContext context{.level = Level::strict};
  MDOC_TRY(const bj::value value, parse_record(line, where));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = where};
  const Members members(value.get_object(), where, context);
  LogEntry entry{.prev = {}, .hash = {}, .line = line};
  MDOC_TRY(const std::uint64_t sequence, members.unsigned_integer("seq"));
  MDOC_TRY(entry.sequence, checked_sequence(sequence, where / "seq"));
  entry.last = entry.sequence;
  MDOC_TRY(const auto prev, members.text("prev"));
  MDOC_TRY(entry.prev, parse_hash(prev, where / "prev"));
  if (members.has("erased")) {
    if (members.has("record")) return Error{.code = Errc::bad_value, .where = where / "erased"};
    MDOC_CHECK(require_erasure_members(value.get_object(), where));
    MDOC_CHECK(read_erasure(members, entry));
    return entry;
  }
  MDOC_TRY(const auto* record, members.object("record"));
  MDOC_TRY(entry.record, read_record(*record, where / "record"));
  entry.json = bj::serialize(*record);
  MDOC_TRY(entry.hash, hash_of(line));
  return entry;
}

Result<LogReading> read_log(std::string_view content) {
  LogReading log;
  MDOC_TRY(log.head, empty_log());
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::size_t end = content.find('\n');
    if (end == std::string_view::npos) {
      log.torn = content.size();
      break;
    }
    auto entry = decode_log_line(content.substr(0, end));
    content.remove_prefix(end + 1);
    if (!entry && entry.error().kind() == ErrorKind::internal) return entry.error();
    if (!entry) {
      log.fault = LogFault{.kind = LogFault::Kind::unreadable, .line = number, .error = entry.error()};
      break;
    }
    const bool next = entry->sequence == log.head.sequence + 1;
    if (!next || entry->prev != log.head.hash) {
      log.fault = LogFault{.kind = next ? LogFault::Kind::chain : LogFault::Kind::sequence, .line = number};
      break;
    }
    log.head = {.sequence = entry->last, .hash = entry->hash};
    log.entries.push_back(*std::move(entry));
  }
  return log;
}

HeadVerdict compare(const LogReading& log, const LogHead& kept) {
  if (kept == log.head) return HeadVerdict::current;
  if (kept.sequence > log.head.sequence) return HeadVerdict::missing;
  if (kept.sequence == 0) {
    const auto empty = empty_log();
    return empty && kept == *empty ? HeadVerdict::earlier : HeadVerdict::other;
  }
  const auto entry =
      std::ranges::find_if(log.entries, [&](const LogEntry& each) { return kept.sequence <= each.last; });
  if (entry == log.entries.end()) return HeadVerdict::other;  // the head itself, with another hash
  if (kept.sequence < entry->last) return HeadVerdict::erased;
  return kept.hash == entry->hash ? HeadVerdict::earlier : HeadVerdict::other;
}

Result<std::string> erase_records(const LogReading& log, std::span<const std::uint64_t> sequences, UtcSeconds now) {
  if (log.fault) return Error{.code = Errc::wrong_state, .where = "TransactionLog"};
  std::vector<std::uint64_t> wanted(sequences.begin(), sequences.end());
  std::ranges::sort(wanted);
  const bool all_there = wanted.empty() || (wanted.front() > 0 && wanted.back() <= log.head.sequence);
  if (!all_there) return Error{.code = Errc::bad_argument, .where = "TransactionLog"};
  const auto is_wanted = [&](const LogEntry& entry) {
    return entry.record && std::ranges::binary_search(wanted, entry.sequence);
  };
  std::string content;
  const std::span<const LogEntry> entries = log.entries;
  for (std::size_t begin = 0; begin < entries.size();) {
    std::size_t end = begin;
    bool fresh = false;
    for (; end < entries.size() && (!entries[end].record || is_wanted(entries[end])); ++end) {
      fresh = fresh || is_wanted(entries[end]);
    }
    if (fresh) {
      content.append(write_erasure(entries.subspan(begin, end - begin), now)).append("\n");
      begin = end;
    } else {
      for (end = std::max(end, begin + 1); begin < end; ++begin) content.append(entries[begin].line).append("\n");
    }
  }
  return content;
}

}  // namespace mdoc::json
