#include <fstream>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "cli/doctor.hpp"
#include "cli/wording.hpp"
#include "mdoc/bluez/radio.hpp"

namespace mdoc::cli {
namespace {

namespace net = mdoc::asio::net;

std::string settings_of_bluetoothd() {
  std::ifstream file("/etc/bluetooth/main.conf");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the error is about, the remedy is.
std::string remedy(const Error& error) {
  const std::string where = error.where.text();
  if (where.ends_with("D-Bus"))
    return "start the system's message bus (systemctl start dbus), and see that it lets you in";
  if (where.ends_with("bluetoothd")) return "start bluetoothd (systemctl start bluetooth; on Debian: package bluez)";
  if (where.ends_with("Powered")) return "switch the adapter on: bluetoothctl power on; is it blocked? (rfkill list)";
  if (where.ends_with("adapter")) return "plug in an adapter of Bluetooth 4.0 or later, or name another by --adapter";
  return "see the log of bluetoothd (journalctl -u bluetooth)";
}

net::awaitable<Diagnosis> examine(std::string adapter) {
  Diagnosis diagnosis{.transport = "ble"};
  bluez::RadioOptions options;
  options.adapter = adapter;
  const auto radio = co_await bluez::Radio::open(options);
  const Result<void> state = radio ? radio->state() : Result<void>(radio.error());
  if (!state) {
    diagnosis.found = in_words(state.error());
    diagnosis.advice.push_back(remedy(state.error()));
  } else {
    diagnosis.works = true;
    diagnosis.found = fmt::format("both roles, by adapter {} of bluetoothd", radio->adapter().value_or("?"));
    diagnosis.advice = advice_on_settings(settings_of_bluetoothd());
  }
  if (radio) {
    for (const bluez::Radio::Adapter& each : radio->adapters()) {
      diagnosis.advice.push_back(fmt::format("adapter {} is {}", each.name, each.powered ? "on" : "off"));
    }
  }
  co_return diagnosis;
}

}  // namespace

Diagnosis diagnose_ble(const std::string& adapter) {
  boost::asio::io_context context;
  auto done = boost::asio::co_spawn(context, examine(adapter), boost::asio::use_future);
  while (done.wait_for(std::chrono::seconds{0}) != std::future_status::ready && context.run_one() > 0) {}
  return done.get();
}

}  // namespace mdoc::cli
