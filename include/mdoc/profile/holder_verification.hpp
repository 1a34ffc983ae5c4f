#pragma once

#include <optional>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc::profile {

/// A way to verify that the presenter is the holder (ISO/IEC 18013-5, second edition, 13.4.2, 13.4.3,
/// 13.4.7 and 13.4.8). The library only says that the means is there: comparing a person with it is a
/// matter of the application.
struct HolderVerification {
  std::string_view method;          ///< "portrait", "biometric-template", "signature-usual-mark", "device"
  bool reported_by_device = false;  ///< the device states the outcome itself
};

/// The means that this element provides; nothing for any other element.
[[nodiscard]] MDOC_EXPORT std::optional<HolderVerification> holder_verification(std::string_view name_space,
                                                                                std::string_view identifier) noexcept;

}  // namespace mdoc::profile
