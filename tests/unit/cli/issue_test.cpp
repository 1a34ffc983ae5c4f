// mdoc-cli pki and issue: keys, certificates and mdocs for tests.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Issue : public ::testing::Test {
 protected:
  /// The elements that a verification of what `call` issues reports.
  [[nodiscard]] bj::object issued(const std::vector<std::string>& call) const {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return report_of("hex:" + ended.out).at("documents").at(0).as_object();
  }
  [[nodiscard]] bj::object report_of(const std::string& input) const {
    const Ended judged = mdoc_cli({"verify", input, "--trust", issuance.iaca, "--issuer-only", "--json"});
    EXPECT_EQ(judged.exit, 0) << judged.out;
    return only_object(judged);
  }
  [[nodiscard]] static bj::object mso_of(const std::string& hexadecimal) {
    return inspected("hex:" + hexadecimal).at("value").at("issuerAuth").at(2).at("content").at("content").as_object();
  }
  static constexpr const char* data = R"({"org.iso.18013.5.1": {"family_name": "Doe"}})";
  Folder folder;
  Issuance issuance{folder};
};

TEST_F(Issue, WithAProfileDatesAndStringsGetTheTypesOfTheProfile) {
  const auto document = issued(issuance.issue(
      R"({"org.iso.18013.5.1": {"family_name": "Doe", "birth_date": "1990-02-03", "portrait": "_9j_4A",
          "age_over_18": true, "driving_privileges": [{"vehicle_category_code": "B", "issue_date": "2010-01-02"}]}})",
      {"--profile", "mdl"}));
  const bj::object elements = document.at("issuerSigned").at(Issuance::name_space).as_object();
  EXPECT_EQ(bj::serialize(elements.at("birth_date")), R"({"full-date":"1990-02-03"})");
  EXPECT_EQ(bj::serialize(elements.at("portrait")), R"({"bytes":"_9j_4A"})");
  EXPECT_EQ(bj::serialize(elements.at("driving_privileges").at(0).at("issue_date")), R"({"full-date":"2010-01-02"})");
  EXPECT_EQ(elements.at("family_name"), "Doe");
  EXPECT_EQ(elements.at("age_over_18"), true);
  EXPECT_EQ(document.at("docType"), Issuance::doc_type);
}

TEST_F(Issue, WithoutAProfileValuesAreWhatTheJsonSays) {
  constexpr const char* elements = R"({"day": {"full-date": "2024-05-01"}, "text": "2024-05-01", "none": null,
      "bytes": {"bytes": "AQI"}, "time": {"tdate": "2024-05-01T00:00:00Z"}, "big": {"integer": "18446744073709551615"}})";
  const Ended ended =
      mdoc_cli(issuance.issue(std::string(R"({"org.example": )") + elements + "}", {"--doc-type", "org.example.doc"}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(mso_of(ended.out).at("docType"), "org.example.doc");
  const bj::object parts = inspected("hex:" + ended.out);
  bj::object found;
  for (const auto& item : parts.at("value").at("nameSpaces").at("org.example").as_array()) {
    const auto& content = item.at("content");
    found[content.at("elementIdentifier").as_string()] = content.at("elementValue");
  }
  EXPECT_EQ(found, object_of(elements));
}

TEST_F(Issue, KnowsProfilesByShortNameAndDocType) {
  for (const char* profile :
       {"mdl", "photoid", "photo-id", "pid", "age-verification", "org.iso.18013.5.1.mDL", "eu.europa.ec.eudi.pid.1"}) {
    EXPECT_EQ(mdoc_cli(issuance.issue(R"({"n": {"e": 1}})", {"--profile", profile})).exit, 0) << profile;
  }
  EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "library-card"})).exit, 2);
  EXPECT_EQ(mdoc_cli(issuance.issue(data)).exit, 2);
}

TEST_F(Issue, TakesDataFromTheCommandLineAFileAndStandardInput) {
  const std::string file = folder.write("data.json", data);
  EXPECT_EQ(mdoc_cli(issuance.issue(file, {"--profile", "mdl"})).exit, 0);
  EXPECT_EQ(mdoc_cli(issuance.issue("-", {"--profile", "mdl"}), {.input = data}).exit, 0);
  EXPECT_EQ(mdoc_cli(issuance.issue(folder.path("missing"), {"--profile", "mdl"})).exit, 3);
}

TEST_F(Issue, RefusesDataThatIsNoneOrDoesNotFit) {
  for (const char* wrong : {"{", "{}", R"({"n": 1})", R"({"org.iso.18013.5.1": {"birth_date": "soon"}})",
                            R"({"org.iso.18013.5.1": {"portrait": "?"}})", R"({"n": {"e": {"bytes": "?"}}})"}) {
    const Ended ended = mdoc_cli(issuance.issue(wrong, {"--profile", "mdl"}));
    EXPECT_TRUE(ended.exit == 2 || ended.exit == 3) << wrong << ": " << ended.exit;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(Issue, DataThatDoesNotFitNamesTheElementAndTheFormThatIsWanted) {
  const auto said = [this](const std::string& elements, const std::string& why) {
    const std::string json = R"({"org.iso.18013.5.1": {"family_name": "Doe", )" + elements + "}}";
    const Ended ended = mdoc_cli(issuance.issue(json, {"--profile", "mdl"}));
    EXPECT_EQ(ended.exit, 3) << elements;
    EXPECT_THAT(ended.err, HasSubstr("--data: org.iso.18013.5.1/" + why)) << elements;
  };
  said(R"("birth_date": "17.4.1988")", R"(birth_date: is no full-date; write it like 2001-02-03)");
  said(R"("birth_date": "1988-02-30")", R"(birth_date: is no full-date)");
  said(R"("birth_date": "\u001b[2J")", R"(birth_date: is no full-date)");
  said(R"("expiry_date": "soon")", R"(expiry_date: is no date; write it like 2001-02-03 or 2001-02-03T12:00:00Z)");
  said(R"("portrait": "/9j/4A==")", "portrait: is base64, and must be base64url");
  said(R"("portrait": "a face")", "portrait: must be an image (JPEG or JPEG 2000) in base64url");
  said(R"("height": "180")", "height: must be a number");
  said(R"("age_over_18": "surely")", "age_over_18: must be true or false");
  said(R"("driving_privileges": "B")", "driving_privileges: must be an array");
  said(R"("portrait": {"bytes": "?"})", "portrait: has no CBOR form");
  said(R"("height": {"integer": "tall"})", "height: has no CBOR form");
  const std::string secret(100, 's');
  const Ended refused =
      mdoc_cli(issuance.issue(R"({"org.iso.18013.5.1": {"birth_date": ")" + secret + "\"}}", {"--profile", "mdl"}));
  EXPECT_THAT(refused.err, Not(HasSubstr(secret.substr(0, 10))));  // it is somebody's data
}

TEST_F(Issue, DataThatDoesNotFitWithinAValueNamesTheInnermostPartAndWhatIsWantedThere) {
  const auto said = [this](const std::string& elements, const std::string& why, const std::string& option = "--profile",
                           const std::string& value = "mdl") {
    const std::string json = R"({"org.iso.18013.5.1": {"family_name": "Doe", )" + elements + "}}";
    const Ended ended = mdoc_cli(issuance.issue(json, {option, value}));
    EXPECT_EQ(ended.exit, 3) << elements;
    EXPECT_THAT(ended.err, HasSubstr("--data: org.iso.18013.5.1/" + why)) << elements;
  };
  said(R"("driving_privileges": [{"vehicle_category_code": "B"}, {"issue_date": "9.5.2011"}])",
       "driving_privileges[1].issue_date: is no full-date; write it like 2001-02-03");
  said(R"("driving_privileges": [{"vehicle_category_code": "B"}, "C"])", "driving_privileges[1]: must be an object");
  said(R"("driving_privileges": [{"codes": [{"code": "01"}, {"code": {"bytes": "?"}}]}])",
       "driving_privileges[0].codes[1].code: has no CBOR form");
  said(R"("driving_privileges": [{"own\u001b[2J": [1, {"tdate": "halfpast-XVII"}]}])",
       R"(driving_privileges[0].own\x1b[2J[1]: has no CBOR form)");
  // Where no profile knows the value, or the element.
  said(R"("club": {"since": {"full-date": "2011-02-30"}})", "club.since: has no CBOR form");
  said(R"("club": [[0], [1e400]])", "club[1][0]: has no CBOR form", "--doc-type", "org.example.doc");
  said(R"("club": {"tag": 4711, "value": [{"integer": "umpteen-and-7"}]})", "club.value[0]: has no CBOR form");
  said(R"("club": {"tag": -4711, "value": [1]})", "club: has no CBOR form");
}

TEST_F(Issue, TheSamplesOfProfilesAreNoDataButWhereAMapIsWanted) {
  const auto refused = [this](const std::string& elements, const std::string& place) {
    const Ended ended = mdoc_cli(issuance.issue(R"({"org.iso.18013.5.1": {)" + elements + "}}", {"--profile", "mdl"}));
    EXPECT_EQ(ended.exit, 3) << elements;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("--data: org.iso.18013.5.1/" + place +
                                     R"(: {"sample": …} is for the samples in profiles alone; give the value)"));
    return ended.err;
  };
  EXPECT_THAT(refused(R"("portrait": {"sample": "portrait"})", "portrait"), HasSubstr("here the bytes in base64url"));
  EXPECT_THAT(refused(R"("family_name": {"sample": "XQ-sample-name"})", "family_name"), Not(HasSubstr("base64url")));
  refused(R"("driving_privileges": {"sample": "portrait"})", "driving_privileges");
  refused(R"("driving_privileges": [{"codes": [{"code": {"sample": "portrait"}}]}])",
          "driving_privileges[0].codes[0].code");
  for (const char* map : {R"({"org.iso.18013.5.1": {"driving_privileges": [{"sample": "portrait"}]}})",
                          R"({"org.iso.18013.5.1": {"portrait": {"sample": 4711}}})",
                          R"({"org.iso.18013.5.1": {"portrait": {"sample": "a", "of": "b"}}})",
                          R"({"org.iso.18013.5.1": {"club": {"sample": "portrait"}}})",
                          R"({"org.example": {"portrait": {"sample": "portrait"}}})"}) {
    EXPECT_EQ(mdoc_cli(issuance.issue(map, {"--profile", "mdl"})).exit, 0) << map;
  }
  EXPECT_EQ(mdoc_cli(issuance.issue(R"({"org.iso.18013.5.1": {"portrait": {"sample": "portrait"}}})",
                                    {"--doc-type", "org.example.doc"}))
                .exit,
            0);
}

TEST_F(Issue, DataWithoutNameSpacesOrThatIsNoJsonSaysSo) {
  const auto said = [this](const std::string& json, const std::string& why) {
    const Ended ended = mdoc_cli(issuance.issue(json, {"--profile", "mdl"}));
    EXPECT_EQ(ended.exit, 3) << json;
    EXPECT_THAT(ended.err, HasSubstr(why)) << json;
  };
  said(R"({"family_name": "Doe"})", "--data: family_name holds no elements; the first level must be name spaces");
  said(R"({"org.iso.18013.5.1": ["Doe"]})", "org.iso.18013.5.1 holds no elements");
  said(folder.write("array.json", std::string_view("[1]")), "--data: the first level must be name spaces");
  said(folder.write("broken.json", std::string_view("{\n\"n\": {\n\"e\": }}")), "--data: no JSON");
  said(folder.write("broken.json", std::string_view("{\n\"n\": {\n\"e\": }}")), "in line 3, column 6");
  said(R"({"n": {"e": 1, "e": 2}})", "--data: \"e\" stands twice in one object");
  said("{", "--data: no JSON");
}

TEST_F(Issue, UsesTheDigestThatWasChosen) {
  const auto algorithm = [this](const char* digest) {
    const auto document = issued(issuance.issue(data, {"--profile", "mdl", "--digest", digest}));
    return std::string(document.at("mso").at("digestAlgorithm").as_string());
  };
  EXPECT_EQ(algorithm("sha256"), "SHA-256");
  EXPECT_EQ(algorithm("sha384"), "SHA-384");
  EXPECT_EQ(algorithm("sha512"), "SHA-512");
  EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--digest", "md5"})).exit, 2);
}

TEST_F(Issue, IsValidInTheTimeThatWasChosen) {
  const Ended ended = mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--valid-from", "2026-01-02T03:04:05Z",
                                                     "--valid-until", "2026-02-03T04:05:06Z", "--json"}));
  const bj::object object = only_object(ended);
  EXPECT_EQ(object.at("docType"), Issuance::doc_type);
  EXPECT_EQ(object.at("validFrom"), "2026-01-02T03:04:05Z");
  EXPECT_EQ(object.at("validUntil"), "2026-02-03T04:05:06Z");
  const auto mso = mso_of(std::string(object.at("issuerSigned").as_string()));
  EXPECT_EQ(mso.at("validityInfo").at("validUntil").at("tdate"), "2026-02-03T04:05:06Z");
  EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--valid-from", "2026-01-02T03:04:05Z", "--valid-until",
                                           "2025-02-03T04:05:06Z"}))
                .exit,
            2);
  EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--valid-until", "tomorrow"})).exit, 2);
}

TEST_F(Issue, NamesThePlaceInAStatusList) {
  const Ended ended =
      mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--status-list", "https://utopia.example/status#7"}));
  const auto mso = mso_of(ended.out);
  EXPECT_EQ(mso.at("status").at("status_list").at("idx"), 7);
  EXPECT_EQ(mso.at("status").at("status_list").at("uri"), "https://utopia.example/status");
  for (const char* wrong : {"https://utopia.example/status", "#7", "https://utopia.example/status#",
                            "https://utopia.example/status#x", "https://utopia.example/status#-1"}) {
    EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--status-list", wrong})).exit, 2) << wrong;
  }
}

TEST_F(Issue, AuthorisesTheDeviceToSignNameSpacesAndElements) {
  const Ended ended =
      mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--authorize", "org.example.whole", "--authorize",
                                     "org.example.part/one", "--authorize", "org.example.part/two"}));
  const auto authorizations = mso_of(ended.out).at("deviceKeyInfo").at("keyAuthorizations").as_object();
  EXPECT_EQ(bj::serialize(authorizations.at("nameSpaces")), R"(["org.example.whole"])");
  EXPECT_EQ(bj::serialize(authorizations.at("dataElements")), R"({"org.example.part":["one","two"]})");
  for (const char* wrong : {"", "/", "org.example/", "/one"}) {
    EXPECT_EQ(mdoc_cli(issuance.issue(data, {"--profile", "mdl", "--authorize", wrong})).exit, 2) << wrong;
  }
}

TEST_F(Issue, WarnsAboutWhatVerifiersRefuse) {
  const auto warned = [&](const std::vector<std::string>& call, const std::string& what) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(what));
  };
  warned(issuance.issue(data, {"--doc-type", "org.example.doc"}),
         issuance.signer + " breaks the rule key-purpose.fits (expected: 1.0.23220.4.1.2; found: 1.0.18013.5.1.2)");
  warned(issuance.issue(data, {"--profile", "mdl", "--valid-until", "2090-01-01T00:00:00Z"}),
         "is valid until 2090-01-01T00:00:00Z, later than " + issuance.signer);
  auto call = issuance.issue(data, {"--profile", "mdl"});
  std::ranges::replace(call, issuance.signer_key, issuance.iaca_key);
  std::ranges::replace(call, issuance.signer, issuance.iaca);
  warned(call, issuance.iaca + " breaks the rule not-ca");
}

TEST_F(Issue, WarnsAboutEachThingThatTheProfileWantsOtherwise) {
  const Ended whole = mdoc_cli(issuance.issue(
      R"({"org.iso.18013.5.1": {"family_name": "Doe", "given_name": "Jane", "birth_date": "1990-02-03",
          "issue_date": "2024-05-06", "expiry_date": "2034-05-06", "issuing_country": "UT", "document_number": "D1",
          "issuing_authority": "Erewhon Licensing", "portrait": "_9j_wAALCAABAAEBAREA", "driving_privileges": [],
          "un_distinguishing_sign": "UTO", "age_over_18": true}})",
      {"--profile", "mdl"}));
  EXPECT_EQ(whole.exit, 0) << whole.err;
  EXPECT_EQ(whole.err, "");
  const Ended part = mdoc_cli(issuance.issue(
      R"({"org.iso.18013.5.1": {"famly_name": "Doe", "issuing_country": "ut", "age_over_18": false,
          "age_over_21": true}})",
      {"--profile", "mdl"}));
  EXPECT_EQ(part.exit, 0) << "tests need such documents";
  for (const char* warning :
       {"expected: A mandatory element is present. (element.missing); missing: family_name, given_name, birth_date, "
        "issue_date, expiry_date, issuing_authority, document_number, portrait, driving_privileges, "
        "un_distinguishing_sign of org.iso.18013.5.1",
        "org.iso.18013.5.1/famly_name: expected: A name space holds the elements that are defined for it. "
        "(element.unknown)",
        "org.iso.18013.5.1/issuing_country: expected: A country is an upper-case code of the length that is defined "
        "for it. "
        "(element.bad-country)",
        "org.iso.18013.5.1/age_over_21: expected: There is an age that fits every statement about it. "
        "(element.ages-contradict, "
        "beside age_over_18)"}) {
    EXPECT_THAT(part.err, HasSubstr("mdoc-cli: warning: " + std::string(warning) + "\n"));
  }
  EXPECT_THAT(part.err, Not(HasSubstr("/family_name: expected")));
  const Ended proof = mdoc_cli(issuance.issue(R"({"eu.europa.ec.av.1": {"age_over_18": true}})",
                                              {"--profile", "eu.europa.ec.av.1", "--valid-from", "2026-01-01T00:00:01Z",
                                               "--valid-until", "2026-05-01T00:00:00Z"}));
  EXPECT_THAT(proof.err,
              HasSubstr("MobileSecurityObject: expected: The document is valid no longer than the profile allows. "
                        "(mso.valid-too-long, found 120 days)"));
  EXPECT_THAT(proof.err, HasSubstr("(mso.not-whole-days, found "));
}

// What is said of a document when it is made is what verify says of it.
TEST_F(Issue, ADocumentOlderThanItsSignersCertificateIsRefusedAndSaidToBe) {
  const auto made = [&](const std::string& until) {
    return mdoc_cli(issuance.issue(R"({"org.iso.18013.5.1": {"family_name": "Doe"}})",
                                   {"--profile", "mdl", "--valid-from", "2020-01-01T00:00:00Z", "--valid-until", until,
                                    "--out", folder.path("old.cbor")}));
  };
  const auto judged = [&](const char* level) {
    return mdoc_cli({"verify", "--issuer-only", folder.path("old.cbor"), "--trust", issuance.iaca, "--level", level});
  };
  EXPECT_THAT(made("2099-01-01T00:00:00Z").err, HasSubstr("is signed at 2020-01-01T00:00:00Z, earlier than"));
  EXPECT_THAT(made("2099-01-01T00:00:00Z").err, HasSubstr("): verifiers refuse it"));
  const Ended refused = judged("interop");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.out, HasSubstr("refused because of mso.signed-within-signer: signed before"));
  EXPECT_THAT(refused.out, HasSubstr("deviations refused\n    ✗ mso.signed-outside-signer"));
  EXPECT_THAT(refused.out, HasSubstr("deviations let through\n    ! mso.outlasts-signer"));
  const Ended let_through = judged("lenient");
  EXPECT_EQ(let_through.exit, 0) << let_through.out;
  EXPECT_THAT(let_through.out, HasSubstr("  ! mso.signed-within-signer: signed before the validity"));
  EXPECT_THAT(let_through.out, HasSubstr("deviations let through\n    ! mso.signed-outside-signer"));
  // What has expired has, whatever else is wrong with it.
  EXPECT_EQ(made("2021-01-01T00:00:00Z").exit, 0);
  EXPECT_THAT(judged("interop").out, HasSubstr("refused because of mso.validity: no longer valid"));
}

TEST_F(Issue, EndsAfterItBegins) {
  const Ended ended = mdoc_cli(issuance.issue(
      data, {"--profile", "mdl", "--valid-from", "2026-02-01T00:00:00Z", "--valid-until", "2026-01-01T00:00:00Z"}));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("before it begins"));
}

TEST_F(Issue, SwappedKeyAndCertificateAreNoticed) {
  auto call = issuance.issue(data, {"--profile", "mdl"});
  std::iter_swap(std::ranges::find(call, issuance.signer), std::ranges::find(call, issuance.signer_key));
  const Ended ended = mdoc_cli(call);
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr(issuance.signer +
                                   " holds a CERTIFICATE, not a private key; are --ds-key and --ds-cert swapped?"));
  std::ranges::replace(call, issuance.signer, issuance.signer_key);
  EXPECT_THAT(
      mdoc_cli(call).err,
      HasSubstr(issuance.signer_key + " holds a PRIVATE KEY, no certificate; are --ds-key and --ds-cert swapped?"));
}

TEST_F(Issue, TheKeyMustBeThatOfTheCertificate) {
  auto call = issuance.issue(data, {"--profile", "mdl"});
  std::ranges::replace(call, issuance.signer_key, issuance.iaca_key);
  const Ended ended = mdoc_cli(call);
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("is not the key of"));
}

class Pki : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> make(const std::string& role,
                                              const std::vector<std::string>& more = {}) const {
    return with(make_named("C=UT, ST=UT-X, O=Utopia, CN=Utopia " + role, role), more);
  }
  [[nodiscard]] std::vector<std::string> make_named(const std::string& subject,
                                                    const std::string& role = "iaca") const {
    return {"pki",        role,
            "--subject",  subject,
            "--key-out",  folder.path(role + ".key"),
            "--cert-out", folder.path(role + ".pem")};
  }
  [[nodiscard]] std::vector<std::string> issued_by(const std::string& issuer) const {
    return {"--issuer-key", folder.path(issuer + ".key"), "--issuer-cert", folder.path(issuer + ".pem")};
  }
  [[nodiscard]] crypto::Certificate certificate(const std::string& role) const {
    return crypto::Certificate::list_from_pem(folder.read(role + ".pem")).value().front();
  }
  Folder folder;
};

TEST_F(Pki, MakesEachRoleWithItsKey) {
  ASSERT_EQ(mdoc_cli(make("iaca")).exit, 0);
  ASSERT_EQ(mdoc_cli(make("ds", issued_by("iaca"))).exit, 0);
  ASSERT_EQ(mdoc_cli(make("reader-ca")).exit, 0);
  ASSERT_EQ(mdoc_cli(make("reader", issued_by("reader-ca"))).exit, 0);
  EXPECT_TRUE(certificate("iaca").basic_constraints()->ca);
  EXPECT_EQ(certificate("ds").issuer(), certificate("iaca").subject());
  EXPECT_EQ(certificate("ds").extended_key_usage(), std::vector<std::string>{"1.0.18013.5.1.2"});
  EXPECT_EQ(certificate("reader").extended_key_usage(), std::vector<std::string>{"1.0.18013.5.1.6"});
  for (const char* role : {"iaca", "ds", "reader-ca", "reader"}) {
    const auto key = crypto::PrivateKey::from_pem(folder.read(std::string(role) + ".key"));
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->public_key() == *certificate(role).public_key()) << role;
    EXPECT_EQ(std::filesystem::status(folder.path(std::string(role) + ".key")).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

TEST_F(Pki, ForMachinesIsOneObject) {
  const bj::object object = only_object(mdoc_cli(make("iaca", {"--json"})));
  EXPECT_EQ(object.at("role"), "iaca");
  EXPECT_THAT(std::string(object.at("subject").as_string()), HasSubstr("Utopia iaca"));
  EXPECT_EQ(object.at("key"), bj::value(bj::string(folder.path("iaca.key"))));
  EXPECT_EQ(object.at("certificate"), bj::value(bj::string(folder.path("iaca.pem"))));
  EXPECT_EQ(object.at("fingerprint"), bj::value(bj::string(to_hex(certificate("iaca").fingerprint().view()))));
}

TEST_F(Pki, TakesCurveAndValidity) {
  for (const char* curve : {"P-256", "P-384", "P-521", "brainpoolP256r1"}) {
    ASSERT_EQ(mdoc_cli(make("iaca", {"--force", "--curve", curve})).exit, 0) << curve;
    EXPECT_EQ(crypto::info(certificate("iaca").public_key()->curve()).name, curve);
  }
  ASSERT_EQ(mdoc_cli(make("iaca", {"--force", "--days", "10", "--not-before", "2026-01-01T00:00:00Z"})).exit, 0);
  EXPECT_EQ(to_rfc3339(certificate("iaca").not_before()), "2026-01-01T00:00:00Z");
  EXPECT_LE(certificate("iaca").not_after() - certificate("iaca").not_before(), std::chrono::days{10});
}

// The profile of proofs of age has documents tell whole days alone.
TEST_F(Pki, BeginsWithTheDayWhereAProfileWantsThatAndNobodySaysOtherwise) {
  const std::vector<std::string> profile{"--profile", "eu.europa.ec.av.1"};
  ASSERT_EQ(mdoc_cli(make("iaca", profile)).exit, 0);
  const UtcSeconds begin = certificate("iaca").not_before();
  EXPECT_EQ(begin, std::chrono::floor<std::chrono::days>(begin));
  const auto signer = with(make("ds", profile), issued_by("iaca"));
  ASSERT_EQ(mdoc_cli(signer).exit, 0);
  EXPECT_EQ(certificate("ds").not_before(), begin);
  const std::string given = "2026-01-02T03:04:05Z";
  ASSERT_EQ(mdoc_cli(with(signer, {"--force", "--not-before", given})).exit, 0);
  EXPECT_EQ(to_rfc3339(certificate("ds").not_before()), given);
}

TEST_F(Pki, ASeedMakesKeysRepeatableAndIsWarnedAbout) {
  const auto made = [this](const char* seed) {
    const Ended ended = mdoc_cli(make("iaca", {"--force", "--seed", seed}));
    EXPECT_EQ(ended.exit, 0);
    EXPECT_THAT(ended.err, HasSubstr("for tests alone"));
    return folder.read("iaca.key");
  };
  const std::string first = made("00ff");
  EXPECT_EQ(made("00ff"), first);
  EXPECT_NE(made("00fe"), first);
  for (const char* wrong : {"", "0", "xy"}) EXPECT_EQ(mdoc_cli(make("iaca", {"--seed", wrong})).exit, 2) << wrong;
}

TEST_F(Pki, RefusesWhatNoProfileAllows) {
  ASSERT_EQ(mdoc_cli(make("iaca")).exit, 0);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--days", "0"},
                                                {"--days", "-3"},
                                                {"--days", "99999"},
                                                {"--days", "x"},
                                                {"--curve", "P-224"},
                                                {"--curve", "X25519"},
                                                {"--not-before", "now"}}) {
    EXPECT_EQ(mdoc_cli(make("iaca", wrong)).exit, 2) << wrong.back();
  }
  EXPECT_EQ(mdoc_cli(make("ds")).exit, 2);
}

TEST_F(Pki, RefusesNamesThatAreNone) {
  for (const char* name : {"", ",", "Utopia", "CN", "CN=", "=X", "X=Y", "cn=X", "C=Utopia", "C=UT, CN=X,"}) {
    EXPECT_EQ(mdoc_cli(make_named(name)).exit, 2) << name;
    EXPECT_TRUE(folder.empty()) << name;
  }
}

TEST_F(Pki, ABackslashKeepsTheCommaOfAName) {
  const Ended ended = mdoc_cli(with(make_named(R"(C=UT, CN=Utopia\, Ltd.)"), {"--json"}));
  EXPECT_THAT(std::string(only_object(ended).at("subject").as_string()), HasSubstr(R"(Utopia\, Ltd.)"));
}

TEST_F(Pki, SaysThatACountryIsACodeOfTwoLetters) {
  for (const char* name : {"C=Utopia, CN=X", "C=ut", "CN=X, C=U", "C=", "C=U1"}) {
    const Ended ended = mdoc_cli(make_named(name));
    EXPECT_EQ(ended.exit, 2) << name;
    EXPECT_THAT(ended.err, HasSubstr("C is a country code of two capital letters")) << name;
  }
}

TEST_F(Pki, RefusesTheKeyOfAnotherIssuer) {
  ASSERT_EQ(mdoc_cli(make("iaca")).exit, 0);
  ASSERT_EQ(mdoc_cli(make("reader-ca")).exit, 0);
  const Ended ended =
      mdoc_cli(make("ds", {"--issuer-key", folder.path("reader-ca.key"), "--issuer-cert", folder.path("iaca.pem")}));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr(folder.path("reader-ca.key") + " is not the key of " + folder.path("iaca.pem")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("ds.key")));
}

TEST_F(Pki, AnIssuerIsAnAuthority) {
  ASSERT_EQ(mdoc_cli(make("iaca")).exit, 0);
  ASSERT_EQ(mdoc_cli(make("ds", issued_by("iaca"))).exit, 0);
  const Ended ended = mdoc_cli(make("reader", issued_by("ds")));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr(folder.path("ds.pem") + " is no certificate of an authority"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("reader.key")));
}

TEST_F(Pki, WarnsAboutCountriesThatVerifiersRefuse) {
  const Ended without = mdoc_cli(make_named("CN=Nowhere"));
  EXPECT_EQ(without.exit, 0);
  EXPECT_THAT(without.err, HasSubstr("names no country"));
  EXPECT_THAT(mdoc_cli(make("ds", issued_by("iaca"))).err, HasSubstr("iaca.pem names no country"));
  const Ended other = mdoc_cli(with(make_named("C=XX, CN=Other"), {"--force"}));
  EXPECT_EQ(other.err, "");
  EXPECT_THAT(mdoc_cli(with(make("ds", issued_by("iaca")), {"--force"})).err,
              HasSubstr("iaca.pem is XX, and not that of this certificate"));
}

TEST_F(Pki, RefusesOneFileForBothAndFoldersThatAreNotThere) {
  EXPECT_EQ(mdoc_cli({"pki", "iaca", "--subject", "C=UT, CN=X", "--key-out", folder.path("one"), "--cert-out",
                      folder.path("one")})
                .exit,
            2);
  EXPECT_EQ(mdoc_cli({"pki", "iaca", "--subject", "C=UT, CN=X", "--key-out", folder.path("no/key"), "--cert-out",
                      folder.path("cert")})
                .exit,
            3);
}

}  // namespace
}  // namespace mdoc::testing
