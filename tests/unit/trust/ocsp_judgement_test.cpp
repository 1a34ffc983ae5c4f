#include <gtest/gtest.h>

#include <functional>

#include "mdoc/crypto/ocsp.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "revocation_pki.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::hex;
using testing::Identity;
using testing::list_end;
using testing::list_start;
using testing::pki_now;
using testing::revocation_pki;
using testing::revoked_on;
using testing::SampleOcsp;
using namespace std::chrono_literals;

const RevocationContext now{.now = pki_now};

crypto::CertificateTemplate responder_template() {
  crypto::CertificateTemplate content = testing::leaf_template("responder");
  content.extended_key_usage = {std::string(crypto::ocsp_signing_purpose)};
  return content;
}

// The CertID of a request is the SEQUENCE three levels down.
Bytes sha1_certificate_id(const crypto::Certificate& certificate) {
  const Bytes request = crypto::encode_ocsp_request(certificate, revocation_pki().iaca.certificate).value();
  crypto::der::Reader reader(request, Errc::bad_ocsp_response);
  for (int level = 0; level < 4; ++level) reader = reader.enter(crypto::der::tag::sequence).value();
  const ByteView id = reader.read_any()->whole;
  return Bytes(id.begin(), id.end());
}

testing::SampleAnswer answer(Bytes status,
                             const crypto::Certificate& certificate = revocation_pki().signer.certificate) {
  return {.id = sha1_certificate_id(certificate),
          .status = std::move(status),
          .this_update = list_start,
          .next_update = list_end};
}
SampleOcsp sample(Bytes status = testing::ocsp_good()) {
  return {.responder_id = SampleOcsp::by_key(revocation_pki().iaca.certificate),
          .produced_at = list_start,
          .answers = {answer(std::move(status))}};
}
void delegate(SampleOcsp& response, const crypto::Certificate& responder) {
  response.responder_id = SampleOcsp::by_name(responder);
  response.certs = {Bytes(responder.der().begin(), responder.der().end())};
}
CertificateRevocation judge(const SampleOcsp& response, const crypto::PrivateKey& key,
                            const RevocationContext& context = now, std::optional<ByteView> nonce = std::nullopt) {
  const auto read = crypto::OcspResponse::from_der(response.sign(key)).value();
  return judge_ocsp(read, revocation_pki().signer.certificate, revocation_pki().iaca.certificate, nonce, context);
}
CertificateRevocation judge(const SampleOcsp& response, const RevocationContext& context = now) {
  return judge(response, revocation_pki().iaca.key, context);
}
void expect_unknown(const CertificateRevocation& revocation, Errc error, std::string_view where = {}) {
  EXPECT_EQ(revocation.state, RevocationState::unknown);
  EXPECT_EQ(revocation.source, RevocationSource::ocsp);
  ASSERT_TRUE(revocation.error);
  EXPECT_EQ(revocation.error->code, error) << describe(*revocation.error);
  if (!where.empty()) {
    EXPECT_EQ(revocation.error->where.text(), where);
  }
  EXPECT_EQ(revocation.revocation_date, std::nullopt);
}

TEST(OcspJudgement, TheIssuerAnswersForItsCertificates) {
  for (const Bytes& responder : {SampleOcsp::by_key(revocation_pki().iaca.certificate),
                                 SampleOcsp::by_name(revocation_pki().iaca.certificate)}) {
    SampleOcsp response = sample();
    response.responder_id = responder;
    const auto revocation = judge(response);
    EXPECT_EQ(revocation.state, RevocationState::good);
    EXPECT_EQ(revocation.source, RevocationSource::ocsp);
    EXPECT_FALSE(revocation.error);
    EXPECT_EQ(revocation.this_update, list_start);
    EXPECT_EQ(revocation.next_update, list_end);
    EXPECT_FALSE(revocation.delegated_responder);
  }
}

TEST(OcspJudgement, TellsRevokedFromSuspended) {
  const auto revoked = judge(sample(testing::ocsp_revoked(revoked_on, std::uint8_t{1})));
  EXPECT_EQ(revoked.state, RevocationState::revoked);
  EXPECT_EQ(revoked.revocation_date, revoked_on);
  EXPECT_EQ(revoked.reason, crypto::RevocationReason::key_compromise);
  EXPECT_FALSE(revoked.error);
  EXPECT_EQ(judge(sample(testing::ocsp_revoked(revoked_on))).state, RevocationState::revoked);
  EXPECT_EQ(judge(sample(testing::ocsp_revoked(revoked_on, std::uint8_t{6}))).state, RevocationState::suspended);
}

TEST(OcspJudgement, TheCertificateThatTheResponderDoesNotKnowIsUnknown) {
  expect_unknown(judge(sample(testing::ocsp_unknown())), Errc::refused, "OCSPResponse.certStatus");
}

TEST(OcspJudgement, MatchesCertificatesNamedWithSha256) {
  const auto& pki = revocation_pki();
  SampleOcsp response = sample();
  response.answers[0].id = testing::sha256_certificate_id(pki.signer.certificate, pki.iaca.certificate);
  EXPECT_EQ(judge(response).state, RevocationState::good);
}

TEST(OcspJudgement, ADelegatedResponderAnswersAndIsShown) {
  const auto& pki = revocation_pki();
  for (const bool no_check : {true, false}) {
    crypto::CertificateTemplate content = responder_template();
    content.ocsp_no_check = no_check;
    const Identity responder = pki.iaca.issue(content);
    SampleOcsp response = sample();
    delegate(response, responder.certificate);
    const auto revocation = judge(response, responder.key);
    EXPECT_EQ(revocation.state, RevocationState::good);
    ASSERT_TRUE(revocation.delegated_responder);
    EXPECT_EQ(revocation.delegated_responder->certificate, responder.certificate);
    EXPECT_EQ(revocation.delegated_responder->no_check, no_check);
    response.responder_id = SampleOcsp::by_key(responder.certificate);
    EXPECT_EQ(judge(response, responder.key).state, RevocationState::good);
  }
}

// A responder without id-pkix-ocsp-nocheck can be revoked like anybody else.
TEST(OcspJudgement, ARevokedResponderTellsNothing) {
  const auto& pki = revocation_pki();
  for (const bool no_check : {true, false}) {
    for (const bool listed : {true, false}) {
      crypto::CertificateTemplate content = responder_template();
      content.ocsp_no_check = no_check;
      const Identity responder = pki.iaca.issue(content);
      SampleOcsp response = sample();
      delegate(response, responder.certificate);
      OcspCache responses;
      const auto decoded = crypto::OcspResponse::from_der(response.sign(responder.key)).value();
      ASSERT_TRUE(responses.insert(decoded, pki.signer.certificate, pki.iaca.certificate, now));
      CrlCache lists;
      testing::SampleCrl list = pki.crl();
      if (listed) list.revoke(responder.certificate, revoked_on);
      const RevocationSources sources{.crls = &lists, .ocsp_responses = &responses};
      ASSERT_TRUE(lists.insert(VerifiedCrl::verify(pki.decode(list), pki.iaca.certificate).value(), pki_now));
      // The CRL is too old by now to call anything good, not to call it revoked.
      RevocationContext late = now;
      late.now = list_end + 1h;
      EXPECT_EQ(look_up(sources, pki.signer.certificate, pki.iaca.certificate, late).state, RevocationState::stale);
      response.answers[0].next_update = list_end + 2h;
      const auto longer = crypto::OcspResponse::from_der(response.sign(responder.key)).value();
      ASSERT_TRUE(responses.insert(longer, pki.signer.certificate, pki.iaca.certificate, now));
      EXPECT_EQ(look_up(sources, pki.signer.certificate, pki.iaca.certificate, late).state,
                no_check || !listed ? RevocationState::good : RevocationState::stale);
    }
  }
}

TEST(OcspJudgement, RefusesRespondersWhomTheIssuerDidNotAuthorise) {
  const auto& pki = revocation_pki();
  const auto with = [](const Identity& responder) {
    SampleOcsp response = sample();
    delegate(response, responder.certificate);
    return judge(response, responder.key);
  };
  EXPECT_EQ(with(pki.iaca.issue(responder_template())).state, RevocationState::good);

  const Identity stranger = Identity::root(testing::ca_template("stranger"));
  expect_unknown(with(stranger.issue(responder_template())), Errc::chain_untrusted, "OCSPResponse.certs.issuer");
  const Identity look_alike = Identity::root(testing::ca_template("IACA"));
  expect_unknown(with(look_alike.issue(responder_template())), Errc::chain_untrusted, "OCSPResponse.certs.issuer");
  expect_unknown(with(Identity::root(responder_template())), Errc::chain_untrusted, "OCSPResponse.certs.issuer");
  // Issued by the issuer, but not directly.
  const Identity between = pki.iaca.issue(testing::ca_template("between"));
  expect_unknown(with(between.issue(responder_template())), Errc::chain_untrusted, "OCSPResponse.certs.issuer");

  crypto::CertificateTemplate content = responder_template();
  content.extended_key_usage = {};
  expect_unknown(with(pki.iaca.issue(content)), Errc::chain_untrusted, "OCSPResponse.certs.extKeyUsage");
  content.extended_key_usage = {"1.0.18013.5.1.2"};
  expect_unknown(with(pki.iaca.issue(content)), Errc::chain_untrusted, "OCSPResponse.certs.extKeyUsage");
  content.extended_key_usage = {"2.5.29.37.0"};  // anyExtendedKeyUsage does not suffice
  expect_unknown(with(pki.iaca.issue(content)), Errc::chain_untrusted, "OCSPResponse.certs.extKeyUsage");
  content = responder_template();
  content.key_usage = crypto::key_usage::key_agreement;
  expect_unknown(with(pki.iaca.issue(content)), Errc::chain_untrusted, "OCSPResponse.certs.keyUsage");
  content = responder_template();
  content.further_extensions = {{"1.2.3.4", true, Bytes{5, 0}}};
  expect_unknown(with(pki.iaca.issue(content)), Errc::chain_untrusted, "OCSPResponse.certs.extensions");
  // The document signer itself, which the issuer did sign.
  expect_unknown(with(pki.other), Errc::chain_untrusted, "OCSPResponse.certs.extKeyUsage");
}

// B.1.6, by the table of rules for certificates.
TEST(OcspJudgement, ARespondersCertificateIsJudgedByItsProfile) {
  testing::CountingRng rng(60);
  const auto pki = testing::TestPki::create(pki_now, rng).value();
  const crypto::Certificate& iaca = pki.certificate(CertificateRole::iaca);
  const crypto::Certificate& signer = pki.certificate(CertificateRole::document_signer);
  using Parts = testing::CertificateParts;
  const auto judged = [&](const std::function<void(Parts&)>& change, Level level) {
    Parts parts = Parts::of(pki.certificate(CertificateRole::ocsp_signer));
    change(parts);
    SampleOcsp response{.produced_at = list_start,
                        .answers = {{.id = testing::sha256_certificate_id(signer, iaca),
                                     .status = testing::ocsp_good(),
                                     .this_update = list_start,
                                     .next_update = list_end}}};
    delegate(response, parts.sign(pki.issuer_key(CertificateRole::ocsp_signer)).value());
    const auto read = crypto::OcspResponse::from_der(response.sign(pki.key(CertificateRole::ocsp_signer))).value();
    return judge_ocsp(read, signer, iaca, std::nullopt, {.now = pki_now, .level = level});
  };
  const auto no_check_for = [](std::chrono::days span) {
    return [span](Parts& parts) {
      parts.put(crypto::extension::ocsp_no_check, Bytes{5, 0});
      parts.not_after = parts.not_before + span;
    };
  };
  using std::chrono::days;
  EXPECT_EQ(judged([](Parts&) {}, Level::strict).state, RevocationState::good);
  EXPECT_EQ(judged(no_check_for(days{90}), Level::strict).state, RevocationState::good);
  const std::function<void(Parts&)> faults[] = {
      no_check_for(days{91}),
      [](Parts& parts) { parts.remove(crypto::extension::crl_distribution_points); },
      [](Parts& parts) { parts.find(crypto::extension::extended_key_usage)->critical = false; },
      [](Parts& parts) { parts.not_after = parts.not_before + days{458}; },
  };
  for (const auto& fault : faults) {
    expect_unknown(judged(fault, Level::strict), Errc::deviation, "OCSPResponse.certs");
    EXPECT_EQ(judged(fault, Level::interop).state, RevocationState::good);
  }
}

TEST(OcspJudgement, RefusesRespondersOutsideTheirValidity) {
  const auto& pki = revocation_pki();
  const auto with = [&](UtcSeconds from, UtcSeconds until) {
    crypto::CertificateTemplate content = responder_template();
    content.not_before = from;
    content.not_after = until;
    const Identity responder = pki.iaca.issue(content);
    SampleOcsp response = sample(testing::ocsp_revoked(revoked_on));
    delegate(response, responder.certificate);
    return judge(response, responder.key);
  };
  EXPECT_EQ(with(pki_now - 1h, pki_now).state, RevocationState::revoked);
  EXPECT_EQ(with(pki_now - 1h, pki_now - 30s).state, RevocationState::revoked);
  expect_unknown(with(pki_now - 1h, pki_now - 31s), Errc::expired, "OCSPResponse.certs.validity");
  expect_unknown(with(pki_now + 31s, pki_now + 1h), Errc::not_yet_valid, "OCSPResponse.certs.validity");
}

TEST(OcspJudgement, RefusesSignaturesOfOtherKeys) {
  const auto& pki = revocation_pki();
  expect_unknown(judge(sample(), pki.signer.key), Errc::signature_invalid, "OCSPResponse.signature");
  const Identity responder = pki.iaca.issue(responder_template());
  SampleOcsp response = sample();
  delegate(response, responder.certificate);
  expect_unknown(judge(response, pki.other.key), Errc::signature_invalid, "OCSPResponse.signature");
  // Signed by an authorised responder who is not the one named, or whose certificate is not there.
  response.responder_id = SampleOcsp::by_name(pki.other.certificate);
  expect_unknown(judge(response, responder.key), Errc::chain_untrusted, "OCSPResponse.responderID");
  delegate(response, responder.certificate);
  response.certs = {};
  expect_unknown(judge(response, responder.key), Errc::chain_untrusted, "OCSPResponse.responderID");
  // Named as the issuer, signed by a responder with the issuer's certificate beside it.
  response = sample();
  response.certs = {Bytes(pki.iaca.certificate.der().begin(), pki.iaca.certificate.der().end())};
  expect_unknown(judge(response, responder.key), Errc::signature_invalid);
}

TEST(OcspJudgement, FindsTheResponderAmongOtherCertificates) {
  const auto& pki = revocation_pki();
  const Identity stranger = Identity::root(testing::ca_template("stranger"));
  const Identity decoy = stranger.issue(responder_template());  // the same name
  const Identity responder = pki.iaca.issue(responder_template());
  SampleOcsp response = sample();
  delegate(response, responder.certificate);
  response.certs.insert(response.certs.begin(), Bytes(decoy.certificate.der().begin(), decoy.certificate.der().end()));
  EXPECT_EQ(judge(response, responder.key).state, RevocationState::good);
  expect_unknown(judge(response, decoy.key), Errc::signature_invalid);
}

TEST(OcspJudgement, AnswersAboutOtherCertificatesSayNothing) {
  const auto& pki = revocation_pki();
  SampleOcsp response = sample();
  response.answers = {answer(testing::ocsp_good(), pki.other.certificate)};
  expect_unknown(judge(response), Errc::subject_mismatch, "OCSPResponse.certID");
  response.answers = {};
  expect_unknown(judge(response), Errc::subject_mismatch, "OCSPResponse.certID");
  // The same serial number from another authority.
  const Identity stranger = Identity::root(testing::ca_template("stranger"));
  response = sample();
  response.answers[0].id = testing::sha256_certificate_id(pki.signer.certificate, stranger.certificate);
  expect_unknown(judge(response), Errc::subject_mismatch, "OCSPResponse.certID");
}

TEST(OcspJudgement, RefusesACertificateOfAnotherIssuer) {
  const auto& pki = revocation_pki();
  const Identity look_alike = Identity::root(testing::ca_template("IACA"));
  const Identity leaf = look_alike.issue(testing::leaf_template("leaf"));
  SampleOcsp response = sample();
  response.answers[0].id = testing::sha256_certificate_id(leaf.certificate, pki.iaca.certificate);
  const auto read = crypto::OcspResponse::from_der(response.sign(pki.iaca.key)).value();
  expect_unknown(judge_ocsp(read, leaf.certificate, pki.iaca.certificate, std::nullopt, now), Errc::subject_mismatch,
                 "Certificate.issuer");
}

TEST(OcspJudgement, OfSeveralAnswersTheRightOneCounts) {
  const auto& pki = revocation_pki();
  SampleOcsp response = sample();
  response.answers = {answer(testing::ocsp_revoked(revoked_on), pki.other.certificate), answer(testing::ocsp_good())};
  EXPECT_EQ(judge(response).state, RevocationState::good);
  // Several about the one certificate: the gravest, then the newest.
  response.answers = {answer(testing::ocsp_good()), answer(testing::ocsp_revoked(revoked_on, std::uint8_t{6})),
                      answer(testing::ocsp_revoked(revoked_on, std::uint8_t{1})), answer(testing::ocsp_unknown())};
  EXPECT_EQ(judge(response).reason, crypto::RevocationReason::key_compromise);
  response.answers = {answer(testing::ocsp_good()), answer(testing::ocsp_good())};
  response.answers[1].this_update = list_start + 1s;
  EXPECT_EQ(judge(response).this_update, list_start + 1s);
  std::swap(response.answers[0], response.answers[1]);
  EXPECT_EQ(judge(response).this_update, list_start + 1s);
}

TEST(OcspJudgement, StaleAndFutureAnswersAreDistinct) {
  const std::pair<UtcSeconds, RevocationState> cases[] = {
      {list_start - 31s, RevocationState::unknown}, {list_start - 30s, RevocationState::good},
      {list_start, RevocationState::good},          {list_end, RevocationState::good},
      {list_end + 30s, RevocationState::good},      {list_end + 31s, RevocationState::stale}};
  for (const auto& [at, state] : cases) {
    SCOPED_TRACE(to_rfc3339(at));
    EXPECT_EQ(judge(sample(), {.now = at}).state, state);
    EXPECT_EQ(judge(sample(testing::ocsp_revoked(revoked_on)), {.now = at}).state, RevocationState::revoked);
  }
  EXPECT_EQ(judge(sample(), {.now = list_start - 1h}).error->code, Errc::not_yet_valid);
  EXPECT_EQ(judge(sample(), {.now = list_end + 1h}).error->code, Errc::expired);
  EXPECT_EQ(judge(sample(testing::ocsp_revoked(revoked_on)), {.now = list_end + 1h}).error->code, Errc::expired);
}

TEST(OcspJudgement, AnAnswerWithoutNextUpdateCountsForTheLifetimeGiven) {
  SampleOcsp response = sample();
  response.answers[0].next_update = std::nullopt;
  const auto at = [&](std::chrono::seconds after) {
    return judge(response, {.now = list_start + after, .ocsp_lifetime = 1h}).state;
  };
  EXPECT_EQ(at(1h), RevocationState::good);
  EXPECT_EQ(at(1h + 30s), RevocationState::good);
  EXPECT_EQ(at(1h + 31s), RevocationState::stale);
}

TEST(OcspJudgement, AnUnknownClockMakesNothingGood) {
  const RevocationContext no_clock{.now = pki_now, .clock = {.quality = ClockQuality::unknown}};
  const auto& pki = revocation_pki();
  EXPECT_EQ(judge(sample(), no_clock).state, RevocationState::unknown);
  EXPECT_EQ(judge(sample(), no_clock).date, DateVerdict::clock_unknown);
  const Identity responder = pki.iaca.issue(responder_template());
  SampleOcsp response = sample();
  delegate(response, responder.certificate);
  EXPECT_EQ(judge(response, responder.key, no_clock).state, RevocationState::unknown);
}

TEST(OcspJudgement, ARefusalIsNoAnswer) {
  for (const std::uint8_t status : std::initializer_list<std::uint8_t>{1, 2, 3, 5, 6}) {
    const auto read = crypto::OcspResponse::from_der(SampleOcsp::failure(status)).value();
    const auto revocation =
        judge_ocsp(read, revocation_pki().signer.certificate, revocation_pki().iaca.certificate, std::nullopt, now);
    expect_unknown(revocation, Errc::refused, "OCSPResponse.responseStatus");
    EXPECT_EQ(revocation.error->native, status);
  }
}

TEST(OcspJudgement, AnAnswerToAnotherRequestIsRefused) {
  const auto& pki = revocation_pki();
  const Bytes nonce(16, 0x11);
  const Bytes other(16, 0x12);
  SampleOcsp response = sample();
  EXPECT_EQ(judge(response, pki.iaca.key, now, nonce).state, RevocationState::good);  // made before, without one
  response.extensions = {SampleOcsp::nonce(nonce)};
  EXPECT_EQ(judge(response, pki.iaca.key, now, nonce).state, RevocationState::good);
  EXPECT_EQ(judge(response, pki.iaca.key, now).state, RevocationState::good);
  expect_unknown(judge(response, pki.iaca.key, now, other), Errc::subject_mismatch, "OCSPResponse.nonce");
  expect_unknown(judge(response, pki.iaca.key, now, ByteView(nonce).first(15)), Errc::subject_mismatch);
}

TEST(OcspJudgement, UnknownCriticalExtensionsMakeAnAnswerUnusable) {
  SampleOcsp response = sample(testing::ocsp_revoked(revoked_on));
  response.extensions = {testing::der_extension("1.2.3.4", hex("0500"))};
  response.answers[0].extensions = response.extensions;
  EXPECT_EQ(judge(response).state, RevocationState::revoked);
  response.extensions = {testing::der_extension("1.2.3.4", hex("0500"), true)};
  expect_unknown(judge(response), Errc::bad_ocsp_response, "OCSPResponse.responseExtensions");
  response.answers[0].extensions = response.extensions;
  response.extensions = {};
  expect_unknown(judge(response), Errc::bad_ocsp_response, "OCSPResponse.singleExtensions");
}

TEST(OcspJudgement, NoFlippedBitIsEverJudgedGoodOrRevoked) {
  const auto& pki = revocation_pki();
  const Identity responder = pki.iaca.issue(responder_template());
  SampleOcsp response = sample();
  delegate(response, responder.certificate);
  const Bytes der = response.sign(responder.key);
  std::size_t decoded = 0;
  for (std::size_t bit = 0; bit < der.size() * 8; ++bit) {
    Bytes altered = der;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1u << bit % 8));
    const auto read = crypto::OcspResponse::from_der(altered);
    if (!read) continue;
    ++decoded;
    const auto revocation = judge_ocsp(*read, pki.signer.certificate, pki.iaca.certificate, std::nullopt, now);
    ASSERT_EQ(revocation.state, RevocationState::unknown) << bit;
    ASSERT_FALSE(revocation.this_update) << bit;
  }
  EXPECT_GT(decoded, 100u);  // otherwise the loop has shown nothing
}

}  // namespace
}  // namespace mdoc::trust
