#include "mdoc/trust/trust_bundle.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// The subject of a certificate that a bundle has in DER.
std::string certificate_subject(ByteView der) {
  const auto certificate = crypto::Certificate::from_der(der);
  return certificate ? certificate->subject().text() : "does not decode";
}

Node bundle_item_node(std::size_t index, const trust::BundleItem& item) {
  Node node{.label = fmt::format("[{}]", index),
            .value = std::string(trust::name(item.kind)),
            .meaning = size_text(item.content.view())};
  if (const std::string what = trust::describe(item); !what.empty()) node.add("says", what);
  node.add("fetched", to_rfc3339(item.fetched));
  if (!item.url.empty()) node.add("from", item.url);
  if (!item.type.empty()) node.add("type", item.type);
  if (item.certificate) node.add("about", certificate_subject(item.certificate->view()));
  if (item.trust_point) {
    node.add("said to be verified with", certificate_subject(item.trust_point->view()),
             item.named_by_document ? "named by documents" : "the authority of its signer");
  }
  return node;
}

Node wanted_node(const trust::WantedSource& wanted) {
  Node node{.label = std::string(name(wanted.kind)), .value = wanted.uris.empty() ? "" : wanted.uris.front()};
  for (std::size_t i = 1; i < wanted.uris.size(); ++i) node.add("or", wanted.uris[i]);
  if (wanted.certificate) node.add("about", wanted.certificate->subject().text());
  if (wanted.issuer) node.add("of", wanted.issuer->subject().text());
  return node;
}

bj::object bundle_json(const trust::TrustBundle& bundle) {
  bj::array items;
  for (const trust::BundleItem& item : bundle.items) {
    bj::object object{{"kind", trust::name(item.kind)},
                      {"says", trust::describe(item)},
                      {"fetched", to_rfc3339(item.fetched)},
                      {"content", bj::object{{"bytes", to_base64url(item.content.view())}}}};
    if (!item.url.empty()) object.emplace("url", item.url);
    if (!item.type.empty()) object.emplace("type", item.type);
    items.push_back(std::move(object));
  }
  bj::array wanted;
  for (const trust::WantedSource& each : bundle.wanted) {
    bj::array uris;
    for (const std::string& uri : each.uris) uris.push_back(bj::string(uri));
    wanted.push_back(bj::object{{"source", name(each.kind)}, {"urls", std::move(uris)}});
  }
  return {{"created", to_rfc3339(bundle.created)}, {"items", std::move(items)}, {"wanted", std::move(wanted)}};
}

}  // namespace

Node inspect_trust_bundle(const SharedBytes& bytes, Inspector& inspector) {
  const auto bundle =
      require(trust::decode_trust_bundle(bytes), "cannot decode " + inspector.input_name + " as a bundle");
  Node node{.label = "bundle", .value = "made " + to_rfc3339(bundle.created), .meaning = "nothing in it is checked"};
  Node& items = node.add("items", count_text(bundle.items.size(), "item"), "as they came from their issuers");
  std::size_t index = 0;
  add_entries(items, bundle.items, [&](const trust::BundleItem& item) { return bundle_item_node(index++, item); });
  Node& wanted = node.add("wanted", count_text(bundle.wanted.size(), "source"), "for a machine that has a network");
  add_entries(wanted, bundle.wanted, wanted_node);
  inspector.value = bundle_json(bundle);
  return node;
}

}  // namespace mdoc::cli
