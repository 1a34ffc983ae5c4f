// Signed lists in a TrustStore.
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/trust/trusted_list.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::TestPki;

const UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");
const DocType mdl("org.iso.18013.5.1.mDL");
const DocType photo_id("org.iso.23220.photoid.1");

const TestPki& pki() {
  static const TestPki made = [] {
    testing::CountingRng rng(30);
    return TestPki::create(now, rng).value();
  }();
  return made;
}

Vical vical_content(std::uint64_t issue, std::vector<DocType> doc_types = {mdl}, std::string provider = "Utopia") {
  Vical list{.vical_provider = std::move(provider), .vical_issue_id = issue, .date = now - 1h};
  list.next_update = now + days{7};
  list.not_after = now + days{30};
  list.certificate_infos.push_back(
      certificate_info(pki().certificate(CertificateRole::iaca), std::move(doc_types)).value());
  return list;
}

TrustedList verified(const Vical& content, UtcSeconds at = now) {
  const std::array anchors{pki().list_authority()};
  const auto list = decode_vical(testing::sign_vical(pki(), content).value()).value();
  return TrustedList::of(verify_vical(list, {.anchors = anchors, .now = at}).value(), Level::strict).value();
}
TrustedList vical(std::uint64_t issue, std::vector<DocType> doc_types = {mdl}, std::string provider = "Utopia") {
  return verified(vical_content(issue, std::move(doc_types), std::move(provider)));
}

Evaluation evaluate(const TrustStore& store, UtcSeconds at = now, const DocType& doc_type = mdl,
                    CertificateRole role = CertificateRole::document_signer, Purpose purpose = Purpose::issuance) {
  const crypto::Certificate& signer = pki().certificate(role);
  const std::array<ByteView, 1> x5chain{signer.der()};
  return store.evaluate({.purpose = purpose, .role = role, .profile = info(role).profile, .doc_type = doc_type},
                        x5chain, at, {});
}

TEST(Vic02, AnEntryIsAnAnchorForItsDocTypesAlone) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1)));
  EXPECT_TRUE(evaluate(store).trusted());
  EXPECT_EQ(evaluate(store, now, photo_id).outcome, PathOutcome::other_doc_types_only);
  EXPECT_EQ(evaluate(store, now, DocType{}).outcome, PathOutcome::other_doc_types_only);
}

TEST(TrustStoreLists, TheReportCanNameTheList) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(7)));
  const Evaluation evaluation = evaluate(store);
  ASSERT_TRUE(evaluation.chain->anchor->list);
  EXPECT_EQ(evaluation.chain->anchor->source, "VICAL of Utopia, issue 7, 2026-05-01");
  EXPECT_EQ(evaluation.chain->anchor->list->provenance().issue_id, 7u);
  EXPECT_EQ(evaluation.list->state, ListState::current);
}

TEST(Vic07, AnEarlierIssueDoesNotTakeThePlaceOfALaterOne) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(5)));
  const auto refused = store.put_list(Purpose::issuance, vical(4, {photo_id}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::superseded);
  EXPECT_TRUE(evaluate(store).trusted());
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(6, {photo_id})));
  EXPECT_EQ(evaluate(store).outcome, PathOutcome::other_doc_types_only);
  EXPECT_TRUE(evaluate(store, now, photo_id).trusted());
  EXPECT_EQ(store.lists(Purpose::issuance).size(), 1u);
}

TEST(Vic08, PastItsNextUpdateAListIsDueAndPastItsEndItIsOfNoUse) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1)));
  ASSERT_TRUE(evaluate(store).trusted());  // in the cache from here on
  EXPECT_EQ(evaluate(store, now + days{7} - 1s).list->state, ListState::current);
  const Evaluation due = evaluate(store, now + days{8});
  EXPECT_TRUE(due.trusted());
  EXPECT_EQ(due.list->state, ListState::due);
  EXPECT_TRUE(evaluate(store, now + days{30}).trusted());
  const Evaluation ended = evaluate(store, now + days{30} + 31s);
  EXPECT_FALSE(ended.trusted());
  EXPECT_EQ(ended.outcome, PathOutcome::list_expired);
  EXPECT_FALSE(ended.list);
}

TEST(TrustStoreLists, WhatWasAddedByHandCountsThoughAListHasEnded) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1)));
  ASSERT_TRUE(store.add_anchor(Purpose::issuance, pki().certificate(CertificateRole::iaca), {.source = "by hand"}));
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
  const Evaluation evaluation = evaluate(store, now + days{40});
  EXPECT_TRUE(evaluation.trusted());
  EXPECT_EQ(evaluation.chain->anchor->source, "by hand");
  EXPECT_FALSE(evaluation.list);
}

TEST(Vic05, ListsThatDisagreeAreReportedAndPolicyDecides) {
  for (const auto policy : {ListDisagreement::one_suffices, ListDisagreement::all_must_agree}) {
    TrustStore store(policy);
    ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1, {mdl}, "One")));
    EXPECT_FALSE(evaluate(store).chain->anchor->disputed);
    ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1, {photo_id}, "Another")));
    const Evaluation evaluation = evaluate(store);
    if (policy == ListDisagreement::one_suffices) {
      EXPECT_TRUE(evaluation.trusted());
      EXPECT_TRUE(evaluation.chain->anchor->disputed);
    } else {
      EXPECT_EQ(evaluation.outcome, PathOutcome::other_doc_types_only);
    }
  }
}

TEST(TrustStoreLists, AListThatIsRemovedTakesItsAnchorsAlong) {
  TrustStore store;
  const TrustedList list = vical(1);
  ASSERT_TRUE(store.put_list(Purpose::issuance, list));
  EXPECT_TRUE(store.remove_list(Purpose::issuance, list));
  EXPECT_FALSE(store.remove_list(Purpose::issuance, list));
  EXPECT_EQ(evaluate(store).outcome, PathOutcome::no_anchors);
  ASSERT_TRUE(store.put_list(Purpose::issuance, list));
  store.clear(Purpose::issuance);
  EXPECT_EQ(store.size(Purpose::issuance), 0u);
}

TEST(TrustStoreLists, AreNeverUsedForAnotherPurpose) {
  TrustStore store;
  for (const Purpose purpose : {Purpose::readers, Purpose::list_signers, Purpose::status_lists, Purpose::tls}) {
    const auto refused = store.put_list(purpose, vical(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::bad_argument);
  }
}

TEST(TrustStoreLists, ASignersOwnCertificateInAListIsPinned) {
  TrustStore store;
  ListProvenance provenance{.kind = ListKind::trusted_entities, .provider = "Commission"};
  provenance.date = now - 1h;
  const TrustedList list = TrustedList::vouched_for(
      {.signer_path = {},
       .provenance = std::make_shared<const ListProvenance>(provenance),
       .issue = {.kind = provenance.kind, .provider = provenance.provider, .date = provenance.date}},
      {}, {{.certificate = pki().certificate(CertificateRole::document_signer), .direct = true}});
  ASSERT_TRUE(store.put_list(Purpose::issuance, list));
  const Evaluation evaluation = evaluate(store);
  EXPECT_EQ(evaluation.outcome, PathOutcome::pinned_certificate);
  EXPECT_TRUE(evaluation.trusted());
}

// ---- RICAL ------------------------------------------------------------------------------------

TrustedList rical(std::uint64_t id, bool anchor, std::optional<std::vector<TrustConstraint>> constraints = {}) {
  Rical list{.provider = "Utopia", .date = now - 1h};
  list.id = id;
  list.certificate_infos.push_back(
      rical_certificate_info(pki().certificate(CertificateRole::reader_ca), anchor).value());
  list.certificate_infos.back().trust_constraints = std::move(constraints);
  const std::array anchors{pki().list_authority()};
  const auto decoded = decode_rical(testing::sign_rical(pki(), list).value()).value();
  return TrustedList::of(verify_rical(decoded, {.anchors = anchors, .now = now}).value(), Level::strict).value();
}

Evaluation evaluate_reader(const TrustStore& store) {
  return evaluate(store, now, DocType{}, CertificateRole::reader, Purpose::readers);
}

TEST(Vic06, ReadersAreTrustedByTheirList) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::readers, rical(1, true)));
  EXPECT_TRUE(evaluate_reader(store).trusted());
  EXPECT_EQ(evaluate(store).outcome, PathOutcome::no_anchors);  // issuers are not
}

TEST(Vic06, ACaThatIsNoAnchorOnlyCompletesPaths) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::readers, rical(1, false)));
  EXPECT_FALSE(evaluate_reader(store).trusted());
}

TEST(Vic06, AConstraintThatIsNotUnderstoodIsNotMet) {
  cbor::SortedMap unknown;
  unknown.put("region").text("north");
  TrustConstraint constraint;
  constraint.extensions = SharedBytes::take(unknown.encode());
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::readers, rical(1, true, std::vector{constraint})));
  EXPECT_EQ(evaluate_reader(store).outcome, PathOutcome::constraints_unmet);
  // One that asks for nothing is met by everybody, and one of several suffices.
  ASSERT_TRUE(store.put_list(Purpose::readers, rical(2, true, std::vector{constraint, TrustConstraint{}})));
  EXPECT_TRUE(evaluate_reader(store).trusted());
}

// ---- Signers of lists -------------------------------------------------------------------------

TEST(Vic01, TheSignersCertificateIsJudgedByItsProfile) {
  const std::array anchors{pki().list_authority()};
  const auto list = decode_vical(testing::sign_vical(pki(), vical_content(1)).value()).value();
  const auto good = verify_vical(list, {.anchors = anchors, .now = now}).value();
  const CertificateProfile& profile = info(CertificateRole::vical_signer).profile;
  EXPECT_TRUE(judge_list_signer(good.verification(), profile).empty());

  ListVerification bad = good.verification();
  bad.signer_path.front() = pki().certificate(CertificateRole::document_signer);
  std::vector<std::string_view> broken;
  for (const RuleFinding& finding : judge_list_signer(bad, profile)) broken.push_back(info(finding.rule).id);
  EXPECT_NE(std::ranges::find(broken, "key-purpose.fits"), broken.end());
  EXPECT_NE(std::ranges::find(broken, "key-usage.present"), broken.end());
}

TEST(Vic01, AListThatAnotherCertificateOfItsAuthoritySignedGivesNoAnchors) {
  const std::array anchors{pki().list_authority()};
  const std::array x5chain{pki().certificate(CertificateRole::rical_signer)};
  const auto draft = draft_vical(vical_content(1), x5chain).value();
  const crypto::PrivateKey& key = pki().key(CertificateRole::rical_signer);
  const auto message = draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
  const auto list = verify_vical(decode_vical(message.encoded).value(), {.anchors = anchors, .now = now});
  ASSERT_TRUE(list) << "path and signature are good";
  for (const Level level : {Level::interop, Level::strict}) {
    const auto made = TrustedList::of(*list, level);
    ASSERT_FALSE(made) << name(level);
    EXPECT_EQ(made.error().code, Errc::deviation);
    EXPECT_EQ(made.error().where.text(), "VICAL.x5chain");
  }
  EXPECT_TRUE(TrustedList::of(*list, Level::lenient));  // where a missing key purpose is a warning
}

// ---- Threads ----------------------------------------------------------------------------------

TEST(TrustStoreLists, AreReplacedWhileOthersEvaluate) {
  TrustStore store;
  ASSERT_TRUE(store.put_list(Purpose::issuance, vical(1)));
  std::vector<TrustedList> issues;
  for (std::uint64_t issue = 2; issue < 20; ++issue) issues.push_back(vical(issue));
  std::atomic<bool> stop = false;
  std::atomic<unsigned> failures = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        if (!evaluate(store).trusted()) ++failures;
      }
    });
  }
  for (const TrustedList& issue : issues) EXPECT_TRUE(store.put_list(Purpose::issuance, issue));
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(store.lists(Purpose::issuance).at(0).issue().id, 19u);
}

}  // namespace
}  // namespace mdoc::trust
