// A sender gives the stack the next value as soon as that takes one, and leaves no credit of a channel unused. And what
// measures this does notice who does otherwise.

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ble_pair.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using std::chrono::nanoseconds;
using Kind = StackEvent::Kind;

constexpr std::size_t long_run = 61'440;  // at which channels in the field were seen to stop

void expect_busy(const ProgramCounters& sender) {
  EXPECT_EQ(sender.sender_idle, 0ns);
  EXPECT_EQ(sender.air_idle, 0ns);
  EXPECT_EQ(sender.credits_unused, 0ns);
}

struct Receiver {
  std::size_t unit_size = 0;
  std::size_t credits = 0;
};
constexpr std::array receivers{Receiver{2048, 4}, Receiver{2048, 1}, Receiver{1000, 10},
                               Receiver{247, 2},  Receiver{23, 64},  Receiver{16'384, 2}};

// Whatever a receiver grants, in both directions; a pause of the receiver is waited for, and nothing is lost.
TEST(L2c04, ASenderUsesEveryCreditAndLosesNothing) {
  for (const BleMode mode : both_modes) {
    for (const bool to_server : {true, false}) {
      for (const Receiver& it : receivers) {
        for (const std::size_t size : {long_run, std::size_t{700'000}}) {
          for (const bool stalls : {false, true}) {
            SCOPED_TRACE(std::string(name(mode)) + ", units of " + std::to_string(it.unit_size) + ", " +
                         std::to_string(it.credits) + " credits, " + std::to_string(size) +
                         (to_server ? " bytes to the server" : " bytes to the client") + (stalls ? ", stalls" : ""));
            BlePair::Settings settings{.mode = mode};
            settings.of_server.l2cap = settings.of_client.l2cap = true;
            settings.of_server.limits.max_bytes = settings.of_client.limits.max_bytes = 1'000'000;
            DeviceTraits& receiver = to_server ? settings.server : settings.client;
            receiver.unit_size = it.unit_size;
            receiver.credits = it.credits;
            if (stalls) receiver.credit_stall = Stall{2, 3'000ms};
            BlePair pair(settings);
            ASSERT_EQ(exchange(pair, size, to_server), Ending::complete);
            EXPECT_EQ(pair.client.opened()->carrier, BleCarrier::l2cap);
            expect_busy(to_server ? pair.client.counters() : pair.server.counters());
          }
        }
      }
    }
  }
}

TEST(L2c04, AMessageTakesNoLongerThanItsBytesWhereCreditsComeBackInTime) {
  for (const BleMode mode : both_modes) {
    BlePair::Settings settings{.mode = mode};
    settings.of_server.l2cap = settings.of_client.l2cap = true;
    BlePair pair(settings);
    ASSERT_TRUE(pair.open());
    const TimePoint begin = pair.radio.now();
    ASSERT_TRUE(pair.client.send(message_of(long_run)));
    ASSERT_TRUE(pair.radio.run_until([&] { return pair.server.messages().size() == 1; }, 60s));
    const RadioConditions& room = pair.radio.conditions();
    const nanoseconds on_air = (long_run + 4) * nanoseconds(1s) / room.bytes_per_second;
    EXPECT_EQ(pair.radio.now() - begin, on_air + room.latency);
    expect_busy(pair.client.counters());
    pair.client.cancel();
    pair.radio.run(60s);
  }
}

/// A client without a machine that sends a message of so many values, and rests before each but the first.
class Sloth : public RawPeer {
 public:
  Sloth(VirtualDevice& device, bool by_channel, nanoseconds rest) : RawPeer(device), rest_(rest) {
    reaction = [this, by_channel](const StackEvent& event) {
      if (event.kind == (by_channel ? Kind::channel_sent : Kind::value_sent)) next();
    };
    give_ = [this, by_channel] {
      if (by_channel) {
        does(SendPiece{peer_, Bytes(value_size, 0x6d)});
      } else {
        does(SendValue{peer_, up, Bytes(value_size, 0x6d)});
      }
    };
  }

  using BleProgram::sending;

  void send(BlePeer to, std::size_t values) {
    peer_ = to;
    left_ = values;
    sending(true);
    --left_;
    give_();
  }

  static constexpr std::size_t value_size = 100;

 private:
  void next() {
    if (left_ == 0) return sending(false);
    --left_;
    device().radio().after(rest_, give_);
  }

  std::function<void()> give_;
  nanoseconds rest_;
  BlePeer peer_{};
  std::size_t left_ = 0;
};

/// A receiver of values and of a channel, and one who sends to it.
struct SlothPair {
  SlothPair(bool by_channel, nanoseconds rest)
      : server(radio.add_device("server")), client(radio.add_device("client"), by_channel, rest) {
    server.does_in_turn({ListenForChannel{}, raw_service(), StartAdvertising{raw_service_uuid}});
    radio.run(1s);
    const auto psm = static_cast<std::uint16_t>(server.last(Kind::listening).number);
    std::vector<BleEffect> turns{StartScanning{raw_service_uuid}, ConnectPeer{server.address()}, StopScanning{},
                                 ExchangeMtu{server.address(), 247}};
    if (by_channel) turns.emplace_back(OpenChannel{server.address(), psm});
    client.does_in_turn(std::move(turns));
    radio.run(5s);
  }

  VirtualRadio radio;
  RawPeer server;
  Sloth client;
};

constexpr std::size_t values = 11;
constexpr nanoseconds on_air = 1ms;  // a value of 100 bytes

TEST(Ble19, ASenderThatRestsWouldBeNoticed) {
  SlothPair pair(false, 5ms);
  pair.client.send(pair.server.address(), values);
  pair.radio.run(5s);
  EXPECT_EQ(pair.server.count(Kind::write), values);
  EXPECT_EQ(pair.client.counters().sender_idle, (values - 1) * 5ms);
  EXPECT_EQ(pair.client.counters().air_idle, (values - 1) * (5ms - on_air)) << "the value before was still leaving";
  EXPECT_EQ(pair.client.counters().credits_unused, 0ns) << "there is no channel";
}

TEST(L2c04, ASenderThatLeavesCreditsUnusedWouldBeNoticed) {
  SlothPair pair(true, 5ms);
  pair.client.send(pair.server.address(), values);
  pair.radio.run(5s);
  EXPECT_EQ(pair.server.count(Kind::channel_bytes), values);
  EXPECT_EQ(pair.client.counters().sender_idle, (values - 1) * 5ms);
  EXPECT_EQ(pair.client.counters().air_idle, (values - 1) * (5ms - on_air));
  EXPECT_EQ(pair.client.counters().credits_unused, (values - 1) * (5ms - on_air));
}

TEST(L2c04, ASenderThatNeverGoesOnWouldBeNoticed) {
  SlothPair pair(true, 60s);
  pair.client.send(pair.server.address(), 2);
  pair.radio.run(30s);
  pair.client.sending(false);
  EXPECT_GT(pair.client.counters().sender_idle, 29s);
  EXPECT_GT(pair.client.counters().credits_unused, 29s);
}

TEST(L2c04, WithoutCreditsNobodyIsIdle) {
  SlothPair pair(true, 0ns);
  pair.server.device().traits().credit_stall = Stall{0, 2'000ms};
  pair.client.send(pair.server.address(), values);
  pair.radio.run(30s);
  EXPECT_EQ(pair.server.count(Kind::channel_bytes), values);
  expect_busy(pair.client.counters());
}

// What was with the stack when a connection broke is not with it any more.
TEST(Ble19, ASenderThatRestsOnASecondConnectionWouldBeNoticed) {
  SlothPair pair(false, 5ms);
  pair.client.device().traits().value_stall = Stall{0, {}};
  pair.client.send(pair.server.address(), 2);
  pair.radio.run(1s);
  pair.client.sending(false);
  pair.client.does(DisconnectPeer{pair.server.address()});
  pair.radio.run(5s);
  pair.client.device().traits().value_stall = {};
  pair.client.does(ConnectPeer{pair.server.address()});
  pair.radio.run(5s);
  ASSERT_EQ(pair.client.count(Kind::connected), 2U);
  const nanoseconds before = pair.client.counters().sender_idle;
  pair.client.send(pair.server.address(), values);
  pair.radio.run(5s);
  EXPECT_EQ(pair.client.counters().sender_idle - before, (values - 1) * 5ms);
}

}  // namespace
}  // namespace mdoc::testing
