#pragma once
// Internal to mdoc::json: the rows P5 to P18 of a profile, and its protocol constants.

#include "json/profile_input.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::json {

/// Reads those that the object has into `profile`, and notes that they are answered.
[[nodiscard]] Result<void> read_profile_rows(ProfileInput& in, const ProfileObject& object,
                                             profile::DocTypeProfile& profile);

}  // namespace mdoc::json
