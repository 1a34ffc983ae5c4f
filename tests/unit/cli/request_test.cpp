// mdoc-cli request and respond: what is asked, what is answered, and that the answer holds.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
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
  EXPECT_EQ(object.at("readerAuthentication"), "absent");
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

TEST_F(Respond, AReaderThatSignedIsNoticed) {
  prepare({"pki", "reader-ca", "--subject", "C=UT, CN=CA", "--key-out", folder.path("ca.key"), "--cert-out",
           folder.path("ca.pem")});
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--reader-auth",
           folder.path("ca.key"), "--reader-cert", folder.path("ca.pem"), "--transcript", transcript, "--out",
           request});
  const Ended ended = mdoc_cli(respond({"--credential", issuance.credential(), "--json"}));
  EXPECT_EQ(only_object(ended).at("readerAuthentication"), "present, not judged");
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
