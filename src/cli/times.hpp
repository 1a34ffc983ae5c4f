#pragma once

#include <chrono>
#include <string>

#include "mdoc/core/time.hpp"

namespace mdoc::cli {

/// The present, from the clocks of this machine.
[[nodiscard]] Now system_now();
/// `--at TIME` in RFC 3339, or the present if `text` is empty. Throws Failure.
[[nodiscard]] UtcSeconds time_or_now(const std::string& text);
/// Midnight in UTC.
[[nodiscard]] inline UtcSeconds start_of_day(UtcSeconds time) { return std::chrono::floor<std::chrono::days>(time); }

}  // namespace mdoc::cli
