#include "profile/value_formats.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/country_code.hpp"

namespace mdoc::profile {
namespace {

bool is_upper_text(std::string_view text) noexcept { return std::ranges::all_of(text, is_upper); }

bool is_phone(std::string_view text) noexcept {
  return text.size() >= 2 && text.front() == '+' && std::ranges::all_of(text.substr(1), is_digit);
}

bool is_email(std::string_view text) noexcept {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at != 0 && at + 1 != text.size() &&
         text.find('@', at + 1) == std::string_view::npos;
}

/// Whether a month or day of two digits is the lowest one that agrees with what is known of it: both unknown: 01; tens
/// unknown: the lowest tens that make one with these ones; ones unknown: the lowest ones.
bool is_lowest(unsigned value, bool tens_unknown, bool ones_unknown) noexcept {
  const unsigned tens = value / 10, ones = value % 10;
  if (tens_unknown && ones_unknown) return value == 1;
  if (tens_unknown) return tens == (ones == 0 ? 1u : 0u);
  if (ones_unknown) return ones == (tens == 0 ? 1u : 0u);
  return true;
}

}  // namespace

std::size_t character_count(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

// Lead bytes up to C3 encode the characters up to U+00FF.
bool is_latin1(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0xc4u; });
}

bool is_subdivision(std::string_view text) noexcept {
  constexpr std::size_t country = 2, longest = 3;
  if (text.size() <= country + 1 || text.size() > country + 1 + longest) return false;
  return is_alpha2(text.substr(0, country)) && text[country] == '-' &&
         std::ranges::all_of(text.substr(country + 1), [](char c) { return is_upper(c) || is_digit(c); });
}

bool is_date_mask(std::string_view text) noexcept {
  constexpr std::size_t digits = 8;  // YYYYMMDD
  return text.size() == digits && std::ranges::all_of(text, [](char c) { return c == '0' || c == '1'; });
}

bool agrees(FullDate date, std::string_view mask) noexcept {
  const auto unknown = [&](std::size_t digit) { return mask[digit] == '1'; };
  int place = 1000;
  for (std::size_t digit = 0; digit < 4; ++digit, place /= 10) {
    if (unknown(digit) && static_cast<int>(date.year()) / place % 10 != 0) return false;
  }
  return is_lowest(static_cast<unsigned>(date.month()), unknown(4), unknown(5)) &&
         is_lowest(static_cast<unsigned>(date.day()), unknown(6), unknown(7));
}

std::optional<ElementFault> fault_of(std::string_view text, ValueFormat format) noexcept {
  const auto unless = [](bool holds, ElementFault fault) { return holds ? std::nullopt : std::optional(fault); };
  constexpr std::size_t alpha3 = 3;
  switch (format) {
    case ValueFormat::country: return unless(is_alpha2(text), ElementFault::bad_country);
    case ValueFormat::country_2_or_3:
      return unless(is_alpha2(text) || (text.size() == alpha3 && is_upper_text(text)), ElementFault::bad_country);
    case ValueFormat::subdivision: return unless(is_subdivision(text), ElementFault::bad_subdivision);
    case ValueFormat::date_mask: return unless(is_date_mask(text), ElementFault::bad_date_mask);
    case ValueFormat::phone: return unless(is_phone(text), ElementFault::bad_phone);
    case ValueFormat::email: return unless(is_email(text), ElementFault::bad_email);
    case ValueFormat::digits:
      return unless(!text.empty() && std::ranges::all_of(text, is_digit), ElementFault::not_digits);
    case ValueFormat::none:
    case ValueFormat::biometric_template:
    case ValueFormat::image_or_empty: break;  // nothing that text could say
  }
  return std::nullopt;
}

}  // namespace mdoc::profile
