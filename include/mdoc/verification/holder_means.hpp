#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::verification {

/// What came of comparing the person present with one means.
enum class HolderOutcome : std::uint8_t {
  not_done,      ///< nobody compared, or nobody said so
  matched,       ///< the same person, as far as the method tells
  not_matched,   ///< another person
  inconclusive,  ///< compared, without a result that counts
  error,         ///< could not be compared
  timed_out,     ///< no result in time
};
/// "not-done", "matched", "not-matched", "inconclusive", "error", "timed-out"
[[nodiscard]] MDOC_EXPORT std::string_view name(HolderOutcome outcome) noexcept;

/// Something by which the presenter can be verified to be the holder of a document (second edition, 13.4.2). Whether
/// that is enough is for the application: no means, however it came out, makes a holder verified by itself.
struct HolderMeans {
  profile::HolderMethod method{};
  model::ElementReference element;
  bool withheld = false;  ///< asked for, and not returned with the elements that were
  HolderOutcome outcome = HolderOutcome::not_done;
  std::string basis{};  ///< who compared: "device", or in the words of the application; empty while nobody did
};

}  // namespace mdoc::verification
