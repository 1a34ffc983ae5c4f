#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// The outer shape of certificates, CRLs and OCSP responses: SEQUENCE { signed part, algorithm, BIT STRING }.
/// Keeps views of what it was read from.
struct SignedObject {
  ByteView signed_part;   ///< with identifier and length: the bytes under the signature
  std::string algorithm;  ///< dotted
  ByteView signature;     ///< ECDSA: DER; EdDSA: octets
};

/// @return `on_error`: not such a structure, or bytes after it
[[nodiscard]] MDOC_EXPORT Result<SignedObject> read_signed_object(ByteView der, Errc on_error);

/// Checks the signature. The algorithms are those of ISO/IEC 18013-5, Annex B: ecdsa-with-SHA256, -SHA384 and
/// -SHA512 with any ECDSA curve (unlike in COSE, the hash is not tied to the curve), Ed25519 and Ed448.
/// @return unsupported/unsupported_algorithm; untrusted/algorithm_mismatch: not an algorithm for this key;
///         untrusted/signature_invalid
MDOC_EXPORT Result<void> verify_signed_object(const PublicKey& signer, const SignedObject& object);

}  // namespace mdoc::crypto
