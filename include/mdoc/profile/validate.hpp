#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// Documents against their profile: which elements are there, what they hold, and whether they agree with each other.
/// Values come from a peer: every one is read under the limits of the context. Nothing is allocated for an element that
/// is as it should be.

namespace mdoc::profile {

/// An element as a document holds it.
struct PresentElement {
  std::string_view name_space;
  std::string_view identifier;
  const model::DataElementValue* value = nullptr;  ///< never null
  bool device_signed = false;
};

/// What may be wrong with an element, or what there is to say of it. Append only.
enum class ElementFault : std::uint8_t {
  // Presence: of an issued document alone
  missing,               ///< mandatory
  missing_recommended,   ///< recommended
  missing_conditional,   ///< conditional, and its condition holds
  conditional_unjudged,  ///< conditional, and the document does not tell whether its condition holds
  name_space_missing,    ///< a name space that the document must have, and with it all that is mandatory there
  // Name
  unknown_element,  ///< of a name space that the profile defines without it; likely misspelt
  // Signature
  device_signed_forbidden,  ///< signed by the device, which the profile does not allow
  // Form
  unreadable,  ///< no CBOR, or beyond the limits
  wrong_form,  ///< of another type
  too_long,    ///< characters, bytes, elements or members
  too_short,
  not_latin1,       ///< characters beyond ISO/IEC 8859-1
  bad_date,         ///< tagged as a date, and none
  bad_country,      ///< no code of ISO 3166-1 by its form
  bad_subdivision,  ///< no code of ISO 3166-2 by its form
  bad_date_mask,    ///< other than eight characters 0 or 1
  bad_phone,        ///< other than "+" and digits
  bad_email,        ///< other than one "@" with something on both sides
  not_digits,
  not_a_biometric_template,  ///< begins other than with 7F61
  not_an_image,              ///< no header of JPEG or JPEG 2000
  value_not_defined,         ///< none of the values that are defined
  out_of_range,              ///< a number above the bound
  missing_member,            ///< of a map: mandatory
  // Consistency
  other_country,          ///< a subdivision of another country than the issuing one
  dates_out_of_order,     ///< begins after its end
  born_after_issue,       ///< birth_date after the date of issue
  ages_contradict,        ///< no age fits both
  mask_contradicts_date,  ///< a date that says more than its mask calls known
  // Name, of an issued document alone
  unknown_name_space,  ///< one that the profile neither defines nor foresees (`domestic`): nothing in it is judged
};
inline constexpr std::size_t element_fault_count = static_cast<std::size_t>(ElementFault::unknown_name_space) + 1;

/// What a fault is about.
enum class FaultAspect : std::uint8_t { presence, name, signature, form, consistency };
inline constexpr std::size_t fault_aspect_count = static_cast<std::size_t>(FaultAspect::consistency) + 1;

enum class FaultSeverity : std::uint8_t {
  error,        ///< against the profile
  warning,      ///< likely wrong, or against a recommendation
  information,  ///< cannot be judged from the document
};
/// "error", "warning", "information"
[[nodiscard]] MDOC_EXPORT std::string_view name(FaultSeverity severity) noexcept;

/// The fixed facts of a fault.
struct ElementFaultInfo {
  ElementFault fault;
  std::string_view id;  ///< stable: "element.missing"
  FaultAspect aspect;
  FaultSeverity severity;
  std::string_view clause;  ///< ISO/IEC 18013-5, second edition as publicly drafted, unless named otherwise
  std::string_view duty;    ///< one English sentence: what must hold
};
/// One row for each fault, in order.
[[nodiscard]] MDOC_EXPORT std::span<const ElementFaultInfo> element_faults() noexcept;
[[nodiscard]] MDOC_EXPORT const ElementFaultInfo& info(ElementFault fault) noexcept;

/// Where in a value: `[1].vehicle_category_code`. Its keys are the profile's, never text of the peer, and are valid as
/// long as it. Lives inline; segments beyond `max_segments` are counted but not kept, and text() ends in "..." then.
class MDOC_EXPORT ValuePlace {
 public:
  static constexpr std::size_t max_segments = 8;

  void push_key(std::string_view key) noexcept { push({key, 0}); }
  void push_index(std::size_t index) noexcept { push({{}, index}); }
  /// @pre not empty
  void pop() noexcept { --size_; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// To be put behind an identifier: `[1].codes[0].sign`, `.country`; empty for the value as a whole.
  [[nodiscard]] std::string text() const;

 private:
  struct Segment {
    std::string_view key{};  // without data: an index
    std::size_t index = 0;
  };
  void push(Segment segment) noexcept {
    if (size_ < max_segments) segments_[size_] = segment;
    ++size_;
  }
  std::array<Segment, max_segments> segments_{};
  std::size_t size_ = 0;
};

/// One thing that is wrong. Holds no value; names are views of the profile or of the elements, which outlive it. Those
/// of an unknown element are text of the peer: escape them before showing them.
struct ElementFinding {
  ElementFault fault{};
  std::string_view name_space{};
  std::string_view identifier{};  ///< empty for name_space_missing
  ValuePlace place{};             ///< in the value
  /// What it disagrees with: an element of the same name space, or a member of the same map. Of a conditional element:
  /// that of its condition. Else empty.
  std::string_view other{};
};

/// `driving_privileges[1].vehicle_category_code`. May hold text of the peer, as the finding.
[[nodiscard]] MDOC_EXPORT std::string place_of(const ElementFinding& finding);

/// Findings in the order in which they were met. Bounded: what comes after `capacity` is counted only, so that a peer
/// cannot make it grow.
class MDOC_EXPORT ElementFindings {
 public:
  static constexpr std::size_t capacity = 4096;
  /// Of one element's value; what is wrong with it beyond that adds nothing.
  static constexpr std::size_t per_element = 8;

  void append(const ElementFinding& finding);

  [[nodiscard]] std::span<const ElementFinding> entries() const noexcept { return entries_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// Findings that found no room.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
  /// Those of them that are errors, in one aspect: whoever judges by it must not take it for faultless.
  [[nodiscard]] std::size_t dropped_errors(FaultAspect aspect) const noexcept {
    return dropped_errors_[static_cast<std::size_t>(aspect)];
  }
  /// In all aspects.
  [[nodiscard]] std::size_t dropped_errors() const noexcept {
    return std::accumulate(dropped_errors_.begin(), dropped_errors_.end(), std::size_t{0});
  }

 private:
  std::vector<ElementFinding> entries_{};
  std::size_t dropped_ = 0;
  std::array<std::size_t, fault_aspect_count> dropped_errors_{};
};

struct ValidationContext {
  /// Limits, for each value by itself, and the level by which dates are judged. Its sink is not used.
  cbor::DecodeContext decode{};
  /// `validFrom` of the MSO, as of which statements about ages are made (13.4.6). Nothing: they are compared with each
  /// other and not with the date of birth.
  std::optional<UtcSeconds> valid_from{};
};

/// Judges what is there, be it all of a document or any part that was presented: names, who signed, forms, and whether
/// elements of one name space agree. Elements of name spaces that the profile does not define are left alone.
/// Only the first 256 members of a map's rule are looked for where they are mandatory.
MDOC_EXPORT void validate_values(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                                 const ValidationContext& context, ElementFindings& findings);

/// validate_values(), and whether all is there that an issued document must hold. What the device may not sign counts
/// as missing where it did. Name spaces of the issuer that the profile does not know are named, each once where its
/// elements stand together.
MDOC_EXPORT void validate_document(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                                   const ValidationContext& context, ElementFindings& findings);

/// Where an MSO departs from its profile. Append only.
enum class MsoFault : std::uint8_t {
  other_doc_type,          ///< docType is not the profile's
  other_digest_algorithm,  ///< digestAlgorithm is none of the profile's
  other_device_curve,      ///< deviceKey is on none of its curves
  other_signer_curve,      ///< the key of the document signer is
  valid_too_long,          ///< from validFrom to validUntil
  not_whole_days,          ///< a date tells the time of day
  status_missing,
  status_forbidden,
  other_status_mechanism,    ///< status has none of the mechanisms that the profile names
  device_signed_authorised,  ///< keyAuthorizations lets the device sign elements, which the profile forbids
};
inline constexpr std::size_t mso_fault_count = static_cast<std::size_t>(MsoFault::device_signed_authorised) + 1;

/// The fixed facts of a fault. All are against the profile.
struct MsoFaultInfo {
  MsoFault fault;
  std::string_view id;    ///< stable: "mso.valid-too-long"
  Row row;                ///< the choice of the profile
  std::string_view duty;  ///< one English sentence: what must hold
};
/// One row for each fault, in order.
[[nodiscard]] MDOC_EXPORT std::span<const MsoFaultInfo> mso_faults() noexcept;
[[nodiscard]] MDOC_EXPORT const MsoFaultInfo& info(MsoFault fault) noexcept;

/// One departure of an MSO.
struct MsoFinding {
  MsoFault fault{};
  /// What the MSO says: an algorithm, a curve, a number of days, a time. May be text of the peer: escape it before
  /// showing it. Empty where the fault says all.
  std::string found{};
};

/// Judges an MSO by the choices of its profile, in the order of the faults. Whether it is valid now, and whether its
/// signer is to be trusted, is judged by `verification` and `trust`.
/// @param signer_curve name of the curve of the document signer's key, as in AlgorithmPolicy; nothing: it is not judged
[[nodiscard]] MDOC_EXPORT std::vector<MsoFinding> validate_mso(const DocTypeProfile& profile,
                                                               const model::MobileSecurityObject& mso,
                                                               std::optional<std::string_view> signer_curve = {});

/// Formats of pictures (ISO/IEC 18013-5, 7.2.2).
enum class ImageFormat : std::uint8_t { jpeg, jpeg_2000_file, jpeg_2000_code_stream };
/// By the first bytes alone; nothing for anything else.
[[nodiscard]] MDOC_EXPORT std::optional<ImageFormat> image_format(ByteView bytes) noexcept;

/// Whether `bytes` begin as a picture does: a JPEG whose segments lead to a frame header, a JPEG 2000 file whose boxes
/// lead to an image header, or a JPEG 2000 code stream (ISO/IEC 18013-5, 7.2.2), with a width and a height. Nothing is
/// decoded.
[[nodiscard]] MDOC_EXPORT bool begins_as_image(ByteView bytes) noexcept;

}  // namespace mdoc::profile
