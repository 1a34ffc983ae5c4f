// Presentations in which nothing goes wrong: how long the search lasts and how long everything, and what it saves to
// have the radio ready before the engagement is shown.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "ble_pair.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using std::chrono::nanoseconds;

enum class Channel : std::uint8_t {
  none,           // GATT
  of_engagement,  // its PSM stands there
  of_service,     // its PSM stands in a characteristic
};

/// One way through the plan.
struct Flow {
  BleMode mode{};
  Channel channel{};
  bool warm = false;  ///< the mdoc advertises, or scans, before it shows the engagement
};

// An mdoc reader that serves has no engagement, and so no PSM in one (8.2.2.3; second edition, 11.1.2).
constexpr std::array flows{
    Flow{BleMode::mdoc_peripheral_server, Channel::none, false},
    Flow{BleMode::mdoc_peripheral_server, Channel::none, true},
    Flow{BleMode::mdoc_peripheral_server, Channel::of_engagement, false},
    Flow{BleMode::mdoc_peripheral_server, Channel::of_engagement, true},
    Flow{BleMode::mdoc_peripheral_server, Channel::of_service, false},
    Flow{BleMode::mdoc_peripheral_server, Channel::of_service, true},
    Flow{BleMode::mdoc_central_client, Channel::none, false},
    Flow{BleMode::mdoc_central_client, Channel::none, true},
    Flow{BleMode::mdoc_central_client, Channel::of_service, false},
    Flow{BleMode::mdoc_central_client, Channel::of_service, true},
};

std::string text(const Flow& it) {
  constexpr std::array channels{"GATT", "L2CAP by engagement", "L2CAP by GATT"};
  return std::string(name(it.mode)) + ", " + channels[static_cast<std::size_t>(it.channel)] +
         (it.warm ? ", warm" : ", cold");
}

/// From the moment at which the reader has the engagement.
struct Times {
  nanoseconds scanning{};     ///< until one side has found the other
  nanoseconds transaction{};  ///< until the reader has the response
  friend bool operator==(const Times&, const Times&) = default;
};
void PrintTo(const Times& it, std::ostream* out) {
  *out << "scanning " << it.scanning.count() << " ns, transaction " << it.transaction.count() << " ns";
}

constexpr std::size_t request_size = 400;  // one part of an MTU of 515
constexpr std::size_t response_size = 3'000;
constexpr std::size_t response_parts = 6;

/// By the rules of the room.
struct Model {
  Times least{};  ///< where nothing happens by chance
  Times most{};   ///< where everything that can be late by chance is as late as it can be
};

Model model_of(const Flow& flow, const RadioConditions& room) {
  const bool mdoc_serves = flow.mode == BleMode::mdoc_peripheral_server;
  // One answer of the stack for the service, and one before for the channel, unless the engagement had to wait for it.
  nanoseconds advertises = (flow.channel == Channel::of_service ? 2 : 1) * room.stack_delay;
  if (mdoc_serves && flow.warm) advertises = 0ns;
  nanoseconds hears = room.scan_delay;
  if (!mdoc_serves && flow.warm) hears = 0ns;
  Model model;
  model.least.scanning = std::max(advertises, hears) + room.find_delay;
  model.most.scanning = model.least.scanning + room.jitter;

  int ways = 2;  // the request and the response
  std::size_t bytes = request_size + response_size;
  if (flow.channel != Channel::of_engagement) ways += 2 * 2;  // MTU and service, each a question and an answer
  if (!mdoc_serves) ways += 2;                                // Ident
  if (flow.channel == Channel::of_service) ways += 2;         // the PSM
  if (flow.channel == Channel::none) {
    ways += 2 * 2;                    // both subscriptions
    ways += mdoc_serves ? 0 : 1;      // a reader that serves waits for Start
    bytes += 1 + 1 + response_parts;  // Start, and the first byte of each part
  } else {
    ways += mdoc_serves ? 2 : 1;  // the channel, which a reader that serves has first
    bytes += 2 * 4;               // the lengths of the messages
  }
  const nanoseconds on_air = bytes * nanoseconds(1s) / room.bytes_per_second;
  const nanoseconds after = room.connect_delay + ways * room.latency + on_air;
  model.least.transaction = model.least.scanning + after;
  model.most.transaction = model.most.scanning + after + (1 + ways) * room.jitter;
  return model;
}

/// One presentation in a room of its own. Nothing: it did not go well.
std::optional<Times> present(const Flow& flow, const RadioConditions& room, std::uint64_t seed) {
  const bool mdoc_serves = flow.mode == BleMode::mdoc_peripheral_server;
  BleLinkOptions options;
  options.l2cap = flow.channel != Channel::none;
  VirtualRadio radio(room, seed);
  VirtualDevice& phone = radio.add_device("phone");
  VirtualDevice& terminal = radio.add_device("terminal");
  VirtualPeripheral server = make_server(mdoc_serves ? phone : terminal, flow.mode, options);
  std::optional<VirtualCentral> client;
  const auto make_the_client = [&](std::optional<std::uint16_t> psm) {
    client.emplace(
        mdoc_serves ? terminal : phone,
        BleCentral::create(service_of(flow.mode), mdoc_serves ? std::nullopt : std::optional(pair_ident), psm, options)
            .value());
  };

  if (flow.channel == Channel::of_engagement) {
    server.start();
    if (!radio.run_until([&] { return server.machine().psm().has_value(); }, 5s)) return std::nullopt;
  }
  if (flow.warm) {
    if (mdoc_serves) {
      server.start();
    } else {
      make_the_client(std::nullopt);
      client->start();
    }
    radio.run_until([] { return false; }, 2s);
  }
  const TimePoint engaged = radio.now();  // the reader has read the engagement
  if (!client) {
    make_the_client(flow.channel == Channel::of_engagement ? server.machine().psm() : std::nullopt);
  }
  std::optional<TimePoint> answered;
  const auto as_mdoc = [](auto& machine) {
    return [&machine](const BleEffect& effect) {
      if (std::holds_alternative<MessageReceived>(effect)) (void)machine.send(message_of(response_size));
    };
  };
  const auto as_reader = [&](auto& machine) {
    return [&](const BleEffect& effect) {
      if (std::holds_alternative<LinkOpened>(effect)) (void)machine.send(message_of(request_size));
      if (!std::holds_alternative<MessageReceived>(effect)) return;
      answered = radio.now();
      machine.finish();
    };
  };
  if (mdoc_serves) {
    server.reaction = as_mdoc(server);
    client->reaction = as_reader(*client);
  } else {
    client->reaction = as_mdoc(*client);
    server.reaction = as_reader(server);
  }
  server.start();
  client->start();
  radio.run(60s);

  const BleCarrier carrier = options.l2cap ? BleCarrier::l2cap : BleCarrier::gatt;
  const auto found = std::ranges::find(client->progress(), BleStep::found, &BleProgress::step);
  const auto& answers = mdoc_serves ? client->messages() : server.messages();
  const bool well = answered && found != client->progress().end() && server.closed() && client->closed() &&
                    server.opened()->carrier == carrier && client->opened()->carrier == carrier &&
                    answers.size() == 1 && answers.front() == message_of(response_size) &&
                    radio.counters() == RadioCounters{};
  if (!well) return std::nullopt;
  return Times{found->at - engaged, *answered - engaged};
}

/// Stacks that need a while until they serve, and hear at once.
RadioConditions slow_service() { return {.stack_delay = 60ms}; }
/// Stacks that serve at once, and need a while until they hear.
RadioConditions slow_scan() { return {.scan_delay = 250ms}; }

TEST(Rob05, EveryFlowTakesAsLongAsItsStepsDo) {
  for (const RadioConditions& room : {RadioConditions{}, slow_service(), slow_scan()}) {
    for (const Flow& flow : flows) {
      SCOPED_TRACE(text(flow));
      const auto times = present(flow, room, 1);
      ASSERT_TRUE(times);
      EXPECT_EQ(*times, model_of(flow, room).least);
    }
  }
}

// What is set up before the engagement is shown need not be waited for after it. What the other side needs meanwhile is
// not saved: it begins with the engagement.
TEST(Rob05, AWarmUpSavesWhatTheMdocHasSetUpBefore) {
  const auto saved = [](BleMode mode, Channel channel, const RadioConditions& room) {
    const auto cold = present({mode, channel, false}, room, 1);
    const auto warm = present({mode, channel, true}, room, 1);
    EXPECT_TRUE(cold && warm);
    EXPECT_EQ(cold->transaction - warm->transaction, cold->scanning - warm->scanning);
    return cold->scanning - warm->scanning;
  };
  constexpr BleMode serves = BleMode::mdoc_peripheral_server;
  constexpr BleMode searches = BleMode::mdoc_central_client;
  EXPECT_EQ(saved(serves, Channel::none, slow_service()), 60ms) << "the service";
  EXPECT_EQ(saved(serves, Channel::of_engagement, slow_service()), 60ms) << "the PSM was there in both cases";
  EXPECT_EQ(saved(serves, Channel::of_service, slow_service()), 120ms) << "the channel and the service";
  EXPECT_EQ(saved(serves, Channel::none, slow_scan()), 0ms) << "the reader has to begin to scan";
  EXPECT_EQ(saved(searches, Channel::none, slow_scan()), 250ms - 200us) << "but for the service of the reader";
  EXPECT_EQ(saved(searches, Channel::of_service, slow_scan()), 250ms - 400us) << "and its channel";
  EXPECT_EQ(saved(searches, Channel::none, slow_service()), 0ms) << "the reader has to set up its service";
}

struct Distribution {
  explicit Distribution(std::vector<nanoseconds> of) : sorted(std::move(of)) { std::ranges::sort(sorted); }
  [[nodiscard]] nanoseconds at(std::size_t per_cent) const { return sorted[(sorted.size() - 1) * per_cent / 100]; }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1);
    for (const std::size_t per_cent : {0U, 50U, 95U})
      out << std::setw(8) << static_cast<double>(at(per_cent).count()) / 1e6;
    return out.str();
  }
  std::vector<nanoseconds> sorted;
};

// A hundred times each, where everything is late by chance, and stacks need their time.
TEST(Rob05, AHundredPresentationsOfEachFlowStayWithinTheModel) {
  const RadioConditions room{.stack_delay = 60ms, .scan_delay = 80ms, .jitter = 10ms};
  std::cout << "ms                                                   scanning: min, median, p95    transaction\n";
  for (const Flow& flow : flows) {
    SCOPED_TRACE(text(flow));
    const Model model = model_of(flow, room);
    std::vector<nanoseconds> scanning, transaction;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const auto times = present(flow, room, seed);
      ASSERT_TRUE(times) << seed;
      scanning.push_back(times->scanning);
      transaction.push_back(times->transaction);
    }
    const Distribution of_scanning(std::move(scanning));
    const Distribution of_all(std::move(transaction));
    std::cout << std::left << std::setw(54) << text(flow) << std::right << of_scanning.text() << "    " << of_all.text()
              << '\n';
    EXPECT_GE(of_scanning.at(0), model.least.scanning);
    EXPECT_LE(of_scanning.at(100), model.most.scanning);
    EXPECT_GE(of_all.at(0), model.least.transaction);
    EXPECT_LE(of_all.at(100), model.most.transaction);
    EXPECT_LT(of_all.at(0), of_all.at(50)) << "chance is at work";
    EXPECT_LT(of_all.at(50), of_all.at(95));
  }
}

}  // namespace
}  // namespace mdoc::testing
