#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/record.hpp"

/// @file
/// A log of transactions: lines of JSON that are only ever appended, each with the hash of the one before. Without I/O:
/// whoever has the file, appends the line that append_record() gives, and reads with read_log().
///
///     {"seq": 7, "prev": "<hash>", "record": {…}}                        a record
///     {"seq": 3, "last": 5, "prev": "<hash>", "erased": "<hash>", "at": …}    in the place of the lines 3 to 5
///
/// A hash is SHA-256 over the bytes of a line without its end, in base64url; "prev" of the first line is that of the
/// text "mdoc-transaction-log/1". Where records were erased, "erased" is the hash of the last of them, so that the next
/// line still follows. What the chain shows and what it does not: docs/design/0010-transaction-log.md.

namespace mdoc::json {

/// Where a log ends. Kept elsewhere, it shows later that nothing before it was changed, and nothing cut off.
struct LogHead {
  std::uint64_t sequence = 0;  ///< of the last line; 0: the log is empty
  crypto::Digest hash;         ///< what the next line has as "prev"
  friend bool operator==(const LogHead&, const LogHead&) = default;
};
/// The head of a log without lines. @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<LogHead> empty_log();
/// "42:" and the hash.
[[nodiscard]] MDOC_EXPORT std::string to_text(const LogHead& head);
/// @return malformed/bad_encoding, bad_value
[[nodiscard]] MDOC_EXPORT Result<LogHead> parse_log_head(std::string_view text);

/// A line to be appended, and the head of the log that has it.
struct LogLine {
  std::string text;  ///< without the end of the line, "\n"
  LogHead head;
};
/// Whether another record can follow: its number is one that every JSON reader takes, 2^53 at most.
[[nodiscard]] MDOC_EXPORT bool has_next(const LogHead& head) noexcept;
/// @return limit/too_large: the record would not be read again (more than 8 MiB); malformed/bad_value: without
///         has_next(); internal/crypto_backend
[[nodiscard]] MDOC_EXPORT Result<LogLine> append_record(const LogHead& head, const TransactionRecord& record);

/// One line that decodes.
struct LogEntry {
  std::uint64_t sequence = 0;  ///< "seq"
  std::uint64_t last = 0;      ///< of what was erased at once; else the same
  crypto::Digest prev;
  crypto::Digest hash;                        ///< of the line, or of the last of those that were erased
  std::optional<TransactionRecord> record{};  ///< nothing: erased
  std::string json{};                         ///< the record, with members that are not known here
  std::optional<UtcSeconds> erased_at{};
  std::string_view line{};  ///< the bytes, borrowed
};
/// @return malformed, unsupported and limit errors with their place, as of record_from_json()
[[nodiscard]] MDOC_EXPORT Result<LogEntry> decode_log_line(std::string_view line);

/// The first line that is not as it should be.
struct LogFault {
  enum class Kind : std::uint8_t {
    unreadable,  ///< does not decode: see `error`
    sequence,    ///< its number is not the next one: lines are missing, repeated or in another order
    chain,       ///< has not the hash of the line before it: one of the two was changed
  };
  Kind kind{};
  std::size_t line = 0;  ///< counted from 1
  std::optional<Error> error{};
};
/// "unreadable", "sequence", "chain"
[[nodiscard]] MDOC_EXPORT std::string_view name(LogFault::Kind kind) noexcept;

/// A log as far as it is sound.
struct LogReading {
  std::vector<LogEntry> entries{};  ///< those before the fault; borrow the content
  LogHead head{};                   ///< after them
  std::optional<LogFault> fault{};
  /// Bytes after the last end of a line: of a line that was cut off while it was written. Such a line was never
  /// reported as written, and is no fault.
  std::size_t torn = 0;
};
/// Reads a log and follows its chain. @param content borrowed by the entries @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<LogReading> read_log(std::string_view content);

/// How a head that was kept lies to a log.
enum class HeadVerdict : std::uint8_t {
  current,  ///< the log ends there
  earlier,  ///< it was there, and the log has gone on
  missing,  ///< the log ends before it: something was cut off
  other,    ///< another line has its number: something was changed
  erased,   ///< within a range that was erased at once, so that nothing can be said: a later head is needed
};
/// "current", "earlier", "missing", "other", "erased"
[[nodiscard]] MDOC_EXPORT std::string_view name(HeadVerdict verdict) noexcept;
[[nodiscard]] MDOC_EXPORT HeadVerdict compare(const LogReading& log, const LogHead& kept);

/// The content of the log without the records of these lines. All other lines stay as they are, byte by byte; what is
/// erased side by side becomes one line, so that a log that is kept short is short. A torn line is dropped.
/// @param sequences  of records; those that are erased already change nothing
/// @return usage/bad_argument: no such line; usage/wrong_state: the log has a fault
[[nodiscard]] MDOC_EXPORT Result<std::string> erase_records(const LogReading& log,
                                                            std::span<const std::uint64_t> sequences, UtcSeconds now);

}  // namespace mdoc::json
