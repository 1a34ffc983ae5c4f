#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/status_token.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using testing::cbor_bytes;
using testing::cbor_int;
using testing::cbor_text;
using testing::cbor_uint;
using testing::hex;
using testing::utc;
using Sample = testing::SampleStatusToken;

Result<StatusToken> decode(const Bytes& encoded, Level level = Level::interop, cbor::DeviationLog* log = nullptr) {
  return decode_status_token_cwt(SharedBytes::copy_of(encoded), {.level = level, .sink = log});
}

class StatusTokenCwt : public ::testing::Test {
 protected:
  Sample sample;

  Result<StatusToken> decoded(Level level = Level::lenient) { return decode(sample.encode(), level); }
  void expect_error(Errc code, std::string_view where) {
    const auto token = decoded();
    ASSERT_FALSE(token);
    EXPECT_EQ(name(token.error().code), name(code));
    EXPECT_EQ(token.error().where.text(), where);
  }
  /// Interop reports the rule, strict refuses it.
  void expect_deviation(Rule rule, std::string_view where) {
    cbor::DeviationLog log;
    const auto token = decode(sample.encode(), Level::interop, &log);
    ASSERT_TRUE(token) << describe(token.error());
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(info(log.entries()[0].rule).id, info(rule).id);
    EXPECT_EQ(log.entries()[0].where.text(), where);
    EXPECT_FALSE(decode(sample.encode(), Level::strict));
  }
};

TEST_F(StatusTokenCwt, TheEmittedFormDecodesAtEveryLevelWithoutADeviation) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    cbor::DeviationLog log;
    const Bytes encoded = sample.encode();
    const auto token = decode(encoded, level, &log);
    ASSERT_TRUE(token) << describe(token.error());
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(token->kind(), StatusListKind::status_list);
    EXPECT_EQ(token->uri(), Sample::uri);
    EXPECT_EQ(token->issued_at(), utc("2026-05-01T00:00:00Z"));
    EXPECT_EQ(token->expires_at(), utc("2026-05-03T00:00:00Z"));
    EXPECT_EQ(token->time_to_live(), 43200s);
    EXPECT_EQ(token->x5chain().size(), 1u);
    EXPECT_TRUE(std::ranges::equal(token->encoded().view(), encoded));
    EXPECT_TRUE(token->verify_signature(sample.key.public_key()));
  }
}

// Only a verified token has a list; a decoded one has no way to it.
template <class T>
concept ShowsAList = requires(const T& token) {
  token.status(0);
}
|| requires(const T& token) { token.claims(); };
static_assert(ShowsAList<VerifiedStatusToken> && !ShowsAList<StatusToken>);
static_assert(!std::is_default_constructible_v<VerifiedStatusToken>);

TEST(Rev05, TheTokenOfTheDraftDecodesAndVerifiesWithItsKey) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto vector = testing::shared_vector("status-list.json", "status-list/token-cwt");
  const Bytes encoded = hex(vector.at("hex").as_string());
  // The draft names the key by kid; mdocs need x5chain, which is asked for when the token is verified.
  const auto token = decode(encoded, Level::strict);
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_EQ(token->uri(), std::string(vector.at("expect").at("sub").as_string()));
  EXPECT_EQ(token->issued_at().time_since_epoch(), 1686920170s);
  EXPECT_EQ(token->expires_at()->time_since_epoch(), 2291720170s);
  EXPECT_EQ(token->time_to_live(), 43200s);
  EXPECT_TRUE(token->x5chain().empty());

  const auto jwk = testing::shared_vector("status-list.json", "status-list/signing-key").at("jwk");
  const auto coordinate = [&](const char* member) {
    return from_base64url(std::string(jwk.at(member).as_string())).value();
  };
  const auto key = crypto::PublicKey::import(crypto::Curve::p256, coordinate("x"), coordinate("y")).value();
  EXPECT_TRUE(token->verify_signature(key));
  EXPECT_EQ(token->verify_signature(Sample::new_key(1).public_key()).error().code, Errc::signature_invalid);
}

TEST(Rev06, TheComputedExampleIsAnIdentifierList) {
  // Protected header and payload as computed for the second edition; no signature was published with them.
  const Bytes protected_header = hex("a2012610781e6170706c69636174696f6e2f6964656e7469666965726c6973742b637774");
  const Bytes payload =
      hex("a502782568747470733a2f2f6578616d706c652e636f6d2f6964656e7469666965726c697374732f31041a8898dfea061a648c5bea"
          "19fffe1a0001518019fffaa16b6964656e74696669657273a242abcda042cccca0");
  cbor::Writer writer;
  writer.tag(18).raw(testing::CoseParts{protected_header, hex("a0"), payload, Bytes(64, 1)}.encode());
  const auto token = decode(std::move(writer).take(), Level::strict);
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_EQ(token->kind(), StatusListKind::identifier_list);
  EXPECT_EQ(token->uri(), "https://example.com/identifierlists/1");
  EXPECT_EQ(token->time_to_live(), 86400s);
}

TEST(Rev06, AListOfAnotherStackIsRead) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes list = testing::shared_bytes("status-list.json", "identifier-list/list");
  Sample sample;
  sample.revoke({});
  sample.claims[Sample::identifier_list] = list;
  const auto token = decode(sample.encode(), Level::strict);
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_EQ(token->kind(), StatusListKind::identifier_list);
}

// ---- envelope ---------------------------------------------------------------------------------

TEST_F(StatusTokenCwt, TheTagOfTheEnvelopeIsExpected) {
  sample.tag = std::nullopt;
  expect_deviation(Rule::list_tag, "StatusToken");
}

TEST_F(StatusTokenCwt, ATagOfCwtsAroundTheEnvelopeIsReported) {
  cbor::Writer writer;
  writer.tag(61).raw(sample.encode());
  const Bytes encoded = std::move(writer).take();
  cbor::DeviationLog log;
  const auto token = decode(encoded, Level::interop, &log);
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_EQ(token->encoded().size(), encoded.size());
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::list_tag);
  EXPECT_FALSE(decode(encoded, Level::strict));
}

TEST_F(StatusTokenCwt, OtherTagsAreRefused) {
  for (const std::uint64_t tag : {17u, 24u, 61u, 98u}) {
    sample.tag = tag;
    EXPECT_EQ(decoded().has_value(), tag == 61) << tag;
  }
}

TEST_F(StatusTokenCwt, EveryTruncationAndTrailingBytesAreRefused) {
  Bytes encoded = sample.encode();
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(decode(Bytes(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(size)), Level::lenient))
        << size;
  }
  encoded.push_back(0);
  EXPECT_EQ(decode(encoded).error().code, Errc::trailing_bytes);
}

TEST_F(StatusTokenCwt, TheChainBelongsIntoTheProtectedHeader) {
  sample.x5chain_place = Sample::Place::unprotected_header;
  expect_deviation(Rule::list_x5chain_place, "StatusToken.unprotected.x5chain");
}

TEST_F(StatusTokenCwt, TheSameChainInBothHeadersIsNoDeviation) {
  const crypto::Certificate certificate = sample.certificate();
  sample.unprotected_header[33] = cbor_bytes(certificate.der());
  cbor::DeviationLog log;
  EXPECT_TRUE(decode(sample.encode(), Level::interop, &log));
  EXPECT_TRUE(log.empty());
  sample.unprotected_header[33] = cbor_bytes(Bytes(10, 1));
  EXPECT_EQ(decoded().error().code, Errc::bad_header);
}

TEST_F(StatusTokenCwt, ADetachedPayloadIsNoToken) {
  const auto token = decode(hex("d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a0f640"));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::missing_element);
  EXPECT_EQ(token.error().where.text(), "StatusToken.payload");
}

TEST_F(StatusTokenCwt, IsBoundedInSize) {
  const Bytes encoded = sample.encode();
  const auto decode_with = [&](const StatusListLimits& limits) {
    return decode_status_token_cwt(SharedBytes::copy_of(encoded), {}, limits);
  };
  EXPECT_TRUE(decode_with({.max_token = encoded.size()}));
  EXPECT_EQ(decode_with({.max_token = encoded.size() - 1}).error().code, Errc::too_large);
  EXPECT_TRUE(decode_with({.max_uri = Sample::uri.size()}));
  EXPECT_EQ(decode_with({.max_uri = Sample::uri.size() - 1}).error().code, Errc::too_large);
}

TEST_F(StatusTokenCwt, AListMayHaveMoreEntriesThanADocument) {
  std::vector<Bytes> ids;
  for (unsigned i = 0; i < 5000; ++i) ids.push_back({static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
  sample.revoke(ids);
  const Bytes encoded = sample.encode();
  EXPECT_TRUE(decode(encoded));
  const auto bounded = decode_status_token_cwt(SharedBytes::copy_of(encoded), {}, {.max_identifiers = 4999});
  ASSERT_FALSE(bounded);
  EXPECT_EQ(bounded.error().code, Errc::too_many);
}

// ---- typ --------------------------------------------------------------------------------------

TEST_F(StatusTokenCwt, TheTypeMayBeTheRegisteredContentFormat) {
  sample.protected_header[16] = cbor_uint(279);
  EXPECT_TRUE(decoded(Level::strict));
  sample.protected_header[16] = cbor_uint(280);
  expect_error(Errc::unsupported_media_type, "StatusToken.typ");
}

TEST_F(StatusTokenCwt, ShortTypesAreReported) {
  sample.protected_header[16] = cbor_text("statuslist+cwt");
  expect_deviation(Rule::status_typ_short, "StatusToken.typ");
  sample.revoke({hex("abcd")});
  for (const std::string_view typ : {"identifierlist+cwt", "identfierlist+cwt"}) {
    sample.protected_header[16] = cbor_text(typ);
    expect_deviation(Rule::status_typ_short, "StatusToken.typ");
  }
}

TEST_F(StatusTokenCwt, ATypeAmongTheClaimsIsReported) {
  sample.protected_header.erase(16);
  sample.claims[16] = cbor_text("application/statuslist+cwt");
  expect_deviation(Rule::status_typ_claim, "StatusToken.payload.typ");
}

TEST_F(StatusTokenCwt, BesideTheHeaderAClaimOfThatNumberMeansNothing) {
  sample.claims[16] = cbor_text("application/identifierlist+cwt");
  EXPECT_TRUE(decoded(Level::strict));
}

TEST_F(StatusTokenCwt, ATypeMustBeThere) {
  sample.protected_header.erase(16);
  sample.unprotected_header[16] = cbor_text("application/statuslist+cwt");  // not signed, so it says nothing
  expect_error(Errc::missing_element, "StatusToken.payload.typ");
}

TEST_F(StatusTokenCwt, OtherTypesAreRefused) {
  for (const std::string_view typ : {"application/statuslist+jwt", "application/cwt", "", "statuslist", "JWT"}) {
    sample.protected_header[16] = cbor_text(typ);
    expect_error(Errc::unsupported_media_type, "StatusToken.typ");
  }
  sample.protected_header[16] = cbor_bytes(hex("00"));
  expect_error(Errc::wrong_type, "StatusToken.typ");
}

TEST_F(StatusTokenCwt, TheTypeNamesTheListThatIsThere) {
  sample.protected_header[16] = cbor_text("application/identifierlist+cwt");
  expect_error(Errc::missing_element, "StatusToken.payload.identifier_list");
  sample.revoke({hex("abcd")});
  EXPECT_TRUE(decoded(Level::strict));
  sample.protected_header[16] = cbor_text("application/statuslist+cwt");
  expect_error(Errc::missing_element, "StatusToken.payload.status_list");
}

TEST_F(StatusTokenCwt, BothListsAtOnceAreRefusedWhateverTheType) {
  sample.claims[Sample::identifier_list] = Sample::identifier_list_of({hex("abcd")});
  expect_error(Errc::bad_value, "StatusToken.payload.identifier_list");
  sample.protected_header[16] = cbor_text("application/identifierlist+cwt");
  expect_error(Errc::bad_value, "StatusToken.payload.identifier_list");
}

// ---- claims -----------------------------------------------------------------------------------

TEST_F(StatusTokenCwt, WithoutExpiryATokenIsReported) {
  sample.claims.erase(Sample::exp);
  expect_deviation(Rule::status_no_expiry, "StatusToken.payload.exp");
  EXPECT_EQ(decoded()->expires_at(), std::nullopt);
}

TEST_F(StatusTokenCwt, SubjectAndIssuanceAreNeeded) {
  sample.claims.erase(Sample::sub);
  expect_error(Errc::missing_element, "StatusToken.payload.sub");
  sample.claims[Sample::sub] = cbor_bytes(hex("00"));
  expect_error(Errc::wrong_type, "StatusToken.payload.sub");
  sample.claims[Sample::sub] = cbor_text(Sample::uri);
  sample.claims.erase(Sample::iat);
  expect_error(Errc::missing_element, "StatusToken.payload.iat");
}

TEST_F(StatusTokenCwt, DatesAreNumbersOfSecondsWithinTheCalendar) {
  for (const std::int64_t claim : {Sample::iat, Sample::exp}) {
    const std::string where = claim == Sample::iat ? "StatusToken.payload.iat" : "StatusToken.payload.exp";
    const Bytes good = sample.claims[claim];
    for (const std::string_view bad : {"20", "3b7fffffffffffffff", "1b0000003afff44180", "1b7fffffffffffffff", "f97e00",
                                       "f97c00", "f9bc00", "fb7e37e43c8800759c"}) {
      sample.claims[claim] = hex(bad);
      expect_error(Errc::bad_value, where);
    }
    sample.claims[claim] = hex("1bffffffffffffffff");
    expect_error(Errc::bad_value, where);
    for (const std::string_view bad : {"6130", "f6", "c100", "f5"}) {
      sample.claims[claim] = hex(bad);
      EXPECT_FALSE(decoded()) << bad;
    }
    sample.claims[claim] = good;
  }
}

TEST_F(StatusTokenCwt, AFractionOfASecondIsCutOff) {
  sample.claims[Sample::iat] = hex("fb41d9192302f55c29");  // NumericDate may be a float (RFC 8392, 2)
  EXPECT_EQ(decoded(Level::strict).value().issued_at().time_since_epoch(), 1684311051s);
}

TEST_F(StatusTokenCwt, TheTimeToLiveIsPositive) {
  for (const std::string_view bad : {"00", "20", "3903e7"}) {
    sample.claims[Sample::ttl] = hex(bad);
    expect_error(Errc::bad_value, "StatusToken.payload.ttl");
  }
  sample.claims[Sample::ttl] = hex("f93c00");
  expect_error(Errc::wrong_type, "StatusToken.payload.ttl");
  sample.claims[Sample::ttl] = hex("1b7fffffffffffffff");
  EXPECT_TRUE(decoded()) << "long, but bounded where it is used";
  sample.claims.erase(Sample::ttl);
  EXPECT_EQ(decoded(Level::strict)->time_to_live(), std::nullopt);
}

TEST_F(StatusTokenCwt, AStatusOfAnMdocHasOneBit) {
  for (const std::uint64_t bits : {2u, 4u, 8u}) {
    sample.claims[Sample::status_list] = Sample::status_list_of(bits, Sample::short_list());
    expect_deviation(Rule::status_bits, "StatusToken.payload.status_list.bits");
  }
  for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{16}, std::uint64_t{1} << 32}) {
    sample.claims[Sample::status_list] = Sample::status_list_of(bits, Sample::short_list());
    expect_error(Errc::bad_value, "StatusToken.payload.status_list.bits");
  }
}

TEST_F(StatusTokenCwt, AStatusListHasItsMembersInTheirTypes) {
  const auto with = [&](std::initializer_list<std::pair<std::string, Bytes>> members) {
    sample.claims[Sample::status_list] = testing::Members(members).encode();
  };
  with({{"lst", cbor_bytes(Sample::short_list())}});
  expect_error(Errc::missing_element, "StatusToken.payload.status_list.bits");
  with({{"bits", cbor_uint(1)}});
  expect_error(Errc::missing_element, "StatusToken.payload.status_list.lst");
  with({{"bits", cbor_text("1")}, {"lst", cbor_bytes({})}});
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.bits");
  with({{"bits", hex("f93c00")}, {"lst", cbor_bytes({})}});
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.bits");
  with({{"bits", cbor_int(-1)}, {"lst", cbor_bytes({})}});
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.bits");
  with({{"bits", cbor_uint(1)}, {"lst", cbor_text("eNrbuRgAAhcBXQ")}});
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.lst");
  with({{"bits", cbor_uint(1)}, {"lst", cbor_bytes({})}, {"aggregation_uri", cbor_uint(1)}});
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list.aggregation_uri");
  with({{"bits", cbor_uint(1)}, {"bits", cbor_uint(1)}, {"lst", cbor_bytes({})}});
  EXPECT_EQ(decoded().error().code, Errc::duplicate_key);
  sample.claims[Sample::status_list] = hex("80");
  expect_error(Errc::wrong_type, "StatusToken.payload.status_list");
}

TEST_F(StatusTokenCwt, AnIdentifierListHasItsMembersInTheirTypes) {
  sample.revoke({});
  sample.claims[Sample::identifier_list] = hex("a0");
  expect_error(Errc::missing_element, "StatusToken.payload.identifier_list.identifiers");
  sample.claims[Sample::identifier_list] = testing::Members{{"identifiers", hex("8142abcd")}}.encode();
  expect_error(Errc::wrong_type, "StatusToken.payload.identifier_list.identifiers");
  sample.claims[Sample::identifier_list] = testing::Members{{"identifiers", hex("a10100")}}.encode();
  expect_error(Errc::bad_key, "StatusToken.payload.identifier_list.identifiers[0]");
}

TEST_F(StatusTokenCwt, UnknownClaimsOfAnyKindAreSkipped) {
  sample.claims[1] = cbor_text("issuer");
  sample.claims[-70000] = hex("a0");
  sample.claims[65535] = hex("83f6f5c1 00");
  EXPECT_TRUE(decoded(Level::strict));
  sample.claims[70001] = hex("a2 01 00 01 00");
  EXPECT_EQ(decoded().error().code, Errc::duplicate_key) << "but must be well-formed and valid";
}

TEST_F(StatusTokenCwt, AClaimTwiceIsRefused) {
  sample.claims = {{Sample::sub, cbor_text(Sample::uri)}, {Sample::sub, cbor_text(Sample::uri)}};
  EXPECT_EQ(decoded().error().code, Errc::duplicate_key);
}

TEST_F(StatusTokenCwt, ThePayloadIsOneMap) {
  const auto with_payload = [&](ByteView payload) {
    cbor::Writer writer;
    writer.tag(18).raw(testing::CoseParts{sample.protected_header.encode(), hex("a0"),
                                          Bytes(payload.begin(), payload.end()), Bytes(64, 1)}
                           .encode());
    return decode(std::move(writer).take(), Level::lenient);
  };
  EXPECT_EQ(with_payload({}).error().code, Errc::truncated);
  EXPECT_EQ(with_payload(hex("80")).error().code, Errc::wrong_type);
  Bytes payload = sample.claims.encode();
  EXPECT_TRUE(with_payload(payload));
  payload.push_back(0);
  EXPECT_EQ(with_payload(payload).error().code, Errc::trailing_bytes);
}

TEST_F(StatusTokenCwt, ErrorsNameTheByteOfTheToken) {
  sample.claims[Sample::status_list] = Sample::status_list_of(3, Sample::short_list());
  const Bytes encoded = sample.encode();
  const auto token = decode(encoded);
  ASSERT_FALSE(token);
  ASSERT_LT(token.error().offset, encoded.size());
  EXPECT_EQ(encoded[token.error().offset], 3);
}

}  // namespace
}  // namespace mdoc::trust
