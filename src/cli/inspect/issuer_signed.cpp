#include <fmt/format.h>

#include <algorithm>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/model/mobile_security_object.hpp"

namespace mdoc::cli {
namespace {

using model::MobileSecurityObject;

/// An element on one line, or with its parts below; the digest's inputs as its meaning.
Node element_node(const model::IssuerSignedItemBytes& item) {
  Node node = item_node(item->element_identifier.str(), item->element_value.encoded().view());
  const std::string digest = fmt::format("digestID {}, random {} bytes", item->digest_id, item->random.size());
  node.meaning = node.meaning.empty() ? digest : node.meaning + "; " + digest;
  add_others(node, item->others);
  return node;
}

Node validity_node(const model::ValidityInfo& validity) {
  Node node{.label = "validityInfo"};
  node.add("signed", to_rfc3339(validity.signed_at));
  node.add("validFrom", to_rfc3339(validity.valid_from));
  node.add("validUntil", to_rfc3339(validity.valid_until));
  if (validity.expected_update) node.add("expectedUpdate", to_rfc3339(*validity.expected_update));
  add_others(node, validity.others);
  return node;
}

Node digests_node(const model::ValueDigests& digests) {
  Node node{.label = "valueDigests", .value = count_text(digests.name_spaces().size(), "name space")};
  add_entries(node, digests.name_spaces(), [](const auto& entry) {
    const auto& [name_space, ids] = entry;
    const std::size_t size = ids.empty() ? 0 : ids.front().second.size();
    return Node{.label = name_space.str(),
                .value = count_text(ids.size(), "digest"),
                .meaning = fmt::format("{} bytes each", size)};
  });
  return node;
}

Node authorizations_node(const model::KeyAuthorizations& authorizations) {
  Node node{.label = "keyAuthorizations", .meaning = "what the device may sign itself"};
  for (const NameSpace& name_space : authorizations.name_spaces) node.add(name_space.str(), "every element");
  for (const auto& [name_space, elements] : authorizations.data_elements) {
    Node& child = node.add(name_space.str(), count_text(elements.size(), "element"));
    add_entries(child, elements, [](const ElementIdentifier& element) { return Node{.label = element.str()}; });
  }
  add_others(node, authorizations.others);
  return node;
}

Node device_key_node(const model::DeviceKeyInfo& info) {
  Node node{.label = "deviceKeyInfo"};
  node.add(key_node("deviceKey", info.device_key));
  if (info.key_authorizations) node.add(authorizations_node(*info.key_authorizations));
  if (info.key_info) node.add(item_node("keyInfo", info.key_info->view()));
  add_others(node, info.others);
  return node;
}

Node status_node(const model::Status& status, Inspector& inspector) {
  Node node{.label = "status", .meaning = "where to look for a revocation"};
  if (status.status_list) {
    Node& list = node.add("status_list", status.status_list->uri, fmt::format("index {}", status.status_list->idx));
    if (const auto& der = status.status_list->certificate) {
      list.add(certificate_node("certificate", der->view(), inspector));
    }
    add_others(list, status.status_list->others);
  }
  if (status.identifier_list) {
    Node& list =
        node.add("identifier_list", status.identifier_list->uri, bytes_text(status.identifier_list->id.view()));
    if (const auto& der = status.identifier_list->certificate) {
      list.add(certificate_node("certificate", der->view(), inspector));
    }
    add_others(list, status.identifier_list->others);
  }
  add_others(node, status.others);
  return node;
}

Node mso_node(std::string label, const MobileSecurityObject& mso, Inspector& inspector) {
  Node node{.label = std::move(label), .value = "MobileSecurityObject", .meaning = size_text(mso.encoded.view())};
  node.add("version", mso.version);
  node.add("docType", mso.doc_type.str(), inspector.title_of(mso.doc_type));
  node.add("digestAlgorithm", mso.digest_algorithm);
  node.add(validity_node(mso.validity_info));
  node.add(digests_node(mso.value_digests));
  node.add(device_key_node(mso.device_key_info));
  if (mso.status) node.add(status_node(*mso.status, inspector));
  add_others(node, mso.others);
  return node;
}

/// IssuerAuth with the MSO in the place of its payload.
Node issuer_auth_node(std::string label, const model::IssuerAuth& issuer_auth, const Path& where,
                      Inspector& inspector) {
  Node node = sign1_node(std::move(label), issuer_auth, inspector);
  const auto mso = model::decode_mobile_security_object(issuer_auth, inspector.context(), where / "payload");
  const auto payload = std::ranges::find(node.children, "payload", &Node::label);
  if (payload == node.children.end()) return node;
  *payload =
      mso ? mso_node("payload", *mso, inspector)
          : inspector.broken("payload", mso.error(), issuer_auth.payload ? issuer_auth.payload->view() : ByteView());
  return node;
}

}  // namespace

Node issuer_signed_node(std::string label, const model::IssuerSigned& issuer_signed, const Path& where,
                        Inspector& inspector) {
  Node node{.label = std::move(label)};
  Node& name_spaces = node.add("nameSpaces", count_text(issuer_signed.name_spaces.size(), "name space"));
  for (const auto& [name_space, items] : issuer_signed.name_spaces) {
    Node& child = name_spaces.add(name_space.str(), count_text(items.size(), "element"));
    add_entries(child, items, element_node);
  }
  node.add(issuer_auth_node("issuerAuth", issuer_signed.issuer_auth, where / "issuerAuth", inspector));
  add_others(node, issuer_signed.others);
  return node;
}

Node inspect_issuer_signed(const SharedBytes& bytes, Inspector& inspector) {
  const auto issuer_signed =
      require(model::decode_issuer_signed(bytes, inspector.context()), "cannot decode IssuerSigned");
  Node node = issuer_signed_node("IssuerSigned", issuer_signed, "IssuerSigned", inspector);
  node.value = size_text(bytes.view());
  return node;
}

Node inspect_mso(const SharedBytes& bytes, Inspector& inspector) {
  cbor::Reader reader(bytes, inspector.context(), "IssuerAuth");
  if (reader.next_is(cbor::Type::array) || reader.next_is_tag(18)) {
    const auto issuer_auth = require(cose::decode_cose_sign1(reader), "cannot decode IssuerAuth");
    require(reader.finish(), "cannot decode IssuerAuth");
    const Path where("IssuerAuth");
    const auto mso = require(model::decode_mobile_security_object(issuer_auth, inspector.context(), where / "payload"),
                             "cannot decode the MobileSecurityObject");
    inspector.version = mso.version;
    return issuer_auth_node("IssuerAuth", issuer_auth, where, inspector);
  }
  const auto mso = require(model::decode_mobile_security_object(bytes, inspector.context()),
                           "cannot decode the MobileSecurityObject");
  inspector.version = mso.version;
  return mso_node("MobileSecurityObject", mso, inspector);
}

}  // namespace mdoc::cli
