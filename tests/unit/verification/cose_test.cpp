// The checks CBR-11 to CBR-17 of the conformance catalogue on the reader's side: COSE structures and keys inside a
// response that is otherwise good.
#include "bench.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::CoseParts;
using testing::hex;
using testing::Members;

constexpr std::uint8_t tag_17 = 0xd1, tag_18 = 0xd2;

bool warned(const Report& report, Rule rule) {
  return std::ranges::any_of(report.documents.at(0).warnings,
                             [&](const Warning& warning) { return warning.rule == rule; });
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// One more member at the begin of an encoded map of fewer than 23.
void put_first(Bytes& map, const Bytes& member) {
  map.at(0) = static_cast<std::uint8_t>(map.at(0) + 1);
  map.insert(map.begin() + 1, member.begin(), member.end());
}

/// The hook of each proof, for changes that all of them must stand.
enum class Proof { issuer_auth, device_signature, device_mac };
constexpr Proof proofs[] = {Proof::issuer_auth, Proof::device_signature, Proof::device_mac};

void on_headers(Bench& bench, Proof proof, const std::function<void(CoseParts&)>& change) {
  bench.sample.mac = proof == Proof::device_mac;
  (proof == Proof::issuer_auth ? bench.sample.on_issuer_auth_headers : bench.sample.on_device_auth_headers) = change;
}

/// A tag in front of the encoded structure.
void on_tag(Bench& bench, Proof proof, std::uint8_t tag) {
  bench.sample.mac = proof == Proof::device_mac;
  const char* const member = proof == Proof::issuer_auth ? "issuerAuth"
                             : bench.sample.mac          ? "deviceMac"
                                                         : "deviceSignature";
  (proof == Proof::issuer_auth ? bench.sample.on_issuer_signed : bench.sample.on_device_auth_members) =
      [=](Members& members) { members[member].insert(members[member].begin(), tag); };
}

TEST(Cbr11, AnAlgInTheUnprotectedHeaderMeansNothing) {
  for (const Proof proof : proofs) {
    Bench bench;
    on_headers(bench, proof, [](CoseParts& parts) {
      const Bytes alg(parts.protected_header.begin() + 1, parts.protected_header.end());
      parts.protected_header.clear();
      put_first(parts.unprotected_header, alg);
    });
    const Report report = bench.verify().report;
    EXPECT_FALSE(report.valid);
    const bool issuer = proof == Proof::issuer_auth;
    const Finding& headers = find(report, issuer ? CheckId::issuer_auth_headers : CheckId::device_auth_structure);
    EXPECT_EQ(headers.reason, Reason::absent);
    EXPECT_EQ(std::get<std::string>(headers.expected), "alg");
    const auto dependent = proof == Proof::device_mac ? CheckId::device_auth_mac
                           : issuer                   ? CheckId::issuer_auth_signature
                                                      : CheckId::device_auth_signature;
    EXPECT_EQ(find(report, dependent).outcome, Outcome::skipped);
  }
}

TEST(Cbr11, ACopyInTheUnprotectedHeaderChangesNothing) {
  // ES256, ES384, HMAC 256/256, an unknown number, a name, null
  for (const char* alg : {"0126", "013822", "0105", "011903e7", "01654553323536", "01f6"}) {
    for (const Proof proof : proofs) {
      Bench bench;
      on_headers(bench, proof, [&](CoseParts& parts) { put_first(parts.unprotected_header, hex(alg)); });
      const Report report = bench.verify().report;
      EXPECT_TRUE(report.valid) << alg << '\n' << text_of(report);
    }
  }
}

TEST(Cbr12, ATagIsRefusedByTheStrictAndReportedByOthers) {
  for (const Proof proof : proofs) {
    const std::uint8_t tag = proof == Proof::device_mac ? tag_17 : tag_18;
    Bench strict;
    on_tag(strict, proof, tag);
    const Finding finding = only_refusal(strict.verify().report, CheckId::document_structure);
    EXPECT_EQ(finding.error.value().code, Errc::unexpected_tag);

    Bench interop;
    interop.level = Level::interop;
    on_tag(interop, proof, tag);
    const Report report = interop.verify().report;
    EXPECT_TRUE(report.valid) << text_of(report);
    EXPECT_TRUE(warned(report, Rule::cose_tagged));
  }
}

TEST(Cbr12, TheTagOfAnotherStructureIsRefusedAtEveryLevel) {
  for (const Proof proof : proofs) {
    for (const std::uint8_t tag : {std::uint8_t{0xc0}, proof == Proof::device_mac ? tag_18 : tag_17}) {
      Bench bench;
      bench.level = Level::lenient;
      on_tag(bench, proof, tag);
      const Report report = bench.verify().report;
      EXPECT_FALSE(report.valid);
      EXPECT_EQ(find(report, CheckId::document_structure).reason, Reason::malformed) << unsigned{tag};
    }
  }
}

TEST(Cbr13, APayloadInDeviceAuthenticationIsRefusedEvenIfItIsTheRightOne) {
  for (const bool mac : {false, true}) {
    for (const bool right : {false, true}) {
      Bench bench;
      bench.sample.mac = mac;
      const Bytes content = testing::cbor_embedded(
          testing::cbor_array({testing::cbor_text("DeviceAuthentication"), bench.sample.transcript,
                               testing::cbor_text(bench.sample.doc_type), testing::cbor_embedded(Members{}.encode())}));
      bench.sample.on_device_auth = [&](CoseParts& parts) { parts.payload = right ? content : Bytes{}; };
      const Report report = bench.verify().report;
      EXPECT_FALSE(report.valid);
      EXPECT_EQ(find(report, CheckId::device_auth_structure).reason, Reason::surplus);
    }
  }
}

TEST(Cbr13, IssuerAuthWithoutItsPayloadIsRefused) {
  Bench bench;
  bench.sample.on_issuer_auth = [](CoseParts& parts) { parts.payload.reset(); };
  const Report report = bench.verify().report;
  EXPECT_FALSE(report.valid);
  EXPECT_NE(find(report, CheckId::mso_structure).outcome, Outcome::pass) << text_of(report);
  EXPECT_NE(find(report, CheckId::issuer_auth_signature).outcome, Outcome::pass);
}

TEST(Cbr13, ASignatureOverOtherAdditionalDataIsRefused) {
  // Null, one byte, and the empty text in the place of the empty byte string.
  for (const char* external_aad : {"f6", "4100", "60"}) {
    Bench bench;
    bench.sample.on_issuer_auth = [&](CoseParts& parts) {
      const Bytes structure =
          testing::cbor_array({testing::cbor_text("Signature1"), testing::cbor_bytes(parts.protected_header),
                               hex(external_aad), testing::cbor_bytes(*parts.payload)});
      parts.signature = crypto::sign(bench.sample.signer_key, crypto::SignatureAlgorithm::es256, structure).value().raw;
    };
    EXPECT_EQ(only_refusal(bench.verify().report, CheckId::issuer_auth_signature).reason, Reason::invalid)
        << external_aad;
  }
}

TEST(Cbr14, ADeviceSignatureVerifiesWithTheAlgorithmsOfItsCurveOnly) {
  unsigned good = 0;
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign()) continue;
    for (const cose::AlgorithmInfo& algorithm : cose::algorithms()) {
      SCOPED_TRACE(std::string(curve.name) + " " + std::string(algorithm.name));
      Bench bench(curve.curve);
      bench.level = Level::interop;  // where identifiers of RFC 9864 are a warning
      bench.sample.on_device_auth_headers = [&](CoseParts& parts) {
        parts.protected_header = joined(hex("a101"), testing::cbor_int(algorithm.id));
      };
      const Report report = bench.verify().report;
      if (std::ranges::find(algorithm.curves, curve.curve) != algorithm.curves.end()) {
        EXPECT_TRUE(report.valid) << text_of(report);
        EXPECT_EQ(warned(report, Rule::cose_fully_specified_algorithm), algorithm.fully_specified);
        ++good;
      } else {
        EXPECT_EQ(only_refusal(report, CheckId::device_auth_signature).reason, Reason::mismatch);
      }
    }
  }
  EXPECT_EQ(good, 18u);  // nine curves, each with one identifier of the standard and one of RFC 9864
}

TEST(Cbr14, AlgorithmsThatAreNoSignaturesAreRefusedByName) {
  for (const std::int64_t id : {-48, -49, -50, -257, -37, 0, 5, 1000}) {  // ML-DSA, RSA, HMAC, none at all
    Bench bench;
    on_headers(bench, Proof::issuer_auth,
               [&](CoseParts& parts) { parts.protected_header = joined(hex("a101"), testing::cbor_int(id)); });
    const Report report = bench.verify().report;
    EXPECT_EQ(find(report, CheckId::issuer_auth_algorithm).reason, Reason::unsupported) << id;
    EXPECT_EQ(find(report, CheckId::issuer_auth_signature).outcome, Outcome::skipped) << id;
  }
}

/// The certificate of the signer, as an item of x5chain.
Bytes certificate_of(testing::SampleMdoc& sample) {
  const crypto::Certificate certificate = sample.signer_certificate();
  return testing::cbor_bytes(certificate.der());
}

/// x5chain of these DER certificates in the one header and the other; nothing: not there.
void on_x5chain(Bench& bench, std::optional<Bytes> in_protected, std::optional<Bytes> in_unprotected) {
  on_headers(bench, Proof::issuer_auth, [=](CoseParts& parts) {
    parts.unprotected_header = hex("a0");
    if (in_unprotected) put_first(parts.unprotected_header, joined(hex("1821"), *in_unprotected));
    if (in_protected) parts.protected_header = joined(hex("a201261821"), *in_protected);
  });
}

TEST(Cbr15, OneCertificateAndSeveralAreTakenFromEitherHeader) {
  for (const bool several : {false, true}) {
    for (const int place : {1, 2, 3}) {
      Bench bench;
      const Bytes own = certificate_of(bench.sample);
      testing::SampleMdoc other;
      other.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x11)).value();
      const Bytes chain = several ? testing::cbor_array({own, certificate_of(other)}) : own;
      on_x5chain(bench, (place & 1) != 0 ? std::optional(chain) : std::nullopt,
                 (place & 2) != 0 ? std::optional(chain) : std::nullopt);
      const Report report = bench.verify().report;
      EXPECT_TRUE(report.valid) << text_of(report);
      EXPECT_EQ(warned(report, Rule::x5chain_protected), (place & 1) != 0);
    }
  }
}

TEST(Cbr15, TwoDifferentChainsAreAnError) {
  testing::SampleMdoc other;
  other.signer_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x11)).value();
  const Bytes foreign = certificate_of(other);
  for (const bool own_is_protected : {false, true}) {
    Bench bench;
    bench.level = Level::lenient;
    const Bytes own = certificate_of(bench.sample);
    on_x5chain(bench, own_is_protected ? own : foreign, own_is_protected ? foreign : own);
    const Report report = bench.verify().report;
    EXPECT_FALSE(report.valid);
    EXPECT_EQ(find(report, CheckId::document_structure).error.value().code, Errc::bad_header);
  }
}

TEST(Cbr15, OtherFormsAreRefusedOrReported) {
  Bench array_of_one;
  const Bytes own = certificate_of(array_of_one.sample);
  on_x5chain(array_of_one, {}, testing::cbor_array({own}));
  EXPECT_FALSE(array_of_one.verify().report.valid);
  array_of_one.level = Level::interop;
  const Report report = array_of_one.verify().report;
  EXPECT_TRUE(report.valid) << text_of(report);
  EXPECT_TRUE(warned(report, Rule::x5chain_array_of_one));

  // An empty array, an empty certificate, text, null, an array of an array, no DER
  for (const char* chain : {"80", "40", "6161", "f6", "8180", "4101", "824101f6"}) {
    Bench bench;
    bench.level = Level::lenient;
    on_x5chain(bench, {}, hex(chain));
    EXPECT_FALSE(bench.verify().report.valid) << chain;
  }
}

/// An MSO with this encoded COSE_Key as its device key.
void on_device_key(Bench& bench, Bytes key) {
  bench.sample.on_mso = [key = std::move(key)](Members& mso) {
    mso["deviceKeyInfo"] = Members{{"deviceKey", key}}.encode();
  };
}

TEST(Cbr16, DeviceKeysThatAreNoUsablePointAreRefused) {
  const crypto::EcPublicKey good = Bench().sample.device_key.public_key().coordinates();
  const auto key = [](std::string_view head, const Bytes& x, const Bytes& y) {
    return joined(joined(hex(head), testing::cbor_bytes(x)), joined(hex("22"), testing::cbor_bytes(y)));
  };
  Bytes off_curve = good.y;
  off_curve.back() ^= 1;
  const Bytes zero(32), prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  const Bytes no_keys[] = {
      key("a40102200121", good.x, off_curve),
      key("a40102200121", zero, zero),  // the identity has no affine coordinates; this is nobody's point
      key("a40102200121", prime, good.y),
      key("a40102200121", Bytes(good.x.begin() + 1, good.x.end()), good.y),
      key("a40102200121", good.x, joined(good.y, {0})),
      key("a40102200221", good.x, good.y),      // P-384
      key("a40102200821", good.x, good.y),      // secp256k1: not ours
      key("a4010220190bad21", good.x, good.y),  // a curve of nobody
      key("a40101200121", good.x, good.y),      // OKP
      joined(key("a50102200121", good.x, good.y), joined(hex("23"), testing::cbor_bytes(Bytes(32, 1)))),  // with d
      hex("a0"),
  };
  for (const Bytes& no_key : no_keys) {
    Bench bench;
    bench.level = Level::lenient;
    on_device_key(bench, no_key);
    const Report report = bench.verify().report;
    EXPECT_FALSE(report.valid) << to_hex(no_key);
    EXPECT_NE(find(report, CheckId::device_auth_signature).outcome, Outcome::pass) << to_hex(no_key);
  }
  Bench bench;
  on_device_key(bench, key("a40102200121", good.x, off_curve));
  EXPECT_EQ(only_refusal(bench.verify().report, CheckId::device_auth_signature).reason, Reason::malformed);
}

TEST(Cbr16, FurtherMembersOfADeviceKeyArePassedOver) {
  Bench bench;
  const crypto::EcPublicKey key = bench.sample.device_key.public_key().coordinates();
  // kid, alg, key_ops, and members of nobody
  Bytes encoded = hex("a9 0102 02423132 0326 048102 2001 21");
  encoded = joined(joined(encoded, testing::cbor_bytes(key.x)), joined(hex("22"), testing::cbor_bytes(key.y)));
  on_device_key(bench, joined(encoded, hex("390100f6 616100")));
  const Report report = bench.verify().report;
  EXPECT_TRUE(report.valid) << text_of(report);
  EXPECT_TRUE(warned(report, Rule::cose_key_extra_parameters));
}

TEST(Cbr17, ACompressedDeviceKeyVerifiesSignaturesAndMacs) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (curve.key_type != crypto::KeyType::ec2) continue;
    for (const bool mac : {false, true}) {
      for (const bool right_sign : {true, false}) {
        SCOPED_TRACE(curve.name);
        Bench bench(curve.curve);
        bench.sample.mac = mac;
        const crypto::EcPublicKey key = bench.sample.device_key.public_key().coordinates();
        const bool is_odd = (key.y.back() & 1) != 0;
        Bytes encoded = joined(hex("a4010220"), testing::cbor_int(static_cast<std::int64_t>(curve.curve)));
        encoded = joined(joined(encoded, hex("21")), testing::cbor_bytes(key.x));
        on_device_key(bench, joined(encoded, hex(is_odd == right_sign ? "22f5" : "22f4")));
        const Report report = bench.verify().report;
        // The MAC needs the abscissa of the shared point alone, which both signs have in common.
        EXPECT_EQ(report.valid, right_sign || mac) << text_of(report);
      }
    }
  }
}

}  // namespace
}  // namespace mdoc::verification
