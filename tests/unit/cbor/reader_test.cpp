#include "mdoc/cbor/reader.hpp"

#include <algorithm>
#include <type_traits>

#include <gtest/gtest.h>

#include "core/try.hpp"
#include "mdoc/cbor/dates.hpp"
#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/version.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::cbor {
namespace {

using testing::hex;

static_assert(!std::is_copy_constructible_v<Reader> && !std::is_move_constructible_v<Reader>);
static_assert(!std::is_constructible_v<Reader, Bytes&&>, "would dangle");

Bytes written(const Writer& writer) { return Bytes(writer.view().begin(), writer.view().end()); }

DecodeContext strict() { return {.level = Level::strict}; }

/// What skip() and finish() make of `item`.
Result<void> check(std::string_view item, const DecodeContext& context = {}) {
  const Bytes bytes = hex(item);
  Reader reader(bytes, context);
  MDOC_CHECK(reader.skip());
  return reader.finish();
}

Errc refused(std::string_view item, const DecodeContext& context = {}) {
  const auto result = check(item, context);
  return result ? Errc{} : result.error().code;
}

template <class Read>
Errc refused_by(std::string_view item, Read read, const DecodeContext& context = {}) {
  const Bytes bytes = hex(item);
  Reader reader(bytes, context);
  const auto result = std::invoke(read, reader);
  return result ? Errc{} : result.error().code;
}

// ---- single values ----------------------------------------------------------------------------

TEST(CborReader, ReadsEachType) {
  const Bytes input = hex("1864 26 6161 420102 f5 f6 f93e00 c1 00");
  Reader reader(input);
  EXPECT_EQ(reader.read_uint().value(), 100u);
  EXPECT_EQ(reader.read_int().value(), -7);
  EXPECT_EQ(reader.read_text().value(), "a");
  EXPECT_EQ(reader.read_bytes().value().size(), 2u);
  EXPECT_TRUE(reader.read_bool().value());
  EXPECT_TRUE(reader.read_null());
  EXPECT_EQ(reader.read_float().value(), 1.5);
  EXPECT_FALSE(reader.finish()) << "two items are left";
}

TEST(CborReader, RefusesEveryOtherTypeWithItsOffset) {
  const std::array<std::string_view, 11> items{"00", "20", "40", "60", "80", "a0", "c000", "f4", "f6", "f7", "f90000"};
  const auto accepted = [&](auto read) {
    std::string taken;
    for (const auto item : items) {
      const Bytes bytes = hex("00" + std::string(item));
      Reader reader(bytes);
      EXPECT_TRUE(reader.skip());
      if (const auto result = std::invoke(read, reader)) {
        taken.append(item).append(" ");
      } else {
        EXPECT_EQ(result.error().code, Errc::wrong_type);
        EXPECT_EQ(result.error().offset, 1u);
      }
    }
    return taken;
  };
  EXPECT_EQ(accepted(&Reader::read_uint), "00 ");
  EXPECT_EQ(accepted(&Reader::read_int), "00 20 ");
  EXPECT_EQ(accepted(&Reader::read_bytes), "40 ");
  EXPECT_EQ(accepted(&Reader::read_bytes_shared), "40 ");
  EXPECT_EQ(accepted(&Reader::read_text), "60 ");
  EXPECT_EQ(accepted(&Reader::read_string), "60 ");
  EXPECT_EQ(accepted(&Reader::read_tag), "c000 ");
  EXPECT_EQ(accepted(&Reader::read_bool), "f4 ");
  EXPECT_EQ(accepted(&Reader::read_null), "f6 ");
  EXPECT_EQ(accepted(&Reader::read_float), "f90000 ");
  EXPECT_EQ(accepted([](Reader& r) { return r.enter_array().finish(); }), "80 ");
  EXPECT_EQ(accepted([](Reader& r) { return r.enter_map().finish(); }), "a0 ");
}

TEST(CborReader, IntegersHaveTheRangeOfInt64) {
  const auto read = [](std::string_view item) {
    const Bytes bytes = hex(item);
    return Reader(bytes).read_int();
  };
  EXPECT_EQ(read("1b7fffffffffffffff").value(), INT64_MAX);
  EXPECT_EQ(read("3b7fffffffffffffff").value(), INT64_MIN);
  EXPECT_EQ(read("1b8000000000000000").error().code, Errc::bad_value);
  EXPECT_EQ(read("3b8000000000000000").error().code, Errc::bad_value);
}

TEST(CborReader, TypesHaveNames) {
  EXPECT_EQ(name(Type::uint), "uint");
  EXPECT_EQ(name(Type::tag), "tag");
  EXPECT_EQ(name(Type::boolean), "boolean");
  EXPECT_EQ(name(Type::floating), "floating");
  EXPECT_EQ(name(static_cast<Type>(200)), "");
}

/// Reads an item of tags and one integer, tag by tag, as a decoder that calls itself would.
Result<std::uint64_t> read_in_tags(Reader& reader) {
  if (!reader.next_is(Type::tag)) return reader.read_uint();
  const auto tag = reader.enter_tag();
  return read_in_tags(reader);
}

TEST(CborReader, ATagThatIsEnteredIsALevelOfNesting) {
  const auto tagged = [](std::size_t tags, std::size_t items) {
    Bytes bytes;
    for (std::size_t i = 0; i < items; ++i) {
      bytes.insert(bytes.end(), tags, 0xc6);
      bytes.push_back(0x07);
    }
    return bytes;
  };
  const unsigned limit = DecodeLimits{}.max_depth;
  const Bytes two = tagged(limit, 2);
  Reader reader(two);
  EXPECT_EQ(read_in_tags(reader).value(), 7u);
  EXPECT_EQ(read_in_tags(reader).value(), 7u) << "the levels of the first item are left";
  EXPECT_TRUE(reader.finish());

  const Bytes deep = tagged(limit + 1, 1);
  Reader too_deep(deep);
  EXPECT_EQ(read_in_tags(too_deep).error().code, Errc::too_deep);

  Reader first(two);
  EXPECT_EQ(first.enter_tag().number(), 6u);
  const Bytes no_tag = hex("8107");
  Reader wrong(no_tag);
  EXPECT_EQ(wrong.enter_tag().number(), 0u);
  EXPECT_EQ(wrong.status().error().code, Errc::wrong_type);
  Reader missing(ByteView{});
  EXPECT_EQ(missing.enter_tag().number(), 0u);
  EXPECT_EQ(missing.status().error().code, Errc::truncated);
}

TEST(CborReader, TagsOfCoseAreRead) {
  for (const std::uint64_t tag : {0u, 6u, 16u, 17u, 18u, 20u, 23u, 24u, 61u, 1004u, 70000u}) {
    const Bytes bytes = written(Writer().tag(tag).null());
    Reader reader(bytes);
    EXPECT_FALSE(reader.try_tag(tag + 1));
    EXPECT_TRUE(reader.next_is_tag(tag));
    EXPECT_TRUE(reader.try_tag(tag));
    EXPECT_TRUE(reader.try_null());
    EXPECT_TRUE(reader.finish());
  }
  EXPECT_EQ(refused_by("d200", [](Reader& r) { return r.expect_tag(17); }), Errc::unexpected_tag);
}

TEST(CborReader, LookingAheadConsumesNothing) {
  const Bytes input = hex("d818 40");
  Reader reader(input);
  EXPECT_EQ(reader.peek().value(), Type::tag);
  EXPECT_TRUE(reader.next_is(Type::tag));
  EXPECT_FALSE(reader.next_is(Type::bytes));
  EXPECT_FALSE(reader.try_null());
  EXPECT_EQ(reader.offset(), 0u);
  Reader empty{ByteView{}};
  EXPECT_FALSE(empty.next_is(Type::uint));
  EXPECT_EQ(empty.peek().error().code, Errc::truncated);
}

// ---- failures ---------------------------------------------------------------------------------

TEST(CborReader, TheFirstFailureIsSticky) {
  const Bytes input = hex("01 6161 01");
  Reader reader(input);
  EXPECT_TRUE(reader.read_uint());
  EXPECT_EQ(reader.read_uint().error().code, Errc::wrong_type);
  EXPECT_EQ(reader.read_text().error().code, Errc::wrong_type);
  EXPECT_EQ(reader.peek().error().code, Errc::wrong_type);
  EXPECT_EQ(reader.skip().error().offset, 1u);
  EXPECT_FALSE(reader.try_null());
  EXPECT_FALSE(reader.enter_map().next());
  EXPECT_EQ(reader.fail(Errc::bad_value).code, Errc::wrong_type);
  EXPECT_EQ(reader.deviation(Rule::salt_short).error().code, Errc::wrong_type);
  EXPECT_EQ(reader.finish().error().code, Errc::wrong_type);
}

TEST(CborReader, ErrorsCarryPathAndOffset) {
  const Bytes input = hex("82 01 a1 6161 82 00 f4");
  Reader reader(input, {}, "Top");
  const auto decode = [&]() -> Result<void> {
    auto array = reader.enter_array();
    while (array.next()) {
      if (array.index() == 0) continue;
      auto map = reader.enter_map();
      while (map.next()) {
        const auto scope = reader.at("member");
        auto inner = reader.enter_array();
        while (inner.next()) MDOC_CHECK(reader.read_uint());
      }
    }
    return array.finish();
  };
  const auto result = decode();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where.text(), "Top[1].member[1]");
  EXPECT_EQ(result.error().offset, 7u);
  EXPECT_EQ(reader.path().text(), "Top") << "scopes are left behind";
}

TEST(CborReader, OffsetsAreThoseOfTheOutermostMessageThroughEveryNesting) {
  Writer innermost;
  innermost.array(2).uint(1).text("x");
  Writer middle;
  middle.array(1).embedded(innermost.view());
  Writer outer;
  outer.array(2).text("padding").bytes(middle.view());
  const Bytes input = std::move(outer).take();
  const auto wanted = static_cast<std::uint32_t>(input.size() - 2);  // "x"

  Reader reader(input, {}, "Outer", 1000);
  auto array = reader.enter_array();
  ASSERT_TRUE(array.next());
  ASSERT_TRUE(array.next());
  Reader second = reader.enter_bytes();
  auto elements = second.enter_array();
  ASSERT_TRUE(elements.next());
  Reader third = second.enter_embedded();
  auto numbers = third.enter_array();
  ASSERT_TRUE(numbers.next());
  EXPECT_EQ(third.read_uint().value(), 1u);
  ASSERT_TRUE(numbers.next());
  const auto error = third.read_uint().error();
  EXPECT_EQ(error.offset, 1000 + wanted);
  EXPECT_EQ(error.where.text(), "Outer[1][0][1]");

  EXPECT_TRUE(elements.finish()) << "a nested failure does not spoil the outer reader";
  EXPECT_TRUE(second.finish());
  EXPECT_TRUE(array.finish());
  EXPECT_TRUE(reader.finish());
}

TEST(CborReader, ANestedReaderOfTheWrongItemFailsWithItsError) {
  const Bytes input = hex("d81900");
  Reader reader(input);
  Reader nested = reader.enter_embedded();
  EXPECT_EQ(nested.read_uint().error().code, Errc::unexpected_tag);
  EXPECT_EQ(nested.finish().error().offset, 0u);
  EXPECT_EQ(refused_by("d81800", &Reader::read_embedded), Errc::wrong_type);
  EXPECT_EQ(refused_by("40", &Reader::read_embedded), Errc::wrong_type);
  EXPECT_EQ(refused_by("d818", &Reader::read_embedded), Errc::truncated);
}

TEST(CborReader, EveryTruncationIsAnError) {
  // All major types, one- to nine-byte heads, indefinite lengths, embedded CBOR.
  const Bytes input =
      hex("a8 6161 1864 6162 1903e8 6163 1a000f4240 6164 1b000000e8d4a51000"
          "6165 9f01 f5 f6 f93e00 fa47c35000 fb3ff199999999999a ff"
          "6166 bf 00 5f 4101 4102 ff ff 6167 d818 44 83010203 3820 c074 323031332d30332d32315432303a30343a30305a");
  Reader whole(input);
  const auto complete = whole.skip();
  ASSERT_TRUE(complete) << describe(complete.error());
  ASSERT_TRUE(whole.finish());
  for (std::size_t size = 0; size < input.size(); ++size) {
    SCOPED_TRACE(size);
    Reader reader(ByteView(input).first(size));
    const auto result = reader.skip();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::truncated);
    EXPECT_LE(result.error().offset, size);
  }
}

// ---- slices -----------------------------------------------------------------------------------

TEST(CborReader, SlicesShareTheMessageOrCopyWhatIsBorrowed) {
  const SharedBytes message = SharedBytes::take(hex("82 43010203 8101"));
  const auto read_both = [](Reader& reader) {
    auto array = reader.enter_array();
    EXPECT_TRUE(array.next());
    const SharedBytes bytes = reader.read_bytes_shared().value();
    EXPECT_TRUE(array.next());
    return std::pair(bytes, reader.read_raw_shared().value());
  };
  Reader sharing(message);
  const auto [bytes, raw] = read_both(sharing);
  EXPECT_EQ(bytes.view().data(), message.view().data() + 2);
  EXPECT_EQ(raw.view().data(), message.view().data() + 5);
  EXPECT_EQ(to_hex(raw.view()), "8101");

  Reader borrowing(message.view());
  const auto [copied, copied_raw] = read_both(borrowing);
  EXPECT_NE(copied.view().data(), message.view().data() + 2);
  EXPECT_EQ(to_hex(copied.view()), "010203");
  EXPECT_EQ(to_hex(copied_raw.view()), "8101");
}

// ---- containers -------------------------------------------------------------------------------

TEST(CborReader, WhatALoopLeavesAloneIsSkippedAndChecked) {
  const Bytes input = hex("83 01 82 02 03 04");
  Reader reader(input);
  auto array = reader.enter_array();
  std::size_t count = 0;
  while (array.next()) ++count;
  EXPECT_EQ(count, 3u);
  EXPECT_TRUE(array.finish());
  EXPECT_TRUE(reader.finish());

  EXPECT_EQ(refused_by("82 01 61ff", [](Reader& r) { return r.enter_array().finish(); }), Errc::bad_text);
  EXPECT_EQ(refused_by("a1 01 a2 00 00 00 00", [](Reader& r) { return r.enter_map().finish(); }), Errc::duplicate_key);
}

TEST(CborReader, MapsGiveTextAndIntegerKeys) {
  const Bytes input = hex("a7 6161 00 01 00 26 00 4101 00 f5 00 8101 00 1bffffffffffffffff 00");
  Reader reader(input);
  auto map = reader.enter_map();
  std::string seen;
  while (map.next()) {
    if (map.key() == "a") seen += "a ";
    if (map.key() == 1) seen += "1 ";
    if (map.key() == -7) seen += "-7 ";
    if (!map.key().text() && !map.key().integer()) seen.append("other:").append(to_hex(map.raw_key())).append(" ");
  }
  EXPECT_TRUE(map.finish());
  EXPECT_EQ(seen, "a 1 -7 other:4101 other:f5 other:8101 other:1bffffffffffffffff ");
}

TEST(CborReader, AKeyThatIsNotAllowedIsRefusedAtItsPlace) {
  const Bytes input = hex("a2 00 01 6161 02");
  Reader reader(input);
  auto map = reader.enter_map();
  ASSERT_TRUE(map.next());
  ASSERT_TRUE(map.next());
  EXPECT_EQ(map.refuse_key().offset, 3u);
  EXPECT_FALSE(map.next());
  EXPECT_EQ(map.finish().error().code, Errc::bad_key);
}

TEST(CborReader, IndefiniteLengthsAreReadAtInteropAndRefusedWhenStrict) {
  const Bytes input = hex("bf 6161 9f 01 02 ff 6162 5f 420102 ff 6163 7fff ff");
  DeviationLog log;
  Reader reader(input, {.sink = &log});
  auto map = reader.enter_map();
  ASSERT_TRUE(map.next());
  auto array = reader.enter_array();
  std::size_t sum = 0;
  while (array.next()) sum += reader.read_uint().value();
  EXPECT_EQ(sum, 3u);
  ASSERT_TRUE(map.next());
  EXPECT_EQ(to_hex(reader.read_bytes().value()), "0102");
  ASSERT_TRUE(map.next());
  EXPECT_EQ(reader.read_text().value(), "");
  EXPECT_FALSE(map.next());
  EXPECT_TRUE(reader.finish());
  ASSERT_EQ(log.entries().size(), 4u);
  EXPECT_EQ(log.entries()[1].rule, Rule::cbor_indefinite_length);
  EXPECT_EQ(log.entries()[1].offset, 3u);

  for (const auto item : {"bfff", "9fff", "5fff", "7fff"}) {
    EXPECT_EQ(refused(item), Errc{});
    EXPECT_EQ(refused(item, strict()), Errc::indefinite_length);
  }
}

TEST(CborReader, AStringInSeveralChunksIsPassedOverButNotRead) {
  EXPECT_EQ(refused("5f 4101 4102 ff"), Errc{});
  EXPECT_EQ(refused_by("5f 4101 4102 ff", &Reader::read_bytes), Errc::indefinite_length);
  EXPECT_EQ(refused_by("7f 6161 6162 ff", &Reader::read_text), Errc::indefinite_length);
  EXPECT_EQ(refused("a1 7f 6161 6162 ff 00"), Errc::indefinite_length) << "as a key it could hide a duplicate";
  EXPECT_EQ(refused("5f 6161 ff"), Errc::not_well_formed);
  EXPECT_EQ(refused("5f 5f ff ff"), Errc::not_well_formed);
  EXPECT_EQ(refused("7f 61c3 61bc ff"), Errc::bad_text) << "chunks do not share characters";
}

// ---- named checks -----------------------------------------------------------------------------

TEST(Cbr02, LongerHeadsAreKeptAsReceivedWithAWarning) {
  // Tag 24, byte string, map and key, each longer than needed.
  const Bytes input = hex("d90018 5900 07 b90001 7801 61 00");
  DeviationLog log;
  Reader reader(input, {.sink = &log});
  const auto encoded = read_encoded(reader, [](Reader& nested) -> Result<std::uint64_t> {
    auto map = nested.enter_map();
    EXPECT_TRUE(map.next());
    EXPECT_TRUE(map.key() == "a");
    MDOC_TRY(const auto value, nested.read_uint());
    MDOC_CHECK(map.finish());
    return value;
  });
  ASSERT_TRUE(encoded) << describe(encoded.error());
  EXPECT_TRUE(std::ranges::equal(encoded->bytes(), input));
  EXPECT_EQ(to_hex(encoded->content()), "b9000178016100");
  ASSERT_EQ(log.entries().size(), 4u);
  EXPECT_EQ(log.entries()[0].offset, 0u);
  EXPECT_EQ(log.entries()[1].offset, 3u);
  EXPECT_EQ(log.entries()[2].offset, 6u);
  EXPECT_EQ(log.entries()[3].offset, 9u);
  EXPECT_EQ(log.entries()[3].rule, Rule::cbor_non_preferred);
}

TEST(Cbr02, EveryLongerFormIsSeen) {
  for (const auto item :
       {"1817", "190017", "1900ff", "1a000000ff", "1a0000ffff", "1b00000000ffffffff", "3800", "3900ff", "5800", "7800",
        "9800", "b800", "d81700", "da0000ffff00", "db00000000ffffffff00", "5b0000000000000000"}) {
    SCOPED_TRACE(item);
    DeviationLog log;
    EXPECT_EQ(refused(item, {.sink = &log}), Errc{});
    EXPECT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(refused(item, strict()), Errc::non_preferred_encoding);
  }
  for (const auto item : {"17", "1818", "18ff", "190100", "1a00010000", "1b0000000100000000", "fb0000000000000000"}) {
    EXPECT_EQ(refused(item, strict()), Errc{}) << item;
  }
}

TEST(Cbr03, DuplicateKeysAreAnErrorAtEveryLevel) {
  EXPECT_EQ(refused("a2 01 00 01 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a2 6161 00 6161 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a3 6161 00 6162 00 6161 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a3 6162 00 6161 00 6162 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a2 4161 00 4161 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a2 f5 00 f5 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("a2 8101 00 8101 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("82 01 a1 00 81 a2 20 00 20 00"), Errc::duplicate_key);
  EXPECT_EQ(refused("c1 a1 a2 00 00 00 00 01"), Errc::duplicate_key) << "in a key";
  EXPECT_EQ(refused("bf 01 00 01 00 ff"), Errc::duplicate_key);
  EXPECT_EQ(refused("a2 01 00 1801 00"), Errc::duplicate_key) << "one key in two encodings";
  EXPECT_EQ(refused("a2 6161 00 780161 00"), Errc::duplicate_key) << "one key in two encodings";
  EXPECT_EQ(refused("a2 6161 00 7f6161ff 00"), Errc::duplicate_key) << "one key in two encodings";

  EXPECT_EQ(refused("a4 01 00 20 00 6101 00 4101 00"), Errc{}) << "the same value in four types";
  EXPECT_EQ(refused("82 a1 01 00 a1 01 00"), Errc{}) << "two maps";
  EXPECT_EQ(refused("a1 01 a1 01 a1 01 00"), Errc{}) << "one map in another";
}

TEST(Cbr03, TheSecondOfTwoEqualKeysIsReportedWhileIterating) {
  const Bytes input = hex("a3 6162 00 6161 00 6162 00");
  Reader reader(input);
  auto map = reader.enter_map();
  std::size_t count = 0;
  while (map.next()) ++count;
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(map.finish().error().code, Errc::duplicate_key);
  EXPECT_EQ(map.finish().error().offset, 7u);
}

/// A map of `count` integer keys in a scrambled order; the last is `last`.
Bytes scrambled_map(std::size_t count, std::uint64_t last) {
  Writer writer;
  writer.map(count);
  for (std::uint64_t i = 0; i + 1 < count; ++i) writer.uint(i * 2654435761u % 65536).null();
  writer.uint(last).null();
  return std::move(writer).take();
}

TEST(Cbr03, DuplicatesAreFoundInLargeUnsortedMaps) {
  for (const std::size_t count : {13u, 31u, 32u, 33u, 34u, 500u, 4096u}) {
    SCOPED_TRACE(count);
    const auto check_map = [&](std::uint64_t last) -> Result<void> {
      const Bytes input = scrambled_map(count, last);
      Reader reader(input);
      return reader.skip();
    };
    EXPECT_TRUE(check_map(70000));
    for (const std::uint64_t twin : std::initializer_list<std::uint64_t>{0, 1, count / 2, count - 2}) {
      const auto result = check_map(twin * 2654435761u % 65536);
      ASSERT_FALSE(result) << twin;
      EXPECT_EQ(result.error().code, Errc::duplicate_key);
    }
  }
}

TEST(Cbr04, BytesAfterTheItemAreAnError) {
  EXPECT_EQ(refused("00 00"), Errc::trailing_bytes);
  EXPECT_EQ(refused("80 ff"), Errc::trailing_bytes);
  EXPECT_EQ(check("83 01 02 03 f6").error().offset, 4u);
  EXPECT_EQ(refused_by("d818 42 0000", [](Reader& reader) { return read_encoded(reader, &Reader::read_uint); }),
            Errc::trailing_bytes);
}

TEST(Cbr05, TextThatIsNotUtf8IsAnError) {
  for (const auto item : {"61ff", "6180", "61c3", "62c328", "62c080", "62c1bf", "63e08080", "63e28028", "63eda080",
                          "63edbfbf", "64f0808080", "64f4908080", "64f5808080", "62e282", "63f09080",
                          "6c 6162636465666768 696aff6b", "6861626364656667ff"}) {
    SCOPED_TRACE(item);
    EXPECT_EQ(refused_by(item, &Reader::read_text), Errc::bad_text);
    EXPECT_EQ(refused("81" + std::string(item)), Errc::bad_text);
    EXPECT_EQ(refused("a1" + std::string(item) + "00"), Errc::bad_text);
  }
  for (const auto item : {"61 00", "62 c280", "63 e0a080", "63 ed9fbf", "63 ee8080", "64 f0908080", "64 f48fbfbf",
                          "6a 61626364656667 68c3bc"}) {
    EXPECT_EQ(refused(item), Errc{}) << item;
  }
}

TEST(Cbr07, UnknownMinorVersionsAreReadAndUnknownMajorOnesRefused) {
  const auto read = [](std::string_view text) {
    const Bytes item = written(Writer().text(text));
    Reader reader(item);
    return read_version(reader);
  };
  EXPECT_EQ(read("1.0").value(), (Version{1, 0}));
  EXPECT_EQ(read("1.17").value(), (Version{1, 17}));
  EXPECT_EQ(read("2.0").error().code, Errc::unsupported_version);
  EXPECT_EQ(read("2.0").error().kind(), ErrorKind::unsupported);
  EXPECT_EQ(read("10.0").error().code, Errc::unsupported_version);
  EXPECT_EQ(read("0.9").error().code, Errc::unsupported_version);
  for (const auto text : {"", "1", "1.", ".0", "01.0", "1.0.0", " 1.0", "v1.0"}) {
    EXPECT_EQ(read(text).error().code, Errc::bad_value) << text;
  }
  EXPECT_EQ(refused_by("01", read_version), Errc::wrong_type);
}

TEST(Cbr08, EmbeddedBytesAreThoseReceivedWhateverTheirOrder) {
  const auto decode = [](Reader& reader) -> Result<std::uint64_t> {
    std::uint64_t sum = 0;
    auto map = reader.enter_map();
    while (map.next()) {
      MDOC_TRY(const auto value, reader.read_uint());
      sum += value;
    }
    MDOC_CHECK(map.finish());
    return sum;
  };
  const SharedBytes one = SharedBytes::take(hex("d81847a2 6161 01 6162 02"));
  const SharedBytes other = SharedBytes::take(hex("d81847a2 6162 02 6161 01"));
  Reader first(one);
  Reader second(other);
  const auto a = read_encoded(first, decode);
  const auto b = read_encoded(second, decode);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->value(), b->value());
  EXPECT_TRUE(std::ranges::equal(a->bytes(), one.view()));
  EXPECT_TRUE(std::ranges::equal(b->bytes(), other.view()));
  EXPECT_EQ(a->bytes().data(), one.view().data()) << "no copy";
  EXPECT_EQ(to_hex(b->content()),
            "a261620261"
            "6101");
}

TEST(Cbr08, AnEncodedValueOfOurOwnHasItsBytesToo) {
  const Bytes inner = hex("a10102");
  const Encoded<int> encoded(7, inner);
  EXPECT_EQ(*encoded, 7);
  EXPECT_EQ(to_hex(encoded.bytes()), "d81843a10102");
  EXPECT_EQ(to_hex(encoded.content()), "a10102");
  const Encoded<int> copy = encoded;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(to_hex(copy.content()), "a10102");
}

// ---- dates ------------------------------------------------------------------------------------

Bytes dated(std::uint64_t tag, std::string_view text) { return written(Writer().tag(tag).text(text)); }

TEST(Cbr10, ATdateHasTag0UtcAndNoFraction) {
  const auto read = [](const Bytes& item, const DecodeContext& context = {}) {
    Reader reader(item, context);
    return read_tdate(reader);
  };
  EXPECT_EQ(to_rfc3339(read(dated(0, "2024-05-01T12:00:00Z"), strict()).value()), "2024-05-01T12:00:00Z");
  struct Case {
    std::string_view text;
    Rule rule;
  };
  for (const auto& [text, rule] :
       {Case{"2024-05-01T12:00:00.5Z", Rule::tdate_fraction}, Case{"2024-05-01T12:00:00+00:00", Rule::tdate_offset},
        Case{"2024-05-01t12:00:00Z", Rule::tdate_lower_case}}) {
    SCOPED_TRACE(text);
    DeviationLog log;
    EXPECT_EQ(to_rfc3339(read(dated(0, text), {.sink = &log}).value()), "2024-05-01T12:00:00Z");
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, rule);
    EXPECT_EQ(log.entries()[0].offset, 1u);
    EXPECT_EQ(read(dated(0, text), strict()).error().code, Errc::bad_tdate);
  }
  for (const auto text : {"", "2024-05-01", "2024-05-01T12:00:00", "2024-05-01T12:00:00+02:00", "2024-02-30T00:00:00Z",
                          "2024-05-01T24:00:00Z", "2024-05-01T12:00:00Z "}) {
    EXPECT_EQ(read(dated(0, text)).error().code, Errc::bad_tdate) << text;
  }
  EXPECT_EQ(read(dated(1004, "2024-05-01T12:00:00Z")).error().code, Errc::unexpected_tag);
  EXPECT_EQ(read(hex("c01a66000000")).error().code, Errc::wrong_type);
  EXPECT_EQ(read(hex("00")).error().code, Errc::wrong_type);
}

TEST(Cbr10, ATdateWithoutTagIsReadByTheLenientOnly) {
  const Bytes item = written(Writer().text("2024-05-01T12:00:00Z"));
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    DeviationLog log;
    Reader reader(item, {.level = level, .sink = &log});
    const auto date = read_tdate(reader);
    EXPECT_EQ(date.has_value(), level == Level::lenient) << name(level);
    EXPECT_EQ(log.entries().size(), level == Level::lenient ? 1u : 0u);
    EXPECT_TRUE(date || date.error().code == Errc::bad_tdate);
  }
}

TEST(Cbr10, AFullDateHasTag1004) {
  const auto read = [](const Bytes& item, Level level) {
    Reader reader(item, {.level = level});
    return read_full_date(reader);
  };
  EXPECT_EQ(to_iso8601(read(dated(1004, "1971-09-01"), Level::strict).value()), "1971-09-01");
  EXPECT_EQ(read(dated(1004, "1971-09-31"), Level::lenient).error().code, Errc::bad_full_date);
  EXPECT_EQ(read(dated(1004, "1971-9-1"), Level::lenient).error().code, Errc::bad_full_date);
  EXPECT_EQ(read(dated(1004, "1971-09-01T00:00:00Z"), Level::lenient).error().code, Errc::bad_full_date);
  EXPECT_EQ(read(dated(0, "1971-09-01"), Level::lenient).error().code, Errc::unexpected_tag);
  const Bytes untagged = written(Writer().text("1971-09-01"));
  EXPECT_EQ(read(untagged, Level::interop).error().code, Errc::bad_full_date);
  EXPECT_TRUE(read(untagged, Level::lenient));
}

}  // namespace
}  // namespace mdoc::cbor
