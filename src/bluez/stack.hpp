#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bluez/broadcast.hpp"
#include "bluez/bus.hpp"
#include "bluez/discovery.hpp"
#include "bluez/objects.hpp"
#include "mdoc/bluez/radio.hpp"
#include "mdoc/core/bytes.hpp"

namespace mdoc::bluez {

/// bluetoothd as the links of one Radio see it: its objects, the adapter that they use, and devices that are being
/// left. Lives until the last of them, and what it has begun on the way out, is done. Not thread-safe.
class Stack : public std::enable_shared_from_this<Stack> {
 public:
  using Opened = std::function<void(Result<std::shared_ptr<Stack>>)>;

  /// @param opened  told once, when bluetoothd has answered or it is certain that it does not
  static void open(const net::any_io_executor& executor, const RadioOptions& options, Opened opened);
  Stack(std::shared_ptr<Bus> bus, RadioOptions options);
  ~Stack();

  [[nodiscard]] Bus& bus() const noexcept { return *bus_; }
  [[nodiscard]] const net::any_io_executor& executor() const noexcept { return bus_->executor(); }
  [[nodiscard]] std::chrono::milliseconds limit() const noexcept { return options_.call_timeout; }
  [[nodiscard]] const Objects& objects() const noexcept { return objects_; }
  [[nodiscard]] Discovery& discovery() noexcept { return discovery_; }
  /// Object path of the adapter in use; nothing while there is none that is on.
  [[nodiscard]] const std::optional<std::string>& adapter() const noexcept { return adapter_; }
  /// Whether there is one, and why not.
  [[nodiscard]] Result<void> state() const;
  [[nodiscard]] bool is_of_adapter(std::string_view path) const noexcept;
  /// A call of bluetoothd itself, not of somebody else on the bus.
  [[nodiscard]] bool is_bluez(const sdbus::Message* message) const;
  /// For object paths of ours.
  [[nodiscard]] unsigned next_number() noexcept { return ++last_number_; }
  /// No new use: the Radio is gone.
  void retire();
  /// For what goes on in the background: keeps this, until the loop itself ends, so that nothing waits for an answer
  /// that nobody will fetch.
  [[nodiscard]] std::shared_ptr<void> keep();

  Broadcast<bool> radio;                                  ///< the adapter is on, or not any more
  Broadcast<const std::string&> device_changed;           ///< something of it, or it is gone
  Broadcast<const std::string&, ByteView> value_changed;  ///< of a characteristic

  /// A link uses this device. It, and no link that shares it, is rid of it by leave().
  /// @param was_connected  before we did anything: then it is not disconnected
  void hold(const std::string& device, bool was_connected);
  /// Disconnects it and lets bluetoothd forget it, when no link holds it any more: nothing that it did not have before.
  /// @param until_disconnected  what is to live so long
  void leave(const std::string& device, std::shared_ptr<void> until_disconnected);
  [[nodiscard]] bool is_being_left(const std::string& device) const { return leaving_.contains(device); }
  /// A device has connected that no link uses, perhaps for one of ours. It is left alone, and forgotten when it goes.
  void watch(const std::string& device) { watched_.insert(device); }
  /// bluetoothd knows this device because of us, and no link uses it. @return whether it was forgotten: it is not
  /// connected, and nobody keeps it
  bool forget_stray(const std::string& device);

 private:
  struct Held {
    unsigned links = 0;
    bool was_connected = false;
    bool was_kept = false;  // by somebody: it stays known
  };

  [[nodiscard]] Result<void> listen();
  void learn(Opened opened);
  void choose_adapter();
  void on_owner(std::string owner);
  void on_added(sdbus::Message& message);
  void on_removed(sdbus::Message& message);
  void on_changed(sdbus::Message& message);
  void on_device(const std::string& device);
  [[nodiscard]] bool may_forget(const std::string& device) const;
  void forget_soon(const std::string& device);
  void forget(const std::string& device);

  std::shared_ptr<Bus> bus_;
  RadioOptions options_;
  Objects objects_;
  Discovery discovery_;
  std::string owner_;  // unique name of bluetoothd; empty while it does not run
  std::optional<std::string> adapter_;
  std::map<std::string, Held> held_;
  std::map<std::string, std::shared_ptr<void>> leaving_;  // each keeps us
  std::set<std::string> watched_;
  Subscription devices_;
  unsigned last_number_ = 0;
  bool is_retired_ = false;
};

}  // namespace mdoc::bluez
