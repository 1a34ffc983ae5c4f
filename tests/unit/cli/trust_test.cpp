// Lists of anchors and of revocations at the tool: verify with files, and a terminal's folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

#include <unistd.h>

#include <boost/json/array.hpp>

#include "issuance.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "mdoc/trust/status_token_builder.hpp"
#include "mdoc/trust/trust_bundle.hpp"
#include "mdoc/trust/vical.hpp"
#include "support/sample_mdoc.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::HasSubstr;
using ::testing::Not;

UtcSeconds wall_clock() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

/// An issuer with one mdoc that may be revoked, and the provider of a VICAL.
class TrustTool : public ::testing::Test {
 protected:
  TrustTool() {
    prepare({"pki", "status-signer", "--subject", "C=UT, O=Utopia, CN=Status", "--issuer-key", issuance.iaca_key,
             "--issuer-cert", issuance.iaca, "--key-out", folder.path("status.key"), "--cert-out",
             folder.path("status.pem")});
    prepare({"pki", "reader-ca", "--subject", "C=UT, O=Utopia, CN=Lists", "--key-out", folder.path("lists.key"),
             "--cert-out", folder.path("lists.pem")});
    prepare({"pki", "vical-signer", "--subject", "C=UT, O=Utopia, CN=VICAL", "--issuer-key", folder.path("lists.key"),
             "--issuer-cert", folder.path("lists.pem"), "--key-out", folder.path("vical.key"), "--cert-out",
             folder.path("vical.pem")});
    mdoc = issuance.issue_to("status.cbor", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})",
                             {"--profile", "mdl", "--status-list", "https://issuer.example/1#7"});
  }

  [[nodiscard]] crypto::Certificate certificate(const std::string& file) const {
    return crypto::Certificate::list_from_pem(folder.read(file)).value().front();
  }
  [[nodiscard]] crypto::PrivateKey key(const std::string& file) const {
    return crypto::PrivateKey::from_pem(folder.read(file)).value();
  }

  std::string write_crl(bool with_signer) {
    crypto::CrlTemplate content{.this_update = wall_clock() - 1h, .next_update = wall_clock() + 24h, .number = 1};
    if (with_signer) {
      const crypto::Certificate signer = certificate("ds.pem");
      const ByteView serial = signer.serial();
      content.revoked.push_back({.serial = {serial.begin(), serial.end()}, .revocation_date = wall_clock() - 2h});
    }
    const auto list = crypto::issue_crl(content, certificate("iaca.pem"), key("iaca.key")).value();
    return folder.write("list.crl", list.der().view());
  }
  std::string write_status_list(bool revoked) {
    std::vector<trust::StatusType> statuses(16);
    if (revoked) statuses[7] = trust::StatusType::invalid;
    const trust::StatusTokenContent content{.uri = "https://issuer.example/1",
                                            .issued_at = wall_clock() - 1h,
                                            .expires_at = wall_clock() + 24h,
                                            .list = trust::StatusList::pack(1, statuses).value()};
    const auto draft = trust::StatusTokenDraft::prepare(content, {certificate("status.pem")}).value();
    const auto token =
        draft.finish(crypto::sign(key("status.key"), draft.algorithm(), draft.to_be_signed()).value()).value();
    return folder.write("status.token", token.view());
  }
  [[nodiscard]] Bytes vical(const std::string& doc_type, std::chrono::seconds ended = {}) const {
    trust::Vical list{.vical_provider = "Utopia", .vical_issue_id = 3, .date = wall_clock() - days{2}};
    list.next_update = wall_clock() + days{1};
    if (ended != 0s) list.not_after = wall_clock() - ended;
    if (ended != 0s) list.next_update.reset();
    list.certificate_infos.push_back(trust::certificate_info(certificate("iaca.pem"), {DocType(doc_type)}).value());
    const std::array x5chain{certificate("vical.pem")};
    const auto draft = trust::draft_vical(list, x5chain).value();
    const auto made =
        draft.finish(crypto::sign(key("vical.key"), draft.algorithm(), draft.to_be_signed()).value()).value();
    return {made.encoded.view().begin(), made.encoded.view().end()};
  }

  [[nodiscard]] std::vector<std::string> verify(const std::vector<std::string>& more) const {
    return with({"verify", mdoc, "--issuer-only", "--json"}, more);
  }
  [[nodiscard]] static std::string outcome(const Ended& ended, std::string_view check) {
    return std::string(check_of(only_object(ended).at("documents").at(0), check).at("outcome").as_string());
  }

  Folder folder;
  Issuance issuance{folder};
  std::string mdoc;
};

TEST_F(TrustTool, VerifySaysWhatIsKnownAboutRevocation) {
  const Ended nothing = mdoc_cli(verify({"--trust", issuance.iaca}));
  EXPECT_EQ(nothing.exit, 0);
  EXPECT_EQ(outcome(nothing, "trust.revocation"), "warn");
  EXPECT_EQ(outcome(nothing, "mso.status"), "warn");
  EXPECT_EQ(only_object(nothing).at("revocation").as_string(), "soft");

  const std::vector<std::string> files{"--trust",        issuance.iaca,   "--crl",
                                       write_crl(false), "--status-list", write_status_list(false)};
  const Ended good = mdoc_cli(verify(with(files, {"--revocation", "hard"})));
  EXPECT_EQ(good.exit, 0) << good.err << good.out;
  EXPECT_EQ(outcome(good, "trust.revocation"), "pass");
  EXPECT_EQ(outcome(good, "mso.status"), "pass");
  const bj::object report = only_object(good);
  const bj::array& looked_up = report.at("documents").at(0).at("revocations").as_array();
  ASSERT_EQ(looked_up.size(), 2u);
  EXPECT_EQ(looked_up[0].at("state").as_string(), "good");
  EXPECT_EQ(looked_up[0].at("source").as_string(), "crl");
  EXPECT_EQ(looked_up[1].at("source").as_string(), "status-list");
}

TEST_F(TrustTool, WhatIsRevokedIsRefused) {
  const Ended signer = mdoc_cli(verify({"--trust", issuance.iaca, "--crl", write_crl(true)}));
  EXPECT_EQ(signer.exit, 1);
  EXPECT_EQ(outcome(signer, "trust.revocation"), "fail");
  const Ended document = mdoc_cli(verify({"--trust", issuance.iaca, "--status-list", write_status_list(true)}));
  EXPECT_EQ(document.exit, 1);
  EXPECT_EQ(outcome(document, "mso.status"), "fail");
}

TEST_F(TrustTool, WithoutInformationHardRefusesAndOffSaysThatNobodyLooked) {
  EXPECT_EQ(mdoc_cli(verify({"--trust", issuance.iaca, "--revocation", "hard"})).exit, 1);
  const Ended off = mdoc_cli(verify({"--trust", issuance.iaca, "--revocation", "off"}));
  EXPECT_EQ(off.exit, 0);
  EXPECT_EQ(outcome(off, "trust.revocation"), "skipped");
  EXPECT_EQ(outcome(off, "mso.status"), "skipped");
  EXPECT_EQ(mdoc_cli(verify({"--trust", issuance.iaca, "--level", "strict"})).exit, 1);
}

TEST_F(TrustTool, AFileThatTellsNothingIsNamed) {
  prepare({"pki", "iaca", "--subject", "C=XU, CN=Other", "--key-out", folder.path("other.key"), "--cert-out",
           folder.path("other.pem")});
  const auto list = crypto::issue_crl({.this_update = wall_clock() - 1h, .next_update = wall_clock() + 1h, .number = 1},
                                      certificate("other.pem"), key("other.key"))
                        .value();
  const std::string file = folder.write("other.crl", list.der().view());
  const Ended ended = mdoc_cli(verify({"--trust", issuance.iaca, "--crl", file}));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("other.crl tells nothing here"));
}

TEST_F(TrustTool, AVicalIsASourceOfAnchors) {
  const std::string list = folder.write("list.vical", vical("org.iso.18013.5.1.mDL"));
  const Ended good = mdoc_cli(verify({"--vical", list, "--list-trust", folder.path("lists.pem")}));
  EXPECT_EQ(good.exit, 0) << good.err << good.out;
  EXPECT_EQ(good.err, "");
  const bj::value issuer = only_object(good).at("documents").at(0).at("issuer");
  EXPECT_EQ(issuer.at("list").at("provider").as_string(), "Utopia");
  EXPECT_EQ(issuer.at("list").at("issue").to_number<int>(), 3);
  EXPECT_GE(issuer.at("list").at("ageSeconds").to_number<int>(), 2 * 86400);
  EXPECT_EQ(outcome(good, "trust.list"), "pass");

  // Whoever gives the file alone vouches for it, and is told so.
  const Ended vouched = mdoc_cli(verify({"--vical", list}));
  EXPECT_EQ(vouched.exit, 0);
  EXPECT_THAT(vouched.err, HasSubstr("--list-trust"));

  const Ended stranger = mdoc_cli(verify({"--vical", list, "--list-trust", issuance.iaca}));
  EXPECT_EQ(stranger.exit, 1);
  EXPECT_THAT(stranger.err, HasSubstr("is not to be believed"));
}

TEST_F(TrustTool, AVicalCountsForItsDocTypesAndUntilItsEnd) {
  const std::string other = folder.write("other.vical", vical("org.iso.23220.photoid.1"));
  const Ended wrong = mdoc_cli(verify({"--vical", other, "--list-trust", folder.path("lists.pem")}));
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(check_of(only_object(wrong).at("documents").at(0), "trust.path").at("reason").as_string(),
            "other-doc-types-only");
  const std::string old = folder.write("old.vical", vical("org.iso.18013.5.1.mDL", 1h));
  const Ended ended = mdoc_cli(verify({"--vical", old, "--list-trust", folder.path("lists.pem")}));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.err, HasSubstr("expired"));
}

/// A folder of a terminal.
class TrustFolderTool : public TrustTool {
 protected:
  TrustFolderTool() {
    fs::create_directories(store() + "/list-signers");
    fs::copy_file(folder.path("lists.pem"), store() + "/list-signers/lists.pem");
  }
  [[nodiscard]] std::string store() const { return folder.path("terminal"); }
  std::string write_bundle() {
    trust::TrustBundle bundle{.created = wall_clock()};
    bundle.items.push_back({.kind = trust::BundleKind::vical,
                            .content = SharedBytes::take(vical("org.iso.18013.5.1.mDL")),
                            .fetched = wall_clock() - days{1}});  // before the certificate of its signer
    return folder.write("carried.bundle", trust::encode(bundle));
  }
};

TEST_F(TrustFolderTool, WhatABundleBringsIsUsedAndShown) {
  EXPECT_EQ(mdoc_cli(verify({"--store", store()})).exit, 1);
  const Ended imported = mdoc_cli({"trust", "import", write_bundle(), "--store", store(), "--json"});
  EXPECT_EQ(imported.exit, 0) << imported.err;
  EXPECT_EQ(only_object(imported).at("taken").to_number<int>(), 1);

  const Ended judged = mdoc_cli(verify({"--store", store()}));
  EXPECT_EQ(judged.exit, 0) << judged.err << judged.out;

  // What that report missed is wanted from now on.
  const Ended status = mdoc_cli({"trust", "status", "--store", store(), "--json"});
  const bj::array items = only_object(status).at("items").as_array();
  ASSERT_EQ(items.size(), 3u) << status.out;
  EXPECT_EQ(items[0].at("verdict").as_string(), "current");
  EXPECT_EQ(items[1].at("verdict").as_string(), "missing");
  EXPECT_EQ(status.exit, 1);

  const Ended exported =
      mdoc_cli({"trust", "export", "--store", store(), "--out", folder.path("out.bundle"), "--json"});
  EXPECT_EQ(exported.exit, 0);
  EXPECT_EQ(only_object(exported).at("items").to_number<int>(), 1);
  EXPECT_EQ(only_object(exported).at("wanted").to_number<int>(), 2);
  const Ended piped = mdoc_cli({"trust", "export", "--store", store(), "--out", "-"});
  // The same but for the second in which it was made.
  const auto bundle = [](const std::string& content) {
    return trust::decode_trust_bundle(SharedBytes::copy_of(as_bytes(content))).value();
  };
  trust::TrustBundle second = bundle(piped.out);
  const trust::TrustBundle first = bundle(folder.read("out.bundle"));
  EXPECT_GE(second.created, first.created);
  second.created = first.created;
  EXPECT_EQ(trust::encode(second), trust::encode(first));
  EXPECT_EQ(mdoc_cli({"trust", "export", "--store", store(), "--out", "-", "--json"}).exit, 2);
}

TEST_F(TrustFolderTool, SingleListsAreImportedLikeBundles) {
  const std::string list = folder.write("list.vical", vical("org.iso.18013.5.1.mDL"));
  const auto import = [&](const std::vector<std::string>& files) {
    return mdoc_cli(with({"trust", "import", "--store", store(), "--json"}, files));
  };
  // The VICAL says whose CRLs and status lists are believed: without it they are not, and it is looked at first.
  const std::string crl = write_crl(false);
  const std::string status = write_status_list(false);
  const Ended early = import({crl, status});
  EXPECT_EQ(early.exit, 1);
  EXPECT_EQ(only_object(early).at("refused"), 2);
  EXPECT_EQ(only_object(early).at("imported").at(0).at("file").as_string(), crl);
  EXPECT_THAT(std::string(only_object(early).at("imported").at(0).at("error").as_string()), HasSubstr("untrusted"));
  const Ended imported = import({crl, status, list});
  EXPECT_EQ(imported.exit, 0) << imported.err;
  EXPECT_EQ(only_object(imported).at("taken"), 3);
  EXPECT_EQ(only_object(imported).at("imported").at(0).at("title").as_string().subview(0, 26),
            "VICAL of Utopia, issue 3, ");
  const Ended again = import({list, crl});
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(only_object(again).at("known"), 2);

  const Ended judged = mdoc_cli(verify({"--store", store(), "--revocation", "hard"}));
  EXPECT_EQ(judged.exit, 0) << judged.err << judged.out;
  EXPECT_EQ(mdoc_cli({"trust", "status", "--store", store()}).exit, 0);
}

TEST_F(TrustFolderTool, WhatIsNoListIsNamed) {
  const Ended ended = mdoc_cli({"trust", "import", issuance.iaca, "--store", store()});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("is a certificate; nothing was taken. A bundle of trust export is needed"));
  const std::string whole = folder.read("iaca.pem");
  const std::string list = folder.write("list.vical", vical("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(mdoc_cli({"trust", "import", list, issuance.mdoc, "--store", store()}).exit, 3);
  EXPECT_EQ(mdoc_cli({"trust", "status", "--store", store(), "--json"}).out.find("\"vical\""), std::string::npos);
  const Ended forged =
      mdoc_cli({"trust", "import", folder.write("token", "eyJhbGciOiJub25lIn0.e30."), "--store", store()});
  EXPECT_EQ(forged.exit, 1);
  EXPECT_THAT(forged.out, HasSubstr("refused  trusted-entities"));
  EXPECT_THAT(forged.out, HasSubstr("feeds.json has no list of trusted entities of its type"));
}

TEST_F(TrustFolderTool, StatusShowsWhatWasPutThereByHandAndWhatMeansNothing) {
  fs::create_directories(store() + "/issuers");
  fs::create_directories(store() + "/isuers");
  fs::copy_file(issuance.iaca, store() + "/issuers/utopia.pem");
  fs::copy_file(issuance.iaca, store() + "/issuers/utopia.crt");
  const Ended ended = mdoc_cli({"trust", "status", "--store", store(), "--json"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const bj::object object = only_object(ended);
  const bj::array& anchors = object.at("anchors").as_array();
  ASSERT_EQ(anchors.size(), 2u) << ended.out;
  EXPECT_EQ(anchors[0].at("folder"), "issuers");
  EXPECT_EQ(anchors[0].at("file"), "utopia.pem");
  EXPECT_EQ(anchors[0].at("verdict"), "current");
  EXPECT_EQ(anchors[1].at("folder"), "list-signers");
  const bj::array& ignored = object.at("ignored").as_array();
  ASSERT_EQ(ignored.size(), 2u) << ended.out;
  EXPECT_EQ(ignored[0].as_string(), store() + "/issuers/utopia.crt");
  EXPECT_EQ(ignored[1].as_string(), store() + "/isuers");

  const Ended text = mdoc_cli({"trust", "status", "--store", store()});
  EXPECT_THAT(text.out, HasSubstr("issuers          " + certificate("iaca.pem").subject().text() + ", until "));
  EXPECT_THAT(text.out, HasSubstr("readers          none"));
  EXPECT_THAT(text.out, HasSubstr("tls              none: servers are judged by the anchors of this system"));
  EXPECT_THAT(text.err, HasSubstr("isuers means nothing here"));

  const Ended later = mdoc_cli({"trust", "status", "--store", store(), "--at", "2099-01-01T00:00:00Z"});
  EXPECT_EQ(later.exit, 1);
  EXPECT_THAT(later.out, HasSubstr("expired  issuers "));
}

TEST_F(TrustFolderTool, ACertificateInAWrongPlaceIsPointedOut) {
  fs::create_directories(store() + "/issuers");
  fs::create_directories(store() + "/readers");
  fs::copy_file(folder.path("vical.pem"), store() + "/issuers/vical.pem");
  fs::copy_file(folder.path("ds.pem"), store() + "/issuers/ds.pem");
  fs::copy_file(issuance.iaca, store() + "/readers/iaca.cer");
  const Ended ended = mdoc_cli({"trust", "status", "--store", store(), "--json"});
  const bj::array anchors = only_object(ended).at("anchors").as_array();
  EXPECT_TRUE(anchors.at(0).at("pin").as_bool());  // ds.pem
  EXPECT_FALSE(anchors.at(0).as_object().contains("remark"));
  EXPECT_THAT(std::string(anchors.at(1).at("remark").as_string()), HasSubstr("it belongs into list-signers/"));
  // Whoever judges by the folder hears of what looks like a certificate and does not count.
  EXPECT_THAT(mdoc_cli(verify({"--store", store()})).err, HasSubstr("iaca.cer does not count: only *.pem does"));
}

// The mistake of a moment, a file with another name, must not open the way for an earlier issue.
TEST_F(TrustFolderTool, AListWhoseAnchorIsMissingIsKept) {
  EXPECT_EQ(mdoc_cli({"trust", "import", write_bundle(), "--store", store()}).exit, 0);
  fs::rename(store() + "/list-signers/lists.pem", store() + "/list-signers/lists.crt");
  const Ended judged = mdoc_cli(verify({"--store", store(), "--trust", issuance.iaca}));
  EXPECT_EQ(judged.exit, 0) << judged.err;
  EXPECT_THAT(judged.err, HasSubstr("was received, and does not count now"));
  const Ended status = mdoc_cli({"trust", "status", "--store", store(), "--json"});
  EXPECT_EQ(status.exit, 1);
  EXPECT_EQ(only_object(status).at("items").at(0).at("verdict"), "dormant");
  fs::rename(store() + "/list-signers/lists.crt", store() + "/list-signers/lists.pem");
  EXPECT_EQ(mdoc_cli(verify({"--store", store()})).exit, 0);

  fs::remove(store() + "/list-signers/lists.pem");
  const Ended forgotten = mdoc_cli({"trust", "forget", "--store", store(), "--json"});
  EXPECT_EQ(only_object(forgotten).at("forgotten"), 1);
  EXPECT_EQ(mdoc_cli({"trust", "status", "--store", store(), "--json"}).out.find("dormant"), std::string::npos);
}

TEST_F(TrustFolderTool, FeedsAreAddresses) {
  folder.write("terminal/feeds.json", std::string_view(R"({"vical": ["file:///etc/vical"]})"));
  const Ended ended = mdoc_cli({"trust", "status", "--store", store()});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("\"file:///etc/vical\" is no http or https address"));
}

TEST_F(TrustFolderTool, WhatIsGivenForOneJudgementIsNotKept) {
  const std::string list = folder.write("list.vical", vical("org.iso.18013.5.1.mDL"));
  const Ended judged =
      mdoc_cli(verify({"--store", store(), "--vical", list, "--status-list", write_status_list(false)}));
  EXPECT_EQ(judged.exit, 0) << judged.err;
  const auto bundle =
      trust::decode_trust_bundle(SharedBytes::copy_of(as_bytes(folder.read("terminal/received.bundle")))).value();
  EXPECT_TRUE(bundle.items.empty());
  EXPECT_EQ(bundle.wanted.size(), 1u);  // the CRL, which was not given
}

// Whoever presents something slowly must not bring back what the folder held before.
TEST_F(TrustFolderTool, WhatArrivesWhileADocumentIsJudgedStays) {
  const std::string slow = folder.path("slow");
  ASSERT_EQ(::mkfifo(slow.c_str(), 0600), 0);
  Process judging(tool({"verify", slow, "--issuer-only", "--store", store(), "--trust", issuance.iaca}));
  // It opens the document when it has read the folder.
  int document = -1;
  for (int tries = 0; document < 0 && tries < 3000; ++tries) {
    document = ::open(slow.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (document < 0) std::this_thread::sleep_for(10ms);
  }
  ASSERT_GE(document, 0);
  prepare({"trust", "import", write_bundle(), "--store", store()});
  const std::string content = folder.read(fs::path(mdoc).filename().string());
  EXPECT_EQ(::write(document, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  ::close(document);
  const Ended judged = judging.end();
  EXPECT_EQ(judged.exit, 0) << judged.err;

  const auto bundle =
      trust::decode_trust_bundle(SharedBytes::copy_of(as_bytes(folder.read("terminal/received.bundle")))).value();
  EXPECT_EQ(bundle.items.size(), 1u);
  EXPECT_EQ(bundle.wanted.size(), 2u);
}

// What is given for one judgement may be newer than what the folder has.
TEST_F(TrustFolderTool, AFileThatSaysMoreThanTheFolderCounts) {
  prepare({"trust", "import", write_bundle(), "--store", store()});
  const auto with_crl = [&](std::uint64_t number, bool revoked) {
    crypto::CrlTemplate content{.this_update = wall_clock() - 1h, .next_update = wall_clock() + 24h, .number = number};
    if (revoked) {
      const crypto::Certificate signer = certificate("ds.pem");
      content.revoked.push_back(
          {.serial = {signer.serial().begin(), signer.serial().end()}, .revocation_date = wall_clock() - 2h});
    }
    return crypto::issue_crl(content, certificate("iaca.pem"), key("iaca.key")).value().der();
  };
  const crypto::Certificate issuer = certificate("iaca.pem");
  trust::TrustBundle bundle{.created = wall_clock()};
  bundle.items.push_back({.kind = trust::BundleKind::crl,
                          .content = with_crl(1, false),
                          .fetched = wall_clock(),
                          .trust_point = SharedBytes::copy_of(issuer.der())});
  prepare({"trust", "import", folder.write("crl.bundle", trust::encode(bundle)), "--store", store()});
  EXPECT_EQ(mdoc_cli(verify({"--store", store()})).exit, 0);
  const std::string newer = folder.write("newer.crl", with_crl(2, true).view());
  const Ended refused = mdoc_cli(verify({"--store", store(), "--crl", newer}));
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(outcome(refused, "trust.revocation"), "fail");
  EXPECT_EQ(refused.err, "");
  // And an older one than that of the folder is said to be so.
  const std::string older = folder.write("older.crl", with_crl(0, true).view());
  const Ended ignored = mdoc_cli(verify({"--store", store(), "--crl", older}));
  EXPECT_EQ(ignored.exit, 0);
  EXPECT_THAT(ignored.err, HasSubstr("older.crl tells nothing here: untrusted/superseded"));
}

TEST_F(TrustFolderTool, ACertificateWithAnAddressBeyondAllBoundsSpoilsNoFolder) {
  testing::CountingRng rng(9);
  const auto wanted = trust::certificate_template(
      trust::CertificateRole::document_signer,
      {.subject = certificate("ds.pem").subject(),
       .not_before = wall_clock(),
       .contact = "https://issuer.example",
       .crl_uri = "http://issuer.example/" + std::string(trust::TrustBundleLimits{}.max_url_bytes, 'x')});
  const auto signer = crypto::issue_certificate(wanted.value(), key("ds.key").public_key(), certificate("iaca.pem"),
                                                key("iaca.key"), rng);
  folder.write("long.pem", signer->pem());
  prepare({"issue", "--profile", "mdl", "--data", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})", "--device-key",
           issuance.device_key, "--ds-key", folder.path("ds.key"), "--ds-cert", folder.path("long.pem"), "--out",
           folder.path("long.cbor")});
  prepare({"trust", "import", write_bundle(), "--store", store()});
  const Ended judged = mdoc_cli({"verify", folder.path("long.cbor"), "--issuer-only", "--store", store()});
  EXPECT_EQ(judged.exit, 0) << judged.out << judged.err;
  const Ended status = mdoc_cli({"trust", "status", "--store", store(), "--json"});
  EXPECT_EQ(status.exit, 0) << status.err;
  EXPECT_EQ(only_object(status).at("items").as_array().size(), 1u);
}

TEST_F(TrustFolderTool, AFeedNamesItsSignersByTheirFiles) {
  folder.write("terminal/feeds.json",
               R"({"trustedEntities": [{"url": "https://a.example", "type": "t", "signers": ["lists.pem"]}]})");
  EXPECT_EQ(mdoc_cli({"trust", "status", "--store", store()}).exit, 1);  // missing
  folder.write("terminal/feeds.json",
               R"({"trustedEntities": [{"url": "https://a.example", "type": "t", "signers": ["other.pem"]}]})");
  const Ended ended = mdoc_cli({"trust", "status", "--store", store()});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("other.pem"));
}

TEST_F(TrustFolderTool, ALaterTimeShowsThatItAges) {
  prepare({"trust", "import", write_bundle(), "--store", store()});
  const std::string later = to_rfc3339(wall_clock() + days{10});
  const Ended status = mdoc_cli({"trust", "status", "--store", store(), "--at", later, "--json"});
  EXPECT_EQ(status.exit, 0);  // in use, and due
  EXPECT_EQ(only_object(status).at("items").at(0).at("verdict").as_string(), "due");
  EXPECT_THAT(mdoc_cli({"trust", "status", "--store", store(), "--at", later}).out, HasSubstr("12 days ago"));
}

TEST_F(TrustFolderTool, ABundleWithAForgedListChangesNothing) {
  Bytes forged = vical("org.iso.18013.5.1.mDL");
  forged.back() ^= 1;
  trust::TrustBundle bundle{.created = wall_clock()};
  bundle.items.push_back(
      {.kind = trust::BundleKind::vical, .content = SharedBytes::take(std::move(forged)), .fetched = wall_clock()});
  const std::string file = folder.write("forged.bundle", trust::encode(bundle));
  const Ended imported = mdoc_cli({"trust", "import", file, "--store", store(), "--json"});
  EXPECT_EQ(imported.exit, 1);
  EXPECT_EQ(only_object(imported).at("refused").to_number<int>(), 1);
  EXPECT_THAT(std::string(only_object(imported).at("imported").at(0).at("error").as_string()), HasSubstr("signature"));
  EXPECT_EQ(mdoc_cli(verify({"--store", store()})).exit, 1);
}

TEST_F(TrustFolderTool, WrongFilesAreNamed) {
  EXPECT_EQ(mdoc_cli({"trust", "status", "--store", folder.path("nowhere")}).exit, 3);
  const std::string file = folder.write("text.bundle", "no bundle");
  EXPECT_EQ(mdoc_cli({"trust", "import", file, "--store", store()}).exit, 3);
  folder.write("terminal/feeds.json", R"({"vicals": []})");
  const Ended ended = mdoc_cli({"trust", "status", "--store", store()});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("vicals"));
}

TEST_F(TrustFolderTool, WhatIsThereAndCannotBeReadIsNotTakenForAbsent) {
  const auto refuse = [&](const std::string& name, const std::vector<std::string>& command = {"trust", "status"}) {
    const Ended ended = mdoc_cli(with(command, {"--store", store()}));
    EXPECT_EQ(ended.exit, 3) << name;
    EXPECT_THAT(ended.err, HasSubstr(store() + "/" + name)) << name;
    EXPECT_THAT(ended.err, Not(HasSubstr("unexpected"))) << name;
  };
  for (const std::string name : {"issuers", "readers", "list-signers", "tls"}) {
    const std::vector<std::string> command{"trust", name == "tls" ? "update" : "status"};
    fs::remove_all(store() + "/" + name);
    EXPECT_EQ(mdoc_cli(with(command, {"--store", store()})).exit, 0) << name;
    folder.write("terminal/" + name, "a file");
    refuse(name, command);
    fs::remove(store() + "/" + name);
    fs::create_directory_symlink(folder.path("unplugged"), store() + "/" + name);
    refuse(name, command);
    fs::remove(store() + "/" + name);
    fs::create_directory_symlink(name, store() + "/" + name);  // in a circle
    refuse(name, command);
    fs::remove(store() + "/" + name);
    fs::create_directory(store() + "/" + name);
    fs::create_symlink("nowhere", store() + "/" + name + "/link.pem");
    refuse(name + "/link.pem", command);
    fs::remove(store() + "/" + name + "/link.pem");
    folder.write("terminal/" + name + "/other.txt", "nothing");
    EXPECT_EQ(mdoc_cli(with(command, {"--store", store()})).exit, 0) << name;
    if (::geteuid() == 0) continue;  // who may read everything
    fs::permissions(store() + "/" + name, fs::perms::none);
    refuse(name, command);
    fs::permissions(store() + "/" + name, fs::perms::owner_all);
  }
  for (const std::string name : {"feeds.json", "received.bundle"}) {
    fs::remove(store() + "/" + name);
    fs::create_symlink("nowhere", store() + "/" + name);
    refuse(name);
    fs::remove(store() + "/" + name);
  }
}

TEST_F(TrustFolderTool, ByForceEverythingIsAskedForAgain) {
  folder.write("terminal/feeds.json", std::string_view(R"({"vical": ["http://127.0.0.1:1/vical"]})"));
  const auto update = [&](const std::vector<std::string>& more) {
    return only_object(mdoc_cli(with({"trust", "update", "--store", store(), "--json"}, more)))
        .at("fetches")
        .as_array()
        .size();
  };
  EXPECT_EQ(update({}), 1u);
  EXPECT_EQ(update({"--force"}), 1u);
  const Ended refused = mdoc_cli({"trust", "update", "--store", store(), "--force"});
  EXPECT_THAT(refused.out, HasSubstr("with --private-addresses it may also fetch from this machine"));
}

TEST_F(TrustFolderTool, AServerThatIsNotThereIsAFailedTransport) {
  folder.write("terminal/feeds.json", R"({"vical": ["http://127.0.0.1:1/vical"]})");
  const Ended refused = mdoc_cli({"trust", "update", "--store", store(), "--json"});
  EXPECT_EQ(refused.exit, 1);  // an address of this machine is not asked without leave
  const Ended failed = mdoc_cli({"trust", "update", "--store", store(), "--private-addresses", "--json"});
  EXPECT_EQ(failed.exit, 4) << failed.out;
  EXPECT_FALSE(only_object(failed).at("fetches").at(0).at("taken").as_bool());
}

}  // namespace
}  // namespace mdoc::testing
