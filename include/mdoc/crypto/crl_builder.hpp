#pragma once

#include <cstdint>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::crypto {

/// A certificate to be listed.
struct RevokedSerial {
  Bytes serial;  ///< Certificate::serial()
  UtcSeconds revocation_date{};
};

/// What to put into a CRL of ISO/IEC 18013-5, second edition, B.2: version 2, authority key identifier and CRL number,
/// and no extensions of entries, so neither reasons nor holds.
struct CrlTemplate {
  UtcSeconds this_update{};
  UtcSeconds next_update{};              ///< after this_update; the profile wants a new list every 90 days
  std::uint64_t number = 0;              ///< CRL number: higher than that of the list before
  std::vector<RevokedSerial> revoked{};  ///< in any order; empty: revokedCertificates is absent
};

/// A CRL without its signature, for keys that are elsewhere: give to_be_signed() and algorithm() to a KeyProvider,
/// and its answer to finish().
class MDOC_EXPORT CrlDraft {
 public:
  CrlDraft(Bytes to_be_signed, const PublicKey& issuer_key, SignatureAlgorithm algorithm) noexcept
      : to_be_signed_(std::move(to_be_signed)), issuer_key_(issuer_key), algorithm_(algorithm) {}

  [[nodiscard]] ByteView to_be_signed() const& noexcept { return to_be_signed_; }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] SignatureAlgorithm algorithm() const noexcept { return algorithm_; }
  /// @return untrusted/signature_invalid: not a signature of the issuer's key over to_be_signed();
  ///         limit/too_large: the list exceeds `limits`, which are those of readers
  [[nodiscard]] Result<CertificateRevocationList> finish(const Signature& signature,
                                                         const CrlLimits& limits = {}) const;

 private:
  Bytes to_be_signed_;
  PublicKey issuer_key_;
  SignatureAlgorithm algorithm_;
};

/// A CRL of `issuer`.
/// @return usage/bad_argument: next_update is not after this_update, a date outside 1950 to 9999, a serial number that
///         is ill-formed or given twice, or an issuer without cRLSign, without subject key identifier or whose key
///         cannot sign
[[nodiscard]] MDOC_EXPORT Result<CrlDraft> draft_crl(const CrlTemplate& content, const Certificate& issuer);

/// Both steps with a key in memory. @return further usage/bad_argument: `issuer_key` is not that of `issuer`
[[nodiscard]] MDOC_EXPORT Result<CertificateRevocationList> issue_crl(const CrlTemplate& content,
                                                                      const Certificate& issuer,
                                                                      const PrivateKey& issuer_key,
                                                                      const CrlLimits& limits = {});

}  // namespace mdoc::crypto
