#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/profile_text.hpp"
#include "cli/profiles.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/texts.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using profile::DocTypeProfile;

struct ProfileShowArguments {
  std::string profile;
  std::string language;  ///< empty: that of wording()
};

void print_fact(std::string_view name, std::string_view value) {
  if (!value.empty()) print_line(fmt::format("  {:<9} {}", name, json::printable(value)));
}

void print_head(const DocTypeProfile& profile, std::string_view language) {
  print_line(styled(Tone::strong, json::printable(json::local_text(profile.titles, language))));
  print_fact("docType", profile.doc_type);
  print_fact("id", profile.id);
  print_fact("standing", profile::name(profile.standing));
  for (const std::string_view alias : profile.aliases) print_fact("also", alias);
  for (const std::string_view source : profile.sources) print_fact("source", source);
}

/// What a map holds, below its element or below the member that it is the value of.
void add_members(std::vector<TableRow>& rows, const profile::ValueRule& rule,  // NOLINT(misc-no-recursion)
                 std::string_view language, const std::string& indent) {
  for (const profile::MemberRule& member : rule.members) {
    rows.push_back({.cells = {indent + std::string(member.key), std::string(json::local_text(member.names, language)),
                              type_text(member.rule), std::string(profile::name(member.presence)), "", ""}});
    add_members(rows, member.rule, language, indent + "  ");
  }
  if (rule.items != nullptr) add_members(rows, *rule.items, language, indent);
}

void print_name_space(const profile::NameSpaceProfile& name_space, std::string_view language) {
  print_line("");
  std::string heading = styled(Tone::strong, json::printable(name_space.name_space));
  if (!name_space.required) heading += styled(Tone::quiet, "  need not be there");
  print_line(heading);
  std::vector<TableRow> rows{{.cells = {"element", "name", "type", "presence", "class", "clause"}}};
  for (const profile::ElementProfile& element : name_space.elements) {
    rows.push_back({.cells = {std::string(element.identifier), std::string(json::local_text(element.names, language)),
                              type_text(element.rule), presence_text(element),
                              std::string(profile::name(element.element_class)), std::string(element.clause)}});
    add_members(rows, element.rule, language, "  ");
  }
  print_table(rows);
}

/// The choices are too long for a column, and their end matters.
void print_choices(const DocTypeProfile& profile, const bj::object& json) {
  print_line("");
  print_line(styled(Tone::strong, "Choices"));
  for (const profile::RowInfo& row : profile::rows()) {
    const std::string text = json::printable(choice_text(row, profile, json));
    const Tone tone = profile.answered.has(row.row) ? Tone::plain : Tone::warning;
    print_line(fmt::format("  {:<10}{:<21} {}", row.label, row.key, styled(tone, text)));
  }
}

/// One that has all its elements, and nothing else.
json::LoadedProfile profile_of(const BuiltInFragment& fragment, const bj::object& json) {
  const bj::object name_space{{"nameSpace", fragment.name_space}, {"elements", json.at("elements")}};
  const bj::object profile{{"profileFormat", 1},
                           {"id", fragment.id},
                           {"title", bj::object{{"en", fragment.id}}},
                           {"standing", "provisional"},
                           {"sources", json.at("sources")},
                           {"nameSpaces", bj::array{name_space}}};
  return require(json::load_profile(bj::serialize(profile)), "cannot load the fragment " + fragment.id);
}

void show_fragment(const BuiltInFragment& fragment, const std::string& language, bool as_json) {
  const bj::value json = bj::parse(fragment.json);
  if (as_json) return print_json(json);
  const json::LoadedProfile including = profile_of(fragment, json.get_object());
  print_line(styled(Tone::strong, "Fragment " + fragment.id));
  print_fact("include", "\"" + fragment.id + "\"");
  for (const std::string_view source : including.profile().sources) print_fact("source", source);
  print_name_space(including.profile().name_spaces.front(), language);
}

void run_profile_show(const ProfileShowArguments& arguments, const Tool& tool) {
  const std::string& language = arguments.language.empty() ? wording().texts().language() : arguments.language;
  if (const auto fragment = find_built_in_fragment(arguments.profile))
    return show_fragment(*fragment, language, tool.json);
  const GivenProfile given = load_given_profile(arguments.profile);
  const bj::value json = bj::parse(given.json);  // was read before, strictly
  if (tool.json) return print_json(json);
  const DocTypeProfile& profile = given.loaded.profile();
  print_head(profile, language);
  for (const auto& name_space : profile.name_spaces) print_name_space(name_space, language);
  print_choices(profile, json.get_object());
}

void run_profile_list(const Tool& tool) {
  if (tool.json) {
    bj::array profiles;
    for (const DocTypeProfile& each : profile::doc_types()) {
      profiles.push_back(bj::object{{"id", each.id},
                                    {"docType", each.doc_type},
                                    {"title", json::local_text(each.titles, "en")},
                                    {"standing", profile::name(each.standing)}});
    }
    bj::array fragments;
    for (const BuiltInFragment& each : built_in_fragments()) {
      fragments.push_back(bj::object{{"id", each.id}, {"nameSpace", each.name_space}});
    }
    return print_json(bj::object{{"profiles", std::move(profiles)}, {"fragments", std::move(fragments)}});
  }
  std::vector<TableRow> rows{{.cells = {"id", "docType", "title", "standing"}}};
  for (const DocTypeProfile& each : profile::doc_types()) {
    rows.push_back(
        {.cells = {std::string(each.id), std::string(each.doc_type), std::string(json::local_text(each.titles, "en")),
                   std::string(profile::name(each.standing))}});
  }
  for (const BuiltInFragment& each : built_in_fragments()) {
    rows.push_back({.cells = {each.id, "", "Elements of " + each.name_space + " for profiles to include", "fragment"}});
  }
  print_table(rows);
}

}  // namespace

void add_profile_show(CLI::App& profile, Tool& tool) {
  const auto arguments = std::make_shared<ProfileShowArguments>();
  CLI::App* command =
      add_command(profile, tool, "show", "Show what a profile or a fragment says: its elements and its choices",
                  "mdoc-cli profile show mdl\n  mdoc-cli profile show utopia-eid.json --language de");
  command
      ->add_option("profile", arguments->profile,
                   std::string("NAME|FILE: ") + profile_argument + "; or id or name space of a built-in fragment")
      ->required();
  command->add_option("--language", arguments->language,
                      "Language of the elements' names, where the profile has it; by default that of --language before "
                      "the command");
  add_note(*command, "With --json, the data as it is in its file.");
  command->callback([arguments, &tool] { run_profile_show(*arguments, tool); });
}

void add_profile_list(CLI::App& profile, Tool& tool) {
  CLI::App* command =
      add_command(profile, tool, "list", "List the profiles and fragments that are built in", "mdoc-cli profile list");
  command->callback([&tool] { run_profile_list(tool); });
}

}  // namespace mdoc::cli
