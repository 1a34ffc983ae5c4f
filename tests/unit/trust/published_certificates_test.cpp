// Certificates made by others, each judged by the rules of its role. What comes out stands in tests/vectors, with the
// reason for every certificate that breaks a rule.
#include <map>

#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view member) {
  return std::string(object.at(member).as_string());
}

std::map<std::string, crypto::Certificate> published() {
  std::map<std::string, crypto::Certificate> certificates;
  const json::value file = testing::load_shared("certificates.json");
  for (const json::value& value : file.at("vectors").as_array()) {
    const json::object& vector = value.as_object();
    if (text(vector, "type") != "X.509") continue;
    const auto certificate = crypto::Certificate::from_der(testing::hex(text(vector, "der")));
    EXPECT_TRUE(certificate) << text(vector, "id");
    if (certificate) certificates.emplace(text(vector, "id"), *certificate);
  }
  return certificates;
}

/// The worst that a level makes of what is broken.
std::string verdict(const std::vector<RuleFinding>& broken, Level level) {
  Weight worst = Weight::ignore;
  for (const RuleFinding& finding : broken) worst = std::max(worst, info(finding.rule).weight(level));
  return worst == Weight::error ? "fail" : worst == Weight::warning ? "warn" : "pass";
}

TEST(PublishedCertificates, AreJudgedAsTheGoldenFileSays) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto certificates = published();
  std::map<std::string, json::object> golden;
  const json::value file = testing::load_own("certificate-lint.json");
  for (const json::value& value : file.at("certificates").as_array()) {
    golden.emplace(text(value.as_object(), "id"), value.as_object());
  }
  ASSERT_EQ(golden.size(), certificates.size());
  for (const auto& [id, certificate] : certificates) {
    SCOPED_TRACE(id);
    const auto row = golden.find(id);
    ASSERT_NE(row, golden.end());
    const auto role = find_certificate_role(text(row->second, "role"));
    ASSERT_TRUE(role);
    const auto* issuer_id = row->second.if_contains("issuer");
    const std::vector<RuleFinding> broken = broken_rules(
        {.certificate = certificate,
         .role = *role,
         .profile = info(*role).profile,
         .issuer = issuer_id == nullptr ? nullptr : &certificates.at(std::string(issuer_id->as_string()))});
    json::array ids;
    for (const RuleFinding& finding : broken) ids.emplace_back(info(finding.rule).id);
    EXPECT_EQ(json::serialize(ids), json::serialize(row->second.at("broken")));
    for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
      EXPECT_EQ(verdict(broken, level), text(row->second, std::string(mdoc::name(level)))) << mdoc::name(level);
    }
    EXPECT_EQ(row->second.contains("why"), !broken.empty());
  }
}

}  // namespace
}  // namespace mdoc::trust
