// What one session can add to a log, whatever the peer says.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/json/record.hpp"
#include "unit/facade/recorded_meeting.hpp"

namespace mdoc::json {
namespace {

/// So many names of elements that no document has, beside one that it has.
std::vector<std::string> nonsense(const std::string& text, std::size_t count) {
  std::vector<std::string> names{"family_name"};
  for (std::size_t i = 0; i < count; ++i) names.push_back(text + "n" + std::to_string(i));
  return names;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(RecordSize, HasABoundThatNoReaderMoves) {
  for (const std::string& text :
       {std::string(), repeated("\xc3\xa9", 100), repeated("\x01", 200), repeated("\"", 200), repeated("\\", 200)}) {
    RecordedMeeting recorded;
    recorded.meeting.open_link();
    for (int round = 0; round < 6; ++round) recorded.ask(nonsense(text, 3500));
    recorded.finish();
    for (const TransactionRecord* record : {&recorded.holder.record(), &recorded.reader.record()}) {
      EXPECT_GT(record->left_out, 2000u);
      EXPECT_EQ(record->rounds.size(), 6u);
      EXPECT_LT(to_json(*record).size(), std::size_t{192} << 10);
    }
  }
}

// What honest readers ask for is there to the last element: twice as much as any document of the profiles has.
TEST(RecordSize, ALongHonestRequestIsThereAsAWhole) {
  RecordedMeeting recorded;
  recorded.meeting.open_link();
  recorded.ask(nonsense("an_element_with_quite_a_long_name_", 200));
  recorded.finish();
  for (const TransactionRecord* record : {&recorded.holder.record(), &recorded.reader.record()}) {
    EXPECT_EQ(record->left_out, 0u);
    EXPECT_EQ(record->rounds.at(0).asked.at(0).elements.size(), 201u);
  }
}

}  // namespace
}  // namespace mdoc::json
