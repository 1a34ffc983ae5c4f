#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "bluez/stack.hpp"
#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::bluez {

/// The devices of one link, by the numbers that its machine knows them by. Anybody can advertise our UUID from ever new
/// addresses, and a search may last for days: of devices that are not in use, so many are remembered.
class Peers {
 public:
  explicit Peers(std::shared_ptr<Stack> stack) : stack_(std::move(stack)) {}
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;
  ~Peers() { leave_all({}); }

  static constexpr std::size_t max_known = 256;

  [[nodiscard]] transport::BlePeer number_of(const std::string& path) {
    const auto known = known_.find(path);
    if (known != known_.end()) return transport::BlePeer{known->second.number};
    if (known_.size() >= max_known) drop_oldest();
    known_[path] = {.number = ++last_number_};
    paths_[last_number_] = path;
    return transport::BlePeer{last_number_};
  }
  [[nodiscard]] std::string path_of(transport::BlePeer peer) const {
    const auto found = paths_.find(static_cast<std::uint64_t>(peer));
    return found == paths_.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::optional<transport::BlePeer> find(const std::string& path) const {
    const auto found = known_.find(path);
    if (found == known_.end()) return std::nullopt;
    return transport::BlePeer{found->second.number};
  }
  [[nodiscard]] bool is_held(const std::string& path) const {
    const auto found = known_.find(path);
    return found != known_.end() && found->second.is_held;
  }
  void hold(const std::string& path, bool was_connected) {
    (void)number_of(path);
    if (!std::exchange(known_[path].is_held, true)) stack_->hold(path, was_connected);
  }
  /// @param until_disconnected  what is to live so long
  void leave(transport::BlePeer peer, std::shared_ptr<void> until_disconnected) {
    const auto found = known_.find(path_of(peer));
    if (found != known_.end()) leave(found->first, found->second, std::move(until_disconnected));
  }
  void leave_all(const std::shared_ptr<void>& until_disconnected) {
    for (auto& [path, each] : known_) leave(path, each, until_disconnected);
  }
  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  struct Known {
    std::uint64_t number = 0;
    bool is_held = false;
  };

  void leave(const std::string& path, Known& known, std::shared_ptr<void> until_disconnected) {
    if (std::exchange(known.is_held, false)) stack_->leave(path, std::move(until_disconnected));
  }
  void drop_oldest() {
    for (const auto& [number, path] : paths_) {
      const auto oldest = known_.find(path);
      if (oldest->second.is_held) continue;
      known_.erase(oldest);
      paths_.erase(number);
      return;
    }
  }

  std::shared_ptr<Stack> stack_;
  std::map<std::string, Known> known_;
  std::map<std::uint64_t, std::string> paths_;  // the oldest first
  std::uint64_t last_number_ = 0;
};

}  // namespace mdoc::bluez
