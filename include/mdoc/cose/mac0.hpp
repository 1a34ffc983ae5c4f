#pragma once

#include <cstdint>
#include <optional>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/message_parts.hpp"

namespace mdoc::cose {

/// COSE_Mac0 (RFC 9052, 6.2) with HMAC 256/256: DeviceMac. external_aad is always empty.
struct MDOC_EXPORT CoseMac0 {
  SharedBytes encoded;  ///< the complete item as received, a tag included
  Headers headers;
  std::optional<SharedBytes> payload{};  ///< content of the payload; nothing for nil (detached)
  SharedBytes tag;

  /// Checks the MAC over the payload inside, in constant time.
  /// @return malformed/missing_element: the payload is detached; malformed/bad_header: no alg in the
  ///         protected header; unsupported/unsupported_algorithm: not HMAC 256/256; untrusted/mac_invalid
  Result<void> verify(const SecretBytes& key) const;
  /// Checks the MAC over a payload that is not inside.
  /// @return as verify(), but malformed/bad_value: a payload is inside (ISO/IEC 18013-5, 9.1.3.5)
  Result<void> verify_detached(const SecretBytes& key, const crypto::MessageParts& content) const;
};

/// Reads a COSE_Mac0; a tag 17 is Rule::cose_tagged. Headers as in decode_cose_sign1().
[[nodiscard]] MDOC_EXPORT Result<CoseMac0> decode_cose_mac0(cbor::Reader& reader);

/// Makes a COSE_Mac0 whose header says alg and nothing else, and whose payload is nil.
/// @param key EMacKey, 32 bytes
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<CoseMac0> mac_detached(const SecretBytes& key, const crypto::MessageParts& payload);

}  // namespace mdoc::cose
