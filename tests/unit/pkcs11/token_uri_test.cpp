#include "mdoc/pkcs11/token_uri.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mdoc::pkcs11 {
namespace {

TokenUri parsed(std::string_view text) { return TokenUri::parse(text).value(); }

TEST(TokenUri, ReadsEveryAttribute) {
  const TokenUri uri = parsed(
      "pkcs11:library-manufacturer=Utopia;library-description=Tokens;library-version=2.6;slot-manufacturer=Slots;"
      "slot-description=Reader%200;slot-id=7;token=My%20token;manufacturer=M;serial=01%2f2;model=T-1;object=device;"
      "id=%01%02%FF;type=private?module-name=softhsm2&module-path=/usr/lib/x.so&pin-source=file:/etc/"
      "pin&pin-value=12%2634");
  EXPECT_EQ(uri.library_manufacturer, "Utopia");
  EXPECT_EQ(uri.library_description, "Tokens");
  EXPECT_EQ(uri.library_version, (LibraryVersion{2, 6}));
  EXPECT_EQ(uri.slot_manufacturer, "Slots");
  EXPECT_EQ(uri.slot_description, "Reader 0");
  EXPECT_EQ(uri.slot_id, 7u);
  EXPECT_EQ(uri.token, "My token");
  EXPECT_EQ(uri.manufacturer, "M");
  EXPECT_EQ(uri.serial, "01/2");
  EXPECT_EQ(uri.model, "T-1");
  EXPECT_EQ(uri.object, "device");
  EXPECT_EQ(uri.id, (Bytes{1, 2, 0xff}));
  EXPECT_EQ(uri.type, ObjectType::private_key);
  EXPECT_EQ(uri.module_name, "softhsm2");
  EXPECT_EQ(uri.module_path, "/usr/lib/x.so");
  EXPECT_EQ(uri.pin_source, "file:/etc/pin");
  EXPECT_EQ(as_text(uri.pin_value->view()), "12&34");
}

// RFC 7512, 3: examples.
TEST(TokenUri, ReadsTheExamplesOfTheRfc) {
  for (const std::string_view text : {
           "pkcs11:",
           "pkcs11:object=my-pubkey;type=public",
           "pkcs11:object=my-key;type=private?pin-source=file:/etc/token",
           "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;"
           "object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin",
           "pkcs11:object=my-sign-key;type=private?module-name=mypkcs11",
           "pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1",
           "pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.?pin-value=the-pin",
           "pkcs11:slot-description=Sun%20Metaslot",
           "pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;library-version="
           "1.23",
           "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3;id=%01%02%03%Ba%dd%Ca%fe%04%05%06",
           "pkcs11:token=A%20name%20with%20a%20substring%20%25%3B",
           "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1",
       }) {
    EXPECT_TRUE(TokenUri::parse(text)) << text;
  }
  // Longer than any label of a token: it fits none.
  EXPECT_EQ(parsed("pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1").token->size(), 34u);
  EXPECT_EQ(parsed("pkcs11:library-version=3").library_version, (LibraryVersion{3, 0}));
}

TEST(TokenUri, IsWrittenInOneOrderWithoutItsPin) {
  EXPECT_EQ(parsed("PKCS11:id=%01a%7e;object=a%3bb%2fc%20;token=t?pin-value=1234&pin-source=file:/x%20y&module-name=m")
                .text(),
            "pkcs11:token=t;object=a%3Bb%2Fc%20;id=%01%61%7E?module-name=m&pin-source=file:/x%20y");
}

TEST(TokenUri, AnEmptyOneFitsEverything) {
  EXPECT_EQ(parsed("pkcs11:").text(), "pkcs11:");
  EXPECT_EQ(parsed("pkcs11:?").text(), "pkcs11:");
  EXPECT_FALSE(parsed("pkcs11:").token);
  EXPECT_EQ(parsed("pkcs11:object=").object, "");
}

TEST(TokenUri, UnknownAttributesOfTheQueryAreSkipped) {
  const TokenUri uri = parsed("pkcs11:token=t?x-vendor=1&module-name=m&x-vendor=2");
  EXPECT_EQ(uri.module_name, "m");
  EXPECT_EQ(uri.text(), "pkcs11:token=t?module-name=m");
}

TEST(TokenUri, RefusesWhatItCannotReadAndNamesThePlace) {
  struct Case {
    std::string text;
    Errc code;
    std::string where;
    std::uint32_t offset;
  };
  const std::string long_text(300, 'a');
  const Case cases[] = {
      {"", Errc::bad_uri, "pkcs11", 0},
      {"pkcs11", Errc::bad_uri, "pkcs11", 0},
      {"pkcs12:token=t", Errc::bad_uri, "pkcs11", 0},
      {" pkcs11:token=t", Errc::bad_uri, "pkcs11", 0},
      {"pkcs11:token", Errc::bad_uri, "pkcs11", 7},
      {"pkcs11:=t", Errc::bad_uri, "pkcs11", 7},
      {"pkcs11:token=t;", Errc::bad_uri, "pkcs11", 15},
      {"pkcs11:;token=t", Errc::bad_uri, "pkcs11", 7},
      {"pkcs11:token=t;;object=o", Errc::bad_uri, "pkcs11", 15},
      {"pkcs11:Token=t", Errc::bad_uri, "pkcs11", 7},
      {"pkcs11:colour=red", Errc::bad_uri, "pkcs11", 7},
      {"pkcs11:token=t;x-vendor=1", Errc::bad_uri, "pkcs11", 15},
      {"pkcs11:pin-value=1", Errc::bad_uri, "pkcs11", 7},  // of the query
      {"pkcs11:?token=t&", Errc::bad_uri, "pkcs11", 16},
      {"pkcs11:?pin-value", Errc::bad_uri, "pkcs11", 8},
      {"pkcs11:?x-a=%", Errc::bad_uri, "pkcs11", 12},
      {"pkcs11:token=a;token=a", Errc::duplicate_key, "pkcs11.token", 15},
      {"pkcs11:id=%01;type=cert;id=%01", Errc::duplicate_key, "pkcs11.id", 24},
      {"pkcs11:?pin-value=1&pin-value=1", Errc::duplicate_key, "pkcs11.pin-value", 20},
      {"pkcs11:?module-path=a&module-path=b", Errc::duplicate_key, "pkcs11.module-path", 22},
      {"pkcs11:token=%", Errc::bad_uri, "pkcs11.token", 13},
      {"pkcs11:token=a%4", Errc::bad_uri, "pkcs11.token", 14},
      {"pkcs11:token=%4g", Errc::bad_uri, "pkcs11.token", 13},
      {"pkcs11:token=%g4", Errc::bad_uri, "pkcs11.token", 13},
      {"pkcs11:token=a b", Errc::bad_uri, "pkcs11.token", 14},
      {"pkcs11:token=a/b", Errc::bad_uri, "pkcs11.token", 14},
      {"pkcs11:token=a#b", Errc::bad_uri, "pkcs11.token", 14},
      {"pkcs11:token=\xc3\xa1", Errc::bad_uri, "pkcs11.token", 13},
      {"pkcs11:token=%C3", Errc::bad_text, "pkcs11.token", 13},
      {"pkcs11:token=%C0%80", Errc::bad_text, "pkcs11.token", 13},
      {"pkcs11:object=a%00b", Errc::bad_text, "pkcs11.object", 14},
      {"pkcs11:?module-path=/x%00.so", Errc::bad_text, "pkcs11.module-path", 20},
      {"pkcs11:?pin-value=1%002", Errc::bad_text, "pkcs11.pin-value", 18},
      {"pkcs11:?pin-value=1;2", Errc::bad_uri, "pkcs11.pin-value", 19},
      {"pkcs11:token=" + long_text.substr(0, 256), Errc::too_large, "pkcs11.token", 13},
      {"pkcs11:manufacturer=" + long_text.substr(0, 256), Errc::too_large, "pkcs11.manufacturer", 20},
      {"pkcs11:serial=" + long_text.substr(0, 256), Errc::too_large, "pkcs11.serial", 14},
      {"pkcs11:model=" + long_text.substr(0, 256), Errc::too_large, "pkcs11.model", 13},
      {"pkcs11:slot-description=" + long_text.substr(0, 256), Errc::too_large, "pkcs11.slot-description", 24},
      {"pkcs11:object=" + long_text, Errc::too_large, "pkcs11.object", 14},
      {"pkcs11:id=" + long_text, Errc::too_large, "pkcs11.id", 10},
      {"pkcs11:?pin-value=" + long_text, Errc::too_large, "pkcs11.pin-value", 18},
      {"pkcs11:type=key", Errc::bad_value, "pkcs11.type", 12},
      {"pkcs11:type=%63ert", Errc::bad_value, "pkcs11.type", 12},
      {"pkcs11:slot-id=", Errc::bad_value, "pkcs11.slot-id", 15},
      {"pkcs11:slot-id=-1", Errc::bad_value, "pkcs11.slot-id", 15},
      {"pkcs11:slot-id=0x1", Errc::bad_value, "pkcs11.slot-id", 15},
      {"pkcs11:slot-id=18446744073709551616", Errc::bad_value, "pkcs11.slot-id", 15},
      {"pkcs11:library-version=", Errc::bad_value, "pkcs11.library-version", 23},
      {"pkcs11:library-version=1.", Errc::bad_value, "pkcs11.library-version", 23},
      {"pkcs11:library-version=.1", Errc::bad_value, "pkcs11.library-version", 23},
      {"pkcs11:library-version=1.2.3", Errc::bad_value, "pkcs11.library-version", 23},
      {"pkcs11:library-version=256", Errc::bad_value, "pkcs11.library-version", 23},
  };
  for (const Case& each : cases) {
    const auto uri = TokenUri::parse(each.text);
    ASSERT_FALSE(uri) << each.text;
    EXPECT_EQ(name(uri.error().code), name(each.code)) << each.text;
    EXPECT_EQ(uri.error().where.text(), each.where) << each.text;
    EXPECT_EQ(uri.error().offset, each.offset) << each.text;
  }
}

TEST(TokenUri, IsNoLongerThanItsLimit) {
  const std::string start = "pkcs11:?x-a=";
  EXPECT_TRUE(TokenUri::parse(start + std::string(TokenUri::max_bytes - start.size(), 'a')));
  EXPECT_EQ(TokenUri::parse(start + std::string(TokenUri::max_bytes - start.size() + 1, 'a')).error().code,
            Errc::too_large);
}

}  // namespace
}  // namespace mdoc::pkcs11
