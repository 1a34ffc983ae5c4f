#include "mdoc/transport/ble_peripheral.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "transport/ble_effect_queue.hpp"
#include "transport/ble_open_link.hpp"
#include "transport/ble_setup.hpp"

namespace mdoc::transport {
namespace {

// Clients that are connected at a time and have not written Start. A room has few readers; for whoever connects beyond
// that, the one gives way that had its time longest: some that only hold a place keep nobody out.
constexpr std::size_t max_clients = 8;

struct Client {
  BlePeer peer{};
  TimePoint until{};  // when it gives way, if it has not written Start
  std::size_t mtu = ble_default_mtu;
  bool state_on = false;  // notifications
  bool server2client_on = false;
};

}  // namespace

struct BlePeripheral::Impl {
  Impl(BleService of, std::optional<std::array<std::uint8_t, 16>> identifier, const BleLinkOptions& wanted)
      : options(wanted), service(std::move(of)), ident(identifier), effects(service, options.trace), setup(options) {}

  // Setting up

  void set_up(TimePoint now) {
    effects.emit(BleProgress{.step = BleStep::preparing, .at = now}, now);
    if (!options.l2cap) return register_service(now);
    state = State::listening;
    listens = true;
    setup.expect(options.timeouts.step, now);
    effects.emit(ListenForChannel{}, now);
  }

  void register_service(TimePoint now) {
    state = State::registering;
    is_registered = true;
    setup.expect(options.timeouts.step, now);
    RegisterService wanted{.service = service.uuid};
    for (const BleServiceCharacteristic& each : service.characteristics) {
      RegisterService::Characteristic characteristic{.description = each};
      if (each.purpose == BleCharacteristic::ident) {
        characteristic.value.assign(ident->begin(), ident->end());
      } else if (each.purpose == BleCharacteristic::l2cap) {
        if (!psm) continue;  // neither offered nor read
        const auto value = encode_l2cap_psm(*psm);
        characteristic.value.assign(value.begin(), value.end());
      }
      wanted.characteristics.push_back(std::move(characteristic));
    }
    effects.emit(std::move(wanted), now);
  }

  void advertise(TimePoint now) {
    state = State::advertising;
    is_advertising = true;
    setup.expect_nothing();
    effects.emit(StartAdvertising{service.uuid}, now);
  }

  // GATT alone is offered.
  void go_without_channel(TimePoint now) {
    effects.emit(BleProgress{.step = BleStep::fell_back, .at = now}, now);
    register_service(now);
  }

  // The stack could not, or not in time: everything is taken back and tried once more, or we give up.
  void try_later(const Error& error, TimePoint now) {
    take_back(now);
    trouble = error;
    if (!setup.try_later(now)) return close(error, now);
    state = State::waiting;
  }

  [[nodiscard]] Error out_of_time() const {
    if (!radio_on) return Error{.code = Errc::radio_off, .where = "BLE"};
    return trouble.value_or(timed_out(state == State::advertising ? "Start" : name(state).data()));
  }

  void take_back(TimePoint now) {
    for (const Client& each : clients) disconnect(each.peer, now);
    clients.clear();
    take_back(is_advertising, StopAdvertising{}, now);
    take_back(is_registered, UnregisterService{}, now);
    take_back(listens, StopListening{}, now);
    psm.reset();
    setup.expect_nothing();
  }

  // In this order: where there is no memory for the effect, cancel() finds what is still to be taken back.
  void take_back(bool& asked, BleEffect effect, TimePoint now) {
    if (!asked) return;
    effects.emit(std::move(effect), now);
    asked = false;
  }

  void disconnect(BlePeer peer, TimePoint now) {
    effects.emit(DisconnectPeer{peer}, now);
    effects.emit(ForgetPeer{peer}, now);
  }

  // Clients that have not got the link

  [[nodiscard]] std::vector<Client>::iterator find(BlePeer peer) {
    return std::ranges::find(clients, peer, &Client::peer);
  }

  // Some stacks tell of a client only when it does something.
  Client& client_of(BlePeer peer, TimePoint now) {
    if (const auto known = find(peer); known != clients.end()) return *known;
    if (clients.size() == max_clients) turn_away(clients.front().peer, now);
    effects.emit(BleProgress{.step = BleStep::connected, .at = now}, now);
    return clients.emplace_back(Client{.peer = peer, .until = later(now, options.timeouts.attempt)});
  }

  void turn_away(BlePeer peer, TimePoint now) {
    const auto known = find(peer);
    const bool was_known = known != clients.end();
    if (was_known) clients.erase(known);
    disconnect(peer, now);
    if (was_known) effects.emit(BleProgress{.step = BleStep::lost, .at = now}, now);
  }

  // The link

  [[nodiscard]] bool has_link(BlePeer peer) const noexcept { return link && link->peer() == peer; }

  // From now on there is one client, and nobody else finds us (second edition, 11.1.3.3).
  void open(const Client& client, BleCarrier carrier, TimePoint now) {
    link.emplace(options, service,
                 BleOpenLink::Route{.side = BleOpenLink::Side::server,
                                    .carrier = carrier,
                                    .peer = client.peer,
                                    .mtu = client.mtu,
                                    .can_send = carrier == BleCarrier::l2cap || client.server2client_on,
                                    .can_end = client.state_on},
                 effects);
    std::erase_if(clients, [this](const Client& each) { return has_link(each.peer); });
    take_back(is_advertising, StopAdvertising{}, now);
    for (const Client& each : clients) disconnect(each.peer, now);
    clients.clear();
    setup.done();
    state = State::active;
    effects.emit(BleProgress{.step = BleStep::opened, .at = now}, now);
    effects.emit(LinkOpened{.carrier = carrier, .max_value = link->max_value()}, now);
  }

  // After each input that may have changed the link.
  void settle(TimePoint now) {
    if (!link) return;
    switch (link->phase()) {
      case BleOpenLink::Phase::active: state = State::active; return;
      case BleOpenLink::Phase::draining: state = State::draining; return;
      case BleOpenLink::Phase::lingering: state = State::lingering; return;
      case BleOpenLink::Phase::closing: state = State::closing; return;
      case BleOpenLink::Phase::over: return close(link->reason(), now);
    }
  }

  // The reason by value: that of the link goes with the link.
  void close(std::optional<Error> reason, TimePoint now) {
    if (link) {
      if (link->carrier() == BleCarrier::l2cap) effects.emit(CloseChannel{link->peer()}, now);
      disconnect(link->peer(), now);
      link.reset();
    }
    take_back(now);
    setup.done();
    effects.emit(LinkClosed{std::move(reason)}, now);
    state = State::closed;
  }

  [[nodiscard]] bool is_over() const noexcept { return state == State::closed; }

  BleLinkOptions options;
  BleService service;
  std::optional<std::array<std::uint8_t, 16>> ident;
  BleEffectQueue effects;
  BleSetup setup;
  State state = State::idle;
  bool radio_on = true;
  std::optional<Error> trouble;  // of the attempt before
  std::optional<std::uint16_t> psm;
  std::vector<Client> clients;
  std::optional<BleOpenLink> link;
  // What was asked of the stack and not taken back
  bool listens = false;
  bool is_registered = false;
  bool is_advertising = false;
};

Result<BlePeripheral> BlePeripheral::create(BleService service, std::optional<std::array<std::uint8_t, 16>> ident,
                                            const BleLinkOptions& options) {
  if (ident.has_value() != service.has(BleCharacteristic::ident) || !are_usable(options)) {
    return Error{.code = Errc::bad_argument, .where = "BlePeripheral"};
  }
  return BlePeripheral(std::make_unique<Impl>(std::move(service), ident, options));
}

BlePeripheral::BlePeripheral(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
BlePeripheral::BlePeripheral(BlePeripheral&&) noexcept = default;
BlePeripheral& BlePeripheral::operator=(BlePeripheral&&) noexcept = default;
BlePeripheral::~BlePeripheral() = default;

void BlePeripheral::start(TimePoint now) {
  if (impl_->state != State::idle) return;
  impl_->setup.start(now);
  if (impl_->radio_on) return impl_->set_up(now);
  impl_->state = State::waiting;
  impl_->effects.emit(BleProgress{.step = BleStep::radio_off, .at = now}, now);
}

Result<void> BlePeripheral::send(Bytes message, TimePoint now) {
  if (!impl_->link) return Error{.code = Errc::wrong_state, .where = "BLE"};
  return impl_->link->send(std::move(message), now);
}

void BlePeripheral::finish(TimePoint now) {
  if (impl_->is_over()) return;
  if (!impl_->link) return impl_->close(std::nullopt, now);
  impl_->link->finish(now);
  impl_->settle(now);
}

void BlePeripheral::cancel(TimePoint now) {
  if (!impl_->is_over()) impl_->close(std::nullopt, now);
}

void BlePeripheral::on_listening(std::uint16_t psm, TimePoint now) {
  impl_->effects.note("on_listening", now, {}, nullptr, psm);
  if (impl_->state != State::listening) return;
  impl_->psm = psm;
  impl_->register_service(now);
}

void BlePeripheral::on_registered(TimePoint now) {
  impl_->effects.note("on_registered", now);
  if (impl_->state == State::registering) impl_->advertise(now);
}

void BlePeripheral::on_advertising(TimePoint now) {
  impl_->effects.note("on_advertising", now);
  if (impl_->state != State::advertising) return;
  impl_->effects.emit(BleProgress{.step = BleStep::advertising, .at = now}, now);
}

void BlePeripheral::on_connected(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_connected", now, peer);
  if (impl_->state == State::advertising) {
    std::erase_if(impl_->clients, [peer](const Client& each) { return each.peer == peer; });  // anew
    (void)impl_->client_of(peer, now);
  } else if (impl_->link && !impl_->has_link(peer)) {
    impl_->disconnect(peer, now);
  }
}

void BlePeripheral::on_mtu(BlePeer peer, std::size_t mtu, TimePoint now) {
  impl_->effects.note("on_mtu", now, peer, nullptr, mtu);
  if (impl_->has_link(peer)) {
    impl_->link->on_mtu(mtu);
  } else if (impl_->state == State::advertising) {
    impl_->client_of(peer, now).mtu = mtu;
  }
}

void BlePeripheral::on_subscribed(BlePeer peer, const Uuid& characteristic, bool on, TimePoint now) {
  impl_->effects.note("on_subscribed", now, peer, &characteristic, on ? 1 : 0);
  const auto purpose = impl_->service.find(characteristic);
  if (!purpose) return;
  if (impl_->has_link(peer)) {
    impl_->link->on_subscribed(*purpose, on, now);
    return impl_->settle(now);
  }
  if (impl_->state != State::advertising) return;
  Client& client = impl_->client_of(peer, now);
  if (*purpose == BleCharacteristic::state) client.state_on = on;
  if (*purpose == BleCharacteristic::server2client) client.server2client_on = on;
}

void BlePeripheral::on_write(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now) {
  impl_->effects.note("on_write", now, peer, &characteristic, value.size());
  const auto purpose = impl_->service.find(characteristic);
  if (!purpose) return;
  if (impl_->has_link(peer)) {
    if (*purpose == BleCharacteristic::state) impl_->link->on_state(value, now);
    if (*purpose == BleCharacteristic::client2server) impl_->link->on_part(value, now);
    return impl_->settle(now);
  }
  if (impl_->state != State::advertising) return;
  if (*purpose == BleCharacteristic::state && value.size() == 1 && value.front() == ble_start) {
    const Client chosen = impl_->client_of(peer, now);
    impl_->open(chosen, BleCarrier::gatt, now);
  } else if (*purpose == BleCharacteristic::client2server && !value.empty()) {
    impl_->turn_away(peer, now);  // data before Start (second edition, 11.1.3.4)
  }
}

void BlePeripheral::on_value_sent(TimePoint now) {
  impl_->effects.note("on_value_sent", now);
  if (!impl_->link || impl_->link->carrier() != BleCarrier::gatt) return;
  impl_->link->on_sent(now);
  impl_->settle(now);
}

void BlePeripheral::on_channel_opened(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_channel_opened", now, peer);
  if (impl_->is_over()) return;
  if (impl_->has_link(peer) && impl_->link->carrier() == BleCarrier::l2cap) return;
  if (impl_->state == State::advertising && impl_->psm) {
    const Client chosen = impl_->client_of(peer, now);
    return impl_->open(chosen, BleCarrier::l2cap, now);
  }
  impl_->effects.emit(CloseChannel{peer}, now);
  if (impl_->link && !impl_->has_link(peer)) impl_->disconnect(peer, now);
}

void BlePeripheral::on_channel_bytes(BlePeer peer, ByteView bytes, TimePoint now) {
  impl_->effects.note("on_channel_bytes", now, peer, nullptr, bytes.size());
  if (!impl_->has_link(peer)) return;
  impl_->link->on_channel_bytes(bytes, now);
  impl_->settle(now);
}

void BlePeripheral::on_channel_sent(TimePoint now) {
  impl_->effects.note("on_channel_sent", now);
  if (!impl_->link || impl_->link->carrier() != BleCarrier::l2cap) return;
  impl_->link->on_sent(now);
  impl_->settle(now);
}

void BlePeripheral::on_channel_closed(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_channel_closed", now, peer);
  if (!impl_->has_link(peer) || impl_->link->carrier() != BleCarrier::l2cap) return;
  impl_->link->on_lost();
  impl_->settle(now);
}

void BlePeripheral::on_disconnected(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_disconnected", now, peer);
  if (impl_->has_link(peer)) {
    impl_->link->on_lost();
    return impl_->settle(now);
  }
  const auto client = impl_->find(peer);
  if (client == impl_->clients.end()) return;
  // Before Start, the connection may be made again (second edition, 11.1.3.6): we still advertise.
  impl_->clients.erase(client);
  impl_->effects.emit(ForgetPeer{peer}, now);
  impl_->effects.emit(BleProgress{.step = BleStep::lost, .at = now}, now);
}

void BlePeripheral::on_radio(bool on, TimePoint now) {
  impl_->effects.note("on_radio", now, {}, nullptr, on ? 1 : 0);
  if (std::exchange(impl_->radio_on, on) == on || impl_->state == State::idle || impl_->is_over()) return;
  if (on) {
    if (impl_->state == State::waiting) impl_->set_up(now);
    return;
  }
  impl_->effects.emit(BleProgress{.step = BleStep::radio_off, .at = now}, now);
  if (impl_->link) {
    impl_->link->break_off(Error{.code = Errc::radio_off, .where = "BLE"});
    return impl_->settle(now);
  }
  impl_->take_back(now);
  impl_->state = State::waiting;
}

void BlePeripheral::on_failed(BleOperation operation, std::int32_t native, TimePoint now) {
  impl_->effects.note("on_failed", now, {}, nullptr, static_cast<std::size_t>(operation));
  const Error error = failure(operation, native);
  if (operation == BleOperation::listen && impl_->state == State::listening) {
    impl_->listens = false;
    impl_->go_without_channel(now);
  } else if ((operation == BleOperation::register_service && impl_->state == State::registering) ||
             (operation == BleOperation::advertise && impl_->state == State::advertising)) {
    impl_->try_later(error, now);
  } else if (operation == BleOperation::send && impl_->link) {
    impl_->link->break_off(error);
    impl_->settle(now);
  }
}

void BlePeripheral::on_timer(TimePoint now) {
  Impl& self = *impl_;
  if (self.is_over()) return;
  if (self.link) {
    self.link->on_timer(now);
    return self.settle(now);
  }
  switch (self.setup.on_timer(now)) {
    case BleSetup::Due::nothing: break;
    case BleSetup::Due::give_up: return self.close(self.out_of_time(), now);
    case BleSetup::Due::retry: return self.set_up(now);
    case BleSetup::Due::answer:
      if (self.state == State::registering) return self.try_later(timed_out("register_service"), now);
      self.listens = false;
      self.effects.emit(StopListening{}, now);
      return self.go_without_channel(now);
  }
  std::vector<BlePeer> idlers;
  for (const Client& each : self.clients) {
    if (each.until <= now) idlers.push_back(each.peer);
  }
  for (const BlePeer each : idlers) self.turn_away(each, now);
}

std::optional<TimePoint> BlePeripheral::deadline() const noexcept {
  if (impl_->link) return impl_->link->deadline();
  std::optional<TimePoint> next = impl_->setup.deadline();
  for (const Client& each : impl_->clients) next = earlier(next, each.until);
  return next;
}

std::optional<BleEffect> BlePeripheral::poll() { return impl_->effects.poll(); }

BlePeripheral::State BlePeripheral::state() const noexcept { return impl_->state; }

std::optional<std::uint16_t> BlePeripheral::psm() const noexcept { return impl_->psm; }

std::string_view name(BlePeripheral::State state) noexcept {
  switch (state) {
    case BlePeripheral::State::idle: return "idle";
    case BlePeripheral::State::listening: return "listening";
    case BlePeripheral::State::registering: return "registering";
    case BlePeripheral::State::advertising: return "advertising";
    case BlePeripheral::State::waiting: return "waiting";
    case BlePeripheral::State::active: return "active";
    case BlePeripheral::State::draining: return "draining";
    case BlePeripheral::State::lingering: return "lingering";
    case BlePeripheral::State::closing: return "closing";
    case BlePeripheral::State::closed: return "closed";
  }
  return "unknown";
}

}  // namespace mdoc::transport
