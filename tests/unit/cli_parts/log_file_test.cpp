// A log stays a log, whoever writes into it at the same time, and whatever fails meanwhile.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/log_file.hpp"
#include "watched_fsync.hpp"

namespace mdoc::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LogFiles : public ::testing::Test {
 protected:
  LogFiles() {
    std::string pattern = (fs::temp_directory_path() / "mdoc-log-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder = pattern;
    path = (folder / "reader.log").string();
  }
  ~LogFiles() override { fs::remove_all(folder); }

  [[nodiscard]] static TransactionRecord record(std::uint8_t number) { return {.id = Bytes(16, number)}; }
  [[nodiscard]] std::string content() const {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }
  [[nodiscard]] std::size_t records() const {
    const std::string bytes = content();
    const auto log = json::read_log(bytes).value();
    EXPECT_FALSE(log.fault);
    EXPECT_EQ(log.torn, 0u);
    return log.entries.size();
  }
  void write_long(std::uintmax_t size) const;
  [[nodiscard]] static std::string first_line() {
    return json::append_record(json::empty_log().value(), record(1)).value().text + "\n";
  }
  /// Why nothing could be appended.
  [[nodiscard]] std::string refusal() const {
    try {
      LogFile(path).append(record(1));
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::unreadable);
      return failure.what();
    }
    return "none";
  }

  fs::path folder;
  std::string path;
};

TEST_F(LogFiles, WhoeverAppendsAtTheSameTimeWaits) {
  constexpr std::uint8_t writers = 4, each = 10;
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < writers; ++i) {
    threads.emplace_back([this, i] {
      for (std::uint8_t n = 0; n < each; ++n) LogFile(path).append(record(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(records(), std::size_t{writers} * each);
}

// Who waits for the lock of a file that is replaced meanwhile must not write into the old one.
TEST_F(LogFiles, WhatIsAppendedWhileOthersEraseIsNotLost) {
  LogFile(path).append(record(1));
  std::thread eraser([this] {
    for (int i = 0; i < 20; ++i) {
      LogFile(path).replace([](const std::string& bytes) {
        const auto log = json::read_log(bytes).value();
        const std::vector<std::uint64_t> first{1};
        return json::erase_records(log, first, UtcSeconds{}).value();
      });
    }
  });
  for (int i = 0; i < 20; ++i) LogFile(path).append(record(2));
  eraser.join();
  EXPECT_EQ(records(), 21u);
}

TEST_F(LogFiles, ANewOneIsForItsOwner) {
  const mode_t before = ::umask(0);
  LogFile(path).append(record(1));
  LogFile(path).replace([](const std::string& bytes) { return bytes; });
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600u);
}

TEST_F(LogFiles, TheNameOfANewOneIsOnTheDiskAsWell) {
  std::vector<std::string> seen;
  testing::on_fsync = [&seen](bool is_folder) {
    seen.emplace_back(is_folder ? "folder" : "file");
    return 0;
  };
  LogFile(path).append(record(1));
  LogFile(path).append(record(2));
  testing::on_fsync = nullptr;
  EXPECT_THAT(seen, ::testing::ElementsAre("file", "folder", "file"));
}

TEST_F(LogFiles, ADiskThatIsFullLeavesTheLogAsItWas) {
  LogFile(path).append(record(1));
  const std::string before = content();
  struct rlimit old {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{.rlim_cur = before.size() + 10, .rlim_max = old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
  const std::string why = refusal();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(why, HasSubstr("cannot write"));
  EXPECT_EQ(content(), before);
}

TEST_F(LogFiles, ATornLineIsRemovedWhereverItWasCut) {
  LogFile(path).append(record(1));
  const std::string one = content();
  LogFile(path).append(record(2));
  const std::string two = content();
  for (std::size_t size : {one.size() + 1, one.size() + 20, two.size() - 1}) {
    write(two.substr(0, size));
    LogFile(path).append(record(3));
    EXPECT_EQ(records(), 2u) << size;
    EXPECT_EQ(content().substr(0, one.size()), one);
  }
  for (std::size_t size = 0; size < one.size(); size += 9) {
    write(one.substr(0, size));
    LogFile(path).append(record(3));
    EXPECT_EQ(records(), 1u) << size;
  }
}

// Else a presentation would begin, and its record find no place.
TEST_F(LogFiles, OneWithoutANextNumberIsRefusedBeforeAnythingIsReleased) {
  const std::string hash = to_text(json::empty_log().value()).substr(5);
  write(R"({"log":2,"seq":1,"last":9007199254740992,"prev":")" + hash + R"(","head":")" + hash +
        R"(","at":"2026-05-01T12:00:00Z"})" + "\n");
  EXPECT_THROW(LogFile(path).require_appendable(), Failure);
  EXPECT_THAT(refusal(), HasSubstr("none can follow"));
}

/// A file of this size that ends as a log does, most of it a hole that takes no place on the disk.
void LogFiles::write_long(std::uintmax_t size) const {
  const json::LogLine line = json::append_record(json::empty_log().value(), record(1)).value();
  const std::string end = "\n" + line.text + "\n";
  write("");
  fs::resize_file(path, size - end.size());
  std::ofstream(path, std::ios::binary | std::ios::app) << end;
  ASSERT_EQ(fs::file_size(path), size);
}

// A log that cannot be read back can neither be erased, and peers have a say in how long it gets.
TEST_F(LogFiles, OneThatIsFullIsRefusedBeforeAnythingIsReleased) {
  constexpr std::uintmax_t most = 256U << 20U, of_line = 8U << 20U;
  write_long(most - of_line - 1);
  LogFile(path).require_appendable();
  write_long(most - of_line);
  try {
    LogFile(path).require_appendable();
    ADD_FAILURE() << "no room for the longest record";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::unreadable);
    EXPECT_THAT(failure.what(), ::testing::AllOf(HasSubstr("it is full"), HasSubstr("log erase")));
  }
  // What has begun before is recorded as long as it can be read back, to the last byte.
  const std::size_t next =
      json::append_record(json::read_log(first_line()).value().head, record(1)).value().text.size() + 1;
  write_long(most - next);
  LogFile(path).append(record(1));
  EXPECT_EQ(fs::file_size(path), most);
  write_long(most - next + 1);
  EXPECT_THAT(refusal(), HasSubstr("it is full"));
  EXPECT_EQ(fs::file_size(path), most - next + 1);
}

TEST_F(LogFiles, OneThatIsTooLongIsSaidToBe) {
  write_long((256U << 20U) + 1);
  EXPECT_THAT(refusal(), HasSubstr("it is full"));
  try {
    (void)LogFile(path).read();
    ADD_FAILURE() << "was read";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("only removing the file"));
  }
  EXPECT_THROW(LogFile(path).replace([](const std::string& bytes) { return bytes; }), Failure);
}

TEST_F(LogFiles, OneOfTheFirstVersionIsNotAppendedTo) {
  const std::string hash = to_text(json::empty_log().value()).substr(5);
  write(R"({"seq":1,"prev":")" + hash + R"(","erased":")" + hash + R"(","at":"2026-05-01T12:00:00Z"})" + "\n");
  const std::string before = content();
  EXPECT_THROW(LogFile(path).require_appendable(), Failure);
  EXPECT_THAT(refusal(), HasSubstr("of version 1"));
  EXPECT_EQ(content(), before);
}

TEST_F(LogFiles, WhatIsNoLogIsNotAppendedTo) {
  for (const char* other : {"text", "text\n", "{}\n", "\n", "\n\n", "{\"log\":2,\"seq\":2,\"prev\":"}) {
    write(other);
    EXPECT_THAT(refusal(), HasSubstr("log of transactions")) << other;
    EXPECT_EQ(content(), other);
  }
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("no file that can hold a log"));
}

}  // namespace
}  // namespace mdoc::cli
