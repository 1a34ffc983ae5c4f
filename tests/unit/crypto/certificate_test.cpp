#include "mdoc/crypto/certificate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/x509_signature.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using testing::hex;

UtcSeconds utc(std::string_view text) { return parse_date_time(text)->time; }

std::vector<boost::json::object> published() {
  std::vector<boost::json::object> certificates;
  const boost::json::value file = testing::load_shared("certificates.json");
  for (const auto& vector : file.at("vectors").as_array()) {
    if (vector.at("type").as_string() == "X.509") certificates.push_back(vector.as_object());
  }
  return certificates;
}

std::string text(const boost::json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

Bytes reader_der() {
  return testing::hex(testing::shared_vector("certificates.json", "cert/46afc5d08e001b42").at("der").as_string());
}

TEST(Certificate, ReadsEveryCertificateOfTheFieldAsDescribed) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto all = published();
  EXPECT_EQ(all.size(), 105u);
  for (const auto& vector : all) {
    SCOPED_TRACE(text(vector, "id"));
    const Bytes der = hex(text(vector, "der"));
    const auto read = Certificate::from_der(der);
    ASSERT_TRUE(read) << describe(read.error());
    const Certificate& certificate = *read;
    EXPECT_TRUE(std::ranges::equal(certificate.der(), der));
    EXPECT_EQ(to_hex(certificate.fingerprint().view()), text(vector, "sha256"));
    EXPECT_EQ(certificate.subject().text(), text(vector, "subject"));
    EXPECT_EQ(certificate.issuer().text(), text(vector, "issuer"));
    EXPECT_EQ(certificate.not_before(), utc(text(vector, "notBefore")));
    EXPECT_EQ(certificate.not_after(), utc(text(vector, "notAfter")));
    // The description asks for keyCertSign as well.
    const bool signs_certificates =
        (certificate.key_usage().value_or(key_usage::key_cert_sign) & key_usage::key_cert_sign) != 0;
    EXPECT_EQ(certificate.is_self_signed() && signs_certificates, vector.at("selfSigned").as_bool());
    ASSERT_TRUE(certificate.public_key());
    const std::string key = text(vector, "key");
    const std::string_view name = info(certificate.public_key()->curve()).name;
    EXPECT_TRUE((key == "ec prime256v1" && name == "P-256") || (key == "ec secp384r1" && name == "P-384") ||
                (key == "ec secp521r1" && name == "P-521") || key == "ec " + std::string(name))
        << key << " " << name;
    EXPECT_EQ(Certificate::list_from_pem(certificate.pem()).value().at(0), certificate);
  }
}

TEST(Certificate, ShowsTheFactsOfTheReaderCertificateInAnnexD) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Certificate certificate = Certificate::from_der(reader_der()).value();
  EXPECT_EQ(certificate.version(), 3);
  EXPECT_EQ(to_hex(certificate.serial()), "7552715f6add323d4934a1ba175dc945755d8b50");
  EXPECT_EQ(certificate.common_name(), "reader");
  EXPECT_EQ(certificate.country(), std::nullopt);
  EXPECT_EQ(certificate.state_or_province(), std::nullopt);
  EXPECT_EQ(certificate.signature_algorithm(), "1.2.840.10045.4.3.2");
  EXPECT_EQ(certificate.signed_signature_algorithm(), certificate.signature_algorithm());
  EXPECT_EQ(to_hex(certificate.subject_key_identifier().value()), "f2dfc4acafc5f30b464fada20bfcd533af5e07f5");
  EXPECT_EQ(to_hex(certificate.authority_key_identifier().value()), "cfb7a881baea5f32b6fb91cc29590c50dfac416e");
  EXPECT_EQ(certificate.key_usage(), key_usage::digital_signature);
  EXPECT_EQ(certificate.extended_key_usage(), std::vector<std::string>{"1.0.18013.5.1.6"});
  EXPECT_EQ(certificate.basic_constraints(), std::nullopt);
  EXPECT_NE(certificate.find_extension(extension::crl_distribution_points), nullptr);
  EXPECT_TRUE(certificate.crl_distribution_points().empty());  // the example has a dNSName there
  EXPECT_EQ(certificate.extensions().size(), 5u);
  const CertificateExtension* usage = certificate.find_extension(extension::key_usage);
  ASSERT_NE(usage, nullptr);
  EXPECT_TRUE(usage->critical);
  EXPECT_EQ(to_hex(usage->value), "03020780");
  EXPECT_EQ(certificate.find_extension(extension::issuer_alt_name), nullptr);
  EXPECT_TRUE(certificate.unknown_critical_extensions().empty());
  EXPECT_FALSE(certificate.is_self_issued());
}

TEST(Certificate, RefusesWhatIsCutOffOrTooLongOrTooLarge) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes der = reader_der();
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(Certificate::from_der(ByteView(der).first(size)).error().code, Errc::bad_certificate) << size;
  }
  Bytes longer = der;
  longer.push_back(0);
  EXPECT_EQ(Certificate::from_der(longer).error().code, Errc::trailing_bytes);
  EXPECT_EQ(Certificate::from_der(der, der.size() - 1).error().code, Errc::too_large);
  EXPECT_TRUE(Certificate::from_der(der, der.size()));
}

TEST(Certificate, NoFlippedBitGoesUnnoticed) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes der = reader_der();
  const Certificate good = Certificate::from_der(der).value();
  const boost::json::object root_vector = [] {
    for (auto& vector : published()) {
      if (text(vector, "subject") == "CN=reader root") return vector;
    }
    return boost::json::object();
  }();
  const Certificate root = Certificate::from_der(hex(text(root_vector, "der"))).value();
  ASSERT_TRUE(good.verify_signature(*root.public_key()));
  int refused_later = 0;
  for (std::size_t bit = 0; bit < der.size() * 8; bit += 3) {
    Bytes flipped = der;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    const auto read = Certificate::from_der(flipped);
    if (!read) continue;
    ++refused_later;
    EXPECT_FALSE(read->verify_signature(*root.public_key())) << bit;
    EXPECT_NE(*read, good);
  }
  EXPECT_GT(refused_later, 100);
}

TEST(Certificate, ReadsListsOfPem) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::string pem = "# anchors\n";
  std::vector<Certificate> certificates;
  for (const auto& vector : published()) {
    certificates.push_back(Certificate::from_der(hex(text(vector, "der"))).value());
    pem += certificates.back().subject().text() + "\n" + certificates.back().pem();
  }
  pem += certificates[0].public_key()->pem();
  EXPECT_EQ(Certificate::list_from_pem(pem).value(), certificates);
  EXPECT_EQ(Certificate::list_from_pem(pem, 105).error().code, Errc::too_many);
  EXPECT_EQ(Certificate::list_from_pem(pem.substr(0, pem.size() - 20)).error().code, Errc::bad_encoding);
  EXPECT_EQ(Certificate::list_from_pem("").error().code, Errc::bad_encoding);
  EXPECT_EQ(Certificate::list_from_pem(certificates[0].public_key()->pem()).error().code, Errc::bad_encoding);
  EXPECT_EQ(Certificate::list_from_pem("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n").error().code,
            Errc::bad_certificate);
}

TEST(VerifySignedObject, RefusesAlgorithmsThatAreNotForTheKey) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes der = reader_der();
  SignedObject object = read_signed_object(der, Errc::bad_certificate).value();
  const PublicKey key = *Certificate::from_der(der).value().public_key();
  EXPECT_EQ(verify_signed_object(key, object).error().code, Errc::signature_invalid);  // not its own
  for (const std::string_view oid : {"1.2.840.10045.4.1", "1.2.840.113549.1.1.11", "", "1.2.840.10045.4.3.1"}) {
    object.algorithm = oid;  // ecdsa-with-SHA1, RSA with SHA-256, none, ecdsa-with-SHA224
    EXPECT_EQ(verify_signed_object(key, object).error().code, Errc::unsupported_algorithm) << oid;
  }
  object.algorithm = "1.3.101.112";  // Ed25519 with a key on P-256
  EXPECT_EQ(verify_signed_object(key, object).error().code, Errc::algorithm_mismatch);
  object.algorithm = "1.2.840.10045.4.3.2";
  const PublicKey ed25519 = PublicKey::import(Curve::ed25519, Bytes(32, 1), {}).value();
  EXPECT_EQ(verify_signed_object(ed25519, object).error().code, Errc::algorithm_mismatch);
}

}  // namespace
}  // namespace mdoc::crypto
