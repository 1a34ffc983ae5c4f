#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

/// @file
/// What the value of a data element may be, as data. Views have static storage in the built-in profiles; those of a
/// profile loaded at run time live as long as it (json::LoadedProfile).

namespace mdoc::profile {

/// Forms that a value may have; combined with |.
enum class ValueForm : std::uint16_t {
  none = 0,
  text = 1u << 0,
  latin1 = 1u << 1,  ///< text whose characters are all of ISO/IEC 8859-1
  uint = 1u << 2,
  boolean = 1u << 3,
  bytes = 1u << 4,
  image = 1u << 5,  ///< bytes that begin as JPEG or JPEG 2000
  array = 1u << 6,
  map = 1u << 7,
  full_date = 1u << 8,  ///< tag 1004
  tdate = 1u << 9,      ///< tag 0
};
[[nodiscard]] constexpr ValueForm operator|(ValueForm a, ValueForm b) noexcept {
  return static_cast<ValueForm>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
/// Whether `set` holds one of `forms`.
[[nodiscard]] constexpr bool includes(ValueForm set, ValueForm forms) noexcept {
  return (static_cast<std::uint16_t>(set) & static_cast<std::uint16_t>(forms)) != 0;
}

/// As in profiles: "text", "full-date". @pre `form` is one form
[[nodiscard]] MDOC_EXPORT std::string_view name(ValueForm form) noexcept;

/// What a text or a byte string says within its form.
enum class ValueFormat : std::uint8_t {
  none,
  country,             ///< "country": ISO 3166-1 alpha-2, upper case
  country_2_or_3,      ///< "country-2-or-3": alpha-2 or alpha-3, upper case
  subdivision,         ///< "subdivision": ISO 3166-2, e.g. "US-IA"
  date_mask,           ///< "date-mask": eight characters 0 or 1 over YYYYMMDD, 1 where the digit is unknown
  phone,               ///< "phone": "+" and digits
  email,               ///< "email": one "@" with something on both sides
  digits,              ///< "digits": decimal digits only
  biometric_template,  ///< "biometric-template": bytes that begin 7F 61 (ISO/IEC 19794, 18013-5 7.2.1)
  image_or_empty,      ///< "image-or-empty": bytes of an image, or none where the holder opted out
};

/// As in profiles: "country-2-or-3"; empty for `none`.
[[nodiscard]] MDOC_EXPORT std::string_view name(ValueFormat format) noexcept;

enum class Presence : std::uint8_t {
  mandatory,    ///< "mandatory"
  recommended,  ///< "recommended"
  optional,     ///< "optional"
  conditional,  ///< "conditional": mandatory where a Condition holds, else optional
};
/// As in profiles: "mandatory".
[[nodiscard]] MDOC_EXPORT std::string_view name(Presence presence) noexcept;

/// A text in one language.
struct LocalText {
  std::string_view language;  ///< BCP 47: "en", "de"
  std::string_view text;      ///< UTF-8
};

struct MemberRule;

/// What a value may be. A bound of 0 or an empty list bounds nothing. Text that is none of `words` and numbers that are
/// none of `numbers` are refused where these are not empty; `words` beside a `format` are allowed beside it.
struct ValueRule {
  ValueForm form = ValueForm::none;
  ValueFormat format = ValueFormat::none;
  std::uint16_t min_length = 0;  ///< characters of text, bytes, elements of an array, members of a map
  std::uint16_t max_length = 0;
  std::uint64_t max_number = 0;
  std::span<const std::string_view> words{};
  std::span<const std::uint64_t> numbers{};
  const ValueRule* items = nullptr;       ///< of an array: the rule of each element; null: anything
  std::span<const MemberRule> members{};  ///< of a map: those that are defined; others are allowed
};

/// One member of a map.
struct MemberRule {
  std::string_view key;
  Presence presence = Presence::optional;  ///< mandatory or optional
  ValueRule rule{};
  std::span<const LocalText> names{};  ///< for people; none: its key serves
};

}  // namespace mdoc::profile
