#include "mdoc/engagement/qr_code.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

// ISO/IEC 18013-5:2021, D.3.1 as text, computed.
const std::string payload =
    "owBjMS4wAYIB2BhYS6QBAiABIVggWojRgrzl9C76WZQ_MzWdLoqWj_KJ2T5fpES2JDQxZ_4iWCCxboz4WN3HaQQHumHUwzgjeoz8895qpnL8YKVX"
    "qjL8ZwKBgwIBowD0AfULUEXv73QrLEg3qaOw4dBaaRc";
const std::string text = "mdoc:" + payload;

// ISO/IEC TS 18013-7, A.1 with the reader key of Annex D, computed.
const std::string link =
    "mdoc://owBjMS4xAYIB2BhYS6QBAiABIVggYOM5I4UEH1FAMFHyQVUxy1bdP5mccWhwE6rGdovIGH4iWCDljeuP2-kH991TaCRVUaNHlvfSIVxEDD"
    "ObsPe2e-zN-gKBgwQBoQB4JGh0dHBzOi8vdmVyaWZpZXIuZXhhbXBsZS9tZG9jL3MvN2YzYQ";

TEST(Eng01, TextIsTheSchemeAndBase64urlWithoutPadding) {
  const auto engagement = parse_qr_code(text, strict);
  ASSERT_TRUE(engagement) << describe(engagement.error());
  EXPECT_EQ(engagement->e_device_key(), e_device_key());
  EXPECT_EQ(qr_code_text(*engagement), text);
}

TEST(Eng01, LinksOfReadersLikewise) {
  const auto engagement = parse_reader_engagement_uri(link, strict);
  ASSERT_TRUE(engagement) << describe(engagement.error());
  EXPECT_EQ(engagement->e_reader_key_bytes().value().value(), e_reader_key());
  EXPECT_EQ(reader_engagement_uri(*engagement), link);
  EXPECT_TRUE(parse_reader_engagement_uri(link + "/", strict));  // browsers add it
}

TEST(Eng02, OtherFormsAreJudgedByRule) {
  std::string wrapped = text;
  wrapped.insert(60, "\r\n");
  const std::pair<std::string, Rule> cases[] = {
      {"MDOC:" + payload, Rule::qr_scheme},   {"mDoc:" + payload, Rule::qr_scheme},
      {"mdoc://" + payload, Rule::qr_scheme}, {text + "=", Rule::qr_padding},
      {text + "==", Rule::qr_padding},        {" " + text, Rule::qr_white_space},
      {text + "\n", Rule::qr_white_space},    {"\t" + text + " \r\n", Rule::qr_white_space},
      {wrapped, Rule::qr_white_space},        {"mdoc: " + payload, Rule::qr_white_space},
  };
  for (const auto& [input, rule] : cases) {
    SCOPED_TRACE(input);
    EXPECT_EQ(parse_qr_code(input, strict).error().code, Errc::deviation);
    Log log;
    const auto engagement = parse_qr_code(input, log.context());
    ASSERT_TRUE(engagement) << describe(engagement.error());
    EXPECT_TRUE(log.has(rule));
    EXPECT_EQ(log.log.entries().size(), 1u);
    EXPECT_EQ(qr_code_text(*engagement), text);
  }
  // One colon is used for both directions by some; the role decides.
  Log log;
  EXPECT_TRUE(parse_reader_engagement_uri("mdoc:" + link.substr(7), log.context()));
  EXPECT_TRUE(log.has(Rule::qr_scheme));
  EXPECT_EQ(parse_reader_engagement_uri("mdoc:" + link.substr(7), strict).error().code, Errc::deviation);
}

TEST(Eng02, TextsThatAreNoEngagementAreRefusedAtTheirPlace) {
  const std::tuple<std::string, Errc, std::size_t> cases[] = {
      {"", Errc::bad_uri, 0},
      {" \n", Errc::bad_uri, 0},
      {"mdo", Errc::bad_uri, 0},
      {"https://example.com/mdoc:" + payload, Errc::bad_uri, 0},
      {payload, Errc::bad_uri, 0},
      {"mdoc-openid4vp://?client_id=example.com", Errc::bad_uri, 0},
      {"mdoc:!" + payload, Errc::bad_encoding, 5},
      {"mdoc:ow+jMS4w", Errc::bad_encoding, 7},
      {"mdoc:ow/jMS4w", Errc::bad_encoding, 7},
      {text + "===", Errc::bad_encoding, text.size()},
      {"mdoc:a", Errc::bad_encoding, 6},
  };
  for (const auto& [input, code, offset] : cases) {
    const auto refused = parse_qr_code(input);
    ASSERT_FALSE(refused) << input;
    EXPECT_EQ(refused.error().code, code) << input;
    if (code == Errc::bad_encoding && input != "mdoc:a") {
      EXPECT_EQ(refused.error().offset, offset) << input;
    }
  }
  EXPECT_EQ(parse_qr_code("mdoc:").error().code, Errc::truncated);
  EXPECT_EQ(parse_qr_code("mdoc:" + std::string(3 * max_engagement_bytes, 'A')).error().code, Errc::too_large);
}

TEST(QrCode, DraftsBeforeTheStandardAreNamed) {
  EXPECT_EQ(parse_qr_code("mDL://" + payload).error().code, Errc::obsolete_draft);
  EXPECT_EQ(parse_qr_code("mdl://" + payload).error().code, Errc::obsolete_draft);
  EXPECT_EQ(parse_qr_code("mdoc:" + to_base64url(hex("8263312e3001"))).error().code, Errc::obsolete_draft);
  EXPECT_EQ(parse_qr_code("mDL://x").error().kind(), ErrorKind::unsupported);
}

TEST(Eng05, EngagementWithoutRetrievalMethodsIsOfNoUse) {
  const auto by_nfc = DeviceEngagement::for_nfc(e_device_key()).value();
  const auto refused = parse_qr_code(qr_code_text(by_nfc), lenient);
  EXPECT_EQ(refused.error().code, Errc::missing_element);
  EXPECT_EQ(refused.error().where.text(), "DeviceEngagement.deviceRetrievalMethods");
}

TEST(Eng07, OnlyUnknownMethodsLeaveNoCommonBearer) {
  for (const char* methods : {"0281830501a0", "0281830102a20018ff01190100", "028283186401a0830201a200f401f4"}) {
    const SharedBytes map = shared("a30063312e30" + security_hex() + methods);
    const auto engagement = decode_device_engagement(map);
    ASSERT_TRUE(engagement) << describe(engagement.error());  // tools can show it
    EXPECT_EQ(parse_qr_code(qr_code_text(*engagement)).error().code, Errc::no_common_bearer) << methods;
  }
  const SharedBytes map = shared("a30063312e30" + security_hex() + "0282830501a0830101a20018ff01190100");
  EXPECT_TRUE(parse_qr_code(qr_code_text(decode_device_engagement(map).value())));
}

TEST(Eng15, GarbageIsAnErrorAndNothingElse) {
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_qr_code(std::string_view(text).substr(0, size))) << size;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'\0', '\x7f', '\xff', '%', 'A'}) {
      std::string changed = text;
      changed[i] = c;
      const auto result = parse_qr_code(changed);
      if (!result) {
        EXPECT_NE(result.error().kind(), ErrorKind::internal) << i;
      }
    }
  }
}

TEST(QrCode, ToolsGetTheBytesOfBothSchemes) {
  EXPECT_EQ(decode_engagement_text(text, strict).value().size(), 116u);
  EXPECT_EQ(decode_engagement_text(link + "/", strict).value().size(), 133u);
  EXPECT_EQ(decode_engagement_text("MDOC:" + payload, strict).error().code, Errc::deviation);
  EXPECT_EQ(decode_engagement_text("mailto:x").error().code, Errc::bad_uri);
}

TEST(QrCode, SchemesAreThoseOfTheProfile) {
  ProtocolConstants constants = iso18013_5();
  constants.device_engagement_scheme = "other:";
  constants.reader_engagement_scheme = "other://";
  EXPECT_TRUE(parse_qr_code("other:" + payload, strict, constants));
  EXPECT_EQ(parse_qr_code(text, lenient, constants).error().code, Errc::bad_uri);
}

}  // namespace
}  // namespace mdoc::engagement
