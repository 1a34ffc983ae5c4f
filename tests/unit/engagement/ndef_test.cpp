#include "mdoc/engagement/ndef.hpp"

#include <gtest/gtest.h>

#include "engagement_fixture.hpp"

namespace mdoc::engagement {
namespace {

bool has_empty_record(const std::vector<NdefRecord>& records) {
  return std::ranges::any_of(records, [](const auto& record) { return record.type_name == NdefTypeName::empty; });
}

TEST(NdefMessages, AndroidCompatibilityVectorsAreJudgedAlike) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto file = testing::load_shared("ndef-messages.json");
  unsigned valid = 0, invalid = 0;
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::string id(vector.at("id").as_string());
    SCOPED_TRACE(id);
    const Bytes message = hex(vector.at("hex").as_string().c_str());
    const auto& expect = vector.at("expect").as_object();
    const auto records = decode_ndef_message(SharedBytes::copy_of(message));
    if (expect.contains("valid") && !expect.at("valid").as_bool()) {
      ++invalid;
      ASSERT_FALSE(records);
      EXPECT_EQ(records.error().kind(), ErrorKind::malformed);
      continue;
    }
    ++valid;
    ASSERT_TRUE(records) << describe(records.error());
    const auto& expected = expect.at("records").as_array();
    ASSERT_EQ(records->size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const NdefRecord& record = records->at(i);
      EXPECT_EQ(static_cast<int>(record.type_name), expected[i].at("tnf").as_int64());
      EXPECT_EQ(to_hex(record.type.view()), std::string(expected[i].at("type").as_string()));
      EXPECT_EQ(to_hex(record.id.view()), std::string(expected[i].at("id").as_string()));
      EXPECT_EQ(to_hex(record.payload.view()), std::string(expected[i].at("payload").as_string()));
    }
    const auto written = encode_ndef_message(*records);
    ASSERT_TRUE(written) << describe(written.error());
    // That implementation writes an id of no bytes for empty records; we write none.
    const bool canonical = expect.contains("canonicalEncoding") && expect.at("canonicalEncoding").as_bool();
    if (canonical && !has_empty_record(*records)) {
      EXPECT_EQ(*written, message);
    }
  }
  EXPECT_EQ(invalid, 17u);
  EXPECT_EQ(valid, 29u + 6u);
}

TEST(NdefMessages, WhatIsWrittenIsReadAgain) {
  const std::vector<NdefRecord> records{
      {.type_name = NdefTypeName::well_known, .type = shared("4873"), .payload = shared("15")},
      {.type_name = NdefTypeName::empty},
      {.type_name = NdefTypeName::unknown, .id = shared("30"), .payload = SharedBytes::take(Bytes(256, 7))},
      {.type_name = NdefTypeName::external,
       .type = shared("6162"),
       .id = shared("6d646f63"),
       .payload = SharedBytes::take(Bytes(255, 8))}};
  const Bytes message = encode_ndef_message(records).value();
  const auto decoded = decode_ndef_message(SharedBytes::copy_of(message), strict);
  ASSERT_TRUE(decoded) << describe(decoded.error());
  ASSERT_EQ(decoded->size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(decoded->at(i).type_name, records[i].type_name);
    EXPECT_EQ(to_bytes(decoded->at(i).type), to_bytes(records[i].type));
    EXPECT_EQ(to_bytes(decoded->at(i).id), to_bytes(records[i].id));
    EXPECT_EQ(to_bytes(decoded->at(i).payload), to_bytes(records[i].payload));
  }
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_FALSE(decode_ndef_message(SharedBytes::copy_of(ByteView(message).first(size)))) << size;
  }
}

TEST(NdefMessages, PayloadsAreSlicesOfTheMessage) {
  const SharedBytes message = shared(
      "d10103550102"
      "03");
  const auto records = decode_ndef_message(message);
  ASSERT_TRUE(records);
  EXPECT_EQ(records->front().payload.view().data(), message.view().data() + 4);
}

TEST(NdefMessages, ChunksAreJudgedByRule) {
  const SharedBytes chunked = shared("b500010156000102");
  EXPECT_EQ(decode_ndef_message(chunked, strict).error().code, Errc::deviation);
  Log log;
  const auto records = decode_ndef_message(chunked, log.context());
  ASSERT_TRUE(records);
  EXPECT_TRUE(log.has(Rule::ndef_chunked));
  EXPECT_EQ(to_hex(records->front().payload.view()), "0102");
  for (const char* bad : {"b5000101"
                          "b6000102",          // message ends within a record
                          "b500010196000102",  // begins again
                          "b50001015e00010102"
                          "03",  // a chunk with an id
                          "b501010101"
                          "56010102"
                          "03",  // unknown type with a type; chunk with a type
                          "b5000101510001"
                          "02"}) {  // not a chunk
    EXPECT_FALSE(decode_ndef_message(shared(bad))) << bad;
  }
}

TEST(NdefMessages, ErrorsNameTheRecordWhereReadingStopped) {
  const auto second =
      decode_ndef_message(shared("91010055"
                                 "d1010055"));  // begins twice
  EXPECT_EQ(second.error().code, Errc::bad_frame);
  EXPECT_EQ(second.error().offset, 4u);
  const auto after = decode_ndef_message(shared("d101005500"));
  EXPECT_EQ(after.error().code, Errc::trailing_bytes);
  EXPECT_EQ(after.error().offset, 4u);
}

TEST(NdefMessages, LimitsHold) {
  EXPECT_EQ(decode_ndef_message(SharedBytes::take(Bytes(65537, 0))).error().code, Errc::too_large);
  cbor::DecodeContext two;
  two.limits.max_entries = 2;
  EXPECT_TRUE(decode_ndef_message(shared("900000500000"), two));
  EXPECT_EQ(decode_ndef_message(shared("900000100000500000"), two).error().code, Errc::too_many);
}

TEST(NdefMessages, WhatHasNoEncodingIsRefused) {
  const NdefRecord bad[] = {
      {.type_name = NdefTypeName::media, .type = SharedBytes::take(Bytes(256, 'a'))},
      {.type_name = NdefTypeName::media, .type = shared("61"), .id = SharedBytes::take(Bytes(256, 'a'))},
      {.type_name = NdefTypeName::empty, .payload = shared("00")},
      {.type_name = NdefTypeName::empty, .id = shared("00")},
      {.type_name = NdefTypeName::unknown, .type = shared("00")}};
  for (const auto& record : bad) {
    EXPECT_EQ(encode_ndef_message(std::span(&record, 1)).error().code, Errc::bad_argument);
  }
  EXPECT_EQ(encode_ndef_message({}).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::engagement
