#include <algorithm>
#include <array>
#include <cassert>

#include "core/enum_table.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::profile {
namespace {

using enum FaultAspect;
using enum FaultSeverity;

// One row for each ElementFault, in order.
constexpr std::array table{
    ElementFaultInfo{ElementFault::missing, "element.missing", presence, error, "TS 23220-4, B",
                     "A mandatory element is present."},
    ElementFaultInfo{ElementFault::missing_recommended, "element.missing-recommended", presence, warning,
                     "TS 23220-4, B", "A recommended element is present."},
    ElementFaultInfo{ElementFault::missing_conditional, "element.missing-conditional", presence, error, "TS 23220-4, B",
                     "A conditional element is present where its condition holds."},
    ElementFaultInfo{ElementFault::conditional_unjudged, "element.conditional-unjudged", presence, information,
                     "TS 23220-4, B",
                     "A conditional element is present where its condition holds, which the "
                     "document does not tell."},
    ElementFaultInfo{ElementFault::name_space_missing, "element.name-space-missing", presence, error, "TS 23220-4, B",
                     "A required name space is present."},
    ElementFaultInfo{ElementFault::unknown_element, "element.unknown", name, warning, "13.4.2",
                     "A name space holds the elements that are defined for it."},
    ElementFaultInfo{ElementFault::device_signed_forbidden, "element.device-signed", signature, error, "13.4.2",
                     "The issuer signs an element that the device may not sign."},
    ElementFaultInfo{ElementFault::unreadable, "element.unreadable", form, error, "8.3",
                     "A value is well-formed CBOR within the limits."},
    ElementFaultInfo{ElementFault::wrong_form, "element.wrong-form", form, error, "13.4.2",
                     "A value has one of the types that are defined for it."},
    ElementFaultInfo{ElementFault::too_long, "element.too-long", form, error, "13.4.2",
                     "A value is no longer than is defined for it."},
    ElementFaultInfo{ElementFault::too_short, "element.too-short", form, error, "13.4.2",
                     "A value is no shorter than is defined for it."},
    ElementFaultInfo{ElementFault::not_latin1, "element.not-latin1", form, error, "13.4.2",
                     "Text consists of characters of ISO/IEC 8859-1."},
    ElementFaultInfo{ElementFault::bad_date, "element.bad-date", form, error, "13.4.2",
                     "A date is a day of the calendar, or a time of such a day, in its notation."},
    ElementFaultInfo{ElementFault::bad_country, "element.bad-country", form, error, "ISO 3166-1",
                     "A country is an upper-case code of the length that is defined for it."},
    ElementFaultInfo{ElementFault::bad_subdivision, "element.bad-subdivision", form, error, "ISO 3166-2",
                     "A subdivision is a country's code, a hyphen and one to three letters or digits."},
    ElementFaultInfo{ElementFault::bad_date_mask, "element.bad-date-mask", form, error, "TS 23220-4, Table C.1",
                     "The mask of a date is eight characters 0 or 1."},
    ElementFaultInfo{ElementFault::bad_phone, "element.bad-phone", form, error, "PID rulebook, 3.2",
                     "A telephone number is a plus sign and digits."},
    ElementFaultInfo{ElementFault::bad_email, "element.bad-email", form, error, "PID rulebook, 3.2",
                     "An e-mail address has one @, and something on both sides of it."},
    ElementFaultInfo{ElementFault::not_digits, "element.not-digits", form, error, "13.4.2",
                     "A number as text consists of digits."},
    ElementFaultInfo{ElementFault::not_a_biometric_template, "element.not-a-biometric-template", form, error, "13.4.7",
                     "A biometric template begins with the tag 7F61."},
    ElementFaultInfo{ElementFault::not_an_image, "element.not-an-image", form, error, "13.4.3",
                     "A picture has the header of a JPEG or JPEG 2000 with a width and a height."},
    ElementFaultInfo{ElementFault::value_not_defined, "element.value-not-defined", form, error, "13.4.2",
                     "A value is one of those that are defined for it."},
    ElementFaultInfo{ElementFault::out_of_range, "element.out-of-range", form, error, "13.4.2",
                     "A number is no larger than is defined for it."},
    ElementFaultInfo{ElementFault::missing_member, "element.missing-member", form, error, "13.4.2",
                     "A map has its mandatory members."},
    ElementFaultInfo{ElementFault::other_country, "element.other-country", consistency, error, "13.4.2",
                     "The issuing jurisdiction is a subdivision of the issuing country."},
    ElementFaultInfo{ElementFault::dates_out_of_order, "element.dates-out-of-order", consistency, error, "13.4.2",
                     "What was issued ends no earlier than it begins."},
    ElementFaultInfo{ElementFault::born_after_issue, "element.born-after-issue", consistency, error, "13.4.2",
                     "The holder was born no later than the document was issued."},
    ElementFaultInfo{ElementFault::ages_contradict, "element.ages-contradict", consistency, error, "13.4.6",
                     "There is an age that fits every statement about it."},
    ElementFaultInfo{ElementFault::mask_contradicts_date, "element.mask-contradicts-date", consistency, warning,
                     "TS 23220-4, Table C.1",
                     "Where its mask calls a digit unknown, a date has the lowest that there is."},
    ElementFaultInfo{ElementFault::unknown_name_space, "element.name-space-unknown", name, information, "13.4.2",
                     "A name space is one that the profile knows; nothing is judged of another."},
};
static_assert(is_indexed_by(table, &ElementFaultInfo::fault, element_fault_count));

}  // namespace

std::string_view name(FaultSeverity severity) noexcept {
  switch (severity) {
    case FaultSeverity::error: return "error";
    case FaultSeverity::warning: return "warning";
    case FaultSeverity::information: return "information";
  }
  return "unknown";
}

std::span<const ElementFaultInfo> element_faults() noexcept { return table; }

const ElementFaultInfo& info(ElementFault fault) noexcept {
  assert(static_cast<std::size_t>(fault) < table.size());
  return table[static_cast<std::size_t>(fault)];
}

std::string ValuePlace::text() const {
  std::string text;
  for (const Segment& segment : std::span(segments_).first(std::min(size_, max_segments))) {
    if (segment.key.data() == nullptr) {
      text += '[';
      text += std::to_string(segment.index);
      text += ']';
    } else {
      text += '.';
      text += segment.key;
    }
  }
  if (size_ > max_segments) text += "...";
  return text;
}

std::string place_of(const ElementFinding& finding) { return std::string(finding.identifier) + finding.place.text(); }

void ElementFindings::append(const ElementFinding& finding) {
  if (entries_.size() < capacity) {
    entries_.push_back(finding);
    return;
  }
  ++dropped_;
  const ElementFaultInfo& fault = info(finding.fault);
  if (fault.severity == FaultSeverity::error) ++dropped_errors_[static_cast<std::size_t>(fault.aspect)];
}

}  // namespace mdoc::profile
