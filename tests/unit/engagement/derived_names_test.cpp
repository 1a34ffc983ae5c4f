#include "mdoc/engagement/derived_names.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

// Computed from EDeviceKeyBytes of ISO/IEC 18013-5:2021, D.3.1.
TEST(DerivedNames, FollowFromEDeviceKeyBytesWithTagAndHead) {
  const Bytes key = hex(e_device_key_bytes_hex());
  EXPECT_EQ(to_hex(ble_ident(key).value()), "8da0b7a85919f05673054ea996bbd124");
  EXPECT_EQ(nan_service_name(key).value(), "82685281C4F50E3F680660F37838AB13");
  EXPECT_EQ(nan_passphrase(key).value(), "f8zkx2PGdiplsCkymY9_0_deWHNECdsusdNnXnbGNY0");
}

// The same vector, as the mdoc reader computes it for its characteristic Ident and the mdoc for the comparison.
TEST(Ble09, IdentFollowsFromEDeviceKeyBytesWithTheInfoOfTheStandard) {
  const auto ident = ble_ident(hex(e_device_key_bytes_hex())).value();
  EXPECT_EQ(ident.size(), 16u);
  EXPECT_EQ(to_hex(ident), "8da0b7a85919f05673054ea996bbd124");
}

TEST(Ble09, IdentOfAnyOtherBytesIsAnother) {
  const Bytes key = hex(e_device_key_bytes_hex());
  const auto ident = ble_ident(key).value();
  for (std::size_t i = 0; i < key.size(); ++i) {
    Bytes other = key;
    other[i] ^= 0x01;
    EXPECT_NE(ble_ident(other).value(), ident) << i;
  }
  EXPECT_NE(ble_ident(ByteView(key).first(key.size() - 1)).value(), ident);
}

TEST(Ble09, IdentWithAnotherInfoIsAnother) {
  const Bytes key = hex(e_device_key_bytes_hex());
  for (const std::string_view info : {"BLEident", "BLEIdent ", "bleident", "NANService"}) {
    ProtocolConstants constants = iso18013_5();
    constants.ble_ident_info = info;
    EXPECT_NE(ble_ident(key, constants).value(), ble_ident(key).value()) << info;
  }
}

TEST(DerivedNames, KeyWithoutTagOrHeadGivesTheKnownWrongValues) {
  const Bytes key = hex(e_device_key_bytes_hex());
  EXPECT_EQ(to_hex(ble_ident(ByteView(key).subspan(4)).value()), "5991d861ed8d6b27a44011f8779df135");
  EXPECT_EQ(to_hex(ble_ident(ByteView(key).subspan(2)).value()), "bbc37c4687625ae3f5ef98dd3db22d4f");
}

TEST(DerivedNames, InfosAreThoseOfTheProfile) {
  ProtocolConstants constants = iso18013_5();
  constants.ble_ident_info = "OtherIdent";
  constants.nan_service_info = constants.nan_passphrase_info = "Other";
  const Bytes key = hex(e_device_key_bytes_hex());
  EXPECT_NE(ble_ident(key, constants).value(), ble_ident(key).value());
  EXPECT_NE(nan_service_name(key, constants).value(), nan_service_name(key).value());
  EXPECT_NE(nan_passphrase(key, constants).value(), nan_passphrase(key).value());
}

TEST(DerivedNames, AgreeWithTheVectorOfOtherImplementations) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto vector = testing::shared_vector("device-engagement.json", "ble/ident-annex-d-key");
  const auto ident = ble_ident(hex(vector.at("input").as_string().c_str())).value();
  EXPECT_EQ(to_hex(ident), std::string(vector.at("hex").as_string()));
}

}  // namespace
}  // namespace mdoc::engagement
