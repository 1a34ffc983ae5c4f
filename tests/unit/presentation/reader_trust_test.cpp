// By which certificates a reader is trusted: results, their precedence, levels, dates, revocation.
#include "mdoc/presentation/reader_trust.hpp"

#include <array>
#include <set>

#include "mdoc/testing/test_lists.hpp"
#include "reader_bench.hpp"

namespace mdoc::presentation {
namespace {

using namespace std::chrono_literals;
using enum ReaderTrust;
using trust::CertificateRole;
using trust::CertificateRule;
using trust::Purpose;

using Rdr03 = ReaderBench;
using Rdr06 = ReaderBench;
using Crt10 = ReaderBench;
using Crt11 = ReaderBench;
using ReaderRevocation = ReaderBench;
using ReaderPins = ReaderBench;

std::string reader_name(const testing::TestPki& pki) {
  return pki.certificate(CertificateRole::reader).subject().text();
}

/// The reader's certificate with other key purposes.
crypto::Certificate with_purposes(const testing::TestPki& pki, std::vector<std::string> purposes) {
  const crypto::Certificate& good = pki.certificate(CertificateRole::reader);
  testing::CountingRng rng(3);
  crypto::CertificateTemplate wanted{.subject = good.subject(),
                                     .not_before = good.not_before(),
                                     .not_after = good.not_after(),
                                     .key_usage = crypto::key_usage::digital_signature,
                                     .extended_key_usage = std::move(purposes),
                                     .crl_distribution_points = good.crl_distribution_points()};
  return crypto::issue_certificate(wanted, pki.key(CertificateRole::reader).public_key(),
                                   pki.issuer(CertificateRole::reader), pki.issuer_key(CertificateRole::reader), rng)
      .value();
}

ReaderOutcome outcome_of(Weight weight) {
  return weight == Weight::error     ? ReaderOutcome::fail
         : weight == Weight::warning ? ReaderOutcome::warn
                                     : ReaderOutcome::pass;
}

TEST_F(Rdr03, TrustedIsTheOneGoodResult) {
  trust_readers();
  put_crl();
  const auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_FALSE(readers.best()->error());
  for (const ReaderFinding& finding : readers.best()->findings()) {
    EXPECT_EQ(finding.outcome, ReaderOutcome::pass) << info(finding.check).id;
    EXPECT_EQ(finding.reason, ReaderReason::none) << info(finding.check).id;
    EXPECT_FALSE(finding.error) << info(finding.check).id;
  }
  EXPECT_TRUE(readers.best()->broken_rules().empty());
  EXPECT_TRUE(readers.best()->anchor_broken_rules().empty());
}

TEST_F(Rdr03, AbsentIsARequestThatNobodySigned) {
  trust_readers();
  const auto readers = judge(unsigned_request());
  expect_result(readers, absent, ReaderReason::absent);
  EXPECT_FALSE(readers.any(invalid));
}

TEST_F(Rdr03, InvalidIsASignatureThatDoesNotVerify) {
  trust_readers();
  const auto request = signed_request(reader());
  transcript.back() = 0x01;
  const auto readers = judge(request);
  expect_result(readers, invalid, ReaderReason::signature_invalid);
  EXPECT_EQ(readers.best()->error()->code, Errc::signature_invalid);
  ASSERT_EQ(readers.best()->findings().size(), reader_check_count);
  for (const ReaderFinding& finding : readers.best()->findings()) {
    const bool fails = finding.check == ReaderCheck::signature;
    EXPECT_EQ(finding.outcome == ReaderOutcome::fail, fails) << info(finding.check).id;
  }
}

TEST_F(Rdr03, InvalidIsASignatureWithoutReadableCertificates) {
  trust_readers();
  auto request = signed_request(reader());
  auto& x5chain = request.reader_auth->headers.x5chain;
  const auto good = x5chain;
  x5chain.clear();
  expect_result(judge(request), invalid, ReaderReason::malformed);
  EXPECT_EQ(judge(request).best()->error()->code, Errc::missing_element);
  EXPECT_EQ(judge(request).best()->claimed_subject(), "");

  for (std::size_t size = 0; size < good[0].size(); size += 7) {
    x5chain = {SharedBytes::copy_of(good[0].view().first(size))};
    ASSERT_EQ(judge(request).reason(), ReaderReason::malformed) << size;
    ASSERT_EQ(judge(request).result(), invalid) << size;
    ASSERT_FALSE(judge(request).best()->valid_until()) << size;
  }
  x5chain = {good[0], SharedBytes::take({0x30, 0x00})};  // what follows must decode as well
  expect_result(judge(request), invalid, ReaderReason::malformed);
  EXPECT_EQ(judge(request).best()->claimed_subject(), reader_name(pki()));
  x5chain.assign(11, good[0]);
  expect_result(judge(request), invalid, ReaderReason::malformed);
  EXPECT_EQ(judge(request).best()->error()->code, Errc::too_many);
}

TEST_F(Rdr03, UntrustedIsAReaderThatNoAnchorVouchesFor) {
  trust_readers();
  const auto readers = judge(reader(strangers()));
  expect_result(readers, untrusted, ReaderReason::namesake);
  EXPECT_EQ(readers.best()->find(ReaderCheck::signature).outcome, ReaderOutcome::pass);
  EXPECT_EQ(readers.best()->claimed_subject(), reader_name(strangers()));  // what it says, not who it is
  EXPECT_FALSE(readers.best()->valid_until());
}

TEST_F(Rdr03, TheIssuerThatIsMissingIsNamed) {
  ASSERT_TRUE(store.add_anchor(Purpose::readers, pki().certificate(CertificateRole::iaca)));
  const auto readers = judge(reader());
  expect_result(readers, untrusted, ReaderReason::no_path);
  const auto* const end = std::get_if<trust::DeadEnd>(&readers.best()->find(ReaderCheck::path).evidence);
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->subject, reader_name(pki()));
  EXPECT_EQ(end->issuer, pki().certificate(reader_ca_role).subject().text());
}

TEST_F(Rdr03, UntrustedIsEveryReaderWhereThereAreNoAnchors) {
  const auto readers = judge(reader());
  expect_result(readers, untrusted, ReaderReason::no_anchors);
  EXPECT_EQ(readers.best()->error()->code, Errc::no_trust_anchor);
}

TEST_F(Rdr03, ExpiredIsAReaderWhoseTimeIsOver) {
  trust_readers();
  const crypto::Certificate& certificate = pki().certificate(reader_role);
  now = certificate.not_after() + 31s;
  const auto readers = judge(reader());
  expect_result(readers, expired, ReaderReason::expired);
  EXPECT_EQ(readers.best()->error()->code, Errc::expired);
  EXPECT_EQ(std::get<UtcSeconds>(readers.best()->find(ReaderCheck::validity).evidence), certificate.not_after());
  EXPECT_EQ(readers.best()->find(ReaderCheck::path).outcome, ReaderOutcome::pass);
  EXPECT_EQ(readers.best()->valid_from(), certificate.not_before());
  EXPECT_EQ(readers.best()->valid_until(), certificate.not_after());
}

TEST_F(Rdr03, ExpiredSaysWhetherItIsTooEarly) {
  trust_readers();
  now = pki().certificate(reader_role).not_before() - 31s;
  const auto readers = judge(reader());
  expect_result(readers, expired, ReaderReason::not_yet_valid);
  EXPECT_EQ(readers.best()->error()->code, Errc::not_yet_valid);
}

TEST_F(Rdr03, DatesHoldAtBothEndsAndWithinTheTolerance) {
  trust_readers();
  const auto from = pki().certificate(reader_role).not_before();
  const auto until = pki().certificate(reader_role).not_after();
  const std::pair<UtcSeconds, ReaderOutcome> cases[] = {
      {from - 31s, ReaderOutcome::fail}, {from - 30s, ReaderOutcome::warn},  {from, ReaderOutcome::pass},
      {until, ReaderOutcome::pass},      {until + 30s, ReaderOutcome::warn}, {until + 31s, ReaderOutcome::fail},
  };
  for (const auto& [at, outcome] : cases) {
    SCOPED_TRACE(to_rfc3339(at));
    now = at;
    const auto readers = judge(reader());
    EXPECT_EQ(readers.best()->find(ReaderCheck::validity).outcome, outcome);
    EXPECT_EQ(readers.result(), outcome == ReaderOutcome::fail ? expired : trusted);
  }
  now = until + 1s;
  level = Level::strict;  // no tolerance
  expect_result(judge(reader()), expired, ReaderReason::expired);
  clock = ClockPolicy{.skew = 5s};
  expect_result(judge(reader()), trusted, ReaderReason::none);
}

TEST_F(Rdr03, ByAClockOfUnknownQualityNobodyIsTrusted) {
  trust_readers();
  clock = ClockPolicy{.quality = ClockQuality::unknown};
  const auto readers = judge(reader());
  expect_result(readers, untrusted, ReaderReason::clock_unknown);
  ASSERT_EQ(readers.best()->findings().size(), reader_check_count);
  for (const ReaderFinding& finding : readers.best()->findings()) {
    const bool fails = finding.check == ReaderCheck::validity;
    EXPECT_EQ(finding.outcome == ReaderOutcome::fail, fails) << info(finding.check).id;
  }
}

TEST_F(Rdr03, RevokedIsAReaderWhoseIssuerTookItBack) {
  trust_readers();
  put_crl({pki().certificate(reader_role)});
  for (const auto policy : {trust::RevocationPolicy::soft, trust::RevocationPolicy::hard}) {
    revocation = policy;
    for (const auto days : {0, 29, 31}) {  // also by a list that is out of date
      now = issued + std::chrono::days{days};
      const auto readers = judge(reader());
      expect_result(readers, revoked, ReaderReason::revoked);
      ASSERT_EQ(readers.best()->revocations().size(), 1u);
      EXPECT_EQ(readers.best()->revocations()[0].state, trust::RevocationState::revoked);
      EXPECT_EQ(readers.best()->revocations()[0].revocation_date, issued);
      EXPECT_EQ(readers.best()->error()->code, days == 31 ? Errc::expired : Errc::revoked);
    }
  }
}

TEST_F(Rdr03, SuspendedIsRevokedForTheTimeBeing) {
  trust_readers();
  put_crl({pki().certificate(reader_role)}, {testing::reason_code(6)});  // certificateHold
  const auto readers = judge(reader());
  expect_result(readers, revoked, ReaderReason::suspended);
  EXPECT_EQ(readers.best()->revocations()[0].state, trust::RevocationState::suspended);
}

TEST_F(Rdr03, WrongPurposeIsACertificateOfSomethingElse) {
  trust_readers();
  for (const auto rule : {CertificateRule::key_purpose_fits, CertificateRule::key_purpose_present}) {
    const auto readers = judge(reader_breaking(rule));
    expect_result(readers, wrong_purpose, ReaderReason::wrong_purpose);
    ASSERT_EQ(readers.best()->broken_rules().size(), 1u);
    EXPECT_EQ(readers.best()->broken_rules()[0].rule, rule);
    EXPECT_EQ(readers.best()->find(ReaderCheck::profile).outcome, ReaderOutcome::pass);
  }
  const std::string any_purpose = "2.5.29.37.0";
  expect_result(judge(reader_with(with_purposes(pki(), {any_purpose}))), wrong_purpose, ReaderReason::wrong_purpose);
  const std::string issuing(trust::key_purpose::mdl_document_signer);
  expect_result(judge(reader_with(with_purposes(pki(), {issuing}))), wrong_purpose, ReaderReason::wrong_purpose);
}

TEST_F(Rdr03, TheGravestFaultDecidesAndTheOthersAreReported) {
  trust_readers();
  const Signer mistaken = reader_breaking(CertificateRule::key_purpose_fits);
  const Signer crooked = reader_breaking(CertificateRule::not_ca);
  const auto late = issued + std::chrono::days{1200};

  now = late;
  auto readers = judge(mistaken);
  expect_result(readers, wrong_purpose, ReaderReason::wrong_purpose);  // before the dates
  EXPECT_EQ(readers.best()->find(ReaderCheck::validity).reason, ReaderReason::expired);
  readers = judge(crooked);
  expect_result(readers, untrusted, ReaderReason::certificate_rule);  // before the dates
  EXPECT_EQ(readers.best()->find(ReaderCheck::validity).reason, ReaderReason::expired);

  put_crl(mistaken.x5chain);
  readers = judge(mistaken);
  expect_result(readers, revoked, ReaderReason::revoked);  // before purpose and dates
  EXPECT_EQ(readers.best()->find(ReaderCheck::key_purpose).reason, ReaderReason::wrong_purpose);

  store.clear(Purpose::readers);
  trust_readers(strangers());
  readers = judge(mistaken);
  expect_result(readers, untrusted, ReaderReason::namesake);  // nobody to say what it is for
  EXPECT_EQ(readers.best()->find(ReaderCheck::key_purpose).reason, ReaderReason::wrong_purpose);
  EXPECT_EQ(readers.best()->find(ReaderCheck::validity).outcome, ReaderOutcome::skipped);

  const auto request = signed_request(mistaken);
  transcript.back() = 0x01;
  readers = judge(request);
  expect_result(readers, invalid, ReaderReason::signature_invalid);  // before everything
  EXPECT_EQ(readers.best()->find(ReaderCheck::path).reason, ReaderReason::namesake);

  // Dates before revocation that nobody knows, so that "expired" is said where it helps.
  store.clear(Purpose::readers);
  trust_readers();
  revocation = trust::RevocationPolicy::hard;
  revocations.crls().forget(pki().certificate(reader_ca_role));
  now = late;
  expect_result(judge(reader()), expired, ReaderReason::expired);
}

TEST_F(Rdr03, ReasonsHaveIdentifiersAndResultsOfTheirOwn) {
  std::set<std::string_view> ids;
  std::set<ReaderTrust> results;
  for (std::size_t i = 0; i < reader_reason_count; ++i) {
    const auto reason = static_cast<ReaderReason>(i);
    EXPECT_TRUE(ids.insert(name(reason)).second) << name(reason);
    EXPECT_EQ(result_of(reason) == trusted, reason == ReaderReason::none) << name(reason);
    results.insert(result_of(reason));
  }
  EXPECT_EQ(results.size(), reader_trust_count);
  ids.clear();
  for (std::size_t i = 0; i < reader_trust_count; ++i) {
    EXPECT_TRUE(ids.insert(name(static_cast<ReaderTrust>(i))).second);
  }
  for (const ReaderCheckInfo& row : reader_checks()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.clause.empty()) << row.id;
    EXPECT_TRUE(row.duty.ends_with('.')) << row.id;
    EXPECT_EQ(&info(row.check), &row);
  }
  EXPECT_EQ(name(ReaderOutcome::not_applicable), "not-applicable");
}

// A name that was not proven has no way into a VerifiedReader.
TEST_F(Rdr06, NoFailureHasAVerifiedReaderAndEachSaysWhatItIs) {
  trust_readers();
  const auto good = signed_request(reader());
  auto wrong = good;
  wrong.reader_auth->signature = SharedBytes::take(Bytes(64, 1));
  std::vector<DocRequestReaders> failures{judge(unsigned_request()), judge(wrong), judge(reader(strangers())),
                                          judge(reader_breaking(CertificateRule::key_purpose_fits))};
  put_crl({pki().certificate(reader_role)});
  failures.push_back(judge(good));
  revocations.crls().forget(pki().certificate(reader_ca_role));
  now = issued + std::chrono::days{1200};
  failures.push_back(judge(good));
  std::set<ReaderTrust> results;
  for (const auto& failure : failures) {
    EXPECT_EQ(failure.verified_reader(), nullptr);
    for (const auto& one : failure.signatures) EXPECT_EQ(one.verified_reader(), nullptr);
    results.insert(failure.result());
  }
  EXPECT_EQ(results, (std::set<ReaderTrust>{absent, invalid, untrusted, expired, revoked, wrong_purpose}));
}

TEST_F(Crt10, EitherKeyPurposeOfAReaderWillDo) {
  trust_readers();
  const std::string mdl(trust::key_purpose::mdl_reader);
  const std::string mdoc(trust::key_purpose::mdoc_reader);
  level = Level::strict;
  for (const auto& purposes : std::vector<std::vector<std::string>>{{mdl}, {mdoc}, {mdl, mdoc}, {mdoc, mdl}}) {
    expect_result(judge(reader_with(with_purposes(pki(), purposes))), trusted, ReaderReason::none);
  }
}

TEST_F(Crt10, AProfileMayAskForAnotherPurposeOrForNone) {
  trust_readers();
  constexpr std::array<std::string_view, 1> wanted{"1.3.130.2.0.0.1.6"};
  profile.key_purposes = wanted;
  expect_result(judge(reader()), wrong_purpose, ReaderReason::wrong_purpose);
  expect_result(judge(reader_with(with_purposes(pki(), {std::string(wanted[0])}))), trusted, ReaderReason::none);
  profile.key_purposes = {};
  const auto readers = judge(reader_with(with_purposes(pki(), {})));
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::key_purpose).outcome, ReaderOutcome::not_applicable);
}

// Each rule broken alone, at each level: an error there fails its check, a warning is reported.
TEST_F(Crt10, EachBrokenRuleWeighsWhatItsLevelSays) {
  trust_readers();
  std::set<std::string_view> without_path;
  std::size_t judged = 0;
  for (const trust::CertificateRuleInfo& row : trust::certificate_rules()) {
    if (!trust::applies(row.rule, reader_role) || row.rule == CertificateRule::validity_now) continue;
    const auto specimen = pki().broken(reader_role, row.rule).value();
    profile = specimen.profile;
    const auto request = signed_request(reader_with(specimen.certificate));
    for (const Level one : {Level::strict, Level::interop, Level::lenient}) {
      SCOPED_TRACE(std::string(row.id) + " " + std::string(mdoc::name(one)));
      level = one;
      const auto readers = judge(request);
      const ReaderJudgement& best = *readers.best();
      if (best.find(ReaderCheck::path).outcome != ReaderOutcome::pass) {
        without_path.insert(row.id);
        EXPECT_NE(readers.result(), trusted);
        continue;
      }
      ASSERT_EQ(best.broken_rules().size(), 1u);
      ASSERT_EQ(best.broken_rules()[0].rule, row.rule);
      const bool purpose = row.aspect == trust::RuleAspect::key_purpose;
      const Weight weight = row.weight(one);
      EXPECT_EQ(best.find(purpose ? ReaderCheck::key_purpose : ReaderCheck::profile).outcome, outcome_of(weight));
      ++judged;
      EXPECT_EQ(best.find(ReaderCheck::signature).outcome, ReaderOutcome::pass);
      EXPECT_EQ(readers.result(), weight != Weight::error ? trusted : purpose ? wrong_purpose : untrusted);
    }
  }
  // Path validation refuses these at every level: names and key identifiers must lead to the issuer, critical
  // extensions must be understood, and keys and signatures be of use.
  EXPECT_EQ(without_path,
            (std::set<std::string_view>{"aki.equal", "aki.key-id-only", "aki.not-critical", "contact.not-critical",
                                        "extensions.unknown-critical", "issuer.name", "key.algorithm",
                                        "key.named-curve", "signature.algorithm", "signature.algorithms-equal",
                                        "signature.valid", "ski.not-critical"}));
  EXPECT_GE(judged, 75u);
}

TEST_F(Crt11, CertificatesBetweenReaderAndAnchorAreFollowedInAnyOrder) {
  const crypto::PrivateKey& root_key = pki().key(reader_ca_role);
  const crypto::PrivateKey& middle_key = pki().key(CertificateRole::tls_client);
  const auto length = [](std::uint32_t most) {
    return [most](crypto::CertificateTemplate& wanted) { wanted.basic_constraints->path_length = most; };
  };
  const auto unaltered = [](crypto::CertificateTemplate&) {};
  const auto root = issue(reader_ca_role, "Root", root_key, nullptr, root_key, length(2));
  const auto upper = issue(reader_ca_role, "Upper", middle_key, &root, root_key, [](auto& wanted) {
    wanted.basic_constraints->path_length = 1;
    wanted.authority_key_identifier = true;
  });
  const crypto::PrivateKey& lower_key = pki().key(CertificateRole::ocsp_signer);
  const auto lower = issue(reader_ca_role, "Lower", lower_key, &upper, middle_key, length(0));
  const auto leaf = issue(reader_role, "Leaf", *reader().key, &lower, lower_key, unaltered);
  ASSERT_TRUE(store.add_anchor(Purpose::readers, root));

  for (const auto& x5chain : {std::vector{leaf, lower, upper}, std::vector{leaf, upper, lower},
                              std::vector{leaf, pki().certificate(reader_role), lower, upper}}) {
    Signer signer = reader();
    signer.x5chain = x5chain;
    const auto readers = judge(signer);
    expect_result(readers, trusted, ReaderReason::none);
    EXPECT_EQ(readers.verified_reader()->common_name(), "Leaf");
    EXPECT_EQ(readers.verified_reader()->anchor().subject, "CN=Root");
  }
  for (const auto& x5chain : {std::vector{leaf}, std::vector{leaf, lower}, std::vector{leaf, upper}}) {
    Signer signer = reader();
    signer.x5chain = x5chain;
    expect_result(judge(signer), untrusted, ReaderReason::no_path);
  }
  // Revocation is looked up for each of them, with its own issuer, and not for the anchor.
  const auto nothing = [](testing::SampleCrl&) {};
  put_crl(lower, lower_key, nothing);
  put_crl(upper, middle_key, nothing);
  put_crl(root, root_key, nothing);
  Signer signer = reader();
  signer.x5chain = {leaf, lower, upper};
  const auto readers = judge(signer);
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::pass);
  std::vector<std::string> looked_up;
  for (const auto& record : readers.best()->revocations()) looked_up.push_back(record.subject);
  EXPECT_EQ(looked_up, (std::vector<std::string>{"CN=Leaf", "CN=Lower", "CN=Upper"}));
  put_crl(root, root_key, [&](testing::SampleCrl& list) { list.revoke(upper, issued); });
  expect_result(judge(signer), revoked, ReaderReason::revoked);
  // The anchor's limit on the length of paths counts.
  store.clear(Purpose::readers);
  ASSERT_TRUE(
      store.add_anchor(Purpose::readers, issue(reader_ca_role, "Root", root_key, nullptr, root_key, length(1))));
  EXPECT_EQ(judge(signer).result(), untrusted);
}

TEST_F(Crt11, ARootInTheChainIsReportedAndRefusedWhenStrict) {
  trust_readers();
  Signer signer = reader();
  signer.x5chain.push_back(pki().certificate(reader_ca_role));
  for (const Level one : {Level::interop, Level::lenient}) {
    level = one;
    const auto readers = judge(signer);
    expect_result(readers, trusted, ReaderReason::none);
    EXPECT_EQ(readers.best()->find(ReaderCheck::certificates).outcome, ReaderOutcome::warn);
    EXPECT_EQ(readers.best()->find(ReaderCheck::certificates).reason, ReaderReason::root_included);
  }
  level = Level::strict;
  const auto readers = judge(signer);
  expect_result(readers, untrusted, ReaderReason::root_included);
  EXPECT_EQ(readers.best()->error()->code, Errc::deviation);
  // A root of one's own proves nothing at any level.
  Signer stranger = reader(strangers());
  stranger.x5chain.push_back(strangers().certificate(reader_ca_role));
  level = Level::lenient;
  expect_result(judge(stranger), untrusted, ReaderReason::namesake);
}

TEST_F(Crt11, AnAnchorThatLooksAlikeVouchesForNobodyAndHidesNobody) {
  trust_readers(strangers());
  ASSERT_EQ(pki().certificate(reader_ca_role).subject(), strangers().certificate(reader_ca_role).subject());
  expect_result(judge(reader()), untrusted, ReaderReason::namesake);
  trust_readers();
  expect_result(judge(reader()), trusted, ReaderReason::none);
  expect_result(judge(reader(strangers())), trusted, ReaderReason::none);
}

TEST_F(Crt11, AnchorsOfOtherPurposesVouchForNoReader) {
  for (const Purpose other : {Purpose::issuance, Purpose::list_signers, Purpose::tls}) {
    ASSERT_TRUE(store.add_anchor(other, pki().certificate(reader_ca_role)));
    store.pin_certificate(other, pki().certificate(reader_role));
    store.pin_key(other, pki().key(reader_role).public_key());
  }
  expect_result(judge(reader()), untrusted, ReaderReason::no_anchors);
  trust_readers(strangers());
  expect_result(judge(reader()), untrusted, ReaderReason::namesake);
}

TEST_F(Crt11, ADocumentSignerIsNoReaderWhoeverVouchesForIt) {
  const auto role = CertificateRole::document_signer;
  ASSERT_TRUE(store.add_anchor(Purpose::readers, pki().issuer(role)));
  expect_result(judge(Signer{.key = &pki().key(role), .x5chain = {pki().certificate(role)}}), wrong_purpose,
                ReaderReason::wrong_purpose);
}

TEST_F(Crt11, AnAnchorThatBreaksARuleOfItsRoleIsReportedAndRefusedWhenStrict) {
  const crypto::PrivateKey& root_key = pki().key(reader_ca_role);
  const auto root = issue(reader_ca_role, "Root", root_key, nullptr, root_key,
                          [](auto& wanted) { wanted.basic_constraints->path_length.reset(); });
  const auto leaf = issue(reader_role, "Leaf", *reader().key, &root, root_key, [](auto&) {});
  ASSERT_TRUE(store.add_anchor(Purpose::readers, root));
  const auto readers = judge(reader_with(leaf));
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::anchor).outcome, ReaderOutcome::warn);
  ASSERT_EQ(readers.best()->anchor_broken_rules().size(), 1u);
  EXPECT_EQ(readers.best()->anchor_broken_rules()[0].rule, CertificateRule::ca_path_length);
  level = Level::strict;
  expect_result(judge(reader_with(leaf)), untrusted, ReaderReason::anchor_rule);
}

TEST_F(ReaderRevocation, ThePolicyDecidesWhatUnknownMeans) {
  trust_readers();
  const auto finding = [](const DocRequestReaders& readers) { return readers.best()->find(ReaderCheck::revocation); };
  revocation = trust::RevocationPolicy::soft;
  auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(finding(readers).outcome, ReaderOutcome::warn);
  EXPECT_EQ(finding(readers).reason, ReaderReason::revocation_unknown);
  ASSERT_EQ(readers.best()->revocations().size(), 1u);
  EXPECT_EQ(readers.best()->revocations()[0].source, trust::RevocationSource::none);

  revocation = trust::RevocationPolicy::hard;
  expect_result(judge(reader()), untrusted, ReaderReason::revocation_unknown);
  put_crl();
  readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(finding(readers).outcome, ReaderOutcome::pass);
  EXPECT_EQ(readers.best()->revocations()[0].state, trust::RevocationState::good);
  EXPECT_EQ(readers.best()->revocations()[0].next_update, issued + std::chrono::days{30});
}

TEST_F(ReaderRevocation, AListThatIsTooOldIsToldApartFromNone) {
  trust_readers();
  put_crl();
  now = issued + std::chrono::days{31};
  auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::warn);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).reason, ReaderReason::revocation_stale);
  revocation = trust::RevocationPolicy::hard;
  readers = judge(reader());
  expect_result(readers, untrusted, ReaderReason::revocation_stale);
  EXPECT_EQ(readers.best()->error()->code, Errc::expired);
}

TEST_F(ReaderRevocation, OffIsReportedAsSkippedAndLetsThrough) {
  trust_readers();
  put_crl({pki().certificate(reader_role)});
  revocation = trust::RevocationPolicy::off;
  const auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::skipped);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).reason, ReaderReason::revocation_off);
  EXPECT_TRUE(readers.best()->revocations().empty());
}

TEST_F(ReaderRevocation, WithoutAPolicyTheLevelDecides) {
  trust_readers();
  revocation.reset();
  for (const Level one : {Level::interop, Level::lenient}) {
    level = one;
    expect_result(judge(reader()), trusted, ReaderReason::none);
  }
  level = Level::strict;
  expect_result(judge(reader()), untrusted, ReaderReason::revocation_unknown);
  put_crl();
  expect_result(judge(reader()), trusted, ReaderReason::none);
}

TEST_F(ReaderRevocation, WithoutASourceThatCouldTellThereIsNothingToJudge) {
  const crypto::PrivateKey& root_key = pki().key(reader_ca_role);
  const auto silent = [](crypto::CertificateTemplate& wanted) { wanted.crl_distribution_points.clear(); };
  const auto root = issue(reader_ca_role, "Root", root_key, nullptr, root_key, silent);
  const auto leaf = issue(reader_role, "Leaf", *reader().key, &root, root_key, silent);
  ASSERT_TRUE(store.add_anchor(Purpose::readers, root));
  level = Level::lenient;
  revocation = trust::RevocationPolicy::hard;
  auto readers = judge(reader_with(leaf));
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::not_applicable);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).reason, ReaderReason::not_revocable);
  EXPECT_TRUE(readers.best()->revocations().empty());
  EXPECT_TRUE(judge(request_of({})).wanted.empty());
  // But a list that is there nevertheless counts.
  put_crl(root, root_key, [&](testing::SampleCrl& list) { list.revoke(leaf, issued); });
  expect_result(judge(reader_with(leaf)), revoked, ReaderReason::revoked);
}

TEST_F(ReaderRevocation, AnotherAuthorityOfTheSameNameSaysNothing) {
  trust_readers();
  put_crl(strangers().certificate(reader_ca_role), strangers().key(reader_ca_role),
          [&](testing::SampleCrl& list) { list.revoke(pki().certificate(reader_role), issued); });
  const auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).reason, ReaderReason::revocation_unknown);
}

std::vector<model::DocRequest> two(model::DocRequest first, model::DocRequest second) {
  std::vector<model::DocRequest> both;
  both.push_back(std::move(first));
  both.push_back(std::move(second));
  return both;
}

TEST_F(ReaderRevocation, WhatWasMissedIsNamedOnceForAllDocuments) {
  trust_readers();
  auto request = request_of(two(signed_request(reader()), signed_request(reader(), "portrait", photo_id_type)));
  request.reader_auth_all.push_back(sign_all(reader(), request));
  auto readers = judge(request);
  ASSERT_EQ(readers.wanted.size(), 1u);
  EXPECT_EQ(readers.wanted[0].kind, trust::RevocationSource::crl);
  EXPECT_EQ(readers.wanted[0].uris, pki().certificate(reader_role).crl_distribution_points());
  EXPECT_EQ(readers.wanted[0].certificate, pki().certificate(reader_role));
  EXPECT_EQ(readers.wanted[0].issuer, pki().certificate(reader_ca_role));

  const auto list = testing::sign_crl(
      pki(), reader_role, {.this_update = issued, .next_update = issued + std::chrono::days{30}, .number = 1});
  ASSERT_TRUE(revocations.accept(readers.wanted[0], list->der(), {.now = now, .clock = {}}).has_value());
  EXPECT_TRUE(judge(request).wanted.empty());
  now = issued + std::chrono::days{30};  // due
  EXPECT_EQ(judge(request).wanted.size(), 1u);
}

// Nobody who is not vouched for, or who did not sign this, makes a wallet fetch anything.
TEST_F(ReaderRevocation, OnlyAPathWithAGoodSignatureIsLookedUp) {
  put_crl({pki().certificate(reader_role)});
  const auto nothing_came_of = [](const RequestReaders& readers) {
    EXPECT_TRUE(readers.wanted.empty());
    EXPECT_TRUE(readers.doc_requests.at(0).best()->revocations().empty());
    EXPECT_EQ(readers.doc_requests.at(0).best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::skipped);
  };
  const auto alone = [](model::DocRequest one) {
    std::vector<model::DocRequest> all;
    all.push_back(std::move(one));
    return request_of(std::move(all));
  };
  nothing_came_of(judge(alone(signed_request(reader()))));  // no anchors
  trust_readers();
  nothing_came_of(judge(alone(signed_request(reader(strangers())))));
  const auto request = alone(signed_request(reader()));
  transcript.back() = 0x01;
  nothing_came_of(judge(request));
}

TEST_F(ReaderPins, APinnedCertificateIsTrustedByNameWhileItIsValid) {
  store.pin_certificate(Purpose::readers, pki().certificate(reader_role), {.source = "by hand"});
  revocation = trust::RevocationPolicy::hard;  // there is no issuer to ask
  auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.verified_reader()->subject(), reader_name(pki()));
  EXPECT_EQ(readers.verified_reader()->anchor().source, "by hand");
  EXPECT_TRUE(readers.verified_reader()->anchor().pinned);
  EXPECT_EQ(readers.best()->find(ReaderCheck::path).reason, ReaderReason::pinned);
  EXPECT_EQ(readers.best()->find(ReaderCheck::revocation).outcome, ReaderOutcome::not_applicable);
  now = issued + std::chrono::days{1200};
  readers = judge(reader());
  expect_result(readers, expired, ReaderReason::expired);
  EXPECT_EQ(readers.best()->valid_until(), pki().certificate(reader_role).not_after());
}

TEST_F(ReaderPins, NothingAboveAReaderThatIsAnAnchorItselfIsSaidToBeChecked) {
  const crypto::PrivateKey& own = pki().key(reader_role);
  const auto anchor = issue(reader_role, "kiosk", own, nullptr, own,
                            [](auto& wanted) { wanted.basic_constraints = crypto::BasicConstraints{.ca = true}; });
  ASSERT_TRUE(store.add_anchor(Purpose::readers, anchor, {.source = "by hand"}));
  level = Level::lenient;  // it is no certificate of a reader
  for (const auto policy : {trust::RevocationPolicy::off, trust::RevocationPolicy::hard}) {
    revocation = policy;
    const auto readers = judge(reader_with(anchor));
    ASSERT_NE(readers.best(), nullptr);
    EXPECT_EQ(readers.best()->find(ReaderCheck::path).outcome, ReaderOutcome::pass);
    for (const auto check : {ReaderCheck::revocation, ReaderCheck::anchor}) {
      EXPECT_EQ(readers.best()->find(check).outcome, ReaderOutcome::not_applicable) << info(check).id;
      EXPECT_EQ(readers.best()->find(check).reason, ReaderReason::pinned) << info(check).id;
    }
    EXPECT_NE(readers.best()->find(ReaderCheck::profile).outcome, ReaderOutcome::pass);
    EXPECT_EQ(readers.best()->find(ReaderCheck::validity).outcome, ReaderOutcome::pass);
    EXPECT_TRUE(readers.best()->anchor_broken_rules().empty());
    EXPECT_TRUE(readers.best()->revocations().empty());
  }
}

TEST_F(ReaderPins, APinnedKeyIsTrustedAndWhatItsCertificateSaysIsNot) {
  const crypto::PrivateKey& own = *reader().key;
  store.pin_key(Purpose::readers, own.public_key(), {.source = "the kiosk"});
  const auto fancy = issue(reader_role, "Police of Utopia", own, nullptr, own, [](auto& wanted) {
    wanted.authority_key_identifier = false;
    wanted.extended_key_usage.clear();
  });
  now = issued + std::chrono::days{5000};
  const auto readers = judge(reader_with(fancy));
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.verified_reader()->certificate(), nullptr);
  EXPECT_EQ(readers.verified_reader()->subject(), "");
  EXPECT_FALSE(readers.verified_reader()->common_name());
  EXPECT_FALSE(readers.verified_reader()->organization());
  EXPECT_TRUE(readers.verified_reader()->dns_names().empty());
  EXPECT_EQ(readers.verified_reader()->anchor().source, "the kiosk");
  EXPECT_EQ(readers.best()->claimed_subject(), "CN=Police of Utopia");
  EXPECT_FALSE(readers.best()->valid_until());
  for (const auto check :
       {ReaderCheck::key_purpose, ReaderCheck::profile, ReaderCheck::anchor, ReaderCheck::validity}) {
    EXPECT_EQ(readers.best()->find(check).outcome, ReaderOutcome::not_applicable) << info(check).id;
  }
}

}  // namespace
}  // namespace mdoc::presentation
