#pragma once
// Internal. Paths of certificates and the present. Inline for the components beyond mdoc::mdoc, to which a shared
// library exports none of this.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_path.hpp"

namespace mdoc::trust {

/// What a search makes of a path that is not valid, whatever the tolerated clock difference.
enum class InvalidPath : std::uint8_t {
  refused,   ///< it is an error that says when a path would be valid
  returned,  ///< it is found, so that it can be named; whoever asks judges the dates
};

/// A path that is valid now is better than one that the tolerated clock difference saves. With an unknown clock no date
/// is looked at.
[[nodiscard]] inline crypto::CertificatePathOptions path_options(UtcSeconds now, const ClockPolicy& clock,
                                                                 InvalidPath invalid) {
  crypto::CertificatePathOptions options;
  if (clock.quality == ClockQuality::unknown) return options;
  const std::chrono::seconds skew = std::clamp(clock.skew, std::chrono::seconds{0}, ClockPolicy::max_skew);
  options.at = {now, now - skew, now + skew};
  if (invalid == InvalidPath::returned) options.at.emplace_back(std::nullopt);
  return options;
}

/// When the first certificate of a path ends. @pre not empty
[[nodiscard]] inline UtcSeconds first_end(std::span<const crypto::Certificate> path) {
  return std::ranges::min_element(path, {}, &crypto::Certificate::not_after)->not_after();
}

/// Judges the time in which all certificates of a path are valid. @pre not empty
[[nodiscard]] inline DateVerdict judge_path(std::span<const crypto::Certificate> path, UtcSeconds now,
                                            const ClockPolicy& clock) {
  const auto last_start = std::ranges::max_element(path, {}, &crypto::Certificate::not_before)->not_before();
  return clock.judge(now, last_start, first_end(path));
}

}  // namespace mdoc::trust
