// A process of ours is told to end before it is made to.
#include "cli/child_process.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "cli/failure.hpp"

namespace mdoc::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class ChildProcesses : public ::testing::Test {
 protected:
  ChildProcesses() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mdoc-child-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder = pattern;
  }
  ~ChildProcesses() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] ChildProcess::Setup shell(const std::string& script,
                                          std::chrono::milliseconds time_to_end = 30s) const {
    return {.name = "shell",
            .program = "/bin/sh",
            .arguments = {"-c", script, "shell", (folder / "left").string()},
            .time_to_end = time_to_end};
  }
  /// What it does for as long as it lives, after a line that says that it does.
  static constexpr const char* lives_on = "; echo ready; while :; do sleep 0.02; done";
  /// Waits for that line.
  static void await_ready(ChildProcess& process) { ASSERT_EQ(process.read_line(Clock::now() + 30s), "ready"); }
  [[nodiscard]] bool has_left() const { return std::filesystem::exists(folder / "left"); }

  std::filesystem::path folder;
  SignalWatch signals;
};

TEST_F(ChildProcesses, ThatAreNoLongerNeededAreToldSoAndMayTakeBackWhatTheyHave) {
  const auto begin = Clock::now();
  {
    ChildProcess process(shell(std::string("trap 'sleep 0.3; : >\"$1\"; exit 0' TERM") + lives_on), signals);
    await_ready(process);
  }
  EXPECT_TRUE(has_left());
  EXPECT_LT(Clock::now() - begin, 25s) << "who has ended is not waited for";
}

TEST_F(ChildProcesses, ThatDoNotListenAreEndedInBoundedTime) {
  const auto begin = Clock::now();
  {
    ChildProcess process(shell(std::string("trap '' TERM") + lives_on, 200ms), signals);
    await_ready(process);
  }
  EXPECT_GE(Clock::now() - begin, 200ms);
  EXPECT_LT(Clock::now() - begin, 25s);
}

TEST_F(ChildProcesses, AreNotWaitedForWhenWeAreToldToEndOnceMore) {
  const auto begin = Clock::now();
  {
    ChildProcess process(shell(std::string("trap '' TERM") + lives_on), signals);
    await_ready(process);
    std::raise(SIGTERM);
  }
  EXPECT_LT(Clock::now() - begin, 25s);
}

TEST_F(ChildProcesses, KeepTheirComplaintsToThemselves) {
  ChildProcess process(shell("echo mercy >&2; exit 3"), signals);
  EXPECT_EQ(process.read_line(Clock::now() + 30s), std::nullopt);
  EXPECT_EQ(process.wait(Clock::now() + 30s), 3);
  EXPECT_EQ(process.complaints(), "mercy\n");
}

TEST_F(ChildProcesses, MayComplainMoreThanAPipeHolds) {
  ChildProcess process(shell("head -c 1000000 /dev/zero >&2"), signals);
  EXPECT_EQ(process.wait(Clock::now() + 30s), 0);
  EXPECT_EQ(process.complaints().size(), 65'536u);
}

TEST_F(ChildProcesses, ThatCannotBeStartedAreNamed) {
  auto setup = shell("");
  setup.program = (folder / "none").string();
  try {
    const ChildProcess process(std::move(setup), signals);
    FAIL() << "it was started";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("cannot start the shell process"));
  }
}

}  // namespace
}  // namespace mdoc::cli
