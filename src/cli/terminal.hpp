#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mdoc::cli {

/// Meanings that have a colour; on a terminal only, and never with NO_COLOR.
enum class Tone { plain, good, warning, bad, quiet, strong };

/// `text` in its colour, or as it is.
[[nodiscard]] std::string styled(Tone tone, std::string_view text);

/// Words of a peer for one line that a person decides by: nothing that steers the terminal, no run of blanks, and no
/// longer than `most` characters, after which dots say that there was more. So it can neither fill the screen nor look
/// like a line of ours.
[[nodiscard]] std::string brief(std::string_view text, std::size_t most = 64);
/// The same where it stands in a report beside words of ours, isolated(): long enough for the name of an authority.
[[nodiscard]] std::string peer_text(std::string_view text);

/// Standard output is a terminal and colours are welcome.
[[nodiscard]] bool colours_welcome();

}  // namespace mdoc::cli
