#include "bluez/packet_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "bluez/channels.hpp"
#include "bluez/l2cap.hpp"

namespace mdoc::bluez {
namespace {

using namespace std::chrono_literals;

class PacketSocketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    other = ends[1];
    PacketSocket::make_tight(ends[0]);
    socket = std::make_shared<PacketSocket>(context.get_executor(), ends[0], 100);
    socket->start({.packet = [this](ByteView packet) { packets.emplace_back(packet.begin(), packet.end()); },
                   .sent = [this] { ++sent; },
                   .closed = [this](int error) { closed.push_back(error); }});
  }
  void TearDown() override {
    if (other >= 0) ::close(other);
  }
  void run() {
    context.restart();
    context.run_for(20ms);
  }
  ssize_t receive() const {
    std::array<char, 512> buffer{};
    return ::recv(other, buffer.data(), buffer.size(), MSG_DONTWAIT);
  }
  void end_other() {
    ::close(other);
    other = -1;
  }

  net::io_context context;
  int other = -1;
  std::shared_ptr<PacketSocket> socket;
  std::vector<Bytes> packets;
  std::vector<int> closed;
  int sent = 0;
};

TEST_F(PacketSocketTest, KeepsPacketsApart) {
  ASSERT_EQ(::send(other, "ab", 2, 0), 2);
  ASSERT_EQ(::send(other, "c", 1, 0), 1);
  run();
  EXPECT_EQ(packets, (std::vector<Bytes>{{'a', 'b'}, {'c'}}));
}

TEST_F(PacketSocketTest, APacketIsSentWhenTheOtherSideHasReadIt) {
  socket->send(Bytes(100, 1));
  socket->send(Bytes(90, 2));
  run();
  const int before = sent;
  while (receive() > 0) run();
  run();
  EXPECT_LT(before, 2);
  EXPECT_EQ(sent, 2);
}

TEST_F(PacketSocketTest, WhatIsLongerGoesInSeveral) {
  socket->send(Bytes(250, 1));
  std::vector<ssize_t> sizes;
  for (int i = 0; i < 10; ++i) {
    run();
    for (ssize_t size = 0; (size = receive()) > 0;) sizes.push_back(size);
  }
  EXPECT_EQ(sizes, (std::vector<ssize_t>{100, 100, 50}));
  EXPECT_EQ(sent, 1);
}

TEST_F(PacketSocketTest, TheEndComesAfterWhatWasSentBefore) {
  ASSERT_EQ(::send(other, "last", 4, 0), 4);
  end_other();
  run();
  EXPECT_EQ(packets.size(), 1u);
  EXPECT_EQ(closed, std::vector{0});
}

TEST_F(PacketSocketTest, SendingToNobodyIsItsEndAndNoSignal) {
  end_other();
  socket->send(Bytes(3, 1));
  run();
  EXPECT_EQ(closed, std::vector{EPIPE});
  EXPECT_EQ(sent, 0);
}

TEST_F(PacketSocketTest, DrainHandsOutAtOnce) {
  ASSERT_EQ(::send(other, "ab", 2, 0), 2);
  socket->drain();
  EXPECT_EQ(packets.size(), 1u);
  socket->drain();
  EXPECT_EQ(packets.size(), 1u);
}

TEST_F(PacketSocketTest, AfterCloseNothingIsTold) {
  ASSERT_EQ(::send(other, "ab", 2, 0), 2);
  socket->close();
  end_other();
  run();
  EXPECT_TRUE(packets.empty());
  EXPECT_TRUE(closed.empty());
}

TEST(ChannelsTest, ASecondChannelOfAPeerIsClosedAndItsBytesBelongToNothing) {
  net::io_context context;
  Bytes taken;
  auto machine = transport::BlePeripheral::create(
      *ble_service(transport::BleMode::mdoc_peripheral_server, transport::Uuid{}), std::nullopt);
  ASSERT_TRUE(machine);
  std::size_t inputs = 0;
  Channels<transport::BlePeripheral> channels(
      context.get_executor(), {.input = [&](const Input<transport::BlePeripheral>&) { ++inputs; }, .failure = {}});
  const auto open = [&] {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    channels.open(transport::BlePeer{7}, ends[0]);
    return ends[1];
  };
  const int first = open();
  const int second = open();
  EXPECT_EQ(inputs, 1u);
  EXPECT_EQ(::send(second, "bad", 3, MSG_NOSIGNAL), -1);
  EXPECT_EQ(::send(first, "good", 4, MSG_NOSIGNAL), 4);
  context.run_for(20ms);
  EXPECT_EQ(inputs, 2u);
  ::close(first);
  ::close(second);
}

// Always ready and never accepted, as where no descriptor is to be had.
TEST(L2capListenerTest, WhoCannotBeAcceptedCostsNoTime) {
  net::io_context context;
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const int listening = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t)), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
  int accepted = -1;
  const auto listener = std::make_shared<L2capListener>(
      context.get_executor(), listening, [&](int descriptor, const std::string&) { accepted = descriptor; });
  listener->start();
  const std::size_t turns = context.run_for(250ms);
  EXPECT_GT(turns, 2u);
  EXPECT_LT(turns, 10u);
  ASSERT_EQ(::listen(listening, 4), 0);
  const int peer = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(peer, reinterpret_cast<const sockaddr*>(&address), size), 0);
  context.restart();
  context.run_for(200ms);
  EXPECT_GE(accepted, 0);
  for (const int each : {peer, accepted}) ::close(each);
}

TEST_F(PacketSocketTest, MayBeDestroyedByItsOwnPacket) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends.data()), 0);
  auto owned = std::make_shared<PacketSocket>(context.get_executor(), ends[0], 100);
  int count = 0;
  owned->start({.packet =
                    [&](ByteView) {
                      ++count;
                      owned->close();
                      owned.reset();
                    },
                .sent = {},
                .closed = {}});
  ASSERT_EQ(::send(ends[1], "a", 1, 0), 1);
  ASSERT_EQ(::send(ends[1], "b", 1, 0), 1);
  run();
  EXPECT_EQ(count, 1);
  ::close(ends[1]);
}

}  // namespace
}  // namespace mdoc::bluez
