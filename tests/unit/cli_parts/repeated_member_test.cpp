// What Boost.JSON overlooks: an object with two members of one name.
#include <gtest/gtest.h>

#include "cli/repeated_member.hpp"

namespace mdoc::cli {
namespace {

TEST(RepeatedMember, IsNamedWhereverItStands) {
  EXPECT_EQ(repeated_member(R"({"a": 1, "a": 2})"), "a");
  EXPECT_EQ(repeated_member(R"({"a": [{"b": {}, "c": [], "b": "x"}]})"), "b");
  EXPECT_EQ(repeated_member(R"({"a": 1, "\u0061": 2})"), "a");
  EXPECT_EQ(repeated_member(R"({"a": 1, "b": {"c": -1}, "a": 1.5})"), "a");
}

TEST(RepeatedMember, OneNameInSeveralObjectsIsNone) {
  EXPECT_FALSE(repeated_member(R"({"a": {"a": [{"a": 1}, {"a": true}]}, "b": {"a": null}})"));
  EXPECT_FALSE(repeated_member("[1, 2]"));
}

TEST(RepeatedMember, WhatIsNoJsonHasNone) {
  EXPECT_FALSE(repeated_member(""));
  EXPECT_FALSE(repeated_member("{\"a\": "));
  EXPECT_FALSE(repeated_member("text"));
}

}  // namespace
}  // namespace mdoc::cli
