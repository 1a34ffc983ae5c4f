#include "mdoc/model/issuer_signed.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mutation.hpp"
#include "support/sample_mdoc.hpp"
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

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
const NameSpace mdl_name_space("org.iso.18013.5.1");

Result<void> attempt(const Bytes& encoded) {
  return without_value(decode_issuer_signed(SharedBytes::copy_of(encoded)));
}

Result<void> attempt_item(const Bytes& encoded) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), {}, "IssuerSignedItem");
  const auto item = decode_issuer_signed_item(reader);
  return item ? reader.finish() : without_value(item);
}

Bytes good_issuer_signed() { return testing::SampleMdoc().issuer_signed(); }

IssuerSignedItem good_item() {
  return {.digest_id = 7,
          .random = SharedBytes::take(Bytes(32, 9)),
          .element_identifier = ElementIdentifier("family_name"),
          .element_value = DataElementValue::text("Doe")};
}

/// IssuerSigned out of the DeviceResponse of Annex D.
Bytes annex_d_issuer_signed() {
  const Bytes response = testing::shared_bytes(annex_d, "D.4.1.2/device-response");
  MapParts parts(response);
  cbor::Reader reader(parts["documents"]);
  auto array = reader.enter_array();
  if (!array.next()) throw std::runtime_error("no document");
  const ByteView document = reader.read_raw().value();
  return MapParts(document)["issuerSigned"];
}

TEST(IssuerSigned, OfAnnexDDecodesAndIsReproducedByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes encoded = annex_d_issuer_signed();
  const auto issuer_signed = decode_issuer_signed(SharedBytes::copy_of(encoded), {.level = Level::strict});
  ASSERT_TRUE(issuer_signed) << describe(issuer_signed.error());
  ASSERT_EQ(issuer_signed->name_spaces.size(), 1u);
  EXPECT_EQ(issuer_signed->name_spaces[0].second.size(), 6u);
  const IssuerSignedItemBytes* family_name = issuer_signed->find(mdl_name_space, ElementIdentifier("family_name"));
  ASSERT_NE(family_name, nullptr);
  EXPECT_EQ((*family_name)->digest_id, 0u);
  EXPECT_EQ((*family_name)->element_value.as_text().value(), "Doe");
  const crypto::Digest digest = crypto::digest(crypto::DigestAlgorithm::sha256, family_name->bytes()).value();
  EXPECT_EQ(to_hex(digest.view()), "75167333b47b6c2bfb86eccc1f438cf57af055371ac55e1e359e20f254adcebf");

  cbor::Writer writer;
  encode_issuer_signed(writer, *issuer_signed, MapOrder::cddl);
  EXPECT_EQ(to_hex(writer.view()), to_hex(encoded));
}

TEST(IssuerSigned, ItemsOfAnnexDAreReproducedFromTheirValues) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(annex_d_issuer_signed()));
  ASSERT_TRUE(issuer_signed);
  ASSERT_FALSE(issuer_signed->name_spaces.at(0).second.empty());
  for (const auto& item : issuer_signed->name_spaces.at(0).second) {
    EXPECT_EQ(to_hex(encode_issuer_signed_item(*item, MapOrder::cddl).bytes()), to_hex(item.bytes()));
  }
}

TEST(IssuerSigned, EveryMemberIsEnforced) {
  expect_members(good_issuer_signed(),
                 {{.name = "nameSpaces", .required = false, .types = {Type::map}},
                  {.name = "issuerAuth", .required = true, .types = {Type::array}}},
                 attempt);
}

TEST(IssuerSigned, EveryMemberOfAnItemIsEnforced) {
  const IssuerSignedItemBytes item = encode_issuer_signed_item(good_item());
  const Bytes encoded(item.content().begin(), item.content().end());
  expect_members(encoded,
                 {{.name = "digestID", .required = true, .types = {Type::uint}},
                  {.name = "random", .required = true, .types = {Type::bytes}},
                  {.name = "elementIdentifier", .required = true, .types = {Type::text}},
                  {.name = "elementValue", .required = true, .types = {}}},
                 attempt_item);
  expect_exact_length(encoded, attempt_item);
}

TEST(IssuerSigned, EveryTruncationIsRefused) { expect_exact_length(good_issuer_signed(), attempt); }

TEST(IssuerSigned, WithoutNameSpacesNothingIsDisclosed) {
  MapParts parts(good_issuer_signed());
  parts.erase("nameSpaces");
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(parts.encode()), {.level = Level::strict});
  ASSERT_TRUE(issuer_signed) << describe(issuer_signed.error());
  EXPECT_TRUE(issuer_signed->name_spaces.empty());
}

TEST(IssuerSigned, EmptyListsAreJudgedByTheLevel) {
  for (const std::string_view empty : {"a0", "a1616180"}) {
    MapParts parts(good_issuer_signed());
    parts["nameSpaces"] = hex(empty);
    const SharedBytes encoded = SharedBytes::take(parts.encode());
    for (const Level level : {Level::strict, Level::interop}) {
      const auto refused = decode_issuer_signed(encoded, {.level = level});
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Errc::empty_structure);
    }
    cbor::DeviationLog log;
    EXPECT_TRUE(decode_issuer_signed(encoded, {.level = Level::lenient, .sink = &log}));
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, Rule::name_spaces_empty);
  }
}

TEST(IssuerSigned, AnItemMustBeOneWholeItemUnderTag24) {
  const auto with_item = [](std::string_view item) {
    MapParts parts(good_issuer_signed());
    parts["nameSpaces"] = hex("a1616181" + std::string(item));
    return outcome(attempt(parts.encode()));
  };
  const IssuerSignedItemBytes good = encode_issuer_signed_item(good_item());
  ASSERT_LT(good.content().size(), 255u);
  const std::string content = to_hex(good.content());
  const auto head = [&](std::size_t longer) {
    const Bytes size{static_cast<std::uint8_t>(good.content().size() + longer)};
    return "58" + to_hex(size);
  };
  EXPECT_EQ(with_item("d818" + head(0) + content), "ok");
  EXPECT_TRUE(with_item(content).starts_with("wrong_type"));
  EXPECT_TRUE(with_item(head(0) + content).starts_with("wrong_type"));
  EXPECT_TRUE(with_item("d819" + head(0) + content).starts_with("unexpected_tag"));
  EXPECT_TRUE(with_item("d818" + head(1) + content + "00").starts_with("trailing_bytes"));
  EXPECT_TRUE(with_item("d818d818" + head(0) + content).starts_with("wrong_type"));
  EXPECT_EQ(with_item("d81840"), "truncated IssuerSigned.nameSpaces[0][0]");
}

TEST(IssuerSigned, UnknownMembersAreKeptAndWrittenAgain) {
  MapParts parts(good_issuer_signed());
  parts.append("org.example.more", hex("8101"));
  const Bytes encoded = parts.encode();
  const auto issuer_signed = decode_issuer_signed(SharedBytes::copy_of(encoded));
  ASSERT_TRUE(issuer_signed);
  ASSERT_EQ(issuer_signed->others.size(), 1u);
  cbor::Writer writer;
  encode_issuer_signed(writer, *issuer_signed);
  MapParts again(writer.view());
  EXPECT_EQ(to_hex(again["org.example.more"]), "8101");
}

TEST(IssuerSigned, AnItemKeepsTheOrderAndHeadsItCameWith) {
  // Members in an unusual order, and the map's head in a longer form than needed.
  cbor::Writer content;
  content.raw(hex("b90004")).text("elementValue").uint(0).text("random").bytes({}).text("digestID").uint(1);
  content.text("elementIdentifier").text("a");
  cbor::Writer tagged;
  tagged.embedded(content.view());
  const ByteView item = tagged.view();
  MapParts parts(good_issuer_signed());
  parts["nameSpaces"] = hex("a1616181" + to_hex(item));
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(parts.encode()));
  ASSERT_TRUE(issuer_signed) << describe(issuer_signed.error());
  EXPECT_EQ(to_hex(issuer_signed->name_spaces[0].second[0].bytes()), to_hex(item));
  cbor::Writer writer;
  encode_issuer_signed(writer, *issuer_signed);
  EXPECT_NE(to_hex(writer.view()).find(to_hex(item)), std::string::npos);
}

TEST(IssuerSigned, SlicesShareTheMessage) {
  const SharedBytes message = SharedBytes::take(good_issuer_signed());
  const auto issuer_signed = decode_issuer_signed(message);
  ASSERT_TRUE(issuer_signed);
  const auto inside = [&](ByteView part) {
    return part.data() >= message.view().data() && part.data() + part.size() <= message.view().data() + message.size();
  };
  EXPECT_TRUE(inside(issuer_signed->issuer_auth.encoded.view()));
  EXPECT_TRUE(inside(issuer_signed->issuer_auth.payload->view()));
  for (const auto& [name_space, items] : issuer_signed->name_spaces) {
    for (const auto& item : items) {
      EXPECT_TRUE(inside(item.bytes()));
      EXPECT_TRUE(inside(item->random.view()));
      EXPECT_TRUE(inside(item->element_value.encoded().view()));
    }
  }
}

TEST(SelectElements, DisclosesTheChosenOnesByteForByte) {
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(good_issuer_signed()));
  ASSERT_TRUE(issuer_signed);
  ASSERT_GT(issuer_signed->name_spaces.at(0).second.size(), 1u);
  const IssuerSignedItemBytes& wanted = issuer_signed->name_spaces[0].second[1];
  const IssuerSigned selected = select_elements(*issuer_signed, [&](const NameSpace& name_space,
                                                                    const IssuerSignedItem& item) {
    return name_space == issuer_signed->name_spaces[0].first && item.element_identifier == wanted->element_identifier;
  });
  ASSERT_EQ(selected.name_spaces.size(), 1u);
  ASSERT_EQ(selected.name_spaces[0].second.size(), 1u);
  EXPECT_EQ(to_hex(selected.name_spaces[0].second[0].bytes()), to_hex(wanted.bytes()));

  cbor::Writer writer;
  encode_issuer_signed(writer, selected);
  const auto received = decode_issuer_signed(SharedBytes::copy_of(writer.view()), {.level = Level::strict});
  ASSERT_TRUE(received) << describe(received.error());
  EXPECT_EQ(to_hex(received->issuer_auth.encoded.view()), to_hex(issuer_signed->issuer_auth.encoded.view()));
}

TEST(SelectElements, OfNothingLeavesNoNameSpace) {
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(good_issuer_signed()));
  ASSERT_TRUE(issuer_signed);
  const IssuerSigned selected = select_elements(*issuer_signed, [](const auto&, const auto&) { return false; });
  EXPECT_TRUE(selected.name_spaces.empty());
  cbor::Writer writer;
  encode_issuer_signed(writer, selected);
  EXPECT_EQ(outcome(attempt(Bytes(writer.view().begin(), writer.view().end()))), "ok");
}

TEST(IssuerSigned, FindsNothingThatIsNotThere) {
  const auto issuer_signed = decode_issuer_signed(SharedBytes::take(good_issuer_signed()));
  ASSERT_TRUE(issuer_signed);
  const auto& [name_space, items] = issuer_signed->name_spaces.at(0);
  EXPECT_EQ(issuer_signed->find(name_space, items[0]->element_identifier), &items[0]);
  EXPECT_EQ(issuer_signed->find(name_space, ElementIdentifier("nothing")), nullptr);
  EXPECT_EQ(issuer_signed->find(NameSpace("nowhere"), items[0]->element_identifier), nullptr);
}

}  // namespace
}  // namespace mdoc::model
