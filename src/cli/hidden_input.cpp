#include "cli/hidden_input.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "core/wiper.hpp"

namespace mdoc::cli {
namespace {

/// The terminal, with echo, line editing and the keys that send signals off: what is typed comes here and nowhere else,
/// and no signal leaves the terminal like that.
class QuietTerminal {
 public:
  QuietTerminal() : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (descriptor_ < 0) return;
    quiet_ = ::tcgetattr(descriptor_, &before_) == 0;
    if (!quiet_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    quiet_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() {
    if (quiet_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool is_quiet() const { return quiet_; }
  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// The next character; nothing at the end.
  [[nodiscard]] std::optional<char> read() const {
    char c = 0;
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, &c, 1);
    } while (count < 0 && errno == EINTR);
    if (count != 1) return std::nullopt;
    return c;
  }

 private:
  int descriptor_;
  termios before_{};
  bool quiet_ = false;
};

}  // namespace

HiddenInput read_hidden(const std::string& prompt) {
  const QuietTerminal terminal;
  if (!terminal.is_quiet()) return {};
  terminal.write(prompt);
  std::array<std::uint8_t, 256> typed{};
  const Wiper wiper(typed);
  std::size_t size = 0;
  for (;;) {
    const auto c = terminal.read();
    constexpr char interrupt = 3, end_of_input = 4, backspace = 8, erase_line = 21, delete_back = 127;
    if (!c || *c == interrupt || *c == end_of_input) {
      terminal.write("\n");
      return {.has_terminal = true, .text = {}};
    }
    if (*c == '\n' || *c == '\r') break;
    if (*c == erase_line) {
      size = 0;
    } else if (*c == backspace || *c == delete_back) {
      if (size > 0) --size;
    } else if (size < typed.size()) {
      typed[size++] = static_cast<std::uint8_t>(*c);
    }
  }
  terminal.write("\n");
  return {.has_terminal = true, .text = SecretBytes::copy_of(ByteView(typed).first(size))};
}

}  // namespace mdoc::cli
