#pragma once

#include <string>
#include <string_view>

namespace mdoc::cli {

/// Meanings that have a colour; on a terminal only, and never with NO_COLOR.
enum class Tone { plain, good, warning, bad, quiet, strong };

/// `text` in its colour, or as it is.
[[nodiscard]] std::string styled(Tone tone, std::string_view text);

/// Standard output is a terminal and colours are welcome.
[[nodiscard]] bool colours_welcome();

}  // namespace mdoc::cli
