#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mdoc::testing {

/// How a child process ended, and what it said.
struct Ended {
  int exit = -1;           ///< exit code; 128 + n after signal n
  bool timed_out = false;  ///< it did not end in time, and was killed
  std::string out, err;
};

/// What a child process is given.
struct ProcessSetup {
  std::string input{};                               ///< standard input
  std::optional<std::string> descriptor_3{};         ///< content of a further descriptor, number 3
  std::map<std::string, std::string> environment{};  ///< added to ours
};

/// A child process, killed and reaped when this object goes.
class Process {
 public:
  explicit Process(const std::vector<std::string>& command, const ProcessSetup& setup = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t id() const { return id_; }
  /// The next line of standard output, without its end; nothing at the end or after `limit`.
  [[nodiscard]] std::optional<std::string> read_line(std::chrono::seconds limit = std::chrono::seconds{30});
  /// Whether standard error comes to hold this text.
  [[nodiscard]] bool await_error(std::string_view text, std::chrono::seconds limit = std::chrono::seconds{30});
  void send(int signal) const;
  /// Waits for the end of the process and of its output, which a grandchild may keep open.
  [[nodiscard]] Ended end(std::chrono::seconds limit = std::chrono::seconds{60});

 private:
  [[nodiscard]] bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t id_ = -1;
  std::vector<std::string> command_;
  int out_ = -1, err_ = -1;
  Ended ended_;
  std::size_t line_ = 0;  // where the next line of ended_.out begins
};

[[nodiscard]] Ended run(const std::vector<std::string>& command, const ProcessSetup& setup = {});

/// The arguments of a process, the name of the program first; empty if there is none such.
[[nodiscard]] std::vector<std::string> arguments_of(pid_t process);
/// There is no such process, or only what its parent has not reaped.
[[nodiscard]] bool has_ended(pid_t process);
/// The youngest generation of living processes below `ancestor` of which `word` is an argument.
[[nodiscard]] std::optional<pid_t> find_descendant(pid_t ancestor, const std::string& word);
/// The same, as soon as there is one; nothing if `ancestor` ends before, or after `limit`.
[[nodiscard]] std::optional<pid_t> await_descendant(pid_t ancestor, const std::string& word,
                                                    std::chrono::seconds limit = std::chrono::seconds{30});

/// From now on, orphans below this process become its children: tells whether a child left any.
void adopt_orphans();
/// How many children there are, dead or alive; those that are dead are reaped.
[[nodiscard]] std::size_t count_children();

}  // namespace mdoc::testing
