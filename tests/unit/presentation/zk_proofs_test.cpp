// Documents that leave as zero-knowledge proofs: what is offered and agreed to, and what leaves when a prover fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/respond.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/fake_zk.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

using testing::fake_zk_spec;

const NameSpace mdl("org.iso.18013.5.1");

/// `[null, null, ["OpenID4VPHandover", h'00…']]`
Bytes online_transcript() {
  cbor::Writer writer;
  writer.array(3).null().null().array(2).text("OpenID4VPHandover").bytes(Bytes(32));
  return std::move(writer).take();
}

/// A wallet of one licence and a prover, and a reader that may take proofs.
class Proofs : public ::testing::Test {
 protected:
  Proofs() {
    sample.transcript = online_transcript();
    const SecretBytes scalar = sample.device_key.scalar().value();
    EXPECT_TRUE(keys.add(device_key, crypto::PrivateKey::import(crypto::Curve::p256, scalar.view()).value()));
    add(device_key);
  }
  void add(const crypto::KeyRef& key, std::optional<DeviceAuthMethod> reserved = {}) {
    credentials.push_back(
        Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), key, reserved).value());
  }
  static model::DeviceRequest ask(const std::vector<std::string>& elements,
                                  std::vector<model::ZkSystemSpec> specs = {fake_zk_spec()}, bool required = false,
                                  std::optional<cbor::Encoded<model::EncryptionParameters>> recipient = {}) {
    model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"), .name_spaces = {{mdl, {}}}};
    for (const auto& each : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(each), false);
    items.request_info =
        model::DocRequestInfo{.zk_request = model::ZkRequest{.system_specs = std::move(specs), .zk_required = required},
                              .doc_response_encryption = std::move(recipient)};
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }
  [[nodiscard]] RequestMatch match(const model::DeviceRequest& request) const {
    return presentation::match(request, credentials, sample.now, {.provers = provers, .proofs = policy}).value();
  }
  [[nodiscard]] Result<ResponseDraft> prepare(const RequestMatch& found, const Consent& consent) {
    return ResponseDraft::prepare(found.request_digest, consent, credentials, SharedBytes::copy_of(sample.transcript),
                                  sample.e_reader_key.public_key().coordinates(), rng, options);
  }
  /// The whole way, from the consent to the DeviceResponse.
  [[nodiscard]] Bytes respond(const RequestMatch& found, const Consent& consent) {
    auto draft = prepare(found, consent).value();
    std::vector<crypto::KeyResponse> responses;
    for (const auto& request : draft.key_requests()) responses.push_back(crypto::answer(keys, request).value());
    EXPECT_TRUE(draft.authenticate(std::move(responses)));
    std::vector<Result<Bytes>> proofs;
    for (const auto& request : draft.proof_requests()) proofs.push_back(presentation::prove(request));
    return std::move(draft).finish_with_proofs(std::move(proofs)).value().bytes;
  }
  [[nodiscard]] Bytes respond(const RequestMatch& found, bool plain_if_proof_fails = false) {
    return respond(found, Consent::to(found, Selection{.plain_if_proof_fails = plain_if_proof_fails}).value());
  }
  static model::DeviceResponse decoded(Bytes response) {
    return model::decode_device_response(SharedBytes::take(std::move(response)), {.level = Level::strict}).value();
  }
  [[nodiscard]] verification::VerificationOutcome judge(Bytes response, const model::DeviceRequest& request) {
    trust::TrustStore trust;
    EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()));
    const auto unverified =
        verification::UnverifiedResponse::decode(SharedBytes::take(std::move(response)), Level::interop).value();
    return verification::verify(unverified, {.trust = trust,
                                             .now = {.utc = sample.now, .steady = {}},
                                             .session_transcript = SharedBytes::copy_of(sample.transcript),
                                             .e_reader_key = &sample.e_reader_key,
                                             .request = &request,
                                             .zk_verifiers = verifiers});
  }
  static const DocumentOption& first(const RequestMatch& found) { return found.doc_requests.at(0).documents.at(0); }

  const crypto::KeyRef device_key{"device"};
  testing::SampleMdoc sample;
  testing::CountingRng rng{9};
  crypto::SoftwareKeyProvider keys;
  std::vector<Credential> credentials;
  std::shared_ptr<testing::FakeZkProver> prover = std::make_shared<testing::FakeZkProver>();
  std::vector<std::shared_ptr<const ZkProver>> provers{prover};
  std::vector<std::shared_ptr<const verification::ZkVerifier>> verifiers{std::make_shared<testing::FakeZkVerifier>()};
  ProofPolicy policy = ProofPolicy::preferred;
  RespondOptions options{.now = sample.now};
};
using Zkp01 = Proofs;
using Zkp02 = Proofs;
using Req12Proofs = Proofs;

// ---- what is offered ------------------------------------------------------------------------------

TEST_F(Req12Proofs, AProofIsOfferedByTheFirstSystemThatFits) {
  auto other = fake_zk_spec("z0");
  other.system = "another-system";
  const auto found = match(ask({"age_over_18"}, {other, fake_zk_spec("z1", "ffff"), fake_zk_spec("z2")}));
  ASSERT_EQ(found.doc_requests[0].documents.size(), 2u);
  ASSERT_TRUE(first(found).proof);
  EXPECT_EQ(first(found).proof->spec.zk_system_id, "z2");
  EXPECT_EQ(first(found).proof->circuit, testing::fake_zk_circuit);
  EXPECT_FALSE(first(found).proof->required);
  EXPECT_FALSE(found.doc_requests[0].documents[1].proof);
  EXPECT_FALSE(found.doc_requests[0].no_proof);
  EXPECT_EQ(prover->proofs, 0u);  // nothing is proven before anybody agrees
}

TEST_F(Req12Proofs, WhereTheReaderTakesProofsAloneOnlyProofsAreOffered) {
  const auto found = match(ask({"age_over_18"}, {fake_zk_spec()}, true));
  ASSERT_EQ(found.doc_requests[0].documents.size(), 1u);
  EXPECT_TRUE(first(found).proof->required);
}

TEST_F(Req12Proofs, WithoutThatSystemTheDocumentIsOfferedUnlessReaderOrPolicyForbidIt) {
  provers.clear();
  const auto optional = match(ask({"age_over_18"}));
  ASSERT_EQ(optional.doc_requests[0].documents.size(), 1u);
  EXPECT_FALSE(first(optional).proof);
  EXPECT_EQ(optional.doc_requests[0].no_proof, ZkFit::system);
  const auto required = match(ask({"age_over_18"}, {fake_zk_spec()}, true));
  EXPECT_EQ(required.doc_requests[0].obstacle, Obstacle::proof);
  EXPECT_EQ(required.doc_requests[0].no_proof, ZkFit::system);
  policy = ProofPolicy::only;
  const auto never = match(ask({"age_over_18"}));
  EXPECT_EQ(never.doc_requests[0].obstacle, Obstacle::proof);
  EXPECT_FALSE(never.answerable);
}

TEST_F(Req12Proofs, ThePolicySaysWhatAReaderThatTakesBothGets) {
  policy = ProofPolicy::when_required;
  const auto plain = match(ask({"age_over_18"}));
  ASSERT_EQ(plain.doc_requests[0].documents.size(), 1u);
  EXPECT_FALSE(first(plain).proof);
  EXPECT_TRUE(first(match(ask({"age_over_18"}, {fake_zk_spec()}, true))).proof);
  policy = ProofPolicy::only;
  const auto alone = match(ask({"age_over_18"}));
  ASSERT_EQ(alone.doc_requests[0].documents.size(), 1u);
  EXPECT_TRUE(first(alone).proof);
}

TEST_F(Zkp01, WhatDoesNotFitIsKnownBeforeAnybodyIsAsked) {
  const auto no_proof = [&](const std::vector<std::string>& elements, const model::ZkSystemSpec& spec) {
    const auto found = match(ask(elements, {spec}, true));
    EXPECT_TRUE(found.doc_requests[0].documents.empty());
    EXPECT_EQ(found.doc_requests[0].obstacle, Obstacle::proof);
    return found.doc_requests[0].no_proof;
  };
  auto other = fake_zk_spec();
  other.system = "another-system";
  EXPECT_EQ(no_proof({"age_over_18"}, other), ZkFit::system);
  EXPECT_EQ(no_proof({"age_over_18"}, fake_zk_spec("z", "ffff")), ZkFit::circuit);
  auto nameless = fake_zk_spec();
  nameless.params.clear();
  EXPECT_EQ(no_proof({"age_over_18"}, nameless), ZkFit::circuit);
  EXPECT_EQ(no_proof({"age_over_18", "family_name"}, fake_zk_spec()), ZkFit::element_count);

  const std::size_t mso_size = credentials[0].issuer_signed().issuer_auth.payload->size();
  prover->known[0].max_mso_bytes = mso_size - 1;
  EXPECT_EQ(no_proof({"age_over_18"}, fake_zk_spec()), ZkFit::mso_size);
  prover->known[0].max_mso_bytes = mso_size;
  std::size_t digests = 0;
  for (const auto& [name_space, each] : credentials[0].mso().value_digests.name_spaces()) digests += each.size();
  prover->known[0].max_digests = digests - 1;
  EXPECT_EQ(no_proof({"age_over_18"}, fake_zk_spec()), ZkFit::digest_count);
  prover->known[0].max_digests = digests;
  prover->accept = [](const ZkQuestion& question) { return question.elements[0].element.str() != "age_over_18"; };
  EXPECT_EQ(no_proof({"age_over_18"}, fake_zk_spec()), ZkFit::credential);
  prover->accept = {};
  EXPECT_TRUE(first(match(ask({"age_over_18"}, {fake_zk_spec()}, true))).proof);

  credentials.clear();
  add(device_key, DeviceAuthMethod::mac);
  EXPECT_EQ(no_proof({"age_over_18"}, fake_zk_spec()), ZkFit::device_key);
}

TEST_F(Zkp01, AKeyThatAnotherCredentialReservesForMacsProvesNothing) {
  sample.doc_type = "org.example.card";
  add(device_key, DeviceAuthMethod::mac);
  const auto required = match(ask({"age_over_18"}, {fake_zk_spec()}, true));
  EXPECT_EQ(required.doc_requests[0].obstacle, Obstacle::proof);
  EXPECT_EQ(required.doc_requests[0].no_proof, ZkFit::device_key);
  const auto either = match(ask({"age_over_18"}));
  ASSERT_EQ(either.doc_requests[0].documents.size(), 1u);
  EXPECT_FALSE(first(either).proof);
  EXPECT_EQ(decoded(respond(either)).documents.size(), 1u);
}

TEST_F(Zkp01, OfSeveralObstaclesTheNearestIsTold) {
  auto other = fake_zk_spec("z0");
  other.system = "another-system";
  const auto found = match(ask({"age_over_18", "family_name"}, {fake_zk_spec(), other}, true));
  EXPECT_EQ(found.doc_requests[0].no_proof, ZkFit::element_count);
  EXPECT_EQ(name(ZkFit::element_count), "element-count");
  EXPECT_EQ(name(ZkFit::fits), "fits");
}

TEST_F(Zkp01, TwoQuestionsWithOneAnswerAreOneElement) {
  const auto found = match(ask({"age_over_18", "age_over_17"}, {fake_zk_spec()}, true));
  ASSERT_TRUE(first(found).proof);
  EXPECT_EQ(first(found).elements.size(), 2u);
}

// ---- what leaves ----------------------------------------------------------------------------------

TEST_F(Proofs, LeaveInThePlaceOfTheDocumentAndVerify) {
  const auto request = ask({"age_over_18"});
  const auto found = match(request);
  const Bytes encoded = respond(found);
  const auto response = decoded(encoded);
  EXPECT_TRUE(response.documents.empty());
  ASSERT_EQ(response.zk_documents.size(), 1u);
  const model::ZkDocumentData& data = *response.zk_documents[0].value->document_data;
  EXPECT_EQ(data.zk_system_id, "z1");
  EXPECT_EQ(data.timestamp.as_tdate().value(), sample.now);
  EXPECT_EQ(data.mso_x5chain.size(), 1u);

  const auto outcome = judge(encoded, request);
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_TRUE(outcome.documents.empty());
  ASSERT_EQ(outcome.zk_documents.size(), 1u);
  EXPECT_TRUE(outcome.zk_documents[0].find(mdl, ElementIdentifier("age_over_18"))->as_bool().value());
  ASSERT_EQ(outcome.report.answers.size(), 1u);
  EXPECT_EQ(outcome.report.answers[0].kind, verification::Answer::Kind::as_requested);
  EXPECT_EQ(outcome.report.answers[0].zk_document, 0u);
  EXPECT_FALSE(outcome.report.answers[0].document);
}

TEST_F(Proofs, HoldNothingByWhichTheDocumentIsKnown) {
  const Bytes encoded = respond(match(ask({"age_over_18"})));
  const auto& auth = credentials[0].issuer_signed().issuer_auth;
  const auto contains = [&](ByteView part) {
    return std::search(encoded.begin(), encoded.end(), part.begin(), part.end()) != encoded.end();
  };
  EXPECT_FALSE(contains(auth.signature.view()));
  EXPECT_FALSE(contains(auth.payload->view()));
  EXPECT_FALSE(contains(sample.device_key.public_key().coordinates().x));
  for (const auto& item : sample.items) EXPECT_FALSE(contains(item.random));
}

TEST_F(Proofs, ADateIsTheFormOfASystemThatSaysSo) {
  prover->form = ZkTimestampForm::full_date;
  const auto request = ask({"age_over_18"});
  const Bytes encoded = respond(match(request));
  const auto timestamp = decoded(encoded).zk_documents.at(0).value->document_data->timestamp;
  EXPECT_TRUE(timestamp.as_full_date());
  EXPECT_TRUE(judge(encoded, request).report.valid);
}

TEST_F(Proofs, AreMadeOfASignatureAlsoWhereMacsArePreferred) {
  const auto found = match(ask({"age_over_18"}));
  const auto draft = prepare(found, Consent::to_all(found)).value();
  ASSERT_EQ(draft.key_requests().size(), 1u);
  EXPECT_TRUE(std::holds_alternative<crypto::SignRequest>(draft.key_requests()[0]));
  EXPECT_TRUE(draft.proof_requests().empty());  // only when the keys have answered
}

TEST_F(Proofs, AKeyThatSignsForOneMakesNoMacBesideIt) {
  auto plain = ask({"family_name"});
  model::ItemsRequest items = *plain.doc_requests[0].items_request;
  items.request_info.reset();
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  doc_requests.push_back(ask({"age_over_18"}, {fake_zk_spec()}, true).doc_requests[0]);
  const auto found = match(model::build_device_request(std::move(doc_requests)).value());
  const auto draft = prepare(found, Consent::to_all(found)).value();
  ASSERT_EQ(draft.key_requests().size(), 2u);
  for (const auto& request : draft.key_requests()) EXPECT_TRUE(std::holds_alternative<crypto::SignRequest>(request));
  const auto response = decoded(respond(found, Consent::to_all(found)));
  EXPECT_EQ(response.documents.size(), 1u);
  EXPECT_EQ(response.zk_documents.size(), 1u);
}

TEST_F(Proofs, OpenAllOfTheirElementsOrNone) {
  const auto found = match(ask({"age_over_18", "family_name"}, {fake_zk_spec("z", "c2c0")}, true));
  ASSERT_TRUE(first(found).proof);
  const auto some = Consent::to(
      found, [](const auto&, const auto& element) { return element.released.element.str() != "family_name"; });
  EXPECT_TRUE(some.documents().empty());
  EXPECT_EQ(Consent::to_all(found).documents().size(), 1u);
}

TEST_F(Proofs, OneCredentialDoesNotLeaveAsAProofAndAsItIs) {
  auto request = ask({"age_over_18"});
  model::ItemsRequest items = *request.doc_requests[0].items_request;
  items.request_info->unique_doc_set_required = false;
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  const auto found = match(model::build_device_request(std::move(doc_requests)).value());
  ASSERT_EQ(found.doc_requests[0].documents.size(), 2u);
  EXPECT_FALSE(Consent::to(found, Selection{.documents = {{0, 0}, {0, 1}}}));
  const auto plain = Consent::to(found, Selection{.documents = {{0, 1}}});
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->documents()[0].proof);
  EXPECT_EQ(decoded(respond(found, *plain)).documents.size(), 1u);
}

TEST_F(Proofs, ForARecipientOfTheirOwnLeaveEncrypted) {
  const auto recipient = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  const auto request =
      ask({"age_over_18"}, {fake_zk_spec()}, true,
          model::encode_encryption_parameters({.recipient_public_key = recipient.public_key().coordinates()}).value());
  const Bytes encoded = respond(match(request));
  const auto response = decoded(encoded);
  EXPECT_TRUE(response.zk_documents.empty());
  EXPECT_EQ(response.encrypted_documents.size(), 1u);

  crypto::SoftwareKeyProvider reader_keys;
  const crypto::KeyRef name("recipient");
  const auto public_key = recipient.public_key();
  const SecretBytes scalar = recipient.scalar().value();
  ASSERT_TRUE(reader_keys.add(name, crypto::PrivateKey::import(crypto::Curve::p256, scalar.view()).value()));
  const auto unverified = verification::UnverifiedResponse::decode(SharedBytes::copy_of(encoded)).value();
  const std::vector<verification::RecipientKey> own{{.key = name, .public_key = public_key}};
  auto opening = verification::EncryptedDocumentsOpening::prepare(unverified, request,
                                                                  SharedBytes::copy_of(sample.transcript), own)
                     .value();
  std::vector<Result<crypto::KeyResponse>> responses;
  for (const auto& each : opening.key_requests()) responses.push_back(crypto::answer(reader_keys, each));
  const auto opened = std::move(opening).finish(std::move(responses)).value();
  trust::TrustStore trust;
  ASSERT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()));
  const auto outcome = verification::verify(unverified, {.trust = trust,
                                                         .now = {.utc = sample.now, .steady = {}},
                                                         .session_transcript = SharedBytes::copy_of(sample.transcript),
                                                         .request = &request,
                                                         .opened = opened,
                                                         .zk_verifiers = verifiers});
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(outcome.zk_documents.size(), 1u);
}

// ---- provers that fail ----------------------------------------------------------------------------

TEST_F(Zkp02, AProverThatFailsDisclosesNothing) {
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  for (const bool required : {false, true}) {
    const auto found = match(ask({"age_over_18"}, {fake_zk_spec()}, required));
    const Bytes encoded = respond(found);
    // As from a wallet that has no such document.
    EXPECT_EQ(encoded, encode_status(model::ResponseStatus::ok).value());
  }
  EXPECT_EQ(prover->proofs, 2u);
}

TEST_F(Zkp02, OnRequestTheDocumentLeavesInstead) {
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  const auto request = ask({"age_over_18"});
  const Bytes encoded = respond(match(request), true);
  EXPECT_EQ(decoded(encoded).documents.size(), 1u);
  EXPECT_TRUE(decoded(encoded).zk_documents.empty());
  const auto outcome = judge(encoded, request);
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(outcome.documents.size(), 1u);
}

TEST_F(Zkp02, ButNeverToAReaderThatTakesNothingButAProof) {
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  const auto found = match(ask({"age_over_18"}, {fake_zk_spec()}, true));
  EXPECT_EQ(respond(found, true), encode_status(model::ResponseStatus::ok).value());
}

TEST_F(Zkp02, NorWhereThePolicyTakesNothingButAProof) {
  policy = ProofPolicy::only;
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  const auto found = match(ask({"age_over_18"}));
  EXPECT_TRUE(first(found).proof->required);
  EXPECT_EQ(respond(found, true), encode_status(model::ResponseStatus::ok).value());
}

TEST_F(Zkp02, WhereErrorCodesAreOnTheLostDocumentIsNamedLikeOneThatIsNotThere) {
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  model::ItemsRequest tickets{.doc_type = DocType("org.example.ticket"),
                              .name_spaces = {{mdl, {{ElementIdentifier("seat"), false}}}}};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back(ask({"age_over_18"}, {fake_zk_spec()}, true).doc_requests[0]);
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(tickets)).value()});
  const auto request = model::build_device_request(std::move(doc_requests)).value();
  options.error_codes = ErrorCodes::documents;
  const auto found = match(request);
  const Bytes lost = respond(found, Consent::to_all(found));
  credentials.clear();
  const auto empty = match(request);
  EXPECT_EQ(lost, encode_refusal(Consent::to_nothing(empty), ErrorCodes::documents).value().bytes);
  EXPECT_EQ(decoded(lost).document_errors.size(), 2u);
}

TEST_F(Proofs, OverSeveralNameSpacesAreMadeInTheOrderInWhichTheyAreRead) {
  const NameSpace second("org.example.x");  // shorter, so that it comes first in a map
  for (testing::SampleItem& item : sample.items) {
    if (item.identifier == "given_name") item.name_space = second.str();
  }
  credentials.clear();
  add(device_key);
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{mdl, {{ElementIdentifier("family_name"), false}}},
                      {second, {{ElementIdentifier("given_name"), false}}}},
      .request_info = model::DocRequestInfo{
          .zk_request = model::ZkRequest{.system_specs = {fake_zk_spec("z", "c2c0")}, .zk_required = true}}};
  std::vector<model::DocRequest> doc_requests;
  model::DocRequest wanted{.items_request = model::encode_items_request(std::move(items)).value()};
  doc_requests.push_back(std::move(wanted));
  const auto request = model::build_device_request(std::move(doc_requests)).value();
  const auto outcome = judge(respond(match(request)), request);
  EXPECT_TRUE(outcome.report.valid);
  ASSERT_EQ(outcome.zk_documents.size(), 1u);
}

TEST_F(Zkp02, WhatIsLostIsNamed) {
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  const auto found = match(ask({"age_over_18"}));
  auto draft = prepare(found, Consent::to_all(found)).value();
  std::vector<crypto::KeyResponse> responses;
  for (const auto& request : draft.key_requests()) responses.push_back(crypto::answer(keys, request).value());
  ASSERT_TRUE(draft.authenticate(std::move(responses)));
  const auto finished = std::move(draft).finish_with_proofs({*prover->failure}).value();
  EXPECT_FALSE(finished.releases);
  ASSERT_EQ(finished.lost.size(), 1u);
  EXPECT_EQ(finished.lost[0].credential_id, "licence");
  EXPECT_EQ(finished.lost[0].doc_request, 0u);
  EXPECT_EQ(finished.lost[0].reason.code, Errc::crypto_backend);
}

TEST_F(Zkp02, ADraftWithProofsIsNotFinishedWithoutThem) {
  const auto found = match(ask({"age_over_18"}));
  const auto consent = Consent::to_all(found);
  const auto answers = [&](const ResponseDraft& draft) {
    std::vector<crypto::KeyResponse> responses;
    for (const auto& request : draft.key_requests()) responses.push_back(crypto::answer(keys, request).value());
    return responses;
  };
  auto draft = prepare(found, consent).value();
  auto responses = answers(draft);
  EXPECT_EQ(std::move(draft).finish(std::move(responses)).error().code, Errc::bad_argument);
  auto early = prepare(found, consent).value();
  EXPECT_EQ(std::move(early).finish_with_proofs({}).error().code, Errc::bad_argument);
  auto twice = prepare(found, consent).value();
  ASSERT_TRUE(twice.authenticate(answers(twice)));
  EXPECT_EQ(twice.authenticate(answers(twice)).error().code, Errc::wrong_state);
  EXPECT_EQ(ResponseDraft::prepare(found.request_digest, consent, credentials, SharedBytes::copy_of(sample.transcript),
                                   {}, rng)
                .error()
                .code,
            Errc::bad_argument);  // no time to claim
}

}  // namespace
}  // namespace mdoc::presentation
