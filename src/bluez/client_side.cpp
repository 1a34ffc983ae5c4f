#include "bluez/client_side.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bluez/dbus_error.hpp"
#include "bluez/names.hpp"

namespace mdoc::bluez {

using transport::BleFoundCharacteristic;
using transport::BleOperation;

namespace {

// To connect takes as long as the machine lets it.
constexpr std::chrono::milliseconds connect_limit{60'000};
constexpr std::chrono::milliseconds end_known_after{200};

}  // namespace

ClientSide::ClientSide(std::shared_ptr<Stack> stack, Report<Machine> report)
    : stack_(std::move(stack)), report_(std::move(report)), peers_(stack_), channels_(stack_->executor(), report_) {}

ClientSide::~ClientSide() {
  if (connection_) leave(connection_->peer);
  if (std::exchange(search_, nullptr)) stack_->discovery().settle();
}

void ClientSide::begin() {
  devices_ = stack_->device_changed.subscribe([weak = weak_from_this()](const std::string& path) {
    if (const auto self = weak.lock()) self->on_device(path);
  });
}

// Finding the peer

void ClientSide::perform(const transport::StartScanning& effect) {
  if (search_) return stack_->discovery().restart();
  const auto found = [weak = weak_from_this()](const std::string& device) {
    const auto self = weak.lock();
    if (!self) return;
    self->report_.input(
        [peer = self->peers_.number_of(device)](Machine& machine, TimePoint now) { machine.on_found(peer, now); });
  };
  const auto failed = [report = report_](const Error& error) { report.failure(BleOperation::scan, error); };
  search_ = stack_->discovery().search({.service = effect.service, .found = found, .failed = failed});
}

void ClientSide::perform(const transport::StopScanning&) {
  search_.reset();
  stack_->discovery().settle();
}

// One connection

Bus::Answer ClientSide::answer(Answer then) {
  return [weak = weak_from_this(), of = std::weak_ptr<Connection>(connection_),
          then = std::move(then)](Result<sdbus::MethodReply*> reply) {
    const auto self = weak.lock();
    const auto connection = of.lock();
    if (self && connection && self->connection_ == connection) then(*self, std::move(reply));
  };
}

void ClientSide::perform(const transport::ConnectPeer& effect) {
  const std::string path = peers_.path_of(effect.peer);
  const bool was_connected = stack_->objects().is_connected(path);
  peers_.hold(path, was_connected);
  connection_ = std::make_shared<Connection>(Connection{.peer = effect.peer, .path = path, .is_up = was_connected});
  const auto connected = answer([](ClientSide& self, const Result<sdbus::MethodReply*>& reply) {
    if (!reply && reply.error().native != EISCONN) return self.report_.failure(BleOperation::connect, reply.error());
    self.report_.input(
        [peer = self.connection_->peer](Machine& machine, TimePoint now) { machine.on_connected(peer, now); });
  });
  stack_->bus().call(path, device_interface, "Connect", connect_limit, connected);
}

void ClientSide::on_device(const std::string& path) {
  if (!connection_ || connection_->path != path) return;
  const bool is_up = stack_->objects().is_connected(path);
  if (connection_->is_up && !is_up) return lose();
  connection_->is_up = is_up;
  if (connection_->wanted_service) discover();
}

// A socket that is closed says that something has ended. What it was may be known in a moment.
void ClientSide::lose_soon() {
  if (connection_->ending) return;
  connection_->ending = std::make_shared<net::steady_timer>(stack_->executor(), end_known_after);
  connection_->ending->async_wait(
      [weak = weak_from_this(), of = std::weak_ptr<Connection>(connection_)](boost::system::error_code error) {
        const auto self = weak.lock();
        const auto connection = of.lock();
        if (!error && self && connection && self->connection_ == connection) self->lose();
      });
}

// What it sent last is there before its end is.
void ClientSide::lose() {
  const auto lost = connection_;
  for (const auto& [uuid, socket] : std::map(lost->notifications)) socket->drain();
  if (connection_ != lost) return;
  connection_.reset();
  report_.input([peer = lost->peer](Machine& machine, TimePoint now) { machine.on_disconnected(peer, now); });
}

void ClientSide::perform(const transport::DisconnectPeer& effect) { leave(effect.peer); }

// Its sockets stay open until it is disconnected. Closed before that, they have bluetoothd switch notifications off;
// and if the peer's service goes meanwhile, as it does when a transaction has ended, it is gone with the answer (5.66).
void ClientSide::leave(transport::BlePeer peer) {
  std::shared_ptr<Connection> left;
  if (connection_ && connection_->peer == peer) left = std::exchange(connection_, nullptr);
  if (left) {
    left->signals.clear();
    for (const auto* const sockets : {&left->notifications, &left->writers}) {
      for (const auto& [uuid, socket] : *sockets) socket->mute();
    }
  }
  peers_.leave(peer, std::move(left));
}

// bluetoothd exchanges MTUs by itself, as soon as it connects, and says later what came of it.
void ClientSide::perform(const transport::ExchangeMtu&) {
  report_.input([](Machine& machine, TimePoint now) { machine.on_failed(BleOperation::exchange_mtu, 0, now); });
}

void ClientSide::perform(const transport::DiscoverService& effect) {
  if (!connection_) return;
  // There is no way to have it look again but to let it forget the device, once.
  if (refreshed_.size() == Peers::max_known) refreshed_.clear();
  if (effect.refresh && refreshed_.insert(connection_->path).second) {
    const transport::BlePeer peer = connection_->peer;
    leave(peer);
    return report_.input([peer](Machine& machine, TimePoint now) { machine.on_disconnected(peer, now); });
  }
  connection_->wanted_service = effect.service;
  discover();
}

void ClientSide::discover() {
  const auto device = stack_->objects().devices.find(connection_->path);
  if (device == stack_->objects().devices.end() || !device->second.is_resolved) return;
  const Uuid wanted = *std::exchange(connection_->wanted_service, std::nullopt);
  std::string service;
  for (const auto& [path, each] : stack_->objects().services) {
    if (each.device == connection_->path && each.uuid == wanted) service = path;
  }
  report_services(service);
}

void ClientSide::report_services(const std::string& service) {
  std::vector<BleFoundCharacteristic> found;
  std::optional<std::size_t> mtu;
  for (const auto& [path, each] : stack_->objects().characteristics) {
    if (service.empty() || each.service != service) continue;
    found.push_back({.uuid = each.uuid, .properties = each.properties});
    connection_->characteristics[each.uuid] = path;
    if (each.mtu) mtu = each.mtu;
  }
  report_.input([peer = connection_->peer, mtu, found](Machine& machine, TimePoint now) {
    if (mtu) machine.on_mtu(peer, *mtu, now);
    machine.on_discovered(peer, found, now);
  });
}

const CharacteristicState* ClientSide::find(const Uuid& characteristic) const {
  if (!connection_) return nullptr;
  const auto path = connection_->characteristics.find(characteristic);
  if (path == connection_->characteristics.end()) return nullptr;
  const auto found = stack_->objects().characteristics.find(path->second);
  return found == stack_->objects().characteristics.end() ? nullptr : &found->second;
}

void ClientSide::call_characteristic(const Uuid& characteristic, const char* method, const Answer& then) {
  if (!connection_) return;
  stack_->bus().call(connection_->characteristics[characteristic], characteristic_interface, method, stack_->limit(),
                     answer(then), Properties{});
}

void ClientSide::perform(const transport::ReadValue& effect) {
  call_characteristic(
      effect.characteristic, "ReadValue",
      [uuid = effect.characteristic](ClientSide& self, Result<sdbus::MethodReply*> reply) {
        auto value = std::move(reply).and_then(
            [](sdbus::MethodReply* got) { return read_arguments<std::vector<std::uint8_t>>(*got); });
        if (!value) return self.report_.failure(BleOperation::read, value.error());
        self.report_.input([peer = self.connection_->peer, uuid, kept = std::get<0>(*std::move(value))](
                               Machine& machine, TimePoint now) { machine.on_value_read(peer, uuid, kept, now); });
      });
}

// Notifications

void ClientSide::perform(const transport::Subscribe& effect) {
  call_characteristic(effect.characteristic, "AcquireNotify",
                      [uuid = effect.characteristic](ClientSide& self, const Result<sdbus::MethodReply*>& reply) {
                        if (reply) return self.on_notify_socket(uuid, **reply);
                        if (reply.error().native == ENOTCONN) {
                          return self.report_.failure(BleOperation::subscribe, reply.error());
                        }
                        self.subscribe_by_signal(uuid);
                      });
}

void ClientSide::on_notify_socket(const Uuid& characteristic, sdbus::Message& reply) {
  auto acquired = read_arguments<sdbus::UnixFd, std::uint16_t>(reply);
  if (!acquired || !std::get<0>(*acquired).isValid()) return subscribe_by_signal(characteristic);
  auto socket =
      std::make_shared<PacketSocket>(stack_->executor(), std::get<0>(*acquired).release(), transport::ble_max_value);
  const auto weak = weak_from_this();
  const auto packet = [weak, characteristic](ByteView value) {
    if (const auto self = weak.lock()) self->on_value(characteristic, value);
  };
  // bluetoothd closes it when the connection ends, or the peer has no such service any more.
  const auto closed = [weak, of = std::weak_ptr<Connection>(connection_)](int) {
    const auto self = weak.lock();
    const auto connection = of.lock();
    if (self && connection && self->connection_ == connection) self->lose_soon();
  };
  socket->start({.packet = packet, .sent = {}, .closed = closed});
  connection_->notifications[characteristic] = std::move(socket);
  report_subscribed(characteristic);
}

void ClientSide::subscribe_by_signal(const Uuid& characteristic) {
  connection_->signals[characteristic] = stack_->value_changed.subscribe(
      [weak = weak_from_this(), characteristic, path = connection_->characteristics[characteristic]](
          const std::string& changed, ByteView value) {
        const auto self = weak.lock();
        if (self && changed == path) self->on_value(characteristic, value);
      });
  // Without arguments, unlike the others.
  stack_->bus().call(connection_->characteristics[characteristic], characteristic_interface, "StartNotify",
                     stack_->limit(),
                     answer([characteristic](ClientSide& self, const Result<sdbus::MethodReply*>& reply) {
                       if (!reply) return self.report_.failure(BleOperation::subscribe, reply.error());
                       self.report_subscribed(characteristic);
                     }));
}

void ClientSide::report_subscribed(const Uuid& characteristic) {
  report_.input([peer = connection_->peer, characteristic](Machine& machine, TimePoint now) {
    machine.on_subscribed(peer, characteristic, now);
  });
}

// Values of two characteristics come through two sockets, which do not say which was first. bluetoothd fills them in
// the order of the air, so that one of State, the only one that is written to as well, comes after all that has
// arrived.
void ClientSide::on_value(const Uuid& characteristic, ByteView value) {
  if (!connection_) return;
  const Bytes kept(value.begin(), value.end());
  const CharacteristicState* const state = find(characteristic);
  if (state != nullptr && (state->properties.write || state->properties.write_without_response)) {
    for (const auto& [uuid, socket] : std::map(connection_->notifications)) {
      if (uuid != characteristic) socket->drain();
    }
  }
  if (!connection_) return;
  report_.input([peer = connection_->peer, characteristic, kept](Machine& machine, TimePoint now) {
    machine.on_notification(peer, characteristic, kept, now);
  });
}

// Writing

// What only takes values gets them through a socket, whose reader says when it takes more. State goes by calls: its few
// values come when the socket is empty, and End is to be answered where that can be had, as bluetoothd would disconnect
// with values still unsent.
void ClientSide::perform(transport::SendValue& effect) {
  const CharacteristicState* const state = find(effect.characteristic);
  if (state == nullptr) {
    return report_.failure(BleOperation::send, Error{.code = Errc::link_closed, .where = "BLE", .native = ENOTCONN});
  }
  const bool is_state = state->properties.notify;
  if (effect.with_response || is_state || connection_->unwritable.contains(effect.characteristic)) {
    const bool is_end = effect.value.size() == 1 && effect.value.front() == transport::ble_end;
    const bool is_answered = effect.with_response || (is_state && is_end && state->properties.write);
    return write(effect.characteristic, effect.value, is_answered);
  }
  const auto writer = connection_->writers.find(effect.characteristic);
  if (writer != connection_->writers.end()) return writer->second->send(std::move(effect.value));
  acquire_writer(effect.characteristic, std::move(effect.value));
}

void ClientSide::acquire_writer(const Uuid& characteristic, Bytes first) {
  call_characteristic(characteristic, "AcquireWrite",
                      [characteristic, first = std::move(first)](ClientSide& self, Result<sdbus::MethodReply*> reply) {
                        auto acquired = std::move(reply).and_then(
                            [](sdbus::MethodReply* got) { return read_arguments<sdbus::UnixFd, std::uint16_t>(*got); });
                        if (!acquired || !std::get<0>(*acquired).isValid()) {
                          self.connection_->unwritable.insert(characteristic);
                          return self.write(characteristic, first, false);
                        }
                        const int descriptor = std::get<0>(*acquired).release();
                        PacketSocket::make_tight(descriptor);
                        auto socket = std::make_shared<PacketSocket>(self.stack_->executor(), descriptor,
                                                                     transport::ble_max_value);
                        const auto sent = [weak = self.weak_from_this()] {
                          if (const auto side = weak.lock()) side->report_sent();
                        };
                        socket->start({.packet = {}, .sent = sent, .closed = {}});
                        socket->send(first);
                        self.connection_->writers[characteristic] = std::move(socket);
                      });
}

void ClientSide::write(const Uuid& characteristic, const Bytes& value, bool with_response) {
  const Properties options{{"type", sdbus::Variant(std::string(with_response ? "request" : "command"))}};
  const auto written = answer([](ClientSide& self, const Result<sdbus::MethodReply*>& reply) {
    if (!reply) return self.report_.failure(BleOperation::send, reply.error());
    self.report_sent();
  });
  stack_->bus().call(connection_->characteristics[characteristic], characteristic_interface, "WriteValue",
                     stack_->limit(), written, value, options);
}

void ClientSide::report_sent() {
  report_.input([](Machine& machine, TimePoint now) { machine.on_value_sent(now); });
}

// L2CAP

void ClientSide::perform(const transport::OpenChannel& effect) {
  const auto device = stack_->objects().devices.find(peers_.path_of(effect.peer));
  if (!connection_ || !stack_->adapter() || device == stack_->objects().devices.end()) {
    return report_.failure(BleOperation::open_channel,
                           Error{.code = Errc::link_closed, .where = "BLE", .native = ENOTCONN});
  }
  const auto adapter = stack_->objects().adapters.find(*stack_->adapter());
  const auto connected = [weak = weak_from_this(), peer = effect.peer](const Result<int>& descriptor) {
    const auto self = weak.lock();
    if (!self) {
      if (descriptor) ::close(*descriptor);
      return;
    }
    if (!descriptor) return self->report_.failure(BleOperation::open_channel, descriptor.error());
    self->channels_.open(peer, *descriptor);
  };
  connection_->connector =
      L2capConnector::open(stack_->executor(), adapter->second.address, device->second.address, effect.psm, connected);
}

void ClientSide::perform(const transport::CloseChannel& effect) {
  if (connection_) connection_->connector.reset();
  channels_.close(effect.peer);
}

}  // namespace mdoc::bluez
