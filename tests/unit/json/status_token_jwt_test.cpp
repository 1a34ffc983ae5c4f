#include "mdoc/json/status_token_jwt.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/status_list_cache.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::json {
namespace {

using namespace std::chrono_literals;
namespace bj = boost::json;
using testing::utc;
using trust::StatusListKind;
using trust::StatusToken;
using trust::StatusTrust;
using trust::StatusType;
using Sample = testing::SampleStatusToken;

/// Base64 with padding by its own rule (RFC 4648, 4): independent of the one under test.
std::string base64(ByteView bytes) {
  std::string text = to_base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return text;
}

SharedBytes bytes_of(std::string_view text) { return SharedBytes::copy_of(as_bytes(text)); }

/// A workshop for tokens in JWT form with one fault each. As it is made, it is faultless at every level; PKI and list
/// are those of SampleStatusToken.
class StatusTokenJwt : public ::testing::Test {
 protected:
  Sample sample;
  bj::object header{{"alg", "ES256"}, {"typ", "statuslist+jwt"}};
  bj::object claims{{"sub", Sample::uri},
                    {"iat", seconds("2026-05-01T00:00:00Z")},
                    {"exp", seconds("2026-05-03T00:00:00Z")},
                    {"ttl", 43200},
                    {"status_list", {{"bits", 1}, {"lst", "eNrbuRgAAhcBXQ"}}}};
  bool with_chain = true;

  static std::int64_t seconds(std::string_view rfc3339) { return utc(rfc3339).time_since_epoch().count(); }
  bj::object& status_list() { return claims["status_list"].as_object(); }

  std::string sign(std::string_view payload) {
    bj::object full = header;
    if (with_chain) {
      const crypto::Certificate certificate = sample.certificate();
      full["x5c"] = bj::array{bj::value(base64(certificate.der()))};
    }
    const std::string input = to_base64url(as_bytes(bj::serialize(full))) + '.' + to_base64url(as_bytes(payload));
    const auto algorithm = crypto::signature_algorithm(sample.key.curve()).value();
    return input + '.' + to_base64url(crypto::sign(sample.key, algorithm, as_bytes(input)).value().raw);
  }
  std::string encode() { return sign(bj::serialize(claims)); }

  Result<StatusToken> decoded(Level level = Level::lenient, cbor::DeviationLog* log = nullptr) {
    return decode_status_token_jwt(bytes_of(encode()), {.level = level, .sink = log});
  }
  static void expect_error(const Result<StatusToken>& token, Errc code, std::string_view where) {
    ASSERT_FALSE(token);
    EXPECT_EQ(name(token.error().code), name(code));
    EXPECT_EQ(token.error().where.text(), where);
  }
  void expect_error(Errc code, std::string_view where) { expect_error(decoded(), code, where); }
  /// Interop and lenient report the rule, strict refuses it.
  void expect_deviation(Rule rule, std::string_view where) {
    for (const Level level : {Level::interop, Level::lenient}) {
      cbor::DeviationLog log;
      const auto token = decoded(level, &log);
      ASSERT_TRUE(token) << describe(token.error());
      ASSERT_EQ(log.entries().size(), 1U);
      EXPECT_EQ(info(log.entries()[0].rule).id, info(rule).id);
      EXPECT_EQ(log.entries()[0].where.text(), where);
    }
    const auto refused = decoded(Level::strict);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where.text(), where);
  }
  StatusTrust iaca() { return StatusTrust::issuer_ca(sample.pki.iaca_certificate()); }
  Result<trust::VerifiedStatusToken> verify(UtcSeconds now, std::string_view uri = Sample::uri) {
    const auto token = decoded();
    EXPECT_TRUE(token) << describe(token.error());
    return verify_status_token(*token, {.uri = uri, .trust = iaca(), .now = now, .clock = {.skew = 30s}});
  }
  Result<trust::VerifiedStatusToken> verify() { return verify(sample.now); }
};

TEST_F(StatusTokenJwt, AFaultlessTokenDecodesAtEveryLevelWithoutADeviation) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    cbor::DeviationLog log;
    const std::string text = encode();
    const auto token = decode_status_token_jwt(bytes_of(text), {.level = level, .sink = &log});
    ASSERT_TRUE(token) << describe(token.error());
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(token->kind(), StatusListKind::status_list);
    EXPECT_EQ(token->uri(), Sample::uri);
    EXPECT_EQ(token->issued_at(), utc("2026-05-01T00:00:00Z"));
    EXPECT_EQ(token->expires_at(), utc("2026-05-03T00:00:00Z"));
    EXPECT_EQ(token->time_to_live(), 43200s);
    ASSERT_EQ(token->x5chain().size(), 1U);
    const crypto::Certificate certificate = sample.certificate();
    EXPECT_TRUE(std::ranges::equal(token->x5chain()[0].view(), certificate.der()));
    EXPECT_EQ(as_text(token->encoded().view()), text);
    EXPECT_TRUE(token->verify_signature(sample.key.public_key()));
  }
}

// REV-05, in JWT form
TEST_F(StatusTokenJwt, TheTokenOfTheDraftDecodesAndVerifiesWithItsKey) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto vector = testing::shared_vector("status-list.json", "status-list/token-jwt-raw");
  const auto token =
      decode_status_token_jwt(bytes_of(std::string_view(vector.at("jws").as_string())), {.level = Level::strict});
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_EQ(token->uri(), "https://example.com/statuslists/1");
  EXPECT_EQ(token->issued_at().time_since_epoch(), 1686920170s);
  EXPECT_EQ(token->expires_at()->time_since_epoch(), 2291720170s);
  EXPECT_EQ(token->time_to_live(), 43200s);
  EXPECT_TRUE(token->x5chain().empty());  // it names its key by kid

  const auto jwk = testing::shared_vector("status-list.json", "status-list/signing-key").at("jwk");
  const auto coordinate = [&](const char* member) {
    return from_base64url(std::string_view(jwk.at(member).as_string())).value();
  };
  const auto key = crypto::PublicKey::import(crypto::Curve::p256, coordinate("x"), coordinate("y")).value();
  EXPECT_TRUE(token->verify_signature(key));
  EXPECT_EQ(token->verify_signature(Sample::new_key(1).public_key()).error().code, Errc::signature_invalid);
}

// ---- to a status ------------------------------------------------------------------------------

TEST_F(StatusTokenJwt, AVerifiedListShowsItsStatuses) {
  status_list()["aggregation_uri"] = "https://example.com/all";
  const auto list = verify();
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->entries(), 16U);
  EXPECT_EQ(list->status(0).value(), StatusType::invalid);
  EXPECT_EQ(list->status(1).value(), StatusType::valid);
  EXPECT_EQ(list->status(15).value(), StatusType::invalid);
  EXPECT_EQ(list->aggregation_uri(), "https://example.com/all");
  EXPECT_EQ(list->path().size(), 2U);
  EXPECT_EQ(list->date(), DateVerdict::within);
}

TEST_F(StatusTokenJwt, ItIsVerifiedByTheRulesOfTheCwtForm) {
  EXPECT_EQ(verify(sample.now, "https://example.com/statuslists/2").error().code, Errc::subject_mismatch);
  EXPECT_EQ(verify(utc("2026-05-03T00:00:31Z")).error().code, Errc::expired);
  EXPECT_EQ(verify(utc("2026-04-30T23:59:29Z")).error().code, Errc::not_yet_valid);
  status_list()["lst"] = "eNoA";
  EXPECT_EQ(verify().error().code, Errc::bad_compression);
}

TEST_F(StatusTokenJwt, WithoutCertificatesItDecodesButDoesNotVerify) {
  with_chain = false;
  header["kid"] = "12";
  const auto list = verify();
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, Errc::missing_element);
  EXPECT_EQ(list.error().where.text(), "StatusToken.x5chain");
}

TEST_F(StatusTokenJwt, ASignatureOfAnotherKeyIsInvalid) {
  (void)sample.certificate();  // made for the key it has now
  sample.key = Sample::new_key(71);
  EXPECT_EQ(verify().error().code, Errc::signature_invalid);
}

TEST_F(StatusTokenJwt, EachAlgorithmHasItsOneCurve) {
  const std::pair<crypto::Curve, std::string_view> signers[] = {{crypto::Curve::p256, "ES256"},
                                                                {crypto::Curve::p384, "ES384"},
                                                                {crypto::Curve::p521, "ES512"},
                                                                {crypto::Curve::ed25519, "EdDSA"},
                                                                {crypto::Curve::ed448, "EdDSA"}};
  for (const auto& [curve, alg] : signers) {
    sample = Sample();
    sample.key = Sample::new_key(81, curve);
    header["alg"] = alg;
    EXPECT_TRUE(verify()) << alg;
  }
  // COSE signs with these under the same algorithms; JOSE does not (RFC 7518, 3.4).
  for (const auto& [curve, alg] :
       {std::pair(crypto::Curve::brainpool_p256r1, "ES256"), std::pair(crypto::Curve::brainpool_p384r1, "ES384"),
        std::pair(crypto::Curve::brainpool_p512r1, "ES512")}) {
    sample = Sample();
    sample.key = Sample::new_key(82, curve);
    header["alg"] = alg;
    const auto list = verify();
    ASSERT_FALSE(list) << alg;
    EXPECT_EQ(list.error().code, Errc::algorithm_mismatch);
  }
}

TEST_F(StatusTokenJwt, NoChangedCharacterGoesUnnoticed) {
  const std::string good = encode();
  const StatusTrust trust = iaca();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = good[i] == 'A' ? 'Q' : 'A';
    const auto token = decode_status_token_jwt(bytes_of(changed), {.level = Level::lenient});
    if (!token) continue;
    EXPECT_FALSE(verify_status_token(*token, {.uri = Sample::uri, .trust = trust, .now = sample.now})) << i;
  }
}

TEST_F(StatusTokenJwt, AVerifiedTokenIsCachedLikeAnyOther) {
  trust::StatusListCache cache;
  ASSERT_TRUE(cache.put(verify().value(), sample.now));
  EXPECT_TRUE(cache.get(Sample::uri, iaca(), sample.now));
}

// ---- envelope ---------------------------------------------------------------------------------

TEST_F(StatusTokenJwt, BothFormsOfTheMediaTypeAreOneType) {
  header["typ"] = "application/statuslist+jwt";
  cbor::DeviationLog log;
  EXPECT_TRUE(decoded(Level::strict, &log));
  EXPECT_TRUE(log.empty());
}

TEST_F(StatusTokenJwt, OtherTypesAreRefused) {
  for (const std::string_view typ : {"JWT", "statuslist+cwt", "application/statuslist+cwt", "identifierlist+jwt", "",
                                     "statuslist", "text/statuslist+jwt", "trustlist+jwt"}) {
    header["typ"] = typ;
    expect_error(Errc::unsupported_media_type, "StatusToken.typ");
  }
  header["typ"] = 279;
  expect_error(Errc::wrong_type, "JWS.header.typ");
  header.erase("typ");
  claims["typ"] = "statuslist+jwt";  // a claim says nothing about the envelope
  expect_error(Errc::missing_element, "StatusToken.typ");
}

TEST_F(StatusTokenJwt, WhatIsNoJwsIsRefusedAsSuch) {
  header["alg"] = "HS256";
  expect_error(Errc::unsupported_algorithm, "JWS.header.alg");
  header["alg"] = "none";
  expect_error(Errc::unsupported_algorithm, "JWS.header.alg");
  for (const std::string_view text : {"", ".", "..", "eyJhbGciOiJFUzI1NiJ9.e30"}) {
    EXPECT_FALSE(decode_status_token_jwt(bytes_of(text))) << text;
  }
  header["alg"] = "ES256";
  for (const char more : {'\n', '=', '.', 'A'}) {
    EXPECT_FALSE(decode_status_token_jwt(bytes_of(encode() + more)) &&
                 decode_status_token_jwt(bytes_of(encode() + more))->verify_signature(sample.key.public_key()))
        << more;
  }
}

TEST_F(StatusTokenJwt, IsBoundedInSize) {
  const std::string text = encode();
  const auto decode_with = [&](const trust::StatusListLimits& limits, const DecodeLimits& general = {}) {
    return decode_status_token_jwt(bytes_of(text), {.limits = general}, limits);
  };
  EXPECT_TRUE(decode_with({.max_token = text.size()}));
  EXPECT_EQ(decode_with({.max_token = text.size() - 1}).error().code, Errc::too_large);
  EXPECT_TRUE(decode_with({}, {.max_bytes = 1})) << "a list may be larger than a document";
  EXPECT_TRUE(decode_with({.max_uri = Sample::uri.size()}));
  EXPECT_EQ(decode_with({.max_uri = Sample::uri.size() - 1}).error().code, Errc::too_large);
  EXPECT_EQ(decode_with({}, {.max_certificates = 0}).error().code, Errc::too_many);
  EXPECT_EQ(decode_with({}, {.max_entries = 5}).error().code, Errc::too_many);
}

TEST_F(StatusTokenJwt, ADeepClaimIsRefused) {
  std::string deep = bj::serialize(claims);
  deep.pop_back();
  deep += ",\"more\":" + std::string(40, '[') + std::string(40, ']') + '}';
  expect_error(decode_status_token_jwt(bytes_of(sign(deep))), Errc::too_deep, "StatusToken.payload");
}

// ---- claims -----------------------------------------------------------------------------------

TEST_F(StatusTokenJwt, ThePayloadIsOneJsonObject) {
  const auto decoded_payload = [&](std::string_view payload) {
    return decode_status_token_jwt(bytes_of(sign(payload)), {.level = Level::lenient});
  };
  for (const std::string_view payload : {"", "{", "{}x", "\xa0", "\xff", "{'sub':1}"}) {
    expect_error(decoded_payload(payload), Errc::bad_encoding, "StatusToken.payload");
  }
  for (const std::string_view payload : {"[]", "null", "\"\"", "1"}) {
    expect_error(decoded_payload(payload), Errc::wrong_type, "StatusToken.payload");
  }
  std::string twice = bj::serialize(claims);
  twice.insert(1, R"("sub":"https://example.com/other",)");
  EXPECT_EQ(decoded_payload(twice).error().code, Errc::duplicate_key);
}

TEST_F(StatusTokenJwt, WhatItMustSayMustBeThereInItsType) {
  const bj::object good = claims;
  const std::pair<std::string_view, bj::value> wrong[] = {
      {"sub", 1}, {"iat", "1777593600"}, {"exp", "1777593600"}, {"ttl", "43200"}, {"status_list", bj::array{}}};
  for (const auto& [claim, value] : wrong) {
    claims[claim] = value;
    expect_error(Errc::wrong_type, "StatusToken.payload." + std::string(claim));
    claims = good;
  }
  for (const std::string_view claim : {"sub", "iat", "status_list"}) {
    claims.erase(claim);
    expect_error(Errc::missing_element, "StatusToken.payload." + std::string(claim));
    claims[claim] = nullptr;
    expect_error(Errc::wrong_type, "StatusToken.payload." + std::string(claim));
    claims = good;
  }
}

TEST_F(StatusTokenJwt, NullForAMemberThatMayBeAbsentIsReported) {
  claims["ttl"] = nullptr;
  expect_deviation(Rule::list_null_member, "StatusToken.payload.ttl");
  EXPECT_EQ(decoded()->time_to_live(), std::nullopt);
  claims["ttl"] = 1;
  status_list()["aggregation_uri"] = nullptr;
  expect_deviation(Rule::list_null_member, "StatusToken.payload.status_list.aggregation_uri");
}

TEST_F(StatusTokenJwt, WithoutExpiryATokenIsReported) {
  claims.erase("exp");
  expect_deviation(Rule::status_no_expiry, "StatusToken.payload.exp");
  EXPECT_EQ(decoded()->expires_at(), std::nullopt);
}

TEST_F(StatusTokenJwt, DatesAreNumbersOfSecondsWithinTheCalendar) {
  for (const std::string_view claim : {"iat", "exp"}) {
    const std::string where = "StatusToken.payload." + std::string(claim);
    for (const bj::value& bad : {bj::value(-1), bj::value(-0.5), bj::value(253402300800), bj::value(INT64_MAX),
                                 bj::value(UINT64_MAX), bj::value(1e300), bj::value(-1e300), bj::value(INT64_MIN)}) {
      claims[claim] = bad;
      expect_error(Errc::bad_value, where);
    }
    claims[claim] = 253402300799;
    EXPECT_TRUE(decoded(Level::strict));
    claims[claim] = 0;
    EXPECT_TRUE(decoded(Level::strict));
    for (const bj::value& bad : {bj::value(true), bj::value(bj::array{1}), bj::value("2026-05-01T00:00:00Z")}) {
      claims[claim] = bad;
      expect_error(Errc::wrong_type, where);
    }
    claims[claim] = 1;
  }
}

TEST_F(StatusTokenJwt, ANumberBeyondADoubleIsNoDate) {
  std::string payload = bj::serialize(claims);
  const std::string iat = "\"iat\":" + std::to_string(seconds("2026-05-01T00:00:00Z"));
  ASSERT_NE(payload.find(iat), std::string::npos);
  payload.replace(payload.find(iat), iat.size(), "\"iat\":1e999");
  EXPECT_FALSE(decode_status_token_jwt(bytes_of(sign(payload)), {.level = Level::lenient}));
}

TEST_F(StatusTokenJwt, AFractionOfASecondIsCutOff) {
  claims["iat"] = 1684311051.9;  // NumericDate may have one (RFC 7519, 2)
  EXPECT_EQ(decoded(Level::strict).value().issued_at().time_since_epoch(), 1684311051s);
  claims["ttl"] = 60.5;
  EXPECT_EQ(decoded(Level::strict).value().time_to_live(), 60s);
}

TEST_F(StatusTokenJwt, TheTimeToLiveIsPositive) {
  for (const bj::value& bad : {bj::value(0), bj::value(-1), bj::value(0.5), bj::value(-1e300)}) {
    claims["ttl"] = bad;
    expect_error(Errc::bad_value, "StatusToken.payload.ttl");
  }
  for (const bj::value& vast : {bj::value(UINT64_MAX), bj::value(1e300)}) {
    claims["ttl"] = vast;
    const auto token = decoded(Level::strict);
    ASSERT_TRUE(token) << describe(token.error());
    EXPECT_EQ(*token->time_to_live(), trust::latest_token_date.time_since_epoch());
  }
  claims.erase("ttl");
  EXPECT_EQ(decoded(Level::strict)->time_to_live(), std::nullopt);
}

TEST_F(StatusTokenJwt, AStatusOfAnMdocHasOneBit) {
  for (const int bits : {2, 4, 8}) {
    status_list()["bits"] = bits;
    expect_deviation(Rule::status_bits, "StatusToken.payload.status_list.bits");
  }
  for (const bj::value& bad :
       {bj::value(0), bj::value(-1), bj::value(3), bj::value(16), bj::value(4294967297), bj::value(UINT64_MAX)}) {
    status_list()["bits"] = bad;
    expect_error(Errc::bad_value, "StatusToken.payload.status_list.bits");
  }
  for (const bj::value& bad : {bj::value("1"), bj::value(1.0), bj::value(nullptr)}) {
    status_list()["bits"] = bad;
    expect_error(Errc::wrong_type, "StatusToken.payload.status_list.bits");
  }
  status_list().erase("bits");
  expect_error(Errc::missing_element, "StatusToken.payload.status_list.bits");
}

TEST_F(StatusTokenJwt, TheListIsBase64urlWithoutPadding) {
  for (const std::string_view bad : {"eNrbuRgAAhcBXQ==", "eNrbuRgAAhcBXR", "eNrbu RgAAhcBXQ", "eNrbuRg+", "e"}) {
    status_list()["lst"] = bad;
    expect_error(Errc::bad_encoding, "StatusToken.payload.status_list.lst");
  }
  status_list()["lst"] = bj::array{0x78, 0xda};
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.lst");
  status_list().erase("lst");
  expect_error(Errc::missing_element, "StatusToken.payload.status_list.lst");
}

TEST_F(StatusTokenJwt, UrisAreBoundedTexts) {
  status_list()["aggregation_uri"] = 1;
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.aggregation_uri");
  status_list()["aggregation_uri"] = std::string(2049, 'a');
  expect_error(Errc::too_large, "StatusToken.payload.status_list.aggregation_uri");
  status_list().erase("aggregation_uri");
  claims["sub"] = std::string(2049, 'a');
  expect_error(Errc::too_large, "StatusToken.payload.sub");
}

TEST_F(StatusTokenJwt, AnIdentifierListHasNoJwtForm) {
  claims["identifier_list"] = bj::object{{"identifiers", bj::object{}}};
  expect_error(Errc::bad_value, "StatusToken.payload.identifier_list");
  claims.erase("status_list");
  expect_error(Errc::bad_value, "StatusToken.payload.identifier_list");
}

TEST_F(StatusTokenJwt, OtherClaimsAreSkipped) {
  claims["iss"] = "https://example.com";
  claims["status_list"].as_object()["more"] = bj::array{1, 2};
  claims["nbf"] = "no date";
  cbor::DeviationLog log;
  EXPECT_TRUE(decoded(Level::strict, &log));
  EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace mdoc::json
