#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bluez/dbus_error.hpp"
#include "mdoc/asio/net.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::bluez {

namespace net = boost::asio;

using Properties = std::map<std::string, sdbus::Variant>;

/// A connection to a message bus, served by an executor: no thread of its own, and no call that waits for an answer.
/// Never throws; not thread-safe, for one strand.
class Bus : public std::enable_shared_from_this<Bus> {
 public:
  /// Of a call: what it returned, to be read at once, or why it did not.
  using Answer = std::function<void(Result<sdbus::MethodReply*>)>;
  using Listener = std::function<void(sdbus::Message&)>;

  /// @param address  of the bus; empty: the system bus
  /// @return transport/connect_failed: there is no such bus
  [[nodiscard]] static Result<std::shared_ptr<Bus>> open(const net::any_io_executor& executor,
                                                         const std::string& address);
  Bus(const net::any_io_executor& executor, std::unique_ptr<sdbus::IConnection> connection);
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  ~Bus();

  /// Calls a method of bluetoothd. The answer comes later, never from within; it comes in any case, at the latest when
  /// `limit` has passed.
  template <class... Args>
  void call(const std::string& path, const char* interface, const char* method, std::chrono::milliseconds limit,
            Answer answer, const Args&... args) {
    begin(path, interface, method, limit, std::move(answer),
          [&](sdbus::MethodCall& message) { (void)(static_cast<sdbus::Message&>(message) << ... << args); });
  }

  /// Whose signals fit the rule. For as long as the connection.
  [[nodiscard]] Result<void> listen(const std::string& rule, Listener listener);
  /// An object of ours, to be filled; null where the connection has ended.
  [[nodiscard]] std::unique_ptr<sdbus::IObject> make_object(const std::string& path);
  /// Destroys it later, as a method of it may be running.
  void retire(std::vector<std::unique_ptr<sdbus::IObject>> objects);

  /// Without bluetoothd, calls fail at once, and do not make the bus start it.
  void set_bluez_running(bool is_running) noexcept { is_bluez_running_ = is_running; }

  /// Called once, when the bus itself has ended the connection.
  void on_lost(std::function<void()> lost) { lost_ = std::move(lost); }
  [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }
  [[nodiscard]] const net::any_io_executor& executor() const noexcept { return executor_; }
  void close() noexcept;

 private:
  struct Pending;
  void begin(const std::string& path, const char* interface, const char* method, std::chrono::milliseconds limit,
             Answer answer, const std::function<void(sdbus::MethodCall&)>& fill);
  void finish(const std::shared_ptr<Pending>& pending, Result<sdbus::MethodReply*> result);
  void process();
  void arm();
  void process_soon();
  void lose();

  net::any_io_executor executor_;
  std::unique_ptr<sdbus::IConnection> connection_;
  net::posix::stream_descriptor descriptor_;
  net::steady_timer timer_;
  std::set<std::shared_ptr<Pending>> pending_;
  std::vector<std::shared_ptr<Pending>> finished_;  // destroyed when no callback of theirs runs any more
  std::vector<sdbus::Slot> matches_;
  std::function<void()> lost_;
  bool is_lost_ = false;
  bool is_bluez_running_ = true;
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool is_soon_ = false;
};

/// Reads what a message holds. @return transport/connect_failed: it holds something else
template <class... T>
[[nodiscard]] Result<std::tuple<T...>> read_arguments(sdbus::Message& message) {
  std::tuple<T...> values;
  try {
    std::apply([&](T&... each) { (void)(message >> ... >> each); }, values);
  } catch (const sdbus::Error& error) {
    return to_error(error);
  }
  return values;
}

/// A property, where it is there and of this type.
template <class T>
[[nodiscard]] std::optional<T> property(const Properties& properties, const char* name) {
  const auto found = properties.find(name);
  try {
    if (found != properties.end() && found->second.containsValueOfType<T>()) return found->second.get<T>();
  } catch (const sdbus::Error&) {  // not readable is not there
  }
  return std::nullopt;
}

}  // namespace mdoc::bluez
