// A terminal's trust over time: fetched, kept, carried, aged.
#include "mdoc/trust_keeper.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "unit/facade/terminal.hpp"

namespace mdoc {
namespace {

TEST(TrustKeeper, FetchesWhatIsDueAndNothingElse) {
  Terminal terminal;
  EXPECT_EQ(terminal.evaluate(start).outcome, trust::PathOutcome::no_anchors);
  terminal.keeper.want(Terminal::wanted());
  EXPECT_EQ(terminal.fetch(start, network(start, 1)), 3u);
  EXPECT_TRUE(terminal.evaluate(start).trusted());
  EXPECT_EQ(terminal.fetch(start + 1h, network(start, 1)), 0u);
  // The status list has a time to live of a day. VICAL and CRL say a week, and are asked for daily all the same: a list
  // that had to come early does not wait.
  EXPECT_EQ(terminal.fetch(start + days{1} + 1h, network(start + days{1}, 2)), 3u);
  EXPECT_EQ(terminal.fetch(start + days{7} + 1h, network(start + days{7}, 3)), 3u);
}

TEST(TrustKeeper, WhatIsWantedTwiceIsFetchedOnce) {
  Terminal terminal(TrustKeeperOptions{});
  terminal.keeper.want(Terminal::wanted());
  terminal.keeper.want(Terminal::wanted());
  EXPECT_EQ(terminal.keeper.due(start).size(), 2u);
  EXPECT_EQ(terminal.keeper.due(start).size(), 0u);  // under way
}

TEST(TrustKeeper, ForgetsNoMoreThanItsLimitAllows) {
  Terminal terminal({.max_wanted = 3});
  std::vector<trust::WantedSource> many;
  for (int i = 0; i < 10; ++i) {
    auto one = Terminal::wanted()[1];
    one.uris = {"https://issuer.example/" + std::to_string(i)};
    many.push_back(one);
  }
  terminal.keeper.want(many);
  EXPECT_EQ(terminal.keeper.due(start).size(), 3u);
}

TEST(TrustKeeper, AFetchThatFailedIsTriedAgainLater) {
  Terminal terminal;
  EXPECT_EQ(terminal.fetch(start, {}), 1u);
  EXPECT_EQ(terminal.keeper.state(start).at(0).verdict, Verdict::missing);
  EXPECT_EQ(terminal.keeper.state(start).at(0).last_error->code, Errc::connect_failed);
  EXPECT_EQ(terminal.fetch(start + 14min, {}), 0u);
  EXPECT_EQ(terminal.fetch(start + 15min, network(start, 1)), 1u);
  EXPECT_EQ(terminal.verdicts(start + 15min).at(BundleKind::vical), Verdict::current);
}

TEST(TrustKeeper, AnAnswerThatNeverCameIsGivenUpAndIgnoredLater) {
  Terminal terminal;
  const auto lost = terminal.keeper.due(start);
  ASSERT_EQ(lost.size(), 1u);
  const auto again = terminal.keeper.due(start + 15min);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_TRUE(terminal.keeper.on_fetched(lost[0].id, response(vical(1, start)), start + 16min));
  EXPECT_EQ(terminal.evaluate(start + 16min).outcome, trust::PathOutcome::no_anchors);
  EXPECT_TRUE(terminal.keeper.on_fetched(again[0].id, response(vical(1, start)), start + 16min));
  EXPECT_TRUE(terminal.evaluate(start + 16min).trusted());
  EXPECT_TRUE(terminal.keeper.on_fetched(again[0].id, response(vical(9, start)), start + 16min));  // twice
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).at(0).issue().id, 1u);
}

TEST(TrustKeeper, WhatDoesNotVerifyChangesNothing) {
  Terminal terminal;
  terminal.fetch(start, network(start, 2));
  const auto refuse = [&](const SharedBytes& content, Errc code) {
    const UtcSeconds later = start + days{8};
    Terminal other;
    other.fetch(start, network(start, 2));
    const auto requests = other.keeper.due(later);
    ASSERT_EQ(requests.size(), 1u);
    const auto taken = other.keeper.on_fetched(requests[0].id, response(content), later);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, code) << describe(taken.error());
    EXPECT_EQ(other.store.lists(Purpose::issuance).at(0).issue().id, 2u);
    EXPECT_TRUE(other.evaluate(later).trusted());
  };
  refuse(vical(1, start - days{1}), Errc::superseded);
  const SharedBytes good = vical(3, start + days{8});
  Bytes altered(good.view().begin(), good.view().end());
  altered.back() ^= 1;
  refuse(SharedBytes::take(std::move(altered)), Errc::signature_invalid);
  refuse(SharedBytes::take(Bytes{0x00}), Errc::wrong_type);
  refuse(vical(3, start + days{30}), Errc::not_yet_valid);
}

TEST(TrustKeeper, ABundleCarriesEverythingToATerminalThatHasNoNetwork) {
  Terminal online;
  online.keeper.want(Terminal::wanted());
  online.fetch(start, network(start, 1));
  const Bytes file = trust::encode(online.keeper.bundle(start));

  Terminal offline;
  const auto bundle = trust::decode_trust_bundle(SharedBytes::copy_of(file)).value();
  EXPECT_EQ(bundle.items.size(), 3u);
  EXPECT_EQ(bundle.wanted.size(), 2u);
  for (const ImportResult& result : offline.keeper.import(bundle, start + 1h)) {
    EXPECT_FALSE(result.error) << trust::name(result.kind) << ": " << describe(*result.error);
  }
  EXPECT_TRUE(offline.evaluate(start + 1h).trusted());
  EXPECT_EQ(offline.revocation.crls().size(), 1u);
  EXPECT_EQ(offline.revocation.status_lists().size(), 1u);
  // Once more it is known already.
  for (const ImportResult& result : offline.keeper.import(bundle, start + 1h)) {
    EXPECT_TRUE(!result.error || result.error->code == Errc::superseded);
  }
  // And what it holds is what it was filled with, byte for byte.
  EXPECT_EQ(trust::encode(offline.keeper.bundle(start)), file);
}

TrustKeeperOptions feeds_with_crl() {
  return {.feeds = {{.kind = BundleKind::vical, .url = vical_url},
                    {.kind = BundleKind::crl, .url = "http://issuer.example/crl"}}};
}

TEST(TrustKeeper, AFeedOfARevocationListIsReceivedAndDueAtItsNextUpdate) {
  Terminal terminal(feeds_with_crl());
  EXPECT_EQ(terminal.keeper.due(start).size(), 2u);  // the VICAL first: it says whose revocation lists to believe
  Terminal again(feeds_with_crl());
  EXPECT_EQ(again.fetch(start, network(start, 1)), 2u);
  const auto states = again.keeper.state(start);
  ASSERT_EQ(states.size(), 2u);
  for (const TrustItemState& state : states) EXPECT_EQ(state.verdict, Verdict::current) << state.name;
  EXPECT_EQ(again.fetch(start + 1h, {}), 0u);
}

TEST(TrustKeeper, AFeedMayServeItsRevocationListInPem) {
  Terminal terminal(feeds_with_crl());
  std::string base64 = to_base64url(crl(start, 1).view());
  std::ranges::replace(base64, '-', '+');
  std::ranges::replace(base64, '_', '/');
  base64.append((4 - base64.size() % 4) % 4, '=');
  const std::string pem = "-----BEGIN X509 CRL-----\n" + base64 + "\n-----END X509 CRL-----\n";
  auto answers = network(start, 1);
  answers.at("http://issuer.example/crl") = SharedBytes::copy_of(as_bytes(pem));
  EXPECT_EQ(terminal.fetch(start, answers), 2u);
  EXPECT_EQ(terminal.revocation.crls().size(), 1u);
  EXPECT_EQ(terminal.verdicts(start).at(BundleKind::crl), Verdict::current);
}

TEST(TrustKeeper, AfterARestartItsFeedsAreKnownFromTheBundle) {
  Terminal before(feeds_with_crl());
  before.fetch(start, network(start, 1));
  const Bytes file = trust::encode(before.keeper.bundle(start));
  const auto bundle = trust::decode_trust_bundle(SharedBytes::copy_of(file)).value();

  Terminal after(feeds_with_crl());
  (void)after.keeper.import(bundle, start + 1h);
  const auto states = after.keeper.state(start + 1h);
  ASSERT_EQ(states.size(), 2u);
  for (const TrustItemState& state : states) EXPECT_EQ(state.verdict, Verdict::current) << state.name;
  EXPECT_EQ(after.fetch(start + 1h, {}), 0u);
  EXPECT_EQ(after.fetch(start + days{8}, network(start + days{8}, 2)), 2u);

  // A terminal with another feed has what was imported, and still fetches its own.
  Terminal other({.feeds = {{.kind = BundleKind::vical, .url = "https://other.example/vical"}}});
  (void)other.keeper.import(bundle, start + 1h);
  EXPECT_TRUE(other.evaluate(start + 1h).trusted());
  EXPECT_EQ(other.keeper.state(start + 1h).back().verdict, Verdict::missing);
  EXPECT_EQ(other.keeper.due(start + 1h).size(), 1u);
}

TEST(TrustKeeper, ABundleCannotPutOffAFetchIntoTheFuture) {
  Terminal before(feeds_with_crl());
  before.fetch(start, network(start, 1));
  trust::TrustBundle bundle = before.keeper.bundle(start);
  for (trust::BundleItem& item : bundle.items) item.fetched = start + days{1000};
  Terminal after(feeds_with_crl());
  (void)after.keeper.import(bundle, start);
  EXPECT_EQ(after.keeper.due(start + days{1}).size(), 2u);
}

TEST(TrustKeeper, ABundleOfSomebodyElseBringsNothing) {
  testing::CountingRng rng(21);
  const TestPki stranger = TestPki::create(start, rng).value();
  trust::TrustStore store;
  trust::RevocationStore revocation;
  TrustKeeper keeper(store, revocation, {});
  EXPECT_TRUE(store.add_anchor(Purpose::list_signers, stranger.list_authority()));
  Terminal online;
  online.fetch(start, network(start, 1));
  const auto results = keeper.import(online.keeper.bundle(start), start);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].error->code, Errc::chain_untrusted);
  EXPECT_EQ(store.size(Purpose::issuance), 0u);
}

// Whoever carries a bundle can put lists of his own into it, with certificates of his own.
TEST(TrustKeeper, RevocationListsOfStrangersFillNoCache) {
  Terminal online;
  online.keeper.want(Terminal::wanted());
  online.fetch(start, network(start, 1));
  const trust::TrustBundle bundle = online.keeper.bundle(start);
  ASSERT_EQ(bundle.items.size(), 3u);

  Terminal stranger;  // of the same provider, whose list it does not get
  trust::TrustBundle without = bundle;
  std::erase_if(without.items, [](const trust::BundleItem& item) { return item.kind == BundleKind::vical; });
  for (const ImportResult& result : stranger.keeper.import(without, start)) {
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, Errc::chain_untrusted);
  }
  EXPECT_EQ(stranger.revocation.crls().size(), 0u);
  EXPECT_EQ(stranger.revocation.status_lists().size(), 0u);
  EXPECT_EQ(stranger.keeper.due(start).size(), 1u);  // its feed: what the bundle wants is not wanted here

  // What it wants itself it takes, and everything once the authority is known, in whatever order it comes.
  stranger.keeper.want(Terminal::wanted());
  for (const ImportResult& result : stranger.keeper.import(without, start)) EXPECT_FALSE(result.error);
  Terminal reversed;
  trust::TrustBundle backwards = bundle;
  std::ranges::reverse(backwards.items);
  for (const ImportResult& result : reversed.keeper.import(backwards, start)) EXPECT_FALSE(result.error);
  EXPECT_EQ(reversed.keeper.bundle(start).wanted.size(), 2u);
}

TEST(TrustKeeper, WhatAReaderStoredItselfIsWantedAgain) {
  Terminal before;
  before.keeper.want(Terminal::wanted());
  before.fetch(start, {{"http://issuer.example/crl", crl(start, 1)}, {status_uri, status_list(start)}});
  const trust::TrustBundle stored = before.keeper.bundle(start);
  ASSERT_EQ(stored.items.size(), 2u);  // without the VICAL nobody vouches for their signers
  Terminal after;
  for (const ImportResult& result : after.keeper.restore(stored, start)) EXPECT_FALSE(result.error);
  EXPECT_EQ(after.revocation.crls().size(), 1u);
  EXPECT_EQ(after.revocation.status_lists().size(), 1u);
  EXPECT_EQ(after.keeper.bundle(start).wanted.size(), 2u);
}

TEST(TrustKeeper, AnItemWithoutASignerIsIncomplete) {
  Terminal terminal;
  for (const BundleKind kind : {BundleKind::crl, BundleKind::status_list}) {
    const auto results =
        terminal.keeper.import({.created = start, .items = {{.kind = kind, .content = SharedBytes()}}}, start);
    EXPECT_EQ(results.at(0).error->code, Errc::missing_element);
  }
}

// A reader that has no network for thirty days: everything ages, is used as long as it may, and is refused after that.
TEST(TrustKeeper, ThirtyDaysWithoutANetwork) {
  Terminal terminal;
  terminal.keeper.want(Terminal::wanted());
  terminal.fetch(start, network(start, 1));

  const auto age_of = [&](UtcSeconds now, BundleKind kind) {
    for (const TrustItemState& state : terminal.keeper.state(now)) {
      if (state.kind == kind) return *state.age;
    }
    return std::chrono::seconds{-1};
  };
  for (int day = 0; day <= 30; ++day) {
    SCOPED_TRACE(day);
    const UtcSeconds now = start + days{day} + 1h;
    terminal.fetch(now, {});  // nobody answers
    const auto verdicts = terminal.verdicts(now);
    EXPECT_EQ(age_of(now, BundleKind::vical), days{day} + 1h);
    // VICAL: next issue after 7 days, end after 25.
    EXPECT_EQ(verdicts.at(BundleKind::vical), day < 7 ? Verdict::current : day < 25 ? Verdict::due : Verdict::expired);
    EXPECT_EQ(verdicts.at(BundleKind::crl), day < 7 ? Verdict::current : Verdict::due);
    // Status list: to be refreshed daily, of no use after 10 days.
    EXPECT_EQ(verdicts.at(BundleKind::status_list), day < 1    ? Verdict::current
                                                    : day < 10 ? Verdict::due
                                                               : Verdict::expired);
    const trust::Evaluation evaluation = terminal.evaluate(now);
    EXPECT_EQ(evaluation.trusted(), day < 25);
    if (day >= 25) {
      EXPECT_EQ(evaluation.outcome, trust::PathOutcome::list_expired);
    } else {
      EXPECT_EQ(evaluation.list->state, day < 7 ? trust::ListState::current : trust::ListState::due);
    }
  }

  // One imported bundle, and all is well.
  const UtcSeconds now = start + days{31};
  Terminal online;
  online.keeper.want(terminal.keeper.bundle(now).wanted);
  online.fetch(now, network(now, 2));
  for (const ImportResult& result : terminal.keeper.import(online.keeper.bundle(now), now)) {
    EXPECT_FALSE(result.error) << describe(*result.error);
  }
  EXPECT_TRUE(terminal.evaluate(now).trusted());
  for (const auto& [kind, verdict] : terminal.verdicts(now)) EXPECT_EQ(verdict, Verdict::current) << trust::name(kind);
}

TEST(TrustKeeper, AListOfOtherDocTypesDoesNotCountForThisOne) {
  Terminal terminal;
  terminal.fetch(start, {{vical_url, vical(1, start, {DocType("org.iso.23220.photoid.1")})}});
  EXPECT_EQ(terminal.evaluate(start).outcome, trust::PathOutcome::other_doc_types_only);
}

TEST(TrustBundle, RefusesWhatIsNone) {
  const auto refuse = [](const Bytes& content, Errc code) {
    const auto decoded = trust::decode_trust_bundle(SharedBytes::copy_of(content));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, code) << describe(decoded.error());
  };
  refuse({}, Errc::truncated);
  refuse({0x80}, Errc::wrong_type);
  refuse({0xa0}, Errc::missing_element);
  Terminal online;
  online.fetch(start, network(start, 1));
  Bytes good = trust::encode(online.keeper.bundle(start));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(trust::decode_trust_bundle(SharedBytes::copy_of(ByteView(good).first(size)))) << size;
  }
  good.push_back(0);
  refuse(good, Errc::trailing_bytes);
}

TEST(TrustBundle, ItemsOfAKindThatIsNotKnownAreLeftOut) {
  cbor::SortedMap item;
  item.put("kind").uint(99);
  item.put("content").bytes({});
  item.put("fetched").tdate(start);
  cbor::SortedMap map;
  map.put("version").text("1.1");
  map.put("created").tdate(start);
  map.put("items").array(1).map(item);
  const auto bundle = trust::decode_trust_bundle(SharedBytes::take(map.encode()));
  ASSERT_TRUE(bundle) << describe(bundle.error());
  EXPECT_TRUE(bundle->items.empty());
}

}  // namespace
}  // namespace mdoc
