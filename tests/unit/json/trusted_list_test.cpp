#include "mdoc/json/trusted_list.hpp"

#include <gtest/gtest.h>

#include "mdoc/trust/trust_store.hpp"
#include "unit/json/signed_list_fixture.hpp"

namespace mdoc::json {
namespace {

using testing::Identity;
using testing::pki_now;
using trust::Evaluation;
using trust::PathOutcome;
using trust::Purpose;
using trust::TrustedList;
using trust::TrustStore;

const DocType pid{"eu.europa.ec.eudi.pid.1"};
const DocType mdl{"org.iso.18013.5.1.mDL"};

class TrustedEntitiesInTrustStoreTest : public SignedListTest {
 protected:
  TrustStore store;
  ListExpectation expected;
  Identity document_signer = provider_ca.issue(testing::leaf_template("document signer"));
  Identity other_ca = Identity::root(testing::ca_template("other provider CA"));

  TrustedEntitiesInTrustStoreTest() : expected(expectation()) {}

  [[nodiscard]] VerifiedListOfTrustedEntities accepted(const ListOfTrustedEntities& list) const {
    return verify_list_of_trusted_entities(sign(list), expected).value();
  }
  [[nodiscard]] TrustedList issuers(const ListOfTrustedEntities& list) const {
    return trusted_list(accepted(list), {pid});
  }
  /// Another issue, in which the provider has another CA.
  [[nodiscard]] ListOfTrustedEntities with_other_ca(std::uint64_t sequence_number) const {
    ListOfTrustedEntities list = example();
    list.information.sequence_number = sequence_number;
    list.entities[0].services = {service(pid_issuance, {other_ca.certificate})};
    return list;
  }
  [[nodiscard]] Evaluation evaluate(const Identity& end_entity, const DocType& doc_type = pid,
                                    UtcSeconds now = pki_now) const {
    const std::vector<ByteView> x5chain{end_entity.certificate.der()};
    return store.evaluate({.purpose = Purpose::issuance, .doc_type = doc_type}, x5chain, now, {});
  }
};

TEST_F(TrustedEntitiesInTrustStoreTest, AListOfPidProvidersMakesTheirDocumentSignersTrusted) {
  EXPECT_EQ(evaluate(document_signer).outcome, PathOutcome::no_anchors);
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  const Evaluation evaluation = evaluate(document_signer);
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.outcome, PathOutcome::path);
  ASSERT_TRUE(evaluation.chain->anchor && evaluation.chain->anchor->list && evaluation.list);
  EXPECT_EQ(evaluation.chain->path.back(), provider_ca.certificate);
  EXPECT_EQ(evaluation.chain->anchor->source,
            "list of trusted entities EUPIDProvidersList of Utopian Commission, issue 7, 2024-06-30");
  EXPECT_EQ(evaluation.list->state, trust::ListState::current);
  const Identity stranger = Identity::root(testing::ca_template("provider CA"));
  const Identity strange_signer = stranger.issue(testing::leaf_template("document signer"));
  EXPECT_EQ(evaluate(strange_signer).outcome, PathOutcome::untrusted);
}

TEST_F(TrustedEntitiesInTrustStoreTest, ACertificateThatIsNoCaIsTrustedItself) {
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  const Evaluation evaluation = evaluate(provider);
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.outcome, PathOutcome::pinned_certificate);
  const Identity below = provider.issue(testing::leaf_template("document signer"));
  EXPECT_FALSE(evaluate(below).trusted());
}

TEST_F(TrustedEntitiesInTrustStoreTest, TheDocTypesThatWereNamedAreAllThatItIsTrustedFor) {
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  for (const Identity* signs : {&document_signer, &provider}) {
    EXPECT_TRUE(evaluate(*signs, pid).trusted());
    EXPECT_EQ(evaluate(*signs, mdl).outcome, PathOutcome::other_doc_types_only);
  }
  ASSERT_TRUE(store.put_list(Purpose::issuance, trusted_list(accepted(example()))));
  EXPECT_TRUE(evaluate(document_signer, mdl).trusted()) << "without any named, it is trusted for all";
}

TEST_F(TrustedEntitiesInTrustStoreTest, ALaterIssueTakesThePlaceOfTheListThatWasThere) {
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(with_other_ca(8))));
  EXPECT_EQ(store.lists(Purpose::issuance).size(), 1U);
  EXPECT_EQ(store.size(Purpose::issuance), 1U);
  EXPECT_EQ(evaluate(document_signer).outcome, PathOutcome::untrusted);
  EXPECT_EQ(evaluate(provider).outcome, PathOutcome::untrusted);
  EXPECT_TRUE(evaluate(other_ca.issue(testing::leaf_template("document signer"))).trusted());
}

// VIC-07
TEST_F(TrustedEntitiesInTrustStoreTest, AnEarlierIssueIsSupersededAndChangesNothing) {
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  for (const std::uint64_t number : {std::uint64_t{6}, std::uint64_t{7}}) {
    const auto refused = store.put_list(Purpose::issuance, issuers(with_other_ca(number)));
    ASSERT_FALSE(refused) << number;
    EXPECT_EQ(refused.error().code, Errc::superseded);
  }
  EXPECT_TRUE(evaluate(document_signer).trusted());
  EXPECT_FALSE(evaluate(other_ca.issue(testing::leaf_template("document signer"))).trusted());
  EXPECT_TRUE(store.put_list(Purpose::issuance, issuers(example()))) << "the same once more";
}

TEST_F(TrustedEntitiesInTrustStoreTest, ListsOfOtherTypesStandBesideEachOther) {
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(example())));
  ListOfTrustedEntities other = with_other_ca(1);
  other.information.type = "http://example.com/NationalList";
  expected.type = other.information.type;
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(other)));
  EXPECT_EQ(store.lists(Purpose::issuance).size(), 2U);
  EXPECT_TRUE(evaluate(document_signer).trusted());
  EXPECT_TRUE(evaluate(other_ca.issue(testing::leaf_template("document signer"))).trusted());
}

TEST_F(TrustedEntitiesInTrustStoreTest, AServiceForRevocationSignsListsForItsOwnEntityAndNoDocuments) {
  ListOfTrustedEntities list = example();
  list.entities[0].services = {service(pid_issuance, {provider_ca.certificate}),
                               service(pid_revocation, {other_ca.certificate})};
  list.entities.push_back(list.entities[0]);
  const Identity second = Identity::root(testing::ca_template("second provider CA"));
  list.entities[1].services = {service(pid_issuance, {second.certificate})};
  const TrustedList trusted = trusted_list(accepted(list));
  ASSERT_EQ(trusted.anchors().size(), 2U);
  EXPECT_EQ(trusted.anchors()[0].certificate, provider_ca.certificate);
  EXPECT_EQ(trusted.anchors()[0].status_signers, std::vector{other_ca.certificate});
  EXPECT_EQ(trusted.anchors()[1].certificate, second.certificate);
  EXPECT_TRUE(trusted.anchors()[1].status_signers.empty());
  ASSERT_TRUE(store.put_list(Purpose::issuance, trusted));
  EXPECT_FALSE(evaluate(other_ca.issue(testing::leaf_template("document signer"))).trusted());
  EXPECT_EQ(evaluate(document_signer).chain->anchor->status_signers, std::vector{other_ca.certificate});
  EXPECT_TRUE(evaluate(second.issue(testing::leaf_template("document signer"))).chain->anchor->status_signers.empty());

  // A later issue without that service takes it away.
  list.entities[0].services = {service(pid_issuance, {provider_ca.certificate})};
  ++list.information.sequence_number;
  ASSERT_TRUE(store.put_list(Purpose::issuance, trusted_list(accepted(list))));
  EXPECT_TRUE(evaluate(document_signer).chain->anchor->status_signers.empty());
}

TEST_F(TrustedEntitiesInTrustStoreTest, ListsOfThoseWhoSignNothingOfAnMdocHaveNoPurpose) {
  EXPECT_EQ(purpose_of(lote_type::pid_providers), Purpose::issuance);
  EXPECT_EQ(purpose_of(lote_type::pub_eaa_providers), Purpose::issuance);
  EXPECT_EQ(purpose_of("http://example.com/NationalList"), Purpose::issuance);
  EXPECT_EQ(purpose_of(lote_type::access_certificate_providers), Purpose::readers);
  for (const auto type :
       {lote_type::wallet_providers, lote_type::registration_certificate_providers, lote_type::registrars}) {
    EXPECT_FALSE(purpose_of(type)) << type;
  }
}

TEST_F(TrustedEntitiesInTrustStoreTest, TheListStaysThereToBeStoredAndVerifiedAgain) {
  const Jws jws = sign(example());
  const TrustedList list = trusted_list(verify_list_of_trusted_entities(jws, expected).value());
  EXPECT_EQ(as_text(list.encoded().view()), as_text(jws.encoded().view()));
  EXPECT_EQ(list.rical(), nullptr);
  const auto again = verify_list_of_trusted_entities(decode_jws(list.encoded()).value(), expected).value();
  EXPECT_TRUE(list.is_same_list(trusted_list(again)));
  EXPECT_TRUE(trust::check_succession(list.issue(), again.verification().issue));
}

// VIC-08
TEST_F(TrustedEntitiesInTrustStoreTest, AnOverdueListCountsWithAWarningUnlessThatWasRefused) {
  ListOfTrustedEntities list = example();
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(list)));
  const Evaluation overdue = evaluate(document_signer, pid, pki_now + 25h);
  EXPECT_TRUE(overdue.trusted());
  ASSERT_TRUE(overdue.list);
  EXPECT_EQ(overdue.list->state, trust::ListState::due);

  expected.refuse_overdue = true;
  list.information.sequence_number = 8;
  ASSERT_TRUE(store.put_list(Purpose::issuance, issuers(list)));
  EXPECT_TRUE(evaluate(document_signer, pid, pki_now + 24h).trusted());
  EXPECT_EQ(evaluate(document_signer, pid, pki_now + 25h).outcome, PathOutcome::list_expired);
}

}  // namespace
}  // namespace mdoc::json
