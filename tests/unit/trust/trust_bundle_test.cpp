#include "mdoc/trust/trust_bundle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/writer.hpp"
#include "revocation_pki.hpp"

// How much a bundle may want. What else it may hold is seen where keepers exchange bundles.

namespace mdoc::trust {
namespace {

constexpr TrustBundleLimits limits;

/// A status list that is wanted, with so many URLs and trust points.
WantedSource status_list(std::size_t urls = 1, std::size_t trust_points = 1) {
  WantedSource wanted{.kind = RevocationSource::status_list};
  for (std::size_t i = 0; i < urls; ++i) wanted.uris.push_back("https://issuer.example/" + std::to_string(i));
  wanted.trust =
      StatusTrust::anchors(std::vector<crypto::Certificate>(trust_points, testing::revocation_pki().iaca.certificate));
  return wanted;
}

/// A bundle as somebody may write it who knows no limits.
struct Foreign {
  std::size_t items = 0;
  std::size_t wanted = 1;
  std::vector<std::string> urls{"https://issuer.example/1"};
  std::size_t trust_points = 1;

  [[nodiscard]] Result<TrustBundle> read(const TrustBundleLimits& with = {}) const {
    cbor::SortedMap item;
    item.put("kind").uint(static_cast<std::uint64_t>(BundleKind::crl));
    item.put("content").bytes({});
    item.put("fetched").tdate(testing::pki_now);
    cbor::SortedMap one;
    one.put("source").text("status-list");
    cbor::Writer& list = one.put("urls").array(urls.size());
    for (const std::string& url : urls) list.text(url);
    cbor::Writer& points = one.put("trustPoints").array(trust_points);
    for (std::size_t i = 0; i < trust_points; ++i) points.bytes(testing::revocation_pki().iaca.certificate.der());
    one.put("namedByDocument").boolean(true);
    cbor::SortedMap map;
    map.put("version").text("1.0");
    map.put("created").tdate(testing::pki_now);
    cbor::Writer& all_items = map.put("items").array(items);
    for (std::size_t i = 0; i < items; ++i) all_items.map(item);
    cbor::Writer& all_wanted = map.put("wanted").array(wanted);
    for (std::size_t i = 0; i < wanted; ++i) all_wanted.map(one);
    return decode_trust_bundle(SharedBytes::take(map.encode()), with);
  }
};

void expect_over(const Result<TrustBundle>& read, Errc code, std::string_view where) {
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, code) << describe(read.error());
  EXPECT_EQ(read.error().where.text(), where);
}

TEST(TrustBundleLimits, HoldForTheUrlsOfOneThing) {
  Foreign bundle{.urls = std::vector<std::string>(limits.max_urls, "https://issuer.example/1")};
  ASSERT_TRUE(bundle.read());
  EXPECT_EQ(bundle.read()->wanted.at(0).uris.size(), limits.max_urls);
  bundle.urls.emplace_back();
  expect_over(bundle.read(), Errc::too_many, "TrustBundle.wanted[0].urls[8]");
  EXPECT_TRUE(bundle.read({.max_urls = 9}));
}

TEST(TrustBundleLimits, HoldForOneUrl) {
  Foreign bundle{.urls = {std::string(limits.max_url_bytes, 'u')}};
  EXPECT_TRUE(bundle.read());
  bundle.urls[0] += 'u';
  expect_over(bundle.read(), Errc::too_large, "TrustBundle.wanted[0].urls[0]");
}

TEST(TrustBundleLimits, HoldForTheTrustPointsOfOneThing) {
  Foreign bundle{.trust_points = limits.max_trust_points};
  ASSERT_TRUE(bundle.read());
  EXPECT_EQ(bundle.read()->wanted.at(0).trust->certificates().size(), limits.max_trust_points);
  ++bundle.trust_points;
  expect_over(bundle.read(), Errc::too_many, "TrustBundle.wanted[0].trustPoints[32]");
  EXPECT_TRUE(bundle.read({.max_trust_points = 33}));
}

TEST(TrustBundleLimits, HoldForEverythingThatIsWanted) {
  Foreign bundle{.wanted = limits.max_wanted};
  ASSERT_TRUE(bundle.read());
  EXPECT_EQ(bundle.read()->wanted.size(), limits.max_wanted);
  ++bundle.wanted;
  expect_over(bundle.read(), Errc::too_many, "TrustBundle.wanted[1024]");
}

TEST(TrustBundleLimits, OfItemsAreAboutItemsAlone) {
  Foreign bundle{.items = 1, .wanted = 2, .trust_points = 3};
  EXPECT_TRUE(bundle.read({.max_items = 1})) << "an item has more members";
  ++bundle.items;
  expect_over(bundle.read({.max_items = 1}), Errc::too_many, "TrustBundle.items[1]");
  bundle = {.items = 5000, .wanted = 0};
  EXPECT_TRUE(bundle.read({.max_items = 5000}));
}

TEST(TrustBundle, WhatIsOverTheLimitsOfItsReadersIsNotWritten) {
  TrustBundle bundle{.created = testing::pki_now};
  bundle.wanted = {status_list(limits.max_urls, limits.max_trust_points), status_list(limits.max_urls + 1),
                   status_list(1, limits.max_trust_points + 1), status_list()};
  bundle.wanted.back().uris.front().resize(limits.max_url_bytes + 1, 'u');
  const auto read = decode_trust_bundle(SharedBytes::take(encode(bundle)));
  ASSERT_TRUE(read) << describe(read.error());
  ASSERT_EQ(read->wanted.size(), 1u);
  EXPECT_EQ(read->wanted[0].uris, bundle.wanted[0].uris);
}

}  // namespace
}  // namespace mdoc::trust
