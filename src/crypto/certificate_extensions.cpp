#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/x509_impl.hpp"

// Contents of extensions (RFC 5280, 4.2).
namespace mdoc::crypto {
namespace {

using Impl = Certificate::Impl;

Result<void> read_subject_key_identifier(der::Reader value, Impl& into) {
  MDOC_TRY(const der::Element octets, value.read(der::tag::octet_string));
  into.subject_key_identifier = Bytes(octets.content.begin(), octets.content.end());
  return value.end();
}

Result<void> keep_authority_key_identifier(der::Reader value, Impl& into) {
  MDOC_TRY(const std::optional<ByteView> identifier, read_authority_key_identifier(value));
  if (identifier) into.authority_key_identifier = Bytes(identifier->begin(), identifier->end());
  return {};
}

Result<void> read_key_usage(der::Reader value, Impl& into) {
  MDOC_TRY(into.key_usage, value.read_named_bits());
  return value.end();
}

Result<void> read_extended_key_usage(der::Reader value, Impl& into) {
  MDOC_TRY(der::Reader purposes, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  while (!purposes.at_end()) {
    MDOC_TRY(std::string purpose, purposes.read_object_identifier());
    into.extended_key_usage.push_back(std::move(purpose));
  }
  return {};
}

Result<void> read_basic_constraints(der::Reader value, Impl& into) {
  MDOC_TRY(der::Reader sequence, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  BasicConstraints constraints;
  if (sequence.next_is(der::tag::boolean)) {
    MDOC_TRY(constraints.ca, sequence.read_boolean());
  }
  if (!sequence.at_end()) {
    MDOC_TRY(constraints.path_length, sequence.read_uint32());
  }
  into.basic_constraints = constraints;
  return sequence.end();
}

Result<void> read_general_name(const der::Element& element, std::vector<GeneralName>& into) {
  const auto text = [&] { return std::string(as_text(element.content)); };
  switch (element.tag) {
    case general_name_tag::email: into.push_back({GeneralName::Kind::email, text()}); break;
    case general_name_tag::dns: into.push_back({GeneralName::Kind::dns, text()}); break;
    case general_name_tag::uri: into.push_back({GeneralName::Kind::uri, text()}); break;
    case general_name_tag::directory: {  // EXPLICIT: Name is a CHOICE
      MDOC_TRY(const DistinguishedName name, DistinguishedName::from_der(element.content));
      into.push_back({GeneralName::Kind::directory, name.text(), Bytes(name.der().begin(), name.der().end())});
      break;
    }
    default: break;
  }
  return {};
}

Result<void> read_general_names(der::Reader names, std::vector<GeneralName>& into) {
  while (!names.at_end()) {
    MDOC_TRY(const der::Element element, names.read_any());
    MDOC_CHECK(read_general_name(element, into));
  }
  return {};
}

Result<void> read_alt_names(der::Reader value, std::vector<GeneralName>& into) {
  MDOC_TRY(const der::Reader sequence, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  std::vector<GeneralName> names;
  MDOC_CHECK(read_general_names(sequence, names));
  into = std::move(names);
  return {};
}

void keep_uris(const std::vector<GeneralName>& names, std::vector<std::string>& into) {
  for (const GeneralName& name : names) {
    if (name.kind == GeneralName::Kind::uri) into.push_back(name.text);
  }
}

Result<void> read_crl_distribution_points(der::Reader value, Impl& into) {
  MDOC_TRY(der::Reader points, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  std::vector<std::string> uris;
  while (!points.at_end()) {
    MDOC_TRY(der::Reader point, points.enter(der::tag::sequence));
    if (!point.next_is(der::tag::context_constructed(0))) continue;  // by crlIssuer alone
    MDOC_TRY(der::Reader name, point.enter(der::tag::context_constructed(0)));
    if (!name.next_is(der::tag::context_constructed(0))) continue;  // relative to the issuer
    MDOC_TRY(const der::Reader full_name, name.enter(der::tag::context_constructed(0)));
    std::vector<GeneralName> names;
    MDOC_CHECK(read_general_names(full_name, names));
    keep_uris(names, uris);
  }
  into.crl_distribution_points = std::move(uris);
  return {};
}

Result<void> read_authority_info_access(der::Reader value, Impl& into) {
  constexpr std::string_view id_ad_ocsp = "1.3.6.1.5.5.7.48.1";
  MDOC_TRY(der::Reader descriptions, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  std::vector<std::string> uris;
  while (!descriptions.at_end()) {
    MDOC_TRY(der::Reader description, descriptions.enter(der::tag::sequence));
    MDOC_TRY(const std::string method, description.read_object_identifier());
    MDOC_TRY(const der::Element location, description.read_any());
    MDOC_CHECK(description.end());
    std::vector<GeneralName> names;
    MDOC_CHECK(read_general_name(location, names));
    if (method == id_ad_ocsp) keep_uris(names, uris);
  }
  into.ocsp_responders = std::move(uris);
  return {};
}

Result<void> read_certificate_policies(der::Reader value, Impl& into) {
  MDOC_TRY(der::Reader policies, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  std::vector<std::string> oids;
  while (!policies.at_end()) {
    MDOC_TRY(der::Reader policy, policies.enter(der::tag::sequence));
    MDOC_TRY(std::string oid, policy.read_object_identifier());
    oids.push_back(std::move(oid));
  }
  into.certificate_policies = std::move(oids);
  return {};
}

// Extensions that inform and restrict nothing. Certificates of the field carry broken ones (an OCTET
// STRING too many, for instance); they are shown as ill-formed, for the linter, and otherwise as absent.
bool may_be_ill_formed(const CertificateExtension& extension) noexcept {
  constexpr std::array informative{extension::subject_alt_name, extension::issuer_alt_name,
                                   extension::crl_distribution_points, extension::authority_info_access,
                                   extension::certificate_policies};
  return !extension.critical && std::ranges::find(informative, extension.oid) != informative.end();
}

Result<void> read_content(const CertificateExtension& extension, Impl& into) {
  const der::Reader value(extension.value, Errc::bad_certificate);
  if (extension.oid == extension::subject_key_identifier) return read_subject_key_identifier(value, into);
  if (extension.oid == extension::authority_key_identifier) return keep_authority_key_identifier(value, into);
  if (extension.oid == extension::key_usage) return read_key_usage(value, into);
  if (extension.oid == extension::extended_key_usage) return read_extended_key_usage(value, into);
  if (extension.oid == extension::basic_constraints) return read_basic_constraints(value, into);
  if (extension.oid == extension::subject_alt_name) return read_alt_names(value, into.subject_alt_names);
  if (extension.oid == extension::issuer_alt_name) return read_alt_names(value, into.issuer_alt_names);
  if (extension.oid == extension::crl_distribution_points) return read_crl_distribution_points(value, into);
  if (extension.oid == extension::authority_info_access) return read_authority_info_access(value, into);
  if (extension.oid == extension::certificate_policies) return read_certificate_policies(value, into);
  return {};
}

}  // namespace

Result<void> read_extensions(der::Reader extensions, Certificate::Impl& into) {
  MDOC_TRY(into.extensions,
           in_member("Certificate", "extensions", read_extension_list(extensions, max_certificate_extensions)));
  for (CertificateExtension& extension : into.extensions) {
    if (const auto read = read_content(extension, into); !read) {
      if (!may_be_ill_formed(extension)) return read.error();
      extension.ill_formed = true;
    }
  }
  return {};
}

}  // namespace mdoc::crypto
