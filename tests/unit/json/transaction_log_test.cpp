#include "mdoc/json/transaction_log.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
TEST(TransactionLog, HashesAreThoseOfTheBytesOfTheLineBefore) {
  const auto lines = lines_of(log_of(2));
  EXPECT_THAT(lines.at(0), ::testing::StartsWith(R"({"seq":1,"prev":"hW-X5WdiwS_faeZAZUa2VyTzGoGu_bfk8_TsM_PXBlc",)"));
  const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, as_bytes(lines.at(0))).value();
  EXPECT_EQ(decode_log_line(lines.at(1)).value().prev, hash);
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
  auto lines = lines_of(erased(log_of(5), {2, 3}));
  for (const auto& [from, to] : {std::pair{R"("seq":2)", R"("seq":1)"}, std::pair{R"("last":3)", R"("last":4)"},
                                 std::pair{R"("last":3)", R"("last":2)"}}) {
    auto other = lines;
    other[1].replace(other[1].find(from), std::string(from).size(), to);
    EXPECT_TRUE(read_log(joined(other)).value().fault) << to;
  }
  std::string line = lines[1];
  line.replace(line.find(R"("last":3)"), 8, R"("last":1)");
  EXPECT_EQ(decode_log_line(line).error().where.text(), "LogLine.last");
}

TEST(LogHead, ComesBackFromItsText) {
  const std::string content = log_of(3);
  const LogHead head = read_log(content).value().head;
  EXPECT_EQ(parse_log_head(to_text(head)).value(), head);
  EXPECT_EQ(to_text(head).substr(0, 2), "3:");
}

TEST(LogHead, AnotherTextIsRefused) {
  const std::string hash = to_text(empty_log().value()).substr(2);
  for (const std::string& text :
       std::vector<std::string>{"", hash, ":" + hash, "x:" + hash, "-1:" + hash, "1 :" + hash, "1:", "1:AA",
                                "1:" + hash + "A", "99999999999999999999:" + hash, "9007199254740993:" + hash}) {
    EXPECT_FALSE(parse_log_head(text)) << text;
  }
}

TEST(LogHead, OneThatWasKeptShowsWhatTheChainAloneDoesNot) {
  const std::string content = log_of(4);
  const auto log = read_log(content).value();
  const LogHead last = log.head;
  const LogHead second{.sequence = 2, .hash = log.entries.at(1).hash};
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

TEST(LogHead, ErasingLeavesTheLaterOnesAndTheEndOfARange) {
  const std::string content = log_of(5);
  const auto log = read_log(content).value();
  const auto head_at = [&](std::size_t index) {
    return LogHead{.sequence = log.entries.at(index).sequence, .hash = log.entries.at(index).hash};
  };
  const std::string rest = erased(content, {1, 2, 3});
  const auto shorter = read_log(rest).value();
  EXPECT_EQ(compare(shorter, head_at(4)), HeadVerdict::current);
  EXPECT_EQ(compare(shorter, head_at(3)), HeadVerdict::earlier);
  EXPECT_EQ(compare(shorter, head_at(2)), HeadVerdict::earlier);
  EXPECT_EQ(compare(shorter, head_at(1)), HeadVerdict::erased);
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
  const std::string hash = to_text(empty_log().value()).substr(2);
  const std::string erasure =
      R"({"seq":1,"prev":")" + hash + R"(","erased":")" + hash + R"(","at":"2026-05-01T12:00:00Z"})";
  ASSERT_TRUE(decode_log_line(erasure));
  const auto refused = [](const std::string& line) {
    const auto entry = decode_log_line(line);
    EXPECT_FALSE(entry) << line.substr(0, 100);
    return entry ? Error{} : entry.error();
  };
  const auto with = [](std::string line, const std::string& from, const std::string& to) {
    return line.replace(line.find(from), from.size(), to);
  };
  EXPECT_EQ(refused("").code, Errc::bad_encoding);
  EXPECT_EQ(refused("[]").code, Errc::wrong_type);
  EXPECT_EQ(refused(good + " x").code, Errc::bad_encoding);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":0)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":-1)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":1.0)")).code, Errc::wrong_type);
  EXPECT_EQ(refused(with(good, R"("seq":1)", R"("seq":9007199254740993)")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(good, hash, "AAAA")).where.text(), "LogLine.prev");
  EXPECT_EQ(refused(with(good, hash, "*")).code, Errc::bad_encoding);
  EXPECT_EQ(refused(with(good, R"("record")", R"("recorded")")).where.text(), "LogLine.record");
  EXPECT_EQ(refused(with(good, R"("by":"reader")", R"("by":1)")).where.text(), "LogLine.record.by");
  EXPECT_EQ(refused(with(good, R"({"seq")", R"({"erased":")" + hash + R"(","seq")")).where.text(), "LogLine.erased");
  EXPECT_EQ(refused(with(erasure, R"(,"at":"2026-05-01T12:00:00Z")", "")).where.text(), "LogLine.at");
  EXPECT_EQ(refused(with(erasure, R"("at")", R"("note":"all is well","at")")).code, Errc::bad_value);
  EXPECT_EQ(refused(with(erasure, "2026-05-01T12:00:00Z", "yesterday")).code, Errc::bad_tdate);
  EXPECT_EQ(refused(with(erasure, R"("erased":")" + hash, R"("erased":")")).where.text(), "LogLine.erased");
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
