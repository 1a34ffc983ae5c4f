#include "crypto/pem.hpp"

#include <algorithm>
#include <initializer_list>

#include "core/try.hpp"
#include "core/wiper.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::crypto {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";

// The base64 of RFC 4648, 4 and that of section 5 differ in two characters and the padding.
Result<SecretBytes> from_base64(std::string_view lines) {
  std::string url;
  url.reserve(lines.size());
  const Wiper wiper(url);
  std::size_t padding = 0;
  bool valid = true;
  for (const char c : lines) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    valid = valid && padding == 0 && c != '-' && c != '_';
    url += c == '+' ? '-' : c == '/' ? '_' : c;
  }
  const bool whole = (url.size() + padding) % 4 == 0 && padding <= 2;
  if (!valid || !whole) return Error{.code = Errc::bad_encoding};
  auto content = secret_from_base64url(url);
  if (!content) return Error{.code = Errc::bad_encoding};
  return content;
}

}  // namespace

Result<std::vector<PemBlock>> read_pem(std::string_view text, std::size_t max_count) {
  std::vector<PemBlock> blocks;
  while (true) {
    const std::size_t begin = text.find(begin_mark);
    if (begin == text.npos) return blocks;
    text.remove_prefix(begin + begin_mark.size());
    const std::size_t label_end = text.find(dashes);
    if (label_end == text.npos) return Error{.code = Errc::bad_encoding};
    const std::string label(text.substr(0, label_end));
    text.remove_prefix(label_end + dashes.size());
    const std::string end_line = std::string(end_mark) + label + std::string(dashes);
    const std::size_t end = text.find(dashes);  // whatever comes next must be the end of this block
    if (end == text.npos || !text.substr(end).starts_with(end_line)) return Error{.code = Errc::bad_encoding};
    if (blocks.size() == max_count) return Error{.code = Errc::too_many};
    MDOC_TRY(SecretBytes content, from_base64(text.substr(0, end)));
    blocks.push_back({label, std::move(content)});
    text.remove_prefix(end + end_line.size());
  }
}

Result<SecretBytes> find_pem(std::string_view text, std::initializer_list<std::string_view> labels) {
  MDOC_TRY(std::vector<PemBlock> blocks, read_pem(text, 64));
  for (PemBlock& block : blocks) {
    if (std::ranges::find(labels, block.label) != labels.end()) return std::move(block.content);
  }
  return Error{.code = Errc::bad_encoding};
}

SecretBytes write_pem(std::string_view label, ByteView content) {
  constexpr std::size_t line_length = 64;
  std::string body = to_base64url(content);
  const Wiper wiper(body);
  std::ranges::replace(body, '-', '+');
  std::ranges::replace(body, '_', '/');
  const std::size_t padding = (4 - body.size() % 4) % 4;
  const std::size_t characters = body.size() + padding;
  const std::size_t lines = (characters + line_length - 1) / line_length;
  // "-----BEGIN x-----\n", the lines, "-----END x-----\n"
  SecretBytes text(begin_mark.size() + end_mark.size() + 2 * (label.size() + dashes.size() + 1) + characters + lines);
  auto out = text.mutable_view().begin();
  const auto append = [&](std::string_view part) { out = std::ranges::copy(part, out).out; };
  append(begin_mark);
  append(label);
  append(dashes);
  append("\n");
  for (std::size_t at = 0; at < characters; at += line_length) {
    const std::string_view line = std::string_view(body).substr(std::min(at, body.size()), line_length);
    append(line);
    append(std::string_view("==").substr(0, std::min(line_length, characters - at) - line.size()));
    append("\n");
  }
  append(end_mark);
  append(label);
  append(dashes);
  append("\n");
  return text;
}

}  // namespace mdoc::crypto
