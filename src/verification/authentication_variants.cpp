// The table of authentication variants, and what is said about them to people.
#include <array>
#include <cassert>
#include <string>

#include "core/enum_table.hpp"
#include "mdoc/verification/explain.hpp"

namespace mdoc::verification {
namespace {

using Variant = AuthenticationVariant;
using Row = AuthenticationVariantInfo;

// One row for each AuthenticationVariant, in order.
constexpr std::array table{
    Row{Variant::engagement_null, "transcript.engagement-null", "12.7.1",
        "The peer's transcript has null in place of the device engagement.",
        "Put the engagement as it was sent or received, in a byte string with tag 24, first into the transcript."},
    Row{Variant::engagement_bare, "transcript.engagement-bare", "12.7.1",
        "The peer's transcript has the map of the device engagement itself, not in a byte string.",
        "Wrap the bytes of the engagement in a byte string with tag 24."},
    Row{Variant::engagement_untagged, "transcript.engagement-untagged", "12.7.1",
        "The peer's transcript has the device engagement in a byte string without tag 24.",
        "Put tag 24 before the byte string that holds the engagement."},
    Row{Variant::engagement_wrapped_twice, "transcript.engagement-wrapped-twice", "12.7.1",
        "The peer's transcript has the device engagement, tag 24 included, in a further byte string.",
        "Wrap the engagement once: what arrives with tag 24 goes into the transcript as it is."},
    Row{Variant::engagement_re_encoded, "transcript.engagement-re-encoded", "12.7.1",
        "The peer decoded the device engagement and encoded it anew for its transcript.",
        "Keep the bytes of the engagement as they were sent or received, and use no others."},
    Row{Variant::engagement_known_members, "transcript.engagement-known-members", "12.7.1",
        "The peer encoded the device engagement anew and left out what the first edition does not know, such as origin "
        "infos and capabilities.",
        "Keep the bytes of the engagement as they were sent or received, and use no others."},
    Row{Variant::reader_key_null, "transcript.reader-key-null", "12.7.1",
        "The peer's transcript has null in place of the reader's ephemeral key.",
        "Put the reader's ephemeral key as it was sent or received, in a byte string with tag 24, second into the "
        "transcript."},
    Row{Variant::reader_key_bare, "transcript.reader-key-bare", "12.7.1",
        "The peer's transcript has the COSE_Key of the reader's ephemeral key itself, not in a byte string.",
        "Wrap the bytes of the COSE_Key in a byte string with tag 24."},
    Row{Variant::reader_key_untagged, "transcript.reader-key-untagged", "12.7.1",
        "The peer's transcript has the reader's ephemeral key in a byte string without tag 24.",
        "Put tag 24 before the byte string that holds the COSE_Key."},
    Row{Variant::reader_key_wrapped_twice, "transcript.reader-key-wrapped-twice", "12.7.1",
        "The peer's transcript has the reader's ephemeral key, tag 24 included, in a further byte string.",
        "Wrap the COSE_Key once: what arrives with tag 24 goes into the transcript as it is."},
    Row{Variant::reader_key_re_encoded, "transcript.reader-key-re-encoded", "12.7.1",
        "The peer decoded the reader's ephemeral key and encoded it anew for its transcript.",
        "Keep the bytes of the key as they were sent or received, further parameters included, and use no others."},
    Row{Variant::encryption_parameters_missing, "transcript.encryption-parameters-missing", "12.6.4",
        "The peer authenticated an encrypted document with the transcript of the session.",
        "Inside encrypted documents the encryption parameters of the request are the second element of the "
        "transcript."},
    Row{Variant::encryption_parameters_surplus, "transcript.encryption-parameters-surplus", "12.6.4",
        "The peer authenticated a document that is not encrypted with the transcript of encrypted documents.",
        "Encryption parameters stand in the transcript of encrypted documents only."},
    Row{Variant::handover_null, "transcript.handover-null", "12.7.1",
        "The peer's transcript has null as its handover, as after a QR code.",
        "Use the handover of the way in which this engagement was made."},
    Row{Variant::handover_request_missing, "transcript.handover-request-missing", "12.7.1",
        "The peer's transcript has null in place of the Handover Request message, as in static handover.",
        "After negotiated handover both NFC messages stand in the transcript."},
    Row{Variant::handover_swapped, "transcript.handover-swapped", "12.7.1",
        "The peer's transcript has the two NFC handover messages in the wrong order.",
        "The Handover Select message comes first, the Handover Request message second."},
    Row{Variant::handover_with_length, "transcript.handover-with-length", "12.7.1",
        "The peer's transcript has NFC handover messages that begin with the two bytes of their length.",
        "Leave out the length of the NDEF file: the message alone stands in the transcript."},
    Row{Variant::handover_hashed, "transcript.handover-hashed", "TS 18013-7, A.8",
        "The peer's transcript has the hash of the reader engagement, this side's has the reader engagement itself.",
        "Use the hash: the reader engagement itself is a form of drafts."},
    Row{Variant::handover_in_array, "transcript.handover-in-array", "TS 18013-7, A.8",
        "The peer's transcript has the hash of the reader engagement in an array.",
        "The handover of a website is a bare byte string."},
    Row{Variant::own_transcript_wrapped, "input.transcript-wrapped", "12.7.1",
        "This side gave its transcript with tag 24 around it; the peer is right.",
        "Give the bare array: tag 24 is added where it belongs."},

    Row{Variant::transcript_wrapped, "authentication.transcript-wrapped", "12.4.4",
        "The peer authenticated the transcript with tag 24 around it.",
        "The bare array of the transcript is a part of what is authenticated; its form with tag 24 is for salts."},
    Row{Variant::authentication_untagged, "authentication.untagged", "12.4.4",
        "The peer authenticated the array of the device authentication without tag 24 around it.",
        "Wrap the array in a byte string with tag 24, and authenticate that."},
    Row{Variant::authentication_wrapped_twice, "authentication.wrapped-twice", "12.4.4",
        "The peer authenticated the array of the device authentication in one byte string too many.",
        "Wrap the array in one byte string with tag 24; COSE adds the head of the payload."},
    Row{Variant::doc_type_of_mso, "authentication.doc-type-of-mso", "12.4.4",
        "The peer authenticated the docType of its mobile security object, and the document names another.",
        "The docType of the document, of the mobile security object and of the device authentication are the same."},
    Row{Variant::doc_type_of_another, "authentication.doc-type-of-another", "12.4.4",
        "The peer authenticated a docType of the request or of another document, and this document names another.",
        "Authenticate each document with its own docType, letter for letter."},
    Row{Variant::name_spaces_empty, "name-spaces.empty", "12.4.4",
        "The peer authenticated no device-signed elements, though the document holds some.",
        "Authenticate the bytes of the device name spaces that the document holds."},
    Row{Variant::name_spaces_re_encoded, "name-spaces.re-encoded", "12.4.4",
        "The peer sent the device name spaces in another encoding than it authenticated.",
        "Encode the device name spaces once; authenticate and send the same bytes."},
    Row{Variant::name_spaces_untagged, "name-spaces.untagged", "12.4.4",
        "The peer authenticated the device name spaces without tag 24.",
        "The device name spaces are authenticated as they are sent: in a byte string with tag 24."},

    Row{Variant::payload_attached, "cose.payload-attached", "12.4.4", "The COSE message has a payload inside.",
        "The payload is nil: both sides know what is authenticated."},
    Row{Variant::payload_empty, "cose.payload-empty", "12.4.4",
        "The peer signed or authenticated an empty payload, so nothing binds the answer to this session.",
        "Leave the payload out of the message only, not out of the structure that is signed or authenticated."},
    Row{Variant::payload_of_its_own, "cose.payload-of-its-own", "12.4.4",
        "The payload inside the COSE message is authenticated, but is not that of this session in any known form.",
        "Compare the payload with the device authentication of this session; the payload that is sent is nil."},
    Row{Variant::aad_null, "cose.aad-null", "12.4.4", "The peer has null as external_aad.",
        "Without further data external_aad is an empty byte string (RFC 9052, 4.4 and 6.3)."},
    Row{Variant::aad_instead_of_payload, "cose.aad-instead-of-payload", "12.4.4",
        "The peer authenticated the right bytes as external_aad and not as payload.",
        "The device authentication is the detached payload; external_aad is an empty byte string."},
    Row{Variant::context_of_another, "cose.context-of-another", "12.4.4",
        "The peer took the context text of another COSE message.",
        "A signature begins with Signature1, a MAC with MAC0 (RFC 9052, 4.4 and 6.3)."},
    Row{Variant::structure_missing, "cose.structure-missing", "12.4.4",
        "The peer signed or authenticated the right payload itself, without the structure of COSE around it.",
        "Build the Sig_structure or MAC_structure of RFC 9052, and sign or authenticate that."},
    Row{Variant::algorithm_of_another, "cose.algorithm-of-another", "12.4.4",
        "The protected header names no algorithm, or not the one that was used.",
        "Put the algorithm of the device key's curve, or HMAC 256/256, into the protected header."},
    Row{Variant::signature_der, "signature.der", "12.4.6",
        "The ECDSA signature is in DER, as X.509 and key stores have it.",
        "Turn it into r and s, each as long as the order of the curve, one after the other (RFC 9053, 2.1)."},
    Row{Variant::signature_hashed_twice, "signature.hashed-twice", "12.4.6",
        "The peer signed the digest of the Sig_structure as if it were the message, so it was hashed twice.",
        "Give the whole Sig_structure to a function that hashes, or its digest to one that does not."},
    Row{Variant::mac_truncated, "mac.truncated", "12.4.5", "The peer sent the first bytes of the right tag.",
        "Send all 32 bytes: HMAC 256/256 is not truncated."},
    Row{Variant::mac_key_salt_untagged, "mac-key.salt-untagged", "12.4.5",
        "The peer derived the MAC key with the hash of the transcript without tag 24 as salt.",
        "The salt is SHA-256 of the transcript with tag 24 around it."},
    Row{Variant::mac_key_salt_unhashed, "mac-key.salt-unhashed", "12.4.5",
        "The peer derived the MAC key with the transcript itself as salt.",
        "The salt is SHA-256 of the transcript with tag 24 around it."},
    Row{Variant::mac_key_salt_missing, "mac-key.salt-missing", "12.4.5", "The peer derived the MAC key without salt.",
        "The salt is SHA-256 of the transcript with tag 24 around it."},

    Row{Variant::key_of_engagement, "key.engagement", "12.4.4", "The peer used the ephemeral key of its engagement.",
        "Device authentication is made with the device key of the mobile security object; the ephemeral key is for the "
        "session."},
    Row{Variant::key_of_another_document, "key.another-document", "12.4.4",
        "The peer used the device key of another document of this response.",
        "Authenticate each document with the device key of its own mobile security object."},
    Row{Variant::key_of_issuer, "key.issuer", "12.4.4",
        "The device authentication is signed with the key of the document signer.",
        "Only the device holds the device key; an issuer's key has no place in a wallet."},
};
static_assert(is_indexed_by(table, &AuthenticationVariantInfo::variant, Variant::key_of_issuer));

std::string_view sentence(ExplanationOutcome outcome) noexcept {
  switch (outcome) {
    case ExplanationOutcome::as_specified: return "The device authentication is computed as the standard says.";
    case ExplanationOutcome::explained: return "The device authentication fits if computed otherwise:";
    case ExplanationOutcome::unexplained:
      return "The device authentication fits nothing that was tried: it is of another session or key, or bytes were "
             "altered.";
    case ExplanationOutcome::exhausted:
      return "The device authentication fits nothing that was tried, and not everything was.";
  }
  return {};
}

}  // namespace

std::span<const AuthenticationVariantInfo> authentication_variants() noexcept { return table; }

const AuthenticationVariantInfo& info(AuthenticationVariant variant) noexcept {
  assert(static_cast<std::size_t>(variant) < table.size());
  return table[static_cast<std::size_t>(variant)];
}

std::string_view name(ExplanationOutcome outcome) noexcept {
  switch (outcome) {
    case ExplanationOutcome::as_specified: return "as-specified";
    case ExplanationOutcome::explained: return "explained";
    case ExplanationOutcome::unexplained: return "unexplained";
    case ExplanationOutcome::exhausted: return "exhausted";
  }
  return "unknown";
}

std::string describe(const AuthenticationExplanation& explanation) {
  std::string text(sentence(explanation.outcome));
  if (explanation.transcript) text.append(" The peer used the transcript \"" + *explanation.transcript + "\".");
  for (const AuthenticationVariant variant : explanation.variants) {
    text.append(" ").append(info(variant).what).append(" ").append(info(variant).advice);
  }
  const bool fits =
      explanation.outcome == ExplanationOutcome::as_specified || explanation.outcome == ExplanationOutcome::explained;
  if (explanation.reader_key_differs && !fits) {
    text.append(" The reader key given is not the one in the transcript.");
  }
  return text;
}

}  // namespace mdoc::verification
