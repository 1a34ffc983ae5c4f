#include "cli/profile_text.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using profile::DocTypeProfile;
using profile::Presence;
using profile::Row;
using profile::ValueForm;
using profile::ValueFormat;

// In the order in which people read them.
constexpr std::array forms{ValueForm::text,  ValueForm::latin1, ValueForm::uint,      ValueForm::boolean,
                           ValueForm::bytes, ValueForm::image,  ValueForm::full_date, ValueForm::tdate,
                           ValueForm::map,   ValueForm::array};

std::string plain(const bj::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_null()) return "none";
  if (!value.is_array()) return bj::serialize(value);
  std::vector<std::string> elements;
  for (const bj::value& element : value.get_array()) elements.push_back(plain(element));
  return elements.empty() ? "none" : fmt::format("{}", fmt::join(elements, ", "));
}

std::string members(const bj::object& object, std::string_view between) {  // NOLINT(misc-no-recursion): two levels
  std::vector<std::string> texts;
  for (const auto& member : object) {
    const auto* const inner = member.value().if_object();
    texts.push_back(std::string(member.key()) + " " +
                    (inner == nullptr ? plain(member.value()) : "(" + members(*inner, ", ") + ")"));
  }
  return fmt::format("{}", fmt::join(texts, between));
}

std::string name_spaces_text(const DocTypeProfile& profile) {
  std::vector<std::string_view> names;
  for (const auto& name_space : profile.name_spaces) names.push_back(name_space.name_space);
  return fmt::format("{}; domestic {}", fmt::join(names, ", "),
                     profile.domestic.pattern.empty() ? "none" : profile.domestic.pattern);
}

}  // namespace

std::string type_text(const profile::ValueRule& rule) {  // NOLINT(misc-no-recursion): as deep as the profile
  std::vector<std::string_view> names;
  for (const ValueForm form : forms) {
    if (!includes(rule.form, form)) continue;
    const bool formatted = rule.format != ValueFormat::none && includes(form, ValueForm::text | ValueForm::bytes);
    names.push_back(formatted ? profile::name(rule.format) : profile::name(form));
  }
  std::string text = fmt::format("{}", fmt::join(names, " or "));
  if (rule.min_length > 0) text += fmt::format(" ≥ {}", rule.min_length);
  if (rule.max_length > 0) text += fmt::format(" ≤ {}", rule.max_length);
  if (rule.max_number > 0) text += fmt::format(" max {}", rule.max_number);
  std::vector<std::string> values(rule.words.begin(), rule.words.end());
  for (const std::uint64_t number : rule.numbers) values.push_back(std::to_string(number));
  if (!values.empty()) {
    text += fmt::format("{}{}", rule.format == ValueFormat::none ? ": " : " or ", fmt::join(values, ", "));
  }
  if (rule.items != nullptr) text += " of " + type_text(*rule.items);
  return text;
}

std::string presence_text(const profile::ElementProfile& element) {
  const std::string name(profile::name(element.presence));
  return element.presence == Presence::conditional ? fmt::format("{}: {}", name, element.condition.text) : name;
}

std::string choice_text(const profile::RowInfo& row, const DocTypeProfile& profile, const bj::object& json) {
  if (!profile.answered.has(row.row)) return "left open";
  if (row.row == Row::name_spaces) return name_spaces_text(profile);
  if (row.row == Row::elements) {
    std::size_t count = 0;
    for (const auto& name_space : profile.name_spaces) count += name_space.elements.size();
    return fmt::format("{} elements", count);
  }
  if (row.row == Row::purposes) {
    std::vector<std::string> hints;
    for (const auto& hint : profile.purposes) hints.push_back(fmt::format("{} {}", hint.controller, hint.code));
    return hints.empty() ? "none" : fmt::format("{}", fmt::join(hints, ", "));
  }
  const bj::value& value = json.at(row.key);
  const auto* const object = value.if_object();
  return object == nullptr ? plain(value) : members(*object, "; ");
}

}  // namespace mdoc::cli
