#include "mdoc/engagement/uuid.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

constexpr std::string_view text = "45efef74-2b2c-4837-a9a3-b0e1d05a6917";

TEST(Uuids, AreReadInTheOrderOfTheirText) {
  const auto uuid = Uuid::parse(text);
  ASSERT_TRUE(uuid);
  EXPECT_EQ(to_bytes(uuid->octets), hex("45efef742b2c4837a9a3b0e1d05a6917"));
  EXPECT_EQ(to_bytes(uuid->reversed()), hex("17695ad0e1b0a3a937482c2b74efef45"));
}

TEST(Uuids, AreReadInEitherCaseAndWrittenInLowerCase) {
  EXPECT_EQ(Uuid::parse("45EFEF74-2B2C-4837-A9A3-B0E1D05A6917"), Uuid::parse(text));
  EXPECT_EQ(Uuid::parse("45EFef74-2B2c-4837-a9A3-b0E1D05A6917").value().text(), text);
  EXPECT_EQ(Uuid::parse("00000000-0000-0000-0000-000000000000"), Uuid{});
}

TEST(Uuids, WhatIsWrittenIsReadAgain) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    Uuid uuid;
    for (std::size_t i = 0; i < uuid.octets.size(); ++i) uuid.octets[i] = static_cast<std::uint8_t>(octet * 3 + i * 17);
    EXPECT_EQ(Uuid::parse(uuid.text()), uuid);
  }
}

TEST(Uuids, OtherFormsAreNone) {
  for (const std::string_view other :
       {"", "-", "2902", "45efef742b2c4837a9a3b0e1d05a6917", "{45efef74-2b2c-4837-a9a3-b0e1d05a6917}",
        "urn:uuid:45efef74-2b2c-4837-a9a3-b0e1d05a6917", " 45efef74-2b2c-4837-a9a3-b0e1d05a6917",
        "45efef74-2b2c-4837-a9a3-b0e1d05a6917 ", "45efef74-2b2c-4837-a9a3-b0e1d05a691",
        "45efef74 2b2c 4837 a9a3 b0e1d05a6917", "45efef7-42b2c-4837-a9a3-b0e1d05a6917",
        "45efef74-2b2c-4837-a9a3b-0e1d05a6917", "------------------------------------",
        "0x45ef74-2b2c-4837-a9a3-b0e1d05a6917"}) {
    EXPECT_FALSE(Uuid::parse(other)) << other;
  }
}

TEST(Uuids, AnyOtherCharacterAnywhereIsRefused) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'g', 'G', ' ', '_', '/', ':', '@', '`', '\0', '\xb4'}) {
      std::string other(text);
      other[i] = c;
      EXPECT_FALSE(Uuid::parse(other)) << i;
    }
    std::string other(text);
    other[i] = other[i] == '-' ? '0' : '-';
    EXPECT_FALSE(Uuid::parse(other)) << i;
  }
}

}  // namespace
}  // namespace mdoc::engagement
