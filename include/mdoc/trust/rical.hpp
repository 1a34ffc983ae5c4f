#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/trust_list.hpp"

/// @file
/// RICAL, the list of reader certificate authorities (ISO/IEC 18013-5, second edition as publicly drafted, Annex F):
/// which authorities a wallet may trust to certify readers, and under which constraints. Media type application/cbor.

namespace mdoc::trust {

/// "type" of a list for reader authentication. Providers may define others.
inline constexpr std::string_view rical_reader_authentication = "org.iso.18013.5.1.reader_authentication";

/// `TrustConstraint`. The standard defines none yet: every member is an extension.
struct TrustConstraint {
  std::optional<SharedBytes> extensions{};  ///< "extensions", an encoded map
  cbor::UnknownMembers others{};
};

/// `RICALCertificateInfo`: one CA on the way to readers.
struct RicalCertificateInfo {
  ListedCertificate listed{};
  std::optional<bool> is_trust_anchor{};  ///< "isTrustAnchor"
  std::optional<SharedBytes> aki{};       ///< "aki": key identifier of the issuer; sub-CAs have it
  std::optional<std::string> type{};      ///< "type", as that of the list; a fact, not judged
  /// "trustConstraints"; never an empty list.
  std::optional<std::vector<TrustConstraint>> trust_constraints{};
  std::optional<std::string> name{};  ///< "name"
};

/// `RICAL`, the payload of the list.
struct Rical {
  Version version{1, 0};                                  ///< "version"
  std::string provider{};                                 ///< "provider"
  std::string type{rical_reader_authentication};          ///< "type"
  UtcSeconds date{};                                      ///< "date" of issue
  std::optional<UtcSeconds> next_update{};                ///< "nextUpdate"
  std::optional<UtcSeconds> not_after{};                  ///< "notAfter"
  std::vector<RicalCertificateInfo> certificate_infos{};  ///< "certificateInfos"
  std::optional<std::uint64_t> id{};                      ///< "id", greater with each issue
  std::optional<std::string> latest_rical_url{};          ///< "latestRicalUrl"
  std::optional<SharedBytes> extensions{};                ///< "extensions", an encoded map
  cbor::UnknownMembers others{};
};

/// A CA that a verified RICAL vouches for.
struct RicalAnchor {
  crypto::Certificate certificate;
  /// False: it completes paths to an anchor, and is none itself. Where the list does not say, a self-signed
  /// certificate is an anchor.
  bool is_trust_anchor = false;
  std::vector<TrustConstraint> constraints;          ///< empty: none; see judge_constraints()
  std::optional<std::string> type;                   ///< as the entry says
  std::shared_ptr<const ListProvenance> provenance;  ///< never null
  std::size_t index = 0;                             ///< of its (first) entry in certificateInfos
};

using SignedRical = SignedList<Rical>;
using VerifiedRical = VerifiedList<Rical, RicalAnchor>;

/// Reads a RICAL: all of `encoded`, a COSE_Sign1 without tag whose payload is the list.
///
/// An entry whose certificate does not decode is unusable; the others are not affected. Deviations: list_tag,
/// list_x5chain_place (unprotected), list_null_member, list_entry_differs, list_empty, vical_ski_wrapped (for aki as
/// well), rical_anchor_flag_missing, rical_constraints_misspelt, x5chain_includes_root, those of dates and COSE. Each
/// is reported at the first entry that has it.
/// @return malformed: it is no RICAL, has no x5chain (missing_element), has constraints under both spellings or one
///         certificate twice with different statements (duplicate_key), or an empty list of constraints
///         (empty_structure); unsupported_version; limit/too_large, too_many, too_deep
[[nodiscard]] MDOC_EXPORT Result<SignedRical> decode_rical(SharedBytes encoded, const cbor::DecodeContext& context = {},
                                                           const TrustListLimits& limits = {},
                                                           const Path& where = "RICAL");

/// Verifies a RICAL, as verify_vical() does a VICAL.
/// @param type  what the list is needed for
/// @return further untrusted/subject_mismatch: a list of another type
[[nodiscard]] MDOC_EXPORT Result<VerifiedRical> verify_rical(const SignedRical& list, const ListTrust& trust,
                                                             std::string_view type = rical_reader_authentication,
                                                             const Path& where = "RICAL");

/// @name Constraints
/// @{

/// How the constraints of one CA bear on one reader certificate.
enum class ConstraintVerdict : std::uint8_t {
  unconstrained,   ///< there are none
  satisfied,       ///< at least one is understood in full, and satisfied
  not_satisfied,   ///< at least one is understood in full, but none is satisfied
  not_understood,  ///< none is understood in full
};

/// Says whether `leaf` satisfies `constraint`; nothing where any part of it is not understood.
using ConstraintJudge =
    std::function<std::optional<bool>(const TrustConstraint& constraint, const crypto::Certificate& leaf)>;

/// Judges the constraints of one CA: alternatives, of which one has to be satisfied. A constraint without any member
/// is satisfied by everybody; one with members is not understood, unless `judge` knows the extensions of this provider.
[[nodiscard]] MDOC_EXPORT ConstraintVerdict judge_constraints(std::span<const TrustConstraint> constraints,
                                                              const crypto::Certificate& leaf,
                                                              const ConstraintJudge& judge = {});

/// What a RICAL makes of a path. Indexes are those of VerifiedRical::anchors().
struct RicalPathVerdict {
  std::optional<std::size_t> anchor{};  ///< the highest certificate of the path that is listed as an anchor
  std::optional<std::size_t> lowest{};  ///< the first listed one, from the leaf up: its constraints count, no others
  ConstraintVerdict constraints = ConstraintVerdict::unconstrained;

  [[nodiscard]] bool trusted() const noexcept {
    return anchor && (constraints == ConstraintVerdict::unconstrained || constraints == ConstraintVerdict::satisfied);
  }
};

/// Applies a RICAL to a certificate path that was validated already. A certificate is found in the list by its bytes,
/// or else by subject and public key: a CA does not escape its constraints by another certificate for the same key.
/// @param path  leaf first; the anchor of the path last
[[nodiscard]] MDOC_EXPORT RicalPathVerdict judge_reader_path(const VerifiedRical& list,
                                                             std::span<const crypto::Certificate> path,
                                                             const ConstraintJudge& judge = {});
/// @}

/// An entry for `certificate`, with every hint filled in from it; `aki` unless it is self-issued.
/// @return usage/bad_argument: the certificate has no subject key identifier
[[nodiscard]] MDOC_EXPORT Result<RicalCertificateInfo> rical_certificate_info(const crypto::Certificate& certificate,
                                                                              bool is_trust_anchor);

/// The payload. `listed.certificate` and `differing` of entries are not looked at, `listed.encoded` is written.
[[nodiscard]] MDOC_EXPORT Bytes encode_rical(const Rical& list);

/// A RICAL without its signature, as draft_vical() makes one; x5chain goes into the protected header.
/// @return as draft_vical()
[[nodiscard]] MDOC_EXPORT Result<cose::Sign1Draft> draft_rical(const Rical& list,
                                                               std::span<const crypto::Certificate> x5chain);

}  // namespace mdoc::trust
