#include "bluez/objects.hpp"

#include <algorithm>

#include "bluez/names.hpp"

namespace mdoc::bluez {
namespace {

template <class T>
void read(T& into, const Properties& changed, const char* name) {
  if (auto value = property<T>(changed, name)) into = std::move(*value);
}

void read(Address& into, const Properties& changed) {
  read(into.text, changed, "Address");
  if (const auto type = property<std::string>(changed, "AddressType")) into.is_random = *type == "random";
}

void read(Uuid& into, const Properties& changed) {
  const auto text = property<std::string>(changed, "UUID");
  if (!text) return;
  if (const auto uuid = Uuid::parse(*text)) into = *uuid;
}

void read(DeviceState& into, const Properties& changed) {
  read(into.address, changed);
  read(into.is_connected, changed, "Connected");
  read(into.is_resolved, changed, "ServicesResolved");
  for (const char* const name : {"Paired", "Bonded", "Trusted", "Blocked"}) {
    if (property<bool>(changed, name) == true) into.is_kept = true;
  }
  const auto texts = property<std::vector<std::string>>(changed, "UUIDs");
  if (!texts) return;
  into.services.clear();
  for (const std::string& each : *texts) {
    if (const auto uuid = Uuid::parse(each)) into.services.push_back(*uuid);
  }
}

void read(CharacteristicState& into, const Properties& changed) {
  read(into.uuid, changed);
  if (const auto service = property<sdbus::ObjectPath>(changed, "Service")) into.service = *service;
  if (const auto mtu = property<std::uint16_t>(changed, "MTU")) into.mtu = *mtu;
  const auto flags = property<std::vector<std::string>>(changed, "Flags");
  if (!flags) return;
  const auto has = [&](const char* flag) { return std::ranges::find(*flags, flag) != flags->end(); };
  into.properties = {.read = has("read"),
                     .write_without_response = has("write-without-response"),
                     .write = has("write"),
                     .notify = has("notify")};
}

}  // namespace

bool Objects::is_connected(const std::string& device) const {
  const auto found = devices.find(device);
  return found != devices.end() && found->second.is_connected;
}

void Objects::update(const std::string& path, std::string_view interface, const Properties& changed) {
  if (interface == adapter_interface) {
    AdapterState& adapter = adapters[path];
    read(adapter.address, changed);
    read(adapter.is_powered, changed, "Powered");
  } else if (interface == device_interface) {
    read(devices[path], changed);
  } else if (interface == service_interface) {
    ServiceState& service = services[path];
    read(service.uuid, changed);
    if (const auto device = property<sdbus::ObjectPath>(changed, "Device")) service.device = *device;
  } else if (interface == characteristic_interface) {
    read(characteristics[path], changed);
  }
}

void Objects::remove(const std::string& path, std::string_view interface) {
  if (interface == adapter_interface) adapters.erase(path);
  if (interface == device_interface) devices.erase(path);
  if (interface == service_interface) services.erase(path);
  if (interface == characteristic_interface) characteristics.erase(path);
}

}  // namespace mdoc::bluez
