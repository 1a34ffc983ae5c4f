// A verification as JSON, where no command of the tool gets to: proofs.
#include "mdoc/json/report.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <span>

#include <boost/json.hpp>

#include "support/fake_zk.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using mdoc::testing::cbor_array;
using mdoc::testing::cbor_bool;
using mdoc::testing::cbor_bytes;
using mdoc::testing::cbor_embedded;
using mdoc::testing::cbor_text;
using mdoc::testing::Members;

/// The report about a response of one proof.
bj::object report_of_proof(const std::vector<std::shared_ptr<const verification::ZkVerifier>>& verifiers,
                           std::span<const verification::Question> questions = {}) {
  mdoc::testing::SampleMdoc sample;
  const DocType doc_type(sample.doc_type);
  const std::vector<model::ZkElement> elements{{.name_space = NameSpace("org.iso.18013.5.1"),
                                                .identifier = ElementIdentifier("age_over_18"),
                                                .value = model::DataElementValue::boolean(true)}};
  const Bytes item =
      Members{{"elementIdentifier", cbor_text("age_over_18")}, {"elementValue", cbor_bool(true)}}.encode();
  const auto signer = sample.signer_certificate();
  const Bytes data = Members{{"docType", cbor_text(doc_type.str())},
                             {"zkSystemId", cbor_text("z1")},
                             {"timestamp", mdoc::testing::cbor_tdate(sample.now)},
                             {"issuerSigned", Members{{"org.iso.18013.5.1", cbor_array({item})}}.encode()},
                             {"msoX5chain", cbor_bytes(signer.der())}}
                         .encode();
  const Bytes proof = mdoc::testing::fake_zk_proof(mdoc::testing::fake_zk_circuit, sample.transcript, doc_type,
                                                   elements, sample.signer_key.public_key().coordinates(), sample.now);
  sample.on_response = [&](Members& response) {
    response["zkDocuments"] =
        cbor_array({Members{{"documentData", cbor_embedded(data)}, {"proof", cbor_bytes(proof)}}.encode()});
    response.erase("documents");
  };
  model::ItemsRequest items{
      .doc_type = doc_type,
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("age_over_18"), false}}}},
      .request_info = model::DocRequestInfo{
          .zk_request = model::ZkRequest{.system_specs = {mdoc::testing::fake_zk_spec()}, .zk_required = true}}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  const auto request = model::build_device_request(std::move(doc_requests)).value();
  trust::TrustStore trust;
  EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
  const auto response =
      verification::UnverifiedResponse::decode(SharedBytes::take(sample.response()), Level::interop).value();
  const auto outcome = verification::verify(response, {.trust = trust,
                                                       .now = {.utc = sample.now, .steady = {}},
                                                       .session_transcript = SharedBytes::copy_of(sample.transcript),
                                                       .request = &request,
                                                       .zk_verifiers = verifiers,
                                                       .questions = questions});
  return bj::parse(to_json(outcome)).as_object();
}

TEST(Report, ShowsTheValuesOfAProofThatPassed) {
  const bj::object report = report_of_proof({std::make_shared<mdoc::testing::FakeZkVerifier>()});
  EXPECT_TRUE(report.at("valid").as_bool()) << bj::serialize(report);
  const auto& proof = report.at("zkDocuments").at(0);
  EXPECT_TRUE(proof.at("valid").as_bool());
  EXPECT_TRUE(proof.at("opened").as_bool());
  EXPECT_EQ(proof.at("zkSystemId").as_string(), "z1");
  EXPECT_EQ(proof.at("system").as_string(), mdoc::testing::fake_zk_system);
  EXPECT_EQ(proof.at("timestamp").as_string(), "2026-05-01T12:00:00Z");
  EXPECT_TRUE(proof.at("issuerSigned").at("org.iso.18013.5.1").at("age_over_18").as_bool());
  EXPECT_EQ(proof.at("issuer").at("source").as_string(), "test");
  EXPECT_EQ(proof.at("checks").at(0).at("id").as_string(), "zk.structure");
  const auto& answer = report.at("answers").at("0").at("org.iso.18013.5.1").at("age_over_18");
  EXPECT_EQ(answer.at("zkDocument").to_number<int>(), 0);
  EXPECT_FALSE(answer.as_object().contains("document"));
}

TEST(Report, ShowsWhatAProofAnswersAndNoValue) {
  const std::array questions{verification::Question::age_over(16).value(), verification::Question::not_expired()};
  const bj::object report = report_of_proof({std::make_shared<mdoc::testing::FakeZkVerifier>()}, questions);
  EXPECT_TRUE(report.at("zkDocuments").at(0).at("issuerSigned").as_object().empty());
  const bj::object& age = report.at("answers").at("age-over:16").as_object();
  EXPECT_EQ(age.at("verdict").as_string(), "yes");
  EXPECT_EQ(age.at("reason").as_string(), "old-enough");
  EXPECT_EQ(age.at("zkDocument").to_number<int>(), 0);
  EXPECT_FALSE(age.contains("document"));
  EXPECT_EQ(age.at("elements").at(0).as_string(), "org.iso.18013.5.1/age_over_18");
  EXPECT_EQ(age.at("asOf").as_string(), "2026-05-01");
  const bj::object& expiry = report.at("answers").at("not-expired").as_object();
  EXPECT_EQ(expiry.at("verdict").as_string(), "undetermined");
  EXPECT_EQ(expiry.at("reason").as_string(), "absent");
  EXPECT_FALSE(expiry.contains("asOf"));
  EXPECT_TRUE(report.at("answers").as_object().contains("0"));
}

TEST(Report, ShowsOfAProofThatNobodyVerifiedWhatItClaims) {
  const bj::object report = report_of_proof({});
  EXPECT_FALSE(report.at("valid").as_bool());
  const auto& proof = report.at("zkDocuments").at(0).as_object();
  EXPECT_FALSE(proof.at("opened").as_bool());
  EXPECT_EQ(proof.at("docType").as_string(), "org.iso.18013.5.1.mDL");
  EXPECT_FALSE(proof.contains("issuerSigned"));
}

}  // namespace
}  // namespace mdoc::json
