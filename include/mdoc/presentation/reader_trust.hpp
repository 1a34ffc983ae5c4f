#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/trust_store.hpp"

/// @file
/// The words in which reader authentication is judged (ISO/IEC 18013-5, second edition, 12.5): results, the checks that
/// lead to them, and why a check ended as it did.

namespace mdoc::presentation {

/// What reader authentication comes to: one good result, and six bad ones that a person is told apart. The result is
/// information for policy and consent, never an error; a bad one alone must not keep the mandatory elements of an mDL
/// from a reader in proximity (13.4.2).
enum class ReaderTrust : std::uint8_t {
  trusted,        ///< signed over this session by a reader for whom a trust anchor vouches
  absent,         ///< not signed
  invalid,        ///< the signature is wrong or cannot be read; whose it claims to be means nothing
  untrusted,      ///< signed, by somebody whom no anchor vouches for, or not in a way that can be relied upon
  expired,        ///< all is well but the dates: over, or not begun (ReaderReason::not_yet_valid)
  revoked,        ///< an anchor vouched for the reader, and its issuer took that back, be it for the time being
  wrong_purpose,  ///< an anchor vouches for the certificate, but not as that of an mdoc reader
};
inline constexpr std::size_t reader_trust_count = static_cast<std::size_t>(ReaderTrust::wrong_purpose) + 1;

/// Stable identifier: "trusted", "wrong-purpose".
[[nodiscard]] MDOC_EXPORT std::string_view name(ReaderTrust trust) noexcept;

/// Why a check ended as it did. Those that a check can fail for come first, in order of precedence: where several
/// checks fail, the first of their reasons decides the result. So `expired` means that everything but the dates is in
/// order, and a revoked certificate is revoked whatever else is wrong with it.
enum class ReaderReason : std::uint8_t {
  none,                  ///< passed
  absent,                ///< there is no signature
  malformed,             ///< a payload inside, no alg, no x5chain, or a certificate that does not decode
  unsupported,           ///< an algorithm, curve or hash that is not spoken here
  mismatch,              ///< alg is not that of the key's curve, or x5t not the hash of the certificate
  signature_invalid,     ///< wrong: other bytes, another session or another key were signed
  internal,              ///< the crypto back end failed
  no_transcript,         ///< no SessionTranscript was given
  no_anchors,            ///< nothing is trusted for readers
  no_path,               ///< no path to an anchor
  namesake,              ///< likewise: one has the issuer's name, but not the key that signed
  unsound_path,          ///< an anchor did sign, but the path breaks a rule of RFC 5280
  other_doc_types_only,  ///< the anchors of the path are limited to other docTypes
  list_expired,          ///< the anchors of the path come from a list that is past its end
  constraints_unmet,     ///< the list constrains the authority, and that is not met or not understood
  revoked,               ///< the certificate, or one between it and the anchor, was revoked
  suspended,             ///< likewise, for the time being
  wrong_purpose,         ///< no key purpose of an mdoc reader
  certificate_rule,      ///< the certificate breaks a rule of its profile
  anchor_rule,           ///< the anchor breaks a rule of its role
  root_included,         ///< x5chain has a self-signed certificate, which belongs into trust stores alone
  expired,               ///< after the end of the path's validity
  not_yet_valid,         ///< before its start
  clock_unknown,         ///< the clock's quality is unknown, so no date can be judged
  revocation_stale,  ///< what would say that nothing was revoked is too old; a warning, or a failure if policy says so
  revocation_unknown,    ///< nothing at hand says whether a certificate was revoked; likewise
  within_skew,           ///< valid thanks to the tolerated clock difference only
  info_not_signed,       ///< readerAuthAll in the form of a draft, which leaves deviceRequestInfo out
  pinned,                ///< this certificate or key itself is trusted
  revocation_off,        ///< revocation was not looked at
  not_revocable,         ///< no certificate says where its revocation would be told
  not_asked,             ///< the profile asks for nothing here
  earlier_check_failed,  ///< needs the result of a check that failed
};
inline constexpr std::size_t reader_reason_count = static_cast<std::size_t>(ReaderReason::earlier_check_failed) + 1;

/// Stable identifier: "no-path".
[[nodiscard]] MDOC_EXPORT std::string_view name(ReaderReason reason) noexcept;
/// What it comes to where a check fails for this reason. Trusted with `none` alone.
[[nodiscard]] MDOC_EXPORT ReaderTrust result_of(ReaderReason reason) noexcept;

/// One duty of an mdoc that judges a signature of a reader (12.5.4). All are performed, in this order; what cannot be
/// is skipped with its reason, never left out.
enum class ReaderCheck : std::uint8_t {
  headers,       ///< detached, alg protected, x5chain present, x5t equals the certificate if present
  certificates,  ///< the certificates of x5chain decode, without the root
  signature,     ///< verifies over this session and the bytes of the request as they came
  path,          ///< leads to an anchor for readers
  revocation,    ///< nothing on the path was revoked
  key_purpose,   ///< the certificate is that of an mdoc reader
  profile,       ///< it follows the profile of reader certificates
  anchor,        ///< the anchor follows the profile of its role
  validity,      ///< everything on the path is valid now
};
inline constexpr std::size_t reader_check_count = static_cast<std::size_t>(ReaderCheck::validity) + 1;

/// The fixed facts of a check.
struct ReaderCheckInfo {
  ReaderCheck check;
  std::string_view id;      ///< stable: "reader-auth.signature"
  std::string_view clause;  ///< ISO/IEC 18013-5, second edition as publicly drafted, unless named otherwise
  std::string_view duty;    ///< one English sentence: what must hold
};

/// Every check, in the order in which it is performed and reported.
[[nodiscard]] MDOC_EXPORT std::span<const ReaderCheckInfo> reader_checks() noexcept;
[[nodiscard]] MDOC_EXPORT const ReaderCheckInfo& info(ReaderCheck check) noexcept;

enum class ReaderOutcome : std::uint8_t {
  pass,
  warn,            ///< holds, or deviates in a way that level or policy tolerates
  fail,            ///< does not hold
  skipped,         ///< could not be judged, or was not to be
  not_applicable,  ///< the condition of the duty is not met
};

/// "pass", "warn", "fail", "skipped", "not-applicable"
[[nodiscard]] MDOC_EXPORT std::string_view name(ReaderOutcome outcome) noexcept;

/// What a finding rests on. validity: the limit that was passed; revocation: since when; path: where it ended, if an
/// issuer is missing.
using ReaderEvidence = std::variant<std::monostate, UtcSeconds, trust::DeadEnd>;

/// How one check ended.
struct ReaderFinding {
  ReaderCheck check{};
  ReaderOutcome outcome = ReaderOutcome::skipped;
  ReaderReason reason = ReaderReason::earlier_check_failed;
  std::optional<Error>
      error{};  ///< where decoding, cryptography, path, dates or revocation failed; `where` is relative
  ReaderEvidence evidence{};
};

/// One of each, in the order of reader_checks().
using ReaderFindings = std::array<ReaderFinding, reader_check_count>;

}  // namespace mdoc::presentation
