#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// Object identifiers of certificate extensions, dotted.
namespace extension {
inline constexpr std::string_view subject_key_identifier = "2.5.29.14";
inline constexpr std::string_view key_usage = "2.5.29.15";
inline constexpr std::string_view subject_alt_name = "2.5.29.17";
inline constexpr std::string_view issuer_alt_name = "2.5.29.18";
inline constexpr std::string_view basic_constraints = "2.5.29.19";
inline constexpr std::string_view name_constraints = "2.5.29.30";
inline constexpr std::string_view crl_distribution_points = "2.5.29.31";
inline constexpr std::string_view certificate_policies = "2.5.29.32";
inline constexpr std::string_view policy_mappings = "2.5.29.33";
inline constexpr std::string_view authority_key_identifier = "2.5.29.35";
inline constexpr std::string_view policy_constraints = "2.5.29.36";
inline constexpr std::string_view extended_key_usage = "2.5.29.37";
inline constexpr std::string_view freshest_crl = "2.5.29.46";
inline constexpr std::string_view inhibit_any_policy = "2.5.29.54";
inline constexpr std::string_view authority_info_access = "1.3.6.1.5.5.7.1.1";
inline constexpr std::string_view ocsp_no_check = "1.3.6.1.5.5.7.48.1.5";
}  // namespace extension

/// Bits of keyUsage (RFC 5280, 4.2.1.3).
namespace key_usage {
inline constexpr std::uint16_t digital_signature = 1u << 0;
inline constexpr std::uint16_t non_repudiation = 1u << 1;
inline constexpr std::uint16_t key_encipherment = 1u << 2;
inline constexpr std::uint16_t data_encipherment = 1u << 3;
inline constexpr std::uint16_t key_agreement = 1u << 4;
inline constexpr std::uint16_t key_cert_sign = 1u << 5;
inline constexpr std::uint16_t crl_sign = 1u << 6;
inline constexpr std::uint16_t encipher_only = 1u << 7;
inline constexpr std::uint16_t decipher_only = 1u << 8;
}  // namespace key_usage

struct BasicConstraints {
  bool ca = false;
  std::optional<std::uint32_t> path_length{};
  friend bool operator==(const BasicConstraints&, const BasicConstraints&) = default;
};

/// An alternative name. Kinds that are not listed are left out when read.
struct GeneralName {
  enum class Kind : std::uint8_t { email, dns, uri, directory };
  Kind kind{};
  std::string text;  ///< directory: as DistinguishedName::text()
  Bytes der{};       ///< directory: the name
  friend bool operator==(const GeneralName&, const GeneralName&) = default;
};

/// Any extension, as it stands in the certificate.
struct CertificateExtension {
  std::string oid;  ///< dotted
  bool critical = false;
  Bytes value;              ///< what extnValue wraps: DER of the extension's type
  bool ill_formed = false;  ///< one that Certificate should be able to read, and could not
  friend bool operator==(const CertificateExtension&, const CertificateExtension&) = default;
};

/// A certificate with more extensions is not read. RFC 5280 defines 17, and each may occur once.
inline constexpr std::size_t max_certificate_extensions = 64;

/// An X.509 certificate: facts, no judgement. What a profile demands of them is a matter of `trust`.
///
/// Immutable and never empty; a copy shares the certificate. May be used from several threads.
class MDOC_EXPORT Certificate {
 public:
  // Declared, so that there is no move: one would leave an empty certificate behind.
  Certificate(const Certificate&) noexcept = default;
  Certificate& operator=(const Certificate&) noexcept = default;
  ~Certificate() = default;

  /// Strict about what makes a certificate usable at all: DER without trailing bytes, no extension
  /// twice, and the extensions that restrict (key usages, basic constraints) or are critical decode.
  /// @return malformed/bad_certificate, malformed/trailing_bytes; limit/too_large: more than `max_bytes`;
  ///         limit/too_many: more than max_certificate_extensions
  [[nodiscard]] static Result<Certificate> from_der(ByteView der,
                                                    std::size_t max_bytes = DecodeLimits{}.max_certificate_bytes);
  /// Every "CERTIFICATE" block of a text, in order; text around them is ignored.
  /// @return malformed/bad_encoding: there is none, or one is cut off; limit/too_many: over `max_count`;
  ///         further as from_der()
  [[nodiscard]] static Result<std::vector<Certificate>> list_from_pem(std::string_view pem,
                                                                      std::size_t max_count = 1024);

  [[nodiscard]] ByteView der() const& noexcept;
  ByteView der() const&& = delete;  // would dangle
  [[nodiscard]] std::string pem() const;
  /// SHA-256 over der().
  [[nodiscard]] const Digest& fingerprint() const noexcept;

  [[nodiscard]] int version() const noexcept;      ///< 1, 2 or 3
  [[nodiscard]] ByteView serial() const noexcept;  ///< content of the INTEGER: two's complement, big-endian
  [[nodiscard]] const DistinguishedName& subject() const noexcept;
  [[nodiscard]] const DistinguishedName& issuer() const noexcept;
  [[nodiscard]] UtcSeconds not_before() const noexcept;
  [[nodiscard]] UtcSeconds not_after() const noexcept;  ///< inclusive
  /// Algorithm of the signature, dotted; and the one inside the signed part, which should be equal.
  [[nodiscard]] std::string_view signature_algorithm() const noexcept;
  [[nodiscard]] std::string_view signed_signature_algorithm() const noexcept;

  /// The subject's key, or why it cannot be used (unsupported_curve: RSA; bad_key).
  [[nodiscard]] const Result<PublicKey>& public_key() const noexcept;
  /// The key as it stands in the certificate: SubjectPublicKeyInfo, DER.
  [[nodiscard]] ByteView subject_public_key_info() const& noexcept;
  ByteView subject_public_key_info() const&& = delete;  // would dangle
  /// What subject_key_identifier() is by method 1 (RFC 5280, 4.2.1.2): SHA-1 over the key bits, also of a key that is
  /// of no use otherwise. @return malformed/bad_key
  [[nodiscard]] Result<std::array<std::uint8_t, 20>> computed_key_identifier() const;

  // Shorthands of subject().find()
  [[nodiscard]] std::optional<std::string_view> country() const noexcept;            ///< C
  [[nodiscard]] std::optional<std::string_view> state_or_province() const noexcept;  ///< ST
  [[nodiscard]] std::optional<std::string_view> common_name() const noexcept;        ///< CN

  /// All extensions in order.
  [[nodiscard]] const std::vector<CertificateExtension>& extensions() const noexcept;
  /// The extension with this identifier; null if absent.
  [[nodiscard]] const CertificateExtension* find_extension(std::string_view oid) const noexcept;

  // Contents of well-known extensions; nothing or empty where the extension is absent.
  [[nodiscard]] std::optional<ByteView> subject_key_identifier() const noexcept;
  [[nodiscard]] std::optional<ByteView> authority_key_identifier() const noexcept;    ///< its keyIdentifier
  [[nodiscard]] std::optional<std::uint16_t> key_usage() const noexcept;              ///< bits of crypto::key_usage
  [[nodiscard]] const std::vector<std::string>& extended_key_usage() const noexcept;  ///< dotted
  [[nodiscard]] const std::optional<BasicConstraints>& basic_constraints() const noexcept;
  [[nodiscard]] const std::vector<GeneralName>& subject_alt_names() const noexcept;
  [[nodiscard]] const std::vector<GeneralName>& issuer_alt_names() const noexcept;
  [[nodiscard]] const std::vector<std::string>& crl_distribution_points() const noexcept;  ///< URIs
  [[nodiscard]] const std::vector<std::string>& ocsp_responders() const noexcept;          ///< URIs of AIA
  [[nodiscard]] const std::vector<std::string>& certificate_policies() const noexcept;     ///< dotted

  /// Critical extensions that neither this class nor path validation understands, dotted.
  [[nodiscard]] std::vector<std::string_view> unknown_critical_extensions() const;
  /// subject() equals issuer() byte for byte.
  [[nodiscard]] bool is_self_issued() const noexcept;
  /// Self-issued, and the signature verifies with the certificate's own key. Computed at each call.
  [[nodiscard]] bool is_self_signed() const;
  /// @return untrusted/signature_invalid: `issuer` did not sign this certificate. Nothing else is checked.
  Result<void> verify_signature(const PublicKey& issuer) const;

  friend bool operator==(const Certificate& a, const Certificate& b) noexcept { return equal(a, b); }

  struct Impl;  ///< of this layer
  explicit Certificate(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  static bool equal(const Certificate& a, const Certificate& b) noexcept;
  std::shared_ptr<const Impl> impl_;  // never null
};

}  // namespace mdoc::crypto
