#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fake_bluez.hpp"
#include "mdoc/bluez/ble_link.hpp"
#include "mdoc/bluez/quirks.hpp"
#include "mdoc/bluez/radio.hpp"

namespace mdoc::bluez {

using namespace std::chrono_literals;
using namespace transport;
using testing::FakeBluez;
using testing::PrivateBus;

inline const Uuid transaction = *Uuid::parse("e7d1b2a0-5c3f-4d6e-9a8b-7c6d5e4f3a21");
inline const std::string state_uuid = "00000001-a123-48ce-896b-4c76973373e6";
inline const std::string client2server_uuid = "00000002-a123-48ce-896b-4c76973373e6";
inline const std::string server2client_uuid = "00000003-a123-48ce-896b-4c76973373e6";
inline const std::string device = "dev_00_00_5E_00_53_01";
inline const std::string other_device = "dev_00_00_5E_00_53_02";

/// A radio on a bus of its own, and the loop that it runs on.
class BluezBench : public ::testing::Test {
 protected:
  /// Lets events happen until the condition holds. @return whether it did, in time
  bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      run_once();
    }
    return true;
  }

  void run_once() {
    context.restart();
    context.run_one_for(1ms);
    context.poll();
    FakeBluez::process_all();
  }

  template <class T>
  std::optional<T> await(net::awaitable<T> operation, std::chrono::milliseconds limit = 20s) {
    std::optional<T> result;
    start(std::move(operation), result);
    (void)run_until([&] { return result.has_value(); }, limit);
    return result;
  }
  /// The result must outlive the operation.
  template <class T>
  void start(net::awaitable<T> operation, std::optional<T>& result) {
    net::co_spawn(context, store(std::move(operation), result), net::detached);
  }

  template <class T>
  static net::awaitable<void> store(net::awaitable<T> operation, std::optional<T>& result) {
    result.emplace(co_await std::move(operation));
  }

  void open_radio(RadioOptions options = {}) {
    options.bus_address = bus.address();
    auto opened = await(Radio::open(std::move(options)));
    ASSERT_TRUE(opened);
    ASSERT_TRUE(*opened) << describe(opened->error());
    radio.emplace(**std::move(opened));
  }

  /// Everything is taken back, and in the background nothing goes on.
  bool is_left_clean(FakeBluez& bluez) {
    return run_until([&] {
      return bluez.applications() == 0 && bluez.advertisements() == 0 &&
             bluez.count("StartDiscovery") == bluez.count("StopDiscovery") && !bluez.knows(device) &&
             !bluez.knows(other_device);
    });
  }

  static BleLinkOptions options(BleQuirks quirks) {
    BleLinkOptions options{.quirks = quirks, .max_attempts = 1};
    options.timeouts = {.open = 10s,
                        .attempt = 5s,
                        .step = 3s,
                        .retry = 10ms,
                        .retry_max = 20ms,
                        .search = 200ms,
                        .subscription = 1s,
                        .progress = 5s,
                        .linger = 50ms,
                        .close = 100ms};
    return options;
  }
  static BlePeripheral server() {
    return *BlePeripheral::create(*ble_service(BleMode::mdoc_peripheral_server, transaction), std::nullopt,
                                  options(server_quirks()));
  }
  static BleCentral client(BleLinkOptions wanted = options(client_quirks())) {
    return *BleCentral::create(*ble_service(BleMode::mdoc_peripheral_server, transaction), std::nullopt, std::nullopt,
                               wanted);
  }
  static FakeBluez::Device peripheral() {
    return {.service = transaction.text(),
            .characteristics = {{.uuid = state_uuid, .flags = {"notify", "write-without-response", "write"}},
                                {.uuid = client2server_uuid, .flags = {"write-without-response", "write"}},
                                {.uuid = server2client_uuid, .flags = {"notify"}}}};
  }
  BleLinkHooks hooks() {
    return {.on_progress = [this](const BleProgress& progress) { steps.push_back(progress.step); }};
  }
  [[nodiscard]] bool has(BleStep step) const { return std::find(steps.begin(), steps.end(), step) != steps.end(); }

  std::vector<BleStep> steps;  // links tell of their end until the loop is gone
  net::io_context context;
  PrivateBus bus;
  std::optional<Radio> radio;
};

}  // namespace mdoc::bluez
