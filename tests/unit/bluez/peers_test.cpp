#include "bluez/peers.hpp"

#include "bench.hpp"
#include "bluez/stack.hpp"

namespace mdoc::bluez {
namespace {

using PeersTest = BluezBench;

std::string path_of(std::size_t i) { return "/org/bluez/hci0/dev_" + std::to_string(i); }

TEST_F(PeersTest, OfACrowdOfAddressesFewAreRememberedAndThoseInUseAlways) {
  FakeBluez bluez(bus);
  open_radio();
  Peers peers(radio->stack());
  peers.hold(path_of(0), false);
  const auto ours = peers.number_of(path_of(0));
  std::set<BlePeer> numbers;
  for (std::size_t i = 1; i <= 10'000; ++i) numbers.insert(peers.number_of(path_of(i)));
  EXPECT_EQ(numbers.size(), 10'000u);
  EXPECT_EQ(peers.size(), Peers::max_known);
  EXPECT_EQ(peers.number_of(path_of(0)), ours);
  EXPECT_EQ(peers.path_of(ours), path_of(0));
  EXPECT_TRUE(peers.is_held(path_of(0)));
  EXPECT_EQ(peers.path_of(*numbers.begin()), "");
  EXPECT_EQ(peers.path_of(*numbers.rbegin()), path_of(10'000));
}

TEST_F(PeersTest, ThoseThatWereLeftAreDroppedToo) {
  FakeBluez bluez(bus);
  open_radio();
  Peers peers(radio->stack());
  for (std::size_t i = 0; i < 1'000; ++i) {
    peers.hold(path_of(i), false);
    peers.leave(peers.number_of(path_of(i)), nullptr);
  }
  EXPECT_EQ(peers.size(), Peers::max_known);
}

}  // namespace
}  // namespace mdoc::bluez
