// What a consent leaves out, and what an answer says of it. CHV of the conformance catalogue, by its id.
#include "mdoc/presentation/consent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

const NameSpace mdl("org.iso.18013.5.1");

/// A wallet with a licence and a Photo ID that have the same elements.
class Consenting : public ::testing::Test {
 protected:
  Consenting() { add("licence", sample.doc_type); }
  void add(const std::string& id, const std::string& doc_type) {
    sample.doc_type = doc_type;
    credentials.push_back(
        Credential::decode(id, SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device")).value());
  }
  [[nodiscard]] static model::DocRequest ask(const std::vector<std::string>& elements,
                                             const std::string& doc_type = "org.iso.18013.5.1.mDL") {
    model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{mdl, {}}}};
    for (const auto& each : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(each), false);
    return {.items_request = model::encode_items_request(std::move(items)).value()};
  }
  [[nodiscard]] RequestMatch match_of(std::vector<model::DocRequest> doc_requests) const {
    return match(model::build_device_request(std::move(doc_requests)).value(), credentials, sample.now).value();
  }
  [[nodiscard]] static Consent without(const RequestMatch& match, const std::set<std::string>& refused) {
    return Consent::to(match, [&](const auto&, const ElementOption& element) {
      return !refused.contains(element.requested.element.str());
    });
  }
  [[nodiscard]] model::DeviceResponse answer(const RequestMatch& found, const Consent& consent,
                                             const RespondOptions& options) {
    auto draft = ResponseDraft::prepare(found.request_digest, consent, credentials,
                                        SharedBytes::copy_of(sample.transcript), {}, rng, options)
                     .value();
    std::vector<crypto::KeyResponse> responses;
    for (const crypto::KeyRequest& wanted : draft.key_requests()) {
      const auto& sign = std::get<crypto::SignRequest>(wanted);
      responses.emplace_back(crypto::sign(sample.device_key, sign.algorithm, sign.message).value());
    }
    return model::decode_device_response(SharedBytes::take(std::move(draft).finish(std::move(responses)).value().bytes))
        .value();
  }

  testing::SampleMdoc sample;
  testing::CountingRng rng{3};
  std::vector<Credential> credentials;
};
using Chv01 = Consenting;
using ErrorCodesOfAnswers = Consenting;

TEST_F(Chv01, TheElementThatVerifiesTheHolderIsMarked) {
  const auto found = match_of({ask({"family_name", "portrait"})});
  const auto& elements = found.doc_requests[0].documents[0].elements;
  EXPECT_FALSE(elements[0].comes_with_others);
  EXPECT_TRUE(elements[1].comes_with_others);
}

TEST_F(Chv01, ALicenceIsNotSentWithoutThePortraitThatWasAskedFor) {
  const auto found = match_of({ask({"family_name", "portrait"})});
  const Consent hidden = without(found, {"portrait"});
  EXPECT_TRUE(hidden.documents().empty());
  ASSERT_EQ(hidden.left_out().size(), 1u);
  EXPECT_EQ(hidden.left_out()[0].why, LeftOut::Why::holder_not_shown);
  EXPECT_EQ(hidden.left_out()[0].credential_id, "licence");
  EXPECT_EQ(hidden.left_out()[0].doc_request, 0u);
  ASSERT_EQ(hidden.unanswered().size(), 1u);
  EXPECT_EQ(hidden.unanswered()[0].str(), "org.iso.18013.5.1.mDL");
  EXPECT_TRUE(answer(found, hidden, {.preferred = DeviceAuthMethod::signature}).documents.empty());
}

TEST_F(Chv01, ThePortraitAloneMayBeSentAndNothingAsWell) {
  const auto found = match_of({ask({"family_name", "portrait"})});
  EXPECT_EQ(without(found, {"family_name"}).documents().size(), 1u);
  const Consent nothing = without(found, {"family_name", "portrait"});
  EXPECT_TRUE(nothing.documents().empty());
  ASSERT_EQ(nothing.left_out().size(), 1u);
  EXPECT_EQ(nothing.left_out()[0].why, LeftOut::Why::nothing_approved);
}

TEST_F(Chv01, WhereThePortraitWasNotAskedForItIsNotMissed) {
  const auto found = match_of({ask({"family_name", "given_name"})});
  EXPECT_EQ(without(found, {"given_name"}).documents().size(), 1u);
}

TEST_F(Chv01, OtherDocumentsAreTheHoldersChoice) {
  add("library card", "org.example.library-card");
  const auto found = match_of({ask({"family_name", "portrait"}), ask({"family_name", "portrait"}, sample.doc_type)});
  const Consent consent = without(found, {"portrait"});
  ASSERT_EQ(consent.documents().size(), 1u);
  EXPECT_EQ(consent.documents()[0].credential_id, "library card");
}

TEST_F(Chv01, AgesOfADocumentThatIsNotSentDoNotCount) {
  const auto found = match_of({ask({"age_over_18", "portrait"}), ask({"age_over_18"})});
  const Consent consent = without(found, {"portrait"});
  ASSERT_EQ(consent.documents().size(), 1u);
  EXPECT_EQ(consent.documents()[0].doc_request, 1u);
}

/// `requested`, or these two instead.
model::DocRequest ask_instead(const std::string& requested, const std::string& one, const std::string& other) {
  model::DocRequestInfo info;
  info.alternative_data_elements = {
      {.requested_element = {mdl, ElementIdentifier(requested)},
       .alternative_element_sets = {{{mdl, ElementIdentifier(one)}, {mdl, ElementIdentifier(other)}}}}};
  model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                            .name_spaces = {{mdl, {{ElementIdentifier(requested), false}}}},
                            .request_info = info};
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

TEST_F(Consenting, AnAgeOfASetThatIsNotReleasedTakesNoPlace) {
  auto found = match_of({ask_instead("shoe_size", "age_over_18", "family_name")});
  ASSERT_EQ(found.doc_requests[0].documents.size(), 1u);
  // Another age is gone already, and a second one was offered beside the set.
  ASSERT_TRUE(found.released_ages.add(0, mdl, ElementIdentifier("age_over_65")));
  DocumentOption& document = found.doc_requests[0].documents[0];
  const model::ElementReference other{mdl, ElementIdentifier("age_over_21")};
  document.elements.push_back({.requested = other, .released = other});
  const Consent consent = Consent::to(
      found, [](const auto&, const ElementOption& element) { return element.released.element.str() != "family_name"; });
  ASSERT_EQ(consent.documents().size(), 1u);
  ASSERT_EQ(consent.documents()[0].elements.size(), 1u);
  EXPECT_EQ(consent.documents()[0].elements[0].released, other);
  EXPECT_EQ(consent.documents()[0].unavailable.back().element.str(), "shoe_size");
}

/// A draft whose second document is refused.
TEST_F(Consenting, ADraftThatFailedIsSpent) {
  const auto found = match_of({ask({"family_name"}), ask({"given_name"})});
  auto draft = ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                                      SharedBytes::copy_of(sample.transcript), {}, rng,
                                      {.preferred = DeviceAuthMethod::signature})
                   .value();
  const auto responses = [&](bool good) {
    std::vector<crypto::KeyResponse> made;
    for (const crypto::KeyRequest& wanted : draft.key_requests()) {
      const auto& sign = std::get<crypto::SignRequest>(wanted);
      made.emplace_back(crypto::sign(sample.device_key, sign.algorithm, sign.message).value());
    }
    if (!good) made.back() = SecretBytes::copy_of(Bytes(32, 1));
    return made;
  };
  EXPECT_EQ(draft.authenticate(responses(false)).error().code, Errc::bad_argument);
  EXPECT_EQ(draft.authenticate(responses(true)).error().code, Errc::wrong_state);
  const auto finished = std::move(draft).finish(responses(true));
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, Errc::wrong_state);
}

TEST_F(ErrorCodesOfAnswers, AreNotSentByDefault) {
  const auto found = match_of({ask({"family_name", "given_name", "shoe_size"}), ask({"title"}, "org.example.ticket")});
  const auto response = answer(found, without(found, {"given_name"}), {.preferred = DeviceAuthMethod::signature});
  EXPECT_TRUE(response.document_errors.empty());
  EXPECT_TRUE(response.documents.at(0).value->errors.empty());
}

TEST_F(ErrorCodesOfAnswers, SayOfDocumentsThatTheyAreNotReturned) {
  const auto found =
      match_of({ask({"title"}, "org.example.ticket"), ask({"family_name"}), ask({"seat"}, "org.example.ticket")});
  const auto response = answer(found, Consent::to_all(found),
                               {.preferred = DeviceAuthMethod::signature, .error_codes = ErrorCodes::documents});
  ASSERT_EQ(response.document_errors.size(), 1u);
  EXPECT_EQ(response.document_errors[0].doc_type.str(), "org.example.ticket");
  EXPECT_EQ(response.document_errors[0].code, 0);
  EXPECT_EQ(response.documents.size(), 1u);
}

TEST_F(ErrorCodesOfAnswers, SayTheSameOfWhatIsNotThereAndWhatWasRefused) {
  const auto found = match_of({ask({"family_name", "given_name", "shoe_size"})});
  const auto response = answer(found, without(found, {"given_name"}),
                               {.preferred = DeviceAuthMethod::signature, .error_codes = ErrorCodes::all});
  const model::Errors& errors = response.documents.at(0).value->errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].first, mdl);
  std::vector<std::string> names;
  for (const auto& [element, code] : errors[0].second) {
    names.push_back(element.str());
    EXPECT_EQ(code, 0);
  }
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"given_name", "shoe_size"}));
}

TEST_F(ErrorCodesOfAnswers, ARefusalLooksLikeAnEmptyWallet) {
  const std::vector<Credential> all = credentials;
  const RespondOptions options{.preferred = DeviceAuthMethod::signature, .error_codes = ErrorCodes::all};
  const auto held = match_of({ask({"family_name"})});
  const auto refused = answer(held, Consent::to_nothing(held), options);
  credentials.clear();
  const auto empty = match_of({ask({"family_name"})});
  const auto none = answer(empty, Consent::to_all(empty), options);
  EXPECT_TRUE(std::ranges::equal(refused.encoded.view(), none.encoded.view()));
  EXPECT_EQ(refused.document_errors.size(), 1u);
}

TEST_F(Consenting, TheVersionOfTheAnswerIsTheApplicationsChoice) {
  const auto found = match_of({ask({"family_name"})});
  EXPECT_EQ(answer(found, Consent::to_all(found), {.preferred = DeviceAuthMethod::signature}).version, "1.0");
  EXPECT_EQ(answer(found, Consent::to_all(found), {.preferred = DeviceAuthMethod::signature, .version = "1.1"}).version,
            "1.1");
}

TEST_F(Consenting, WhatIsNotSentIsListedOnceEach) {
  const auto found = match_of({ask({"family_name", "given_name", "shoe_size"})});
  const Consent consent = without(found, {"given_name"});
  const auto& unavailable = consent.documents()[0].unavailable;
  ASSERT_EQ(unavailable.size(), 2u);
  EXPECT_EQ(unavailable[0].element.str(), "shoe_size");
  EXPECT_EQ(unavailable[1].element.str(), "given_name");
}

}  // namespace
}  // namespace mdoc::presentation
