// mdoc-cli holder and reader: their lines, their options, and how they end.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/array.hpp>

#include "issuance.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
namespace net = boost::asio;
using ::testing::HasSubstr;
using ::testing::Not;

class Presentation : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> holder(const std::vector<std::string>& more) const {
    return holder_of(issuance.mdoc, more);
  }
  [[nodiscard]] std::vector<std::string> holder_of(const std::string& mdoc,
                                                   const std::vector<std::string>& more) const {
    return tool(with({"holder", "--credential", issuance.credential(mdoc)}, more));
  }
  /// What a holder shows.
  struct Shown {
    std::string engagement, endpoint;
  };
  [[nodiscard]] static Shown shown(Process& holder) {
    const auto line = holder.read_line();
    if (!line) throw std::runtime_error("the holder says nothing: " + holder.end().err);
    const bj::object object = object_of(*line);
    return {std::string(object.at("engagement").as_string()), std::string(object.at("endpoint").as_string())};
  }
  [[nodiscard]] std::vector<std::string> reader(const Shown& shown, const std::vector<std::string>& more) const {
    return with({"reader", shown.engagement, "--connect", shown.endpoint, "--doc-type", Issuance::doc_type, "--element",
                 "org.iso.18013.5.1/family_name"},
                more);
  }
  Folder folder;
  Issuance issuance{folder};
};

TEST_F(Presentation, TheHoldersFirstLineHasEngagementAndEndpointThenOneLineForThePresentation) {
  Process served(holder({"--once", "--json"}));
  const Shown code = shown(served);
  EXPECT_THAT(code.engagement, ::testing::StartsWith("mdoc:"));
  EXPECT_THAT(code.endpoint, ::testing::StartsWith("127.0.0.1:"));
  EXPECT_EQ(mdoc_cli(reader(code, {"--trust", issuance.iaca})).exit, 0);
  const Ended ended = served.end();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const std::size_t first = ended.out.find('\n') + 1;
  const bj::object second = object_of(ended.out.substr(first));
  const bj::object presentation = second.at("presentation").as_object();
  EXPECT_EQ(presentation.at("rounds"), 1);
  EXPECT_EQ(presentation.at("released").at(0), "org.iso.18013.5.1/family_name");
  EXPECT_FALSE(presentation.at("phases").as_array().empty());
  EXPECT_EQ(presentation.at("readerAuthentication").at("docRequests").at(0).at("result"), "absent");
}

// Whoever holds many connections open takes descriptors; the holder must not start presentations without end.
TEST_F(Presentation, AHolderThatCannotAcceptConnectionsEnds) {
  // UndefinedBehaviorSanitizer looks into objects through a pipe, and without one takes them for broken.
  const std::string blind = folder.write("suppressions", "vptr:mdoc-cli\n");
  Process served(holder({"--json"}), {.environment = {{"UBSAN_OPTIONS", "suppressions=" + blind}}});
  const std::string endpoint = shown(served).endpoint;
  const auto open_ones = std::filesystem::directory_iterator("/proc/" + std::to_string(served.id()) + "/fd");
  const auto count = static_cast<rlim_t>(std::distance(open_ones, std::filesystem::directory_iterator()));
  const rlimit none_left{.rlim_cur = count, .rlim_max = count};
  ASSERT_EQ(::prlimit(served.id(), RLIMIT_NOFILE, &none_left, nullptr), 0);
  net::io_context context;
  net::ip::tcp::socket visitor(context);
  const auto port = static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
  visitor.connect({net::ip::address_v4::loopback(), port});
  const Ended ended = served.end();
  EXPECT_FALSE(ended.timed_out);
  EXPECT_EQ(ended.exit, 4);
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 2);
  EXPECT_THAT(ended.out, HasSubstr("transport/connect_failed"));
}

TEST_F(Presentation, SavedImagesReplaceNeitherEachOtherNorWhatALinkPointsTo) {
  const std::string pictures = issuance.issue_to("pictures.cbor",
                                                 R"({"org.iso.18013.5.1": {"portrait": {"bytes": "_9j_4AE"}},
                            "com.example": {"portrait": {"bytes": "_9j_4AI"}, "portr.it": {"bytes": "_9j_4AQ"}}})",
                                                 {"--doc-type", Issuance::doc_type});
  const std::string victim = folder.write("victim", "precious");
  const std::string images = folder.path("images");
  std::filesystem::create_directory(images);
  std::filesystem::create_symlink(victim, images + "/0-portrait.jpg");
  Process served(holder_of(pictures, {"--once", "--json"}));
  const Shown code = shown(served);
  const Ended ended =
      mdoc_cli({"reader", code.engagement, "--connect", code.endpoint, "--doc-type", Issuance::doc_type, "--element",
                "org.iso.18013.5.1/portrait", "--element", "com.example/portrait", "--element", "com.example/portr.it",
                "--trust", issuance.iaca, "--level", "lenient", "--save-images", images});
  EXPECT_EQ(ended.exit, 0) << ended.err << ended.out;
  std::set<std::string> saved;
  for (const auto& entry : std::filesystem::directory_iterator(images)) {
    EXPECT_TRUE(entry.is_regular_file() && !entry.is_symlink()) << entry;
    EXPECT_EQ(entry.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    saved.insert(folder.read("images/" + entry.path().filename().string()));
  }
  EXPECT_EQ(saved, (std::set<std::string>{"\xff\xd8\xff\xe0\x01", "\xff\xd8\xff\xe0\x02", "\xff\xd8\xff\xe0\x04"}));
  EXPECT_EQ(folder.read("victim"), "precious");
}

TEST_F(Presentation, TheReaderSaysWhatVerifySaysAndThePhases) {
  Process served(holder({"--once", "--json"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--json"}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("valid"), true);
  EXPECT_EQ(report.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").at("family_name"), "Doe");
  EXPECT_EQ(report.at("answers").at("0").at("org.iso.18013.5.1").at("family_name").at("answer"), "as-requested");
  ASSERT_FALSE(report.at("phases").as_array().empty());
  for (const auto& phase : report.at("phases").as_array()) {
    EXPECT_TRUE(phase.at("phase").is_string());
    EXPECT_TRUE(phase.at("milliseconds").is_number());
  }
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(Presentation, OptionsMayStandBeforeTheEngagement) {
  Process served(holder({"--once", "--json"}));
  const Shown code = shown(served);
  EXPECT_EQ(mdoc_cli({"reader", "--trust", issuance.iaca, "--element-is-after", "x"}).exit, 2);
  const Ended ended = mdoc_cli({"reader", "--connect", code.endpoint, "--doc-type", Issuance::doc_type, "--element",
                                "org.iso.18013.5.1/family_name", "--trust", issuance.iaca, code.engagement});
  EXPECT_EQ(ended.exit, 0) << ended.err;
}

TEST_F(Presentation, AReaderWithoutTrustEndsWithOneAndShowsNothing) {
  Process served(holder({"--once", "--json"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--json"}));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(only_object(ended).at("valid"), false);
  EXPECT_THAT(ended.out, Not(HasSubstr("Doe")));
}

TEST_F(Presentation, TheHolderServesOneAfterTheOther) {
  Process served(holder({"--json"}));
  for (int i = 0; i < 2; ++i) {
    const Shown code = shown(served);
    EXPECT_EQ(mdoc_cli(reader(code, {"--trust", issuance.iaca})).exit, 0);
    EXPECT_THAT(served.read_line().value_or(""), HasSubstr("\"presentation\""));
  }
  served.send(SIGTERM);
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(Presentation, RoundsRepeatTheRequestInOneSession) {
  Process served(holder({"--once", "--json"}));
  EXPECT_EQ(mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--rounds", "3"})).exit, 0);
  EXPECT_THAT(served.end().out, HasSubstr("\"rounds\": 3"));
}

TEST_F(Presentation, RoundsPrintTheReportOfEach) {
  Process served(holder({"--once", "--json"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--rounds", "2"}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  std::size_t verdicts = 0;
  for (std::size_t at = 0; (at = ended.out.find("The response is valid.", at)) != std::string::npos; ++at) ++verdicts;
  EXPECT_EQ(verdicts, 2u);
  EXPECT_THAT(ended.out, HasSubstr("Round 1 of 2\nThe response"));
  EXPECT_THAT(ended.out, HasSubstr("Round 2 of 2\nThe response"));
}

TEST_F(Presentation, RoundsForMachinesAreTheLastReportAndEachVerdict) {
  Process served(holder({"--once", "--json"}));
  const bj::object report = only_object(mdoc_cli(reader(shown(served), {"--json", "--rounds", "2"})));
  EXPECT_EQ(report.at("valid"), false);
  EXPECT_EQ(report.at("rounds"), bj::value({{{"round", 1}, {"valid", false}}, {{"round", 2}, {"valid", false}}}));
}

TEST_F(Presentation, AHolderThatEndsEarlierThanTheReaderWantsIsNamed) {
  Process served(holder({"--once", "--json", "--rounds", "1"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--rounds", "3", "--json"}));
  EXPECT_EQ(ended.exit, 0) << "what came was valid";
  EXPECT_THAT(ended.err, HasSubstr("the holder ended the session after round 1 of 3"));
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("endedEarly"), "the holder ended the session after round 1 of 3");
  double last = 0;
  for (const bj::value& phase : report.at("phases").as_array()) {
    EXPECT_GE(phase.at("milliseconds").to_number<double>(), last) << phase;
    last = phase.at("milliseconds").to_number<double>();
  }
}

TEST_F(Presentation, AReaderThatGetsAllItsRoundsSaysNothingOfAnEarlyEnd) {
  Process served(holder({"--once", "--json", "--rounds", "2"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--rounds", "2", "--json"}));
  EXPECT_EQ(ended.err, "");
  EXPECT_FALSE(only_object(ended).contains("endedEarly"));
}

TEST_F(Presentation, ThreeAgesAreRefusedBeforeAnybodyIsAsked) {
  Process served(holder({"--once", "--json"}));
  std::vector<std::string> more;
  for (const char* age : {"16", "18", "21"}) {
    more = with(more, {"--element", std::string("org.iso.18013.5.1/age_over_") + age});
  }
  const Shown code = shown(served);
  const Ended ended = mdoc_cli(reader({code.engagement, "127.0.0.1:1"}, more));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("at most two age_over_NN in one request"));
}

TEST_F(Presentation, NothingReleasedIsSaidByTheHolder) {
  Process served(holder({"--once", "--json", "--allow", "org.iso.18013.5.1/portrait"}));
  EXPECT_EQ(mdoc_cli(reader(shown(served), {"--trust", issuance.iaca})).exit, 1);
  const Ended ended = served.end();
  EXPECT_THAT(
      ended.err,
      HasSubstr("nothing released for DocRequest 0 (org.iso.18013.5.1.mDL): --allow names none of its elements"));
  const auto presentation = object_of(ended.out.substr(ended.out.find('\n') + 1)).at("presentation").as_object();
  EXPECT_EQ(presentation.at("notReleased").at(0).at("docRequest"), 0);
}

TEST_F(Presentation, AnExpiredCredentialIsNamedByTheHolder) {
  const std::string expired = issuance.issue_to(
      "expired.cbor", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})",
      {"--profile", "mdl", "--valid-from", "2025-01-01T00:00:00Z", "--valid-until", "2025-02-01T00:00:00Z"});
  Process served(holder_of(expired, {"--once", "--json"}));
  EXPECT_EQ(mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--rounds", "2"})).exit, 1);
  const std::string said = served.end().err;
  EXPECT_THAT(said, HasSubstr("nothing released for DocRequest 0 (org.iso.18013.5.1.mDL): "));
  EXPECT_THAT(said, HasSubstr(expired + " expired 2025-02-01T00:00:00Z"));
  EXPECT_EQ(said.find("DocRequest 0"), said.rfind("DocRequest 0"));
}

TEST_F(Presentation, TheHolderReleasesOnlyWhatIsAllowed) {
  Process served(holder({"--once", "--json", "--allow", "org.iso.18013.5.1/given_name"}));
  const Ended ended = mdoc_cli(
      reader(shown(served), {"--trust", issuance.iaca, "--json", "--element", "org.iso.18013.5.1/given_name"}));
  const bj::object report = only_object(ended);
  EXPECT_THAT(ended.out, HasSubstr("Jane"));
  EXPECT_THAT(ended.out, Not(HasSubstr("\"Doe\"")));
  EXPECT_EQ(report.at("answers").at("0").at("org.iso.18013.5.1").at("family_name").at("answer"), "unanswered");
}

// Somebody over 19 is allowed to be told, but the mdoc could only tell it by saying that they are over 21.
TEST_F(Presentation, AnElementThatAnswersForAnAllowedOneIsNotAllowedItself) {
  Process served(holder({"--once", "--json", "--allow", "org.iso.18013.5.1/age_over_19"}));
  const Ended ended = mdoc_cli(
      reader(shown(served), {"--trust", issuance.iaca, "--json", "--element", "org.iso.18013.5.1/age_over_19"}));
  EXPECT_EQ(only_object(ended).at("documents").as_array().size(), 0u);
  EXPECT_THAT(served.end().out, HasSubstr("\"released\": []"));
}

TEST_F(Presentation, TheHolderProvesItselfBySignatureOnRequest) {
  Process served(holder({"--once", "--json", "--device-auth", "signature"}));
  const Ended ended = mdoc_cli(reader(shown(served), {"--trust", issuance.iaca, "--json"}));
  EXPECT_EQ(ended.exit, 0);
  const bj::object report = only_object(ended);
  EXPECT_EQ(check_of(report.at("documents").at(0), "device-auth.signature").at("outcome"), "pass");
}

TEST_F(Presentation, ForPeopleTheHolderDrawsTheCodeAndSaysHowToReadIt) {
  Process served(holder({"--once", "--ascii"}));
  std::string text;
  while (const auto line = served.read_line()) {
    text += *line + "\n";
    if (line->find("mdoc-cli reader \"mdoc:") != std::string::npos) break;
  }
  EXPECT_THAT(text, HasSubstr("##############"));
  EXPECT_THAT(text, HasSubstr("--connect 127.0.0.1:"));
  EXPECT_THAT(text, HasSubstr(" --doc-type org.iso.18013.5.1.mDL --element org.iso.18013.5.1/"));
  EXPECT_THAT(text, HasSubstr(" --trust …"));
}

TEST_F(Presentation, NamesOfACredentialThatAShellWouldTakeForMoreAreNotShownToBePasted) {
  const std::string data = R"json({"n$(id)": {"e": "v"}, "n": {"`id`": "v", "-e": "v"}})json";
  Process served(holder_of(issuance.issue_to("hostile.cbor", data, {"--doc-type", "d;id"}), {"--once", "--ascii"}));
  while (const auto line = served.read_line()) {
    if (line->find("mdoc-cli reader \"mdoc:") == std::string::npos) continue;
    EXPECT_THAT(*line, HasSubstr(" --doc-type … --element … --trust …"));
    return;
  }
  FAIL() << served.end().err;
}

TEST_F(Presentation, NobodyThereEndsWithFour) {
  Shown code;
  {
    Process served(holder({"--once", "--json"}));
    code = shown(served);
  }
  const Ended ended = mdoc_cli(reader(code, {"--trust", issuance.iaca, "--json"}));
  EXPECT_EQ(ended.exit, 4);
  EXPECT_EQ(only_object(ended).at("exitCode"), 4);
  EXPECT_THAT(ended.err, HasSubstr(code.endpoint + ": connection refused; is the holder still waiting?"));
  EXPECT_THAT(ended.err, HasSubstr("transport/connect_failed"));
}

TEST_F(Presentation, TheCodeOfAnotherHolderEndsWithFourOnBothSides) {
  Process served(holder({"--once", "--json"}));
  Process other(holder({"--once", "--json"}));
  const Shown mixed{shown(other).engagement, shown(served).endpoint};
  const Ended ended = mdoc_cli(reader(mixed, {"--trust", issuance.iaca}));
  EXPECT_EQ(ended.exit, 4);
  EXPECT_THAT(ended.err, HasSubstr("is this the code that the holder shows now?"));
  EXPECT_NE(served.end().exit, 0);
}

TEST_F(Presentation, TheReaderWaitsForAnAnswerNoLongerThanItIsTold) {
  Process served(holder({"--once", "--json"}));
  const Shown code = shown(served);
  served.send(SIGSTOP);  // its system still takes the connection and the request
  const Ended ended = mdoc_cli(reader(code, {"--wait", "1"}));
  served.send(SIGCONT);
  EXPECT_EQ(ended.exit, 4);
  EXPECT_THAT(ended.err, HasSubstr("transport/timed_out"));
  EXPECT_EQ(mdoc_cli(reader(code, {"--wait", "0"})).exit, 2);
}

TEST_F(Presentation, SpeaksTheLanguageOfTheHolder) {
  Process served(holder({"--once", "--ascii", "--language", "de", "--allow", "org.iso.18013.5.1/document_number"}));
  Shown code{};
  while (const auto line = served.read_line()) {
    if (line->starts_with("mdoc:")) code.engagement = *line;
    if (!line->starts_with("Wartet an ")) continue;
    code.endpoint = line->substr(10, line->find(' ', 10) - 10);
    break;
  }
  ASSERT_FALSE(code.endpoint.empty());
  const Ended ended = mdoc_cli(reader(code, {"--language", "de", "--rounds", "2", "--trust", issuance.iaca}));
  EXPECT_THAT(ended.out, HasSubstr("Runde 1 von 2\n"));
  const Ended told = served.end();
  EXPECT_THAT(told.out, HasSubstr("Freigegeben: nichts\n"));
  EXPECT_THAT(told.out, HasSubstr("Zurückgehalten in Runde 1:\n"));
}

TEST_F(Presentation, ACredentialForOneReaderIsNotShownToASecondWithoutAWord) {
  const std::string proof = issuance.issue_to("proof.cbor", R"({"eu.europa.ec.av.1": {"age_over_18": true}})",
                                              {"--profile", "age-verification"});
  Process served(holder_of(proof, {"--json"}));
  for (const bool again : {false, true}) {
    const Shown code = shown(served);
    const Ended ended =
        mdoc_cli({"reader", code.engagement, "--connect", code.endpoint, "--doc-type", "eu.europa.ec.av.1",
                  "--template", "age-over:18", "--trust", issuance.iaca, "--level", "lenient"});
    EXPECT_EQ(ended.exit, 0) << ended.err << ended.out;
    const auto line = served.read_line();
    ASSERT_TRUE(line);
    const bj::object told = object_of(*line).at("presentation").as_object();
    EXPECT_EQ(told.contains("shownAgain"), again);
    if (again) {
      EXPECT_EQ(told.at("shownAgain").as_array().size(), 1u);
      EXPECT_TRUE(served.await_error("its profile has each credential shown once"));
    }
  }
  served.send(SIGTERM);
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(Presentation, ThisMachineHasAName) {
  Process served(holder({"--once", "--json", "--listen", "localhost:0"}));
  Shown code = shown(served);
  ASSERT_THAT(code.endpoint, ::testing::StartsWith("127.0.0.1:"));
  code.endpoint.replace(0, 9, "localhost");
  EXPECT_EQ(mdoc_cli(reader(code, {"--trust", issuance.iaca})).exit, 0);
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(Presentation, WrongOptionsEndWithTwo) {
  const Shown code{"mdoc:owBjMS4w", "127.0.0.1:9"};
  EXPECT_EQ(run(holder({"--via", "pigeon"})).exit, 2);
  EXPECT_EQ(run(holder({"--listen", "0.0.0.0:0"})).exit, 2);
  const Ended nowhere = run(holder({"--listen", "nowhere"}));
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_EQ(nowhere.err, "mdoc-cli: \"nowhere\" is no address; write it like 127.0.0.1:8080\n");
  EXPECT_EQ(run(holder({"--wait", "1"})).exit, 2);
  EXPECT_EQ(mdoc_cli({"holder", "--credential", issuance.mdoc}).exit, 2);
  EXPECT_EQ(mdoc_cli(reader(code, {"--rounds", "0"})).exit, 2);
  EXPECT_EQ(mdoc_cli({"reader", code.engagement, "--connect", code.endpoint}).exit, 2);
}

TEST_F(Presentation, SwappedArgumentsOfTheReaderAreNoticed) {
  const Shown code{"mdoc:owBjMS4w", "127.0.0.1:9"};
  for (const Ended& ended :
       {mdoc_cli(reader({code.endpoint, code.engagement}, {})),
        mdoc_cli(reader({code.engagement, code.engagement}, {})),
        mdoc_cli({"reader", code.endpoint, code.engagement, "--doc-type", "d", "--element", "n/e"})}) {
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.err, HasSubstr("the first argument"));
  }
}

TEST_F(Presentation, UnreadableEngagementsEndWithThree) {
  EXPECT_EQ(mdoc_cli(reader({"mdoc:????", "127.0.0.1:9"}, {})).exit, 3);
  const Ended pasted = mdoc_cli(reader({"mdoc:owBj…", "127.0.0.1:9"}, {}));
  EXPECT_EQ(pasted.exit, 3);
  EXPECT_THAT(pasted.err, HasSubstr("is no engagement: after mdoc: comes base64url"));
  EXPECT_EQ(mdoc_cli(reader({"mdoc:oA", "127.0.0.1:9"}, {})).exit, 3);
  EXPECT_EQ(mdoc_cli(reader({folder.path("missing"), "127.0.0.1:9"}, {})).exit, 3);
}

}  // namespace
}  // namespace mdoc::testing
