#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bluez/stack.hpp"
#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::bluez {

/// The devices of one link, by the numbers that its machine knows them by.
class Peers {
 public:
  explicit Peers(std::shared_ptr<Stack> stack) : stack_(std::move(stack)) {}
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;
  ~Peers() { leave_all({}); }

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
  [[nodiscard]] bool is_held(const std::string& path) const {
    const auto found = held_.find(path);
    return found != held_.end() && found->second;
  }
  void hold(const std::string& path, bool was_connected) {
    if (std::exchange(held_[path], true)) return;
    stack_->hold(path, was_connected);
  }
  /// @param until_disconnected  what is to live so long
  void leave(transport::BlePeer peer, std::shared_ptr<void> until_disconnected) {
    leave(path_of(peer), std::move(until_disconnected));
  }
  void leave_all(const std::shared_ptr<void>& until_disconnected) {
    for (const auto& [path, number] : numbers_) leave(path, until_disconnected);
  }

 private:
  void leave(const std::string& path, std::shared_ptr<void> until_disconnected) {
    if (!is_held(path)) return;
    held_[path] = false;
    stack_->leave(path, std::move(until_disconnected));
  }

  std::shared_ptr<Stack> stack_;
  std::map<std::string, std::uint64_t> numbers_;
  std::map<std::uint64_t, std::string> paths_;
  std::map<std::string, bool> held_;
};

}  // namespace mdoc::bluez
