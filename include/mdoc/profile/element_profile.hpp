#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/profile/value_rule.hpp"

namespace mdoc::profile {

/// What an element says of its holder; groups elements where people decide or read.
enum class ElementClass : std::uint8_t {
  other,        ///< "other"
  name,         ///< "name"
  birth,        ///< "birth": date and place of birth
  age,          ///< "age": statements about the age alone
  biometric,    ///< "biometric": portrait, templates, signature
  address,      ///< "address"
  identifier,   ///< "identifier": numbers that point to this person or document
  contact,      ///< "contact"
  appearance,   ///< "appearance": sex, height, colours
  nationality,  ///< "nationality"
  document,     ///< "document": dates and issuer of the document itself
  entitlement,  ///< "entitlement": what the holder may do
  vehicle,      ///< "vehicle"
};
/// As in profiles: "name", "birth" …
[[nodiscard]] MDOC_EXPORT std::string_view name(ElementClass which) noexcept;

/// When a conditional element has to be there.
struct Condition {
  /// Where this element is present in the same document. Empty: it cannot be told from the document.
  std::string_view name_space{};
  std::string_view identifier{};
  std::string_view text{};  ///< in English, for people
};

/// One data element.
struct ElementProfile {
  /// "family_name". "#" stands for one decimal digit ("age_over_##"), a final "*" for any rest
  /// ("biometric_template_*").
  std::string_view identifier;
  ValueRule rule{};
  Presence presence = Presence::optional;  ///< what an issuer must provide; says nothing about a response
  Condition condition{};                   ///< of a conditional one
  ElementClass element_class = ElementClass::other;
  bool device_signed = false;          ///< may be signed by the device, where KeyAuthorizations allow it
  std::span<const LocalText> names{};  ///< for people
  std::string_view clause{};           ///< where it is defined
};

/// Whether `identifier` is one that a profile writes as `pattern` (ElementProfile::identifier).
[[nodiscard]] MDOC_EXPORT bool fits(std::string_view pattern, std::string_view identifier) noexcept;

/// One name space.
struct NameSpaceProfile {
  std::string_view name_space;
  std::span<const ElementProfile> elements;
  bool age_over = false;  ///< age_over_NN answers by the nearest attestation (see age_over.hpp)
  /// Whether a document must have it. If not, what is mandatory in it is so only where it is there.
  bool required = true;
};

}  // namespace mdoc::profile
