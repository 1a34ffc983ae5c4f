// The snippets of docs/guide/answers.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "mdoc/reader.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

Result<model::DeviceRequest> ask_for(const verification::Question& question) {
  const auto* mdl = profile::find_profile(profile::doc_types(), "mdl");
  auto items = verification::ask(question, *mdl, {.with_portrait = true});
  if (!items) return items.error();  // where the profile cannot answer: the error names the element that it lacks
  auto encoded = model::encode_items_request(*std::move(items));
  if (!encoded) return encoded.error();
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = *std::move(encoded)});
  return model::build_device_request(std::move(doc_requests));
}

ReaderOptions answering(const verification::Question& question, FullDate today_here) {
  ReaderOptions options;
  options.questions = {question};
  options.today = today_here;
  options.with_portrait = true;
  return options;
}

bool let_in(const ResponseReceived& response) {
  const verification::VerificationOutcome& outcome = response.outcome;
  return outcome.report.valid && outcome.answers.at(0).verdict == verification::Verdict::yes;
}

/// Asks one question, and gives the response to it.
ResponseReceived ask(unsigned years) {
  const auto question = verification::Question::age_over(years).value();
  Meeting meeting;
  meeting.meet_again({}, answering(question, std::chrono::year{2026} / 5 / 1));
  meeting.open_link();
  EXPECT_TRUE(meeting.reader.request(ask_for(question).value(), meeting.now()));
  meeting.settle();
  EXPECT_EQ(meeting.responses.size(), 1u);
  return std::move(meeting.responses.at(0));
}

TEST(AnswersSnippets, AnAnswerIsAllThatComes) {
  const ResponseReceived adult = ask(18);
  EXPECT_TRUE(let_in(adult));
  EXPECT_TRUE(adult.device_response.empty());
  ASSERT_EQ(adult.outcome.documents.at(0).issuer_signed().size(), 1u);
  EXPECT_EQ(adult.outcome.documents[0].issuer_signed()[0].identifier.str(), "portrait");
  const ResponseReceived younger = ask(65);  // by the date of birth, the alternative
  EXPECT_TRUE(younger.outcome.report.valid);
  EXPECT_FALSE(let_in(younger));
  EXPECT_EQ(younger.outcome.answers.at(0).reason, verification::AnswerReason::too_young);
}

}  // namespace
}  // namespace mdoc
