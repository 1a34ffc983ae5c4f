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
#include "mdoc/trust/signer_profile.hpp"

namespace mdoc::trust {

/// What an anchor is trusted for. An anchor of one purpose means nothing for another.
enum class Purpose : std::uint8_t {
  issuance,      ///< issuing authorities: document signers of MSOs
  readers,       ///< mdoc reader authentication
  list_signers,  ///< VICAL, RICAL, status lists
  tls,           ///< HTTPS peers
};
inline constexpr std::size_t purpose_count = 4;

/// What is said about an anchor when it is added.
struct AnchorOptions {
  std::string source{};              ///< provenance for reports: "VICAL of AAMVA, 2025-11-18"
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
  malformed,             ///< the chain is empty or too long, or a certificate does not decode
};

/// A chain and what is known about it. Immutable; shared by everyone who meets the same chain.
struct EvaluatedChain {
  SignerFacts signer;
  std::optional<AnchorFacts> anchor{};  ///< with PathOutcome::path and pins
  UtcSeconds valid_from{};              ///< latest notBefore of the path, anchor included
  UtcSeconds valid_until{};             ///< earliest notAfter
  bool includes_self_issued = false;    ///< carries a root, which belongs into trust stores alone
};

struct Evaluation {
  PathOutcome outcome = PathOutcome::malformed;
  /// Null when the end-entity certificate does not decode. Without a path it holds the facts of an
  /// untrusted certificate, so that its signature can still be judged.
  std::shared_ptr<const EvaluatedChain> chain{};
  DateVerdict date = DateVerdict::clock_unknown;  ///< of path or pinned certificate, now; pinned_key: within
  std::optional<Error> error{};                   ///< with untrusted and malformed

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
/// chain are judged anew each time.
class MDOC_EXPORT TrustStore {
 public:
  static constexpr std::size_t cache_capacity = 1024;

  TrustStore();
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  /// Trusts everything that a path leads from to `certificate`. The same certificate twice replaces
  /// its options.
  /// @return usage/bad_argument: not a CA certificate; pin it instead
  Result<void> add_anchor(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options = {});
  /// Trusts this end-entity certificate itself, while it is valid.
  void pin_certificate(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options = {});
  /// Trusts whatever certificate has this key, whatever its dates.
  void pin_key(Purpose purpose, const crypto::PublicKey& key, AnchorOptions options = {});
  /// Forgets all anchors and pins of a purpose.
  void clear(Purpose purpose);
  /// Anchors and pins of a purpose.
  [[nodiscard]] std::size_t size(Purpose purpose) const;

  /// Looks for a reason to trust `x5chain`.
  /// @param x5chain  DER certificates, end entity first, the others in any order; untrusted
  /// @param doc_type what the certificate would sign for; anchors limited to others (if empty: to any) do not count
  [[nodiscard]] Evaluation evaluate(Purpose purpose, std::span<const ByteView> x5chain, const DocType& doc_type,
                                    UtcSeconds now, const ClockPolicy& clock, const DecodeLimits& limits = {}) const;

  /// Chains in the cache, for tests and statistics.
  [[nodiscard]] std::size_t cached_chains() const;

 private:
  struct Anchors;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mdoc::trust
