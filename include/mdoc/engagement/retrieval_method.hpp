#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/uuid.hpp"

/// @file
/// DeviceRetrievalMethod: how the mdoc can be reached (ISO/IEC 18013-5:2021, 8.2.1.1; second
/// edition, 9.3 and 11; REST: ISO/IEC TS 18013-7, A.1).

namespace mdoc::engagement {

/// NfcOptions: the largest APDU data fields that the mdoc takes and sends (second edition, 11.2).
struct NfcOptions {
  static constexpr std::uint32_t min_command_data = 255, max_command_data = 65535;
  static constexpr std::uint32_t min_response_data = 256, max_response_data = 65536;

  std::uint32_t command_data = min_command_data;    ///< key 0: bytes of a command
  std::uint32_t response_data = min_response_data;  ///< key 1: bytes of a response
  cbor::UnknownMembers others{};                    ///< RFU, as received
};

/// LE device address, as BleOptions and the NFC out-of-band record carry it.
struct BleAddress {
  std::array<std::uint8_t, 6> octets{};  ///< as transported: little-endian
  /// 0 public, 1 random. Absent in the six-byte form that some peers send, mostly in the order in
  /// which addresses are displayed; who dials tries both orders.
  std::optional<std::uint8_t> type{};
  friend bool operator==(const BleAddress&, const BleAddress&) = default;
};

/// mdoc peripheral server mode: the mdoc advertises `uuid`, the reader connects.
struct BlePeripheralServer {
  Uuid uuid{};                          ///< key 10
  std::optional<BleAddress> address{};  ///< key 20
  std::optional<std::uint16_t> psm{};   ///< key 21: L2CAP channel, 0x80 to 0xff (second edition)
};

/// mdoc central client mode: the reader advertises `uuid`, the mdoc connects.
struct BleCentralClient {
  Uuid uuid{};  ///< key 11
};

/// BleOptions (second edition, 11.1.2). A mode is offered by being there, so that neither a UUID
/// without its mode nor an address without peripheral server mode can be written.
struct BleOptions {
  std::optional<BlePeripheralServer> peripheral_server{};
  std::optional<BleCentralClient> central_client{};
  cbor::UnknownMembers others{};  ///< RFU, as received
};

/// WifiOptions (second edition, 11.3.2). The service name, and the pass-phrase where `passphrase`
/// is absent, are derived from EDeviceKeyBytes (derived_names.hpp).
struct WifiOptions {
  std::optional<std::string> passphrase{};         ///< key 0: 8 to 63 printable ASCII characters
  std::optional<std::uint64_t> operating_class{};  ///< key 1: of the global table, 81 = 2.4 GHz
  std::optional<std::uint64_t> channel{};          ///< key 2
  Bytes supported_bands{};                         ///< key 3: bitmap, 0x04 = 2.4 GHz, 0x10 = 5 GHz; empty if absent
  cbor::UnknownMembers others{};                   ///< RFU, as received
};

/// RestApiOptions: the web address that identifies the session (TS 18013-7, A.6.1).
struct RestApiOptions {
  std::string uri{};              ///< key 0: absolute https URI
  cbor::UnknownMembers others{};  ///< RFU, as received
};

/// A method of a type or version that this library does not speak, or one whose options leave
/// nothing to use. Kept, shown by tools, never chosen.
struct OtherRetrievalMethod {
  std::uint64_t type = 0;
  std::uint64_t version = 0;
  SharedBytes options{};  ///< encoded, as received
};

using RetrievalMethod = std::variant<NfcOptions, BleOptions, WifiOptions, RestApiOptions, OtherRetrievalMethod>;

/// "type" of DeviceRetrievalMethod.
enum class RetrievalType : std::uint64_t { nfc = 1, ble = 2, wifi_aware = 3, rest_api = 4 };
/// The version of all of them.
inline constexpr std::uint64_t retrieval_version = 1;

[[nodiscard]] MDOC_EXPORT std::uint64_t type(const RetrievalMethod& method) noexcept;
/// For people: "NFC", "BLE", "Wi-Fi Aware", "REST API", "other".
[[nodiscard]] MDOC_EXPORT std::string_view name(const RetrievalMethod& method) noexcept;
/// At least one method is of a kind that this library speaks.
[[nodiscard]] MDOC_EXPORT bool any_known(std::span<const RetrievalMethod> methods) noexcept;

/// Reads `DeviceRetrievalMethods = [ + DeviceRetrievalMethod ]`, in the mdoc's order of preference.
///
/// Judged by rule: a (type, version) pair given twice (engagement_duplicate_method: entries for BLE
/// are merged, as one wallet sends one for each mode; of others the first counts), options against
/// the table of their technology (engagement_options: NFC sizes are clamped, a UUID that is missing
/// is taken from the other mode, members without their mode are dropped).
/// @return empty_structure, wrong_type, missing_element, bad_value with their place
[[nodiscard]] MDOC_EXPORT Result<std::vector<RetrievalMethod>> decode_retrieval_methods(
    cbor::Reader& reader, const ProtocolConstants& constants = iso18013_5());

/// Writes one DeviceRetrievalMethod.
/// @return usage/bad_argument: options against the table of their technology: NFC sizes out of
///         range, BLE without a mode, a pass-phrase or URI of another form
[[nodiscard]] MDOC_EXPORT Result<void> encode(cbor::Writer& writer, const RetrievalMethod& method,
                                              const ProtocolConstants& constants = iso18013_5());

}  // namespace mdoc::engagement
