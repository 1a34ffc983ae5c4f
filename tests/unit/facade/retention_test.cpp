#include "mdoc/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const UtcSeconds now{1'000'000s};

std::vector<RetainedRecord> records(std::initializer_list<std::chrono::seconds> ages) {
  std::vector<RetainedRecord> list;
  std::uint64_t sequence = 0;
  for (const auto age : ages) list.push_back({.sequence = ++sequence, .started = now - age});
  return list;
}

TEST(Retention, WithoutALimitNothingGoes) {
  EXPECT_THAT(due_for_erasure({}, records({1'000'000s, 1s}), now), IsEmpty());
  EXPECT_THAT(due_for_erasure({.max_age = 1s, .max_count = 0}, {}, now), IsEmpty());
}

TEST(Retention, WhatIsOlderThanItsAgeGoes) {
  EXPECT_THAT(due_for_erasure({.max_age = 60s}, records({61s, 60s, 59s, 3600s}), now), ElementsAre(1, 4));
}

TEST(Retention, ARecordFromTheFutureStays) {
  EXPECT_THAT(due_for_erasure({.max_age = 0s}, records({-10s, 0s}), now), IsEmpty());
}

TEST(Retention, TheOldestBeyondTheCountGo) {
  EXPECT_THAT(due_for_erasure({.max_count = 2}, records({1s, 2s, 3s, 4s}), now), ElementsAre(1, 2));
  EXPECT_THAT(due_for_erasure({.max_count = 4}, records({1s, 2s, 3s, 4s}), now), IsEmpty());
  EXPECT_THAT(due_for_erasure({.max_count = 0}, records({1s, 2s}), now), ElementsAre(1, 2));
}

// A clock that was wrong must not make the newest record the oldest.
TEST(Retention, TheOrderOfTheLogCountsAndNotThatOfTheDates) {
  EXPECT_THAT(due_for_erasure({.max_count = 1}, records({1s, 1'000s}), now), ElementsAre(1));
  std::vector<RetainedRecord> shuffled = records({1s, 2s, 3s});
  std::swap(shuffled[0], shuffled[2]);
  EXPECT_THAT(due_for_erasure({.max_count = 1}, shuffled, now), ElementsAre(1, 2));
}

TEST(Retention, WhatTwoLimitsNameGoesOnce) {
  EXPECT_THAT(due_for_erasure({.max_age = 60s, .max_count = 1}, records({100s, 10s, 90s}), now), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace mdoc
