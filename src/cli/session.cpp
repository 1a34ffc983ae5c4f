#include "cli/session.hpp"

namespace mdoc::cli {

void add_session(CLI::App& app, Tool& tool) {
  CLI::App* session = add_command(app, tool, "session", "Read captured sessions",
                                  "mdoc-cli session decrypt --engagement \"mdoc:owBj…\" --reader-key ephemeral.pem "
                                  "--messages capture.txt --inspect");
  session->require_subcommand(1);
  add_session_decrypt(*session, tool);
}

}  // namespace mdoc::cli
