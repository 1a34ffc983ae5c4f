// What a message costs on its way through the machines: as few values as its size allows, and no copies that need not
// be.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ble_wire.hpp"
#include "mdoc/transport/l2cap_frames.hpp"
#include "support/allocations.hpp"

namespace mdoc::transport {
namespace {

constexpr std::array modes{BleMode::mdoc_peripheral_server, BleMode::mdoc_central_client};
constexpr std::array carriers{BleCarrier::gatt, BleCarrier::l2cap};
constexpr std::size_t largest_mtu = 517;
constexpr std::size_t largest = 1'000'000;
constexpr std::size_t kib = 1024;
constexpr std::size_t piece = BleQuirks{}.max_piece;
constexpr std::size_t block = 16 * kib;    // by which memory for parts grows
constexpr std::size_t overhead = 2 * kib;  // a value on its way, and lists

void send(BleWire& wire, bool to_server, Bytes message) {
  const auto sent = to_server ? wire.client->send(std::move(message), BleWire::now)
                              : wire.server->send(std::move(message), BleWire::now);
  EXPECT_TRUE(sent);
  wire.settle();
}
std::optional<Bytes>& received(BleWire& wire, bool to_server) { return to_server ? wire.at_server : wire.at_client; }

Bytes numbered(std::size_t size) {
  Bytes message(size);
  std::uint32_t state = static_cast<std::uint32_t>(size);
  std::ranges::generate(message, [&state] { return static_cast<std::uint8_t>((state = state * 1664525U + 7) >> 24U); });
  return message;
}

/// In every mode and direction.
template <class Check>
void for_all(const Check& check) {
  for (const BleMode mode : modes) {
    for (const BleCarrier carrier : carriers) {
      for (const bool to_server : {true, false}) {
        SCOPED_TRACE(std::string(name(mode)) + ", " + std::string(name(carrier)) +
                     (to_server ? ", to the server" : ", to the client"));
        check(mode, carrier, to_server);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Ble05, MachinesSendTheLeastNumberOfValuesAtEveryMtu) {
  for_all([](BleMode mode, BleCarrier carrier, bool to_server) {
    for (std::size_t mtu = ble_default_mtu; mtu <= largest_mtu; ++mtu) {
      SCOPED_TRACE("MTU " + std::to_string(mtu));
      BleWire wire(mode, carrier, mtu, largest);
      ASSERT_TRUE(wire.is_open());
      const bool by_gatt = carrier == BleCarrier::gatt;
      const std::size_t in_one = by_gatt ? std::min<std::size_t>(mtu - 3, 512) - 1 : piece;
      const std::size_t before = by_gatt ? 0 : L2capPieceWriter::header_size;
      for (const std::size_t size :
           {std::size_t{1}, in_one - before, in_one - before + 1, 7 * in_one, std::size_t{9'000}}) {
        wire.values = wire.bytes = 0;
        send(wire, to_server, numbered(size));
        ASSERT_EQ(received(wire, to_server), numbered(size));
        const std::size_t least = (before + size + in_one - 1) / in_one;
        ASSERT_EQ(wire.values, least) << size;
        ASSERT_EQ(wire.bytes, before + size + (by_gatt ? least : 0)) << size;
      }
    }
  });
}

constexpr std::array sizes{std::size_t{3'000}, std::size_t{90'000}, std::size_t{131'000}, std::size_t{132'000},
                           std::size_t{700'000}};

// The next value is made while the stack still has the one before.
TEST(BleCopies, WhoSendsHasNoOtherCopyThanTheValuesOnTheirWay) {
  for_all([](BleMode mode, BleCarrier carrier, bool to_server) {
    for (const std::size_t mtu : {23u, 185u, 517u}) {
      for (const std::size_t size : sizes) {
        BleWire wire(mode, carrier, mtu, largest);
        wire.deliver = false;
        const auto spent = testing::allocations_of([&] { send(wire, to_server, Bytes(size, 0x44)); });
        EXPECT_GE(wire.bytes, size);
        EXPECT_LE(spent.peak, size + 2 * (carrier == BleCarrier::gatt ? 512 : piece) + overhead)
            << size << ", MTU " << mtu;
        EXPECT_GE(spent.peak, size);
      }
    }
  });
}

// Of which the sender's goes as its last value leaves, and then the receiver makes a whole of its parts.
TEST(BleCopies, BothSidesTogetherHaveTwoOfAMessageAtMost) {
  for_all([](BleMode mode, BleCarrier carrier, bool to_server) {
    for (const std::size_t mtu : {23u, 185u, 517u}) {
      for (const std::size_t size : sizes) {
        BleWire wire(mode, carrier, mtu, largest);
        const auto spent = testing::allocations_of([&] { send(wire, to_server, Bytes(size, 0x44)); });
        ASSERT_TRUE(received(wire, to_server));
        EXPECT_LE(spent.peak, 2 * size + block + piece + overhead) << size << ", MTU " << mtu;
        EXPECT_GE(spent.peak, 2 * size) << "a copy there is";
      }
    }
  });
}

// A message that an application keeps holds no more memory than its bytes, whatever was there before.
TEST(BleCopies, AMessageThatWasReceivedIsAsLargeAsItsBytes) {
  for_all([](BleMode mode, BleCarrier carrier, bool to_server) {
    for (const std::size_t mtu : {23u, 185u, 517u}) {
      BleWire wire(mode, carrier, mtu, largest);
      for (const std::size_t size : {std::size_t{700'000}, std::size_t{1}, std::size_t{131'073}, std::size_t{600}}) {
        send(wire, to_server, numbered(size));
        ASSERT_EQ(received(wire, to_server), numbered(size));
        EXPECT_EQ(received(wire, to_server)->capacity(), size);
      }
    }
  });
}

}  // namespace
}  // namespace mdoc::transport
