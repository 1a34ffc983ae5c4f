#include "mdoc/profile/doc_type_profile.hpp"

#include <algorithm>
#include <string>

#include "core/ascii.hpp"
#include "core/country_code.hpp"
#include "profile/value_formats.hpp"

namespace mdoc::profile {
namespace {

/// An ISO 3166-1 alpha-2 or 3166-2 code, whose letters are upper case or, where that is allowed, lower case.
bool is_region(std::string_view code, bool lower_case) noexcept {
  constexpr std::size_t longest = std::string_view("UT-ABC").size();
  if (code.size() > longest) return false;
  std::string upper(code);
  for (char& c : upper) {
    if (lower_case) c = to_upper(c);
  }
  return is_alpha2(upper) || is_subdivision(upper);
}

}  // namespace

bool fits(std::string_view pattern, std::string_view identifier) noexcept {
  const bool open = pattern.ends_with('*');
  if (open) pattern.remove_suffix(1);
  if (open ? identifier.size() < pattern.size() : identifier.size() != pattern.size()) return false;
  return std::ranges::equal(pattern, identifier.substr(0, pattern.size()), [](char expected, char found) {
    return expected == '#' ? is_digit(found) : expected == found;
  });
}

const DocTypeProfile* find_doc_type(std::span<const DocTypeProfile> profiles, std::string_view doc_type) noexcept {
  const auto found = std::ranges::find(profiles, doc_type, &DocTypeProfile::doc_type);
  return found == profiles.end() ? nullptr : &*found;
}

const DocTypeProfile* find_profile(std::span<const DocTypeProfile> profiles, std::string_view id_or_doc_type) noexcept {
  if (id_or_doc_type.empty()) return nullptr;
  const auto found = std::ranges::find_if(profiles, [&](const DocTypeProfile& profile) {
    return profile.id == id_or_doc_type || profile.doc_type == id_or_doc_type;
  });
  return found == profiles.end() ? nullptr : &*found;
}

const NameSpaceProfile* find_name_space(const DocTypeProfile& profile, std::string_view name_space) noexcept {
  const auto found = std::ranges::find(profile.name_spaces, name_space, &NameSpaceProfile::name_space);
  return found == profile.name_spaces.end() ? nullptr : &*found;
}

const ElementProfile* find_element(const NameSpaceProfile& profile, std::string_view identifier) noexcept {
  const auto found = std::ranges::find_if(
      profile.elements, [&](const ElementProfile& element) { return fits(element.identifier, identifier); });
  return found == profile.elements.end() ? nullptr : &*found;
}

bool is_domestic(const DocTypeProfile& profile, std::string_view name_space) noexcept {
  constexpr std::string_view place = "{region}";
  const std::string_view pattern = profile.domestic.pattern;
  const std::size_t at = pattern.find(place);
  if (at == std::string_view::npos || !name_space.starts_with(pattern.substr(0, at))) return false;
  std::string_view region = name_space.substr(at);
  const std::string_view after = pattern.substr(at + place.size());
  if (!region.ends_with(after)) return false;
  region.remove_suffix(after.size());
  if (const std::size_t dot = region.find('.'); profile.domestic.version && dot != std::string_view::npos) {
    const std::string_view version = region.substr(dot + 1);
    if (version.empty() || !std::ranges::all_of(version, is_digit)) return false;
    region = region.substr(0, dot);
  }
  return is_region(region, profile.domestic.lower_case);
}

}  // namespace mdoc::profile
