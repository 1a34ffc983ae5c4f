#pragma once

#include "mdoc/json/profile.hpp"
#include "mdoc/model/data_element.hpp"

namespace mdoc::cli {

/// A full document: every element of which the profile has a sample. Throws Failure: it has none, or a sample is not
/// what the profile says of its element.
[[nodiscard]] model::ElementValues sample_elements(const json::LoadedProfile& profile);

}  // namespace mdoc::cli
