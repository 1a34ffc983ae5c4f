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
/// A log of transactions: lines of JSON that are only ever appended, each with the hash of all before. Without I/O:
/// whoever has the file, appends the line that append_record() gives, and reads with read_log().
///
///     {"log": 2, "seq": 7, "prev": "<chain>", "record": {…}}
///     {"log": 2, "seq": 3, "last": 5, "prev": "<chain>", "erased": ["<line>", …], "at": …}
///     {"log": 2, "seq": 1, "last": 2, "prev": "<chain>", "head": "<chain>", "at": …}
///
/// are a record, what is left of the records 3 to 5, and of the first two.
///
/// <line> is SHA-256 over the bytes of a line with a record, without its end; <chain> behind line n is SHA-256 over the
/// text of the head behind line n - 1, a blank, and the <line> of line n; behind none it is SHA-256 over
/// "mdoc-transaction-log/2". All are written in base64url. An erased line keeps the <line> of each record that it
/// stands for, so that the chain is computed through it: what it states is never taken for granted, but at the
/// beginning, where there is nothing before it that could have been exchanged. What the chain shows and what it does
/// not: docs/design/0010-transaction-log.md.
///
/// Logs of version 1, of which the lines have no "log", are read and erased, and not appended to. There an erased line
/// states the chain behind it.

namespace mdoc::json {

/// How the lines of a log follow from each other.
enum class LogVersion : std::uint8_t {
  first = 1,   ///< an erased line states what follows from it: what was before it may have been exchanged
  second = 2,  ///< the chain is computed through erased lines
};

/// Where a log ends. Kept elsewhere, it shows later that each record up to it that is still there is the one that was
/// there, and that nothing was cut off; what is not there any more was erased. See compare().
struct LogHead {
  std::uint64_t sequence = 0;  ///< of the last line; 0: the log is empty
  crypto::Digest hash;         ///< what the next line has as "prev"
  LogVersion version = LogVersion::second;
  friend bool operator==(const LogHead&, const LogHead&) = default;
};
/// The head of a log without lines. @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<LogHead> empty_log();
/// "v2:42:" and the hash; "42:" and the hash in a log of version 1.
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
///         has_next(); usage/wrong_state: the head of a log of version 1; internal/crypto_backend
[[nodiscard]] MDOC_EXPORT Result<LogLine> append_record(const LogHead& head, const TransactionRecord& record);

/// One line that decodes.
struct LogEntry {
  std::uint64_t sequence = 0;  ///< "seq"
  std::uint64_t last = 0;      ///< of what was erased at once; else the same
  crypto::Digest prev;         ///< the chain before the line
  crypto::Digest hash;         ///< the chain behind it, which the next line has as "prev"
  LogVersion version = LogVersion::second;
  /// Of the line of each record that it has or stands for; of none where the line is the first and erased, and in a log
  /// of version 1.
  std::vector<crypto::Digest> line_hashes{};
  std::optional<TransactionRecord> record{};  ///< nothing: erased
  std::string json{};                         ///< the record, with members that are not known here
  std::optional<UtcSeconds> erased_at{};      ///< when the last of it was; no hash covers this
  std::string_view line{};                    ///< the bytes, borrowed
};
/// @return malformed, unsupported and limit errors with their place, as of record_from_json();
///         unsupported/unsupported_version: the line is of a later log; internal/crypto_backend
[[nodiscard]] MDOC_EXPORT Result<LogEntry> decode_log_line(std::string_view line);

/// The first line that is not as it should be.
struct LogFault {
  enum class Kind : std::uint8_t {
    unreadable,  ///< does not decode: see `error`
    sequence,    ///< its number is not the next one: lines are missing, repeated or in another order
    chain,       ///< does not follow from the line before it: one of the two was changed, or is of another version
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
  LogHead head{};                   ///< after them; its version is that of the log
  std::optional<LogFault> fault{};
  /// Bytes after the last end of a line: of a line that was cut off while it was written. Such a line was never
  /// reported as written, and is no fault.
  std::size_t torn = 0;
};
/// Reads a log and follows its chain. @param content borrowed by the entries @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<LogReading> read_log(std::string_view content);

/// How a head that was kept lies to a log.
enum class HeadVerdict : std::uint8_t {
  current,   ///< the log ends there
  earlier,   ///< it was there, and the log has gone on
  missing,   ///< the log ends before it: something was cut off
  other,     ///< another line has its number, or the log is of another version: something was changed
  erased,    ///< among the first lines, which were erased at once, so that nothing can be said: a later head is needed
  unproven,  ///< the log has it, but is of version 1, and erased lines behind records prove nothing about these
};
/// "current", "earlier", "missing", "other", "erased", "unproven"
[[nodiscard]] MDOC_EXPORT std::string_view name(HeadVerdict verdict) noexcept;
/// `current` and `earlier` mean that each record of the log up to the kept head is, byte by byte, the one that had its
/// number when the head was kept, unless two inputs have one SHA-256. Records may have been erased since, by whoever
/// can write the log; and nothing is said of what follows the kept head.
[[nodiscard]] MDOC_EXPORT HeadVerdict compare(const LogReading& log, const LogHead& kept);

/// The content of the log without the records of these lines. All other lines stay as they are, byte by byte. What is
/// erased at the beginning becomes one line of a fixed size, so that a log that is kept short is short; behind a record
/// that is left, 46 bytes stay of each record that is not, in lines of 1024 hashes. A torn line is dropped.
/// @param sequences  of records; those that are erased already change nothing
/// @return usage/bad_argument: no such line; usage/wrong_state: the log has a fault; internal/crypto_backend
[[nodiscard]] MDOC_EXPORT Result<std::string> erase_records(const LogReading& log,
                                                            std::span<const std::uint64_t> sequences, UtcSeconds now);

}  // namespace mdoc::json
