#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

/// @file
/// What a VirtualDevice is like: what its Bluetooth stack can do, and what it does otherwise than one would think.

namespace mdoc::testing {

/// What a stack does with a value that a program gives it before it has taken the one before.
enum class WhenBusy : std::uint8_t {
  waits,  ///< takes it as soon as it can
  fails,  ///< on_failed(send)
  drops,  ///< says that it has taken it, and has not
};

/// What a request comes to.
enum class Answer : std::uint8_t {
  granted,
  refused,  ///< on_failed()
  none,     ///< nothing is ever heard of it
};

/// What DisconnectPeer does.
enum class Disconnecting : std::uint8_t {
  works,
  has_no_effect,     ///< the connection stays until the peer leaves
  is_not_confirmed,  ///< the connection ends, and nobody tells the program that asked
};

/// In which order values of one sender arrive.
enum class ValueOrder : std::uint8_t {
  kept,
  within_characteristic,  ///< values of different characteristics may overtake
  random,                 ///< any that are on their way at a time may overtake
};

/// From one value, or unit of a channel, on, nothing is taken for a while.
struct Stall {
  std::size_t after = 0;                             ///< so many pass before
  std::optional<std::chrono::milliseconds> lasts{};  ///< nothing: for ever
};

/// One device. The defaults are a device that does what the standards say, and at once.
struct DeviceTraits {
  // Advertising, scanning, connecting
  std::size_t advertising_slots = 4;  ///< more advertisers at a time: on_failed(advertise)
  bool advertises_hidden = false;     ///< nobody finds it, as with iOS in the background
  std::size_t scan_starts = std::numeric_limits<std::size_t>::max();  ///< within scan_window; later ones find nothing
  std::chrono::milliseconds scan_window{30'000};
  std::size_t max_connections = 8;                            ///< as server; more are refused
  std::size_t connect_failures = 0;                           ///< as client: so many attempts fail at first
  std::int32_t connect_error = 133;                           ///< and report this
  Disconnecting disconnecting_client = Disconnecting::works;  ///< by a program that is the client of the connection
  Disconnecting disconnecting_server = Disconnecting::works;  ///< by one that is the server
  bool flushes = true;           ///< what the stack has taken leaves before a disconnect that its program asks for
  bool hears_disconnect = true;  ///< programs are told when the peer, or the radio, ended a connection
  bool hears_all_connections = false;  ///< every server is told of every connection of the device

  // Service
  std::size_t max_mtu = 517;
  bool mtu_by_itself = false;  ///< the stack exchanges MTUs when it connects; asking tells the result
  bool reports_mtu = true;     ///< as client; otherwise on_mtu() never comes, though it may hold
  bool server_hears_mtu = true;
  bool stale_cache = false;               ///< as client: discovers nothing without DiscoverService::refresh
  std::size_t extra_characteristics = 0;  ///< as server: of unknown UUIDs
  bool write_commands =
      true;  ///< as server: Write Without Response; otherwise lacks the property and loses such writes
  Answer registers = Answer::granted;
  Answer discovers = Answer::granted;
  Answer confirms_subscription = Answer::granted;  ///< as server

  // Values
  std::size_t stack_values = 1;  ///< taken and not yet on air; more are refused or wait
  WhenBusy when_busy = WhenBusy::waits;
  std::chrono::microseconds taken_delay{0};  ///< until the program hears that a value was taken
  std::chrono::milliseconds value_pause{0};  ///< before each value
  std::optional<Stall> value_stall{};
  std::size_t max_written = 512;              ///< as server: longer values of writes are lost
  std::size_t truncates_at = 512;             ///< as receiver: longer values are cut
  std::size_t notify_overhead = 3;            ///< as server: notifications are cut to the MTU less this
  ValueOrder value_order = ValueOrder::kept;  ///< of what it sends

  // L2CAP channels
  Answer listens = Answer::granted;
  Answer accepts_channel = Answer::granted;
  std::chrono::milliseconds accept_delay{0};  ///< what arrives before the program has the channel is kept
  std::size_t unit_size = 2048;               ///< as receiver: bytes of one SDU
  std::size_t credits = 4;                    ///< as receiver: units that may be under way or unread
  std::optional<Stall> credit_stall{};        ///< as receiver: credits are withheld
  std::size_t max_clean_piece = std::numeric_limits<std::size_t>::max();  ///< of longer ones the rest becomes zeroes
};

/// Devices that were seen in the field.
struct NamedTraits {
  std::string_view name;   ///< stable, e.g. "android_13"
  std::string_view about;  ///< what is odd about it
  DeviceTraits traits;
};
[[nodiscard]] MDOC_EXPORT std::span<const NamedTraits> known_devices() noexcept;
/// @pre there is one of this name
[[nodiscard]] MDOC_EXPORT DeviceTraits known_device(std::string_view name) noexcept;

}  // namespace mdoc::testing
