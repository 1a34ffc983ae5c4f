#pragma once
// Internal. What CRLs and OCSP are judged with alike.

#include <chrono>

#include "mdoc/trust/revocation.hpp"

namespace mdoc::trust {

/// untrusted/subject_mismatch unless `issuer` issued `certificate`, by name and signature. Two authorities may have one
/// name, and whoever makes a certificate chooses its key identifier: the signature alone tells them apart.
[[nodiscard]] Result<void> check_issued_by(const crypto::Certificate& certificate, const crypto::Certificate& issuer,
                                           const RevocationContext& context);

/// A result without a verified source.
[[nodiscard]] CertificateRevocation unknown_revocation(RevocationSource source, const Error& error);

/// Fills in `date`, and `error` if the time is not right; `until` is the end of the source's time.
/// @return the state of a certificate that the source does not count as revoked
[[nodiscard]] RevocationState judge_dates_of_source(CertificateRevocation& revocation, UtcSeconds from,
                                                    UtcSeconds until, const Path& where,
                                                    const RevocationContext& context);

}  // namespace mdoc::trust
