#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// Claims of a CWT (RFC 8392) and of status lists, in words.
std::string_view claim_name(std::string_view key) {
  using Named = std::pair<std::string_view, std::string_view>;
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
  Node node = item_node("CBOR", bytes.view());
  const std::string size = size_text(bytes.view());
  node.meaning = node.meaning.empty() ? size : node.meaning + "; " + size;
  return node;
}

}  // namespace mdoc::cli
