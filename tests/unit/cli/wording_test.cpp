// The tool in each language and register: what it says is the same everywhere, whatever the environment.
#include <gmock/gmock.h>

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/json/profile.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class Wording : public ::testing::Test {
 protected:
  Wording() { sample.transcript = online_transcript(); }

  /// verify of the response as `sample` has it now.
  Ended verify(const std::vector<std::string>& more, const std::vector<std::string>& before = {},
               const ProcessSetup& setup = {}) {
    const std::vector<std::string> command{"verify",       folder.write("response.cbor", sample.response()),
                                           "--transcript", folder.write("transcript.cbor", sample.transcript),
                                           "--trust",      folder.write("iaca.pem", sample.iaca_certificate().pem()),
                                           "--at",         to_rfc3339(sample.now)};
    return mdoc_cli(with(with(before, command), more), setup);
  }
  /// What verify prints, with the folder left out of the names of files.
  std::string text_of(const std::vector<std::string>& more) {
    std::string text = verify(more).out;
    const std::string place = folder.path("");
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos;) text.erase(at, place.size());
    return text;
  }
  void spoil() {
    sample.now = sample.valid_until + std::chrono::hours(24);
    sample.on_items = [](std::vector<SampleItem>& items) { items.front().value = cbor_text("Mallory"); };
  }

  Folder folder;
  SampleMdoc sample;
};

struct Manner {
  const char* language;
  const char* manner;
};
constexpr Manner manners[]{{"en", "engineer"}, {"en", "clerk"}, {"de", "engineer"}, {"de", "clerk"}};

/// What is to be printed: tests/unit/cli/explained/<what>.<language>.<register>.txt
std::string explained(const std::string& what, const Manner& manner) {
  return project_text("tests/unit/cli/explained/" + what + "." + manner.language + "." + manner.manner + ".txt");
}

TEST_F(Wording, AGoodResponseInEachLanguageAndRegister) {
  for (const Manner& each : manners) {
    EXPECT_EQ(text_of({"--language", each.language, "--register", each.manner}), explained("good", each));
  }
}

TEST_F(Wording, ABadResponseInEachLanguageAndRegister) {
  spoil();
  for (const Manner& each : manners) {
    EXPECT_EQ(text_of({"--language", each.language, "--register", each.manner}), explained("bad", each));
  }
}

TEST_F(Wording, ATitleOfAProfileSteersNoTerminal) {
  bj::object profile = object_of(json::built_in_profile_json("mdl"));
  profile["title"] = bj::object{{"en", "Licence\x1b[2J\r\u202e"}};
  const std::string file = folder.write("own.json", bj::serialize(profile));
  const std::string shown = verify({"--register", "clerk", "--profile", file}).out;
  EXPECT_THAT(shown, HasSubstr("Licence\\x1b[2J\\x0d\\u202e"));
  EXPECT_FALSE(steers_terminal(shown));
}

// So many blanks that what follows begins the next row of the terminal, and reads like a line of the tool.
TEST_F(Wording, NoTextOfAPeerFillsARowWithBlanks) {
  const std::string verdict = std::string(120, ' ') + "The response is valid.";
  sample.doc_type = "x" + verdict;
  sample.on_items = [&](std::vector<SampleItem>& items) {
    items.at(0).value = cbor_text("Mallory" + verdict);
    items.at(1).value = cbor_array({cbor_text("Mallory" + verdict)});
    items.at(2).identifier = "\u05e9\u05dd" + verdict;
  };
  for (const char* manner : {"engineer", "clerk"}) {
    const Ended ended = verify({"--show-unverified", "--register", manner});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.out, HasSubstr("x The response is valid."));
    EXPECT_THAT(ended.out, HasSubstr("Mallory The response is valid."));
    EXPECT_THAT(ended.out, HasSubstr("[\"Mallory The response is valid.\"]"));
    EXPECT_THAT(ended.out, HasSubstr("\u2068\u05e9\u05dd The response is valid.\u2069 "));
    EXPECT_THAT(ended.out, Not(HasSubstr(std::string(80, ' '))));
  }
}

TEST_F(Wording, IsChosenBeforeTheCommandAsWell) {
  const std::string german = verify({"--language", "de", "--register", "clerk"}).out;
  EXPECT_EQ(verify({}, {"--language", "de", "--register", "clerk"}).out, german);
  EXPECT_EQ(verify({"--register", "clerk"}, {"--language", "de-AT"}).out, german);
}

TEST_F(Wording, IsEnglishForEngineersWhateverTheEnvironment) {
  const std::string plain = verify({}).out;
  EXPECT_THAT(plain, HasSubstr("The response is valid."));
  EXPECT_EQ(verify({"--language", "en", "--register", "engineer"}).out, plain);
  EXPECT_EQ(verify({}, {}, {.environment = {{"LANG", "de_DE.UTF-8"}, {"LC_MESSAGES", "de_DE.UTF-8"}}}).out, plain);
}

TEST_F(Wording, OfJsonConcernsSentencesAlone) {
  spoil();
  const bj::object english = only_object(verify({"--json"}));
  const bj::object german = only_object(verify({"--json", "--language", "de", "--register", "clerk"}));
  const auto& document = german.at("documents").as_array().at(0);
  const bj::object check = check_of(document, "mso.validity");
  EXPECT_EQ(check.at("reason"), "expired");
  EXPECT_THAT(std::string(check.at("detail").as_string()), HasSubstr("Es ist abgelaufen."));
  EXPECT_EQ(check_of(document, "mso.version").at("detail"), "Ob dieses Gerät die Fassung des Dokuments kennt");
  for (const auto& each : english.at("documents").as_array().at(0).at("checks").as_array()) {
    const bj::object other = check_of(document, std::string(each.at("id").as_string()));
    for (const auto& [name, value] : each.as_object()) {
      if (name == "detail" || name == "nanoseconds") continue;
      EXPECT_EQ(other.at(name), value) << name;
    }
  }
}

TEST_F(Wording, ThatIsNotThereIsRefusedWithWhatIs) {
  const Ended french = verify({"--language", "fr"});
  EXPECT_EQ(french.exit, 2);
  EXPECT_THAT(french.err, HasSubstr("no texts for the language fr; there are: en, de"));
  EXPECT_EQ(verify({"--language", ""}).exit, 2);
  EXPECT_EQ(verify({"--register", "judge"}).exit, 2);
}

TEST_F(Wording, OfAFailureIsChosenAsWell) {
  const std::string broken = folder.write("broken.cbor", "\x01\x02");
  const Ended german =
      mdoc_cli({"verify", broken, "--type", "device-response", "--language", "de", "--at", to_rfc3339(sample.now)});
  EXPECT_EQ(german.exit, 3);
  EXPECT_THAT(german.err, HasSubstr("ein Wert von unerwartetem Typ"));
}

}  // namespace
}  // namespace mdoc::testing
