#include "mdoc/model/data_element.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using namespace std::chrono_literals;
using testing::hex;

DataElementValue value(std::string_view encoded) { return DataElementValue::from_encoded(hex(encoded)).value(); }

template <class T>
Errc code(const Result<T>& result) {
  return result ? Errc{} : result.error().code;
}

constexpr FullDate birthday{std::chrono::year{1990}, std::chrono::January, std::chrono::day{31}};

TEST(DataElementValue, ComesBackAsItWasMade) {
  EXPECT_EQ(DataElementValue::text("Ünal").as_text().value(), "Ünal");
  const Bytes image = hex("ffd8ff");
  const DataElementValue portrait = DataElementValue::bytes(image);
  EXPECT_EQ(to_hex(portrait.as_bytes().value()), "ffd8ff");
  EXPECT_TRUE(DataElementValue::boolean(true).as_bool().value());
  EXPECT_FALSE(DataElementValue::boolean(false).as_bool().value());
  EXPECT_EQ(DataElementValue::uint(UINT64_MAX).as_uint().value(), UINT64_MAX);
  EXPECT_EQ(DataElementValue::integer(INT64_MIN).as_int().value(), INT64_MIN);
  EXPECT_EQ(DataElementValue::full_date(birthday).as_full_date().value(), birthday);
  const UtcSeconds time{1600000000s};
  EXPECT_EQ(DataElementValue::tdate(time).as_tdate().value(), time);
}

TEST(DataElementValue, IsEncodedAsTheStandardSays) {
  EXPECT_EQ(to_hex(DataElementValue::full_date(birthday).encoded().view()), "d903ec6a313939302d30312d3331");
  EXPECT_EQ(to_hex(DataElementValue::tdate(UtcSeconds{0s}).encoded().view()),
            "c074313937302d30312d30315430303a30303a30305a");
  EXPECT_EQ(to_hex(DataElementValue::boolean(true).encoded().view()), "f5");
}

TEST(DataElementValue, KnowsItsType) {
  EXPECT_EQ(value("6161").type(), cbor::Type::text);
  EXPECT_EQ(value("f5").type(), cbor::Type::boolean);
  EXPECT_EQ(value("d903ec6a313939302d30312d3331").type(), cbor::Type::tag);
  EXPECT_EQ(value("80").type(), cbor::Type::array);
  EXPECT_EQ(DataElementValue().type(), cbor::Type::undefined);
}

TEST(DataElementValue, EachAccessorRefusesEveryOtherType) {
  const DataElementValue text = value("6161");
  const DataElementValue number = value("01");
  for (const Errc refused :
       {code(text.as_bytes()), code(text.as_bool()), code(text.as_uint()), code(text.as_int()), code(number.as_text()),
        code(number.as_bytes()), code(number.as_bool()), code(number.as_full_date()), code(number.as_tdate()),
        code(number.as_date()), code(value("20").as_uint()), code(value("f6").as_text())}) {
    EXPECT_EQ(name(refused), "wrong_type");
  }
  EXPECT_EQ(code(value("d903ec6a313939302d30312d3331").as_tdate()), Errc::unexpected_tag);
  EXPECT_EQ(code(value("c074313937302d30312d30315430303a30303a30305a").as_full_date()), Errc::unexpected_tag);
  EXPECT_EQ(code(value("1b8000000000000000").as_int()), Errc::bad_value);
}

TEST(DataElementValue, WithoutItemFailsAndStaysHarmless) {
  const DataElementValue nothing;
  EXPECT_FALSE(nothing.as_text());
  EXPECT_FALSE(nothing.as_date());
  EXPECT_TRUE(nothing.encoded().empty());
}

TEST(DataElementValue, ADateMayBeEither) {
  const auto date = value("d903ec6a313939302d30312d3331").as_date();
  ASSERT_TRUE(date);
  EXPECT_EQ(std::get<FullDate>(*date), birthday);
  const auto time = value("c074313937302d30312d30315430303a30303a30305a").as_date();
  ASSERT_TRUE(time);
  EXPECT_EQ(std::get<UtcSeconds>(*time), UtcSeconds{0s});
  EXPECT_EQ(code(value("d903ec6a313939302d30322d3331").as_date()), Errc::bad_full_date);  // 31 February
}

TEST(DataElementValue, AnUntaggedDateIsJudgedByTheLevel) {
  const DataElementValue untagged = value("6a313939302d30312d3331");
  EXPECT_EQ(code(untagged.as_full_date()), Errc::bad_full_date);
  EXPECT_EQ(code(untagged.as_date()), Errc::bad_full_date);
  cbor::DeviationLog log;
  const auto date = untagged.as_date({.level = Level::lenient, .sink = &log});
  ASSERT_TRUE(date);
  EXPECT_EQ(std::get<FullDate>(*date), birthday);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::full_date_untagged);
  const auto time = value("74313937302d30312d30315430303a30303a30305a").as_date({.level = Level::lenient});
  ASSERT_TRUE(time);
  EXPECT_EQ(std::get<UtcSeconds>(*time), UtcSeconds{0s});
}

TEST(DataElementValue, ErrorsPointIntoTheOutermostMessage) {
  const DataElementValue at_hundred(SharedBytes::take(hex("6161")), 100);
  const auto result = at_hundred.as_bool();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().offset, 100u);
  EXPECT_EQ(result.error().where.text(), "elementValue");
}

TEST(DataElementValue, FromEncodedWantsExactlyOneItem) {
  EXPECT_EQ(code(DataElementValue::from_encoded({})), Errc::truncated);
  EXPECT_EQ(code(DataElementValue::from_encoded(hex("0101"))), Errc::trailing_bytes);
  EXPECT_EQ(code(DataElementValue::from_encoded(hex("6261"))), Errc::truncated);
  EXPECT_EQ(code(DataElementValue::from_encoded(hex("a201010102"))), Errc::duplicate_key);
  EXPECT_EQ(code(DataElementValue::from_encoded(hex("61ff"))), Errc::bad_text);
}

TEST(DataElementValue, IsEqualByItsBytes) {
  EXPECT_EQ(value("6161"), DataElementValue::text("a"));
  EXPECT_NE(value("6161"), value("6162"));
  EXPECT_NE(DataElementValue::from_encoded(hex("1801")).value(), DataElementValue::uint(1));
}

TEST(DataElementValue, StructuresAreReadWithItsReader) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto privileges =
      DataElementValue::from_encoded(testing::shared_bytes("iso18013-5-annex-d.json", "D.2.1/driving-privileges"));
  ASSERT_TRUE(privileges);
  cbor::Reader reader = privileges->reader();
  auto array = reader.enter_array();
  std::size_t count = 0;
  while (array.next()) ++count;
  EXPECT_TRUE(array.finish());
  EXPECT_EQ(count, 2u);
}

}  // namespace
}  // namespace mdoc::model
