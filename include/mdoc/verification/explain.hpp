#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/verification/verify.hpp"

/// @file
/// Why a device authentication fails. A signature or MAC says only that it does not fit; nearly always both
/// sides hashed different bytes. So the known ways to compute those bytes otherwise are tried, one after
/// another, and the one that fits is named.
///
/// A diagnosis, never a verdict: nothing here releases a value or mends a report. A proof that fits a variant
/// is still refused, as it may not be bound to this session.

namespace mdoc::verification {

/// A known way to compute a device authentication otherwise than ISO/IEC 18013-5 says. Numbers are internal;
/// the stable identifier is AuthenticationVariantInfo::id. Append only.
enum class AuthenticationVariant : std::uint8_t {
  // What the peer put into its SessionTranscript
  engagement_null,                ///< null in place of DeviceEngagementBytes
  engagement_bare,                ///< the map of the engagement itself
  engagement_untagged,            ///< its byte string without tag 24
  engagement_wrapped_twice,       ///< DeviceEngagementBytes in a further byte string
  engagement_re_encoded,          ///< the engagement encoded anew: shortest heads, sorted keys
  engagement_known_members,       ///< encoded anew with the members of the first edition only
  reader_key_null,                ///< null in place of EReaderKeyBytes
  reader_key_bare,                ///< the COSE_Key itself
  reader_key_untagged,            ///< its byte string without tag 24
  reader_key_wrapped_twice,       ///< EReaderKeyBytes in a further byte string
  reader_key_re_encoded,          ///< the COSE_Key encoded anew: uncompressed, without further parameters
  encryption_parameters_missing,  ///< the transcript of the session in an encrypted document
  encryption_parameters_surplus,  ///< that of encrypted documents in a document that is not encrypted
  handover_null,                  ///< null, as after a QR code
  handover_request_missing,       ///< null in place of the Handover Request message: static handover
  handover_swapped,               ///< Handover Request before Handover Select
  handover_with_length,           ///< NDEF messages with the two bytes of their length
  handover_hashed,                ///< a hash of ReaderEngagementBytes where drafts have the bytes
  handover_in_array,              ///< the hash of a website's handover in an array
  // What this side gave as its SessionTranscript
  own_transcript_wrapped,  ///< VerificationInput::session_transcript has tag 24 around it
  // DeviceAuthentication
  transcript_wrapped,            ///< SessionTranscriptBytes in place of SessionTranscript
  authentication_untagged,       ///< the array without tag 24, bare or in a byte string
  authentication_wrapped_twice,  ///< DeviceAuthenticationBytes in a further byte string
  doc_type_of_mso,               ///< docType of the MSO where the Document names another
  doc_type_of_another,           ///< docType of the request or of another document
  name_spaces_empty,             ///< DeviceNameSpaces without what the document has in it
  name_spaces_re_encoded,        ///< DeviceNameSpaces encoded anew: shortest heads, perhaps sorted keys
  name_spaces_untagged,          ///< DeviceNameSpaces without tag 24, bare or in a byte string
  // The COSE message
  payload_attached,        ///< a payload inside, where it has to be nil
  payload_empty,           ///< nothing was authenticated: an empty payload
  payload_of_its_own,      ///< the payload inside is authenticated, and is none of what we know
  aad_null,                ///< external_aad is null instead of an empty byte string
  aad_instead_of_payload,  ///< DeviceAuthenticationBytes is external_aad, and the payload empty or null
  context_of_another,      ///< the context text of another COSE message
  structure_missing,       ///< DeviceAuthenticationBytes itself, without Sig_structure or MAC_structure
  algorithm_of_another,    ///< alg of the protected header is absent or not that of the key used
  signature_der,           ///< ECDSA signature in DER instead of r || s
  signature_hashed_twice,  ///< the digest of what is due was signed as if it were the message
  mac_truncated,           ///< the first bytes of the right tag
  // EMacKey
  mac_key_salt_untagged,  ///< salt: hash of the bare transcript
  mac_key_salt_unhashed,  ///< salt: the transcript, not its hash; tells in transcripts up to 64 bytes only
  mac_key_salt_missing,   ///< no salt
  // Whose key
  key_of_engagement,        ///< EDeviceKey instead of the device key of the MSO
  key_of_another_document,  ///< the device key of another document of the response
  key_of_issuer,            ///< the key of the document signer
};

/// The fixed facts of a variant.
struct AuthenticationVariantInfo {
  AuthenticationVariant variant;
  std::string_view id;      ///< stable: "transcript.engagement-null"
  std::string_view clause;  ///< that it breaks, of ISO/IEC 18013-5, second edition as publicly drafted
  std::string_view what;    ///< one English sentence: what was done
  std::string_view advice;  ///< one English sentence: what should be done
};

/// Every variant, in the order of the enumerators.
[[nodiscard]] MDOC_EXPORT std::span<const AuthenticationVariantInfo> authentication_variants() noexcept;
[[nodiscard]] MDOC_EXPORT const AuthenticationVariantInfo& info(AuthenticationVariant variant) noexcept;

/// A transcript that the peer may have used, and that cannot be made out of ours: of another handover, of an
/// origin or nonce of another request, of an earlier session.
struct NamedTranscript {
  std::string name;                ///< for the explanation; of the caller's choice
  SharedBytes session_transcript;  ///< the bare array; a tag 24 around it is taken off
};

/// What a peer may have taken for the SessionTranscript, made out of the right one.
struct TranscriptVariant {
  Bytes bytes;                                  ///< the bare array, or what took its place
  std::vector<AuthenticationVariant> variants;  ///< what was done otherwise
};
/// The known ways to put a SessionTranscript together otherwise, none of which gives the right bytes. Session keys
/// depend on them as well as device authentication does.
/// @param session_transcript the bare array
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<std::vector<TranscriptVariant>> transcript_variants(
    SharedBytes session_transcript, const ProtocolConstants& constants = iso18013_5());

/// Bounds of the work of one explanation. A try costs one signature or MAC check.
struct ExplanationLimits {
  std::size_t max_tries = 1024;                   ///< enough for every variant of an ordinary response
  std::size_t max_bytes = std::size_t{64} << 20;  ///< of all structures that are put together and hashed
  DecodeLimits decode{};                          ///< at least those the response was decoded with
};

enum class ExplanationOutcome : std::uint8_t {
  as_specified,  ///< the proof fits as the standard says: there is nothing to explain
  explained,     ///< it fits with the variants or the transcript that are named
  unexplained,   ///< nothing fits: another session, another key or altered bytes
  exhausted,     ///< nothing fitted until a limit was reached
};
/// "as-specified", "explained", "unexplained", "exhausted"
[[nodiscard]] MDOC_EXPORT std::string_view name(ExplanationOutcome outcome) noexcept;

struct AuthenticationExplanation {
  ExplanationOutcome outcome = ExplanationOutcome::unexplained;
  /// Explained: all that was done otherwise; only together do they fit. Unexplained or exhausted: what the proof
  /// shows by itself (signature_der, mac_truncated, payload_attached, algorithm_of_another), which is not the
  /// whole reason.
  std::vector<AuthenticationVariant> variants{};
  std::optional<std::string> transcript{};  ///< explained: NamedTranscript::name, if it took one of them
  std::size_t tried = 0;                    ///< signature or MAC checks made
  /// Not tried at all: not to be had from the input, of no meaning for this kind of proof, or here the very
  /// bytes that are due.
  std::vector<AuthenticationVariant> untried{};
  /// deviceMac only: `e_reader_key` is not the key in the transcript. Right where macKeys were sent
  /// (TS 18013-7, A.5); otherwise this side's mistake, and no variant can fit.
  bool reader_key_differs = false;
};

/// Finds out why deviceSignature or deviceMac of one document fails (12.4).
///
/// Tried are: what is due; other transcripts, `further` ones first; other ways to authenticate; and each of these
/// ways with each of these transcripts. Mistakes of one cause that come together are tried together: both keys of
/// the transcript in the same wrong form; both forms of the transcript exchanged in structure and salt; no tag 24
/// around name spaces and structure; key and docType of one other document.
///
/// Not to be found: a handover of which our transcript holds no trace (give it as `further`); a MAC with a reader
/// key other than `e_reader_key` (ask once for each); values of the peer that are encoded anew beneath the keys of
/// its maps.
///
/// The issuer's part is not judged; a document that no issuer signed is explained as well.
/// Thread-safe for distinct responses.
/// @param document index among the documents of the response
/// @param input    read are session_transcript, for deviceMac e_reader_key, constants and, where given, request
/// @return usage/bad_argument: no such document; no session_transcript, or no e_reader_key for deviceMac;
///         issuer_only. malformed, limit: the document does not decode even at Level::lenient, or its MSO does not;
///         malformed/missing_element: it has no deviceSigned; malformed/bad_key, unsupported/unsupported_curve: the
///         device key of its MSO is none; internal/crypto_backend
[[nodiscard]] MDOC_EXPORT Result<AuthenticationExplanation> explain_device_authentication(
    const UnverifiedResponse& response, std::size_t document, const VerificationInput& input,
    std::span<const NamedTranscript> further = {}, const ExplanationLimits& limits = {});

/// The same for a document that came encrypted. What is due is its own transcript, that of the session with the
/// encryption parameters in it (12.6.4).
/// @param document DocumentReport::encryption
/// @param input    of that judgement: read is also `opened`
/// @return as above; usage/bad_argument also: `opened` does not have it
[[nodiscard]] MDOC_EXPORT Result<AuthenticationExplanation> explain_device_authentication(
    const Encryption& document, const VerificationInput& input, std::span<const NamedTranscript> further = {},
    const ExplanationLimits& limits = {});

/// A few English sentences for people: what was found, and for each variant what was done and should be done.
[[nodiscard]] MDOC_EXPORT std::string describe(const AuthenticationExplanation& explanation);

}  // namespace mdoc::verification
