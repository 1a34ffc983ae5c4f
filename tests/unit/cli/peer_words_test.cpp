// Words of peers in what the tool tells people: so many blanks that the rest begins a row of the terminal would make it
// look like a line of ours.
#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "mdoc/json/transaction_log.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view wide_blank = "\xe3\x80\x80";  // U+3000, two columns

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class PeerWords : public ::testing::Test {
 protected:
  static void expect_no_row_of_its_own(const std::string& shown) {
    EXPECT_THAT(shown, HasSubstr("x genuine"));
    EXPECT_THAT(shown, Not(HasSubstr("x  ")));
    EXPECT_THAT(shown, Not(HasSubstr(std::string(wide_blank))));
  }
  const std::string by_blanks = "x" + std::string(50, ' ') + "genuine";
  const std::string by_wide_blanks = "x" + repeated(wide_blank, 40) + "genuine";
  Folder folder;
};

TEST_F(PeerWords, InALog) {
  for (const std::string& forged : {by_blanks, by_wide_blanks}) {
    TransactionRecord record{.id = Bytes(16, 1)};
    RecordedDocRequest asked{.doc_type = forged};
    asked.elements.push_back({.asked = {.name_space = forged, .element = forged}});
    asked.reader = RecordedReader{.result = "untrusted", .reason = "no-path", .claimed = forged};
    record.rounds.push_back({.round = 1, .asked = {asked}});
    const std::string log =
        folder.write("log", json::append_record(json::empty_log().value(), record).value().text + "\n");
    expect_no_row_of_its_own(mdoc_cli({"log", "show", log}).out);
  }
}

}  // namespace
}  // namespace mdoc::testing
