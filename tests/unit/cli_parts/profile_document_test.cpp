// What `profile check --document` finds in documents of each kind.
#include <gtest/gtest.h>

#include "cli/profile_document.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::cli {
namespace {

using testing::SampleItem;
using testing::SampleMdoc;

const profile::DocTypeProfile& licence() {
  const auto* const found = profile::find_profile(profile::doc_types(), "mdl");
  EXPECT_NE(found, nullptr);
  return *found;
}

/// The sample with all that a licence needs.
SampleMdoc complete() {
  SampleMdoc sample;
  const auto add = [&](std::string identifier, Bytes value) {
    const auto id = static_cast<std::uint8_t>(sample.items.size());
    sample.items.push_back({"org.iso.18013.5.1", id, Bytes(32, id), std::move(identifier), std::move(value)});
  };
  add("issuing_authority", testing::cbor_text("Utopia"));
  add("driving_privileges", testing::cbor_array({}));
  add("un_distinguishing_sign", testing::cbor_text("UTO"));
  return sample;
}

Input input_of(Bytes bytes) { return {.bytes = std::move(bytes), .name = "the input", .engagement = {}}; }

std::vector<std::string> texts(const JudgedDocument& document) {
  std::vector<std::string> all;
  for (const DocumentFault& fault : document.faults.listed) all.push_back(text_of(fault));
  return all;
}

TEST(ProfileDocument, JudgesIssuerSignedADocumentAndAResponse) {
  for (Bytes& bytes : std::vector<Bytes>{complete().issuer_signed(), complete().document(), complete().response()}) {
    const auto judged = judge_documents(licence(), input_of(std::move(bytes)));
    ASSERT_EQ(judged.size(), 1u);
    EXPECT_EQ(judged[0].doc_type, "org.iso.18013.5.1.mDL");
    EXPECT_EQ(texts(judged[0]), std::vector<std::string>{});
    EXPECT_TRUE(judged[0].good());
  }
}

TEST(ProfileDocument, JudgesEachDocumentOfAResponse) {
  SampleMdoc wrong;
  for (SampleItem& item : wrong.items) {
    if (item.identifier == "family_name") item.value = testing::cbor_uint(1);
  }
  const auto judged =
      judge_documents(licence(), input_of(SampleMdoc::response_of({complete().document(), wrong.document()})));
  ASSERT_EQ(judged.size(), 2u);
  EXPECT_TRUE(judged[0].good());
  EXPECT_FALSE(judged[1].good());
  EXPECT_EQ(judged[1].index, 1u);
  EXPECT_EQ(texts(judged[1]),
            std::vector<std::string>{"org.iso.18013.5.1/family_name: expected: A value has one of the types that are "
                                     "defined for it. (element.wrong-form)"});
}

TEST(ProfileDocument, OfWhatWasPresentedNothingIsMissing) {
  const auto presented = judge_documents(licence(), input_of(SampleMdoc().response()));
  EXPECT_EQ(texts(presented.at(0)), std::vector<std::string>{});
  EXPECT_EQ(presented.at(0).extent, Extent::presented);
  const auto whole = judge_documents(licence(), input_of(SampleMdoc().document()));
  EXPECT_EQ(whole.at(0).extent, Extent::whole);
  EXPECT_EQ(
      texts(whole.at(0)),
      (std::vector<std::string>{
          "org.iso.18013.5.1/issuing_authority: expected: A mandatory element is present. (element.missing)",
          "org.iso.18013.5.1/driving_privileges: expected: A mandatory element is present. (element.missing)",
          "org.iso.18013.5.1/un_distinguishing_sign: expected: A mandatory element is present. (element.missing)"}));
}

TEST(ProfileDocument, GathersWhatIsMissingAlikeAndNothingElse) {
  using enum profile::FaultSeverity;
  const auto missing = [](std::string name_space, const std::string& element) {
    return DocumentFault{.id = "element.missing",
                         .severity = error,
                         .clause = {},
                         .place = name_space + "/" + element,
                         .duty = "All is there.",
                         .beside = {},
                         .name_space = name_space};
  };
  DocumentFault recommended = missing("ut/1", "d");
  recommended.id = "element.missing-recommended";
  recommended.severity = warning;
  DocumentFault conditional = missing("ut/1", "e");
  conditional.id = "element.missing-conditional";
  conditional.beside = "beside d";
  DocumentFault unjudged = missing("ut/1", "f");
  unjudged.id = "element.conditional-unjudged";
  unjudged.severity = information;
  EXPECT_EQ(gathered_texts({missing("ut/1", "a/0"), recommended, missing("ut/1", "b"), conditional, unjudged,
                            missing("ut/2", "c")}),
            (std::vector<std::string>{"expected: All is there. (element.missing); missing: a/0, b of ut/1; c of ut/2",
                                      "expected: All is there. (element.missing-recommended); missing: d of ut/1",
                                      "ut/1/e: expected: All is there. (element.missing-conditional, beside d)"}));
  EXPECT_TRUE(gathered_texts({}).empty());
  EXPECT_TRUE(gathered_texts({unjudged}).empty());
}

TEST(ProfileDocument, SaysWhereInAValueAndWhatItDisagreesWith) {
  SampleMdoc sample = complete();
  for (SampleItem& item : sample.items) {
    if (item.identifier == "driving_privileges") item.value = testing::cbor_array({testing::cbor_uint(1)});
    if (item.identifier == "age_over_18") item.value = testing::cbor_bool(false);
  }
  const auto judged = judge_documents(licence(), input_of(sample.issuer_signed()));
  EXPECT_EQ(texts(judged.at(0)),
            (std::vector<std::string>{
                "org.iso.18013.5.1/driving_privileges[0]: expected: A value has one of the types that are "
                "defined for it. (element.wrong-form)",
                "org.iso.18013.5.1/age_over_18: expected: There is an age that fits every statement about "
                "it. (element.ages-contradict, beside birth_date)"}));
}

TEST(ProfileDocument, NamesOfAPeerAreEscapedAndOnlyAWarning) {
  SampleMdoc sample = complete();
  sample.items.push_back({"org.iso.18013.5.1", 90, Bytes(32, 9), "famly\x1bname", testing::cbor_text("Doe")});
  const auto judged = judge_documents(licence(), input_of(sample.issuer_signed()));
  EXPECT_EQ(texts(judged.at(0)),
            std::vector<std::string>{"org.iso.18013.5.1/famly\\x1bname: expected: A name space holds the "
                                     "elements that are defined for it. (element.unknown)"});
  EXPECT_TRUE(judged.at(0).good());
}

TEST(ProfileDocument, ANameSpaceThatIsNotKnownIsSaidNotToBeJudged) {
  SampleMdoc sample = complete();
  sample.items.push_back({"org.iso.18013.5.2", 90, Bytes(32, 9), "family_name", testing::cbor_text("Doe")});
  const auto judged = judge_documents(licence(), input_of(sample.issuer_signed()));
  EXPECT_EQ(texts(judged.at(0)),
            std::vector<std::string>{"org.iso.18013.5.2: expected: A name space is one that the profile knows; nothing "
                                     "is judged of another. (element.name-space-unknown)"});
  EXPECT_TRUE(judged.at(0).good());
}

TEST(ProfileDocument, ADocumentOfAnotherTypeIsAgainstTheProfile) {
  SampleMdoc sample = complete();
  sample.doc_type = "com.example.pass";
  const auto judged = judge_documents(licence(), input_of(sample.document()));
  EXPECT_EQ(texts(judged.at(0)),
            std::vector<std::string>{"MobileSecurityObject: expected: The MSO is of the profile's docType. "
                                     "(mso.other-doc-type, found com.example.pass)"});
  EXPECT_FALSE(judged.at(0).good());
}

TEST(ProfileDocument, WhatIsNoDocumentIsRefusedByName) {
  const auto refusal = [](Bytes bytes) -> std::string {
    try {
      (void)judge_documents(licence(), input_of(std::move(bytes)));
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::unreadable);
      return failure.what();
    }
    return {};
  };
  EXPECT_NE(refusal(Bytes{0x01}), "");
  EXPECT_NE(refusal(Bytes{}), "");
  EXPECT_EQ(refusal(SampleMdoc::response_of({})), "the input has no document");
  Bytes cut = complete().document();
  cut.pop_back();
  EXPECT_NE(refusal(std::move(cut)), "");
}

}  // namespace
}  // namespace mdoc::cli
