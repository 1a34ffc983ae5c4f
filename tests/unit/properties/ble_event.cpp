#include "unit/properties/ble_event.hpp"

#include <algorithm>
#include <array>

namespace mdoc::properties {

using Kind = BleEvent::Kind;

namespace {

constexpr std::array<const char*, 25> kinds{
    "start",         "send",         "finish",         "cancel",       "timer",      "listening",
    "registered",    "advertising",  "found",          "connected",    "MTU",        "discovered",
    "read",          "subscribed",   "unsubscribed",   "value",        "value sent", "channel opened",
    "channel bytes", "channel sent", "channel closed", "disconnected", "radio on",   "radio off",
    "failed"};
static_assert(kinds.size() == static_cast<std::size_t>(Kind::failed) + 1);

/// What both machines have alike.
template <class Machine>
Result<void> hand_over_common(const BleEvent& event, Machine& machine) {
  const TimePoint now = event.at;
  switch (event.kind) {
    case Kind::start: machine.start(now); break;
    case Kind::send: return machine.send(event.bytes, now);
    case Kind::finish: machine.finish(now); break;
    case Kind::cancel: machine.cancel(now); break;
    case Kind::timer: machine.on_timer(now); break;
    case Kind::connected: machine.on_connected(event.peer, now); break;
    case Kind::mtu: machine.on_mtu(event.peer, event.number, now); break;
    case Kind::value_sent: machine.on_value_sent(now); break;
    case Kind::channel_opened: machine.on_channel_opened(event.peer, now); break;
    case Kind::channel_bytes: machine.on_channel_bytes(event.peer, event.bytes, now); break;
    case Kind::channel_sent: machine.on_channel_sent(now); break;
    case Kind::channel_closed: machine.on_channel_closed(event.peer, now); break;
    case Kind::disconnected: machine.on_disconnected(event.peer, now); break;
    case Kind::radio_on: machine.on_radio(true, now); break;
    case Kind::radio_off: machine.on_radio(false, now); break;
    case Kind::failed: machine.on_failed(event.operation, static_cast<std::int32_t>(event.number), now); break;
    default: break;
  }
  return {};
}

}  // namespace

Result<void> hand_over(const BleEvent& event, transport::BlePeripheral& machine) {
  switch (event.kind) {
    case Kind::listening: machine.on_listening(static_cast<std::uint16_t>(event.number), event.at); break;
    case Kind::registered: machine.on_registered(event.at); break;
    case Kind::advertising: machine.on_advertising(event.at); break;
    case Kind::subscribed: machine.on_subscribed(event.peer, event.characteristic, true, event.at); break;
    case Kind::unsubscribed: machine.on_subscribed(event.peer, event.characteristic, false, event.at); break;
    case Kind::value: machine.on_write(event.peer, event.characteristic, event.bytes, event.at); break;
    default: return hand_over_common(event, machine);
  }
  return {};
}

Result<void> hand_over(const BleEvent& event, transport::BleCentral& machine) {
  switch (event.kind) {
    case Kind::found: machine.on_found(event.peer, event.at); break;
    case Kind::discovered: machine.on_discovered(event.peer, event.found, event.at); break;
    case Kind::value_read: machine.on_value_read(event.peer, event.characteristic, event.bytes, event.at); break;
    case Kind::subscribed: machine.on_subscribed(event.peer, event.characteristic, event.at); break;
    case Kind::value: machine.on_notification(event.peer, event.characteristic, event.bytes, event.at); break;
    default: return hand_over_common(event, machine);
  }
  return {};
}

std::string hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
  return out;
}

std::string text(const BleEvent& event, const transport::BleService& service) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(event.at.time_since_epoch()).count();
  std::string out = std::to_string(milliseconds) + " ms: " + kinds[static_cast<std::size_t>(event.kind)];
  if (event.kind == Kind::failed) return out + ' ' + std::string(name(event.operation));
  if (event.characteristic != transport::Uuid{}) {
    const auto purpose = service.find(event.characteristic);
    out += " of " + (purpose ? std::string(name(*purpose)) : std::string("a stranger"));
  }
  if (event.peer != transport::BlePeer{}) out += " from " + std::to_string(static_cast<std::uint64_t>(event.peer));
  if (event.number != 0) out += ", " + std::to_string(event.number);
  constexpr std::size_t enough = 24;
  if (!event.bytes.empty()) out += ": " + hex(ByteView(event.bytes).first(std::min(enough, event.bytes.size())));
  if (event.bytes.size() > enough) out += "… (" + std::to_string(event.bytes.size()) + ')';
  return out;
}

}  // namespace mdoc::properties
