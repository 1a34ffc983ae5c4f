#include "mdoc/json/value.hpp"

#include <gtest/gtest.h>

#include <string>

#include "mdoc/cbor/writer.hpp"
#include "support/vectors.hpp"

namespace mdoc::json {
namespace {

using testing::hex;

std::string json_of(std::string_view item) { return from_cbor(hex(item)).value(); }

TEST(JsonValue, WhatJsonHasStaysAsItIs) {
  EXPECT_EQ(json_of("a26161016162820203"), R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(json_of("83f5f4f6"), "[true,false,null]");
  EXPECT_EQ(json_of("29"), "-10");
  EXPECT_EQ(json_of("fb3ff199999999999a"), "1.1E0");
}

TEST(JsonValue, TypesBeyondJsonAreNamed) {
  EXPECT_EQ(json_of("43fbff00"), R"({"bytes":"-_8A"})");
  EXPECT_EQ(json_of("c074323032342d30352d30315430303a30303a30305a"), R"({"tdate":"2024-05-01T00:00:00Z"})");
  EXPECT_EQ(json_of("d903ec6a323032342d30352d3031"), R"({"full-date":"2024-05-01"})");
  EXPECT_EQ(json_of("d81841a0"), R"({"tag":24,"value":{"bytes":"oA"}})");
  EXPECT_EQ(json_of("c001"), R"({"tag":0,"value":1})");
  EXPECT_EQ(json_of("f97e00"), R"({"float":"NaN"})");
  EXPECT_EQ(json_of("f9fc00"), R"({"float":"-Infinity"})");
  EXPECT_EQ(json_of("f7"), R"({"simple":23})");
  EXPECT_EQ(json_of("f8ff"), R"({"simple":255})");
}

TEST(JsonValue, IntegersBeyondTwoToThe53KeepTheirDigits) {
  EXPECT_EQ(json_of("1b0020000000000000"), "9007199254740992");
  EXPECT_EQ(json_of("1b0020000000000001"), R"({"integer":"9007199254740993"})");
  EXPECT_EQ(json_of("1bffffffffffffffff"), R"({"integer":"18446744073709551615"})");
  EXPECT_EQ(json_of("3bffffffffffffffff"), R"({"integer":"-18446744073709551616"})");
}

TEST(JsonValue, KeysThatAreNotTextBecomeTextAndNeverHideAMember) {
  EXPECT_EQ(json_of("a201022003"), R"({"1":2,"-1":3})");
  EXPECT_EQ(json_of("a20102613103"), R"({"1":2,"1'":3})");
  EXPECT_EQ(json_of("a141ff01"), R"({"h'ff'":1})");
  // Three NaN, each with another payload, and a text that looks like what the second becomes.
  EXPECT_EQ(json_of("a4 f97e0001 f97e0102 644e614e27 03 f97e0204"), R"({"NaN":1,"NaN'":2,"NaN''":3,"NaN'2":4})");
}

TEST(JsonValue, KeysThatBecomeOneTextTakeRoomOnlyForTheirNumbers) {
  constexpr std::uint16_t entries = 2000;
  cbor::Writer writer;
  writer.map(entries);
  for (std::uint16_t i = 0; i < entries; ++i) {
    // NaN with another payload each, none of which a shorter float has.
    const Bytes key{0xfa, 0x7f, 0xc0, static_cast<std::uint8_t>(i >> 7), static_cast<std::uint8_t>(i << 1 | 1)};
    writer.raw(key).uint(0);
  }
  const auto json = from_cbor(writer.view());
  ASSERT_TRUE(json) << json.error().where.text();
  EXPECT_LT(json->size(), entries * std::size_t{16});
  EXPECT_NE(json->find("\"NaN'1999\""), std::string::npos);
}

TEST(JsonValue, HasAtMostMaxItemsAndSaysWhereItStopped) {
  EXPECT_EQ(from_cbor(hex("83010203"), {}, {.max_items = 4}).value(), "[1,2,3]");
  const auto stopped = from_cbor(hex("8301820203"), {}, {.max_items = 4});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::too_large);
  EXPECT_EQ(stopped.error().where.text(), "[1][1]");
  EXPECT_FALSE(from_cbor(hex("00"), {}, {.max_items = 0}));
  // What lies open within CBOR counts as well.
  const Bytes embedded = hex("82 d81844 83010101 01");
  EXPECT_TRUE(from_cbor(embedded, {}, {.open_embedded = false, .max_items = 4}));
  EXPECT_TRUE(from_cbor(embedded, {}, {.open_embedded = true, .max_items = 7}));
  const auto spent = from_cbor(embedded, {}, {.open_embedded = true, .max_items = 6});
  ASSERT_FALSE(spent);
  EXPECT_EQ(spent.error().code, Errc::too_large);
}

TEST(JsonValue, MalformedItemsAreErrors) {
  for (const char* bad : {"", "61", "ff", "0101", "a2616101616102", "61ff"}) {
    EXPECT_FALSE(from_cbor(hex(bad))) << bad;
  }
  EXPECT_EQ(from_cbor(Bytes(100, 0x81)).error().code, Errc::too_deep);
}

TEST(JsonValue, RoundTripsThroughCbor) {
  for (const char* item : {"a26161016162820203",
                           "83f5f4f6",
                           "43fbff00",
                           "c074323032342d30352d30315430303a30303a30305a",
                           "d903ec6a323032342d30352d3031",
                           "d81841a0",
                           "1bffffffffffffffff",
                           "f97e00",
                           "fb3ff199999999999a",
                           "f98000",
                           "e0",
                           "f3",
                           "f7",
                           "f820",
                           "f8ff",
                           "3b001fffffffffffff",
                           "3b0020000000000000",
                           "3b7fffffffffffffff",
                           "3b8000000000000000",
                           "3bffffffffffffffff",
                           "db002000000000000100",
                           "dbffffffffffffffff00"}) {
    EXPECT_EQ(to_cbor(json_of(item)).value(), hex(item)) << item;
  }
}

TEST(JsonValue, EmbeddedCborIsShownBesideItsBytesWhenAskedFor) {
  const auto opened = [](std::string_view item) { return from_cbor(hex(item), {}, {.open_embedded = true}).value(); };
  EXPECT_EQ(opened("d81844a16161f5"), R"({"tag":24,"value":{"bytes":"oWFh9Q"},"content":{"a":true}})");
  EXPECT_EQ(opened("44d81841a0"), R"({"bytes":"2BhBoA","content":{"tag":24,"value":{"bytes":"oA"},"content":{}}})");
  // What is not exactly one item stays closed, and so does a byte string that merely could be CBOR.
  EXPECT_EQ(opened("d81842a0a0"), R"({"tag":24,"value":{"bytes":"oKA"}})");
  EXPECT_EQ(opened("d81841a1"), R"({"tag":24,"value":{"bytes":"oQ"}})");
  EXPECT_EQ(opened("41a0"), R"({"bytes":"oA"})");
  EXPECT_EQ(opened("d81801"), R"({"tag":24,"value":1})");
  for (const char* item : {"d81844a16161f5", "44d81841a0"}) EXPECT_EQ(to_cbor(opened(item)).value(), hex(item)) << item;
}

/// Bytes of this size, in so many tags 24, and in so many byte strings that hold such a tag each.
Bytes in_each_other(std::size_t size, unsigned tags, unsigned strings = 0) {
  const auto in_string = [](const Bytes& content, bool tagged) {
    cbor::Writer writer;
    if (tagged) writer.tag(cbor::tag_embedded);
    writer.bytes(content);
    return std::move(writer).take();
  };
  Bytes item = in_string(Bytes(size), false);
  for (unsigned i = 0; i < tags; ++i) {
    item = in_string(item, true);
    if (i < strings) item = in_string(item, false);
  }
  return item;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Each level has the bytes of all below once more.
TEST(JsonValue, WhatIsOpenedIsASmallMultipleOfTheItem) {
  const std::size_t size = std::size_t{1} << 20;
  for (const auto& [tags, strings] : {std::pair{14U, 0U}, std::pair{9U, 9U}}) {
    const Bytes item = in_each_other(size, tags, strings);
    const auto json = from_cbor(item, {}, {.open_embedded = true});
    ASSERT_TRUE(json) << describe(json.error());
    EXPECT_LT(json->size(), 6 * item.size());
    // In the innermost that was reached, with what it would have been.
    EXPECT_EQ(count_of(*json, "contentLeftOut"), 1U);
    EXPECT_NE(json->find(R"("contentLeftOut":10)"), std::string::npos);  // as many bytes
  }
  const Bytes smaller = in_each_other(size / 4, 14);
  const auto back = from_cbor(smaller, {}, {.open_embedded = true});
  ASSERT_TRUE(back);
  EXPECT_EQ(count_of(*back, "contentLeftOut"), 1U);
  EXPECT_EQ(to_cbor(*back).value(), smaller) << "as any other \"content\"";
  // Side by side, the first ones are open.
  cbor::Writer list;
  list.array(3);
  for (int i = 0; i < 3; ++i) list.raw(in_each_other(size, 9, 9));
  const auto json = from_cbor(list.view(), {}, {.open_embedded = true});
  ASSERT_TRUE(json);
  EXPECT_LT(json->size(), 6 * list.view().size());
  EXPECT_EQ(count_of(*json, "contentLeftOut"), 3U);
}

TEST(JsonValue, WhatStructuresHaveIsOpenedAsAWhole) {
  // Three levels of whatever size, as a list in a payload of bytes with tag 24 has.
  for (const std::size_t size : {std::size_t{1000}, std::size_t{2'000'000}}) {
    const auto json = from_cbor(in_each_other(size, 2, 1), {}, {.open_embedded = true});
    ASSERT_TRUE(json);
    EXPECT_EQ(count_of(*json, "contentLeftOut"), 0U);
    EXPECT_EQ(count_of(*json, "content"), 3U);
  }
  // Small ones are, however deep decoders go.
  const auto json = from_cbor(in_each_other(2000, 15), {}, {.open_embedded = true});
  ASSERT_TRUE(json);
  EXPECT_EQ(count_of(*json, "contentLeftOut"), 0U);
  EXPECT_EQ(count_of(*json, "content"), 15U);
}

TEST(JsonValue, JsonThatStandsForNothingIsRefused) {
  for (const char* bad :
       {"", "{", "01", R"({"bytes":"*"})", R"({"tdate":"yesterday"})", R"({"full-date":"2024-13-01"})",
        R"({"integer":"1x"})", R"({"float":"1"})", R"({"tag":-1,"value":0})"}) {
    EXPECT_FALSE(to_cbor(bad)) << bad;
  }
}

TEST(JsonValue, AnErrorSaysWhetherTheTextIsNoJsonOrStandsForNothing) {
  const auto refused = [](const std::string& json) { return to_cbor(json).error().code; };
  EXPECT_EQ(refused("{"), Errc::bad_encoding);
  EXPECT_EQ(refused("\"\xff\""), Errc::bad_encoding);
  EXPECT_EQ(refused(R"("\ud800")"), Errc::bad_encoding);
  for (const char* wrong :
       {R"({"bytes":"*"})", R"({"simple":20})", R"({"simple":22})", R"({"simple":24})", R"({"simple":31})",
        R"({"simple":256})", R"({"simple":-1})", R"({"integer":""})", R"({"integer":"-"})", R"({"integer":"+1"})",
        R"({"integer":"18446744073709551616"})", R"({"integer":"-18446744073709551617"})",
        R"({"tag":{"integer":"-1"},"value":0})", R"({"tag":{"integer":"x"},"value":0})", R"({"tag":1.5,"value":0})",
        "1e400", "-1e400", "[0e400]"}) {
    EXPECT_EQ(refused(wrong), Errc::bad_value) << wrong;
  }
}

TEST(JsonValue, NestingIsBounded) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(from_cbor(to_cbor(nested(32)).value()));
  EXPECT_EQ(to_cbor(nested(33)).error().code, Errc::too_deep);
  EXPECT_EQ(to_cbor(nested(100)).error().code, Errc::too_deep);
}

TEST(JsonValue, TagsCountAsNesting) {
  const auto tagged = [](std::size_t tags, std::string_view inside) {
    Bytes item(tags, 0xc6);
    const Bytes end = hex(inside);
    item.insert(item.end(), end.begin(), end.end());
    return item;
  };
  EXPECT_TRUE(from_cbor(tagged(32, "00")));
  EXPECT_TRUE(from_cbor(tagged(31, "80")));
  EXPECT_EQ(from_cbor(tagged(32, "80")).error().code, Errc::too_deep);
  EXPECT_EQ(from_cbor(tagged(33, "00")).error().code, Errc::too_deep);
  EXPECT_EQ(from_cbor(tagged(1'000'000, "00")).error().code, Errc::too_deep);
  // Within CBOR as well, which then stays closed.
  cbor::Writer writer;
  writer.embedded(tagged(1'000'000, "00"));
  const auto closed = from_cbor(writer.view(), {}, {.open_embedded = true});
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->find("content"), std::string::npos);
}

TEST(JsonValue, ObjectsThatOnlyLookLikeANamedTypeStayMaps) {
  EXPECT_EQ(to_cbor(R"({"bytes":1})").value(), hex("a165627974657301"));
  EXPECT_EQ(to_cbor(R"({"simple":"1"})").value(), hex("a16673696d706c656131"));
  EXPECT_EQ(to_cbor(R"({"bytes":"oA","more":1})").value(), hex("a2646d6f726501656279746573626f41"));
}

}  // namespace
}  // namespace mdoc::json
