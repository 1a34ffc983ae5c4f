#include <cstdio>
#include <exception>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {

CLI::App* add_command(CLI::App& parent, Tool& tool, const std::string& name, const std::string& description,
                      const std::string& example) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_flag("--json", tool.json, "Write one JSON object to standard output");
  command->footer("Example:\n  " + example);
  return command;
}

void add_binary_output(CLI::App& command, BinaryOutput& output) {
  command.add_option("--out", output.file, "File for the raw bytes");
  command.add_option("--format", output.format, "Form on standard output")
      ->check(CLI::IsMember({"hex", "b64", "raw"}))
      ->capture_default_str();
}

namespace {

void report(const Tool& tool, const Failure& failure) {
  print_warning(failure.what());
  if (!tool.json) return;
  boost::json::object object{{"error", failure.what()}, {"exitCode", static_cast<int>(failure.code())}};
  print_line(boost::json::serialize(object));
}

int run(int argc, char** argv) {
  CLI::App app("Mobile documents: inspect, verify, issue and present them (ISO/IEC 18013-5, TS 23220-4)", "mdoc-cli");
  app.require_subcommand(1);
  app.set_version_flag("--version", MDOC_VERSION);
  Tool tool;
  add_inspect(app, tool);
  add_verify(app, tool);
  add_demo(app, tool);
  add_holder(app, tool);
  add_reader(app, tool);
  add_request(app, tool);
  add_respond(app, tool);
  add_issue(app, tool);
  add_pki(app, tool);
  add_transcript(app, tool);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  } catch (const Failure& failure) {
    report(tool, failure);
    return static_cast<int>(failure.code());
  }
  return static_cast<int>(tool.exit);
}

}  // namespace
}  // namespace mdoc::cli

int main(int argc, char** argv) {
  try {
    return mdoc::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mdoc-cli: unexpected: %s\n", error.what());
    return static_cast<int>(mdoc::cli::ExitCode::unreadable);
  }
}
