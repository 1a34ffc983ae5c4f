#pragma once

#include <optional>
#include <string>

namespace mdoc::cli {

/// What an errno says.
[[nodiscard]] std::string system_message(int error);

/// The value of an environment variable; nothing where there is none.
[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace mdoc::cli
