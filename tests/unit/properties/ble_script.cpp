#include "unit/properties/ble_script.hpp"

#include <utility>

namespace mdoc::properties {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;

namespace {

constexpr std::size_t psm = 0x8c;
constexpr std::size_t mtu = 43;            // values of 40 bytes
constexpr std::size_t message_size = 100;  // three of them

constexpr Uuid transaction{
    {0x7f, 0x20, 0x11, 0x5a, 0x90, 0x3c, 0x4d, 0x8e, 0xb1, 0x06, 0x52, 0xaa, 0x3e, 0x19, 0xc4, 0x68}};

/// Events of one peer, a few milliseconds between them.
class Script {
 public:
  Script& add(BleEvent event) {
    event.at = now_;
    if (event.peer == BlePeer{}) event.peer = script_peer;
    events_.push_back(std::move(event));
    now_ += 5ms;
    return *this;
  }
  Script& add(Kind kind) { return add(BleEvent{.kind = kind}); }
  Script& add(Kind kind, BleCharacteristic which, Bytes bytes = {}) {
    return add(BleEvent{.kind = kind, .characteristic = script_service().uuid_of(which), .bytes = std::move(bytes)});
  }
  Script& bytes(Kind kind, Bytes bytes) { return add(BleEvent{.kind = kind, .bytes = std::move(bytes)}); }
  Script& number(Kind kind, std::size_t number) { return add(BleEvent{.kind = kind, .number = number}); }
  Script& times(std::size_t count, Kind kind) {
    for (; count > 0; --count) add(kind);
    return *this;
  }
  /// A message comes in two parts, one leaves in three, and that was all.
  Script& exchange(BleCarrier carrier, BleCharacteristic incoming, bool sends_first) {
    if (sends_first) leaves(carrier);
    if (carrier == BleCarrier::gatt) {
      add(Kind::value, incoming, Bytes(40, 1)).add(Kind::value, incoming, {0, 2, 3, 4});
    } else {
      bytes(Kind::channel_bytes, {0, 0, 0, 6, 1, 2}).bytes(Kind::channel_bytes, {3, 4, 5, 6});
    }
    if (!sends_first) leaves(carrier);
    return add(Kind::finish);
  }
  [[nodiscard]] std::vector<BleEvent> events() && { return std::move(events_); }

 private:
  void leaves(BleCarrier carrier) {
    bytes(Kind::send, Bytes(message_size, 9));
    times(3, carrier == BleCarrier::gatt ? Kind::value_sent : Kind::channel_sent);
  }

  std::vector<BleEvent> events_;
  TimePoint now_{1h};
};

}  // namespace

BleLinkOptions script_options(BleCarrier carrier) {
  BleLinkOptions options;
  options.quirks.max_piece = message_size / 3 + 3;
  options.l2cap = carrier == BleCarrier::l2cap;
  return options;
}

BleService script_service() { return ble_service(BleMode::mdoc_peripheral_server, transaction).value(); }

std::vector<BleEvent> server_script(BleCarrier carrier) {
  using enum BleCharacteristic;
  Script script;
  script.add(Kind::start);
  if (carrier == BleCarrier::l2cap) script.number(Kind::listening, psm);
  script.add(Kind::registered).add(Kind::advertising).add(Kind::connected).number(Kind::mtu, mtu);
  if (carrier == BleCarrier::l2cap) {
    script.add(Kind::channel_opened).exchange(carrier, client2server, false).add(Kind::channel_closed);
  } else {
    script.add(Kind::subscribed, server2client).add(Kind::subscribed, state).add(Kind::value, state, {ble_start});
    script.exchange(carrier, client2server, false).add(Kind::value_sent).add(Kind::disconnected);
  }
  return std::move(script).events();
}

std::vector<BleEvent> client_script(BleCarrier carrier) {
  using enum BleCharacteristic;
  Script script;
  script.add(Kind::start).add(Kind::found).add(Kind::connected).number(Kind::mtu, mtu);
  BleEvent found{.kind = Kind::discovered};
  for (const auto& each : script_service().characteristics) found.found.push_back({each.uuid, each.properties});
  script.add(found);
  if (carrier == BleCarrier::l2cap) {
    script.add(Kind::value_read, l2cap, {0, 0, 0, psm}).add(Kind::channel_opened);
    script.exchange(carrier, server2client, true).add(Kind::channel_closed);
  } else {
    script.add(Kind::subscribed, server2client).add(Kind::subscribed, state).add(Kind::value_sent);
    script.exchange(carrier, server2client, true).add(Kind::value_sent);
  }
  return std::move(script).events();
}

std::string BleBalance::text() const {
  std::string out;
  for (const auto& [what, is_open] : open_) out += ' ' + what;
  return out;
}

}  // namespace mdoc::properties
