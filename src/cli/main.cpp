#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/tool.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

namespace {

constexpr const char* general_help =
    "Example:\n"
    "  mdoc-cli demo\n"
    "Each command has an example of its own: mdoc-cli verify --help\n"
    "\n"
    "INPUT  a path, - (standard input), hex:…, b64:… (base64url or base64) or mdoc:…; a file holds raw bytes, hex,\n"
    "       base64url or the mdoc: text of a QR code\n"
    "KEY    a path, -, env:NAME, fd:N, hex:… or b64:…: PEM (PKCS#8 or SEC 1), a JWK or a COSE_Key;\n"
    "       where a public key is asked for, its PEM, that of a certificate or the private key will do;\n"
    "       any but the ephemeral key of a session may be in a token: \"pkcs11:token=…;object=…\" (RFC 7512)\n"
    "\n"
    "Exit codes\n"
    "  0  done, and where there is a verdict, it is good\n"
    "  1  the verdict is bad\n"
    "  2  wrong or missing options\n"
    "  3  an input cannot be read or is not what is needed\n"
    "  4  the connection failed or timed out";

int report(const std::string& what, ExitCode code, bool json) {
  print_error(what);
  if (json) print_json(boost::json::object{{"error", what}, {"exitCode", static_cast<int>(code)}});
  return static_cast<int>(code);
}

/// The innermost command on the command line.
const CLI::App& command_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : command_of(*chosen.front());
}

/// What is wrong with the arguments, and where to read on. An option that is not known is named before
/// anything that is missing, perhaps only because of it.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = command_of(app);
  std::string what = error.what();
  const auto left_over = app.remaining(true);
  const auto is_option = [](const std::string& text) { return text.size() > 1 && text.front() == '-'; };
  const auto option = std::ranges::find_if(left_over, is_option);
  const auto word = std::ranges::find_if_not(left_over, is_option);
  std::string name;
  for (const CLI::App* each = &command; each != nullptr; each = each->get_parent()) {
    name.insert(0, name.empty() ? each->get_name() : each->get_name() + " ");
  }
  if (command.get_require_subcommand_min() > 0 && word != left_over.end()) {
    what = "unknown command " + (&command == &app ? *word : name + " " + *word);
  } else if (option != left_over.end()) {
    what = "unknown option " + option->substr(0, option->find('='));
  }
  return json::printable(what) + "; see " + name + " --help";
}

bool asks_for_json(std::span<char* const> arguments) {
  return std::ranges::any_of(arguments, [](const char* argument) { return std::string_view(argument) == "--json"; });
}

int run(int argc, char** argv) {
  CLI::App app("Mobile documents: inspect, verify, issue and present them (ISO/IEC 18013-5, TS 23220-4)", "mdoc-cli");
  app.require_subcommand(1);
  app.footer(general_help);
  app.set_version_flag("--version", MDOC_VERSION);
  add_wording(app);
  Tool tool;
  add_inspect(app, tool);
  add_verify(app, tool);
  add_demo(app, tool);
  add_doctor(app, tool);
  add_holder(app, tool);
  add_reader(app, tool);
  add_request(app, tool);
  add_respond(app, tool);
  add_issue(app, tool);
  add_profile(app, tool);
  add_pki(app, tool);
  add_cert(app, tool);
  add_trust(app, tool);
  add_log(app, tool);
  add_vical(app, tool);
  add_status_list(app, tool);
  add_transcript(app, tool);
  add_session(app, tool);
  const bool json =
      asks_for_json({argv, static_cast<std::size_t>(argc)});  // an option may fail before --json is parsed
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
    return report(usage_text(app, error), ExitCode::usage, json);
  } catch (const Failure& failure) {
    return report(failure.what(), failure.code(), json);
  } catch (const std::exception& error) {
    return report(std::string("unexpected: ") + error.what(), ExitCode::unreadable, json);
  }
  return static_cast<int>(tool.exit);
}

}  // namespace
}  // namespace mdoc::cli

int main(int argc, char** argv) {
  try {
    return mdoc::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mdoc-cli: %s\n", error.what());  // also that standard output cannot be written
    return static_cast<int>(mdoc::cli::ExitCode::unreadable);
  }
}
