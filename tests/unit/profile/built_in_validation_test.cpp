// Documents against the built-in profiles: what each requires.
#include <algorithm>
#include <set>

#include "support/vectors.hpp"
#include "validation.hpp"

namespace mdoc::profile {
namespace {

using testing::cbor_text;

/// The identifiers that are missing from a document with these elements of the profile's first name space.
std::set<std::string> missing(const DocTypeProfile& profile, const std::set<std::string>& present) {
  Elements elements;
  const std::string_view name_space = profile.name_spaces.front().name_space;
  for (const std::string& identifier : present) elements.add(name_space, identifier, testing::cbor_uint(1));
  ElementFindings findings;
  validate_document(profile, elements.all(), elements.context, findings);
  std::set<std::string> identifiers;
  for (const ElementFinding& finding : findings.entries()) {
    if (finding.fault == ElementFault::missing && finding.name_space == name_space) {
      identifiers.emplace(finding.identifier);
    }
  }
  return identifiers;
}

struct Required {
  std::string_view id;
  std::set<std::string> elements;  ///< of the first name space
};

const std::vector<Required>& required() {
  static const std::vector<Required> all{
      {"mdl",
       {"family_name", "given_name", "birth_date", "issue_date", "expiry_date", "issuing_country", "issuing_authority",
        "document_number", "portrait", "driving_privileges", "un_distinguishing_sign"}},
      {"photo-id",
       {"family_name", "given_name", "birth_date", "portrait", "issue_date", "expiry_date", "issuing_authority",
        "issuing_country", "age_over_18"}},
      {"pid",
       {"family_name", "given_name", "birth_date", "place_of_birth", "nationality", "issuing_authority",
        "issuing_country"}},
      {"age-verification", {"age_over_18"}},
  };
  return all;
}

TEST(Rsp20, AnIssuedDocumentHasEveryMandatoryElement) {
  for (const Required& row : required()) {
    SCOPED_TRACE(row.id);
    const DocTypeProfile* const profile = find_profile(doc_types(), row.id);
    ASSERT_NE(profile, nullptr);
    EXPECT_EQ(missing(*profile, row.elements), std::set<std::string>{});
    EXPECT_EQ(missing(*profile, {"of_tomorrow"}), row.elements);
    for (const std::string& left_out : row.elements) {
      std::set<std::string> present = row.elements;
      present.erase(left_out);
      present.insert("of_tomorrow");  // so that the name space is there
      EXPECT_EQ(missing(*profile, present), std::set<std::string>{left_out});
    }
  }
}

TEST(Rsp20, AnyPartOfADocumentMayBePresented) {
  for (const DocTypeProfile& profile : doc_types()) {
    EXPECT_EQ(Elements().values(profile), Texts{}) << profile.id;
  }
}

TEST(ValidateDocument, APhotoIdWithADataGroupSaysWhatTravelDocumentItComesFrom) {
  const DocTypeProfile* const profile = find_profile(doc_types(), "photo-id");
  ASSERT_NE(profile, nullptr);
  const auto conditional = [&](const std::vector<std::pair<std::string_view, std::string_view>>& present) {
    Elements elements;
    for (const auto& [name_space, identifier] : present) elements.add(name_space, identifier, testing::cbor_uint(1));
    ElementFindings findings;
    validate_document(*profile, elements.all(), elements.context, findings);
    std::set<std::string> identifiers;
    for (const ElementFinding& finding : findings.entries()) {
      if (finding.fault == ElementFault::missing_conditional) identifiers.emplace(finding.identifier);
    }
    return identifiers;
  };
  constexpr std::string_view files = "org.iso.23220.datagroups.1", own = "org.iso.23220.photoid.1";
  EXPECT_EQ(conditional({{own, "person_id"}}), std::set<std::string>{});
  EXPECT_EQ(conditional({{own, "person_id"}, {files, "dg2"}}), std::set<std::string>{});
  EXPECT_EQ(conditional({{own, "person_id"}, {files, "dg1"}}),
            (std::set<std::string>{"travel_document_type", "travel_document_mrz"}));
  EXPECT_EQ(conditional({{own, "travel_document_type"}, {files, "dg1"}}), std::set<std::string>{"travel_document_mrz"});
}

}  // namespace
}  // namespace mdoc::profile
