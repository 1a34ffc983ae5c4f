#pragma once

#include <string>
#include <vector>

namespace mdoc::cli {

/// One row of a table.
struct TableRow {
  std::string mark{};                ///< at its head, one column wide, perhaps in colour
  std::vector<std::string> cells{};  ///< any text: printing escapes it, and shortens what is too long for a column
  std::vector<std::string> notes{};  ///< a line each below the row, ready to print
};

/// Prints columns side by side, the first row as their headings. All rows have as many cells.
void print_table(const std::vector<TableRow>& rows);

}  // namespace mdoc::cli
