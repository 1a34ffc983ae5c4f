#include "mdoc/cose/cose_key.hpp"

#include <gtest/gtest.h>

#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "support/vectors.hpp"

namespace mdoc::cose {
namespace {

using cbor::SortedMap;
using crypto::Curve;
using crypto::EcPublicKey;
using testing::hex;

Result<EcPublicKey> decode(ByteView encoded, PointForm form = PointForm::any, const cbor::DecodeContext& context = {}) {
  cbor::Reader reader(encoded, context, "COSE_Key");
  auto key = decode_cose_key(reader, form);
  if (const auto finished = reader.finish(); key && !finished) return finished.error();
  return key;
}

Errc failure(ByteView encoded, PointForm form = PointForm::any) {
  const auto key = decode(encoded, form);
  return key ? Errc{} : key.error().code;
}

EcPublicKey random_key(Curve curve) {
  return crypto::PrivateKey::generate(curve, crypto::system_rng()).value().public_key().coordinates();
}

/// A P-256 key as a map to be spoiled.
struct Parts {
  EcPublicKey key = random_key(Curve::p256);
  SortedMap map;
  Parts() = default;
  Parts& kty(std::int64_t value) {
    map.put(1).integer(value);
    return *this;
  }
  Parts& crv(std::int64_t value) {
    map.put(-1).integer(value);
    return *this;
  }
  Parts& x() {
    map.put(-2).bytes(key.x);
    return *this;
  }
  Parts& y() {
    map.put(-3).bytes(key.y);
    return *this;
  }
};

TEST(CoseKey, EveryCurveComesBackAsItWasWritten) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    SCOPED_TRACE(curve.name);
    const EcPublicKey key = random_key(curve.curve);
    const Bytes encoded = encode_cose_key(key);
    const auto decoded = decode(encoded, PointForm::uncompressed);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    EXPECT_EQ(*decoded, key);
  }
}

TEST(CoseKey, AKeyOfOursHasTheSizesOfTheStandard) {
  // EDeviceKeyBytes of P-256 are 79 bytes with tag and head, of X25519 44 (D8 18 58 28 …).
  EXPECT_EQ(encode_cose_key(random_key(Curve::p256)).size(), 0x4bu);
  EXPECT_EQ(encode_cose_key(random_key(Curve::x25519)).size(), 0x28u);
}

TEST(CoseKey, KeysOfAnnexDDecodeAndAreReproduced) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const std::string_view id : {"D.3.1/e-device-key-bytes", "D.5.1/e-reader-key-bytes"}) {
    const Bytes item = testing::shared_bytes("iso18013-5-annex-d.json", id);
    cbor::Reader reader(item);
    const ByteView content = reader.read_embedded().value().content;
    const auto key = decode(content, PointForm::uncompressed);
    ASSERT_TRUE(key) << describe(key.error());
    EXPECT_TRUE(crypto::PublicKey::import(*key));
    EXPECT_EQ(encode_cose_key(*key), Bytes(content.begin(), content.end()));
  }
  EXPECT_TRUE(decode(testing::shared_bytes("primitives/cose-wg-examples.json", "cose/isomdl/ec-p256-cose-key")));
}

TEST(Cbr17, ACompressedPointIsReadWhereTheStandardAllowsIt) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (curve.key_type != crypto::KeyType::ec2) continue;
    SCOPED_TRACE(curve.name);
    const EcPublicKey key = random_key(curve.curve);
    SortedMap map;
    map.put(1).uint(2);
    map.put(-1).integer(static_cast<std::int64_t>(curve.curve));
    map.put(-2).bytes(key.x);
    map.put(-3).boolean((key.y.back() & 1) != 0);
    const Bytes encoded = map.encode();
    const auto decoded = decode(encoded);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    EXPECT_EQ(*decoded, key);
    EXPECT_EQ(failure(encoded, PointForm::uncompressed), Errc::bad_key);
  }
}

TEST(Cbr16, ACompressedPointThatIsNotOnTheCurveIsRefused) {
  SortedMap map;
  map.put(1).uint(2);
  map.put(-1).uint(1);
  map.put(-2).bytes(Bytes(32, 0xff));  // not below the field's prime
  map.put(-3).boolean(true);
  EXPECT_EQ(failure(map.encode()), Errc::bad_key);
}

TEST(Cbr16, FurtherParametersArePassedOver) {
  Parts parts;
  parts.kty(2).crv(1).x().y();
  parts.map.put(2).bytes(hex("3131"));  // kid
  parts.map.put(3).integer(-7);         // alg
  parts.map.put("note").text("application");
  const Bytes encoded = parts.map.encode();
  cbor::DeviationLog log;
  const auto key = decode(encoded, PointForm::any, {.level = Level::strict, .sink = &log});
  ASSERT_TRUE(key) << describe(key.error());
  EXPECT_EQ(*key, parts.key);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::cose_key_extra_parameters);
}

TEST(Cbr16, APrivateKeyIsRefusedHoweverItsLabelIsWritten) {
  for (const std::string_view label : {"23", "3803", "390003", "3a00000003"}) {
    Parts parts;
    parts.kty(2).crv(1).x().y();
    parts.map.put_raw(hex(label)).bytes(Bytes(32, 1));
    EXPECT_EQ(failure(parts.map.encode()), Errc::bad_key) << label;
  }
}

TEST(Cbr16, UnknownKeyTypesAndCurvesAreNamedAsSuch) {
  for (const std::int64_t crv : {0, 8, 255, 260, -1}) {
    EXPECT_EQ(failure(Parts().kty(2).crv(crv).x().y().map.encode()), Errc::unsupported_curve) << crv;
  }
  for (const std::int64_t kty : {0, 3, 4, -1}) {
    EXPECT_EQ(failure(Parts().kty(kty).crv(1).x().y().map.encode()), Errc::unsupported_curve) << kty;
  }
  const auto key = decode(Parts().kty(2).crv(8).x().y().map.encode());
  EXPECT_EQ(key.error().where.text(), "COSE_Key.crv");
}

TEST(Cbr16, TypeAndCurveMustBelongTogether) {
  EXPECT_EQ(failure(Parts().kty(1).crv(1).x().map.encode()), Errc::bad_key);
  EXPECT_EQ(failure(Parts().kty(2).crv(4).x().y().map.encode()), Errc::bad_key);
  EXPECT_EQ(failure(Parts().kty(1).crv(4).x().y().map.encode()), Errc::bad_key);  // y without meaning
  EXPECT_EQ(failure(Parts().kty(2).crv(1).x().map.encode()), Errc::bad_key);      // no y
}

TEST(Cbr16, CoordinatesOfAnotherLengthAreRefused) {
  for (const std::size_t size : {0u, 1u, 31u, 33u, 48u}) {
    Parts short_x;
    short_x.kty(2).crv(1).y();
    short_x.map.put(-2).bytes(Bytes(size, 1));
    EXPECT_EQ(failure(short_x.map.encode()), Errc::bad_key) << size;
    Parts short_y;
    short_y.kty(2).crv(1).x();
    short_y.map.put(-3).bytes(Bytes(size, 1));
    EXPECT_EQ(failure(short_y.map.encode()), Errc::bad_key) << size;
  }
}

TEST(Cbr16, MembersOfTheWrongTypeAreRefused) {
  const EcPublicKey key = random_key(Curve::p256);
  const auto with = [&](int spoiled) {
    SortedMap map;
    const auto put = [&](int label) -> cbor::Writer& { return map.put(label); };
    for (const int label : {1, -1, -2, -3}) {
      if (label == spoiled) {
        put(label).text("?");
      } else if (label == 1) {
        put(label).uint(2);
      } else if (label == -1) {
        put(label).uint(1);
      } else {
        put(label).bytes(label == -2 ? key.x : key.y);
      }
    }
    return map.encode();
  };
  EXPECT_EQ(failure(with(0)), Errc{});
  for (const int label : {1, -1, -2, -3}) EXPECT_EQ(failure(with(label)), Errc::wrong_type) << label;
}

TEST(Cbr16, RequiredMembersMustBeThereOnce) {
  EXPECT_EQ(failure(Parts().crv(1).x().y().map.encode()), Errc::missing_element);
  EXPECT_EQ(failure(Parts().kty(2).x().y().map.encode()), Errc::missing_element);
  EXPECT_EQ(failure(Parts().kty(2).crv(1).y().map.encode()), Errc::missing_element);
  EXPECT_EQ(failure(Parts().kty(2).crv(1).x().x().y().map.encode()), Errc::duplicate_key);
  EXPECT_EQ(failure(hex("80")), Errc::wrong_type);
}

TEST(CoseKey, EveryTruncationIsRefused) {
  const Bytes encoded = encode_cose_key(random_key(Curve::p384));
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_EQ(failure(ByteView(encoded).first(size)), Errc::truncated) << size;
  }
}

}  // namespace
}  // namespace mdoc::cose
