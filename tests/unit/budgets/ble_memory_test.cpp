#include <gtest/gtest.h>

#include <array>
#include <new>

#include "support/allocations.hpp"
#include "unit/properties/ble_script.hpp"

// Links over Bluetooth Low Energy with no memory left, and with a crowd that wants some.

namespace mdoc::properties {
namespace {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;

constexpr std::array carriers{BleCarrier::gatt, BleCarrier::l2cap};

BlePeripheral make_server(const BleLinkOptions& options) {
  return BlePeripheral::create(script_service(), std::nullopt, options).value();
}
BleCentral make_client(const BleLinkOptions& options) {
  return BleCentral::create(script_service(), std::nullopt, std::nullopt, options).value();
}

template <class Machine>
void take_all(Machine& machine, BleBalance& balance) {
  while (const auto effect = machine.poll()) balance.take(*effect);
}

/// Runs the script with one allocation failing. @return whether it came to that
template <class Machine>
bool fails_at(std::size_t number, Machine& machine, const std::vector<BleEvent>& script, BleBalance& balance) {
  for (const BleEvent& event : script) {
    (void)testing::fail_allocation(number);
    try {
      (void)hand_over(event, machine);
    } catch (const std::bad_alloc&) {
      take_all(machine, balance);
      return true;
    }
    number = testing::fail_allocation(0);  // ours may go on
    take_all(machine, balance);
  }
  return false;
}

template <class Make>
void expect_end_without_memory(const Make& make, const std::vector<BleEvent>& script) {
  constexpr std::size_t most = 2'000;
  std::size_t number = 1;
  for (bool failed = true; failed; ++number) {
    SCOPED_TRACE("allocation " + std::to_string(number));
    ASSERT_LT(number, most);
    {
      auto left_alone = make();  // destroyed as it is
      BleBalance balance;
      (void)fails_at(number, left_alone, script, balance);
    }
    auto machine = make();
    BleBalance balance;
    failed = fails_at(number, machine, script, balance);
    machine.cancel(script.back().at);
    take_all(machine, balance);
    EXPECT_EQ(name(machine.state()), "closed");
    EXPECT_EQ(machine.deadline(), std::nullopt);
    EXPECT_EQ(balance.ends().size(), 1u);
    EXPECT_EQ(balance.too_late(), 0u);
    EXPECT_TRUE(balance.is_even()) << "left behind:" << balance.text();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(number, 10u) << "allocations are failed at all";
}

TEST(Rob02Memory, AServerThatLacksItAtAnyMomentCanBeCancelled) {
  for (const BleCarrier carrier : carriers) {
    for (const bool trace : {false, true}) {
      SCOPED_TRACE(name(carrier));
      BleLinkOptions options = script_options(carrier);
      options.trace = trace;
      expect_end_without_memory([&options] { return make_server(options); }, server_script(carrier));
    }
  }
}

TEST(Rob02Memory, AClientThatLacksItAtAnyMomentCanBeCancelled) {
  for (const BleCarrier carrier : carriers) {
    for (const bool trace : {false, true}) {
      SCOPED_TRACE(name(carrier));
      BleLinkOptions options = script_options(carrier);
      options.trace = trace;
      expect_end_without_memory([&options] { return make_client(options); }, client_script(carrier));
    }
  }
}

constexpr std::uint64_t crowd = 10'000;
constexpr std::size_t enough = std::size_t{16} * 1024;

TEST(BleMemory, ACrowdAroundAServerGetsNoMoreThanAFew) {
  BlePeripheral machine = make_server({});
  machine.start(TimePoint{1h});
  machine.on_registered(TimePoint{1h});
  BleBalance balance;
  take_all(machine, balance);
  const auto spent = testing::allocations_of([&] {
    for (std::uint64_t i = 1; i <= crowd; ++i) {
      const auto peer = static_cast<BlePeer>(i);
      machine.on_connected(peer, TimePoint{1h});
      machine.on_mtu(peer, 185, TimePoint{1h});
      machine.on_channel_opened(peer, TimePoint{1h});
      while (machine.poll()) {}
    }
  });
  EXPECT_LT(spent.peak, enough);
  EXPECT_GT(spent.count, 0u);
}

TEST(BleMemory, ACrowdOfImpostorsIsRememberedInPartOnly) {
  BleLinkOptions options;
  options.timeouts.open = 100h;
  BleCentral machine = make_client(options);
  TimePoint now{1h};
  machine.start(now);
  const auto spent = testing::allocations_of([&] {
    for (std::uint64_t i = 1; i <= crowd; ++i) {
      const auto peer = static_cast<BlePeer>(i);
      machine.on_found(peer, now);
      machine.on_connected(peer, now);
      machine.on_mtu(peer, 185, now);
      machine.on_discovered(peer, {}, now);
      machine.on_discovered(peer, {}, now);  // nor without the cache
      now += 1s;
      machine.on_timer(now);
      while (machine.poll()) {}
    }
  });
  EXPECT_EQ(machine.state(), BleCentral::State::scanning);
  EXPECT_LT(spent.peak, enough);
  EXPECT_GT(spent.count, 0u);
}

TEST(BleMemory, ACrowdThatFailsIsRememberedInPartOnly) {
  BleLinkOptions options;
  options.timeouts.open = 100h;
  options.max_attempts = crowd + 1;
  BleCentral machine = make_client(options);
  TimePoint now{1h};
  machine.start(now);
  const auto spent = testing::allocations_of([&] {
    for (std::uint64_t i = 1; i <= crowd; ++i) {
      const auto peer = static_cast<BlePeer>(i);
      machine.on_found(peer, now);
      machine.on_disconnected(peer, now);
      now += 4s;
      machine.on_timer(now);
      while (machine.poll()) {}
    }
  });
  EXPECT_EQ(machine.state(), BleCentral::State::scanning);
  EXPECT_LT(spent.peak, enough);
  EXPECT_GT(spent.count, 0u);
}

}  // namespace
}  // namespace mdoc::properties
