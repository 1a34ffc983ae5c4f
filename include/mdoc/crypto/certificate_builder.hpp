#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::crypto {

/// What to put into an X.509 v3 certificate. Fills in no policy: a profile says what is needed.
struct CertificateTemplate {
  DistinguishedName subject;
  UtcSeconds not_before{};
  UtcSeconds not_after{};
  /// Positive, big-endian, at most 20 bytes. Otherwise 16 bytes are drawn, with at least 126 random bits.
  std::optional<Bytes> serial{};

  bool subject_key_identifier = true;             ///< SHA-1 of the key bits, non-critical
  bool authority_key_identifier = true;           ///< the issuer's, non-critical; never in self-signed certificates
  std::uint16_t key_usage = 0;                    ///< bits of crypto::key_usage, critical; 0: no extension
  std::vector<std::string> extended_key_usage{};  ///< dotted
  bool extended_key_usage_critical = true;
  std::optional<BasicConstraints> basic_constraints{};  ///< critical
  std::vector<GeneralName> subject_alt_names{};
  std::vector<GeneralName> issuer_alt_names{};
  std::vector<std::string> certificate_policies{};     ///< dotted, non-critical
  std::vector<std::string> crl_distribution_points{};  ///< URIs
  std::vector<std::string> ocsp_responders{};          ///< URIs, into authorityInfoAccess
  bool ocsp_no_check = false;                          ///< of an OCSP signer: nobody asks whether it is revoked
  std::vector<CertificateExtension> further_extensions{};
};

/// A certificate without its signature, for keys that are elsewhere: give to_be_signed() and
/// algorithm() to a KeyProvider, and its answer to finish().
class MDOC_EXPORT CertificateDraft {
 public:
  CertificateDraft(Bytes to_be_signed, const PublicKey& issuer_key, SignatureAlgorithm algorithm) noexcept
      : to_be_signed_(std::move(to_be_signed)), issuer_key_(issuer_key), algorithm_(algorithm) {}

  [[nodiscard]] ByteView to_be_signed() const& noexcept { return to_be_signed_; }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] SignatureAlgorithm algorithm() const noexcept { return algorithm_; }
  /// @return untrusted/signature_invalid: not a signature of the issuer's key over to_be_signed()
  [[nodiscard]] Result<Certificate> finish(const Signature& signature) const;

 private:
  Bytes to_be_signed_;
  PublicKey issuer_key_;
  SignatureAlgorithm algorithm_;
};

/// A certificate for `key`, issued by `issuer`.
/// @return usage/bad_argument: an ill-formed serial, identifier, date (years 1950 to 9999) or extension, or an issuer
///         key that cannot sign
[[nodiscard]] MDOC_EXPORT Result<CertificateDraft> draft_certificate(const CertificateTemplate& content,
                                                                     const PublicKey& key, const Certificate& issuer,
                                                                     Rng& rng);
/// A self-signed certificate.
[[nodiscard]] MDOC_EXPORT Result<CertificateDraft> draft_self_signed_certificate(const CertificateTemplate& content,
                                                                                 const PublicKey& key, Rng& rng);

/// Both steps with a key in memory. @return further usage/bad_argument: `issuer_key` is not that of `issuer`
[[nodiscard]] MDOC_EXPORT Result<Certificate> issue_certificate(const CertificateTemplate& content,
                                                                const PublicKey& key, const Certificate& issuer,
                                                                const PrivateKey& issuer_key, Rng& rng);
[[nodiscard]] MDOC_EXPORT Result<Certificate> issue_self_signed_certificate(const CertificateTemplate& content,
                                                                            const PrivateKey& key, Rng& rng);

}  // namespace mdoc::crypto
