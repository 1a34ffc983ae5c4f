#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "mdoc/crypto/hmac.hpp"
#include "wycheproof.hpp"

namespace mdoc::crypto {
namespace {

using testing::bytes;
using testing::hex;
using testing::run_wycheproof;
using testing::WycheproofCount;

void check_hmac(std::string_view file, DigestAlgorithm algorithm) {
  int truncated = 0;
  const WycheproofCount count = run_wycheproof(file, [&](const auto& group, const auto& test) {
    const Bytes key = bytes(test, "key");
    const Bytes message = bytes(test, "msg");
    const Bytes tag = bytes(test, "tag");
    if (tag.size() == digest_size(algorithm)) return verify_hmac(algorithm, key, message, tag).has_value();
    // COSE does not truncate these: such a tag is refused, whatever it is worth elsewhere.
    ++truncated;
    const auto verdict = verify_hmac(algorithm, key, message, tag);
    EXPECT_EQ(verdict.error().code, Errc::mac_invalid);
    const Digest whole = hmac(algorithm, key, message).value();
    const auto size = static_cast<std::size_t>(group.at("tagSize").as_int64()) / 8;
    return constant_time_equal(whole.view().first(size), tag);
  });
  EXPECT_EQ(count, (WycheproofCount{.valid = 66, .invalid = 108}));
  EXPECT_EQ(truncated, 87);
}

TEST(Hmac, PassesWycheproof) {
  MDOC_NEEDS_SHARED_VECTORS();
  check_hmac("hmac_sha256_test.json", DigestAlgorithm::sha256);
  check_hmac("hmac_sha384_test.json", DigestAlgorithm::sha384);
  check_hmac("hmac_sha512_test.json", DigestAlgorithm::sha512);
}

TEST(Hmac, RefusesTagsOfAnotherLength) {
  const Bytes key(32, 0x0b);
  const Digest tag = hmac(DigestAlgorithm::sha256, key, as_bytes("message")).value();
  Bytes longer = tag.to_bytes();
  longer.push_back(0);
  EXPECT_TRUE(verify_hmac(DigestAlgorithm::sha256, key, {as_bytes("mess"), as_bytes("age")}, tag.view()));
  for (const ByteView wrong : {ByteView(), tag.view().first(31), ByteView(longer)}) {
    EXPECT_EQ(verify_hmac(DigestAlgorithm::sha256, key, as_bytes("message"), wrong).error().code, Errc::mac_invalid);
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    Bytes flipped = tag.to_bytes();
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(verify_hmac(DigestAlgorithm::sha256, key, as_bytes("message"), flipped).error().code, Errc::mac_invalid);
  }
}

TEST(Hmac, TakesAnEmptyKeyAsAKey) {
  // HMAC_SHA256("", ""): a published check value.
  const Digest tag = hmac(DigestAlgorithm::sha256, {}, ByteView()).value();
  EXPECT_EQ(to_hex(tag.view()), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(hmac(static_cast<DigestAlgorithm>(9), {}, ByteView()).error().code, Errc::crypto_backend);
}

void check_hkdf(std::string_view file, DigestAlgorithm algorithm, int valid) {
  const WycheproofCount count = run_wycheproof(file, [&](const auto&, const auto& test) {
    const auto size = static_cast<std::size_t>(test.at("size").as_int64());
    const auto okm = hkdf(algorithm, bytes(test, "ikm"), bytes(test, "salt"), bytes(test, "info"), size);
    if (!okm) {
      EXPECT_EQ(okm.error().code, Errc::bad_argument);
      return false;
    }
    EXPECT_EQ(to_hex(okm->view()), testing::text(test, "okm"));
    return true;
  });
  EXPECT_EQ(count, (WycheproofCount{.valid = valid, .invalid = 3}));
}

TEST(Hkdf, PassesWycheproof) {
  MDOC_NEEDS_SHARED_VECTORS();
  check_hkdf("hkdf_sha256_test.json", DigestAlgorithm::sha256, 83);
  check_hkdf("hkdf_sha384_test.json", DigestAlgorithm::sha384, 80);
  check_hkdf("hkdf_sha512_test.json", DigestAlgorithm::sha512, 80);
}

TEST(Hkdf, ReproducesRfc5869) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = testing::load_shared("primitives/hkdf-rfc5869.json");
  for (const auto& vector : file.at("vectors").as_array()) {
    const auto okm = hkdf(DigestAlgorithm::sha256, bytes(vector, "ikm"), bytes(vector, "salt"), bytes(vector, "info"),
                          static_cast<std::size_t>(vector.at("length").as_int64()));
    EXPECT_EQ(to_hex(okm.value().view()), testing::text(vector, "okm"));
  }
  EXPECT_EQ(file.at("vectors").as_array().size(), 3u);
}

// ISO/IEC 18013-5, D.5.1 and D.5.3: session keys and EMacKey from ZAB and SHA-256(SessionTranscriptBytes).
TEST(Hkdf, DerivesTheKeysOfAnnexD) {
  const Bytes salt = hex("f823ac566e22b2106c9b7c02fadc7482e559a1de8a809b56c828779e6d67570e");
  const auto derive = [&](std::string_view secret, std::string_view info) {
    const SecretBytes key = hkdf(DigestAlgorithm::sha256, hex(secret), salt, as_bytes(info), 32).value();
    return to_hex(key.view());
  };
  constexpr std::string_view zab = "6423502f843d8cda01fbd9fa46cb397534a740ab1ec3d1076fbcb12e1dca2589";
  EXPECT_EQ(derive(zab, "SKReader"), "58d277d8719e62a1561d248f403f477e9e6c37bf5d5fc5126f8f4c727c22dfc9");
  EXPECT_EQ(derive(zab, "SKDevice"), "81d170e07fbdac93c1a676242c2576124a380d87bb73ed9ce4834de2272cf409");
  constexpr std::string_view mac_zab = "78d98a86fbbb82895874bfafcc161ba69f9b77662172c74b3b0d4643276cf991";
  EXPECT_EQ(derive(mac_zab, "EMacKey"), "dc2b9566fdaaae3c06baa40993cd0451aeba15e7677ef5305f6531f3533c35dd");
}

TEST(Hkdf, RefusesLengthsThatCannotBeExpanded) {
  const Bytes key(32, 1);
  for (const std::size_t length : {std::size_t{0}, std::size_t{255 * 32 + 1}, ~std::size_t{0}}) {
    EXPECT_EQ(hkdf(DigestAlgorithm::sha256, key, {}, {}, length).error().code, Errc::bad_argument);
    EXPECT_EQ(hkdf_expand(DigestAlgorithm::sha256, key, ByteView(), length).error().code, Errc::bad_argument);
  }
  const SecretBytes longest = hkdf(DigestAlgorithm::sha256, key, {}, {}, 255 * 32).value();
  EXPECT_EQ(longest.size(), 255u * 32);
}

TEST(Hkdf, ReadsItsInputsInParts) {
  const SecretBytes whole = hkdf_extract(DigestAlgorithm::sha512, as_bytes("salt"), as_bytes("key material")).value();
  const SecretBytes parts =
      hkdf_extract(DigestAlgorithm::sha512, as_bytes("salt"), {as_bytes("key "), as_bytes("material")}).value();
  EXPECT_TRUE(constant_time_equal(whole.view(), parts.view()));
  const SecretBytes one = hkdf_expand(DigestAlgorithm::sha512, whole.view(), as_bytes("info"), 100).value();
  const SecretBytes two =
      hkdf_expand(DigestAlgorithm::sha512, whole.view(), {as_bytes("in"), as_bytes("fo")}, 100).value();
  EXPECT_TRUE(constant_time_equal(one.view(), two.view()));
}

}  // namespace
}  // namespace mdoc::crypto
