#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bluez/broadcast.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::bluez {

class Stack;
using transport::Uuid;

/// The search for devices. bluetoothd has one for each connection to the bus, so that links share it: it looks for what
/// any of them wants, for as long as one of them does.
class Discovery {
 public:
  /// One link's wish; it ends with the object.
  struct Search {
    Uuid service{};
    std::function<void(const std::string& device)> found{};  ///< one that advertises it; again and again
    std::function<void(const Error&)> failed{};
  };

  explicit Discovery(Stack& stack) : stack_(stack) {}

  [[nodiscard]] std::shared_ptr<Search> search(Search wanted);
  /// Stops and begins anew.
  void restart();
  /// To be called where a Search may have ended.
  void settle();
  void on_radio_off() noexcept;

 private:
  [[nodiscard]] std::vector<std::shared_ptr<Search>> searches();
  [[nodiscard]] std::vector<std::string> wanted();
  void set_filter(std::vector<std::string> services);
  void start();
  void stop();
  void fail(const Error& error);
  void on_device(const std::string& device);
  void forget_strays();

  Stack& stack_;
  std::vector<std::weak_ptr<Search>> searches_;
  Subscription devices_;
  std::vector<std::string> filter_;     // that bluetoothd has
  std::set<std::string> known_before_;  // devices
  std::set<Uuid> sought_;               // since then
  bool is_active_ = false;
  bool is_busy_ = false;  // a call is under way; what has changed meanwhile comes after it
  bool is_restart_due_ = false;
  unsigned era_ = 0;  // answers of the one before do not count
};

}  // namespace mdoc::bluez
