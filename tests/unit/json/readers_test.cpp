#include "mdoc/json/readers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mdoc::json {
namespace {

using presentation::ReaderCheck;
using presentation::ReaderOutcome;
using presentation::ReaderReason;

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

TEST(ReaderSentences, AClerkIsToldWhatToDoAndNoMore) {
  const presentation::ReaderFinding failed{.check = ReaderCheck::signature,
                                           .outcome = ReaderOutcome::fail,
                                           .reason = ReaderReason::signature_invalid,
                                           .error = Error{.code = Errc::signature_invalid, .where = "readerAuth"}};
  EXPECT_EQ(explain(failed, Wording(*TextCatalogue::built_in("de"), Register::clerk)),
            "Die Unterschrift ist nicht echt. Zeigen Sie nichts vor.");
}

}  // namespace
}  // namespace mdoc::json
