#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "cose/message.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "support/vectors.hpp"

// COSE_Sign1 and COSE_Mac0 of the COSE working group's examples, of isomdl and of Annex D.
//
// Out of scope, because mdoc has no use for them: COSE_Sign (15 examples), COSE_Mac (13), COSE_Encrypt
// (20) and COSE_Encrypt0 (8).

namespace mdoc::cose {
namespace {

using testing::hex;

constexpr std::string_view examples = "primitives/cose-wg-examples.json";
constexpr std::string_view annex_d = "iso18013-5-annex-d.json";

/// Examples with another verdict than "valid" for an mdoc, whatever COSE in general says.
const std::map<std::string_view, Errc> expected_failures{
    {"cose/sign1-tests/sign-fail-01", Errc::wrong_type},  // another tag
    {"cose/sign1-tests/sign-fail-02", Errc::signature_invalid},
    {"cose/sign1-tests/sign-fail-03", Errc::unsupported_algorithm},
    {"cose/sign1-tests/sign-fail-04", Errc::unsupported_algorithm},
    {"cose/sign1-tests/sign-fail-06", Errc::signature_invalid},
    {"cose/sign1-tests/sign-fail-07", Errc::signature_invalid},
    {"cose/sign1-tests/sign-pass-01", Errc::bad_header},             // alg is not protected
    {"cose/sign1-tests/sign-pass-02", Errc::signature_invalid},      // external_aad, always empty here
    {"cose/ecdsa-examples/ecdsa-sig-04", Errc::algorithm_mismatch},  // ES512 with P-256
    {"cose/mac0-tests/mac-fail-01", Errc::wrong_type},
    {"cose/mac0-tests/mac-fail-02", Errc::mac_invalid},
    {"cose/mac0-tests/mac-fail-03", Errc::unsupported_algorithm},
    {"cose/mac0-tests/mac-fail-04", Errc::unsupported_algorithm},
    {"cose/mac0-tests/mac-fail-06", Errc::mac_invalid},
    {"cose/mac0-tests/mac-fail-07", Errc::mac_invalid},
    {"cose/mac0-tests/mac-pass-01", Errc::bad_header},  // alg is not protected
    {"cose/mac0-tests/mac-pass-02", Errc::bad_header},
    {"cose/mac0-tests/mac-pass-03", Errc::bad_header},
    {"cose/hmac-examples/HMac-enc-02", Errc::unsupported_algorithm},  // HMAC 384/384
    {"cose/hmac-examples/HMac-enc-03", Errc::unsupported_algorithm},  // HMAC 512/512
    {"cose/hmac-examples/HMac-enc-04", Errc::mac_invalid},
    {"cose/hmac-examples/HMac-enc-05", Errc::unsupported_algorithm},  // HMAC 256/64
    {"cose/RFC8152/Appendix_C_6_1", Errc::unsupported_algorithm},     // AES-MAC
    {"cose/CWT/A_4", Errc::unsupported_algorithm},                    // HMAC 256/64
    {"cose/CWT/A_7", Errc::unsupported_algorithm},
};

/// A member of a key: base64url, or hex under the name with "_hex".
Bytes key_member(const boost::json::object& key, const std::string& name) {
  if (const auto* text = key.if_contains(name + "_hex")) return hex(text->as_string());
  if (const auto* text = key.if_contains(name)) return from_base64url(text->as_string()).value();
  return {};
}

crypto::PublicKey public_key(const boost::json::object& key) {
  const auto* curve = crypto::find_curve(std::string_view(key.at("crv").as_string()));
  return crypto::PublicKey::import(curve->curve, key_member(key, "x"), key_member(key, "y")).value();
}

Result<void> verify_sign1(const Bytes& encoded, const crypto::PublicKey& key) {
  cbor::Reader reader(SharedBytes::copy_of(encoded));
  const auto message = decode_cose_sign1(reader);
  if (!message) return message.error();
  return message->verify(key);
}

Result<void> verify_mac0(const Bytes& encoded, const SecretBytes& key) {
  cbor::Reader reader(SharedBytes::copy_of(encoded));
  const auto message = decode_cose_mac0(reader);
  if (!message) return message.error();
  return message->verify(key);
}

std::string to_be_authenticated(std::string_view context, ByteView protected_bytes,
                                const crypto::MessageParts& payload) {
  return to_hex(Structure(context, protected_bytes, payload).joined());
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  return out;
}

TEST(CoseVectors, EverySign1AndMac0OfTheWorkingGroupHasItsVerdict) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t sign1 = 0;
  std::size_t mac0 = 0;
  std::size_t other = 0;
  const boost::json::value file = testing::load_shared(examples);
  for (const auto& vector : file.at("vectors").as_array()) {
    const auto* example = vector.as_object().if_contains("example");
    if (example == nullptr) continue;
    const std::string id(vector.at("id").as_string());
    SCOPED_TRACE(id);
    const auto& input = example->at("input").as_object();
    const Bytes encoded = hex(example->at("output").at("cbor").as_string());
    Result<void> verdict;
    if (const auto* sign0 = input.if_contains("sign0")) {
      ++sign1;
      verdict = verify_sign1(encoded, public_key(sign0->at("key").as_object()));
    } else if (const auto* mac = input.if_contains("mac0")) {
      ++mac0;
      const auto& key = mac->at("recipients").at(0).at("key").as_object();
      verdict = verify_mac0(encoded, SecretBytes::copy_of(key_member(key, "k")));
    } else {
      ++other;
      continue;
    }
    const auto expected = expected_failures.find(id);
    if (!vector.at("expect").at("valid").as_bool()) {
      EXPECT_NE(expected, expected_failures.end()) << "what COSE refuses, mdoc refuses";
    }
    if (expected == expected_failures.end()) {
      EXPECT_TRUE(verdict) << describe(verdict.error());
    } else {
      ASSERT_FALSE(verdict);
      EXPECT_EQ(name(verdict.error().code), name(expected->second));
    }
  }
  EXPECT_EQ(sign1, 17u);
  EXPECT_EQ(mac0, 18u);
  EXPECT_EQ(other, 56u);
}

TEST(CoseVectors, SigAndMacStructuresOfTheWorkingGroupAreReproduced) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t compared = 0;
  const boost::json::value file = testing::load_shared(examples);
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::string id(vector.at("id").as_string());
    const auto* example = vector.as_object().if_contains("example");
    if (example == nullptr || expected_failures.contains(id)) continue;
    SCOPED_TRACE(id);
    const auto& input = example->at("input").as_object();
    cbor::Reader reader(SharedBytes::copy_of(hex(example->at("output").at("cbor").as_string())));
    if (input.contains("sign0")) {
      const CoseSign1 message = decode_cose_sign1(reader).value();
      EXPECT_EQ(to_be_authenticated(sign1_context, message.headers.protected_bytes.view(), message.payload->view()),
                lower(example->at("intermediates").at("ToBeSign_hex").as_string()));
    } else if (input.contains("mac0")) {
      const CoseMac0 message = decode_cose_mac0(reader).value();
      EXPECT_EQ(to_be_authenticated(mac0_context, message.headers.protected_bytes.view(), message.payload->view()),
                lower(example->at("intermediates").at("ToMac_hex").as_string()));
    } else {
      continue;
    }
    ++compared;
  }
  EXPECT_EQ(compared, 10u);
}

TEST(CoseVectors, MessagesOfAnotherLibraryVerify) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto sign1 = testing::shared_vector(examples, "cose/isomdl/sign1");
  const auto key = crypto::PrivateKey::import(crypto::Curve::p256, hex(sign1.at("privateKeyHex").as_string())).value();
  EXPECT_TRUE(verify_sign1(hex(sign1.at("hex").as_string()), key.public_key()));
  // That library took the encoded symmetric COSE_Key, whole, for the secret.
  const auto mac0 = testing::shared_vector(examples, "cose/isomdl/mac0");
  const SecretBytes secret = SecretBytes::copy_of(hex(mac0.at("keyCoseHex").as_string()));
  EXPECT_TRUE(verify_mac0(hex(mac0.at("hex").as_string()), secret));
}

TEST(CoseVectors, ATokenWithProtectedX5chainVerifies) {
  MDOC_NEEDS_SHARED_VECTORS();
  const SharedBytes encoded = SharedBytes::take(
      testing::shared_bytes("real-mdocs/device-responses.json", "spruce/cwt-sign1-x5chain-in-protected"));
  cbor::DeviationLog log;
  cbor::Reader reader(encoded, {.sink = &log});
  const auto message = decode_cose_sign1(reader, Profile::cwt);
  ASSERT_TRUE(message) << describe(message.error());
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::x5chain_array_of_one);
  const auto signer = crypto::Certificate::from_der(message->headers.x5chain.at(0).view()).value();
  EXPECT_TRUE(message->verify(signer.public_key().value()));
}

TEST(CoseVectors, IssuerAuthOfAnnexDVerifiesOverItsSigStructure) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes encoded = testing::shared_bytes(annex_d, "D.5.2/issuer-auth");
  cbor::Reader reader(SharedBytes::copy_of(encoded), {.level = Level::strict});
  const auto message = decode_cose_sign1(reader);
  ASSERT_TRUE(message) << describe(message.error());
  EXPECT_TRUE(reader.finish());
  EXPECT_EQ(to_hex(message->encoded.view()), to_hex(encoded));
  ASSERT_EQ(message->headers.x5chain.size(), 1u);
  EXPECT_EQ(to_hex(message->headers.x5chain[0].view()), to_hex(testing::shared_bytes(annex_d, "D.5.2/ds-certificate")));
  EXPECT_EQ(to_be_authenticated(sign1_context, message->headers.protected_bytes.view(), message->payload->view()),
            to_hex(testing::shared_bytes(annex_d, "D.5.2/issuer-auth-sig-structure")));
  const auto signer = crypto::Certificate::from_der(message->headers.x5chain[0].view()).value();
  EXPECT_TRUE(message->verify(signer.public_key().value()));
}

TEST(CoseVectors, ReaderAuthOfAnnexDVerifiesOverItsSigStructure) {
  MDOC_NEEDS_SHARED_VECTORS();
  cbor::Reader reader(SharedBytes::take(testing::shared_bytes(annex_d, "D.5.4/reader-auth")), {.level = Level::strict});
  const auto message = decode_cose_sign1(reader);
  ASSERT_TRUE(message) << describe(message.error());
  const Bytes payload = testing::shared_bytes(annex_d, "D.5.4/reader-authentication-bytes");
  EXPECT_EQ(to_be_authenticated(sign1_context, message->headers.protected_bytes.view(), payload),
            to_hex(testing::shared_bytes(annex_d, "D.5.4/reader-sig-structure")));
  const auto signer = crypto::Certificate::from_der(message->headers.x5chain.at(0).view()).value();
  EXPECT_TRUE(message->verify_detached(signer.public_key().value(), payload));
}

TEST(CoseVectors, DeviceMacOfAnnexDIsReproducedByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes payload = testing::shared_bytes(annex_d, "D.5.3/device-authentication-bytes");
  const SecretBytes e_mac_key = SecretBytes::copy_of(testing::shared_bytes(annex_d, "D.5.3/e-mac-key"));
  const auto mac = mac_detached(e_mac_key, payload);
  ASSERT_TRUE(mac);
  EXPECT_EQ(to_hex(mac->tag.view()), to_hex(testing::shared_bytes(annex_d, "D.5.3/mac-tag")));
  EXPECT_EQ(to_be_authenticated(mac0_context, mac->headers.protected_bytes.view(), payload),
            to_hex(testing::shared_bytes(annex_d, "D.5.3/mac-structure")));
  // DeviceAuth is { "deviceMac": COSE_Mac0 }: one member, whose name takes eleven bytes.
  const Bytes device_auth = testing::shared_bytes(annex_d, "D.5.3/device-auth");
  EXPECT_EQ(to_hex(mac->encoded.view()), to_hex(ByteView(device_auth).subspan(11)));
  EXPECT_TRUE(mac->verify_detached(e_mac_key, payload));
}

}  // namespace
}  // namespace mdoc::cose
