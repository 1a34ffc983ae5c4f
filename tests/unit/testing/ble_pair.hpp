#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "mdoc/testing/ble_machines.hpp"
#include "raw_service.hpp"

namespace mdoc::testing {

inline constexpr std::array<transport::BleMode, 2> both_modes{transport::BleMode::mdoc_peripheral_server,
                                                              transport::BleMode::mdoc_central_client};
inline constexpr std::array<std::uint8_t, 16> pair_ident{0x9e, 0x04, 0x6b, 0xd1, 0x2f, 0x88, 0x57, 0xa0,
                                                         0x13, 0xcc, 0x7d, 0xe6, 0x42, 0x39, 0xfb, 0x60};

inline transport::BleService service_of(transport::BleMode mode) {
  return transport::ble_service(mode, uuid_of(200)).value();
}
inline VirtualPeripheral make_server(VirtualDevice& device, transport::BleMode mode,
                                     const transport::BleLinkOptions& options = {}) {
  const auto ident = mode == transport::BleMode::mdoc_central_client ? std::optional(pair_ident) : std::nullopt;
  return {device, transport::BlePeripheral::create(service_of(mode), ident, options).value()};
}
inline VirtualCentral make_client(VirtualDevice& device, transport::BleMode mode,
                                  const transport::BleLinkOptions& options = {},
                                  std::optional<std::uint16_t> psm = std::nullopt) {
  const auto ident = mode == transport::BleMode::mdoc_central_client ? std::optional(pair_ident) : std::nullopt;
  return {device, transport::BleCentral::create(service_of(mode), ident, psm, options).value()};
}

/// A message that says whether it is whole, as an encrypted one does: its last four bytes are a checksum of the others.
/// @param size  of all; shorter than five bytes, it has no checksum
inline std::uint32_t sum_of(ByteView bytes) {
  std::uint32_t sum = 0x811c9dc5U;
  for (const std::uint8_t byte : bytes) sum = (sum ^ byte) * 0x01000193U;
  return sum;
}
inline Bytes message_of(std::size_t size) {
  Bytes message(size);
  std::uint32_t state = 0x2545f491U + static_cast<std::uint32_t>(size);
  for (std::uint8_t& byte : message) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24U);
  }
  if (size < 5) return message;
  const std::uint32_t sum = sum_of(ByteView(message).first(size - 4));
  for (std::size_t i = 0; i < 4; ++i) message[size - 4 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  return message;
}
inline bool is_whole(ByteView message) {
  if (message.size() < 5) return true;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum |= std::uint32_t{message[message.size() - 4 + i]} << (8 * i);
  return sum == sum_of(message.first(message.size() - 4));
}

/// Server and client in one room, with one machine each.
struct BlePair {
  struct Settings {
    transport::BleMode mode = transport::BleMode::mdoc_peripheral_server;
    RadioConditions conditions{};
    DeviceTraits server{};
    DeviceTraits client{};
    transport::BleLinkOptions of_server{};
    transport::BleLinkOptions of_client{};
    std::optional<std::uint16_t> psm{};
    std::uint64_t seed = 1;
  };

  explicit BlePair(const Settings& settings)
      : radio(settings.conditions, settings.seed),
        server_device(radio.add_device("server", settings.server)),
        client_device(radio.add_device("client", settings.client)),
        server(make_server(server_device, settings.mode, settings.of_server)),
        client(make_client(client_device, settings.mode, settings.of_client, settings.psm)) {}

  void start() {
    server.start();
    client.start();
  }
  bool open(std::chrono::milliseconds within = std::chrono::seconds{30}) {
    start();
    return radio.run_until([&] { return server.opened().has_value() && client.opened().has_value(); }, within);
  }
  bool closed(std::chrono::milliseconds within = std::chrono::seconds{600}) {
    return radio.run_until([&] { return server.closed().has_value() && client.closed().has_value(); }, within);
  }

  [[nodiscard]] std::string endings() const {
    const auto said = [](const auto& machine) {
      if (!machine.closed()) return std::string("not closed");
      if (!machine.closed()->reason) return std::string("closed");
      return std::string(name(machine.closed()->reason->code)) + " at " + machine.closed()->reason->where.text();
    };
    return "server: " + said(server) + ", client: " + said(client);
  }

  VirtualRadio radio;
  VirtualDevice& server_device;
  VirtualDevice& client_device;
  VirtualPeripheral server;
  VirtualCentral client;
};

/// What became of an exchange.
enum class Ending : std::uint8_t {
  complete,    ///< the other side has the message as it was sent
  damaged,     ///< it has one, and knows that it is not whole
  named,       ///< the link ended before, and LinkClosed says why
  unanswered,  ///< nothing has come: the time-out of the session, above the transport, ends it
  hidden,      ///< it has one that is neither; or the link never ends, or ends without a reason. Must not be
};

inline void PrintTo(Ending it, std::ostream* out) {
  constexpr std::array names{"complete", "damaged", "named", "unanswered", "hidden"};
  *out << names[static_cast<std::size_t>(it)];
}

/// Opens, sends one large message in one direction, which the other side answers by a small one, then ends.
inline Ending exchange(BlePair& pair, std::size_t size, bool to_server) {
  using namespace std::chrono_literals;
  const Bytes sent = message_of(size);
  const auto run = [&](auto& from, auto& to) {
    from.reaction = [&](const transport::BleEffect& effect) {
      if (std::holds_alternative<transport::LinkOpened>(effect)) (void)from.send(sent);
      if (std::holds_alternative<transport::MessageReceived>(effect)) from.finish();
    };
    to.reaction = [&](const transport::BleEffect& effect) {
      if (std::holds_alternative<transport::MessageReceived>(effect)) (void)to.send(message_of(9));
    };
    pair.start();
    bool unanswered = false;
    if (!pair.closed(120s)) {
      unanswered = true;
      from.cancel();
      to.cancel();
      if (!pair.closed(60s)) return Ending::hidden;
    }
    pair.radio.run(300s);
    if (!to.messages().empty()) {
      if (to.messages().front() == sent) {
        if (!unanswered && !from.messages().empty()) return Ending::complete;
        return unanswered ? Ending::unanswered : Ending::named;
      }
      return is_whole(to.messages().front()) ? Ending::hidden : Ending::damaged;
    }
    if (unanswered) return Ending::unanswered;
    return from.reason() && to.reason() ? Ending::named : Ending::hidden;
  };
  return to_server ? run(pair.client, pair.server) : run(pair.server, pair.client);
}

}  // namespace mdoc::testing
