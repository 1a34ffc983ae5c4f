#pragma once
// Internal.

#include <string>

#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::trust {

/// Of a certificate in a map: its fingerprint.
inline std::string key_of(const crypto::Certificate& certificate) {
  return std::string(as_text(certificate.fingerprint().view()));
}

}  // namespace mdoc::trust
