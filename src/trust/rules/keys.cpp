// The public key and the key identifiers.
#include <array>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/der.hpp"
#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

namespace der = crypto::der;
namespace extension = crypto::extension;

constexpr std::string_view id_ec_public_key = "1.2.840.10045.2.1";
constexpr std::string_view id_ed25519 = "1.3.101.112";
constexpr std::string_view id_ed448 = "1.3.101.113";
constexpr std::string_view brainpool_p320 = "1.3.36.3.3.2.8.1.1.9";
constexpr std::array<std::string_view, 6> curves{"1.2.840.10045.3.1.7",     // P-256
                                                 "1.3.132.0.34",            // P-384
                                                 "1.3.132.0.35",            // P-521
                                                 "1.3.36.3.3.2.8.1.1.7",    // brainpoolP256r1
                                                 "1.3.36.3.3.2.8.1.1.11",   // brainpoolP384r1
                                                 "1.3.36.3.3.2.8.1.1.13"};  // brainpoolP512r1

/// What SubjectPublicKeyInfo says of a key that need not be of any use.
struct KeyFacts {
  std::string algorithm;
  std::string curve{};    // of id-ecPublicKey; empty where the parameters are no identifier
  std::uint8_t form = 0;  // the first octet of the key
};

KeyFacts key_facts(const crypto::Certificate& certificate) {
  KeyFacts facts{.algorithm = "unreadable"};
  der::Reader file(certificate.subject_public_key_info(), Errc::bad_key);
  auto spki = file.enter(der::tag::sequence);
  if (!spki) return facts;
  auto algorithm = spki->enter(der::tag::sequence);
  if (!algorithm) return facts;
  if (auto identifier = algorithm->read_object_identifier()) facts.algorithm = *std::move(identifier);
  if (algorithm->next_is(der::tag::object_identifier)) {
    if (auto curve = algorithm->read_object_identifier()) facts.curve = *std::move(curve);
  }
  if (const auto bits = spki->read_octets_in_bit_string(); bits && !bits->empty()) facts.form = bits->front();
  return facts;
}

RuleVerdict expect_absent(const CertificateContext& context, std::string_view oid) {
  return context.certificate.find_extension(oid) == nullptr ? holds() : broken("absent", "present");
}

}  // namespace

RuleVerdict key_algorithm(const CertificateContext& context) {
  const CertificateRoleInfo& role = info(context.role);
  const KeyFacts key = key_facts(context.certificate);
  const std::string expected = std::string("P-256, P-384, P-521 or a brainpool curve") +
                               (role.brainpool_p320 ? "" : " other than brainpoolP320r1") +
                               (role.edwards ? ", Ed25519 or Ed448" : "");
  if (key.algorithm == id_ec_public_key) {
    if (key.curve.empty()) return not_applicable();  // key.named-curve speaks of it
    if (std::ranges::find(curves, key.curve) != curves.end()) return holds();
    if (key.curve == brainpool_p320 && role.brainpool_p320) return holds();
    return broken(expected, "the curve " + key.curve);
  }
  if (role.edwards && (key.algorithm == id_ed25519 || key.algorithm == id_ed448)) return holds();
  return broken(expected, "the algorithm " + key.algorithm);
}

RuleVerdict key_named_curve(const CertificateContext& context) {
  const KeyFacts key = key_facts(context.certificate);
  if (key.algorithm != id_ec_public_key) return not_applicable();
  return key.curve.empty() ? broken("the identifier of a curve", "other parameters") : holds();
}

RuleVerdict key_uncompressed(const CertificateContext& context) {
  constexpr std::uint8_t uncompressed_point = 0x04;
  const KeyFacts key = key_facts(context.certificate);
  if (key.algorithm != id_ec_public_key) return not_applicable();
  if (key.form == uncompressed_point) return holds();
  return broken("an uncompressed point (04)", to_hex(std::array{key.form}));
}

RuleVerdict subject_key_identifier_present(const CertificateContext& context) {
  return expect_extension(context, extension::subject_key_identifier);
}

RuleVerdict subject_key_identifier_method(const CertificateContext& context) {
  const auto found = context.certificate.subject_key_identifier();
  if (!found) return not_applicable();
  const auto expected = context.certificate.computed_key_identifier();
  if (!expected) return not_judged();
  return std::ranges::equal(*expected, *found) ? holds() : broken(to_hex(*expected), to_hex(*found));
}

RuleVerdict subject_key_identifier_not_critical(const CertificateContext& context) {
  return expect_not_critical(context, extension::subject_key_identifier);
}

RuleVerdict authority_key_identifier_present(const CertificateContext& context) {
  return context.certificate.authority_key_identifier() ? holds() : broken("present", "absent");
}

RuleVerdict authority_key_identifier_absent(const CertificateContext& context) {
  return expect_absent(context, extension::authority_key_identifier);
}

RuleVerdict authority_key_identifier_equal(const CertificateContext& context) {
  const auto found = context.certificate.authority_key_identifier();
  if (!found) return not_applicable();
  const crypto::Certificate* const issuer = issuer_of(context);
  if (issuer == nullptr) return not_judged();
  const auto expected = issuer->subject_key_identifier();
  if (!expected) return not_applicable();
  return std::ranges::equal(*expected, *found) ? holds() : broken(to_hex(*expected), to_hex(*found));
}

// keyIdentifier, without authorityCertIssuer and authorityCertSerialNumber.
RuleVerdict authority_key_identifier_alone(const CertificateContext& context) {
  const auto* found = context.certificate.find_extension(extension::authority_key_identifier);
  if (found == nullptr) return not_applicable();
  der::Reader value(found->value, Errc::bad_certificate);
  auto sequence = value.enter(der::tag::sequence);
  if (!sequence) return not_applicable();
  if (sequence->next_is(der::tag::context(0))) (void)sequence->read_any();
  return sequence->at_end() ? holds() : broken("keyIdentifier alone", "name or serial number of the issuer as well");
}

RuleVerdict authority_key_identifier_not_critical(const CertificateContext& context) {
  return expect_not_critical(context, extension::authority_key_identifier);
}

}  // namespace mdoc::trust
