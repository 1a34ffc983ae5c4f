#include "mdoc/json/transaction_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/members.hpp"
#include "json/record_form.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

constexpr std::uint64_t largest_sequence = std::uint64_t{1} << 53;  // what every JSON reader takes
constexpr std::size_t hashes_in_a_line = 1024;  // of erased records, so that no line gets larger than can be read
constexpr std::string_view mark_of_second = "v2:";
constexpr std::array<std::string_view, 3> fault_names{"unreadable", "sequence", "chain"};
constexpr std::array<std::string_view, 6> verdict_names{"current", "earlier", "missing", "other", "erased", "unproven"};

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

Result<LogHead> beginning_of(LogVersion version) {
  LogHead head{.hash = {}, .version = version};
  MDOC_TRY(head.hash, hash_of(version == LogVersion::first ? "mdoc-transaction-log/1" : "mdoc-transaction-log/2"));
  return head;
}

/// The head behind one more line of a log of version 2. Its number and all before it are in the text of the head.
Result<LogHead> follow(const LogHead& head, const crypto::Digest& line_hash) {
  LogHead next{.sequence = head.sequence + 1, .hash = {}};
  MDOC_TRY(next.hash, hash_of(to_text(head) + " " + hash_text(line_hash)));
  return next;
}

Result<LogHead> follow(LogHead head, std::span<const crypto::Digest> line_hashes) {
  for (const crypto::Digest& hash : line_hashes) {
    MDOC_TRY(head, follow(head, hash));
  }
  return head;
}

LogHead head_before(const LogEntry& entry) {
  return {.sequence = entry.sequence - 1, .hash = entry.prev, .version = entry.version};
}

/// The line of something that is gone says no more than that: no hash covers it, so whoever can write the file can put
/// into it what they like.
Result<void> require_erasure_members(const bj::object& object, const Path& where) {
  constexpr std::array<std::string_view, 7> known{"log", "seq", "last", "prev", "erased", "head", "at"};
  for (const auto& member : object) {
    if (std::ranges::find(known, std::string_view(member.key())) == known.end()) {
      return Error{.code = Errc::bad_value, .where = where};
    }
  }
  return {};
}

/// The hashes of the lines that are gone, one for each.
Result<void> read_line_hashes(const Members& members, LogEntry& entry) {
  const Path where = members.where() / "erased";
  MDOC_TRY(const auto* hashes, members.array("erased"));
  if (hashes->size() != entry.last - entry.sequence + 1) return Error{.code = Errc::bad_value, .where = where};
  entry.line_hashes.reserve(hashes->size());
  for (std::size_t i = 0; i < hashes->size(); ++i) {
    const auto* const text = (*hashes)[i].if_string();
    if (text == nullptr) return Error{.code = Errc::wrong_type, .where = where / i};
    MDOC_TRY(entry.line_hashes.emplace_back(), parse_hash(*text, where / i));
  }
  MDOC_TRY(const LogHead head, follow(head_before(entry), entry.line_hashes));
  entry.hash = head.hash;
  return {};
}

Result<void> read_erasure(const Members& members, LogEntry& entry) {
  if (members.has("last")) {
    MDOC_TRY(const std::uint64_t last, members.unsigned_integer("last"));
    MDOC_TRY(entry.last, checked_sequence(last, members.where() / "last"));
    if (entry.last < entry.sequence) return Error{.code = Errc::bad_value, .where = members.where() / "last"};
  }
  if (members.has("head")) {
    // Stated, and not computed: only where there is nothing before it that could be exchanged.
    const bool allowed = entry.version == LogVersion::second && entry.sequence == 1 && !members.has("erased");
    if (!allowed) return Error{.code = Errc::bad_value, .where = members.where() / "head"};
    MDOC_TRY(const auto head, members.text("head"));
    MDOC_TRY(entry.hash, parse_hash(head, members.where() / "head"));
  } else if (entry.version == LogVersion::second) {
    MDOC_CHECK(read_line_hashes(members, entry));
  } else {
    MDOC_TRY(const auto erased, members.text("erased"));
    MDOC_TRY(entry.hash, parse_hash(erased, members.where() / "erased"));
  }
  MDOC_TRY(entry.erased_at, members.time("at"));
  return {};
}

/// What all lines in the place of erased ones begin with.
bj::object begin_erasure(const LogHead& before, std::uint64_t last) {
  bj::object object;
  if (before.version == LogVersion::second) object.emplace("log", 2);
  object.emplace("seq", before.sequence + 1);
  if (last > before.sequence + 1) object.emplace("last", last);
  object.emplace("prev", hash_text(before.hash));
  return object;
}

/// In the place of records behind one that is left.
Result<std::string> write_line_hashes(LogHead head, std::span<const LogEntry> erased, UtcSeconds now) {
  std::vector<crypto::Digest> hashes;
  for (const LogEntry& entry : erased) {
    hashes.insert(hashes.end(), entry.line_hashes.begin(), entry.line_hashes.end());
  }
  std::string lines;
  for (std::span<const crypto::Digest> rest = hashes; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), hashes_in_a_line));
    rest = rest.subspan(part.size());
    bj::object object = begin_erasure(head, head.sequence + part.size());
    bj::array list;
    for (const crypto::Digest& hash : part) list.emplace_back(hash_text(hash));
    object.emplace("erased", std::move(list));
    object.emplace("at", to_rfc3339(now));
    lines.append(bj::serialize(object)).append("\n");
    MDOC_TRY(head, follow(head, part));
  }
  return lines;
}

/// The lines in the place of these, which lie side by side.
Result<std::string> write_erasure(std::span<const LogEntry> erased, UtcSeconds now) {
  const LogHead before = head_before(erased.front());
  const bool second = before.version == LogVersion::second;
  if (second && before.sequence > 0) return write_line_hashes(before, erased, now);
  bj::object object = begin_erasure(before, erased.back().last);
  object.emplace(second ? "head" : "erased", hash_text(erased.back().hash));
  object.emplace("at", to_rfc3339(now));
  return bj::serialize(object) + "\n";
}

/// Whether a line that states its own result stands behind a record, up to this number.
bool is_bridged(const LogReading& log, std::uint64_t until) {
  bool record = false;
  for (const LogEntry& entry : log.entries) {
    if (entry.sequence > until) break;
    if (record && !entry.record) return true;
    record = record || entry.record.has_value();
  }
  return false;
}

}  // namespace

std::string_view name(LogFault::Kind kind) noexcept { return fault_names[static_cast<std::size_t>(kind)]; }
std::string_view name(HeadVerdict verdict) noexcept { return verdict_names[static_cast<std::size_t>(verdict)]; }

Result<LogHead> empty_log() { return beginning_of(LogVersion::second); }

std::string to_text(const LogHead& head) {
  std::string text(head.version == LogVersion::second ? mark_of_second : "");
  return text.append(std::to_string(head.sequence)).append(":").append(hash_text(head.hash));
}

Result<LogHead> parse_log_head(std::string_view text) {
  const Path where = "LogHead";
  // Part of what is kept: else a log of version 1 could be put in the place of another, with any hash at its end.
  LogHead head{.hash = {}, .version = LogVersion::first};
  if (text.starts_with(mark_of_second)) {
    text.remove_prefix(mark_of_second.size());
    head.version = LogVersion::second;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Error{.code = Errc::bad_encoding, .where = where};
  const char* const end = text.data() + colon;
  const auto number = std::from_chars(text.data(), end, head.sequence);
  if (number.ec != std::errc() || number.ptr != end) return Error{.code = Errc::bad_encoding, .where = where};
  if (head.sequence > largest_sequence) return Error{.code = Errc::bad_value, .where = where};
  MDOC_TRY(head.hash, parse_hash(text.substr(colon + 1), where));
  return head;
}

bool has_next(const LogHead& head) noexcept { return head.sequence < largest_sequence; }

Result<LogLine> append_record(const LogHead& head, const TransactionRecord& record) {
  if (head.version != LogVersion::second) return Error{.code = Errc::wrong_state, .where = "TransactionLog"};
  MDOC_TRY(const std::uint64_t sequence, checked_sequence(head.sequence + 1, "TransactionLog"));
  const bj::object object{
      {"log", 2}, {"seq", sequence}, {"prev", hash_text(head.hash)}, {"record", write_record(record)}};
  LogLine line{.text = bj::serialize(object), .head = {}};
  if (line.text.size() > record_bounds.max_bytes) return Error{.code = Errc::too_large, .where = "TransactionLog"};
  MDOC_TRY(const crypto::Digest hash, hash_of(line.text));
  MDOC_TRY(line.head, follow(head, hash));
  return line;
}

Result<LogEntry> decode_log_line(std::string_view line) {
  const Path where = "LogLine";
  const cbor::DecodeContext context{.level = Level::strict};
  MDOC_TRY(const bj::value value, parse_record(line, where));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = where};
  const Members members(value.get_object(), where, context);
  LogEntry entry{.prev = {}, .hash = {}, .version = LogVersion::first, .line = line};
  if (members.has("log")) {
    MDOC_TRY(const std::uint64_t version, members.unsigned_integer("log"));
    if (version != 2) return Error{.code = Errc::unsupported_version, .where = where / "log"};
    entry.version = LogVersion::second;
  }
  MDOC_TRY(const std::uint64_t sequence, members.unsigned_integer("seq"));
  MDOC_TRY(entry.sequence, checked_sequence(sequence, where / "seq"));
  entry.last = entry.sequence;
  MDOC_TRY(const auto prev, members.text("prev"));
  MDOC_TRY(entry.prev, parse_hash(prev, where / "prev"));
  if (members.has("erased") || members.has("head")) {
    if (members.has("record")) return Error{.code = Errc::bad_value, .where = where / "record"};
    MDOC_CHECK(require_erasure_members(value.get_object(), where));
    MDOC_CHECK(read_erasure(members, entry));
    return entry;
  }
  MDOC_TRY(const auto* record, members.object("record"));
  MDOC_TRY(entry.record, read_record(*record, where / "record"));
  entry.json = bj::serialize(*record);
  MDOC_TRY(entry.hash, hash_of(line));
  if (entry.version == LogVersion::second) {
    entry.line_hashes.push_back(entry.hash);
    MDOC_TRY(const LogHead head, follow(head_before(entry), entry.hash));
    entry.hash = head.hash;
  }
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
    if (number == 1) {
      MDOC_TRY(log.head, beginning_of(entry->version));
    }
    const bool next = entry->sequence == log.head.sequence + 1;
    if (!next || head_before(*entry) != log.head) {
      log.fault = LogFault{.kind = next ? LogFault::Kind::chain : LogFault::Kind::sequence, .line = number};
      break;
    }
    log.head = {.sequence = entry->last, .hash = entry->hash, .version = entry->version};
    log.entries.push_back(*std::move(entry));
  }
  return log;
}

HeadVerdict compare(const LogReading& log, const LogHead& kept) {
  if (kept.version != log.head.version) return HeadVerdict::other;
  if (kept.sequence > log.head.sequence) return HeadVerdict::missing;
  const HeadVerdict found = kept.sequence == log.head.sequence ? HeadVerdict::current : HeadVerdict::earlier;
  Result<LogHead> there = beginning_of(log.head.version);
  if (kept.sequence > 0) {
    // There in each log without a fault; with one, entries end where the head does.
    const auto entry =
        std::ranges::find_if(log.entries, [&](const LogEntry& each) { return kept.sequence <= each.last; });
    if (entry == log.entries.end()) return HeadVerdict::other;
    there = LogHead{.sequence = entry->last, .hash = entry->hash, .version = entry->version};
    if (kept.sequence < entry->last) {
      if (entry->line_hashes.empty()) return HeadVerdict::erased;
      const auto count = static_cast<std::size_t>(kept.sequence - entry->sequence + 1);
      there = follow(head_before(*entry), std::span(entry->line_hashes).first(count));
    }
  }
  if (!there || *there != kept) return HeadVerdict::other;
  if (log.head.version == LogVersion::first && is_bridged(log, kept.sequence)) return HeadVerdict::unproven;
  return found;
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
      MDOC_TRY(const std::string lines, write_erasure(entries.subspan(begin, end - begin), now));
      content.append(lines);
      begin = end;
    } else {
      for (end = std::max(end, begin + 1); begin < end; ++begin) content.append(entries[begin].line).append("\n");
    }
  }
  return content;
}

}  // namespace mdoc::json
