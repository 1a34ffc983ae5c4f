#include "cli/times.hpp"

#include "cli/failure.hpp"
#include "core/ascii.hpp"

namespace mdoc::cli {
namespace {

/// The numeric offset at the end of an RFC 3339 time ("+02:00"), which the library's reader of tdates
/// refuses: cut off `text`, where "Z" takes its place.
std::chrono::minutes take_offset(std::string& text) {
  constexpr std::size_t length = 6;
  if (text.size() < length) return {};
  const std::string offset = text.substr(text.size() - length);
  const auto digit = [&offset](std::size_t at) { return is_digit(offset[at]) ? offset[at] - '0' : -1; };
  const bool has_form = (offset[0] == '+' || offset[0] == '-') && offset[3] == ':' && digit(1) >= 0 && digit(2) >= 0 &&
                        digit(4) >= 0 && digit(5) >= 0;
  if (!has_form) return {};
  const int hours = 10 * digit(1) + digit(2);
  const int minutes = 10 * digit(4) + digit(5);
  if (hours > 23 || minutes > 59) return {};
  text.replace(text.size() - length, length, "Z");
  const std::chrono::minutes size = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return offset[0] == '+' ? size : -size;
}

}  // namespace

Now system_now() {
  return {.utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .steady = std::chrono::steady_clock::now()};
}

UtcSeconds time_or_now(const std::string& text) {
  if (text.empty()) return system_now().utc;
  std::string in_utc = text;
  const std::chrono::minutes offset = take_offset(in_utc);
  const auto parsed = parse_date_time(in_utc);
  if (!parsed) throw Failure(ExitCode::usage, "\"" + text + "\" is no time; write it like 2031-05-01T12:00:00Z");
  return parsed->time - offset;
}

}  // namespace mdoc::cli
