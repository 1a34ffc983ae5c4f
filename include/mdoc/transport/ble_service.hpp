#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/engagement/uuid.hpp"

/// @file
/// The GATT services of data retrieval over Bluetooth Low Energy (ISO/IEC 18013-5:2021, 8.3.3.1.1.4; second edition,
/// 11.1.3.2). The service itself has the UUID of one transaction; its characteristics have fixed ones.

namespace mdoc::transport {

using engagement::Uuid;

/// The modes of data retrieval, which the standard names from the mdoc's view.
enum class BleMode : std::uint8_t {
  mdoc_peripheral_server,  ///< the mdoc advertises and has the service, the mdoc reader connects
  mdoc_central_client,     ///< the mdoc reader advertises and has the service, the mdoc connects
};
/// For people: "mdoc peripheral server mode", "mdoc central client mode".
[[nodiscard]] MDOC_EXPORT std::string_view name(BleMode mode) noexcept;

/// What a characteristic is for, in whichever of the two services.
enum class BleCharacteristic : std::uint8_t {
  state,          ///< Start (1) from the client, End (2) from either side
  client2server,  ///< parts of messages of the GATT client
  server2client,  ///< parts of messages of the GATT server
  ident,          ///< which mdoc is meant; in the service of the mdoc reader only
  l2cap,          ///< PSM of the L2CAP channel that the server offers (second edition)
};
/// As the standard writes them: "State", "Client2Server", "Server2Client", "Ident", "L2CAP".
[[nodiscard]] MDOC_EXPORT std::string_view name(BleCharacteristic characteristic) noexcept;

/// Properties of a characteristic (Core Specification, Vol 3, Part G, 3.3.1.1).
struct BleProperties {
  bool read = false;
  bool write_without_response = false;
  bool write = false;
  bool notify = false;  ///< then it has a client characteristic configuration, which is off at first
  friend bool operator==(const BleProperties&, const BleProperties&) = default;
};

/// One characteristic of a service.
struct BleServiceCharacteristic {
  BleCharacteristic purpose{};
  Uuid uuid{};
  BleProperties properties{};  ///< that a server of ours has; one of a peer may have others
};

/// The service of one mode, as its server is to have it and its client expects it.
struct MDOC_EXPORT BleService {
  BleMode mode{};
  Uuid uuid{};  ///< of this transaction: BleOptions key 10 or 11, or from NFC handover
  std::vector<BleServiceCharacteristic> characteristics{};

  /// What a UUID stands for in this service; nothing for those that do not belong to it.
  [[nodiscard]] std::optional<BleCharacteristic> find(const Uuid& characteristic) const noexcept;
  /// @pre the service has it
  [[nodiscard]] const Uuid& uuid_of(BleCharacteristic characteristic) const noexcept;
  [[nodiscard]] bool has(BleCharacteristic characteristic) const noexcept;
};

/// The service of a mode. Beside Write Without Response, a server of ours has Write, which some clients use
/// (second edition, 11.1.3.2, note).
/// @return usage/bad_argument: a UUID of `constants` is none
[[nodiscard]] MDOC_EXPORT Result<BleService> ble_service(BleMode mode, const Uuid& transaction,
                                                         const ProtocolConstants& constants = iso18013_5());

/// Values of State: one byte each.
inline constexpr std::uint8_t ble_start = 0x01;
inline constexpr std::uint8_t ble_end = 0x02;

}  // namespace mdoc::transport
