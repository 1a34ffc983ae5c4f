#include "mdoc/trust/status_token.hpp"

#include <gtest/gtest.h>

#include "mdoc/trust/certificate_role.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using crypto::Certificate;
using testing::cbor_text;
using testing::hex;
using testing::utc;
using Sample = testing::SampleStatusToken;

Bytes der(const Certificate& certificate) { return {certificate.der().begin(), certificate.der().end()}; }

class StatusTokenTest : public ::testing::Test {
 protected:
  Sample sample;
  ClockPolicy clock{.skew = 30s};
  std::string uri{Sample::uri};

  StatusTrust iaca() { return StatusTrust::issuer_ca(sample.pki.iaca_certificate()); }

  Result<VerifiedStatusToken> verify(const StatusTrust& trust, UtcSeconds now) {
    const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode()));
    EXPECT_TRUE(token) << describe(token.error());
    return verify_status_token(*token, {.uri = uri, .trust = trust, .now = now, .clock = clock});
  }
  Result<VerifiedStatusToken> verify() { return verify(iaca(), sample.now); }
  void expect_error(const Result<VerifiedStatusToken>& outcome, Errc code, std::string_view where) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(name(outcome.error().code), name(code));
    EXPECT_EQ(outcome.error().where.text(), where);
  }

  /// A certificate like the issuing authority's, issued by it or by nobody, to test with.
  struct Ca {
    crypto::PrivateKey key;
    Certificate certificate;
  };
  Ca other_ca(std::uint64_t seed, bool same_name = false) {
    testing::CountingRng rng(seed);
    crypto::CertificateTemplate content = sample.pki.iaca;
    if (!same_name) content.subject = common_name("Another authority");
    auto key = Sample::new_key(seed);
    auto certificate = crypto::issue_self_signed_certificate(content, key, rng).value();
    return {std::move(key), std::move(certificate)};
  }
  Certificate list_signer_of(const Certificate& ca, const crypto::PrivateKey& ca_key) {
    testing::CountingRng rng(31);
    return crypto::issue_certificate(sample.signer, sample.key.public_key(), ca, ca_key, rng).value();
  }
  static crypto::DistinguishedName common_name(std::string_view text) {
    return crypto::DistinguishedName::build(
               {{.type = std::string(crypto::attribute::common_name), .value = std::string(text)}})
        .value();
  }
};

TEST_F(StatusTokenTest, AVerifiedListShowsItsStatuses) {
  const auto list = verify();
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->kind(), StatusListKind::status_list);
  EXPECT_EQ(list->entries(), 16u);
  EXPECT_EQ(list->uri(), Sample::uri);
  EXPECT_EQ(list->date(), DateVerdict::within);
  EXPECT_EQ(list->aggregation_uri(), std::nullopt);
  EXPECT_EQ(list->status(0).value(), StatusType::invalid);
  EXPECT_EQ(list->status(1).value(), StatusType::valid);
  EXPECT_EQ(list->status(15).value(), StatusType::invalid);
  EXPECT_EQ(list->encoded().size(), sample.encode().size());
  EXPECT_GT(list->memory(), list->encoded().size());
}

TEST_F(StatusTokenTest, BeyondTheEndAStatusCannotBeDetermined) {
  const auto list = verify().value();
  for (const std::uint64_t idx : {std::uint64_t{16}, std::uint64_t{1} << 32, UINT64_MAX}) {
    const auto status = list.status(idx);
    ASSERT_FALSE(status) << idx;
    EXPECT_EQ(status.error().code, Errc::bad_value);
    EXPECT_EQ(status.error().where.text(), "StatusListInfo.idx");
  }
}

TEST_F(StatusTokenTest, AnIdentifierIsOnItsListOrNot) {
  sample.revoke({hex("abcd"), hex("cccc")});
  const auto list = verify();
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->entries(), 2u);
  EXPECT_TRUE(list->contains(hex("abcd")).value());
  EXPECT_FALSE(list->contains(hex("abce")).value());
}

TEST_F(StatusTokenTest, OneListDoesNotAnswerForTheOther) {
  // "not on the list" must never come from a list of the other kind.
  const auto statuses = verify().value();
  EXPECT_EQ(statuses.contains(hex("abcd")).error().code, Errc::wrong_type);
  sample.revoke({hex("abcd")});
  const auto identifiers = verify().value();
  EXPECT_EQ(identifiers.status(0).error().code, Errc::wrong_type);
}

TEST(Rev08, AStatusOfMoreThanOneBitIsHandedOnAsItIs) {
  Sample sample;
  sample.claims[Sample::status_list] = Sample::status_list_of(2, hex("78da3be9f2130003df0207"));
  const auto trust = StatusTrust::issuer_ca(sample.pki.iaca_certificate());
  const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
  const auto list = verify_status_token(token, {.uri = Sample::uri, .trust = trust, .now = sample.now}).value();
  EXPECT_EQ(list.status(1).value(), StatusType::suspended);
  EXPECT_EQ(list.status(3).value(), StatusType{3});
  EXPECT_FALSE(decode_status_token_cwt(SharedBytes::take(sample.encode()), {.level = Level::strict}));
}

// ---- the signer -------------------------------------------------------------------------------

TEST_F(StatusTokenTest, ItsPathIsThereToBeJudged) {
  const auto list = verify().value();
  ASSERT_EQ(list.path().size(), 2u);
  EXPECT_EQ(list.path().front(), sample.certificate());
  EXPECT_EQ(list.path().back(), sample.pki.iaca_certificate());
  EXPECT_EQ(list.path_valid_until(), sample.signer.not_after);
}

TEST(Rev07, AListOfTheWrongAuthorityIsUntrusted) {
  Sample sample, stranger;
  stranger.pki.iaca_key = Sample::new_key(99);
  const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
  const auto trust = StatusTrust::issuer_ca(stranger.pki.iaca_certificate());  // the same name, another key
  const auto list = verify_status_token(token, {.uri = Sample::uri, .trust = trust, .now = sample.now});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, Errc::chain_untrusted);
  EXPECT_EQ(list.error().where.text(), "StatusToken.x5chain");
}

using Purposes = std::vector<std::string>;

/// A token whose signer's certificate has these key purposes, against the authority that certified it.
Result<VerifiedStatusToken> verify_signed_by(const Purposes& purposes, const ListSignerPurposes& known = {}) {
  Sample sample;
  sample.signer.extended_key_usage = purposes;
  const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
  const auto of_its_ca = StatusTrust::issuer_ca(sample.pki.iaca_certificate());
  return verify_status_token(token, {.uri = Sample::uri, .trust = of_its_ca, .now = sample.now, .purposes = known});
}

// No number is assigned; any that nobody knows.
const std::string status_signing = "2.999.30";

// The same authority certifies signers of documents and servers: none of them has a say in what is revoked, whatever
// stands beside.
TEST(Rev07, ACertificateForSomethingElseSignsNoList) {
  const Purposes others[] = {
      {std::string(key_purpose::mdl_document_signer)},
      {std::string(key_purpose::mdl_reader)},
      {std::string(key_purpose::server_authentication)},
      {std::string(key_purpose::client_authentication)},
      {std::string(key_purpose::trusted_list_signing)},
      {std::string(key_purpose::any)},
      {"1.3.6.1.5.5.7.3.4"},
      {"1.0.18013.5.1.77"},
      {"1.0.23220.4.1.77"},
      {"1.3.130.2.0.0.1.2"},
      {"0.4.0.19411.8.1"},
      {std::string(key_purpose::server_authentication), std::string(key_purpose::client_authentication)},
      {std::string(key_purpose::mdl_document_signer), "1.3.130.2.0.0.1.2"},
      {std::string(key_purpose::mdl_reader), "1.3.130.2.0.0.1.6"},
      {std::string(key_purpose::mdl_document_signer), status_signing},
      {status_signing, std::string(key_purpose::any)},
  };
  for (const Purposes& purposes : others) {
    const auto list = verify_signed_by(purposes);
    ASSERT_FALSE(list) << purposes.front();
    EXPECT_EQ(list.error().code, Errc::chain_untrusted);
    EXPECT_EQ(list.error().where.text(), "StatusToken.x5chain[0]");
    // Unless that very certificate is named for it.
    Sample sample;
    sample.signer.extended_key_usage = purposes;
    const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
    const Certificate own = sample.certificate();
    const auto named = StatusTrust::named_by_mso(own.der()).value();
    EXPECT_TRUE(verify_status_token(token, {.uri = Sample::uri, .trust = named, .now = sample.now}))
        << purposes.front();
  }
  EXPECT_TRUE(verify_signed_by({}));
  EXPECT_TRUE(verify_signed_by({status_signing}));
  EXPECT_TRUE(verify_signed_by({"1.0.18013.5.10"}));  // of another arc
}

TEST(Rev07, ADeploymentKnowsThePurposesOfItsOwnSigners) {
  const ListSignerPurposes known{.own = {status_signing}, .others = {"2.999.31"}};
  EXPECT_TRUE(verify_signed_by({status_signing}, known));
  EXPECT_TRUE(verify_signed_by({std::string(key_purpose::server_authentication), status_signing}, known));
  EXPECT_TRUE(verify_signed_by({"2.999.31", status_signing}, known));
  EXPECT_TRUE(verify_signed_by({"2.999.32"}, known));
  EXPECT_TRUE(verify_signed_by({"2.999.31"}));
  EXPECT_FALSE(verify_signed_by({"2.999.31"}, known));
  EXPECT_FALSE(verify_signed_by({"2.999.32", "2.999.31"}, known));
  EXPECT_FALSE(verify_signed_by({std::string(key_purpose::mdl_document_signer)}, known));
}

using Rev07Named = StatusTokenTest;

TEST_F(Rev07Named, ACertificateNamedByTheMsoIsTheOnlyTrustPoint) {
  const Ca named = other_ca(41);
  const auto trust = StatusTrust::named_by_mso(named.certificate.der()).value();
  expect_error(verify(trust, sample.now), Errc::chain_untrusted, "StatusToken.x5chain");
  sample.x5chain = {der(list_signer_of(named.certificate, named.key))};
  const auto list = verify(trust, sample.now);
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->path().back(), named.certificate);
  // Nor does the issuing authority speak for a list that another one signed.
  expect_error(verify(), Errc::chain_untrusted, "StatusToken.x5chain");
}

TEST_F(Rev07Named, TheNamedCertificateMayBeTheSignersOwn) {
  const Certificate own = sample.certificate();
  const auto list = verify(StatusTrust::named_by_mso(own.der()).value(), sample.now);
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->path().size(), 1u);
}

TEST_F(Rev07Named, ANamedCertificateThatIsNoneIsAnError) {
  EXPECT_EQ(StatusTrust::named_by_mso(hex("aa")).error().code, Errc::bad_certificate);
  EXPECT_FALSE(StatusTrust::named_by_mso({}));
}

TEST_F(StatusTokenTest, AnIssuingAuthorityDoesNotSignListsItself) {
  testing::CountingRng rng(51);
  sample.key = crypto::PrivateKey::import(crypto::Curve::p256, sample.pki.iaca_key.scalar()->view()).value();
  sample.x5chain = {der(sample.pki.iaca_certificate())};
  expect_error(verify(), Errc::chain_untrusted, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, AnchorsForListsMayBeAuthoritiesOrSigners) {
  const Ca other = other_ca(42);
  const auto verified = [&](std::vector<Certificate> anchors) {
    return verify(StatusTrust::anchors(std::move(anchors)), sample.now);
  };
  EXPECT_TRUE(verified({other.certificate, sample.pki.iaca_certificate()}));
  EXPECT_TRUE(verified({sample.certificate()}));
  expect_error(verified({other.certificate}), Errc::chain_untrusted, "StatusToken.x5chain");
  expect_error(verified({}), Errc::no_trust_anchor, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, ALongerChainIsFollowed) {
  testing::CountingRng rng(61);
  sample.pki.iaca.basic_constraints->path_length = 1;
  crypto::CertificateTemplate content = sample.pki.iaca;
  content.subject = common_name("Subordinate");
  content.basic_constraints->path_length = 0;
  const auto key = Sample::new_key(62);
  const Certificate middle =
      crypto::issue_certificate(content, key.public_key(), sample.pki.iaca_certificate(), sample.pki.iaca_key, rng)
          .value();
  const Certificate leaf = list_signer_of(middle, key);
  sample.x5chain = {der(leaf)};
  expect_error(verify(), Errc::chain_untrusted, "StatusToken.x5chain");
  sample.x5chain = {der(leaf), der(middle)};
  const auto list = verify();
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->path().size(), 3u);
}

TEST_F(StatusTokenTest, WithoutAChainNobodySigned) {
  sample.x5chain_place = Sample::Place::nowhere;
  expect_error(verify(), Errc::missing_element, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, AChainThatDoesNotDecodeIsAnError) {
  sample.x5chain = {der(sample.certificate()), hex("3000")};
  expect_error(verify(), Errc::bad_certificate, "StatusToken.x5chain[1]");
  sample.x5chain = {hex("")};
  ASSERT_FALSE(verify());
}

TEST_F(StatusTokenTest, AnEndEntityCertificateIsNoAuthority) {
  // The document signer is below the same authority, and signs a certificate for a list signer of its own.
  const Certificate below = list_signer_of(sample.pki.signer_certificate(), sample.pki.signer_key);
  sample.x5chain = {der(below), der(sample.pki.signer_certificate())};
  expect_error(verify(), Errc::chain_untrusted, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, TheSignersDatesCountWithTheTolerance) {
  sample.claims[Sample::iat] = Sample::date("2025-01-01T00:00:00Z");
  sample.claims[Sample::exp] = Sample::date("2029-01-01T00:00:00Z");
  const UtcSeconds from = sample.signer.not_before, until = sample.signer.not_after;
  EXPECT_EQ(verify(iaca(), from)->date(), DateVerdict::within);
  EXPECT_EQ(verify(iaca(), from - 30s)->date(), DateVerdict::within_skew);
  expect_error(verify(iaca(), from - 31s), Errc::not_yet_valid, "StatusToken.x5chain");
  EXPECT_EQ(verify(iaca(), until)->date(), DateVerdict::within);
  EXPECT_EQ(verify(iaca(), until + 30s)->date(), DateVerdict::within_skew);
  expect_error(verify(iaca(), until + 31s), Errc::expired, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, TheAuthoritysDatesCountAsWell) {
  sample.pki.iaca.not_after = sample.now - 1h;
  expect_error(verify(), Errc::expired, "StatusToken.x5chain");
}

// ---- the signature ----------------------------------------------------------------------------

TEST_F(StatusTokenTest, ASignatureOfAnotherKeyIsInvalid) {
  const Certificate own = sample.certificate();
  sample.x5chain = {der(own)};
  sample.key = Sample::new_key(71);
  expect_error(verify(), Errc::signature_invalid, "StatusToken.signature");
}

TEST_F(StatusTokenTest, TheAlgorithmIsThatOfTheKey) {
  sample.protected_header[1] = testing::cbor_int(-35);
  expect_error(verify(), Errc::algorithm_mismatch, "StatusToken.signature");
  sample.protected_header.erase(1);
  expect_error(verify(), Errc::bad_header, "StatusToken.signature");
}

TEST_F(StatusTokenTest, EveryCurveThatCanSignSignsLists) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign()) continue;
    Sample signed_with;
    signed_with.key = Sample::new_key(81, curve.curve);
    signed_with.protected_header[1] =
        testing::cbor_int(static_cast<std::int64_t>(crypto::signature_algorithm(curve.curve).value()));
    const auto token = decode_status_token_cwt(SharedBytes::take(signed_with.encode())).value();
    const auto trust = StatusTrust::issuer_ca(signed_with.pki.iaca_certificate());
    EXPECT_TRUE(verify_status_token(token, {.uri = uri, .trust = trust, .now = signed_with.now})) << curve.name;
  }
}

TEST_F(StatusTokenTest, NoChangedByteGoesUnnoticed) {
  const Bytes good = sample.encode();
  const auto trust = iaca();
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] = static_cast<std::uint8_t>(changed[i] ^ 0x01u << i % 8);
    const auto token = decode_status_token_cwt(SharedBytes::take(std::move(changed)), {.level = Level::strict});
    if (!token) continue;
    EXPECT_FALSE(verify_status_token(*token, {.uri = uri, .trust = trust, .now = sample.now})) << i;
  }
}

TEST_F(StatusTokenTest, ASealInJwsFormIsVerifiedOverItsSigningInput) {
  const Bytes signing_input = hex("6579 4a 2e 6579 4a");
  const auto signature = crypto::sign(sample.key, crypto::SignatureAlgorithm::es256, signing_input).value();
  const auto verified = [&](const Bytes& input, crypto::SignatureAlgorithm algorithm) {
    const StatusToken token(SharedBytes::copy_of(signing_input),
                            {.sub = uri,
                             .iat = sample.now,
                             .exp = sample.now + 24h,
                             .list = EncodedStatusList{.bits = 8, .lst = SharedBytes::take(Sample::short_list())},
                             .aggregation_uri = "https://example.com/all"},
                            {SharedBytes::take(der(sample.certificate()))},
                            JwsSeal{.algorithm = algorithm,
                                    .signing_input = SharedBytes::copy_of(input),
                                    .signature = SharedBytes::copy_of(signature.raw)});
    return verify_status_token(token, {.uri = uri, .trust = iaca(), .now = sample.now});
  };
  const auto list = verified(signing_input, crypto::SignatureAlgorithm::es256);
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->status(0).value(), StatusType{0xb9});
  EXPECT_EQ(list->aggregation_uri(), "https://example.com/all");
  expect_error(verified(hex("6579"), crypto::SignatureAlgorithm::es256), Errc::signature_invalid,
               "StatusToken.signature");
  expect_error(verified(signing_input, crypto::SignatureAlgorithm::es384), Errc::algorithm_mismatch,
               "StatusToken.signature");
}

// ---- claims -----------------------------------------------------------------------------------

TEST_F(StatusTokenTest, TheSubjectIsTheUriOfTheMsoByteForByte) {
  for (const std::string_view other : {"https://example.com/statuslists/2", "https://example.com/statuslists/1/",
                                       "HTTPS://example.com/statuslists/1", "https://example.com/statuslists/1 ", ""}) {
    uri = other;
    expect_error(verify(), Errc::subject_mismatch, "StatusToken.payload.sub");
  }
}

TEST_F(StatusTokenTest, AListFromTheFutureIsNotValidYet) {
  clock.skew = 30s;
  const UtcSeconds issued = utc("2026-05-01T00:00:00Z");
  EXPECT_EQ(verify(iaca(), issued)->date(), DateVerdict::within);
  EXPECT_EQ(verify(iaca(), issued - 30s)->date(), DateVerdict::within_skew);
  expect_error(verify(iaca(), issued - 31s), Errc::not_yet_valid, "StatusToken.payload.iat");
}

TEST_F(StatusTokenTest, AListExpires) {
  const UtcSeconds end = utc("2026-05-03T00:00:00Z");
  EXPECT_EQ(verify(iaca(), end)->date(), DateVerdict::within);
  EXPECT_EQ(verify(iaca(), end + 30s)->date(), DateVerdict::within_skew);
  expect_error(verify(iaca(), end + 31s), Errc::expired, "StatusToken.payload.exp");
}

TEST_F(StatusTokenTest, WithoutExpiryOnlyTheCertificatesEndIt) {
  sample.claims.erase(Sample::exp);
  EXPECT_TRUE(verify(iaca(), utc("2026-12-01T00:00:00Z")));
  expect_error(verify(iaca(), utc("2027-06-01T00:00:00Z")), Errc::expired, "StatusToken.x5chain");
}

TEST_F(StatusTokenTest, AnUnknownClockIsSaidAndNoDateChecked) {
  clock.quality = ClockQuality::unknown;
  for (const UtcSeconds now : {sample.now, utc("2040-01-01T00:00:00Z")}) {
    const auto list = verify(iaca(), now);
    ASSERT_TRUE(list) << describe(list.error());
    EXPECT_EQ(list->date(), DateVerdict::clock_unknown);
  }
}

TEST_F(StatusTokenTest, TheTrustOfTheSignerIsJudgedBeforeWhatItSays) {
  uri = "https://example.com/another";
  expect_error(verify(StatusTrust::issuer_ca(other_ca(43).certificate), sample.now), Errc::chain_untrusted,
               "StatusToken.x5chain");
  sample.x5chain = {der(sample.certificate())};
  sample.key = Sample::new_key(72);
  expect_error(verify(), Errc::signature_invalid, "StatusToken.signature");
}

TEST_F(StatusTokenTest, AListThatDoesNotUnpackIsFoundLast) {
  sample.claims[Sample::status_list] = Sample::status_list_of(1, hex("78da00"));
  expect_error(verify(), Errc::bad_compression, "StatusList.lst");
  const Bytes zeros = StatusList::of_bytes(1, Bytes(std::size_t{17} << 20)).value().deflate();
  sample.claims[Sample::status_list] = Sample::status_list_of(1, zeros);
  expect_error(verify(), Errc::too_large, "StatusList.lst");
}

TEST_F(StatusTokenTest, OfTwoListsTheOneIssuedEarlierIsOlder) {
  const auto first = verify().value();
  sample.claims[Sample::iat] = Sample::date("2026-05-01T00:00:01Z");
  const auto second = verify().value();
  EXPECT_TRUE(first.is_older_than(second));
  EXPECT_FALSE(second.is_older_than(first));
  EXPECT_FALSE(first.is_older_than(first));
}

}  // namespace
}  // namespace mdoc::trust
