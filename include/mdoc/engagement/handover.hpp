#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

/// @file
/// Every Handover, the third element of a SessionTranscript: one type each, made from the values that
/// its flow has at hand. Texts must be valid UTF-8 and exactly those of the exchange: a transcript that
/// differs in one byte fails on the other side without saying why.

namespace mdoc::engagement {

using Sha256 = std::array<std::uint8_t, 32>;

/// QR code shown by the mdoc, or by the reader in national profiles: `null` (ISO/IEC 18013-5, 9.1.5.1).
struct QrHandover {
  friend bool operator==(const QrHandover&, const QrHandover&) = default;
};

/// NFC (9.1.5.1): `[ Hs, null ]` for static, `[ Hs, Hr ]` for negotiated handover. Complete NDEF
/// messages as they went over the air, without the two bytes of NLEN.
struct NfcHandover {
  SharedBytes handover_select;
  std::optional<SharedBytes> handover_request{};  ///< absent: static handover
};

/// Retrieval by a website (ISO/IEC TS 18013-7, A.8): SHA-256 of ReaderEngagementBytes, a bare byte string.
struct MDOC_EXPORT WebHandover {
  Sha256 reader_engagement_bytes_hash{};
  /// @return internal/crypto_backend only
  [[nodiscard]] static Result<WebHandover> of(const ReaderEngagement& engagement);
};

/// The same by drafts of TS 18013-7: ReaderEngagementBytes itself. To reach wallets of that time.
struct MDOC_EXPORT LegacyWebHandover {
  SharedBytes reader_engagement_bytes;  ///< complete item with tag 24
  [[nodiscard]] static LegacyWebHandover of(const ReaderEngagement& engagement);
};

/// OpenID4VP as profiled by TS 18013-7, Annex B (B.4.4): `[ clientIdHash, responseUriHash, nonce ]`.
struct MDOC_EXPORT OID4VPHandover {
  struct Info {
    std::string_view client_id;  ///< without prefix
    std::string_view response_uri;
    std::string_view mdoc_generated_nonce;  ///< reaches the reader as `apu` of the JWE
    std::string_view nonce;
  };
  Sha256 client_id_hash{};     ///< of `[ client_id, mdoc_generated_nonce ]`
  Sha256 response_uri_hash{};  ///< of `[ response_uri, mdoc_generated_nonce ]`
  std::string nonce;
  [[nodiscard]] static Result<OID4VPHandover> of(const Info& info);
};

/// OpenID4VP 1.0 by redirect (B.2.6.1): `[ "OpenID4VPHandover", SHA-256(OpenID4VPHandoverInfo) ]`.
struct MDOC_EXPORT OpenID4VPHandover {
  struct Info {
    std::string_view client_id;  ///< with its prefix: "x509_san_dns:example.com"
    std::string_view nonce;
    std::optional<Sha256> jwk_thumbprint{};  ///< of the key that encrypts the response; absent: not encrypted
    std::string_view response_uri;           ///< or redirect_uri, whichever the response mode uses
  };
  Sha256 info_hash{};
  [[nodiscard]] static Result<OpenID4VPHandover> of(const Info& info);
};

/// OpenID4VP 1.0 through the Digital Credentials API (B.2.6.2):
/// `[ "OpenID4VPDCAPIHandover", SHA-256(OpenID4VPDCAPIHandoverInfo) ]`.
struct MDOC_EXPORT OpenID4VPDCAPIHandover {
  struct Info {
    std::string_view origin;  ///< "https://example.com", without the prefix "origin:"
    std::string_view nonce;
    std::optional<Sha256> jwk_thumbprint{};  ///< absent: the response is not encrypted
  };
  /// Draft 24 of OpenID4VP hashed these under the same identifier.
  struct Draft24Info {
    std::string_view origin;
    std::string_view client_id;
    std::string_view nonce;
  };
  Sha256 info_hash{};
  [[nodiscard]] static Result<OpenID4VPDCAPIHandover> of(const Info& info);
  [[nodiscard]] static Result<OpenID4VPDCAPIHandover> of(const Draft24Info& info);
};

/// Presentation during issuance, interactive authorization of OpenID4VCI:
/// `[ "OpenID4VCIIAEHandover", SHA-256([ endpoint, nonce, jwkThumbprint / null ]) ]`.
struct MDOC_EXPORT OpenID4VCIIAEHandover {
  struct Info {
    std::string_view interactive_authorization_endpoint;
    std::string_view nonce;
    std::optional<Sha256> jwk_thumbprint{};
  };
  Sha256 info_hash{};
  [[nodiscard]] static Result<OpenID4VCIIAEHandover> of(const Info& info);
};

/// "org-iso-mdoc" through the Digital Credentials API (TS 18013-7, C.5):
/// `[ "dcapi", SHA-256([ Base64EncryptionInfo, SerializedOrigin ]) ]`.
struct MDOC_EXPORT DCAPIHandover {
  struct Info {
    std::string_view base64_encryption_info;  ///< the text of "encryptionInfo", unchanged
    std::string_view serialized_origin;       ///< "https://gov.example.com"
  };
  Sha256 info_hash{};
  [[nodiscard]] static Result<DCAPIHandover> of(const Info& info);
};

/// NFC engagement by APDU without NDEF, an experiment of 2025: `[ select, request ]`, both CBOR maps.
struct NfcV2Handover {
  SharedBytes select;
  SharedBytes request;
};

/// Any other, encoded: application-defined channels, and what is not in this list.
struct OtherHandover {
  SharedBytes encoded;
};

using Handover =
    std::variant<QrHandover, NfcHandover, WebHandover, LegacyWebHandover, OID4VPHandover, OpenID4VPHandover,
                 OpenID4VPDCAPIHandover, OpenID4VCIIAEHandover, DCAPIHandover, NfcV2Handover, OtherHandover>;

/// Stable identifier: "qr", "nfc-static", "nfc-negotiated", "web", "web-legacy", "oid4vp-annex-b",
/// "openid4vp", "openid4vp-dc-api", "openid4vci-iae", "dc-api", "nfc-v2", "other".
[[nodiscard]] MDOC_EXPORT std::string_view name(const Handover& handover) noexcept;
/// The flow has no engagement and no session: both other elements of the transcript are null.
[[nodiscard]] MDOC_EXPORT bool is_online(const Handover& handover) noexcept;

/// The encoded item.
[[nodiscard]] MDOC_EXPORT Bytes encode(const Handover& handover, const ProtocolConstants& constants = iso18013_5());
/// Reads one item and tells the handovers apart by their form. A hash cannot be taken apart: which
/// draft it is of, and over what, the verifier has to try.
[[nodiscard]] MDOC_EXPORT Result<Handover> read_handover(cbor::Reader& reader,
                                                         const ProtocolConstants& constants = iso18013_5());

/// The hash of RFC 7638 over the required members of the JWK of `key`, for the Info of handovers.
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<Sha256> jwk_thumbprint(const crypto::PublicKey& key);

}  // namespace mdoc::engagement
