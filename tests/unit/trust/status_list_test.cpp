#include "mdoc/trust/status_list.hpp"

#include <map>

#include <gtest/gtest.h>

#include "mdoc/cbor/fields.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::hex;

std::vector<unsigned> statuses(const StatusList& list) {
  std::vector<unsigned> values;
  for (std::uint64_t i = 0; i < list.size(); ++i) values.push_back(static_cast<unsigned>(*list.at(i)));
  return values;
}

Errc refusal(unsigned bits, ByteView compressed, std::size_t max_bytes = StatusListLimits{}.max_inflated) {
  const auto list = StatusList::inflate(bits, compressed, max_bytes);
  return list ? Errc{} : list.error().code;
}

// ---- status lists -----------------------------------------------------------------------------

TEST(StatusList, ReadsTheLowestBitsOfAByteFirst) {
  const auto one = StatusList::inflate(1, hex("78dadbb918000217015d")).value();
  EXPECT_EQ(statuses(one), (std::vector<unsigned>{1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1}));
  const auto two = StatusList::inflate(2, hex("78da3be9f2130003df0207")).value();
  EXPECT_EQ(statuses(two), (std::vector<unsigned>{1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3}));
  EXPECT_EQ(statuses(StatusList::of_bytes(4, hex("1f 80")).value()), (std::vector<unsigned>{15, 1, 0, 8}));
  EXPECT_EQ(statuses(StatusList::of_bytes(8, hex("1f 80")).value()), (std::vector<unsigned>{31, 128}));
}

struct Encoded {
  unsigned bits = 0;
  SharedBytes lst;
};

/// The CBOR of a StatusList, read without the decoder under test.
Encoded encoded_list(ByteView cbor) {
  Encoded list;
  cbor::Reader reader(SharedBytes::copy_of(cbor));
  cbor::read_map(reader, cbor::required("bits", list.bits, &cbor::Reader::read_uint),
                 cbor::required("lst", list.lst, &cbor::Reader::read_bytes_shared))
      .value();
  return list;
}

TEST(Rev05, EveryListOfTheDraftUnpacksToItsStatuses) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const std::string bits : {"1", "2", "4", "8"}) {
    SCOPED_TRACE(bits);
    const auto vector = testing::shared_vector("status-list.json", "status-list/encoding-" + bits + "-bit");
    const Encoded encoded = encoded_list(hex(vector.at("cbor").as_string()));
    const auto list = StatusList::inflate(encoded.bits, encoded.lst.view());
    ASSERT_TRUE(list) << describe(list.error());
    EXPECT_EQ(std::to_string(list->bits()), bits);
    EXPECT_EQ(list->size(), vector.at("size").to_number<std::uint64_t>());
    std::map<std::uint64_t, unsigned> expected, found;
    for (const auto& entry : vector.at("expect").at("nonZero").as_array()) {
      const auto status = entry.at(1).to_number<unsigned>();
      if (status != 0) expected[entry.at(0).to_number<std::uint64_t>()] = status;
    }
    for (std::uint64_t i = 0; i < list->size(); ++i) {
      if (list->at(i) != StatusType::valid) found[i] = static_cast<unsigned>(*list->at(i));
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(StatusList, TheShortExamplesUnpackToTheirBytes) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const std::string bits : {"1", "2"}) {
    const auto bytes = testing::shared_vector("status-list.json", "status-list/short-" + bits + "-bit").at("bytes");
    const Encoded encoded =
        encoded_list(testing::shared_bytes("status-list.json", "status-list/short-" + bits + "-bit-cbor"));
    const StatusList list = StatusList::inflate(encoded.bits, encoded.lst.view()).value();
    EXPECT_TRUE(std::ranges::equal(list.bytes(), hex(bytes.as_string()))) << bits;
  }
}

TEST(Rev05, BeyondTheEndNothingIsKnown) {
  const auto list = StatusList::of_bytes(1, hex("ff00")).value();
  EXPECT_EQ(list.at(15), StatusType::valid);
  for (const std::uint64_t index : {std::uint64_t{16}, std::uint64_t{1} << 32, std::uint64_t{1} << 61, UINT64_MAX}) {
    EXPECT_EQ(list.at(index), std::nullopt) << index;
  }
  EXPECT_EQ(StatusList().at(0), std::nullopt);
  EXPECT_EQ(StatusList::inflate(8, StatusList::of_bytes(8, {}).value().deflate()).value().size(), 0u);
}

TEST(StatusList, OtherNumbersOfBitsAreRefused) {
  for (const unsigned bits : {0u, 3u, 5u, 7u, 16u, 0x80000001u}) {
    EXPECT_EQ(refusal(bits, hex("78dadbb918000217015d")), Errc::bad_value) << bits;
    EXPECT_EQ(StatusList::of_bytes(bits, {}).error().code, Errc::bad_value) << bits;
    EXPECT_EQ(StatusList::pack(bits, {}).error().code, Errc::bad_value) << bits;
  }
}

TEST(StatusList, EveryTruncationAndTrailingBytesAreRefused) {
  Bytes compressed = hex("78dadbb918000217015d");
  for (std::size_t size = 0; size < compressed.size(); ++size) {
    EXPECT_EQ(refusal(1, ByteView(compressed).first(size)), Errc::bad_compression) << size;
  }
  compressed.push_back(0);
  EXPECT_EQ(refusal(1, compressed), Errc::bad_compression);
  Bytes twice = hex("78dadbb918000217015d 78dadbb918000217015d");
  EXPECT_EQ(refusal(1, twice), Errc::bad_compression) << "one stream, not two";
}

TEST(StatusList, EveryChangedByteIsNoticedOrHarmless) {
  const Bytes good = hex("78dadbb918000217015d");
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = good;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1u << bit);
      const auto list = StatusList::inflate(1, changed);
      // Bits that pad the last block to a whole byte mean nothing; the checksum guards the rest.
      EXPECT_TRUE(!list || std::ranges::equal(list->bytes(), hex("b9a3"))) << i << ' ' << bit;
      if (!list) {
        EXPECT_EQ(list.error().code, Errc::bad_compression);
      }
    }
  }
}

TEST(StatusList, OnlyTheZlibContainerIsAccepted) {
  EXPECT_EQ(refusal(1, hex("dbb91800")), Errc::bad_compression) << "raw deflate";
  EXPECT_EQ(refusal(1, hex("1f8b0800000000000003dbb9180006 5e 9e 5c02000000")), Errc::bad_compression) << "gzip";
  EXPECT_EQ(refusal(1, hex("78f9 00000001 dbb918000217015d")), Errc::bad_compression) << "preset dictionary";
  EXPECT_EQ(refusal(1, {}), Errc::bad_compression);
  EXPECT_EQ(StatusList::inflate(1, {}).error().where.text(), "StatusList.lst");
}

TEST(StatusList, UnpacksToTheLimitAndNotBeyond) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{4095}, std::size_t{4096}, std::size_t{4097}, std::size_t{100000}}) {
    const Bytes compressed = StatusList::of_bytes(1, Bytes(size, 0x5a)).value().deflate();
    EXPECT_EQ(StatusList::inflate(1, compressed, size).value().bytes().size(), size);
    EXPECT_EQ(refusal(1, compressed, size - 1), Errc::too_large) << size;
    EXPECT_EQ(StatusList::inflate(1, compressed, SIZE_MAX).value().bytes().size(), size);
  }
  EXPECT_EQ(refusal(1, hex("78dadbb918000217015d"), 0), Errc::too_large);
}

TEST(StatusList, PacksWhatItReads) {
  const std::vector<StatusType> wanted{StatusType::invalid, StatusType::suspended, StatusType::valid, StatusType{3},
                                       StatusType::invalid};
  for (const unsigned bits : {2u, 4u, 8u}) {
    const StatusList list = StatusList::pack(bits, wanted).value();
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(list.at(i), wanted[i]) << bits;
    for (std::uint64_t i = wanted.size(); i < list.size(); ++i) EXPECT_EQ(list.at(i), StatusType::valid);
    EXPECT_LT(list.size(), wanted.size() + 8 / bits);
    const StatusList again = StatusList::inflate(bits, list.deflate()).value();
    EXPECT_TRUE(std::ranges::equal(again.bytes(), list.bytes()));
  }
  EXPECT_EQ(StatusList::pack(1, wanted).error().code, Errc::bad_argument) << "2 does not fit";
  EXPECT_EQ(StatusList::pack(1, wanted).error().where.text(), "StatusList[1]");
}

TEST(StatusList, CompressesAsTheExamplesDo) {
  EXPECT_EQ(StatusList::of_bytes(1, hex("b9a3")).value().deflate(), hex("78dadbb918000217015d"));
  EXPECT_EQ(StatusList::of_bytes(2, hex("c944f9")).value().deflate(), hex("78da3be9f2130003df0207"));
}

TEST(StatusList, EveryStatusHasAName) {
  EXPECT_EQ(name(StatusType::valid), "valid");
  EXPECT_EQ(name(StatusType::invalid), "invalid");
  EXPECT_EQ(name(StatusType::suspended), "suspended");
  EXPECT_EQ(name(StatusType{12}), "other");
}

// ---- identifier lists -------------------------------------------------------------------------

Result<IdentifierList> decode(ByteView encoded, const cbor::DecodeContext& context = {}, std::size_t max = 100) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), context, "IdentifierList");
  auto list = IdentifierList::decode(reader, max);
  if (const auto finished = reader.finish(); list && !finished) return finished.error();
  return list;
}

TEST(Rev06, FindsTheIdentifiersThatAreThereAndNoOthers) {
  const auto list = decode(hex("a3 42cccc a0 42abcd a1646e6f7465 63 616263 40 a0"));
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->size(), 3u);
  for (const char* there : {"cccc", "abcd", ""}) EXPECT_TRUE(list->contains(hex(there))) << there;
  for (const char* absent : {"cc", "cccccc", "abce", "00", "abcd00", "ff"}) {
    EXPECT_FALSE(list->contains(hex(absent))) << absent;
  }
  EXPECT_FALSE(IdentifierList().contains(hex("abcd")));
  EXPECT_FALSE(decode(hex("a0"))->contains({}));
}

TEST(IdentifierList, IsSortedWhateverTheOrderInTheMessage) {
  const auto list = decode(hex("a4 42ff00 a0 4101 a0 43000000 a0 4180 a0")).value();
  std::vector<Bytes> sorted;
  for (const ByteView id : list.identifiers()) sorted.emplace_back(id.begin(), id.end());
  EXPECT_EQ(sorted, (std::vector<Bytes>{hex("000000"), hex("01"), hex("80"), hex("ff00")})) << "bytes are unsigned";
}

TEST(IdentifierList, OutlivesTheMessageAndTheReader) {
  Bytes message = hex("a1 42abcd a0");
  IdentifierList borrowed;
  {
    cbor::Reader reader{ByteView(message)};
    borrowed = IdentifierList::decode(reader).value();
  }
  std::ranges::fill(message, std::uint8_t{0});
  EXPECT_TRUE(borrowed.contains(hex("abcd")));
}

TEST(IdentifierList, DuplicatesAreRefused) {
  EXPECT_EQ(decode(hex("a2 42abcd a0 42abcd a0")).error().code, Errc::duplicate_key);
  EXPECT_EQ(decode(hex("a3 42abcd a0 4101 a0 42abcd a0")).error().code, Errc::duplicate_key);
  EXPECT_EQ(decode(hex("a2 42abcd a0 5802abcd a0")).error().code, Errc::duplicate_key) << "another encoding";
  EXPECT_EQ(decode(hex("a2 426162 a0 626162 a0")).error().code, Errc::duplicate_key) << "as bytes and as text";
  const Bytes id = hex("abcd");
  EXPECT_EQ(IdentifierList::of(std::vector<ByteView>{id, id}).error().code, Errc::duplicate_key);
}

TEST(IdentifierList, KeysAreByteStrings) {
  for (const char* other : {"a1 01 a0", "a1 20 a0", "a1 f5 a0", "a1 80 a0", "a1 d81841 00 a0", "a1 a0 a0"}) {
    const auto list = decode(hex(other));
    ASSERT_FALSE(list) << other;
    EXPECT_EQ(list.error().code, Errc::bad_key) << other;
  }
}

TEST(IdentifierList, TextIsReportedAndCountsAsItsBytes) {
  cbor::DeviationLog log;
  const auto list = decode(hex("a2 4101 a0 626162 a0"), {.sink = &log});
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->contains(hex("6162")));
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::status_identifier_text);
  EXPECT_EQ(log.entries()[0].where.text(), "IdentifierList[1]");
  EXPECT_EQ(decode(hex("a1 626162 a0"), {.level = Level::strict}).error().code, Errc::deviation);
}

TEST(IdentifierList, ValuesAreMaps) {
  for (const char* other : {"a1 4101 f6", "a1 4101 00", "a1 4101 40", "a1 4101 80"}) {
    EXPECT_EQ(decode(hex(other)).error().code, Errc::wrong_type) << other;
  }
  EXPECT_EQ(decode(hex("a1 4101 a2 01 00 01 00")).error().code, Errc::duplicate_key) << "also inside";
  EXPECT_EQ(decode(hex("80")).error().code, Errc::wrong_type);
}

TEST(IdentifierList, ItsSizeIsBounded) {
  EXPECT_TRUE(decode(hex("a2 4101 a0 4102 a0"), {}, 2));
  EXPECT_EQ(decode(hex("a3 4101 a0 4102 a0 4103 a0"), {}, 2).error().code, Errc::too_many);
  EXPECT_EQ(decode(hex("bf 4101 a0 4102 a0 4103 a0 ff"), {.level = Level::lenient}, 2).error().code, Errc::too_many);
}

TEST(IdentifierList, EveryTruncationIsRefused) {
  const Bytes whole = hex("a2 42abcd a0 42cccc a107a0");
  ASSERT_TRUE(decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(decode(ByteView(whole).first(size)).error().code, Errc::truncated) << size;
  }
}

TEST(IdentifierList, ManyIdentifiersAreFoundEach) {
  std::vector<Bytes> ids;
  for (unsigned i = 0; i < 5000; ++i)
    ids.push_back(
        {static_cast<std::uint8_t>(i * 7), static_cast<std::uint8_t>(i >> 8), 1, static_cast<std::uint8_t>(i)});
  const std::vector<ByteView> views(ids.begin(), ids.end());
  const IdentifierList list = IdentifierList::of(views).value();
  EXPECT_EQ(list.size(), ids.size());
  for (Bytes& id : ids) {
    EXPECT_TRUE(list.contains(id));
    id[2] = 0;
    EXPECT_FALSE(list.contains(id));
  }
}

}  // namespace
}  // namespace mdoc::trust
