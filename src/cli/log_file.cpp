#include "cli/log_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/system.hpp"
#include "cli/wording.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t largest_line = std::size_t{8} << 20;
constexpr std::size_t largest_log = std::size_t{256} << 20;
static_assert(largest_log >> 20 == 256, "as messages and docs/guide/log.md say");

[[noreturn]] void fail_with_log(const std::string& path, const std::string& doing, int error) {
  throw Failure(ExitCode::unreadable, "cannot " + doing + " " + path + ": " + system_message(error));
}

/// An open log with its lock, both until its end.
class OpenLog {
 public:
  /// @param flags of open(); @param operation of flock()
  OpenLog(const std::string& path, int flags, int operation) : path_(path) {
    constexpr auto patience = std::chrono::seconds{30};
    const auto until = std::chrono::steady_clock::now() + patience;
    for (open(flags); !lock(operation) || !is_still_there(); open(flags)) {
      if (std::chrono::steady_clock::now() >= until) {
        throw Failure(ExitCode::unreadable, path_ + " is in use by another process");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }
  OpenLog(const OpenLog&) = delete;
  OpenLog& operator=(const OpenLog&) = delete;
  ~OpenLog() { close(); }

  [[nodiscard]] std::size_t size() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail_with_log(path_, "read", errno);
    return static_cast<std::size_t>(status.st_size);
  }
  /// No output of this command takes its place.
  void note_as_input() const { note_read(descriptor_); }
  [[nodiscard]] std::string read(std::size_t from, std::size_t count) const {
    std::string content(count, '\0');
    for (std::size_t done = 0; done < count;) {
      const ssize_t got = ::pread(descriptor_, content.data() + done, count - done, static_cast<off_t>(from + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail_with_log(path_, "read", got == 0 ? EIO : errno);
      done += static_cast<std::size_t>(got);
    }
    return content;
  }
  void truncate(std::size_t size) const {
    while (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
      if (errno != EINTR) fail_with_log(path_, "write", errno);
    }
  }
  /// Behind what is there, and onto the disk. Where that fails, the file is as it was.
  void append(std::string_view text) const {
    const std::size_t before = size();
    int error = 0;
    while (error == 0 && !text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) error = count == 0 ? EIO : errno;
    }
    while (error == 0 && ::fsync(descriptor_) != 0) {
      if (errno != EINTR) error = errno;
    }
    if (error == 0) return;
    truncate(before);
    fail_with_log(path_, "write", error);
  }

 private:
  void open(int flags) {
    close();
    // Without waiting: a pipe of this name would wait for its other end.
    descriptor_ = ::open(path_.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600);
    if (descriptor_ < 0) fail_with_log(path_, "open", errno);
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
      throw Failure(ExitCode::unreadable, path_ + " is no file that can hold a log");
    }
  }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);  // ends the lock
    descriptor_ = -1;
  }
  [[nodiscard]] bool lock(int operation) const {
    if (::flock(descriptor_, operation | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) fail_with_log(path_, "lock", errno);
    return false;
  }
  /// What was opened has the name still: another process may have replaced it before the lock was ours.
  [[nodiscard]] bool is_still_there() const {
    struct stat opened {
    }, named{};
    return ::fstat(descriptor_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
  }

  const std::string& path_;
  int descriptor_ = -1;
};

/// The end of a log: its head, and where the last whole line ends.
struct LogEnd {
  json::LogHead head;
  std::size_t size = 0;  ///< of the whole lines
  bool torn = false;
};

LogEnd end_of(const OpenLog& log, const std::string& path) {
  // Two lines fit: a torn one, and the one before it.
  const std::size_t size = log.size();
  const std::size_t begin = size - std::min(size, 2 * (largest_line + 1));
  const std::string tail = log.read(begin, size - begin);
  const std::size_t last_end = tail.rfind('\n');
  const bool none = last_end == std::string::npos;
  LogEnd end{.head = {}, .size = none ? 0 : begin + last_end + 1, .torn = none ? size > 0 : last_end + 1 < tail.size()};
  if (none) {
    // Nothing but the beginning of a first line is a log whose first append was cut off; anything else is none.
    constexpr std::string_view first_line = R"({"log":2,"seq":1,"prev":")";
    const bool begun = begin == 0 && (first_line.starts_with(tail) || tail.starts_with(first_line));
    if (!begun) throw Failure(ExitCode::unreadable, path + " is no log of transactions; give another name");
    end.head = require(json::empty_log(), "cannot begin a log");
    return end;
  }
  const std::size_t before = last_end == 0 ? std::string::npos : tail.rfind('\n', last_end - 1);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  const auto last = json::decode_log_line(std::string_view(tail).substr(start, last_end - start));
  if (!last) {
    throw Failure(ExitCode::unreadable,
                  path + " ends with a line that is none of a log of transactions: " +
                      (last.error().code == Errc::bad_encoding ? "it is no JSON" : in_words(last.error())) +
                      "; mdoc-cli log verify tells from which line on");
  }
  end.head = {.sequence = last->last, .hash = last->hash, .version = last->version};
  if (end.head.version == json::LogVersion::first) {
    throw Failure(
        ExitCode::unreadable,
        path + " is a log of version 1, which can be read and erased, but not appended to; give another name");
  }
  // Said before something is released, and not of the line that would have to follow.
  if (!json::has_next(end.head)) {
    throw Failure(ExitCode::unreadable, path +
                                            " ends with the highest number that a record may have, so that none can "
                                            "follow; give another name");
  }
  return end;
}

/// A log that nobody could read back could not be erased either.
void require_room(const std::string& path, std::size_t size, std::size_t for_line) {
  if (size + for_line + 1 <= largest_log) return;
  throw Failure(
      ExitCode::unreadable,
      "cannot write " + path +
          ": it is full, as a log of more than 256 MiB could not be read back; mdoc-cli log erase with --before "
          "or --keep makes room, or give another name");
}

std::string read_whole(const OpenLog& log, const std::string& path) {
  const std::size_t size = log.size();
  if (size > largest_log) {
    throw Failure(ExitCode::unreadable,
                  path +
                      " is larger than 256 MiB, and so no log of this tool; where it holds records "
                      "all the same, only removing the file erases them");
  }
  return log.read(0, size);
}

/// What a link points to, not the link: what is erased must be gone from where it was.
std::string file_behind(const std::string& path) {
  std::error_code unknown;
  const std::string file = std::filesystem::canonical(path, unknown).string();
  return unknown ? path : file;
}

}  // namespace

void LogFile::require_appendable() const {
  const OpenLog log(path_, O_RDWR | O_CREAT | O_APPEND, LOCK_EX);
  require_room(path_, end_of(log, path_).size, largest_line);
}

void LogFile::warn_if_others_can_read() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    print_warning(path_ + " can be read by others; chmod 600 keeps them out");
  }
}

void LogFile::append(const TransactionRecord& record) const {
  const OpenLog log(path_, O_RDWR | O_CREAT | O_APPEND, LOCK_EX);
  const LogEnd end = end_of(log, path_);
  const json::LogLine line = require(json::append_record(end.head, record), "cannot write " + path_);
  require_room(path_, end.size, line.text.size());
  if (end.torn) {
    print_warning(fmt::format("{} ended with a line that had been cut off, which was removed", path_));
    log.truncate(end.size);
  }
  log.append(line.text + "\n");
  if (end.size == 0) put_name_on_disk(file_behind(path_));  // it may have been made for this line
}

std::string LogFile::read() const {
  const OpenLog log(path_, O_RDONLY, LOCK_SH);
  log.note_as_input();
  return read_whole(log, path_);
}

void LogFile::replace(const std::function<std::string(const std::string&)>& change) const {
  const OpenLog log(path_, O_RDWR, LOCK_EX);
  const std::string changed = change(read_whole(log, path_));
  replace_file(file_behind(path_), as_bytes(changed), FileAccess::owner);
}

}  // namespace mdoc::cli
