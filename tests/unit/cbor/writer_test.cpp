#include "mdoc/cbor/writer.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::cbor {
namespace {

using testing::hex;

std::string written(const Writer& writer) { return to_hex(writer.view()); }

TEST(Cbr01, NumbersAndLengthsTakeTheShortestForm) {
  struct Case {
    std::uint64_t value;
    std::string_view argument;  // with major type 0
  };
  for (const auto& [value, argument] :
       {Case{0, "00"}, Case{23, "17"}, Case{24, "1818"}, Case{255, "18ff"}, Case{256, "190100"}, Case{65535, "19ffff"},
        Case{65536, "1a00010000"}, Case{0xffffffff, "1affffffff"}, Case{0x100000000, "1b0000000100000000"},
        Case{UINT64_MAX, "1bffffffffffffffff"}}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(written(Writer().uint(value)), argument);
    Bytes tag = hex(argument);
    tag[0] |= 0xc0;
    EXPECT_EQ(written(Writer().tag(value)), to_hex(tag));
    Bytes negative = hex(argument);
    negative[0] |= 0x20;
    EXPECT_EQ(written(Writer().negative(value)), to_hex(negative));
    if (value <= INT64_MAX) {
      EXPECT_EQ(written(Writer().integer(-1 - static_cast<std::int64_t>(value))), to_hex(negative));
      EXPECT_EQ(written(Writer().integer(static_cast<std::int64_t>(value))), argument);
    }
    if (value > 65536) continue;
    const auto size = static_cast<std::size_t>(value);
    const auto with_major = [&text = argument](std::uint8_t major) {
      Bytes head = hex(text);
      head[0] = static_cast<std::uint8_t>(head[0] | major << 5);
      return to_hex(head);
    };
    EXPECT_EQ(written(Writer().bytes(Bytes(size))).substr(0, argument.size()), with_major(2));
    EXPECT_EQ(written(Writer().text(std::string(size, 'x'))).substr(0, argument.size()), with_major(3));
    EXPECT_EQ(written(Writer().array(size)), with_major(4));
    EXPECT_EQ(written(Writer().map(size)), with_major(5));
  }
  EXPECT_EQ(written(Writer().integer(INT64_MIN)), "3b7fffffffffffffff");
}

TEST(Cbr01, SimpleValuesTakeOneByteUpTo23) {
  EXPECT_EQ(written(Writer().simple(0)), "e0");
  EXPECT_EQ(written(Writer().simple(22)), written(Writer().null()));
  EXPECT_EQ(written(Writer().simple(23)), "f7");
  EXPECT_EQ(written(Writer().simple(32)), "f820");
  EXPECT_EQ(written(Writer().simple(255)), "f8ff");
}

TEST(Cbr01, FloatsTakeTheShortestFormThatKeepsTheValue) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Case {
    double value;
    std::string_view encoded;
  };
  for (const auto& [value, encoded] : {Case{0.0, "f90000"},
                                       Case{-0.0, "f98000"},
                                       Case{1.5, "f93e00"},
                                       Case{65504.0, "f97bff"},
                                       Case{65505.0, "fa477fe100"},
                                       Case{65536.0, "fa47800000"},
                                       Case{0x1p-24, "f90001"},
                                       Case{0x3p-24, "f90003"},
                                       Case{0x1p-25, "fa33000000"},
                                       Case{0x1.8p-24, "fa33c00000"},
                                       Case{0x1p-14, "f90400"},
                                       Case{0x1.004p-14, "f90401"},
                                       Case{0x1.002p-14, "fa38801000"},
                                       Case{1.1, "fb3ff199999999999a"},
                                       Case{1e300, "fb7e37e43c8800759c"},
                                       Case{0x1p-149, "fa00000001"},
                                       Case{0x1p-150, "fb3690000000000000"},
                                       Case{infinity, "f97c00"},
                                       Case{-infinity, "f9fc00"},
                                       Case{std::nan(""), "f97e00"}}) {
    EXPECT_EQ(written(Writer().floating(value)), encoded) << value;
  }
}

TEST(Cbr01, EveryHalfIsReadAndWrittenAgain) {
  for (std::uint32_t half = 0; half <= 0xffff; ++half) {
    const Bytes item{0xf9, static_cast<std::uint8_t>(half >> 8), static_cast<std::uint8_t>(half)};
    Reader reader(item);
    const double value = reader.read_float().value();
    const bool nan = (half & 0x7fff) > 0x7c00;
    ASSERT_EQ(std::isnan(value), nan);
    ASSERT_EQ(written(Writer().floating(value)), nan ? "f97e00" : to_hex(item));
  }
}

TEST(Cbr01, WhatIsWrittenIsAcceptedByTheStrict) {
  SortedMap map;
  map.put("text").text("ü");
  map.put(-1).array(3).boolean(true).boolean(false).null();
  map.put("tdate").tdate(UtcSeconds{std::chrono::seconds{1714521600}});
  map.put("full-date").full_date(FullDate{std::chrono::year{1971}, std::chrono::September, std::chrono::day{1}});
  map.put("embedded").embedded(hex("8101"));
  const Bytes encoded = map.encode();
  DeviationLog log;
  Reader reader(encoded, {.level = Level::strict, .sink = &log});
  EXPECT_TRUE(reader.skip());
  EXPECT_TRUE(reader.finish());
  EXPECT_TRUE(log.empty());
}

TEST(CborWriter, WritesDatesAndEmbeddedItems) {
  EXPECT_EQ(written(Writer().tdate(UtcSeconds{std::chrono::seconds{1714521600}})),
            "c074323032342d30352d30315430303a30303a30305a");
  EXPECT_EQ(written(Writer().full_date(FullDate{std::chrono::year{1971}, std::chrono::September, std::chrono::day{1}})),
            "d903ec6a313937312d30392d3031");
  EXPECT_EQ(written(Writer().embedded(hex("a0"))), "d81841a0");
  EXPECT_EQ(written(Writer(64).array(2).raw(hex("01")).boolean(false)), "8201f4");
}

TEST(CborWriter, ASortedMapIsInOrderOfEncodedKeys) {
  SortedMap map;
  map.put("b").uint(0);
  map.put("aa").uint(1);
  map.put(-1).uint(2);
  map.put(24).uint(3);
  map.put("a").uint(4);
  map.put(1u).uint(5);
  map.put(-25).uint(6);
  map.put(UINT64_MAX).uint(7);
  EXPECT_EQ(to_hex(map.encode()),
            "a8"
            "0105"
            "181803"
            "1bffffffffffffffff07"
            "2002"
            "381806"
            "616104"
            "616200"
            "62616101");
  EXPECT_EQ(map.size(), 8u);
}

TEST(CborWriter, SortedMapsNest) {
  SortedMap inner;
  inner.put(2).null();
  inner.put(1).null();
  SortedMap outer;
  outer.put("z").map(inner);
  outer.put("y").map(SortedMap());
  Writer writer;
  writer.tag(24).map(outer);
  EXPECT_EQ(written(writer),
            "d818"
            "a2"
            "6179a0"
            "617aa201f602f6");
  EXPECT_TRUE(SortedMap().empty());
}

}  // namespace
}  // namespace mdoc::cbor
