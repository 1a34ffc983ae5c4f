#pragma once
// Whole presentations over Bluetooth Low Energy, as one machine sees them, event by event.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "unit/properties/ble_event.hpp"

namespace mdoc::properties {

inline constexpr transport::BlePeer script_peer{7};

/// Options of the machines that a script goes with.
[[nodiscard]] transport::BleLinkOptions script_options(transport::BleCarrier carrier);
/// In mdoc peripheral server mode, for either side.
[[nodiscard]] transport::BleService script_service();

/// A request in two parts comes, an answer in several leaves, finish(), and the client has gone.
[[nodiscard]] std::vector<BleEvent> server_script(transport::BleCarrier carrier);
/// A request leaves, an answer in two parts comes, finish().
[[nodiscard]] std::vector<BleEvent> client_script(transport::BleCarrier carrier);

/// What was asked of a stack and not taken back.
class BleBalance {
 public:
  void take(const transport::BleEffect& effect) { std::visit(*this, effect); }
  [[nodiscard]] bool is_even() const { return open_.empty(); }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::vector<std::optional<Error>>& ends() const noexcept { return ends_; }
  /// After LinkClosed.
  [[nodiscard]] std::size_t too_late() const noexcept { return too_late_; }

  void operator()(const transport::ListenForChannel&) { ask("listener"); }
  void operator()(const transport::StopListening&) { take_back("listener"); }
  void operator()(const transport::RegisterService&) { ask("service"); }
  void operator()(const transport::UnregisterService&) { take_back("service"); }
  void operator()(const transport::StartAdvertising&) { ask("advertisement"); }
  void operator()(const transport::StopAdvertising&) { take_back("advertisement"); }
  void operator()(const transport::StartScanning&) { ask("scan"); }
  void operator()(const transport::StopScanning&) { take_back("scan"); }
  void operator()(const transport::ConnectPeer&) { ask("connection"); }
  void operator()(const transport::OpenChannel&) { ask("channel"); }
  void operator()(const transport::CloseChannel&) { take_back("channel"); }
  void operator()(const transport::DisconnectPeer&) { take_back("connection"); }
  void operator()(const transport::LinkClosed& closed) { ends_.push_back(closed.reason); }
  template <class Other>
  void operator()(const Other&) {
    note();
  }

 private:
  void note() { too_late_ += ends_.empty() ? 0 : 1; }
  void ask(const char* what) {
    note();
    open_[what] = true;
  }
  void take_back(const char* what) {
    note();
    open_.erase(what);
  }

  std::map<std::string, bool> open_;
  std::vector<std::optional<Error>> ends_;
  std::size_t too_late_ = 0;
};

}  // namespace mdoc::properties
