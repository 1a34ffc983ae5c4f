// What the built-in profiles choose where nothing public decides: each is an assumption of docs/assumptions.md.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

const DocTypeProfile& built_in(std::string_view id) { return *find_profile(doc_types(), id); }

const ElementProfile& element(std::string_view id, std::string_view name_space, std::string_view identifier) {
  return *find_element(*find_name_space(built_in(id), name_space), identifier);
}

std::vector<std::string> texts(std::span<const std::string_view> views) { return {views.begin(), views.end()}; }

TEST(BuiltInChoices, WhatTheDeviceMaySign) {
  EXPECT_TRUE(element("mdl", "org.iso.18013.5.1", "family_name").device_signed);
  EXPECT_FALSE(element("mdl", "org.iso.18013.5.1.aamva", "organ_donor").device_signed);
  EXPECT_TRUE(element("photo-id", "org.iso.23220.1", "family_name").device_signed);
  EXPECT_FALSE(element("photo-id", "org.iso.23220.datagroups.1", "dg1").device_signed);
  EXPECT_FALSE(element("age-verification", "eu.europa.ec.av.1", "age_over_18").device_signed);
  EXPECT_FALSE(element("vehicle-registration", "org.iso.7367.1", "registration_number").device_signed);
  EXPECT_FALSE(built_in("pid").mdoc_authentication.device_signed);
}

TEST(BuiltInChoices, TheSpellingOfThePrintedZoneStandsInBothNameSpacesOfPhotoId) {
  for (const std::string_view identifier : {"family_name_viz", "given_name_viz", "enrolment_portrait_image"}) {
    for (const std::string_view name_space : {"org.iso.23220.1", "org.iso.23220.photoid.1"}) {
      EXPECT_EQ(element("photo-id", name_space, identifier).presence, Presence::optional) << identifier;
    }
  }
  EXPECT_EQ(element("photo-id", "org.iso.23220.photoid.1", "person_id").rule.max_length, 0);
}

TEST(BuiltInChoices, PhotoIdTakesOverWhatTheLicenceHas) {
  EXPECT_EQ(built_in("photo-id").certificate_validity.signer_days, built_in("mdl").certificate_validity.signer_days);
  for (const WayRule& way : built_in("photo-id").ways) {
    if (row_of(way.way) != Row::online) continue;
    EXPECT_EQ(way.reader, Requirement::choice) << name(way.way);
  }
}

TEST(BuiltInChoices, NobodyPermitsRetrievalFromTheIssuer) {
  for (const DocTypeProfile& profile : doc_types()) EXPECT_FALSE(profile.server_retrieval) << profile.id;
}

TEST(BuiltInChoices, WhatTheRulebooksOfTheEuLeaveOpenIsNotBound) {
  for (const std::string_view id : {"pid", "age-verification"}) {
    for (const WayRule& way : built_in(id).ways) {
      if (row_of(way.way) == Row::online) continue;
      EXPECT_EQ(way.mdoc, Requirement::optional) << id << ' ' << name(way.way);
    }
    EXPECT_EQ(built_in(id).certificate_validity.signer_days, 0) << id;
    EXPECT_FALSE(built_in(id).signer.crl_points) << id;
  }
  EXPECT_EQ(built_in("pid").mso.max_validity_days, 0);
  EXPECT_EQ(built_in("pid").mso.status, Requirement::optional);
  EXPECT_THAT(texts(built_in("pid").mso.mechanisms), ElementsAre("status-list", "identifier-list"));
}

TEST(BuiltInChoices, WhatOneVersionOfTheAamvaGuidelinesAllowsIsAllowed) {
  const std::string_view aamva = "org.iso.18013.5.1.aamva";
  EXPECT_EQ(element("mdl", aamva, "DHS_compliance").presence, Presence::optional);
  EXPECT_EQ(element("mdl", aamva, "hazmat_endorsement_expiration_date").presence, Presence::optional);
  for (const std::string_view either : {"EDL_credential", "CDL_non_domiciled"}) {
    EXPECT_EQ(element("mdl", aamva, either).rule.form, ValueForm::uint | ValueForm::boolean) << either;
  }
  EXPECT_FALSE(built_in("mdl").signer.state);
}

TEST(BuiltInChoices, AProofOfAgeHoldsForThreeMonthsAndAnswersForItsOwnAgeAlone) {
  EXPECT_EQ(built_in("age-verification").mso.max_validity_days, 92);
  EXPECT_FALSE(find_name_space(built_in("age-verification"), "eu.europa.ec.av.1")->age_over);
  EXPECT_THAT(texts(built_in("age-verification").trust_sources), ElementsAre("trusted-list", "trusted-entities"));
}

TEST(BuiltInChoices, VehicleRegistrationBoundsAsLittleAsPossible) {
  const DocTypeProfile& vehicle = built_in("vehicle-registration");
  EXPECT_EQ(vehicle.standing, Standing::provisional);
  EXPECT_THAT(texts(vehicle.signer.key_purposes), ElementsAre("1.0.23220.4.1.2", "1.0.18013.5.1.2"));
  EXPECT_THAT(texts(vehicle.trust_sources), Contains("vical"));
  EXPECT_FALSE(find_name_space(vehicle, "org.iso.23220.1")->required);
  EXPECT_TRUE(vehicle.domestic.pattern.empty());
  for (const ElementProfile& each : find_name_space(vehicle, "org.iso.7367.1")->elements) {
    for (const MemberRule& member : each.rule.members) EXPECT_EQ(member.presence, Presence::optional) << member.key;
  }
}

TEST(BuiltInChoices, ReadersHaveOneCertificateForAllDocuments) {
  const auto licence = texts(built_in("mdl").reader_key_purposes);
  EXPECT_THAT(licence, ElementsAre("1.0.18013.5.1.6", "1.0.23220.4.1.6"));
  for (const std::string_view id : {"photo-id", "pid"}) {
    const auto purposes = texts(built_in(id).reader_key_purposes);
    for (const std::string& purpose : licence) EXPECT_THAT(purposes, Contains(purpose)) << id;
  }
}

TEST(BuiltInChoices, WhatComesWithOthersAndWhoseCountryIsComparedAreRulesOfTheLicence) {
  for (const DocTypeProfile& profile : doc_types()) {
    EXPECT_EQ(!profile.holder_verification.element.empty(), profile.id == "mdl") << profile.id;
    EXPECT_EQ(!profile.country_element.empty(), profile.id == "mdl") << profile.id;
  }
  const auto codes = [](std::string_view id) {
    std::vector<std::int64_t> all;
    for (const PurposeHint& purpose : built_in(id).purposes) all.push_back(purpose.code);
    return all;
  };
  EXPECT_THAT(codes("mdl"), ElementsAre(1, 2, 3));
  EXPECT_THAT(codes("photo-id"), ElementsAre(1, 3));
  EXPECT_THAT(codes("pid"), ElementsAre(1));
  EXPECT_THAT(codes("age-verification"), ElementsAre(3));
}

TEST(BuiltInChoices, GenericElementsOfVehiclesAreThoseOfTheFragment) {
  EXPECT_THAT(texts(built_in("photo-id").aliases), Not(IsEmpty()));
  const ElementProfile& sex = element("photo-id", "org.iso.23220.1", "sex");
  EXPECT_THAT(std::vector<std::uint64_t>(sex.rule.numbers.begin(), sex.rule.numbers.end()), ElementsAre(0, 1, 2, 9));
}

}  // namespace
}  // namespace mdoc::profile
