#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {

/// Warns about names in a request that are nearly known ones: no mdoc has them, and neither side learns why nothing
/// comes. Names that are like none that is known are somebody's own, and nothing is said about them.
void warn_about_spelling(const std::vector<model::ItemsRequest>& documents,
                         std::span<const profile::DocTypeProfile> profiles);

/// The first of the known names that whoever wrote `name` probably meant; empty where none is like it.
[[nodiscard]] std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace mdoc::cli
