#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// Whether a profile says all that it has to, and nothing that cannot be true at once.

namespace mdoc::profile {

/// What is wrong with a profile.
enum class Inconsistency : std::uint8_t {
  row_open,

  no_english_title,   ///< of the profile or of a purpose
  alias_of_itself,    ///< its docType is among its aliases
  alias_of_built_in,  ///< its docType is one that a built-in profile knows as an alias
  alias_is_built_in,  ///< an alias is the docType of a built-in profile
  doc_type_built_in,  ///< its docType is that of a built-in profile, in whose place it stands
  id_built_in,        ///< its id is that of a built-in profile for another docType

  name_space_twice,
  domestic_region,      ///< the pattern does not have {region} exactly once
  domestic_clash,       ///< a name space of the profile fits the pattern of domestic ones
  issuer_name_space,    ///< that of the issuer's country is not defined
  issuer_element,       ///< the element of the country or jurisdiction is not defined
  issuer_element_form,  ///< or is no text

  element_twice,
  element_hidden,     ///< by a pattern before it
  element_star,       ///< elsewhere than at the end, where it stands for itself
  element_unnamed,    ///< has no English name
  condition_missing,  ///< presence is conditional, on nothing
  condition_unused,   ///< a condition, but the presence is another one
  condition_unknown,  ///< names an element that is not defined
  condition_of_itself,
  value_type,          ///< has no type
  value_bounds,        ///< least above most, or beside the lengths of the format
  value_bounds_unfit,  ///< lengths or a maximum of what has none
  value_format,        ///< a format that does not fit the type
  value_items,         ///< items of what is no array
  value_members,       ///< members of what is no map
  value_member_twice,
  value_words,          ///< texts for what is no text
  value_word_latin1,    ///< a text with characters that the type forbids
  value_word_length,    ///< a text that the bounds of the length forbid
  value_numbers,        ///< numbers for what is no number
  value_number_above,   ///< a number above the maximum
  sample_unfit,         ///< a sample breaks a rule; not of check_consistency(), as only a loaded profile has samples
  age_without_element,  ///< the name space has no age_over_NN, or one that is no boolean

  way_opposed,     ///< one side must, the other must not
  way_unmet,       ///< what the mdoc does, readers need not, nor is there another way that both have
  single_choice,   ///< a choice of one
  no_way_to_meet,  ///< every engagement is forbidden to one side, though there is retrieval in proximity
  no_way_to_talk,  ///< every retrieval is forbidden to one side

  cipher_suite_unknown,
  digest_unknown,
  curve_unknown,
  signer_curve,              ///< cannot sign
  device_curve,              ///< fits no way of mdoc authentication that is allowed
  no_device_authentication,  ///< neither signature nor MAC
  device_signed_forbidden,   ///< an element that the device may sign, where it may sign none

  key_purpose,          ///< is no object identifier
  policy,               ///< is no object identifier
  days_out_of_order,    ///< the signer's certificate outlives that of its authority
  mso_outlives_signer,  ///< the document is valid for longer than its signer
  crl_missing,          ///< certificates are revoked, but need not say where
  crl_unused,           ///< certificates say where, but are not revoked
  status_mechanism,     ///< status is mandatory, without a mechanism
  status_forbidden,     ///< status is forbidden, with a mechanism
  single_use_dates,     ///< documents for one use, recognised by their dates
  single_use_keys,      ///< documents for one use, recognised by their key
  trust_nowhere,        ///< no source of trust

  holder_means,            ///< a method without an element for it
  holder_element,          ///< the element that comes with others is not defined
  holder_device_unsigned,  ///< the device verifies its holder, but may not say so

  purpose_twice,
  extension_known,  ///< a key that the standard gives a meaning of its own

  constant_empty,
  constant_scheme,    ///< begins with no scheme and colon
  constant_infos,     ///< two keys would be derived alike
  constant_ivs,       ///< both directions would encrypt alike
  constant_contexts,  ///< one signature would stand for another
  constant_id,        ///< changed, under the name of the standard's
  constant_uuid,      ///< is no UUID
  constant_uuids,     ///< two characteristics of one service have the same
};
inline constexpr std::size_t inconsistency_count = static_cast<std::size_t>(Inconsistency::constant_uuids) + 1;

enum class InconsistencySeverity : std::uint8_t {
  advice,         ///< can be meant so
  open,           ///< a choice that the profile has not made
  contradiction,  ///< no document or no implementation can do all that the profile says
};
/// "advice", "open", "contradiction"
[[nodiscard]] MDOC_EXPORT std::string_view name(InconsistencySeverity severity) noexcept;

/// The fixed facts of an Inconsistency.
struct InconsistencyInfo {
  Inconsistency kind{};
  std::string_view id;  ///< stable: "element.twice"
  InconsistencySeverity severity{};
  Row row{};                ///< the one that it is found in; of row_open, any
  std::string_view means;   ///< one English sentence
  std::string_view advice;  ///< what to do, one English sentence
};
/// One for each enumerator, in order.
[[nodiscard]] MDOC_EXPORT std::span<const InconsistencyInfo> inconsistencies() noexcept;
[[nodiscard]] MDOC_EXPORT const InconsistencyInfo& info(Inconsistency kind) noexcept;

/// One thing that was found. Views are those of the profile.
struct ProfileFinding {
  Inconsistency kind{};
  Row row{};
  std::string_view name_space{};  ///< empty: of no name space
  std::string_view element{};     ///< its identifier; empty: of no element
  std::string detail{};           ///< which of several: a curve, a member; text of the profile, not escaped
};

/// Everything that is found in the profile, in the order of rows, and of its elements.
/// @param known  profiles whose ids, docTypes and aliases it is to leave alone; `profile` itself among them is passed
///               over, a copy of it is not
[[nodiscard]] MDOC_EXPORT std::vector<ProfileFinding> check_consistency(
    const DocTypeProfile& profile, std::span<const DocTypeProfile> known = doc_types());

/// Whether the profile can be used as it is: there is nothing but advice.
[[nodiscard]] MDOC_EXPORT bool is_complete(std::span<const ProfileFinding> findings) noexcept;

}  // namespace mdoc::profile
