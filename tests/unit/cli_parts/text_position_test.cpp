// Where in a text people look for what is wrong.
#include <gtest/gtest.h>

#include "cli/text_position.hpp"

namespace mdoc::cli {
namespace {

TEST(TextPosition, CountsLinesAndCharactersFromOne) {
  EXPECT_EQ(text_position("", 0), "line 1, column 1");
  EXPECT_EQ(text_position("abc", 2), "line 1, column 3");
  EXPECT_EQ(text_position("ab\ncd", 2), "line 1, column 3");  // the line's end is still of it
  EXPECT_EQ(text_position("ab\ncd", 3), "line 2, column 1");
  EXPECT_EQ(text_position("\n\n\nx", 3), "line 4, column 1");
  EXPECT_EQ(text_position("a\r\nbc", 4), "line 2, column 2");
}

TEST(TextPosition, CountsCharactersAndNotTheirBytes) {
  EXPECT_EQ(text_position("\xc3\xa4\xe2\x82\xac!", 5), "line 1, column 3");
  EXPECT_EQ(text_position("\xc3\xa4\n\xc3\xa4x", 5), "line 2, column 2");
}

TEST(TextPosition, BeyondTheTextIsItsEnd) {
  EXPECT_EQ(text_position("a\nb", 99), "line 2, column 2");
  EXPECT_EQ(text_position("", 7), "line 1, column 1");
}

}  // namespace
}  // namespace mdoc::cli
