#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

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
  print_fact("standing", standing_text(profile.standing));
  for (const std::string_view alias : profile.aliases) print_fact("also", alias);
  for (const std::string_view source : profile.sources) print_fact("source", source);
}

void print_name_space(const profile::NameSpaceProfile& name_space, std::string_view language) {
  print_line("");
  std::string heading = styled(Tone::strong, json::printable(name_space.name_space));
  if (!name_space.required) heading += styled(Tone::quiet, "  need not be there");
  print_line(heading);
  std::vector<TableRow> rows{{.cells = {"element", "name", "type", "presence", "clause"}}};
  for (const profile::ElementProfile& element : name_space.elements) {
    rows.push_back({.cells = {std::string(element.identifier), std::string(json::local_text(element.names, language)),
                              type_text(element.rule), presence_text(element), std::string(element.clause)}});
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

void run_profile_show(const ProfileShowArguments& arguments, const Tool& tool) {
  const GivenProfile given = load_given_profile(arguments.profile);
  const bj::value json = bj::parse(given.json);  // was read before, strictly
  if (tool.json) return print_json(json);
  const DocTypeProfile& profile = given.loaded.profile();
  const std::string& language = arguments.language.empty() ? wording().texts().language() : arguments.language;
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
                                    {"title", each.title},
                                    {"standing", standing_text(each.standing)}});
    }
    return print_json(bj::object{{"profiles", std::move(profiles)}});
  }
  std::vector<TableRow> rows{{.cells = {"id", "docType", "title", "standing"}}};
  for (const DocTypeProfile& each : profile::doc_types()) {
    rows.push_back({.cells = {std::string(each.id), std::string(each.doc_type), std::string(each.title),
                              std::string(standing_text(each.standing))}});
  }
  print_table(rows);
}

}  // namespace

void add_profile_show(CLI::App& profile, Tool& tool) {
  const auto arguments = std::make_shared<ProfileShowArguments>();
  CLI::App* command = add_command(profile, tool, "show", "Show what a profile says: its elements and its choices",
                                  "mdoc-cli profile show mdl\n  mdoc-cli profile show utopia-eid.json --language de");
  command->add_option("profile", arguments->profile, std::string("NAME|FILE: ") + profile_argument)->required();
  command->add_option("--language", arguments->language,
                      "Language of the elements' names, where the profile has it; by default that of --language before "
                      "the command");
  add_note(*command, "With --json, the profile's data as it is in its file.");
  command->callback([arguments, &tool] { run_profile_show(*arguments, tool); });
}

void add_profile_list(CLI::App& profile, Tool& tool) {
  CLI::App* command =
      add_command(profile, tool, "list", "List the profiles that are built in", "mdoc-cli profile list");
  command->callback([&tool] { run_profile_list(tool); });
}

}  // namespace mdoc::cli
