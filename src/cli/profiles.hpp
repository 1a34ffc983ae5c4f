#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/json/profile.hpp"

/// @file
/// Profiles that commands take as NAME|FILE: the id or the docType of a built-in one, or else a path or what
/// read_content() takes. A profile in a file includes built-in fragments, and those in files beside it.

namespace mdoc::cli {

/// How to name them in the help of an option.
inline constexpr const char* profile_argument = "a profile: id or docType of a built-in one, or a JSON file";

/// One of them.
struct GivenProfile {
  std::string name;  ///< for messages: as it was given
  std::string json;
  json::LoadedProfile loaded;
  bool built_in = false;
};

/// Throws Failure: of usage, where it is no file and no name that is known, with the one that was probably meant; else
/// one that names the place in the file and what would be right there.
[[nodiscard]] GivenProfile load_given_profile(const std::string& name_or_file);

/// A built-in fragment.
struct BuiltInFragment {
  std::string id, name_space;
  std::string_view json;
};
[[nodiscard]] std::vector<BuiltInFragment> built_in_fragments();
/// The one with this id or name space.
[[nodiscard]] std::optional<BuiltInFragment> find_built_in_fragment(std::string_view name);

/// The built-in ones, and those in files before them, which must differ in id and docType. Warns of one that is not
/// complete. Throws Failure.
[[nodiscard]] json::ProfileSet load_profiles(const std::vector<std::string>& names_or_files);

}  // namespace mdoc::cli
