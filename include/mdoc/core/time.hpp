#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/rules.hpp"

namespace mdoc {

using UtcSeconds = std::chrono::sys_seconds;              ///< `tdate`: wall clock, whole seconds, UTC
using FullDate = std::chrono::year_month_day;             ///< `full-date` (CBOR tag 1004)
using TimePoint = std::chrono::steady_clock::time_point;  ///< timers only, never compared with dates

/// Both readings of the caller's clock at one instant.
struct Now {
  UtcSeconds utc;
  TimePoint steady;
};

/// Time source of drivers. The core takes `Now` as a parameter instead.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Now now() const = 0;
};

/// How far the application trusts its wall clock. `rtc` is judged as `trusted`; with `unknown`, no date check can pass.
enum class ClockQuality : std::uint8_t { trusted, rtc, unknown };

/// How the present lies to a period of validity.
enum class DateVerdict : std::uint8_t {
  within,         ///< inside, both ends included
  within_skew,    ///< outside, but no further than the tolerated difference
  too_early,      ///< before the start
  too_late,       ///< after the end
  clock_unknown,  ///< cannot be said: ClockQuality::unknown
};

/// The one policy for every date that is compared with the present.
struct MDOC_EXPORT ClockPolicy {
  static constexpr std::chrono::seconds max_skew{300};

  std::chrono::seconds skew{30};  ///< tolerated difference; values over max_skew count as max_skew
  ClockQuality quality = ClockQuality::trusted;

  /// strict 0 s, interop 30 s, lenient 60 s.
  [[nodiscard]] static ClockPolicy for_level(Level level) noexcept;

  /// Judges `now` against a period; both ends belong to it (ISO/IEC 18013-5, 12.8.1).
  [[nodiscard]] DateVerdict judge(UtcSeconds now, UtcSeconds from, UtcSeconds until) const noexcept;
};

/// `2024-05-01T00:00:00Z`
[[nodiscard]] MDOC_EXPORT std::string to_rfc3339(UtcSeconds time);
/// `2024-05-01`
[[nodiscard]] MDOC_EXPORT std::string to_iso8601(FullDate date);
/// Exactly `YYYY-MM-DD`, a real calendar day; nothing otherwise.
[[nodiscard]] MDOC_EXPORT std::optional<FullDate> parse_full_date(std::string_view text) noexcept;

/// An RFC 3339 date-time as read, with what it had beyond the strict form of a tdate.
struct ParsedDateTime {
  UtcSeconds time;          ///< fraction cut off
  bool fraction = false;    ///< had fractional seconds
  bool offset = false;      ///< had a numeric offset (a zero one; others are refused)
  bool lower_case = false;  ///< "t" or "z"
};
/// Reads an RFC 3339 date-time in UTC. Offsets other than zero, leap seconds (":60") and impossible
/// dates give nothing.
[[nodiscard]] MDOC_EXPORT std::optional<ParsedDateTime> parse_date_time(std::string_view text) noexcept;

}  // namespace mdoc
