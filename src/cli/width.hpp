#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mdoc::cli {

/// Columns that printable text takes on a terminal: none for marks that stand on the letter before them and for
/// characters without form, two for those of East Asia and for pictures, one for any other.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` and as many blanks as it lacks to be `columns` wide.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

/// The beginning of `text` that takes no more than `columns`, with the marks that belong to its last letter.
[[nodiscard]] std::string_view leading_columns(std::string_view text, std::size_t columns);

}  // namespace mdoc::cli
