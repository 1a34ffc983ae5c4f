#include "mdoc/model/device_request.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include <boost/json.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mutation.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using cbor::Type;
using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_bytes;
using testing::cbor_embedded;
using testing::cbor_text;
using testing::cbor_uint;
using testing::expect_exact_length;
using testing::expect_members;
using testing::hex;
using testing::MapParts;
using testing::Members;
using testing::outcome;
using testing::without_value;

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
constexpr std::string_view second_edition = "device-request-second-edition.json";
const DocType mdl("org.iso.18013.5.1.mDL");
const NameSpace mdl_name_space("org.iso.18013.5.1");
const Bytes null = hex("f6");
const Bytes empty_map = hex("a0");
const Bytes empty_array = hex("80");

Result<DeviceRequest> decode(const Bytes& encoded, const cbor::DecodeContext& context = {}) {
  return decode_device_request(SharedBytes::copy_of(encoded), context);
}
Result<void> attempt(const Bytes& encoded) { return without_value(decode(encoded)); }

const crypto::PrivateKey& key(crypto::Curve curve) {
  const auto make = [](crypto::Curve on) {
    testing::CountingRng rng(11);
    return crypto::PrivateKey::generate(on, rng).value();
  };
  static const crypto::PrivateKey p256 = make(crypto::Curve::p256), p384 = make(crypto::Curve::p384);
  return curve == crypto::Curve::p256 ? p256 : p384;
}
crypto::EcPublicKey public_key(crypto::Curve curve) { return key(curve).public_key().coordinates(); }

cose::CoseSign1 signature() {
  const auto draft = cose::Sign1Draft::prepare_detached(key(crypto::Curve::p256).public_key(), hex("d81840")).value();
  return draft.finish(crypto::sign(key(crypto::Curve::p256), draft.algorithm(), draft.to_be_signed()).value()).value();
}

ElementReference reference(std::string_view element) { return {mdl_name_space, ElementIdentifier(element)}; }

cbor::UnknownMembers unknown_member(std::string_view name) {
  return {{.key = SharedBytes::take(cbor_text(name)), .value = SharedBytes::take(hex("82182a182b"))}};
}

/// Everything that the CDDL knows.
ItemsRequest full_items_request() {
  DocRequestInfo info{
      .alternative_data_elements = {{.requested_element = reference("age_over_18"),
                                     .alternative_element_sets = {{reference("age_in_years")},
                                                                  {reference("birth_date"), reference("age_over_21")}},
                                     .others = unknown_member("future")}},
      .issuer_identifiers = {SharedBytes::take(hex("010203")), SharedBytes::take(hex("04"))},
      .unique_doc_set_required = true,
      .maximum_response_size = 65536,
      .zk_request = ZkRequest{.system_specs = {{.zk_system_id = "one",
                                                .system = "longfellow-libzk-v1",
                                                .params = unknown_member("circuit_hash"),
                                                .others = unknown_member("future")}},
                              .zk_required = true,
                              .others = unknown_member("future")},
      .doc_response_encryption =
          encode_encryption_parameters({.recipient_public_key = public_key(crypto::Curve::p256),
                                        .nonce = SharedBytes::take(Bytes(16, 5)),
                                        .recipient_certificate = {SharedBytes::take(hex("3000"))},
                                        .others = unknown_member("future")})
              .value(),
      .others = unknown_member("org.example.extension")};
  return {.doc_type = mdl,
          .name_spaces = {{mdl_name_space,
                           {{ElementIdentifier("age_over_18"), true}, {ElementIdentifier("portrait"), false}}},
                          {NameSpace("org.iso.18013.5.1.UT"), {{ElementIdentifier("rank"), false}}}},
          .request_info = std::move(info),
          .others = unknown_member("future")};
}

DeviceRequestInfo full_device_request_info() {
  return {.use_cases = {{.mandatory = true,
                         .document_sets = {{0}},
                         .purpose_hints = {{"org.iso.jtc1.sc17", 3}, {"org.example", -1}},
                         .others = unknown_member("future")}},
          .others = unknown_member("org.example.extension")};
}

DeviceRequest full_request(MapOrder order = MapOrder::sorted) {
  DocRequest doc_request{.items_request = encode_items_request(full_items_request(), order).value(),
                         .reader_auth = signature(),
                         .others = unknown_member("future")};
  DeviceRequestOptions options{.device_request_info = encode_device_request_info(full_device_request_info()).value(),
                               .reader_auth_all = {signature(), signature()},
                               .mac_keys = {public_key(crypto::Curve::p256), public_key(crypto::Curve::p384)},
                               .order = order};
  return build_device_request({std::move(doc_request)}, std::move(options)).value();
}

Bytes bytes(ByteView view) { return {view.begin(), view.end()}; }
Bytes full_items() { return bytes(encode_items_request(full_items_request()).value().content()); }
Bytes full_info() { return MapParts(full_items())["requestInfo"]; }

// What goes around the structure that a test is about.
Bytes doc_request(const Bytes& items) { return Members{{"itemsRequest", cbor_embedded(items)}}.encode(); }
Bytes request(const std::vector<Bytes>& doc_requests) {
  return Members{{"version", cbor_text("1.0")}, {"docRequests", cbor_array(doc_requests)}}.encode();
}
Bytes minimal_items() {
  return Members{
      {"docType", cbor_text(mdl.str())},
      {"nameSpaces", Members{{mdl_name_space.str(), Members{{"portrait", cbor_bool(false)}}.encode()}}.encode()}}
      .encode();
}
Bytes request_of_items(const Bytes& items) { return request({doc_request(items)}); }
Bytes request_of_info(const Bytes& info) {
  MapParts items(minimal_items());
  items.append("requestInfo", info);
  return request_of_items(items.encode());
}
Bytes request_of_device_request_info(const Bytes& embedded) {
  MapParts whole(request_of_items(minimal_items()));
  whole["version"] = cbor_text("1.1");
  whole.append("deviceRequestInfo", embedded);
  return whole.encode();
}
Bytes request_of_alternatives(const Bytes& set) {
  return request_of_info(Members{{"alternativeDataElements", cbor_array({set})}}.encode());
}
Bytes request_of_use_case(const Bytes& use_case) {
  return request_of_device_request_info(cbor_embedded(Members{{"useCases", cbor_array({use_case})}}.encode()));
}
Bytes first_of(const Bytes& encoded_array) {
  cbor::Reader reader(encoded_array);
  auto array = reader.enter_array();
  if (!array.next()) throw std::runtime_error("empty array");
  return bytes(reader.read_raw().value());
}
Bytes content_of(const Bytes& embedded) {
  cbor::Reader reader(embedded);
  return bytes(reader.read_embedded().value().content);
}

/// What each level makes of a deviation, and that there is no other.
void expect_deviation(const Bytes& encoded, Rule rule) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    SCOPED_TRACE(name(level));
    cbor::DeviationLog log;
    const auto decoded = decode(encoded, {.level = level, .sink = &log});
    if (weight(rule, level) == Weight::error) {
      EXPECT_FALSE(decoded);
      continue;
    }
    ASSERT_TRUE(decoded) << describe(decoded.error());
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, rule) << info(log.entries()[0].rule).id;
  }
}

void expect_empty_structure(const Bytes& encoded) {
  const auto refused = decode(encoded, {.level = Level::lenient});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::empty_structure) << describe(refused.error());
}

// ---- what others made -------------------------------------------------------------------------

TEST(DeviceRequest, OfAnnexDDecodesAndIsBuiltAgainByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes encoded = testing::shared_bytes(annex_d, "D.4.1.1/device-request");
  const auto request = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(request) << describe(request.error());
  EXPECT_EQ(request->version, "1.0");
  ASSERT_EQ(request->doc_requests.size(), 1u);
  const DocRequest& wanted = request->doc_requests[0];
  EXPECT_EQ(wanted.items_request->doc_type, mdl);
  ASSERT_EQ(wanted.items_request->name_spaces.size(), 1u);
  const DataElements expected{
      {ElementIdentifier("family_name"), true},        {ElementIdentifier("document_number"), true},
      {ElementIdentifier("driving_privileges"), true}, {ElementIdentifier("issue_date"), true},
      {ElementIdentifier("expiry_date"), true},        {ElementIdentifier("portrait"), false}};
  EXPECT_EQ(wanted.items_request->name_spaces[0].second, expected);
  ASSERT_TRUE(wanted.reader_auth);

  auto items = encode_items_request(*wanted.items_request, MapOrder::cddl);
  ASSERT_TRUE(items) << describe(items.error());
  EXPECT_EQ(to_hex(items->content()), to_hex(testing::shared_bytes(annex_d, "D.4.1.1/items-request")));
  const auto built = build_device_request({{.items_request = *std::move(items), .reader_auth = wanted.reader_auth}},
                                          {.order = MapOrder::cddl});
  ASSERT_TRUE(built) << describe(built.error());
  EXPECT_EQ(to_hex(built->encoded.view()), to_hex(encoded));
}

TEST(DeviceRequest, ThoseOfTheSecondEditionDecodeWithoutLoss) {
  MDOC_NEEDS_SHARED_VECTORS();
  // Made after several drafts: the version was raised for requestInfo, deviceRequestInfo had no tag.
  using Rules = std::vector<Rule>;
  const std::map<std::string, Rules, std::less<>> deviations{
      {"multipaz/alternative-data-elements", {Rule::request_version}},
      {"multipaz/issuer-identifiers", {Rule::request_version}},
      {"multipaz/unique-doc-set-required-true", {Rule::request_version}},
      {"multipaz/unique-doc-set-required-false", {Rule::request_version}},
      {"multipaz/maximum-response-size", {Rule::request_version}},
      {"multipaz/request-info-extension", {Rule::request_version}},
      {"multipaz/zk-request", {Rule::request_zk_first_draft, Rule::request_zk_first_draft, Rule::request_version}},
      {"multipaz/device-request-info-extension", {Rule::request_info_untagged}},
      {"multipaz/use-case-age-over", {Rule::request_info_untagged}},
      {"multipaz/use-case-age-over-purpose-hints", {Rule::request_info_untagged}},
      {"quirk/ios-26-null-fields", {Rule::request_null_member, Rule::request_null_member}},
  };
  const auto file = testing::load_shared(second_edition);
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::string id(vector.at("id").as_string());
    SCOPED_TRACE(id);
    cbor::DeviationLog log;
    const auto request = decode(hex(vector.at("hex").as_string()), {.sink = &log});
    ASSERT_TRUE(request) << describe(request.error());
    Rules found;
    for (const cbor::Deviation& deviation : log.entries()) found.push_back(deviation.rule);
    const auto expected = deviations.find(id);
    EXPECT_EQ(found, expected == deviations.end() ? Rules{} : expected->second);

    // Written again from its values, each part is what it was; but for names that a draft had.
    for (const DocRequest& wanted : request->doc_requests) {
      const auto items = encode_items_request(*wanted.items_request, MapOrder::cddl);
      ASSERT_TRUE(items) << describe(items.error());
      if (id == "multipaz/zk-request") {
        const std::string_view written = as_text(items->content());
        EXPECT_EQ(items->content().size(),
                  wanted.items_request.content().size() + 2 * std::string_view("zkSystem").size());
        EXPECT_NE(written.find("flux-capacitor"), std::string_view::npos);
      } else {
        EXPECT_EQ(to_hex(items->content()), to_hex(wanted.items_request.content()));
      }
    }
    if (request->device_request_info) {
      const auto info = encode_device_request_info(**request->device_request_info, MapOrder::cddl);
      ASSERT_TRUE(info) << describe(info.error());
      EXPECT_EQ(to_hex(info->content()), to_hex(request->device_request_info->content()));
    }
    EXPECT_TRUE(request->others.empty());
  }
  EXPECT_EQ(file.at("vectors").as_array().size(), 14u);
}

// ---- every member of every map ----------------------------------------------------------------

TEST(DeviceRequest, EveryMemberIsEnforced) {
  expect_members(bytes(full_request().encoded.view()),
                 {{.name = "version", .required = true, .types = {Type::text}},
                  {.name = "docRequests", .required = true, .types = {Type::array}},
                  {.name = "deviceRequestInfo", .types = {Type::tag, Type::map, Type::null}},
                  {.name = "readerAuthAll", .types = {Type::array, Type::null}},
                  {.name = "macKeys", .types = {Type::array, Type::null}}},
                 attempt);
}

TEST(DeviceRequest, EveryMemberOfADocRequestIsEnforced) {
  const Bytes good =
      Members{{"itemsRequest", cbor_embedded(minimal_items())}, {"readerAuth", bytes(signature().encoded.view())}}
          .encode();
  expect_members(good,
                 {{.name = "itemsRequest", .required = true, .types = {Type::tag}},
                  {.name = "readerAuth", .types = {Type::array, Type::null}}},
                 [](const Bytes& map) { return attempt(request({map})); });
}

TEST(DeviceRequest, EveryMemberOfAnItemsRequestIsEnforced) {
  expect_members(full_items(),
                 {{.name = "docType", .required = true, .types = {Type::text}},
                  {.name = "nameSpaces", .required = true, .types = {Type::map}},
                  {.name = "requestInfo", .types = {Type::map, Type::null}}},
                 [](const Bytes& map) { return attempt(request_of_items(map)); });
}

TEST(DeviceRequest, EveryMemberOfRequestInfoIsEnforced) {
  expect_members(full_info(),
                 {{.name = "alternativeDataElements", .types = {Type::array}},
                  {.name = "issuerIdentifiers", .types = {Type::array}},
                  {.name = "uniqueDocSetRequired", .types = {Type::boolean}},
                  {.name = "maximumResponseSize", .types = {Type::uint}},
                  {.name = "zkRequest", .types = {Type::map}},
                  {.name = "docResponseEncryption", .types = {Type::tag}}},
                 [](const Bytes& map) { return attempt(request_of_info(map)); });
}

TEST(DeviceRequest, EveryMemberOfAlternativesIsEnforced) {
  expect_members(first_of(MapParts(full_info())["alternativeDataElements"]),
                 {{.name = "requestedElement", .required = true, .types = {Type::array}},
                  {.name = "alternativeElementSets", .required = true, .types = {Type::array}}},
                 [](const Bytes& map) { return attempt(request_of_alternatives(map)); });
}

TEST(DeviceRequest, EveryMemberOfAZkRequestIsEnforced) {
  const Bytes good = MapParts(full_info())["zkRequest"];
  const auto attempt_zk = [](const Bytes& map) {
    return attempt(request_of_info(Members{{"zkRequest", map}}.encode()));
  };
  expect_members(good,
                 {{.name = "systemSpecs", .required = true, .types = {Type::array}},
                  {.name = "zkRequired", .types = {Type::boolean}}},  // absent in early drafts
                 attempt_zk);
  expect_members(first_of(MapParts(good)["systemSpecs"]),
                 {{.name = "zkSystemId", .required = true, .types = {Type::text}},
                  {.name = "system", .required = true, .types = {Type::text}},
                  {.name = "params", .required = true, .types = {Type::map}}},
                 [&](const Bytes& map) {
                   MapParts zk(good);
                   zk["systemSpecs"] = cbor_array({map});
                   return attempt_zk(zk.encode());
                 });
}

TEST(DeviceRequest, EveryMemberOfEncryptionParametersIsEnforced) {
  expect_members(content_of(MapParts(full_info())["docResponseEncryption"]),
                 {{.name = "recipientPublicKey", .required = true, .types = {Type::map}},
                  {.name = "nonce", .types = {Type::bytes}},
                  {.name = "recipientCertificate", .types = {Type::array}}},
                 [](const Bytes& map) {
                   return attempt(request_of_info(Members{{"docResponseEncryption", cbor_embedded(map)}}.encode()));
                 });
}

TEST(DeviceRequest, EveryMemberOfDeviceRequestInfoIsEnforced) {
  const Bytes good = bytes(encode_device_request_info(full_device_request_info()).value().content());
  expect_members(good, {{.name = "useCases", .types = {Type::array}}},
                 [](const Bytes& map) { return attempt(request_of_device_request_info(cbor_embedded(map))); });
  expect_members(first_of(MapParts(good)["useCases"]),
                 {{.name = "mandatory", .required = true, .types = {Type::boolean}},
                  {.name = "documentSets", .required = true, .types = {Type::array}},
                  {.name = "purposeHints", .types = {Type::map}}},
                 [](const Bytes& map) { return attempt(request_of_use_case(map)); });
}

TEST(DeviceRequest, EveryTruncationIsRefused) { expect_exact_length(bytes(full_request().encoded.view()), attempt); }

TEST(DeviceRequest, NothingMayFollowInsideAnEmbeddedItem) {
  Bytes items = minimal_items();
  items.push_back(0xf6);
  EXPECT_EQ(outcome(attempt(request_of_items(items))), "trailing_bytes DeviceRequest.docRequests[0].itemsRequest");
  items.resize(items.size() - 2);
  EXPECT_EQ(outcome(attempt(request_of_items(items))).substr(0, 10), "truncated ");
}

// ---- what the CDDL does not say by itself ------------------------------------------------------

TEST(Req01, TheVersionIsOneOneExactlyIfAMemberOfTheSecondEditionIsPresent) {
  const auto doc_requests = [] {
    return std::vector<DocRequest>{{.items_request = encode_items_request(full_items_request()).value()}};
  };
  EXPECT_EQ(build_device_request(doc_requests()).value().version, "1.0");
  const auto info = encode_device_request_info(full_device_request_info()).value();
  EXPECT_EQ(build_device_request(doc_requests(), {.device_request_info = info}).value().version, "1.1");
  EXPECT_EQ(build_device_request(doc_requests(), {.reader_auth_all = {signature()}}).value().version, "1.1");
  EXPECT_EQ(build_device_request(doc_requests(), {.mac_keys = {public_key(crypto::Curve::p256)}}).value().version,
            "1.1");
}

TEST(DeviceRequest, AsksForElementsOfOneDocTypeInOneCall) {
  const DataElements elements{{ElementIdentifier("family_name"), true}, {ElementIdentifier("age_over_18"), false}};
  const auto request = build_device_request(mdl, {{mdl_name_space, elements}}).value();
  const auto decoded = decode(Bytes(request.encoded.view().begin(), request.encoded.view().end()));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->version, "1.0");
  ASSERT_EQ(decoded->doc_requests.size(), 1u);
  const ItemsRequest& items = *decoded->doc_requests[0].items_request;
  EXPECT_EQ(items.doc_type, mdl);
  ASSERT_EQ(items.name_spaces.size(), 1u);
  const auto retained = [&](std::string_view identifier) {
    const auto& found = items.name_spaces[0].second;
    return std::ranges::find(found, ElementIdentifier(identifier), &DataElements::value_type::first)->second;
  };
  EXPECT_EQ(items.name_spaces[0].second.size(), 2u);
  EXPECT_TRUE(retained("family_name"));
  EXPECT_FALSE(retained("age_over_18"));
}

TEST(DeviceRequest, OfOneCallMustAskForSomethingOnce) {
  const std::pair<ElementIdentifier, IntentToRetain> element{ElementIdentifier("family_name"), false};
  for (const NameSpaces& nothing_or_twice :
       {NameSpaces{}, NameSpaces{{mdl_name_space, {}}}, NameSpaces{{mdl_name_space, {element, element}}},
        NameSpaces{{mdl_name_space, {element}}, {mdl_name_space, {element}}}}) {
    const auto request = build_device_request(mdl, nothing_or_twice);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, Errc::bad_argument);
  }
}

TEST(Req01, AVersionThatDoesNotFitIsADeviation) {
  MapParts low(bytes(full_request().encoded.view()));
  low["version"] = cbor_text("1.0");
  expect_deviation(low.encode(), Rule::request_version);
  MapParts high(request_of_items(minimal_items()));
  high["version"] = cbor_text("1.1");
  expect_deviation(high.encode(), Rule::request_version);

  cbor::DeviationLog log;
  ASSERT_TRUE(decode(high.encode(), {.sink = &log}));
  EXPECT_EQ(log.entries()[0].where.text(), "DeviceRequest.version");
  EXPECT_EQ(log.entries()[0].offset, 1u + 1 + std::string_view("version").size());
}

TEST(Req01, OtherVersionsAreFactsForOthersToJudge) {
  for (const std::string_view version : {"1.2", "1.10", "2.0", "0.9", "", "one"}) {
    MapParts whole(request_of_items(minimal_items()));
    whole["version"] = cbor_text(version);
    const auto request = decode(whole.encode(), {.level = Level::strict});
    ASSERT_TRUE(request) << version;
    EXPECT_EQ(request->version, version);
  }
}

TEST(Req03, NothingThatIsAskedForIsEmpty) {
  expect_empty_structure(request({}));
  MapParts items(minimal_items());
  items["nameSpaces"] = empty_map;
  expect_empty_structure(request_of_items(items.encode()));
  items["nameSpaces"] = Members{{mdl_name_space.str(), empty_map}}.encode();
  expect_empty_structure(request_of_items(items.encode()));
}

TEST(Req03, IntentToRetainIsABoolean) {
  for (const std::string_view other : {"f6", "f7", "00", "01", "6474727565", "40"}) {
    MapParts items(minimal_items());
    items["nameSpaces"] = Members{{mdl_name_space.str(), Members{{"portrait", hex(other)}}.encode()}}.encode();
    EXPECT_EQ(outcome(attempt(request_of_items(items.encode()))),
              "wrong_type DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0][0]")
        << other;
  }
}

TEST(Req03, IdentifiersAreText) {
  for (const std::string_view key : {"00", "20", "4161", "f5"}) {
    Bytes elements = hex("a1");
    const Bytes encoded_key = hex(key);
    elements.insert(elements.end(), encoded_key.begin(), encoded_key.end());
    Bytes name_spaces = elements;
    elements.push_back(0xf5);
    MapParts items(minimal_items());
    items["nameSpaces"] = Members{{mdl_name_space.str(), elements}}.encode();
    if (key == "4161") {
      expect_deviation(request_of_items(items.encode()), Rule::request_identifier_bytes);
    } else {
      EXPECT_EQ(attempt(request_of_items(items.encode())).error().code, Errc::bad_key) << key;
    }
    name_spaces.insert(name_spaces.end(), elements.begin(), elements.end());
    items["nameSpaces"] = name_spaces;
    EXPECT_EQ(attempt(request_of_items(items.encode())).error().code, Errc::bad_key) << key;
  }
}

TEST(DeviceRequest, IdentifiersHaveALimit) {
  const auto asked = [](const std::string& doc_type, const std::string& name_space, const std::string& element) {
    MapParts items(minimal_items());
    items["docType"] = cbor_text(doc_type);
    items["nameSpaces"] = Members{{name_space, Members{{element, cbor_bool(false)}}.encode()}}.encode();
    return attempt(request_of_items(items.encode()));
  };
  const std::size_t limit = DecodeLimits{}.max_identifier;
  const std::string longest(limit, 'n'), too_long(limit + 1, 'n');
  EXPECT_EQ(outcome(asked(longest, longest, longest)), "ok");
  EXPECT_EQ(outcome(asked(too_long, "a", "b")), "too_large DeviceRequest.docRequests[0].itemsRequest.docType");
  EXPECT_EQ(outcome(asked("a", too_long, "b")), "too_large DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0]");
  EXPECT_EQ(outcome(asked("a", "b", too_long)), "too_large DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0][0]");
}

TEST(DeviceRequest, TheNameSpacesOfADocRequestShareALimitOfElements) {
  const auto asked = [](std::size_t first, std::size_t second) {
    const auto elements = [](std::size_t count) {
      Members members;
      for (std::size_t i = 0; i < count; ++i) members[std::to_string(i)] = cbor_bool(false);
      return members.encode();
    };
    MapParts items(minimal_items());
    items["nameSpaces"] = Members{{"a", elements(first)}, {"b", elements(second)}}.encode();
    return attempt(request_of_items(items.encode()));
  };
  const std::size_t limit = DecodeLimits{}.max_entries;
  EXPECT_EQ(outcome(asked(limit - 1, 1)), "ok");
  EXPECT_EQ(asked(limit, 1).error().code, Errc::too_many);
}

// Lists within lists multiply: what is matched is bounded by their product.
TEST(DeviceRequest, TheAlternativesOfADocRequestShareALimitOfReferences) {
  const auto asked = [](std::size_t first, std::size_t second) {
    const Bytes element = cbor_array({cbor_text(mdl_name_space.str()), cbor_text("sex")});
    const auto alternatives = [&element](std::size_t count) {
      return Members{{"requestedElement", element},
                     {"alternativeElementSets", cbor_array({cbor_array(std::vector<Bytes>(count, element))})}}
          .encode();
    };
    return attempt(request_of_info(
        Members{{"alternativeDataElements", cbor_array({alternatives(first), alternatives(second)})}}.encode()));
  };
  const std::size_t limit = DecodeLimits{}.max_entries;
  EXPECT_EQ(outcome(asked(limit - 1, 1)), "ok");
  EXPECT_EQ(asked(limit, 1).error().code, Errc::too_many);
}

TEST(DeviceRequest, UseCasesShareALimitOfDocumentSets) {
  const auto asked = [](std::size_t first, std::size_t second) {
    const auto use_case = [](std::size_t sets) {
      return Members{{"mandatory", cbor_bool(true)},
                     {"documentSets", cbor_array(std::vector<Bytes>(sets, cbor_array({cbor_uint(0)})))}}
          .encode();
    };
    return attempt(request_of_device_request_info(
        cbor_embedded(Members{{"useCases", cbor_array({use_case(first), use_case(second)})}}.encode())));
  };
  const std::size_t limit = DecodeLimits{}.max_entries;
  EXPECT_EQ(outcome(asked(limit - 1, 1)), "ok");
  EXPECT_EQ(asked(limit, 1).error().code, Errc::too_many);
  const Bytes longest = cbor_array(std::vector<Bytes>(DecodeLimits{}.max_documents + 1, cbor_uint(0)));
  const Members use_case{{"mandatory", cbor_bool(true)}, {"documentSets", cbor_array({longest})}};
  EXPECT_EQ(attempt(request_of_use_case(use_case.encode())).error().code, Errc::too_many);
}

TEST(Req09, ADocumentSetNamesRequestsThatAreThere) {
  const auto with_sets = [](const Bytes& sets) {
    return request_of_use_case(Members{{"mandatory", cbor_bool(true)}, {"documentSets", sets}}.encode());
  };
  EXPECT_EQ(outcome(attempt(with_sets(hex("818100")))), "ok");
  for (const std::string_view sets : {"818101", "8281008101", "81820001", "81811bffffffffffffffff"}) {
    EXPECT_EQ(outcome(attempt(with_sets(hex(sets)))), "bad_value DeviceRequest.deviceRequestInfo") << sets;
  }
  EXPECT_EQ(attempt(with_sets(hex("818120"))).error().code, Errc::wrong_type);
}

TEST(Req09, TheOrderOfMembersDoesNotMatterForThat) {
  MapParts late(request_of_use_case(Members{{"mandatory", cbor_bool(true)}, {"documentSets", hex("818101")}}.encode()));
  Members early{{"deviceRequestInfo", late["deviceRequestInfo"]},
                {"version", late["version"]},
                {"docRequests", late["docRequests"]}};
  EXPECT_EQ(outcome(attempt(early.encode())), outcome(attempt(late.encode())));
}

TEST(DeviceRequest, SetsThatWouldBeSatisfiedByNothingAreRefused) {
  const auto with_sets = [](const Bytes& sets) {
    return Members{{"mandatory", cbor_bool(true)}, {"documentSets", sets}}.encode();
  };
  expect_empty_structure(request_of_use_case(with_sets(empty_array)));
  expect_empty_structure(request_of_use_case(with_sets(hex("82810080"))));

  MapParts alternatives(first_of(MapParts(full_info())["alternativeDataElements"]));
  alternatives["alternativeElementSets"] = empty_array;
  expect_empty_structure(request_of_alternatives(alternatives.encode()));
  alternatives["alternativeElementSets"] = cbor_array({empty_array});
  expect_empty_structure(request_of_alternatives(alternatives.encode()));

  MapParts zk{ByteView(MapParts(full_info())["zkRequest"])};
  zk["systemSpecs"] = empty_array;
  expect_empty_structure(request_of_info(Members{{"zkRequest", zk.encode()}}.encode()));
}

TEST(DeviceRequest, AnElementReferenceIsAPairOfTexts) {
  for (const std::string_view reference : {"80", "816161", "8361616162f6", "82616101", "8201616a", "a16161616a"}) {
    MapParts alternatives(first_of(MapParts(full_info())["alternativeDataElements"]));
    alternatives["requestedElement"] = hex(reference);
    EXPECT_FALSE(attempt(request_of_alternatives(alternatives.encode()))) << reference;
  }
}

TEST(DeviceRequest, MacKeysHaveEachCurveOnce) {
  MapParts whole(request_of_items(minimal_items()));
  whole["version"] = cbor_text("1.1");
  const Bytes p256 = cose::encode_cose_key(public_key(crypto::Curve::p256));
  const Bytes p384 = cose::encode_cose_key(public_key(crypto::Curve::p384));
  whole.append("macKeys", cbor_array({p256, p384}));
  EXPECT_EQ(outcome(attempt(whole.encode())), "ok");
  whole["macKeys"] = cbor_array({p256, p384, p256});
  EXPECT_EQ(outcome(attempt(whole.encode())), "bad_value DeviceRequest.macKeys[2]");
}

TEST(DeviceRequest, MoreDocRequestsThanTheLimitAreRefused) {
  std::vector<Bytes> doc_requests(DecodeLimits{}.max_documents, doc_request(minimal_items()));
  EXPECT_EQ(outcome(attempt(request(doc_requests))), "ok");
  doc_requests.push_back(doc_requests.front());
  EXPECT_EQ(attempt(request(doc_requests)).error().code, Errc::too_many);
}

// ---- deviations -------------------------------------------------------------------------------

TEST(Req13, EmptyRequestInformationIsRefusedByTheStrictAndIgnoredWithAWarningByOthers) {
  expect_deviation(request_of_info(empty_map), Rule::request_info_empty);
  expect_deviation(request_of_device_request_info(cbor_embedded(empty_map)), Rule::request_info_empty);
  for (const char* list : {"alternativeDataElements", "issuerIdentifiers"}) {
    expect_deviation(request_of_info(Members{{list, empty_array}}.encode()), Rule::request_info_empty);
  }
  expect_deviation(request_of_device_request_info(cbor_embedded(Members{{"useCases", empty_array}}.encode())),
                   Rule::request_info_empty);
  expect_deviation(request_of_use_case(Members{
                       {"mandatory", cbor_bool(true)}, {"documentSets", hex("818100")}, {"purposeHints", empty_map}}
                                           .encode()),
                   Rule::request_info_empty);
  for (const char* list : {"readerAuthAll", "macKeys"}) {
    MapParts whole(request_of_items(minimal_items()));
    whole.append(list, empty_array);
    expect_deviation(whole.encode(), Rule::request_info_empty);
  }
}

TEST(DeviceRequest, DeviceRequestInfoWithoutTagKeepsItsBytes) {
  const Bytes bare =
      Members{
          {"useCases", cbor_array({Members{{"mandatory", cbor_bool(true)}, {"documentSets", hex("818100")}}.encode()})}}
          .encode();
  const Bytes encoded = request_of_device_request_info(bare);
  expect_deviation(encoded, Rule::request_info_untagged);
  const auto request = decode(encoded);
  ASSERT_TRUE(request);
  EXPECT_EQ(to_hex(request->device_request_info->bytes()), to_hex(bare));
  EXPECT_EQ((*request->device_request_info)->use_cases.size(), 1u);
}

TEST(DeviceRequest, NullInThePlaceOfAnAbsentMemberMeansAbsent) {
  for (const char* member : {"deviceRequestInfo", "readerAuthAll", "macKeys"}) {
    MapParts whole(request_of_items(minimal_items()));
    whole.append(member, null);
    expect_deviation(whole.encode(), Rule::request_null_member);
  }
  expect_deviation(request_of_info(null), Rule::request_null_member);
  MapParts wanted(doc_request(minimal_items()));
  wanted.append("readerAuth", null);
  const Bytes encoded = request({wanted.encode()});
  expect_deviation(encoded, Rule::request_null_member);
  EXPECT_FALSE(decode(encoded)->doc_requests[0].reader_auth);
}

TEST(DeviceRequest, AlternativesOfAnEarlyDraftAreOneElementEach) {
  const auto pair = [](std::string_view element) {
    return cbor_array({cbor_text(mdl_name_space.str()), cbor_text(element)});
  };
  const Bytes encoded =
      request_of_alternatives(cbor_array({pair("age_over_18"), pair("age_in_years"), pair("birth_date")}));
  expect_deviation(encoded, Rule::request_flat_alternatives);
  const auto request = decode(encoded, {.level = Level::lenient});
  ASSERT_TRUE(request);
  const auto& sets = request->doc_requests[0].items_request->request_info->alternative_data_elements;
  ASSERT_EQ(sets.size(), 1u);
  EXPECT_EQ(sets[0].requested_element, reference("age_over_18"));
  const std::vector<AlternativeElementSet> expected{{reference("age_in_years")}, {reference("birth_date")}};
  EXPECT_EQ(sets[0].alternative_element_sets, expected);

  expect_empty_structure(request_of_alternatives(cbor_array({pair("age_over_18")})));
  expect_empty_structure(request_of_alternatives(empty_array));
}

TEST(DeviceRequest, ZeroKnowledgeRequestsOfAnEarlyDraftAreUnderstood) {
  const Bytes spec =
      Members{{"id", cbor_text("one")}, {"system", cbor_text("longfellow-libzk-v1")}, {"params", empty_map}}.encode();
  const auto with = [](const Bytes& system_spec, bool zk_required) {
    Members zk{{"systemSpecs", cbor_array({system_spec})}};
    if (zk_required) zk["zkRequired"] = cbor_bool(true);
    return request_of_info(Members{{"zkRequest", zk.encode()}}.encode());
  };
  const auto zk_of = [](const Bytes& encoded) {
    return decode(encoded, {.level = Level::lenient}).value().doc_requests[0].items_request->request_info->zk_request;
  };
  expect_deviation(with(spec, true), Rule::request_zk_first_draft);
  EXPECT_EQ(zk_of(with(spec, true))->system_specs[0].zk_system_id, "one");
  EXPECT_TRUE(zk_of(with(spec, true))->system_specs[0].others.empty());
  EXPECT_FALSE(zk_of(with(spec, false))->zk_required);

  // Beside zkSystemId it is a member like any other.
  MapParts both(spec);
  both.append("zkSystemId", cbor_text("two"));
  EXPECT_EQ(zk_of(with(both.encode(), true))->system_specs[0].zk_system_id, "two");
  EXPECT_EQ(zk_of(with(both.encode(), true))->system_specs[0].others.size(), 1u);
  MapParts number(spec);
  number["id"] = cbor_uint(1);
  EXPECT_EQ(attempt(with(number.encode(), true)).error().code, Errc::wrong_type);
}

// ---- building ---------------------------------------------------------------------------------

TEST(DeviceRequest, OfOursIsFaultlessAndComesBackWhole) {
  for (const MapOrder order : {MapOrder::sorted, MapOrder::cddl}) {
    const DeviceRequest built = full_request(order);
    cbor::DeviationLog log;
    const auto request = decode_device_request(built.encoded, {.level = Level::strict, .sink = &log});
    ASSERT_TRUE(request) << describe(request.error());
    EXPECT_TRUE(log.empty());

    const ItemsRequest& items = *request->doc_requests[0].items_request;
    EXPECT_EQ(to_hex(request->doc_requests[0].items_request.bytes()),
              to_hex(built.doc_requests[0].items_request.bytes()));
    EXPECT_EQ(items.doc_type, mdl);
    EXPECT_EQ(items.others.size(), 1u);
    ASSERT_TRUE(items.request_info);
    const DocRequestInfo& info = *items.request_info;
    EXPECT_EQ(info.alternative_data_elements[0].alternative_element_sets[1].size(), 2u);
    EXPECT_EQ(info.issuer_identifiers.size(), 2u);
    EXPECT_EQ(info.unique_doc_set_required, true);
    EXPECT_EQ(info.maximum_response_size, 65536u);
    EXPECT_EQ(info.zk_request->system_specs[0].zk_system_id, "one");
    EXPECT_EQ(info.zk_request->system_specs[0].params.size(), 1u);
    EXPECT_EQ(info.others.size(), 1u);
    const EncryptionParameters& encryption = **info.doc_response_encryption;
    EXPECT_EQ(encryption.recipient_public_key, public_key(crypto::Curve::p256));
    EXPECT_EQ(encryption.nonce->size(), 16u);
    EXPECT_EQ(encryption.recipient_certificate.size(), 1u);
    EXPECT_EQ(encryption.others.size(), 1u);
    EXPECT_EQ(request->reader_auth_all.size(), 2u);
    EXPECT_EQ(request->mac_keys.size(), 2u);
    const UseCase& use_case = (*request->device_request_info)->use_cases.at(0);
    EXPECT_TRUE(use_case.mandatory);
    EXPECT_EQ(use_case.purpose_hints.size(), 2u);
    EXPECT_EQ(use_case.others.size(), 1u);
  }
}

TEST(DeviceRequest, OfOursIsSortedUnlessAskedOtherwise) {
  const auto keys_of = [](ByteView encoded) {
    cbor::Reader reader(encoded);
    std::vector<std::string> keys;
    auto map = reader.enter_map();
    while (map.next()) keys.emplace_back(*map.key().text());
    return keys;
  };
  EXPECT_EQ(keys_of(full_request().encoded.view()),
            (std::vector<std::string>{"macKeys", "version", "docRequests", "readerAuthAll", "deviceRequestInfo"}));
  EXPECT_EQ(keys_of(full_request(MapOrder::cddl).encoded.view()),
            (std::vector<std::string>{"version", "docRequests", "deviceRequestInfo", "readerAuthAll", "macKeys"}));
}

TEST(DeviceRequest, IsNotBuiltOfWhatAReceiverWouldRefuse) {
  const auto refuses = [](const auto& change) {
    ItemsRequest items = full_items_request();
    change(items);
    const auto encoded = encode_items_request(std::move(items));
    return !encoded && encoded.error().code == Errc::bad_argument;
  };
  EXPECT_FALSE(refuses([](ItemsRequest&) {}));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.name_spaces.clear(); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.name_spaces[0].second.clear(); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.name_spaces.push_back(items.name_spaces[0]); }));
  EXPECT_TRUE(refuses(
      [](ItemsRequest& items) { items.name_spaces[0].second.emplace_back(ElementIdentifier("portrait"), true); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.request_info = DocRequestInfo{}; }));
  EXPECT_TRUE(refuses(
      [](ItemsRequest& items) { items.request_info->alternative_data_elements[0].alternative_element_sets.clear(); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.request_info->zk_request->system_specs.clear(); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.others = unknown_member("docType"); }));
  EXPECT_TRUE(refuses([](ItemsRequest& items) { items.doc_type = DocType("\xff"); }));

  EXPECT_EQ(encode_device_request_info({}).error().code, Errc::bad_argument);
  EXPECT_EQ(encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {}}}}).error().code,
            Errc::bad_argument);
  EXPECT_EQ(encode_encryption_parameters({.recipient_public_key = crypto::EcPublicKey{}}).error().code,
            Errc::bad_argument);

  EXPECT_EQ(build_device_request({}).error().code, Errc::bad_argument);
  const DocRequest wanted{.items_request = encode_items_request(full_items_request()).value()};
  const auto elsewhere =
      encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{1}}}}}).value();
  EXPECT_EQ(build_device_request({wanted}, {.device_request_info = elsewhere}).error().code, Errc::bad_argument);
  EXPECT_TRUE(build_device_request({wanted, wanted}, {.device_request_info = elsewhere}));
  const auto p256 = public_key(crypto::Curve::p256);
  EXPECT_EQ(build_device_request({wanted}, {.mac_keys = {p256, p256}}).error().code, Errc::bad_argument);
}

TEST(DeviceRequest, HoldsSlicesOfItsMessage) {
  const SharedBytes message = SharedBytes::copy_of(full_request().encoded.view());
  const auto request = decode_device_request(message);
  ASSERT_TRUE(request);
  const auto inside = [&](ByteView part) {
    return part.data() >= message.view().data() && part.data() + part.size() <= message.view().data() + message.size();
  };
  EXPECT_EQ(request->encoded.view().data(), message.view().data());
  const DocRequest& wanted = request->doc_requests[0];
  EXPECT_TRUE(inside(wanted.items_request.bytes()));
  EXPECT_TRUE(inside(wanted.reader_auth->encoded.view()));
  EXPECT_TRUE(inside(wanted.items_request->request_info->issuer_identifiers[0].view()));
  EXPECT_TRUE(inside(wanted.items_request->request_info->others[0].value.view()));
  EXPECT_TRUE(inside(request->device_request_info->bytes()));
}

}  // namespace
}  // namespace mdoc::model
