#include "mdoc/json/transaction_log.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/json/record.hpp"
#include "unit/json/full_record.hpp"

namespace mdoc::json {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = LogFault::Kind;

const UtcSeconds now{1'780'000'000s};

TransactionRecord record_of(std::uint8_t number) {
  TransactionRecord record = full_record();
  record.id = Bytes(16, number);
  record.started += std::chrono::seconds{number};
  return record;
}

/// A log of so many records.
std::string log_of(std::uint8_t count) {
  std::string content;
  LogHead head = empty_log().value();
  for (std::uint8_t number = 1; number <= count; ++number) {
    const LogLine line = append_record(head, record_of(number)).value();
    content += line.text + "\n";
    head = line.head;
  }
  return content;
}

std::vector<std::string> lines_of(const std::string& content) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = content.find('\n', begin);
    lines.push_back(content.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string content;
  for (const std::string& line : lines) content += line + "\n";
  return content;
}

std::string hash_of(std::string_view text) {
  const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, as_bytes(text)).value();
  return to_base64url(hash.view());
}

/// A log of version 1, as it was written before there was another.
std::string first_version_of(std::uint8_t count) {
  std::string content;
  std::string prev = hash_of("mdoc-transaction-log/1");
  for (std::uint8_t number = 1; number <= count; ++number) {
    const std::string line = R"({"seq":)" + std::to_string(number) + R"(,"prev":")" + prev + R"(","record":)" +
                             to_json(record_of(number)) + "}";
    content += line + "\n";
    prev = hash_of(line);
  }
  return content;
}

LogHead head_at(const LogReading& log, std::size_t index) {
  const LogEntry& entry = log.entries.at(index);
  return {.sequence = entry.last, .hash = entry.hash, .version = entry.version};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string erased(const std::string& content, const std::vector<std::uint64_t>& sequences) {
  return erase_records(read_log(content).value(), sequences, now).value();
}

std::vector<std::uint64_t> records_in(const LogReading& log) {
  std::vector<std::uint64_t> numbers;
  for (const LogEntry& entry : log.entries) {
    if (entry.record) numbers.push_back(entry.sequence);
  }
  return numbers;
}

LogFault fault_of(const std::string& content) {
  const auto log = read_log(content).value();
  EXPECT_TRUE(log.fault);
  return log.fault.value_or(LogFault{});
}

TEST(TransactionLog, HasItsRecordsInOrder) {
  const std::string content = log_of(3);
  const auto log = read_log(content).value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.torn, 0u);
  EXPECT_THAT(records_in(log), ElementsAre(1, 2, 3));
  EXPECT_EQ(log.head.sequence, 3u);
  EXPECT_EQ(log.entries.at(1).record->id, Bytes(16, 2));
  EXPECT_EQ(log.entries.at(1).line, lines_of(content).at(1));
}

TEST(TransactionLog, AnEmptyOneIsSound) {
  const auto log = read_log("").value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.head, empty_log().value());
}

// What others have to compute to check a log of ours.
TEST(TransactionLog, HashesAreThoseOfTheHeadBeforeAndTheBytesOfTheLine) {
  const auto lines = lines_of(log_of(2));
  const std::string beginning = "mq6Y1xHJXz6pUBoBTPsYhkOOPYPfk9bcdGpqHzq7S2o";  // of "mdoc-transaction-log/2"
  EXPECT_THAT(lines.at(0), ::testing::StartsWith(R"({"log":2,"seq":1,"prev":")" + beginning + R"(","record":{)"));
  const std::string first = hash_of("v2:0:" + beginning + " " + hash_of(lines.at(0)));
  EXPECT_THAT(lines.at(1), ::testing::StartsWith(R"({"log":2,"seq":2,"prev":")" + first + R"(","record":{)"));
  const std::string second = hash_of("v2:1:" + first + " " + hash_of(lines.at(1)));
  EXPECT_EQ(to_text(read_log(log_of(2)).value().head), "v2:2:" + second);
  // An erased line has what it takes to compute the same.
  EXPECT_EQ(lines_of(erased(log_of(2), {2})).at(1), R"({"log":2,"seq":2,"prev":")" + first + R"(","erased":[")" +
                                                        hash_of(lines.at(1)) + R"("],"at":"2026-05-28T20:26:40Z"})");
  EXPECT_EQ(lines_of(erased(log_of(2), {1})).at(0),
            R"({"log":2,"seq":1,"prev":")" + beginning + R"(","head":")" + first + R"(","at":"2026-05-28T20:26:40Z"})");
}

TEST(TransactionLog, AChangeOfAnyByteIsSeenAtTheNextLine) {
  const std::string content = log_of(2);
  const std::size_t first = content.find('\n');
  for (std::size_t at = 0; at < first; ++at) {
    std::string other = content;
    other[at] = other[at] == 'x' ? 'y' : 'x';
    const auto log = read_log(other).value();
    ASSERT_TRUE(log.fault) << at;
    EXPECT_LE(log.fault->line, 2u);
  }
}

TEST(TransactionLog, AnotherLayoutOfTheSameRecordIsAChange) {
  auto lines = lines_of(log_of(2));
  lines[0].insert(1, " ");
  const LogFault fault = fault_of(joined(lines));
  EXPECT_EQ(fault.kind, Kind::chain);
  EXPECT_EQ(fault.line, 2u);
}

TEST(TransactionLog, ALineThatIsMissingRepeatedOrMovedIsNamed) {
  const auto lines = lines_of(log_of(4));
  const auto of = [&](std::initializer_list<std::size_t> order) {
    std::vector<std::string> picked;
    for (const std::size_t index : order) picked.push_back(lines.at(index));
    return fault_of(joined(picked));
  };
  for (const LogFault& fault : {of({0, 2, 3}), of({0, 0, 1}), of({0, 2, 1, 3}), of({1, 2, 3})}) {
    EXPECT_EQ(fault.kind, Kind::sequence);
  }
  EXPECT_EQ(of({0, 2, 3}).line, 2u);
  EXPECT_EQ(of({1, 2, 3}).line, 1u);
  EXPECT_EQ(of({0, 1, 3}).line, 3u);
}

TEST(TransactionLog, LinesBeforeAFaultAreRead) {
  auto lines = lines_of(log_of(4));
  lines[2] = "{}";
  const auto content = joined(lines);
  const auto log = read_log(content).value();
  EXPECT_THAT(records_in(log), ElementsAre(1, 2));
  EXPECT_EQ(log.fault->kind, Kind::unreadable);
  EXPECT_EQ(log.fault->line, 3u);
  EXPECT_EQ(log.fault->error->where.text(), "LogLine.seq");
  EXPECT_EQ(log.head.sequence, 2u);
}

// A crash while a line is written.
TEST(TransactionLog, ATornLineIsNoFaultAndDoesNotCount) {
  const std::string content = log_of(2);
  const std::size_t first = content.find('\n') + 1;
  for (std::size_t size = first + 1; size < content.size(); size += 7) {
    const std::string torn = content.substr(0, size);
    const auto log = read_log(torn).value();
    EXPECT_FALSE(log.fault) << size;
    EXPECT_THAT(records_in(log), ElementsAre(1));
    EXPECT_EQ(log.torn, size - first);
  }
}

TEST(TransactionLog, WhatIsErasedIsGoneAndTheRestFollowsAsItWas) {
  const std::string content = log_of(4);
  const std::string rest = erased(content, {2});
  const auto before = lines_of(content), after = lines_of(rest);
  ASSERT_THAT(after, SizeIs(4));
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[2], before[2]);
  EXPECT_EQ(after[3], before[3]);
  EXPECT_THAT(after[1], Not(HasSubstr("record")));
  EXPECT_LT(after[1].size(), 200u);
  const auto log = read_log(rest).value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.head, read_log(content).value().head);
  EXPECT_THAT(records_in(log), ElementsAre(1, 3, 4));
  EXPECT_EQ(log.entries.at(1).erased_at, now);
}

TEST(TransactionLog, WhatIsErasedSideBySideIsOneLine) {
  const std::string content = log_of(6);
  const std::string once = erased(content, {2, 4});
  const std::string twice = erased(once, {3, 6});
  const auto log = read_log(twice).value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.head, read_log(content).value().head);
  ASSERT_THAT(log.entries, SizeIs(4));  // 1, 2 to 4, 5, 6
  EXPECT_EQ(log.entries[1].sequence, 2u);
  EXPECT_EQ(log.entries[1].last, 4u);
  EXPECT_THAT(records_in(log), ElementsAre(1, 5));
}

TEST(TransactionLog, OneThatIsErasedAltogetherGoesOn) {
  const std::string content = log_of(3);
  std::string rest = erased(content, {1, 2, 3});
  EXPECT_THAT(lines_of(rest), SizeIs(1));
  const LogHead head = read_log(rest).value().head;
  EXPECT_EQ(head, read_log(content).value().head);
  rest += append_record(head, record_of(4)).value().text + "\n";
  const auto log = read_log(rest).value();
  EXPECT_FALSE(log.fault);
  EXPECT_THAT(records_in(log), ElementsAre(4));
}

TEST(TransactionLog, ErasingNothingOrTheErasedChangesNothing) {
  const std::string content = erased(log_of(4), {2, 3});
  EXPECT_EQ(erased(content, {}), content);
  EXPECT_EQ(erased(content, {2, 3}), content);
}

TEST(TransactionLog, ErasingDropsATornLine) {
  const std::string content = log_of(2);
  EXPECT_EQ(erased(content + "{\"seq\":3,", {}), content);
}

TEST(TransactionLog, WhatIsNotThereCannotBeErased) {
  const std::string content = log_of(2);
  const auto log = read_log(content).value();
  for (const std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{3}, UINT64_MAX}) {
    EXPECT_EQ(erase_records(log, std::array{sequence}, now).error().code, Errc::bad_argument);
  }
}

TEST(TransactionLog, OneWithAFaultIsNotRewritten) {
  auto lines = lines_of(log_of(3));
  std::swap(lines[0], lines[1]);
  const std::string content = joined(lines);
  EXPECT_EQ(erase_records(read_log(content).value(), {}, now).error().code, Errc::wrong_state);
}

TEST(TransactionLog, ARangeOfTheErasedHasToFollowAsWell) {
  for (const std::vector<std::uint64_t>& range : {std::vector<std::uint64_t>{2, 3}, {1, 2, 3}}) {
    const auto lines = lines_of(erased(log_of(5), range));
    const std::size_t at = range.front() - 1;
    for (const auto& [from, to] : {std::pair{R"("seq":)", R"("seq":1)"}, std::pair{R"("last":3)", R"("last":4)"},
                                   std::pair{R"("last":3)", R"("last":2)"}}) {
      auto other = lines;
      other[at] = replaced(other[at], from, to);
      EXPECT_TRUE(read_log(joined(other)).value().fault) << to;
    }
  }
  const std::string line = lines_of(erased(log_of(5), {2, 3})).at(1);
  EXPECT_EQ(decode_log_line(replaced(line, R"("last":3)", R"("last":1)")).error().where.text(), "LogLine.last");
}

// A line for each thousand: none gets larger than can be read.
TEST(TransactionLog, ManyThatAreErasedBehindOneThatIsLeftAreSeveralLines) {
  LogHead head = empty_log().value();
  std::string content;
  std::vector<std::uint64_t> all_but_first;
  for (std::uint64_t number = 1; number <= 2100; ++number) {
    const LogLine line = append_record(head, {.id = Bytes(16, 1)}).value();
    content += line.text + "\n";
    head = line.head;
    if (number > 1) all_but_first.push_back(number);
  }
  const std::string rest = erased(content, all_but_first);
  const auto log = read_log(rest).value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.head, head);
  ASSERT_THAT(log.entries, SizeIs(4));
  EXPECT_EQ(log.entries[1].last, 1025u);
  EXPECT_EQ(log.entries[3].last, 2100u);
  EXPECT_LT(rest.size(), 2100 * 48u);
  EXPECT_EQ(erased(rest, all_but_first), rest);
  // With the first, all is one line.
  const std::string nothing = erased(rest, {1});
  EXPECT_THAT(lines_of(nothing), SizeIs(1));
  EXPECT_LT(nothing.size(), 200u);
  EXPECT_EQ(read_log(nothing).value().head, head);
}

TEST(TransactionLog, ALineOfAnotherVersionDoesNotFollow) {
  auto lines = lines_of(log_of(3));
  const auto old = lines_of(first_version_of(3));
  for (std::size_t at = 0; at < lines.size(); ++at) {
    auto mixed = lines, back = old;
    mixed[at] = old[at];
    back[at] = lines[at];
    for (const auto& each : {mixed, back}) {
      const LogFault fault = fault_of(joined(each));
      EXPECT_EQ(fault.kind, Kind::chain);
      EXPECT_EQ(fault.line, at == 0 ? 2 : at + 1);
    }
  }
  // Neither where its hash is the right one.
  const LogHead head = head_at(read_log(joined({lines[0]})).value(), 0);
  const std::string follows = R"({"seq":2,"prev":")" + to_text(head).substr(5) + R"(","erased":")" +
                              to_text(head).substr(5) + R"(","at":"2026-05-01T12:00:00Z"})";
  ASSERT_TRUE(decode_log_line(follows));
  EXPECT_EQ(fault_of(joined({lines[0], follows})).kind, Kind::chain);
}

TEST(FirstVersion, IsReadAndErasedAndNotAppendedTo) {
  const std::string content = first_version_of(5);
  const auto log = read_log(content).value();
  EXPECT_FALSE(log.fault);
  EXPECT_EQ(log.head.version, LogVersion::first);
  EXPECT_THAT(records_in(log), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(to_text(log.head).substr(0, 2), "5:");
  EXPECT_EQ(append_record(log.head, record_of(6)).error().code, Errc::wrong_state);
  EXPECT_EQ(compare(log, log.head), HeadVerdict::current);
  EXPECT_EQ(compare(log, head_at(log, 1)), HeadVerdict::earlier);

  const std::string shorter = erased(content, {1, 2, 4});
  const auto rest = read_log(shorter).value();
  EXPECT_FALSE(rest.fault);
  EXPECT_EQ(rest.head, log.head);
  EXPECT_THAT(records_in(rest), ElementsAre(3, 5));
  const std::string none = erased(shorter, {3, 5});
  EXPECT_THAT(lines_of(none), SizeIs(1));
  EXPECT_EQ(read_log(none).value().head, log.head);
}

// What such a log cannot prove is not said of it.
TEST(FirstVersion, AHeadBehindAnErasedLineProvesNothingOfTheRecordsBeforeIt) {
  const std::string content = first_version_of(4);
  const LogHead kept = read_log(content).value().head;
  const std::string in_the_middle = erased(content, {2}), first = erased(content, {1, 2});
  const auto log = read_log(in_the_middle).value();
  EXPECT_EQ(compare(log, kept), HeadVerdict::unproven);
  EXPECT_EQ(compare(log, head_at(log, 1)), HeadVerdict::unproven);
  EXPECT_EQ(compare(log, head_at(log, 0)), HeadVerdict::earlier);
  EXPECT_EQ(compare(read_log(first).value(), kept), HeadVerdict::current);
}

TEST(LogHead, ComesBackFromItsText) {
  const std::string content = log_of(3);
  const LogHead head = read_log(content).value().head;
  EXPECT_EQ(parse_log_head(to_text(head)).value(), head);
  EXPECT_EQ(to_text(head).substr(0, 5), "v2:3:");
  const LogHead old{.sequence = 3, .hash = head.hash, .version = LogVersion::first};
  EXPECT_EQ(parse_log_head(to_text(old)).value(), old);
  EXPECT_NE(old, head);
}

TEST(LogHead, AnotherTextIsRefused) {
  const std::string hash = to_text(empty_log().value()).substr(5);
  ASSERT_TRUE(parse_log_head("v2:1:" + hash));
  for (const std::string& text :
       std::vector<std::string>{"", hash, ":" + hash, "x:" + hash, "-1:" + hash, "1 :" + hash, "1:", "1:AA",
                                "1:" + hash + "A", "99999999999999999999:" + hash, "9007199254740993:" + hash}) {
    EXPECT_FALSE(parse_log_head(text)) << text;
    EXPECT_FALSE(parse_log_head("v2:" + text)) << text;
  }
  for (const char* mark : {"v1:", "v3:", "V2:", "2:", "v2:v2:"}) EXPECT_FALSE(parse_log_head(mark + ("1:" + hash)));
}

TEST(LogHead, OneThatWasKeptShowsWhatTheChainAloneDoesNot) {
  const std::string content = log_of(4);
  const auto log = read_log(content).value();
  const LogHead last = log.head;
  const LogHead second = head_at(log, 1);
  EXPECT_EQ(compare(log, last), HeadVerdict::current);
  EXPECT_EQ(compare(log, second), HeadVerdict::earlier);
  EXPECT_EQ(compare(log, empty_log().value()), HeadVerdict::earlier);

  // Cut off at the end: the chain is sound.
  const auto lines = lines_of(content);
  const std::string cut = joined({lines[0], lines[1], lines[2]});
  EXPECT_FALSE(read_log(cut).value().fault);
  EXPECT_EQ(compare(read_log(cut).value(), last), HeadVerdict::missing);

  // Made anew from the second record on.
  LogHead head{.sequence = 1, .hash = log.entries.at(0).hash};
  std::string forged = lines[0] + "\n";
  for (std::uint8_t number = 12; number <= 14; ++number) {
    const LogLine line = append_record(head, record_of(number)).value();
    forged += line.text + "\n";
    head = line.head;
  }
  EXPECT_FALSE(read_log(forged).value().fault);
  EXPECT_EQ(compare(read_log(forged).value(), last), HeadVerdict::other);
  EXPECT_EQ(compare(read_log(forged).value(), second), HeadVerdict::other);
  EXPECT_EQ(compare(log, {.sequence = 0, .hash = last.hash}), HeadVerdict::other);
}

TEST(LogHead, ErasingLeavesTheLaterOnesAndTheEndOfTheFirstLine) {
  const std::string content = log_of(5);
  const auto log = read_log(content).value();
  const std::string rest = erased(content, {1, 2, 3});
  const auto shorter = read_log(rest).value();
  EXPECT_EQ(compare(shorter, head_at(log, 4)), HeadVerdict::current);
  EXPECT_EQ(compare(shorter, head_at(log, 3)), HeadVerdict::earlier);
  EXPECT_EQ(compare(shorter, head_at(log, 2)), HeadVerdict::earlier);
  EXPECT_EQ(compare(shorter, head_at(log, 1)), HeadVerdict::erased);
}

TEST(LogHead, ErasingBehindARecordLeavesAllOfThem) {
  const std::string content = log_of(5);
  const auto log = read_log(content).value();
  const std::string rest = erased(content, {2, 3, 4, 5});
  const auto shorter = read_log(rest).value();
  EXPECT_EQ(compare(shorter, log.head), HeadVerdict::current);
  for (std::size_t index = 0; index < 4; ++index) {
    LogHead kept = head_at(log, index);
    EXPECT_EQ(compare(shorter, kept), HeadVerdict::earlier) << index;
    kept.hash = log.head.hash;
    EXPECT_EQ(compare(shorter, kept), HeadVerdict::other) << index;
  }
}

// Who can write the file invents a record, and lets an erased line lead back to what followed the true one.
TEST(LogHead, NoErasedLineLeadsBackFromARecordThatWasExchanged) {
  const std::string content = log_of(4);
  const auto log = read_log(content).value();
  const auto lines = lines_of(content);
  const LogHead kept = log.head;
  const LogLine invented = append_record(empty_log().value(), record_of(9)).value();
  const std::string prev = to_text(invented.head).substr(5);
  const std::string at = R"(,"at":"2026-05-01T12:00:00Z"})";
  const std::string in_place = R"({"log":2,"seq":2,"prev":")" + prev + "\"";

  // With the hash of the line that was there, the next one does not follow.
  std::string bridge = in_place + R"(,"erased":[")" + hash_of(lines[1]) + "\"]" + at;
  const LogFault broken = fault_of(joined({invented.text, bridge, lines[2], lines[3]}));
  EXPECT_EQ(broken.kind, Kind::chain);
  EXPECT_EQ(broken.line, 3u);

  // Nothing but a first line may state what follows from it.
  const std::string truly = to_text(head_at(log, 1)).substr(5);
  for (const std::string& stated : {R"(,"head":")" + truly + "\"", R"(,"erased":")" + truly + "\""}) {
    EXPECT_EQ(fault_of(joined({invented.text, in_place + stated + at, lines[2], lines[3]})).kind, Kind::unreadable);
  }

  // With all behind it erased, the end is another one, whatever hashes are there.
  std::string hashes;
  for (std::size_t i = 1; i < 4; ++i) hashes += (i > 1 ? ",\"" : "\"") + hash_of(lines[i]) + "\"";
  bridge = R"({"log":2,"seq":2,"last":4,"prev":")" + prev + R"(","erased":[)" + hashes + "]" + at;
  const std::string forged = joined({invented.text, bridge});
  EXPECT_FALSE(read_log(forged).value().fault);
  EXPECT_EQ(compare(read_log(forged).value(), kept), HeadVerdict::other);

  // Neither does a log of version 1 pass, where each erased line states its own end.
  const std::string old = lines_of(first_version_of(1)).at(0);
  const std::string old_bridge =
      R"({"seq":2,"last":4,"prev":")" + hash_of(old) + R"(","erased":")" + to_text(kept).substr(5) + "\"" + at;
  const std::string downgraded = joined({old, old_bridge});
  EXPECT_FALSE(read_log(downgraded).value().fault);
  EXPECT_EQ(compare(read_log(downgraded).value(), kept), HeadVerdict::other);
  LogHead of_old = kept;
  of_old.version = LogVersion::first;
  EXPECT_EQ(compare(read_log(downgraded).value(), of_old), HeadVerdict::unproven);
}

// The first line states its end, before which nothing is left. Numbers do not shift either.
TEST(LogHead, AFirstLineThatStatesAnotherEndDoesNotLeadToTheKeptOne) {
  const std::string content = log_of(4);
  const auto log = read_log(content).value();
  const auto lines = lines_of(content);
  const std::string honest = erased(content, {1, 2, 3});
  const std::string first = lines_of(honest).at(0);
  const std::string stated = to_text(head_at(log, 2)).substr(5);
  for (std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const std::string other = replaced(first, stated, to_text(head_at(log, i)).substr(5));
    EXPECT_EQ(fault_of(joined({other, lines[3]})).line, 2u);
    const std::string behind = R"({"log":2,"seq":4,"prev":")" + to_text(head_at(log, i)).substr(5) +
                               R"(","erased":[")" + hash_of(lines[3]) + R"("],"at":"2026-05-01T12:00:00Z"})";
    const std::string shifted = joined({other, behind});
    EXPECT_FALSE(read_log(shifted).value().fault);
    EXPECT_EQ(compare(read_log(shifted).value(), log.head), HeadVerdict::other);
  }
}

TEST(LogLine, KeepsMembersOfALaterVersion) {
  std::string line = lines_of(log_of(1)).at(0);
  line.insert(line.find(R"("by":)"), R"("weather":"sunny",)");
  const auto entry = decode_log_line(line);
  ASSERT_TRUE(entry) << describe(entry.error());
  EXPECT_THAT(entry->json, HasSubstr(R"("weather":"sunny")"));
}

TEST(LogLine, AnotherFormIsAnErrorWithItsPlace) {
  const std::string good = lines_of(log_of(1)).at(0);
  const std::string hash = to_text(empty_log().value()).substr(5);
  const std::string begin = R"({"log":2,"seq":1,"prev":")" + hash + "\"";
  const std::string at = R"(,"at":"2026-05-01T12:00:00Z"})";
  const std::string erasure = begin + R"(,"erased":[")" + hash + R"("])" + at;
  const std::string first = begin + R"(,"head":")" + hash + "\"" + at;
  const std::string old = R"({"seq":1,"prev":")" + hash + R"(","erased":")" + hash + "\"" + at;
  ASSERT_TRUE(decode_log_line(erasure));
  ASSERT_TRUE(decode_log_line(first));
  ASSERT_TRUE(decode_log_line(old));
  const auto refused = [](const std::string& line) {
    const auto entry = decode_log_line(line);
    EXPECT_FALSE(entry) << line.substr(0, 100);
    return entry ? Error{} : entry.error();
  };
  const auto with = replaced;
  EXPECT_EQ(refused("").code, Errc::bad_encoding);
  EXPECT_EQ(refused("[]").code, Errc::wrong_type);
  EXPECT_EQ(refused(good + " x").code, Errc::bad_encoding);
  EXPECT_EQ(refused(with(good, R"("log":2)", R"("log":1)")).code, Errc::unsupported_version);
  EXPECT_EQ(refused(with(good, R"("log":2)", R"("log":3)")).where.text(), "LogLine.log");
  EXPECT_EQ(refused(with(good, R"("log":2)", R"("log":"2")")).code, Errc::wrong_type);
  EXPECT_EQ(refused(with(good, R"("log":2)", R"("log":null)")).code, Errc::wrong_type);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":0)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":-1)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":1.0)")).code, Errc::wrong_type);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":9007199254740993)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, hash, "AAAA")).where.text(), "LogLine.prev");
  EXPECT_EQ(refused(with(good, hash, "*")).code, Errc::bad_encoding);
  EXPECT_EQ(refused(with(good, R"("record")", R"("recorded")")).where.text(), "LogLine.record");
  EXPECT_EQ(refused(with(good, R"("by":"reader")", R"("by":1)")).where.text(), "LogLine.record.by");
  for (const std::string& member : {R"("erased":[")" + hash + R"("])", R"("head":")" + hash + "\""}) {
    EXPECT_EQ(refused(with(good, R"("seq")", member + R"(,"seq")")).where.text(), "LogLine.record");
  }
  for (const std::string& line : {erasure, first, old}) {
    EXPECT_EQ(refused(with(line, R"(,"at":"2026-05-01T12:00:00Z")", "")).where.text(), "LogLine.at");
    EXPECT_EQ(refused(with(line, R"("at")", R"("note":"all is well","at")")).code, Errc::bad_value);
    EXPECT_EQ(refused(with(line, "2026-05-01T12:00:00Z", "yesterday")).code, Errc::bad_tdate);
  }
  EXPECT_EQ(refused(with(old, R"("erased":")" + hash, R"("erased":")")).where.text(), "LogLine.erased");
  EXPECT_EQ(refused(with(first, R"("head":")" + hash, R"("head":")")).where.text(), "LogLine.head");
  EXPECT_EQ(refused(with(first, R"("seq":1)", R"("seq":2)")).where.text(), "LogLine.head");
  EXPECT_EQ(refused(with(first, R"("log":2,)", "")).where.text(), "LogLine.head");
  EXPECT_EQ(refused(with(first, R"("at")", R"("erased":[],"at")")).where.text(), "LogLine.head");
  // As many hashes as records.
  EXPECT_EQ(refused(with(erasure, "[\"" + hash + "\"]", "[]")).where.text(), "LogLine.erased");
  EXPECT_EQ(refused(with(erasure, R"("seq":1)", R"("seq":1,"last":2)")).where.text(), "LogLine.erased");
  EXPECT_EQ(refused(with(erasure, R"("seq":1)", R"("seq":1,"last":9007199254740992)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(erasure, "[\"" + hash, "[\"")).where.text(), "LogLine.erased[0]");
  EXPECT_EQ(refused(with(erasure, "[\"" + hash + "\"]", "[1]")).where.text(), "LogLine.erased[0]");
  EXPECT_EQ(refused(with(erasure, "[\"" + hash + "\"]", "\"" + hash + "\"")).where.text(), "LogLine.erased");
  EXPECT_EQ(refused(std::string((std::size_t{8} << 20) + 1, ' ')).code, Errc::too_large);
}

TEST(LogLine, ARecordThatCouldNotBeReadAgainIsNotWritten) {
  TransactionRecord record = record_of(1);
  record.ended = std::string(std::size_t{8} << 20, 'x');
  EXPECT_EQ(append_record(empty_log().value(), record).error().code, Errc::too_large);
  const LogHead last{.sequence = std::uint64_t{1} << 53, .hash = {}};
  EXPECT_EQ(append_record(last, record_of(1)).error().code, Errc::bad_value);
  EXPECT_FALSE(has_next(last));
  EXPECT_TRUE(has_next({.sequence = last.sequence - 1, .hash = {}}));
}

}  // namespace
}  // namespace mdoc::json
