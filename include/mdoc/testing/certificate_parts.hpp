#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/crypto/private_key.hpp"

namespace mdoc::testing {

/// The parts of a certificate, to be altered and signed again: for certificates that no template makes, because they
/// are wrong. Nothing is checked here.
struct MDOC_EXPORT CertificateParts {
  std::uint32_t version = 2;               ///< as encoded: 2 is version 3
  Bytes serial;                            ///< content of the INTEGER
  Bytes algorithm;                         ///< AlgorithmIdentifier inside the signed part, DER
  std::optional<Bytes> outer_algorithm{};  ///< the one beside the signature; nothing: the same
  Bytes issuer;                            ///< Name, DER
  UtcSeconds not_before{};
  UtcSeconds not_after{};
  Bytes subject;  ///< Name, DER
  Bytes key;      ///< SubjectPublicKeyInfo, DER
  std::vector<crypto::CertificateExtension> extensions{};

  [[nodiscard]] static CertificateParts of(const crypto::Certificate& certificate);

  /// The extension with this identifier; null if absent.
  [[nodiscard]] crypto::CertificateExtension* find(std::string_view oid) noexcept;
  /// Adds an extension, or replaces the one with this identifier. `value` is what extnValue wraps.
  void put(std::string_view oid, Bytes value, bool critical = false);
  void remove(std::string_view oid);

  /// Signs the parts with the key of `signer`, by the algorithm of its curve, whatever `algorithm` says.
  /// @return malformed/bad_certificate: not a certificate any more; malformed, usage: parts that cannot be encoded
  [[nodiscard]] Result<crypto::Certificate> sign(const crypto::PrivateKey& signer) const;
};

/// A Name of attributes that need not be allowed, each in the encoding that it says.
[[nodiscard]] MDOC_EXPORT Bytes encode_name(const std::vector<crypto::NameAttribute>& attributes);

}  // namespace mdoc::testing
