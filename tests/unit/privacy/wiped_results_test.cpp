// A reader's result is wiped with its last owner, and so are the elements that were not to be retained (PRV-02).
#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/recorder.hpp"
#include "support/freed.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using ::testing::SizeIs;

constexpr std::string_view name = "Vandermeer-Okonkwo";
const std::string picture(64, '\x5a');

struct Prv02 : ::testing::Test {
  Prv02() {
    for (testing::SampleItem& item : meeting.sample.items) {
      if (item.identifier == "family_name") item.value = testing::cbor_text(name);
    }
    meeting.meet_again();
    meeting.open_link();
    meeting.deliver = false;
    EXPECT_TRUE(meeting.reader.request(meeting.request({"family_name", "portrait", "birth_date"}), meeting.now()));
    meeting.settle();
    meeting.holder.on_message(SharedBytes::copy_of(meeting.to_holder.at(0)), meeting.now());
    meeting.settle();
  }
  /// The reader decrypts and judges the answer, and nobody else does anything.
  void receive() {
    meeting.reader.on_message(SharedBytes::copy_of(meeting.to_reader.at(0)), meeting.now());
    meeting.settle();
  }
  Meeting meeting;
  const std::array<std::string_view, 2> secrets{name, picture};
};

TEST_F(Prv02, ElementsAreWipedWithTheResult) {
  testing::watch_freed(secrets);
  receive();
  const bool valid = meeting.responses.size() == 1 && meeting.responses[0].outcome.report.valid &&
                     meeting.responses[0].outcome.documents.at(0).issuer_signed().size() == 3;
  meeting.responses.clear();
  EXPECT_EQ(testing::stop_watching(), 0u);
  EXPECT_TRUE(valid);
}

TEST_F(Prv02, AnAnswerLeavesNothingOfTheMessage) {
  meeting.to_holder.clear();
  meeting.to_reader.clear();
  meeting.meet_again({}, {.questions = {verification::Question::age_over(18).value()}});
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name", "portrait", "age_over_18"}), meeting.now()));
  meeting.settle();
  meeting.holder.on_message(SharedBytes::copy_of(meeting.to_holder.at(0)), meeting.now());
  meeting.settle();
  testing::watch_freed(secrets);
  receive();
  EXPECT_EQ(testing::stop_watching(), 0u);
  ASSERT_THAT(meeting.responses, SizeIs(1));
  const ResponseReceived& response = meeting.responses[0];
  EXPECT_TRUE(response.outcome.report.valid);
  EXPECT_EQ(response.outcome.answers.at(0).verdict, verification::Verdict::yes);
  EXPECT_TRUE(response.outcome.documents.at(0).issuer_signed().empty());
  EXPECT_TRUE(response.device_response.empty());
}

TEST_F(Prv02, TheLastElementKeepsTheAnswerAndWipesIt) {
  receive();
  ASSERT_THAT(meeting.responses, SizeIs(1));
  auto element = meeting.responses[0].outcome.documents.at(0).issuer_signed().at(0);
  testing::watch_freed(secrets);
  meeting.responses.clear();
  const bool readable = element.value.as_text().has_value();
  element = {};
  EXPECT_EQ(testing::stop_watching(), 0u);
  EXPECT_TRUE(readable);
}

TEST_F(Prv02, ARecordKeepsNothingOfThem) {
  testing::watch_freed(secrets);
  {
    auto recorder = ReaderRecorder::start(meeting.rng, meeting.now(), {.device_keys = true, .retained_values = true});
    recorder->on(meeting.request({"family_name", "portrait", "birth_date"}));
    receive();
    for (const ResponseReceived& response : meeting.responses) recorder->on(response);
    meeting.responses.clear();
  }
  EXPECT_EQ(testing::stop_watching(), 0u);
}

// The watch itself: what is not wiped is found.
TEST_F(Prv02, AValueThatIsNotWipedIsSeen) {
  testing::watch_freed(secrets);
  { const Bytes copy(name.begin(), name.end()); }
  EXPECT_EQ(testing::stop_watching(), 1u);
}

}  // namespace
}  // namespace mdoc
