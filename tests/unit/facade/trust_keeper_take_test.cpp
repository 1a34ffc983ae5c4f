// Lists that come by another way than a fetch: a file that somebody brings.
#include <gtest/gtest.h>

#include "mdoc/trust_keeper.hpp"
#include "unit/facade/terminal.hpp"

namespace mdoc {
namespace {

/// A terminal that fetches nothing.
class Take : public ::testing::Test {
 protected:
  void expect_error(BundleKind kind, const SharedBytes& content, Errc code, UtcSeconds now = start) {
    const auto taken = terminal.keeper.take(kind, content, now);
    ASSERT_FALSE(taken) << trust::name(kind);
    EXPECT_EQ(taken.error().code, code) << describe(taken.error());
  }
  void take(BundleKind kind, const SharedBytes& content, UtcSeconds now = start) {
    const auto taken = terminal.keeper.take(kind, content, now);
    EXPECT_TRUE(taken) << trust::name(kind) << ": " << describe(taken.error());
  }

  Terminal terminal{TrustKeeperOptions{}};
};

TEST_F(Take, AListOfAnchorsIsVerifiedAndUsed) {
  take(BundleKind::vical, vical(2, start));
  EXPECT_TRUE(terminal.evaluate(start).trusted());
  EXPECT_EQ(terminal.verdicts(start).at(BundleKind::vical), Verdict::current);
  EXPECT_EQ(terminal.keeper.bundle(start).items.size(), 1u);
}

TEST_F(Take, AnOlderIssueChangesNothing) {
  take(BundleKind::vical, vical(2, start));
  expect_error(BundleKind::vical, vical(1, start - days{1}), Errc::superseded);
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).at(0).issue().id, 2u);
}

TEST_F(Take, AListOfNobodyWhoIsTrustedIsRefused) {
  terminal.store.clear(Purpose::list_signers);
  expect_error(BundleKind::vical, vical(2, start), Errc::no_trust_anchor);
  EXPECT_EQ(terminal.store.size(Purpose::issuance), 0u);
}

TEST_F(Take, AWrongKindIsRefused) {
  expect_error(BundleKind::rical, vical(2, start), Errc::missing_element);
  expect_error(BundleKind::vical, crl(start, 1), Errc::wrong_type);
  expect_error(BundleKind::crl, status_list(start), Errc::bad_crl);
  EXPECT_FALSE(terminal.keeper.take(BundleKind::status_list, vical(2, start), start));
  EXPECT_FALSE(terminal.keeper.take(BundleKind::ocsp, crl(start, 1), start));
  EXPECT_FALSE(terminal.keeper.take(BundleKind{99}, crl(start, 1), start));
  EXPECT_TRUE(terminal.keeper.state(start).empty());
}

TEST_F(Take, RevocationListsAreThoseOfAuthoritiesThatAreTrusted) {
  expect_error(BundleKind::crl, crl(start, 1), Errc::chain_untrusted);
  EXPECT_FALSE(terminal.keeper.take(BundleKind::status_list, status_list(start), start));
  take(BundleKind::vical, vical(2, start));
  take(BundleKind::crl, crl(start, 1));
  take(BundleKind::status_list, status_list(start));
  EXPECT_EQ(terminal.revocation.crls().size(), 1u);
  EXPECT_EQ(terminal.revocation.status_lists().size(), 1u);
}

TEST_F(Take, OrThoseThatADocumentMissed) {
  terminal.keeper.want(Terminal::wanted());
  EXPECT_EQ(terminal.verdicts(start).at(BundleKind::crl), Verdict::missing);
  take(BundleKind::crl, crl(start, 1));
  take(BundleKind::status_list, status_list(start));
  EXPECT_EQ(terminal.verdicts(start).at(BundleKind::crl), Verdict::current);
  EXPECT_EQ(terminal.verdicts(start).at(BundleKind::status_list), Verdict::current);
}

TEST_F(Take, AnEarlierRevocationListIsSuperseded) {
  terminal.keeper.want(Terminal::wanted());
  take(BundleKind::crl, crl(start, 2));
  expect_error(BundleKind::crl, crl(start - days{1}, 1), Errc::superseded);
}

TEST_F(Take, AListOfTrustedEntitiesNeedsAFeedThatSaysWhatItIsFor) {
  expect_error(BundleKind::trusted_entities, vical(2, start), Errc::bad_argument);
}

TEST_F(Take, AnswersOfRespondersAreForCertificatesThatAreWanted) {
  expect_error(BundleKind::ocsp, crl(start, 1), Errc::no_trust_anchor);
}

TEST_F(Take, AForgedRevocationListIsSaidToBeForged) {
  take(BundleKind::vical, vical(2, start));
  const SharedBytes good = crl(start, 1);
  Bytes forged(good.view().begin(), good.view().end());
  forged.back() ^= 1;
  expect_error(BundleKind::crl, SharedBytes::copy_of(forged), Errc::signature_invalid);
  terminal.store.clear(Purpose::issuance);
  expect_error(BundleKind::crl, good, Errc::chain_untrusted);  // there are others, for lists
  terminal.keeper.want(Terminal::wanted());
  expect_error(BundleKind::crl, SharedBytes::copy_of(forged), Errc::signature_invalid);
}

// An anchor that was taken away for a while, or whose file had a wrong name, opens no way back to an earlier issue.
TEST(TrustKeeper, WhatDoesNotVerifyAfterARestartIsKeptAndNotUsed) {
  Terminal before(TrustKeeperOptions{});
  ASSERT_TRUE(before.keeper.take(BundleKind::vical, vical(9, start), start));
  const auto stored = before.keeper.bundle(start);

  trust::TrustStore store;
  trust::RevocationStore revocation;
  TrustKeeper keeper(store, revocation, {});
  ASSERT_EQ(keeper.restore(stored, start + 1h).at(0).error->code, Errc::no_trust_anchor);
  EXPECT_EQ(store.size(Purpose::issuance), 0u);
  const auto states = keeper.state(start + 1h);
  ASSERT_EQ(states.size(), 1u);
  EXPECT_EQ(states[0].verdict, Verdict::dormant);
  EXPECT_EQ(states[0].name, "VICAL of Utopia, issue 9, 2026-05-01");
  EXPECT_EQ(states[0].last_error->code, Errc::no_trust_anchor);
  EXPECT_EQ(keeper.restore(stored, start + 1h).size(), 1u);  // twice is once
  const auto again = keeper.bundle(start + 1h);
  ASSERT_EQ(again.items.size(), 1u);

  Terminal after(TrustKeeperOptions{});
  EXPECT_FALSE(after.keeper.restore(again, start + 2h).at(0).error);
  EXPECT_TRUE(after.evaluate(start + 2h).trusted());
  const auto older = after.keeper.take(BundleKind::vical, vical(8, start + 1h), start + 2h);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Errc::superseded);

  EXPECT_EQ(keeper.forget_dormant(), 1u);
  EXPECT_TRUE(keeper.bundle(start + 1h).items.empty());
  EXPECT_TRUE(keeper.state(start + 1h).empty());
}

/// A terminal that has restored issue 9 while nobody was trusted to sign lists, and trusts its provider again by now.
struct Dormant : ::testing::Test {
  Dormant() {
    Terminal before;
    before.fetch(start, network(start, 9));
    terminal.store.clear(Purpose::list_signers);
    (void)terminal.keeper.restore(before.keeper.bundle(start), start + 1h);
    EXPECT_EQ(terminal.verdicts(start + 1h).at(BundleKind::vical), Verdict::missing);
    EXPECT_TRUE(terminal.store.lists(Purpose::issuance).empty());
    EXPECT_TRUE(terminal.store.add_anchor(Purpose::list_signers, pki().list_authority()));
  }
  void expect_issue_9() const {
    ASSERT_EQ(terminal.store.lists(Purpose::issuance).size(), 1u);
    EXPECT_EQ(terminal.store.lists(Purpose::issuance)[0].issue().id, 9u);
    for (const TrustItemState& state : terminal.keeper.state(start + 2h)) EXPECT_NE(state.verdict, Verdict::dormant);
  }
  static void expect_superseded(const Result<void>& taken) {
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Errc::superseded);
  }
  const SharedBytes earlier = vical(8, start - 1h);
  Terminal terminal;
};

TEST_F(Dormant, AListKeepsAnEarlierIssueOutThatIsBroughtByHand) {
  expect_superseded(terminal.keeper.take(BundleKind::vical, earlier, start + 2h));
  expect_issue_9();
}

TEST_F(Dormant, AListKeepsAnEarlierIssueOutThatIsFetched) {
  const auto requests = terminal.keeper.due(start + 2h);
  ASSERT_EQ(requests.size(), 1u);
  expect_superseded(terminal.keeper.on_fetched(requests[0].id, response(earlier), start + 2h));
  expect_issue_9();
}

TEST_F(Dormant, AListKeepsAnEarlierIssueOutThatABundleBrings) {
  const trust::TrustBundle bundle{.created = start,
                                  .items = {{.kind = BundleKind::vical, .content = earlier, .fetched = start - 1h}}};
  EXPECT_EQ(terminal.keeper.import(bundle, start + 2h).at(0).error->code, Errc::superseded);
  expect_issue_9();
}

TEST_F(Dormant, AListKeepsAnEarlierIssueOutThatIsRestored) {
  const trust::TrustBundle bundle{.created = start,
                                  .items = {{.kind = BundleKind::vical, .content = earlier, .fetched = start - 1h}}};
  EXPECT_EQ(terminal.keeper.restore(bundle, start + 2h).at(0).error->code, Errc::superseded);
  expect_issue_9();
}

TEST_F(Dormant, AListMakesWayForALaterIssue) {
  EXPECT_TRUE(terminal.keeper.take(BundleKind::vical, vical(10, start + 1h), start + 2h));
  ASSERT_EQ(terminal.store.lists(Purpose::issuance).size(), 1u);
  EXPECT_EQ(terminal.store.lists(Purpose::issuance)[0].issue().id, 10u);
  EXPECT_EQ(terminal.keeper.forget_dormant(), 0u);
}

TEST_F(Dormant, AListSaysWhyItIsOfNoUseNow) {
  terminal.store.clear(Purpose::list_signers);
  const auto reason = [&] {
    for (const TrustItemState& state : terminal.keeper.state(start + 2h)) {
      if (state.verdict == Verdict::dormant) return state.last_error->code;
    }
    return Errc{};
  };
  EXPECT_EQ(reason(), Errc::no_trust_anchor);
  testing::CountingRng rng(22);
  const TestPki other = TestPki::create(start, rng).value();
  ASSERT_TRUE(terminal.store.add_anchor(Purpose::list_signers, other.list_authority()));
  EXPECT_FALSE(terminal.keeper.take(BundleKind::vical, earlier, start + 2h));
  EXPECT_EQ(reason(), Errc::chain_untrusted);
}

TEST(TrustKeeper, WhatSomebodyCarriedIsNotKeptUnverified) {
  Terminal before(TrustKeeperOptions{});
  ASSERT_TRUE(before.keeper.take(BundleKind::vical, vical(9, start), start));
  trust::TrustStore store;
  trust::RevocationStore revocation;
  TrustKeeper keeper(store, revocation, {});
  EXPECT_TRUE(keeper.import(before.keeper.bundle(start), start + 1h).at(0).error);
  EXPECT_TRUE(keeper.bundle(start + 1h).items.empty());
}

TEST(TrustKeeper, AListEndsWithItsSigner) {
  Terminal terminal(TrustKeeperOptions{});
  trust::Vical endless{.vical_provider = "Utopia", .vical_issue_id = 1, .date = start};
  endless.certificate_infos.push_back(trust::certificate_info(pki().certificate(CertificateRole::iaca), {mdl}).value());
  ASSERT_TRUE(terminal.keeper.take(BundleKind::vical, testing::sign_vical(pki(), endless).value(), start));
  const auto& list = terminal.store.lists(Purpose::issuance).at(0).provenance();
  const UtcSeconds end = pki().certificate(CertificateRole::vical_signer).not_after();
  EXPECT_EQ(list.ends(), end);
  EXPECT_TRUE(trust::judge_list_dates(list, end, {}));
  const auto over = trust::judge_list_dates(list, end + 1min, {});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().where.text(), "x5chain");
  EXPECT_EQ(terminal.keeper.state(end + 1min).at(0).verdict, Verdict::expired);
  EXPECT_EQ(terminal.evaluate(end + 1min).outcome, trust::PathOutcome::list_expired);
}

TEST(TrustKeeper, InAHurryEverythingIsFetchedAtOnce) {
  Terminal terminal;
  terminal.keeper.want(Terminal::wanted());
  EXPECT_EQ(terminal.fetch(start, network(start, 1)), 3u);
  EXPECT_EQ(terminal.fetch(start + 1min, network(start, 1)), 0u);
  terminal.keeper.hurry();
  EXPECT_EQ(terminal.fetch(start + 1min, network(start + 1min, 2)), 3u);
  EXPECT_EQ(terminal.fetch(start + 1min, network(start + 1min, 2)), 0u);  // once
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).at(0).issue().id, 2u);
}

TEST(TrustKeeper, ItsClockIsThatOfItsLevel) {
  // Some seconds early are tolerated at every level but strict.
  ASSERT_NE(ClockPolicy::for_level(Level::strict).skew, ClockPolicy::for_level(Level::interop).skew);
  Terminal interop(TrustKeeperOptions{});
  Terminal strict(TrustKeeperOptions{.level = Level::strict});
  EXPECT_TRUE(interop.keeper.take(BundleKind::vical, vical(1, start + 20s), start));
  const auto refused = strict.keeper.take(BundleKind::vical, vical(1, start + 20s), start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_yet_valid);
}

}  // namespace
}  // namespace mdoc
