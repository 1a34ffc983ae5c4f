// Requests of the second edition: use cases, alternatives, issuers; and what a person may choose.
#include "mdoc/presentation/match.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mdoc/presentation/consent.hpp"
#include "mdoc/profile/request_rules.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

using model::ElementReference;

const NameSpace mdl("org.iso.18013.5.1");

ElementReference element(const std::string& identifier) { return {mdl, ElementIdentifier(identifier)}; }

model::AlternativeElementSet set_of(const std::vector<std::string>& identifiers) {
  model::AlternativeElementSet set;
  for (const std::string& identifier : identifiers) set.push_back(element(identifier));
  return set;
}

/// `requested`, or all elements of one of these sets.
model::AlternativeDataElementsSet instead_of(const std::string& requested,
                                             const std::vector<std::vector<std::string>>& sets) {
  model::AlternativeDataElementsSet alternatives{.requested_element = element(requested),
                                                 .alternative_element_sets = {}};
  for (const auto& set : sets) alternatives.alternative_element_sets.push_back(set_of(set));
  return alternatives;
}

model::DocRequest ask(const std::vector<std::string>& elements, std::optional<model::DocRequestInfo> info = {},
                      const std::string& doc_type = "org.iso.18013.5.1.mDL") {
  model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{mdl, {}}}, .request_info = std::move(info)};
  for (const auto& each : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(each), false);
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

model::UseCase use_case(bool mandatory, std::vector<model::DocumentSet> sets) {
  return {.mandatory = mandatory, .document_sets = std::move(sets)};
}

/// A wallet of two licences of one person and a library card.
class Matching : public ::testing::Test {
 protected:
  Matching() {
    add("licence", {{"family_name", testing::cbor_text("Doe")},
                    {"age_over_18", testing::cbor_bool(true)},
                    {"age_over_21", testing::cbor_bool(true)},
                    {"age_over_65", testing::cbor_bool(false)},
                    {"birth_date", testing::cbor_text("1990-01-01")}});
  }
  void add(const std::string& id, const std::vector<std::pair<std::string, Bytes>>& elements,
           const std::string& doc_type = "org.iso.18013.5.1.mDL") {
    testing::SampleMdoc mdoc;
    mdoc.doc_type = doc_type;
    mdoc.items.clear();
    std::uint64_t digest_id = 0;
    for (const auto& [identifier, value] : elements) {
      mdoc.items.push_back({.name_space = mdl.str(),
                            .digest_id = digest_id,
                            .random = Bytes(32, static_cast<std::uint8_t>(++digest_id)),
                            .identifier = identifier,
                            .value = value});
    }
    credentials.push_back(Credential::decode(id, SharedBytes::take(mdoc.issuer_signed()), crypto::KeyRef(id)).value());
  }
  [[nodiscard]] RequestMatch match_one(std::vector<model::DocRequest> doc_requests,
                                       std::vector<model::UseCase> use_cases = {}, MatchOptions options = {}) const {
    model::DeviceRequestOptions more;
    if (!use_cases.empty()) {
      more.device_request_info = model::encode_device_request_info({.use_cases = std::move(use_cases)}).value();
    }
    const auto request = model::build_device_request(std::move(doc_requests), std::move(more)).value();
    return match(request, credentials, sample.now, options).value();
  }
  /// What would be released, as "credential/element".
  [[nodiscard]] static std::vector<std::string> released(const Consent& consent) {
    std::vector<std::string> names;
    for (const DocumentOption& document : consent.documents()) {
      for (const ElementOption& each : document.elements) {
        names.push_back(document.credential_id + "/" + each.released.element.str());
      }
    }
    return names;
  }
  [[nodiscard]] static std::vector<std::string> released(const RequestMatch& match) {
    return released(Consent::to_all(match));
  }
  static void expect_refused(const RequestMatch& match, const Selection& selection) {
    const auto consent = Consent::to(match, selection);
    ASSERT_FALSE(consent);
    EXPECT_EQ(consent.error().code, Errc::bad_argument);
  }

  testing::SampleMdoc sample;
  std::vector<Credential> credentials;
};
using Names = std::vector<std::string>;
using Req02 = Matching;  // server retrieval
using Req05 = Matching;  // alternatives
using Req06 = Matching;  // issuers
using Req07 = Matching;  // size
using Req08 = Matching;  // several documents
using Req12 = Matching;  // zero-knowledge proofs

// ---- server retrieval ---------------------------------------------------------------------------

TEST_F(Req02, ElementsOfServerRetrievalAreNeverOffered) {
  credentials.clear();
  add("licence", {{"family_name", testing::cbor_text("Doe")},
                  {"webapi_info", testing::cbor_array({})},
                  {"oidc_info", testing::cbor_array({})}});
  for (const char* identifier : {"webapi_info", "oidc_info"}) {
    const auto alone = match_one({ask({identifier})});
    EXPECT_FALSE(alone.answerable);
    EXPECT_EQ(alone.doc_requests[0].obstacle, Obstacle::elements);
    const auto mixed = match_one({ask({"family_name", identifier})});
    EXPECT_EQ(released(mixed), Names{"licence/family_name"});
    EXPECT_EQ(mixed.doc_requests[0].documents[0].unavailable, std::vector{element(identifier)});
    const auto second = match_one({ask({"family_name"}), ask({identifier})});
    EXPECT_EQ(released(second), Names{"licence/family_name"});
    const auto instead =
        match_one({ask({"portrait"}, {{.alternative_data_elements = {instead_of("portrait", {{identifier}})}}})});
    EXPECT_FALSE(instead.answerable);
    // The name means nothing elsewhere.
    EXPECT_TRUE(profile::is_server_retrieval(mdl.str(), identifier));
    EXPECT_FALSE(profile::is_server_retrieval("other.namespace", identifier));
  }
}

// ---- alternatives -------------------------------------------------------------------------------

TEST_F(Req05, TheElementItselfComesBeforeAnyAlternative) {
  const auto found =
      match_one({ask({"birth_date"}, {{.alternative_data_elements = {instead_of("birth_date", {{"age_over_18"}})}}})});
  EXPECT_EQ(released(found), Names{"licence/birth_date"});
  EXPECT_EQ(found.doc_requests[0].documents[0].elements[0].basis, AnswerBasis::as_requested);
}

TEST_F(Req05, TheFirstSetThatIsThereAsAWholeAnswers) {
  const auto found = match_one({ask({"portrait", "family_name"},
                                    {{.alternative_data_elements = {instead_of(
                                          "portrait", {{"family_name", "height"}, {"birth_date", "family_name"}})}}})});
  ASSERT_EQ(found.doc_requests[0].documents.size(), 1u);
  const DocumentOption& document = found.doc_requests[0].documents[0];
  EXPECT_TRUE(document.is_complete());
  ASSERT_EQ(document.elements.size(), 3u);
  EXPECT_EQ(document.elements[0].requested, element("portrait"));
  EXPECT_EQ(document.elements[0].released, element("birth_date"));
  EXPECT_EQ(document.elements[0].basis, AnswerBasis::alternative);
  EXPECT_EQ(document.elements[1].released, element("family_name"));
  EXPECT_EQ(document.elements[2].requested, element("family_name"));
}

TEST_F(Req05, AnAlternativeMayBeAnAge) {
  const auto found =
      match_one({ask({"portrait"}, {{.alternative_data_elements = {instead_of("portrait", {{"age_over_19"}})}}})});
  EXPECT_EQ(released(found), Names{"licence/age_over_21"});
}

TEST_F(Req05, WithoutAWholeSetItIsMissing) {
  const model::DocRequestInfo info{.alternative_data_elements = {instead_of("portrait", {{"height", "weight"}})}};
  const auto found = match_one({ask({"portrait", "family_name"}, info)});
  EXPECT_FALSE(found.answerable);  // the second edition's reader wants all or nothing
  EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::elements);
  const auto partial = match_one({ask({"portrait", "family_name"}, info)}, {}, {.partial = PartialAnswers::always});
  EXPECT_EQ(released(partial), Names{"licence/family_name"});
  EXPECT_EQ(partial.doc_requests[0].documents[0].unavailable, std::vector{element("portrait")});
}

TEST_F(Req05, AlternativesAreRetainedIfWhatWasAskedForIs) {
  for (const bool retained : {true, false}) {
    model::ItemsRequest items{
        .doc_type = DocType("org.iso.18013.5.1.mDL"),
        .name_spaces = {{mdl,
                         {{ElementIdentifier("portrait"), retained}, {ElementIdentifier("age_over_18"), !retained}}}},
        .request_info = {{.alternative_data_elements = {instead_of("portrait", {{"birth_date", "family_name"}})}}}};
    const auto found = match_one({{.items_request = model::encode_items_request(std::move(items)).value()}});
    ASSERT_EQ(found.doc_requests[0].documents.size(), 1u);
    const auto& elements = found.doc_requests[0].documents[0].elements;
    ASSERT_EQ(elements.size(), 3u);
    for (const ElementOption& each : elements) {
      EXPECT_EQ(each.intent_to_retain, each.requested == element("portrait") ? retained : !retained);
    }
    EXPECT_EQ(elements[0].released, element("birth_date"));
    EXPECT_EQ(elements[1].released, element("family_name"));
    // So does what a person agrees to.
    const Consent consent = Consent::to_all(found);
    for (const ElementOption& each : consent.documents()[0].elements) {
      EXPECT_EQ(each.intent_to_retain, each.requested == element("portrait") ? retained : !retained);
    }
  }
}

TEST_F(Req05, ASetIsReleasedAsAWholeOrNotAtAll) {
  const auto found =
      match_one({ask({"portrait", "age_over_18"},
                     {{.alternative_data_elements = {instead_of("portrait", {{"birth_date", "family_name"}})}}})});
  const auto some =
      Consent::to(found, [](const auto&, const auto& each) { return each.released != element("family_name"); });
  EXPECT_EQ(released(some), Names{"licence/age_over_18"});
}

// ---- which documents ----------------------------------------------------------------------------

TEST_F(Matching, ReadersOfTheFirstEditionGetWhatIsThere) {
  EXPECT_EQ(released(match_one({ask({"family_name", "height"})})), Names{"licence/family_name"});
  const auto strict = match_one({ask({"family_name", "height"})}, {}, {.partial = PartialAnswers::never});
  EXPECT_FALSE(strict.answerable);
  EXPECT_TRUE(released(strict).empty());
}

TEST_F(Matching, CompleteDocumentsComeFirstAndThePersonChooses) {
  add("second", {{"family_name", testing::cbor_text("Doe")}, {"height", testing::cbor_int(180)}});
  const auto found = match_one({ask({"family_name", "height"})});
  ASSERT_EQ(found.doc_requests[0].documents.size(), 2u);
  EXPECT_EQ(found.doc_requests[0].documents[0].credential_id, "second");
  EXPECT_EQ(released(found), (Names{"second/family_name", "second/height"}));
  EXPECT_EQ(released(Consent::to(found, Selection{.documents = {{0, 1}}}).value()), Names{"licence/family_name"});
  expect_refused(found, {.documents = {{0, 2}}});
  expect_refused(found, {.documents = {{1, 0}}});
  expect_refused(found, {.documents = {{0, 0}, {0, 1}}});  // one is asked for
}

TEST_F(Req08, SeveralDocumentsWhereTheReaderTakesSeveral) {
  add("second", {{"family_name", testing::cbor_text("Doe")}});
  const auto found = match_one({ask({"family_name"}, {{.unique_doc_set_required = false}})});
  EXPECT_TRUE(found.doc_requests[0].takes_several);
  EXPECT_EQ(released(found), Names{"licence/family_name"});  // one will do
  EXPECT_EQ(released(Consent::to(found, Selection{.documents = {{0, 1}, {0, 0}}}).value()),
            (Names{"second/family_name", "licence/family_name"}));
  expect_refused(found, {.documents = {{0, 1}, {0, 1}}});
  EXPECT_FALSE(match_one({ask({"family_name"}, {{.unique_doc_set_required = true}})}).doc_requests[0].takes_several);
}

TEST_F(Req06, OnlyDocumentsOfIssuersThatTheReaderAccepts) {
  const auto signer = sample.signer_certificate();
  const auto authority = signer.authority_key_identifier();
  ASSERT_TRUE(authority);
  const Bytes own(authority->begin(), authority->end());
  const auto with = [&](std::vector<Bytes> identifiers) {
    model::DocRequestInfo info;
    for (Bytes& each : identifiers) info.issuer_identifiers.push_back(SharedBytes::take(std::move(each)));
    return match_one({ask({"family_name"}, info)});
  };
  EXPECT_TRUE(with({Bytes{1, 2, 3}, own}).answerable);
  const auto others = with({Bytes{1, 2, 3}});
  EXPECT_FALSE(others.answerable);
  EXPECT_EQ(others.doc_requests[0].obstacle, Obstacle::issuer);
  Bytes longer = own;
  longer.push_back(0);
  EXPECT_FALSE(with({longer}).answerable);
}

TEST_F(Req06, AnyCertificateOfTheChainMayNameTheAuthority) {
  const auto authority_of = [](const crypto::Certificate& certificate) {
    const auto identifier = certificate.authority_key_identifier().value();
    return Bytes(identifier.begin(), identifier.end());
  };
  testing::SampleMdoc another;  // whose certificate stands behind the signer's
  another.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x55)).value();
  const auto second = another.signer_certificate();
  const Bytes first_authority = authority_of(sample.signer_certificate()), second_authority = authority_of(second);
  ASSERT_NE(first_authority, second_authority);

  testing::SampleMdoc chained;
  chained.further_certificates = {Bytes(second.der().begin(), second.der().end())};
  credentials = {
      Credential::decode("chained", SharedBytes::take(chained.issuer_signed()), crypto::KeyRef("chained")).value()};
  ASSERT_EQ(credentials[0].issuer_signed().issuer_auth.headers.x5chain.size(), 2u);
  const auto answerable = [&](const Bytes& accepted) {
    model::DocRequestInfo info;
    info.issuer_identifiers.push_back(SharedBytes::copy_of(accepted));
    return match_one({ask({"family_name"}, info)}).answerable;
  };
  EXPECT_TRUE(answerable(first_authority));
  EXPECT_TRUE(answerable(second_authority));
  EXPECT_FALSE(answerable(Bytes(20, 0x01)));
}

TEST_F(Req12, AReaderThatTakesProofsAloneGetsNoDocument) {
  const auto with = [&](bool required) {
    model::DocRequestInfo info{
        .zk_request = model::ZkRequest{.system_specs = {{.zk_system_id = "1", .system = "s", .params = {}}},
                                       .zk_required = required}};
    return match_one({ask({"family_name"}, std::move(info))});
  };
  EXPECT_EQ(with(true).doc_requests[0].obstacle, Obstacle::proof);
  EXPECT_TRUE(with(false).answerable);
}

TEST_F(Matching, TheNearestDocumentSaysWhatKeptItBack) {
  testing::SampleMdoc old;
  old.valid_until = sample.now - std::chrono::hours{1};
  credentials.insert(credentials.begin(),
                     Credential::decode("old", SharedBytes::take(old.issuer_signed()), crypto::KeyRef("old")).value());
  EXPECT_EQ(match_one({ask({"height"})}).doc_requests[0].obstacle, Obstacle::elements);
  credentials.resize(1, credentials[0]);
  EXPECT_EQ(match_one({ask({"height"})}).doc_requests[0].obstacle, Obstacle::validity);
  EXPECT_EQ(match_one({ask({"height"}, {}, "org.example.card")}).doc_requests[0].obstacle, Obstacle::doc_type);
}

TEST_F(Req07, TheLeastMaximumSizeCounts) {
  EXPECT_FALSE(match_one({ask({"family_name"})}).terms.maximum_response_size);
  const auto found = match_one({ask({"family_name"}, {{.maximum_response_size = 9000}}),
                                ask({"birth_date"}, {{.maximum_response_size = 4000}}), ask({"age_over_18"})});
  EXPECT_EQ(found.terms.maximum_response_size, 4000u);
}

// ---- use cases ----------------------------------------------------------------------------------

class Req09 : public Matching {
 protected:
  Req09() { add("card", {{"member", testing::cbor_int(7)}}, "org.example.card"); }
  [[nodiscard]] RequestMatch with(std::vector<model::UseCase> use_cases, MatchOptions options = {}) const {
    return match_one(
        {ask({"family_name"}), ask({"birth_date"}), ask({"member"}, {}, "org.example.card"), ask({"height"})},
        std::move(use_cases), options);
  }
  /// What leaves where the card is refused.
  [[nodiscard]] static Names without_card(const RequestMatch& found) {
    return released(Consent::to(
        found, [](const DocumentOption& document, const ElementOption&) { return document.credential_id != "card"; }));
  }
};

TEST_F(Req09, EachIsSatisfiedByOneSetAndASetByAllOfItsDocuments) {
  const auto found = with({use_case(false, {{3}, {0, 2}, {1}})});
  ASSERT_EQ(found.use_cases.size(), 1u);
  ASSERT_EQ(found.use_cases[0].document_sets.size(), 2u);
  EXPECT_EQ(found.use_cases[0].document_sets[0].document_set, 1u);
  EXPECT_EQ(released(found), (Names{"licence/family_name", "card/member"}));
  EXPECT_EQ(released(Consent::to(found, Selection{.use_cases = {{{0, 2}}}}).value()), Names{"licence/birth_date"});
  expect_refused(found, {.use_cases = {{{0, 0}}}});          // that set cannot be satisfied
  expect_refused(found, {.use_cases = {{{0, 1}, {0, 2}}}});  // exactly one
  expect_refused(found, {.use_cases = {{{1, 0}}}});
  expect_refused(found, {.use_cases = {std::vector<UseCaseChoice>{}}});
}

TEST_F(Req09, AllMandatoryOnesHaveToBeSatisfied) {
  EXPECT_TRUE(with({use_case(true, {{0}}), use_case(false, {{3}})}).answerable);
  const auto lacking = with({use_case(true, {{3}}), use_case(false, {{0}})});
  EXPECT_FALSE(lacking.answerable);
  EXPECT_TRUE(released(lacking).empty());
  expect_refused(lacking, {.use_cases = {{{1, 0}}}});
  const auto all_the_same = with({use_case(true, {{3}}), use_case(false, {{0}})}, {.partial = PartialAnswers::always});
  EXPECT_EQ(released(all_the_same), Names{"licence/family_name"});
}

TEST_F(Req09, AMandatoryOneCannotBeLeftOut) {
  const auto found = with({use_case(true, {{0}}), use_case(false, {{1}})});
  EXPECT_EQ(released(Consent::to(found, Selection{.use_cases = {{{0, 0}}}}).value()), Names{"licence/family_name"});
  expect_refused(found, {.use_cases = {{{1, 0}}}});
}

TEST_F(Req09, WithoutAMandatoryOneAtLeastOneHasToBeSatisfied) {
  EXPECT_FALSE(with({use_case(false, {{3}})}).answerable);
  EXPECT_TRUE(with({use_case(false, {{3}}), use_case(false, {{1}})}).answerable);
}

TEST_F(Req09, WhatBelongsToNoUseCaseIsNeverReleased) {
  const auto found = with({use_case(true, {{0}})});
  EXPECT_EQ(released(found), Names{"licence/family_name"});
  expect_refused(found, {.documents = {{1, 0}}});
}

TEST_F(Req09, ADocumentThatTwoNeedIsReleasedOnce) {
  const auto found = with({use_case(true, {{0}}), use_case(true, {{0, 2}})});
  EXPECT_EQ(released(found), (Names{"licence/family_name", "card/member"}));
}

TEST_F(Req09, OfASetThatIsNotWholeNothingIsReleasedUnlessAnotherNeedsIt) {
  const auto found = with({use_case(false, {{0, 2}})});
  const auto refused = Consent::to(
      found, [](const DocumentOption& document, const ElementOption&) { return document.credential_id != "card"; });
  EXPECT_TRUE(refused.documents().empty());
  ASSERT_EQ(refused.left_out().size(), 2u);
  EXPECT_EQ(refused.left_out()[0].why, LeftOut::Why::nothing_approved);
  EXPECT_EQ(refused.left_out()[1].why, LeftOut::Why::set_incomplete);
  EXPECT_EQ(refused.left_out()[1].credential_id, "licence");
  EXPECT_EQ(refused.unanswered().size(), 4u);
  EXPECT_EQ(without_card(with({use_case(false, {{0, 2}}), use_case(false, {{0}})})), Names{"licence/family_name"});
  EXPECT_EQ(without_card(with({use_case(false, {{0, 2}})}, {.partial = PartialAnswers::always})),
            Names{"licence/family_name"});
}

TEST_F(Req09, WhoRefusesAMandatoryOneReleasesNothing) {
  EXPECT_TRUE(without_card(with({use_case(true, {{2}}), use_case(false, {{0}})})).empty());
  EXPECT_EQ(without_card(with({use_case(false, {{2}}), use_case(true, {{0}})})), Names{"licence/family_name"});
}

TEST_F(Req09, PurposesAreCarried) {
  auto purposeful = use_case(true, {{0}});
  purposeful.purpose_hints = {{"org.iso.jtc1.sc17", 3}, {"com.example", -5}};
  EXPECT_EQ(with({purposeful}).use_cases[0].purpose_hints, purposeful.purpose_hints);
}

TEST_F(Req09, AlternativeSetsDoNotShareTheTwoAges) {
  const std::vector<model::DocRequest> doc_requests{ask({"age_over_18", "age_over_21"}),
                                                    ask({"age_over_65", "age_over_18"})};
  const auto found = match_one(doc_requests, {use_case(true, {{0}, {1}})});
  EXPECT_EQ(found.use_cases[0].document_sets.size(), 2u);
  EXPECT_EQ(released(Consent::to(found, Selection{.use_cases = {{{0, 1}}}}).value()),
            (Names{"licence/age_over_65", "licence/age_over_18"}));
  // Where both are released, two attestations are.
  const auto both = match_one(doc_requests, {use_case(true, {{0, 1}})});
  EXPECT_EQ(released(both), (Names{"licence/age_over_18", "licence/age_over_21", "licence/age_over_18"}));
}

TEST_F(Matching, NamesAreStable) {
  EXPECT_EQ(name(AnswerBasis::as_requested), "as-requested");
  EXPECT_EQ(name(AnswerBasis::alternative), "alternative");
  EXPECT_EQ(name(Obstacle::doc_type), "doc-type");
  EXPECT_EQ(name(Obstacle::elements), "elements");
}

}  // namespace
}  // namespace mdoc::presentation
