#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/profile/element_profile.hpp"
#include "mdoc/profile/holder_verification.hpp"

/// @file
/// What a profile of TS 23220-4 fixes beside its elements: ways to meet and to talk, algorithms, certificates, dates,
/// trust, and what may be added. One struct for each row of its list of choices (see Row).

namespace mdoc::profile {

/// The choices that a profile has to make (TS 23220-4, Annex B as publicly known).
enum class Row : std::uint8_t {
  doc_type,               ///< P1
  name_spaces,            ///< P2: and where domestic elements stand
  elements,               ///< P3
  age_attestations,       ///< P4
  engagement,             ///< P5
  device_retrieval,       ///< P6
  online,                 ///< P7
  server_retrieval,       ///< P8
  algorithms,             ///< P9
  reader_authentication,  ///< P10
  mdoc_authentication,    ///< P11
  certificates,           ///< P12
  certificate_validity,   ///< P13
  mso,                    ///< P14
  trust_sources,          ///< P15
  holder_verification,    ///< P16
  purposes,               ///< P17
  extensions,             ///< P18
  protocol_constants,     ///< not numbered in the list: names of the protocol that the profile changes
};
inline constexpr std::size_t row_count = static_cast<std::size_t>(Row::protocol_constants) + 1;

/// The fixed facts of a row.
struct RowInfo {
  Row row;
  std::string_view label;  ///< "P1" to "P18", "constants"
  std::string_view key;    ///< in the JSON of a profile: "docType"
  std::string_view asks;   ///< one English sentence: the question that it answers
};
[[nodiscard]] MDOC_EXPORT std::span<const RowInfo> rows() noexcept;

/// Rows that a profile answers.
class RowSet {
 public:
  constexpr RowSet() = default;
  constexpr explicit RowSet(std::uint32_t bits) noexcept : bits_(bits) {}
  [[nodiscard]] constexpr bool has(Row row) const noexcept { return (bits_ >> static_cast<unsigned>(row) & 1u) != 0; }
  constexpr void add(Row row) noexcept { bits_ |= 1u << static_cast<unsigned>(row); }
  friend constexpr bool operator==(RowSet, RowSet) = default;

 private:
  std::uint32_t bits_ = 0;
};

/// What a side must, may or must not do.
enum class Requirement : std::uint8_t {
  optional,
  mandatory,
  choice,  ///< at least one of those of the row that are a choice
  forbidden,
};

/// Ways to meet (P5), to talk in proximity (P6) and online (P7).
enum class Way : std::uint8_t {
  // P5
  qr,                 ///< "qr"
  nfc_static,         ///< "nfc-static": static handover
  nfc_negotiated,     ///< "nfc-negotiated"
  reader_engagement,  ///< "reader-engagement": the reader shows, the mdoc reads
  // P6
  ble,         ///< "ble"
  nfc,         ///< "nfc"
  wifi_aware,  ///< "wifi-aware"
  // P7
  website,           ///< "website": TS 18013-7, Annex A
  openid4vp,         ///< "openid4vp": Annex B
  dc_api,            ///< "dc-api": Annex C
  dc_api_openid4vp,  ///< "dc-api-openid4vp": Annex D
};
inline constexpr std::size_t way_count = static_cast<std::size_t>(Way::dc_api_openid4vp) + 1;
/// As in profiles: "qr" …
[[nodiscard]] MDOC_EXPORT std::string_view name(Way way) noexcept;
/// The row that a way belongs to: engagement, device_retrieval or online.
[[nodiscard]] MDOC_EXPORT Row row_of(Way way) noexcept;

/// What both sides do about one way. A way that a profile does not name is optional.
struct WayRule {
  Way way{};
  Requirement mdoc{};
  Requirement reader{};
};

/// P9. Names are those of IANA's COSE registry for curves ("P-256", "brainpoolP256r1", "Ed25519") and "SHA-256",
/// "SHA-384", "SHA-512" for digests. An empty list bounds nothing.
struct AlgorithmPolicy {
  std::span<const std::uint64_t> cipher_suites{};
  std::span<const std::string_view> digests{};
  std::span<const std::string_view> signer_curves{};
  std::span<const std::string_view> device_curves{};
  bool device_signature = true;  ///< DeviceSignature may be used
  bool device_mac = true;        ///< DeviceMac may be used
};

/// P10. What a holder may make of a reader that does not authenticate.
enum class ReaderAuthenticationRule : std::uint8_t {
  optional,       ///< the holder's wallet decides
  not_mandatory,  ///< mandatory elements must not depend on it
  required,       ///< nothing is answered without
  out_of_scope,
};
struct ReaderAuthenticationPolicy {
  ReaderAuthenticationRule proximity{};
  ReaderAuthenticationRule online{};
};

/// P11.
struct MdocAuthenticationPolicy {
  bool device_signed = true;         ///< elements may be device-signed, where KeyAuthorizations allow it
  bool one_key_per_document = true;  ///< no two documents with the same device key
};

/// P12: what a docType asks of its document signers, beyond the rules for any (TS 23220-4, B.2.5).
struct SignerProfile {
  std::span<const std::string_view> key_purposes{};  ///< dotted: one of them is needed; empty: none is asked for
  std::span<const std::string_view> policies{};      ///< certificatePolicies, dotted: all of them are needed
  bool crl_points = true;                            ///< must say where its CRL is
  bool contact = true;                               ///< must say how to reach its issuer
  bool state = false;                                ///< must name a state, the same as its authority
  bool intermediates = false;                        ///< may have a CA between it and the anchor
};

/// P13, in days; 0: no bound.
struct CertificateValidityPolicy {
  std::uint16_t signer_days = 0;
  std::uint16_t authority_days = 0;
  std::uint16_t reader_days = 0;
  bool revocation = true;  ///< the profile has certificates revoked by CRL
};

/// P14.
struct MsoPolicy {
  std::uint16_t max_validity_days = 0;             ///< 0: no bound
  Requirement status = Requirement::optional;      ///< of `status` in the MSO
  std::span<const std::string_view> mechanisms{};  ///< "status-list", "identifier-list"
  bool whole_days = false;  ///< dates are cut to days, so that they tell nothing of the moment of issuing
  bool single_use = false;  ///< each credential is shown once
};

/// P16.
struct HolderVerificationPolicy {
  std::span<const HolderMethod> methods{};  ///< those that the documents carry the means for
  /// Comes with any other element where it was asked for (13.4.2), in DocTypeProfile::issuer_name_space. Empty: none.
  std::string_view element{};
};

/// P17: one purpose that a reader may name.
struct PurposeHint {
  std::string_view controller;  ///< "org.iso.jtc1.sc17"
  std::int64_t code = 0;
  std::span<const LocalText> titles{};
};

/// P18: keys that the profile adds. What is not known is ignored, as the standard says.
struct ExtensionPolicy {
  std::span<const std::string_view> request_info{};  ///< of docRequests
  std::span<const std::string_view> device_request_info{};
  std::span<const std::uint64_t> capabilities{};  ///< of the engagement
};

}  // namespace mdoc::profile
