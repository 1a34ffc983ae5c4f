#include "unit/properties/ble_monitor.hpp"

#include <algorithm>
#include <variant>

namespace mdoc::properties {

using namespace mdoc::transport;
using Kind = BleEvent::Kind;

namespace {

std::string value_word(BlePeer peer, const std::string& characteristic, ByteView value, bool with_response) {
  return "value of " + characteristic + " to " + number(peer) + (with_response ? ", answered: " : ": ") + hex(value);
}

std::string piece_word(BlePeer peer, ByteView piece) { return "piece to " + number(peer) + ": " + hex(piece); }

std::string opened_word(BleCarrier carrier, std::size_t max_value) {
  return "opened: " + std::string(name(carrier)) + ", " + std::to_string(max_value);
}

std::string reason_word(const std::optional<Errc>& reason) { return reason ? std::string(name(*reason)) : "none"; }

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& each : words) out += "\n    " + each;
  return out.empty() ? "\n    nothing" : out;
}

/// Takes the effects of a machine apart, in words.
struct Reader {
  const BleService& service;
  std::vector<std::string> stack{}, content{};
  std::set<BleStep> steps{};
  std::vector<std::optional<Errc>> reasons{};
  std::size_t after_end = 0;
  std::size_t traced = 0;
  bool wrong_time = false;
  bool left_behind = false;  // a peer was disconnected and not forgotten at once
  TimePoint at{};
  std::optional<BlePeer> to_forget{};

  [[nodiscard]] std::string of(const Uuid& characteristic) const {
    const auto purpose = service.find(characteristic);
    return purpose ? std::string(name(*purpose)) : "a stranger";
  }
  void ask(std::string word) { stack.push_back(std::move(word)); }

  void operator()(const ListenForChannel&) { ask("listen"); }
  void operator()(const StopListening&) { ask("stop listening"); }
  void operator()(const RegisterService& e) {
    std::string word = e.service == service.uuid ? "register" : "register another service";
    for (const auto& each : e.characteristics) {
      word += ' ' + std::string(name(each.description.purpose)) + '=' + hex(each.value);
      const auto wanted = service.find(each.description.uuid);
      if (wanted != each.description.purpose) word += " by another UUID";
    }
    ask(word);
  }
  void operator()(const UnregisterService&) { ask("unregister"); }
  void operator()(const StartAdvertising& e) {
    ask(e.service == service.uuid ? "advertise" : "advertise another service");
  }
  void operator()(const StopAdvertising&) { ask("stop advertising"); }
  void operator()(const StartScanning& e) { ask(e.service == service.uuid ? "scan" : "scan for another service"); }
  void operator()(const StopScanning&) { ask("stop scanning"); }
  void operator()(const ConnectPeer& e) { ask("connect " + number(e.peer)); }
  void operator()(const ExchangeMtu& e) { ask("MTU of " + number(e.peer) + ": " + std::to_string(e.mtu)); }
  void operator()(const DiscoverService& e) {
    ask((e.refresh ? "discover anew " : "discover ") + number(e.peer) + (e.service == service.uuid ? "" : " another"));
  }
  void operator()(const ReadValue& e) { ask("read " + of(e.characteristic) + " of " + number(e.peer)); }
  void operator()(const Subscribe& e) { ask("subscribe to " + of(e.characteristic) + " of " + number(e.peer)); }
  void operator()(const OpenChannel& e) { ask("open channel to " + number(e.peer) + ": " + std::to_string(e.psm)); }
  void operator()(const SendValue& e) {
    content.push_back(value_word(e.peer, of(e.characteristic), e.value, e.with_response));
  }
  void operator()(const SendPiece& e) { content.push_back(piece_word(e.peer, e.bytes)); }
  void operator()(const CloseChannel& e) { ask("close channel to " + number(e.peer)); }
  void operator()(const DisconnectPeer& e) {
    ask("disconnect " + number(e.peer));
    to_forget = e.peer;
  }
  void operator()(const ForgetPeer& e) {
    ask("forget " + number(e.peer));
    if (to_forget == e.peer) to_forget.reset();
  }
  void operator()(const BleProgress& e) {
    steps.insert(e.step);
    wrong_time = wrong_time || e.at != at;
  }
  void operator()(const LinkOpened& e) { content.push_back(opened_word(e.carrier, e.max_value)); }
  void operator()(const MessageReceived& e) { content.push_back("received: " + hex(e.message)); }
  void operator()(const MessageSent&) { content.emplace_back("sent"); }
  void operator()(const LinkClosed& e) {
    reasons.push_back(e.reason ? std::optional<Errc>(e.reason->code) : std::nullopt);
  }
  void operator()(const BleTrace& e) {
    ++traced;
    wrong_time = wrong_time || e.at != at || e.what.empty();
  }
};

/// Where both were asked for.
bool comes_before(const std::vector<std::string>& words, std::string_view one, std::string_view other) {
  const auto place = [&words](std::string_view begin) {
    return std::ranges::find_if(words, [begin](const std::string& word) { return word.starts_with(begin); });
  };
  const auto place_of_one = place(one);
  return place_of_one == words.end() || place_of_one <= place(other);
}

constexpr std::array watched_steps{BleStep::opened,    BleStep::ending,     BleStep::radio_off, BleStep::wrong_peer,
                                   BleStep::fell_back, BleStep::identified, BleStep::scanning,  BleStep::advertising};

}  // namespace

// An open link

std::size_t BleLinkMonitor::max_value() const {
  if (!is_gatt()) return options_.quirks.max_piece;
  // A value has three bytes less than the MTU and 512 at most; a stack may want it shorter still.
  const std::size_t mtu = std::max<std::size_t>(route_.mtu, 23);
  const std::size_t longest = std::min<std::size_t>(options_.quirks.max_value, 512);
  return std::min(longest, mtu - std::max<std::size_t>(options_.quirks.value_overhead, 3));
}

std::optional<TimePoint> BleLinkMonitor::deadline() const {
  return first({sends() && in_flight_ > 0 ? sending_until_ : std::nullopt, receives() ? receiving_until_ : std::nullopt,
                subscription_until_, phase_until_, drain_until_, awaits_end_pause() ? end_at_ : std::nullopt});
}

bool BleLinkMonitor::awaits_end_pause() const {
  return phase_ == Phase::draining && is_gatt() && !end_given_ && !is_sending_ && in_flight_ == 0;
}

void BleLinkMonitor::on(const BleEvent& event) {
  const bool ours = event.peer == route_.peer;
  switch (event.kind) {
    case Kind::send: return send(event.bytes, event.at);
    case Kind::finish: return finish(event.at);
    case Kind::cancel: return close(std::nullopt);
    case Kind::timer: return timer(event.at);
    case Kind::radio_off: return close(Errc::radio_off);
    case Kind::failed:
      if (event.operation == BleOperation::send) close(Errc::link_closed);
      return;
    case Kind::mtu:
      if (ours) route_.mtu = event.number;
      return;
    case Kind::value_sent:
      if (is_gatt()) confirmation(event.at);
      return;
    case Kind::channel_sent:
      if (!is_gatt()) confirmation(event.at);
      return;
    case Kind::disconnected:
      if (ours) lost();
      return;
    case Kind::channel_closed:
      if (ours && !is_gatt()) lost();
      return;
    case Kind::channel_bytes:
      if (ours && !is_gatt()) channel_bytes(event.bytes, event.at);
      return;
    case Kind::subscribed:
    case Kind::unsubscribed:
    case Kind::value: break;
    default: return;
  }
  const auto which = service_.find(event.characteristic);
  if (!ours || !which || !is_gatt()) return;
  if (event.kind == Kind::value) return value(*which, event.bytes, event.at);
  if (route_.is_server) subscription(*which, event.kind == Kind::subscribed, event.at);
}

void BleLinkMonitor::send(const Bytes& message, TimePoint at) {
  if (phase_ != Phase::active || is_sending_) {
    expected_.refusal = Errc::wrong_state;
  } else if (message.empty() || message.size() > options_.limits.max_bytes) {
    expected_.refusal = Errc::bad_argument;
  } else {
    outgoing_ = message;
    if (!is_gatt()) {
      const std::size_t size = message.size();
      outgoing_.insert(outgoing_.begin(), {static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16),
                                           static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
    }
    given_ = 0;
    is_sending_ = true;
    if (!route_.can_send) subscription_until_ = at + options_.timeouts.subscription;
    give(at);
  }
}

// Values or pieces as many as the stack takes, each as long as can be.
void BleLinkMonitor::give(TimePoint at) {
  while (is_sending_ && given_ < outgoing_.size() && route_.can_send && in_flight_ < options_.quirks.window) {
    const std::size_t rest = outgoing_.size() - given_;
    const auto from = outgoing_.begin() + static_cast<std::ptrdiff_t>(given_);
    if (is_gatt()) {
      const std::size_t size = std::min(rest, max_value() - 1);
      Bytes part{static_cast<std::uint8_t>(size == rest ? 0 : 1)};
      part.insert(part.end(), from, from + static_cast<std::ptrdiff_t>(size));
      given_ += size;
      give_value(route_.is_server ? BleCharacteristic::server2client : BleCharacteristic::client2server, part,
                 route_.parts_with_response, at);
    } else {
      const std::size_t size = std::min(rest, max_value());
      expected_.content.push_back(piece_word(route_.peer, Bytes(from, from + static_cast<std::ptrdiff_t>(size))));
      given_ += size;
      ++in_flight_;
      sending_until_ = at + options_.timeouts.progress;
    }
  }
  if (!is_sending_ || given_ < outgoing_.size() || in_flight_ > 0) return;
  is_sending_ = false;
  drain_until_.reset();
  subscription_until_.reset();
  end_at_ = at + options_.quirks.end_pause;
  expected_.content.emplace_back("sent");
}

void BleLinkMonitor::give_value(BleCharacteristic which, const Bytes& value, bool with_response, TimePoint at) {
  expected_.content.push_back(value_word(route_.peer, std::string(name(which)), value, with_response));
  ++in_flight_;
  sending_until_ = at + options_.timeouts.progress;
}

void BleLinkMonitor::confirmation(TimePoint at) {
  if (in_flight_ == 0) return;
  --in_flight_;
  if (!sends()) return;
  sending_until_ = at + options_.timeouts.progress;
  give(at);
  drain(at);
}

void BleLinkMonitor::finish(TimePoint at) {
  if (phase_ == Phase::lingering) return close(std::nullopt);
  if (phase_ != Phase::active) return;
  expected_.steps.insert(BleStep::ending);
  phase_ = Phase::draining;
  if (!is_sending_) end_at_ = at + options_.quirks.end_pause;
  if (is_sending_) drain_until_ = at + options_.timeouts.drain;
  drain(at);
}

// Everything sent leaves, the peer is told by End, then the client disconnects; whoever else ends waits for the peer.
void BleLinkMonitor::drain(TimePoint at) {
  if (phase_ != Phase::draining || is_sending_ || in_flight_ > 0) return;
  if (is_gatt() && route_.can_end && !end_given_) {
    if (at < end_at_) return;
    end_given_ = true;
    give_value(BleCharacteristic::state, {2}, route_.state_with_response, at);
    sending_until_ = at + options_.timeouts.close;
  } else if (is_gatt() && !route_.is_server) {
    close(std::nullopt);
  } else {
    phase_ = Phase::closing;
    phase_until_ = at + options_.timeouts.close;
  }
}

void BleLinkMonitor::subscription(BleCharacteristic which, bool on, TimePoint at) {
  if (which == BleCharacteristic::state) route_.can_end = on;
  if (which == BleCharacteristic::server2client) {
    route_.can_send = on;
    if (on) {
      subscription_until_.reset();
      if (sends()) give(at);
    } else if (is_sending_ && !subscription_until_) {
      subscription_until_ = at + options_.timeouts.subscription;
    }
  }
  drain(at);
}

void BleLinkMonitor::value(BleCharacteristic which, const Bytes& value, TimePoint at) {
  if (which == BleCharacteristic::state) state_value(value, at);
  if (which == (route_.is_server ? BleCharacteristic::client2server : BleCharacteristic::server2client)) {
    part(value, at);
  }
}

void BleLinkMonitor::state_value(const Bytes& value, TimePoint at) {
  if (value != Bytes{2}) return;
  switch (phase_) {
    case Phase::active:
      phase_ = Phase::lingering;
      is_sending_ = false;
      subscription_until_.reset();
      phase_until_ = at + options_.timeouts.linger;
      linger_end_ = at + options_.timeouts.linger + options_.timeouts.close;
      return;
    case Phase::draining:
    case Phase::closing: return close(std::nullopt);
    case Phase::lingering: return;
  }
}

void BleLinkMonitor::part(const Bytes& value, TimePoint at) {
  if (!receives() || value.empty()) return;
  const bool is_last = value.front() == 0;
  const bool ends_message = is_last && !incoming_.empty();
  if (value.front() > 1 || (value.size() == 1 && !ends_message)) return refuse(Errc::bad_frame, at);
  if (incoming_.size() + value.size() - 1 > options_.limits.max_bytes) return refuse(Errc::too_large, at);
  incoming_.insert(incoming_.end(), value.begin() + 1, value.end());
  receiving_until_ = at + options_.timeouts.progress;
  if (is_last) {
    expected_.content.push_back("received: " + hex(incoming_));
    incoming_.clear();
    receiving_until_.reset();
  }
  if (phase_ == Phase::lingering) phase_until_ = std::min(at + options_.timeouts.linger, linger_end_);
}

// What is no part ends the link, and the peer is told where there is room for that.
void BleLinkMonitor::refuse(Errc reason, TimePoint at) {
  if (route_.can_end && in_flight_ < options_.quirks.window) {
    give_value(BleCharacteristic::state, {2}, route_.state_with_response, at);
  }
  close(reason);
}

void BleLinkMonitor::channel_bytes(const Bytes& bytes, TimePoint at) {
  if (!receives() || bytes.empty()) return;
  constexpr std::size_t header = 4;
  for (const std::uint8_t byte : bytes) {
    incoming_.push_back(byte);
    if (incoming_.size() < header) continue;
    std::size_t length = 0;
    for (std::size_t i = 0; i < header; ++i) length = length * 256 + incoming_[i];
    if (incoming_.size() == header && length == 0) return close(Errc::terminated_by_peer);
    if (incoming_.size() == header && length > options_.limits.max_bytes) return close(Errc::too_large);
    if (incoming_.size() < header + length) continue;
    expected_.content.push_back("received: " + hex(ByteView(incoming_).subspan(header)));
    incoming_.clear();
  }
  receiving_until_.reset();
  if (!incoming_.empty()) receiving_until_ = at + options_.timeouts.progress;
}

void BleLinkMonitor::lost() {
  switch (phase_) {
    case Phase::active: return close(Errc::link_closed);
    case Phase::draining: return close(is_sending_ ? std::optional<Errc>(Errc::link_closed) : std::nullopt);
    case Phase::lingering: return close(Errc::terminated_by_peer);
    case Phase::closing: return close(std::nullopt);
  }
}

void BleLinkMonitor::timer(TimePoint at) {
  const auto may_close = [this](std::optional<Errc> reason) { expected_.reasons.push_back(reason); };
  if (is_due(phase_until_, at)) {
    may_close(phase_ == Phase::closing ? std::nullopt : std::optional<Errc>(Errc::terminated_by_peer));
  }
  if (is_due(subscription_until_, at) || is_due(drain_until_, at)) may_close(Errc::timed_out);
  if (receives() && is_due(receiving_until_, at)) may_close(Errc::timed_out);
  if (sends() && in_flight_ > 0 && is_due(sending_until_, at)) {
    may_close(end_given_ ? std::nullopt : std::optional<Errc>(Errc::timed_out));
  }
  if (expected_.reasons.empty()) drain(at);
}

// Both sides

bool BleMonitor::break_attempt(Errc reason, TimePoint at) {
  clocks_.answer_until.reset();
  clocks_.retry_at.reset();
  trouble_ = reason;
  if (++clocks_.attempts > options_.max_attempts) {
    close(reason);
    return false;
  }
  auto wait = options_.timeouts.retry;
  for (unsigned i = 1; i < clocks_.attempts; ++i) {
    wait = std::min(2 * wait, std::max(options_.timeouts.retry, options_.timeouts.retry_max));
  }
  clocks_.retry_at = at + wait;
  return true;
}

std::vector<std::optional<Errc>> BleMonitor::reasons_out_of_time() const {
  if (!is_radio_on_) return {Errc::radio_off};
  return {trouble_.value_or(Errc::timed_out)};
}

void BleMonitor::let_go(BlePeer peer) {
  ask("disconnect " + number(peer));
  ask("forget " + number(peer));
}

void BleMonitor::open(const BleLinkMonitor::Route& route) {
  link_.emplace(options_, service_, route, expected_);
  clocks_ = {};
  expected_.steps.insert(BleStep::opened);
  expected_.content.push_back(opened_word(route.carrier, link_->max_value()));
}

void BleMonitor::to_link(const BleEvent& event) {
  if (event.kind == Kind::radio_off && is_radio_on_) expected_.steps.insert(BleStep::radio_off);
  const bool is_news = event.kind != Kind::radio_off || is_radio_on_;
  if (is_news) link_->on(event);
}

void BleMonitor::finish_closing() {
  if (link_) {
    if (link_->route().carrier == BleCarrier::l2cap) ask("close channel to " + number(link_->route().peer));
    let_go(link_->route().peer);
    link_.reset();
  }
  take_back();
  clocks_ = {};
  is_closed_ = true;
}

std::string BleMonitor::judge(const BleEvent& event, const Result<void>& answer, const std::vector<BleEffect>& effects,
                              std::optional<TimePoint> deadline) {
  expected_ = {};
  const bool was_closed = is_closed_;
  if (!is_closed_) {
    on(event);
    if (!expected_.reasons.empty()) finish_closing();
  } else if (event.kind == Kind::send) {
    expected_.refusal = Errc::wrong_state;
  }

  Reader seen{.service = service_, .at = event.at};
  for (const BleEffect& each : effects) {
    if (!seen.reasons.empty()) ++seen.after_end;
    const bool is_forgotten = std::holds_alternative<ForgetPeer>(each) || std::holds_alternative<BleTrace>(each);
    if (seen.to_forget && !is_forgotten) seen.left_behind = true;
    std::visit(seen, each);
  }
  const bool ordered = comes_before(seen.stack, "stop scanning", "connect ") &&
                       comes_before(seen.stack, "close channel", "disconnect") &&
                       comes_before(seen.stack, "disconnect", "scan") &&
                       comes_before(seen.stack, "stop advertising", "unregister");
  std::ranges::sort(expected_.stack);
  std::ranges::sort(seen.stack);

  if (was_closed && !effects.empty()) return "there is an effect after LinkClosed";
  if (!ordered) return "the stack is asked in a wrong order";
  if (seen.left_behind || seen.to_forget) return "a peer is disconnected and not forgotten";
  if (seen.after_end > 0 || seen.reasons.size() > 1) return "LinkClosed is the last effect";
  if (seen.wrong_time) return "progress and trace have the time of the input";
  if (!options_.trace && seen.traced > 0) return "a trace that nobody asked for";
  if (seen.stack != expected_.stack) {
    return "of the stack must be wanted:" + joined(expected_.stack) + "\n  but is:" + joined(seen.stack);
  }
  if (seen.content != expected_.content) {
    return "of the link must come:" + joined(expected_.content) + "\n  but does:" + joined(seen.content);
  }
  if (seen.reasons.empty() != expected_.reasons.empty()) {
    return expected_.reasons.empty() ? "closed: " + reason_word(seen.reasons.front())
                                     : "must close: " + reason_word(expected_.reasons.front());
  }
  if (!seen.reasons.empty() && std::ranges::find(expected_.reasons, seen.reasons.front()) == expected_.reasons.end()) {
    return "closed: " + reason_word(seen.reasons.front()) + ", not: " + reason_word(expected_.reasons.front());
  }
  for (const BleStep each : watched_steps) {
    if (seen.steps.contains(each) != expected_.steps.contains(each)) {
      return (expected_.steps.contains(each) ? "not told: " : "told: ") + std::string(name(each));
    }
  }
  const std::optional<Errc> refusal = answer ? std::nullopt : std::optional<Errc>(answer.error().code);
  if (refusal != expected_.refusal) return "send() gives " + reason_word(refusal);
  const auto due = is_closed_ ? std::nullopt : link_ ? link_->deadline() : this->deadline();
  const auto milliseconds = [](const std::optional<TimePoint>& instant) {
    if (!instant) return std::string("never");
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(instant->time_since_epoch()).count());
  };
  if (deadline != due) return "due " + milliseconds(due) + ", but the machine says " + milliseconds(deadline);
  return {};
}

}  // namespace mdoc::properties
