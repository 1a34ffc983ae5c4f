#pragma once

#include <optional>
#include <string>

#include "mdoc/core/secret.hpp"

namespace mdoc::cli {

/// What a person typed where nobody could read along.
struct HiddenInput {
  bool has_terminal = false;
  std::optional<SecretBytes> text{};  ///< nothing: they gave up, with Ctrl-C or Ctrl-D
};

/// Asks on the terminal of this process, wherever standard input and output go.
[[nodiscard]] HiddenInput read_hidden(const std::string& prompt);

}  // namespace mdoc::cli
