#include "mdoc/cbor/decode_context.hpp"

#include <gtest/gtest.h>

#include "mdoc/cbor/reader.hpp"

namespace mdoc::cbor {
namespace {

TEST(Deviation, TheLevelDecidesWhatBecomesOfIt) {
  for (const RuleInfo& row : rules()) {
    for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
      SCOPED_TRACE(std::string(row.id).append(" ").append(name(level)));
      DeviationLog log;
      const auto judged = deviation({.level = level, .sink = &log}, row.rule, Path("Here"), 7);
      EXPECT_EQ(judged.has_value(), weight(row.rule, level) != Weight::error);
      EXPECT_EQ(log.entries().size(), weight(row.rule, level) == Weight::warning ? 1u : 0u);
      if (!judged) {
        EXPECT_EQ(judged.error().kind(), ErrorKind::malformed);
        EXPECT_EQ(judged.error().where.text(), "Here");
        EXPECT_EQ(judged.error().offset, 7u);
      } else if (!log.empty()) {
        EXPECT_EQ(log.entries()[0].rule, row.rule);
        EXPECT_EQ(log.entries()[0].where.text(), "Here");
        EXPECT_EQ(log.entries()[0].offset, 7u);
      }
    }
  }
}

TEST(Deviation, IsToleratedWithoutASink) { EXPECT_TRUE(deviation({}, Rule::tdate_fraction, Path())); }

TEST(Deviation, OfAReaderStandsAtTheItemReadLastAndIsSticky) {
  const Bytes input{0x01, 0x02};
  DeviationLog log;
  Reader tolerant(input, {.sink = &log}, "Item");
  EXPECT_TRUE(tolerant.skip() && tolerant.skip());
  EXPECT_TRUE(tolerant.deviation(Rule::salt_short));
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].offset, 1u);
  EXPECT_EQ(log.entries()[0].where.text(), "Item");

  Reader strict(input, {.level = Level::strict, .sink = &log});
  EXPECT_TRUE(strict.skip());
  EXPECT_EQ(strict.deviation(Rule::salt_short).error().code, Errc::deviation);
  EXPECT_EQ(strict.read_uint().error().code, Errc::deviation);
  EXPECT_EQ(log.entries().size(), 1u);
}

}  // namespace
}  // namespace mdoc::cbor
