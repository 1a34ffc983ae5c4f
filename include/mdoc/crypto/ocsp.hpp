#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/revocation_reason.hpp"

/// @file
/// The Online Certificate Status Protocol (RFC 6960): messages as bytes and facts. Whether a response means anything
/// says trust::judge_ocsp(). HTTP is for others: POST of the request as application/ocsp-request.

namespace mdoc::crypto {

/// Key purpose of certificates that sign OCSP responses, dotted (RFC 6960, 4.2.2.2).
inline constexpr std::string_view ocsp_signing_purpose = "1.3.6.1.5.5.7.3.9";

/// Octets of a nonce (RFC 9654, 2.1).
inline constexpr std::size_t max_ocsp_nonce = 128;

/// CertID: names a certificate by hashes of its issuer's name and key, and by its serial number.
struct OcspCertificateId {
  std::string hash_algorithm;  ///< dotted
  Bytes issuer_name_hash;
  Bytes issuer_key_hash;
  Bytes serial;  ///< as Certificate::serial()
  friend bool operator==(const OcspCertificateId&, const OcspCertificateId&) = default;

  /// `issuer` is compared by hashing anew with the algorithm named, SHA-1 or SHA-256; another one never matches.
  [[nodiscard]] MDOC_EXPORT bool names(const Certificate& certificate, const Certificate& issuer) const;
};

/// An OCSPRequest for one certificate, unsigned. Its CertID is made with SHA-1, which is what responders index by.
/// SHA-1 names things here, it protects nothing.
/// @param nonce  1 to 128 bytes (RFC 9654 recommends 32), drawn anew for each request; nothing: a response that was
///               made before and is cached will do
/// @return usage/bad_argument: a nonce of another size
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_ocsp_request(const Certificate& certificate, const Certificate& issuer,
                                                            std::optional<ByteView> nonce = std::nullopt);

/// OCSPResponseStatus (RFC 6960, 4.2.1). Without a signature: anybody can send any but `successful`.
enum class OcspResponseStatus : std::uint8_t {
  successful = 0,
  malformed_request = 1,
  internal_error = 2,
  try_later = 3,
  sig_required = 5,
  unauthorized = 6,
};
/// As RFC 6960 has it: "tryLater".
[[nodiscard]] MDOC_EXPORT std::string_view name(OcspResponseStatus status) noexcept;

/// CertStatus.
enum class OcspCertificateStatus : std::uint8_t {
  good,     ///< not revoked; nothing more is said
  revoked,  ///< for good, or on hold
  unknown,  ///< the responder does not know the certificate
};

/// What a response says about one certificate.
struct OcspSingleResponse {
  OcspCertificateId id;
  OcspCertificateStatus status = OcspCertificateStatus::unknown;
  UtcSeconds this_update{};
  std::optional<UtcSeconds> next_update{};      ///< nothing: newer information is always to be had
  std::optional<UtcSeconds> revocation_date{};  ///< of revoked
  std::optional<RevocationReason> reason{};     ///< of revoked; nothing: not said
  bool has_critical_extension = false;          ///< an unknown one: every critical extension is
};

/// Bounds on an OCSP response.
struct OcspLimits {
  std::size_t max_bytes = std::size_t{64} << 10;
  std::size_t max_responses = 64;    ///< single responses
  std::size_t max_certificates = 4;  ///< of the responder
  std::size_t max_certificate_bytes = DecodeLimits{}.max_certificate_bytes;
  std::size_t max_extensions = 16;  ///< of the response, and of each single response
};

/// An OCSPResponse with its BasicOCSPResponse: facts, no judgement, and nothing here is verified until
/// verify_signature() passed with the key of a responder whom the certificate's issuer authorised.
///
/// Immutable and never empty; a copy shares the response. May be used from several threads.
class MDOC_EXPORT OcspResponse {
 public:
  // Declared, so that there is no move: one would leave an empty response behind.
  OcspResponse(const OcspResponse&) noexcept = default;
  OcspResponse& operator=(const OcspResponse&) noexcept = default;
  ~OcspResponse() = default;

  /// Strict DER, nothing after it. Of responseTypes only id-pkix-ocsp-basic is known. `Error::where` names the member.
  /// @return malformed/bad_ocsp_response, malformed/trailing_bytes; unsupported/unsupported_version: another
  ///         responseType or version; limit/too_large, limit/too_many
  [[nodiscard]] static Result<OcspResponse> from_der(ByteView der, const OcspLimits& limits = {});

  /// The bytes as they came.
  [[nodiscard]] const SharedBytes& der() const& noexcept;
  [[nodiscard]] SharedBytes der() const&& noexcept { return this->der(); }  // *this is an lvalue here

  [[nodiscard]] OcspResponseStatus status() const noexcept;

  // Of a successful response; empty and zero in others.

  /// responderID: one of the two. The hash is SHA-1 of the responder's key bits.
  [[nodiscard]] const std::optional<DistinguishedName>& responder_name() const noexcept;
  [[nodiscard]] std::optional<ByteView> responder_key_hash() const noexcept;
  /// responderID means this certificate. No proof of anything.
  [[nodiscard]] bool is_responder(const Certificate& certificate) const;
  [[nodiscard]] UtcSeconds produced_at() const noexcept;
  [[nodiscard]] const std::vector<OcspSingleResponse>& responses() const noexcept;
  /// Sent to help to verify the signature; untrusted.
  [[nodiscard]] const std::vector<Certificate>& certificates() const noexcept;
  [[nodiscard]] const std::vector<CertificateExtension>& extensions() const noexcept;  ///< of the whole response
  [[nodiscard]] std::optional<ByteView> nonce() const noexcept;                        ///< borrowed from this response
  /// An extension of the whole response is critical and not the nonce.
  [[nodiscard]] bool has_unknown_critical_extension() const noexcept;
  [[nodiscard]] std::string_view signature_algorithm() const noexcept;  ///< dotted

  /// @return untrusted/signature_invalid: `responder` did not sign this response, or there is no signature; further as
  ///         verify_signed_object(). Nothing else is checked.
  Result<void> verify_signature(const PublicKey& responder) const;

  struct Impl;  ///< of this layer
  explicit OcspResponse(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;  // never null
};

}  // namespace mdoc::crypto
