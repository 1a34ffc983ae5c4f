#include "mdoc/core/time.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace mdoc {
namespace {

/// Reads exactly `count` digits at `position` and moves past them.
std::optional<int> read_digits(std::string_view text, std::size_t& position, std::size_t count) noexcept {
  if (text.size() - position < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[position + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += count;
  return value;
}

bool read_char(std::string_view text, std::size_t& position, char wanted) noexcept {
  if (position >= text.size() || text[position] != wanted) return false;
  ++position;
  return true;
}

std::optional<FullDate> read_date(std::string_view text, std::size_t& position) noexcept {
  const auto year = read_digits(text, position, 4);
  if (!year || !read_char(text, position, '-')) return std::nullopt;
  const auto month = read_digits(text, position, 2);
  if (!month || !read_char(text, position, '-')) return std::nullopt;
  const auto day = read_digits(text, position, 2);
  if (!day) return std::nullopt;
  const FullDate date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                      std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

void put_digits(std::string& out, int value, int count) {
  std::array<char, 10> digits{};
  for (int i = count; i-- > 0;) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(count));
}

}  // namespace

ClockPolicy ClockPolicy::for_level(Level level) noexcept {
  switch (level) {
    case Level::strict: return {.skew = std::chrono::seconds{0}};
    case Level::interop: return {.skew = std::chrono::seconds{30}};
    case Level::lenient: return {.skew = std::chrono::seconds{60}};
  }
  return {.skew = std::chrono::seconds{0}};
}

DateVerdict ClockPolicy::judge(UtcSeconds now, UtcSeconds from, UtcSeconds until) const noexcept {
  if (quality == ClockQuality::unknown) return DateVerdict::clock_unknown;
  const std::chrono::seconds tolerated = std::clamp(skew, std::chrono::seconds{0}, max_skew);
  // Distances rather than shifted dates: a date of a peer may lie at the very end of the range.
  if (now < from) return from - now <= tolerated ? DateVerdict::within_skew : DateVerdict::too_early;
  if (now > until) return now - until <= tolerated ? DateVerdict::within_skew : DateVerdict::too_late;
  return DateVerdict::within;
}

std::string to_iso8601(FullDate date) {
  std::string out;
  put_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  put_digits(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  out += '-';
  put_digits(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  return out;
}

std::string to_rfc3339(UtcSeconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  std::string out = to_iso8601(FullDate{day});
  out += 'T';
  put_digits(out, static_cast<int>(clock.hours().count()), 2);
  out += ':';
  put_digits(out, static_cast<int>(clock.minutes().count()), 2);
  out += ':';
  put_digits(out, static_cast<int>(clock.seconds().count()), 2);
  out += 'Z';
  return out;
}

std::optional<FullDate> parse_full_date(std::string_view text) noexcept {
  std::size_t position = 0;
  const auto date = read_date(text, position);
  if (position != text.size()) return std::nullopt;
  return date;
}

std::optional<ParsedDateTime> parse_date_time(std::string_view text) noexcept {
  std::size_t position = 0;
  const auto date = read_date(text, position);
  if (!date || position >= text.size()) return std::nullopt;
  ParsedDateTime parsed;
  const char separator = text[position++];
  if (separator != 'T' && separator != 't') return std::nullopt;
  parsed.lower_case = separator == 't';

  const auto hour = read_digits(text, position, 2);
  if (!hour || *hour > 23 || !read_char(text, position, ':')) return std::nullopt;
  const auto minute = read_digits(text, position, 2);
  if (!minute || *minute > 59 || !read_char(text, position, ':')) return std::nullopt;
  const auto second = read_digits(text, position, 2);
  if (!second || *second > 59) return std::nullopt;

  if (read_char(text, position, '.')) {
    const std::size_t first_digit = position;
    while (position < text.size() && is_digit(text[position])) ++position;
    if (position == first_digit) return std::nullopt;
    parsed.fraction = true;
  }
  if (read_char(text, position, 'z')) {
    parsed.lower_case = true;
  } else if (!read_char(text, position, 'Z')) {
    const std::string_view offset = text.substr(position);
    if (offset != "+00:00" && offset != "-00:00") return std::nullopt;
    position = text.size();
    parsed.offset = true;
  }
  if (position != text.size()) return std::nullopt;
  parsed.time = std::chrono::sys_days{*date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                std::chrono::seconds{*second};
  return parsed;
}

}  // namespace mdoc
