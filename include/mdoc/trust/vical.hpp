#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/trust_list.hpp"

/// @file
/// VICAL, the verified issuer certificate authority list (ISO/IEC 18013-5, second edition, Annex C): which roots of
/// issuing authorities to trust, and for which docTypes. Media type application/cwt.

namespace mdoc::trust {

/// `CertificateInfo`: one issuing authority (C.1.7.1).
struct CertificateInfo {
  ListedCertificate listed{};
  /// "docType": the certificate is a trust point for these alone, and without one for nothing. Such as
  /// "org.iso.18013.5.1.mDL", or "org.iso.7816.4." and an AID for uses beyond mdocs.
  std::vector<DocType> doc_types{};
  std::vector<std::string> certificate_profile{};  ///< "certificateProfile", URNs; empty: absent
  std::optional<std::string> issuing_authority{};  ///< "issuingAuthority"
};

/// `VICAL`, the payload of the list.
struct Vical {
  Version version{1, 0};                             ///< "version"
  std::string vical_provider{};                      ///< "vicalProvider"
  std::optional<std::uint64_t> vical_issue_id{};     ///< "vicalIssueID", greater with each issue
  UtcSeconds date{};                                 ///< "date" of issue
  std::optional<UtcSeconds> next_update{};           ///< "nextUpdate"
  std::optional<UtcSeconds> not_after{};             ///< "notAfter"
  std::vector<CertificateInfo> certificate_infos{};  ///< "certificateInfos"
  std::optional<SharedBytes> extensions{};           ///< "extensions", an encoded map
  std::optional<std::string> vical_url{};            ///< "vicalURL": where the newest issue is
  cbor::UnknownMembers others{};
};

/// An issuing authority that a verified VICAL vouches for.
struct VicalAnchor {
  crypto::Certificate certificate;
  /// Never empty. A certificate that is listed more than once has the docTypes of all its entries.
  std::vector<DocType> doc_types;
  std::shared_ptr<const ListProvenance> provenance;  ///< never null
  std::size_t index = 0;                             ///< of its (first) entry in certificateInfos
};

using SignedVical = SignedList<Vical>;
using VerifiedVical = VerifiedList<Vical, VicalAnchor>;

/// Reads a VICAL: all of `encoded`, a COSE_Sign1 without tag whose payload is the list.
///
/// An entry whose certificate does not decode, or that names no docType, is unusable; the others are not affected.
/// Deviations: list_tag, list_x5chain_place (protected), list_null_member (an empty list of optional texts too),
/// list_entry_differs, vical_ski_wrapped, vical_key_case, vical_doc_types_empty, x5chain_includes_root, those of
/// dates and COSE. Each is reported at the first entry that has it.
/// @return malformed: it is no VICAL, or has no x5chain (missing_element); unsupported_version;
///         limit/too_large, too_many, too_deep
[[nodiscard]] MDOC_EXPORT Result<SignedVical> decode_vical(SharedBytes encoded, const cbor::DecodeContext& context = {},
                                                           const TrustListLimits& limits = {},
                                                           const Path& where = "VICAL");

/// Verifies a VICAL (C.1.8): a path from the signer to one of the anchors, the signature over the bytes as received,
/// the dates of path and list, and that it is no older than the last one accepted.
/// @return untrusted/no_trust_anchor, chain_untrusted, expired, not_yet_valid (`where` ends in x5chain): the path;
///         signature_invalid, algorithm_mismatch; expired, not_yet_valid (notAfter, date): the list;
///         superseded: see check_succession(); malformed/bad_header: no alg;
///         unsupported: an algorithm or a key that we do not know
[[nodiscard]] MDOC_EXPORT Result<VerifiedVical> verify_vical(const SignedVical& list, const ListTrust& trust,
                                                             const Path& where = "VICAL");

/// An entry for `certificate`, with every hint filled in from it.
/// @return usage/bad_argument: the certificate has no subject key identifier
[[nodiscard]] MDOC_EXPORT Result<CertificateInfo> certificate_info(const crypto::Certificate& certificate,
                                                                   std::vector<DocType> doc_types);

/// The payload. `listed.certificate` and `differing` of entries are not looked at, `listed.encoded` is written.
[[nodiscard]] MDOC_EXPORT Bytes encode_vical(const Vical& list);

/// A VICAL without its signature: give to_be_signed() and algorithm() to a KeyProvider and its answer to finish().
/// `encoded` of what that returns is the list, without tag and with x5chain in the unprotected header.
/// @param x5chain  of the signer, its own certificate first, the root left out
/// @return usage/bad_argument: no x5chain or a root in it, or dates in the wrong order; further whatever
///         decode_vical() says at the strict level about a payload that it would not accept
[[nodiscard]] MDOC_EXPORT Result<cose::Sign1Draft> draft_vical(const Vical& list,
                                                               std::span<const crypto::Certificate> x5chain);

}  // namespace mdoc::trust
