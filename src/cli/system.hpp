#pragma once

#include <optional>
#include <string>

namespace mdoc::cli {

/// What an errno says: "no such file or folder".
[[nodiscard]] std::string system_words(int error);
/// And what to do about it, where something can be done: "no such file or folder; is the path right?"
[[nodiscard]] std::string system_message(int error);

/// The value of an environment variable; nothing where there is none.
[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace mdoc::cli
