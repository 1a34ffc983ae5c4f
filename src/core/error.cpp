#include "mdoc/core/error.hpp"

#include <algorithm>
#include <array>

namespace mdoc {
namespace {

struct Row {
  Errc code;
  std::string_view name;
  std::string_view message;
};

constexpr std::array rows{
    Row{Errc::truncated, "truncated", "input ends inside a data item"},
    Row{Errc::wrong_type, "wrong_type", "a value of an unexpected type"},
    Row{Errc::missing_element, "missing_element", "a required map element is absent"},
    Row{Errc::duplicate_key, "duplicate_key", "a map key occurs twice"},
    Row{Errc::trailing_bytes, "trailing_bytes", "bytes remain after the last data item"},
    Row{Errc::bad_tdate, "bad_tdate", "not a tdate in whole UTC seconds"},
    Row{Errc::bad_text, "bad_text", "text string is not valid UTF-8"},
    Row{Errc::bad_full_date, "bad_full_date", "not a full-date"},
    Row{Errc::not_well_formed, "not_well_formed", "not well-formed CBOR"},
    Row{Errc::indefinite_length, "indefinite_length", "indefinite length where it is not accepted"},
    Row{Errc::non_preferred_encoding, "non_preferred_encoding", "a longer encoding than needed"},
    Row{Errc::unexpected_tag, "unexpected_tag", "unexpected CBOR tag"},
    Row{Errc::bad_value, "bad_value", "a value outside its permitted range"},
    Row{Errc::bad_key, "bad_key", "not a usable public key"},
    Row{Errc::bad_encoding, "bad_encoding", "not valid hex, base64, PEM or JSON"},
    Row{Errc::bad_uri, "bad_uri", "not an engagement URI"},
    Row{Errc::bad_certificate, "bad_certificate", "not a usable X.509 certificate"},
    Row{Errc::empty_structure, "empty_structure", "an array or map that must not be empty is empty"},
    Row{Errc::bad_header, "bad_header", "a header parameter is missing, misplaced or malformed"},
    Row{Errc::bad_frame, "bad_frame", "transport framing is wrong"},
    Row{Errc::deviation, "deviation", "deviates from the standard in a way this level refuses"},
    Row{Errc::unexpected_message, "unexpected_message", "a message that has no place at this point of the session"},
    Row{Errc::bad_crl, "bad_crl", "not a certificate revocation list"},
    Row{Errc::bad_ocsp_response, "bad_ocsp_response", "not an OCSP response"},
    Row{Errc::bad_compression, "bad_compression",
        "compressed data that does not inflate, or does not end where it should"},
    Row{Errc::unsupported_version, "unsupported_version", "unsupported major version"},
    Row{Errc::unsupported_algorithm, "unsupported_algorithm", "unsupported algorithm"},
    Row{Errc::unsupported_curve, "unsupported_curve", "unsupported curve"},
    Row{Errc::unsupported_cipher_suite, "unsupported_cipher_suite", "unsupported cipher suite"},
    Row{Errc::no_common_bearer, "no_common_bearer", "no retrieval method in common"},
    Row{Errc::unsupported_critical_header, "unsupported_critical_header",
        "a critical header parameter is not understood"},
    Row{Errc::unsupported_media_type, "unsupported_media_type", "not the media type that belongs here"},
    Row{Errc::obsolete_draft, "obsolete_draft", "a form of a draft from before the standard"},
    Row{Errc::decryption_failed, "decryption_failed", "the message does not decrypt"},
    Row{Errc::signature_invalid, "signature_invalid", "the signature does not verify"},
    Row{Errc::digest_mismatch, "digest_mismatch", "element digest does not match the MSO"},
    Row{Errc::not_yet_valid, "not_yet_valid", "not valid yet"},
    Row{Errc::expired, "expired", "no longer valid"},
    Row{Errc::mac_invalid, "mac_invalid", "the MAC does not verify"},
    Row{Errc::algorithm_mismatch, "algorithm_mismatch", "the algorithm does not fit the key"},
    Row{Errc::chain_untrusted, "chain_untrusted", "no certificate path to a trust anchor"},
    Row{Errc::no_trust_anchor, "no_trust_anchor", "no trust anchors were given"},
    Row{Errc::consent_mismatch, "consent_mismatch", "the consent was given for another request"},
    Row{Errc::revoked, "revoked", "on a revocation list"},
    Row{Errc::superseded, "superseded", "older than one that was accepted before"},
    Row{Errc::subject_mismatch, "subject_mismatch", "signed information about something else than was asked for"},
    Row{Errc::key_locked, "key_locked", "the key needs user authentication: authenticate and retry"},
    Row{Errc::terminated_by_peer, "terminated_by_peer", "the peer ended the session"},
    Row{Errc::declined, "declined", "the holder declined"},
    Row{Errc::peer_session_error, "peer_session_error", "the peer reported a session error"},
    Row{Errc::refused, "refused", "refused by policy"},
    Row{Errc::link_closed, "link_closed", "the link closed"},
    Row{Errc::timed_out, "timed_out", "what was awaited did not come in time"},
    Row{Errc::http_status, "http_status", "the peer answered with an HTTP error"},
    Row{Errc::connect_failed, "connect_failed", "the connection could not be opened"},
    Row{Errc::key_store_unreachable, "key_store_unreachable",
        "the store of the key does not answer: absent, removed or broken"},
    Row{Errc::radio_off, "radio_off", "the radio of this machine is off or gone"},
    Row{Errc::too_large, "too_large", "exceeds the configured size"},
    Row{Errc::too_deep, "too_deep", "nesting exceeds the configured depth"},
    Row{Errc::too_many, "too_many", "more entries than the configured number"},
    Row{Errc::counter_exhausted, "counter_exhausted", "the message counter is used up"},
    Row{Errc::wrong_state, "wrong_state", "call not allowed in this state"},
    Row{Errc::bad_argument, "bad_argument", "an argument breaks a documented precondition"},
    Row{Errc::key_not_found, "key_not_found", "the key provider does not have this key"},
    Row{Errc::wrong_key_use, "wrong_key_use", "the key is reserved for another use"},
    Row{Errc::key_mismatch, "key_mismatch", "the private key does not belong to the public key"},
    Row{Errc::crypto_backend, "crypto_backend", "the crypto back end failed"},
    Row{Errc::randomness, "randomness", "the random generator failed"},
};

const Row* find(Errc code) noexcept {
  const auto row = std::ranges::find(rows, code, &Row::code);
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace

std::string_view name(Errc code) noexcept {
  const Row* row = find(code);
  return row ? row->name : "unknown";
}

std::string_view message(Errc code) noexcept {
  const Row* row = find(code);
  return row ? row->message : "unknown error";
}

std::string_view name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::malformed: return "malformed";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::untrusted: return "untrusted";
    case ErrorKind::denied: return "denied";
    case ErrorKind::transport: return "transport";
    case ErrorKind::limit: return "limit";
    case ErrorKind::usage: return "usage";
    case ErrorKind::internal: return "internal";
  }
  return "unknown";
}

std::string describe(const Error& error) {
  std::string text;
  text.append(name(error.kind())).append("/").append(name(error.code)).append(": ").append(message(error.code));
  const std::string where = error.where.text();
  const bool has_offset = error.offset != Error::no_offset;
  if (where.empty() && !has_offset && error.native == 0) return text;
  text += " (";
  text += where;
  if (has_offset) text.append(where.empty() ? "byte " : ", byte ").append(std::to_string(error.offset));
  if (error.native != 0) {
    text.append(where.empty() && !has_offset ? "code " : ", code ").append(std::to_string(error.native));
  }
  text += ")";
  return text;
}

}  // namespace mdoc
