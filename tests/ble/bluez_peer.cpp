// bluez_peer --role server|client --adapter NAME --service UUID [options]
//
// One side of a link over mdoc::bluez, for the BLE lane: the server waits for a client and returns every message that
// comes; the client sends messages of given sizes and compares what comes back, then ends. The last line of standard
// output is a JSON object. Exit code 0: all of it went well.
//
//   --mode peripheral|central  of the mdoc: says which service it is (default: peripheral)
//   --l2cap                    offers or uses an L2CAP channel
//   --psm N                    of the client: that the engagement would name
//   --message SIZE             of the client: again for each message
//   --end server|client|drop   who ends the link; or "drop": destroyed where it stands (default: client)
//   --close-after MS           closes the link after so long, in whatever state it is; that is well, as SIGINT is
//   --other-ident              of the client: expects an Ident that no server has
//   --open-seconds N           how long the link may take to open (default: 60)
//   --trace                    what went between machine and stack, on standard error
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/bluez/ble_link.hpp"
#include "mdoc/bluez/quirks.hpp"
#include "mdoc/bluez/radio.hpp"

namespace {

namespace net = boost::asio;
using mdoc::Bytes;
using mdoc::Result;
using namespace mdoc::transport;
using std::chrono::steady_clock;

struct Options {
  bool is_server = false;
  std::string adapter, end = "client";
  std::optional<Uuid> service;
  BleMode mode = BleMode::mdoc_peripheral_server;
  bool l2cap = false, trace = false, other_ident = false;
  std::optional<std::uint16_t> psm;
  std::vector<std::size_t> sizes;
  unsigned open_seconds = 60;
  std::optional<unsigned> close_after;
};

std::string report;  // JSON, without the braces

void add(const std::string& name, const std::string& value) {
  report += (report.empty() ? "\"" : ", \"") + name + "\": " + value;
}
void add(const std::string& name, steady_clock::time_point since) {
  const std::chrono::duration<double> seconds = steady_clock::now() - since;
  add(name, std::to_string(seconds.count()));
}

template <class Number>
Number number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error("not a number");
  return value;
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto value = [&]() -> std::string_view {
      if (++i >= count) throw std::runtime_error(std::string(word) + " needs a value");
      return words[i];
    };
    if (word == "--role")
      options.is_server = value() == "server";
    else if (word == "--adapter")
      options.adapter = value();
    else if (word == "--service")
      options.service = Uuid::parse(value());
    else if (word == "--mode")
      options.mode = value() == "central" ? BleMode::mdoc_central_client : BleMode::mdoc_peripheral_server;
    else if (word == "--l2cap")
      options.l2cap = true;
    else if (word == "--psm")
      options.psm = number<std::uint16_t>(value());
    else if (word == "--message")
      options.sizes.push_back(number<std::size_t>(value()));
    else if (word == "--end")
      options.end = value();
    else if (word == "--close-after")
      options.close_after = number<unsigned>(value());
    else if (word == "--open-seconds")
      options.open_seconds = number<unsigned>(value());
    else if (word == "--other-ident")
      options.other_ident = true;
    else if (word == "--trace")
      options.trace = true;
    else
      throw std::runtime_error("unknown option " + std::string(word));
  }
  if (!options.service) throw std::runtime_error("no --service");
  return options;
}

template <class T>
T must(Result<T> result, const char* what) {
  if (result) return *std::move(result);
  throw std::runtime_error(std::string(what) + ": " + mdoc::describe(result.error()) + ", native " +
                           std::to_string(result.error().native));
}
void must(const Result<void>& result, const char* what) {
  if (!result) {
    throw std::runtime_error(std::string(what) + ": " + mdoc::describe(result.error()) + ", native " +
                             std::to_string(result.error().native));
  }
}

mdoc::bluez::BleLinkHooks hooks(steady_clock::time_point begin) {
  const auto at = [begin](mdoc::TimePoint time) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time - begin).count()) / 1000;
  };
  return {.on_progress =
              [at](const BleProgress& progress) {
                std::fprintf(stderr, "%7.3f %s\n", at(progress.at), name(progress.step).data());
              },
          .on_trace =
              [at](const BleTrace& trace) {
                std::fprintf(stderr, "%7.3f %s %s %s %ld\n", at(trace.at), trace.input ? "->" : "  ", trace.what.data(),
                             std::string(trace.characteristic).c_str(),
                             trace.size ? static_cast<long>(*trace.size) : -1);
              }};
}

Bytes message(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  for (auto& each : bytes) {
    seed = seed * 1'664'525 + 1'013'904'223;
    each = static_cast<std::uint8_t>(seed >> 24);
  }
  return bytes;
}

net::awaitable<void> serve(mdoc::asio::MessageStream& stream, const Options& options) {
  std::size_t bytes = 0;
  for (;;) {
    const auto got = co_await stream.read_message();
    if (!got) {
      add("ended", "\"" + std::string(mdoc::name(got.error().code)) + "\"");
      break;
    }
    bytes += got->size();
    must(co_await stream.write_message(*got), "answer");
    if (options.end == "server" && got->size() == 1) break;
  }
  add("bytes", std::to_string(bytes));
}

net::awaitable<void> ask(mdoc::asio::MessageStream& stream, const Options& options) {
  unsigned seed = 1;
  std::string seconds;
  for (const std::size_t size : options.sizes) {
    const auto begin = steady_clock::now();
    const Bytes sent = message(size, seed++);
    must(co_await stream.write_message(sent), "write");
    const std::chrono::duration<double> up = steady_clock::now() - begin;
    const Bytes back = must(co_await stream.read_message(), "read");
    if (back != sent) throw std::runtime_error("another message came back");
    const std::chrono::duration<double> both = steady_clock::now() - begin;
    seconds += (seconds.empty() ? "[" : ", [") + std::to_string(size) + ", " + std::to_string(up.count()) + ", " +
               std::to_string(both.count()) + "]";
  }
  add("size_up_both_seconds", "[" + seconds + "]");
  if (options.end == "server") {
    const auto end = co_await stream.read_message();
    add("ended", "\"" + (end ? "message" : std::string(mdoc::name(end.error().code))) + "\"");
  }
}

net::awaitable<void> use(mdoc::bluez::BleLink& link, const Options& options, steady_clock::time_point begin) {
  must(co_await link.ready(), "ready");
  add("ready_seconds", begin);
  if (const auto psm = link.psm()) add("psm", std::to_string(*psm));
  const auto opener = link.opener();
  const auto stream = must(co_await opener(), "open");
  add("open_seconds", begin);
  if (options.is_server) {
    co_await serve(*stream, options);
  } else {
    co_await ask(*stream, options);
  }
  if (options.end != "drop") co_await stream->shutdown();
}

/// Closes a link that is used elsewhere, if it still is there.
class Closer {
 public:
  explicit Closer(mdoc::bluez::BleLink& link) : state_(std::make_shared<State>(State{.link = &link})) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() { state_->link = nullptr; }

  [[nodiscard]] auto handler() const {
    return [state = state_](boost::system::error_code error, int = 0) {
      if (error || state->link == nullptr) return;
      state->has_closed = true;
      state->link->close();
    };
  }
  [[nodiscard]] bool has_closed() const { return state_->has_closed; }

 private:
  struct State {
    mdoc::bluez::BleLink* link = nullptr;
    bool has_closed = false;
  };
  std::shared_ptr<State> state_;
};

net::awaitable<void> run(Options options, net::signal_set& interrupted) {
  const auto begin = steady_clock::now();
  mdoc::bluez::RadioOptions radio_options;
  radio_options.adapter = options.adapter;
  const auto radio = must(co_await mdoc::bluez::Radio::open(radio_options), "radio");
  must(radio.state(), "adapter");
  const BleService service = must(ble_service(options.mode, *options.service), "service");
  std::optional<std::array<std::uint8_t, 16>> ident;
  if (service.has(BleCharacteristic::ident)) ident.emplace().fill(options.other_ident ? 7 : 8);
  BleLinkOptions link_options{.quirks = options.is_server ? mdoc::bluez::server_quirks() : mdoc::bluez::client_quirks(),
                              .l2cap = options.l2cap,
                              .trace = options.trace};
  link_options.timeouts.open = std::chrono::seconds(options.open_seconds);
  auto link =
      options.is_server
          ? mdoc::bluez::BleLink::start(radio, must(BlePeripheral::create(service, ident, link_options), "server"),
                                        hooks(begin))
          : mdoc::bluez::BleLink::start(
                radio, must(BleCentral::create(service, ident, options.psm, link_options), "client"), hooks(begin));
  const Closer closer(link);
  interrupted.async_wait(closer.handler());
  net::steady_timer closing(co_await net::this_coro::executor);
  if (options.close_after) {
    closing.expires_after(std::chrono::milliseconds(*options.close_after));
    closing.async_wait(closer.handler());
  }
  try {
    co_await use(link, options, begin);
  } catch (const std::exception&) {
    if (!closer.has_closed()) throw;
  }
  add("closed", closer.has_closed() ? "true" : "false");
}

}  // namespace

int main(int count, char** words) {
  int code = 0;
  try {
    const Options options = parse(count, words);
    net::io_context context;
    // Until the end: what the link has begun on its way out is not to be cut off.
    net::signal_set interrupted(context, SIGINT);
    net::co_spawn(context, run(options, interrupted), [&](const std::exception_ptr& exception) {
      interrupted.cancel();
      try {
        if (exception) std::rethrow_exception(exception);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "bluez_peer: %s\n", error.what());
        code = 1;
      }
    });
    context.run();
    // Nor does one that comes too late make the way out look like a failure.
    sigset_t late;
    ::sigemptyset(&late);
    ::sigaddset(&late, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &late, nullptr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bluez_peer: %s\n", error.what());
    code = 2;
  }
  std::printf("{%s}\n", report.c_str());
  return code;
}
