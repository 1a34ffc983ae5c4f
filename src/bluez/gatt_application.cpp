#include "bluez/gatt_application.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "bluez/names.hpp"

namespace mdoc::bluez {
namespace {

using transport::BleProperties;

const sdbus::Error& refused() {
  static const sdbus::Error error("org.bluez.Error.NotPermitted");
  return error;
}

std::vector<std::string> flags(const BleProperties& properties) {
  std::vector<std::string> names;
  if (properties.read) names.emplace_back("read");
  if (properties.write_without_response) names.emplace_back("write-without-response");
  if (properties.write) names.emplace_back("write");
  if (properties.notify) names.emplace_back("notify");
  return names;
}

}  // namespace

std::shared_ptr<GattApplication> GattApplication::start(std::shared_ptr<Stack> stack,
                                                        const transport::RegisterService& wanted, Handlers handlers) {
  auto application = std::make_shared<GattApplication>(std::move(stack), wanted, std::move(handlers));
  application->begin();
  return application;
}

GattApplication::GattApplication(std::shared_ptr<Stack> stack, const transport::RegisterService& wanted,
                                 Handlers handlers)
    : stack_(std::move(stack)),
      adapter_(stack_->adapter().value_or("/")),
      path_("/mdoc/application" + std::to_string(stack_->next_number())),
      service_(wanted.service),
      handlers_(std::move(handlers)) {
  for (const auto& each : wanted.characteristics) {
    std::string path = path_ + "/service/characteristic" + std::to_string(characteristics_.size());
    characteristics_.push_back({.wanted = each, .path = std::move(path)});
  }
}

GattApplication::~GattApplication() {
  if (objects_.empty()) return;
  auto kept = std::make_shared<std::vector<std::unique_ptr<sdbus::IObject>>>(std::move(objects_));
  const auto done = [weak = std::weak_ptr(stack_), keeper = stack_->keep(), kept](const auto&) {
    if (const auto stack = weak.lock()) stack->bus().retire(std::exchange(*kept, {}));
  };
  stack_->bus().call(adapter_, gatt_manager_interface, "UnregisterApplication", stack_->limit(), done,
                     sdbus::ObjectPath(path_));
}

void GattApplication::begin() {
  try {
    export_objects();
  } catch (const sdbus::Error& error) {
    objects_.clear();  // bluetoothd finds nothing there, and says so
  }
  const auto answered = [weak = weak_from_this()](const Result<sdbus::MethodReply*>& reply) {
    const auto self = weak.lock();
    if (!self) return;
    if (!reply) self->stack_->bus().retire(std::exchange(self->objects_, {}));
    const auto registered = std::exchange(self->handlers_.registered, nullptr);
    if (registered) registered(reply ? Result<void>() : reply.error());
  };
  stack_->bus().call(adapter_, gatt_manager_interface, "RegisterApplication", stack_->limit(), answered,
                     sdbus::ObjectPath(path_), Properties{});
}

void GattApplication::export_objects() {
  const auto make = [this](const std::string& path) -> sdbus::IObject& {
    auto object = stack_->bus().make_object(path);
    if (!object) throw refused();
    objects_.push_back(std::move(object));
    return *objects_.back();
  };
  make(path_).addObjectManager();
  objects_.back()->finishRegistration();
  auto& service = make(path_ + "/service");
  service.registerProperty("UUID").onInterface(service_interface).withGetter([text = service_.text()] { return text; });
  service.registerProperty("Primary").onInterface(service_interface).withGetter([] { return true; });
  service.finishRegistration();
  for (std::size_t index = 0; index < characteristics_.size(); ++index) {
    export_characteristic(make(characteristics_[index].path), index);
  }
}

void GattApplication::export_characteristic(sdbus::IObject& object, std::size_t index) {
  const auto& description = characteristics_[index].wanted.description;
  const auto weak = weak_from_this();
  // Whoever else may call us is not bluetoothd, or we are not there any more.
  const auto self_for = [weak](sdbus::IObject* called) {
    const auto self = weak.lock();
    if (!self || !self->stack_->is_bluez(called->getCurrentlyProcessedMessage())) throw refused();
    return self;
  };
  const auto add = [&](const char* name, auto getter) {
    object.registerProperty(name).onInterface(characteristic_interface).withGetter(std::move(getter));
  };
  add("UUID", [text = description.uuid.text()] { return text; });
  add("Service", [path = sdbus::ObjectPath(path_ + "/service")] { return path; });
  add("Flags", [names = flags(description.properties)] { return names; });
  if (description.properties.read) {
    object.registerMethod("ReadValue")
        .onInterface(characteristic_interface)
        .implementedAs([self_for, index, called = &object](const Properties& options) {
          return self_for(called)->read(index, options);
        });
  }
  if (description.properties.write || description.properties.write_without_response) {
    object.registerMethod("WriteValue")
        .onInterface(characteristic_interface)
        .implementedAs(
            [self_for, index, called = &object](const std::vector<std::uint8_t>& value, const Properties& options) {
              self_for(called)->write(index, value, options);
            });
  }
  if (description.properties.notify) {
    add("NotifyAcquired", [] { return false; });  // that it is there asks for sockets
    object.registerMethod("AcquireNotify")
        .onInterface(characteristic_interface)
        .implementedAs([self_for, index, called = &object](const Properties& options) {
          return self_for(called)->acquire(index, options);
        });
  }
  object.finishRegistration();
}

std::string GattApplication::client_of(const Properties& options) const {
  return property<sdbus::ObjectPath>(options, "device").value_or(sdbus::ObjectPath());
}

std::vector<std::uint8_t> GattApplication::read(std::size_t index, const Properties& options) const {
  const Bytes& value = characteristics_[index].wanted.value;
  const std::size_t offset = property<std::uint16_t>(options, "offset").value_or(0);
  if (offset > value.size()) throw sdbus::Error("org.bluez.Error.InvalidOffset");
  return {value.begin() + static_cast<std::ptrdiff_t>(offset), value.end()};
}

void GattApplication::write(std::size_t index, const std::vector<std::uint8_t>& value, const Properties& options) {
  const std::string device = client_of(options);
  if (device.empty() || property<std::uint16_t>(options, "offset").value_or(0) != 0) throw refused();
  // A write is in two steps where the client asks first whether it may.
  if (property<bool>(options, "prepare-authorize") == true) return;
  if (const auto mtu = property<std::uint16_t>(options, "mtu"); mtu && handlers_.client) handlers_.client(device, *mtu);
  share_notifiers(device);
  if (handlers_.written) handlers_.written(device, characteristics_[index].wanted.description.uuid, value);
}

// bluetoothd asks for one socket for each characteristic, when its first client subscribes, and says nothing of the
// others, who hear what goes through it all the same (BlueZ 5.66). Who writes must have subscribed before (second
// edition, 11.1.3.3).
void GattApplication::share_notifiers(const std::string& device) {
  for (Characteristic& each : characteristics_) {
    const bool has_own = std::ranges::find(each.notifiers, device, &Notifier::device) != each.notifiers.end();
    if (each.notifiers.empty() || has_own || !each.sharers.insert(device).second) continue;
    tell_subscribed(device, each, true);
  }
}

void GattApplication::tell_subscribed(const std::string& device, const Characteristic& characteristic, bool on) {
  if (handlers_.subscribed) handlers_.subscribed(device, characteristic.wanted.description.uuid, on);
}

std::tuple<sdbus::UnixFd, std::uint16_t> GattApplication::acquire(std::size_t index, const Properties& options) {
  const std::string device = client_of(options);
  const auto mtu = property<std::uint16_t>(options, "mtu");
  if (device.empty() || !mtu) throw refused();
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw sdbus::Error("org.bluez.Error.Failed");
  }
  sdbus::UnixFd theirs(ends[1], sdbus::adopt_fd);
  PacketSocket::make_tight(ends[0]);

  Characteristic& characteristic = characteristics_[index];
  auto socket = std::make_shared<PacketSocket>(stack_->executor(), ends[0], transport::ble_max_value);
  const auto weak = weak_from_this();
  const auto sent = [weak] {
    const auto self = weak.lock();
    if (self && self->handlers_.sent) self->handlers_.sent();
  };
  const PacketSocket* const raw = socket.get();
  const auto closed = [weak, index, raw](int) {
    if (const auto self = weak.lock()) self->release(index, raw);
  };
  socket->start({.packet = {}, .sent = sent, .closed = closed});
  std::erase_if(characteristic.notifiers, [&](const Notifier& each) { return each.device == device; });
  characteristic.notifiers.push_back({.device = device, .socket = std::move(socket)});
  if (handlers_.client) handlers_.client(device, *mtu);
  tell_subscribed(device, characteristic, true);
  return {theirs, *mtu};
}

// The last one, or the only one that bluetoothd has told us of, has switched notifications off, or is gone.
void GattApplication::release(std::size_t index, const PacketSocket* socket) {
  Characteristic& characteristic = characteristics_[index];
  auto& notifiers = characteristic.notifiers;
  const auto found = std::ranges::find_if(notifiers, [&](const Notifier& each) { return each.socket.get() == socket; });
  if (found == notifiers.end()) return;
  std::set<std::string> gone{found->device};
  notifiers.erase(found);
  if (notifiers.empty()) gone.merge(characteristic.sharers);
  for (const std::string& device : gone) tell_subscribed(device, characteristic, false);
}

void GattApplication::notify(const std::string& device, const Uuid& characteristic, Bytes value) {
  const auto found = std::ranges::find_if(
      characteristics_, [&](const Characteristic& each) { return each.wanted.description.uuid == characteristic; });
  if (found == characteristics_.end() || found->notifiers.empty()) {
    if (handlers_.failed) handlers_.failed(ENOTCONN);
    return;
  }
  const auto own = std::ranges::find(found->notifiers, device, &Notifier::device);
  const Notifier& chosen = own != found->notifiers.end() ? *own : found->notifiers.back();
  chosen.socket->send(std::move(value));
}

}  // namespace mdoc::bluez
