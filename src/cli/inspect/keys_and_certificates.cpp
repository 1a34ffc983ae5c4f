#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/keys.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/curve.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using crypto::Certificate;

/// Object identifiers that certificates of this field carry, in words.
constexpr std::array object_names{
    Named{"1.0.18013.5.1.2", "mDL document signer"},
    Named{"1.0.18013.5.1.3", "mDL server retrieval (JWS)"},
    Named{"1.0.18013.5.1.6", "mDL reader authentication"},
    Named{"1.0.18013.5.1.7", "mDL IACA"},
    Named{"1.0.18013.5.1.8", "VICAL signer"},
    Named{"1.0.18013.5.1.9", "mDL TLS client"},
    Named{"1.0.23220.4.1.2", "mdoc document signer"},
    Named{"1.0.23220.4.1.6", "mdoc reader authentication"},
    Named{"1.3.130.2.0.0.1.2", "EU PID document signer"},
    Named{"1.3.130.2.0.0.1.6", "EU PID reader"},
    Named{"1.3.6.1.5.5.7.3.1", "TLS server"},
    Named{"1.3.6.1.5.5.7.3.2", "TLS client"},
    Named{"1.3.6.1.5.5.7.3.9", "OCSP signer"},
    Named{"1.2.840.10045.4.3.2", "ECDSA with SHA-256"},
    Named{"1.2.840.10045.4.3.3", "ECDSA with SHA-384"},
    Named{"1.2.840.10045.4.3.4", "ECDSA with SHA-512"},
    Named{"1.3.101.112", "Ed25519"},
    Named{"1.3.101.113", "Ed448"},
    Named{"1.2.840.113549.1.1.11", "RSA with SHA-256"},
};

/// Bits of keyUsage in the order of RFC 5280, 4.2.1.3.
constexpr std::array<std::string_view, 9> usage_names{"digitalSignature", "nonRepudiation", "keyEncipherment",
                                                      "dataEncipherment", "keyAgreement",   "keyCertSign",
                                                      "cRLSign",          "encipherOnly",   "decipherOnly"};

std::string usage_text(std::uint16_t bits) {
  std::string text;
  for (std::size_t i = 0; i < usage_names.size(); ++i) {
    if ((bits & (1u << i)) == 0) continue;
    if (!text.empty()) text += ", ";
    text += usage_names[i];
  }
  return text.empty() ? "none" : text;
}

void add_extensions(Node& node, const Certificate& certificate) {
  if (const auto& constraints = certificate.basic_constraints(); constraints && constraints->ca) {
    node.add("CA", "yes", constraints->path_length ? fmt::format("path length {}", *constraints->path_length) : "");
  }
  if (const auto usage = certificate.key_usage()) node.add("key usage", usage_text(*usage));
  for (const std::string& purpose : certificate.extended_key_usage()) {
    node.add("key purpose", purpose, object_name(purpose));
  }
  if (const auto identifier = certificate.subject_key_identifier()) {
    node.add("subject key identifier", to_hex(*identifier));
  }
  if (const auto identifier = certificate.authority_key_identifier()) {
    node.add("authority key identifier", to_hex(*identifier));
  }
  for (const auto& alternative : certificate.subject_alt_names()) node.add("subject also", alternative.text);
  for (const auto& alternative : certificate.issuer_alt_names()) node.add("issuer also", alternative.text);
  for (const std::string& uri : certificate.crl_distribution_points()) node.add("CRL", uri);
  for (const std::string& uri : certificate.ocsp_responders()) node.add("OCSP", uri);
  for (const std::string_view oid : certificate.unknown_critical_extensions()) {
    node.add(
        Node{.label = "extension", .value = std::string(oid), .meaning = "critical, unknown", .tone = Tone::warning});
  }
}

bj::object certificate_json(const Certificate& certificate) {
  bj::object object{{"subject", certificate.subject().text()},
                    {"issuer", certificate.issuer().text()},
                    {"serialNumber", to_hex(certificate.serial())},
                    {"notBefore", to_rfc3339(certificate.not_before())},
                    {"notAfter", to_rfc3339(certificate.not_after())},
                    {"signatureAlgorithm", certificate.signature_algorithm()},
                    {"ca", certificate.basic_constraints() && certificate.basic_constraints()->ca},
                    {"fingerprint", to_hex(certificate.fingerprint().view())},
                    {"der", bj::object{{"bytes", to_base64url(certificate.der())}}}};
  if (const auto& key = certificate.public_key()) object.emplace("crv", info(key->curve()).name);
  return object;
}

}  // namespace

std::string object_name(std::string_view oid) {
  for (const auto& [known, text] : object_names) {
    if (known == oid) return std::string(text);
  }
  return "";
}

Node key_node(std::string label, const crypto::EcPublicKey& key) {
  const crypto::CurveInfo& curve = info(key.curve);
  Node node{.label = std::move(label), .value = std::string(curve.name)};
  if (const auto checked = crypto::PublicKey::import(key); !checked) {
    node.meaning = "no valid key: " + in_words(checked.error());
    node.tone = Tone::bad;
  }
  node.add("x", to_hex(key.x));
  if (!key.y.empty()) node.add("y", to_hex(key.y));
  return node;
}

Node certificate_node(std::string label, ByteView der, Inspector& inspector) {
  const auto certificate = Certificate::from_der(der);
  if (!certificate) {
    inspector.remark(certificate.error());
    return {.label = std::move(label),
            .value = "does not decode: " + in_words(certificate.error()),
            .meaning = size_text(der),
            .tone = Tone::bad};
  }
  Node node{.label = std::move(label),
            .value = certificate->subject().text(),
            .meaning = certificate->is_self_issued() ? "self-issued, " + size_text(der) : size_text(der)};
  node.add("issuer", certificate->issuer().text());
  node.add("serial number", to_hex(certificate->serial()));
  node.add("valid", to_rfc3339(certificate->not_before()) + " to " + to_rfc3339(certificate->not_after()));
  if (const auto& key = certificate->public_key()) {
    node.add("key", std::string(info(key->curve()).name));
  } else {
    node.add(Node{.label = "key", .value = "not usable: " + in_words(key.error()), .tone = Tone::warning});
  }
  node.add("signature", std::string(certificate->signature_algorithm()),
           object_name(certificate->signature_algorithm()));
  add_extensions(node, *certificate);
  node.add("SHA-256", to_hex(certificate->fingerprint().view()));
  return node;
}

Node certificates_node(std::string label, const cose::X5Chain& chain, Inspector& inspector) {
  Node node{.label = std::move(label), .value = count_text(chain.size(), "certificate")};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    node.add(certificate_node(fmt::format("[{}]", i), chain[i].view(), inspector));
  }
  return node;
}

Node inspect_certificates(const SharedBytes& bytes, Inspector& inspector) {
  const auto certificates = certificates_from(bytes.view(), inspector.input_name);
  Node node{.label = "certificates", .value = std::to_string(certificates.size())};
  bj::array list;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    node.add(certificate_node(fmt::format("[{}]", i), certificates[i].der(), inspector));
    list.push_back(certificate_json(certificates[i]));
  }
  inspector.value = std::move(list);
  return node;
}

Node inspect_key(const SharedBytes& bytes, Inspector& inspector) {
  const auto key = public_key_from(bytes.view(), inspector.input_name).coordinates();
  const crypto::CurveInfo& curve = info(key.curve);
  bj::object object{{"crv", curve.name}, {"x", bj::object{{"bytes", to_base64url(key.x)}}}};
  if (!key.y.empty()) object.emplace("y", bj::object{{"bytes", to_base64url(key.y)}});
  inspector.value = std::move(object);
  Node node = key_node("public key", key);
  return node;
}

}  // namespace mdoc::cli
