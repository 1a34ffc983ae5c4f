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
  const std::array own{DocTypeProfile{.doc_type = "org.iso.18013.5.1.mDL", .title = "ours"}};
  EXPECT_EQ(find_doc_type(own, "org.iso.18013.5.1.mDL")->title, "ours");
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
        if (element.identifier.ends_with('*')) continue;
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

TEST(Elements, AgeStatementsAreAnsweredByTheNearestWhereTheProfileSaysSo) {
  EXPECT_TRUE(mdl_name_space().age_over);
  EXPECT_FALSE(find_doc_type(doc_types(), "eu.europa.ec.eudi.pid.1")->name_spaces.front().age_over);
}

}  // namespace
}  // namespace mdoc::profile
