#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_effects.hpp"

/// @file
/// Programs on the devices of a VirtualRadio: they ask their stack by BleEffects, and hear StackEvents.

namespace mdoc::testing {

class VirtualDevice;
class VirtualRadio;
struct RadioRoom;  // internal

/// What a stack tells a program: the inputs of BlePeripheral and BleCentral as values.
struct StackEvent {
  enum class Kind : std::uint8_t {
    listening,
    registered,
    advertising,
    found,
    connected,
    mtu,
    discovered,
    value_read,
    subscribed,    ///< as client: confirmed; as server: the client has switched, see `on`
    write,         ///< as server
    notification,  ///< as client
    value_sent,
    channel_opened,
    channel_bytes,
    channel_sent,
    channel_closed,
    disconnected,
    radio,
    failed,
  };
  Kind kind{};
  transport::BlePeer peer{};
  transport::Uuid characteristic{};
  Bytes value{};
  std::size_t number = 0;  ///< PSM or MTU
  bool on = false;
  transport::BleOperation operation{};
  std::int32_t native = 0;
  std::vector<transport::BleFoundCharacteristic> found{};
};
/// "write", "channel_opened", …
[[nodiscard]] MDOC_EXPORT std::string_view name(StackEvent::Kind kind) noexcept;
/// "SendValue", …
[[nodiscard]] MDOC_EXPORT std::string_view effect_name(const transport::BleEffect& effect) noexcept;

/// What was counted for one program.
struct ProgramCounters {
  std::uint64_t values = 0;  ///< given to the stack; pieces of channels too
  std::uint64_t bytes = 0;   ///< of those
  /// While a message was on its way and the stack had asked for more, nothing was given.
  std::chrono::nanoseconds sender_idle{};
  /// While a message was on its way, nothing of it was on air, although it could have been: with a channel, there were
  /// credits. What the stack takes to answer counts here.
  std::chrono::nanoseconds air_idle{};
  /// While a message was on its way by a channel, the peer had given credits, and the stack had nothing to use them
  /// for.
  std::chrono::nanoseconds credits_unused{};
};

/// One program on a device. To others, it is a device of its own: the address in its advertisements and connections is
/// not that of another program. When it is destroyed, the system takes everything of it back, as when an app dies.
class MDOC_EXPORT BleProgram {
 public:
  explicit BleProgram(VirtualDevice& device);
  BleProgram(const BleProgram&) = delete;
  BleProgram& operator=(const BleProgram&) = delete;
  virtual ~BleProgram();

  /// As which others find it.
  [[nodiscard]] transport::BlePeer address() const noexcept { return address_; }
  [[nodiscard]] VirtualDevice& device() const noexcept { return device_; }
  [[nodiscard]] const ProgramCounters& counters() const noexcept;

 protected:
  /// Never within ask(): answers come as events, in the same instant at the earliest.
  virtual void on_event(const StackEvent& event) = 0;
  /// Does what an effect for the stack asks for; those for the application are ignored.
  void ask(const transport::BleEffect& effect);
  /// As client: Subscribe, or its opposite, for which there is no effect.
  void switch_notifications(transport::BlePeer peer, const transport::Uuid& characteristic, bool on);
  /// A message begins to leave, or has left: for the counters of idle time.
  void sending(bool on);
  /// Calls on_alarm() at that time, once; nothing: not any more.
  void set_alarm(std::optional<TimePoint> at);
  virtual void on_alarm() {}

 private:
  friend struct RadioRoom;

  VirtualDevice& device_;
  RadioRoom& room_;
  transport::BlePeer address_{};
};

/// A program without a machine, which does what a test says, and no more: a client or server that may be hostile.
class MDOC_EXPORT RawPeer : public BleProgram {
 public:
  using Kind = StackEvent::Kind;

  explicit RawPeer(VirtualDevice& device) : BleProgram(device) {}

  /// Does it now; whatever it is, and in whatever state. Values may have any bytes and go to any characteristic.
  void does(const transport::BleEffect& effect) { ask(effect); }
  /// Connects, and writes, subscribes, … as soon as it may: one effect after the other, each when the one before was
  /// answered or has failed.
  void does_in_turn(std::vector<transport::BleEffect> effects);
  /// As client: switches notifications off.
  void unsubscribe(transport::BlePeer peer, const transport::Uuid& characteristic) {
    switch_notifications(peer, characteristic, false);
  }

  /// Everything it has heard.
  [[nodiscard]] const std::vector<StackEvent>& heard() const noexcept { return heard_; }
  [[nodiscard]] std::size_t count(Kind kind) const noexcept;
  /// The last of its kind. @pre there is one
  [[nodiscard]] const StackEvent& last(Kind kind) const;
  /// All bytes of a kind, joined.
  [[nodiscard]] Bytes bytes(Kind kind) const;

  /// Called with each event, after it was noted.
  std::function<void(const StackEvent&)> reaction;

 protected:
  void on_event(const StackEvent& event) override;

 private:
  void next();

  std::vector<StackEvent> heard_;
  std::vector<transport::BleEffect> turns_;
  std::size_t turn_ = 0;
  std::optional<Kind> awaited_;
};

}  // namespace mdoc::testing
