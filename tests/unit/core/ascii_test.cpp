#include "core/ascii.hpp"

#include <cctype>

#include <gtest/gtest.h>

namespace mdoc {
namespace {

TEST(Ascii, HasTheClassesAndCasesOfTheCLocaleAndNoneBeyond) {
  for (int code = 0; code < 256; ++code) {
    SCOPED_TRACE(code);
    const char c = static_cast<char>(code);
    EXPECT_EQ(is_digit(c), code >= '0' && code <= '9');
    EXPECT_EQ(is_upper(c), code >= 'A' && code <= 'Z');
    EXPECT_EQ(is_lower(c), code >= 'a' && code <= 'z');
    EXPECT_EQ(is_letter(c), is_upper(c) || is_lower(c));
    EXPECT_EQ(is_letter_or_digit(c), is_letter(c) || is_digit(c));
    EXPECT_EQ(to_lower(c), code < 0x80 ? static_cast<char>(std::tolower(code)) : c);
    EXPECT_EQ(to_upper(c), code < 0x80 ? static_cast<char>(std::toupper(code)) : c);
    EXPECT_EQ(hex_value(c) >= 0, code < 0x80 && std::isxdigit(code) != 0);
  }
}

TEST(Ascii, KnowsTheValuesOfHexadecimalDigits) {
  for (int value = 0; value < 16; ++value) {
    EXPECT_EQ(hex_value("0123456789abcdef"[value]), value);
    EXPECT_EQ(hex_value("0123456789ABCDEF"[value]), value);
  }
}

TEST(Ascii, ComparesWithoutRegardToCase) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("mdoc:", "MDoc:"));
  EXPECT_FALSE(equal_ignoring_case("mdoc:", "mdoc"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
  EXPECT_FALSE(equal_ignoring_case("\xc3\x84", "\xc3\xa4"));
  EXPECT_EQ(lower_case("MDoc-\xc3\x84"), "mdoc-\xc3\x84");
}

TEST(Ascii, FindsABeginningOnlyWhereThereIsAllOfIt) {
  EXPECT_TRUE(starts_with_ignoring_case("MDOC:abc", "mdoc:"));
  EXPECT_TRUE(starts_with_ignoring_case("mdoc:", "MDOC:"));
  EXPECT_TRUE(starts_with_ignoring_case("", ""));
  EXPECT_FALSE(starts_with_ignoring_case("mdoc", "mdoc:"));
  EXPECT_FALSE(starts_with_ignoring_case("", "mdoc:"));
  EXPECT_FALSE(starts_with_ignoring_case("x mdoc:", "mdoc:"));
}

}  // namespace
}  // namespace mdoc
