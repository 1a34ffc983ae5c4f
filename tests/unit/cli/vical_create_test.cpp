// mdoc-cli vical create: lists that the tool's own PKI signs, and that its verify trusts.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/vical.hpp"
#include "signed_lists.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Options = std::vector<std::string>;

constexpr const char* mdl = "org.iso.18013.5.1.mDL";

/// A provider of lists and two authorities to list, made by the tool itself. Making keys takes time, so all tests share
/// them.
class ListProvider {
 public:
  ListProvider() {
    const auto make = [this](const std::string& role, const std::string& name, const Options& more) {
      prepare(with({"pki", role, "--subject", "C=UT, O=Utopia, CN=" + name, "--key-out", path(name + ".key"),
                    "--cert-out", path(name + ".pem")},
                   more));
    };
    const Options under_root{"--issuer-key", path("root.key"), "--issuer-cert", path("root.pem")};
    make("iaca", "first", {});
    make("iaca", "second", {});
    make("reader-ca", "root", {});
    make("vical-signer", "vical", under_root);
    make("rical-signer", "rical", under_root);
  }
  [[nodiscard]] const Folder& folder() const { return folder_; }

 private:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  Folder folder_;
};

class VicalCreate : public ::testing::Test {
 protected:
  static const Folder& provider() {
    static const ListProvider made;
    return made.folder();
  }
  static std::string path(const std::string& name) { return provider().path(name); }
  static Options signed_by(const std::string& signer) {
    return {"--signer-key", path(signer + ".key"), "--signer-cert", path(signer + ".pem")};
  }
  static Options vical(const Options& more = {}) {
    return with(with({"vical", "create", "--provider", "Utopia"}, signed_by("vical")), more);
  }
  static Options rical(const Options& more = {}) {
    return with(with({"vical", "create", "--rical", "--provider", "Utopia"}, signed_by("rical")), more);
  }
  static Options one_issuer() { return {"--issuer", path("first.pem"), "--doc-type", mdl}; }
  static void expect_refused(const Options& call, const std::string& why) {
    const Ended ended = mdoc_cli(call);
    EXPECT_EQ(ended.exit, 2) << ended.out;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(ended.out, "");
  }
  Folder folder;
};

TEST_F(VicalCreate, MakesAListThatVerifyTrustsAtTheLevelStrict) {
  const std::string list = folder.path("list.cbor");
  const Ended made = mdoc_cli(vical(with(one_issuer(), {"--issue", "3", "--out", list})));
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_EQ(made.out, "");
  EXPECT_EQ(made.err, "");
  const Ended judged = mdoc_cli({"vical", "verify", list, "--trust", path("root.pem"), "--level", "strict", "--json"});
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(remarkable(only_object(judged)), IsEmpty());
}

TEST_F(VicalCreate, WritesWhatItWasTold) {
  const Bytes encoded = only_hex(
      mdoc_cli(vical({"--issuer",    path("first.pem"),           "--doc-type",    mdl,
                      "--doc-type",  "org.iso.7367.1.mVRC",       "--issuer",      path("second.pem"),
                      "--doc-type",  "org.example.doc",           "--issue",       "12",
                      "--date",      "2026-05-01T00:00:00Z",      "--next-update", "2026-05-02T00:00:00Z",
                      "--not-after", "2026-06-01T02:00:00+02:00", "--url",         "https://utopia.example/vical"})));
  const auto list = trust::decode_vical(SharedBytes::copy_of(encoded), {.level = Level::strict});
  ASSERT_TRUE(list) << describe(list.error());
  const trust::Vical& content = list->unverified();
  EXPECT_EQ(content.vical_provider, "Utopia");
  EXPECT_EQ(content.vical_issue_id, 12u);
  EXPECT_EQ(content.date, utc("2026-05-01T00:00:00Z"));
  EXPECT_EQ(content.next_update, utc("2026-05-02T00:00:00Z"));
  EXPECT_EQ(content.not_after, utc("2026-06-01T00:00:00Z"));
  EXPECT_EQ(content.vical_url, "https://utopia.example/vical");
  ASSERT_EQ(content.certificate_infos.size(), 2u);
  EXPECT_EQ(content.certificate_infos[0].doc_types, (std::vector{DocType(mdl), DocType("org.iso.7367.1.mVRC")}));
  EXPECT_EQ(content.certificate_infos[1].doc_types, std::vector{DocType("org.example.doc")});
  EXPECT_EQ(content.certificate_infos[1].listed.certificate->common_name(), "second");
}

TEST_F(VicalCreate, ForMachinesIsAnObjectBesideTheFile) {
  const Ended ended =
      mdoc_cli(vical(with(one_issuer(), {"--issue", "3", "--json", "--out", folder.path("list.cbor")})));
  const bj::object object = only_object(ended);
  EXPECT_EQ(object.at("kind"), "VICAL");
  EXPECT_EQ(object.at("provider"), "Utopia");
  EXPECT_EQ(object.at("issueID"), 3);
  EXPECT_EQ(object.at("entries"), 1);
  EXPECT_TRUE(object.contains("date"));
  EXPECT_EQ(object.at("list"), bj::value(to_hex(as_bytes(folder.read("list.cbor")))));
}

TEST_F(VicalCreate, MakesARicalOfReaderAuthorities) {
  const std::string list = folder.path("readers.cbor");
  const Ended made = mdoc_cli(rical({"--issuer", path("root.pem"), "--issue", "1", "--json", "--out", list}));
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_EQ(only_object(made).at("kind"), "RICAL");
  const Ended judged = mdoc_cli({"vical", "verify", list, "--trust", path("root.pem"), "--level", "strict", "--json"});
  EXPECT_EQ(judged.exit, 0) << judged.out;
  const bj::object shown = only_object(mdoc_cli({"vical", "show", list, "--json"}));
  EXPECT_EQ(shown.at("type"), bj::value(bj::string(trust::rical_reader_authentication)));
  EXPECT_EQ(shown.at("entries").as_array()[0].at("isTrustAnchor"), true);
}

TEST_F(VicalCreate, ARicalMayBeOfAnotherType) {
  const Bytes encoded = only_hex(mdoc_cli(rical({"--issuer", path("root.pem"), "--type", "org.example.readers"})));
  const auto list = trust::decode_rical(SharedBytes::copy_of(encoded), {.level = Level::strict});
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->unverified().type, "org.example.readers");
}

TEST_F(VicalCreate, SaysWhichOptionDoesNotFit) {
  expect_refused(vical({"--issuer", path("first.pem")}), "needs at least one --doc-type after it");
  expect_refused(vical(with({"--doc-type", mdl}, one_issuer())), "--doc-type needs an --issuer before it");
  expect_refused(vical(with(one_issuer(), {"--type", "x"})), "--type is for --rical");
  expect_refused(rical(one_issuer()), "--doc-type has no place in a RICAL");
  expect_refused(vical(), "--issuer is required");
  const Options dated = with(one_issuer(), {"--date", "2026-05-01T00:00:00Z"});
  expect_refused(vical(with(dated, {"--next-update", "2026-05-01T00:00:00Z"})),
                 "--next-update 2026-05-01T00:00:00Z is");
  expect_refused(vical(with(dated, {"--not-after", "2026-04-01T00:00:00Z"})),
                 "--not-after 2026-04-01T00:00:00Z is not");
  expect_refused(vical(with(one_issuer(), {"--date", "yesterday"})), "\"yesterday\" is no time");
}

TEST_F(VicalCreate, ARootAmongTheCertificatesOfTheSignerIsRefused) {
  const std::string chain = folder.write("chain.pem", provider().read("vical.pem") + provider().read("root.pem"));
  expect_refused(
      with({"vical", "create", "--provider", "Utopia", "--signer-key", path("vical.key"), "--signer-cert", chain},
           one_issuer()),
      "leave it out");
}

TEST_F(VicalCreate, ASignerOfAnotherKindIsWarnedAbout) {
  const Ended ended = mdoc_cli(
      with(with({"vical", "create", "--provider", "Utopia", "--format", "b64"}, signed_by("rical")), one_issuer()));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("warning: " + path("rical.pem") + " breaks the rule key-purpose.present"));
}

TEST_F(VicalCreate, ACertificateThatIsNoAuthorityIsWarnedAbout) {
  const Ended ended = mdoc_cli(vical({"--issuer", path("vical.pem"), "--doc-type", mdl}));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("is no certificate of an authority"));
}

TEST_F(VicalCreate, AKeyOfAnotherCertificateIsRefused) {
  expect_refused(with({"vical", "create", "--provider", "Utopia", "--signer-key", path("rical.key"), "--signer-cert",
                       path("vical.pem")},
                      one_issuer()),
                 "is not the key of");
}

}  // namespace
}  // namespace mdoc::testing
