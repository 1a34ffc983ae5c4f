#include "mdoc/verification/check.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <gtest/gtest.h>

#include "mdoc/verification/report.hpp"

namespace mdoc::verification {
namespace {

TEST(Checks, HaveUniqueLowerCaseIdentifiersAndAClause) {
  std::set<std::string_view> ids;
  for (const CheckInfo& check : checks()) {
    SCOPED_TRACE(check.id);
    EXPECT_TRUE(ids.insert(check.id).second);
    EXPECT_TRUE(std::ranges::all_of(
        check.id, [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.'; }));
    EXPECT_FALSE(check.clause.empty());
    EXPECT_TRUE(check.duty.ends_with('.'));
  }
}

TEST(Checks, AreFoundByTheirIdentifier) {
  for (const CheckInfo& check : checks()) EXPECT_EQ(find_check(check.id), check.check);
  EXPECT_FALSE(find_check("no.such-check"));
  EXPECT_FALSE(find_check(""));
}

TEST(Checks, OfAResponseComeBeforeThoseOfADocument) {
  EXPECT_EQ(checks(Scope::response).size() + checks(Scope::document).size() + checks(Scope::proof).size(),
            checks().size());
  EXPECT_EQ(checks(Scope::response).front().check, CheckId::response_encoding);
  EXPECT_EQ(checks(Scope::document).front().check, CheckId::document_structure);
  EXPECT_EQ(checks(Scope::document).back().check, CheckId::document_profile);
  EXPECT_EQ(checks(Scope::proof).front().check, CheckId::zk_structure);
  EXPECT_EQ(checks(Scope::proof).back().check, CheckId::zk_proof);
}

TEST(Outcomes, LetThroughUnlessTheyFailedOrCouldNotBeJudged) {
  for (std::size_t i = 0; i < reason_count; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(lets_through(Outcome::pass, reason));
    EXPECT_TRUE(lets_through(Outcome::warn, reason));
    EXPECT_TRUE(lets_through(Outcome::not_applicable, reason));
    EXPECT_FALSE(lets_through(Outcome::fail, reason));
    // What the caller switched off, and said so.
    EXPECT_EQ(lets_through(Outcome::skipped, reason), reason == Reason::not_checked);
  }
  EXPECT_EQ(name(Outcome::not_applicable), "not-applicable");
}

TEST(Reasons, HaveUniqueNames) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < reason_count; ++i) EXPECT_TRUE(names.insert(name(static_cast<Reason>(i))).second);
  EXPECT_EQ(name(static_cast<Reason>(reason_count)), "unknown");
}

TEST(Answers, HaveNamesByTheirKind) {
  EXPECT_EQ(name(Answer::Kind::unanswered), "unanswered");
  EXPECT_EQ(name(Answer::Kind::as_requested), "as-requested");
  EXPECT_EQ(name(Answer::Kind::age_statement), "age-statement");
  EXPECT_EQ(name(Answer::Kind::alternative), "alternative");
}

}  // namespace
}  // namespace mdoc::verification
