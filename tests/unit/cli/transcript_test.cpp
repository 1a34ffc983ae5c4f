// mdoc-cli transcript: every form, against transcripts that others made.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;

constexpr const char* annex_d = "iso18013-5-annex-d.json";
constexpr const char* online = "openid4vp-handover.json";

std::vector<std::string> transcript(std::vector<std::string> options) {
  options.insert(options.begin(), "transcript");
  return options;
}

class Transcript : public ::testing::Test {
 protected:
  void SetUp() override { MDOC_NEEDS_SHARED_VECTORS(); }
  static std::string hex_of(std::string_view file, std::string_view id) {
    return "hex:" + to_hex(shared_bytes(file, id));
  }
  static bj::object inputs(std::string_view id) { return shared_vector(online, id).at("input").as_object(); }
  static std::string text(const bj::object& object, std::string_view member) {
    return std::string(object.at(member).as_string());
  }
  Folder folder;
};

TEST_F(Transcript, OfNegotiatedNfcIsThatOfAnnexD) {
  const Ended ended = mdoc_cli(transcript({"--engagement", hex_of(annex_d, "D.3.2/nfc-device-engagement"),
                                           "--reader-public", hex_of(annex_d, "D.5.1/e-reader-key-bytes"), "--handover",
                                           "nfc", "--hs", hex_of(annex_d, "D.3.2/nfc-handover-select"), "--hr",
                                           hex_of(annex_d, "D.3.2/nfc-handover-request")}));
  EXPECT_EQ(cbor_embedded(only_hex(ended)), shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
}

TEST_F(Transcript, TakesTheReadersKeyAsJwk) {
  const bj::object jwk = shared_vector(annex_d, "D.5.1/e-reader-key").at("jwk").as_object();
  const Ended ended = mdoc_cli(transcript({"--engagement", hex_of(annex_d, "D.3.2/nfc-device-engagement"),
                                           "--reader-public", folder.write("reader.jwk", bj::serialize(jwk)),
                                           "--handover", "nfc", "--hs", hex_of(annex_d, "D.3.2/nfc-handover-select"),
                                           "--hr", hex_of(annex_d, "D.3.2/nfc-handover-request")}));
  EXPECT_EQ(cbor_embedded(only_hex(ended)), shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
}

TEST_F(Transcript, OfAQrCodeIsThatOfAnotherImplementation) {
  const Bytes expected = shared_bytes("session-transcripts.json", "session-transcript/qr");
  const auto parsed = engagement::SessionTranscript::decode(SharedBytes::copy_of(expected)).value();
  const Bytes engagement(parsed.device_engagement_bytes()->begin(), parsed.device_engagement_bytes()->end());
  const auto content = Bytes(engagement.begin() + 4, engagement.end());  // after tag and head: d8 18 58 nn
  const std::string reader = "hex:" + to_hex(*parsed.second_element());
  EXPECT_EQ(only_hex(mdoc_cli(transcript({"--engagement", "hex:" + to_hex(content), "--reader-public", reader}))),
            expected);
  EXPECT_EQ(only_hex(mdoc_cli(transcript(
                {"--engagement", "mdoc:" + to_base64url(content), "--reader-public", reader, "--handover", "qr"}))),
            expected);
  const std::string file = folder.write("engagement", "mdoc:" + to_base64url(content) + "\n");
  EXPECT_EQ(only_hex(mdoc_cli(transcript({"--engagement", file, "--reader-public", reader}))), expected);
}

TEST_F(Transcript, OfAWebsiteBindsItsEngagement) {
  const std::vector<std::string> session{"--engagement",       hex_of(annex_d, "D.3.2/nfc-device-engagement"),
                                         "--reader-public",    hex_of(annex_d, "D.5.1/e-reader-key-bytes"),
                                         "--handover",         "rest",
                                         "--reader-engagement"};
  auto first = session;
  first.emplace_back("hex:a10063312e30");
  const Ended ended = mdoc_cli(transcript(first));
  const auto made = engagement::SessionTranscript::decode(SharedBytes::take(only_hex(ended)));
  ASSERT_TRUE(made);
  EXPECT_TRUE(std::holds_alternative<engagement::WebHandover>(made->handover()));
  auto second = session;
  second.emplace_back("hex:a10063312e31");
  EXPECT_NE(mdoc_cli(transcript(second)).out, ended.out);
}

TEST_F(Transcript, OfOpenId4VpByRedirectIsThatOfTheSpecification) {
  const bj::object input = inputs("oid4vp/redirect/session-transcript");
  const std::string jwk = folder.write("client.jwk", bj::serialize(input.at("jwk")));
  const Ended ended =
      mdoc_cli(transcript({"--openid4vp", "--client-id", text(input, "clientId"), "--nonce", text(input, "nonce"),
                           "--response-uri", text(input, "responseUri"), "--jwk", jwk}));
  EXPECT_EQ(only_hex(ended), shared_bytes(online, "oid4vp/redirect/session-transcript"));
}

TEST_F(Transcript, OfOpenId4VpThroughTheBrowserIsThatOfTheSpecification) {
  const bj::object input = inputs("oid4vp/dcapi/session-transcript");
  const std::string jwk = folder.write("client.jwk", bj::serialize(input.at("jwk")));
  const Ended ended = mdoc_cli(transcript(
      {"--openid4vp-dcapi", "--origin", text(input, "origin"), "--nonce", text(input, "nonce"), "--jwk", jwk}));
  EXPECT_EQ(only_hex(ended), shared_bytes(online, "oid4vp/dcapi/session-transcript"));
}

TEST_F(Transcript, WithoutAKeyOfTheClientHasNullInItsPlace) {
  const bj::object input = inputs("oid4vp/dcapi/session-transcript");
  const Ended ended =
      mdoc_cli(transcript({"--openid4vp-dcapi", "--origin", text(input, "origin"), "--nonce", text(input, "nonce")}));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_NE(only_hex(ended), shared_bytes(online, "oid4vp/dcapi/session-transcript"));
}

TEST_F(Transcript, OfAnnexCIsThatOfAnotherImplementation) {
  const bj::object vector = shared_vector("dcapi-annex-c.json", "ANNEXC-DETERMINISTIC-001");
  const Ended ended = mdoc_cli(transcript(
      {"--dcapi", "--origin", text(vector, "origin"), "--encryption-info", text(vector, "encryptionInfoBase64url")}));
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, only_hex(ended)).value();
  EXPECT_EQ(to_hex(digest.view()), text(vector.at("expect").as_object(), "sessionTranscriptCborSha256Hex"));
}

TEST_F(Transcript, OfAnnexBIsThatOfARealWallet) {
  const bj::object vector = shared_vector("real-mdocs/device-responses.json", "ubique/oid4vp-annex-b");
  const bj::object input = vector.at("transcriptInputs").as_object();
  const Ended ended = mdoc_cli(
      transcript({"--oid4vp-annex-b", "--client-id", text(input, "clientId"), "--nonce", text(input, "nonce"),
                  "--response-uri", text(input, "responseUri"), "--mdoc-nonce", text(input, "mdocGeneratedNonce")}));
  EXPECT_EQ(only_hex(ended), hex(text(vector, "sessionTranscript")));
}

TEST_F(Transcript, OfEncryptedDocumentsBindsTheirParameters) {
  const std::vector<std::string> flow{"--openid4vp-dcapi", "--origin", "https://a.example", "--nonce", "n"};
  auto inner = flow;
  inner.insert(inner.end(), {"--encryption-parameters", "hex:d81841a0"});
  const Ended plain = mdoc_cli(transcript(flow));
  const Ended ended = mdoc_cli(transcript(inner));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(ended.out, plain.out);
  inner.back() = "hex:01";
  EXPECT_NE(mdoc_cli(transcript(inner)).exit, 0);
}

TEST_F(Transcript, ForMachinesHasBothFormsTheSaltAndTheHandover) {
  const std::vector<std::string> flow{"--openid4vp-dcapi", "--origin", "https://a.example", "--nonce", "n"};
  auto call = flow;
  call.emplace_back("--json");
  const Ended ended = mdoc_cli(transcript(call));
  const bj::object object = only_object(ended);
  const Bytes bare = only_hex(mdoc_cli(transcript(flow)));
  EXPECT_EQ(text(object, "sessionTranscript"), to_hex(bare));
  EXPECT_EQ(text(object, "sessionTranscriptBytes"), to_hex(cbor_embedded(bare)));
  const auto salt = crypto::digest(crypto::DigestAlgorithm::sha256, cbor_embedded(bare)).value();
  EXPECT_EQ(text(object, "salt"), to_hex(salt.view()));
  EXPECT_EQ(text(object, "handover"), "openid4vp-dc-api");
}

TEST_F(Transcript, WithoutWhatItsFlowNeedsEndsWithTwoAndNamesIt) {
  const std::string engagement = hex_of(annex_d, "D.3.2/nfc-device-engagement");
  const std::string reader = hex_of(annex_d, "D.5.1/e-reader-key-bytes");
  struct Case {
    std::vector<std::string> options;
    const char* missing;
  };
  for (const Case& each :
       {Case{{}, "--engagement"}, Case{{"--engagement", engagement}, "--reader-public"},
        Case{{"--engagement", engagement, "--reader-public", reader, "--handover", "nfc"}, "--hs"},
        Case{{"--engagement", engagement, "--reader-public", reader, "--handover", "rest"}, "--reader-engagement"},
        Case{{"--openid4vp", "--nonce", "n", "--response-uri", "u"}, "--client-id"},
        Case{{"--openid4vp", "--client-id", "c", "--response-uri", "u"}, "--nonce"},
        Case{{"--openid4vp", "--client-id", "c", "--nonce", "n"}, "--response-uri"},
        Case{{"--openid4vp-dcapi", "--nonce", "n"}, "--origin"},
        Case{{"--dcapi", "--origin", "https://a.example"}, "--encryption-info"},
        Case{{"--oid4vp-annex-b", "--client-id", "c", "--nonce", "n", "--response-uri", "u"}, "--mdoc-nonce"}}) {
    const Ended ended = mdoc_cli(transcript(each.options));
    EXPECT_EQ(ended.exit, 2) << each.missing;
    EXPECT_THAT(ended.err, HasSubstr(each.missing));
  }
}

TEST_F(Transcript, AnOptionOfAnotherFlowEndsWithTwoAndIsNamed) {
  const std::string engagement = hex_of(annex_d, "D.3.2/nfc-device-engagement");
  const std::string reader = hex_of(annex_d, "D.5.1/e-reader-key-bytes");
  struct Case {
    std::vector<std::string> options;
    const char* stray;
  };
  for (const Case& each :
       {Case{{"--engagement", engagement, "--reader-public", reader, "--hs", "hex:00"}, "--hs"},
        Case{{"--engagement", engagement, "--reader-public", reader, "--nonce", "n"}, "--nonce"},
        Case{{"--openid4vp", "--openid4vp-dcapi", "--client-id", "c", "--nonce", "n", "--response-uri", "u"},
             "--openid4vp-dcapi"},
        Case{{"--dcapi", "--origin", "o", "--encryption-info", "e", "--engagement", engagement}, "--engagement"},
        Case{{"--openid4vp-dcapi", "--origin", "o", "--nonce", "n", "--mdoc-nonce", "m"}, "--mdoc-nonce"}}) {
    const Ended ended = mdoc_cli(transcript(each.options));
    EXPECT_EQ(ended.exit, 2) << each.stray;
    EXPECT_THAT(ended.err, HasSubstr(each.stray));
  }
}

TEST_F(Transcript, WhatDoesNotDecodeEndsWithThree) {
  const std::string engagement = hex_of(annex_d, "D.3.2/nfc-device-engagement");
  const std::string reader = hex_of(annex_d, "D.5.1/e-reader-key-bytes");
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", "hex:a0", "--reader-public", reader})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement, "--reader-public", "hex:a0"})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement, "--reader-public", reader, "--handover", "rest",
                                 "--reader-engagement", "hex:01"}))
                .exit,
            3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", folder.path("missing"), "--reader-public", reader})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement, "--reader-public", reader, "--handover", "nfc", "--hs",
                                 "mdoc:oABjMS4w"}))
                .exit,
            3);
}

}  // namespace
}  // namespace mdoc::testing
