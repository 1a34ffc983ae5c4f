#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/curve.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"

/// @file
/// A public key infrastructure for tests, made when they run: nothing in it expires in a repository.

namespace mdoc::testing {

struct TestPkiOptions {
  std::string country = "UT";
  std::string state = "UT-X";
  crypto::Curve curve = crypto::Curve::p256;
};

/// A certificate with what it is judged by.
struct Specimen {
  crypto::Certificate certificate;
  crypto::Certificate issuer;  ///< its own, where it is self-signed
  trust::CertificateRole role;
  trust::CertificateProfile profile;
  std::size_t intermediates = 0;
  UtcSeconds now;

  /// Borrows from this object.
  [[nodiscard]] trust::CertificateContext context() const& noexcept {
    return {.certificate = certificate,
            .role = role,
            .profile = profile,
            .issuer = &issuer,
            .intermediates = intermediates,
            .now = now};
  }
  trust::CertificateContext context() const&& = delete;  // would dangle
};

/// One key and one good certificate for each role, and certificates with one fault each.
///
/// The IACA issues link, document signer, status list signer, JWS signer, OCSP signer and TLS server; the reader CA
/// issues readers and TLS clients; a third root issues the signers of VICAL and RICAL. All begin ten days before `now`.
class MDOC_EXPORT TestPki {
 public:
  /// @return internal/randomness; usage/bad_argument: a country or state that no certificate can have
  [[nodiscard]] static Result<TestPki> create(UtcSeconds now, Rng& rng, const TestPkiOptions& options = {});
  TestPki(TestPki&&) noexcept;
  TestPki& operator=(TestPki&&) noexcept;
  ~TestPki();

  [[nodiscard]] const crypto::Certificate& certificate(trust::CertificateRole role) const noexcept;
  [[nodiscard]] const crypto::PrivateKey& key(trust::CertificateRole role) const noexcept;
  /// Whoever issued certificate(role): itself, where that is self-signed.
  [[nodiscard]] const crypto::Certificate& issuer(trust::CertificateRole role) const noexcept;
  [[nodiscard]] const crypto::PrivateKey& issuer_key(trust::CertificateRole role) const noexcept;
  /// The root of the signers of VICAL and RICAL.
  [[nodiscard]] const crypto::Certificate& list_authority() const noexcept;

  /// A certificate that keeps every rule, under a profile by which `rule` applies. @pre trust::applies(rule, role)
  [[nodiscard]] Specimen good(trust::CertificateRole role, trust::CertificateRule rule) const;
  /// One that breaks `rule` and no other. @pre as good()
  [[nodiscard]] Result<Specimen> broken(trust::CertificateRole role, trust::CertificateRule rule) const;

 private:
  struct Impl;
  explicit TestPki(std::unique_ptr<const Impl> impl) noexcept;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mdoc::testing
