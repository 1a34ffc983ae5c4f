#include "asio/gzip_inflater.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/http_test_server.hpp"

namespace mdoc::asio {
namespace {

using testing::gzip;

// In pieces of one size.
Result<Bytes> inflate(std::string_view zipped, std::size_t piece, std::size_t max_bytes = std::size_t{1} << 22) {
  GzipInflater inflater(max_bytes);
  Bytes out;
  for (std::size_t at = 0; at < zipped.size(); at += piece) {
    const auto written = inflater.write(as_bytes(zipped.substr(at, piece)), out);
    if (!written) return written.error();
  }
  if (const auto finished = inflater.finish(); !finished) return finished.error();
  return out;
}

std::string text(std::size_t size, unsigned letters, unsigned seed) {
  std::mt19937 engine(seed);  // NOLINT(*-msc51-cpp): the same each time
  std::string result(size, '\0');
  for (char& c : result) c = static_cast<char>('a' + engine() % letters);
  return result;
}

std::string with_header(std::uint8_t flags, const std::string& fields, const std::string& body) {
  std::string zipped = gzip(body);
  zipped[3] = static_cast<char>(flags);
  return zipped.insert(10, fields);
}

// The end of the last block falls on every bit of a byte, and the trailer into every piece.
TEST(GzipInflater, InflatesWhatZlibDeflatesInPiecesOfAnySize) {
  unsigned seed = 0;
  for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 5u, 10u, 11u, 12u, 13u, 100u, 101u, 102u, 103u, 5000u}) {
    for (const unsigned letters : {1u, 2u, 26u, 200u}) {
      for (const int level : {0, 1, 6, 9}) {
        const std::string body = text(size, letters, ++seed);
        const std::string zipped = gzip(body, level);
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5}, zipped.size()}) {
          const auto out = inflate(zipped, piece);
          ASSERT_TRUE(out) << size << " " << letters << " " << level << " " << piece;
          ASSERT_EQ(as_text(*out), body);
        }
      }
    }
  }
}

TEST(GzipInflater, InflatesFarReferencesAndManyBlocks) {
  std::string body = text(30'000, 200, 1);
  for (int i = 0; i < 20; ++i) body += body.substr(body.size() - 30'000 + static_cast<std::size_t>(i) * 7, 29'000);
  for (const std::size_t piece : {1u, 1000u, 1'000'000u}) {
    const auto out = inflate(gzip(body, 9), piece);
    ASSERT_TRUE(out);
    EXPECT_TRUE(as_text(*out) == body);
  }
}

TEST(GzipInflater, SkipsTheFieldsOfTheHeader) {
  const std::string body = "body";
  const std::string extra(
      "\x03\x00"
      "abc",
      5);
  const std::string no_extra("\x00\x00", 2);
  const std::string name("name\0", 5);
  const std::string comment("\0", 1);
  for (const std::string& zipped :
       {with_header(0x01, "", body), with_header(0x04, extra, body), with_header(0x04, no_extra, body),
        with_header(0x08, name, body), with_header(0x10, comment, body), with_header(0x18, name + comment, body),
        with_header(0x1d, extra + name + comment, body)}) {
    for (const std::size_t piece : {std::size_t{1}, zipped.size()}) {
      const auto out = inflate(zipped, piece);
      ASSERT_TRUE(out);
      EXPECT_EQ(as_text(*out), body);
    }
  }
}

TEST(GzipInflater, ChecksTheChecksumOfTheHeader) {
  const std::string header = with_header(0x0a, std::string("name\0", 5), "body").substr(0, 15);
  boost::crc_32_type crc;
  crc.process_bytes(header.data(), header.size());
  std::string checksum{static_cast<char>(crc.checksum() & 0xff), static_cast<char>(crc.checksum() >> 8 & 0xff)};
  EXPECT_TRUE(inflate(with_header(0x0a, std::string("name\0", 5) + checksum, "body"), 1));
  checksum[1] = static_cast<char>(checksum[1] ^ 1);
  const auto damaged = inflate(with_header(0x0a, std::string("name\0", 5) + checksum, "body"), 1);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::bad_compression);
}

TEST(GzipInflater, NoFlippedBitOfTheContentOrTheTrailerChangesWhatComesOut) {
  const std::string body = text(60, 4, 7);
  const std::string good = gzip(body);
  std::size_t harmless = 0;  // bits behind the last block; a match that can be found at another distance
  for (std::size_t bit = 10 * 8; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    for (const std::size_t piece : {std::size_t{1}, bad.size()}) {
      const auto out = inflate(bad, piece);
      if (out) {
        EXPECT_EQ(as_text(*out), body);
        ++harmless;
      } else {
        EXPECT_EQ(out.error().code, Errc::bad_compression);
      }
    }
  }
  EXPECT_LT(harmless, 20u);
}

TEST(GzipInflater, RefusesEveryTruncationAndAnythingBehindTheEnd) {
  const std::string good = gzip(text(60, 4, 7));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(inflate(good.substr(0, size), 1).error().code, Errc::bad_compression);
    EXPECT_EQ(inflate(good.substr(0, size), 1000).error().code, Errc::bad_compression);
  }
  for (const std::string& more : {std::string(1, '\0'), std::string("x"), good}) {
    EXPECT_EQ(inflate(good + more, 1).error().code, Errc::bad_compression);
    EXPECT_EQ(inflate(good + more, 1000).error().code, Errc::bad_compression);
  }
}

TEST(GzipInflater, RefusesOtherMethodsAndReservedFlags) {
  const std::string good = gzip("body");
  for (const auto& [at, value] : std::vector<std::pair<std::size_t, int>>{
           {0, 0x1e}, {1, 0x8a}, {2, 0}, {2, 7}, {3, 0x20}, {3, 0x40}, {3, 0x80}}) {
    std::string bad = good;
    bad[at] = static_cast<char>(value);
    EXPECT_EQ(inflate(bad, 1).error().code, Errc::bad_compression);
  }
}

TEST(GzipInflater, StopsAtItsLimit) {
  const std::string body(100'000, 'a');
  const std::string zipped = gzip(body);
  EXPECT_TRUE(inflate(zipped, 1, body.size()));
  for (const std::size_t piece : {std::size_t{1}, zipped.size()}) {
    for (const std::size_t limit : {body.size() - 1, std::size_t{1}, std::size_t{0}}) {
      EXPECT_EQ(inflate(zipped, piece, limit).error().code, Errc::too_large);
    }
  }
  EXPECT_TRUE(inflate(gzip(""), 1, 0));
}

}  // namespace
}  // namespace mdoc::asio
