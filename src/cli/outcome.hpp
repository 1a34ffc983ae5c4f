#pragma once

#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {

/// A verification for people: the verdict first, then every check with its mark, then the elements of
/// the documents that passed.
void print_outcome(const verification::VerificationOutcome& outcome);

/// 0 for a good verdict, 1 for a bad one.
[[nodiscard]] inline bool is_good(const verification::VerificationOutcome& outcome) { return outcome.report.valid; }

}  // namespace mdoc::cli
