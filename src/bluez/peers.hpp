#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bluez/stack.hpp"
#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::bluez {

/// The devices of one link, by the numbers that its machine knows them by. Those that it has not left when it ends are
/// left then.
class Peers {
 public:
  explicit Peers(std::shared_ptr<Stack> stack) : stack_(std::move(stack)) {}
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;
  ~Peers() {
    for (const auto& [path, is_held] : held_) {
      if (is_held) stack_->leave(path);
    }
  }

  [[nodiscard]] transport::BlePeer number_of(const std::string& path) {
    const auto [found, is_new] = numbers_.try_emplace(path, numbers_.size() + 1);
    if (is_new) paths_[found->second] = path;
    return transport::BlePeer{found->second};
  }
  [[nodiscard]] std::string path_of(transport::BlePeer peer) const {
    const auto found = paths_.find(static_cast<std::uint64_t>(peer));
    return found == paths_.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::optional<transport::BlePeer> find(const std::string& path) const {
    const auto found = numbers_.find(path);
    if (found == numbers_.end()) return std::nullopt;
    return transport::BlePeer{found->second};
  }
  [[nodiscard]] bool was_held(const std::string& path) const { return held_.contains(path); }
  [[nodiscard]] bool is_held(const std::string& path) const {
    const auto found = held_.find(path);
    return found != held_.end() && found->second;
  }
  void hold(const std::string& path, bool was_connected) {
    if (std::exchange(held_[path], true)) return;
    stack_->hold(path, was_connected);
  }
  void leave(transport::BlePeer peer) {
    const std::string path = path_of(peer);
    if (is_held(path)) {
      held_[path] = false;
      stack_->leave(path);
    }
  }

 private:
  std::shared_ptr<Stack> stack_;
  std::map<std::string, std::uint64_t> numbers_;
  std::map<std::uint64_t, std::string> paths_;
  std::map<std::string, bool> held_;
};

}  // namespace mdoc::bluez
