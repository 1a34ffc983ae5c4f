#pragma once

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::cose {

enum class PointForm : std::uint8_t {
  any,           ///< y as a coordinate or, compressed, as a sign
  uncompressed,  ///< EReaderKey (ISO/IEC 18013-5, second edition, 12.7.2): y is a coordinate
};

/// Reads a COSE_Key that holds a public key: EC2 or OKP on one of our curves, coordinates of exactly
/// the curve's length. A compressed point is decompressed; an uncompressed one is not checked here:
/// crypto::PublicKey::import() does that.
///
/// Parameters beyond the key itself (kid, alg, key_ops …) are passed over (Rule::cose_key_extra_parameters).
/// @return malformed/bad_key: wrong length or key type, no point, or a private key ("d") inside;
///         unsupported/unsupported_curve: unknown kty or crv
[[nodiscard]] MDOC_EXPORT Result<crypto::EcPublicKey> decode_cose_key(cbor::Reader& reader,
                                                                      PointForm form = PointForm::any);

/// Writes the key uncompressed and without further parameters: { 1: kty, -1: crv, -2: x, ? -3: y }.
MDOC_EXPORT void encode_cose_key(cbor::Writer& writer, const crypto::EcPublicKey& key);
[[nodiscard]] MDOC_EXPORT Bytes encode_cose_key(const crypto::EcPublicKey& key);

}  // namespace mdoc::cose
