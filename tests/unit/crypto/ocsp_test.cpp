#include "mdoc/crypto/ocsp.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "certificate_pki.hpp"
#include "crypto/openssl.hpp"
#include "support/revocation_samples.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using namespace std::chrono_literals;
using testing::ca_template;
using testing::hex;
using testing::Identity;
using testing::leaf_template;
using testing::SampleOcsp;

constexpr UtcSeconds this_update = std::chrono::sys_days(2024y / 6 / 1);
constexpr UtcSeconds next_update = std::chrono::sys_days(2024y / 6 / 8);

struct Pki {
  Identity root = Identity::root(ca_template("root"));
  Identity leaf = root.issue(leaf_template("leaf"));
  Identity other = root.issue(leaf_template("other"));
};
const Pki& pki() {
  static const Pki made;
  return made;
}

SampleOcsp sample() {
  return {.responder_id = SampleOcsp::by_name(pki().root.certificate),
          .produced_at = this_update + 1s,
          .answers = {{.id = testing::sha256_certificate_id(pki().leaf.certificate, pki().root.certificate),
                       .status = testing::ocsp_good(),
                       .this_update = this_update,
                       .next_update = next_update}}};
}
Result<OcspResponse> decode(const SampleOcsp& response, const OcspLimits& limits = {}) {
  return OcspResponse::from_der(response.sign(pki().root.key), limits);
}

// OpenSSL's objects, as judges from outside.
using OpenSslRequest = Owned<OCSP_REQUEST, OCSP_REQUEST_free>;
using OpenSslBasic = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using OpenSslResponse = Owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using OpenSslId = Owned<OCSP_CERTID, OCSP_CERTID_free>;
using OpenSslTime = Owned<ASN1_TIME, ASN1_TIME_free>;

X509Owner to_openssl(const Certificate& certificate) {
  const unsigned char* at = certificate.der().data();
  return X509Owner(d2i_X509(nullptr, &at, static_cast<long>(certificate.der().size())));
}
Pkey to_openssl(const PrivateKey& key) {
  const SecretBytes pkcs8 = key.pkcs8().value();
  const unsigned char* at = pkcs8.view().data();
  return Pkey(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())));
}
OpenSslTime to_openssl(UtcSeconds time) {
  return OpenSslTime(ASN1_GENERALIZEDTIME_set(nullptr, static_cast<std::time_t>(time.time_since_epoch().count())));
}

TEST(OcspRequest, IsReadByOpenSslAndNamesTheCertificate) {
  const Bytes nonce(32, 0x5a);
  const Bytes request = encode_ocsp_request(pki().leaf.certificate, pki().root.certificate, nonce).value();
  const unsigned char* at = request.data();
  const OpenSslRequest parsed(d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(request.size())));
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(at, request.data() + request.size());
  ASSERT_EQ(OCSP_request_onereq_count(parsed.get()), 1);
  const X509Owner leaf = to_openssl(pki().leaf.certificate);
  const X509Owner root = to_openssl(pki().root.certificate);
  const OpenSslId expected(OCSP_cert_to_id(EVP_sha1(), leaf.get(), root.get()));
  OCSP_CERTID* const named = OCSP_onereq_get0_id(OCSP_request_onereq_get0(parsed.get(), 0));
  EXPECT_EQ(OCSP_id_cmp(named, expected.get()), 0);
  EXPECT_EQ(OCSP_REQUEST_get_ext_count(parsed.get()), 1);
  EXPECT_GE(OCSP_REQUEST_get_ext_by_NID(parsed.get(), NID_id_pkix_OCSP_Nonce, -1), 0);
}

TEST(OcspRequest, IsTheOneThatOpenSslMakes) {
  const X509Owner leaf = to_openssl(pki().leaf.certificate);
  const X509Owner root = to_openssl(pki().root.certificate);
  Bytes nonce(32, 0x5a);
  for (const bool with_nonce : {false, true}) {
    const OpenSslRequest request(OCSP_REQUEST_new());
    OCSP_request_add0_id(request.get(), OCSP_cert_to_id(EVP_sha1(), leaf.get(), root.get()));
    if (with_nonce) OCSP_request_add1_nonce(request.get(), nonce.data(), static_cast<int>(nonce.size()));
    Bytes expected(static_cast<std::size_t>(i2d_OCSP_REQUEST(request.get(), nullptr)));
    unsigned char* out = expected.data();
    i2d_OCSP_REQUEST(request.get(), &out);
    const std::optional<ByteView> given = with_nonce ? std::optional<ByteView>(nonce) : std::nullopt;
    EXPECT_EQ(encode_ocsp_request(pki().leaf.certificate, pki().root.certificate, given).value(), expected);
  }
}

TEST(OcspRequest, RefusesANonceOfTheWrongSize) {
  const auto request = [](std::size_t size) {
    return encode_ocsp_request(pki().leaf.certificate, pki().root.certificate, Bytes(size, 1));
  };
  EXPECT_EQ(request(0).error().code, Errc::bad_argument);
  EXPECT_TRUE(request(1));
  EXPECT_TRUE(request(128));
  EXPECT_EQ(request(129).error().code, Errc::bad_argument);
}

TEST(OcspResponse, ReadsWhatOpenSslSigned) {
  const X509Owner leaf = to_openssl(pki().leaf.certificate);
  const X509Owner root = to_openssl(pki().root.certificate);
  const Pkey key = to_openssl(pki().root.key);
  for (const EVP_MD* const hash : {EVP_sha1(), EVP_sha256()}) {
    const OpenSslBasic basic(OCSP_BASICRESP_new());
    const OpenSslId id(OCSP_cert_to_id(hash, leaf.get(), root.get()));
    OCSP_basic_add1_status(basic.get(), id.get(), V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                           to_openssl(this_update - 24h).get(), to_openssl(this_update).get(),
                           to_openssl(next_update).get());
    Bytes nonce(16, 0x31);
    OCSP_basic_add1_nonce(basic.get(), nonce.data(), static_cast<int>(nonce.size()));
    ASSERT_EQ(OCSP_basic_sign(basic.get(), root.get(), key.get(), EVP_sha256(), nullptr, OCSP_RESPID_KEY), 1);
    const OpenSslResponse response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    Bytes der(static_cast<std::size_t>(i2d_OCSP_RESPONSE(response.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_OCSP_RESPONSE(response.get(), &out);

    const auto read = OcspResponse::from_der(der).value();
    EXPECT_TRUE(std::ranges::equal(read.der().view(), der));
    EXPECT_EQ(read.status(), OcspResponseStatus::successful);
    EXPECT_TRUE(read.is_responder(pki().root.certificate));
    EXPECT_FALSE(read.is_responder(pki().leaf.certificate));
    EXPECT_TRUE(read.responder_key_hash());
    ASSERT_EQ(read.certificates().size(), 1u);
    EXPECT_EQ(read.certificates()[0], pki().root.certificate);
    EXPECT_TRUE(std::ranges::equal(*read.nonce(), nonce));
    EXPECT_FALSE(read.has_unknown_critical_extension());
    EXPECT_GT(read.produced_at(), this_update);
    ASSERT_EQ(read.responses().size(), 1u);
    const OcspSingleResponse& single = read.responses()[0];
    EXPECT_TRUE(single.id.names(pki().leaf.certificate, pki().root.certificate));
    EXPECT_FALSE(single.id.names(pki().other.certificate, pki().root.certificate));
    EXPECT_FALSE(single.id.names(pki().leaf.certificate, pki().leaf.certificate));
    EXPECT_EQ(single.status, OcspCertificateStatus::revoked);
    EXPECT_EQ(single.revocation_date, this_update - 24h);
    EXPECT_EQ(single.reason, RevocationReason::key_compromise);
    EXPECT_EQ(single.this_update, this_update);
    EXPECT_EQ(single.next_update, next_update);
    EXPECT_EQ(read.signature_algorithm(), "1.2.840.10045.4.3.2");
    EXPECT_TRUE(read.verify_signature(pki().root.key.public_key()));
    EXPECT_EQ(read.verify_signature(pki().leaf.key.public_key()).error().code, Errc::signature_invalid);
  }
}

TEST(OcspResponse, ReadsEachStatusOfACertificate) {
  SampleOcsp response = sample();
  testing::SampleAnswer answer = response.answers[0];
  answer.status = testing::ocsp_unknown();
  response.answers.push_back(answer);
  answer.status = testing::ocsp_revoked(this_update - 1h);
  answer.next_update = std::nullopt;
  response.answers.push_back(answer);
  answer.status = testing::ocsp_revoked(this_update - 2h, std::uint8_t{6});
  answer.extensions = {testing::der_extension("1.2.3.4", hex("0500"))};
  response.answers.push_back(answer);
  answer.extensions = {testing::der_extension("1.2.3.4", hex("0500"), true)};
  response.answers.push_back(answer);
  const auto read = decode(response).value();
  const auto& singles = read.responses();
  ASSERT_EQ(singles.size(), 5u);
  EXPECT_EQ(singles[0].status, OcspCertificateStatus::good);
  EXPECT_EQ(singles[0].revocation_date, std::nullopt);
  EXPECT_EQ(singles[1].status, OcspCertificateStatus::unknown);
  EXPECT_EQ(singles[2].status, OcspCertificateStatus::revoked);
  EXPECT_EQ(singles[2].revocation_date, this_update - 1h);
  EXPECT_EQ(singles[2].reason, std::nullopt);
  EXPECT_EQ(singles[2].next_update, std::nullopt);
  EXPECT_EQ(singles[3].reason, RevocationReason::certificate_hold);
  EXPECT_FALSE(singles[3].has_critical_extension);
  EXPECT_TRUE(singles[4].has_critical_extension);
  EXPECT_EQ(read.nonce(), std::nullopt);
  EXPECT_EQ(read.responder_name(), pki().root.certificate.subject());
  EXPECT_EQ(read.responder_key_hash(), std::nullopt);
}

TEST(OcspResponse, MatchesNoCertificateByAnAlgorithmItDoesNotKnow) {
  OcspCertificateId id = decode(sample())->responses()[0].id;
  EXPECT_TRUE(id.names(pki().leaf.certificate, pki().root.certificate));
  const auto altered = [&](auto change) {
    OcspCertificateId copy = id;
    change(copy);
    return copy.names(pki().leaf.certificate, pki().root.certificate);
  };
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.hash_algorithm = "1.2.840.113549.2.5"; }));
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.hash_algorithm = "1.3.14.3.2.26"; }));
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.issuer_name_hash[0] ^= 1; }));
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.issuer_key_hash[0] ^= 1; }));
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.issuer_key_hash = {}; }));
  EXPECT_FALSE(altered([](OcspCertificateId& copy) { copy.serial[1] ^= 1; }));
}

TEST(OcspResponse, ReadsFailuresOfTheResponder) {
  const std::pair<std::uint8_t, std::string_view> names[] = {
      {1, "malformedRequest"}, {2, "internalError"}, {3, "tryLater"}, {5, "sigRequired"}, {6, "unauthorized"}};
  for (const auto& [status, text] : names) {
    const auto read = OcspResponse::from_der(SampleOcsp::failure(status)).value();
    EXPECT_EQ(static_cast<std::uint8_t>(read.status()), status);
    EXPECT_EQ(name(read.status()), text);
    EXPECT_TRUE(read.responses().empty());
    EXPECT_TRUE(read.signature_algorithm().empty());
    EXPECT_FALSE(read.is_responder(pki().root.certificate));
    EXPECT_EQ(read.verify_signature(pki().root.key.public_key()).error().code, Errc::signature_invalid);
  }
  EXPECT_EQ(name(OcspResponseStatus::successful), "successful");
  for (const std::uint8_t status : std::initializer_list<std::uint8_t>{0, 4, 7, 255}) {
    EXPECT_EQ(OcspResponse::from_der(SampleOcsp::failure(status)).error().code, Errc::bad_ocsp_response) << +status;
  }
  SampleOcsp failure_with_answer = sample();
  failure_with_answer.status = 3;
  EXPECT_EQ(decode(failure_with_answer).error().where.text(), "OCSPResponse.responseBytes");
}

TEST(OcspResponse, RefusesEachIllFormedPart) {
  const auto broken = [](auto change) {
    SampleOcsp response = sample();
    change(response);
    return decode(response).error();
  };
  EXPECT_EQ(broken([](SampleOcsp& r) { r.type = "1.3.6.1.5.5.7.48.1.99"; }).code, Errc::unsupported_version);
  const Error version = broken([](SampleOcsp& r) { r.version = hex("a003020101"); });
  EXPECT_EQ(version.code, Errc::unsupported_version);
  EXPECT_EQ(version.where.text(), "ResponseData.version");
  const auto bad = [&](std::string_view where, auto change) {
    const Error error = broken(change);
    EXPECT_EQ(error.code, Errc::bad_ocsp_response) << where;
    EXPECT_EQ(error.where.text(), where);
  };
  bad("ResponseData.responderID", [](SampleOcsp& r) { r.responder_id = hex("0500"); });
  bad("ResponseData.responderID", [](SampleOcsp& r) { r.responder_id = hex("a1020500"); });
  bad("ResponseData.responderID", [](SampleOcsp& r) { r.responder_id = hex("a2020400"); });
  bad("ResponseData.responseExtensions", [](SampleOcsp& r) { r.extensions = {hex("0500")}; });
  bad("ResponseData.responseExtensions", [](SampleOcsp& r) {
    r.extensions = {SampleOcsp::nonce(hex("01")), SampleOcsp::nonce(hex("01"))};
  });
  bad("ResponseData.responseExtensions",
      [](SampleOcsp& r) { r.extensions = {testing::der_extension("1.3.6.1.5.5.7.48.1.2", hex("0500"))}; });
  bad("BasicOCSPResponse.certs[0]", [](SampleOcsp& r) { r.certs = {hex("3000")}; });
  bad("BasicOCSPResponse.certs", [](SampleOcsp& r) { r.certs = {hex("0500")}; });
  for (const std::string_view status :
       {"8000", "8200"}) {  // what is well-formed, for comparison: the next ones differ in one thing
    SampleOcsp response = sample();
    response.answers[0].status = hex(status);
    EXPECT_TRUE(decode(response)) << status;
  }
  for (const std::string_view status :
       {"800100", "8300", "a000", "0500", "a100", "a10d170b3234303630313030303030305a"}) {
    bad("ResponseData.responses[0]", [&](SampleOcsp& r) { r.answers[0].status = hex(status); });
  }
  bad("ResponseData.responses[0]",
      [](SampleOcsp& r) { r.answers[0].status = testing::ocsp_revoked(this_update, std::uint8_t{0x80}); });
  bad("ResponseData.responses[0]", [](SampleOcsp& r) { r.answers[0].id = hex("3000"); });
  bad("ResponseData.responses[0]", [](SampleOcsp& r) { r.answers[0].extensions = {hex("0500")}; });
  bad("ResponseData.responses[1]", [](SampleOcsp& r) {
    r.answers.push_back(r.answers[0]);
    r.answers[1].id = hex("0500");
  });
}

TEST(OcspResponse, RefusesBytesBehindTheResponse) {
  Bytes der = sample().sign(pki().root.key);
  der.push_back(0);
  EXPECT_EQ(OcspResponse::from_der(der).error().code, Errc::trailing_bytes);
}

TEST(OcspResponse, KeepsToItsLimits) {
  SampleOcsp response = sample();
  const Bytes der = response.sign(pki().root.key);
  EXPECT_TRUE(OcspResponse::from_der(der, {.max_bytes = der.size()}));
  EXPECT_EQ(OcspResponse::from_der(der, {.max_bytes = der.size() - 1}).error().code, Errc::too_large);
  response.answers.push_back(response.answers[0]);
  EXPECT_TRUE(decode(response, {.max_responses = 2}));
  EXPECT_EQ(decode(response, {.max_responses = 1}).error().code, Errc::too_many);
  response.certs = {Bytes(pki().leaf.certificate.der().begin(), pki().leaf.certificate.der().end()),
                    Bytes(pki().root.certificate.der().begin(), pki().root.certificate.der().end())};
  EXPECT_TRUE(decode(response, {.max_certificates = 2}));
  EXPECT_EQ(decode(response, {.max_certificates = 1}).error().code, Errc::too_many);
  EXPECT_EQ(decode(response, {.max_certificate_bytes = 100}).error().code, Errc::too_large);
  response.extensions = {SampleOcsp::nonce(hex("01")), testing::der_extension("1.2.3.4", hex("0500"))};
  EXPECT_TRUE(decode(response, {.max_extensions = 2}));
  EXPECT_EQ(decode(response, {.max_extensions = 1}).error().code, Errc::too_many);
  EXPECT_EQ(decode(response, {.max_extensions = 1}).error().where.text(), "ResponseData.responseExtensions");
}

TEST(OcspResponse, HasALimitedNumberOfExtensionsEverywhere) {
  const OcspLimits limits;
  SampleOcsp response = sample();
  response.answers[0].extensions = response.extensions = testing::der_extensions(limits.max_extensions);
  EXPECT_TRUE(decode(response));
  response.extensions = testing::der_extensions(limits.max_extensions + 1);
  EXPECT_EQ(decode(response).error().code, Errc::too_many);
  EXPECT_EQ(decode(response).error().where.text(), "ResponseData.responseExtensions");
  response.extensions.clear();
  response.answers[0].extensions = testing::der_extensions(limits.max_extensions + 1);
  EXPECT_EQ(decode(response).error().code, Errc::too_many);
  EXPECT_EQ(decode(response).error().where.text(), "ResponseData.responses[0]");

  CertificateTemplate content = leaf_template("responder");
  for (std::size_t i = 0; i <= max_certificate_extensions; ++i) {
    content.further_extensions.push_back({"1.2.3." + std::to_string(i), false, Bytes{5, 0}});
  }
  response = sample();
  const PrivateKey key = testing::new_key();
  const auto draft = draft_self_signed_certificate(content, key.public_key(), system_rng()).value();
  const ByteView signed_part = draft.to_be_signed();
  response.certs = {testing::sign_object({signed_part.begin(), signed_part.end()}, key)};
  EXPECT_EQ(decode(response).error().code, Errc::too_many);
  EXPECT_EQ(decode(response).error().where.text(), "BasicOCSPResponse.certs[0]");
}

TEST(OcspResponse, RefusesEveryTruncation) {
  SampleOcsp response = sample();
  response.extensions = {SampleOcsp::nonce(hex("0102"))};
  response.certs = {Bytes(pki().root.certificate.der().begin(), pki().root.certificate.der().end())};
  const Bytes der = response.sign(pki().root.key);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(OcspResponse::from_der(ByteView(der).first(size))) << size;
  }
}

TEST(OcspResponse, NoFlippedBitOfTheSignedPartVerifies) {
  const Bytes der = sample().sign(pki().root.key);
  std::size_t decoded = 0;
  for (std::size_t bit = 0; bit < der.size() * 8; ++bit) {
    Bytes altered = der;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1u << bit % 8));
    const auto read = OcspResponse::from_der(altered);
    if (!read) continue;
    ++decoded;
    EXPECT_FALSE(read->verify_signature(pki().root.key.public_key())) << bit;
  }
  EXPECT_GT(decoded, 100u);  // otherwise the loop has shown nothing
}

}  // namespace
}  // namespace mdoc::crypto
