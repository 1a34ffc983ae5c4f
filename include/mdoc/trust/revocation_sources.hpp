#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/crl_cache.hpp"
#include "mdoc/trust/ocsp_cache.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/status_list_cache.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::trust {

/// What is at hand about revocations. A judgement looks here and nowhere else: what is missing is fetched by the
/// application, before or afterwards. Borrowed; each may be null.
struct RevocationSources {
  const CrlCache* crls = nullptr;
  const OcspCache* ocsp_responses = nullptr;
  const StatusListCache* status_lists = nullptr;
};

/// The place of an MSO in a list.
struct StatusReference {
  std::string_view uri;                         ///< "uri"
  std::variant<std::uint64_t, ByteView> place;  ///< "idx" of a status list, or "id" in an identifier list
};

/// What was found out about the revocation of one thing.
struct RevocationRecord {
  std::string subject{};  ///< of the certificate, readable, or URI of the list: escape before showing
  RevocationState state = RevocationState::unknown;
  RevocationSource source = RevocationSource::none;  ///< none: nothing is at hand
  std::optional<Error> error{};                      ///< why a source does not tell
  std::optional<UtcSeconds> this_update{};           ///< of the source; "iat" of a list token
  std::optional<UtcSeconds> next_update{};      ///< of the source; when a list token is due: min(exp, fetched + ttl)
  std::optional<UtcSeconds> usable_until{};     ///< after this the source calls nothing good; next_update, or later
  std::optional<std::chrono::seconds> age{};    ///< since the source was received
  std::optional<UtcSeconds> revocation_date{};  ///< of a certificate that is revoked or suspended
  std::optional<StatusType> status{};           ///< the value in a status list
};

/// Something that would tell whether a thing is revoked, and is not at hand or too old. A report names what it missed;
/// the application fetches it when that is right, never while a person waits, and hands it to
/// RevocationStore::accept().
struct WantedSource {
  RevocationSource kind = RevocationSource::none;    ///< crl, ocsp, status_list or identifier_list
  std::vector<std::string> uris{};                   ///< any of these; text of a certificate or a document
  std::optional<crypto::Certificate> certificate{};  ///< crl, ocsp: whose revocation is in question
  std::optional<crypto::Certificate> issuer{};       ///< crl, ocsp: the certificate above it
  std::optional<StatusTrust> trust{};                ///< lists: whom the MSO trusts to sign it
};

/// What is known about the certificates of one path.
struct PathRevocation {
  /// From the end entity upwards. A certificate that names no source and of which no source tells is left out: nobody
  /// can say more of it.
  std::vector<RevocationRecord> records{};
  std::vector<WantedSource> wanted{};
};

/// The record that decides, by the gravest state and of equals the first: known to be revoked or suspended, then too
/// old, then unknown, then good. @pre records are not empty
[[nodiscard]] MDOC_EXPORT const RevocationRecord& gravest(std::span<const RevocationRecord> records);

/// Looks up a certificate in CRLs and OCSP responses. Of several the gravest counts; good from one source is good, if
/// no other says otherwise.
/// @param issuer  the certificate above it in a path that was validated, so that signature and name are known to fit
[[nodiscard]] MDOC_EXPORT RevocationRecord look_up(const RevocationSources& sources,
                                                   const crypto::Certificate& certificate,
                                                   const crypto::Certificate& issuer, const RevocationContext& context);

/// Looks up every certificate of a path but the anchor.
/// @param path  validated, the end entity first and the anchor last
[[nodiscard]] MDOC_EXPORT PathRevocation look_up_path(const RevocationSources& sources,
                                                      std::span<const crypto::Certificate> path,
                                                      const RevocationContext& context);

/// Looks up an MSO in the list that it names. The certificates of the list's signer are looked up as well: a list whose
/// signer is revoked says nothing.
/// @param trust  whom the MSO trusts to sign it
[[nodiscard]] MDOC_EXPORT RevocationRecord look_up(const RevocationSources& sources, const StatusReference& reference,
                                                   const StatusTrust& trust, const RevocationContext& context);

}  // namespace mdoc::trust
