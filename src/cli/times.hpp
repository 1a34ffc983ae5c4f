#pragma once

#include <string>

#include "mdoc/core/time.hpp"

namespace mdoc::cli {

/// The present, from the clocks of this machine.
[[nodiscard]] Now system_now();
/// `--at TIME` in RFC 3339, or the present if `text` is empty. Throws Failure.
[[nodiscard]] UtcSeconds time_or_now(const std::string& text);

}  // namespace mdoc::cli
