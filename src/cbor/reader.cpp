#include "mdoc/cbor/reader.hpp"

#include <limits>

#include "cbor/head.hpp"
#include "core/utf8.hpp"

namespace mdoc::cbor {

std::string_view name(Type type) noexcept {
  constexpr std::array<std::string_view, 12> names{"uint", "negative", "bytes", "text",      "array",  "map",
                                                   "tag",  "boolean",  "null",  "undefined", "simple", "floating"};
  const auto index = static_cast<std::size_t>(type);
  return index < names.size() ? names[index] : std::string_view();
}

Reader::Reader(SharedBytes message, const DecodeContext& context, const Path& root, std::uint32_t base_offset)
    : Reader(message.view(), context, root, base_offset) {
  message_ = std::move(message);
  shared_ = true;
}

Reader::Reader(ByteView input, const DecodeContext& context, const Path& root, std::uint32_t base_offset)
    : input_(input), context_(context), path_(root), base_offset_(base_offset) {
  context_.limits.max_depth = std::min(context_.limits.max_depth, max_depth);
  constexpr std::size_t addressable = std::numeric_limits<std::uint32_t>::max();
  if (input.size() > context_.limits.max_bytes || input.size() >= addressable - base_offset) fail(Errc::too_large);
}

Reader::Reader(const Reader& outer, ByteView part, std::optional<Error> failure)
    : message_(outer.message_),
      shared_(outer.shared_),
      input_(part),
      context_(outer.context_),
      path_(outer.path_),
      base_offset_(failure ? 0 : outer.offset_of(static_cast<std::size_t>(part.data() - outer.input_.data()))),
      depth_(outer.depth_ + 1),
      failure_(std::move(failure)) {
  if (depth_ > limits().max_depth) fail(Errc::too_deep);
}

Error Reader::fail(Errc code) noexcept { return fail(code, item_offset()); }

Error Reader::fail(Errc code, std::uint32_t offset) noexcept {
  if (!failure_) failure_ = Error{.code = code, .where = path_, .offset = offset};
  return *failure_;
}

Result<void> Reader::status() const {
  if (failure_) return *failure_;
  return {};
}

bool Reader::judge(Rule rule) {
  if (failure_) return false;
  const auto judged = cbor::deviation(context_, rule, path_, item_offset());
  if (!judged) failure_ = judged.error();
  return !failure_;
}

Result<void> Reader::deviation(Rule rule) {
  if (!judge(rule)) return *failure_;
  return {};
}

// ---- heads ------------------------------------------------------------------------------------

bool Reader::decode_head(Head& head) {
  if (failure_) return false;
  switch (cbor::decode_head(input_.subspan(position_), head)) {
    case HeadStatus::ok: return true;
    case HeadStatus::truncated: fail(Errc::truncated, offset()); return false;
    case HeadStatus::not_well_formed: fail(Errc::not_well_formed, offset()); return false;
  }
  return false;
}

bool Reader::consume_head(Head& head) {
  if (!decode_head(head)) return false;
  item_ = position_;
  position_ += head.size;
  if (head.is_break) fail(Errc::not_well_formed);  // RFC 8949, 3.2.1: only where an item of indefinite length may end
  if (head.content.size() > limits().max_string) fail(Errc::too_large);
  if (!head.preferred) return judge(Rule::cbor_non_preferred);
  return !failure_;
}

bool Reader::consume(Type wanted, Head& head) {
  if (!consume_head(head)) return false;
  if (head.type != wanted) fail(Errc::wrong_type);
  return !failure_;
}

Result<Type> Reader::peek() {
  Head head;
  if (!decode_head(head)) return *failure_;
  if (head.is_break) return fail(Errc::not_well_formed, offset());
  return head.type;
}

bool Reader::next_is(Type type) const noexcept {
  return !failure_ && !at_end() && input_[position_] != break_byte && type_of(input_[position_]) == type;
}

bool Reader::next_is_tag(std::uint64_t tag) const noexcept {
  if (!next_is(Type::tag)) return false;
  Head head;
  return cbor::decode_head(input_.subspan(position_), head) == HeadStatus::ok && head.argument == tag;
}

// ---- strings ----------------------------------------------------------------------------------

bool Reader::check_text(ByteView text) {
  if (!is_utf8(text)) fail(Errc::bad_text);
  return !failure_;
}

/// Consumes the break if it is next. At the end of input there is none: the next read fails.
bool Reader::at_break() {
  if (failure_ || at_end() || input_[position_] != break_byte) return false;
  ++position_;
  return true;
}

/// The next chunk of a string of indefinite length; false at its end.
bool Reader::next_chunk(Type string, ByteView& chunk) {
  Head head;
  if (at_break() || !consume_head(head)) return false;
  // RFC 8949, 3.2.3: chunks are strings of definite length and of the same major type.
  if (head.type != string || head.indefinite) fail(Errc::not_well_formed);
  chunk = head.content;
  return !failure_ && (string == Type::bytes || check_text(chunk));
}

bool Reader::consume_string(Type wanted, ByteView& content) {
  Head head;
  return consume(wanted, head) && finish_string(head, content);
}

/// The content of a string, whose head was consumed, in one piece.
bool Reader::finish_string(const Head& head, ByteView& content) {
  content = head.content;
  if (!head.indefinite) return head.type == Type::bytes || check_text(content);

  const std::size_t begin = item_;
  if (!judge(Rule::cbor_indefinite_length)) return false;
  content = input_.subspan(position_, 0);
  ByteView more;
  // Two chunks would have to be put together in memory of our own, and then be no longer what came.
  if (next_chunk(head.type, content) && next_chunk(head.type, more)) fail(Errc::indefinite_length, offset_of(begin));
  item_ = begin;
  return !failure_;
}

// ---- single values ----------------------------------------------------------------------------

Result<std::uint64_t> Reader::read_uint() {
  Head head;
  if (!consume(Type::uint, head)) return *failure_;
  return head.argument;
}

Result<std::int64_t> Reader::read_int() {
  Head head;
  if (!consume_head(head)) return *failure_;
  if (head.type != Type::uint && head.type != Type::negative) return fail(Errc::wrong_type);
  if (head.argument > static_cast<std::uint64_t>(INT64_MAX)) return fail(Errc::bad_value);
  const auto value = static_cast<std::int64_t>(head.argument);
  return head.type == Type::uint ? value : -1 - value;
}

Result<std::string_view> Reader::read_text() {
  ByteView content;
  if (!consume_string(Type::text, content)) return *failure_;
  return as_text(content);
}

Result<std::string> Reader::read_string() {
  ByteView content;
  if (!consume_string(Type::text, content)) return *failure_;
  return std::string(as_text(content));
}

Result<ByteView> Reader::read_bytes() {
  ByteView content;
  if (!consume_string(Type::bytes, content)) return *failure_;
  return content;
}

Result<SharedBytes> Reader::read_bytes_shared() {
  ByteView content;
  if (!consume_string(Type::bytes, content)) return *failure_;
  return slice(content);
}

Result<bool> Reader::read_bool() {
  Head head;
  if (!consume(Type::boolean, head)) return *failure_;
  return head.argument != 0;
}

Result<void> Reader::read_null() {
  Head head;
  if (!consume(Type::null, head)) return *failure_;
  return {};
}

Result<double> Reader::read_float() {
  Head head;
  if (!consume(Type::floating, head)) return *failure_;
  return head.floating;
}

Result<std::uint64_t> Reader::read_tag() {
  Head head;
  if (!consume(Type::tag, head)) return *failure_;
  return head.argument;
}

Result<void> Reader::expect_tag(std::uint64_t tag) {
  Head head;
  if (!consume(Type::tag, head)) return *failure_;
  if (head.argument != tag) return fail(Errc::unexpected_tag);
  return {};
}

bool Reader::try_null() { return next_is(Type::null) && read_null().has_value(); }

bool Reader::try_tag(std::uint64_t tag) { return next_is_tag(tag) && read_tag().has_value(); }

// ---- whole items ------------------------------------------------------------------------------

Result<ByteView> Reader::read_raw() {
  const std::size_t begin = position_;
  if (!skip_item()) return *failure_;
  return from(begin);
}

Result<SharedBytes> Reader::read_raw_shared() {
  const std::size_t begin = position_;
  if (!skip_item()) return *failure_;
  return slice(from(begin));
}

Result<void> Reader::skip() {
  if (!skip_item()) return *failure_;
  return {};
}

Result<Reader::Embedded> Reader::read_embedded() {
  const std::size_t begin = position_;
  Head head;
  if (!consume(Type::tag, head)) return *failure_;
  if (head.argument != tag_embedded) return fail(Errc::unexpected_tag);
  ByteView content;
  if (!consume_string(Type::bytes, content)) return *failure_;
  return Embedded{.bytes = from(begin), .content = content};
}

Reader Reader::enter_embedded() {
  const auto embedded = read_embedded();
  if (!embedded) return Reader(*this, {}, embedded.error());
  return within(embedded->content);
}

Reader Reader::enter_bytes() {
  const auto content = read_bytes();
  if (!content) return Reader(*this, {}, content.error());
  return within(*content);
}

Reader Reader::within(ByteView part) const { return Reader(*this, part, std::nullopt); }

SharedBytes Reader::slice(ByteView part) const { return shared_ ? message_.slice(part) : SharedBytes::copy_of(part); }

Result<void> Reader::finish() {
  if (!failure_ && !at_end()) fail(Errc::trailing_bytes, offset());
  return status();
}

}  // namespace mdoc::cbor
