#include "json/base64.hpp"

#include <algorithm>

#include "mdoc/core/encoding.hpp"

namespace mdoc::json {

// The alphabets differ in two characters (RFC 4648, tables 1 and 2), so the one decoder serves both.

std::string to_base64(ByteView bytes) {
  std::string text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  const auto bad = [](std::size_t offset) {
    return Error{.code = Errc::bad_encoding, .where = {}, .offset = static_cast<std::uint32_t>(offset)};
  };
  if (text.size() % 4 != 0) return bad(text.size());
  if (const auto foreign = text.find_first_of("-_"); foreign != std::string_view::npos) return bad(foreign);
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  std::string url(text);
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  return from_base64url(url);
}

}  // namespace mdoc::json
