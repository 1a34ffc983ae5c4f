#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/crl.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using crypto::CertificateRevocationList;
using crypto::RevokedCertificate;

CertificateRevocationList decode_crl(const SharedBytes& bytes, const std::string& name) {
  const std::string failed = "cannot decode " + name + " as a CRL";
  if (is_pem(bytes.view())) return require(CertificateRevocationList::from_pem(as_text(bytes.view())), failed);
  return require(CertificateRevocationList::from_der(bytes), failed);
}

Node revoked_node(const RevokedCertificate& revoked) {
  Node node{.label = to_hex(revoked.serial), .value = "since " + to_rfc3339(revoked.revocation_date)};
  if (revoked.reason) node.meaning = std::string(name(*revoked.reason));
  if (revoked.invalidity_date) node.add("key lost", to_rfc3339(*revoked.invalidity_date));
  return node;
}

bj::object revoked_json(const RevokedCertificate& revoked) {
  bj::object object{{"serialNumber", to_hex(revoked.serial)}, {"date", to_rfc3339(revoked.revocation_date)}};
  if (revoked.reason) object.emplace("reason", name(*revoked.reason));
  if (revoked.invalidity_date) object.emplace("invalidityDate", to_rfc3339(*revoked.invalidity_date));
  return object;
}

bj::object crl_json(const CertificateRevocationList& list) {
  bj::array revoked;
  for (std::size_t i = 0; i < list.revoked_count(); ++i) revoked.push_back(revoked_json(list.revoked(i)));
  bj::object object{{"issuer", list.issuer().text()},
                    {"delta", list.is_delta()},
                    {"indirect", list.is_indirect()},
                    {"distributionPoint", list.has_issuing_distribution_point()},
                    {"unknownCriticalExtension", list.has_unknown_critical_extension()},
                    {"thisUpdate", to_rfc3339(list.this_update())},
                    {"signatureAlgorithm", list.signature_algorithm()},
                    {"entries", std::move(revoked)}};
  if (list.next_update()) object.emplace("nextUpdate", to_rfc3339(*list.next_update()));
  if (const auto number = list.crl_number()) object.emplace("crlNumber", to_hex(*number));
  if (const auto key = list.authority_key_identifier()) object.emplace("authorityKeyIdentifier", to_hex(*key));
  return object;
}

void add_crl_facts(Node& node, const CertificateRevocationList& list) {
  if (const auto number = list.crl_number()) node.add("number", number->empty() ? "0" : "0x" + to_hex(*number));
  if (const auto key = list.authority_key_identifier()) node.add("authority key identifier", to_hex(*key));
  const auto warn = [&node](const char* label, const char* meaning) {
    node.add(Node{.label = label, .value = "yes", .meaning = meaning, .tone = Tone::warning});
  };
  if (list.is_delta()) warn("delta", "only what changed: says nothing of other certificates");
  if (list.is_indirect()) warn("indirect", "also about certificates of other issuers");
  if (list.has_issuing_distribution_point()) warn("distribution point", "may be about a part of the certificates");
  if (list.has_unknown_critical_extension()) warn("unknown critical extension", "so it says nothing at all");
}

}  // namespace

Node inspect_crl(const SharedBytes& bytes, Inspector& inspector) {
  const CertificateRevocationList list = decode_crl(bytes, inspector.input_name);
  Node node{.label = "CRL",
            .value = list.issuer().text(),
            .meaning = "the signature is not checked; " + size_text(list.der().view())};
  node.add("this update", to_rfc3339(list.this_update()));
  if (list.next_update()) {
    node.add("next update", to_rfc3339(*list.next_update()));
  } else {
    node.add(Node{.label = "next update", .value = "does not say", .meaning = "B.2 wants it", .tone = Tone::warning});
  }
  node.add("signature", std::string(list.signature_algorithm()), object_name(list.signature_algorithm()));
  add_crl_facts(node, list);
  Node& revoked = node.add("entries", count_text(list.revoked_count(), "certificate"), "by serial number");
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < list.revoked_count(); ++i) {
    if (take_entry()) {
      revoked.add(revoked_node(list.revoked(i)));
    } else {
      ++left_out;
    }
  }
  add_left_out(revoked, left_out);
  inspector.value = crl_json(list);
  return node;
}

}  // namespace mdoc::cli
