#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"

namespace mdoc::cli {

/// Bytes that are read of anything, unless a caller says otherwise.
inline constexpr std::size_t max_input = std::size_t{64} << 20;

inline constexpr std::string_view engagement_scheme = "mdoc:";

/// What an INPUT argument held.
struct Input {
  Bytes bytes;             ///< exactly as given, after hex or base64 was undone
  std::string name;        ///< for messages: the path, "standard input", "hex:…"
  std::string engagement;  ///< the whole text of an `mdoc:` URI; then `bytes` is empty
};

/// `hex:`, `b64:`, `env:` or `fd:`: no path, and no engagement.
[[nodiscard]] bool has_input_scheme(std::string_view spec) noexcept;

/// Reads an INPUT: a path, `-`, `hex:…`, `b64:…` or `mdoc:…`. The content of a path or of standard
/// input is detected: raw bytes, hex text, base64 or base64url text, or an `mdoc:` URI; white space
/// in text is ignored, and after a JWS. Throws Failure, also beyond `max` bytes.
/// @param scheme of engagements, in lower case, in the place of `mdoc:` where a profile has its own
[[nodiscard]] Input read_input(const std::string& spec, std::size_t max = max_input,
                               std::string_view scheme = engagement_scheme);
/// The same of the content of a path or of standard input, which was read already.
[[nodiscard]] Input detect_input(Bytes content, std::string name, std::string_view scheme = engagement_scheme);

/// The same where an engagement has no place: the bytes alone.
[[nodiscard]] SharedBytes read_bytes(const std::string& spec);

/// Undoes hex, base64 or base64url where the whole content is such text; nothing for anything else. CBOR
/// structures begin with a byte that is no ASCII letter, digit or space, so they are never mistaken for text.
/// What was made on the way is wiped: it may be a key.
[[nodiscard]] std::optional<SecretBytes> from_text(ByteView content);
/// There is a PEM block in it.
[[nodiscard]] bool is_pem(ByteView content);
/// It begins like a JSON object, which no CBOR structure does.
[[nodiscard]] bool is_json(ByteView content);

/// The content of a file, of standard input (`-`), of an environment variable (`env:NAME`) or of an
/// open descriptor (`fd:N`), as it is. Throws Failure, also beyond `max` bytes.
[[nodiscard]] Bytes read_content(const std::string& spec, std::size_t max = max_input);
/// The same for a KEY, which may also be `hex:…` or `b64:…`. Leaves no further copy in memory, nor shows any of it in
/// what it throws.
[[nodiscard]] SecretBytes read_secret(const std::string& spec);
/// How to name a KEY in messages: as it was given, but without the key where that is in it.
[[nodiscard]] std::string secret_name(const std::string& spec);
/// Notes for was_read() that this command reads an open file; nothing else is noted.
void note_read(int descriptor);
/// This command has read the file at `path`, by whatever name or link.
[[nodiscard]] bool was_read(const std::string& path);

}  // namespace mdoc::cli
