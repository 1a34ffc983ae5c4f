// Which proof the holder gives: the checks DEV-08 and DEV-09 of the conformance catalogue, and every curve.
#include <gtest/gtest.h>

#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using presentation::DeviceAuthMethod;
using verification::CheckId;

constexpr DeviceAuthMethod methods[] = {DeviceAuthMethod::mac, DeviceAuthMethod::signature};

crypto::KeyUse use_of(DeviceAuthMethod method) {
  return method == DeviceAuthMethod::mac ? crypto::KeyUse::agree : crypto::KeyUse::sign;
}

/// One round with consent to everything.
void present(Meeting& meeting) {
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
}

void expect_proof(const Meeting& meeting, DeviceAuthMethod method) {
  ASSERT_EQ(meeting.responses.size(), 1u);
  const verification::Report& report = meeting.responses[0].outcome.report;
  EXPECT_TRUE(report.valid);
  ASSERT_EQ(report.documents.size(), 1u);
  const bool mac = method == DeviceAuthMethod::mac;
  EXPECT_EQ(report.documents[0].find(mac ? CheckId::device_auth_mac : CheckId::device_auth_signature).outcome,
            verification::Outcome::pass);
  EXPECT_EQ(report.documents[0].find(mac ? CheckId::device_auth_signature : CheckId::device_auth_mac).outcome,
            verification::Outcome::not_applicable);
}

TEST(Dev08, AKeyThatServedOneMechanismNeverServesTheOther) {
  for (const auto first : methods) {
    const auto second = first == DeviceAuthMethod::mac ? DeviceAuthMethod::signature : DeviceAuthMethod::mac;
    Meeting meeting({.device_auth = first});
    present(meeting);
    expect_proof(meeting, first);
    EXPECT_EQ(meeting.keys.use(meeting.device_key).value(), use_of(first));

    // The wallet forgot what it used the key for: the key provider did not.
    meeting.meet_again({.device_auth = second});
    present(meeting);
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_FALSE(meeting.responses[0].outcome.report.valid);
    EXPECT_EQ(meeting.responses[0].outcome.report.status, 10u);
    EXPECT_TRUE(meeting.responses[0].outcome.report.documents.empty());
    EXPECT_EQ(meeting.keys.use(meeting.device_key).value(), use_of(first));
  }
}

TEST(Dev08, AWalletThatStoredTheMechanismKeepsToItWhateverIsPreferred) {
  for (const auto reserved : methods) {
    for (const auto preferred : methods) {
      Meeting meeting;
      meeting.reserved_for = reserved;
      meeting.meet_again({.device_auth = preferred});
      present(meeting);
      expect_proof(meeting, reserved);
    }
  }
}

TEST(Dev08, RoundsOfOneSessionUseOneMechanism) {
  Meeting meeting;
  meeting.open_link();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    expect_proof(meeting, DeviceAuthMethod::mac);
    meeting.responses.clear();
  }
}

TEST(Dev09, HolderSignsWhereTheCurvesOfTheKeysDiffer) {
  const std::pair<crypto::Curve, crypto::Curve> curves[] = {
      {crypto::Curve::p384, crypto::Curve::p256},              // other sizes
      {crypto::Curve::p256, crypto::Curve::brainpool_p256r1},  // the same size
      {crypto::Curve::p256, crypto::Curve::x25519},            // another family
      {crypto::Curve::ed25519, crypto::Curve::x25519},         // a key that cannot agree
  };
  for (const auto& [device, ephemeral] : curves) {
    SCOPED_TRACE(crypto::info(device).name);
    Meeting meeting({.device_auth = DeviceAuthMethod::mac, .ephemeral_curve = ephemeral}, {}, device);
    present(meeting);
    expect_proof(meeting, DeviceAuthMethod::signature);
  }
}

TEST(Dev09, AKeyThatCanDoNeitherHereReleasesNothing) {
  // X25519 cannot sign, a MAC key cannot be agreed on with P-256; and a key for MACs alone does not sign instead.
  for (const bool reserved : {false, true}) {
    Meeting meeting({.ephemeral_curve = crypto::Curve::p256}, {},
                    reserved ? crypto::Curve::p384 : crypto::Curve::x25519);
    if (reserved) meeting.reserved_for = DeviceAuthMethod::mac;
    meeting.meet_again({.ephemeral_curve = crypto::Curve::p256});
    meeting.answer_at_once = false;
    present(meeting);
    ASSERT_EQ(meeting.asked.size(), 1u);
    EXPECT_FALSE(meeting.asked[0].options.answerable) << "nobody agrees to what cannot be sent";
    EXPECT_EQ(meeting.asked[0].options.doc_requests.at(0).obstacle, presentation::Obstacle::device_auth);
    EXPECT_TRUE(
        meeting.holder.answer(presentation::Consent::to_all(meeting.asked[0].options), meeting.rng, meeting.now()));
    meeting.settle();
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_TRUE(meeting.responses[0].outcome.report.documents.empty());
    EXPECT_EQ(meeting.keys.use(meeting.device_key).value(), crypto::KeyUse::first_use);
  }
}

/// Two rounds of one reader: the first takes the document as it is, the second wants it encrypted.
TEST(Dev08, WhatASecondRoundWantsEncryptedIsNotOfferedWhereTheFirstHadAMac) {
  Meeting meeting;
  present(meeting);
  expect_proof(meeting, DeviceAuthMethod::mac);
  const auto recipient = crypto::PrivateKey::generate(crypto::Curve::p256, meeting.rng).value();
  model::ItemsRequest items{
      .doc_type = DocType(meeting.sample.doc_type),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}},
      .request_info = model::DocRequestInfo{
          .doc_response_encryption =
              model::encode_encryption_parameters({.recipient_public_key = recipient.public_key().coordinates()})
                  .value()}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  ASSERT_TRUE(meeting.reader.request(model::build_device_request(std::move(doc_requests)).value(), meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.asked.size(), 2u);
  EXPECT_EQ(meeting.asked[1].options.doc_requests.at(0).obstacle, presentation::Obstacle::device_auth);
  ASSERT_EQ(meeting.sent_responses.size(), 2u);
  EXPECT_EQ(meeting.sent_responses[1].outcome, ResponseOutcome::nothing);
  EXPECT_FALSE(meeting.holder_closed);
}

class OnCurve : public ::testing::TestWithParam<crypto::Curve> {};

TEST_P(OnCurve, MacAndSignaturePresentationsVerify) {
  const crypto::CurveInfo& curve = crypto::info(GetParam());
  for (const auto preferred : methods) {
    Meeting meeting({.device_auth = preferred}, {}, GetParam());
    present(meeting);
    const bool signs = curve.can_sign() && (preferred == DeviceAuthMethod::signature || !curve.can_agree);
    expect_proof(meeting, signs ? DeviceAuthMethod::signature : DeviceAuthMethod::mac);
  }
}

INSTANTIATE_TEST_SUITE_P(AllCurves, OnCurve,
                         ::testing::Values(crypto::Curve::p256, crypto::Curve::p384, crypto::Curve::p521,
                                           crypto::Curve::x25519, crypto::Curve::x448, crypto::Curve::ed25519,
                                           crypto::Curve::ed448, crypto::Curve::brainpool_p256r1,
                                           crypto::Curve::brainpool_p320r1, crypto::Curve::brainpool_p384r1,
                                           crypto::Curve::brainpool_p512r1),
                         [](const auto& test) {
                           std::string name(crypto::info(test.param).name);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace mdoc
