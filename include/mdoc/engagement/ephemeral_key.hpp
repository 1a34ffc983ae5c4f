#pragma once

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/public_key.hpp"

/// @file
/// The ephemeral public keys of a session (ISO/IEC 18013-5, second edition, 12.2.4 and 12.7.2),
/// each kept with the bytes it came in: those go into the SessionTranscript and into derived names.

namespace mdoc::engagement {

/// `EDeviceKeyBytes = #6.24(bstr .cbor COSE_Key)`
using EDeviceKeyBytes = cbor::Encoded<crypto::PublicKey>;
/// `EReaderKeyBytes = #6.24(bstr .cbor COSE_Key)`
using EReaderKeyBytes = cbor::Encoded<crypto::PublicKey>;

/// Reads EDeviceKeyBytes; the point may be compressed.
/// @return malformed/bad_key: not on its curve, wrong length, a private key inside;
///         unsupported/unsupported_curve: unknown, or one without ECDH
[[nodiscard]] MDOC_EXPORT Result<EDeviceKeyBytes> read_e_device_key_bytes(cbor::Reader& reader);
/// Reads EReaderKeyBytes. The point must be uncompressed (12.7.2): malformed/bad_key otherwise.
[[nodiscard]] MDOC_EXPORT Result<EReaderKeyBytes> read_e_reader_key_bytes(cbor::Reader& reader);
/// For a key of ours: uncompressed, without further parameters.
/// @return usage/bad_argument: a curve without ECDH
[[nodiscard]] MDOC_EXPORT Result<cbor::Encoded<crypto::PublicKey>> encode_ephemeral_key(const crypto::PublicKey& key);

}  // namespace mdoc::engagement
