// Requests that a browser passes on or refuses, as web-platform-tests has them for "org-iso-mdoc": what their bytes
// mean to the decoder of a DeviceRequest. The base64url and the JSON around the bytes are not its business.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/encoding.hpp"
#include "mdoc/model/device_request.hpp"
#include "mutation.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_bytes;
using testing::cbor_embedded;
using testing::cbor_text;
using testing::hex;
using testing::Members;
using testing::outcome;
using testing::without_value;

constexpr std::string_view mdl = "org.iso.18013.5.1.mDL";
constexpr std::string_view mdl_name_space = "org.iso.18013.5.1";

// ---- the parts of the canonical request ----------------------------------------------------------

Bytes elements() { return Members{{"family_name", cbor_bool(false)}, {"document_number", cbor_bool(false)}}.encode(); }
Bytes name_spaces() { return Members{{std::string(mdl_name_space), elements()}}.encode(); }
Bytes items_of(const Bytes& spaces) { return Members{{"docType", cbor_text(mdl)}, {"nameSpaces", spaces}}.encode(); }
Bytes items() { return items_of(name_spaces()); }
Bytes doc_request_of(const Bytes& items_request) { return Members{{"itemsRequest", items_request}}.encode(); }
Bytes request_of(const Bytes& doc_requests) {
  return Members{{"version", cbor_text("1.0")}, {"docRequests", doc_requests}}.encode();
}
Bytes request_of_items_request(const Bytes& items_request) {
  return request_of(cbor_array({doc_request_of(items_request)}));
}
Bytes canonical() { return request_of_items_request(cbor_embedded(items())); }
Bytes request_of_name_spaces(const Bytes& spaces) { return request_of_items_request(cbor_embedded(items_of(spaces))); }
Bytes request_of_elements(const Bytes& elements_of_licence) {
  return request_of_name_spaces(Members{{std::string(mdl_name_space), elements_of_licence}}.encode());
}
Bytes tagged(std::string_view head, Bytes item) {
  const Bytes tag = hex(head);
  item.insert(item.begin(), tag.begin(), tag.end());
  return item;
}

struct Case {
  std::string_view what;
  Bytes encoded;
  std::string outcome;  // "ok", or code and place
  Level level = Level::interop;
};

void expect_outcomes(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const auto request = decode_device_request(SharedBytes::copy_of(one.encoded), {.level = one.level});
    EXPECT_EQ(outcome(without_value(request)), one.outcome) << one.what;
  }
}

TEST(Req02, TheCanonicalRequestIsTheOneThatBrowsersKnow) {
  EXPECT_EQ(to_base64url(canonical()),
            "omd2ZXJzaW9uYzEuMGtkb2NSZXF1ZXN0c4GhbGl0ZW1zUmVxdWVzdNgYWFyiZ2RvY1R5cGV1b3JnLmlzby4xODAxMy41LjEubURMam5hbW"
            "VTcGFjZXOhcW9yZy5pc28uMTgwMTMuNS4xomtmYW1pbHlfbmFtZfRvZG9jdW1lbnRfbnVtYmVy9A");
  const auto request = decode_device_request(SharedBytes::take(canonical()), {.level = Level::strict});
  ASSERT_TRUE(request) << describe(request.error());
  ASSERT_EQ(request->doc_requests.size(), 1u);
  EXPECT_EQ(request->doc_requests[0].items_request->name_spaces[0].second.size(), 2u);
}

TEST(Req02, WhatIsNoCborIsRefusedWhereItEnds) {
  Bytes trailing = canonical();
  trailing.push_back(0x00);
  expect_outcomes({
      {"not CBOR", hex("ff"), "not_well_formed DeviceRequest"},
      {"nothing", {}, "truncated DeviceRequest"},
      {"a text that is not UTF-8",
       Members{{"version", hex("62c328")}, {"docRequests", cbor_array({doc_request_of(cbor_embedded(items()))})}}
           .encode(),
       "bad_text DeviceRequest.version"},
      {"bytes behind it", trailing, "trailing_bytes DeviceRequest"},
  });
}

TEST(Req02, AKeyThatOccursTwiceIsRefusedAtEachLevel) {
  const Bytes doc_requests = cbor_array({doc_request_of(cbor_embedded(items()))});
  const std::string space(mdl_name_space);
  expect_outcomes({
      {"of the request",
       Members{{"version", cbor_text("1.0")}, {"version", cbor_text("2.0")}, {"docRequests", doc_requests}}.encode(),
       "duplicate_key DeviceRequest"},
      {"of nameSpaces", request_of_name_spaces(Members{{space, elements()}, {space, elements()}}.encode()),
       "duplicate_key DeviceRequest.docRequests[0].itemsRequest.nameSpaces"},
      {"of the elements",
       request_of_elements(Members{{"family_name", cbor_bool(false)}, {"family_name", cbor_bool(true)}}.encode()),
       "duplicate_key DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0]"},
      {"of a docRequest",
       request_of(cbor_array(
           {Members{{"itemsRequest", cbor_embedded(items())}, {"itemsRequest", cbor_embedded(items())}}.encode()})),
       "duplicate_key DeviceRequest.docRequests[0]"},
  });
}

TEST(Req02, EachStructureHasItsOwnTypeAndIsThere) {
  expect_outcomes({
      {"an array in the place of the request", cbor_array({cbor_text("version"), cbor_text("1.0")}),
       "wrong_type DeviceRequest"},
      {"no docRequests", Members{{"version", cbor_text("1.0")}}.encode(), "missing_element DeviceRequest.docRequests"},
      {"docRequests that are no array", request_of(cbor_text("not an array")), "wrong_type DeviceRequest.docRequests"},
      {"a docRequest that is no map", request_of(cbor_array({cbor_text("not a map")})),
       "wrong_type DeviceRequest.docRequests[0]"},
      {"nameSpaces that are no map", request_of_name_spaces(cbor_text("not a map")),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest.nameSpaces"},
      {"elements that are no map", request_of_elements(cbor_text("not a map")),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0]"},
  });
}

TEST(Req02, AnItemsRequestIsOneByteStringUnderTag24) {
  expect_outcomes({
      {"without the tag", request_of_items_request(cbor_bytes(items())),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest"},
      {"under another tag", request_of_items_request(tagged("d90190", cbor_bytes(items()))),
       "unexpected_tag DeviceRequest.docRequests[0].itemsRequest"},
      {"with a second tag around it", request_of_items_request(tagged("d90190", cbor_embedded(items()))),
       "unexpected_tag DeviceRequest.docRequests[0].itemsRequest"},
      {"with a second tag inside", request_of_items_request(tagged("d818", cbor_embedded(items()))),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest"},
      {"whose content is no CBOR", request_of_items_request(cbor_embedded(hex("ff"))),
       "not_well_formed DeviceRequest.docRequests[0].itemsRequest"},
      {"whose content is no map", request_of_items_request(cbor_embedded(cbor_array({cbor_text("not a map")}))),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest"},
      {"with bytes behind its content", request_of_items_request(cbor_embedded([] {
         Bytes longer = items();
         longer.push_back(0x00);
         return longer;
       }())),
       "trailing_bytes DeviceRequest.docRequests[0].itemsRequest"},
  });
}

TEST(Req02, UnknownMembersAreReadAndKept) {
  Bytes extended = Members{{"version", cbor_text("1.0")},
                           {"docRequests", cbor_array({doc_request_of(cbor_embedded(items()))})},
                           {"unknown_entry", cbor_text("some_value")}}
                       .encode();
  const auto request = decode_device_request(SharedBytes::take(std::move(extended)), {.level = Level::strict});
  ASSERT_TRUE(request) << describe(request.error());
  EXPECT_EQ(request->others.size(), 1u);
}

TEST(Req02, AnIdentifierInBytesIsReadAndNamesNothing) {
  const Bytes name = hex("496f6964635f696e666f");  // "oidc_info" as a byte string
  Bytes alone = hex("a1");
  alone.insert(alone.end(), name.begin(), name.end());
  alone.push_back(0xf4);
  Bytes beside = elements();
  beside[0] = 0xa3;
  beside.insert(beside.end(), alone.begin() + 1, alone.end());

  cbor::DeviationLog log;
  const auto nothing = decode_device_request(SharedBytes::take(request_of_elements(alone)), {.sink = &log});
  ASSERT_TRUE(nothing) << describe(nothing.error());
  EXPECT_TRUE(nothing->doc_requests[0].items_request->name_spaces[0].second.empty());
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::request_identifier_bytes);
  EXPECT_EQ(log.entries()[0].where.text(), "DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0][0]");
  const auto two = decode_device_request(SharedBytes::take(request_of_elements(beside)));
  ASSERT_TRUE(two) << describe(two.error());
  EXPECT_EQ(two->doc_requests[0].items_request->name_spaces[0].second.size(), 2u);

  Bytes twice = alone;
  twice[0] = 0xa2;
  twice.insert(twice.end(), alone.begin() + 1, alone.end());
  Bytes no_boolean = alone;
  no_boolean.back() = 0xf6;
  constexpr std::string_view place = "DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0]";
  expect_outcomes({
      {"strict", request_of_elements(alone), "deviation DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0][0]",
       Level::strict},
      {"twice", request_of_elements(twice), "duplicate_key DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0]"},
      {"without a boolean", request_of_elements(no_boolean),
       "wrong_type DeviceRequest.docRequests[0].itemsRequest.nameSpaces[0][0]"},
      {"no element at all", request_of_elements(hex("a0")), "empty_structure " + std::string(place)},
  });
}

// What becomes of them is a matter of matching, which never offers one: presentation.Req02.
TEST(Req02, ElementsOfServerRetrievalAreElementsLikeOthersToTheDecoder) {
  for (const char* identifier : {"oidc_info", "webapi_info"}) {
    for (const bool retain : {false, true}) {
      const Bytes alone = Members{{identifier, cbor_bool(retain)}}.encode();
      const Bytes mixed = Members{{"family_name", cbor_bool(false)}, {identifier, cbor_bool(retain)}}.encode();
      const Bytes elsewhere = request_of_name_spaces(Members{{"other.namespace", alone}}.encode());
      const Bytes second = request_of(cbor_array(
          {doc_request_of(cbor_embedded(items())),
           doc_request_of(cbor_embedded(items_of(Members{{std::string(mdl_name_space), alone}}.encode())))}));
      expect_outcomes({{"alone", request_of_elements(alone), "ok", Level::strict},
                       {"mixed", request_of_elements(mixed), "ok", Level::strict},
                       {"in the second docRequest", second, "ok", Level::strict},
                       {"in another name space", elsewhere, "ok", Level::strict}});
    }
  }
}

}  // namespace
}  // namespace mdoc::model
