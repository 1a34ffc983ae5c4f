#include "mdoc/trust/crl_cache.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "revocation_pki.hpp"

namespace mdoc::trust {
namespace {

using testing::Identity;
using testing::list_end;
using testing::list_start;
using testing::pki_now;
using testing::revocation_pki;
using testing::SampleCrl;
using namespace std::chrono_literals;

VerifiedCrl make(const Identity& issuer, std::uint32_t number, std::chrono::seconds later = 0s) {
  SampleCrl list = SampleCrl::of(issuer.certificate, list_start + later, list_end + later);
  list.extensions[1] = testing::crl_number(number);
  const auto decoded = crypto::CertificateRevocationList::from_der(list.sign(issuer.key)).value();
  return VerifiedCrl::verify(decoded, issuer.certificate).value();
}
VerifiedCrl without_number(const Identity& issuer, std::chrono::seconds later) {
  SampleCrl list = SampleCrl::of(issuer.certificate, list_start + later, list_end + later);
  list.extensions.pop_back();
  const auto decoded = crypto::CertificateRevocationList::from_der(list.sign(issuer.key)).value();
  return VerifiedCrl::verify(decoded, issuer.certificate).value();
}
const Identity& iaca() { return revocation_pki().iaca; }
std::string number_in(const CrlCache& cache, const Identity& issuer) {
  const auto found = cache.find(issuer.certificate);
  return found ? to_hex(*found->crl.list().crl_number()) : "none";
}

TEST(CrlCache, GivesTheListOfAnIssuerBackAsReceived) {
  CrlCache cache;
  EXPECT_FALSE(cache.find(iaca().certificate));
  const VerifiedCrl list = make(iaca(), 5);
  ASSERT_TRUE(cache.insert(list, pki_now));
  const auto found = cache.find(iaca().certificate);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->crl.list().der().view().data(), list.list().der().view().data());
  EXPECT_EQ(found->received_at, pki_now);
  EXPECT_EQ(found->age(pki_now + 90s), 90s);
  EXPECT_EQ(found->age(pki_now - 90s), 0s);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.bytes(), list.list().der().size());
  EXPECT_EQ(judge_crl(found->crl, revocation_pki().signer.certificate, {.now = pki_now}).state, RevocationState::good);
}

TEST(CrlCache, TakesNewerListsAndNoOlderOnes) {
  CrlCache cache;
  const auto insert = [&](const VerifiedCrl& list) {
    const auto inserted = cache.insert(list, pki_now);
    return inserted ? Errc{} : inserted.error().code;
  };
  EXPECT_EQ(insert(make(iaca(), 0xff)), Errc{});
  EXPECT_EQ(insert(make(iaca(), 0xfe, 1h)), Errc::superseded);    // lower number, later date
  EXPECT_EQ(insert(make(iaca(), 0x100, -1s)), Errc::superseded);  // higher number, earlier date
  EXPECT_EQ(number_in(cache, iaca()), "ff");
  EXPECT_EQ(insert(make(iaca(), 0xff)), Errc{});
  EXPECT_EQ(insert(make(iaca(), 0x100, 1h)), Errc{});  // longer by a byte
  EXPECT_EQ(number_in(cache, iaca()), "0100");
  EXPECT_EQ(insert(make(iaca(), 0xff, 2h)), Errc::superseded);
  EXPECT_EQ(cache.size(), 1u);
}

TEST(CrlCache, ComparesDatesWhereThereAreNoNumbers) {
  CrlCache cache;
  EXPECT_TRUE(cache.insert(without_number(iaca(), 1h), pki_now));
  EXPECT_EQ(cache.insert(without_number(iaca(), 1h - 1s), pki_now).error().code, Errc::superseded);
  EXPECT_EQ(cache.insert(make(iaca(), 9, 0s), pki_now).error().code, Errc::superseded);
  EXPECT_TRUE(cache.insert(make(iaca(), 9, 2h), pki_now));
}

TEST(CrlCache, ARefreshedListIsReceivedAnew) {
  CrlCache cache;
  const VerifiedCrl list = make(iaca(), 5);
  ASSERT_TRUE(cache.insert(list, pki_now));
  ASSERT_TRUE(cache.insert(list, pki_now + 1h));
  EXPECT_EQ(cache.find(iaca().certificate)->received_at, pki_now + 1h);
  EXPECT_EQ(cache.bytes(), list.list().der().size());
}

TEST(CrlCache, KeepsLookAlikesApart) {
  CrlCache cache;
  const Identity look_alike = Identity::root(testing::ca_template("IACA"));
  ASSERT_TRUE(cache.insert(make(iaca(), 5), pki_now));
  EXPECT_FALSE(cache.find(look_alike.certificate));
  ASSERT_TRUE(cache.insert(make(look_alike, 1), pki_now));
  EXPECT_EQ(number_in(cache, iaca()), "05");
  EXPECT_EQ(number_in(cache, look_alike), "01");
}

TEST(CrlCache, ARenewedCertificateOfTheSameKeyIsTheSameIssuer) {
  CrlCache cache;
  ASSERT_TRUE(cache.insert(make(iaca(), 5), pki_now));
  crypto::CertificateTemplate content = testing::ca_template("IACA");
  content.not_after += 1000h;
  const auto renewed = crypto::issue_self_signed_certificate(content, iaca().key, crypto::system_rng()).value();
  ASSERT_NE(renewed, iaca().certificate);
  EXPECT_TRUE(cache.find(renewed));
}

TEST(CrlCache, RefusesWhatDoesNotFitAndStaysAsItWas) {
  const Identity second = Identity::root(testing::ca_template("second"));
  CrlCache one({.max_lists = 1});
  ASSERT_TRUE(one.insert(make(iaca(), 5), pki_now));
  EXPECT_EQ(one.insert(make(second, 1), pki_now).error().code, Errc::too_many);
  EXPECT_TRUE(one.insert(make(iaca(), 6), pki_now));
  EXPECT_TRUE(one.forget(iaca().certificate));
  EXPECT_TRUE(one.insert(make(second, 1), pki_now));

  const VerifiedCrl first = make(iaca(), 5);
  CrlCache small({.max_bytes = first.list().der().size()});
  ASSERT_TRUE(small.insert(first, pki_now));
  EXPECT_EQ(small.insert(make(second, 1), pki_now).error().code, Errc::too_large);
  EXPECT_TRUE(small.insert(first, pki_now));  // in its own place
  EXPECT_EQ(small.bytes(), first.list().der().size());
  EXPECT_EQ(small.size(), 1u);
  CrlCache none({.max_bytes = 0});
  EXPECT_EQ(none.insert(first, pki_now).error().code, Errc::too_large);
  EXPECT_EQ(none.size(), 0u);
}

TEST(CrlCache, ForgetsAnIssuerOnRequest) {
  CrlCache cache;
  EXPECT_FALSE(cache.forget(iaca().certificate));
  ASSERT_TRUE(cache.insert(make(iaca(), 5), pki_now));
  EXPECT_TRUE(cache.forget(iaca().certificate));
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_TRUE(cache.insert(make(iaca(), 1), pki_now));
}

TEST(CrlCache, ItsListsOutliveARestart) {
  const Identity second = Identity::root(testing::ca_template("second"));
  CrlCache before;
  ASSERT_TRUE(before.insert(make(iaca(), 5), pki_now));
  ASSERT_TRUE(before.insert(make(second, 6), pki_now + 1h));
  CrlCache after;
  for (const CachedCrl& cached : before.entries()) {
    const auto list = crypto::CertificateRevocationList::from_der(cached.crl.list().der().view()).value();
    const Identity& issuer = list.issuer() == second.certificate.subject() ? second : iaca();
    ASSERT_TRUE(after.insert(VerifiedCrl::verify(list, issuer.certificate).value(), cached.received_at));
  }
  EXPECT_EQ(number_in(after, iaca()), "05");
  EXPECT_EQ(number_in(after, second), "06");
  EXPECT_EQ(after.find(second.certificate)->received_at, pki_now + 1h);
}

TEST(CrlCache, MayBeUsedFromManyThreads) {
  constexpr std::uint32_t count = 40;
  CrlCache cache;
  std::vector<VerifiedCrl> lists;
  for (std::uint32_t i = 0; i < count; ++i) lists.push_back(make(iaca(), i + 1));
  const Identity second = Identity::root(testing::ca_template("second"));
  const VerifiedCrl other = make(second, 1);
  const crypto::Certificate signer = revocation_pki().signer.certificate;
  ASSERT_TRUE(cache.insert(lists[0], pki_now));
  std::atomic<unsigned> wrong = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&] {
      for (const VerifiedCrl& list : lists) {
        const auto inserted = cache.insert(list, pki_now);
        if (!inserted && inserted.error().code != Errc::superseded) ++wrong;
        if (!cache.insert(other, pki_now)) ++wrong;
        cache.forget(second.certificate);
      }
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      std::string last = "00";
      for (std::uint32_t i = 0; i < count; ++i) {
        const auto found = cache.find(iaca().certificate);
        if (!found || judge_crl(found->crl, signer, {.now = pki_now}).state != RevocationState::good) ++wrong;
        const std::string number = number_in(cache, iaca());
        if (number < last) ++wrong;  // both of one byte
        last = number;
        if (cache.entries().empty() || cache.size() > 2) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(number_in(cache, iaca()), "28");
}

}  // namespace
}  // namespace mdoc::trust
