// The subject, its country and its state.
#include "core/country_code.hpp"
#include "trust/rules/verdict.hpp"

namespace mdoc::trust {
namespace {

using crypto::NameAttribute;
using crypto::StringType;
namespace attribute = crypto::attribute;

// Attributes whose own syntax is IA5String (RFC 4519, RFC 5280 appendix A).
constexpr std::string_view email_address = "1.2.840.113549.1.9.1";
constexpr std::string_view domain_component = "0.9.2342.19200300.100.1.25";

const NameAttribute* find(const CertificateContext& context, std::string_view type) {
  const auto& attributes = context.certificate.subject().attributes();
  const auto found = std::ranges::find(attributes, type, &NameAttribute::type);
  return found == attributes.end() ? nullptr : &*found;
}

RuleVerdict expect_attribute(const CertificateContext& context, std::string_view type) {
  return find(context, type) != nullptr ? holds() : broken("present", "absent");
}

std::string encoding(StringType type) {
  switch (type) {
    case StringType::utf8: return "UTF8String";
    case StringType::printable: return "PrintableString";
    case StringType::teletex: return "TeletexString";
    case StringType::ia5: return "IA5String";
    case StringType::bmp: return "BMPString";
  }
  return "ASN.1 tag " + std::to_string(static_cast<unsigned>(type));
}

RuleVerdict compare(std::optional<std::string_view> expected, std::optional<std::string_view> found) {
  if (expected == found) return holds();
  return broken(std::string(expected.value_or("absent")), std::string(found.value_or("absent")));
}

}  // namespace

RuleVerdict country_present(const CertificateContext& context) { return expect_attribute(context, attribute::country); }

RuleVerdict country_form(const CertificateContext& context) {
  const NameAttribute* const country = find(context, attribute::country);
  if (country == nullptr) return not_applicable();
  if (is_alpha2(country->value) && country->encoding == StringType::printable) return holds();
  return broken("two upper-case letters as PrintableString", country->value + " as " + encoding(country->encoding));
}

RuleVerdict country_equal(const CertificateContext& context) {
  if (!context.certificate.country()) return not_applicable();
  if (context.issuer == nullptr) return not_judged();
  return compare(context.issuer->country(), context.certificate.country());
}

// If the authority names a state, its certificates name the same one.
RuleVerdict state_equal(const CertificateContext& context) {
  if (context.issuer == nullptr) return not_judged();
  if (context.profile.state || !context.issuer->state_or_province()) return not_applicable();
  return compare(context.issuer->state_or_province(), context.certificate.state_or_province());
}

RuleVerdict state_required(const CertificateContext& context) {
  if (!context.profile.state) return not_applicable();
  const auto found = context.certificate.state_or_province();
  if (!found) return broken("present", "absent");
  if (context.issuer == nullptr) return not_judged();
  return compare(context.issuer->state_or_province(), found);
}

RuleVerdict common_name(const CertificateContext& context) { return expect_attribute(context, attribute::common_name); }

RuleVerdict organization(const CertificateContext& context) {
  return expect_attribute(context, attribute::organization);
}

RuleVerdict serial_number_form(const CertificateContext& context) {
  const NameAttribute* const number = find(context, attribute::serial_number);
  if (number == nullptr) return not_applicable();
  if (number->encoding == StringType::printable) return holds();
  return broken("PrintableString", encoding(number->encoding));
}

RuleVerdict name_strings(const CertificateContext& context) {
  for (const NameAttribute& one : context.certificate.subject().attributes()) {
    if (one.type == attribute::country || one.type == attribute::serial_number) continue;  // have their own rules
    if (one.type == email_address || one.type == domain_component) continue;
    if (one.encoding != StringType::utf8 && one.encoding != StringType::printable) {
      return broken("UTF8String or PrintableString", encoding(one.encoding) + " (" + one.type + ")");
    }
  }
  return holds();
}

}  // namespace mdoc::trust
