#pragma once

#include <cstdint>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc::crypto {

/// CRLReason (RFC 5280, 5.3.1), as CRLs and OCSP responses have it. Other numbers occur and are kept.
enum class RevocationReason : std::uint8_t {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,  ///< suspended: may become good again
  remove_from_crl = 8,   ///< of delta CRLs: no longer listed
  privilege_withdrawn = 9,
  aa_compromise = 10,
};

/// As RFC 5280 has it: "keyCompromise"; "unknown" for other numbers.
[[nodiscard]] MDOC_EXPORT std::string_view name(RevocationReason reason) noexcept;

}  // namespace mdoc::crypto
