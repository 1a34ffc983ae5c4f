#include "terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <thread>

#include "tool.hpp"

namespace mdoc::testing {

Terminal::Terminal(const std::vector<std::string>& arguments) {
  master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) throw std::runtime_error("no terminal");
  const std::string name = ::ptsname(master_);
  auto command = tool(arguments);
  std::vector<char*> pointers;
  for (std::string& each : command) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  id_ = ::fork();
  if (id_ == 0) {
    ::setsid();
    const int slave = ::open(name.c_str(), O_RDWR);  // becomes the terminal of the session
    for (const int descriptor : {0, 1, 2}) ::dup2(slave, descriptor);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
}

Terminal::~Terminal() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  if (master_ >= 0) ::close(master_);
}

bool Terminal::await(std::string_view text, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    if (const std::size_t at = shown_.find(text, seen_); at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{.fd = master_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) != 1) return false;
    std::array<char, 4096> part{};
    const ssize_t count = ::read(master_, part.data(), part.size());
    if (count <= 0) return false;
    shown_.append(part.data(), static_cast<std::size_t>(count));
  }
}

void Terminal::type(std::string_view text) const {
  if (::write(master_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("write");
}

void Terminal::send(int signal) const { ::kill(id_, signal); }

int Terminal::end() {
  (void)await("\x04 never shown", std::chrono::seconds{1});  // whatever is still to be read
  ::close(master_);                                          // whoever still reads gets the end
  master_ = -1;
  int status = -1;
  for (int tries = 0; ::waitpid(id_, &status, WNOHANG) == 0; ++tries) {
    if (tries == 300) ::kill(id_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  id_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace mdoc::testing
