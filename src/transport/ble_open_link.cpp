#include "transport/ble_open_link.hpp"

#include <algorithm>
#include <utility>

#include "transport/wait.hpp"

namespace mdoc::transport {

BleOpenLink::BleOpenLink(const BleLinkOptions& options, const BleService& service, const Route& route,
                         BleEffectQueue& effects)
    : options_(options),
      service_(service),
      effects_(effects),
      route_(route),
      parts_in_(where(route.side == Side::server ? BleCharacteristic::client2server : BleCharacteristic::server2client),
                options.limits),
      stream_in_(where(BleCharacteristic::l2cap), options.limits) {}

std::size_t BleOpenLink::max_value() const noexcept {
  const BleQuirks& quirks = options_.quirks;
  if (route_.carrier == BleCarrier::l2cap) return quirks.max_piece;
  const std::size_t mtu = std::max(route_.mtu, ble_default_mtu);
  return std::min({mtu - quirks.value_overhead, ble_value_size(mtu), quirks.max_value});
}

Path BleOpenLink::where(BleCharacteristic characteristic) const {
  Path path("BLE");
  path.push_name(name(characteristic).data());
  return path;
}

bool BleOpenLink::message_due() const noexcept {
  return route_.carrier == BleCarrier::gatt ? !parts_out_.done() : !pieces_out_.done();
}

bool BleOpenLink::within_peer_message() const noexcept {
  return route_.carrier == BleCarrier::gatt ? parts_in_.within_message() : stream_in_.within_message();
}

void BleOpenLink::send_start(TimePoint now) {
  send_value(BleCharacteristic::state, Bytes{ble_start}, route_.state_with_response, now);
}

Result<void> BleOpenLink::send(Bytes message, TimePoint now) {
  if (phase_ != Phase::active || message_open_) return Error{.code = Errc::wrong_state, .where = "BLE"};
  if (message.empty() || message.size() > options_.limits.max_bytes) {
    return Error{.code = Errc::bad_argument, .where = "BLE"};
  }
  message_open_ = true;
  if (route_.carrier == BleCarrier::gatt) {
    parts_out_.start(std::move(message));
  } else {
    pieces_out_.start(std::move(message));
  }
  if (!route_.can_send) subscription_until_ = later(now, options_.timeouts.subscription);
  pump(now);
  return {};
}

void BleOpenLink::finish(TimePoint now) {
  // Whichever side was first, both have ended: how fast the application was must not decide about the reason.
  if (phase_ == Phase::lingering) return end(std::nullopt);
  if (phase_ != Phase::active) return;
  phase_ = Phase::draining;
  receiving_until_.reset();
  if (!message_open_) end_at_ = later(now, options_.quirks.end_pause);
  // A peer that takes one value now and then makes progress, too. Nobody waits for the rest any more.
  if (message_open_) drain_until_ = later(now, options_.timeouts.drain);
  effects_.emit(BleProgress{.step = BleStep::ending, .at = now}, now);
  pump(now);
  end_if_drained(now);
}

void BleOpenLink::break_off(const Error& error) {
  if (phase_ != Phase::over) end(error);
}

void BleOpenLink::on_subscribed(BleCharacteristic characteristic, bool on, TimePoint now) {
  if (route_.carrier != BleCarrier::gatt) return;
  if (characteristic == BleCharacteristic::state) route_.can_end = on;
  if (characteristic == BleCharacteristic::server2client) {
    route_.can_send = on;
    if (on) {
      subscription_until_.reset();
      pump(now);
    } else if (message_open_ && !subscription_until_) {
      subscription_until_ = later(now, options_.timeouts.subscription);
    }
  }
  end_if_drained(now);
}

void BleOpenLink::on_sent(TimePoint now) {
  if (in_flight_ == 0) return;
  --in_flight_;
  sending_until_.reset();
  if (!sends()) return;
  pump(now);
  end_if_drained(now);
}

// As much as the stack takes: it must not idle while we have something to say (second edition, 11.1.3.4: in order).
void BleOpenLink::pump(TimePoint now) {
  if (!sends()) return;
  while (message_due() && route_.can_send && in_flight_ < options_.quirks.window) {
    if (route_.carrier == BleCarrier::l2cap) {
      effects_.emit(SendPiece{.peer = route_.peer, .bytes = pieces_out_.next(max_value())}, now);
      ++in_flight_;
      sending_until_ = later(now, options_.timeouts.progress);
    } else {
      send_value(route_.side == Side::server ? BleCharacteristic::server2client : BleCharacteristic::client2server,
                 parts_out_.next(max_value()), route_.parts_with_response, now);
    }
  }
  if (in_flight_ != 0 && !sending_until_) sending_until_ = later(now, options_.timeouts.progress);
  if (message_open_ && !message_due() && in_flight_ == 0) {
    message_open_ = false;
    drain_until_.reset();
    subscription_until_.reset();  // switched off after the last part was given away: nothing waits for it
    end_at_ = later(now, options_.quirks.end_pause);
    effects_.emit(MessageSent{}, now);
  }
}

void BleOpenLink::send_value(BleCharacteristic characteristic, Bytes value, bool with_response, TimePoint now) {
  effects_.emit(SendValue{.peer = route_.peer,
                          .characteristic = service_.uuid_of(characteristic),
                          .value = std::move(value),
                          .with_response = with_response},
                now);
  ++in_flight_;
  sending_until_ = later(now, options_.timeouts.progress);
}

// End must not cut off a message of ours (second edition, 11.1.3.3), so it comes when everything has left.
void BleOpenLink::end_if_drained(TimePoint now) {
  if (phase_ != Phase::draining || message_open_ || in_flight_ != 0) return;
  // A channel has no End of its own, and a client that has switched off notifications of State does not want it.
  if (!end_sent_ && route_.carrier == BleCarrier::gatt && route_.can_end) {
    if (end_at_ && now < *end_at_) return;
    end_sent_ = true;
    send_value(BleCharacteristic::state, Bytes{ble_end}, route_.state_with_response, now);
    sending_until_ = later(now, options_.timeouts.close);
    return;
  }
  // The GATT client disconnects after retrieval (second edition, 11.1.3.5); whoever else ends lets the peer do it.
  if (route_.side == Side::client && route_.carrier == BleCarrier::gatt) return end(std::nullopt);
  phase_ = Phase::closing;
  sending_until_.reset();
  phase_until_ = later(now, options_.timeouts.close);
}

void BleOpenLink::on_part(ByteView value, TimePoint now) {
  if (!receives() || route_.carrier != BleCarrier::gatt || value.empty()) return;
  received(parts_in_.on_value(value), now);
}

void BleOpenLink::on_channel_bytes(ByteView bytes, TimePoint now) {
  if (route_.carrier != BleCarrier::l2cap) return;
  while (!bytes.empty() && receives()) received(stream_in_.next(bytes), now);
}

void BleOpenLink::received(Result<std::optional<Bytes>> message, TimePoint now) {
  if (!message) {
    // What is no part of any message cannot be made good: the peer is told by End, or by the end of the channel.
    if (route_.carrier == BleCarrier::gatt && route_.can_end && in_flight_ < options_.quirks.window) {
      send_value(BleCharacteristic::state, Bytes{ble_end}, route_.state_with_response, now);
    }
    return end(message.error());
  }
  if (*message) effects_.emit(MessageReceived{**std::move(message)}, now);
  receiving_until_.reset();
  if (within_peer_message()) receiving_until_ = later(now, options_.timeouts.progress);
  if (phase_ == Phase::lingering) phase_until_ = std::min(later(now, options_.timeouts.linger), linger_end_);
}

void BleOpenLink::on_state(ByteView value, TimePoint now) {
  // Exactly one byte; a second Start changes nothing (second edition, 11.1.3.3).
  if (value.size() != 1 || value.front() != ble_end || route_.carrier != BleCarrier::gatt) return;
  if (phase_ == Phase::active) {
    // Nobody listens to us any more. What the peer sent before may still come, as values of two characteristics
    // overtake.
    parts_out_.abandon();
    message_open_ = false;
    sending_until_.reset();
    subscription_until_.reset();
    phase_ = Phase::lingering;
    phase_until_ = later(now, options_.timeouts.linger);
    linger_end_ = later(now, options_.timeouts.linger + options_.timeouts.close);
  } else if (phase_ == Phase::draining || phase_ == Phase::closing) {
    end(std::nullopt);  // both sides have ended
  }
}

void BleOpenLink::on_lost() {
  switch (phase_) {
    case Phase::closing: return end(std::nullopt);
    case Phase::draining:
      // The peer may well close when it has the last message; what had not left then is lost.
      return message_open_ ? end(Error{.code = Errc::link_closed, .where = "BLE"}) : end(std::nullopt);
    case Phase::lingering:
      return end(Error{.code = Errc::terminated_by_peer, .where = where(BleCharacteristic::state)});
    case Phase::active: return end(Error{.code = Errc::link_closed, .where = "BLE"});
    case Phase::over: return;
  }
}

void BleOpenLink::on_timer(TimePoint now) {
  if (phase_ == Phase::over) return;
  if (passed(phase_until_, now)) {
    if (phase_ == Phase::closing) return end(std::nullopt);
    // Lingering: the peer has ended, in the middle of a message or not.
    const auto characteristic = within_peer_message() ? (route_.side == Side::server ? BleCharacteristic::client2server
                                                                                     : BleCharacteristic::server2client)
                                                      : BleCharacteristic::state;
    return end(Error{.code = Errc::terminated_by_peer, .where = where(characteristic)});
  }
  if (passed(subscription_until_, now)) {
    return end(Error{.code = Errc::timed_out, .where = Path("BLE") / "subscribe"});
  }
  if (passed(drain_until_, now)) return end(Error{.code = Errc::timed_out, .where = Path("BLE") / "drain"});
  if (passed(sending_until_, now)) {
    // End that the stack does not take within its moment is not waited for.
    if (phase_ == Phase::draining && end_sent_ && !message_open_) return end(std::nullopt);
    return end(Error{.code = Errc::timed_out, .where = Path("BLE") / "send"});
  }
  if (passed(receiving_until_, now)) {
    if (route_.carrier == BleCarrier::l2cap) {
      return end(Error{.code = Errc::timed_out, .where = where(BleCharacteristic::l2cap)});
    }
    return end(Error{.code = Errc::timed_out,
                     .where = where(route_.side == Side::server ? BleCharacteristic::client2server
                                                                : BleCharacteristic::server2client)});
  }
  end_if_drained(now);
}

std::optional<TimePoint> BleOpenLink::deadline() const noexcept {
  if (phase_ == Phase::over) return std::nullopt;
  auto next = earlier(phase_until_, earlier(subscription_until_, earlier(sending_until_, receiving_until_)));
  next = earlier(next, drain_until_);
  const bool end_waits = phase_ == Phase::draining && !end_sent_ && !message_open_ && in_flight_ == 0;
  return end_waits ? earlier(next, end_at_) : next;
}

void BleOpenLink::end(const std::optional<Error>& reason) noexcept {
  phase_ = Phase::over;
  reason_ = reason;
  parts_out_.abandon();
  pieces_out_.abandon();
}

}  // namespace mdoc::transport
