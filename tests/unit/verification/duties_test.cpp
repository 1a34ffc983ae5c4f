// Each duty proves itself with one response that breaks it and nothing else.
#include <array>

#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::CoseParts;
using testing::Members;
using testing::SampleItem;
using testing::utc;
using trust::RevocationPolicy;

/// How one duty is broken.
struct Case {
  CheckId check;
  Outcome outcome;
  Reason reason;
  std::function<void(Bench&)> spoil;
  std::set<std::string> dependent{};  ///< checks that cannot be performed then
};

Bytes x5t_header(ByteView hash) {
  Bytes header = testing::hex("a20126 1822 82 2f 5820");
  header.insert(header.end(), hash.begin(), hash.end());
  return header;
}

crypto::DistinguishedName name_with(std::vector<crypto::NameAttribute> attributes) {
  attributes.push_back({.type = std::string(crypto::attribute::common_name), .value = "DS"});
  return crypto::DistinguishedName::build(attributes).value();
}

void drop(Bench& bench, std::string_view identifier) {
  std::erase_if(bench.sample.items, [&](const SampleItem& item) { return item.identifier == identifier; });
}

void replace(Bench& bench, std::string_view identifier, Bytes value) {
  for (SampleItem& item : bench.sample.items) {
    if (item.identifier == identifier) item.value = value;
  }
}

SampleItem another(const Bench& bench, std::string_view identifier, Bytes value) {
  return {"org.iso.18013.5.1", bench.sample.items.size(), Bytes(32, 0x3c), std::string(identifier), std::move(value)};
}

const Bytes long_version_text{0x78, 0x03, '1', '.', '0'};  // a longer head than needed

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {CheckId::response_encoding, Outcome::fail, Reason::deviation,
       [](Bench& bench) {
         bench.sample.on_response = [](Members& response) { response["version"] = long_version_text; };
       }},
      {CheckId::response_version, Outcome::fail, Reason::unsupported,
       [](Bench& bench) {
         bench.sample.on_response = [](Members& response) { response["version"] = testing::cbor_text("2.0"); };
       }},
      {CheckId::response_status, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.level = Level::interop;  // where documents beside a status are a warning
         bench.sample.on_response = [](Members& response) { response["status"] = testing::cbor_uint(10); };
       }},
      {CheckId::response_documents, Outcome::fail, Reason::absent,
       [](Bench& bench) { bench.sample.on_response = [](Members& response) { response.erase("documents"); }; }},
      {CheckId::response_encrypted_documents, Outcome::warn, Reason::opaque,
       [](Bench& bench) {
         bench.ask_for_all();
         auto doc_requests = bench.request->doc_requests;
         doc_requests.push_back(doc_request("com.example.pass", {{"com.example", "a"}}, encrypted_response()));
         bench.ask(std::move(doc_requests));
         bench.sample.on_response = [](Members& response) {
           response["encryptedDocuments"] = testing::cbor_array({sealed_documents(1)});
         };
       }},
      {CheckId::response_encrypted_documents, Outcome::fail, Reason::unrequested,
       [](Bench& bench) {
         bench.sample.on_response = [](Members& response) {
           response["encryptedDocuments"] = testing::cbor_array({sealed_documents(0)});
         };
       }},
      {CheckId::response_zk_documents, Outcome::warn, Reason::opaque,
       [](Bench& bench) {
         bench.sample.on_response = [](Members& response) {
           const Bytes data = Members{{"docType", testing::cbor_text("org.iso.18013.5.1.mDL")},
                                      {"zkSystemId", testing::cbor_text("one")},
                                      {"timestamp", testing::cbor_full_date("2026-05-01")}}
                                  .encode();
           response["zkDocuments"] = testing::cbor_array({Members{
               {"documentData", testing::cbor_embedded(data)},
               {"proof", testing::cbor_bytes(Bytes(9))}}.encode()});
         };
       }},
      {CheckId::response_request, Outcome::warn, Reason::unanswered,
       [](Bench& bench) {
         bench.ask_for_all({{"org.iso.18013.5.1", "height"}});
       }},

      {CheckId::document_structure, Outcome::fail, Reason::deviation,
       [](Bench& bench) {
         bench.sample.on_document = [](Members& document) {
           Bytes text{0x79, 0x00};  // a two-byte length
           const Bytes& doc_type = document.at("docType");
           text.insert(text.end(), {static_cast<std::uint8_t>(doc_type.at(0) - 0x60)});
           text.insert(text.end(), doc_type.begin() + 1, doc_type.end());
           document["docType"] = text;
         };
       }},
      {CheckId::document_requested, Outcome::fail, Reason::unrequested,
       [](Bench& bench) {
         bench.level = Level::interop;  // where an element that was not asked for is a warning
         bench.ask({doc_request("eu.europa.ec.eudi.pid.1", {{"eu.europa.ec.eudi.pid.1", "family_name"}})});
       }},
      {CheckId::issuer_auth_headers, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.sample.on_issuer_auth_headers = [](CoseParts& parts) {
           parts.protected_header = x5t_header(Bytes(32, 0x01));
         };
       }},
      {CheckId::trust_path,
       Outcome::fail,
       Reason::namesake,
       [](Bench& bench) {
         testing::SampleMdoc stranger;
         stranger.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x11)).value();
         EXPECT_TRUE(bench.trust.add_anchor(trust::Purpose::issuance, stranger.iaca_certificate()));
       },
       {"trust.anchor-profile", "trust.country", "trust.list", "trust.revocation"}},
      {CheckId::trust_key_purpose, Outcome::fail, Reason::wrong_purpose,
       [](Bench& bench) { bench.sample.signer.extended_key_usage = {"1.0.18013.5.1.6"}; }},
      {CheckId::trust_signer_profile, Outcome::fail, Reason::deviation,
       [](Bench& bench) { bench.sample.signer.key_usage = crypto::key_usage::non_repudiation; }},
      {CheckId::trust_country, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.sample.signer.subject = name_with({{.type = std::string(crypto::attribute::country), .value = "XX"}});
         drop(bench, "issuing_country");
       }},
      {CheckId::trust_anchor_profile, Outcome::fail, Reason::deviation,
       [](Bench& bench) { bench.sample.iaca.issuer_alt_names.clear(); }},
      {CheckId::trust_list, Outcome::warn, Reason::overdue,
       [](Bench& bench) {
         trust::ListProvenance provenance{.kind = trust::ListKind::trusted_entities, .provider = "Utopia"};
         provenance.date = bench.sample.now - std::chrono::hours{48};
         provenance.next_update = bench.sample.now - std::chrono::hours{24};
         EXPECT_TRUE(bench.trust.put_list(
             trust::Purpose::issuance,
             trust::TrustedList::vouched_for(
                 {.signer_path = {},
                  .provenance = std::make_shared<const trust::ListProvenance>(provenance),
                  .issue = {.kind = provenance.kind, .provider = "Utopia", .date = provenance.date}},
                 {}, {{.certificate = bench.sample.iaca_certificate()}})));
       }},
      {CheckId::trust_revocation, Outcome::fail, Reason::status_unknown,
       [](Bench& bench) { bench.revocation = RevocationPolicy::hard; }},
      {CheckId::issuer_auth_algorithm,
       Outcome::fail,
       Reason::mismatch,
       [](Bench& bench) {
         bench.sample.on_issuer_auth_headers = [](CoseParts& parts) {
           parts.protected_header = testing::hex("a1013822");  // ES384, with a key on P-256
         };
       },
       {"issuer-auth.signature"}},
      {CheckId::issuer_auth_signature, Outcome::fail, Reason::invalid,
       [](Bench& bench) { bench.sample.on_issuer_auth = [](CoseParts& parts) { parts.signature.at(63) ^= 1; }; }},
      {CheckId::mso_structure, Outcome::fail, Reason::deviation,
       [](Bench& bench) {
         const Bytes elements = Members{{"com.example", testing::cbor_array({testing::cbor_text("a")})}}.encode();
         bench.sample.key_authorizations = Members{
             {"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})},
             {"dataElements", elements}}.encode();
       }},
      {CheckId::mso_version, Outcome::fail, Reason::unsupported,
       [](Bench& bench) { bench.sample.on_mso = [](Members& mso) { mso["version"] = testing::cbor_text("2.0"); }; }},
      {CheckId::mso_digest_algorithm, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.sample.on_mso = [](Members& mso) {
           // One more name space, with a digest of twenty bytes.
           Bytes digests = mso.at("valueDigests");
           digests.at(0) = static_cast<std::uint8_t>(digests.at(0) + 1);
           const Bytes short_digest = testing::hex("63 61622e a1 00 54 0000000000000000000000000000000000000000");
           digests.insert(digests.end(), short_digest.begin(), short_digest.end());
           mso["valueDigests"] = digests;
         };
       }},
      {CheckId::mso_doc_type, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.sample.on_mso = [](Members& mso) { mso["docType"] = testing::cbor_text("org.iso.18013.5.1.mDL2"); };
       }},
      {CheckId::mso_validity_info, Outcome::fail, Reason::mismatch,
       [](Bench& bench) { bench.sample.valid_from = bench.sample.signed_at - std::chrono::seconds{1}; }},
      {CheckId::mso_signed_within_signer, Outcome::fail, Reason::not_yet_valid,
       [](Bench& bench) { bench.sample.signer.not_before = bench.sample.signed_at + std::chrono::seconds{1}; }},
      {CheckId::mso_validity, Outcome::fail, Reason::expired,
       [](Bench& bench) { bench.sample.now = bench.sample.valid_until + std::chrono::seconds{1}; }},
      {CheckId::mso_until_within_signer, Outcome::fail, Reason::mismatch,
       [](Bench& bench) { bench.sample.valid_until = bench.sample.signer.not_after + std::chrono::seconds{1}; }},
      {CheckId::mso_status,
       Outcome::fail,
       Reason::status_unknown,
       [](Bench& bench) {
         bench.revocation = RevocationPolicy::hard;
         bench.sample.on_mso = [](Members& mso) {
           mso["status"] = Members{
               {"status_list",
                Members{{"idx", testing::cbor_uint(7)}, {"uri", testing::cbor_text("https://example.com/1")}}
                    .encode()}}.encode();
         };
       },
       {"trust.revocation"}},
      {CheckId::issuer_digests, Outcome::fail, Reason::invalid,
       [](Bench& bench) {
         bench.sample.on_items = [](std::vector<SampleItem>& items) { items.at(0).value = testing::cbor_text("Roe"); };
       }},
      {CheckId::issuer_salts, Outcome::fail, Reason::deviation,
       [](Bench& bench) { bench.sample.items.at(0).random.resize(15); }},
      {CheckId::elements_unique, Outcome::fail, Reason::duplicate,
       [](Bench& bench) { bench.sample.items.push_back(another(bench, "family_name", testing::cbor_text("Roe"))); }},
      {CheckId::device_signed_authorized, Outcome::fail, Reason::unauthorized,
       [](Bench& bench) {
         bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
         bench.ask_for_all({{"com.example", "a"}});
       }},
      {CheckId::device_auth_structure,
       Outcome::fail,
       Reason::surplus,
       [](Bench& bench) { bench.sample.on_device_auth = [](CoseParts& parts) { parts.payload = Bytes{0x00}; }; },
       {"device-auth.signature"}},
      {CheckId::device_auth_signature, Outcome::fail, Reason::invalid,
       [](Bench& bench) { bench.sample.authenticated_doc_type = "org.iso.18013.5.1.mDL2"; }},
      {CheckId::device_auth_mac, Outcome::fail, Reason::invalid,
       [](Bench& bench) {
         bench.sample.mac = true;
         bench.sample.authenticated_doc_type = "org.iso.18013.5.1.mDL2";
       }},
      {CheckId::issuer_country, Outcome::fail, Reason::mismatch,
       [](Bench& bench) { replace(bench, "issuing_country", testing::cbor_text("XX")); }},
      {CheckId::issuer_jurisdiction, Outcome::fail, Reason::mismatch,
       [](Bench& bench) {
         bench.sample.signer.subject =
             name_with({{.type = std::string(crypto::attribute::country), .value = "UT"},
                        {.type = std::string(crypto::attribute::state_or_province), .value = "UT-1"}});
         bench.sample.items.push_back(another(bench, "issuing_jurisdiction", testing::cbor_text("UT-2")));
       }},
      {CheckId::elements_requested, Outcome::fail, Reason::unrequested,
       [](Bench& bench) {
         bench.ask({doc_request(bench.sample.doc_type, {{"org.iso.18013.5.1", "family_name"}})});
       }},
      {CheckId::elements_format, Outcome::fail, Reason::deviation,
       [](Bench& bench) { replace(bench, "birth_date", testing::cbor_text("1990-02-03")); }},
      {CheckId::elements_consistency, Outcome::fail, Reason::deviation,
       [](Bench& bench) { replace(bench, "expiry_date", testing::cbor_full_date("2024-05-05")); }},
      {CheckId::elements_holder, Outcome::fail, Reason::unanswered,
       [](Bench& bench) {
         bench.ask_for_all();
         std::erase_if(bench.sample.items, [](const auto& item) { return item.identifier == "portrait"; });
       }},
      {CheckId::document_profile, Outcome::fail, Reason::deviation,
       [](Bench& bench) {
         static const std::vector<profile::DocTypeProfile> signing_only = [] {
           std::vector<profile::DocTypeProfile> known(profile::doc_types().begin(), profile::doc_types().end());
           for (auto& each : known) each.algorithms.device_mac = false;
           return known;
         }();
         bench.profiles = signing_only;
         bench.sample.mac = true;
       }},
  };
  return all;
}

TEST(Duties, AreAllFulfilledByTheSample) {
  for (const bool mac : {false, true}) {
    Bench bench;
    bench.sample.mac = mac;
    bench.ask_for_all();
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    ASSERT_EQ(outcome.documents.size(), 1u);
    EXPECT_EQ(outcome.documents.front().issuer_signed().size(), bench.sample.items.size());
    for (const DocumentReport& document : outcome.report.documents) EXPECT_TRUE(document.warnings.empty());
  }
}

TEST(Duties, EveryDutyHasACase) {
  std::set<CheckId> covered;
  for (const Case& one : cases()) covered.insert(one.check);
  for (const CheckInfo& check : checks()) {
    if (check.scope == Scope::proof) continue;  // those have cases of their own: zk_documents_test.cpp
    EXPECT_TRUE(covered.contains(check.check)) << check.id;
  }
}

TEST(Duties, EveryDutyCanFailAlone) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(info(one.check).id);
    Bench bench;
    one.spoil(bench);
    if (!bench.request) bench.ask_for_all();
    const VerificationOutcome outcome = bench.verify();
    const Finding& finding = find(outcome.report, one.check);
    EXPECT_EQ(name(finding.outcome), name(one.outcome)) << text_of(outcome.report);
    EXPECT_EQ(name(finding.reason), name(one.reason));

    std::set<std::string> expected = one.dependent;
    if (!lets_through(one.outcome, one.reason)) expected.emplace(info(one.check).id);
    EXPECT_EQ(refusing(outcome.report), expected) << text_of(outcome.report);
    EXPECT_EQ(outcome.report.valid, expected.empty());
    // What is wrong with an EncryptedDocuments keeps no document back that came beside it.
    const bool keeps_back = one.check != CheckId::response_encrypted_documents;
    EXPECT_EQ(outcome.documents.empty(), !expected.empty() && keeps_back);
  }
}

TEST(Duties, AreReportedOnceEachInOrderWhateverTheVerdict) {
  for (const Case& one : cases()) {
    Bench bench;
    one.spoil(bench);
    const Report report = bench.verify().report;
    const auto in_order = [](const std::vector<Finding>& findings, Scope scope) {
      ASSERT_EQ(findings.size(), checks(scope).size());
      for (std::size_t i = 0; i < findings.size(); ++i) EXPECT_EQ(findings[i].check, checks(scope)[i].check);
    };
    in_order(report.findings, Scope::response);
    for (const DocumentReport& document : report.documents) in_order(document.findings, Scope::document);
  }
}

TEST(Duties, GiveAReasonUnlessTheyPass) {
  for (const Case& one : cases()) {
    Bench bench;
    one.spoil(bench);
    const Report report = bench.verify().report;
    for (const DocumentReport& document : report.documents) {
      for (const Finding& finding : document.findings) {
        EXPECT_EQ(finding.outcome == Outcome::pass, finding.reason == Reason::none) << info(finding.check).id;
      }
    }
  }
}

}  // namespace
}  // namespace mdoc::verification
