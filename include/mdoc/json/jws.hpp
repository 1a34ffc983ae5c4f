#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/signature.hpp"

/// @file
/// JSON Web Signature (RFC 7515) in compact serialisation: the envelope of EU trust lists (ETSI TS 119 602, JAdES) and
/// of status list tokens in JWT form. Signatures with public keys only; a MAC or no signature at all is refused by
/// name.

namespace mdoc::json {

/// The JOSE header. Claims of whoever made the JWS, until verify() passed.
struct JwsHeader {
  crypto::SignatureAlgorithm algorithm{};  ///< "alg": ES256, ES384, ES512 or EdDSA (RFC 7518, 3.1; RFC 8037, 3.1)
  std::optional<std::string> typ{};        ///< "typ", as sent: "statuslist+jwt"
  std::optional<std::string> kid{};        ///< "kid"
  cose::X5Chain x5c{};                     ///< "x5c": DER, the signer's certificate first; empty if absent
  /// When the signer says it signed: "iat", or "sigT" of the first edition of JAdES (ETSI TS 119 182-1, 5.1.11, 5.2.1).
  /// Nothing where neither is there in its proper form.
  std::optional<UtcSeconds> signing_time{};
};

/// A JWS as received. Immutable, so that signature and payload cannot come apart; a copy shares the bytes.
class MDOC_EXPORT Jws {
 public:
  static constexpr std::size_t max_header_bytes = std::size_t{64} << 10;  ///< of the decoded header

  /// All of it, as received.
  [[nodiscard]] SharedBytes encoded() const noexcept { return encoded_; }
  [[nodiscard]] const JwsHeader& header() const& noexcept { return header_; }
  const JwsHeader& header() const&& = delete;  // would dangle
  /// The header's JSON text as received, for parameters that JwsHeader does not have.
  [[nodiscard]] SharedBytes header_json() const noexcept { return header_json_; }
  /// The decoded payload: not to be believed before verify() passed.
  [[nodiscard]] SharedBytes payload() const noexcept { return payload_; }
  /// The decoded signature: r ‖ s, or the EdDSA octets.
  [[nodiscard]] SharedBytes signature() const noexcept { return signature_; }
  /// The characters under the signature, header and payload with the dot between. Borrowed.
  [[nodiscard]] ByteView signing_input() const& noexcept { return signing_input_.view(); }
  ByteView signing_input() const&& = delete;  // would dangle

  /// Checks the signature over the characters that came. Who the key belongs to is not judged.
  /// @return untrusted/algorithm_mismatch: "alg" is not the one of the key's curve. As RFC 7518, 3.4 says, ES256 goes
  /// with
  ///         P-256 alone, ES384 with P-384, ES512 with P-521; unlike in COSE, no brainpool curve;
  ///         untrusted/signature_invalid
  Result<void> verify(const crypto::PublicKey& key) const;

 private:
  friend MDOC_EXPORT Result<Jws> decode_jws(SharedBytes compact, const cbor::DecodeContext& context);
  Jws() = default;

  SharedBytes encoded_;
  SharedBytes signing_input_;
  JwsHeader header_;
  SharedBytes header_json_;
  SharedBytes payload_;
  SharedBytes signature_;
};

/// Reads a compact serialisation: three parts of base64url without padding, each value with its one text, nothing
/// before, between or after. The header is a JSON object in which no name occurs twice.
///
/// "crit" may name "sigT" and "iat", which are well-formed then, and "b64" with the value true; what else it names is
/// not understood. "x5t#S256" must be that of the first certificate of "x5c". A payload that is not in base64url
/// ("b64": false, RFC 7797) is refused whether "crit" says so or not. Other parameters are skipped.
/// @return malformed/bad_encoding: a wrong character, or a header that is not JSON; malformed/missing_element: fewer
/// than
///         three parts, an empty header or signature, no "alg"; malformed/trailing_bytes: a fourth part;
///         malformed/duplicate_key, wrong_type; malformed/bad_header: a wrong "crit", or an empty "x5c";
///         malformed/bad_tdate: a critical "sigT" that is no date; unsupported/unsupported_algorithm: any other "alg",
///         "none" and MACs included; unsupported/unsupported_critical_header; untrusted/digest_mismatch: "x5t#S256";
///         limit/too_large: over limits.max_bytes, max_header_bytes, max_certificate_bytes; limit/too_many: more than
///         limits.max_certificates. `offset` is a character of `compact`, or for faults of the header's JSON a byte of
///         it.
[[nodiscard]] MDOC_EXPORT Result<Jws> decode_jws(SharedBytes compact, const cbor::DecodeContext& context = {});
/// The same of a text, which is copied.
[[nodiscard]] MDOC_EXPORT Result<Jws> decode_jws(std::string_view compact, const cbor::DecodeContext& context = {});

/// What stands in the header beside "alg", which the signer's key decides.
struct JwsHeaderOptions {
  std::string typ{};                         ///< empty: none
  std::string kid{};                         ///< empty: none
  cose::X5Chain x5c{};                       ///< without the trust anchor
  bool x5t = false;                          ///< "x5t#S256" of the first certificate of x5c: JAdES wants it
  std::optional<UtcSeconds> signing_time{};  ///< "iat", not before 1970
};

/// A JWS without its signature, for keys that are elsewhere: give to_be_signed() and algorithm() to a KeyProvider, and
/// its answer to finish().
class MDOC_EXPORT JwsDraft {
 public:
  /// @return untrusted/algorithm_mismatch: JOSE has no signature algorithm for the key's curve; usage/bad_argument:
  /// text that
  ///         is not UTF-8, x5t without x5c, a date before 1970, or what decode_jws() would refuse; usage/key_mismatch:
  ///         the first certificate of x5c is not for this key
  [[nodiscard]] static Result<JwsDraft> prepare(const crypto::PublicKey& signer, ByteView payload,
                                                const JwsHeaderOptions& options = {});

  /// ASCII: header and payload with the dot between.
  [[nodiscard]] ByteView to_be_signed() const& noexcept { return as_bytes(to_be_signed_); }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] crypto::SignatureAlgorithm algorithm() const noexcept { return algorithm_; }
  /// The text to send is Jws::encoded().
  /// @return untrusted/signature_invalid: not a signature of the signer's key over to_be_signed()
  [[nodiscard]] Result<Jws> finish(const crypto::Signature& signature) const;

 private:
  JwsDraft(const crypto::PublicKey& signer, crypto::SignatureAlgorithm algorithm, std::string to_be_signed) noexcept
      : signer_(signer), algorithm_(algorithm), to_be_signed_(std::move(to_be_signed)) {}

  crypto::PublicKey signer_;
  crypto::SignatureAlgorithm algorithm_;
  std::string to_be_signed_;
};

}  // namespace mdoc::json
