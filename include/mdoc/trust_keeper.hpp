#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/fetch.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_bundle.hpp"
#include "mdoc/trust/trust_store.hpp"

namespace mdoc {

/// Something that is fetched on schedule.
struct TrustFeed {
  trust::BundleKind kind = trust::BundleKind::vical;
  /// Where it is fetched. A bundle that names it puts the next fetch off, if its list is of one of `signers`.
  std::string url{};
  /// trusted_entities: the LoTEType that is expected there.
  std::string type{};
  /// trusted_entities: what its issuers are trusted for; empty: for any docType.
  std::vector<DocType> doc_types{};
  /// Who may sign it, of store.given(Purpose::list_signers); empty: each of them. Needed where two feeds bring lists of
  /// trusted entities of one type and trust their issuers for other docTypes: the address alone does not tell whose
  /// list something is.
  std::vector<crypto::Certificate> signers{};
};

/// Readers of formats that the core does not have: JSON Web Signatures. mdoc::json brings one.
class ForeignFormats {
 public:
  virtual ~ForeignFormats() = default;

  struct TrustedEntities {
    trust::Purpose purpose{};
    trust::TrustedList list;
    std::vector<crypto::Certificate> signer_path;  ///< the signer first, one of the anchors last
  };
  /// Verifies a list of trusted entities. @param anchors who may sign it
  [[nodiscard]] virtual Result<TrustedEntities> trusted_entities(SharedBytes encoded, const TrustFeed& feed,
                                                                 std::span<const crypto::Certificate> anchors,
                                                                 UtcSeconds now, const ClockPolicy& clock,
                                                                 Level level) const = 0;
  /// Decodes a list token in JWT form.
  [[nodiscard]] virtual Result<trust::StatusToken> status_token(SharedBytes encoded, Level level) const = 0;
  /// The URIs of an aggregation document (Token Status List, "Status List Aggregation").
  [[nodiscard]] virtual Result<std::vector<std::string>> aggregation(ByteView document) const = 0;
};

struct TrustKeeperOptions {
  Level level = Level::interop;        ///< how strictly lists and their signers are judged
  std::optional<ClockPolicy> clock{};  ///< without one: ClockPolicy::for_level(level)
  std::vector<TrustFeed> feeds{};
  std::vector<std::string> aggregations{};  ///< URLs of aggregation documents; need `formats`
  const ForeignFormats* formats = nullptr;  ///< borrowed; null: feeds in JSON are refused
  FetchLimits limits{};
  std::chrono::seconds retry{std::chrono::minutes{15}};  ///< after a fetch of the same thing
  std::chrono::seconds refresh{std::chrono::hours{24}};  ///< for lists that do not say when the next issue comes
  /// Sources that want() remembers, of which the one that was wanted least recently makes room for a new one; and,
  /// apart from these, lists that aggregation documents name.
  std::size_t max_wanted = 1024;
};

/// How one thing stands that trust rests on.
struct TrustItemState {
  enum class Verdict : std::uint8_t {
    current,
    due,      ///< past its nextUpdate, or older than TrustKeeperOptions::refresh: in use, and to be fetched
    expired,  ///< of no use any more
    missing,  ///< wanted, and never received
    /// Restored, and of no use as long as nobody here vouches for it: TrustItemState::last_error says why. Kept, so
    /// that no earlier issue can take its place once its anchor is back; TrustKeeper::forget_dormant() ends that.
    dormant,
  };
  trust::BundleKind kind{};
  std::string name;  ///< what it is, readable: text of the list, a certificate or a URL; escape before showing
  Verdict verdict{};
  std::size_t entries = 0;                    ///< anchors, revoked certificates, statuses or identifiers
  std::optional<UtcSeconds> issued{};         ///< "date", thisUpdate, "iat"
  std::optional<UtcSeconds> next_update{};    ///< nextUpdate; when a status list is to be refreshed
  std::optional<UtcSeconds> ends{};           ///< "notAfter", "exp"
  std::optional<std::chrono::seconds> age{};  ///< since it was issued or, where known, received
  std::optional<Error> last_error{};          ///< of the last attempt to fetch it
};
/// "current", "due", "expired", "missing", "dormant"
[[nodiscard]] MDOC_EXPORT std::string_view name(TrustItemState::Verdict verdict) noexcept;

/// What became of one item of a bundle.
struct ImportResult {
  trust::BundleKind kind{};
  std::size_t index = 0;  ///< in the bundle
  /// Nothing: taken. untrusted/superseded: what is here is as new or newer; untrusted/chain_untrusted: of nobody whom
  /// this reader trusts, directly or in a document.
  std::optional<Error> error{};
};

/// Keeps a TrustStore and a RevocationStore up to date: says what is to be fetched, takes what was, and carries all of
/// it in and out as one bundle. Without I/O of its own; mdoc::asio has update(), and any HTTP client will do:
///
///     for (const FetchRequest& request : keeper.due(now)) keeper.on_fetched(request.id, http(request), now);
///
/// Everything is verified before it is used, and replaces what was there as a whole; what does not verify, or is older,
/// changes nothing. Both stores may serve verifications in other threads meanwhile. The keeper itself is for one thread
/// at a time.
class MDOC_EXPORT TrustKeeper {
 public:
  /// Both stores outlive the keeper. Signers of lists are verified against store.given(Purpose::list_signers).
  TrustKeeper(trust::TrustStore& store, trust::RevocationStore& revocation, TrustKeeperOptions options);
  TrustKeeper(TrustKeeper&&) noexcept;
  TrustKeeper& operator=(TrustKeeper&&) noexcept;
  ~TrustKeeper();

  /// Remembers what a report missed (DocumentReport::wanted), to be fetched on schedule from now on. What no bundle can
  /// carry (see TrustBundleLimits) is not: addresses that are too long, too many, or no plain text.
  void want(std::span<const trust::WantedSource> sources);

  /// What is to be fetched now: feeds that are due, CRLs and status lists that are missing or due. A thing that was
  /// asked for is not asked for again before TrustKeeperOptions::retry has passed, whatever came of it. One for which
  /// no request can be made waits likewise; state() says why.
  /// @param most requests at a time; the others are for the next call
  [[nodiscard]] std::vector<FetchRequest> due(UtcSeconds now,
                                              std::size_t most = std::numeric_limits<std::size_t>::max());
  /// The answer to a request of due(). Answers to others are ignored.
  /// @return why it was not taken: of the fetch, of decoding or verification; untrusted/superseded: an older issue
  Result<void> on_fetched(std::uint64_t id, const Result<FetchResponse>& answer, UtcSeconds now);

  /// Takes one list that came by another way than a fetch of due(): a file, a download of the application's own.
  /// Verified like everything else: lists of anchors against the anchors for signers of lists, a CRL against the
  /// authorities that are trusted here or that a document's chain showed, status lists against those of issuers or
  /// against whom a document named, OCSP answers for certificates that are wanted.
  /// @return as on_fetched(); untrusted/superseded: what is here is as new or newer; usage/bad_argument: a list of
  ///         trusted entities, and no feed of this keeper says what its issuers are trusted for
  Result<void> take(trust::BundleKind kind, SharedBytes content, UtcSeconds now);

  /// Everything is due at once, whatever its age and however recently it was asked for: for a person who cannot wait.
  void hurry() noexcept;

  /// Everything that is in use and was received, and what is wanted, for another reader or for the next start.
  [[nodiscard]] trust::TrustBundle bundle(UtcSeconds now) const;
  /// Verifies every item of a bundle and takes what is good and newer, and remembers what it wants. One bad item does
  /// not keep the others out. The bundle may have come through any hands: revocation lists count only if an authority
  /// in the store vouches for their signer, or if this keeper wants them, so that nobody can fill the caches with lists
  /// of his own. Sources are remembered likewise, those of certificates only if the certificate names them, and as long
  /// as there is room. A list of trusted entities counts only where a feed of this keeper has its type: what its
  /// issuers are trusted for, the feed says.
  std::vector<ImportResult> import(const trust::TrustBundle& bundle, UtcSeconds now);
  /// The same for the bundle() of this very reader, from storage that nobody else can write: whatever it wants is
  /// wanted again, and each item is verified as of the time when it came. So a list that has ended by now comes back as
  /// what it is, of no use any more, and no earlier issue can take its place; nor does a clock that was reset lose
  /// anything. What does not verify, as its anchor was taken away or does not come with its right name, is kept as
  /// dormant, is a part of bundle(), and is tried again by the next restore(). Dormant lists of anchors are also tried
  /// again before any other list is taken, however that comes, so that none of them is replaced by an earlier issue.
  std::vector<ImportResult> restore(const trust::TrustBundle& bundle, UtcSeconds now);

  /// Drops what is dormant. @return how many items
  std::size_t forget_dormant() noexcept;

  /// How everything stands, lists first.
  [[nodiscard]] std::vector<TrustItemState> state(UtcSeconds now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc
