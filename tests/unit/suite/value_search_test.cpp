#include "support/value_search.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ValueSearch search_for(const Bytes& value) {
  ValueSearch search;
  search.add(value);
  return search;
}

TEST(ValueSearch, FindsAShortTextAsAWordOnly) {
  const ValueSearch search = search_for(cbor_text("Doe"));
  EXPECT_THAT(search.find_in("said by Doe, Jane"), ElementsAre("Doe"));
  EXPECT_THAT(search.find_in("Doe"), ElementsAre("Doe"));
  EXPECT_THAT(search.find_in("Does it?"), IsEmpty());
  EXPECT_THAT(search.find_in("JaneDoe"), IsEmpty());
  EXPECT_THAT(search.find_in("Doe_name"), IsEmpty());
  EXPECT_THAT(search.find_in("0x446f65"), IsEmpty());
  EXPECT_THAT(search.find_in("h'446f65'"), ElementsAre("446f65"));
  EXPECT_THAT(search.find_in("Do"), IsEmpty());
}

TEST(ValueSearch, FindsALongTextAnywhere) {
  EXPECT_THAT(search_for(cbor_text("Vandermeer")).find_in("xVandermeerx"), ElementsAre("Vandermeer"));
}

TEST(ValueSearch, FindsBytesAsTheyAreInHexadecimalAndInBase64WhereverItBegan) {
  const Bytes portrait{0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01};
  const ValueSearch search = search_for(cbor_bytes(portrait));
  EXPECT_THAT(search.find_in("(" + std::string(as_text(portrait)) + ")"), ElementsAre(std::string(as_text(portrait))));
  EXPECT_THAT(search.find_in("h'" + to_hex(portrait) + "'"), ElementsAre(to_hex(portrait)));
  for (std::size_t before = 0; before < 5; ++before) {
    Bytes whole(before, 0x55);
    whole.insert(whole.end(), portrait.begin(), portrait.end());
    whole.push_back(0x55);
    EXPECT_FALSE(search.find_in(to_base64url(whole)).empty()) << before;
  }
  EXPECT_THAT(search.find_in("ffd8ffe000104a4649460002"), IsEmpty());
}

TEST(ValueSearch, LooksIntoTagsArraysAndMaps) {
  EXPECT_THAT(search_for(cbor_full_date("1990-02-03")).find_in("born on 1990-02-03."), ElementsAre("1990-02-03"));
  const Bytes nested = cbor_array({cbor_uint(7), Members{{"code", cbor_text("inner text")}}.encode()});
  EXPECT_THAT(search_for(nested).find_in("an inner text"), ElementsAre("inner text"));
  EXPECT_THAT(search_for(nested).find_in("a code"), IsEmpty());  // the names are known to all
}

TEST(ValueSearch, LeavesOutWhatLooksLikeAnyOtherText) {
  EXPECT_EQ(search_for(cbor_text("UT")).size(), 0u);
  EXPECT_EQ(search_for(cbor_bool(true)).size(), 0u);
  EXPECT_EQ(search_for(cbor_uint(181)).size(), 0u);
}

TEST(ValueSearch, TakesWhatDecodesOfADefectiveValue) {
  Bytes defective = cbor_array({cbor_text("before it"), cbor_text("lost")});
  defective.resize(defective.size() - 2);
  EXPECT_THAT(search_for(defective).find_in("before it"), ElementsAre("before it"));
  EXPECT_EQ(search_for({}).size(), 0u);
}

}  // namespace
}  // namespace mdoc::testing
