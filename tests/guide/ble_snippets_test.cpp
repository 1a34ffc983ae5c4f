// The snippets of docs/guide/ble.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/engagement/derived_names.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"
#include "mdoc/transport/ble_quirks.hpp"
#include "unit/facade/meeting.hpp"

#ifdef MDOC_GUIDE_BLUEZ
#  include "mdoc/asio/serve.hpp"
#  include "mdoc/asio/system_clock.hpp"
#  include "mdoc/bluez/ble_link.hpp"
#  include "mdoc/bluez/quirks.hpp"
#endif

namespace mdoc {
namespace {

using namespace transport;  // as an application would have it

/// What a shell has for its stack.
struct Platform {
  std::function<void(const BleEffect&)> perform;
  std::optional<TimePoint> wake;
  void wake_at(std::optional<TimePoint> at) { wake = at; }
};

/// What an application is told.
struct Application {
  std::vector<std::string> story;
  std::vector<Bytes> messages;
  void on_link_opened(BleCarrier carrier) { story.push_back("opened by " + std::string(name(carrier))); }
  void on_message(Bytes message) { messages.push_back(std::move(message)); }
  void on_sent() { story.emplace_back("sent"); }
  void on_link_closed(const std::optional<Error>& reason) {
    story.push_back(reason ? "closed: " + std::string(name(reason->code)) : "closed");
  }
};

template <class Machine>
void drain(Machine& machine, Platform& platform, Application& application) {
  while (auto effect = machine.poll()) {
    if (auto* const opened = std::get_if<LinkOpened>(&*effect)) {
      application.on_link_opened(opened->carrier);
    } else if (auto* const received = std::get_if<MessageReceived>(&*effect)) {
      application.on_message(std::move(received->message));
    } else if (std::holds_alternative<MessageSent>(*effect)) {
      application.on_sent();
    } else if (auto* const closed = std::get_if<LinkClosed>(&*effect)) {
      application.on_link_closed(closed->reason);
    } else {
      platform.perform(*effect);  // everything else is for the stack
    }
  }
  platform.wake_at(machine.deadline());  // then machine.on_timer()
}

Result<BlePeripheral> server_of_a_reader(const Reader& reader, const engagement::BleCentralClient& offered) {
  const auto service = ble_service(BleMode::mdoc_central_client, offered.uuid);
  if (!service) return service.error();
  const auto ident = engagement::ble_ident(reader.e_device_key_bytes());
  if (!ident) return ident.error();
  BleLinkOptions options;
  options.quirks = ble_quirks(BleStack::android, BleRole::server);
  return BlePeripheral::create(*service, *ident, options);
}

#ifdef MDOC_GUIDE_BLUEZ
}  // namespace: for an application to call

namespace net = asio::net;

net::awaitable<Result<void>> present_by_bluetooth(bluez::Radio& radio,
                                                  std::vector<presentation::Credential> credentials,
                                                  asio::KeyWorker& keys, asio::ConsentHandler consent,
                                                  asio::ServeOptions options, std::function<void(std::string)> show) {
  const Uuid uuid = Uuid::random(crypto::system_rng()).value();
  auto server = BlePeripheral::create(ble_service(BleMode::mdoc_peripheral_server, uuid).value(), std::nullopt,
                                      {.quirks = bluez::server_quirks()});
  auto link = bluez::BleLink::start(radio, *std::move(server));
  if (const auto ready = co_await link.ready(); !ready) co_return ready.error();  // advertises

  const std::vector<engagement::RetrievalMethod> offered{
      engagement::BleOptions{.peripheral_server = engagement::BlePeripheralServer{.uuid = uuid, .psm = link.psm()}}};
  auto holder = Holder::create(std::move(credentials), offered, crypto::system_rng(), asio::SystemClock().now());
  if (!holder) co_return holder.error();
  show(holder->qr_code());
  co_return co_await asio::serve(link.opener(), *std::move(holder), keys, std::move(consent), std::move(options));
}

namespace {
#endif

/// Two stacks that answer everything at once, and the two machines on them.
class GuideBle : public ::testing::Test {
 protected:
  GuideBle() {
    server_platform.perform = [this](const BleEffect& effect) { perform_server(effect); };
    client_platform.perform = [this](const BleEffect& effect) { perform_client(effect); };
  }

  static constexpr BlePeer peer{1};
  static constexpr TimePoint now{std::chrono::seconds{100}};

  void perform_server(const BleEffect& effect) {
    if (const auto* const wanted = std::get_if<RegisterService>(&effect)) {
      characteristics = wanted->characteristics;
      inputs.emplace_back([this] { server->on_registered(now); });
    } else if (std::holds_alternative<StartAdvertising>(effect)) {
      inputs.emplace_back([this] { client->on_found(peer, now); });
    } else if (const auto* const sent = std::get_if<SendValue>(&effect)) {
      inputs.emplace_back([this, value = *sent] {
        client->on_notification(peer, value.characteristic, value.value, now);
        server->on_value_sent(now);
      });
    }
  }

  void perform_client(const BleEffect& effect) {
    if (std::holds_alternative<ConnectPeer>(effect)) {
      inputs.emplace_back([this] {
        server->on_connected(peer, now);
        client->on_connected(peer, now);
      });
    } else if (std::holds_alternative<ExchangeMtu>(effect)) {
      inputs.emplace_back([this] {
        server->on_mtu(peer, 185, now);
        client->on_mtu(peer, 185, now);
      });
    } else if (std::holds_alternative<DiscoverService>(effect)) {
      inputs.emplace_back([this] {
        std::vector<BleFoundCharacteristic> found;
        for (const auto& each : characteristics) {
          found.push_back({.uuid = each.description.uuid, .properties = each.description.properties});
        }
        client->on_discovered(peer, found, now);
      });
    } else if (const auto* const read = std::get_if<ReadValue>(&effect)) {
      inputs.emplace_back([this, uuid = read->characteristic] {
        for (const auto& each : characteristics) {
          if (each.description.uuid == uuid) client->on_value_read(peer, uuid, each.value, now);
        }
      });
    } else if (const auto* const subscribed = std::get_if<Subscribe>(&effect)) {
      inputs.emplace_back([this, uuid = subscribed->characteristic] {
        server->on_subscribed(peer, uuid, true, now);
        client->on_subscribed(peer, uuid, now);
      });
    } else if (const auto* const sent = std::get_if<SendValue>(&effect)) {
      inputs.emplace_back([this, value = *sent] {
        server->on_write(peer, value.characteristic, value.value, now);
        client->on_value_sent(now);
      });
    } else if (std::holds_alternative<DisconnectPeer>(effect)) {
      inputs.emplace_back([this] { server->on_disconnected(peer, now); });
    }
  }

  void run() {
    drain(*server, server_platform, reader);
    drain(*client, client_platform, mdoc_app);
    while (!inputs.empty()) {
      const auto input = std::move(inputs.front());
      inputs.erase(inputs.begin());
      input();
      drain(*server, server_platform, reader);
      drain(*client, client_platform, mdoc_app);
    }
  }

  std::optional<BlePeripheral> server;
  std::optional<BleCentral> client;
  std::vector<RegisterService::Characteristic> characteristics;
  std::vector<std::function<void()>> inputs;
  Platform server_platform, client_platform;
  Application reader, mdoc_app;
};

TEST_F(GuideBle, AServerMadeFromAnEngagementIsFoundIdentifiedAndSpokenTo) {
  Meeting meeting;
  const engagement::BleCentralClient offered{.uuid = engagement::Uuid::random(crypto::system_rng()).value()};
  const Reader& asking = meeting.reader;
  server = server_of_a_reader(asking, offered).value();
  const auto ident = engagement::ble_ident(asking.e_device_key_bytes()).value();
  client =
      BleCentral::create(ble_service(BleMode::mdoc_central_client, offered.uuid).value(), ident, std::nullopt).value();
  client->start(now);
  server->start(now);
  run();
  EXPECT_EQ(reader.story, std::vector<std::string>{"opened by GATT"});
  EXPECT_EQ(mdoc_app.story, std::vector<std::string>{"opened by GATT"});

  const Bytes question(1'000, 0x51), answer(5'000, 0x52);
  ASSERT_TRUE(server->send(question, now));
  run();
  ASSERT_TRUE(client->send(answer, now));
  run();
  EXPECT_EQ(mdoc_app.messages, std::vector<Bytes>{question});
  EXPECT_EQ(reader.messages, std::vector<Bytes>{answer});

  server->finish(now);
  run();
  client->on_timer(*client_platform.wake);  // what the reader sent before its End could still have come
  run();
  EXPECT_EQ(reader.story.back(), "closed");
  EXPECT_EQ(mdoc_app.story.back(), "closed: terminated_by_peer");
}

TEST(GuideBleQuirks, ThePageHasTheTableOfTheLibrary) {
  std::ifstream file(MDOC_GUIDE_FOLDER "/ble.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::size_t rows = 0;
  for (std::size_t at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1)) ++rows;
  for (const BleQuirk& quirk : ble_quirk_table()) {
    std::string row = "\n| `" + std::string(quirk.id) + "` | ";
    row.append(quirk.where).append(" | ").append(quirk.behaviour).append(" | ").append(quirk.handling).append(" |\n");
    EXPECT_NE(page.find(row), std::string::npos) << row;
    --rows;
  }
  // Those of the effects of both roles.
  EXPECT_EQ(rows, 14u);
}

}  // namespace
}  // namespace mdoc
