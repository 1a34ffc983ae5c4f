#include "process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "support/suite_texts.hpp"

namespace mdoc::testing {
namespace {

using Clock = std::chrono::steady_clock;

/// A file without a name that holds `content`, at its beginning.
int anonymous_file(const std::string& content) {
  const int file = ::memfd_create("input", MFD_CLOEXEC);
  if (file < 0) throw std::runtime_error("memfd_create");
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t count = ::write(file, content.data() + written, content.size() - written);
    if (count <= 0) throw std::runtime_error("write");
    written += static_cast<std::size_t>(count);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return ends;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> made;
  for (char** each = ::environ; *each != nullptr; ++each) {
    const std::string entry(*each);
    if (!added.contains(entry.substr(0, entry.find('=')))) made.push_back(entry);
  }
  for (const auto& [name, value] : added) made.push_back(name + "=" + value);
  return made;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct State {
  char letter = 'X';  // gone
  pid_t parent = -1;
};

/// From /proc/PID/stat: "PID (name) state parent …", where the name may hold anything.
State state_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);  // nothing where the process has just gone
  State state;
  const std::size_t after_name = text.rfind(')');
  if (after_name == std::string::npos) return state;
  std::istringstream rest(text.substr(after_name + 1));
  rest >> state.letter >> state.parent;
  return state;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return found;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string name(entry->d_name);
    pid_t process = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (failure != std::errc{} || end != name.data() + name.size()) continue;
    if (state_of(process).parent == parent) found.push_back(process);
  }
  ::closedir(folder);
  return found;
}

std::string content_of(const std::string& path) {
  std::error_code failure;  // an argument that is data may be too long for a path
  if (!std::filesystem::is_regular_file(path, failure)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// For the search through all that is said while the tests run. Standard output is the result, which people and
/// programs asked for; all else must hold no values, unless they were asked for as well.
void note_what_was_said(const std::vector<std::string>& command, const Ended& ended) {
  const auto given = [&command](const char* option) {
    const auto at = std::ranges::find(command, option);
    return at == command.end() || at + 1 == command.end() ? std::string() : at[1];
  };
  note_text("standard-error", ended.err);
  if (const std::string log = given("--log"); !log.empty() && given("--log-with").empty()) {
    std::istringstream lines(content_of(log));
    for (std::string line; std::getline(lines, line);) {
      line.erase(0, line.find_first_not_of('\0'));  // with which a test has made the file long
      note_text("log-line", line);
    }
  }
  if (const std::string data = given("--data"); !data.empty()) {
    note_values_of_data(data);
    note_values_of_data(content_of(data));
  }
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const ProcessSetup& setup) : command_(command) {
  const int input = anonymous_file(setup.input);
  const auto out = make_pipe();
  const auto err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  int further = -1;
  if (setup.descriptor_3) {
    further = anonymous_file(*setup.descriptor_3);
    // dup2() onto itself would leave close-on-exec set.
    const int moved = further == 3 ? ::fcntl(further, F_DUPFD_CLOEXEC, 4) : -1;
    posix_spawn_file_actions_adddup2(&actions, moved < 0 ? further : moved, 3);
    if (moved >= 0) {
      ::close(further);
      further = moved;
    }
  }
  auto arguments = command;
  auto environment = environment_with(setup.environment);
  posix_spawn_file_actions_addclosefrom_np(&actions, setup.descriptor_3 ? 4 : 3);  // whoever started the tests
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  sigset_t defaults;
  sigemptyset(&defaults);  // shells ignore some of these for what runs in the background
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  const int failure = ::posix_spawnp(&id_, command.front().c_str(), &actions, &attributes,
                                     pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  for (const int descriptor : {input, out[1], err[1], further}) {
    if (descriptor >= 0) ::close(descriptor);
  }
  out_ = out[0];
  err_ = err[0];
  if (failure != 0) throw std::runtime_error("cannot start " + command.front());
}

Process::~Process() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  for (const int descriptor : {out_, err_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

bool Process::read_more(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  std::array<pollfd, 2> watched{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (left.count() <= 0 || ::poll(watched.data(), 2, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 65536> chunk{};
  for (std::size_t i = 0; i < 2; ++i) {
    if (watched[i].revents == 0) continue;
    int& descriptor = i == 0 ? out_ : err_;
    const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
    if (count > 0) {
      (i == 0 ? ended_.out : ended_.err).append(chunk.data(), static_cast<std::size_t>(count));
    } else {
      ::close(descriptor);
      descriptor = -1;
    }
  }
  return true;
}

std::optional<std::string> Process::read_line(std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  for (;;) {
    const std::size_t end = ended_.out.find('\n', line_);
    if (end != std::string::npos) {
      std::string line = ended_.out.substr(line_, end - line_);
      line_ = end + 1;
      return line;
    }
    if (out_ < 0 || !read_more(deadline)) return std::nullopt;
  }
}

bool Process::await_error(std::string_view text, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (ended_.err.find(text) == std::string::npos) {
    if (err_ < 0 || !read_more(deadline)) return false;
  }
  return true;
}

void Process::send(int signal) const { ::kill(id_, signal); }

Ended Process::end(std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while ((out_ >= 0 || err_ >= 0) && read_more(deadline)) {}
  int status = 0;
  while (::waitpid(id_, &status, WNOHANG) == 0) {
    if (Clock::now() >= deadline) {
      ended_.timed_out = true;
      ::kill(id_, SIGKILL);
      ::waitpid(id_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  id_ = -1;
  ended_.timed_out = ended_.timed_out || out_ >= 0 || err_ >= 0;
  ended_.exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  note_what_was_said(command_, ended_);
  return ended_;
}

Ended run(const std::vector<std::string>& command, const ProcessSetup& setup) { return Process(command, setup).end(); }

std::vector<std::string> arguments_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/cmdline");
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) arguments.push_back(argument);
  return arguments;
}

bool has_ended(pid_t process) {
  const char letter = state_of(process).letter;
  return letter == 'X' || letter == 'Z';
}

std::optional<pid_t> find_descendant(pid_t ancestor, const std::string& word) {
  for (const pid_t child : children_of(ancestor)) {
    if (const auto deeper = find_descendant(child, word)) return deeper;
    const auto arguments = arguments_of(child);
    if (std::ranges::find(arguments, word) != arguments.end()) return child;
  }
  return std::nullopt;
}

std::optional<pid_t> await_descendant(pid_t ancestor, const std::string& word, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (Clock::now() < deadline && !has_ended(ancestor)) {
    if (const auto found = find_descendant(ancestor, word)) return found;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return std::nullopt;
}

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::size_t count_children() {
  std::size_t count = 0;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) ++count;
  return count + children_of(::getpid()).size();
}

}  // namespace mdoc::testing
