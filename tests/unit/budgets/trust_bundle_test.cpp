#include "mdoc/trust/trust_bundle.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/der.hpp"
#include "support/allocations.hpp"

// What reading a bundle may ask of the heap, whoever made it.

namespace mdoc::trust {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20;
constexpr UtcSeconds created{std::chrono::seconds{1'800'000'000}};

/// The smallest thing that is read as a certificate, of which the heap holds many times its size.
Bytes smallest_certificate() {
  namespace der = crypto::der;
  const Bytes algorithm = der::encode(der::tag::sequence, {der::encode_object_identifier("1.2.3").value()});
  const Bytes nobody = der::encode(der::tag::sequence, ByteView{});
  const Bytes time = der::encode(der::tag::utc_time, as_bytes("300101000000Z"));
  const Bytes validity = der::encode(der::tag::sequence, {time, time});
  const Bytes bits = der::encode(der::tag::bit_string, Bytes{0});
  const Bytes key = der::encode(der::tag::sequence, {algorithm, bits});
  const Bytes serial = der::encode(der::tag::integer, Bytes{1});
  const Bytes tbs = der::encode(der::tag::sequence, {serial, algorithm, nobody, validity, nobody, key});
  return der::encode(der::tag::sequence, {tbs, algorithm, bits});
}

cbor::Writer array_of(std::size_t count, ByteView element) {
  cbor::Writer writer;
  writer.array(count);
  for (std::size_t i = 0; i < count; ++i) writer.raw(element);
  return writer;
}

/// So many things wanted, each with so many URLs and trust points.
SharedBytes bundle(std::size_t wanted, const cbor::Writer& urls, const cbor::Writer& trust_points) {
  cbor::SortedMap one;
  one.put("source").text("status-list");
  one.put("urls").raw(urls.view());
  one.put("trustPoints").raw(trust_points.view());
  one.put("namedByDocument").boolean(true);
  cbor::Writer each;
  each.map(one);
  cbor::SortedMap map;
  map.put("version").text("1.0");
  map.put("created").tdate(created);
  map.put("items").array(0);
  map.put("wanted").raw(array_of(wanted, each.view()).view());
  return SharedBytes::take(map.encode());
}

cbor::Writer text(std::string_view value) {
  cbor::Writer writer;
  writer.text(value);
  return writer;
}
cbor::Writer bytes(ByteView value) {
  cbor::Writer writer;
  writer.bytes(value);
  return writer;
}

/// Bytes of the heap at the highest point while a bundle is read.
std::size_t peak_of(const SharedBytes& encoded, std::optional<Errc> expected) {
  std::optional<Errc> refused;
  const auto spent = testing::allocations_of([&] {
    const auto read = decode_trust_bundle(encoded);
    if (!read) refused = read.error().code;
  });
  EXPECT_EQ(refused, expected);
  return spent.peak;
}

TEST(TrustBundleHeap, UrlsBeyondTheLimitAreNeverHeld) {
  const auto encoded = bundle(2000, array_of(4096, text("").view()), array_of(1, bytes(smallest_certificate()).view()));
  ASSERT_GT(encoded.size(), 7 * mib);
  EXPECT_LE(peak_of(encoded, Errc::too_many), mib / 16);
  const auto one = bundle(1, array_of(1, text(std::string(4 * mib, 'u')).view()), array_of(1, bytes({}).view()));
  EXPECT_LE(peak_of(one, Errc::too_large), mib / 16);
}

TEST(TrustBundleHeap, TrustPointsBeyondTheLimitAreNeverHeld) {
  const auto encoded = bundle(2000, array_of(1, text("u").view()), array_of(4096, bytes({}).view()));
  ASSERT_GT(encoded.size(), 7 * mib);
  EXPECT_LE(peak_of(encoded, Errc::too_many), mib / 16);
}

TEST(TrustBundleHeap, ThingsWantedBeyondTheLimitAreNeverParsed) {
  const auto encoded = bundle(4000, array_of(8, text("u").view()), array_of(16, bytes(smallest_certificate()).view()));
  ASSERT_GT(encoded.size(), 4 * mib);
  EXPECT_LE(peak_of(encoded, Errc::too_many), 2 * mib);
}

TEST(TrustBundleHeap, TheShortestCertificatesTakeNoMoreThanIsDocumented) {
  constexpr std::size_t wanted = 64;
  const TrustBundleLimits limits;
  const auto encoded = bundle(wanted, array_of(limits.max_urls, text("u").view()),
                              array_of(limits.max_trust_points, bytes(smallest_certificate()).view()));
  EXPECT_LE(peak_of(encoded, std::nullopt), wanted * limits.max_trust_points * 3 * 1024);
}

}  // namespace
}  // namespace mdoc::trust
