// mdoc-cli verify: the verdict, its exit code, and each member of the report.
#include <gmock/gmock.h>

#include <functional>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/verification/explain.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* name_space = Issuance::name_space;

/// More faults of elements than a report keeps: eight of each of 600, and a contradiction behind them.
void fill_with_faults(SampleMdoc& sample) {
  const Bytes wrong = cbor_array(std::vector<Bytes>(9, cbor_uint(1)));
  for (std::size_t i = 0; i < 600; ++i) {
    sample.items.push_back({name_space, 3000 + i, Bytes(32, 0x33), "driving_privileges", wrong});
  }
  sample.items.push_back({name_space, 2000, Bytes(32, 0x34), "age_over_16", cbor_bool(false)});
}

class Verify : public ::testing::Test {
 protected:
  Verify() { sample.transcript = online_transcript(); }

  /// Writes the files of a presentation as `sample` has it now.
  void write() {
    trust = folder.write("iaca.pem", sample.iaca_certificate().pem());
    response = folder.write("response.cbor", sample.response());
    transcript = folder.write("transcript.cbor", sample.transcript);
  }
  /// A call with all that a good verdict needs, and `more`; for people.
  Ended verify_as_text(const std::vector<std::string>& more = {}) {
    write();
    return mdoc_cli(
        with({"verify", response, "--transcript", transcript, "--trust", trust, "--at", to_rfc3339(sample.now)}, more));
  }
  /// The same, for machines.
  Ended verify(const std::vector<std::string>& more = {}) { return verify_as_text(with({"--json"}, more)); }
  /// The same, of any input and with these options alone.
  Ended judge(const std::string& input, const std::vector<std::string>& options) {
    return mdoc_cli(with({"verify", input, "--at", to_rfc3339(sample.now), "--json"}, options));
  }
  static bj::object document(const bj::object& report) { return report.at("documents").as_array().at(0).as_object(); }
  static std::string outcome(const bj::object& owner, std::string_view id) {
    return std::string(check_of(owner, id).at("outcome").as_string());
  }

  Folder folder;
  SampleMdoc sample;
  std::string trust, response, transcript;
};

TEST_F(Verify, AGoodResponseIsValidAndEndsWithZero) {
  const Ended ended = verify();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("valid"), true);
  EXPECT_EQ(report.at("version"), "1.0");
  EXPECT_EQ(report.at("status"), 0);
  EXPECT_EQ(ended.err, "");
}

TEST_F(Verify, TheReportHasEachMemberOfTheContract) {
  const bj::object report = only_object(verify());
  for (const char* member : {"valid", "version", "status", "documents", "encryptedDocuments", "zkDocuments", "answers",
                             "documentErrors", "checks"}) {
    EXPECT_TRUE(report.contains(member)) << member;
  }
  EXPECT_TRUE(report.at("encryptedDocuments").as_array().empty());
  EXPECT_TRUE(report.at("zkDocuments").as_array().empty());
  EXPECT_TRUE(report.at("answers").as_object().empty());
  EXPECT_TRUE(report.at("documentErrors").as_object().empty());
  const bj::object found = document(report);
  for (const char* member : {"docType", "valid", "checks", "issuerSigned", "deviceSigned", "errors", "mso", "issuer",
                             "holderVerification", "warnings"}) {
    EXPECT_TRUE(found.contains(member)) << member;
  }
  EXPECT_EQ(found.at("docType"), "org.iso.18013.5.1.mDL");
  EXPECT_EQ(found.at("valid"), true);
  EXPECT_TRUE(found.at("warnings").as_array().empty());
}

TEST_F(Verify, EachCheckHasIdOutcomeClauseAndDetail) {
  const bj::object report = only_object(verify());
  bj::array checks = report.at("checks").as_array();
  const bj::object found = document(report);
  for (const auto& each : found.at("checks").as_array()) checks.push_back(each);
  const std::set<std::string> outcomes{"pass", "fail", "warn", "skipped", "not-applicable"};
  std::set<std::string> ids;
  for (const auto& each : checks) {
    EXPECT_TRUE(outcomes.contains(std::string(each.at("outcome").as_string())));
    EXPECT_FALSE(each.at("clause").as_string().empty());
    EXPECT_FALSE(each.at("detail").as_string().empty());
    EXPECT_TRUE(ids.insert(std::string(each.at("id").as_string())).second) << each.at("id");
  }
  EXPECT_TRUE(ids.contains("trust.path"));
  EXPECT_TRUE(ids.contains("response.status"));
}

TEST_F(Verify, ElementsHaveTheJsonOfTheirCborType) {
  const std::uint64_t big = std::uint64_t{1} << 60;
  const auto add = [this](const char* identifier, Bytes value) {
    sample.items.push_back({name_space, sample.items.size(), Bytes(32, 0x21), identifier, std::move(value)});
  };
  add("big", cbor_uint(big));
  add("small", cbor_int(-5));
  add("time", cbor_tdate(utc("2024-05-01T00:00:00Z")));
  add("tagged", hex("d82a 01"));
  add("by_number", hex("a1 03 f6"));
  const bj::object report = only_object(verify());
  const bj::object elements = document(report).at("issuerSigned").at(name_space).as_object();
  EXPECT_EQ(elements.at("family_name"), "Doe");
  EXPECT_EQ(elements.at("age_over_18"), true);
  EXPECT_EQ(bj::serialize(elements.at("birth_date")), R"({"full-date":"1990-02-03"})");
  EXPECT_EQ(bj::serialize(elements.at("time")), R"({"tdate":"2024-05-01T00:00:00Z"})");
  EXPECT_EQ(bj::serialize(elements.at("big")), R"({"integer":"1152921504606846976"})");
  EXPECT_EQ(bj::serialize(elements.at("small")), "-5");
  EXPECT_EQ(bj::serialize(elements.at("tagged")), R"({"tag":42,"value":1})");
  EXPECT_EQ(bj::serialize(elements.at("by_number")), R"({"3":null})");
  const auto portrait = from_base64url(std::string(elements.at("portrait").at("bytes").as_string()));
  ASSERT_TRUE(portrait);
  EXPECT_EQ(portrait->size(), 800u);
}

TEST_F(Verify, AValueNestedAsDeepAsCborMayBeIsReported) {
  Bytes nested{0x01};
  for (int i = 0; i < 20; ++i) nested.insert(nested.begin(), {0xd8, 0x2a, 0x81});  // tag 42 [ … ]
  sample.items.push_back({name_space, 50, Bytes(32, 0x21), "nested", cbor_uint(1)});
  sample.items.back().value = Bytes(nested.begin() + 3 * 8, nested.end());  // within the limit of the decoder
  const Ended ended = verify();
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
}

TEST_F(Verify, TheFactsOfMsoAndIssuerAreReported) {
  const bj::object found = document(only_object(verify()));
  const bj::object mso = found.at("mso").as_object();
  EXPECT_EQ(mso.at("version"), "1.0");
  EXPECT_EQ(mso.at("digestAlgorithm"), "SHA-256");
  EXPECT_EQ(mso.at("signed"), "2026-04-01T00:00:00Z");
  EXPECT_EQ(mso.at("validFrom"), "2026-04-01T00:00:00Z");
  EXPECT_EQ(mso.at("validUntil"), "2026-06-01T00:00:00Z");
  EXPECT_FALSE(mso.contains("expectedUpdate"));
  const bj::object issuer = found.at("issuer").as_object();
  EXPECT_THAT(std::string(issuer.at("subject").as_string()), HasSubstr("Utopia DS"));
  EXPECT_EQ(issuer.at("country"), "UT");
  EXPECT_THAT(std::string(issuer.at("trustAnchor").as_string()), HasSubstr("Utopia IACA"));
  EXPECT_EQ(issuer.at("source"), bj::value(bj::string(trust)));
}

TEST_F(Verify, HolderVerificationNamesMethodOutcomeAndBasis) {
  const bj::object found = document(only_object(verify()));
  const bj::array means = found.at("holderVerification").as_array();
  ASSERT_FALSE(means.empty());
  EXPECT_EQ(means.at(0).at("basis"), "org.iso.18013.5.1/portrait");
  EXPECT_TRUE(means.at(0).as_object().contains("method"));
  EXPECT_TRUE(means.at(0).as_object().contains("outcome"));
}

TEST_F(Verify, AForgedElementIsNeverShownAndTheCheckSaysWhatWasExpectedAndFound) {
  sample.on_items = [](std::vector<SampleItem>& items) { items.front().value = cbor_text("Forged"); };
  const Ended ended = verify();
  EXPECT_EQ(ended.exit, 1);
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("valid"), false);
  const bj::object found = document(report);
  EXPECT_EQ(found.at("valid"), false);
  EXPECT_FALSE(found.contains("issuerSigned"));
  EXPECT_FALSE(found.contains("deviceSigned"));
  EXPECT_THAT(ended.out, Not(HasSubstr("Forged")));
  EXPECT_THAT(ended.out, Not(HasSubstr("Jane")));
  bool found_failure = false;
  for (const auto& each : found.at("checks").as_array()) {
    if (each.at("outcome").as_string() != "fail") continue;
    found_failure = true;
    const std::string detail(each.at("detail").as_string());
    EXPECT_THAT(detail, HasSubstr("expected")) << each.at("id");
    EXPECT_THAT(detail, HasSubstr("does not verify; org.iso.18013.5.1/family_name"));
  }
  EXPECT_TRUE(found_failure);
}

TEST_F(Verify, ShowUnverifiedAddsTheElementsOfFailedDocumentsUnderTheirOwnName) {
  sample.on_items = [](std::vector<SampleItem>& items) { items.front().value = cbor_text("Forged"); };
  const Ended ended = verify({"--show-unverified"});
  EXPECT_EQ(ended.exit, 1);
  const bj::object found = document(only_object(ended));
  EXPECT_FALSE(found.contains("issuerSigned"));
  EXPECT_EQ(found.at("unverified").at("issuerSigned").at(name_space).at("family_name"), "Forged");
}

TEST_F(Verify, ShowUnverifiedAddsNothingToAGoodDocument) {
  EXPECT_FALSE(document(only_object(verify({"--show-unverified"}))).contains("unverified"));
}

TEST_F(Verify, WithoutTranscriptDeviceAuthenticationIsSkippedAndTheVerdictIsBad) {
  write();
  const Ended ended = judge(response, {"--trust", trust});
  EXPECT_EQ(ended.exit, 1);
  const bj::object found = document(only_object(ended));
  bool skipped = false;
  for (const auto& each : found.at("checks").as_array()) {
    const std::string id(each.at("id").as_string());
    if (id.starts_with("device-auth") && each.at("outcome").as_string() == "skipped") skipped = true;
  }
  EXPECT_TRUE(skipped);
  EXPECT_FALSE(found.contains("issuerSigned"));
}

TEST_F(Verify, IssuerOnlyJudgesWithoutTranscript) {
  write();
  const Ended ended = judge(response, {"--trust", trust, "--issuer-only"});
  EXPECT_EQ(ended.exit, 0) << ended.out;
  EXPECT_EQ(document(only_object(ended)).at("issuerSigned").at(name_space).at("family_name"), "Doe");
}

TEST_F(Verify, AnotherTranscriptMakesTheVerdictBad) {
  write();
  Bytes other = sample.transcript;
  other.back() ^= 1;
  const Ended ended = judge(response, {"--trust", trust, "--transcript", in_hex(other)});
  EXPECT_EQ(ended.exit, 1);
}

TEST_F(Verify, AnotherTranscriptMayExplainAFailureAndNothingElse) {
  write();
  Bytes other = sample.transcript;
  other.back() ^= 1;
  const std::string wrong = folder.write("wrong.cbor", other);
  const Ended ended = judge(response, {"--trust", trust, "--transcript", wrong, "--other-transcript", transcript});
  EXPECT_EQ(ended.exit, 1);
  const bj::object explanation = document(only_object(ended)).at("deviceAuthExplanation").as_object();
  EXPECT_EQ(explanation.at("outcome"), "explained");
  EXPECT_EQ(explanation.at("transcript").as_string(), transcript);
  EXPECT_EQ(outcome(document(only_object(ended)), "device-auth.signature"), "fail");
  // By itself it proves nothing.
  EXPECT_EQ(judge(response, {"--trust", trust, "--other-transcript", transcript}).exit, 2);
}

TEST_F(Verify, TheTranscriptMayBeWrappedInTag24) {
  write();
  const std::string wrapped = in_hex(cbor_embedded(sample.transcript));
  EXPECT_EQ(judge(response, {"--trust", trust, "--transcript", wrapped}).exit, 0);
}

TEST_F(Verify, WithoutAnchorsTheTrustPathFailsAndSaysSo) {
  write();
  const Ended ended = judge(response, {"--transcript", transcript});
  EXPECT_EQ(ended.exit, 1);
  const bj::object path = check_of(document(only_object(ended)), "trust.path");
  EXPECT_EQ(path.at("outcome"), "fail");
  EXPECT_EQ(path.at("reason"), "no-anchors");
  EXPECT_THAT(std::string(path.at("detail").as_string()), HasSubstr("no trust anchors were given"));
}

TEST_F(Verify, AnotherAuthorityIsNotTrusted) {
  write();
  SampleMdoc other;
  other.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x42)).value();
  const Ended ended = judge(
      response, {"--transcript", transcript, "--trust", folder.write("other.pem", other.iaca_certificate().pem())});
  EXPECT_EQ(ended.exit, 1);
  const bj::object path = check_of(document(only_object(ended)), "trust.path");
  EXPECT_EQ(path.at("outcome"), "fail");
  // The anchor has the right name, and another key.
  EXPECT_EQ(path.at("reason"), "namesake");
  EXPECT_THAT(std::string(path.at("detail").as_string()),
              HasSubstr("; its issuer would be " + sample.iaca_certificate().subject().text()));
}

TEST_F(Verify, TheIssuerThatIsMissingIsNamed) {
  write();
  SampleMdoc other;
  other.iaca.subject = other.signer.subject;
  const Ended ended = judge(
      response, {"--transcript", transcript, "--trust", folder.write("other.pem", other.iaca_certificate().pem())});
  const bj::object path = check_of(document(only_object(ended)), "trust.path");
  EXPECT_EQ(path.at("reason"), "untrusted");
  EXPECT_THAT(std::string(path.at("detail").as_string()),
              HasSubstr("the path ends at " + sample.signer_certificate().subject().text() + "; its issuer would be " +
                        sample.iaca_certificate().subject().text()));
}

TEST_F(Verify, ACertificateOfADocumentSignerIsAPinAndReportedAsSuch) {
  write();
  const std::string pin = folder.write("ds.pem", sample.signer_certificate().pem());
  const Ended ended = judge(response, {"--transcript", transcript, "--trust", pin});
  EXPECT_EQ(ended.exit, 0) << ended.out;
  const bj::object issuer = document(only_object(ended)).at("issuer").as_object();
  EXPECT_EQ(issuer.at("pinned"), true);
  EXPECT_EQ(issuer.at("source"), bj::value(bj::string(pin)));
}

TEST_F(Verify, APublicKeyIsAPinAndReportedAsSuch) {
  write();
  const std::string key = folder.write("ds.pub", sample.signer_key.public_key().pem());
  const Ended ended = judge(response, {"--transcript", transcript, "--trust-key", key});
  EXPECT_EQ(ended.exit, 0) << ended.out;
  const bj::object issuer = document(only_object(ended)).at("issuer").as_object();
  EXPECT_EQ(issuer.at("pinned"), true);
  EXPECT_EQ(issuer.at("source"), bj::value(bj::string(key)));
}

TEST_F(Verify, AnAnchorIsNoPin) { EXPECT_EQ(document(only_object(verify())).at("issuer").at("pinned"), false); }

TEST_F(Verify, AnotherPublicKeyIsNotTrusted) {
  write();
  const std::string key = folder.write("other.pub", sample.device_key.public_key().pem());
  EXPECT_EQ(judge(response, {"--transcript", transcript, "--trust-key", key}).exit, 1);
}

TEST_F(Verify, SeveralFilesAndSeveralCertificatesInOneAreTrusted) {
  write();
  SampleMdoc other;
  other.iaca.subject = sample.signer.subject;
  const std::string both = folder.write("both.pem", other.iaca_certificate().pem() + sample.iaca_certificate().pem());
  const std::string unrelated = folder.write("other.pem", other.iaca_certificate().pem());
  EXPECT_EQ(judge(response, {"--transcript", transcript, "--trust", both}).exit, 0);
  EXPECT_EQ(judge(response, {"--transcript", transcript, "--trust", unrelated, "--trust", trust}).exit, 0);
}

TEST_F(Verify, OptionsMayStandBeforeTheResponse) {
  write();
  const Ended ended = mdoc_cli(
      {"verify", "--transcript", transcript, "--at", to_rfc3339(sample.now), "--json", "--trust", trust, response});
  EXPECT_EQ(ended.exit, 0) << ended.err;
}

TEST_F(Verify, AMacNeedsTheReadersPrivateKey) {
  sample.mac = true;
  EXPECT_EQ(verify().exit, 1);
  const std::string key = folder.write("reader.pem", pem_of(sample.e_reader_key));
  const Ended ended = verify({"--reader-key", key});
  EXPECT_EQ(ended.exit, 0) << ended.out;
}

TEST_F(Verify, AMacForAnotherReaderIsRefused) {
  sample.mac = true;
  const std::string key = folder.write("reader.pem", pem_of(sample.iaca_key));
  EXPECT_EQ(verify({"--reader-key", key}).exit, 1);
}

TEST_F(Verify, ThePublicKeyOfTheReaderIsNotEnough) {
  const Ended ended = verify({"--reader-key", folder.write("reader.pub", sample.e_reader_key.public_key().pem())});
  EXPECT_EQ(ended.exit, 3);
}

TEST_F(Verify, TheTimeOfTheJudgementDecides) {
  write();
  const auto at = [this](const std::string& time) {
    return mdoc_cli({"verify", response, "--transcript", transcript, "--trust", trust, "--at", time, "--json"}).exit;
  };
  EXPECT_EQ(at("2026-05-31T23:00:00Z"), 0);
  EXPECT_EQ(at("2026-06-02T00:00:00Z"), 1);
  EXPECT_EQ(at("2026-03-01T00:00:00Z"), 1);
  EXPECT_EQ(at("2026-05-01T14:00:00+02:00"), 0);
  EXPECT_EQ(at("2026-06-01T01:00:00+23:59"), 0);
  EXPECT_EQ(at("2026-05-01T14:00:00-00:30"), 0);
  for (const char* wrong : {"yesterday", "2026-05-01", "2026-13-01T00:00:00Z", "2026-05-01T12:00:00",
                            "2026-05-01T12:00:00+24:00", "2026-05-01T12:00:00+02:60", "2026-05-01T12:00:00+2:00",
                            "2026-05-01T12:00:00+0200", "2026-05-01T12:00:00 02:00", "2026-05-01T12:00:00+02:00Z",
                            "2026-05-01T12:00:00Z+02:00", "+02:00", "2026-05-01+02:00"}) {
    EXPECT_EQ(at(wrong), 2) << wrong;
  }
}

TEST_F(Verify, ADocumentIsJudgedAsFarAsItGoes) {
  write();
  const std::string input = folder.write("document.cbor", sample.document());
  const Ended ended = judge(input, {"--transcript", transcript, "--trust", trust});
  EXPECT_EQ(ended.exit, 0) << ended.out;
  const bj::object report = only_object(ended);
  EXPECT_FALSE(report.contains("status"));
  EXPECT_FALSE(report.contains("version"));
  EXPECT_EQ(document(report).at("valid"), true);
}

TEST_F(Verify, IssuerSignedNeedsIssuerOnlyToBeValid) {
  write();
  const std::string input = folder.write("issued.cbor", sample.issuer_signed());
  const Ended without = judge(input, {"--trust", trust});
  EXPECT_EQ(without.exit, 1);
  EXPECT_EQ(only_object(without).at("valid"), false);
  EXPECT_THAT(without.err, HasSubstr(input + " is IssuerSigned, a stored document: add --issuer-only"));
  const Ended with = judge(input, {"--trust", trust, "--issuer-only"});
  EXPECT_EQ(with.exit, 0) << with.out;
  EXPECT_EQ(with.err, "");
  const bj::object report = only_object(with);
  EXPECT_FALSE(report.contains("status"));
  EXPECT_FALSE(report.contains("version"));
  EXPECT_EQ(document(report).at("issuerSigned").at(name_space).at("given_name"), "Jane");
}

TEST_F(Verify, AStatusOtherThanZeroIsABadVerdict) {
  sample.on_response = [](Members& members) { members["status"] = cbor_uint(10); };
  const Ended ended = verify();
  EXPECT_EQ(ended.exit, 1);
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("status"), 10);
  EXPECT_EQ(outcome(report, "response.status"), "fail");
}

TEST_F(Verify, AResponseWithoutDocumentIsABadVerdict) {
  sample.on_response = [](Members& members) { members.erase("documents"); };
  const Ended ended = verify();
  EXPECT_EQ(ended.exit, 1);
  EXPECT_TRUE(only_object(ended).at("documents").as_array().empty());
}

TEST_F(Verify, ErrorsAndDocumentErrorsOfTheMdocAreReported) {
  sample.on_document = [](Members& members) {
    members["errors"] = Members{{name_space, Members{{"sex", cbor_int(0)}}.encode()}}.encode();
  };
  sample.on_response = [](Members& members) {
    members["documentErrors"] = cbor_array({Members{{"org.example.other", cbor_int(0)}}.encode()});
  };
  const bj::object report = only_object(verify());
  EXPECT_EQ(document(report).at("errors").at(name_space).at("sex"), 0);
  EXPECT_EQ(report.at("documentErrors").at("org.example.other"), 0);
}

TEST_F(Verify, TheRequestIsComparedWithTheAnswer) {
  const std::vector<std::string> all{"family_name",     "given_name",      "birth_date", "issue_date", "expiry_date",
                                     "issuing_country", "document_number", "portrait",   "age_over_18"};
  const Ended good = verify({"--request", write_request(folder, all)});
  EXPECT_EQ(good.exit, 0) << good.out;
  const bj::object answer = only_object(good).at("answers").at("0").at(name_space).at("family_name").as_object();
  EXPECT_EQ(answer.at("answer"), "as-requested");
  EXPECT_EQ(answer.at("document"), 0);

  const std::string more = write_request(folder, with(all, {"sex"}));
  const bj::object report = only_object(verify({"--request", more}));
  EXPECT_EQ(report.at("answers").at("0").at(name_space).at("sex").at("answer"), "unanswered");
  EXPECT_NE(outcome(report, "response.request"), "pass");
  const Ended text = verify_as_text({"--request", more});
  EXPECT_EQ(text.exit, 0);
  EXPECT_THAT(text.out, HasSubstr("The response is valid; 1 of 10 requested elements were not answered.\n"
                                  "  ! not answered: org.iso.18013.5.1/sex\n"));
  // What a refused document holds is no answer, and no refusal to answer either.
  sample.on_issuer_auth = [](CoseParts& parts) { parts.signature.at(63) ^= 1; };
  EXPECT_THAT(verify_as_text({"--request", more}).out,
              HasSubstr("  ! not answered by a valid document: org.iso.18013.5.1/family_name\n"));
}

TEST_F(Verify, TheLevelDecidesWhetherADeviationPasses) {
  // The version with a longer head than needed.
  sample.on_mso = [](Members& mso) { mso["version"] = hex("7803 312e30"); };
  EXPECT_EQ(verify({"--level", "strict"}).exit, 1);
  const Ended interop = verify({"--level", "interop"});
  EXPECT_EQ(interop.exit, 0) << interop.out;
  const bj::array warnings = document(only_object(interop)).at("warnings").as_array();
  ASSERT_EQ(warnings.size(), 1u);
  for (const char* member : {"rule", "where", "offset"}) {
    EXPECT_TRUE(warnings[0].as_object().contains(member)) << member;
  }
  EXPECT_EQ(verify({"--level", "lenient"}).exit, 0);
  EXPECT_EQ(verify({"--level", "loose"}).exit, 2);
}

TEST_F(Verify, WhatIsWrongInsideADocumentIsABadVerdictAndNoUnreadableInput) {
  sample.on_document = [](Members& members) { members.erase("issuerSigned"); };
  EXPECT_EQ(verify().exit, 1);
  sample.on_document = [](Members& members) { members["issuerSigned"] = cbor_uint(1); };
  EXPECT_EQ(verify().exit, 1);
  sample.on_document = nullptr;
  sample.on_payload = [](Bytes& payload) { payload.pop_back(); };
  EXPECT_EQ(verify().exit, 1);
}

TEST_F(Verify, AnOutermostStructureThatDoesNotDecodeEndsWithThreePlaceAndOffset) {
  write();
  const std::string whole = folder.read("response.cbor");
  const Ended cut = judge(folder.write("cut.cbor", whole.substr(0, whole.size() - 3)), {"--trust", trust});
  EXPECT_EQ(cut.exit, 3);
  EXPECT_THAT(cut.err, HasSubstr("DeviceResponse"));
  EXPECT_THAT(cut.err, HasSubstr("byte "));
  const bj::object object = only_object(cut);
  EXPECT_EQ(object.at("exitCode"), 3);
  EXPECT_THAT(std::string(object.at("error").as_string()), HasSubstr("DeviceResponse"));

  EXPECT_EQ(judge(folder.write("more.cbor", whole + "x"), {"--trust", trust}).exit, 3);
  EXPECT_EQ(judge("hex:a0", {"--trust", trust}).exit, 3);
  EXPECT_EQ(judge("hex:01", {"--trust", trust}).exit, 3);
  EXPECT_EQ(judge("hex:", {"--trust", trust}).exit, 3);
  EXPECT_EQ(judge(folder.path("missing"), {"--trust", trust}).exit, 3);
}

TEST_F(Verify, AnEngagementIsNoResponse) {
  const Ended ended = judge("mdoc:owBjMS4wAYIB2BhYS6QBAiABIVggWojRgrzl9C76WZQ", {});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("engagement"));
}

TEST_F(Verify, WhatIsPlainlySomethingElseIsNamed) {
  write();
  for (const auto& [input, what] : {std::pair(write_request(folder, {"family_name"}), "a DeviceRequest"),
                                    {trust, "a certificate"},
                                    {transcript, "a SessionTranscript"}}) {
    const Ended ended = judge(input, {"--trust", trust});
    EXPECT_EQ(ended.exit, 3) << what;
    EXPECT_THAT(ended.err, HasSubstr(input + " is " + what + "; verify judges a DeviceResponse"));
  }
}

TEST_F(Verify, TheReportSaysOfWhichEditionItsClausesAre) {
  const bj::object report = only_object(verify());
  EXPECT_EQ(report.at("edition"), "ISO/IEC 18013-5, second edition (public draft)");
  EXPECT_THAT(verify_as_text().out,
              HasSubstr("\nClauses: ISO/IEC 18013-5, second edition (public draft), unless named otherwise.\n"));
}

TEST_F(Verify, UnreadableCompanionsEndWithThree) {
  write();
  const std::string missing = folder.path("missing");
  for (const char* option : {"--transcript", "--trust", "--trust-key", "--reader-key", "--request"}) {
    EXPECT_EQ(judge(response, {option, missing}).exit, 3) << option;
    EXPECT_EQ(judge(response, {option, folder.write("bad", std::string_view("\x01\x02"))}).exit, 3) << option;
  }
}

TEST_F(Verify, ADocumentWithoutAResponseIsNotCalledOne) {
  write();
  const std::string alone = folder.write("document", sample.document());
  const auto text =
      mdoc_cli({"verify", alone, "--at", to_rfc3339(sample.now), "--trust", trust, "--transcript", transcript});
  EXPECT_EQ(text.exit, 0) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr("The document is valid; there was no response around it.\n"));
}

TEST_F(Verify, ThousandsOfErrorsTakeAFewLines) {
  sample.on_response = [](Members& members) {
    std::vector<Bytes> errors;
    for (int i = 0; i < 4000; ++i)
      errors.push_back(Members{{"org.example." + std::to_string(i), cbor_int(0)}}.encode());
    members["documentErrors"] = cbor_array(errors);
  };
  const Ended ended = verify_as_text();
  EXPECT_LT(std::ranges::count(ended.out, '\n'), 200);
  EXPECT_THAT(ended.out, HasSubstr("org.example.63, code 0\n  … and 3936 more\n"));
  EXPECT_EQ(only_object(verify()).at("documentErrors").as_object().size(), 4000u);
}

TEST_F(Verify, LongEvidenceIsShortenedInJson) {
  for (std::size_t i = 0; i < 300; ++i) {
    sample.items.push_back({name_space, sample.items.size(), Bytes(32, 0x21), "e" + std::to_string(i), cbor_uint(i)});
  }
  const std::string request = write_request(folder, {"family_name"});
  const bj::object check = check_of(document(only_object(verify({"--request", request}))), "elements.requested");
  EXPECT_EQ(check.at("found").as_array().size(), 256u);
  EXPECT_GE(check.at("foundMore").as_int64(), 300 - 256);
}

TEST_F(Verify, WhatATerminalMustNotSeeIsEscapedInJson) {
  // C1 control, override of direction, tag character.
  sample.items.push_back(
      {name_space, sample.items.size(), Bytes(32, 0x21), "odd", cbor_text("\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81\\\"")});
  const Ended ended = verify();
  EXPECT_THAT(ended.out, HasSubstr(R"("odd": "\u009b\u202e\udb40\udc41\\\"")"));
  EXPECT_EQ(document(only_object(ended)).at("issuerSigned").at(name_space).at("odd"),
            "\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81\\\"");
}

TEST_F(Verify, TheTextForPeopleSaysTheSame) {
  const Ended ended = verify_as_text();
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.out, HasSubstr("The response is valid."));
  for (const char* text : {"trust.path", "family_name", "Doe", "1990-02-03", "Utopia IACA", "800 bytes, JPEG"}) {
    EXPECT_THAT(ended.out, HasSubstr(text));
  }
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));  // no terminal, no colours
}

TEST_F(Verify, TheHeadlineSaysWhyAndWhatWasNotJudged) {
  sample.on_items = [](std::vector<SampleItem>& items) { items.front().value = cbor_text("Forged"); };
  EXPECT_THAT(verify_as_text().out,
              HasSubstr("The response is not valid.\n  ✗ refused because of issuer-signed.digests: does not verify"));
  sample.on_items = {};
  EXPECT_THAT(verify_as_text({"--issuer-only"}).out, HasSubstr("The issuer's part is valid; whether the device"));
  EXPECT_THAT(mdoc_cli({"verify", response, "--trust", trust, "--at", to_rfc3339(sample.now)}).out,
              HasSubstr("nothing ties the answer to a session (--transcript)"));
}

TEST_F(Verify, FileNamesCannotSteerTheTerminalNorBreakJson) {
  write();
  const std::string steering = folder.path("\x1b[2Jgone\nVALID\xe2\x80\xae");
  const Ended ended = mdoc_cli({"verify", steering});
  EXPECT_EQ(ended.exit, 3);
  for (const char* bad : {"\x1b", "\xe2\x80\xae", "\nVALID"}) EXPECT_THAT(ended.err, Not(HasSubstr(bad)));
  EXPECT_EQ(only_object(mdoc_cli({"verify", folder.path("\xff"), "--json"})).at("exitCode"), 3);
  const std::string anchor = folder.write("\xff.pem", sample.iaca_certificate().pem());
  const Ended judged = judge(response, {"--transcript", transcript, "--trust", anchor});
  EXPECT_EQ(judged.exit, 0);
  EXPECT_THAT(std::string(document(only_object(judged)).at("issuer").at("source").as_string()),
              HasSubstr("\xef\xbf\xbd"));
}

TEST_F(Verify, WhatIsNotWhatWasMeantIsNamed) {
  write();
  const auto said = [&](const std::vector<std::string>& options, int exit, const std::string& what) {
    const Ended ended = judge(response, options);
    EXPECT_EQ(ended.exit, exit);
    EXPECT_THAT(ended.err, HasSubstr(what));
  };
  said({"--transcript", response}, 3, response + " is a DeviceResponse, not a SessionTranscript");
  said({"--request", response}, 3, response + " is a DeviceResponse, not a DeviceRequest");
  said({"--trust", folder.write("empty", std::string_view())}, 3, "empty is empty");
  const std::string der =
      folder.write("key.der", hex("302e020100300506032b657004220420"
                                  "0000000000000000000000000000000000000000000000000000000000000000"));
  said({"--reader-key", der}, 3, "key.der is DER; for a key, write PEM of it");
  said({"--reader-key", folder.write("any.json", std::string_view("{\"a\": 1}"))}, 3,
       "any.json holds JSON that is no JWK");
  said({"--request", folder.path("any.json")}, 3, "any.json is JSON, not a DeviceRequest");
  EXPECT_THAT(mdoc_cli({"verify", folder.path("any.json")}).err, HasSubstr("any.json is JSON; verify judges"));
  const std::string jwk = folder.write("jwk.json", std::string_view(R"({"kty": "EC"})"));
  EXPECT_THAT(mdoc_cli({"verify", jwk}).err, HasSubstr("jwk.json is a key; verify judges"));
}

TEST_F(Verify, APinIsNoAnchorAndNoneIsMissing) {
  SampleMdoc other;
  other.signer_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x21)).value();
  write();
  const Ended ended = judge(
      response, {"--transcript", transcript, "--trust", folder.write("pin.pem", other.signer_certificate().pem())});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, Not(HasSubstr("no trust anchors were given")));
}

TEST_F(Verify, TextOfPeersCannotSteerTheTerminal) {
  sample.items.front().value = cbor_text("\x1b[2Jgone\r\nline \xc2\x9b\xe2\x80\xae");
  sample.items.push_back({name_space, 60, Bytes(32, 1), "bell\a", cbor_array({cbor_text("\x1b]0;title\a")})});
  sample.on_response = [](Members& members) {
    members["documentErrors"] = cbor_array({Members{{"\x1b[31mred", cbor_int(0)}}.encode()});
  };
  const Ended ended = verify_as_text();
  EXPECT_THAT(ended.out, HasSubstr("\\x1b[2Jgone"));
  EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
}

TEST_F(Verify, UnverifiedElementsAreMarkedForPeople) {
  sample.on_items = [](std::vector<SampleItem>& items) { items.front().value = cbor_text("Forged"); };
  const Ended plain = verify_as_text();
  EXPECT_EQ(plain.exit, 1);
  EXPECT_THAT(plain.out, HasSubstr("The response is not valid."));
  EXPECT_THAT(plain.out, Not(HasSubstr("Forged")));
  const Ended all = verify_as_text({"--show-unverified"});
  EXPECT_THAT(all.out, HasSubstr("NOT VERIFIED"));
  EXPECT_THAT(all.out, HasSubstr("Forged"));
}

TEST_F(Verify, ADocumentThatNoProfileKnowsIsNotJudgedInSilence) {
  sample.doc_type = "com.example.badge";
  sample.signer.extended_key_usage = {"1.0.23220.4.1.2"};
  const Ended engineer = verify_as_text();
  EXPECT_EQ(engineer.exit, 0) << engineer.out;
  EXPECT_THAT(engineer.out, HasSubstr("no profile has this docType"));
  EXPECT_THAT(engineer.out, HasSubstr("--profile FILE"));
  const Ended clerk = verify_as_text({"--register", "clerk"});
  EXPECT_THAT(clerk.out, HasSubstr("  ! This device does not know this kind of document."));
  EXPECT_THAT(clerk.out, Not(HasSubstr("--profile")));
  const bj::object report = only_object(verify());
  EXPECT_THAT(bj::serialize(report.at("messages")), HasSubstr("no profile is for com.example.badge"));

  bj::object profile = object_of(json::built_in_profile_json("mdl"));
  profile["id"] = "badge";
  profile["docType"] = sample.doc_type;
  const std::string file = folder.write("badge.json", bj::serialize(profile));
  EXPECT_THAT(verify_as_text({"--profile", file}).out, Not(HasSubstr("no profile")));
  EXPECT_THAT(bj::serialize(only_object(verify({"--profile", file})).at("messages")), Not(HasSubstr("no profile")));
}

TEST_F(Verify, FaultsThatFindNoRoomAreCounted) {
  fill_with_faults(sample);
  EXPECT_THAT(verify_as_text().out, HasSubstr("\n  … and " + std::to_string(600 * 8 + 1 - 64) + " more\n"));
  const bj::object found = document(only_object(verify()));
  EXPECT_EQ(found.at("elementFaults").as_array().size(), 256u);
  EXPECT_EQ(found.at("elementFaultsMore"), 600 * 8 + 1 - 256);
}

TEST_F(Verify, AClerkReadsNoNotation) {
  const auto add = [this](const char* identifier, Bytes value) {
    sample.items.push_back({name_space, sample.items.size(), Bytes(32, 0x21), identifier, std::move(value)});
  };
  add("driving_privileges", cbor_array({Members{{"vehicle_category_code", cbor_text("C1E")},
                                                {"issue_date", cbor_full_date("2019-08-07")},
                                                {"axle_count", cbor_uint(3)}}
                                            .encode()}));
  add("signature_usual_mark", cbor_bytes(Bytes(40, 0x5a)));
  add("age_in_years", cbor_uint(36));
  add("portrait_capture_date", cbor_tdate(utc("2024-03-02T01:00:00Z")));
  sample.on_document = [](Members& document) {
    document["errors"] = Members{{name_space, Members{{"sex", cbor_int(0)}}.encode()}}.encode();
  };
  const std::string clerk = verify_as_text({"--register", "clerk"}).out;
  EXPECT_THAT(clerk, HasSubstr("Category C1E, Date of issue 2019-08-07, axle count 3\n"));
  EXPECT_THAT(verify_as_text({"--register", "clerk", "--language", "de"}).out,
              HasSubstr("Klasse C1E, Ausgestellt am 2019-08-07, axle count 3\n"));
  EXPECT_THAT(clerk, HasSubstr(" 40 bytes\n"));
  EXPECT_THAT(clerk, HasSubstr(" 36\n"));
  EXPECT_THAT(clerk, HasSubstr(" 2024-03-02\n"));
  EXPECT_THAT(clerk, HasSubstr("  issued by        Utopia DS, UT\n"));
  EXPECT_THAT(clerk, HasSubstr("The phone did not send: Sex\n"));
  for (const char* notation : {"CN=", "C=UT", "{", "[", "h'", "5a5a", "org.iso", "_code", "T01:00"}) {
    EXPECT_THAT(clerk, Not(HasSubstr(notation)));
  }
  const std::string engineer = verify_as_text().out;
  EXPECT_THAT(engineer, HasSubstr(R"([{"vehicle_category_code": "C1E")"));
  EXPECT_THAT(engineer, HasSubstr("C=UT, CN=Utopia DS"));
}

TEST_F(Verify, AClerkReadsNoRulesOfCertificates) {
  sample.signer.extended_key_usage = {"1.0.18013.5.1.3"};
  const Ended clerk = verify_as_text({"--register", "clerk"});
  EXPECT_THAT(clerk.out, HasSubstr("The papers of whoever signed it are not as they must be. Tell your support.\n"));
  EXPECT_THAT(clerk.out, Not(HasSubstr("18013")));
  EXPECT_THAT(verify_as_text().out, HasSubstr("1.0.18013.5.1.3"));
}

TEST_F(Verify, AClerkReadsTheNameOfWhoeverSigned) {
  const auto issued_by = [this](const std::vector<crypto::NameAttribute>& subject) {
    sample = SampleMdoc();
    sample.transcript = online_transcript();
    sample.signer.subject = crypto::DistinguishedName::build(subject).value();
    const std::string clerk = verify_as_text({"--register", "clerk"}).out;
    const std::string label = "  issued by        ";
    const std::size_t begin = clerk.find(label) + label.size();
    return clerk.substr(begin, clerk.find('\n', begin) - begin);
  };
  namespace attribute = crypto::attribute;
  const crypto::NameAttribute country{.type = std::string(attribute::country), .value = "UT"};
  const crypto::NameAttribute office{.type = std::string(attribute::organization), .value = "Roads, Bridges + CN=x"};
  const crypto::NameAttribute place{.type = std::string(attribute::locality), .value = "Amaurot"};
  EXPECT_EQ(issued_by({country, office}), "Roads, Bridges + CN=x, UT");
  EXPECT_EQ(issued_by({country, place}), "C=UT, L=Amaurot") << "there is nothing else to call it";
}

TEST_F(Verify, RealPresentationsAreJudgedThroughTheTool) {
  MDOC_NEEDS_SHARED_VECTORS();
  const bj::object vector = shared_vector("real-mdocs/device-responses.json", "animo/paradym-oid4vp-1.0");
  const auto text = [&vector](const char* member) { return std::string(vector.at(member).as_string()); };
  const auto anchor = hex(std::string(vector.at("trustAnchorsDer").as_array().at(0).as_string()));
  const Ended ended = mdoc_cli({"verify", "hex:" + text("hex"), "--transcript", "hex:" + text("sessionTranscript"),
                                "--trust", folder.write("anchor.der", anchor), "--at", text("verifyAt"), "--json"});
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
}

TEST_F(Verify, AFailedDeviceAuthenticationIsExplained) {
  sample.on_device_auth = [](CoseParts& auth) {
    auth.signature = crypto::signature_to_der(crypto::Curve::p256, auth.signature).value();
  };
  const Ended people = verify_as_text();
  EXPECT_EQ(people.exit, 1);
  const auto& der = verification::info(verification::AuthenticationVariant::signature_der);
  EXPECT_THAT(people.out, HasSubstr("Device authentication of document 1:"));
  EXPECT_THAT(people.out, HasSubstr(std::string(der.advice)));
  EXPECT_THAT(people.out, Not(HasSubstr("Doe")));
  const bj::object report = only_object(mdoc_cli(
      {"verify", response, "--transcript", transcript, "--trust", trust, "--at", to_rfc3339(sample.now), "--json"}));
  const bj::value& found = report.at("documents").at(0).at("deviceAuthExplanation");
  EXPECT_EQ(found.at("outcome").as_string(), "explained");
  EXPECT_EQ(found.at("variants").at(0).at("id").as_string(), der.id);
  EXPECT_FALSE(report.at("valid").as_bool());
}

TEST_F(Verify, AResponseOfAnotherSessionHasNoExplanationAndAGoodOneNeedsNone) {
  write();
  sample.transcript.back() ^= 1;
  const std::string other = folder.write("other.cbor", sample.transcript);
  const bj::object report = only_object(mdoc_cli(
      {"verify", response, "--transcript", other, "--trust", trust, "--at", to_rfc3339(sample.now), "--json"}));
  EXPECT_EQ(report.at("documents").at(0).at("deviceAuthExplanation").at("outcome").as_string(), "unexplained");
  const bj::object good = only_object(mdoc_cli(
      {"verify", response, "--transcript", transcript, "--trust", trust, "--at", to_rfc3339(sample.now), "--json"}));
  EXPECT_FALSE(good.at("documents").at(0).as_object().contains("deviceAuthExplanation"));
}

}  // namespace
}  // namespace mdoc::testing
