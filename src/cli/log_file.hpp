#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "mdoc/json/transaction_log.hpp"
#include "mdoc/record.hpp"

namespace mdoc::cli {

/// A log of transactions in a file. Only its owner can read one that is made here. Every access takes the file's lock
/// (flock), so that several processes may use one log; what was appended is on the disk before append() returns, and
/// so is the name of a new file. All throw Failure.
class LogFile {
 public:
  explicit LogFile(std::string path) : path_(std::move(path)) {}

  /// That append() will find a log with room for the longest record, or can make one: asked before a presentation
  /// whose record must not be lost.
  void require_appendable() const;
  void warn_if_others_can_read() const;
  /// Appends one line. A line that was cut off before, by a crash or a full disk, was never reported as written: it is
  /// removed, with a warning. A last line that does not decode is not appended to: then this is no log, or a damaged
  /// one. Nor is a log that would get longer than read() and replace() take, 256 MiB.
  void append(const TransactionRecord& record) const;
  /// All of it. From then on it is an input of this command, which no output replaces.
  [[nodiscard]] std::string read() const;
  /// Replaces the content by what `change` makes of it, as a whole: whoever opens the file sees the old one or the new
  /// one. What others append meanwhile waits.
  void replace(const std::function<std::string(const std::string& content)>& change) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace mdoc::cli
