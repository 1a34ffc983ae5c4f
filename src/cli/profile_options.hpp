#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// --profile: the kinds of documents that a command knows, beside or in the place of the built-in ones.

namespace mdoc::cli {

struct ProfileArguments {
  std::vector<std::string> names;  ///< short names, docTypes or files
};

/// Adds --profile, which may be repeated. @param purpose  what it is for, beside knowing the document
void add_profile_option(CLI::App& command, ProfileArguments& arguments, std::string_view purpose = {});

/// What a command goes by. Owns what it loaded.
class Profiles {
 public:
  /// Throws Failure: one cannot be read, or two are for one docType.
  explicit Profiles(const ProfileArguments& arguments = {});

  /// Those of --profile, then the built-in ones; for ReaderOptions::profiles and the like.
  [[nodiscard]] std::span<const profile::DocTypeProfile> all() const noexcept { return set_.span(); }
  /// Those of the one profile named that has its own, else those of the standard: one session has one set.
  [[nodiscard]] const ProtocolConstants& constants() const noexcept { return *constants_; }

 private:
  json::ProfileSet set_;
  const ProtocolConstants* constants_ = &iso18013_5();
};

/// The one profile of commands that make something for one docType; nothing: none was given. Throws Failure.
[[nodiscard]] std::optional<json::LoadedProfile> load_one_profile(const std::string& name);

}  // namespace mdoc::cli
