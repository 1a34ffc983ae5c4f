#include "mdoc/core/version.hpp"

namespace mdoc {
namespace {

std::optional<std::uint32_t> number(std::string_view digits) noexcept {
  constexpr std::size_t max_digits = 9;
  if (digits.empty() || digits.size() > max_digits || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint32_t value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return value;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) noexcept {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = number(text.substr(0, dot));
  const auto minor = number(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return Version{*major, *minor};
}

}  // namespace mdoc
