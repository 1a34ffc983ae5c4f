#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::transport {

using namespace std::chrono_literals;

inline constexpr TimePoint t0{1'000s};
inline constexpr BlePeer alice{1}, mallory{2};
inline constexpr std::array<std::uint8_t, 16> ident_value{0x8d, 0xa0, 0xb7, 0xa8, 0x59, 0x19, 0xf0, 0x56,
                                                          0x73, 0x05, 0x4e, 0xa9, 0x96, 0xbb, 0xd1, 0x24};
inline constexpr Uuid transaction{
    {0x45, 0xef, 0xef, 0x74, 0x2b, 0x2c, 0x48, 0x37, 0xa9, 0xa3, 0xb0, 0xe1, 0xd0, 0x5a, 0x69, 0x17}};
inline constexpr Uuid stranger{
    {0xee, 0xee, 0xee, 0xee, 0x2b, 0x2c, 0x48, 0x37, 0xa9, 0xa3, 0xb0, 0xe1, 0xd0, 0x5a, 0x69, 0x17}};

inline BleService service_of(BleMode mode) { return ble_service(mode, transaction).value(); }

/// What a machine asked for, in order, taken until it asks for nothing more.
class Effects {
 public:
  template <class Machine>
  explicit Effects(Machine& machine) {
    while (auto effect = machine.poll()) list_.push_back(*std::move(effect));
  }

  /// The only one of its kind. Fails the test where there is none, or several.
  template <class Effect>
  Effect one() const {
    const auto found = all<Effect>();
    EXPECT_EQ(found.size(), 1u) << text();
    return found.empty() ? Effect{} : found.front();
  }
  template <class Effect>
  std::vector<Effect> all() const {
    std::vector<Effect> found;
    for (const BleEffect& each : list_) {
      if (const auto* const wanted = std::get_if<Effect>(&each)) found.push_back(*wanted);
    }
    return found;
  }
  template <class Effect>
  bool has() const {
    return !all<Effect>().empty();
  }
  bool has(BleStep step) const {
    for (const BleProgress& each : all<BleProgress>()) {
      if (each.step == step) return true;
    }
    return false;
  }
  /// Nothing but progress was made.
  bool none() const { return list_.size() == all<BleProgress>().size(); }
  /// Where in the order the first of a kind stands.
  template <class Effect>
  std::size_t position() const {
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if (std::holds_alternative<Effect>(list_[i])) return i;
    }
    ADD_FAILURE() << "no such effect:" << text();
    return list_.size();
  }
  /// Kinds by number, for the messages of failed tests.
  std::string text() const {
    std::string out;
    for (const BleEffect& each : list_) out += ' ' + std::to_string(each.index());
    return out;
  }

 private:
  std::vector<BleEffect> list_;
};

/// The link ended by `code` at `where`, and everything was taken back before.
inline void expect_closed(const Effects& effects, std::optional<Errc> code, std::string_view where = {}) {
  const auto closed = effects.all<LinkClosed>();
  ASSERT_EQ(closed.size(), 1u) << effects.text();
  ASSERT_EQ(closed.front().reason.has_value(), code.has_value());
  if (!code) return;
  EXPECT_EQ(closed.front().reason->code, *code) << describe(*closed.front().reason);
  if (!where.empty()) {
    EXPECT_EQ(closed.front().reason->where.text(), where);
  }
}

inline Bytes message_of(std::size_t size, std::uint8_t first = 7) {
  Bytes message(size);
  for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::uint8_t>(first + i * 31 + i / 251);
  return message;
}

/// A server whose client has Start behind it.
class PeripheralTest : public ::testing::Test {
 protected:
  explicit PeripheralTest(BleMode of = BleMode::mdoc_peripheral_server) : mode(of) {}

  BlePeripheral make() {
    std::optional<std::array<std::uint8_t, 16>> ident;
    if (mode == BleMode::mdoc_central_client) ident = ident_value;
    return BlePeripheral::create(service_of(mode), ident, options).value();
  }
  const Uuid& uuid(BleCharacteristic characteristic) const { return service.uuid_of(characteristic); }

  /// Advertising, without clients.
  BlePeripheral advertising() {
    BlePeripheral machine = make();
    machine.start(t0);
    if (options.l2cap) machine.on_listening(0x80, t0);
    machine.on_registered(t0);
    machine.on_advertising(t0);
    (void)Effects(machine);
    return machine;
  }
  void connect(BlePeripheral& machine, BlePeer peer, std::size_t mtu = 185, TimePoint at = t0) {
    machine.on_connected(peer, at);
    machine.on_mtu(peer, mtu, at);
    machine.on_subscribed(peer, uuid(BleCharacteristic::server2client), true, at);
    machine.on_subscribed(peer, uuid(BleCharacteristic::state), true, at);
  }
  void write(BlePeripheral& machine, BlePeer peer, BleCharacteristic characteristic, const Bytes& value,
             TimePoint at = t0) {
    machine.on_write(peer, uuid(characteristic), value, at);
  }
  BlePeripheral open(std::size_t mtu = 185) {
    BlePeripheral machine = advertising();
    connect(machine, alice, mtu);
    write(machine, alice, BleCharacteristic::state, {ble_start});
    EXPECT_TRUE(Effects(machine).has<LinkOpened>());
    return machine;
  }
  BlePeripheral open_channel() {
    options.l2cap = true;
    BlePeripheral machine = advertising();
    machine.on_connected(alice, t0);
    machine.on_channel_opened(alice, t0);
    EXPECT_TRUE(Effects(machine).has<LinkOpened>());
    return machine;
  }
  /// The stack takes all values that the machine has, at once. @return the values
  static std::vector<Bytes> take_all(BlePeripheral& machine, Effects effects, TimePoint at = t0) {
    std::vector<Bytes> values;
    for (;;) {
      const auto sent = effects.all<SendValue>();
      if (sent.empty()) return values;
      for (const SendValue& each : sent) values.push_back(each.value);
      for (std::size_t i = 0; i < sent.size(); ++i) machine.on_value_sent(at);
      effects = Effects(machine);
    }
  }

  BleMode mode;
  BleLinkOptions options;
  BleService service = service_of(mode);
};

class ReaderAsServer : public PeripheralTest {
 protected:
  ReaderAsServer() : PeripheralTest(BleMode::mdoc_central_client) {}
};

}  // namespace mdoc::transport
