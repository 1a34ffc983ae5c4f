#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/revocation_reason.hpp"

namespace mdoc::crypto {

/// Object identifiers of extensions of CRLs and of their entries, dotted. The authority key identifier is
/// extension::authority_key_identifier.
namespace crl_extension {
inline constexpr std::string_view crl_number = "2.5.29.20";
inline constexpr std::string_view reason_code = "2.5.29.21";
inline constexpr std::string_view invalidity_date = "2.5.29.24";
inline constexpr std::string_view delta_crl_indicator = "2.5.29.27";
inline constexpr std::string_view issuing_distribution_point = "2.5.29.28";
inline constexpr std::string_view certificate_issuer = "2.5.29.29";
}  // namespace crl_extension

/// Bounds on a CRL. Its bytes bound the entries: no entry has fewer than 20. Memory beside the bytes: 8 for each entry.
struct CrlLimits {
  std::size_t max_bytes = std::size_t{8} << 20;
  std::size_t max_extensions = 32;        ///< of the list
  std::size_t max_entry_extensions = 16;  ///< of one entry
};

/// One entry of a CRL.
struct RevokedCertificate {
  ByteView serial;  ///< as Certificate::serial(); borrowed from the list
  UtcSeconds revocation_date{};
  std::optional<RevocationReason> reason{};     ///< nothing: no reasonCode
  std::optional<UtcSeconds> invalidity_date{};  ///< when the key is thought to have been lost
};

/// A certificate revocation list (RFC 5280, 5; ISO/IEC 18013-5, second edition, B.2): facts, no judgement, and nothing
/// here is verified until verify_signature() passed. Whether a certificate is revoked says trust::judge_crl().
///
/// Entries stay where they are in the received bytes and are found through an index that is sorted by serial number,
/// so a list of hundreds of thousands of them costs little memory and a look-up few steps.
///
/// Immutable and never empty; a copy shares the list. May be used from several threads.
class MDOC_EXPORT CertificateRevocationList {
 public:
  // Declared, so that there is no move: one would leave an empty list behind.
  CertificateRevocationList(const CertificateRevocationList&) noexcept = default;
  CertificateRevocationList& operator=(const CertificateRevocationList&) noexcept = default;
  ~CertificateRevocationList() = default;

  /// Keeps `der`. Strict about the encoding: DER without trailing bytes, no extension twice. `Error::where` names the
  /// member, and for entries `Error::offset` the byte of `der`.
  /// @return malformed/bad_crl, also for a serial number of more than 127 octets; malformed/trailing_bytes;
  ///         limit/too_large, limit/too_many
  [[nodiscard]] static Result<CertificateRevocationList> from_der(SharedBytes der, const CrlLimits& limits = {});
  /// The same for a copy of `der`.
  [[nodiscard]] static Result<CertificateRevocationList> from_der(ByteView der, const CrlLimits& limits = {});
  /// The first "X509 CRL" block of a text (RFC 7468, 6).
  /// @return malformed/bad_encoding: there is none, or one is cut off; further as from_der()
  [[nodiscard]] static Result<CertificateRevocationList> from_pem(std::string_view pem, const CrlLimits& limits = {});

  /// The bytes as they came.
  [[nodiscard]] const SharedBytes& der() const& noexcept;
  [[nodiscard]] SharedBytes der() const&& noexcept { return this->der(); }  // *this is an lvalue here

  [[nodiscard]] int version() const noexcept;  ///< 1 or 2
  [[nodiscard]] const DistinguishedName& issuer() const noexcept;
  [[nodiscard]] UtcSeconds this_update() const noexcept;
  [[nodiscard]] std::optional<UtcSeconds> next_update() const noexcept;
  /// Algorithm of the signature, dotted; and the one inside the signed part, which should be equal.
  [[nodiscard]] std::string_view signature_algorithm() const noexcept;
  [[nodiscard]] std::string_view signed_signature_algorithm() const noexcept;

  /// Extensions of the list in order; nothing of entries.
  [[nodiscard]] const std::vector<CertificateExtension>& extensions() const noexcept;
  /// The extension with this identifier; null if absent.
  [[nodiscard]] const CertificateExtension* find_extension(std::string_view oid) const noexcept;
  [[nodiscard]] std::optional<ByteView> authority_key_identifier() const noexcept;  ///< its keyIdentifier
  /// Big-endian, without leading zeros: empty for 0. Borrowed from this list.
  [[nodiscard]] std::optional<ByteView> crl_number() const noexcept;

  /// revokedCertificates is present, and empty: it should be absent then (RFC 5280, 5.1.2.6).
  [[nodiscard]] bool is_revoked_list_empty() const noexcept;
  /// Some entry has extensions.
  [[nodiscard]] bool has_entry_extensions() const noexcept;
  /// Only the changes since another list: absence of a certificate means nothing.
  [[nodiscard]] bool is_delta() const noexcept;
  /// Has entries of other issuers, or says that it may.
  [[nodiscard]] bool is_indirect() const noexcept;
  /// Has an issuing distribution point: may be about a part of the issuer's certificates, or of the reasons.
  [[nodiscard]] bool has_issuing_distribution_point() const noexcept;
  /// An extension of the list or of any entry is critical, and is none that this class shows the content of. Such a
  /// list says nothing about any certificate (RFC 5280, 5.2 and 5.3).
  [[nodiscard]] bool has_unknown_critical_extension() const noexcept;

  /// Entries as they were sent, doubles counted.
  [[nodiscard]] std::size_t entry_count() const noexcept;
  /// The entry of a serial number, in logarithmic time. Of several the one that weighs most: one for good before
  /// certificateHold, that before removeFromCRL; then the first.
  /// @param serial as Certificate::serial(): content of the INTEGER
  [[nodiscard]] std::optional<RevokedCertificate> find(ByteView serial) const noexcept;
  /// Different serial numbers in the list.
  [[nodiscard]] std::size_t revoked_count() const noexcept;
  /// What find() has for one of them, in the order of serial numbers. @pre index < revoked_count()
  [[nodiscard]] RevokedCertificate revoked(std::size_t index) const noexcept;

  /// @return untrusted/signature_invalid: the two algorithm fields differ, or `issuer` did not sign this list; further
  ///         as verify_signed_object(). Nothing else is checked.
  Result<void> verify_signature(const PublicKey& issuer) const;

  struct Impl;  ///< of this layer
  explicit CertificateRevocationList(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;  // never null
};

}  // namespace mdoc::crypto
