#pragma once
// Internal. Everything that a TrustStore trusts for one purpose.

#include <optional>
#include <span>
#include <vector>

#include "mdoc/trust/trust_store.hpp"
#include "trust/chain_cache.hpp"

namespace mdoc::trust {

/// Why a certificate is trusted: it was added by hand, or a list names it.
struct AnchorSource {
  AnchorOptions options{};            ///< by hand: as given; of a list: its docTypes alone
  std::optional<TrustedList> list{};  ///< nothing: by hand
  bool anchor = true;                 ///< false: only completes paths
  std::vector<crypto::Certificate> status_signers{};

  [[nodiscard]] bool allows(const DocType& doc_type) const;
};

/// A certificate with everybody who vouches for it: whoever added it by hand first, then lists.
struct AnchorEntry {
  crypto::Certificate certificate;
  std::vector<AnchorSource> sources{};
};

struct PinnedKey {
  crypto::PublicKey key;
  AnchorOptions options;
};

/// Never changed once it is visible to others, but for its cache.
class AnchorSet {
 public:
  explicit AnchorSet(ListDisagreement disagreement) : disagreement_(disagreement) {}
  AnchorSet(const AnchorSet& other);  ///< all but the cache
  AnchorSet& operator=(const AnchorSet&) = delete;
  ~AnchorSet() = default;

  void add_authority(const crypto::Certificate& certificate, AnchorOptions options);
  /// @param purpose  of this set
  Result<void> add_linked(Purpose purpose, const crypto::Certificate& link, const crypto::Certificate& new_root,
                          UtcSeconds now, const ClockPolicy& clock, Level level);
  void pin_certificate(const crypto::Certificate& certificate, AnchorOptions options);
  void pin_key(const crypto::PublicKey& key, AnchorOptions options);
  void put_list(const TrustedList& list);
  bool remove_list(const TrustedList& list);
  void clear();

  [[nodiscard]] const std::vector<TrustedList>& lists() const noexcept { return lists_; }
  [[nodiscard]] std::size_t size() const noexcept { return authorities_.size() + pins_.size() + keys_.size(); }
  [[nodiscard]] std::vector<crypto::Certificate> given() const;
  [[nodiscard]] std::vector<crypto::Certificate> usable(UtcSeconds now, const ClockPolicy& clock) const;
  [[nodiscard]] std::vector<crypto::Certificate> authorities() const;
  [[nodiscard]] ChainCache& cache() const noexcept { return cache_; }

  /// Without the cache. @pre 1 to limits.max_certificates certificates
  [[nodiscard]] Evaluation evaluate(const ChainRequest& request, std::span<const ByteView> x5chain, UtcSeconds now,
                                    const ClockPolicy& clock, const DecodeLimits& limits) const;

 private:
  /// The present, and what is asked.
  struct Question {
    const DocType& doc_type;
    UtcSeconds now;
    const ClockPolicy& clock;
  };
  /// Why some certificates do not count for a question.
  struct Obstacles {
    bool other_doc_types = false;
    bool list_expired = false;
  };
  /// What a report says of a search that led to no trust.
  struct Refusal {
    std::optional<Error> error{};
    std::optional<AnchorFacts> anchor{};  ///< of a path that does not count
  };
  /// What an entry is for a question: the sources that make it an anchor, in order.
  struct Admission {
    std::vector<const AnchorSource*> sources{};
    bool completes = false;  ///< may stand between the end entity and an anchor
    Obstacles obstacles{};
    bool disputed = false;
  };
  [[nodiscard]] Admission admit(const AnchorEntry& entry, const Question& question) const;

  /// Sets path, anchor and dates of a chain whose certificates decoded.
  PathOutcome judge(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain, const Question& question,
                    Refusal& refusal) const;
  [[nodiscard]] std::optional<DeadEnd> find_dead_end(std::span<const crypto::Certificate> x5chain) const;
  /// Sets the anchor of a chain that a pin admits. Nothing: none does; `obstacles` says what kept one from it.
  [[nodiscard]] std::optional<PathOutcome> judge_pins(EvaluatedChain& chain, const Question& question,
                                                      Obstacles& obstacles) const;
  PathOutcome judge_path(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain, const Question& question,
                         Obstacles obstacles, Refusal& refusal) const;
  static AnchorSource& source_in(std::vector<AnchorEntry>& entries, const crypto::Certificate& certificate,
                                 const std::optional<TrustedList>& list);
  static void forget_list(std::vector<AnchorEntry>& entries, const TrustedList& list);

  ListDisagreement disagreement_;
  std::vector<AnchorEntry> authorities_{};
  std::vector<AnchorEntry> pins_{};
  std::vector<PinnedKey> keys_{};
  std::vector<TrustedList> lists_{};
  mutable ChainCache cache_{};
};

}  // namespace mdoc::trust
