#include "cli/width.hpp"

#include <gtest/gtest.h>

namespace mdoc::cli {
namespace {

TEST(DisplayWidth, IsOneForALetterOfMostScripts) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("Müller"), 6U);
  EXPECT_EQ(display_width("Γεώργιος"), 8U);
  EXPECT_EQ(display_width("محمد"), 4U);
  EXPECT_EQ(display_width("שרה"), 3U);
}

TEST(DisplayWidth, IsNoneForMarksOnALetterAndForWhatHasNoForm) {
  EXPECT_EQ(display_width("Nguye\u0302\u0303n"), 6U);  // Vietnamese, decomposed
  EXPECT_EQ(display_width("Nguyễn"), 6U);
  EXPECT_EQ(display_width("שָׂרָה"), 3U);   // Hebrew points
  EXPECT_EQ(display_width("مُحَمَّد"), 4U);  // Arabic vowels
  EXPECT_EQ(display_width("\u2068ab\u2069\u200d"), 2U);
  EXPECT_EQ(display_width("\U000e0041"), 0U);
}

TEST(DisplayWidth, IsTwoForEastAsiaAndPictures) {
  EXPECT_EQ(display_width("東京"), 4U);
  EXPECT_EQ(display_width("한국"), 4U);
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("ｗ"), 2U);
  EXPECT_EQ(display_width("ﾊ"), 1U);
  EXPECT_EQ(display_width("\U00020000\U0003fffd"), 4U);
  EXPECT_EQ(display_width("\U0003fffe"), 1U);
}

// Text is printable before it is measured; what is not has some width all the same, and ends.
TEST(DisplayWidth, IsOneForAByteThatIsNoCharacter) { EXPECT_EQ(display_width("\xff\xc3"), 2U); }

TEST(Padding, FillsColumnsNotBytes) {
  EXPECT_EQ(padded("東京", 6), "東京  ");
  EXPECT_EQ(padded("é", 3), "é  ");
  EXPECT_EQ(padded("e\u0301", 3), "e\u0301  ");
  EXPECT_EQ(padded("abc", 3), "abc");
  EXPECT_EQ(padded("abcd", 3), "abcd");
}

TEST(LeadingColumns, KeepMarksWithTheirLetterAndWideLettersWhole) {
  EXPECT_EQ(leading_columns("abc", 2), "ab");
  EXPECT_EQ(leading_columns("abc", 5), "abc");
  EXPECT_EQ(leading_columns("e\u0301e\u0301", 1), "e\u0301");
  EXPECT_EQ(leading_columns("東京", 3), "東");
  EXPECT_EQ(leading_columns("東", 1), "");
}

}  // namespace
}  // namespace mdoc::cli
