#include "bluez/stack.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "bluez/names.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::bluez {
namespace {

using Interfaces = std::map<std::string, Properties>;
using ManagedObjects = std::map<sdbus::ObjectPath, Interfaces>;

}  // namespace

Stack::Stack(std::shared_ptr<Bus> bus, RadioOptions options)
    : bus_(std::move(bus)), options_(std::move(options)), discovery_(*this) {}

// Not at once: a callback of the bus may be what lets go of us.
Stack::~Stack() {
  net::post(executor(), [bus = bus_] { bus->close(); });
}

void Stack::open(const net::any_io_executor& executor, const RadioOptions& options, Opened opened) {
  auto bus = Bus::open(executor, options.bus_address);
  if (!bus) return opened(bus.error());
  const auto stack = std::make_shared<Stack>(*std::move(bus), options);
  const auto listening = stack->listen();
  if (!listening) return opened(listening.error());
  stack->learn(std::move(opened));
}

Result<void> Stack::listen() {
  const std::weak_ptr<Stack> weak = weak_from_this();
  devices_ = device_changed.subscribe([this](const std::string& device) { on_device(device); });
  // Any program may send us a signal by our own name, and the rule, which knows bluetoothd by its name alone, lets it
  // pass.
  const auto to = [&weak](void (Stack::*handler)(sdbus::Message&)) {
    return [weak, handler](sdbus::Message& message) {
      const auto self = weak.lock();
      if (self && self->is_bluez(&message)) ((*self).*handler)(message);
    };
  };
  bus_->on_lost([weak] {
    if (const auto self = weak.lock()) self->on_owner({});
  });
  const auto on_name = [weak](sdbus::Message& message) {
    if (message.getSender() != "org.freedesktop.DBus") return;
    auto change = read_arguments<std::string, std::string, std::string>(message);
    const auto self = weak.lock();
    if (self && change) self->on_owner(std::get<2>(*std::move(change)));
  };
  const std::string from = "type='signal',sender='org.bluez',";
  const std::string manager = from + "interface='org.freedesktop.DBus.ObjectManager',member=";
  for (const auto& [rule, listener] : std::initializer_list<std::pair<std::string, Bus::Listener>>{
           {"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.bluez'", on_name},
           {manager + "'InterfacesAdded'", to(&Stack::on_added)},
           {manager + "'InterfacesRemoved'", to(&Stack::on_removed)},
           {from + "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'", to(&Stack::on_changed)}}) {
    const auto listening = bus_->listen(rule, listener);
    if (!listening) return listening.error();
  }
  return {};
}

// Who bluetoothd is, then what it has. Both again where it comes back later.
void Stack::learn(Opened opened) {
  const auto on_objects = [weak = weak_from_this(), keeper = keep(), opened](Result<sdbus::MethodReply*> reply) {
    const auto self = weak.lock();
    if (!self) return;
    if (!reply) self->bus_->set_bluez_running(!self->owner_.empty());
    if (reply) {
      auto objects = read_arguments<ManagedObjects>(**reply);
      if (objects) {
        self->owner_ = (*reply)->getSender();
        for (const auto& [path, interfaces] : std::get<0>(*objects)) {
          for (const auto& [interface, properties] : interfaces) self->objects_.update(path, interface, properties);
        }
        self->choose_adapter();
      }
    }
    // Without bluetoothd, or where it does not answer, the radio is off, and comes on with it.
    if (opened) opened(self->bus_->is_lost() ? Result<std::shared_ptr<Stack>>(self->state().error()) : self);
  };
  bus_->call(bluez_root, object_manager_interface, "GetManagedObjects", limit(), on_objects);
}

Result<void> Stack::state() const {
  if (adapter_) return {};
  Path where("BLE");
  if (bus_->is_lost()) {
    where.push_name("D-Bus");
    return Error{.code = Errc::connect_failed, .where = where};
  }
  where.push_name(owner_.empty() ? "bluetoothd" : "adapter");
  const auto is_ours = [this](const auto& each) {
    return options_.adapter.empty() || each.first.ends_with("/" + options_.adapter);
  };
  if (std::ranges::any_of(objects_.adapters, is_ours)) where.push_name("Powered");
  return Error{.code = Errc::radio_off, .where = where};
}

bool Stack::is_of_adapter(std::string_view path) const noexcept {
  return adapter_ && path.size() > adapter_->size() && path.starts_with(*adapter_) && path[adapter_->size()] == '/';
}

bool Stack::is_bluez(const sdbus::Message* message) const {
  return message != nullptr && !owner_.empty() && message->getSender() == owner_;
}

// The one that was asked for, the one that we have, or the first, if they are on.
void Stack::choose_adapter() {
  if (is_retired_) return;
  const auto is_usable = [this](const std::string& path, const AdapterState& adapter) {
    return adapter.is_powered && (options_.adapter.empty() || path.ends_with("/" + options_.adapter));
  };
  std::optional<std::string> chosen;
  if (adapter_ && objects_.adapters.contains(*adapter_) && is_usable(*adapter_, objects_.adapters[*adapter_])) return;
  for (const auto& [path, adapter] : objects_.adapters) {
    if (!chosen && is_usable(path, adapter)) chosen = path;
  }
  if (std::exchange(adapter_, std::nullopt)) {
    discovery_.on_radio_off();
    radio(false);
  }
  adapter_ = std::move(chosen);
  if (adapter_) radio(true);
}

void Stack::on_owner(std::string owner) {
  owner_ = std::move(owner);
  bus_->set_bluez_running(!owner_.empty());
  const Objects before = std::exchange(objects_, Objects{});
  choose_adapter();  // first: that is why devices are gone
  for (const auto& [path, device] : before.devices) device_changed(path);
  if (!owner_.empty()) learn({});
}

void Stack::on_added(sdbus::Message& message) {
  const auto added = read_arguments<sdbus::ObjectPath, Interfaces>(message);
  if (!added) return;
  const auto& [path, interfaces] = *added;
  for (const auto& [interface, properties] : interfaces) objects_.update(path, interface, properties);
  if (interfaces.contains(adapter_interface)) choose_adapter();
  if (interfaces.contains(device_interface)) device_changed(path);
}

void Stack::on_removed(sdbus::Message& message) {
  const auto removed = read_arguments<sdbus::ObjectPath, std::vector<std::string>>(message);
  if (!removed) return;
  const auto& [path, interfaces] = *removed;
  for (const std::string& interface : interfaces) {
    objects_.remove(path, interface);
    if (interface == device_interface) device_changed(path);
    if (interface == adapter_interface) choose_adapter();
  }
}

void Stack::on_changed(sdbus::Message& message) {
  const auto changed = read_arguments<std::string, Properties>(message);
  if (!changed) return;
  const auto& [interface, properties] = *changed;
  const std::string path = message.getPath();
  if (interface == characteristic_interface) {
    if (const auto value = property<std::vector<std::uint8_t>>(properties, "Value")) value_changed(path, *value);
  }
  objects_.update(path, interface, properties);
  if (interface == adapter_interface) choose_adapter();
  if (interface == device_interface) device_changed(path);
}

void Stack::retire() {
  is_retired_ = true;
  radio(false);
  adapter_.reset();
}

std::shared_ptr<void> Stack::keep() {
  auto keeper = std::make_shared<net::steady_timer>(executor(), TimePoint::max());
  keeper->async_wait([self = shared_from_this()](boost::system::error_code) {});
  return keeper;
}

void Stack::hold(const std::string& device, bool was_connected) {
  Held& held = held_[device];
  if (held.links++ != 0) return;
  const auto known = objects_.devices.find(device);
  held.was_connected = was_connected;
  held.was_kept = known != objects_.devices.end() && known->second.is_kept;
}

void Stack::leave(const std::string& device, std::shared_ptr<void> until_disconnected) {
  const auto found = held_.find(device);
  if (found == held_.end() || --found->second.links != 0) return;
  const Held held = found->second;
  held_.erase(found);
  if (held.was_connected || bus_->is_lost() || !objects_.devices.contains(device)) return;
  leaving_[device] = keep();
  const auto disconnected = [weak = weak_from_this(), device, held,
                             kept = std::move(until_disconnected)](const Result<sdbus::MethodReply*>&) mutable {
    kept.reset();
    const auto self = weak.lock();
    if (!self) return;
    if (held.was_kept || !self->may_forget(device)) return void(self->leaving_.erase(device));
    self->forget_soon(device);
  };
  // Answered when it is done. Also where it is not connected: an attempt to connect is taken back by it.
  bus_->call(device, device_interface, "Disconnect", limit(), disconnected);
}

// One that came and went without having used anything of ours is known to bluetoothd all the same.
void Stack::on_device(const std::string& device) {
  if (watched_.contains(device) && !objects_.is_connected(device)) {
    watched_.erase(device);
    forget_stray(device);
  }
}

bool Stack::forget_stray(const std::string& device) {
  const auto found = objects_.devices.find(device);
  if (found == objects_.devices.end() || found->second.is_connected || found->second.is_kept) return false;
  if (bus_->is_lost() || held_.contains(device) || is_being_left(device)) return false;
  forget(device);
  return true;
}

// It may be gone by itself, or have come back meanwhile and be in use.
bool Stack::may_forget(const std::string& device) const {
  return objects_.devices.contains(device) && !held_.contains(device);
}

// When bluetoothd has had a turn to see that our sockets for notifications are closed: of those that are open when it
// forgets the device, earlier versions are reported to free who was notified twice.
void Stack::forget_soon(const std::string& device) {
  const auto answered = [weak = weak_from_this(), device](const Result<sdbus::MethodReply*>&) {
    const auto self = weak.lock();
    if (!self) return;
    if (!self->may_forget(device)) return void(self->leaving_.erase(device));
    self->forget(device);
  };
  bus_->call(bluez_root, peer_interface, "Ping", limit(), answered);
}

void Stack::forget(const std::string& device) {
  // The adapter that it belongs to, which may not be the one in use any more.
  const std::string adapter = device.substr(0, device.rfind('/'));
  leaving_[device] = keep();
  const auto forgotten = [weak = weak_from_this(), device](const Result<sdbus::MethodReply*>&) {
    if (const auto self = weak.lock()) self->leaving_.erase(device);
  };
  bus_->call(adapter, adapter_interface, "RemoveDevice", limit(), forgotten, sdbus::ObjectPath(device));
}

}  // namespace mdoc::bluez
