// mdoc-cli vical show and diff: what a list says, and what changed from one issue to another.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "signed_lists.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using trust::ListKind;

Bytes texts(const std::vector<std::string>& values) {
  std::vector<Bytes> encoded;
  for (const std::string& value : values) encoded.push_back(cbor_text(value));
  return cbor_array(encoded);
}

// ---- show ---------------------------------------------------------------------------------------

class VicalShow : public ::testing::Test {
 protected:
  Ended show(const std::vector<std::string>& more = {}) {
    const std::string list = folder.write("list.cbor", sample.encode());
    return mdoc_cli(with({"vical", "show", list, "--at", to_rfc3339(sample.now)}, more));
  }
  bj::object shown(const std::vector<std::string>& more = {}) { return only_object(show(with({"--json"}, more))); }

  Folder folder;
  SampleList sample = faultless_list(ListKind::vical);
};

TEST_F(VicalShow, IsAHeaderAndATableForPeople) {
  sample.entries[0]["certificateProfile"] = texts({"urn:oid:1.0.18013.5.1.7"});
  const Ended ended = show();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, ::testing::StartsWith("VICAL of Utopia, issue 7\n"));
  for (const char* text : {"next update  2026-05-02T00:00:00Z", "not after    2026-06-01T00:00:00Z",
                           "signer       C=UT, O=Utopia, CN=VICAL Signer, valid 2026-01-01T00:00:00Z to ",
                           "the signature is not checked here", "2 entries\n"}) {
    EXPECT_THAT(ended.out, HasSubstr(text));
  }
  EXPECT_THAT(ended.out, ContainsRegex("# +subject +country +validity +docTypes +profile\n"));
  EXPECT_THAT(ended.out, HasSubstr("✓ 0  C=UT, ST=UT-X, CN=Authority 1  UT/UT-X  2020-01-01 to 2030-01-01  "
                                   "org.iso.18013.5.1.mDL  urn:oid:1.0.18013.5.1.7\n"));
  EXPECT_THAT(ended.out, Not(HasSubstr("deviations")));
}

TEST_F(VicalShow, IsOneObjectForMachines) {
  sample.entries[1]["issuingAuthority"] = cbor_text("Department of Roads");
  sample.payload["vicalURL"] = cbor_text("https://utopia.example/vical");
  const bj::object object = shown();
  EXPECT_EQ(object.at("kind"), "VICAL");
  EXPECT_EQ(object.at("version"), "1.0");
  EXPECT_EQ(object.at("provider"), "Utopia");
  EXPECT_EQ(object.at("issueID"), 7);
  EXPECT_EQ(object.at("url"), "https://utopia.example/vical");
  EXPECT_EQ(object.at("verified"), false);
  EXPECT_THAT(object.at("warnings").as_array(), IsEmpty());
  const bj::array& entries = object.at("entries").as_array();
  ASSERT_EQ(entries.size(), 2u);
  const bj::object& entry = entries[1].as_object();
  EXPECT_EQ(entry.at("index"), 1);
  EXPECT_EQ(entry.at("usable"), true);
  EXPECT_EQ(entry.at("subject"), "C=UT, ST=UT-X, CN=Authority 2");
  EXPECT_EQ(entry.at("issuingCountry"), "UT");
  EXPECT_EQ(entry.at("stateOrProvinceName"), "UT-X");
  EXPECT_EQ(entry.at("issuingAuthority"), "Department of Roads");
  EXPECT_EQ(entry.at("notAfter"), "2030-01-01T00:00:00Z");
  EXPECT_EQ(entry.at("fingerprint"), bj::value(to_hex(authority(2).fingerprint().view())));
  EXPECT_EQ(entry.at("docTypes"), (bj::array{"org.iso.18013.5.1.mDL"}));
  EXPECT_FALSE(entry.contains("differing"));
}

TEST_F(VicalShow, SaysThatItIsARical) {
  sample = faultless_list(ListKind::rical);
  sample.entries[1]["isTrustAnchor"] = cbor_bool(false);
  const Ended text = show();
  EXPECT_THAT(text.out, ::testing::StartsWith("RICAL of Utopia, issue 7\n"));
  EXPECT_THAT(text.out, HasSubstr("type         org.iso.18013.5.1.reader_authentication\n"));
  EXPECT_THAT(text.out, ContainsRegex("Authority 1 .*  anchor +none\n"));
  EXPECT_THAT(text.out, ContainsRegex("Authority 2 .*  intermediate +none\n"));
  const bj::object object = shown();
  EXPECT_EQ(object.at("kind"), "RICAL");
  EXPECT_EQ(object.at("type"), "org.iso.18013.5.1.reader_authentication");
  EXPECT_EQ(object.at("entries").as_array()[1].at("isTrustAnchor"), false);
  EXPECT_FALSE(object.at("entries").as_array()[1].as_object().contains("docTypes"));
}

TEST_F(VicalShow, AnEntryThatCannotServeSaysWhy) {
  replace_certificate(sample.entries[0], Bytes{0x30, 0x00});
  const Ended text = show();
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("✗ 0  C=UT, ST=UT-X, CN=Authority 1"));  // as the entry claims
  EXPECT_THAT(text.out, HasSubstr("✗ cannot serve as an anchor: malformed/bad_certificate"));
  const bj::value entry = shown().at("entries").as_array()[0];
  EXPECT_EQ(entry.at("usable"), false);
  EXPECT_THAT(std::string(entry.at("error").as_string()), HasSubstr("certificateInfos[0].certificate"));
  EXPECT_FALSE(entry.as_object().contains("fingerprint"));
}

TEST_F(VicalShow, AnEntryWithoutDocTypesCannotServe) {
  sample.entries[0]["docType"] = cbor_array({});
  EXPECT_THAT(show().out, HasSubstr("✗ cannot serve as an anchor: malformed/empty_structure"));
  EXPECT_EQ(shown().at("warnings").as_array()[0].at("rule"), "vical.doc-types-empty");
}

TEST_F(VicalShow, AnEntryThatContradictsItsCertificateIsMarked) {
  sample.entries[0]["issuingCountry"] = cbor_text("XX");
  const Ended text = show();
  EXPECT_THAT(text.out, HasSubstr("! 0  "));
  EXPECT_THAT(text.out, HasSubstr("! says otherwise than its certificate: issuingCountry"));
  EXPECT_THAT(text.out, HasSubstr("deviations let through\n  ! list.entry-differs"));
  EXPECT_EQ(shown().at("entries").as_array()[0].at("differing"), (bj::array{"issuingCountry"}));
  EXPECT_EQ(show({"--level", "strict"}).exit, 3);
}

TEST_F(VicalShow, ACertificateThatHasExpiredIsMarked) {
  sample.now = utc("2031-01-01T00:00:00Z");
  EXPECT_THAT(show().out, HasSubstr("! the certificate has expired"));
  sample.now = utc("2019-01-01T00:00:00Z");
  EXPECT_THAT(show().out, HasSubstr("! the certificate is not yet valid"));
}

TEST_F(VicalShow, AnEmptyListIsShown) {
  sample.entries.clear();
  EXPECT_THAT(show().out, HasSubstr("0 entries\n"));
  EXPECT_THAT(shown().at("entries").as_array(), IsEmpty());
}

TEST_F(VicalShow, LongTextIsShortenedInTheTableAlone) {
  const std::string long_type = "org.example." + std::string(200, 'x');
  sample.entries[0]["docType"] = texts({long_type});
  EXPECT_THAT(show().out, Not(HasSubstr(long_type)));
  EXPECT_THAT(show().out, HasSubstr("org.example." + std::string(59, 'x') + "…"));
  EXPECT_EQ(shown().at("entries").as_array()[0].at("docTypes"), (bj::array{bj::string(long_type)}));
}

TEST_F(VicalShow, TextOfTheListCannotSteerTheTerminal) {
  const std::string hostile = "x\x1b[2J\r\n\a\xc2\x9b\xe2\x80\xae";
  sample.payload["vicalProvider"] = cbor_text(hostile);
  sample.payload["vicalURL"] = cbor_text(hostile);
  sample.entries[0]["docType"] = texts({hostile});
  sample.entries[0]["certificateProfile"] = texts({hostile});
  sample.entries[0]["issuingCountry"] = cbor_text(hostile);
  for (const Ended& ended : {show(), show({"--json"})}) {
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
  }
}

TEST_F(VicalShow, PublishedListsAreShown) {
  MDOC_NEEDS_SHARED_VECTORS();
  const std::string list = folder.write("aamva.cbor", shared_bytes("vical.json", "vical/aamva-2024-09-25"));
  const Ended ended = mdoc_cli({"vical", "show", list});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("VICAL of AAMVA"));
  EXPECT_THAT(ended.out, HasSubstr("vical.key-case"));
}

TEST_F(VicalShow, WhatIsNoListIsNamed) {
  SampleMdoc mdoc;
  const Ended ended = mdoc_cli({"vical", "show", in_hex(mdoc.issuer_signed())});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("is IssuerSigned; a VICAL or a RICAL is needed"));
  const Ended engagement = mdoc_cli({"vical", "show", "mdoc:owBjMS4w"});
  EXPECT_EQ(engagement.exit, 3);
  EXPECT_THAT(engagement.err, HasSubstr("is a DeviceEngagement"));
}

// ---- diff ---------------------------------------------------------------------------------------

class VicalDiff : public ::testing::Test {
 protected:
  Ended diff(const std::vector<std::string>& more = {}) {
    return mdoc_cli(with(
        {"vical", "diff", folder.write("old.cbor", before.encode()), folder.write("new.cbor", after.encode())}, more));
  }
  bj::object difference() { return only_object(diff({"--json"})); }

  Folder folder;
  SampleList before = faultless_list(ListKind::vical);
  SampleList after = faultless_list(ListKind::vical);
};

TEST_F(VicalDiff, OfTheSameListIsNothing) {
  const Ended ended = diff({"--exit-code"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  const bj::object object = difference();
  EXPECT_EQ(object.at("different"), false);
  for (const char* member : {"header", "added", "removed", "changed"}) {
    EXPECT_THAT(object.at(member).as_array(), IsEmpty()) << member;
  }
}

TEST_F(VicalDiff, ShowsWhatCameWentAndChanged) {
  after.payload["vicalIssueID"] = cbor_uint(8);
  after.payload["vicalURL"] = cbor_text("https://utopia.example/vical");
  after.entries = {after.entry_for(renewed_authority(1)), after.entry_for(authority(3))};
  after.entries[0]["docType"] = texts({"org.iso.18013.5.1.mDL", "org.iso.7367.1.mVRC"});
  const Ended ended = diff();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  for (const char* line : {"old.cbor  VICAL of Utopia, issue 7\n", "new.cbor  VICAL of Utopia, issue 8\n",
                           "\n-issueID 7\n+issueID 8\n", "\n+url https://utopia.example/vical\n",
                           "\n-entry C=UT, ST=UT-X, CN=Authority 2 [org.iso.18013.5.1.mDL] until 2030-01-01\n",
                           "\n+entry C=UT, ST=UT-X, CN=Authority 3 [org.iso.18013.5.1.mDL] until 2030-01-01\n",
                           "\n~C=UT, ST=UT-X, CN=Authority 1\n", "\n+  docType org.iso.7367.1.mVRC\n",
                           "\nentries: 1 added, 1 removed, 1 changed\n"}) {
    EXPECT_THAT(ended.out, HasSubstr(line));
  }
  EXPECT_EQ(diff({"--exit-code"}).exit, 1);
}

TEST_F(VicalDiff, IsOneObjectForMachines) {
  after.payload["vicalIssueID"] = cbor_uint(8);
  after.entries = {after.entry_for(renewed_authority(1)), after.entry_for(authority(3))};
  after.entries[0]["docType"] = texts({"org.iso.7367.1.mVRC"});
  const bj::object object = difference();
  EXPECT_EQ(object.at("kind"), "VICAL");
  EXPECT_EQ(object.at("different"), true);
  EXPECT_EQ(object.at("old").at("issueID"), 7);
  EXPECT_EQ(object.at("new").at("issueID"), 8);
  EXPECT_EQ(bj::serialize(object.at("header")), R"([{"member":"issueID","old":"7","new":"8"}])");
  ASSERT_EQ(object.at("added").as_array().size(), 1u);
  EXPECT_EQ(object.at("added").as_array()[0].at("subject"), "C=UT, ST=UT-X, CN=Authority 3");
  ASSERT_EQ(object.at("removed").as_array().size(), 1u);
  EXPECT_EQ(object.at("removed").as_array()[0].at("subject"), "C=UT, ST=UT-X, CN=Authority 2");
  ASSERT_EQ(object.at("changed").as_array().size(), 1u);
  const bj::object& change = object.at("changed").as_array()[0].as_object();
  EXPECT_EQ(change.at("renewed"), true);
  EXPECT_EQ(change.at("old").at("notAfter"), "2030-01-01T00:00:00Z");
  EXPECT_EQ(change.at("new").at("notAfter"), "2036-01-01T00:00:00Z");
  EXPECT_EQ(change.at("docTypesAdded"), (bj::array{"org.iso.7367.1.mVRC"}));
  EXPECT_EQ(change.at("docTypesRemoved"), (bj::array{"org.iso.18013.5.1.mDL"}));
  EXPECT_EQ(change.at("members"), (bj::array{"docType"}));
}

TEST_F(VicalDiff, ComparesRicalsToo) {
  before = faultless_list(ListKind::rical);
  after = faultless_list(ListKind::rical);
  after.entries[0]["isTrustAnchor"] = cbor_bool(false);
  EXPECT_THAT(diff().out, HasSubstr("\n~C=UT, ST=UT-X, CN=Authority 1\n   isTrustAnchor differs\n"));
  EXPECT_EQ(difference().at("kind"), "RICAL");
}

TEST_F(VicalDiff, OfTwoKindsIsRefused) {
  after = faultless_list(ListKind::rical);
  const Ended ended = diff();
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, ContainsRegex("old.cbor is a VICAL and .*new.cbor is a RICAL: there is nothing to compare"));
}

TEST_F(VicalDiff, NamesTheInputThatIsNoList) {
  SampleMdoc mdoc;
  const std::string response = folder.write("response.cbor", mdoc.response());
  const Ended ended = mdoc_cli({"vical", "diff", folder.write("old.cbor", before.encode()), response});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr(response + " is a DeviceResponse"));
}

TEST_F(VicalDiff, TextOfListsCannotSteerTheTerminal) {
  const std::string hostile = "x\x1b[2J\r\n\a\xc2\x9b\xe2\x80\xae";
  after.payload["vicalProvider"] = cbor_text(hostile);
  after.payload["vicalURL"] = cbor_text(hostile);
  after.entries[0]["docType"] = texts({hostile});
  for (const Ended& ended : {diff(), diff({"--json"})}) {
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
  }
}

}  // namespace
}  // namespace mdoc::testing
