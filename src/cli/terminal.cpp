#include "cli/terminal.hpp"

#include <unistd.h>

#include <fmt/color.h>

#include "cli/system.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

bool colours_welcome() { return environment("NO_COLOR").value_or("").empty() && ::isatty(STDOUT_FILENO) == 1; }

std::string brief(std::string_view text, std::size_t most) {
  const std::string safe = json::printable(text);
  std::string short_text;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(safe[i]) & 0xc0) == 0x80;  // a character in UTF-8
    if (safe[i] == ' ' && !short_text.empty() && short_text.back() == ' ') continue;
    if (!continues && characters++ == most) return short_text + "...";
    short_text += safe[i];
  }
  return short_text;
}

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
