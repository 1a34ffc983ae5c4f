// Version, serial number, signature, issuer and validity.
#include <array>

#include "mdoc/core/encoding.hpp"
#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

// ecdsa-with-SHA256, -SHA384, -SHA512
constexpr std::array<std::string_view, 3> signature_algorithms{"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3",
                                                               "1.2.840.10045.4.3.4"};

constexpr std::size_t max_serial_octets = 20;
// 63 random bits fill eight octets. One honest serial number in 32768 has so many leading zeros that it fits into six.
constexpr std::size_t min_serial_octets = 7;

std::string in_days(std::chrono::seconds span) {
  const auto days = std::chrono::floor<std::chrono::days>(span);
  const auto rest = span - days;
  std::string text = std::to_string(days.count()) + " days";
  if (rest != rest.zero()) text += " and " + std::to_string(rest.count()) + " s";
  return text;
}

}  // namespace

RuleVerdict version(const CertificateContext& context) {
  const int found = context.certificate.version();
  return found == 3 ? holds() : broken("3", std::to_string(found));
}

RuleVerdict serial_positive(const CertificateContext& context) {
  const ByteView serial = context.certificate.serial();
  const bool negative = !serial.empty() && (serial[0] & 0x80) != 0;
  const bool zero = std::ranges::all_of(serial, [](std::uint8_t byte) { return byte == 0; });
  return negative || zero ? broken("a positive number", negative ? "a negative number" : "0") : holds();
}

RuleVerdict serial_octets(const CertificateContext& context) {
  const std::size_t size = context.certificate.serial().size();
  return size <= max_serial_octets ? holds() : broken("at most 20 bytes", std::to_string(size) + " bytes");
}

RuleVerdict serial_random(const CertificateContext& context) {
  const ByteView serial = context.certificate.serial();
  if (serial_positive(context).outcome == RuleOutcome::broken) return not_applicable();
  return serial.size() >= min_serial_octets ? holds() : broken("63 random bits or more", "0x" + to_hex(serial));
}

RuleVerdict signature_algorithm(const CertificateContext& context) {
  const std::string_view found = context.certificate.signed_signature_algorithm();
  if (std::ranges::find(signature_algorithms, found) != signature_algorithms.end()) return holds();
  return broken("ecdsa-with-SHA256, -SHA384 or -SHA512", std::string(found));
}

RuleVerdict signature_algorithms_equal(const CertificateContext& context) {
  const std::string_view inside = context.certificate.signed_signature_algorithm();
  const std::string_view outside = context.certificate.signature_algorithm();
  return inside == outside ? holds() : broken(std::string(inside), std::string(outside));
}

RuleVerdict signature_valid(const CertificateContext& context) {
  if (context.signature_verified) return holds();
  const crypto::Certificate* const issuer = issuer_of(context);
  if (issuer == nullptr) return not_judged();
  // Keys and algorithms that are of no use have rules of their own.
  if (!issuer->public_key() || signature_algorithms_equal(context).outcome == RuleOutcome::broken) return not_judged();
  const auto verified = context.certificate.verify_signature(*issuer->public_key());
  if (verified) return holds();
  if (signature_algorithm(context).outcome == RuleOutcome::broken) return not_judged();
  return broken("a signature of " + issuer->subject().text(), std::string(name(verified.error().code)));
}

RuleVerdict issuer_name(const CertificateContext& context) {
  const crypto::Certificate* const issuer = issuer_of(context);
  if (issuer == nullptr) return not_judged();
  const crypto::DistinguishedName& found = context.certificate.issuer();
  if (found == issuer->subject()) return holds();
  const std::string expected = issuer->subject().text();
  if (found.text() != expected) return broken(expected, found.text());
  return broken(expected + " (DER " + to_hex(issuer->subject().der()) + ")",
                "the same in another encoding (DER " + to_hex(found.der()) + ")");
}

RuleVerdict direct_issuer(const CertificateContext& context) {
  if (context.profile.intermediates) return not_applicable();
  if (!context.intermediates) return not_judged();
  if (*context.intermediates == 0) return holds();
  return broken("issued by the anchor itself", std::to_string(*context.intermediates) + " certificates between");
}

RuleVerdict validity_order(const CertificateContext& context) {
  const crypto::Certificate& certificate = context.certificate;
  if (certificate.not_before() <= certificate.not_after()) return holds();
  return broken("notAfter from " + to_rfc3339(certificate.not_before()), to_rfc3339(certificate.not_after()));
}

RuleVerdict validity_maximum(const CertificateContext& context) {
  const std::chrono::days of_profile = context.profile.max_validity;
  const std::chrono::days limit = of_profile.count() == 0 ? info(context.role).max_validity : of_profile;
  const auto span = context.certificate.not_after() - context.certificate.not_before();
  if (span <= limit) return holds();
  return broken("at most " + in_days(limit), in_days(span));
}

RuleVerdict validity_within_issuer(const CertificateContext& context) {
  if (context.issuer == nullptr) return not_judged();
  const UtcSeconds limit = context.issuer->not_after();
  if (context.certificate.not_after() <= limit) return holds();
  return broken("notAfter until " + to_rfc3339(limit), to_rfc3339(context.certificate.not_after()));
}

RuleVerdict validity_now(const CertificateContext& context) {
  if (!context.now) return not_judged();
  const crypto::Certificate& certificate = context.certificate;
  const UtcSeconds from = certificate.not_before();
  const UtcSeconds until = certificate.not_after();
  if (until < from) return not_applicable();  // validity.order speaks of it
  switch (context.clock.judge(*context.now, from, until)) {
    case DateVerdict::within:
    case DateVerdict::within_skew: return holds();
    case DateVerdict::clock_unknown: return not_judged();
    case DateVerdict::too_early:
    case DateVerdict::too_late: break;
  }
  return broken("from " + to_rfc3339(from) + " to " + to_rfc3339(until), to_rfc3339(*context.now));
}

}  // namespace mdoc::trust
