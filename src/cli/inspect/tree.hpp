#pragma once

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

/// Prints the tree, two spaces a level.
void print_tree(const Node& root);

}  // namespace mdoc::cli
