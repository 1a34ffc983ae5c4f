#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace mdoc::cli {

/// Lets a command wait for its child processes, and end them when it is told to end itself: while one
/// lives, SIGINT, SIGTERM and SIGHUP are delivered to wait(), and writing to a closed pipe fails.
/// One at a time, made before the threads and children that it is for.
class SignalWatch {
 public:
  SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// Returns when `descriptor` (-1: none) can be read or has ended, when a child changed its state, or at
  /// `deadline`, whichever is first. @return false at the deadline. Throws Failure when told to end.
  [[nodiscard]] bool wait(int descriptor, std::chrono::steady_clock::time_point deadline) const;

  /// The signals that were let through before.
  [[nodiscard]] const sigset_t& former_mask() const { return former_mask_; }

 private:
  sigset_t former_mask_{};
  void (*former_pipe_handler_)(int) = nullptr;
  int descriptor_ = -1;
};

/// A child process that gets an empty standard input, our standard error, and no other descriptor of
/// ours. It does not outlive this object: the destructor ends and reaps it.
class ChildProcess {
 public:
  enum class Output {
    captured,  ///< standard output is read by us
    shared,    ///< it goes where ours goes
  };
  /// @param name for messages: "reader"
  ChildProcess(std::string name, const std::string& program, const std::vector<std::string>& arguments, Output output,
               const SignalWatch& signals);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// The next line of captured output, without its end. Nothing: there is no further one.
  /// Throws Failure at the deadline.
  [[nodiscard]] std::optional<std::string> read_line(std::chrono::steady_clock::time_point deadline);
  /// Waits until it ended by itself. @return its exit code
  /// Throws Failure at the deadline, or if a signal ended it.
  [[nodiscard]] int wait(std::chrono::steady_clock::time_point deadline);

 private:
  [[nodiscard]] bool has_ended();
  [[noreturn]] void fail_late() const;

  std::string name_;
  const SignalWatch& signals_;
  pid_t process_ = -1;
  std::optional<int> status_;
  int output_ = -1;
  std::string unread_;
};

}  // namespace mdoc::cli
