#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::bluez {

namespace net = boost::asio;

class Stack;  ///< of this component

/// No aggregate: g++ 12 destroys one twice that is made in the very expression that awaits open().
struct RadioOptions {
  RadioOptions() = default;

  std::string adapter{};      ///< "hci0"; empty: the first that is powered
  std::string bus_address{};  ///< of D-Bus, where bluetoothd is; empty: the system bus
  /// Of one answer of bluetoothd. What a link awaits, it awaits by its own limits, which are shorter.
  std::chrono::milliseconds call_timeout{10'000};
};

/// Bluetooth of this machine: bluetoothd, by the system's message bus, and one adapter. Shared by any number of links,
/// opened as early as one likes.
///
/// All of it, links included, runs on the executor that it was opened on, which must be a strand where several threads
/// serve it; no thread of its own. While the adapter is off, links wait for it, as they do while bluetoothd starts
/// anew.
class MDOC_EXPORT Radio {
 public:
  /// An adapter as bluetoothd has it.
  struct Adapter {
    std::string name{};     ///< "hci0"
    std::string address{};  ///< "00:11:22:33:44:55"
    bool powered = false;
  };

  /// Connects to the bus and asks bluetoothd what there is. Where it does not run, or has no adapter, the Radio is off
  /// and comes on by itself.
  /// @return transport/connect_failed: there is no message bus, or it refuses us
  [[nodiscard]] static net::awaitable<Result<Radio>> open(RadioOptions options);
  [[nodiscard]] static net::awaitable<Result<Radio>> open();
  Radio(Radio&&) noexcept;
  Radio& operator=(Radio&&) noexcept;
  /// For the links that use it, the adapter is off from now on. What they leave is left in the background.
  ~Radio();

  /// Whether there is an adapter that is on.
  /// @return transport/radio_off, where BLE.bluetoothd (it does not run), BLE.adapter (none, or none of this name), or
  ///         BLE.adapter.Powered (it is switched off); transport/connect_failed, where BLE.D-Bus: the bus has ended
  [[nodiscard]] Result<void> state() const;
  /// Name of the adapter in use, such as "hci0"; nothing while the radio is off.
  [[nodiscard]] std::optional<std::string> adapter() const;
  [[nodiscard]] std::vector<Adapter> adapters() const;

  [[nodiscard]] const std::shared_ptr<Stack>& stack() const noexcept { return stack_; }  ///< of this component

 private:
  explicit Radio(std::shared_ptr<Stack> stack) noexcept;
  std::shared_ptr<Stack> stack_;
};

}  // namespace mdoc::bluez
