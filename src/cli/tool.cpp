#include "cli/tool.hpp"

namespace mdoc::cli {

void take_one_each(CLI::Option* option) {
  option->allow_extra_args(false);
  option->description(option->get_description() + "; may be repeated");
}

CLI::App* add_command(CLI::App& parent, Tool& tool, const std::string& name, const std::string& description,
                      const std::string& example) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_flag("--json", tool.json,
                    "Write JSON to standard output: one object, or one a line where several things happen");
  command->footer("Example:\n  " + example);
  add_note(*command, "INPUT, KEY and exit codes: mdoc-cli --help");
  return command;
}

void add_note(CLI::App& command, std::string_view note) {
  command.footer(command.get_footer() + "\n" + std::string(note));
}

void add_binary_output(CLI::App& command, BinaryOutput& output) {
  command.add_option("--out", output.file, "File for the raw bytes; - is standard output");
  command.add_option("--format", output.format, "Form on standard output")
      ->check(CLI::IsMember({"hex", "b64", "raw"}))
      ->capture_default_str();
}

}  // namespace mdoc::cli
