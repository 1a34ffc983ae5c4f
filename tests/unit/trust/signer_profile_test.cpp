#include "mdoc/trust/signer_profile.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "support/sample_mdoc.hpp"

namespace mdoc::trust {
namespace {

using testing::SampleMdoc;

constexpr std::array<std::string_view, 1> mdl_purposes{key_purpose::mdl_document_signer};
constexpr SignerProfile mdl{.key_purposes = mdl_purposes};

SignerFacts good_signer() { return SignerFacts::of(SampleMdoc().signer_certificate()); }
AnchorFacts good_anchor() { return {.subject = "C=UT, CN=Utopia IACA", .country = "UT"}; }

/// The rules that a signer breaks.
std::vector<SignerRule> broken(const SignerFacts& signer, const SignerProfile& profile = mdl) {
  const AnchorFacts anchor = good_anchor();
  std::vector<SignerRule> rules;
  for (const SignerRuleInfo& row : signer_rules()) {
    if (!row.holds(signer, &anchor, profile)) rules.push_back(row.rule);
  }
  return rules;
}

TEST(SignerFacts, AreThoseOfTheCertificate) {
  SampleMdoc sample;
  const SignerFacts facts = good_signer();
  EXPECT_EQ(facts.subject, sample.signer_certificate().subject().text());
  EXPECT_EQ(facts.country, "UT");
  EXPECT_FALSE(facts.state);
  EXPECT_FALSE(facts.ca);
  EXPECT_EQ(facts.key_usage, crypto::key_usage::digital_signature);
  EXPECT_EQ(facts.key_purposes, std::vector<std::string>{"1.0.18013.5.1.2"});
  EXPECT_EQ(facts.not_after, sample.signer.not_after);
  ASSERT_TRUE(facts.public_key);
  EXPECT_EQ(*facts.public_key, sample.signer_key.public_key());
  EXPECT_TRUE(SignerFacts::of(sample.iaca_certificate()).ca);
}

TEST(SignerRules, HoldForAGoodCertificate) { EXPECT_TRUE(broken(good_signer()).empty()); }

TEST(SignerRules, AreEachBrokenAloneByOneCertificate) {
  const std::array<std::pair<SignerRule, std::function<void(SignerFacts&)>>, 6> cases{{
      {SignerRule::key_purpose_present, [](SignerFacts& facts) { facts.key_purposes.clear(); }},
      {SignerRule::key_purpose_fits, [](SignerFacts& facts) { facts.key_purposes = {"1.0.18013.5.1.6"}; }},
      {SignerRule::not_ca, [](SignerFacts& facts) { facts.ca = true; }},
      {SignerRule::key_usage, [](SignerFacts& facts) { facts.key_usage = crypto::key_usage::key_agreement; }},
      {SignerRule::country_present, [](SignerFacts& facts) { facts.country.reset(); }},
      {SignerRule::country_equal, [](SignerFacts& facts) { facts.country = "XX"; }},
  }};
  ASSERT_EQ(cases.size(), signer_rules().size());
  for (const auto& [rule, spoil] : cases) {
    SCOPED_TRACE(info(rule).id);
    SignerFacts facts = good_signer();
    spoil(facts);
    EXPECT_EQ(broken(facts), std::vector{rule});
    // No level is stricter than the one before it.
    EXPECT_EQ(info(rule).strict, Weight::error);
    EXPECT_LE(info(rule).interop, info(rule).strict);
    EXPECT_LE(info(rule).lenient, info(rule).interop);
  }
}

TEST(SignerRules, HaveUniqueIdentifiers) {
  std::set<std::string_view> ids;
  for (const SignerRuleInfo& row : signer_rules()) EXPECT_TRUE(ids.insert(row.id).second) << row.id;
}

TEST(SignerRules, AnyExtendedKeyUsageIsNoKeyPurpose) {
  SignerFacts facts = good_signer();
  facts.key_purposes = {"2.5.29.37.0"};
  EXPECT_EQ(broken(facts), std::vector{SignerRule::key_purpose_fits});
}

TEST(SignerRules, OneFittingKeyPurposeAmongOthersSuffices) {
  SignerFacts facts = good_signer();
  facts.key_purposes = {"1.0.23220.4.1.2", "1.0.18013.5.1.2"};
  EXPECT_TRUE(broken(facts).empty());
}

TEST(SignerRules, AMissingKeyUsageIsNoDigitalSignature) {
  SignerFacts facts = good_signer();
  facts.key_usage.reset();
  EXPECT_EQ(broken(facts), std::vector{SignerRule::key_usage});
}

TEST(SignerRules, AnUnknownDocTypeIsNeverJudgedAsALicence) {
  EXPECT_EQ(broken(good_signer(), generic_signer_profile()), std::vector{SignerRule::key_purpose_fits});
  SignerFacts facts = good_signer();
  facts.key_purposes = {"1.0.23220.4.1.2"};
  EXPECT_TRUE(broken(facts, generic_signer_profile()).empty());
}

TEST(SignerRules, AProfileWithoutKeyPurposesAsksForNone) {
  SignerFacts facts = good_signer();
  facts.key_purposes.clear();
  EXPECT_TRUE(broken(facts, SignerProfile{}).empty());
}

TEST(SignerRules, APinHasNoCountryToCompareWith) {
  SignerFacts facts = good_signer();
  const AnchorFacts pin{.subject = facts.subject, .pinned = true};
  EXPECT_FALSE(judge_signer(SignerAspect::country, facts, &pin, mdl, Level::strict).rule);
  EXPECT_FALSE(judge_signer(SignerAspect::country, facts, nullptr, mdl, Level::strict).rule);
}

TEST(JudgeSigner, ReportsTheFirstRuleOfTheWorstWeight) {
  SignerFacts facts = good_signer();
  facts.ca = true;
  facts.key_usage.reset();
  const AnchorFacts anchor = good_anchor();
  const SignerJudgement strict = judge_signer(SignerAspect::profile, facts, &anchor, mdl, Level::strict);
  EXPECT_EQ(strict.weight, Weight::error);
  EXPECT_EQ(strict.rule, SignerRule::not_ca);
  EXPECT_EQ(judge_signer(SignerAspect::profile, facts, &anchor, mdl, Level::lenient).weight, Weight::warning);
  EXPECT_FALSE(judge_signer(SignerAspect::key_purpose, facts, &anchor, mdl, Level::strict).rule);
}

}  // namespace
}  // namespace mdoc::trust
