#include <utility>

#include "unit/properties/ble_walk.hpp"

namespace mdoc::properties {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;
using Walk = BleClientWalk;
using enum BleCharacteristic;

namespace {

constexpr std::array<std::uint8_t, 16> ident_value{0x27, 0x18, 0x28, 0x18, 0x28, 0x45, 0x90, 0x45,
                                                   0x23, 0x53, 0x60, 0x28, 0x74, 0x71, 0x35, 0x26};
constexpr std::size_t some_psm = 0xa5;

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
      {"found", [](Walk& w) { return w.by(Kind::found, w.peer_); }},
      {"found, other", [](Walk& w) { return w.by(Kind::found, w.other()); }},
      {"discovered", [](Walk& w) { return w.discovered(w.connected(), true); }},
      {"discovered, incomplete", [](Walk& w) { return w.discovered(w.connected(), false); }},
      {"discovered, other", [](Walk& w) { return w.discovered(w.other(), true); }},
      {"Ident", [](Walk& w) { return w.at(Kind::value_read, w.connected(), BleCharacteristic::ident, w.ident()); }},
      {"Ident, wrong",
       [](Walk& w) {
         Bytes value = w.ident();
         const bool is_cut = w.choices_.one_in(2);
         if (is_cut) value.resize(w.choices_.below(value.size()));
         if (!is_cut) value[w.choices_.below(value.size())] ^= 1;
         return w.at(Kind::value_read, w.connected(), BleCharacteristic::ident, std::move(value));
       }},
      {"Ident, other", [](Walk& w) { return w.at(Kind::value_read, w.other(), BleCharacteristic::ident, w.ident()); }},
      {"PSM", [](Walk& w) { return w.at(Kind::value_read, w.connected(), BleCharacteristic::l2cap, w.psm_value()); }},
      {"PSM of no use",
       [](Walk& w) {
         return w.at(Kind::value_read, w.connected(), BleCharacteristic::l2cap, Bytes(w.choices_.below(6)));
       }},
      {"PSM, other",
       [](Walk& w) { return w.at(Kind::value_read, w.other(), BleCharacteristic::l2cap, w.psm_value()); }},
      {"Start of a server", [](Walk& w) { return w.at(Kind::value, w.connected(), state, {1}); }},
      {"stranger read", [](Walk& w) { return w.stranger(Kind::value_read, w.ident()); }},
      {"State on, other", [](Walk& w) { return w.at(Kind::subscribed, w.other(), state); }},
      {"connected", [](Walk& w) { return w.by(Kind::connected, w.connected()); }},
      {"connected, other", [](Walk& w) { return w.by(Kind::connected, w.other()); }},
      {"MTU", [](Walk& w) { return w.some_mtu(w.connected()); }},
      {"MTU, other", [](Walk& w) { return w.some_mtu(w.other()); }},
      {"messages on", [](Walk& w) { return w.at(Kind::subscribed, w.connected(), server2client); }},
      {"messages on, other", [](Walk& w) { return w.at(Kind::subscribed, w.other(), server2client); }},
      {"State on", [](Walk& w) { return w.at(Kind::subscribed, w.connected(), state); }},
      {"stranger on", [](Walk& w) { return w.stranger(Kind::subscribed, {}); }},
      {"End", [](Walk& w) { return w.at(Kind::value, w.connected(), state, {2}); }},
      {"End, other", [](Walk& w) { return w.at(Kind::value, w.other(), state, {2}); }},
      {"State, garbage", [](Walk& w) { return w.at(Kind::value, w.connected(), state, w.some_state_garbage()); }},
      {"part", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, w.some_part(false)); }},
      {"last part", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, w.some_part(true)); }},
      {"no part", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, {}); }},
      {"empty last part", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, {0}); }},
      {"bad part", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, w.bad_part()); }},
      {"part too long", [](Walk& w) { return w.at(Kind::value, w.connected(), server2client, w.too_long_part()); }},
      {"part, other", [](Walk& w) { return w.at(Kind::value, w.other(), server2client, w.some_part(true)); }},
      {"part elsewhere", [](Walk& w) { return w.at(Kind::value, w.connected(), client2server, w.some_part(true)); }},
      {"part to a stranger",
       [](Walk& w) { return w.stranger(Kind::value, w.choices_.one_in(3) ? Bytes{2} : w.some_part(true)); }},
      {"value sent", [](Walk& w) { return w.of(Kind::value_sent); }},
      {"channel opened", [](Walk& w) { return w.by(Kind::channel_opened, w.connected()); }},
      {"channel opened, other", [](Walk& w) { return w.by(Kind::channel_opened, w.other()); }},
      {"channel messages",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.connected());
         event.bytes = w.some_stream();
         return event;
       }},
      {"channel message, cut",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.connected());
         event.bytes = w.some_stream();
         event.bytes.resize(w.choices_.below(event.bytes.size()));
         return event;
       }},
      {"channel length of zero",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.connected());
         event.bytes = Bytes(4 + w.choices_.below(3));
         return event;
       }},
      {"channel garbage",
       [](Walk& w) {
         BleEvent event = w.by(Kind::channel_bytes, w.connected());
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
      {"channel closed", [](Walk& w) { return w.by(Kind::channel_closed, w.connected()); }},
      {"channel closed, other", [](Walk& w) { return w.by(Kind::channel_closed, w.other()); }},
      {"disconnected", [](Walk& w) { return w.by(Kind::disconnected, w.connected()); }},
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

BleClientWalk::BleClientWalk(BleChoices& choices, State target, BleCount count)
    : BleWalk(choices, target == State::identifying || choices.one_in(2) ? BleMode::mdoc_central_client
                                                                         : BleMode::mdoc_peripheral_server),
      target_(target),
      count_(std::move(count)) {
  const bool needs_channel = target == State::reading_psm || target == State::opening_channel;
  if (needs_channel || target == State::closing) options_.l2cap = true;  // GATT has no such moment
  if (target == State::identifying || target == State::lingering) options_.l2cap = false;
  if (service_.has(BleCharacteristic::ident) && (target == State::identifying || !choices.one_in(4))) {
    ident_ = ident_value;
  }
  std::optional<std::uint16_t> psm;
  if (target != State::reading_psm && choices.one_in(2)) psm = some_psm;
  machine_.emplace(BleCentral::create(service_, ident_, psm, options_).value());
  monitor_ = std::make_unique<BleClientMonitor>(service_, ident_, psm, options_);
}

Bytes BleClientWalk::ident() const { return {ident_value.begin(), ident_value.end()}; }

Bytes BleClientWalk::psm_value() const { return {0, 0, 0, some_psm}; }

// Whom the machine has to do with, as far as a stack can know; else whom it is to find.
BlePeer BleClientWalk::connected() const { return current_.value_or(peer_); }

BleEvent BleClientWalk::discovered(BlePeer peer, bool complete) {
  BleEvent event = by(Kind::discovered, peer);
  for (const BleServiceCharacteristic& each : service_.characteristics) {
    BleFoundCharacteristic there{.uuid = each.uuid, .properties = each.properties};
    const bool is_optional = each.purpose == BleCharacteristic::ident || each.purpose == BleCharacteristic::l2cap;
    const bool is_wanted = target_ == State::identifying || target_ == State::reading_psm;
    if (is_optional && !is_wanted && choices_.one_in(5)) continue;
    if (each.properties.write && choices_.one_in(4)) there.properties.write = false;
    if (each.properties.write && choices_.one_in(4)) {
      there.properties = {.write = true, .notify = each.properties.notify};
    }
    event.found.push_back(there);
  }
  if (choices_.one_in(3)) event.found.push_back({.properties = {.read = true}});
  if (complete) return event;
  BleFoundCharacteristic& broken = event.found[choices_.below(3)];
  if (choices_.one_in(2)) {
    broken.uuid = {};
  } else {
    broken.properties = {.read = true};
  }
  return event;
}

BleEvent BleClientWalk::friendly() {
  // What the machine asked for last, and of whom.
  BleCharacteristic subscribes_to = state;
  for (const BleEffect& each : last_) {
    if (const auto* const connect = std::get_if<ConnectPeer>(&each)) current_ = connect->peer;
    if (const auto* const subscribe = std::get_if<Subscribe>(&each)) {
      subscribes_to = service_.find(subscribe->characteristic).value_or(state);
    }
  }
  const BlePeer peer = connected();
  switch (machine_->state()) {
    case State::idle:
      if (target_ == State::closed) return of(Kind::cancel);
      return of(target_ == State::waiting && choices_.one_in(2) ? Kind::radio_off : Kind::start);
    case State::scanning:
      if (target_ == State::waiting) return of(Kind::radio_off);
      if (monitor_->waits_for_others() && choices_.one_in(2)) return timer(0ms);
      return by(Kind::found, choices_.one_in(2) ? other() : peer_);
    case State::connecting: return by(Kind::connected, peer);
    case State::exchanging_mtu: return choices_.one_in(6) ? failed(BleOperation::exchange_mtu) : some_mtu(peer);
    case State::discovering: return discovered(peer, true);
    case State::identifying: return at(Kind::value_read, peer, BleCharacteristic::ident, ident());
    case State::reading_psm: return at(Kind::value_read, peer, BleCharacteristic::l2cap, psm_value());
    case State::opening_channel:
      if (target_ <= State::opening_channel || target_ == State::closing || choices_.one_in(2)) {
        return by(Kind::channel_opened, peer);
      }
      return failed(BleOperation::open_channel);
    case State::subscribing: return at(Kind::subscribed, peer, choices_.one_in(2) ? subscribes_to : server2client);
    case State::starting:
      if (choices_.one_in(4)) return at(Kind::value, peer, server2client, some_part(true));
      return of(Kind::value_sent);
    case State::waiting: return choices_.one_in(2) ? of(Kind::radio_on) : timer(0ms);
    case State::active:
    case State::draining:
    case State::lingering:
    case State::closing: return friendly_on_link();
    case State::closed: return of(Kind::cancel);
  }
  return of(Kind::cancel);
}

BleEvent BleClientWalk::friendly_on_link() {
  const bool is_gatt = monitor_->link() == nullptr || monitor_->link()->route().carrier == BleCarrier::gatt;
  const BleEvent confirmation = of(is_gatt ? Kind::value_sent : Kind::channel_sent);
  const BlePeer peer = connected();
  if (target_ == State::lingering && machine_->state() == State::active) {
    return choices_.one_in(3) ? some_send() : at(Kind::value, peer, state, {2});
  }
  switch (choices_.below(8)) {
    case 0:
    case 1:
      if (target_ >= State::draining) return of(Kind::finish);
      return confirmation;
    case 2:
    case 3: {
      if (is_gatt) return at(Kind::value, peer, server2client, some_part(choices_.one_in(2)));
      BleEvent event = by(Kind::channel_bytes, peer);
      event.bytes = some_stream();
      return event;
    }
    case 4: return some_send();
    case 5:
      if (target_ == State::closed) return by(Kind::disconnected, peer);
      return confirmation;
    default: return confirmation;
  }
}

}  // namespace mdoc::properties
