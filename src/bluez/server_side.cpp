#include "bluez/server_side.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mdoc::bluez {

using transport::BleOperation;
using transport::BlePeripheral;

ServerSide::ServerSide(std::shared_ptr<Stack> stack, Report<Machine> report)
    : stack_(std::move(stack)), report_(std::move(report)), peers_(stack_), channels_(stack_->executor(), report_) {}

ServerSide::~ServerSide() { peers_.leave_all(application_); }

void ServerSide::begin() {
  for (const auto& [path, device] : stack_->objects().devices) known_before_.insert(path);
  devices_ = stack_->device_changed.subscribe([weak = weak_from_this()](const std::string& path) {
    if (const auto self = weak.lock()) self->on_device(path);
  });
}

void ServerSide::perform(const transport::ListenForChannel&) {
  const auto accepted = [weak = weak_from_this()](int descriptor, const std::string& address) {
    const auto self = weak.lock();
    if (self) return self->on_channel(descriptor, address);
    ::close(descriptor);
  };
  Result<std::shared_ptr<L2capListener>> listener = Error{.code = Errc::radio_off, .where = "BLE", .native = ENETDOWN};
  if (const auto& adapter = stack_->adapter()) {
    const auto found = stack_->objects().adapters.find(*adapter);
    listener = L2capListener::open(stack_->executor(), found->second.address, accepted);
  }
  if (!listener) return report_.failure(BleOperation::listen, listener.error());
  listener_ = *std::move(listener);
  report_.input([psm = listener_->psm()](Machine& machine, TimePoint now) { machine.on_listening(psm, now); });
}

void ServerSide::perform(const transport::StopListening&) { listener_.reset(); }

// A client is one that uses our service. That some device is connected says nothing: it may be with us for another
// reason, or we with it.
void ServerSide::perform(const transport::RegisterService& effect) {
  const auto weak = weak_from_this();
  GattApplication::Handlers handlers;
  handlers.registered = [report = report_](const Result<void>& registered) {
    if (!registered) return report.failure(BleOperation::register_service, registered.error());
    report.input([](Machine& machine, TimePoint now) { machine.on_registered(now); });
  };
  handlers.client = [weak](const std::string& device, std::size_t mtu) {
    const auto self = weak.lock();
    if (!self) return;
    self->report_.input(
        [peer = self->client(device), mtu](Machine& machine, TimePoint now) { machine.on_mtu(peer, mtu, now); });
  };
  handlers.subscribed = [weak](const std::string& device, const Uuid& characteristic, bool on) {
    const auto self = weak.lock();
    if (!self) return;
    self->report_.input([peer = self->client(device), characteristic, on](Machine& machine, TimePoint now) {
      machine.on_subscribed(peer, characteristic, on, now);
    });
  };
  handlers.written = [weak](const std::string& device, const Uuid& characteristic, ByteView value) {
    const auto self = weak.lock();
    if (!self) return;
    self->report_.input([peer = self->client(device), characteristic, kept = Bytes(value.begin(), value.end())](
                            Machine& machine, TimePoint now) { machine.on_write(peer, characteristic, kept, now); });
  };
  handlers.sent = [report = report_] {
    report.input([](Machine& machine, TimePoint now) { machine.on_value_sent(now); });
  };
  handlers.failed = [report = report_](std::int32_t native) {
    report.failure(BleOperation::send, Error{.code = Errc::link_closed, .where = "BLE", .native = native});
  };
  application_ = GattApplication::start(stack_, effect, std::move(handlers));
}

void ServerSide::perform(const transport::UnregisterService&) { application_.reset(); }

// The service stays until the client is disconnected: that it has gone would be announced to it, and a client that is
// just switching notifications off may not bear that.
void ServerSide::perform(const transport::DisconnectPeer& effect) { peers_.leave(effect.peer, application_); }

void ServerSide::perform(const transport::StartAdvertising& effect) {
  const auto started = [report = report_](const Result<void>& answer) {
    if (!answer) return report.failure(BleOperation::advertise, answer.error());
    report.input([](Machine& machine, TimePoint now) { machine.on_advertising(now); });
  };
  advertisement_ = Advertisement::start(stack_, effect.service, started);
}

void ServerSide::perform(const transport::StopAdvertising&) { advertisement_.reset(); }

void ServerSide::perform(transport::SendValue& effect) {
  if (application_) application_->notify(peers_.path_of(effect.peer), effect.characteristic, std::move(effect.value));
}

// That it has connected is told with the first thing that it does: the machine sends it away where another one has the
// link, whose notifications it could hear.
transport::BlePeer ServerSide::client(const std::string& path) {
  const auto peer = peers_.number_of(path);
  if (peers_.is_held(path)) return peer;
  peers_.hold(path, false);
  report_.input([peer](Machine& machine, TimePoint now) { machine.on_connected(peer, now); });
  return peer;
}

void ServerSide::on_channel(int descriptor, const std::string& address) {
  if (!stack_->adapter()) {
    ::close(descriptor);
    return;
  }
  std::string name = address;
  std::ranges::replace(name, ':', '_');
  channels_.open(client(*stack_->adapter() + "/dev_" + name), descriptor);
}

void ServerSide::on_device(const std::string& path) {
  const auto peer = peers_.find(path);
  if (!peer || !peers_.is_held(path)) return on_stranger(path);
  if (stack_->objects().is_connected(path)) return;
  report_.input([peer = *peer](Machine& machine, TimePoint now) { machine.on_disconnected(peer, now); });
}

// Whoever connects for our service has not used it yet, and may be gone before it does.
void ServerSide::on_stranger(const std::string& path) {
  if (!advertisement_ || known_before_.contains(path) || !stack_->is_of_adapter(path)) return;
  if (stack_->objects().is_connected(path)) stack_->watch(path);
}

}  // namespace mdoc::bluez
