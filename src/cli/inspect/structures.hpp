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
/// @param type vical or rical: it must be that one. A list inside that does not decode is a remark
[[nodiscard]] Node inspect_trust_list(Structure type, const SharedBytes& bytes, Inspector& inspector);
/// A status or an identifier list. One that does not decode inside its envelope is a remark.
[[nodiscard]] Node inspect_list_token(const SharedBytes& bytes, Inspector& inspector);
/// A list of trusted entities, a list token in JWT form, or any other JWS in compact serialisation.
[[nodiscard]] Node inspect_jws(const SharedBytes& bytes, Inspector& inspector);
/// DER or PEM.
[[nodiscard]] Node inspect_crl(const SharedBytes& bytes, Inspector& inspector);
/// What a terminal received or carries: each item by its kind, size and origin.
[[nodiscard]] Node inspect_trust_bundle(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_ndef(const SharedBytes& bytes, Inspector& inspector);
/// PEM, one or more, or DER.
[[nodiscard]] Node inspect_certificates(const SharedBytes& bytes, Inspector& inspector);
/// PEM, JWK or COSE_Key; of a private key the public part alone.
[[nodiscard]] Node inspect_key(const SharedBytes& bytes, Inspector& inspector);
[[nodiscard]] Node inspect_cbor(const SharedBytes& bytes, Inspector& inspector);

}  // namespace mdoc::cli
