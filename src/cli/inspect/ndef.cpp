#include <algorithm>
#include <array>
#include <variant>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/ndef.hpp"
#include "mdoc/engagement/nfc_handover.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using namespace engagement;

std::string_view type_name_text(NdefTypeName type_name) {
  switch (type_name) {
    case NdefTypeName::empty: return "empty";
    case NdefTypeName::well_known: return "well-known";
    case NdefTypeName::media: return "media";
    case NdefTypeName::uri: return "uri";
    case NdefTypeName::external: return "external";
    case NdefTypeName::unknown: return "unknown";
  }
  return "unknown";
}

/// Record types of NFC Forum specifications, in words.
std::string_view meaning_of(const NdefRecord& record) {
  static constexpr std::array well_known{Named{"Hs", "Handover Select"},
                                         Named{"Hr", "Handover Request"},
                                         Named{"ac", "alternative carrier"},
                                         Named{"cr", "collision resolution"},
                                         Named{"Tp", "TNEP service parameter"},
                                         Named{"Ts", "TNEP service select"},
                                         Named{"Te", "TNEP status"},
                                         Named{"U", "URI"},
                                         Named{"T", "text"}};
  for (const auto& [type, meaning] : well_known) {
    if (record.is(NdefTypeName::well_known, type)) return meaning;
  }
  return "";
}

std::string_view role_text(LeRole role) {
  switch (role) {
    case LeRole::peripheral_only: return "peripheral";
    case LeRole::central_only: return "central";
    case LeRole::peripheral_preferred: return "peripheral preferred, central possible";
    case LeRole::central_preferred: return "central preferred, peripheral possible";
  }
  return "unknown";
}

/// Types and identifiers are ASCII; what is not, is shown as bytes.
std::string name_text(const SharedBytes& name) {
  const std::string_view text = as_text(name.view());
  const bool ascii = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return ascii ? std::string(text) : bytes_text(name.view());
}

struct CarrierNodes {
  Node& node;

  void operator()(const BleCarrier& carrier) const {
    node.value = "BLE";
    node.add("role", std::string(role_text(carrier.role)));
    if (carrier.uuid) node.add("UUID", carrier.uuid->text());
    if (carrier.address) node.add("address", address_text(*carrier.address));
    if (carrier.psm) node.add("PSM", std::to_string(*carrier.psm), "L2CAP channel");
  }
  void operator()(const NfcCarrier& carrier) const {
    node.value = "NFC";
    if (carrier.command_data) node.add("command data", count_text(*carrier.command_data, "byte"));
    if (carrier.response_data) node.add("response data", count_text(*carrier.response_data, "byte"));
  }
  void operator()(const WifiAwareCarrier& carrier) const {
    node.value = "Wi-Fi Aware";
    if (!carrier.cipher_suites.empty()) node.add("cipher suites", bytes_text(carrier.cipher_suites));
    if (carrier.public_key) {
      node.add("public key", bytes_text(carrier.public_key->x), fmt::format("group {}", carrier.public_key->group));
    }
    if (carrier.passphrase) node.add("pass-phrase", *carrier.passphrase);
    if (!carrier.bands.empty()) node.add("bands", bytes_text(carrier.bands));
  }
  void operator()(const OtherCarrier& carrier) const {
    node.value = name_text(carrier.record.type);
    node.meaning = "not interpreted";
  }
};

std::string_view power_text(CarrierPowerState state) {
  switch (state) {
    case CarrierPowerState::inactive: return "inactive";
    case CarrierPowerState::active: return "active";
    case CarrierPowerState::activating: return "activating";
    case CarrierPowerState::unknown: return "unknown power state";
  }
  return "unknown power state";
}

void add_carriers(Node& node, const std::vector<AlternativeCarrier>& carriers) {
  Node& list = node.add("carriers", std::to_string(carriers.size()));
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    Node& child = list.add(fmt::format("[{}]", i), "", std::string(power_text(carriers[i].power_state)));
    std::visit(CarrierNodes{child}, carriers[i].carrier);
  }
}

/// What a handover message comes to; a message of records that make no handover stays what it is.
void add_handover(Node& node, const SharedBytes& bytes, std::span<const NdefRecord> records, Inspector& inspector) {
  for (const NdefRecord& record : records) {
    if (record.is(NdefTypeName::well_known, "Hs")) {
      const auto select = decode_handover_select(bytes, inspector.context(), inspector.constants());
      if (!select) {
        node.add(inspector.broken("Handover Select", select.error(), {}));
        continue;
      }
      Node& child = node.add("Handover Select", "", "what the mdoc offers");
      add_carriers(child, select->carriers);
      child.add(device_engagement_node("DeviceEngagement", select->device_engagement, inspector));
    }
    if (record.is(NdefTypeName::well_known, "Hr")) {
      const auto request = decode_handover_request(bytes, inspector.context(), inspector.constants());
      if (!request) {
        node.add(inspector.broken("Handover Request", request.error(), {}));
        continue;
      }
      Node& child = node.add("Handover Request", "", "what the reader can do");
      add_carriers(child, request->carriers);
      if (request->reader_engagement) {
        child.add(reader_engagement_node("ReaderEngagement", *request->reader_engagement));
      }
    }
  }
}

bool carries_engagement(const NdefRecord& record) {
  const ProtocolConstants& constants = iso18013_5();
  return record.is(NdefTypeName::external, constants.ndef_device_engagement_type) ||
         record.is(NdefTypeName::external, constants.ndef_reader_engagement_type);
}

Node record_node(std::string label, const NdefRecord& record) {
  const std::string type = name_text(record.type);
  Node node{.label = std::move(label),
            .value = fmt::format("{}{}{}", type_name_text(record.type_name), type.empty() ? "" : " ", type),
            .meaning = std::string(meaning_of(record))};
  if (!record.id.empty()) node.add("id", name_text(record.id));
  node.add("payload", record.payload.empty() ? "empty" : bytes_text(record.payload.view()));
  return node;
}

bj::value record_json(const NdefRecord& record) {
  bj::object object{{"typeName", type_name_text(record.type_name)},
                    {"type", name_text(record.type)},
                    {"id", name_text(record.id)},
                    {"payload", bj::object{{"bytes", to_base64url(record.payload.view())}}}};
  if (carries_engagement(record)) object.emplace("content", json_of(record.payload.view()));
  return object;
}

}  // namespace

Node inspect_ndef(const SharedBytes& bytes, Inspector& inspector) {
  const auto records = require(decode_ndef_message(bytes, inspector.context()), "cannot decode the NDEF message");
  Node node{.label = "NDEF message", .value = size_text(bytes.view())};
  Node& list = node.add("records", std::to_string(records.size()));
  bj::array json_records;
  for (std::size_t i = 0; i < records.size(); ++i) {
    list.add(record_node(fmt::format("[{}]", i), records[i]));
    json_records.push_back(record_json(records[i]));
  }
  inspector.value = bj::object{{"records", std::move(json_records)}};
  add_handover(node, bytes, records, inspector);
  return node;
}

}  // namespace mdoc::cli
