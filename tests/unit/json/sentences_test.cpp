#include "mdoc/json/sentences.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/time.hpp"

namespace mdoc::json {
namespace {

using namespace std::string_view_literals;

TEST(Printable, TextOfPeopleStaysAsItIs) {
  for (const auto text : {""sv, "a b~"sv, "Müller"sv, "東京"sv, "😀"sv, "\xc2\xa0"sv, "\xef\xbf\xbd"sv}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, ControlCharactersAreEscaped) {
  EXPECT_EQ(printable("\x1b[2J\r\n\t\0\x7f"sv), "\\x1b[2J\\x0d\\x0a\\x09\\x00\\x7f");
  EXPECT_EQ(printable("\u0080\u009b\u009f"), "\\u0080\\u009b\\u009f");
}

TEST(Printable, MarksThatReorderTextOrBeginALineAreEscaped) {
  EXPECT_EQ(printable("\u061c\u200e\u200f"), "\\u061c\\u200e\\u200f");
  EXPECT_EQ(printable("\u2028\u2029\u202a\u202e"), "\\u2028\\u2029\\u202a\\u202e");
  EXPECT_EQ(printable("\u2066\u2069\ufeff"), "\\u2066\\u2069\\ufeff");
  EXPECT_EQ(printable("\u2027\u202f\u205f\u2070"), "\u2027\u202f\u205f\u2070");
}

TEST(Printable, InvisibleCharactersAreEscapedButForThoseOfSpelling) {
  EXPECT_EQ(printable("\u00ad\u200b\u2060\u2064\ufff9"), "\\u00ad\\u200b\\u2060\\u2064\\ufff9");
  EXPECT_EQ(printable("a\U000e0041\U000e007f"), "a\\u{e0041}\\u{e007f}");
  EXPECT_EQ(printable("\u034f\u115f\u1160\u180e\u206f"), "\\u034f\\u115f\\u1160\\u180e\\u206f");
  EXPECT_EQ(printable("\u3164\ufe00\ufe0f\uffa0\U000e01ef"), "\\u3164\\ufe00\\ufe0f\\uffa0\\u{e01ef}");
  EXPECT_EQ(printable("\u200c\u200d\u1810\ufe10\U000e01f0"), "\u200c\u200d\u1810\ufe10\U000e01f0");
}

TEST(Explain, DatesSayWhichIsTheLimit) {
  const auto explained = [](verification::Reason reason) {
    verification::Finding finding;
    finding.reason = reason;
    finding.expected = parse_date_time("2028-02-29T00:00:00Z")->time;
    finding.found = parse_date_time("2040-01-01T00:00:00Z")->time;
    return explain(finding);
  };
  EXPECT_EQ(explained(verification::Reason::expired),
            "no longer valid; the limit is 2028-02-29T00:00:00Z; the time is 2040-01-01T00:00:00Z");
  EXPECT_EQ(explained(verification::Reason::not_yet_valid),
            "not valid yet; it begins at 2028-02-29T00:00:00Z; the time is 2040-01-01T00:00:00Z");
}

// Neither is now: the document was signed long ago, and the certificate may have ended before that.
TEST(Explain, WhenADocumentWasSignedIsNotTheTime) {
  verification::Finding finding;
  finding.check = verification::CheckId::mso_signed_within_signer;
  finding.reason = verification::Reason::not_yet_valid;
  finding.expected = parse_date_time("2028-02-29T00:00:00Z")->time;
  finding.found = parse_date_time("2020-01-01T00:00:00Z")->time;
  EXPECT_EQ(explain(finding),
            "signed before the validity of the signer's certificate; that begins at 2028-02-29T00:00:00Z; it was "
            "signed at 2020-01-01T00:00:00Z");
  finding.reason = verification::Reason::expired;
  EXPECT_EQ(explain(finding),
            "signed after the validity of the signer's certificate; that ended at 2028-02-29T00:00:00Z; it was signed "
            "at 2020-01-01T00:00:00Z");
}

TEST(Explain, LongListsAreShortened) {
  const auto explained = [](int count) {
    std::vector<model::ElementReference> elements;
    for (int i = 0; i < count; ++i) elements.push_back({NameSpace("n"), ElementIdentifier(std::to_string(i))});
    verification::Finding finding;
    finding.outcome = verification::Outcome::warn;
    finding.reason = verification::Reason::unanswered;
    finding.found = std::move(elements);
    return explain(finding);
  };
  EXPECT_EQ(explained(2), "was asked for and is missing; n/0, n/1");
  EXPECT_TRUE(explained(16).ends_with(", n/15")) << explained(16);
  EXPECT_TRUE(explained(5000).ends_with(", n/15 and 4984 more")) << explained(5000);
}

// Blanks up to the end of a row, and the next one reads like a verdict.
TEST(Explain, TextOfAPeerIsShortAndItsBlanksAreOne) {
  const auto explained = [](std::string found) {
    verification::Finding finding;
    finding.outcome = verification::Outcome::warn;
    finding.reason = verification::Reason::unsupported;
    finding.found = std::move(found);
    return explain(finding);
  };
  EXPECT_EQ(explained("1.0" + std::string(200, ' ') + "The response is valid."),
            "not supported; found 1.0 The response is valid.");
  EXPECT_EQ(explained("1.0\u2003\u3000 \u00a0x\x1b"), "not supported; found 1.0 x\\x1b");
  EXPECT_EQ(explained(std::string(1'900'000, 'x')),
            "not supported; found " + std::string(256, 'x') + "… (1900000 bytes)");
  EXPECT_EQ(explained(std::string(256, 'x')), "not supported; found " + std::string(256, 'x'));
}

TEST(Explain, AClerkIsToldWhatHappenedWhenAndWhatToDo) {
  verification::Finding finding;
  finding.check = verification::CheckId::mso_validity;
  finding.outcome = verification::Outcome::fail;
  finding.reason = verification::Reason::expired;
  finding.expected = parse_date_time("2028-02-29T00:00:00Z")->time;
  finding.found = parse_date_time("2040-01-01T00:00:00Z")->time;
  EXPECT_EQ(explain(finding, Wording(TextCatalogue::english(), Register::clerk)),
            "It has expired. Ask for a valid document. Its last day was 2028-02-29.");
  EXPECT_EQ(explain(finding, Wording(*TextCatalogue::built_in("de"), Register::clerk)),
            "Es ist abgelaufen. Bitten Sie um ein gültiges Dokument. Letzter Tag: 2028-02-29.");
  EXPECT_EQ(explain(finding, Wording(*TextCatalogue::built_in("de"))),
            "nicht mehr gültig; die Grenze ist 2028-02-29T00:00:00Z; die Zeit ist 2040-01-01T00:00:00Z");
}

TEST(Explain, AnErrorIsSaidAsTheCoreSaysIt) {
  for (const Error& error : {Error{.code = Errc::truncated}, Error{.code = Errc::truncated, .where = "a"},
                             Error{.code = Errc::truncated, .where = "a", .offset = 17, .native = -3},
                             Error{.code = Errc::truncated, .offset = 17}, Error{.code = Errc::truncated, .native = 5},
                             Error{.code = Errc::truncated, .offset = 17, .native = 5}}) {
    EXPECT_EQ(explain(error), describe(error));
  }
  const Error error{.code = Errc::truncated, .where = "a", .offset = 17, .native = 5};
  EXPECT_EQ(explain(error, Wording(*TextCatalogue::built_in("de"))),
            "malformed/truncated: Eingabe endet innerhalb eines Datenelements (a, Byte 17, Code 5)");
  EXPECT_EQ(explain(error, Wording(TextCatalogue::english(), Register::clerk)),
            "The data broke off. Ask the person to present again.");
}

// ---- names of people ----------------------------------------------------------------------------

TEST(Isolated, NamesFromRightToLeftMoveNothingAroundThem) {
  EXPECT_EQ(isolated("محمد"), "\u2068محمد\u2069");
  EXPECT_EQ(isolated("שרה כהן"), "\u2068שרה כהן\u2069");
  EXPECT_EQ(isolated("Ben שרה 3"), "\u2068Ben שרה 3\u2069");
  EXPECT_EQ(isolated("\ufb4f"), "\u2068\ufb4f\u2069");          // Hebrew ligature
  EXPECT_EQ(isolated("\ufdf2"), "\u2068\ufdf2\u2069");          // Arabic ligature
  EXPECT_EQ(isolated("\U0001e900"), "\u2068\U0001e900\u2069");  // Adlam
}

TEST(Isolated, OtherNamesStayAsTheyAre) {
  for (const auto text : {""sv, "Müller"sv, "Γεώργιος Παπαδόπουλος"sv, "Nguyễn Thị Minh Khai"sv, "Nguye\u0302\u0303n"sv,
                          "東京"sv, "😀👩‍👧"sv, "ไทย"sv, "Zoë\u200c"sv, "१२३"sv}) {
    EXPECT_EQ(isolated(text), text);
  }
}

TEST(Isolated, WhatWouldEndTheIsolationIsEscaped) {
  EXPECT_EQ(isolated("א\u2069b"), "\u2068א\\u2069b\u2069");
  EXPECT_EQ(isolated("א\u202eb\u2066"), "\u2068א\\u202eb\\u2066\u2069");
  EXPECT_EQ(isolated("a\u2068b\u061c\n"), "a\\u2068b\\u061c\\x0a");
}

// A docType that fills a row of the terminal would put its end where our lines begin.
TEST(Isolated, BlanksDoNotFillARow) {
  EXPECT_EQ(isolated("a" + std::string(9, ' ') + "b"), "a b");
  EXPECT_EQ(isolated("a" + std::string(8, ' ') + "b"), "a" + std::string(8, ' ') + "b");
  EXPECT_EQ(isolated("x" + std::string(200, ' ') + "The response is valid." + std::string(200, ' ')),
            "x The response is valid. ");
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += "\u3000 \u2003\u00a0\u2800";
  EXPECT_EQ(isolated("a" + wide + "\x1b"), "a \\x1b");
  EXPECT_EQ(isolated("\u3000\u3000東京"), "\u3000\u3000東京");
  EXPECT_EQ(isolated("\xe3\x80" + std::string(9, ' ')), "\\xe3\\x80 ");
  EXPECT_EQ(isolated("א" + std::string(100, ' ') + "b"), "\u2068א b\u2069");
}

TEST(Isolated, AnswersAndQuestionsOfAPeerAreThatWithinASentence) {
  verification::Finding finding;
  finding.outcome = verification::Outcome::warn;
  finding.reason = verification::Reason::unsupported;
  finding.found = std::string("CN=محمد");
  EXPECT_EQ(explain(finding), "not supported; found \u2068CN=محمد\u2069");
  // One that is cut short is closed before the dots.
  std::string names;
  for (int i = 0; i < 200; ++i) names += "א";
  finding.found = names;
  EXPECT_TRUE(explain(finding).ends_with("א\u2069… (400 bytes)")) << explain(finding);
  finding.found = std::vector<model::ElementReference>{{NameSpace("n"), ElementIdentifier("שם")},
                                                       {NameSpace("n"), ElementIdentifier("b")}};
  EXPECT_EQ(explain(finding), "not supported; n/\u2068שם\u2069, n/b");
}

// Names in certificates come as bytes: a terminal may read some of them as control characters.
TEST(Printable, BytesThatAreNoUtf8AreEscaped) {
  EXPECT_EQ(printable("\x9b[2J"), "\\x9b[2J");
  EXPECT_EQ(printable("a\xc3"), "a\\xc3");
  EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b");
  EXPECT_EQ(printable("\xe0\x80\x9b"), "\\xe0\\x80\\x9b");
  EXPECT_EQ(printable("\xf0\x80\x80\x9b"), "\\xf0\\x80\\x80\\x9b");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(printable("\xf4\x90\x80\x80\xff"), "\\xf4\\x90\\x80\\x80\\xff");
  EXPECT_EQ(printable("\xe6\x9d|"), "\\xe6\\x9d|");
}

}  // namespace
}  // namespace mdoc::json
