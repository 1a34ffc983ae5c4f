#include "mdoc/transport/ble_service.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

namespace mdoc::transport {
namespace {

constexpr std::array<std::string_view, 2> mode_names{"mdoc peripheral server mode", "mdoc central client mode"};
constexpr std::array<std::string_view, 5> characteristic_names{"State", "Client2Server", "Server2Client", "Ident",
                                                               "L2CAP"};

struct Row {
  BleCharacteristic purpose{};
  std::string_view ProtocolConstants::*uuid = nullptr;
  const char* constant = "";  // for errors
  BleProperties properties{};
};

constexpr BleProperties state_properties{.write_without_response = true, .write = true, .notify = true};
constexpr BleProperties client2server_properties{.write_without_response = true, .write = true};
constexpr BleProperties server2client_properties{.notify = true};
constexpr BleProperties readable{.read = true};

using enum BleCharacteristic;
using Constants = ProtocolConstants;

constexpr std::array mdoc_service{
    Row{state, &Constants::ble_mdoc_state, "ble_mdoc_state", state_properties},
    Row{client2server, &Constants::ble_mdoc_client2server, "ble_mdoc_client2server", client2server_properties},
    Row{server2client, &Constants::ble_mdoc_server2client, "ble_mdoc_server2client", server2client_properties},
    Row{l2cap, &Constants::ble_mdoc_l2cap, "ble_mdoc_l2cap", readable},
};
constexpr std::array reader_service{
    Row{state, &Constants::ble_reader_state, "ble_reader_state", state_properties},
    Row{client2server, &Constants::ble_reader_client2server, "ble_reader_client2server", client2server_properties},
    Row{server2client, &Constants::ble_reader_server2client, "ble_reader_server2client", server2client_properties},
    Row{ident, &Constants::ble_reader_ident, "ble_reader_ident", readable},
    Row{l2cap, &Constants::ble_reader_l2cap, "ble_reader_l2cap", readable},
};

}  // namespace

std::string_view name(BleMode mode) noexcept { return mode_names[static_cast<std::size_t>(mode)]; }
std::string_view name(BleCharacteristic characteristic) noexcept {
  return characteristic_names[static_cast<std::size_t>(characteristic)];
}

std::optional<BleCharacteristic> BleService::find(const Uuid& characteristic) const noexcept {
  const auto found = std::ranges::find(characteristics, characteristic, &BleServiceCharacteristic::uuid);
  if (found == characteristics.end()) return std::nullopt;
  return found->purpose;
}

const Uuid& BleService::uuid_of(BleCharacteristic characteristic) const noexcept {
  const auto found = std::ranges::find(characteristics, characteristic, &BleServiceCharacteristic::purpose);
  assert(found != characteristics.end());
  return found->uuid;
}

bool BleService::has(BleCharacteristic characteristic) const noexcept {
  const auto found = std::ranges::find(characteristics, characteristic, &BleServiceCharacteristic::purpose);
  return found != characteristics.end();
}

Result<BleService> ble_service(BleMode mode, const Uuid& transaction, const ProtocolConstants& constants) {
  // The mdoc has the service in the mode that is named after it, the mdoc reader in the other.
  const std::span<const Row> rows = mode == BleMode::mdoc_peripheral_server ? std::span<const Row>(mdoc_service)
                                                                            : std::span<const Row>(reader_service);
  BleService service{.mode = mode, .uuid = transaction};
  for (const Row& row : rows) {
    const auto uuid = Uuid::parse(constants.*row.uuid);
    if (!uuid) {
      Path where = "ProtocolConstants";
      where.push_name(row.constant);
      return Error{.code = Errc::bad_argument, .where = where};
    }
    service.characteristics.push_back({.purpose = row.purpose, .uuid = *uuid, .properties = row.properties});
  }
  return service;
}

}  // namespace mdoc::transport
