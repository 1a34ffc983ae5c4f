#include "cli/terminal.hpp"

#include <unistd.h>

#include <fmt/color.h>

#include "cli/system.hpp"
#include "core/utf8.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

bool colours_welcome() { return environment("NO_COLOR").value_or("").empty() && ::isatty(STDOUT_FILENO) == 1; }

std::string brief(std::string_view text, std::size_t most) {
  const std::string safe = json::printable(text);
  std::string short_text;
  std::size_t characters = 0;
  bool after_blank = false;
  for (std::string_view rest = safe; !rest.empty();) {
    const std::string_view before = rest;
    const auto character = take_character(rest);
    if (!character) break;  // printable() leaves none that is malformed
    const bool blank = is_blank(*character);
    if (blank && after_blank) continue;
    after_blank = blank;
    if (characters++ == most) return short_text + "...";
    short_text += blank ? std::string_view(" ") : before.substr(0, before.size() - rest.size());
  }
  return short_text;
}

std::string peer_text(std::string_view text) {
  constexpr std::size_t longest_name = 256;
  return json::isolated(brief(text, longest_name));
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
