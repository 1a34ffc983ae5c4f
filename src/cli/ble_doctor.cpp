#include <fstream>
#include <iterator>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "cli/doctor.hpp"
#include "cli/wording.hpp"
#include "mdoc/bluez/radio.hpp"

namespace mdoc::cli {
namespace {

namespace net = mdoc::asio::net;
using json::Phrase;

std::string settings_of_bluetoothd() {
  std::ifstream file("/etc/bluetooth/main.conf");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the error is about, the remedy is.
Told remedy(const Error& error) {
  const std::string where = error.where.text();
  if (where.ends_with("D-Bus")) return told(Phrase::doctor_bus);
  if (where.ends_with("bluetoothd")) return told(Phrase::doctor_daemon);
  if (where.ends_with("Powered")) return told(Phrase::doctor_power);
  if (where.ends_with("adapter")) return told(Phrase::doctor_plug);
  return told(Phrase::doctor_log);
}

net::awaitable<Diagnosis> examine(std::string adapter) {
  Diagnosis diagnosis{.transport = "ble"};
  bluez::RadioOptions options;
  options.adapter = adapter;
  const auto radio = co_await bluez::Radio::open(options);
  const Result<void> state = radio ? radio->state() : Result<void>(radio.error());
  if (!state) {
    diagnosis.found = told(state.error());
    diagnosis.advice.push_back(remedy(state.error()));
  } else {
    diagnosis.works = true;
    diagnosis.found = told(Phrase::doctor_ble_works, {{"adapter", radio->adapter().value_or("?")}});
    diagnosis.advice = advice_on_settings(settings_of_bluetoothd());
  }
  if (radio) {
    for (const bluez::Radio::Adapter& each : radio->adapters()) {
      const Phrase state_of = each.powered ? Phrase::doctor_adapter_on : Phrase::doctor_adapter_off;
      diagnosis.advice.push_back(told(state_of, {{"adapter", each.name}}));
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
