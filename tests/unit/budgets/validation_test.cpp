#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mdoc/profile/validate.hpp"
#include "support/allocations.hpp"
#include "support/sample_mdoc.hpp"

// What validating elements may ask of the heap: nothing for an element that is as it should be.

namespace mdoc::profile {
namespace {

using testing::cbor_text;
using testing::Members;

TEST(Validation, AllocatesNothingForElementsThatAreAsTheyShouldBe) {
  const DocTypeProfile* const licence = find_profile(doc_types(), "mdl");
  ASSERT_NE(licence, nullptr);
  const Bytes privilege = Members{{"vehicle_category_code", cbor_text("B")},
                                  {"issue_date", testing::cbor_full_date("2006-06-30")},
                                  {"expiry_date", testing::cbor_full_date("2036-01-14")},
                                  {"codes", testing::cbor_array({Members{{"code", cbor_text("01")}}.encode()})}}
                              .encode();
  std::vector<std::pair<std::string, Bytes>> encoded{
      {"family_name", cbor_text("Doe")},
      {"birth_date", testing::cbor_full_date("1988-04-17")},
      {"issue_date", testing::cbor_full_date("2026-01-15")},
      {"expiry_date", testing::cbor_full_date("2036-01-14")},
      {"issuing_country", cbor_text("UT")},
      {"issuing_jurisdiction", cbor_text("UT-01")},
      {"portrait", testing::cbor_bytes(testing::sample_jpeg_header())},
      {"driving_privileges", testing::cbor_array(std::vector<Bytes>(20, privilege))},
      {"eye_colour", cbor_text("blue")},
      {"sex", testing::cbor_uint(9)},
      {"age_birth_year", testing::cbor_uint(1988)},
  };
  for (int years = 0; years < 100; ++years) {
    const std::string number = (years < 10 ? "0" : "") + std::to_string(years);
    encoded.emplace_back("age_over_" + number, testing::cbor_bool(years <= 38));
  }
  std::vector<model::DataElementValue> values;
  for (const auto& [identifier, value] : encoded) values.emplace_back(SharedBytes::copy_of(value));
  std::vector<PresentElement> elements;
  for (std::size_t i = 0; i < values.size(); ++i) {
    elements.push_back({.name_space = "org.iso.18013.5.1",
                        .identifier = encoded[i].first,
                        .value = &values[i],
                        .device_signed = false});
  }
  const ValidationContext context{.decode = {.limits = {}, .level = Level::strict, .sink = nullptr},
                                  .valid_from = testing::utc("2026-11-30T00:00:00Z")};
  ElementFindings findings;
  const auto spent = testing::allocations_of([&] { validate_values(*licence, elements, context, findings); });
  EXPECT_TRUE(findings.empty());
  EXPECT_EQ(spent.count, 0u);

  // The counter works: one finding needs its room.
  const model::DataElementValue wrong(SharedBytes::copy_of(testing::cbor_uint(1)));
  elements.front().value = &wrong;
  const auto spent_on_one = testing::allocations_of([&] { validate_values(*licence, elements, context, findings); });
  EXPECT_EQ(findings.entries().size(), 1u);
  EXPECT_EQ(spent_on_one.count, 1u);
}

}  // namespace
}  // namespace mdoc::profile
