#pragma once

#include <memory>
#include <set>
#include <string>

#include "bluez/advertisement.hpp"
#include "bluez/channels.hpp"
#include "bluez/gatt_application.hpp"
#include "bluez/l2cap.hpp"
#include "bluez/link_driver.hpp"
#include "bluez/peers.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::bluez {

/// What a BlePeripheral asks of bluetoothd and the kernel. Takes everything back when it is destroyed.
class ServerSide : public std::enable_shared_from_this<ServerSide> {
 public:
  using Machine = transport::BlePeripheral;

  ServerSide(std::shared_ptr<Stack> stack, Report<Machine> report);
  ServerSide(const ServerSide&) = delete;
  ServerSide& operator=(const ServerSide&) = delete;
  ~ServerSide();

  void begin();
  void perform(const transport::ListenForChannel& effect);
  void perform(const transport::StopListening& effect);
  void perform(const transport::RegisterService& effect);
  void perform(const transport::UnregisterService& effect);
  void perform(const transport::StartAdvertising& effect);
  void perform(const transport::StopAdvertising& effect);
  void perform(transport::SendValue& effect);
  void perform(transport::SendPiece& effect) { channels_.send(effect); }
  void perform(const transport::CloseChannel& effect) { channels_.close(effect.peer); }
  void perform(const transport::DisconnectPeer& effect);
  void perform(const transport::ForgetPeer& effect) {
    peers_.leave(effect.peer, nullptr);
  }  // one that left by itself, too

 private:
  void on_channel(int descriptor, const std::string& address);
  void on_device(const std::string& path);
  void on_stranger(const std::string& path);
  [[nodiscard]] transport::BlePeer client(const std::string& path);

  std::shared_ptr<Stack> stack_;
  Report<Machine> report_;
  std::set<std::string> known_before_;  // devices
  Peers peers_;
  Channels<Machine> channels_;
  Subscription devices_;
  std::shared_ptr<L2capListener> listener_;
  std::shared_ptr<GattApplication> application_;
  std::shared_ptr<Advertisement> advertisement_;
};

}  // namespace mdoc::bluez
