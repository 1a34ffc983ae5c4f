// Every rule for certificates: one certificate that keeps it, one that breaks it and no other.
#include "mdoc/trust/certificate_rules.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "mdoc/crypto/der.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::CertificateParts;
using testing::Specimen;
using testing::TestPki;

const UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");

const TestPki& pki() {
  static const TestPki made = [] {
    testing::CountingRng rng(7);
    return TestPki::create(now, rng).value();
  }();
  return made;
}

std::vector<std::string> broken_ids(const CertificateContext& context) {
  std::vector<std::string> ids;
  for (const RuleFinding& finding : broken_rules(context)) ids.emplace_back(info(finding.rule).id);
  return ids;
}

RuleFinding find(const CertificateContext& context, CertificateRule rule) {
  for (const RuleFinding& finding : judge_certificate(context)) {
    if (finding.rule == rule) return finding;
  }
  ADD_FAILURE() << info(rule).id << " does not concern this role";
  return {};
}

std::string name_of(const ::testing::TestParamInfo<CertificateRole>& parameter) {
  std::string name(info(parameter.param).id);
  std::ranges::replace(name, '-', '_');
  return name;
}

/// One test for each role. CRT-17, and with it CRT-01 to CRT-08, CRT-10 and CRT-15, whose parts these rules are.
class Crt17 : public ::testing::TestWithParam<CertificateRole> {};

void expect_kept_and_broken(CertificateRole role, CertificateRule rule) {
  const Specimen good = pki().good(role, rule);
  EXPECT_EQ(broken_ids(good.context()), std::vector<std::string>{});
  EXPECT_EQ(find(good.context(), rule).outcome, RuleOutcome::holds);

  const auto bad = pki().broken(role, rule);
  ASSERT_TRUE(bad) << describe(bad.error());
  const std::vector<RuleFinding> broken = broken_rules(bad->context());
  ASSERT_EQ(broken_ids(bad->context()), std::vector<std::string>{std::string(info(rule).id)});
  EXPECT_NE(broken.front().expected, "");
  EXPECT_NE(broken.front().found, "");
  EXPECT_NE(broken.front().expected, broken.front().found);
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    EXPECT_EQ(worst(broken, info(rule).aspect, level).weight, info(rule).weight(level)) << mdoc::name(level);
  }
}

TEST_P(Crt17, EveryRuleIsKeptByOneCertificateAndBrokenAloneByAnother) {
  std::size_t rules = 0;
  for (const CertificateRuleInfo& rule : certificate_rules()) {
    if (!applies(rule.rule, GetParam())) continue;
    SCOPED_TRACE(rule.id);
    expect_kept_and_broken(GetParam(), rule.rule);
    ++rules;
  }
  EXPECT_GE(rules, 30u);
}

std::vector<CertificateRole> roles() {
  std::vector<CertificateRole> all;
  for (const CertificateRoleInfo& role : certificate_roles()) all.push_back(role.role);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Roles, Crt17, ::testing::ValuesIn(roles()), name_of);

TEST(Crt03, AnIacaIsACaOfPathLengthZeroForTwentyYearsThatSignsCertificatesAndListsAlone) {
  for (const auto rule : {CertificateRule::validity_maximum, CertificateRule::ca, CertificateRule::ca_critical,
                          CertificateRule::ca_path_length, CertificateRule::ca_key_usage,
                          CertificateRule::key_usage_only, CertificateRule::key_usage_critical}) {
    SCOPED_TRACE(info(rule).id);
    expect_kept_and_broken(CertificateRole::iaca, rule);
  }
}

TEST(Crt06, ADocumentSignerHasAPlainRevocationListPointAndIsNoCa) {
  for (const auto rule : {CertificateRule::crl_points_present, CertificateRule::crl_points_uri,
                          CertificateRule::crl_points_plain, CertificateRule::not_ca}) {
    SCOPED_TRACE(info(rule).id);
    expect_kept_and_broken(CertificateRole::document_signer, rule);
  }
}

TEST(CertificateRules, HaveIdentifiersSentencesAndWeightsThatDoNotRise) {
  std::set<std::string_view> ids;
  for (const CertificateRuleInfo& row : certificate_rules()) {
    SCOPED_TRACE(row.id);
    EXPECT_TRUE(ids.insert(row.id).second);
    EXPECT_TRUE(row.what.ends_with('.'));
    EXPECT_TRUE(row.advice.ends_with('.'));
    EXPECT_LE(row.interop, row.strict);
    EXPECT_LE(row.lenient, row.interop);
    EXPECT_NE(row.strict, Weight::ignore);
    for (const CertificateRoleInfo& role : certificate_roles()) EXPECT_FALSE(clause(row.rule, role.role).empty());
  }
}

TEST(CertificateRules, AreAllBreachesOfTheirOwnUnlessOnlyAdvised) {
  for (const CertificateRuleInfo& row : certificate_rules()) {
    if (row.rule == CertificateRule::key_purpose_not_critical) continue;  // "preferably"
    EXPECT_EQ(row.strict, Weight::error) << row.id;
  }
}

TEST(CertificateRoles, AreFoundByTheirIdentifier) {
  for (const CertificateRoleInfo& role : certificate_roles()) EXPECT_EQ(find_certificate_role(role.id), role.role);
  EXPECT_FALSE(find_certificate_role("root"));
}

// What compares with the issuer is not judged without it, and is never said to hold.
TEST(CertificateRules, WithoutTheIssuerWhatComparesWithItIsNotJudged) {
  Specimen specimen = pki().good(CertificateRole::document_signer, CertificateRule::country_equal);
  CertificateContext context = specimen.context();
  context.issuer = nullptr;
  context.intermediates.reset();
  context.now.reset();
  std::set<CertificateRule> not_judged;
  for (const RuleFinding& finding : judge_certificate(context)) {
    EXPECT_NE(finding.outcome, RuleOutcome::broken) << info(finding.rule).id;
    if (finding.outcome == RuleOutcome::not_judged) not_judged.insert(finding.rule);
  }
  EXPECT_EQ(not_judged,
            (std::set{CertificateRule::signature_valid, CertificateRule::issuer_name, CertificateRule::direct_issuer,
                      CertificateRule::validity_now, CertificateRule::country_equal, CertificateRule::state_equal,
                      CertificateRule::authority_key_identifier_equal}));
}

TEST(CertificateRules, AnUnknownClockLeavesValidityNotJudged) {
  const Specimen specimen = pki().good(CertificateRole::iaca, CertificateRule::validity_now);
  CertificateContext context = specimen.context();
  context.clock.quality = ClockQuality::unknown;
  EXPECT_EQ(find(context, CertificateRule::validity_now).outcome, RuleOutcome::not_judged);
}

TEST(CertificateRules, ValidityNowHoldsAtBothEndsAndWithinTheSkew) {
  const Specimen specimen = pki().good(CertificateRole::document_signer, CertificateRule::validity_now);
  const auto at = [&](UtcSeconds time) {
    CertificateContext context = specimen.context();
    context.now = time;
    context.clock.skew = std::chrono::seconds{0};
    return find(context, CertificateRule::validity_now).outcome;
  };
  const std::chrono::seconds second{1};
  EXPECT_EQ(at(specimen.certificate.not_before() - second), RuleOutcome::broken);
  EXPECT_EQ(at(specimen.certificate.not_before()), RuleOutcome::holds);
  EXPECT_EQ(at(specimen.certificate.not_after()), RuleOutcome::holds);
  EXPECT_EQ(at(specimen.certificate.not_after() + second), RuleOutcome::broken);
}

std::vector<std::string> broken_by(CertificateRole role, const std::function<void(CertificateParts&)>& alter,
                                   const CertificateProfile& profile) {
  CertificateParts parts = CertificateParts::of(pki().certificate(role));
  alter(parts);
  const crypto::Certificate certificate = parts.sign(pki().issuer_key(role)).value();
  return broken_ids({.certificate = certificate, .role = role, .profile = profile, .issuer = &pki().issuer(role)});
}
std::vector<std::string> broken_by(CertificateRole role, const std::function<void(CertificateParts&)>& alter) {
  return broken_by(role, alter, info(role).profile);
}

using Ids = std::vector<std::string>;

TEST(Crt01, ANegativeSerialNumberAndOneOfZerosAreNotPositive) {
  for (const Bytes& serial : {Bytes(16, 0x80), Bytes{0x00}, Bytes{0xff}}) {
    EXPECT_EQ(broken_by(CertificateRole::iaca, [&](CertificateParts& parts) { parts.serial = serial; }),
              Ids{"serial.positive"});
  }
  EXPECT_EQ(broken_by(CertificateRole::iaca, [](CertificateParts& parts) { parts.serial = Bytes(20, 0x7f); }), Ids{});
  EXPECT_EQ(broken_by(CertificateRole::iaca, [](CertificateParts& parts) { parts.serial = Bytes(7, 0x01); }), Ids{});
  EXPECT_EQ(broken_by(CertificateRole::iaca, [](CertificateParts& parts) { parts.serial = Bytes(6, 0x01); }),
            Ids{"serial.random"});
}

TEST(Crt02, TheSameNameInAnotherEncodingIsNamedAsSuch) {
  const CertificateRole role = CertificateRole::document_signer;
  CertificateParts parts = CertificateParts::of(pki().certificate(role));
  auto attributes = pki().issuer(role).subject().attributes();
  attributes.back().encoding = crypto::StringType::printable;
  parts.issuer = testing::encode_name(attributes);
  const crypto::Certificate certificate = parts.sign(pki().issuer_key(role)).value();
  const RuleFinding finding =
      find({.certificate = certificate, .role = role, .profile = info(role).profile, .issuer = &pki().issuer(role)},
           CertificateRule::issuer_name);
  EXPECT_EQ(finding.outcome, RuleOutcome::broken);
  EXPECT_TRUE(finding.found.starts_with("the same in another encoding"));
}

TEST(Crt04, AnEmailAddressIsAContactAsWell) {
  EXPECT_EQ(broken_by(CertificateRole::iaca,
                      [](CertificateParts& parts) {
                        const Bytes email = crypto::der::encode(crypto::der::tag::context(1), as_bytes("a@b.example"));
                        parts.put(crypto::extension::issuer_alt_name,
                                  crypto::der::encode(crypto::der::tag::sequence, email));
                      }),
            Ids{});
}

TEST(Crt05, EitherKeyPurposeOrBothMakeADocumentSigner) {
  const auto with = [](const std::vector<std::string_view>& purposes) {
    return broken_by(CertificateRole::document_signer, [&](CertificateParts& parts) {
      Bytes content;
      for (const std::string_view one : purposes) {
        const Bytes oid = crypto::der::encode_object_identifier(one).value();
        content.insert(content.end(), oid.begin(), oid.end());
      }
      parts.put(crypto::extension::extended_key_usage, crypto::der::encode(crypto::der::tag::sequence, content), true);
    });
  };
  EXPECT_EQ(with({"1.0.18013.5.1.2"}), Ids{});
  EXPECT_EQ(with({"1.0.23220.4.1.2"}), Ids{});
  EXPECT_EQ(with({"1.0.18013.5.1.2", "1.0.23220.4.1.2"}), Ids{});
  EXPECT_EQ(with({"1.0.18013.5.1.6"}), Ids{"key-purpose.fits"});
  EXPECT_EQ(with({"2.5.29.37.0"}), Ids{"key-purpose.fits"});  // anyExtendedKeyUsage
  EXPECT_EQ(with({"2.5.29.37.0", "1.0.18013.5.1.2"}), Ids{"key-purpose.only"});
}

TEST(Crt05, AnUnknownDocTypeIsNeverJudgedAsALicence) {
  const CertificateRole role = CertificateRole::document_signer;
  EXPECT_EQ(broken_by(
                role, [](CertificateParts&) {}, generic_signer_profile()),
            Ids{"key-purpose.fits"});
}

TEST(Crt05, AProfileWithoutKeyPurposesAsksForNone) {
  const auto without = [](CertificateParts& parts) { parts.remove(crypto::extension::extended_key_usage); };
  EXPECT_EQ(broken_by(CertificateRole::document_signer, without, CertificateProfile{}), Ids{});
}

TEST(Crt07, WithoutAStateOfTheAuthorityTheSignerMayNameOneOrNone) {
  testing::CountingRng rng(8);
  CertificateParts root = CertificateParts::of(pki().certificate(CertificateRole::iaca));
  auto attributes = pki().certificate(CertificateRole::iaca).subject().attributes();
  std::erase_if(attributes, [](const auto& one) { return one.type == crypto::attribute::state_or_province; });
  root.subject = root.issuer = testing::encode_name(attributes);
  const crypto::Certificate stateless = root.sign(pki().key(CertificateRole::iaca)).value();
  const CertificateRole role = CertificateRole::document_signer;
  CertificateParts parts = CertificateParts::of(pki().certificate(role));
  parts.issuer = root.subject;
  const crypto::Certificate signer = parts.sign(pki().issuer_key(role)).value();
  const CertificateContext context{
      .certificate = signer, .role = role, .profile = info(role).profile, .issuer = &stateless};
  EXPECT_EQ(broken_ids(context), Ids{});
  EXPECT_EQ(find(context, CertificateRule::state_equal).outcome, RuleOutcome::not_applicable);
  CertificateProfile demanding = info(role).profile;
  demanding.state = true;
  EXPECT_EQ(broken_ids({.certificate = signer, .role = role, .profile = demanding, .issuer = &stateless}),
            Ids{"subject.state-required"});
}

TEST(Crt08, EachForbiddenExtensionIsNamed) {
  const std::vector<std::pair<std::string_view, std::string>> forbidden{
      {crypto::extension::policy_mappings, "policyMappings"},
      {crypto::extension::name_constraints, "nameConstraints"},
      {crypto::extension::policy_constraints, "policyConstraints"},
      {crypto::extension::inhibit_any_policy, "inhibitAnyPolicy"},
      {crypto::extension::freshest_crl, "freshestCRL"}};
  const CertificateRole role = CertificateRole::document_signer;
  for (const auto& [oid, name] : forbidden) {
    for (const bool critical : {false, true}) {
      CertificateParts parts = CertificateParts::of(pki().certificate(role));
      parts.put(oid, Bytes{0x30, 0x00}, critical);
      const crypto::Certificate certificate = parts.sign(pki().issuer_key(role)).value();
      const CertificateContext context{
          .certificate = certificate, .role = role, .profile = info(role).profile, .issuer = &pki().issuer(role)};
      EXPECT_EQ(broken_ids(context), Ids{"extensions.forbidden"}) << name;
      EXPECT_EQ(find(context, CertificateRule::forbidden_extensions).found, name);
    }
  }
}

TEST(Crt09, AnUnknownExtensionIsFineUnlessItIsCritical) {
  for (const bool critical : {false, true}) {
    EXPECT_EQ(broken_by(CertificateRole::reader,
                        [&](CertificateParts& parts) {
                          parts.put("1.2.3.4", Bytes{0x05, 0x00}, critical);
                        }),
              critical ? Ids{"extensions.unknown-critical"} : Ids{});
  }
}

TEST(Crt12, ALinkCertificateWithoutANewNameNeedsNoAlternativeName) {
  EXPECT_EQ(broken_by(CertificateRole::iaca_link,
                      [](CertificateParts& parts) {
                        parts.subject = parts.issuer;
                        parts.remove(crypto::extension::subject_alt_name);
                      }),
            Ids{});
}

TEST(Crt15, KeysThatOnlySomeRolesMayHave) {
  testing::CountingRng rng(9);
  const auto with = [&](CertificateRole role, crypto::Curve curve) {
    const auto key = crypto::PrivateKey::generate(curve, rng).value();
    return broken_by(role, [&](CertificateParts& parts) {
      parts.key = key.public_key().spki();
      const auto identifier = key.public_key().key_identifier().value();
      parts.put(crypto::extension::subject_key_identifier,
                crypto::der::encode(crypto::der::tag::octet_string, identifier));
    });
  };
  for (const CertificateRoleInfo& role : certificate_roles()) {
    if (role.issued_by == IssuedBy::itself) continue;  // its signature would be another's
    SCOPED_TRACE(role.id);
    EXPECT_EQ(with(role.role, crypto::Curve::p521), Ids{});
    EXPECT_EQ(with(role.role, crypto::Curve::brainpool_p512r1), Ids{});
    EXPECT_EQ(with(role.role, crypto::Curve::brainpool_p320r1), role.brainpool_p320 ? Ids{} : Ids{"key.algorithm"});
    EXPECT_EQ(with(role.role, crypto::Curve::ed25519), role.edwards ? Ids{} : Ids{"key.algorithm"});
    EXPECT_EQ(with(role.role, crypto::Curve::ed448), role.edwards ? Ids{} : Ids{"key.algorithm"});
  }
}

TEST(Crt10, AReaderMayBeIssuedByACaBetween) {
  const Specimen reader = pki().good(CertificateRole::reader, CertificateRule::version);
  CertificateContext context = reader.context();
  context.intermediates = 2;
  EXPECT_EQ(broken_ids(context), Ids{});
}

TEST(CertificateRules, OfALevelTheWorstIsNamedFirst) {
  const RuleFinding light{.rule = CertificateRule::serial_random, .outcome = RuleOutcome::broken};
  const RuleFinding heavy{.rule = CertificateRule::not_ca, .outcome = RuleOutcome::broken};
  const RuleFinding elsewhere{.rule = CertificateRule::key_purpose_fits, .outcome = RuleOutcome::broken};
  const std::vector<RuleFinding> all{light, elsewhere, heavy};
  EXPECT_EQ(worst(all, RuleAspect::profile, Level::interop).finding, &all[2]);
  EXPECT_EQ(worst(all, RuleAspect::profile, Level::strict).finding, &all[0]);  // both are errors
  EXPECT_EQ(worst(all, RuleAspect::key_purpose, Level::lenient).weight, Weight::warning);
  EXPECT_EQ(worst(all, RuleAspect::country, Level::strict).weight, Weight::ignore);
  EXPECT_EQ(worst(std::span(all).first(1), RuleAspect::profile, Level::lenient).weight, Weight::ignore);
}

TEST(TestPki, MakesTheSameRolesForEveryCurveThatCanSign) {
  testing::CountingRng rng(10);
  for (const crypto::Curve curve : {crypto::Curve::p384, crypto::Curve::brainpool_p256r1}) {
    const TestPki made = TestPki::create(now, rng, {.country = "XU", .curve = curve}).value();
    for (const CertificateRoleInfo& role : certificate_roles()) {
      const Specimen specimen = made.good(role.role, CertificateRule::version);
      EXPECT_EQ(broken_ids(specimen.context()), Ids{}) << role.id;
    }
  }
}

TEST(TestPki, RefusesACountryThatIsNone) {
  testing::CountingRng rng(11);
  const auto refused = TestPki::create(now, rng, {.country = "Utopia"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::trust
