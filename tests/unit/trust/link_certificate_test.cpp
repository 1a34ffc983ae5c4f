// A new root of an authority, vouched for by the old one.
#include <array>

#include <gtest/gtest.h>

#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::trust {
namespace {

using std::chrono::days;

const UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");

/// An authority that rolls over: the link certificate of the TestPki is for a key of which this is the root.
struct RollOver {
  testing::TestPki pki;
  crypto::Certificate new_root;
  crypto::Certificate signer;  ///< of the new root

  static RollOver make() {
    testing::CountingRng rng(50);
    auto pki = testing::TestPki::create(now, rng).value();
    const crypto::Certificate& link = pki.certificate(CertificateRole::iaca_link);
    const crypto::PrivateKey& key = pki.key(CertificateRole::iaca_link);
    const CertificateContent root{
        .subject = link.subject(), .not_before = now - days{1}, .contact = "https://issuer.example/"};
    const auto new_root =
        crypto::issue_self_signed_certificate(certificate_template(CertificateRole::iaca, root).value(), key, rng)
            .value();
    CertificateContent signer{.subject = pki.certificate(CertificateRole::document_signer).subject(),
                              .not_before = now - days{1},
                              .contact = "https://issuer.example/",
                              .crl_uri = "http://issuer.example/crl"};
    const auto made =
        crypto::issue_certificate(certificate_template(CertificateRole::document_signer, signer).value(),
                                  pki.key(CertificateRole::document_signer).public_key(), new_root, key, rng)
            .value();
    return {std::move(pki), new_root, made};
  }

  [[nodiscard]] const crypto::Certificate& link() const { return pki.certificate(CertificateRole::iaca_link); }
  [[nodiscard]] bool trusted(const TrustStore& store, const crypto::Certificate& certificate,
                             const DocType& doc_type = DocType("a")) const {
    const std::array<ByteView, 1> x5chain{certificate.der()};
    return store
        .evaluate({.profile = info(CertificateRole::document_signer).profile, .doc_type = doc_type}, x5chain, now, {})
        .trusted();
  }
};

Errc refusal(TrustStore& store, const crypto::Certificate& link, const crypto::Certificate& new_root,
             UtcSeconds at = now, Level level = Level::interop, const ClockPolicy& clock = {}) {
  const auto added = store.add_linked_anchor(Purpose::issuance, link, new_root, at, clock, level);
  return added ? Errc{} : added.error().code;
}

TEST(Crt12, ANewRootIsTrustedBecauseTheOldOneVouchesForIt) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  const crypto::Certificate& old_root = roll.pki.certificate(CertificateRole::iaca);
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, old_root, {.source = "by hand", .doc_types = {DocType("a")}}));
  EXPECT_FALSE(roll.trusted(store, roll.signer));
  ASSERT_EQ(refusal(store, roll.link(), roll.new_root, now, Level::strict), Errc{});
  EXPECT_TRUE(roll.trusted(store, roll.signer));
  EXPECT_TRUE(
      roll.trusted(store, roll.pki.certificate(CertificateRole::document_signer)));  // and what the old one signed
  EXPECT_FALSE(roll.trusted(store, roll.signer, DocType("b")));                      // as far as the old one was
}

TEST(Crt12, ALinkForAnotherKeyOrNameVouchesForNothing) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  testing::CountingRng rng(51);
  const auto other_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  const CertificateContent content{
      .subject = roll.new_root.subject(), .not_before = now - days{1}, .contact = "https://issuer.example/"};
  const auto look_alike = crypto::issue_self_signed_certificate(
                              certificate_template(CertificateRole::iaca, content).value(), other_key, rng)
                              .value();
  EXPECT_EQ(refusal(store, roll.link(), look_alike), Errc::subject_mismatch);
  EXPECT_EQ(refusal(store, roll.link(), roll.pki.certificate(CertificateRole::reader_ca)), Errc::subject_mismatch);
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
}

TEST(Crt12, ALinkOfSomebodyElseVouchesForNothing) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  EXPECT_EQ(refusal(store, roll.link(), roll.new_root), Errc::no_trust_anchor);
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::reader_ca)));
  EXPECT_EQ(refusal(store, roll.link(), roll.new_root), Errc::chain_untrusted);
  testing::CertificateParts forged = testing::CertificateParts::of(roll.link());
  TrustStore with_old;
  ASSERT_TRUE(with_old.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  const auto by_another = forged.sign(roll.pki.key(CertificateRole::reader_ca)).value();
  EXPECT_EQ(refusal(with_old, by_another, roll.new_root), Errc::chain_untrusted);
}

TEST(Crt12, OutsideOfItsDatesALinkVouchesForNothing) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  EXPECT_EQ(refusal(store, roll.link(), roll.new_root, roll.link().not_before() - days{1}), Errc::not_yet_valid);
  EXPECT_EQ(refusal(store, roll.link(), roll.new_root, roll.link().not_after() + days{1}), Errc::expired);
}

TEST(Crt12, WhoDoesNotKnowTheTimeBelievesNoLink) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  const ClockPolicy unknown{.quality = ClockQuality::unknown};
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    EXPECT_EQ(refusal(store, roll.link(), roll.new_root, now, level, unknown), Errc::refused);
    EXPECT_EQ(refusal(store, roll.link(), roll.new_root, roll.link().not_after() + days{4000}, level, unknown),
              Errc::refused);
  }
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
}

TEST(Crt12, ANewRootIsJudgedLikeAnyRoot) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  const crypto::PrivateKey& key = roll.pki.key(CertificateRole::iaca_link);
  testing::CertificateParts no_ca = testing::CertificateParts::of(roll.new_root);
  no_ca.remove(crypto::extension::basic_constraints);
  testing::CertificateParts unreachable = testing::CertificateParts::of(roll.new_root);
  unreachable.remove(crypto::extension::issuer_alt_name);
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    EXPECT_EQ(refusal(store, roll.link(), no_ca.sign(key).value(), now, level), Errc::bad_argument);
  }
  EXPECT_EQ(refusal(store, roll.link(), unreachable.sign(key).value(), now, Level::strict), Errc::deviation);
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
  EXPECT_EQ(refusal(store, roll.link(), unreachable.sign(key).value()), Errc{});
}

TEST(Crt12, ALinkThatIsNoCaVouchesForNothing) {
  const RollOver roll = RollOver::make();
  TrustStore store;
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, roll.pki.certificate(CertificateRole::iaca)));
  testing::CertificateParts parts = testing::CertificateParts::of(roll.link());
  parts.remove(crypto::extension::basic_constraints);
  EXPECT_EQ(refusal(store, parts.sign(roll.pki.key(CertificateRole::iaca)).value(), roll.new_root), Errc::deviation);
}

}  // namespace
}  // namespace mdoc::trust
