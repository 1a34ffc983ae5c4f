#pragma once
// The parts of validation that stand in files of their own.

#include "mdoc/profile/validate.hpp"

namespace mdoc::profile {

/// What the profile defines this element as; null where it does not know the name space, or the element in it.
[[nodiscard]] const ElementProfile* definition_of(const DocTypeProfile& profile,
                                                  const PresentElement& element) noexcept;
/// The device signed what the profile has the issuer sign.
[[nodiscard]] bool is_wrongly_device_signed(const DocTypeProfile& profile, const PresentElement& element) noexcept;

/// Whether elements agree with each other.
void judge_consistency(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                       const ValidationContext& context, ElementFindings& findings);

/// Whether all is there that must be.
void judge_presence(const DocTypeProfile& profile, std::span<const PresentElement> elements, ElementFindings& findings);

}  // namespace mdoc::profile
