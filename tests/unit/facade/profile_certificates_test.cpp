#include "mdoc/profile_certificates.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_mdoc.hpp"

namespace mdoc {
namespace {

using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trust::CertificateContent;
using trust::CertificateRole;

constexpr std::array<std::string_view, 2> signer_purposes{"2.999.1", "2.999.2"};
constexpr std::array<std::string_view, 1> reader_purposes{"2.999.3"};
constexpr std::array<std::string_view, 2> policies{"2.999.4", "2.999.5"};

const UtcSeconds noon = testing::utc("2026-05-01T12:00:00Z");
const UtcSeconds midnight = testing::utc("2026-05-01T00:00:00Z");

profile::DocTypeProfile card() {
  profile::DocTypeProfile profile;
  profile.signer.key_purposes = signer_purposes;
  profile.signer.policies = policies;
  profile.reader_key_purposes = reader_purposes;
  profile.certificate_validity = {.signer_days = 100, .authority_days = 1000, .reader_days = 200};
  profile.mso.whole_days = true;
  return profile;
}

CertificateContent filled_in(CertificateRole role, const profile::DocTypeProfile& profile = card(),
                             const crypto::Certificate* issuer = nullptr) {
  return fill_in_by_profile({.subject = {}, .not_before = noon}, profile, role, issuer);
}

TEST(ProfileCertificates, TakePurposesPoliciesAndValidityFromTheProfile) {
  const CertificateContent signer = filled_in(CertificateRole::document_signer);
  EXPECT_EQ(signer.validity, days{100});
  EXPECT_THAT(signer.key_purposes, ElementsAre("2.999.1"));
  EXPECT_THAT(signer.policies, ElementsAre("2.999.4", "2.999.5"));
  const CertificateContent reader = filled_in(CertificateRole::reader);
  EXPECT_EQ(reader.validity, days{200});
  EXPECT_THAT(reader.key_purposes, ElementsAre("2.999.3"));
  EXPECT_THAT(reader.policies, IsEmpty());
  const CertificateContent authority = filled_in(CertificateRole::iaca);
  EXPECT_EQ(authority.validity, days{1000});
  EXPECT_THAT(authority.key_purposes, IsEmpty());
}

TEST(ProfileCertificates, KeepWhatWasChosenAlready) {
  const CertificateContent chosen = fill_in_by_profile(
      {.subject = {}, .not_before = noon, .validity = days{7}, .key_purposes = {"2.999.8"}, .policies = {"2.999.9"}},
      card(), CertificateRole::document_signer);
  EXPECT_EQ(chosen.validity, days{7});
  EXPECT_THAT(chosen.key_purposes, ElementsAre("2.999.8"));
  EXPECT_THAT(chosen.policies, ElementsAre("2.999.9"));
}

TEST(ProfileCertificates, AreNotValidForLongerThanTheirRoleAllows) {
  auto generous = card();
  generous.certificate_validity = {.signer_days = 0, .authority_days = 60'000, .reader_days = 60'000};
  for (const auto role : {CertificateRole::iaca, CertificateRole::document_signer, CertificateRole::reader}) {
    EXPECT_EQ(filled_in(role, generous).validity, days{0}) << trust::info(role).id;  // as long as the role allows
  }
  EXPECT_EQ(max_certificate_validity(generous, CertificateRole::reader), days{60'000});
}

TEST(ProfileCertificates, BeginWithTheDayWhereDocumentsTellWholeDays) {
  EXPECT_EQ(filled_in(CertificateRole::iaca).not_before, midnight);
  EXPECT_EQ(filled_in(CertificateRole::document_signer).not_before, midnight);
  EXPECT_EQ(filled_in(CertificateRole::reader).not_before, noon);  // signs no document
  auto to_the_second = card();
  to_the_second.mso.whole_days = false;
  EXPECT_EQ(filled_in(CertificateRole::iaca, to_the_second).not_before, noon);
}

TEST(ProfileCertificates, DoNotBeginBeforeTheirIssuer) {
  testing::SampleMdoc sample;
  sample.iaca.not_before = midnight + std::chrono::hours{9};
  const crypto::Certificate issuer = sample.iaca_certificate();
  EXPECT_EQ(filled_in(CertificateRole::document_signer, card(), &issuer).not_before, issuer.not_before());
}

TEST(ProfileCertificates, OfOtherRolesAreNoneOfItsBusiness) {
  for (const trust::CertificateRoleInfo& role : trust::certificate_roles()) {
    const bool known = role.role == CertificateRole::iaca || role.role == CertificateRole::document_signer ||
                       role.role == CertificateRole::reader;
    if (known) continue;
    const CertificateContent content = filled_in(role.role);
    EXPECT_EQ(content.not_before, noon) << role.id;
    EXPECT_EQ(content.validity, days{0}) << role.id;
    EXPECT_THAT(content.key_purposes, IsEmpty()) << role.id;
    EXPECT_THAT(content.policies, IsEmpty()) << role.id;
    EXPECT_EQ(max_certificate_validity(card(), role.role), days{0}) << role.id;
  }
}

}  // namespace
}  // namespace mdoc
