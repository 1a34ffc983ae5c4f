#include "cli/bearers.hpp"

#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/ble_bearer.hpp"
#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/tcp.hpp"
#include "cli/terminal.hpp"
#include "mdoc/asio/http_link.hpp"

namespace mdoc::cli {
namespace {

namespace net = asio::net;

class TcpHolderBearer final : public HolderBearer {
 public:
  TcpHolderBearer(const net::any_io_executor& executor, const BearerArguments& arguments)
      : listener_(require(asio::HttpListener::open(executor, tcp_endpoint(arguments.listen, arguments.insecure_tcp),
                                                   tcp_options(arguments.insecure_tcp)),
                          "cannot listen at " + arguments.listen)) {}

  // The engagement announces Wi-Fi Aware, whose data path the test bearer carries; where to connect instead travels out
  // of band.
  net::awaitable<std::vector<engagement::RetrievalMethod>> prepare() override {
    std::vector<engagement::RetrievalMethod> methods;
    methods.emplace_back(engagement::WifiOptions{.supported_bands = {0x04}});
    co_return methods;
  }
  net::awaitable<asio::LinkOpener> open(const Holder& /*holder*/) override {
    co_return [this] { return listener_.accept(); };
  }
  std::string endpoint() const override { return asio::to_text(listener_.local_endpoint()); }
  BearerReport report() const override { return {.name = tcp_test_bearer}; }

 private:
  asio::HttpListener listener_;
};

class TcpReaderBearer final : public ReaderBearer {
 public:
  explicit TcpReaderBearer(const BearerArguments& arguments)
      : endpoint_(tcp_endpoint(arguments.connect, arguments.insecure_tcp)), insecure_(arguments.insecure_tcp) {}

  net::awaitable<asio::LinkOpener> open(const Reader& /*reader*/) override {
    co_return
        [endpoint = endpoint_, insecure = insecure_] { return asio::connect_http(endpoint, tcp_options(insecure)); };
  }
  BearerReport report() const override { return {.name = tcp_test_bearer}; }

 private:
  net::ip::tcp::endpoint endpoint_;
  bool insecure_;
};

CLI::Validator is_address_of_a_holder() {
  const auto refuse_engagement = [](const std::string& text) {
    const bool engagement = text.starts_with("mdoc:") || text.starts_with("MDOC:");
    return engagement ? std::string("takes HOST:PORT; the mdoc: text is the first argument") : std::string();
  };
  return {refuse_engagement, "", ""};
}

constexpr auto ble_forms = "ble[:central|:peripheral][:l2cap]";

// Whoever names an adapter means Bluetooth; over TCP it would be passed over in silence.
void refuse_ble_options(const BearerArguments& arguments) {
  if (!arguments.adapter.empty()) throw Failure(ExitCode::usage, "--adapter is for Bluetooth: say --via ble, too");
  if (arguments.trace) throw Failure(ExitCode::usage, "--trace is for Bluetooth: say --via ble, too");
}

void add_ble_options(CLI::App& command, BearerArguments& arguments) {
  command.add_option("--adapter", arguments.adapter,
                     "Bluetooth adapter of --via ble, such as hci0; by default the first "
                     "that is on");
  command.add_flag("--trace", arguments.trace,
                   "With --via ble: show on standard error what the Bluetooth stack is told and tells");
}

}  // namespace

std::optional<BleChoice> ble_choice(const std::string& via) {
  // Without it, getline() would not see that nothing follows a last colon.
  std::istringstream parts(via + ":");
  std::string part;
  std::getline(parts, part, ':');
  if (part != "ble") return std::nullopt;
  BleChoice choice;
  bool has_mode = false;
  while (std::getline(parts, part, ':')) {
    if ((part == "central" || part == "peripheral") && !has_mode && !choice.l2cap) {
      has_mode = true;
      choice.central_client = part == "central";
      choice.peripheral_server = part == "peripheral";
    } else if (part == "l2cap" && !choice.l2cap) {
      choice.l2cap = true;
    } else {
      return std::nullopt;
    }
  }
  return choice;
}

void check_bearer(const std::string& via) {
  if (via == "tcp" || ble_choice(via)) return;
  throw Failure(ExitCode::usage, "\"" + via + "\" is no bearer; there are tcp and " + ble_forms);
}

void add_bearer(boost::json::object& object, const BearerReport& report) {
  if (!report.steps.empty()) object.emplace("bearerSteps", report.steps);
  if (report.warm_up) object.emplace("warmUp", *report.warm_up);
}

void print_bearer(const BearerReport& report) {
  if (report.steps.empty()) return;
  print_line(styled(Tone::strong, "The way to the link"));
  for (const auto& each : report.steps) {
    const auto& step = each.as_object();
    print_line(fmt::format("  {:<20} {:>9.3f} ms  {}", std::string_view(step.at("step").as_string()),
                           step.at("milliseconds").to_number<double>(), std::string_view(step.at("mode").as_string())));
  }
  if (report.warm_up) {
    print_line(fmt::format("  The radio was ready {:.3f} ms before it was needed: so much shorter was the wait.",
                           *report.warm_up));
  }
}

std::unique_ptr<HolderBearer> make_holder_bearer(const net::any_io_executor& executor, const BearerArguments& arguments,
                                                 const ProtocolConstants& constants) {
  check_bearer(arguments.via);
  if (const auto choice = ble_choice(arguments.via)) return make_ble_holder_bearer(arguments, *choice, constants);
  refuse_ble_options(arguments);
  return std::make_unique<TcpHolderBearer>(executor, arguments);
}

std::unique_ptr<ReaderBearer> make_reader_bearer(const BearerArguments& arguments, const ProtocolConstants& constants) {
  const bool has_address = !arguments.connect.empty();
  if (!arguments.via.empty()) check_bearer(arguments.via);
  if (arguments.via == "tcp" || (arguments.via.empty() && has_address)) {
    if (!has_address) throw Failure(ExitCode::usage, "--via tcp needs --connect HOST:PORT; the holder prints it");
    refuse_ble_options(arguments);
    return std::make_unique<TcpReaderBearer>(arguments);
  }
  const auto choice = ble_choice(arguments.via.empty() ? "ble" : arguments.via);
  if (has_address) throw Failure(ExitCode::usage, "--connect is an address for --via tcp; leave one of them out");
  return make_ble_reader_bearer(arguments, *choice, constants);
}

void add_holder_bearer_options(CLI::App& command, BearerArguments& arguments) {
  arguments.via = "tcp";
  command
      .add_option("--via", arguments.via,
                  std::string("Bearer: tcp, or ") + ble_forms + "; without a mode both are offered")
      ->capture_default_str();
  command.add_option("--listen", arguments.listen, "Address of --via tcp; port 0 takes a free one")
      ->capture_default_str();
  command.add_flag("--insecure-tcp", arguments.insecure_tcp, "Allow addresses outside of this machine");
  add_ble_options(command, arguments);
}

void add_reader_bearer_options(CLI::App& command, BearerArguments& arguments) {
  command.add_option(
      "--via", arguments.via,
      std::string("Bearer: tcp, or ") + ble_forms + "; by default tcp with --connect, else what the engagement offers");
  command.add_option("--connect", arguments.connect, "Where the holder waits with --via tcp: HOST:PORT")
      ->check(is_address_of_a_holder());
  command.add_flag("--insecure-tcp", arguments.insecure_tcp, "Allow addresses outside of this machine");
  add_ble_options(command, arguments);
}

}  // namespace mdoc::cli
