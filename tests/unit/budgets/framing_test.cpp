#include <gtest/gtest.h>

#include "mdoc/transport/ble_parts.hpp"
#include "mdoc/transport/l2cap_frames.hpp"
#include "support/allocations.hpp"

// What a peer can have allocated for its messages: as much as it sends, twice, and no more than the limit allows.

namespace mdoc::transport {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t overhead = 1 * kib;

TEST(Ble07, PartsWithoutEndTakeNoMoreThanTheirLimit) {
  const Bytes part(ble_max_value, 0x01);  // and more follows
  constexpr DecodeLimits limits{.max_bytes = 300 * kib};
  const auto fill = [&](std::size_t values) {
    return testing::allocations_of([&] {
      BlePartReader reader("Client2Server", limits);
      for (std::size_t i = 0; i < values; ++i) (void)reader.on_value(part);
    });
  };
  const std::size_t most = limits.max_bytes / (ble_max_value - 1);
  // What grows is not copied: there is one of it, and the list of its blocks.
  EXPECT_LE(fill(most).peak, limits.max_bytes + 2 * overhead);
  EXPECT_LE(fill(most + 1).peak, limits.max_bytes + 2 * overhead);
  EXPECT_GE(fill(most).peak, limits.max_bytes - ble_max_value) << "the counter works";
  EXPECT_LE(fill(1).peak, 2 * ble_max_value + overhead);
}

TEST(Ble07, AnExcessivePartTakesNothing) {
  const Bytes part(10 * kib, 0x00);
  bool refused = false;
  const auto spent = testing::allocations_of([&] {
    BlePartReader reader("Client2Server", {.max_bytes = 10 * kib - 2});
    refused = !reader.on_value(part);
  });
  EXPECT_TRUE(refused);
  EXPECT_EQ(spent.count, 0u);
}

TEST(Ble07, AShortMessageAfterALongOneIsShortInMemory) {
  Bytes first(200 * kib, 0x00);
  const Bytes second{0x00, 0xb1};
  BlePartReader reader("Client2Server");
  (void)reader.on_value(first);
  const auto message = reader.on_value(second).value();
  ASSERT_TRUE(message);
  EXPECT_LE(message->capacity(), 16u);
}

TEST(L2c01, AnExcessiveLengthTakesNothing) {
  const Bytes claim{0xff, 0xff, 0xff, 0xff};
  bool refused = false;
  const auto spent = testing::allocations_of([&] {
    ByteView rest = claim;
    refused = !L2capStreamReader("L2CAP").next(rest);
  });
  EXPECT_TRUE(refused);
  EXPECT_EQ(spent.count, 0u);
}

TEST(L2c01, ALengthThatIsAllowedIsNotBelievedEither) {
  Bytes claim{0x00, 0x7f, 0xff, 0xff};  // nearly 8 MiB
  const auto take = [&] {
    return testing::allocations_of([&] {
      ByteView rest = claim;
      L2capStreamReader reader("L2CAP");
      while (!rest.empty()) (void)reader.next(rest);
    });
  };
  EXPECT_EQ(take().count, 0u);
  claim.resize(4 + 100, 0xee);
  EXPECT_LE(take().peak, 200 + overhead);
  claim.resize(4 + 100 * kib, 0xee);
  EXPECT_LE(take().peak, 200 * kib + overhead + 4 * kib);  // of which so much is the rest of a page
}

}  // namespace
}  // namespace mdoc::transport
