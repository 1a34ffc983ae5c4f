#include "mdoc/trust/trust_store.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "support/sample_mdoc.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using testing::CountingRng;
using testing::SampleMdoc;
using testing::utc;

const DocType mdl{"org.iso.18013.5.1.mDL"};
const DocType pid{"eu.europa.ec.eudi.pid.1"};

class TrustStoreTest : public ::testing::Test {
 protected:
  SampleMdoc sample;
  TrustStore store;
  ClockPolicy clock{.skew = 30s};

  void trust_iaca(AnchorOptions options = {.source = "test"}) {
    ASSERT_TRUE(store.add_anchor(Purpose::issuance, sample.iaca_certificate(), std::move(options)));
  }
  Evaluation evaluate(UtcSeconds now, const DocType& doc_type = mdl, Purpose purpose = Purpose::issuance) {
    const crypto::Certificate certificate = sample.signer_certificate();
    const std::vector<ByteView> x5chain{certificate.der()};
    return store.evaluate({.purpose = purpose, .doc_type = doc_type}, x5chain, now, clock);
  }
  Evaluation evaluate() { return evaluate(sample.now); }
};

TEST_F(TrustStoreTest, FollowsAPathToItsAnchor) {
  trust_iaca();
  const Evaluation evaluation = evaluate();
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.outcome, PathOutcome::path);
  EXPECT_EQ(evaluation.date, DateVerdict::within);
  ASSERT_TRUE(evaluation.chain && evaluation.chain->anchor);
  EXPECT_EQ(evaluation.chain->anchor->subject, sample.iaca_certificate().subject().text());
  EXPECT_EQ(evaluation.chain->anchor->source, "test");
  EXPECT_EQ(evaluation.chain->anchor->country, "UT");
  EXPECT_FALSE(evaluation.chain->anchor->pinned);
  EXPECT_EQ(*evaluation.chain->end_entity().public_key(), sample.signer_key.public_key());
}

TEST_F(TrustStoreTest, WithoutAnchorsTrustsNothing) {
  const Evaluation evaluation = evaluate();
  EXPECT_FALSE(evaluation.trusted());
  EXPECT_EQ(evaluation.outcome, PathOutcome::no_anchors);
  ASSERT_TRUE(evaluation.chain);  // facts are facts
  EXPECT_EQ(evaluation.chain->end_entity().country(), "UT");
  EXPECT_FALSE(evaluation.chain->anchor);
}

TEST_F(TrustStoreTest, KeepsPurposesApart) {
  for (const Purpose other : {Purpose::readers, Purpose::list_signers, Purpose::tls}) {
    ASSERT_TRUE(store.add_anchor(other, sample.iaca_certificate()));
    store.pin_certificate(other, sample.signer_certificate());
    store.pin_key(other, sample.signer_key.public_key());
  }
  EXPECT_EQ(evaluate().outcome, PathOutcome::no_anchors);
  EXPECT_TRUE(evaluate(sample.now, mdl, Purpose::readers).trusted());
  EXPECT_EQ(store.size(Purpose::issuance), 0u);
  EXPECT_EQ(store.size(Purpose::tls), 3u);
}

TEST_F(TrustStoreTest, RefusesAStrangersCertificate) {
  SampleMdoc stranger;
  stranger.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x11)).value();
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, stranger.iaca_certificate()));  // same name, other key
  const Evaluation evaluation = evaluate();
  EXPECT_EQ(evaluation.outcome, PathOutcome::untrusted);
  ASSERT_TRUE(evaluation.error);
  EXPECT_EQ(evaluation.error->kind(), ErrorKind::untrusted);
  EXPECT_EQ(store.cached_chains(), 0u);
  ASSERT_TRUE(evaluation.dead_end);
  EXPECT_EQ(evaluation.dead_end->subject, sample.signer_certificate().subject().text());
  EXPECT_EQ(evaluation.dead_end->issuer, sample.iaca_certificate().subject().text());
  EXPECT_TRUE(evaluation.dead_end->has_namesake);

  // With the right one beside it, the path is found.
  trust_iaca();
  EXPECT_TRUE(evaluate().trusted());
}

TEST_F(TrustStoreTest, SaysWhereASearchEnded) {
  SampleMdoc elsewhere;
  elsewhere.iaca.subject = elsewhere.signer.subject;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, elsewhere.iaca_certificate()));
  const auto dead_end = [&](const std::vector<crypto::Certificate>& x5chain) {
    std::vector<ByteView> encoded;
    for (const crypto::Certificate& certificate : x5chain) encoded.push_back(certificate.der());
    return store.evaluate({.doc_type = mdl}, encoded, sample.now, clock).dead_end;
  };
  const auto alone = dead_end({sample.signer_certificate()});
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->subject, sample.signer_certificate().subject().text());
  EXPECT_EQ(alone->issuer, sample.iaca_certificate().subject().text());
  EXPECT_FALSE(alone->has_namesake);
  // Over whatever was sent along, and not in circles: a root names itself.
  const auto with_root = dead_end({sample.signer_certificate(), sample.iaca_certificate()});
  ASSERT_TRUE(with_root);
  EXPECT_EQ(with_root->subject, sample.iaca_certificate().subject().text());
  EXPECT_EQ(with_root->issuer, sample.iaca_certificate().subject().text());
  // A found path has none.
  trust_iaca();
  EXPECT_FALSE(dead_end({sample.signer_certificate()}));
}

TEST_F(TrustStoreTest, WhoeverAddsToAChainCannotNameTheIssuerThatIsMissing) {
  // x5chain is not signed: here somebody added a certificate with the issuer's name and a tale of his own.
  SampleMdoc liar;
  liar.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x77)).value();
  liar.signer.subject = sample.iaca.subject;
  liar.iaca.subject = sample.signer.subject;
  SampleMdoc elsewhere;
  elsewhere.iaca.subject = elsewhere.signer.subject;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, elsewhere.iaca_certificate()));
  const auto leaf = sample.signer_certificate();
  const auto added = liar.signer_certificate();
  ASSERT_EQ(added.subject(), leaf.issuer());
  const auto end =
      store.evaluate({.doc_type = mdl}, std::vector<ByteView>{leaf.der(), added.der()}, sample.now, clock).dead_end;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->subject, leaf.subject().text());
  EXPECT_EQ(end->issuer, sample.iaca_certificate().subject().text());
  EXPECT_FALSE(end->has_namesake);
}

TEST_F(TrustStoreTest, OfManyAnchorsWithOneNameTheRightOneIsStillFound) {
  const auto add_namesakes = [&](std::uint8_t first, std::uint8_t count) {
    for (std::uint8_t i = 0; i < count; ++i) {
      SampleMdoc namesake;
      namesake.iaca_key =
          crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, static_cast<std::uint8_t>(first + i))).value();
      ASSERT_TRUE(store.add_anchor(Purpose::issuance, namesake.iaca_certificate()));
    }
  };
  add_namesakes(0x21, 16);
  EXPECT_TRUE(evaluate().dead_end->has_namesake);
  add_namesakes(0x41, 1);  // too many to look at each: nothing is claimed
  EXPECT_FALSE(evaluate().dead_end->has_namesake);
  trust_iaca();
  EXPECT_TRUE(evaluate().trusted());
}

TEST_F(TrustStoreTest, LongNamesOfStrangersAreCut) {
  std::string value = "x";
  while (value.size() < 51) value += "\u00e9";
  const crypto::NameAttribute part{.type = std::string(crypto::attribute::organization), .value = value};
  SampleMdoc stranger;
  stranger.iaca.subject = crypto::DistinguishedName::build(std::vector(40, part)).value();
  stranger.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x31)).value();
  trust_iaca();
  const crypto::Certificate leaf = stranger.signer_certificate();
  const auto end = store.evaluate({.doc_type = mdl}, std::vector<ByteView>{leaf.der()}, sample.now, clock).dead_end;
  ASSERT_TRUE(end);
  EXPECT_LE(end->issuer.size(), 203u);
  EXPECT_TRUE(end->issuer.starts_with("O=x\u00e9")) << end->issuer;
  EXPECT_TRUE(end->issuer.ends_with("\u2026"));
}

TEST_F(TrustStoreTest, AnAnchorThatDoesNotCountIsNamed) {
  trust_iaca({.source = "test", .doc_types = {pid}});
  const Evaluation evaluation = evaluate();
  EXPECT_EQ(evaluation.outcome, PathOutcome::other_doc_types_only);
  ASSERT_TRUE(evaluation.refused_anchor);
  EXPECT_EQ(evaluation.refused_anchor->subject, sample.iaca_certificate().subject().text());
  EXPECT_EQ(evaluation.refused_anchor->source, "test");
  EXPECT_FALSE(evaluation.chain->anchor);
}

TEST_F(TrustStoreTest, AnIssuerWhosePathFailsOtherwiseIsNotMissing) {
  trust_iaca();
  const auto chain = [&] {
    SampleMdoc below;  // a document signer as the issuer of another one
    below.iaca.subject = sample.signer.subject;
    below.signer.subject = sample.iaca.subject;
    const SecretBytes scalar = sample.signer_key.scalar().value();
    below.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, scalar.view()).value();
    return std::vector{below.signer_certificate(), sample.signer_certificate()};
  }();
  const Evaluation evaluation =
      store.evaluate({.doc_type = mdl}, std::vector<ByteView>{chain[0].der(), chain[1].der()}, sample.now, clock);
  EXPECT_EQ(evaluation.outcome, PathOutcome::untrusted);
  EXPECT_FALSE(evaluation.dead_end);
  EXPECT_TRUE(evaluation.error);
}

TEST_F(TrustStoreTest, JudgesDatesAtBothEndsWithTheTolerance) {
  trust_iaca();
  const UtcSeconds from = sample.signer.not_before;
  const UtcSeconds until = sample.signer.not_after;
  const std::pair<UtcSeconds, DateVerdict> cases[] = {
      {from - 31s, DateVerdict::too_early},
      {from - 30s, DateVerdict::within_skew},
      {from - 1s, DateVerdict::within_skew},
      {from, DateVerdict::within},
      {from + 1s, DateVerdict::within},
      {until - 1s, DateVerdict::within},
      {until, DateVerdict::within},
      {until + 1s, DateVerdict::within_skew},
      {until + 30s, DateVerdict::within_skew},
      {until + 31s, DateVerdict::too_late},
  };
  for (const auto& [now, expected] : cases) {
    SCOPED_TRACE(to_rfc3339(now));
    const Evaluation evaluation = evaluate(now);
    EXPECT_EQ(evaluation.outcome, PathOutcome::path);
    EXPECT_EQ(evaluation.date, expected);
    EXPECT_EQ(evaluation.trusted(), expected == DateVerdict::within || expected == DateVerdict::within_skew);
  }
}

TEST_F(TrustStoreTest, AnAnchorsOwnDatesCount) {
  sample.iaca.not_after = utc("2026-05-01T11:59:00Z");
  trust_iaca();
  EXPECT_EQ(evaluate().date, DateVerdict::too_late);
  EXPECT_FALSE(evaluate().trusted());
}

TEST_F(TrustStoreTest, PrefersARenewedAnchorToAnExpiredOne) {
  SampleMdoc expired;
  expired.iaca.not_after = utc("2026-02-01T00:00:00Z");
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, expired.iaca_certificate(), {.source = "old"}));
  trust_iaca({.source = "new"});
  const Evaluation evaluation = evaluate();
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.chain->anchor->source, "new");
}

TEST_F(TrustStoreTest, AnUnknownClockTrustsNothing) {
  trust_iaca();
  clock.quality = ClockQuality::unknown;
  const Evaluation evaluation = evaluate();
  EXPECT_EQ(evaluation.outcome, PathOutcome::path);
  EXPECT_EQ(evaluation.date, DateVerdict::clock_unknown);
  EXPECT_FALSE(evaluation.trusted());
}

TEST_F(TrustStoreTest, LimitsAnchorsToTheirDocTypes) {
  trust_iaca({.doc_types = {mdl}});
  EXPECT_TRUE(evaluate(sample.now, mdl).trusted());
  const Evaluation other = evaluate(sample.now, pid);
  EXPECT_EQ(other.outcome, PathOutcome::other_doc_types_only);
  EXPECT_FALSE(other.trusted());
  EXPECT_FALSE(other.chain->anchor);
  EXPECT_EQ(evaluate(sample.now, DocType{}).outcome, PathOutcome::other_doc_types_only);
}

TEST_F(TrustStoreTest, LimitsPinsToTheirDocTypes) {
  store.pin_certificate(Purpose::issuance, sample.signer_certificate(), {.doc_types = {mdl}});
  store.pin_key(Purpose::issuance, sample.signer_key.public_key(), {.doc_types = {mdl}});
  EXPECT_TRUE(evaluate(sample.now, mdl).trusted());
  EXPECT_EQ(evaluate(sample.now, pid).outcome, PathOutcome::other_doc_types_only);
}

TEST_F(TrustStoreTest, APinnedCertificateIsTrustedWhileItIsValid) {
  store.pin_certificate(Purpose::issuance, sample.signer_certificate(), {.source = "pinned by hand"});
  const Evaluation evaluation = evaluate();
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.outcome, PathOutcome::pinned_certificate);
  EXPECT_TRUE(evaluation.chain->anchor->pinned);
  EXPECT_EQ(evaluation.chain->anchor->source, "pinned by hand");
  EXPECT_FALSE(evaluate(sample.signer.not_after + 31s).trusted());
}

TEST_F(TrustStoreTest, AnotherCertificateOfAPinnedSignerIsNotPinned) {
  store.pin_certificate(Purpose::issuance, sample.signer_certificate());
  SampleMdoc renewed;
  renewed.signer.not_after += 24h;
  const crypto::Certificate certificate = renewed.signer_certificate();
  EXPECT_EQ(store.evaluate({.doc_type = mdl}, std::vector<ByteView>{certificate.der()}, sample.now, clock).outcome,
            PathOutcome::untrusted);
}

TEST_F(TrustStoreTest, APinnedKeyIsTrustedWhateverTheDates) {
  store.pin_key(Purpose::issuance, sample.signer_key.public_key(), {.source = "key"});
  for (int i = 0; i < 2; ++i) {  // the second time out of the cache
    const Evaluation evaluation = evaluate(sample.signer.not_after + 24h);
    EXPECT_TRUE(evaluation.trusted());
    EXPECT_EQ(evaluation.outcome, PathOutcome::pinned_key);
    EXPECT_EQ(evaluation.date, DateVerdict::within);
  }
  store.clear(Purpose::issuance);
  store.pin_key(Purpose::issuance, sample.device_key.public_key());
  EXPECT_EQ(evaluate().outcome, PathOutcome::untrusted);
}

TEST_F(TrustStoreTest, OnlyCaCertificatesAreAnchors) {
  const auto added = store.add_anchor(Purpose::issuance, sample.signer_certificate());
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::bad_argument);
  EXPECT_EQ(store.size(Purpose::issuance), 0u);
}

TEST_F(TrustStoreTest, TheSameAnchorTwiceReplacesItsOptions) {
  trust_iaca({.source = "first", .doc_types = {pid}});
  trust_iaca({.source = "second"});
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
  EXPECT_EQ(evaluate().chain->anchor->source, "second");
}

TEST_F(TrustStoreTest, FindsItsWayOverIntermediatesInAnyOrder) {
  // IACA -> subordinate -> signer: not a path of a licence's profile, but one of X.509.
  CountingRng rng(9);
  sample.iaca.basic_constraints->path_length = 1;
  const auto subordinate_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  crypto::CertificateTemplate subordinate = sample.iaca;
  subordinate.subject =
      crypto::DistinguishedName::build({{.type = std::string(crypto::attribute::common_name), .value = "Subordinate"}})
          .value();
  subordinate.basic_constraints->path_length = 0;
  const auto middle = crypto::issue_certificate(subordinate, subordinate_key.public_key(), sample.iaca_certificate(),
                                                sample.iaca_key, rng)
                          .value();
  const auto leaf =
      crypto::issue_certificate(sample.signer, sample.signer_key.public_key(), middle, subordinate_key, rng).value();
  trust_iaca();
  const crypto::Certificate root = sample.iaca_certificate();
  const auto judged = [&](const std::vector<ByteView>& x5chain) {
    return store.evaluate({.doc_type = mdl}, x5chain, sample.now, clock);
  };
  EXPECT_FALSE(judged({leaf.der()}).trusted());
  EXPECT_TRUE(judged({leaf.der(), middle.der()}).trusted());
  const Evaluation with_root = judged({leaf.der(), middle.der(), root.der()});
  EXPECT_TRUE(with_root.trusted());
  EXPECT_TRUE(with_root.chain->includes_self_issued);
  const Evaluation root_in_the_middle = judged({leaf.der(), root.der(), middle.der()});
  EXPECT_TRUE(root_in_the_middle.trusted());
  EXPECT_TRUE(root_in_the_middle.chain->includes_self_issued);
  EXPECT_FALSE(judged({leaf.der(), middle.der(), leaf.der()}).chain->includes_self_issued);
}

TEST_F(TrustStoreTest, RefusesChainsThatDoNotDecode) {
  trust_iaca();
  const crypto::Certificate certificate = sample.signer_certificate();
  const Bytes garbage{0x30, 0x01, 0x00};
  const auto judged = [&](const std::vector<ByteView>& x5chain, const DecodeLimits& limits = {}) {
    return store.evaluate({.doc_type = mdl}, x5chain, sample.now, clock, limits);
  };
  EXPECT_EQ(judged({}).outcome, PathOutcome::malformed);
  EXPECT_EQ(judged({garbage}).outcome, PathOutcome::malformed);
  EXPECT_FALSE(judged({garbage}).chain);
  const Evaluation second = judged({certificate.der(), garbage});
  EXPECT_EQ(second.outcome, PathOutcome::malformed);
  ASSERT_TRUE(second.error);
  EXPECT_EQ(second.error->where.text(), "x5chain[1]");
  EXPECT_FALSE(second.trusted());
  EXPECT_EQ(judged({certificate.der(), certificate.der()}, {.max_certificates = 1}).error->code, Errc::too_many);
  EXPECT_EQ(judged({certificate.der()}, {.max_certificate_bytes = 100}).error->kind(), ErrorKind::limit);
}

TEST_F(TrustStoreTest, KnowsAChainTheSecondTime) {
  trust_iaca();
  const Evaluation first = evaluate();
  EXPECT_EQ(store.cached_chains(), 1u);
  const Evaluation second = evaluate();
  EXPECT_EQ(second.chain, first.chain);  // the same object: nothing was parsed
  EXPECT_EQ(store.cached_chains(), 1u);
}

TEST_F(TrustStoreTest, JudgesTheDatesOfAKnownChainAnew) {
  trust_iaca();
  ASSERT_TRUE(evaluate().trusted());
  EXPECT_EQ(evaluate(sample.signer.not_after + 31s).date, DateVerdict::too_late);
  EXPECT_FALSE(evaluate(sample.signer.not_before - 31s).trusted());
  clock.quality = ClockQuality::unknown;
  EXPECT_FALSE(evaluate().trusted());
}

TEST_F(TrustStoreTest, AChangeOfAnchorsEmptiesTheCache) {
  trust_iaca();
  ASSERT_TRUE(evaluate().trusted());
  store.clear(Purpose::issuance);
  EXPECT_EQ(store.cached_chains(), 0u);
  EXPECT_EQ(evaluate().outcome, PathOutcome::no_anchors);
}

TEST_F(TrustStoreTest, AKnownChainIsKnownForItsDocTypeAlone) {
  trust_iaca({.doc_types = {mdl}});
  ASSERT_TRUE(evaluate(sample.now, mdl).trusted());
  EXPECT_FALSE(evaluate(sample.now, pid).trusted());
}

TEST_F(TrustStoreTest, ThreadsMayEvaluateWhileAnchorsChange) {
  trust_iaca();
  const crypto::Certificate certificate = sample.signer_certificate();
  const crypto::Certificate root = sample.iaca_certificate();
  std::atomic<int> trusted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto evaluation =
            store.evaluate({.doc_type = mdl}, std::vector<ByteView>{certificate.der()}, sample.now, clock);
        if (evaluation.trusted()) ++trusted;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(store.add_anchor(Purpose::issuance, root, {.source = std::to_string(i)}));
    store.pin_key(Purpose::readers, certificate.public_key().value());
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(trusted, 200);  // at no moment was there no anchor
}

}  // namespace
}  // namespace mdoc::trust
