// mdoc-cli inspect: VICAL, RICAL and list tokens.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/trust/trust_bundle.hpp"
#include "signed_lists.hpp"
#include "support/sample_status_token.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using trust::ListKind;

class InspectLists : public ::testing::Test {
 protected:
  /// Recognised as `type`, and the same if that is named.
  void expect(const Bytes& encoded, const std::string& type, const std::vector<std::string>& words) {
    const std::string input = folder.write("input", encoded);
    const Ended found = mdoc_cli({"inspect", input, "--json"});
    EXPECT_EQ(found.exit, 0) << found.err;
    const bj::object object = only_object(found);
    EXPECT_EQ(object.at("type"), bj::value(type));
    EXPECT_TRUE(object.contains("value"));
    EXPECT_EQ(only_object(mdoc_cli({"inspect", input, "--json", "--type", type})), object);
    const Ended text = mdoc_cli({"inspect", input});
    EXPECT_EQ(text.exit, 0);
    for (const std::string& word : words) EXPECT_THAT(text.out, HasSubstr(word)) << type;
  }
  bj::object machine(const Bytes& encoded) { return inspected(folder.write("input", encoded)); }
  Ended text(const Bytes& encoded) { return mdoc_cli({"inspect", folder.write("input", encoded)}); }

  Folder folder;
  SampleList vical = faultless_list(ListKind::vical);
};

TEST_F(InspectLists, AVicalIsExplained) {
  vical.payload["vicalURL"] = cbor_text("https://utopia.example/vical");
  expect(
      vical.encode(), "vical",
      {"VICAL: COSE_Sign1", "algorithm: ES256", "x5chain: 1 certificate", "CN=VICAL Signer",
       "content: VICAL of Utopia  (the signature is not checked)", "vicalIssueID: 7",
       "nextUpdate: 2026-05-02T00:00:00Z", "vicalURL: https://utopia.example/vical", "certificateInfos: 2 certificates",
       "[1]: C=UT, ST=UT-X, CN=Authority 2", "org.iso.18013.5.1.mDL  (Mobile driving licence)", "issuingCountry: UT"});
  EXPECT_EQ(machine(vical.encode()).at("version"), "1.0");
  EXPECT_EQ(machine(vical.encode()).at("value").at(2).at("content").at("vicalProvider"), "Utopia");
  EXPECT_THAT(machine(vical.encode()).at("warnings").as_array(), IsEmpty());
}

TEST_F(InspectLists, ARicalIsExplained) {
  SampleList rical = faultless_list(ListKind::rical);
  rical.entries[1]["isTrustAnchor"] = cbor_bool(false);
  expect(rical.encode(), "rical",
         {"RICAL: COSE_Sign1", "content: RICAL of Utopia", "type: org.iso.18013.5.1.reader_authentication",
          "isTrustAnchor: true", "isTrustAnchor: false  (only completes paths to an anchor)"});
}

TEST_F(InspectLists, AStatusListIsExplained) {
  SampleStatusToken token;
  expect(token.encode(), "status-list",
         {"list token: COSE_Sign1", "typ: \"application/statuslist+cwt\"", "sub: https://example.com/statuslists/1",
          "exp: 2026-05-03T00:00:00Z", "ttl: 43200 s", "status list: 10 bytes  (compressed)", "size: 16",
          "some are not valid"});
}

TEST_F(InspectLists, AnIdentifierListIsExplained) {
  SampleStatusToken token;
  token.revoke({{0xab, 0xcd}});
  expect(token.encode(), "status-list", {"identifier list: 1 identifier", "h'abcd'"});
}

TEST_F(InspectLists, ACrlIsExplained) {
  const Issuance issuance(folder);
  const auto iaca = crypto::Certificate::list_from_pem(folder.read("iaca.pem")).value().front();
  const auto key = crypto::PrivateKey::from_pem(folder.read("iaca.key")).value();
  const UtcSeconds date = utc("2026-05-01T00:00:00Z");
  crypto::CrlTemplate content{.this_update = date, .next_update = date + std::chrono::days{7}, .number = 18};
  content.revoked.push_back({.serial = {0x12, 0x34}, .revocation_date = date - std::chrono::hours{1}});
  const auto list = crypto::issue_crl(content, iaca, key).value();
  const ByteView der = list.der().view();
  expect(Bytes(der.begin(), der.end()), "crl",
         {"CRL: " + iaca.subject().text(), "this update: 2026-05-01T00:00:00Z", "number: 0x12",
          "entries: 1 certificate", "1234: since 2026-04-30T23:00:00Z"});
  const bj::object object = machine(Bytes(der.begin(), der.end()));
  EXPECT_EQ(object.at("value").at("entries").at(0).at("serialNumber"), "1234");
}

TEST_F(InspectLists, ABundleIsExplained) {
  trust::TrustBundle bundle{.created = utc("2026-05-01T00:00:00Z")};
  bundle.items.push_back({.kind = trust::BundleKind::vical,
                          .content = SharedBytes::take(vical.encode()),
                          .fetched = utc("2026-05-01T00:00:00Z"),
                          .url = "https://utopia.example/\x1b[2Jvical"});
  expect(trust::encode(bundle), "trust-bundle",
         {"bundle: made 2026-05-01T00:00:00Z", "items: 1 item", "[0]: vical", "fetched: 2026-05-01T00:00:00Z",
          "wanted: 0 sources"});
  EXPECT_FALSE(steers_terminal(text(trust::encode(bundle)).out));
}

TEST_F(InspectLists, AJwsIsExplained) {
  // {"alg":"ES256","typ":"statuslist+jwt"} . {"sub":"https://a.example/1","n":[1,{"deep":true}]} . a signature
  const std::string jws =
      "eyJhbGciOiJFUzI1NiIsInR5cCI6InN0YXR1c2xpc3Qrand0In0."
      "eyJzdWIiOiJodHRwczovL2EuZXhhbXBsZS8xIiwibiI6WzEseyJkZWVwIjp0cnVlfV19." +
      std::string(86, 'A') + "\n";
  const ByteView bytes = as_bytes(jws);
  expect(Bytes(bytes.begin(), bytes.end()), "jws",
         {"JWS: statuslist+jwt", "alg: ES256", "sub: https://a.example/1", "deep: true",
          "(the signature is not checked; ", "signature: 64 bytes"});
  EXPECT_EQ(machine(Bytes(bytes.begin(), bytes.end())).at("value").at("payload").at("n").at(0), 1);
  const std::string unsigned_one = "eyJhbGciOiJub25lIn0.e30.";
  const Ended refused = mdoc_cli({"inspect", folder.write("none", std::string_view(unsigned_one))});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("as a JWS"));
}

TEST_F(InspectLists, DeviationsAreWarningsWithPlaceAndOffset) {
  vical.entries[1]["issuingCountry"] = cbor_text("XX");
  const bj::array warnings = machine(vical.encode()).at("warnings").as_array();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].at("id"), "list.entry-differs");
  EXPECT_EQ(warnings[0].at("where"), "VICAL.certificateInfos[1].issuingCountry");
  EXPECT_GT(warnings[0].at("offset").to_number<std::int64_t>(), 0);
  EXPECT_THAT(text(vical.encode()).out, HasSubstr("issuingCountry: XX  (not what the certificate says)"));
}

TEST_F(InspectLists, AListThatIsBrokenInsideIsShownAsCborWithARemark) {
  vical.payload["date"] = cbor_text("yesterday");
  const Ended ended = text(vical.encode());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("VICAL: COSE_Sign1"));
  EXPECT_THAT(ended.out, HasSubstr("content: does not decode: malformed/"));
  EXPECT_THAT(ended.out, HasSubstr("date: \"yesterday\""));
  EXPECT_EQ(machine(vical.encode()).at("warnings").as_array().size(), 1u);

  SampleStatusToken token;
  token.claims.erase(SampleStatusToken::iat);
  const Ended claims = text(token.encode());
  EXPECT_EQ(claims.exit, 0) << claims.err;
  EXPECT_THAT(claims.out, HasSubstr("content: does not decode: malformed/missing_element"));
  EXPECT_THAT(claims.out, HasSubstr("sub: \"https://example.com/statuslists/1\""));
}

TEST_F(InspectLists, AnEntryWhoseCertificateIsBrokenDoesNotHideTheOthers) {
  replace_certificate(vical.entries[0], Bytes{0x30, 0x00});
  const Ended ended = text(vical.encode());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("[0]: its certificate does not decode"));
  EXPECT_THAT(ended.out, HasSubstr("[1]: C=UT, ST=UT-X, CN=Authority 2"));
}

TEST_F(InspectLists, AStatusListThatDoesNotUnpackIsARemark) {
  SampleStatusToken token;
  token.claims[SampleStatusToken::status_list] = SampleStatusToken::status_list_of(1, Bytes{0x78, 0xda, 0x01});
  const bj::object object = machine(token.encode());
  ASSERT_EQ(object.at("warnings").as_array().size(), 1u);
  EXPECT_EQ(object.at("warnings").as_array()[0].at("id"), "bad_compression");
  EXPECT_THAT(text(token.encode()).out, HasSubstr("status list: does not unpack"));
}

TEST_F(InspectLists, AnEnvelopeThatIsBrokenEndsWithThree) {
  Bytes cut = vical.encode();
  cut.resize(cut.size() - 10);
  const Ended ended = mdoc_cli({"inspect", folder.write("input", cut), "--type", "vical"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("cannot decode the VICAL"));
  EXPECT_THAT(ended.err, HasSubstr("byte "));
}

TEST_F(InspectLists, TextOfListsCannotSteerTheTerminal) {
  const std::string hostile = "x\x1b[2J\r\n\a\xc2\x9b\xe2\x80\xae";
  vical.payload["vicalProvider"] = cbor_text(hostile);
  vical.entries[0]["docType"] = cbor_array({cbor_text(hostile)});
  const Ended ended = text(vical.encode());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_FALSE(steers_terminal(ended.out)) << ended.out;
}

TEST_F(InspectLists, PublishedListsAreExplained) {
  MDOC_NEEDS_SHARED_VECTORS();
  expect(shared_bytes("vical.json", "vical/aamva-2024-09-25"), "vical",
         {"VICAL of AAMVA", "not what the certificate says"});
  expect(shared_bytes("status-list.json", "status-list/token-cwt"), "status-list", {"sub: https://example.com"});
}

}  // namespace
}  // namespace mdoc::testing
