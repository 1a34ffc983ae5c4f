// The pages in docs/profiles say what the profiles say, by the rule in docs/profiles/README.md.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/json/profile.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "support/vectors.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using profile::Presence;
using profile::ValueForm;
using profile::ValueFormat;
using profile::ValueRule;

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

std::string_view format_name(ValueFormat format) {
  switch (format) {
    case ValueFormat::none: break;
    case ValueFormat::country: return "country";
    case ValueFormat::country_2_or_3: return "country-2-or-3";
    case ValueFormat::subdivision: return "subdivision";
    case ValueFormat::date_mask: return "date-mask";
    case ValueFormat::phone: return "phone";
    case ValueFormat::email: return "email";
    case ValueFormat::digits: return "digits";
    case ValueFormat::biometric_template: return "biometric-template";
    case ValueFormat::image_or_empty: return "image-or-empty";
  }
  return {};
}

std::string type_text(const ValueRule& rule) {
  constexpr std::array<std::pair<ValueForm, std::string_view>, 10> forms{{{ValueForm::text, "text"},
                                                                          {ValueForm::latin1, "latin1"},
                                                                          {ValueForm::uint, "uint"},
                                                                          {ValueForm::boolean, "boolean"},
                                                                          {ValueForm::bytes, "bytes"},
                                                                          {ValueForm::image, "image"},
                                                                          {ValueForm::full_date, "full-date"},
                                                                          {ValueForm::tdate, "tdate"},
                                                                          {ValueForm::map, "map"},
                                                                          {ValueForm::array, "array"}}};
  std::vector<std::string> names;
  for (const auto& [form, name] : forms) {
    if (!includes(rule.form, form)) continue;
    const bool formatted = rule.format != ValueFormat::none && includes(form, ValueForm::text | ValueForm::bytes);
    names.emplace_back(formatted ? format_name(rule.format) : name);
  }
  std::string text = joined(names, " or ");
  if (rule.min_length > 0) text += " ≥ " + std::to_string(rule.min_length);
  if (rule.max_length > 0) text += " ≤ " + std::to_string(rule.max_length);
  if (rule.max_number > 0) text += " max " + std::to_string(rule.max_number);
  std::vector<std::string> values(rule.words.begin(), rule.words.end());
  for (const std::uint64_t number : rule.numbers) values.push_back(std::to_string(number));
  if (!values.empty()) text += (rule.format == ValueFormat::none ? ": " : " or ") + joined(values, ", ");
  if (rule.items != nullptr) text += " of " + type_text(*rule.items);
  return text;
}

std::string presence_text(const profile::ElementProfile& element) {
  switch (element.presence) {
    case Presence::mandatory: return "mandatory";
    case Presence::recommended: return "recommended";
    case Presence::optional: return "optional";
    case Presence::conditional: break;
  }
  return "conditional: " + std::string(element.condition.text);
}

std::string element_table(const profile::NameSpaceProfile& name_space) {
  std::string table = "| Element | Type | Presence | Clause |\n|---|---|---|---|\n";
  for (const profile::ElementProfile& element : name_space.elements) {
    table += "| `" + std::string(element.identifier) + "` | " + type_text(element.rule) + " | " +
             presence_text(element) + " | " + std::string(element.clause) + " |\n";
  }
  return table;
}

// ---- Rows P1 to P18 --------------------------------------------------------------------------------

std::string plain(const bj::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_null()) return "none";
  if (value.is_array()) {
    std::vector<std::string> elements;
    for (const bj::value& element : value.get_array()) elements.push_back(plain(element));
    return elements.empty() ? "none" : joined(elements, ", ");
  }
  return bj::serialize(value);
}

std::string members(const bj::object& object, std::string_view between) {
  std::vector<std::string> texts;
  for (const auto& member : object) {
    const bool inner = member.value().is_object();
    texts.push_back(std::string(member.key()) + " " +
                    (inner ? "(" + members(member.value().get_object(), ", ") + ")" : plain(member.value())));
  }
  return joined(texts, between);
}

std::string choice(profile::Row row, std::string_view key, const bj::object& file,
                   const profile::DocTypeProfile& profile) {
  if (row == profile::Row::name_spaces) {
    std::vector<std::string> names;
    for (const auto& name_space : profile.name_spaces) names.emplace_back(name_space.name_space);
    const std::string_view pattern = profile.domestic.pattern;
    return joined(names, ", ") + "; domestic " + (pattern.empty() ? "none" : std::string(pattern));
  }
  if (row == profile::Row::elements) {
    std::size_t count = 0;
    for (const auto& name_space : profile.name_spaces) count += name_space.elements.size();
    return std::to_string(count) + " elements";
  }
  if (row == profile::Row::purposes) {
    std::vector<std::string> hints;
    for (const auto& hint : profile.purposes) {
      hints.push_back(std::string(hint.controller) + " " + std::to_string(hint.code));
    }
    return hints.empty() ? "none" : joined(hints, ", ");
  }
  const bj::value& value = file.at(key);
  return value.is_object() ? members(value.get_object(), "; ") : plain(value);
}

std::string choice_table(const bj::object& file, const profile::DocTypeProfile& profile) {
  std::string table = "| Row | Choice |\n|---|---|\n";
  for (const profile::RowInfo& row : profile::rows()) {
    table += "| " + std::string(row.label) + " | " + choice(row.row, row.key, file, profile) + " |\n";
  }
  return table;
}

// ---- Pages -----------------------------------------------------------------------------------------

std::string page_of(std::string_view id) { return testing::project_text("docs/profiles/" + std::string(id) + ".md"); }

/// The only table under this heading, with the lines that begin by "|".
std::string table_under(const std::string& page, const std::string& heading) {
  const std::size_t begin = page.find("## " + heading + "\n");
  if (begin == std::string::npos) return "no heading " + heading;
  const std::string section = page.substr(begin, page.find("\n## ", begin) - begin) + "\n";
  std::string table;
  for (std::size_t line = 0; line < section.size();) {
    const std::size_t end = section.find('\n', line);
    if (section[line] == '|') table += section.substr(line, end - line + 1);
    line = end + 1;
  }
  return table;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

/// Line by line, so that a difference is seen.
void expect_same(const std::string& on_page, const std::string& in_profile) {
  const auto page = lines_of(on_page), profile = lines_of(in_profile);
  EXPECT_EQ(page.size(), profile.size());
  for (std::size_t i = 0; i < std::min(page.size(), profile.size()); ++i) EXPECT_EQ(page[i], profile[i]);
}

TEST(ProfilePages, HaveTheElementsOfEachNameSpace) {
  for (const profile::DocTypeProfile& profile : profile::doc_types()) {
    const std::string page = page_of(profile.id);
    for (const profile::NameSpaceProfile& name_space : profile.name_spaces) {
      SCOPED_TRACE(name_space.name_space);
      expect_same(table_under(page, "`" + std::string(name_space.name_space) + "`"), element_table(name_space));
    }
  }
}

TEST(ProfilePages, HaveTheChoicesOfEachRow) {
  for (const profile::DocTypeProfile& profile : profile::doc_types()) {
    const bj::value file = bj::parse(built_in_profile_json(profile.id));
    SCOPED_TRACE(profile.id);
    expect_same(table_under(page_of(profile.id), "Choices"), choice_table(file.as_object(), profile));
  }
}

TEST(ProfilePages, AreListedWithTheirDocTypeStandingAndSources) {
  const std::string index = testing::project_text("docs/profiles/README.md");
  for (const profile::DocTypeProfile& profile : profile::doc_types()) {
    const std::vector<std::string> sources(profile.sources.begin(), profile.sources.end());
    const std::string row = "| [" + std::string(local_text(profile.titles, "en")) + "](" + std::string(profile.id) +
                            ".md) | `" + std::string(profile.doc_type) + "` | " +
                            std::string(profile::name(profile.standing)) + " | " + joined(sources, "; ") + " |\n";
    EXPECT_NE(index.find(row), std::string::npos) << row;
  }
}

TEST(ProfilePages, HaveTheElementsOfTheFragment) {
  const bj::value fragment = bj::parse(built_in_fragment_json("iso-23220-1"));
  bj::object profile = bj::parse(R"({"profileFormat": 1, "id": "all", "title": {"en": "All"}, "standing": "national",
                                     "sources": ["a test"], "docType": "all.1"})")
                           .as_object();
  bj::array elements;
  for (const bj::value& element : fragment.at("elements").as_array()) {
    elements.push_back({{"identifier", element.at("identifier")}, {"presence", element.at("presence")}});
  }
  profile["nameSpaces"] =
      bj::array{{{"nameSpace", fragment.at("nameSpace")}, {"include", "iso-23220-1"}, {"elements", elements}}};
  const auto loaded = load_profile(bj::serialize(profile));
  ASSERT_TRUE(loaded) << loaded.error().where.text();
  expect_same(table_under(page_of("iso-23220-1"), "`org.iso.23220.1`"),
              element_table(loaded->profile().name_spaces.front()));
}

}  // namespace
}  // namespace mdoc::json
