#include "mdoc/profile/age_over.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mdoc::profile {
namespace {

TEST(AgeOver, IdentifierHasExactlyTwoDigits) {
  EXPECT_EQ(parse_age_over("age_over_18"), 18);
  EXPECT_EQ(parse_age_over("age_over_00"), 0);
  EXPECT_EQ(parse_age_over("age_over_99"), 99);
  for (const char* other : {"", "age_over_", "age_over_1", "age_over_018", "age_over_1x", "age_over_+1", "Age_over_18",
                            "age_in_years", "xage_over_18"}) {
    EXPECT_FALSE(parse_age_over(other)) << other;
  }
  EXPECT_EQ(age_over_identifier(7), "age_over_07");
}

/// The attestations 21 and 60 of a holder of the given age.
std::vector<AgeOver> attestations(int age) {
  return {{.years = 21, .value = age >= 21}, {.years = 60, .value = age >= 60}};
}

// The table of the standard's example: stored 21 and 60, holders of five ages, questions by row.
TEST(Rsp22, AnswerIsTheNearestTrueAboveElseTheNearestFalseBelowElseNone) {
  using Answer = std::optional<AgeOver>;
  const Answer none;
  const Answer true21 = AgeOver{.years = 21, .value = true}, false21 = AgeOver{.years = 21, .value = false};
  const Answer true60 = AgeOver{.years = 60, .value = true}, false60 = AgeOver{.years = 60, .value = false};
  struct Row {
    std::vector<std::uint8_t> asked;
    std::vector<Answer> by_age;  // 19, 21, 30, 60, 64
  };
  const std::vector<Row> table{
      {{18, 19, 20}, {none, true21, true21, true21, true21}},  {{21}, {false21, true21, true21, true21, true21}},
      {{25, 30, 50}, {false21, none, none, true60, true60}},   {{60}, {false60, false60, false60, true60, true60}},
      {{63, 64, 65}, {false60, false60, false60, none, none}},
  };
  const std::vector<int> ages{19, 21, 30, 60, 64};
  for (const Row& row : table) {
    for (const std::uint8_t asked : row.asked) {
      for (std::size_t column = 0; column < ages.size(); ++column) {
        EXPECT_EQ(answer_age_over(asked, attestations(ages[column])), row.by_age[column])
            << "asked " << int{asked} << ", age " << ages[column];
      }
    }
  }
}

TEST(Rsp22, OrderOfTheAttestationsDoesNotMatter) {
  const std::vector<AgeOver> down{{65, true}, {40, true}, {21, true}};
  EXPECT_EQ(answer_age_over(30, down), (AgeOver{40, true}));
  const std::vector<AgeOver> falses{{65, false}, {16, false}, {40, false}};
  EXPECT_EQ(answer_age_over(50, falses), (AgeOver{40, false}));
  EXPECT_FALSE(answer_age_over(50, {}));
}

TEST(Rsp22, ReaderAcceptsOnlyWhatSettlesItsQuestion) {
  EXPECT_TRUE(answers({21, true}, 18));
  EXPECT_TRUE(answers({18, false}, 21));
  EXPECT_FALSE(answers({18, true}, 21));
  EXPECT_FALSE(answers({21, false}, 18));
}

}  // namespace
}  // namespace mdoc::profile
