// Questions: request --template, verify --question and reader --template.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

bj::object items_of(const std::vector<std::string>& arguments, std::size_t index = 0) {
  const Ended ended = mdoc_cli(with({"request"}, arguments));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  return inspected("hex:" + ended.out)
      .at("value")
      .at("docRequests")
      .at(index)
      .at("itemsRequest")
      .at("content")
      .as_object();
}
std::string elements_of(const std::vector<std::string>& arguments, std::size_t index = 0) {
  return bj::serialize(items_of(arguments, index).at("nameSpaces"));
}

TEST(Templates, AskForTheFewestElements) {
  const bj::object items = items_of({"--template", "age-over:18"});
  EXPECT_EQ(items.at("docType"), Issuance::doc_type);
  EXPECT_EQ(bj::serialize(items.at("nameSpaces")), R"({"org.iso.18013.5.1":{"age_over_18":false}})");
  EXPECT_THAT(bj::serialize(items.at("requestInfo")), HasSubstr("birth_date"));
  EXPECT_EQ(elements_of({"--template", "driving:B", "--with-portrait"}),
            R"({"org.iso.18013.5.1":{"portrait":false,"expiry_date":false,"driving_privileges":false}})");
}

TEST(Templates, BelongToTheDocTypeBeforeThem) {
  const std::vector<std::string> two{"--template",        "not-expired", "--doc-type",
                                     "eu.europa.ec.av.1", "--template",  "age-over:18"};
  EXPECT_EQ(elements_of(two, 0), R"({"org.iso.18013.5.1":{"expiry_date":false}})");
  EXPECT_EQ(elements_of(two, 1), R"({"eu.europa.ec.av.1":{"age_over_18":false}})");
  EXPECT_EQ(elements_of({"--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/expiry_date:retain",
                         "--template", "not-expired"}),
            R"({"org.iso.18013.5.1":{"expiry_date":true}})");
}

TEST(Templates, OfOnePersonInSeveralDocumentsAskEachForTheDateOfBirth) {
  const std::vector<std::string> different{"--template", "driving:B", "--doc-type", "eu.europa.ec.eudi.pid.1",
                                           "--template", "identity"};
  EXPECT_THAT(elements_of(different, 0), HasSubstr("birth_date"));
  EXPECT_THAT(elements_of(different, 1), HasSubstr("birth_date"));
  // Whichever document answers, one is enough; and what is asked about documents is asked about nobody.
  const std::vector<std::string> same{"--template", "age-over:18", "--doc-type", "eu.europa.ec.eudi.pid.1",
                                      "--template", "age-over:18"};
  EXPECT_THAT(elements_of(same, 0), Not(HasSubstr("birth_date")));
  const std::vector<std::string> expiry{"--template", "driving:B",  "--doc-type", "eu.europa.ec.eudi.pid.1",
                                        "--template", "not-expired"};
  EXPECT_THAT(elements_of(expiry, 0), Not(HasSubstr("birth_date")));
}

TEST(Templates, ThatCannotBeAskedAreRefused) {
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& why) {
    const Ended ended = mdoc_cli(with({"request"}, arguments));
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.err, HasSubstr(why));
  };
  refused({"--template", "age-over:100"}, "is no question");
  refused({"--template", "issued-in:de,AT"}, "did you mean issued-in:DE,AT?");
  refused({"--template", "\x1b[31m"}, R"(\x1b)");
  refused({"--doc-type", "eu.europa.ec.av.1", "--template", "identity"}, "eu.europa.ec.av.1 has no family_name");
  refused({"--doc-type", "com.example", "--template", "identity"},
          "no profile is known for com.example; --profile names one");
  refused({"--template", "age-over:1", "--template", "age-over:2", "--template", "age-over:3"}, "at most two");
  refused({}, "there is nothing to ask for");
  refused({"--doc-type", "d"}, "needs at least one --element or --template");
  refused({"--element", "n/e"}, "--element needs a --doc-type before it");
}

TEST(Templates, APortraitBesideThemAloneIsNotForgottenInSilence) {
  const Ended ended = mdoc_cli({"request", "--doc-type", Issuance::doc_type, "--element",
                                "org.iso.18013.5.1/age_over_18", "--with-portrait", "--json"});
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("--with-portrait is for --template"));
}

TEST(Templates, ACategoryInSmallLettersIsTakenWithAWarning) {
  const Ended ended = mdoc_cli({"request", "--template", "driving:b", "--json"});
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("--template: categories are written in capitals; is driving:B meant?"));
  EXPECT_EQ(mdoc_cli({"request", "--template", "driving:B", "--json"}).err, "");
}

struct Questions : ::testing::Test {
  Folder folder;
  Issuance issuance{folder};
  const std::string data = folder.write("questions.json", R"({"org.iso.18013.5.1": {
      "family_name": "Vandermeer", "birth_date": "1988-04-17", "age_over_18": true, "expiry_date": "2036-01-14",
      "issuing_country": "UT", "portrait": {"bytes": "_9j_4AE"},
      "driving_privileges": [{"vehicle_category_code": "B", "codes": [{"code": "01"}]}]}})");
  const std::string licence = issuance.issue_to("questions.cbor", data, {"--profile", "mdl"});

  [[nodiscard]] std::vector<std::string> verify(const std::vector<std::string>& more) const {
    return with({"verify", licence, "--issuer-only", "--trust", issuance.iaca}, more);
  }
};

TEST_F(Questions, AreAnsweredFirstAndInPlainWords) {
  const Ended ended = mdoc_cli(verify({"--question", "age-over:18", "--question", "driving:B"}));
  EXPECT_EQ(ended.exit, 0) << ended.err << ended.out;
  EXPECT_THAT(ended.out, StartsWith("Yes – 18 or older\n"));
  EXPECT_THAT(ended.out, HasSubstr("Yes – may drive B\n"));
  EXPECT_THAT(ended.out, HasSubstr("codes     01\n"));
  for (const char* value : {"Vandermeer", "1988"}) EXPECT_THAT(ended.out, Not(HasSubstr(value)));
}

TEST_F(Questions, AreAnsweredInEachLanguageAndRegister) {
  const Ended german =
      mdoc_cli(verify({"--question", "driving:B", "--date", "2030-01-02", "--language", "de", "--register", "clerk"}));
  EXPECT_THAT(german.out, StartsWith("Ja – darf B fahren\n"));
  EXPECT_THAT(german.out, HasSubstr("Das gilt für den 2030-01-02."));
  EXPECT_THAT(german.out, HasSubstr("Auflagen der Fahrerlaubnis: 01\n"));
  EXPECT_THAT(german.out, Not(HasSubstr("driving_privileges")));
  const Ended no = mdoc_cli(verify({"--question", "issued-in:AT", "--language", "de"}));
  EXPECT_THAT(no.out, StartsWith("Nein – nicht ausgestellt in AT\n"));
}

TEST_F(Questions, ANoEndsWithOne) {
  const Ended ended = mdoc_cli(verify({"--question", "age-over:65"}));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, StartsWith("No – younger than 65\n"));
  EXPECT_THAT(ended.out, HasSubstr("is valid"));
  const Ended open = mdoc_cli(verify({"--question", "driving:B", "--date", "2040-01-01"}));
  EXPECT_EQ(open.exit, 1);
  EXPECT_THAT(open.out, StartsWith("No – may not drive B\n  The document is past its last day. As of 2040-01-01.\n"));
}

/// The last line: what somebody remembers.
std::string last_word(const Ended& ended) {
  std::string text = ended.out;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}
std::vector<std::string> to_clerk(const std::vector<std::string>& arguments) {
  return with(arguments, {"--register", "clerk"});
}

TEST_F(Questions, HaveTheLastWordInEachRegister) {
  const std::vector<std::string> yes = verify({"--question", "age-over:18", "--question", "driving:B"});
  EXPECT_THAT(last_word(mdoc_cli(to_clerk(yes))), StartsWith("ACCEPTED, every answer is yes. "));
  EXPECT_THAT(last_word(mdoc_cli(yes)), EndsWith(" Every answer is yes."));
  const std::vector<std::string> no = verify({"--question", "age-over:18", "--question", "age-over:65"});
  const Ended to_engineer = mdoc_cli(no);
  EXPECT_EQ(to_engineer.exit, 1);
  EXPECT_THAT(to_engineer.out, HasSubstr("\nVALID  org.iso.18013.5.1.mDL\n"));
  EXPECT_THAT(last_word(to_engineer), StartsWith("The issuer's part is valid; "));
  EXPECT_THAT(last_word(to_engineer), EndsWith(" But an answer is no."));
  const Ended to_german = mdoc_cli(with(to_clerk(no), {"--language", "de"}));
  EXPECT_THAT(last_word(to_german), StartsWith("NICHT ANGENOMMEN, eine Antwort ist nein. "));
  EXPECT_THAT(to_german.out, HasSubstr("\nECHT  Mobiler Führerschein\n"));
}

TEST_F(Questions, ThatAreNotAllAnsweredYesAcceptNothing) {
  const std::string mute = issuance.issue_to(
      "mute.cbor", folder.write("mute.json", R"({"org.iso.18013.5.1": {"family_name": "Vandermeer"}})"),
      {"--profile", "mdl"});
  const auto ask = [&](const std::string& file, const std::vector<std::string>& more) {
    return mdoc_cli(to_clerk(with({"verify", file, "--issuer-only", "--trust", issuance.iaca}, more)));
  };
  const Ended no = ask(licence, {"--question", "age-over:65", "--question", "identity"});
  const Ended open = ask(mute, {"--question", "age-over:18"});
  const Ended refused = ask(licence, {"--question", "age-over:18", "--at", "2099-01-01T00:00:00Z"});
  EXPECT_THAT(last_word(no), StartsWith("NOT ACCEPTED, an answer is no. "));
  EXPECT_THAT(last_word(open), StartsWith("NOT ACCEPTED, an answer is not known. "));
  EXPECT_EQ(last_word(refused), "NOT ACCEPTED, whatever the answers.");
  for (const Ended& each : {no, open, refused}) {
    EXPECT_EQ(each.exit, 1) << each.err;
    EXPECT_THAT(each.out, Not(HasSubstr("\nACCEPTED"))) << "no line begins with it";
    EXPECT_THAT(each.out, Not(HasSubstr("Everything is in order")));
  }
  EXPECT_THAT(no.out, HasSubstr("\nGENUINE  Mobile driving licence\n"));
  EXPECT_THAT(refused.out, HasSubstr("\nNOT ACCEPTED  Mobile driving licence\n"));
}

TEST_F(Questions, OfNothingThatCameSayThatNothingCame) {
  // What an mdoc may send whose holder agrees to nothing: no document, and why it is not there.
  const std::string nothing =
      "hex:" + to_hex(Members{{"version", cbor_text("1.0")},
                              {"documentErrors", cbor_array({Members{{Issuance::doc_type, cbor_int(0)}}.encode()})},
                              {"status", cbor_uint(0)}}
                          .encode());
  const std::vector<std::string> asked{"verify", nothing, "--trust", issuance.iaca, "--question", "age-over:18"};
  const Ended engineer = mdoc_cli(asked);
  EXPECT_THAT(engineer.out, StartsWith("Not known – 18 or older?\n  No document was returned.\n"));
  EXPECT_EQ(last_word(engineer), "Nothing was returned, and so nothing answers.");
  const Ended clerk = mdoc_cli(to_clerk(asked));
  EXPECT_EQ(last_word(clerk), "Nothing was returned, and so there is nothing to accept.");
  EXPECT_THAT(clerk.out, HasSubstr("\n  The phone did not send: Mobile driving licence\n"));
  for (const Ended& each : {engineer, clerk}) {
    EXPECT_EQ(each.exit, 1);
    for (const char* blame : {"passed", "accepted.", "Do not accept", "not valid", "refused"}) {
      EXPECT_THAT(each.out, Not(HasSubstr(blame)));
    }
  }
  EXPECT_THAT(clerk.out, Not(HasSubstr("✗")));
  EXPECT_EQ(only_object(mdoc_cli(with(asked, {"--json"}))).at("valid"), false);
}

TEST_F(Questions, OfAFailedResponseDoNotSayThatNothingCame) {
  const std::string failed =
      "hex:" + to_hex(Members{{"version", cbor_text("1.0")}, {"status", cbor_uint(10)}}.encode());
  const Ended ended = mdoc_cli({"verify", failed, "--trust", issuance.iaca, "--question", "age-over:18"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(last_word(ended), "The response is not valid. No answer counts.");
}

TEST_F(Questions, StandForElementsThatAreNotShownUnverifiedEither) {
  const std::string late = "2099-01-01T00:00:00Z";
  const Ended both = mdoc_cli(verify({"--question", "age-over:18", "--show-unverified", "--at", late}));
  EXPECT_EQ(both.exit, 2);
  EXPECT_EQ(both.out, "");
  EXPECT_THAT(both.err, HasSubstr("--show-unverified"));
  EXPECT_THAT(both.err, HasSubstr("without --question"));
  // Of an identity one wants to see the elements.
  const Ended identity = mdoc_cli(verify({"--question", "identity", "--show-unverified", "--at", late}));
  EXPECT_EQ(identity.exit, 1);
  EXPECT_THAT(identity.out, HasSubstr("Vandermeer"));
}

TEST_F(Questions, AreAnsweredForMachines) {
  const bj::object report =
      only_object(mdoc_cli(verify({"--question", "age-over:18", "--date", "2026-05-01", "--json"})));
  const bj::object answer = report.at("answers").at("age-over:18").as_object();
  EXPECT_EQ(answer.at("verdict"), "yes");
  EXPECT_EQ(answer.at("reason"), "old-enough");
  EXPECT_EQ(answer.at("document"), 0);
  EXPECT_EQ(answer.at("asOf"), "2026-05-01");
  EXPECT_FALSE(answer.at("elements").as_array().empty());
  EXPECT_TRUE(answer.at("sentence").is_string());
  EXPECT_TRUE(report.at("documents").at(0).at("issuerSigned").as_object().empty());
  const bj::object with_portrait =
      only_object(mdoc_cli(verify({"--question", "not-expired", "--with-portrait", "--json"})));
  EXPECT_EQ(with_portrait.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").as_object().size(), 1u);
  const bj::object seen = only_object(mdoc_cli(verify({"--question", "identity", "--json"})));
  EXPECT_EQ(seen.at("answers").at("identity").at("reason"), "absent");
  EXPECT_EQ(seen.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").at("family_name"), "Vandermeer");
}

TEST_F(Questions, ThatAreNoneAreRefused) {
  EXPECT_EQ(mdoc_cli(verify({"--question", "not-expired", "--date", ""})).exit, 2);
  EXPECT_EQ(mdoc_cli(verify({"--question", "age-over"})).exit, 2);
  const Ended day = mdoc_cli(verify({"--question", "age-over:18", "--date", "2026-02-30"}));
  EXPECT_EQ(day.exit, 2);
  EXPECT_THAT(day.err, HasSubstr("is no day"));
}

TEST_F(Questions, OfAReaderHaveTheLastWord) {
  Process served(tool({"holder", "--credential", issuance.credential(licence), "--once", "--json"}));
  const auto first = object_of(served.read_line().value());
  const Ended ended = mdoc_cli(to_clerk({"reader", std::string(first.at("engagement").as_string()), "--connect",
                                         std::string(first.at("endpoint").as_string()), "--template", "issued-in:AT",
                                         "--trust", issuance.iaca}));
  EXPECT_EQ(ended.exit, 1) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("No – not issued in AT\n"));
  EXPECT_EQ(last_word(ended), "NOT ACCEPTED, an answer is no. What was shown is genuine.");
}

TEST_F(Questions, OfAReaderAreAnsweredAndLogged) {
  Process served(tool({"holder", "--credential", issuance.credential(licence), "--once", "--json"}));
  const auto first = object_of(served.read_line().value());
  const std::string log = folder.path("reader.log");
  const Ended ended = mdoc_cli({"reader", std::string(first.at("engagement").as_string()), "--connect",
                                std::string(first.at("endpoint").as_string()), "--template", "age-over:18",
                                "--with-portrait", "--trust", issuance.iaca, "--log", log, "--json"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object report = only_object(ended);
  EXPECT_EQ(report.at("answers").at("age-over:18").at("verdict"), "yes");
  const auto& elements = report.at("documents").at(0).at("issuerSigned").at("org.iso.18013.5.1").as_object();
  EXPECT_EQ(elements.size(), 1u);
  EXPECT_TRUE(elements.contains("portrait"));
  EXPECT_THAT(folder.read("reader.log"),
              HasSubstr(R"("answers":[{"question":"age-over:18","verdict":"yes","reason":"old-enough"}])"));
  EXPECT_THAT(mdoc_cli({"log", "show", log}).out, HasSubstr("age-over:18: yes (old-enough)"));
}

}  // namespace
}  // namespace mdoc::testing
