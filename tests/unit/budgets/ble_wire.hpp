#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::transport {

/// Two machines whose stacks answer at once, and keep no copy of anything: what is allocated is the machines' own.
class BleWire {
 public:
  static constexpr BlePeer peer{3};
  static constexpr TimePoint now{std::chrono::hours{1}};

  BleWire(BleMode mode, BleCarrier carrier, std::size_t mtu, std::size_t max_bytes)
      : mtu_(mtu), service_(ble_service(mode, uuid).value()) {
    BleLinkOptions options;
    options.l2cap = carrier == BleCarrier::l2cap;
    options.limits.max_bytes = max_bytes;
    std::optional<std::array<std::uint8_t, 16>> ident;
    if (mode == BleMode::mdoc_central_client) ident.emplace().fill(0x2d);
    server.emplace(BlePeripheral::create(service_, ident, options).value());
    client.emplace(BleCentral::create(service_, ident, std::nullopt, options).value());
    server->start(now);
    client->start(now);
    settle();
  }

  [[nodiscard]] bool is_open() const {
    return server->state() == BlePeripheral::State::active && client->state() == BleCentral::State::active;
  }

  /// Until neither machine has anything to say.
  void settle() {
    for (bool busy = true; busy;) {
      busy = false;
      while (auto effect = server->poll()) {
        busy = true;
        std::visit([this](auto& it) { of_server(it); }, *effect);
      }
      while (auto effect = client->poll()) {
        busy = true;
        std::visit([this](auto& it) { of_client(it); }, *effect);
      }
    }
  }

  std::optional<BlePeripheral> server;
  std::optional<BleCentral> client;
  std::optional<Bytes> at_server, at_client;  ///< the last message that came
  /// Values of messages, or pieces: how many left, and the bytes in them.
  std::size_t values = 0;
  std::size_t bytes = 0;
  bool deliver = true;

 private:
  static constexpr Uuid uuid{
      {0x2e, 0x55, 0x90, 0x1c, 0x0b, 0x37, 0x4a, 0x61, 0x9d, 0x48, 0x77, 0xf0, 0x13, 0x6e, 0xb2, 0x59}};

  void count(const Bytes& value) {
    ++values;
    bytes += value.size();
  }
  [[nodiscard]] bool is_of_message(const Uuid& characteristic) const {
    return service_.find(characteristic) != BleCharacteristic::state;
  }

  template <class Other>
  void of_server(Other&) {}
  void of_server(ListenForChannel&) { server->on_listening(0x93, now); }
  void of_server(RegisterService& it) {
    characteristics_ = std::move(it.characteristics);
    server->on_registered(now);
  }
  void of_server(StartAdvertising&) { client->on_found(peer, now); }
  void of_server(SendValue& it) {
    if (is_of_message(it.characteristic)) count(it.value);
    if (deliver) client->on_notification(peer, it.characteristic, it.value, now);
    server->on_value_sent(now);
  }
  void of_server(SendPiece& it) {
    count(it.bytes);
    if (deliver) client->on_channel_bytes(peer, it.bytes, now);
    server->on_channel_sent(now);
  }
  void of_server(MessageReceived& it) { at_server = std::move(it.message); }

  template <class Other>
  void of_client(Other&) {}
  void of_client(ConnectPeer&) {
    server->on_connected(peer, now);
    client->on_connected(peer, now);
  }
  void of_client(ExchangeMtu&) {
    server->on_mtu(peer, mtu_, now);
    client->on_mtu(peer, mtu_, now);
  }
  void of_client(DiscoverService&) {
    std::vector<BleFoundCharacteristic> found;
    for (const auto& each : characteristics_) found.push_back({each.description.uuid, each.description.properties});
    client->on_discovered(peer, found, now);
  }
  void of_client(ReadValue& it) {
    for (const auto& each : characteristics_) {
      if (each.description.uuid == it.characteristic) client->on_value_read(peer, it.characteristic, each.value, now);
    }
  }
  void of_client(Subscribe& it) {
    server->on_subscribed(peer, it.characteristic, true, now);
    client->on_subscribed(peer, it.characteristic, now);
  }
  void of_client(OpenChannel&) {
    server->on_channel_opened(peer, now);
    client->on_channel_opened(peer, now);
  }
  void of_client(SendValue& it) {
    if (is_of_message(it.characteristic)) count(it.value);
    if (deliver) server->on_write(peer, it.characteristic, it.value, now);
    client->on_value_sent(now);
  }
  void of_client(SendPiece& it) {
    count(it.bytes);
    if (deliver) server->on_channel_bytes(peer, it.bytes, now);
    client->on_channel_sent(now);
  }
  void of_client(MessageReceived& it) { at_client = std::move(it.message); }

  std::size_t mtu_;
  BleService service_;
  std::vector<RegisterService::Characteristic> characteristics_;
};

}  // namespace mdoc::transport
