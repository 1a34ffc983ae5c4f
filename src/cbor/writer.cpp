#include "mdoc/cbor/writer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

#include <cbor.h>

namespace mdoc::cbor {
namespace {

/// Appends what one of libcbor's encoders makes of `value`: a head, or a float.
template <class Value>
void append_head(Bytes& out, std::size_t (*encode)(Value, unsigned char*, std::size_t), Value value) {
  std::array<unsigned char, 9> head{};
  const std::size_t size = encode(value, head.data(), head.size());
  out.insert(out.end(), head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size));
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// `value` as a half, if one holds it exactly: eleven significant bits, exponents from -14 to 15,
/// and below that multiples of 2^-24. (libcbor 0.8 rounds some of the latter wrongly.)
std::optional<std::uint16_t> exact_half(float value) noexcept {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value)) return std::uint16_t{0x7e00};
  if (std::isinf(value)) return static_cast<std::uint16_t>(sign | 0x7c00);
  int exponent = 0;
  const float significand = std::frexp(std::fabs(value), &exponent);  // in [0.5, 1), or 0
  if (exponent > 16) return std::nullopt;
  const bool subnormal = exponent < -13;
  const float units = std::ldexp(significand, subnormal ? exponent + 24 : 11);
  if (units != std::floor(units)) return std::nullopt;
  // The leading bit of a normal number is not stored: it adds one to the exponent instead.
  const int biased = subnormal || units == 0 ? 0 : exponent + 13;
  return static_cast<std::uint16_t>(sign + (biased << 10) + static_cast<int>(units));
}

}  // namespace

Writer& Writer::uint(std::uint64_t value) {
  append_head(out_, cbor_encode_uint, value);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  if (value >= 0) return uint(static_cast<std::uint64_t>(value));
  return negative(static_cast<std::uint64_t>(-1 - value));
}

Writer& Writer::negative(std::uint64_t argument) {
  append_head(out_, cbor_encode_negint, argument);
  return *this;
}

Writer& Writer::bytes(ByteView value) { return bytes_head(value.size()).raw(value); }

Writer& Writer::bytes_head(std::size_t size) {
  append_head(out_, cbor_encode_bytestring_start, size);
  return *this;
}

Writer& Writer::text(std::string_view value) {
  append_head(out_, cbor_encode_string_start, value.size());
  append(out_, as_bytes(value));
  return *this;
}

Writer& Writer::boolean(bool value) {
  append_head(out_, cbor_encode_bool, value);
  return *this;
}

Writer& Writer::null() {
  out_.push_back(0xf6);
  return *this;
}

Writer& Writer::simple(std::uint8_t number) {
  assert(number < 24 || number > 31);
  append_head(out_, cbor_encode_ctrl, number);
  return *this;
}

Writer& Writer::floating(double value) {
  const auto single = static_cast<float>(value);
  if (static_cast<double>(single) != value && !std::isnan(value)) {
    append_head(out_, cbor_encode_double, value);
  } else if (const auto half = exact_half(single)) {
    append(out_,
           std::array{std::uint8_t{0xf9}, static_cast<std::uint8_t>(*half >> 8), static_cast<std::uint8_t>(*half)});
  } else {
    append_head(out_, cbor_encode_single, single);
  }
  return *this;
}

Writer& Writer::tag(std::uint64_t number) {
  append_head(out_, cbor_encode_tag, number);
  return *this;
}

Writer& Writer::array(std::size_t elements) {
  append_head(out_, cbor_encode_array_start, elements);
  return *this;
}

Writer& Writer::map(std::size_t members) {
  append_head(out_, cbor_encode_map_start, members);
  return *this;
}

Writer& Writer::map(const SortedMap& map) {
  map.write_to(*this);
  return *this;
}

Writer& Writer::raw(ByteView encoded) {
  append(out_, encoded);
  return *this;
}

Writer& Writer::tdate(UtcSeconds time) { return tag(tag_tdate).text(to_rfc3339(time)); }
Writer& Writer::full_date(FullDate date) { return tag(tag_full_date).text(to_iso8601(date)); }
Writer& Writer::embedded(ByteView encoded) { return tag(tag_embedded).bytes(encoded); }

// ---- SortedMap --------------------------------------------------------------------------------

/// Ends the key of the member begun last.
Writer& SortedMap::begin_value() {
  members_.back().value = items_.size();
  return items_;
}

Writer& SortedMap::begin_member() {
  members_.push_back({.begin = items_.size(), .value = 0});
  return items_;
}

Writer& SortedMap::put(std::string_view key) {
  begin_member().text(key);
  return begin_value();
}

Writer& SortedMap::put_integer(std::int64_t key) {
  begin_member().integer(key);
  return begin_value();
}

Writer& SortedMap::put_uint(std::uint64_t key) {
  begin_member().uint(key);
  return begin_value();
}

Writer& SortedMap::put_raw(ByteView encoded_key) {
  begin_member().raw(encoded_key);
  return begin_value();
}

SortedMap& SortedMap::members(const UnknownMembers& unknown) {
  for (const UnknownMember& member : unknown) put_raw(member.key.view()).raw(member.value.view());
  return *this;
}

void SortedMap::write_to(Writer& writer) const {
  struct Span {
    ByteView key;
    ByteView member;
  };
  const ByteView items = items_.view();
  std::vector<Span> sorted;
  sorted.reserve(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const std::size_t end = i + 1 < members_.size() ? members_[i + 1].begin : items.size();
    const auto [begin, value] = members_[i];
    assert(value < end);  // a value was written
    sorted.push_back({.key = items.subspan(begin, value - begin), .member = items.subspan(begin, end - begin)});
  }
  std::ranges::sort(
      sorted, [](ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }, &Span::key);
  writer.map(sorted.size());
  for (const Span& span : sorted) writer.raw(span.member);
}

Bytes SortedMap::encode() const {
  Writer writer(items_.size() + 9);
  write_to(writer);
  return std::move(writer).take();
}

}  // namespace mdoc::cbor
