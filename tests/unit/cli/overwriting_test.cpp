// What mdoc-cli never writes over: its own inputs, and private keys.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

using ::testing::HasSubstr;

Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

class Overwriting : public ::testing::Test {
 protected:
  [[nodiscard]] Ended signer(const std::string& key_out, const std::string& cert_out,
                             const std::vector<std::string>& more = {}) const {
    return mdoc_cli(
        with({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=DS", "--issuer-key", issuance.iaca_key, "--issuer-cert",
              issuance.iaca, "--key-out", folder.path(key_out), "--cert-out", folder.path(cert_out)},
             more));
  }
  /// Refused with a usage error that says `why`, and everything is as it was.
  void expect_refused(const std::string& key_out, const std::string& cert_out, const std::string& why,
                      const std::vector<std::string>& more = {}) const {
    const auto everything = [this] {
      std::map<std::string, std::string> files;
      for (const auto& entry : std::filesystem::directory_iterator(folder.path(""))) {
        files[entry.path().filename()] = folder.read(entry.path().filename().string());
      }
      return files;
    };
    const auto before = everything();
    const Ended ended = signer(key_out, cert_out, more);
    EXPECT_EQ(ended.exit, 2) << key_out << " " << cert_out;
    EXPECT_THAT(ended.err, HasSubstr(why));
    EXPECT_EQ(everything(), before) << key_out << " " << cert_out;
  }
  void link(const std::string& target, const std::string& name) const {
    std::filesystem::create_symlink(folder.path(target), folder.path(name));
  }
  Folder folder;
  Issuance issuance{folder};
};

TEST_F(Overwriting, AnExistingPrivateKeyIsKept) {
  expect_refused("ds.key", "new.pem", "ds.key exists; give another name or --force");
  expect_refused("device.key", "new.pem", "device.key exists; give another name or --force");
  folder.write("empty.key", std::string_view());
  expect_refused("empty.key", "new.pem", "empty.key exists");
  link("ds.key", "link.key");
  expect_refused("link.key", "new.pem", "link.key exists");
}

TEST_F(Overwriting, AReplacedKeyIsNotInTheFileThatOthersHaveOpened) {
  folder.write("open.key", std::string_view("old"));
  std::ifstream opened(folder.path("open.key"));
  ASSERT_EQ(signer("open.key", "new.pem", {"--force"}).exit, 0);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(opened), {}), "old");
  EXPECT_TRUE(crypto::PrivateKey::from_pem(folder.read("open.key")));
  const auto mode = std::filesystem::status(folder.path("open.key")).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Overwriting, ForceReplacesAKey) {
  const std::string old = folder.read("ds.key");
  EXPECT_EQ(signer("ds.key", "ds.pem", {"--force"}).exit, 0);
  EXPECT_NE(folder.read("ds.key"), old);
  EXPECT_TRUE(crypto::PrivateKey::from_pem(folder.read("ds.key")));
}

TEST_F(Overwriting, AnOutputThatIsAnInputIsRefusedEvenWithForce) {
  link("iaca.key", "link.key");
  std::filesystem::create_hard_link(issuance.iaca_key, folder.path("hard.key"));
  link("iaca.pem", "link.pem");
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--force"}}) {
    for (const char* key_out : {"iaca.key", "./iaca.key", "link.key", "hard.key", "iaca.pem", "link.pem"}) {
      expect_refused(key_out, "new.pem", "is also an input", more);
    }
    for (const char* cert_out : {"iaca.pem", "link.pem", "iaca.key", "hard.key"}) {
      expect_refused("new.key", cert_out, "is also an input", more);
    }
  }
}

TEST_F(Overwriting, ACertificateNeverReplacesAPrivateKey) {
  link("ds.key", "link.pem");
  for (const char* cert_out : {"ds.key", "device.key", "link.pem"}) {
    expect_refused("new.key", cert_out, "holds a private key");
    expect_refused("new.key", cert_out, "holds a private key", {"--force"});
  }
}

TEST_F(Overwriting, APrivateKeyIsKnownInEveryForm) {
  const std::string pem = folder.read("ds.key");
  const std::string jwk = R"({"kty":"EC","crv":"P-256","x":"AQ","y":"Ag","d":"Aw"})";
  const std::string rsa = R"( { "kty": "RSA", "n": "AQ", "d": "Aw" })";
  const Bytes cose = hex("a3 01 02 20 01 23 41 05");
  const Bytes wrapped = hex("d818 48 a3 01 02 20 01 23 41 05");
  const std::vector<std::pair<std::string, Bytes>> keys{
      {"late.key", bytes_of(std::string(6000, ' ') + pem)},
      {"jwk.key", bytes_of(jwk)},
      {"rsa.key", bytes_of(rsa)},
      {"cose.key", cose},
      {"wrapped.key", wrapped},
      {"hex.key", bytes_of(to_hex(cose))},
      {"b64.key", bytes_of(to_base64url(wrapped))},
      {"pkcs8.key", hex("30 81 87 02 01 00 30 13")},
      {"sec1.key", hex("30 77 02 01 01 04 20")},
  };
  for (const auto& [name, content] : keys) {
    folder.write(name, content);
    expect_refused("new.key", name, "holds a private key");
  }
  // A public key is no loss, and neither is what only begins like one of these.
  for (const Bytes& other :
       {hex("a2 01 02 20 01"), hex("30"), hex("30 82"), bytes_of(R"({"kty":"EC","x":"AQ"})"), Bytes{}}) {
    folder.write("other.pem", other);
    EXPECT_EQ(signer("new.key", "other.pem", {"--force"}).exit, 0) << to_hex(other);
  }
}

TEST_F(Overwriting, KeyAndCertificateInOneFileAreRefusedThroughLinksToo) {
  expect_refused("one", "./one", "name one file");
  folder.write("file", std::string_view("old"));
  link("file", "link");
  expect_refused("file", "link", "name one file", {"--force"});
  // The link leads to where the key is about to be.
  link("new.key", "dangling.pem");
  const Ended ended = signer("new.key", "dangling.pem");
  EXPECT_EQ(ended.exit, 2);
  EXPECT_FALSE(std::filesystem::exists(folder.path("new.key")));
}

TEST_F(Overwriting, FilesAreReplacedAsEverButCertificatesOnRequest) {
  EXPECT_EQ(mdoc_cli(issuance.issue(R"({"n": {"e": 1}})", {"--profile", "mdl", "--out", issuance.mdoc})).exit, 0);
  // A certificate may exist nowhere else.
  const std::string old = folder.read("ds.pem");
  expect_refused("new.key", "ds.pem", "ds.pem exists; give another name or --force");
  EXPECT_EQ(signer("new.key", "ds.pem", {"--force"}).exit, 0);
  EXPECT_NE(folder.read("ds.pem"), old);
}

TEST_F(Overwriting, NoOutputOfAnyCommandReplacesAnInputOrAPrivateKey) {
  const std::string request = write_request(folder, {"family_name"});
  const std::string old = folder.read("request.cbor");
  for (const std::string& out : {request, issuance.mdoc, issuance.device_key}) {
    const Ended ended = mdoc_cli({"respond", "--credential", issuance.credential(), "--request", request,
                                  "--transcript", in_hex(online_transcript()), "--out", out});
    EXPECT_EQ(ended.exit, 2) << out;
    EXPECT_THAT(ended.err, HasSubstr(out + " is also an input"));
  }
  EXPECT_EQ(folder.read("request.cbor"), old);
  const Ended over = mdoc_cli({"request", "--doc-type", "d", "--element", "n/e", "--out", issuance.iaca_key});
  EXPECT_EQ(over.exit, 2);
  EXPECT_THAT(over.err, HasSubstr(issuance.iaca_key + " holds a private key"));
}

}  // namespace
}  // namespace mdoc::testing
