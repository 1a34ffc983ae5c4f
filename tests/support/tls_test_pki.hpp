#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "support/http_test_server.hpp"

namespace mdoc::testing {

/// A certificate authority for web servers, made when a test runs. All certificates are valid around `now`, and are
/// judged by a clock of the test.
class TlsTestPki {
 public:
  static constexpr UtcSeconds now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  static constexpr std::chrono::days validity{30};  ///< before and after

  TlsTestPki() : key_(new_key()), root_(self_signed(root_template(), key_)) {}

  [[nodiscard]] const crypto::Certificate& root() const noexcept { return root_; }

  /// What a server with this name needs; change it, and issue() from it.
  [[nodiscard]] static crypto::CertificateTemplate server_template(const std::string& host = "localhost") {
    return {.subject = name("server"),
            .not_before = now - validity,
            .not_after = now + validity,
            .key_usage = crypto::key_usage::digital_signature,
            .extended_key_usage = {"1.3.6.1.5.5.7.3.1"},  // serverAuth
            .extended_key_usage_critical = false,
            .subject_alt_names = {{crypto::GeneralName::Kind::dns, host}}};
  }
  [[nodiscard]] HttpTestCertificate issue(const crypto::CertificateTemplate& content) const {
    const crypto::PrivateKey key = new_key();
    const auto certificate =
        crypto::issue_certificate(content, key.public_key(), root_, key_, crypto::system_rng()).value();
    return {.chain_pem = certificate.pem(), .key_pem = pem(key)};
  }
  /// One that vouches for itself, and the certificate to hand out as an anchor.
  [[nodiscard]] static std::pair<HttpTestCertificate, crypto::Certificate> self_signed(
      const crypto::CertificateTemplate& content) {
    const crypto::PrivateKey key = new_key();
    const crypto::Certificate certificate = self_signed(content, key);
    return {{.chain_pem = certificate.pem(), .key_pem = pem(key)}, certificate};
  }

 private:
  static crypto::DistinguishedName name(std::string_view common_name) {
    return crypto::DistinguishedName::build({{std::string(crypto::attribute::common_name), std::string(common_name)}})
        .value();
  }
  static crypto::CertificateTemplate root_template() {
    return {.subject = name("TLS root"),
            .not_before = now - validity,
            .not_after = now + validity,
            .key_usage = crypto::key_usage::key_cert_sign,
            .basic_constraints = crypto::BasicConstraints{.ca = true}};
  }
  static crypto::PrivateKey new_key() {
    return crypto::PrivateKey::generate(crypto::Curve::p256, crypto::system_rng()).value();
  }
  static crypto::Certificate self_signed(const crypto::CertificateTemplate& content, const crypto::PrivateKey& key) {
    return crypto::issue_self_signed_certificate(content, key, crypto::system_rng()).value();
  }
  static std::string pem(const crypto::PrivateKey& key) {
    const SecretBytes text = key.pem().value();
    return std::string(as_text(text.view()));
  }

  crypto::PrivateKey key_;
  crypto::Certificate root_;
};

}  // namespace mdoc::testing
