#pragma once
// Internal to the layer: what is left of documents where answers stand for their elements.

#include "mdoc/verification/verify.hpp"

namespace mdoc::verification {

/// Drops every element, the device keys, and what the report has of their values.
/// @param keep_portrait but for portraits, to verify the presenter by. They are copied, so that nothing keeps the
/// response alive, and wiped with their last owner
void drop_elements(VerificationOutcome& outcome, bool keep_portrait);

}  // namespace mdoc::verification
