#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/path.hpp"

namespace mdoc {

/// What the caller can do about an error. Branch on this; log the Errc.
enum class ErrorKind : std::uint8_t {
  malformed = 1,    ///< the input does not parse: reject it
  unsupported = 2,  ///< well-formed, but a version or algorithm we do not speak
  untrusted = 3,    ///< a signature, MAC, digest, chain or date check failed: treat as hostile
  denied = 4,       ///< the user, the key store or the peer refused
  transport = 5,    ///< link lost or timed out: a new session may succeed
  limit = 6,        ///< a configured limit was reached
  usage = 7,        ///< the program broke a documented precondition
  internal = 8,     ///< a defect here or in the crypto back end
};

/// Stable numbers: the hundreds digit is the ErrorKind. Append, never renumber.
enum class Errc : std::uint16_t {
  truncated = 100,
  wrong_type = 101,
  missing_element = 102,
  duplicate_key = 103,
  trailing_bytes = 104,
  bad_tdate = 105,
  bad_text = 106,
  bad_full_date = 107,
  not_well_formed = 108,
  indefinite_length = 109,
  non_preferred_encoding = 110,
  unexpected_tag = 111,
  bad_value = 112,
  bad_key = 113,
  bad_encoding = 114,
  bad_uri = 115,
  bad_certificate = 116,
  empty_structure = 117,
  bad_header = 118,
  bad_frame = 119,
  deviation = 120,
  unexpected_message = 121,
  bad_crl = 122,
  bad_ocsp_response = 123,
  bad_compression = 124,
  unsupported_version = 200,
  unsupported_algorithm = 201,
  unsupported_curve = 202,
  unsupported_cipher_suite = 203,
  no_common_bearer = 204,
  unsupported_critical_header = 205,
  unsupported_media_type = 206,
  obsolete_draft = 207,
  decryption_failed = 300,
  signature_invalid = 301,
  digest_mismatch = 302,
  not_yet_valid = 303,
  expired = 304,
  mac_invalid = 305,
  algorithm_mismatch = 306,
  chain_untrusted = 307,
  no_trust_anchor = 308,
  consent_mismatch = 309,
  revoked = 310,
  superseded = 311,
  subject_mismatch = 312,
  key_locked = 400,
  terminated_by_peer = 401,
  declined = 402,
  peer_session_error = 403,
  refused = 404,
  link_closed = 500,
  timed_out = 501,
  http_status = 502,
  connect_failed = 503,
  key_store_unreachable = 504,
  radio_off = 505,
  too_large = 600,
  too_deep = 601,
  too_many = 602,
  counter_exhausted = 603,
  wrong_state = 700,
  bad_argument = 701,
  key_not_found = 702,
  wrong_key_use = 703,
  key_mismatch = 704,
  crypto_backend = 800,
  randomness = 801,
};

/// A failure: what, where and at which byte. Trivially copyable, without heap or personal data, so
/// it is always safe to log.
struct Error {
  static constexpr std::uint32_t no_offset = 0xffffffff;

  Errc code{};
  Path where{};                      ///< literals and indexes, never peer text
  std::uint32_t offset = no_offset;  ///< byte in the outermost message; after decryption, in the plaintext
  std::int32_t native = 0;           ///< status word, HTTP status, errno, PC/SC or PKCS#11 code; 0 if none

  [[nodiscard]] constexpr ErrorKind kind() const noexcept {
    return static_cast<ErrorKind>(static_cast<std::uint16_t>(code) / 100);
  }
};

/// Stable identifier, e.g. "truncated"; "unknown" for a number this version does not know.
[[nodiscard]] MDOC_EXPORT std::string_view name(Errc code) noexcept;
/// Stable identifier, e.g. "malformed".
[[nodiscard]] MDOC_EXPORT std::string_view name(ErrorKind kind) noexcept;
/// One English sentence fragment for people.
[[nodiscard]] MDOC_EXPORT std::string_view message(Errc code) noexcept;
/// `malformed/truncated: input ends inside a data item (DeviceResponse.documents[0], byte 17)`
[[nodiscard]] MDOC_EXPORT std::string describe(const Error& error);

}  // namespace mdoc
