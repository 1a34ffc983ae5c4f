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

std::vector<std::string> transcript(const std::vector<std::string>& options) { return with({"transcript"}, options); }

/// Options of a call that lacks one, or has one too many: its name.
struct Misuse {
  std::vector<std::string> options;
  const char* named;
};
void expect_usage(const std::vector<Misuse>& cases) {
  for (const Misuse& each : cases) {
    const Ended ended = mdoc_cli(transcript(each.options));
    EXPECT_EQ(ended.exit, 2) << each.named;
    EXPECT_THAT(ended.err, HasSubstr(each.named));
  }
}

class Transcript : public ::testing::Test {
 protected:
  void SetUp() override { MDOC_NEEDS_SHARED_VECTORS(); }
  static std::string hex_of(std::string_view file, std::string_view id) { return in_hex(shared_bytes(file, id)); }
  static bj::object inputs(std::string_view id) { return shared_vector(online, id).at("input").as_object(); }
  static std::string text(const bj::object& object, std::string_view member) {
    return std::string(object.at(member).as_string());
  }
  static std::string engagement() { return hex_of(annex_d, "D.3.2/nfc-device-engagement"); }
  static std::string reader() { return hex_of(annex_d, "D.5.1/e-reader-key-bytes"); }
  Folder folder;
};

TEST_F(Transcript, OfNegotiatedNfcIsThatOfAnnexD) {
  const Ended ended = mdoc_cli(transcript({"--engagement", engagement(), "--reader-public", reader(), "--handover",
                                           "nfc", "--hs", hex_of(annex_d, "D.3.2/nfc-handover-select"), "--hr",
                                           hex_of(annex_d, "D.3.2/nfc-handover-request")}));
  EXPECT_EQ(cbor_embedded(only_hex(ended)), shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
}

TEST_F(Transcript, TakesTheReadersKeyAsJwk) {
  const bj::object jwk = shared_vector(annex_d, "D.5.1/e-reader-key").at("jwk").as_object();
  const Ended ended = mdoc_cli(
      transcript({"--engagement", engagement(), "--reader-public", folder.write("reader.jwk", bj::serialize(jwk)),
                  "--handover", "nfc", "--hs", hex_of(annex_d, "D.3.2/nfc-handover-select"), "--hr",
                  hex_of(annex_d, "D.3.2/nfc-handover-request")}));
  EXPECT_EQ(cbor_embedded(only_hex(ended)), shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
}

TEST_F(Transcript, OfAQrCodeIsThatOfAnotherImplementation) {
  const Bytes expected = shared_bytes("session-transcripts.json", "session-transcript/qr");
  const auto parsed = engagement::SessionTranscript::decode(SharedBytes::copy_of(expected)).value();
  const Bytes engagement(parsed.device_engagement_bytes()->begin(), parsed.device_engagement_bytes()->end());
  const auto content = Bytes(engagement.begin() + 4, engagement.end());  // after tag and head: d8 18 58 nn
  const std::string reader = in_hex(*parsed.second_element());
  EXPECT_EQ(only_hex(mdoc_cli(transcript({"--engagement", in_hex(content), "--reader-public", reader}))), expected);
  EXPECT_EQ(only_hex(mdoc_cli(transcript(
                {"--engagement", "mdoc:" + to_base64url(content), "--reader-public", reader, "--handover", "qr"}))),
            expected);
  const std::string file = folder.write("engagement", "mdoc:" + to_base64url(content) + "\n");
  EXPECT_EQ(only_hex(mdoc_cli(transcript({"--engagement", file, "--reader-public", reader}))), expected);
}

TEST_F(Transcript, OfAWebsiteBindsItsEngagement) {
  const std::vector<std::string> session{"--engagement", engagement(), "--reader-public",    reader(),
                                         "--handover",   "rest",       "--reader-engagement"};
  const Ended ended = mdoc_cli(transcript(with(session, {"hex:a10063312e30"})));
  const auto made = engagement::SessionTranscript::decode(SharedBytes::take(only_hex(ended)));
  ASSERT_TRUE(made);
  EXPECT_TRUE(std::holds_alternative<engagement::WebHandover>(made->handover()));
  EXPECT_NE(mdoc_cli(transcript(with(session, {"hex:a10063312e31"}))).out, ended.out);
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
  const Ended plain = mdoc_cli(transcript(flow));
  const Ended ended = mdoc_cli(transcript(with(flow, {"--encryption-parameters", "hex:d81841a0"})));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(ended.out, plain.out);
  EXPECT_NE(mdoc_cli(transcript(with(flow, {"--encryption-parameters", "hex:01"}))).exit, 0);
}

TEST_F(Transcript, ForMachinesHasBothFormsTheSaltAndTheHandover) {
  const std::vector<std::string> flow{"--openid4vp-dcapi", "--origin", "https://a.example", "--nonce", "n"};
  const bj::object object = only_object(mdoc_cli(transcript(with(flow, {"--json"}))));
  const Bytes bare = only_hex(mdoc_cli(transcript(flow)));
  EXPECT_EQ(text(object, "sessionTranscript"), to_hex(bare));
  EXPECT_EQ(text(object, "sessionTranscriptBytes"), to_hex(cbor_embedded(bare)));
  const auto salt = crypto::digest(crypto::DigestAlgorithm::sha256, cbor_embedded(bare)).value();
  EXPECT_EQ(text(object, "salt"), to_hex(salt.view()));
  EXPECT_EQ(text(object, "handover"), "openid4vp-dc-api");
}

TEST_F(Transcript, WithoutWhatItsFlowNeedsEndsWithTwoAndNamesIt) {
  expect_usage(
      {{{}, "--engagement"},
       {{"--engagement", engagement()}, "--reader-public"},
       {{"--engagement", engagement(), "--reader-public", reader(), "--handover", "nfc"}, "--hs"},
       {{"--engagement", engagement(), "--reader-public", reader(), "--handover", "rest"}, "--reader-engagement"},
       {{"--openid4vp", "--nonce", "n", "--response-uri", "u"}, "--client-id"},
       {{"--openid4vp", "--client-id", "c", "--response-uri", "u"}, "--nonce"},
       {{"--openid4vp", "--client-id", "c", "--nonce", "n"}, "--response-uri"},
       {{"--openid4vp-dcapi", "--nonce", "n"}, "--origin"},
       {{"--dcapi", "--origin", "https://a.example"}, "--encryption-info"},
       {{"--oid4vp-annex-b", "--client-id", "c", "--nonce", "n", "--response-uri", "u"}, "--mdoc-nonce"}});
}

TEST_F(Transcript, AnOptionOfAnotherFlowEndsWithTwoAndIsNamed) {
  expect_usage({{{"--engagement", engagement(), "--reader-public", reader(), "--hs", "hex:00"}, "--hs"},
                {{"--engagement", engagement(), "--reader-public", reader(), "--nonce", "n"}, "--nonce"},
                {{"--openid4vp", "--openid4vp-dcapi", "--client-id", "c", "--nonce", "n", "--response-uri", "u"},
                 "--openid4vp-dcapi"},
                {{"--dcapi", "--origin", "o", "--encryption-info", "e", "--engagement", engagement()}, "--engagement"},
                {{"--openid4vp-dcapi", "--origin", "o", "--nonce", "n", "--mdoc-nonce", "m"}, "--mdoc-nonce"}});
}

TEST_F(Transcript, WhatDoesNotDecodeEndsWithThree) {
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", "hex:a0", "--reader-public", reader()})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement(), "--reader-public", "hex:a0"})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement(), "--reader-public", reader(), "--handover", "rest",
                                 "--reader-engagement", "hex:01"}))
                .exit,
            3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", folder.path("missing"), "--reader-public", reader()})).exit, 3);
  EXPECT_EQ(mdoc_cli(transcript({"--engagement", engagement(), "--reader-public", reader(), "--handover", "nfc", "--hs",
                                 "mdoc:oABjMS4w"}))
                .exit,
            3);
}

}  // namespace
}  // namespace mdoc::testing
