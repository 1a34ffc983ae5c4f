#include <algorithm>
#include <string>

#include "unit/properties/ble_monitor.hpp"

namespace mdoc::properties {

using namespace mdoc::transport;
using Kind = BleEvent::Kind;

BleServerMonitor::BleServerMonitor(BleService service, const std::optional<std::array<std::uint8_t, 16>>& ident,
                                   const BleLinkOptions& options)
    : BleMonitor(std::move(service), options), ident_(ident) {}

void BleServerMonitor::set_up(TimePoint at) {
  clocks_.retry_at.reset();
  if (!options_.l2cap) return ask_for_service(at);
  phase_ = Phase::listening;
  listens_ = true;
  clocks_.answer_until = at + options_.timeouts.step;
  ask("listen");
}

void BleServerMonitor::ask_for_service(TimePoint at) {
  phase_ = Phase::registering;
  is_registered_ = true;
  clocks_.answer_until = at + options_.timeouts.step;
  std::string word = "register State= Client2Server= Server2Client=";
  if (ident_) word += " Ident=" + hex(Bytes(ident_->begin(), ident_->end()));
  if (psm_) {
    word += " L2CAP=" + hex(Bytes{0, 0, static_cast<std::uint8_t>(*psm_ >> 8), static_cast<std::uint8_t>(*psm_)});
  }
  ask(word);
}

void BleServerMonitor::take_back() {
  for (const auto& [peer, client] : clients_) let_go(peer);
  clients_.clear();
  if (phase_ == Phase::advertising) ask("stop advertising");
  if (is_registered_) ask("unregister");
  if (listens_) ask("stop listening");
  is_registered_ = listens_ = false;
  psm_.reset();
  phase_ = Phase::waiting;
  clocks_.answer_until.reset();
}

void BleServerMonitor::fail(Errc reason, TimePoint at) {
  // Closing takes back by itself.
  if (break_attempt(reason, at)) take_back();
}

std::optional<TimePoint> BleServerMonitor::deadline() const {
  auto due = first({clocks_.open_until, clocks_.retry_at, clocks_.answer_until});
  for (const auto& [peer, client] : clients_) due = first({due, client.until});
  return due;
}

void BleServerMonitor::on(const BleEvent& event) {
  if (link_) {
    to_link(event);
    if (event.kind == Kind::radio_on || event.kind == Kind::radio_off) is_radio_on_ = event.kind == Kind::radio_on;
    const bool is_stranger = event.peer != link_->route().peer;
    if (event.kind == Kind::connected && is_stranger) let_go(event.peer);
    if (event.kind == Kind::channel_opened && (is_stranger || link_->route().carrier == BleCarrier::gatt)) {
      ask("close channel to " + number(event.peer));
      if (is_stranger) let_go(event.peer);
    }
    return;
  }
  switch (event.kind) {
    case Kind::start:
      if (is_started_) return;
      is_started_ = true;
      clocks_.open_until = event.at + options_.timeouts.open;
      if (is_radio_on_) return set_up(event.at);
      phase_ = Phase::waiting;
      expected_.steps.insert(BleStep::radio_off);
      return;
    case Kind::send: expected_.refusal = Errc::wrong_state; return;
    case Kind::finish:
    case Kind::cancel: return close(std::nullopt);
    case Kind::radio_on:
    case Kind::radio_off: return radio(event.kind == Kind::radio_on, event.at);
    case Kind::timer: return timer(event.at);
    case Kind::listening:
      if (phase_ != Phase::listening) return;
      psm_ = event.number;
      return ask_for_service(event.at);
    case Kind::registered:
      if (phase_ != Phase::registering) return;
      phase_ = Phase::advertising;
      clocks_.answer_until.reset();
      return ask("advertise");
    case Kind::advertising:
      if (phase_ == Phase::advertising) expected_.steps.insert(BleStep::advertising);
      return;
    case Kind::failed:
      if (event.operation == BleOperation::listen && phase_ == Phase::listening) {
        listens_ = false;
        expected_.steps.insert(BleStep::fell_back);
        ask_for_service(event.at);
      } else if ((event.operation == BleOperation::register_service && phase_ == Phase::registering) ||
                 (event.operation == BleOperation::advertise && phase_ == Phase::advertising)) {
        fail(Errc::connect_failed, event.at);
      }
      return;
    default: return client_event(event);
  }
}

void BleServerMonitor::radio(bool on, TimePoint at) {
  if (is_radio_on_ == on) return;
  is_radio_on_ = on;
  if (!is_started_) return;
  if (on) {
    if (phase_ == Phase::waiting) set_up(at);
    return;
  }
  expected_.steps.insert(BleStep::radio_off);
  clocks_.retry_at.reset();
  take_back();
}

void BleServerMonitor::timer(TimePoint at) {
  if (is_due(clocks_.open_until, at)) {
    expected_.reasons = reasons_out_of_time();
  } else if (is_due(clocks_.retry_at, at)) {
    set_up(at);
  } else if (is_due(clocks_.answer_until, at)) {
    if (phase_ == Phase::registering) return fail(Errc::timed_out, at);
    listens_ = false;
    ask("stop listening");
    expected_.steps.insert(BleStep::fell_back);
    ask_for_service(at);
  } else {
    std::vector<BlePeer> idle;
    for (const auto& [peer, client] : clients_) {
      if (at >= client.until) idle.push_back(peer);
    }
    for (const BlePeer each : idle) turn_away(each);
  }
}

// Clients without the link: at most eight, and each for a while only. The one that came first makes room.
BleServerMonitor::Client& BleServerMonitor::client(BlePeer peer, TimePoint at) {
  constexpr std::size_t most = 8;
  if (const auto known = clients_.find(peer); known != clients_.end()) return known->second;
  if (clients_.size() == most) {
    const auto came = [](const auto& each) { return each.second.arrival; };
    turn_away(std::ranges::min_element(clients_, {}, came)->first);
  }
  return clients_[peer] = {.arrival = ++arrivals_, .until = at + options_.timeouts.attempt};
}

void BleServerMonitor::turn_away(BlePeer peer) {
  clients_.erase(peer);
  let_go(peer);
}

void BleServerMonitor::client_event(const BleEvent& event) {
  if (event.kind == Kind::disconnected) {
    // Also of one that left by itself nothing is to stay behind (second edition, 11.1.1).
    if (clients_.erase(event.peer) > 0) ask("forget " + number(event.peer));
    return;
  }
  if (event.kind == Kind::channel_opened && (phase_ != Phase::advertising || !psm_)) {
    return ask("close channel to " + number(event.peer));
  }
  if (phase_ != Phase::advertising) return;
  const auto which = service_.find(event.characteristic);
  switch (event.kind) {
    case Kind::connected:
      clients_.erase(event.peer);
      (void)client(event.peer, event.at);
      return;
    case Kind::mtu: client(event.peer, event.at).mtu = event.number; return;
    case Kind::subscribed:
    case Kind::unsubscribed:
      if (!which) return;
      (void)client(event.peer, event.at);
      if (which == BleCharacteristic::state) clients_[event.peer].state_on = event.kind == Kind::subscribed;
      if (which == BleCharacteristic::server2client) {
        clients_[event.peer].messages_on = event.kind == Kind::subscribed;
      }
      return;
    case Kind::value:
      if (which == BleCharacteristic::state && event.bytes == Bytes{1}) {
        open_with(event.peer, BleCarrier::gatt, event.at);
      } else if (which == BleCharacteristic::client2server && !event.bytes.empty()) {
        turn_away(event.peer);  // data before Start
      }
      return;
    case Kind::channel_opened: return open_with(event.peer, BleCarrier::l2cap, event.at);
    default: return;
  }
}

void BleServerMonitor::open_with(BlePeer peer, BleCarrier carrier, TimePoint at) {
  const Client chosen = client(peer, at);
  clients_.erase(peer);
  for (const auto& [other, client] : clients_) let_go(other);
  clients_.clear();
  ask("stop advertising");
  phase_ = Phase::open;
  open({.is_server = true,
        .carrier = carrier,
        .peer = peer,
        .mtu = chosen.mtu,
        .can_send = carrier == BleCarrier::l2cap || chosen.messages_on,
        .can_end = chosen.state_on});
}

}  // namespace mdoc::properties
