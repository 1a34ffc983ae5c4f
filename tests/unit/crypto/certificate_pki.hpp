#pragma once

#include <chrono>

#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/system_rng.hpp"

namespace mdoc::testing {

using namespace std::chrono_literals;

inline constexpr UtcSeconds pki_start = std::chrono::sys_days(2024y / 1 / 1);
inline constexpr UtcSeconds pki_now = std::chrono::sys_days(2024y / 7 / 1);
inline constexpr UtcSeconds pki_end = std::chrono::sys_days(2025y / 1 / 1);

inline crypto::DistinguishedName simple_name(std::string_view common_name) {
  return crypto::DistinguishedName::build({{std::string(crypto::attribute::country), "UT"},
                                           {std::string(crypto::attribute::common_name), std::string(common_name)}})
      .value();
}

inline crypto::PrivateKey new_key(crypto::Curve curve = crypto::Curve::p256) {
  return crypto::PrivateKey::generate(curve, crypto::system_rng()).value();
}

inline crypto::CertificateTemplate ca_template(std::string_view common_name) {
  return {.subject = simple_name(common_name),
          .not_before = pki_start,
          .not_after = pki_end,
          .key_usage = crypto::key_usage::key_cert_sign | crypto::key_usage::crl_sign,
          .basic_constraints = crypto::BasicConstraints{.ca = true}};
}

inline crypto::CertificateTemplate leaf_template(std::string_view common_name) {
  return {.subject = simple_name(common_name),
          .not_before = pki_start,
          .not_after = pki_end,
          .key_usage = crypto::key_usage::digital_signature,
          .extended_key_usage = {"1.0.18013.5.1.2"}};
}

/// A certificate with its key.
struct Identity {
  crypto::PrivateKey key;
  crypto::Certificate certificate;

  static Identity root(const crypto::CertificateTemplate& content, crypto::Curve curve = crypto::Curve::p256) {
    crypto::PrivateKey key = new_key(curve);
    crypto::Certificate certificate = crypto::issue_self_signed_certificate(content, key, crypto::system_rng()).value();
    return {std::move(key), certificate};
  }
  [[nodiscard]] Identity issue(const crypto::CertificateTemplate& content,
                               crypto::Curve curve = crypto::Curve::p256) const {
    crypto::PrivateKey subject_key = new_key(curve);
    crypto::Certificate issued =
        crypto::issue_certificate(content, subject_key.public_key(), certificate, key, crypto::system_rng()).value();
    return {std::move(subject_key), issued};
  }
};

}  // namespace mdoc::testing
