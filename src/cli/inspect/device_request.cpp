#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/model/device_request.hpp"

namespace mdoc::cli {
namespace {

using model::DeviceRequest;
using model::DocRequest;
using model::DocRequestInfo;

std::string reference_text(const model::ElementReference& reference) {
  return reference.name_space.str() + "/" + reference.element.str();
}

Node alternatives_node(const model::AlternativeDataElementsSet& alternatives) {
  Node node{.label = reference_text(alternatives.requested_element), .meaning = "may be answered by"};
  for (std::size_t i = 0; i < alternatives.alternative_element_sets.size(); ++i) {
    Node& set = node.add(fmt::format("[{}]", i), "", "all of");
    for (const auto& reference : alternatives.alternative_element_sets[i]) set.add(reference_text(reference));
  }
  add_others(node, alternatives.others);
  return node;
}

Node zk_request_node(const model::ZkRequest& request) {
  Node node{.label = "zkRequest",
            .value = request.zk_required ? "required" : "preferred",
            .meaning = "a proof instead of a document"};
  for (const model::ZkSystemSpec& spec : request.system_specs) {
    Node& child = node.add(spec.zk_system_id, spec.system);
    for (const auto& parameter : spec.params) {
      child.add(item_node(item_node("", parameter.key.view()).value, parameter.value.view()));
    }
    add_others(child, spec.others);
  }
  add_others(node, request.others);
  return node;
}

Node encryption_node(const model::EncryptionParameters& parameters, Inspector& inspector) {
  Node node{.label = "docResponseEncryption", .meaning = "documents are to be encrypted to this recipient"};
  node.add(key_node("recipientPublicKey", parameters.recipient_public_key));
  if (parameters.nonce) node.add("nonce", bytes_text(parameters.nonce->view()));
  if (!parameters.recipient_certificate.empty()) {
    node.add(certificates_node("recipientCertificate", parameters.recipient_certificate, inspector));
  }
  add_others(node, parameters.others);
  return node;
}

Node request_info_node(const DocRequestInfo& info, Inspector& inspector) {
  Node node{.label = "requestInfo"};
  if (!info.alternative_data_elements.empty()) {
    Node& list = node.add("alternativeDataElements");
    for (const auto& each : info.alternative_data_elements) list.add(alternatives_node(each));
  }
  if (!info.issuer_identifiers.empty()) {
    Node& list = node.add("issuerIdentifiers", "", "key identifiers of acceptable issuers");
    for (const SharedBytes& identifier : info.issuer_identifiers) list.add(to_hex(identifier.view()));
  }
  if (info.unique_doc_set_required) {
    node.add("uniqueDocSetRequired", *info.unique_doc_set_required ? "true" : "false");
  }
  if (info.maximum_response_size) {
    node.add("maximumResponseSize", count_text(*info.maximum_response_size, "byte"));
  }
  if (info.zk_request) node.add(zk_request_node(*info.zk_request));
  if (info.doc_response_encryption) node.add(encryption_node(info.doc_response_encryption->value(), inspector));
  add_others(node, info.others);
  return node;
}

Node doc_request_node(std::string label, const DocRequest& request, Inspector& inspector) {
  const model::ItemsRequest& items = request.items_request.value();
  Node node{.label = std::move(label), .value = items.doc_type.str(), .meaning = inspector.title_of(items.doc_type)};
  Node& name_spaces = node.add("nameSpaces", count_text(items.name_spaces.size(), "name space"));
  for (const auto& [name_space, elements] : items.name_spaces) {
    Node& child = name_spaces.add(name_space.str(), count_text(elements.size(), "element"));
    add_entries(child, elements, [](const auto& entry) {
      const auto& [element, retain] = entry;
      return Node{.label = element.str(),
                  .value = retain ? "will be retained" : "will not be retained",
                  .tone = retain ? Tone::warning : Tone::plain};
    });
  }
  if (items.request_info) node.add(request_info_node(*items.request_info, inspector));
  add_others(node, items.others);
  if (request.reader_auth) node.add(sign1_node("readerAuth", *request.reader_auth, inspector));
  add_others(node, request.others);
  return node;
}

Node use_case_node(std::string label, const model::UseCase& use_case) {
  Node node{.label = std::move(label), .value = use_case.mandatory ? "mandatory" : "optional"};
  for (const model::DocumentSet& set : use_case.document_sets) {
    std::string ids;
    for (const model::DocRequestID id : set) ids += fmt::format("{}[{}]", ids.empty() ? "" : " and ", id);
    node.add("documentSet", ids, "docRequests that satisfy it together");
  }
  for (const auto& [controller, code] : use_case.purpose_hints) {
    node.add("purposeHint", fmt::format("{}: {}", controller, code));
  }
  add_others(node, use_case.others);
  return node;
}

Node device_request_info_node(const model::DeviceRequestInfo& info) {
  Node node{.label = "deviceRequestInfo"};
  if (!info.use_cases.empty()) {
    Node& list = node.add("useCases", count_text(info.use_cases.size(), "use case"));
    for (std::size_t i = 0; i < info.use_cases.size(); ++i) {
      list.add(use_case_node(fmt::format("[{}]", i), info.use_cases[i]));
    }
  }
  add_others(node, info.others);
  return node;
}

}  // namespace

Node inspect_device_request(const SharedBytes& bytes, Inspector& inspector) {
  const DeviceRequest request =
      require(model::decode_device_request(bytes, inspector.context()), "cannot decode DeviceRequest");
  inspector.version = request.version;
  Node node{.label = "DeviceRequest", .value = size_text(bytes.view())};
  node.add("version", request.version);
  Node& list = node.add("docRequests", std::to_string(request.doc_requests.size()));
  for (std::size_t i = 0; i < request.doc_requests.size(); ++i) {
    list.add(doc_request_node(fmt::format("[{}]", i), request.doc_requests[i], inspector));
  }
  if (request.device_request_info) node.add(device_request_info_node(request.device_request_info->value()));
  for (const auto& reader_auth : request.reader_auth_all) {
    node.add(sign1_node("readerAuthAll", reader_auth, inspector));
  }
  for (const auto& key : request.mac_keys) node.add(key_node("macKey", key));
  add_others(node, request.others);
  return node;
}

}  // namespace mdoc::cli
