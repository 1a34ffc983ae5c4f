#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc::profile {

/// A way to verify that the presenter is the holder (ISO/IEC 18013-5, second edition, 13.4.2, 13.4.3, 13.4.7 and
/// 13.4.8).
enum class HolderMethod : std::uint8_t {
  portrait,
  biometric_template,
  signature_usual_mark,
  device,  ///< the device verified its holder and states the outcome, with the issuer's authorisation
};

/// Stable identifier: "portrait", "biometric-template", "signature-usual-mark", "device".
[[nodiscard]] MDOC_EXPORT std::string_view name(HolderMethod method) noexcept;

/// The method that this element serves; nothing for any other element.
[[nodiscard]] MDOC_EXPORT std::optional<HolderMethod> holder_method(std::string_view name_space,
                                                                    std::string_view identifier) noexcept;

}  // namespace mdoc::profile
