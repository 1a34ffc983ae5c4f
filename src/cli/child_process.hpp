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

/// A child process that gets an empty standard input and no descriptor of ours beside it. What it writes to standard
/// error is kept. It does not outlive this object: the destructor tells it to end (SIGTERM), gives it the time that it
/// was made with, ends it, and reaps it.
class ChildProcess {
 public:
  enum class Output {
    captured,  ///< standard output is read by us
    shared,    ///< it goes where ours goes
  };
  struct Setup {
    std::string name{};  ///< for messages: "reader"
    std::string program{};
    std::vector<std::string> arguments{};
    Output output = Output::captured;
    std::chrono::milliseconds time_to_end{2'000};  ///< once told to; another signal for us, and there is none left
  };
  ChildProcess(Setup setup, const SignalWatch& signals);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// The next line of captured output, without its end. Nothing: there is no further one.
  /// Throws Failure at the deadline.
  [[nodiscard]] std::optional<std::string> read_line(std::chrono::steady_clock::time_point deadline);
  /// Waits until it ended by itself. @return its exit code
  /// Throws Failure at the deadline, or if a signal ended it.
  [[nodiscard]] int wait(std::chrono::steady_clock::time_point deadline);
  /// What it has written to standard error so far, the first 64 KiB of it.
  [[nodiscard]] std::string complaints() const;

 private:
  void end() noexcept;
  [[nodiscard]] bool has_ended();
  [[noreturn]] void fail_late() const;

  std::string name_;
  std::chrono::milliseconds time_to_end_;
  const SignalWatch& signals_;
  pid_t process_ = -1;
  std::optional<int> status_;
  int output_ = -1;
  int complaints_ = -1;
  std::string unread_;
};

}  // namespace mdoc::cli
