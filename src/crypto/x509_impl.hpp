#pragma once
// Internal. What reading and building certificates share.

#include <memory>
#include <string>
#include <string_view>

#include "crypto/openssl.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::crypto {

struct Certificate::Impl {
  Bytes der;
  X509Owner x509;  ///< for path validation
  Digest fingerprint;

  int version = 1;
  Bytes serial;
  std::string signed_algorithm;
  std::string algorithm;
  DistinguishedName issuer;
  DistinguishedName subject;
  UtcSeconds not_before;
  UtcSeconds not_after;
  Result<PublicKey> public_key = Error{.code = Errc::bad_key};
  ByteView subject_public_key_info;  ///< of der
  std::vector<CertificateExtension> extensions;

  std::optional<Bytes> subject_key_identifier;
  std::optional<Bytes> authority_key_identifier;
  std::optional<std::uint16_t> key_usage;
  std::vector<std::string> extended_key_usage;
  std::optional<BasicConstraints> basic_constraints;
  std::vector<GeneralName> subject_alt_names;
  std::vector<GeneralName> issuer_alt_names;
  std::vector<std::string> crl_distribution_points;
  std::vector<std::string> ocsp_responders;
  std::vector<std::string> certificate_policies;
};

/// AlgorithmIdentifier; parameters are skipped. @return its identifier, dotted
[[nodiscard]] Result<std::string> read_x509_algorithm(der::Reader& reader);
/// The identifier of a signature algorithm in X.509, dotted.
[[nodiscard]] std::string_view x509_signature_algorithm(SignatureAlgorithm algorithm, Curve curve) noexcept;

/// AlgorithmIdentifier of a signature, as built.
[[nodiscard]] Bytes x509_algorithm_identifier(SignatureAlgorithm algorithm, Curve curve);
/// What read_signed_object() reads: the signed part, the algorithm and the signature.
/// @return untrusted/signature_invalid: not a signature of `signer` over `to_be_signed`
[[nodiscard]] Result<Bytes> finish_signed_object(ByteView to_be_signed, const PublicKey& signer,
                                                 SignatureAlgorithm algorithm, const Signature& signature);

/// Tags of GeneralName (RFC 5280, 4.2.1.6).
namespace general_name_tag {
inline constexpr der::Tag email = der::tag::context(1);
inline constexpr der::Tag dns = der::tag::context(2);
inline constexpr der::Tag directory = der::tag::context_constructed(4);
inline constexpr der::Tag uri = der::tag::context(6);
}  // namespace general_name_tag

/// Fills in what the extensions say. @return malformed/bad_certificate
[[nodiscard]] Result<void> read_extensions(der::Reader extensions, Certificate::Impl& into);

}  // namespace mdoc::crypto
