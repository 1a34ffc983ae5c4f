#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bluez/bus.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::bluez {

using transport::Uuid;

/// A Bluetooth address, as its text, and of which kind it is.
struct Address {
  std::string text{};  ///< "00:11:22:33:44:55"
  bool is_random = false;
};

struct AdapterState {
  Address address{};
  bool is_powered = false;
};
struct DeviceState {
  Address address{};
  bool is_connected = false;
  bool is_resolved = false;  ///< its services are known
  bool is_kept = false;      ///< somebody has paired with it, or trusts or blocks it
  std::vector<Uuid> services{};
};
struct ServiceState {
  std::string device{};
  Uuid uuid{};
};
struct CharacteristicState {
  std::string service{};
  Uuid uuid{};
  transport::BleProperties properties{};
  std::optional<std::size_t> mtu{};
};

/// What bluetoothd has, by object path, as far as links need it.
struct Objects {
  std::map<std::string, AdapterState> adapters{};
  std::map<std::string, DeviceState> devices{};
  std::map<std::string, ServiceState> services{};
  std::map<std::string, CharacteristicState> characteristics{};

  [[nodiscard]] bool is_connected(const std::string& device) const;
  /// Properties of one object: all of them, or those that have changed.
  void update(const std::string& path, std::string_view interface, const Properties& changed);
  void remove(const std::string& path, std::string_view interface);
};

}  // namespace mdoc::bluez
