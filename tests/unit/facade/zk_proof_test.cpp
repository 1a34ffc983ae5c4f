// Proofs in a session: the holder asks for them after its keys, the reader verifies them.
#include <gtest/gtest.h>

#include "support/fake_zk.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

/// A wallet with a prover and a reader with the verifier.
struct ZkProofs : ::testing::Test {
  std::shared_ptr<testing::FakeZkProver> prover = std::make_shared<testing::FakeZkProver>();
  Meeting meeting{HolderOptions{.provers = {prover}},
                  ReaderOptions{.zk_verifiers = {std::make_shared<testing::FakeZkVerifier>()}}};

  static model::DeviceRequest request(bool required = true) {
    model::ItemsRequest items{
        .doc_type = DocType("org.iso.18013.5.1.mDL"),
        .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("age_over_18"), false}}}},
        .request_info = model::DocRequestInfo{
            .zk_request = model::ZkRequest{.system_specs = {testing::fake_zk_spec()}, .zk_required = required}}};
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }
  void ask(bool required = true) {
    ASSERT_TRUE(meeting.reader.request(request(required), meeting.now()));
    meeting.settle();
  }
};

TEST_F(ZkProofs, AnswerARequestEndToEnd) {
  meeting.open_link();
  ask();
  ASSERT_EQ(meeting.responses.size(), 1u);
  const auto& outcome = meeting.responses[0].outcome;
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_TRUE(outcome.documents.empty());
  ASSERT_EQ(outcome.zk_documents.size(), 1u);
  EXPECT_EQ(prover->proofs, 1u);
  // The session goes on, and the next proof has an id of its own.
  ask(false);
  ASSERT_EQ(meeting.responses.size(), 2u);
  EXPECT_EQ(meeting.responses[1].outcome.zk_documents.size(), 1u);
}

TEST_F(ZkProofs, APersonIsAskedBeforeAnythingIsProven) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask();
  ASSERT_EQ(meeting.asked.size(), 1u);
  const auto& document = meeting.asked[0].options.doc_requests.at(0).documents.at(0);
  ASSERT_TRUE(document.proof);
  EXPECT_EQ(document.proof->spec.system, testing::fake_zk_system);
  EXPECT_EQ(prover->proofs, 0u);
  ASSERT_TRUE(meeting.holder.decline(1, meeting.now()));
  meeting.settle();
  EXPECT_EQ(prover->proofs, 0u);
}

TEST_F(ZkProofs, AFailureLooksLikeAWalletWithoutTheDocument) {
  meeting.open_link();
  meeting.answer_at_once = false;
  ask();
  ASSERT_TRUE(meeting.holder.decline(1, meeting.now()));
  meeting.settle();
  meeting.answer_at_once = true;
  prover->failure = Error{.code = Errc::crypto_backend, .where = "prover"};
  ask();
  ASSERT_EQ(meeting.responses.size(), 2u);
  const auto bytes = [](const SharedBytes& shared) { return Bytes(shared.view().begin(), shared.view().end()); };
  EXPECT_EQ(bytes(meeting.responses[0].device_response), bytes(meeting.responses[1].device_response));
  // And counts as what it is: nothing was released.
  ASSERT_EQ(meeting.sent_responses.size(), 2u);
  EXPECT_EQ(meeting.sent_responses[1].outcome, ResponseOutcome::nothing);
  ASSERT_TRUE(meeting.sent_responses[1].reason);
  EXPECT_EQ(meeting.sent_responses[1].reason->code, Errc::crypto_backend);
}

TEST_F(ZkProofs, LateForeignAndSecondResultsAreIgnored) {
  meeting.open_link();
  meeting.make_proofs = false;
  ask();
  ASSERT_EQ(meeting.waiting_proofs.size(), 1u);
  const auto& make = meeting.waiting_proofs[0];
  const auto proof = presentation::prove(make.request);
  meeting.holder.on_proof_result(make.id + 1, proof, meeting.now());
  meeting.holder.on_proof_result(0, proof, meeting.now());
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty());
  meeting.holder.on_proof_result(make.id, proof, meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  meeting.holder.on_proof_result(make.id, Error{.code = Errc::crypto_backend}, meeting.now());
  EXPECT_FALSE(meeting.holder.poll());
}

TEST_F(ZkProofs, EndOfTheSessionWhileAProofIsMadeIsAnOrdinaryEnd) {
  meeting.open_link();
  meeting.make_proofs = false;
  ask();
  ASSERT_EQ(meeting.waiting_proofs.size(), 1u);
  meeting.holder.on_link_closed(meeting.now());
  meeting.settle();
  ASSERT_TRUE(meeting.holder_closed);
  meeting.holder.on_proof_result(meeting.waiting_proofs[0].id, presentation::prove(meeting.waiting_proofs[0].request),
                                 meeting.now());
  EXPECT_FALSE(meeting.holder.poll());
}

TEST_F(ZkProofs, AKeyResultDoesNotStandForAProof) {
  meeting.open_link();
  meeting.make_proofs = false;
  meeting.use_keys = false;
  ask();
  ASSERT_EQ(meeting.waiting_keys.size(), 1u);
  EXPECT_TRUE(meeting.waiting_proofs.empty());  // keys first
  meeting.holder.on_proof_result(1, Bytes{1}, meeting.now());
  EXPECT_FALSE(meeting.holder.poll());
  meeting.holder.on_key_result(meeting.waiting_keys[0].id,
                               crypto::answer(meeting.keys, meeting.waiting_keys[0].request), meeting.now());
  meeting.settle();
  EXPECT_EQ(meeting.waiting_proofs.size(), 1u);
}

}  // namespace
}  // namespace mdoc
