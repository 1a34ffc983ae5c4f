// Questions about documents: driving, identity, expiry and country.
#include <array>
#include <set>

#include "answering.hpp"

namespace mdoc::verification {
namespace {

using testing::cbor_array;
using testing::cbor_full_date;
using testing::cbor_text;
using testing::Members;

constexpr std::string_view today = "2026-01-15";

Members privilege(std::string_view category) { return {{"vehicle_category_code", cbor_text(category)}}; }
Bytes code(std::string_view text) { return Members{{"code", cbor_text(text)}}.encode(); }

/// A licence in date, with these privileges.
Paper licence(const std::vector<Members>& privileges, std::string_view expiry = "2030-06-30") {
  std::vector<Bytes> encoded;
  for (const Members& each : privileges) encoded.push_back(each.encode());
  return Paper().put_date("expiry_date", expiry).put_raw("driving_privileges", cbor_array(encoded));
}

TEST(DrivingAnswer, TheCategoryIsThereLetterForLetter) {
  const Paper paper = licence({privilege("B"), privilege("C1E")});
  const auto answer = ask_paper("driving:B", paper, today);
  EXPECT_EQ(said(answer), "yes: entitled");
  EXPECT_EQ(names_of(answer), (std::vector<std::string>{"driving_privileges", "expiry_date"}));
  EXPECT_EQ(answer.as_of, date(today));
  EXPECT_EQ(said(ask_paper("driving:C1E", paper, today)), "yes: entitled");
  for (const char* other : {"driving:b", "driving:BE", "driving:C1", "driving:A"}) {
    EXPECT_EQ(said(ask_paper(other, paper, today)), "no: not-entitled") << other;
  }
  EXPECT_EQ(said(ask_paper("driving:B", licence({}), today)), "no: not-entitled");
}

TEST(DrivingAnswer, ItsDatesCountToTheirLastDay) {
  Members dated = privilege("B");
  dated["issue_date"] = cbor_full_date("2020-01-10");
  dated["expiry_date"] = cbor_full_date("2027-01-10");
  const Paper paper = licence({dated});
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2020-01-09")), "no: privilege-not-yet");
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2020-01-10")), "yes: entitled");
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2027-01-10")), "yes: entitled");
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2027-01-11")), "no: privilege-expired");
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2030-06-30")), "no: privilege-expired");
  EXPECT_EQ(said(ask_paper("driving:B", paper, "2030-07-01")), "no: document-expired");
}

TEST(DrivingAnswer, AnyEntryInForceWillDo) {
  Members ended = privilege("B"), begun = privilege("B");
  ended["expiry_date"] = cbor_full_date("2025-12-31");
  begun["issue_date"] = cbor_full_date("2026-01-01");
  EXPECT_EQ(said(ask_paper("driving:B", licence({ended, begun}), today)), "yes: entitled");
  EXPECT_EQ(said(ask_paper("driving:B", licence({begun, ended}), "2025-12-31")), "yes: entitled");
}

TEST(DrivingAnswer, RestrictionsAreNamed) {
  Members one = privilege("B"), other = privilege("B");
  one["codes"] =
      cbor_array({code("01"),
                  Members{{"code", cbor_text("S03")}, {"sign", cbor_text("<=")}, {"value", cbor_text("50")}}.encode()});
  other["codes"] = cbor_array({code("01"), code("70")});
  const auto answer = ask_paper("driving:B", licence({one, other, privilege("A")}), today);
  EXPECT_EQ(said(answer), "yes: restricted");
  EXPECT_EQ(answer.restrictions, (std::vector<std::string>{"01", "S03<=50", "70"}));
  EXPECT_TRUE(ask_paper("driving:A", licence({one, privilege("A")}), today).restrictions.empty());
}

TEST(DrivingAnswer, WhatCannotBeReadLeavesTheQuestionOpen) {
  const auto with = [](std::string_view member, Bytes value) {
    Members broken = privilege("A");
    broken[member] = std::move(value);
    return licence({privilege("B"), broken});  // the entry that is asked for is fine
  };
  std::vector<Paper> papers{
      with("vehicle_category_code", testing::cbor_uint(1)),
      with("issue_date", cbor_text("yesterday")),
      with("expiry_date", testing::cbor_uint(2030)),
      with("codes", cbor_text("01")),
      with("codes", cbor_array({cbor_text("01")})),
      with("codes", cbor_array({Members{{"sign", cbor_text("=")}}.encode()})),
      with("codes", cbor_array({code("")})),
      with("codes", cbor_array({code(std::string(65, 'x'))})),
      with("codes", cbor_array(std::vector<Bytes>(65, code("01")))),
      licence({privilege("B"), Members{{"category", cbor_text("B")}}}),
      Paper().put_date("expiry_date", "2030-06-30").put("driving_privileges", "B"),
      Paper().put_raw("driving_privileges", cbor_array({cbor_text("B")})),
      licence({privilege("B")}).put("expiry_date", "soon"),
  };
  for (const Paper& paper : papers) EXPECT_EQ(said(ask_paper("driving:B", paper, today)), "undetermined: malformed");
}

TEST(DrivingAnswer, WhatIsMissingIsNamed) {
  const auto nothing = ask_paper("driving:B", Paper(), today);
  EXPECT_EQ(said(nothing), "undetermined: absent");
  EXPECT_EQ(names_of(nothing), std::vector<std::string>{"driving_privileges"});
  const auto undated =
      ask_paper("driving:B", Paper().put_raw("driving_privileges", cbor_array({privilege("B").encode()})), today);
  EXPECT_EQ(said(undated), "undetermined: absent");
  EXPECT_EQ(names_of(undated), std::vector<std::string>{"expiry_date"});
  // A document that has no privileges at all has no name for them either.
  const auto other = ask_paper("driving:B", Paper{.doc_type = std::string(av), .name_space = std::string(av)}, today);
  EXPECT_EQ(said(other), "undetermined: absent");
  EXPECT_TRUE(other.elements.empty());
}

TEST(DrivingAnswer, LicencesHaveToAgree) {
  const Paper with = licence({privilege("B")}), without = licence({privilege("A")});
  Members limited = privilege("B");
  limited["codes"] = cbor_array({code("01")});
  EXPECT_EQ(said(ask_papers("driving:B", {with, without}, today)), "undetermined: documents-disagree");
  EXPECT_EQ(said(ask_papers("driving:B", {with, without, with}, today)), "undetermined: documents-disagree");
  EXPECT_EQ(said(ask_papers("driving:B", {with, Paper()}, today)), "yes: entitled");
  for (const auto& papers : {std::vector{with, licence({limited})}, std::vector{licence({limited}), with}}) {
    EXPECT_EQ(said(ask_papers("driving:B", papers, today)), "yes: restricted");
  }
  Paper somebody = with, somebody_else = with;
  somebody.born("1990-01-01");
  somebody_else.born("1990-01-02");
  EXPECT_EQ(said(ask_papers("driving:B", {somebody, somebody_else}, today)), "undetermined: different-persons");
}

TEST(DrivingAnswer, TheRestrictionsOfAllLicencesHold) {
  Members glasses = privilege("B"), automatic = privilege("B");
  glasses["codes"] = cbor_array({code("01")});
  automatic["codes"] = cbor_array({code("01"), code("78")});
  const Paper first = licence({glasses}), second = licence({automatic});
  for (const auto& papers : {std::vector{first, second}, std::vector{second, first}}) {
    const auto answer = ask_papers("driving:B", papers, today);
    EXPECT_EQ(said(answer), "yes: restricted");
    EXPECT_EQ(answer.restrictions, (std::vector<std::string>{"01", "78"}));
  }
}

// A licence that can be of nobody would be of whoever shows another document beside it.
TEST(DrivingAnswer, ALicenceThatContradictsItselfAnswersNothing) {
  Paper torn = licence({privilege("B")});
  torn.born("1990-01-01").put("age_over_18", false);
  const Paper other = Paper().born("1980-01-01");
  for (const auto& papers : {std::vector{torn, other}, std::vector{other, torn}, std::vector{torn}}) {
    const auto answer = ask_papers("driving:B", papers, today);
    EXPECT_EQ(said(answer), "undetermined: contradiction");
    EXPECT_EQ(names_of(answer), (std::vector<std::string>{"birth_date", "age_over_18"}));
    EXPECT_FALSE(answer.as_of);
  }
}

TEST(ExpiryAnswer, TheLastDayBelongsToTheDocument) {
  for (const bool with_time : {false, true}) {
    Paper paper;
    with_time ? paper.put_raw("expiry_date", testing::cbor_tdate(testing::utc("2026-01-15T10:00:00Z")))
              : paper.put_date("expiry_date", "2026-01-15");
    EXPECT_EQ(said(ask_paper("not-expired", paper, "2026-01-14")), "yes: in-date");
    EXPECT_EQ(said(ask_paper("not-expired", paper, "2026-01-15")), "yes: in-date");
    const auto after = ask_paper("not-expired", paper, "2026-01-16");
    EXPECT_EQ(said(after), "no: document-expired");
    EXPECT_EQ(names_of(after), std::vector<std::string>{"expiry_date"});
    EXPECT_EQ(after.as_of, date("2026-01-16"));
  }
  EXPECT_EQ(said(ask_paper("not-expired", Paper(), today)), "undetermined: absent");
  EXPECT_EQ(said(ask_paper("not-expired", Paper().put("expiry_date", 2030), today)), "undetermined: malformed");
  // Two people may show one document each; whether they are one is not the question.
  Paper one = Paper().put_date("expiry_date", "2030-01-01").born("1990-01-01");
  Paper other = Paper().put_date("expiry_date", "2030-01-01").born("1980-01-01");
  EXPECT_EQ(said(ask_papers("not-expired", {one, other}, today)), "yes: in-date");
  EXPECT_EQ(said(ask_papers("not-expired", {one, Paper().put_date("expiry_date", "2020-01-01")}, today)),
            "undetermined: documents-disagree");
}

TEST(CountryAnswer, TheElementSaysWhere) {
  Paper paper = Paper().put("issuing_country", "AT");
  paper.country = "DE";
  const auto there = ask_paper("issued-in:AT,CH", paper, today);
  EXPECT_EQ(said(there), "yes: issued-there");
  EXPECT_EQ(names_of(there), std::vector<std::string>{"issuing_country"});
  EXPECT_FALSE(there.by_certificate);
  EXPECT_FALSE(there.as_of);
  EXPECT_EQ(said(ask_paper("issued-in:CH,DE", paper, today)), "no: issued-elsewhere");
  for (const char* text : {"", "A", "at", "AUT", "A1"}) {
    EXPECT_EQ(said(ask_paper("issued-in:AT", Paper().put("issuing_country", text), today)), "undetermined: malformed");
  }
  EXPECT_EQ(said(ask_paper("issued-in:AT", Paper().put("issuing_country", 43), today)), "undetermined: malformed");
}

TEST(CountryAnswer, WithoutTheElementTheCertificateOfTheSignerDoes) {
  Paper paper;
  EXPECT_EQ(said(ask_paper("issued-in:AT", paper, today)), "undetermined: absent");
  paper.country = "AT";
  const auto there = ask_paper("issued-in:AT", paper, today);
  EXPECT_EQ(said(there), "yes: issued-there");
  EXPECT_TRUE(there.by_certificate);
  EXPECT_TRUE(there.elements.empty());
  EXPECT_EQ(said(ask_paper("issued-in:DE", paper, today)), "no: issued-elsewhere");
  paper.name_space = "com.example";  // an element of somebody else's says nothing
  EXPECT_EQ(said(ask_paper("issued-in:AT", paper.put("issuing_country", "DE"), today)), "yes: issued-there");
}

Paper person() {
  return Paper()
      .put("family_name", "Doe")
      .put("given_name", "Jo")
      .born("1990-01-01")
      .put_raw("portrait", testing::cbor_bytes(Bytes{0xff, 0xd8, 0xff}))
      .put_date("expiry_date", "2030-06-30");
}
Paper person_without(std::string_view identifier) {
  Paper paper = person();
  std::erase_if(paper.elements, [&](const VerifiedElement& each) { return each.identifier.str() == identifier; });
  return paper;
}

TEST(IdentityAnswer, IsCompleteOrNamesWhatIsMissing) {
  const auto answer = ask_paper("identity", person(), today);
  EXPECT_EQ(said(answer), "yes: complete");
  EXPECT_EQ(names_of(answer),
            (std::vector<std::string>{"family_name", "given_name", "birth_date", "portrait", "expiry_date"}));
  for (const char* each : {"family_name", "given_name", "birth_date", "portrait", "expiry_date"}) {
    const auto open = ask_paper("identity", person_without(each), today);
    EXPECT_EQ(said(open), "undetermined: absent");
    EXPECT_EQ(names_of(open), std::vector<std::string>{each});
  }
  EXPECT_EQ(said(ask_paper("identity", person(), "2030-07-01")), "no: document-expired");
  EXPECT_EQ(said(ask_paper("identity", person_without("birth_date").born("2026-01-16"), today)),
            "undetermined: birth-in-future");
  EXPECT_EQ(said(ask_paper("identity", person().put("age_over_18", false), today)), "undetermined: contradiction");
  const auto opted_out = ask_paper("identity", person_without("portrait").put_raw("portrait", {0x40}), today);
  EXPECT_EQ(said(opted_out), "undetermined: absent");
  for (const char* each : {"family_name", "given_name", "birth_date", "portrait", "expiry_date"}) {
    EXPECT_EQ(said(ask_paper("identity", person_without(each).put(each, 7), today)), "undetermined: malformed");
  }
  EXPECT_EQ(said(ask_paper("identity", person_without("family_name").put("family_name", ""), today)),
            "undetermined: malformed");
}

TEST(IdentityAnswer, IsOpenBesideADocumentThatContradictsItself) {
  const Paper torn = Paper().born("1990-01-01").put("age_over_18", false);  // and has no portrait
  EXPECT_EQ(said(ask_papers("identity", {person(), torn}, today)), "undetermined: contradiction");
  EXPECT_EQ(said(ask_papers("identity", {torn, person()}, today)), "undetermined: contradiction");
}

TEST(IdentityAnswer, ADocumentThatNeedNotExpireIsCompleteWithoutADate) {
  Paper paper = person_without("expiry_date");
  paper.doc_type = "eu.europa.ec.eudi.pid.1";
  for (VerifiedElement& each : paper.elements) each.name_space = NameSpace(paper.doc_type);
  EXPECT_EQ(said(ask_paper("identity", paper, today)), "yes: complete");
}

// ---- several questions ------------------------------------------------------------------------

constexpr std::string_view pid = "eu.europa.ec.eudi.pid.1";

/// Who somebody is, by a document that says it all.
Paper identity(std::string_view born = "1990-01-01") {
  Paper paper{.doc_type = std::string(pid), .name_space = std::string(pid)};
  paper.put("family_name", "Anders").put("given_name", "Anna").born(born);
  return paper.put_raw("portrait", testing::cbor_bytes(Bytes{0xff, 0xd8, 0xff})).put_date("expiry_date", "2030-01-01");
}
std::vector<std::string> all_said(const std::vector<std::string_view>& questions, const std::vector<Paper>& papers) {
  std::vector<std::string> texts;
  for (const QuestionAnswer& each : ask_papers(questions, papers, today)) texts.push_back(said(each));
  return texts;
}
using Said = std::vector<std::string>;
const std::string unknown = "undetermined: persons-unknown";

TEST(Answers, OfOnePersonAreNotPutTogetherFromTwo) {
  const Paper licence_of_somebody = licence({privilege("B")});
  Paper licence_of_anna = licence_of_somebody, licence_of_bob = licence_of_somebody;
  licence_of_anna.born("1990-01-01");
  licence_of_bob.born("1960-05-05");
  const std::vector<std::string_view> both{"identity", "driving:B"};
  EXPECT_EQ(all_said(both, {identity(), licence_of_somebody}), (Said{unknown, unknown}));
  EXPECT_EQ(all_said(both, {licence_of_somebody, identity()}), (Said{unknown, unknown}));
  EXPECT_EQ(all_said(both, {identity(), licence_of_anna}), (Said{"yes: complete", "yes: entitled"}));
  EXPECT_EQ(all_said(both, {licence_of_anna, identity()}), (Said{"yes: complete", "yes: entitled"}));
  const std::string different = "undetermined: different-persons";
  EXPECT_EQ(all_said(both, {identity(), licence_of_bob}), (Said{different, different}));
}

TEST(Answers, OneDocumentThatSaysEverythingIsOfOnePerson) {
  Paper everything = licence({privilege("B")});
  everything.put("family_name", "Anders").put("given_name", "Anna").born("1990-01-01");
  everything.put_raw("portrait", testing::cbor_bytes(Bytes{0xff, 0xd8, 0xff}));
  const std::vector<std::string_view> all{"identity", "driving:B", "age-over:18"};
  const Said yes{"yes: complete", "yes: entitled", "yes: old-enough"};
  EXPECT_EQ(all_said(all, {everything}), yes);
  const Paper proof_of_age = Paper{.doc_type = std::string(av), .name_space = std::string(av)}.put("age_over_18", true);
  EXPECT_EQ(all_said(all, {everything, proof_of_age}), yes) << "others may stand beside it";
  EXPECT_EQ(all_said(all, {proof_of_age, everything}), yes);
}

TEST(Answers, AProofOfAgeBelongsToNobodyElse) {
  const Paper proof_of_age = Paper{.doc_type = std::string(av), .name_space = std::string(av)}.put("age_over_18", true);
  EXPECT_EQ(all_said({"age-over:18", "driving:B"}, {proof_of_age, licence({privilege("B")})}),
            (Said{unknown, unknown}));
  EXPECT_EQ(all_said({"age-over:18"}, {proof_of_age, licence({privilege("B")})}), Said{"yes: old-enough"});
}

TEST(Answers, ADayOfBirthThatIsNotKnownInFullTellsNothing) {
  Paper masked = licence({privilege("B")}), adult = licence({privilege("B")}), unreadable = licence({privilege("B")});
  masked.born("1990-01-01", "00000011");
  adult.put("age_over_18", true);
  unreadable.put("birth_date", "1990-01-01");
  for (const Paper& paper : {masked, adult, unreadable}) {
    EXPECT_EQ(all_said({"identity", "driving:B"}, {identity(), paper}), (Said{unknown, unknown}));
  }
}

TEST(Answers, QuestionsAboutDocumentsAndOtherVerdictsStandAsTheyAre) {
  const Paper somebody = licence({privilege("B")});
  EXPECT_EQ(all_said({"identity", "not-expired"}, {identity(), somebody}), (Said{"yes: complete", "yes: in-date"}));
  EXPECT_EQ(all_said({"identity", "driving:C"}, {identity(), somebody}), (Said{"yes: complete", "no: not-entitled"}));
  EXPECT_EQ(all_said({"identity", "driving:B", "not-expired"}, {identity(), somebody}),
            (Said{unknown, unknown, "yes: in-date"}));
  EXPECT_TRUE(all_said({}, {identity(), somebody}).empty());
  EXPECT_EQ(all_said({"identity", "identity"}, {identity()}), (Said{"yes: complete", "yes: complete"}));
}

TEST(AnswerReasons, HaveStableIdentifiersAndSentences) {
  std::set<std::string_view> ids, sentences;
  for (const AnswerReasonInfo& each : answer_reasons()) {
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    EXPECT_TRUE(sentences.insert(each.sentence).second) << each.id;
    EXPECT_TRUE(each.sentence.ends_with('.')) << each.id;
    EXPECT_EQ(name(each.reason), each.id);
  }
  EXPECT_EQ(name(Verdict::yes), "yes");
  EXPECT_EQ(name(Verdict::no), "no");
  EXPECT_EQ(name(Verdict::undetermined), "undetermined");
}

}  // namespace
}  // namespace mdoc::verification
