// Consent at the terminal: an answer counts for the question that it was given to, and within the rules of the command
// line.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/json/profile.hpp"
#include "terminal.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AskedHolder : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> holder(const std::vector<std::string>& more) const {
    return with({"holder", "--credential", issuance.credential(licence)}, more);
  }
  [[nodiscard]] std::vector<std::string> reader(const std::string& engagement, const std::string& endpoint) const {
    return {"reader",     engagement,
            "--connect",  endpoint,
            "--doc-type", Issuance::doc_type,
            "--element",  "org.iso.18013.5.1/family_name",
            "--element",  "org.iso.18013.5.1/portrait",
            "--element",  "org.iso.18013.5.1/given_name:retain",
            "--trust",    issuance.iaca,
            "--json"};
  }
  /// Of a holder with --json, the next.
  [[nodiscard]] std::vector<std::string> reader(Process& holder) const {
    const auto line = holder.read_line();
    if (!line) throw std::runtime_error("the holder says nothing: " + holder.end().err);
    const bj::object shown = object_of(*line);
    return reader(std::string(shown.at("engagement").as_string()), std::string(shown.at("endpoint").as_string()));
  }
  /// Of a holder on a terminal, the next.
  [[nodiscard]] std::vector<std::string> reader(Terminal& holder) const {
    if (!holder.await("mdoc-cli reader \"")) throw std::runtime_error("no engagement: " + holder.shown());
    const std::size_t begin = holder.shown().rfind("mdoc-cli reader \"") + 17;
    if (!holder.await("--trust")) throw std::runtime_error("no engagement: " + holder.shown());
    const std::string call = holder.shown().substr(begin);
    const std::size_t endpoint = call.find("--connect ") + 10;
    return reader(call.substr(0, call.find('"')), call.substr(endpoint, call.find(' ', endpoint) - endpoint));
  }
  /// What a holder releases who says `said`.
  [[nodiscard]] bj::object presented(const std::string& said, std::string* shown_to_person = nullptr,
                                     const std::vector<std::string>& more = {}) {
    Process served(tool(holder(with({"--once", "--json", "--ask"}, more))), {.input = said});
    const int expected = more.empty() && (said.starts_with("y") || said.starts_with("2")) ? 0 : 1;
    EXPECT_EQ(mdoc_cli(reader(served)).exit, expected);
    const Ended ended = served.end();
    EXPECT_EQ(ended.exit, 0) << ended.err;
    if (shown_to_person != nullptr) *shown_to_person = ended.err;
    return object_of(ended.out.substr(ended.out.find('\n') + 1)).at("presentation").as_object();
  }

  Folder folder;
  Issuance issuance{folder};
  std::string licence = issuance.issue_to("licence.cbor",
                                          R"({"org.iso.18013.5.1": {"family_name": "Doe", "given_name": "Ada",
                                            "portrait": {"bytes": "_9j_4AE"}}})",
                                          {"--doc-type", Issuance::doc_type});
};

TEST_F(AskedHolder, SeesWhoAsksForWhatAndWhatWillBeKept) {
  std::string question;
  EXPECT_EQ(presented("y\n", &question).at("released").as_array().size(), 3u);
  EXPECT_THAT(question, HasSubstr("A reader asks, round 1."));
  EXPECT_THAT(question, HasSubstr("Mobile driving licence (org.iso.18013.5.1.mDL)"));
  EXPECT_THAT(question, HasSubstr("3  org.iso.18013.5.1/family_name"));
  EXPECT_THAT(question, HasSubstr("portrait, without which nothing of this document is sent"));
  EXPECT_THAT(question, HasSubstr("given_name, which the reader says it will keep"));
  EXPECT_THAT(question, HasSubstr("the request is not signed"));
}

TEST_F(AskedHolder, IsAskedInTheLanguageOfThePerson) {
  std::string question;
  const auto ask = [&](const std::string& said, const std::string& manner) {
    Process served(tool(holder({"--once", "--json", "--ask", "--language", "de", "--register", manner})),
                   {.input = said});
    EXPECT_EQ(mdoc_cli(with(reader(served), {"--element", "org.iso.18013.5.1/weight"})).exit, 0);
    question = served.end().err;
  };
  ask("j\n", "engineer");
  for (const char* text : {"Ein Leser fragt, Runde 1.", "Mobiler Führerschein (org.iso.18013.5.1.mDL)",
                           "org.iso.18013.5.1/portrait, ohne das nichts von diesem Dokument gesendet wird",
                           "org.iso.18013.5.1/given_name, das der Leser nach eigener Angabe behält",
                           "nicht vorhanden: weight", "Freigeben? j: alles, n: nichts"}) {
    EXPECT_THAT(question, HasSubstr(text));
  }
  ask("ja\n", "clerk");
  for (const char* text : {"Jemand möchte etwas von Ihnen wissen, Frage 1.", "Familienname", "wer fragt, behält es",
                           "Gefragt und nicht da: ", "Weitergeben? j: alles, n: nichts"}) {
    EXPECT_THAT(question, HasSubstr(text));
  }
  for (const std::string& jargon : {std::string("org.iso"), std::string("given_name"), issuance.mdoc}) {
    EXPECT_THAT(question, Not(HasSubstr(jargon)));
  }
}

TEST_F(AskedHolder, LeavesOutWhatIsNumbered) {
  const bj::object presentation = presented("2\n");
  EXPECT_EQ(presentation.at("released").as_array(),
            (bj::array{"org.iso.18013.5.1/portrait", "org.iso.18013.5.1/family_name"}));
}

TEST_F(AskedHolder, ReleasesNothingWithoutAYes) {
  for (const char* said : {"n\n", "", "what?\nwho?\n4\n", "1\n"}) {
    const bj::object presentation = presented(said);
    EXPECT_TRUE(presentation.at("released").as_array().empty()) << said;
    EXPECT_FALSE(presentation.at("notReleased").as_array().empty());
  }
}

TEST_F(AskedHolder, HasItInItsLogThatItRefused) {
  const std::string log = folder.path("wallet.log");
  for (const char* said : {"n\n", "", "1,2,3\n"}) {
    std::filesystem::remove(log);
    EXPECT_TRUE(presented(said, nullptr, {"--log", log}).at("released").as_array().empty()) << said;
    const bj::object shown = only_object(mdoc_cli({"log", "show", log, "--json"}));
    const bj::object& round = shown.at("entries").at(0).at("record").at("rounds").at(0).as_object();
    EXPECT_EQ(round.at("decision"), "declined") << said;
    EXPECT_EQ(round.at("asked").at(0).at("elements").at(0).at("answer"), "withheld");
  }
}

TEST_F(AskedHolder, IsToldRoundByRoundWhatLeftAndWhatDidNot) {
  Process served(tool(holder({"--once", "--json", "--ask", "--log", folder.path("wallet.log")})), {.input = "3\ny\n"});
  EXPECT_EQ(mdoc_cli(with(reader(served), {"--rounds", "2"})).exit, 0);
  const Ended ended = served.end();
  const auto presentation = object_of(ended.out.substr(ended.out.find('\n') + 1)).at("presentation").as_object();
  EXPECT_EQ(presentation.at("released").as_array().size(), 3u) << "each once, though two left twice";
  const bj::array& rounds = presentation.at("byRound").as_array();
  ASSERT_EQ(rounds.size(), 2u);
  EXPECT_EQ(rounds[0].at("released").as_array().size(), 2u);
  EXPECT_EQ(rounds[0].at("withheld"), (bj::array{"org.iso.18013.5.1/family_name"}));
  EXPECT_EQ(rounds[1].at("released").as_array().size(), 3u);
  EXPECT_TRUE(rounds[1].at("withheld").as_array().empty());
  const std::string shown = mdoc_cli({"log", "show", folder.path("wallet.log")}).out;
  EXPECT_THAT(shown, HasSubstr("org.iso.18013.5.1/family_name: withheld"));
  EXPECT_THAT(shown, HasSubstr("org.iso.18013.5.1/family_name: agreed"));
}

TEST_F(AskedHolder, AnElementToAllowIsNamedBeforeAnybodyWaits) {
  const Ended ended = mdoc_cli(holder({"--once", "--allow", "org.iso.18013.5.1.family_name"}));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("names no element"));
  EXPECT_EQ(ended.out, "");
}

TEST_F(AskedHolder, HearsWhyAnAnswerIsNone) {
  std::string question;
  (void)presented("7\nsurname\nn\n", &question);
  EXPECT_THAT(question, HasSubstr("\"7\" is neither y nor n, nor numbers from 1 to 3."));
  EXPECT_THAT(question, HasSubstr("\"surname\" is neither y nor n"));
}

// Second edition, 10.2.5: a document set leaves as a whole, and nothing leaves without what is mandatory.
TEST_F(AskedHolder, SeesWhichDocumentsBelongTogether) {
  const auto asked = [&](const std::string& use_cases, const std::string& said) {
    Process served(tool(holder({"--credential", issuance.credential(), "--once", "--json", "--ask"})), {.input = said});
    const std::vector<std::string> more{"--doc-type", Issuance::doc_type,
                                        "--element",  "org.iso.18013.5.1/document_number",
                                        "--info",     R"({"deviceRequestInfo": {"useCases": [)" + use_cases + "]}}"};
    (void)mdoc_cli(with(reader(served), more));
    return served.end();
  };
  const Ended both = asked(R"({"mandatory": false, "documentSets": [[0, 1]]})", "4\n");
  EXPECT_THAT(both.err, HasSubstr("  is sent only together with Mobile driving licence (org.iso.18013.5.1.mDL), " +
                                  issuance.mdoc + "\n"));
  EXPECT_THAT(both.out, HasSubstr(R"("released": [])"));
  const Ended mandatory = asked(R"({"mandatory": true, "documentSets": [[1]], "purposeHints":
                                    {"org.iso.jtc1.sc17": 3}}, {"mandatory": false, "documentSets": [[0]]})",
                                "n\n");
  EXPECT_THAT(mandatory.err, HasSubstr("to verify an age, without which the reader takes nothing"));
  EXPECT_THAT(mandatory.err, HasSubstr("mdoc.cbor\nmdoc-cli:   without this document nothing else is sent\n"));
  EXPECT_THAT(mandatory.err, Not(HasSubstr("is sent only together")));
  const Ended apart =
      asked(R"({"mandatory": false, "documentSets": [[0]]}, {"mandatory": false, "documentSets": [[1]]})", "n\n");
  EXPECT_THAT(apart.err, Not(HasSubstr("together")));
  const Ended either = asked(R"({"mandatory": true, "documentSets": [[1], [0]]})", "Y\n");
  EXPECT_THAT(either.err,
              HasSubstr("DocRequest 0 (org.iso.18013.5.1.mDL): another document serves the reader's purpose"));
  EXPECT_THAT(either.err, Not(HasSubstr("did not agree")));
}

TEST_F(AskedHolder, IsToldAPurposeInTheWordsOfItsProfile) {
  bj::object own = object_of(json::built_in_profile_json("mdl"));
  own["id"] = "own";
  own.at("purposes")
      .as_array()
      .push_back(bj::object{{"controller", "ut.gate"},
                            {"code", 7},
                            {"title", bj::object{{"en", "Entering a harbour"}, {"de", "Zum Hafen"}}}});
  const std::string profile = folder.write("own.json", bj::serialize(own));
  const auto asked = [&](const std::vector<std::string>& more) {
    Process served(tool(holder(with({"--once", "--json", "--ask"}, more))), {.input = "n\n"});
    (void)mdoc_cli(with(reader(served), {"--info", R"({"deviceRequestInfo": {"useCases": [{"documentSets": [[0]],)"
                                                   R"("purposeHints": {"ut.gate": 7}}]}})"}));
    return served.end().err;
  };
  EXPECT_THAT(asked({"--profile", profile}), HasSubstr("  Entering a harbour\n"));
  EXPECT_THAT(asked({"--profile", profile, "--language", "de"}), HasSubstr("  Zum Hafen\n"));
  EXPECT_THAT(asked({}), HasSubstr("  purpose 7 of ut.gate\n"));
}

TEST_F(AskedHolder, CannotHaveDecidedBeforehand) {
  EXPECT_EQ(mdoc_cli(holder({"--ask", "--allow", "org.iso.18013.5.1/portrait"})).exit, 2);
}

TEST_F(AskedHolder, CannotBeTalkedIntoWhatTheRulesForbid) {
  std::string question;
  const bj::object presentation = presented("y\n", &question, {"--require-trusted"});
  EXPECT_TRUE(presentation.at("released").as_array().empty());
  EXPECT_THAT(std::string(presentation.at("notReleased").at(0).at("reason").as_string()),
              HasSubstr("--require-trusted"));
  EXPECT_THAT(question, HasSubstr("There is nothing to release."));
  EXPECT_THAT(question, Not(HasSubstr("family_name")));
}

// ---- a question that the reader cannot write --------------------------------------------------------

// Whatever a reader adds, what would leave stands at the end, and each line is short.
TEST_F(AskedHolder, CannotBeShownAForgedQuestion) {
  const std::string forged = "age_over_18" + std::string(100, ' ') + "mdoc-cli:   1  org.iso.18013.5.1/age_over_18";
  std::vector<std::string> more;
  for (int i = 0; i < 60; ++i)
    more.insert(more.end(), {"--element", Issuance::name_space + ("/none_" + std::to_string(i))});
  more.insert(more.end(), {"--element", Issuance::name_space + ("/" + forged)});
  Process served(tool(holder({"--once", "--json", "--ask"})), {.input = "n\n"});
  (void)mdoc_cli(with(reader(served), more));
  std::istringstream lines(served.end().err);
  std::vector<std::string> shown;
  for (std::string line; std::getline(lines, line) && line.find("Release this?") == std::string::npos;) {
    EXPECT_LE(line.size(), 200u) << line;
    EXPECT_THAT(line, Not(HasSubstr("  mdoc-cli:")));
    shown.push_back(line);
  }
  ASSERT_GE(shown.size(), 4u);
  EXPECT_THAT(shown[shown.size() - 4], HasSubstr("not there: none_0, none_1, none_2 and 58 more"));
  for (std::size_t i = 1; i <= 3; ++i) {
    EXPECT_THAT(shown[shown.size() - 4 + i], HasSubstr(std::to_string(i) + "  org.iso.18013.5.1/"));
  }
}

// Of three ages two are offered, in whichever document (7.2.5): the third does not come in the place of one of them.
TEST_F(AskedHolder, ReleasesNothingInThePlaceOfWhatIsLeftOut) {
  const std::string ages = issuance.issue_to("ages.cbor",
                                             R"({"org.iso.18013.5.1": {"family_name": "Doe", "given_name": "Ada",
                                                "portrait": {"bytes": "_9j_4AE"}, "age_over_18": true,
                                                "age_over_21": true, "age_over_65": false}})",
                                             {"--doc-type", Issuance::doc_type});
  Process served(tool({"holder", "--credential", issuance.credential(ages), "--once", "--json", "--ask"}),
                 {.input = "4\n"});
  const std::string name_space = std::string(Issuance::name_space) + "/";
  (void)mdoc_cli(with(reader(served), {"--doc-type", Issuance::doc_type, "--element", name_space + "age_over_18",
                                       "--element", name_space + "age_over_21", "--doc-type", Issuance::doc_type,
                                       "--element", name_space + "family_name", "--element", name_space + "nickname",
                                       "--info", R"({"requestInfo": [null, null, {"alternativeDataElements": [
                                         {"requestedElement": ["org.iso.18013.5.1", "nickname"],
                                          "alternativeElementSets": [[["org.iso.18013.5.1", "age_over_65"]]]}]}],
                                         "deviceRequestInfo": {"useCases": [
                                           {"mandatory": false, "documentSets": [[0, 1, 2]]}]}})"}));
  const Ended ended = served.end();
  EXPECT_THAT(ended.err, HasSubstr("  4  org.iso.18013.5.1/age_over_18\n"));
  EXPECT_THAT(ended.err, HasSubstr("  6  org.iso.18013.5.1/family_name\n"));
  EXPECT_THAT(ended.err, Not(HasSubstr("  7  ")));
  const bj::object presentation = object_of(ended.out.substr(ended.out.find('\n') + 1)).at("presentation").as_object();
  EXPECT_EQ(presentation.at("released"), (bj::array{"org.iso.18013.5.1/portrait", "org.iso.18013.5.1/given_name",
                                                    "org.iso.18013.5.1/family_name", "org.iso.18013.5.1/age_over_21"}));
}

// A reader that nobody vouches for makes its own certificate, and names in it what it likes.
TEST_F(AskedHolder, IsToldInShortWhomNobodyVouchesFor) {
  std::string wide;
  for (int i = 0; i < 40; ++i) wide += "\u3000";
  const std::string blanks(50, ' ');
  const std::string name = "C=UT, O=Nobody" + wide + "trusted, OU=x" + blanks + "trusted, CN=y" + blanks + "trusted";
  const auto ca = [&](const std::string& subject, const std::string& file) {
    prepare({"pki", "reader-ca", "--subject", subject, "--key-out", folder.path(file + ".key"), "--cert-out",
             folder.path(file + ".pem")});
  };
  ca("C=UT, O=Readers, CN=Readers root", "readers");
  ca(name, "nobody");
  prepare({"pki", "reader", "--subject", name, "--issuer-key", folder.path("nobody.key"), "--issuer-cert",
           folder.path("nobody.pem"), "--key-out", folder.path("gate.key"), "--cert-out", folder.path("gate.pem")});
  Process served(tool(holder({"--once", "--json", "--ask", "--trust-readers", folder.path("readers.pem")})),
                 {.input = "n\n"});
  (void)mdoc_cli(
      with(reader(served), {"--reader-auth", folder.path("gate.key"), "--reader-cert", folder.path("gate.pem")}));
  const std::string question = served.end().err;
  ASSERT_THAT(question, HasSubstr("Nobody trusted, OU=x trusted"));
  EXPECT_THAT(question, Not(HasSubstr("\u3000")));
  EXPECT_THAT(question, Not(HasSubstr("x  ")));
  EXPECT_THAT(question, Not(HasSubstr("y  ")));
}

// Thousands of use cases fit into a request.
TEST_F(AskedHolder, IsToldOfAFewGroupsOfDocuments) {
  std::vector<std::string> more;
  for (int i = 0; i < 5; ++i)
    more.insert(more.end(), {"--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name"});
  std::string use_cases;
  for (const char* set : {"0,1", "0,2", "0,3", "0,4", "0,1,2", "0,1,2,3"}) {
    for (int i = 0; i < 30; ++i) {
      use_cases +=
          (use_cases.empty() ? "" : ",") + (R"({"mandatory": false, "documentSets": [[)" + std::string(set)) + "]]}";
    }
  }
  more.insert(more.end(), {"--info", R"({"deviceRequestInfo": {"useCases": [)" + use_cases + "]}}"});
  Process served(tool(holder({"--once", "--json", "--ask"})), {.input = "n\n"});
  (void)mdoc_cli(with(reader(served), more));
  std::istringstream lines(served.end().err);
  std::size_t ties = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("is sent only together with") == std::string::npos) continue;
    EXPECT_LE(line.size(), 600u) << line;
    if (ties++ == 0) {
      EXPECT_THAT(line, HasSubstr(", or with one of 3 more groups"));
    }
  }
  EXPECT_EQ(ties, 5u);
}

TEST_F(AskedHolder, SeesWhatLeavesOnceHoweverManyQuestionsItAnswers) {
  std::string alternatives;
  std::vector<std::string> more;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "none_" + std::to_string(i);
    more.insert(more.end(), {"--element", Issuance::name_space + ("/" + name)});
    alternatives +=
        (i == 0 ? "" : ",") + (R"({"requestedElement": ["org.iso.18013.5.1", ")" + name +
                               R"("], "alternativeElementSets": [[["org.iso.18013.5.1", "family_name"]]]})");
  }
  more.insert(more.end(), {"--info", R"({"requestInfo": [{"alternativeDataElements": [)" + alternatives + "]}]}"});
  Process served(tool(holder({"--once", "--json", "--ask"})), {.input = "1\n"});
  (void)mdoc_cli(with(reader(served), more));
  const Ended ended = served.end();
  EXPECT_THAT(ended.err, HasSubstr("1  org.iso.18013.5.1/family_name, instead of none_0 and 49 more"));
  EXPECT_THAT(ended.err, Not(HasSubstr("  4  ")));
  const bj::object presentation = object_of(ended.out.substr(ended.out.find('\n') + 1)).at("presentation").as_object();
  EXPECT_EQ(presentation.at("released"), (bj::array{"org.iso.18013.5.1/portrait", "org.iso.18013.5.1/given_name"}));
}

// By the time that an answer takes, a reader must not learn whether something is there.
TEST_F(AskedHolder, IsAskedAlsoWhereNothingCanBeReleased) {
  Terminal terminal(holder({"--once"}));
  auto call = reader(terminal);
  std::ranges::replace(call, std::string(Issuance::doc_type), std::string("org.example.none"));
  Process read(tool(call));
  ASSERT_TRUE(terminal.await("There is nothing to release. Enter goes on.")) << terminal.shown();
  EXPECT_FALSE(read.read_line(std::chrono::seconds{1})) << "the answer waits for the person";
  terminal.type("\n");
  EXPECT_EQ(read.end().exit, 1);
  EXPECT_EQ(terminal.end(), 0);
}

// ---- the right question --------------------------------------------------------------------------

TEST_F(AskedHolder, AnAnswerToAReaderWhoHasGoneIsNoneToTheNext) {
  Terminal terminal(holder({}));
  std::optional<Process> gone(std::in_place, tool(reader(terminal)));
  ASSERT_TRUE(terminal.await("Release this?")) << terminal.shown();
  gone.reset();
  ASSERT_TRUE(terminal.await("this question is withdrawn")) << terminal.shown();
  terminal.type("y\n");
  Process next(tool(reader(terminal)));
  ASSERT_TRUE(terminal.await("Release this?")) << terminal.shown();
  terminal.type("n\n");
  const Ended ended = next.end();
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, Not(HasSubstr("Doe")));
  terminal.send(SIGTERM);
  EXPECT_EQ(terminal.end(), 0);
}

TEST_F(AskedHolder, WhatWasTypedBeforeTheQuestionIsNoAnswer) {
  Terminal terminal(holder({"--once"}));
  const auto call = reader(terminal);
  terminal.type("y\n");
  Process read(tool(call));
  ASSERT_TRUE(terminal.await("Release this?")) << terminal.shown();
  terminal.type("n\n");
  const Ended ended = read.end();
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, Not(HasSubstr("Doe")));
  EXPECT_EQ(terminal.end(), 0);
}

TEST_F(AskedHolder, AnswersAtTheTerminal) {
  Terminal terminal(holder({"--once"}));
  Process read(tool(reader(terminal)));
  ASSERT_TRUE(terminal.await("Release this?")) << terminal.shown();
  terminal.type("3\n");
  const Ended ended = read.end();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Ada"));
  EXPECT_THAT(ended.out, Not(HasSubstr("Doe")));
  EXPECT_EQ(terminal.end(), 0);
}

// The shell and everybody else who has the terminal share the open file.
TEST_F(AskedHolder, LeavesTheTerminalAsItWas) {
  Terminal terminal(holder({"--once"}));
  Process read(tool(reader(terminal)));
  ASSERT_TRUE(terminal.await("Release this?")) << terminal.shown();
  for (const char* descriptor : {"0", "1", "2"}) {
    std::ifstream info("/proc/" + std::to_string(terminal.id()) + "/fdinfo/" + descriptor);
    std::string word;
    while (info >> word && word != "flags:") {}
    info >> word;
    EXPECT_EQ(std::stol(word, nullptr, 8) & O_NONBLOCK, 0) << descriptor;
  }
}

TEST_F(AskedHolder, FromAPipeTheLineOfAWithdrawnQuestionIsDropped) {
  const std::string pipe = folder.path("answers");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int answers = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // so that nobody waits for the other end
  const auto say = [answers](std::string_view line) {
    EXPECT_EQ(::write(answers, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  };
  auto command = tool(holder({"--json", "--ask"}));
  command.insert(command.begin(), {"bash", "-c", "exec \"$0\" \"$@\" < " + pipe});
  Process served(command);
  {
    Process gone(tool(reader(served)));
    ASSERT_TRUE(served.await_error("Release this?"));
  }
  ASSERT_TRUE(served.read_line()) << "the line of the first presentation";
  const auto next = reader(served);
  say("y\n");
  Process read(tool(next));
  say("n\n");
  const Ended ended = read.end();
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, Not(HasSubstr("Doe")));
  ::close(answers);
}

}  // namespace
}  // namespace mdoc::testing
