#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mdoc::cli {

/// The name of a member that one object of a JSON text has twice, after escapes are resolved: Boost.JSON takes the last
/// of them in silence, and whoever wrote the text meant both. Nothing where there is none, or where the text is no
/// JSON.
[[nodiscard]] std::optional<std::string> repeated_member(std::string_view text);

}  // namespace mdoc::cli
