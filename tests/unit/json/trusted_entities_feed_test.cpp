// Lists of trusted entities in the hands of a TrustKeeper: whose they are, and what they are for.
#include <gtest/gtest.h>

#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/json/trust_formats.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "unit/json/signed_list_fixture.hpp"

namespace mdoc::json {
namespace {

using testing::Identity;
using testing::pki_now;
using trust::BundleKind;
using trust::Purpose;

const DocType photo_id{"org.iso.23220.photoid.1"};
const DocType mdl{"org.iso.18013.5.1.mDL"};
constexpr const char* url_a = "https://a.example/list";
constexpr const char* url_b = "https://b.example/list";

class TrustedEntitiesFeed : public SignedListTest {
 protected:
  TrustFormats formats;
  Identity root_b = Identity::root(testing::ca_template("list root B"));
  Identity signer_b = root_b.issue(list_signer_template("list signer B"));

  /// A terminal that believes lists under both roots.
  struct Terminal {
    trust::TrustStore store;
    trust::RevocationStore revocation;
    TrustKeeper keeper;
    std::vector<FetchRequest> pending{};
    Terminal(const TrustedEntitiesFeed& test, std::vector<TrustFeed> feeds)
        : keeper(store, revocation, {.feeds = std::move(feeds), .formats = &test.formats}) {
      EXPECT_TRUE(store.add_anchor(Purpose::list_signers, test.root.certificate));
      EXPECT_TRUE(store.add_anchor(Purpose::list_signers, test.root_b.certificate));
    }
    [[nodiscard]] trust::PathOutcome judge(const Identity& signer, const DocType& doc_type) const {
      const std::vector<ByteView> x5chain{signer.certificate.der()};
      return store.evaluate({.purpose = Purpose::issuance, .doc_type = doc_type}, x5chain, pki_now, {}).outcome;
    }
    Result<void> answer(const char* url, const Jws& list) {
      for (FetchRequest& request : keeper.due(pki_now)) pending.push_back(std::move(request));
      for (const FetchRequest& request : pending) {
        if (request.url != url) continue;
        return keeper.on_fetched(
            request.id, FetchResponse{.body = Bytes(list.encoded().view().begin(), list.encoded().view().end())},
            pki_now);
      }
      return Error{.code = Errc::wrong_state};
    }
  };
  static TrustFeed feed(const char* url, std::vector<DocType> doc_types,
                        std::vector<crypto::Certificate> signers = {}) {
    return {.kind = BundleKind::trusted_entities,
            .url = url,
            .type = std::string(lote_type::pid_providers),
            .doc_types = std::move(doc_types),
            .signers = std::move(signers)};
  }
  [[nodiscard]] Jws list_a() const { return sign(example()); }
  [[nodiscard]] trust::BundleItem carried(const Jws& list, const std::string& type, const char* url = "") const {
    return {
        .kind = BundleKind::trusted_entities, .content = list.encoded(), .fetched = pki_now, .type = type, .url = url};
  }
  static Errc refusal(Terminal& terminal, const trust::BundleItem& item) {
    const auto results = terminal.keeper.import({.created = pki_now, .items = {item}}, pki_now);
    EXPECT_TRUE(results.at(0).error);
    return results.at(0).error ? results[0].error->code : Errc{};
  }
  Identity document_signer = provider_ca.issue(testing::leaf_template("document signer"));
};

TEST_F(TrustedEntitiesFeed, TheFeedSaysForWhichDocTypesItsIssuersAreTrusted) {
  Terminal terminal(*this, {feed(url_a, {photo_id})});
  ASSERT_TRUE(terminal.answer(url_a, list_a()));
  EXPECT_EQ(terminal.judge(document_signer, photo_id), trust::PathOutcome::path);
  EXPECT_EQ(terminal.judge(document_signer, mdl), trust::PathOutcome::other_doc_types_only);
}

// A bundle says of itself what its lists are; nobody vouches for that.
TEST_F(TrustedEntitiesFeed, OfABundleAListWithoutAFeedCountsForNothing) {
  Terminal terminal(*this, {{.kind = BundleKind::vical, .url = url_a}});
  EXPECT_EQ(refusal(terminal, carried(list_a(), std::string(lote_type::pid_providers))), Errc::chain_untrusted);
  EXPECT_EQ(terminal.store.size(Purpose::issuance), 0U);
  Terminal of_pids(*this, {feed(url_a, {photo_id})});
  ListOfTrustedEntities wallets = example();
  wallets.information.type = lote_type::wallet_providers;
  EXPECT_EQ(refusal(of_pids, carried(sign(wallets), std::string(lote_type::wallet_providers))), Errc::chain_untrusted);
  EXPECT_EQ(refusal(of_pids, carried(sign(wallets), std::string(lote_type::pid_providers))), Errc::subject_mismatch);
  EXPECT_EQ(of_pids.store.size(Purpose::issuance), 0U);
}

TEST_F(TrustedEntitiesFeed, ListsOfWalletsAndRegistrarsNameNoIssuers) {
  for (const auto type : {lote_type::wallet_providers, lote_type::registration_certificate_providers}) {
    TrustFeed wrong = feed(url_a, {});
    wrong.type = type;
    Terminal terminal(*this, {wrong});
    ListOfTrustedEntities list = example();
    list.information.type = type;
    const auto taken = terminal.answer(url_a, sign(list));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Errc::unsupported_media_type);
  }
}

TEST_F(TrustedEntitiesFeed, TwoFeedsOfOneTypeAndOtherDocTypesNeedTheirSigners) {
  Terminal ambiguous(*this, {feed(url_a, {photo_id}), feed(url_b, {mdl})});
  const auto taken = ambiguous.answer(url_a, list_a());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::bad_argument);
  EXPECT_EQ(taken.error().where.text(), "TrustFeed.signers");

  const std::vector<TrustFeed> clear{feed(url_a, {photo_id}, {root.certificate}),
                                     feed(url_b, {mdl}, {root_b.certificate})};
  Terminal terminal(*this, clear);
  ASSERT_TRUE(terminal.answer(url_a, list_a()));
  EXPECT_FALSE(terminal.answer(url_b, list_a()));  // somebody serves the list of another
  EXPECT_EQ(terminal.judge(document_signer, photo_id), trust::PathOutcome::path);
  EXPECT_EQ(terminal.judge(document_signer, mdl), trust::PathOutcome::other_doc_types_only);

  // After a restart as before, whatever a carrier wrote beside the list.
  Terminal again(*this, clear);
  for (const ImportResult& result : again.keeper.restore(terminal.keeper.bundle(pki_now), pki_now)) {
    EXPECT_FALSE(result.error);
  }
  EXPECT_EQ(again.judge(document_signer, photo_id), trust::PathOutcome::path);
  EXPECT_EQ(again.judge(document_signer, mdl), trust::PathOutcome::other_doc_types_only);
  Terminal elsewhere(*this, clear);
  (void)elsewhere.keeper.import(
      {.created = pki_now, .items = {carried(list_a(), std::string(lote_type::pid_providers), url_b)}}, pki_now);
  EXPECT_EQ(elsewhere.judge(document_signer, mdl), trust::PathOutcome::other_doc_types_only);
}

TEST_F(TrustedEntitiesFeed, AFeedThatNamesItsSignerIsToldFromOneThatDoesNot) {
  const std::vector<TrustFeed> feeds{feed(url_a, {photo_id}, {root.certificate}), feed(url_b, {mdl})};
  Terminal terminal(*this, feeds);
  EXPECT_TRUE(terminal.answer(url_a, list_a()));
  EXPECT_FALSE(terminal.answer(url_b, list_a()));
  EXPECT_EQ(terminal.judge(document_signer, mdl), trust::PathOutcome::other_doc_types_only);
  Terminal other(*this, feeds);
  const Jws list_b = sign(encode_list_of_trusted_entities(example()).value(), signer_b, chain({&signer_b}));
  EXPECT_FALSE(other.answer(url_a, list_b));
  EXPECT_TRUE(other.answer(url_b, list_b));
  EXPECT_EQ(other.judge(document_signer, mdl), trust::PathOutcome::path);
  EXPECT_EQ(other.judge(document_signer, photo_id), trust::PathOutcome::other_doc_types_only);
}

TEST_F(TrustedEntitiesFeed, AListWhoseSignerIsRevokedIsNotTaken) {
  Terminal terminal(*this, {feed(url_a, {photo_id})});
  const auto& serial = signer.certificate.serial();
  const auto revoked =
      crypto::issue_crl({.this_update = pki_now,
                         .next_update = pki_now + 24h,
                         .number = 1,
                         .revoked = {{.serial = Bytes(serial.begin(), serial.end()), .revocation_date = pki_now}}},
                        middle.certificate, middle.key);
  ASSERT_TRUE(revoked) << describe(revoked.error());
  ASSERT_TRUE(
      terminal.revocation.crls().insert(trust::VerifiedCrl::verify(*revoked, middle.certificate).value(), pki_now));
  const auto taken = terminal.answer(url_a, list_a());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::revoked);
}

TEST_F(TrustedEntitiesFeed, ACertificateForSomethingElseSignsNoList) {
  using Purposes = std::vector<std::string>;
  const Purposes others[] = {{"1.0.18013.5.1.2"},   {"1.0.18013.5.1.6"}, {"1.3.6.1.5.5.7.3.1"},
                             {"1.3.6.1.5.5.7.3.2"}, {"2.5.29.37.0"},     {"1.3.6.1.5.5.7.3.1", "2.999.1"}};
  for (const Purposes& purposes : others) {
    const std::string& purpose = purposes.front();
    auto wanted = testing::leaf_template("other signer");
    wanted.extended_key_usage = purposes;
    const Identity other = root.issue(wanted);
    const Jws list = sign(encode_list_of_trusted_entities(example()).value(), other, chain({&other}));
    EXPECT_EQ(refused(list, expectation()).code, Errc::chain_untrusted) << purpose;
    // Unless that very certificate was chosen.
    const std::vector<crypto::Certificate> chosen{other.certificate};
    ListExpectation direct = expectation();
    direct.anchors = chosen;
    EXPECT_TRUE(verify_list_of_trusted_entities(list, direct)) << purpose;
  }
  // id-tsl-kp-tslSigning, ETSI TS 119 612
  for (const Purposes& purposes : {Purposes{"0.4.0.2231.3.0"}, Purposes{"1.3.6.1.5.5.7.3.2", "0.4.0.2231.3.0"}}) {
    auto wanted = testing::leaf_template("list signer");
    wanted.extended_key_usage = purposes;
    const Identity fitting = root.issue(wanted);
    EXPECT_TRUE(verify_list_of_trusted_entities(
        sign(encode_list_of_trusted_entities(example()).value(), fitting, chain({&fitting})), expectation()));
  }
}

}  // namespace
}  // namespace mdoc::json
