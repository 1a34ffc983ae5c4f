#pragma once

#include <string>

#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {

/// Writes every image of the documents that passed into `folder`, as
/// `<document>-<element>.jpg`; makes the folder. Throws Failure.
void save_images(const verification::VerificationOutcome& outcome, const std::string& folder);

/// Draws the portraits of the documents that passed, in terminals with 24-bit colour; nothing elsewhere. One that is
/// broken or beyond the limits of picture.hpp is named in a warning instead.
void print_images(const verification::VerificationOutcome& outcome);

}  // namespace mdoc::cli
