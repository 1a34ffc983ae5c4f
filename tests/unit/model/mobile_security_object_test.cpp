#include "mdoc/model/mobile_security_object.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mutation.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using namespace std::chrono_literals;
using cbor::Type;
using testing::expect_exact_length;
using testing::expect_members;
using testing::hex;
using testing::MapParts;
using testing::MemberRule;
using testing::outcome;
using testing::utc;
using testing::without_value;

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
constexpr std::uint32_t payload_offset = 1000;

SharedBytes shared(std::string_view text) { return SharedBytes::copy_of(as_bytes(text)); }

/// One with every member that the CDDL knows.
MobileSecurityObject full_mso() {
  const crypto::PrivateKey key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 3)).value();
  const auto digest = [](std::uint8_t fill) { return SharedBytes::take(Bytes(32, fill)); };
  const NameSpace mdl("org.iso.18013.5.1");
  return {.version = "1.0",
          .digest_algorithm = "SHA-256",
          .value_digests = ValueDigests({{mdl, {{70000, digest(1)}, {0, digest(2)}, {24, digest(3)}}},
                                         {NameSpace("org.iso.18013.5.1.US"), {{5, digest(4)}}}}),
          .device_key_info = {.device_key = key.public_key().coordinates(),
                              .key_authorizations =
                                  KeyAuthorizations{.name_spaces = {NameSpace("com.example")},
                                                    .data_elements = {{mdl, {ElementIdentifier("portrait")}}}},
                              .key_info = SharedBytes::take(hex("a12001"))},
          .doc_type = DocType("org.iso.18013.5.1.mDL"),
          .validity_info = {.signed_at = utc("2026-04-01T00:00:00Z"),
                            .valid_from = utc("2026-04-02T00:00:00Z"),
                            .valid_until = utc("2026-06-01T00:00:00Z"),
                            .expected_update = utc("2026-05-20T00:00:00Z")},
          .status = Status{.status_list = StatusListInfo{.idx = 412,
                                                         .uri = "https://example.com/status/1",
                                                         .certificate = SharedBytes::take(hex("3000"))},
                           .identifier_list = IdentifierListInfo{.id = shared("anything"),
                                                                 .uri = "https://example.com/ids",
                                                                 .certificate = SharedBytes::take(hex("3000"))}}};
}

Result<MobileSecurityObject> decode_payload(Bytes payload, const cbor::DecodeContext& context = {}) {
  IssuerAuth issuer_auth;
  issuer_auth.payload = SharedBytes::take(std::move(payload));
  issuer_auth.payload_offset = payload_offset;
  return decode_mobile_security_object(issuer_auth, context, "MSO");
}

Bytes tagged(const Bytes& mso) {
  cbor::Writer writer;
  writer.embedded(mso);
  return std::move(writer).take();
}

Result<MobileSecurityObject> decode(const Bytes& mso, const cbor::DecodeContext& context = {}) {
  return decode_payload(tagged(mso), context);
}
Result<void> attempt(const Bytes& mso) { return without_value(decode(mso)); }

/// The same for a map inside, named by the members that lead to it.
testing::Attempt attempt_at(std::vector<std::string> members) {
  return [members](const Bytes& map) {
    std::vector<MapParts> outer{MapParts(encode_mobile_security_object(full_mso()))};
    for (std::size_t i = 0; i + 1 < members.size(); ++i) outer.emplace_back(outer.back()[members[i]]);
    Bytes inner = map;
    for (std::size_t i = members.size(); i-- > 0;) {
      outer[i][members[i]] = inner;
      inner = outer[i].encode();
    }
    return attempt(inner);
  };
}

Bytes map_at(const std::vector<std::string>& members) {
  Bytes map = encode_mobile_security_object(full_mso());
  for (const std::string& member : members) map = MapParts(map)[member];
  return map;
}

void expect_members_at(const std::vector<std::string>& members, const std::vector<MemberRule>& rules) {
  expect_members(map_at(members), rules, attempt_at(members));
}

TEST(MobileSecurityObject, OfAnnexDDecodesAndIsReproducedByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  cbor::Reader reader(SharedBytes::take(testing::shared_bytes(annex_d, "D.5.2/issuer-auth")));
  const IssuerAuth issuer_auth = cose::decode_cose_sign1(reader).value();
  const auto mso = decode_mobile_security_object(issuer_auth, {.level = Level::strict});
  ASSERT_TRUE(mso) << describe(mso.error());
  EXPECT_EQ(mso->version, "1.0");
  EXPECT_EQ(mso->digest_algorithm, "SHA-256");
  EXPECT_EQ(mso->doc_type, DocType("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(mso->validity_info.signed_at, utc("2020-10-01T13:30:02Z"));
  EXPECT_EQ(mso->validity_info.valid_until, utc("2021-10-01T13:30:02Z"));
  ASSERT_EQ(mso->value_digests.name_spaces().size(), 2u);
  EXPECT_EQ(mso->value_digests.name_spaces()[0].second.size(), 13u);
  EXPECT_EQ(mso->value_digests.name_spaces()[1].second.size(), 4u);
  const SharedBytes* first = mso->value_digests.find(NameSpace("org.iso.18013.5.1"), 0);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(to_hex(first->view()), "75167333b47b6c2bfb86eccc1f438cf57af055371ac55e1e359e20f254adcebf");

  const Bytes encoded = encode_mobile_security_object(*mso, MapOrder::cddl);
  EXPECT_EQ(to_hex(encoded), to_hex(mso->encoded.view()));
  EXPECT_EQ(to_hex(tagged(encoded)), to_hex(testing::shared_bytes(annex_d, "D.5.2/mobile-security-object-bytes")));
}

TEST(MobileSecurityObject, EveryMemberComesBack) {
  const MobileSecurityObject made = full_mso();
  const auto mso = decode(encode_mobile_security_object(made), {.level = Level::strict});
  ASSERT_TRUE(mso) << describe(mso.error());
  EXPECT_EQ(mso->device_key_info.device_key, made.device_key_info.device_key);
  ASSERT_TRUE(mso->device_key_info.key_authorizations);
  EXPECT_EQ(mso->device_key_info.key_authorizations->name_spaces, made.device_key_info.key_authorizations->name_spaces);
  EXPECT_EQ(mso->device_key_info.key_authorizations->data_elements,
            made.device_key_info.key_authorizations->data_elements);
  EXPECT_EQ(to_hex(mso->device_key_info.key_info->view()), "a12001");
  EXPECT_EQ(mso->validity_info.expected_update, made.validity_info.expected_update);
  ASSERT_TRUE(mso->status);
  EXPECT_EQ(mso->status->status_list->idx, 412u);
  EXPECT_EQ(mso->status->status_list->uri, "https://example.com/status/1");
  EXPECT_EQ(as_text(mso->status->identifier_list->id.view()), "anything");
  EXPECT_TRUE(mso->status->identifier_list->certificate);
  EXPECT_EQ(to_hex(encode_mobile_security_object(*mso)), to_hex(mso->encoded.view()));
}

TEST(MobileSecurityObject, DigestsAreFoundByNameSpaceAndNumber) {
  const auto mso = decode(encode_mobile_security_object(full_mso(), MapOrder::cddl));
  ASSERT_TRUE(mso);
  const NameSpace mdl("org.iso.18013.5.1");
  EXPECT_EQ(mso->value_digests.find(mdl, 70000)->view()[0], 1);
  EXPECT_EQ(mso->value_digests.find(mdl, 0)->view()[0], 2);
  EXPECT_EQ(mso->value_digests.find(mdl, 24)->view()[0], 3);
  EXPECT_EQ(mso->value_digests.find(mdl, 5), nullptr);  // the other name space has it
  EXPECT_EQ(mso->value_digests.find(mdl, UINT64_MAX), nullptr);
  EXPECT_EQ(mso->value_digests.find(NameSpace("org.iso.18013.5"), 0), nullptr);
}

TEST(MobileSecurityObject, EveryMemberIsEnforced) {
  expect_members(encode_mobile_security_object(full_mso()),
                 {{.name = "version", .required = true, .types = {Type::text}},
                  {.name = "digestAlgorithm", .required = true, .types = {Type::text}},
                  {.name = "valueDigests", .required = true, .types = {Type::map}},
                  {.name = "deviceKeyInfo", .required = true, .types = {Type::map}},
                  {.name = "docType", .required = true, .types = {Type::text}},
                  {.name = "validityInfo", .required = true, .types = {Type::map}},
                  {.name = "status", .required = false, .types = {Type::map, Type::null}}},
                 attempt);
  expect_exact_length(encode_mobile_security_object(full_mso()), attempt);
}

TEST(MobileSecurityObject, EveryMemberInsideIsEnforced) {
  expect_members_at({"validityInfo"}, {{.name = "signed", .required = true, .types = {Type::tag}},
                                       {.name = "validFrom", .required = true, .types = {Type::tag}},
                                       {.name = "validUntil", .required = true, .types = {Type::tag}},
                                       {.name = "expectedUpdate", .required = false, .types = {Type::tag}}});
  expect_members_at({"deviceKeyInfo"}, {{.name = "deviceKey", .required = true, .types = {Type::map}},
                                        {.name = "keyAuthorizations", .required = false, .types = {Type::map}},
                                        {.name = "keyInfo", .required = false, .types = {Type::map}}});
  expect_members_at({"deviceKeyInfo", "keyAuthorizations"},
                    {{.name = "nameSpaces", .required = false, .types = {Type::array}},
                     {.name = "dataElements", .required = false, .types = {Type::map}}});
  expect_members_at({"status"}, {{.name = "status_list", .required = false, .types = {Type::map}},
                                 {.name = "identifier_list", .required = false, .types = {Type::map}}});
  expect_members_at({"status", "status_list"}, {{.name = "idx", .required = true, .types = {Type::uint}},
                                                {.name = "uri", .required = true, .types = {Type::text}},
                                                {.name = "certificate", .required = false, .types = {Type::bytes}}});
  expect_members_at({"status", "identifier_list"},
                    {{.name = "id", .required = true, .types = {Type::bytes, Type::text}},
                     {.name = "uri", .required = true, .types = {Type::text}},
                     {.name = "certificate", .required = false, .types = {Type::bytes}}});
}

TEST(MobileSecurityObject, UnknownMembersAreKeptAtEveryPlace) {
  MapParts validity(map_at({"validityInfo"}));
  validity.append("org.example.more", hex("01"));
  MapParts parts(encode_mobile_security_object(full_mso()));
  parts["validityInfo"] = validity.encode();
  parts.append("issuance_date", hex("02"));
  const Bytes encoded = parts.encode();
  const auto mso = decode(encoded);
  ASSERT_TRUE(mso) << describe(mso.error());
  ASSERT_EQ(mso->others.size(), 1u);
  ASSERT_EQ(mso->validity_info.others.size(), 1u);
  EXPECT_EQ(to_hex(mso->encoded.view()), to_hex(encoded));
  const auto again = decode(encode_mobile_security_object(*mso));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_hex(again->others[0].value.view()), "02");
  EXPECT_EQ(to_hex(again->validity_info.others[0].value.view()), "01");
}

TEST(MobileSecurityObject, FactsAreNotJudged) {
  MobileSecurityObject odd = full_mso();
  odd.version = "9.9";
  odd.digest_algorithm = "MD5";
  std::swap(odd.validity_info.valid_from, odd.validity_info.valid_until);
  odd.value_digests = ValueDigests({{NameSpace("a"), {{std::uint64_t{1} << 40, SharedBytes::take(hex("00"))}}}});
  const auto mso = decode(encode_mobile_security_object(odd), {.level = Level::strict});
  ASSERT_TRUE(mso) << describe(mso.error());
  EXPECT_EQ(mso->version, "9.9");
  EXPECT_NE(mso->value_digests.find(NameSpace("a"), std::uint64_t{1} << 40), nullptr);
}

TEST(MobileSecurityObject, ThePayloadIsOneItemUnderTag24) {
  const Bytes mso = encode_mobile_security_object(full_mso());
  IssuerAuth detached;
  EXPECT_EQ(outcome(without_value(decode_mobile_security_object(detached))), "missing_element MobileSecurityObject");
  EXPECT_EQ(outcome(without_value(decode_payload({}))), "truncated MSO");
  EXPECT_EQ(outcome(without_value(decode_payload(hex("4100")))), "wrong_type MSO");
  EXPECT_EQ(outcome(without_value(decode_payload(hex("d8194100")))), "unexpected_tag MSO");
  EXPECT_EQ(outcome(without_value(decode_payload(hex("d8184100")))), "wrong_type MSO");
  Bytes trailing = tagged(mso);
  trailing.push_back(0);
  EXPECT_EQ(outcome(without_value(decode_payload(trailing))), "trailing_bytes MSO");
  EXPECT_EQ(outcome(without_value(decode_payload(tagged(tagged(mso))))), "wrong_type MSO");
}

TEST(MobileSecurityObject, WithoutTag24IsForTheLenient) {
  const Bytes mso = encode_mobile_security_object(full_mso());
  for (const Level level : {Level::strict, Level::interop}) {
    EXPECT_EQ(outcome(without_value(decode_payload(mso, {.level = level}))), "wrong_type MSO");
  }
  cbor::DeviationLog log;
  const auto decoded = decode_payload(mso, {.level = Level::lenient, .sink = &log});
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(to_hex(decoded->encoded.view()), to_hex(mso));
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::mso_payload_untagged);
  Bytes trailing = mso;
  trailing.push_back(0);
  EXPECT_FALSE(decode_payload(trailing, {.level = Level::lenient}));
}

TEST(MobileSecurityObject, DatesAreJudgedByTheLevel) {
  const auto with_signed = [](std::string_view date) {
    MapParts validity(map_at({"validityInfo"}));
    cbor::Writer writer;
    writer.tag(0).text(date);
    validity["signed"] = Bytes(writer.view().begin(), writer.view().end());
    MapParts parts(encode_mobile_security_object(full_mso()));
    parts["validityInfo"] = validity.encode();
    return parts.encode();
  };
  const struct {
    std::string_view date;
    Rule rule;
  } tolerated[] = {{"2026-04-01T00:00:00.123Z", Rule::tdate_fraction},
                   {"2026-04-01T00:00:00+00:00", Rule::tdate_offset},
                   {"2026-04-01t00:00:00z", Rule::tdate_lower_case}};
  for (const auto& row : tolerated) {
    SCOPED_TRACE(row.date);
    cbor::DeviationLog log;
    const auto mso = decode(with_signed(row.date), {.level = Level::interop, .sink = &log});
    ASSERT_TRUE(mso) << describe(mso.error());
    EXPECT_EQ(mso->validity_info.signed_at, utc("2026-04-01T00:00:00Z"));
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, row.rule);
    EXPECT_EQ(log.entries()[0].where.text(), "MSO.validityInfo.signed");
    EXPECT_EQ(outcome(without_value(decode(with_signed(row.date), {.level = Level::strict}))),
              "bad_tdate MSO.validityInfo.signed");
  }
  for (const std::string_view wrong : {"2026-04-01", "2026-13-01T00:00:00Z", "2026-04-01T00:00:00+02:00", ""}) {
    EXPECT_EQ(outcome(without_value(decode(with_signed(wrong), {.level = Level::lenient}))),
              "bad_tdate MSO.validityInfo.signed")
        << wrong;
  }
}

TEST(ValueDigests, NameSpacesKeepTheirOrderAndAreFoundInAny) {
  const std::vector<std::string_view> names{"c", "a", "ab", "b", ""};
  std::vector<std::pair<NameSpace, ValueDigests::DigestIDs>> given;
  for (std::uint8_t i = 0; i < names.size(); ++i) {
    given.push_back({NameSpace(names[i]), {{i, SharedBytes::take(Bytes(32, i))}}});
  }
  const ValueDigests original(std::move(given));
  const ValueDigests digests = original;  // a copy finds in itself
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(digests.name_spaces()[i].first.str(), names[i]);
    EXPECT_EQ(digests.find(NameSpace(names[i])), &digests.name_spaces()[i].second) << names[i];
  }
  for (const char* other : {"aa", "d", "A"}) EXPECT_EQ(digests.find(NameSpace(other)), nullptr) << other;
  EXPECT_EQ(ValueDigests().find(NameSpace("a")), nullptr);
}

TEST(MobileSecurityObject, EmptyKeyAuthorizationsAreJudgedByTheLevel) {
  for (const std::string_view empty : {"a0", "a16a6e616d6553706163657380", "a16c64617461456c656d656e7473a0"}) {
    MapParts info(map_at({"deviceKeyInfo"}));
    info["keyAuthorizations"] = hex(empty);
    MapParts parts(encode_mobile_security_object(full_mso()));
    parts["deviceKeyInfo"] = info.encode();
    cbor::DeviationLog log;
    const auto mso = decode(parts.encode(), {.sink = &log});
    ASSERT_TRUE(mso) << describe(mso.error());
    ASSERT_EQ(log.entries().size(), 1u) << empty;
    EXPECT_EQ(log.entries()[0].rule, Rule::key_authorizations_empty);
    const KeyAuthorizations& authorizations = mso->device_key_info.key_authorizations.value();
    EXPECT_TRUE(authorizations.name_spaces.empty() && authorizations.data_elements.empty());
    EXPECT_FALSE(decode(parts.encode(), {.level = Level::strict})) << empty;
  }
}

TEST(MobileSecurityObject, StatusAsNullCountsAsAbsent) {
  MapParts parts(encode_mobile_security_object(full_mso()));
  parts["status"] = hex("f6");
  cbor::DeviationLog log;
  const auto mso = decode(parts.encode(), {.sink = &log});
  ASSERT_TRUE(mso) << describe(mso.error());
  EXPECT_FALSE(mso->status);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::mso_null_member);
  EXPECT_FALSE(decode(parts.encode(), {.level = Level::strict}));
}

// REV-06: one published profile shows the identifier as text.
TEST(MobileSecurityObject, AnIdentifierAsTextIsJudgedByTheLevelAndCountsAsItsBytes) {
  const auto with_identifier = [](const Bytes& encoded_id) {
    MapParts list(map_at({"status", "identifier_list"}));
    list["id"] = encoded_id;
    MapParts status(map_at({"status"}));
    status["identifier_list"] = list.encode();
    MapParts parts(encode_mobile_security_object(full_mso()));
    parts["status"] = status.encode();
    return parts.encode();
  };
  const Bytes as_text_string = with_identifier(testing::cbor_text("Zürich"));
  for (const Level level : {Level::interop, Level::lenient}) {
    cbor::DeviationLog log;
    const auto mso = decode(as_text_string, {.level = level, .sink = &log});
    ASSERT_TRUE(mso) << describe(mso.error());
    EXPECT_EQ(to_hex(mso->status->identifier_list->id.view()), "5ac3bc72696368");
    EXPECT_EQ(to_hex(mso->encoded.view()), to_hex(as_text_string));
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, Rule::status_identifier_text);
    EXPECT_EQ(log.entries()[0].where.text(), "MSO.status.identifier_list.id");
  }
  EXPECT_EQ(outcome(without_value(decode(as_text_string, {.level = Level::strict}))),
            "deviation MSO.status.identifier_list.id");
  // The same bytes in their proper type are no deviation, and text must be text.
  cbor::DeviationLog log;
  EXPECT_TRUE(
      decode(with_identifier(testing::cbor_bytes(hex("5ac3bc72696368"))), {.level = Level::strict, .sink = &log}));
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(outcome(without_value(decode(with_identifier(hex("62c328")), {.level = Level::lenient}))),
            "bad_text MSO.status.identifier_list.id");
}

TEST(MobileSecurityObject, APrivateDeviceKeyIsRefused) {
  MapParts info(map_at({"deviceKeyInfo"}));
  Bytes key = info["deviceKey"];
  ASSERT_EQ(key[0], 0xa4);
  key[0] = 0xa5;
  const Bytes d =
      hex("23"
          "4101");
  key.insert(key.end(), d.begin(), d.end());
  info["deviceKey"] = key;
  EXPECT_EQ(outcome(attempt_at({"deviceKeyInfo"})(info.encode())), "bad_key MSO.deviceKeyInfo.deviceKey");
}

TEST(MobileSecurityObject, ADigestIdTwiceOrOfAnotherTypeIsRefused) {
  const auto digests = [](std::string_view ids) { return attempt_at({"valueDigests"})(hex(ids)); };
  EXPECT_EQ(outcome(digests("a16161a2004101014102")), "ok");
  EXPECT_TRUE(outcome(digests("a16161a2004101004102")).starts_with("duplicate_key"));
  EXPECT_TRUE(outcome(digests("a16161a200410118004102")).starts_with("duplicate_key"));  // 0 in a longer form
  EXPECT_TRUE(outcome(digests("a2616160616160")).starts_with("wrong_type"));
  EXPECT_TRUE(outcome(digests("a16161a1204101")).starts_with("bad_key"));
  EXPECT_TRUE(outcome(digests("a16161a161304101")).starts_with("bad_key"));
  EXPECT_TRUE(outcome(digests("a16161a10001")).starts_with("wrong_type"));
  EXPECT_TRUE(outcome(digests("a101a1004101")).starts_with("bad_key"));
}

TEST(MobileSecurityObject, ErrorsPointIntoTheOutermostMessage) {
  MapParts parts(encode_mobile_security_object(full_mso()));
  parts["version"] = hex("01");
  const Bytes encoded = parts.encode();
  const auto mso = decode(encoded);
  ASSERT_FALSE(mso);
  EXPECT_EQ(mso.error().where.text(), "MSO.version");
  const Bytes payload = tagged(encoded);
  ASSERT_GE(mso.error().offset, payload_offset);
  ASSERT_LT(mso.error().offset, payload_offset + payload.size());
  EXPECT_EQ(payload[mso.error().offset - payload_offset], 0x01);
}

}  // namespace
}  // namespace mdoc::model
