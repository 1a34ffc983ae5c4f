#include "cli/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/system.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t max_line = std::size_t{16} << 20;  // a report with portraits
constexpr std::size_t max_complaints = std::size_t{64} << 10;

std::string description_of(int signal) {
  const char* text = ::sigdescr_np(signal);  // none for those of applications
  return text == nullptr ? "no name" : text;
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 60'000));
}

/// What posix_spawn() is told: it owns the two objects of the C library.
class SpawnPlan {
 public:
  SpawnPlan(int standard_output, int standard_error, const sigset_t& mask) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (standard_output != STDOUT_FILENO) {
      posix_spawn_file_actions_adddup2(&actions_, standard_output, STDOUT_FILENO);
    }
    posix_spawn_file_actions_adddup2(&actions_, standard_error, STDERR_FILENO);
    // Also descriptors that this process was started with: two children must not share any.
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes_, &mask);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

SignalWatch::SignalWatch() {
  std::signal(SIGCHLD, SIG_DFL);  // where it is ignored, as some parents leave it, no child can be waited for
  former_pipe_handler_ = std::signal(SIGPIPE, SIG_IGN);
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGCHLD);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    const bool ignored = ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
    if (!ignored) sigaddset(&watched, signal);  // nohup and shells ignore some for a command: so do we
  }
  ::pthread_sigmask(SIG_BLOCK, &watched, &former_mask_);
  descriptor_ = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) {
    const int why = errno;
    ::pthread_sigmask(SIG_SETMASK, &former_mask_, nullptr);
    throw Failure(ExitCode::transport, "cannot watch processes: " + system_message(why));
  }
}

SignalWatch::~SignalWatch() {
  ::close(descriptor_);
  std::signal(SIGPIPE, former_pipe_handler_);
  ::pthread_sigmask(SIG_SETMASK, &former_mask_, nullptr);
}

bool SignalWatch::wait(int descriptor, std::chrono::steady_clock::time_point deadline) const {
  std::array<pollfd, 2> watched{{{descriptor_, POLLIN, 0}, {descriptor, POLLIN, 0}}};  // poll() passes over -1
  for (;;) {
    const int timeout = milliseconds_until(deadline);
    const int ready = ::poll(watched.data(), watched.size(), timeout);
    if (ready == 0 && timeout == 0) return false;
    if (watched[0].revents != 0) {
      signalfd_siginfo signal{};
      if (::read(descriptor_, &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal) &&
          signal.ssi_signo != SIGCHLD) {
        throw Failure(ExitCode::transport,
                      fmt::format("told to end ({})", description_of(static_cast<int>(signal.ssi_signo))));
      }
      return true;
    }
    if (ready > 0) return true;
  }
}

ChildProcess::ChildProcess(Setup setup, const SignalWatch& signals)
    : name_(std::move(setup.name)), time_to_end_(setup.time_to_end), signals_(signals) {
  std::array<int, 2> pipe{-1, STDOUT_FILENO};
  if (setup.output == Output::captured && ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    throw Failure(ExitCode::transport, "cannot make a pipe: " + system_message(errno));
  }
  output_ = pipe[0];
  // Unlike a pipe, a file never fills, so that nobody has to read on.
  complaints_ = ::memfd_create((name_ + " complaints").c_str(), MFD_CLOEXEC);
  std::vector<std::string> texts{setup.program};
  texts.insert(texts.end(), setup.arguments.begin(), setup.arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int failure = complaints_ < 0 ? errno : 0;
  if (failure == 0) {
    const SpawnPlan plan(pipe[1], complaints_, signals.former_mask());
    failure =
        ::posix_spawn(&process_, setup.program.c_str(), plan.actions(), plan.attributes(), pointers.data(), ::environ);
  }
  if (setup.output == Output::captured) ::close(pipe[1]);
  if (failure != 0) {
    if (output_ >= 0) ::close(output_);
    if (complaints_ >= 0) ::close(complaints_);
    throw Failure(ExitCode::transport, fmt::format("cannot start the {} process: {}", name_, system_message(failure)));
  }
}

ChildProcess::~ChildProcess() {
  if (!has_ended()) end();
  if (output_ >= 0) ::close(output_);
  ::close(complaints_);
}

// A radio has things to take back, which only the process itself can. Whoever is impatient says so by another signal.
void ChildProcess::end() noexcept {
  ::kill(process_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + time_to_end_;
  try {
    while (!has_ended() && signals_.wait(-1, until)) {}
  } catch (const std::exception&) {
    // told to end, once more
  }
  if (has_ended()) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {}
}

std::string ChildProcess::complaints() const {
  std::string text(max_complaints, '\0');
  const ssize_t count = ::pread(complaints_, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

bool ChildProcess::has_ended() {
  int status = 0;
  if (!status_ && ::waitpid(process_, &status, WNOHANG) == process_) status_ = status;
  return status_.has_value();
}

void ChildProcess::fail_late() const {
  throw Failure(ExitCode::transport,
                fmt::format("the {} process did not finish in time; a slow machine needs a longer --timeout", name_));
}

std::optional<std::string> ChildProcess::read_line(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (unread_.size() > max_line) throw Failure(ExitCode::transport, "the " + name_ + " process says too much");
    std::array<pollfd, 1> readable{{{output_, POLLIN, 0}}};
    while (::poll(readable.data(), 1, 0) <= 0) {
      if (!signals_.wait(output_, deadline)) fail_late();
    }
    std::array<char, 4096> chunk{};
    const ssize_t count = ::read(output_, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    unread_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

int ChildProcess::wait(std::chrono::steady_clock::time_point deadline) {
  while (!has_ended()) {
    if (!signals_.wait(-1, deadline) && !has_ended()) fail_late();
  }
  if (WIFSIGNALED(*status_)) {
    throw Failure(ExitCode::transport, fmt::format("the {} process was ended by signal {} ({})", name_,
                                                   WTERMSIG(*status_), description_of(WTERMSIG(*status_))));
  }
  return WEXITSTATUS(*status_);
}

}  // namespace mdoc::cli
