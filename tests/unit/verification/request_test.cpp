// What was returned beside what was asked for. RSP-13 and 22 of the conformance catalogue, by their id.
#include "bench.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::SampleItem;
using testing::SampleMdoc;

TEST(Rsp13, MissingSurplusAndAlternativeElementsAreReportedApartFromAuthenticity) {
  Bench bench;
  bench.level = Level::interop;
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = {mdl_name_space, ElementIdentifier("age_in_years")},
                                     .alternative_element_sets = {{{mdl_name_space, ElementIdentifier("height")}},
                                                                  {{mdl_name_space, ElementIdentifier("birth_date")},
                                                                   {mdl_name_space, ElementIdentifier("portrait")}}}}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL",
                         {{"org.iso.18013.5.1", "family_name"},
                          {"org.iso.18013.5.1", "age_in_years"},
                          {"org.iso.18013.5.1", "eye_colour"}},
                         info)});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(find(outcome.report, CheckId::response_request).outcome, Outcome::warn);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::response_request).found),
            references({"eye_colour"}));
  EXPECT_EQ(find(outcome.report, CheckId::elements_requested).outcome, Outcome::warn);
  EXPECT_EQ(
      std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::elements_requested).found),
      references({"given_name", "issue_date", "expiry_date", "issuing_country", "document_number", "age_over_18"}));

  // What was not asked for is not handed out.
  const VerifiedDocument& document = outcome.documents.at(0);
  EXPECT_EQ(document.issuer_signed().size(), 3u);
  EXPECT_EQ(document.find(mdl_name_space, ElementIdentifier("given_name")), nullptr);
  EXPECT_NE(document.find(mdl_name_space, ElementIdentifier("portrait")), nullptr);

  const std::vector<Answer>& answers = outcome.report.answers;
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].kind, Answer::Kind::as_requested);
  EXPECT_EQ(answers[0].document, 0u);
  EXPECT_EQ(answers[1].kind, Answer::Kind::alternative);
  EXPECT_EQ(answers[1].by, references({"birth_date", "portrait"}));
  EXPECT_EQ(answers[2].kind, Answer::Kind::unanswered);
  EXPECT_FALSE(answers[2].document);
}

TEST(Rsp13, AnAlternativeSetCountsOnlyAsAWhole) {
  Bench bench;
  bench.level = Level::interop;
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = {mdl_name_space, ElementIdentifier("age_in_years")},
                                     .alternative_element_sets = {{{mdl_name_space, ElementIdentifier("birth_date")},
                                                                   {mdl_name_space, ElementIdentifier("height")}}}}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "age_in_years"}}, info)});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.documents.at(0).issuer_signed().empty());
  EXPECT_EQ(outcome.report.answers.at(0).kind, Answer::Kind::unanswered);
}

TEST(Rsp13, ADocTypeThatWasNotAskedForFailsItsDocument) {
  Bench bench;
  bench.level = Level::interop;
  bench.ask({doc_request("org.iso.18013.5.1.mDl", {{"org.iso.18013.5.1", "family_name"}})});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(only_refusal(outcome.report, CheckId::document_requested).reason, Reason::unrequested);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(Rsp13, DocumentsThatFailedAnswerNothing) {
  Bench bench;
  bench.ask_for_all();
  bench.sample.now = bench.sample.valid_until + 24h;
  const Report report = bench.verify().report;
  ASSERT_EQ(report.answers.size(), bench.sample.items.size());
  for (const Answer& answer : report.answers) EXPECT_EQ(answer.kind, Answer::Kind::unanswered);
}

TEST(Rsp13, TheAnswersToOneDocRequestComeFromOneDocument) {
  const auto without = [](std::initializer_list<std::string_view> identifiers) {
    SampleMdoc person;
    std::erase_if(person.items, [&](const SampleItem& item) {
      return std::ranges::find(identifiers, item.identifier) != identifiers.end();
    });
    return person.document();
  };
  const Bytes minor = without({"age_over_18", "age_over_21"});
  const Bytes adult = without({"family_name", "given_name"});
  for (const auto& documents : {std::vector{minor, adult}, std::vector{adult, minor}}) {
    Bench bench;
    bench.ask_for_all({{"org.iso.18013.5.1", "family_name"},
                       {"org.iso.18013.5.1", "given_name"},
                       {"org.iso.18013.5.1", "age_over_18"}});
    const Report report = bench.verify(SampleMdoc::response_of(documents)).report;
    std::set<std::size_t> answering;
    for (const Answer& answer : report.answers) {
      if (answer.document) answering.insert(*answer.document);
    }
    EXPECT_EQ(answering.size(), 1u);
    EXPECT_EQ(find(report, CheckId::response_request).reason, Reason::unanswered);
  }
}

TEST(Rsp13, WhatOnlyAProofWasAskedForIsNotTakenFromADocument) {
  // A wallet that knows nothing of proofs answers both.
  Bench bench;
  bench.level = Level::interop;
  const model::DocRequestInfo proof_alone{
      .zk_request =
          model::ZkRequest{.system_specs = {{.zk_system_id = "z1", .system = "s", .params = {}}}, .zk_required = true}};
  bench.ask({doc_request(bench.sample.doc_type,
                         {{"org.iso.18013.5.1", "birth_date"}, {"org.iso.18013.5.1", "portrait"}}, proof_alone),
             doc_request(bench.sample.doc_type, {{"org.iso.18013.5.1", "family_name"}})});
  std::erase_if(bench.sample.items, [](const SampleItem& item) {
    return item.identifier != "birth_date" && item.identifier != "portrait" && item.identifier != "family_name";
  });
  const VerificationOutcome outcome = bench.verify();
  ASSERT_EQ(outcome.documents.size(), 1u) << text_of(outcome.report);
  const VerifiedDocument& document = outcome.documents.at(0);
  EXPECT_NE(document.find(mdl_name_space, ElementIdentifier("family_name")), nullptr);
  EXPECT_EQ(document.find(mdl_name_space, ElementIdentifier("birth_date")), nullptr);
  EXPECT_EQ(document.find(mdl_name_space, ElementIdentifier("portrait")), nullptr);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::elements_requested).found),
            references({"birth_date", "portrait"}));
  EXPECT_TRUE(outcome.report.documents.at(0).holder.empty()) << "the portrait was not asked for in this form";
  EXPECT_EQ(find(outcome.report, CheckId::elements_holder).reason, Reason::not_present);
}

TEST(Rsp13, OneDocumentWhereOneIsWanted) {
  for (const bool unique : {true, false}) {
    Bench bench;
    bench.level = Level::interop;
    model::DocRequestInfo info;
    info.unique_doc_set_required = unique;
    bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "family_name"}}, info)});
    const Bytes document = bench.sample.document();
    const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({document, document}));
    EXPECT_TRUE(outcome.report.documents.at(0).valid);
    EXPECT_EQ(outcome.report.documents.at(1).valid, !unique);
    EXPECT_EQ(find(outcome.report, CheckId::document_requested, 1).reason, unique ? Reason::surplus : Reason::none);
  }
}

TEST(Rsp22, AnAgeStatementThatSettlesTheQuestionIsAnAnswer) {
  struct Statement {
    std::string_view asked, returned;
    bool value, answers;
  };
  const Statement statements[] = {
      {"age_over_18", "age_over_21", true, true},   {"age_over_18", "age_over_21", false, false},
      {"age_over_18", "age_over_16", true, false},  {"age_over_18", "age_over_16", false, true},
      {"age_over_18", "age_over_18", false, true},  {"age_over_18", "age_over_18", true, true},
      {"age_over_60", "age_over_65", true, true},   {"age_over_00", "age_over_99", true, true},
      {"age_over_18", "age_over_021", true, false}, {"age_over_18", "age_over_x1", true, false},
  };
  for (const Statement& statement : statements) {
    SCOPED_TRACE(std::string(statement.asked) + " by " + std::string(statement.returned));
    Bench bench;
    bench.level = Level::interop;
    bench.sample.items = {
        {"org.iso.18013.5.1", 0, Bytes(32, 9), std::string(statement.returned), testing::cbor_bool(statement.value)}};
    bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", std::string(statement.asked)}})});
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.documents.at(0).issuer_signed().size(), statement.answers ? 1u : 0u);
    const Answer& answer = outcome.report.answers.at(0);
    EXPECT_EQ(answer.kind != Answer::Kind::unanswered, statement.answers);
    if (statement.answers && statement.asked != statement.returned) {
      EXPECT_EQ(answer.kind, Answer::Kind::age_statement);
      EXPECT_EQ(answer.by, references({statement.returned}));
    }
  }
}

TEST(Rsp22, TheRuleHoldsWhereTheProfileSaysSo) {
  Bench bench;
  bench.level = Level::interop;
  bench.sample.items = {{"com.example", 0, Bytes(32, 9), "age_over_21", testing::cbor_bool(true)}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"com.example", "age_over_18"}})});
  EXPECT_EQ(bench.verify().report.answers.at(0).kind, Answer::Kind::unanswered);
}
}  // namespace
}  // namespace mdoc::verification
