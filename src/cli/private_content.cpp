#include "cli/private_content.hpp"

#include <string_view>

#include "cli/input.hpp"
#include "mdoc/cbor/reader.hpp"

namespace mdoc::cli {
namespace {

bool contains(ByteView content, std::string_view word) { return as_text(content).find(word) != std::string_view::npos; }

/// A SEQUENCE that begins with an INTEGER, the version (RFC 5208, 5; RFC 5915, 3). Certificates and public keys begin
/// with another SEQUENCE.
bool is_der_with_version(ByteView content) {
  constexpr std::uint8_t sequence = 0x30;
  constexpr std::uint8_t integer = 0x02;
  if (content.size() < 4 || content[0] != sequence) return false;
  const std::size_t length_bytes = content[1] < 0x80 ? 0 : content[1] & 0x7f;
  return content.size() > 2 + length_bytes && content[2 + length_bytes] == integer;
}

/// RFC 9053, 7; perhaps within tag 24, as sessions carry keys.
bool is_private_cose_key(ByteView content) {
  constexpr std::int64_t kty = 1;
  constexpr std::int64_t d = -4;
  if (cbor::Reader outer(content); outer.next_is_tag(cbor::tag_embedded)) {
    const auto embedded = outer.read_embedded();
    if (!embedded) return false;
    content = embedded->content;
  }
  cbor::Reader reader(content);
  if (!reader.next_is(cbor::Type::map)) return false;
  bool has_type = false, has_private_part = false;
  auto map = reader.enter_map();
  while (map.next()) {
    has_type = has_type || map.key() == kty;
    has_private_part = has_private_part || map.key() == d;
  }
  return has_type && has_private_part;
}

}  // namespace

bool holds_private_pem(ByteView content) { return contains(content, "PRIVATE KEY-----"); }

bool looks_like_private_key(ByteView content) {
  if (holds_private_pem(content)) return true;
  if (is_json(content)) return contains(content, "\"kty\"") && contains(content, "\"d\"");
  if (is_der_with_version(content) || is_private_cose_key(content)) return true;
  const auto undone = from_text(content);
  return undone && (is_der_with_version(undone->view()) || is_private_cose_key(undone->view()));
}

}  // namespace mdoc::cli
