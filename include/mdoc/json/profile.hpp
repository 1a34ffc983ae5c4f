#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// Profiles as JSON files, in the form of docs/profiles/format.md.

namespace mdoc::json {

/// Bounds of one profile.
struct ProfileLimits {
  static constexpr std::size_t bytes = std::size_t{1} << 20;  ///< of a file; of all samples together
  static constexpr unsigned depth = 16;
  static constexpr std::size_t name_spaces = 64;
  static constexpr std::size_t elements = 1024;   ///< of all name spaces together
  static constexpr std::size_t members = 256;     ///< of one map
  static constexpr std::size_t name_bytes = 128;  ///< identifiers, names of algorithms, words
  static constexpr std::size_t text_bytes = 1024;
  static constexpr std::size_t languages = 32;
  static constexpr std::size_t entries = 1024;  ///< of any other list
};

/// Where the fragments come from that a profile includes.
struct ProfileSources {
  /// The JSON of the fragment with this id; nothing where there is none. Empty: built_in_fragment_json().
  std::function<std::optional<std::string>(std::string_view id)> fragment{};
};

/// What an Error has no room for. All are for people; `member` is text of the file, and has to be escaped to be shown.
struct ProfileFault {
  /// The member below Error::where that is not known, the language of a text, or the identifier of a sample; else
  /// empty.
  std::string member{};
  std::string expected{};  ///< what would be right: "one of mandatory, optional"
  /// What is wrong, where the code of the error says too little: `no fragment has the id "iso-23220-9"`; else empty.
  std::string cause{};
  bool unknown_member = false;  ///< `member` is none that the format has there, whatever its value
};

/// A profile and the storage that its views point to, which all copies share.
class MDOC_EXPORT LoadedProfile {
 public:
  /// Valid, with all it points to, as long as this object or a copy of it lives.
  [[nodiscard]] const profile::DocTypeProfile& profile() const noexcept;
  /// The `sample` of each element that has one, and the `samples` of patterns: `{"<nameSpace>": {"<element>": value}}`
  /// as read_elements() takes it but for `{"sample": "portrait"}`, which stands for a picture.
  [[nodiscard]] std::string_view samples() const noexcept;

 private:
  struct Storage;
  friend class ProfileLoader;
  explicit LoadedProfile(std::shared_ptr<const Storage> storage) noexcept;
  std::shared_ptr<const Storage> storage_;
};

/// Reads a profile. What the profile says is not judged here: profile::check_consistency() does that.
/// @param fault  set beside an error, if not null
/// @return an error whose `where` is the place in the file ("nameSpaces[1].elements[3].type"), with that in a fragment
///         behind the "include" that names it: malformed/bad_encoding: not JSON; duplicate_key: a name twice in one
///         object, or a value twice where each counts once; missing_element; wrong_type; bad_value: a value that is not
///         defined, or a member, which `fault` then names; empty_structure; unsupported/unsupported_version: another
///         profileFormat; limit/too_large, too_deep, too_many: beyond ProfileLimits
[[nodiscard]] MDOC_EXPORT Result<LoadedProfile> load_profile(std::string_view json, const ProfileSources& sources = {},
                                                             ProfileFault* fault = nullptr);

/// The short names of profile::doc_types(), in their order.
[[nodiscard]] MDOC_EXPORT std::span<const std::string_view> built_in_profile_ids() noexcept;
/// The JSON of a built-in profile; empty if there is none of this id.
[[nodiscard]] MDOC_EXPORT std::string_view built_in_profile_json(std::string_view id) noexcept;
/// The ids of the built-in fragments.
[[nodiscard]] MDOC_EXPORT std::span<const std::string_view> built_in_fragment_ids() noexcept;
/// The JSON of a built-in fragment: "iso-23220-1"; empty if there is none of this id.
[[nodiscard]] MDOC_EXPORT std::string_view built_in_fragment_json(std::string_view id) noexcept;

/// The built-in profiles, and an application's own before them: one for a docType that is built in takes its place.
class MDOC_EXPORT ProfileSet {
 public:
  /// The built-in ones.
  ProfileSet();

  /// Ends the validity of span() and of what find() gave.
  /// @return malformed/missing_element: it has no docType; malformed/duplicate_key: an own one with its id ("id") or
  ///         its docType ("docType") was added before
  Result<void> add(LoadedProfile profile);

  /// For VerificationInput::profiles and the like. Valid as long as this object lives and is not changed.
  [[nodiscard]] std::span<const profile::DocTypeProfile> span() const noexcept { return profiles_; }
  /// The first with this short name or docType; null if there is none.
  [[nodiscard]] const profile::DocTypeProfile* find(std::string_view id_or_doc_type) const noexcept;
  /// The own ones, in the order in which they were added.
  [[nodiscard]] std::span<const LoadedProfile> own() const noexcept { return own_; }

 private:
  std::vector<LoadedProfile> own_;
  std::vector<profile::DocTypeProfile> profiles_;
};

}  // namespace mdoc::json
