#include "mdoc/cose/mac0.hpp"

#include <gtest/gtest.h>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/hmac.hpp"
#include "support/vectors.hpp"

namespace mdoc::cose {
namespace {

using testing::hex;

const Bytes payload = hex("d81843010203");

SecretBytes key(std::uint8_t fill = 1) { return SecretBytes::copy_of(Bytes(32, fill)); }

Result<CoseMac0> decode(ByteView encoded, const cbor::DecodeContext& context = {}) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), context, "DeviceMac");
  auto message = decode_cose_mac0(reader);
  if (const auto finished = reader.finish(); message && !finished) return finished.error();
  return message;
}

Errc code(const Result<void>& result) { return result ? Errc{} : result.error().code; }

/// A COSE_Mac0 by hand, with a right HMAC-SHA-256 whatever its header says.
Bytes message(std::string_view protected_hex, bool detached, std::size_t tag_size = 32) {
  const Bytes header = hex(protected_hex);
  cbor::Writer structure;
  structure.array(4).text("MAC0").bytes(header).bytes({}).bytes(payload);
  const auto tag = crypto::hmac(crypto::DigestAlgorithm::sha256, Bytes(32, 1), structure.view()).value();
  cbor::Writer writer;
  writer.array(4).bytes(header).map(0);
  if (detached) {
    writer.null();
  } else {
    writer.bytes(payload);
  }
  writer.bytes(tag.view().first(tag_size));
  return std::move(writer).take();
}

TEST(CoseMac0, VerifiesWhatItMade) {
  const CoseMac0 mac = mac_detached(key(), payload).value();
  const auto received = decode(mac.encoded.view(), {.level = Level::strict});
  ASSERT_TRUE(received) << describe(received.error());
  EXPECT_EQ(code(received->verify_detached(key(), payload)), Errc{});
  const ByteView whole = payload;
  EXPECT_EQ(code(received->verify_detached(key(), {whole.first(1), whole.subspan(1)})), Errc{});
  EXPECT_TRUE(std::ranges::equal(mac.encoded.view(), message("a10105", true)));
}

TEST(CoseMac0, AnotherKeyOrPayloadFails) {
  const CoseMac0 mac = mac_detached(key(), payload).value();
  EXPECT_EQ(code(mac.verify_detached(key(2), payload)), Errc::mac_invalid);
  EXPECT_EQ(code(mac.verify_detached(key(), ByteView(payload).first(5))), Errc::mac_invalid);
  EXPECT_EQ(code(mac.verify_detached(key(), ByteView{})), Errc::mac_invalid);
}

TEST(Cbr13, APayloadOfAMacMustBeWhereItIsExpected) {
  const auto attached = decode(message("a10105", false));
  ASSERT_TRUE(attached);
  EXPECT_EQ(code(attached->verify(key())), Errc{});
  EXPECT_EQ(code(attached->verify_detached(key(), payload)), Errc::bad_value);
  EXPECT_EQ(code(mac_detached(key(), payload)->verify(key())), Errc::missing_element);
}

TEST(CoseMac0, OnlyHmac256With256BitsIsAccepted) {
  EXPECT_EQ(code(decode(message("a10105", true))->verify_detached(key(), payload)), Errc{});
  // HMAC 256/64, 384/384, 512/512, AES-MAC, ES256, an unknown one
  for (const std::string_view header : {"a10104", "a10106", "a10107", "a1010e", "a10126", "a1011903e7"}) {
    EXPECT_EQ(code(decode(message(header, true))->verify_detached(key(), payload)), Errc::unsupported_algorithm)
        << header;
  }
  EXPECT_EQ(code(decode(message("", true))->verify_detached(key(), payload)), Errc::bad_header);
}

TEST(CoseMac0, TruncatedTagsFail) {
  for (const std::size_t size : {0u, 8u, 31u}) {
    const auto received = decode(message("a10105", true, size));
    ASSERT_TRUE(received);
    EXPECT_EQ(code(received->verify_detached(key(), payload)), Errc::mac_invalid) << size;
  }
}

TEST(CoseMac0, EveryChangedByteIsNoticed) {
  const Bytes good = message("a10105", true);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] = static_cast<std::uint8_t>(changed[i] ^ 0x01);
    const auto received = decode(changed);
    EXPECT_FALSE(received && received->verify_detached(key(), payload)) << i;
  }
}

TEST(CoseMac0, EveryTruncationIsRefused) {
  const Bytes good = message("a10105", true);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto received = decode(ByteView(good).first(size));
    ASSERT_FALSE(received) << size;
    EXPECT_EQ(received.error().code, Errc::truncated) << size;
  }
}

TEST(Cbr12, ATagOfAMacIsReportedAndOnlyItsOwnIsAccepted) {
  cbor::Writer tagged;
  tagged.tag(17).raw(message("a10105", true));
  cbor::DeviationLog log;
  const auto received = decode(tagged.view(), {.sink = &log});
  ASSERT_TRUE(received);
  EXPECT_EQ(code(received->verify_detached(key(), payload)), Errc{});
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::cose_tagged);
  EXPECT_EQ(decode(tagged.view(), {.level = Level::strict}).error().code, Errc::unexpected_tag);
  cbor::Writer sign1;
  sign1.tag(18).raw(message("a10105", true));
  EXPECT_FALSE(decode(sign1.view(), {.level = Level::lenient}));
}

}  // namespace
}  // namespace mdoc::cose
