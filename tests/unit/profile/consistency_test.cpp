// Each thing that can be wrong with a profile is found where it is alone, and nothing is found beside it.
#include "mdoc/profile/consistency.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "mdoc/crypto/curve.hpp"
#include "mdoc/crypto/digest.hpp"
#include "profile/algorithm_names.hpp"

namespace mdoc::profile {
namespace {

using enum Inconsistency;
using Texts = std::vector<std::string_view>;

constexpr std::array english{LocalText{"en", "Name"}};
constexpr RowSet all_rows{(1U << row_count) - 1};

/// A profile with nothing wrong, whose parts can be changed.
struct Sample {
  std::vector<ElementProfile> elements{
      {.identifier = "portrait", .rule = {.form = ValueForm::image}, .presence = Presence::mandatory, .names = english},
      {.identifier = "issuing_country", .rule = {.form = ValueForm::text}, .names = english},
      {.identifier = "region", .rule = {.form = ValueForm::latin1}, .names = english},
      {.identifier = "age_over_18", .rule = {.form = ValueForm::boolean}, .names = english},
      {.identifier = "age_over_##", .rule = {.form = ValueForm::boolean}, .names = english},
      {.identifier = "licence",
       .rule = {.form = ValueForm::text, .max_length = 9},
       .presence = Presence::conditional,
       .condition = {.name_space = "org.iso.23220.1", .identifier = "age_over_21", .text = "of adults"},
       .device_signed = true,
       .names = english}};
  std::vector<NameSpaceProfile> name_spaces{{.name_space = "org.iso.23220.1", .elements = {}, .age_over = true}};
  std::vector<WayRule> ways = all_ways();
  std::vector<std::uint64_t> cipher_suites{1};
  Texts digests{"SHA-256", "SHA-512"};
  Texts signer_curves{"P-256", "Ed25519"};
  Texts device_curves{"P-256", "Ed448", "X25519"};
  Texts purposes{"1.0.18013.5.1.2"};
  Texts reader_purposes{"1.0.18013.5.1.6"};
  Texts policies{"0.4.0.2042.1.1", "2.999"};
  Texts mechanisms{"status-list"};
  Texts trust{"vical"};
  Texts aliases{"ut.pass.draft"};
  std::vector<HolderMethod> methods{HolderMethod::portrait, HolderMethod::device};
  std::vector<PurposeHint> hints{{.controller = "ut", .code = 1, .titles = english},
                                 {.controller = "ut", .code = 2, .titles = english}};
  Texts request_info{"ut.reason"};
  Texts device_request_info{"ut.place"};
  std::vector<std::uint64_t> capabilities{5};
  ProtocolConstants constants = changed();
  DocTypeProfile profile{.doc_type = "ut.pass.1",
                         .id = "pass",
                         .titles = english,
                         .answered = all_rows,
                         .domestic = {.pattern = "ut.pass.{region}.1"},
                         .issuer_name_space = "org.iso.23220.1",
                         .country_element = "issuing_country",
                         .jurisdiction_element = "region",
                         .certificate_validity = {.signer_days = 400, .authority_days = 3000, .reader_days = 1000},
                         .mso = {.max_validity_days = 400, .status = Requirement::mandatory, .whole_days = true},
                         .holder_verification = {.element = "portrait"}};

  static std::vector<WayRule> all_ways() {
    std::vector<WayRule> ways;
    for (std::size_t i = 0; i < way_count; ++i) {
      ways.push_back({static_cast<Way>(i), Requirement::optional, Requirement::optional});
    }
    return ways;
  }
  static ProtocolConstants changed() {
    ProtocolConstants constants = iso18013_5();
    constants.id = "ut";
    constants.sk_reader_info = "UTReader";
    return constants;
  }

  WayRule& way(Way which) { return ways[static_cast<std::size_t>(which)]; }
  ElementProfile& element(std::string_view identifier) {
    return *std::ranges::find(elements, identifier, &ElementProfile::identifier);
  }

  [[nodiscard]] std::vector<ProfileFinding> check() {
    for (NameSpaceProfile& name_space : name_spaces) {
      if (name_space.elements.empty()) name_space.elements = elements;
    }
    profile.name_spaces = name_spaces;
    profile.ways = ways;
    profile.algorithms.cipher_suites = cipher_suites;
    profile.algorithms.digests = digests;
    profile.algorithms.signer_curves = signer_curves;
    profile.algorithms.device_curves = device_curves;
    profile.signer.key_purposes = purposes;
    profile.signer.policies = policies;
    profile.reader_key_purposes = reader_purposes;
    profile.mso.mechanisms = mechanisms;
    profile.trust_sources = trust;
    profile.aliases = aliases;
    profile.holder_verification.methods = methods;
    profile.purposes = hints;
    profile.extensions = {request_info, device_request_info, capabilities};
    profile.constants = &constants;
    return check_consistency(profile);
  }
};

std::string text_of(const ProfileFinding& one) {
  std::string text(info(one.kind).id);
  text.append(" ").append(rows()[static_cast<std::size_t>(one.row)].label);
  if (!one.name_space.empty()) text.append(" ").append(one.name_space);
  if (!one.element.empty()) text.append("/").append(one.element);
  if (!one.detail.empty()) text.append(" ").append(one.detail);
  return text;
}
std::vector<std::string> found(Sample& sample) {
  std::vector<std::string> texts;
  for (const ProfileFinding& one : sample.check()) texts.push_back(text_of(one));
  return texts;
}
using Found = std::vector<std::string>;

/// One change of the sample, and what it is to lead to: nothing, where it is a neighbour of what is wrong.
struct Case {
  const char* name;
  void (*change)(Sample&);
  Found expected;
};

void expect_found(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Sample sample;
    one.change(sample);
    EXPECT_EQ(found(sample), one.expected);
  }
}

#define MDOC_CHANGE(...) [](Sample& s) { __VA_ARGS__; }

TEST(Consistency, OfTheHead) {
  expect_found(
      {Case{"Good", MDOC_CHANGE((void)s), {}},
       Case{"OneRowOpen",
            MDOC_CHANGE(s.profile.answered = RowSet(((1U << row_count) - 1) & ~(1U << 7))),
            {"row.open P8 serverRetrieval"}},
       Case{"ConstantsOpen",
            MDOC_CHANGE(s.profile.answered = RowSet(((1U << row_count) - 1) & ~(1U << (row_count - 1)))),
            {"row.open constants protocolConstants"}},
       Case{"NoTitle", MDOC_CHANGE(s.profile.titles = {}), {"title.english P1"}},
       Case{"NoEnglishTitle",
            MDOC_CHANGE(static constexpr std::array german{LocalText{"de", "Pass"}}; s.profile.titles = german),
            {"title.english P1"}},
       Case{"AliasOfItself", MDOC_CHANGE(s.aliases.push_back("ut.pass.1")), {"alias.itself P1 ut.pass.1"}},
       Case{"AliasIsBuiltIn",
            MDOC_CHANGE(s.aliases.push_back("org.iso.18013.5.1.mDL")),
            {"alias.is-built-in P1 org.iso.18013.5.1.mDL"}},
       Case{"AliasNearlyBuiltIn", MDOC_CHANGE(s.aliases.push_back("org.iso.18013.5.1.mdl")), {}},
       Case{"TrustNowhere", MDOC_CHANGE(s.trust.clear()), {"trust.nowhere P15"}},
       Case{"TrustOpen",
            MDOC_CHANGE(s.trust.clear(); s.profile.answered = RowSet(((1U << row_count) - 1) & ~(1U << 14))),
            {"row.open P15 trustSources"}},
       Case{"PurposeWithoutTitle", MDOC_CHANGE(s.hints[1].titles = {}), {"title.english P17 ut 2"}},
       Case{"PurposeTwice", MDOC_CHANGE(s.hints[1].code = 1), {"purpose.twice P17 ut 1"}},
       Case{"PurposeOfAnother", MDOC_CHANGE(s.hints[1] = {.controller = "xy", .code = 1, .titles = english}), {}}});
}

TEST(Consistency, OfNameSpaces) {
  expect_found(
      {Case{"Twice",
            MDOC_CHANGE(static constexpr std::array one{
                ElementProfile{.identifier = "x", .rule = {.form = ValueForm::uint}, .names = english}};
                        s.name_spaces.push_back({.name_space = "org.iso.23220.1", .elements = one})),
            {"name-space.twice P3 org.iso.23220.1"}},
       Case{"DomesticWithoutRegion",
            MDOC_CHANGE(s.profile.domestic.pattern = "ut.pass.region"),
            {"domestic.region P2 ut.pass.region"}},
       Case{"DomesticWithTwoRegions",
            MDOC_CHANGE(s.profile.domestic.pattern = "ut.{region}.{region}"),
            {"domestic.region P2 ut.{region}.{region}"}},
       Case{"DomesticIsTheProfiles",
            MDOC_CHANGE(s.name_spaces.push_back({.name_space = "ut.pass.UT.1", .elements = {}})),
            {"domestic.clash P2 ut.pass.UT.1 ut.pass.{region}.1"}},
       Case{"NoDomesticOnes", MDOC_CHANGE(s.profile.domestic = {}), {}},
       Case{"IssuerElsewhere",
            MDOC_CHANGE(s.profile.issuer_name_space = "ut.pass.1"; s.profile.holder_verification.element = ""),
            {"issuer.name-space P2 ut.pass.1"}},
       Case{"IssuerNowhere",
            MDOC_CHANGE(s.profile.issuer_name_space = ""; s.profile.holder_verification.element = ""),
            {}},
       Case{"IssuerWithoutElements",
            MDOC_CHANGE(s.profile.country_element = ""; s.profile.jurisdiction_element = ""),
            {}},
       Case{"CountryUndefined",
            MDOC_CHANGE(s.profile.country_element = "country"),
            {"issuer.element P2 org.iso.23220.1/country"}},
       Case{"JurisdictionUndefined",
            MDOC_CHANGE(s.profile.jurisdiction_element = "state"),
            {"issuer.element P2 org.iso.23220.1/state"}},
       Case{"CountryNoText",
            MDOC_CHANGE(s.profile.country_element = "age_over_18"),
            {"issuer.type P2 org.iso.23220.1/age_over_18"}},
       Case{"AgesWithoutElement",
            MDOC_CHANGE(s.elements.erase(s.elements.begin() + 3, s.elements.end())),
            {"age.without-element P4 org.iso.23220.1"}},
       Case{"AgesAsText",
            MDOC_CHANGE(s.elements[4].rule = {.form = ValueForm::text}),
            {"age.without-element P4 org.iso.23220.1"}},
       Case{"AgesWithOneElement", MDOC_CHANGE(s.elements.erase(s.elements.begin() + 4, s.elements.end())), {}}});
}

TEST(Consistency, OfElements) {
  expect_found(
      {Case{"Twice", MDOC_CHANGE(s.elements.push_back(s.elements[0])), {"element.twice P3 org.iso.23220.1/portrait"}},
       Case{"HiddenByDigits",
            MDOC_CHANGE(std::swap(s.elements[3], s.elements[4])),
            {"element.hidden P3 org.iso.23220.1/age_over_18 age_over_##"}},
       Case{"HiddenByARest",
            MDOC_CHANGE(s.elements[0] = {.identifier = "reg*", .rule = {.form = ValueForm::text}, .names = english};
                        s.methods = {HolderMethod::device}; s.profile.holder_verification.element = ""),
            {"element.hidden P3 org.iso.23220.1/region reg*"}},
       Case{"PatternHiddenByAPattern",
            MDOC_CHANGE(s.elements[3].identifier = "age_*"),
            {"element.hidden P3 org.iso.23220.1/age_over_## age_*"}},
       Case{"StarInTheMiddle",
            MDOC_CHANGE(s.element("licence").identifier = "lic*nce"),
            {"element.star P3 org.iso.23220.1/lic*nce"}},
       Case{"TwoStars",
            MDOC_CHANGE(s.element("licence").identifier = "licence**"),
            {"element.star P3 org.iso.23220.1/licence**"}},
       Case{"ShorterPatternLast", MDOC_CHANGE(s.elements[5].identifier = "age_over_*"), {}},
       Case{"NamedBeforeItsDigits", MDOC_CHANGE(s.elements[3].identifier = "age_over_00"), {}},
       Case{"NamedBeforeItsOtherDigits", MDOC_CHANGE(s.elements[3].identifier = "age_over_99"), {}},
       Case{"Unnamed", MDOC_CHANGE(s.element("region").names = {}), {"element.unnamed P3 org.iso.23220.1/region"}},
       Case{
           "NamedInGerman",
           MDOC_CHANGE(static constexpr std::array german{LocalText{"de", "Land"}}; s.element("region").names = german),
           {"element.unnamed P3 org.iso.23220.1/region"}},
       Case{"ConditionMissing",
            MDOC_CHANGE(s.element("licence").condition = {}),
            {"condition.missing P3 org.iso.23220.1/licence"}},
       Case{"ConditionInWords", MDOC_CHANGE(s.element("licence").condition = {.text = "of adults"}), {}},
       Case{"ConditionUnused",
            MDOC_CHANGE(s.element("licence").presence = Presence::optional),
            {"condition.unused P3 org.iso.23220.1/licence"}},
       Case{"ConditionOfAnUnknownElement",
            MDOC_CHANGE(s.element("licence").condition.identifier = "age_over_1"),
            {"condition.unknown P3 org.iso.23220.1/licence"}},
       Case{"ConditionInAnUnknownNameSpace",
            MDOC_CHANGE(s.element("licence").condition.name_space = "ut.pass.1"),
            {"condition.unknown P3 org.iso.23220.1/licence"}},
       Case{"ConditionOfItself",
            MDOC_CHANGE(s.element("licence").condition.identifier = "licence"),
            {"condition.itself P3 org.iso.23220.1/licence"}}});
}

constexpr ValueRule a_text{.form = ValueForm::text};
constexpr ValueRule no_type{};
constexpr std::array two_members{MemberRule{.key = "a", .rule = a_text}, MemberRule{.key = "b", .rule = a_text}};
constexpr std::array same_members{MemberRule{.key = "a", .rule = a_text}, MemberRule{.key = "a", .rule = a_text}};
constexpr ValueRule a_map{.form = ValueForm::map, .members = same_members};
constexpr std::array<std::string_view, 1> words{"x"};
constexpr std::array<std::string_view, 2> lengths{"ei", "käse"};
constexpr std::array<std::string_view, 2> beyond{"Köln", "Łódź"};
constexpr ValueRule short_words{.form = ValueForm::text, .max_length = 3, .words = lengths};
constexpr std::array<std::uint64_t, 2> numbers{1, 9};

TEST(Consistency, OfValueRules) {
  expect_found(
      {Case{"NoType", MDOC_CHANGE(s.element("licence").rule = {}), {"value.type P3 org.iso.23220.1/licence"}},
       Case{"BoundsCrossed",
            MDOC_CHANGE(s.element("licence").rule.min_length = 10),
            {"value.bounds P3 org.iso.23220.1/licence"}},
       Case{"BoundsEqual", MDOC_CHANGE(s.element("licence").rule.min_length = 9), {}},
       Case{"BoundsBelowTheFormat",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text,
                                                     .format = ValueFormat::subdivision,
                                                     .max_length = 3}),
            {"value.bounds P3 org.iso.23220.1/licence"}},
       Case{"BoundsAboveTheFormat",
            MDOC_CHANGE(
                s.element("licence").rule = {.form = ValueForm::text, .format = ValueFormat::country, .min_length = 3}),
            {"value.bounds P3 org.iso.23220.1/licence"}},
       Case{"BoundsBelowTheFormatOfBytes",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::bytes,
                                                     .format = ValueFormat::biometric_template,
                                                     .max_length = 1}),
            {"value.bounds P3 org.iso.23220.1/licence"}},
       Case{"BoundsOfTheFormat",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text,
                                                     .format = ValueFormat::country_2_or_3,
                                                     .min_length = 3,
                                                     .max_length = 3}),
            {}},
       Case{"BoundsBelowTheFormatBesideATextThatIsAllowed",
            MDOC_CHANGE(s.element("licence").rule =
                            {.form = ValueForm::text, .format = ValueFormat::country, .max_length = 1, .words = words}),
            {}},
       Case{"BoundsOfAnotherType",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text | ValueForm::array,
                                                     .format = ValueFormat::country,
                                                     .min_length = 3}),
            {}},
       Case{"LeastAlone", MDOC_CHANGE(s.element("portrait").rule.min_length = 9), {}},
       Case{"LengthOfANumber",
            MDOC_CHANGE(s.element("licence").rule.form = ValueForm::uint),
            {"value.bounds-unfit P3 org.iso.23220.1/licence"}},
       Case{"LengthOfADate",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::full_date, .min_length = 1}),
            {"value.bounds-unfit P3 org.iso.23220.1/licence"}},
       Case{"MaximumOfAText",
            MDOC_CHANGE(s.element("licence").rule.max_number = 1),
            {"value.bounds-unfit P3 org.iso.23220.1/licence"}},
       Case{"MaximumOfANumber",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::uint, .max_number = 9, .numbers = numbers}),
            {}},
       Case{"TextFormatOfBytes",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::bytes, .format = ValueFormat::country}),
            {"value.format P3 org.iso.23220.1/licence"}},
       Case{"ByteFormatOfText",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text, .format = ValueFormat::image_or_empty}),
            {"value.format P3 org.iso.23220.1/licence"}},
       Case{"DateMaskOfANumber",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::uint, .format = ValueFormat::date_mask}),
            {"value.format P3 org.iso.23220.1/licence"}},
       Case{"ByteFormatOfBytes",
            MDOC_CHANGE(
                s.element("licence").rule = {.form = ValueForm::bytes, .format = ValueFormat::biometric_template}),
            {}},
       Case{"ItemsOfAText",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text, .items = &a_text}),
            {"value.items P3 org.iso.23220.1/licence"}},
       Case{
           "ItemsOfAnArray", MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::array, .items = &a_text}), {}},
       Case{"ItemsWithoutType",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::array, .items = &no_type}),
            {"value.type P3 org.iso.23220.1/licence []"}},
       Case{"MembersOfAnArray",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::array, .members = two_members}),
            {"value.members P3 org.iso.23220.1/licence"}},
       Case{"MembersOfAMap",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::map, .members = two_members}),
            {}},
       Case{"MemberTwiceInside",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::array, .items = &a_map}),
            {"value.member-twice P3 org.iso.23220.1/licence [].a"}},
       Case{"TextsForANumber",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::uint, .words = words}),
            {"value.texts P3 org.iso.23220.1/licence"}},
       Case{"TextLongerThanTexts",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text, .max_length = 3, .words = lengths}),
            {"value.text-length P3 org.iso.23220.1/licence käse"}},
       Case{"TextShorterThanTexts",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text, .min_length = 3, .words = lengths}),
            {"value.text-length P3 org.iso.23220.1/licence ei"}},
       Case{"TextsOfTheLeastAndTheGreatestLength",
            MDOC_CHANGE(s.element("licence")
                            .rule = {.form = ValueForm::latin1, .min_length = 2, .max_length = 4, .words = lengths}),
            {}},
       Case{"TextBeyondLatin1",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::latin1, .words = beyond}),
            {"value.text-latin1 P3 org.iso.23220.1/licence Łódź"}},
       Case{"TextBeyondLatin1AsText",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::latin1 | ValueForm::text, .words = beyond}),
            {}},
       Case{"TextLongerThanTextsInside",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::array, .items = &short_words}),
            {"value.text-length P3 org.iso.23220.1/licence [] käse"}},
       Case{"NumbersForAText",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text, .numbers = numbers}),
            {"value.numbers P3 org.iso.23220.1/licence"}},
       Case{"TextsAndNumbersForBoth",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::text | ValueForm::uint,
                                                     .words = words,
                                                     .numbers = numbers}),
            {}},
       Case{"NumberAboveTheMaximum",
            MDOC_CHANGE(s.element("licence").rule = {.form = ValueForm::uint, .max_number = 8, .numbers = numbers}),
            {"value.number-above P3 org.iso.23220.1/licence"}}});
}

void set(Sample& s, Row row, Requirement mdoc, Requirement reader) {
  for (WayRule& rule : s.ways) {
    if (row_of(rule.way) == row) rule = {rule.way, mdoc, reader};
  }
}
using enum Requirement;

TEST(Consistency, OfWays) {
  expect_found(
      {Case{"MdocMustAndReaderMustNot",
            MDOC_CHANGE(s.way(Way::qr) = {Way::qr, mandatory, forbidden}),
            {"way.opposed P5 qr"}},
       Case{"ReaderMustAndMdocMustNot",
            MDOC_CHANGE(s.way(Way::ble) = {Way::ble, forbidden, mandatory}),
            {"way.opposed P6 ble"}},
       Case{"MandatoryForBoth", MDOC_CHANGE(s.way(Way::dc_api) = {Way::dc_api, mandatory, mandatory}), {}},
       Case{"ForbiddenForBoth", MDOC_CHANGE(s.way(Way::dc_api) = {Way::dc_api, forbidden, forbidden}), {}},
       Case{"MdocAlone",
            MDOC_CHANGE(s.way(Way::website) = {Way::website, mandatory, Requirement::optional}),
            {"way.unmet P7 website"}},
       Case{"ReaderAlone", MDOC_CHANGE(s.way(Way::website) = {Way::website, Requirement::optional, mandatory}), {}},
       Case{"MdocAloneWithAnother",
            MDOC_CHANGE(s.way(Way::website) = {Way::website, mandatory, Requirement::optional};
                        s.way(Way::dc_api) = {Way::dc_api, mandatory, mandatory}),
            {}},
       Case{"ChoiceOfTheMdoc",
            MDOC_CHANGE(s.way(Way::qr) = {Way::qr, choice, mandatory};
                        s.way(Way::nfc_static) = {Way::nfc_static, choice, mandatory}),
            {}},
       Case{"ChoiceOfTheReader",
            MDOC_CHANGE(s.way(Way::qr) = {Way::qr, mandatory, choice};
                        s.way(Way::nfc_static) = {Way::nfc_static, mandatory, choice}),
            {}},
       Case{"ChoiceOfTheMdocUnmet",
            MDOC_CHANGE(s.way(Way::qr) = {Way::qr, choice, mandatory};
                        s.way(Way::nfc_static) = {Way::nfc_static, choice, Requirement::optional}),
            {"way.unmet P5 nfc-static"}},
       Case{"ChoiceOfBoth",
            MDOC_CHANGE(s.way(Way::ble) = {Way::ble, choice, choice}; s.way(Way::nfc) = {Way::nfc, choice, choice}),
            {"way.unmet P6 ble", "way.unmet P6 nfc"}},
       Case{"ChoiceOfOne", MDOC_CHANGE(s.way(Way::ble) = {Way::ble, choice, mandatory}), {"way.single-choice P6 ble"}},
       Case{"ChoiceOfOneForReaders",
            MDOC_CHANGE(s.way(Way::ble) = {Way::ble, mandatory, choice}),
            {"way.single-choice P6 ble"}},
       Case{"NoWayToMeet",
            MDOC_CHANGE(set(s, Row::engagement, forbidden, Requirement::optional)),
            {"way.none-to-meet P5"}},
       Case{"NoWayToMeetForOneSideEach",
            MDOC_CHANGE(set(s, Row::engagement, forbidden, Requirement::optional);
                        s.way(Way::qr) = {Way::qr, Requirement::optional, forbidden}),
            {"way.none-to-meet P5"}},
       Case{"OnlineAlone",
            MDOC_CHANGE(set(s, Row::engagement, forbidden, forbidden);
                        set(s, Row::device_retrieval, forbidden, forbidden)),
            {}},
       Case{"ProximityAlone", MDOC_CHANGE(set(s, Row::online, forbidden, forbidden)), {}},
       Case{"NoWayToTalk",
            MDOC_CHANGE(set(s, Row::device_retrieval, forbidden, Requirement::optional);
                        set(s, Row::online, Requirement::optional, forbidden)),
            {"way.none-to-talk P6"}},
       Case{"WaysNotNamed", MDOC_CHANGE(s.ways.clear(); s.ways.push_back({Way::qr, forbidden, forbidden})), {}}});
}

TEST(Consistency, OfPolicies) {
  expect_found(
      {Case{"CipherSuite", MDOC_CHANGE(s.cipher_suites.push_back(2)), {"algorithm.cipher-suite P9 2"}},
       Case{"Digest", MDOC_CHANGE(s.digests.push_back("SHA256")), {"algorithm.digest P9 SHA256"}},
       Case{"SignerCurve", MDOC_CHANGE(s.signer_curves.push_back("p-256")), {"algorithm.curve P9 p-256"}},
       Case{"DeviceCurve", MDOC_CHANGE(s.device_curves.push_back("secp256k1")), {"algorithm.curve P9 secp256k1"}},
       Case{"SignerThatCannotSign", MDOC_CHANGE(s.signer_curves.push_back("X448")), {"algorithm.signer-curve P9 X448"}},
       Case{
           "MacAlone", MDOC_CHANGE(s.profile.algorithms.device_signature = false), {"algorithm.device-curve P9 Ed448"}},
       Case{"SignatureAlone",
            MDOC_CHANGE(s.profile.algorithms.device_mac = false),
            {"algorithm.device-curve P9 X25519"}},
       Case{"NeitherSignatureNorMac",
            MDOC_CHANGE(s.profile.algorithms.device_signature = s.profile.algorithms.device_mac = false),
            {"algorithm.no-device-authentication P9"}},
       Case{"NothingBound",
            MDOC_CHANGE(s.cipher_suites.clear(); s.digests.clear(); s.signer_curves.clear(); s.device_curves.clear()),
            {}},
       Case{"DeviceSigned",
            MDOC_CHANGE(s.profile.mdoc_authentication.device_signed = false; s.methods = {HolderMethod::portrait}),
            {"device-signed.forbidden P11 org.iso.23220.1/licence"}},
       Case{"NothingDeviceSigned",
            MDOC_CHANGE(s.profile.mdoc_authentication.device_signed = false; s.methods = {HolderMethod::portrait};
                        s.element("licence").device_signed = false),
            {}},
       Case{"KeyPurposeByName", MDOC_CHANGE(s.purposes.push_back("mdlDS")), {"certificate.key-purpose P12 mdlDS"}},
       Case{"KeyPurposeOfReaders",
            MDOC_CHANGE(s.reader_purposes.push_back("1.0.18013.05")),
            {"certificate.key-purpose P12 1.0.18013.05"}},
       Case{"KeyPurposeWithABlank",
            MDOC_CHANGE(s.purposes.push_back("1.0.18013 ")),
            {"certificate.key-purpose P12 1.0.18013 "}},
       Case{"KeyPurposeOfOneNumber", MDOC_CHANGE(s.purposes.push_back("1")), {"certificate.key-purpose P12 1"}},
       Case{"KeyPurposeWithADotAtTheEnd",
            MDOC_CHANGE(s.purposes.push_back("1.0.")),
            {"certificate.key-purpose P12 1.0."}},
       Case{"KeyPurposeBeyondTheRoots", MDOC_CHANGE(s.purposes.push_back("3.1")), {"certificate.key-purpose P12 3.1"}},
       Case{"Policy", MDOC_CHANGE(s.policies.push_back("ncp")), {"certificate.policy P12 ncp"}},
       Case{"SignerBeyondAuthority",
            MDOC_CHANGE(s.profile.certificate_validity.authority_days = 399; s.profile.mso.max_validity_days = 0),
            {"certificate.days P13"}},
       Case{"SignerAsAuthority", MDOC_CHANGE(s.profile.certificate_validity.authority_days = 400), {}},
       Case{"AuthorityWithoutBound", MDOC_CHANGE(s.profile.certificate_validity.authority_days = 0), {}},
       Case{"CrlMissing", MDOC_CHANGE(s.profile.signer.crl_points = false), {"certificate.crl-missing P13"}},
       Case{
           "CrlUnused", MDOC_CHANGE(s.profile.certificate_validity.revocation = false), {"certificate.crl-unused P13"}},
       Case{"NoCrl", MDOC_CHANGE(s.profile.certificate_validity.revocation = s.profile.signer.crl_points = false), {}},
       Case{"MsoBeyondSigner", MDOC_CHANGE(s.profile.mso.max_validity_days = 401), {"mso.outlives-signer P14"}},
       Case{"SignerWithoutBound",
            MDOC_CHANGE(s.profile.mso.max_validity_days = 401; s.profile.certificate_validity.signer_days = 0),
            {}},
       Case{"StatusWithoutMechanism", MDOC_CHANGE(s.mechanisms.clear()), {"mso.status-mechanism P14"}},
       Case{"StatusForbidden", MDOC_CHANGE(s.profile.mso.status = forbidden), {"mso.status-forbidden P14"}},
       Case{"StatusForbiddenWithoutMechanism", MDOC_CHANGE(s.profile.mso.status = forbidden; s.mechanisms.clear()), {}},
       Case{"SingleUse", MDOC_CHANGE(s.profile.mso.single_use = true), {}},
       Case{"SingleUseWithSeconds",
            MDOC_CHANGE(s.profile.mso.single_use = true; s.profile.mso.whole_days = false),
            {"mso.single-use-dates P14"}},
       Case{"SingleUseWithOneKey",
            MDOC_CHANGE(s.profile.mso.single_use = true; s.profile.mdoc_authentication.one_key_per_document = false),
            {"mso.single-use-keys P14"}},
       Case{"HolderByBiometrics",
            MDOC_CHANGE(s.methods.push_back(HolderMethod::biometric_template)),
            {"holder.means P16 biometric-template"}},
       Case{"HolderBySignature",
            MDOC_CHANGE(s.methods.push_back(HolderMethod::signature_usual_mark)),
            {"holder.means P16 signature-usual-mark"}},
       Case{"HolderByNothing", MDOC_CHANGE(s.methods.clear()), {}},
       Case{"HolderByAnUnknownPortrait",
            MDOC_CHANGE(s.element("portrait").identifier = "picture"; s.profile.holder_verification.element = ""),
            {"holder.means P16 portrait"}},
       Case{
           "HolderByADeviceThatMayNotSay",
           MDOC_CHANGE(s.profile.mdoc_authentication.device_signed = false; s.element("licence").device_signed = false),
           {"holder.device-unsigned P16"}},
       Case{"HolderElement",
            MDOC_CHANGE(s.profile.holder_verification.element = "picture"),
            {"holder.element P16 org.iso.23220.1/picture"}}});
}

TEST(Consistency, OfNamesOfTheProtocol) {
  expect_found(
      {Case{"KeyOfDocRequests",
            MDOC_CHANGE(s.request_info.push_back("issuerIdentifiers")),
            {"extension.known P18 issuerIdentifiers"}},
       Case{"KeyOfDeviceRequests",
            MDOC_CHANGE(s.device_request_info.push_back("useCases")),
            {"extension.known P18 useCases"}},
       Case{"KeyOfTheOtherPlace", MDOC_CHANGE(s.device_request_info.push_back("issuerIdentifiers")), {}},
       Case{"Capability", MDOC_CHANGE(s.capabilities.push_back(4)), {"extension.known P18 4"}},
       Case{"EmptyText", MDOC_CHANGE(s.constants.http_path = ""), {"constant.empty constants"}},
       Case{"SchemeWithoutColon",
            MDOC_CHANGE(s.constants.device_engagement_scheme = "utpass"),
            {"constant.scheme constants utpass"}},
       Case{"SchemeOfReadersWithoutColon",
            MDOC_CHANGE(s.constants.reader_engagement_scheme = "utpass//"),
            {"constant.scheme constants utpass//"}},
       Case{"SchemeThatBeginsWithADigit",
            MDOC_CHANGE(s.constants.obsolete_engagement_scheme = "9ut:"),
            {"constant.scheme constants 9ut:"}},
       Case{"SchemeWithABlank",
            MDOC_CHANGE(s.constants.rest_api_scheme = "ut pass://"),
            {"constant.scheme constants ut pass://"}},
       Case{"SchemeOfAColonAlone",
            MDOC_CHANGE(s.constants.device_engagement_scheme = ":"),
            {"constant.scheme constants :"}},
       Case{"SchemeWithAllThatSchemesHave", MDOC_CHANGE(s.constants.device_engagement_scheme = "Ut+pass-1.x:"), {}},
       Case{"EmptyScheme", MDOC_CHANGE(s.constants.device_engagement_scheme = ""), {"constant.empty constants"}},
       Case{"SameInfos", MDOC_CHANGE(s.constants.sk_device_info = "UTReader"), {"constant.infos constants UTReader"}},
       Case{"SameInfosOfRadio",
            MDOC_CHANGE(s.constants.nan_passphrase_info = "BLEIdent"),
            {"constant.infos constants BLEIdent"}},
       Case{"SameIvs",
            MDOC_CHANGE(s.constants.mdoc_iv_identifier = s.constants.reader_iv_identifier),
            {"constant.ivs constants"}},
       Case{"SameContexts",
            MDOC_CHANGE(s.constants.reader_authentication_context = "DeviceAuthentication"),
            {"constant.contexts constants DeviceAuthentication"}},
       Case{"SameHandovers",
            MDOC_CHANGE(s.constants.dc_api_handover = "OpenID4VPHandover"),
            {"constant.contexts constants OpenID4VPHandover"}},
       Case{"NoUuid",
            MDOC_CHANGE(s.constants.ble_mdoc_state = "00000001-A123-48CE-896B-4C76973373E"),
            {"constant.uuid constants 00000001-A123-48CE-896B-4C76973373E"}},
       Case{"NoUuidOfTheReader",
            MDOC_CHANGE(s.constants.ble_reader_l2cap = "{0000000B-A123-48CE-896B-4C76973373E6}"),
            {"constant.uuid constants {0000000B-A123-48CE-896B-4C76973373E6}"}},
       Case{"EmptyUuid", MDOC_CHANGE(s.constants.ble_reader_ident = ""), {"constant.empty constants"}},
       Case{"SameUuids",
            MDOC_CHANGE(s.constants.ble_mdoc_l2cap = "00000001-a123-48ce-896b-4c76973373e6"),
            {"constant.uuids constants 00000001-a123-48ce-896b-4c76973373e6"}},
       Case{"SameUuidsOfTheReader",
            MDOC_CHANGE(s.constants.ble_reader_state = "00000008-A123-48CE-896B-4C76973373E6"),
            {"constant.uuids constants 00000008-A123-48CE-896B-4C76973373E6"}},
       Case{"SameUuidInTheOtherService",
            MDOC_CHANGE(s.constants.ble_reader_state = "00000001-A123-48CE-896B-4C76973373E6"),
            {}},
       Case{"NameOfTheStandards", MDOC_CHANGE(s.constants.id = "iso18013-5"), {"constant.id constants iso18013-5"}}});
}

TEST(Inconsistencies, HaveStableIdsOfTheirOwnAndSayWhatToDo) {
  ASSERT_EQ(inconsistencies().size(), inconsistency_count);
  std::set<std::string_view> ids;
  std::set<std::string_view> sentences;
  for (const InconsistencyInfo& each : inconsistencies()) {
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    EXPECT_TRUE(sentences.insert(each.means).second) << each.id;
    EXPECT_TRUE(each.means.ends_with('.') && each.advice.ends_with('.')) << each.id;
    EXPECT_EQ(&info(each.kind), &each);
    EXPECT_FALSE(name(each.severity).empty());
  }
}

TEST(Inconsistencies, OfAnEmptyProfileAreItsRowsAndItsTitle) {
  std::set<Row> open;
  for (const ProfileFinding& one : check_consistency({})) {
    EXPECT_TRUE(one.kind == row_open || one.kind == no_english_title) << info(one.kind).id;
    if (one.kind == row_open) open.insert(one.row);
  }
  EXPECT_EQ(open.size(), row_count);
}

TEST(Inconsistencies, ComeInTheOrderOfRows) {
  Sample sample;
  sample.constants.id = "iso18013-5";
  sample.trust.clear();
  sample.aliases.push_back("ut.pass.1");
  sample.profile.answered = RowSet(0);
  const auto findings = sample.check();
  EXPECT_TRUE(std::ranges::is_sorted(findings, {}, &ProfileFinding::row));
  EXPECT_EQ(findings.size(), row_count + 2);  // trust is open, not empty
}

TEST(Inconsistencies, LookAtTheProfilesThatAreKnown) {
  Sample sample;
  EXPECT_TRUE(sample.check().empty());
  constexpr std::array<std::string_view, 2> aliases{"other", "ut.pass.1"};
  const std::array known{DocTypeProfile{.doc_type = "ut.pass.2", .aliases = aliases},
                         DocTypeProfile{.doc_type = "ut.pass.1", .id = "earlier-pass", .aliases = aliases}};
  const auto findings = check_consistency(sample.profile, known);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(text_of(findings[0]), "alias.of-built-in P1 ut.pass.2");
  EXPECT_EQ(text_of(findings[1]), "doc-type.built-in P1 earlier-pass");
  EXPECT_TRUE(is_complete(findings));
  EXPECT_TRUE(check_consistency(sample.profile, {}).empty());
  EXPECT_TRUE(check_consistency(sample.profile, {&sample.profile, 1}).empty());
}

TEST(Inconsistencies, AnIdStandsForOneDocType) {
  Sample sample;
  EXPECT_TRUE(sample.check().empty());
  const std::array known{DocTypeProfile{.doc_type = "ut.pass.2", .id = "pass"}};
  const auto findings = check_consistency(sample.profile, known);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(findings[0]), "id.built-in P1 pass");
  EXPECT_FALSE(is_complete(findings));
  // A copy is for the same docType, and once is enough.
  const std::array same{sample.profile};
  const auto copied = check_consistency(sample.profile, same);
  ASSERT_EQ(copied.size(), 1U);
  EXPECT_EQ(text_of(copied[0]), "doc-type.built-in P1 pass");
  // So it is where the docType is open, and nothing where the id is.
  sample.profile.doc_type = "";
  ASSERT_EQ(check_consistency(sample.profile, known).size(), 1U);
  EXPECT_EQ(check_consistency(sample.profile, known)[0].kind, id_built_in);
  sample.profile.id = "";
  EXPECT_TRUE(check_consistency(sample.profile, std::array{DocTypeProfile{.doc_type = ""}}).empty());
}

TEST(Inconsistencies, LeaveAProfileCompleteWhereTheyAreAdvice) {
  Sample sample;
  EXPECT_TRUE(is_complete(sample.check()));
  sample.trust.clear();
  EXPECT_TRUE(is_complete(sample.check()));
  sample.profile.answered = RowSet(1);
  EXPECT_FALSE(is_complete(sample.check()));
  Sample contradictory;
  contradictory.elements.push_back(contradictory.elements[0]);
  EXPECT_FALSE(is_complete(contradictory.check()));
}

TEST(AlgorithmNames, AreThoseOfTheCurvesAndDigestsOfCrypto) {
  ASSERT_EQ(curve_names.size(), crypto::curves().size());
  for (const CurveName& each : curve_names) {
    const crypto::CurveInfo* const curve = crypto::find_curve(each.name);
    ASSERT_NE(curve, nullptr) << each.name;
    EXPECT_EQ(each.number, static_cast<std::int32_t>(curve->curve)) << each.name;
    EXPECT_EQ(each.signs, curve->can_sign()) << each.name;
    EXPECT_EQ(each.agrees, curve->can_agree) << each.name;
  }
  for (const std::string_view name : digest_names) EXPECT_TRUE(crypto::digest_algorithm(name)) << name;
}

}  // namespace
}  // namespace mdoc::profile
