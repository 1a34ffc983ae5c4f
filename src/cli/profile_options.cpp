#include "cli/profile_options.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/profiles.hpp"
#include "cli/tool.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

/// Neither the name of a built-in profile nor anything like a path.
bool is_unknown_name(const std::string& name) {
  std::error_code failure;
  return profile::find_profile(profile::doc_types(), name) == nullptr && name.find('/') == std::string::npos &&
         name.find(':') == std::string::npos && !name.ends_with(".json") && name != "-" &&
         !std::filesystem::exists(name, failure);
}

void require_known(const std::string& name) {
  if (!is_unknown_name(name)) return;
  std::string built_in;
  for (const std::string_view id : json::built_in_profile_ids()) built_in += std::string(id) + ", ";
  throw Failure(ExitCode::usage, fmt::format("unknown profile \"{}\"; use {}a docType or the file of one of your own",
                                             json::printable(name), built_in));
}

}  // namespace

void add_profile_option(CLI::App& command, ProfileArguments& arguments, std::string_view purpose) {
  take_one_each(command.add_option("--profile", arguments.names, fmt::format("Knows {}{}", profile_argument, purpose)));
}

Profiles::Profiles(const ProfileArguments& arguments) {
  for (const std::string& name : arguments.names) require_known(name);
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
  const std::string known = name == "photoid" ? "photo-id" : name;  // as it was called before it had a file
  require_known(known);
  return load_given_profile(known).loaded;
}

}  // namespace mdoc::cli
