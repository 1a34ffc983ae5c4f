#include <optional>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "mdoc/cose/cose_key.hpp"

namespace mdoc::cli {
namespace {

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
