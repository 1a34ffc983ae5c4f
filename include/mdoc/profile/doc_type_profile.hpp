#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

/// @file
/// What is known about docTypes, as data: their signers, name spaces and elements. Views have static
/// storage in the built-in set; an application's own must outlive their use.

namespace mdoc::profile {

/// Forms that the value of an element may have; combined with |.
enum class ValueForm : std::uint16_t {
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
[[nodiscard]] constexpr bool includes(ValueForm set, ValueForm form) noexcept {
  return (static_cast<std::uint16_t>(set) & static_cast<std::uint16_t>(form)) != 0;
}

enum class Presence : std::uint8_t { mandatory, recommended, optional };

/// One data element.
struct ElementProfile {
  /// "family_name"; a final "*" stands for any rest: "biometric_template_*".
  std::string_view identifier;
  ValueForm form;
  Presence presence = Presence::optional;  ///< what an issuer must provide; says nothing about a response
  std::uint16_t max_length = 0;            ///< characters of text; 0: no bound
};

/// One name space.
struct NameSpaceProfile {
  std::string_view name_space;
  std::span<const ElementProfile> elements;
  bool age_over = false;  ///< age_over_NN answers by the nearest attestation (see age_over.hpp)
};

/// What a docType asks of its document signers, beyond the rules for any (TS 23220-4, B.2.5).
struct SignerProfile {
  std::span<const std::string_view> key_purposes{};  ///< dotted: one of them is needed; empty: none is asked for
  std::span<const std::string_view> policies{};      ///< certificatePolicies, dotted: all of them are needed
  bool crl_points = true;                            ///< must say where its CRL is
  bool contact = true;                               ///< must say how to reach its issuer
  bool state = false;                                ///< must name a state, the same as its authority
  bool intermediates = false;                        ///< may have a CA between it and the anchor
};

/// One docType.
struct DocTypeProfile {
  std::string_view doc_type;
  std::string_view title;  ///< English name for reports
  SignerProfile signer{};
  std::span<const NameSpaceProfile> name_spaces{};
  /// Where issuing_country and issuing_jurisdiction stand; compared with the signer's certificate.
  std::string_view issuer_name_space{};
  std::string_view country_element{};       ///< empty: this docType has none
  std::string_view jurisdiction_element{};  ///< empty: this docType has none
  /// In the same name space: verifies the holder, so that it comes with any other element where it was asked for
  /// (13.4.2). Empty: this docType has none.
  std::string_view holder_element{};
  /// In proximity its mandatory elements must not depend on reader authentication (13.4.2).
  bool mandatory_for_anyone = false;
};

/// The built-in docTypes: mDL, Photo ID, PID and age verification of the EU.
[[nodiscard]] MDOC_EXPORT std::span<const DocTypeProfile> doc_types() noexcept;

/// The first of `profiles` for this docType, letter for letter; null if unknown.
[[nodiscard]] MDOC_EXPORT const DocTypeProfile* find_doc_type(std::span<const DocTypeProfile> profiles,
                                                              std::string_view doc_type) noexcept;
/// Null where the profile does not know it.
[[nodiscard]] MDOC_EXPORT const NameSpaceProfile* find_name_space(const DocTypeProfile& profile,
                                                                  std::string_view name_space) noexcept;
[[nodiscard]] MDOC_EXPORT const ElementProfile* find_element(const NameSpaceProfile& profile,
                                                             std::string_view identifier) noexcept;

}  // namespace mdoc::profile
