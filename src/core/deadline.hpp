#pragma once
// Internal. Deadlines by limits that an application sets as far away as it likes.

#include <algorithm>
#include <chrono>

#include "mdoc/core/time.hpp"

namespace mdoc {

/// How much of the clock is left.
[[nodiscard]] inline TimePoint::duration time_after(TimePoint now) noexcept {
  return TimePoint::max() - std::max(now, TimePoint());
}

/// `limit` from `now` on; one beyond the end of the clock stands for that end.
template <class Duration>
[[nodiscard]] TimePoint deadline_after(TimePoint now, Duration limit) noexcept {
  const bool fits = limit <= std::chrono::floor<Duration>(time_after(now));
  return fits ? now + std::chrono::duration_cast<TimePoint::duration>(limit) : TimePoint::max();
}

}  // namespace mdoc
