#include "mdoc/testing/certificate_parts.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::testing {
namespace {

namespace der = crypto::der;

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

Result<Bytes> encode_extensions(const std::vector<crypto::CertificateExtension>& extensions) {
  Bytes content;
  for (const crypto::CertificateExtension& one : extensions) {
    MDOC_TRY(const Bytes identifier, der::encode_object_identifier(one.oid));
    const Bytes flag = one.critical ? der::encode_boolean(true) : Bytes{};
    append(content,
           der::encode(der::tag::sequence, {identifier, flag, der::encode(der::tag::octet_string, one.value)}));
  }
  return der::encode(der::tag::context_constructed(3), der::encode(der::tag::sequence, content));
}

}  // namespace

// A Certificate is well-formed, so what is read from it here cannot fail.
CertificateParts CertificateParts::of(const crypto::Certificate& certificate) {
  const Bytes algorithm = *der::encode_object_identifier(certificate.signed_signature_algorithm());
  return {.version = static_cast<std::uint32_t>(certificate.version() - 1),
          .serial = copy(certificate.serial()),
          .algorithm = der::encode(der::tag::sequence, algorithm),
          .issuer = copy(certificate.issuer().der()),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .subject = copy(certificate.subject().der()),
          .key = copy(certificate.subject_public_key_info()),
          .extensions = certificate.extensions()};
}

crypto::CertificateExtension* CertificateParts::find(std::string_view oid) noexcept {
  const auto found = std::ranges::find(extensions, oid, &crypto::CertificateExtension::oid);
  return found == extensions.end() ? nullptr : &*found;
}

void CertificateParts::put(std::string_view oid, Bytes value, bool critical) {
  crypto::CertificateExtension made{.oid = std::string(oid), .critical = critical, .value = std::move(value)};
  if (auto* const there = find(oid)) {
    *there = std::move(made);
  } else {
    extensions.push_back(std::move(made));
  }
}

void CertificateParts::remove(std::string_view oid) {
  std::erase_if(extensions, [&](const crypto::CertificateExtension& one) { return one.oid == oid; });
}

Result<crypto::Certificate> CertificateParts::sign(const crypto::PrivateKey& signer) const {
  MDOC_TRY(const Bytes from, der::encode_time(not_before));
  MDOC_TRY(const Bytes until, der::encode_time(not_after));
  MDOC_TRY(const Bytes encoded_extensions, encode_extensions(extensions));
  const Bytes encoded_version = der::encode(der::tag::context_constructed(0), der::encode_uint32(version));
  const Bytes to_be_signed = der::encode(
      der::tag::sequence, {encoded_version, der::encode(der::tag::integer, serial), algorithm, issuer,
                           der::encode(der::tag::sequence, {from, until}), subject, key, encoded_extensions});
  const auto by = crypto::signature_algorithm(signer.curve());
  if (!by) return Error{.code = Errc::bad_argument};
  MDOC_TRY(const crypto::Signature signature, crypto::sign(signer, *by, to_be_signed));
  Bytes bits = signature.raw;
  if (*by != crypto::SignatureAlgorithm::eddsa) {
    MDOC_TRY(bits, crypto::signature_to_der(signer.curve(), signature.raw));
  }
  return crypto::Certificate::from_der(der::encode(
      der::tag::sequence, {to_be_signed, outer_algorithm.value_or(algorithm), der::encode_octets_in_bit_string(bits)}));
}

Bytes encode_name(const std::vector<crypto::NameAttribute>& attributes) {
  Bytes content;
  for (const crypto::NameAttribute& one : attributes) {
    const auto type = der::encode_object_identifier(one.type);
    if (!type) continue;
    const Bytes value = der::encode(static_cast<der::Tag>(one.encoding), as_bytes(one.value));
    append(content, der::encode(der::tag::set, der::encode(der::tag::sequence, {*type, value})));
  }
  return der::encode(der::tag::sequence, content);
}

}  // namespace mdoc::testing
