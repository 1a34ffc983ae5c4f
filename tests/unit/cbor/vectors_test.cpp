// RFC 8949, Appendix A and F, and the not well-formed items of QCBOR.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/try.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/cbor/fields.hpp"
#include "support/vectors.hpp"

namespace mdoc::cbor {
namespace {

using testing::hex;

constexpr const char* file = "primitives/cbor-rfc8949-appendix-a.json";

std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

bool is_well_formed(const boost::json::object& vector) {
  const auto* flag = vector.if_contains("wellFormed");
  return flag == nullptr || flag->as_bool();
}

/// Reads any item with the public interface and writes it again.
Result<void> transcode(Reader& reader, Writer& writer) {
  MDOC_TRY(const Type type, reader.peek());
  switch (type) {
    case Type::uint: {
      MDOC_TRY(const auto value, reader.read_uint());
      writer.uint(value);
      return {};
    }
    case Type::bytes: {
      MDOC_TRY(const auto value, reader.read_bytes());
      writer.bytes(value);
      return {};
    }
    case Type::text: {
      MDOC_TRY(const auto value, reader.read_text());
      writer.text(value);
      return {};
    }
    case Type::array: {
      Writer elements;
      std::size_t count = 0;
      auto array = reader.enter_array();
      for (; array.next(); ++count) MDOC_CHECK(transcode(reader, elements));
      writer.array(count).raw(elements.view());
      return array.finish();
    }
    case Type::map: {
      SortedMap members;
      auto map = reader.enter_map();
      while (map.next()) MDOC_CHECK(transcode(reader, members.put_raw(map.raw_key())));
      writer.map(members);
      return map.finish();
    }
    case Type::tag: {
      MDOC_TRY(const auto number, reader.read_tag());
      return transcode(reader, writer.tag(number));
    }
    case Type::boolean: {
      MDOC_TRY(const auto value, reader.read_bool());
      writer.boolean(value);
      return {};
    }
    case Type::null: writer.null(); return reader.read_null();
    case Type::floating: {
      MDOC_TRY(const auto value, reader.read_float());
      writer.floating(value);
      return {};
    }
    case Type::negative:  // an int64 does not hold all of them
    case Type::simple:
    case Type::undefined: {
      MDOC_TRY(const auto raw, reader.read_raw());
      writer.raw(raw);
      return {};
    }
  }
  return {};
}

/// JSON numbers are read with an error of one unit or two in the last place.
bool near(double value, const boost::json::value& json) {
  const auto wanted = json.to_number<double>();
  return std::fabs(value - wanted) <= 1e-15 * std::fabs(wanted);
}

/// True if the item and the JSON value are the same.
bool equals(Reader& reader, const boost::json::value& json) {
  switch (reader.peek().value()) {
    case Type::uint: return near(static_cast<double>(reader.read_uint().value()), json);
    case Type::negative: return near(static_cast<double>(reader.read_int().value()), json);
    case Type::text: return reader.read_text().value() == std::string_view(json.as_string());
    case Type::boolean: return reader.read_bool().value() == json.as_bool();
    case Type::null: return reader.read_null().has_value() && json.is_null();
    case Type::floating: return near(reader.read_float().value(), json);
    case Type::array: {
      auto array = reader.enter_array();
      for (const auto& element : json.as_array()) {
        if (!array.next() || !equals(reader, element)) return false;
      }
      return !array.next() && array.finish().has_value();
    }
    case Type::map: {
      std::size_t members = 0;
      auto map = reader.enter_map();
      for (; map.next(); ++members) {
        if (!equals(reader, json.as_object().at(map.key().text().value()))) return false;
      }
      return members == json.as_object().size() && map.finish().has_value();
    }
    default: return false;
  }
}

TEST(CborVectors, WellFormedItemsAreReadWholeAndWrittenAgain) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t count = 0;
  const boost::json::value vectors = testing::load_shared(file);
  for (const auto& value : vectors.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    if (!is_well_formed(vector)) continue;
    SCOPED_TRACE(text_of(vector.at("id")));
    const Bytes item = hex(vector.at("hex").as_string());
    ++count;

    Reader reader(item);
    const auto raw = reader.read_raw();
    ASSERT_TRUE(raw) << describe(raw.error());
    EXPECT_TRUE(std::ranges::equal(*raw, item));
    EXPECT_TRUE(reader.finish());

    if (!vector.at("roundtrip").as_bool()) continue;
    Reader again(item);
    Writer writer;
    const auto transcoded = transcode(again, writer);
    ASSERT_TRUE(transcoded) << describe(transcoded.error());
    EXPECT_EQ(std::move(writer).take(), item);
  }
  EXPECT_EQ(count, 81u);
}

TEST(CborVectors, ValuesAreThoseOfTheAppendix) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t count = 0;
  const boost::json::value vectors = testing::load_shared(file);
  for (const auto& value : vectors.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    const auto* decoded = vector.if_contains("decoded");
    if (decoded == nullptr) continue;
    SCOPED_TRACE(text_of(vector.at("id")));
    const Bytes item = hex(vector.at("hex").as_string());
    ++count;
    Reader reader(item);
    if (item[0] == 0xc2 || item[0] == 0xc3) {  // bignums stay what they are: a tag and bytes
      EXPECT_EQ(reader.read_tag().value(), item[0] & 0x1fu);
      EXPECT_EQ(reader.read_bytes().value().size(), 9u);
    } else if (item[0] == 0x3b) {
      EXPECT_EQ(reader.read_int().error().code, Errc::bad_value);
    } else if (text_of(vector.at("hex")) == "7f657374726561646d696e67ff") {  // two chunks are no contiguous text
      EXPECT_EQ(reader.read_text().error().code, Errc::indefinite_length);
    } else {
      EXPECT_TRUE(equals(reader, *decoded));
    }
  }
  EXPECT_EQ(count, 59u);
}

TEST(CborVectors, DiagnosticNotationIsThatOfTheAppendix) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t count = 0;
  const boost::json::value vectors = testing::load_shared(file);
  for (const auto& value : vectors.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    const auto* expected = vector.if_contains("diagnostic");
    if (expected == nullptr || !is_well_formed(vector)) continue;
    SCOPED_TRACE(text_of(vector.at("id")));
    const auto text = diagnostic(ByteView(hex(vector.at("hex").as_string())));
    ASSERT_TRUE(text) << describe(text.error());
    EXPECT_EQ(*text, text_of(*expected));
    ++count;
  }
  EXPECT_EQ(count, 22u);
}

TEST(CborVectors, NotWellFormedItemsAreRefusedByEveryWayOfReading) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t count = 0;
  const boost::json::value vectors = testing::load_shared(file);
  for (const auto& value : vectors.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    if (is_well_formed(vector)) continue;
    SCOPED_TRACE(text_of(vector.at("id")));
    const Bytes item = hex(vector.at("hex").as_string());
    ++count;

    Reader reader(item);
    const auto skipped = reader.skip();
    const auto finished = reader.finish();
    ASSERT_FALSE(skipped && finished);
    EXPECT_EQ(reader.status().error().kind(), ErrorKind::malformed);
    EXPECT_LE(reader.status().error().offset, item.size());

    Reader again(item);
    Writer writer;
    EXPECT_FALSE(transcode(again, writer) && again.finish());

    EXPECT_FALSE(diagnostic(ByteView(item)));
  }
  EXPECT_EQ(count, 131u);
}

TEST(CborVectors, MessagesOfOtherImplementationsAreReadAtInterop) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t count = 0;
  std::size_t with_deviations = 0;
  const boost::json::value vectors = testing::load_shared("real-mdocs/device-responses.json");
  for (const auto& value : vectors.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    if (vector.if_contains("hex") == nullptr) continue;
    SCOPED_TRACE(text_of(vector.at("id")));
    const Bytes message = hex(vector.at("hex").as_string());
    DeviationLog log;
    Reader reader(message, {.sink = &log});
    const auto skipped = reader.skip();
    EXPECT_TRUE(skipped) << describe(skipped.error());
    EXPECT_TRUE(reader.finish());
    for (const Deviation& deviation : log.entries()) EXPECT_EQ(deviation.rule, Rule::cbor_non_preferred);
    if (!log.empty()) ++with_deviations;
    EXPECT_TRUE(diagnostic(ByteView(message), {.pretty = true, .open_embedded = true}));
    ++count;
  }
  EXPECT_EQ(count, 39u);
  EXPECT_EQ(with_deviations, 1u) << "most are inside embedded items";
}

}  // namespace
}  // namespace mdoc::cbor
