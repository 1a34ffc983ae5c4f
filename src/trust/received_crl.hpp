#pragma once
// Internal. A CRL as servers and files bring it.

#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/crl.hpp"

namespace mdoc::trust {

/// DER, or PEM where it begins like that.
[[nodiscard]] inline Result<crypto::CertificateRevocationList> decode_received_crl(const SharedBytes& bytes) {
  constexpr std::string_view pem_start = "-----BEGIN";
  const std::string_view text = as_text(bytes.view());
  if (text.starts_with(pem_start)) return crypto::CertificateRevocationList::from_pem(text);
  return crypto::CertificateRevocationList::from_der(bytes);
}

}  // namespace mdoc::trust
