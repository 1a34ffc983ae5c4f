#include <gtest/gtest.h>

#include <type_traits>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "support/fixed_rng.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using testing::FixedRng;
using testing::hex;

static_assert(!std::is_copy_constructible_v<PrivateKey>);
static_assert(!std::is_default_constructible_v<PublicKey>);

PrivateKey new_key(Curve curve) { return PrivateKey::generate(curve, system_rng()).value(); }

std::string scalar_hex(const PrivateKey& key) {
  const SecretBytes scalar = key.scalar().value();
  return to_hex(scalar.view());
}

// EDeviceKey of ISO/IEC 18013-5, D.3.1
constexpr std::string_view device_d = "c1917a1579949a042f1ba9fc53a2df9b1bc47adf31c10f813ed75702d1c1f136";
constexpr std::string_view device_x = "5a88d182bce5f42efa59943f33359d2e8a968ff289d93e5fa444b624343167fe";
constexpr std::string_view device_y = "b16e8cf858ddc7690407ba61d4c338237a8cfcf3de6aa672fc60a557aa32fc67";

TEST(PublicKey, EveryFormOfAKeyGivesTheSameKey) {
  for (const CurveInfo& row : curves()) {
    SCOPED_TRACE(std::string(row.name));
    const PrivateKey private_key = new_key(row.curve);
    const PublicKey& key = private_key.public_key();
    EXPECT_EQ(key.curve(), row.curve);
    const EcPublicKey coordinates = key.coordinates();
    EXPECT_EQ(coordinates.curve, row.curve);
    EXPECT_EQ(coordinates.x.size(), row.coordinate_size);
    EXPECT_EQ(coordinates.y.size(), row.key_type == KeyType::ec2 ? row.coordinate_size : 0u);
    EXPECT_EQ(PublicKey::import(coordinates).value(), key);
    EXPECT_EQ(PublicKey::from_point(row.curve, key.point()).value(), key);
    EXPECT_EQ(PublicKey::from_spki(key.spki()).value(), key);
    EXPECT_EQ(PublicKey::from_pem(key.pem()).value(), key);
    if (row.key_type == KeyType::ec2) {
      Bytes compressed{static_cast<std::uint8_t>(2 + (coordinates.y.back() & 1))};
      compressed.insert(compressed.end(), coordinates.x.begin(), coordinates.x.end());
      EXPECT_EQ(PublicKey::from_point(row.curve, compressed).value(), key);
      compressed[0] ^= 1;
      EXPECT_NE(PublicKey::from_point(row.curve, compressed).value(), key);
    }
    EXPECT_NE(new_key(row.curve).public_key(), key);
  }
}

TEST(PublicKey, RefusesCoordinatesThatAreNoPoint) {
  for (const CurveInfo& row : curves()) {
    if (row.key_type != KeyType::ec2) continue;
    SCOPED_TRACE(std::string(row.name));
    const EcPublicKey good = new_key(row.curve).public_key().coordinates();
    const auto refused = [&](EcPublicKey key) {
      EXPECT_EQ(PublicKey::import(key).error().code, Errc::bad_key);
      Bytes point{4};
      point.insert(point.end(), key.x.begin(), key.x.end());
      point.insert(point.end(), key.y.begin(), key.y.end());
      EXPECT_EQ(PublicKey::from_point(row.curve, point).error().code, Errc::bad_key);
    };
    EcPublicKey bad = good;
    bad.y.back() ^= 1;
    refused(bad);
    bad = good;
    bad.x.front() ^= 1;
    refused(bad);
    refused({row.curve, good.y, good.x});
    refused({row.curve, Bytes(row.coordinate_size), Bytes(row.coordinate_size)});              // (0, 0)
    refused({row.curve, Bytes(row.coordinate_size, 0xff), Bytes(row.coordinate_size, 0xff)});  // beyond the prime
    bad = good;
    bad.y.clear();
    refused(bad);
    bad = good;
    bad.x.insert(bad.x.begin(), 0);
    refused(bad);
    bad = good;
    bad.x.erase(bad.x.begin());
    refused(bad);
  }
}

TEST(PublicKey, RefusesACoordinateThatIsNotReduced) {
  // x + p is the same field element for small x: P-256 has the point with x = 5, and p + 5 fits 32 bytes.
  const Bytes compressed = hex("02 0000000000000000000000000000000000000000000000000000000000000005");
  const EcPublicKey key = PublicKey::from_point(Curve::p256, compressed).value().coordinates();
  const Bytes unreduced = hex("ffffffff00000001000000000000000000000001000000000000000000000004");
  EXPECT_EQ(PublicKey::import(Curve::p256, unreduced, key.y).error().code, Errc::bad_key);
}

TEST(PublicKey, RefusesOtherEncodingsOfPoints) {
  const Bytes x = hex(device_x);
  const Bytes y = hex(device_y);
  const auto point = [&](std::uint8_t head, bool with_y) {
    Bytes bytes{head};
    bytes.insert(bytes.end(), x.begin(), x.end());
    if (with_y) bytes.insert(bytes.end(), y.begin(), y.end());
    return bytes;
  };
  EXPECT_TRUE(PublicKey::from_point(Curve::p256, point(4, true)));
  EXPECT_TRUE(PublicKey::from_point(Curve::p256, point(3, false)));
  const Bytes identity{0};
  EXPECT_EQ(PublicKey::from_point(Curve::p256, identity).error().code, Errc::bad_key);
  EXPECT_EQ(PublicKey::from_point(Curve::p256, {}).error().code, Errc::bad_key);
  for (const std::uint8_t head : std::initializer_list<std::uint8_t>{0, 1, 2, 3, 5, 6, 7, 0xff}) {  // 6 and 7: hybrid
    EXPECT_EQ(PublicKey::from_point(Curve::p256, point(head, true)).error().code, Errc::bad_key) << int{head};
  }
  for (const std::uint8_t head : std::initializer_list<std::uint8_t>{0, 1, 4, 5, 6, 7}) {
    EXPECT_EQ(PublicKey::from_point(Curve::p256, point(head, false)).error().code, Errc::bad_key) << int{head};
  }
  const Bytes no_square = hex("02 0000000000000000000000000000000000000000000000000000000000000001");
  EXPECT_EQ(PublicKey::from_point(Curve::p256, no_square).error().code, Errc::bad_key);
}

TEST(PublicKey, RefusesOkpKeysOfAnotherLengthOrWithY) {
  for (const Curve curve : {Curve::x25519, Curve::x448, Curve::ed25519, Curve::ed448}) {
    const std::size_t size = info(curve).coordinate_size;
    const Bytes x(size, 9);
    EXPECT_TRUE(PublicKey::import(curve, x, {}));
    EXPECT_EQ(PublicKey::import(curve, x, x).error().code, Errc::bad_key);
    EXPECT_EQ(PublicKey::import(curve, Bytes(size - 1, 9), {}).error().code, Errc::bad_key);
    EXPECT_EQ(PublicKey::import(curve, Bytes(size + 1, 9), {}).error().code, Errc::bad_key);
    EXPECT_EQ(PublicKey::from_point(curve, {}).error().code, Errc::bad_key);
  }
}

TEST(PublicKey, RefusesPointsOfSmallOrder) {
  // y of the points whose order divides the cofactor (RFC 8032, 5.1 and 5.2), reduced and not; either sign of x.
  const std::string f(52, 'f'), zeros(62, '0');
  for (const std::string& y :
       {"00" + zeros, "01" + zeros, "ecffff" + f + "ffff7f", "edffff" + f + "ffff7f", "eeffff" + f + "ffff7f",
        std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")}) {
    Bytes point = hex(y);
    ASSERT_EQ(point.size(), 32u) << y;
    EXPECT_EQ(PublicKey::import(Curve::ed25519, point, {}).error().code, Errc::bad_key) << y;
    point.back() |= 0x80;
    EXPECT_EQ(PublicKey::import(Curve::ed25519, point, {}).error().code, Errc::bad_key) << y;
  }
  const Bytes ff27(27, 0xff), zero27(27, 0);
  const auto y448 = [](std::uint8_t first, const Bytes& low, std::uint8_t middle, const Bytes& high) {
    Bytes y{first};
    y.insert(y.end(), low.begin(), low.end());
    y.push_back(middle);
    y.insert(y.end(), high.begin(), high.end());
    y.push_back(0);  // the sign of x
    return y;
  };
  for (const Bytes& y : {y448(0, zero27, 0, zero27), y448(1, zero27, 0, zero27), y448(0xfe, ff27, 0xfe, ff27),
                         y448(0xff, ff27, 0xfe, ff27), y448(0, zero27, 0xff, ff27)}) {
    Bytes point = y;
    ASSERT_EQ(point.size(), 57u);
    EXPECT_EQ(PublicKey::import(Curve::ed448, point, {}).error().code, Errc::bad_key) << to_hex(y);
    point.back() |= 0x80;
    EXPECT_EQ(PublicKey::import(Curve::ed448, point, {}).error().code, Errc::bad_key) << to_hex(y);
  }
}

TEST(PublicKey, RefusesCurvesThatItDoesNotKnow) {
  const auto secp256k1 = static_cast<Curve>(8);
  EXPECT_EQ(PublicKey::import(secp256k1, Bytes(32), Bytes(32)).error().code, Errc::unsupported_curve);
  EXPECT_EQ(PublicKey::from_point(secp256k1, Bytes(65, 4)).error().code, Errc::unsupported_curve);
  EXPECT_EQ(PrivateKey::import(secp256k1, Bytes(32, 1)).error().code, Errc::unsupported_curve);
  EXPECT_EQ(PrivateKey::generate(secp256k1, system_rng()).error().code, Errc::unsupported_curve);
}

TEST(PublicKey, SpkiIsThatOfRfc5480AndRfc8410) {
  const PublicKey key = PublicKey::import(Curve::p256, hex(device_x), hex(device_y)).value();
  EXPECT_EQ(to_hex(key.spki()),
            "3059301306072a8648ce3d020106082a8648ce3d03010703420004" + std::string(device_x) + std::string(device_y));
  const Bytes x = hex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");  // RFC 8410, 10.1
  const PublicKey ed25519 = PublicKey::import(Curve::ed25519, x, {}).value();
  EXPECT_EQ(to_hex(ed25519.spki()), "302a300506032b6570032100" + to_hex(x));
  EXPECT_EQ(ed25519.pem(),
            "-----BEGIN PUBLIC KEY-----\n"
            "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
            "-----END PUBLIC KEY-----\n");
}

TEST(PublicKey, RefusesSpkiThatIsBrokenAnywhere) {
  const Bytes good = PublicKey::import(Curve::p256, hex(device_x), hex(device_y)).value().spki();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(PublicKey::from_spki(ByteView(good).first(size)).error().code, Errc::bad_key) << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(PublicKey::from_spki(longer).error().code, Errc::bad_key);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(PublicKey::from_spki(flipped)) << bit;
  }
}

TEST(PublicKey, RefusesKeysThatAreNotOurs) {
  // RSA, secp256k1, P-224; id-ecPublicKey naming Ed25519
  for (const std::string_view bad : {
           "3019 300d06092a864886f70d010101 0500 0308 003005020103020103",
           "3056 301006072a8648ce3d020106052b8104000a 034200 04"
           "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
           "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
           "3039 300e06072a8648ce3d0201 06032b6570 0327 00 0000",
       }) {
    const Bytes der = hex(bad);
    const auto key = PublicKey::from_spki(der);
    ASSERT_FALSE(key);
    EXPECT_TRUE(key.error().code == Errc::unsupported_curve || key.error().code == Errc::bad_key);
  }
  const Bytes secp256k1 =
      hex("3056301006072a8648ce3d020106052b8104000a03420004"
          "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
          "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
  EXPECT_EQ(PublicKey::from_spki(secp256k1).error().code, Errc::unsupported_curve);
  // RFC 8410: no parameters, not even NULL
  const Bytes with_null = hex("302c300706032b65700500032100" + std::string(64, '1'));
  EXPECT_EQ(PublicKey::from_spki(with_null).error().code, Errc::bad_key);
}

TEST(PublicKey, KeyIdentifierIsSha1OfTheBits) {
  // Subject key identifier of the reader certificate in ISO/IEC 18013-5, D.4.1.1
  const PublicKey key =
      PublicKey::import(Curve::p256, hex("f8912ee0f912b6be683ba2fa0121b2630e601b2b628dff3b44f6394eaa9abdbc"),
                        hex("c2149d29d6ff1a3e091135177e5c3d9c57f3bf839761eed02c64dd82ae1d3bbf"))
          .value();
  EXPECT_EQ(to_hex(key.key_identifier().value()), "f2dfc4acafc5f30b464fada20bfcd533af5e07f5");
}

TEST(PublicKey, ASharedKeyOutlivesItsOrigin) {
  const PublicKey copy = [] {
    const PublicKey original = new_key(Curve::p256).public_key();
    return original;
  }();
  PublicKey moved_from = copy;
  const PublicKey taken = std::move(moved_from);
  EXPECT_EQ(moved_from, taken);  // NOLINT(bugprone-use-after-move): a key is never empty
  EXPECT_EQ(taken.point().size(), 65u);
}

TEST(PrivateKey, IsThatOfAnnexD) {
  const PrivateKey key = PrivateKey::import(Curve::p256, hex(device_d)).value();
  const EcPublicKey expected{Curve::p256, hex(device_x), hex(device_y)};
  EXPECT_EQ(key.public_key().coordinates(), expected);
  EXPECT_EQ(scalar_hex(key), device_d);
}

TEST(PrivateKey, EveryFormOfAKeyGivesTheSameKey) {
  for (const CurveInfo& row : curves()) {
    SCOPED_TRACE(std::string(row.name));
    const PrivateKey key = new_key(row.curve);
    const SecretBytes scalar = key.scalar().value();
    EXPECT_EQ(scalar.size(), row.coordinate_size);
    EXPECT_EQ(PrivateKey::import(row.curve, scalar.view()).value().public_key(), key.public_key());
    const SecretBytes pkcs8 = key.pkcs8().value();
    EXPECT_EQ(scalar_hex(PrivateKey::from_der(pkcs8.view()).value()), scalar_hex(key));
    const SecretBytes pem = key.pem().value();
    EXPECT_EQ(scalar_hex(PrivateKey::from_pem(as_text(pem.view())).value()), scalar_hex(key));
  }
}

TEST(PrivateKey, ReadsKeysWrittenByOthers) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = testing::load_shared("certificates.json");
  int keys = 0;
  for (const auto& vector : file.at("vectors").as_array()) {
    if (vector.at("type").as_string() != "private key (PEM)") continue;
    SCOPED_TRACE(std::string(vector.at("id").as_string()));
    EXPECT_TRUE(PrivateKey::from_pem(vector.at("pem").as_string()));
    ++keys;
  }
  EXPECT_EQ(keys, 5);
  // RFC 8410, 10.3: without and with attributes and public key
  constexpr std::string_view seed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
  const PrivateKey plain = PrivateKey::from_pem(
                               "-----BEGIN PRIVATE KEY-----\n"
                               "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                               "-----END PRIVATE KEY-----\n")
                               .value();
  EXPECT_EQ(scalar_hex(plain), seed);
  const PrivateKey full = PrivateKey::from_pem(
                              "-----BEGIN PRIVATE KEY-----\n"
                              "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                              "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n"
                              "Z9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                              "-----END PRIVATE KEY-----\n")
                              .value();
  EXPECT_EQ(scalar_hex(full), seed);
}

TEST(PrivateKey, AcceptsAnEcPrivateKeyThatDroppedLeadingZeros) {
  const Bytes scalar = hex("00" + std::string(62, '7'));
  const PrivateKey expected = PrivateKey::import(Curve::p256, scalar).value();
  const Bytes name = der::encode_object_identifier("1.2.840.10045.3.1.7").value();
  const Bytes der = der::encode(
      der::tag::sequence, {der::encode_uint32(1), der::encode(der::tag::octet_string, ByteView(scalar).subspan(1)),
                           der::encode(der::tag::context_constructed(0), name)});
  EXPECT_EQ(PrivateKey::from_der(der).value().public_key(), expected.public_key());
}

TEST(PrivateKey, RefusesScalarsOutOfRange) {
  // Orders: SEC 2 and RFC 5639
  const struct {
    Curve curve;
    std::string order;
  } rows[] = {
      {Curve::p256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
      {Curve::brainpool_p256r1, "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7"},
      {Curve::p521, "01" + std::string(65, 'f') + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"},
  };
  for (const auto& row : rows) {
    Bytes order = hex(row.order);
    EXPECT_EQ(PrivateKey::import(row.curve, order).error().code, Errc::bad_key);
    EXPECT_EQ(PrivateKey::import(row.curve, Bytes(order.size(), 0xff)).error().code, Errc::bad_key);
    EXPECT_EQ(PrivateKey::import(row.curve, Bytes(order.size())).error().code, Errc::bad_key);
    --order.back();
    EXPECT_TRUE(PrivateKey::import(row.curve, order));
    Bytes longer(order);
    longer.insert(longer.begin(), 0);
    EXPECT_EQ(PrivateKey::import(row.curve, longer).error().code, Errc::bad_key);
    EXPECT_EQ(PrivateKey::import(row.curve, ByteView(order).subspan(1)).error().code, Errc::bad_key);
  }
  EXPECT_EQ(PrivateKey::import(Curve::ed448, Bytes(56)).error().code, Errc::bad_key);
}

TEST(PrivateKey, GeneratesFromExactlyTheBytesItDraws) {
  FixedRng rng(hex(device_d));
  const PrivateKey key = PrivateKey::generate(Curve::p256, rng).value();
  EXPECT_EQ(scalar_hex(key), device_d);
  EXPECT_EQ(rng.left(), 0u);
  FixedRng seed(Bytes(57, 3));
  EXPECT_EQ(scalar_hex(PrivateKey::generate(Curve::ed448, seed).value()), to_hex(Bytes(57, 3)));
}

TEST(PrivateKey, DrawsAgainWhenAScalarIsOutOfRange) {
  Bytes stream(64, 0xff);              // beyond the order
  stream.insert(stream.end(), 32, 0);  // zero
  const Bytes last = hex(device_d);
  stream.insert(stream.end(), last.begin(), last.end());
  FixedRng rng(stream);
  EXPECT_EQ(scalar_hex(PrivateKey::generate(Curve::p256, rng).value()), device_d);
  // P-521: the upper seven bits do not count
  FixedRng high_bits(hex("ff" + std::string(130, '5')));
  EXPECT_EQ(scalar_hex(PrivateKey::generate(Curve::p521, high_bits).value()), "01" + std::string(130, '5'));
}

TEST(PrivateKey, ReportsARandomGeneratorThatFailsOrIsStuck) {
  FixedRng empty({});
  EXPECT_EQ(PrivateKey::generate(Curve::p256, empty).error().code, Errc::randomness);
  FixedRng ends(Bytes(32 + 31, 0xff));
  EXPECT_EQ(PrivateKey::generate(Curve::p256, ends).error().code, Errc::randomness);
  FixedRng stuck(Bytes(1 << 16, 0xff));
  EXPECT_EQ(PrivateKey::generate(Curve::brainpool_p384r1, stuck).error().code, Errc::randomness);
  EXPECT_GT(stuck.left(), 0u);
}

TEST(PrivateKey, RefusesDerThatIsBrokenAnywhere) {
  for (const Curve curve : {Curve::p256, Curve::ed25519}) {
    const SecretBytes der = new_key(curve).pkcs8().value();
    for (std::size_t size = 0; size < der.size(); ++size) {
      EXPECT_FALSE(PrivateKey::from_der(der.view().first(size))) << size;
    }
    Bytes longer(der.view().begin(), der.view().end());
    longer.push_back(0);
    EXPECT_EQ(PrivateKey::from_der(longer).error().code, Errc::bad_key);
  }
}

TEST(PrivateKey, RefusesAPublicKeyThatIsNotItsOwn) {
  const SecretBytes der = new_key(Curve::p256).pkcs8().value();
  const Bytes other = new_key(Curve::p256).public_key().coordinates().x;
  Bytes mixed(der.view().begin(), der.view().end());
  const EcPublicKey foreign = new_key(Curve::p256).public_key().coordinates();
  std::copy(foreign.x.begin(), foreign.x.end(), mixed.end() - 64);
  std::copy(foreign.y.begin(), foreign.y.end(), mixed.end() - 32);
  EXPECT_EQ(PrivateKey::from_der(mixed).error().code, Errc::bad_key);
  // A curve outside that differs from the one inside
  const Bytes p384 = der::encode_object_identifier("1.3.132.0.34").value();
  const Bytes inner =
      der::encode(der::tag::sequence, {der::encode_uint32(1), der::encode(der::tag::octet_string, Bytes(32, 1)),
                                       der::encode(der::tag::context_constructed(0), p384)});
  const Bytes info =
      der::encode(der::tag::sequence,
                  {der::encode_uint32(0),
                   der::encode(der::tag::sequence, {der::encode_object_identifier("1.2.840.10045.2.1").value(),
                                                    der::encode_object_identifier("1.2.840.10045.3.1.7").value()}),
                   der::encode(der::tag::octet_string, inner)});
  EXPECT_EQ(PrivateKey::from_der(info).error().code, Errc::bad_key);
}

TEST(Pem, RefusesTextWithoutAKey) {
  const PrivateKey key = new_key(Curve::p256);
  const SecretBytes secret_pem = key.pem().value();
  const std::string pem(as_text(secret_pem.view()));
  for (const std::string_view text :
       {std::string_view(), std::string_view("no key"), std::string_view(pem).substr(0, 60),
        std::string_view("-----BEGIN PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\nAAA\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\nAA==AAAA\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\nAA-_\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        std::string_view("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
                         "-----END ENCRYPTED PRIVATE KEY-----")}) {
    EXPECT_EQ(PrivateKey::from_pem(text).error().code, Errc::bad_encoding) << text;
  }
  EXPECT_EQ(PublicKey::from_pem(pem).error().code, Errc::bad_encoding);
  EXPECT_EQ(PrivateKey::from_pem(key.public_key().pem()).error().code, Errc::bad_encoding);
  std::string windows = "a comment\r\n" + key.public_key().pem() + pem;
  for (std::size_t at = 0; (at = windows.find('\n', at)) != windows.npos; at += 2) windows.replace(at, 1, "\r\n");
  EXPECT_EQ(PrivateKey::from_pem(windows).value().public_key(), key.public_key());
}

}  // namespace
}  // namespace mdoc::crypto
