#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/handover.hpp"
#include "cli/input.hpp"
#include "cli/inspect/inspector.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/inspect/tree.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/structure.hpp"
#include "cli/tool.hpp"
#include "core/wiper.hpp"
#include "mdoc/engagement/qr_code.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

constexpr std::size_t most_entries = 10'000;

struct InspectArguments {
  std::string input, type = "auto";
  Level level = Level::interop;
  bool all = false;
  ProfileArguments profiles;
};

SharedBytes bytes_of(const Input& input, Inspector& inspector) {
  if (input.engagement.empty()) return SharedBytes::take_secret(input.bytes);
  return require(engagement::decode_engagement_text(input.engagement, inspector.context(), inspector.constants()),
                 "cannot read the engagement " + input.name);
}

void print_remarks(const std::vector<Remark>& remarks) {
  if (remarks.empty()) return;
  print_line("");
  print_line(remarks.size() == 1 ? "1 remark" : fmt::format("{} remarks", remarks.size()));
  for (const Remark& remark : remarks) {
    std::string place = remark.where;
    if (remark.offset) place += fmt::format("{}byte {}", place.empty() ? "" : ", ", *remark.offset);
    print_line(fmt::format("  {} {}{}  {}", styled(Tone::warning, "!"), remark.what,
                           place.empty() ? "" : " at " + place, styled(Tone::quiet, "(" + remark.id + ")")));
  }
}

bj::array remarks_json(const std::vector<Remark>& remarks) {
  bj::array list;
  for (const Remark& remark : remarks) {
    bj::object entry{{"where", remark.where},
                     {"offset", remark.offset ? bj::value(*remark.offset) : bj::value(nullptr)},
                     {"what", remark.what},
                     {"id", remark.id}};
    list.push_back(std::move(entry));
  }
  return list;
}

void run_inspect(const InspectArguments& arguments, const Tool& tool) {
  const Profiles profiles(arguments.profiles);
  Input input = read_input_or_engagement(arguments.input, profiles.constants());
  const Wiper wiper(input.bytes);  // it may be a key
  const Structure type = find_structure(arguments.type).value_or(recognise(input));
  // As JSON, the tree is not printed at all, and the value is whole.
  if (!arguments.all) limit_entries(most_entries);
  Inspector inspector(arguments.level, profiles.all(), profiles.constants());
  inspector.input_name = input.name;
  const SharedBytes bytes = bytes_of(input, inspector);
  if (bytes.empty()) throw Failure(ExitCode::unreadable, input.name + " is empty");
  const Node tree = inspect_structure(type, bytes, inspector);
  if (!tool.json) {
    print_tree(tree);
    return print_remarks(inspector.remarks());
  }
  bj::object object{{"type", name(type)}};
  if (inspector.version) object.emplace("version", *inspector.version);
  object.emplace("value", inspector.value ? *inspector.value : json_of(bytes.view()));
  object.emplace("warnings", remarks_json(inspector.remarks()));
  print_json(object);
}

}  // namespace

void add_inspect(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<InspectArguments>();
  CLI::App* command = add_command(app, tool, "inspect", "Decode and explain any structure",
                                  "mdoc-cli inspect response.cbor\n  mdoc-cli inspect \"mdoc:owBj…\" --json");
  command->add_option("input", arguments->input, "Path, -, hex:…, b64:… or mdoc:… text")->required();
  std::vector<std::string> types = structure_names();
  types.insert(types.begin(), "auto");
  command->add_option("--type", arguments->type, "What it is; by default told by its content")
      ->check(CLI::IsMember(types))
      ->capture_default_str();
  command->add_flag("--all", arguments->all,
                    fmt::format("Show all entries of lists, not the first {}; --json always has them", most_entries));
  add_profile_option(*command, arguments->profiles, "; what it names differently in the protocol is read");
  add_level(*command, arguments->level);
  command->callback([arguments, &tool] { run_inspect(*arguments, tool); });
}

}  // namespace mdoc::cli
