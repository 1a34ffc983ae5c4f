#include "mdoc/crypto/der.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/ascii.hpp"
#include "core/object_identifier.hpp"
#include "core/try.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::crypto::der {
namespace {

// Bytes of the length field for `length` octets of content (X.690, 10.1).
constexpr std::size_t length_size(std::size_t length) noexcept {
  std::size_t size = 1;
  if (length >= 0x80) {
    for (; length != 0; length >>= 8) ++size;
  }
  return size;
}

// Writes identifier, length and the parts to `out`, which has exactly the room.
void write(std::uint8_t* out, Tag tag, const MessageParts& content) {
  const std::size_t length = content.size();
  *out++ = tag;
  if (const std::size_t octets = length_size(length) - 1; octets == 0) {
    *out++ = static_cast<std::uint8_t>(length);
  } else {
    *out++ = static_cast<std::uint8_t>(0x80 | octets);
    for (std::size_t i = octets; i-- > 0;) *out++ = static_cast<std::uint8_t>(length >> (8 * i));
  }
  for (const ByteView part : content.parts()) out = std::ranges::copy(part, out).out;
}

}  // namespace

Result<void> Reader::end() const {
  if (!at_end()) return error();
  return {};
}

Result<Element> Reader::read_any() {
  const ByteView input = rest_;
  if (input.size() < 2 || (input[0] & 0x1f) == 0x1f) return error();
  std::size_t head = 2;
  std::size_t length = input[1];
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    // 0x80 is the indefinite length; four octets are more than any certificate or list needs.
    if (octets == 0 || octets > 4 || input.size() < 2 + octets) return error();
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = (length << 8) | input[2 + i];
    if (length_size(length) != 1 + octets) return error();
    head += octets;
  }
  if (length > input.size() - head) return error();
  rest_ = input.subspan(head + length);
  return Element{input[0], input.subspan(head, length), input.first(head + length)};
}

Result<Element> Reader::read(Tag tag) {
  if (!next_is(tag)) return error();
  return read_any();
}

Result<Reader> Reader::enter(Tag tag) {
  MDOC_TRY(const Element element, read(tag));
  return Reader(element.content, on_error_);
}

Result<bool> Reader::read_boolean() {
  MDOC_TRY(const Element element, read(tag::boolean));
  // X.690, 11.1: TRUE is FF. The IACA certificate of a test house has 01.
  if (element.content.size() != 1) return error();
  return element.content[0] != 0;
}

Result<ByteView> Reader::read_integer() {
  MDOC_TRY(const Element element, read(tag::integer));
  const ByteView content = element.content;
  if (content.empty()) return error();
  // X.690, 8.3.2: the first nine bits are not all equal.
  if (content.size() > 1 && (content[0] == 0x00 || content[0] == 0xff) && (content[0] ^ content[1]) < 0x80) {
    return error();
  }
  return content;
}

Result<ByteView> Reader::read_unsigned() {
  MDOC_TRY(const ByteView content, read_integer());
  if ((content[0] & 0x80) != 0) return error();
  return content[0] == 0 ? content.subspan(1) : content;
}

Result<std::uint32_t> Reader::read_uint32() {
  MDOC_TRY(const ByteView magnitude, read_unsigned());
  if (magnitude.size() > 4) return error();
  std::uint32_t value = 0;
  for (const std::uint8_t byte : magnitude) value = (value << 8) | byte;
  return value;
}

Result<ByteView> Reader::read_octets_in_bit_string() {
  MDOC_TRY(const Element element, read(tag::bit_string));
  if (element.content.empty() || element.content[0] != 0) return error();
  return element.content.subspan(1);
}

Result<std::uint16_t> Reader::read_named_bits() {
  MDOC_TRY(const Element element, read(tag::bit_string));
  const ByteView content = element.content;
  if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0)) return error();
  const unsigned unused_mask = (1u << content[0]) - 1;
  if (content.size() > 1 && (content.back() & unused_mask) != 0) return error();
  std::uint16_t bits = 0;
  for (std::size_t bit = 0; bit < 16 && 1 + bit / 8 < content.size(); ++bit) {
    if ((content[1 + bit / 8] & (0x80u >> (bit % 8))) != 0) bits = static_cast<std::uint16_t>(bits | (1u << bit));
  }
  return bits;
}

Result<std::string> Reader::read_object_identifier() {
  MDOC_TRY(const Element element, read(tag::object_identifier));
  const ByteView content = element.content;
  if (content.empty() || (content.back() & 0x80) != 0) return error();
  std::string text;
  std::uint64_t arc = 0;
  bool starts_arc = true;
  for (const std::uint8_t octet : content) {
    if (starts_arc && octet == 0x80) return error();  // X.690, 8.19.2: minimal
    if (arc > (~std::uint64_t{0} >> 8)) return "#" + to_hex(content);
    arc = (arc << 7) | (octet & 0x7fu);
    starts_arc = (octet & 0x80) == 0;
    if (!starts_arc) continue;
    if (text.empty()) {  // X.690, 8.19.4: the first number holds two arcs
      const std::uint64_t root = std::min<std::uint64_t>(arc / 40, 2);
      text = std::to_string(root);
      arc -= root * 40;
    }
    text.append(1, '.').append(std::to_string(arc));
    arc = 0;
  }
  return text;
}

Result<UtcSeconds> Reader::read_time() {
  const bool utc = next_is(tag::utc_time);
  MDOC_TRY(const Element element, read(utc ? tag::utc_time : tag::generalized_time));
  const std::string_view text = as_text(element.content);
  const std::size_t year_digits = utc ? 2 : 4;
  if (text.size() != year_digits + 11 || text.back() != 'Z') return error();
  bool digits = true;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) {
      digits = digits && is_digit(c);
      value = value * 10 + (c - '0');
    }
    return value;
  };
  int year = number(0, year_digits);
  if (utc) year += year >= 50 ? 1900 : 2000;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(number(year_digits, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(year_digits + 2, 2)))};
  const int hour = number(year_digits + 4, 2);
  const int minute = number(year_digits + 6, 2);
  const int second = number(year_digits + 8, 2);
  if (!digits || !date.ok() || hour > 23 || minute > 59 || second > 59) return error();
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

Bytes encode(Tag tag, const MessageParts& content) {
  const std::size_t length = content.size();
  Bytes out(1 + length_size(length) + length);
  write(out.data(), tag, content);
  return out;
}

SecretBytes encode_secret(Tag tag, const MessageParts& content) {
  const std::size_t length = content.size();
  SecretBytes out(1 + length_size(length) + length);
  write(out.mutable_view().data(), tag, content);
  return out;
}

Bytes encode_unsigned(ByteView magnitude) {
  while (!magnitude.empty() && magnitude[0] == 0) magnitude = magnitude.subspan(1);
  const std::uint8_t zero[] = {0};  // NOLINT(*-avoid-c-arrays)
  const bool sign_octet = magnitude.empty() || (magnitude[0] & 0x80) != 0;
  return encode(tag::integer, {ByteView(zero).first(sign_octet ? 1 : 0), magnitude});
}

Bytes encode_uint32(std::uint32_t value) {
  const std::array<std::uint8_t, 4> octets{static_cast<std::uint8_t>(value >> 24),
                                           static_cast<std::uint8_t>(value >> 16),
                                           static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  return encode_unsigned(octets);
}

Bytes encode_boolean(bool value) { return {tag::boolean, 1, static_cast<std::uint8_t>(value ? 0xff : 0x00)}; }

Bytes encode_octets_in_bit_string(ByteView octets) {
  const std::uint8_t unused_bits[] = {0};  // NOLINT(*-avoid-c-arrays)
  return encode(tag::bit_string, {unused_bits, octets});
}

Bytes encode_named_bits(std::uint16_t bits) {
  std::array<std::uint8_t, 3> content{};
  std::size_t used = 0;
  for (std::size_t bit = 0; bit < 16; ++bit) {
    if ((bits & (1u << bit)) == 0) continue;
    content[1 + bit / 8] = static_cast<std::uint8_t>(content[1 + bit / 8] | (0x80u >> (bit % 8)));
    used = bit + 1;
  }
  const std::size_t octets = (used + 7) / 8;
  content[0] = static_cast<std::uint8_t>(octets * 8 - used);
  return encode(tag::bit_string, ByteView(content).first(1 + octets));
}

Result<Bytes> encode_object_identifier(std::string_view dotted) {
  if (!is_object_identifier(dotted)) return Error{.code = Errc::bad_argument};
  std::vector<std::uint64_t> arcs;
  const char* at = dotted.data();
  const char* const end = at + dotted.size();
  while (true) {
    std::uint32_t arc = 0;
    const auto [after, failed] = std::from_chars(at, end, arc);
    if (failed != std::errc{}) return Error{.code = Errc::bad_argument};  // too large for us
    arcs.push_back(arc);
    if (after == end) break;
    at = after + 1;
  }
  arcs[1] += arcs[0] * 40;
  Bytes content;
  for (auto arc = arcs.begin() + 1; arc != arcs.end(); ++arc) {
    unsigned groups = 1;
    while ((*arc >> (7 * groups)) != 0) ++groups;
    while (groups-- > 0) {
      content.push_back(static_cast<std::uint8_t>(((*arc >> (7 * groups)) & 0x7f) | (groups != 0 ? 0x80u : 0u)));
    }
  }
  return encode(tag::object_identifier, content);
}

Result<Bytes> encode_time(UtcSeconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const int year = static_cast<int>(date.year());
  if (year < 1950 || year > 9999) return Error{.code = Errc::bad_argument};
  std::string text;
  const auto append = [&](auto value, int digits) {
    const std::string number = std::to_string(value);
    text.append(static_cast<std::size_t>(digits) - number.size(), '0').append(number);
  };
  const bool utc = year < 2050;
  if (utc) {
    append(year % 100, 2);
  } else {
    append(year, 4);
  }
  append(static_cast<unsigned>(date.month()), 2);
  append(static_cast<unsigned>(date.day()), 2);
  append(clock.hours().count(), 2);
  append(clock.minutes().count(), 2);
  append(clock.seconds().count(), 2);
  text += 'Z';
  return encode(utc ? tag::utc_time : tag::generalized_time, as_bytes(text));
}

}  // namespace mdoc::crypto::der
