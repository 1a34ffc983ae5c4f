#include <utility>

#include "unit/properties/ble_walk.hpp"

namespace mdoc::properties {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;
using Walk = BleServerWalk;
using enum BleCharacteristic;

namespace {

constexpr std::array<std::uint8_t, 16> ident_value{0x31, 0x41, 0x59, 0x26, 0x53, 0x58, 0x97, 0x93,
                                                   0x23, 0x84, 0x62, 0x64, 0x33, 0x83, 0x27, 0x95};
constexpr std::size_t some_psm = 0x93;

}  // namespace

const std::vector<Walk::Input>& Walk::table() {
  static const std::vector<Input> made{
      {"start", [](Walk& w) { return w.of(Kind::start); }},
      {"send", [](Walk& w) { return w.some_send(); }},
      {"send nothing", [](Walk& w) { return w.send(0); }},
      {"send too much", [](Walk& w) { return w.send(w.options_.limits.max_bytes + 1); }},
      {"finish", [](Walk& w) { return w.of(Kind::finish); }},
      {"cancel", [](Walk& w) { return w.of(Kind::cancel); }},
      {"timer early", [](Walk& w) { return w.timer(-1ms); }},
      {"timer due", [](Walk& w) { return w.timer(0ms); }},
      {"timer late", [](Walk& w) { return w.timer(std::chrono::milliseconds{w.choices_.below(20'000)}); }},
      {"listening", [](Walk& w) { return w.with_number(Kind::listening, {}, 0x80 + w.choices_.below(0x80)); }},
      {"registered", [](Walk& w) { return w.of(Kind::registered); }},
      {"advertising", [](Walk& w) { return w.of(Kind::advertising); }},
      {"connected", [](Walk& w) { return w.by(Kind::connected, w.peer_); }},
      {"connected, other", [](Walk& w) { return w.by(Kind::connected, w.other()); }},
      {"MTU", [](Walk& w) { return w.some_mtu(w.peer_); }},
      {"MTU, other", [](Walk& w) { return w.some_mtu(w.other()); }},
      {"messages on", [](Walk& w) { return w.at(Kind::subscribed, w.peer_, server2client); }},
      {"messages off", [](Walk& w) { return w.at(Kind::unsubscribed, w.peer_, server2client); }},
      {"messages on, other", [](Walk& w) { return w.at(Kind::subscribed, w.other(), server2client); }},
      {"messages off, other", [](Walk& w) { return w.at(Kind::unsubscribed, w.other(), server2client); }},
      {"State on", [](Walk& w) { return w.at(Kind::subscribed, w.peer_, state); }},
      {"State off", [](Walk& w) { return w.at(Kind::unsubscribed, w.peer_, state); }},
      {"stranger on", [](Walk& w) { return w.stranger(Kind::subscribed, {}); }},
      {"Start", [](Walk& w) { return w.at(Kind::value, w.peer_, state, {1}); }},
      {"Start, other", [](Walk& w) { return w.at(Kind::value, w.other(), state, {1}); }},
      {"End", [](Walk& w) { return w.at(Kind::value, w.peer_, state, {2}); }},
      {"End, other", [](Walk& w) { return w.at(Kind::value, w.other(), state, {2}); }},
      {"State, garbage", [](Walk& w) { return w.at(Kind::value, w.peer_, state, w.some_state_garbage()); }},
      {"part", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, w.some_part(false)); }},
      {"last part", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, w.some_part(true)); }},
      {"no part", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, {}); }},
      {"empty last part", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, {0}); }},
      {"bad part", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, w.bad_part()); }},
      {"part too long", [](Walk& w) { return w.at(Kind::value, w.peer_, client2server, w.too_long_part()); }},
      {"part, other", [](Walk& w) { return w.at(Kind::value, w.other(), client2server, w.some_part(true)); }},
      {"part elsewhere", [](Walk& w) { return w.at(Kind::value, w.peer_, server2client, w.some_part(true)); }},
      {"part to a stranger",
       [](Walk& w) { return w.stranger(Kind::value, w.choices_.one_in(3) ? Bytes{2} : w.some_part(true)); }},
      {"value sent", [](Walk& w) { return w.of(Kind::value_sent); }},
      {"channel opened", [](Walk& w) { return w.by(Kind::channel_opened, w.peer_); }},
      {"channel opened, other", [](Walk& w) { return w.by(Kind::channel_opened, w.other()); }},
      {"channel messages",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.peer_);
         event.bytes = w.some_stream();
         return event;
       }},
      {"channel message, cut",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.peer_);
         event.bytes = w.some_stream();
         event.bytes.resize(w.choices_.below(event.bytes.size()));
         return event;
       }},
      {"channel length of zero",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.peer_);
         event.bytes = Bytes(4 + w.choices_.below(3));
         return event;
       }},
      {"channel garbage",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.peer_);
         event.bytes = w.choices_.bytes(w.choices_.below(12));
         return event;
       }},
      {"channel bytes, other",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.other());
         event.bytes = w.some_stream();
         return event;
       }},
      {"channel sent", [](Walk& w) { return w.of(Kind::channel_sent); }},
      {"channel closed", [](Walk& w) { return w.by(Kind::channel_closed, w.peer_); }},
      {"channel closed, other", [](Walk& w) { return w.by(Kind::channel_closed, w.other()); }},
      {"disconnected", [](Walk& w) { return w.by(Kind::disconnected, w.peer_); }},
      {"disconnected, other", [](Walk& w) { return w.by(Kind::disconnected, w.other()); }},
      {"radio on", [](Walk& w) { return w.of(Kind::radio_on); }},
      {"radio off", [](Walk& w) { return w.of(Kind::radio_off); }},
      {"listen failed", [](Walk& w) { return w.failed(BleOperation::listen); }},
      {"register failed", [](Walk& w) { return w.failed(BleOperation::register_service); }},
      {"advertise failed", [](Walk& w) { return w.failed(BleOperation::advertise); }},
      {"scan failed", [](Walk& w) { return w.failed(BleOperation::scan); }},
      {"connect failed", [](Walk& w) { return w.failed(BleOperation::connect); }},
      {"exchange failed", [](Walk& w) { return w.failed(BleOperation::exchange_mtu); }},
      {"discover failed", [](Walk& w) { return w.failed(BleOperation::discover); }},
      {"read failed", [](Walk& w) { return w.failed(BleOperation::read); }},
      {"subscribe failed", [](Walk& w) { return w.failed(BleOperation::subscribe); }},
      {"channel failed", [](Walk& w) { return w.failed(BleOperation::open_channel); }},
      {"send failed", [](Walk& w) { return w.failed(BleOperation::send); }},
  };
  return made;
}

const std::vector<const char*>& Walk::input_names() {
  static const std::vector<const char*> made = [] {
    std::vector<const char*> names;
    for (const Input& each : table()) names.push_back(each.name);
    return names;
  }();
  return made;
}

BleServerWalk::BleServerWalk(BleChoices& choices, State target, BleCount count)
    : BleWalk(choices, choices.one_in(2) ? BleMode::mdoc_central_client : BleMode::mdoc_peripheral_server),
      target_(target),
      count_(std::move(count)) {
  if (target == State::listening) options_.l2cap = true;
  if (target == State::lingering) options_.l2cap = false;
  std::optional<std::array<std::uint8_t, 16>> ident;
  if (service_.has(BleCharacteristic::ident)) ident = ident_value;
  machine_.emplace(BlePeripheral::create(service_, ident, options_).value());
  monitor_ = std::make_unique<BleServerMonitor>(service_, ident, options_);
}

BleEvent BleServerWalk::friendly() {
  switch (machine_->state()) {
    case State::idle:
      if (target_ == State::closed) return of(Kind::cancel);
      return of(target_ == State::waiting && choices_.one_in(2) ? Kind::radio_off : Kind::start);
    case State::listening:
      if (choices_.one_in(4)) return failed(BleOperation::listen);
      return with_number(Kind::listening, {}, some_psm);
    case State::registering:
      if (target_ == State::waiting && choices_.one_in(2)) return of(Kind::radio_off);
      return of(Kind::registered);
    case State::waiting: return choices_.one_in(2) ? of(Kind::radio_on) : timer(0ms);
    case State::advertising:
      if (target_ == State::waiting) return of(Kind::radio_off);
      return friendly_client();
    case State::active:
    case State::draining:
    case State::lingering:
    case State::closing: return friendly_on_link();
    case State::closed: return of(Kind::cancel);
  }
  return of(Kind::cancel);
}

// Connects, asks for notifications, and writes Start; some skip a step.
BleEvent BleServerWalk::friendly_client() {
  switch (++steps_of_client_ % 6) {
    case 1: return by(Kind::connected, peer_);
    case 2: return choices_.one_in(3) ? of(Kind::advertising) : some_mtu(peer_);
    case 3: return at(Kind::subscribed, choices_.one_in(8) ? other() : peer_, server2client);
    case 4: return at(Kind::subscribed, choices_.one_in(8) ? other() : peer_, state);
    case 5:
      if (machine_->psm() && choices_.one_in(2)) return by(Kind::channel_opened, peer_);
      return at(Kind::value, peer_, state, {1});
    default: return at(Kind::value, peer_, state, {1});
  }
}

BleEvent BleServerWalk::friendly_on_link() {
  const bool is_gatt = monitor_->link() == nullptr || monitor_->link()->route().carrier == BleCarrier::gatt;
  const BleEvent confirmation = of(is_gatt ? Kind::value_sent : Kind::channel_sent);
  if (target_ == State::lingering && machine_->state() == State::active) {
    return choices_.one_in(3) ? some_send() : at(Kind::value, peer_, state, {2});
  }
  switch (choices_.below(8)) {
    case 0:
      if (target_ >= State::draining) return of(Kind::finish);
      return confirmation;
    case 1: return at(Kind::subscribed, peer_, server2client);
    case 2:
    case 3: {
      if (is_gatt) return at(Kind::value, peer_, client2server, some_part(choices_.one_in(2)));
      BleEvent event = by(Kind::channel_bytes, peer_);
      event.bytes = some_stream();
      return event;
    }
    case 4: return some_send();
    case 5:
      if (target_ == State::closed) return by(Kind::disconnected, peer_);
      return confirmation;
    default: return confirmation;
  }
}

}  // namespace mdoc::properties
