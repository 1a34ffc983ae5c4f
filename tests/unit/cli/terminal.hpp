#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mdoc::testing {

/// mdoc-cli on a terminal of its own, at which the test sits.
class Terminal {
 public:
  explicit Terminal(const std::vector<std::string>& arguments);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// Reads until this text appears, after what was awaited before. @return false: it did not, and will not
  [[nodiscard]] bool await(std::string_view text, std::chrono::seconds limit = std::chrono::seconds{30});
  void type(std::string_view text) const;
  /// Everything that was shown so far.
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }
  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void send(int signal) const;
  /// Closes the terminal and waits. @return exit code; -1: it had to be killed
  [[nodiscard]] int end();

 private:
  pid_t id_ = -1;
  int master_ = -1;
  std::string shown_{};
  std::size_t seen_ = 0;
};

}  // namespace mdoc::testing
