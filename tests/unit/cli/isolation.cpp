#include "isolation.hpp"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

namespace mdoc::testing {
namespace {

// One file of calls for each process: no line is cut in two by another process.
const char* const traced =
    "trace=%file,%network,%ipc,creat,memfd_create,process_vm_readv,process_vm_writev,pidfd_getfd,ptrace";
const char* const hold_up = "inject=connect:delay_enter=2000000";  // microseconds

std::vector<std::string> strace(const std::string& records, const std::vector<std::string>& command) {
  std::vector<std::string> made{"strace", "-ff", "-y", "-s", "4096", "-e", traced, "-e", hold_up, "-o", records};
  made.insert(made.end(), command.begin(), command.end());
  return made;
}

std::string link_of(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

std::map<int, std::string> descriptors_of(pid_t process) {
  std::map<int, std::string> found;
  const std::string folder = "/proc/" + std::to_string(process) + "/fd/";
  DIR* entries = ::opendir(folder.c_str());
  if (entries == nullptr) return found;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string name(entry->d_name);
    int number = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), number).ec != std::errc{}) continue;
    if (const std::string target = link_of(folder + name); !target.empty()) found[number] = target;
  }
  ::closedir(entries);
  return found;
}

/// One and the same open file, asked of the kernel; where it does not tell, false.
bool is_same_open_file(pid_t a, int descriptor_a, pid_t b, int descriptor_b) {
  constexpr int compare_files = 0;  // KCMP_FILE
  return ::syscall(SYS_kcmp, a, b, compare_files, descriptor_a, descriptor_b) == 0;
}

/// Has it come so far that it connects? strace holds it at the entry of that call.
bool holds_socket(pid_t process) {
  return std::ranges::any_of(descriptors_of(process),
                             [](const auto& each) { return each.second.starts_with("socket:"); });
}

/// Folders of the system, and what belongs to a program rather than to its user.
bool is_of_system(const std::string& path) {
  for (const char* folder : {"/usr/", "/lib/", "/lib64/", "/etc/", "/proc/", "/sys/", "/dev/null", "/dev/urandom",
                             "/dev/random", "/dev/tty"}) {
    if (path.starts_with(folder)) return true;
  }
  const std::string name = path.substr(path.rfind('/') + 1);
  return path == MDOC_CLI || name.find(".so") != std::string::npos || name.ends_with(".gcda");
}

std::string endpoint_in(const std::string& line) {
  static const std::regex v4(R"re(sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\))re");
  std::smatch match;
  if (std::regex_search(line, match, v4)) return match[2].str() + ":" + match[1].str();
  return line;  // whatever else it is, it is shown
}

void read_line(const std::string& line, Observed& observed) {
  static const std::regex opened(R"re(^(?:open|openat|openat2|creat)\(.*\)\s+= \d+<(.*)>$)re");
  static const std::regex changed(R"re(^(?:mkdir|rename|link|symlink|unlink|mknod)(?:at|at2)?\(.*\)\s+= 0$)re");
  static const std::regex quoted(R"re("([^"]*)")re");
  static const std::regex unsuccessful(R"re(\)\s+= -1 E)re");
  std::smatch match;
  const auto is = [&line](const char* call) { return line.starts_with(std::string(call) + "("); };
  const bool failed = std::regex_search(line, unsuccessful) && line.find("EINPROGRESS") == std::string::npos;
  if (std::regex_match(line, match, opened)) {
    if (!is_of_system(match[1].str())) observed.opened.insert(match[1].str());
  } else if (std::regex_match(line, changed)) {
    for (std::sregex_iterator each(line.begin(), line.end(), quoted), end; each != end; ++each) {
      if (!is_of_system((*each)[1].str())) observed.opened.insert((*each)[1].str());
    }
  } else if (is("connect")) {
    observed.connected.push_back(endpoint_in(line));
  } else if (is("bind")) {
    observed.bound.push_back(endpoint_in(line));
  } else if ((is("accept") || is("accept4")) && !failed) {
    ++observed.accepted;
  } else if (is("socket") && !failed) {
    ++observed.sockets;
  }
  for (const char* call : {"socketpair", "shmget", "shmat", "msgget", "semget", "process_vm_readv", "process_vm_writev",
                           "pidfd_getfd", "ptrace", "memfd_create"}) {
    if (is(call) && !failed) observed.suspicious.push_back(line);
  }
}

/// Adds the record of one thread, from its start on: also of what a shell did that then became mdoc-cli,
/// because descriptors survive that.
void read_record(const std::string& file, Observed& observed) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) read_line(line, observed);
}

std::set<pid_t> threads_of(pid_t process) {
  std::set<pid_t> found;
  std::error_code gone;
  const std::string folder = "/proc/" + std::to_string(process) + "/task";
  for (std::filesystem::directory_iterator each(folder, gone), end; !gone && each != end; each.increment(gone)) {
    found.insert(static_cast<pid_t>(std::stol(each->path().filename().string())));
  }
  return found;
}

void compare(Observation& observation, pid_t holder, pid_t reader) {
  for (const auto& [a, target_a] : observation.holder->descriptors) {
    for (const auto& [b, target_b] : observation.reader->descriptors) {
      if (a <= STDERR_FILENO && b <= STDERR_FILENO) continue;
      if (is_same_open_file(holder, a, reader, b)) {
        observation.identical.insert("holder " + std::to_string(a) + ", reader " + std::to_string(b) + ": " + target_a);
      }
    }
  }
}

void check_arguments(const Observed& reader, const Observed& holder, std::vector<std::string>& found) {
  const auto complain = [&found](const std::string& text) { found.push_back("argument of the reader: " + text); };
  const auto& arguments = reader.arguments;
  bool engagement = false, endpoint = false, anchor = false;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.starts_with("mdoc:") && !engagement) {
      engagement = true;
    } else if (argument == "--json") {
      continue;
    } else if (i + 1 == arguments.size()) {
      complain(argument);
    } else if (argument == "--connect" && !endpoint) {
      endpoint = true;
      if (reader.connected != std::vector<std::string>{arguments[++i]})
        complain("another endpoint than it connects to");
    } else if (argument == "--trust" && !anchor) {
      anchor = true;
      if (holder.opened.contains(arguments[++i])) complain("a file of the holder");
    } else if (argument == "--doc-type" || argument == "--element") {
      ++i;
    } else {
      complain(argument);
    }
  }
  if (!engagement || !endpoint || !anchor) complain("text of the code, endpoint or trust anchor is missing");
}

void check_network(const Observed& holder, const Observed& reader, std::vector<std::string>& found) {
  if (reader.connected.size() != 1 || !reader.connected.front().starts_with("127.0.0.1:")) {
    found.push_back("the reader made other connections than one to this machine");
  }
  if (!holder.connected.empty()) found.push_back("the holder connected to something");
  if (!reader.bound.empty() || reader.accepted > 0) found.push_back("the reader listened");
  if (holder.bound.size() != 1 || !holder.bound.front().starts_with("127.0.0.1:") || holder.accepted != 1) {
    found.push_back("the holder listened elsewhere, or to others");
  }
  if (holder.sockets != 1 || reader.sockets != 1) found.push_back("more sockets than the one of the connection");
}

}  // namespace

std::optional<std::string> cannot_observe() {
  const Folder folder;
  try {
    const Ended ended = run(strace(folder.path("trial"), {"true"}));
    if (ended.exit == 0) return std::nullopt;
    return "strace cannot be used here: " + ended.err;
  } catch (const std::runtime_error&) {
    return "strace is not installed";
  }
}

Observation observe(const std::vector<std::string>& command, const ProcessSetup& setup, const Folder& records) {
  Observation observation;
  ProcessSetup watched = setup;
  watched.environment["ASAN_OPTIONS"] = "detect_leaks=0";  // it needs the place of the tracer
  Process parent(strace(records.path("calls"), command), watched);
  const auto reader = await_descendant(parent.id(), "reader");
  const auto holder = find_descendant(parent.id(), "holder");
  if (!reader || !holder) {
    observation.ended = parent.end();
    return observation;
  }
  for (int i = 0; i < 20000 && !holds_socket(*reader) && !has_ended(*reader); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  const std::array sides{std::pair(&observation.holder, *holder), std::pair(&observation.reader, *reader)};
  std::array<std::set<pid_t>, 2> threads;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const auto& [side, process] = sides[i];
    *side = Observed{.arguments = arguments_of(process), .descriptors = descriptors_of(process)};
    threads[i] = threads_of(process);
  }
  compare(observation, *holder, *reader);
  const auto own = descriptors_of(parent.id());
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) {
    if (own.contains(standard)) observation.terminals.insert(own.at(standard));
  }
  observation.ended = parent.end();
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (const pid_t thread : threads[i]) {
      read_record(records.path("calls." + std::to_string(thread)), **sides[i].first);
    }
  }
  return observation;
}

std::vector<std::string> shared_channels(const Observation& observation) {
  std::vector<std::string> found;
  if (!observation.holder || !observation.reader) return {"a holder and a reader were not seen at one time"};
  const Observed& holder = *observation.holder;
  const Observed& reader = *observation.reader;
  for (const auto& [a, target] : holder.descriptors) {
    if (target.starts_with("anon_inode:") || target == "/dev/null") continue;  // one name for all of them
    if (a <= STDERR_FILENO && observation.terminals.contains(target)) continue;
    for (const auto& [b, other] : reader.descriptors) {
      if (target == other)
        found.push_back("descriptors " + std::to_string(a) + " and " + std::to_string(b) + ": " + target);
    }
  }
  for (const std::string& each : observation.identical) found.push_back("one open file: " + each);
  for (const std::string& file : holder.opened) {
    if (reader.opened.contains(file)) found.push_back("both opened " + file);
  }
  for (const Observed* each : {&holder, &reader}) {
    for (const std::string& call : each->suspicious) found.push_back("call: " + call);
  }
  check_network(holder, reader, found);
  check_arguments(reader, holder, found);
  return found;
}

}  // namespace mdoc::testing
