// Documents against a profile: presence, names, who signed, and elements that disagree.
#include "mdoc/profile/validate.hpp"

#include <algorithm>
#include <array>

#include "support/vectors.hpp"
#include "validation.hpp"

namespace mdoc::profile {
namespace {

using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_full_date;
using testing::cbor_text;
using testing::cbor_uint;
using testing::Members;

constexpr ElementProfile element(std::string_view identifier, ValueForm form, Presence presence = Presence::optional,
                                 Condition condition = {}) {
  return {.identifier = identifier, .rule = {.form = form}, .presence = presence, .condition = condition};
}

constexpr std::array first_elements{
    element("name", ValueForm::text, Presence::mandatory),
    element("age_over_18", ValueForm::boolean, Presence::mandatory),
    element("age_over_##", ValueForm::boolean, Presence::recommended),
    element("nickname", ValueForm::text, Presence::optional),
    element("dg1_type", ValueForm::text, Presence::conditional,
            {.name_space = "files", .identifier = "dg1", .text = "where dg1 is"}),
    element("number", ValueForm::text, Presence::conditional, {.text = "where there was one"}),
};
constexpr std::array file_elements{
    element("dg1", ValueForm::bytes, Presence::mandatory),
    element("sod", ValueForm::bytes, Presence::mandatory),
};
constexpr std::array name_spaces{
    NameSpaceProfile{.name_space = "n", .elements = first_elements, .age_over = true, .required = true},
    NameSpaceProfile{.name_space = "files", .elements = file_elements, .age_over = false, .required = false},
};

Elements complete() {
  Elements elements;
  elements.add("n", "name", cbor_text("x")).add("n", "age_over_18", cbor_bool(true));
  elements.add("n", "age_over_21", cbor_bool(true)).add("n", "number", cbor_text("1"));
  return elements;
}

TEST(ValidateDocument, FindsNothingInACompleteOne) { EXPECT_EQ(complete().document(profile_of(name_spaces)), Texts{}); }

TEST(ValidateDocument, EveryElementThatMustBeThereIsMissed) {
  Elements elements;
  elements.add("n", "nickname", cbor_text("x"));
  EXPECT_EQ(elements.document(profile_of(name_spaces)),
            (Texts{"name: element.missing", "age_over_18: element.missing", "age_over_##: element.missing-recommended",
                   "number: element.conditional-unjudged"}));
  EXPECT_EQ(elements.values(profile_of(name_spaces)), Texts{}) << "a presentation may leave out anything";
}

TEST(ValidateDocument, APatternIsThereWithAnyThatFitsIt) {
  Elements elements;
  elements.add("n", "name", cbor_text("x")).add("n", "age_over_18", cbor_bool(true)).add("n", "number", cbor_text("1"));
  const DocTypeProfile profile = profile_of(name_spaces);
  EXPECT_EQ(elements.document(profile), Texts{"age_over_##: element.missing-recommended"})
      << "age_over_18 is an element of its own";
  EXPECT_EQ(elements.add("n", "age_over_65", cbor_bool(false)).document(profile), Texts{});
}

TEST(ValidateDocument, ANameSpaceIsMissedOnlyWhereItIsRequired) {
  const DocTypeProfile profile = profile_of(name_spaces);
  EXPECT_EQ(Elements().document(profile), Texts{": element.name-space-missing"});
  Elements elements = complete();
  elements.add("n", "dg1_type", cbor_text("P")).add("files", "dg1", testing::cbor_bytes(Bytes{1}));
  EXPECT_EQ(elements.document(profile), Texts{"sod: element.missing"})
      << "mandatory as soon as the name space is there";
}

TEST(ValidateDocument, AConditionIsJudgedWhereTheDocumentTells) {
  Elements elements = complete();
  elements.add("files", "dg1", testing::cbor_bytes(Bytes{1})).add("files", "sod", testing::cbor_bytes(Bytes{1}));
  EXPECT_EQ(elements.document(profile_of(name_spaces)), Texts{"dg1_type: element.missing-conditional (dg1)"});
  elements.add("n", "dg1_type", cbor_text("P"));
  EXPECT_EQ(elements.document(profile_of(name_spaces)), Texts{});
}

TEST(ValidateDocument, AConditionMayNameAPattern) {
  static constexpr std::array elements_of_n{
      element("template_*", ValueForm::bytes),
      element("quality", ValueForm::uint, Presence::conditional,
              {.name_space = "n", .identifier = "template_*", .text = "where there is a template"})};
  static constexpr std::array spaces{NameSpaceProfile{.name_space = "n", .elements = elements_of_n}};
  Elements elements;
  elements.add("n", "other", cbor_text("x"));
  EXPECT_EQ(elements.document(profile_of(spaces)), Texts{"other: element.unknown"});
  elements.add("n", "template_face", testing::cbor_bytes(Bytes{1}));
  EXPECT_EQ(elements.document(profile_of(spaces)),
            (Texts{"quality: element.missing-conditional (template_*)", "other: element.unknown"}));
}

TEST(ValidateDocument, WhatTheDeviceMayNotSignIsMissingWhereItDid) {
  Elements elements;
  elements.add("n", "name", cbor_text("x"), true).add("n", "age_over_18", cbor_bool(true));
  elements.add("n", "age_over_21", cbor_bool(true)).add("n", "number", cbor_text("1"));
  EXPECT_EQ(elements.document(profile_of(name_spaces)),
            (Texts{"name: element.missing", "name: element.device-signed"}));
}

TEST(ValidateDocument, ANameSpaceOfTheIssuersOwnIsNamedAndNotJudged) {
  static constexpr std::array own{element("a", ValueForm::text)};
  static constexpr std::array spaces{NameSpaceProfile{.name_space = "n", .elements = own}};
  DocTypeProfile profile = profile_of(spaces);
  profile.domestic.pattern = "n.{region}";
  Elements elements;
  elements.add("", "a", cbor_uint(1)).add("n", "a", cbor_text("x")).add("n.UT", "a", cbor_uint(1));
  elements.add("n1", "a", cbor_uint(1)).add("n1", "b", cbor_uint(1)).add("n2", "a", cbor_uint(1), true);
  ElementFindings findings;
  validate_document(profile, elements.all(), elements.context, findings);
  std::vector<std::string_view> named;
  for (const ElementFinding& finding : findings.entries()) {
    EXPECT_EQ(finding.fault, ElementFault::unknown_name_space);
    EXPECT_EQ(info(finding.fault).severity, FaultSeverity::information) << "it may well be there";
    named.push_back(finding.name_space);
  }
  EXPECT_EQ(named, (std::vector<std::string_view>{"", "n1"}));
  EXPECT_EQ(elements.values(profile), Texts{}) << "of what is presented nobody asks what else the issuer knows";
}

TEST(ValidateValues, NamesThatANameSpaceDoesNotDefineAreLikelyMisspelt) {
  Elements elements;
  elements.add("n", "Name", cbor_text("x")).add("n", "age_over_1", cbor_bool(true));
  elements.add("other", "name", cbor_uint(1)).add("n", "name", cbor_text("x"));
  EXPECT_EQ(elements.values(profile_of(name_spaces)), (Texts{"Name: element.unknown", "age_over_1: element.unknown"}));
}

TEST(ValidateValues, TheDeviceSignsWhereTheProfileSaysSo) {
  std::array elements_of_profile{element("a", ValueForm::text), element("b", ValueForm::text)};
  elements_of_profile[1].device_signed = true;
  const std::array spaces{name_space_of(elements_of_profile)};
  DocTypeProfile profile = profile_of(spaces);
  Elements elements;
  elements.add("n", "a", cbor_text("x"), true).add("n", "b", cbor_text("x"), true);
  elements.add("other", "a", cbor_text("x"), true);
  EXPECT_EQ(elements.values(profile), Texts{"a: element.device-signed"});
  profile.mdoc_authentication.device_signed = false;
  EXPECT_EQ(elements.values(profile),
            (Texts{"a: element.device-signed", "b: element.device-signed", "a: element.device-signed"}));
}

constexpr std::array dated_elements{
    element("birth_date", ValueForm::full_date | ValueForm::map),
    element("issue_date", ValueForm::full_date | ValueForm::tdate),
    element("expiry_date", ValueForm::full_date | ValueForm::tdate),
    element("issuance_date", ValueForm::full_date | ValueForm::tdate),
    element("date_of_registration", ValueForm::full_date),
    element("date_of_first_registration", ValueForm::full_date),
    element("age_in_years", ValueForm::uint),
    element("age_birth_year", ValueForm::uint),
    element("age_over_##", ValueForm::boolean),
    element("issuing_country", ValueForm::text),
    element("issuing_jurisdiction", ValueForm::text),
};
constexpr std::array dated_name_spaces{
    NameSpaceProfile{.name_space = "n", .elements = dated_elements, .age_over = true, .required = true},
    NameSpaceProfile{.name_space = "m", .elements = dated_elements, .age_over = true, .required = false},
};
DocTypeProfile dated_profile() {
  DocTypeProfile profile = profile_of(dated_name_spaces);
  profile.issuer_name_space = "n";
  profile.country_element = "issuing_country";
  profile.jurisdiction_element = "issuing_jurisdiction";
  return profile;
}

Bytes tdate(std::string_view text) { return testing::cbor_tdate(testing::utc(text)); }

TEST(ElementConsistency, ADocumentEndsNoEarlierThanItBegins) {
  const auto found = [](const Bytes& issue, const Bytes& expiry) {
    return Elements().add("n", "issue_date", issue).add("n", "expiry_date", expiry).values(dated_profile());
  };
  const Texts wrong{"expiry_date: element.dates-out-of-order (issue_date)"};
  EXPECT_EQ(found(cbor_full_date("2026-01-01"), cbor_full_date("2026-01-02")), Texts{});
  EXPECT_EQ(found(cbor_full_date("2026-01-01"), cbor_full_date("2026-01-01")), Texts{});
  EXPECT_EQ(found(cbor_full_date("2026-01-02"), cbor_full_date("2026-01-01")), wrong);
  EXPECT_EQ(found(tdate("2026-01-01T12:00:00Z"), tdate("2026-01-01T12:00:00Z")), Texts{});
  EXPECT_EQ(found(tdate("2026-01-01T12:00:01Z"), tdate("2026-01-01T12:00:00Z")), wrong);
  EXPECT_EQ(found(tdate("2026-01-01T23:59:59Z"), cbor_full_date("2026-01-01")), Texts{}) << "within one day";
  EXPECT_EQ(found(tdate("2026-01-02T00:00:00Z"), cbor_full_date("2026-01-01")), wrong);
  EXPECT_EQ(found(cbor_text("x"), cbor_full_date("2026-01-01")), Texts{"issue_date: element.wrong-form"});
}

TEST(ElementConsistency, OtherDatesThatHaveAnOrder) {
  EXPECT_EQ(Elements()
                .add("n", "issuance_date", cbor_full_date("2026-01-02"))
                .add("n", "expiry_date", cbor_full_date("2026-01-01"))
                .values(dated_profile()),
            Texts{"expiry_date: element.dates-out-of-order (issuance_date)"});
  EXPECT_EQ(Elements()
                .add("n", "date_of_registration", cbor_full_date("2020-01-01"))
                .add("n", "date_of_first_registration", cbor_full_date("2020-01-02"))
                .values(dated_profile()),
            Texts{"date_of_registration: element.dates-out-of-order (date_of_first_registration)"});
}

TEST(ElementConsistency, ElementsOfOtherNameSpacesAreNotCompared) {
  EXPECT_EQ(Elements()
                .add("n", "issue_date", cbor_full_date("2026-01-02"))
                .add("m", "expiry_date", cbor_full_date("2026-01-01"))
                .add("other", "issue_date", cbor_full_date("2026-01-02"))
                .add("other", "expiry_date", cbor_full_date("2026-01-01"))
                .values(dated_profile()),
            Texts{});
}

TEST(ElementConsistency, NobodyIsBornAfterTheIssue) {
  const auto found = [](const Bytes& birth, std::string_view issue) {
    return Elements()
        .add("n", issue, cbor_full_date("2026-01-01"))
        .add("n", "birth_date", birth)
        .values(dated_profile());
  };
  EXPECT_EQ(found(cbor_full_date("2026-01-01"), "issue_date"), Texts{});
  EXPECT_EQ(found(cbor_full_date("2026-01-02"), "issue_date"),
            Texts{"birth_date: element.born-after-issue (issue_date)"});
  EXPECT_EQ(found(cbor_full_date("2026-01-02"), "issuance_date"),
            Texts{"birth_date: element.born-after-issue (issuance_date)"});
  EXPECT_EQ(
      found(Members{{"birth_date", cbor_full_date("2026-01-01")}, {"approximate_mask", cbor_text("00001111")}}.encode(),
            "issue_date"),
      Texts{});
}

/// What is found of these, with validFrom on 2026-06-15.
Texts ages(const std::vector<std::pair<std::string_view, Bytes>>& values, bool with_valid_from = true) {
  Elements elements;
  if (with_valid_from) elements.context.valid_from = testing::utc("2026-06-15T12:00:00Z");
  for (const auto& [identifier, value] : values) elements.add("n", identifier, value);
  return elements.values(dated_profile());
}
const Bytes yes = cbor_bool(true), no = cbor_bool(false);

TEST(ElementConsistency, AttestationsOfAgesAgreeWithEachOther) {
  EXPECT_EQ(ages({{"age_over_18", yes}, {"age_over_21", no}}), Texts{});
  EXPECT_EQ(ages({{"age_over_00", yes}, {"age_over_99", no}, {"age_over_18", yes}, {"age_over_65", no}}), Texts{});
  EXPECT_EQ(ages({{"age_over_18", no}, {"age_over_21", yes}}),
            Texts{"age_over_21: element.ages-contradict (age_over_18)"});
  EXPECT_EQ(ages({{"age_over_18", no}, {"age_over_18", yes}}),
            Texts{"age_over_18: element.ages-contradict (age_over_18)"});
  EXPECT_EQ(ages({{"age_over_16", no}, {"age_over_65", yes}, {"age_over_18", no}, {"age_over_21", yes}}),
            Texts{"age_over_65: element.ages-contradict (age_over_16)"})
      << "the pair that is furthest apart";
  EXPECT_EQ(ages({{"age_over_18", no}, {"age_over_21", cbor_uint(1)}}), Texts{"age_over_21: element.wrong-form"});
}

TEST(ElementConsistency, AttestationsAgreeWithTheAge) {
  EXPECT_EQ(ages({{"age_in_years", cbor_uint(18)}, {"age_over_18", yes}, {"age_over_19", no}}), Texts{});
  EXPECT_EQ(ages({{"age_in_years", cbor_uint(17)}, {"age_over_18", yes}}),
            Texts{"age_over_18: element.ages-contradict (age_in_years)"});
  EXPECT_EQ(ages({{"age_in_years", cbor_uint(18)}, {"age_over_18", no}}),
            Texts{"age_over_18: element.ages-contradict (age_in_years)"});
  EXPECT_EQ(ages({{"age_in_years", cbor_uint(UINT64_MAX)}, {"age_over_99", no}}, false),
            Texts{"age_over_99: element.ages-contradict (age_in_years)"});
}

TEST(ElementConsistency, AttestationsAgreeWithTheYearOfBirth) {
  // Born in 2008: 17 or 18 in the course of 2026.
  for (const Bytes& value : {yes, no})
    EXPECT_EQ(ages({{"age_birth_year", cbor_uint(2008)}, {"age_over_18", value}}), Texts{});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(2008)}, {"age_over_19", yes}}),
            Texts{"age_over_19: element.ages-contradict (age_birth_year)"});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(2008)}, {"age_over_17", no}}),
            Texts{"age_over_17: element.ages-contradict (age_birth_year)"});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(2008)}, {"age_over_17", no}}, false), Texts{}) << "as of when?";
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(UINT64_MAX)}, {"age_over_17", no}}), Texts{}) << "no year";
}

TEST(ElementConsistency, AttestationsAgreeWithTheDateOfBirthAsOfValidFrom) {
  const auto with = [](std::string_view birth, const Bytes& over_18) {
    return ages({{"birth_date", cbor_full_date(birth)}, {"age_over_18", over_18}});
  };
  const Texts contradict{"age_over_18: element.ages-contradict (birth_date)"};
  EXPECT_EQ(with("2008-06-13", yes), Texts{});
  EXPECT_EQ(with("2008-06-13", no), contradict);
  // validFrom is in UTC: on the birthday and the days beside it, both may be right.
  for (const std::string_view near : {"2008-06-15", "2008-06-16"}) {
    EXPECT_EQ(with(near, yes), Texts{}) << near;
    EXPECT_EQ(with(near, no), Texts{}) << near;
  }
  EXPECT_EQ(with("2008-06-17", no), Texts{});
  EXPECT_EQ(with("2008-06-17", yes), contradict);
  EXPECT_EQ(ages({{"birth_date", cbor_full_date("2008-06-17")}, {"age_over_18", yes}}, false), Texts{});
}

TEST(ElementConsistency, ABirthdayOnALeapDay) {
  Elements elements;
  elements.context.valid_from = testing::utc("2026-03-03T00:00:00Z");
  elements.add("n", "birth_date", cbor_full_date("2008-02-29")).add("n", "age_over_18", no);
  EXPECT_EQ(elements.values(dated_profile()), Texts{"age_over_18: element.ages-contradict (birth_date)"});
  elements.context.valid_from = testing::utc("2026-02-26T00:00:00Z");
  EXPECT_EQ(elements.values(dated_profile()), Texts{});
}

TEST(ElementConsistency, WhatAMaskHidesContradictsNothing) {
  const auto with = [](std::string_view date, std::string_view mask, std::string_view attestation, const Bytes& value) {
    return ages(
        {{"birth_date", Members{{"birth_date", cbor_full_date(date)}, {"approximate_mask", cbor_text(mask)}}.encode()},
         {attestation, value}});
  };
  for (const Bytes& value : {yes, no}) {
    EXPECT_EQ(with("2008-01-01", "00001111", "age_over_18", value), Texts{}) << "some day of 2008";
    EXPECT_EQ(with("2008-06-01", "00000011", "age_over_18", value), Texts{}) << "some day of June";
    EXPECT_EQ(with("2000-01-01", "00011111", "age_over_99", value), Texts{}) << "the year is not known";
  }
  EXPECT_EQ(with("2008-01-01", "00001111", "age_over_19", yes),
            Texts{"age_over_19: element.ages-contradict (birth_date)"});
  EXPECT_EQ(with("2008-05-01", "00000011", "age_over_18", no),
            Texts{"age_over_18: element.ages-contradict (birth_date)"});
  EXPECT_EQ(with("2008-05-01", "00000000", "age_over_18", no),
            Texts{"age_over_18: element.ages-contradict (birth_date)"});
}

TEST(ElementConsistency, AgeYearAndDateOfBirthAgree) {
  const Bytes birth = cbor_full_date("1988-04-17");
  EXPECT_EQ(ages({{"birth_date", birth}, {"age_birth_year", cbor_uint(1988)}, {"age_in_years", cbor_uint(38)}}),
            Texts{});
  EXPECT_EQ(ages({{"birth_date", birth}, {"age_birth_year", cbor_uint(1989)}}, false),
            Texts{"age_birth_year: element.ages-contradict (birth_date)"})
      << "whenever";
  EXPECT_EQ(ages({{"birth_date", birth}, {"age_in_years", cbor_uint(37)}}),
            Texts{"age_in_years: element.ages-contradict (birth_date)"});
  EXPECT_EQ(ages({{"birth_date", birth}, {"age_in_years", cbor_uint(39)}}),
            Texts{"age_in_years: element.ages-contradict (birth_date)"});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(1988)}, {"age_in_years", cbor_uint(37)}}), Texts{});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(1988)}, {"age_in_years", cbor_uint(36)}}),
            Texts{"age_in_years: element.ages-contradict (age_birth_year)"});
  EXPECT_EQ(ages({{"age_birth_year", cbor_uint(1988)}, {"age_in_years", cbor_uint(36)}}, false), Texts{});
  EXPECT_EQ(ages({{"birth_date", birth}, {"age_in_years", cbor_uint(37)}, {"age_over_38", yes}}),
            Texts{"age_in_years: element.ages-contradict (birth_date)"})
      << "what is wrong already is no measure of others";
}

TEST(ElementConsistency, AJurisdictionIsOfTheIssuingCountry) {
  const auto found = [](std::string_view country, std::string_view jurisdiction) {
    return Elements()
        .add("n", "issuing_country", cbor_text(country))
        .add("n", "issuing_jurisdiction", cbor_text(jurisdiction))
        .values(dated_profile());
  };
  EXPECT_EQ(found("UT", "UT-01"), Texts{});
  EXPECT_EQ(found("UT", "US-01"), Texts{"issuing_jurisdiction: element.other-country (issuing_country)"});
  EXPECT_EQ(found("UTO", "UT-01"), Texts{}) << "three letters do not tell";
  EXPECT_EQ(found("UT", "Harbour Province"), Texts{}) << "no code";
  EXPECT_EQ(Elements()
                .add("m", "issuing_country", cbor_text("UT"))
                .add("m", "issuing_jurisdiction", cbor_text("US-01"))
                .values(dated_profile()),
            Texts{})
      << "that of the issuer alone";
}

TEST(ValidateValues, HostileDocumentsHaveABoundedReport) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < ElementFindings::capacity + 10; ++i) names.push_back("x" + std::to_string(i));
  Elements elements;
  for (const std::string& name : names) elements.add("n", name, cbor_uint(1));
  ElementFindings findings;
  validate_values(profile_of(name_spaces), elements.all(), elements.context, findings);
  EXPECT_EQ(findings.entries().size(), ElementFindings::capacity);
  EXPECT_EQ(findings.dropped(), 10u);
}

}  // namespace
}  // namespace mdoc::profile
