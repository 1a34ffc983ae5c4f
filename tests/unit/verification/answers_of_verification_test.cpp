// Questions that a verification answers, and what is left of the documents.
#include <array>

#include "bench.hpp"
#include "mdoc/verification/holder_verification.hpp"

namespace mdoc::verification {
namespace {

Question question(std::string_view name) { return Question::parse(name).value(); }

/// A bench that asks questions.
struct Asking : Bench {
  std::vector<Question> questions;
  std::optional<FullDate> today{};
  bool with_portrait = false;

  explicit Asking(std::vector<std::string_view> names) {
    for (const auto name : names) questions.push_back(question(name));
  }
  VerificationOutcome outcome() {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(sample.response()), level).value();
    VerificationInput judgement = input();
    judgement.questions = questions;
    judgement.today = today;
    judgement.with_portrait = with_portrait;
    return verification::verify(decoded, judgement);
  }
};

TEST(Answers, ComeInTheOrderOfTheQuestions) {
  Asking asking({"not-expired", "age-over:18", "issued-in:UT", "driving:B"});
  const VerificationOutcome outcome = asking.outcome();
  ASSERT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.answers.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(outcome.answers[i].question, asking.questions[i]);
  EXPECT_EQ(outcome.answers[0].reason, AnswerReason::in_date);
  EXPECT_EQ(outcome.answers[1].reason, AnswerReason::old_enough);
  EXPECT_EQ(outcome.answers[1].document, 0u);
  EXPECT_EQ(outcome.answers[1].as_of, (FullDate{std::chrono::year{2026}, std::chrono::May, std::chrono::day{1}}));
  EXPECT_EQ(outcome.answers[2].reason, AnswerReason::issued_there);
  EXPECT_EQ(outcome.answers[3].reason, AnswerReason::absent);
}

TEST(Answers, AreOfTheDayAtThePlace) {
  Asking asking({"not-expired"});
  asking.today = parse_full_date("2029-05-07");
  EXPECT_EQ(asking.outcome().answers.at(0).reason, AnswerReason::document_expired);
}

TEST(Answers, OnlyDocumentsThatPassedCount) {
  Asking asking({"age-over:18"});
  asking.with_anchor = false;
  const VerificationOutcome outcome = asking.outcome();
  EXPECT_FALSE(outcome.report.valid);
  EXPECT_EQ(outcome.answers.at(0).verdict, Verdict::undetermined);
  EXPECT_EQ(outcome.answers.at(0).reason, AnswerReason::no_document);
}

TEST(Answers, WithoutQuestionsEveryElementIsHandedOn) {
  Asking asking({});
  const VerificationOutcome outcome = asking.outcome();
  EXPECT_TRUE(outcome.answers.empty());
  EXPECT_EQ(outcome.documents.at(0).issuer_signed().size(), asking.sample.items.size());
}

TEST(Answers, OfAnIdentityTheElementsAreSeen) {
  Asking asking({"age-over:18", "identity"});
  const VerificationOutcome outcome = asking.outcome();
  EXPECT_EQ(outcome.answers.at(1).reason, AnswerReason::complete);
  EXPECT_EQ(outcome.documents.at(0).issuer_signed().size(), asking.sample.items.size());
}

TEST(Answers, StandForTheElements) {
  Asking asking({"age-over:18", "driving:B", "not-expired", "issued-in:UT"});
  VerificationOutcome outcome = asking.outcome();
  ASSERT_EQ(outcome.documents.size(), 1u);
  EXPECT_TRUE(outcome.documents[0].issuer_signed().empty());
  EXPECT_TRUE(outcome.documents[0].device_signed().empty());
  EXPECT_TRUE(outcome.report.documents.at(0).holder.empty());
  EXPECT_FALSE(note_holder_outcome(outcome.report.documents[0], profile::HolderMethod::portrait, HolderOutcome::matched,
                                   "operator"));
}

TEST(Answers, LeaveThePortraitWhereItIsToBeSeen) {
  Asking asking({"age-over:18"});
  asking.with_portrait = true;
  const Bytes response = asking.sample.response();
  VerificationOutcome outcome = asking.outcome();
  ASSERT_EQ(outcome.documents.at(0).issuer_signed().size(), 1u);
  const VerifiedElement& portrait = outcome.documents[0].issuer_signed()[0];
  EXPECT_EQ(portrait.identifier.str(), "portrait");
  EXPECT_EQ(portrait.value.as_bytes().value().size(), 800u);
  EXPECT_TRUE(note_holder_outcome(outcome.report.documents.at(0), profile::HolderMethod::portrait,
                                  HolderOutcome::matched, "operator"));
}

TEST(Answers, LeaveNoOtherMeansOfVerifyingTheHolder) {
  Asking asking({"age-over:18"});
  asking.with_portrait = true;
  testing::SampleItem signature = *std::ranges::find(asking.sample.items, "portrait", &testing::SampleItem::identifier);
  signature.digest_id += 1000;
  signature.random = Bytes(32, 0x5e);
  signature.identifier = "signature_usual_mark";
  asking.sample.items.push_back(signature);
  const VerificationOutcome outcome = asking.outcome();
  ASSERT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.documents.at(0).issuer_signed().size(), 1u);
  EXPECT_EQ(outcome.documents[0].issuer_signed()[0].identifier.str(), "portrait");
  for (const HolderMeans& means : outcome.report.documents.at(0).holder) {
    EXPECT_NE(means.method, profile::HolderMethod::signature_usual_mark);
  }
}

TEST(Answers, KeepNoPartOfTheResponse) {
  Asking asking({"age-over:18"});
  asking.with_portrait = true;
  const SharedBytes response = SharedBytes::take(asking.sample.response());
  VerificationInput judgement = asking.input();
  judgement.questions = asking.questions;
  judgement.with_portrait = true;
  const auto decoded = UnverifiedResponse::decode(response, Level::strict).value();
  const VerificationOutcome outcome = verify(decoded, judgement);
  const auto& kept = outcome.documents.at(0).issuer_signed();
  ASSERT_EQ(kept.size(), 1u);
  const std::uint8_t* const at = kept[0].value.encoded().view().data();
  const std::uint8_t* const begin = response.view().data();
  EXPECT_TRUE(std::less<>{}(at, begin) || !std::less<>{}(at, begin + response.size()));
}

TEST(Answers, TheReportHasNoValuesOfWhatWasDropped) {
  Asking asking({"issued-in:UT"});
  asking.level = Level::lenient;
  for (auto& item : asking.sample.items) {
    if (item.identifier == "issuing_country") item.value = testing::cbor_text("XK");
  }
  const VerificationOutcome outcome = asking.outcome();
  EXPECT_EQ(outcome.answers.at(0).reason, AnswerReason::issued_elsewhere);
  EXPECT_TRUE(
      std::holds_alternative<std::monostate>(outcome.report.documents.at(0).find(CheckId::issuer_country).found));
  asking.questions = {Question::identity()};
  EXPECT_EQ(std::get<std::string>(asking.outcome().report.documents.at(0).find(CheckId::issuer_country).found), "XK");
}

TEST(Answers, AreGivenForADocumentAlone) {
  Asking asking({"age-over:18"});
  VerificationInput judgement = asking.input();
  judgement.questions = asking.questions;
  judgement.issuer_only = true;
  const auto outcome = verify_issuer_signed(SharedBytes::take(asking.sample.issuer_signed()), judgement, Level::strict);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->answers.at(0).reason, AnswerReason::old_enough);
  EXPECT_TRUE(outcome->documents.at(0).issuer_signed().empty());
}

TEST(Answers, TellOfTheTemplateThatTheyAnswer) {
  // What a template asks for is what the question needs, and nothing else is answered.
  for (const char* name : {"age-over:18", "not-expired", "issued-in:UT", "identity"}) {
    Asking asking({name});
    auto items = ask(question(name), *profile::find_doc_type(profile::doc_types(), asking.sample.doc_type));
    asking.ask({{.items_request = model::encode_items_request(*std::move(items)).value()}});
    std::erase_if(asking.sample.items, [&](const testing::SampleItem& item) {
      for (const auto& [name_space, elements] : asking.request->doc_requests.at(0).items_request->name_spaces) {
        for (const auto& element : elements) {
          if (element.first.str() == item.identifier) return false;
        }
      }
      return true;
    });
    const VerificationOutcome outcome = asking.outcome();
    EXPECT_TRUE(outcome.report.valid) << name << text_of(outcome.report);
    EXPECT_EQ(outcome.answers.at(0).verdict, Verdict::yes) << name;
  }
}

}  // namespace
}  // namespace mdoc::verification
