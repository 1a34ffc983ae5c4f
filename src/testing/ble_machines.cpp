#include "mdoc/testing/ble_machines.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace mdoc::testing {
namespace {

using namespace transport;
using Kind = StackEvent::Kind;

// Inputs that only one of the machines has.
void feed_own(BlePeripheral& machine, const StackEvent& event, TimePoint now) {
  switch (event.kind) {
    case Kind::listening: machine.on_listening(static_cast<std::uint16_t>(event.number), now); break;
    case Kind::registered: machine.on_registered(now); break;
    case Kind::advertising: machine.on_advertising(now); break;
    case Kind::subscribed: machine.on_subscribed(event.peer, event.characteristic, event.on, now); break;
    case Kind::write: machine.on_write(event.peer, event.characteristic, event.value, now); break;
    default: break;
  }
}

void feed_own(BleCentral& machine, const StackEvent& event, TimePoint now) {
  switch (event.kind) {
    case Kind::found: machine.on_found(event.peer, now); break;
    case Kind::discovered: machine.on_discovered(event.peer, event.found, now); break;
    case Kind::value_read: machine.on_value_read(event.peer, event.characteristic, event.value, now); break;
    case Kind::subscribed: machine.on_subscribed(event.peer, event.characteristic, now); break;
    case Kind::notification: machine.on_notification(event.peer, event.characteristic, event.value, now); break;
    default: break;
  }
}

void feed(auto& machine, const StackEvent& event, TimePoint now) {
  switch (event.kind) {
    case Kind::connected: machine.on_connected(event.peer, now); break;
    case Kind::mtu: machine.on_mtu(event.peer, event.number, now); break;
    case Kind::value_sent: machine.on_value_sent(now); break;
    case Kind::channel_opened: machine.on_channel_opened(event.peer, now); break;
    case Kind::channel_bytes: machine.on_channel_bytes(event.peer, event.value, now); break;
    case Kind::channel_sent: machine.on_channel_sent(now); break;
    case Kind::channel_closed: machine.on_channel_closed(event.peer, now); break;
    case Kind::disconnected: machine.on_disconnected(event.peer, now); break;
    case Kind::radio: machine.on_radio(event.on, now); break;
    case Kind::failed: machine.on_failed(event.operation, event.native, now); break;
    default: feed_own(machine, event, now); break;
  }
}

}  // namespace

template <class Machine>
void VirtualMachine<Machine>::start() {
  machine_.start(device().radio().now());
  drain();
}

template <class Machine>
Result<void> VirtualMachine<Machine>::send(Bytes message) {
  auto given = machine_.send(std::move(message), device().radio().now());
  if (given) sending(true);
  drain();
  return given;
}

template <class Machine>
void VirtualMachine<Machine>::finish() {
  machine_.finish(device().radio().now());
  drain();
}

template <class Machine>
void VirtualMachine<Machine>::cancel() {
  machine_.cancel(device().radio().now());
  drain();
}

template <class Machine>
std::optional<Errc> VirtualMachine<Machine>::reason() const noexcept {
  if (!closed_ || !closed_->reason) return std::nullopt;
  return closed_->reason->code;
}

template <class Machine>
bool VirtualMachine<Machine>::passed(BleStep step) const noexcept {
  return std::any_of(progress_.begin(), progress_.end(), [&](const BleProgress& it) { return it.step == step; });
}

template <class Machine>
void VirtualMachine<Machine>::on_event(const StackEvent& event) {
  feed(machine_, event, device().radio().now());
  drain();
}

template <class Machine>
void VirtualMachine<Machine>::on_alarm() {
  machine_.on_timer(device().radio().now());
  drain();
}

template <class Machine>
void VirtualMachine<Machine>::drain() {
  if (draining_) return;  // a reaction has called: the loop below goes on
  draining_ = true;
  while (auto effect = machine_.poll()) keep(*effect);
  draining_ = false;
  set_alarm(machine_.deadline());
}

template <class Machine>
void VirtualMachine<Machine>::keep(const BleEffect& effect) {
  if (closed_ && !std::holds_alternative<BleTrace>(effect)) ++late_effects_;
  bool of_application = true;
  if (const auto* opened = std::get_if<LinkOpened>(&effect)) {
    opened_ = *opened;
  } else if (const auto* closed = std::get_if<LinkClosed>(&effect)) {
    closed_ = *closed;
    sending(false);
  } else if (const auto* message = std::get_if<MessageReceived>(&effect)) {
    messages_.push_back(message->message);
  } else if (std::holds_alternative<MessageSent>(effect)) {
    ++messages_sent_;
    sending(false);
  } else if (const auto* progress = std::get_if<BleProgress>(&effect)) {
    progress_.push_back(*progress);
  } else if (const auto* traced = std::get_if<BleTrace>(&effect)) {
    trace_.push_back(*traced);
  } else {
    of_application = false;
    ask(effect);
  }
  if (of_application && reaction) reaction(effect);
}

template class VirtualMachine<BlePeripheral>;
template class VirtualMachine<BleCentral>;

}  // namespace mdoc::testing
