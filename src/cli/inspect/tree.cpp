#include "cli/inspect/tree.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

std::size_t& entries_left() noexcept {
  static std::size_t left = SIZE_MAX;
  return left;
}

/// Writes line after line, many at once.
class TreePrinter {
 public:
  TreePrinter() = default;
  TreePrinter(const TreePrinter&) = delete;
  TreePrinter& operator=(const TreePrinter&) = delete;

  void print(const Node& node, std::size_t depth) {
    constexpr std::size_t enough = std::size_t{64} << 10;
    if (!text_.empty()) text_ += '\n';
    text_.append(2 * depth, ' ');
    text_ += json::printable(node.label);
    if (!node.value.empty()) text_ += ": " + styled(node.tone, json::printable(node.value));
    if (!node.meaning.empty()) text_ += "  " + styled(Tone::quiet, "(" + json::printable(node.meaning) + ")");
    if (text_.size() >= enough) flush();
    for (const Node& child : node.children) print(child, depth + 1);
  }
  void flush() {
    if (!text_.empty()) print_line(text_);
    text_.clear();
  }

 private:
  std::string text_;
};

}  // namespace

void limit_entries(std::size_t entries) { entries_left() = entries; }

bool take_entry() noexcept {
  if (entries_left() == 0) return false;
  --entries_left();
  return true;
}

void add_left_out(Node& node, std::size_t count) {
  if (count > 0) node.add("and", fmt::format("{} more", count), "--all shows them");
}

void print_tree(const Node& root) {
  TreePrinter printer;
  printer.print(root, 0);
  printer.flush();
}

}  // namespace mdoc::cli
