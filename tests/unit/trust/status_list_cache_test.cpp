#include "mdoc/trust/status_list_cache.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "mdoc/trust/revocation_sources.hpp"
#include "support/sample_status_token.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using testing::cbor_text;
using testing::cbor_uint;
using testing::utc;
using Sample = testing::SampleStatusToken;

class StatusListCacheTest : public ::testing::Test {
 protected:
  Sample sample;
  const UtcSeconds noon = sample.now;
  const UtcSeconds issued = utc("2026-05-01T00:00:00Z");

  static StatusTrust trust_of(Sample& from) { return StatusTrust::issuer_ca(from.pki.iaca_certificate()); }
  StatusTrust trust() { return trust_of(sample); }

  VerifiedStatusToken verified(Sample& from) {
    const auto token = decode_status_token_cwt(SharedBytes::take(from.encode())).value();
    const StatusTrust trust = trust_of(from);
    return verify_status_token(token, {.uri = token.uri(), .trust = trust, .now = noon}).value();
  }
  VerifiedStatusToken list(UtcSeconds iat, std::string_view uri = Sample::uri) {
    sample.claims[Sample::sub] = cbor_text(uri);
    sample.claims[Sample::iat] = testing::cbor_int(iat.time_since_epoch().count());
    return verified(sample);
  }
  VerifiedStatusToken list_with(std::optional<std::uint64_t> ttl, std::optional<std::string_view> exp) {
    sample.claims.erase(Sample::ttl);
    sample.claims.erase(Sample::exp);
    if (ttl) sample.claims[Sample::ttl] = cbor_uint(*ttl);
    if (exp) sample.claims[Sample::exp] = Sample::date(*exp);
    return verified(sample);
  }
};

// ---- lifetime ---------------------------------------------------------------------------------

TEST_F(StatusListCacheTest, AListIsRefreshedAfterItsTimeToLiveOrItsExpiry) {
  const auto short_ttl = lifetime(list_with(3600, "2026-05-03T00:00:00Z"), noon);
  EXPECT_EQ(short_ttl.refresh_at, noon + 1h);
  EXPECT_EQ(short_ttl.usable_until, utc("2026-05-03T00:00:00Z"));
  const auto early_end = lifetime(list_with(24 * 3600, "2026-05-01T13:00:00Z"), noon);
  EXPECT_EQ(early_end.refresh_at, noon + 1h);
  EXPECT_EQ(early_end.usable_until, noon + 1h);
  const auto no_ttl = lifetime(list_with(std::nullopt, "2026-05-02T00:00:00Z"), noon);
  EXPECT_EQ(no_ttl.refresh_at, utc("2026-05-02T00:00:00Z"));
}

TEST_F(StatusListCacheTest, TheTimeToLiveHasBounds) {
  const std::string_view far = "2026-12-01T00:00:00Z";
  EXPECT_EQ(lifetime(list_with(1, far), noon).refresh_at, noon + 60s);
  EXPECT_EQ(lifetime(list_with(60, far), noon).refresh_at, noon + 60s);
  EXPECT_EQ(lifetime(list_with(7 * 86400 + 1, far), noon).refresh_at, noon + 7 * 24h);
  EXPECT_EQ(lifetime(list_with(INT64_MAX, far), noon).refresh_at, noon + 7 * 24h);
  EXPECT_EQ(lifetime(list_with(std::nullopt, far), noon).refresh_at, noon + 7 * 24h);
}

TEST_F(StatusListCacheTest, WithoutExpiryAListEndsWhenItsRefreshIsDue) {
  EXPECT_EQ(lifetime(list_with(3600, std::nullopt), noon).usable_until, noon + 1h);
  EXPECT_EQ(lifetime(list_with(std::nullopt, std::nullopt), noon).usable_until, noon + 7 * 24h);
}

TEST_F(StatusListCacheTest, WithoutExpiryNoFetchMakesAListYoungForEver) {
  const auto token = list_with(std::nullopt, std::nullopt);
  sample.signer.not_after = issued + 24h * 400;
  EXPECT_EQ(lifetime(list_with(std::nullopt, std::nullopt), issued + 24h * 28).usable_until,
            issued + max_age_without_expiry);
  EXPECT_EQ(lifetime(token, issued + 24h * 10).usable_until, issued + 24h * 17);
}

TEST_F(StatusListCacheTest, AListDoesNotOutliveItsCertificates) {
  sample.signer.not_after = noon + 10min;
  const auto ends = lifetime(list_with(3600, "2026-05-03T00:00:00Z"), noon);
  EXPECT_EQ(ends.usable_until, noon + 10min);
  EXPECT_EQ(ends.refresh_at, noon + 10min);
}

TEST_F(StatusListCacheTest, FreshnessChangesOneSecondAfterEachEnd) {
  const StatusListLifetime ends{.refresh_at = noon + 60s, .usable_until = noon + 120s};
  EXPECT_EQ(judge(ends, noon, noon), Freshness::fresh);
  EXPECT_EQ(judge(ends, noon, noon + 60s), Freshness::fresh);
  EXPECT_EQ(judge(ends, noon, noon + 61s), Freshness::stale);
  EXPECT_EQ(judge(ends, noon, noon + 120s), Freshness::stale);
  EXPECT_EQ(judge(ends, noon, noon + 121s), Freshness::expired);
}

TEST_F(StatusListCacheTest, AClockThatWasSetBackMakesListsStale) {
  const StatusListLifetime ends{.refresh_at = noon + 60s, .usable_until = noon + 120s};
  EXPECT_EQ(judge(ends, noon, noon - 300s), Freshness::fresh);
  EXPECT_EQ(judge(ends, noon, noon - 301s), Freshness::stale);
  EXPECT_EQ(age(noon, noon - 301s), 0s);
  EXPECT_EQ(age(noon, noon + 5s), 5s);
}

// ---- what a look-up says of it ------------------------------------------------------------------

TEST_F(StatusListCacheTest, AListWithoutExpiryIsDueAgain) {
  StatusListCache cache;
  ASSERT_TRUE(cache.put(list_with(3600, std::nullopt), noon));
  const auto at = [&](UtcSeconds now) {
    return look_up({.status_lists = &cache}, {.uri = Sample::uri, .place = std::uint64_t{1}}, trust(), {.now = now});
  };
  EXPECT_EQ(at(noon).next_update, noon + 1h);
  EXPECT_EQ(at(noon).usable_until, noon + 1h);
  EXPECT_EQ(at(noon + 2h).next_update, noon + 1h);
  EXPECT_EQ(at(noon + 2h).state, RevocationState::stale);
  EXPECT_EQ(at(noon - 301s).next_update, noon - 301s);  // the clock was set back
}

// ---- the cache --------------------------------------------------------------------------------

TEST(Rev09, ACachedListComesWithItsAge) {
  Sample sample;
  StatusListCache cache;
  const auto trust = StatusTrust::issuer_ca(sample.pki.iaca_certificate());
  const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
  ASSERT_TRUE(cache.put(verify_status_token(token, {.uri = Sample::uri, .trust = trust, .now = sample.now}).value(),
                        sample.now));
  const auto fresh = cache.get(Sample::uri, trust, sample.now + 1h);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->age, 1h);
  EXPECT_EQ(fresh->freshness, Freshness::fresh);
  EXPECT_EQ(fresh->token.status(0).value(), StatusType::invalid);
  EXPECT_EQ(cache.get(Sample::uri, trust, sample.now + 13h)->freshness, Freshness::stale);
  EXPECT_EQ(cache.get(Sample::uri, trust, sample.now + 48h)->freshness, Freshness::expired);
}

TEST_F(StatusListCacheTest, KnowsNothingThatWasNotPutIn) {
  StatusListCache cache;
  EXPECT_FALSE(cache.get(Sample::uri, trust(), noon));
  ASSERT_TRUE(cache.put(list(issued), noon));
  EXPECT_FALSE(cache.get("https://example.com/statuslists/2", trust(), noon));
  EXPECT_FALSE(cache.get("", trust(), noon));
  cache.clear();
  EXPECT_FALSE(cache.get(Sample::uri, trust(), noon));
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST_F(StatusListCacheTest, AListNeverGoesBack) {
  StatusListCache cache;
  ASSERT_TRUE(cache.put(list(issued), noon));
  const auto older = cache.put(list(issued - 1s), noon + 1h);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Errc::superseded);
  EXPECT_EQ(cache.get(Sample::uri, trust(), noon)->token.issued_at(), issued);
  ASSERT_TRUE(cache.put(list(issued + 1s), noon));
  EXPECT_EQ(cache.get(Sample::uri, trust(), noon)->token.issued_at(), issued + 1s);
  EXPECT_EQ(cache.size(), 1u);
}

TEST_F(StatusListCacheTest, TheSameListFetchedAgainIsYoungAgain) {
  StatusListCache cache;
  ASSERT_TRUE(cache.put(list(issued), noon));
  ASSERT_TRUE(cache.put(list(issued), noon + 1h));
  EXPECT_EQ(cache.get(Sample::uri, trust(), noon + 1h)->age, 0s);
  ASSERT_TRUE(cache.put(list(issued), noon)) << "read from storage";
  EXPECT_EQ(cache.get(Sample::uri, trust(), noon + 1h)->age, 0s);
}

TEST(Rev07, AListServesOnlyThoseWhoTrustItsSigner) {
  Sample ours, theirs;
  theirs.pki.iaca_key = Sample::new_key(91);
  theirs.claims[Sample::iat] = Sample::date("2026-05-01T11:00:00Z");  // newer than ours
  StatusListCache cache;
  const auto trust_of = [](Sample& sample) { return StatusTrust::issuer_ca(sample.pki.iaca_certificate()); };
  for (Sample* sample : {&ours, &theirs}) {
    const auto token = decode_status_token_cwt(SharedBytes::take(sample->encode())).value();
    const auto trust = trust_of(*sample);
    ASSERT_TRUE(
        cache.put(verify_status_token(token, {.uri = Sample::uri, .trust = trust, .now = ours.now}).value(), ours.now));
  }
  // A stranger's list under the same URI neither replaces ours nor is shown in its place.
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.get(Sample::uri, trust_of(ours), ours.now)->token.path().back(), ours.pki.iaca_certificate());
  EXPECT_EQ(cache.get(Sample::uri, trust_of(theirs), ours.now)->token.path().back(), theirs.pki.iaca_certificate());
  EXPECT_FALSE(cache.get(Sample::uri, StatusTrust::anchors({}), ours.now));
  const auto both = StatusTrust::anchors({ours.pki.iaca_certificate(), theirs.pki.iaca_certificate()});
  EXPECT_EQ(cache.get(Sample::uri, both, ours.now)->token.issued_at(), utc("2026-05-01T11:00:00Z")) << "the newest";
}

TEST_F(StatusListCacheTest, ForgetsWhatWasFetchedLongestAgo) {
  StatusListCache cache({.max_tokens = 2});
  ASSERT_TRUE(cache.put(list(issued, "a"), noon + 1s));
  ASSERT_TRUE(cache.put(list(issued, "b"), noon));
  ASSERT_TRUE(cache.put(list(issued, "c"), noon - 1s)) << "the new one is kept, however old";
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_TRUE(cache.get("a", trust(), noon));
  EXPECT_FALSE(cache.get("b", trust(), noon));
  EXPECT_TRUE(cache.get("c", trust(), noon));
}

TEST_F(StatusListCacheTest, ItsMemoryIsBounded) {
  const std::size_t one = list(issued, "a").memory();
  StatusListCache cache({.max_bytes = 2 * one + one / 2});
  for (const std::string_view uri : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(cache.put(list(issued, uri), noon));
    EXPECT_LE(cache.bytes(), 2 * one + one / 2);
  }
  EXPECT_EQ(cache.size(), 2u);
  StatusListCache small({.max_bytes = one - 1});
  EXPECT_EQ(small.put(list(issued, "a"), noon).error().code, Errc::too_large);
  EXPECT_EQ(small.size(), 0u);
}

TEST(Rev11, SaysWhatIsDueForAScheduledRefresh) {
  Sample sample;
  StatusListCache cache;
  const auto trust = StatusTrust::issuer_ca(sample.pki.iaca_certificate());
  for (const std::string_view uri : {"a", "b"}) {
    sample.claims[Sample::sub] = cbor_text(uri);
    sample.claims[Sample::ttl] = cbor_uint(uri == "a" ? 3600 : 7200);
    const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode())).value();
    ASSERT_TRUE(
        cache.put(verify_status_token(token, {.uri = uri, .trust = trust, .now = sample.now}).value(), sample.now));
  }
  using Uris = std::vector<std::string>;
  EXPECT_EQ(cache.due(sample.now + 1h), Uris{});
  EXPECT_EQ(cache.due(sample.now + 1h + 1s), Uris{"a"});
  EXPECT_EQ(cache.due(sample.now + 100h), (Uris{"a", "b"}));
}

TEST_F(StatusListCacheTest, WhatIsStoredIsTheTokenAsReceivedAndReturnsThroughVerification) {
  StatusListCache cache;
  sample.claims[Sample::iat] = Sample::date("2026-05-01T00:00:00Z");
  const Bytes received = sample.encode();
  const auto token = decode_status_token_cwt(SharedBytes::copy_of(received)).value();
  const StatusTrust trusted = trust();
  ASSERT_TRUE(cache.put(verify_status_token(token, {.uri = Sample::uri, .trust = trusted, .now = noon}).value(), noon));
  const auto stored = cache.stored();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].uri, Sample::uri);
  EXPECT_EQ(stored[0].fetched, noon);
  EXPECT_TRUE(std::ranges::equal(stored[0].encoded.view(), received));

  StatusListCache loaded;
  const auto again = decode_status_token_cwt(stored[0].encoded).value();
  ASSERT_TRUE(loaded.put(verify_status_token(again, {.uri = stored[0].uri, .trust = trusted, .now = noon + 1h}).value(),
                         stored[0].fetched));
  EXPECT_EQ(loaded.get(Sample::uri, trusted, noon + 1h)->age, 1h);
}

TEST_F(StatusListCacheTest, ThreadsLookUpWhileListsAreReplaced) {
  constexpr int rounds = 40;
  std::vector<VerifiedStatusToken> tokens;
  for (int i = 0; i < rounds; ++i) tokens.push_back(list(issued + std::chrono::seconds(i)));
  const StatusTrust trusted = trust();
  StatusListCache cache({.max_tokens = 4});
  ASSERT_TRUE(cache.put(tokens.front(), noon));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      UtcSeconds last{};
      for (int i = 0; i < 400; ++i) {
        const auto cached = cache.get(Sample::uri, trusted, noon);
        const bool good = cached && cached->token.issued_at() >= last &&
                          cached->token.status(0).value() == StatusType::invalid && cache.size() == 1;
        if (!good) ++wrong;
        if (cached) last = cached->token.issued_at();
        (void)cache.stored();
        (void)cache.due(noon);
      }
    });
  }
  for (const VerifiedStatusToken& token : tokens) ASSERT_TRUE(cache.put(token, noon));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0) << "at no moment was there no list, or an older one";
  EXPECT_EQ(cache.get(Sample::uri, trusted, noon)->token.issued_at(), tokens.back().issued_at());
}

}  // namespace
}  // namespace mdoc::trust
