// Records and logs hold no values and no keys (PRV-03).
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/transaction_log.hpp"
#include "support/value_search.hpp"
#include "unit/facade/recorded_meeting.hpp"

namespace mdoc::json {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::vector<std::string> everything{"family_name",     "given_name",  "birth_date",
                                          "issue_date",      "expiry_date", "issuing_country",
                                          "document_number", "portrait",    "age_over_18"};

/// The lines of one log with the records of both sides.
std::string log_of(const RecordedMeeting& recorded) {
  const LogLine first = append_record(empty_log().value(), recorded.holder.record()).value();
  return first.text + "\n" + append_record(first.head, recorded.reader.record()).value().text + "\n";
}

/// A presentation of everything that the document has, to its end.
void present(RecordedMeeting& recorded, bool retain = true) {
  model::DataElements wanted;
  for (const std::string& element : everything) wanted.emplace_back(ElementIdentifier(element), retain);
  recorded.meeting.open_link();
  recorded.put(model::build_device_request(DocType("org.iso.18013.5.1.mDL"), {{NameSpace("org.iso.18013.5.1"), wanted}})
                   .value());
  recorded.finish();
  ASSERT_THAT(recorded.meeting.responses, SizeIs(1));
  ASSERT_TRUE(recorded.meeting.responses[0].outcome.report.valid);
  ASSERT_THAT(recorded.meeting.responses[0].outcome.documents.at(0).issuer_signed(), SizeIs(everything.size()));
}

void expect_without(const std::string& log, ByteView secret, const std::string& what) {
  for (const std::string& form : testing::forms_of(secret)) {
    EXPECT_EQ(log.find(form), std::string::npos) << what << " is in the log";
  }
}

/// The wallet of a meeting, with other values in its document.
struct OtherValues {
  std::string family_name, document_number, birth_date;
  std::uint8_t picture;
  bool adult;
};

std::string log_with(const OtherValues& values) {
  RecordedMeeting recorded;
  for (testing::SampleItem& item : recorded.meeting.sample.items) {
    if (item.identifier == "family_name") item.value = testing::cbor_text(values.family_name);
    if (item.identifier == "document_number") item.value = testing::cbor_text(values.document_number);
    if (item.identifier == "birth_date") item.value = testing::cbor_full_date(values.birth_date);
    if (item.identifier == "age_over_18") item.value = testing::cbor_bool(values.adult);
    if (item.identifier != "portrait") continue;
    Bytes portrait{0xff, 0xd8, 0xff, 0xe0};
    portrait.resize(500 + values.picture, values.picture);
    item.value = testing::cbor_bytes(portrait);
  }
  recorded.meeting.meet_again();
  present(recorded);
  return log_of(recorded);
}

TEST(Prv03, LogsHoldNoElementValue) {
  RecordedMeeting recorded;
  present(recorded);
  const std::string log = log_of(recorded);
  ASSERT_THAT(log, HasSubstr("family_name"));  // the names are there
  for (const testing::SampleItem& item : recorded.meeting.sample.items) {
    // The country is that of the issuer's certificate, which reports name; a truth value has no text of its own.
    if (item.identifier == "issuing_country" || item.identifier == "age_over_18") continue;
    expect_without(log, item.value, item.identifier);
    const ByteView value(item.value);
    for (const std::size_t head : {std::size_t{1}, std::size_t{3}, std::size_t{4}}) {  // without the head of CBOR
      if (value.size() > head + 2) expect_without(log, value.subspan(head), item.identifier);
    }
    expect_without(log, item.random, item.identifier + ".random");
  }
}

// Stronger than any search: whatever the values are, the log is the same, byte by byte.
TEST(Prv03, LogsDoNotDependOnValues) {
  const std::string log = log_with({"Doe", "D1234567", "1990-02-03", 7, true});
  EXPECT_EQ(log_with({"Vandermeer-Okonkwo", "X9", "2012-12-31", 200, false}), log);
}

TEST(Prv03, LogsHoldNoKeysTranscriptsOrMessages) {
  RecordedMeeting recorded;
  present(recorded);
  const std::string log = log_of(recorded);
  const testing::SampleMdoc& sample = recorded.meeting.sample;
  for (const crypto::PrivateKey* key : {&sample.device_key, &sample.signer_key, &sample.iaca_key}) {
    const crypto::EcPublicKey point = key->public_key().coordinates();
    expect_without(log, point.x, "a public key");
    expect_without(log, point.y, "a public key");
    const SecretBytes scalar = key->scalar().value();
    expect_without(log, scalar.view(), "a private key");
  }
  const auto expect_without_parts = [&](ByteView whole, const std::string& what) {
    constexpr std::size_t part = 24;
    for (std::size_t at = 0; at + part <= whole.size(); at += 8) expect_without(log, whole.subspan(at, part), what);
    const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, whole).value();
    expect_without(log, digest.view(), "the hash of " + what);
  };
  // Both ephemeral keys are in it.
  expect_without_parts(recorded.meeting.reader.session_transcript().view(), "the transcript");
  expect_without_parts(recorded.meeting.holder.device_engagement(), "the engagement");
  for (const Bytes& message : recorded.meeting.to_holder) expect_without_parts(message, "a message");
  const auto device_key = cose::encode_cose_key(sample.device_key.public_key().coordinates());
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, device_key).value();
  expect_without(log, digest.view(), "a fingerprint of the device key");
}

TEST(Prv03, WhatIsSwitchedOnIsThereAndMarkedAsSensitive) {
  RecordedMeeting recorded({.request_digest = true, .device_keys = true, .retained_values = true});
  present(recorded);
  const std::string log = log_of(recorded);
  const testing::SampleMdoc& sample = recorded.meeting.sample;
  const auto device_key = cose::encode_cose_key(sample.device_key.public_key().coordinates());
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, device_key).value();
  EXPECT_THAT(log, HasSubstr(to_base64url(digest.view())));
  EXPECT_THAT(log, HasSubstr("\"value\":\"" + to_base64url(testing::cbor_text("Doe")) + "\""));

  const std::string plain = redacted(to_json(recorded.reader.record()), PersonalData::personal).value();
  expect_without(plain, digest.view(), "a fingerprint of the device key");
  for (const testing::SampleItem& item : sample.items) {
    if (item.value.size() > 4) expect_without(plain, item.value, item.identifier);
  }
}

// ISO/IEC 18013-5, second edition, 10.2.3: of what is not to be retained, nothing is kept.
TEST(Prv03, WhatIsNotToBeRetainedIsNotRecordedWhateverIsSwitchedOn) {
  RecordedMeeting recorded({.retained_values = true});
  present(recorded, false);
  const std::string log = log_of(recorded);
  EXPECT_EQ(log.find("\"values\""), std::string::npos);
  for (const testing::SampleItem& item : recorded.meeting.sample.items) {
    if (item.value.size() > 4) expect_without(log, item.value, item.identifier);
  }
}

}  // namespace
}  // namespace mdoc::json
