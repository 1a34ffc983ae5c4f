#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "mdoc/trust/trusted_list.hpp"

namespace mdoc::trust {

/// What an anchor is trusted for. An anchor of one purpose means nothing for another.
enum class Purpose : std::uint8_t {
  issuance,      ///< issuing authorities: document signers of MSOs
  readers,       ///< mdoc reader authentication
  list_signers,  ///< VICAL, RICAL, lists of trusted entities
  /// Signers of status and identifier lists of any MSO that names no signer itself. Of the issuers of one list,
  /// ListedAnchor::status_signers says it.
  status_lists,
  tls,  ///< HTTPS peers
};
inline constexpr std::size_t purpose_count = 5;

/// What to make of a certificate that several lists name, some of them for other docTypes.
enum class ListDisagreement : std::uint8_t {
  one_suffices,   ///< one list that names it for the docType is enough
  all_must_agree  ///< every list that names it must do so for the docType
};

/// What is said about an anchor that is added by hand. Those of lists come with TrustStore::put_list().
struct AnchorOptions {
  std::string source{};              ///< provenance for reports: "/etc/mdoc/iaca.pem"
  std::vector<DocType> doc_types{};  ///< trusted for these alone; empty: for any
};

/// How the search for trust in a certificate chain ended.
enum class PathOutcome : std::uint8_t {
  path,                  ///< a path to an anchor; see Evaluation::date
  pinned_certificate,    ///< this very certificate is pinned; see Evaluation::date
  pinned_key,            ///< its public key is pinned; the dates of a certificate do not matter
  no_anchors,            ///< nothing is trusted for this purpose
  untrusted,             ///< no path
  other_doc_types_only,  ///< a path, but its anchors are limited to other docTypes
  list_expired,          ///< a path, but its anchors come from lists that are past their end (notAfter) alone
  constraints_unmet,     ///< a path, but the RICAL constrains its lowest CA, and that is not met or not understood
  malformed,             ///< the chain is empty or too long, or a certificate does not decode
};

/// What is asked of a chain.
struct ChainRequest {
  Purpose purpose = Purpose::issuance;
  CertificateRole role = CertificateRole::document_signer;
  CertificateProfile profile{};  ///< info(role).profile, or that of the docType
  DocType doc_type{};            ///< anchors limited to others (if empty: to any) do not count
};

/// An anchor or a pin, as a report names it.
struct AnchorFacts {
  std::string subject{};                 ///< readable; empty for a pinned key without certificate
  std::string source{};                  ///< where it came from, as the TrustStore was told
  std::optional<std::string> country{};  ///< countryName; nothing for pins
  bool pinned = false;                   ///< the signer itself is trusted; there is no path
  std::optional<TrustedList> list{};     ///< the list that vouches for it; nothing: added by hand
  bool disputed = false;                 ///< another list names the same certificate, for other docTypes
  /// Who signs status lists for what this anchor issues, as the list says; see ListedAnchor.
  std::vector<crypto::Certificate> status_signers{};
};

/// A chain and what is known about it. Immutable; shared by everyone who meets the same chain.
struct EvaluatedChain {
  std::vector<crypto::Certificate> path;  ///< end entity first, anchor last; without a path the end entity alone
  std::string subject{};                  ///< of the end entity, readable; text of a certificate: escape before showing
  std::optional<AnchorFacts> anchor{};    ///< with PathOutcome::path and pins
  UtcSeconds valid_from{};                ///< latest notBefore of the path, anchor included
  UtcSeconds valid_until{};               ///< earliest notAfter
  bool includes_self_issued = false;      ///< carries a root at any place, which belongs into trust stores alone
  std::vector<RuleFinding> broken{};      ///< rules that the end entity breaks
  /// Rules that the anchor breaks: those of an IACA or of a reader CA; there are none for others. Not judged, and
  /// empty, where the end entity is the anchor: a path of one.
  std::vector<RuleFinding> anchor_broken{};

  [[nodiscard]] const crypto::Certificate& end_entity() const noexcept { return path.front(); }
};

/// Where a search for trust ended short of any anchor. Text of certificates: escape it before showing.
struct DeadEnd {
  std::string subject{};  ///< the last certificate that was reached
  std::string issuer{};   ///< whom it names as its issuer
  /// An anchor has the issuer's name, but another key than the one that signed: an older or newer root of the same
  /// authority, or somebody who took its name.
  bool has_namesake = false;
};

struct Evaluation {
  PathOutcome outcome = PathOutcome::malformed;
  /// Null when the end-entity certificate does not decode. Without a path it holds an untrusted certificate, so that
  /// its signature can still be judged.
  std::shared_ptr<const EvaluatedChain> chain{};
  DateVerdict date = DateVerdict::clock_unknown;  ///< of path or pinned certificate, now; pinned_key: within
  std::optional<Error> error{};                   ///< with untrusted and malformed
  std::optional<ListDates> list{};    ///< how the list stands that vouches for the anchor; nothing: there is none
  std::optional<DeadEnd> dead_end{};  ///< with untrusted, where it is the issuer that is missing
  /// The anchor of a path that does not count: with other_doc_types_only, list_expired and constraints_unmet.
  std::optional<AnchorFacts> refused_anchor{};

  /// There is a path or a pin, and it is valid now.
  [[nodiscard]] bool trusted() const noexcept {
    const bool reason = outcome == PathOutcome::path || outcome == PathOutcome::pinned_certificate ||
                        outcome == PathOutcome::pinned_key;
    return reason && (date == DateVerdict::within || date == DateVerdict::within_skew);
  }
};

/// Trust anchors and pins, separate for each purpose, with a cache of chains that were validated.
///
/// Thread-safe: any number of threads may evaluate while another one changes the anchors; each
/// evaluation sees either the old or the new set. A change empties the cache.
///
/// The cache knows a chain by the digest of its certificates, so a chain that was seen before costs one
/// hash and no X.509. It holds trusted chains only, at most `cache_capacity`; the dates of a cached
/// chain, and of the list behind it, are judged anew each time.
class MDOC_EXPORT TrustStore {
 public:
  static constexpr std::size_t cache_capacity = 1024;

  explicit TrustStore(ListDisagreement disagreement = ListDisagreement::one_suffices);
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  /// Trusts everything that a path leads from to `certificate`. The same certificate twice replaces
  /// its options.
  /// @return usage/bad_argument: not a CA certificate; pin it instead
  Result<void> add_anchor(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options = {});
  /// Trusts the new root of an authority because its old one, which was added by hand, vouches for it by a link
  /// certificate (B.1.3). The link is verified with the old root, and has the name and the key of the new one; link and
  /// new root are judged by the rules of their roles. The new anchor has the options of the old one. Both count while
  /// they are valid.
  /// @return untrusted/no_trust_anchor, chain_untrusted, expired, not_yet_valid: no anchor that was added by hand
  ///         vouches for the link now; denied/refused: the clock is unknown, and so whether it does;
  ///         untrusted/subject_mismatch: the link is for another name or key; untrusted/signature_invalid: the new root
  ///         is not signed by itself; usage/bad_argument: the new root is no CA certificate; malformed/deviation: the
  ///         link or the new root breaks a rule that is an error at this level
  Result<void> add_linked_anchor(Purpose purpose, const crypto::Certificate& link, const crypto::Certificate& new_root,
                                 UtcSeconds now, const ClockPolicy& clock, Level level = Level::interop);
  /// Trusts this end-entity certificate itself, while it is valid.
  void pin_certificate(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options = {});
  /// Trusts whatever certificate has this key, whatever its dates.
  void pin_key(Purpose purpose, const crypto::PublicKey& key, AnchorOptions options = {});
  /// Trusts what a verified list says, in place of the issue of the same list that was there (see
  /// TrustedList::is_same_list()): as a whole, at once. Once a list is past its notAfter its anchors do not count any
  /// more; past its nextUpdate they do, and reports say so.
  /// @return untrusted/superseded: an earlier issue than the one that is there, which stays; usage/bad_argument: a
  ///         VICAL for another purpose than issuance, or a RICAL for another one than readers
  Result<void> put_list(Purpose purpose, const TrustedList& list);
  /// Forgets a list. @return whether it was there
  bool remove_list(Purpose purpose, const TrustedList& list);
  /// Every list of a purpose, in the order in which they came first.
  [[nodiscard]] std::vector<TrustedList> lists(Purpose purpose) const;
  /// Forgets all anchors, pins and lists of a purpose.
  void clear(Purpose purpose);
  /// Anchors and pins of a purpose, those of lists included; a certificate that is named more than once counts once.
  [[nodiscard]] std::size_t size(Purpose purpose) const;
  /// The certificates that were added by hand, anchors and pins: what the signer of a list or of a TLS server is
  /// verified against.
  [[nodiscard]] std::vector<crypto::Certificate> given(Purpose purpose) const;
  /// Every anchor and pin that counts now: those that were added by hand, and those of lists that are not past their
  /// end.
  [[nodiscard]] std::vector<crypto::Certificate> usable(Purpose purpose, UtcSeconds now,
                                                        const ClockPolicy& clock) const;
  /// Every CA certificate, added by hand or named by a list, whatever its docTypes and dates.
  [[nodiscard]] std::vector<crypto::Certificate> authorities(Purpose purpose) const;

  /// Looks for a reason to trust `x5chain`, and judges its end entity by the rules of the role.
  /// @param x5chain DER certificates, end entity first, the others in any order; untrusted
  [[nodiscard]] Evaluation evaluate(const ChainRequest& request, std::span<const ByteView> x5chain, UtcSeconds now,
                                    const ClockPolicy& clock, const DecodeLimits& limits = {}) const;

  /// Chains in the cache, for tests and statistics.
  [[nodiscard]] std::size_t cached_chains() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mdoc::trust
