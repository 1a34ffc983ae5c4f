#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// The holder in front of the device: authenticated before a device key is used (ISO/IEC 18013-5, second edition, E.5,
/// E.15), and what the device may state itself about that.

namespace mdoc::presentation {

/// Who sees to it that no device key is used without its owner.
enum class HolderAuthenticationMode : std::uint8_t {
  /// The library asks before the keys of each answer are used, and waits.
  asked,
  /// The keys themselves do: a keystore that authenticates its user for every use.
  by_key_provider,
  /// Nobody: for devices without an owner in front of them, and tests.
  none,
};
/// "asked", "by-key-provider", "none"
[[nodiscard]] MDOC_EXPORT std::string_view name(HolderAuthenticationMode mode) noexcept;

/// How sure the device is of its holder; the levels of Regulation (EU) 910/2014, Article 8.
enum class Assurance : std::uint8_t { unknown, low, substantial, high };
/// "unknown", "low", "substantial", "high"
[[nodiscard]] MDOC_EXPORT std::string_view name(Assurance assurance) noexcept;

/// An element that the device states itself, for this session alone.
struct DeviceStatement {
  model::ElementReference element;
  model::DataElementValue value;
  std::optional<std::size_t> doc_request{};  ///< for the answer to this DocRequest; nothing: to any
};

/// A holder who was authenticated.
struct HolderAuthentication {
  std::string method{};  ///< in the words of the application: "pin", "fingerprint", "face"
  Assurance assurance = Assurance::unknown;
  UtcSeconds at{};
  /// For elements that were agreed to with ElementOption::device_signed, such as the outcome of a face match.
  std::vector<DeviceStatement> statements{};
};

}  // namespace mdoc::presentation
