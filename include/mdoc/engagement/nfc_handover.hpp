#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/handover.hpp"
#include "mdoc/engagement/ndef.hpp"
#include "mdoc/engagement/reader_engagement.hpp"
#include "mdoc/engagement/retrieval_method.hpp"

/// @file
/// The NDEF messages of NFC engagement (ISO/IEC 18013-5:2021, 8.2.2.1; second edition, 9.2; NFC Forum
/// Connection Handover 1.5 and TNEP 1.0). Records are found by type and by the references of the
/// alternative carriers, in whichever order they come.

namespace mdoc::engagement {

/// LE Role of the side that sends the record.
enum class LeRole : std::uint8_t {
  peripheral_only = 0,
  central_only = 1,
  peripheral_preferred = 2,  ///< both
  central_preferred = 3,     ///< both
};

/// `application/vnd.bluetooth.le.oob` (second edition, 11.1.2).
struct BleCarrier {
  LeRole role = LeRole::central_only;
  std::optional<Uuid> uuid{};
  std::optional<BleAddress> address{};
  std::optional<std::uint16_t> psm{};  ///< L2CAP; provisional, as its service UUID is not assigned
};

/// `iso.org:18013:nfc` (second edition, 9.2.2). Both sizes are mandatory for the mdoc; the standard
/// wants none from the reader, but a widely used wallet fails without.
struct NfcCarrier {
  std::optional<std::uint32_t> command_data{};   ///< 255 to 65535
  std::optional<std::uint32_t> response_data{};  ///< 256 to 65536
};

/// `application/vnd.wfa.nan` (second edition, 11.3.2).
struct WifiAwareCarrier {
  struct PublicKeyInfo {
    std::uint16_t group = 0;  ///< 19: P-256
    Bytes x{};
  };
  Bytes cipher_suites{};  ///< one byte each: 1 NCS-SK-128 … 4 NCS-PK-2WDH-256; empty if absent
  std::optional<PublicKeyInfo> public_key{};
  std::optional<std::string> passphrase{};
  Bytes bands{};  ///< bitmap; empty if absent
};

/// A carrier of another technology, or an unreadable one: never chosen.
struct OtherCarrier {
  NdefRecord record{};
};

using Carrier = std::variant<BleCarrier, NfcCarrier, WifiAwareCarrier, OtherCarrier>;

/// Carrier power state of an alternative carrier record. Inactive ones are not to be used.
enum class CarrierPowerState : std::uint8_t { inactive = 0, active = 1, activating = 2, unknown = 3 };

struct AlternativeCarrier {
  CarrierPowerState power_state = CarrierPowerState::active;
  Carrier carrier{};
};

/// Handover Select: what the mdoc offers (static) or has chosen (negotiated).
struct HandoverSelect {
  SharedBytes message;  ///< as received or to be sent: what goes into NfcHandover
  std::vector<AlternativeCarrier> carriers;
  DeviceEngagement device_engagement;
};

/// Handover Request: what the reader can do. Negotiated handover only.
struct HandoverRequest {
  SharedBytes message;  ///< as received or to be sent: what goes into NfcHandover
  std::vector<AlternativeCarrier> carriers;
  std::optional<ReaderEngagement> reader_engagement{};
};

/// Reads a Handover Select message.
///
/// Judged by rule: nfc_handover (references and counts of alternative carriers),
/// nfc_carrier, engagement_methods_in_nfc, and those of decode_ndef_message() and
/// decode_device_engagement().
/// @return malformed/bad_frame, truncated, missing_element: no "Hs" or no engagement record;
///         unsupported/unsupported_version: a major version of Connection Handover other than 1
[[nodiscard]] MDOC_EXPORT Result<HandoverSelect> decode_handover_select(
    SharedBytes message, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());
/// Reads a Handover Request message. Rules and errors likewise.
[[nodiscard]] MDOC_EXPORT Result<HandoverRequest> decode_handover_request(
    SharedBytes message, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());

/// Writes a Handover Select message. No carrier at all says that none of the request's fits.
/// @return usage/bad_argument: OtherCarrier, two carriers of one kind, an mdoc's NFC carrier without
///         sizes, an engagement with retrieval methods
[[nodiscard]] MDOC_EXPORT Result<HandoverSelect> make_handover_select(
    std::span<const Carrier> carriers, const DeviceEngagement& engagement,
    const ProtocolConstants& constants = iso18013_5());
struct HandoverRequestOptions {
  std::optional<std::array<std::uint8_t, 2>> collision_resolution{};  ///< two random bytes
  std::optional<ReaderEngagement> reader_engagement{};                ///< ReaderEngagement::for_nfc()
};
/// Writes a Handover Request message.
/// @return usage/bad_argument: no carrier, OtherCarrier, or two carriers of one kind
[[nodiscard]] MDOC_EXPORT Result<HandoverRequest> make_handover_request(
    std::span<const Carrier> carriers, const HandoverRequestOptions& options = {},
    const ProtocolConstants& constants = iso18013_5());

/// The ways to reach the mdoc that a handover comes to, in the mdoc's order, without inactive carriers:
/// the same values that an engagement by QR code has. A UUID that the select message leaves out is that
/// of the request.
[[nodiscard]] MDOC_EXPORT std::vector<RetrievalMethod> retrieval_methods(const HandoverSelect& select,
                                                                         const HandoverRequest* request = nullptr);
/// `[ Hs, null ]` or `[ Hs, Hr ]`.
[[nodiscard]] MDOC_EXPORT NfcHandover nfc_handover(const HandoverSelect& select,
                                                   const HandoverRequest* request = nullptr);

/// @name TNEP, which brings the request to a tag
/// @{

/// Service parameter record "Tp".
struct TnepServiceParameter {
  std::uint8_t version = 0x10;            ///< major and minor in four bits each
  std::string service_name{};             ///< "urn:nfc:sn:handover"
  std::uint8_t communication_mode = 0;    ///< 0: single response
  std::uint8_t minimum_waiting_time = 0;  ///< 0 to 63
  std::uint8_t maximum_extensions = 0;    ///< 0 to 15
  std::uint16_t maximum_ndef_size = 0xffff;
};
[[nodiscard]] MDOC_EXPORT Result<TnepServiceParameter> decode_tnep_service_parameter(const NdefRecord& record);
[[nodiscard]] MDOC_EXPORT Result<NdefRecord> make_tnep_service_parameter(const TnepServiceParameter& parameter);

/// Service select record "Ts"; an empty name deselects.
[[nodiscard]] MDOC_EXPORT Result<std::string> decode_tnep_service_select(const NdefRecord& record);
[[nodiscard]] MDOC_EXPORT Result<NdefRecord> make_tnep_service_select(std::string_view service_name);

/// Status record "Te": 0 is success.
[[nodiscard]] MDOC_EXPORT Result<std::uint8_t> decode_tnep_status(const NdefRecord& record);
[[nodiscard]] MDOC_EXPORT NdefRecord make_tnep_status(std::uint8_t status);
/// @}

}  // namespace mdoc::engagement
