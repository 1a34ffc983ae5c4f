#include "mdoc/engagement/retrieval_method.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

constexpr std::string_view uuid_a = "b3d52ac4a1b64b51a22e78ee55ef6eb6";
constexpr std::string_view uuid_b = "45efef742b2c4837a9a3b0e1d05a6917";

Uuid uuid(std::string_view text) {
  Uuid out;
  std::ranges::copy(hex(text), out.octets.begin());
  return out;
}

Result<std::vector<RetrievalMethod>> decode_all(const Bytes& encoded, const cbor::DecodeContext& context = {}) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), context, "methods");
  auto methods = decode_retrieval_methods(reader);
  if (methods) {
    if (const auto finished = reader.finish(); !finished) return finished.error();
  }
  return methods;
}
Result<std::vector<RetrievalMethod>> decode_one(std::string_view method, const cbor::DecodeContext& context = {}) {
  return decode_all(hex("81" + std::string(method)), context);
}
template <class T>
T only(const Result<std::vector<RetrievalMethod>>& methods) {
  return std::get<T>(methods.value().at(0));
}

std::string ble(std::string_view options) { return "8302" + std::string("01") + std::string(options); }

TEST(RetrievalMethods, VectorsOfOtherImplementationsDecodeAndEncodeToTheSameBytes) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = testing::load_shared("device-engagement.json");
  unsigned seen = 0;
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::string id(vector.at("id").as_string());
    if (!id.starts_with("retrieval-method/")) continue;
    SCOPED_TRACE(id);
    ++seen;
    const std::string encoded(vector.at("hex").as_string());
    const auto methods = decode_one(encoded);
    ASSERT_TRUE(methods) << describe(methods.error());
    ASSERT_EQ(methods->size(), 1u);
    // Digits as text are no keys of BleOptions: read, but of no use.
    const bool text_keys = id.ends_with("ble-cbor-map16");
    EXPECT_EQ(std::holds_alternative<OtherRetrievalMethod>(methods->front()), text_keys);
    EXPECT_EQ(decode_one(encoded, strict).has_value(), !text_keys && !id.ends_with("wifiaware"));
    // A pass-phrase shorter than allowed is read, but not written.
    cbor::Writer writer;
    const auto written = encode(writer, methods->front());
    EXPECT_EQ(written.has_value(), !id.ends_with("wifiaware"));
    if (written) {
      EXPECT_EQ(to_hex(writer.view()), encoded);
    }
  }
  EXPECT_EQ(seen, 6u);
}

TEST(RetrievalMethods, PublishedFragmentsOfEachTechnologyAreReadInFull) {
  const auto nfc = only<NfcOptions>(decode_one("830101a20019ffff011a00010000", strict));
  EXPECT_EQ(nfc.command_data, 65535u);
  EXPECT_EQ(nfc.response_data, 65536u);

  const auto both =
      only<BleOptions>(decode_one(ble("a400f501f50a50" + std::string(uuid_a) + "0b50" + std::string(uuid_b)), strict));
  EXPECT_EQ(both.peripheral_server.value().uuid, uuid(uuid_a));
  EXPECT_EQ(both.central_client.value().uuid, uuid(uuid_b));
  EXPECT_FALSE(both.peripheral_server->address || both.peripheral_server->psm);

  const auto full =
      only<BleOptions>(decode_one(ble("a500f501f40a50" + std::string(uuid_a) + "144728128b37282801151880"), strict));
  EXPECT_EQ(full.peripheral_server.value().psm, 0x80);
  EXPECT_EQ(full.peripheral_server->address.value().type, 1);
  EXPECT_EQ(to_hex(full.peripheral_server->address->octets), "28128b372828");
  EXPECT_FALSE(full.central_client);

  const auto wifi = only<WifiOptions>(decode_one("830301a10341 14", strict));
  EXPECT_EQ(wifi.supported_bands, Bytes{0x14});
  EXPECT_FALSE(wifi.passphrase);
}

TEST(RetrievalMethods, UnknownMembersOfOptionsAreKeptAndWrittenAgain) {
  const std::string method = "830101a30018ff01190100186343010203";
  const auto methods = decode_one(method, strict);
  ASSERT_TRUE(methods);
  cbor::Writer writer;
  ASSERT_TRUE(encode(writer, methods->front()));
  EXPECT_EQ(to_hex(writer.view()), method);
}

TEST(Eng12, BleModesHaveTheirUuidAndOnlyPeripheralModeHasAddressAndPsm) {
  const std::string a = "0a50" + std::string(uuid_a), b = "0b50" + std::string(uuid_b);
  const std::string address = "144728128b37282801", psm = "151880";
  struct Case {
    std::string options;
    bool peripheral, central;
  };
  const Case cases[] = {
      {"a200f501f4", false, false},                          // mode without UUID, and no other to take
      {"a200f401f5", false, false},                          //
      {"a300f501f4" + b, true, false},                       // UUID of the other mode only
      {"a300f401f5" + a, false, true},                       //
      {"a300f501f5" + a, true, true},                        // one UUID for both
      {"a400f501f4" + a + b, true, false},                   // UUID without its mode
      {"a400f401f5" + a + b, false, true},                   //
      {"a400f401f5" + b + address, false, true},             // address without peripheral mode
      {"a400f401f5" + b + psm, false, true},                 // PSM likewise
      {"a400f501f4" + a + "1519ffff", true, false},          // PSM out of range
      {"a400f501f4" + a + "144628128b372828", true, false},  // address without type
      {"a201f50b50" + std::string(uuid_b), false, true},     // a mode not mentioned
      {"a200f401f4", false, false},                          // neither mode
      {"a0", false, false},                                  //
  };
  for (const auto& [options, peripheral, central] : cases) {
    SCOPED_TRACE(options);
    EXPECT_EQ(decode_one(ble(options), strict).error().code, Errc::deviation);
    Log log;
    const auto methods = decode_one(ble(options), log.context());
    ASSERT_TRUE(methods) << describe(methods.error());
    EXPECT_TRUE(log.has(Rule::engagement_options));
    const auto* decoded = std::get_if<BleOptions>(&methods->front());
    ASSERT_EQ(decoded != nullptr, peripheral || central);
    if (decoded == nullptr) continue;
    EXPECT_EQ(decoded->peripheral_server.has_value(), peripheral);
    EXPECT_EQ(decoded->central_client.has_value(), central);
    if (decoded->peripheral_server) {
      EXPECT_FALSE(decoded->peripheral_server->psm);
    }
  }
}

TEST(Eng12, BleOptionsOfOursCannotDepartFromTheTable) {
  cbor::Writer writer;
  EXPECT_EQ(encode(writer, BleOptions{}).error().code, Errc::bad_argument);
  BleOptions options{.peripheral_server = BlePeripheralServer{.uuid = uuid(uuid_a), .psm = 0x7f}};
  EXPECT_EQ(encode(writer, options).error().code, Errc::bad_argument);
  options.peripheral_server->psm = 0x80;
  options.peripheral_server->address = BleAddress{};
  EXPECT_EQ(encode(writer, options).error().code, Errc::bad_argument);
  options.peripheral_server->address->type = 1;
  EXPECT_TRUE(encode(writer, options));
  EXPECT_EQ(to_hex(writer.view()), ble("a500f501f40a50" + std::string(uuid_a) + "1447" + "00000000000001" + "151880"));
}

TEST(RetrievalMethods, OptionsOfTheWrongFormAreRefused) {
  const std::pair<std::string, Errc> cases[] = {
      {ble("a300f501f40a4f" + std::string(30, '0')), Errc::bad_value},  // UUID of 15 bytes
      {ble("a300f501f40a6430303030"), Errc::wrong_type},                // UUID as text
      {ble("a3000101f40a50" + std::string(uuid_a)), Errc::wrong_type},  // mode as a number
      {ble("a400f501f40a50" + std::string(uuid_a) + "144500112233ff"), Errc::bad_value},
      {ble("80"), Errc::wrong_type},
      {"830101a10018ff", Errc::missing_element},
      {"830101a20018ff0120", Errc::wrong_type},
      {"830301a1001800", Errc::wrong_type},
      {"830401a0", Errc::missing_element},
      {"830401a10070687474703a2f2f6578616d706c652e63", Errc::bad_uri},  // http
      {"830401a1006868747470733a2f2f", Errc::bad_uri},                  // no host
      {"820101", Errc::missing_element},
      {"840101a0a0", Errc::wrong_type},
      {"83016131a0", Errc::wrong_type},
      {"a0", Errc::wrong_type},
  };
  for (const auto& [method, code] : cases) {
    const auto methods = decode_one(method, lenient);
    ASSERT_FALSE(methods) << method;
    if (method != "840101a0a0") {
      EXPECT_EQ(methods.error().code, code) << method << ' ' << describe(methods.error());
    }
  }
  EXPECT_EQ(decode_all(hex("80")).error().code, Errc::empty_structure);
}

TEST(RetrievalMethods, NfcSizesOutOfRangeAreClamped) {
  struct Case {
    std::string options;
    std::uint32_t command, response;
  };
  const Case cases[] = {{"a20018fe01190100", 255, 256},
                        {"a20018ff0118ff", 255, 256},
                        {"a2001a0001000001190100", 65535, 256},
                        {"a20018ff011a00010001", 255, 65536},
                        {"a2001bffffffffffffffff011bffffffffffffffff", 65535, 65536}};
  for (const auto& [options, command, response] : cases) {
    SCOPED_TRACE(options);
    EXPECT_EQ(decode_one("830101" + options, strict).error().code, Errc::deviation);
    Log log;
    const auto nfc = only<NfcOptions>(decode_one("830101" + options, log.context()));
    EXPECT_TRUE(log.has(Rule::engagement_options));
    EXPECT_EQ(nfc.command_data, command);
    EXPECT_EQ(nfc.response_data, response);
  }
  cbor::Writer writer;
  EXPECT_EQ(encode(writer, NfcOptions{.command_data = 254}).error().code, Errc::bad_argument);
  EXPECT_EQ(encode(writer, NfcOptions{.response_data = 65537}).error().code, Errc::bad_argument);
}

TEST(Eng07, UnknownTypesAndVersionsAreKeptButNotKnown) {
  const std::string later = "830102a20018ff01190100", type_5 = "830501a0", type_900 = "8319038401820102";
  const auto methods = decode_all(hex("83" + later + type_5 + type_900), strict);
  ASSERT_TRUE(methods) << describe(methods.error());
  ASSERT_EQ(methods->size(), 3u);
  EXPECT_FALSE(any_known(*methods));
  EXPECT_EQ(type(methods->at(2)), 900u);
  EXPECT_EQ(name(methods->at(1)), "other");
  cbor::Writer writer;
  for (const auto& method : *methods) ASSERT_TRUE(encode(writer, method));
  EXPECT_EQ(to_hex(writer.view()), later + type_5 + type_900);
}

TEST(Eng06, DuplicatesAreRefusedWhereTheRuleSaysSo) {
  const std::string nfc = "830101a20018ff01190100", other_nfc = "830101a200190200011a00010000";
  EXPECT_EQ(decode_all(hex("82" + nfc + other_nfc), strict).error().code, Errc::deviation);
  Log log;
  const auto methods = decode_all(hex("82" + nfc + other_nfc), log.context());
  ASSERT_TRUE(methods);
  EXPECT_TRUE(log.has(Rule::engagement_duplicate_method));
  ASSERT_EQ(methods->size(), 1u);
  EXPECT_EQ(std::get<NfcOptions>(methods->front()).command_data, 255u);  // the first counts
  EXPECT_TRUE(decode_all(hex("82" + nfc + "830102a0"), strict));         // another version is another pair
}

TEST(RetrievalMethods, OneBleEntryForEachModeMakesOneMethod) {
  const std::string central = ble("a300f401f50b50" + std::string(uuid_b));
  const std::string peripheral = ble("a300f501f40a50" + std::string(uuid_a));
  Log log;
  const auto methods =
      decode_all(hex("83" + central + peripheral + ble("a300f501f40a50" + std::string(uuid_b))), log.context());
  ASSERT_TRUE(methods);
  ASSERT_EQ(methods->size(), 1u);
  const auto& merged = std::get<BleOptions>(methods->front());
  EXPECT_EQ(merged.central_client.value().uuid, uuid(uuid_b));
  EXPECT_EQ(merged.peripheral_server.value().uuid, uuid(uuid_a));  // the first of each role
  EXPECT_TRUE(log.has(Rule::engagement_duplicate_method));
  // An entry of no use gives way to one that can be used.
  const auto second = decode_all(hex("82" + ble("a200f401f4") + central), log.context());
  EXPECT_TRUE(std::holds_alternative<BleOptions>(second.value().at(0)));
}

TEST(RetrievalMethods, PassphrasesAndBandsFollowTheirTable) {
  EXPECT_EQ(decode_one("830301a0", strict).error().code, Errc::deviation);
  EXPECT_TRUE(decode_one("830301a0"));
  EXPECT_EQ(decode_one("830301a20067616263646566670341 14", strict).error().code, Errc::deviation);  // 7 characters
  EXPECT_TRUE(decode_one("830301a2006861626364656667680341 14", strict));
  cbor::Writer writer;
  EXPECT_EQ(encode(writer, WifiOptions{.passphrase = "short", .supported_bands = {4}}).error().code,
            Errc::bad_argument);
  EXPECT_EQ(encode(writer, WifiOptions{.passphrase = "sm\xc3\xb8rrebr\xc3\xb8"
                                                     "d",
                                       .supported_bands = {4}})
                .error()
                .code,
            Errc::bad_argument);
  EXPECT_EQ(encode(writer, WifiOptions{}).error().code, Errc::bad_argument);
  EXPECT_EQ(encode(writer, RestApiOptions{.uri = "http://example.com"}).error().code, Errc::bad_argument);
  EXPECT_TRUE(encode(writer, WifiOptions{.operating_class = 81, .channel = 6, .supported_bands = {4}}));
  EXPECT_EQ(to_hex(writer.view()),
            "830301a301185102060341"
            "04");
}

TEST(Uuids, TextAndReversedOrderFollowRfc4122) {
  const Uuid value = uuid(uuid_b);
  EXPECT_EQ(value.text(), "45efef74-2b2c-4837-a9a3-b0e1d05a6917");
  EXPECT_EQ(to_hex(value.reversed()), "17695ad0e1b0a3a937482c2b74efef45");
}

}  // namespace
}  // namespace mdoc::engagement
