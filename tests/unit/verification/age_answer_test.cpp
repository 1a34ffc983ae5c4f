// Questions about the age. RSP-22 of the conformance catalogue, by its id, and what other elements tell.
#include <optional>
#include <random>

#include "answering.hpp"
#include "mdoc/profile/age_over.hpp"

namespace mdoc::verification {
namespace {

constexpr std::string_view today = "2026-01-15";

/// What a person of `age` who has attestations for 21 and 60 returns to a question, by the rule of age_over_NN.
std::optional<profile::AgeOver> returned(int age, std::uint8_t asked) {
  const std::vector<profile::AgeOver> stored{{.years = 21, .value = age >= 21}, {.years = 60, .value = age >= 60}};
  return profile::answer_age_over(asked, stored);
}

// 13.4.6: what is returned for 21 and 60, for whom it is asked. "T" and "F" are what the attestation says; "-": none.
struct Row {
  std::vector<std::uint8_t> asked;
  std::vector<std::string> by_age;  // 19, 21, 30, 60, 64
};
const std::vector<int> ages{19, 21, 30, 60, 64};
const std::vector<Row> rows{
    {{18, 19, 20}, {"-", "21=T", "21=T", "21=T", "21=T"}}, {{21}, {"21=F", "21=T", "21=T", "21=T", "21=T"}},
    {{25, 30, 50}, {"21=F", "-", "-", "60=T", "60=T"}},    {{60}, {"60=F", "60=F", "60=F", "60=T", "60=T"}},
    {{63, 64, 65}, {"60=F", "60=F", "60=F", "-", "-"}},
};

TEST(Rsp22, EveryRowOfTheTableIsAnsweredAsItsAttestationSays) {
  for (const Row& row : rows) {
    for (const std::uint8_t asked : row.asked) {
      for (std::size_t i = 0; i < ages.size(); ++i) {
        const std::string place = std::to_string(asked) + " asked of " + std::to_string(ages[i]);
        const auto attestation = returned(ages[i], asked);
        std::string text = "-";
        if (attestation) text = std::to_string(attestation->years) + (attestation->value ? "=T" : "=F");
        EXPECT_EQ(text, row.by_age[i]) << place;
        Paper paper;
        if (attestation) paper.put(profile::age_over_identifier(attestation->years), attestation->value);
        const auto answer = ask_paper("age-over:" + std::to_string(asked), paper, today);
        EXPECT_EQ(answer.verdict, !attestation         ? Verdict::undetermined
                                  : attestation->value ? Verdict::yes
                                                       : Verdict::no)
            << place;
        if (!attestation) continue;
        EXPECT_EQ(names_of(answer), std::vector{profile::age_over_identifier(attestation->years)}) << place;
      }
    }
  }
}

TEST(AgeAnswer, AnAttestationOnTheWrongSideSettlesNothing) {
  EXPECT_EQ(said(ask_paper("age-over:21", Paper().put("age_over_18", true), today)), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().put("age_over_21", false), today)), "undetermined: depends-on-day");
}

TEST(AgeAnswer, OnTheDayOfTheStatementItIsSoToday) {
  const auto answer = ask_paper("age-over:18", Paper().put("age_over_18", false), today);
  EXPECT_EQ(said(answer), "no: too-young");
  EXPECT_EQ(answer.as_of, date(today));
}

TEST(AgeAnswer, AfterItTheStatementHoldsAsOfItsDay) {
  const auto answer = ask_paper("age-over:18", Paper().put("age_over_18", false), "2026-01-16");
  EXPECT_EQ(said(answer), "no: too-young-then");
  EXPECT_EQ(answer.as_of, date(today));
  // Who is not 21 is not 18 eight years later: what is so now is told by the larger number.
  Paper both = Paper().put("age_over_21", false).put("age_over_18", false);
  EXPECT_EQ(said(ask_paper("age-over:21", both, "2028-01-15")), "no: too-young");
}

TEST(AgeAnswer, APlaceBehindUtcHasYesterdaysDate) {
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().put("age_over_18", true), "2026-01-14")), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().put("age_over_18", true), "2026-01-13")),
            "undetermined: depends-on-day");
}

TEST(AgeAnswer, AProofSaysNothingOfWhenAStatementWasFalse) {
  const Paper paper = Paper().put("age_over_18", false);
  AnswerSource source = paper.source(3);
  source.valid_before = true;
  source.proof = true;
  const auto no = answer(question("age-over:18"), std::span(&source, 1), {.today = date(today)});
  EXPECT_EQ(said(no), "no: too-young-then");
  EXPECT_FALSE(no.as_of);
  EXPECT_EQ(no.zk_document, 3u);
  EXPECT_FALSE(no.document);
  const Paper adult = Paper().put("age_over_21", true);
  AnswerSource yes = adult.source();
  yes.valid_before = true;
  EXPECT_EQ(said(answer(question("age-over:18"), std::span(&yes, 1), {.today = date(today)})), "yes: old-enough");
}

TEST(AgeAnswer, TheRuleHoldsWhereTheNameSpaceHasIt) {
  Paper paper{.doc_type = std::string(av), .name_space = std::string(av)};
  paper.put("age_over_18", true);
  EXPECT_EQ(said(ask_paper("age-over:18", paper, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:16", paper, today)), "undetermined: absent");
}

TEST(AgeAnswer, OnlyTwoDigitsMakeAnAttestation) {
  for (const char* identifier : {"age_over_018", "age_over_8", "age_over_", "age_over_1x", "AGE_OVER_18"}) {
    EXPECT_EQ(said(ask_paper("age-over:18", Paper().put(identifier, true), today)), "undetermined: absent");
  }
}

TEST(AgeAnswer, ANameSpaceThatTheProfileDoesNotHaveDoesNotCount) {
  Paper paper{.name_space = "com.example"};
  paper.put("age_over_18", true).born("1980-01-01");
  const auto answer = ask_paper("age-over:18", paper, today);
  EXPECT_EQ(said(answer), "undetermined: absent");
  EXPECT_EQ(names_of(answer), std::vector<std::string>{"birth_date"});
}

TEST(AgeAnswer, WhatTheDeviceSignedDoesNotCount) {
  Paper paper{.doc_type = std::string(av), .name_space = std::string(av)};
  paper.put("age_over_18", true);
  paper.device_signed = std::exchange(paper.elements, {});
  const auto answer = ask_paper("age-over:18", paper, today);
  EXPECT_EQ(said(answer), "undetermined: absent");
  EXPECT_EQ(names_of(answer), std::vector<std::string>{"age_over_18"});  // there is no birth_date to name
}

TEST(AgeAnswer, WhatTheDeviceSignedCountsWhereTheProfileSaysSo) {
  const std::array elements{profile::ElementProfile{
      .identifier = "age_over_##", .rule = {.form = profile::ValueForm::boolean}, .device_signed = true}};
  const std::array name_spaces{
      profile::NameSpaceProfile{.name_space = "com.example", .elements = elements, .age_over = true}};
  std::array profiles{profile::DocTypeProfile{.doc_type = "com.example", .name_spaces = name_spaces}};
  Paper paper{.doc_type = "com.example", .name_space = "com.example"};
  paper.put("age_over_21", true);
  paper.device_signed = std::exchange(paper.elements, {});
  const AnswerSource source = paper.source();
  const auto ask = [&] {
    return said(verification::answer(question("age-over:18"), std::span(&source, 1),
                                     {.today = date(today), .profiles = profiles}));
  };
  EXPECT_EQ(ask(), "yes: old-enough");
  profiles[0].mdoc_authentication.device_signed = false;  // P11 forbids it for every element
  EXPECT_EQ(ask(), "undetermined: absent");
}

TEST(AgeAnswer, BirthdaysCountOnTheirDay) {
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().born("2008-01-14"), today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().born("2008-01-15"), today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().born("2008-01-16"), today)), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:0", Paper().born(today), today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:99", Paper().born("1927-01-15"), today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:99", Paper().born("1927-01-16"), today)), "no: too-young");
}

TEST(AgeAnswer, TheTwentyNinthOfFebruaryIsFollowedByMarch) {
  const Paper leapling = Paper().born("2008-02-29");
  EXPECT_EQ(said(ask_paper("age-over:18", leapling, "2026-02-28")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:18", leapling, "2026-03-01")), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:20", leapling, "2028-02-28")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:20", leapling, "2028-02-29")), "yes: old-enough");
  // Nor does the day of a statement shift it.
  Paper stated = Paper{.valid_from = "2028-02-29T00:00:00Z"}.put("age_over_18", true);
  EXPECT_EQ(said(ask_paper("age-over:18", stated, "2028-02-29")), "yes: old-enough");
  // 1900 was no leap year.
  EXPECT_EQ(said(ask_paper("age-over:4", Paper().born("1896-02-29"), "1900-02-28")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:4", Paper().born("1896-02-29"), "1900-03-01")), "yes: old-enough");
}

TEST(AgeAnswer, AgeInYearsBoundsTheDayOfBirth) {
  const Paper paper = Paper().put("age_in_years", 17);  // as of 2026-01-15
  EXPECT_EQ(said(ask_paper("age-over:17", paper, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, today)), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2026-01-16")), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2027-01-15")), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2027-01-16")), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:20", paper, "2028-01-15")), "no: too-young");
}

TEST(AgeAnswer, AgeBirthYearBoundsTheDayOfBirth) {
  const Paper paper = Paper().put("age_birth_year", 2008);
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2025-12-31")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2026-01-01")), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2026-12-30")), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, "2026-12-31")), "yes: old-enough");
}

TEST(AgeAnswer, StatementsTellMoreTogether) {
  Paper paper = Paper().put("age_birth_year", 2008).put("age_over_18", true);  // so born by 2008-01-15
  const auto answer = ask_paper("age-over:18", paper, today);
  EXPECT_EQ(said(answer), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:19", paper, "2026-12-31")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:19", paper, "2027-01-15")), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:19", paper, "2027-01-16")), "yes: old-enough");
}

TEST(AgeAnswer, WhatIsUnknownOfTheDayLeavesTheAnswerOpenOnlyWhereItMatters) {
  struct Case {
    const char* born;
    const char* mask;
    const char* last_no;    // the last day on which the answer to "18?" is no
    const char* first_yes;  // the first day on which it is yes
  };
  for (const Case& each : {Case{"2008-05-17", "00000000", "2026-05-16", "2026-05-17"},
                           Case{"2008-05-17", "00000001", "2026-05-09", "2026-05-19"},
                           Case{"2008-05-10", "00000011", "2026-04-30", "2026-05-31"},
                           Case{"2008-02-10", "00000011", "2026-01-31", "2026-03-01"},
                           Case{"2008-01-01", "00001111", "2025-12-31", "2026-12-31"},
                           Case{"2008-11-17", "00000100", "2026-10-16", "2026-12-17"},
                           Case{"2000-01-01", "00011111", "2017-12-31", "2027-12-31"}}) {
    Paper paper{.doc_type = std::string(photo_id), .name_space = std::string(photo_id_space)};
    paper.born(each.born, each.mask);
    const auto at = [&](std::chrono::sys_days day) {
      return said(ask_paper("age-over:18", paper, to_iso8601(FullDate{day})));
    };
    const std::chrono::sys_days no{date(each.last_no)}, yes{date(each.first_yes)};
    EXPECT_EQ(at(no), "no: too-young") << each.mask;
    EXPECT_EQ(at(yes), "yes: old-enough") << each.mask;
    if (yes - no == std::chrono::days{1}) continue;
    EXPECT_EQ(at(no + std::chrono::days{1}), "undetermined: depends-on-day") << each.mask;
    EXPECT_EQ(at(yes - std::chrono::days{1}), "undetermined: depends-on-day") << each.mask;
  }
}

TEST(AgeAnswer, NobodyWasBornAfterToday) {
  Paper paper{.doc_type = std::string(photo_id), .name_space = std::string(photo_id_space)};
  paper.born("2026-01-01", "11111111");
  EXPECT_EQ(said(ask_paper("age-over:0", paper, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:18", paper, today)), "undetermined: depends-on-day");
  EXPECT_EQ(said(ask_paper("age-over:18", Paper().born("2026-01-16"), today)), "undetermined: birth-in-future");
  EXPECT_EQ(said(ask_paper("age-over:0", Paper().put("age_birth_year", 2027), today)), "undetermined: birth-in-future");
}

TEST(AgeAnswer, WhatIsNotInItsFormLeavesTheQuestionOpen) {
  const auto masked = [](std::string_view mask) {
    return Paper{.doc_type = std::string(photo_id), .name_space = std::string(photo_id_space)}.born("2000-01-01", mask);
  };
  std::vector<Paper> papers;
  for (const char* mask : {"", "0000000", "000000000", "0000000x", "00000002", "        "})
    papers.push_back(masked(mask));
  papers.push_back(Paper().born("0000-01-01"));
  papers.push_back(Paper().put("birth_date", 1990));
  papers.push_back(Paper().put("birth_date", "1990-13-01"));
  papers.push_back(Paper().put_raw("birth_date", testing::Members{{"date", testing::cbor_uint(1)}}.encode()));
  papers.push_back(Paper().put_raw("birth_date", {}));
  papers.push_back(Paper().put("age_in_years", -1));
  papers.push_back(Paper().put("age_in_years", 200));
  papers.push_back(Paper().put("age_in_years", true));
  papers.push_back(Paper().put("age_birth_year", 0));
  papers.push_back(Paper().put("age_birth_year", 10000));
  papers.push_back(Paper().put("age_birth_year", "2000"));
  papers.push_back(Paper().put("age_over_18", 1));
  papers.push_back(Paper().put("age_over_18", "true"));
  for (Paper& paper : papers) {
    const auto answer = ask_paper("age-over:18", paper, today);
    EXPECT_EQ(said(answer), "undetermined: malformed");
    EXPECT_EQ(names_of(answer), std::vector{paper.elements.at(0).identifier.str()});
    if (paper.doc_type != mdl) continue;
    paper.put("age_over_21", true);  // however good the rest of the document is
    EXPECT_EQ(said(ask_paper("age-over:18", paper, today)), "undetermined: malformed");
  }
}

TEST(AgeAnswer, ADocumentThatContradictsItselfAnswersNothing) {
  const std::vector<Paper> papers{
      Paper().put("age_over_18", true).put("age_over_16", false),
      Paper().put("age_over_18", true).put("age_in_years", 16),
      Paper().put("age_over_18", false).born("1990-01-01"),
      Paper().put("age_over_18", true).born("2010-01-01"),
      Paper().put("age_birth_year", 1990).born("1991-01-01"),
      Paper().put("age_in_years", 30).born("1990-01-01"),
      Paper().put("age_in_years", 30).put("age_birth_year", 1990),
      Paper().put("age_over_99", true).born("2000-01-01"),
  };
  for (const Paper& paper : papers) {
    const auto answer = ask_paper("age-over:18", paper, today);
    EXPECT_EQ(said(answer), "undetermined: contradiction");
    EXPECT_GE(answer.elements.size(), 2u);
    EXPECT_FALSE(answer.as_of);
  }
}

TEST(AgeAnswer, AStatementMayBeADayOffTheDateInUtc) {
  // Somebody who was 18 on 2026-01-16, as it was at the issuer while it was still 2026-01-15 in UTC.
  Paper east = Paper().put("age_over_18", true).born("2008-01-16");
  EXPECT_EQ(said(ask_paper("age-over:18", east, "2026-01-15")), "no: too-young");
  EXPECT_EQ(said(ask_paper("age-over:18", east, "2026-01-16")), "yes: old-enough");
  Paper west = Paper().put("age_over_18", false).born("2008-01-15");
  EXPECT_EQ(said(ask_paper("age-over:18", west, "2026-01-15")), "yes: old-enough");
  // What is said of one moment has no such excuse.
  Paper odd = Paper().put("age_over_18", true).put("age_in_years", 17);
  EXPECT_EQ(said(ask_paper("age-over:18", odd, "2026-06-01")), "undetermined: contradiction");
  Paper further = Paper().put("age_over_18", true).born("2008-01-17");
  EXPECT_EQ(said(ask_paper("age-over:18", further, "2026-01-17")), "undetermined: contradiction");
}

TEST(AgeAnswer, AYesToAnotherAgeWaitsForTheDayInDoubt) {
  // Born on 2008-01-16: 18 by the date at the issuer, which was a day ahead of that in UTC.
  for (const Paper& paper : {Paper().put("age_over_18", true), Paper().put("age_in_years", 18)}) {
    EXPECT_EQ(said(ask_paper("age-over:18", paper, today)), "yes: old-enough");
    EXPECT_EQ(said(ask_paper("age-over:21", paper, "2029-01-15")), "undetermined: depends-on-day");
    EXPECT_EQ(said(ask_paper("age-over:21", paper, "2029-01-16")), "yes: old-enough");
  }
  const Paper once = Paper().put("age_over_18", true).put("age_over_21", false);
  EXPECT_EQ(said(ask_paper("age-over:21", once, "2029-01-15")), "no: too-young-then");
  EXPECT_EQ(said(ask_paper("age-over:21", once, "2029-01-16")), "yes: old-enough");
}

TEST(AgeAnswer, DocumentsHaveToAgree) {
  const Paper adult = Paper().put("age_over_18", true);
  const Paper child = Paper().put("age_over_18", false);
  Paper silent;
  EXPECT_EQ(said(ask_papers("age-over:18", {silent, adult}, today)), "yes: old-enough");
  EXPECT_EQ(ask_papers("age-over:18", {silent, adult}, today).document, 1u);
  EXPECT_EQ(said(ask_papers("age-over:18", {adult, adult}, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_papers("age-over:18", {adult, child}, "2026-06-01")), "undetermined: different-persons");
  Paper later_adult = adult;
  later_adult.valid_from = "2026-05-01T00:00:00Z";
  // There was a birthday in between.
  EXPECT_EQ(said(ask_papers("age-over:18", {child, later_adult}, "2026-06-01")), "yes: old-enough");
  EXPECT_EQ(said(ask_papers("age-over:18", {later_adult, child}, "2026-06-01")), "yes: old-enough");
  // Both are old enough, and not the same person.
  EXPECT_EQ(said(ask_papers("age-over:18", {Paper().born("1990-01-01"), Paper().born("1991-01-01")}, today)),
            "undetermined: different-persons");
  const Paper broken = Paper().put("age_over_18", true).born("2015-01-01");
  EXPECT_EQ(said(ask_papers("age-over:18", {adult, broken}, today)), "undetermined: contradiction");
  EXPECT_EQ(said(ask_papers("age-over:18", {broken, adult}, today)), "undetermined: contradiction");
  EXPECT_EQ(said(ask_papers("age-over:18", {Paper{.doc_type = "com.example"}, adult}, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_papers("age-over:18", {Paper{.doc_type = "com.example"}}, today)),
            "undetermined: unknown-doc-type");
  EXPECT_EQ(said(ask_papers("age-over:18", {}, today)), "undetermined: no-document");
}

// Nor is it any better for an element that cannot be read at all: beside another document it would not count.
TEST(AgeAnswer, AContradictionWeighsMoreThanWhatCannotBeRead) {
  Paper torn = Paper().put("age_over_18", true).put("age_over_16", false).put("age_birth_year", "2008");
  EXPECT_EQ(said(ask_paper("age-over:18", torn, today)), "undetermined: contradiction");
  const Paper adult = Paper().put("age_over_18", true);
  EXPECT_EQ(said(ask_papers("age-over:18", {torn, adult}, today)), "undetermined: contradiction");
  EXPECT_EQ(said(ask_papers("age-over:18", {adult, torn}, today)), "undetermined: contradiction");
}

// Where other attestations do not answer, they still speak of somebody.
TEST(AgeAnswer, AttestationsThatDoNotAnswerMayContradict) {
  Paper child{.doc_type = std::string(av), .name_space = std::string(av)};
  child.put("age_over_16", false);
  const Paper adult = Paper().put("age_over_18", true);
  EXPECT_EQ(said(ask_paper("age-over:18", child, today)), "undetermined: absent");
  EXPECT_EQ(said(ask_papers("age-over:18", {child, adult}, today)), "undetermined: different-persons");
  EXPECT_EQ(said(ask_papers("age-over:18", {adult, child}, today)), "undetermined: different-persons");
  Paper torn = child;
  torn.put("age_over_18", true);
  EXPECT_EQ(said(ask_paper("age-over:18", torn, today)), "undetermined: contradiction");
  Paper sound{.doc_type = std::string(av), .name_space = std::string(av)};
  sound.put("age_over_16", true).put("age_over_18", true).put("age_over_65", false);
  EXPECT_EQ(said(ask_paper("age-over:18", sound, today)), "yes: old-enough");
  EXPECT_EQ(said(ask_paper("age-over:21", sound, today)), "undetermined: absent");
  EXPECT_EQ(said(ask_papers("age-over:18", {sound, adult}, today)), "yes: old-enough");
}

TEST(AgeAnswer, WithoutADateThereIsNoAnswer) {
  const Paper adult = Paper().put("age_over_18", true);
  const AnswerSource source = adult.source();
  const FullDate never{std::chrono::year{2026}, std::chrono::month{2}, std::chrono::day{30}};
  EXPECT_EQ(said(answer(question("age-over:18"), std::span(&source, 1), {.today = never})), "undetermined: no-date");
}

/// Whether `text` (YYYYMMDD) has the digits that are known.
bool fits(FullDate day, const std::string& digits, const std::string& mask) {
  std::string text = to_iso8601(day);
  std::erase(text, '-');
  for (std::size_t i = 0; i < 8; ++i) {
    if (mask[i] == '0' && text[i] != digits[i]) return false;
  }
  return true;
}

TEST(AgeAnswer, IsWhatEveryPossibleDayOfBirthSays) {
  using std::chrono::days;
  using std::chrono::sys_days;
  std::mt19937 dice(20260115);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto roll = [&](int from, int to) { return std::uniform_int_distribution(from, to)(dice); };
  const sys_days begin{date("1900-01-01")};
  std::size_t open = 0;
  for (int turn = 0; turn < 300; ++turn) {
    const sys_days born = begin + days{roll(0, 45'000)};
    std::string digits = to_iso8601(FullDate{born});
    std::erase(digits, '-');
    std::string mask = "00000000";
    for (std::size_t i = 2; i < 8; ++i) mask[i] = roll(0, 2) == 0 ? '1' : '0';
    const auto years = static_cast<unsigned>(roll(0, 99));
    const sys_days now = born + days{roll(0, 36'600)};
    Paper paper{.doc_type = std::string(photo_id), .name_space = std::string(photo_id_space)};
    paper.born(to_iso8601(FullDate{born}), mask);

    bool some_yes = false, some_no = false;
    const auto century = static_cast<int>(FullDate{born}.year()) / 100 * 100;
    for (sys_days day{std::chrono::year{century} / 1 / 1};
         day <= now && day < sys_days{std::chrono::year{century + 100} / 1 / 1}; day += days{1}) {
      if (!fits(FullDate{day}, digits, mask)) continue;
      // Counted by the calendar: complete years, where a 29 February is reached on the day after the 28th.
      const FullDate a{day}, b{now};
      int age = static_cast<int>(b.year()) - static_cast<int>(a.year());
      if (std::pair(b.month(), b.day()) < std::pair(a.month(), a.day())) --age;
      (age >= static_cast<int>(years) ? some_yes : some_no) = true;
    }
    const Verdict expected = some_yes && some_no ? Verdict::undetermined : some_yes ? Verdict::yes : Verdict::no;
    open += expected == Verdict::undetermined ? 1 : 0;
    EXPECT_EQ(ask_paper("age-over:" + std::to_string(years), paper, to_iso8601(FullDate{now})).verdict, expected)
        << digits << ' ' << mask << ' ' << years << ' ' << to_iso8601(FullDate{now});
  }
  EXPECT_GT(open, 10u);
}

}  // namespace
}  // namespace mdoc::verification
