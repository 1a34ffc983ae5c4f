#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/deviations.hpp"
#include "cli/failure.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/status_list.hpp"
#include "cli/terminal.hpp"
#include "cli/trust_list_file.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

/// How many indexes or identifiers are shown.
constexpr std::size_t most_shown = 64;

struct StatusListShowArguments {
  std::string token;
  Level level = Level::interop;
};

/// What is in a status list, counted.
struct StatusCount {
  std::array<std::uint64_t, 256> values{};
  std::vector<std::pair<std::uint64_t, unsigned>> first_set{};  ///< index and value

  explicit StatusCount(const trust::StatusList& list) {
    const unsigned per_byte = 8 / list.bits();
    std::uint64_t index = 0;
    for (const std::uint8_t byte : list.bytes()) {
      if (byte == 0) values[0] += per_byte;  // most of a list
      for (unsigned i = 0; byte != 0 && i < per_byte; ++i) {
        const auto value = static_cast<unsigned>(*list.at(index + i));
        ++values[value];
        if (value != 0 && first_set.size() < most_shown) first_set.emplace_back(index + i, value);
      }
      index += per_byte;
    }
  }
};

std::string value_name(unsigned value) { return std::string(trust::name(static_cast<trust::StatusType>(value))); }

trust::StatusList unpack(const StatusTokenFile& file) {
  const auto& encoded = std::get<trust::EncodedStatusList>(file.claims().list);
  return require(trust::StatusList::inflate(encoded.bits, encoded.lst.view()),
                 "cannot unpack the status list of " + file.name);
}

/// The signer's certificate; nothing where there is none, or it does not decode.
std::optional<crypto::Certificate> signer_of(const StatusTokenFile& file) {
  const cose::X5Chain& chain = file.token.x5chain();
  if (chain.empty()) return std::nullopt;
  const auto certificate = crypto::Certificate::from_der(chain.front().view());
  return certificate ? std::optional(*certificate) : std::nullopt;
}

// ---- for people ---------------------------------------------------------------------------------

void print_claim(std::string_view name, std::string_view value) {
  print_line(fmt::format("  {:<12} {}", name, json::printable(value)));
}

void print_claims(const StatusTokenFile& file) {
  const trust::StatusListClaims& claims = file.claims();
  print_line(styled(Tone::strong, title_of(file.token.kind())));
  print_claim("URI", claims.sub);
  print_claim("issued", to_rfc3339(claims.iat));
  print_claim("expires", claims.exp ? to_rfc3339(*claims.exp) : "does not say");
  if (claims.ttl) print_claim("time to live", fmt::format("{} s", claims.ttl->count()));
  if (claims.aggregation_uri) print_claim("aggregation", *claims.aggregation_uri);
  const auto signer = signer_of(file);
  print_claim("signer", signer ? signer->subject().text() : "no usable certificate (x5chain): nobody can verify it");
  print_line(styled(Tone::quiet, "  the signature is not checked here: mdoc-cli status-list check checks it"));
}

void print_left_out(std::size_t all, std::string_view what) {
  if (all > most_shown) print_line(fmt::format("    … and {} more {}", all - most_shown, what));
}

void print_status_list(const StatusTokenFile& file) {
  const auto& encoded = std::get<trust::EncodedStatusList>(file.claims().list);
  const trust::StatusList list = unpack(file);
  const StatusCount count(list);
  print_claim("size", fmt::format("{} statuses of {} bit{}, {} bytes, {} compressed", list.size(), list.bits(),
                                  list.bits() == 1 ? "" : "s", list.bytes().size(), encoded.lst.size()));
  for (unsigned value = 0; value < count.values.size(); ++value) {
    if (count.values[value] == 0) continue;
    print_line(fmt::format("    {:>10} {} ({})", count.values[value], value_name(value), value));
  }
  if (count.first_set.empty()) return;
  print_line("  not valid");
  for (const auto& [index, value] : count.first_set) {
    print_line(fmt::format("    {:>10} {} ({})", index, value_name(value), value));
  }
  print_left_out(list.size() - count.values[0], "indexes");
}

void print_identifier_list(const trust::IdentifierList& list) {
  print_claim("size",
              fmt::format("{} identifier{}, all of revoked documents", list.size(), list.size() == 1 ? "" : "s"));
  for (const ByteView id : list.identifiers().first(std::min(list.size(), most_shown))) {
    print_line("    " + to_hex(id));
  }
  print_left_out(list.size(), "identifiers");
}

// ---- for machines -------------------------------------------------------------------------------

void add_statuses(boost::json::object& object, const StatusTokenFile& file) {
  const auto& encoded = std::get<trust::EncodedStatusList>(file.claims().list);
  const trust::StatusList list = unpack(file);
  const StatusCount count(list);
  boost::json::array values;
  boost::json::array first;
  for (unsigned value = 0; value < count.values.size(); ++value) {
    if (count.values[value] == 0) continue;
    values.push_back(
        boost::json::object{{"value", value}, {"name", value_name(value)}, {"count", count.values[value]}});
  }
  for (const auto& [index, value] : count.first_set) {
    first.push_back(boost::json::object{{"index", index}, {"value", value}, {"name", value_name(value)}});
  }
  object.emplace("bits", list.bits());
  object.emplace("size", list.size());
  object.emplace("bytes", list.bytes().size());
  object.emplace("compressedBytes", encoded.lst.size());
  object.emplace("values", std::move(values));
  object.emplace("firstSet", std::move(first));
}

void add_identifiers(boost::json::object& object, const trust::IdentifierList& list) {
  boost::json::array first;
  for (const ByteView id : list.identifiers().first(std::min(list.size(), most_shown))) {
    first.push_back(boost::json::string(to_hex(id)));
  }
  object.emplace("size", list.size());
  object.emplace("firstIdentifiers", std::move(first));
}

boost::json::object token_json(const StatusTokenFile& file) {
  const trust::StatusListClaims& claims = file.claims();
  boost::json::object object{
      {"kind", id_of(file.token.kind())}, {"uri", claims.sub}, {"issuedAt", to_rfc3339(claims.iat)}};
  if (claims.exp) object.emplace("expiresAt", to_rfc3339(*claims.exp));
  if (claims.ttl) object.emplace("timeToLive", claims.ttl->count());
  if (claims.aggregation_uri) object.emplace("aggregationUri", *claims.aggregation_uri);
  if (const auto signer = signer_of(file)) object.emplace("signer", certificate_facts_json(*signer));
  object.emplace("verified", false);
  if (const auto* identifiers = std::get_if<trust::IdentifierList>(&claims.list)) {
    add_identifiers(object, *identifiers);
  } else {
    add_statuses(object, file);
  }
  object.emplace("warnings", deviations_json(file.deviations));
  return object;
}

void run_status_list_show(const StatusListShowArguments& arguments, const Tool& tool) {
  const StatusTokenFile file = load_status_token(arguments.token, arguments.level);
  if (tool.json) return print_json(token_json(file));
  print_claims(file);
  if (const auto* identifiers = std::get_if<trust::IdentifierList>(&file.claims().list)) {
    print_identifier_list(*identifiers);
  } else {
    print_status_list(file);
  }
  print_deviations(file.deviations);
}

}  // namespace

void add_status_list_show(CLI::App& status_list, Tool& tool) {
  const auto arguments = std::make_shared<StatusListShowArguments>();
  CLI::App* command = add_command(status_list, tool, "show", "Show what a list token says, whoever signed it",
                                  "mdoc-cli status-list show token.cbor");
  command->add_option("token", arguments->token, "Status or identifier list token, CWT or JWT: INPUT")->required();
  add_level(*command, arguments->level);
  add_note(*command,
           fmt::format("Of the indexes that are not valid, or the identifiers, the first {} are shown.", most_shown));
  command->callback([arguments, &tool] { run_status_list_show(*arguments, tool); });
}

}  // namespace mdoc::cli
