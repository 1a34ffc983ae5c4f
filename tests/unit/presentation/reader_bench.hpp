#pragma once
// Requests that readers of a test PKI sign in the session of a transcript, and the store that they are judged by.

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/presentation/reader_authentication.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "support/revocation_samples.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {

inline void PrintTo(ReaderTrust trust, std::ostream* out) { *out << name(trust); }
inline void PrintTo(ReaderReason reason, std::ostream* out) { *out << name(reason); }
inline void PrintTo(ReaderOutcome outcome, std::ostream* out) { *out << name(outcome); }

inline const DocType mdl_type{"org.iso.18013.5.1.mDL"};
inline const DocType photo_id_type{"org.iso.23220.photoid.1"};

/// A key and certificates for it, end entity first.
struct Signer {
  const crypto::PrivateKey* key;
  std::vector<crypto::Certificate> x5chain;
};

class ReaderBench : public ::testing::Test {
 protected:
  static constexpr auto reader_role = trust::CertificateRole::reader;
  static constexpr auto reader_ca_role = trust::CertificateRole::reader_ca;

  const UtcSeconds issued = testing::utc("2026-05-01T12:00:00Z");
  UtcSeconds now = issued;
  trust::TrustStore store;
  Bytes transcript{0x83, 0xf6, 0xf6, 0xf6};
  std::optional<ClockPolicy> clock{};
  Level level = Level::interop;
  trust::CertificateProfile profile = trust::info(reader_role).profile;
  std::optional<trust::RevocationPolicy> revocation = trust::RevocationPolicy::soft;
  trust::RevocationStore revocations{};
  std::size_t max_reader_auth_all = 8;

  static const testing::TestPki& pki() {
    static const testing::TestPki made = make_pki(7);
    return made;
  }
  /// Strangers: the same names, other keys.
  static const testing::TestPki& strangers() {
    static const testing::TestPki made = make_pki(8);
    return made;
  }
  static Signer reader(const testing::TestPki& from = pki()) {
    return {.key = &from.key(reader_role), .x5chain = {from.certificate(reader_role)}};
  }
  /// The reader's key with an altered certificate.
  static Signer reader_with(const crypto::Certificate& certificate) {
    return {.key = &pki().key(reader_role), .x5chain = {certificate}};
  }
  static Signer reader_breaking(trust::CertificateRule rule) {
    return reader_with(pki().broken(reader_role, rule).value().certificate);
  }

  void trust_readers(const testing::TestPki& from = pki(), trust::AnchorOptions options = {.source = "test"}) {
    ASSERT_TRUE(
        store.add_anchor(trust::Purpose::readers, from.certificate(reader_ca_role), std::move(options)).has_value());
  }

  /// A CRL of `issuer` is at hand, of `issued` and for 30 days, with what was added to it.
  template <class Alter>
  void put_crl(const crypto::Certificate& issuer, const crypto::PrivateKey& issuer_key, Alter alter) {
    testing::SampleCrl list = testing::SampleCrl::of(issuer, issued, issued + std::chrono::days{30});
    alter(list);
    const auto decoded = crypto::CertificateRevocationList::from_der(SharedBytes::take(list.sign(issuer_key))).value();
    const auto verified = trust::VerifiedCrl::verify(decoded, issuer).value();
    ASSERT_TRUE(revocations.crls().insert(verified, issued).has_value());
  }
  /// That of the reader CA, which revokes these.
  void put_crl(const std::vector<crypto::Certificate>& revoked = {}, std::vector<Bytes> reason = {}) {
    put_crl(pki().certificate(reader_ca_role), pki().key(reader_ca_role), [&](testing::SampleCrl& list) {
      for (const auto& certificate : revoked) list.revoke(certificate, issued, reason);
    });
  }

  static model::ItemsRequestBytes items(const std::string& element, const DocType& doc_type = mdl_type) {
    return model::encode_items_request(
               {.doc_type = doc_type,
                .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), false}}}}})
        .value();
  }
  static cose::HeaderOptions headers_of(const Signer& signer) {
    cose::HeaderOptions options;
    for (const crypto::Certificate& certificate : signer.x5chain) {
      options.x5chain.push_back(SharedBytes::copy_of(certificate.der()));
    }
    return options;
  }
  static cose::CoseSign1 sign(const Signer& signer, const model::AuthenticationBytes& content,
                              cose::HeaderOptions options) {
    const auto draft =
        cose::Sign1Draft::prepare_detached(signer.key->public_key(), content.parts(), std::move(options)).value();
    return draft.finish(crypto::sign(*signer.key, draft.algorithm(), draft.to_be_signed()).value()).value();
  }
  [[nodiscard]] cose::CoseSign1 sign(const Signer& signer, const model::ItemsRequestBytes& items_request) const {
    return sign(signer, model::reader_authentication_bytes(iso18013_5(), transcript, items_request.bytes()),
                headers_of(signer));
  }
  [[nodiscard]] model::DocRequest signed_request(const Signer& signer, const std::string& element = "family_name",
                                                 const DocType& doc_type = mdl_type) const {
    auto items_request = items(element, doc_type);
    auto reader_auth = sign(signer, items_request);
    return {.items_request = std::move(items_request), .reader_auth = std::move(reader_auth)};
  }
  static model::DocRequest unsigned_request(const std::string& element = "family_name",
                                            const DocType& doc_type = mdl_type) {
    return {.items_request = items(element, doc_type)};
  }
  static model::DeviceRequest request_of(std::vector<model::DocRequest> doc_requests) {
    return {.version = "1.1", .doc_requests = std::move(doc_requests)};
  }
  [[nodiscard]] cose::CoseSign1 sign_all(const Signer& signer, const model::DeviceRequest& request) const {
    std::vector<ByteView> all;
    for (const auto& doc_request : request.doc_requests) all.push_back(doc_request.items_request.bytes());
    const auto info = request.device_request_info ? std::optional(request.device_request_info->bytes()) : std::nullopt;
    return sign(signer, model::reader_authentication_all_bytes(iso18013_5(), transcript, all, info),
                headers_of(signer));
  }

  [[nodiscard]] RequestReaders judge(const model::DeviceRequest& request) const {
    return judge_reader_authentication(request, {.trust = store,
                                                 .session_transcript = transcript,
                                                 .now = now,
                                                 .clock = clock,
                                                 .level = level,
                                                 .profile = profile,
                                                 .revocation = revocation,
                                                 .revocation_sources = revocations.sources(),
                                                 .max_reader_auth_all = max_reader_auth_all});
  }
  /// Of a request with this docRequest alone.
  [[nodiscard]] DocRequestReaders judge(model::DocRequest doc_request) const {
    std::vector<model::DocRequest> alone;
    alone.push_back(std::move(doc_request));
    return judge(request_of(std::move(alone))).doc_requests.at(0);
  }
  [[nodiscard]] DocRequestReaders judge(const Signer& signer) const { return judge(signed_request(signer)); }

  /// One reason, its result, and no reader unless that is good.
  static void expect_result(const DocRequestReaders& readers, ReaderTrust result, ReaderReason reason) {
    EXPECT_EQ(readers.result(), result);
    EXPECT_EQ(readers.reason(), reason);
    EXPECT_EQ(result_of(reason), result);
    EXPECT_EQ(readers.verified_reader() != nullptr, result == ReaderTrust::trusted);
    EXPECT_TRUE(readers.any(result));
  }

  /// A certificate as a template makes it, altered.
  template <class Alter>
  static crypto::Certificate issue(trust::CertificateRole role, const std::string& common_name,
                                   const crypto::PrivateKey& key, const crypto::Certificate* issuer,
                                   const crypto::PrivateKey& issuer_key, Alter alter) {
    testing::CountingRng rng(common_name.size());
    const trust::CertificateContent content{
        .subject =
            crypto::DistinguishedName::build({{std::string(crypto::attribute::common_name), common_name}}).value(),
        .not_before = testing::utc("2026-04-21T12:00:00Z"),
        .crl_uri = "http://issuer.example/crl"};
    crypto::CertificateTemplate wanted = trust::certificate_template(role, content).value();
    alter(wanted);
    return issuer != nullptr ? crypto::issue_certificate(wanted, key.public_key(), *issuer, issuer_key, rng).value()
                             : crypto::issue_self_signed_certificate(wanted, key, rng).value();
  }

 private:
  static testing::TestPki make_pki(std::uint64_t seed) {
    testing::CountingRng rng(seed);
    return testing::TestPki::create(testing::utc("2026-05-01T12:00:00Z"), rng).value();
  }
};

}  // namespace mdoc::presentation
