#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/revocation_store.hpp"

namespace mdoc::trust {

/// What a bundle carries. Append only; the numbers stand in files.
enum class BundleKind : std::uint8_t {
  vical = 1,
  rical = 2,
  trusted_entities = 3,  ///< JWS
  crl = 4,
  status_list = 5,  ///< status and identifier lists, in either envelope
  ocsp = 6,         ///< an answer about one certificate
};
/// Stable identifier: "vical", "status-list".
[[nodiscard]] MDOC_EXPORT std::string_view name(BundleKind kind) noexcept;
/// Media types in which it is served over HTTP.
[[nodiscard]] MDOC_EXPORT std::span<const std::string_view> media_types(BundleKind kind) noexcept;

/// One thing, exactly as it came from its issuer.
struct BundleItem {
  BundleKind kind{};
  SharedBytes content;
  UtcSeconds fetched{};  ///< when it came from its issuer, and could be verified
  std::optional<SharedBytes>
      trust_point{};  ///< CRL, OCSP and status list: the certificate against which it was verified, DER
  std::optional<SharedBytes> certificate{};  ///< OCSP: whose revocation it tells, DER
  bool named_by_document = false;            ///< of a status list: that certificate stands in the MSOs that refer to it
  std::string type{};  ///< of a list of trusted entities: what its anchors are for; see TrustKeeper
  std::string url{};   ///< the feed that brought it, if one did
};

/// What an item says it is, readable and unverified: "VICAL of Utopia, issue 2, 2026-05-01", the issuer and the date of
/// a CRL, the URI of a list; its address, or nothing, where it does not say or is in a format of another layer. Escape
/// before showing.
[[nodiscard]] MDOC_EXPORT std::string describe(const BundleItem& item);

/// Trust lists, CRLs and status lists, to be carried to a reader without a network or kept over a restart. Nothing in
/// it is to be believed: whoever takes it in verifies each item again, against anchors of its own. So a bundle needs
/// neither secrecy nor a signature. What its carrier can do is to leave out a newer issue and to call the older one
/// freshly fetched, until that one's nextUpdate, "exp" or "notAfter".
struct TrustBundle {
  UtcSeconds created{};
  std::vector<BundleItem> items{};
  /// What was missed, for a machine that has a network. Whoever fetches from these URLs knows that anybody may have put
  /// them here, and whoever takes the answers in verifies them.
  std::vector<WantedSource> wanted{};
};

/// Checked while a bundle is read: what is beyond them is never held. A certificate takes 2 to 3 KiB of the heap even
/// where it is very short, so max_wanted and max_trust_points together bound what a small bundle can come to.
struct TrustBundleLimits {
  std::size_t max_bytes = std::size_t{256} << 20;
  std::size_t max_items = 4096;
  std::size_t max_item_bytes = std::size_t{16} << 20;
  std::size_t max_wanted = 1024;      ///< things that are wanted; as many as a TrustKeeper remembers
  std::size_t max_urls = 8;           ///< of one thing that is wanted
  std::size_t max_url_bytes = 2048;   ///< of one URL
  std::size_t max_trust_points = 32;  ///< of one thing that is wanted
};

/// CBOR, deterministic:
///
///     TrustBundle = { "version": "1.0", "created": tdate, "items": [* Item], "wanted": [* Wanted] }
///     Item = { "kind": uint, "content": bstr, "fetched": tdate,
///              ? "trustPoint": bstr, ? "certificate": bstr, ? "namedByDocument": bool, ? "type": tstr, ? "url": tstr }
///     Wanted = { "source": tstr, "urls": [+ tstr], "trustPoints": [+ bstr],
///                ? "certificate": bstr, ? "namedByDocument": bool }
///
/// What is wanted and for which can_be_carried() says no is left out, and what is beyond TrustBundleLimits::max_wanted.
[[nodiscard]] MDOC_EXPORT Bytes encode(const TrustBundle& bundle);

/// Whether a bundle can carry it: there is all that it takes to fetch and verify a thing of its kind, in not more
/// addresses than the limits allow, of plain visible ASCII, and with not more trust points.
[[nodiscard]] MDOC_EXPORT bool can_be_carried(const WantedSource& wanted,
                                              const TrustBundleLimits& limits = {}) noexcept;

/// Reads a bundle: all of `encoded`. Items of a kind that is not known are left out, and so is what is wanted and of no
/// use: without an address or a certificate, or with one that nobody can read. Keeps `encoded` alive.
/// @return malformed: not a bundle, with the place; limit/too_large, limit/too_many: over `limits`, with the place;
///         unsupported/unsupported_version
[[nodiscard]] MDOC_EXPORT Result<TrustBundle> decode_trust_bundle(SharedBytes encoded,
                                                                  const TrustBundleLimits& limits = {});

}  // namespace mdoc::trust
