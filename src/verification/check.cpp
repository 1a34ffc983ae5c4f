#include "mdoc/verification/check.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "core/enum_table.hpp"

namespace mdoc::verification {
namespace {

constexpr Scope response = Scope::response;
constexpr Scope document = Scope::document;
constexpr Scope proof = Scope::proof;

// One row for each CheckId, in order.
constexpr std::array table{
    CheckInfo{CheckId::response_encoding, "response.encoding", response, "8.3",
              "The frame of the response follows the encoding rules."},
    CheckInfo{CheckId::response_version, "response.version", response, "8.3", "The major version is 1."},
    CheckInfo{CheckId::response_status, "response.status", response, "10.3.6", "The status is 0."},
    CheckInfo{CheckId::response_documents, "response.documents", response, "10.3.3",
              "At least one document is present."},
    CheckInfo{CheckId::response_encrypted_documents, "response.encrypted-documents", response, "10.3.5",
              "Encrypted documents were opened and judged."},
    CheckInfo{CheckId::response_zk_documents, "response.zk-documents", response, "10.3.4",
              "Zero-knowledge proofs were verified."},
    CheckInfo{CheckId::response_request, "response.request", response, "10.2.8",
              "Every requested element was answered by a document that passed."},

    CheckInfo{CheckId::document_structure, "document.structure", document, "10.3.3",
              "The document is complete and follows the encoding rules."},
    CheckInfo{CheckId::document_requested, "document.requested", document, "10.3.3",
              "A document of this type was asked for."},
    CheckInfo{CheckId::issuer_auth_headers, "issuer-auth.headers", document, "12.3.4",
              "IssuerAuth has alg in the protected header, an x5chain, and an x5t, if any, of its first certificate."},
    CheckInfo{CheckId::trust_path, "trust.path", document, "12.8.1",
              "A certificate path leads from the document signer to a trust anchor, and is valid now."},
    CheckInfo{CheckId::trust_key_purpose, "trust.key-purpose", document, "B.1.4",
              "The document signer certificate is made for signing documents of this type."},
    CheckInfo{CheckId::trust_signer_profile, "trust.signer-profile", document, "B.1.4",
              "The document signer certificate follows the profile of its role."},
    CheckInfo{CheckId::trust_country, "trust.country", document, "12.8.3",
              "The document signer certificate names a country, the same as the trust anchor."},
    CheckInfo{CheckId::trust_anchor_profile, "trust.anchor-profile", document, "B.1.2",
              "The trust anchor follows the profile of its role."},
    CheckInfo{CheckId::trust_list, "trust.list", document, "C.1.8",
              "The list that names the trust anchor is current, and no other list disagrees with it."},
    CheckInfo{CheckId::trust_revocation, "trust.revocation", document, "B.3.2",
              "No certificate between the document signer and the trust anchor is revoked."},
    CheckInfo{CheckId::issuer_auth_algorithm, "issuer-auth.algorithm", document, "12.3.4",
              "The signature algorithm of IssuerAuth fits the key of the document signer."},
    CheckInfo{CheckId::issuer_auth_signature, "issuer-auth.signature", document, "12.8.1",
              "The signature of IssuerAuth verifies with the key of the document signer."},
    CheckInfo{CheckId::mso_structure, "mso.structure", document, "12.3.4",
              "The mobile security object decodes and is complete."},
    CheckInfo{CheckId::mso_version, "mso.version", document, "12.3.4",
              "The major version of the mobile security object is 1."},
    CheckInfo{CheckId::mso_digest_algorithm, "mso.digest-algorithm", document, "12.3.5",
              "The digest algorithm is SHA-256, SHA-384 or SHA-512, and every digest has its length."},
    CheckInfo{CheckId::mso_doc_type, "mso.doc-type", document, "12.8.1",
              "The mobile security object was made for the type of this document."},
    CheckInfo{CheckId::mso_validity_info, "mso.validity-info", document, "12.3.4",
              "The document was signed no later than its validity begins, and that begins before it ends."},
    CheckInfo{CheckId::mso_signed_within_signer, "mso.signed-within-signer", document, "12.8.1",
              "The document was signed within the validity of the document signer certificate."},
    CheckInfo{CheckId::mso_validity, "mso.validity", document, "12.8.1", "The document is valid now."},
    CheckInfo{CheckId::mso_until_within_signer, "mso.until-within-signer", document, "12.3.4",
              "The document does not outlast the document signer certificate."},
    CheckInfo{CheckId::mso_status, "mso.status", document, "12.3.6", "The document is not revoked."},
    CheckInfo{CheckId::issuer_digests, "issuer-signed.digests", document, "12.8.1",
              "Every issuer-signed element has the digest that the mobile security object holds for it."},
    CheckInfo{CheckId::issuer_salts, "issuer-signed.salts", document, "12.3.5",
              "The random values of issuer-signed elements are long enough and all different."},
    CheckInfo{CheckId::elements_unique, "elements.unique", document, "10.3.3",
              "No element occurs twice in the document."},
    CheckInfo{CheckId::device_signed_authorized, "device-signed.authorized", document, "12.8.2",
              "The issuer authorised the device to sign every device-signed element."},
    CheckInfo{CheckId::device_auth_structure, "device-auth.structure", document, "10.3.3",
              "There is exactly one device authentication, with alg in its protected header and no content."},
    CheckInfo{CheckId::device_auth_signature, "device-auth.signature", document, "12.4.6",
              "The device signature verifies over this session with the device key."},
    CheckInfo{CheckId::device_auth_mac, "device-auth.mac", document, "12.4.5",
              "The device MAC verifies over this session with the device key and the ephemeral reader key."},
    CheckInfo{CheckId::issuer_country, "issuer.country", document, "13.4.2",
              "The issuing country is that of the document signer certificate."},
    CheckInfo{CheckId::issuer_jurisdiction, "issuer.jurisdiction", document, "13.4.2",
              "The issuing jurisdiction is that of the document signer certificate."},
    CheckInfo{CheckId::elements_requested, "elements.requested", document, "13.3",
              "Every element of the document was asked for, or answers what was asked for."},
    CheckInfo{CheckId::elements_format, "elements.format", document, "13.4.2",
              "Elements have the form that the profile of this document type defines."},
    CheckInfo{CheckId::elements_consistency, "elements.consistency", document, "13.4.6",
              "Elements do not contradict each other: ages, dates, and the country of the issuer."},
    CheckInfo{CheckId::elements_holder, "elements.holder", document, "13.4.2",
              "With other elements comes what verifies the holder, where that was asked for."},
    CheckInfo{CheckId::document_profile, "document.profile", document, "TS 23220-4",
              "The document was made and is proven as the profile of its type has it."},

    CheckInfo{CheckId::zk_structure, "zk.structure", proof, "10.3.4",
              "The zero-knowledge document is complete and follows the encoding rules."},
    CheckInfo{CheckId::zk_requested, "zk.requested", proof, "10.2.7",
              "A document of this type was asked for, and proofs of this system offered for it."},
    CheckInfo{CheckId::zk_verifier, "zk.verifier", proof, "10.2.7",
              "A verifier of this system has the circuit that the request names."},
    CheckInfo{CheckId::zk_elements, "zk.elements", proof, "13.3",
              "Every element of the proof was asked for, or answers what was asked for, and none occurs twice."},
    CheckInfo{CheckId::zk_timestamp, "zk.timestamp", proof, "10.3.4", "The proof was made now."},
    CheckInfo{CheckId::zk_proof, "zk.proof", proof, "10.3.4",
              "The proof verifies over this session, its elements and the key of the document signer."},
};
static_assert(is_indexed_by(table, &CheckInfo::check, CheckId::zk_proof));
static_assert(std::ranges::is_sorted(table, {}, &CheckInfo::scope));

constexpr std::size_t count_of(Scope scope) {
  return static_cast<std::size_t>(std::ranges::count(table, scope, &CheckInfo::scope));
}
constexpr std::size_t response_checks = count_of(Scope::response);
constexpr std::size_t document_checks = count_of(Scope::document);

}  // namespace

std::span<const CheckInfo> checks() noexcept { return table; }

std::span<const CheckInfo> checks(Scope scope) noexcept {
  const std::span<const CheckInfo> all = table;
  switch (scope) {
    case Scope::response: return all.first(response_checks);
    case Scope::document: return all.subspan(response_checks, document_checks);
    case Scope::proof: break;
  }
  return all.subspan(response_checks + document_checks);
}

const CheckInfo& info(CheckId check) noexcept {
  assert(static_cast<std::size_t>(check) < table.size());
  return table[static_cast<std::size_t>(check)];
}

std::optional<CheckId> find_check(std::string_view id) noexcept {
  const auto row = std::ranges::find(table, id, &CheckInfo::id);
  if (row == table.end()) return std::nullopt;
  return row->check;
}

std::string_view name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::warn: return "warn";
    case Outcome::fail: return "fail";
    case Outcome::skipped: return "skipped";
    case Outcome::not_applicable: return "not-applicable";
  }
  return "unknown";
}

}  // namespace mdoc::verification
