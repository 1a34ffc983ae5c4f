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

/// Of an authority, whichever of its certificates: subject and public key, with the length of the first. Whoever makes
/// a certificate chooses its key identifier, so that says nothing.
inline std::string authority_of(const crypto::Certificate& certificate) {
  const ByteView subject = certificate.subject().der();
  return std::to_string(subject.size()) + ":" + std::string(as_text(subject)) +
         std::string(as_text(certificate.subject_public_key_info()));
}

}  // namespace mdoc::trust
