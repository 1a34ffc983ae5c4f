// The built-in catalogues: complete, in two languages and two registers, and words that each reader knows.
#include "mdoc/json/texts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>

#include "core/utf8.hpp"

namespace mdoc::json {
namespace {

constexpr std::array registers{Register::engineer, Register::clerk};

/// Calls `visit` with section, identifier and register of every text that a catalogue may have.
template <class Visit>
void for_each_text(const Visit& visit) {
  for (std::size_t i = 0; i < text_section_count; ++i) {
    const auto section = static_cast<TextSection>(i);
    for (const std::string_view id : TextCatalogue::ids(section)) {
      for (const Register manner : registers) {
        SCOPED_TRACE(std::string(name(section)) + "." + std::string(id) + "." + std::string(name(manner)));
        visit(section, id, manner);
      }
    }
  }
}

const TextCatalogue& german() { return *TextCatalogue::built_in("de"); }

std::set<std::string> names_in_braces(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    names.emplace(text.substr(at + 1, text.find('}', at) - at - 1));
  }
  return names;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  while (take_character(text)) ++count;
  return count;
}

/// The words of a text in lower case, what stands in braces left out. Letters beyond ASCII are parts of words.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  bool in_braces = false;
  for (const char c : std::string(text) + " ") {
    if (c == '{') in_braces = true;
    const bool letter =
        (static_cast<unsigned char>(c) & 0x80U) != 0 || std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter && !in_braces) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!letter && !word.empty()) words.insert(std::exchange(word, {}));
    if (c == '}') in_braces = false;
  }
  return words;
}

TEST(Texts, EnglishAndGermanAreBuiltIn) {
  EXPECT_TRUE(std::ranges::equal(languages(), std::array<std::string_view, 2>{"en", "de"}));
  for (const std::string_view language : languages()) {
    ASSERT_NE(TextCatalogue::built_in(language), nullptr);
    EXPECT_EQ(TextCatalogue::built_in(language)->language(), language);
  }
  EXPECT_EQ(TextCatalogue::built_in("en"), &TextCatalogue::english());
  EXPECT_EQ(german().language_name(), "Deutsch");
}

TEST(Texts, ARegionHasTheTextsOfItsLanguage) {
  for (const std::string_view tag : {"de-AT", "DE", "de-Latn-CH-1996"}) {
    EXPECT_EQ(TextCatalogue::built_in(tag), &german()) << tag;
  }
  for (const std::string_view tag : {"", "-", "d", "den", "fr", "fr-de", "x-de"}) {
    EXPECT_EQ(TextCatalogue::built_in(tag), nullptr) << tag;
  }
}

TEST(Texts, EveryTextIsThereInEachLanguageAndRegister) {
  for_each_text([](TextSection section, std::string_view id, Register manner) {
    for (const TextCatalogue* catalogue : {&TextCatalogue::english(), &german()}) {
      EXPECT_TRUE(catalogue->has(section, id, manner)) << catalogue->language();
    }
  });
}

// What joins evidence, and how to issue certificates, is for engineers alone, in every language; everything else is for
// both.
TEST(Texts, OnlyPhrasesForEngineersAreEmptyForClerks) {
  for_each_text([](TextSection section, std::string_view id, Register manner) {
    const bool empty = TextCatalogue::english().text(section, id, manner).empty();
    EXPECT_EQ(german().text(section, id, manner).empty(), empty);
    const bool for_engineers = section == TextSection::phrases || section == TextSection::certificate_advice;
    EXPECT_FALSE(empty && (manner == Register::engineer || !for_engineers));
  });
}

TEST(Texts, NoTextIsThatOfTheOtherLanguage) {
  for_each_text([](TextSection section, std::string_view id, Register manner) {
    const std::string_view text = german().text(section, id, manner);
    if (text.empty()) return;
    EXPECT_NE(text, TextCatalogue::english().text(section, id, manner));
  });
}

TEST(Texts, PlaceholdersAreTheSameInEachLanguage) {
  for_each_text([](TextSection section, std::string_view id, Register manner) {
    EXPECT_EQ(names_in_braces(german().text(section, id, manner)),
              names_in_braces(TextCatalogue::english().text(section, id, manner)));
  });
}

TEST(Texts, ForClerksTheyAreShort) {
  for_each_text([](TextSection section, std::string_view id, Register manner) {
    if (manner == Register::engineer) return;
    EXPECT_LE(characters(TextCatalogue::english().text(section, id, manner)), 140U);
    EXPECT_LE(characters(german().text(section, id, manner)), 140U);
  });
}

TEST(Texts, ForClerksTheyHaveNoJargonAndNoClauses) {
  const std::set<std::string> jargon{"algorithm",  "anchor",      "aead",
                                     "alg",        "bit",         "bits",
                                     "byte",       "bytes",       "ca",
                                     "cbor",       "certificate", "certificates",
                                     "cose",       "crl",         "curve",
                                     "decode",     "decodes",     "der",
                                     "deviation",  "digest",      "digests",
                                     "docrequest", "doctype",     "element",
                                     "elements",   "encoding",    "ephemeral",
                                     "hash",       "header",      "iaca",
                                     "identifier", "iso",         "issuerauth",
                                     "json",       "mac",         "mdoc",
                                     "mso",        "namespace",   "ndef",
                                     "nonce",      "null",        "ocsp",
                                     "parameter",  "parse",       "pem",
                                     "profile",    "protocol",    "revocation",
                                     "rfc",        "salt",        "sessiontranscript",
                                     "syntax",     "tag",         "tdate",
                                     "tls",        "token",       "transcript",
                                     "url",        "utf",         "vical",
                                     "x5chain",    "zk"};
  const std::set<std::string> german_jargon{"algorithmus",
                                            "anker",
                                            "bit",
                                            "byte",
                                            "cbor",
                                            "cbor-tag",
                                            "cose",
                                            "crl",
                                            "digest",
                                            "element",
                                            "elemente",
                                            "engagement",
                                            "hash",
                                            "header",
                                            "identifier",
                                            "kodierung",
                                            "kurve",
                                            "mac",
                                            "mdoc",
                                            "mso",
                                            "nonce",
                                            "null",
                                            "ocsp",
                                            "parameter",
                                            "profil",
                                            "protokoll",
                                            "rfc",
                                            "sessiontranscript",
                                            "syntax",
                                            "token",
                                            "vertrauensanker",
                                            "x5chain",
                                            "zertifikat",
                                            "zertifikate",
                                            "zertifikats",
                                            "zertifikatspfad"};
  for_each_text([&](TextSection section, std::string_view id, Register manner) {
    if (manner == Register::engineer) return;
    // "der" is an article, and a "Tag" a day.
    for (const std::string& word : words_of(TextCatalogue::english().text(section, id, manner))) {
      EXPECT_FALSE(jargon.contains(word)) << word;
    }
    for (const std::string& word : words_of(german().text(section, id, manner))) {
      EXPECT_FALSE(german_jargon.contains(word)) << word;
    }
  });
}

// The core has an English line of its own for each of these, for programs without catalogues. There is one wording.
TEST(Texts, TheCoreSpeaksOfErrorsAsTheCatalogueDoes) {
  for (const std::string_view id : TextCatalogue::ids(TextSection::errors)) {
    unsigned number = 100;
    while (name(static_cast<Errc>(number)) != id) ++number;
    EXPECT_EQ(Wording().of(static_cast<Errc>(number)), message(static_cast<Errc>(number))) << id;
  }
}

TEST(Texts, TheCoreSpeaksOfDutiesAndDeviationsAsTheCatalogueDoes) {
  for (const auto& check : verification::checks()) EXPECT_EQ(Wording().of(check.check), check.duty) << check.id;
  for (const auto& check : presentation::reader_checks()) EXPECT_EQ(Wording().of(check.check), check.duty) << check.id;
  for (const auto& row : verification::answer_reasons()) EXPECT_EQ(Wording().of(row.reason), row.sentence) << row.id;
  for (const auto& rule : rules()) EXPECT_EQ(Wording().of(rule.rule), rule.what) << rule.id;
  for (const auto& row : profile::element_faults()) EXPECT_EQ(Wording().of(row.fault), row.duty) << row.id;
  for (const auto& row : profile::mso_faults()) EXPECT_EQ(Wording().of(row.fault), row.duty) << row.id;
  for (const auto& row : trust::certificate_roles()) EXPECT_EQ(Wording().of(row.role), row.what) << row.id;
}

TEST(Texts, TheCoreSpeaksOfCertificatesAsTheCatalogueDoes) {
  for (const trust::CertificateRuleInfo& row : trust::certificate_rules()) {
    EXPECT_EQ(Wording().of(row.rule), row.what) << row.id;
    EXPECT_EQ(Wording().advice(row.rule), row.advice) << row.id;
    EXPECT_EQ(Wording(german(), Register::clerk).advice(row.rule), "") << row.id;
  }
}

TEST(Texts, AnUnknownIdentifierHasNoText) {
  for (std::size_t i = 0; i < text_section_count; ++i) {
    const auto section = static_cast<TextSection>(i);
    EXPECT_TRUE(german().text(section, "no-such-thing", Register::engineer).empty());
    EXPECT_FALSE(german().has(section, "no-such-thing", Register::engineer));
  }
  EXPECT_TRUE(Wording().of(static_cast<Errc>(999)).empty());
  EXPECT_TRUE(Wording().of(verification::Reason::none).empty());
  EXPECT_TRUE(Wording().of(presentation::ReaderReason::none).empty());
}

TEST(Texts, EachReasonHasASentenceOfItsOwn) {
  for (const TextSection section : {TextSection::reasons, TextSection::reader_reasons, TextSection::checks}) {
    std::set<std::string_view> sentences;
    for (const std::string_view id : TextCatalogue::ids(section)) {
      EXPECT_TRUE(sentences.insert(TextCatalogue::english().text(section, id, Register::engineer)).second) << id;
    }
  }
}

// ---- phrases ------------------------------------------------------------------------------------

TEST(Phrases, HaveTheirValuesInTheirPlaces) {
  EXPECT_EQ(Wording().say(Phrase::found, {{"found", "C=UT"}}), "found C=UT");
  EXPECT_EQ(Wording(german()).say(Phrase::found, {{"found", "C=UT"}}), "gefunden: C=UT");
  EXPECT_EQ(Wording().say(Phrase::response_incomplete, {{"requested", "3"}, {"unanswered", "2"}}),
            "The response is valid; 2 of 3 requested elements were not answered.");
}

TEST(Phrases, BracesInAValueAreText) {
  EXPECT_EQ(Wording().say(Phrase::refused_because, {{"check", "{why}"}, {"why", "}{check}{"}}),
            "refused because of {why}: }{check}{");
}

TEST(Phrases, ForEngineersAloneSayNothingToClerks) {
  EXPECT_EQ(Wording(german(), Register::clerk).say(Phrase::found, {{"found", "C=UT"}}), "");
}

TEST(Phrases, EachHasTheNamesOfItsTable) {
  for (std::size_t i = 0; i < phrase_count; ++i) {
    const auto phrase = static_cast<Phrase>(i);
    const auto names = placeholders(phrase);
    EXPECT_EQ(names_in_braces(TextCatalogue::english().text(TextSection::phrases, name(phrase), Register::engineer)),
              std::set<std::string>(names.begin(), names.end()))
        << name(phrase);
  }
}

TEST(Wording, AClerkIsToldTheDayAndAnEngineerTheSecond) {
  const UtcSeconds time = parse_date_time("2028-02-29T23:59:58Z")->time;
  EXPECT_EQ(Wording().time(time), "2028-02-29T23:59:58Z");
  EXPECT_EQ(Wording(german(), Register::clerk).time(time), "2028-02-29");
}

// ---- names in profiles --------------------------------------------------------------------------

constexpr std::array family_name{profile::LocalText{"de", "Nachname"}, profile::LocalText{"de-AT", "Familienname"},
                                 profile::LocalText{"en", "Family name"}};

TEST(LocalTexts, FallFromRegionToLanguageToEnglish) {
  EXPECT_EQ(local_text(family_name, "de-AT"), "Familienname");
  EXPECT_EQ(local_text(family_name, "DE-at"), "Familienname");
  EXPECT_EQ(local_text(family_name, "de-AT-1996"), "Familienname");
  EXPECT_EQ(local_text(family_name, "de-CH"), "Nachname");
  EXPECT_EQ(local_text(family_name, "fr-CA"), "Family name");
  EXPECT_EQ(local_text(family_name, ""), "Family name");
  EXPECT_EQ(local_text(std::span(family_name).first(2), "fr"), "");
  EXPECT_EQ(local_text({}, "en"), "");
}

TEST(ElementNames, AreThoseOfTheProfileOrTheIdentifier) {
  constexpr std::array age{profile::LocalText{"en", "Minimum age reached"}};
  const std::array elements{profile::ElementProfile{.identifier = "family_name", .names = family_name},
                            profile::ElementProfile{.identifier = "age_over_##", .names = age},
                            profile::ElementProfile{.identifier = "biometric_template_*", .names = age},
                            profile::ElementProfile{.identifier = "nameless"}};
  const std::array spaces{profile::NameSpaceProfile{.name_space = "ns", .elements = elements}};
  const profile::DocTypeProfile document{.doc_type = "doc", .name_spaces = spaces};
  EXPECT_EQ(element_name(&document, "ns", "family_name", "de-CH"), "Nachname");
  EXPECT_EQ(element_name(&document, "ns", "age_over_18", "de"), "Minimum age reached (18)");
  EXPECT_EQ(element_name(&document, "ns", "biometric_template_face", "en"), "Minimum age reached (face)");
  EXPECT_EQ(element_name(&document, "ns", "biometric_template_", "en"), "Minimum age reached");
  EXPECT_EQ(element_name(&document, "ns", "nameless", "en"), "nameless");
  EXPECT_EQ(element_name(&document, "ns", "unknown", "en"), "unknown");
  EXPECT_EQ(element_name(&document, "other", "family_name", "en"), "family_name");
  EXPECT_EQ(element_name(nullptr, "ns", "family_name", "en"), "family_name");
}

}  // namespace
}  // namespace mdoc::json
