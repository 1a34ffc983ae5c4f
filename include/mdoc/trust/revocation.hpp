#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/ocsp.hpp"
#include "mdoc/crypto/revocation_reason.hpp"

/// @file
/// Whether a certificate was revoked, as its issuer says in a CRL (ISO/IEC 18013-5, second edition, B.2 and B.3.2) or
/// by OCSP (RFC 6960). The result is a value with more than two states; what an application makes of the states between
/// good and revoked, its policy says. Revoked is revoked under every policy.

namespace mdoc::trust {

/// What is known about the revocation of a certificate.
enum class RevocationState : std::uint8_t {
  good,         ///< a verified, fresh source says so
  revoked,      ///< a verified source says so, however old it is
  suspended,    ///< likewise, with the reason certificateHold: not good now, may become good again
  unknown,      ///< no verified source, or one that does not tell; see `error`
  stale,        ///< the verified source would say good, but its time is over
  not_checked,  ///< nobody asked
};
/// Stable identifier: "good", "not_checked".
[[nodiscard]] MDOC_EXPORT std::string_view name(RevocationState state) noexcept;

/// What to make of something that may be revoked when no revocation information tells. What is known to be revoked or
/// suspended is refused, unless nobody looks.
enum class RevocationPolicy : std::uint8_t {
  off,   ///< do not look: reported as skipped, and let through
  soft,  ///< accept with a warning
  hard,  ///< refuse
};
/// "off", "soft", "hard"
[[nodiscard]] MDOC_EXPORT std::string_view name(RevocationPolicy policy) noexcept;
/// Hard at the strict level, soft at the others, where readers and wallets are often offline.
[[nodiscard]] MDOC_EXPORT RevocationPolicy default_revocation_policy(Level level) noexcept;
/// What a state weighs for whoever looks. @pre policy is not off
[[nodiscard]] MDOC_EXPORT Weight weigh(RevocationState state, RevocationPolicy policy) noexcept;

/// What a state was learnt from.
enum class RevocationSource : std::uint8_t { none, crl, ocsp, status_list, identifier_list };
/// Stable identifier: "none", "crl", "status-list".
[[nodiscard]] MDOC_EXPORT std::string_view name(RevocationSource source) noexcept;

/// The certificate that signed an OCSP response in the name of the issuer. Its issuer signed it, it has the key purpose
/// OCSPSigning, is valid now, and breaks no rule of CertificateRole::ocsp_signer that is an error at the level. Nothing
/// was asked about its own revocation.
struct OcspResponder {
  crypto::Certificate certificate;
  /// Has id-pkix-ocsp-nocheck: nobody asks whether it is revoked, and table B.8 limits its validity to 90 days. Without
  /// it the CRL of its issuer tells.
  bool no_check = false;
};

/// The revocation of one certificate. Dates and reason come from a verified source, or are not there.
struct CertificateRevocation {
  RevocationState state = RevocationState::not_checked;
  RevocationSource source = RevocationSource::none;
  /// What is wrong with the source. With `stale`: untrusted/expired. With `unknown` there is always one, but for a
  /// clock whose quality is unknown; see `date`. With `revoked` and `suspended`: the source lists the certificate, and
  /// is out of date or deviates from its profile in a way that the level does not tolerate.
  std::optional<Error> error{};
  DateVerdict date = DateVerdict::clock_unknown;  ///< the present against thisUpdate and nextUpdate
  std::optional<UtcSeconds> this_update{};
  std::optional<UtcSeconds> next_update{};
  std::optional<UtcSeconds> revocation_date{};         ///< of revoked and suspended
  std::optional<crypto::RevocationReason> reason{};    ///< of revoked and suspended; nothing: not said
  std::optional<OcspResponder> delegated_responder{};  ///< ocsp; nothing: the issuer answered itself
};

/// What a judgement needs to know beyond the source.
struct RevocationContext {
  UtcSeconds now{};
  ClockPolicy clock{};
  Level level = Level::interop;        ///< the column of the rule tables, for crl_* and the certificates of signers
  cbor::DeviationLog* sink = nullptr;  ///< takes tolerated deviations; may be null
  /// The certificate is known to be signed by the issuer, as in a path that was validated: not verified once more.
  bool issued_by_issuer = false;
  /// A response of OCSP without nextUpdate counts for this long after thisUpdate.
  std::chrono::seconds ocsp_lifetime = std::chrono::hours{24};
};

/// A CRL that its issuer signed, complete, and without anything critical that is not understood. Only verify() makes
/// one. Whether it is fresh and keeps to its profile is judged when a certificate is looked up, as time goes on.
///
/// Immutable and never empty; a copy shares the list. May be used from several threads.
class MDOC_EXPORT VerifiedCrl {
 public:
  /// @param issuer  a certificate that is trusted already: the one above the certificate in question in its path
  /// @return untrusted/subject_mismatch: the name, or the key identifier where there is one, is that of another issuer;
  ///         such a list costs no look at its signature;
  ///         untrusted/signature_invalid, untrusted/algorithm_mismatch, unsupported/unsupported_algorithm or an error
  ///         of the issuer's key; untrusted/chain_untrusted: `issuer` has no cRLSign; malformed/bad_crl: a delta or
  ///         indirect CRL, one with an issuing distribution point or an unknown critical extension, of the list or of
  ///         any entry. At every level; what is named first is checked first.
  [[nodiscard]] static Result<VerifiedCrl> verify(const crypto::CertificateRevocationList& list,
                                                  const crypto::Certificate& issuer);

  [[nodiscard]] const crypto::CertificateRevocationList& list() const noexcept { return list_; }
  [[nodiscard]] const crypto::Certificate& issuer() const noexcept { return issuer_; }

 private:
  VerifiedCrl(const crypto::CertificateRevocationList& list, const crypto::Certificate& issuer) noexcept
      : list_(list), issuer_(issuer) {}
  crypto::CertificateRevocationList list_;
  crypto::Certificate issuer_;
};

/// Looks `certificate` up. It must be one of the CRL's issuer: name and signature are checked, so that a certificate of
/// another issuer with the same name is `unknown` (untrusted/subject_mismatch), not good.
///
/// A certificate that is listed is revoked, also when the list is stale, from the future, or deviates from its profile.
/// removeFromCRL has no meaning in a complete list; such an entry makes the certificate `unknown` (malformed/bad_crl).
/// Deviations (Rule::crl_version, crl_revoked_empty, crl_entry_extensions, crl_extensions) are judged by the level; one
/// that is an error there makes what is not listed `unknown` (malformed/deviation). So does a list without nextUpdate
/// (malformed/missing_element), and one from the future (untrusted/not_yet_valid).
[[nodiscard]] MDOC_EXPORT CertificateRevocation judge_crl(const VerifiedCrl& crl,
                                                          const crypto::Certificate& certificate,
                                                          const RevocationContext& context);
/// Verifies first, then looks up. A list that does not verify says nothing: `unknown`, with the error of
/// VerifiedCrl::verify(). A list that is asked often is better verified once.
[[nodiscard]] MDOC_EXPORT CertificateRevocation judge_crl(const crypto::CertificateRevocationList& crl,
                                                          const crypto::Certificate& certificate,
                                                          const crypto::Certificate& issuer,
                                                          const RevocationContext& context);

/// Judges a response of OCSP. Signed by the issuer itself, or by a certificate in the response that the issuer itself
/// signed for OCSPSigning and that is valid now (RFC 6960, 4.2.2.2); anything else is `unknown`. The responder's
/// certificate is judged by the rules of its role (B.1.6), such as a purpose that is critical, and 90 days at most with
/// id-pkix-ocsp-nocheck; a rule that is an error at the level refuses it.
///
/// `unknown` with: denied/refused: the responder gave no answer (`native` is the OCSPResponseStatus), or does not know
/// the certificate; untrusted/chain_untrusted: no authorised responder; malformed/deviation: its certificate breaks a
/// rule; untrusted/expired, not_yet_valid: the responder's certificate, or the answer is from the future;
/// untrusted/signature_invalid;
/// untrusted/subject_mismatch: the answer is about other certificates, belongs to another request, or `certificate` is
/// not of `issuer`; malformed/bad_ocsp_response: an unknown critical extension.
/// Of several answers about the certificate the gravest counts, then the newest.
/// @param issuer  a certificate that is trusted already: the one above `certificate` in its path
/// @param nonce   what the request had; an answer with another one is refused. One without a nonce is not: responders
///                that answer from a cache have none.
[[nodiscard]] MDOC_EXPORT CertificateRevocation judge_ocsp(const crypto::OcspResponse& response,
                                                           const crypto::Certificate& certificate,
                                                           const crypto::Certificate& issuer,
                                                           std::optional<ByteView> nonce,
                                                           const RevocationContext& context);

}  // namespace mdoc::trust
