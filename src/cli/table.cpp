#include "cli/table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t widest = 72;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cell_text(std::string_view cell) {
  // Escaping makes text longer, never shorter: what is beyond need not be looked at.
  std::string text = json::printable(cell.substr(0, 4 * (widest + 1)));
  if (width(text) <= widest) return text;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++characters == widest) break;
  }
  return text.substr(0, end) + "…";
}

}  // namespace

void print_table(const std::vector<TableRow>& rows) {
  std::vector<std::vector<std::string>> texts;
  std::vector<std::size_t> widths;
  for (const TableRow& row : rows) {
    std::vector<std::string>& line = texts.emplace_back();
    widths.resize(std::max(widths.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], width(line.emplace_back(cell_text(row.cells[i]))));
    }
  }
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::string line = "  " + (rows[at].mark.empty() ? std::string(" ") : rows[at].mark);
    std::string cells;
    for (std::size_t i = 0; i < texts[at].size(); ++i) {
      cells += (i == 0 ? " " : "  ") + texts[at][i];
      if (i + 1 < texts[at].size()) cells.append(widths[i] - width(texts[at][i]), ' ');
    }
    cells.resize(cells.find_last_not_of(' ') + 1);
    print_line(line + (at == 0 ? styled(Tone::quiet, cells) : cells));
    for (const std::string& note : rows[at].notes) print_line("      " + note);
  }
}

}  // namespace mdoc::cli
