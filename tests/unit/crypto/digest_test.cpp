#include "mdoc/crypto/digest.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using testing::hex;

std::string digest_hex(DigestAlgorithm algorithm, const MessageParts& message) {
  const Digest result = digest(algorithm, message).value();
  return to_hex(result.view());
}

// FIPS 180-4, the message "abc".
constexpr std::string_view abc_256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view abc_384 =
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7";
constexpr std::string_view abc_512 =
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
    "2a9ac94fa54ca49f";

TEST(Digest, HashesTheWellKnownMessages) {
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha256, as_bytes("abc")), abc_256);
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha384, as_bytes("abc")), abc_384);
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha512, as_bytes("abc")), abc_512);
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha256, ByteView()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, DoesNotDependOnHowTheMessageIsCut) {
  const Bytes empty;
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha256, {as_bytes("a"), empty, as_bytes("bc")}), abc_256);
  const std::vector<ByteView> parts{as_bytes("ab"), as_bytes("c")};
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha384, std::span<const ByteView>(parts)), abc_384);
  EXPECT_EQ(digest_hex(DigestAlgorithm::sha256, std::span<const ByteView>()),
            digest_hex(DigestAlgorithm::sha256, empty));
}

TEST(Digest, FailsForAnAlgorithmThatDoesNotExist) {
  const auto unknown = static_cast<DigestAlgorithm>(3);
  EXPECT_EQ(digest(unknown, as_bytes("abc")).error().code, Errc::crypto_backend);
  Hasher hasher(unknown);
  hasher.update(as_bytes("abc"));
  EXPECT_EQ(hasher.finish().error().code, Errc::crypto_backend);
  EXPECT_EQ(name(unknown), "unknown");
  EXPECT_EQ(digest_size(unknown), 0u);
}

TEST(Digest, NamesAreThoseOfTheMso) {
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
    EXPECT_EQ(digest_algorithm(name(algorithm)), algorithm);
  }
  for (const std::string_view other : {"", "SHA-1", "SHA256", "sha-256", "SHA-256 ", "SHA-512/256", "SHA-3-256"}) {
    EXPECT_EQ(digest_algorithm(other), std::nullopt) << other;
  }
}

TEST(Digest, ComparesContentAndLength) {
  const Digest abc = digest(DigestAlgorithm::sha256, as_bytes("abc")).value();
  EXPECT_EQ(abc, digest(DigestAlgorithm::sha256, as_bytes("abc")).value());
  EXPECT_NE(abc, digest(DigestAlgorithm::sha256, as_bytes("abd")).value());
  EXPECT_NE(abc, Digest());
  Digest shorter;
  std::copy_n(abc.to_bytes().begin(), 31, shorter.resize(31).begin());
  EXPECT_NE(abc, shorter);
}

TEST(Hasher, HashesMessageAfterMessage) {
  Hasher hasher(DigestAlgorithm::sha512);
  for (int i = 0; i < 3; ++i) {
    hasher.update(as_bytes("ab"));
    hasher.update(as_bytes("c"));
    const Digest result = hasher.finish().value();
    EXPECT_EQ(to_hex(result.view()), abc_512);
  }
  Hasher moved = std::move(hasher);
  moved.update(as_bytes("abc"));
  const Digest result = moved.finish().value();
  EXPECT_EQ(to_hex(result.view()), abc_512);
  EXPECT_EQ(moved.algorithm(), DigestAlgorithm::sha512);
}

TEST(Hasher, FailsWhenMovedFrom) {
  Hasher hasher(DigestAlgorithm::sha256);
  const Hasher taken = std::move(hasher);
  hasher.update(as_bytes("abc"));  // NOLINT(bugprone-use-after-move): what the test is about
  EXPECT_EQ(hasher.finish().error().code, Errc::crypto_backend);
}

}  // namespace
}  // namespace mdoc::crypto
