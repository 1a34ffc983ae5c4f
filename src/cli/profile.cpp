#include "cli/profile.hpp"

namespace mdoc::cli {

void add_profile(CLI::App& app, Tool& tool) {
  CLI::App* profile =
      add_command(app, tool, "profile", "Show and judge profiles: what a kind of document consists of, and its choices",
                  "mdoc-cli profile show mdl\n  mdoc-cli profile check utopia-eid.json");
  profile->require_subcommand(1);
  add_profile_list(*profile, tool);
  add_profile_show(*profile, tool);
  add_profile_check(*profile, tool);
}

}  // namespace mdoc::cli
