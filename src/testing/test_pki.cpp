#include "mdoc/testing/test_pki.hpp"

#include <map>
#include <optional>
#include <utility>

#include "core/try.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "testing/faults.hpp"

namespace mdoc::testing {
namespace {

using trust::CertificateRole;
namespace attribute = crypto::attribute;

struct Made {
  crypto::Certificate certificate;
  crypto::PrivateKey key;
};

/// Makes one certificate after the other.
struct Maker {
  UtcSeconds now;
  Rng& rng;
  const TestPkiOptions& options;

  [[nodiscard]] Result<crypto::DistinguishedName> name(const std::string& common_name) const {
    return crypto::DistinguishedName::build({{std::string(attribute::country), options.country},
                                             {std::string(attribute::state_or_province), options.state},
                                             {std::string(attribute::organization), "Utopia"},
                                             {std::string(attribute::serial_number), "1"},
                                             {std::string(attribute::common_name), common_name}});
  }

  [[nodiscard]] Result<Made> make(CertificateRole role, const std::string& common_name, const Made* issuer,
                                  bool ocsp_no_check = false) const {
    MDOC_TRY(const crypto::DistinguishedName subject, name(common_name));
    trust::CertificateContent content{.subject = subject,
                                      .not_before = now - std::chrono::days{10},
                                      .contact = "https://issuer.example/",
                                      .crl_uri = "http://issuer.example/crl",
                                      .ocsp_no_check = ocsp_no_check,
                                      .dns_names = {"service.example"},
                                      .policies = {std::string(test_policy)}};
    // No number is assigned to the purpose of status list signers, and none is needed.
    if (role == CertificateRole::status_list_signer) content.key_purposes = {std::string(test_purpose)};
    MDOC_TRY(auto wanted,
             trust::certificate_template(role, content, issuer != nullptr ? &issuer->certificate : nullptr));
    MDOC_TRY(auto key, crypto::PrivateKey::generate(options.curve, rng));
    MDOC_TRY(auto certificate, issuer != nullptr ? crypto::issue_certificate(wanted, key.public_key(),
                                                                             issuer->certificate, issuer->key, rng)
                                                 : crypto::issue_self_signed_certificate(wanted, key, rng));
    return Made{certificate, std::move(key)};
  }
};

/// Which root stands above a role: nothing for roots.
enum class Root : std::uint8_t { none, issuing, readers, lists };

Root root_of(CertificateRole role) {
  switch (role) {
    case CertificateRole::iaca:
    case CertificateRole::reader_ca: return Root::none;
    case CertificateRole::iaca_link:
    case CertificateRole::document_signer:
    case CertificateRole::status_list_signer:
    case CertificateRole::jws_signer:
    case CertificateRole::ocsp_signer:
    case CertificateRole::tls_server: return Root::issuing;
    case CertificateRole::reader:
    case CertificateRole::tls_client: return Root::readers;
    case CertificateRole::vical_signer:
    case CertificateRole::rical_signer: return Root::lists;
  }
  return Root::none;
}

}  // namespace

struct TestPki::Impl {
  UtcSeconds now;
  std::map<CertificateRole, Made> made;
  std::optional<Made> list_root;
  std::optional<Made> ocsp_without_check;

  [[nodiscard]] const Made& issuer(CertificateRole role) const {
    switch (root_of(role)) {
      case Root::issuing: return made.at(CertificateRole::iaca);
      case Root::readers: return made.at(CertificateRole::reader_ca);
      case Root::lists: return *list_root;
      case Root::none: break;
    }
    return made.at(role);
  }
};

Result<TestPki> TestPki::create(UtcSeconds now, Rng& rng, const TestPkiOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->now = now;
  const Maker maker{now, rng, options};
  MDOC_TRY(auto list_root, maker.make(CertificateRole::reader_ca, "Utopia lists", nullptr));
  impl->list_root.emplace(std::move(list_root));
  for (const bool roots : {true, false}) {
    for (const trust::CertificateRoleInfo& role : trust::certificate_roles()) {
      if ((root_of(role.role) == Root::none) != roots) continue;
      const std::string common_name = "Utopia " + std::string(role.id);
      MDOC_TRY(auto made, maker.make(role.role, common_name, roots ? nullptr : &impl->issuer(role.role)));
      impl->made.emplace(role.role, std::move(made));
    }
  }
  MDOC_TRY(auto ocsp, maker.make(CertificateRole::ocsp_signer, "Utopia short-lived ocsp",
                                 &impl->issuer(CertificateRole::ocsp_signer), true));
  impl->ocsp_without_check.emplace(std::move(ocsp));
  return TestPki(std::move(impl));
}

TestPki::TestPki(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
TestPki::TestPki(TestPki&&) noexcept = default;
TestPki& TestPki::operator=(TestPki&&) noexcept = default;
TestPki::~TestPki() = default;

const crypto::Certificate& TestPki::certificate(CertificateRole role) const noexcept {
  return impl_->made.at(role).certificate;
}
const crypto::PrivateKey& TestPki::key(CertificateRole role) const noexcept { return impl_->made.at(role).key; }
const crypto::Certificate& TestPki::issuer(CertificateRole role) const noexcept {
  return impl_->issuer(role).certificate;
}
const crypto::PrivateKey& TestPki::issuer_key(CertificateRole role) const noexcept { return impl_->issuer(role).key; }
const crypto::Certificate& TestPki::list_authority() const noexcept { return impl_->list_root->certificate; }

Specimen TestPki::good(CertificateRole role, trust::CertificateRule rule) const {
  const bool without_check = rule == trust::CertificateRule::ocsp_no_check_span;
  return {.certificate = without_check ? impl_->ocsp_without_check->certificate : certificate(role),
          .issuer = issuer(role),
          .role = role,
          .profile = profile_for(rule, role),
          .now = impl_->now};
}

Result<Specimen> TestPki::broken(CertificateRole role, trust::CertificateRule rule) const {
  Specimen specimen = good(role, rule);
  if (rule == trust::CertificateRule::direct_issuer) {  // a fault of the path, not of the certificate
    specimen.intermediates = 1;
    return specimen;
  }
  const bool foreign_signature = rule == trust::CertificateRule::signature_valid;
  const crypto::PrivateKey& other =
      key(role == CertificateRole::document_signer ? CertificateRole::reader : CertificateRole::document_signer);
  const CertificateParts parts = with_fault(certificate(role), role, rule, impl_->now);
  MDOC_TRY(specimen.certificate, parts.sign(foreign_signature ? other : issuer_key(role)));
  if (trust::info(role).issued_by == trust::IssuedBy::itself) specimen.issuer = specimen.certificate;
  return specimen;
}

}  // namespace mdoc::testing
