#include "mdoc/trust/certificate_templates.hpp"

#include <functional>

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
          .crl_uri = "https://issuer.example/crl",
          .dns_names = {"server.example"},
          .policies = {"2.999.1"}};
}

std::string refusal(CertificateRole role, const CertificateContent& given,
                    const crypto::Certificate* issuer = nullptr) {
  const auto made = certificate_template(role, given, issuer);
  if (made) return "";
  EXPECT_EQ(made.error().code, Errc::bad_argument);
  return made.error().where.text();
}

TEST(CertificateTemplates, SignersHaveThePurposeOfTheLicenceAloneUnlessOthersAreGiven) {
  using Purposes = std::vector<std::string>;
  const auto purposes = [](CertificateRole role, const CertificateContent& given) {
    return certificate_template(role, given)->extended_key_usage;
  };
  EXPECT_EQ(purposes(CertificateRole::document_signer, content()), Purposes{"1.0.18013.5.1.2"});
  EXPECT_EQ(purposes(CertificateRole::reader, content()), Purposes{"1.0.18013.5.1.6"});
  EXPECT_EQ(purposes(CertificateRole::vical_signer, content()), Purposes{"1.0.18013.5.1.8"});
  EXPECT_EQ(purposes(CertificateRole::tls_client, content()), (Purposes{"1.0.18013.5.1.9", "1.3.6.1.5.5.7.3.2"}));
  EXPECT_EQ(purposes(CertificateRole::status_list_signer, content()), Purposes{});
  CertificateContent both = content();
  both.key_purposes = {"1.0.18013.5.1.2", "1.0.23220.4.1.2"};
  EXPECT_EQ(purposes(CertificateRole::document_signer, both), both.key_purposes);
  for (const auto role : {CertificateRole::iaca, CertificateRole::iaca_link, CertificateRole::reader_ca}) {
    EXPECT_EQ(purposes(role, content()), Purposes{});
    EXPECT_TRUE(certificate_template(role, content())->basic_constraints.value().ca);
  }
}

TEST(CertificateTemplates, NoneOutlastsItsProfile) {
  for (const CertificateRoleInfo& role : certificate_roles()) {
    SCOPED_TRACE(role.id);
    CertificateContent given = content();
    EXPECT_EQ(certificate_template(role.role, given)->not_after, given.not_before + role.max_validity);
    given.validity = role.max_validity;
    EXPECT_EQ(refusal(role.role, given), "");
    given.validity = role.max_validity + days{1};
    EXPECT_EQ(refusal(role.role, given), "validity");
    given.validity = days{-1};
    EXPECT_EQ(refusal(role.role, given), "validity");
  }
}

TEST(CertificateTemplates, ALinkCertificateEndsWithItsIssuerAndRepeatsANewName) {
  testing::SampleMdoc sample;
  const crypto::Certificate& old = sample.iaca_certificate();
  CertificateContent given = content();
  const auto made = certificate_template(CertificateRole::iaca_link, given, &old).value();
  EXPECT_EQ(made.not_after, old.not_after());
  ASSERT_EQ(made.subject_alt_names.size(), 2u);
  EXPECT_EQ(made.subject_alt_names.back().text, given.subject.text());
  given.validity = days{3000};
  EXPECT_EQ(refusal(CertificateRole::iaca_link, given, &old), "validity");
  given.subject = old.subject();
  given.validity = days{0};
  EXPECT_EQ(certificate_template(CertificateRole::iaca_link, given, &old)->subject_alt_names.size(), 1u);
}

TEST(CertificateTemplates, AnOcspSignerIsRevocableOrShortLived) {
  CertificateContent given = content();
  given.crl_uri.clear();
  EXPECT_EQ(refusal(CertificateRole::ocsp_signer, given), "crl_uri");
  given.ocsp_no_check = true;
  const auto made = certificate_template(CertificateRole::ocsp_signer, given).value();
  EXPECT_EQ(made.not_after, given.not_before + days{90});
  EXPECT_TRUE(made.ocsp_no_check);
  given.validity = days{91};
  EXPECT_EQ(refusal(CertificateRole::ocsp_signer, given), "validity");
  EXPECT_EQ(refusal(CertificateRole::reader_ca, given), "ocsp_no_check");
}

TEST(CertificateTemplates, WhatAProfileRequiresMustBeGiven) {
  for (const CertificateRoleInfo& role : certificate_roles()) {
    SCOPED_TRACE(role.id);
    const auto without = [&](const std::function<void(CertificateContent&)>& drop) {
      CertificateContent given = content();
      drop(given);
      return refusal(role.role, given);
    };
    const bool ocsp = role.role == CertificateRole::ocsp_signer;
    EXPECT_EQ(without([](auto& given) { given.subject = {}; }), "subject");
    EXPECT_EQ(without([](auto& given) { given.contact.clear(); }), role.profile.contact ? "contact" : "");
    EXPECT_EQ(without([](auto& given) { given.crl_uri.clear(); }), role.profile.crl_points || ocsp ? "crl_uri" : "");
    EXPECT_EQ(without([](auto& given) { given.dns_names.clear(); }),
              role.role == CertificateRole::tls_server ? "dns_names" : "");
    EXPECT_EQ(without([](auto& given) { given.policies.clear(); }),
              role.role == CertificateRole::rical_signer ? "policies" : "");
  }
}

}  // namespace
}  // namespace mdoc::trust
