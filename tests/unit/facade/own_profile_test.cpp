// Whole presentations of a document of the application's own, by a profile that both sides bring.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "mdoc/model/authentication.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using presentation::Obstacle;
using presentation::ReaderReason;
using trust::CertificateRole;

constexpr std::string_view eid = "ut.eid.1";
constexpr std::array elements{
    profile::ElementProfile{.identifier = "family_name",
                            .rule = {.form = profile::ValueForm::text},
                            .presence = profile::Presence::mandatory},
    profile::ElementProfile{.identifier = "age_over_##", .rule = {.form = profile::ValueForm::boolean}}};
constexpr std::array name_spaces{profile::NameSpaceProfile{.name_space = eid, .elements = elements, .age_over = true}};

/// What Utopia calls differently.
const ProtocolConstants& utopian() {
  static const ProtocolConstants constants = [] {
    ProtocolConstants changed = iso18013_5();
    changed.id = "utopia";
    changed.device_engagement_scheme = "uteid:";
    changed.sk_reader_info = "UtReader";
    changed.sk_device_info = "UtDevice";
    changed.e_mac_key_info = "UtMac";
    changed.reader_iv_identifier = {7, 7, 7, 7, 7, 7, 7, 1};
    changed.mdoc_iv_identifier = {7, 7, 7, 7, 7, 7, 7, 2};
    changed.device_authentication_context = "UtDeviceAuthentication";
    changed.reader_authentication_context = "UtReaderAuthentication";
    changed.reader_authentication_all_context = "UtReaderAuthenticationAll";
    return changed;
  }();
  return constants;
}

std::vector<profile::DocTypeProfile> utopia() {
  return {{.doc_type = eid,
           .id = "utopia-eid",
           .name_spaces = name_spaces,
           .issuer_name_space = eid,
           .constants = &utopian()}};
}

/// A card of Utopia, and a reader of a test PKI.
class OwnProfileInSession : public ::testing::Test {
 protected:
  OwnProfileInSession() {
    meeting.sample.doc_type = std::string(eid);
    meeting.sample.items.clear();
    for (const auto& [identifier, value] :
         {std::pair("family_name", testing::cbor_text("Mustermann")),
          std::pair("age_over_18", testing::cbor_bool(true)), std::pair("age_over_21", testing::cbor_bool(true)),
          std::pair("age_over_65", testing::cbor_bool(false))}) {
      const auto digest_id = static_cast<std::uint8_t>(meeting.sample.items.size());
      meeting.sample.items.push_back({.name_space = std::string(eid),
                                      .digest_id = digest_id,
                                      .random = Bytes(32, digest_id),
                                      .identifier = identifier,
                                      .value = value});
    }
    EXPECT_TRUE(readers->add_anchor(trust::Purpose::readers, pki.certificate(CertificateRole::reader_ca),
                                    {.source = "readers.pem"}));
  }
  [[nodiscard]] HolderOptions holder(const ProtocolConstants& constants) const {
    return {.reader_trust = readers, .profiles = profiles, .constants = constants};
  }
  [[nodiscard]] ReaderOptions reader(const ProtocolConstants& constants) const {
    return {.profiles = profiles, .constants = constants};
  }
  void meet() { meeting.meet_again(holder(utopian()), reader(utopian())); }

  /// @param signing the constants of the reader's signature; null: it does not sign
  [[nodiscard]] model::DeviceRequest request(const std::vector<std::string>& wanted,
                                             const ProtocolConstants* signing = nullptr) const {
    model::ItemsRequest items{.doc_type = DocType(std::string(eid)),
                              .name_spaces = {{NameSpace(std::string(eid)), {}}}};
    for (const auto& each : wanted) items.name_spaces[0].second.emplace_back(ElementIdentifier(each), false);
    auto encoded = model::encode_items_request(std::move(items)).value();
    std::vector<model::DocRequest> all;
    if (signing == nullptr) {
      all.push_back({.items_request = std::move(encoded)});
    } else {
      const auto content =
          model::reader_authentication_bytes(*signing, meeting.reader.session_transcript().view(), encoded.bytes());
      cose::HeaderOptions headers;
      headers.x5chain.push_back(SharedBytes::copy_of(pki.certificate(CertificateRole::reader).der()));
      const crypto::PrivateKey& key = pki.key(CertificateRole::reader);
      const auto draft =
          cose::Sign1Draft::prepare_detached(key.public_key(), content.parts(), std::move(headers)).value();
      auto signature = draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
      all.push_back({.items_request = std::move(encoded), .reader_auth = std::move(signature)});
    }
    return model::build_device_request(std::move(all)).value();
  }
  void ask(const model::DeviceRequest& wanted) {
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(wanted, meeting.now()));
    meeting.settle();
  }

  /// How this check ends where the wallet prefers `method`.
  [[nodiscard]] verification::Outcome proven_by(presentation::DeviceAuthMethod method, verification::CheckId check) {
    auto options = holder(utopian());
    options.device_auth = method;
    meeting.meet_again(std::move(options), reader(utopian()));
    ask(request({"family_name"}));
    return meeting.responses.at(0).outcome.report.documents.at(0).find(check).outcome;
  }

  Meeting meeting;
  std::vector<profile::DocTypeProfile> profiles = utopia();
  testing::CountingRng rng{7};
  const testing::TestPki pki = testing::TestPki::create(testing::utc("2026-05-01T12:00:00Z"), rng).value();
  const std::shared_ptr<trust::TrustStore> readers = std::make_shared<trust::TrustStore>();
};

TEST_F(OwnProfileInSession, ADocumentOfItsOwnIsPresentedUnderConstantsOfItsOwn) {
  EXPECT_EQ(&profile::constants(profiles[0]), &utopian());
  meet();
  EXPECT_TRUE(meeting.holder.qr_code().starts_with("uteid:"));
  ask(request({"family_name", "age_over_20"}, &utopian()));
  ASSERT_EQ(meeting.responses.size(), 1u);
  const auto& outcome = meeting.responses[0].outcome;
  EXPECT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.documents.size(), 1u);
  EXPECT_EQ(outcome.report.documents.at(0).find(verification::CheckId::elements_format).outcome,
            verification::Outcome::pass);
  EXPECT_EQ(meeting.asked.at(0).readers.doc_requests.at(0).reason(), ReaderReason::none);
  const auto& options = meeting.asked[0].options.doc_requests.at(0).documents.at(0).elements;
  ASSERT_EQ(options.size(), 2u);
  EXPECT_TRUE(std::ranges::any_of(options, [](const auto& each) {  // the rule is that of the profile
    return each.requested.element.str() == "age_over_20" && each.released.element.str() == "age_over_21";
  }));
}

TEST_F(OwnProfileInSession, AReaderWithoutItsConstantsRefusesTheEngagementByName) {
  meet();
  testing::CountingRng other(1);
  const auto refused =
      Reader::from_qr_code(meeting.holder.qr_code(), meeting.trust, other, meeting.now(), {.profiles = profiles});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_uri);
}

TEST_F(OwnProfileInSession, AnotherContextOfReaderAuthenticationIsAnInvalidSignature) {
  meet();
  ask(request({"family_name"}, &iso18013_5()));
  EXPECT_EQ(meeting.asked.at(0).readers.doc_requests.at(0).reason(), ReaderReason::signature_invalid);
}

TEST_F(OwnProfileInSession, BothSidesKeepToTwoQuestionsAboutTheAge) {
  meet();
  meeting.open_link();
  const auto three = request({"age_over_18", "age_over_21", "age_over_65"});
  EXPECT_EQ(meeting.reader.request(three, meeting.now()).error().code, Errc::bad_argument);
  // A reader that knows nothing of the document asks all the same, and gets two.
  meeting.meet_again(holder(utopian()), {.constants = utopian()});
  ask(three);
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(meeting.asked.back().options.doc_requests.at(0).documents.at(0).elements.size(), 2u);
}

TEST_F(OwnProfileInSession, WhereReadersHaveToAuthenticateOthersGetNothing) {
  profiles[0].reader_authentication.proximity = profile::ReaderAuthenticationRule::required;
  meet();
  ask(request({"family_name"}));
  EXPECT_EQ(meeting.asked.at(0).options.doc_requests.at(0).obstacle, Obstacle::reader);
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.documents.empty());
  EXPECT_EQ(meeting.sent_responses.at(0).outcome, ResponseOutcome::nothing);
  meet();
  ask(request({"family_name"}, &utopian()));
  EXPECT_EQ(meeting.sent_responses.at(0).outcome, ResponseOutcome::released);
  EXPECT_EQ(meeting.responses.at(0).outcome.documents.size(), 1u);
}

TEST_F(OwnProfileInSession, AConsentFromWhereTheReaderWasTrustedDoesNotServeWhereItIsNot) {
  profiles[0].reader_authentication.proximity = profile::ReaderAuthenticationRule::required;
  meet();
  meeting.answer_at_once = false;
  const auto signed_there = request({"family_name"}, &utopian());
  ask(signed_there);
  const auto consent = presentation::Consent::to_all(meeting.asked.at(0).options);
  ASSERT_EQ(consent.documents().size(), 1u);
  meet();  // the same words, replayed: their signature is of another session
  ask(signed_there);
  const auto refused = meeting.holder.answer(consent, meeting.rng, meeting.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::consent_mismatch);
  EXPECT_TRUE(meeting.holder.decline(meeting.asked.back().round, meeting.now()));
  meeting.settle();
  EXPECT_TRUE(meeting.responses.at(0).outcome.documents.empty());
}

// By an end, or by a status, the reader would learn that there was something to agree to.
TEST_F(OwnProfileInSession, WhatNoProofOfTheKeySuitsLeavesAsARefusal) {
  testing::SampleMdoc licence;
  licence.doc_type = "ut.licence.1";
  const SecretBytes scalar = meeting.sample.device_key.scalar().value();
  licence.device_key = crypto::PrivateKey::import(meeting.sample.device_key.curve(), scalar.view()).value();
  meeting.more_credentials.push_back(
      presentation::Credential::decode("other", SharedBytes::take(licence.issuer_signed()), meeting.device_key)
          .value());
  profiles.push_back({.doc_type = "ut.licence.1", .id = "utopia-licence", .constants = &utopian()});
  profiles[0].algorithms.device_mac = false;
  profiles[1].algorithms.device_signature = false;
  meet();
  std::vector<model::DocRequest> both;
  for (const model::DocRequest& each : request({"family_name"}).doc_requests) both.push_back(each);
  model::ItemsRequest items{
      .doc_type = DocType("ut.licence.1"),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}}};
  both.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  ask(model::build_device_request(std::move(both)).value());
  ASSERT_EQ(meeting.asked.size(), 1u);
  EXPECT_EQ(presentation::Consent::to_all(meeting.asked[0].options).documents().size(), 2u);
  ASSERT_EQ(meeting.sent_responses.size(), 1u);
  EXPECT_EQ(meeting.sent_responses[0].outcome, ResponseOutcome::key_denied);
  ASSERT_TRUE(meeting.sent_responses[0].reason);
  EXPECT_EQ(meeting.sent_responses[0].reason->code, Errc::wrong_key_use);
  EXPECT_FALSE(meeting.holder_closed) << "the session goes on";
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(meeting.responses[0].device_response.view(),
                                 presentation::encode_status(model::ResponseStatus::ok).value()));
  ask(request({"family_name"}));
  EXPECT_EQ(meeting.responses.size(), 2u);
  EXPECT_EQ(meeting.responses.back().outcome.documents.size(), 1u) << "asked for alone, it can be proven";
}

TEST_F(OwnProfileInSession, TheKeySignsWhereItsProfileForbidsMacs) {
  profiles[0].algorithms.device_mac = false;
  EXPECT_EQ(proven_by(presentation::DeviceAuthMethod::mac, verification::CheckId::device_auth_signature),
            verification::Outcome::pass);
}

TEST_F(OwnProfileInSession, TheKeyMakesMacsWhereItsProfileForbidsSignatures) {
  profiles[0].algorithms.device_signature = false;
  EXPECT_EQ(proven_by(presentation::DeviceAuthMethod::signature, verification::CheckId::device_auth_mac),
            verification::Outcome::pass);
}

}  // namespace
}  // namespace mdoc
