#include "cli/levels.hpp"

#include <string>

namespace mdoc::cli {

void add_level(CLI::App& command, Level& level) {
  const auto chosen = [&level](const std::string& text) {
    for (const Level each : {Level::strict, Level::interop, Level::lenient}) {
      if (name(each) == text) level = each;
    }
  };
  command.add_option_function<std::string>("--level", chosen, "How much deviation from the standard is let through")
      ->check(CLI::IsMember({"strict", "interop", "lenient"}))
      ->default_str("interop");
}

}  // namespace mdoc::cli
