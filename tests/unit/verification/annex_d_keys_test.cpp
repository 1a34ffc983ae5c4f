// ISO/IEC 18013-5:2021, Annex D: keys and certificates besides those of the response, and proof that no vector is left
// out.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

constexpr std::string_view file = "iso18013-5-annex-d.json";

crypto::PrivateKey private_key(std::string_view id) {
  const auto vector = testing::shared_vector(file, id);
  const Bytes scalar = from_base64url(std::string_view(vector.at("jwk").at("d").as_string())).value();
  return crypto::PrivateKey::import(crypto::Curve::p256, scalar).value();
}

crypto::Certificate certificate(std::string_view id) {
  return crypto::Certificate::from_der(testing::shared_bytes(file, id)).value();
}

TEST(AnnexDKeys, PrivateAndPublicHalvesBelongTogether) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const std::string_view id : {"D.5.1/e-device-key", "D.5.1/e-reader-key", "D.5.3/device-key"}) {
    const auto vector = testing::shared_vector(file, id);
    const crypto::EcPublicKey key = private_key(id).public_key().coordinates();
    EXPECT_EQ(to_base64url(key.x), std::string_view(vector.at("jwk").at("x").as_string())) << id;
    EXPECT_EQ(to_base64url(key.y), std::string_view(vector.at("jwk").at("y").as_string())) << id;
  }
}

TEST(AnnexDKeys, BothSidesOfTheMacAgreeOnZab) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto device = private_key("D.5.3/device-key");
  const auto reader = private_key("D.5.1/e-reader-key");
  const Bytes zab = testing::shared_bytes(file, "D.5.3/e-mac-key-zab");
  const auto of_device = crypto::agree(device, reader.public_key()).value();
  const auto of_reader = crypto::agree(reader, device.public_key()).value();
  EXPECT_TRUE(std::ranges::equal(of_device.view(), zab));
  EXPECT_TRUE(std::ranges::equal(of_reader.view(), zab));
}

TEST(AnnexDKeys, TheReaderCertificateIsThatOfReaderAuthAndLeadsToItsRoot) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto reader = certificate("D.5.4/reader-certificate");
  const std::array anchors{certificate("D.5.4/reader-root-certificate")};
  const UtcSeconds valid_at = testing::utc("2020-12-01T00:00:00Z");
  EXPECT_EQ(crypto::find_certificate_path(reader, {}, anchors, {.at = {valid_at}}).value().size(), 2u);
  const std::array others{certificate("D.5.2/iaca-certificate")};
  EXPECT_FALSE(crypto::find_certificate_path(reader, {}, others, {.at = {valid_at}}));

  cbor::Reader input(SharedBytes::take(testing::shared_bytes(file, "D.5.4/reader-auth")));
  const auto reader_auth = cose::decode_cose_sign1(input).value();
  ASSERT_EQ(reader_auth.headers.x5chain.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(reader_auth.headers.x5chain.front().view(), reader.der()));
  const Bytes content = testing::shared_bytes(file, "D.5.4/reader-authentication-bytes");
  EXPECT_TRUE(reader_auth.verify_detached(reader.public_key().value(), content));
}

TEST(AnnexDKeys, TheAnswerOfTheAuthorityIsSignedByACertificateOfItsIaca) {
  MDOC_NEEDS_SHARED_VECTORS();
  const std::string jws(testing::shared_vector(file, "D.5.5/server-retrieval-jws").at("jws").as_string());
  const std::size_t first = jws.find('.');
  const std::size_t second = jws.rfind('.');
  ASSERT_LT(first, second);
  const Bytes header = from_base64url(std::string_view(jws).substr(0, first)).value();
  const auto json = boost::json::parse(as_text(header));
  EXPECT_EQ(json.at("alg").as_string(), "ES256");

  std::string x5c(json.at("x5c").at(0).as_string());  // base64, padded (RFC 7515, 4.1.6)
  std::ranges::replace(x5c, '+', '-');
  std::ranges::replace(x5c, '/', '_');
  while (x5c.ends_with('=')) x5c.pop_back();
  const auto signer = crypto::Certificate::from_der(from_base64url(x5c).value()).value();
  const std::array anchors{certificate("D.5.2/iaca-certificate")};
  EXPECT_TRUE(crypto::find_certificate_path(signer, {}, anchors, {.at = {testing::utc("2020-12-01T00:00:00Z")}}));

  const Bytes signature = from_base64url(std::string_view(jws).substr(second + 1)).value();
  const auto verify = [&](std::string_view content) {
    return crypto::verify(signer.public_key().value(), crypto::SignatureAlgorithm::es256, as_bytes(content), signature);
  };
  std::string content = jws.substr(0, second);
  EXPECT_TRUE(verify(content));
  content.back() = content.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verify(content));
}

// All of them are used by some test; one that the file gains has to find its test first.
TEST(AnnexDKeys, EveryVectorHasItsTest) {
  MDOC_NEEDS_SHARED_VECTORS();
  const std::set<std::string> tested{
      "D.2.1/driving-privileges",
      "D.3.1/device-engagement-qr",
      "D.3.1/e-device-key-bytes",
      "D.3.2/nfc-handover-select",
      "D.3.2/nfc-handover-request",
      "D.3.2/nfc-device-engagement",
      "D.4.1.1/device-request",
      "D.4.1.1/items-request",
      "D.4.1.2/device-response",
      "D.4.1.2/portrait",
      "D.5.1/e-device-key",
      "D.5.1/e-reader-key",
      "D.5.1/e-reader-key-bytes",
      "D.5.1/session-transcript-bytes",
      "D.5.1/session-establishment",
      "D.5.1/session-data",
      "D.5.1/session-termination",
      "D.5.1/shared-secret",
      "D.5.1/sk-reader",
      "D.5.1/sk-device",
      "D.5.2/iaca-certificate",
      "D.5.2/ds-certificate",
      "D.5.2/issuer-auth",
      "D.5.2/issuer-auth-sig-structure",
      "D.5.2/mobile-security-object-bytes",
      "D.5.3/device-key",
      "D.5.3/device-auth",
      "D.5.3/device-authentication-bytes",
      "D.5.3/mac-structure",
      "D.5.3/e-mac-key-zab",
      "D.5.3/e-mac-key",
      "D.5.3/mac-tag",
      "D.5.4/reader-root-certificate",
      "D.5.4/reader-certificate",
      "D.5.4/reader-auth",
      "D.5.4/reader-authentication-bytes",
      "D.5.4/reader-sig-structure",
      "D.5.5/server-retrieval-jws",
  };
  std::set<std::string> published;
  const auto vectors = testing::load_shared(file);
  for (const auto& vector : vectors.at("vectors").as_array()) published.emplace(vector.at("id").as_string());
  EXPECT_EQ(published, tested);
}

}  // namespace
}  // namespace mdoc::verification
