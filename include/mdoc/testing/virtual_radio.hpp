#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/testing/ble_program.hpp"
#include "mdoc/testing/device_traits.hpp"

/// @file
/// A room full of Bluetooth devices that exists in memory, with a clock of its own: for tests of what is built on
/// transport::BlePeripheral and BleCentral, on machines without a radio, in milliseconds and with the same outcome each
/// time. With the machines of ble_machines.hpp:
///
///     VirtualRadio radio;
///     VirtualDevice& phone = radio.add_device("phone", known_device("android_13"));
///     VirtualDevice& terminal = radio.add_device("terminal");
///     VirtualPeripheral mdoc(phone, BlePeripheral::create(service, std::nullopt).value());
///     VirtualCentral reader(terminal, BleCentral::create(service, std::nullopt, std::nullopt).value());
///     mdoc.start();
///     reader.start();
///     radio.run_until([&] { return reader.opened().has_value(); }, 30s);
///
/// Not thread-safe.

namespace mdoc::testing {

/// How connections end that break.
enum class Breaking : std::uint8_t {
  told,         ///< both stacks notice in this instant
  supervision,  ///< nothing arrives any more, and both notice after RadioConditions::supervision_timeout
  never_told,   ///< nothing arrives any more, and nobody notices
};

/// What is the same for all devices of a room.
struct RadioConditions {
  std::chrono::microseconds stack_delay{200};             ///< until a stack answers what needs no peer
  std::chrono::milliseconds scan_delay{0};                ///< until a scan that was begun hears anything
  std::chrono::milliseconds find_delay{100};              ///< until an advertisement is heard
  std::optional<std::chrono::milliseconds> find_again{};  ///< and after that again; nothing: once for each scan
  std::chrono::milliseconds connect_delay{50};
  std::chrono::milliseconds connect_timeout{5'000};  ///< of a peer that does not advertise or is out of reach
  std::chrono::microseconds latency{7'500};          ///< of everything on air, in each direction
  std::chrono::microseconds jitter{0};               ///< and up to so much more, by chance
  std::size_t bytes_per_second = 100'000;            ///< in each direction of a connection
  double notification_loss = 0;                      ///< how likely one is lost, from 0 to 1
  double find_loss = 0;                              ///< how likely an advertisement is not heard at first
  std::chrono::milliseconds supervision_timeout{4'000};

  /// Connections break in the place of their event of this number, from 0: what would have been told to either of the
  /// two programs after both had heard of the connection.
  std::optional<std::size_t> break_at{};
  std::size_t break_connections = std::numeric_limits<std::size_t>::max();  ///< so many, from the first one on
  Breaking breaking = Breaking::told;

  bool trace = false;  ///< keep VirtualRadio::trace()
};

/// What exists at the moment. After the end of everything, all of it has to be zero.
struct RadioCounters {
  std::size_t advertisers = 0;
  std::size_t scans = 0;
  std::size_t connections = 0;  ///< counted once by each end that believes in it
  std::size_t services = 0;
  std::size_t listeners = 0;
  std::size_t channels = 0;    ///< as connections
  std::size_t remembered = 0;  ///< peers that were connected and not forgotten
  std::size_t pending = 0;     ///< events that are to come, and alarms of programs; of the whole room only
  friend bool operator==(const RadioCounters&, const RadioCounters&) = default;
};

class MDOC_EXPORT VirtualDevice {
 public:
  VirtualDevice(const VirtualDevice&) = delete;
  VirtualDevice& operator=(const VirtualDevice&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] VirtualRadio& radio() const noexcept { return radio_; }
  /// May be changed at any time.
  [[nodiscard]] DeviceTraits& traits() noexcept { return traits_; }

  /// Switches the adapter. Off: connections, scans, advertisements, services and listeners of the device are gone.
  void set_radio(bool on);
  /// Out of reach for so long: nothing goes out or comes in. Connections hold for RadioConditions::supervision_timeout.
  void vanish(std::chrono::milliseconds duration);
  [[nodiscard]] RadioCounters counters() const;

 private:
  friend struct RadioRoom;
  friend class VirtualRadio;
  friend class BleProgram;
  VirtualDevice(VirtualRadio& radio, std::string_view name, const DeviceTraits& traits);

  VirtualRadio& radio_;
  std::string name_;
  DeviceTraits traits_;
  bool on_ = true;
  TimePoint unreachable_until_ = TimePoint::min();
  std::uint64_t epoch_ = 0;  // times that the adapter was switched off
  std::size_t connect_attempts_ = 0;
  std::vector<TimePoint> scan_starts_;
};

class MDOC_EXPORT VirtualRadio {
 public:
  /// @param seed  of everything that happens by chance. Same seed, same programs: same trace.
  explicit VirtualRadio(const RadioConditions& conditions = {}, std::uint64_t seed = 1);
  VirtualRadio(const VirtualRadio&) = delete;
  VirtualRadio& operator=(const VirtualRadio&) = delete;
  /// @pre all programs are destroyed
  ~VirtualRadio();

  /// Stays until the room is destroyed.
  VirtualDevice& add_device(std::string_view name, const DeviceTraits& traits = {});
  /// May be changed at any time.
  [[nodiscard]] RadioConditions& conditions() noexcept;

  [[nodiscard]] TimePoint now() const noexcept;
  /// Since the room was made.
  [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept;
  /// Calls `action` then. In the past counts as now.
  void at(TimePoint time, std::function<void()> action);
  void after(std::chrono::nanoseconds delay, std::function<void()> action);

  /// Lets so much time pass at most. @return whether nothing is pending; the clock stands at the last event then
  bool run(std::chrono::nanoseconds limit);
  /// Until `condition` holds, which is looked at after every event. @return whether it does
  bool run_until(const std::function<bool()>& condition, std::chrono::nanoseconds limit);

  [[nodiscard]] RadioCounters counters() const;
  /// What may break off: events of the n-th connection that was made, see RadioConditions::break_at. Of the last 64.
  [[nodiscard]] std::size_t connection_events(std::size_t connection) const noexcept;
  [[nodiscard]] std::size_t connections_made() const noexcept;
  /// One line for each effect and event: time, device, program, what, peer, characteristic, size and a checksum.
  [[nodiscard]] const std::string& trace() const noexcept;

 private:
  friend class BleProgram;
  friend class VirtualDevice;
  std::unique_ptr<RadioRoom> room_;
};

}  // namespace mdoc::testing
