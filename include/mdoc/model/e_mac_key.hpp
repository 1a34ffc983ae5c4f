#pragma once

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::model {

/// EMacKey, the key of deviceMac (ISO/IEC 18013-5:2021, 9.1.3.5; second edition, 12.4.5): HKDF-SHA-256
/// over `zab` with SHA-256(SessionTranscriptBytes) as salt. Both sides call it.
/// @param zab                raw ECDH of the device key of the MSO with the reader's ephemeral key; not
///                           that of the two ephemeral keys
/// @param session_transcript the bare array; the tag 24 that the salt needs is added here
/// @return 32 bytes; internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<SecretBytes> derive_e_mac_key(const ProtocolConstants& constants,
                                                               const SecretBytes& zab, ByteView session_transcript);

}  // namespace mdoc::model
