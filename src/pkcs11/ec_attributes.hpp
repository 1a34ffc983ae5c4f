#pragma once
// Internal. CKA_EC_PARAMS and CKA_EC_POINT (PKCS #11 v2.40, Current Mechanisms, 2.3.3), as tokens in the field give
// them.

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::pkcs11 {

/// Bytes of CKA_EC_PARAMS and of CKA_EC_POINT that are read at most: the longest of our curves needs less than 140.
inline constexpr std::size_t max_ec_attribute = 256;

/// The curve: an object identifier, or since v3.0 the name of an Edwards or Montgomery curve.
/// @return unsupported/unsupported_curve: another curve, or one in explicit parameters; malformed/bad_key
[[nodiscard]] Result<crypto::Curve> decode_ec_params(ByteView der);
/// What to ask for a key on this curve. Edwards and Montgomery curves go by name, which older tokens know as well.
/// @pre `curve` is one of ours
[[nodiscard]] Bytes encode_ec_params(crypto::Curve curve);

/// The point: in an OCTET STRING, as it should be, or as it is.
/// @return malformed/bad_key: no point of this curve
[[nodiscard]] Result<crypto::PublicKey> decode_ec_point(crypto::Curve curve, ByteView value);

}  // namespace mdoc::pkcs11
