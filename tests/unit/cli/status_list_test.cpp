// mdoc-cli status-list: what a list token says, whether it is to be believed, and tokens of our own.
#include <gmock/gmock.h>

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/status_list.hpp"
#include "signed_lists.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Options = std::vector<std::string>;

/// What stands between the lines of a PEM file, as x5c has it.
std::string pem_body(const crypto::Certificate& certificate) {
  std::string body = certificate.pem();
  body.erase(0, body.find('\n'));
  body.erase(body.find('-'));
  std::erase(body, '\n');
  return body;
}

class StatusListCommand : public ::testing::Test {
 protected:
  std::string token() { return folder.write("token.cbor", sample.encode()); }
  /// The same list in JWT form, by the same signer.
  std::string jwt() {
    const auto part = [](const bj::value& value) { return to_base64url(as_bytes(bj::serialize(value))); };
    const auto seconds = [](const char* date) { return utc(date).time_since_epoch().count(); };
    std::string certificate = pem_body(sample.certificate());
    const std::string input =
        part(bj::object{{"alg", "ES256"}, {"typ", "statuslist+jwt"}, {"x5c", bj::array{bj::value(certificate)}}}) +
        "." +
        part(bj::object{{"sub", SampleStatusToken::uri},
                        {"iat", seconds("2026-05-01T00:00:00Z")},
                        {"exp", seconds("2026-05-03T00:00:00Z")},
                        {"status_list", {{"bits", 1}, {"lst", "eNrbuRgAAhcBXQ"}}}});
    const auto signature = crypto::sign(sample.key, crypto::SignatureAlgorithm::es256, as_bytes(input)).value();
    return folder.write("token.jwt", input + "." + to_base64url(signature.raw) + "\n");
  }
  std::string iaca() { return folder.write("iaca.pem", sample.pki.iaca_certificate().pem()); }

  Folder folder;
  SampleStatusToken sample;
};

// ---- show ---------------------------------------------------------------------------------------

class StatusListShow : public StatusListCommand {
 protected:
  Ended show(const Options& more = {}) { return mdoc_cli(with({"status-list", "show", token()}, more)); }
  bj::object shown() { return only_object(show({"--json"})); }
};

TEST_F(StatusListShow, CountsTheStatusesForPeople) {
  const Ended ended = show();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  for (const char* text :
       {"status list\n", "URI          https://example.com/statuslists/1\n", "issued       2026-05-01T00:00:00Z\n",
        "expires      2026-05-03T00:00:00Z\n", "time to live 43200 s\n", "CN=Utopia status lists\n",
        "the signature is not checked here", "size         16 statuses of 1 bit, 2 bytes, 10 compressed\n",
        "         7 valid (0)\n", "         9 invalid (1)\n", "  not valid\n             0 invalid (1)\n"}) {
    EXPECT_THAT(ended.out, HasSubstr(text));
  }
}

TEST_F(StatusListShow, IsOneObjectForMachines) {
  const bj::object object = shown();
  EXPECT_EQ(object.at("kind"), "status-list");
  EXPECT_EQ(object.at("uri"), "https://example.com/statuslists/1");
  EXPECT_EQ(object.at("issuedAt"), "2026-05-01T00:00:00Z");
  EXPECT_EQ(object.at("expiresAt"), "2026-05-03T00:00:00Z");
  EXPECT_EQ(object.at("timeToLive"), 43200);
  EXPECT_EQ(object.at("verified"), false);
  EXPECT_EQ(object.at("bits"), 1);
  EXPECT_EQ(object.at("size"), 16);
  EXPECT_EQ(object.at("bytes"), 2);
  EXPECT_EQ(object.at("compressedBytes"), 10);
  EXPECT_THAT(object.at("warnings").as_array(), IsEmpty());
  EXPECT_EQ(bj::serialize(object.at("values")),
            R"([{"value":0,"name":"valid","count":7},{"value":1,"name":"invalid","count":9}])");
  std::vector<std::int64_t> indexes;
  for (const auto& each : object.at("firstSet").as_array())
    indexes.push_back(each.at("index").to_number<std::int64_t>());
  EXPECT_THAT(indexes, ElementsAre(0, 3, 4, 5, 7, 8, 9, 13, 15));
}

TEST_F(StatusListShow, ManyIndexesAreCutShort) {
  const auto list = trust::StatusList::of_bytes(1, Bytes(25, 0xff)).value();
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(1, list.deflate());
  const Ended ended = show();
  EXPECT_THAT(ended.out, HasSubstr("        63 invalid (1)\n    … and 136 more indexes\n"));
  EXPECT_EQ(shown().at("firstSet").as_array().size(), 64u);
  EXPECT_EQ(shown().at("values").as_array()[0].at("count"), 200);
}

TEST_F(StatusListShow, ValuesOfMoreBitsAreNamedAndADeviation) {
  const auto list = trust::StatusList::of_bytes(2, Bytes{0xc9, 0x44, 0xf9}).value();
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(2, list.deflate());
  const bj::object object = shown();
  EXPECT_EQ(bj::serialize(object.at("values")),
            R"([{"value":0,"name":"valid","count":3},{"value":1,"name":"invalid","count":4},)"
            R"({"value":2,"name":"suspended","count":2},{"value":3,"name":"other","count":3}])");
  EXPECT_EQ(object.at("warnings").as_array()[0].at("rule"), "status.bits");
  EXPECT_THAT(show().out, HasSubstr("deviations let through\n  ! status.bits"));
  EXPECT_EQ(show({"--level", "strict"}).exit, 3);
}

TEST_F(StatusListShow, AnIdentifierListIsShown) {
  sample.revoke({{0xcc, 0xcc}, {0xab, 0xcd}});
  const Ended text = show();
  EXPECT_THAT(text.out, ::testing::StartsWith("identifier list\n"));
  EXPECT_THAT(text.out, HasSubstr("2 identifiers, all of revoked documents\n    abcd\n    cccc\n"));
  const bj::object object = shown();
  EXPECT_EQ(object.at("kind"), "identifier-list");
  EXPECT_EQ(object.at("size"), 2);
  EXPECT_EQ(object.at("firstIdentifiers"), (bj::array{"abcd", "cccc"}));
}

TEST_F(StatusListShow, ATokenWithoutCertificateIsShownAndSaysSo) {
  sample.x5chain_place = SampleStatusToken::Place::nowhere;
  EXPECT_THAT(show().out, HasSubstr("no usable certificate (x5chain)"));
  EXPECT_FALSE(shown().contains("signer"));
}

TEST_F(StatusListShow, AListThatDoesNotUnpackEndsWithThree) {
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(1, Bytes{0x78, 0xda, 0x01});
  const Ended ended = show();
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("cannot unpack the status list"));
}

TEST_F(StatusListShow, AListThatUnpacksBeyondAllBoundsEndsWithThree) {
  const auto bomb = trust::StatusList::of_bytes(1, Bytes((std::size_t{16} << 20) + 1)).value();
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(1, bomb.deflate());
  const Ended ended = show();
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("too_large"));
}

TEST_F(StatusListShow, TextOfTheTokenCannotSteerTheTerminal) {
  sample.claims[SampleStatusToken::sub] = cbor_text("https://x\x1b[2J\r\a\xc2\x9b\xe2\x80\xae");
  for (const Ended& ended : {show(), show({"--json"})}) {
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
  }
}

TEST_F(StatusListShow, ThePublishedTokenIsShown) {
  MDOC_NEEDS_SHARED_VECTORS();
  const bj::object object = only_object(
      mdoc_cli({"status-list", "show", in_hex(shared_bytes("status-list.json", "status-list/token-cwt")), "--json"}));
  EXPECT_EQ(object.at("uri"), "https://example.com/statuslists/1");
  EXPECT_EQ(object.at("size"), 16);
}

TEST_F(StatusListShow, ATokenInJwtFormIsShownLikeAnyOther) {
  const bj::object object = only_object(mdoc_cli({"status-list", "show", jwt(), "--json"}));
  EXPECT_EQ(object.at("kind"), "status-list");
  EXPECT_EQ(object.at("uri"), "https://example.com/statuslists/1");
  EXPECT_EQ(object.at("size"), 16);
  EXPECT_THAT(object.at("signer").at("subject").as_string(), HasSubstr("Utopia status lists"));
  EXPECT_EQ(mdoc_cli({"status-list", "show", folder.path("token.jwt"), "--level", "strict"}).exit, 0);
}

TEST_F(StatusListShow, WhatIsNoTokenIsNamed) {
  const std::string other = folder.write("other.jwt", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA");
  const std::string list = folder.write("list.cbor", faultless_list(trust::ListKind::vical).encode());
  const std::vector<std::pair<std::string, std::string>> inputs{
      {other, "a required map element is absent (StatusToken.typ)"},
      {list, "is a VICAL; a list token is needed"},
      {iaca(), "is a certificate; a list token is needed"},
      {"hex:8343a0", "cannot decode hex:8343a0 as a list token"},
      {folder.path("missing"), "cannot open"}};
  for (const auto& [input, why] : inputs) {
    const Ended ended = mdoc_cli({"status-list", "show", input});
    EXPECT_EQ(ended.exit, 3) << input;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(ended.out, "");
  }
}

// ---- check --------------------------------------------------------------------------------------

class StatusListCheck : public StatusListCommand {
 protected:
  /// The sample as it is now, with these options alone.
  Ended judge(const Options& options) {
    return mdoc_cli(with({"status-list", "check", token(), "--at", to_rfc3339(sample.now)}, options));
  }
  Ended check(const Options& place, const Options& more = {}) {
    return judge(with(with({"--json", "--uri", std::string(SampleStatusToken::uri), "--trust", iaca()}, place), more));
  }
  /// Expects a status and the checks that are remarkable; all but "valid" end with 1.
  void expect(std::string_view status, const std::vector<std::string>& remarks, const Options& place,
              const Options& more = {}) {
    const Ended ended = check(place, more);
    const bj::object report = only_object(ended);
    EXPECT_EQ(report.at("status").as_string(), status);
    EXPECT_EQ(report.at("valid"), status == "valid");
    EXPECT_EQ(ended.exit, status == "valid" ? 0 : 1);
    EXPECT_EQ(remarkable(report), remarks);
  }
  /// The same of a token that is not to be believed because of this check.
  void expect_unknown(const std::string& id, const Options& more = {}) {
    expect("unknown", {id + " fail", "list.entry skipped"}, valid_place, more);
  }
  static inline const Options valid_place{"--index", "1"};
  static inline const Options revoked_place{"--index", "3"};
};

TEST_F(StatusListCheck, SaysValidOrRevoked) {
  for (const char* level : {"strict", "interop", "lenient"}) {
    expect("valid", {}, valid_place, {"--level", level});
    expect("revoked", {"list.entry fail"}, revoked_place, {"--level", level});
  }
}

TEST_F(StatusListCheck, ATokenInJwtFormIsJudgedLikeAnyOther) {
  const auto judged = [&](const std::string& token, const char* index) {
    return mdoc_cli({"status-list", "check", token, "--at", to_rfc3339(sample.now), "--uri",
                     std::string(SampleStatusToken::uri), "--trust", iaca(), "--json", "--index", index});
  };
  const std::string good = jwt();
  EXPECT_EQ(only_object(judged(good, "1")).at("status"), "valid");
  EXPECT_EQ(only_object(judged(good, "3")).at("status"), "revoked");
  std::string text = folder.read("token.jwt");
  char& inside = text[text.rfind('.') + 5];
  inside = inside == 'A' ? 'B' : 'A';
  const bj::object forged = only_object(judged(folder.write("forged.jwt", text), "1"));
  EXPECT_EQ(forged.at("status"), "unknown");
  EXPECT_THAT(remarkable(forged), ElementsAre("list.signature fail", "list.entry skipped"));
}

TEST_F(StatusListCheck, TheReportSaysWhatWasAskedAndFound) {
  const bj::object report = only_object(check(revoked_place));
  EXPECT_EQ(report.at("kind"), "status-list");
  EXPECT_EQ(report.at("uri"), bj::value(bj::string(SampleStatusToken::uri)));
  EXPECT_EQ(report.at("index"), 3);
  EXPECT_EQ(report.at("value"), 1);
  EXPECT_EQ(report.at("level"), "interop");
  EXPECT_EQ(report.at("at"), "2026-05-01T12:00:00Z");
  EXPECT_THAT(report.at("warnings").as_array(), IsEmpty());
  std::vector<std::string> ids;
  for (const auto& each : report.at("checks").as_array()) ids.emplace_back(each.at("id").as_string());
  EXPECT_THAT(ids, ElementsAre("list.encoding", "list.signer-path", "list.signer-profile", "list.signature",
                               "list.subject", "list.dates", "list.entry"));
}

TEST_F(StatusListCheck, PeopleReadTheStatusFirst) {
  const Options common{"--uri", std::string(SampleStatusToken::uri), "--trust", iaca()};
  EXPECT_THAT(judge(with(common, valid_place)).out, ::testing::StartsWith("valid\n  ✓ list.encoding"));
  EXPECT_THAT(judge(with(common, revoked_place)).out, ::testing::StartsWith("revoked\n  ✓ list.encoding"));
  sample.claims[SampleStatusToken::exp] = SampleStatusToken::date("2026-05-01T06:00:00Z");
  const Ended expired = judge(with(common, valid_place));
  EXPECT_EQ(expired.exit, 1);
  EXPECT_THAT(expired.out, ::testing::StartsWith("unknown\n  ✗ refused because of list.dates: expired at "));
}

TEST_F(StatusListCheck, OtherValuesAreNeitherValidNorRevoked) {
  const auto list = trust::StatusList::of_bytes(2, Bytes{0xc9, 0x44, 0xf9}).value();  // 1, 2, 0, 3 …
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(2, list.deflate());
  expect("suspended", {"list.encoding warn", "list.entry fail"}, {"--index", "1"});
  expect("valid", {"list.encoding warn"}, {"--index", "2"});
  expect("other", {"list.encoding warn", "list.entry fail"}, {"--index", "3"});
  expect("unknown", {"list.encoding fail", "list.entry skipped"}, {"--index", "2"}, {"--level", "strict"});
}

TEST_F(StatusListCheck, AnIndexBeyondTheEndTellsNothing) { expect("unknown", {"list.entry fail"}, {"--index", "16"}); }

TEST_F(StatusListCheck, AnIdentifierOnTheListIsRevoked) {
  sample.revoke({{0xab, 0xcd}, {0xcc, 0xcc}});
  expect("revoked", {"list.entry fail"}, {"--id", "abcd"});
  expect("valid", {}, {"--id", "abce"});
  EXPECT_EQ(only_object(check({"--id", "abcd"})).at("id"), "abcd");
}

TEST_F(StatusListCheck, TheOtherKindOfListTellsNothing) {
  expect("unknown", {"list.entry fail"}, {"--id", "abcd"});
  sample.revoke({{0xab, 0xcd}});
  expect("unknown", {"list.entry fail"}, valid_place);
}

TEST_F(StatusListCheck, WithoutAnchorsNothingIsBelieved) {
  const Ended ended = judge({"--json", "--uri", std::string(SampleStatusToken::uri), "--index", "1"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("no anchors given"));
  EXPECT_THAT(remarkable(only_object(ended)), ElementsAre("list.signer-path fail", "list.entry skipped"));
}

TEST_F(StatusListCheck, AnotherAuthorityIsNamedWithTheReason) {
  const std::string other = folder.write("other.pem", authority(1).pem());
  const Ended ended = judge({"--json", "--uri", std::string(SampleStatusToken::uri), "--index", "1", "--trust", other});
  EXPECT_EQ(ended.exit, 1);
  const bj::array anchors = check_of(only_object(ended), "list.signer-path").at("anchors").as_array();
  ASSERT_EQ(anchors.size(), 1u);
  EXPECT_EQ(anchors[0].at("file"), bj::value(other));
}

TEST_F(StatusListCheck, EachDutyThatFailsLeavesTheStatusUnknown) {
  sample.signer.key_usage = crypto::key_usage::non_repudiation;
  expect_unknown("list.signer-profile");
  sample = SampleStatusToken();
  sample.claims[SampleStatusToken::sub] = cbor_text("https://example.com/statuslists/2");
  expect_unknown("list.subject");
  sample = SampleStatusToken();
  sample.claims[SampleStatusToken::exp] = SampleStatusToken::date("2026-05-01T11:00:00Z");
  expect_unknown("list.dates");
  sample = SampleStatusToken();
  sample.claims[SampleStatusToken::iat] = SampleStatusToken::date("2026-05-01T13:00:00Z");
  expect_unknown("list.dates");
  sample = SampleStatusToken();
  sample.signer.not_after = utc("2026-05-01T11:00:00Z");
  expect_unknown("list.signer-path");
}

TEST_F(StatusListCheck, AForgedTokenFailsItsSignature) {
  Bytes forged = sample.encode();
  forged.back() ^= 1;
  const std::string file = folder.write("forged.cbor", forged);
  const Ended ended = mdoc_cli({"status-list", "check", file, "--uri", std::string(SampleStatusToken::uri), "--index",
                                "1", "--trust", iaca(), "--at", to_rfc3339(sample.now), "--json"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(remarkable(only_object(ended)), ElementsAre("list.signature fail", "list.entry skipped"));
}

TEST_F(StatusListCheck, ATokenWithoutCertificateIsUnknown) {
  sample.x5chain_place = SampleStatusToken::Place::nowhere;
  expect("unknown",
         {"list.signer-path fail", "list.signer-profile skipped", "list.signature skipped", "list.entry skipped"},
         valid_place);
}

TEST_F(StatusListCheck, ACertificateThatDoesNotDecodeIsUnknown) {
  sample.x5chain = {Bytes{0x30, 0x00}};
  expect("unknown",
         {"list.signer-path fail", "list.signer-profile skipped", "list.signature skipped", "list.entry skipped"},
         valid_place);
}

TEST_F(StatusListCheck, AListThatDoesNotUnpackIsUnknown) {
  sample.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(1, Bytes{0x78, 0xda, 0x01});
  const Ended ended = check(valid_place);
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(only_object(ended).at("status"), "unknown");
  EXPECT_THAT(std::string(check_of(only_object(ended), "list.entry").at("detail").as_string()),
              HasSubstr("bad_compression"));
}

TEST_F(StatusListCheck, AToleratedDeviationIsAWarning) {
  sample.x5chain_place = SampleStatusToken::Place::unprotected_header;
  expect("valid", {"list.encoding warn"}, valid_place);
  expect_unknown("list.encoding", {"--level", "strict"});
}

TEST_F(StatusListCheck, ADateThatTheClockDifferenceSavesIsAWarning) {
  sample.claims[SampleStatusToken::iat] = SampleStatusToken::date("2026-05-01T12:00:20Z");
  expect("valid", {"list.dates warn"}, valid_place);
  expect_unknown("list.dates", {"--level", "strict"});
}

TEST_F(StatusListCheck, TheSignerThatTheDocumentNamesIsAnAnchor) {
  const std::string signer = folder.write("signer.pem", sample.certificate().pem());
  const Ended ended =
      judge({"--json", "--uri", std::string(SampleStatusToken::uri), "--index", "1", "--trust", signer});
  EXPECT_EQ(ended.exit, 0) << ended.out;
}

TEST_F(StatusListCheck, WantsOnePlaceAndTheUri) {
  const std::string uri(SampleStatusToken::uri);
  for (const Options& options : {Options{"--uri", uri},
                                 {"--uri", uri, "--index", "1", "--id", "ab"},
                                 {"--index", "1"},
                                 {"--uri", uri, "--index", "-1"},
                                 {"--uri", uri, "--id", "xy"}}) {
    const Ended ended = judge(options);
    EXPECT_EQ(ended.exit, 2) << ended.out;
    EXPECT_EQ(ended.out, "");
  }
}

// ---- create -------------------------------------------------------------------------------------

class StatusListCreate : public StatusListCommand {
 protected:
  StatusListCreate() {
    folder.write("signer.key", pem_of(sample.key));
    folder.write("signer.pem", sample.certificate().pem());
  }
  Ended create(const Options& options) {
    return mdoc_cli(
        with({"status-list", "create", "--uri", std::string(SampleStatusToken::uri), "--signer-key",
              folder.path("signer.key"), "--signer-cert", folder.path("signer.pem"), "--iat", "2026-05-01T00:00:00Z"},
             options));
  }
  /// Creates a token with these options, and looks it up.
  std::string status_of(const Options& options, const Options& place) {
    const Ended made = create(with(options, {"--out", folder.path("made.cbor")}));
    EXPECT_EQ(made.exit, 0) << made.err;
    EXPECT_EQ(made.out, "");
    EXPECT_EQ(made.err, "");
    const Ended ended =
        mdoc_cli(with({"status-list", "check", folder.path("made.cbor"), "--uri", std::string(SampleStatusToken::uri),
                       "--trust", iaca(), "--at", to_rfc3339(sample.now), "--level", "strict", "--json"},
                      place));
    return std::string(only_object(ended).at("status").as_string());
  }
  void expect_refused(const Options& options, const std::string& why) {
    const Ended ended = create(options);
    EXPECT_EQ(ended.exit, 2) << ended.out;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(ended.out, "");
  }
};

TEST_F(StatusListCreate, MakesStatusListsThatCheckBelievesAtTheLevelStrict) {
  const Options options{"--size", "1000", "--revoke", "0", "--revoke", "999", "--bits", "1"};
  EXPECT_EQ(status_of(options, {"--index", "0"}), "revoked");
  EXPECT_EQ(status_of(options, {"--index", "1"}), "valid");
  EXPECT_EQ(status_of(options, {"--index", "999"}), "revoked");
  EXPECT_EQ(status_of(options, {"--index", "1000"}), "unknown");
}

TEST_F(StatusListCreate, MakesIdentifierLists) {
  EXPECT_EQ(status_of({"--identifier", "abcd", "--identifier", "CCCC"}, {"--id", "cccc"}), "revoked");
  EXPECT_EQ(status_of({"--identifier", "abcd"}, {"--id", "cccc"}), "valid");
  EXPECT_EQ(status_of({"--identifier-list"}, {"--id", "cccc"}), "valid");
}

TEST_F(StatusListCreate, WritesTheClaims) {
  const Bytes token = only_hex(create({"--size", "8", "--exp", "2026-05-09T00:00:00Z", "--ttl", "3600",
                                       "--aggregation-uri", "https://example.com/all"}));
  const bj::object shown = only_object(mdoc_cli({"status-list", "show", in_hex(token), "--level", "strict", "--json"}));
  EXPECT_EQ(shown.at("issuedAt"), "2026-05-01T00:00:00Z");
  EXPECT_EQ(shown.at("expiresAt"), "2026-05-09T00:00:00Z");
  EXPECT_EQ(shown.at("timeToLive"), 3600);
  EXPECT_EQ(shown.at("aggregationUri"), "https://example.com/all");
  EXPECT_EQ(shown.at("size"), 8);
}

TEST_F(StatusListCreate, ForMachinesIsAnObjectBesideTheFile) {
  const bj::object object = only_object(create({"--size", "9", "--json", "--out", folder.path("made.cbor")}));
  EXPECT_EQ(object.at("kind"), "status-list");
  EXPECT_EQ(object.at("size"), 16);  // whole bytes
  EXPECT_EQ(object.at("expiresAt"), "2026-05-08T00:00:00Z");
  EXPECT_EQ(object.at("token"), bj::value(to_hex(as_bytes(folder.read("made.cbor")))));
}

TEST_F(StatusListCreate, SaysWhichOptionDoesNotFit) {
  expect_refused({}, "give --size for a status list, or --identifier");
  expect_refused({"--size", "8", "--identifier", "ab"}, "give --size for a status list, or --identifier");
  expect_refused({"--size", "8", "--revoke", "8"}, "--revoke 8 is beyond the end: the list has indexes 0 to 7");
  expect_refused({"--identifier", "ab", "--revoke", "1"}, "--revoke is for a status list");
  expect_refused({"--identifier", "xy"}, "--identifier takes hexadecimal bytes");
  expect_refused({"--identifier", "ab", "--identifier", "AB"}, "--identifier names one twice");
  expect_refused({"--size", "8", "--revoke", "-1"}, "--revoke");
  expect_refused({"--size", "0"}, "--size");
  expect_refused({"--size", "134217729"}, "--size");
  expect_refused({"--size", "8", "--bits", "2"}, "--bits");
  expect_refused({"--size", "8", "--ttl", "0"}, "--ttl");
  expect_refused({"--size", "8", "--exp", "2026-05-01T00:00:00Z"}, "is not after the time of issue");
}

TEST_F(StatusListCreate, ASignerOutsideItsProfileIsWarnedAbout) {
  folder.write("signer.key", pem_of(sample.pki.iaca_key));
  folder.write("signer.pem", sample.pki.iaca_certificate().pem());
  const Ended ended = create({"--size", "8", "--format", "b64"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("signer.pem breaks the rule key-usage.only"));
}

TEST_F(StatusListCreate, ARootAmongTheCertificatesOfTheSignerIsRefused) {
  folder.write("signer.pem", sample.certificate().pem() + sample.pki.iaca_certificate().pem());
  expect_refused({"--size", "8"}, "leave it out");
}

}  // namespace
}  // namespace mdoc::testing
