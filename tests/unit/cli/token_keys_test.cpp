// Keys in tokens on the command line, with SoftHSM.
#include <gmock/gmock.h>

#include <cstdlib>

#include <boost/json/array.hpp>

#include "issuance.hpp"
#include "terminal.hpp"
#include "unit/pkcs11/soft_hsm.hpp"

namespace mdoc::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TokenKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = SoftHsm::module_path();
    if (!path) GTEST_SKIP() << no_soft_hsm;
    ::setenv("PKCS11_MODULE_PATH", path->c_str(), 1);
    hsm.init_token("wallet");
    transcript = in_hex(online_transcript());
  }
  void TearDown() override { ::unsetenv("PKCS11_MODULE_PATH"); }

  [[nodiscard]] static std::string uri(const std::string& object, const std::string& query = "?pin-value=user-pin") {
    return "pkcs11:token=wallet;object=" + object + query;
  }
  static void make_key(const std::string& object, const std::vector<std::string>& more = {}) {
    prepare(with({"pki", "device", "--key-out", uri(object)}, more));
  }
  /// Issues an mdoc to a key in the token. @return its file
  [[nodiscard]] std::string issue_to(const std::string& object) const {
    const Issuance issuance(folder);
    prepare({"issue", "--profile", "mdl", "--data", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})", "--device-key",
             uri(object, ""), "--ds-key", issuance.signer_key, "--ds-cert", issuance.signer, "--out",
             folder.path("token.cbor")});
    return folder.path("token.cbor");
  }
  [[nodiscard]] Ended respond(const std::string& credential, const std::vector<std::string>& more = {}) const {
    return mdoc_cli(with({"respond", "--credential", credential, "--request", write_request(folder, {"family_name"}),
                          "--transcript", transcript},
                         more));
  }
  [[nodiscard]] Ended verify(const Ended& response, const std::vector<std::string>& more = {}) const {
    return mdoc_cli(with({"verify", folder.write("response.hex", response.out), "--transcript", transcript, "--trust",
                          folder.path("iaca.pem")},
                         more));
  }

  Folder folder;
  SoftHsm hsm;
  std::string transcript;
};

TEST_F(TokenKeys, ADeviceKeyIsMadeIssuedToAndProves) {
  const Ended made =
      mdoc_cli({"pki", "device", "--key-out", uri("device"), "--public-out", folder.path("device.pub"), "--json"});
  const auto object = only_object(made);
  EXPECT_EQ(object.at("curve"), "P-256");
  EXPECT_THAT(std::string(object.at("key").as_string()), StartsWith("pkcs11:token=wallet;object=device;id="));
  EXPECT_THAT(std::string(object.at("key").as_string()), Not(HasSubstr("user-pin")));
  EXPECT_EQ(folder.read("device.pub"), std::string(object.at("publicKey").as_string()));
  const std::string file = issue_to("device");  // without a PIN: the public half is enough
  const Ended response = respond(file + "," + uri("device"));
  ASSERT_EQ(response.exit, 0) << response.err;
  const Ended verdict = verify(response);
  EXPECT_EQ(verdict.exit, 0) << verdict.out << verdict.err;
  EXPECT_THAT(verdict.out, HasSubstr("device-auth.signature"));
  EXPECT_THAT(verdict.out, HasSubstr("Doe"));
}

TEST_F(TokenKeys, ADeviceKeyProvesWithAMac) {
  make_key("device", {"--use", "mac", "--curve", "P-384"});
  const std::string file = issue_to("device");
  prepare({"pki", "device", "--key-out", folder.path("reader.key"), "--public-out", folder.path("reader.pub"),
           "--curve", "P-384"});
  const Ended response = respond(file + "," + uri("device"), {"--mac", "--reader-public", folder.path("reader.pub")});
  ASSERT_EQ(response.exit, 0) << response.err;
  const Ended verdict = verify(response, {"--reader-key", folder.path("reader.key")});
  EXPECT_EQ(verdict.exit, 0) << verdict.out << verdict.err;
  EXPECT_THAT(verdict.out, HasSubstr("device-auth.mac"));
  const Ended other = respond(file + "," + uri("device"));
  EXPECT_EQ(other.exit, 2);
  EXPECT_THAT(other.err, HasSubstr("makes MACs, and no signatures: add --mac --reader-public KEY"));
}

TEST_F(TokenKeys, TheHolderPresentsWithAKeyInAToken) {
  make_key("device");
  const std::string file = issue_to("device");
  Process served(tool({"holder", "--credential", file, "--key", uri("device"), "--once", "--json"}));
  const auto line = served.read_line();
  ASSERT_TRUE(line) << served.end().err;
  const auto shown = object_of(*line);
  const Ended read = mdoc_cli({"reader", std::string(shown.at("engagement").as_string()), "--connect",
                               std::string(shown.at("endpoint").as_string()), "--doc-type", Issuance::doc_type,
                               "--element", "org.iso.18013.5.1/family_name", "--trust", folder.path("iaca.pem")});
  EXPECT_EQ(read.exit, 0) << read.out << read.err;
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(TokenKeys, AHolderWhoseKeyMakesTheOtherProofSaysSo) {
  make_key("device", {"--use", "mac"});
  const std::string file = issue_to("device");
  Process served(
      tool({"holder", "--credential", file, "--key", uri("device"), "--device-auth", "signature", "--once", "--json"}));
  const auto line = served.read_line();
  ASSERT_TRUE(line) << served.end().err;
  const auto shown = object_of(*line);
  const Ended read = mdoc_cli({"reader", std::string(shown.at("engagement").as_string()), "--connect",
                               std::string(shown.at("endpoint").as_string()), "--doc-type", Issuance::doc_type,
                               "--element", "org.iso.18013.5.1/family_name", "--trust", folder.path("iaca.pem")});
  EXPECT_EQ(read.exit, 1);
  EXPECT_THAT(served.end().err, HasSubstr("does not make the proof of --device-auth, and the reader got status 10"));
}

TEST_F(TokenKeys, ARecipientOpensDocumentsWithAKeyInAToken) {
  make_key("recipient", {"--use", "mac"});  // a key that agrees, not one that signs
  const Issuance issuance(folder);
  const std::string request = folder.path("request.cbor");
  prepare({"request", "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--encrypt-to",
           uri("recipient"), "--out", request});
  const Ended response =
      mdoc_cli({"respond", "--credential", issuance.credential(), "--request", request, "--transcript", transcript});
  ASSERT_EQ(response.exit, 0) << response.err;
  const Ended opened = verify(response, {"--request", request, "--recipient-key", uri("recipient")});
  EXPECT_EQ(opened.exit, 0) << opened.out << opened.err;
  EXPECT_THAT(opened.out, HasSubstr("Doe"));
}

TEST_F(TokenKeys, AuthoritiesAndSignersKeepTheirKeysInTokensToo) {
  prepare({"pki", "iaca", "--subject", "C=UT, O=Utopia, CN=IACA", "--key-out", uri("iaca"), "--cert-out",
           folder.path("iaca.pem")});
  prepare({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=DS", "--issuer-key", uri("iaca"), "--issuer-cert",
           folder.path("iaca.pem"), "--key-out", uri("ds"), "--cert-out", folder.path("ds.pem")});
  make_key("device");
  prepare({"issue", "--profile", "mdl", "--data", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})", "--device-key",
           uri("device"), "--ds-key", uri("ds"), "--ds-cert", folder.path("ds.pem"), "--out", folder.path("m.cbor")});
  const Ended response = respond(folder.path("m.cbor") + "," + uri("device"));
  EXPECT_EQ(verify(response).exit, 0) << response.err;
  // Again for a key that is there.
  EXPECT_EQ(mdoc_cli({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=DS 2", "--issuer-key", uri("iaca"), "--issuer-cert",
                      folder.path("iaca.pem"), "--key", uri("ds"), "--cert-out", folder.path("ds2.pem")})
                .exit,
            0);
  const Ended twice =
      mdoc_cli({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=DS", "--issuer-key", uri("iaca"), "--issuer-cert",
                folder.path("iaca.pem"), "--key-out", uri("ds"), "--cert-out", folder.path("ds3.pem")});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_THAT(twice.err, HasSubstr("already"));
  EXPECT_THAT(twice.err, Not(HasSubstr("user-pin")));
}

TEST_F(TokenKeys, ThePinComesFromAFileOrAVariable) {
  make_key("device");
  const std::string file = issue_to("device");
  const std::string pin = folder.write("pin", "user-pin\n");
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=file:" + pin)).exit, 0);
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=file://" + pin)).exit, 0);
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=" + pin)).exit, 0);
  ::setenv("TOKEN_PIN", "user-pin", 1);
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=env:TOKEN_PIN")).exit, 0);
  ::unsetenv("TOKEN_PIN");
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=env:TOKEN_PIN")).exit, 3);
  EXPECT_EQ(respond(file + "," + uri("device", "?pin-source=file:" + folder.path("none"))).exit, 3);
  const Ended program = respond(file + "," + uri("device", "?pin-source=|cat"));
  EXPECT_EQ(program.exit, 2);
  EXPECT_THAT(program.err, HasSubstr("no program"));
}

TEST_F(TokenKeys, WhatIsWrongIsSaidWithWhatToDo) {
  make_key("device");
  const std::string file = issue_to("device");
  const auto refused = [&](const std::string& key, int exit, const std::string& what) {
    const Ended ended = respond(file + "," + key);
    EXPECT_EQ(ended.exit, exit) << key << ": " << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(what)) << key;
    EXPECT_THAT(ended.err, Not(HasSubstr("user-pin"))) << key;
  };
  refused("pkcs11:token=wallet;colour=red", 2, "no PKCS#11 URI");
  refused("pkcs11:token=other;object=device?pin-value=user-pin", 3, "there is \"wallet\" with serial");
  refused(uri("other"), 3, "pki device");
  refused("pkcs11:token=wallet?pin-value=user-pin", 2, "by object= or id=");
  refused(uri("device", "?pin-value=wrong-pin"), 3, "wrong PIN");
  refused(uri("device", "?module-path=/no/such.so&pin-value=user-pin"), 3, "module-path=FILE");
  refused(uri("device", "?module-name=no-such&pin-value=user-pin"), 3, "module-path=FILE");
  refused(uri("device", "?module-name=../x"), 2, "no path");
  make_key("another");
  refused(uri("another"), 2, "is not the device key of");
  hsm.init_token("wallet");
  refused(uri("device"), 2, "serial=");
  EXPECT_EQ(mdoc_cli({"pki", "device", "--key-out", "pkcs11:token=wallet?pin-value=user-pin"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"pki", "device", "--key-out", folder.path("k"), "--use", "mac"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"pki", "device", "--key-out", folder.path("k"), "--curve", "X25519"}).exit, 2);
  const Ended misplaced = mdoc_cli({"pki", "device", "--key-out", uri("device", ";pin-value=user-pin")});
  EXPECT_EQ(misplaced.exit, 2);
  EXPECT_THAT(misplaced.err, HasSubstr("a PIN comes after a question mark"));
  EXPECT_THAT(mdoc_cli({"pki", "device", "--key-out", uri("device;colour=red")}).err,
              HasSubstr("no attribute that RFC 7512 has there"));
  const Ended reader = mdoc_cli({"verify", file, "--reader-key", uri("device")});
  EXPECT_EQ(reader.exit, 2);
  EXPECT_THAT(reader.err, HasSubstr("the ephemeral key of a session is made for it in memory"));
}

TEST_F(TokenKeys, TheModuleMayBeNamed) {
  ::unsetenv("PKCS11_MODULE_PATH");
  make_key("first&second", {});
  EXPECT_EQ(mdoc_cli({"pki", "device", "--key-out", uri("device", "?module-name=softhsm2&pin-value=user-pin")}).exit,
            0);
  EXPECT_EQ(mdoc_cli({"pki", "device", "--key-out",
                      uri("other", "?module-path=" + *SoftHsm::module_path() + "&pin-value=user-pin")})
                .exit,
            0);
}

/// What was shown on a terminal of its own, and how it ended.
struct OnTerminal {
  int exit = -1;
  std::string shown;
  std::size_t asked = 0;
};

/// Runs mdoc-cli on a terminal. Each time it asks for a PIN, the next answer is typed; after the last one, Ctrl-C.
OnTerminal on_terminal(const std::vector<std::string>& arguments, const std::vector<std::string>& answers) {
  Terminal terminal(arguments);
  OnTerminal ended;
  while (terminal.await("PIN of the token \"wallet\": ")) {
    terminal.type(ended.asked < answers.size() ? answers[ended.asked] : "\x03");
    ++ended.asked;
  }
  ended.exit = terminal.end();
  ended.shown = terminal.shown();
  return ended;
}

TEST_F(TokenKeys, ThePinIsAskedForOnTheTerminalAndNotShown) {
  const std::string erased = std::string("user-px") + '\x7f' + "in\n";
  const OnTerminal once = on_terminal({"pki", "device", "--key-out", uri("device", "")}, {erased});
  EXPECT_EQ(once.exit, 0) << once.shown;
  EXPECT_EQ(once.asked, 1u);
  EXPECT_THAT(once.shown, HasSubstr("PIN of the token \"wallet\": "));
  EXPECT_THAT(once.shown, Not(HasSubstr("user")));
  const OnTerminal mistyped = on_terminal({"pki", "device", "--key-out", uri("second", "")}, {"user\n", "user-pin\n"});
  EXPECT_EQ(mistyped.exit, 0) << mistyped.shown;
  EXPECT_EQ(mistyped.asked, 2u);
  EXPECT_THAT(mistyped.shown, HasSubstr("that was not the PIN"));
}

TEST_F(TokenKeys, WhoWillNotGiveThePinEndsTheCommand) {
  const OnTerminal ended = on_terminal({"pki", "device", "--key-out", uri("device", "")}, {});
  EXPECT_EQ(ended.asked, 1u);
  EXPECT_NE(ended.exit, 0);
  EXPECT_THAT(ended.shown, HasSubstr("declined"));
}

}  // namespace
}  // namespace mdoc::testing
