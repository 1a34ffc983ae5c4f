#include <gtest/gtest.h>

#include "mdoc/crypto/crl_builder.hpp"
#include "revocation_pki.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::Identity;
using testing::list_end;
using testing::list_start;
using testing::pki_now;
using testing::reason_code;
using testing::revocation_pki;
using testing::revoked_on;
using testing::SampleCrl;
using namespace std::chrono_literals;

constexpr Level levels[] = {Level::strict, Level::interop, Level::lenient};

CertificateRevocation judge(const SampleCrl& list, const RevocationContext& context = {.now = pki_now}) {
  const auto& pki = revocation_pki();
  return judge_crl(pki.decode(list), pki.signer.certificate, pki.iaca.certificate, context);
}
// Nothing may be read from a list that says nothing.
void expect_unknown(const CertificateRevocation& revocation, Errc error) {
  EXPECT_EQ(revocation.state, RevocationState::unknown);
  ASSERT_TRUE(revocation.error);
  EXPECT_EQ(revocation.error->code, error) << describe(*revocation.error);
  EXPECT_EQ(revocation.revocation_date, std::nullopt);
  EXPECT_EQ(revocation.reason, std::nullopt);
}
void expect_unverified(const CertificateRevocation& revocation, Errc error) {
  expect_unknown(revocation, error);
  EXPECT_EQ(revocation.this_update, std::nullopt);
  EXPECT_EQ(revocation.next_update, std::nullopt);
}

TEST(RevocationState, HasStableNames) {
  EXPECT_EQ(name(RevocationState::good), "good");
  EXPECT_EQ(name(RevocationState::revoked), "revoked");
  EXPECT_EQ(name(RevocationState::suspended), "suspended");
  EXPECT_EQ(name(RevocationState::unknown), "unknown");
  EXPECT_EQ(name(RevocationState::stale), "stale");
  EXPECT_EQ(name(RevocationState::not_checked), "not_checked");
  EXPECT_EQ(name(RevocationSource::none), "none");
  EXPECT_EQ(name(RevocationSource::crl), "crl");
  EXPECT_EQ(name(RevocationSource::ocsp), "ocsp");
}

TEST(RevocationState, IsNotCheckedUntilSomebodyAsks) {
  const CertificateRevocation nobody_asked;
  EXPECT_EQ(nobody_asked.state, RevocationState::not_checked);
  EXPECT_EQ(nobody_asked.source, RevocationSource::none);
  EXPECT_FALSE(nobody_asked.error);
}

TEST(CrlJudgement, ACertificateThatIsNotListedIsGood) {
  for (const Level level : levels) {
    cbor::DeviationLog log;
    const auto revocation = judge(revocation_pki().crl(), {.now = pki_now, .level = level, .sink = &log});
    EXPECT_EQ(revocation.state, RevocationState::good);
    EXPECT_EQ(revocation.source, RevocationSource::crl);
    EXPECT_FALSE(revocation.error);
    EXPECT_EQ(revocation.date, DateVerdict::within);
    EXPECT_EQ(revocation.this_update, list_start);
    EXPECT_EQ(revocation.next_update, list_end);
    EXPECT_EQ(revocation.revocation_date, std::nullopt);
    EXPECT_TRUE(log.empty());
  }
}

TEST(CrlJudgement, AListedCertificateIsRevokedAtEveryLevel) {
  for (const Level level : levels) {
    const auto revocation = judge(revocation_pki().crl_with_signer(), {.now = pki_now, .level = level});
    EXPECT_EQ(revocation.state, RevocationState::revoked);
    EXPECT_EQ(revocation.revocation_date, revoked_on);
    EXPECT_EQ(revocation.reason, std::nullopt);
    EXPECT_FALSE(revocation.error);
  }
}

TEST(CrlJudgement, RevokedSignerLinkAndReaderAreThreeResults) {
  const auto& pki = revocation_pki();
  const Identity reader_ca = Identity::root(testing::ca_template("reader CA"));
  const Identity reader = reader_ca.issue(testing::leaf_template("reader"));
  crypto::CertificateTemplate content = testing::ca_template("new IACA");
  const Identity link = pki.iaca.issue(content);  // from the old root to the new one

  SampleCrl of_iaca = pki.crl_with_signer();
  of_iaca.revoke(link.certificate, revoked_on + 1h, {});
  SampleCrl of_readers = SampleCrl::of(reader_ca.certificate, list_start, list_end);
  of_readers.revoke(reader.certificate, revoked_on + 2h);
  const auto readers = crypto::CertificateRevocationList::from_der(of_readers.sign(reader_ca.key)).value();

  const RevocationContext context{.now = pki_now};
  const auto iaca_list = VerifiedCrl::verify(pki.decode(of_iaca), pki.iaca.certificate).value();
  const auto reader_list = VerifiedCrl::verify(readers, reader_ca.certificate).value();
  EXPECT_EQ(judge_crl(iaca_list, pki.signer.certificate, context).revocation_date, revoked_on);
  EXPECT_EQ(judge_crl(iaca_list, link.certificate, context).revocation_date, revoked_on + 1h);
  EXPECT_EQ(judge_crl(reader_list, reader.certificate, context).revocation_date, revoked_on + 2h);
  // And no list answers for the certificates of another one.
  expect_unknown(judge_crl(reader_list, pki.signer.certificate, context), Errc::subject_mismatch);
  expect_unknown(judge_crl(iaca_list, reader.certificate, context), Errc::subject_mismatch);
}

TEST(CrlJudgement, StaleAndFutureListsAreDistinct) {
  const std::pair<UtcSeconds, std::pair<RevocationState, DateVerdict>> cases[] = {
      {list_start - 31s, {RevocationState::unknown, DateVerdict::too_early}},
      {list_start - 30s, {RevocationState::good, DateVerdict::within_skew}},
      {list_start - 1s, {RevocationState::good, DateVerdict::within_skew}},
      {list_start, {RevocationState::good, DateVerdict::within}},
      {list_end, {RevocationState::good, DateVerdict::within}},
      {list_end + 1s, {RevocationState::good, DateVerdict::within_skew}},
      {list_end + 30s, {RevocationState::good, DateVerdict::within_skew}},
      {list_end + 31s, {RevocationState::stale, DateVerdict::too_late}},
  };
  for (const auto& [now, expected] : cases) {
    SCOPED_TRACE(to_rfc3339(now));
    const auto revocation = judge(revocation_pki().crl(), {.now = now});
    EXPECT_EQ(revocation.state, expected.first);
    EXPECT_EQ(revocation.date, expected.second);
  }
  EXPECT_EQ(judge(revocation_pki().crl(), {.now = list_start - 1h}).error->code, Errc::not_yet_valid);
  EXPECT_EQ(judge(revocation_pki().crl(), {.now = list_end + 1h}).error->code, Errc::expired);
}

TEST(CrlJudgement, RevokedIsRevokedHoweverOldOrNewTheListIs) {
  const auto stale = judge(revocation_pki().crl_with_signer(), {.now = list_end + 1000h});
  EXPECT_EQ(stale.state, RevocationState::revoked);
  EXPECT_EQ(stale.error->code, Errc::expired);
  const auto future = judge(revocation_pki().crl_with_signer(), {.now = list_start - 1000h});
  EXPECT_EQ(future.state, RevocationState::revoked);
  EXPECT_EQ(future.error->code, Errc::not_yet_valid);
  SampleCrl endless = revocation_pki().crl_with_signer();
  endless.next_update = std::nullopt;
  EXPECT_EQ(judge(endless).state, RevocationState::revoked);
}

TEST(CrlJudgement, AnUnknownClockMakesNothingGood) {
  const RevocationContext context{.now = pki_now, .clock = {.quality = ClockQuality::unknown}};
  const auto revocation = judge(revocation_pki().crl(), context);
  EXPECT_EQ(revocation.state, RevocationState::unknown);
  EXPECT_EQ(revocation.date, DateVerdict::clock_unknown);
  EXPECT_FALSE(revocation.error);
  EXPECT_EQ(judge(revocation_pki().crl_with_signer(), context).state, RevocationState::revoked);
}

TEST(CrlJudgement, AListWithoutEndMakesNothingGood) {
  SampleCrl list = revocation_pki().crl();
  list.next_update = std::nullopt;
  for (const Level level : levels) {
    const auto revocation = judge(list, {.now = pki_now, .level = level});
    expect_unknown(revocation, Errc::missing_element);
    EXPECT_EQ(revocation.error->where.text(), "CertificateList.nextUpdate");
  }
}

TEST(CrlJudgement, OnHoldIsSuspendedAndOtherReasonsAreRevoked) {
  const auto with_reason = [](std::uint8_t reason) {
    return judge(revocation_pki().crl_with_signer({reason_code(reason)}));
  };
  EXPECT_EQ(with_reason(6).state, RevocationState::suspended);
  EXPECT_EQ(with_reason(6).reason, crypto::RevocationReason::certificate_hold);
  EXPECT_EQ(with_reason(6).revocation_date, revoked_on);
  for (const std::uint8_t reason : std::initializer_list<std::uint8_t>{0, 1, 2, 3, 4, 5, 7, 9, 10, 100}) {
    EXPECT_EQ(with_reason(reason).state, RevocationState::revoked) << +reason;
    EXPECT_EQ(with_reason(reason).reason, static_cast<crypto::RevocationReason>(reason));
  }
}

TEST(CrlJudgement, AnEntryForRemovalInACompleteListTellsNothing) {
  expect_unknown(judge(revocation_pki().crl_with_signer({reason_code(8)})), Errc::bad_crl);
  // The certificates beside it are not affected.
  const auto& pki = revocation_pki();
  const auto list = pki.decode(pki.crl_with_signer({reason_code(8)}));
  EXPECT_EQ(judge_crl(list, pki.other.certificate, pki.iaca.certificate, {.now = pki_now}).state,
            RevocationState::revoked);
}

// Each deviation alone: error in strict, a warning or nothing elsewhere.
void expect_deviation(const SampleCrl& list, Rule rule) {
  for (const Level level : levels) {
    SCOPED_TRACE(info(rule).id);
    SCOPED_TRACE(name(level));
    cbor::DeviationLog log;
    const auto revocation = judge(list, {.now = pki_now, .level = level, .sink = &log});
    switch (weight(rule, level)) {
      case Weight::error:
        expect_unknown(revocation, Errc::deviation);
        EXPECT_TRUE(log.empty());
        break;
      case Weight::warning:
        EXPECT_EQ(revocation.state, RevocationState::good);
        ASSERT_EQ(log.entries().size(), 1u);
        EXPECT_EQ(log.entries()[0].rule, rule);
        break;
      case Weight::ignore:
        EXPECT_EQ(revocation.state, RevocationState::good);
        EXPECT_TRUE(log.empty());
        break;
    }
  }
}

TEST(Rev03, JudgesEachDeviationFromTheProfileByTheLevel) {
  const auto& pki = revocation_pki();
  SampleCrl list = pki.crl();
  list.version = std::nullopt;
  expect_deviation(list, Rule::crl_version);
  list = pki.crl();
  list.revoked.emplace();
  expect_deviation(list, Rule::crl_revoked_empty);
  list = pki.crl();
  list.revoke(pki.other.certificate, revoked_on, {reason_code(1)});
  expect_deviation(list, Rule::crl_entry_extensions);
  list = pki.crl();
  list.extensions.push_back(testing::der_extension("2.5.29.18", Bytes{0x30, 0x00}));  // issuerAltName
  expect_deviation(list, Rule::crl_extensions);
  list.extensions = {testing::crl_number(1)};
  expect_deviation(list, Rule::crl_extensions);
  list.extensions = {testing::authority_key_identifier(*pki.iaca.certificate.subject_key_identifier())};
  expect_deviation(list, Rule::crl_extensions);
  list.extensions = {testing::crl_number(1), testing::der_extension("2.5.29.35", Bytes{0x30, 0x00})};
  expect_deviation(list, Rule::crl_extensions);  // a key identifier extension that identifies nothing
  list = pki.crl();
  list.extensions = {};
  expect_deviation(list, Rule::crl_extensions);
  list = pki.crl();
  list.extensions[1] = testing::der_extension("2.5.29.20", Bytes{0x02, 0x01, 0x07}, true);  // critical
  expect_deviation(list, Rule::crl_extensions);
}

TEST(CrlJudgement, ReportsSeveralDeviationsTogether) {
  SampleCrl list = revocation_pki().crl_with_signer({reason_code(1)});
  list.version = std::nullopt;
  list.extensions = {};
  cbor::DeviationLog log;
  EXPECT_EQ(judge(list, {.now = pki_now, .sink = &log}).state, RevocationState::revoked);
  EXPECT_TRUE(testing::within_rules(log, Rule::crl_version));
  EXPECT_TRUE(testing::within_rules(log, Rule::crl_entry_extensions));
  EXPECT_TRUE(testing::within_rules(log, Rule::crl_extensions));
  EXPECT_EQ(log.entries().size(), 3u);
}

TEST(CrlJudgement, ADeviationDoesNotMakeARevokedCertificateUnknown) {
  const auto revocation =
      judge(revocation_pki().crl_with_signer({reason_code(1)}), {.now = pki_now, .level = Level::strict});
  EXPECT_EQ(revocation.state, RevocationState::revoked);
  EXPECT_EQ(revocation.error->code, Errc::deviation);
}

TEST(Rev03, DeltaIndirectPartialAndUnknownCriticalAreUnusableAtEveryLevel) {
  const auto& pki = revocation_pki();
  std::vector<SampleCrl> unusable;
  const auto with_extension = [&](std::string_view oid, const Bytes& value, bool critical) {
    SampleCrl list = pki.crl_with_signer();
    list.extensions.push_back(testing::der_extension(oid, value, critical));
    unusable.push_back(list);
  };
  for (const bool critical : {true, false}) {
    with_extension("2.5.29.27", Bytes{0x02, 0x01, 0x01}, critical);              // delta
    with_extension("2.5.29.28", Bytes{0x30, 0x03, 0x84, 0x01, 0xff}, critical);  // indirect
    with_extension("2.5.29.28", Bytes{0x30, 0x03, 0x81, 0x01, 0xff}, critical);  // end entities only
    with_extension("2.5.29.28", Bytes{0x30, 0x03, 0x82, 0x01, 0xff}, critical);  // authorities only
  }
  with_extension("1.2.3.4", Bytes{0x05, 0x00}, true);
  const auto with_entry_extension = [&](std::string_view oid, bool critical) {
    SampleCrl list = pki.crl_with_signer();
    list.revoke(Identity::root(testing::ca_template("x")).certificate, revoked_on,
                {testing::der_extension(oid, Bytes{0x30, 0x00}, critical)});
    unusable.push_back(list);
  };
  with_entry_extension("2.5.29.29", true);
  with_entry_extension("2.5.29.29", false);
  with_entry_extension("1.2.3.4", true);
  for (std::size_t i = 0; i < unusable.size(); ++i) {
    SCOPED_TRACE(i);
    for (const Level level : levels) {
      expect_unverified(judge(unusable[i], {.now = pki_now, .level = level}), Errc::bad_crl);
    }
  }
}

TEST(CrlJudgement, AListOfALookAlikeSaysNothing) {
  const auto& pki = revocation_pki();
  // The same name and, as whoever makes a certificate chooses it, the same key identifier.
  crypto::CertificateTemplate content = testing::ca_template("IACA");
  content.subject_key_identifier = false;
  const ByteView identifier = *pki.iaca.certificate.subject_key_identifier();
  content.further_extensions = {{"2.5.29.14", false, crypto::der::encode(crypto::der::tag::octet_string, identifier)}};
  const Identity look_alike = Identity::root(content);
  ASSERT_EQ(look_alike.certificate.subject(), pki.iaca.certificate.subject());
  ASSERT_TRUE(std::ranges::equal(*look_alike.certificate.subject_key_identifier(), identifier));

  for (const SampleCrl& list : {pki.crl(), pki.crl_with_signer()}) {
    const auto forged = crypto::CertificateRevocationList::from_der(list.sign(look_alike.key)).value();
    // Its list, held against the true authority.
    expect_unverified(judge_crl(forged, pki.signer.certificate, pki.iaca.certificate, {.now = pki_now}),
                      Errc::signature_invalid);
    // Its list, held against itself, says nothing about the other one's certificates.
    expect_unknown(judge_crl(forged, pki.signer.certificate, look_alike.certificate, {.now = pki_now}),
                   Errc::subject_mismatch);
  }
}

TEST(CrlJudgement, ChecksNameKeyIdentifierAndKeyUsageOfTheIssuer) {
  const auto& pki = revocation_pki();
  SampleCrl list = pki.crl();
  const crypto::DistinguishedName name = testing::simple_name("IACB");
  list.issuer = Bytes(name.der().begin(), name.der().end());
  expect_unverified(judge(list), Errc::subject_mismatch);
  list = pki.crl();
  list.extensions[0] = testing::authority_key_identifier(Bytes(20, 1));
  expect_unverified(judge(list), Errc::subject_mismatch);

  for (const std::uint16_t usage : std::initializer_list<std::uint16_t>{crypto::key_usage::key_cert_sign, 0}) {
    crypto::CertificateTemplate content = testing::ca_template("IACA");
    content.key_usage = usage;
    const Identity issuer = Identity::root(content);
    const Identity leaf = issuer.issue(testing::leaf_template("leaf"));
    const SampleCrl own = SampleCrl::of(issuer.certificate, list_start, list_end);
    const auto decoded = crypto::CertificateRevocationList::from_der(own.sign(issuer.key)).value();
    expect_unverified(judge_crl(decoded, leaf.certificate, issuer.certificate, {.now = pki_now}),
                      Errc::chain_untrusted);
  }
}

TEST(CrlJudgement, AListOfAnotherIssuerIsRefusedWithoutALookAtItsSignature) {
  const auto& pki = revocation_pki();
  const auto refuse = [&](SampleCrl list) {
    Bytes der = list.sign(pki.other.key);
    der.back() ^= 1;  // a signature of nobody
    const auto decoded = crypto::CertificateRevocationList::from_der(der).value();
    const auto verified = VerifiedCrl::verify(decoded, pki.iaca.certificate);
    return verified ? Errc{} : verified.error().code;
  };
  EXPECT_EQ(refuse(pki.crl()), Errc::signature_invalid);
  SampleCrl list = pki.crl();
  const crypto::DistinguishedName name = testing::simple_name("IACB");
  list.issuer = Bytes(name.der().begin(), name.der().end());
  EXPECT_EQ(refuse(list), Errc::subject_mismatch);
  list = pki.crl();
  list.extensions[0] = testing::authority_key_identifier(Bytes(20, 1));
  EXPECT_EQ(refuse(list), Errc::subject_mismatch);
}

TEST(CrlJudgement, TheSameNameInAnotherEncodingIsAnotherName) {
  const auto& pki = revocation_pki();
  SampleCrl list = pki.crl();
  const auto name = crypto::DistinguishedName::build(
                        {{std::string(crypto::attribute::country), "UT"},
                         {std::string(crypto::attribute::common_name), "IACA", crypto::StringType::printable}})
                        .value();
  list.issuer = Bytes(name.der().begin(), name.der().end());
  ASSERT_EQ(name.text(), pki.iaca.certificate.subject().text());
  expect_unverified(judge(list), Errc::subject_mismatch);
}

TEST(CrlJudgement, NoFlippedBitIsEverJudgedGoodOrRevoked) {
  const auto& pki = revocation_pki();
  for (const SampleCrl& list : {pki.crl(), pki.crl_with_signer()}) {
    const Bytes der = list.sign(pki.iaca.key);
    for (std::size_t bit = 0; bit < der.size() * 8; ++bit) {
      Bytes altered = der;
      altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1u << bit % 8));
      const auto read = crypto::CertificateRevocationList::from_der(altered);
      if (!read) continue;
      const auto revocation =
          judge_crl(*read, pki.signer.certificate, pki.iaca.certificate, {.now = pki_now, .level = Level::lenient});
      ASSERT_EQ(revocation.state, RevocationState::unknown) << bit;
      ASSERT_FALSE(revocation.this_update) << bit;
    }
  }
}

TEST(CrlJudgement, ListsOfTheBuilderPassEveryLevelWithoutAWarning) {
  const auto& pki = revocation_pki();
  const ByteView serial = pki.signer.certificate.serial();
  const crypto::CrlTemplate content{.this_update = list_start,
                                    .next_update = list_end,
                                    .number = 1,
                                    .revoked = {{Bytes(serial.begin(), serial.end()), revoked_on}}};
  const auto list = crypto::issue_crl(content, pki.iaca.certificate, pki.iaca.key).value();
  cbor::DeviationLog log;
  const RevocationContext context{.now = pki_now, .level = Level::strict, .sink = &log};
  const auto revoked = judge_crl(list, pki.signer.certificate, pki.iaca.certificate, context);
  EXPECT_EQ(revoked.state, RevocationState::revoked);
  EXPECT_FALSE(revoked.error);
  EXPECT_EQ(judge_crl(list, pki.other.certificate, pki.iaca.certificate, context).state, RevocationState::good);
  EXPECT_TRUE(log.empty());
}

TEST(CrlJudgement, TheListsOfAnotherLibraryAreNotThoseOfAStranger) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto& pki = revocation_pki();
  for (const std::string_view id : {"crl/validEmptyCRLPEM", "crl/validRevokedCRLPEM", "crl/expiredCRLPEM"}) {
    const auto vector = testing::shared_vector("crl.json", id);
    const auto list =
        crypto::CertificateRevocationList::from_pem(std::string_view(vector.at("pem").as_string())).value();
    expect_unverified(judge_crl(list, pki.signer.certificate, pki.iaca.certificate, {.now = list.this_update()}),
                      Errc::subject_mismatch);
  }
}

}  // namespace
}  // namespace mdoc::trust
