#include "mdoc/presentation/release_policy.hpp"

#include <gtest/gtest.h>

#include "presentation/element_rules.hpp"
#include "unit/presentation/reader_bench.hpp"

namespace mdoc::presentation {
namespace {

const NameSpace mdl_name_space("org.iso.18013.5.1");

/// As match() offers them, for a document of this type.
ElementOption element(const std::string& identifier, const NameSpace& name_space = mdl_name_space,
                      const DocType& doc_type = mdl_type) {
  const model::ElementReference reference{name_space, ElementIdentifier(identifier)};
  const auto* const known = profile::find_doc_type(profile::doc_types(), doc_type.str());
  return {.requested = reference, .released = reference, .mandatory = is_mandatory(known, reference)};
}
DocumentOption document(const DocType& doc_type, std::size_t doc_request = 0,
                        ReleaseSetting setting = ReleaseSetting::proximity) {
  DocumentOption option{.doc_request = doc_request, .doc_type = doc_type};
  const auto* const known = profile::find_doc_type(profile::doc_types(), doc_type.str());
  if (known == nullptr) return option;
  option.rules.reader_authentication = setting == ReleaseSetting::proximity ? known->reader_authentication.proximity
                                                                            : known->reader_authentication.online;
  return option;
}

/// A request of two documents, of which a trusted reader signed the first.
class Rdr04 : public ReaderBench {
 protected:
  Rdr04() { trust_readers(); }
  [[nodiscard]] RequestReaders readers() const {
    return judge(request_of({signed_request(reader()), unsigned_request()}));
  }
  static constexpr std::size_t proven = 0, anonymous = 1;
};

TEST_F(Rdr04, MandatoryElementsOfALicenceStayAvailableToAnyReaderNearby) {
  for (const ReaderProof proof : {ReaderProof::for_optional, ReaderProof::for_all}) {
    const ReleasePolicy policy(proof);
    for (const char* mandatory : {"family_name", "portrait", "driving_privileges"}) {
      EXPECT_TRUE(policy.allows(readers(), document(mdl_type, anonymous), element(mandatory))) << mandatory;
    }
    for (const char* optional : {"age_over_18", "resident_address", "unknown"}) {
      EXPECT_FALSE(policy.allows(readers(), document(mdl_type, anonymous), element(optional))) << optional;
      EXPECT_TRUE(policy.allows(readers(), document(mdl_type, proven), element(optional))) << optional;
    }
    EXPECT_FALSE(policy.allows(readers(), document(mdl_type, anonymous),
                               element("family_name", NameSpace("org.example.other"))));
  }
}

TEST_F(Rdr04, OverTheInternetTheyMayBeKeptBack) {
  const ReleasePolicy policy(ReaderProof::for_all, ReleaseSetting::internet);
  EXPECT_FALSE(policy.allows(readers(), document(mdl_type, anonymous), element("family_name")));
  EXPECT_TRUE(policy.allows(readers(), document(mdl_type, proven), element("family_name")));
  const ReleasePolicy optional(ReaderProof::for_optional, ReleaseSetting::internet);
  EXPECT_TRUE(optional.allows(readers(), document(mdl_type, anonymous), element("family_name")));
}

TEST_F(Rdr04, EachDocTypeHasItsPolicy) {
  const DocType card("org.example.card");
  const auto policy = ReleasePolicy().require(photo_id_type, ReaderProof::for_all).require(card, ReaderProof::for_all);
  const NameSpace generic("org.iso.23220.1");
  EXPECT_TRUE(policy.allows(readers(), document(mdl_type, anonymous), element("resident_address")));
  EXPECT_FALSE(
      policy.allows(readers(), document(photo_id_type, anonymous), element("family_name", generic, photo_id_type)));
  EXPECT_TRUE(
      policy.allows(readers(), document(photo_id_type, proven), element("family_name", generic, photo_id_type)));
  EXPECT_FALSE(policy.allows(readers(), document(card, anonymous), element("family_name", mdl_name_space, card)));
  // Of a docType without profile nothing is known to be mandatory.
  EXPECT_FALSE(ReleasePolicy(ReaderProof::for_optional)
                   .allows(readers(), document(card, anonymous), element("family_name", mdl_name_space, card)));
}

TEST_F(Rdr04, EachFailureOfAReaderCountsAsNoProof) {
  const ReleasePolicy policy(ReaderProof::for_all);
  const auto allowed = [&](const RequestReaders& judged) {
    return policy.allows(judged, document(mdl_type), element("age_over_18"));
  };
  EXPECT_TRUE(allowed(judge(request_of({signed_request(reader())}))));
  EXPECT_FALSE(allowed(judge(request_of({signed_request(reader(strangers()))}))));
  auto forged = signed_request(reader());
  forged.items_request = items("portrait");
  EXPECT_FALSE(allowed(judge(request_of({forged}))));
  put_crl(reader().x5chain);
  EXPECT_FALSE(allowed(judge(request_of({signed_request(reader())}))));
  EXPECT_FALSE(allowed({}));  // nobody was judged
}

TEST_F(Rdr04, ThePolicyNarrowsWhatAPersonApproves) {
  const auto person = [](const DocumentOption&, const ElementOption& each) {
    return each.released.element.str() != "portrait";
  };
  const auto approve = ReleasePolicy(ReaderProof::for_all).approval(readers(), person);
  EXPECT_TRUE(approve(document(mdl_type, anonymous), element("family_name")));
  EXPECT_FALSE(approve(document(mdl_type, anonymous), element("portrait")));
  EXPECT_FALSE(approve(document(mdl_type, anonymous), element("sex")));
  EXPECT_TRUE(ReleasePolicy().approval(readers())(document(mdl_type, anonymous), element("portrait")));
}

}  // namespace
}  // namespace mdoc::presentation
