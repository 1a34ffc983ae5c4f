// Profiles that an application brings: what they say about giving documents away.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/signature.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/release_policy.hpp"
#include "mdoc/presentation/respond.hpp"
#include "mdoc/profile/request_rules.hpp"
#include "unit/presentation/reader_bench.hpp"

namespace mdoc::presentation {
namespace {

using profile::ReaderAuthenticationRule;

constexpr std::string_view eid = "ut.eid.1";
const NameSpace space{std::string(eid)};

constexpr std::array elements{
    profile::ElementProfile{.identifier = "family_name",
                            .rule = {.form = profile::ValueForm::text},
                            .presence = profile::Presence::mandatory},
    profile::ElementProfile{.identifier = "portrait", .rule = {.form = profile::ValueForm::image}},
    profile::ElementProfile{.identifier = "age_over_##", .rule = {.form = profile::ValueForm::boolean}},
};
constexpr std::array name_spaces{profile::NameSpaceProfile{.name_space = eid, .elements = elements, .age_over = true}};

/// A national profile, for which the built-in ones have nothing.
profile::DocTypeProfile utopia() {
  return {.doc_type = eid,
          .id = "utopia-eid",
          .name_spaces = name_spaces,
          .issuer_name_space = eid,
          .holder_verification = {.element = "portrait"}};
}

/// A wallet with one card, on one key unless a test says otherwise.
class OwnProfile : public ReaderBench {
 protected:
  OwnProfile() { add("card"); }

  void add(const std::string& id, std::string_view doc_type = eid, std::optional<DeviceAuthMethod> method = {},
           std::optional<std::string> key = {}) {
    testing::SampleMdoc mdoc;
    mdoc.doc_type = std::string(doc_type);
    mdoc.items.clear();
    const std::vector<std::pair<std::string, Bytes>> content{{"family_name", testing::cbor_text("Mustermann")},
                                                             {"portrait", testing::cbor_bytes(Bytes{0xff, 0xd8})},
                                                             {"age_over_16", testing::cbor_bool(true)},
                                                             {"age_over_18", testing::cbor_bool(true)},
                                                             {"age_over_65", testing::cbor_bool(false)}};
    for (const auto& [identifier, value] : content) {
      const auto digest_id = static_cast<std::uint8_t>(mdoc.items.size());
      mdoc.items.push_back({.name_space = space.str(),
                            .digest_id = digest_id,
                            .random = Bytes(32, digest_id),
                            .identifier = identifier,
                            .value = value});
    }
    mdoc.key_authorizations = testing::Members{{"nameSpaces", testing::cbor_array({testing::cbor_text(eid)})}}.encode();
    credentials.push_back(
        Credential::decode(id, SharedBytes::take(mdoc.issuer_signed()), crypto::KeyRef(key.value_or(id)), method)
            .value());
  }
  static model::ItemsRequestBytes items_of(const std::vector<std::string>& wanted, std::string_view doc_type = eid) {
    model::ItemsRequest items{.doc_type = DocType(std::string(doc_type)), .name_spaces = {{space, {}}}};
    for (const auto& each : wanted) items.name_spaces[0].second.emplace_back(ElementIdentifier(each), false);
    return model::encode_items_request(std::move(items)).value();
  }
  static model::DeviceRequest ask(const std::vector<std::string>& wanted) {
    std::vector<model::DocRequest> all;
    all.push_back({.items_request = items_of(wanted)});
    return model::build_device_request(std::move(all)).value();
  }
  [[nodiscard]] RequestMatch offer(const model::DeviceRequest& request, const profile::DocTypeProfile& known,
                                   MatchOptions options = {}) const {
    options.profiles = std::span(&known, 1);
    return match(request, credentials, now, options).value();
  }
  [[nodiscard]] static std::vector<std::string> released(const RequestMatch& match) {
    std::vector<std::string> names;
    for (const DocRequestMatch& each : match.doc_requests) {
      if (each.documents.empty()) continue;
      for (const ElementOption& one : each.documents[0].elements) names.push_back(one.released.element.str());
    }
    return names;
  }
  /// What would prove these documents.
  [[nodiscard]] Result<std::vector<DeviceAuthMethod>> methods(const model::DeviceRequest& request,
                                                              const RequestMatch& offered,
                                                              DeviceAuthMethod preferred) const {
    testing::CountingRng rng{7};
    auto draft = ResponseDraft::prepare(offered.request_digest, Consent::to_all(offered), credentials,
                                        SharedBytes::copy_of(transcript),
                                        sample.e_reader_key.public_key().coordinates(), rng, {.preferred = preferred});
    if (!draft) return draft.error();
    std::vector<DeviceAuthMethod> found;
    for (const CredentialUse& use : draft->uses()) found.push_back(use.method);
    EXPECT_EQ(found.size(), request.doc_requests.size());
    return found;
  }

  testing::SampleMdoc sample;
  std::vector<Credential> credentials;
};
using Names = std::vector<std::string>;

TEST_F(OwnProfile, GivesItsDocTypeTheRuleOfAges) {
  EXPECT_EQ(released(offer(ask({"age_over_17"}), utopia())), Names{"age_over_18"});
  const auto unknown = match(ask({"age_over_17"}), credentials, now).value();
  EXPECT_EQ(unknown.doc_requests[0].obstacle, Obstacle::elements);
}

TEST_F(OwnProfile, OfItsAgesTwoLeaveInASession) {
  const auto request = ask({"age_over_16", "age_over_18", "age_over_65"});
  const auto offered = offer(request, utopia());
  EXPECT_EQ(released(offered), (Names{"age_over_16", "age_over_18"}));
  ReleasedAges before;
  ASSERT_TRUE(before.add(Consent::to_all(offered)));
  EXPECT_EQ(offer(ask({"age_over_65"}), utopia(), {.released_ages = before}).doc_requests[0].obstacle,
            Obstacle::elements);
  EXPECT_EQ(released(match(request, credentials, now).value()).size(), 2u) << "also where nobody knows the docType";
}

TEST_F(OwnProfile, AReaderThatBringsItCountsItsQuestions) {
  const auto request = ask({"age_over_16", "age_over_18", "age_over_65"});
  const std::array own{utopia()};
  EXPECT_EQ(profile::asked_ages(request, own), (std::vector<std::uint8_t>{16, 18, 65}));
  EXPECT_EQ(profile::check_asked_ages(request, own).error().code, Errc::bad_argument);
  EXPECT_TRUE(profile::asked_ages(request).empty());
  EXPECT_TRUE(profile::check_asked_ages(request));
}

TEST_F(OwnProfile, ItsPortraitComesWithTheOthersOrNotAtAll) {
  const auto without_portrait = [](const DocumentOption&, const ElementOption& each) {
    return each.released.element.str() != "portrait";
  };
  const auto request = ask({"family_name", "portrait"});
  EXPECT_TRUE(Consent::to(offer(request, utopia()), without_portrait).documents().empty());
  EXPECT_EQ(Consent::to(match(request, credentials, now).value(), without_portrait).documents().size(), 1u);
}

TEST_F(OwnProfile, OneForABuiltInDocTypeTakesItsPlace) {
  credentials.clear();
  add("licence", mdl_type.str());
  auto licence = utopia();
  licence.doc_type = mdl_type.str();
  std::vector<model::DocRequest> all;
  all.push_back({.items_request = items_of({"age_over_17"}, mdl_type.str())});
  const auto request = model::build_device_request(std::move(all)).value();
  EXPECT_EQ(released(offer(request, licence)), Names{"age_over_18"});  // in the name space of the card
  EXPECT_TRUE(released(match(request, credentials, now).value()).empty());
}

TEST_F(OwnProfile, WhatItMakesMandatoryStaysOpenWhereItSaysSo) {
  auto open = utopia();
  open.reader_authentication.proximity = ReaderAuthenticationRule::not_mandatory;
  const ReleasePolicy policy(ReaderProof::for_all);
  const auto request = ask({"family_name", "age_over_18"});
  const auto names = [&](const profile::DocTypeProfile& known) {
    const auto offered = offer(request, known);
    Names all;
    const Consent consent = Consent::to(offered, policy.approval({}));
    for (const auto& document : consent.documents()) {
      for (const auto& each : document.elements) all.push_back(each.released.element.str());
    }
    return all;
  };
  EXPECT_EQ(names(open), Names{"family_name"});
  EXPECT_TRUE(names(utopia()).empty());
}

// ---- P8 -----------------------------------------------------------------------------------------

TEST_F(OwnProfile, ThatPermitsServerRetrievalGetsNoneHere) {
  testing::SampleMdoc mdoc;
  mdoc.items.push_back({.name_space = "org.iso.18013.5.1",
                        .digest_id = 99,
                        .random = Bytes(32, 9),
                        .identifier = "webapi_info",
                        .value = testing::cbor_array({})});
  credentials.clear();
  credentials.push_back(Credential::decode("a", SharedBytes::take(mdoc.issuer_signed()), crypto::KeyRef("a")).value());
  auto licence = utopia();
  licence.doc_type = mdl_type.str();
  licence.server_retrieval = true;
  const auto request = request_of({unsigned_request("webapi_info")});
  EXPECT_EQ(offer(request, licence).doc_requests[0].obstacle, Obstacle::elements);
}

// ---- P9 -----------------------------------------------------------------------------------------

TEST_F(OwnProfile, ThatForbidsMacsHasDocumentsSigned) {
  auto signing = utopia();
  signing.algorithms.device_mac = false;
  const auto request = ask({"family_name"});
  EXPECT_EQ(methods(request, offer(request, signing), DeviceAuthMethod::mac).value().at(0),
            DeviceAuthMethod::signature);
  EXPECT_EQ(methods(request, offer(request, utopia()), DeviceAuthMethod::mac).value().at(0), DeviceAuthMethod::mac);
}

TEST_F(OwnProfile, ThatForbidsSignaturesHasDocumentsMaced) {
  auto macs = utopia();
  macs.algorithms.device_signature = false;
  const auto request = ask({"family_name"});
  EXPECT_EQ(methods(request, offer(request, macs), DeviceAuthMethod::signature).value().at(0), DeviceAuthMethod::mac);
}

TEST_F(OwnProfile, KeepsBackWhatTheKeyCannotProveAsItWants) {
  credentials.clear();
  add("reserved", eid, DeviceAuthMethod::mac);
  auto signing = utopia();
  signing.algorithms.device_mac = false;
  EXPECT_EQ(offer(ask({"family_name"}), signing).doc_requests[0].obstacle, Obstacle::device_auth);
  EXPECT_FALSE(offer(ask({"family_name"}), utopia()).doc_requests[0].obstacle);
}

TEST_F(OwnProfile, OneKeyIsNotUsedForTwoMechanismsWhateverTwoProfilesWant) {
  credentials.clear();
  add("card", eid, {}, "shared");
  add("licence", mdl_type.str(), {}, "shared");
  auto card = utopia();
  card.algorithms.device_mac = false;
  auto licence = utopia();
  licence.doc_type = mdl_type.str();
  std::vector<model::DocRequest> all;
  all.push_back({.items_request = items_of({"family_name"})});
  all.push_back({.items_request = items_of({"family_name"}, mdl_type.str())});
  const auto request = model::build_device_request(std::move(all)).value();
  const auto match_both = [&] {
    const std::array both{card, licence};
    return match(request, credentials, now, {.profiles = both}).value();
  };
  // What one forbids, the other has to do without.
  EXPECT_EQ(methods(request, match_both(), DeviceAuthMethod::mac).value(),
            (std::vector{DeviceAuthMethod::signature, DeviceAuthMethod::signature}));
  licence.algorithms.device_signature = false;
  EXPECT_EQ(methods(request, match_both(), DeviceAuthMethod::mac).error().code, Errc::wrong_key_use);
}

// ---- P10 ----------------------------------------------------------------------------------------

profile::DocTypeProfile guarded() {
  auto known = utopia();
  known.reader_authentication.proximity = ReaderAuthenticationRule::required;
  return known;
}

TEST_F(OwnProfile, ThatRequiresReaderAuthenticationOffersNothingToOthers) {
  trust_readers();
  const auto proven = [&](const Signer& signer, const std::string& signed_for = "family_name") {
    auto items_request = items_of({"family_name"});
    auto reader_auth = sign(signer, items_of({signed_for}));
    return request_of({{.items_request = std::move(items_request), .reader_auth = std::move(reader_auth)}});
  };
  const auto obstacle = [&](const model::DeviceRequest& request) {
    const auto readers = judge(request);
    return offer(request, guarded(), {.readers = &readers}).doc_requests[0].obstacle;
  };
  EXPECT_EQ(obstacle(proven(reader())), std::nullopt);
  EXPECT_EQ(obstacle(proven(reader(strangers()))), Obstacle::reader);
  EXPECT_EQ(obstacle(proven(reader(), "portrait")), Obstacle::reader);  // forged
  EXPECT_EQ(obstacle(ask({"family_name"})), Obstacle::reader);
  // Who was not judged is not trusted.
  EXPECT_EQ(offer(proven(reader()), guarded()).doc_requests[0].obstacle, Obstacle::reader);
  put_crl(reader().x5chain);
  EXPECT_EQ(obstacle(proven(reader())), Obstacle::reader);
}

TEST_F(OwnProfile, ThatRequiresItDoesSoForEachDocRequest) {
  trust_readers();
  auto items_request = items_of({"family_name"});
  auto reader_auth = sign(reader(), items_request);
  const auto request = request_of({{.items_request = items_of({"family_name"})},
                                   {.items_request = std::move(items_request), .reader_auth = std::move(reader_auth)}});
  const auto readers = judge(request);
  const auto offered = offer(request, guarded(), {.readers = &readers});
  EXPECT_EQ(offered.doc_requests[0].obstacle, Obstacle::reader);
  EXPECT_EQ(offered.doc_requests[1].obstacle, std::nullopt);
}

TEST_F(OwnProfile, ThatRequiresItOnlineDoesNotNearby) {
  auto online = utopia();
  online.reader_authentication.online = ReaderAuthenticationRule::required;
  const auto request = ask({"family_name"});
  EXPECT_EQ(offer(request, online, {.setting = ReleaseSetting::internet}).doc_requests[0].obstacle, Obstacle::reader);
  EXPECT_EQ(offer(request, online).doc_requests[0].obstacle, std::nullopt);
  EXPECT_EQ(offer(request, guarded(), {.setting = ReleaseSetting::internet}).doc_requests[0].obstacle, std::nullopt);
}

TEST_F(OwnProfile, OtherRulesForReadersKeepNothingBack) {
  for (const auto rule : {ReaderAuthenticationRule::optional, ReaderAuthenticationRule::not_mandatory,
                          ReaderAuthenticationRule::out_of_scope}) {
    auto known = utopia();
    known.reader_authentication = {.proximity = rule, .online = rule};
    EXPECT_EQ(offer(ask({"family_name"}), known).doc_requests[0].obstacle, std::nullopt);
  }
}

// ---- P11 ----------------------------------------------------------------------------------------

TEST_F(OwnProfile, ThatForbidsDeviceSignedElementsHasNoneStated) {
  const std::vector<model::ElementReference> stated{{space, ElementIdentifier("mood")}};
  auto known = utopia();
  EXPECT_EQ(released(offer(ask({"mood"}), known, {.device_signed = stated})), Names{"mood"});
  known.mdoc_authentication.device_signed = false;
  EXPECT_EQ(offer(ask({"mood"}), known, {.device_signed = stated}).doc_requests[0].obstacle, Obstacle::elements);
}

// ---- P12 ----------------------------------------------------------------------------------------

TEST_F(OwnProfile, NamesTheKeyPurposesOfItsReaders) {
  trust_readers();
  static constexpr std::array<std::string_view, 1> other{"1.3.6.1.4.1.99999.1"};
  auto known = utopia();
  known.reader_key_purposes = other;
  auto items_request = items_of({"family_name"});
  auto reader_auth = sign(reader(), items_request);
  const auto request = request_of(
      {{.items_request = std::move(items_request), .reader_auth = std::move(reader_auth)}, unsigned_request()});
  const auto judged = [&](std::span<const profile::DocTypeProfile> doc_types) {
    return judge_reader_authentication(
               request, {.trust = store, .session_transcript = transcript, .now = now, .doc_types = doc_types})
        .doc_requests.at(0)
        .reason();
  };
  EXPECT_EQ(judged({}), ReaderReason::none);
  EXPECT_EQ(judged(std::span(&known, 1)), ReaderReason::wrong_purpose);
  known.reader_key_purposes = {};
  EXPECT_EQ(judged(std::span(&known, 1)), ReaderReason::none);
}

}  // namespace
}  // namespace mdoc::presentation
