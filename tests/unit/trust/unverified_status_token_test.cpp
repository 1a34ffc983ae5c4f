#include "mdoc/trust/unverified_status_token.hpp"

#include <gtest/gtest.h>

#include "support/sample_status_token.hpp"

namespace mdoc::trust {
namespace {

using testing::SampleStatusToken;

TEST(UnverifiedStatusToken, SaysWhatTheTokenSays) {
  SampleStatusToken sample;
  const auto token = decode_status_token_cwt(SharedBytes::take(sample.encode()), {.level = Level::strict});
  ASSERT_TRUE(token) << describe(token.error());
  const StatusListClaims& claims = unverified_claims(*token);
  EXPECT_EQ(claims.sub, SampleStatusToken::uri);
  EXPECT_EQ(claims.iat, testing::utc("2026-05-01T00:00:00Z"));
  const auto* list = std::get_if<EncodedStatusList>(&claims.list);
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(StatusList::inflate(list->bits, list->lst.view()).value().size(), 16u);
  const auto* message = std::get_if<cose::CoseSign1>(&unverified_seal(*token));
  ASSERT_NE(message, nullptr);
  EXPECT_TRUE(message->payload);
  EXPECT_TRUE(message->verify(sample.key.public_key()));
}

TEST(UnverifiedStatusToken, AForgedTokenIsShownAsWell) {
  SampleStatusToken sample;
  Bytes forged = sample.encode();
  forged.back() ^= 1;
  const auto token = decode_status_token_cwt(SharedBytes::take(std::move(forged)));
  ASSERT_TRUE(token);
  EXPECT_EQ(unverified_claims(*token).sub, SampleStatusToken::uri);
  EXPECT_FALSE(token->verify_signature(sample.key.public_key()));
}

TEST(UnverifiedStatusToken, AJwtIsToldByItsBeginning) {
  EXPECT_TRUE(is_jwt(as_bytes("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")));
  EXPECT_FALSE(is_jwt(as_bytes("ey")));
  EXPECT_FALSE(is_jwt({}));
  EXPECT_FALSE(is_jwt(SampleStatusToken().encode()));
}

}  // namespace
}  // namespace mdoc::trust
