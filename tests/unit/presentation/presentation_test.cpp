#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

const NameSpace mdl("org.iso.18013.5.1");
const Bytes transcript{0x83, 0xf6, 0xf6, 0xf6};

/// An mdoc with these boolean attestations of age beside its usual elements.
Credential credential_with_ages(testing::SampleMdoc& sample, const std::vector<std::pair<int, bool>>& ages) {
  std::erase_if(sample.items, [](const auto& item) { return item.identifier.rfind("age_over_", 0) == 0; });
  std::uint64_t digest_id = 100;
  for (const auto& [years, value] : ages) {
    sample.items.push_back({.name_space = mdl.str(),
                            .digest_id = digest_id++,
                            .random = Bytes(32, static_cast<std::uint8_t>(years)),
                            .identifier = "age_over_" + std::to_string(years),
                            .value = testing::cbor_bool(value)});
  }
  return Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device")).value();
}

model::DocRequest doc_request(const std::vector<std::string>& elements,
                              const std::string& doc_type = "org.iso.18013.5.1.mDL") {
  model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{mdl, {}}}};
  for (const auto& element : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(element), true);
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

model::DeviceRequest request_of(std::vector<model::DocRequest> doc_requests) {
  return model::build_device_request(std::move(doc_requests)).value();
}

std::vector<std::string> released(const RequestMatch& match) {
  std::vector<std::string> names;
  for (const DocRequestMatch& each : match.doc_requests) {
    if (each.documents.empty()) continue;
    for (const auto& element : each.documents[0].elements) names.push_back(element.released.element.str());
  }
  return names;
}

/// The DocRequests that no document answers.
std::vector<std::size_t> unanswered(const RequestMatch& match) {
  std::vector<std::size_t> ids;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    if (match.doc_requests[id].documents.empty()) ids.push_back(id);
  }
  return ids;
}

std::size_t offered(const RequestMatch& match) { return match.doc_requests.size() - unanswered(match).size(); }
const DocumentOption& first(const RequestMatch& match) { return match.doc_requests.at(0).documents.at(0); }

crypto::PrivateKey copy_of(const crypto::PrivateKey& key) {
  const SecretBytes scalar = key.scalar().value();
  return crypto::PrivateKey::import(key.public_key().curve(), scalar.view()).value();
}

struct Presenting : ::testing::Test {
  RequestMatch match_with_ages(const std::vector<std::pair<int, bool>>& ages, const std::vector<std::string>& asked) {
    credentials.clear();
    credentials.push_back(credential_with_ages(sample, ages));
    return match(request_of({doc_request(asked)}), credentials, sample.now).value();
  }
  testing::SampleMdoc sample;
  testing::CountingRng rng{7};
  std::vector<Credential> credentials;
};
using Cbr08 = Presenting;
using Dev08 = Presenting;
using Req15 = Presenting;
using Rsp02 = Presenting;
using Rsp23 = Presenting;

TEST_F(Presenting, OffersWhatIsThereAndListsWhatIsNot) {
  const auto found = match_with_ages({}, {"family_name", "shoe_size"});
  ASSERT_EQ(offered(found), 1u);
  EXPECT_EQ(released(found), (std::vector<std::string>{"family_name"}));
  EXPECT_TRUE(first(found).elements[0].intent_to_retain);
  ASSERT_EQ(first(found).unavailable.size(), 1u);
  EXPECT_EQ(first(found).unavailable[0].element.str(), "shoe_size");
  EXPECT_TRUE(unanswered(found).empty());
}

TEST_F(Req15, UnknownDocTypesAndElementsMatchNothing) {
  credentials.push_back(credential_with_ages(sample, {}));
  const auto found =
      match(request_of({doc_request({"family_name"}, "org.example.library-card"), doc_request({"shoe_size"})}),
            credentials, sample.now)
          .value();
  EXPECT_FALSE(found.answerable);
  EXPECT_EQ(unanswered(found), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::doc_type);
  EXPECT_EQ(found.doc_requests[1].obstacle, Obstacle::elements);
}

TEST_F(Presenting, CredentialsOutsideTheirValidityAreNotOffered) {
  credentials.push_back(credential_with_ages(sample, {}));
  const auto request = request_of({doc_request({"family_name"})});
  using std::chrono::seconds;
  EXPECT_EQ(offered(match(request, credentials, sample.valid_from).value()), 1u);
  EXPECT_EQ(offered(match(request, credentials, sample.valid_until).value()), 1u);
  for (const UtcSeconds outside : {sample.valid_from - seconds{1}, sample.valid_until + seconds{1}}) {
    EXPECT_EQ(match(request, credentials, outside).value().doc_requests.at(0).obstacle, Obstacle::validity);
  }
}

TEST_F(Rsp23, HolderSelectsTheNearestAttestation) {
  EXPECT_EQ(released(match_with_ages({{21, true}, {60, false}}, {"age_over_18"})),
            (std::vector<std::string>{"age_over_21"}));
  EXPECT_EQ(released(match_with_ages({{21, true}, {60, false}}, {"age_over_65"})),
            (std::vector<std::string>{"age_over_60"}));
  EXPECT_TRUE(released(match_with_ages({{21, true}, {60, false}}, {"age_over_40"})).empty());
  EXPECT_TRUE(released(match_with_ages({}, {"age_over_18"})).empty());
}

TEST_F(Rsp23, AtMostTwoAttestationsAreOffered) {
  const auto found =
      match_with_ages({{16, true}, {18, true}, {21, true}}, {"age_over_16", "age_over_18", "age_over_21"});
  EXPECT_EQ(released(found), (std::vector<std::string>{"age_over_16", "age_over_18"}));
  EXPECT_EQ(first(found).unavailable.size(), 1u);
}

TEST_F(Rsp23, RoundsOfOneSessionShareTheTwoAttestations) {
  credentials.push_back(credential_with_ages(sample, {{16, true}, {18, true}, {21, true}, {25, false}}));
  ReleasedAges before;
  const auto round = [&](const std::vector<std::string>& asked) {
    return match(request_of({doc_request(asked)}), credentials, sample.now, {.released_ages = before}).value();
  };
  auto found = round({"age_over_16", "family_name"});
  EXPECT_EQ(released(found), (std::vector<std::string>{"age_over_16", "family_name"}));
  EXPECT_TRUE(before.add(Consent::to_all(found)));
  EXPECT_TRUE(before.has_room());
  found = round({"age_over_18", "age_over_21"});
  EXPECT_EQ(released(found), (std::vector<std::string>{"age_over_18"}));
  EXPECT_TRUE(before.add(Consent::to_all(found)));
  EXPECT_FALSE(before.has_room());
  // The two are told again, also as the answer to another question; a third one is as if it were not there.
  found = round({"age_over_21", "age_over_17", "age_over_16", "age_over_25"});
  EXPECT_EQ(released(found), (std::vector<std::string>{"age_over_18", "age_over_16"}));
  ASSERT_EQ(first(found).unavailable.size(), 2u);
  EXPECT_EQ(first(found).unavailable[0].element.str(), "age_over_21");
  EXPECT_EQ(first(found).unavailable[1].element.str(), "age_over_25");
  EXPECT_EQ(unanswered(round({"age_over_21"})), (std::vector<std::size_t>{0}));
}

TEST_F(Rsp23, DocumentsWithoutTheAgeRuleGiveNoMoreThanTwoEither) {
  for (const char* doc_type : {"eu.europa.ec.av.1", "eu.europa.ec.eudi.pid.1", "org.example.club-card"}) {
    testing::SampleMdoc other;
    other.doc_type = doc_type;
    other.items.clear();
    for (const char* age : {"age_over_16", "age_over_18", "age_over_21"}) {
      const auto number = static_cast<std::uint8_t>(other.items.size());
      other.items.push_back({doc_type, number, Bytes(32, number), age, testing::cbor_bool(true)});
    }
    credentials.clear();
    credentials.push_back(
        Credential::decode(doc_type, SharedBytes::take(other.issuer_signed()), crypto::KeyRef("device")).value());
    ReleasedAges before;
    const auto round = [&](std::vector<std::string> ages) {
      model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{NameSpace(doc_type), {}}}};
      for (const auto& age : ages) items.name_spaces[0].second.emplace_back(ElementIdentifier(age), false);
      const auto found = match(request_of({{.items_request = model::encode_items_request(std::move(items)).value()}}),
                               credentials, sample.now, {.released_ages = before})
                             .value();
      EXPECT_TRUE(before.add(Consent::to_all(found)));
      return found.answerable ? released(found) : std::vector<std::string>{};
    };
    EXPECT_EQ(round({"age_over_16"}), std::vector<std::string>{"age_over_16"});
    EXPECT_EQ(round({"age_over_18", "age_over_21"}), std::vector<std::string>{"age_over_18"}) << doc_type;
    EXPECT_EQ(round({"age_over_21"}), std::vector<std::string>{}) << doc_type;
    EXPECT_EQ(round({"age_over_16", "age_over_18"}), (std::vector<std::string>{"age_over_16", "age_over_18"}));
  }
}

TEST_F(Rsp23, WhatTheHolderKeptBackDoesNotCount) {
  credentials.push_back(credential_with_ages(sample, {{16, true}, {18, true}, {21, true}}));
  const auto found = match(request_of({doc_request({"age_over_16", "age_over_18"})}), credentials, sample.now).value();
  ReleasedAges before;
  EXPECT_TRUE(before.add(Consent::to(found, [](const auto&, const auto&) { return false; })));
  const auto next = match(request_of({doc_request({"age_over_18", "age_over_21"})}), credentials, sample.now,
                          {.released_ages = before})
                        .value();
  EXPECT_EQ(released(next), (std::vector<std::string>{"age_over_18", "age_over_21"}));
}

TEST_F(Rsp23, ACopyOfTheDocumentGivesNoFurtherAges) {
  for (const int age : {16, 18, 21}) credentials.push_back(credential_with_ages(sample, {{age, true}}));
  ReleasedAges before;
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    const auto found =
        match(request_of({doc_request({"age_over_16"})}), std::span(credentials).subspan(i, 1), sample.now).value();
    RequestMatch offered = found;
    for (auto& document : offered.doc_requests.at(0).documents) document.credential = i;
    EXPECT_EQ(before.add(Consent::to_all(offered)), i < 2) << i;
  }
  EXPECT_TRUE(before.contains(0, mdl, ElementIdentifier("age_over_16")));
  EXPECT_TRUE(before.contains(1, mdl, ElementIdentifier("age_over_18")));
  EXPECT_FALSE(before.contains(2, mdl, ElementIdentifier("age_over_21")));
}

TEST_F(Rsp23, OneConsentTooManyAddsNothing) {
  credentials.push_back(credential_with_ages(sample, {{16, true}, {18, true}, {21, true}}));
  const auto offer = [&](const std::vector<std::string>& asked) {
    return Consent::to_all(match(request_of({doc_request(asked)}), credentials, sample.now).value());
  };
  ReleasedAges before;
  EXPECT_TRUE(before.add(offer({"age_over_16"})));
  EXPECT_FALSE(before.add(offer({"age_over_18", "age_over_21"})));
  EXPECT_FALSE(before.contains(0, mdl, ElementIdentifier("age_over_18")));
  EXPECT_TRUE(before.add(offer({"age_over_16", "age_over_21"})));
}

TEST_F(Presenting, TwoQuestionsWithOneAnswerCountOnce) {
  const auto found =
      match_with_ages({{21, true}, {60, false}}, {"age_over_18", "age_over_19", "age_over_20", "age_over_65"});
  EXPECT_EQ(released(found), (std::vector<std::string>{"age_over_21", "age_over_21", "age_over_21", "age_over_60"}));
}

TEST_F(Presenting, ConsentNarrowsAndNeverWidens) {
  const auto found = match_with_ages({{18, true}}, {"family_name", "age_over_18"});
  EXPECT_EQ(Consent::to_all(found).documents().size(), 1u);
  EXPECT_TRUE(Consent::to(found, [](const auto&, const auto&) { return false; }).documents().empty());
  const auto some = Consent::to(
      found, [](const auto&, const auto& element) { return element.requested.element.str() == "age_over_18"; });
  ASSERT_EQ(some.documents().size(), 1u);
  EXPECT_EQ(some.documents()[0].elements.size(), 1u);
}

TEST_F(Rsp02, ResponseHoldsExactlyTheConsentEachElementOnce) {
  const auto found = match_with_ages({{21, true}}, {"age_over_18", "age_over_19", "family_name"});
  auto draft =
      ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                             SharedBytes::copy_of(transcript), {}, rng, {.preferred = DeviceAuthMethod::signature})
          .value();
  ASSERT_EQ(draft.key_requests().size(), 1u);
  const auto& sign = std::get<crypto::SignRequest>(draft.key_requests()[0]);
  std::vector<crypto::KeyResponse> responses;
  responses.emplace_back(crypto::sign(sample.device_key, sign.algorithm, sign.message).value());
  const auto response =
      model::decode_device_response(SharedBytes::take(std::move(draft).finish(std::move(responses)).value().bytes));
  ASSERT_TRUE(response && response->documents.size() == 1 && response->documents[0].value);
  const auto& spaces = response->documents[0].value->issuer_signed.name_spaces;
  ASSERT_EQ(spaces.size(), 1u);
  std::vector<std::string> names;
  for (const auto& item : spaces[0].second) names.push_back(item->element_identifier.str());
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"age_over_21", "family_name"}));
}

TEST_F(Cbr08, ReleasedItemsAreTheIssuersBytes) {
  const auto found = match_with_ages({}, {"family_name"});
  auto draft =
      ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                             SharedBytes::copy_of(transcript), {}, rng, {.preferred = DeviceAuthMethod::signature})
          .value();
  const auto& sign = std::get<crypto::SignRequest>(draft.key_requests()[0]);
  std::vector<crypto::KeyResponse> responses;
  responses.emplace_back(crypto::sign(sample.device_key, sign.algorithm, sign.message).value());
  const Bytes response = std::move(draft).finish(std::move(responses)).value().bytes;
  const auto item = std::ranges::find(sample.items, "family_name", &testing::SampleItem::identifier);
  const Bytes encoded = item->encode();
  EXPECT_NE(std::search(response.begin(), response.end(), encoded.begin(), encoded.end()), response.end());
}

TEST_F(Presenting, AnswersOfTheWrongKindOrNumberAreRefused) {
  const auto found = match_with_ages({}, {"family_name"});
  const auto prepare = [&] {
    return ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                                  SharedBytes::copy_of(transcript), {}, rng, {.preferred = DeviceAuthMethod::signature})
        .value();
  };
  EXPECT_EQ(prepare().finish({}).error().code, Errc::bad_argument);
  std::vector<crypto::KeyResponse> secret;
  secret.emplace_back(SecretBytes(32));
  EXPECT_EQ(prepare().finish(std::move(secret)).error().code, Errc::bad_argument);
  std::vector<crypto::KeyResponse> wrong;
  wrong.emplace_back(crypto::Signature{.raw = Bytes(64, 1)});
  EXPECT_EQ(prepare().finish(std::move(wrong)).error().code, Errc::signature_invalid);
}

TEST_F(Presenting, ARefusalReleasesNothingAndNeedsNoKey) {
  const auto found = match_with_ages({}, {"family_name"});
  const auto refusal = encode_refusal(Consent::to_nothing(found)).value();
  EXPECT_FALSE(refusal.releases);
  EXPECT_EQ(refusal.status, model::ResponseStatus::ok);
  EXPECT_EQ(refusal.bytes, encode_status(model::ResponseStatus::ok).value());
  const auto with_code = encode_refusal(Consent::to_nothing(found), ErrorCodes::documents, "1.1").value();
  const auto decoded = model::decode_device_response(SharedBytes::copy_of(with_code.bytes)).value();
  EXPECT_EQ(decoded.version, "1.1");
  ASSERT_EQ(decoded.document_errors.size(), 1u);
  EXPECT_EQ(decoded.document_errors[0].doc_type.str(), sample.doc_type);
  EXPECT_EQ(encode_refusal(Consent::to_all(found)).error().code, Errc::bad_argument);
}

TEST_F(Presenting, ConsentOfAnotherRequestIsRefused) {
  const auto found = match_with_ages({}, {"family_name"});
  const auto other = match(request_of({doc_request({"given_name"})}), credentials, sample.now).value();
  const auto draft = ResponseDraft::prepare(other.request_digest, Consent::to_all(found), credentials,
                                            SharedBytes::copy_of(transcript), {}, rng);
  EXPECT_EQ(draft.error().code, Errc::consent_mismatch);
}

TEST_F(Presenting, ConsentHoldsForTheDocumentThatWasShown) {
  const auto found = match_with_ages({}, {"family_name"});
  const auto prepare = [&](const std::vector<Credential>& wallet) {
    return ResponseDraft::prepare(found.request_digest, Consent::to_all(found), wallet,
                                  SharedBytes::copy_of(transcript), {}, rng);
  };
  EXPECT_TRUE(prepare(credentials));
  const auto issuer_signed = SharedBytes::take(sample.issuer_signed());
  const auto another = Credential::decode("another", issuer_signed, crypto::KeyRef("device")).value();
  EXPECT_EQ(prepare({another}).error().code, Errc::consent_mismatch);
  testing::SampleMdoc other;
  other.doc_type = "com.example.other";
  const auto of_other_type =
      Credential::decode("licence", SharedBytes::take(other.issuer_signed()), crypto::KeyRef("device")).value();
  EXPECT_EQ(prepare({of_other_type}).error().code, Errc::consent_mismatch);
  EXPECT_EQ(prepare({}).error().code, Errc::bad_argument);
}

TEST_F(Presenting, ACredentialKnowsWhetherItsKeyIsHeld) {
  match_with_ages({}, {"family_name"});
  crypto::SoftwareKeyProvider keys;
  EXPECT_EQ(credentials[0].check_device_key(keys).error().code, Errc::key_not_found);
  ASSERT_TRUE(keys.add(crypto::KeyRef("device"), copy_of(sample.signer_key)));
  EXPECT_EQ(credentials[0].check_device_key(keys).error().code, Errc::key_mismatch);
  crypto::SoftwareKeyProvider right;
  ASSERT_TRUE(right.add(crypto::KeyRef("device"), copy_of(sample.device_key)));
  EXPECT_TRUE(credentials[0].check_device_key(right));
}

TEST_F(Dev08, KeyBoundToOneMechanismIsNeverUsedForTheOther) {
  const auto reader_key =
      crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 7)).value().public_key().coordinates();
  const auto decode = [&](DeviceAuthMethod method) {
    return Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"), method)
        .value();
  };
  for (const auto bound : {DeviceAuthMethod::mac, DeviceAuthMethod::signature}) {
    credentials.clear();
    credentials.push_back(decode(bound));
    const auto found = match(request_of({doc_request({"family_name"})}), credentials, sample.now).value();
    for (const auto preferred : {DeviceAuthMethod::mac, DeviceAuthMethod::signature}) {
      const auto draft =
          ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                                 SharedBytes::copy_of(transcript), reader_key, rng, {.preferred = preferred});
      ASSERT_TRUE(draft);
      EXPECT_EQ(std::holds_alternative<crypto::AgreeRequest>(draft->key_requests()[0]), bound == DeviceAuthMethod::mac);
    }
  }
  credentials.clear();
  credentials.push_back(decode(DeviceAuthMethod::mac));
  const auto found = match(request_of({doc_request({"family_name"})}), credentials, sample.now).value();
  const auto without_reader_key = ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                                                         SharedBytes::copy_of(transcript), {}, rng);
  EXPECT_EQ(without_reader_key.error().code, Errc::wrong_key_use);
}

TEST_F(Dev08, CredentialsThatShareAKeyShareItsMechanism) {
  const auto reader_key =
      crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 7)).value().public_key().coordinates();
  const auto add = [&](const char* key, std::optional<DeviceAuthMethod> method) {
    credentials.push_back(
        Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef(key), method).value());
  };
  const auto prepare = [&](DeviceAuthMethod preferred) {
    RequestMatch found;
    for (std::size_t i = 0; i < credentials.size(); ++i) {
      DocumentOption option{.credential = i,
                            .credential_id = credentials[i].id(),
                            .doc_type = credentials[i].doc_type(),
                            .elements = {},
                            .unavailable = {}};
      const model::ElementReference name{mdl, ElementIdentifier("family_name")};
      option.elements.push_back({.requested = name, .released = name});
      found.doc_requests.push_back({.doc_type = option.doc_type, .documents = {option}});
    }
    found.answerable = true;
    return ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials,
                                  SharedBytes::copy_of(transcript), reader_key, rng, {.preferred = preferred});
  };
  const auto is_mac = [](const crypto::KeyRequest& request) {
    return std::holds_alternative<crypto::AgreeRequest>(request);
  };
  // The second copy of one mdoc says nothing of its key, the first does; a third has a key of its own.
  add("shared", DeviceAuthMethod::mac);
  add("shared", {});
  add("own", {});
  const auto draft = prepare(DeviceAuthMethod::signature);
  ASSERT_TRUE(draft) << describe(draft.error());
  ASSERT_EQ(draft->key_requests().size(), 3u);
  EXPECT_TRUE(is_mac(draft->key_requests()[0]) && is_mac(draft->key_requests()[1]));
  EXPECT_FALSE(is_mac(draft->key_requests()[2]));

  add("shared", DeviceAuthMethod::signature);
  for (const auto preferred : {DeviceAuthMethod::mac, DeviceAuthMethod::signature}) {
    EXPECT_EQ(prepare(preferred).error().code, Errc::wrong_key_use);
  }
}

TEST(ResponseStatus, EveryErrorCodeHasOne) {
  using enum model::ResponseStatus;
  EXPECT_EQ(response_status(Errc::truncated), cbor_decoding_error);
  EXPECT_EQ(response_status(Errc::duplicate_key), cbor_decoding_error);
  EXPECT_EQ(response_status(Errc::missing_element), cbor_validation_error);
  EXPECT_EQ(response_status(Errc::empty_structure), cbor_validation_error);
  EXPECT_EQ(response_status(Errc::unsupported_version), general_error);
  for (std::uint16_t code = 100; code < 900; ++code) {
    if (name(static_cast<Errc>(code)) == "unknown") continue;
    EXPECT_NE(response_status(static_cast<Errc>(code)), ok) << code;
    if (code >= 200) {
      EXPECT_EQ(response_status(static_cast<Errc>(code)), code == 601 ? cbor_decoding_error : general_error) << code;
    }
  }
}

}  // namespace
}  // namespace mdoc::presentation
