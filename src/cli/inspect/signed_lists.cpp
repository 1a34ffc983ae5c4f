#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/unverified_status_token.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

constexpr const char* unverified = "the signature is not checked";

// ---- the envelope -------------------------------------------------------------------------------

/// The JSON of a COSE_Sign1 whose payload is CBOR without tag 24: "content" beside its bytes.
bj::value with_open_payload(bj::value value, ByteView payload) {
  bj::value* message = &value;
  if (message->is_object() && message->as_object().contains("tag")) message = &message->as_object().at("value");
  if (message->is_array() && message->as_array().size() == 4 && message->as_array()[2].is_object()) {
    message->as_array()[2].as_object()["content"] = json_of(payload);
  }
  return value;
}

/// Claims of a CWT (RFC 8392) and of lists, in words.
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

/// The envelope of a list, and the list as its last part.
Node enveloped(std::string label, const cose::CoseSign1& message, Node list, const SharedBytes& bytes,
               Inspector& inspector) {
  Node node = sign1_node(std::move(label), message, inspector);
  node.add(std::move(list));
  if (message.payload) inspector.value = with_open_payload(json_of(bytes.view()), message.payload->view());
  return node;
}

/// The envelope of a list that does not decode: what is wrong with it, and what it holds as CBOR.
Node broken_list(const std::string& label, const Error& error, const SharedBytes& bytes, Inspector& inspector) {
  const std::string failed = "cannot decode the " + label;
  cbor::DecodeContext context = Inspector::quiet();
  context.limits.max_string = context.limits.max_bytes;  // the payload is one string
  cbor::Reader reader(bytes, context, "COSE_Sign1");
  const auto message = require(cose::decode_cose_sign1(reader, cose::Profile::cwt), failed);
  require(reader.finish(), failed);
  Node list = inspector.broken("content", error, message.payload ? message.payload->view() : ByteView());
  for (Node& child : list.children) {
    for (Node& claim : child.children) {
      if (const std::string_view name = claim_name(claim.label); !name.empty()) claim.label = name;
    }
  }
  return enveloped(label, message, std::move(list), bytes, inspector);
}

// ---- VICAL and RICAL ----------------------------------------------------------------------------

void add_text_of(Node& node, const char* label, const std::optional<std::string>& text) {
  if (text) node.add(label, *text);
}

void add_time_of(Node& node, const char* label, const std::optional<UtcSeconds>& time) {
  if (time) node.add(label, to_rfc3339(*time));
}

void add_map(Node& node, const char* label, const std::optional<SharedBytes>& map) {
  if (map) node.add(item_node(label, map->view()));
}

std::string distinguished_name_text(const SharedBytes& der) {
  const auto name = crypto::DistinguishedName::from_der(der.view());
  return name ? name->text() : bytes_text(der.view());
}

/// A hint that disagrees with the certificate it describes.
void add_hint(Node& node, const trust::ListedCertificate& listed, trust::EntryMember member, std::string text) {
  Node& hint = node.add(std::string(name(member)), std::move(text));
  if (std::ranges::find(listed.differing, member) == listed.differing.end()) return;
  hint.meaning = "not what the certificate says";
  hint.tone = Tone::warning;
}

void add_listed(Node& node, const trust::ListedCertificate& listed, Inspector& inspector) {
  using trust::EntryMember;
  add_hint(node, listed, EntryMember::serial_number, to_hex(listed.serial_number.view()));
  add_hint(node, listed, EntryMember::ski, bytes_text(listed.ski.view()));
  if (listed.issuing_country) add_hint(node, listed, EntryMember::issuing_country, *listed.issuing_country);
  if (listed.state_or_province_name) {
    add_hint(node, listed, EntryMember::state_or_province_name, *listed.state_or_province_name);
  }
  if (listed.issuer) add_hint(node, listed, EntryMember::issuer, distinguished_name_text(*listed.issuer));
  if (listed.subject) add_hint(node, listed, EntryMember::subject, distinguished_name_text(*listed.subject));
  if (listed.not_before) add_hint(node, listed, EntryMember::not_before, to_rfc3339(*listed.not_before));
  if (listed.not_after) add_hint(node, listed, EntryMember::not_after, to_rfc3339(*listed.not_after));
  add_map(node, "extensions", listed.extensions);
  add_others(node, listed.others);
  node.add(certificate_node("certificate", listed.encoded.view(), inspector));
}

void add_own_members(Node& node, const trust::CertificateInfo& info, const Inspector& inspector) {
  Node& doc_types = node.add("docType", count_text(info.doc_types.size(), "docType"), "trusted for these alone");
  add_entries(doc_types, info.doc_types, [&inspector](const DocType& doc_type) {
    return Node{.label = doc_type.str(), .meaning = inspector.title_of(doc_type)};
  });
  add_entries(node, info.certificate_profile,
              [](const std::string& profile) { return Node{.label = "certificateProfile", .value = profile}; });
  add_text_of(node, "issuingAuthority", info.issuing_authority);
}

void add_own_members(Node& node, const trust::RicalCertificateInfo& info, const Inspector& /*inspector*/) {
  if (info.is_trust_anchor) {
    node.add("isTrustAnchor", *info.is_trust_anchor ? "true" : "false",
             *info.is_trust_anchor ? "" : "only completes paths to an anchor");
  }
  if (info.aki) add_hint(node, info.listed, trust::EntryMember::aki, bytes_text(info.aki->view()));
  add_text_of(node, "type", info.type);
  add_text_of(node, "name", info.name);
  if (!info.trust_constraints) return;
  Node& constraints = node.add("trustConstraints", count_text(info.trust_constraints->size(), "constraint"),
                               "one of them has to be satisfied");
  add_entries(constraints, *info.trust_constraints, [](const trust::TrustConstraint& constraint) {
    Node child{.label = "constraint"};
    add_map(child, "extensions", constraint.extensions);
    add_others(child, constraint.others);
    return child;
  });
}

template <class Entry>
Node entries_node(const std::vector<Entry>& entries, Inspector& inspector) {
  Node node{.label = "certificateInfos", .value = count_text(entries.size(), "certificate")};
  std::size_t index = 0;
  add_entries(node, entries, [&](const Entry& entry) {
    const auto& certificate = entry.listed.certificate;
    Node child{.label = fmt::format("[{}]", index++),
               .value = certificate ? certificate->subject().text() : "its certificate does not decode",
               .tone = certificate ? Tone::strong : Tone::bad};
    add_own_members(child, entry, inspector);
    add_listed(child, entry.listed, inspector);
    return child;
  });
  return node;
}

Node list_node(const trust::Vical& list, Inspector& inspector) {
  Node node{.label = "content", .value = "VICAL of " + list.vical_provider, .meaning = unverified};
  node.add("version", *inspector.version);
  if (list.vical_issue_id) node.add("vicalIssueID", std::to_string(*list.vical_issue_id));
  node.add("date", to_rfc3339(list.date));
  add_time_of(node, "nextUpdate", list.next_update);
  add_time_of(node, "notAfter", list.not_after);
  add_text_of(node, "vicalURL", list.vical_url);
  add_map(node, "extensions", list.extensions);
  add_others(node, list.others);
  node.add(entries_node(list.certificate_infos, inspector));
  return node;
}

Node list_node(const trust::Rical& list, Inspector& inspector) {
  Node node{.label = "content", .value = "RICAL of " + list.provider, .meaning = unverified};
  node.add("version", *inspector.version);
  node.add("type", list.type);
  if (list.id) node.add("id", std::to_string(*list.id));
  node.add("date", to_rfc3339(list.date));
  add_time_of(node, "nextUpdate", list.next_update);
  add_time_of(node, "notAfter", list.not_after);
  add_text_of(node, "latestRicalUrl", list.latest_rical_url);
  add_map(node, "extensions", list.extensions);
  add_others(node, list.others);
  node.add(entries_node(list.certificate_infos, inspector));
  return node;
}

template <class List>
Node trust_list_node(const char* label, const Result<trust::SignedList<List>>& list, const SharedBytes& bytes,
                     Inspector& inspector) {
  if (!list) return broken_list(label, list.error(), bytes, inspector);
  const List& content = list->unverified();
  inspector.version = fmt::format("{}.{}", content.version.major, content.version.minor);
  return enveloped(label, list->message(), list_node(content, inspector), bytes, inspector);
}

// ---- list tokens --------------------------------------------------------------------------------

Node status_list_node(const trust::EncodedStatusList& encoded, Inspector& inspector) {
  Node node{.label = "status list", .value = size_text(encoded.lst.view()), .meaning = "compressed"};
  const auto list = trust::StatusList::inflate(encoded.bits, encoded.lst.view());
  if (!list) {
    inspector.remark(list.error());
    node.value = "does not unpack: " + in_words(list.error());
    node.tone = Tone::bad;
    return node;
  }
  node.add("bits", std::to_string(encoded.bits), "of one status");
  node.add("size", std::to_string(list->size()), "statuses");
  const ByteView packed = list->bytes();
  const bool all_valid = std::ranges::all_of(packed, [](std::uint8_t byte) { return byte == 0; });
  node.add("statuses", all_valid ? "all valid" : "some are not valid", "mdoc-cli status-list show counts them");
  return node;
}

Node identifier_list_node(const trust::IdentifierList& list) {
  Node node{
      .label = "identifier list", .value = count_text(list.size(), "identifier"), .meaning = "of revoked documents"};
  add_entries(node, list.identifiers(), [](ByteView id) { return Node{.label = bytes_text(id)}; });
  return node;
}

Node claims_node(const trust::StatusListClaims& claims, Inspector& inspector) {
  Node node{.label = "content", .value = "claims", .meaning = unverified};
  node.add("sub", claims.sub, "where documents say that the list is");
  node.add("iat", to_rfc3339(claims.iat), "issued");
  if (claims.exp) node.add("exp", to_rfc3339(*claims.exp), "expires");
  if (claims.ttl) node.add("ttl", fmt::format("{} s", claims.ttl->count()), "then a copy should be fetched anew");
  if (claims.aggregation_uri) node.add("aggregation_uri", *claims.aggregation_uri);
  if (const auto* identifiers = std::get_if<trust::IdentifierList>(&claims.list)) {
    node.add(identifier_list_node(*identifiers));
  } else {
    node.add(status_list_node(std::get<trust::EncodedStatusList>(claims.list), inspector));
  }
  return node;
}

}  // namespace

Node inspect_trust_list(Structure type, const SharedBytes& bytes, Inspector& inspector) {
  if (type == Structure::rical) {
    return trust_list_node("RICAL", trust::decode_rical(bytes, inspector.context()), bytes, inspector);
  }
  return trust_list_node("VICAL", trust::decode_vical(bytes, inspector.context()), bytes, inspector);
}

Node inspect_list_token(const SharedBytes& bytes, Inspector& inspector) {
  const auto token = trust::decode_status_token_cwt(bytes, inspector.context());
  if (!token) return broken_list("list token", token.error(), bytes, inspector);
  return enveloped("list token", std::get<cose::CoseSign1>(trust::unverified_seal(*token)),
                   claims_node(trust::unverified_claims(*token), inspector), bytes, inspector);
}

}  // namespace mdoc::cli
