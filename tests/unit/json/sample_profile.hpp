#pragma once
// A small profile that says all it has to, and alterations of it.

#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace mdoc::testing {

/// Answers every row; check_consistency() finds nothing in it.
[[nodiscard]] inline std::string sample_profile() {
  return R"({
  "profileFormat": 1,
  "id": "utopia-pass",
  "title": {"en": "Utopian pass", "de": "Utopischer Pass"},
  "standing": "national",
  "sources": ["Utopian Passes Act"],
  "docType": "ut.pass.1",
  "aliases": ["ut.pass.draft"],
  "nameSpaces": [{
    "nameSpace": "ut.pass.1",
    "required": true,
    "elements": [
      {"identifier": "family_name", "presence": "mandatory", "type": "latin1", "maxLength": 150, "class": "name",
       "names": {"en": "Family name", "de": "Familienname"}, "clause": "2", "sample": "Vandermeer"},
      {"identifier": "issuing_country", "presence": "mandatory", "type": "text", "format": "country", "class": "document",
       "names": {"en": "Country"}, "sample": "UT"},
      {"identifier": "region", "presence": "optional", "type": "text", "format": "subdivision", "names": {"en": "Region"}},
      {"identifier": "sex", "presence": "recommended", "type": "uint", "values": [0, 1, 2, 9], "class": "appearance",
       "names": {"en": "Sex"}, "sample": 1},
      {"identifier": "licences", "presence": "conditional", "type": "array", "minLength": 1, "deviceSigned": true,
       "condition": {"element": "ut.pass.1/sex", "text": "of those who drive"}, "names": {"en": "Licences"},
       "items": {"type": "map", "members": [
         {"key": "category", "names": {"en": "Category", "de": "Klasse"}, "presence": "mandatory", "type": "text",
          "values": ["A", "B"]},
         {"key": "until", "presence": "optional", "type": ["full-date", "tdate"]}]},
       "sample": [{"category": "A", "until": {"full-date": "2030-01-01"}}]},
      {"identifier": "age_over_##", "presence": "optional", "type": "boolean", "class": "age", "names": {"en": "Age"}}]
  }, {
    "nameSpace": "org.iso.23220.1",
    "include": "iso-23220-1",
    "required": false,
    "elements": [
      {"identifier": "portrait", "presence": "mandatory"},
      {"identifier": "issue_date", "presence": "optional", "type": ["tdate", "full-date"], "clause": "3"}]
  }],
  "domesticNameSpaces": {"pattern": "ut.pass.{region}.1", "lowerCase": true, "version": false},
  "issuer": {"nameSpace": "ut.pass.1", "country": "issuing_country", "jurisdiction": "region"},
  "ageAttestations": ["ut.pass.1"],
  "engagement": {"qr": {"mdoc": "choice", "reader": "mandatory"}, "nfc-static": {"mdoc": "choice", "reader": "mandatory"},
                 "nfc-negotiated": {"mdoc": "optional", "reader": "optional"},
                 "reader-engagement": {"mdoc": "forbidden", "reader": "optional"}},
  "deviceRetrieval": {"ble": {"mdoc": "mandatory", "reader": "mandatory"}, "nfc": {"mdoc": "optional", "reader": "optional"},
                      "wifi-aware": {"mdoc": "forbidden", "reader": "forbidden"}},
  "online": {"website": {"mdoc": "optional", "reader": "optional"}, "openid4vp": {"mdoc": "optional", "reader": "optional"},
             "dc-api": {"mdoc": "optional", "reader": "optional"},
             "dc-api-openid4vp": {"mdoc": "optional", "reader": "optional"}},
  "serverRetrieval": "forbidden",
  "algorithms": {"cipherSuites": [1], "digests": ["SHA-256"], "signerCurves": ["P-256", "P-384"],
                 "deviceCurves": ["P-256"], "deviceAuthentication": ["signature", "mac"]},
  "readerAuthentication": {"proximity": "not-mandatory", "online": "required"},
  "mdocAuthentication": {"deviceSigned": "authorized", "oneKeyPerDocument": true},
  "certificates": {"signer": {"keyPurposes": ["1.3.6.1.4.1.99999.1"], "policies": ["1.3.6.1.4.1.99999.2"],
                              "crlPoints": true, "contact": true, "state": false, "intermediates": false},
                   "reader": {"keyPurposes": ["1.3.6.1.4.1.99999.3"]}},
  "certificateValidity": {"signerDays": 457, "authorityDays": 3650, "readerDays": 1187, "revocation": true},
  "mso": {"maxValidityDays": 30, "status": "mandatory", "mechanisms": ["status-list"], "wholeDays": true,
          "singleUse": false},
  "trustSources": ["vical", "pinned"],
  "holderVerification": {"methods": ["portrait"]},
  "purposes": [{"controller": "ut.pass", "code": 1, "title": {"en": "Identity"}}],
  "extensions": {"requestInfo": ["ut.reason"], "deviceRequestInfo": ["ut.place"], "capabilities": [4711]},
  "protocolConstants": {"base": "iso18013-5", "id": "ut-pass", "deviceEngagementScheme": "utpass:",
                        "skReaderInfo": "UTReader", "readerIvIdentifier": "00000000000000A0",
                        "mdocIvIdentifier": "00000000000000a1", "blePsmServiceUuid": 4660}
})";
}

/// Puts a value where a JSON pointer shows: a member or an element, or one more of them.
inline void set(boost::json::value& profile, std::string_view pointer, std::string_view json) {
  const std::size_t last = pointer.rfind('/');
  boost::json::value& parent = profile.at_pointer(pointer.substr(0, last));
  const std::string_view name = pointer.substr(last + 1);
  if (parent.is_object()) {
    parent.get_object()[name] = boost::json::parse(json);
    return;
  }
  const std::size_t index = std::stoul(std::string(name));
  if (index == parent.as_array().size()) {
    parent.get_array().push_back(boost::json::parse(json));
  } else {
    parent.get_array().at(index) = boost::json::parse(json);
  }
}

/// The sample with another value at a JSON pointer, or with one more member or element: "/title/en", "/sources/1".
[[nodiscard]] inline std::string altered(std::string_view pointer, std::string_view json) {
  boost::json::value profile = boost::json::parse(sample_profile());
  set(profile, pointer, json);
  return boost::json::serialize(profile);
}

/// The sample without this member.
[[nodiscard]] inline std::string without(std::string_view pointer) {
  boost::json::value profile = boost::json::parse(sample_profile());
  const std::size_t last = pointer.rfind('/');
  profile.at_pointer(pointer.substr(0, last)).as_object().erase(pointer.substr(last + 1));
  return boost::json::serialize(profile);
}

/// "[" + `count` times the text, with commas + "]"
[[nodiscard]] inline std::string list_of(std::size_t count, std::string_view json) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) list.append(i == 0 ? "" : ",").append(json);
  return list + "]";
}

}  // namespace mdoc::testing
