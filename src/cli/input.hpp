#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"

namespace mdoc::cli {

/// What an INPUT argument held.
struct Input {
  Bytes bytes;             ///< exactly as given, after hex or base64 was undone
  std::string name;        ///< for messages: the path, "standard input", "hex:…"
  std::string engagement;  ///< the whole text of an `mdoc:` URI; then `bytes` is empty
};

/// Reads an INPUT: a path, `-`, `hex:…`, `b64:…` or `mdoc:…`. The content of a path or of standard
/// input is detected: raw bytes, hex text, base64 or base64url text, or an `mdoc:` URI; white space
/// in text is ignored. Throws Failure.
[[nodiscard]] Input read_input(const std::string& spec);

/// The content of a file, of standard input (`-`), of an environment variable (`env:NAME`) or of an
/// open descriptor (`fd:N`), as it is. Throws Failure.
[[nodiscard]] Bytes read_content(const std::string& spec);

}  // namespace mdoc::cli
