#include "cli/vical.hpp"

namespace mdoc::cli {

void add_vical(CLI::App& app, Tool& tool) {
  CLI::App* vical = add_command(
      app, tool, "vical", "Show, judge, make and compare lists of authorities: VICAL (issuers) and RICAL (readers)",
      "mdoc-cli vical show list.cbor\n  mdoc-cli vical verify list.cbor --trust provider.pem");
  vical->require_subcommand(1);
  add_vical_show(*vical, tool);
  add_vical_verify(*vical, tool);
  add_vical_create(*vical, tool);
  add_vical_diff(*vical, tool);
}

}  // namespace mdoc::cli
