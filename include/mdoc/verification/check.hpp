#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc::verification {

/// One duty of an mdoc reader. A verification performs them in this order; none is optional, and
/// what cannot be performed is reported as skipped with its reason, never left out.
///
/// Numbers are internal; the stable identifier is `CheckInfo::id`.
enum class CheckId : std::uint8_t {
  // Of the whole response
  response_encoding,             ///< the frame follows the encoding rules, or deviates in a tolerated way
  response_version,              ///< the major version is 1
  response_status,               ///< status is 0
  response_documents,            ///< at least one document is present
  response_encrypted_documents,  ///< encrypted documents were opened
  response_zk_documents,         ///< zero-knowledge proofs were verified
  response_request,              ///< everything that was asked for was answered

  // Of one document
  document_structure,        ///< complete and well encoded: docType, issuerSigned, deviceSigned
  document_requested,        ///< its docType was asked for
  issuer_auth_headers,       ///< alg protected, x5chain present, x5t equals the certificate if present
  trust_path,                ///< a path from the document signer to a given anchor, valid now
  trust_key_purpose,         ///< the document signer certificate is meant for this docType
  trust_signer_profile,      ///< it follows the profile of document signers
  trust_country,             ///< it names a country, the same as its anchor's
  trust_anchor_profile,      ///< the anchor follows the profile of its role
  trust_list,                ///< the list that names the anchor is current, and no other one disagrees
  trust_revocation,          ///< no certificate of the path is revoked
  issuer_auth_algorithm,     ///< alg is one of ours and fits the signer's key
  issuer_auth_signature,     ///< IssuerAuth verifies with the signer's key
  mso_structure,             ///< the MobileSecurityObject decodes and is complete
  mso_version,               ///< its major version is 1
  mso_digest_algorithm,      ///< SHA-256, SHA-384 or SHA-512, and digests of that length
  mso_doc_type,              ///< MSO and Document name the same docType
  mso_validity_info,         ///< signed <= validFrom < validUntil
  mso_signed_within_signer,  ///< `signed` lies within the validity of the signer certificate
  mso_validity,              ///< validFrom <= now <= validUntil
  mso_until_within_signer,   ///< validUntil does not exceed the signer certificate's end
  mso_status,                ///< not revoked
  issuer_digests,            ///< every IssuerSignedItem has the digest of the MSO
  issuer_salts,              ///< random values are long enough and all different
  elements_unique,           ///< no element occurs twice, across issuer- and device-signed data
  device_signed_authorized,  ///< KeyAuthorizations allow every device-signed element
  device_auth_structure,     ///< exactly one of deviceSignature and deviceMac, with alg protected
  device_auth_signature,     ///< deviceSignature verifies over this session
  device_auth_mac,           ///< deviceMac verifies over this session
  issuer_country,            ///< issuing_country equals the signer's country
  issuer_jurisdiction,       ///< issuing_jurisdiction equals the signer's state or province
  elements_requested,        ///< every element was asked for, or answers what was asked for
  elements_format,           ///< elements of known docTypes have their form
  elements_consistency,      ///< elements of known docTypes do not contradict each other
  elements_holder,           ///< what verifies the holder was returned where it was asked for
  document_profile,          ///< it was made and is proven as the profile of its docType has it

  // Of one zero-knowledge document; beside them stand those about the signer's certificate and the form of elements
  zk_structure,  ///< complete and well encoded, with the certificates of the issuer
  zk_requested,  ///< its docType was asked for, and this system offered for it
  zk_verifier,   ///< a verifier of the system has the circuit that the request names
  zk_elements,   ///< every element was asked for, each once
  zk_timestamp,  ///< it was made now
  zk_proof,      ///< the proof verifies
};

enum class Scope : std::uint8_t { response, document, proof };

/// The fixed facts of a check.
struct CheckInfo {
  CheckId check;
  std::string_view id;  ///< stable: "issuer-auth.signature"
  Scope scope;
  std::string_view clause;  ///< ISO/IEC 18013-5, second edition as publicly drafted, unless named otherwise
  std::string_view duty;    ///< one English sentence: what must hold
};

/// Every check, in the order in which it is performed and reported.
[[nodiscard]] MDOC_EXPORT std::span<const CheckInfo> checks() noexcept;
/// The checks of one scope: those of a response, those of each document, or those that only proofs have.
[[nodiscard]] MDOC_EXPORT std::span<const CheckInfo> checks(Scope scope) noexcept;
[[nodiscard]] MDOC_EXPORT const CheckInfo& info(CheckId check) noexcept;
/// The check with this stable identifier.
[[nodiscard]] MDOC_EXPORT std::optional<CheckId> find_check(std::string_view id) noexcept;

enum class Outcome : std::uint8_t {
  pass,            ///< holds
  warn,            ///< holds, or deviates in a way that the level tolerates; Finding::reason says how
  fail,            ///< does not hold
  skipped,         ///< could not be judged, for want of an input or because an earlier check failed
  not_applicable,  ///< the condition of the duty is not met, or the caller does not want it judged
};

/// "pass", "warn", "fail", "skipped", "not-applicable"
[[nodiscard]] MDOC_EXPORT std::string_view name(Outcome outcome) noexcept;

}  // namespace mdoc::verification
