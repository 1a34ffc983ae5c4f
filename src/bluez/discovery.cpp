#include "bluez/discovery.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bluez/names.hpp"
#include "bluez/stack.hpp"

namespace mdoc::bluez {

std::shared_ptr<Discovery::Search> Discovery::search(Search wanted) {
  sought_.insert(wanted.service);
  auto kept = std::make_shared<Search>(std::move(wanted));
  searches_.push_back(kept);
  if (!devices_) {
    devices_ = stack_.device_changed.subscribe([this](const std::string& device) { on_device(device); });
  }
  settle();
  return kept;
}

void Discovery::restart() {
  is_restart_due_ = is_active_;
  settle();
}

std::vector<std::shared_ptr<Discovery::Search>> Discovery::searches() {
  std::vector<std::shared_ptr<Search>> alive;
  std::erase_if(searches_, [&](const auto& each) {
    auto search = each.lock();
    const bool is_over = !search;
    if (search) alive.push_back(std::move(search));
    return is_over;
  });
  return alive;
}

std::vector<std::string> Discovery::wanted() {
  std::vector<std::string> services;
  for (const auto& each : searches()) services.push_back(each->service.text());
  std::ranges::sort(services);
  services.erase(std::unique(services.begin(), services.end()), services.end());
  return services;
}

// One step towards what is wanted; its answer brings the next.
void Discovery::settle() {
  if (is_busy_ || !stack_.adapter()) return;
  auto services = wanted();
  if (is_active_ && (services.empty() || std::exchange(is_restart_due_, false))) return stop();
  if (services.empty()) return;
  if (services != filter_) return set_filter(std::move(services));
  if (!is_active_) start();
}

void Discovery::set_filter(std::vector<std::string> services) {
  is_busy_ = true;
  Properties filter{{"UUIDs", sdbus::Variant(services)},
                    {"Transport", sdbus::Variant(std::string("le"))},
                    {"DuplicateData", sdbus::Variant(true)}};
  const auto answered = [weak = stack_.weak_from_this(), this, era = era_, services](const auto& reply) {
    const auto stack = weak.lock();
    if (!stack || era != era_) return;
    is_busy_ = false;
    if (!reply) return fail(reply.error());
    filter_ = services;
    settle();
  };
  stack_.bus().call(*stack_.adapter(), adapter_interface, "SetDiscoveryFilter", stack_.limit(), answered, filter);
}

void Discovery::start() {
  is_busy_ = true;
  known_before_.clear();
  for (const auto& [path, device] : stack_.objects().devices) {
    if (!stack_.is_being_left(path)) known_before_.insert(path);
  }
  const auto answered = [weak = stack_.weak_from_this(), this, era = era_](const auto& reply) {
    const auto stack = weak.lock();
    if (!stack || era != era_) return;
    is_busy_ = false;
    if (!reply && reply.error().native != EINPROGRESS) return fail(reply.error());
    is_active_ = true;
    // Whom others have found just before is not announced once more.
    const auto known = stack->objects().devices;
    for (const auto& [path, device] : known) on_device(path);
    settle();
  };
  stack_.bus().call(*stack_.adapter(), adapter_interface, "StartDiscovery", stack_.limit(), answered);
}

void Discovery::stop() {
  is_busy_ = true;
  is_active_ = false;
  const auto answered = [weak = stack_.weak_from_this(), this, era = era_, keeper = stack_.keep()](const auto&) {
    const auto stack = weak.lock();
    if (!stack || era != era_) return;
    is_busy_ = false;
    forget_strays();
    settle();
  };
  stack_.bus().call(*stack_.adapter(), adapter_interface, "StopDiscovery", stack_.limit(), answered);
}

// Who was found for us and not connected to, such as in the moment in which the link ended. bluetoothd would know it
// for another half a minute.
void Discovery::forget_strays() {
  constexpr int most = 32;  // whoever advertises more of them is left to bluetoothd
  int forgotten = 0;
  const auto known = stack_.objects().devices;
  for (const auto& [path, device] : known) {
    const auto is_sought = [this](const Uuid& service) { return sought_.contains(service); };
    if (known_before_.contains(path) || !std::ranges::any_of(device.services, is_sought)) continue;
    if (stack_.forget_stray(path) && ++forgotten == most) break;
  }
  sought_.clear();
  for (const auto& each : searches()) sought_.insert(each->service);
}

// What is called may end its search, which must not live on in a list of ours then.
void Discovery::fail(const Error& error) {
  std::vector<std::function<void(const Error&)>> told;
  for (const auto& each : searches()) told.push_back(each->failed);
  for (const auto& each : told) {
    if (each) each(error);
  }
}

void Discovery::on_radio_off() noexcept {
  ++era_;
  is_active_ = is_busy_ = is_restart_due_ = false;
  filter_.clear();
  known_before_.clear();
}

void Discovery::on_device(const std::string& device) {
  const auto found = stack_.objects().devices.find(device);
  if (found == stack_.objects().devices.end() || !is_active_) return;
  if (!stack_.is_of_adapter(device) || stack_.is_being_left(device)) return;
  const std::vector<Uuid>& services = found->second.services;
  std::vector<std::function<void(const std::string&)>> told;
  for (const auto& each : searches()) {
    if (std::ranges::find(services, each->service) != services.end()) told.push_back(each->found);
  }
  for (const auto& each : told) {
    if (each) each(device);
  }
}

}  // namespace mdoc::bluez
