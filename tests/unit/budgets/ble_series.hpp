#pragma once

#include <utility>

#include "unit/testing/ble_pair.hpp"

namespace mdoc::testing {

/// A room that stays open, with presentation after presentation.
struct Series {
  explicit Series(transport::BleMode of, bool by_channel = false) : mode(of), l2cap(by_channel) {}

  /// @return whether it went well, and the machines wait for nothing any more
  bool present() {
    using namespace std::chrono_literals;
    using namespace transport;
    BleLinkOptions options;
    options.l2cap = l2cap;
    VirtualPeripheral server = make_server(server_device, mode, options);
    VirtualCentral client = make_client(client_device, mode, options);
    server.reaction = [&](const BleEffect& effect) {
      if (std::holds_alternative<MessageReceived>(effect)) (void)server.send(answer);
    };
    client.reaction = [&](const BleEffect& effect) {
      if (std::holds_alternative<LinkOpened>(effect)) (void)client.send(question);
      if (std::holds_alternative<MessageReceived>(effect)) client.finish();
    };
    server.start();
    client.start();
    radio.run(100s);
    return server.closed() && client.closed() && client.messages().size() == 1 && client.messages().front() == answer &&
           !server.machine().deadline() && !client.machine().deadline();
  }

  transport::BleMode mode;
  bool l2cap;
  VirtualRadio radio;
  VirtualDevice& server_device = radio.add_device("server");
  VirtualDevice& client_device = radio.add_device("client");
  Bytes question = message_of(400);
  Bytes answer = message_of(3'000);
};

}  // namespace mdoc::testing
