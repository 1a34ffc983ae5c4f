#include "mdoc/profile/doc_type_profile.hpp"

#include <set>

#include <gtest/gtest.h>

namespace mdoc::profile {
namespace {

const DocTypeProfile& mdl() { return *find_doc_type(doc_types(), "org.iso.18013.5.1.mDL"); }
const NameSpaceProfile& mdl_name_space() { return *find_name_space(mdl(), "org.iso.18013.5.1"); }

TEST(DocTypes, AreFoundLetterForLetter) {
  EXPECT_NE(find_doc_type(doc_types(), "org.iso.18013.5.1.mDL"), nullptr);
  EXPECT_EQ(find_doc_type(doc_types(), "org.iso.18013.5.1.mdl"), nullptr);
  EXPECT_EQ(find_doc_type(doc_types(), "org.iso.18013.5.1"), nullptr);
  EXPECT_EQ(find_doc_type(doc_types(), "org.iso.23220.photoID.1"), nullptr);
  EXPECT_EQ(find_doc_type(doc_types(), ""), nullptr);
}

TEST(DocTypes, OfTheApplicationComeFirst) {
  const std::array own{DocTypeProfile{.doc_type = "org.iso.18013.5.1.mDL", .id = "ours"}};
  EXPECT_EQ(find_doc_type(own, "org.iso.18013.5.1.mDL")->id, "ours");
}

TEST(DocTypes, NameTheirSigners) {
  EXPECT_EQ(mdl().signer.key_purposes.size(), 1u);
  EXPECT_EQ(mdl().signer.key_purposes.front(), "1.0.18013.5.1.2");
  EXPECT_EQ(find_doc_type(doc_types(), "org.iso.23220.photoid.1")->signer.key_purposes.front(), "1.0.23220.4.1.2");
}

TEST(DocTypes, HaveNoElementTwice) {
  for (const DocTypeProfile& doc_type : doc_types()) {
    for (const NameSpaceProfile& name_space : doc_type.name_spaces) {
      std::set<std::string_view> seen;
      for (const ElementProfile& element : name_space.elements) {
        EXPECT_TRUE(seen.insert(element.identifier).second) << element.identifier;
      }
    }
  }
}

TEST(DocTypes, GiveNamedElementsBeforePatterns) {
  // The first match counts, so a pattern must not hide a row below it.
  for (const DocTypeProfile& doc_type : doc_types()) {
    for (const NameSpaceProfile& name_space : doc_type.name_spaces) {
      for (const ElementProfile& element : name_space.elements) {
        if (element.identifier.find_first_of("*#") != std::string_view::npos) continue;
        EXPECT_EQ(find_element(name_space, element.identifier), &element) << element.identifier;
      }
    }
  }
}

TEST(Elements, OfTheLicenceHaveTheFormsOfTheTable) {
  EXPECT_EQ(find_element(mdl_name_space(), "birth_date")->rule.form, ValueForm::full_date);
  EXPECT_EQ(find_element(mdl_name_space(), "expiry_date")->rule.form, ValueForm::full_date | ValueForm::tdate);
  EXPECT_EQ(find_element(mdl_name_space(), "portrait")->rule.form, ValueForm::image);
  EXPECT_EQ(find_element(mdl_name_space(), "age_over_18")->rule.form, ValueForm::boolean);
  EXPECT_EQ(find_element(mdl_name_space(), "biometric_template_face")->rule.form, ValueForm::bytes);
  EXPECT_EQ(find_element(mdl_name_space(), "family_name")->presence, Presence::mandatory);
  EXPECT_EQ(find_element(mdl_name_space(), "no_such_element"), nullptr);
  EXPECT_EQ(find_name_space(mdl(), "org.iso.18013.5.1.US"), nullptr);
}

TEST(Elements, PatternsStandForDigitsOrForAnyRest) {
  EXPECT_NE(find_element(mdl_name_space(), "age_over_07"), nullptr);
  for (const std::string_view none : {"age_over_", "age_over_7", "age_over_007", "age_over_1x", "age_over_##",
                                      "xage_over_18", "biometric_templat", "biometric_Template_face"}) {
    EXPECT_EQ(find_element(mdl_name_space(), none), nullptr) << none;
  }
  EXPECT_NE(find_element(mdl_name_space(), "biometric_template_face"), nullptr);
}

TEST(NameSpaces, OfJurisdictionsFollowTheirPattern) {
  for (const std::string_view domestic :
       {"org.iso.18013.5.1.US", "org.iso.18013.5.1.US-IA", "org.iso.18013.5.1.FR-2A"}) {
    EXPECT_TRUE(is_domestic(mdl(), domestic)) << domestic;
  }
  for (const std::string_view other :
       {"org.iso.18013.5.1", "org.iso.18013.5.1.", "org.iso.18013.5.1.us", "org.iso.18013.5.1.U",
        "org.iso.18013.5.1.USA", "org.iso.18013.5.1.US-", "org.iso.18013.5.1.US-IOWA", "org.iso.18013.5.1.US.1",
        "org.iso.18013.5.1.aamva"}) {
    EXPECT_FALSE(is_domestic(mdl(), other)) << other;
  }
  const DocTypeProfile& photo_id = *find_doc_type(doc_types(), "org.iso.23220.photoid.1");
  EXPECT_TRUE(is_domestic(photo_id, "org.iso.23220.photoid.EU.1"));
  EXPECT_TRUE(is_domestic(photo_id, "org.iso.23220.photoid.UT-01.1"));
  EXPECT_FALSE(is_domestic(photo_id, "org.iso.23220.photoid.1"));
  EXPECT_FALSE(is_domestic(photo_id, "org.iso.23220.photoid..1"));
  EXPECT_FALSE(is_domestic(photo_id, "org.iso.23220.photoid.1.1"));
  const DocTypeProfile& pid = *find_doc_type(doc_types(), "eu.europa.ec.eudi.pid.1");
  EXPECT_TRUE(is_domestic(pid, "eu.europa.ec.eudi.pid.de.1"));
  EXPECT_TRUE(is_domestic(pid, "eu.europa.ec.eudi.pid.DE"));
  EXPECT_FALSE(is_domestic(pid, "eu.europa.ec.eudi.pid.de."));
  EXPECT_FALSE(is_domestic(pid, "eu.europa.ec.eudi.pid.de.x"));
  EXPECT_FALSE(is_domestic(pid, "eu.europa.ec.eudi.pid.1"));
  EXPECT_FALSE(is_domestic(*find_doc_type(doc_types(), "eu.europa.ec.av.1"), "eu.europa.ec.av.de"));
}

TEST(Profiles, AreFoundByShortNameOrDocType) {
  EXPECT_EQ(find_profile(doc_types(), "mdl"), &mdl());
  EXPECT_EQ(find_profile(doc_types(), "org.iso.18013.5.1.mDL"), &mdl());
  EXPECT_EQ(find_profile(doc_types(), ""), nullptr);
  EXPECT_EQ(find_profile(doc_types(), "MDL"), nullptr);
  EXPECT_EQ(&constants(mdl()), &iso18013_5());
}

TEST(Elements, AgeStatementsAreAnsweredByTheNearestWhereTheProfileSaysSo) {
  EXPECT_TRUE(mdl_name_space().age_over);
  EXPECT_FALSE(find_doc_type(doc_types(), "eu.europa.ec.eudi.pid.1")->name_spaces.front().age_over);
}

}  // namespace
}  // namespace mdoc::profile
