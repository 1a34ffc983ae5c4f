// What it costs to judge a document by its profile.

#include <memory>
#include <string>
#include <vector>

#include "bench/operation.hpp"
#include "mdoc/profile/validate.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

using testing::cbor_text;
using testing::Members;
using Encoded = std::vector<std::pair<std::string, Bytes>>;

/// Elements of an issued licence.
struct ValidateCase {
  explicit ValidateCase(Encoded encoded_elements) : encoded(std::move(encoded_elements)) {
    for (const auto& [identifier, value] : encoded) values.emplace_back(SharedBytes::copy_of(value));
    for (std::size_t i = 0; i < values.size(); ++i) {
      elements.push_back({.name_space = "org.iso.18013.5.1",
                          .identifier = encoded[i].first,
                          .value = &values[i],
                          .device_signed = false});
    }
  }

  void validate() const {
    profile::ElementFindings findings;
    validate_document(*known, elements, context, findings);
    must(findings.empty());
    keep(findings);
  }

  const profile::DocTypeProfile* known = profile::find_profile(profile::doc_types(), "mdl");
  profile::ValidationContext context{.decode = {}, .valid_from = testing::utc("2026-11-30T00:00:00Z")};
  Encoded encoded;
  std::vector<model::DataElementValue> values;
  std::vector<profile::PresentElement> elements;
};

Encoded licence() {
  const Bytes privilege = Members{{"vehicle_category_code", cbor_text("B")},
                                  {"issue_date", testing::cbor_full_date("2006-06-30")},
                                  {"expiry_date", testing::cbor_full_date("2036-01-14")},
                                  {"codes", testing::cbor_array({Members{{"code", cbor_text("01")}}.encode()})}}
                              .encode();
  Bytes portrait = testing::sample_jpeg_header();
  portrait.resize(2000, 0x5a);
  return {
      {"family_name", cbor_text("Vandermeer")},
      {"given_name", cbor_text("Robin")},
      {"birth_date", testing::cbor_full_date("1988-04-17")},
      {"issue_date", testing::cbor_full_date("2026-01-15")},
      {"expiry_date", testing::cbor_full_date("2036-01-14")},
      {"issuing_country", cbor_text("UT")},
      {"issuing_authority", cbor_text("Utopia Transport Authority")},
      {"document_number", cbor_text("UT-4711-0815")},
      {"portrait", testing::cbor_bytes(portrait)},
      {"driving_privileges", testing::cbor_array({privilege, privilege})},
      {"un_distinguishing_sign", cbor_text("UTO")},
      {"sex", testing::cbor_uint(9)},
      {"height", testing::cbor_uint(178)},
      {"eye_colour", cbor_text("green")},
      {"hair_colour", cbor_text("brown")},
      {"resident_address", cbor_text("12 Harbour Lane, 10115 Port Amity")},
      {"resident_country", cbor_text("UT")},
      {"nationality", cbor_text("UT")},
      {"issuing_jurisdiction", cbor_text("UT-01")},
      {"age_in_years", testing::cbor_uint(38)},
      {"age_birth_year", testing::cbor_uint(1988)},
      {"age_over_18", testing::cbor_bool(true)},
      {"age_over_21", testing::cbor_bool(true)},
      {"age_over_65", testing::cbor_bool(false)},
  };
}

/// A licence and so many biometric templates.
Encoded with_templates(std::size_t count) {
  Encoded elements = licence();
  for (std::size_t i = 0; i < count; ++i) {
    elements.emplace_back("biometric_template_" + std::to_string(10'000 + i).substr(1),
                          testing::cbor_bytes(Bytes{0x7f, 0x61, 0x00}));
  }
  return elements;
}

Operation validate(Encoded elements) {
  const auto test = std::make_shared<ValidateCase>(std::move(elements));
  const auto floor = [test] {  // every byte is looked at once
    std::size_t sum = 0;
    for (const auto& [identifier, value] : test->encoded) {
      for (const std::uint8_t byte : value) sum += byte;
    }
    keep(sum);
  };
  return {.work = [test] { test->validate(); }, .floor = floor};
}

}  // namespace

void add_profile(Operations& to) {
  constexpr std::size_t few = 500, many = 2000;
  to.push_back({"profile.validate/mdl", [] { return validate(licence()); }});
  for (const std::size_t count : {few, many}) {
    to.push_back({"profile.validate/" + std::to_string(count), [count] { return validate(with_templates(count)); }});
  }
}

}  // namespace mdoc::bench
