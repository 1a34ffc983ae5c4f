// The snippets of docs/guide/encryption.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <span>
#include <utility>
#include <vector>

#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/verification/encrypted_documents.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

Result<model::DeviceRequest> ask_for(model::ItemsRequest wanted, const crypto::PublicKey& recipient) {
  auto parameters = model::encode_encryption_parameters({.recipient_public_key = recipient.coordinates()});
  if (!parameters) return parameters.error();
  if (!wanted.request_info) wanted.request_info.emplace();
  wanted.request_info->doc_response_encryption = *std::move(parameters);
  auto encoded = model::encode_items_request(std::move(wanted));
  if (!encoded) return encoded.error();
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = *std::move(encoded)});
  return model::build_device_request(std::move(doc_requests));
}

ReaderOptions that_opens(crypto::KeyRef key, const crypto::PublicKey& public_key) {
  ReaderOptions options;
  options.recipient_keys.push_back({.key = std::move(key), .public_key = public_key});
  return options;
}

Result<verification::VerificationOutcome> judge_in_the_office(const SharedBytes& device_response,
                                                              const SharedBytes& device_request,
                                                              const SharedBytes& session_transcript,
                                                              std::span<const verification::RecipientKey> recipients,
                                                              crypto::KeyProvider& keys, const trust::TrustStore& trust,
                                                              Now now) {
  const auto response = verification::UnverifiedResponse::decode(device_response);
  if (!response) return response.error();
  const auto request = model::decode_device_request(device_request);
  if (!request) return request.error();
  auto opening = verification::EncryptedDocumentsOpening::prepare(*response, *request, session_transcript, recipients);
  if (!opening) return opening.error();
  std::vector<Result<crypto::KeyResponse>> answers;
  for (const crypto::KeyRequest& wanted : opening->key_requests()) {
    answers.push_back(crypto::answer(keys, wanted));  // one that fails is in the report
  }
  const auto opened = std::move(*opening).finish(std::move(answers));
  if (!opened) return opened.error();
  return verification::verify(
      *response,
      {.trust = trust, .now = now, .session_transcript = session_transcript, .request = &*request, .opened = *opened});
}

struct EncryptionGuide : ::testing::Test {
  EncryptionGuide() {
    auto key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
    recipient.push_back({.key = crypto::KeyRef("office"), .public_key = key.public_key()});
    EXPECT_TRUE(keys.add(recipient[0].key, std::move(key)));
  }
  void ask() {
    meeting.open_link();
    model::ItemsRequest wanted = meeting.request({"family_name"}).doc_requests.at(0).items_request.value();
    const auto request = ask_for(std::move(wanted), recipient[0].public_key);
    ASSERT_TRUE(request);
    ASSERT_TRUE(meeting.reader.request(*request, meeting.now()));
    meeting.settle();
    ASSERT_TRUE(meeting.asked.at(0).options.doc_requests.at(0).documents.at(0).encrypted_to);
  }
  Meeting meeting;
  std::vector<verification::RecipientKey> recipient;
  crypto::SoftwareKeyProvider keys;
};

TEST_F(EncryptionGuide, AReaderWithTheKeyOpens) {
  meeting.meet_again({}, that_opens(recipient[0].key, recipient[0].public_key));
  ask();
  const UseKey& use = meeting.reader_keys.at(0);
  meeting.reader.on_key_result(use.id, crypto::answer(keys, use.request), meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  EXPECT_EQ(meeting.responses[0].outcome.documents.size(), 1u);
}

TEST_F(EncryptionGuide, AReaderWithoutItHandsOn) {
  ask();
  ASSERT_EQ(meeting.responses.size(), 1u);
  const ResponseReceived& received = meeting.responses[0];
  EXPECT_FALSE(received.outcome.report.valid);
  EXPECT_TRUE(received.outcome.documents.empty());
  EXPECT_EQ(received.outcome.report.encrypted_documents, 1u);

  const SharedBytes& sent = meeting.sent_requests.at(0).device_request;
  const SharedBytes& transcript = meeting.reader.session_transcript();
  const auto judged =
      judge_in_the_office(received.device_response, sent, transcript, recipient, keys, *meeting.trust, meeting.now());
  ASSERT_TRUE(judged);
  EXPECT_TRUE(judged->report.valid);
  ASSERT_EQ(judged->documents.size(), 1u);
  EXPECT_EQ(judged->documents[0].issuer_signed().at(0).identifier.str(), "family_name");

  const auto elsewhere = judge_in_the_office(received.device_response, meeting.request({"family_name"}).encoded,
                                             transcript, recipient, keys, *meeting.trust, meeting.now());
  ASSERT_TRUE(elsewhere);
  EXPECT_FALSE(elsewhere->report.valid) << "that request asked for no encryption";
}

}  // namespace
}  // namespace mdoc
