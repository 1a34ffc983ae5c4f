#include "cli/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "core/ascii.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {
namespace {

/// Without what people write in one way or another.
std::string folded(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '_' || c == '-') continue;
    text += to_lower(c);
  }
  return text;
}

std::string without_digits(std::string_view name) {
  std::string text(name);
  std::erase_if(text, is_digit);
  return text;
}

/// How many letters have to be put in, taken out or replaced to make one of the other (Levenshtein).
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// Whether whoever wrote `name` probably meant `known`. Another number is another version or another age.
bool is_nearly(std::string_view name, std::string_view known) {
  constexpr std::size_t longest = 128;  // what is longer than any name that is known needs no table
  constexpr std::size_t short_name = 8;
  if (name == known || name.size() > longest) return false;
  const std::string one = folded(name), other = folded(known);
  if (one == other) return true;
  if (without_digits(one) == without_digits(other)) return false;
  return distance(one, other) <= (other.size() < short_name ? 1U : 2U);
}

void warn(std::string_view what, std::string_view name, std::string_view meant) {
  print_warning(fmt::format("{} {} is not known; is {} meant?", what, json::printable(name), meant));
}

const profile::DocTypeProfile* nearest_doc_type(std::span<const profile::DocTypeProfile> known,
                                                std::string_view doc_type) {
  const auto found =
      std::ranges::find_if(known, [doc_type](const auto& each) { return is_nearly(doc_type, each.doc_type); });
  return found == known.end() ? nullptr : &*found;
}

const profile::NameSpaceProfile* nearest_name_space(const profile::DocTypeProfile& profile, std::string_view name) {
  const auto found =
      std::ranges::find_if(profile.name_spaces, [name](const auto& each) { return is_nearly(name, each.name_space); });
  return found == profile.name_spaces.end() ? nullptr : &*found;
}

/// The identifier that was meant; empty where none is like it. A pattern ("age_over_*") stands for all that begin so.
std::string nearest_element(const profile::NameSpaceProfile& name_space, std::string_view identifier) {
  for (const profile::ElementProfile& element : name_space.elements) {
    if (!element.identifier.ends_with('*')) {
      if (is_nearly(identifier, element.identifier)) return std::string(element.identifier);
      continue;
    }
    const std::string_view begin = element.identifier.substr(0, element.identifier.size() - 1);
    const std::string meant = folded(begin), given = folded(identifier);
    if (given.starts_with(meant)) return std::string(begin) + given.substr(meant.size());
  }
  return {};
}

void warn_about_elements(const profile::NameSpaceProfile& known, const model::DataElements& elements) {
  for (const auto& [identifier, retain] : elements) {
    if (profile::find_element(known, identifier.str()) != nullptr) continue;
    const std::string what = fmt::format("of {}, the element", known.name_space);
    const std::string meant = nearest_element(known, identifier.str());
    if (!meant.empty()) {
      warn(what, identifier.str(), meant);
    } else {
      print_warning(fmt::format("{} {} is not known", what, json::printable(identifier.str())));
    }
  }
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  const auto found = std::ranges::find_if(known, [name](std::string_view each) { return is_nearly(name, each); });
  return found == known.end() ? std::string_view() : *found;
}

void warn_about_spelling(const std::vector<model::ItemsRequest>& documents,
                         std::span<const profile::DocTypeProfile> profiles) {
  for (const model::ItemsRequest& document : documents) {
    const auto* profile = profile::find_doc_type(profiles, document.doc_type.str());
    if (profile == nullptr) {
      // "mdl" is short for it elsewhere, and no docType here.
      profile = profile::find_profile(profiles, document.doc_type.str());
      if (profile == nullptr) profile = nearest_doc_type(profiles, document.doc_type.str());
      if (profile == nullptr) continue;
      warn("the document type", document.doc_type.str(), profile->doc_type);
    }
    for (const auto& [name, elements] : document.name_spaces) {
      const auto* name_space = profile::find_name_space(*profile, name.str());
      if (name_space == nullptr) {
        name_space = nearest_name_space(*profile, name.str());
        if (name_space == nullptr) continue;
        warn("the name space", name.str(), name_space->name_space);
      }
      warn_about_elements(*name_space, elements);
    }
  }
}

}  // namespace mdoc::cli
