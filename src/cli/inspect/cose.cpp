#include <fmt/format.h>

#include "cli/inspect/parts.hpp"
#include "cli/values.hpp"
#include "mdoc/cose/algorithm.hpp"

namespace mdoc::cli {
namespace {

std::string_view label_name(std::int64_t label) {
  switch (label) {
    case cose::label::alg: return "alg";
    case cose::label::crit: return "crit";
    case cose::label::content_type: return "content type";
    case cose::label::kid: return "kid";
    case cose::label::typ: return "typ";
    case cose::label::x5chain: return "x5chain";
    case cose::label::x5t: return "x5t";
    default: return "";
  }
}

std::string algorithm_text(std::int64_t id) {
  if (id == cose::hmac_256_256) return "HMAC 256/256";
  const auto* known = cose::find_algorithm(id);
  return known == nullptr ? "unknown" : std::string(known->name);
}

void add_parameters(Node& node, std::string_view header, const cbor::UnknownMembers& parameters) {
  for (const cbor::UnknownMember& parameter : parameters) {
    cbor::Reader reader(parameter.key.view(), Inspector::quiet());
    const auto label = reader.read_int();
    const std::string_view name = label ? label_name(*label) : "";
    const Node key = item_node("", parameter.key.view());
    node.add(item_node(name.empty() ? key.value : std::string(name), parameter.value.view())).meaning = header;
  }
}

void add_headers(Node& node, const cose::Headers& headers, Inspector& inspector) {
  if (headers.algorithm) {
    node.add("algorithm", algorithm_text(*headers.algorithm), fmt::format("alg {}", *headers.algorithm));
  } else {
    node.add(Node{.label = "algorithm", .value = "none in the protected header", .tone = Tone::bad});
  }
  if (headers.x5t)
    node.add("x5t", bytes_text(headers.x5t->value.view()), fmt::format("alg {}", headers.x5t->algorithm));
  add_parameters(node, "protected header", headers.protected_others);
  add_parameters(node, "unprotected header", headers.unprotected_others);
  if (!headers.x5chain.empty()) node.add(certificates_node("x5chain", headers.x5chain, inspector));
}

void add_payload(Node& node, const std::optional<SharedBytes>& payload) {
  node.add("payload", payload ? size_text(payload->view()) : "none", payload ? "" : "detached");
}

}  // namespace

Node sign1_node(std::string label, const cose::CoseSign1& sign1, Inspector& inspector) {
  Node node{.label = std::move(label), .value = "COSE_Sign1", .meaning = size_text(sign1.encoded.view())};
  add_headers(node, sign1.headers, inspector);
  add_payload(node, sign1.payload);
  node.add("signature", size_text(sign1.signature.view()));
  return node;
}

Node mac0_node(std::string label, const cose::CoseMac0& mac0, Inspector& inspector) {
  Node node{.label = std::move(label), .value = "COSE_Mac0", .meaning = size_text(mac0.encoded.view())};
  add_headers(node, mac0.headers, inspector);
  add_payload(node, mac0.payload);
  node.add("tag", bytes_text(mac0.tag.view()));
  return node;
}

}  // namespace mdoc::cli
