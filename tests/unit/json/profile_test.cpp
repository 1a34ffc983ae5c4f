// What a profile's JSON says comes out of it, and lives as long as its owner.
#include "mdoc/json/profile.hpp"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "mdoc/json/texts.hpp"
#include "support/profile_difference.hpp"
#include "unit/json/sample_profile.hpp"

namespace mdoc::json {
namespace {

using namespace profile;  // NOLINT(google-build-using-namespace)
using testing::altered;
using testing::difference;
using testing::sample_profile;
using testing::without;

LoadedProfile loaded(std::string_view json) {
  ProfileFault fault;
  auto profile = load_profile(json, {}, &fault);
  EXPECT_TRUE(profile) << (profile ? "" : describe(profile.error())) << " " << fault.member << ": " << fault.expected;
  return *std::move(profile);
}

std::vector<std::string_view> list(std::span<const std::string_view> texts) { return {texts.begin(), texts.end()}; }

const ElementProfile& element(const DocTypeProfile& profile, std::size_t name_space, std::string_view identifier) {
  return *find_element(profile.name_spaces[name_space], identifier);
}

TEST(LoadedProfiles, SayWhatTheDocumentIs) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  EXPECT_EQ(profile.id, "utopia-pass");
  EXPECT_EQ(local_text(profile.titles, "en"), "Utopian pass");
  ASSERT_EQ(profile.titles.size(), 2U);
  EXPECT_EQ(profile.titles[0].language, "de");
  EXPECT_EQ(profile.titles[0].text, "Utopischer Pass");
  EXPECT_EQ(profile.standing, Standing::national);
  EXPECT_EQ(list(profile.sources), std::vector<std::string_view>{"Utopian Passes Act"});
  EXPECT_EQ(profile.doc_type, "ut.pass.1");
  EXPECT_EQ(list(profile.aliases), std::vector<std::string_view>{"ut.pass.draft"});
  EXPECT_EQ(profile.domestic.pattern, "ut.pass.{region}.1");
  EXPECT_TRUE(profile.domestic.lower_case);
  EXPECT_FALSE(profile.domestic.version);
  EXPECT_EQ(profile.issuer_name_space, "ut.pass.1");
  EXPECT_EQ(profile.country_element, "issuing_country");
  EXPECT_EQ(profile.jurisdiction_element, "region");
  EXPECT_EQ(loaded(altered("/standing", R"("provisional")")).profile().standing, Standing::provisional);
  EXPECT_EQ(loaded(altered("/standing", R"("published")")).profile().standing, Standing::published);
}

TEST(LoadedProfiles, HaveTheirNameSpaces) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  ASSERT_EQ(profile.name_spaces.size(), 2U);
  EXPECT_EQ(profile.name_spaces[0].name_space, "ut.pass.1");
  EXPECT_TRUE(profile.name_spaces[0].required);
  EXPECT_TRUE(profile.name_spaces[0].age_over);
  EXPECT_EQ(profile.name_spaces[1].name_space, "org.iso.23220.1");
  EXPECT_FALSE(profile.name_spaces[1].required);
  EXPECT_FALSE(profile.name_spaces[1].age_over);
  EXPECT_TRUE(loaded(without("/nameSpaces/1/required")).profile().name_spaces[1].required);
}

TEST(LoadedProfiles, HaveTheirElements) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  const ElementProfile& name = element(profile, 0, "family_name");
  EXPECT_EQ(name.presence, Presence::mandatory);
  EXPECT_EQ(name.rule.form, ValueForm::latin1);
  EXPECT_EQ(name.rule.max_length, 150);
  EXPECT_EQ(name.element_class, ElementClass::name);
  EXPECT_FALSE(name.device_signed);
  EXPECT_EQ(name.names[0].text, "Familienname");
  EXPECT_EQ(name.clause, "2");
  EXPECT_EQ(element(profile, 0, "issuing_country").rule.format, ValueFormat::country);
  EXPECT_EQ(element(profile, 0, "region").element_class, ElementClass::other);
  EXPECT_EQ(element(profile, 0, "region").clause, "");
  EXPECT_EQ(element(profile, 0, "sex").presence, Presence::recommended);
  EXPECT_TRUE(std::ranges::equal(element(profile, 0, "sex").rule.numbers, std::array<std::uint64_t, 4>{0, 1, 2, 9}));
  EXPECT_EQ(element(profile, 0, "age_over_65").identifier, "age_over_##");
  const ElementProfile& licences = element(profile, 0, "licences");
  EXPECT_EQ(licences.presence, Presence::conditional);
  EXPECT_EQ(licences.condition.name_space, "ut.pass.1");
  EXPECT_EQ(licences.condition.identifier, "sex");
  EXPECT_EQ(licences.condition.text, "of those who drive");
  EXPECT_TRUE(licences.device_signed);
  EXPECT_EQ(licences.rule.min_length, 1);
  ASSERT_NE(licences.rule.items, nullptr);
  ASSERT_EQ(licences.rule.items->members.size(), 2U);
  const MemberRule& category = licences.rule.items->members[0];
  EXPECT_EQ(category.key, "category");
  EXPECT_EQ(category.presence, Presence::mandatory);
  EXPECT_EQ(local_text(category.names, "de"), "Klasse");
  EXPECT_TRUE(licences.rule.items->members[1].names.empty());
  EXPECT_EQ(list(category.rule.words), (std::vector<std::string_view>{"A", "B"}));
  EXPECT_EQ(licences.rule.items->members[1].rule.form, ValueForm::full_date | ValueForm::tdate);
}

TEST(LoadedProfiles, KnowEveryTypeFormatAndClass) {
  const auto first = [](const std::string& json) { return loaded(json); };
  const auto with = [&](const char* member, const std::string& word) {
    return first(altered(std::string("/nameSpaces/0/elements/2/") + member, "\"" + word + "\""));
  };
  int bit = 0;
  for (const char* type :
       {"text", "latin1", "uint", "boolean", "bytes", "image", "array", "map", "full-date", "tdate"}) {
    EXPECT_EQ(with("type", type).profile().name_spaces[0].elements[2].rule.form, static_cast<ValueForm>(1 << bit++));
  }
  int format = 0;
  for (const char* word : {"country", "country-2-or-3", "subdivision", "date-mask", "phone", "email", "digits",
                           "biometric-template", "image-or-empty"}) {
    EXPECT_EQ(with("format", word).profile().name_spaces[0].elements[2].rule.format,
              static_cast<ValueFormat>(++format));
  }
  int count = 0;
  for (const char* word : {"other", "name", "birth", "age", "biometric", "address", "identifier", "contact",
                           "appearance", "nationality", "document", "entitlement", "vehicle"}) {
    EXPECT_EQ(with("class", word).profile().name_spaces[0].elements[2].element_class,
              static_cast<ElementClass>(count++));
  }
}

TEST(LoadedProfiles, HaveTheirWays) {
  const LoadedProfile owner = loaded(sample_profile());
  const auto& ways = owner.profile().ways;
  ASSERT_EQ(ways.size(), way_count);
  for (std::size_t i = 0; i < way_count; ++i) EXPECT_EQ(ways[i].way, static_cast<Way>(i));
  const auto of = [&](Way way) { return ways[static_cast<std::size_t>(way)]; };
  EXPECT_EQ(of(Way::qr).mdoc, Requirement::choice);
  EXPECT_EQ(of(Way::qr).reader, Requirement::mandatory);
  EXPECT_EQ(of(Way::reader_engagement).mdoc, Requirement::forbidden);
  EXPECT_EQ(of(Way::reader_engagement).reader, Requirement::optional);
  EXPECT_EQ(of(Way::ble).mdoc, Requirement::mandatory);
  EXPECT_EQ(of(Way::wifi_aware).reader, Requirement::forbidden);
  EXPECT_EQ(of(Way::dc_api_openid4vp).mdoc, Requirement::optional);
  EXPECT_FALSE(owner.profile().server_retrieval);
  EXPECT_TRUE(loaded(altered("/serverRetrieval", R"("permitted")")).profile().server_retrieval);
}

TEST(LoadedProfiles, HaveTheirAlgorithmsAndAuthentication) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  EXPECT_TRUE(std::ranges::equal(profile.algorithms.cipher_suites, std::array<std::uint64_t, 1>{1}));
  EXPECT_EQ(list(profile.algorithms.digests), std::vector<std::string_view>{"SHA-256"});
  EXPECT_EQ(list(profile.algorithms.signer_curves), (std::vector<std::string_view>{"P-256", "P-384"}));
  EXPECT_EQ(list(profile.algorithms.device_curves), std::vector<std::string_view>{"P-256"});
  EXPECT_TRUE(profile.algorithms.device_signature);
  EXPECT_TRUE(profile.algorithms.device_mac);
  EXPECT_EQ(profile.reader_authentication.proximity, ReaderAuthenticationRule::not_mandatory);
  EXPECT_EQ(profile.reader_authentication.online, ReaderAuthenticationRule::required);
  EXPECT_TRUE(profile.mdoc_authentication.device_signed);
  EXPECT_TRUE(profile.mdoc_authentication.one_key_per_document);
  const auto mac = loaded(altered("/algorithms/deviceAuthentication", R"(["mac"])"));
  EXPECT_FALSE(mac.profile().algorithms.device_signature);
  EXPECT_TRUE(mac.profile().algorithms.device_mac);
  EXPECT_FALSE(loaded(altered("/mdocAuthentication/deviceSigned", R"("forbidden")"))
                   .profile()
                   .mdoc_authentication.device_signed);
  const auto other = loaded(altered("/readerAuthentication", R"({"proximity": "out-of-scope", "online": "optional"})"));
  EXPECT_EQ(other.profile().reader_authentication.proximity, ReaderAuthenticationRule::out_of_scope);
  EXPECT_EQ(other.profile().reader_authentication.online, ReaderAuthenticationRule::optional);
}

TEST(LoadedProfiles, HaveTheirCertificatesDatesAndTrust) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  EXPECT_EQ(list(profile.signer.key_purposes), std::vector<std::string_view>{"1.3.6.1.4.1.99999.1"});
  EXPECT_EQ(list(profile.signer.policies), std::vector<std::string_view>{"1.3.6.1.4.1.99999.2"});
  EXPECT_TRUE(profile.signer.crl_points);
  EXPECT_TRUE(profile.signer.contact);
  EXPECT_FALSE(profile.signer.state);
  EXPECT_FALSE(profile.signer.intermediates);
  EXPECT_EQ(list(profile.reader_key_purposes), std::vector<std::string_view>{"1.3.6.1.4.1.99999.3"});
  EXPECT_EQ(profile.certificate_validity.signer_days, 457);
  EXPECT_EQ(profile.certificate_validity.authority_days, 3650);
  EXPECT_EQ(profile.certificate_validity.reader_days, 1187);
  EXPECT_TRUE(profile.certificate_validity.revocation);
  EXPECT_EQ(profile.mso.max_validity_days, 30);
  EXPECT_EQ(profile.mso.status, Requirement::mandatory);
  EXPECT_EQ(list(profile.mso.mechanisms), std::vector<std::string_view>{"status-list"});
  EXPECT_TRUE(profile.mso.whole_days);
  EXPECT_FALSE(profile.mso.single_use);
  EXPECT_EQ(list(profile.trust_sources), (std::vector<std::string_view>{"vical", "pinned"}));
}

TEST(LoadedProfiles, HaveWhatVerifiesTheHolderAndWhatIsAdded) {
  const LoadedProfile owner = loaded(sample_profile());
  const DocTypeProfile& profile = owner.profile();
  ASSERT_EQ(profile.holder_verification.methods.size(), 1U);
  EXPECT_EQ(profile.holder_verification.methods[0], HolderMethod::portrait);
  EXPECT_EQ(profile.holder_verification.element, "");
  const auto other = loaded(altered(
      "/holderVerification",
      R"({"methods": ["device", "signature-usual-mark", "biometric-template", "portrait"], "element": "family_name"})"));
  EXPECT_EQ(other.profile().holder_verification.element, "family_name");
  EXPECT_TRUE(std::ranges::equal(other.profile().holder_verification.methods,
                                 std::array{HolderMethod::device, HolderMethod::signature_usual_mark,
                                            HolderMethod::biometric_template, HolderMethod::portrait}));
  ASSERT_EQ(profile.purposes.size(), 1U);
  EXPECT_EQ(profile.purposes[0].controller, "ut.pass");
  EXPECT_EQ(profile.purposes[0].code, 1);
  EXPECT_EQ(profile.purposes[0].titles[0].text, "Identity");
  EXPECT_EQ(loaded(altered("/purposes/0/code", "-7")).profile().purposes[0].code, -7);
  EXPECT_EQ(list(profile.extensions.request_info), std::vector<std::string_view>{"ut.reason"});
  EXPECT_EQ(list(profile.extensions.device_request_info), std::vector<std::string_view>{"ut.place"});
  EXPECT_TRUE(std::ranges::equal(profile.extensions.capabilities, std::array<std::uint64_t, 1>{4711}));
}

TEST(LoadedProfiles, ChangeTheProtocolsConstants) {
  const LoadedProfile owner = loaded(sample_profile());
  const ProtocolConstants& changed = constants(owner.profile());
  EXPECT_EQ(changed.id, "ut-pass");
  EXPECT_EQ(changed.device_engagement_scheme, "utpass:");
  EXPECT_EQ(changed.sk_reader_info, "UTReader");
  EXPECT_EQ(changed.reader_iv_identifier, (std::array<std::uint8_t, 8>{0, 0, 0, 0, 0, 0, 0, 0xa0}));
  EXPECT_EQ(changed.mdoc_iv_identifier, (std::array<std::uint8_t, 8>{0, 0, 0, 0, 0, 0, 0, 0xa1}));
  EXPECT_EQ(changed.ble_psm_service_uuid, 0x1234);
  EXPECT_EQ(changed.sk_device_info, iso18013_5().sk_device_info);
  EXPECT_EQ(loaded(altered("/protocolConstants", R"("iso18013-5")")).profile().constants, nullptr);
}

TEST(LoadedProfiles, ChangeEachTextOfTheProtocolByItsName) {
  // Two members with the same effect, or one without any, would show here.
  std::vector<std::string> effects;
  for (const char* name : {"engagementVersion",
                           "engagementVersionExtended",
                           "deviceEngagementScheme",
                           "readerEngagementScheme",
                           "ndefDeviceEngagementType",
                           "ndefDeviceEngagementId",
                           "ndefReaderEngagementType",
                           "ndefReaderEngagementId",
                           "ndefNfcCarrierType",
                           "skReaderInfo",
                           "skDeviceInfo",
                           "eMacKeyInfo",
                           "bleIdentInfo",
                           "nanServiceInfo",
                           "nanPassphraseInfo",
                           "deviceAuthenticationContext",
                           "readerAuthenticationContext",
                           "readerAuthenticationAllContext",
                           "httpPath",
                           "httpContentType",
                           "obsoleteEngagementScheme",
                           "restApiScheme",
                           "ndefNfcCarrierId",
                           "ndefBleCarrierType",
                           "ndefBleCarrierId",
                           "ndefWifiAwareCarrierType",
                           "ndefWifiAwareCarrierId",
                           "tnepHandoverService",
                           "openid4vpHandover",
                           "openid4vpDcApiHandover",
                           "openid4vciIaeHandover",
                           "dcApiHandover",
                           "bleMdocState",
                           "bleMdocClient2server",
                           "bleMdocServer2client",
                           "bleMdocL2cap",
                           "bleReaderState",
                           "bleReaderClient2server",
                           "bleReaderServer2client",
                           "bleReaderIdent",
                           "bleReaderL2cap"}) {
    const auto same = loaded(altered("/protocolConstants", R"({"base": "iso18013-5", "id": "iso18013-5"})"));
    const auto changed = loaded(altered("/protocolConstants", R"({"base": "iso18013-5", "id": "iso18013-5", ")" +
                                                                  std::string(name) + R"(": "other"})"));
    // "skReaderInfo" is sk_reader_info
    std::string effect = difference(same.profile(), changed.profile());
    std::string expected = "constants.";
    for (const char c : std::string_view(name)) {
      if (c >= 'A' && c <= 'Z') expected += '_';
      expected += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    EXPECT_EQ(effect, expected);
    effects.push_back(std::move(effect));
  }
  std::ranges::sort(effects);
  EXPECT_EQ(std::ranges::adjacent_find(effects), effects.end());
}

TEST(LoadedProfiles, KnowWhichRowsTheyAnswer) {
  const LoadedProfile all = loaded(sample_profile());
  for (const RowInfo& row : rows()) {
    EXPECT_TRUE(all.profile().answered.has(row.row)) << row.label;
    if (row.row == Row::elements) continue;  // others point to them
    const LoadedProfile open = loaded(without("/" + std::string(row.key)));
    for (const RowInfo& other : rows()) EXPECT_EQ(open.profile().answered.has(other.row), other.row != row.row);
  }
  EXPECT_TRUE(loaded(altered("/domesticNameSpaces", "null")).profile().answered.has(Row::name_spaces));
}

TEST(LoadedProfiles, TakeTheDefaultsForRowsLeftOpen) {
  const LoadedProfile open =
      loaded(R"({"profileFormat": 1, "id": "x", "title": {"en": "X"}, "standing": "national", "sources": []})");
  EXPECT_EQ(difference(open.profile(), DocTypeProfile{.doc_type = {}, .id = "x", .titles = open.profile().titles}), "");
  EXPECT_EQ(open.samples(), "{}");
}

TEST(LoadedProfiles, TakeFromAFragmentWhatTheyDoNotSay) {
  const LoadedProfile owner = loaded(sample_profile());
  const ElementProfile& portrait = element(owner.profile(), 1, "portrait");
  EXPECT_EQ(portrait.presence, Presence::mandatory);
  EXPECT_EQ(portrait.rule.form, ValueForm::image);
  EXPECT_EQ(portrait.element_class, ElementClass::biometric);
  EXPECT_FALSE(portrait.names.empty());
  EXPECT_FALSE(portrait.clause.empty());
  const ElementProfile& date = element(owner.profile(), 1, "issue_date");
  EXPECT_EQ(date.rule.form, ValueForm::tdate | ValueForm::full_date);
  EXPECT_EQ(date.clause, "3");
  EXPECT_EQ(date.element_class, ElementClass::document);
  EXPECT_FALSE(date.names.empty());
}

constexpr std::string_view own_fragment = R"({"profileFormat": 1, "fragment": "own", "sources": [], "nameSpace": "x",
  "elements": [
    {"identifier": "number", "presence": "optional", "type": "text", "format": "digits", "maxLength": 9, "clause": "9",
     "condition": {"text": "sometimes"}, "sample": "123"},
    {"identifier": "age_over_18", "presence": "optional", "type": "boolean", "clause": "named"},
    {"identifier": "age_over_##", "presence": "optional", "type": "boolean", "clause": "pattern"}]})";

ProfileSources own_sources() {
  return {.fragment = [](std::string_view id) -> std::optional<std::string> {
    if (id == "own") return std::string(own_fragment);
    return std::nullopt;
  }};
}

LoadedProfile including(const std::string& elements) {
  auto profile = load_profile(
      altered("/nameSpaces/1", R"({"nameSpace": "x", "include": "own", "elements": )" + elements + "}"), own_sources());
  EXPECT_TRUE(profile) << describe(profile.error());
  return *std::move(profile);
}

TEST(LoadedProfiles, ReplaceWhatAFragmentSaysMemberByMember) {
  const auto changed = including(R"([{"identifier": "number", "presence": "recommended", "maxLength": 5}])");
  const ElementProfile& number = changed.profile().name_spaces[1].elements[0];
  EXPECT_EQ(number.rule.format, ValueFormat::digits);
  EXPECT_EQ(number.rule.max_length, 5);
  EXPECT_EQ(number.presence, Presence::recommended);
  EXPECT_EQ(number.clause, "9");
  EXPECT_EQ(number.condition.text, "");  // it belongs to the presence
  EXPECT_NE(changed.samples().find(R"("number":"123")"), std::string_view::npos);
}

TEST(LoadedProfiles, ThatNameAnotherTypeThanAFragmentSayAllOfTheRule) {
  const auto changed = including(R"([{"identifier": "number", "presence": "optional", "type": "uint", "sample": 4}])");
  const ElementProfile& number = changed.profile().name_spaces[1].elements[0];
  EXPECT_EQ(number.rule.form, ValueForm::uint);
  EXPECT_EQ(number.rule.format, ValueFormat::none);
  EXPECT_EQ(number.rule.max_length, 0);
  EXPECT_EQ(number.clause, "9");
  EXPECT_NE(changed.samples().find(R"("number":4)"), std::string_view::npos);
}

TEST(LoadedProfiles, FindAFragmentsElementByNameBeforeItsPatterns) {
  const auto found = including(R"([{"identifier": "age_over_18", "presence": "optional"},
    {"identifier": "age_over_21", "presence": "optional"}, {"identifier": "age_over_##", "presence": "optional"}])");
  const auto elements = found.profile().name_spaces[1].elements;
  EXPECT_EQ(elements[0].clause, "named");
  EXPECT_EQ(elements[1].clause, "pattern");
  EXPECT_EQ(elements[1].identifier, "age_over_21");
  EXPECT_EQ(elements[2].clause, "pattern");
}

TEST(LoadedProfiles, MayHaveElementsOfTheirOwnBesideThoseOfAFragment) {
  const auto found = including(R"([{"identifier": "shoe_size", "presence": "optional", "type": "uint"}])");
  EXPECT_EQ(found.profile().name_spaces[1].elements[0].rule.form, ValueForm::uint);
}

TEST(LoadedProfiles, KeepTheirSamplesAsTheyAre) {
  const LoadedProfile owner = loaded(sample_profile());
  const auto samples = boost::json::parse(owner.samples()).as_object();
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(boost::json::serialize(samples.at("ut.pass.1")),
            R"({"family_name":"Vandermeer","issuing_country":"UT","sex":1,)"
            R"("licences":[{"category":"A","until":{"full-date":"2030-01-01"}}]})");
  EXPECT_EQ(samples.at("org.iso.23220.1").at("portrait"), (boost::json::value{{"sample", "portrait"}}));
}

TEST(LoadedProfiles, HaveSamplesOfPatternsByIdentifier) {
  const auto ages = [](const LoadedProfile& profile, const char* name_space) {
    const auto samples = boost::json::parse(profile.samples()).as_object();
    boost::json::object found;
    for (const auto& [identifier, value] : samples.at(name_space).as_object()) {
      if (std::string_view(identifier).starts_with("age_over_")) found[identifier] = value;
    }
    return boost::json::serialize(found);
  };
  const char* const samples = "/nameSpaces/0/elements/5/samples";
  EXPECT_EQ(ages(loaded(altered(samples, R"({"age_over_16": true, "age_over_65": false})")), "ut.pass.1"),
            R"({"age_over_16":true,"age_over_65":false})");
  const auto including = [&](const char* elements) {
    return loaded(altered("/nameSpaces/1/elements",
                          std::string("[") + elements + R"(, {"identifier": "portrait", "presence": "optional"}])"));
  };
  const char* const included = "org.iso.23220.1";
  EXPECT_EQ(ages(including(R"({"identifier": "age_over_##", "presence": "optional"})"), included),
            R"({"age_over_16":true,"age_over_21":true})");
  EXPECT_EQ(ages(including(R"({"identifier": "age_over_##", "presence": "optional", "samples": {}})"), included), "{}");
  EXPECT_EQ(ages(including(R"({"identifier": "age_over_21", "presence": "optional"})"), included),
            R"({"age_over_21":true})")
      << "one element of the pattern has its own sample alone";
  EXPECT_EQ(ages(including(R"({"identifier": "age_over_16", "presence": "optional", "sample": false},
                              {"identifier": "age_over_##", "presence": "optional"})"),
                 included),
            R"({"age_over_16":false,"age_over_21":true})")
      << "what is named before the pattern is not the pattern's";
}

TEST(LoadedProfiles, LiveAsLongAsAnyCopy) {
  std::optional<LoadedProfile> first;
  {
    std::string text = sample_profile();
    first = loaded(text);
    std::ranges::fill(text, 'x');  // nothing points to it
  }
  const DocTypeProfile* const address = &first->profile();
  LoadedProfile copy = *first;
  LoadedProfile moved = std::move(*first);
  first.reset();
  EXPECT_EQ(&copy.profile(), address);
  EXPECT_EQ(&moved.profile(), address);
  EXPECT_EQ(difference(copy.profile(), loaded(sample_profile()).profile()), "");
}

TEST(LoadedProfiles, DifferWhereTheirTextsDiffer) {
  const LoadedProfile owner = loaded(sample_profile());
  const auto change = [&](const char* pointer, const char* json) {
    return difference(owner.profile(), loaded(altered(pointer, json)).profile());
  };
  EXPECT_EQ(change("/nameSpaces/0/elements/4/items/members/0/values/1", R"("C")"),
            "name_spaces[0].elements[4].rule.items.members[0].rule.words[1]");
  EXPECT_EQ(change("/title/de", R"("Pass")"), "titles[0].text");
  EXPECT_EQ(change("/mso/singleUse", "true"), "mso.single_use");
  EXPECT_EQ(change("/protocolConstants", R"("iso18013-5")"), "constants");
}

// ---- built-in profiles ------------------------------------------------------------------------

TEST(BuiltInProfiles, LoadByTheirIds) {
  EXPECT_GE(built_in_profile_ids().size(), 5U);
  for (const std::string_view id : built_in_profile_ids()) {
    const LoadedProfile owner = loaded(built_in_profile_json(id));
    EXPECT_EQ(owner.profile().id, id);
    for (const RowInfo& row : rows()) EXPECT_TRUE(owner.profile().answered.has(row.row)) << id << " " << row.label;
  }
}

TEST(BuiltInProfiles, AreNotThereUnderOtherNames) {
  for (const char* id : {"", "mdL", "org.iso.18013.5.1.mDL", "iso-23220-1", "mdl.json"}) {
    EXPECT_TRUE(built_in_profile_json(id).empty()) << id;
  }
  EXPECT_TRUE(built_in_fragment_json("mdl").empty());
  EXPECT_TRUE(built_in_fragment_json("").empty());
  EXPECT_FALSE(built_in_fragment_json("iso-23220-1").empty());
}

// ---- sets -------------------------------------------------------------------------------------

TEST(ProfileSets, HaveTheBuiltInProfiles) {
  const ProfileSet set;
  EXPECT_EQ(set.span().size(), doc_types().size());
  EXPECT_EQ(set.find("mdl")->doc_type, "org.iso.18013.5.1.mDL");
  EXPECT_EQ(set.find("org.iso.18013.5.1.mDL")->id, "mdl");
  EXPECT_EQ(set.find("utopia-pass"), nullptr);
  EXPECT_EQ(set.find(""), nullptr);
}

TEST(ProfileSets, FindOwnOnesFirst) {
  ProfileSet set;
  ASSERT_TRUE(set.add(loaded(sample_profile())));
  EXPECT_EQ(set.find("utopia-pass")->doc_type, "ut.pass.1");
  EXPECT_EQ(set.find("ut.pass.1")->id, "utopia-pass");
  EXPECT_EQ(set.span().front().id, "utopia-pass");
  EXPECT_EQ(set.span().size(), doc_types().size() + 1);
  EXPECT_EQ(set.own().size(), 1U);
}

TEST(ProfileSets, LetAnOwnOneTakeThePlaceOfABuiltInOne) {
  ProfileSet set;
  ASSERT_TRUE(set.add(loaded(altered("/docType", R"("org.iso.18013.5.1.mDL")"))));
  EXPECT_EQ(set.find("org.iso.18013.5.1.mDL")->id, "utopia-pass");
  EXPECT_EQ(local_text(find_doc_type(set.span(), "org.iso.18013.5.1.mDL")->titles, "en"), "Utopian pass");
}

TEST(ProfileSets, RefuseAnIdOrADocTypeForTheSecondTime) {
  ProfileSet set;
  ASSERT_TRUE(set.add(loaded(sample_profile())));
  const auto same_id = set.add(loaded(altered("/docType", R"("ut.pass.2")")));
  ASSERT_FALSE(same_id);
  EXPECT_EQ(same_id.error().code, Errc::duplicate_key);
  EXPECT_EQ(same_id.error().where.text(), "id");
  const auto same_doc_type = set.add(loaded(altered("/id", R"("other")")));
  ASSERT_FALSE(same_doc_type);
  EXPECT_EQ(same_doc_type.error().code, Errc::duplicate_key);
  EXPECT_EQ(same_doc_type.error().where.text(), "docType");
  EXPECT_EQ(set.span().size(), doc_types().size() + 1);
}

TEST(ProfileSets, RefuseAProfileWithoutADocType) {
  ProfileSet set;
  const auto added = set.add(loaded(without("/docType")));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::missing_element);
  EXPECT_EQ(added.error().where.text(), "docType");
}

TEST(ProfileSets, StandWhenTheyAreCopied) {
  std::optional<ProfileSet> first = ProfileSet();
  ASSERT_TRUE(first->add(loaded(sample_profile())));
  const ProfileSet copy = *first;
  first.reset();
  EXPECT_EQ(difference(*copy.find("utopia-pass"), loaded(sample_profile()).profile()), "");
}

}  // namespace
}  // namespace mdoc::json
