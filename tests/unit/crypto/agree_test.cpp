#include "mdoc/crypto/agree.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "wycheproof.hpp"

namespace mdoc::crypto {
namespace {

using testing::bytes;
using testing::hex;
using testing::WycheproofCount;

std::string agree_hex(const PrivateKey& own, const PublicKey& peer) {
  const SecretBytes shared = agree(own, peer).value();
  return to_hex(shared.view());
}

// Wycheproof writes scalars as two's complement: pads or cuts to the size of the curve.
PrivateKey private_key(Curve curve, Bytes scalar) {
  const std::size_t size = info(curve).coordinate_size;
  while (scalar.size() > size && scalar.front() == 0) scalar.erase(scalar.begin());
  scalar.insert(scalar.begin(), size - scalar.size(), 0);
  return PrivateKey::import(curve, scalar).value();
}

bool agrees(Curve curve, const Result<PublicKey>& peer, const boost::json::value& test) {
  if (!peer) {
    EXPECT_TRUE(peer.error().code == Errc::bad_key || peer.error().code == Errc::unsupported_curve);
    return false;
  }
  if (peer->curve() != curve) return false;
  EXPECT_EQ(agree_hex(private_key(curve, bytes(test, "private")), *peer), testing::text(test, "shared"));
  return true;
}

TEST(Agree, PassesWycheproofForPoints) {
  MDOC_NEEDS_SHARED_VECTORS();
  const struct {
    std::string_view file;
    Curve curve;
    WycheproofCount count;
  } rows[] = {
      {"ecdh_secp256r1_ecpoint_test.json", Curve::p256, {330, 24, 1}},
      {"ecdh_secp384r1_ecpoint_test.json", Curve::p384, {771, 18, 1}},
      {"ecdh_secp521r1_ecpoint_test.json", Curve::p521, {632, 28, 1}},
  };
  for (const auto& row : rows) {
    const auto accepts = [&](const auto&, const auto& test) {
      return agrees(row.curve, PublicKey::from_point(row.curve, bytes(test, "public")), test);
    };
    const auto compressed = [](const auto& test) { return testing::has_flag(test, "CompressedPoint"); };
    EXPECT_EQ(testing::run_wycheproof(row.file, accepts, compressed), row.count) << row.file;
  }
}

TEST(Agree, PassesWycheproofForSubjectPublicKeyInfo) {
  MDOC_NEEDS_SHARED_VECTORS();
  const struct {
    std::string_view file;
    Curve curve;
    WycheproofCount count;
  } rows[] = {
      {"ecdh_secp256r1_test.json", Curve::p256, {330, 52, 230}},
      {"ecdh_brainpoolP256r1_test.json", Curve::brainpool_p256r1, {517, 57, 230}},
      {"ecdh_brainpoolP384r1_test.json", Curve::brainpool_p384r1, {641, 65, 230}},
      {"ecdh_brainpoolP512r1_test.json", Curve::brainpool_p512r1, {511, 55, 228}},
  };
  for (const auto& row : rows) {
    const auto accepts = [&](const auto&, const auto& test) {
      return agrees(row.curve, PublicKey::from_spki(bytes(test, "public")), test);
    };
    // Of what a library may accept we take compressed points, and neither explicit curve parameters nor sloppy ASN.1.
    const auto compressed = [](const auto& test) { return testing::has_flag(test, "CompressedPoint"); };
    EXPECT_EQ(testing::run_wycheproof(row.file, accepts, compressed), row.count) << row.file;
  }
}

TEST(Agree, PassesWycheproofForX25519) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto accepts = [](const auto&, const auto& test) {
    const PrivateKey own = PrivateKey::import(Curve::x25519, bytes(test, "private")).value();
    const PublicKey peer = PublicKey::import(Curve::x25519, bytes(test, "public"), {}).value();
    const auto shared = agree(own, peer);
    if (!shared) {
      EXPECT_EQ(shared.error().code, Errc::bad_key);
      return false;
    }
    EXPECT_EQ(to_hex(shared->view()), testing::text(test, "shared"));
    return true;
  };
  // RFC 7748, 6.1: of points on the twist and other oddities only those with a zero secret are refused.
  const auto not_zero = [](const auto& test) { return !testing::has_flag(test, "ZeroSharedSecret"); };
  EXPECT_EQ(testing::run_wycheproof("x25519_test.json", accepts, not_zero), (WycheproofCount{264, 0, 254}));
}

// RFC 7748, 6.2
TEST(Agree, ReproducesTheX448Example) {
  const PrivateKey alice =
      PrivateKey::import(Curve::x448, hex("9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28d"
                                          "d9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b"))
          .value();
  const PrivateKey bob =
      PrivateKey::import(Curve::x448, hex("1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d"
                                          "6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d"))
          .value();
  EXPECT_EQ(
      agree_hex(alice, bob.public_key()),
      "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a"
      "879d");
  const PublicKey low_order = PublicKey::import(Curve::x448, Bytes(56), {}).value();
  EXPECT_EQ(agree(alice, low_order).error().code, Errc::bad_key);
}

// ISO/IEC 18013-5, D.5.1 and D.5.3
TEST(Agree, ReproducesAnnexD) {
  const PrivateKey device =
      PrivateKey::import(Curve::p256, hex("c1917a1579949a042f1ba9fc53a2df9b1bc47adf31c10f813ed75702d1c1f136")).value();
  const PrivateKey reader =
      PrivateKey::import(Curve::p256, hex("de3b4b9e5f72dd9b58406ae3091434da48a6f9fd010d88fcb0958e2cebec947c")).value();
  constexpr std::string_view zab = "6423502f843d8cda01fbd9fa46cb397534a740ab1ec3d1076fbcb12e1dca2589";
  EXPECT_EQ(agree_hex(device, reader.public_key()), zab);
  EXPECT_EQ(agree_hex(reader, device.public_key()), zab);
  const PrivateKey static_device =
      PrivateKey::import(Curve::p256, hex("6ed542ad4783f0b18c833fadf2171273a35d969c581691ef704359cc7cf1e8c0")).value();
  EXPECT_EQ(agree_hex(static_device, reader.public_key()),
            "78d98a86fbbb82895874bfafcc161ba69f9b77662172c74b3b0d4643276cf991");
}

TEST(Agree, BothSidesAgreeOnEveryCurve) {
  for (const CurveInfo& row : curves()) {
    if (!row.can_agree) continue;
    SCOPED_TRACE(std::string(row.name));
    const PrivateKey a = PrivateKey::generate(row.curve, system_rng()).value();
    const PrivateKey b = PrivateKey::generate(row.curve, system_rng()).value();
    EXPECT_EQ(agree_hex(a, b.public_key()), agree_hex(b, a.public_key()));
    EXPECT_EQ(agree(a, b.public_key()).value().size(), row.coordinate_size);
  }
}

TEST(Agree, RefusesKeysOnOtherCurvesAndSigningKeys) {
  for (const CurveInfo& own : curves()) {
    const PrivateKey key = PrivateKey::generate(own.curve, system_rng()).value();
    for (const CurveInfo& other : curves()) {
      if (own.curve == other.curve && own.can_agree) continue;
      const PrivateKey peer = PrivateKey::generate(other.curve, system_rng()).value();
      EXPECT_EQ(agree(key, peer.public_key()).error().code, Errc::algorithm_mismatch) << own.name << " " << other.name;
    }
  }
}

}  // namespace
}  // namespace mdoc::crypto
