#pragma once
// Internal to the layer: on which days somebody can have been born.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mdoc/core/time.hpp"

namespace mdoc::verification {

using Day = std::chrono::sys_days;

/// The day on which somebody born on `birth` becomes `years` old. Who was born on a 29 February does so on 1 March in
/// common years: on no day earlier than any law has it.
[[nodiscard]] Day birthday(Day birth, unsigned years);
/// The last day of birth of those who are `years` old or older on `day`.
[[nodiscard]] Day last_birth(Day day, unsigned years);

/// YYYYMMDD, where a digit may be unknown.
class DatePattern {
 public:
  DatePattern() { digits_.fill(unknown); }
  /// @param mask eight characters, '1' where the digit is unknown
  DatePattern(FullDate date, const std::array<bool, 8>& mask);
  /// False: a digit is known in both and differs.
  [[nodiscard]] bool narrow(const DatePattern& other);
  /// The first day from `from` to `until` that has these digits.
  [[nodiscard]] std::optional<Day> first(Day from, Day until) const;
  /// The last one.
  [[nodiscard]] std::optional<Day> last(Day from, Day until) const;

 private:
  static constexpr std::int8_t unknown = -1;
  [[nodiscard]] bool fits(unsigned value, std::size_t first_digit, std::size_t count) const;
  [[nodiscard]] bool fits_year(int year) const { return fits(static_cast<unsigned>(year), 0, 4); }
  [[nodiscard]] bool fits_month(unsigned month) const { return fits(month, 4, 2); }
  [[nodiscard]] bool fits_day(unsigned day) const { return fits(day, 6, 2); }
  std::array<std::int8_t, 8> digits_;
};

/// A set of days: those of a period that have the digits of a pattern. Calendar years 1 to 9999.
class BirthDays {
 public:
  void not_before(Day day) { from_ = std::max(from_, day); }
  void not_after(Day day) { until_ = std::min(until_, day); }
  void match(const DatePattern& pattern) { possible_ = pattern_.narrow(pattern) && possible_; }
  /// What both leave.
  void narrow(const BirthDays& other);

  struct Ends {
    Day first;
    Day last;
  };
  /// The first and the last of them; nothing: there is none.
  [[nodiscard]] std::optional<Ends> ends() const;

 private:
  Day from_{std::chrono::year{1} / 1 / 1};
  Day until_{std::chrono::year{9999} / 12 / 31};
  DatePattern pattern_{};
  bool possible_ = true;
};

}  // namespace mdoc::verification
