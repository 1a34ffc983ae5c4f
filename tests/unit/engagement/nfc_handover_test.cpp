#include "mdoc/engagement/nfc_handover.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

const std::string hs_head = "91020f487315d10209616301013001046d646f63";
const std::string ble_record_type = "6170706c69636174696f6e2f766e642e626c7565746f6f74682e6c652e6f6f62";
const std::string engagement_type = "69736f2e6f72673a31383031333a646576696365656e676167656d656e74";
const std::string engagement_map = "a20063312e30" + security_hex();

/// A Handover Select message with one BLE carrier of this out-of-band payload.
std::string select_with_ble(std::string_view oob, std::string_view flags = "1a") {
  const auto size = to_hex(Bytes{static_cast<std::uint8_t>(oob.size() / 2)});
  return hs_head + std::string(flags) + "20" + size + "01" + ble_record_type + "30" + std::string(oob) + "5c1e5804" +
         engagement_type + "6d646f63" + engagement_map;
}

const Uuid ble_uuid = Uuid::parse("45efef74-2b2c-4837-a9a3-b0e1d05a6917").value();
constexpr std::string_view reversed_hex = "17695ad0e1b0a3a937482c2b74efef45";

DeviceEngagement plain_engagement() { return DeviceEngagement::for_nfc(e_device_key()).value(); }

TEST(HandoverSelect, AnnexDMessageResolvesByReference) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const auto& [file, id] : {std::pair("device-engagement.json", "D.3.3/nfc-static-handover-select"),
                                 std::pair("iso18013-5-annex-d.json", "D.3.2/nfc-handover-select")}) {
    SCOPED_TRACE(id);
    const Bytes message = testing::shared_bytes(file, id);
    const auto select = decode_handover_select(SharedBytes::copy_of(message), strict);
    ASSERT_TRUE(select) << describe(select.error());
    EXPECT_EQ(to_bytes(select->message), message);
    ASSERT_EQ(select->carriers.size(), 1u);
    EXPECT_EQ(select->carriers[0].power_state, CarrierPowerState::active);
    const auto& ble = std::get<BleCarrier>(select->carriers[0].carrier);
    EXPECT_EQ(ble.role, LeRole::central_only);
    EXPECT_FALSE(ble.uuid);
    EXPECT_EQ(to_hex(ble.address.value().octets), "28128b372828");
    EXPECT_EQ(ble.address->type, 1);
    EXPECT_EQ(to_bytes(select->device_engagement.bytes()),
              testing::shared_bytes("iso18013-5-annex-d.json", "D.3.2/nfc-device-engagement"));
  }
}

TEST(HandoverRequest, AnnexDMessageOffersThreeCarriers) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto request = decode_handover_request(
      shared(testing::shared_bytes("iso18013-5-annex-d.json", "D.3.2/nfc-handover-request")), strict);
  ASSERT_TRUE(request) << describe(request.error());
  ASSERT_EQ(request->carriers.size(), 3u);
  const auto& ble = std::get<BleCarrier>(request->carriers[0].carrier);
  EXPECT_EQ(ble.role, LeRole::peripheral_preferred);
  EXPECT_EQ(ble.uuid.value().text(), "3a82d455-d5fc-4db3-bea0-6fd2f6ff32c8");
  EXPECT_FALSE(std::get<NfcCarrier>(request->carriers[1].carrier).command_data);
  const auto& wifi = std::get<WifiAwareCarrier>(request->carriers[2].carrier);
  EXPECT_EQ(wifi.cipher_suites, (Bytes{1, 3}));
  EXPECT_EQ(wifi.public_key.value().group, 19);
  EXPECT_EQ(wifi.public_key->x.size(), 32u);
  EXPECT_EQ(wifi.bands, Bytes{0x14});
  EXPECT_FALSE(request->reader_engagement);

  // The mdoc chose central mode without naming a UUID: it looks for the reader's.
  const auto select =
      decode_handover_select(shared(testing::shared_bytes("iso18013-5-annex-d.json", "D.3.2/nfc-handover-select")));
  const auto methods = retrieval_methods(select.value(), &*request);
  ASSERT_EQ(methods.size(), 1u);
  EXPECT_EQ(std::get<BleOptions>(methods[0]).central_client.value().uuid, ble.uuid);
  EXPECT_TRUE(retrieval_methods(*select).empty());  // in static handover it cannot be found
  const NfcHandover handover = nfc_handover(*select, &*request);
  EXPECT_EQ(handover.handover_request.value().size(), 205u);
  EXPECT_FALSE(nfc_handover(*select).handover_request);
}

TEST(HandoverSelect, Nfc04RecordsInAnyOrderResolveByReference) {
  MDOC_NEEDS_SHARED_VECTORS();
  Log log;
  const auto select = decode_handover_select(
      shared(testing::shared_bytes("device-engagement.json", "nfc/device-engagement-record-x25519")), log.context());
  ASSERT_TRUE(select) << describe(select.error());
  EXPECT_EQ(select->device_engagement.e_device_key().curve(), crypto::Curve::x25519);
  EXPECT_TRUE(log.has(Rule::engagement_methods_in_nfc));
  const auto methods = retrieval_methods(*select);
  ASSERT_EQ(methods.size(), 1u);
  EXPECT_EQ(std::get<BleOptions>(methods[0]).peripheral_server.value().uuid.text(),
            "9dbd8e03-0e73-412d-9793-24552b59970a");
}

TEST(HandoverSelect, VectorsOfBleCarriersDecode) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = testing::load_shared("ndef-messages.json");
  unsigned seen = 0;
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::string id(vector.at("id").as_string());
    if (!id.starts_with("ndef/ble-oob/")) continue;
    SCOPED_TRACE(id);
    ++seen;
    const auto records = decode_ndef_message(shared(vector.at("hex").as_string().c_str()));
    const std::string payload = to_hex(records.value().at(0).payload.view());
    const auto select = decode_handover_select(shared(select_with_ble(payload)), strict);
    ASSERT_TRUE(select) << describe(select.error());
    const auto& ble = std::get<BleCarrier>(select->carriers.at(0).carrier);
    const std::string notes(vector.at("notes").as_string());
    EXPECT_TRUE(notes.find(ble.uuid.value().text()) != std::string::npos || notes.ends_with("same UUID")) << notes;
  }
  EXPECT_EQ(seen, 5u);
  EXPECT_TRUE(decode_handover_select(
      shared(testing::shared_bytes("ndef-messages.json", "ndef/handover-select/central-client-no-uuid")), strict));
}

TEST(HandoverSelect, Nfc05StaticHandoverMatchesTheComputedMessage) {
  const Carrier carriers[] = {BleCarrier{.role = LeRole::central_preferred, .uuid = ble_uuid},
                              NfcCarrier{.command_data = 65535, .response_data = 65536}};
  const auto select = make_handover_select(carriers, plain_engagement());
  ASSERT_TRUE(select) << describe(select.error());
  EXPECT_EQ(
      to_hex(select->message.view()),
      "91021f487315910209616301013001046d646f6351020b616301036e666301046d646f631a2015016170706c69636174696f6e2f766e"
      "642e626c7565746f6f74682e6c652e6f6f6230021c03110717695ad0e1b0a3a937482c2b74efef451c110a0369736f2e6f72673a3138"
      "3031333a6e66636e6663010301ffff04020100005c1e580469736f2e6f72673a31383031333a646576696365656e676167656d656e74"
      "6d646f63a20063312e30018201d818584ba4010220012158205a88d182bce5f42efa59943f33359d2e8a968ff289d93e5fa444b62434"
      "3167fe225820b16e8cf858ddc7690407ba61d4c338237a8cfcf3de6aa672fc60a557aa32fc67");
  const auto decoded = decode_handover_select(select->message, strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  const auto methods = retrieval_methods(*decoded);
  ASSERT_EQ(methods.size(), 2u);
  const auto& ble = std::get<BleOptions>(methods[0]);
  EXPECT_EQ(ble.peripheral_server.value().uuid, ble_uuid);  // one UUID for both modes
  EXPECT_EQ(ble.central_client.value().uuid, ble_uuid);
  EXPECT_EQ(std::get<NfcOptions>(methods[1]).command_data, 65535u);
  EXPECT_EQ(std::get<NfcOptions>(methods[1]).response_data, 65536u);
}

TEST(HandoverSelect, WifiAwareCarrierMatchesTheComputedRecord) {
  const Carrier carriers[] = {WifiAwareCarrier{
      .cipher_suites = {1}, .passphrase = "f8kz2PGdiplsCkymY9_0_deWHNECdsusdNnXnbGNY0", .bands = {0x14}}};
  const auto select = make_handover_select(carriers, plain_engagement()).value();
  EXPECT_NE(to_hex(select.message.view()).find("6170706c69636174696f6e2f766e642e7766612e6e616e57020101"),
            std::string::npos);
  const auto decoded = decode_handover_select(select.message, strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  const auto methods = retrieval_methods(*decoded);
  EXPECT_EQ(std::get<WifiOptions>(methods.at(0)).passphrase, "f8kz2PGdiplsCkymY9_0_deWHNECdsusdNnXnbGNY0");
  EXPECT_EQ(std::get<WifiOptions>(methods[0]).supported_bands, Bytes{0x14});
}

TEST(HandoverSelect, Nfc06CarriersWithoutReferenceAreJudgedByRule) {
  const std::string carrier =
      "1a2015"
      "01" +
      ble_record_type + "30021c001107" + std::string(reversed_hex);
  const std::string tail = carrier + "5c1e5804" + engagement_type + "6d646f63" + engagement_map;
  const std::string cases[] = {
      "91020a487315d10204616301013000" + tail,  // no auxiliary reference
      "910209487315d102036163010130" + tail,    // no count
      "91020f487315d1020961630101300104"
      "6d646f64" +
          tail,                                           // a reference to another record
      "91020f487311d10209616301013001046d646f63" + tail,  // version 1.1
      "91020f487316d10209616301013001046d646f63" + tail,  // version 1.6
  };
  for (const auto& message : cases) {
    SCOPED_TRACE(message);
    EXPECT_EQ(decode_handover_select(shared(message), strict).error().code, Errc::deviation);
    Log log;
    const auto select = decode_handover_select(shared(message), log.context());
    ASSERT_TRUE(select) << describe(select.error());
    EXPECT_TRUE(log.has(Rule::nfc_handover));
    EXPECT_EQ(retrieval_methods(*select).size(), 1u);
  }
  // A carrier that is nowhere in the message.
  Log log;
  const auto dangling =
      decode_handover_select(shared("91020f487315d10209616301013101046d646f63" + tail), log.context());
  ASSERT_TRUE(dangling);
  EXPECT_TRUE(dangling->carriers.empty());
  EXPECT_TRUE(log.has(Rule::nfc_handover));
}

TEST(HandoverSelect, InactiveCarriersAreNotUsed) {
  std::string message = select_with_ble("021c001107" + std::string(reversed_hex));
  message.replace(hs_head.find("616301013001") + 4, 2, "00");
  const auto select = decode_handover_select(shared(message), strict);
  ASSERT_TRUE(select) << describe(select.error());
  EXPECT_EQ(select->carriers.at(0).power_state, CarrierPowerState::inactive);
  EXPECT_TRUE(retrieval_methods(*select).empty());
}

TEST(HandoverSelect, Nfc07BlePayloadsAgainstTheirTableAreJudgedByRule) {
  const std::string uuid_field = "1107" + std::string(reversed_hex);
  struct Case {
    std::string oob;
    bool readable;
  };
  const Case cases[] = {
      {"021c00" + uuid_field + "071b28128b372828", true},  // address without type
      {"021c00"
       "2107" +
           std::string(32, '0') + std::string(reversed_hex),
       true},                                      // two UUIDs: the last
      {"021c00" + uuid_field + uuid_field, true},  //
      {uuid_field, false},                         // no role
      {"021c04" + uuid_field, false},              // unknown role
      {"031c0000" + uuid_field, false},            //
      {"021c00"
       "12"
       "07" +
           std::string(reversed_hex),
       false},  // field longer than the payload
      {"", false},
  };
  for (const auto& [oob, readable] : cases) {
    SCOPED_TRACE(oob);
    EXPECT_EQ(decode_handover_select(shared(select_with_ble(oob)), strict).error().code, Errc::deviation);
    Log log;
    const auto select = decode_handover_select(shared(select_with_ble(oob)), log.context());
    ASSERT_TRUE(select) << describe(select.error());
    EXPECT_TRUE(log.has(Rule::nfc_carrier));
    const auto methods = retrieval_methods(*select);
    ASSERT_EQ(methods.size(), readable ? 1u : 0u);
    if (readable) {
      EXPECT_EQ(std::get<BleOptions>(methods[0]).peripheral_server.value().uuid, ble_uuid);
    }
  }
}

TEST(HandoverSelect, UnknownFieldsOfTheBlePayloadArePassedOver) {
  const std::string oob =
      "00"
      "020106"
      "0409616263"
      "021c00"
      "1107" +
      std::string(reversed_hex) +
      "081b28128b37282801"
      "03ff0102";
  const auto select = decode_handover_select(shared(select_with_ble(oob)), strict);
  ASSERT_TRUE(select) << describe(select.error());
  EXPECT_TRUE(std::get<BleOptions>(retrieval_methods(*select).at(0)).peripheral_server->address);
}

TEST(HandoverSelect, PsmTravelsInServiceData) {
  const Carrier carriers[] = {BleCarrier{.role = LeRole::peripheral_only, .uuid = ble_uuid, .psm = 0x80}};
  const auto select = make_handover_select(carriers, plain_engagement()).value();
  EXPECT_NE(to_hex(select.message.view()).find("071601ffa1001880"), std::string::npos);
  const auto methods = retrieval_methods(decode_handover_select(select.message, strict).value());
  EXPECT_EQ(std::get<BleOptions>(methods.at(0)).peripheral_server->psm, 0x80);
  for (const char* other : {"071602ffa1001880", "071601ffa100187f", "031601ff", "021601"}) {
    const auto decoded =
        decode_handover_select(shared(select_with_ble("021c001107" + std::string(reversed_hex) + other)), strict);
    ASSERT_TRUE(decoded) << other;
    EXPECT_FALSE(std::get<BleCarrier>(decoded->carriers.at(0).carrier).psm) << other;
  }
}

TEST(HandoverSelect, Nfc08NfcCarrierHasBothSizesInRange) {
  const auto with_payload = [](std::string_view payload, std::string_view flags = "1c") {
    const auto size = to_hex(Bytes{static_cast<std::uint8_t>(payload.size() / 2)});
    return shared("910211487315d1020b616301036e666301046d646f63" + std::string(flags) + "11" + size +
                  "0369736f2e6f72673a31383031333a6e6663"
                  "6e6663" +
                  std::string(payload) + "5c1e5804" + engagement_type + "6d646f63" + engagement_map);
  };
  const auto good = decode_handover_select(with_payload("010301ffff0402010000"), strict);
  ASSERT_TRUE(good) << describe(good.error());
  struct Case {
    std::string payload;
    std::uint32_t command, response;
  };
  const Case cases[] = {
      {"01", 255, 256},                // a reader's form
      {"010201fe03020100", 255, 256},  // below the range
      {"010501000100000402010001", 65535, 65536},
      {"0101ff02ffff", 255, 65535},  // value without type, as one reader sends it
      {"010301ffff", 255, 256},      // one size only
      {"0103", 255, 256},
      {"010303ffff", 255, 256},
      {"0106010000000000040201 0000", 255, 256},
  };
  for (const auto& [payload, command, response] : cases) {
    SCOPED_TRACE(payload);
    std::string compact = payload;
    std::erase(compact, ' ');
    EXPECT_EQ(decode_handover_select(with_payload(compact), strict).error().code, Errc::deviation);
    Log log;
    const auto select = decode_handover_select(with_payload(compact), log.context());
    ASSERT_TRUE(select) << describe(select.error());
    EXPECT_TRUE(log.has(Rule::nfc_carrier));
    const auto options = std::get<NfcOptions>(retrieval_methods(*select).at(0));
    EXPECT_EQ(options.command_data, command);
    EXPECT_EQ(options.response_data, response);
  }
  Log log;
  EXPECT_TRUE(retrieval_methods(decode_handover_select(with_payload("02"), log.context()).value()).empty());
  // Nfc09: the type name format of an external type.
  EXPECT_EQ(decode_handover_select(with_payload("010301ffff0402010000", "1a"), strict).error().code, Errc::deviation);
  EXPECT_EQ(retrieval_methods(decode_handover_select(with_payload("010301ffff0402010000", "1a")).value()).size(), 1u);
  EXPECT_EQ(decode_handover_select(shared(select_with_ble("021c001107" + std::string(reversed_hex), "1c")), strict)
                .error()
                .code,
            Errc::deviation);
}

TEST(HandoverSelect, Nfc14RequestNamesOneRecordForEachCarrier) {
  const Carrier carriers[] = {BleCarrier{.role = LeRole::peripheral_preferred, .uuid = ble_uuid}, NfcCarrier{}};
  const auto request = make_handover_request(
      carriers, {.collision_resolution = {{1, 2}}, .reader_engagement = ReaderEngagement::for_nfc().value()});
  ASSERT_TRUE(request) << describe(request.error());
  EXPECT_NE(to_hex(request->message.view())
                .find("637201"
                      "02"),
            std::string::npos);
  const auto decoded = decode_handover_request(request->message, strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(decoded->carriers.size(), 2u);
  EXPECT_EQ(decoded->reader_engagement.value().version(), "1.0");
  // Nfc20: type, id and payload of the reader's engagement.
  EXPECT_NE(to_hex(request->message.view())
                .find(to_hex(as_bytes("iso.org:18013:readerengagementmdocreader")) + "a10063312e30"),
            std::string::npos);
}

TEST(HandoverRequest, CollisionResolutionAndSizesOfTheReaderAreThereIfGiven) {
  const Carrier plain[] = {NfcCarrier{}};
  const Carrier sized[] = {NfcCarrier{.command_data = 65535, .response_data = 65536}};
  const auto text_of = [](const HandoverRequest& request) { return to_hex(request.message.view()); };
  const auto without = make_handover_request(plain).value();
  EXPECT_EQ(text_of(without).find("63720102"), std::string::npos);
  EXPECT_TRUE(text_of(without).ends_with(to_hex(as_bytes("nfc")) + "01"));  // the version alone
  const auto with = make_handover_request(sized, {.collision_resolution = {{1, 2}}}).value();
  EXPECT_NE(text_of(with).find("63720102"), std::string::npos);
  EXPECT_TRUE(text_of(with).ends_with("010301ffff0402010000"));
  for (const HandoverRequest* request : {&without, &with}) {
    const auto decoded = decode_handover_request(request->message, strict);
    ASSERT_TRUE(decoded) << describe(decoded.error());
    EXPECT_EQ(std::get<NfcCarrier>(decoded->carriers.at(0).carrier).command_data.has_value(), request == &with);
  }
}

TEST(HandoverRequest, UnknownFieldsOfAWifiAwareCarrierArePassedOver) {
  const Carrier carriers[] = {WifiAwareCarrier{.cipher_suites = {1}, .bands = {0x14}}};
  Bytes message = to_bytes(make_handover_request(carriers).value().message);
  const std::string known = "020101020414", later = "0205ff";  // suites and bands; something of two bytes
  ASSERT_TRUE(to_hex(message).ends_with(known));
  // flags, type length, payload length, id length, type, id, payload
  const std::size_t payload_length =
      message.size() - known.size() / 2 - 1 - std::string_view("application/vnd.wfa.nan").size() - 2;
  ASSERT_EQ(message[payload_length], known.size() / 2);
  message[payload_length] = static_cast<std::uint8_t>(message[payload_length] + later.size() / 2);
  const Bytes more = hex(later);
  message.insert(message.end() - 3, more.begin(), more.end());
  const auto decoded = decode_handover_request(shared(std::move(message)), strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  const auto& wifi = std::get<WifiAwareCarrier>(decoded->carriers.at(0).carrier);
  EXPECT_EQ(wifi.cipher_suites, Bytes{1});
  EXPECT_EQ(wifi.bands, Bytes{0x14});
}

TEST(HandoverSelect, OursCannotDepartFromTheTables) {
  const auto engagement = plain_engagement();
  const auto refused = [&](std::vector<Carrier> carriers) {
    return make_handover_select(carriers, engagement).error().code == Errc::bad_argument;
  };
  EXPECT_TRUE(refused({NfcCarrier{}}));                     // the mdoc states its sizes
  EXPECT_TRUE(refused({NfcCarrier{.command_data = 255}}));  //
  EXPECT_TRUE(refused({NfcCarrier{.command_data = 254, .response_data = 256}}));
  EXPECT_TRUE(refused({BleCarrier{}, BleCarrier{}}));
  EXPECT_TRUE(refused({OtherCarrier{}}));
  EXPECT_TRUE(refused({BleCarrier{.psm = 1}}));
  EXPECT_TRUE(refused({BleCarrier{.address = BleAddress{}}}));
  EXPECT_TRUE(refused({WifiAwareCarrier{.cipher_suites = Bytes(255, 1)}}));
  EXPECT_EQ(make_handover_request({}).error().code, Errc::bad_argument);
  const RetrievalMethod methods[] = {NfcOptions{}};
  const auto by_qr = DeviceEngagement::for_qr(e_device_key(), methods).value();
  EXPECT_EQ(make_handover_select({}, by_qr).error().code, Errc::bad_argument);
  const auto none = make_handover_select({}, engagement);  // nothing of the request fits
  ASSERT_TRUE(none);
  EXPECT_TRUE(to_hex(none->message.view()).starts_with("9102014873155c"));
  EXPECT_TRUE(decode_handover_select(none->message, strict).value().carriers.empty());
}

TEST(HandoverSelect, MalformedMessagesAreRefused) {
  const std::string good = select_with_ble("021c001107" + std::string(reversed_hex));
  ASSERT_TRUE(decode_handover_select(shared(good), strict));
  const SharedBytes message = shared(good);
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_FALSE(decode_handover_select(SharedBytes::copy_of(message.view().first(size)))) << size;
  }
  const std::string tail = good.substr(hs_head.size());
  const std::pair<std::string, Errc> cases[] = {
      {good.substr(0, 6) + "4872" + good.substr(10), Errc::missing_element},  // a request
      {"910200"
       "4873" +
           tail,
       Errc::truncated},  // no version
      {"91020f487325d10209616301013001046d646f63" + tail, Errc::unsupported_version},
      {"91020e487315d10208616301013002046d646f" + tail, Errc::bad_frame},              // reference cut off
      {"910210487315d1020a616301013001046d646f6300" + tail, Errc::bad_frame},          // something behind
      {"91020e487315d102086163010001046d646f63" + tail, Errc::bad_frame},              // reference of no bytes
      {"910203487315d100" + tail, Errc::truncated},                                    // no message inside
      {"d10201487315", Errc::missing_element},                                         // no engagement
      {hs_head + "11020f487315d10209616301013001046d646f63" + tail, Errc::bad_frame},  // two of them
  };
  for (const auto& [text, code] : cases) {
    const auto refused = decode_handover_select(shared(text), lenient);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, code) << text << ' ' << describe(refused.error());
  }
  // An engagement under another id is found by its type.
  std::string other_id = good;
  other_id.replace(good.find(engagement_type) + engagement_type.size(), 8, "6d646f64");
  EXPECT_EQ(decode_handover_select(shared(other_id), strict).error().code, Errc::deviation);
  EXPECT_TRUE(decode_handover_select(shared(other_id)));
}

TEST(HandoverSelect, ErrorsInTheEngagementHaveTheirPlaceInTheMessage) {
  std::string message = select_with_ble("021c001107" + std::string(reversed_hex));
  const std::size_t suite = message.find(security_hex()) + 4;
  message.replace(suite, 2, "05");
  const auto refused = decode_handover_select(shared(message));
  EXPECT_EQ(refused.error().code, Errc::unsupported_cipher_suite);
  EXPECT_EQ(refused.error().offset, suite / 2);
}

TEST(Tnep, Nfc10ServiceParameterMatchesThePublishedMessage) {
  TnepServiceParameter parameter;
  parameter.service_name = iso18013_5().tnep_handover_service;
  parameter.maximum_extensions = 15;
  const auto record = make_tnep_service_parameter(parameter);
  ASSERT_TRUE(record);
  EXPECT_EQ(to_hex(encode_ndef_message(std::span(&*record, 1)).value()),
            "d1021a5470101375726e3a6e66633a736e3a68616e646f76657200000fffff");
  const auto decoded = decode_tnep_service_parameter(*record);
  EXPECT_EQ(decoded.value().service_name, parameter.service_name);
  EXPECT_EQ(decoded->maximum_extensions, 15);
  EXPECT_EQ(decoded->maximum_ndef_size, 0xffff);
}

TEST(Tnep, SelectAndStatusMatchTheComputedMessages) {
  const auto select = make_tnep_service_select(iso18013_5().tnep_handover_service).value();
  EXPECT_EQ(to_hex(encode_ndef_message(std::span(&select, 1)).value()),
            "d1021454731375726e3a6e66633a736e3a68616e646f766572");
  EXPECT_EQ(decode_tnep_service_select(select).value(), iso18013_5().tnep_handover_service);
  const auto deselect = make_tnep_service_select("").value();
  EXPECT_EQ(to_hex(encode_ndef_message(std::span(&deselect, 1)).value()), "d10201547300");
  const auto status = make_tnep_status(0);
  EXPECT_EQ(to_hex(encode_ndef_message(std::span(&status, 1)).value()), "d10201546500");
  EXPECT_EQ(decode_tnep_status(make_tnep_status(1)).value(), 1);
}

TEST(Tnep, OtherRecordsAreRefused) {
  const auto record = [](std::string_view type, std::string_view payload) {
    return NdefRecord{.type_name = NdefTypeName::well_known,
                      .type = SharedBytes::copy_of(as_bytes(type)),
                      .payload = shared(payload)};
  };
  EXPECT_EQ(decode_tnep_status(record("Ts", "00")).error().code, Errc::wrong_type);
  EXPECT_EQ(decode_tnep_status(record("Te", "")).error().code, Errc::bad_frame);
  EXPECT_EQ(decode_tnep_status(record("Te", "0000")).error().code, Errc::bad_frame);
  EXPECT_EQ(decode_tnep_service_select(record("Ts", "0241")).error().code, Errc::bad_frame);
  EXPECT_EQ(decode_tnep_service_select(record("Ts", "014100")).error().code, Errc::bad_frame);
  for (const char* bad : {"", "10", "1001", "10014100000fff", "10014100000fffffff"}) {
    EXPECT_EQ(decode_tnep_service_parameter(record("Tp", bad)).error().code, Errc::bad_frame) << bad;
  }
  EXPECT_EQ(decode_tnep_service_parameter(record("Tp", "1001410040000fff")).error().code, Errc::bad_value);
  EXPECT_EQ(decode_tnep_service_parameter(record("Tp", "100141000010ffff")).error().code, Errc::bad_value);
  EXPECT_EQ(make_tnep_service_parameter({}).error().code, Errc::bad_argument);
  EXPECT_EQ(make_tnep_service_select(std::string(256, 'a')).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::engagement
