#include "mdoc/trust/status_token_builder.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mdoc/trust/status_token.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using testing::hex;
using testing::utc;
using Sample = testing::SampleStatusToken;

bool holds(ByteView whole, ByteView part) {
  return std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
}

class StatusTokenBuilder : public ::testing::Test {
 protected:
  Sample sample;
  StatusTokenContent content{.uri = std::string(Sample::uri),
                             .issued_at = utc("2026-05-01T00:00:00Z"),
                             .expires_at = utc("2026-05-03T00:00:00Z"),
                             .time_to_live = 43200s,
                             .list = StatusList::of_bytes(1, hex("b9a3")).value()};

  SharedBytes make() {
    const auto draft = StatusTokenDraft::prepare(content, {sample.certificate()}).value();
    return draft.finish(crypto::sign(sample.key, draft.algorithm(), draft.to_be_signed()).value()).value();
  }
  Errc refusal() {
    const auto draft = StatusTokenDraft::prepare(content, {sample.certificate()});
    return draft ? Errc{} : draft.error().code;
  }
  Result<VerifiedStatusToken> verify(const SharedBytes& token) {
    const auto decoded = decode_status_token_cwt(token, {.level = Level::strict});
    if (!decoded) return decoded.error();
    const auto trust = StatusTrust::issuer_ca(sample.pki.iaca_certificate());
    return verify_status_token(*decoded, {.uri = Sample::uri, .trust = trust, .now = sample.now});
  }
};

TEST_F(StatusTokenBuilder, WhatItMakesPassesTheStrictLevel) {
  content.aggregation_uri = "https://example.com/statuslists";
  const auto list = verify(make());
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->status(0).value(), StatusType::invalid);
  EXPECT_EQ(list->status(1).value(), StatusType::valid);
  EXPECT_EQ(list->issued_at(), content.issued_at);
  EXPECT_EQ(list->expires_at(), content.expires_at);
  EXPECT_EQ(list->time_to_live(), content.time_to_live);
  EXPECT_EQ(list->aggregation_uri(), content.aggregation_uri);
}

TEST_F(StatusTokenBuilder, MakesIdentifierLists) {
  const Bytes first = hex("abcd"), second = hex("cc");
  content.list = IdentifierList::of(std::vector<ByteView>{first, second}).value();
  const auto list = verify(make());
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_TRUE(list->contains(first).value() && list->contains(second).value());
  content.list = IdentifierList();
  EXPECT_EQ(verify(make())->entries(), 0u);
}

TEST_F(StatusTokenBuilder, WritesTheFormOfTheStandard) {
  const SharedBytes token = make();
  const ByteView bytes = token.view();
  ASSERT_GT(bytes.size(), 40u);
  EXPECT_TRUE(std::ranges::equal(bytes.first(2), hex("d284"))) << "COSE_Sign1 with tag 18";
  // alg, typ, x5chain: all protected
  const Bytes header = hex("a301 26 10 781a 6170706c69636174696f6e2f7374617475736c6973742b637774 1821 59");
  EXPECT_TRUE(holds(bytes, header));
  // unprotected: empty; claims in deterministic order; the list at the highest compression
  const Bytes payload =
      hex("a0 5850 a5 02 7821 68747470733a2f2f6578616d706c652e636f6d2f7374617475736c697374732f31 04 1a69f69000 06 "
          "1a69f3ed00"
          "19fffd a2 636c7374 4a 78dadbb918000217015d 6462697473 01 19fffe 19a8c0 5840");
  EXPECT_TRUE(holds(bytes, payload));
}

TEST_F(StatusTokenBuilder, TheSameListIsTheSameBytesToBeSigned) {
  const auto first = StatusTokenDraft::prepare(content, {sample.certificate()}).value();
  const auto second = StatusTokenDraft::prepare(content, {sample.certificate()}).value();
  EXPECT_TRUE(std::ranges::equal(first.to_be_signed(), second.to_be_signed()));
}

TEST_F(StatusTokenBuilder, RefusesASignatureOfAnotherKey) {
  const auto draft = StatusTokenDraft::prepare(content, {sample.certificate()}).value();
  const auto other = crypto::sign(Sample::new_key(77), draft.algorithm(), draft.to_be_signed()).value();
  EXPECT_EQ(draft.finish(other).error().code, Errc::signature_invalid);
}

TEST_F(StatusTokenBuilder, RefusesWhatNoReaderWouldAccept) {
  const StatusTokenContent good = content;
  ASSERT_EQ(refusal(), Errc{});
  const auto refused_with = [&](const auto& change) {
    content = good;
    change();
    return refusal();
  };
  EXPECT_EQ(refused_with([&] { content.uri.clear(); }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.expires_at = content.issued_at; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.expires_at = latest_token_date + 1s; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.issued_at = UtcSeconds{} - 1s; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.time_to_live = 0s; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.time_to_live = -1s; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.aggregation_uri = ""; }), Errc::bad_argument);
  EXPECT_EQ(refused_with([&] { content.list = StatusList::of_bytes(2, hex("b9a3")).value(); }), Errc::bad_argument);
  content = good;
  EXPECT_EQ(StatusTokenDraft::prepare(content, {}).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::trust
