// Revocation in the report of a document: the certificates of its path, and the document itself.
#include <gtest/gtest.h>

#include "bench.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/status_token_builder.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::Members;
using trust::RevocationPolicy;
using trust::RevocationState;
using trust::StatusType;

constexpr std::string_view list_uri = "https://issuer.example/statuslists/1";
constexpr std::uint64_t own_index = 5;

/// A bench whose document has a status, and what its issuer publishes.
struct RevocationBench : Bench {
  trust::RevocationStore store;
  crypto::PrivateKey status_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x21)).value();

  RevocationBench() {
    level = Level::interop;
    revocation.reset();
  }

  void refer_to_status_list(std::uint64_t index = own_index) {
    sample.on_mso = [index](Members& mso) {
      mso["status"] =
          Members{{"status_list",
                   Members{{"idx", testing::cbor_uint(index)}, {"uri", testing::cbor_text(list_uri)}}.encode()}}
              .encode();
    };
  }
  void refer_to_identifier_list() {
    sample.on_mso = [](Members& mso) {
      mso["status"] =
          Members{
              {"identifier_list",
               Members{{"id", testing::cbor_bytes(Bytes{0xab, 0xcd})}, {"uri", testing::cbor_text(list_uri)}}.encode()}}
              .encode();
    };
  }

  /// Made once.
  [[nodiscard]] const crypto::Certificate& status_signer() {
    if (status_signer_) return *status_signer_;
    testing::CountingRng rng(3);
    const auto wanted =
        trust::certificate_template(
            trust::CertificateRole::status_list_signer,
            {.subject = sample.signer.subject, .not_before = sample.now - 24h, .validity = std::chrono::days{300}})
            .value();
    status_signer_ =
        crypto::issue_certificate(wanted, status_key.public_key(), sample.iaca_certificate(), sample.iaca_key, rng)
            .value();
    return *status_signer_;
  }

  [[nodiscard]] SharedBytes sign(trust::StatusTokenContent content) {
    content.uri = list_uri;
    content.issued_at = sample.now - 1h;
    if (content.expires_at == UtcSeconds{}) content.expires_at = sample.now + 24h;
    const auto draft = trust::StatusTokenDraft::prepare(content, {status_signer()}).value();
    return draft.finish(crypto::sign(status_key, draft.algorithm(), draft.to_be_signed()).value()).value();
  }
  [[nodiscard]] SharedBytes status_list(std::vector<std::uint64_t> revoked) {
    std::vector<StatusType> statuses(64, StatusType::valid);
    for (const std::uint64_t index : revoked) statuses.at(index) = StatusType::invalid;
    return sign({.uri = {}, .list = trust::StatusList::pack(1, statuses).value()});
  }

  /// Hands everything to the store that a first report wants and `content` is.
  Result<void> publish(const SharedBytes& content, UtcSeconds at) {
    const VerificationOutcome first = judge(at);
    Result<void> last = Error{.code = Errc::refused};
    for (const trust::WantedSource& wanted : first.report.documents.at(0).wanted) {
      last = store.accept(wanted, content, {.now = at, .level = level});
      if (last) return last;
    }
    return last;
  }
  Result<void> publish(const SharedBytes& content) { return publish(content, sample.now); }

  [[nodiscard]] crypto::CertificateRevocationList crl(bool with_signer, UtcSeconds from, UtcSeconds until,
                                                      std::uint64_t number = 1) {
    crypto::CrlTemplate content{.this_update = from, .next_update = until, .number = number};
    if (with_signer) {
      const ByteView serial = sample.signer_certificate().serial();
      content.revoked.push_back({.serial = {serial.begin(), serial.end()}, .revocation_date = from - 1h});
    }
    return crypto::issue_crl(content, sample.iaca_certificate(), sample.iaca_key).value();
  }
  void publish_crl(bool with_signer) {
    ASSERT_TRUE(publish(crl(with_signer, sample.now - 1h, sample.now + 24h).der()));
  }

  [[nodiscard]] VerificationOutcome judge(UtcSeconds at) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(sample.response()), level);
    VerificationInput judgement = input();
    judgement.now.utc = at;
    judgement.revocation_sources = store.sources();
    return verification::verify(*decoded, judgement);
  }
  [[nodiscard]] Report judge() { return judge(sample.now).report; }

 private:
  std::optional<crypto::Certificate> status_signer_{};
};

struct Mode {
  RevocationPolicy policy;
  Outcome outcome;
  Reason reason;
  bool valid;
};

TEST(Rev04, TheModesAreNotCheckedUnknownAcceptedAndUnknownRefused) {
  for (const Mode& mode : {Mode{RevocationPolicy::off, Outcome::skipped, Reason::not_checked, true},
                           Mode{RevocationPolicy::soft, Outcome::warn, Reason::status_unknown, true},
                           Mode{RevocationPolicy::hard, Outcome::fail, Reason::status_unknown, false}}) {
    SCOPED_TRACE(name(mode.policy));
    RevocationBench bench;
    bench.refer_to_status_list();
    bench.revocation = mode.policy;
    const Report report = bench.judge();
    EXPECT_EQ(report.revocation, mode.policy);
    for (const CheckId check : {CheckId::trust_revocation, CheckId::mso_status}) {
      EXPECT_EQ(find(report, check).outcome, mode.outcome) << info(check).id;
      EXPECT_EQ(find(report, check).reason, mode.reason) << info(check).id;
    }
    EXPECT_EQ(report.valid, mode.valid) << text_of(report);
    EXPECT_EQ(report.documents[0].revocations.size(), mode.policy == RevocationPolicy::off ? 0u : 2u);
  }
}

TEST(Rev04, WithoutAModeItIsHardWhenStrictAndSoftOtherwise) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    RevocationBench bench;
    bench.level = level;
    EXPECT_EQ(bench.judge().revocation, level == Level::strict ? RevocationPolicy::hard : RevocationPolicy::soft);
  }
}

TEST(Rev10, WhatIsMissingIsWantedAndWhatIsAtHandIsNot) {
  RevocationBench bench;
  bench.refer_to_status_list();
  const Report report = bench.judge();
  const auto& wanted = report.documents[0].wanted;
  ASSERT_EQ(wanted.size(), 2u);
  EXPECT_EQ(wanted[0].kind, trust::RevocationSource::crl);
  EXPECT_EQ(wanted[0].uris, std::vector<std::string>{"http://iaca.example/crl"});
  EXPECT_EQ(wanted[1].kind, trust::RevocationSource::status_list);
  EXPECT_EQ(wanted[1].uris, std::vector<std::string>{std::string(list_uri)});

  bench.publish_crl(false);
  ASSERT_TRUE(bench.publish(bench.status_list({})));
  EXPECT_TRUE(bench.judge().documents[0].wanted.empty());
}

// Long before it ends: by then its issuer may have revoked much.
TEST(Rev10, AListIsWantedAgainAfterItsTimeToLive) {
  RevocationBench bench;
  bench.refer_to_status_list();
  bench.publish_crl(false);
  const auto list = trust::StatusList::pack(1, std::vector<StatusType>(64)).value();
  ASSERT_TRUE(bench.publish(bench.sign({.uri = {},
                                        .expires_at = bench.sample.now + std::chrono::days{20},
                                        .time_to_live = std::chrono::seconds{3600},
                                        .list = list})));
  EXPECT_TRUE(bench.judge(bench.sample.now + 59min).report.documents[0].wanted.empty());
  for (const auto later : {1h, 10h}) {
    const Report report = bench.judge(bench.sample.now + later).report;
    EXPECT_EQ(find(report, CheckId::mso_status).outcome, Outcome::pass);
    const auto& document = report.documents[0];
    ASSERT_EQ(document.wanted.size(), 1u);
    EXPECT_EQ(document.wanted[0].kind, trust::RevocationSource::status_list);
    ASSERT_EQ(document.revocations.size(), 2u);
    EXPECT_EQ(document.revocations[1].next_update, bench.sample.now + 1h);
    EXPECT_EQ(document.revocations[1].usable_until, bench.sample.now + std::chrono::days{20});
  }
}

TEST(Rev10, ADocumentThatNobodyVouchesForMakesNobodyFetchAnything) {
  for (const bool names_signer : {false, true}) {
    SCOPED_TRACE(names_signer);
    RevocationBench stranger;
    stranger.sample.on_mso = [&](Members& mso) {
      Members list{{"idx", testing::cbor_uint(own_index)}, {"uri", testing::cbor_text(list_uri)}};
      const crypto::Certificate signer = stranger.status_signer();
      if (names_signer) list["certificate"] = testing::cbor_bytes(signer.der());
      mso["status"] = Members{{"status_list", list.encode()}}.encode();
    };
    stranger.with_anchor = false;
    Report report = stranger.judge();
    EXPECT_EQ(find(report, CheckId::trust_path).outcome, Outcome::fail);
    EXPECT_TRUE(report.documents[0].wanted.empty());

    // With a certificate of somebody who is trusted, and another signature.
    stranger.with_anchor = true;
    stranger.sample.on_issuer_auth = [](testing::CoseParts& auth) { auth.signature.back() ^= 1; };
    report = stranger.judge();
    EXPECT_EQ(find(report, CheckId::issuer_auth_signature).outcome, Outcome::fail);
    for (const trust::WantedSource& wanted : report.documents[0].wanted) {
      EXPECT_EQ(wanted.kind, trust::RevocationSource::crl);
    }
  }
}

TEST(Rev01, AFreshListWithoutTheSignerMakesItGoodAndSaysHowOldItIs) {
  RevocationBench bench;
  bench.revocation = RevocationPolicy::hard;
  bench.publish_crl(false);
  const Report report = bench.judge(bench.sample.now + 3h).report;
  EXPECT_EQ(find(report, CheckId::trust_revocation).outcome, Outcome::pass) << text_of(report);
  ASSERT_EQ(report.documents[0].revocations.size(), 1u);
  const trust::RevocationRecord& record = report.documents[0].revocations[0];
  EXPECT_EQ(record.state, RevocationState::good);
  EXPECT_EQ(record.source, trust::RevocationSource::crl);
  EXPECT_EQ(record.age, std::chrono::seconds{3h});
}

TEST(Rev02, ARevokedSignerIsRefusedUnderEveryModeThatLooks) {
  for (const RevocationPolicy policy : {RevocationPolicy::soft, RevocationPolicy::hard}) {
    RevocationBench bench;
    bench.revocation = policy;
    bench.publish_crl(true);
    const Report report = bench.judge();
    EXPECT_EQ(only_refusal(report, CheckId::trust_revocation).reason, Reason::revoked);
    EXPECT_EQ(report.documents[0].revocations[0].state, RevocationState::revoked);
    EXPECT_TRUE(report.documents[0].revocations[0].revocation_date);
  }
}

TEST(Rev01, AStaleListIsNeitherGoodNorUnknown) {
  for (const bool hard : {false, true}) {
    RevocationBench bench;
    bench.revocation = hard ? RevocationPolicy::hard : RevocationPolicy::soft;
    bench.publish_crl(false);
    const Report report = bench.judge(bench.sample.now + 48h).report;
    EXPECT_EQ(find(report, CheckId::trust_revocation).reason, Reason::stale);
    EXPECT_EQ(find(report, CheckId::trust_revocation).outcome, hard ? Outcome::fail : Outcome::warn);
    EXPECT_EQ(report.documents[0].wanted.size(), 1u);  // a newer one
  }
}

TEST(Rev01, AListOfAnotherAuthorityIsNotTaken) {
  RevocationBench bench;
  RevocationBench stranger;
  stranger.sample.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x11)).value();
  const auto refused = bench.publish(stranger.crl(true, bench.sample.now - 1h, bench.sample.now + 24h).der());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::untrusted);
  EXPECT_EQ(find(bench.judge(), CheckId::trust_revocation).reason, Reason::status_unknown);
}

TEST(Rev05, AStatusListTellsValidFromRevoked) {
  for (const bool revoked : {false, true}) {
    RevocationBench bench;
    bench.refer_to_status_list();
    ASSERT_TRUE(bench.publish(
        bench.status_list(revoked ? std::vector<std::uint64_t>{own_index} : std::vector<std::uint64_t>{6})));
    const Report report = bench.judge();
    EXPECT_EQ(find(report, CheckId::mso_status).outcome, revoked ? Outcome::fail : Outcome::pass) << text_of(report);
    if (revoked) {
      EXPECT_EQ(only_refusal(report, CheckId::mso_status).reason, Reason::revoked);
    }
  }
}

TEST(Rev05, AnIndexBeyondTheListIsUnknown) {
  RevocationBench bench;
  bench.refer_to_status_list(64);
  ASSERT_TRUE(bench.publish(bench.status_list({})));
  const Report report = bench.judge();
  EXPECT_EQ(find(report, CheckId::mso_status).reason, Reason::status_unknown);
  EXPECT_TRUE(find(report, CheckId::mso_status).error);
}

TEST(Rev05, AListPastItsEndIsStale) {
  RevocationBench bench;
  bench.refer_to_status_list();
  ASSERT_TRUE(bench.publish(bench.status_list({})));
  const Report report = bench.judge(bench.sample.now + 25h).report;
  EXPECT_EQ(find(report, CheckId::mso_status).reason, Reason::stale);
  EXPECT_EQ(std::get<UtcSeconds>(find(report, CheckId::mso_status).expected), bench.sample.now + 24h);
}

TEST(Rev05, WhatWasRevokedOnceIsRevokedThoughTheListIsPastItsEnd) {
  RevocationBench bench;
  bench.refer_to_status_list();
  ASSERT_TRUE(bench.publish(bench.status_list({own_index})));
  EXPECT_EQ(find(bench.judge(bench.sample.now + 25h).report, CheckId::mso_status).reason, Reason::revoked);
}

TEST(Rev06, AnIdentifierOnTheListIsRevoked) {
  for (const bool listed : {false, true}) {
    RevocationBench bench;
    bench.refer_to_identifier_list();
    const Bytes id = listed ? Bytes{0xab, 0xcd} : Bytes{0xab, 0xce};
    const std::array<ByteView, 1> identifiers{id};
    ASSERT_TRUE(bench.publish(bench.sign({.uri = {}, .list = trust::IdentifierList::of(identifiers).value()})));
    EXPECT_EQ(find(bench.judge(), CheckId::mso_status).outcome, listed ? Outcome::fail : Outcome::pass);
  }
}

TEST(Rev07, ARevokedSignerOfAListSaysNothing) {
  RevocationBench bench;
  bench.refer_to_status_list();
  ASSERT_TRUE(bench.publish(bench.status_list({})));
  const crypto::Certificate signer = bench.status_signer();
  const ByteView serial = signer.serial();
  const crypto::CrlTemplate content{
      .this_update = bench.sample.now - 1h,
      .next_update = bench.sample.now + 24h,
      .number = 2,
      .revoked = {{.serial = {serial.begin(), serial.end()}, .revocation_date = bench.sample.now - 2h}}};
  ASSERT_TRUE(
      bench.publish(crypto::issue_crl(content, bench.sample.iaca_certificate(), bench.sample.iaca_key).value().der()));
  const Report report = bench.judge();
  EXPECT_EQ(find(report, CheckId::mso_status).reason, Reason::status_unknown);
  EXPECT_EQ(find(report, CheckId::mso_status).error->code, Errc::revoked);
}

TEST(Rev07, ASignerWhoseCertificateBreaksARuleIsNotBelieved) {
  RevocationBench bench;
  bench.refer_to_status_list();
  bench.status_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x22)).value();
  testing::CountingRng rng(4);
  auto wanted =
      trust::certificate_template(trust::CertificateRole::status_list_signer,
                                  {.subject = bench.sample.signer.subject, .not_before = bench.sample.now - 24h})
          .value();
  wanted.key_usage = crypto::key_usage::key_agreement;
  const auto certificate = crypto::issue_certificate(wanted, bench.status_key.public_key(),
                                                     bench.sample.iaca_certificate(), bench.sample.iaca_key, rng)
                               .value();
  trust::StatusTokenContent content{.uri = std::string(list_uri),
                                    .issued_at = bench.sample.now - 1h,
                                    .expires_at = bench.sample.now + 1h,
                                    .list = trust::StatusList::pack(1, std::vector<StatusType>(8)).value()};
  const auto draft = trust::StatusTokenDraft::prepare(content, {certificate}).value();
  const auto token = draft.finish(crypto::sign(bench.status_key, draft.algorithm(), draft.to_be_signed()).value());
  const auto refused = bench.publish(*token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::deviation);
}

/// The anchor of the sample comes from a list, which names these signers of status lists for it.
void list_issuer(RevocationBench& bench, std::vector<crypto::Certificate> status_signers) {
  bench.with_anchor = false;
  trust::ListProvenance provenance{.kind = trust::ListKind::trusted_entities, .provider = "Utopia"};
  provenance.date = bench.sample.now - 1h;
  ASSERT_TRUE(bench.trust.put_list(
      trust::Purpose::issuance,
      trust::TrustedList::vouched_for(
          {.signer_path = {},
           .provenance = std::make_shared<const trust::ListProvenance>(provenance),
           .issue = {.kind = provenance.kind, .provider = "Utopia", .date = provenance.date}},
          {}, {{.certificate = bench.sample.iaca_certificate(), .status_signers = std::move(status_signers)}})));
}

TEST(Rev07, ASignerThatTheListOfTheIssuerNamesIsBelievedForItAlone) {
  // A signer whom the CA of the documents did not certify.
  RevocationBench stranger;
  stranger.sample.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x31)).value();
  for (const bool named : {true, false}) {
    RevocationBench bench;
    bench.refer_to_status_list();
    const auto signer = stranger.status_signer();
    list_issuer(bench, named ? std::vector{signer} : std::vector<crypto::Certificate>{});
    const auto token = stranger.status_list({});
    const auto published = bench.publish(token);
    EXPECT_EQ(published.has_value(), named) << describe(published.error());
    const Report report = bench.judge();
    EXPECT_EQ(find(report, CheckId::mso_status).outcome, named ? Outcome::pass : Outcome::warn);
  }
}

TEST(Rev09, ASourceThatIsOlderThanTheOneAtHandIsNotTaken) {
  RevocationBench bench;
  const UtcSeconds now = bench.sample.now;
  const trust::WantedSource wanted = bench.judge().documents.at(0).wanted.at(0);
  const trust::RevocationContext context{.now = now};
  ASSERT_TRUE(bench.store.accept(wanted, bench.crl(true, now - 1h, now + 24h, 7).der(), context));
  const auto older = bench.store.accept(wanted, bench.crl(false, now - 2h, now + 48h, 6).der(), context);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Errc::superseded);
  EXPECT_EQ(find(bench.judge(), CheckId::trust_revocation).reason, Reason::revoked);
}

TEST(Revocation, APinnedSignerHasNobodyAboveItWhoCouldRevokeIt) {
  RevocationBench bench;
  bench.with_anchor = false;
  bench.trust.pin_certificate(trust::Purpose::issuance, bench.sample.signer_certificate());
  bench.revocation = RevocationPolicy::hard;
  EXPECT_EQ(find(bench.judge(), CheckId::trust_revocation).outcome, Outcome::not_applicable);
}

TEST(Revocation, ACertificateThatSaysNothingAboutRevocationIsNotAskedAbout) {
  RevocationBench bench;
  bench.sample.signer.crl_distribution_points.clear();
  bench.revocation = RevocationPolicy::hard;
  const Report report = bench.judge();
  EXPECT_EQ(find(report, CheckId::trust_revocation).reason, Reason::not_present);
  // Though a list that is at hand all the same is looked at.
  const trust::WantedSource wanted{.kind = trust::RevocationSource::crl, .issuer = bench.sample.iaca_certificate()};
  ASSERT_TRUE(bench.store.accept(wanted, bench.crl(true, bench.sample.now - 1h, bench.sample.now + 1h).der(),
                                 {.now = bench.sample.now}));
  EXPECT_EQ(find(bench.judge(), CheckId::trust_revocation).reason, Reason::revoked);
}

TEST(Revocation, AnUnknownClockMakesNothingGood) {
  RevocationBench bench;
  bench.publish_crl(false);
  bench.clock = ClockPolicy{.quality = ClockQuality::unknown};
  EXPECT_EQ(find(bench.judge(), CheckId::trust_revocation).reason, Reason::status_unknown);
}

TEST(Revocation, AStatusWithoutAnyMechanismThatIsKnownIsUnknown) {
  RevocationBench bench;
  bench.sample.on_mso = [](Members& mso) { mso["status"] = Members{{"another_list", testing::cbor_uint(1)}}.encode(); };
  EXPECT_EQ(find(bench.judge(), CheckId::mso_status).reason, Reason::status_unknown);
}

}  // namespace
}  // namespace mdoc::verification
