#include "cli/ble_bearer.hpp"

#include <chrono>
#include <cmath>
#include <list>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/randomness.hpp"
#include "mdoc/asio/bearers.hpp"
#include "mdoc/bluez/ble_link.hpp"
#include "mdoc/bluez/quirks.hpp"
#include "mdoc/bluez/radio.hpp"
#include "mdoc/engagement/derived_names.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::cli {
namespace {

namespace net = asio::net;
using Clock = std::chrono::steady_clock;
using engagement::Uuid;
using transport::BearerKind;
using transport::BleMode;

double milliseconds(Clock::duration duration) {
  return std::round(std::chrono::duration<double, std::milli>(duration).count() * 1000) / 1000;
}

[[noreturn]] void refuse(const std::string& what, const Error& error) {
  throw Failure(ExitCode::transport, what + ": " + in_words(error) + "; mdoc-cli doctor says what is missing");
}

BleMode mode_of(BearerKind kind) {
  return kind == BearerKind::ble_central_client ? BleMode::mdoc_central_client : BleMode::mdoc_peripheral_server;
}

std::string short_name(BleMode mode) { return mode == BleMode::mdoc_central_client ? "central" : "peripheral"; }

/// What links tell on their way, in the order in which they tell it.
class Journal {
 public:
  explicit Journal(bool trace) : trace_(trace) {}

  void begin() {
    start_ = Clock::now();
    steps_.clear();
    warm_up_.reset();
    chosen_.reset();
    carriers_.clear();
  }
  [[nodiscard]] bluez::BleLinkHooks hooks(BleMode mode) {
    bluez::BleLinkHooks hooks;
    hooks.on_progress = [this, mode](const transport::BleProgress& progress) {
      if (steps_.size() == max_steps) steps_.erase(steps_.begin());
      steps_.push_back(boost::json::object{{"mode", short_name(mode)},
                                           {"step", name(progress.step)},
                                           {"milliseconds", milliseconds(progress.at - start_)}});
    };
    hooks.on_opened = [this, mode](const transport::LinkOpened& opened) { carriers_[mode] = opened.carrier; };
    if (trace_) hooks.on_trace = [this, mode](const transport::BleTrace& trace) { show(mode, trace); };
    return hooks;
  }
  void shown() { warm_up_ = milliseconds(Clock::now() - start_); }
  void choose(BearerKind kind) { chosen_ = mode_of(kind); }

  [[nodiscard]] BearerReport report() const {
    BearerReport made{.name = "BLE", .steps = steps_, .warm_up = warm_up_};
    if (!chosen_) return made;
    made.name += ", " + std::string(name(*chosen_));
    if (const auto carrier = carriers_.find(*chosen_); carrier != carriers_.end()) {
      made.name += ", " + std::string(name(carrier->second));
    }
    return made;
  }

 private:
  void show(BleMode mode, const transport::BleTrace& trace) const {
    std::string line = fmt::format("{:>12.3f} ms  {:<10}  {} {}", milliseconds(trace.at - start_), short_name(mode),
                                   trace.input ? "<-" : "->", trace.what);
    if (trace.peer) line += fmt::format("  peer {}", static_cast<std::uint64_t>(*trace.peer));
    if (!trace.characteristic.empty()) line += fmt::format("  {}", trace.characteristic);
    if (trace.size) line += fmt::format("  {}", *trace.size);
    print_trace(line);
  }

  // Strangers that come and go make steps, too, for as long as somebody waits.
  static constexpr std::size_t max_steps = 1'000;

  bool trace_;
  Clock::time_point start_ = Clock::now();
  boost::json::array steps_;
  std::optional<double> warm_up_;
  std::optional<BleMode> chosen_;
  std::map<BleMode, transport::BleCarrier> carriers_;
};

/// What both sides have: the radio, and machines made for it.
class BleBearer {
 public:
  BleBearer(const BearerArguments& arguments, const BleChoice& choice, const ProtocolConstants& constants)
      : adapter_(arguments.adapter), choice_(choice), constants_(constants), journal_(arguments.trace) {
    options_.l2cap = choice.l2cap;
    options_.trace = arguments.trace;
    // Whoever shows or reads a code has a limit of their own, of the engagement.
    options_.timeouts.open = std::chrono::hours{24 * 7};
  }

 protected:
  net::awaitable<void> open_radio() {
    if (radio_) co_return;
    bluez::RadioOptions options;
    options.adapter = adapter_;
    auto opened = co_await bluez::Radio::open(options);
    if (!opened) refuse("no Bluetooth", opened.error());
    radio_.emplace(*std::move(opened));
    if (const auto on = radio_->state(); !on) refuse("no Bluetooth", on.error());
  }

  [[nodiscard]] transport::BleService service(BleMode mode, const Uuid& uuid) const {
    return require(transport::ble_service(mode, uuid, constants_), "the UUIDs of the profile");
  }
  [[nodiscard]] std::array<std::uint8_t, 16> ident(ByteView e_device_key_bytes) const {
    return require(engagement::ble_ident(e_device_key_bytes, constants_), "cannot derive Ident");
  }
  [[nodiscard]] bluez::BleLink start_server(BleMode mode, const Uuid& uuid,
                                            std::optional<std::array<std::uint8_t, 16>> ident) {
    transport::BleLinkOptions options = options_;
    options.quirks = bluez::server_quirks();
    auto machine = require(transport::BlePeripheral::create(service(mode, uuid), ident, options), "Bluetooth server");
    return bluez::BleLink::start(*radio_, std::move(machine), journal_.hooks(mode));
  }
  [[nodiscard]] bluez::BleLink start_client(BleMode mode, const Uuid& uuid,
                                            std::optional<std::array<std::uint8_t, 16>> ident,
                                            std::optional<std::uint16_t> psm) {
    transport::BleLinkOptions options = options_;
    options.quirks = bluez::client_quirks();
    auto machine = require(transport::BleCentral::create(service(mode, uuid), ident, psm, options), "Bluetooth client");
    return bluez::BleLink::start(*radio_, std::move(machine), journal_.hooks(mode));
  }
  [[nodiscard]] asio::BearerOptions choosing(std::chrono::milliseconds limit) {
    asio::BearerOptions options{.limit = limit};
    options.on_chosen = [this](BearerKind kind) { journal_.choose(kind); };
    return options;
  }

  std::string adapter_;
  BleChoice choice_;
  const ProtocolConstants& constants_;
  transport::BleLinkOptions options_;
  Journal journal_;
  std::optional<bluez::Radio> radio_;
};

class BleHolderBearer final : public HolderBearer, private BleBearer {
 public:
  using BleBearer::BleBearer;

  // Advertises before there is a code, so that a reader finds us as soon as it has read it.
  net::awaitable<std::vector<engagement::RetrievalMethod>> prepare() override {
    journal_.begin();
    central_.reset();
    peripheral_.reset();
    co_await open_radio();
    engagement::BleOptions offered;
    if (choice_.peripheral_server) {
      const Uuid uuid = require(Uuid::random(randomness()), "no randomness");
      peripheral_.emplace(start_server(BleMode::mdoc_peripheral_server, uuid, std::nullopt));
      if (const auto ready = co_await peripheral_->ready(); !ready) refuse("cannot advertise", ready.error());
      offered.peripheral_server = engagement::BlePeripheralServer{.uuid = uuid, .psm = peripheral_->psm()};
    }
    if (choice_.central_client) {
      reader_uuid_ = require(Uuid::random(randomness()), "no randomness");
      offered.central_client = engagement::BleCentralClient{.uuid = reader_uuid_};
    }
    std::vector<engagement::RetrievalMethod> methods;
    methods.emplace_back(std::move(offered));
    co_return methods;
  }

  net::awaitable<asio::LinkOpener> open(const Holder& holder) override {
    if (choice_.central_client) {
      central_.emplace(
          start_client(BleMode::mdoc_central_client, reader_uuid_, ident(holder.e_device_key_bytes()), std::nullopt));
      if (const auto ready = co_await central_->ready(); !ready) refuse("cannot scan", ready.error());
    }
    std::vector<asio::Bearer> bearers;
    if (central_)
      bearers.push_back({.candidate = {.kind = BearerKind::ble_central_client}, .open = central_->opener()});
    if (peripheral_)
      bearers.push_back({.candidate = {.kind = BearerKind::ble_peripheral_server}, .open = peripheral_->opener()});
    journal_.shown();
    co_return asio::first_bearer(std::move(bearers), choosing(options_.timeouts.open));
  }

  std::string endpoint() const override { return {}; }
  BearerReport report() const override { return journal_.report(); }
  bool close() noexcept override {
    closed_ = true;
    if (peripheral_) peripheral_->close();
    if (central_) central_->close();
    return true;
  }
  bool is_closed() const noexcept override { return closed_; }

 private:
  bool closed_ = false;
  std::optional<bluez::BleLink> peripheral_, central_;
  Uuid reader_uuid_;
};

class BleReaderBearer final : public ReaderBearer, private BleBearer {
 public:
  using BleBearer::BleBearer;

  net::awaitable<asio::LinkOpener> open(const Reader& reader) override {
    journal_.begin();
    std::vector<BearerKind> supported;
    if (choice_.central_client) supported.push_back(BearerKind::ble_central_client);
    if (choice_.peripheral_server) supported.push_back(BearerKind::ble_peripheral_server);
    const auto candidates = transport::bearers_of_reader(reader.retrieval_methods(), supported);
    if (!candidates) {
      throw Failure(ExitCode::usage,
                    "the engagement offers no Bluetooth mode that is allowed here; where the holder waits by tcp, say "
                    "--connect HOST:PORT, which it prints");
    }
    co_await open_radio();
    const auto value = ident(reader.e_device_key_bytes());
    std::vector<asio::Bearer> bearers;
    for (const transport::BearerCandidate& each : *candidates) {
      const auto& offered = std::get<engagement::BleOptions>(reader.retrieval_methods()[each.method]);
      bearers.push_back({.candidate = each, .open = opener(each.kind, offered, value)});
    }
    co_return asio::first_bearer(std::move(bearers), choosing(std::chrono::seconds{60}));
  }
  BearerReport report() const override { return journal_.report(); }
  bool close() noexcept override {
    for (bluez::BleLink& link : links_) link.close();
    return true;
  }

 private:
  [[nodiscard]] asio::LinkOpener opener(BearerKind kind, const engagement::BleOptions& offered,
                                        const std::array<std::uint8_t, 16>& value) {
    if (kind == BearerKind::ble_central_client) {
      return [this, uuid = offered.central_client->uuid, value] {
        return run(links_.emplace_back(start_server(BleMode::mdoc_central_client, uuid, value)).opener());
      };
    }
    return [this, server = *offered.peripheral_server] {
      return run(
          links_.emplace_back(start_client(BleMode::mdoc_peripheral_server, server.uuid, std::nullopt, server.psm))
              .opener());
    };
  }
  // The opener has to live as long as its coroutine.
  static net::awaitable<Result<std::unique_ptr<asio::MessageStream>>> run(asio::LinkOpener opener) {
    co_return co_await opener();
  }

  std::list<bluez::BleLink> links_;
};

}  // namespace

std::unique_ptr<HolderBearer> make_ble_holder_bearer(const BearerArguments& arguments, const BleChoice& choice,
                                                     const ProtocolConstants& constants) {
  return std::make_unique<BleHolderBearer>(arguments, choice, constants);
}

std::unique_ptr<ReaderBearer> make_ble_reader_bearer(const BearerArguments& arguments, const BleChoice& choice,
                                                     const ProtocolConstants& constants) {
  return std::make_unique<BleReaderBearer>(arguments, choice, constants);
}

}  // namespace mdoc::cli
