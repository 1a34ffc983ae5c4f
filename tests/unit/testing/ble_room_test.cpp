// Rooms with more than two: strangers, rivals, peers that mean no good.

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "ble_pair.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using Kind = StackEvent::Kind;

// Draws that are the same everywhere.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U) {}
  std::uint64_t operator()(std::uint64_t below) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % below;
  }
  Bytes bytes() {
    Bytes value((*this)(4) == 0 ? (*this)(600) : (*this)(3));
    for (std::uint8_t& byte : value) byte = static_cast<std::uint8_t>((*this)(4));
    return value;
  }

 private:
  std::uint64_t state_;
};

RegisterService as_registered(const BleService& service, const Bytes& ident = {}) {
  RegisterService wanted{.service = service.uuid};
  for (const BleServiceCharacteristic& each : service.characteristics) {
    if (each.purpose == BleCharacteristic::l2cap) continue;
    wanted.characteristics.push_back({each, each.purpose == BleCharacteristic::ident ? ident : Bytes{}});
  }
  return wanted;
}

TEST(BleRoom, StrangersOfTheSameUuidArePassedOver) {
  const BleService service = service_of(BleMode::mdoc_central_client);
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(std::to_string(seed));
    BlePair pair({.mode = BleMode::mdoc_central_client, .conditions = {.jitter = 500ms}, .seed = seed});
    VirtualDevice& far = pair.radio.add_device("stranger");
    RawPeer empty(far), wrong(far), other(far);
    empty.does_in_turn({raw_service(), StartAdvertising{service.uuid}});
    wrong.does_in_turn({as_registered(service, Bytes(16, 0x77)), StartAdvertising{service.uuid}});
    other.does_in_turn({as_registered(service, Bytes{0x9e}), StartAdvertising{service.uuid}});
    ASSERT_EQ(exchange(pair, 3'000, true), Ending::complete);
    for (RawPeer* const stranger : {&empty, &wrong, &other}) {
      EXPECT_EQ(stranger->count(Kind::write), 0U) << "nothing is written to who is not the one";
      EXPECT_EQ(stranger->count(Kind::connected), stranger->count(Kind::disconnected));
    }
  }
}

TEST(BleRoom, WhoStallsCostsOneAttempt) {
  for (const BleMode mode : both_modes) {
    std::size_t stalls = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      SCOPED_TRACE(std::string(name(mode)) + " " + std::to_string(seed));
      BlePair pair({.mode = mode, .conditions = {.jitter = 50ms}, .seed = seed});
      VirtualDevice& far = pair.radio.add_device("stalling", {.confirms_subscription = Answer::none});
      RawPeer stalling(far);
      const BleService service = service_of(mode);
      stalling.does_in_turn(
          {as_registered(service, Bytes(pair_ident.begin(), pair_ident.end())), StartAdvertising{service.uuid}});
      ASSERT_EQ(exchange(pair, 3'000, true), Ending::complete) << pair.endings();
      EXPECT_LE(stalling.count(Kind::connected), 1U) << "others were there";
      stalls += stalling.count(Kind::connected);
    }
    EXPECT_GT(stalls, 0U) << "it was heard first";
  }
}

TEST(BleRoom, SeveralPairsDoNotHearEachOther) {
  VirtualRadio radio({.jitter = 100ms}, 5);
  VirtualDevice& phone = radio.add_device("phone", {.hears_all_connections = true});
  VirtualDevice& terminal = radio.add_device("terminal", {.hears_all_connections = true});
  std::deque<VirtualPeripheral> servers;
  std::deque<VirtualCentral> clients;
  for (std::uint8_t i = 0; i < 3; ++i) {
    const auto service =
        ble_service(BleMode::mdoc_peripheral_server, uuid_of(static_cast<std::uint8_t>(50 + i))).value();
    servers.emplace_back(phone, BlePeripheral::create(service, std::nullopt).value()).start();
    clients.emplace_back(terminal, BleCentral::create(service, std::nullopt, std::nullopt).value()).start();
  }
  for (std::size_t i = 0; i < 3; ++i) {
    clients[i].reaction = [&, i](const BleEffect& effect) {
      if (std::holds_alternative<LinkOpened>(effect)) (void)clients[i].send(message_of(1'000 + i));
    };
    servers[i].reaction = [&, i](const BleEffect& effect) {
      if (std::holds_alternative<MessageReceived>(effect)) servers[i].finish();
    };
  }
  radio.run(60s);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(servers[i].messages().size(), 1U) << i;
    EXPECT_EQ(servers[i].messages().front(), message_of(1'000 + i));
    EXPECT_TRUE(clients[i].closed()) << i;
  }
  EXPECT_EQ(radio.counters(), RadioCounters{});
}

// Of two readers, one has the link; the other is turned away and ends with a cause.
TEST(BleRoom, ASecondClientDoesNotDisturbTheFirst) {
  for (const BleMode mode : both_modes) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      SCOPED_TRACE(std::string(name(mode)) + " " + std::to_string(seed));
      BlePair pair({.mode = mode, .conditions = {.jitter = 40ms}, .seed = seed});
      VirtualDevice& other = pair.radio.add_device("other");
      VirtualCentral second = make_client(other, mode);
      second.start();
      pair.start();
      pair.server.reaction = [&](const BleEffect& effect) {
        if (std::holds_alternative<MessageReceived>(effect)) pair.server.finish();
      };
      for (VirtualCentral* const client : {&pair.client, &second}) {
        client->reaction = [client](const BleEffect& effect) {
          if (std::holds_alternative<LinkOpened>(effect)) (void)client->send(message_of(40'000));
        };
      }
      ASSERT_TRUE(
          pair.radio.run_until([&] { return pair.server.closed() && pair.client.closed() && second.closed(); }, 200s));
      ASSERT_EQ(pair.server.messages().size(), 1U);
      EXPECT_EQ(pair.server.messages().front(), message_of(40'000));
      EXPECT_TRUE(pair.client.reason() && second.reason());
      pair.radio.run(20s);
      EXPECT_EQ(pair.radio.counters(), RadioCounters{});
    }
  }
}

// Whatever a client does: the machine ends, what it takes stays within its limits, and nothing is left.
TEST(BleRoom, HostileClientsDoNotHoldTheServer) {
  for (const BleMode mode : both_modes) {
    int complete = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      SCOPED_TRACE(std::string(name(mode)) + " " + std::to_string(seed));
      const BleService service = service_of(mode);
      BlePair::Settings settings{.mode = mode, .conditions = {.jitter = 10ms}, .seed = seed};
      settings.of_server.l2cap = true;
      settings.of_server.limits.max_bytes = settings.of_client.limits.max_bytes = 100'000;
      BlePair pair(settings);
      VirtualDevice& far = pair.radio.add_device("hostile");
      auto hostile = std::make_unique<RawPeer>(far);
      Draws draw(seed);
      const BlePeer victim = pair.server.address();
      const auto act = [&] {
        if (!hostile) return;
        const Uuid& characteristic = service.characteristics[draw(service.characteristics.size())].uuid;
        switch (draw(9)) {
          case 0: hostile->does(ConnectPeer{victim}); break;
          case 1: hostile->does(ExchangeMtu{victim, draw(600)}); break;
          case 2: hostile->does(Subscribe{victim, characteristic}); break;
          case 3: hostile->unsubscribe(victim, characteristic); break;
          case 4:
          case 5: hostile->does(SendValue{victim, characteristic, draw.bytes(), draw(2) == 0}); break;
          case 6: hostile->does(OpenChannel{victim, pair.server.machine().psm().value_or(0x80)}); break;
          case 7: hostile->does(SendPiece{victim, draw.bytes()}); break;
          case 8: hostile->does(DisconnectPeer{victim}); break;
        }
      };
      for (int i = 0; i < 400; ++i) pair.radio.after(std::chrono::milliseconds(draw(4'000)), act);
      complete += exchange(pair, 2'000, true) == Ending::complete;
      EXPECT_TRUE(pair.server.closed() && pair.client.closed());
      for (const Bytes& message : pair.server.messages()) EXPECT_LE(message.size(), 100'000U);
      hostile.reset();
      pair.radio.run(300s);
      EXPECT_EQ(pair.server.late_effects(), 0U);
      EXPECT_EQ(pair.radio.counters(), RadioCounters{});
    }
    EXPECT_GT(complete, 0);
  }
}

TEST(BleRoom, HostileServersDoNotHoldTheClient) {
  for (const BleMode mode : both_modes) {
    int opened = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      SCOPED_TRACE(std::string(name(mode)) + " " + std::to_string(seed));
      VirtualRadio radio({.jitter = 10ms}, seed);
      VirtualDevice& far = radio.add_device("hostile");
      VirtualDevice& near = radio.add_device("client");
      BleLinkOptions options;
      options.l2cap = true;
      options.limits.max_bytes = 10'000;
      VirtualCentral client = make_client(near, mode, options);
      auto hostile = std::make_unique<RawPeer>(far);
      const BleService service = service_of(mode);
      Draws draw(seed);
      RegisterService offered = as_registered(service, Bytes(pair_ident.begin(), pair_ident.end()));
      if (draw(4) == 0) {
        offered.characteristics.erase(offered.characteristics.begin() + static_cast<std::ptrdiff_t>(draw(3)));
      }
      for (auto& each : offered.characteristics) {
        if (draw(8) == 0) each.description.properties.notify = !each.description.properties.notify;
        if (draw(8) == 0) each.description.properties.write_without_response = false;
      }
      hostile->does_in_turn({ListenForChannel{}, offered, StartAdvertising{service.uuid}});
      const BlePeer victim = client.address();
      const auto act = [&] {
        if (!hostile) return;
        const Uuid& characteristic = service.characteristics[draw(service.characteristics.size())].uuid;
        switch (draw(20)) {
          case 0: hostile->does(DisconnectPeer{victim}); break;
          case 1: hostile->does(CloseChannel{victim}); break;
          case 2: hostile->does(SendPiece{victim, draw.bytes()}); break;
          default: hostile->does(SendValue{victim, characteristic, draw.bytes()}); break;
        }
      };
      for (int i = 0; i < 300; ++i) radio.after(std::chrono::milliseconds(draw(4'000)), act);
      client.reaction = [&](const BleEffect& effect) {
        if (std::holds_alternative<LinkOpened>(effect)) (void)client.send(message_of(2'000));
      };
      client.start();
      radio.run_until([&] { return client.closed().has_value(); }, 100s);
      opened += client.opened().has_value();
      client.finish();
      EXPECT_TRUE(radio.run_until([&] { return client.closed().has_value(); }, 30s));
      for (const Bytes& message : client.messages()) EXPECT_LE(message.size(), 10'000U);
      hostile.reset();
      radio.run(300s);
      EXPECT_EQ(client.late_effects(), 0U);
      EXPECT_EQ(radio.counters(), RadioCounters{});
    }
    EXPECT_GT(opened, 0);
  }
}

TEST(BleRoom, AClientThatOnlyConnectsGivesWay) {
  BlePair pair({.server = {.max_connections = 1}});
  VirtualDevice& far = pair.radio.add_device("idler");
  RawPeer idler(far);
  pair.server.start();
  const Uuid service = service_of(BleMode::mdoc_peripheral_server).uuid;
  idler.does_in_turn({StartScanning{service}, ConnectPeer{pair.server.address()}, StopScanning{}});
  pair.radio.run(1s);
  ASSERT_EQ(idler.count(Kind::connected), 1U);
  EXPECT_EQ(exchange(pair, 3'000, true), Ending::complete);
  EXPECT_EQ(idler.count(Kind::disconnected), 1U);
}

TEST(Rob03, ARoomOfMachinesGivesTheSameTrace) {
  const auto trace_of = [](std::uint64_t seed) {
    BlePair::Settings settings{.mode = BleMode::mdoc_central_client,
                               .conditions = {.jitter = 30ms, .notification_loss = 0.02, .trace = true},
                               .server = known_device("android_13"),
                               .client = known_device("bluez_eatt"),
                               .seed = seed};
    BlePair pair(settings);
    VirtualDevice& other = pair.radio.add_device("other", known_device("ios"));
    VirtualCentral second = make_client(other, settings.mode);
    second.start();
    (void)exchange(pair, 5'000, false);
    pair.radio.run(100s);
    return pair.radio.trace();
  };
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::string trace = trace_of(seed);
    EXPECT_GT(trace.size(), 2'000U);
    EXPECT_EQ(trace, trace_of(seed)) << seed;
    EXPECT_NE(trace, trace_of(seed + 1)) << seed;
  }
}

}  // namespace
}  // namespace mdoc::testing
