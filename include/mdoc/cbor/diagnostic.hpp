#pragma once

#include <cstddef>
#include <string>

#include "mdoc/cbor/reader.hpp"

namespace mdoc::cbor {

struct DiagnosticOptions {
  bool pretty = false;                             ///< one member or element a line, indented by two spaces
  bool open_embedded = false;                      ///< content of tag 24 as `24(<< … >>)` where it is well-formed
  std::size_t max_bytes = SIZE_MAX;                ///< longer byte strings end in `...`, e.g. h'ffd8...'
  std::size_t max_output = std::size_t{16} << 20;  ///< more text is limit/too_large
};

/// Control characters, and those that reorder what people read or begin a line: what text of a peer must
/// not bring to a terminal.
/// Invisible ones as well, which make two names look alike; but for the joiners U+200C and U+200D, which spelling
/// needs.
[[nodiscard]] MDOC_EXPORT bool is_unsafe_to_show(char32_t character) noexcept;
/// What is shown instead: `\u202e`, and beyond U+FFFF `\u{e0041}`.
[[nodiscard]] MDOC_EXPORT std::string escaped(char32_t character);

/// One data item in diagnostic notation (RFC 8949, 8, and RFC 8610, G for embedded items). Control
/// and bidirectional characters of text are escaped, so the result is safe on a terminal.
/// @return limit/too_large, or what Reader returns for malformed input
[[nodiscard]] MDOC_EXPORT Result<std::string> diagnostic(Reader& reader, const DiagnosticOptions& options = {});
/// The same for bytes that hold exactly one item.
[[nodiscard]] MDOC_EXPORT Result<std::string> diagnostic(ByteView item, const DiagnosticOptions& options = {});

}  // namespace mdoc::cbor
