#include "cli/profile_options.hpp"

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/profiles.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {
void add_profile_option(CLI::App& command, ProfileArguments& arguments, std::string_view purpose) {
  take_one_each(command.add_option("--profile", arguments.names, fmt::format("Knows {}{}", profile_argument, purpose)));
}

Profiles::Profiles(const ProfileArguments& arguments) {
  set_ = load_profiles(arguments.names);
  for (const json::LoadedProfile& own : set_.own()) {
    const ProtocolConstants* const changed = own.profile().constants;
    if (changed == nullptr) continue;
    if (constants_ != &iso18013_5()) {
      throw Failure(ExitCode::usage, "two of the profiles name the protocol differently, and a session has one way");
    }
    constants_ = changed;
  }
}

std::optional<json::LoadedProfile> load_one_profile(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return load_given_profile(name).loaded;
}

}  // namespace mdoc::cli
