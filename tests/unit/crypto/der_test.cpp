#include "mdoc/crypto/der.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto::der {
namespace {

using testing::hex;

constexpr Errc wrong = Errc::bad_certificate;

TEST(DerReader, ReadsElementsInOrderAndKeepsTheirBytes) {
  const Bytes bytes = hex("300a 020105 3003 0101ff 0500");
  Reader file(bytes, wrong);
  Reader outer = file.enter(tag::sequence).value();
  EXPECT_TRUE(file.end());
  EXPECT_EQ(outer.read_uint32().value(), 5u);
  EXPECT_FALSE(outer.next_is(tag::set));
  EXPECT_EQ(outer.read(tag::set).error().code, wrong);  // a wrong guess consumes nothing
  Reader inner = outer.enter(tag::sequence).value();
  EXPECT_TRUE(inner.read_boolean().value());
  EXPECT_TRUE(inner.end());
  EXPECT_EQ(outer.end().error().code, wrong);
  const Element null = outer.read_any().value();
  EXPECT_EQ(null.tag, tag::null);
  EXPECT_TRUE(null.content.empty());
  EXPECT_EQ(to_hex(null.whole), "0500");
  EXPECT_TRUE(outer.end());
  EXPECT_EQ(outer.read_any().error().code, wrong);
}

TEST(DerReader, RefusesLengthsThatAreNotDer) {
  for (const std::string_view bad : {
           "", "30",                    // cut off in the head
           "3080 0000",                 // indefinite
           "300500",                    // longer than the input
           "308100", "30817f",          // long form for a short length
           "30820080", "3084000000ff",  // leading zeros
           "3085000000000100",          // five octets of length
           "30ff",                      // reserved
           "3084ffffffff00",            // longer than the input by far
           "1f8101 00",                 // tag number in the long form
       }) {
    const Bytes bytes = hex(bad);
    EXPECT_EQ(Reader(bytes, wrong).read_any().error().code, wrong) << bad;
  }
  const Bytes longest_short = encode(tag::octet_string, Bytes(127, 1));
  const Bytes shortest_long = encode(tag::octet_string, Bytes(128, 1));
  const Bytes two_octets = encode(tag::octet_string, Bytes(256, 1));
  EXPECT_EQ(to_hex(ByteView(longest_short).first(3)), "047f01");
  EXPECT_EQ(to_hex(ByteView(shortest_long).first(4)), "04818001");
  EXPECT_EQ(to_hex(ByteView(two_octets).first(5)), "0482010001");
  EXPECT_EQ(Reader(two_octets, wrong).read(tag::octet_string).value().content.size(), 256u);
}

TEST(DerReader, RefusesEveryTruncation) {
  const Bytes whole = encode(tag::sequence, encode(tag::octet_string, Bytes(300, 1)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Reader reader(ByteView(whole).first(size), wrong);
    EXPECT_EQ(reader.read_any().error().code, wrong);
  }
}

TEST(DerReader, RefusesIntegersThatAreNotMinimalOrDoNotFit) {
  for (const std::string_view bad : {"0200", "02020001", "0202007f", "0202ff80", "0202ffff"}) {
    const Bytes bytes = hex(bad);
    EXPECT_EQ(Reader(bytes, wrong).read_integer().error().code, wrong) << bad;
  }
  for (const std::string_view bad : {"0201ff", "020180", "0203800000"}) {  // negative
    const Bytes bytes = hex(bad);
    EXPECT_TRUE(Reader(bytes, wrong).read_integer()) << bad;
    EXPECT_EQ(Reader(bytes, wrong).read_unsigned().error().code, wrong) << bad;
  }
  const Bytes too_large = hex("02050100000000");
  EXPECT_EQ(Reader(too_large, wrong).read_uint32().error().code, wrong);
  for (const std::uint32_t value : {0u, 1u, 127u, 128u, 255u, 256u, 65535u, 0x7fffffffu, 0xffffffffu}) {
    const Bytes bytes = encode_uint32(value);
    EXPECT_EQ(Reader(bytes, wrong).read_uint32().value(), value);
  }
  EXPECT_EQ(to_hex(encode_unsigned(hex("000080"))), "02020080");
  EXPECT_EQ(to_hex(encode_unsigned({})), "020100");
}

TEST(DerReader, ReadsBooleansOfOneOctet) {
  for (const std::string_view bad : {"0100", "0102ffff", "0201ff"}) {
    const Bytes bytes = hex(bad);
    EXPECT_EQ(Reader(bytes, wrong).read_boolean().error().code, wrong) << bad;
  }
  for (const bool value : {true, false}) {
    const Bytes bytes = encode_boolean(value);
    EXPECT_EQ(Reader(bytes, wrong).read_boolean().value(), value);
  }
  const Bytes ber_true = hex("010101");
  EXPECT_TRUE(Reader(ber_true, wrong).read_boolean().value());
}

TEST(DerReader, ReadsNamedBits) {
  for (const unsigned bits : {0x0000u, 0x0001u, 0x0060u, 0x0080u, 0x0100u, 0x01ffu, 0x8000u}) {
    const Bytes bytes = encode_named_bits(static_cast<std::uint16_t>(bits));
    EXPECT_EQ(Reader(bytes, wrong).read_named_bits().value(), bits);
  }
  EXPECT_EQ(to_hex(encode_named_bits(1u << 0)), "03020780");            // digitalSignature
  EXPECT_EQ(to_hex(encode_named_bits(1u << 5 | 1u << 6)), "03020106");  // keyCertSign, cRLSign
  for (const std::string_view bad : {"0300", "030101", "03020880", "03020701"}) {
    const Bytes bytes = hex(bad);
    EXPECT_EQ(Reader(bytes, wrong).read_named_bits().error().code, wrong) << bad;
  }
  const Bytes part_of_an_octet = hex("03020780");
  EXPECT_EQ(Reader(part_of_an_octet, wrong).read_octets_in_bit_string().error().code, wrong);
}

TEST(DerReader, WritesAndReadsObjectIdentifiers) {
  for (const std::string_view oid : {"1.0.18013.5.1.2", "1.2.840.10045.2.1", "2.5.29.15", "0.9.2342.19200300.100.1.25",
                                     "2.999.4294967295", "1.3.101.112", "2.16.840.1.113730.1.1", "0.0", "2.39"}) {
    const Bytes bytes = encode_object_identifier(oid).value();
    EXPECT_EQ(Reader(bytes, wrong).read_object_identifier().value(), oid);
  }
  EXPECT_EQ(to_hex(encode_object_identifier("1.0.18013.5.1.6").value()), "060728818c5d050106");
  for (const std::string_view bad : {"", "1", "1.", ".1", "3.1", "1.40", "0.40", "1..2", "1.2.", "1.02", "1.a", "1.-2",
                                     "1.2 ", "1.2.4294967296", "-1.2"}) {
    EXPECT_EQ(encode_object_identifier(bad).error().code, Errc::bad_argument) << bad;
  }
  for (const std::string_view bad : {"0600", "060180", "06022a80", "06032a8001"}) {
    const Bytes bytes = hex(bad);
    EXPECT_EQ(Reader(bytes, wrong).read_object_identifier().error().code, wrong) << bad;
  }
}

TEST(DerReader, KeepsAnIdentifierThatIsTooLargeForNumbers) {
  // Object identifiers made of UUIDs (2.25.x) are legal.
  const Bytes bytes = hex("060e 69 84808080808080808080808000");
  EXPECT_EQ(Reader(bytes, wrong).read_object_identifier().value(), "#6984808080808080808080808000");
  const Bytes unfinished = hex("060e 69 84808080808080808080808080");
  EXPECT_EQ(Reader(unfinished, wrong).read_object_identifier().error().code, wrong);
}

TEST(DerReader, WritesAndReadsTimes) {
  using namespace std::chrono_literals;
  const struct {
    UtcSeconds time;
    std::string_view text;
    Tag tag;
  } rows[] = {
      {std::chrono::sys_days(1950y / 1 / 1), "500101000000Z", tag::utc_time},
      {std::chrono::sys_days(2024y / 2 / 29) + 23h + 59min + 59s, "240229235959Z", tag::utc_time},
      {std::chrono::sys_days(2049y / 12 / 31), "491231000000Z", tag::utc_time},
      {std::chrono::sys_days(2050y / 1 / 1), "20500101000000Z", tag::generalized_time},
      {std::chrono::sys_days(9999y / 12 / 31), "99991231000000Z", tag::generalized_time},
  };
  for (const auto& row : rows) {
    const Bytes expected = encode(row.tag, as_bytes(row.text));
    EXPECT_EQ(encode_time(row.time).value(), expected) << row.text;
    EXPECT_EQ(Reader(expected, wrong).read_time().value(), row.time) << row.text;
  }
  EXPECT_EQ(encode_time(std::chrono::sys_days(1949y / 12 / 31)).error().code, Errc::bad_argument);
  EXPECT_EQ(encode_time(std::chrono::sys_days(10000y / 1 / 1)).error().code, Errc::bad_argument);
}

TEST(DerReader, RefusesTimesThatRfc5280Forbids) {
  for (const std::string_view bad : {"240229235959", "2402292359Z", "240229235959+0000", "230229000000Z",
                                     "241301000000Z", "240001000000Z", "240100000000Z", "240101240000Z",
                                     "240101006000Z", "240101000060Z", "24010100000aZ", "2401010000 0Z", "", "Z"}) {
    const Bytes bytes = encode(tag::utc_time, as_bytes(bad));
    EXPECT_EQ(Reader(bytes, wrong).read_time().error().code, wrong) << bad;
  }
  for (const std::string_view bad : {"20240101000000.5Z", "202401010000Z", "20240101000000", "240101000000Z"}) {
    const Bytes bytes = encode(tag::generalized_time, as_bytes(bad));
    EXPECT_EQ(Reader(bytes, wrong).read_time().error().code, wrong) << bad;
  }
  const Bytes not_a_time = encode(tag::octet_string, as_bytes("240101000000Z"));
  EXPECT_EQ(Reader(not_a_time, wrong).read_time().error().code, wrong);
}

}  // namespace
}  // namespace mdoc::crypto::der
