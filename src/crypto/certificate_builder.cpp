#include "mdoc/crypto/certificate_builder.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/x509_impl.hpp"

namespace mdoc::crypto {
namespace {

constexpr Error bad_argument{.code = Errc::bad_argument};

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

Result<Bytes> encode_oids(const std::vector<std::string>& oids) {
  Bytes content;
  for (const std::string& oid : oids) {
    MDOC_TRY(const Bytes one, der::encode_object_identifier(oid));
    append(content, one);
  }
  return der::encode(der::tag::sequence, content);
}

Result<Bytes> encode_general_name(const GeneralName& name) {
  if (name.kind == GeneralName::Kind::directory) return der::encode(general_name_tag::directory, name.der);
  // IA5String
  if (name.text.empty() ||
      !std::ranges::all_of(as_bytes(name.text), [](std::uint8_t c) { return c > 0x20 && c < 0x7f; })) {
    return bad_argument;
  }
  const der::Tag tag = name.kind == GeneralName::Kind::email ? general_name_tag::email
                       : name.kind == GeneralName::Kind::dns ? general_name_tag::dns
                                                             : general_name_tag::uri;
  return der::encode(tag, as_bytes(name.text));
}

Result<Bytes> encode_alt_names(const std::vector<GeneralName>& names) {
  Bytes content;
  for (const GeneralName& name : names) {
    MDOC_TRY(const Bytes one, encode_general_name(name));
    append(content, one);
  }
  return der::encode(der::tag::sequence, content);
}

// One point for each URI; neither reasons nor cRLIssuer (ISO/IEC 18013-5, Annex B).
Result<Bytes> encode_crl_distribution_points(const std::vector<std::string>& uris) {
  Bytes content;
  for (const std::string& uri : uris) {
    MDOC_TRY(const Bytes name, encode_general_name({GeneralName::Kind::uri, uri}));
    const Bytes full_name = der::encode(der::tag::context_constructed(0), name);
    append(content, der::encode(der::tag::sequence, der::encode(der::tag::context_constructed(0), full_name)));
  }
  return der::encode(der::tag::sequence, content);
}

Result<Bytes> encode_ocsp_responders(const std::vector<std::string>& uris) {
  MDOC_TRY(const Bytes method, der::encode_object_identifier("1.3.6.1.5.5.7.48.1"));  // id-ad-ocsp
  Bytes content;
  for (const std::string& uri : uris) {
    MDOC_TRY(const Bytes location, encode_general_name({GeneralName::Kind::uri, uri}));
    append(content, der::encode(der::tag::sequence, {method, location}));
  }
  return der::encode(der::tag::sequence, content);
}

Result<Bytes> encode_policies(const std::vector<std::string>& oids) {
  Bytes content;
  for (const std::string& oid : oids) {
    MDOC_TRY(const Bytes identifier, der::encode_object_identifier(oid));
    append(content, der::encode(der::tag::sequence, identifier));
  }
  return der::encode(der::tag::sequence, content);
}

Bytes encode_basic_constraints(const BasicConstraints& constraints) {
  const Bytes ca = constraints.ca ? der::encode_boolean(true) : Bytes{};
  const Bytes path_length = constraints.path_length ? der::encode_uint32(*constraints.path_length) : Bytes{};
  return der::encode(der::tag::sequence, {ca, path_length});
}

// What differs between a self-signed and an issued certificate.
struct Issuer {
  const DistinguishedName& name;
  const PublicKey& key;
  std::optional<ByteView> key_identifier;  // for AKI
};

Result<Bytes> encode_extensions(const CertificateTemplate& content, const PublicKey& key, const Issuer& issuer) {
  Bytes extensions;
  const auto add = [&](std::string_view oid, bool critical, ByteView value) -> Result<void> {
    MDOC_TRY(const Bytes encoded, encode_extension(oid, critical, value));
    append(extensions, encoded);
    return {};
  };
  if (content.authority_key_identifier && issuer.key_identifier) {
    const Bytes identifier = der::encode(der::tag::context(0), *issuer.key_identifier);
    MDOC_CHECK(add(extension::authority_key_identifier, false, der::encode(der::tag::sequence, identifier)));
  }
  if (content.subject_key_identifier) {
    MDOC_TRY(const auto identifier, key.key_identifier());
    MDOC_CHECK(add(extension::subject_key_identifier, false, der::encode(der::tag::octet_string, identifier)));
  }
  if (content.key_usage != 0) {
    MDOC_CHECK(add(extension::key_usage, true, der::encode_named_bits(content.key_usage)));
  }
  if (content.basic_constraints) {
    MDOC_CHECK(add(extension::basic_constraints, true, encode_basic_constraints(*content.basic_constraints)));
  }
  if (!content.extended_key_usage.empty()) {
    MDOC_TRY(const Bytes purposes, encode_oids(content.extended_key_usage));
    MDOC_CHECK(add(extension::extended_key_usage, content.extended_key_usage_critical, purposes));
  }
  if (!content.subject_alt_names.empty()) {
    MDOC_TRY(const Bytes names, encode_alt_names(content.subject_alt_names));
    MDOC_CHECK(add(extension::subject_alt_name, false, names));
  }
  if (!content.issuer_alt_names.empty()) {
    MDOC_TRY(const Bytes names, encode_alt_names(content.issuer_alt_names));
    MDOC_CHECK(add(extension::issuer_alt_name, false, names));
  }
  if (!content.crl_distribution_points.empty()) {
    MDOC_TRY(const Bytes points, encode_crl_distribution_points(content.crl_distribution_points));
    MDOC_CHECK(add(extension::crl_distribution_points, false, points));
  }
  if (!content.certificate_policies.empty()) {
    MDOC_TRY(const Bytes policies, encode_policies(content.certificate_policies));
    MDOC_CHECK(add(extension::certificate_policies, false, policies));
  }
  if (!content.ocsp_responders.empty()) {
    MDOC_TRY(const Bytes responders, encode_ocsp_responders(content.ocsp_responders));
    MDOC_CHECK(add(extension::authority_info_access, false, responders));
  }
  if (content.ocsp_no_check) MDOC_CHECK(add(extension::ocsp_no_check, false, der::encode(der::tag::null, {})));
  for (const CertificateExtension& further : content.further_extensions) {
    MDOC_CHECK(add(further.oid, further.critical, further.value));
  }
  if (extensions.empty()) return extensions;
  return der::encode(der::tag::context_constructed(3), der::encode(der::tag::sequence, extensions));
}

Result<Bytes> encode_serial(const CertificateTemplate& content, Rng& rng) {
  if (content.serial) {
    Bytes serial = der::encode_unsigned(*content.serial);
    constexpr std::size_t max_octets = 20;  // RFC 5280, 4.1.2.2
    const bool zero = std::ranges::all_of(*content.serial, [](std::uint8_t byte) { return byte == 0; });
    if (zero || serial.size() - 2 > max_octets) return bad_argument;
    return serial;
  }
  std::array<std::uint8_t, 16> random{};
  MDOC_CHECK(rng.fill(random));
  // Positive, and of the same length each time: 126 random bits stay.
  random[0] = static_cast<std::uint8_t>((random[0] & 0x7f) | 0x40);
  return der::encode_unsigned(random);
}

Result<CertificateDraft> draft(const CertificateTemplate& content, const PublicKey& key, const Issuer& issuer,
                               Rng& rng) {
  const std::optional<SignatureAlgorithm> algorithm = signature_algorithm(issuer.key.curve());
  if (!algorithm || content.not_after < content.not_before || content.subject.der().empty()) return bad_argument;
  MDOC_TRY(const Bytes serial, encode_serial(content, rng));
  MDOC_TRY(const Bytes not_before, der::encode_time(content.not_before));
  MDOC_TRY(const Bytes not_after, der::encode_time(content.not_after));
  MDOC_TRY(const Bytes extensions, encode_extensions(content, key, issuer));
  const Bytes version_3 = der::encode(der::tag::context_constructed(0), der::encode_uint32(2));
  Bytes signed_part =
      der::encode(der::tag::sequence, {version_3, serial, x509_algorithm_identifier(*algorithm, issuer.key.curve()),
                                       issuer.name.der(), der::encode(der::tag::sequence, {not_before, not_after}),
                                       content.subject.der(), key.spki(), extensions});
  return CertificateDraft(std::move(signed_part), issuer.key, *algorithm);
}

Result<Certificate> sign_draft(const CertificateDraft& draft, const PrivateKey& key) {
  MDOC_TRY(const Signature signature, sign(key, draft.algorithm(), draft.to_be_signed()));
  return draft.finish(signature);
}

}  // namespace

Result<Certificate> CertificateDraft::finish(const Signature& signature) const {
  MDOC_TRY(const Bytes der, finish_signed_object(to_be_signed_, issuer_key_, algorithm_, signature));
  return Certificate::from_der(der);
}

Result<CertificateDraft> draft_certificate(const CertificateTemplate& content, const PublicKey& key,
                                           const Certificate& issuer, Rng& rng) {
  if (!issuer.public_key()) return bad_argument;
  return draft(content, key, {issuer.subject(), *issuer.public_key(), issuer.subject_key_identifier()}, rng);
}

Result<CertificateDraft> draft_self_signed_certificate(const CertificateTemplate& content, const PublicKey& key,
                                                       Rng& rng) {
  return draft(content, key, {content.subject, key, std::nullopt}, rng);
}

Result<Certificate> issue_certificate(const CertificateTemplate& content, const PublicKey& key,
                                      const Certificate& issuer, const PrivateKey& issuer_key, Rng& rng) {
  if (!issuer.public_key() || *issuer.public_key() != issuer_key.public_key()) return bad_argument;
  MDOC_TRY(const CertificateDraft draft, draft_certificate(content, key, issuer, rng));
  return sign_draft(draft, issuer_key);
}

Result<Certificate> issue_self_signed_certificate(const CertificateTemplate& content, const PrivateKey& key, Rng& rng) {
  MDOC_TRY(const CertificateDraft draft, draft_self_signed_certificate(content, key.public_key(), rng));
  return sign_draft(draft, key);
}

}  // namespace mdoc::crypto
