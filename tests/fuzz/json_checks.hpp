#pragma once
// What must hold for JSON that we write, and for values that go from JSON to CBOR and back.

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "core/utf8.hpp"
#include "fuzz/invariants.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::fuzz {

namespace bj = boost::json;

constexpr std::int64_t largest_exact = std::int64_t{1} << 53;

/// The text is JSON in valid UTF-8. @return what it says
[[nodiscard]] inline bj::value parsed(std::string_view text) {
  bj::parse_options options;
  options.max_depth = 1024;
  boost::system::error_code failure;
  bj::value value = bj::parse(bj::string_view(text.data(), text.size()), failure, {}, options);
  require(!failure);
  return value;
}

/// Nothing in it steers a terminal.
inline void require_printable(std::string_view text) {
  while (const auto character = take_character(text)) require(!cbor::is_unsafe_to_show(*character));
  require(text.empty());
}

/// A sentence without the marks around what is written from right to left; each is closed, and none is in another.
[[nodiscard]] inline std::string without_isolates(std::string_view text) {
  constexpr std::string_view opening = "\u2068";
  constexpr std::string_view closing = "\u2069";
  std::string out;
  bool open = false;
  while (!text.empty()) {
    const bool opens = text.starts_with(opening);
    if (opens || text.starts_with(closing)) {
      require(open != opens);
      open = opens;
      text.remove_prefix(opening.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  require(!open);
  return out;
}

/// The text of the member `name`, if that is the only one; the "content" of opened CBOR is not counted.
[[nodiscard]] inline const bj::string* sole_text(const bj::object& object, std::string_view name) {
  const std::size_t extra = name == "bytes" && object.contains("content") ? 1 : 0;
  const auto* member = object.if_contains(name);
  return object.size() == 1 + extra && member != nullptr ? member->if_string() : nullptr;
}

/// A decimal integer as from_cbor() writes it.
[[nodiscard]] inline bj::value integer(bool negative, std::uint64_t magnitude, std::string_view digits) {
  if (magnitude > static_cast<std::uint64_t>(largest_exact)) return bj::object{{"integer", digits}};
  const auto value = static_cast<std::int64_t>(magnitude);
  return negative ? -value : value;
}

[[nodiscard]] inline bj::value integer_of(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  std::string number(negative ? digits.substr(1) : digits);
  number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
  std::uint64_t magnitude = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), magnitude);
  if (read.ec != std::errc{}) magnitude = UINT64_MAX;  // -2^64
  return integer(negative, magnitude, negative ? "-" + number : number);
}

/// What must come back of JSON that was written as CBOR. @pre to_cbor() takes it
[[nodiscard]] inline bj::value through_cbor(const bj::value& value);

[[nodiscard]] inline bj::value through_cbor(const bj::object& object) {
  if (const auto* text = sole_text(object, "bytes")) return bj::object{{"bytes", *text}};
  if (const auto* text = sole_text(object, "tdate")) {
    return bj::object{{"tdate", to_rfc3339(parse_date_time(std::string_view(*text))->time)}};
  }
  if (sole_text(object, "full-date") != nullptr || sole_text(object, "float") != nullptr) return object;
  if (const auto* text = sole_text(object, "integer")) return integer_of(std::string_view(*text));
  if (object.size() - object.count("content") == 2 && object.contains("tag") && object.contains("value")) {
    bj::value number = through_cbor(object.at("tag"));
    bj::value content = through_cbor(object.at("value"));
    if (content.is_string() && number == 0) return bj::object{{"tdate", std::move(content)}};
    if (content.is_string() && number == 1004) return bj::object{{"full-date", std::move(content)}};
    return bj::object{{"tag", std::move(number)}, {"value", std::move(content)}};
  }
  bj::object members;
  for (const auto& member : object) members.emplace(member.key(), through_cbor(member.value()));
  return members;
}

inline bj::value through_cbor(const bj::value& value) {
  if (value.is_object()) return through_cbor(value.get_object());
  if (value.is_uint64()) return integer(false, value.get_uint64(), std::to_string(value.get_uint64()));
  if (value.is_int64()) {
    const std::int64_t number = value.get_int64();
    const auto magnitude = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    return integer(number < 0, magnitude, std::to_string(number));
  }
  if (!value.is_array()) return value;
  bj::array elements;
  for (const bj::value& element : value.get_array()) elements.push_back(through_cbor(element));
  return elements;
}

/// Equal but for the last digits of a double, which JSON text may lose.
[[nodiscard]] inline bool equivalent(const bj::value& a, const bj::value& b) {
  if (a.is_double() && b.is_double()) {
    const double x = a.get_double(), y = b.get_double();
    return std::signbit(x) == std::signbit(y) && (x == y || std::abs(x - y) <= std::abs(x) * 1e-14 + 1e-307);
  }
  if (a.is_array() && b.is_array()) {
    return std::ranges::equal(a.get_array(), b.get_array(), equivalent);
  }
  if (a.is_object() && b.is_object()) {
    return a.get_object().size() == b.get_object().size() &&
           std::ranges::all_of(a.get_object(), [&b](const auto& each) {
             const auto* other = b.get_object().if_contains(each.key());
             return other != nullptr && equivalent(each.value(), *other);
           });
  }
  return a == b;
}

}  // namespace mdoc::fuzz
