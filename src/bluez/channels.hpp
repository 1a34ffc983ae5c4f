#pragma once

#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include "bluez/l2cap.hpp"
#include "bluez/link_driver.hpp"
#include "bluez/packet_socket.hpp"
#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::bluez {

/// The L2CAP channels of one link: one that is used, and any that are about to be closed.
template <class Machine>
class Channels {
 public:
  Channels(const net::any_io_executor& executor, Report<Machine> report)
      : executor_(executor), report_(std::move(report)) {}

  /// @param descriptor  becomes its own. A second one of a peer is closed: its bytes belong to another stream
  void open(transport::BlePeer peer, int descriptor) {
    if (const auto known = sockets_.find(peer); known != sockets_.end() && known->second->is_open()) {
      ::close(descriptor);
      return;
    }
    auto socket = std::make_shared<PacketSocket>(executor_, descriptor, l2cap_send_size(descriptor));
    const auto packet = [report = report_, peer](ByteView bytes) {
      report.input([peer, kept = Bytes(bytes.begin(), bytes.end())](Machine& machine, TimePoint now) {
        machine.on_channel_bytes(peer, kept, now);
      });
    };
    const auto sent = [report = report_] {
      report.input([](Machine& machine, TimePoint now) { machine.on_channel_sent(now); });
    };
    const auto closed = [report = report_, peer](int) {
      report.input([peer](Machine& machine, TimePoint now) { machine.on_channel_closed(peer, now); });
    };
    socket->start({.packet = packet, .sent = sent, .closed = closed});
    sockets_[peer] = std::move(socket);
    report_.input([peer](Machine& machine, TimePoint now) { machine.on_channel_opened(peer, now); });
  }

  void send(transport::SendPiece& piece) {
    const auto found = sockets_.find(piece.peer);
    if (found != sockets_.end()) found->second->send(std::move(piece.bytes));
  }
  void close(transport::BlePeer peer) { sockets_.erase(peer); }

 private:
  net::any_io_executor executor_;
  Report<Machine> report_;
  std::map<transport::BlePeer, std::shared_ptr<PacketSocket>> sockets_;
};

}  // namespace mdoc::bluez
