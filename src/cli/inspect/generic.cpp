#include <array>
#include <optional>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "mdoc/cose/cose_key.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// Claims of a CWT (RFC 8392) and of status lists, in words.
std::string_view claim_name(std::string_view key) {
  static constexpr std::array names{Named{"1", "iss"},
                                    Named{"2", "sub"},
                                    Named{"3", "aud"},
                                    Named{"4", "exp"},
                                    Named{"5", "nbf"},
                                    Named{"6", "iat"},
                                    Named{"7", "cti"},
                                    Named{"65530", "identifier list"},
                                    Named{"65533", "status list"},
                                    Named{"65534", "ttl"}};
  for (const auto& [claim, name] : names) {
    if (claim == key) return name;
  }
  return "";
}

/// The JSON of a COSE_Sign1 whose payload is CBOR without tag 24: "content" beside its bytes.
bj::value with_open_payload(bj::value value, ByteView payload) {
  bj::value* message = &value;
  if (message->is_object() && message->as_object().contains("tag")) message = &message->as_object().at("value");
  if (message->is_array() && message->as_array().size() == 4 && message->as_array()[2].is_object()) {
    message->as_array()[2].as_object()["content"] = json_of(payload);
  }
  return value;
}

std::optional<Node> as_mac0(const SharedBytes& bytes, Inspector& inspector) {
  cbor::Reader reader(bytes, Inspector::quiet());
  const auto mac0 = cose::decode_cose_mac0(reader);
  if (!mac0 || !reader.finish() || mac0->headers.algorithm != cose::hmac_256_256) return std::nullopt;
  return mac0_node("CBOR", *mac0, inspector);
}

std::optional<Node> as_sign1(const SharedBytes& bytes, Inspector& inspector) {
  cbor::Reader reader(bytes, Inspector::quiet());
  const auto sign1 = cose::decode_cose_sign1(reader, cose::Profile::cwt);
  if (!sign1 || !reader.finish()) return std::nullopt;
  Node node = sign1_node("CBOR", *sign1, inspector);
  if (sign1->payload) node.add(item_node("content", sign1->payload->view()));
  return node;
}

/// A COSE_Key, alone or as EDeviceKeyBytes and EReaderKeyBytes have it.
std::optional<Node> as_key(const SharedBytes& bytes) {
  cbor::Reader outer(bytes, Inspector::quiet());
  SharedBytes content = bytes;
  if (outer.next_is_tag(cbor::tag_embedded)) {
    if (const auto embedded = outer.read_embedded()) content = bytes.slice(embedded->content);
  }
  cbor::Reader reader(content, Inspector::quiet());
  const auto key = cose::decode_cose_key(reader);
  if (!key || !reader.finish()) return std::nullopt;
  Node node = key_node("CBOR", *key);
  node.meaning = "COSE_Key, " + size_text(bytes.view());
  return node;
}

}  // namespace

Node inspect_signed_list(Structure type, const SharedBytes& bytes, Inspector& inspector) {
  const char* label = type == Structure::vical ? "VICAL" : "status list";
  const std::string failed = std::string("cannot decode the ") + label;
  cbor::Reader reader(bytes, inspector.context(), "COSE_Sign1");
  const auto sign1 = require(cose::decode_cose_sign1(reader, cose::Profile::cwt), failed);
  require(reader.finish(), failed);
  Node node = sign1_node(label, sign1, inspector);
  if (!sign1.payload) return node;
  Node content = item_node("content", sign1.payload->view());
  content.meaning = "shown as CBOR: its entries are not interpreted, its signature is not checked";
  for (Node& child : content.children) {
    if (const std::string_view name = claim_name(child.label); !name.empty()) child.label = name;
  }
  node.add(std::move(content));
  inspector.value = with_open_payload(json_of(bytes.view()), sign1.payload->view());
  return node;
}

Node inspect_cbor(const SharedBytes& bytes, Inspector& inspector) {
  cbor::Reader reader(bytes, inspector.context(), "CBOR");
  require(reader.skip(), "cannot decode the CBOR");
  require(reader.finish(), "cannot decode the CBOR");
  // COSE messages and keys are told by their form, wherever they come from.
  if (auto known = as_mac0(bytes, inspector)) return *std::move(known);
  if (auto known = as_sign1(bytes, inspector)) return *std::move(known);
  if (auto known = as_key(bytes)) return *std::move(known);
  Node node = item_node("CBOR", bytes.view());
  const std::string size = size_text(bytes.view());
  node.meaning = node.meaning.empty() ? size : node.meaning + "; " + size;
  return node;
}

}  // namespace mdoc::cli
