#pragma once

#include <span>
#include <vector>

#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {

/// Warns about names in a request that are nearly known ones: no mdoc has them, and neither side learns why nothing
/// comes. Names that are like none that is known are somebody's own, and nothing is said about them.
void warn_about_spelling(const std::vector<model::ItemsRequest>& documents,
                         std::span<const profile::DocTypeProfile> profiles);

}  // namespace mdoc::cli
