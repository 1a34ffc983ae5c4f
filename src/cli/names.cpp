#include "cli/names.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/failure.hpp"
#include "core/country_code.hpp"

namespace mdoc::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> attributes{{
    {"C", crypto::attribute::country},
    {"ST", crypto::attribute::state_or_province},
    {"L", crypto::attribute::locality},
    {"O", crypto::attribute::organization},
    {"OU", crypto::attribute::organizational_unit},
    {"CN", crypto::attribute::common_name},
    {"serialNumber", crypto::attribute::serial_number},
}};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

/// Splits at each of these characters; a backslash keeps the next one, as in RFC 4514.
std::vector<std::string> split(std::string_view text, std::string_view separators = ",") {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      parts.back() += text[++i];
    else if (separators.find(text[i]) != std::string_view::npos)
      parts.emplace_back();
    else
      parts.back() += text[i];
  }
  return parts;
}

}  // namespace

crypto::DistinguishedName parse_name(const std::string& text) {
  std::vector<crypto::NameAttribute> name;
  for (const std::string& part : split(text)) {
    const std::size_t equals = part.find('=');
    const std::string key = trimmed(std::string_view(part).substr(0, equals));
    const auto known = std::ranges::find(attributes, key, &std::pair<std::string_view, std::string_view>::first);
    if (equals == std::string::npos || known == attributes.end()) {
      throw Failure(ExitCode::usage,
                    "\"" + part + "\" is no part of a name; write it like \"C=UT, O=Utopia, CN=Name\"");
    }
    const std::string value = trimmed(std::string_view(part).substr(equals + 1));
    if (key == "C" && !is_alpha2(value)) {
      throw Failure(ExitCode::usage,
                    "\"" + trimmed(part) + "\": C is a country code of two capital letters (ISO 3166-1), as in C=UT");
    }
    name.push_back({.type = std::string(known->second), .value = value});
  }
  return require(crypto::DistinguishedName::build(name), "cannot use the name \"" + text + "\"");
}

std::string plain_name(std::string_view text) {
  const std::vector<std::string> parts = split(text, ",+");
  const auto find = [&](std::string_view wanted) -> std::string {
    for (const std::string& part : parts) {
      const std::size_t equals = part.find('=');
      if (equals != std::string::npos && trimmed(std::string_view(part).substr(0, equals)) == wanted)
        return trimmed(std::string_view(part).substr(equals + 1));
    }
    return {};
  };
  std::string name = find("CN");
  if (name.empty()) name = find("O");
  if (name.empty()) return std::string(text);
  const std::string country = find("C");
  return country.empty() ? name : name + ", " + country;
}

}  // namespace mdoc::cli
