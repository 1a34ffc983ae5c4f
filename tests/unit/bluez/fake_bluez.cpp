#include "fake_bluez.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

// sdbus-c++ 1.2 loses what libsystemd had allocated when a connection cannot be opened.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libsystemd.so"; }

namespace mdoc::testing {
namespace {

constexpr char root[] = "/org/bluez/";
constexpr char properties_interface[] = "org.freedesktop.DBus.Properties";
constexpr char device_interface[] = "org.bluez.Device1";
constexpr char characteristic_interface[] = "org.bluez.GattCharacteristic1";

std::string device_path(const std::string& device) { return std::string(root) + "hci0/" + device; }

std::string address_of(const std::string& device) {
  std::string address = device.substr(4);
  std::ranges::replace(address, '_', ':');
  return address;
}

void answer(sdbus::MethodCall& call) { call.createReply().send(); }

std::vector<Bytes> receive(int socket) {
  std::vector<Bytes> all;
  Bytes buffer(1'024);
  for (;;) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return all;
    all.emplace_back(buffer.begin(), buffer.begin() + size);
  }
}

}  // namespace

PrivateBus::PrivateBus() {
  daemon_ = std::make_unique<Process>(
      std::vector<std::string>{"dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"});
  const auto line = daemon_->read_line();
  if (!line) throw std::runtime_error("dbus-daemon does not start");
  address_ = *line;
}

FakeBluez::FakeBluez(const PrivateBus& bus, const std::vector<Adapter>& adapters)
    : address_(bus.address()), connection_(sdbus::createSessionBusConnectionWithAddress(bus.address())) {
  connection_->addObjectManager("/", sdbus::floating_slot);
  for (const Adapter& each : adapters) add_adapter(each);
  connection_->requestName("org.bluez");
  alive().insert(this);
}

FakeBluez::~FakeBluez() {
  alive().erase(this);
  for (const auto* const sockets : {&notify_sockets_, &write_sockets_, &client_sockets_}) {
    for (const auto& [uuid, socket] : *sockets) ::close(socket);
  }
}

std::set<FakeBluez*>& FakeBluez::alive() {
  static std::set<FakeBluez*> all;
  return all;
}

void FakeBluez::process_all() {
  for (FakeBluez* const each : alive()) {
    try {
      while (each->connection_->processPendingRequest()) {}
    } catch (const sdbus::Error&) {  // the bus has ended
    }
  }
}

void FakeBluez::refuse(const std::string& method, const std::string& error, int times) {
  refused_[method] = {error, times};
}

void FakeBluez::silence(const std::string& method) { silent_.insert(method); }

void FakeBluez::answer_silenced() {
  silent_.clear();
  for (sdbus::MethodCall& each : unanswered_) answer(each);
  unanswered_.clear();
}

int FakeBluez::count(const std::string& method) { return counts_[method]; }

FakeBluez::Properties FakeBluez::discovery_filter() { return filter_; }

void FakeBluez::method(sdbus::IObject& object, const char* interface, const char* name, const char* in, const char* out,
                       Body body) {
  object.registerMethod(interface, name, in, out, [this, name, body = std::move(body)](sdbus::MethodCall call) {
    ++counts_[name];
    if (silent_.contains(name)) {
      unanswered_.push_back(std::move(call));
    } else if (const auto refused = refused_.find(name); refused != refused_.end() && refused->second.second-- > 0) {
      call.createErrorReply(sdbus::Error(refused->second.first)).send();
    } else {
      body(call);
    }
  });
}

void FakeBluez::add_adapter(const Adapter& adapter) {
  const std::string path = root + adapter.name;
  powered_[adapter.name] = adapter.is_powered;
  auto object = sdbus::createObject(*connection_, path);
  constexpr char interface[] = "org.bluez.Adapter1";
  object->registerProperty("Address").onInterface(interface).withGetter(
      [] { return std::string("00:00:5E:00:53:FF"); });
  object->registerProperty("AddressType").onInterface(interface).withGetter([] { return std::string("public"); });
  object->registerProperty("Powered").onInterface(interface).withGetter(
      [this, name = adapter.name] { return powered_[name]; });
  method(*object, interface, "SetDiscoveryFilter", "a{sv}", "", [this](sdbus::MethodCall& call) {
    filter_.clear();
    call >> filter_;
    answer(call);
  });
  method(*object, interface, "StartDiscovery", "", "", [](sdbus::MethodCall& call) { answer(call); });
  method(*object, interface, "StopDiscovery", "", "", [](sdbus::MethodCall& call) { answer(call); });
  method(*object, interface, "RemoveDevice", "o", "", [this](sdbus::MethodCall& call) {
    sdbus::ObjectPath device;
    call >> device;
    open_when_forgotten_ = open_notify_sockets();
    answer(call);
    vanish(device.substr(device.rfind('/') + 1));
  });
  constexpr char gatt[] = "org.bluez.GattManager1";
  method(*object, gatt, "RegisterApplication", "oa{sv}", "",
         [this](sdbus::MethodCall& call) { on_register_application(call); });
  constexpr char advertising[] = "org.bluez.LEAdvertisingManager1";
  method(*object, advertising, "RegisterAdvertisement", "oa{sv}", "",
         [this](sdbus::MethodCall& call) { on_register_advertisement(call); });
  const auto unregister = [this](std::vector<std::unique_ptr<Registered>> FakeBluez::*list) {
    return [this, list](sdbus::MethodCall& call) {
      sdbus::ObjectPath of;
      call >> of;
      auto& all = this->*list;
      const auto found = std::ranges::find_if(all, [&](const auto& each) { return each->path == of; });
      if (found == all.end()) return call.createErrorReply(sdbus::Error("org.bluez.Error.DoesNotExist")).send();
      gone_.push_back(std::move(*found));
      all.erase(found);
      answer(call);
    };
  };
  method(*object, gatt, "UnregisterApplication", "o", "", unregister(&FakeBluez::applications_));
  method(*object, advertising, "UnregisterAdvertisement", "o", "", unregister(&FakeBluez::advertisements_));
  object->finishRegistration();
  adapters_[adapter.name].push_back(std::move(object));
}

void FakeBluez::set_powered(const std::string& adapter, bool is_powered) {
  powered_[adapter] = is_powered;
  adapters_[adapter].front()->emitPropertiesChangedSignal("org.bluez.Adapter1", {"Powered"});
}

void FakeBluez::remove_adapter(const std::string& adapter) {
  adapters_[adapter].front()->emitInterfacesRemovedSignal();
  for (auto& each : adapters_[adapter]) old_objects_.push_back(std::move(each));
  adapters_.erase(adapter);
}

void FakeBluez::send_nonsense() {
  const auto object = sdbus::createObject(*connection_, "/org/bluez/hci0/dev_nonsense");
  const auto send = [&](const char* interface, const char* name, const auto& content) {
    auto signal = object->createSignal(interface, name);
    static_cast<sdbus::Message&>(signal) << content;
    signal.send();
  };
  send(properties_interface, "PropertiesChanged", std::string("org.bluez.Device1"));
  send(properties_interface, "PropertiesChanged", std::uint64_t{7});
  send("org.freedesktop.DBus.ObjectManager", "InterfacesAdded", std::vector<std::string>{"org.bluez.Adapter1"});
  send("org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", sdbus::ObjectPath("/org/bluez/hci0"));
  auto signal = object->createSignal(properties_interface, "PropertiesChanged");
  const Properties wrong{{"Powered", sdbus::Variant(std::string("no"))}, {"UUIDs", sdbus::Variant(true)}};
  static_cast<sdbus::Message&>(signal) << std::string("org.bluez.Adapter1") << wrong << std::vector<std::string>{};
  signal.send();
}

void FakeBluez::send_as_stranger(const std::string& path, const char* interface, const char* name,
                                 const std::function<void(sdbus::Message&)>& fill) const {
  auto stranger = sdbus::createSessionBusConnectionWithAddress(address_);
  const auto daemon = sdbus::createProxy(*stranger, "org.freedesktop.DBus", "/org/freedesktop/DBus");
  std::vector<std::string> names;
  daemon->callMethod("ListNames").onInterface("org.freedesktop.DBus").storeResultsTo(names);
  const auto object = sdbus::createObject(*stranger, path);
  for (const std::string& each : names) {
    if (!each.starts_with(':')) continue;
    auto signal = object->createSignal(interface, name);
    fill(signal);
    signal.setDestination(each);
    signal.send();
  }
}

void FakeBluez::notify_as_stranger(const std::string& uuid, const Bytes& value) {
  send_as_stranger(paths_.at(uuid), properties_interface, "PropertiesChanged", [&](sdbus::Message& signal) {
    const Properties changed{{"Value", sdbus::Variant(value)}};
    signal << std::string(characteristic_interface) << changed << std::vector<std::string>{};
  });
}

// Programs

std::size_t FakeBluez::applications() { return applications_.size(); }

std::size_t FakeBluez::advertisements() { return advertisements_.size(); }

FakeBluez::Properties FakeBluez::advertisement() {
  return advertisements_.empty() ? Properties{} : advertisements_.back()->properties;
}

std::set<std::string> FakeBluez::characteristics() {
  std::set<std::string> all;
  for (const auto& each : applications_) {
    for (const auto& [uuid, proxy] : each->characteristics) all.insert(uuid);
  }
  return all;
}

void FakeBluez::on_register_application(sdbus::MethodCall& call) {
  auto registered = std::make_unique<Registered>();
  sdbus::ObjectPath path;
  call >> path;
  registered->owner = call.getSender();
  registered->path = path;
  registered->proxy = sdbus::createProxy(*connection_, registered->owner, path);
  Registered* const raw = registered.get();
  const auto kept_call = std::make_shared<sdbus::MethodCall>(call);
  applications_.push_back(std::move(registered));
  using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Properties>>;
  raw->proxy->callMethodAsync("GetManagedObjects")
      .onInterface("org.freedesktop.DBus.ObjectManager")
      .uponReplyInvoke([this, raw, kept_call](const sdbus::Error* error, const Objects& objects) {
        if (error != nullptr) return kept_call->createErrorReply(sdbus::Error("org.bluez.Error.Failed")).send();
        for (const auto& [at, interfaces] : objects) {
          const auto found = interfaces.find(characteristic_interface);
          if (found == interfaces.end()) continue;
          raw->characteristics[found->second.at("UUID").get<std::string>()] =
              sdbus::createProxy(*connection_, raw->owner, at);
        }
        answer(*kept_call);
      });
}

void FakeBluez::on_register_advertisement(sdbus::MethodCall& call) {
  auto registered = std::make_unique<Registered>();
  sdbus::ObjectPath path;
  call >> path;
  registered->owner = call.getSender();
  registered->path = path;
  registered->proxy = sdbus::createProxy(*connection_, registered->owner, path);
  Registered* const raw = registered.get();
  const auto kept_call = std::make_shared<sdbus::MethodCall>(call);
  advertisements_.push_back(std::move(registered));
  raw->proxy->callMethodAsync("GetAll")
      .onInterface(properties_interface)
      .withArguments(std::string("org.bluez.LEAdvertisement1"))
      .uponReplyInvoke([raw, kept_call](const sdbus::Error* error, const Properties& properties) {
        if (error != nullptr) return kept_call->createErrorReply(sdbus::Error("org.bluez.Error.Failed")).send();
        raw->properties = properties;
        answer(*kept_call);
      });
}

void FakeBluez::release_as_stranger() const {
  auto stranger = sdbus::createSessionBusConnectionWithAddress(address_);
  const Registered& latest = *advertisements_.back();
  const auto proxy = sdbus::createProxy(*stranger, latest.owner, latest.path);
  auto call = proxy->createMethodCall("org.bluez.LEAdvertisement1", "Release");
  call.dontExpectReply();
  proxy->callMethod(call);
}

void FakeBluez::release_advertisement() {
  if (advertisements_.empty()) return;
  gone_.push_back(std::move(advertisements_.back()));
  advertisements_.pop_back();
  gone_.back()
      ->proxy->callMethodAsync("Release")
      .onInterface("org.bluez.LEAdvertisement1")
      .uponReplyInvoke([](const sdbus::Error*) {});
}

sdbus::IProxy* FakeBluez::find(const std::string& uuid) {
  for (const auto& each : applications_) {
    const auto found = each->characteristics.find(uuid);
    if (found != each->characteristics.end()) return found->second.get();
  }
  throw std::runtime_error("no characteristic " + uuid);
}

// A client

void FakeBluez::connect_client(const std::string& device) {
  if (knows(device)) return set_connected(device, true);
  add_device(device, {.is_connected = true});
}

void FakeBluez::subscribe(const std::string& device, const std::string& uuid, std::uint16_t mtu) {
  const Properties options{{"device", sdbus::Variant(sdbus::ObjectPath(device_path(device)))},
                           {"mtu", sdbus::Variant(mtu)}};
  find(uuid)
      ->callMethodAsync("AcquireNotify")
      .onInterface(characteristic_interface)
      .withArguments(options)
      .uponReplyInvoke([this, uuid](const sdbus::Error* error, sdbus::UnixFd socket, std::uint16_t granted) {
        results_.push_back(error != nullptr ? error->getName() : "mtu " + std::to_string(granted));
        if (error == nullptr) client_sockets_[uuid] = socket.release();
      });
}

void FakeBluez::unsubscribe(const std::string& uuid) {
  if (const auto found = client_sockets_.find(uuid); found != client_sockets_.end()) {
    ::close(found->second);
    client_sockets_.erase(found);
  }
}

void FakeBluez::write(const std::string& device, const std::string& uuid, const Bytes& value, std::uint16_t mtu) {
  const Properties options{{"device", sdbus::Variant(sdbus::ObjectPath(device_path(device)))},
                           {"mtu", sdbus::Variant(mtu)}};
  find(uuid)
      ->callMethodAsync("WriteValue")
      .onInterface(characteristic_interface)
      .withArguments(value, options)
      .uponReplyInvoke(
          [this](const sdbus::Error* error) { results_.push_back(error != nullptr ? error->getName() : ""); });
}

void FakeBluez::write_as_stranger(const std::string& device, const std::string& uuid, const Bytes& value) {
  auto stranger = sdbus::createSessionBusConnectionWithAddress(address_);
  const auto* const known = find(uuid);
  const auto proxy = sdbus::createProxy(*stranger, applications_.front()->owner, known->getObjectPath());
  const Properties options{{"device", sdbus::Variant(sdbus::ObjectPath(device_path(device)))}};
  auto call = proxy->createMethodCall(characteristic_interface, "WriteValue");
  call << value << options;
  call.dontExpectReply();
  proxy->callMethod(call);
  // It has arrived when it is read from the socket, which the bus does before it sees that we are gone.
}

void FakeBluez::read(const std::string& device, const std::string& uuid) {
  const Properties options{{"device", sdbus::Variant(sdbus::ObjectPath(device_path(device)))}};
  find(uuid)
      ->callMethodAsync("ReadValue")
      .onInterface(characteristic_interface)
      .withArguments(options)
      .uponReplyInvoke([this](const sdbus::Error* error, const Bytes& value) {
        results_.push_back(error != nullptr ? error->getName() : std::string(value.begin(), value.end()));
      });
}

std::vector<std::string> FakeBluez::results() { return results_; }

std::vector<Bytes> FakeBluez::notifications(const std::string& uuid) {
  auto& all = notified_[uuid];
  if (const auto found = client_sockets_.find(uuid); found != client_sockets_.end()) {
    for (Bytes& each : receive(found->second)) all.push_back(std::move(each));
  }
  return all;
}

// A device

void FakeBluez::show(const std::string& device, const Device& what) { add_device(device, what); }

void FakeBluez::add_device(const std::string& device, const Device& what) {
  auto known = std::make_unique<Known>(Known{.device = what, .object = {}});
  Known* const raw = known.get();
  auto object = sdbus::createObject(*connection_, device_path(device));
  const auto add = [&](const char* name, auto getter) {
    object->registerProperty(name).onInterface(device_interface).withGetter(std::move(getter));
  };
  add("Address", [address = address_of(device)] { return address; });
  add("AddressType", [] { return std::string("random"); });
  add("Adapter", [] { return sdbus::ObjectPath(std::string(root) + "hci0"); });
  add("Paired", [raw] { return raw->device.is_paired; });
  add("Connected", [raw] { return raw->device.is_connected; });
  add("ServicesResolved", [raw] { return raw->is_resolved; });
  add("UUIDs", [raw] {
    return raw->device.service.empty() ? std::vector<std::string>{} : std::vector<std::string>{raw->device.service};
  });
  method(*object, device_interface, "Connect", "", "", [this, device](sdbus::MethodCall& call) {
    set_connected(device, true);
    answer(call);
  });
  method(*object, device_interface, "Disconnect", "", "", [this, device](sdbus::MethodCall& call) {
    set_connected(device, false);
    answer(call);
  });
  object->finishRegistration();
  known->object = std::move(object);
  devices_[device] = std::move(known);
  raw->object->emitInterfacesAddedSignal();
}

void FakeBluez::set_connected(const std::string& device, bool is_connected) {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return;
  Known& known = *found->second;
  known.device.is_connected = is_connected;
  known.object->emitPropertiesChangedSignal(device_interface, {"Connected"});
  if (is_connected && known.device.resolves) {
    add_services(device, known);
    known.is_resolved = true;
    known.object->emitPropertiesChangedSignal(device_interface, {"ServicesResolved"});
  }
  if (is_connected) return;
  known.is_resolved = false;
  for (auto* const sockets : {&notify_sockets_, &write_sockets_}) {
    for (const auto& [uuid, socket] : *sockets) ::close(socket);
    sockets->clear();
  }
}

void FakeBluez::add_services(const std::string& device, Known& known) {
  if (!known.services.empty()) return;
  const std::string path = device_path(device) + "/service0001";
  auto service = sdbus::createObject(*connection_, path);
  constexpr char service_interface[] = "org.bluez.GattService1";
  service->registerProperty("UUID").onInterface(service_interface).withGetter([uuid = known.device.service] {
    return uuid;
  });
  service->registerProperty("Device").onInterface(service_interface).withGetter([device] {
    return sdbus::ObjectPath(device_path(device));
  });
  service->finishRegistration();
  service->emitInterfacesAddedSignal();
  known.services.push_back(std::move(service));
  for (const FakeCharacteristic& each : known.device.characteristics) {
    paths_[each.uuid] = path + "/char" + std::to_string(known.services.size());
    auto object = sdbus::createObject(*connection_, paths_[each.uuid]);
    const auto add = [&](const char* name, auto getter) {
      object->registerProperty(name).onInterface(characteristic_interface).withGetter(std::move(getter));
    };
    add("UUID", [uuid = each.uuid] { return uuid; });
    add("Service", [path] { return sdbus::ObjectPath(path); });
    add("Flags", [flags = each.flags] { return flags; });
    add("MTU", [] { return std::uint16_t{517}; });
    method(*object, characteristic_interface, "ReadValue", "a{sv}", "ay",
           [value = each.value](sdbus::MethodCall& call) {
             auto reply = call.createReply();
             reply << value;
             reply.send();
           });
    method(*object, characteristic_interface, "WriteValue", "aya{sv}", "",
           [this, uuid = each.uuid](sdbus::MethodCall& call) {
             Bytes value;
             call >> value;
             written_[uuid].push_back(std::move(value));
             answer(call);
           });
    method(*object, characteristic_interface, "StartNotify", "", "", [](sdbus::MethodCall& call) { answer(call); });
    for (const bool is_for_writing : {false, true}) {
      method(
          *object, characteristic_interface, is_for_writing ? "AcquireWrite" : "AcquireNotify", "a{sv}", "hq",
          [this, uuid = each.uuid, is_for_writing](sdbus::MethodCall& call) { acquire(call, uuid, is_for_writing); });
    }
    object->finishRegistration();
    object->emitInterfacesAddedSignal();
    known.services.push_back(std::move(object));
  }
}

void FakeBluez::acquire(sdbus::MethodCall& call, const std::string& uuid, bool is_for_writing) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::runtime_error("socketpair");
  }
  (is_for_writing ? write_sockets_ : notify_sockets_)[uuid] = ends[0];
  auto reply = call.createReply();
  reply << sdbus::UnixFd(ends[1], sdbus::adopt_fd) << std::uint16_t{517};
  reply.send();
}

void FakeBluez::advertise_again(const std::string& device) {
  if (const auto found = devices_.find(device); found != devices_.end()) {
    found->second->object->emitPropertiesChangedSignal(device_interface, {"UUIDs"});
  }
}

void FakeBluez::disconnect(const std::string& device) { set_connected(device, false); }

void FakeBluez::vanish(const std::string& device) {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return;
  set_connected(device, false);
  for (auto& each : found->second->services) each->emitInterfacesRemovedSignal();
  found->second->object->emitInterfacesRemovedSignal();
  // A method of it may be running.
  for (auto& each : found->second->services) each->unregister();
  found->second->object->unregister();
  gone_devices_.push_back(std::move(found->second));
  devices_.erase(found);
}

bool FakeBluez::knows(const std::string& device) { return devices_.contains(device); }

int FakeBluez::open_notify_sockets() {
  return static_cast<int>(std::ranges::count_if(notify_sockets_, [](const auto& each) {
    std::uint8_t byte = 0;
    return ::recv(each.second, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
  }));
}

void FakeBluez::notify(const std::string& uuid, const Bytes& value) {
  if (const auto found = notify_sockets_.find(uuid); found != notify_sockets_.end()) {
    (void)::send(found->second, value.data(), value.size(), MSG_NOSIGNAL);
    return;
  }
  for (const auto& [name, known] : devices_) {
    for (const auto& each : known->services) {
      if (each->getObjectPath() != paths_[uuid]) continue;
      auto signal = each->createSignal(properties_interface, "PropertiesChanged");
      const Properties changed{{"Value", sdbus::Variant(value)}};
      static_cast<sdbus::Message&>(signal)
          << std::string(characteristic_interface) << changed << std::vector<std::string>{};
      signal.send();
    }
  }
}

std::vector<Bytes> FakeBluez::written(const std::string& uuid) {
  auto& all = written_[uuid];
  if (const auto found = write_sockets_.find(uuid); found != write_sockets_.end()) {
    for (Bytes& each : receive(found->second)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace mdoc::testing
