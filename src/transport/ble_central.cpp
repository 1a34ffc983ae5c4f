#include "mdoc/transport/ble_central.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "transport/ble_effect_queue.hpp"
#include "transport/ble_open_link.hpp"
#include "transport/ble_setup.hpp"

namespace mdoc::transport {
namespace {

// Devices of a wrong Ident or without the service that are remembered, so that they are not tried again and again.
constexpr std::size_t max_refused = 16;
// And devices with which an attempt broke, which are tried after all others.
constexpr std::size_t max_failed = 16;

}  // namespace

struct BleCentral::Impl {
  Impl(BleService of, std::optional<std::array<std::uint8_t, 16>> identifier, std::optional<std::uint16_t> channel,
       const BleLinkOptions& wanted)
      : options(wanted),
        service(std::move(of)),
        ident(identifier),
        known_psm(channel),
        effects(service, options.trace),
        setup(options) {}

  // Finding the peer

  void scan(TimePoint now) {
    const bool is_restart = state == State::scanning;
    if (!is_restart && !failed.empty()) others_until = later(now, options.timeouts.search);
    state = State::scanning;
    setup.expect_nothing();
    if (options.quirks.scan_restart.count() > 0) setup.expect(options.quirks.scan_restart, now);
    effects.emit(StartScanning{service.uuid}, now);
    effects.emit(BleProgress{.step = BleStep::scanning, .at = now}, now);
  }

  void stop_scanning(TimePoint now) {
    if (state != State::scanning) return;
    effects.emit(StopScanning{}, now);
    spare.reset();
    state = State::waiting;  // not to be stopped twice
  }

  // Anybody can advertise our UUID, be heard first and then stall, and would have every attempt. So whoever failed
  // waits for others to be heard; of several, the one that waits the longest comes first.
  void consider(BlePeer heard, TimePoint now) {
    const auto before = std::ranges::find(failed, heard);
    if (before == failed.end() || passed(others_until, now)) return connect(heard, now);
    if (!spare || before < std::ranges::find(failed, *spare)) spare = heard;
  }

  void connect(BlePeer found, TimePoint now) {
    stop_scanning(now);
    effects.emit(BleProgress{.step = BleStep::found, .at = now}, now);
    peer = found;
    mtu = ble_default_mtu;
    characteristics.clear();
    is_refreshed = false;
    attempt_until = later(now, options.timeouts.attempt);
    state = State::connecting;
    setup.expect_nothing();
    effects.emit(ConnectPeer{found}, now);
  }

  // One attempt

  void exchange_mtu(TimePoint now) {
    state = State::exchanging_mtu;
    setup.expect(options.timeouts.step, now);
    effects.emit(ExchangeMtu{.peer = *peer, .mtu = ble_wanted_mtu}, now);
  }

  void discover(TimePoint now) {
    state = State::discovering;
    setup.expect_nothing();
    effects.emit(DiscoverService{.peer = *peer, .service = service.uuid, .refresh = is_refreshed}, now);
  }

  [[nodiscard]] const BleFoundCharacteristic* find(BleCharacteristic purpose) const {
    if (!service.has(purpose)) return nullptr;
    const auto found = std::ranges::find(characteristics, service.uuid_of(purpose), &BleFoundCharacteristic::uuid);
    return found == characteristics.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool is_complete() const {
    const auto writable = [](const BleFoundCharacteristic* each) {
      return each != nullptr && (each->properties.write_without_response || each->properties.write);
    };
    const auto* const state_found = find(BleCharacteristic::state);
    const auto* const incoming = find(BleCharacteristic::server2client);
    return writable(state_found) && state_found->properties.notify &&
           writable(find(BleCharacteristic::client2server)) && incoming != nullptr && incoming->properties.notify;
  }

  void read(BleCharacteristic purpose, State as, TimePoint now) {
    state = as;
    setup.expect(options.timeouts.step, now);
    effects.emit(ReadValue{.peer = *peer, .characteristic = service.uuid_of(purpose)}, now);
  }

  void identify(TimePoint now) {
    const auto* const found = find(BleCharacteristic::ident);
    if (ident && found != nullptr && found->properties.read)
      return read(BleCharacteristic::ident, State::identifying, now);
    seek_channel(now);
  }

  void seek_channel(TimePoint now) {
    const auto* const found = find(BleCharacteristic::l2cap);
    if (options.l2cap && !channel_tried && found != nullptr && found->properties.read) {
      return read(BleCharacteristic::l2cap, State::reading_psm, now);
    }
    subscribe(BleCharacteristic::server2client, now);
  }

  void open_channel(std::uint16_t psm, TimePoint now) {
    state = State::opening_channel;
    channel_tried = true;
    setup.expect(options.timeouts.step, now);
    effects.emit(OpenChannel{.peer = *peer, .psm = psm}, now);
  }

  // No channel: GATT goes on where it was left (second edition, 11.1.4).
  void fall_back(TimePoint now) {
    channel_tried = true;
    effects.emit(BleProgress{.step = BleStep::fell_back, .at = now}, now);
    if (characteristics.empty()) return exchange_mtu(now);
    subscribe(BleCharacteristic::server2client, now);
  }

  // Server2Client first: a server that speaks as soon as State is subscribed to is heard.
  void subscribe(BleCharacteristic purpose, TimePoint now) {
    state = State::subscribing;
    subscribing_to = purpose;
    setup.expect_nothing();
    effects.emit(Subscribe{.peer = *peer, .characteristic = service.uuid_of(purpose)}, now);
  }

  [[nodiscard]] bool needs_response(BleCharacteristic purpose) const {
    const auto* const found = find(purpose);
    return found != nullptr && !found->properties.write_without_response;
  }

  // Start must not be written before both confirmations (second edition, 11.1.3.3).
  void write_start(TimePoint now) {
    effects.emit(BleProgress{.step = BleStep::subscribed, .at = now}, now);
    state = State::starting;
    make_link(BleCarrier::gatt);
    link->send_start(now);
  }

  void make_link(BleCarrier carrier) {
    link.emplace(options, service,
                 BleOpenLink::Route{.side = BleOpenLink::Side::client,
                                    .carrier = carrier,
                                    .peer = *peer,
                                    .mtu = mtu,
                                    .parts_with_response = needs_response(BleCharacteristic::client2server),
                                    .state_with_response = needs_response(BleCharacteristic::state)},
                 effects);
  }

  void open(TimePoint now) {
    setup.done();
    attempt_until.reset();
    state = State::active;
    effects.emit(BleProgress{.step = BleStep::opened, .at = now}, now);
    effects.emit(LinkOpened{.carrier = link->carrier(), .max_value = link->max_value()}, now);
  }

  // Its end

  void refuse(TimePoint now) {
    if (refused.size() == max_refused) refused.erase(refused.begin());
    refused.push_back(*peer);
    drop_peer(now);
  }

  void remember_failure() {
    if (!peer) return;
    std::erase(failed, *peer);
    if (failed.size() == max_failed) failed.erase(failed.begin());
    failed.push_back(*peer);
  }

  void drop_peer(TimePoint now) {
    attempt_until.reset();
    if (peer) {
      const bool has_channel = link ? link->carrier() == BleCarrier::l2cap : state == State::opening_channel;
      if (has_channel) effects.emit(CloseChannel{*peer}, now);
      effects.emit(DisconnectPeer{*peer}, now);
      effects.emit(ForgetPeer{*peer}, now);
    }
    link.reset();
    peer.reset();
  }

  // Before the link is open, a broken connection is made again (second edition, 11.1.3.6).
  void try_later(const Error& error, TimePoint now) {
    stop_scanning(now);
    remember_failure();
    drop_peer(now);
    effects.emit(BleProgress{.step = BleStep::lost, .at = now}, now);
    trouble = error;
    if (!setup.try_later(now)) return close(error, now);
    state = State::waiting;
  }

  // One answer did not come that could be done without, or the scan is to begin anew.
  void go_on_without(TimePoint now) {
    switch (state) {
      case State::scanning: return scan(now);
      case State::exchanging_mtu: return discover(now);
      case State::opening_channel: effects.emit(CloseChannel{*peer}, now); [[fallthrough]];
      case State::reading_psm: return fall_back(now);
      default: return try_later(timed_out(name(state).data()), now);
    }
  }

  [[nodiscard]] Error out_of_time() const {
    if (!radio_on) return Error{.code = Errc::radio_off, .where = "BLE"};
    return trouble.value_or(timed_out(name(state).data()));
  }

  void settle(TimePoint now) {
    if (!link || state == State::starting) return;
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
    stop_scanning(now);
    drop_peer(now);
    setup.done();
    effects.emit(LinkClosed{std::move(reason)}, now);
    state = State::closed;
  }

  [[nodiscard]] bool is_ours(BlePeer whose) const noexcept { return peer == whose; }
  [[nodiscard]] bool is_open() const noexcept { return link && state != State::starting; }

  BleLinkOptions options;
  BleService service;
  std::optional<std::array<std::uint8_t, 16>> ident;
  std::optional<std::uint16_t> known_psm;
  BleEffectQueue effects;
  BleSetup setup;
  State state = State::idle;
  bool radio_on = true;
  std::optional<Error> trouble;  // of the attempt before
  std::vector<BlePeer> refused;
  std::vector<BlePeer> failed;            // the longest ago first
  std::optional<TimePoint> others_until;  // until then, those wait
  std::optional<BlePeer> spare;           // of those, the one to be tried then
  bool channel_tried = false;

  // Of one attempt
  std::optional<BlePeer> peer;
  std::optional<TimePoint> attempt_until;
  std::size_t mtu = ble_default_mtu;
  std::vector<BleFoundCharacteristic> characteristics;
  bool is_refreshed = false;
  BleCharacteristic subscribing_to{};
  std::optional<BleOpenLink> link;  // from Start on
};

Result<BleCentral> BleCentral::create(BleService service, std::optional<std::array<std::uint8_t, 16>> ident,
                                      std::optional<std::uint16_t> psm, const BleLinkOptions& options) {
  if ((ident && !service.has(BleCharacteristic::ident)) || !are_usable(options)) {
    return Error{.code = Errc::bad_argument, .where = "BleCentral"};
  }
  return BleCentral(std::make_unique<Impl>(std::move(service), ident, psm, options));
}

BleCentral::BleCentral(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
BleCentral::BleCentral(BleCentral&&) noexcept = default;
BleCentral& BleCentral::operator=(BleCentral&&) noexcept = default;
BleCentral::~BleCentral() = default;

void BleCentral::start(TimePoint now) {
  if (impl_->state != State::idle) return;
  impl_->setup.start(now);
  if (impl_->radio_on) return impl_->scan(now);
  impl_->state = State::waiting;
  impl_->effects.emit(BleProgress{.step = BleStep::radio_off, .at = now}, now);
}

Result<void> BleCentral::send(Bytes message, TimePoint now) {
  if (!impl_->is_open()) return Error{.code = Errc::wrong_state, .where = "BLE"};
  return impl_->link->send(std::move(message), now);
}

void BleCentral::finish(TimePoint now) {
  if (impl_->state == State::closed) return;
  if (!impl_->is_open()) return impl_->close(std::nullopt, now);
  impl_->link->finish(now);
  impl_->settle(now);
}

void BleCentral::cancel(TimePoint now) {
  if (impl_->state != State::closed) impl_->close(std::nullopt, now);
}

void BleCentral::on_found(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_found", now, peer);
  if (impl_->state != State::scanning || std::ranges::find(impl_->refused, peer) != impl_->refused.end()) return;
  impl_->consider(peer, now);
}

void BleCentral::on_connected(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_connected", now, peer);
  if (impl_->state != State::connecting || !impl_->is_ours(peer)) return;
  impl_->effects.emit(BleProgress{.step = BleStep::connected, .at = now}, now);
  // The PSM that the engagement names spares the way through GATT (second edition, 11.1.4).
  if (impl_->options.l2cap && impl_->known_psm && !impl_->channel_tried) {
    return impl_->open_channel(*impl_->known_psm, now);
  }
  impl_->exchange_mtu(now);
}

void BleCentral::on_mtu(BlePeer peer, std::size_t mtu, TimePoint now) {
  impl_->effects.note("on_mtu", now, peer, nullptr, mtu);
  if (!impl_->is_ours(peer)) return;
  impl_->mtu = mtu;
  if (impl_->link) impl_->link->on_mtu(mtu);
  if (impl_->state == State::exchanging_mtu) impl_->discover(now);
}

void BleCentral::on_discovered(BlePeer peer, std::span<const BleFoundCharacteristic> characteristics, TimePoint now) {
  impl_->effects.note("on_discovered", now, peer, nullptr, characteristics.size());
  if (impl_->state != State::discovering || !impl_->is_ours(peer)) return;
  impl_->characteristics.clear();
  for (const BleFoundCharacteristic& each : characteristics) {
    if (impl_->service.find(each.uuid)) impl_->characteristics.push_back(each);  // others may be there
  }
  if (impl_->is_complete()) {
    impl_->effects.emit(BleProgress{.step = BleStep::discovered, .at = now}, now);
    return impl_->identify(now);
  }
  if (!std::exchange(impl_->is_refreshed, true)) return impl_->discover(now);  // a cache may be out of date
  // Whoever advertises our UUID without the service is another one, as with a wrong Ident: no attempt at ours.
  impl_->trouble = failure(BleOperation::discover, 0);
  impl_->refuse(now);
  impl_->effects.emit(BleProgress{.step = BleStep::lost, .at = now}, now);
  impl_->scan(now);
}

void BleCentral::on_value_read(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now) {
  impl_->effects.note("on_value_read", now, peer, &characteristic, value.size());
  if (!impl_->is_ours(peer)) return;
  const auto purpose = impl_->service.find(characteristic);
  if (purpose == BleCharacteristic::ident && impl_->state == State::identifying) {
    impl_->setup.expect_nothing();
    if (std::ranges::equal(value, *impl_->ident)) {
      impl_->effects.emit(BleProgress{.step = BleStep::identified, .at = now}, now);
      return impl_->seek_channel(now);
    }
    // Another reader that happens to advertise our UUID, or pretends to: the right one may still be here.
    impl_->refuse(now);
    impl_->effects.emit(BleProgress{.step = BleStep::wrong_peer, .at = now}, now);
    return impl_->scan(now);
  }
  if (purpose == BleCharacteristic::l2cap && impl_->state == State::reading_psm) {
    const auto psm = decode_l2cap_psm(value);
    return psm ? impl_->open_channel(*psm, now) : impl_->fall_back(now);
  }
}

void BleCentral::on_subscribed(BlePeer peer, const Uuid& characteristic, TimePoint now) {
  impl_->effects.note("on_subscribed", now, peer, &characteristic);
  if (impl_->state != State::subscribing || !impl_->is_ours(peer)) return;
  if (impl_->service.find(characteristic) != impl_->subscribing_to) return;
  if (impl_->subscribing_to == BleCharacteristic::server2client) return impl_->subscribe(BleCharacteristic::state, now);
  impl_->write_start(now);
}

void BleCentral::on_notification(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now) {
  impl_->effects.note("on_notification", now, peer, &characteristic, value.size());
  const auto purpose = impl_->service.find(characteristic);
  if (!purpose || !impl_->is_ours(peer)) return;
  if (!impl_->link) {
    // Data before Start (second edition, 11.1.3.4)
    if (*purpose == BleCharacteristic::server2client && !value.empty() && impl_->state == State::subscribing) {
      impl_->try_later(Error{.code = Errc::unexpected_message, .where = Path("BLE") / "Server2Client"}, now);
    }
    return;
  }
  // The server answers Start before our stack has told us that it left.
  if (impl_->state == State::starting && *purpose == BleCharacteristic::server2client && !value.empty()) {
    impl_->open(now);
  }
  if (!impl_->is_open()) {
    const bool ends = *purpose == BleCharacteristic::state && value.size() == 1 && value.front() == ble_end;
    if (ends) impl_->try_later(failure(BleOperation::subscribe, 0), now);
    return;
  }
  if (*purpose == BleCharacteristic::state) impl_->link->on_state(value, now);
  if (*purpose == BleCharacteristic::server2client) impl_->link->on_part(value, now);
  impl_->settle(now);
}

void BleCentral::on_value_sent(TimePoint now) {
  impl_->effects.note("on_value_sent", now);
  if (!impl_->link || impl_->link->carrier() != BleCarrier::gatt) return;
  impl_->link->on_sent(now);
  if (impl_->state == State::starting) impl_->open(now);
  impl_->settle(now);
}

void BleCentral::on_channel_opened(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_channel_opened", now, peer);
  if (impl_->state == State::closed) return;
  if (impl_->is_ours(peer) && impl_->link && impl_->link->carrier() == BleCarrier::l2cap) return;
  if (impl_->state == State::opening_channel && impl_->is_ours(peer)) {
    impl_->make_link(BleCarrier::l2cap);
    return impl_->open(now);
  }
  impl_->effects.emit(CloseChannel{peer}, now);  // later than we waited
}

void BleCentral::on_channel_bytes(BlePeer peer, ByteView bytes, TimePoint now) {
  impl_->effects.note("on_channel_bytes", now, peer, nullptr, bytes.size());
  if (!impl_->is_ours(peer) || !impl_->is_open()) return;
  impl_->link->on_channel_bytes(bytes, now);
  impl_->settle(now);
}

void BleCentral::on_channel_sent(TimePoint now) {
  impl_->effects.note("on_channel_sent", now);
  if (!impl_->link || impl_->link->carrier() != BleCarrier::l2cap) return;
  impl_->link->on_sent(now);
  impl_->settle(now);
}

void BleCentral::on_channel_closed(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_channel_closed", now, peer);
  if (!impl_->is_ours(peer)) return;
  if (impl_->state == State::opening_channel) return impl_->fall_back(now);
  if (!impl_->link || impl_->link->carrier() != BleCarrier::l2cap) return;
  impl_->link->on_lost();
  impl_->settle(now);
}

void BleCentral::on_disconnected(BlePeer peer, TimePoint now) {
  impl_->effects.note("on_disconnected", now, peer);
  if (!impl_->is_ours(peer)) return;
  if (!impl_->is_open()) return impl_->try_later(Error{.code = Errc::link_closed, .where = "BLE"}, now);
  impl_->link->on_lost();
  impl_->settle(now);
}

void BleCentral::on_radio(bool on, TimePoint now) {
  impl_->effects.note("on_radio", now, {}, nullptr, on ? 1 : 0);
  if (std::exchange(impl_->radio_on, on) == on || impl_->state == State::idle || impl_->state == State::closed) return;
  if (on) {
    if (impl_->state == State::waiting) impl_->scan(now);
    return;
  }
  impl_->effects.emit(BleProgress{.step = BleStep::radio_off, .at = now}, now);
  if (impl_->is_open()) {
    impl_->link->break_off(Error{.code = Errc::radio_off, .where = "BLE"});
    return impl_->settle(now);
  }
  impl_->stop_scanning(now);
  impl_->drop_peer(now);
  impl_->setup.expect_nothing();
  impl_->state = State::waiting;
}

void BleCentral::on_failed(BleOperation operation, std::int32_t native, TimePoint now) {
  impl_->effects.note("on_failed", now, {}, nullptr, static_cast<std::size_t>(operation));
  const Error error = failure(operation, native);
  const auto fails_in = [&](BleOperation what, State where) { return operation == what && impl_->state == where; };
  if (fails_in(BleOperation::exchange_mtu, State::exchanging_mtu)) {
    impl_->discover(now);
  } else if (fails_in(BleOperation::read, State::reading_psm) ||
             fails_in(BleOperation::open_channel, State::opening_channel)) {
    impl_->fall_back(now);
  } else if (operation == BleOperation::send && impl_->is_open()) {
    impl_->link->break_off(error);
    impl_->settle(now);
  } else if (fails_in(BleOperation::scan, State::scanning) || fails_in(BleOperation::connect, State::connecting) ||
             fails_in(BleOperation::discover, State::discovering) || fails_in(BleOperation::read, State::identifying) ||
             fails_in(BleOperation::subscribe, State::subscribing) || fails_in(BleOperation::send, State::starting)) {
    impl_->try_later(error, now);
  }
}

void BleCentral::on_timer(TimePoint now) {
  Impl& self = *impl_;
  if (self.state == State::closed) return;
  if (self.is_open()) {
    self.link->on_timer(now);
    return self.settle(now);
  }
  switch (self.setup.on_timer(now)) {
    case BleSetup::Due::nothing: break;
    case BleSetup::Due::give_up: return self.close(self.out_of_time(), now);
    case BleSetup::Due::retry: return self.scan(now);
    case BleSetup::Due::answer: return self.go_on_without(now);
  }
  if (passed(self.attempt_until, now)) self.try_later(timed_out(name(self.state).data()), now);
  if (self.spare && passed(self.others_until, now)) self.connect(*self.spare, now);
}

std::optional<TimePoint> BleCentral::deadline() const noexcept {
  if (impl_->is_open()) return impl_->link->deadline();
  const auto others_until = impl_->spare ? impl_->others_until : std::nullopt;
  return earlier(impl_->setup.deadline(), earlier(impl_->attempt_until, others_until));
}

std::optional<BleEffect> BleCentral::poll() { return impl_->effects.poll(); }

BleCentral::State BleCentral::state() const noexcept { return impl_->state; }

std::string_view name(BleCentral::State state) noexcept {
  switch (state) {
    case BleCentral::State::idle: return "idle";
    case BleCentral::State::scanning: return "scanning";
    case BleCentral::State::connecting: return "connecting";
    case BleCentral::State::exchanging_mtu: return "exchanging_mtu";
    case BleCentral::State::discovering: return "discovering";
    case BleCentral::State::identifying: return "identifying";
    case BleCentral::State::reading_psm: return "reading_psm";
    case BleCentral::State::opening_channel: return "opening_channel";
    case BleCentral::State::subscribing: return "subscribing";
    case BleCentral::State::starting: return "starting";
    case BleCentral::State::waiting: return "waiting";
    case BleCentral::State::active: return "active";
    case BleCentral::State::draining: return "draining";
    case BleCentral::State::lingering: return "lingering";
    case BleCentral::State::closing: return "closing";
    case BleCentral::State::closed: return "closed";
  }
  return "unknown";
}

}  // namespace mdoc::transport
