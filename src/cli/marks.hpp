#pragma once

#include <string>

#include "mdoc/verification/check.hpp"

namespace mdoc::cli {

/// The sign of an outcome at the head of a line, in its colour.
[[nodiscard]] std::string mark_of(verification::Outcome outcome);
/// What is said behind it, in the same colour; quiet where there is nothing to say.
[[nodiscard]] std::string marked(verification::Outcome outcome, std::string_view text);

}  // namespace mdoc::cli
