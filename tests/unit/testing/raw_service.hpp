#pragma once

#include <cstdint>
#include <ostream>

#include "mdoc/core/bytes.hpp"
#include "mdoc/testing/virtual_radio.hpp"

namespace mdoc::testing {

inline constexpr transport::Uuid uuid_of(std::uint8_t number) {
  return {{0x5a, 0x3c, 0x91, 0x0b, 0x77, 0x1e, 0x4f, 0xd2, 0xb6, 0x08, 0x2c, 0xee, 0x41, 0x93, 0xf7, number}};
}
inline constexpr transport::Uuid raw_service_uuid = uuid_of(1);
inline constexpr transport::Uuid up = uuid_of(2);      // written by the client
inline constexpr transport::Uuid down = uuid_of(3);    // notified by the server
inline constexpr transport::Uuid beside = uuid_of(4);  // both ways
inline constexpr transport::Uuid fixed = uuid_of(5);   // read

/// For messages of GoogleTest.
inline void PrintTo(const RadioCounters& it, std::ostream* out) {
  *out << "advertisers " << it.advertisers << ", scans " << it.scans << ", connections " << it.connections
       << ", services " << it.services << ", listeners " << it.listeners << ", channels " << it.channels
       << ", remembered " << it.remembered << ", pending " << it.pending;
}

/// A service of no standard.
inline transport::RegisterService raw_service() {
  return {.service = raw_service_uuid,
          .characteristics = {
              {{.uuid = up, .properties = {.write_without_response = true, .write = true}}, {}},
              {{.uuid = down, .properties = {.notify = true}}, {}},
              {{.uuid = beside, .properties = {.write_without_response = true, .write = true, .notify = true}}, {}},
              {{.uuid = fixed, .properties = {.read = true}}, {0x31, 0x07, 0xc5}},
          }};
}

/// Two devices, a server and a client that are not connected yet.
struct RawPair {
  explicit RawPair(const RadioConditions& conditions = {}, const DeviceTraits& of_server = {},
                   const DeviceTraits& of_client = {}, std::uint64_t seed = 1)
      : radio(conditions, seed),
        server_device(radio.add_device("server", of_server)),
        client_device(radio.add_device("client", of_client)),
        server(server_device),
        client(client_device) {}

  /// Serves, finds, connects, and whatever else.
  bool connect(std::vector<transport::BleEffect> and_then = {}) {
    server.does_in_turn({transport::ListenForChannel{}, raw_service(), transport::StartAdvertising{raw_service_uuid}});
    std::vector<transport::BleEffect> turns{transport::StartScanning{raw_service_uuid},
                                            transport::ConnectPeer{server.address()}};
    turns.insert(turns.end(), and_then.begin(), and_then.end());
    client.does_in_turn(std::move(turns));
    radio.run(std::chrono::seconds{5});
    return client.count(StackEvent::Kind::connected) == 1 && server.count(StackEvent::Kind::connected) == 1;
  }
  [[nodiscard]] std::uint16_t psm() const {
    return static_cast<std::uint16_t>(server.last(StackEvent::Kind::listening).number);
  }
  /// Everything that a well-behaved pair takes back.
  void leave() {
    client.does(transport::StopScanning{});
    client.does(transport::DisconnectPeer{server.address()});
    client.does(transport::ForgetPeer{server.address()});
    server.does(transport::StopAdvertising{});
    server.does(transport::UnregisterService{});
    server.does(transport::StopListening{});
    server.does(transport::ForgetPeer{client.address()});
    radio.run(std::chrono::seconds{60});
  }

  VirtualRadio radio;
  VirtualDevice& server_device;
  VirtualDevice& client_device;
  RawPeer server;
  RawPeer client;
};

}  // namespace mdoc::testing
