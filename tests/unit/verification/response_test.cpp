// The response as a whole, and its documents beside each other. RSP-01 and 14 to 17 of the conformance catalogue, by
// their id.
#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::Members;
using testing::SampleItem;
using testing::SampleMdoc;

TEST(Rsp01, EachStatusIsReportedAndKept) {
  for (const std::uint64_t status : {10u, 11u, 12u, 99u}) {
    Bench bench;
    const Bytes response =
        Members{{"version", testing::cbor_text("1.0")}, {"status", testing::cbor_uint(status)}}.encode();
    const Report report = bench.verify(response).report;
    EXPECT_EQ(report.status, status);
    EXPECT_EQ(report.find(CheckId::response_status).outcome, Outcome::fail);
    EXPECT_EQ(std::get<std::int64_t>(report.find(CheckId::response_status).found), static_cast<std::int64_t>(status));
    EXPECT_FALSE(report.valid);
  }
}

TEST(Rsp01, DocumentsBesideAnErrorStatusAreJudgedAndNotReleased) {
  Bench bench;
  bench.sample.on_response = [](Members& response) { response["status"] = testing::cbor_uint(10); };
  bench.level = Level::interop;
  const VerificationOutcome tolerated = bench.verify();
  EXPECT_TRUE(tolerated.report.documents.at(0).valid) << "nothing is wrong with the document itself";
  EXPECT_FALSE(tolerated.report.valid);
  EXPECT_TRUE(tolerated.documents.empty());
  bench.level = Level::strict;
  const VerificationOutcome refused = bench.verify();
  EXPECT_EQ(refusing(refused.report), (std::set<std::string>{"response.encoding", "response.status"}));
  EXPECT_TRUE(refused.documents.empty());
}

TEST(Rsp01, AnEmptyAnswerIsNoVerifiedDocument) {
  Bench bench;
  const Report report = bench.verify(testing::hex("a26776657273696f6e63312e306673746174757300")).report;
  EXPECT_EQ(only_refusal(report, CheckId::response_documents).reason, Reason::absent);
}

TEST(Rsp14, OneBadDocumentDoesNotHideTheOthers) {
  Bench bench;
  const Bytes good = bench.sample.document();
  Bench other;
  other.sample.on_items = [](std::vector<SampleItem>& items) { items.at(0).value = testing::cbor_text("Roe"); };
  const Bytes altered = other.sample.document();
  const Bytes broken = testing::hex("a16764 6f63 5479 7065 01");  // docType: 1
  const Bytes no_map = testing::hex("00");

  const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({broken, good, altered, no_map, good}));
  EXPECT_FALSE(outcome.report.valid);
  ASSERT_EQ(outcome.report.documents.size(), 5u);
  const bool valid[] = {false, true, false, false, true};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(outcome.report.documents.at(i).valid, valid[i]) << i;
  ASSERT_EQ(outcome.documents.size(), 2u);
  EXPECT_EQ(outcome.documents.at(0).index(), 1u);
  EXPECT_EQ(outcome.documents.at(1).index(), 4u);

  const Finding& structure = find(outcome.report, CheckId::document_structure, 0);
  EXPECT_EQ(structure.reason, Reason::malformed);
  ASSERT_TRUE(structure.error);
  EXPECT_TRUE(structure.error->where.text().starts_with("DeviceResponse.documents[0]"));
  EXPECT_FALSE(outcome.report.documents.at(0).doc_type);
  EXPECT_EQ(find(outcome.report, CheckId::trust_path, 0).reason, Reason::earlier_check_failed);
}

TEST(Rsp15, ErrorsOfTheMdocAreSurfacedWithNegativeCodes) {
  Bench bench;
  bench.sample.on_document = [](Members& document) {
    document["errors"] =
        Members{{"org.iso.18013.5.1",
                 Members{{"height", testing::cbor_int(0)}, {"weight", testing::cbor_int(-7)}}.encode()}}
            .encode();
  };
  bench.sample.on_response = [](Members& response) {
    response["documentErrors"] = testing::cbor_array({Members{{"com.example.pass", testing::cbor_int(-3)}}.encode(),
                                                      Members{{"com.example.card", testing::cbor_int(5)}}.encode()});
  };
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.report.document_errors.size(), 2u);
  EXPECT_EQ(outcome.report.document_errors.at(0).doc_type, DocType("com.example.pass"));
  EXPECT_EQ(outcome.report.document_errors.at(0).code, -3);
  EXPECT_EQ(outcome.report.document_errors.at(1).code, 5);
  const model::Errors& errors = outcome.report.documents.at(0).errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors.at(0).second.at(1).first, ElementIdentifier("weight"));
  EXPECT_EQ(errors.at(0).second.at(1).second, -7);
}

TEST(Rsp16, NothingIsReleasedFromADocumentThatFailed) {
  Bench bench;
  bench.with_anchor = false;
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(only_refusal(outcome.report, CheckId::trust_path,
                         {"trust.anchor-profile", "trust.country", "trust.list", "trust.revocation"})
                .reason,
            Reason::no_anchors);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(Rsp17, TwoDocumentsOfOneTypeAreJudgedSeparately) {
  Bench bench;
  Bench second;
  second.sample.items.at(0).value = testing::cbor_text("Roe");
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "family_name"}}),
             doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "portrait"}})});
  bench.level = Level::interop;
  const VerificationOutcome outcome =
      bench.verify(SampleMdoc::response_of({bench.sample.document(), second.sample.document()}));
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.documents.size(), 2u);
  const ElementIdentifier family_name("family_name");
  EXPECT_EQ(outcome.documents.at(0).find(mdl_name_space, family_name)->as_text().value(), "Doe");
  EXPECT_EQ(outcome.documents.at(1).find(mdl_name_space, family_name)->as_text().value(), "Roe");
}

TEST(Response, WhatDeviatesIsStillJudgedInAReportThatFails) {
  Bench bench;
  bench.sample.on_response = [](Members& response) { response["version"] = testing::hex("7803312e30"); };
  for (const Level level : {Level::strict, Level::interop}) {
    bench.level = level;
    const VerificationOutcome outcome = bench.verify();
    EXPECT_EQ(outcome.report.documents.at(0).valid, true);
    EXPECT_EQ(outcome.report.valid, level != Level::strict);
    EXPECT_EQ(outcome.documents.size(), level == Level::strict ? 0u : 1u);
    ASSERT_EQ(outcome.report.warnings.size(), 1u);
    EXPECT_EQ(outcome.report.warnings.at(0).rule, Rule::cbor_non_preferred);
    EXPECT_TRUE(outcome.report.documents.at(0).warnings.empty());
  }
}

TEST(Response, DeviationsBelongToTheirDocument) {
  Bench bench;
  bench.level = Level::interop;
  const Bytes good = bench.sample.document();
  bench.sample.on_document = [](Members& document) {
    Bytes longer{0x78};
    const Bytes& text = document.at("docType");
    longer.push_back(static_cast<std::uint8_t>(text.at(0) - 0x60));
    longer.insert(longer.end(), text.begin() + 1, text.end());
    document["docType"] = longer;
  };
  const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({good, bench.sample.document()}));
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  EXPECT_TRUE(outcome.report.warnings.empty());
  EXPECT_TRUE(outcome.report.documents.at(0).warnings.empty());
  ASSERT_EQ(outcome.report.documents.at(1).warnings.size(), 1u);
  EXPECT_EQ(find(outcome.report, CheckId::document_structure, 1).outcome, Outcome::warn);
}

TEST(Response, AStopwatchMeasuresEachCheckOnce) {
  struct Ticks final : Stopwatch {
    TimePoint now() override { return TimePoint(std::chrono::microseconds(count++)); }
    int count = 0;
  } ticks;
  Bench bench;
  auto input = bench.input();
  input.stopwatch = &ticks;
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), Level::strict).value();
  const Report report = verify(decoded, input).report;
  for (const Finding& finding : report.documents.at(0).findings) EXPECT_EQ(finding.duration, 1us);
  EXPECT_EQ(ticks.count, static_cast<int>(2 * checks(Scope::document).size()));
}

TEST(Response, WhatIsNoResponseIsAnErrorWithItsPlace) {
  for (const char* wrong : {"", "80", "a0", "a16673746174757300", "a26776657273696f6e63312e30667374617475736130"}) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(testing::hex(wrong)));
    ASSERT_FALSE(decoded) << wrong;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::malformed);
  }
}

TEST(Document, IsJudgedAlone) {
  Bench bench;
  const auto outcome = verify_document(SharedBytes::take(bench.sample.document()), bench.input(), Level::strict);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->report.valid) << text_of(outcome->report);
  EXPECT_EQ(outcome->documents.size(), 1u);
  EXPECT_EQ(outcome->report.find(CheckId::response_version).outcome, Outcome::not_applicable);
  EXPECT_FALSE(verify_document(SharedBytes::take(testing::hex("01")), bench.input()));
}

TEST(IssuerSigned, IsGoodOnlyForThoseWhoWantTheIssuersPartAlone) {
  Bench bench;
  const Bytes issuer_signed = bench.sample.issuer_signed();
  const auto refused = verify_issuer_signed(SharedBytes::copy_of(issuer_signed), bench.input(), Level::strict);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->report.valid);
  EXPECT_EQ(find(refused->report, CheckId::document_structure).reason, Reason::absent);

  bench.issuer_only = true;
  const auto accepted = verify_issuer_signed(SharedBytes::copy_of(issuer_signed), bench.input(), Level::strict);
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->report.valid) << text_of(accepted->report);
  ASSERT_EQ(accepted->documents.size(), 1u);
  EXPECT_EQ(accepted->documents.at(0).doc_type(), DocType("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(find(accepted->report, CheckId::device_auth_signature).reason, Reason::issuer_only);
}

TEST(IssuerSigned, WithoutADocTypeIsRefused) {
  Bench bench;
  bench.issuer_only = true;
  bench.sample.on_mso = [](testing::Members& mso) { mso["docType"] = testing::cbor_text(""); };
  for (const bool limited : {false, true}) {
    bench.trust.clear(trust::Purpose::issuance);
    std::vector<DocType> doc_types;
    if (limited) doc_types.emplace_back("org.iso.18013.5.1.mDL");
    ASSERT_TRUE(bench.trust.add_anchor(trust::Purpose::issuance, bench.sample.iaca_certificate(),
                                       {.source = "", .doc_types = doc_types}));
    const auto refused =
        verify_issuer_signed(SharedBytes::take(bench.sample.issuer_signed()), bench.input(), Level::lenient);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->report.valid);
    EXPECT_TRUE(refused->documents.empty());
    EXPECT_EQ(find(refused->report, CheckId::mso_structure).reason, Reason::empty);
    EXPECT_EQ(find(refused->report, CheckId::trust_path).outcome, limited ? Outcome::fail : Outcome::pass);
  }
}

TEST(IssuerOnly, ReleasesNothingThatTheDeviceSigned) {
  Bench bench;
  bench.issuer_only = true;
  bench.with_transcript = false;
  bench.sample.key_authorizations =
      Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})}}.encode();
  bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  EXPECT_TRUE(outcome.documents.at(0).device_signed().empty());
}

}  // namespace
}  // namespace mdoc::verification
