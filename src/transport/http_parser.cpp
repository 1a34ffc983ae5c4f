#include "transport/http_parser.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/transport/http.hpp"

namespace mdoc::transport {
namespace {

constexpr std::size_t first_reserve = std::size_t{64} << 10;  // taken on the word of a Content-Length

// tchar of RFC 9110, 5.6.2: what a header name is made of.
constexpr bool is_tchar(char c) noexcept {
  return is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// VCHAR, obs-text, SP and HTAB (RFC 9110, 5.5): no NUL, no lone CR, no other control.
constexpr bool is_text(char c) noexcept { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// One decimal number and nothing else: "5, 5", "+5" and "0x5" are how requests are smuggled.
std::optional<std::uint64_t> parse_content_length(std::string_view text) noexcept {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    if (value > (max - digit) / 10) return max;
    value = value * 10 + digit;
  }
  return value;
}

bool list_contains(std::string_view list, std::string_view token) noexcept {
  for (;;) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Bytes to_bytes(std::string_view head, ByteView body) {
  Bytes bytes;
  bytes.reserve(head.size() + body.size());
  bytes.insert(bytes.end(), head.begin(), head.end());
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

Error HttpParser::error(Errc code, const Path& where) const {
  Error error{.code = code, .where = where};
  error.offset = static_cast<std::uint32_t>(std::min<std::size_t>(line_start_, Error::no_offset));
  return error;
}

Result<HttpParser::Part> HttpParser::next(ByteView& input) {
  while (!input.empty()) {
    switch (stage_) {
      case Stage::start_line: {
        MDOC_TRY(const bool whole, read_line(input, http_max_start_line));
        if (!whole) return Part::none;
        stage_ = Stage::fields;
        start_line_ = std::exchange(line_, {});
        return Part::start_line;
      }
      case Stage::fields: {
        MDOC_TRY(const bool whole, read_line(input, http_max_header_bytes));
        if (!whole) return Part::none;
        if (line_.empty()) return Part::head;
        MDOC_CHECK(read_field());
        line_.clear();
        break;
      }
      case Stage::body: return read_body(input);
    }
  }
  return Part::none;
}

// True when line_ holds a whole line. Only CRLF ends one: where one side takes a lone LF for an end
// and another does not, they see different messages.
Result<bool> HttpParser::read_line(ByteView& input, std::size_t limit) {
  if (line_.empty()) line_start_ = offset_;
  const auto* found = static_cast<const std::uint8_t*>(std::memchr(input.data(), '\n', input.size()));
  const std::size_t count = found ? static_cast<std::size_t>(found - input.data()) + 1 : input.size();
  const bool in_fields = stage_ == Stage::fields;
  const std::size_t allowed = in_fields ? limit - header_bytes_ : limit + 2 - line_.size();
  if (count > allowed) return error(Errc::too_large, in_fields ? what_ / "headers" : what_ / "startLine");

  line_.append(as_text(input.first(count)));
  input = input.subspan(count);
  offset_ += count;
  if (in_fields) header_bytes_ += count;
  if (!found) return false;

  if (line_.size() < 2 || line_[line_.size() - 2] != '\r') return error(Errc::bad_frame, what_ / "lineEnd");
  line_.resize(line_.size() - 2);
  if (!std::ranges::all_of(line_, is_text)) return error(Errc::bad_frame, what_ / "controlCharacter");
  return true;
}

// field-line = field-name ":" OWS field-value OWS (RFC 9112, 5). A name made of tchar leaves no room
// for white space before the colon, nor for the folded lines of RFC 2616, which begin with it.
Result<void> HttpParser::read_field() {
  const std::string_view line = line_;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || !std::ranges::all_of(line.substr(0, colon), is_tchar)) {
    return error(Errc::bad_frame, what_ / "headerName");
  }
  const auto field = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  const auto named = [field](std::string_view other) { return equal_ignoring_case(field, other); };

  if (named("Content-Length")) {
    const auto length = parse_content_length(value);
    if (!length || fields_.content_length) return error(Errc::bad_frame, what_ / "Content-Length");
    fields_.content_length = length;
  } else if (named("Content-Type")) {
    if (fields_.media_type) return error(Errc::bad_frame, what_ / "Content-Type");
    fields_.media_type = lower_case(trim(value.substr(0, value.find(';'))));
  } else if (named("Host")) {
    if (fields_.host) return error(Errc::bad_frame, what_ / "Host");
    fields_.host = true;
  } else if (named("Transfer-Encoding")) {
    fields_.transfer_encoding = true;
  } else if (named("Content-Encoding")) {
    fields_.content_coding |= !equal_ignoring_case(value, "identity");
  } else if (named("Connection")) {
    fields_.close |= list_contains(value, "close");
  } else if (named("Expect")) {
    fields_.expects_continue |= list_contains(value, "100-continue");
  }
  return {};
}

Result<void> HttpParser::expect_body(std::uint64_t length) {
  if (length > max_body_) return error(Errc::too_large, what_ / "body");
  stage_ = Stage::body;
  body_length_ = static_cast<std::size_t>(length);
  return {};
}

// Memory follows the bytes that came, not the length that was promised.
Result<HttpParser::Part> HttpParser::read_body(ByteView& input) {
  const std::size_t count = std::min(input.size(), body_length_ - body_.size());
  if (body_.size() + count > body_.capacity()) {
    body_.reserve(std::min(body_length_, std::max(first_reserve, 2 * (body_.size() + count))));
  }
  body_.insert(body_.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(count));
  input = input.subspan(count);
  return body_.size() == body_length_ ? Part::body : Part::none;
}

Bytes HttpParser::take_body() {
  Bytes body = std::exchange(body_, {});
  next_message();
  return body;
}

void HttpParser::next_message() {
  stage_ = Stage::start_line;
  line_.clear();
  fields_ = {};
  header_bytes_ = 0;
  offset_ = 0;
}

void HttpParser::skip_interim() {
  stage_ = Stage::start_line;
  line_.clear();
  fields_ = {};
  header_bytes_ = std::min(http_max_header_bytes, header_bytes_ + start_line_.size());
}

}  // namespace mdoc::transport
