// mdoc-cli profile list, show and check.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/profile/consistency.hpp"
#include "support/sample_mdoc.hpp"
#include "tool.hpp"
#include "unit/json/sample_profile.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ProfileTool : public ::testing::Test {
 protected:
  /// The command with the file as its last argument.
  Ended with_file(std::vector<std::string> arguments, std::string_view json) {
    arguments.push_back(folder.write("utopia.json", json));
    return mdoc_cli(arguments);
  }

  Folder folder;
};

// ---- list ---------------------------------------------------------------------------------------

TEST_F(ProfileTool, ListsTheBuiltInOnes) {
  const Ended ended = mdoc_cli({"profile", "list"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, ContainsRegex("id +docType +title +standing\n"));
  EXPECT_THAT(ended.out, ContainsRegex("mdl +org.iso.18013.5.1.mDL +Mobile driving licence +published\n"));
  const bj::object object = only_object(mdoc_cli({"profile", "list", "--json"}));
  const bj::array& profiles = object.at("profiles").as_array();
  EXPECT_THAT(ended.out, ContainsRegex("iso-23220-1 +Elements of org.iso.23220.1 for profiles to include +fragment\n"));
  EXPECT_EQ(bj::serialize(object.at("fragments")), R"([{"id":"iso-23220-1","nameSpace":"org.iso.23220.1"}])");
  ASSERT_EQ(profiles.size(), profile::doc_types().size());
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    EXPECT_EQ(profiles[i].at("id").as_string(), profile::doc_types()[i].id);
    EXPECT_EQ(profiles[i].at("docType").as_string(), profile::doc_types()[i].doc_type);
  }
}

// ---- show ---------------------------------------------------------------------------------------

TEST_F(ProfileTool, ShowsElementsAndChoices) {
  const Ended ended = mdoc_cli({"profile", "show", "mdl"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("Mobile driving licence\n  docType   org.iso.18013.5.1.mDL\n  id        mdl\n"));
  for (const char* line : {"\norg.iso.18013.5.1\n", "\norg.iso.18013.5.1.aamva  need not be there\n"}) {
    EXPECT_THAT(ended.out, HasSubstr(line));
  }
  EXPECT_THAT(ended.out, ContainsRegex("element +name +type +presence +class +clause\n"));
  EXPECT_THAT(ended.out, ContainsRegex("family_name +Family name +latin1 ≤ 150 +mandatory +name +Table 20\n"));
  EXPECT_THAT(ended.out, ContainsRegex("issue_date +[A-Z][a-z ]+ +tdate or full-date|full-date or tdate +mandatory"));
  EXPECT_THAT(ended.out, ContainsRegex("sex +Sex +uint: 0, 1, 2, 9 +optional"));
  EXPECT_THAT(ended.out, HasSubstr("\nChoices\n  P1        docType               org.iso.18013.5.1.mDL\n"));
  EXPECT_THAT(ended.out, HasSubstr("qr (mdoc choice, reader mandatory); nfc-static"));
  EXPECT_THAT(ended.out, HasSubstr("  constants protocolConstants     iso18013-5\n"));
}

TEST_F(ProfileTool, ShowsTheMembersOfMapsBelowTheirElement) {
  const std::string shown = mdoc_cli({"profile", "show", "mdl"}).out;
  EXPECT_THAT(
      shown,
      ContainsRegex(
          "\n *driving_privileges +Driving privileges +array of map +mandatory +entitlement +Table "
          "20\n *  vehicle_category_code +Category +text +mandatory *\n *  issue_date +Date of issue +full-date"));
  EXPECT_THAT(shown, ContainsRegex("\n *  codes +Restrictions +array ≥ 1 of map +optional *\n *    code +Code +text"));
  EXPECT_THAT(mdoc_cli({"profile", "show", "mdl", "--language", "de"}).out,
              ContainsRegex("\n *  vehicle_category_code +Klasse +text"));
  EXPECT_THAT(
      with_file({"profile", "show"}, sample_profile()).out,
      ContainsRegex("licences +Licences +array ≥ 1 of map [^\n]+\n *  category +Category +text: A, B +mandatory *\n"));
}

TEST_F(ProfileTool, ShowsAFragmentByItsIdAndByItsNameSpace) {
  const Ended ended = mdoc_cli({"profile", "show", "iso-23220-1"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out,
              StartsWith("Fragment iso-23220-1\n  include   \"iso-23220-1\"\n  source    ISO/IEC TS 23220-2"));
  EXPECT_THAT(ended.out, HasSubstr("\norg.iso.23220.1\n"));
  EXPECT_THAT(ended.out, ContainsRegex("family_name +[A-Z][^\n]+ text ≤ 150 +optional +name "));
  EXPECT_THAT(ended.out, Not(HasSubstr("Choices")));
  EXPECT_EQ(mdoc_cli({"profile", "show", "org.iso.23220.1"}).out, ended.out);
  EXPECT_THAT(mdoc_cli({"profile", "show", "iso-23220-1", "--language", "de"}).out, HasSubstr("Schwiegermutter"));
  EXPECT_EQ(only_object(mdoc_cli({"profile", "show", "org.iso.23220.1", "--json"})),
            bj::parse(json::built_in_fragment_json("iso-23220-1")).as_object());
  // It is no profile for all that.
  for (const char* name : {"iso-23220-1", "org.iso.23220.1"}) {
    const Ended check = mdoc_cli({"profile", "check", name});
    EXPECT_EQ(check.exit, 2);
    EXPECT_THAT(check.err, HasSubstr(" is the fragment iso-23220-1, which profiles include, and no profile; see: "));
  }
}

TEST_F(ProfileTool, AMisspeltNameIsOneOfUsageAndTheOneThatWasMeantIsNamed) {
  struct Case {
    const char* name;
    const char* meant;
  };
  for (const auto& [name, meant] :
       {Case{"mdll", "mdl"}, Case{"MDL", "mdl"}, Case{"photo_id", "photo-id"},
        Case{"org.iso.18013.5.1.mdl", "org.iso.18013.5.1.mDL"}, Case{"vehicle-registraton", "vehicle-registration"},
        Case{"iso-23220_1", "iso-23220-1"}}) {
    const std::string said =
        "unknown profile \"" + std::string(name) + "\" (is " + meant + " meant?); use mdl, photo-id, ";
    for (const std::vector<std::string>& call :
         {std::vector<std::string>{"profile", "show", name},
          {"profile", "check", name},
          {"request", "--doc-type", "d", "--element", "a/b", "--profile", name},
          {"issue", "--profile", name, "--device-key", "k", "--ds-key", "k", "--ds-cert", "c"}}) {
      const Ended ended = mdoc_cli(call);
      EXPECT_EQ(ended.exit, 2) << call[0] << " " << name << ended.err;
      EXPECT_THAT(ended.err, HasSubstr(said)) << call[0];
    }
  }
  const Ended other = mdoc_cli({"profile", "show", "library-card"});
  EXPECT_EQ(other.exit, 2);
  EXPECT_THAT(other.err, HasSubstr("unknown profile \"library-card\"; use mdl, "));
  EXPECT_EQ(mdoc_cli({"profile", "show", ""}).exit, 2);
  // What looks like a path is a file that cannot be read.
  EXPECT_EQ(mdoc_cli({"profile", "show", "mdll.json"}).exit, 3);
  EXPECT_EQ(mdoc_cli({"profile", "show", "./mdll"}).exit, 3);
  EXPECT_EQ(mdoc_cli({"profile", "show", "photoid"}).out, mdoc_cli({"profile", "show", "photo-id"}).out);
}

TEST_F(ProfileTool, ShowsTheSameByDocTypeAndByFile) {
  const std::string by_id = mdoc_cli({"profile", "show", "pid"}).out;
  EXPECT_FALSE(by_id.empty());
  EXPECT_EQ(mdoc_cli({"profile", "show", "eu.europa.ec.eudi.pid.1"}).out, by_id);
  EXPECT_EQ(with_file({"profile", "show"}, json::built_in_profile_json("pid")).out, by_id);
}

TEST_F(ProfileTool, ShowsNamesInAnotherLanguageWhereItHasThem) {
  const Ended german = with_file({"profile", "show", "--language", "de"}, sample_profile());
  EXPECT_THAT(german.out, StartsWith("Utopischer Pass\n"));
  EXPECT_THAT(german.out, ContainsRegex("family_name +Familienname "));
  EXPECT_THAT(german.out, ContainsRegex("issuing_country +Country "));
  EXPECT_EQ(with_file({"profile", "show", "--language", "de-AT"}, sample_profile()).out, german.out);
  EXPECT_THAT(with_file({"profile", "show", "--language", "fr"}, sample_profile()).out, StartsWith("Utopian pass\n"));
  EXPECT_EQ(with_file({"--language", "de", "profile", "show"}, sample_profile()).out, german.out);
  EXPECT_THAT(with_file({"--language", "de", "profile", "show", "--language", "en"}, sample_profile()).out,
              StartsWith("Utopian pass\n"));
}

TEST_F(ProfileTool, ShowsWhatIsLeftOpen) {
  const Ended ended = with_file({"profile", "show"}, without("/mso"));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("  P14       mso                   left open\n"));
}

TEST_F(ProfileTool, ShowsTheDataForMachines) {
  EXPECT_EQ(only_object(mdoc_cli({"profile", "show", "mdl", "--json"})),
            bj::parse(json::built_in_profile_json("mdl")).as_object());
}

TEST_F(ProfileTool, ShowsNothingThatSteersATerminal) {
  for (const char* pointer : {"/title/en", "/nameSpaces/0/nameSpace", "/nameSpaces/0/elements/0/identifier",
                              "/nameSpaces/0/elements/0/names/en", "/nameSpaces/0/elements/0/clause",
                              "/nameSpaces/0/elements/4/condition/text", "/nameSpaces/0/elements/4/items/members/1/key",
                              "/purposes/0/controller", "/sources/0", "/docType", "/extensions/requestInfo/0"}) {
    const std::string bad = altered(pointer, R"("\u001b[31m\u202e\u0007")");
    for (const char* command : {"show", "check"}) {
      const Ended ended = with_file({"profile", command}, bad);
      EXPECT_FALSE(steers_terminal(ended.out + ended.err)) << pointer;
      EXPECT_FALSE(steers_terminal(with_file({"profile", command, "--json"}, bad).out)) << pointer;
    }
  }
}

// ---- check --------------------------------------------------------------------------------------

TEST_F(ProfileTool, FindsNothingInAGoodOne) {
  const Ended ended = with_file({"profile", "check"}, sample_profile());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, EndsWith("utopia.json: complete, without contradictions\n"));
  const bj::object object = only_object(with_file({"profile", "check", "--json"}, sample_profile()));
  EXPECT_EQ(object.at("complete"), true);
  EXPECT_EQ(object.at("profiles").at(0).at("id"), "utopia-pass");
  EXPECT_THAT(object.at("profiles").at(0).at("findings").as_array(), IsEmpty());
}

TEST_F(ProfileTool, FindsTheBuiltInOnesComplete) {
  std::vector<std::string> arguments{"profile", "check"};
  for (const std::string_view id : json::built_in_profile_ids()) arguments.emplace_back(id);
  const Ended ended = mdoc_cli(arguments);
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("mdl: complete, without contradictions\n"));
}

TEST_F(ProfileTool, SaysWhatIsOpenInOneLine) {
  const Ended ended = with_file({"profile", "check"}, without("/mso"));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("utopia.json: not ready for use\n"));
  EXPECT_THAT(ended.out,
              ContainsRegex("row.open P14 mso: The profile does not make this choice. Add the member[^\n]*\n$"));
}

TEST_F(ProfileTool, SaysWhereItContradictsItself) {
  const Ended ended =
      with_file({"profile", "check"}, altered("/nameSpaces/0/elements/4/condition/element", R"("ut.pass.1/age")"));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("condition.unknown P3 ut.pass.1/licences: The condition names an element"));
  const bj::object object = only_object(with_file(
      {"profile", "check", "--json"}, altered("/protocolConstants/mdocIvIdentifier", R"("00000000000000A0")")));
  EXPECT_EQ(object.at("complete"), false);
  const bj::object& finding = object.at("profiles").at(0).at("findings").at(0).as_object();
  EXPECT_EQ(finding.at("id"), "constant.ivs");
  EXPECT_EQ(finding.at("severity"), "contradiction");
  EXPECT_EQ(finding.at("row"), "constants");
  EXPECT_FALSE(finding.at("means").as_string().empty());
  EXPECT_FALSE(finding.at("advice").as_string().empty());
}

TEST_F(ProfileTool, JudgesTheSamplesByTheRulesOfTheirElements) {
  const auto found = [this](const std::string& profile, const std::string& what) {
    const Ended ended = with_file({"profile", "check"}, profile);
    EXPECT_EQ(ended.exit, 1) << what;
    EXPECT_THAT(ended.out, ContainsRegex("sample.unfit P3 [^ ]+ nameSpaces[^\n]+: The sample breaks a rule"));
    EXPECT_THAT(ended.out, HasSubstr("sample.unfit P3 " + what));
  };
  const std::string long_name = bj::serialize(bj::value(std::string(151, 'n')));
  found(altered("/nameSpaces/0/elements/0/sample", long_name),
        "ut.pass.1/family_name nameSpaces[0].elements[0].sample: expected: ");
  found(altered("/nameSpaces/0/elements/0/sample", "4711"), "ut.pass.1/family_name nameSpaces[0].elements[0].sample: ");
  found(altered("/nameSpaces/0/elements/1/sample", R"("Utopia")"), "ut.pass.1/issuing_country nameSpaces[0].");
  found(altered("/nameSpaces/0/elements/3/sample", "3"), "ut.pass.1/sex nameSpaces[0].elements[3].sample: ");
  found(altered("/nameSpaces/0/elements/4/sample", "[]"), "ut.pass.1/licences nameSpaces[0].elements[4].sample: ");
  found(altered("/nameSpaces/0/elements/4/sample/0/category", R"("C")"),
        "ut.pass.1/licences nameSpaces[0].elements[4].sample[0].category: expected: ");
  found(altered("/nameSpaces/0/elements/4/sample", R"([{"category": "A"}, {"until": "2031-02-03"}])"),
        "ut.pass.1/licences nameSpaces[0].elements[4].sample[1].category: expected: ");
  found(altered("/nameSpaces/0/elements/0/sample", R"({"sample": "portrait"})"),  // no picture fits there
        "ut.pass.1/family_name nameSpaces[0].elements[0].sample: ");
  found(altered("/nameSpaces/1/elements/0/sample", R"("AAAA")"),
        "org.iso.23220.1/portrait nameSpaces[1].elements[0].sample: ");
  // Another sample, which it contradicts.
  found(altered("/nameSpaces/0/elements/2/sample", R"("XX-01")"),
        "ut.pass.1/region nameSpaces[0].elements[2].sample: ");
  found(altered("/nameSpaces/0/elements/5/samples", R"({"age_over_16": false, "age_over_18": true})"),
        "ut.pass.1/age_over_## nameSpaces[0].elements[5].samples.age_over_18: expected: ");
  EXPECT_EQ(with_file({"profile", "check"}, altered("/nameSpaces/0/elements/2/sample", R"("UT-01")")).exit, 0);
  const bj::object object =
      only_object(with_file({"profile", "check", "--json"}, altered("/nameSpaces/0/elements/3/sample", "3")));
  EXPECT_EQ(object.at("complete"), false);
  const bj::object& finding = object.at("profiles").at(0).at("findings").at(0).as_object();
  EXPECT_EQ(finding.at("id"), "sample.unfit");
  EXPECT_EQ(finding.at("nameSpace"), "ut.pass.1");
  EXPECT_EQ(finding.at("element"), "sex");
}

TEST_F(ProfileTool, SaysThatTheIdOrTheDocTypeIsThatOfABuiltInOne) {
  const Ended id = with_file({"profile", "check"}, altered("/id", R"("pid")"));
  EXPECT_EQ(id.exit, 1);
  EXPECT_THAT(id.out, HasSubstr("id.built-in P1 pid: The id is that of a built-in profile for another docType"));
  const Ended doc_type = with_file({"profile", "check"}, altered("/docType", R"("org.iso.18013.5.1.mDL")"));
  EXPECT_EQ(doc_type.exit, 0);
  EXPECT_THAT(doc_type.out, HasSubstr("utopia.json: complete, with advice\n"));
  EXPECT_THAT(doc_type.out, HasSubstr("doc-type.built-in P1 mdl: A built-in profile is for this docType"));
  // A copy is no longer the built-in one.
  const Ended copy = with_file({"profile", "check", "pid"}, json::built_in_profile_json("pid"));
  EXPECT_EQ(copy.exit, 0);
  EXPECT_THAT(copy.out, HasSubstr("pid: complete, without contradictions\n"));
  EXPECT_THAT(copy.out, HasSubstr("doc-type.built-in P1 pid: "));
}

TEST_F(ProfileTool, EndsWellWithAdviceAlone) {
  const Ended ended = with_file({"profile", "check"}, altered("/trustSources", "[]"));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.out, HasSubstr("complete, with advice\n"));
  EXPECT_THAT(ended.out, HasSubstr("trust.nowhere P15: "));
}

TEST_F(ProfileTool, JudgesEachAndEndsBadlyWithOneThatIsBad) {
  const std::string good = folder.write("good.json", sample_profile());
  const Ended ended = with_file({"profile", "check", "mdl", good}, without("/online"));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("mdl: complete"));
  EXPECT_THAT(ended.out, HasSubstr("good.json: complete"));
  EXPECT_THAT(ended.out, HasSubstr("utopia.json: not ready"));
}

// ---- files that are no profiles -----------------------------------------------------------------

// ---- check of documents -------------------------------------------------------------------------

TEST_F(ProfileTool, JudgesDocumentsByOneProfile) {
  const Issuance issuance(folder);
  const std::string sample = folder.path("sample.cbor");
  prepare({"issue", "--profile", "mdl", "--device-key", issuance.device_key, "--ds-key", issuance.signer_key,
           "--ds-cert", issuance.signer, "--out", sample});
  const Ended good = mdoc_cli({"profile", "check", "mdl", "--document", sample});
  EXPECT_EQ(good.exit, 0) << good.err << good.out;
  EXPECT_THAT(good.out, HasSubstr("document 0 (org.iso.18013.5.1.mDL): "));
  // As of another docType, it lacks everything.
  const Ended other = mdoc_cli({"profile", "check", "pid", "--document", sample});
  EXPECT_EQ(other.exit, 1) << other.err;
  EXPECT_THAT(other.out, AllOf(HasSubstr("against the profile"), HasSubstr("mso.other-doc-type")));
  const Ended both = mdoc_cli({"profile", "check", "pid", "--document", sample, "--document", sample, "--json"});
  const bj::object object = only_object(both);
  EXPECT_EQ(both.exit, 1);
  EXPECT_FALSE(object.at("good").as_bool());
  EXPECT_EQ(object.at("documents").as_array().size(), 2u);
}

TEST_F(ProfileTool, JudgesNoDocumentBySeveralProfilesNorWhatIsNone) {
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "pid", "--document", "hex:a0"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "--document", "hex:a0"}).exit, 3);
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "--document", folder.path("absent")}).exit, 3);
}

TEST_F(ProfileTool, NamesThePlaceOfAnErrorAndWhatWouldBeRight) {
  struct Case {
    std::string json;
    const char* text;
  };
  for (const Case& one :
       {Case{altered("/mso/status", R"("yes")"),
             R"(utopia.json: mso.status: a value outside its permitted range (malformed/bad_value); )"
             R"(expected: one of "mandatory", "optional", "forbidden")"},
        Case{altered("/nameSpaces/0/elements/3/typ", R"("text")"),
             "nameSpaces[0].elements[3].typ: there is no such member here (malformed/bad_value); expected: only "},
        Case{altered("/nameSpaces/1/include", R"("iso-23220")"),
             R"(nameSpaces[1].include: there is no fragment with the id "iso-23220" (malformed/bad_value); )"
             R"(expected: one of "iso-23220-1", or another that there is beside the profile)"},
        Case{altered("/nameSpaces/1/elements/1", R"({"identifier": "isue_date", "presence": "optional"})"),
             R"(nameSpaces[1].elements[1].identifier: the fragment "iso-23220-1" has no element "isue_date", and )"
             R"(no "type" says what it is (malformed/bad_value); expected: one of family_name, )"},
        Case{without("/title/en"), "title.en: "}, Case{"{", "(malformed/bad_encoding, byte 1, line 1, column 2)"},
        Case{"{\n  \"title\": {\"en\": \"P\u00e4sse\", \"de\"}\n}", "byte 34, line 2, column 32)"},
        Case{"{\"id\": \"a\",\n\n\"id\": \"b\"}", "(malformed/duplicate_key, byte 22, line 3, column 10)"},
        Case{sample_profile() + "]", ", column 2)"}, Case{altered("/profileFormat", "2"), "profileFormat: "},
        Case{altered("/title/\\u001b[31m", "1"), "title."}}) {
    for (const char* command : {"show", "check"}) {
      const Ended ended = with_file({"profile", command}, one.json);
      EXPECT_EQ(ended.exit, 3) << one.text;
      EXPECT_THAT(ended.err, HasSubstr("cannot load the profile "));
      EXPECT_THAT(ended.err, HasSubstr(one.text));
      EXPECT_FALSE(steers_terminal(ended.err));
      EXPECT_THAT(ended.out, IsEmpty());
    }
  }
}

TEST_F(ProfileTool, RefusesWhatIsNotThere) {
  for (const char* name : {"no-such-profile", "mdL", ""}) {
    const Ended ended = mdoc_cli({"profile", "show", name});
    EXPECT_NE(ended.exit, 0) << name;
    EXPECT_FALSE(ended.err.empty());
  }
  EXPECT_EQ(mdoc_cli({"profile"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"profile", "check"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"profile", "explain", "mdl"}).exit, 2);
}

TEST_F(ProfileTool, RefusesAFileThatIsTooLarge) {
  EXPECT_EQ(with_file({"profile", "show"}, std::string((std::size_t{1} << 20) + 1, ' ')).exit, 3);
}

// ---- fragments ----------------------------------------------------------------------------------

constexpr std::string_view fragment = R"({"profileFormat": 1, "fragment": "ut-people", "sources": [], "nameSpace": "ut",
  "elements": [{"identifier": "shoe_size", "presence": "optional", "type": "uint", "names": {"en": "Size of shoes"}}]})";

TEST_F(ProfileTool, TakesFragmentsFromFilesBesideTheProfile) {
  folder.write("ut-people.json", fragment);
  const Ended ended = with_file({"profile", "show"}, altered("/nameSpaces/1", R"({"nameSpace": "ut.people",
      "include": "ut-people", "elements": [{"identifier": "shoe_size", "presence": "mandatory"}]})"));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, ContainsRegex("shoe_size +Size of shoes +uint +mandatory +other\n"));
}

TEST_F(ProfileTool, AFaultInAFragmentIsSaidToBeThere) {
  folder.write("ut-people.json", std::string_view("{\n\"profileFormat\" 1}"));
  const Ended ended = with_file({"profile", "check"}, altered("/nameSpaces/1/include", R"("ut-people")"));
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("nameSpaces[1].include: "));
  EXPECT_THAT(ended.err, HasSubstr("(malformed/bad_encoding, byte 18, line 2, column 17 of the fragment)"));
}

TEST_F(ProfileTool, TakesFragmentsFromNowhereElse) {
  Folder other;
  other.write("ut-people.json", fragment);
  std::string path = other.path("ut-people");
  for (const std::string& id : {std::string("ut-people"), path, "../" + path.substr(path.find_last_of('/') + 1)}) {
    const Ended ended = with_file({"profile", "check"}, altered("/nameSpaces/1/include", bj::serialize(bj::value(id))));
    EXPECT_EQ(ended.exit, 3) << id;
    EXPECT_THAT(ended.err, HasSubstr(": nameSpaces[1].include: "));
  }
}

// ---- check --document ---------------------------------------------------------------------------

TEST_F(ProfileTool, JudgesDocumentsByAProfile) {
  SampleMdoc sample;
  const std::string part = folder.write("part.cbor", sample.issuer_signed());
  const Ended ended = mdoc_cli({"profile", "check", "mdl", "--document", part});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr(part + ", document 0 (org.iso.18013.5.1.mDL): against the profile\n"));
  EXPECT_THAT(ended.out, HasSubstr("org.iso.18013.5.1/issuing_authority: expected: A mandatory element is present. "
                                   "(element.missing)\n"));
  for (SampleItem& item : sample.items) {
    if (item.identifier == "family_name") item.value = cbor_uint(1);
  }
  const std::string response = folder.write("response.cbor", sample.response());
  EXPECT_THAT(mdoc_cli({"profile", "check", "mdl", "--document", response}).out,
              HasSubstr("against the profile, as far as it was presented\n"));
  const Ended both = mdoc_cli({"profile", "check", "mdl", "--document", part, "--document", response, "--json"});
  EXPECT_EQ(both.exit, 1);
  const bj::object judged = bj::parse(both.out).as_object();
  EXPECT_EQ(judged.at("good"), false);
  ASSERT_EQ(judged.at("documents").as_array().size(), 2u);
  EXPECT_EQ(judged.at("documents").at(0).at("presented"), false);
  EXPECT_EQ(judged.at("documents").at(0).at("findings").at(0).at("id"), "element.missing");
  EXPECT_EQ(judged.at("documents").at(1).at("presented"), true);
  ASSERT_EQ(judged.at("documents").at(1).at("findings").as_array().size(), 1u) << "nothing is missing of a response";
  const bj::object& finding = judged.at("documents").at(1).at("findings").at(0).as_object();
  EXPECT_EQ(finding.at("id"), "element.wrong-form");
  EXPECT_EQ(finding.at("severity"), "error");
}

TEST_F(ProfileTool, ADocumentSaysNothingInTheNameOfTheTool) {
  SampleMdoc sample;
  const std::string verdict = std::string(120, ' ') + "part.cbor, document 0: keeps to the profile";
  sample.doc_type = "x" + verdict;
  sample.items.push_back({"org.iso.18013.5.1", 3000, Bytes(32, 0x33), "\u05e9\u05dd" + verdict, cbor_uint(1)});
  const std::string part = folder.write("part.cbor", sample.issuer_signed());
  const Ended ended = mdoc_cli({"profile", "check", "mdl", "--document", part});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("(x part.cbor, document 0: keeps to the profile): against the profile\n"));
  EXPECT_THAT(ended.out, HasSubstr("/\u2068\u05e9\u05dd part.cbor, document 0: keeps to the profile\u2069: expected"));
  EXPECT_THAT(ended.out, Not(HasSubstr(std::string(80, ' '))));
}

TEST_F(ProfileTool, FaultsOfADocumentThatFindNoRoomAreCounted) {
  SampleMdoc sample;
  const Bytes wrong = cbor_array(std::vector<Bytes>(9, cbor_uint(1)));
  for (std::size_t i = 0; i < 600; ++i) {
    sample.items.push_back({"org.iso.18013.5.1", 3000 + i, Bytes(32, 0x33), "driving_privileges", wrong});
  }
  const std::string part = folder.write("part.cbor", sample.issuer_signed());
  const Ended told = mdoc_cli({"profile", "check", "mdl", "--document", part});
  EXPECT_THAT(told.out, ContainsRegex("\n  … and [0-9]+ more\n")) << told.err;
  const bj::object judged = only_object(mdoc_cli({"profile", "check", "mdl", "--document", part, "--json"}));
  const bj::object& document = judged.at("documents").at(0).as_object();
  const auto listed = static_cast<std::int64_t>(document.at("findings").as_array().size());
  EXPECT_GE(listed + document.at("findingsMore").as_int64(), 600 * 8);
}

TEST_F(ProfileTool, DocumentsAreJudgedByOneProfile) {
  const std::string document = folder.write("part.cbor", SampleMdoc().issuer_signed());
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "pid", "--document", document}).exit, 2);
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "--document", folder.write("no.cbor", Bytes{0x01})}).exit, 3);
  EXPECT_EQ(mdoc_cli({"profile", "check", "mdl", "--document", folder.path("absent.cbor")}).exit, 3);
}

}  // namespace
}  // namespace mdoc::testing
