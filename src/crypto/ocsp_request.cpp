#include <algorithm>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/ocsp_impl.hpp"
#include "crypto/openssl.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/ocsp.hpp"

namespace mdoc::crypto {

Result<std::array<std::uint8_t, 20>> sha1(ByteView message) {
  const ErrorQueueGuard guard;
  std::array<std::uint8_t, 20> hash{};
  if (fetched_sha1() == nullptr ||
      EVP_Digest(message.data(), message.size(), hash.data(), nullptr, fetched_sha1(), nullptr) != 1) {
    return backend_error();
  }
  return hash;
}

Result<ByteView> subject_public_key_bits(const Certificate& certificate) {
  der::Reader file(certificate.subject_public_key_info(), Errc::bad_certificate);
  MDOC_TRY(der::Reader info, file.enter(der::tag::sequence));
  MDOC_CHECK(info.read(der::tag::sequence));
  return info.read_octets_in_bit_string();
}

bool OcspCertificateId::names(const Certificate& certificate, const Certificate& issuer) const {
  if (!std::ranges::equal(serial, certificate.serial())) return false;
  const auto key_bits = subject_public_key_bits(issuer);
  if (!key_bits) return false;
  const auto is_hash = [](const auto& computed, ByteView hash) {
    return computed && std::ranges::equal(ByteView(*computed), hash);
  };
  if (hash_algorithm == id_sha1) {
    return is_hash(sha1(issuer.subject().der()), issuer_name_hash) && is_hash(sha1(*key_bits), issuer_key_hash);
  }
  if (hash_algorithm == id_sha256) {
    const auto name_hash = digest(DigestAlgorithm::sha256, issuer.subject().der());
    const auto key_hash = digest(DigestAlgorithm::sha256, *key_bits);
    return name_hash && std::ranges::equal(name_hash->view(), issuer_name_hash) && key_hash &&
           std::ranges::equal(key_hash->view(), issuer_key_hash);
  }
  return false;
}

// OCSPRequest { TBSRequest { requestList { Request { CertID } }, requestExtensions [2] } } (RFC 6960, 4.1.1)
Result<Bytes> encode_ocsp_request(const Certificate& certificate, const Certificate& issuer,
                                  std::optional<ByteView> nonce) {
  if (nonce && (nonce->empty() || nonce->size() > max_ocsp_nonce)) return Error{.code = Errc::bad_argument};
  MDOC_TRY(const ByteView key_bits, subject_public_key_bits(issuer));
  MDOC_TRY(const auto name_hash, sha1(issuer.subject().der()));
  MDOC_TRY(const auto key_hash, sha1(key_bits));
  // With the NULL that responders compare with, and that RFC 3370, 2.1 allows.
  const Bytes algorithm = der::encode(
      der::tag::sequence, {*der::encode_object_identifier(id_sha1), der::encode(der::tag::null, ByteView{})});
  const Bytes certificate_id =
      der::encode(der::tag::sequence, {algorithm, der::encode(der::tag::octet_string, name_hash),
                                       der::encode(der::tag::octet_string, key_hash),
                                       der::encode(der::tag::integer, certificate.serial())});
  const Bytes request = der::encode(der::tag::sequence, certificate_id);
  const Bytes request_list = der::encode(der::tag::sequence, request);
  Bytes extensions;
  if (nonce) {
    MDOC_TRY(const Bytes one, encode_extension(id_pkix_ocsp_nonce, false, der::encode(der::tag::octet_string, *nonce)));
    extensions = der::encode(der::tag::context_constructed(2), der::encode(der::tag::sequence, one));
  }
  return der::encode(der::tag::sequence, der::encode(der::tag::sequence, {request_list, extensions}));
}

}  // namespace mdoc::crypto
