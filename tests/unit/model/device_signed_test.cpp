#include "mdoc/model/device_signed.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mutation.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using cbor::Type;
using testing::expect_exact_length;
using testing::expect_members;
using testing::hex;
using testing::MapParts;
using testing::outcome;
using testing::without_value;

const std::string sign1 = "8443a10126a0f64101";
const std::string mac0 = "8443a10105a0f64102";

Result<DeviceSigned> decode(const Bytes& encoded, const cbor::DecodeContext& context = {}) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), context, "DeviceSigned");
  auto device_signed = decode_device_signed(reader);
  if (const auto finished = reader.finish(); device_signed && !finished) return finished.error();
  return device_signed;
}
Result<void> attempt(const Bytes& encoded) { return without_value(decode(encoded)); }

/// DeviceSigned with these encoded members.
Bytes device_signed(std::string_view name_spaces, std::string_view device_auth) {
  cbor::Writer writer;
  writer.map(2).text("nameSpaces").raw(hex(name_spaces)).text("deviceAuth").raw(hex(device_auth));
  return std::move(writer).take();
}
const std::string signature = "a16f6465766963655369676e6174757265" + sign1;
const std::string mac = "a1696465766963654d6163" + mac0;

TEST(DeviceSigned, OfAnnexDDecodesAndIsReproducedByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes auth = testing::shared_bytes("iso18013-5-annex-d.json", "D.5.3/device-auth");
  const Bytes encoded = device_signed("d81841a0", to_hex(auth));
  const auto decoded = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_TRUE(decoded->name_spaces->empty());
  EXPECT_EQ(to_hex(decoded->name_spaces.bytes()), "d81841a0");
  EXPECT_EQ(decoded->device_auth.signature(), nullptr);
  ASSERT_NE(decoded->device_auth.mac(), nullptr);
  cbor::Writer writer;
  encode_device_signed(writer, *decoded, MapOrder::cddl);
  EXPECT_EQ(to_hex(writer.view()), to_hex(encoded));
}

TEST(DeviceSigned, EveryMemberIsEnforced) {
  expect_members(device_signed("d81841a0", mac),
                 {{.name = "nameSpaces", .required = true, .types = {Type::tag}},
                  {.name = "deviceAuth", .required = true, .types = {Type::map}}},
                 attempt);
  expect_exact_length(device_signed("d81841a0", signature), attempt);
}

TEST(DeviceSigned, HasExactlyOneProof) {
  EXPECT_EQ(outcome(attempt(device_signed("d81841a0", signature))), "ok");
  EXPECT_EQ(outcome(attempt(device_signed("d81841a0", mac))), "ok");
  EXPECT_EQ(outcome(attempt(device_signed("d81841a0", "a0"))), "missing_element DeviceSigned.deviceAuth");
  const std::string both = "a2" + signature.substr(2) + mac.substr(2);
  EXPECT_EQ(outcome(attempt(device_signed("d81841a0", both))), "bad_value DeviceSigned.deviceAuth");
  const std::string twice = "a2" + mac.substr(2) + mac.substr(2);
  EXPECT_TRUE(outcome(attempt(device_signed("d81841a0", twice))).starts_with("duplicate_key"));
}

TEST(DeviceSigned, UnknownMembersAreKept) {
  const std::string auth = "a26b6f72672e6578616d706c6501" + mac.substr(2);
  MapParts parts(device_signed("d81841a0", auth));
  parts.append("later", hex("f5"));
  const auto decoded = decode(parts.encode());
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(decoded->others.size(), 1u);
  EXPECT_EQ(decoded->device_auth.others.size(), 1u);
  cbor::Writer writer;
  encode_device_signed(writer, *decoded);
  const auto again = decode(Bytes(writer.view().begin(), writer.view().end()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->others.size(), 1u);
  EXPECT_EQ(again->device_auth.others.size(), 1u);
}

TEST(DeviceSigned, ElementsKeepTheirOrderAndBytes) {
  // { "z": { "b": 1, "a": h'02' } }, the integer in a longer form than needed
  const std::string name_spaces =
      "a1617aa261621801616141"
      "02";
  const Bytes encoded = device_signed("d8184c" + name_spaces, mac);
  const auto decoded = decode(encoded);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  ASSERT_EQ(decoded->name_spaces->size(), 1u);
  const auto& [name_space, elements] = decoded->name_spaces->at(0);
  EXPECT_EQ(name_space, NameSpace("z"));
  ASSERT_EQ(elements.size(), 2u);
  EXPECT_EQ(elements[0].first, ElementIdentifier("b"));
  EXPECT_EQ(elements[0].second.as_uint().value(), 1u);
  EXPECT_EQ(to_hex(decoded->name_spaces.content()), name_spaces);
}

TEST(DeviceSigned, NameSpacesAreCheckedInsideTheirByteString) {
  EXPECT_TRUE(outcome(attempt(device_signed("a0", mac))).starts_with("wrong_type"));
  EXPECT_TRUE(outcome(attempt(device_signed("d81842a0a0", mac))).starts_with("trailing_bytes"));
  EXPECT_TRUE(outcome(attempt(device_signed("d8184180", mac))).starts_with("wrong_type"));
  EXPECT_TRUE(outcome(attempt(device_signed("d81842a161", mac))).starts_with("truncated"));
  EXPECT_TRUE(outcome(attempt(device_signed("d81843a101a0", mac))).starts_with("bad_key"));
  EXPECT_TRUE(outcome(attempt(device_signed("d81844a16161a0", mac))).starts_with("empty_structure"));
  EXPECT_TRUE(outcome(attempt(device_signed("d8184da26161a16162016161a1616201", mac))).starts_with("duplicate_key"));
}

TEST(DeviceNameSpaces, OfOursAreSortedOrAsGiven) {
  const DeviceNameSpaces name_spaces{{NameSpace("z"),
                                      {{ElementIdentifier("bb"), DataElementValue::uint(1)},
                                       {ElementIdentifier("a"), DataElementValue::boolean(true)}}}};
  EXPECT_EQ(to_hex(encode_device_name_spaces(name_spaces).content()),
            "a1617aa26161f56262"
            "6201");
  EXPECT_EQ(to_hex(encode_device_name_spaces(name_spaces, MapOrder::cddl).content()), "a1617aa2626262016161f5");
  EXPECT_EQ(to_hex(encode_device_name_spaces({}).bytes()), "d81841a0");
}

}  // namespace
}  // namespace mdoc::model
