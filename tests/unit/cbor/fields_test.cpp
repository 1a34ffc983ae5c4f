#include "mdoc/cbor/fields.hpp"

#include <gtest/gtest.h>

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/strong.hpp"
#include "support/vectors.hpp"

namespace mdoc::cbor {
namespace {

using testing::hex;

struct Licence {
  DocType doc_type;
  std::uint8_t count = 0;
  std::optional<std::string> remark;
  std::optional<UtcSeconds> issued;
  std::vector<std::uint16_t> numbers;
  std::vector<std::pair<NameSpace, std::vector<ElementIdentifier>>> elements;
  Encoded<std::uint64_t> payload;
  UnknownMembers others;
};

Result<Licence> decode_licence(Reader& reader) {
  Licence licence;
  MDOC_CHECK(read_map(reader, licence.others,                                                        //
                      required("docType", licence.doc_type, &Reader::read_text),                     //
                      required({1, "count"}, licence.count, &Reader::read_uint),                     //
                      optional("remark", licence.remark, &Reader::read_text),                        //
                      optional("issued", licence.issued, read_tdate),                                //
                      optional({-2, "numbers"}, licence.numbers,                                     //
                               array_of<std::uint16_t>(&Reader::read_uint, 3)),                      //
                      optional("elements", licence.elements,                                         //
                               map_of<NameSpace>(array_of<ElementIdentifier>(&Reader::read_text))),  //
                      optional("payload", licence.payload, encoded(&Reader::read_uint))));
  return licence;
}

Bytes licence_with(const auto& add) {
  SortedMap map;
  map.put("docType").text("d");
  map.put(1).uint(2);
  add(map);
  return map.encode();
}

Result<Licence> decode(const Bytes& input) {
  Reader reader(SharedBytes::copy_of(input), {}, "Licence");
  MDOC_TRY(Licence licence, decode_licence(reader));
  MDOC_CHECK(reader.finish());
  return licence;
}

std::string failure(const Bytes& input) {
  const auto result = decode(input);
  return result ? "none" : std::string(name(result.error().code)) + " " + result.error().where.text();
}

TEST(CborFields, AMapIsReadIntoItsMembers) {
  const Bytes input = licence_with([](SortedMap& map) {
    map.put("remark").text("r");
    map.put("issued").tdate(UtcSeconds{std::chrono::seconds{1}});
    map.put(-2).array(2).uint(1).uint(65535);
    map.put("elements").map(1).text("ns").array(2).text("a").text("b");
    map.put("payload").embedded(hex("07"));
  });
  const auto licence = decode(input);
  ASSERT_TRUE(licence) << describe(licence.error());
  EXPECT_EQ(licence->doc_type, DocType("d"));
  EXPECT_EQ(licence->count, 2u);
  EXPECT_EQ(licence->remark, "r");
  EXPECT_EQ(licence->issued, UtcSeconds{std::chrono::seconds{1}});
  EXPECT_EQ(licence->numbers, (std::vector<std::uint16_t>{1, 65535}));
  ASSERT_EQ(licence->elements.size(), 1u);
  EXPECT_EQ(licence->elements[0].first, NameSpace("ns"));
  EXPECT_EQ(licence->elements[0].second[1], ElementIdentifier("b"));
  EXPECT_EQ(*licence->payload, 7u);
  EXPECT_EQ(to_hex(licence->payload.bytes()), "d8184107");
  EXPECT_TRUE(licence->others.empty());
}

TEST(CborFields, WhatIsOptionalMayBeAbsent) {
  const auto licence = decode(licence_with([](SortedMap&) {}));
  ASSERT_TRUE(licence);
  EXPECT_FALSE(licence->remark || licence->issued);
  EXPECT_TRUE(licence->numbers.empty());
}

TEST(CborFields, ErrorsNameTheMember) {
  const auto with = [](auto add) { return failure(licence_with(add)); };
  EXPECT_EQ(failure(hex("a0")), "missing_element Licence.docType");
  EXPECT_EQ(failure(hex("a1 67 646f6354797065 6164")), "missing_element Licence.count");
  EXPECT_EQ(failure(hex("a1 0100")), "missing_element Licence.docType");
  EXPECT_EQ(failure(hex("80")), "wrong_type Licence");
  EXPECT_EQ(failure(hex("a1 01 20")), "wrong_type Licence.count");
  EXPECT_EQ(failure(hex("a1 01 190100")), "bad_value Licence.count");
  EXPECT_EQ(failure(hex("a2 01 00 01 00")), "duplicate_key Licence");
  EXPECT_EQ(failure(hex("a1 01 00 00")), "missing_element Licence.docType");
  EXPECT_EQ(with([](SortedMap& m) { m.put("remark").null(); }), "wrong_type Licence.remark");
  EXPECT_EQ(with([](SortedMap& m) { m.put("issued").text("x"); }), "bad_tdate Licence.issued");
  EXPECT_EQ(with([](SortedMap& m) { m.put(-2).array(2).uint(0).uint(65536); }), "bad_value Licence.numbers[1]");
  EXPECT_EQ(with([](SortedMap& m) { m.put(-2).array(4).raw(hex("00000000")); }), "too_many Licence.numbers[3]");
  EXPECT_EQ(with([](SortedMap& m) { m.put("elements").map(1).uint(1).array(0); }), "bad_key Licence.elements[0]");
  EXPECT_EQ(with([](SortedMap& m) { m.put("elements").map(1).text("peer").array(1).uint(1); }),
            "wrong_type Licence.elements[0][0]");
  EXPECT_EQ(with([](SortedMap& m) { m.put("payload").embedded(hex("6161")); }), "wrong_type Licence.payload");
  EXPECT_EQ(with([](SortedMap& m) { m.put("payload").embedded(hex("0101")); }), "trailing_bytes Licence.payload");
  EXPECT_EQ(with([](SortedMap& m) { m.put("payload").bytes(hex("01")); }), "wrong_type Licence.payload");
}

TEST(CborFields, AMissingMemberIsReportedAtTheBeginningOfItsMap) {
  Reader reader(SharedBytes::take(hex("82 00 a1 6178 00")));
  auto array = reader.enter_array();
  ASSERT_TRUE(array.next());
  ASSERT_TRUE(array.next());
  EXPECT_EQ(decode_licence(reader).error().offset, 2u);
}

TEST(Cbr06, UnknownMembersAreKeptAndWrittenAgain) {
  // Text, positive and negative keys, in another order than ours and with a longer head.
  const Bytes input = hex("a6 6a 6f72672e782e65787430 a10102 01 02 67 646f6354797065 6164 08 1801 3840 f5 0a 8100");
  const auto licence = decode(input);
  ASSERT_TRUE(licence) << describe(licence.error());
  ASSERT_EQ(licence->others.size(), 4u);
  EXPECT_EQ(to_hex(licence->others[0].value.view()), "a10102");
  EXPECT_EQ(to_hex(licence->others[1].key.view()), "08");
  EXPECT_EQ(to_hex(licence->others[1].value.view()), "1801") << "exactly as it came";

  SortedMap map;
  map.put("docType").text(licence->doc_type.str());
  map.put(1).uint(licence->count);
  map.members(licence->others);
  EXPECT_EQ(to_hex(map.encode()),
            "a60102081801"
            "0a8100"
            "3840f5"
            "67646f63547970656164"
            "6a6f72672e782e65787430a10102");
}

TEST(Cbr06, UnknownMembersAreChecked) {
  EXPECT_EQ(failure(hex("a1 6178 a2 00 00 00 00")), "duplicate_key Licence");
  EXPECT_EQ(failure(hex("a1 6178 61ff")), "bad_text Licence");
  EXPECT_EQ(failure(hex("a2 6178 00 6178 00")), "duplicate_key Licence");
}

struct Tuple {
  Bytes unused;
  SharedBytes header;
  std::optional<SharedBytes> payload;
  std::optional<std::uint32_t> extra;
};

Result<Tuple> decode_tuple(Reader& reader) {
  Tuple tuple;
  MDOC_CHECK(read_tuple(reader, element("header", tuple.header, &Reader::read_bytes_shared),
                        element("payload", tuple.payload,
                                [](Reader& r) -> Result<std::optional<SharedBytes>> {
                                  if (r.try_null()) return std::optional<SharedBytes>{};
                                  MDOC_TRY(SharedBytes bytes, r.read_bytes_shared());
                                  return std::optional(std::move(bytes));
                                }),
                        optional("extra", tuple.extra, &Reader::read_uint)));
  return tuple;
}

std::string tuple_failure(std::string_view input) {
  Reader reader(SharedBytes::take(hex(input)), {}, "Tuple");
  const auto result = decode_tuple(reader);
  if (!result) return std::string(name(result.error().code)) + " " + result.error().where.text();
  return reader.finish() ? "none" : "rest";
}

TEST(CborFields, ATupleHasItsElementsInOrder) {
  EXPECT_EQ(tuple_failure("82 4101 4102"), "none");
  EXPECT_EQ(tuple_failure("82 4101 f6"), "none");
  EXPECT_EQ(tuple_failure("83 4101 f6 07"), "none");
  EXPECT_EQ(tuple_failure("9f 4101 f6 07 ff"), "none");
  EXPECT_EQ(tuple_failure("84 4101 f6 07 08"), "bad_value Tuple");
  EXPECT_EQ(tuple_failure("81 4101"), "missing_element Tuple.payload");
  EXPECT_EQ(tuple_failure("80"), "missing_element Tuple.header");
  EXPECT_EQ(tuple_failure("82 4101 01"), "wrong_type Tuple.payload");
  EXPECT_EQ(tuple_failure("83 4101 f6 1b0000000100000000"), "bad_value Tuple.extra");
  EXPECT_EQ(tuple_failure("a0"), "wrong_type Tuple");
  EXPECT_EQ(tuple_failure("9f 4101 f6"), "truncated Tuple.extra");
}

TEST(CborFields, MapsWithKeysOfThePeerKeepTheirOrder) {
  const auto digests = [](std::string_view input) {
    Reader reader(SharedBytes::take(hex(input)), {}, "digests");
    auto result = read_map_of<std::uint32_t>(reader, &Reader::read_bytes_shared, 2);
    return result ? std::to_string(result->front().first) + "," + std::to_string(result->back().first)
                  : std::string(name(result.error().code));
  };
  EXPECT_EQ(digests("a2 05 4101 00 4102"), "5,0");
  EXPECT_EQ(digests("a1 1affffffff 40"), "4294967295,4294967295");
  EXPECT_EQ(digests("a1 1b0000000100000000 40"), "bad_key");
  EXPECT_EQ(digests("a1 20 40"), "bad_key");
  EXPECT_EQ(digests("a1 6131 40"), "bad_key");
  EXPECT_EQ(digests("a3 00 40 01 40 02 40"), "too_many");
  EXPECT_EQ(digests("a2 00 40 00 40"), "duplicate_key");
  EXPECT_EQ(digests("a1 00 00"), "wrong_type");
}

}  // namespace
}  // namespace mdoc::cbor
