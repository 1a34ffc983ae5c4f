#include "mdoc/profile/age_over.hpp"

#include "core/ascii.hpp"

namespace mdoc::profile {
namespace {

constexpr std::string_view prefix = "age_over_";

}  // namespace

std::optional<std::uint8_t> parse_age_over(std::string_view identifier) noexcept {
  if (identifier.size() != prefix.size() + 2 || !identifier.starts_with(prefix)) return std::nullopt;
  const char tens = identifier[prefix.size()];
  const char ones = identifier[prefix.size() + 1];
  if (!is_digit(tens) || !is_digit(ones)) return std::nullopt;
  return static_cast<std::uint8_t>((tens - '0') * 10 + (ones - '0'));
}

std::string age_over_identifier(std::uint8_t years) {
  std::string text(prefix);
  text += static_cast<char>('0' + years / 10 % 10);
  text += static_cast<char>('0' + years % 10);
  return text;
}

std::optional<AgeOver> answer_age_over(std::uint8_t asked, std::span<const AgeOver> attestations) noexcept {
  std::optional<AgeOver> nearest_true;
  std::optional<AgeOver> nearest_false;
  for (const AgeOver& one : attestations) {
    if (!answers(one, asked)) continue;
    if (one.value && (!nearest_true || one.years < nearest_true->years)) nearest_true = one;
    if (!one.value && (!nearest_false || one.years > nearest_false->years)) nearest_false = one;
  }
  return nearest_true ? nearest_true : nearest_false;
}

}  // namespace mdoc::profile
