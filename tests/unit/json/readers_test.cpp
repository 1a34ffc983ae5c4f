#include "mdoc/json/readers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mdoc::json {
namespace {

using presentation::ReaderCheck;
using presentation::ReaderOutcome;
using presentation::ReaderReason;

TEST(ReaderSentences, EachReasonButNoneHasOneOfItsOwn) {
  std::set<std::string_view> sentences;
  for (std::size_t i = 0; i < presentation::reader_reason_count; ++i) {
    const auto reason = static_cast<ReaderReason>(i);
    EXPECT_EQ(sentence(reason).empty(), reason == ReaderReason::none) << presentation::name(reason);
    EXPECT_TRUE(sentences.insert(sentence(reason)).second) << presentation::name(reason);
  }
  EXPECT_TRUE(sentence(static_cast<ReaderReason>(255)).empty());
}

TEST(ReaderSentences, AFailureSaysWhereAndWhatWasExpected) {
  const presentation::ReaderFinding failed{.check = ReaderCheck::signature,
                                           .outcome = ReaderOutcome::fail,
                                           .reason = ReaderReason::signature_invalid,
                                           .error = Error{.code = Errc::signature_invalid, .where = "readerAuth"}};
  const std::string text = explain(failed);
  EXPECT_TRUE(text.starts_with("the signature is not one over this request in this session; ")) << text;
  EXPECT_NE(text.find("readerAuth"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("expected: The signature verifies over this session and the request as it came.")) << text;
  EXPECT_EQ(explain({.check = ReaderCheck::path, .outcome = ReaderOutcome::pass, .reason = ReaderReason::none}), "");
}

}  // namespace
}  // namespace mdoc::json
