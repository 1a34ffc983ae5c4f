#include "mdoc/trust/certificate_templates.hpp"

#include <gtest/gtest.h>

#include "support/sample_mdoc.hpp"

namespace mdoc::trust {
namespace {

using std::chrono::days;

CertificateContent content() {
  testing::SampleMdoc sample;
  return {.subject = sample.signer.subject,
          .not_before = sample.signer.not_before,
          .contact = "https://issuer.example/",
          .crl_uri = "https://issuer.example/crl"};
}

Errc refusal(CertificateRole role, const CertificateContent& given) {
  const auto made = certificate_template(role, given);
  return made ? Errc{} : made.error().code;
}

TEST(CertificateTemplates, SignersHaveThePurposeOfTheLicenceAloneUnlessOthersAreGiven) {
  using Purposes = std::vector<std::string>;
  EXPECT_EQ(certificate_template(CertificateRole::document_signer, content())->extended_key_usage,
            Purposes{"1.0.18013.5.1.2"});
  EXPECT_EQ(certificate_template(CertificateRole::reader, content())->extended_key_usage, Purposes{"1.0.18013.5.1.6"});
  CertificateContent both = content();
  both.key_purposes = {"1.0.18013.5.1.2", "1.0.23220.4.1.2"};
  EXPECT_EQ(certificate_template(CertificateRole::document_signer, both)->extended_key_usage, both.key_purposes);
  for (const auto role : {CertificateRole::iaca, CertificateRole::reader_ca}) {
    EXPECT_TRUE(certificate_template(role, content())->extended_key_usage.empty());
    EXPECT_TRUE(certificate_template(role, content())->basic_constraints.value().ca);
  }
}

TEST(CertificateTemplates, NoneOutlastsItsProfile) {
  for (const CertificateRoleInfo& role : certificate_roles()) {
    SCOPED_TRACE(role.id);
    CertificateContent given = content();
    EXPECT_EQ(certificate_template(role.role, given)->not_after, given.not_before + role.max_validity);
    given.validity = role.max_validity;
    EXPECT_EQ(refusal(role.role, given), Errc{});
    given.validity = role.max_validity + days{1};
    EXPECT_EQ(refusal(role.role, given), Errc::bad_argument);
    given.validity = days{-1};
    EXPECT_EQ(refusal(role.role, given), Errc::bad_argument);
  }
}

TEST(CertificateTemplates, WhatAProfileRequiresMustBeGiven) {
  for (const CertificateRoleInfo& role : certificate_roles()) {
    SCOPED_TRACE(role.id);
    CertificateContent nobody = content(), unreachable = content(), no_list = content();
    nobody.subject = {};
    unreachable.contact.clear();
    no_list.crl_uri.clear();
    EXPECT_EQ(refusal(role.role, nobody), Errc::bad_argument);
    EXPECT_EQ(refusal(role.role, unreachable), Errc::bad_argument);
    EXPECT_EQ(refusal(role.role, no_list), role.issued_by ? Errc::bad_argument : Errc{});
  }
}

}  // namespace
}  // namespace mdoc::trust
