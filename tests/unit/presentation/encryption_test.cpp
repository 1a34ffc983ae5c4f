// Documents for a recipient of their own, keys for MACs, and answers that must not be too long.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/hpke.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "mdoc/verification/encrypted_documents.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

const NameSpace mdl("org.iso.18013.5.1");

/// `[ null, null, [ "OpenID4VPHandover", hash ] ]`
Bytes online_transcript() {
  cbor::Writer writer;
  writer.array(3).null().null().array(2).text("OpenID4VPHandover").bytes(Bytes(32, 0x11));
  return std::move(writer).take();
}

/// A wallet with one licence, and a reader that asks.
class Answering : public ::testing::Test {
 protected:
  Answering() {
    sample.transcript = online_transcript();
    credentials.push_back(
        Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device")).value());
  }

  [[nodiscard]] static model::DocRequest ask(const std::string& element,
                                             std::optional<model::DocRequestInfo> info = {}) {
    model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                              .name_spaces = {{mdl, {{ElementIdentifier(element), false}}}},
                              .request_info = std::move(info)};
    return {.items_request = model::encode_items_request(std::move(items)).value()};
  }
  [[nodiscard]] model::DocRequest ask_encrypted(const std::string& element) const {
    return ask(element, model::DocRequestInfo{.doc_response_encryption = parameters});
  }
  [[nodiscard]] RequestMatch match_of(std::vector<model::DocRequest> doc_requests,
                                      model::DeviceRequestOptions options = {}) const {
    const auto request = model::build_device_request(std::move(doc_requests), std::move(options)).value();
    return match(request, credentials, sample.now).value();
  }
  [[nodiscard]] Result<ResponseDraft> prepare(const RequestMatch& found,
                                              DeviceAuthMethod preferred = DeviceAuthMethod::mac) {
    return ResponseDraft::prepare(found.request_digest, Consent::to_all(found), credentials, transcript,
                                  sample.e_reader_key.public_key().coordinates(), rng, {.preferred = preferred});
  }
  [[nodiscard]] model::DeviceResponse answer(const RequestMatch& found,
                                             DeviceAuthMethod preferred = DeviceAuthMethod::mac) {
    auto draft = prepare(found, preferred).value();
    std::vector<crypto::KeyResponse> responses;
    for (const crypto::KeyRequest& wanted : draft.key_requests()) {
      if (const auto* sign = std::get_if<crypto::SignRequest>(&wanted)) {
        responses.emplace_back(crypto::sign(sample.device_key, sign->algorithm, sign->message).value());
      } else {
        const auto peer = crypto::PublicKey::import(std::get<crypto::AgreeRequest>(wanted).peer).value();
        responses.emplace_back(crypto::agree(sample.device_key, peer).value());
      }
    }
    const FinishedResponse finished = std::move(draft).finish(std::move(responses)).value();
    auto decoded = model::decode_device_response(SharedBytes::copy_of(finished.bytes)).value();
    EXPECT_EQ(finished.status, decoded.status);
    EXPECT_EQ(finished.releases, !decoded.documents.empty() || !decoded.encrypted_documents.empty());
    return decoded;
  }
  [[nodiscard]] Bytes inner_transcript() const {
    const auto session = engagement::SessionTranscript::decode(transcript).value();
    const auto inner = session.with_encryption_parameters(parameters.bytes()).value();
    const ByteView bytes = inner.bytes().view();
    return {bytes.begin(), bytes.end()};
  }
  [[nodiscard]] Result<Bytes> open(const model::EncryptedDocuments& sealed, const crypto::PrivateKey& key,
                                   ByteView info) const {
    return crypto::hpke_open(crypto::hpke_mdoc_suite, key, sealed.enc.view(), info, {}, sealed.cipher_text.view());
  }

  testing::SampleMdoc sample;
  testing::CountingRng rng{11};
  std::vector<Credential> credentials;
  SharedBytes transcript = SharedBytes::take(online_transcript());
  crypto::PrivateKey recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
  cbor::Encoded<model::EncryptionParameters> parameters =
      model::encode_encryption_parameters({.recipient_public_key = recipient.public_key().coordinates()}).value();
};
using Enc01 = Answering;

TEST_F(Enc01, DocumentsLeaveForTheirRecipientAlone) {
  const auto response = answer(match_of({ask_encrypted("family_name"), ask("given_name")}));
  ASSERT_EQ(response.documents.size(), 1u);  // the one that nobody wanted encrypted
  ASSERT_EQ(response.encrypted_documents.size(), 1u);
  const model::EncryptedDocuments& sealed = response.encrypted_documents[0].value.value();
  EXPECT_EQ(sealed.doc_request_id, 0u);

  const Bytes info = inner_transcript();
  const auto plaintext = open(sealed, recipient, info);
  ASSERT_TRUE(plaintext) << describe(plaintext.error());
  const auto inside = model::decode_encrypted_documents_plaintext(SharedBytes::copy_of(*plaintext)).value();
  ASSERT_EQ(inside.documents.size(), 1u);
  const model::Document& document = inside.documents[0].value.value();
  EXPECT_EQ(document.issuer_signed.name_spaces.at(0).second.at(0)->element_identifier.str(), "family_name");
  // Neither the reader of the session nor the session's own transcript opens it.
  EXPECT_FALSE(open(sealed, sample.e_reader_key, info));
  EXPECT_FALSE(open(sealed, recipient, transcript.view()));
}

TEST_F(Enc01, TheProofInsideIsASignatureOverTheInnerTranscript) {
  const auto response = answer(match_of({ask_encrypted("family_name")}), DeviceAuthMethod::mac);
  const Bytes info = inner_transcript();
  const Bytes plaintext = open(response.encrypted_documents.at(0).value.value(), recipient, info).value();
  const auto inside = model::decode_encrypted_documents_plaintext(SharedBytes::copy_of(plaintext)).value();
  const model::Document& document = inside.documents.at(0).value.value();
  ASSERT_TRUE(std::holds_alternative<cose::CoseSign1>(document.device_signed->device_auth.proof));

  trust::TrustStore trust;
  ASSERT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()));
  const auto verdict = [&](ByteView over) {
    const verification::VerificationInput input{
        .trust = trust, .now = {.utc = sample.now, .steady = {}}, .session_transcript = SharedBytes::copy_of(over)};
    cbor::Writer writer;
    model::encode_document(writer, document);
    return verification::verify_document(SharedBytes::take(std::move(writer).take()), input, Level::interop)
        .value()
        .report.documents.at(0)
        .find(verification::CheckId::device_auth_signature)
        .outcome;
  };
  EXPECT_EQ(verdict(info), verification::Outcome::pass);
  EXPECT_EQ(verdict(transcript.view()), verification::Outcome::fail);
}

TEST_F(Enc01, EachDocRequestHasAnEnvelopeOfItsOwn) {
  const auto response = answer(match_of({ask_encrypted("family_name"), ask_encrypted("given_name")}));
  EXPECT_TRUE(response.documents.empty());
  ASSERT_EQ(response.encrypted_documents.size(), 2u);
  const auto& first = response.encrypted_documents[0].value.value();
  const auto& second = response.encrypted_documents[1].value.value();
  EXPECT_EQ(second.doc_request_id, 1u);
  EXPECT_FALSE(std::ranges::equal(first.enc.view(), second.enc.view()));
}

TEST_F(Enc01, WhatCannotBeEncryptedStaysHere) {
  const auto other_curve = crypto::PrivateKey::import(crypto::Curve::p384, Bytes(48, 0x33)).value();
  parameters =
      model::encode_encryption_parameters({.recipient_public_key = other_curve.public_key().coordinates()}).value();
  const auto found = match_of({ask_encrypted("family_name")});
  EXPECT_FALSE(found.answerable);
  EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::recipient);
}

/// The licence once more, on the same device key.
void add_copy(std::vector<Credential>& credentials, testing::SampleMdoc& sample, DeviceAuthMethod reserved) {
  credentials.push_back(
      Credential::decode("copy", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"), reserved)
          .value());
}

TEST_F(Enc01, AKeyThatIsReservedForMacsCannotSignInsideAndNothingIsOffered) {
  const auto open_to_both = match_of({ask_encrypted("family_name")});
  credentials[0].reserve_for(DeviceAuthMethod::mac);
  const auto found = match_of({ask_encrypted("family_name"), ask("given_name")});
  EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::device_auth);
  ASSERT_EQ(found.doc_requests[1].documents.size(), 1u);
  EXPECT_EQ(answer(found).documents.size(), 1u);
  // Nor does it leave with a consent from before.
  EXPECT_EQ(prepare(open_to_both).error().code, Errc::wrong_key_use);
}

TEST_F(Enc01, AKeyThatAnotherCredentialReservesForMacsCannotSignInside) {
  add_copy(credentials, sample, DeviceAuthMethod::mac);
  const auto found = match_of({ask_encrypted("family_name")});
  EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::device_auth);
  EXPECT_FALSE(found.answerable);
}

TEST_F(Answering, WhatNoKeyCanProveIsNotOffered) {
  add_copy(credentials, sample, DeviceAuthMethod::mac);
  const auto found_with = [&](crypto::Curve curve) {
    const auto key = crypto::PrivateKey::generate(curve, rng).value();
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back(ask("family_name"));
    return match(model::build_device_request(std::move(doc_requests)).value(), credentials, sample.now,
                 {.e_reader_key = key.public_key().coordinates()})
        .value();
  };
  EXPECT_TRUE(found_with(crypto::Curve::p256).answerable);
  EXPECT_EQ(found_with(crypto::Curve::p384).doc_requests[0].obstacle, Obstacle::device_auth);
  EXPECT_TRUE(match_of({ask("family_name")}).answerable) << "the reader's key is not known yet";
  const auto mac_key = crypto::PrivateKey::generate(crypto::Curve::p384, rng).value();
  EXPECT_FALSE(match_of({ask("family_name")}, {.mac_keys = {mac_key.public_key().coordinates()}}).answerable);
  // One key that two credentials reserve for both serves neither.
  credentials[0].reserve_for(DeviceAuthMethod::signature);
  EXPECT_EQ(match_of({ask("family_name")}).doc_requests[0].obstacle, Obstacle::device_auth);
  EXPECT_EQ(name(Obstacle::device_auth), "device-auth");
}

// ---- the other side -----------------------------------------------------------------------------

/// A reader that sent a request and got an answer.
class Opening : public Answering {
 protected:
  void SetUp() override { ASSERT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate())); }

  /// Asks, and has the answer made.
  void ask_for(std::vector<model::DocRequest> doc_requests) {
    request = model::build_device_request(std::move(doc_requests)).value();
    const auto found = match(request, credentials, sample.now).value();
    received = answer(found).encoded;
  }
  [[nodiscard]] verification::UnverifiedResponse response() const {
    return verification::UnverifiedResponse::decode(received).value();
  }
  [[nodiscard]] std::vector<verification::OpenedDocuments> open_with(const crypto::PrivateKey& key,
                                                                     const model::DeviceRequest& sent) const {
    const std::vector<verification::RecipientKey> keys{{crypto::KeyRef("recipient"), key.public_key()}};
    auto opening = verification::EncryptedDocumentsOpening::prepare(response(), sent, transcript, keys).value();
    std::vector<Result<crypto::KeyResponse>> responses;
    for (const crypto::KeyRequest& wanted : opening.key_requests()) {
      const auto peer = crypto::PublicKey::import(std::get<crypto::AgreeRequest>(wanted).peer).value();
      auto shared = crypto::agree(key, peer);
      responses.emplace_back(crypto::KeyResponse(*std::move(shared)));
    }
    return std::move(opening).finish(std::move(responses)).value();
  }
  [[nodiscard]] verification::VerificationOutcome judge(std::span<const verification::OpenedDocuments> opened) const {
    return verification::verify(response(), {.trust = trust,
                                             .now = {.utc = sample.now, .steady = {}},
                                             .session_transcript = transcript,
                                             .e_reader_key = &sample.e_reader_key,
                                             .request = &request,
                                             .opened = opened});
  }
  [[nodiscard]] static verification::Finding check(const verification::VerificationOutcome& outcome) {
    return outcome.report.find(verification::CheckId::response_encrypted_documents);
  }

  trust::TrustStore trust;
  model::DeviceRequest request;
  SharedBytes received;
};
using Enc02 = Opening;
using Enc03 = Opening;

TEST_F(Enc02, WhatIsOpenedIsVerifiedLikeAnyOther) {
  ask_for({ask_encrypted("family_name"), ask("given_name")});
  const auto opened = open_with(recipient, request);
  ASSERT_EQ(opened.size(), 1u);
  const auto outcome = judge(opened);
  EXPECT_EQ(check(outcome).outcome, verification::Outcome::pass);
  EXPECT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.documents.size(), 2u);
  EXPECT_NE(outcome.documents[0].find(mdl, ElementIdentifier("given_name")), nullptr);
  EXPECT_NE(outcome.documents[1].find(mdl, ElementIdentifier("family_name")), nullptr);
  EXPECT_EQ(outcome.report.encrypted_documents, 0u);
}

TEST_F(Enc02, WhatIsForSomebodyElseIsHandedOnAndSaid) {
  ask_for({ask_encrypted("family_name"), ask("given_name")});
  const auto opened = open_with(sample.e_reader_key, request);  // not the recipient
  EXPECT_TRUE(opened.empty());
  const auto outcome = judge(opened);
  EXPECT_EQ(check(outcome).outcome, verification::Outcome::warn);
  EXPECT_EQ(check(outcome).reason, verification::Reason::opaque);
  EXPECT_EQ(outcome.report.encrypted_documents, 1u);
  EXPECT_EQ(outcome.documents.size(), 1u);
}

TEST_F(Enc02, AlteredCipherTextIsAFailedCheck) {
  ask_for({ask_encrypted("family_name")});
  Bytes altered(received.view().begin(), received.view().end());
  const auto sealed = model::decode_device_response(received)->encrypted_documents.at(0).value->cipher_text.view();
  altered[static_cast<std::size_t>(sealed.data() - received.view().data()) + sealed.size() - 1] ^= 1;
  received = SharedBytes::take(std::move(altered));
  const auto outcome = judge(open_with(recipient, request));
  EXPECT_EQ(check(outcome).outcome, verification::Outcome::fail);
  EXPECT_EQ(check(outcome).error->code, Errc::decryption_failed);
  EXPECT_EQ(check(outcome).error->where.text(), "DeviceResponse.encryptedDocuments[0].cipherText");
  EXPECT_TRUE(outcome.documents.empty());
}

TEST_F(Enc02, DocumentsOfAnotherSessionDoNotOpen) {
  ask_for({ask_encrypted("family_name")});
  Bytes other(transcript.view().begin(), transcript.view().end());
  other.back() ^= 1;
  transcript = SharedBytes::take(std::move(other));
  EXPECT_EQ(check(judge(open_with(recipient, request))).outcome, verification::Outcome::fail);
}

TEST_F(Enc03, NobodyAskedForThem) {
  ask_for({ask_encrypted("family_name")});
  request = model::build_device_request({ask("family_name")}).value();  // what was really sent
  const auto outcome = judge(open_with(recipient, request));
  EXPECT_EQ(check(outcome).outcome, verification::Outcome::fail);
  EXPECT_EQ(check(outcome).error->where.text(), "DeviceResponse.encryptedDocuments[0].docRequestID");
}

TEST_F(Enc03, ASecondAnswerToOneDocRequestIsRefused) {
  ask_for({ask_encrypted("family_name"), ask("given_name")});
  const auto decoded = model::decode_device_response(received).value();
  const auto& sealed = decoded.encrypted_documents.at(0).value.value();
  received = SharedBytes::take(model::encode_device_response({.encrypted_documents = {sealed, sealed}}).value());
  const auto opened = open_with(recipient, request);
  ASSERT_EQ(opened.size(), 2u);
  EXPECT_TRUE(opened[0].plaintext);
  EXPECT_FALSE(opened[1].plaintext);
  EXPECT_EQ(check(judge(opened)).outcome, verification::Outcome::fail);
}

TEST_F(Enc02, AKeyThatIsRefusedLeavesThemClosed) {
  ask_for({ask_encrypted("family_name")});
  const std::vector<verification::RecipientKey> keys{{crypto::KeyRef("recipient"), recipient.public_key()}};
  auto opening = verification::EncryptedDocumentsOpening::prepare(response(), request, transcript, keys).value();
  ASSERT_EQ(opening.key_requests().size(), 1u);
  std::vector<Result<crypto::KeyResponse>> denied;
  denied.emplace_back(Error{.code = Errc::key_locked});
  const auto outcome = judge(std::move(opening).finish(std::move(denied)).value());
  EXPECT_EQ(check(outcome).error->code, Errc::key_locked);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST_F(Enc02, AnswersInWrongNumberAreRefused) {
  ask_for({ask_encrypted("family_name")});
  const std::vector<verification::RecipientKey> keys{{crypto::KeyRef("recipient"), recipient.public_key()}};
  auto opening = verification::EncryptedDocumentsOpening::prepare(response(), request, transcript, keys).value();
  EXPECT_EQ(std::move(opening).finish({}).error().code, Errc::bad_argument);
  const SharedBytes nothing = SharedBytes::take({0x80});
  EXPECT_EQ(verification::EncryptedDocumentsOpening::prepare(response(), request, nothing, keys).error().code,
            Errc::bad_argument);
}

TEST_F(Answering, AMacIsMadeForTheKeyThatTheReaderSentForIt) {
  const auto mac_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x44)).value();
  const auto other_curve = crypto::PrivateKey::import(crypto::Curve::p384, Bytes(48, 0x44)).value();
  const auto peer_of = [&](std::vector<crypto::EcPublicKey> keys) {
    const auto draft = prepare(match_of({ask("family_name")}, {.mac_keys = std::move(keys)})).value();
    const auto* agree = std::get_if<crypto::AgreeRequest>(&draft.key_requests()[0]);
    return agree != nullptr ? std::optional(agree->peer) : std::nullopt;
  };
  EXPECT_EQ(peer_of({}), sample.e_reader_key.public_key().coordinates());
  EXPECT_EQ(peer_of({other_curve.public_key().coordinates(), mac_key.public_key().coordinates()}),
            mac_key.public_key().coordinates());
  // What is no point on its curve is no key.
  crypto::EcPublicKey no_point = mac_key.public_key().coordinates();
  no_point.y.front() ^= 1;
  EXPECT_EQ(peer_of({no_point}), std::nullopt);
  // None of them fits: a signature, not a MAC with the key of the session.
  EXPECT_EQ(peer_of({other_curve.public_key().coordinates()}), std::nullopt);
}

TEST_F(Answering, WhatIsLongerThanTheReaderTakesIsNotSent) {
  const auto sized = [&](std::uint64_t most) {
    return answer(match_of({ask("family_name", model::DocRequestInfo{.maximum_response_size = most})}));
  };
  const auto whole = sized(1'000'000);
  ASSERT_EQ(whole.documents.size(), 1u);
  const std::size_t size = whole.encoded.size();
  EXPECT_EQ(sized(size + 8).documents.size(), 1u);
  const auto refused = sized(size / 2);
  EXPECT_TRUE(refused.documents.empty());
  EXPECT_EQ(refused.status, model::ResponseStatus::general_error);
}

}  // namespace
}  // namespace mdoc::presentation
