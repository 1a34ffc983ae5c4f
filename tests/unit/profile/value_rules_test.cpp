// One value against its rule: for each fault a value that has it alone, and neighbours that do not.
#include <array>
#include <set>

#include "support/vectors.hpp"
#include "validation.hpp"

namespace mdoc::profile {
namespace {

using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_bytes;
using testing::cbor_full_date;
using testing::cbor_text;
using testing::cbor_uint;
using testing::hex;
using testing::Members;

constexpr ValueRule form_of(ValueForm form) { return {.form = form}; }
constexpr ValueRule text_of(ValueFormat format) { return {.form = ValueForm::text, .format = format}; }

const Bytes jpeg = hex("ffd8 ffe00004ffff ffc0000b080001000101011100 ffda");

/// One item of every type, by the form that it has; "" has none.
const std::vector<std::pair<ValueForm, Bytes>>& items() {
  static const std::vector<std::pair<ValueForm, Bytes>> all{
      {ValueForm::text, cbor_text("x")},
      {ValueForm::uint, cbor_uint(1)},
      {ValueForm::boolean, cbor_bool(true)},
      {ValueForm::bytes, cbor_bytes(hex("0102"))},
      {ValueForm::array, cbor_array({cbor_text("x")})},
      {ValueForm::map, Members{{"x", cbor_uint(1)}}.encode()},
      {ValueForm::full_date, cbor_full_date("1990-01-02")},
      {ValueForm::tdate, testing::cbor_tdate(testing::utc("1990-01-02T00:00:00Z"))},
      {ValueForm::none, testing::cbor_int(-1)},
      {ValueForm::none, hex("f6")},      // null
      {ValueForm::none, hex("f7")},      // undefined
      {ValueForm::none, hex("f0")},      // simple(16)
      {ValueForm::none, hex("f93c00")},  // 1.0
      {ValueForm::none, testing::cbor_embedded(hex("a0"))},
      {ValueForm::none, hex("c101")},        // tag 1
      {ValueForm::none, hex("d903ec6161")},  // tag 1004 around text that is no date: see below
  };
  return all;
}

TEST(ValueRules, AValueHasOneOfItsForms) {
  for (const auto& [form, encoded] : items()) {
    for (unsigned bit = 0; bit < 10; ++bit) {
      const auto allowed = static_cast<ValueForm>(1u << bit);
      const auto texts = found(form_of(allowed), encoded);
      const bool fits = form == allowed || (form == ValueForm::text && allowed == ValueForm::latin1);
      if (form == ValueForm::bytes && allowed == ValueForm::image) {
        EXPECT_EQ(texts, Texts{"e: element.not-an-image"});
      } else if (encoded == hex("d903ec6161") && allowed == ValueForm::full_date) {
        EXPECT_EQ(texts, Texts{"e: element.bad-date"});
      } else {
        EXPECT_EQ(texts, fits ? Texts{} : Texts{"e: element.wrong-form"}) << "bit " << bit << ", type " << +encoded[0];
      }
    }
    EXPECT_TRUE(found(form_of(ValueForm::none), encoded).empty()) << "no form bounds nothing";
  }
}

TEST(ValueRules, AValueMayHaveAnyOfSeveralForms) {
  const ValueRule rule = form_of(ValueForm::array | ValueForm::text);
  EXPECT_TRUE(found(rule, cbor_text("x")).empty());
  EXPECT_TRUE(found(rule, cbor_array({})).empty());
  EXPECT_EQ(found(rule, cbor_uint(1)), Texts{"e: element.wrong-form"});
}

TEST(ValueRules, ATaggedDateIsADayOfTheCalendar) {
  const ValueRule day = form_of(ValueForm::full_date), time = form_of(ValueForm::tdate);
  const auto full_date = [](std::string_view text) {
    Bytes encoded = hex("d903ec");
    const Bytes content = cbor_text(text);
    encoded.insert(encoded.end(), content.begin(), content.end());
    return encoded;
  };
  const auto tdate = [](std::string_view text) {
    Bytes encoded = hex("c0");
    const Bytes content = cbor_text(text);
    encoded.insert(encoded.end(), content.begin(), content.end());
    return encoded;
  };
  EXPECT_TRUE(found(day, full_date("2024-02-29")).empty());
  for (const std::string_view bad : {"2023-02-29", "2024-13-01", "2024-00-01", "2024-1-1", "20240101", "", "x"}) {
    EXPECT_EQ(found(day, full_date(bad)), Texts{"e: element.bad-date"}) << bad;
  }
  EXPECT_EQ(found(day, hex("d903ec01")), Texts{"e: element.bad-date"});
  EXPECT_TRUE(found(time, tdate("2024-02-29T23:59:59Z")).empty());
  for (const std::string_view bad : {"2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", ""}) {
    EXPECT_EQ(found(time, tdate(bad)), Texts{"e: element.bad-date"}) << bad;
  }
  EXPECT_EQ(found(time, full_date("2024-02-29")), Texts{"e: element.wrong-form"});
  EXPECT_EQ(found(day, tdate("2024-02-29T00:00:00Z")), Texts{"e: element.wrong-form"});
  EXPECT_TRUE(found(form_of(ValueForm::full_date | ValueForm::tdate), full_date("2024-02-29")).empty());
}

TEST(ValueRules, TheLevelJudgesDatesThatDeviate) {
  const ValueRule day = form_of(ValueForm::full_date), time = form_of(ValueForm::tdate);
  const Bytes fraction = hex("c0 78 18 323032342d30312d30315430303a30303a30302e3030305a");  // …00.000Z
  const auto at = [](Level level) {
    return ValidationContext{.decode = {.limits = {}, .level = level, .sink = nullptr}, .valid_from = {}};
  };
  EXPECT_EQ(found(time, fraction, at(Level::strict)), Texts{"e: element.bad-date"});
  EXPECT_TRUE(found(time, fraction, at(Level::interop)).empty());
  EXPECT_EQ(found(day, cbor_text("2024-02-29"), at(Level::interop)), Texts{"e: element.wrong-form"});
  EXPECT_TRUE(found(day, cbor_text("2024-02-29"), at(Level::lenient)).empty());
  EXPECT_EQ(found(day, cbor_text("2024-02-30"), at(Level::lenient)), Texts{"e: element.wrong-form"});
}

TEST(ValueRules, LengthsAreOfCharactersBytesElementsAndMembers) {
  ValueRule rule{
      .form = ValueForm::text | ValueForm::bytes | ValueForm::array | ValueForm::map, .min_length = 2, .max_length = 3};
  const auto map_of = [](std::size_t members) {
    Members map;
    for (std::size_t i = 0; i < members; ++i) map[std::to_string(i)] = cbor_uint(1);
    return map.encode();
  };
  const std::array<std::string_view, 5> names{"", "ä", "äö", "äöü", "äöüß"};
  for (std::size_t length = 0; length < names.size(); ++length) {
    const Texts expected = length < 2   ? Texts{"e: element.too-short"}
                           : length > 3 ? Texts{"e: element.too-long"}
                                        : Texts{};
    EXPECT_EQ(found(rule, cbor_text(names.at(length))), expected) << length;
    EXPECT_EQ(found(rule, cbor_bytes(Bytes(length))), expected) << length;
    EXPECT_EQ(found(rule, cbor_array(std::vector<Bytes>(length, cbor_uint(1)))), expected) << length;
    EXPECT_EQ(found(rule, map_of(length)), expected) << length;
  }
  rule.min_length = rule.max_length = 0;
  EXPECT_TRUE(found(rule, cbor_text("")).empty());
  EXPECT_TRUE(found(rule, cbor_text(std::string(1000, 'x'))).empty());
}

TEST(ValueRules, Latin1IsWhatOneByteHolds) {
  const ValueRule rule = form_of(ValueForm::latin1);
  for (const std::string_view good : {"", "Müller", "\u00ff", "\u0080"})
    EXPECT_TRUE(found(rule, cbor_text(good)).empty());
  for (const std::string_view bad : {"Łukasz", "\u0100", "東京", "\U0001f600"}) {
    EXPECT_EQ(found(rule, cbor_text(bad)), Texts{"e: element.not-latin1"}) << bad;
    EXPECT_TRUE(found(form_of(ValueForm::text), cbor_text(bad)).empty());
    EXPECT_TRUE(found(form_of(ValueForm::latin1 | ValueForm::text), cbor_text(bad)).empty());
  }
}

TEST(ValueRules, FormatsOfText) {
  struct Case {
    ValueFormat format;
    std::string_view id;
    std::vector<std::string_view> good, bad;
  };
  const std::vector<Case> cases{
      {ValueFormat::country, "element.bad-country", {"UT", "ZZ", "XK"}, {"", "U", "ut", "Ut", "UTO", "U1", "ÜT"}},
      {ValueFormat::country_2_or_3, "element.bad-country", {"UT", "UTO", "XXA"}, {"", "U", "uto", "UTOP", "D<<"}},
      {ValueFormat::subdivision,
       "element.bad-subdivision",
       {"UT-01", "UT-A", "UT-1AB"},
       {"", "UT", "UT-", "UT-1234", "ut-01", "UT-ab", "UT01", "UT_01", "-01", "UTO-1", "UT-0 "}},
      {ValueFormat::date_mask,
       "element.bad-date-mask",
       {"00000000", "00000011", "11111111"},
       {"", "0000000", "000000000", "00000002", "0000001x"}},
      {ValueFormat::phone, "element.bad-phone", {"+1", "+499947110815"}, {"", "+", "1", "+1 2", "+1-2", "++1", "1+2"}},
      {ValueFormat::email,
       "element.bad-email",
       {"a@b", "robin@example.com"},
       {"", "@", "a@", "@b", "a", "a@b@c", "a@@b"}},
      {ValueFormat::digits, "element.not-digits", {"0", "00123"}, {"", "1a", " 1", "-1", "１"}},
  };
  for (const Case& one : cases) {
    for (const std::string_view text : one.good) {
      EXPECT_TRUE(found(text_of(one.format), cbor_text(text)).empty()) << one.id << " " << text;
    }
    for (const std::string_view text : one.bad) {
      EXPECT_EQ(found(text_of(one.format), cbor_text(text)), Texts{"e: " + std::string(one.id)}) << text;
    }
  }
}

TEST(ValueRules, FormatsOfBytes) {
  const ValueRule biometric{.form = ValueForm::bytes, .format = ValueFormat::biometric_template};
  EXPECT_TRUE(found(biometric, cbor_bytes(hex("7f61"))).empty());
  EXPECT_TRUE(found(biometric, cbor_bytes(hex("7f6100"))).empty());
  for (const std::string_view bad : {"", "7f", "7f60", "617f", "007f61"}) {
    EXPECT_EQ(found(biometric, cbor_bytes(hex(bad))), Texts{"e: element.not-a-biometric-template"}) << bad;
  }
  const ValueRule image = form_of(ValueForm::image);
  const ValueRule image_or_empty{.form = ValueForm::bytes, .format = ValueFormat::image_or_empty};
  EXPECT_TRUE(found(image, cbor_bytes(jpeg)).empty());
  EXPECT_TRUE(found(image_or_empty, cbor_bytes(jpeg)).empty());
  EXPECT_EQ(found(image, cbor_bytes({})), Texts{"e: element.not-an-image"});
  EXPECT_TRUE(found(image_or_empty, cbor_bytes({})).empty());
  EXPECT_EQ(found(image, cbor_bytes(hex("ffd8ff"))), Texts{"e: element.not-an-image"});
  EXPECT_EQ(found(image_or_empty, cbor_bytes(hex("00"))), Texts{"e: element.not-an-image"});
}

TEST(ValueRules, ValuesThatAreDefined) {
  static constexpr std::array<std::string_view, 2> colours{"black", "blue"};
  static constexpr std::array<std::string_view, 2> codes{"QU", "none"};
  static constexpr std::array<std::uint64_t, 3> sexes{0, 1, 9};
  const ValueRule colour{.form = ValueForm::text, .words = colours};
  EXPECT_TRUE(found(colour, cbor_text("blue")).empty());
  for (const std::string_view bad : {"", "Blue", "blue ", "green"}) {
    EXPECT_EQ(found(colour, cbor_text(bad)), Texts{"e: element.value-not-defined"}) << bad;
  }
  const ValueRule country{.form = ValueForm::text, .format = ValueFormat::country, .words = codes};
  EXPECT_TRUE(found(country, cbor_text("none")).empty());
  EXPECT_TRUE(found(country, cbor_text("UT")).empty());
  EXPECT_EQ(found(country, cbor_text("other")), Texts{"e: element.bad-country"});
  const ValueRule sex{.form = ValueForm::uint, .numbers = sexes};
  EXPECT_TRUE(found(sex, cbor_uint(9)).empty());
  for (const std::uint64_t bad : {std::uint64_t{2}, std::uint64_t{10}, UINT64_MAX}) {
    EXPECT_EQ(found(sex, cbor_uint(bad)), Texts{"e: element.value-not-defined"});
  }
  const ValueRule bounded{.form = ValueForm::uint, .max_number = 300};
  EXPECT_TRUE(found(bounded, cbor_uint(0)).empty());
  EXPECT_TRUE(found(bounded, cbor_uint(300)).empty());
  EXPECT_EQ(found(bounded, cbor_uint(301)), Texts{"e: element.out-of-range"});
  EXPECT_EQ(found(bounded, cbor_uint(UINT64_MAX)), Texts{"e: element.out-of-range"});
}

/// As driving_privileges: an array of maps with an array of maps.
constexpr std::array code_members{
    MemberRule{.key = "code", .presence = Presence::mandatory, .rule = {.form = ValueForm::text}},
    MemberRule{.key = "sign", .presence = Presence::optional, .rule = {.form = ValueForm::text}},
};
constexpr ValueRule code{.form = ValueForm::map, .members = code_members};
constexpr std::array privilege_members{
    MemberRule{.key = "vehicle_category_code", .presence = Presence::mandatory, .rule = {.form = ValueForm::text}},
    MemberRule{.key = "issue_date", .presence = Presence::optional, .rule = {.form = ValueForm::full_date}},
    MemberRule{.key = "expiry_date", .presence = Presence::optional, .rule = {.form = ValueForm::full_date}},
    MemberRule{.key = "codes",
               .presence = Presence::optional,
               .rule = {.form = ValueForm::array, .min_length = 1, .items = &code}},
};
constexpr ValueRule privilege{.form = ValueForm::map, .members = privilege_members};
constexpr ValueRule privileges{.form = ValueForm::array, .items = &privilege};

TEST(ValueRules, MembersAreJudgedWhereTheyStand) {
  const Bytes good = Members{{"vehicle_category_code", cbor_text("B")}, {"other", hex("f6")}}.encode();
  EXPECT_TRUE(found(privileges, cbor_array({})).empty());
  EXPECT_TRUE(found(privileges, cbor_array({good, good})).empty());
  EXPECT_EQ(found(privileges, cbor_array({good, cbor_text("B")})), Texts{"e[1]: element.wrong-form"});
  EXPECT_EQ(found(privileges, cbor_array({good, Members{}.encode()})),
            Texts{"e[1].vehicle_category_code: element.missing-member"});
  EXPECT_EQ(found(privileges, cbor_array({Members{{"vehicle_category_code", cbor_uint(1)}}.encode()})),
            Texts{"e[0].vehicle_category_code: element.wrong-form"});
  EXPECT_EQ(
      found(privileges, cbor_array({good, Members{{"vehicle_category_code", cbor_text("B")},
                                                  {"codes", cbor_array({Members{{"sign", cbor_uint(1)}}.encode()})}}
                                              .encode()})),
      (Texts{"e[1].codes[0].sign: element.wrong-form", "e[1].codes[0].code: element.missing-member"}));
  EXPECT_EQ(found(privileges,
                  cbor_array({Members{{"vehicle_category_code", cbor_text("B")}, {"codes", cbor_array({})}}.encode()})),
            Texts{"e[0].codes: element.too-short"});
}

TEST(ValueRules, KeysOfOtherTypesAreOtherMembers) {
  EXPECT_EQ(found(privilege, hex("a1 01 02")), Texts{"e.vehicle_category_code: element.missing-member"});
}

TEST(ValueRules, APrivilegeEndsNoEarlierThanItBegins) {
  const auto with = [](std::string_view issue, std::string_view expiry) {
    return cbor_array({Members{{"vehicle_category_code", cbor_text("B")},
                               {"issue_date", cbor_full_date(issue)},
                               {"expiry_date", cbor_full_date(expiry)}}
                           .encode()});
  };
  EXPECT_TRUE(found(privileges, with("2024-01-01", "2024-01-02")).empty());
  EXPECT_TRUE(found(privileges, with("2024-01-01", "2024-01-01")).empty());
  EXPECT_EQ(found(privileges, with("2024-01-02", "2024-01-01")),
            Texts{"e[0].expiry_date: element.dates-out-of-order (issue_date)"});
}

constexpr std::array birth_members{
    MemberRule{.key = "birth_date", .presence = Presence::mandatory, .rule = {.form = ValueForm::full_date}},
    MemberRule{.key = "approximate_mask",
               .presence = Presence::optional,
               .rule = {.form = ValueForm::text, .format = ValueFormat::date_mask}},
};
constexpr ValueRule birth{.form = ValueForm::full_date | ValueForm::map, .members = birth_members};

TEST(ValueRules, ADateSaysNoMoreThanItsMaskCallsKnown) {
  const auto with = [](std::string_view date, std::string_view mask) {
    return found(birth, Members{{"birth_date", cbor_full_date(date)}, {"approximate_mask", cbor_text(mask)}}.encode());
  };
  const Texts contradicts{"e.approximate_mask: element.mask-contradicts-date (birth_date)"};
  EXPECT_TRUE(with("1988-04-17", "00000000").empty());
  EXPECT_TRUE(with("1988-04-01", "00000011").empty());
  EXPECT_EQ(with("1988-04-17", "00000011"), contradicts);
  EXPECT_TRUE(with("1988-01-01", "00001111").empty());
  EXPECT_EQ(with("1988-04-01", "00001111"), contradicts);
  EXPECT_TRUE(with("1980-04-17", "00010000").empty());
  EXPECT_EQ(with("1988-04-17", "00010000"), contradicts);
  EXPECT_TRUE(with("0000-01-01", "11111111").empty());
  EXPECT_TRUE(with("1988-04-10", "00000001").empty());
  EXPECT_EQ(with("1988-04-17", "00000001"), contradicts);
  EXPECT_TRUE(with("1988-04-01", "00000001").empty()) << "there is no day 0";
  EXPECT_TRUE(with("1988-04-07", "00000010").empty());
  EXPECT_EQ(with("1988-04-17", "00000010"), contradicts);
  EXPECT_TRUE(with("1988-10-17", "00001000").empty()) << "there is no month 0";
  EXPECT_EQ(with("1988-04-17", "0000001"), Texts{"e.approximate_mask: element.bad-date-mask"});
  EXPECT_EQ(found(birth, Members{{"approximate_mask", cbor_text("00000011")}}.encode()),
            Texts{"e.birth_date: element.missing-member"});
}

TEST(ValueRules, WhatIsNoCborOrBeyondTheLimitsIsUnreadable) {
  const Texts unreadable{"e: element.unreadable"};
  EXPECT_EQ(found(form_of(ValueForm::text), Bytes{}), unreadable);
  EXPECT_EQ(found(form_of(ValueForm::text), hex("6261")), unreadable);
  EXPECT_EQ(found(form_of(ValueForm::text), hex("616161")), unreadable);  // a second item
  EXPECT_EQ(found(form_of(ValueForm::text), hex("61ff")), unreadable);
  EXPECT_EQ(found(form_of(ValueForm::map), hex("a2 6161 01 6161 02")), unreadable);
  EXPECT_EQ(found(form_of(ValueForm::uint), hex("82 01")), unreadable);
  EXPECT_EQ(found(form_of(ValueForm::none), hex("82 01")), unreadable);
  Bytes deep(40, 0x81);
  deep.push_back(0x00);
  EXPECT_EQ(found(form_of(ValueForm::array), deep), unreadable);
  ValidationContext context = Elements().context;
  context.decode.limits.max_entries = 3;
  EXPECT_EQ(found(form_of(ValueForm::array), hex("84 01 02 03 04"), context), unreadable);
  EXPECT_TRUE(found(form_of(ValueForm::array), hex("83 01 02 03"), context).empty());
  context.decode.limits.max_string = 3;
  EXPECT_EQ(found(form_of(ValueForm::text), cbor_text("abcd"), context), unreadable);
}

TEST(ValueRules, ARuleThatContainsItselfEndsWithTheValue) {
  ValueRule nested{.form = ValueForm::array};
  nested.items = &nested;
  Bytes deep(20, 0x81);
  deep.push_back(0x00);
  const auto texts = found(nested, deep);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts.front(), "e[0][0][0][0][0][0][0][0]...: element.wrong-form");
  deep.assign(60, 0x81);
  deep.push_back(0x00);
  EXPECT_EQ(found(nested, deep).size(), 1u);
}

TEST(ValueRules, OneElementFillsNoReport) {
  const ValueRule rule = form_of(ValueForm::text);
  const ValueRule array{.form = ValueForm::array, .max_length = 10, .items = &rule};
  EXPECT_EQ(found(array, cbor_array(std::vector<Bytes>(1000, cbor_uint(1)))).size(), ElementFindings::per_element);
}

TEST(ElementFindings, KeepWhatFindsRoomAndCountTheRest) {
  ElementFindings findings;
  EXPECT_TRUE(findings.empty());
  for (std::size_t i = 0; i < ElementFindings::capacity + 3; ++i) findings.append({.fault = ElementFault::too_long});
  EXPECT_EQ(findings.entries().size(), ElementFindings::capacity);
  EXPECT_EQ(findings.dropped(), 3u);
}

TEST(ElementFindings, CountTheErrorsAmongTheRestByAspect) {
  ElementFindings findings;
  for (std::size_t i = 0; i < ElementFindings::capacity; ++i) findings.append({.fault = ElementFault::too_long});
  EXPECT_EQ(findings.dropped_errors(), 0u);
  for (const ElementFault fault : {ElementFault::unknown_element, ElementFault::mask_contradicts_date,
                                   ElementFault::bad_date, ElementFault::bad_date, ElementFault::ages_contradict}) {
    findings.append({.fault = fault});
  }
  EXPECT_EQ(findings.dropped(), 5u);
  EXPECT_EQ(findings.dropped_errors(), 3u);
  EXPECT_EQ(findings.dropped_errors(FaultAspect::form), 2u);
  EXPECT_EQ(findings.dropped_errors(FaultAspect::consistency), 1u) << "a warning of the same aspect is no error";
  EXPECT_EQ(findings.dropped_errors(FaultAspect::name), 0u);
}

TEST(ElementFaults, HaveStableIdsAndADuty) {
  std::set<std::string_view> ids;
  EXPECT_EQ(element_faults().size(), element_fault_count);
  for (const ElementFaultInfo& fault : element_faults()) {
    EXPECT_TRUE(ids.insert(fault.id).second) << fault.id;
    EXPECT_TRUE(fault.id.starts_with("element."));
    EXPECT_FALSE(fault.clause.empty());
    EXPECT_TRUE(fault.duty.ends_with('.')) << fault.id;
    EXPECT_EQ(info(fault.fault).id, fault.id);
  }
  EXPECT_EQ(name(FaultSeverity::error), "error");
  EXPECT_EQ(name(FaultSeverity::warning), "warning");
  EXPECT_EQ(name(FaultSeverity::information), "information");
}

}  // namespace
}  // namespace mdoc::profile
