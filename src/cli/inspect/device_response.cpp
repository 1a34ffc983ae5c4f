#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/model/device_response.hpp"

namespace mdoc::cli {
namespace {

using model::DeviceResponse;
using model::Document;
using model::ResponseStatus;

std::string_view status_text(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::ok: return "OK";
    case ResponseStatus::general_error: return "general error";
    case ResponseStatus::cbor_decoding_error: return "the request is no CBOR";
    case ResponseStatus::cbor_validation_error: return "the request is CBOR of another structure";
  }
  return "reserved: same as general error";
}

std::string_view error_text(model::ErrorCode code) {
  if (code == 0) return "not returned, no reason given";
  return code < 0 ? "not returned, reason of the application" : "not returned, reserved code";
}

Node device_signed_node(const model::DeviceSigned& device_signed, Inspector& inspector) {
  Node node{.label = "deviceSigned"};
  const auto& values = device_signed.name_spaces.value();
  Node& name_spaces = node.add("nameSpaces", count_text(values.size(), "name space"));
  for (const auto& [name_space, elements] : values) {
    Node& child = name_spaces.add(name_space.str(), count_text(elements.size(), "element"));
    add_entries(child, elements, [](const auto& entry) {
      const auto& [identifier, value] = entry;
      return item_node(identifier.str(), value.encoded().view());
    });
  }
  Node device_auth{.label = "deviceAuth"};
  const model::DeviceAuth& proof = device_signed.device_auth;
  if (const auto* signature = proof.signature()) {
    device_auth.add(sign1_node("deviceSignature", *signature, inspector));
  }
  if (const auto* mac = proof.mac()) device_auth.add(mac0_node("deviceMac", *mac, inspector));
  add_others(device_auth, proof.others);
  node.add(std::move(device_auth));
  add_others(node, device_signed.others);
  return node;
}

void add_errors(Node& node, const model::Errors& errors) {
  if (errors.empty()) return;
  Node& list = node.add("errors", "", "said by the mdoc, not authenticated");
  for (const auto& [name_space, elements] : errors) {
    Node& child = list.add(name_space.str());
    add_entries(child, elements, [](const auto& entry) {
      const auto& [element, code] = entry;
      return Node{.label = element.str(), .value = std::to_string(code), .meaning = std::string(error_text(code))};
    });
  }
}

Node document_node(std::string label, const Document& document, const Path& where, Inspector& inspector) {
  Node node{
      .label = std::move(label), .value = document.doc_type.str(), .meaning = inspector.title_of(document.doc_type)};
  node.add(issuer_signed_node("issuerSigned", document.issuer_signed, where / "issuerSigned", inspector));
  if (document.device_signed) node.add(device_signed_node(*document.device_signed, inspector));
  add_errors(node, document.errors);
  add_others(node, document.others);
  return node;
}

Node zk_name_spaces_node(std::string label, const model::ZkNameSpaces& name_spaces) {
  Node node{.label = std::move(label), .value = count_text(name_spaces.size(), "name space")};
  for (const auto& [name_space, items] : name_spaces) {
    Node& child = node.add(name_space.str(), count_text(items.size(), "element"));
    add_entries(child, items, [](const auto& item) {
      return item_node(item.element_identifier.str(), item.element_value.encoded().view());
    });
  }
  return node;
}

Node zk_document_node(std::string label, const model::ZkDocument& document, Inspector& inspector) {
  const model::ZkDocumentData& data = document.document_data.value();
  Node node{.label = std::move(label), .value = data.doc_type.str(), .meaning = inspector.title_of(data.doc_type)};
  node.add("zkSystemId", data.zk_system_id);
  node.add("timestamp", value_text(data.timestamp));
  node.add(zk_name_spaces_node("issuerSigned", data.issuer_signed));
  node.add(zk_name_spaces_node("deviceSigned", data.device_signed));
  if (!data.mso_x5chain.empty()) node.add(certificates_node("msoX5chain", data.mso_x5chain, inspector));
  add_others(node, data.others);
  node.add("proof", size_text(document.proof.view()), "not interpreted");
  add_others(node, document.others);
  return node;
}

Node encrypted_node(std::string label, const model::EncryptedDocuments& documents) {
  Node node{.label = std::move(label), .value = "encrypted"};
  node.add("docRequestID", std::to_string(documents.doc_request_id), "which request it answers");
  node.add("enc", bytes_text(documents.enc.view()), "encapsulated key");
  node.add("cipherText", size_text(documents.cipher_text.view()));
  add_others(node, documents.others);
  return node;
}

/// An array of the peer: what does not decode is shown as such, the rest as it is.
/// @param make_node called with the label, the value and its index
template <class T, class MakeNode>
void add_each(Node& node, std::string label, const std::vector<model::Decoded<T>>& entries, Inspector& inspector,
              MakeNode make_node) {
  if (entries.empty()) return;
  Node& list = node.add(std::move(label), std::to_string(entries.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::string index = fmt::format("[{}]", i);
    const auto& [value, encoded] = entries[i];
    list.add(value ? make_node(std::move(index), *value, i)
                   : inspector.broken(std::move(index), value.error(), encoded.view()));
  }
}

}  // namespace

Node inspect_device_response(const SharedBytes& bytes, Inspector& inspector) {
  const DeviceResponse response =
      require(model::decode_device_response(bytes, inspector.context()), "cannot decode DeviceResponse");
  inspector.version = response.version;
  Node node{.label = "DeviceResponse", .value = size_text(bytes.view())};
  node.add("version", response.version);
  node.add("status", std::to_string(static_cast<std::uint64_t>(response.status)),
           std::string(status_text(response.status)));
  add_each(node, "documents", response.documents, inspector,
           [&](std::string label, const Document& document, std::size_t i) {
             const Path where = Path("DeviceResponse") / "documents" / i;
             return document_node(std::move(label), document, where, inspector);
           });
  add_each(node, "zkDocuments", response.zk_documents, inspector,
           [&](std::string label, const model::ZkDocument& document, std::size_t) {
             return zk_document_node(std::move(label), document, inspector);
           });
  add_each(node, "encryptedDocuments", response.encrypted_documents, inspector,
           [](std::string label, const model::EncryptedDocuments& documents, std::size_t) {
             return encrypted_node(std::move(label), documents);
           });
  if (!response.document_errors.empty()) {
    Node& errors = node.add("documentErrors", "", "said by the mdoc, not authenticated");
    for (const model::DocumentError& error : response.document_errors) {
      errors.add(error.doc_type.str(), std::to_string(error.code), std::string(error_text(error.code)));
    }
  }
  add_others(node, response.others);
  return node;
}

Node inspect_document(const SharedBytes& bytes, Inspector& inspector) {
  cbor::Reader reader(bytes, inspector.context(), "Document");
  const Document document = require(model::decode_document(reader), "cannot decode Document");
  require(reader.finish(), "cannot decode Document");
  return document_node("Document", document, "Document", inspector);
}

}  // namespace mdoc::cli
