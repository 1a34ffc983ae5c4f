#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "unit/cli/process.hpp"

namespace mdoc::testing {

/// A message bus of its own, for as long as the object lives.
class PrivateBus {
 public:
  PrivateBus();
  [[nodiscard]] const std::string& address() const { return address_; }
  void end() { daemon_.reset(); }

 private:
  std::unique_ptr<Process> daemon_;
  std::string address_;
};

struct FakeAdapter {
  std::string name = "hci0";
  bool is_powered = true;
};
struct FakeCharacteristic {
  std::string uuid{};
  std::vector<std::string> flags{};
  Bytes value{};
};
struct FakeDevice {
  std::string service{};  ///< UUID; advertised
  std::vector<FakeCharacteristic> characteristics{};
  bool is_paired = false;
  bool is_connected = false;
  bool resolves = true;  ///< by itself, once connected
};

/// bluetoothd, as far as links ask of it, with faults on demand. It answers in process_all(), on the thread of the
/// test, and never waits for the program under test. Devices are named by the last part of their path, such as
/// "dev_00_00_5E_00_53_01", and belong to the adapter "hci0".
class FakeBluez {
 public:
  using Properties = std::map<std::string, sdbus::Variant>;
  using Adapter = FakeAdapter;
  using Device = FakeDevice;

  explicit FakeBluez(const PrivateBus& bus, const std::vector<Adapter>& adapters = {Adapter{}});
  FakeBluez(const FakeBluez&) = delete;
  FakeBluez& operator=(const FakeBluez&) = delete;
  ~FakeBluez();

  /// Has all that there are answer what was asked of them.
  static void process_all();

  /// A method, such as "StartDiscovery", answers with this error from now on; `times` times.
  void refuse(const std::string& method, const std::string& error, int times = 1'000);
  /// It does not answer any more.
  void silence(const std::string& method);
  /// All that were silenced do, also what was asked meanwhile; with nothing, and without having done it.
  void answer_silenced();
  /// How often it was called.
  [[nodiscard]] int count(const std::string& method);
  [[nodiscard]] Properties discovery_filter();

  void set_powered(const std::string& adapter, bool is_powered);
  void remove_adapter(const std::string& adapter);
  /// A signal that no daemon would send.
  void send_nonsense();
  /// What some other program on the bus sends to everybody by name, as if it were bluetoothd or the bus itself.
  void send_as_stranger(const std::string& path, const char* interface, const char* name,
                        const std::function<void(sdbus::Message&)>& fill) const;
  void notify_as_stranger(const std::string& uuid, const Bytes& value);

  [[nodiscard]] std::size_t applications();
  [[nodiscard]] std::size_t advertisements();
  [[nodiscard]] Properties advertisement();  ///< the latest one
  [[nodiscard]] std::set<std::string> characteristics();
  void release_advertisement();
  void release_as_stranger() const;

  // A client of the program's GATT server
  void connect_client(const std::string& device);
  void subscribe(const std::string& device, const std::string& uuid, std::uint16_t mtu);
  /// Notifications are off, or the client is gone.
  void unsubscribe(const std::string& uuid);
  void write(const std::string& device, const std::string& uuid, const Bytes& value, std::uint16_t mtu);
  void write_as_stranger(const std::string& device, const std::string& uuid, const Bytes& value);
  void read(const std::string& device, const std::string& uuid);
  /// What reads and writes came to: the value, or the name of the error.
  [[nodiscard]] std::vector<std::string> results();
  /// Notifications that have come by now.
  [[nodiscard]] std::vector<Bytes> notifications(const std::string& uuid);

  // A device for the program to find
  void show(const std::string& device, const Device& what);
  void advertise_again(const std::string& device);
  void disconnect(const std::string& device);
  void vanish(const std::string& device);
  [[nodiscard]] bool knows(const std::string& device);
  /// Sockets for notifications that were handed out, and that both sides still have.
  [[nodiscard]] int open_notify_sockets();
  /// How many of those there were when a device was last to be forgotten.
  [[nodiscard]] int open_when_forgotten() const { return open_when_forgotten_; }
  void notify(const std::string& uuid, const Bytes& value);
  /// What has been written by now, through sockets and calls.
  [[nodiscard]] std::vector<Bytes> written(const std::string& uuid);

 private:
  struct Registered {
    std::string owner, path;
    std::unique_ptr<sdbus::IProxy> proxy{};
    std::map<std::string, std::unique_ptr<sdbus::IProxy>> characteristics{};  // by UUID
    Properties properties{};
  };
  struct Known {
    Device device;
    std::unique_ptr<sdbus::IObject> object;
    bool is_resolved = false;
    std::vector<std::unique_ptr<sdbus::IObject>> services{};
  };

  [[nodiscard]] static std::set<FakeBluez*>& alive();
  using Body = std::function<void(sdbus::MethodCall&)>;  // answers, or sees to it
  void method(sdbus::IObject& object, const char* interface, const char* name, const char* in, const char* out,
              Body body);
  void add_adapter(const Adapter& adapter);
  void add_device(const std::string& device, const Device& what);
  void add_services(const std::string& device, Known& known);
  void set_connected(const std::string& device, bool is_connected);
  void acquire(sdbus::MethodCall& call, const std::string& uuid, bool is_for_writing);
  void on_register_application(sdbus::MethodCall& call);
  void on_register_advertisement(sdbus::MethodCall& call);
  [[nodiscard]] sdbus::IProxy* find(const std::string& uuid);

  std::string address_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::map<std::string, std::pair<std::string, int>> refused_;
  std::set<std::string> silent_;
  std::vector<sdbus::MethodCall> unanswered_;
  int open_when_forgotten_ = 0;
  std::map<std::string, int> counts_;
  Properties filter_;
  std::map<std::string, bool> powered_;
  std::map<std::string, std::vector<std::unique_ptr<sdbus::IObject>>> adapters_;
  std::vector<std::unique_ptr<Registered>> applications_, advertisements_, gone_;
  std::map<std::string, std::unique_ptr<Known>> devices_;
  std::vector<std::unique_ptr<Known>> gone_devices_;
  std::vector<std::unique_ptr<sdbus::IObject>> old_objects_;
  std::map<std::string, int> notify_sockets_, write_sockets_, client_sockets_;  // by UUID
  std::map<std::string, std::string> paths_;                                    // of characteristics, by UUID
  std::map<std::string, std::vector<Bytes>> written_, notified_;
  std::vector<std::string> results_;
};

}  // namespace mdoc::testing
