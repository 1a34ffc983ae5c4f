// mdoc-cli demo: what it shows, and that it ends cleanly whatever happens to its two processes.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <regex>

#include <boost/json/array.hpp>

#include "mdoc/verification/check.hpp"
#include "support/vectors.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// A demonstration whose files go to a folder of the test, and whose orphans would become ours.
class Demo : public ::testing::Test {
 protected:
  Demo() { adopt_orphans(); }
  [[nodiscard]] ProcessSetup setup() const { return {.environment = {{"TMPDIR", temporary.path("")}}}; }
  [[nodiscard]] static std::vector<std::string> command(std::vector<std::string> more) {
    more.insert(more.begin(), "demo");
    return tool(more);
  }
  /// What went wrong is said once, however many processes have seen it.
  static void expect_one_error(const Ended& ended) {
    const auto lines = lines_of(ended.err);
    const auto errors =
        std::ranges::count_if(lines, [](const std::string& each) { return each.starts_with("mdoc-cli: "); });
    EXPECT_EQ(errors, 1) << ended.err;
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(temporary.empty()) << "a folder of the demonstration is still there";
    EXPECT_EQ(count_children(), 0u) << "a process of the demonstration is still there";
  }
  /// Starts a demonstration and does something to its holder or reader as soon as that is there; again if
  /// the demonstration was through before.
  template <class Do>
  [[nodiscard]] Ended disturb(const std::string& role, std::vector<std::string> options, Do action) const {
    for (int attempt = 0; attempt < 25; ++attempt) {
      Process demo(command(options), setup());
      const auto found = await_descendant(demo.id(), role);
      if (found) action(demo, *found);
      Ended ended = demo.end();
      if (ended.exit != 0) return ended;
    }
    throw std::runtime_error("every demonstration was through before its " + role + " could be disturbed");
  }

  Folder temporary;
};

TEST_F(Demo, ShowsPhasesWithTimesEachCheckWithItsResultAndTheElements) {
  const Ended ended = run(command({}), setup());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const auto lines = lines_of(ended.out);
  const auto has_line = [&lines](const std::string& expression) {
    const std::regex whole(expression);
    return std::ranges::any_of(lines, [&whole](const std::string& line) { return std::regex_match(line, whole); });
  };
  for (const char* phase : {"engaged", "link-opened", "session-established", "request-sent", "response-received",
                            "response-verified", "closed"}) {
    EXPECT_TRUE(has_line(std::string(" *") + phase + " +[0-9]+\\.[0-9]+ ms .*")) << phase;
  }
  for (const auto& check : verification::checks()) {
    if (check.scope == verification::Scope::proof) continue;  // there is none
    EXPECT_TRUE(has_line(" *(✓|!|✗|\\?|–) " + std::string(check.id) + " .*")) << check.id;
  }
  for (const char* element :
       {"family_name", "given_name", "birth_date", "portrait", "document_number", "issuing_country", "expiry_date",
        "driving_privileges", "un_distinguishing_sign", "age_over_18"}) {
    EXPECT_TRUE(has_line(std::string(" +") + element + " +.+")) << element;
  }
  EXPECT_THAT(ended.out, HasSubstr("mdoc:"));
  EXPECT_THAT(ended.out, HasSubstr("The response is valid."));
  EXPECT_THAT(ended.out, HasSubstr("Vandermeer"));
  EXPECT_EQ(ended.err, "");
  expect_nothing_left();
}

TEST_F(Demo, ForMachinesIsOneObjectWhoseValidIsTrue) {
  const Ended ended = run(command({"--json"}), setup());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("valid"), true);
  EXPECT_THAT(lines_of(ended.out).back(), HasSubstr("\"valid\": true"));
  EXPECT_EQ(report.begin()->key(), "valid");
  double last = 0;
  for (const auto& phase : report.at("phases").as_array()) {
    EXPECT_TRUE(phase.at("phase").is_string());
    EXPECT_GE(phase.at("milliseconds").to_number<double>(), last);
    last = phase.at("milliseconds").to_number<double>();
  }
  EXPECT_GT(last, 0);
  EXPECT_EQ(report.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").at("family_name"), "Vandermeer");
  expect_nothing_left();
}

TEST_F(Demo, SavesThePortraitThatTheReaderReceived) {
  const Folder images;
  const Ended ended = run(command({"--json", "--save-images", images.path("portraits")}), setup());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const std::string image = images.read("portraits/0-portrait.jpg");
  EXPECT_EQ(image.substr(0, 2), "\xff\xd8");
}

TEST_F(Demo, KeepsFilesOnRequestInAFolderForEachSide) {
  const Ended ended = run(command({"--keep"}), setup());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  std::filesystem::path folder;
  for (const auto& entry : std::filesystem::directory_iterator(temporary.path(""))) folder = entry.path();
  EXPECT_THAT(ended.out, HasSubstr("The files are kept in " + folder.string()));
  const auto is_there = [&folder](const char* name) { return std::filesystem::exists(folder / name); };
  EXPECT_TRUE(is_there("holder/licence.cbor") && is_there("holder/device.key") && is_there("reader/iaca.pem"));
  EXPECT_EQ(std::filesystem::status(folder / "holder/device.key").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Demo, DrawsTheCodeWithPlainCharactersOnRequest) {
  const Ended ended = run(command({"--ascii"}), setup());
  EXPECT_THAT(ended.out, HasSubstr("######"));
  EXPECT_THAT(ended.out, Not(HasSubstr("█")));
}

TEST_F(Demo, AHolderThatDiesEndsItWithAMessage) {
  const Ended ended = disturb("holder", {"--json"}, [](const Process&, pid_t holder) { ::kill(holder, SIGKILL); });
  EXPECT_EQ(ended.exit, 4);
  EXPECT_FALSE(ended.timed_out);
  expect_one_error(ended);
  EXPECT_EQ(only_object(ended).at("exitCode"), 4);
  expect_nothing_left();
}

TEST_F(Demo, AReaderThatDiesEndsItWithAMessage) {
  const Ended ended = disturb("reader", {"--json"}, [](const Process&, pid_t reader) { ::kill(reader, SIGKILL); });
  EXPECT_EQ(ended.exit, 4);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_THAT(ended.err, HasSubstr("the reader process was ended by signal 9"));
  expect_one_error(ended);
  EXPECT_EQ(only_object(ended).at("exitCode"), 4);
  expect_nothing_left();
}

TEST_F(Demo, AHolderThatHangsIsEndedInBoundedTime) {
  const auto begin = std::chrono::steady_clock::now();
  const Ended ended =
      disturb("holder", {"--timeout", "3", "--json"}, [](const Process&, pid_t holder) { ::kill(holder, SIGSTOP); });
  EXPECT_EQ(ended.exit, 4);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_THAT(ended.err, HasSubstr("did not finish in time"));
  expect_one_error(ended);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{50});
  expect_nothing_left();
}

TEST_F(Demo, AReaderThatHangsIsEndedInBoundedTime) {
  const Ended ended =
      disturb("reader", {"--timeout", "3"}, [](const Process&, pid_t reader) { ::kill(reader, SIGSTOP); });
  EXPECT_EQ(ended.exit, 4);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_THAT(ended.err, HasSubstr("the reader process did not finish in time"));
  expect_one_error(ended);
  expect_nothing_left();
}

TEST_F(Demo, ToldToEndItTakesItsProcessesAndFilesAlong) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const Ended ended = disturb("holder", {}, [signal](const Process& demo, pid_t) { demo.send(signal); });
    EXPECT_EQ(ended.exit, 4) << ended.err;
    EXPECT_FALSE(ended.timed_out);
    EXPECT_THAT(ended.err, HasSubstr("told to end"));
    expect_one_error(ended);
    expect_nothing_left();
  }
}

TEST_F(Demo, ACutOffPipeOfItsOutputLeavesNothingBehind) {
  // LeakSanitizer looks at a process that exits from a second one, which a reader that is killed meanwhile leaves to
  // us. Leaks are looked for wherever nobody is killed.
  ProcessSetup without_leak_search = setup();
  without_leak_search.environment["LSAN_OPTIONS"] = "detect_leaks=0";
  const Ended ended = run({"sh", "-c", "\"$0\" demo | head -n 1", MDOC_CLI}, without_leak_search);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_EQ(lines_of(ended.out).size(), 1u);
  expect_nothing_left();
}

TEST_F(Demo, AnUnwritableFolderForFilesEndsWithThree) {
  const Ended ended = run(command({"--json"}), {.environment = {{"TMPDIR", temporary.path("missing")}}});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_EQ(only_object(ended).at("exitCode"), 3);
}

TEST_F(Demo, WrongOptionsEndWithTwo) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--via", "smoke"},
                                                {"--timeout", "0"},
                                                {"--timeout", "x"},
                                                {"--crl", "f"},
                                                {"extra"}}) {
    EXPECT_EQ(run(command(wrong), setup()).exit, 2) << wrong.front();
  }
  expect_nothing_left();
}

}  // namespace
}  // namespace mdoc::testing
