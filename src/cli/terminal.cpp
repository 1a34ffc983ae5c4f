#include "cli/terminal.hpp"

#include <unistd.h>

#include <fmt/color.h>

#include "cli/system.hpp"

namespace mdoc::cli {

bool colours_welcome() { return environment("NO_COLOR").value_or("").empty() && ::isatty(STDOUT_FILENO) == 1; }

std::string styled(Tone tone, std::string_view text) {
  if (!colours_welcome()) return std::string(text);
  const auto in = [text](const fmt::text_style& style) { return fmt::format(style, "{}", text); };
  switch (tone) {
    case Tone::plain: return std::string(text);
    case Tone::good: return in(fmt::fg(fmt::terminal_color::green));
    case Tone::warning: return in(fmt::fg(fmt::terminal_color::yellow));
    case Tone::bad: return in(fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold);
    case Tone::quiet: return in(fmt::fg(fmt::terminal_color::bright_black));
    case Tone::strong: return in(fmt::emphasis::bold);
  }
  return std::string(text);
}

}  // namespace mdoc::cli
