// Documents that were encrypted, as they come out of their envelopes: read at the level, and taken for the one
// DocRequest that they answer. How envelopes are opened: presentation/encryption_test.cpp.
#include "bench.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/verification/explain.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::cbor_array;
using testing::Members;
using testing::SampleItem;

const std::string mdl = "org.iso.18013.5.1.mDL";
const std::string space = "org.iso.18013.5.1";

Bytes plaintext_of(const std::vector<Bytes>& documents) {
  return Members{{"documents", cbor_array(documents)}}.encode();
}

/// A response of envelopes. Whatever is in them was opened, and is bound to the transcript of the sample.
struct EncryptedBench {
  Bench bench;
  std::vector<std::uint64_t> doc_request_ids{0};
  std::vector<OpenedDocuments> opened{};
  std::vector<Bytes> plain{};  ///< documents beside the envelopes

  static model::DocRequest ask_encrypted(const std::vector<std::string>& identifiers, const std::string& doc_type = mdl,
                                         std::optional<bool> unique = {}) {
    std::vector<std::pair<std::string, std::string>> elements;
    for (const std::string& each : identifiers) elements.emplace_back(space, each);
    model::DocRequestInfo info = encrypted_response();
    info.unique_doc_set_required = unique;
    return doc_request(doc_type, elements, std::move(info));
  }
  [[nodiscard]] std::vector<std::string> all_elements() const {
    std::vector<std::string> identifiers;
    for (const SampleItem& item : bench.sample.items) identifiers.push_back(item.identifier);
    return identifiers;
  }
  /// A document with these elements alone.
  [[nodiscard]] static Bytes document(std::initializer_list<std::string_view> identifiers) {
    testing::SampleMdoc mdoc;
    std::erase_if(mdoc.items, [&](const SampleItem& item) {
      return std::ranges::find(identifiers, item.identifier) == identifiers.end();
    });
    return mdoc.document();
  }
  void open(std::size_t index, Result<SharedBytes> plaintext) {
    opened.push_back({.index = index,
                      .plaintext = std::move(plaintext),
                      .session_transcript = SharedBytes::copy_of(bench.sample.transcript)});
  }
  void open(std::size_t index, const Bytes& plaintext) { open(index, SharedBytes::copy_of(plaintext)); }

  [[nodiscard]] VerificationOutcome verify() {
    bench.sample.on_response = [&](Members& response) {
      response.erase("documents");
      if (!plain.empty()) response["documents"] = cbor_array(plain);
      std::vector<Bytes> envelopes;
      for (const std::uint64_t id : doc_request_ids) envelopes.push_back(sealed_documents(id));
      response["encryptedDocuments"] = cbor_array(envelopes);
    };
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), bench.level);
    VerificationInput input = bench.input();
    input.opened = opened;
    return verification::verify(decoded.value(), input);
  }
};

Finding envelope_finding(const VerificationOutcome& outcome) {
  return outcome.report.find(CheckId::response_encrypted_documents);
}

TEST(EncryptedDocuments, AreReadAtTheLevel) {
  EncryptedBench encrypted;
  encrypted.bench.ask({EncryptedBench::ask_encrypted(encrypted.all_elements())});
  const Bytes good = plaintext_of({encrypted.bench.sample.document()});
  Bytes endless = good, longer{0xb8, 0x01};
  endless[0] = 0xbf;
  endless.push_back(0xff);
  longer.insert(longer.end(), good.begin() + 1, good.end());

  for (const Bytes& plaintext : {good, endless, longer}) {
    encrypted.opened.clear();
    encrypted.open(0, plaintext);
    encrypted.bench.level = Level::strict;
    const auto strict = encrypted.verify();
    ASSERT_EQ(strict.report.documents.size(), 1u);
    EXPECT_TRUE(strict.report.documents[0].valid) << text_of(strict.report);
    EXPECT_EQ(strict.report.valid, plaintext == good);
    EXPECT_EQ(strict.documents.size(), plaintext == good ? 1u : 0u);
    EXPECT_EQ(strict.report.warnings.size(), plaintext == good ? 0u : 1u);
    encrypted.bench.level = Level::interop;
    const auto interop = encrypted.verify();
    EXPECT_TRUE(interop.report.valid);
    EXPECT_EQ(interop.documents.size(), 1u);
    if (plaintext == good) {
      EXPECT_EQ(envelope_finding(strict).outcome, Outcome::pass);
      continue;
    }
    EXPECT_EQ(envelope_finding(strict).outcome, Outcome::fail);
    EXPECT_EQ(envelope_finding(strict).reason, Reason::deviation);
    ASSERT_TRUE(envelope_finding(strict).error);
    EXPECT_TRUE(envelope_finding(strict).error->where.text().starts_with("DeviceResponse.encryptedDocuments[0]"));
    EXPECT_EQ(envelope_finding(interop).outcome, Outcome::warn);
    EXPECT_EQ(envelope_finding(interop).reason, Reason::deviation);
    ASSERT_EQ(interop.report.warnings.size(), 1u);
    EXPECT_TRUE(interop.report.warnings[0].where.text().starts_with("DeviceResponse.encryptedDocuments[0]"));
  }
}

TEST(EncryptedDocuments, WhatIsWrongInADocumentIsSaidOfThatDocument) {
  EncryptedBench encrypted;
  encrypted.bench.ask({EncryptedBench::ask_encrypted(encrypted.all_elements())});
  const Bytes good = encrypted.bench.sample.document();
  Bytes longer{0xb8, static_cast<std::uint8_t>(good.at(0) - 0xa0)};
  longer.insert(longer.end(), good.begin() + 1, good.end());
  encrypted.open(0, plaintext_of({longer, good}));
  const auto outcome = encrypted.verify();
  EXPECT_EQ(envelope_finding(outcome).outcome, Outcome::pass) << text_of(outcome.report);
  EXPECT_TRUE(outcome.report.warnings.empty());
  ASSERT_EQ(outcome.report.documents.size(), 2u);
  EXPECT_FALSE(outcome.report.documents[0].valid);
  EXPECT_EQ(find(outcome.report, CheckId::document_structure, 0).reason, Reason::deviation);
  EXPECT_TRUE(outcome.report.documents[1].valid);
  EXPECT_EQ(outcome.documents.size(), 1u);
}

TEST(EncryptedDocuments, AreSaidToHaveComeSo) {
  EncryptedBench encrypted;
  encrypted.doc_request_ids = {1, 0};
  encrypted.plain = {EncryptedBench::document({"given_name"})};
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"}, mdl, false),
                       EncryptedBench::ask_encrypted({"family_name"}, mdl, false),
                       doc_request(mdl, {{space, "given_name"}})});
  const Bytes document = EncryptedBench::document({"family_name"});
  const auto recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
  encrypted.open(1, plaintext_of({document, document}));
  encrypted.opened.back().recipient = recipient.public_key().coordinates();
  const auto outcome = encrypted.verify();
  ASSERT_EQ(outcome.report.documents.size(), 3u);
  EXPECT_FALSE(outcome.report.documents[0].encryption);
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    const DocumentReport& report = outcome.report.documents[i];
    ASSERT_TRUE(report.encryption);
    EXPECT_EQ(report.encryption->envelope, 1u);
    EXPECT_EQ(report.encryption->index, i - 1);
    EXPECT_EQ(report.encryption->recipient, recipient.public_key().coordinates());
    EXPECT_EQ(report.findings.size(), outcome.report.documents[0].findings.size());
  }
}

TEST(EncryptedDocuments, WhoseDeviceSignedForTheSessionAreExplained) {
  EncryptedBench encrypted;
  encrypted.bench.with_reader_key = false;
  encrypted.bench.sample.transcript = testing::hex(
      "83f6f682714f70656e494434565048616e646f7665725820"  // [ null, null, [ "OpenID4VPHandover", hash ] ]
      "1111111111111111111111111111111111111111111111111111111111111111");
  encrypted.bench.ask({EncryptedBench::ask_encrypted(encrypted.all_elements())});
  const auto session = SharedBytes::copy_of(encrypted.bench.sample.transcript);
  const auto inner = engagement::SessionTranscript::decode(session)
                         .value()
                         .with_encryption_parameters(encrypted_response().doc_response_encryption->bytes())
                         .value();
  // The first one is as it should be; the second takes the transcript of the session for its own.
  testing::SampleMdoc good;
  good.transcript = Bytes(inner.bytes().view().begin(), inner.bytes().view().end());
  encrypted.open(0, plaintext_of({good.document(), encrypted.bench.sample.document()}));
  encrypted.opened.back().session_transcript = inner.bytes();
  const auto outcome = encrypted.verify();
  ASSERT_EQ(outcome.report.documents.size(), 2u);
  VerificationInput input = encrypted.bench.input();
  input.opened = encrypted.opened;
  const auto explain = [&](std::size_t document) {
    return explain_device_authentication(*outcome.report.documents[document].encryption, input).value();
  };
  EXPECT_EQ(explain(0).outcome, ExplanationOutcome::as_specified);
  EXPECT_EQ(find(outcome.report, CheckId::device_auth_signature, 1).outcome, Outcome::fail);
  EXPECT_EQ(explain(1).outcome, ExplanationOutcome::explained);
  EXPECT_EQ(explain(1).variants, std::vector{AuthenticationVariant::encryption_parameters_missing});
  for (const Encryption& none : {Encryption{.envelope = 0, .index = 2}, Encryption{.envelope = 1, .index = 0}}) {
    EXPECT_EQ(explain_device_authentication(none, input).error().code, Errc::bad_argument);
  }
}

TEST(EncryptedDocuments, WhatDecryptsToSomethingElseFails) {
  EncryptedBench encrypted;
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"})});
  encrypted.open(0, testing::hex("80"));
  const auto outcome = encrypted.verify();
  EXPECT_EQ(envelope_finding(outcome).reason, Reason::malformed);
  EXPECT_EQ(envelope_finding(outcome).error->where.text(), "DeviceResponse.encryptedDocuments[0]");
  EXPECT_EQ(outcome.report.encrypted_documents, 1u);
}

TEST(Enc03, ADocRequestIdThatNobodyAskedForIsRefusedWithoutAnyKey) {
  for (const Level level : {Level::strict, Level::interop}) {
    EncryptedBench encrypted;
    encrypted.bench.level = level;
    encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"}), doc_request(mdl, {{space, "family_name"}})});
    for (const std::uint64_t id : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{77}, UINT64_MAX}) {
      encrypted.doc_request_ids = {id};
      const auto outcome = encrypted.verify();
      EXPECT_EQ(envelope_finding(outcome).outcome, Outcome::fail) << id;
      EXPECT_EQ(envelope_finding(outcome).reason, Reason::unrequested);
      EXPECT_EQ(envelope_finding(outcome).error->where.text(), "DeviceResponse.encryptedDocuments[0].docRequestID");
      EXPECT_FALSE(outcome.report.valid);
    }
    encrypted.doc_request_ids = {0, 0};
    encrypted.plain = {EncryptedBench::document({"family_name"})};
    const auto twice = encrypted.verify();
    EXPECT_EQ(envelope_finding(twice).reason, Reason::surplus);
    EXPECT_EQ(envelope_finding(twice).error->where.text(), "DeviceResponse.encryptedDocuments[1].docRequestID");
    encrypted.doc_request_ids = {0};
    const auto once = encrypted.verify();
    EXPECT_EQ(envelope_finding(once).reason, Reason::opaque);
    EXPECT_TRUE(once.report.valid) << text_of(once.report);
  }
}

TEST(Enc03, WhatCameForAnIdThatNobodyAskedForIsNotTakenOutEvenIfItIsOpen) {
  EncryptedBench encrypted;
  encrypted.bench.level = Level::interop;
  encrypted.bench.ask({doc_request(mdl, {{space, "family_name"}})});
  encrypted.open(0, plaintext_of({EncryptedBench::document({"family_name"})}));
  const auto outcome = encrypted.verify();
  EXPECT_TRUE(outcome.documents.empty());
  EXPECT_TRUE(outcome.report.documents.empty());
  EXPECT_FALSE(outcome.report.valid);
}

TEST(Enc03, ADocumentAnswersTheDocRequestOfItsEnvelopeAlone) {
  EncryptedBench encrypted;
  encrypted.bench.level = Level::interop;
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"}), doc_request(mdl, {{space, "given_name"}})});
  encrypted.open(0, plaintext_of({EncryptedBench::document({"family_name", "given_name"})}));
  const auto outcome = encrypted.verify();
  ASSERT_EQ(outcome.documents.size(), 1u) << text_of(outcome.report);
  EXPECT_EQ(outcome.report.documents[0].doc_request, 0u);
  EXPECT_NE(outcome.documents[0].find(mdl_name_space, ElementIdentifier("family_name")), nullptr);
  EXPECT_EQ(outcome.documents[0].find(mdl_name_space, ElementIdentifier("given_name")), nullptr);
  ASSERT_EQ(outcome.report.answers.size(), 2u);
  EXPECT_EQ(outcome.report.answers[0].kind, Answer::Kind::as_requested);
  EXPECT_EQ(outcome.report.answers[1].kind, Answer::Kind::unanswered);
}

TEST(Enc03, ADocumentOfATypeThatAnotherDocRequestAskedForIsRefused) {
  EncryptedBench encrypted;
  encrypted.bench.level = Level::interop;
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"}, "org.iso.23220.photoid.1"),
                       doc_request(mdl, {{space, "family_name"}})});
  encrypted.open(0, plaintext_of({EncryptedBench::document({"family_name"})}));
  const auto outcome = encrypted.verify();
  EXPECT_EQ(find(outcome.report, CheckId::document_requested).reason, Reason::unrequested);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(Enc03, AnEnvelopeHoldsOneDocumentWhereOneIsWanted) {
  EncryptedBench encrypted;
  encrypted.bench.level = Level::interop;
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"}, mdl, true),
                       EncryptedBench::ask_encrypted({"family_name"}, mdl, true)});
  const Bytes document = EncryptedBench::document({"family_name"});
  encrypted.open(0, plaintext_of({document, document}));
  const auto outcome = encrypted.verify();
  EXPECT_TRUE(outcome.report.documents.at(0).valid) << text_of(outcome.report);
  EXPECT_EQ(find(outcome.report, CheckId::document_requested, 1).reason, Reason::surplus);
  EXPECT_EQ(outcome.documents.size(), 1u);
}

TEST(EncryptedDocuments, OpenedTwiceAreTakenOnce) {
  EncryptedBench encrypted;
  encrypted.bench.level = Level::interop;
  encrypted.bench.ask({EncryptedBench::ask_encrypted({"family_name"})});
  const Bytes plaintext = plaintext_of({EncryptedBench::document({"family_name"})});
  encrypted.open(0, plaintext);
  encrypted.open(0, plaintext);
  encrypted.open(7, plaintext);  // of no envelope
  auto outcome = encrypted.verify();
  EXPECT_EQ(outcome.documents.size(), 1u);
  EXPECT_EQ(outcome.report.encrypted_documents, 0u);
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);

  // Two openings, the first of them without its key.
  encrypted.opened.clear();
  encrypted.open(0, Result<SharedBytes>(Error{.code = Errc::key_locked}));
  encrypted.open(0, plaintext);
  outcome = encrypted.verify();
  EXPECT_EQ(outcome.documents.size(), 1u);
  EXPECT_EQ(envelope_finding(outcome).outcome, Outcome::pass);
}

}  // namespace
}  // namespace mdoc::verification
