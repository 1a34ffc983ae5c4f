// Whether the presenter is the holder: what a document brings for that, and what came of it. CHV of the conformance
// catalogue, by their id.
#include "mdoc/verification/holder_verification.hpp"

#include <string>
#include <vector>

#include "bench.hpp"

namespace mdoc::verification {
namespace {

using profile::HolderMethod;
using testing::Members;

const std::string chv_name_space = "org.iso.23220.5.1";

/// Compares everything as it is told to.
class FakeMatcher final : public HolderMatcher {
 public:
  explicit FakeMatcher(std::optional<HolderOutcome> outcome, HolderMethod method = HolderMethod::portrait)
      : outcome_(outcome), method_(method) {}
  [[nodiscard]] std::string basis() const override { return "fake matcher"; }
  [[nodiscard]] std::optional<HolderOutcome> match(HolderMethod method, const VerifiedElement& element) override {
    if (method != method_) return std::nullopt;
    compared.push_back(element.identifier.str());
    return outcome_;
  }
  std::vector<std::string> compared;

 private:
  std::optional<HolderOutcome> outcome_;
  HolderMethod method_;
};

/// A presentation at the default level.
class HolderBench : public ::testing::Test {
 protected:
  HolderBench() { bench.level = Level::interop; }
  void leave_out(std::string_view identifier) {
    std::erase_if(bench.sample.items, [&](const auto& item) { return item.identifier == identifier; });
  }
  /// The device says what came of its own comparison.
  void state_by_device(Bytes value) {
    bench.sample.device_name_spaces[chv_name_space] = Members{{"CHV_1", std::move(value)}}.encode();
  }
  void authorize_device() {
    bench.sample.key_authorizations =
        Members{{"nameSpaces", testing::cbor_array({testing::cbor_text(chv_name_space)})}}.encode();
  }
  /// @param option ReaderOptions and VerificationInput have it off
  VerificationOutcome verify_with_device(bool option) {
    bench.ask_for_all({{chv_name_space, "CHV_1"}});
    auto input = bench.input();
    input.holder_verified_by_device = option;
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), bench.level);
    return verification::verify(decoded.value(), input);
  }
  Bench bench;
};
using Chv01 = HolderBench;
using Chv02 = HolderBench;
using Chv03 = HolderBench;
using Chv05 = HolderBench;
using Chv06 = HolderBench;
using Chv07 = HolderBench;

TEST_F(Chv01, APortraitThatWasAskedForAndWithheldIsFlagged) {
  bench.ask_for_all();
  leave_out("portrait");
  const VerificationOutcome outcome = bench.verify();
  const Finding& finding = find(outcome.report, CheckId::elements_holder);
  EXPECT_EQ(finding.outcome, Outcome::warn);
  EXPECT_EQ(finding.reason, Reason::unanswered);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"portrait"}));
  EXPECT_TRUE(outcome.report.valid) << "authentic all the same";
  ASSERT_EQ(outcome.report.documents[0].holder.size(), 1u);
  EXPECT_TRUE(outcome.report.documents[0].holder[0].withheld);
  EXPECT_EQ(outcome.report.documents[0].holder[0].element, references({"portrait"})[0]);

  bench.level = Level::strict;
  only_refusal(bench.verify().report, CheckId::elements_holder);
}

TEST_F(Chv01, ALicenceThatBringsATemplateInThePlaceOfThePortraitIsFlaggedAsWell) {
  bench.sample.items.push_back({.name_space = "org.iso.18013.5.1",
                                .digest_id = 77,
                                .random = Bytes(32, 0x77),
                                .identifier = "biometric_template_face",
                                .value = testing::cbor_bytes(Bytes{1, 2, 3})});
  bench.ask_for_all();
  EXPECT_EQ(find(bench.verify().report, CheckId::elements_holder).outcome, Outcome::pass);
  leave_out("portrait");
  EXPECT_EQ(find(bench.verify().report, CheckId::elements_holder).outcome, Outcome::warn);
}

TEST_F(Chv01, WhereNothingWasAskedForNothingIsMissing) {
  bench.ask({doc_request(bench.sample.doc_type, {{"org.iso.18013.5.1", "family_name"}})});
  bench.sample.items.resize(1);
  EXPECT_EQ(find(bench.verify().report, CheckId::elements_holder).reason, Reason::not_present);
  EXPECT_TRUE(bench.verify().report.documents[0].holder.empty());
  bench.request.reset();
  EXPECT_EQ(find(bench.verify().report, CheckId::elements_holder).reason, Reason::no_request);
}

TEST_F(Chv01, WhatEachMethodIsForIsListed) {
  bench.ask_for_all();
  const DocumentReport report = bench.verify().report.documents[0];
  ASSERT_EQ(report.holder.size(), 1u);
  EXPECT_EQ(report.holder[0].method, HolderMethod::portrait);
  EXPECT_FALSE(report.holder[0].withheld);
  EXPECT_EQ(report.holder[0].outcome, HolderOutcome::not_done);
  EXPECT_EQ(report.holder[0].basis, "");
}

TEST_F(Chv01, ADocumentThatDidNotPassBringsNothingToCompareBy) {
  bench.sample.on_items = [](auto& items) { items.front().value = testing::cbor_text("Forged"); };
  bench.ask_for_all();
  const VerificationOutcome outcome = bench.verify();
  EXPECT_FALSE(outcome.report.valid);
  EXPECT_TRUE(outcome.report.documents[0].holder.empty());
}

TEST_F(Chv01, NorDoesOneThatIsNotReleasedForWhatStandsAroundIt) {
  bench.ask_for_all();
  bench.sample.on_response = [](Members& response) { response["status"] = testing::cbor_uint(10); };
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.documents.empty());
  EXPECT_TRUE(outcome.report.documents[0].holder.empty());
}

TEST_F(Chv01, OfSeveralDocRequestsTheOneThatIsAnsweredBestCounts) {
  bench.sample.items.push_back({.name_space = "org.iso.18013.5.1",
                                .digest_id = 77,
                                .random = Bytes(32, 0x77),
                                .identifier = "height",
                                .value = testing::cbor_uint(180)});
  leave_out("portrait");
  const auto asked = [&](std::vector<std::string> identifiers) {
    std::vector<std::pair<std::string, std::string>> elements;
    for (std::string& each : identifiers) elements.emplace_back("org.iso.18013.5.1", std::move(each));
    return doc_request(bench.sample.doc_type, elements);
  };
  // Each is answered without its means; the second in more elements.
  bench.ask({asked({"family_name", "biometric_template_face"}), asked({"given_name", "height", "portrait"})});
  Report report = bench.verify().report;
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(report, CheckId::elements_holder).found),
            references({"portrait"}));
  bench.ask({asked({"given_name", "height", "portrait"}), asked({"family_name", "biometric_template_face"})});
  report = bench.verify().report;
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(report, CheckId::elements_holder).found),
            references({"portrait"}));
}

TEST_F(Chv02, WhatTheDeviceStatesWithoutAuthorisationIsNeverSurfaced) {
  state_by_device(testing::cbor_bool(true));
  const VerificationOutcome outcome = verify_with_device(true);
  EXPECT_EQ(refusing(outcome.report), std::set<std::string>{"device-signed.authorized"});
  EXPECT_TRUE(outcome.documents.empty());
  EXPECT_TRUE(outcome.report.documents[0].holder.empty());
}

TEST_F(Chv03, WhatTheDeviceStatesWithAuthorisationIsSurfacedWhereTheApplicationWantsThat) {
  authorize_device();
  for (const auto& [value, expected] : {std::pair(testing::cbor_bool(true), HolderOutcome::matched),
                                        std::pair(testing::cbor_bool(false), HolderOutcome::not_matched),
                                        std::pair(testing::cbor_text("surely"), HolderOutcome::error)}) {
    state_by_device(value);
    const VerificationOutcome outcome = verify_with_device(true);
    ASSERT_EQ(outcome.documents.size(), 1u) << text_of(outcome.report);
    const HolderMeans& means = outcome.report.documents[0].holder.back();
    EXPECT_EQ(means.method, HolderMethod::device);
    EXPECT_EQ(means.outcome, expected);
    EXPECT_EQ(means.basis, "device");
  }
}

TEST_F(Chv03, OtherwiseItIsAnElementLikeAnyOther) {
  authorize_device();
  state_by_device(testing::cbor_bool(true));
  const VerificationOutcome outcome = verify_with_device(false);
  ASSERT_EQ(outcome.documents.size(), 1u);
  EXPECT_EQ(outcome.documents[0].device_signed().size(), 1u);
  for (const HolderMeans& means : outcome.report.documents[0].holder) EXPECT_NE(means.method, HolderMethod::device);
}

TEST_F(Chv03, NobodyElseCanSayWhatTheDeviceSaid) {
  authorize_device();
  state_by_device(testing::cbor_bool(false));
  VerificationOutcome outcome = verify_with_device(true);
  FakeMatcher matcher(HolderOutcome::matched, HolderMethod::device);
  compare_holder(outcome, outcome.documents[0], matcher);
  EXPECT_TRUE(matcher.compared.empty());
  const auto noted =
      note_holder_outcome(outcome.report.documents[0], HolderMethod::device, HolderOutcome::matched, "operator");
  EXPECT_EQ(noted.error().code, Errc::bad_argument);
  EXPECT_EQ(outcome.report.documents[0].holder.back().outcome, HolderOutcome::not_matched);
}

TEST_F(Chv05, EachOutcomeOfAMatcherStandsInTheReport) {
  bench.ask_for_all();
  for (const HolderOutcome wanted : {HolderOutcome::matched, HolderOutcome::not_matched, HolderOutcome::inconclusive,
                                     HolderOutcome::error, HolderOutcome::timed_out}) {
    VerificationOutcome outcome = bench.verify();
    FakeMatcher matcher(wanted);
    compare_holder(outcome, outcome.documents[0], matcher);
    EXPECT_EQ(matcher.compared, std::vector<std::string>{"portrait"});
    EXPECT_EQ(outcome.report.documents[0].holder[0].outcome, wanted);
    EXPECT_EQ(outcome.report.documents[0].holder[0].basis, "fake matcher");
    EXPECT_TRUE(outcome.report.valid) << "no outcome touches what was verified of the document";

    VerificationOutcome by_hand = bench.verify();
    EXPECT_TRUE(note_holder_outcome(by_hand.report.documents[0], HolderMethod::portrait, wanted, "operator"));
    EXPECT_EQ(by_hand.report.documents[0].holder[0].outcome, wanted);
    EXPECT_EQ(by_hand.report.documents[0].holder[0].basis, "operator");
  }
}

TEST_F(Chv05, OutcomesHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const HolderOutcome each : {HolderOutcome::not_done, HolderOutcome::matched, HolderOutcome::not_matched,
                                   HolderOutcome::inconclusive, HolderOutcome::error, HolderOutcome::timed_out}) {
    EXPECT_TRUE(names.insert(name(each)).second) << name(each);
  }
}

TEST_F(Chv05, ADocumentOfAnotherOutcomeIsNotCompared) {
  bench.ask_for_all();
  const Bytes document = bench.sample.document();
  const VerificationOutcome of_two = bench.verify(testing::SampleMdoc::response_of({document, document}));
  ASSERT_EQ(of_two.documents.size(), 2u);
  VerificationOutcome of_one = bench.verify();
  FakeMatcher matcher(HolderOutcome::matched);
  compare_holder(of_one, of_two.documents[1], matcher);
  EXPECT_TRUE(matcher.compared.empty());
  EXPECT_EQ(of_one.report.documents[0].holder[0].outcome, HolderOutcome::not_done);
}

TEST_F(Chv05, WhatWasWithheldCannotBeCompared) {
  bench.ask_for_all();
  leave_out("portrait");
  VerificationOutcome outcome = bench.verify();
  FakeMatcher matcher(HolderOutcome::matched);
  compare_holder(outcome, outcome.documents[0], matcher);
  EXPECT_TRUE(matcher.compared.empty());
  EXPECT_FALSE(
      note_holder_outcome(outcome.report.documents[0], HolderMethod::portrait, HolderOutcome::matched, "operator"));
  EXPECT_EQ(outcome.report.documents[0].holder[0].outcome, HolderOutcome::not_done);
}

TEST_F(Chv06, WhatNobodyComparedIsNotDone) {
  bench.ask_for_all();
  VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(outcome.report.documents[0].holder[0].outcome, HolderOutcome::not_done);
  FakeMatcher of_fingers(HolderOutcome::matched, HolderMethod::biometric_template);
  compare_holder(outcome, outcome.documents[0], of_fingers);
  FakeMatcher without_result(std::nullopt);
  compare_holder(outcome, outcome.documents[0], without_result);
  EXPECT_EQ(outcome.report.documents[0].holder[0].outcome, HolderOutcome::not_done);
  EXPECT_EQ(outcome.report.documents[0].holder[0].basis, "");
}

TEST_F(Chv07, ThePortraitAnswersARequestForTheWordOfTheDeviceInItsPlace) {
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = {NameSpace(chv_name_space), ElementIdentifier("CHV_1")},
                                     .alternative_element_sets = {{{mdl_name_space, ElementIdentifier("portrait")}}}}};
  const auto ask = [&] {
    bench.ask(
        {doc_request(bench.sample.doc_type, {{chv_name_space, "CHV_1"}, {"org.iso.18013.5.1", "family_name"}}, info)});
  };
  std::erase_if(bench.sample.items,
                [](const auto& item) { return item.identifier != "portrait" && item.identifier != "family_name"; });
  ask();
  const VerificationOutcome by_portrait = bench.verify();
  EXPECT_EQ(find(by_portrait.report, CheckId::elements_holder).outcome, Outcome::pass);
  EXPECT_EQ(by_portrait.report.answers.at(0).kind, Answer::Kind::alternative);
  ASSERT_EQ(by_portrait.report.documents[0].holder.size(), 1u);
  EXPECT_EQ(by_portrait.report.documents[0].holder[0].method, HolderMethod::portrait);

  leave_out("portrait");
  const VerificationOutcome by_nothing = bench.verify();
  EXPECT_EQ(find(by_nothing.report, CheckId::elements_holder).outcome, Outcome::warn);
  EXPECT_EQ(by_nothing.report.documents[0].holder.at(0).method, HolderMethod::device);
  EXPECT_TRUE(by_nothing.report.documents[0].holder.at(0).withheld);
}

}  // namespace
}  // namespace mdoc::verification
