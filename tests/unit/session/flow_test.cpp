// Whole sessions between our two halves: every curve, and retrieval by a website.

#include <gtest/gtest.h>

#include "session_fixture.hpp"
#include "support/fixed_rng.hpp"

namespace mdoc::session {
namespace {

using engagement::DeviceEngagement;
using engagement::ReaderEngagement;

const Bytes device_request = hex("a101");
const Bytes device_response = hex("a102");

/// One round; both ends are asked what they saw.
void expect_round(ReaderSession& reader, MdocSession& mdoc) {
  ASSERT_TRUE(reader.request(device_request, t0));
  mdoc.on_message(shared(drain(reader).sent.at(0)), t0);
  ASSERT_EQ(drain(mdoc).received, one(device_request));
  ASSERT_TRUE(mdoc.respond(device_response, AfterResponse::wait, t0));
  reader.on_message(shared(drain(mdoc).sent.at(0)), t0);
  ASSERT_EQ(drain(reader).received, one(device_response));
  EXPECT_EQ(to_bytes(reader.transcript().bytes()), to_bytes(mdoc.transcript()->bytes()));
}

TEST(SessionFlow, EveryEcdhCurveCarriesASession) {
  for (const auto& curve : crypto::curves()) {
    if (!curve.can_agree) continue;
    SCOPED_TRACE(curve.name);
    auto device_key = test_key(curve.curve, 5);
    const auto engaged = nfc_engagement(device_key);
    auto reader = ReaderSession::create(engaged, engagement::QrHandover{}, test_key(curve.curve, 9), t0);
    ASSERT_TRUE(reader) << describe(reader.error());
    auto mdoc = MdocSession::create(engaged, std::move(device_key), engagement::QrHandover{}, t0);
    ASSERT_TRUE(mdoc) << describe(mdoc.error());
    expect_round(*reader, *mdoc);
    reader = ReaderSession::resume(std::move(*reader).suspend(t0).value(), t0);
    mdoc = MdocSession::resume(std::move(*mdoc).suspend(t0).value(), t0);
    expect_round(reader.value(), mdoc.value());
  }
}

class WebsiteSession : public ::testing::Test {
 protected:
  static ReaderEngagement link(const crypto::PrivateKey& key) {
    const engagement::RetrievalMethod methods[] = {engagement::RestApiOptions{.uri = "https://verifier.example/s/1"}};
    return ReaderEngagement::for_link(key.public_key(), methods).value();
  }
  static DeviceEngagement website_engagement(const crypto::PrivateKey& key) {
    return DeviceEngagement::for_website(key.public_key(), "verifier.example").value();
  }
  Result<ReaderSession> make_reader(const DeviceEngagement& engaged,
                                    WebsiteBinding binding = WebsiteBinding::engagement_hash) {
    testing::FixedRng rng(Bytes(200, 11));
    return ReaderSession::create_for_website(published, private_key(e_reader_scalar), engaged, rng, t0, {}, binding);
  }
  MdocSession make_mdoc(crypto::PrivateKey key, const SessionOptions& options = {}) {
    const auto engaged = website_engagement(key);
    return MdocSession::create_for_website(engaged, std::move(key), published, t0, options).value();
  }

  ReaderEngagement published = link(private_key(e_reader_scalar));
  DeviceEngagement same_curve = website_engagement(private_key(e_device_scalar));
};

TEST_F(WebsiteSession, Web04OnOneCurveTheFirstRequestIsSessionData) {
  auto reader = make_reader(same_curve).value();
  auto mdoc = make_mdoc(private_key(e_device_scalar));
  ASSERT_TRUE(reader.request(device_request, t0));
  const Bytes first = drain(reader).sent.at(0);
  EXPECT_TRUE(std::holds_alternative<SessionData>(decode_session_message(shared(first)).value()));
  mdoc.on_message(shared(first), t0);
  EXPECT_EQ(drain(mdoc).received, one(device_request));
  EXPECT_EQ(engagement::name(mdoc.transcript()->handover()), "web");
  ASSERT_TRUE(mdoc.respond(device_response, AfterResponse::wait, t0));
  reader.on_message(shared(drain(mdoc).sent.at(0)), t0);
  EXPECT_EQ(drain(reader).received, one(device_response));
  expect_round(reader, mdoc);
}

TEST_F(WebsiteSession, Web04OnAnotherCurveTheFirstRequestEstablishes) {
  for (const auto curve : {crypto::Curve::p384, crypto::Curve::x25519, crypto::Curve::brainpool_p256r1}) {
    SCOPED_TRACE(crypto::info(curve).name);
    auto key = test_key(curve, 5);
    auto reader = make_reader(website_engagement(key)).value();
    auto mdoc = make_mdoc(std::move(key));
    expect_round(reader, mdoc);
    EXPECT_EQ(reader.e_reader_key()->curve(), curve);
  }
}

TEST_F(WebsiteSession, MdocFindsOutWhichDraftTheWebsiteFollows) {
  auto reader = make_reader(same_curve, WebsiteBinding::engagement_bytes).value();
  auto mdoc = make_mdoc(private_key(e_device_scalar));
  expect_round(reader, mdoc);
  EXPECT_EQ(engagement::name(mdoc.transcript()->handover()), "web-legacy");
  auto key = test_key(crypto::Curve::p384, 5);
  reader = make_reader(website_engagement(key), WebsiteBinding::engagement_bytes).value();
  mdoc = make_mdoc(std::move(key));
  expect_round(reader, mdoc);
  EXPECT_EQ(engagement::name(mdoc.transcript()->handover()), "web-legacy");
}

TEST_F(WebsiteSession, Web04ASecondKeyEndsTheSession) {
  // A reader that ignores the announced key although the curves are the same.
  const auto web = engagement::WebHandover::of(published).value();
  auto other = ReaderSession::create(same_curve, web, test_key(crypto::Curve::p256, 3), t0).value();
  ASSERT_TRUE(other.request(device_request, t0));
  auto mdoc = make_mdoc(private_key(e_device_scalar));
  mdoc.on_message(shared(drain(other).sent.at(0)), t0);
  expect_closed(drain(mdoc), Errc::unexpected_message, 10);
  EXPECT_FALSE(mdoc.holds_keys());
}

TEST_F(WebsiteSession, TheAnnouncedKeySentAgainIsJudgedByRule) {
  const auto web = engagement::WebHandover::of(published).value();
  const auto again = [&] {
    auto reader = ReaderSession::create(same_curve, web, private_key(e_reader_scalar), t0).value();
    EXPECT_TRUE(reader.request(device_request, t0));
    return drain(reader).sent.at(0);
  };
  engagement::Log log;
  auto mdoc = make_mdoc(private_key(e_device_scalar), {.decoding = log.context()});
  mdoc.on_message(shared(again()), t0);
  EXPECT_EQ(drain(mdoc).received, one(device_request));
  EXPECT_TRUE(log.has(Rule::session_key_repeated));
  auto strict = make_mdoc(private_key(e_device_scalar), {.decoding = log.context(Level::strict)});
  strict.on_message(shared(again()), t0);
  expect_closed(drain(strict), Errc::unexpected_message, 10);
}

TEST_F(WebsiteSession, DataBeforeAnyKeyEndsTheSession) {
  auto mdoc = make_mdoc(test_key(crypto::Curve::p384, 5));
  mdoc.on_message(shared(encode_session_data(Bytes(16, 0), std::nullopt)), t0);
  expect_closed(drain(mdoc), Errc::unexpected_message, 10);
}

TEST_F(WebsiteSession, EngagementWithoutKeyWaitsForSessionEstablishment) {
  const auto keyless = engagement::decode_reader_engagement(shared(hex("a10063312e31"))).value();
  auto mdoc = MdocSession::create_for_website(same_curve, private_key(e_device_scalar), keyless, t0).value();
  const auto web = engagement::WebHandover::of(keyless).value();
  auto reader = ReaderSession::create(same_curve, web, private_key(e_reader_scalar), t0).value();
  expect_round(reader, mdoc);
  testing::FixedRng rng({});
  EXPECT_EQ(ReaderSession::create_for_website(keyless, private_key(e_reader_scalar), same_curve, rng, t0).error().code,
            Errc::bad_argument);
  EXPECT_EQ(
      ReaderSession::create_for_website(published, test_key(crypto::Curve::p256, 3), same_curve, rng, t0).error().code,
      Errc::bad_argument);
  EXPECT_EQ(ReaderSession::create_for_website(published, private_key(e_reader_scalar),
                                              website_engagement(test_key(crypto::Curve::p384, 5)), rng, t0)
                .error()
                .code,
            Errc::randomness);
}

TEST_F(WebsiteSession, SuspendedBeforeTheFirstRequestItGoesOnAsWell) {
  for (const auto curve : {crypto::Curve::p256, crypto::Curve::p384}) {
    SCOPED_TRACE(crypto::info(curve).name);
    auto key = test_key(curve, 5);
    auto reader = make_reader(website_engagement(key)).value();
    auto mdoc = make_mdoc(std::move(key));
    reader = ReaderSession::resume(std::move(reader).suspend(t0).value(), t0).value();
    mdoc = MdocSession::resume(std::move(mdoc).suspend(t0).value(), t0).value();
    expect_round(reader, mdoc);
  }
}

}  // namespace
}  // namespace mdoc::session
