// The forms of short texts that many layers know.
#include <gtest/gtest.h>

#include "core/country_code.hpp"
#include "core/object_identifier.hpp"

namespace mdoc {
namespace {

TEST(CountryCode, HasTwoUpperCaseLetters) {
  EXPECT_TRUE(is_alpha2("UT"));
  for (const char* text : {"", "U", "UTO", "ut", "Ut", "U1", "U ", "\xc3\x9c"}) EXPECT_FALSE(is_alpha2(text)) << text;
}

TEST(ObjectIdentifiers, AreNumbersInDottedForm) {
  for (const char* text :
       {"0.0", "1.39", "2.40", "2.999.18013.1", "1.0.18013.5.1.2", "2.25.329800735698586629295641978511506172918"}) {
    EXPECT_TRUE(is_object_identifier(text)) << text;
  }
  for (const char* text :
       {"", "1", "1.", ".1", "1..2", "3.1", "10.1", "1.40", "0.100", "01.2", "1.02", "1.2.x", "1.2 ", "-1.2", "1,2"}) {
    EXPECT_FALSE(is_object_identifier(text)) << text;
  }
}

}  // namespace
}  // namespace mdoc
