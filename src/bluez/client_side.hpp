#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "bluez/channels.hpp"
#include "bluez/discovery.hpp"
#include "bluez/l2cap.hpp"
#include "bluez/link_driver.hpp"
#include "bluez/packet_socket.hpp"
#include "bluez/peers.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_parts.hpp"

namespace mdoc::bluez {

/// What a BleCentral asks of bluetoothd and the kernel. Takes everything back when it is destroyed.
class ClientSide : public std::enable_shared_from_this<ClientSide> {
 public:
  using Machine = transport::BleCentral;

  ClientSide(std::shared_ptr<Stack> stack, Report<Machine> report);
  ~ClientSide();

  void begin();
  void perform(const transport::StartScanning& effect);
  void perform(const transport::StopScanning& effect);
  void perform(const transport::ConnectPeer& effect);
  void perform(const transport::ExchangeMtu& effect);
  void perform(const transport::DiscoverService& effect);
  void perform(const transport::ReadValue& effect);
  void perform(const transport::Subscribe& effect);
  void perform(const transport::OpenChannel& effect);
  void perform(transport::SendValue& effect);
  void perform(transport::SendPiece& effect) { channels_.send(effect); }
  void perform(const transport::CloseChannel& effect);
  void perform(const transport::DisconnectPeer& effect);

 private:
  // Of one connection; what was begun for it does not count for the next.
  struct Connection {
    transport::BlePeer peer{};
    std::string path{};
    bool is_up = false;
    std::optional<Uuid> wanted_service{};           // while it is looked for
    std::map<Uuid, std::string> characteristics{};  // paths
    std::map<Uuid, std::shared_ptr<PacketSocket>> notifications{};
    std::map<Uuid, Subscription> signals{};  // of those that come without a socket
    std::map<Uuid, std::shared_ptr<PacketSocket>> writers{};
    std::set<Uuid> unwritable{};  // by a socket
    std::shared_ptr<L2capConnector> connector{};
    std::shared_ptr<net::steady_timer> ending{};
  };
  using Answer = std::function<void(ClientSide&, Result<sdbus::MethodReply*>)>;

  [[nodiscard]] Bus::Answer answer(Answer then);
  void on_device(const std::string& path);
  void lose_soon();
  void lose();
  void leave(transport::BlePeer peer);
  void discover();
  void report_services(const std::string& service);
  void call_characteristic(const Uuid& characteristic, const char* method, const Answer& then);
  void on_notify_socket(const Uuid& characteristic, sdbus::Message& reply);
  void subscribe_by_signal(const Uuid& characteristic);
  void report_subscribed(const Uuid& characteristic);
  void on_value(const Uuid& characteristic, ByteView value);
  void acquire_writer(const Uuid& characteristic, Bytes first);
  void write(const Uuid& characteristic, const Bytes& value, bool with_response);
  void report_sent();
  [[nodiscard]] const CharacteristicState* find(const Uuid& characteristic) const;

  std::shared_ptr<Stack> stack_;
  Report<Machine> report_;
  Peers peers_;
  Channels<Machine> channels_;
  Subscription devices_;
  std::shared_ptr<Discovery::Search> search_;
  std::shared_ptr<Connection> connection_;
  std::set<std::string> refreshed_;
};

}  // namespace mdoc::bluez
