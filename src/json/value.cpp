#include "mdoc/json/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/convert.hpp"
#include "json/strict_json.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

constexpr std::int64_t largest_exact = std::int64_t{1} << 53;  // of a JSON number, which readers hold as double
constexpr unsigned max_json_depth = 32;
constexpr std::string_view least_integer = "-18446744073709551616";  // of CBOR, -2^64

bj::value object_of(std::string_view name, bj::value content) {
  bj::object object;
  object.emplace(name, std::move(content));
  return object;
}

bj::value beyond_double(std::string_view digits) { return object_of("integer", bj::string(digits)); }

/// Decimal text of a CBOR negative integer, which may reach -2^64.
std::string negative_text(ByteView raw_item) {
  // diagnostic() writes integers in full, also those that no C++ type holds.
  const auto text = cbor::diagnostic(raw_item);
  return text ? *text : std::string();
}

Result<bj::value> read_negative(cbor::Reader& reader) {
  MDOC_TRY(const ByteView raw, reader.read_raw());
  cbor::Reader again(raw, reader.context());
  if (const auto value = again.read_int(); value && *value >= -largest_exact) return bj::value(*value);
  return beyond_double(negative_text(raw));
}

Result<bj::value> read_unsigned(cbor::Reader& reader) {
  MDOC_TRY(const std::uint64_t value, reader.read_uint());
  if (value <= static_cast<std::uint64_t>(largest_exact)) return bj::value(value);
  return beyond_double(std::to_string(value));
}

Result<bj::value> read_floating(cbor::Reader& reader) {
  MDOC_TRY(const double value, reader.read_float());
  if (std::isnan(value)) return object_of("float", "NaN");
  if (std::isinf(value)) return object_of("float", value > 0 ? "Infinity" : "-Infinity");
  return bj::value(value);
}

Result<bj::value> read_item(cbor::Reader& reader, ValueBudget& budget);

/// Adds CBOR within CBOR; nothing where it is not exactly one item. Where one lies in the other, the bytes of the
/// innermost are in the text once for each: so what would be too much stays closed, and its size is told.
void add_content(bj::object& object, const cbor::Reader& outer, ByteView content, ValueBudget& budget) {
  if (content.size() > budget.opened_left) {
    object.emplace("contentLeftOut", content.size());
    return;
  }
  budget.opened_left -= content.size();
  cbor::Reader nested = outer.within(content);
  auto value = read_item(nested, budget);
  if (value && nested.finish()) object.emplace("content", *std::move(value));
}

Result<bj::value> read_byte_string(cbor::Reader& reader, ValueBudget& budget) {
  MDOC_TRY(const ByteView bytes, reader.read_bytes());
  bj::object object{{"bytes", to_base64url(bytes)}};
  const bool tagged = bytes.size() > 2 && bytes[0] == 0xd8 && bytes[1] == cbor::tag_embedded;
  if (budget.options.open_embedded && tagged) {
    add_content(object, reader, bytes, budget);
  }
  return bj::value(std::move(object));
}

/// What follows the head of a tag 24.
Result<bj::value> read_embedded(cbor::Reader& reader, ValueBudget& budget) {
  MDOC_TRY(const ByteView bytes, reader.read_bytes());
  bj::object object{{"tag", cbor::tag_embedded}, {"value", object_of("bytes", bj::string(to_base64url(bytes)))}};
  add_content(object, reader, bytes, budget);
  return bj::value(std::move(object));
}

Result<bj::value> read_tagged(cbor::Reader& reader, ValueBudget& budget) {
  const cbor::TagReader scope = reader.enter_tag();
  MDOC_CHECK(reader.status());
  const std::uint64_t tag = scope.number();
  if (budget.options.open_embedded && tag == cbor::tag_embedded && reader.next_is(cbor::Type::bytes)) {
    return read_embedded(reader, budget);
  }
  const bool text = reader.next_is(cbor::Type::text);
  MDOC_TRY(bj::value content, read_item(reader, budget));
  if (tag == cbor::tag_tdate && text) return object_of("tdate", std::move(content));
  if (tag == cbor::tag_full_date && text) return object_of("full-date", std::move(content));
  bj::object object;
  if (tag <= static_cast<std::uint64_t>(largest_exact))
    object.emplace("tag", tag);
  else
    object.emplace("tag", beyond_double(std::to_string(tag)));
  object.emplace("value", std::move(content));
  return bj::value(std::move(object));
}

Result<std::string> key_text(const cbor::MapReader& map) {
  if (const auto text = map.key().text()) return std::string(*text);
  if (const auto integer = map.key().integer()) return std::to_string(*integer);
  return cbor::diagnostic(map.raw_key());
}

/// `1'`, `1'2`, `1'3`: a key that `object` does not have. Counts on, as a peer may repeat one name thousands of times.
std::string marked(const bj::object& object, const std::string& key, std::size_t& count) {
  std::string candidate;
  do {
    candidate = key + "'" + (count == 0 ? std::string() : std::to_string(count + 1));
    ++count;
  } while (object.contains(candidate));
  return candidate;
}

Result<bj::value> read_object(cbor::Reader& reader, ValueBudget& budget) {
  bj::object object;
  std::unordered_map<std::string, std::size_t> repetitions;
  auto map = reader.enter_map();
  while (map.next()) {
    MDOC_TRY(std::string key, key_text(map));
    // {1: a, "1": b} is a legal map: the second member must not vanish.
    if (object.contains(key)) key = marked(object, key, repetitions[key]);
    MDOC_TRY(bj::value value, read_item(reader, budget));
    object.emplace(key, std::move(value));
  }
  MDOC_CHECK(map.finish());
  return bj::value(std::move(object));
}

Result<bj::value> read_list(cbor::Reader& reader, ValueBudget& budget) {
  bj::array list;
  auto array = reader.enter_array();
  while (array.next()) {
    MDOC_TRY(bj::value value, read_item(reader, budget));
    list.push_back(std::move(value));
  }
  MDOC_CHECK(array.finish());
  return bj::value(std::move(list));
}

Result<bj::value> read_simple(cbor::Reader& reader) {
  MDOC_TRY(const ByteView raw, reader.read_raw());
  const int number = raw.size() == 1 ? raw[0] & 0x1f : raw[1];
  return object_of("simple", number);
}

Result<bj::value> read_item(cbor::Reader& reader, ValueBudget& budget) {
  MDOC_TRY(const cbor::Type type, reader.peek());
  if (budget.items_left == 0) return reader.fail(Errc::too_large);
  --budget.items_left;
  switch (type) {
    case cbor::Type::uint: return read_unsigned(reader);
    case cbor::Type::negative: return read_negative(reader);
    case cbor::Type::bytes: return read_byte_string(reader, budget);
    case cbor::Type::text: {
      MDOC_TRY(const std::string_view text, reader.read_text());
      return bj::value(bj::string(text));
    }
    case cbor::Type::array: return read_list(reader, budget);
    case cbor::Type::map: return read_object(reader, budget);
    case cbor::Type::tag: return read_tagged(reader, budget);
    case cbor::Type::boolean: {
      MDOC_TRY(const bool value, reader.read_bool());
      return bj::value(value);
    }
    case cbor::Type::null: {
      MDOC_CHECK(reader.read_null());
      return bj::value(nullptr);
    }
    case cbor::Type::undefined:
    case cbor::Type::simple: return read_simple(reader);
    case cbor::Type::floating: return read_floating(reader);
  }
  return reader.fail(Errc::wrong_type);
}

// ---- JSON to CBOR ----

Error bad_value() { return {.code = Errc::bad_value, .where = "JSON"}; }

/// The number of members, those of open_embedded not counted.
std::size_t size_without_content(const bj::object& object) {
  return object.size() - (object.contains("content") || object.contains("contentLeftOut") ? 1 : 0);
}

/// The text of the only member of `object`, if that is `name`.
std::optional<std::string_view> sole_text(const bj::object& object, std::string_view name) {
  if (object.size() != 1 && (name != "bytes" || size_without_content(object) != 1)) return std::nullopt;
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

std::optional<std::uint64_t> parse_unsigned(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

Result<void> write_integer_text(cbor::Writer& writer, std::string_view digits) {
  if (digits == least_integer) {
    writer.negative(std::numeric_limits<std::uint64_t>::max());
    return {};
  }
  const bool negative = digits.starts_with('-');
  const auto magnitude = parse_unsigned(negative ? digits.substr(1) : digits);
  if (!magnitude) return bad_value();
  if (negative && *magnitude > 0) {
    writer.negative(*magnitude - 1);
  } else {
    writer.uint(*magnitude);
  }
  return {};
}

/// What JSON and this conversion have no other form for: 20 to 22, false, true and null, are themselves (RFC
/// 8949, 3.3).
Result<void> write_simple(cbor::Writer& writer, std::int64_t number) {
  const bool without_form = number >= 20 && number <= 22;
  const bool without_encoding = number < 0 || (number >= 24 && number <= 31) || number > 255;
  if (without_form || without_encoding) return bad_value();
  writer.simple(static_cast<std::uint8_t>(number));
  return {};
}

Result<void> write_special_float(cbor::Writer& writer, std::string_view text) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (text == "NaN")
    writer.floating(std::numeric_limits<double>::quiet_NaN());
  else if (text == "Infinity")
    writer.floating(infinity);
  else if (text == "-Infinity")
    writer.floating(-infinity);
  else
    return bad_value();
  return {};
}

/// The number of a tag, which is an object where it is beyond 2^53.
std::optional<std::uint64_t> tag_number(const bj::value& number) {
  if (number.is_uint64()) return number.get_uint64();
  if (number.is_int64() && number.get_int64() >= 0) return static_cast<std::uint64_t>(number.get_int64());
  if (!number.is_object()) return std::nullopt;
  const auto digits = sole_text(number.get_object(), "integer");
  return digits ? parse_unsigned(*digits) : std::nullopt;
}

Result<void> write_tagged(cbor::Writer& writer, const bj::object& object, unsigned depth) {
  const auto number = tag_number(object.at("tag"));
  if (!number) return bad_value();
  writer.tag(*number);
  return write_value(writer, object.at("value"), depth + 1);
}

Result<void> write_object(cbor::Writer& writer, const bj::object& object, unsigned depth) {
  if (const auto bytes = sole_text(object, "bytes")) {
    const auto content = from_base64url(*bytes);
    if (!content) return bad_value();
    writer.bytes(*content);
    return {};
  }
  if (const auto time = sole_text(object, "tdate")) {
    const auto parsed = parse_date_time(*time);
    if (!parsed) return bad_value();
    writer.tdate(parsed->time);
    return {};
  }
  if (const auto day = sole_text(object, "full-date")) {
    const auto parsed = parse_full_date(*day);
    if (!parsed) return bad_value();
    writer.full_date(*parsed);
    return {};
  }
  if (const auto digits = sole_text(object, "integer")) return write_integer_text(writer, *digits);
  if (const auto text = sole_text(object, "float")) return write_special_float(writer, *text);
  if (const auto* number = object.if_contains("simple");
      object.size() == 1 && number != nullptr && number->is_int64()) {
    return write_simple(writer, number->get_int64());
  }
  if (size_without_content(object) == 2 && object.contains("tag") && object.contains("value")) {
    return write_tagged(writer, object, depth);
  }
  cbor::SortedMap map;
  for (const auto& member : object) MDOC_CHECK(write_value(map.put(member.key()), member.value(), depth + 1));
  writer.map(map);
  return {};
}

}  // namespace

bj::object& object_in(bj::object& object, std::string_view name) {
  bj::value& value = object[name];
  if (!value.is_object()) value.emplace_object();
  return value.get_object();
}

bj::value read_value_or_encoded(const model::DataElementValue& element, ValueBudget& budget) {
  cbor::Reader reader = element.reader();
  auto value = read_item(reader, budget);
  if (value) return *std::move(value);
  return object_of("encoded", bj::string(to_base64url(element.encoded().view())));
}

Result<void> write_value(cbor::Writer& writer, const bj::value& value, unsigned depth) {
  if (depth > max_json_depth) return Error{.code = Errc::too_deep, .where = "JSON"};
  switch (value.kind()) {
    case bj::kind::null: writer.null(); return {};
    case bj::kind::bool_: writer.boolean(value.get_bool()); return {};
    case bj::kind::int64: writer.integer(value.get_int64()); return {};
    case bj::kind::uint64: writer.uint(value.get_uint64()); return {};
    case bj::kind::double_: {
      if (!std::isfinite(value.get_double())) return bad_value();  // "1e400"
      writer.floating(value.get_double());
      return {};
    }
    case bj::kind::string: writer.text(std::string_view(value.get_string())); return {};
    case bj::kind::array: {
      writer.array(value.get_array().size());
      for (const bj::value& element : value.get_array()) MDOC_CHECK(write_value(writer, element, depth + 1));
      return {};
    }
    case bj::kind::object: return write_object(writer, value.get_object(), depth);
  }
  return bad_value();
}

Result<std::string> from_cbor(ByteView item, const cbor::DecodeContext& context, const ValueOptions& options) {
  cbor::Reader reader(item, context);
  // Structures need two bytes for one: an element lies open within a document, the MSO within a payload within bytes.
  constexpr std::size_t opened_for_each_byte = 3, opened_in_any_case = std::size_t{64} << 10;
  ValueBudget budget{.options = options};
  budget.opened_left = std::max(opened_for_each_byte * item.size(), opened_in_any_case);
  MDOC_TRY(const bj::value value, read_item(reader, budget));
  MDOC_CHECK(reader.finish());
  return bj::serialize(value);
}

Result<Bytes> to_cbor(std::string_view json) {
  MDOC_TRY(const bj::value value, parse_strict(json, {.max_depth = max_json_depth}, "JSON"));
  cbor::Writer writer;
  MDOC_CHECK(write_value(writer, value));
  return std::move(writer).take();
}

}  // namespace mdoc::json
