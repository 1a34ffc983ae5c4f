// The snippets of docs/guide/ble.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/engagement/derived_names.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/testing/ble_machines.hpp"
#include "mdoc/testing/device_traits.hpp"
#include "mdoc/testing/virtual_radio.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"
#include "mdoc/transport/ble_quirks.hpp"
#include "unit/facade/meeting.hpp"

#ifdef MDOC_GUIDE_BLUEZ
#  include "mdoc/asio/bearers.hpp"
#  include "mdoc/asio/present.hpp"
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
  std::vector<std::string> steps, traced;
  void on_link_opened(BleCarrier carrier) { story.push_back("opened by " + std::string(name(carrier))); }
  void on_message(Bytes message) { messages.push_back(std::move(message)); }
  void on_sent() { story.emplace_back("sent"); }
  void on_progress(BleStep step) { steps.emplace_back(name(step)); }
  void on_trace(const BleTrace& trace) { traced.emplace_back(trace.what); }
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
    } else if (auto* const progress = std::get_if<BleProgress>(&*effect)) {
      application.on_progress(progress->step);
    } else if (auto* const trace = std::get_if<BleTrace>(&*effect)) {
      application.on_trace(*trace);  // only with BleLinkOptions::trace
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

Result<BleCentral> client_of_an_mdoc(const Holder& holder, const engagement::BleCentralClient& offering) {
  const auto service = ble_service(BleMode::mdoc_central_client, offering.uuid);
  if (!service) return service.error();
  const auto ident = engagement::ble_ident(holder.e_device_key_bytes());
  if (!ident) return ident.error();
  BleLinkOptions options;
  options.quirks = ble_quirks(BleStack::android, BleRole::client);
  return BleCentral::create(*service, *ident, std::nullopt, options);  // no PSM: the reader has the listener
}

struct Outbox {
  std::function<Result<void>(Bytes)> give{};  // send() of the machine; then drain, unless within drain
  std::function<void()> finish{};             // likewise
  std::deque<Bytes> waiting{};
  bool busy = false, ending = false;

  void open() {}  // OpenLink: the machine has been started
  void send(Bytes message) { waiting.push_back(std::move(message)), go_on(); }
  void close() { ending = true, go_on(); }
  void on_sent() { busy = false, go_on(); }

  void go_on() {
    while (!busy && !waiting.empty()) {
      Bytes message = std::move(waiting.front());
      waiting.pop_front();
      busy = give(std::move(message)).has_value();  // an error: the link is ending
    }
    if (!busy && std::exchange(ending, false)) finish();
  }
};

// The loops of docs/guide/first-presentation.md, for any radio.
std::vector<ResponseReceived> room_answers;

template <class Radio>
void perform(Reader& reader, Radio& radio, Now now) {
  while (auto effect = reader.poll()) {
    if (std::get_if<OpenLink>(&*effect)) radio.open();
    if (auto* message = std::get_if<SendMessage>(&*effect)) radio.send(std::move(message->message));
    if (auto* answer = std::get_if<ResponseReceived>(&*effect)) {
      room_answers.push_back(std::move(*answer));
      reader.finish(now);
    }
    if (std::get_if<CloseLink>(&*effect)) radio.close();
  }
}

template <class Radio>
void perform(Holder& holder, Radio& radio, crypto::KeyProvider& keys, Rng& rng, Now now) {
  while (auto effect = holder.poll()) {
    if (std::get_if<OpenLink>(&*effect)) radio.open();
    if (auto* message = std::get_if<SendMessage>(&*effect)) radio.send(std::move(message->message));
    if (const auto* asked = std::get_if<ConsentNeeded>(&*effect)) {
      EXPECT_TRUE(holder.answer(presentation::Consent::to_all(asked->options), rng, now));
    }
    if (const auto* person = std::get_if<AuthenticateHolder>(&*effect)) {
      holder.on_holder_authenticated(person->id, presentation::HolderAuthentication{.method = "none"}, now);
    }
    if (const auto* key = std::get_if<UseKey>(&*effect)) {
      holder.on_key_result(key->id, crypto::answer(keys, key->request), now);
    }
    if (std::get_if<CloseLink>(&*effect)) radio.close();
  }
}

UtcSeconds today;  // of the room
Now time_in(const testing::VirtualRadio& radio) { return {.utc = today, .steady = radio.now()}; }

/// What an application does with a machine, done with a machine in the room.
template <class Machine, class Facade>
void wire(testing::VirtualMachine<Machine>& link, Facade& facade, Outbox& outbox, std::function<void(Now)> perform) {
  outbox.give = [&link](Bytes message) { return link.send(std::move(message)); };
  outbox.finish = [&link] { link.finish(); };
  link.reaction = [&link, &facade, &outbox, perform](const BleEffect& effect) {
    const Now now = time_in(link.device().radio());
    if (std::holds_alternative<LinkOpened>(effect)) facade.on_link_opened(now);
    if (const auto* received = std::get_if<MessageReceived>(&effect)) {
      facade.on_message(SharedBytes::copy_of(received->message), now);
    }
    if (std::holds_alternative<MessageSent>(effect)) outbox.on_sent();
    if (std::holds_alternative<LinkClosed>(effect)) facade.on_link_closed(now);
    perform(now);  // polls the facade
  };
}

bool present_in_a_room(testing::VirtualRadio& radio, Holder& holder, Reader& reader, BleCentral client,
                       BlePeripheral server, crypto::KeyProvider& keys, Rng& rng) {
  testing::VirtualCentral mdoc(radio.add_device("phone", testing::known_device("ios")), std::move(client));
  testing::VirtualPeripheral gate(radio.add_device("gate", testing::known_device("android_13")), std::move(server));
  Outbox of_the_mdoc, of_the_gate;
  wire(mdoc, holder, of_the_mdoc, [&](Now now) { perform(holder, of_the_mdoc, keys, rng, now); });
  wire(gate, reader, of_the_gate, [&](Now now) { perform(reader, of_the_gate, now); });
  mdoc.start();
  gate.start();
  return radio.run_until([&] { return mdoc.closed() && gate.closed(); }, std::chrono::seconds{60});
}

#ifdef MDOC_GUIDE_BLUEZ
}  // namespace: for an application to call

namespace net = asio::net;

net::awaitable<Result<bluez::Radio>> open_bluetooth() {
  auto radio = co_await bluez::Radio::open();
  if (!radio) co_return radio.error();
  if (const auto on = radio->state(); !on) co_return on.error();  // without this, links wait until it comes on
  co_return *std::move(radio);
}

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

using Opened = Result<std::unique_ptr<asio::MessageStream>>;

net::awaitable<Opened> open_way(bluez::Radio& radio, BearerKind kind, engagement::BleOptions offered,
                                std::array<std::uint8_t, 16> ident) {
  if (kind == BearerKind::ble_central_client) {
    const auto service = ble_service(BleMode::mdoc_central_client, offered.central_client->uuid).value();
    auto server = BlePeripheral::create(service, ident, {.quirks = bluez::server_quirks()});
    const asio::LinkOpener open = bluez::BleLink::start(radio, *std::move(server)).opener();
    co_return co_await open();
  }
  const auto service = ble_service(BleMode::mdoc_peripheral_server, offered.peripheral_server->uuid).value();
  auto client =
      BleCentral::create(service, std::nullopt, offered.peripheral_server->psm, {.quirks = bluez::client_quirks()});
  const asio::LinkOpener open = bluez::BleLink::start(radio, *std::move(client)).opener();
  co_return co_await open();
}

net::awaitable<Result<ResponseReceived>> read_by_bluetooth(bluez::Radio& radio, Reader reader,
                                                           model::DeviceRequest wanted) {
  const std::vector<BearerKind> known{BearerKind::ble_central_client, BearerKind::ble_peripheral_server};
  const auto candidates = bearers_of_reader(reader.retrieval_methods(), known);
  if (!candidates) co_return candidates.error();  // the engagement offers no BLE
  const auto ident = engagement::ble_ident(reader.e_device_key_bytes());
  if (!ident) co_return ident.error();
  std::vector<asio::Bearer> bearers;
  for (const BearerCandidate& each : *candidates) {
    const auto& offered = std::get<engagement::BleOptions>(reader.retrieval_methods()[each.method]);
    bearers.push_back({.candidate = each, .open = [&radio, kind = each.kind, offered, ident = *ident] {
                         return open_way(radio, kind, offered, ident);
                       }});
  }
  co_return co_await asio::present(asio::first_bearer(std::move(bearers)), std::move(reader), std::move(wanted));
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
  EXPECT_EQ(mdoc_app.steps, (std::vector<std::string>{"scanning", "found", "connected", "discovered", "identified",
                                                      "subscribed", "opened"}));
  EXPECT_EQ(mdoc_app.traced, std::vector<std::string>{});

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

TEST(GuideBleRoom, AHolderAndAReaderPresentByTheirOutboxes) {
  Meeting people;  // a licence, its key, and whom to trust
  crypto::SoftwareKeyProvider keys;
  const SecretBytes scalar = people.sample.device_key.scalar().value();
  ASSERT_TRUE(
      keys.add(people.device_key, crypto::PrivateKey::import(people.sample.device_key.curve(), scalar.view()).value()));
  std::vector<presentation::Credential> wallet;
  const auto licence = SharedBytes::take(people.sample.issuer_signed());
  wallet.push_back(presentation::Credential::decode("licence", licence, people.device_key).value());

  testing::VirtualRadio radio;
  today = people.sample.now;
  const engagement::BleCentralClient offering{.uuid = Uuid::random(crypto::system_rng()).value()};
  const std::vector<engagement::RetrievalMethod> offered{engagement::BleOptions{.central_client = offering}};
  Rng& rng = crypto::system_rng();
  auto holder = Holder::create(std::move(wallet), offered, rng, time_in(radio)).value();
  auto reader = Reader::from_qr_code(holder.qr_code(), people.trust, rng, time_in(radio)).value();
  const auto& read = std::get<engagement::BleOptions>(reader.retrieval_methods().front());
  auto client = client_of_an_mdoc(holder, offering).value();
  auto server = server_of_a_reader(reader, *read.central_client).value();
  ASSERT_TRUE(reader.request(people.request({"family_name"}), time_in(radio)));

  room_answers.clear();
  EXPECT_TRUE(present_in_a_room(radio, holder, reader, std::move(client), std::move(server), keys, rng));
  ASSERT_EQ(room_answers.size(), 1u);
  EXPECT_TRUE(room_answers.front().outcome.report.valid);
  ASSERT_EQ(room_answers.front().outcome.documents.size(), 1u);
  const NameSpace mdl("org.iso.18013.5.1");
  EXPECT_NE(room_answers.front().outcome.documents.front().find(mdl, ElementIdentifier("family_name")), nullptr);
  room_answers.clear();
}

TEST(GuideBleOutbox, GivesOneMessageAtATimeAndFinishesAfterTheLast) {
  std::vector<std::string> story;
  Outbox outbox;
  outbox.give = [&](const Bytes& message) {
    story.push_back("give " + std::to_string(message.size()));
    return message.size() == 3 ? Result<void>(Error{.code = Errc::wrong_state}) : Result<void>{};
  };
  outbox.finish = [&] { story.emplace_back("finish"); };
  outbox.send(Bytes(1));
  outbox.send(Bytes(2));
  outbox.send(Bytes(3));
  outbox.close();
  EXPECT_EQ(story, std::vector<std::string>{"give 1"});
  outbox.on_sent();
  EXPECT_EQ(story, (std::vector<std::string>{"give 1", "give 2"}));
  outbox.on_sent();  // the third is refused, and not waited for
  EXPECT_EQ(story, (std::vector<std::string>{"give 1", "give 2", "give 3", "finish"}));
  outbox.on_sent();
  EXPECT_EQ(story.size(), 4u);
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
  // Those of the effects of both roles and of channels, and of errors.
  EXPECT_EQ(rows, 35u);
}

}  // namespace
}  // namespace mdoc
