#include "mdoc/crypto/certificate.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/pem.hpp"
#include "crypto/x509_impl.hpp"
#include "mdoc/crypto/x509_signature.hpp"

namespace mdoc::crypto {
namespace {

// Extensions that OpenSSL's path validation processes or that Certificate shows to its caller.
constexpr std::array understood{
    extension::key_usage,          extension::subject_alt_name,        extension::basic_constraints,
    extension::name_constraints,   extension::crl_distribution_points, extension::certificate_policies,
    extension::policy_mappings,    extension::policy_constraints,      extension::extended_key_usage,
    extension::inhibit_any_policy,
};

// TBSCertificate (RFC 5280, 4.1)
Result<void> read_signed_part(ByteView signed_part, Certificate::Impl& into) {
  der::Reader file(signed_part, Errc::bad_certificate);
  MDOC_TRY(der::Reader tbs, file.enter(der::tag::sequence));
  if (tbs.next_is(der::tag::context_constructed(0))) {
    MDOC_TRY(der::Reader version, tbs.enter(der::tag::context_constructed(0)));
    MDOC_TRY(const std::uint32_t number, version.read_uint32());
    MDOC_CHECK(version.end());
    if (number > 2) return version.error();
    into.version = static_cast<int>(number) + 1;
  }
  MDOC_TRY(const ByteView serial, tbs.read_integer());
  into.serial.assign(serial.begin(), serial.end());
  MDOC_TRY(into.signed_algorithm, read_x509_algorithm(tbs));
  MDOC_TRY(const der::Element issuer, tbs.read(der::tag::sequence));
  MDOC_TRY(into.issuer, DistinguishedName::from_der(issuer.whole));
  MDOC_TRY(der::Reader validity, tbs.enter(der::tag::sequence));
  MDOC_TRY(into.not_before, validity.read_time());
  MDOC_TRY(into.not_after, validity.read_time());
  MDOC_CHECK(validity.end());
  MDOC_TRY(const der::Element subject, tbs.read(der::tag::sequence));
  MDOC_TRY(into.subject, DistinguishedName::from_der(subject.whole));
  MDOC_TRY(const der::Element key, tbs.read(der::tag::sequence));
  into.public_key = PublicKey::from_spki(key.whole);
  into.subject_public_key_info = key.whole;
  for (const unsigned unique_id : {1u, 2u}) {  // issuerUniqueID, subjectUniqueID
    if (tbs.next_is(der::tag::context(unique_id))) MDOC_CHECK(tbs.read_any());
  }
  if (tbs.next_is(der::tag::context_constructed(3))) {
    MDOC_TRY(const der::Reader extensions, tbs.enter(der::tag::context_constructed(3)));
    MDOC_CHECK(read_extensions(extensions, into));
  }
  return tbs.end();
}

}  // namespace

Result<Certificate> Certificate::from_der(ByteView der, std::size_t max_bytes) {
  if (der.size() > max_bytes) return Error{.code = Errc::too_large};
  der::Reader file(der, Errc::bad_certificate);
  MDOC_CHECK(file.read(der::tag::sequence));
  if (!file.at_end()) return Error{.code = Errc::trailing_bytes};
  auto impl = std::make_shared<Impl>();
  impl->der.assign(der.begin(), der.end());  // what is read below keeps views of it
  MDOC_TRY(const SignedObject object, read_signed_object(impl->der, Errc::bad_certificate));
  impl->algorithm = object.algorithm;
  MDOC_CHECK(read_signed_part(object.signed_part, *impl));
  MDOC_TRY(impl->fingerprint, digest(DigestAlgorithm::sha256, der));
  const ErrorQueueGuard guard;
  const unsigned char* at = impl->der.data();
  impl->x509.reset(d2i_X509(nullptr, &at, static_cast<long>(impl->der.size())));
  if (impl->x509 == nullptr) return Error{.code = Errc::bad_certificate};
  return Certificate(std::move(impl));
}

Result<std::vector<Certificate>> Certificate::list_from_pem(std::string_view pem, std::size_t max_count) {
  MDOC_TRY(const std::vector<PemBlock> blocks, read_pem(pem, max_count));
  std::vector<Certificate> certificates;
  for (const PemBlock& block : blocks) {
    if (block.label != "CERTIFICATE") continue;
    MDOC_TRY(const Certificate certificate, from_der(block.content.view()));
    certificates.push_back(certificate);
  }
  if (certificates.empty()) return Error{.code = Errc::bad_encoding};
  return certificates;
}

ByteView Certificate::der() const& noexcept { return impl_->der; }

std::string Certificate::pem() const {
  const SecretBytes text = write_pem("CERTIFICATE", impl_->der);
  return std::string(as_text(text.view()));
}

const Digest& Certificate::fingerprint() const noexcept { return impl_->fingerprint; }
int Certificate::version() const noexcept { return impl_->version; }
ByteView Certificate::serial() const noexcept { return impl_->serial; }
const DistinguishedName& Certificate::subject() const noexcept { return impl_->subject; }
const DistinguishedName& Certificate::issuer() const noexcept { return impl_->issuer; }
UtcSeconds Certificate::not_before() const noexcept { return impl_->not_before; }
UtcSeconds Certificate::not_after() const noexcept { return impl_->not_after; }
std::string_view Certificate::signature_algorithm() const noexcept { return impl_->algorithm; }
std::string_view Certificate::signed_signature_algorithm() const noexcept { return impl_->signed_algorithm; }
const Result<PublicKey>& Certificate::public_key() const noexcept { return impl_->public_key; }
ByteView Certificate::subject_public_key_info() const& noexcept { return impl_->subject_public_key_info; }

Result<std::array<std::uint8_t, 20>> Certificate::computed_key_identifier() const {
  der::Reader file(impl_->subject_public_key_info, Errc::bad_key);
  MDOC_TRY(der::Reader spki, file.enter(der::tag::sequence));
  MDOC_CHECK(spki.read(der::tag::sequence));
  MDOC_TRY(const ByteView bits, spki.read_octets_in_bit_string());
  return key_identifier_of(bits);
}

std::optional<std::string_view> Certificate::country() const noexcept { return subject().find(attribute::country); }
std::optional<std::string_view> Certificate::state_or_province() const noexcept {
  return subject().find(attribute::state_or_province);
}
std::optional<std::string_view> Certificate::common_name() const noexcept {
  return subject().find(attribute::common_name);
}

const std::vector<CertificateExtension>& Certificate::extensions() const noexcept { return impl_->extensions; }

const CertificateExtension* Certificate::find_extension(std::string_view oid) const noexcept {
  const auto found = std::ranges::find(impl_->extensions, oid, &CertificateExtension::oid);
  return found == impl_->extensions.end() ? nullptr : &*found;
}

std::optional<ByteView> Certificate::subject_key_identifier() const noexcept { return impl_->subject_key_identifier; }
std::optional<ByteView> Certificate::authority_key_identifier() const noexcept {
  return impl_->authority_key_identifier;
}
std::optional<std::uint16_t> Certificate::key_usage() const noexcept { return impl_->key_usage; }
const std::vector<std::string>& Certificate::extended_key_usage() const noexcept { return impl_->extended_key_usage; }
const std::optional<BasicConstraints>& Certificate::basic_constraints() const noexcept {
  return impl_->basic_constraints;
}
const std::vector<GeneralName>& Certificate::subject_alt_names() const noexcept { return impl_->subject_alt_names; }
const std::vector<GeneralName>& Certificate::issuer_alt_names() const noexcept { return impl_->issuer_alt_names; }
const std::vector<std::string>& Certificate::crl_distribution_points() const noexcept {
  return impl_->crl_distribution_points;
}
const std::vector<std::string>& Certificate::ocsp_responders() const noexcept { return impl_->ocsp_responders; }
const std::vector<std::string>& Certificate::certificate_policies() const noexcept {
  return impl_->certificate_policies;
}

std::vector<std::string_view> Certificate::unknown_critical_extensions() const {
  std::vector<std::string_view> unknown;
  for (const CertificateExtension& extension : impl_->extensions) {
    if (extension.critical && std::ranges::find(understood, extension.oid) == understood.end()) {
      unknown.push_back(extension.oid);
    }
  }
  return unknown;
}

bool Certificate::is_self_issued() const noexcept { return impl_->subject == impl_->issuer; }

bool Certificate::is_self_signed() const {
  return is_self_issued() && impl_->public_key && verify_signature(*impl_->public_key);
}

Result<void> Certificate::verify_signature(const PublicKey& issuer) const {
  // RFC 5280, 4.1.1.2: both algorithm fields are the same.
  if (impl_->algorithm != impl_->signed_algorithm) return Error{.code = Errc::signature_invalid};
  MDOC_TRY(const SignedObject object, read_signed_object(impl_->der, Errc::bad_certificate));
  return verify_signed_object(issuer, object);
}

bool Certificate::equal(const Certificate& a, const Certificate& b) noexcept { return a.impl_->der == b.impl_->der; }

}  // namespace mdoc::crypto
