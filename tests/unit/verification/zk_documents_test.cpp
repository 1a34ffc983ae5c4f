// Zero-knowledge documents at the reader: carried, judged, and released through a type that only a verification makes.
// The proof system is a fake one; what stands around it is not.
#include <memory>

#include "bench.hpp"
#include "support/fake_zk.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_bytes;
using testing::cbor_embedded;
using testing::cbor_text;
using testing::fake_zk_spec;
using testing::Members;
using testing::utc;

constexpr const char* space = "org.iso.18013.5.1";

/// A response of one proof. Change any part of it before it is judged.
struct ProofBench {
  Bench bench;
  std::shared_ptr<testing::FakeZkVerifier> verifier = std::make_shared<testing::FakeZkVerifier>();
  std::vector<std::shared_ptr<const ZkVerifier>> verifiers{verifier};
  std::vector<model::ZkSystemSpec> specs{fake_zk_spec()};
  bool required = true;
  std::vector<std::pair<std::string, std::string>> asked{{space, "age_over_18"}};
  std::chrono::seconds max_age{300};

  std::string doc_type = "org.iso.18013.5.1.mDL";
  std::string zk_system_id = "z1";
  Bytes timestamp{};  // empty: now
  std::vector<std::pair<std::string, Bytes>> elements{{"age_over_18", cbor_bool(true)}};
  std::string proven_circuit = testing::fake_zk_circuit;
  std::function<void(Members& data)> on_data{};
  std::function<void(Members& document)> on_document{};
  bool with_document = false;  ///< the document itself as well

  ProofBench() { bench.level = Level::interop; }

  [[nodiscard]] Bytes zk_document() {
    std::vector<model::ZkElement> proven;
    std::vector<Bytes> items;
    for (const auto& [identifier, value] : elements) {
      items.push_back(Members{{"elementIdentifier", cbor_text(identifier)}, {"elementValue", value}}.encode());
      proven.push_back({.name_space = NameSpace(space),
                        .identifier = ElementIdentifier(identifier),
                        .value = model::DataElementValue::from_encoded(value).value()});
    }
    const auto certificate = bench.sample.signer_certificate();
    const Bytes time = timestamp.empty() ? testing::cbor_tdate(bench.sample.now) : timestamp;
    const auto claimed = model::zk_timestamp(model::DataElementValue::from_encoded(time).value());
    const Bytes proof = testing::fake_zk_proof(proven_circuit, bench.sample.transcript, DocType(doc_type), proven,
                                               bench.sample.signer_key.public_key().coordinates(),
                                               claimed ? claimed->time : UtcSeconds{});
    Members data{{"docType", cbor_text(doc_type)},
                 {"zkSystemId", cbor_text(zk_system_id)},
                 {"timestamp", time},
                 {"issuerSigned", Members{{space, cbor_array(items)}}.encode()},
                 {"msoX5chain", cbor_bytes(certificate.der())}};
    if (on_data) on_data(data);
    Members document{{"documentData", cbor_embedded(data.encode())}, {"proof", cbor_bytes(proof)}};
    if (on_document) on_document(document);
    return document.encode();
  }

  [[nodiscard]] VerificationOutcome verify() {
    model::DocRequestInfo info{.zk_request = model::ZkRequest{.system_specs = specs, .zk_required = required}};
    if (specs.empty()) info = {.unique_doc_set_required = true};
    bench.ask({doc_request("org.iso.18013.5.1.mDL", asked, info)});
    bench.sample.on_response = [&](Members& response) {
      response["zkDocuments"] = cbor_array({zk_document()});
      if (!with_document) response.erase("documents");
    };
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), bench.level);
    EXPECT_TRUE(decoded) << describe(decoded.error());
    VerificationInput input = bench.input();
    input.zk_verifiers = verifiers;
    input.zk_max_age = max_age;
    return verification::verify(*decoded, input);
  }
};

std::string text_of(const ZkDocumentReport& report) {
  std::string text;
  for (const Finding& finding : report.findings) {
    text.append(info(finding.check).id).append(" ").append(name(finding.outcome)).append(" ");
    text.append(name(finding.reason)).append(finding.error ? " " + describe(*finding.error) : "").append("\n");
  }
  return text;
}

std::set<std::string> refusing(const ZkDocumentReport& report) {
  std::set<std::string> ids;
  for (const Finding& finding : report.findings) {
    if (!lets_through(finding)) ids.emplace(info(finding.check).id);
  }
  return ids;
}

TEST(Zkp03, AProofThatHoldsIsReleased) {
  ProofBench proof;
  const auto outcome = proof.verify();
  ASSERT_EQ(outcome.report.zk.size(), 1u);
  EXPECT_TRUE(outcome.report.zk[0].valid) << text_of(outcome.report.zk[0]);
  EXPECT_TRUE(outcome.report.valid) << verification::text_of(outcome.report);
  EXPECT_EQ(outcome.report.zk_documents, 0u);
  ASSERT_EQ(outcome.zk_documents.size(), 1u);
  const VerifiedZkDocument& document = outcome.zk_documents[0];
  EXPECT_EQ(document.doc_type(), DocType("org.iso.18013.5.1.mDL"));
  EXPECT_TRUE(document.find(mdl_name_space, ElementIdentifier("age_over_18"))->as_bool().value());
  EXPECT_EQ(document.find(mdl_name_space, ElementIdentifier("family_name")), nullptr);
  EXPECT_EQ(document.time(), proof.bench.sample.now);
  EXPECT_EQ(document.issuer().country, "UT");
  EXPECT_EQ(outcome.report.find(CheckId::response_documents).outcome, Outcome::pass);
  EXPECT_EQ(outcome.report.find(CheckId::response_zk_documents).outcome, Outcome::pass);
}

/// How one duty is broken.
struct ProofCase {
  CheckId check;
  Outcome outcome;
  Reason reason;
  std::function<void(ProofBench&)> spoil;
  std::set<std::string> dependent{"zk.proof"};
};

const std::vector<ProofCase>& proof_cases() {
  static const std::vector<ProofCase> all{
      {CheckId::zk_structure, Outcome::fail, Reason::unauthorized,
       [](ProofBench& proof) {
         proof.on_data = [](Members& data) {
           Bytes copy = data.at("issuerSigned");  // adding a member moves the others
           data["deviceSigned"] = std::move(copy);
         };
       }},
      {CheckId::zk_requested,
       Outcome::fail,
       Reason::unrequested,
       [](ProofBench& proof) { proof.zk_system_id = "z2"; },
       {"zk.verifier", "zk.elements", "zk.proof"}},
      {CheckId::zk_verifier, Outcome::fail, Reason::unsupported,
       [](ProofBench& proof) { proof.verifier->known = {"aaaa"}; }},
      {CheckId::zk_verifier, Outcome::fail, Reason::absent, [](ProofBench& proof) { proof.specs[0].params.clear(); }},
      {CheckId::zk_verifier, Outcome::skipped, Reason::no_verifier,
       [](ProofBench& proof) { proof.verifier->name = "another-system"; }},
      {CheckId::zk_elements, Outcome::fail, Reason::unrequested,
       [](ProofBench& proof) { proof.elements.emplace_back("sex", testing::cbor_uint(1)); }},
      {CheckId::zk_elements, Outcome::fail, Reason::duplicate,
       [](ProofBench& proof) { proof.elements.push_back(proof.elements[0]); }},
      {CheckId::zk_timestamp, Outcome::fail, Reason::expired,
       [](ProofBench& proof) {
         proof.timestamp = testing::cbor_tdate(proof.bench.sample.now - std::chrono::seconds{331});
       }},
      {CheckId::zk_timestamp, Outcome::fail, Reason::not_yet_valid,
       [](ProofBench& proof) {
         proof.timestamp = testing::cbor_tdate(proof.bench.sample.now + std::chrono::seconds{331});
       }},
      {CheckId::zk_timestamp, Outcome::fail, Reason::malformed,
       [](ProofBench& proof) { proof.timestamp = cbor_text("now"); }},
      {CheckId::zk_timestamp,
       Outcome::skipped,
       Reason::clock_unknown,
       [](ProofBench& proof) { proof.bench.clock = ClockPolicy{.quality = ClockQuality::unknown}; },
       {"trust.path", "zk.proof"}},
      {CheckId::trust_path,
       Outcome::fail,
       Reason::no_anchors,
       [](ProofBench& proof) { proof.bench.with_anchor = false; },
       {"trust.anchor-profile", "trust.country", "trust.list", "trust.revocation", "zk.proof"}},
      {CheckId::trust_key_purpose, Outcome::fail, Reason::wrong_purpose,
       [](ProofBench& proof) { proof.bench.sample.signer.extended_key_usage = {"1.0.18013.5.1.6"}; }},
      {CheckId::trust_revocation, Outcome::fail, Reason::status_unknown,
       [](ProofBench& proof) { proof.bench.revocation = trust::RevocationPolicy::hard; }},
      {CheckId::elements_format, Outcome::fail, Reason::deviation,
       [](ProofBench& proof) {
         proof.bench.level = Level::strict;
         proof.elements[0].second = testing::cbor_uint(1);
       }},
      {CheckId::issuer_country, Outcome::fail, Reason::mismatch,
       [](ProofBench& proof) {
         proof.asked.emplace_back(space, "issuing_country");
         proof.elements.emplace_back("issuing_country", cbor_text("XX"));
       }},
      {CheckId::issuer_jurisdiction, Outcome::fail, Reason::mismatch,
       [](ProofBench& proof) {
         proof.bench.sample.signer.subject =
             crypto::DistinguishedName::build(
                 {{.type = std::string(crypto::attribute::country), .value = "UT"},
                  {.type = std::string(crypto::attribute::state_or_province), .value = "UT-1"}})
                 .value();
         proof.asked.emplace_back(space, "issuing_jurisdiction");
         proof.elements.emplace_back("issuing_jurisdiction", cbor_text("UT-2"));
       }},
      {CheckId::zk_proof, Outcome::fail, Reason::invalid, [](ProofBench& proof) { proof.proven_circuit = "c2c0"; }, {}},
      {CheckId::zk_proof,
       Outcome::fail,
       Reason::invalid,
       [](ProofBench& proof) {
         proof.on_document = [](Members& document) { document["proof"] = cbor_bytes(Bytes(32)); };
       },
       {}},
      {CheckId::zk_proof,
       Outcome::skipped,
       Reason::no_transcript,
       [](ProofBench& proof) { proof.bench.with_transcript = false; },
       {}},
  };
  return all;
}

TEST(Zkp03, EveryDutyCanFailAlone) {
  for (const ProofCase& one : proof_cases()) {
    SCOPED_TRACE(std::string(info(one.check).id) + " " + std::string(name(one.reason)));
    ProofBench proof;
    one.spoil(proof);
    const auto outcome = proof.verify();
    ASSERT_EQ(outcome.report.zk.size(), 1u);
    const ZkDocumentReport& report = outcome.report.zk[0];
    EXPECT_EQ(name(report.find(one.check).outcome), name(one.outcome)) << text_of(report);
    EXPECT_EQ(name(report.find(one.check).reason), name(one.reason)) << text_of(report);
    std::set<std::string> expected = one.dependent;
    expected.emplace(info(one.check).id);
    EXPECT_EQ(refusing(report), expected) << text_of(report);
    EXPECT_FALSE(report.valid);
    EXPECT_TRUE(outcome.zk_documents.empty());
    EXPECT_FALSE(outcome.report.valid);
    EXPECT_EQ(outcome.report.zk_documents, 1u);
    if (one.check != CheckId::zk_proof) {
      EXPECT_EQ(proof.verifier->calls, 0u);  // nothing is proven in vain
    }
  }
}

TEST(Zkp03, EveryDutyOfAProofHasACase) {
  std::set<CheckId> covered;
  for (const ProofCase& one : proof_cases()) covered.insert(one.check);
  for (const CheckInfo& check : checks(Scope::proof)) EXPECT_TRUE(covered.contains(check.check)) << check.id;
}

TEST(Zkp03, ValueTimeTypeAndTranscriptAreWhatWasProven) {
  const auto refused_for = [](ProofBench& proof) {
    const auto outcome = proof.verify();
    const ZkDocumentReport& report = outcome.report.zk.at(0);
    EXPECT_EQ(proof.verifier->calls, 1u) << text_of(report);
    EXPECT_TRUE(outcome.zk_documents.empty());
    EXPECT_EQ(report.find(CheckId::zk_proof).reason, Reason::invalid) << text_of(report);
    return refusing(report);
  };
  const std::set<std::string> the_proof{"zk.proof"};

  ProofBench value;  // another value than was proven
  value.on_data = [](Members& data) {
    data["issuerSigned"] = Members{
        {space,
         cbor_array(
             {Members{{"elementIdentifier", cbor_text("age_over_18")}, {"elementValue", cbor_bool(false)}}
                  .encode()})}}.encode();
  };
  EXPECT_EQ(refused_for(value), the_proof);

  ProofBench time;  // another second
  time.on_data = [&](Members& data) {
    data["timestamp"] = testing::cbor_tdate(time.bench.sample.now + std::chrono::seconds{1});
  };
  EXPECT_EQ(refused_for(time), the_proof);

  // Everything else as it is claimed.
  const auto proven = [](ProofBench& proof, ByteView transcript, const std::string& doc_type) {
    const std::vector<model::ZkElement> elements{
        {.name_space = mdl_name_space,
         .identifier = ElementIdentifier("age_over_18"),
         .value = model::DataElementValue::from_encoded(cbor_bool(true)).value()}};
    return testing::fake_zk_proof(testing::fake_zk_circuit, transcript, DocType(doc_type), elements,
                                  proof.bench.sample.signer_key.public_key().coordinates(), proof.bench.sample.now);
  };
  ProofBench type;  // of a document of another type
  type.on_document = [&](Members& document) {
    document["proof"] = cbor_bytes(proven(type, type.bench.sample.transcript, "org.iso.23220.photoid.1"));
  };
  EXPECT_EQ(refused_for(type), the_proof);

  ProofBench session;  // made in another session
  session.on_document = [&](Members& document) {
    document["proof"] = cbor_bytes(proven(session, testing::hex("83f6f6f6"), session.doc_type));
  };
  EXPECT_EQ(refused_for(session), the_proof);

  ProofBench good;  // the same with nothing changed is what was proven
  good.on_document = [&](Members& document) {
    document["proof"] = cbor_bytes(proven(good, good.bench.sample.transcript, good.doc_type));
  };
  EXPECT_TRUE(good.verify().report.zk.at(0).valid);
}

TEST(Zkp03, ATypeThatNobodyAskedForIsNotProven) {
  ProofBench proof;
  proof.doc_type = "org.iso.23220.photoid.1";
  const auto outcome = proof.verify();
  EXPECT_EQ(outcome.report.zk.at(0).find(CheckId::zk_requested).reason, Reason::unrequested);
  EXPECT_EQ(proof.verifier->calls, 0u);
}

TEST(Zkp03, ADateWillDoOnItsDay) {
  const auto outcome_at = [](const char* now) {
    ProofBench proof;
    proof.timestamp = testing::cbor_full_date("2026-05-01");
    proof.bench.sample.now = utc(now);
    return proof.verify().report.zk.at(0).find(CheckId::zk_timestamp).outcome;
  };
  EXPECT_EQ(outcome_at("2026-05-01T00:00:00Z"), Outcome::pass);
  EXPECT_EQ(outcome_at("2026-05-01T23:59:59Z"), Outcome::pass);
  EXPECT_EQ(outcome_at("2026-05-02T00:04:59Z"), Outcome::pass);
  EXPECT_EQ(outcome_at("2026-05-02T00:05:29Z"), Outcome::warn);  // thanks to the tolerance of clocks
  EXPECT_EQ(outcome_at("2026-05-02T00:05:30Z"), Outcome::fail);
  EXPECT_EQ(outcome_at("2026-04-30T23:54:00Z"), Outcome::fail);
}

TEST(Zkp03, WhereAProofIsAskedForAPlainDocumentIsTakenOnlyIfTheReaderTakesIt) {
  for (const bool required : {false, true}) {
    Bench bench;
    bench.level = Level::interop;
    model::DocRequestInfo info{.zk_request =
                                   model::ZkRequest{.system_specs = {fake_zk_spec()}, .zk_required = required}};
    std::vector<std::pair<std::string, std::string>> elements;
    for (const auto& item : bench.sample.items) elements.emplace_back(item.name_space, item.identifier);
    bench.ask({doc_request(bench.sample.doc_type, elements, info)});
    const auto outcome = bench.verify();
    EXPECT_EQ(outcome.report.valid, !required) << verification::text_of(outcome.report);
    EXPECT_EQ(outcome.documents.empty(), required);
    if (required) {
      EXPECT_EQ(find(outcome.report, CheckId::document_requested).reason, Reason::proof_required);
    }
  }
}

TEST(Zkp04, ACircuitThatDoesNotMatchNamesBothIdentifiers) {
  ProofBench proof;
  proof.verifier->known = {"aaaa", "bbbb"};
  const auto outcome = proof.verify();
  const Finding& finding = outcome.report.zk.at(0).find(CheckId::zk_verifier);
  EXPECT_EQ(std::get<std::vector<std::string>>(finding.expected), (std::vector<std::string>{"aaaa", "bbbb"}));
  EXPECT_EQ(std::get<std::string>(finding.found), testing::fake_zk_circuit);
  const Finding& whole = outcome.report.find(CheckId::response_zk_documents);
  EXPECT_EQ(whole.outcome, Outcome::fail);
  EXPECT_EQ(whole.reason, Reason::unsupported);
}

TEST(ZkDocuments, WithoutAVerifierAreReportedAndHandedOn) {
  ProofBench proof;
  proof.verifiers.clear();
  proof.required = false;
  proof.with_document = true;
  proof.asked.clear();
  for (const auto& item : proof.bench.sample.items) proof.asked.emplace_back(item.name_space, item.identifier);
  const auto outcome = proof.verify();
  EXPECT_TRUE(outcome.report.valid) << verification::text_of(outcome.report);
  EXPECT_EQ(outcome.documents.size(), 1u);
  EXPECT_TRUE(outcome.zk_documents.empty());
  EXPECT_EQ(outcome.report.zk_documents, 1u);
  ASSERT_EQ(outcome.report.zk.size(), 1u);
  EXPECT_EQ(outcome.report.zk[0].doc_type, DocType("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(outcome.report.zk[0].zk_system_id, "z1");
  EXPECT_EQ(outcome.report.zk[0].system, testing::fake_zk_system);
  EXPECT_EQ(outcome.report.zk[0].find(CheckId::zk_verifier).reason, Reason::no_verifier);
  EXPECT_EQ(outcome.report.find(CheckId::response_zk_documents).reason, Reason::opaque);
}

TEST(ZkDocuments, AloneAndUnverifiedAreNoDocument) {
  ProofBench proof;
  proof.verifiers.clear();
  const auto outcome = proof.verify();
  EXPECT_FALSE(outcome.report.valid);
  EXPECT_EQ(outcome.report.find(CheckId::response_documents).reason, Reason::absent);
}

TEST(ZkDocuments, ABrokenOneIsNamedWithItsPlace) {
  ProofBench proof;
  proof.on_data = [](Members& data) { data.erase("zkSystemId"); };
  for (const bool verified : {true, false}) {
    if (!verified) proof.verifiers.clear();
    const auto outcome = proof.verify();
    const Finding& structure = outcome.report.zk.at(0).find(CheckId::zk_structure);
    ASSERT_TRUE(structure.error);
    EXPECT_EQ(structure.error->where.text(), "DeviceResponse.zkDocuments[0].documentData.zkSystemId");
    EXPECT_EQ(outcome.report.find(CheckId::response_zk_documents).outcome, Outcome::fail);
    EXPECT_FALSE(outcome.report.valid);
  }
}

TEST(ZkDocuments, NothingIsReleasedBesideABadStatus) {
  ProofBench proof;
  const auto before = proof.verify();
  ASSERT_EQ(before.zk_documents.size(), 1u);
  const Bytes document = proof.zk_document();
  proof.bench.sample.on_response = [&](Members& response) {
    response["zkDocuments"] = cbor_array({document});
    response.erase("documents");
    response["status"] = testing::cbor_uint(10);
  };
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(proof.bench.sample.response())).value();
  VerificationInput input = proof.bench.input();
  input.zk_verifiers = proof.verifiers;
  const auto outcome = verification::verify(decoded, input);
  EXPECT_TRUE(outcome.zk_documents.empty());
  EXPECT_FALSE(outcome.report.valid);
}

/// A response of these proofs, judged against what `proof` asks for.
VerificationOutcome judge(ProofBench& proof, const std::vector<Bytes>& documents,
                          std::span<const OpenedDocuments> opened = {}, const std::vector<Bytes>& encrypted = {}) {
  proof.bench.sample.on_response = [&](Members& response) {
    response.erase("documents");
    if (!documents.empty()) response["zkDocuments"] = cbor_array(documents);
    if (!encrypted.empty()) response["encryptedDocuments"] = cbor_array(encrypted);
  };
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(proof.bench.sample.response()), proof.bench.level);
  VerificationInput input = proof.bench.input();
  input.zk_verifiers = proof.verifiers;
  input.opened = opened;
  return verification::verify(decoded.value(), input);
}

/// One that decodes and proves nothing.
Bytes bad_proof() {
  ProofBench proof;
  proof.on_document = [](Members& document) { document["proof"] = cbor_bytes(Bytes(32)); };
  return proof.zk_document();
}

/// DocRequests for one element, each with an offer of proofs.
model::DocRequest offer_of_proofs(std::optional<bool> unique = {}) {
  return doc_request("org.iso.18013.5.1.mDL", {{space, "age_over_18"}},
                     model::DocRequestInfo{.unique_doc_set_required = unique,
                                           .zk_request = model::ZkRequest{.system_specs = {fake_zk_spec()}}});
}

TEST(ZkDocuments, NoMoreAreVerifiedThanWereAskedFor) {
  for (const std::size_t asked : {1u, 3u}) {
    ProofBench proof;
    std::vector<model::DocRequest> doc_requests;
    for (std::size_t i = 0; i < asked; ++i) doc_requests.push_back(offer_of_proofs());
    // Another question for the same document, that no proof answers.
    doc_requests.push_back(doc_request("org.iso.18013.5.1.mDL", {{space, "family_name"}}));
    proof.bench.ask(std::move(doc_requests));
    const auto outcome = judge(proof, std::vector<Bytes>(16, bad_proof()));
    EXPECT_EQ(proof.verifier->calls, asked);
    ASSERT_EQ(outcome.report.zk.size(), 16u);
    EXPECT_EQ(outcome.report.zk_documents, 16u);
    for (std::size_t i = 0; i < 16; ++i) {
      const ZkDocumentReport& report = outcome.report.zk[i];
      EXPECT_EQ(report.find(CheckId::zk_requested).reason, i < asked ? Reason::none : Reason::surplus) << i;
      const std::set<std::string> refused =
          i < asked ? std::set<std::string>{"zk.proof"} : std::set<std::string>{"zk.requested", "zk.proof"};
      EXPECT_EQ(refusing(report), refused) << i;
    }
    EXPECT_FALSE(outcome.report.valid);
  }
}

TEST(ZkDocuments, OneThatFailsBeforeItIsVerifiedTakesNoPlace) {
  ProofBench proof;
  proof.bench.ask({offer_of_proofs()});
  ProofBench old;
  old.timestamp = testing::cbor_tdate(proof.bench.sample.now - std::chrono::hours{1});
  const auto outcome = judge(proof, {old.zk_document(), proof.zk_document()});
  EXPECT_EQ(proof.verifier->calls, 1u);
  ASSERT_EQ(outcome.zk_documents.size(), 1u) << text_of(outcome.report.zk.at(1));
  EXPECT_EQ(outcome.zk_documents[0].index(), 1u);
}

TEST(ZkDocuments, SeveralAreVerifiedWhereTheReaderTakesSeveral) {
  ProofBench proof;
  proof.bench.ask({offer_of_proofs(false)});
  const Bytes good = proof.zk_document();
  EXPECT_EQ(judge(proof, {good, good, good}).zk_documents.size(), 3u);
}

TEST(ZkDocuments, OpenOnlyWhatProofsWereOfferedFor) {
  ProofBench proof;
  proof.bench.ask({offer_of_proofs(), doc_request("org.iso.18013.5.1.mDL", {{space, "family_name"}})});
  proof.elements.emplace_back("family_name", cbor_text("Doe"));
  const auto outcome = judge(proof, {proof.zk_document()});
  const Finding& finding = outcome.report.zk.at(0).find(CheckId::zk_elements);
  EXPECT_EQ(finding.reason, Reason::unrequested);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"family_name"}));
  EXPECT_EQ(proof.verifier->calls, 0u);
}

TEST(ZkDocuments, ThatWereEncryptedAreReadAtTheLevel) {
  ProofBench proof;
  model::ItemsRequest items = *offer_of_proofs().items_request;
  items.request_info->doc_response_encryption = encrypted_response().doc_response_encryption;
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  proof.bench.ask(std::move(doc_requests));
  const Bytes good = proof.zk_document();
  Bytes longer{0xb8, 0x02};  // the number of its members in two bytes
  longer.insert(longer.end(), good.begin() + 1, good.end());
  for (const Level level : {Level::strict, Level::interop}) {
    for (const Bytes& document : {good, longer}) {
      proof.bench.level = level;
      std::vector<OpenedDocuments> opened;
      opened.push_back({.index = 0,
                        .plaintext = SharedBytes::take(Members{{"zkDocuments", cbor_array({document})}}.encode()),
                        .session_transcript = SharedBytes::copy_of(proof.bench.sample.transcript)});
      const auto outcome = judge(proof, {}, opened, {sealed_documents(0)});
      const bool taken = document == good || level == Level::interop;
      EXPECT_EQ(outcome.report.valid, taken) << verification::text_of(outcome.report);
      EXPECT_EQ(outcome.zk_documents.size(), taken ? 1u : 0u);
      EXPECT_EQ(outcome.report.warnings.size(), document == good ? 0u : 1u);
      ASSERT_EQ(outcome.report.zk.size(), 1u);
      EXPECT_EQ(outcome.report.zk[0].doc_request, 0u);
    }
  }
}

TEST(ZkDocuments, AnAgeThatSettlesTheQuestionAnswersIt) {
  ProofBench proof;
  proof.elements = {{"age_over_21", cbor_bool(true)}};
  const auto outcome = proof.verify();
  EXPECT_TRUE(outcome.report.valid) << verification::text_of(outcome.report);
  ASSERT_EQ(outcome.report.answers.size(), 1u);
  EXPECT_EQ(outcome.report.answers[0].kind, Answer::Kind::age_statement);
  EXPECT_EQ(outcome.report.answers[0].zk_document, 0u);
}

}  // namespace
}  // namespace mdoc::verification
