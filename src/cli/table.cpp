#include "cli/table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/width.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t widest = 72;

/// A cell, safe to print and no wider than a column may be.
std::string cell_text(std::string_view cell) {
  // Escaping makes text longer, never shorter: what is beyond need not be looked at. Marks take no column, so that a
  // cell of nothing else would have no end.
  constexpr std::size_t most_bytes = 16 * (widest + 1);
  const std::string text = json::isolated(cell.substr(0, most_bytes));
  if (cell.size() <= most_bytes && display_width(text) <= widest) return text;
  // Once more, so that what isolates the text is not cut off.
  const std::string safe = json::printable(cell.substr(0, most_bytes));
  return json::isolated(leading_columns(safe, widest - 1)) + "…";
}

}  // namespace

void print_table(const std::vector<TableRow>& rows) {
  std::vector<std::vector<std::string>> texts;
  std::vector<std::size_t> widths;
  for (const TableRow& row : rows) {
    std::vector<std::string>& line = texts.emplace_back();
    widths.resize(std::max(widths.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line.emplace_back(cell_text(row.cells[i]))));
    }
  }
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::string line = "  " + (rows[at].mark.empty() ? std::string(" ") : rows[at].mark);
    std::string cells;
    for (std::size_t i = 0; i < texts[at].size(); ++i) {
      cells += (i == 0 ? " " : "  ") + padded(texts[at][i], widths[i]);
    }
    cells.resize(cells.find_last_not_of(' ') + 1);
    print_line(line + (at == 0 ? styled(Tone::quiet, cells) : cells));
    for (const std::string& note : rows[at].notes) print_line("      " + note);
  }
}

}  // namespace mdoc::cli
