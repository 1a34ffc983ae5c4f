// mdoc-cli request and respond: what is asked, what is answered, and that the answer holds.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
#include "mdoc/presentation/reader_trust.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;

bj::object value_of(const Ended& ended) { return inspected("hex:" + ended.out).at("value").as_object(); }

bj::object items_of(const bj::object& request, std::size_t index) {
  return request.at("docRequests").at(index).at("itemsRequest").at("content").as_object();
}

TEST(Request, AsksForElementsOfTheDocTypeBeforeThem) {
  const auto request =
      value_of(mdoc_cli({"request", "--doc-type", "d1", "--element", "n1/a", "--element", "n1/b:retain", "--element",
                         "n2/c", "--doc-type", "d2", "--element", "n/with/slash"}));
  EXPECT_EQ(request.at("version"), "1.0");
  ASSERT_EQ(request.at("docRequests").as_array().size(), 2u);
  EXPECT_EQ(bj::serialize(items_of(request, 0).at("nameSpaces")), R"({"n1":{"a":false,"b":true},"n2":{"c":false}})");
  EXPECT_EQ(items_of(request, 0).at("docType"), "d1");
  EXPECT_EQ(bj::serialize(items_of(request, 1).at("nameSpaces")), R"({"n/with":{"slash":false}})");
}

TEST(Request, ForMachinesSaysWhatItIs) {
  const bj::object object = only_object(mdoc_cli({"request", "--doc-type", "d", "--element", "n/a", "--json"}));
  EXPECT_EQ(object.at("version"), "1.0");
  EXPECT_EQ(object.at("docRequests"), 1);
  EXPECT_EQ(object.at("readerAuth"), false);
}

// 7.2.5; second edition, 13.4.6
TEST(Request, WarnsOfMoreThanTwoQuestionsAboutTheAge) {
  const auto said = [](const std::vector<std::string>& ages) {
    std::vector<std::string> arguments{"request", "--doc-type", Issuance::doc_type};
    for (const std::string& age : ages) {
      arguments = with(arguments, {"--element", "org.iso.18013.5.1/age_over_" + age});
    }
    const Ended ended = mdoc_cli(arguments);
    EXPECT_EQ(ended.exit, 0);
    return ended.err;
  };
  EXPECT_EQ(said({"18", "21"}), "");
  EXPECT_THAT(said({"16", "18", "21"}), HasSubstr("warning: more than two age_over_NN"));
}

TEST(Request, WarnsOfNamesThatAreNearlyKnownOnes) {
  const auto said = [](const std::string& doc_type, const std::string& element) {
    const Ended ended = mdoc_cli({"request", "--doc-type", doc_type, "--element", element});
    EXPECT_EQ(ended.exit, 0);
    return ended.err;
  };
  EXPECT_EQ(
      said("org.iso.18013.5.1.mdl", "org.iso.18013.5.1/family_name"),
      "mdoc-cli: warning: the document type org.iso.18013.5.1.mdl is not known; is org.iso.18013.5.1.mDL meant?\n");
  EXPECT_EQ(said(Issuance::doc_type, "org.iso.18013.5.1/familyname"),
            "mdoc-cli: warning: of org.iso.18013.5.1, the element familyname is not known; is family_name meant?\n");
  EXPECT_THAT(said(Issuance::doc_type, "org.iso.18013.5.1/famly_name"), HasSubstr("is family_name meant?"));
  EXPECT_THAT(said(Issuance::doc_type, "org.iso.18013.5.1/age_over18"), HasSubstr("is age_over_18 meant?"));
  EXPECT_THAT(said(Issuance::doc_type, "org.iso.18013.5.1.AAMVA/name_suffix"),
              HasSubstr("is org.iso.18013.5.1.aamva meant?"));
  EXPECT_EQ(said(Issuance::doc_type, "org.iso.18013.5.1/shoe_size"),
            "mdoc-cli: warning: of org.iso.18013.5.1, the element shoe_size is not known\n");
  EXPECT_THAT(said("mdl", "org.iso.18013.5.1/family_name"), HasSubstr("is org.iso.18013.5.1.mDL meant?"));
  // Names of somebody's own, other versions, and what is known.
  EXPECT_EQ(said("org.example.mDL", "org.iso.18013.5.1/familyname"), "");
  EXPECT_EQ(said(Issuance::doc_type, "com.example/shoe_size"), "");
  EXPECT_EQ(said("eu.europa.ec.eudi.pid.2", "eu.europa.ec.eudi.pid.2/family_name"), "");
  EXPECT_EQ(said(Issuance::doc_type, "org.iso.18013.5.1/age_over_18"), "");
}

TEST(Request, RefusesRecipientsThatNoMdocCanEncryptTo) {
  const Folder folder;
  const auto encrypt_to = [](const std::string& key) {
    return mdoc_cli({"request", "--doc-type", "d", "--element", "n/a", "--encrypt-to", key});
  };
  prepare({"pki", "device", "--curve", "P-384", "--key-out", folder.path("p384.key")});
  const Ended curve = encrypt_to(folder.path("p384.key"));
  EXPECT_EQ(curve.exit, 2);
  EXPECT_THAT(curve.err, HasSubstr("encrypted to a key on P-256; the recipient's is on P-384"));
  const std::string rsa = R"(-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANOlNo5IZEMnyoE6rZBcq7kNEIio3DLu
MK0vTkwfDzNGRvsQGNmvZuhamocZwBYkb3ftMZL2vBMfmu60I4WBto0CAwEAAQ==
-----END PUBLIC KEY-----
)";
  for (const std::string& key :
       {folder.write("rsa.pub", rsa), folder.write("pkcs1.key", "-----BEGIN RSA PRIVATE KEY-----\nAA==\n"),
        folder.write("rsa.jwk", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})")}) {
    const Ended ended = encrypt_to(key);
    EXPECT_EQ(ended.exit, 3) << key;
    EXPECT_THAT(ended.err, HasSubstr("an EC key is needed, on P-256")) << key;
  }
}

TEST(Request, RefusesWhatAsksForNothingOrTwice) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--doc-type", "d"},
                                                {"--element", "n/a"},
                                                {"--element", "n/a", "--doc-type", "d"},
                                                {"--doc-type", "d", "--element", "n/a", "--element", "n/a:retain"},
                                                {"--doc-type", "d", "--element", "n"},
                                                {"--doc-type", "d", "--element", "/a"},
                                                {"--doc-type", "d", "--element", "n/"},
                                                {"--doc-type", "d", "--element", "n/:retain"},
                                                {"--doc-type", "d", "--doc-type", "e", "--element", "n/a"},
                                                {"--doc-type", "d", "--element", "n/a", "--element", "n/a:retain"}}) {
    EXPECT_EQ(mdoc_cli(with({"request"}, wrong)).exit, 2) << wrong.back();
  }
}

TEST(Request, AColonInAnElementBeginsItsOption) {
  for (const char* wrong : {"keep", "Retain", "retain ", "retain:no", "false"}) {
    const Ended ended = mdoc_cli({"request", "--doc-type", "d", "--element", "n/a:" + std::string(wrong)});
    EXPECT_EQ(ended.exit, 2) << wrong;
    EXPECT_THAT(ended.err, HasSubstr("is no option of an element; write :retain"));
  }
  EXPECT_THAT(mdoc_cli({"request", "--doc-type", "d", "--element", "n/a:keep"}).err,
              HasSubstr("\":keep\" is no option"));
  const auto request = value_of(mdoc_cli({"request", "--doc-type", "d", "--element", "urn:n/a:b:retain", "--element",
                                          "urn:n/c:d:", "--element", "urn:n/e"}));
  EXPECT_EQ(bj::serialize(items_of(request, 0).at("nameSpaces")), R"({"urn:n":{"e":false,"a:b":true,"c:d":false}})");
}

/// An mdoc of the tool's own, and a session as an online flow has it.
class Respond : public ::testing::Test {
 protected:
  Respond() { ask({"family_name", "age_over_21", "sex"}); }

  void ask(const std::vector<std::string>& elements, const std::string& doc_type = Issuance::doc_type) {
    request = write_request(folder, elements, doc_type);
  }
  [[nodiscard]] std::vector<std::string> respond(const std::vector<std::string>& more = {}) const {
    return with({"respond", "--request", request, "--transcript", transcript}, more);
  }
  [[nodiscard]] Ended verify(const Ended& response, const std::vector<std::string>& more = {}) const {
    return mdoc_cli(
        with({"verify", "hex:" + response.out, "--transcript", transcript, "--trust", issuance.iaca, "--json"}, more));
  }
  [[nodiscard]] static bj::object elements(const Ended& judged) {
    return only_object(judged).at("documents").at(0).at("issuerSigned").at(Issuance::name_space).as_object();
  }

  Folder folder;
  Issuance issuance{folder};
  const std::string transcript = in_hex(online_transcript());
  std::string request;
};

TEST_F(Respond, ReleasesAllThatWasAskedForAndThere) {
  const Ended response = mdoc_cli(respond({"--credential", issuance.credential()}));
  ASSERT_EQ(response.exit, 0) << response.err;
  const Ended judged = verify(response);
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_EQ(bj::serialize(elements(judged)), R"({"family_name":"Doe","age_over_21":true})");
}

TEST_F(Respond, TakesTheKeyBesideTheCredentialOrByItself) {
  const Ended response = mdoc_cli(respond({"--credential", issuance.mdoc, "--key", issuance.device_key}));
  EXPECT_EQ(verify(response).exit, 0);
  EXPECT_EQ(mdoc_cli(respond({"--credential", issuance.mdoc})).exit, 2);
}

TEST_F(Respond, TakesADocumentAsCredential) {
  const Ended response = mdoc_cli(respond({"--credential", issuance.credential()}));
  EXPECT_EQ(value_of(response).at("documents").at(0).at("docType"), Issuance::doc_type);
  SampleMdoc sample;
  const std::string document = folder.write("document", sample.document());
  const std::string key = folder.write("sample.key", pem_of(sample.device_key));
  const Ended second = mdoc_cli(respond({"--credential", document + "," + key, "--at", "2026-05-01T00:00:00Z"}));
  EXPECT_EQ(second.exit, 0) << second.err;
}

TEST_F(Respond, ReleasesOnlyWhatIsAllowed) {
  const std::string allowed = std::string(Issuance::name_space) + "/age_over_21";
  const Ended response = mdoc_cli(respond({"--allow", allowed, "--credential", issuance.credential()}));
  EXPECT_EQ(bj::serialize(elements(verify(response))), R"({"age_over_21":true})");
}

TEST_F(Respond, ForMachinesTellsWhatMatchedWasRefusedAndIsUnknown) {
  const std::string name_space(Issuance::name_space);
  const Ended ended =
      mdoc_cli(respond({"--credential", issuance.credential(), "--allow", name_space + "/age_over_21", "--json"}));
  const bj::object object = only_object(ended);
  const auto requested = [&object](const char* list) {
    std::vector<std::string> found;
    for (const auto& entry : object.at(list).as_array()) found.emplace_back(entry.at("requested").as_string());
    return found;
  };
  EXPECT_EQ(requested("matched"), std::vector<std::string>{name_space + "/age_over_21"});
  EXPECT_EQ(requested("refused"), std::vector<std::string>{name_space + "/family_name"});
  EXPECT_EQ(requested("unknown"), std::vector<std::string>{name_space + "/sex"});
  EXPECT_EQ(object.at("readerAuthentication").at("docRequests").at(0).at("result"), "absent");
  EXPECT_FALSE(object.at("deviceResponse").as_string().empty());
}

TEST_F(Respond, AnswersFromSeveralCredentials) {
  const std::string card =
      issuance.issue_to("card.cbor", R"({"org.example": {"card": "7"}})", {"--doc-type", "org.example.card"});
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--doc-type",
           "org.example.card", "--element", "org.example/card", "--out", request});
  const Ended response =
      mdoc_cli(respond({"--credential", issuance.credential(), "--credential", issuance.credential(card)}));
  ASSERT_EQ(response.exit, 0) << response.err;
  const bj::object judged = only_object(verify(response));
  ASSERT_EQ(judged.at("documents").as_array().size(), 2u);
  EXPECT_EQ(judged.at("documents").at(0).at("docType"), Issuance::doc_type);
  EXPECT_EQ(judged.at("documents").at(0).at("valid"), true);
  EXPECT_EQ(judged.at("documents").at(1).at("docType"), "org.example.card");
  // The document signer was made for licences: the card does not pass, and takes nothing else along.
  EXPECT_EQ(judged.at("documents").at(1).at("valid"), false);
}

TEST_F(Respond, AuthenticatesWithAMacForTheReader) {
  const auto reader = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x42)).value();
  const std::string open = folder.write("reader.pub", reader.public_key().pem());
  const std::string secret = folder.write("reader.key", pem_of(reader));
  const Ended response = mdoc_cli(respond({"--credential", issuance.credential(), "--mac", "--reader-public", open}));
  ASSERT_EQ(response.exit, 0) << response.err;
  EXPECT_THAT(mdoc_cli({"inspect", "hex:" + response.out}).out, HasSubstr("deviceMac"));
  EXPECT_EQ(verify(response, {"--reader-key", secret}).exit, 0);
  EXPECT_EQ(verify(response).exit, 1);
  EXPECT_EQ(mdoc_cli(respond({"--credential", issuance.credential(), "--mac"})).exit, 2);
  EXPECT_EQ(mdoc_cli(respond({"--credential", issuance.credential(), "--reader-public", open})).exit, 2);
}

TEST_F(Respond, TheReadersKeyIsTheOneOfTheTranscript) {
  const auto reader = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x42)).value();
  const auto named = engagement::encode_ephemeral_key(reader.public_key()).value();
  const Bytes engagement = cbor_embedded(Bytes{0xa0});
  const std::string session =
      in_hex(cbor_array({engagement, Bytes(named.bytes().begin(), named.bytes().end()), Bytes{0xf6}}));
  const auto answer = [&](const std::string& key) {
    return mdoc_cli({"respond", "--request", request, "--transcript", session, "--credential", issuance.credential(),
                     "--mac", "--reader-public", key});
  };
  const Ended wrong = answer(issuance.device_key);
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr(issuance.device_key + " is not the reader's ephemeral key that hex:"));
  const Ended response = answer(folder.write("reader.pub", reader.public_key().pem()));
  ASSERT_EQ(response.exit, 0) << response.err;
  const auto judge = [&](const std::string& key) {
    return mdoc_cli(
        {"verify", "hex:" + response.out, "--transcript", session, "--trust", issuance.iaca, "--reader-key", key});
  };
  EXPECT_EQ(judge(folder.write("reader.key", pem_of(reader))).exit, 0);
  EXPECT_EQ(judge(issuance.device_key).exit, 2);
}

TEST_F(Respond, ARequestForOtherDocumentsGetsNone) {
  ask({"family_name"}, "org.example.other");
  const Ended ended = mdoc_cli(respond({"--credential", issuance.credential(), "--json"}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object object = only_object(ended);
  EXPECT_TRUE(object.at("matched").as_array().empty());
  EXPECT_EQ(object.at("unknown").at(0).at("docRequest"), 0);
}

TEST_F(Respond, DocumentsLeaveForARecipientAndAreOpenedWithItsKey) {
  const auto recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x52)).value();
  const std::string open = folder.write("recipient.pub", recipient.public_key().pem());
  const std::string secret = folder.write("recipient.key", pem_of(recipient));
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--encrypt-to",
           open, "--out", request});
  const Ended response = mdoc_cli(respond({"--credential", issuance.credential()}));
  ASSERT_EQ(response.exit, 0) << response.err;
  EXPECT_THAT(response.out, ::testing::Not(HasSubstr("446f65")));  // "Doe"
  const Ended opened = verify(response, {"--request", request, "--recipient-key", secret});
  EXPECT_EQ(opened.exit, 0) << opened.out;
  const bj::object judged = only_object(opened);
  EXPECT_EQ(judged.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").at("family_name"), "Doe");
  EXPECT_EQ(check_of(judged, "response.encrypted-documents").at("outcome"), "pass");
  const auto& encrypted = judged.at("documents").at(0).at("encrypted");
  EXPECT_EQ(encrypted.at("envelope"), 0);
  EXPECT_EQ(encrypted.at("recipient").as_string().size(), 64u) << "a thumbprint";
  // Without the key there is nothing to see, and with another one neither.
  EXPECT_EQ(verify(response, {"--request", request}).exit, 1);
  EXPECT_EQ(verify(response, {"--request", request, "--recipient-key", issuance.device_key}).exit, 1);
  EXPECT_EQ(verify(response, {"--recipient-key", secret}).exit, 2);
  // For people, which of the two it is.
  const auto said = [&](const std::vector<std::string>& more) {
    return mdoc_cli(with({"verify", "hex:" + response.out, "--transcript", transcript, "--trust", issuance.iaca,
                          "--request", request},
                         more))
        .out;
  };
  EXPECT_THAT(said({}), HasSubstr("What came is encrypted: give --recipient-key"));
  EXPECT_THAT(said({"--recipient-key", issuance.device_key}),
              HasSubstr("What came is encrypted: the recipient key that was given does not open it"));
  const std::string opened_text = said({"--recipient-key", issuance.device_key, "--recipient-key", secret});
  EXPECT_THAT(opened_text, HasSubstr("encrypted for " + secret + ", and opened with that key"));
  EXPECT_THAT(opened_text, HasSubstr("device-auth.signature"));
  EXPECT_THAT(said({"--recipient-key", secret, "--register", "clerk"}), HasSubstr("It came sealed for " + secret));
}

TEST_F(Respond, SaysThatTheAnswerWouldBeTooLong) {
  const auto respond_with_at_most = [&](int bytes) {
    prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--info",
             R"({"requestInfo": [{"maximumResponseSize": )" + std::to_string(bytes) + "}]}", "--out", request});
    return mdoc_cli(respond({"--credential", issuance.credential(), "--json"}));
  };
  EXPECT_EQ(respond_with_at_most(10'000).err, "");
  const Ended ended = respond_with_at_most(500);
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("the answer would be longer than the reader takes"));
  const bj::object object = only_object(ended);
  EXPECT_TRUE(object.at("matched").as_array().empty());
  EXPECT_THAT(std::string(object.at("notReleased").at(0).at("reason").as_string()), HasSubstr("longer than"));
  EXPECT_THAT(std::string(object.at("deviceResponse").as_string()),
              HasSubstr("667374617475730a"));  // "status": 10
}

TEST_F(Respond, APurposeThatNoProfileOfItsDocumentsHasIsWarnedOf) {
  const auto said_of = [](const std::string& doc_type) {
    return mdoc_cli({"request", "--doc-type", doc_type, "--element", "n/e", "--info",
                     R"({"deviceRequestInfo": {"useCases": [{"documentSets": [[0]],)"
                     R"("purposeHints": {"org.iso.jtc1.sc17": 2, "ut.gate\u001b": 1}}]}})"})
        .err;
  };
  const std::string licence = said_of(Issuance::doc_type);
  EXPECT_THAT(licence, HasSubstr("--info: useCases[0] names the purpose 1 of ut.gate\\x1b, which the profile of none "
                                 "of its documents has"));
  EXPECT_THAT(licence, ::testing::Not(HasSubstr("purpose 2")));
  EXPECT_THAT(said_of("org.example.none"), ::testing::Not(HasSubstr("purpose")));
}

TEST_F(Respond, WhatTheReaderWantsBesideElementsIsHeard) {
  const auto ask_with = [&](const std::string& info) {
    prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/portrait", "--doc-type",
             Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--info", info, "--out", request});
    return only_object(mdoc_cli(respond({"--credential", issuance.credential(), "--json"})));
  };
  // The portrait is not there, and a name will do.
  const bj::object alternative = ask_with(
      R"({"requestInfo": [{"alternativeDataElements": [{"requestedElement": ["org.iso.18013.5.1", "portrait"],)"
      R"("alternativeElementSets": [[["org.iso.18013.5.1", "family_name"]]]}]}]})");
  const bj::object& first = alternative.at("matched").at(0).as_object();
  EXPECT_EQ(first.at("requested"), "org.iso.18013.5.1/portrait");
  EXPECT_EQ(first.at("released"), "org.iso.18013.5.1/family_name");
  EXPECT_EQ(first.at("basis"), "alternative");

  const bj::object use_case =
      ask_with(R"({"deviceRequestInfo": {"useCases": [{"mandatory": true, "documentSets": [[0], [1]],)"
               R"("purposeHints": {"org.iso.jtc1.sc17": 1}}]}})");
  ASSERT_EQ(use_case.at("matched").as_array().size(), 1u);
  EXPECT_EQ(use_case.at("matched").at(0).at("docRequest"), 1);
  EXPECT_EQ(use_case.at("unknown").at(0).at("obstacle"), "elements");

  const bj::object issuer = ask_with(R"({"requestInfo": [null, {"issuerIdentifiers": ["00ff"]}]})");
  EXPECT_EQ(issuer.at("unknown").at(1).at("obstacle"), "issuer");
}

TEST_F(Respond, WrongInfoIsNamedByItsPlace) {
  const auto say = [&](const std::string& info, const std::string& what) {
    const Ended ended = mdoc_cli(
        {"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--info", info});
    EXPECT_EQ(ended.exit, 2) << info;
    EXPECT_THAT(ended.err, HasSubstr(what)) << info;
  };
  say("{", "--info is no JSON");
  const std::string sets = R"("alternativeElementSets": [[["a", "b"]]])";
  say(R"({"requestInfo": [{"alternativeDataElements": [{)" + sets + "}]}]}",
      R"(requestInfo[0].alternativeDataElements[0] is incomplete: it needs "requestedElement")");
  say(R"({"requestInfo": [{"alternativeDataElements": [{"requestedElement": ["a", "b"]}]}]})",
      R"(needs "alternativeElementSets")");
  say(R"({"deviceRequestInfo": {"useCases": [{"mandatory": true}]}})",
      R"(useCases[0] is incomplete: it needs "documentSets")");
  say(R"({"requestInfo": [{"maximumResponseSize": 1, "maximumResponseSize": 2}]})", R"("maximumResponseSize" twice)");
  say(R"({"other": 1})", "--info: other is not known; what may stand there: requestInfo, deviceRequestInfo");
  say(R"({"requestInfo": [{"other": 1}]})", "what may stand there: alternativeDataElements, issuerIdentifiers,");
  say("[]", "--info: the whole must be an object");
  say(R"({"requestInfo": {}})", "requestInfo must be a list");
  say(R"({"requestInfo": [1]})", "requestInfo[0] must be an object");
  say(R"({"requestInfo": [null, null]})", "more entries");
  say(R"({"requestInfo": [{"maximumResponseSize": -1}]})", "maximumResponseSize must be a number from zero on");
  say(R"({"requestInfo": [{"uniqueDocSetRequired": 1}]})", "uniqueDocSetRequired must be true or false");
  say(R"({"requestInfo": [{"issuerIdentifiers": ["xy"]}]})", "issuerIdentifiers[0] must be bytes in hexadecimal");
  say(R"({"requestInfo": [{"alternativeDataElements": [{"requestedElement": ["a"]}]}]})",
      "requestedElement must be a pair of name space and identifier");
  say(R"({"deviceRequestInfo": {"useCases": [{"documentSets": [[0.5]]}]}})", "documentSets[0][0] must be an integer");
  say(R"({"deviceRequestInfo": {"useCases": [{"mandatory": true, "documentSets": [[7]]}]}})",
      "useCases[0] names DocRequest 7; there is 1");
  say(R"({"deviceRequestInfo": {"useCases": [{"documentSets": []}]}})", "useCases[0] needs a document set");
  say(R"({"deviceRequestInfo": {"useCases": [{"documentSets": [[]]}]}})", "useCases[0] needs a document set");
  EXPECT_EQ(mdoc_cli({"request", "--doc-type", "d", "--element", "a/b", "--info", folder.path("absent.json")}).exit, 3);
}

TEST_F(Respond, NothingReleasedIsSaidWithTheReason) {
  const auto said = [this](const std::vector<std::string>& more, const std::string& why) {
    const auto call = with(respond(more), {"--credential", issuance.credential()});
    const Ended text = mdoc_cli(call);
    EXPECT_EQ(text.exit, 0) << text.err;
    EXPECT_THAT(text.err, HasSubstr("nothing released for DocRequest 0 ("));
    EXPECT_THAT(text.err, HasSubstr("): " + why));
    const bj::object entry = only_object(mdoc_cli(with(call, {"--json"}))).at("notReleased").at(0).as_object();
    EXPECT_EQ(entry.at("docRequest"), 0);
    EXPECT_THAT(std::string(entry.at("reason").as_string()), HasSubstr(why));
  };
  said({"--at", "2126-01-01T00:00:00Z"}, issuance.mdoc + " expired 20");
  said({"--at", "2001-01-01T00:00:00Z"}, issuance.mdoc + " is not valid before 20");
  said({"--allow", "org.iso.18013.5.1/portrait"}, "--allow names none of its elements");
  ask({"sex"});
  said({}, issuance.mdoc + " can answer none of the elements that are asked for");
  ask({"family_name"}, "org.example.other");
  said({}, "no credential of this docType");
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.example/\x1b[2Jx", "--element",
           "org.example.\x1b/x", "--out", request});
  said({}, issuance.mdoc + " has no name space org.example");
}

TEST_F(Respond, NothingReleasedIsSaidInTheLanguageOfWhoReads) {
  const auto call = with(respond({"--at", "2126-01-01T00:00:00Z"}), {"--credential", issuance.credential()});
  const Ended german = mdoc_cli(with(call, {"--language", "de"}));
  EXPECT_THAT(german.err, HasSubstr("nichts freigegeben für DocRequest 0 (org.iso.18013.5.1.mDL): "));
  EXPECT_THAT(german.err, HasSubstr(" abgelaufen"));
  const std::string holder = mdoc_cli(with(call, {"--language", "de", "--register", "clerk"})).err;
  EXPECT_THAT(holder, HasSubstr("Davon wurde nichts weitergegeben: Mobiler Führerschein. Es ist am 20"));
  for (const std::string& jargon : {issuance.mdoc, std::string("DocRequest"), std::string("org.iso")}) {
    EXPECT_THAT(holder, ::testing::Not(HasSubstr(jargon)));
  }
  const auto unreleased = [&](const std::vector<std::string>& more) {
    return only_object(mdoc_cli(with(call, more))).at("notReleased");
  };
  EXPECT_EQ(unreleased({"--json", "--language", "de", "--register", "clerk"}), unreleased({"--json"}));
}

TEST_F(Respond, EachUnansweredDocRequestIsSaidAndNoOther) {
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--doc-type",
           "org.example.\x1b[2J", "--element", "n/e", "--doc-type", "org.example.third", "--element", "n/e", "--out",
           request});
  const Ended ended = mdoc_cli(respond({"--credential", issuance.credential(), "--json"}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::array unreleased = only_object(ended).at("notReleased").as_array();
  ASSERT_EQ(unreleased.size(), 2u);
  EXPECT_EQ(unreleased.at(0).at("docRequest"), 1);
  EXPECT_EQ(unreleased.at(1).at("docType"), "org.example.third");
  EXPECT_THAT(ended.err, HasSubstr("DocRequest 1 (org.example.\\x1b[2J): no credential of this docType"));
  EXPECT_THAT(ended.err, ::testing::Not(HasSubstr("DocRequest 0")));
  EXPECT_FALSE(steers_terminal(ended.err));
}

TEST_F(Respond, AFullAnswerIsWithoutWords) {
  ask({"family_name"});
  const Ended ended = mdoc_cli(respond({"--credential", issuance.credential(), "--json"}));
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(only_object(ended).at("notReleased").as_array().empty());
}

/// A reader CA and a reader, made by the tool, and a request that the reader signed.
class RespondToReader : public Respond {
 protected:
  RespondToReader() {
    prepare(
        {"pki", "reader-ca", "--subject", "C=UT, CN=Readers", "--key-out", folder.path("ca.key"), "--cert-out", ca});
    prepare({"pki", "reader", "--subject", "C=UT, O=Bar, CN=Bar at the corner", "--issuer-key", folder.path("ca.key"),
             "--issuer-cert", ca, "--key-out", key, "--cert-out", certificate});
    sign(transcript);
  }
  void sign(const std::string& session) {
    prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--reader-auth",
             key, "--reader-cert", certificate, "--transcript", session, "--out", request});
  }
  /// Answers, whoever asks. @return the judgement of the one docRequest, and what standard error had to say
  [[nodiscard]] std::pair<bj::object, std::string> judge(const std::vector<std::string>& more) const {
    const Ended ended = mdoc_cli(with(respond({"--credential", issuance.credential(), "--json"}), more));
    EXPECT_EQ(ended.exit, 0) << ended.err;
    const bj::object object = only_object(ended);
    EXPECT_EQ(object.at("matched").as_array().size(), 1u);
    return {object.at("readerAuthentication").at("docRequests").at(0).as_object(), ended.err};
  }

  const std::string ca = folder.path("ca.pem");
  const std::string key = folder.path("reader.key");
  const std::string certificate = folder.path("reader.pem");
};

TEST_F(RespondToReader, WhoIsVouchedForIsNamed) {
  const auto [judged, err] = judge({"--trust-readers", ca});
  EXPECT_EQ(judged.at("result"), "trusted");
  const bj::object& reader = judged.at("reader").as_object();
  EXPECT_EQ(reader.at("subject"), "C=UT, O=Bar, CN=Bar at the corner");
  EXPECT_EQ(reader.at("organization"), "Bar");
  EXPECT_EQ(reader.at("trustAnchor"), "C=UT, CN=Readers");
  EXPECT_EQ(reader.at("source").as_string(), ca);
  const bj::object& signature = judged.at("signatures").at(0).as_object();
  EXPECT_EQ(signature.at("by"), "readerAuth");
  EXPECT_EQ(signature.at("checks").as_array().size(), presentation::reader_check_count);
  EXPECT_EQ(signature.at("revocations").at(0).at("state"), "unknown");
  EXPECT_EQ(err, "mdoc-cli: reader of DocRequest 0: C=UT, O=Bar, CN=Bar at the corner, trusted by C=UT, CN=Readers (" +
                     ca + "); nothing at hand says whether it was revoked: fetch revocation information, or give it\n");
}

TEST_F(RespondToReader, OneSignatureCoversAllDocuments) {
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--reader-auth",
           key, "--reader-cert", certificate, "--transcript", transcript, "--reader-auth-all", "--out", request});
  const auto [judged, err] = judge({"--trust-readers", ca});
  EXPECT_EQ(judged.at("result"), "trusted");
  EXPECT_EQ(judged.at("signatures").at(0).at("by"), "readerAuthAll");
  EXPECT_EQ(mdoc_cli({"request", "--doc-type", Issuance::doc_type, "--element", "a/b", "--reader-auth-all"}).exit, 2);
}

TEST_F(RespondToReader, ARootAmongItsCertificatesIsWarnedAboutWhenItAsks) {
  const auto said = [&](const std::string& chain) {
    const Ended ended =
        mdoc_cli({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name",
                  "--reader-auth", key, "--reader-cert", chain, "--transcript", transcript, "--out", request});
    EXPECT_EQ(ended.exit, 0);
    return ended.err;
  };
  EXPECT_EQ(said(certificate), "");
  const std::string chain = folder.write("chain.pem", folder.read("reader.pem") + folder.read("ca.pem"));
  EXPECT_THAT(said(chain),
              HasSubstr("has a root among the certificates of the reader, C=UT, CN=Readers; leave it out"));
}

TEST_F(RespondToReader, WithRequireTrustedNobodyElseIsAnswered) {
  const auto answer = [&](const std::vector<std::string>& more) {
    return mdoc_cli(with(respond({"--credential", issuance.credential(), "--json", "--require-trusted"}), more));
  };
  const Ended good = answer({"--trust-readers", ca});
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_EQ(only_object(good).at("matched").as_array().size(), 1u);

  for (const Ended& bad : {answer({}), answer({"--trust-readers", issuance.iaca}),
                           answer({"--trust-readers", ca, "--revocation", "hard"})}) {
    EXPECT_EQ(bad.exit, 1);
    const bj::object object = only_object(bad);
    EXPECT_TRUE(object.at("matched").as_array().empty());
    EXPECT_EQ(object.at("refused").as_array().size(), 1u);
    EXPECT_THAT(std::string(object.at("notReleased").at(0).at("reason").as_string()),
                HasSubstr("--require-trusted, and the authentication of its reader is untrusted: "));
    EXPECT_THAT(bad.err, HasSubstr("--require-trusted"));
    EXPECT_THAT(std::string(object.at("deviceResponse").as_string()), ::testing::Not(HasSubstr("446f65")));  // "Doe"
  }
}

TEST_F(RespondToReader, WithoutAnAnchorItsNameIsNoMoreThanAClaim) {
  const auto [judged, err] = judge({});
  EXPECT_EQ(judged.at("result"), "untrusted");
  EXPECT_EQ(judged.at("reason"), "no-anchors");
  EXPECT_FALSE(judged.contains("reader"));
  EXPECT_THAT(err, HasSubstr("reader of DocRequest 0: untrusted: no trust anchors for readers were given"));
  EXPECT_THAT(err, HasSubstr("the certificate names C=UT, O=Bar, CN=Bar at the corner"));
}

TEST_F(RespondToReader, AnAnchorForIssuersVouchesForNoReader) {
  EXPECT_EQ(judge({"--trust-readers", issuance.iaca}).first.at("reason"), "no-path");
}

TEST_F(RespondToReader, ASignatureOfAnotherSessionIsInvalid) {
  Bytes other = online_transcript();
  other.back() ^= 1;
  sign(in_hex(other));
  const auto [judged, err] = judge({"--trust-readers", ca});
  EXPECT_EQ(judged.at("result"), "invalid");
  EXPECT_THAT(err, HasSubstr("invalid: the signature is not one over this request in this session"));
}

TEST_F(RespondToReader, LevelAndPolicyAreThoseOfTheOptions) {
  EXPECT_EQ(judge({"--trust-readers", ca, "--level", "strict"}).first.at("reason"), "revocation-unknown");
  EXPECT_EQ(judge({"--trust-readers", ca, "--revocation", "hard"}).first.at("reason"), "revocation-unknown");
  EXPECT_EQ(judge({"--trust-readers", ca, "--level", "strict", "--revocation", "off"}).first.at("result"), "trusted");
}

TEST_F(RespondToReader, ARevocationListOfItsAuthorityTells) {
  const auto load = [&](const char* file) {
    return crypto::Certificate::list_from_pem(folder.read(file)).value().front();
  };
  const crypto::Certificate authority = load("ca.pem");
  const crypto::Certificate reader = load("reader.pem");
  const crypto::PrivateKey authority_key = crypto::PrivateKey::from_pem(folder.read("ca.key")).value();
  const UtcSeconds now = reader.not_before();
  const auto list_of = [&](std::uint64_t number, std::vector<crypto::RevokedSerial> revoked) {
    const auto list = crypto::issue_crl({.this_update = now,
                                         .next_update = now + std::chrono::days{30},
                                         .number = number,
                                         .revoked = std::move(revoked)},
                                        authority, authority_key);
    return folder.write("list" + std::to_string(number) + ".crl", list->der().view());
  };
  const std::string good = list_of(1, {});
  const std::string bad =
      list_of(2, {{.serial = Bytes(reader.serial().begin(), reader.serial().end()), .revocation_date = now}});
  EXPECT_EQ(judge({"--trust-readers", ca, "--revocation", "hard", "--crl", good}).first.at("result"), "trusted");
  EXPECT_EQ(judge({"--trust-readers", ca, "--crl", bad}).first.at("result"), "revoked");
  EXPECT_THAT(judge({"--crl", bad}).second, HasSubstr("list2.crl tells nothing here"));
}

TEST_F(RespondToReader, ARequestThatNobodySignedIsSaidToBeSoWhereReadersAreJudged) {
  ask({"family_name"});
  const auto [judged, err] = judge({"--trust-readers", ca});
  EXPECT_EQ(judged.at("result"), "absent");
  EXPECT_THAT(err, HasSubstr("reader of DocRequest 0: the request is not signed"));
}

TEST_F(Respond, AReadersSignatureNeedsAllItsParts) {
  const std::vector<std::string> call{"request", "--doc-type", "d", "--element", "n/a"};
  EXPECT_EQ(mdoc_cli(with(call, {"--reader-auth", issuance.signer_key})).exit, 2);
  EXPECT_EQ(mdoc_cli(with(call, {"--reader-cert", issuance.signer})).exit, 2);
  EXPECT_EQ(mdoc_cli(with(call, {"--reader-auth", issuance.iaca_key, "--reader-cert", issuance.signer, "--transcript",
                                 transcript}))
                .exit,
            2);
}

TEST_F(Respond, RefusesWhatDoesNotBelongTogetherOrDecode) {
  const std::string credential = issuance.credential();
  const Ended other_key = mdoc_cli(respond({"--credential", issuance.mdoc + "," + issuance.iaca_key}));
  EXPECT_EQ(other_key.exit, 2);
  EXPECT_THAT(other_key.err, HasSubstr("is not the device key of"));
  const Ended swapped = mdoc_cli(respond({"--credential", issuance.device_key + "," + issuance.mdoc}));
  EXPECT_EQ(swapped.exit, 3);
  EXPECT_THAT(swapped.err, HasSubstr("is IssuerSigned, not a private key; write --credential FILE,KEY"));
  EXPECT_EQ(mdoc_cli(respond({"--credential", folder.path("missing") + "," + issuance.device_key})).exit, 3);
  EXPECT_EQ(mdoc_cli(respond({"--credential", issuance.iaca + "," + issuance.device_key})).exit, 3);
  for (const char* wrong : {"", "nonsense", "/", "/family_name", "org.iso.18013.5.1/"}) {
    EXPECT_EQ(mdoc_cli(respond({"--credential", credential, "--allow", wrong})).exit, 2) << wrong;
  }
  for (const std::string& wrong : {std::string(","), issuance.mdoc, issuance.mdoc + ","}) {
    const Ended keyless = mdoc_cli(respond({"--credential", wrong}));
    EXPECT_EQ(keyless.exit, 2) << wrong;
    EXPECT_THAT(keyless.err, HasSubstr("no device key for"));
  }
  EXPECT_EQ(mdoc_cli(respond({"--credential", "," + issuance.device_key})).exit, 3);
  EXPECT_EQ(mdoc_cli(respond({"--credential", credential, "--at", "noon"})).exit, 2);
  EXPECT_EQ(mdoc_cli({"respond", "--credential", credential, "--request", "hex:a0", "--transcript", transcript}).exit,
            3);
  EXPECT_EQ(mdoc_cli({"respond", "--credential", credential, "--request", request, "--transcript", "hex:80"}).exit, 3);
}

}  // namespace
}  // namespace mdoc::testing
