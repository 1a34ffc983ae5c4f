#pragma once
// What happens to a machine of Bluetooth Low Energy, as values: a walk can be told, and told again.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::properties {

struct BleEvent {
  enum class Kind : std::uint8_t {
    start,
    send,
    finish,
    cancel,
    timer,
    listening,
    registered,
    advertising,
    found,
    connected,
    mtu,
    discovered,
    value_read,
    subscribed,
    unsubscribed,
    value,  // written by a client, or notified by a server
    value_sent,
    channel_opened,
    channel_bytes,
    channel_sent,
    channel_closed,
    disconnected,
    radio_on,
    radio_off,
    failed,
  };
  Kind kind{};
  transport::BlePeer peer{};
  transport::Uuid characteristic{};
  Bytes bytes{};           // of values, channels and send()
  std::size_t number = 0;  // MTU or PSM
  transport::BleOperation operation{};
  std::vector<transport::BleFoundCharacteristic> found{};
  TimePoint at{};
};

/// Hands it to the machine. @return of send(); of all others nothing
[[nodiscard]] Result<void> hand_over(const BleEvent& event, transport::BlePeripheral& machine);
[[nodiscard]] Result<void> hand_over(const BleEvent& event, transport::BleCentral& machine);

/// "value of State from 1: 01", for the messages of failed tests.
[[nodiscard]] std::string text(const BleEvent& event, const transport::BleService& service);
[[nodiscard]] std::string hex(ByteView bytes);

/// Where the decisions of a walk come from: dice, or the bytes of a fuzzer.
class BleChoices {
 public:
  explicit BleChoices(std::function<std::uint64_t()> next) : next_(std::move(next)) {}
  /// @pre bound > 0
  [[nodiscard]] std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next_() % bound); }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  template <class T, std::size_t N>
  [[nodiscard]] T pick(const T (&from)[N]) {  // NOLINT(*-avoid-c-arrays): its arguments are lists
    return from[below(N)];
  }
  [[nodiscard]] Bytes bytes(std::size_t size) {
    Bytes made(size);
    for (auto& byte : made) byte = static_cast<std::uint8_t>(next_());
    return made;
  }

 private:
  std::function<std::uint64_t()> next_;
};

}  // namespace mdoc::properties
