#include "verification/birth_days.hpp"

namespace mdoc::verification {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::months;
using std::chrono::year;
using std::chrono::years;

constexpr std::array<unsigned, 4> powers_of_ten{1, 10, 100, 1000};

}  // namespace

Day birthday(Day birth, unsigned age) {
  const FullDate then = FullDate{birth} + years{static_cast<int>(age)};
  if (then.ok()) return Day{then};
  return Day{then.year() / 3 / 1};  // 29 February
}

Day last_birth(Day day, unsigned age) {
  const FullDate then = FullDate{day} - years{static_cast<int>(age)};
  if (then.ok()) return Day{then};
  return Day{then.year() / 2 / 28};  // 29 February
}

DatePattern::DatePattern(FullDate date, const std::array<bool, 8>& mask) {
  const auto put = [&](unsigned value, std::size_t first_digit, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned digit = value / powers_of_ten[count - 1 - i] % 10;
      digits_[first_digit + i] = mask[first_digit + i] ? unknown : static_cast<std::int8_t>(digit);
    }
  };
  put(static_cast<unsigned>(static_cast<int>(date.year())), 0, 4);
  put(static_cast<unsigned>(date.month()), 4, 2);
  put(static_cast<unsigned>(date.day()), 6, 2);
}

bool DatePattern::narrow(const DatePattern& other) {
  for (std::size_t i = 0; i < digits_.size(); ++i) {
    if (other.digits_[i] == unknown) continue;
    if (digits_[i] != unknown && digits_[i] != other.digits_[i]) return false;
    digits_[i] = other.digits_[i];
  }
  return true;
}

bool DatePattern::fits(unsigned value, std::size_t first_digit, std::size_t count) const {
  for (std::size_t i = 0; i < count; ++i) {
    const std::int8_t digit = digits_[first_digit + i];
    if (digit != unknown && value / powers_of_ten[count - 1 - i] % 10 != static_cast<unsigned>(digit)) return false;
  }
  return true;
}

// Both go by years and months, and through the days of a month that fits alone: at most 10,000 years, whatever a mask
// leaves open.
std::optional<Day> DatePattern::first(Day from, Day until) const {
  for (year y = FullDate{from}.year(); y <= FullDate{until}.year(); ++y) {
    if (!fits_year(static_cast<int>(y))) continue;
    for (unsigned m = 1; m <= 12; ++m) {
      if (!fits_month(m)) continue;
      const auto length = static_cast<unsigned>((y / month{m} / std::chrono::last).day());
      for (unsigned d = 1; d <= length; ++d) {
        const Day that{y / month{m} / day{d}};
        if (fits_day(d) && that >= from && that <= until) return that;
      }
    }
  }
  return std::nullopt;
}

std::optional<Day> DatePattern::last(Day from, Day until) const {
  for (year y = FullDate{until}.year(); y >= FullDate{from}.year(); --y) {
    if (!fits_year(static_cast<int>(y))) continue;
    for (unsigned m = 12; m >= 1; --m) {
      if (!fits_month(m)) continue;
      for (auto d = static_cast<unsigned>((y / month{m} / std::chrono::last).day()); d >= 1; --d) {
        const Day that{y / month{m} / day{d}};
        if (fits_day(d) && that >= from && that <= until) return that;
      }
    }
  }
  return std::nullopt;
}

void BirthDays::narrow(const BirthDays& other) {
  not_before(other.from_);
  not_after(other.until_);
  match(other.pattern_);
  possible_ = possible_ && other.possible_;
}

std::optional<BirthDays::Ends> BirthDays::ends() const {
  if (!possible_ || from_ > until_) return std::nullopt;
  const auto first = pattern_.first(from_, until_);
  if (!first) return std::nullopt;
  const auto last = pattern_.last(*first, until_);  // there is one: the first, if no other
  return Ends{.first = *first, .last = last.value_or(*first)};
}

}  // namespace mdoc::verification
