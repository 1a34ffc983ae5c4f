#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/status_list.hpp"

/// @file
/// Signed status and identifier lists (ISO/IEC 18013-5, second edition, 12.3.6; "Token Status List"): a token is
/// decoded, its signer is traced to the trust point of the MSO in question, and only then can a status be read.
///
///     MDOC_TRY(const auto token, decode_status_token_cwt(received, context));
///     MDOC_TRY(const auto trust, info.certificate ? StatusTrust::named_by_mso(info.certificate->view())
///                                                 : Result(StatusTrust::issuer_ca(signer_path[1])));
///     MDOC_TRY(const auto list, verify_status_token(token, {.uri = info.uri, .trust = trust, .now = now}));
///     MDOC_TRY(const StatusType status, list.status(info.idx));

namespace mdoc::trust {

/// Which of the two lists a token carries.
enum class StatusListKind : std::uint8_t { status_list, identifier_list };

/// The latest date of a token that is understood: the end of the year 9999.
inline constexpr UtcSeconds latest_token_date{std::chrono::seconds{253402300799}};

/// A status list as it stands in a token. It is unpacked when the signature is known to be good, not before.
struct EncodedStatusList {
  unsigned bits = 1;  ///< "bits"
  SharedBytes lst;    ///< "lst", a zlib stream
};

/// The claims of a token, whichever envelope it came in: what a decoder hands to StatusToken.
struct StatusListClaims {
  std::string sub;                  ///< "sub": the URI under which MSOs refer to the list
  UtcSeconds iat{};                 ///< "iat", not after latest_token_date
  std::optional<UtcSeconds> exp{};  ///< "exp", likewise
  std::optional<std::chrono::seconds>
      ttl{};  ///< "ttl", positive: how long a copy may be used before it is fetched again
  std::variant<EncodedStatusList, IdentifierList> list;  ///< "status_list" or "identifier_list"
  std::optional<std::string> aggregation_uri{};          ///< "aggregation_uri": where all lists of the issuer are named
};

/// The signature of a token in JWS form.
struct JwsSeal {
  crypto::SignatureAlgorithm algorithm{};
  SharedBytes signing_input;  ///< header and payload, in base64url with the dot between them (RFC 7515, 5.1)
  SharedBytes signature;      ///< r ‖ s, or the EdDSA octets
};
using StatusTokenSeal = std::variant<cose::CoseSign1, JwsSeal>;

/// A list token as received: decoded, but not verified, and so without a way to its list. What it says about itself
/// serves to find the right use for it, nothing else.
///
/// Immutable. Distinct objects may be used from different threads.
class MDOC_EXPORT StatusToken {
 public:
  /// For decoders of envelopes; see decode_status_token_cwt().
  /// @param encoded  the complete token as received
  /// @param x5chain  DER, the signer's certificate first; empty if the token has none
  StatusToken(SharedBytes encoded, StatusListClaims claims, cose::X5Chain x5chain, StatusTokenSeal seal)
      : encoded_(std::move(encoded)),
        claims_(std::move(claims)),
        x5chain_(std::move(x5chain)),
        seal_(std::move(seal)) {}

  [[nodiscard]] const SharedBytes& encoded() const noexcept { return encoded_; }
  [[nodiscard]] StatusListKind kind() const noexcept { return static_cast<StatusListKind>(claims_.list.index()); }
  [[nodiscard]] const std::string& uri() const noexcept { return claims_.sub; }                ///< "sub"
  [[nodiscard]] UtcSeconds issued_at() const noexcept { return claims_.iat; }                  ///< "iat"
  [[nodiscard]] std::optional<UtcSeconds> expires_at() const noexcept { return claims_.exp; }  ///< "exp"
  [[nodiscard]] std::optional<std::chrono::seconds> time_to_live() const noexcept { return claims_.ttl; }
  [[nodiscard]] const cose::X5Chain& x5chain() const noexcept { return x5chain_; }

  /// The signature alone, with a key that is known by other means. verify_status_token() looks at all that counts.
  /// @return as CoseSign1::verify()
  Result<void> verify_signature(const crypto::PublicKey& key) const;

 private:
  friend class StatusTokenVerifier;
  friend MDOC_EXPORT const StatusListClaims& unverified_claims(const StatusToken& token) noexcept;
  friend MDOC_EXPORT const StatusTokenSeal& unverified_seal(const StatusToken& token) noexcept;
  SharedBytes encoded_;
  StatusListClaims claims_;
  cose::X5Chain x5chain_;
  StatusTokenSeal seal_;
};

/// Whether bytes are a token in JWT form, if they are a token: they begin with base64url of `{"`, as no CBOR of a list
/// does.
[[nodiscard]] MDOC_EXPORT bool is_jwt(ByteView token) noexcept;

/// Reads a token in CWT form: a COSE_Sign1 with tag 18, all of `encoded` (12.3.6). Claims that are not known are
/// skipped. Status lists are not unpacked here. A token without x5chain decodes, but does not verify.
///
/// Deviations: list_tag, list_x5chain_place, status_typ_short, status_typ_claim, status_no_expiry, status_bits,
/// status_identifier_text, those of COSE. `context.limits` holds for the headers; `limits` for the rest.
/// @return malformed/missing_element: no typ, sub, iat, payload, or not the list that typ names; malformed/bad_value:
///         both lists, other bits, a date before 1970 or after 9999, a ttl that is not positive; malformed/wrong_type,
///         bad_key, duplicate_key, trailing_bytes …; unsupported/unsupported_media_type: another typ;
///         limit/too_large, too_many
[[nodiscard]] MDOC_EXPORT Result<StatusToken> decode_status_token_cwt(SharedBytes encoded,
                                                                      const cbor::DecodeContext& context = {},
                                                                      const StatusListLimits& limits = {});

/// Whom an MSO trusts to sign its list (12.3.6.2). It is made for one MSO, from what that MSO and its signer say;
/// anchors for issuance are never list anchors as a whole.
class MDOC_EXPORT StatusTrust {
 public:
  /// The MSO names a certificate, which is then the only trust point: the signer's, or that of a CA above it.
  /// @param der  "certificate" of StatusListInfo or IdentifierListInfo
  /// @return as Certificate::from_der()
  [[nodiscard]] static Result<StatusTrust> named_by_mso(ByteView der);
  /// The MSO names none: the CA that issued the MSO signer's certificate, for an mDL the IACA. It is the second
  /// certificate of the signer's verified path. It signs certificates of list signers, never lists.
  [[nodiscard]] static StatusTrust issuer_ca(const crypto::Certificate& ca);
  /// Any of these, in the same way: for a list that is fetched before a document refers to it.
  [[nodiscard]] static StatusTrust issuer_cas(std::vector<crypto::Certificate> cas);
  /// Anchors for lists alone, as the "/Revocation" services of a European trusted list: CAs or signers themselves.
  [[nodiscard]] static StatusTrust anchors(std::vector<crypto::Certificate> anchors);

  [[nodiscard]] std::span<const crypto::Certificate> certificates() const noexcept { return certificates_; }
  /// The certificates themselves may be those of list signers, not only of CAs above them.
  [[nodiscard]] bool may_sign_lists() const noexcept { return may_sign_lists_; }
  /// A path that was verified, leaf first, ends at this trust point. For tokens that were verified earlier, perhaps
  /// on behalf of an MSO with another one.
  [[nodiscard]] bool covers(std::span<const crypto::Certificate> path) const noexcept;

 private:
  StatusTrust(std::vector<crypto::Certificate> certificates, bool may_sign_lists) noexcept
      : certificates_(std::move(certificates)), may_sign_lists_(may_sign_lists) {}
  std::vector<crypto::Certificate> certificates_;
  bool may_sign_lists_;  // the certificate itself may be the signer's
};

/// A list whose signer and dates passed verification. Only verify_status_token() makes one, and there is no other way
/// from a token to a status.
///
/// Immutable; a copy shares the list. May be used from several threads. It says nothing about how the signer's
/// certificate looks or whether it was revoked: path() is there to be judged.
class MDOC_EXPORT VerifiedStatusToken {
 public:
  // Declared, so that there is no move: one would leave an empty token behind.
  VerifiedStatusToken(const VerifiedStatusToken&) noexcept = default;
  VerifiedStatusToken& operator=(const VerifiedStatusToken&) noexcept = default;
  ~VerifiedStatusToken() = default;

  /// The status at the `idx` of an MSO.
  /// @return malformed/wrong_type: an identifier list; malformed/bad_value: beyond the end of the list
  [[nodiscard]] Result<StatusType> status(std::uint64_t idx) const;
  /// The `id` of an MSO is on the list: the MSO is revoked.
  /// @return malformed/wrong_type: a status list
  [[nodiscard]] Result<bool> contains(ByteView id) const;

  [[nodiscard]] StatusListKind kind() const noexcept;
  [[nodiscard]] std::uint64_t entries() const noexcept;  ///< statuses or identifiers; few of them endanger privacy
  [[nodiscard]] const std::string& uri() const noexcept;
  [[nodiscard]] UtcSeconds issued_at() const noexcept;
  [[nodiscard]] std::optional<UtcSeconds> expires_at() const noexcept;
  [[nodiscard]] std::optional<std::chrono::seconds> time_to_live() const noexcept;
  [[nodiscard]] const std::optional<std::string>& aggregation_uri() const noexcept;

  /// Leaf first, anchor last.
  [[nodiscard]] std::span<const crypto::Certificate> path() const noexcept;
  [[nodiscard]] UtcSeconds path_valid_until() const noexcept;  ///< earliest notAfter of the path
  /// The worse of path and token at the time of verification: within, within_skew or clock_unknown. With the last,
  /// no date was checked: a revocation may be believed, its absence may not.
  [[nodiscard]] DateVerdict date() const noexcept;
  /// The token exactly as it came, to be stored and verified again.
  [[nodiscard]] const SharedBytes& encoded() const noexcept;
  /// Bytes that this list keeps in memory, about.
  [[nodiscard]] std::size_t memory() const noexcept;

  /// Issued before `other`, a token for the same URI. A list never goes back (Errc::superseded).
  [[nodiscard]] bool is_older_than(const VerifiedStatusToken& other) const noexcept {
    return issued_at() < other.issued_at();
  }

 private:
  friend class StatusTokenVerifier;
  struct State;
  explicit VerifiedStatusToken(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;  // never null
};

/// What a token is verified against.
struct StatusTokenInput {
  std::string_view uri;  ///< "uri" of the MSO's StatusListInfo or IdentifierListInfo
  const StatusTrust& trust;
  UtcSeconds now;
  ClockPolicy clock{};
  std::size_t max_inflated = StatusListLimits{}.max_inflated;
  /// No number is assigned to the key purpose of status list signers, so it is the deployment that knows it.
  ListSignerPurposes purposes{};
};

/// Verifies, in this order: a path from the first certificate of x5chain to `input.trust`, valid now; the signature;
/// the claims; and unpacks the list. The path is validated by RFC 5280; the profile of the leaf (B.1.7) and revocation
/// are left to the caller.
/// @return malformed/missing_element: no x5chain; malformed/bad_certificate; limit/too_many: certificates;
///         untrusted/no_trust_anchor, chain_untrusted (also for a certificate that is_made_for_something_else(),
///         unless the MSO or an anchor names that very one); expired, not_yet_valid: at `x5chain`, `exp` or `iat`;
///         signature_invalid, algorithm_mismatch; subject_mismatch: sub is not `input.uri`, byte for byte;
///         malformed/bad_compression; limit/too_large
[[nodiscard]] MDOC_EXPORT Result<VerifiedStatusToken> verify_status_token(const StatusToken& token,
                                                                          const StatusTokenInput& input);

}  // namespace mdoc::trust
