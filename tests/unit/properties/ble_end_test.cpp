// However and whenever a link over Bluetooth Low Energy ends, it ends once, by the right name, and leaves nothing.
#include <gtest/gtest.h>

#include <deque>

#include "unit/properties/ble_monitor.hpp"
#include "unit/properties/ble_script.hpp"

namespace mdoc::properties {
namespace {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;

constexpr std::array carriers{BleCarrier::gatt, BleCarrier::l2cap};

// ROB-02: the end at any moment

enum class Ending : std::uint8_t { finish, cancel, disconnected, radio_off };
constexpr std::array endings{Ending::finish, Ending::cancel, Ending::disconnected, Ending::radio_off};

BleEvent event_of(Ending ending, TimePoint at) {
  constexpr std::array kinds{Kind::finish, Kind::cancel, Kind::disconnected, Kind::radio_off};
  return {.kind = kinds[static_cast<std::size_t>(ending)], .peer = script_peer, .at = at};
}

/// A machine in a script, its monitor, and what it has asked for.
template <class Machine, class Monitor>
struct Scene {
  Machine machine;
  Monitor monitor;
  BleBalance balance{};

  void happen(const BleEvent& event) {
    SCOPED_TRACE(text(event, monitor.service()));
    const Result<void> answer = hand_over(event, machine);
    std::vector<BleEffect> effects;
    while (auto effect = machine.poll()) effects.push_back(*std::move(effect));
    for (const BleEffect& each : effects) balance.take(each);
    EXPECT_EQ(monitor.judge(event, answer, effects, machine.deadline()), "");
  }
  [[nodiscard]] bool is_closed() const { return machine.state() == Machine::State::closed; }
};

template <class Machine, class Monitor, class MakeScene>
void expect_clean_ends(const std::vector<BleEvent>& script, const MakeScene& make) {
  for (const Ending ending : endings) {
    for (std::size_t before = 0; before <= script.size(); ++before) {
      SCOPED_TRACE("ending " + std::to_string(static_cast<int>(ending)) + " after " + std::to_string(before));
      auto scene = make();
      TimePoint now{1h};
      for (std::size_t i = 0; i < before; ++i) {
        scene->happen(script[i]);
        now = script[i].at;
      }
      const bool was_open = scene->monitor.link() != nullptr;
      scene->happen(event_of(ending, now));
      if (ending == Ending::cancel) {
        EXPECT_TRUE(scene->is_closed());
      }
      // What is under way at the end of a link takes a moment; without a link, others are awaited.
      const TimePoint asked = now;
      while (was_open && !scene->is_closed() && scene->machine.deadline()) {
        now = *scene->machine.deadline();
        scene->happen({.kind = Kind::timer, .at = now});
        ASSERT_FALSE(::testing::Test::HasFailure());
      }
      EXPECT_LE(now - asked, 11s);
      if (was_open || ending == Ending::finish) {
        EXPECT_TRUE(scene->is_closed());
      }
      scene->happen({.kind = Kind::cancel, .at = now});

      EXPECT_TRUE(scene->is_closed());
      EXPECT_EQ(scene->machine.deadline(), std::nullopt);
      EXPECT_EQ(scene->balance.ends().size(), 1u);
      EXPECT_TRUE(scene->balance.is_even()) << "left behind:" << scene->balance.text();
      // A closed machine is a dead one.
      for (BleEvent late : script) {
        late.at = now;
        scene->happen(late);
      }
      EXPECT_EQ(scene->balance.too_late(), 0u);
      EXPECT_TRUE(scene->is_closed());
      ASSERT_FALSE(::testing::Test::HasFailure());
    }
  }
}

TEST(Rob02Server, EndsCleanAtEveryStepOfAPresentation) {
  for (const BleCarrier carrier : carriers) {
    SCOPED_TRACE(name(carrier));
    const BleLinkOptions options = script_options(carrier);
    using Server = Scene<BlePeripheral, BleServerMonitor>;
    expect_clean_ends<BlePeripheral, BleServerMonitor>(server_script(carrier), [&options] {
      return std::unique_ptr<Server>(
          new Server{.machine = BlePeripheral::create(script_service(), std::nullopt, options).value(),
                     .monitor = BleServerMonitor(script_service(), std::nullopt, options)});
    });
  }
}

TEST(Rob02Client, EndsCleanAtEveryStepOfAPresentation) {
  for (const BleCarrier carrier : carriers) {
    SCOPED_TRACE(name(carrier));
    const BleLinkOptions options = script_options(carrier);
    using Client = Scene<BleCentral, BleClientMonitor>;
    expect_clean_ends<BleCentral, BleClientMonitor>(client_script(carrier), [&options] {
      return std::unique_ptr<Client>(
          new Client{.machine = BleCentral::create(script_service(), std::nullopt, std::nullopt, options).value(),
                     .monitor = BleClientMonitor(script_service(), std::nullopt, std::nullopt, options)});
    });
  }
}

// ROB-06: who ends, and how

/// A server and a client, and between them the air.
class Air {
 public:
  struct Side {
    BleBalance balance{};
    std::vector<Bytes> received{};
    std::size_t sent = 0;
    bool is_open = false;
    BleCarrier carrier{};
    std::function<void()> on_message{};
    std::function<void()> on_sent{};
    [[nodiscard]] bool is_closed() const { return !balance.ends().empty(); }
  };

  Air(BleMode mode, BleCarrier carrier)
      : options_{.quirks = {.max_piece = mtu}, .l2cap = carrier == BleCarrier::l2cap},
        service_(ble_service(mode, script_service().uuid).value()),
        server_(BlePeripheral::create(service_, ident(), options_).value()),
        client_(BleCentral::create(service_, ident(), std::nullopt, options_).value()) {
    server_.start(now_);
    client_.start(now_);
    settle();
    EXPECT_TRUE(server.is_open && client.is_open);
    EXPECT_EQ(server.carrier, carrier);
    EXPECT_EQ(client.carrier, carrier);
  }

  void send(bool by_server, const Bytes& message) {
    EXPECT_TRUE(by_server ? server_.send(message, now_) : client_.send(message, now_));
  }
  void finish(bool by_server) { by_server ? server_.finish(now_) : client_.finish(now_); }
  void cancel(bool by_server) { by_server ? server_.cancel(now_) : client_.cancel(now_); }

  /// Until neither side asks for anything. The application hears of everything at once, the air takes its time.
  void settle() {
    for (drain(); !air_.empty(); drain()) {
      const auto [by_server, effect] = std::move(air_.front());
      air_.pop_front();
      if (by_server) {
        std::visit([this](const auto& e) { of_server(e); }, effect);
      } else {
        std::visit([this](const auto& e) { of_client(e); }, effect);
      }
    }
  }
  /// Until both sides are closed, however long that takes.
  void run_out() {
    settle();
    for (std::size_t timers = 0; timers < 50 && !(server.is_closed() && client.is_closed()); ++timers) {
      const auto due = first({server_.deadline(), client_.deadline()});
      if (!due) return;
      now_ = *due;
      if (server_.deadline() <= due && server_.deadline()) server_.on_timer(now_);
      if (client_.deadline() <= due && client_.deadline()) client_.on_timer(now_);
      settle();
    }
  }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }

  Side server{}, client{};

 private:
  static constexpr BlePeer the_server{41}, the_client{42};
  static constexpr std::size_t mtu = 63;
  static constexpr std::uint16_t psm = 0x91;

  [[nodiscard]] std::optional<std::array<std::uint8_t, 16>> ident() const {
    constexpr std::array<std::uint8_t, 16> value{0x6d, 0x01, 0x52};
    return service_.has(BleCharacteristic::ident) ? std::optional(value) : std::nullopt;
  }
  void drain() {
    while (auto effect = server_.poll()) hear(server, true, *std::move(effect));
    while (auto effect = client_.poll()) hear(client, false, *std::move(effect));
  }
  void hear(Side& side, bool is_server, BleEffect effect) {
    side.balance.take(effect);
    if (const auto* const e = std::get_if<LinkOpened>(&effect)) {
      side.is_open = true;
      side.carrier = e->carrier;
    } else if (const auto* const received = std::get_if<MessageReceived>(&effect)) {
      side.received.push_back(received->message);
      if (side.on_message) side.on_message();
    } else if (std::holds_alternative<MessageSent>(effect)) {
      ++side.sent;
      if (side.on_sent) std::exchange(side.on_sent, nullptr)();
    } else {
      air_.emplace_back(is_server, std::move(effect));
    }
  }
  void meet() {
    if (is_advertising_ && is_scanning_) client_.on_found(the_server, now_);
  }
  void part(bool told_server) {
    if (!std::exchange(is_connected_, false)) return;
    told_server ? server_.on_disconnected(the_client, now_) : client_.on_disconnected(the_server, now_);
  }

  template <class Other>
  void of_server(const Other&) {}
  void of_server(const ListenForChannel&) { server_.on_listening(psm, now_); }
  void of_server(const RegisterService& e) {
    there_ = e.characteristics;
    server_.on_registered(now_);
  }
  void of_server(const StartAdvertising&) {
    is_advertising_ = true;
    server_.on_advertising(now_);
    meet();
  }
  void of_server(const StopAdvertising&) { is_advertising_ = false; }
  void of_server(const SendValue& e) {
    client_.on_notification(the_server, e.characteristic, e.value, now_);
    server_.on_value_sent(now_);
  }
  void of_server(const SendPiece& e) {
    client_.on_channel_bytes(the_server, e.bytes, now_);
    server_.on_channel_sent(now_);
  }
  void of_server(const CloseChannel&) { client_.on_channel_closed(the_server, now_); }
  void of_server(const DisconnectPeer&) { part(false); }

  template <class Other>
  void of_client(const Other&) {}
  void of_client(const StartScanning&) {
    is_scanning_ = true;
    meet();
  }
  void of_client(const StopScanning&) { is_scanning_ = false; }
  void of_client(const ConnectPeer&) {
    is_connected_ = true;
    server_.on_connected(the_client, now_);
    client_.on_connected(the_server, now_);
  }
  void of_client(const ExchangeMtu&) {
    server_.on_mtu(the_client, mtu, now_);
    client_.on_mtu(the_server, mtu, now_);
  }
  void of_client(const DiscoverService&) {
    std::vector<BleFoundCharacteristic> found;
    for (const auto& each : there_) found.push_back({each.description.uuid, each.description.properties});
    client_.on_discovered(the_server, found, now_);
  }
  void of_client(const ReadValue& e) {
    for (const auto& each : there_) {
      if (each.description.uuid == e.characteristic) {
        client_.on_value_read(the_server, e.characteristic, each.value, now_);
      }
    }
  }
  void of_client(const Subscribe& e) {
    server_.on_subscribed(the_client, e.characteristic, true, now_);
    client_.on_subscribed(the_server, e.characteristic, now_);
  }
  void of_client(const OpenChannel& e) {
    EXPECT_EQ(e.psm, psm);
    server_.on_channel_opened(the_client, now_);
    client_.on_channel_opened(the_server, now_);
  }
  void of_client(const SendValue& e) {
    server_.on_write(the_client, e.characteristic, e.value, now_);
    client_.on_value_sent(now_);
  }
  void of_client(const SendPiece& e) {
    server_.on_channel_bytes(the_client, e.bytes, now_);
    client_.on_channel_sent(now_);
  }
  void of_client(const CloseChannel&) { server_.on_channel_closed(the_client, now_); }
  void of_client(const DisconnectPeer&) { part(true); }

  TimePoint now_{1h};
  BleLinkOptions options_;
  BleService service_;
  BlePeripheral server_;
  BleCentral client_;
  std::vector<RegisterService::Characteristic> there_;
  bool is_advertising_ = false;
  bool is_scanning_ = false;
  bool is_connected_ = false;
  std::deque<std::pair<bool, BleEffect>> air_;  // by the server
};

/// All of: modes, carriers, and which side ends. `by_server`: the one that does.
template <class Check>
void for_each_pair(const Check& check) {
  for (const BleMode mode : {BleMode::mdoc_peripheral_server, BleMode::mdoc_central_client}) {
    for (const BleCarrier carrier : carriers) {
      for (const bool by_server : {true, false}) {
        SCOPED_TRACE(std::string(name(mode)) + ", " + std::string(name(carrier)) +
                     (by_server ? ", the server ends" : ", the client ends"));
        Air air(mode, carrier);
        check(air, carrier, by_server);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

void expect_one_end(const Air::Side& side, std::optional<Errc> reason) {
  ASSERT_EQ(side.balance.ends().size(), 1u);
  const auto& end = side.balance.ends().front();
  EXPECT_EQ(end ? std::optional<Errc>(end->code) : std::nullopt, reason) << (end ? describe(*end) : "in good order");
  EXPECT_TRUE(side.balance.is_even()) << "left behind:" << side.balance.text();
  EXPECT_EQ(side.balance.too_late(), 0u);
}

const Bytes some_answer(200, 5);
const Bytes status_20{0xa1, 0x66, 0x73, 0x74, 0x61, 0x74, 0x75, 0x73, 0x14};

TEST(Rob06, WhoeverTakesTheLastMessageForTheEndEndsInGoodOrderToo) {
  for_each_pair([](Air& air, BleCarrier, bool by_server) {
    Air::Side& other = by_server ? air.client : air.server;
    other.on_message = [&air, by_server] { air.finish(!by_server); };
    air.send(by_server, some_answer);
    air.finish(by_server);
    air.run_out();
    EXPECT_EQ(other.received, std::vector<Bytes>{some_answer});
    expect_one_end(air.server, std::nullopt);
    expect_one_end(air.client, std::nullopt);
  });
}

TEST(Rob06, TheLastMessageMayFollowTheAnswer) {
  for_each_pair([](Air& air, BleCarrier, bool by_server) {
    Air::Side& one = by_server ? air.server : air.client;
    Air::Side& other = by_server ? air.client : air.server;
    other.on_message = [&air, &other, by_server] {
      if (other.received.size() == 2) air.finish(!by_server);
    };
    one.on_sent = [&air, by_server] {
      air.send(by_server, status_20);
      air.finish(by_server);
    };
    air.send(by_server, some_answer);
    air.run_out();
    EXPECT_EQ(other.received, (std::vector<Bytes>{some_answer, status_20}));
    EXPECT_EQ(one.sent, 2u);
    expect_one_end(air.server, std::nullopt);
    expect_one_end(air.client, std::nullopt);
  });
}

TEST(Rob06, EndAloneIsNamedAtTheOtherSideAfterTheMessageBeforeIt) {
  for_each_pair([](Air& air, BleCarrier carrier, bool by_server) {
    air.send(by_server, some_answer);
    air.finish(by_server);
    air.run_out();
    EXPECT_EQ((by_server ? air.client : air.server).received, std::vector<Bytes>{some_answer});
    // A channel has no End of its own: there, it is its closing.
    const Errc told = carrier == BleCarrier::gatt ? Errc::terminated_by_peer : Errc::link_closed;
    expect_one_end(by_server ? air.server : air.client, std::nullopt);
    expect_one_end(by_server ? air.client : air.server, told);
  });
}

TEST(Rob06, ADisconnectionIsTheEndOfBothSides) {
  for_each_pair([](Air& air, BleCarrier, bool by_server) {
    const TimePoint before = air.now();
    air.cancel(by_server);
    air.run_out();
    EXPECT_EQ(air.now(), before) << "at once";
    expect_one_end(by_server ? air.server : air.client, std::nullopt);
    expect_one_end(by_server ? air.client : air.server, Errc::link_closed);
  });
}

TEST(Rob06, ADisconnectionInTheMiddleOfAMessageGivesNothingOfIt) {
  for_each_pair([](Air& air, BleCarrier, bool by_server) {
    air.send(by_server, some_answer);
    air.cancel(by_server);
    air.run_out();
    EXPECT_EQ((by_server ? air.client : air.server).received, std::vector<Bytes>{});
    expect_one_end(by_server ? air.server : air.client, std::nullopt);
    expect_one_end(by_server ? air.client : air.server, Errc::link_closed);
  });
}

TEST(Rob06, BothSidesMayEndAtOnce) {
  for_each_pair([](Air& air, BleCarrier, bool by_server) {
    air.finish(by_server);
    air.finish(!by_server);
    air.run_out();
    expect_one_end(air.server, std::nullopt);
    expect_one_end(air.client, std::nullopt);
  });
}

}  // namespace
}  // namespace mdoc::properties
