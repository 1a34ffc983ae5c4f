#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mdoc::cli {

/// "line 3, column 7": where an editor shows the byte at `offset` of a text in UTF-8. Both count from 1, columns in
/// characters. An offset beyond the text is that of its end.
[[nodiscard]] std::string text_position(std::string_view text, std::size_t offset);

}  // namespace mdoc::cli
