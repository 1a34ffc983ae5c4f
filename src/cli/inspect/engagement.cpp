#include <array>
#include <variant>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/derived_names.hpp"

namespace mdoc::cli {
namespace {

using namespace engagement;

struct OptionNodes {
  Node& node;

  void operator()(const NfcOptions& options) const {
    node.add("command data", count_text(options.command_data, "byte"), "at most in one APDU to the mdoc");
    node.add("response data", count_text(options.response_data, "byte"), "at most in one APDU from the mdoc");
    add_others(node, options.others);
  }
  void operator()(const BleOptions& options) const {
    if (const auto& server = options.peripheral_server) {
      Node& mode = node.add("peripheral server mode", server->uuid.text(), "the reader connects");
      if (server->address) mode.add("address", address_text(*server->address));
      if (server->psm) mode.add("PSM", std::to_string(*server->psm), "L2CAP channel");
    }
    if (const auto& client = options.central_client) {
      node.add("central client mode", client->uuid.text(), "the mdoc connects");
    }
    add_others(node, options.others);
  }
  void operator()(const WifiOptions& options) const {
    if (options.passphrase) node.add("pass-phrase", *options.passphrase);
    if (options.operating_class) node.add("operating class", std::to_string(*options.operating_class));
    if (options.channel) node.add("channel", std::to_string(*options.channel));
    if (!options.supported_bands.empty()) node.add("supported bands", bytes_text(options.supported_bands));
    add_others(node, options.others);
  }
  void operator()(const RestApiOptions& options) const {
    node.add("uri", options.uri);
    add_others(node, options.others);
  }
  void operator()(const OtherRetrievalMethod& method) const {
    node.meaning = fmt::format("type {}, version {}: not interpreted", method.type, method.version);
    if (!method.options.empty()) node.add(item_node("options", method.options.view()));
  }
};

void add_methods(Node& node, std::span<const RetrievalMethod> methods) {
  if (methods.empty()) return;
  Node& list = node.add("retrieval methods", std::to_string(methods.size()), "in order of preference");
  for (std::size_t i = 0; i < methods.size(); ++i) {
    list.add(retrieval_method_node(fmt::format("[{}]", i), methods[i]));
  }
}

Node capabilities_node(const Capabilities& capabilities) {
  Node node{.label = "capabilities"};
  const auto add = [&node](const char* name, bool value) { node.add(name, value ? "yes" : "no"); };
  add("readerAuthAll", capabilities.reader_auth_all);
  add("extended request", capabilities.extended_request);
  add("session establishment during handover", capabilities.handover_session_establishment);
  add("macKeys", capabilities.mac_keys);
  for (const std::int64_t id : capabilities.mac_key_curves) {
    const auto* curve = crypto::find_curve(id);
    node.add("macKeys curve", curve == nullptr ? std::to_string(id) : std::string(curve->name));
  }
  add_others(node, capabilities.others);
  return node;
}

Node server_retrieval_node(const DeviceEngagement& engagement, Inspector& inspector) {
  const auto methods = decode_server_retrieval_methods(engagement, inspector.context());
  if (!methods) {
    return inspector.broken("server retrieval", methods.error(), engagement.server_retrieval_methods()->view());
  }
  Node node{.label = "server retrieval", .meaning = "where to ask the issuer; not authenticated"};
  const auto add = [&node](const char* name, const std::optional<ServerRetrievalMethod>& method) {
    if (!method) return;
    Node& child = node.add(name, method->issuer_url, fmt::format("version {}", method->version));
    child.add("token", method->token);
  };
  add("webApi", methods->web_api);
  add("oidc", methods->oidc);
  add_others(node, methods->others);
  return node;
}

Node origin_infos_node(const DeviceEngagement& engagement, Inspector& inspector) {
  const auto infos = decode_origin_infos(engagement, inspector.context());
  if (!infos) return inspector.broken("origin infos", infos.error(), engagement.origin_infos()->view());
  Node node{.label = "origin infos", .value = infos->empty() ? "none" : std::to_string(infos->size())};
  for (const OriginInfo& info : *infos) {
    if (info.domain) {
      node.add("domain", info.domain->empty() ? "unknown" : *info.domain, "where the mdoc was invoked");
    } else {
      node.add(item_node(fmt::format("category {}, type {}", info.category, info.type), info.details.view()));
    }
  }
  return node;
}

/// Names of the radio that follow from the engagement, for those who look at a capture.
void add_derived_names(Node& node, const DeviceEngagement& engagement) {
  const ByteView key = engagement.e_device_key_bytes().bytes();
  for (const RetrievalMethod& method : engagement.retrieval_methods()) {
    if (std::holds_alternative<BleOptions>(method)) {
      if (const auto ident = ble_ident(key)) node.add("BLE Ident", to_hex(*ident), "derived from EDeviceKey");
    }
    if (std::holds_alternative<WifiOptions>(method)) {
      if (const auto service = nan_service_name(key)) {
        node.add("Wi-Fi Aware service", *service, "derived from EDeviceKey");
      }
    }
  }
}

}  // namespace

std::string address_text(const BleAddress& address) {
  std::string text;
  for (auto octet = address.octets.rbegin(); octet != address.octets.rend(); ++octet) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", *octet);
  }
  if (address.type) text += *address.type == 0 ? ", public" : ", random";
  return text;
}

Node retrieval_method_node(std::string label, const RetrievalMethod& method) {
  Node node{.label = std::move(label), .value = std::string(name(method))};
  std::visit(OptionNodes{node}, method);
  return node;
}

Node device_engagement_node(std::string label, const DeviceEngagement& engagement, Inspector& inspector) {
  Node node{.label = std::move(label), .value = size_text(engagement.bytes().view())};
  node.add("version", std::string(engagement.version()));
  Node key = key_node("EDeviceKey", engagement.e_device_key().coordinates());
  key.meaning = fmt::format("the mdoc's ephemeral key, cipher suite {}", cipher_suite_1);
  node.add(std::move(key));
  add_methods(node, engagement.retrieval_methods());
  add_derived_names(node, engagement);
  if (engagement.server_retrieval_methods()) node.add(server_retrieval_node(engagement, inspector));
  if (engagement.origin_infos()) node.add(origin_infos_node(engagement, inspector));
  if (const auto& capabilities = engagement.capabilities()) node.add(capabilities_node(*capabilities));
  add_others(node, engagement.others());
  return node;
}

Node reader_engagement_node(std::string label, const ReaderEngagement& engagement) {
  Node node{.label = std::move(label), .value = size_text(engagement.bytes().view())};
  node.add("version", std::string(engagement.version()));
  if (const auto& key = engagement.e_reader_key_bytes()) {
    Node& child = node.add(key_node("EReaderKey", key->value().coordinates()));
    child.meaning = "the reader's ephemeral key";
  }
  add_methods(node, engagement.retrieval_methods());
  add_others(node, engagement.others());
  return node;
}

Node inspect_device_engagement(const SharedBytes& bytes, Inspector& inspector) {
  const char* failed = "cannot decode DeviceEngagement";
  cbor::Reader reader(bytes, inspector.context(), "DeviceEngagementBytes");
  const bool wrapped = reader.next_is_tag(cbor::tag_embedded);
  cbor::Reader look(bytes, Inspector::quiet());
  auto map = look.enter_map();
  const bool message = map.next() && map.key() == "deviceEngagementBytes";
  const auto context = inspector.context();
  const ProtocolConstants& constants = inspector.constants();
  auto engagement = wrapped   ? read_device_engagement_bytes(reader, constants)
                    : message ? decode_device_engagement_message(bytes, context, constants)
                              : decode_device_engagement(bytes, context, constants);
  const DeviceEngagement decoded = require(std::move(engagement), failed);
  if (wrapped) require(reader.finish(), failed);
  inspector.version = std::string(decoded.version());
  return device_engagement_node(message ? "DeviceEngagementMessage" : "DeviceEngagement", decoded, inspector);
}

Node inspect_reader_engagement(const SharedBytes& bytes, Inspector& inspector) {
  SharedBytes map = bytes;
  cbor::Reader reader(bytes, inspector.context());
  if (reader.next_is_tag(cbor::tag_embedded)) {
    if (const auto embedded = reader.read_embedded()) map = bytes.slice(embedded->content);
  }
  const auto engagement = require(decode_reader_engagement(map, inspector.context(), inspector.constants()),
                                  "cannot decode ReaderEngagement");
  inspector.version = std::string(engagement.version());
  return reader_engagement_node("ReaderEngagement", engagement);
}

}  // namespace mdoc::cli
