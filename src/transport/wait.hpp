#pragma once

#include <optional>

#include "mdoc/core/time.hpp"

namespace mdoc::transport {

/// `now` and so much more; the end of the clock where that is beyond it.
[[nodiscard]] inline TimePoint later(TimePoint now, TimePoint::duration wait) noexcept {
  if (wait <= TimePoint::duration::zero()) return now;
  return now > TimePoint::max() - wait ? TimePoint::max() : now + wait;
}

/// The earlier of two, where nothing is never.
[[nodiscard]] inline std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) noexcept {
  if (!a) return b;
  return b && *b < *a ? b : a;
}

[[nodiscard]] inline bool passed(const std::optional<TimePoint>& deadline, TimePoint now) noexcept {
  return deadline && *deadline <= now;
}

}  // namespace mdoc::transport
