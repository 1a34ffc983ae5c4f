#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bluez/packet_socket.hpp"
#include "bluez/stack.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_parts.hpp"

namespace mdoc::bluez {

/// A GATT service of ours, as an application of bluetoothd's GATT server. There for as long as the object lives.
///
/// Values come as D-Bus calls, as only these say whose they are and keep the order of two characteristics: a socket of
/// AcquireWrite is shared by all clients, and drops what does not fit. Notifications go through sockets, whose reader
/// says when it takes more.
class GattApplication : public std::enable_shared_from_this<GattApplication> {
 public:
  struct Handlers {
    std::function<void(Result<void>)> registered{};
    /// Of a client, whichever way it showed itself. @param mtu  of its connection
    std::function<void(const std::string& device, std::size_t mtu)> client{};
    std::function<void(const std::string& device, const Uuid& characteristic, bool on)> subscribed{};
    std::function<void(const std::string& device, const Uuid& characteristic, ByteView value)> written{};
    std::function<void()> sent{};                       ///< what notify() was given
    std::function<void(std::int32_t native)> failed{};  ///< to send it
  };

  [[nodiscard]] static std::shared_ptr<GattApplication> start(std::shared_ptr<Stack> stack,
                                                              const transport::RegisterService& wanted,
                                                              Handlers handlers);
  GattApplication(std::shared_ptr<Stack> stack, const transport::RegisterService& wanted, Handlers handlers);
  GattApplication(const GattApplication&) = delete;
  GattApplication& operator=(const GattApplication&) = delete;
  ~GattApplication();

  /// Notifies a value. @param device  that has subscribed
  void notify(const std::string& device, const Uuid& characteristic, Bytes value);

 private:
  struct Notifier {
    std::string device;
    std::shared_ptr<PacketSocket> socket;
  };
  struct Characteristic {
    transport::RegisterService::Characteristic wanted;
    std::string path;
    std::vector<Notifier> notifiers{};  // the latest last
    std::set<std::string> sharers{};    // devices that have none of their own
  };

  void begin();
  void export_objects();
  void export_characteristic(sdbus::IObject& object, std::size_t index);
  [[nodiscard]] std::vector<std::uint8_t> read(std::size_t index, const Properties& options) const;
  void write(std::size_t index, const std::vector<std::uint8_t>& value, const Properties& options);
  [[nodiscard]] std::tuple<sdbus::UnixFd, std::uint16_t> acquire(std::size_t index, const Properties& options);
  void release(std::size_t index, const PacketSocket* socket);
  void share_notifiers(const std::string& device);
  void tell_subscribed(const std::string& device, const Characteristic& characteristic, bool on);
  [[nodiscard]] std::string client_of(const Properties& options) const;

  std::shared_ptr<Stack> stack_;
  std::string adapter_;
  std::string path_;
  Uuid service_;
  std::vector<Characteristic> characteristics_;
  Handlers handlers_;
  std::vector<std::unique_ptr<sdbus::IObject>> objects_;
};

}  // namespace mdoc::bluez
