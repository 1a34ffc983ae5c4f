// Catalogues of an application's own: what is not there is English, and what is wrong is refused where it stands.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mdoc/json/texts.hpp"

namespace mdoc::json {
namespace {

/// A catalogue with these members beside what it must have.
std::string catalogue(const std::string& members) {
  return R"({"format": 1, "language": "eo")" + (members.empty() ? "" : ", " + members) + "}";
}

struct Refused {
  const char* title;
  std::string json;
  Errc code;
  const char* where;
};

const std::vector<Refused>& refused() {
  static const std::vector<Refused> all{
      {"NoJson", "{", Errc::bad_encoding, "texts"},
      {"Empty", "", Errc::bad_encoding, "texts"},
      {"TrailingText", catalogue("") + "x", Errc::bad_encoding, "texts"},
      {"Array", "[]", Errc::wrong_type, "texts"},
      {"TooLarge", std::string(TextCatalogue::max_bytes + 1, ' '), Errc::too_large, "texts"},
      {"TooDeep", catalogue(R"("errors": {"expired": {"clerk": {"x": {}}}})"), Errc::too_deep, "texts"},
      {"NoFormat", R"({"language": "eo"})", Errc::missing_element, "texts.format"},
      {"FormatAsText", R"({"format": "1", "language": "eo"})", Errc::wrong_type, "texts.format"},
      {"LaterFormat", R"({"format": 2, "language": "eo"})", Errc::unsupported_version, "texts.format"},
      {"NoLanguage", R"({"format": 1})", Errc::missing_element, "texts.language"},
      {"LanguageAsNumber", R"({"format": 1, "language": 1})", Errc::wrong_type, "texts.language"},
      {"EmptyLanguage", R"({"format": 1, "language": ""})", Errc::bad_value, "texts.language"},
      {"LanguageWithUnderscore", R"({"format": 1, "language": "de_AT"})", Errc::bad_value, "texts.language"},
      {"LanguageWithHyphenAtItsEnd", R"({"format": 1, "language": "de-"})", Errc::bad_value, "texts.language"},
      {"LongLanguage", R"({"format": 1, "language": ")" + std::string(36, 'a') + "\"}", Errc::bad_value,
       "texts.language"},
      {"NameAsNumber", catalogue(R"("name": 1)"), Errc::wrong_type, "texts.name"},
      {"NameThatSteers", catalogue(R"("name": "a\u001b[2J")"), Errc::bad_text, "texts.name"},
      {"UnknownSection", catalogue(R"("colours": {})"), Errc::bad_value, "texts"},
      {"SectionTwice", catalogue(R"("errors": {}, "errors": {})"), Errc::duplicate_key, "texts"},
      {"SectionAsArray", catalogue(R"("errors": [])"), Errc::wrong_type, "texts.errors"},
      {"UnknownIdentifier", catalogue(R"("errors": {"expired": {}, "outdated": {}})"), Errc::bad_value,
       "texts.errors[1]"},
      {"IdentifierOfAnotherSection", catalogue(R"("errors": {"not-yet-valid": {}})"), Errc::bad_value,
       "texts.errors[0]"},
      {"ReasonNone", catalogue(R"("reasons": {"none": {}})"), Errc::bad_value, "texts.reasons[0]"},
      {"EntryAsText", catalogue(R"("errors": {"expired": "eks"})"), Errc::wrong_type, "texts.errors[0]"},
      {"UnknownRegister", catalogue(R"("errors": {"expired": {"judge": "eks"}})"), Errc::bad_value, "texts.errors[0]"},
      {"TextAsNumber", catalogue(R"("errors": {"expired": {"clerk": 1}})"), Errc::wrong_type, "texts.errors[0].clerk"},
      {"EmptyText", catalogue(R"("errors": {"expired": {"clerk": ""}})"), Errc::bad_value, "texts.errors[0].clerk"},
      {"EmptyPhraseForEngineers", catalogue(R"("phrases": {"found": {"engineer": ""}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"LongText", catalogue(R"("errors": {"expired": {"clerk": ")" + std::string(1025, 'x') + "\"}}"), Errc::too_large,
       "texts.errors[0].clerk"},
      {"Override", catalogue(R"("errors": {"expired": {"clerk": "a\u202eb"}})"), Errc::bad_text,
       "texts.errors[0].clerk"},
      {"Isolate", catalogue(R"("errors": {"expired": {"clerk": "a\u2068b"}})"), Errc::bad_text,
       "texts.errors[0].clerk"},
      {"NewLine", catalogue(R"("errors": {"expired": {"engineer": "a\nb"}})"), Errc::bad_text,
       "texts.errors[0].engineer"},
      {"PlaceholderWhereThereIsNone", catalogue(R"("errors": {"expired": {"clerk": "{found}"}})"), Errc::bad_value,
       "texts.errors[0].clerk"},
      {"UnknownPlaceholder", catalogue(R"("phrases": {"found": {"engineer": "{fount}"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"PlaceholderOfAnotherPhrase", catalogue(R"("phrases": {"found": {"engineer": "{found} {expected}"}})"),
       Errc::bad_value, "texts.phrases[0].engineer"},
      {"PlaceholderTwice", catalogue(R"("phrases": {"found": {"engineer": "{found} {found}"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"PlaceholderMissing", catalogue(R"("phrases": {"limit": {"engineer": "x {expected}"},
                                                      "found": {"engineer": "trovita"}})"),
       Errc::bad_value, "texts.phrases[1].engineer"},
      {"BlankInPlaceholder", catalogue(R"("phrases": {"found": {"engineer": "{ found }"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"EmptyPlaceholder", catalogue(R"("phrases": {"found": {"engineer": "{found} {}"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"OpenBrace", catalogue(R"("phrases": {"found": {"engineer": "{found} {"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"ClosingBrace", catalogue(R"("phrases": {"found": {"engineer": "{found} }"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
      {"NestedBraces", catalogue(R"("phrases": {"found": {"engineer": "{{found}}"}})"), Errc::bad_value,
       "texts.phrases[0].engineer"},
  };
  return all;
}

TEST(OwnCatalogue, IsRefusedWhereItIsWrong) {
  for (const Refused& each : refused()) {
    SCOPED_TRACE(each.title);
    const auto loaded = TextCatalogue::load(each.json);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, each.code) << describe(loaded.error());
    EXPECT_EQ(loaded.error().where.text(), each.where);
  }
}

TEST(OwnCatalogue, HasItsOwnTextsAndEnglishForTheRest) {
  const auto loaded = TextCatalogue::load(catalogue(
      R"("name": "Esperanto", "errors": {"expired": {"clerk": "Ĝi eksvalidiĝis."}},
         "phrases": {"found": {"engineer": "trovita: {found}", "clerk": ""}, "limit": {"clerk": "Ĝis {expected}."}})"));
  ASSERT_TRUE(loaded) << describe(loaded.error());
  EXPECT_EQ(loaded->language(), "eo");
  EXPECT_EQ(loaded->language_name(), "Esperanto");
  const Wording clerk(*loaded, Register::clerk);
  const Wording engineer(*loaded);
  EXPECT_EQ(clerk.of(Errc::expired), "Ĝi eksvalidiĝis.");
  EXPECT_EQ(engineer.of(Errc::expired), Wording().of(Errc::expired));
  EXPECT_EQ(clerk.of(Errc::revoked), Wording(TextCatalogue::english(), Register::clerk).of(Errc::revoked));
  EXPECT_EQ(engineer.say(Phrase::found, {{"found", "x"}}), "trovita: x");
  EXPECT_EQ(clerk.say(Phrase::found, {{"found", "x"}}), "");
  EXPECT_EQ(clerk.say(Phrase::limit, {{"expected", "morgaŭ"}}), "Ĝis morgaŭ.");
  EXPECT_EQ(engineer.say(Phrase::limit, {{"expected", "morgaŭ"}}), "the limit is morgaŭ");
  EXPECT_TRUE(loaded->has(TextSection::phrases, "found", Register::clerk));
  EXPECT_FALSE(loaded->has(TextSection::phrases, "limit", Register::engineer));
}

TEST(OwnCatalogue, MayBeEmptyAndOfAnyScript) {
  EXPECT_TRUE(TextCatalogue::load(catalogue("")));
  const auto arabic =
      TextCatalogue::load(R"({"format": 1, "language": "ar", "reasons": {"expired": {"clerk": "انتهت صلاحيته."}}})");
  ASSERT_TRUE(arabic) << describe(arabic.error());
  EXPECT_EQ(Wording(*arabic, Register::clerk).of(verification::Reason::expired), "انتهت صلاحيته.");
}

TEST(OwnCatalogue, ALongestTextIsTaken) {
  EXPECT_TRUE(TextCatalogue::load(
      catalogue(R"("errors": {"expired": {"clerk": ")" + std::string(TextCatalogue::max_text, 'x') + "\"}}")));
}

}  // namespace
}  // namespace mdoc::json
