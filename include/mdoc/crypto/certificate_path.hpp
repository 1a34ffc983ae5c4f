#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::crypto {

struct CertificatePathOptions {
  /// Every certificate of the path must be valid at this time; nothing: dates are not looked at, and the caller
  /// judges them with its ClockPolicy. Of several, the next is tried when a path exists at another time only.
  std::vector<std::optional<UtcSeconds>> at{std::nullopt};
  /// Certificates between leaf and anchor.
  std::size_t max_intermediates = 8;
};

/// Finds a path from `leaf` over any of `intermediates` (unordered, untrusted) to one of `anchors`,
/// and validates it by RFC 5280: signatures, names, CA flag, path lengths, keyCertSign, unknown
/// critical extensions, and dates where wanted. Signatures with SHA-1 or keys below 112 bits are
/// refused. An anchor need not be self-signed, and may be the leaf itself. Purposes (extended key
/// usage), profiles and revocation are for `trust`.
///
/// Where several certificates carry the issuer's name or key identifier, all are tried, within a fixed bound of
/// work: paths are followed from the anchors down. The first candidate is validated at once; after that each pair of
/// certificate and issuer is verified once before it is followed. @pre `options.at` is not empty
/// @return the path, leaf first, anchor last;
///         untrusted/no_trust_anchor: `anchors` is empty;
///         untrusted/expired, untrusted/not_yet_valid: a path exists at another time only;
///         untrusted/chain_untrusted: no path. `native` is OpenSSL's X509_V_ERR_* of the candidate that got furthest.
[[nodiscard]] MDOC_EXPORT Result<std::vector<Certificate>> find_certificate_path(
    const Certificate& leaf, std::span<const Certificate> intermediates, std::span<const Certificate> anchors,
    const CertificatePathOptions& options);

}  // namespace mdoc::crypto
