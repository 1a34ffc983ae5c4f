// Everything in a profile that is not as the format says, is refused with its place.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/json/profile.hpp"
#include "unit/json/sample_profile.hpp"

namespace mdoc::json {
namespace {

using testing::altered;
using testing::list_of;
using testing::sample_profile;
using testing::without;

struct Refusal {
  Error error;
  ProfileFault fault;
};

Refusal refused(std::string_view json, const ProfileSources& sources = {}) {
  Refusal refusal;
  const auto profile = load_profile(json, sources, &refusal.fault);
  EXPECT_FALSE(profile) << json.substr(0, 200);
  if (!profile) {
    refusal.error = profile.error();
    EXPECT_FALSE(refusal.fault.expected.empty());
    EXPECT_EQ(load_profile(json, sources).error().code, refusal.error.code);  // the fault is optional
  }
  return refusal;
}

struct Case {
  const char* pointer;  ///< of the member that is set
  std::string json;
  Errc code;
  const char* where;
  const char* member = "";
};

void expect_refusals(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(std::string(one.pointer) + " = " + one.json.substr(0, 80));
    const Refusal refusal = refused(altered(one.pointer, one.json));
    EXPECT_EQ(name(refusal.error.code), name(one.code));
    EXPECT_EQ(refusal.error.where.text(), one.where);
    EXPECT_EQ(refusal.fault.member, one.member);
  }
}

std::string long_text(std::size_t bytes) { return "\"" + std::string(bytes, 'a') + "\""; }

TEST(ProfileRefusals, NameThePlaceInHeads) {
  expect_refusals({Case{"/profileFormat", "2", Errc::unsupported_version, "profileFormat"},
                   Case{"/profileFormat", "0", Errc::unsupported_version, "profileFormat"},
                   Case{"/profileFormat", "1.0", Errc::wrong_type, "profileFormat"},
                   Case{"/profileFormat", R"("1")", Errc::wrong_type, "profileFormat"},
                   Case{"/profileFormat", "-1", Errc::bad_value, "profileFormat"},
                   Case{"/id", R"("Utopia")", Errc::bad_value, "id"},
                   Case{"/id", R"("")", Errc::bad_value, "id"},
                   Case{"/id", R"("a_b")", Errc::bad_value, "id"},
                   Case{"/id", R"("ä")", Errc::bad_value, "id"},
                   Case{"/id", "7", Errc::wrong_type, "id"},
                   Case{"/id", long_text(129), Errc::too_large, "id"},
                   Case{"/title", R"("Pass")", Errc::wrong_type, "title"},
                   Case{"/title", R"({"de": "Pass"})", Errc::missing_element, "title.en"},
                   Case{"/title", "{}", Errc::missing_element, "title.en"},
                   Case{"/title/fr", "null", Errc::wrong_type, "title", "fr"},
                   Case{"/title/en", R"("")", Errc::bad_value, "title", "en"},
                   Case{"/title/en", long_text(1025), Errc::too_large, "title", "en"},
                   Case{"/title", R"({"en": "x", "": "y"})", Errc::bad_value, "title", ""},
                   Case{"/title/de_DE", R"("x")", Errc::bad_value, "title", "de_DE"},
                   Case{"/title/de-", R"("x")", Errc::bad_value, "title", "de-"},
                   Case{"/title/de--AT", R"("x")", Errc::bad_value, "title", "de--AT"},
                   Case{"/title/abcdefghi", R"("x")", Errc::bad_value, "title", "abcdefghi"},
                   Case{"/standing", R"("Published")", Errc::bad_value, "standing"},
                   Case{"/standing", "null", Errc::wrong_type, "standing"},
                   Case{"/sources", R"("Act")", Errc::wrong_type, "sources"},
                   Case{"/sources/1", "1", Errc::wrong_type, "sources[1]"},
                   Case{"/sources/1", R"("")", Errc::bad_value, "sources[1]"},
                   Case{"/sources/0", long_text(1025), Errc::too_large, "sources[0]"},
                   Case{"/docType", "null", Errc::wrong_type, "docType"},
                   Case{"/docType", R"("")", Errc::bad_value, "docType"},
                   Case{"/docType", long_text(129), Errc::too_large, "docType"},
                   Case{"/aliases/1", R"("ut.pass.draft")", Errc::duplicate_key, "aliases[1]"},
                   Case{"/aliases/0", "{}", Errc::wrong_type, "aliases[0]"},
                   Case{"/aliases", "{}", Errc::wrong_type, "aliases"},
                   Case{"/domesticNameSpaces", R"("ut.{region}")", Errc::wrong_type, "domesticNameSpaces"},
                   Case{"/domesticNameSpaces/pattern", "null", Errc::wrong_type, "domesticNameSpaces.pattern"},
                   Case{"/domesticNameSpaces/lowerCase", "0", Errc::wrong_type, "domesticNameSpaces.lowerCase"},
                   Case{"/domesticNameSpaces/version", R"("no")", Errc::wrong_type, "domesticNameSpaces.version"},
                   Case{"/domesticNameSpaces/Version", "true", Errc::bad_value, "domesticNameSpaces", "Version"},
                   Case{"/domesticNameSpaces", R"({"lowerCase": false, "version": false})", Errc::missing_element,
                        "domesticNameSpaces.pattern"},
                   Case{"/issuer", "null", Errc::wrong_type, "issuer"},
                   Case{"/issuer", R"({"country": "x"})", Errc::missing_element, "issuer.nameSpace"},
                   Case{"/issuer/state", R"("x")", Errc::bad_value, "issuer", "state"},
                   Case{"/issuer/country", "7", Errc::wrong_type, "issuer.country"},
                   Case{"/issuer/jurisdiction", "[]", Errc::wrong_type, "issuer.jurisdiction"},
                   Case{"/ageAttestations", "null", Errc::wrong_type, "ageAttestations"},
                   Case{"/ageAttestations/1", R"("ut.pass.2")", Errc::bad_value, "ageAttestations[1]"},
                   Case{"/ageAttestations/1", R"("ut.pass.1")", Errc::duplicate_key, "ageAttestations[1]"},
                   Case{"/fragment", R"("iso-23220-1")", Errc::bad_value, "", "fragment"},
                   Case{"/doctype", R"("x")", Errc::bad_value, "", "doctype"}});
}

TEST(ProfileRefusals, NameThePlaceInNameSpaces) {
  expect_refusals({Case{"/nameSpaces", "{}", Errc::wrong_type, "nameSpaces"},
                   Case{"/nameSpaces", "[]", Errc::empty_structure, "nameSpaces"},
                   Case{"/nameSpaces/1", "[]", Errc::wrong_type, "nameSpaces[1]"},
                   Case{"/nameSpaces/1/nameSpace", "1", Errc::wrong_type, "nameSpaces[1].nameSpace"},
                   Case{"/nameSpaces/1/nameSpace", R"("")", Errc::bad_value, "nameSpaces[1].nameSpace"},
                   Case{"/nameSpaces/1/required", "1", Errc::wrong_type, "nameSpaces[1].required"},
                   Case{"/nameSpaces/1/includes", R"("iso-23220-1")", Errc::bad_value, "nameSpaces[1]", "includes"},
                   Case{"/nameSpaces/1/include", "true", Errc::wrong_type, "nameSpaces[1].include"},
                   Case{"/nameSpaces/1/include", R"("iso-23220-9")", Errc::bad_value, "nameSpaces[1].include"},
                   Case{"/nameSpaces/1/elements", "null", Errc::wrong_type, "nameSpaces[1].elements"},
                   Case{"/nameSpaces/1/elements", "[]", Errc::empty_structure, "nameSpaces[1].elements"},
                   Case{"/nameSpaces/1/elements/1", R"("portrait")", Errc::wrong_type, "nameSpaces[1].elements[1]"},
                   Case{"/nameSpaces/1/elements/0/identifier", R"("portrai")", Errc::bad_value,
                        "nameSpaces[1].elements[0].identifier"},
                   Case{"/nameSpaces/0/elements/0", R"({"identifier": "portrait", "presence": "optional"})",
                        Errc::missing_element, "nameSpaces[0].elements[0].type"}});
}

TEST(ProfileRefusals, NameAFragmentThatIsNotKnownAndThoseThatAre) {
  const Refusal unknown = refused(altered("/nameSpaces/1/include", R"("iso-23220\u001b")"));
  EXPECT_EQ(unknown.fault.cause, R"(there is no fragment with the id "iso-23220\x1b")");
  EXPECT_EQ(unknown.fault.expected, R"(one of "iso-23220-1")");
  const Refusal beside = refused(altered("/nameSpaces/1/include", R"("iso-23220-9")"),
                                 {.fragment = [](std::string_view) { return std::optional<std::string>(); }});
  EXPECT_EQ(beside.fault.expected, R"(one of "iso-23220-1", or another that there is beside the profile)");
}

TEST(ProfileRefusals, NameAnElementThatTheFragmentDoesNotHaveAndThoseThatItHas) {
  const Refusal misspelt = refused(altered("/nameSpaces/1/elements/0/identifier", R"("portrai\u001b")"));
  EXPECT_EQ(misspelt.fault.cause,
            R"(the fragment "iso-23220-1" has no element "portrai\x1b", and no "type" says what it is)");
  EXPECT_TRUE(misspelt.fault.expected.starts_with("one of family_name, ")) << misspelt.fault.expected;
  EXPECT_NE(misspelt.fault.expected.find(", portrait, "), std::string::npos) << misspelt.fault.expected;
  EXPECT_TRUE(misspelt.fault.expected.ends_with(R"(; or a "type")")) << misspelt.fault.expected;
  // However many there are.
  std::string elements;
  for (int i = 0; i < 200; ++i) {
    elements += (i == 0 ? "" : ",") + std::string(R"({"identifier": "of_the_fragment_)") + std::to_string(i) +
                R"(", "presence": "optional", "type": "text"})";
  }
  const std::string large =
      R"({"profileFormat": 1, "fragment": "large", "sources": [], "nameSpace": "n", "elements": [)" + elements + "]}";
  const Refusal bounded = refused(altered("/nameSpaces/1/include", R"("large")"),
                                  {.fragment = [&](std::string_view) { return std::optional(large); }});
  EXPECT_TRUE(bounded.fault.cause.starts_with(R"(the fragment "large" has no element "portrait")"));
  EXPECT_TRUE(bounded.fault.expected.ends_with(R"(, …; or a "type")"));
  EXPECT_LT(bounded.fault.expected.size(), 1200U);
  // What is wrong elsewhere needs no other cause.
  EXPECT_EQ(refused(altered("/nameSpaces/1/elements/0/presence", R"("always")")).fault.cause, "");
}

TEST(ProfileRefusals, NameThePlaceInElements) {
  expect_refusals(
      {Case{"/nameSpaces/0/elements/1/identifier", R"("")", Errc::bad_value, "nameSpaces[0].elements[1].identifier"},
       Case{"/nameSpaces/0/elements/1/identifier", long_text(129), Errc::too_large,
            "nameSpaces[0].elements[1].identifier"},
       Case{"/nameSpaces/0/elements/1/presence", R"("required")", Errc::bad_value,
            "nameSpaces[0].elements[1].presence"},
       Case{"/nameSpaces/0/elements/1/presence", "true", Errc::wrong_type, "nameSpaces[0].elements[1].presence"},
       Case{"/nameSpaces/0/elements/1/typ", R"("text")", Errc::bad_value, "nameSpaces[0].elements[1]", "typ"},
       Case{"/nameSpaces/0/elements/4/condition", R"("sex")", Errc::wrong_type, "nameSpaces[0].elements[4].condition"},
       Case{"/nameSpaces/0/elements/4/condition", R"({"element": "a/b"})", Errc::missing_element,
            "nameSpaces[0].elements[4].condition.text"},
       Case{"/nameSpaces/0/elements/4/condition/when", "1", Errc::bad_value, "nameSpaces[0].elements[4].condition",
            "when"},
       Case{"/nameSpaces/0/elements/4/condition/element", R"("sex")", Errc::bad_value,
            "nameSpaces[0].elements[4].condition.element"},
       Case{"/nameSpaces/0/elements/4/condition/element", R"("/sex")", Errc::bad_value,
            "nameSpaces[0].elements[4].condition.element"},
       Case{"/nameSpaces/0/elements/4/condition/element", R"("ut.pass.1/")", Errc::bad_value,
            "nameSpaces[0].elements[4].condition.element"},
       Case{"/nameSpaces/0/elements/4/condition/element", long_text(258), Errc::too_large,
            "nameSpaces[0].elements[4].condition.element"},
       Case{"/nameSpaces/0/elements/1/class", R"("country")", Errc::bad_value, "nameSpaces[0].elements[1].class"},
       Case{"/nameSpaces/0/elements/1/deviceSigned", "null", Errc::wrong_type,
            "nameSpaces[0].elements[1].deviceSigned"},
       Case{"/nameSpaces/0/elements/1/names", R"("Country")", Errc::wrong_type, "nameSpaces[0].elements[1].names"},
       Case{"/nameSpaces/0/elements/1/names", R"({"de": "Land"})", Errc::missing_element,
            "nameSpaces[0].elements[1].names.en"},
       Case{"/nameSpaces/0/elements/1/clause", "2", Errc::wrong_type, "nameSpaces[0].elements[1].clause"},
       Case{"/nameSpaces/0/elements/1/clause", long_text(1025), Errc::too_large, "nameSpaces[0].elements[1].clause"},
       Case{"/nameSpaces/0/elements/5/sample", "true", Errc::bad_value, "nameSpaces[0].elements[5].sample"},
       Case{"/nameSpaces/1/elements/0/sample", R"({"sample": "signature"})", Errc::bad_value,
            "nameSpaces[1].elements[0].sample"},
       Case{"/nameSpaces/1/elements/0/sample", R"({"sample": 1})", Errc::bad_value, "nameSpaces[1].elements[0].sample"},
       Case{"/nameSpaces/1/elements/0/sample", R"("not base64")", Errc::bad_value, "nameSpaces[1].elements[0].sample"},
       Case{"/nameSpaces/1/elements/1/sample", R"("2030-02-30")", Errc::bad_value, "nameSpaces[1].elements[1].sample"},
       Case{"/nameSpaces/0/elements/3/sample", R"("1")", Errc::bad_value, "nameSpaces[0].elements[3].sample"},
       Case{"/nameSpaces/0/elements/3/sample", R"({"full-date": "x"})", Errc::bad_value,
            "nameSpaces[0].elements[3].sample"},
       Case{"/nameSpaces/0/elements/5/samples", "[]", Errc::wrong_type, "nameSpaces[0].elements[5].samples"},
       Case{"/nameSpaces/0/elements/5/samples", R"({"age_over_16": "surely"})", Errc::bad_value,
            "nameSpaces[0].elements[5].samples", "age_over_16"},
       Case{"/nameSpaces/0/elements/5/samples", R"({"age_over_x": true})", Errc::bad_value,
            "nameSpaces[0].elements[5].samples", "age_over_x"},
       Case{"/nameSpaces/0/elements/5/samples", R"({"age_over_##": true})", Errc::bad_value,
            "nameSpaces[0].elements[5].samples", "age_over_##"},
       Case{"/nameSpaces/0/elements/3/samples", R"({"sex": 1})", Errc::bad_value,
            "nameSpaces[0].elements[3].samples"}});
}

TEST(ProfileRefusals, NameThePlaceInValueRules) {
  expect_refusals(
      {Case{"/nameSpaces/0/elements/1/type", R"("string")", Errc::bad_value, "nameSpaces[0].elements[1].type"},
       Case{"/nameSpaces/0/elements/1/type", "1", Errc::wrong_type, "nameSpaces[0].elements[1].type"},
       Case{"/nameSpaces/0/elements/1/type", "[]", Errc::empty_structure, "nameSpaces[0].elements[1].type"},
       Case{"/nameSpaces/0/elements/1/type", R"(["text", "none"])", Errc::bad_value,
            "nameSpaces[0].elements[1].type[1]"},
       Case{"/nameSpaces/0/elements/1/type", R"(["text", 1])", Errc::wrong_type, "nameSpaces[0].elements[1].type[1]"},
       Case{"/nameSpaces/0/elements/1/type", R"(["text", "text"])", Errc::duplicate_key,
            "nameSpaces[0].elements[1].type[1]"},
       Case{"/nameSpaces/0/elements/1/type", list_of(11, R"("text")"), Errc::too_many,
            "nameSpaces[0].elements[1].type"},
       Case{"/nameSpaces/0/elements/1/format", R"("none")", Errc::bad_value, "nameSpaces[0].elements[1].format"},
       Case{"/nameSpaces/0/elements/1/format", "null", Errc::wrong_type, "nameSpaces[0].elements[1].format"},
       Case{"/nameSpaces/0/elements/1/minLength", "65536", Errc::bad_value, "nameSpaces[0].elements[1].minLength"},
       Case{"/nameSpaces/0/elements/1/minLength", "-1", Errc::bad_value, "nameSpaces[0].elements[1].minLength"},
       Case{"/nameSpaces/0/elements/1/minLength", "1.5", Errc::wrong_type, "nameSpaces[0].elements[1].minLength"},
       Case{"/nameSpaces/0/elements/1/maxLength", "0", Errc::bad_value, "nameSpaces[0].elements[1].maxLength"},
       Case{"/nameSpaces/0/elements/1/maxLength", "65536", Errc::bad_value, "nameSpaces[0].elements[1].maxLength"},
       Case{"/nameSpaces/0/elements/1/maxLength", R"("9")", Errc::wrong_type, "nameSpaces[0].elements[1].maxLength"},
       Case{"/nameSpaces/0/elements/3/max", "0", Errc::bad_value, "nameSpaces[0].elements[3].max"},
       Case{"/nameSpaces/0/elements/3/max", "-5", Errc::bad_value, "nameSpaces[0].elements[3].max"},
       Case{"/nameSpaces/0/elements/3/max", "18446744073709551616", Errc::wrong_type, "nameSpaces[0].elements[3].max"},
       Case{"/nameSpaces/0/elements/3/values", "[]", Errc::empty_structure, "nameSpaces[0].elements[3].values"},
       Case{"/nameSpaces/0/elements/3/values", R"("a")", Errc::wrong_type, "nameSpaces[0].elements[3].values"},
       Case{"/nameSpaces/0/elements/3/values", "[1, null]", Errc::wrong_type, "nameSpaces[0].elements[3].values[1]"},
       Case{"/nameSpaces/0/elements/3/values", "[1, 2, 1]", Errc::duplicate_key, "nameSpaces[0].elements[3].values[2]"},
       Case{"/nameSpaces/0/elements/3/values", R"(["a", "a"])", Errc::duplicate_key,
            "nameSpaces[0].elements[3].values[1]"},
       Case{"/nameSpaces/0/elements/3/values", "[-1]", Errc::bad_value, "nameSpaces[0].elements[3].values[0]"},
       Case{"/nameSpaces/0/elements/3/values/0", long_text(129), Errc::too_large,
            "nameSpaces[0].elements[3].values[0]"},
       Case{"/nameSpaces/0/elements/4/items", R"("text")", Errc::wrong_type, "nameSpaces[0].elements[4].items"},
       Case{"/nameSpaces/0/elements/4/items", "{}", Errc::missing_element, "nameSpaces[0].elements[4].items.type"},
       Case{"/nameSpaces/0/elements/4/items/presence", R"("optional")", Errc::bad_value,
            "nameSpaces[0].elements[4].items", "presence"},
       Case{"/nameSpaces/0/elements/4/items/members", "{}", Errc::wrong_type,
            "nameSpaces[0].elements[4].items.members"},
       Case{"/nameSpaces/0/elements/4/items/members", "[]", Errc::empty_structure,
            "nameSpaces[0].elements[4].items.members"},
       Case{"/nameSpaces/0/elements/4/items/members/1", "1", Errc::wrong_type,
            "nameSpaces[0].elements[4].items.members[1]"},
       Case{"/nameSpaces/0/elements/4/items/members/1", R"({"presence": "optional", "type": "text"})",
            Errc::missing_element, "nameSpaces[0].elements[4].items.members[1].key"},
       Case{"/nameSpaces/0/elements/4/items/members/1", R"({"key": "x", "type": "text"})", Errc::missing_element,
            "nameSpaces[0].elements[4].items.members[1].presence"},
       Case{"/nameSpaces/0/elements/4/items/members/1", R"({"key": "x", "presence": "optional"})",
            Errc::missing_element, "nameSpaces[0].elements[4].items.members[1].type"},
       Case{"/nameSpaces/0/elements/4/items/members/1/presence", R"("recommended")", Errc::bad_value,
            "nameSpaces[0].elements[4].items.members[1].presence"},
       Case{"/nameSpaces/0/elements/4/items/members/1/key", R"("")", Errc::bad_value,
            "nameSpaces[0].elements[4].items.members[1].key"},
       Case{"/nameSpaces/0/elements/4/items/members/1/identifier", R"("x")", Errc::bad_value,
            "nameSpaces[0].elements[4].items.members[1]", "identifier"},
       Case{"/nameSpaces/0/elements/4/items/members/1/items", R"({"type": "text", "max": 0})", Errc::bad_value,
            "nameSpaces[0].elements[4].items.members[1].items.max"}});
}

TEST(ProfileRefusals, NameThePlaceInWays) {
  expect_refusals(
      {Case{"/engagement", "[]", Errc::wrong_type, "engagement"},
       Case{"/engagement", "{}", Errc::missing_element, "engagement.qr"},
       Case{"/engagement/ble", R"({"mdoc": "optional", "reader": "optional"})", Errc::bad_value, "engagement", "ble"},
       Case{"/engagement/qr", R"("mandatory")", Errc::wrong_type, "engagement.qr"},
       Case{"/engagement/qr", R"({"mdoc": "optional"})", Errc::missing_element, "engagement.qr.reader"},
       Case{"/engagement/qr/mdoc", R"("recommended")", Errc::bad_value, "engagement.qr.mdoc"},
       Case{"/engagement/qr/wallet", R"("optional")", Errc::bad_value, "engagement.qr", "wallet"},
       Case{"/deviceRetrieval/nfc/reader", "true", Errc::wrong_type, "deviceRetrieval.nfc.reader"},
       Case{"/deviceRetrieval", R"({"ble": {"mdoc": "choice", "reader": "choice"}})", Errc::missing_element,
            "deviceRetrieval.nfc"},
       Case{"/online", "null", Errc::wrong_type, "online"},
       Case{"/online/dc-api", "{}", Errc::missing_element, "online.dc-api.mdoc"},
       Case{"/online/qr", "{}", Errc::bad_value, "online", "qr"},
       Case{"/serverRetrieval", "false", Errc::wrong_type, "serverRetrieval"},
       Case{"/serverRetrieval", R"("optional")", Errc::bad_value, "serverRetrieval"}});
}

TEST(ProfileRefusals, NameThePlaceInRows) {
  expect_refusals(
      {Case{"/algorithms", "null", Errc::wrong_type, "algorithms"},
       Case{"/algorithms/macs", "[]", Errc::bad_value, "algorithms", "macs"},
       Case{"/algorithms/cipherSuites", "1", Errc::wrong_type, "algorithms.cipherSuites"},
       Case{"/algorithms/cipherSuites", "[1, 1]", Errc::duplicate_key, "algorithms.cipherSuites[1]"},
       Case{"/algorithms/cipherSuites", R"(["1"])", Errc::wrong_type, "algorithms.cipherSuites[0]"},
       Case{"/algorithms/digests", R"(["SHA-256", 1])", Errc::wrong_type, "algorithms.digests[1]"},
       Case{"/algorithms/digests", R"(["SHA-256", "SHA-256"])", Errc::duplicate_key, "algorithms.digests[1]"},
       Case{"/algorithms/signerCurves", "{}", Errc::wrong_type, "algorithms.signerCurves"},
       Case{"/algorithms/deviceCurves/0", R"("")", Errc::bad_value, "algorithms.deviceCurves[0]"},
       Case{"/algorithms/deviceAuthentication", R"("mac")", Errc::wrong_type, "algorithms.deviceAuthentication"},
       Case{"/algorithms/deviceAuthentication", R"(["hmac"])", Errc::bad_value, "algorithms.deviceAuthentication[0]"},
       Case{"/algorithms/deviceAuthentication", R"(["mac", "mac"])", Errc::duplicate_key,
            "algorithms.deviceAuthentication[1]"},
       Case{"/readerAuthentication", R"("required")", Errc::wrong_type, "readerAuthentication"},
       Case{"/readerAuthentication/online", R"("mandatory")", Errc::bad_value, "readerAuthentication.online"},
       Case{"/readerAuthentication/nfc", R"("required")", Errc::bad_value, "readerAuthentication", "nfc"},
       Case{"/mdocAuthentication/deviceSigned", "true", Errc::wrong_type, "mdocAuthentication.deviceSigned"},
       Case{"/mdocAuthentication/deviceSigned", R"("optional")", Errc::bad_value, "mdocAuthentication.deviceSigned"},
       Case{"/mdocAuthentication/oneKeyPerDocument", "1", Errc::wrong_type, "mdocAuthentication.oneKeyPerDocument"},
       Case{"/mdocAuthentication/x", "1", Errc::bad_value, "mdocAuthentication", "x"},
       Case{"/certificates/signer", "[]", Errc::wrong_type, "certificates.signer"},
       Case{"/certificates/tls", "{}", Errc::bad_value, "certificates", "tls"},
       Case{"/certificates/signer/keyPurposes/0", "1", Errc::wrong_type, "certificates.signer.keyPurposes[0]"},
       Case{"/certificates/signer/policies", "null", Errc::wrong_type, "certificates.signer.policies"},
       Case{"/certificates/signer/crlPoints", "1", Errc::wrong_type, "certificates.signer.crlPoints"},
       Case{"/certificates/signer/contact", R"("yes")", Errc::wrong_type, "certificates.signer.contact"},
       Case{"/certificates/signer/state", "0", Errc::wrong_type, "certificates.signer.state"},
       Case{"/certificates/signer/intermediates", "null", Errc::wrong_type, "certificates.signer.intermediates"},
       Case{"/certificates/signer/ocsp", "true", Errc::bad_value, "certificates.signer", "ocsp"},
       Case{"/certificates/reader/keyPurposes", "1", Errc::wrong_type, "certificates.reader.keyPurposes"},
       Case{"/certificates/reader/policies", "[]", Errc::bad_value, "certificates.reader", "policies"},
       Case{"/certificateValidity/signerDays", "65536", Errc::bad_value, "certificateValidity.signerDays"},
       Case{"/certificateValidity/authorityDays", "-1", Errc::bad_value, "certificateValidity.authorityDays"},
       Case{"/certificateValidity/readerDays", "null", Errc::wrong_type, "certificateValidity.readerDays"},
       Case{"/certificateValidity/revocation", R"("crl")", Errc::wrong_type, "certificateValidity.revocation"},
       Case{"/certificateValidity/x", "1", Errc::bad_value, "certificateValidity", "x"},
       Case{"/mso/maxValidityDays", "1e2", Errc::wrong_type, "mso.maxValidityDays"},
       Case{"/mso/status", R"("choice")", Errc::bad_value, "mso.status"},
       Case{"/mso/mechanisms", R"(["crl"])", Errc::bad_value, "mso.mechanisms[0]"},
       Case{"/mso/mechanisms", R"(["status-list", "status-list"])", Errc::duplicate_key, "mso.mechanisms[1]"},
       Case{"/mso/wholeDays", "1", Errc::wrong_type, "mso.wholeDays"},
       Case{"/mso/singleUse", "1", Errc::wrong_type, "mso.singleUse"},
       Case{"/mso/x", "1", Errc::bad_value, "mso", "x"},
       Case{"/trustSources", R"("vical")", Errc::wrong_type, "trustSources"},
       Case{"/trustSources", R"(["VICAL"])", Errc::bad_value, "trustSources[0]"},
       Case{"/trustSources", R"(["vical", "vical"])", Errc::duplicate_key, "trustSources[1]"},
       Case{"/holderVerification", "[]", Errc::wrong_type, "holderVerification"},
       Case{"/holderVerification/methods/0", R"("biometric_template")", Errc::bad_value,
            "holderVerification.methods[0]"},
       Case{"/holderVerification/methods/1", R"("portrait")", Errc::duplicate_key, "holderVerification.methods[1]"},
       Case{"/holderVerification/element", "null", Errc::wrong_type, "holderVerification.element"},
       Case{"/holderVerification/x", "1", Errc::bad_value, "holderVerification", "x"},
       Case{"/purposes", "{}", Errc::wrong_type, "purposes"},
       Case{"/purposes/0", "1", Errc::wrong_type, "purposes[0]"},
       Case{"/purposes/0/controller", R"("")", Errc::bad_value, "purposes[0].controller"},
       Case{"/purposes/0/code", R"("1")", Errc::wrong_type, "purposes[0].code"},
       Case{"/purposes/0/code", "1.0", Errc::wrong_type, "purposes[0].code"},
       Case{"/purposes/0/code", "9223372036854775808", Errc::bad_value, "purposes[0].code"},
       Case{"/purposes/0/title", "{}", Errc::missing_element, "purposes[0].title.en"},
       Case{"/purposes/0/x", "1", Errc::bad_value, "purposes[0]", "x"},
       Case{"/extensions/requestInfo", "1", Errc::wrong_type, "extensions.requestInfo"},
       Case{"/extensions/requestInfo/1", R"("ut.reason")", Errc::duplicate_key, "extensions.requestInfo[1]"},
       Case{"/extensions/deviceRequestInfo/0", "1", Errc::wrong_type, "extensions.deviceRequestInfo[0]"},
       Case{"/extensions/capabilities/0", R"("1")", Errc::wrong_type, "extensions.capabilities[0]"},
       Case{"/extensions/x", "1", Errc::bad_value, "extensions", "x"}});
}

TEST(ProfileRefusals, NameThePlaceInConstants) {
  expect_refusals(
      {Case{"/protocolConstants", R"("iso18013-7")", Errc::bad_value, "protocolConstants"},
       Case{"/protocolConstants", "null", Errc::wrong_type, "protocolConstants"},
       Case{"/protocolConstants", R"({"id": "x"})", Errc::missing_element, "protocolConstants.base"},
       Case{"/protocolConstants", R"({"base": "iso18013-5"})", Errc::missing_element, "protocolConstants.id"},
       Case{"/protocolConstants/base", R"("none")", Errc::bad_value, "protocolConstants.base"},
       Case{"/protocolConstants/SKReader", R"("x")", Errc::bad_value, "protocolConstants", "SKReader"},
       Case{"/protocolConstants/skReaderInfo", "1", Errc::wrong_type, "protocolConstants.skReaderInfo"},
       Case{"/protocolConstants/httpPath", long_text(129), Errc::too_large, "protocolConstants.httpPath"},
       Case{"/protocolConstants/readerIvIdentifier", R"("00")", Errc::bad_value,
            "protocolConstants.readerIvIdentifier"},
       Case{"/protocolConstants/readerIvIdentifier", R"("000000000000000g")", Errc::bad_value,
            "protocolConstants.readerIvIdentifier"},
       Case{"/protocolConstants/mdocIvIdentifier", R"("00000000000000001")", Errc::bad_value,
            "protocolConstants.mdocIvIdentifier"},
       Case{"/protocolConstants/mdocIvIdentifier", "1", Errc::wrong_type, "protocolConstants.mdocIvIdentifier"},
       Case{"/protocolConstants/blePsmServiceUuid", R"("ff01")", Errc::wrong_type,
            "protocolConstants.blePsmServiceUuid"},
       Case{"/protocolConstants/blePsmServiceUuid", "65536", Errc::bad_value, "protocolConstants.blePsmServiceUuid"}});
}

TEST(ProfileRefusals, NameTheMemberThatIsMissing) {
  for (const char* required : {"/profileFormat",
                               "/id",
                               "/title",
                               "/standing",
                               "/sources",
                               "/domesticNameSpaces/pattern",
                               "/domesticNameSpaces/lowerCase",
                               "/domesticNameSpaces/version",
                               "/issuer/nameSpace",
                               "/algorithms/cipherSuites",
                               "/algorithms/digests",
                               "/algorithms/signerCurves",
                               "/algorithms/deviceCurves",
                               "/algorithms/deviceAuthentication",
                               "/readerAuthentication/proximity",
                               "/readerAuthentication/online",
                               "/mdocAuthentication/deviceSigned",
                               "/mdocAuthentication/oneKeyPerDocument",
                               "/certificates/signer",
                               "/certificates/reader",
                               "/certificates/signer/keyPurposes",
                               "/certificates/signer/policies",
                               "/certificates/signer/crlPoints",
                               "/certificates/signer/contact",
                               "/certificates/signer/state",
                               "/certificates/signer/intermediates",
                               "/certificates/reader/keyPurposes",
                               "/certificateValidity/signerDays",
                               "/certificateValidity/authorityDays",
                               "/certificateValidity/readerDays",
                               "/certificateValidity/revocation",
                               "/mso/maxValidityDays",
                               "/mso/status",
                               "/mso/mechanisms",
                               "/mso/wholeDays",
                               "/mso/singleUse",
                               "/holderVerification/methods",
                               "/extensions/requestInfo",
                               "/extensions/deviceRequestInfo",
                               "/extensions/capabilities",
                               "/engagement/nfc-static",
                               "/deviceRetrieval/ble",
                               "/online/website",
                               "/online/website/mdoc",
                               "/protocolConstants/base",
                               "/protocolConstants/id"}) {
    std::string where(required + 1);
    std::ranges::replace(where, '/', '.');
    const Refusal refusal = refused(without(required));
    EXPECT_EQ(refusal.error.code, Errc::missing_element) << required;
    EXPECT_EQ(refusal.error.where.text(), where);
  }
  EXPECT_EQ(refused(without("/nameSpaces/0/nameSpace")).error.where.text(), "nameSpaces[0].nameSpace");
  EXPECT_EQ(refused(without("/nameSpaces/0/elements")).error.where.text(), "nameSpaces[0].elements");
  EXPECT_EQ(refused(without("/nameSpaces/0/elements/3/identifier")).error.where.text(),
            "nameSpaces[0].elements[3].identifier");
  EXPECT_EQ(refused(without("/nameSpaces/0/elements/3/presence")).error.where.text(),
            "nameSpaces[0].elements[3].presence");
  EXPECT_EQ(refused(without("/nameSpaces/0/elements/3/type")).error.where.text(), "nameSpaces[0].elements[3].type");
  EXPECT_EQ(refused(without("/purposes/0/title")).error.where.text(), "purposes[0].title");
}

TEST(ProfileRefusals, SayWhatWouldBeRight) {
  EXPECT_EQ(refused(altered("/mso/status", R"("yes")")).fault.expected,
            R"(one of "mandatory", "optional", "forbidden")");
  EXPECT_EQ(refused(altered("/readerAuthentication/nfc", "1")).fault.expected, "only proximity, online");
  EXPECT_EQ(refused(altered("/protocolConstants/base", R"("x")")).fault.expected, R"("iso18013-5")");
  EXPECT_EQ(refused(altered("/mso/wholeDays", "1")).fault.expected, "true or false");
  EXPECT_EQ(refused(altered("/nameSpaces/0/elements/5/samples", R"({"age_over_16": "x"})")).fault.member,
            "age_over_16");
}

TEST(ProfileRefusals, SayWhetherAMemberIsUnknownWhateverTheWordsAre) {
  EXPECT_TRUE(refused(altered("/readerAuthentication/nfc", "1")).fault.unknown_member);
  EXPECT_FALSE(refused(altered("/mso/status", R"("yes")")).fault.unknown_member);
  EXPECT_FALSE(refused(altered("/title/x_y", R"("only")")).fault.unknown_member);
  EXPECT_FALSE(refused(altered("/nameSpaces/1/include", R"("only")")).fault.unknown_member);
}

TEST(ProfileRefusals, OfWhatIsNoJsonHaveAnOffset) {
  for (const char* text : {"", "{", "x", "{}x", "{\"id\": \"\xff\"}", "{\"id\":1,}", "{// comment\n}"}) {
    const Refusal refusal = refused(text);
    EXPECT_EQ(refusal.error.code, Errc::bad_encoding) << text;
    EXPECT_NE(refusal.error.offset, Error::no_offset);
  }
  for (const char* text : {"[]", "null", "1", "\"profile\""}) {
    EXPECT_EQ(refused(text).error.code, Errc::wrong_type) << text;
    EXPECT_TRUE(refused(text).error.where.empty());
  }
  EXPECT_EQ(refused("{}").error.where.text(), "profileFormat");
}

TEST(ProfileRefusals, OfANameThatOccursTwiceHaveAnOffset) {
  std::string text = sample_profile();
  text.insert(1, R"("profileFormat": 1,)");
  EXPECT_EQ(refused(text).error.code, Errc::duplicate_key);
  EXPECT_NE(refused(text).error.offset, Error::no_offset);
  std::string escaped = sample_profile();
  escaped.insert(1, R"("\u0069d": "utopia-pass",)");
  EXPECT_EQ(refused(escaped).error.code, Errc::duplicate_key);
}

TEST(ProfileRefusals, ComeFromAnotherVersionBeforeItsMembersAreRead) {
  const Refusal refusal = refused(R"({"profileFormat": 2, "whatever": true})");
  EXPECT_EQ(refusal.error.code, Errc::unsupported_version);
  EXPECT_EQ(refusal.error.where.text(), "profileFormat");
}

// ---- limits -----------------------------------------------------------------------------------

struct Bound {
  const char* pointer;
  std::string within;
  std::string beyond;
  Errc code;
  const char* where;
};

TEST(LimitsOfProfiles, HoldToTheLastOne) {
  const auto texts = [](std::size_t count) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
    return list + "]";
  };
  const auto languages = [](std::size_t count) {
    std::string object = R"({"en": "x")";
    for (std::size_t i = 1; i < count; ++i) object += ", \"x-" + std::to_string(i) + "\": \"x\"";
    return object + "}";
  };
  const std::string element = R"({"identifier": "x", "presence": "optional", "type": "text"})";
  const std::string member = R"({"key": "x", "presence": "optional", "type": "text"})";
  const std::string space = R"({"nameSpace": "ut.pass.1", "elements": [)" + element + "]}";
  for (const Bound& bound : {
           Bound{"/nameSpaces", list_of(64, space), list_of(65, space), Errc::too_many, "nameSpaces"},
           Bound{"/nameSpaces/1/elements", list_of(1018, element), list_of(1019, element), Errc::too_many,
                 "nameSpaces[1].elements"},  // six are in the other name space
           Bound{"/nameSpaces/0/elements/4/items/members", list_of(256, member), list_of(257, member), Errc::too_many,
                 "nameSpaces[0].elements[4].items.members"},
           Bound{"/title", languages(32), languages(33), Errc::too_many, "title"},
           Bound{"/sources", texts(1024), texts(1025), Errc::too_many, "sources"},
           Bound{"/aliases", texts(1024), texts(1025), Errc::too_many, "aliases"},
           Bound{"/nameSpaces/0/elements/4/items/members/0/values", texts(1024), texts(1025), Errc::too_many,
                 "nameSpaces[0].elements[4].items.members[0].values"},
           Bound{"/docType", long_text(128), long_text(129), Errc::too_large, "docType"},
           Bound{"/title/en", long_text(1024), long_text(1025), Errc::too_large, "title"},
       }) {
    // A sample of the replaced rule may not fit any more; it is judged last.
    const auto within = load_profile(altered(bound.pointer, bound.within));
    EXPECT_TRUE(within || within.error().where.text().ends_with("sample")) << describe(within.error());
    const Refusal refusal = refused(altered(bound.pointer, bound.beyond));
    EXPECT_EQ(name(refusal.error.code), name(bound.code)) << bound.pointer;
    EXPECT_EQ(refusal.error.where.text(), bound.where);
  }
}

TEST(LimitsOfProfiles, HoldForTheFile) {
  std::string text = sample_profile();
  text.append((std::size_t{1} << 20) - text.size(), ' ');
  EXPECT_TRUE(load_profile(text));
  text += ' ';
  EXPECT_EQ(refused(text).error.code, Errc::too_large);
}

TEST(LimitsOfProfiles, HoldForTheLevels) {
  const auto nested = [](int levels) {
    std::string rule = R"({"type": "text"})";
    for (int i = 1; i < levels; ++i) rule = R"({"type": "array", "items": )" + rule + "}";
    return altered("/nameSpaces/0/elements/2/items", rule);
  };
  EXPECT_TRUE(load_profile(nested(11)));  // below five levels that hold it
  const Refusal refusal = refused(nested(12));
  EXPECT_EQ(refusal.error.code, Errc::too_deep);
}

TEST(LimitsOfProfiles, HoldForAllSamplesTogether) {
  // A fragment's sample counts for each element that takes it.
  const std::string fragment = R"({"profileFormat": 1, "fragment": "big", "sources": [], "nameSpace": "x", "elements": [
    {"identifier": "a", "presence": "optional", "type": "text", "sample": ")" +
                               std::string(600'000, 'a') + "\"}]}";
  const ProfileSources sources{.fragment = [&](std::string_view) { return std::optional(fragment); }};
  const std::string once = altered("/nameSpaces/1", R"({"nameSpace": "x", "include": "big", "elements":
        [{"identifier": "a", "presence": "optional"}]})");
  EXPECT_TRUE(load_profile(once, sources));
  boost::json::value twice = boost::json::parse(once);
  testing::set(twice, "/nameSpaces/2",
               R"({"nameSpace": "y", "include": "big", "elements": [{"identifier": "a", "presence": "optional"}]})");
  const Refusal refusal = refused(boost::json::serialize(twice), sources);
  EXPECT_EQ(refusal.error.code, Errc::too_large);
  EXPECT_EQ(refusal.error.where.text(), "nameSpaces[2].elements[0].sample");
}

// ---- fragments --------------------------------------------------------------------------------

TEST(Fragments, ThatAreWrongAreNamedBehindTheMemberThatIncludesThem) {
  struct FragmentCase {
    const char* json;
    Errc code;
    const char* where;
    const char* member = "";
  };
  for (const FragmentCase& one : {
           FragmentCase{"", Errc::bad_encoding, "nameSpaces[1].include"},
           FragmentCase{"[]", Errc::wrong_type, "nameSpaces[1].include"},
           FragmentCase{"{}", Errc::missing_element, "nameSpaces[1].include.profileFormat"},
           FragmentCase{R"({"profileFormat": 3})", Errc::unsupported_version, "nameSpaces[1].include.profileFormat"},
           FragmentCase{R"({"profileFormat": 1, "docType": "x"})", Errc::bad_value, "nameSpaces[1].include", "docType"},
           FragmentCase{R"({"profileFormat": 1})", Errc::missing_element, "nameSpaces[1].include.fragment"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "b"})", Errc::bad_value, "nameSpaces[1].include.fragment"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "a"})", Errc::missing_element,
                        "nameSpaces[1].include.sources"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "a", "sources": []})", Errc::missing_element,
                        "nameSpaces[1].include.nameSpace"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "a", "sources": [], "nameSpace": "x"})",
                        Errc::missing_element, "nameSpaces[1].include.elements"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "a", "sources": [], "nameSpace": "x", "elements": [
                            {"identifier": "i", "presence": "optional", "type": "text", "format": "x"}]})",
                        Errc::bad_value, "nameSpaces[1].include.elements[0].format"},
           FragmentCase{R"({"profileFormat": 1, "fragment": "a", "sources": [], "nameSpace": "x", "elements": [
                            {"identifier": "i", "presence": "optional"}]})",
                        Errc::missing_element, "nameSpaces[1].include.elements[0].type"},
       }) {
    const ProfileSources sources{.fragment = [&](std::string_view) { return std::optional<std::string>(one.json); }};
    const Refusal refusal = refused(altered("/nameSpaces/1/include", R"("a")"), sources);
    EXPECT_EQ(name(refusal.error.code), name(one.code)) << one.json;
    EXPECT_EQ(refusal.error.where.text(), one.where);
    EXPECT_EQ(refusal.fault.member, one.member);
  }
}

TEST(Fragments, AreThoseOfTheCallerAlone) {
  const ProfileSources none{.fragment = [](std::string_view) { return std::optional<std::string>(); }};
  EXPECT_EQ(refused(sample_profile(), none).error.where.text(), "nameSpaces[1].include");
}

TEST(Fragments, AreNoProfiles) {
  const Refusal refusal = refused(built_in_fragment_json("iso-23220-1"));
  EXPECT_EQ(refusal.error.code, Errc::bad_value);
  EXPECT_EQ(refusal.fault.member, "fragment");
}

TEST(ProfileRefusals, OfCutTextsAreErrorsEverywhere) {
  const std::string text = sample_profile();
  for (std::size_t size = 0; size + 2 < text.size(); size += 7) {
    EXPECT_FALSE(load_profile(std::string_view(text).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace mdoc::json
