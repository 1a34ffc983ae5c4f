#pragma once

#include "cli/inspect/inspector.hpp"
#include "cli/inspect/tree.hpp"
#include "cli/structure.hpp"
#include "mdoc/core/shared_bytes.hpp"

/// @file
/// Whole structures, one function each. All throw Failure where the outermost structure does not decode.

namespace mdoc::cli {

/// That of `type`.
[[nodiscard]] Node inspect_structure(Structure type, const SharedBytes& bytes, Inspector& inspector);

[[nodiscard]] Node inspect_device_engagement(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_reader_engagement(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_device_request(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_device_response(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_document(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_issuer_signed(const SharedBytes& bytes, Inspector& inspector);
/// IssuerAuth, MobileSecurityObjectBytes, or the map alone.
[[nodiscard]] Node inspect_mso(const SharedBytes& bytes, Inspector& inspector);
/// @param type session_establishment or session_data: it must be that one
[[nodiscard]] Node inspect_session_message(Structure type, const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_session_transcript(const SharedBytes& bytes, Inspector& inspector);
/// VICAL and status list: the envelope is read, the list inside is shown as CBOR.
[[nodiscard]] Node inspect_signed_list(Structure type, const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_ndef(const SharedBytes& bytes, Inspector& inspector);
/// PEM, one or more, or DER.
[[nodiscard]] Node inspect_certificates(const SharedBytes& bytes, Inspector& inspector);
/// PEM, JWK or COSE_Key; of a private key the public part alone.
[[nodiscard]] Node inspect_key(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_cbor(const SharedBytes& bytes, Inspector& inspector);

}  // namespace mdoc::cli
