#include "cli/inspect/tree.hpp"

#include <cstddef>

#include "cli/output.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

void print_node(const Node& node, std::size_t depth) {
  std::string line(2 * depth, ' ');
  line += json::printable(node.label);
  if (!node.value.empty()) line += ": " + styled(node.tone, json::printable(node.value));
  if (!node.meaning.empty()) line += "  " + styled(Tone::quiet, "(" + json::printable(node.meaning) + ")");
  print_line(line);
  for (const Node& child : node.children) print_node(child, depth + 1);
}

}  // namespace

void print_tree(const Node& root) { print_node(root, 0); }

}  // namespace mdoc::cli
