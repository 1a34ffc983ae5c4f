#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/profile/age_over.hpp"
#include "mdoc/verification/answer.hpp"
#include "support/allocations.hpp"
#include "support/sample_mdoc.hpp"

// What answering a question asks of the heap: what the answer holds, however many elements there are.

namespace mdoc::verification {
namespace {

std::size_t allocations(std::size_t elements) {
  std::vector<VerifiedElement> all;
  for (std::size_t i = 0; i < elements; ++i) {
    const auto years = static_cast<std::uint8_t>(i % 100);
    all.push_back({NameSpace("org.iso.18013.5.1"), ElementIdentifier(profile::age_over_identifier(years)),
                   model::DataElementValue(SharedBytes::take(testing::cbor_bool(years <= 30)))});
  }
  const Question question = Question::age_over(18).value();
  const AnswerSource source{
      .doc_type = "org.iso.18013.5.1.mDL", .issuer_signed = all, .valid_from = testing::utc("2026-04-01T00:00:00Z")};
  const AnswerContext context{.today = std::chrono::year{2026} / 5 / 1};
  Verdict verdict{};
  const auto spent =
      testing::allocations_of([&] { verdict = answer(question, std::span(&source, 1), context).verdict; });
  EXPECT_EQ(verdict, Verdict::yes);
  return spent.count;
}

TEST(AnswerBudget, DoesNotDependOnTheNumberOfElements) {
  const std::size_t few = allocations(31);
  EXPECT_EQ(allocations(3100), few);
  EXPECT_LE(few, 8u);
}

}  // namespace
}  // namespace mdoc::verification
