#include "mdoc/engagement/device_engagement.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

namespace mdoc::engagement {
namespace {

const NfcOptions nfc{.command_data = 4096, .response_data = 32768};

Result<DeviceEngagement> decode(std::string_view text, const cbor::DecodeContext& context = {}) {
  return decode_device_engagement(shared(text), context);
}

/// An engagement of `members` members, which follow version "1.0" and the security of Annex D.
std::string engagement(std::string_view head, std::string_view version, std::string_view members) {
  return std::string(head) + "0063" + to_hex(as_bytes(version)) + security_hex() + std::string(members);
}

TEST(DeviceEngagement, AnnexDQrEngagementIsDecodedAndWrittenToTheByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes expected = testing::shared_bytes("iso18013-5-annex-d.json", "D.3.1/device-engagement-qr");
  const auto decoded = decode_device_engagement(SharedBytes::copy_of(expected), strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(decoded->version(), "1.0");
  EXPECT_EQ(to_bytes(decoded->bytes()), expected);
  EXPECT_EQ(to_bytes(decoded->e_device_key_bytes().bytes()),
            testing::shared_bytes("iso18013-5-annex-d.json", "D.3.1/e-device-key-bytes"));
  EXPECT_EQ(decoded->e_device_key(), e_device_key());
  ASSERT_EQ(decoded->retrieval_methods().size(), 1u);
  EXPECT_EQ(std::get<BleOptions>(decoded->retrieval_methods()[0]).central_client.value().uuid.text(),
            "45efef74-2b2c-4837-a9a3-b0e1d05a6917");

  const auto built = DeviceEngagement::for_qr(e_device_key(), decoded->retrieval_methods());
  ASSERT_TRUE(built);
  EXPECT_EQ(to_bytes(built->bytes()), expected);
}

TEST(DeviceEngagement, EngagementsOfOtherImplementationsDecode) {
  MDOC_NEEDS_SHARED_VECTORS();
  Log log;
  const auto server = decode_device_engagement(
      shared(testing::shared_bytes("device-engagement.json", "engagement/ble-and-server-retrieval")), log.context());
  ASSERT_TRUE(server) << describe(server.error());
  EXPECT_EQ(std::get<BleOptions>(server->retrieval_methods()[0]).peripheral_server.value().uuid.text(),
            "0000d296-0000-1000-8000-00805f9b34fb");
  const auto methods = decode_server_retrieval_methods(*server);
  ASSERT_TRUE(methods) << describe(methods.error());
  EXPECT_EQ(methods->web_api.value().issuer_url, "https://api.pp.mobiledl.us/api/Iso18013");
  EXPECT_EQ(methods->web_api->token, "eWqbX81BE0LaT1cumhgh");
  EXPECT_FALSE(methods->oidc);
  EXPECT_TRUE(log.log.empty());

  const auto both = decode_device_engagement(
      shared(testing::shared_bytes("device-engagement.json", "engagement/ble-both-modes-two-methods")), log.context());
  ASSERT_TRUE(both) << describe(both.error());
  ASSERT_EQ(both->retrieval_methods().size(), 1u);
  const auto& ble = std::get<BleOptions>(both->retrieval_methods()[0]);
  EXPECT_EQ(ble.peripheral_server.value().uuid, ble.central_client.value().uuid);
  EXPECT_TRUE(log.has(Rule::engagement_duplicate_method));
}

TEST(Eng03, VersionFollowsFromTheContent) {
  const RetrievalMethod methods[] = {nfc};
  const auto plain = DeviceEngagement::for_qr(e_device_key(), methods);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->version(), "1.0");
  EXPECT_FALSE(plain->origin_infos() || plain->capabilities());

  const OfferedCapabilities both{.reader_auth_all = true, .extended_request = true};
  const auto capable = DeviceEngagement::for_qr(e_device_key(), methods, {.capabilities = both});
  ASSERT_TRUE(capable);
  EXPECT_EQ(capable->version(), "1.1");
  EXPECT_EQ(to_hex(capable->origin_infos().value().view()), "80");  // mandatory beside capabilities
  EXPECT_EQ(to_hex(capable->bytes().view()),
            "a5006331"
            "2e31" +
                security_hex() + "0281830101a20019100001198000" + "0580" + "06a203f504f5");
}

TEST(Eng03, VersionsThatDoNotFitAreJudgedByRule) {
  for (const auto& [text, rule] : {std::pair(engagement("a3", "1.0", "0580"), Rule::engagement_version),
                                   std::pair(engagement("a2", "1.1", ""), Rule::engagement_version),
                                   std::pair(engagement("a3", "1.1", "06a0"), Rule::engagement_capabilities)}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(decode(text, strict).error().code, Errc::deviation);
    Log log;
    EXPECT_TRUE(decode(text, log.context()));
    EXPECT_TRUE(log.has(rule));
  }
  EXPECT_TRUE(decode(engagement("a4", "1.1", "058006a0"), strict));
  EXPECT_TRUE(decode(engagement("a2", "1.7", ""), strict));  // a later minor version
}

TEST(Eng04, UnknownMembersAreKeptAndTheBytesStayAsTheyCame) {
  // Keys 900 and -2, out of order, and a version head longer than needed.
  const std::string text =
      "a619038482010200"
      "7803312e31" +
      security_hex() +
      "0580"
      "06a21863613106f5"
      "2143010203";
  Log log;
  const auto decoded = decode(text, log.context());
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(to_hex(decoded->bytes().view()), text);
  EXPECT_EQ(decoded->others().size(), 2u);
  EXPECT_EQ(to_hex(decoded->others()[0].value.view()), "820102");
  EXPECT_EQ(to_hex(decoded->others()[1].key.view()), "21");
  EXPECT_EQ(decoded->capabilities().value().others.size(), 2u);
  EXPECT_TRUE(log.has(Rule::cbor_non_preferred));
}

TEST(Eng05, QrHasRetrievalMethodsAndNfcHasNone) {
  EXPECT_EQ(DeviceEngagement::for_qr(e_device_key(), {}).error().code, Errc::bad_argument);
  const auto by_nfc = DeviceEngagement::for_nfc(e_device_key());
  ASSERT_TRUE(by_nfc);
  EXPECT_EQ(to_hex(by_nfc->bytes().view()), "a20063312e30" + security_hex());
}

TEST(Eng06, BuilderRefusesOneMethodTwice) {
  const RetrievalMethod methods[] = {nfc, NfcOptions{}};
  EXPECT_EQ(DeviceEngagement::for_qr(e_device_key(), methods).error().code, Errc::bad_argument);
}

TEST(Eng08, NothingIsAnnouncedThatTheApplicationDoesNotSay) {
  const RetrievalMethod methods[] = {nfc};
  EXPECT_FALSE(DeviceEngagement::for_qr(e_device_key(), methods).value().capabilities());
  EXPECT_FALSE(DeviceEngagement::for_nfc(e_device_key()).value().capabilities());
  EXPECT_FALSE(DeviceEngagement::for_website(e_device_key(), "gov.example.com").value().capabilities());
  const auto extended = DeviceEngagement::for_nfc(e_device_key(), {.capabilities = {.extended_request = true}});
  EXPECT_TRUE(extended.value().capabilities().value().extended_request);
  EXPECT_FALSE(extended->capabilities()->reader_auth_all || extended->capabilities()->mac_keys);
}

TEST(Eng08, CapabilitiesAreOnlyEverTrue) {
  const RetrievalMethod methods[] = {nfc};
  const OfferedCapabilities one{.reader_auth_all = true};
  const auto built = DeviceEngagement::for_qr(e_device_key(), methods, {.capabilities = one});
  ASSERT_TRUE(built);
  EXPECT_TRUE(to_hex(built->bytes().view()).ends_with("058006a103f5"));
  EXPECT_FALSE(built->capabilities().value().extended_request);
  EXPECT_FALSE(built->capabilities()->handover_session_establishment);  // never announced

  for (const char* capabilities : {"06a102f4", "06a103f4", "06a1018101", "06a200f4018101", "06a200f50180"}) {
    SCOPED_TRACE(capabilities);
    const std::string text = engagement("a4", "1.1", "0580" + std::string(capabilities));
    EXPECT_EQ(decode(text, strict).error().code, Errc::deviation);
    Log log;
    const auto decoded = decode(text, log.context());
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(log.has(Rule::engagement_capabilities));
    EXPECT_FALSE(decoded->capabilities()->reader_auth_all || decoded->capabilities()->handover_session_establishment);
    EXPECT_TRUE(decoded->capabilities()->mac_key_curves.empty());
  }
  EXPECT_EQ(decode(engagement("a4", "1.1", "058006a10301")).error().code, Errc::wrong_type);
}

TEST(DeviceEngagement, MacKeysBelongToWebsitesOnly) {
  const OfferedCapabilities mac{.mac_keys = MacKeysSupport{{crypto::Curve::p256, crypto::Curve::x25519}}};
  const RetrievalMethod methods[] = {nfc};
  EXPECT_EQ(DeviceEngagement::for_qr(e_device_key(), methods, {.capabilities = mac}).error().code, Errc::bad_argument);
  EXPECT_EQ(DeviceEngagement::for_nfc(e_device_key(), {.capabilities = mac}).error().code, Errc::bad_argument);
  const auto web = DeviceEngagement::for_website(e_device_key(), "gov.example.com", {.capabilities = mac});
  ASSERT_TRUE(web);
  EXPECT_TRUE(to_hex(web->bytes().view()).ends_with("06a200f501820104"));
  EXPECT_EQ(web->capabilities().value().mac_key_curves, (std::vector<std::int64_t>{1, 4}));
  OfferedCapabilities signing = mac;
  signing.mac_keys->curves = {crypto::Curve::ed25519};
  EXPECT_EQ(DeviceEngagement::for_website(e_device_key(), "", {.capabilities = signing}).error().code,
            Errc::bad_argument);
}

TEST(Eng10, EveryEcdhCurveIsAccepted) {
  std::array<std::uint8_t, 66> scalar{};
  scalar.fill(7);
  unsigned curves = 0;
  for (const auto& curve : crypto::curves()) {
    SCOPED_TRACE(curve.name);
    scalar[0] = curve.curve == crypto::Curve::p521 ? 0 : 7;
    const auto key = crypto::PrivateKey::import(curve.curve, ByteView(scalar).first(curve.coordinate_size));
    ASSERT_TRUE(key);
    const auto built = DeviceEngagement::for_nfc(key->public_key());
    EXPECT_EQ(built.has_value(), curve.can_agree);
    if (!curve.can_agree) {
      cbor::Writer cose;
      cose.embedded(cose::encode_cose_key(key->public_key().coordinates()));
      const auto refused = decode("a20063312e30018201" + to_hex(cose.view()));
      EXPECT_EQ(refused.error().code, Errc::unsupported_curve);
      continue;
    }
    ++curves;
    const auto decoded = decode_device_engagement(built->bytes(), strict);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    EXPECT_EQ(decoded->e_device_key(), key->public_key());
  }
  EXPECT_EQ(curves, 9u);
}

TEST(Eng11, AnotherCipherSuiteIsNamed) {
  for (const char* suite : {"00", "02", "1864", "20"}) {
    const auto refused = decode("a20063312e300182" + std::string(suite) + e_device_key_bytes_hex());
    EXPECT_EQ(refused.error().code, Errc::unsupported_cipher_suite) << suite;
    EXPECT_EQ(refused.error().kind(), ErrorKind::unsupported);
    EXPECT_EQ(refused.error().where.text(), "DeviceEngagement.security.cipherSuite");
  }
  EXPECT_EQ(decode("a20063312e3001826131" + e_device_key_bytes_hex()).error().code, Errc::wrong_type);
  EXPECT_EQ(decode("a20063312e300181" + e_device_key_bytes_hex()).error().code, Errc::wrong_type);
  EXPECT_EQ(decode("a20063312e30018101").error().code, Errc::missing_element);
}

TEST(Eng11, AnotherCipherSuiteOfAReaderIsNamed) {
  for (const char* suite : {"00", "02", "1864", "20"}) {
    const auto refused =
        decode_reader_engagement(shared("a20063312e310182" + std::string(suite) + e_device_key_bytes_hex()), lenient);
    EXPECT_EQ(refused.error().code, Errc::unsupported_cipher_suite) << suite;
  }
  EXPECT_EQ(decode_reader_engagement(shared("a20063312e3101816131")).error().code, Errc::wrong_type);
}

TEST(Eng13, ServerRetrievalIsNeitherReadNorRequiredToBeSound) {
  for (const char* key_3 : {"03a0", "03f6", "0343010203", "03a166776562417069830178"}) {
    const auto decoded = decode(engagement("a3", "1.0", key_3), strict);
    const bool well_formed = std::string_view(key_3).size() < 12;
    ASSERT_EQ(decoded.has_value(), well_formed) << key_3;
    if (decoded) {
      EXPECT_FALSE(decode_server_retrieval_methods(*decoded));
    }
  }
  EXPECT_EQ(decode_server_retrieval_methods(decode(engagement("a2", "1.0", "")).value()).error().code,
            Errc::missing_element);
}

TEST(Cbr17, CompressedDeviceKeyIsAcceptedAndCompressedReaderKeyIsNot) {
  // y is odd: the sign bit is true.
  const std::string compressed = "d818582aa401022001215820" + std::string(e_device_x) + "22f5";
  const auto device = decode("a20063312e30018201" + compressed, strict);
  ASSERT_TRUE(device) << describe(device.error());
  EXPECT_EQ(device->e_device_key(), e_device_key());
  EXPECT_EQ(to_hex(device->e_device_key_bytes().bytes()), compressed);
  const auto reader = decode_reader_engagement(shared("a20063312e31018201" + compressed), lenient);
  EXPECT_EQ(reader.error().code, Errc::bad_key);
  EXPECT_TRUE(decode_reader_engagement(shared("a20063312e31" + security_hex()), strict));
}

TEST(Cbr16, UnusableDeviceKeysAreRefused) {
  const std::string x(e_device_x), y(e_device_y);
  std::string off_curve = y;
  off_curve.back() = '6';
  const std::string keys[] = {
      "d818584ba401022001215820" + x + "225820" + off_curve,    // not on the curve
      "d818584aa40102200121581f" + x.substr(2) + "225820" + y,  // x too short
      "d8185826a30102200121"
      "5820" +
          x,                                                                                    // no y
      "d818586ea501022001215820" + x + "225820" + y + "235820" + std::string(e_device_scalar),  // with d
  };
  for (const auto& key : keys) {
    const auto refused = decode("a20063312e30018201" + key, lenient);
    ASSERT_FALSE(refused) << key;
    EXPECT_NE(refused.error().kind(), ErrorKind::usage);
  }
}

TEST(DeviceEngagement, ObsoleteAndUnknownFormsAreNamed) {
  EXPECT_EQ(decode("8263312e30" + security_hex().substr(2)).error().code, Errc::obsolete_draft);
  for (const char* version : {"2.0", "0.9"}) {
    const auto refused = decode("a10063" + to_hex(as_bytes(version)));
    EXPECT_EQ(refused.error().code, Errc::unsupported_version) << version;
  }
  for (const char* version : {"1", "1.x", "01.0", "1.0.0", ""}) {
    cbor::Writer writer;
    writer.map(1).uint(0).text(version);
    EXPECT_EQ(decode_device_engagement(shared(std::move(writer).take())).error().code, Errc::bad_value) << version;
  }
  EXPECT_EQ(decode("a1" + security_hex()).error().code, Errc::missing_element);  // no version
  EXPECT_EQ(decode("a10063312e30").error().code, Errc::missing_element);         // no security
  EXPECT_EQ(decode(engagement("a2", "1.0", "00")).error().code, Errc::trailing_bytes);
  EXPECT_EQ(decode(engagement("a3", "1.0", "0063312e30")).error().code, Errc::duplicate_key);
  EXPECT_EQ(decode("").error().code, Errc::truncated);
  EXPECT_EQ(decode("63312e30").error().code, Errc::wrong_type);
  EXPECT_EQ(decode("d818"
                   "41a0")
                .error()
                .code,
            Errc::wrong_type);  // the form with tag 24 is another function's
}

TEST(DeviceEngagement, EveryTruncationIsRefused) {
  const RetrievalMethod methods[] = {nfc};
  const auto built = DeviceEngagement::for_qr(e_device_key(), methods).value();
  for (std::size_t size = 0; size < built.bytes().size(); ++size) {
    const auto refused = decode_device_engagement(SharedBytes::copy_of(built.bytes().view().first(size)));
    ASSERT_FALSE(refused) << size;
    EXPECT_EQ(refused.error().kind(), ErrorKind::malformed) << size;
  }
}

TEST(DeviceEngagement, OversizedEngagementsAreRefusedUnread) {
  Bytes large = hex(engagement("a3", "1.0", "2059ffff"));
  large.resize(max_engagement_bytes + 1);
  EXPECT_EQ(decode_device_engagement(shared(std::move(large))).error().code, Errc::too_large);
}

TEST(DeviceEngagement, ExtensionsHaveNegativeKeysAndOneItem) {
  const auto built =
      DeviceEngagement::for_nfc(e_device_key(), {.capabilities = {}, .extensions = {{.key = -5, .value = {0x01}}}});
  ASSERT_TRUE(built);
  EXPECT_TRUE(to_hex(built->bytes().view()).ends_with("2401"));
  for (const EngagementExtension& extension :
       {EngagementExtension{.key = 7, .value = {0x01}}, EngagementExtension{.key = -1, .value = {}},
        EngagementExtension{.key = -1, .value = {0x01, 0x02}}, EngagementExtension{.key = -1, .value = {0x18}}}) {
    EXPECT_EQ(DeviceEngagement::for_nfc(e_device_key(), {.extensions = {extension}}).error().code, Errc::bad_argument);
  }
  const std::vector<EngagementExtension> twice{{.key = -1, .value = {0x01}}, {.key = -1, .value = {0x01}}};
  EXPECT_EQ(DeviceEngagement::for_nfc(e_device_key(), {.extensions = twice}).error().code, Errc::bad_argument);
}

TEST(DeviceEngagementMessage, WebsiteEngagementMatchesTheComputedBytes) {
  const auto built = DeviceEngagement::for_website(e_device_key(), "verifier.example");
  ASSERT_TRUE(built);
  const Bytes message = encode_device_engagement_message(*built);
  EXPECT_EQ(to_hex(message),
            "a175646576696365456e676167656d656e744279746573d8185887a30063312e31018201d818584ba40102200121582"
            "05a88d182bce5f42efa59943f33359d2e8a968ff289d93e5fa444b624343167fe225820b16e8cf858ddc7690407ba61d4c3"
            "38237a8cfcf3de6aa672fc60a557aa32fc670581a363636174016474797065016764657461696c73a166646f6d61696e70"
            "76657269666965722e6578616d706c65");
  const auto decoded = decode_device_engagement_message(SharedBytes::copy_of(message), strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(to_bytes(decoded->bytes()), to_bytes(built->bytes()));
  EXPECT_EQ(to_bytes(decoded->device_engagement_bytes()), to_bytes(built->device_engagement_bytes()));
}

TEST(DeviceEngagementMessage, ItemAsReceivedIsKeptWhateverItsHead) {
  const auto built = DeviceEngagement::for_website(e_device_key(), "").value();
  // Two bytes for the length where one would do.
  cbor::Writer writer;
  writer.map(1)
      .text("deviceEngagementBytes")
      .raw(hex("d81859" + to_hex(Bytes{0, static_cast<std::uint8_t>(built.bytes().size())})));
  writer.raw(built.bytes().view());
  const auto decoded = decode_device_engagement_message(shared(std::move(writer).take()));
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(to_hex(decoded->device_engagement_bytes().view().first(3)), "d81859");
  EXPECT_EQ(to_bytes(decoded->bytes()), to_bytes(built.bytes()));
}

TEST(DeviceEngagementMessage, EngagementInAByteStringOfIndefiniteLengthIsTheContentOfThatString) {
  const auto built = DeviceEngagement::for_website(e_device_key(), "a.example").value();
  cbor::Writer writer;
  writer.map(1).text("deviceEngagementBytes").raw(hex("d8185f")).bytes(built.bytes().view()).raw(hex("ff"));
  const SharedBytes message = shared(std::move(writer).take());
  EXPECT_EQ(decode_device_engagement_message(message, strict).error().code, Errc::indefinite_length);
  Log log;
  const auto decoded = decode_device_engagement_message(message, log.context());
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_TRUE(log.has(Rule::cbor_indefinite_length));
  EXPECT_EQ(to_hex(decoded->device_engagement_bytes().view().first(3)), "d8185f");
  EXPECT_EQ(to_bytes(decoded->bytes()), to_bytes(built.bytes()));
}

TEST(DeviceEngagementMessage, FurtherByteStringIsJudgedByRule) {
  const auto built = DeviceEngagement::for_website(e_device_key(), "a.example").value();
  cbor::Writer writer;
  writer.map(1).text("deviceEngagementBytes").bytes(built.device_engagement_bytes().view());
  const SharedBytes message = shared(std::move(writer).take());
  EXPECT_EQ(decode_device_engagement_message(message, strict).error().code, Errc::deviation);
  Log log;
  const auto decoded = decode_device_engagement_message(message, log.context());
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_TRUE(log.has(Rule::engagement_message_wrapped));
  EXPECT_EQ(to_bytes(decoded->device_engagement_bytes()), to_bytes(built.device_engagement_bytes()));
  EXPECT_EQ(decode_device_engagement_message(shared("a0")).error().code, Errc::missing_element);
  EXPECT_EQ(decode_device_engagement_message(built.bytes()).error().code, Errc::missing_element);
}

TEST(OriginInfos, DomainOriginsAreReadAndCompared) {
  const auto built = DeviceEngagement::for_website(e_device_key(), "gov.example.com").value();
  const auto infos = decode_origin_infos(built, strict);
  ASSERT_TRUE(infos) << describe(infos.error());
  ASSERT_EQ(infos->size(), 1u);
  EXPECT_EQ(infos->front().domain, "gov.example.com");
  const std::string_view own[] = {"other.example", "GOV.example.com."};
  EXPECT_EQ(match_origin(*infos, own), OriginMatch::matches);
  EXPECT_EQ(match_origin(*infos, std::span(own).first(1)), OriginMatch::mismatch);
  EXPECT_EQ(match_origin({}, own), OriginMatch::absent);
  const auto unknown = decode_origin_infos(DeviceEngagement::for_website(e_device_key(), "").value());
  EXPECT_EQ(match_origin(unknown.value(), own), OriginMatch::unknown);
  for (const char* no_host : {"https://gov.example.com", "gov.example.com/present", "gov.example.com:443", "a@b"}) {
    EXPECT_EQ(DeviceEngagement::for_website(e_device_key(), no_host).error().code, Errc::bad_argument) << no_host;
  }
}

TEST(OriginInfos, EntriesAgainstTheTableAreRefusedOnlyWhenAsked) {
  const std::string domain = "a363636174016474797065016764657461696c73a166646f6d61696e6161";
  const std::string no_domain = "a363636174016474797065016764657461696c73a0";
  const std::string as_text = "a363636174016474797065016764657461696c736161";
  const std::string other = "a363636174016474797065006764657461696c73a1616101";
  for (const auto& [infos, code] :
       {std::pair("82" + domain + domain, Errc::bad_value), std::pair("81" + no_domain, Errc::missing_element),
        std::pair("81" + as_text, Errc::deviation), std::pair(std::string("8101"), Errc::wrong_type),
        std::pair(std::string("a0"), Errc::wrong_type)}) {
    SCOPED_TRACE(infos);
    // In proximity, the content is for nobody to judge.
    const auto decoded = decode(engagement("a3", "1.1", "05" + infos), strict);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    const auto refused = decode_origin_infos(*decoded);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code);
    EXPECT_GT(refused.error().offset, security_hex().size() / 2);  // counted from the begin of the engagement
  }
  Log log;
  const auto text = decode(engagement("a3", "1.1", "0581" + as_text)).value();
  EXPECT_EQ(decode_origin_infos(text, log.context(Level::lenient)).value().at(0).domain, "a");
  EXPECT_TRUE(log.has(Rule::origin_info_text));
  const auto two = decode_origin_infos(decode(engagement("a3", "1.1", "0582" + other + domain)).value());
  ASSERT_TRUE(two) << describe(two.error());
  EXPECT_FALSE(two->front().domain);
  EXPECT_TRUE(decode_origin_infos(decode(engagement("a2", "1.0", "")).value()).value().empty());
}

TEST(ReaderEngagement, FormForNfcIsAVersionAlone) {
  const auto built = ReaderEngagement::for_nfc();
  ASSERT_TRUE(built);
  EXPECT_EQ(to_hex(built->bytes().view()), "a10063312e30");
  EXPECT_FALSE(built->e_reader_key_bytes());
  MDOC_NEEDS_SHARED_VECTORS();
  EXPECT_EQ(to_bytes(built->bytes()), testing::shared_bytes("device-engagement.json", "reader-engagement/minimal"));
}

TEST(ReaderEngagement, FormForLinksMatchesTheComputedBytes) {
  const RetrievalMethod methods[] = {RestApiOptions{.uri = "https://verifier.example/mdoc/s/7f3a"}};
  const auto built = ReaderEngagement::for_link(e_reader_key(), methods);
  ASSERT_TRUE(built);
  EXPECT_EQ(to_hex(built->bytes().view()),
            "a30063312e31018201d818584ba40102200121582060e3392385041f51403051f2415531cb56dd3f999c71687013aac6768bc8187e"
            "225820e58deb8fdbe907f7dd5368245551a34796f7d2215c440c339bb0f7b67beccdfa0281830401a100782468747470733a2f2f76"
            "657269666965722e6578616d706c652f6d646f632f732f37663361");
  EXPECT_EQ(built->e_reader_key_bytes().value().value(), e_reader_key());
  EXPECT_EQ(std::get<RestApiOptions>(built->retrieval_methods()[0]).uri, "https://verifier.example/mdoc/s/7f3a");
  EXPECT_EQ(ReaderEngagement::for_link(e_reader_key(), {}).error().code, Errc::bad_argument);
  const RetrievalMethod bad[] = {RestApiOptions{.uri = "ftp://x"}};
  EXPECT_EQ(ReaderEngagement::for_link(e_reader_key(), bad).error().code, Errc::bad_argument);
}

TEST(ReaderEngagement, KeyMayBeAbsentAndUnknownMembersAreKept) {
  const auto decoded = decode_reader_engagement(shared("a30063312e31"
                                                       "06a1"
                                                       "1a444376318161"
                                                       "61"
                                                       "2001"),
                                                strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_FALSE(decoded->e_reader_key_bytes());
  EXPECT_EQ(decoded->others().size(), 2u);
  EXPECT_EQ(decode_reader_engagement(shared("8163312e31")).error().code, Errc::obsolete_draft);
  EXPECT_EQ(decode_reader_engagement(shared("a10063322e30")).error().code, Errc::unsupported_version);
  EXPECT_EQ(decode_reader_engagement(shared("a20063312e31"
                                            "018202" +
                                            e_device_key_bytes_hex()))
                .error()
                .code,
            Errc::unsupported_cipher_suite);
}

}  // namespace
}  // namespace mdoc::engagement
