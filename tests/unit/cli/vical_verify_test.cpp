// mdoc-cli vical verify: the verdict about a list, and every check it stands on.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "mdoc/core/encoding.hpp"
#include "signed_lists.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using trust::ListKind;

using Options = std::vector<std::string>;

class VicalVerify : public ::testing::Test {
 protected:
  /// The sample as it is now, with these options alone.
  Ended judge(const Options& options) {
    const std::string list = folder.write("list.cbor", sample.encode());
    return mdoc_cli(with({"vical", "verify", list, "--at", to_rfc3339(sample.now)}, options));
  }
  /// The same with its root as anchor, for machines.
  Ended verify(const Options& more = {}) { return judge(with({"--json", "--trust", root()}, more)); }
  /// Verifies the sample and expects these checks to be remarkable, and the exit code that belongs to them.
  void expect(const std::vector<std::string>& remarks, const Options& more = {}) {
    const Ended ended = verify(more);
    const bj::object report = only_object(ended);
    EXPECT_EQ(remarkable(report), remarks);
    bool good = true;
    for (const std::string& remark : remarks) good = good && remark.ends_with(" warn");
    EXPECT_EQ(ended.exit, good ? 0 : 1);
    EXPECT_EQ(report.at("valid"), good);
  }
  std::string root() { return folder.write("root.pem", sample.root_certificate().pem()); }
  std::string detail(std::string_view id, const Options& more = {}) {
    return std::string(check_of(only_object(verify(more)), id).at("detail").as_string());
  }

  Folder folder;
  SampleList sample = faultless_list(ListKind::vical);
};

TEST_F(VicalVerify, AFaultlessListCanBeTrustedAtEveryLevel) {
  for (const char* level : {"strict", "interop", "lenient"}) expect({}, {"--level", level});
}

TEST_F(VicalVerify, TheReportHasHeaderChecksAndWarnings) {
  const bj::object report = only_object(verify());
  EXPECT_EQ(report.at("kind"), "VICAL");
  EXPECT_EQ(report.at("provider"), "Utopia");
  EXPECT_EQ(report.at("issueID"), 7);
  EXPECT_EQ(report.at("date"), "2026-05-01T00:00:00Z");
  EXPECT_EQ(report.at("nextUpdate"), "2026-05-02T00:00:00Z");
  EXPECT_EQ(report.at("notAfter"), "2026-06-01T00:00:00Z");
  EXPECT_EQ(report.at("level"), "interop");
  EXPECT_EQ(report.at("at"), "2026-05-01T12:00:00Z");
  EXPECT_EQ(report.at("signer").at("subject"), "C=UT, O=Utopia, CN=VICAL Signer");
  EXPECT_THAT(report.at("warnings").as_array(), IsEmpty());
  std::vector<std::string> ids;
  for (const auto& check : report.at("checks").as_array()) {
    ids.emplace_back(check.at("id").as_string());
    EXPECT_FALSE(check.at("clause").as_string().empty());
    EXPECT_FALSE(check.at("detail").as_string().empty());
  }
  EXPECT_THAT(ids, ElementsAre("list.encoding", "list.signer-path", "list.signer-profile", "list.signature",
                               "list.dates", "list.succession", "list.entries"));
}

TEST_F(VicalVerify, PeopleReadTheVerdictFirst) {
  const Ended good = judge({"--trust", root()});
  EXPECT_EQ(good.exit, 0);
  EXPECT_THAT(good.out, ::testing::StartsWith("The list can be trusted.\n  VICAL of Utopia, issue 7\n"));
  sample.payload["date"] = cbor_tdate(utc("2027-01-01T00:00:00Z"));
  sample.payload["nextUpdate"] = cbor_tdate(utc("2027-01-02T00:00:00Z"));
  sample.payload["notAfter"] = cbor_tdate(utc("2027-01-03T00:00:00Z"));
  const Ended bad = judge({"--trust", root()});
  EXPECT_EQ(bad.exit, 1);
  EXPECT_THAT(bad.out, ::testing::StartsWith("The list is not to be trusted.\n  ✗ refused because of list.dates: "));
  EXPECT_THAT(bad.out, HasSubstr("✓ list.signature"));
}

// ---- list.signer-path ---------------------------------------------------------------------------

TEST_F(VicalVerify, WithoutAnchorsNothingIsTrusted) {
  const Ended ended = judge({"--json"});
  EXPECT_EQ(ended.exit, 1);
  const bj::object report = only_object(ended);
  EXPECT_THAT(remarkable(report), ElementsAre("list.signer-path fail"));
  EXPECT_THAT(std::string(check_of(report, "list.signer-path").at("detail").as_string()),
              HasSubstr("no anchors given"));
  EXPECT_THAT(judge({}).out, HasSubstr("(--trust)"));
}

TEST_F(VicalVerify, OfEachAnchorThatLedNowhereIsSaidWhy) {
  const std::string first = folder.write("first.pem", authority(1).pem());
  const std::string both = folder.write("both.pem", authority(2).pem() + authority(3).pem());
  const Ended ended = judge({"--json", "--trust", first, "--trust", both});
  EXPECT_EQ(ended.exit, 1);
  const bj::array anchors = check_of(only_object(ended), "list.signer-path").at("anchors").as_array();
  ASSERT_EQ(anchors.size(), 3u);
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    EXPECT_EQ(anchors[i].at("subject"), bj::value("C=UT, ST=UT-X, CN=Authority " + std::to_string(i + 1)));
    EXPECT_EQ(anchors[i].at("file"), bj::value(i == 0 ? first : both));
    EXPECT_THAT(std::string(anchors[i].at("detail").as_string()), HasSubstr("chain_untrusted"));
  }
  EXPECT_THAT(judge({"--trust", first}).out, HasSubstr("anchor C=UT, ST=UT-X, CN=Authority 1 (" + first + "): "));
}

TEST_F(VicalVerify, AnExpiredSignerIsSaidToBeExpiredWhateverElseWasTried) {
  sample.signer.not_after = utc("2026-05-01T11:00:00Z");
  const std::string other = folder.write("other.pem", authority(1).pem());
  expect({"list.signer-path fail"}, {"--trust", other});
  EXPECT_THAT(detail("list.signer-path", {"--trust", other}), HasSubstr("untrusted/expired"));
}

TEST_F(VicalVerify, APathThatTheClockDifferenceSavesIsAWarning) {
  sample.signer.not_after = utc("2026-05-01T11:59:45Z");
  expect({"list.signer-path warn"});
  expect({"list.signer-path fail"}, {"--level", "strict"});
}

TEST_F(VicalVerify, TheSignerItselfMayBeTheAnchor) {
  const std::string signer = folder.write("signer.pem", sample.signer_certificate().pem());
  const Ended ended = judge({"--json", "--trust", signer});
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(std::string(check_of(only_object(ended), "list.signer-path").at("detail").as_string()),
              HasSubstr("trusted itself"));
}

// ---- list.signer-profile ------------------------------------------------------------------------

TEST_F(VicalVerify, ASignerOutsideItsProfileIsRefusedWithTheRuleItBreaks) {
  sample.signer.subject = list_signer_name("Signer of Documents");
  sample.signer.extended_key_usage = {"1.0.18013.5.1.2"};
  expect({"list.signer-profile fail"});
  const bj::array rules = check_of(only_object(verify()), "list.signer-profile").at("rules").as_array();
  ASSERT_FALSE(rules.empty());
  EXPECT_EQ(rules[0].at("id"), "key-purpose.fits");
  EXPECT_EQ(rules[0].at("outcome"), "fail");
  EXPECT_EQ(rules[0].at("found"), "1.0.18013.5.1.2");
}

TEST_F(VicalVerify, TheProfileIsJudgedWithoutAPathAsWell) {
  sample.signer.subject = list_signer_name("Signer of Documents");
  sample.signer.extended_key_usage = {"1.0.18013.5.1.2"};
  EXPECT_EQ(outcome_of(only_object(judge({"--json"})), "list.signer-profile"), "fail");
}

TEST_F(VicalVerify, APolicyThatIsAskedForMustBeNamed) {
  sample = faultless_list(ListKind::rical);
  expect({}, {"--policy", "2.999.1"});
  expect({"list.signer-policy fail"}, {"--policy", "2.999.1", "--policy", "2.999.2"});
  EXPECT_EQ(detail("list.signer-policy", {"--policy", "2.999.2"}), "expected: 2.999.2; found: 2.999.1");
}

// ---- list.signature -----------------------------------------------------------------------------

TEST_F(VicalVerify, AChangedPayloadFailsTheSignatureAlone) {
  sample.on_list = [](CoseParts& list) {
    Bytes& payload = *list.payload;
    const auto place = std::search(payload.begin(), payload.end(), std::begin("Utopia"), std::begin("Utopia") + 6);
    *place = 'u';
  };
  expect({"list.signature fail"});
}

// ---- list.dates ---------------------------------------------------------------------------------

TEST_F(VicalVerify, AListThatHasEndedIsRefused) {
  sample.payload["notAfter"] = cbor_tdate(utc("2026-05-01T11:00:00Z"));
  expect({"list.dates fail"});
  EXPECT_EQ(detail("list.dates"), "not to be used after 2026-05-01T11:00:00Z");
}

TEST_F(VicalVerify, AListOfTheFutureIsRefused) {
  sample.payload["date"] = cbor_tdate(utc("2026-05-01T13:00:00Z"));
  expect({"list.dates fail"});
  EXPECT_EQ(detail("list.dates"), "issued 2026-05-01T13:00:00Z, which is in the future");
}

TEST_F(VicalVerify, AListPastItsNextUpdateIsUsedWithAWarning) {
  sample.payload["nextUpdate"] = cbor_tdate(utc("2026-05-01T11:00:00Z"));
  expect({"list.dates warn"});
  EXPECT_EQ(detail("list.dates"), "a newer issue was due at 2026-05-01T11:00:00Z: fetch it");
}

TEST_F(VicalVerify, ADateThatTheClockDifferenceSavesIsAWarning) {
  sample.payload["date"] = cbor_tdate(utc("2026-05-01T12:00:20Z"));
  expect({"list.dates warn"});
  expect({"list.dates fail"}, {"--level", "strict"});
}

// ---- list.succession ----------------------------------------------------------------------------

class VicalSuccession : public VicalVerify {
 protected:
  std::string last(std::uint64_t issue, const std::string& provider = "Utopia") {
    SampleList earlier = faultless_list(ListKind::vical);
    earlier.payload["vicalIssueID"] = cbor_uint(issue);
    earlier.payload["vicalProvider"] = cbor_text(provider);
    return folder.write("last.cbor", earlier.encode());
  }
};

TEST_F(VicalSuccession, ANewerIssueFollowsOn) {
  expect({}, {"--last", last(6)});
  EXPECT_EQ(detail("list.succession", {"--last", last(6)}), "follows on VICAL of Utopia, issue 6");
}

TEST_F(VicalSuccession, TheSameIssueAgainIsFine) {
  EXPECT_EQ(detail("list.succession", {"--last", last(7)}), "the same as VICAL of Utopia, issue 7");
}

TEST_F(VicalSuccession, AnOlderIssueIsRefused) {
  expect({"list.succession fail"}, {"--last", last(8)});
  EXPECT_THAT(detail("list.succession", {"--last", last(8)}), HasSubstr("superseded"));
}

TEST_F(VicalSuccession, AnotherContentUnderTheSameNumberIsRefused) {
  sample.payload["vicalURL"] = cbor_text("https://utopia.example/other");
  expect({"list.succession fail"}, {"--last", last(7)});
}

TEST_F(VicalSuccession, AListOfAnotherProviderTellsNothing) {
  expect({"list.succession warn"}, {"--last", last(8, "Erewhon")});
}

TEST_F(VicalSuccession, WithoutAnEarlierIssueItIsNotJudged) {
  EXPECT_EQ(outcome_of(only_object(verify()), "list.succession"), "not-applicable");
}

// ---- list.entries and list.encoding -------------------------------------------------------------

TEST_F(VicalVerify, AnEntryWithoutAUsableCertificateIsNamed) {
  replace_certificate(sample.entries[1], Bytes{0x30, 0x03, 0x02, 0x01, 0x05});
  expect({"list.entries warn"});
  expect({"list.entries fail"}, {"--level", "strict"});
  EXPECT_EQ(detail("list.entries"), "1 of 2 can serve as anchors");
  EXPECT_THAT(judge({"--trust", root()}).out, HasSubstr("entry 1, C=UT, ST=UT-X, CN=Authority 2: malformed/bad_cert"));
}

TEST_F(VicalVerify, AnEmptyListIsAWarning) {
  sample.entries.clear();
  expect({"list.entries warn"});
}

TEST_F(VicalVerify, ADeviationIsAWarningOrByTheLevelAFailure) {
  sample.tagged = true;
  expect({"list.encoding warn"});
  expect({"list.encoding fail"}, {"--level", "strict"});
  const bj::array warnings = only_object(verify()).at("warnings").as_array();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].at("rule"), "list.tag");
  EXPECT_EQ(warnings[0].at("where"), "VICAL");
  EXPECT_EQ(warnings[0].at("offset"), 0);
  EXPECT_THAT(judge({"--trust", root()}).out, HasSubstr("deviations let through\n  ! list.tag"));
}

TEST_F(VicalVerify, AllThatIsWrongIsSaidAtOnce) {
  sample.tagged = true;
  sample.signer.subject = list_signer_name("Signer of Documents");
  sample.signer.extended_key_usage = {"1.0.18013.5.1.2"};
  sample.payload["notAfter"] = cbor_tdate(utc("2026-05-01T11:00:00Z"));
  replace_certificate(sample.entries[0], Bytes{0x00});
  sample.on_list = [](CoseParts& list) { list.signature[9] ^= 1; };
  const Ended ended = judge({"--json", "--level", "strict"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(remarkable(only_object(ended)),
              ElementsAre("list.encoding fail", "list.signer-path fail", "list.signer-profile fail",
                          "list.signature fail", "list.dates fail", "list.entries fail"));
}

// ---- RICAL, inputs ------------------------------------------------------------------------------

TEST_F(VicalVerify, ARicalIsJudgedByTheRulesOfItsOwn) {
  sample = faultless_list(ListKind::rical);
  expect({}, {"--level", "strict"});
  const bj::object report = only_object(verify());
  EXPECT_EQ(report.at("kind"), "RICAL");
  EXPECT_EQ(report.at("type"), "org.iso.18013.5.1.reader_authentication");
  EXPECT_THAT(detail("list.signer-profile"), HasSubstr("rical-signer"));
}

TEST_F(VicalVerify, PublishedListsVerifyAtTheirTime) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const auto& [id, at] : {std::pair{"vical/aamva-2024-09-25", "2024-09-26T00:00:00Z"},
                               {"vical/austroads-2024-09-19", "2024-09-20T00:00:00Z"}}) {
    const std::string list = folder.write("published.cbor", shared_bytes("vical.json", id));
    const std::string anchor =
        folder.write("published.pem", std::string_view(shared_vector("vical.json", id).at("rootPem").as_string()));
    const bj::object report = only_object(mdoc_cli({"vical", "verify", list, "--trust", anchor, "--at", at, "--json"}));
    for (const char* check : {"list.signer-path", "list.signature", "list.entries"}) {
      EXPECT_EQ(outcome_of(report, check), "pass") << id << " " << check;
    }
    EXPECT_EQ(outcome_of(report, "list.encoding"), "warn") << id;
  }
}

TEST_F(VicalVerify, WhatIsNoListIsNamed) {
  SampleMdoc mdoc;
  const std::string response = folder.write("response.cbor", mdoc.response());
  const std::string certificate = root();
  const std::vector<std::pair<std::string, std::string>> inputs{
      {response, response + " is a DeviceResponse; a VICAL or a RICAL is needed"},
      {certificate, certificate + " is a certificate; a VICAL or a RICAL is needed"},
      {"hex:83010203", "cannot decode hex:83010203 as VICAL"},
      {folder.path("missing"), "cannot open"}};
  for (const auto& [input, why] : inputs) {
    const Ended ended = mdoc_cli({"vical", "verify", input, "--trust", certificate, "--json"});
    EXPECT_EQ(ended.exit, 3) << input;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(only_object(ended).at("exitCode"), 3);
  }
}

TEST_F(VicalVerify, ACutListEndsWithThreeThePlaceAndTheByte) {
  Bytes list = sample.encode();
  list.resize(list.size() / 2);
  const Ended ended = mdoc_cli({"vical", "verify", folder.write("cut.cbor", list), "--trust", root()});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("VICAL"));
  EXPECT_THAT(ended.err, HasSubstr("byte "));
  EXPECT_EQ(ended.out, "");
}

TEST_F(VicalVerify, TextOfTheListCannotSteerTheTerminal) {
  const std::string hostile = "Utopia\x1b[2J\r\a\xc2\x9b\xe2\x80\xae";
  sample.payload["vicalProvider"] = cbor_text(hostile);
  for (const Ended& ended : {judge({"--trust", root()}), verify()}) {
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
  }
}

}  // namespace
}  // namespace mdoc::testing
