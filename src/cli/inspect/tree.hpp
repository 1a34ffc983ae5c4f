#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace mdoc::cli {

/// One line of an inspection, and what lies below it. Any text may come from a peer: printing escapes it.
struct Node {
  std::string label;         ///< name of the member, or "[0]"
  std::string value{};       ///< what it holds
  std::string meaning{};     ///< what that means, in words
  Tone tone = Tone::strong;  ///< of the value
  std::vector<Node> children{};

  /// Appends a child. @return the child, until the next one is added
  Node& add(Node child) { return children.emplace_back(std::move(child)); }
  Node& add(std::string name, std::string text = {}, std::string explanation = {}) {
    return add(Node{.label = std::move(name), .value = std::move(text), .meaning = std::move(explanation)});
  }
};

/// A small input may hold millions of items, and each is a node. The lists of a tree, whatever they hold, have at most
/// so many entries together; what is beyond is counted. A process runs one command, so this is set once, before.
void limit_entries(std::size_t entries);
/// The next entry of a list may be shown.
[[nodiscard]] bool take_entry() noexcept;
/// The last line of a list that was cut short; nothing for none.
void add_left_out(Node& node, std::size_t count);

/// Adds make_node(entry) for each entry of a list.
template <class List, class MakeNode>
void add_entries(Node& node, const List& list, MakeNode make_node) {
  std::size_t left_out = 0;
  for (const auto& entry : list) {
    if (take_entry()) {
      node.add(make_node(entry));
    } else {
      ++left_out;
    }
  }
  add_left_out(node, left_out);
}

/// Prints the tree, two spaces a level.
void print_tree(const Node& root);

}  // namespace mdoc::cli
