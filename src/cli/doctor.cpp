#include "cli/doctor.hpp"

#include <algorithm>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using boost::asio::ip::tcp;
using json::Phrase;

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  return text;
}

/// The value of a key in a section; empty where it is not set.
std::string setting(const std::string& text, const std::string& section, const std::string& key) {
  std::istringstream lines(text);
  std::string line, within, value;
  while (std::getline(lines, line)) {
    line = without_blanks(line);
    if (line.starts_with('#')) continue;
    if (line.starts_with('[') && line.ends_with(']')) within = line.substr(1, line.size() - 2);
    if (within == section && line.starts_with(key + "=")) value = line.substr(key.size() + 1);
  }
  return value;
}

void print(const Diagnosis& diagnosis) {
  print_line(fmt::format("{} {:<4} {}",
                         mark_of(diagnosis.works ? verification::Outcome::pass : verification::Outcome::fail),
                         diagnosis.transport, json::printable(diagnosis.found.people)));
  for (const Told& each : diagnosis.advice) {
    if (!each.people.empty()) print_line("       " + json::printable(each.people));  // not all of it is for clerks
  }
}

bj::object to_json(const Diagnosis& diagnosis) {
  bj::array advice;
  for (const Told& each : diagnosis.advice) advice.push_back(bj::value(each.json));
  return bj::object{{"transport", diagnosis.transport},
                    {"works", diagnosis.works},
                    {"found", diagnosis.found.json},
                    {"advice", std::move(advice)}};
}

ExitCode run_doctor(const std::string& via, const std::string& adapter, const Tool& tool) {
  std::vector<Diagnosis> found;
  if (via != "ble") found.push_back(diagnose_tcp());
  if (via != "tcp") found.push_back(diagnose_ble(adapter));
  const bool all = std::ranges::all_of(found, &Diagnosis::works);
  if (tool.json) {
    bj::array list;
    for (const Diagnosis& each : found) list.push_back(to_json(each));
    print_json(bj::object{{"transports", std::move(list)}});
  } else {
    for (const Diagnosis& each : found) print(each);
  }
  return all ? ExitCode::done : ExitCode::bad_verdict;
}

}  // namespace

Diagnosis diagnose_tcp() {
  Diagnosis diagnosis{.transport = "tcp", .found = told(Phrase::doctor_tcp_works)};
  boost::asio::io_context context;
  boost::system::error_code failure;
  tcp::acceptor acceptor(context);
  const tcp::endpoint anywhere(boost::asio::ip::address_v4::loopback(), 0);
  acceptor.open(tcp::v4(), failure);
  if (!failure) acceptor.bind(anywhere, failure);
  if (!failure) acceptor.listen(1, failure);
  tcp::socket socket(context);
  if (!failure) socket.connect(acceptor.local_endpoint(), failure);
  diagnosis.works = !failure;
  if (failure) {
    diagnosis.found = told(Phrase::doctor_tcp_fails, {{"why", failure.message()}});
    diagnosis.advice.push_back(told(Phrase::doctor_loopback));
  }
  return diagnosis;
}

// BlueZ 5.66 takes no write above 510 bytes as a server, though it agrees to an MTU that allows them, and its enhanced
// bearers let values overtake each other.
std::vector<Told> advice_on_settings(const std::string& text) {
  std::vector<Told> advice;
  if (setting(text, "GATT", "ExchangeMTU") != "513") advice.push_back(told(Phrase::doctor_mtu));
  if (setting(text, "GATT", "Channels") != "1") advice.push_back(told(Phrase::doctor_channels));
  return advice;
}

void add_doctor(CLI::App& app, Tool& tool) {
  struct Arguments {
    std::string via, adapter;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = add_command(app, tool, "doctor", "Which transports work on this machine, and why others do not",
                                  "mdoc-cli doctor --via ble");
  command->add_option("--via", arguments->via, "Only this one")->check(CLI::IsMember({"tcp", "ble"}));
  command->add_option("--adapter", arguments->adapter, "Bluetooth adapter, such as hci0");
  add_wording(*command);
  add_note(*command, "Exit code 0: all that was looked at works; 1: something does not.");
  command->callback([arguments, &tool] { tool.exit = run_doctor(arguments->via, arguments->adapter, tool); });
}

}  // namespace mdoc::cli
