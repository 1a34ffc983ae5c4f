// What is searched at the end has been noted: the linker leads each function that makes a text to its watched one.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/json/readers.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/transaction_log.hpp"
#include "mdoc/model/device_response.hpp"
#include "support/sample_mdoc.hpp"
#include "support/suite_texts.hpp"

namespace mdoc::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::Pair;

TEST(SuiteTexts, ErrorsAndTheirPlacesAreNoted) {
  const Error error{.code = Errc::too_many, .where = Path("Watched") / 3};
  const std::string text = describe(error);
  EXPECT_THAT(noted_texts(), Contains(Pair("error", text)));
  EXPECT_EQ(error.where.text(), "Watched[3]");
  EXPECT_THAT(noted_texts(), Contains(Pair("place", "Watched[3]")));
  const json::Wording clerk(*json::TextCatalogue::built_in("de"), json::Register::clerk);
  EXPECT_THAT(noted_texts(), Contains(Pair("error", json::explain(error, clerk))));
}

TEST(SuiteTexts, FindingsAreNoted) {
  verification::Finding finding;
  finding.reason = verification::Reason::expired;
  EXPECT_THAT(noted_texts(), Contains(Pair("finding", json::explain(finding))));
  presentation::ReaderFinding on_reader;
  on_reader.reason = presentation::ReaderReason::expired;
  EXPECT_THAT(noted_texts(), Contains(Pair("finding-on-reader", json::explain(on_reader))));
}

/// The first line of a log as it is noted.
std::string without_number(std::string line) {
  const std::string number = R"("seq":1)";
  const std::size_t at = line.find(number);
  EXPECT_NE(at, std::string::npos);
  return line.erase(at + number.size() - 1, 1);
}

TEST(SuiteTexts, RecordsAndLinesOfLogsAreNoted) {
  TransactionRecord record;
  EXPECT_THAT(noted_texts(), Contains(Pair("record", json::to_json(record))));
  const auto line = json::append_record(json::empty_log().value(), record);
  ASSERT_TRUE(line);
  EXPECT_THAT(noted_texts(), Contains(Pair("log-line", without_number(line->text))));
}

TEST(SuiteTexts, ARecordWithValuesOnWishIsNot) {
  TransactionRecord record;
  record.id = Bytes(16, 0x77);
  record.rounds.emplace_back().verdict.emplace().documents.emplace_back().values.emplace_back();
  const std::string text = json::to_json(record);
  const auto line = json::append_record(json::empty_log().value(), record);
  ASSERT_TRUE(line);
  EXPECT_THAT(noted_texts(), Not(Contains(Pair("record", text))));
  EXPECT_THAT(noted_texts(), Not(Contains(Pair("log-line", without_number(line->text)))));
}

TEST(SuiteTexts, ValuesOfDocumentsAreNotedWhoeverMadeThem) {
  const Bytes ours = cbor_text("of the library");
  const auto item =
      model::encode_issuer_signed_item({.digest_id = 1,
                                        .random = SharedBytes::copy_of(Bytes(32)),
                                        .element_identifier = ElementIdentifier("given_name"),
                                        .element_value = model::DataElementValue::text("of the library")});
  EXPECT_THAT(noted_values(), Contains(ours));

  SampleMdoc sample;
  sample.items.at(0).value = cbor_text("of the tests");
  ASSERT_TRUE(model::decode_issuer_signed(SharedBytes::take(sample.issuer_signed())));
  EXPECT_THAT(noted_values(), Contains(sample.items.at(0).value));
  sample.items.at(0).value = cbor_text("in a response");
  ASSERT_TRUE(model::decode_device_response(SharedBytes::take(sample.response())));
  EXPECT_THAT(noted_values(), Contains(sample.items.at(0).value));

  note_values_of_data(R"({"n": {"family_name": "in data", "list": [{"deep": "within data"}]}})");
  EXPECT_THAT(noted_values(), Contains(cbor_text("in data")));
  EXPECT_THAT(noted_values(), Contains(cbor_text("within data")));
}

}  // namespace
}  // namespace mdoc::testing
