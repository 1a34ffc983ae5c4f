// What all commands of mdoc-cli have in common: help, usage, inputs, outputs, exit codes.
#include <gmock/gmock.h>

#include "mdoc/core/encoding.hpp"
#include "support/sample_mdoc.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every command, as it is called.
const std::vector<std::vector<std::string>>& commands() {
  static const std::vector<std::vector<std::string>> all{{"inspect"},
                                                         {"verify"},
                                                         {"transcript"},
                                                         {"request"},
                                                         {"respond"},
                                                         {"issue"},
                                                         {"pki"},
                                                         {"pki", "device"},
                                                         {"pki", "iaca"},
                                                         {"pki", "ds"},
                                                         {"pki", "reader-ca"},
                                                         {"pki", "reader"},
                                                         {"holder"},
                                                         {"reader"},
                                                         {"demo"},
                                                         {"cert"},
                                                         {"cert", "lint"},
                                                         {"trust"},
                                                         {"trust", "update"},
                                                         {"trust", "export"},
                                                         {"trust", "import"},
                                                         {"trust", "status"},
                                                         {"pki", "link"},
                                                         {"pki", "vical-signer"},
                                                         {"pki", "rical-signer"},
                                                         {"pki", "status-signer"},
                                                         {"pki", "jws-signer"},
                                                         {"pki", "ocsp"},
                                                         {"pki", "tls"},
                                                         {"pki", "tls-client"},
                                                         {"vical"},
                                                         {"vical", "show"},
                                                         {"vical", "verify"},
                                                         {"vical", "create"},
                                                         {"vical", "diff"},
                                                         {"status-list"},
                                                         {"status-list", "show"},
                                                         {"status-list", "check"},
                                                         {"status-list", "create"},
                                                         {"profile"},
                                                         {"profile", "list"},
                                                         {"profile", "show"},
                                                         {"profile", "check"}};
  return all;
}

TEST(Help, EveryCommandHasAnExampleAndJson) {
  for (const auto& command : commands()) {
    const Ended ended = mdoc_cli(with(command, {"--help"}));
    EXPECT_EQ(ended.exit, 0) << command.back();
    EXPECT_THAT(ended.out, HasSubstr("Example:\n  mdoc-cli " + command.front())) << command.back();
    EXPECT_THAT(ended.out, HasSubstr("--json")) << command.back();
    EXPECT_EQ(ended.err, "");
  }
}

TEST(Help, TheToolItselfListsItsCommands) {
  const Ended ended = mdoc_cli({"--help"});
  EXPECT_EQ(ended.exit, 0);
  for (const auto& command : commands()) EXPECT_THAT(ended.out, HasSubstr(command.front()));
  EXPECT_THAT(ended.out, HasSubstr("Example:"));
  const Ended version = mdoc_cli({"--version"});
  EXPECT_EQ(version.exit, 0);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Help, TheToolDefinesInputKeyAndExitCodesAndEachCommandPointsThere) {
  const std::string help = mdoc_cli({"--help"}).out;
  for (const char* text : {"\nINPUT  a path", "\nKEY    a path", "\n  0  done", "\n  1  the verdict", "\n  2  wrong",
                           "\n  3  an input", "\n  4  the connection"}) {
    EXPECT_THAT(help, HasSubstr(text));
  }
  for (const auto& command : commands()) {
    EXPECT_THAT(mdoc_cli(with(command, {"--help"})).out, HasSubstr("INPUT, KEY and exit codes: mdoc-cli --help"));
  }
}

TEST(Help, OfWhatJudgesSaysWhatValidMeans) {
  for (const char* command : {"verify", "reader"}) {
    EXPECT_THAT(mdoc_cli({command, "--help"}).out, HasSubstr("\"valid\" means that nothing that came was wrong"))
        << command;
  }
}

TEST(Usage, AnUnknownOptionIsNamedAndEndsWithTwo) {
  const std::vector<std::vector<std::string>> calls{{"verify", "response", "--nonsense", "k"},
                                                    {"request", "--nonsense"},
                                                    {"respond", "--nonsense"},
                                                    {"reader", "--nfc"},
                                                    {"inspect", "--nonsense=1", "hex:01"},
                                                    {"pki", "iaca", "--serial", "1"},
                                                    {"holder", "--nonsense"},
                                                    {"demo", "--nonsense"},
                                                    {"transcript", "--nonsense"},
                                                    {"issue", "--nonsense"},
                                                    {"vical", "show", "list", "--nonsense"},
                                                    {"vical", "verify", "list", "--vical", "list"},
                                                    {"vical", "create", "--nonsense"},
                                                    {"vical", "diff", "old", "new", "--nonsense"},
                                                    {"status-list", "show", "token", "--nonsense"},
                                                    {"status-list", "check", "token", "--crl", "list"},
                                                    {"status-list", "create", "--nonsense"},
                                                    {"profile", "list", "--nonsense"},
                                                    {"profile", "show", "mdl", "--nonsense"},
                                                    {"profile", "check", "mdl", "--nonsense"}};
  for (const auto& call : calls) {
    const Ended ended = mdoc_cli(call);
    std::string option;
    for (const std::string& argument : call) {
      if (argument.starts_with("--")) option = argument.substr(0, argument.find('='));
    }
    EXPECT_EQ(ended.exit, 2) << option;
    EXPECT_THAT(ended.err, HasSubstr("unknown option " + option + "; see mdoc-cli " + call.front()));
    EXPECT_EQ(ended.out, "");
  }
}

TEST(Usage, OtherMistakesEndWithTwoAndSayWhereToReadOn) {
  const std::vector<std::vector<std::string>> calls{{},
                                                    {"frobnicate"},
                                                    {"inspect"},
                                                    {"inspect", "hex:01", "hex:02"},
                                                    {"verify"},
                                                    {"inspect", "hex:01", "--type", "cheese"},
                                                    {"pki"},
                                                    {"issue"},
                                                    {"pki", "pope"},
                                                    {"transcript", "--handover", "pigeon"},
                                                    {"reader"},
                                                    {"holder"},
                                                    {"respond"},
                                                    {"request"},
                                                    {"vical"},
                                                    {"vical", "burn"},
                                                    {"vical", "show"},
                                                    {"vical", "verify"},
                                                    {"vical", "create"},
                                                    {"vical", "diff", "old"},
                                                    {"status-list"},
                                                    {"status-list", "burn"},
                                                    {"status-list", "show"},
                                                    {"status-list", "check", "token"},
                                                    {"status-list", "create"},
                                                    {"profile"},
                                                    {"profile", "burn"},
                                                    {"profile", "show"},
                                                    {"profile", "check"}};
  for (const auto& call : calls) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 2) << ended.out;
    EXPECT_THAT(ended.err, HasSubstr("--help"));
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_THAT(mdoc_cli({"frobnicate"}).err, HasSubstr("unknown command frobnicate"));
}

TEST(Usage, ForMachinesAMistakeIsOneObjectToo) {
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"inspect", "--json"}, {"verify", "--json", "--vical", "x"}, {"nothing", "--json"}}) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 2);
    const bj::object object = only_object(ended);
    EXPECT_EQ(object.at("exitCode"), 2);
    EXPECT_FALSE(object.at("error").as_string().empty());
  }
}

// Whatever fails, and however early: options are read from the left.
TEST(Usage, ForMachinesAnOptionThatIsRefusedIsOneObjectToo) {
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"request", "--json", "--element", "a/b"},
        {"request", "--element", "a/b", "--json"},
        {"vical", "create", "--provider", "p", "--issue", "1", "--doc-type", "y", "--json"},
        {"holder", "--json", "--credential", "absent.cbor,absent.key"}}) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, call.front() == "holder" ? 3 : 2) << call.front();
    EXPECT_EQ(only_object(ended).at("exitCode"), ended.exit);
    EXPECT_EQ("mdoc-cli: " + std::string(only_object(ended).at("error").as_string()) + "\n", ended.err);
  }
}

TEST(Usage, AnUnknownCommandIsNamedBelowAnyOther) {
  for (const std::vector<std::string>& call : {std::vector<std::string>{"foo"},
                                               {"vical", "foo"},
                                               {"session", "replay", "capture"},
                                               {"log", "foo", "--json"}}) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.err, HasSubstr("unknown command "));
    EXPECT_THAT(ended.err, HasSubstr(call.size() == 1 ? call[0] : call[0] + " " + call[1] + ";"));
  }
  EXPECT_THAT(mdoc_cli({"vical"}).err, HasSubstr("subcommand is required"));
}

TEST(Usage, APinIsNeverShown) {
  for (const std::string uri :
       {"pkcs11:token=x;object=y;pin-value=1234", "pkcs11:token=x;object=y?pin-value=1234", "pkcs11:pin-value=1234",
        "pkcs11:token=x;object=y;PIN=1234", "pkcs11:token=x;object=y&pin-value=1234"}) {
    for (const std::vector<std::string>& call :
         {std::vector<std::string>{"pki", "device", "--key-out", uri},
          {"inspect", uri},
          {"verify", "hex:a0", "--reader-key", uri},
          {"respond", "--credential", "hex:a0," + uri, "--request", "hex:a0", "--transcript", "hex:a0"},
          {"request", "--doc-type", "d", "--element", "n/e", "--reader-auth", uri, "--reader-cert", "c", "--transcript",
           "hex:83f6f68100"}}) {
      const Ended ended = mdoc_cli(call);
      EXPECT_NE(ended.exit, 0) << call[0] << uri;
      EXPECT_THAT(ended.err, ::testing::Not(HasSubstr("1234"))) << call[0];
      EXPECT_THAT(ended.err, ::testing::Not(HasSubstr("engagement URI"))) << call[0];
    }
  }
}

TEST(Usage, WhatIsUnreadableIsOneObjectToo) {
  const Ended ended = mdoc_cli({"inspect", "/nonexistent", "--json"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_EQ(only_object(ended).at("exitCode"), 3);
  EXPECT_THAT(ended.err, HasSubstr("/nonexistent"));
}

// A map whose bytes have letters among them: { 1: "zz", "k": h'ff00' }
constexpr const char* sample_hex = "a201627a7a616b42ff00";
constexpr const char* sample_value = R"({"1": "zz", "k": {"bytes": "_wA"}})";

class InputForms : public ::testing::Test {
 protected:
  void expect_sample(const std::string& input, const ProcessSetup& setup = {}) {
    const Ended ended = mdoc_cli({"inspect", "--json", input}, setup);
    EXPECT_EQ(ended.exit, 0) << input << ": " << ended.err;
    EXPECT_EQ(only_object(ended).at("value"), bj::value(object_of(sample_value))) << input;
  }
  void expect_refused(const std::string& input, const char* why, const ProcessSetup& setup = {}) {
    const Ended ended = mdoc_cli({"inspect", input}, setup);
    EXPECT_EQ(ended.exit, 3) << input;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(ended.out, "");
  }
  Folder folder;
  std::string raw = as_string(from_hex(sample_hex).value());
};

TEST_F(InputForms, HexAndBase64AreTakenFromTheCommandLine) {
  expect_sample("hex:a201627a7a616b42ff00");
  expect_sample("hex:A201 627A7A\t616B 42FF00\n");
  expect_sample("b64:ogFienpha0L_AA");
  expect_sample("b64:ogFienpha0L_AA==");
  expect_sample("b64:ogFienpha0L/AA==");
  expect_sample("b64: ogFi\nenph a0L/AA");
}

TEST_F(InputForms, TheContentOfAFileIsDetected) {
  expect_sample(folder.write("raw", raw));
  expect_sample(folder.write("hex", "a201627a7a616b42ff00"));
  expect_sample(folder.write("hex-lines", "  A201627A\n7A616B42\r\n\tFF00\n"));
  expect_sample(folder.write("base64url", "ogFienpha0L_AA\n"));
  expect_sample(folder.write("base64", "ogFienph\na0L/AA==\n"));
}

TEST_F(InputForms, TheContentOfStandardInputIsDetected) {
  expect_sample("-", {.input = raw});
  expect_sample("-", {.input = "a201627a7a 616b42ff00\n"});
  expect_sample("-", {.input = "ogFienpha0L_AA"});
}

TEST_F(InputForms, AnEngagementIsTakenAsTextOrFromAFile) {
  const std::string engagement =
      "mdoc:owBjMS4wAYIB2BhYS6QBAiABIVggWojRgrzl9C76WZQ_MzWdLoqWj_KJ2T5fpES2JDQxZ_4iWCCxboz4W"
      "N3HaQQHumHUwzgjeoz8895qpnL8YKVXqjL8ZwKBgwIBowD0AfULUEXv73QrLEg3qaOw4dBaaRc";
  for (const std::string& input : {engagement, folder.write("text", " \n" + engagement + "\n")}) {
    const Ended ended = mdoc_cli({"inspect", input, "--json"});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(only_object(ended).at("type"), "device-engagement");
  }
  expect_refused("mdoc:!!", "cannot read the engagement");
}

TEST_F(InputForms, AFileMayHaveTheNameOfAnything) {
  const std::string name = folder.write("name with space\n", raw);
  expect_sample(name);
}

TEST_F(InputForms, BrokenTextIsRefusedWithTheByte) {
  expect_refused("hex:a2016", "is not hex");
  expect_refused("hex:a2zz", "byte 2");
  expect_refused("hex:0xa2", "byte 1");
  expect_refused("b64:ogFi*nph", "byte 4");
  expect_refused("b64:o", "neither base64url nor base64");
}

TEST_F(InputForms, WhatIsNotThereOrEmptyIsRefused) {
  expect_refused(folder.path("missing"), "cannot open");
  expect_refused(folder.path(""), "cannot read");
  expect_refused(folder.write("empty", ""), "empty");
  expect_refused("-", "standard input is empty");
  expect_refused("hex:", "empty");
  expect_refused("b64:", "empty");
  expect_refused(folder.write("blank", "  \n"), "");
}

TEST_F(InputForms, ATruncatedItemIsRefusedWithPlaceAndByte) {
  expect_refused("hex:a201627a", "CBOR");
  expect_refused("hex:a201627a", "byte ");
  expect_refused("hex:a201627a7a616b42ff0000", "trailing_bytes");
}

class Output : public ::testing::Test {
 protected:
  const std::vector<std::string> request{"request", "--doc-type", "org.example.doc", "--element", "org.example/name"};
  Folder folder;
};

TEST_F(Output, IsLowerCaseHexAndANewline) {
  const Ended ended = mdoc_cli(request);
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.out, ::testing::MatchesRegex("[0-9a-f]+\n"));
  EXPECT_EQ(mdoc_cli(with(request, {"--format", "hex"})).out, ended.out);
}

TEST_F(Output, IsBase64urlOrRawOnRequest) {
  const Bytes bytes = only_hex(mdoc_cli(request));
  EXPECT_EQ(mdoc_cli(with(request, {"--format", "b64"})).out, to_base64url(bytes) + "\n");
  EXPECT_EQ(mdoc_cli(with(request, {"--format", "raw"})).out, as_string(bytes));
  EXPECT_EQ(mdoc_cli(with(request, {"--format", "text"})).exit, 2);
}

TEST_F(Output, GoesToAFileAsRawBytesAndNowhereElse) {
  const Bytes bytes = only_hex(mdoc_cli(request));
  const Ended ended = mdoc_cli(with(request, {"--out", folder.path("request")}));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(folder.read("request"), as_string(bytes));
  EXPECT_EQ(mdoc_cli(with(request, {"--out", "-"})).out, as_string(bytes));
}

TEST_F(Output, ForMachinesIsAnObjectBesideTheFile) {
  const Ended ended = mdoc_cli(with(request, {"--json", "--out", folder.path("request")}));
  EXPECT_EQ(only_object(ended).at("deviceRequest"), bj::value(bj::string(to_hex(as_bytes(folder.read("request"))))));
  EXPECT_EQ(mdoc_cli(with(request, {"--json", "--out", "-"})).exit, 2);
}

TEST_F(Output, ThatCannotBeWrittenEndsWithThree) {
  EXPECT_EQ(mdoc_cli(with(request, {"--out", folder.path("no/such/folder")})).exit, 3);
  EXPECT_EQ(mdoc_cli(with(request, {"--out", folder.path("")})).exit, 3);
  EXPECT_EQ(run({"sh", "-c", "\"$0\" inspect hex:01 >/dev/full", MDOC_CLI}).exit, 3);
}

/// On a terminal, which script(1) makes.
Ended on_terminal(const std::string& command, const std::map<std::string, std::string>& environment) {
  return run({"script", "-qec", command, "/dev/null"}, {.environment = environment});
}

TEST_F(Output, HasColoursOnATerminalAndNeverWithNoColor) {
  const std::string command = std::string(MDOC_CLI) + " inspect hex:01";
  EXPECT_THAT(on_terminal(command, {{"NO_COLOR", ""}}).out, HasSubstr("\x1b["));
  EXPECT_THAT(on_terminal(command, {{"NO_COLOR", "1"}}).out, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(mdoc_cli({"inspect", "hex:01"}, {.environment = {{"NO_COLOR", ""}}}).out, Not(HasSubstr("\x1b[")));
}

}  // namespace
}  // namespace mdoc::testing
