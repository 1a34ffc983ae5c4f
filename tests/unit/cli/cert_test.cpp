// mdoc-cli cert lint, and that what mdoc-cli pki makes keeps every rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;

/// A certificate of each role, all under three roots.
class Cert : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> make(const std::string& role, const std::string& issuer,
                                              const std::vector<std::string>& more = {}) const {
    std::vector<std::string> call{"pki",        role,
                                  "--subject",  "C=UT, ST=UT-X, O=Utopia, CN=Utopia " + role,
                                  "--key-out",  folder.path(role + ".key"),
                                  "--cert-out", folder.path(role + ".pem")};
    if (!issuer.empty()) {
      call = with(call, {"--issuer-key", folder.path(issuer + ".key"), "--issuer-cert", folder.path(issuer + ".pem")});
    }
    return with(call, more);
  }
  [[nodiscard]] std::vector<std::string> lint(const std::string& role, const std::string& issuer,
                                              const std::vector<std::string>& more = {}) const {
    std::vector<std::string> call{"cert", "lint", folder.path(role + ".pem"), "--role", role};
    if (!issuer.empty()) call = with(call, {"--issuer", folder.path(issuer + ".pem")});
    return with(call, more);
  }
  Folder folder;
};

using Crt16 = Cert;

TEST_F(Crt16, EveryRoleOfPkiKeepsEveryRuleOfTheStrictLevel) {
  const std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> roles{
      {"iaca", "", {}},
      {"reader-ca", "", {}},
      {"link", "iaca", {}},
      {"ds", "iaca", {}},
      {"status-signer", "iaca", {}},
      {"jws-signer", "iaca", {}},
      {"ocsp", "iaca", {}},
      {"tls", "iaca", {"--dns", "issuer.example"}},
      {"reader", "reader-ca", {}},
      {"tls-client", "reader-ca", {}},
      {"vical-signer", "reader-ca", {}},
      {"rical-signer", "reader-ca", {}},
  };
  EXPECT_EQ(roles.size(), trust::certificate_role_count);
  for (const auto& [role, issuer, more] : roles) {
    SCOPED_TRACE(role);
    const Ended made = mdoc_cli(make(role, issuer, more));
    ASSERT_EQ(made.exit, 0) << made.err;
    const Ended ended = mdoc_cli(lint(role, issuer, {"--level", "strict", "--json"}));
    EXPECT_EQ(ended.exit, 0) << ended.out;
    const bj::object report = only_object(ended);
    EXPECT_TRUE(report.at("valid").as_bool());
    for (const bj::value& rule : report.at("rules").as_array()) {
      const std::string_view outcome = rule.at("outcome").as_string();
      EXPECT_TRUE(outcome == "pass" || outcome == "not-applicable") << bj::serialize(rule);
    }
  }
}

TEST_F(Cert, ARuleThatIsBrokenSaysWhatWasExpectedAndFoundAndWhatToDo) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca", {"--key-purpose", "1.2.3.4"}));
  const Ended ended = mdoc_cli(lint("ds", "iaca", {"--json"}));
  EXPECT_EQ(ended.exit, 1);
  bool found = false;
  const bj::object report = only_object(ended);
  for (const bj::value& rule : report.at("rules").as_array()) {
    if (rule.at("id").as_string() != "key-purpose.fits") continue;
    found = true;
    EXPECT_EQ(rule.at("outcome").as_string(), "fail");
    EXPECT_EQ(rule.at("clause").as_string(), "B.1.4");
    EXPECT_EQ(rule.at("found").as_string(), "1.2.3.4");
    EXPECT_THAT(std::string(rule.at("expected").as_string()), HasSubstr("1.0.18013.5.1.2"));
    EXPECT_FALSE(rule.at("advice").as_string().empty());
  }
  EXPECT_TRUE(found);
  const Ended people = mdoc_cli(lint("ds", "iaca"));
  EXPECT_THAT(people.out, HasSubstr("key-purpose.fits"));
  EXPECT_THAT(people.out, HasSubstr("found: 1.2.3.4"));
}

TEST_F(Cert, IsJudgedInTheLanguageOfWhoReads) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca", {"--key-purpose", "1.2.3.4"}));
  const Ended german = mdoc_cli(lint("ds", "iaca", {"--language", "de"}));
  EXPECT_EQ(german.exit, 1);
  for (const char* text : {"Inhaber     C=UT", "Aussteller  C=UT", "als         Zertifikat eines Dokumentsignierers",
                           "auf der Stufe interop", "Das Zertifikat ist von Version 3.", "gefunden: 1.2.3.4",
                           "Das Zertifikat mit dem erwarteten Schlüsselzweck ausstellen", " Regeln: 1 verletzt"}) {
    EXPECT_THAT(german.out, HasSubstr(text));
  }
  const Ended english = mdoc_cli(lint("ds", "iaca", {"--json"}));
  EXPECT_EQ(mdoc_cli(lint("ds", "iaca", {"--json", "--language", "de", "--register", "clerk"})).out, english.out);
}

TEST_F(Cert, AClerkReadsWhatIsWrongAndNoIdentifiers) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca", {"--key-purpose", "1.2.3.4"}));
  for (const char* language : {"en", "de"}) {
    const Ended clerk = mdoc_cli(lint("ds", "iaca", {"--language", language, "--register", "clerk"}));
    EXPECT_EQ(clerk.exit, 1);
    EXPECT_THAT(clerk.out, HasSubstr("Utopia ds, UT"));
    for (const char* jargon : {"1.2.3.4", "C=UT", "key-purpose", "B.1.4", "interop", "1.0.18013", "pass", "✓"}) {
      EXPECT_THAT(clerk.out, ::testing::Not(HasSubstr(jargon))) << language;
    }
  }
  EXPECT_THAT(mdoc_cli(lint("ds", "iaca", {"--register", "clerk"})).out,
              HasSubstr("These papers are not for this use. Do not rely on them."));
}

TEST_F(Cert, TheLevelDecidesWhatFails) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca"));
  // A document signer as a list signer: its key purpose and its key usage are those of something else.
  const auto judge = [&](const std::string& level) {
    return mdoc_cli({"cert", "lint", folder.path("ds.pem"), "--role", "vical-signer", "--level", level}).exit;
  };
  EXPECT_EQ(judge("strict"), 1);
  EXPECT_EQ(judge("interop"), 1);
  EXPECT_EQ(judge("lenient"), 0);
}

TEST_F(Cert, WithoutTheIssuerWhatComparesWithItIsSkippedAndSaysSo) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca"));
  const Ended ended = mdoc_cli(lint("ds", "", {"--json"}));
  EXPECT_EQ(ended.exit, 0);
  const bj::object report = only_object(ended);
  EXPECT_FALSE(report.at("issuerGiven").as_bool());
  bool skipped = false;
  for (const bj::value& rule : report.at("rules").as_array()) {
    if (rule.at("id").as_string() == "signature.valid") skipped = rule.at("outcome").as_string() == "skipped";
  }
  EXPECT_TRUE(skipped);
}

TEST_F(Cert, AChainBringsItsIssuer) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca"));
  const std::string chain = folder.write("chain.pem", folder.read("ds.pem") + folder.read("iaca.pem"));
  const Ended ended = mdoc_cli({"cert", "lint", chain, "--role", "ds", "--json"});
  EXPECT_TRUE(only_object(ended).at("issuerGiven").as_bool());
}

TEST_F(Cert, ADocTypeSaysWhichKeyPurposeItsSignersNeed) {
  prepare(make("iaca", ""));
  prepare(make("ds", "iaca"));
  EXPECT_EQ(mdoc_cli(lint("ds", "iaca", {"--doc-type", "org.iso.18013.5.1.mDL"})).exit, 0);
  EXPECT_EQ(mdoc_cli(lint("ds", "iaca", {"--doc-type", "org.example.unknown"})).exit, 1);
  EXPECT_EQ(mdoc_cli(lint("iaca", "", {"--doc-type", "org.iso.18013.5.1.mDL"})).exit, 2);
}

TEST_F(Cert, TheTimeIsThatOfTheOption) {
  prepare(make("iaca", ""));
  EXPECT_EQ(mdoc_cli(lint("iaca", "", {"--at", "2010-01-01T00:00:00Z"})).exit, 1);
}

TEST_F(Cert, WhatIsNoCertificateIsNamed) {
  const std::string file = folder.write("text.pem", "hello");
  const Ended ended = mdoc_cli({"cert", "lint", file, "--role", "ds"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("text.pem"));
  EXPECT_EQ(mdoc_cli({"cert", "lint", file, "--role", "pope"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"cert", "lint", file}).exit, 2);
}

TEST_F(Cert, ALinkCertificateIsForTheNewKeyOfTheAuthority) {
  prepare(make("iaca", ""));
  prepare({"pki", "iaca", "--subject", "C=UT, ST=UT-X, O=Utopia, CN=New", "--key-out", folder.path("new.key"),
           "--cert-out", folder.path("new.pem")});
  prepare({"pki", "link", "--subject", "C=UT, ST=UT-X, O=Utopia, CN=New", "--key", folder.path("new.key"),
           "--issuer-key", folder.path("iaca.key"), "--issuer-cert", folder.path("iaca.pem"), "--cert-out",
           folder.path("link.pem")});
  const auto link = crypto::Certificate::list_from_pem(folder.read("link.pem")).value().front();
  const auto fresh = crypto::Certificate::list_from_pem(folder.read("new.pem")).value().front();
  EXPECT_EQ(link.subject(), fresh.subject());
  EXPECT_EQ(*link.public_key(), *fresh.public_key());
  EXPECT_EQ(mdoc_cli(lint("link", "iaca", {"--level", "strict"})).exit, 0);
}

TEST_F(Cert, AKeyIsMadeOrGivenAndNotBoth) {
  prepare(make("iaca", ""));
  EXPECT_EQ(mdoc_cli({"pki", "iaca", "--subject", "C=UT, CN=X", "--cert-out", folder.path("x.pem")}).exit, 2);
  EXPECT_EQ(mdoc_cli({"pki", "iaca", "--subject", "C=UT, CN=X", "--cert-out", folder.path("x.pem"), "--key",
                      folder.path("iaca.key"), "--key-out", folder.path("y.key")})
                .exit,
            2);
}

}  // namespace
}  // namespace mdoc::testing
