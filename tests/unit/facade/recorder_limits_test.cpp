// How much a record may hold, and what cannot crowd out what.
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/facade/recorded_meeting.hpp"

namespace mdoc {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

template <class T>
void repeat(std::vector<T>& list, std::size_t count) {
  const T first = list.at(0);
  list.assign(count, first);
}

TEST(Recorder, TextsWithoutABoundAreWhole) {
  RecordedMeeting recorded({}, {.max_text = std::numeric_limits<std::size_t>::max()});
  recorded.meeting.open_link();
  const std::string name(200, 'n');
  recorded.ask({name});
  const auto& asked = recorded.holder_round().asked.at(0);
  EXPECT_EQ(asked.doc_type, "org.iso.18013.5.1.mDL");
  EXPECT_EQ(asked.elements.at(0).asked.element, name);
}

// What is no text becomes three bytes for each one.
TEST(Recorder, TextsTakeTheRoomThatTheyHaveInTheRecord) {
  constexpr std::size_t size = std::size_t{128} << 10;
  RecordedMeeting recorded({}, {.max_text = 9000, .max_size = size});
  recorded.meeting.open_link();
  recorded.ask({"family_name"});
  ResponseReceived& response = recorded.meeting.responses.at(0);
  response.outcome.report.documents.at(0).issuer.value().subject = std::string(3000, '\xff');
  repeat(response.outcome.report.documents, 32);
  response.round = 2;
  recorded.reader.on(response);
  std::size_t taken = 0;
  for (const RecordedDocument& document : recorded.reader.record().rounds.at(1).verdict->documents) {
    taken += document.issuer.size();
  }
  EXPECT_GE(taken, 9000u);
  EXPECT_LT(taken, size);
}

}  // namespace
}  // namespace mdoc
