// ISO/IEC 18013-5:2021, Annex D: one whole transaction, made by the authors of the standard.
#include "bench.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::utc;

constexpr std::string_view file = "iso18013-5-annex-d.json";

crypto::PrivateKey private_key(std::string_view id) {
  const auto vector = testing::shared_vector(file, id);
  const Bytes scalar = from_base64url(std::string_view(vector.at("jwk").at("d").as_string())).value();
  return crypto::PrivateKey::import(crypto::Curve::p256, scalar).value();
}

class AnnexD : public ::testing::Test {
 protected:
  void SetUp() override {
    MDOC_NEEDS_SHARED_VECTORS();
    const Bytes iaca = testing::shared_bytes(file, "D.5.2/iaca-certificate");
    ASSERT_TRUE(
        trust.add_anchor(trust::Purpose::issuance, crypto::Certificate::from_der(iaca).value(), {.source = "Annex D"}));
    const Bytes wrapped = testing::shared_bytes(file, "D.5.1/session-transcript-bytes");
    transcript = SharedBytes::take(Bytes(wrapped.begin() + 5, wrapped.end()));  // without d8 18 59 02 41
    reader_key = private_key("D.5.1/e-reader-key");
    request =
        model::decode_device_request(SharedBytes::take(testing::shared_bytes(file, "D.4.1.1/device-request"))).value();
    response = testing::shared_bytes(file, "D.4.1.2/device-response");
  }

  [[nodiscard]] VerificationInput input(UtcSeconds now) const {
    VerificationInput input{.trust = trust, .now = {.utc = now, .steady = {}}};
    input.session_transcript = transcript;
    input.e_reader_key = &*reader_key;
    input.request = &*request;
    return input;
  }
  [[nodiscard]] VerificationOutcome verify(const VerificationInput& input, Level level = Level::interop) const {
    return verification::verify(UnverifiedResponse::decode(SharedBytes::copy_of(response), level).value(), input);
  }

  trust::TrustStore trust;
  SharedBytes transcript;
  std::optional<crypto::PrivateKey> reader_key;
  std::optional<model::DeviceRequest> request;
  Bytes response;
  const UtcSeconds valid_at = utc("2020-12-01T00:00:00Z");
};

TEST_F(AnnexD, ResponseIsValidWithItsMacAndItsRequest) {
  for (const Level level : {Level::interop, Level::lenient}) {
    const VerificationOutcome outcome = verify(input(valid_at), level);
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.report.version, "1.0");
    EXPECT_EQ(outcome.report.status, 0u);
    const DocumentReport& document = outcome.report.documents.at(0);
    EXPECT_EQ(document.find(CheckId::device_auth_mac).outcome, Outcome::pass);
    EXPECT_EQ(document.find(CheckId::device_auth_signature).reason, Reason::other_mechanism);
    EXPECT_EQ(document.find(CheckId::issuer_digests).outcome, Outcome::pass);
    EXPECT_EQ(document.issuer->subject, "CN=utopia ds, C=US");
    EXPECT_EQ(document.issuer->trust_anchor, "CN=utopia iaca, C=US");
    EXPECT_EQ(document.issuer->source, "Annex D");
    EXPECT_EQ(document.mso->valid_until, utc("2021-10-01T13:30:02Z"));
  }
}

TEST_F(AnnexD, ExampleOfTheFirstEditionOutlastsItsSigner) {
  // The MSO is valid half a day longer than the certificate, which the second edition no longer allows.
  const VerificationOutcome strict = verify(input(valid_at), Level::strict);
  // Its certificates have more validity, and less in them, than the profiles of today.
  EXPECT_EQ(refusing(strict.report),
            (std::set<std::string>{"mso.until-within-signer", "trust.anchor-profile", "trust.signer-profile"}))
      << text_of(strict.report);
  const VerificationOutcome interop = verify(input(valid_at));
  EXPECT_EQ(interop.report.documents.at(0).find(CheckId::mso_until_within_signer).outcome, Outcome::warn);
  EXPECT_EQ(interop.report.find(CheckId::response_request).outcome, Outcome::pass);
}

TEST_F(AnnexD, ValuesAreThoseThatArePrinted) {
  const VerificationOutcome outcome = verify(input(valid_at));
  ASSERT_EQ(outcome.documents.size(), 1u);
  const VerifiedDocument& document = outcome.documents.front();
  EXPECT_EQ(document.doc_type(), DocType("org.iso.18013.5.1.mDL"));
  const NameSpace mdl("org.iso.18013.5.1");
  ASSERT_EQ(document.issuer_signed().size(), 6u);
  EXPECT_EQ(document.find(mdl, ElementIdentifier("family_name"))->as_text().value(), "Doe");
  EXPECT_EQ(document.find(mdl, ElementIdentifier("document_number"))->as_text().value(), "123456789");
  EXPECT_EQ(to_iso8601(document.find(mdl, ElementIdentifier("issue_date"))->as_full_date().value()), "2019-10-20");
  const ByteView portrait = document.find(mdl, ElementIdentifier("portrait"))->as_bytes().value();
  EXPECT_EQ(Bytes(portrait.begin(), portrait.end()), testing::shared_bytes(file, "D.4.1.2/portrait"));
  EXPECT_EQ(document.find(mdl, ElementIdentifier("birth_date")), nullptr);
  EXPECT_TRUE(document.device_signed().empty());
}

TEST_F(AnnexD, ResponseExpiresWithItsMsoAndItsCertificate) {
  const VerificationOutcome outcome = verify(input(utc("2021-10-01T13:31:00Z")));
  EXPECT_EQ(refusing(outcome.report), (std::set<std::string>{"mso.validity", "trust.path"}));
  EXPECT_TRUE(outcome.documents.empty());
}

TEST_F(AnnexD, MacNeedsTheStaticDeviceKeyWithTheEphemeralReaderKey) {  // DEV-02
  const auto e_device_key = private_key("D.5.1/e-device-key");
  auto wrong = input(valid_at);
  wrong.e_reader_key = &e_device_key;
  const VerificationOutcome outcome = verify(wrong);
  EXPECT_EQ(refusing(outcome.report), std::set<std::string>{"device-auth.mac"});
}

TEST_F(AnnexD, WithoutTheReadersKeyTheMacIsNotJudged) {
  auto without = input(valid_at);
  without.e_reader_key = nullptr;
  const VerificationOutcome outcome = verify(without);
  EXPECT_EQ(refusing(outcome.report), std::set<std::string>{"device-auth.mac"});
  EXPECT_EQ(outcome.report.documents.at(0).find(CheckId::device_auth_mac).reason, Reason::no_reader_key);
}

TEST_F(AnnexD, WithoutTranscriptTheVerdictIsBad) {
  auto without = input(valid_at);
  without.session_transcript.reset();
  const VerificationOutcome outcome = verify(without);
  EXPECT_FALSE(outcome.report.valid);
  EXPECT_TRUE(outcome.documents.empty());
  EXPECT_EQ(outcome.report.documents.at(0).find(CheckId::device_auth_mac).reason, Reason::no_transcript);
}

}  // namespace
}  // namespace mdoc::verification
