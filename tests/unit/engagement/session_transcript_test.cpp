#include "mdoc/engagement/session_transcript.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::engagement {
namespace {

Sha256 sha256(std::string_view text) {
  Sha256 out{};
  std::ranges::copy(hex(text), out.begin());
  return out;
}
std::string digest_hex(ByteView bytes) {
  return to_hex(crypto::digest(crypto::DigestAlgorithm::sha256, bytes).value().to_bytes());
}

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
constexpr std::string_view nonce = "exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA";
const Sha256 thumbprint = sha256("4283ec927ae0f208daaa2d026a814f2b22dca52cf85ffa8f3f8626c6bd669047");

std::string reader_key_bytes_hex() {
  return "d818584ba40102200121582060e3392385041f51403051f2415531cb56dd3f999c71687013aac6768bc8187e225820e58deb8fdbe907f"
         "7"
         "dd5368245551a34796f7d2215c440c339bb0f7b67beccdfa";
}
DeviceEngagement engagement() { return DeviceEngagement::for_nfc(e_device_key()).value(); }

ReaderEngagement link_engagement() {
  const RetrievalMethod methods[] = {RestApiOptions{.uri = "https://verifier.example/mdoc/s/7f3a"}};
  return ReaderEngagement::for_link(e_reader_key(), methods).value();
}

/// Each kind once, with what it is called.
std::vector<std::pair<Handover, std::string_view>> every_handover() {
  return {
      {QrHandover{}, "qr"},
      {NfcHandover{.handover_select = shared("91020148")}, "nfc-static"},
      {NfcHandover{.handover_select = shared("91020148"), .handover_request = shared("9102")}, "nfc-negotiated"},
      {WebHandover::of(link_engagement()).value(), "web"},
      {LegacyWebHandover::of(link_engagement()), "web-legacy"},
      {OID4VPHandover::of({"c", "r", "m", "n"}).value(), "oid4vp-annex-b"},
      {OpenID4VPHandover::of({"c", "n", {}, "r"}).value(), "openid4vp"},
      {OpenID4VPDCAPIHandover::of(OpenID4VPDCAPIHandover::Info{"o", "n", {}}).value(), "openid4vp-dc-api"},
      {OpenID4VCIIAEHandover::of({"e", "n", {}}).value(), "openid4vci-iae"},
      {DCAPIHandover::of({"b", "o"}).value(), "dc-api"},
      {NfcV2Handover{.select = shared("a100a0"), .request = shared("a0")}, "nfc-v2"},
      {OtherHandover{shared("8301f564")}, "other"},
  };
}

TEST(SessionTranscript, AnnexDTranscriptIsReproducedFromItsParts) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto engaged = decode_device_engagement(shared(testing::shared_bytes(annex_d, "D.3.2/nfc-device-engagement")));
  const Bytes reader_key = testing::shared_bytes(annex_d, "D.5.1/e-reader-key-bytes");
  const NfcHandover handover{.handover_select = shared(testing::shared_bytes(annex_d, "D.3.2/nfc-handover-select")),
                             .handover_request = shared(testing::shared_bytes(annex_d, "D.3.2/nfc-handover-request"))};
  const auto transcript = SessionTranscript::for_session(engaged.value(), reader_key, handover);
  ASSERT_TRUE(transcript) << describe(transcript.error());
  EXPECT_EQ(to_bytes(transcript->wrapped()), testing::shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
  EXPECT_EQ(to_hex(transcript->salt().value()), "f823ac566e22b2106c9b7c02fadc7482e559a1de8a809b56c828779e6d67570e");
  // What forgetting tag 24 gives.
  EXPECT_EQ(digest_hex(transcript->bytes().view()), "651bcf2efba756fb856a4e8ef84e2e4fa2f198aaa4ee7be44155db4b75ef9c64");
  EXPECT_EQ(to_bytes(transcript->second_element().value()), reader_key);

  const auto decoded = SessionTranscript::decode(transcript->wrapped(), strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(to_bytes(decoded->bytes()), to_bytes(transcript->bytes()));
  EXPECT_EQ(name(decoded->handover()), "nfc-negotiated");
  EXPECT_EQ(to_bytes(std::get<NfcHandover>(decoded->handover()).handover_request.value()),
            to_bytes(*handover.handover_request));
}

TEST(SessionTranscript, QrTranscriptOfAnotherImplementationIsTakenApartAndRebuilt) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes encoded = testing::shared_bytes("session-transcripts.json", "session-transcript/qr");
  const auto transcript = SessionTranscript::decode(SharedBytes::copy_of(encoded), strict);
  ASSERT_TRUE(transcript) << describe(transcript.error());
  EXPECT_EQ(name(transcript->handover()), "qr");
  cbor::Reader reader(*transcript->device_engagement_bytes());
  const auto engaged = read_device_engagement_bytes(reader);
  ASSERT_TRUE(engaged) << describe(engaged.error());
  const auto rebuilt = SessionTranscript::for_session(*engaged, *transcript->second_element(), QrHandover{});
  EXPECT_EQ(to_bytes(rebuilt.value().bytes()), encoded);
}

TEST(SessionTranscript, WebsiteTranscriptMatchesTheComputedDigests) {
  const auto web = WebHandover::of(link_engagement()).value();
  EXPECT_EQ(to_hex(web.reader_engagement_bytes_hash),
            "94d19e9551046404be87a982fdead4e088513ecaf13d406a8ca353d9729eb067");
  const auto engaged = DeviceEngagement::for_website(e_device_key(), "verifier.example").value();
  const auto transcript = SessionTranscript::for_session(engaged, hex(reader_key_bytes_hex()), web);
  ASSERT_TRUE(transcript);
  EXPECT_EQ(digest_hex(transcript->bytes().view()), "b517732e05f3853b3ff6b7a75669ffd37fdd6a38743f4321d3d394cb10f70178");
  EXPECT_EQ(to_hex(transcript->salt().value()), "6724ff94c6ffaa34ef531c9944db5d0102624aacb823f8baa784128d51e76c40");
  const auto legacy =
      SessionTranscript::for_session(engaged, hex(reader_key_bytes_hex()), LegacyWebHandover::of(link_engagement()));
  EXPECT_EQ(to_hex(legacy.value().encoded_handover().first(4)), "d8185885");
}

TEST(SessionTranscript, OpenId4VpVectorsMatch) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = [](std::string_view id) { return testing::shared_bytes("openid4vp-handover.json", id); };
  const auto jwk = testing::shared_vector("openid4vp-handover.json", "oid4vp/jwk-thumbprint").at("input").as_object();
  const auto key =
      crypto::PublicKey::import(crypto::Curve::p256, from_base64url(jwk.at("x").as_string().c_str()).value(),
                                from_base64url(jwk.at("y").as_string().c_str()).value());
  const Sha256 computed = jwk_thumbprint(key.value()).value();
  EXPECT_EQ(to_bytes(ByteView(computed)), file("oid4vp/jwk-thumbprint"));
  EXPECT_EQ(computed, thumbprint);

  const auto redirect =
      OpenID4VPHandover::of({"x509_san_dns:example.com", nonce, thumbprint, "https://example.com/response"}).value();
  EXPECT_EQ(digest_hex(file("oid4vp/redirect/handover-info")), to_hex(redirect.info_hash));
  EXPECT_EQ(encode(redirect), file("oid4vp/redirect/handover"));
  EXPECT_EQ(to_bytes(SessionTranscript::for_online(redirect).value().bytes()),
            file("oid4vp/redirect/session-transcript"));

  const auto dc_api =
      OpenID4VPDCAPIHandover::of(OpenID4VPDCAPIHandover::Info{"https://example.com", nonce, thumbprint}).value();
  EXPECT_EQ(digest_hex(file("oid4vp/dcapi/handover-info")), to_hex(dc_api.info_hash));
  EXPECT_EQ(encode(dc_api), file("oid4vp/dcapi/handover"));
  EXPECT_EQ(to_bytes(SessionTranscript::for_online(dc_api).value().bytes()), file("oid4vp/dcapi/session-transcript"));

  const auto issuance = OpenID4VCIIAEHandover::of({"https://example.com/iae", nonce, thumbprint}).value();
  EXPECT_EQ(to_bytes(SessionTranscript::for_online(issuance).value().bytes()), file("oid4vci/iae/session-transcript"));
}

TEST(SessionTranscript, OnlineHandoversMatchTheComputedValues) {
  EXPECT_EQ(to_hex(OpenID4VPHandover::of({"x509_san_dns:example.com", nonce, {}, "https://example.com/response"})
                       .value()
                       .info_hash),
            "c672b54a2facfb3284965c5be838a8cd1f96f7de36ede3470b1d5de2c57d7719");
  EXPECT_EQ(
      to_hex(
          OpenID4VPDCAPIHandover::of(OpenID4VPDCAPIHandover::Info{"https://example.com", nonce, {}}).value().info_hash),
      "3563b629e28bf0a736c6ba6faacb60a9cd3074e51416a04565031d8690638c43");
  EXPECT_EQ(to_hex(OpenID4VPDCAPIHandover::of(
                       OpenID4VPDCAPIHandover::Draft24Info{"https://example.com", "x509_san_dns:example.com", nonce})
                       .value()
                       .info_hash),
            "6fd9d0c2942249c7c2887e9d25eca0b26f84f4c3e28af2e88621859a19711e8d");
  const auto annex_b = OID4VPHandover::of(
      {"example.com", "https://example.com/12345/response", "1234567890abcdefgh", "abcdefgh1234567890"});
  EXPECT_EQ(
      to_hex(SessionTranscript::for_online(annex_b.value()).value().bytes().view()),
      "83f6f6835820da25c527e5fb75bc2dd31267c02237c4462ba0c1bf37071f692e7dd93b10ad0b5820f6ed8e3220d3c59a5f17eb45f48ab7"
      "0aeecf9ee21744b1014982350bd96ac0c572616263646566676831323334353637383930");
}

TEST(SessionTranscript, AnnexCTranscriptMatchesTheDeterministicExchange) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto vector = testing::shared_vector("dcapi-annex-c.json", "ANNEXC-DETERMINISTIC-001");
  const auto handover = DCAPIHandover::of(
      {vector.at("encryptionInfoBase64url").as_string().c_str(), vector.at("origin").as_string().c_str()});
  EXPECT_EQ(to_hex(handover.value().info_hash), "3ce0149e8bbf604186a904b8685614cbee8db6c0a64409f7330f2181586f197c");
  const auto transcript = SessionTranscript::for_online(*handover);
  EXPECT_EQ(digest_hex(transcript.value().bytes().view()),
            std::string(vector.at("expect").at("sessionTranscriptCborSha256Hex").as_string()));
}

TEST(SessionTranscript, EveryHandoverIsToldApartByItsForm) {
  for (const auto& [handover, expected] : every_handover()) {
    SCOPED_TRACE(expected);
    EXPECT_EQ(name(handover), expected);
    const Bytes encoded = encode(handover);
    cbor::Reader reader(SharedBytes::copy_of(encoded), strict);
    if (expected == "other") {
      EXPECT_FALSE(read_handover(reader));  // three elements announced, two there
      continue;
    }
    const auto decoded = read_handover(reader);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    EXPECT_TRUE(reader.finish());
    EXPECT_EQ(name(*decoded), expected);
    EXPECT_EQ(encode(*decoded), encoded);
    const auto transcript = is_online(handover)
                                ? SessionTranscript::for_online(handover)
                                : SessionTranscript::for_session(engagement(), hex(reader_key_bytes_hex()), handover);
    ASSERT_TRUE(transcript) << describe(transcript.error());
    const auto again = SessionTranscript::decode(transcript->wrapped(), strict);
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(to_bytes(again->bytes()), to_bytes(transcript->bytes()));
    EXPECT_EQ(again->salt().value(), transcript->salt().value());
    EXPECT_EQ(name(again->handover()), expected);
    EXPECT_EQ(again->device_engagement_bytes().has_value(), !is_online(handover));
  }
}

TEST(SessionTranscript, FormsInNoListAreKeptAsOther) {
  for (const char* encoded : {"4101",  // a byte string that is no hash
                              "826161"
                              "41ff",  // a name without hash
                              "8261615820"
                              "0000000000000000000000000000000000000000000000000000000000000000",
                              "8241004100f6",  // two byte strings are NFC
                              "834100f6f6", "80", "8141aa", "820102", "6161", "f5", "a0", "d81801", "c07401"}) {
    const Bytes bytes = hex(std::string_view(encoded));
    cbor::Reader reader(SharedBytes::copy_of(bytes));
    const auto handover = read_handover(reader);
    if (!handover) {
      EXPECT_EQ(handover.error().kind(), ErrorKind::malformed) << encoded;
      continue;
    }
    const bool nfc = std::string_view(encoded).starts_with("82410041");
    EXPECT_EQ(name(*handover), nfc ? "nfc-negotiated" : "other") << encoded;
  }
}

TEST(SessionTranscript, HandoversStayInTheirFlow) {
  for (const auto& [handover, kind] : every_handover()) {
    SCOPED_TRACE(kind);
    const auto wrong = is_online(handover)
                           ? SessionTranscript::for_session(engagement(), hex(reader_key_bytes_hex()), handover)
                           : SessionTranscript::for_online(handover);
    EXPECT_EQ(wrong.error().code, Errc::bad_argument);
  }
}

TEST(SessionTranscript, ElementsAreItemsAsReceived) {
  const std::string bare_key = reader_key_bytes_hex().substr(8);
  for (const std::string& no_item : {bare_key, std::string("f6"), std::string(""), reader_key_bytes_hex() + "00",
                                     reader_key_bytes_hex().substr(0, 80), std::string("d81801")}) {
    EXPECT_EQ(SessionTranscript::for_session(engagement(), hex(no_item), QrHandover{}).error().code, Errc::bad_argument)
        << no_item;
  }
  // A head longer than needed goes into the transcript as it came.
  const std::string long_head = "d81859004b" + bare_key;
  const auto transcript = SessionTranscript::for_session(engagement(), hex(long_head), QrHandover{});
  ASSERT_TRUE(transcript) << describe(transcript.error());
  EXPECT_EQ(to_hex(*transcript->second_element()), long_head);
}

TEST(SessionTranscript, OutOfBandChannelsMayLeaveElementsOut) {
  const auto transcript = SessionTranscript::from_elements(std::nullopt, hex(reader_key_bytes_hex()),
                                                           OtherHandover{shared("6861 70706c69636162")});
  ASSERT_TRUE(transcript) << describe(transcript.error());
  EXPECT_FALSE(transcript->device_engagement_bytes());
  EXPECT_TRUE(transcript->second_element());
  EXPECT_EQ(SessionTranscript::from_elements(std::nullopt, std::nullopt, OtherHandover{shared("0102")}).error().code,
            Errc::bad_argument);
  EXPECT_EQ(SessionTranscript::from_elements(std::nullopt, std::nullopt, OtherHandover{}).error().code,
            Errc::bad_argument);
}

TEST(SessionTranscript, EncryptedDocumentsHaveAnotherSecondElement) {
  const auto outer = SessionTranscript::for_session(engagement(), hex(reader_key_bytes_hex()), QrHandover{}).value();
  const auto inner = outer.with_encryption_parameters(hex("d81841a0"));
  ASSERT_TRUE(inner);
  EXPECT_EQ(to_hex(inner->bytes().view()), "83" + to_hex(*outer.device_engagement_bytes()) +
                                               "d81841a0"
                                               "f6");
  EXPECT_EQ(outer.with_encryption_parameters(hex("a0")).error().code, Errc::bad_argument);
  ProtocolConstants constants = iso18013_5();
  constants.openid4vp_handover = "OtherHandover";
  const auto vp = SessionTranscript::for_online(OpenID4VPHandover::of({"c", "n", {}, "r"}).value(), constants).value();
  EXPECT_EQ(name(vp.with_encryption_parameters(hex("d81841a0")).value().handover()), "openid4vp");
}

TEST(SessionTranscript, OtherStructuresAreRefused) {
  for (const char* text : {"", "80", "82f6f6", "84f6f6f6f6", "83f6f6", "8341a0f6f6", "83f601f6", "83f6f6f600", "a0",
                           "d81842f6f6", "d8184583f6f6f600", "d81801", "83d81801f6f6"}) {
    const auto refused = SessionTranscript::decode(shared(text), lenient);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind(), ErrorKind::malformed) << text;
  }
}

TEST(SessionTranscript, ThumbprintsOfOtherKeyTypesLeaveOutY) {
  // RFC 8037, A.3 in structure: { crv, kty, x } for octet key pairs.
  const auto x25519 = crypto::PrivateKey::import(crypto::Curve::x25519, Bytes(32, 7)).value();
  const std::string json = R"({"crv":"X25519","kty":"OKP","x":")" + to_base64url(x25519.public_key().point()) + R"("})";
  EXPECT_EQ(to_hex(jwk_thumbprint(x25519.public_key()).value()), digest_hex(as_bytes(json)));
}

}  // namespace
}  // namespace mdoc::engagement
