// mdoc-cli inspect: every structure, told by its content or by name, and what is wrong with it.
#include <gmock/gmock.h>

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* annex_d = "iso18013-5-annex-d.json";

/// What is asked of an inspection: its type, and words that explain.
struct Sample {
  const char* type;
  std::string input;
  std::vector<const char*> words;
};

class Inspect : public ::testing::Test {
 protected:
  void expect(const Sample& sample) {
    const Ended found = mdoc_cli({"inspect", sample.input, "--json"});
    EXPECT_EQ(found.exit, 0) << sample.type << ": " << found.err;
    const bj::object object = only_object(found);
    EXPECT_EQ(object.at("type"), bj::value(bj::string(sample.type)));
    EXPECT_TRUE(object.contains("value"));
    EXPECT_TRUE(object.at("warnings").is_array());

    const Ended named = mdoc_cli({"inspect", sample.input, "--json", "--type", sample.type});
    EXPECT_EQ(named.exit, 0) << named.err;
    EXPECT_EQ(only_object(named), object);

    const Ended text = mdoc_cli({"inspect", sample.input});
    EXPECT_EQ(text.exit, 0);
    for (const char* word : sample.words) EXPECT_THAT(text.out, HasSubstr(word)) << sample.type;
  }
  static std::string of_annex_d(std::string_view id) { return in_hex(shared_bytes(annex_d, id)); }
  Folder folder;
};

TEST_F(Inspect, KnowsTheStructuresOfAnMdoc) {
  SampleMdoc sample;
  expect(
      {"device-response",
       in_hex(sample.response()),
       {"DeviceResponse", "version: 1.0", "status: 0", "Mobile driving licence", "family_name: \"Doe\"", "1990-02-03",
        "800 bytes, JPEG", "validUntil: 2026-06-01T00:00:00Z", "ES256", "deviceSignature", "Utopia DS"}});
  expect({"document", in_hex(sample.document()), {"Document", "issuerSigned", "deviceSigned"}});
  expect({"issuer-signed", in_hex(sample.issuer_signed()), {"IssuerSigned", "issuerAuth", "MobileSecurityObject"}});
}

TEST_F(Inspect, KnowsTheStructuresOfAnnexD) {
  MDOC_NEEDS_SHARED_VECTORS();
  expect({"device-engagement", of_annex_d("D.3.1/device-engagement-qr"), {"EDeviceKey", "P-256", "BLE"}});
  expect({"device-request",
          of_annex_d("D.4.1.1/device-request"),
          {"DeviceRequest", "will be retained", "family_name", "readerAuth"}});
  expect({"device-response", of_annex_d("D.4.1.2/device-response"), {"deviceMac", "HMAC 256/256", "document_number"}});
  expect({"session-establishment", of_annex_d("D.5.1/session-establishment"), {"SessionEstablishment", "eReaderKey"}});
  expect({"session-data", of_annex_d("D.5.1/session-data"), {"SessionData", "encrypted"}});
  expect({"session-data", of_annex_d("D.5.1/session-termination"), {"status: 20"}});
  expect({"session-transcript", of_annex_d("D.5.1/session-transcript-bytes"), {"Handover", "NFC", "salt"}});
  expect({"ndef", of_annex_d("D.3.2/nfc-handover-select"), {"Handover Select", "BLE", "DeviceEngagement"}});
  expect({"ndef", of_annex_d("D.3.2/nfc-handover-request"), {"Handover Request", "carriers"}});
  expect({"mso", of_annex_d("D.5.2/issuer-auth"), {"IssuerAuth", "valueDigests", "x5chain"}});
  expect({"mso", of_annex_d("D.5.2/mobile-security-object-bytes"), {"digestAlgorithm: SHA-256"}});
  expect({"certificate", of_annex_d("D.5.2/ds-certificate"), {"utopia ds", "key purpose", "SHA-256"}});
  expect({"reader-engagement",
          in_hex(shared_bytes("device-engagement.json", "reader-engagement/minimal")),
          {"ReaderEngagement", "version: 1.0"}});
}

TEST_F(Inspect, KnowsOtherCborAndTheCoseMessagesAndKeysInIt) {
  MDOC_NEEDS_SHARED_VECTORS();
  expect({"cbor", "hex:83010203", {"[0]: 1", "3 elements"}});
  expect({"cbor", "hex:c074323032342d30352d30315430303a30303a30305a", {"2024-05-01T00:00:00Z", "date and time"}});
  expect({"cbor", "hex:f6", {"null"}});
  expect({"cbor", of_annex_d("D.3.1/e-device-key-bytes"), {"COSE_Key", "P-256"}});
  expect({"cbor", of_annex_d("D.5.4/reader-auth"), {"COSE_Sign1", "ES256", "detached"}});
}

// Each level has the bytes of all below once more.
TEST_F(Inspect, CborInCborInCborMakesNoMoreThanASmallMultipleOfTheInput) {
  Bytes item{0x00};
  for (int i = 0; i < 18; ++i) {
    cbor::Writer writer;
    if (i == 0) {
      writer.bytes(Bytes(std::size_t{1} << 20));
    } else {
      if (i % 2 == 1) writer.tag(cbor::tag_embedded);
      writer.bytes(item);
    }
    item = std::move(writer).take();
  }
  const Ended ended = mdoc_cli({"inspect", folder.write("nested.cbor", as_text(item)), "--json"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_LT(ended.out.size(), 6 * item.size());
  EXPECT_THAT(ended.out, HasSubstr("contentLeftOut"));
}

TEST_F(Inspect, KnowsKeysAndCertificatesInText) {
  SampleMdoc sample;
  expect({"certificate", folder.write("iaca.pem", sample.iaca_certificate().pem()), {"Utopia IACA", "keyCertSign"}});
  expect({"certificate",
          folder.write("chain.pem", sample.signer_certificate().pem() + sample.iaca_certificate().pem()),
          {"[0]: C=UT", "[1]: C=UT"}});
  expect({"key", folder.write("public.pem", sample.device_key.public_key().pem()), {"P-256"}});
}

TEST_F(Inspect, NeverShowsAPrivateKey) {
  const auto key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x37)).value();
  const std::string file = folder.write("private.pem", pem_of(key));
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"inspect", file}, {"inspect", file, "--json"}}) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_THAT(ended.out, Not(HasSubstr(to_hex(Bytes(32, 0x37)))));
    EXPECT_THAT(ended.out, Not(HasSubstr(to_base64url(Bytes(32, 0x37)))));
  }
}

TEST_F(Inspect, ReportsTheVersionWhereThereIsOne) {
  SampleMdoc sample;
  EXPECT_EQ(inspected(in_hex(sample.response())).at("version"), "1.0");
  EXPECT_FALSE(inspected("hex:01").contains("version"));
}

TEST_F(Inspect, OpensCborWithinCbor) {
  SampleMdoc sample;
  const bj::object object = inspected(in_hex(sample.issuer_signed()));
  const auto& item = object.at("value").at("nameSpaces").at("org.iso.18013.5.1").at(0);
  EXPECT_EQ(item.at("tag"), 24);
  EXPECT_EQ(item.at("content").at("elementIdentifier"), "family_name");
  EXPECT_EQ(item.at("content").at("elementValue"), "Doe");
}

TEST_F(Inspect, ReportsToleratedDeviationsWithPlaceAndOffset) {
  SampleMdoc sample;
  sample.on_mso = [](Members& mso) { mso["version"] = hex("7803 312e30"); };
  const std::string input = in_hex(sample.response());
  const Ended ended = mdoc_cli({"inspect", input, "--json"});
  EXPECT_EQ(ended.exit, 0);
  const bj::array warnings = only_object(ended).at("warnings").as_array();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(std::string(warnings[0].at("where").as_string()), HasSubstr("DeviceResponse.documents[0]"));
  EXPECT_GT(warnings[0].at("offset").to_number<std::int64_t>(), 0);
  EXPECT_FALSE(warnings[0].at("what").as_string().empty());
  EXPECT_THAT(mdoc_cli({"inspect", input}).out, HasSubstr("1 remark"));
}

TEST_F(Inspect, ShowsTheRestOfAResponseWhoseDocumentIsBroken) {
  SampleMdoc sample;
  sample.on_response = [&sample](Members& members) {
    members["documents"] = cbor_array({cbor_uint(1), sample.document()});
  };
  const Ended ended = mdoc_cli({"inspect", in_hex(sample.response())});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("does not decode"));
  EXPECT_THAT(ended.out, HasSubstr("family_name"));
}

TEST_F(Inspect, ABrokenOutermostStructureEndsWithThreePlaceAndByte) {
  SampleMdoc sample;
  Bytes response = sample.response();
  response.resize(response.size() / 2);
  const Ended ended = mdoc_cli({"inspect", in_hex(response), "--json"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("DeviceResponse"));
  EXPECT_THAT(ended.err, HasSubstr("byte "));
  EXPECT_EQ(only_object(ended).at("exitCode"), 3);
}

TEST_F(Inspect, AnotherTypeThanItIsEndsWithThree) {
  SampleMdoc sample;
  const std::string input = in_hex(sample.response());
  for (const char* type :
       {"device-engagement", "reader-engagement", "device-request", "issuer-signed", "mso", "session-establishment",
        "session-transcript", "vical", "rical", "status-list", "ndef", "document", "certificate", "key"}) {
    EXPECT_EQ(mdoc_cli({"inspect", input, "--type", type}).exit, 3) << type;
  }
  EXPECT_EQ(mdoc_cli({"inspect", input, "--type", "cbor"}).exit, 0);
  EXPECT_EQ(mdoc_cli({"inspect", input, "--type", "auto"}).exit, 0);
}

TEST_F(Inspect, NestingBeyondTheLimitIsRefusedAndNoCrash) {
  for (const char head : {'\x81', '\xc1', '\x9f', '\xbf'}) {
    EXPECT_EQ(mdoc_cli({"inspect", "-"}, {.input = std::string(100000, head)}).exit, 3);
  }
  Bytes deep(31, 0x81);
  deep.push_back(0x01);
  EXPECT_EQ(mdoc_cli({"inspect", in_hex(deep), "--json"}).exit, 0);
  Bytes tags(30, 0xc6);
  tags.push_back(0x01);
  EXPECT_EQ(mdoc_cli({"inspect", in_hex(tags), "--json"}).exit, 0);
}

TEST_F(Inspect, CborWithinCborThatIsNestedBeyondTheLimitStaysClosed) {
  for (const auto head : {std::uint8_t{0x81}, std::uint8_t{0xc6}, std::uint8_t{0x9f}}) {
    const std::string input = folder.write("nested", cbor_embedded(Bytes(500'000, head)));
    EXPECT_EQ(mdoc_cli({"inspect", input}).exit, 0);
    const bj::object object = only_object(mdoc_cli({"inspect", input, "--json"}));
    EXPECT_FALSE(object.at("value").as_object().contains("content"));
  }
}

TEST_F(Inspect, TextOfPeersCannotSteerTheTerminal) {
  const std::string hostile = "\x1b[2J\r\n\a\xc2\x9b\xe2\x80\xae";
  const Ended ended = mdoc_cli({"inspect", in_hex(Members{{hostile, cbor_text(hostile)}}.encode())});
  EXPECT_EQ(ended.exit, 0);
  EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
}

/// 20 arrays of 1000 numbers each.
Bytes many_numbers() {
  cbor::Writer writer;
  writer.array(20);
  for (int i = 0; i < 20; ++i) {
    writer.array(1'000);
    for (int number = 0; number < 1'000; ++number) writer.uint(7);
  }
  return std::move(writer).take();
}

TEST_F(Inspect, ManyItemsAreCutShortUnlessAskedFor) {
  const std::string file = folder.write("many.cbor", many_numbers());
  const Ended some = mdoc_cli({"inspect", file});
  EXPECT_EQ(some.exit, 0) << some.err;
  // Entries in the order of the input: nine whole arrays of 1001 lines, and the tenth as far as it goes.
  EXPECT_EQ(std::ranges::count(some.out, '\n'), 1 + 10'000 + 2);
  EXPECT_THAT(some.out, HasSubstr("CBOR: 20 elements"));
  EXPECT_THAT(some.out, HasSubstr("  [9]: 1000 elements\n"));
  EXPECT_THAT(some.out, HasSubstr("    [989]: 7\n    and: 10 more  (--all shows them)\n"
                                  "  and: 10 more  (--all shows them)\n"));
  EXPECT_THAT(some.out, Not(HasSubstr("[10]: 1000")));

  const Ended all = mdoc_cli({"inspect", file, "--all"});
  EXPECT_EQ(all.exit, 0) << all.err;
  EXPECT_EQ(std::ranges::count(all.out, '\n'), 1 + 20 * 1'001);
  EXPECT_THAT(all.out, Not(HasSubstr("more")));
  EXPECT_TRUE(all.out.starts_with(some.out.substr(0, some.out.find("    and:"))));
}

TEST_F(Inspect, AsJsonEveryItemIsThere) {
  const bj::object object = only_object(mdoc_cli({"inspect", folder.write("many.cbor", many_numbers()), "--json"}));
  const bj::array& arrays = object.at("value").as_array();
  ASSERT_EQ(arrays.size(), 20u);
  for (const bj::value& each : arrays) EXPECT_EQ(each.as_array().size(), 1'000u);
}

TEST_F(Inspect, ListsOfStructuresAreCutShortLikewise) {
  SampleMdoc sample;
  const std::vector<SampleItem> usual = sample.items;
  for (std::uint64_t i = 0; i < 4; ++i) {
    cbor::Writer writer;
    writer.array(4'000);
    for (int number = 0; number < 4'000; ++number) writer.uint(7);
    SampleItem item = usual.front();
    item.identifier = "many_" + std::to_string(i);
    item.digest_id = 500 + i;
    item.value = std::move(writer).take();
    sample.items.push_back(item);
  }
  const std::string file = folder.write("issued.cbor", sample.issuer_signed());
  const Ended some = mdoc_cli({"inspect", file});
  EXPECT_EQ(some.exit, 0) << some.err;
  EXPECT_LT(std::ranges::count(some.out, '\n'), 10'200);
  EXPECT_THAT(some.out, HasSubstr("more  (--all shows them)"));
  EXPECT_THAT(some.out, HasSubstr("validUntil"));  // what is no list is there
  EXPECT_GT(std::ranges::count(mdoc_cli({"inspect", file, "--all"}).out, '\n'), 16'000);
}

}  // namespace
}  // namespace mdoc::testing
