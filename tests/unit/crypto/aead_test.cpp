#include "mdoc/crypto/aead.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "wycheproof.hpp"

namespace mdoc::crypto {
namespace {

using testing::bytes;
using testing::hex;
using testing::WycheproofCount;

Aead cipher(AeadAlgorithm algorithm = AeadAlgorithm::aes_256_gcm) {
  return Aead::create(algorithm, Bytes(key_size(algorithm), 0x42)).value();
}

TEST(Aead, PassesWycheproofForAesGcm) {
  MDOC_NEEDS_SHARED_VECTORS();
  int unsupported = 0;
  const WycheproofCount count = testing::run_wycheproof("aes_gcm_test.json", [&](const auto&, const auto& test) {
    const bool valid = testing::text(test, "result") == "valid";
    const Bytes key = bytes(test, "key");
    const Bytes nonce = bytes(test, "iv");
    const Bytes associated_data = bytes(test, "aad");
    const Bytes message = bytes(test, "msg");
    Bytes sealed = bytes(test, "ct");
    const Bytes tag = bytes(test, "tag");
    sealed.insert(sealed.end(), tag.begin(), tag.end());
    if (key.size() == 24) {  // AES-192 is in no profile
      ++unsupported;
      EXPECT_EQ(Aead::create(AeadAlgorithm::aes_256_gcm, key).error().code, Errc::bad_argument);
      return valid;
    }
    Aead aead = Aead::create(key.size() == 16 ? AeadAlgorithm::aes_128_gcm : AeadAlgorithm::aes_256_gcm, key).value();
    if (nonce.size() != Aead::nonce_size) {
      ++unsupported;
      EXPECT_EQ(aead.open(nonce, associated_data, sealed).error().code, Errc::bad_argument);
      EXPECT_EQ(aead.seal(nonce, associated_data, message).error().code, Errc::bad_argument);
      return valid;
    }
    const auto plaintext = aead.open(nonce, associated_data, sealed);
    if (!plaintext) {
      EXPECT_EQ(plaintext.error().code, Errc::decryption_failed);
      return false;
    }
    EXPECT_EQ(*plaintext, message);
    EXPECT_EQ(aead.seal(nonce, associated_data, message).value(), sealed);
    return true;
  });
  EXPECT_EQ(count, (WycheproofCount{.valid = 229, .invalid = 87}));
  EXPECT_EQ(unsupported, 316 - 67 - 66);  // all but the groups of 96-bit nonces under 128- and 256-bit keys
}

TEST(Aead, OneContextServesManyMessagesInBothDirections) {
  for (const auto algorithm :
       {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305}) {
    Aead aead = cipher(algorithm);
    for (std::uint8_t i = 0; i < 5; ++i) {
      Bytes nonce(Aead::nonce_size);
      nonce.back() = i;
      const Bytes message(100u * i, i);
      const Bytes sealed = aead.seal(nonce, as_bytes("header"), message).value();
      EXPECT_EQ(sealed.size(), message.size() + Aead::tag_size);
      EXPECT_EQ(aead.open(nonce, as_bytes("header"), sealed).value(), message);
      EXPECT_EQ(aead.open(nonce, as_bytes("other"), sealed).error().code, Errc::decryption_failed);
      EXPECT_EQ(aead.open(nonce, {}, sealed).error().code, Errc::decryption_failed);
      EXPECT_EQ(cipher(algorithm).open(nonce, as_bytes("header"), sealed).value(), message);
    }
  }
}

TEST(Aead, RefusesEveryFlippedBitAndEveryTruncation) {
  Aead aead = cipher();
  const Bytes nonce(Aead::nonce_size, 7);
  const Bytes sealed = aead.seal(nonce, {}, as_bytes("a short message")).value();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes flipped = sealed;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(aead.open(nonce, {}, flipped).error().code, Errc::decryption_failed);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    const ByteView cut = ByteView(sealed).first(size);
    EXPECT_EQ(aead.open(nonce, {}, cut).error().code, Errc::decryption_failed);
  }
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_EQ(aead.open(nonce, {}, longer).error().code, Errc::decryption_failed);
  EXPECT_EQ(aead.open(nonce, {}, sealed).value().size(), 15u);  // and is none the worse for it
}

TEST(Aead, RefusesKeysAndNoncesOfAnotherSize) {
  for (const std::size_t size : {0u, 15u, 17u, 24u, 31u, 33u, 64u}) {
    EXPECT_EQ(Aead::create(AeadAlgorithm::aes_256_gcm, Bytes(size)).error().code, Errc::bad_argument);
    EXPECT_EQ(Aead::create(AeadAlgorithm::aes_128_gcm, Bytes(size)).error().code, Errc::bad_argument);
  }
  EXPECT_EQ(Aead::create(AeadAlgorithm::aes_128_gcm, Bytes(32)).error().code, Errc::bad_argument);
  EXPECT_EQ(Aead::create(AeadAlgorithm::aes_256_gcm, Bytes(16)).error().code, Errc::bad_argument);
  Aead aead = cipher();
  for (const std::size_t size : {0u, 8u, 11u, 13u, 16u}) {
    EXPECT_EQ(aead.seal(Bytes(size), {}, {}).error().code, Errc::bad_argument);
    EXPECT_EQ(aead.open(Bytes(size), {}, Bytes(16)).error().code, Errc::bad_argument);
  }
}

// RFC 8439, 2.8.2
TEST(Aead, ReproducesTheChaCha20Poly1305Example) {
  Aead aead = Aead::create(AeadAlgorithm::chacha20_poly1305,
                           hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"))
                  .value();
  const Bytes sealed = aead.seal(hex("070000004041424344454647"), hex("50515253c0c1c2c3c4c5c6c7"),
                                 as_bytes("Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
                                          "for the future, sunscreen would be it."))
                           .value();
  EXPECT_EQ(to_hex(ByteView(sealed).last(16)), "1ae10b594f09e26a7e902ecbd0600691");
}

}  // namespace
}  // namespace mdoc::crypto
