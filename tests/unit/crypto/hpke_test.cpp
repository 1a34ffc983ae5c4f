#include "mdoc/crypto/hpke.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "support/fixed_rng.hpp"
#include "wycheproof.hpp"

namespace mdoc::crypto {
namespace {

using testing::bytes;
using testing::FixedRng;

TEST(Hpke, ReproducesEveryBaseModeVectorOfRfc9180) {
  MDOC_NEEDS_SHARED_VECTORS();
  int suites = 0;
  int encryptions = 0;
  int exports = 0;
  const auto file = testing::load_shared("primitives/hpke-rfc9180.json");
  for (const auto& vector : file.at("vectors").as_array()) {
    const auto& setup = vector.at("setup");
    if (setup.at("mode").as_int64() != 0) continue;  // psk and auth modes are not in any mdoc standard
    SCOPED_TRACE(std::string(vector.at("suite").as_string()));
    ++suites;
    const HpkeSuite suite{static_cast<HpkeKem>(setup.at("kem_id").as_int64()),
                          static_cast<HpkeKdf>(setup.at("kdf_id").as_int64()),
                          static_cast<AeadAlgorithm>(setup.at("aead_id").as_int64())};
    const Curve curve = suite.kem == HpkeKem::p256_hkdf_sha256 ? Curve::p256 : Curve::p521;
    const PrivateKey recipient = PrivateKey::import(curve, bytes(setup, "skRm")).value();
    const Bytes info = bytes(setup, "info");
    const Bytes enc = bytes(setup, "enc");
    FixedRng rng(bytes(setup, "skEm"));
    HpkeSender sender = hpke_setup_sender(suite, recipient.public_key(), info, rng).value();
    EXPECT_EQ(to_hex(sender.enc), to_hex(enc));

    HpkeContext context = hpke_setup_recipient(suite, recipient, enc, info).value();
    std::int64_t sequence = 0;
    for (const auto& encryption : vector.at("encryptions").as_array()) {
      // The vectors pick sequence numbers 0, 1, 2, 4, 255 and 256: pass over the others.
      for (; sequence < encryption.at("sequence_number").as_int64(); ++sequence) {
        EXPECT_TRUE(context.open({}, sender.context.seal({}, {}).value()));
      }
      ++sequence;
      const Bytes sealed = sender.context.seal(bytes(encryption, "aad"), bytes(encryption, "pt")).value();
      EXPECT_EQ(to_hex(sealed), testing::text(encryption, "ct"));
      EXPECT_EQ(context.open(bytes(encryption, "aad"), sealed).value(), bytes(encryption, "pt"));
      ++encryptions;
    }

    for (const auto& exported : vector.at("exports").as_array()) {
      const SecretBytes secret =
          sender.context
              .export_secret(bytes(exported, "exporter_context"), static_cast<std::size_t>(exported.at("L").as_int64()))
              .value();
      EXPECT_EQ(to_hex(secret.view()), testing::text(exported, "exported_value"));
      ++exports;
    }
  }
  EXPECT_EQ(suites, 4);
  EXPECT_EQ(encryptions, 4 * 6);
  EXPECT_EQ(exports, 4 * 3);
}

class HpkeTest : public ::testing::Test {
 protected:
  PrivateKey recipient = PrivateKey::generate(Curve::p256, system_rng()).value();
  HpkeSealed sealed = hpke_seal(hpke_mdoc_suite, recipient.public_key(), as_bytes("info"), as_bytes("aad"),
                                as_bytes("text"), system_rng())
                          .value();

  Result<Bytes> open(ByteView enc, std::string_view info, std::string_view aad, ByteView cipher_text) const {
    return hpke_open(hpke_mdoc_suite, recipient, enc, as_bytes(info), as_bytes(aad), cipher_text);
  }
};

TEST_F(HpkeTest, OpensWhatWasSealed) {
  const Bytes plaintext = open(sealed.enc, "info", "aad", sealed.cipher_text).value();
  EXPECT_EQ(as_text(plaintext), "text");
  EXPECT_EQ(sealed.enc.size(), 65u);
  EXPECT_EQ(sealed.cipher_text.size(), 4u + 16u);
}

TEST_F(HpkeTest, RefusesAnythingThatDiffers) {
  EXPECT_EQ(open(sealed.enc, "inf0", "aad", sealed.cipher_text).error().code, Errc::decryption_failed);
  EXPECT_EQ(open(sealed.enc, "info", "", sealed.cipher_text).error().code, Errc::decryption_failed);
  EXPECT_EQ(open(sealed.enc, "info", "aad", {}).error().code, Errc::decryption_failed);
  for (std::size_t byte = 0; byte < sealed.cipher_text.size(); ++byte) {
    Bytes flipped = sealed.cipher_text;
    flipped[byte] ^= 1;
    EXPECT_EQ(open(sealed.enc, "info", "aad", flipped).error().code, Errc::decryption_failed);
  }
  const PrivateKey other = PrivateKey::generate(Curve::p256, system_rng()).value();
  EXPECT_EQ(
      hpke_open(hpke_mdoc_suite, other, sealed.enc, as_bytes("info"), as_bytes("aad"), sealed.cipher_text).error().code,
      Errc::decryption_failed);
  EXPECT_EQ(open(other.public_key().point(), "info", "aad", sealed.cipher_text).error().code, Errc::decryption_failed);
}

TEST_F(HpkeTest, RefusesEncThatIsNoUncompressedPoint) {
  Bytes off_curve = sealed.enc;
  off_curve.back() ^= 1;
  Bytes compressed(sealed.enc.begin(), sealed.enc.begin() + 33);
  compressed[0] = static_cast<std::uint8_t>(2 + (sealed.enc.back() & 1));
  Bytes hybrid = sealed.enc;
  hybrid[0] = static_cast<std::uint8_t>(6 + (sealed.enc.back() & 1));
  for (const Bytes& enc : {Bytes{}, Bytes{0}, off_curve, compressed, hybrid, Bytes(65), Bytes(133, 4)}) {
    EXPECT_EQ(open(enc, "info", "aad", sealed.cipher_text).error().code, Errc::bad_key);
    EXPECT_EQ(hpke_peer(hpke_mdoc_suite, enc).error().code, Errc::bad_key);
  }
}

TEST_F(HpkeTest, RefusesRecipientKeysOnOtherCurves) {
  const PrivateKey p384 = PrivateKey::generate(Curve::p384, system_rng()).value();
  EXPECT_EQ(hpke_setup_sender(hpke_mdoc_suite, p384.public_key(), {}, system_rng()).error().code, Errc::bad_argument);
  EXPECT_EQ(hpke_setup_recipient(hpke_mdoc_suite, p384, sealed.enc, {}).error().code, Errc::bad_argument);
  EXPECT_EQ(hpke_setup_recipient(hpke_mdoc_suite, p384.public_key(), SecretBytes(48), sealed.enc, {}).error().code,
            Errc::bad_argument);
  FixedRng empty({});
  EXPECT_EQ(hpke_seal(hpke_mdoc_suite, recipient.public_key(), {}, {}, {}, empty).error().code, Errc::randomness);
}

TEST_F(HpkeTest, AFailedMessageDoesNotAdvanceTheSequence) {
  HpkeSender sender = hpke_setup_sender(hpke_mdoc_suite, recipient.public_key(), {}, system_rng()).value();
  HpkeContext context = hpke_setup_recipient(hpke_mdoc_suite, recipient, sender.enc, {}).value();
  const Bytes first = sender.context.seal({}, as_bytes("first")).value();
  const Bytes second = sender.context.seal({}, as_bytes("second")).value();
  EXPECT_EQ(context.open({}, second).error().code, Errc::decryption_failed);
  EXPECT_TRUE(context.open({}, first));
  EXPECT_EQ(context.open({}, first).error().code, Errc::decryption_failed);  // a replay
  EXPECT_TRUE(context.open({}, second));
}

TEST_F(HpkeTest, WorksWithAKeyThatOnlyAProviderHolds) {
  const PublicKey public_key = recipient.public_key();
  SoftwareKeyProvider provider;
  const KeyRef name("recipient");
  ASSERT_TRUE(provider.add(name, std::move(recipient), KeyUse::agree));
  const EcPublicKey peer = hpke_peer(hpke_mdoc_suite, sealed.enc).value();
  const KeyResponse response = answer(provider, AgreeRequest{name, peer}).value();
  HpkeContext context =
      hpke_setup_recipient(hpke_mdoc_suite, public_key, std::get<SecretBytes>(response), sealed.enc, as_bytes("info"))
          .value();
  const Bytes plaintext = context.open(as_bytes("aad"), sealed.cipher_text).value();
  EXPECT_EQ(as_text(plaintext), "text");
}

TEST_F(HpkeTest, ExportsAreBoundToTheirContext) {
  HpkeSender sender = hpke_setup_sender(hpke_mdoc_suite, recipient.public_key(), {}, system_rng()).value();
  const HpkeContext context = hpke_setup_recipient(hpke_mdoc_suite, recipient, sender.enc, {}).value();
  const SecretBytes ours = sender.context.export_secret(as_bytes("a"), 32).value();
  const SecretBytes theirs = context.export_secret(as_bytes("a"), 32).value();
  const SecretBytes other = context.export_secret(as_bytes("b"), 32).value();
  EXPECT_TRUE(constant_time_equal(theirs.view(), ours.view()));
  EXPECT_FALSE(constant_time_equal(other.view(), ours.view()));
  EXPECT_EQ(context.export_secret({}, 0).error().code, Errc::bad_argument);
  EXPECT_EQ(context.export_secret({}, 255 * 32 + 1).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::crypto
