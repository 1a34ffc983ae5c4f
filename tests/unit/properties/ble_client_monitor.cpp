#include <algorithm>
#include <string>

#include "unit/properties/ble_monitor.hpp"

namespace mdoc::properties {

using namespace mdoc::transport;
using Kind = BleEvent::Kind;

std::string BleClientMonitor::at_peer(const char* what) const { return what + number(*peer_); }

const BleFoundCharacteristic* BleClientMonitor::found(BleCharacteristic which) const {
  for (const BleFoundCharacteristic& each : found_) {
    if (service_.find(each.uuid) == which) return &each;
  }
  return nullptr;
}

bool BleClientMonitor::needs_response(BleCharacteristic which) const {
  const auto* const there = found(which);
  return there != nullptr && !there->properties.write_without_response;
}

std::optional<TimePoint> BleClientMonitor::deadline() const {
  return first({clocks_.open_until, clocks_.retry_at, clocks_.answer_until, attempt_until_,
                waits_for_others() ? others_until_ : std::nullopt});
}

// Finding the peer

void BleClientMonitor::scan(TimePoint at) {
  if (phase_ != Phase::scanning && !failures_.empty()) others_until_ = at + options_.timeouts.search;
  enter(Phase::scanning, "scan");
  clocks_.retry_at.reset();
  if (options_.quirks.scan_restart.count() > 0) clocks_.answer_until = at + options_.quirks.scan_restart;
  expected_.steps.insert(BleStep::scanning);
}

// An attempt goes to a device that has not failed yet, if one is heard within the time of the search.
void BleClientMonitor::found(BlePeer peer, TimePoint at) {
  const bool has_failed = std::ranges::find(failures_, peer) != failures_.end();
  if (!has_failed || is_due(others_until_, at)) return connect(peer, at);
  heard_again_.insert(peer);
}

void BleClientMonitor::connect(BlePeer peer, TimePoint at) {
  ask("stop scanning");
  heard_again_.clear();
  peer_ = peer;
  mtu_ = ble_default_mtu;
  found_.clear();
  asked_again_ = false;
  attempt_until_ = at + options_.timeouts.attempt;
  enter(Phase::connecting, at_peer("connect "));
}

void BleClientMonitor::enter(Phase phase, std::string word) {
  phase_ = phase;
  clocks_.answer_until.reset();
  ask(std::move(word));
}

void BleClientMonitor::enter_with_answer(Phase phase, std::string word, TimePoint at) {
  enter(phase, std::move(word));
  clocks_.answer_until = at + options_.timeouts.step;
}

void BleClientMonitor::leave_peer() {
  if (phase_ == Phase::scanning) ask("stop scanning");
  if (phase_ == Phase::opening_channel) ask(at_peer("close channel to "));
  if (peer_ && phase_ != Phase::open) let_go(*peer_);  // that of the link goes with it
  peer_.reset();
  heard_again_.clear();
  attempt_until_.reset();
  clocks_.answer_until.reset();
}

void BleClientMonitor::take_back() {
  leave_peer();
  phase_ = Phase::waiting;
}

void BleClientMonitor::fail(Errc reason, TimePoint at) {
  if (peer_) failures_.push_back(*peer_);
  if (break_attempt(reason, at)) take_back();  // closing takes back by itself
}

// One attempt

void BleClientMonitor::exchange_mtu(TimePoint at) {
  enter_with_answer(Phase::exchanging_mtu, at_peer("MTU of ") + ": 515", at);
}

void BleClientMonitor::discover() { enter(Phase::discovering, at_peer(asked_again_ ? "discover anew " : "discover ")); }

void BleClientMonitor::discovered(const BleEvent& event) {
  found_ = event.found;
  const auto has = [this](BleCharacteristic which, bool writes, bool notifies) {
    const auto* const there = found(which);
    if (there == nullptr) return false;
    const BleProperties& properties = there->properties;
    return (!writes || properties.write || properties.write_without_response) && (!notifies || properties.notify);
  };
  if (has(BleCharacteristic::state, true, true) && has(BleCharacteristic::client2server, true, false) &&
      has(BleCharacteristic::server2client, false, true)) {
    const auto* const there = found(BleCharacteristic::ident);
    if (ident_ && there != nullptr && there->properties.read) {
      return enter_with_answer(Phase::identifying, at_peer("read Ident of "), event.at);
    }
    return seek_channel(event.at);
  }
  found_.clear();
  if (!asked_again_) {  // what was cached may be out of date
    asked_again_ = true;
    return discover();
  }
  refused_.push_back(*peer_);
  trouble_ = Errc::connect_failed;
  leave_peer();
  scan(event.at);
}

void BleClientMonitor::seek_channel(TimePoint at) {
  const auto* const there = found(BleCharacteristic::l2cap);
  if (options_.l2cap && !channel_tried_ && there != nullptr && there->properties.read) {
    return enter_with_answer(Phase::reading_psm, at_peer("read L2CAP of "), at);
  }
  subscribe();
}

void BleClientMonitor::open_channel(std::size_t psm, TimePoint at) {
  channel_tried_ = true;
  enter_with_answer(Phase::opening_channel, at_peer("open channel to ") + ": " + std::to_string(psm), at);
}

void BleClientMonitor::fall_back(TimePoint at) {
  channel_tried_ = true;
  expected_.steps.insert(BleStep::fell_back);
  if (found_.empty()) return exchange_mtu(at);
  subscribe();
}

// Server2Client first, State after it; Start after both.
void BleClientMonitor::subscribe() { enter(Phase::subscribing_to_messages, at_peer("subscribe to Server2Client of ")); }

void BleClientMonitor::open_with(BleCarrier carrier, std::optional<TimePoint> start_is_under_way) {
  const BlePeer peer = *peer_;
  phase_ = Phase::open;
  attempt_until_.reset();
  open({.is_server = false,
        .carrier = carrier,
        .peer = peer,
        .mtu = mtu_,
        .parts_with_response = needs_response(BleCharacteristic::client2server),
        .state_with_response = needs_response(BleCharacteristic::state),
        .start_is_under_way = start_is_under_way});
}

void BleClientMonitor::on(const BleEvent& event) {
  if (link_) {
    to_link(event);
    if (event.kind == Kind::radio_on || event.kind == Kind::radio_off) is_radio_on_ = event.kind == Kind::radio_on;
    const bool is_ours = event.peer == link_->route().peer;
    if (event.kind == Kind::channel_opened && (!is_ours || link_->route().carrier == BleCarrier::gatt)) {
      ask("close channel to " + number(event.peer));
    }
    return;
  }
  switch (event.kind) {
    case Kind::start:
      if (is_started_) return;
      is_started_ = true;
      clocks_.open_until = event.at + options_.timeouts.open;
      if (is_radio_on_) return scan(event.at);
      phase_ = Phase::waiting;
      expected_.steps.insert(BleStep::radio_off);
      return;
    case Kind::send: expected_.refusal = Errc::wrong_state; return;
    case Kind::finish:
    case Kind::cancel: return close(std::nullopt);
    case Kind::timer: return timer(event.at);
    case Kind::radio_on:
    case Kind::radio_off: return radio(event.kind == Kind::radio_on, event.at);
    case Kind::failed: return failed(event.operation, event.at);
    case Kind::value_sent:
      if (phase_ == Phase::starting) open_with(BleCarrier::gatt, std::nullopt);
      return;
    case Kind::found:
      if (phase_ != Phase::scanning || std::ranges::find(refused_, event.peer) != refused_.end()) return;
      return found(event.peer, event.at);
    default:
      if (peer_ == event.peer) return peer_event(event);
      if (event.kind == Kind::channel_opened) ask("close channel to " + number(event.peer));
  }
}

void BleClientMonitor::peer_event(const BleEvent& event) {
  const auto which = service_.find(event.characteristic);
  switch (event.kind) {
    case Kind::connected:
      if (phase_ != Phase::connecting) return;
      if (options_.l2cap && known_psm_ && !channel_tried_) return open_channel(*known_psm_, event.at);
      return exchange_mtu(event.at);
    case Kind::mtu:
      mtu_ = event.number;
      if (phase_ == Phase::exchanging_mtu) discover();
      return;
    case Kind::discovered:
      if (phase_ == Phase::discovering) discovered(event);
      return;
    case Kind::value_read:
      if (phase_ == Phase::identifying && which == BleCharacteristic::ident) {
        if (event.bytes == Bytes(ident_->begin(), ident_->end())) {
          expected_.steps.insert(BleStep::identified);
          return seek_channel(event.at);
        }
        refused_.push_back(*peer_);
        expected_.steps.insert(BleStep::wrong_peer);
        leave_peer();
        return scan(event.at);
      }
      if (phase_ == Phase::reading_psm && which == BleCharacteristic::l2cap) {
        const auto psm = decode_l2cap_psm(event.bytes);
        return psm ? open_channel(*psm, event.at) : fall_back(event.at);
      }
      return;
    case Kind::subscribed:
      if (phase_ == Phase::subscribing_to_messages && which == BleCharacteristic::server2client) {
        enter(Phase::subscribing_to_state, at_peer("subscribe to State of "));
      } else if (phase_ == Phase::subscribing_to_state && which == BleCharacteristic::state) {
        phase_ = Phase::starting;
        start_until_ = event.at + options_.timeouts.progress;
        const bool answered = needs_response(BleCharacteristic::state);
        expected_.content.push_back(at_peer("value of State to ") + (answered ? ", answered: 01" : ": 01"));
      }
      return;
    case Kind::value:
      if (which) notification(event);
      return;
    case Kind::channel_opened:
      if (phase_ == Phase::opening_channel) return open_with(BleCarrier::l2cap, std::nullopt);
      return ask(at_peer("close channel to "));
    case Kind::channel_closed:
      if (phase_ == Phase::opening_channel) fall_back(event.at);
      return;
    case Kind::disconnected: return fail(Errc::link_closed, event.at);
    default: return;
  }
}

void BleClientMonitor::notification(const BleEvent& event) {
  const auto which = *service_.find(event.characteristic);
  const bool is_data = which == BleCharacteristic::server2client && !event.bytes.empty();
  const bool subscribes = phase_ == Phase::subscribing_to_messages || phase_ == Phase::subscribing_to_state;
  if (subscribes && is_data) return fail(Errc::unexpected_message, event.at);
  if (phase_ != Phase::starting) return;
  if (is_data) {  // the answer to Start
    open_with(BleCarrier::gatt, start_until_);
    link_->on(event);
  } else if (which == BleCharacteristic::state && event.bytes == Bytes{2}) {
    fail(Errc::connect_failed, event.at);
  }
}

void BleClientMonitor::failed(BleOperation operation, TimePoint at) {
  switch (operation) {
    case BleOperation::exchange_mtu:
      if (phase_ == Phase::exchanging_mtu) discover();
      return;
    case BleOperation::open_channel:
      if (phase_ != Phase::opening_channel) return;
      return fall_back(at);
    case BleOperation::read:
      if (phase_ == Phase::reading_psm) return fall_back(at);
      if (phase_ == Phase::identifying) fail(Errc::connect_failed, at);
      return;
    case BleOperation::scan:
      if (phase_ == Phase::scanning) fail(Errc::connect_failed, at);
      return;
    case BleOperation::connect:
      if (phase_ == Phase::connecting) fail(Errc::connect_failed, at);
      return;
    case BleOperation::discover:
      if (phase_ == Phase::discovering) fail(Errc::connect_failed, at);
      return;
    case BleOperation::subscribe:
      if (phase_ == Phase::subscribing_to_messages || phase_ == Phase::subscribing_to_state) {
        fail(Errc::connect_failed, at);
      }
      return;
    case BleOperation::send:
      if (phase_ == Phase::starting) fail(Errc::link_closed, at);
      return;
    default: return;
  }
}

void BleClientMonitor::radio(bool on, TimePoint at) {
  if (is_radio_on_ == on) return;
  is_radio_on_ = on;
  if (!is_started_) return;
  if (on) {
    if (phase_ == Phase::waiting) scan(at);
    return;
  }
  expected_.steps.insert(BleStep::radio_off);
  clocks_.retry_at.reset();
  take_back();
}

void BleClientMonitor::timer(TimePoint at) {
  if (is_due(clocks_.open_until, at)) {
    expected_.reasons = reasons_out_of_time();
  } else if (is_due(clocks_.retry_at, at)) {
    scan(at);
  } else if (is_due(clocks_.answer_until, at)) {
    switch (phase_) {
      case Phase::scanning: return scan(at);
      case Phase::exchanging_mtu: return discover();
      case Phase::opening_channel: ask(at_peer("close channel to ")); return fall_back(at);
      case Phase::reading_psm: return fall_back(at);
      default: return fail(Errc::timed_out, at);  // Ident cannot be done without
    }
  } else if (is_due(attempt_until_, at)) {
    fail(Errc::timed_out, at);
  } else if (waits_for_others() && is_due(others_until_, at)) {
    // The one of them whose latest failure is the longest ago.
    const auto rank = [this](BlePeer peer) { return std::ranges::find(failures_.rbegin(), failures_.rend(), peer); };
    connect(*std::ranges::max_element(heard_again_, std::ranges::less{}, rank), at);
  }
}

}  // namespace mdoc::properties
